"""Rosters in other languages and by content, names in two columns, and who is said to be missing or not on one."""

from __future__ import annotations

import csv
import random

import pytest
from synthetic import canvas_zip, make_class, moodle_zip, packed

from helpers import UserError
from helpers.__main__ import main
from helpers.classroom import Roster, collect, write_class
from helpers.workbook import file_header

PEOPLE = (("Ada", "Example", 4000), ("Ben", "Example", 4001), ("Cleo", "Example", 4002), ("Mia", "Missing", 9))


@pytest.fixture(scope="module")
def few():
    return make_class(4)


@pytest.fixture
def placed(few, tmp_path):
    """Collect the first three of the class, as Moodle or Canvas packs them, with a roster."""

    def place(roster, pack=moodle_zip, students=few[:3], encoding="utf-8"):
        (tmp_path / "roster.csv").write_bytes(roster.encode(encoding))
        (tmp_path / "a.zip").write_bytes(pack(students) if callable(pack) else pack)
        return collect([tmp_path / "a.zip"], roster=tmp_path / "roster.csv")

    return place


def two_columns(first, last, *more):
    """A list of participants of Moodle: first and last name, e-mail address."""
    rows = [f"{one},{other},{one.lower()}@example.org,," for one, other, _ in PEOPLE]
    return "\n".join([",".join([first, last, *more, "Gruppen", "x"][:5]), *rows]) + "\n"


def worksheet(participant, *headings):
    rows = [f'{participant}{id},{one} {other},{one.lower()}@example.org,"a, b",,20.00' for one, other, id in PEOPLE]
    return "\n".join([",".join(headings), *rows]) + "\n"


@pytest.mark.parametrize(
    "roster",
    [
        two_columns("Vorname", "Nachname", "E-Mail-Adresse"),
        two_columns("Prénom", "Nom de famille", "Adresse de courriel"),
        two_columns("Prénom", "Nom", "Adresse de courriel"),
        two_columns("Nombre", "Apellido(s)", "Dirección de correo"),
        two_columns("Nome", "Cognome", "Indirizzo email"),
        two_columns("Nome", "Apelido", "Endereço de email"),
        two_columns("Voornaam", "Achternaam", "E-mailadres"),
        two_columns("Imię", "Nazwisko", "E-mail"),
        two_columns("Rufname", "Sippe", "E-Mail"),
        two_columns("Имя", "Фамилия", "Адрес электронной почты"),
        two_columns("Ім’я", "Прізвище", "Електронна пошта"),
        two_columns("სახელი", "გვარი", "ელფოსტა"),
        two_columns("ชื่อ", "นามสกุล", "อีเมล"),
        two_columns("Qqq", "Zzz", "Yyy"),
        "\n".join(["Cognome;Nome;Posta", *(f"{b};{a};{a.lower()}@example.org" for a, b, _ in PEOPLE)]),
        worksheet("Teilnehmer/in", "ID", "Vollständiger Name", "E-Mail-Adresse", "Status", "Bewertung", "Bestwertung"),
        worksheet("Participant", "Identifiant", "Nom complet", "Adresse de courriel", "Statut", "Note", "Maximum"),
        worksheet("Participante", "Identificador", "Nombre completo", "Correo", "Estatus", "Calificación", "Máxima"),
        worksheet("Участник ", "Идентификатор", "Полное имя", "Почта", "Состояние", "Оценка", "Максимум"),
        worksheet("მონაწილე ", "ა", "ბ", "გ", "დ", "ე", "ვ"),
    ],
)
@pytest.mark.parametrize("pack", [moodle_zip, canvas_zip])
def test_roster_in_any_language_is_read(roster, pack, placed):
    found = placed(roster, pack)
    assert found.missing == ("Mia Missing",)
    assert found.unlisted == ()
    assert found.troubles == ()
    assert {one.student.name: one.student.email for one in found.result.in_order()} == {
        f"{one} {other}": f"{one.lower()}@example.org" for one, other, _ in PEOPLE[:3]
    }


def test_both_names_in_one_column_are_read(placed):
    found = placed("Nome e cognome\nAda Example\nExample Ben\nCleo Example\n")
    assert (found.missing, found.unlisted) == ((), ())


@pytest.mark.parametrize("pack", [moodle_zip, canvas_zip])
def test_half_of_a_name_is_nobody(pack, placed):
    with pytest.raises(UserError, match="of 3 who handed in, none is in it"):
        placed("Vorname,Nr\nAda,1\nBen,2\nCleo,3\nMia,4\n", pack)


def test_list_without_any_name_or_number_of_the_lms_says_nothing_about_a_student(few, placed):
    """Nothing in it can be compared with what Moodle says of the only student who handed in."""
    with pytest.raises(UserError, match="of 1 who handed in, none is in it"):
        placed("ID number,Email\n4001,a@x.org\n4002,b@x.org\n", students=few[:1])


def test_names_in_another_order_than_canvas_has_them_are_found(few, tmp_path):
    """No name is in the workbook, and Canvas runs the last and the first name together."""
    bare = few[0]
    lines = [line for line in bare.file.splitlines() if b'"name":"Ada Example"' not in line]
    (tmp_path / "exampleada_1_200_w.jsonl").write_bytes(b"\n".join(lines))
    (tmp_path / "r.csv").write_text("Full name\nAda Example\nBen Lee\n")
    assert collect([tmp_path / "exampleada_1_200_w.jsonl"], roster=tmp_path / "r.csv").missing == ("Ben Lee",)


def test_ids_under_an_unknown_heading_are_found(placed):
    found = placed("Κωδικός,Ομάδα\n4000,1\n4001,1\n4002,2\n9,2\n", canvas_zip)
    assert (found.missing, found.unlisted) == (("9",), ())


def test_column_of_a_tutor_is_not_taken_for_the_students(placed):
    rows = ["X,Y,Mail"] + [f"{a} {b},Ada Example,{a}@example.org" for a, b, _ in PEOPLE]
    found = placed("\n".join(rows))
    assert found.missing == ("Mia Missing",)
    assert found.result.in_order()[0].student.email


def test_two_columns_that_fit_equally_well_are_refused(placed):
    """Who works with whom: every student is in both columns."""
    with pytest.raises(UserError, match=r"no column has the id.*Aaa, Bbb"):
        placed("Aaa,Bbb\nAda Example,Ben Example\nBen Example,Cleo Example\nCleo Example,Ada Example\n")


def test_roster_of_another_class_is_refused_and_nothing_written(few, tmp_path):
    (tmp_path / "roster.csv").write_text("ID,Full name\n1,Zoe Other\n2,Yan Other\n3,Xia Other\n")
    (tmp_path / "a.zip").write_bytes(moodle_zip(few))
    with pytest.raises(UserError, match=r"roster\.csv: of 4 who handed in, none .*“ID” \(id in the LMS\), “Full name”"):
        write_class([tmp_path / "a.zip"], tmp_path / "out", roster=tmp_path / "roster.csv")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("heading", "pack"),
    [("ID number", moodle_zip), ("ID-Nummer", moodle_zip), ("SIS User ID", canvas_zip), ("Username", canvas_zip)],
)
def test_number_of_the_lms_is_not_taken_for_one_of_the_university(heading, pack, placed):
    """The number of one student at the university is that of another in the LMS."""
    found = placed(f"Full name,{heading}\nAda Example,4001\nBen Example,4002\nCleo Example,4000\n", pack)
    assert {one.student.name: one.student.roster_row["Full name"] for one in found.result.in_order()} == {
        name: name for name in ("Ada Example", "Ben Example", "Cleo Example")
    }


def test_id_of_one_row_and_name_of_another_give_none(placed):
    found = placed("ID,Full name\n4001,Ada Example\n4000,Ben Example\n4002,Cleo Example\n")
    assert {one.student.name: one.student.roster_row is None for one in found.result.in_order()} == {
        "Ada Example": True, "Ben Example": True, "Cleo Example": False
    }  # fmt: skip
    assert (found.missing, found.unlisted) == ((), ())
    assert [said for _, said in found.troubles] == [
        "has the id of one row of the roster and the name of another, and was given none"
    ] * 2


def test_name_that_is_the_account_of_another_gives_none(tmp_path):
    kim = make_class(1)[0]
    kim.add("name", {"name": "kim"})
    (tmp_path / "a.jsonl").write_bytes(kim.file)
    (tmp_path / "r.csv").write_text("Full name,Email\nKim Lee,klee@x.org\nAnna Bo,kim@x.org\n")
    (one,) = collect([tmp_path / "a.jsonl"], roster=tmp_path / "r.csv").result.in_order()
    assert one.student.name == "kim"
    assert one.student.roster_row is None
    (tmp_path / "r.csv").write_text("Full name,Email\nAl Lee,klee@x.org\nAnna Bo,kim@x.org\n")
    (one,) = collect([tmp_path / "a.jsonl"], roster=tmp_path / "r.csv").result.in_order()
    assert one.student.name == "Anna Bo"


def test_two_rows_with_one_id_are_told_apart_by_the_name(placed):
    found = placed("ID,Full name\n4000,Ada Example\n4000,Ben Example\n4002,Cleo Example\n", canvas_zip)
    rows = {one.student.name: one.student.roster_row for one in found.result.in_order()}
    assert {name: row and row["Full name"] for name, row in rows.items()} == {
        "Ada Example": "Ada Example", "Ben Example": None, "Cleo Example": "Cleo Example"
    }  # fmt: skip
    assert found.missing == ()
    assert (
        "exampleben",
        "has the name of a row of the roster, but that row has another id: not given",
    ) in (found.troubles)


def twins(few, *names):
    """Students with one name, of whom each has a workbook of their own."""
    return packed(
        (f"{name}_{n}_assignsubmission_file_/w.jsonl", one.file)
        for n, (name, one) in enumerate(zip(names, few, strict=False), 1)
    )


def test_two_students_of_one_name_and_two_rows_are_one_sentence_and_nobody_is_missing(few, placed):
    found = placed("Full name\nAna Kim\nAna Kim\nMia Missing\n", twins(few, "Ana Kim", "Ana Kim"))
    assert found.missing == ("Mia Missing",)
    assert found.unlisted == ()
    assert found.rows_with_file == 2
    assert found.troubles == (
        (
            "Ana Kim",
            "is the name of 2 students and of 2 rows of the roster, and which is whose is open; give the roster a "
            "column with the ids of the LMS",
        ),
    )


def test_two_students_of_one_name_and_one_row_give_none(few, placed):
    found = placed("Full name\nAna Kim\nMia Missing\n", twins(few, "Ana Kim", "Ana Kim"))
    assert (found.missing, found.unlisted, found.rows_with_file) == (("Mia Missing",), (), 1)
    assert "is the name of 2 students, and of one row" in found.troubles[0][1]


def test_second_student_of_a_name_gets_the_row_that_is_left(few, placed):
    found = placed("ID,Full name\n1,Ana Kim\n,Ana Kim\n", twins(few, "Ana Kim", "Ana Kim"))
    assert sorted(one.student.roster_row["ID"] for one in found.result.in_order()) == ["", "1"]


def test_second_student_of_a_name_with_an_id_is_not_on_the_roster(few, placed):
    found = placed("ID,Full name\n1,Ana Kim\n7,Bo Li\n", twins(few, "Ana Kim", "Ana Kim"))
    assert (found.missing, len(found.unlisted), found.troubles) == (("Bo Li",), 1, ())


def handed_in(few, *pairs, canvas=False):
    """Files with a name from the LMS, each with the work of a synthetic student, who typed their own name in it."""
    form = "{0}_{1}_9{1}_w.jsonl" if canvas else "{0}_{1}_assignsubmission_file_/w.jsonl"
    return packed((form.format(name, n), few[k].file) for n, (name, k) in enumerate(pairs, 4600))


@pytest.mark.parametrize("canvas", [False, True])
def test_name_typed_in_a_file_does_not_beat_that_of_the_lms(canvas, few, placed):
    others = [("exampleben", 1), ("examplecleo", 2)] if canvas else [("Ben Example", 1), ("Cleo Example", 2)]
    files = handed_in(few, ("suharto" if canvas else "Suharto", 0), *others, canvas=canvas)
    rows = "ID,Full name\n1,Ada Example\n2,Ben Example\n3,Cleo Example\n"
    found = placed(rows, files)
    by_name = {one.student.name.casefold(): one.student for one in found.result.in_order()}
    assert by_name["suharto"].roster_row is None
    assert [by_name["suharto"].key] == list(found.unlisted)
    assert found.missing == ("Ada Example",)
    assert [said for name, said in found.troubles if name.casefold() == "suharto"] == [
        "is not on the roster. The name typed in the file, “Ada Example”, is on it, but anybody can type it"
    ]
    named = placed(f"{rows}4,Suharto\n", files)
    assert {one.student.name: one.student.roster_row["ID"] for one in named.result.in_order()}["Suharto"] == "4"
    assert named.troubles == ()


def plainly(few, tmp_path, *names, roster=""):
    """Collect files that lie in a folder under these names."""
    for name, one in zip(names, few, strict=False):
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(one.file if name.endswith("jsonl") else b"%PDF-1.7")
    (tmp_path / "r.csv").write_text(roster)
    return collect([tmp_path / "in"], roster=tmp_path / "r.csv" if roster else None)


@pytest.mark.parametrize(
    "names",
    [
        ["ada_7_6_e.jsonl", "ben_7_7_e.jsonl", "cleo_7_8_e.jsonl"],
        ["lesson_7_6_ada.jsonl", "lesson_7_6_ben.jsonl", "lesson_7_6_cleo.jsonl"],
        ["ada_2026_1102_w.jsonl", "ben_2026_1102_w.jsonl", "cleo_2026_1103_w.jsonl"],
    ],
)
def test_names_of_files_that_only_look_like_those_of_canvas_are_none(names, few, tmp_path):
    found = plainly(few, tmp_path, *names, roster="ID,Full name\n7,Ada Li\n8,Ada Example\n9,Ben Example\n")
    assert sorted((one.student.name, one.student.lms_id) for one in found.result.in_order()) == [
        ("Ada Example", ""), ("Ben Example", ""), ("Cleo Example", "")
    ]  # fmt: skip
    assert found.missing == ("Ada Li",)


def test_plain_file_that_cannot_be_read_is_nobodys(few, tmp_path):
    found = plainly(few, tmp_path, "a.jsonl", "lesson_7_6_scan.pdf", roster="ID,Full name\n7,Bo Li\n8,Ada Example\n")
    assert (found.unread, found.missing) == ((), ("Bo Li",))


def test_outermost_name_from_the_lms_decides(few, placed):
    inner = "Ben Example_4001_assignsubmission_file_w.jsonl"
    files = packed(
        [(f"Ada Example_4000_assignsubmission_file_/{inner}", few[0].file), (f"kimana_4_94000_{inner}", few[1].file)]
    )
    found = placed("Full name\nAda Example\nAna Kim\nBen Example\n", files)
    assert {one.student.lms_id: one.student.name for one in found.result.in_order()} == {
        "4000": "Ada Example", "4": "Ana Kim"
    }  # fmt: skip
    assert found.missing == ("Ben Example",)


def test_namesake_with_another_id_gets_no_row(few, placed):
    files = handed_in(few, ("kimana", 0), ("libo", 1), canvas=True)
    found = placed('Student,ID\n"Kim, Ana",77\n"Li, Bo",4601\n', files)
    assert {one.student.lms_id: one.student.roster_row is None for one in found.result.in_order()} == {
        "4600": True, "4601": False
    }  # fmt: skip
    assert found.troubles == (
        (
            "kimana",
            "has the name of a row of the roster, but that row has another id: not given",
        ),
    )
    assert found.missing == ()


def test_sorted_column_of_names_gives_no_row_by_half_a_name(few, placed):
    """In the row of Ada Example stands Cara Example, and in that of Bo Li, Julia Weber."""
    files = handed_in(few, ("Ada Example", 0), ("Bo Li", 1))
    found = placed("ID,Full name\n4600,Cara Example\n4601,Julia Weber\n", files)
    assert [one.student.roster_row for one in found.result.in_order()] == [None, None]
    alone = placed("ID,Full name\n4600,Cara Example\n4601,Li Bo\n", files)
    assert [one.student.roster_row is None for one in alone.result.in_order()] == [False, False]


def test_one_odd_name_costs_the_others_no_row(few, placed):
    """The list has the names in another script, so that nothing follows from them."""
    files = handed_in(few, ("Nino Beridze", 0), ("Luka Maisuradze", 1), ("David Chang", 2))
    found = placed("ID,Full name\n4600,ნინო ბერიძე\n4601,ლუკა მაისურაძე\n4602,Weidong Zhang\n", files)
    assert {one.student.lms_id: one.student.roster_row is None for one in found.result.in_order()} == {
        "4600": False, "4601": False, "4602": True
    }  # fmt: skip


@pytest.mark.parametrize("canvas", [False, True])
def test_one_number_that_matches_by_accident_costs_nobody_a_row(canvas, few, placed):
    people = [("exampleada", 0), ("exampleben", 1), ("examplecleo", 2)]
    people = people if canvas else [(few[k].name, k) for k in range(3)]
    found = placed(
        "Name,ID\nAda Example,11\nBen Example,4600\nCleo Example,13\n", handed_in(few, *people, canvas=canvas)
    )
    assert (found.missing, found.unlisted, found.troubles) == ((), (), ())


def test_half_a_name_beside_a_better_one_is_of_another(few, placed):
    files = handed_in(few, ("Mia García López", 0), ("Eva García Ruiz", 1), ("Dan Roe", 2))
    found = placed("ID,Full name\n4600,Eva García\n4601,Mia García\n4602,Dan Roe\n", files)
    assert {one.student.lms_id: one.student.roster_row is None for one in found.result.in_order()} == {
        "4600": True, "4601": True, "4602": False
    }  # fmt: skip


def test_two_hand_ins_of_one_name_are_not_said_to_be_missing_from_the_roster(few, tmp_path):
    (tmp_path / "a.zip").write_bytes(handed_in(few, ("Ada Example", 1)))
    (tmp_path / "late.jsonl").write_bytes(few[0].file)
    (tmp_path / "r.csv").write_text("Full name\nAda Example\nBen Lee\n")
    found = collect([tmp_path / "a.zip", tmp_path / "late.jsonl"], roster=tmp_path / "r.csv")
    assert (found.missing, found.unlisted) == (("Ben Lee",), ())
    assert ("Ada Example", "has the name of a student who handed in something else, too") in found.troubles


@pytest.mark.parametrize(
    ("first", "second"),
    [("Participant", "Ana Kim"), ("Ana Kim", "Participant"), ("Ana Kim", "Ana Brown"), ("Ana Kim", "ANA KIM")],
)
def test_students_stay_the_same_when_names_are_hidden_or_change(first, second, few, tmp_path):
    for n, name in ((1, first), (2, second)):
        people = [(name, 0), ("Ben Example" if name != "Participant" else name, 1)]
        files = [(f"{called}_{n}{k}_assignsubmission_file_/w.jsonl", few[k].file) for called, k in people]
        (tmp_path / f"{n}.zip").write_bytes(packed(files))
    one, other = (write_class([tmp_path / f"{n}.zip"], tmp_path / "out") for n in (1, 2))
    assert [found.student.key for found in one.results] == [found.student.key for found in other.results]


def test_copy_of_a_workbook_in_the_next_assignment_is_not_its_owner(few, tmp_path):
    for n, name in ((1, "Ana Kim"), (2, "Bo Li")):
        files = [(f"{name}_{n}0_assignsubmission_file_/w.jsonl", few[0].file)]
        (tmp_path / f"{n}.zip").write_bytes(
            packed([*files, (f"Cy Roe_{n}1_assignsubmission_file_/w.jsonl", few[1].file)])
        )
    one, other = (write_class([tmp_path / f"{n}.zip"], tmp_path / "out") for n in (1, 2))
    assert len({found.student.key for report in (one, other) for found in report.results}) == 3


def test_ids_of_the_university_are_not_those_of_moodle(few, placed):
    files = handed_in(few, *((f"Ana{n} Kim", n) for n in range(3)))
    with pytest.raises(UserError, match="of 3 who handed in, none is in it"):
        placed("ID,Email address\n4601,a@x.org\n4602,b@x.org\n4603,c@x.org\n", files)


def test_ids_with_pseudonyms_are_read(few, placed):
    files = handed_in(few, ("kimana", 0), ("libo", 1), canvas=True)
    found = placed("ID,Pseudonym\n4600,Blue Fox\n4601,Red Owl\n", files)
    assert (found.missing, found.troubles, found.unlisted) == ((), (), ())


def test_roster_without_anything_from_the_lms_says_so(few, placed):
    files = handed_in(few, ("Ада Пример", 0), ("Бен Пример", 1), ("Клео Пример", 2))
    found = placed("Full name\nAda Example\nBen Example\nCleo Example\n", files)
    assert found.missing == ()
    assert found.troubles == (
        (
            "roster.csv",
            "has no name or id that the LMS gives, so students were found by what they typed in their files",
        ),
    )


def test_copy_in_the_lms_does_not_take_a_file_that_its_author_mailed(few, tmp_path):
    """Ben handed in an older file of Ada in the LMS, and Ada mails hers."""
    later = make_class(1)[0]
    later.add("name", {"name": "Ada Example"})
    (tmp_path / "a.zip").write_bytes(handed_in(few, ("Ben Example", 0)))
    (tmp_path / "late.jsonl").write_bytes(later.file)
    (tmp_path / "r.csv").write_text("Full name\nAda Example\nBen Example\n")
    found = collect([tmp_path / "a.zip", tmp_path / "late.jsonl"], roster=tmp_path / "r.csv")
    assert {one.student.name: one.student.files for one in found.result.in_order()} == {
        "Ben Example": ("a.zip/Ben Example_4600_assignsubmission_file_/w.jsonl",), "Ada Example": ("late.jsonl",)
    }  # fmt: skip
    assert "which Ben Example handed in; it names Ada Example, so it is read as theirs" in found.troubles[0][1]


@pytest.mark.parametrize("name", ["Ana Kim", "Participant"])
def test_next_assignment_in_moodle_finds_the_same_students(name, few, tmp_path):
    """The number of a participant is another in each assignment."""
    for n in (1, 2):
        files = [(f"{name}_{n}{k}_assignsubmission_file_/w.jsonl", few[k].file) for k in range(3)]
        (tmp_path / f"{n}.zip").write_bytes(packed(files))
    first, second = (write_class([tmp_path / f"{n}.zip"], tmp_path / "out") for n in (1, 2))
    assert [one.student.key for one in first.results] == [one.student.key for one in second.results]
    both = collect([tmp_path / "1.zip", tmp_path / "2.zip"])
    assert len(both.result.in_order()) == 3
    assert {said.partition(" as ")[0] for _, said in both.troubles} == {"is the same"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Łukasz Żak", "Lukasz Zak"),
        ("Søren Bø", "Soren Bo"),
        ("Jürgen Müller", "Juergen Mueller"),
        ("Đorđe I", "Dorde I"),
    ],
)
def test_letters_that_systems_write_otherwise_are_the_same(one, other, few, placed):
    found = placed(f"Full name\n{other}\nBen Example\n", handed_in(few, (one, 0), ("Ben Example", 1)))
    assert (found.missing, found.unlisted) == ((), ())


def test_page_with_numbers_shows_no_names_in_its_remarks(few, tmp_path):
    (tmp_path / "a.zip").write_bytes(handed_in(few, ("Suharto", 0), ("Zoe Copy", 0), ("Ben Example", 1)))
    (tmp_path / "r.csv").write_text("Full name\nAda Example\nBen Example\n")
    write_class([tmp_path / "a.zip"], tmp_path / "out", roster=tmp_path / "r.csv", names=False)
    page = (tmp_path / "out" / "index.html").read_text("utf-8")
    assert not [name for name in ("Suharto", "Zoe", "Example") if name in page.replace("(example)", "")]


def test_single_file_with_the_name_of_another_inside_gives_none(few, placed):
    found = placed("Full name\nAda Example\nBen Example\n", handed_in(few, ("Suharto", 0)))
    assert [one.student.roster_row for one in found.result.in_order()] == [None]


def test_name_of_one_word_is_not_that_of_two_words_run_together(few, placed):
    found = placed("Full name\nSuharto\nBen Example\n", handed_in(few, ("Su Harto", 0), ("Ben Example", 1)))
    assert found.missing == ("Suharto",)
    assert len(found.unlisted) == 1


@pytest.mark.parametrize("heading", ["Pseudonym", "Name"])
def test_roster_of_pseudonyms_is_read_by_the_names_in_the_files(heading, few, placed):
    files = handed_in(few, ("Ana Kim", 0), ("Bo Li", 1), ("Cy Roe", 2))
    found = placed(f"{heading}\nAda Example\nBen Example\nCleo Example\nMia Missing\n", files)
    assert (found.missing, found.unlisted) == (("Mia Missing",), ())
    assert len(found.troubles) == (heading == "Name"), "who these are was only typed"
    if heading == "Pseudonym":
        found = placed("Pseudonym\nAda Example\nMia Missing\n", handed_in(few, ("Ana Kim", 0)))
        assert (found.missing, found.unlisted) == (("Mia Missing",), ())


def test_pseudonym_tells_namesakes_of_the_lms_apart(few, placed):
    roster = "Full name,Pseudonym\nAna Kim,Ben Example\nAna Kim,Ada Example\n"
    found = placed(roster, handed_in(few, ("Ana Kim", 0), ("Ana Kim", 1)))
    assert {one.student.lms_id: one.student.roster_row["Pseudonym"] for one in found.result.in_order()} == {
        "4600": "Ada Example", "4601": "Ben Example"
    }  # fmt: skip


def test_row_with_the_id_of_a_student_and_the_name_of_somebody_else_is_given_to_none(few, placed):
    found = placed(
        "ID,Full name\n4600,Stranger One\n4601,Ben Example\n", handed_in(few, ("Suharto", 0), ("Ben Example", 1))
    )
    assert (
        "Suharto",
        "has the id of a row of the roster, but that row has another name: not given",
    ) in (found.troubles)
    assert {one.student.name: one.student.roster_row is None for one in found.result.in_order()} == {
        "Suharto": True, "Ben Example": False
    }  # fmt: skip


@pytest.mark.parametrize("hidden", ["Participant", "Teilnehmer_in", "Osallistuja"])
def test_names_that_moodle_hides_are_no_names(hidden, few, placed):
    found = placed(
        "Full name\nAda Example\nBen Example\nCleo Example\n", handed_in(few, *((hidden, n) for n in range(3)))
    )
    assert (found.missing, found.unlisted, found.troubles) == ((), (), ())


@pytest.mark.parametrize("pack", ["moodle", "canvas"])
def test_points_and_feedback_go_to_the_student_whom_the_lms_names(pack, few, tmp_path, capsys):
    canvas = pack == "canvas"
    others = [("exampleben", 1)] if canvas else [("Ben Example", 1)]
    (tmp_path / "a.zip").write_bytes(handed_in(few, ("Suharto", 0), *others, canvas=canvas))
    (tmp_path / "g.csv").write_text(
        'Student,ID,Essays (77)\n    Points Possible,,52\n"Example, Ada",1,\n"Example, Ben",2,\n'
        if canvas
        else "Identifier,Full name,Email address,Status,Grade,Maximum Grade\nParticipant 1,Ada Example,a@x.org,,,20\n"
        "Participant 4601,Ben Example,b@x.org,,,20\n"
    )
    out = tmp_path / "out"
    command = ["class", str(tmp_path / "a.zip"), "-o", str(out), "--gradebook", str(tmp_path / "g.csv")]
    assert main(command) == 0
    marks = (out / "marks.csv").read_text("utf-8-sig").splitlines()
    (out / "marks.csv").write_text("\n".join(_with_points(marks)) + "\n", "utf-8-sig")
    assert main(command) == 0
    said = capsys.readouterr().err
    rows = (out / f"grades-{pack}.csv").read_text("utf-8").splitlines()
    ada, ben = next(one for one in rows if "Ada" in one), next(one for one in rows if "Ben" in one)
    assert ada.endswith(",1," if canvas else ",,,20")
    assert not ben.endswith(",2," if canvas else ",,,20")
    assert "No row of g.csv was filled for: Suharto" in said
    assert sorted(path.name.split("-", 1)[1] for path in (out / "feedback").iterdir()) == [
        "Ben-Example.html", "Suharto.html"
    ]  # fmt: skip


def _with_points(lines):
    """Marks of three points on every answer, as typed in a spreadsheet."""
    rows = list(csv.reader(lines))
    place = rows[0].index("points")
    for row in rows[1:]:
        row[place] = "3"
    return [",".join(row) for row in rows]


def unreadable(few):
    files = [(f"{one.name}_{4000 + one.number}_assignsubmission_file_/w.jsonl", one.file) for one in few[:1]]
    files += [("Ada Example_4000_assignsubmission_file_/notes.pdf", b"%PDF-1.7")]
    files += [("Ben Example_4001_assignsubmission_file_/essay.pdf", b"%PDF-1.7")]
    files += [("Ben Example_4001_assignsubmission_file_/empty.jsonl", b"")]
    return packed([*files, ("Cleo Example_4002_assignsubmission_file_/w.jsonl", b"")])


def test_empty_or_wrong_file_is_listed_apart_from_none(few, placed):
    found = placed("Full name\nAda Example\nBen Example\nCleo Example\nMia Missing\n", unreadable(few))
    assert found.missing == ("Mia Missing",)
    assert found.unread == ("Ben Example", "Cleo Example")


def test_command_and_page_say_each_group_in_one_line(few, tmp_path, capsys):
    archive, roster = tmp_path / "a.zip", tmp_path / "r.csv"
    archive.write_bytes(unreadable(few))
    roster.write_text("Full name\nBen Example\nCleo Example\nMia Missing\n")
    assert main(["class", str(archive), "-o", str(tmp_path / "out"), "--roster", str(roster)]) == 0
    said = capsys.readouterr().err.splitlines()
    assert "Without a file: Mia Missing" in said
    assert "Handed in, but nothing that can be read: Ben Example; Cleo Example" in said
    assert "Handed in, but not on the roster: Ada Example (1)" in said
    page = (tmp_path / "out" / "index.html").read_text("utf-8")
    assert "2 of 3" not in page
    for words in ("Without a file: 1. </strong>Mia Missing", "Nothing that can be read: 2. </strong>Ben Example;"):
        assert words in page
    assert "Not on the roster: 1. </strong>Ada Example (1)" in page


@pytest.mark.parametrize(
    ("option", "content", "said"),
    [
        ("--roster", None, "No file “x.csv”"),
        ("--gradebook", None, "No file “x.csv”"),
        ("--roster", b"\xe4;\xf6\n", "is not UTF-8"),
        ("--gradebook", b"\xe4;\xf6\n", "is not UTF-8"),
        ("--roster", b"PK\3\4 xl/workbook.xml", "x.csv is"),
        ("--gradebook", b"colour,size\nred,1\n", "neither a gradebook of Canvas"),
        ("--gradebook", b"Student,ID,Other (7)\nAda,1,\n", "no assignment has the name"),
        ("--grade", b"", "No column “"),
        ("--markers A a --grade", b"", "Two markers have the same name"),
    ],
)
@pytest.mark.parametrize("again", [False, True])
def test_wrong_file_is_found_before_anything_is_written(option, content, said, again, few, tmp_path, capsys):
    archive, wrong, out = tmp_path / "a.zip", tmp_path / "x.csv", tmp_path / "out"
    archive.write_bytes(moodle_zip(few[:1]))
    command = ["class", str(archive), "-o", str(out)]
    if content is not None:
        wrong.write_bytes(content)
    if again:
        assert main(command) == 0
        archive.write_bytes(moodle_zip(few))
    before = {path: path.read_bytes() for path in out.rglob("*.*")}
    assert main([*command, *option.split(), str(wrong)]) == 1
    assert said in capsys.readouterr().err
    assert {path: path.read_bytes() for path in out.rglob("*.*")} == before


# ---------------------------------------------------------------- broken and hostile rosters


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
@pytest.mark.parametrize("sign", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_roster_as_spreadsheets_save_it_is_read(encoding, sign, end, placed):
    rows = [["Full name", "ID"], *([f"{a} {b}", str(n)] for a, b, n in PEOPLE), ["", ""], [], ["", ""]]
    found = placed(end.join(map(sign.join, rows)) + end, encoding=encoding)
    assert (found.missing, found.unlisted, found.troubles) == (("Mia Missing",), (), ())


@pytest.mark.parametrize(
    "roster",
    [
        "ID,Full name,ID,Full name\n" + "".join(f"{n},{a} {b},x{n},\n" for a, b, n in PEOPLE),
        ",".join(["Full name", *(f"c{n}" for n in range(100))]) + "\n" + "".join(
            ",".join([f"{a} {b}", *["=1+1"] * 100]) + "\n" for a, b, _ in PEOPLE
        ),
        "ID,Full name\n" + "".join(f'="{n}",{a} {b}\n' for a, b, n in PEOPLE),
        "ID,Full name\n" + "".join(f"{n}.0,{a} {b}\n" for a, b, n in PEOPLE),
        "\n\n\nID,Full name\n\n\n" + "\n\n".join(f"{n},{a} {b}" for a, b, n in PEOPLE),
        "ID,Full name,\n" + "".join(f"{n},{a} {b},\n" for a, b, n in PEOPLE),
    ],
)  # fmt: skip
def test_odd_but_whole_roster_is_read(roster, placed):
    found = placed(roster)
    assert (found.missing, found.unlisted, found.troubles) == (("Mia Missing",), (), ())


@pytest.mark.parametrize(
    "roster",
    [
        "",
        "\n\n",
        "Full name,ID\n",
        "Full name,ID\nKim, Ana,1\nLee, Bo,2\n",
        'Full name,ID\n"Ana,1\nBo,2\n',
        "\0",
        "Full name\n" + "x" * 200_000 + "\n",
    ],
)
def test_broken_roster_is_refused_and_nothing_written(roster, few, tmp_path):
    (tmp_path / "roster.csv").write_text(roster)
    (tmp_path / "a.zip").write_bytes(moodle_zip(few))
    with pytest.raises(UserError, match=r"roster\.csv"):
        write_class([tmp_path / "a.zip"], tmp_path / "out", roster=tmp_path / "roster.csv")
    assert not (tmp_path / "out").exists()


def test_line_with_a_cell_too_many_is_named(few, tmp_path):
    (tmp_path / "r.csv").write_text("Full name,ID\nAda Example,1\nKim, Ana,2\n")
    with pytest.raises(UserError, match=r"r\.csv, line 3: 3 cells under 2 columns"):
        Roster(tmp_path / "r.csv")


# ---------------------------------------------------------------- rosters made at random, with known answers

FIRST = ("Ada", "Ben", "Cleo", "Dan", "Thomas", "Martin")
LAST = ("Kim", "Lee", "Roe", "Thomas", "Martin", "Ōta")
HEADINGS = {
    "first": ("First name", "Vorname", "Prénom", "Imię", "Q1"),
    "last": ("Last name", "Nachname", "Nom", "Nazwisko", "Q2", "Cognome"),
    "whole": ("Full name", "Name", "Vollständiger Name", "Q3", "Student"),
    "id": ("ID", "Identifier", "Q4"),
    "number": ("ID number", "SIS User ID", "Matrikelnummer"),
    "email": ("Email", "E-Mail-Adresse", "Q5"),
    "other": ("Tutor", "Gruppe", "Partner", "Group ID"),
}
TABLES = (
    "first last|last first|whole|first last email|whole id|whole other|other first last|first last number|id|email id"
)


@pytest.mark.parametrize("seed", range(80))
@pytest.mark.parametrize("lms", ["moodle", "canvas"])
def test_nobody_gets_the_row_of_another_or_is_said_to_be_missing_or_unlisted_wrongly(seed, lms, tmp_path):
    chance = random.Random(f"{seed} {lms}")
    people = [(chance.choice(FIRST), chance.choice(LAST), str(4000 + n)) for n in range(chance.randint(3, 9))]
    # The number of one at the university may be that of another in the LMS.
    numbers = [str(chance.choice((4000, 7000)) + n) for n in chance.sample(range(len(people)), len(people))]
    columns = chance.choice(TABLES.split("|")).split()
    headings = [chance.choice(HEADINGS[column]) for column in columns]

    def cell(column, heading, n):
        first, last, id = people[n]
        other = chance.choice(people)
        return {
            "first": first,
            "last": last,
            "whole": f"{first} {last}",
            "id": f"Participant {id}" if lms == "moodle" and heading == "Identifier" else id,
            "number": numbers[n],
            "email": f"{first}.{last}{n}@x.org".casefold(),
            "other": chance.choice((f"{other[0]} {other[1]}", "A", "7")),
        }[column]

    listed = [n for n in range(len(people)) if chance.random() < 0.85] or [0]
    rows = [[cell(column, heading, n) for column, heading in zip(columns, headings, strict=True)] for n in listed]
    (tmp_path / "r.csv").write_text("\n".join(map(",".join, [headings, *rows])), "utf-8")
    handed = chance.sample(range(len(people)), chance.randint(1, len(people)))
    files = [
        f"{people[n][0]} {people[n][1]}_{people[n][2]}_assignsubmission_file_/w.jsonl"
        if lms == "moodle"
        else f"{people[n][1]}{people[n][0]}_{people[n][2]}_{n}_w.jsonl".casefold()
        for n in handed
    ]
    work = packed((file, (file_header([f"{n:032x}"]) + "\n").encode()) for n, file in zip(handed, files, strict=True))
    (tmp_path / "a.zip").write_bytes(work)
    try:
        found = collect([tmp_path / "a.zip"], roster=tmp_path / "r.csv")
    except UserError:
        return  # nothing is said of anybody
    by_id = {id: n for n, (_, _, id) in enumerate(people)}
    assert len(found.result.students) == len(handed)
    for one in (result.student for result in found.result.in_order()):
        n = by_id[one.lms_id]
        if one.roster_row:
            row = listed[rows.index(list(one.roster_row.values()))]
            assert sorted(people[row][:2]) == sorted(people[n][:2])
        assert one.key not in found.unlisted or n not in listed
    absent = [n for n in listed if n not in handed]
    called = [sorted(people[n][:2]) for n in absent] + [[people[n][2]] for n in absent]
    called += [[people[n][2], "Participant"] for n in absent]
    called += [[cell("email", "", n)] for n in absent] + [[numbers[n]] for n in absent]
    assert all(sorted(name.split()) in called for name in found.missing)
