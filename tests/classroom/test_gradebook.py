"""Points for the gradebook: columns, and the exports of Canvas and Moodle filled in."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest

from helpers.classroom import Answered, Essay, Grades, Mark, Marks, Student, StudentResult, filled_export
from helpers.core import UserError
from helpers.questions import questions

CANVAS = (
    '\ufeffStudent,ID,SIS User ID,SIS Login ID,Section,"Notes, own",Essays (4757),Forms (4766),Other (4800),'
    "Essays Current Score,Current Score,Final Score\r\n"
    ",,,,,,Manual Posting,,,,,\r\n"
    "    Points Possible,,,,,,2.00,10.00,5.00,(read only),(read only),(read only)\r\n"
    '"Lee, Ann",101,s1,ann,A,keeps this,,,3.00,,50.00,50.00\r\n'
    '"Ōta, Bo",102,s2,bo,A,,1.00,4.00,,,,\r\n'
    '"Roe, Cy",103,s3,cy,A,,EX,N/A,,,,\r\n'
    '"Student, Test",999,,test,A,,,,,,,\r\n'
)
MOODLE = (
    "Identifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed,Last modified (submission),"
    "Last modified (grade),Feedback comments\n"
    'Participant 9001,Ann Lee,ann@x.org,Submitted for grading,,20.00,Yes,"Monday, 4 January 2027, 9:00 AM",-,\n'
    "Participant 9002,Bo Ōta,bo@x.org,Submitted for grading,7.00,20.00,Yes,-,-,<p>Old</p>\n"
    "Participant 9003,Cy Roe,cy@x.org,No submission,,20.00,No,-,-,\n"
)


def result(key, n, *, name="", lms_id="", email="", roster=None, essay=True, forms=1.0):
    essays = (Essay("0.3", key, "words", 1),) if essay else ()
    answers = {"0.1": Answered("watch", "right", forms, 1, 1)}
    return StudentResult(Student(key, n, name, lms_id, email, roster), answers, essays)


ANN = result("bcd", 1, name="Ann Lee", lms_id="101")
BO = result("fgh", 2, name="Bo Ōta", lms_id="102", forms=0.0)
CY = result("jkl", 3, name="Cy Roe", lms_id="103")


@pytest.fixture
def filled(example, tmp_path):
    """Fill in an export with marks; gives the rows, and what is said."""

    def fill(export, marks, results=(ANN, BO, CY), grade="", **how):
        path = tmp_path / "export.csv"
        path.write_bytes(export.encode("utf-8"))
        found = filled_export(path, Grades(results, questions(), Marks(tuple(marks)), **how), grade)
        separator = ";" if ";" in export else ","
        return (
            list(csv.reader(io.StringIO(found.content, newline=""), delimiter=separator)),
            " ".join(found.said),
            found,
        )

    return fill


def cells(rows, name):
    place = rows[0].index(name)
    return {row[0]: row[place] for row in rows[1:]}


def test_canvas_export_gets_the_points_and_keeps_everything_else(filled):
    rows, said, found = filled(CANVAS, [Mark("bcd", "0.3", "A", 1.5), Mark("jkl", "0.3", "A", 2.0)])
    before = list(csv.reader(io.StringIO(CANVAS, newline="")))
    assert found.name == "grades-canvas.csv"
    assert cells(rows, "Essays (4757)") == {
        "": "Manual Posting", "    Points Possible": "2.00", "Lee, Ann": "1.5", "Ōta, Bo": "1.00", "Roe, Cy": "EX",
        "Student, Test": "",
    }  # fmt: skip
    assert cells(rows, "Forms (4766)")["Lee, Ann"] == "10"
    assert cells(rows, "Forms (4766)")["Ōta, Bo"] == "0"
    assert cells(rows, "Forms (4766)")["Roe, Cy"] == "N/A"
    for old, new in zip(before, rows, strict=True):
        assert [*old[:6], *old[8:]] == [*new[:6], *new[8:]]
    assert found.content.startswith("\ufeffStudent")
    assert "points of 1 are given as points of 10" in said
    assert "1 of 3 left as they were" in said


def test_unmarked_essay_is_never_a_zero(filled):
    rows, _, _ = filled(CANVAS, [Mark("bcd", "0.3", "A", None, comment="Later")])
    assert cells(rows, "Essays (4757)")["Lee, Ann"] == ""


def test_mark_of_zero_is_a_zero(filled):
    assert cells(filled(CANVAS, [Mark("bcd", "0.3", "A", 0.0)])[0], "Essays (4757)")["Lee, Ann"] == "0"


@pytest.mark.parametrize(("missing", "cell"), [(None, ""), (0.0, "0")])
def test_essay_not_handed_in_is_a_zero_only_on_request(filled, missing, cell):
    away = result("bcd", 1, name="Ann Lee", essay=False)
    rows, _, _ = filled(CANVAS, [], [away, BO], missing=missing)
    assert cells(rows, "Essays (4757)")["Lee, Ann"] == cell
    assert cells(rows, "Essays (4757)")["Ōta, Bo"] == "1.00"


def test_export_with_semicolons_and_decimal_commas_stays_so(filled):
    export = CANVAS.replace('"Notes, own"', "Notes").replace(",", ";").replace("Lee; ", "Lee, ").replace("00", "00")
    export = (
        export.replace("2.00", "2,00").replace("Ōta; ", "Ōta, ").replace("Roe; ", "Roe, ").replace("; Test", ", Test")
    )
    rows, _, found = filled(export, [Mark("bcd", "0.3", "A", 1.5)])
    assert cells(rows, "Essays (4757)")["Lee, Ann"] == "1,5"
    assert found.content.count("\r\n") == export.count("\r\n")


@pytest.mark.parametrize(
    "student",
    [
        result("bcd", 1, lms_id="101"),
        result("bcd", 1, name="ANN  LEE"),
        result("bcd", 1, name="Lee, Ann"),
        result("bcd", 1, roster={"SIS Login ID": "ann", "Section": "A"}),
        result("bcd", 1, roster={"ID": "101"}),
    ],
)
def test_student_is_found_by_id_name_or_roster(filled, student):
    rows, _, _ = filled(CANVAS, [Mark("bcd", "0.3", "A", 2.0)], [student])
    assert cells(rows, "Essays (4757)")["Lee, Ann"] == "2"


def test_two_students_of_one_name_get_nobodys_points_and_are_said(filled):
    two = [result("bcd", 1, name="Ann Lee"), result("fgh", 2, name="Ann Lee")]
    rows, said, _ = filled(CANVAS, [Mark("bcd", "0.3", "A", 2.0), Mark("fgh", "0.3", "A", 1.0)], two)
    assert cells(rows, "Essays (4757)")["Lee, Ann"] == ""
    assert "No row of export.csv was filled for: Ann Lee, Ann Lee" in said


def test_section_in_a_roster_is_not_taken_for_an_id(filled):
    odd = result("bcd", 1, roster={"Section": "101", "Name": "x"})
    rows, said, _ = filled(CANVAS, [Mark("bcd", "0.3", "A", 2.0)], [odd, BO])
    assert "No row of export.csv was filled for: number 1" in said
    assert cells(rows, "Essays (4757)")["Lee, Ann"] == ""


def test_moodle_worksheet_gets_grade_and_comment_and_locked_grades_stay(filled):
    known = [
        result("bcd", 1, name="Ann Lee", lms_id="9001"),
        result("fgh", 2, email="BO@x.org"),
        result("jkl", 3, lms_id="9003"),
    ]
    marks = [
        Mark("bcd", "0.3", "A", 1.5, (), "<b>Whose</b> words?\n=1+1"),
        Mark("fgh", "0.3", "A", None),
        Mark("jkl", "0.3", "A", 2.0),
    ]
    rows, said, found = filled(MOODLE, marks, known)
    assert found.name == "grades-moodle.csv"
    assert cells(rows, "Grade") == {"Participant 9001": "15", "Participant 9002": "7.00", "Participant 9003": ""}
    comments = cells(rows, "Feedback comments")
    assert comments["Participant 9001"] == "<p>0.3: &lt;b&gt;Whose&lt;/b&gt; words?<br>=1+1</p>"
    assert comments["Participant 9002"] == "<p>Old</p>"
    assert "Essays" in said
    assert "locked in Moodle, and stay as they are: 1." in said


def test_moodle_gets_the_column_that_is_named(filled):
    rows, _, _ = filled(MOODLE, [], [result("bcd", 1, name="Ann Lee")], "forms")
    assert cells(rows, "Grade")["Participant 9001"] == "20"
    with pytest.raises(UserError, match="Essays"):
        filled(MOODLE, [], [ANN], "Esays")


def test_other_file_is_refused_and_missing_assignment_named(filled):
    with pytest.raises(UserError, match="neither"):
        filled("Name,Points\nAnn,1\n", [])
    with pytest.raises(UserError, match=r"Homework.*texts/course\.yaml"):
        filled(CANVAS.replace("Essays (", "Homework (").replace("Forms (", "Tests ("), [])


def test_assignment_that_begins_with_the_id_of_a_question_gets_its_points(filled):
    rows, _, _ = filled(CANVAS.replace("Essays (4757)", "0.3 The key (4757)"), [Mark("bcd", "0.3", "A", 2.0)])
    assert cells(rows, "0.3 The key (4757)")["Lee, Ann"] == "2"


@pytest.fixture
def course(example, tmp_path, monkeypatch):
    """A copy of the example with other settings."""
    import shutil

    shutil.copytree(example, tmp_path / "module")
    monkeypatch.setenv("CLOSE_READING_HOME", str(tmp_path / "module"))
    return lambda words: (tmp_path / "module" / "texts" / "course.yaml").write_text(words, encoding="utf-8")


def test_setting_decides_what_counts_in_which_column(course):
    course('grades:\n  All: [essays, forms]\n  "Key": ["0.3"]\n  Lesson: [forms 0]\n')
    grades = Grades([ANN], questions(), Marks((Mark("bcd", "0.3", "A", 1.5),)))
    assert [(one.name, one.questions, one.of) for one in grades.columns] == [
        ("All", ("0.3", "0.1"), 3),
        ("Key", ("0.3",), 2),
        ("Lesson", ("0.1",), 1),
    ]
    assert [grades.points(ANN, one) for one in grades.columns] == [2.5, 1.5, 1.0]


def test_each_question_has_a_column_on_request(example):
    assert [one.name for one in Grades([ANN], questions(), Marks(), each=True).columns] == [
        "Essays",
        "Forms",
        "0.1",
        "0.3",
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("grades:\n  Essay: [7.2.1]\n", "7.2.1"),
        ('grades:\n  Essay: ["essay"]\n', "essay"),
        ("grades: [essays]\n", "grades"),
        ("grades:\n  Essay: []\n", "at least 1"),
        ("grades:\n  1: [essays]\n", "quotation marks"),
    ],
)
def test_mistake_in_the_setting_names_file_and_line(course, words, said):
    course(words)
    with pytest.raises(UserError, match=rf"texts/course.yaml, line [12].*{said}"):
        Grades([ANN], questions(), Marks())


# ---------------------------------------------------------------- other languages, doubts, broken exports

GERMAN = (
    "ID,Vollständiger Name,E-Mail-Adresse,Status,Bewertung,Bestwertung,Bewertung kann geändert werden,Zuletzt geändert "
    "(Abgabe),Zuletzt geändert (Bewertung),Feedback als Kommentar\n"
    'Teilnehmer/in9001,Ann Lee,ann@x.org,Zur Bewertung abgegeben,,"20,00",Ja,-,-,\n'
    'Teilnehmer/in9002,Bo Ōta,bo@x.org,Zur Bewertung abgegeben,"7,00","20,00",Ja,-,-,<p>Alt</p>\n'
    'Teilnehmer/in9003,Cy Roe,cy@x.org,Keine Abgabe,,"20,00",Nein,-,-,\n'
)
WORKFLOW = (
    "Идентификатор,Полное имя,Почта,Состояние,Оценка,Максимальная оценка,Стадия,Можно изменить,Изменено,Отзыв\n"
    'Участник 9001,Ann Lee,ann@x.org,x,,"20,00",Не оценено,Да,-,\n'
    'Участник 9002,Bo Ōta,bo@x.org,x,"7,00","20,00",Не оценено,Да,-,\n'
    'Участник 9003,Cy Roe,cy@x.org,x,,"20,00",Не оценено,Нет,-,\n'
)
UNKNOWN = "ა,ბ,გ,დ,ე,ვ,ზ\n" + "".join(
    f"მონაწილე {9000 + n},{name},{name[:2]}@x.org,x,,20.00,კი\n" for n, name in enumerate(("Ann Lee", "Bo Ōta"), 1)
)
NINE = [
    result("bcd", 1, name="Ann Lee", lms_id="9001"),
    result("fgh", 2, email="BO@x.org"),
    result("jkl", 3, lms_id="9003"),
]
NINE_MARKS = [Mark("bcd", "0.3", "A", 1.5, (), "Whose words?"), Mark("jkl", "0.3", "A", 2.0)]


@pytest.mark.parametrize(
    ("export", "cells", "points"),
    [(GERMAN, 10, "15"), (WORKFLOW, 10, "15"), (UNKNOWN, 7, "15"), (MOODLE.replace("Identifier", "Iden"), 10, "15")],
)
def test_worksheet_in_any_language_is_filled_in_and_nothing_else_changed(export, cells, points, filled):
    rows, _, found = filled(export, NINE_MARKS, NINE)
    assert found.name == "grades-moodle.csv"
    before = list(csv.reader(io.StringIO(export, newline="")))
    changed = {
        (n, rows[0][place]): new
        for n, (one, other) in enumerate(zip(before, rows, strict=True))
        for place, (old, new) in enumerate(zip(one, other, strict=True))
        if old != new
    }
    comment = {(1, "Feedback als Kommentar"): "<p>0.3: Whose words?</p>"} if export is GERMAN else {}
    comment = {(1, "Feedback comments"): "<p>0.3: Whose words?</p>"} if "Feedback comments" in export else comment
    assert changed == {(1, rows[0][4]): points, **comment}
    assert comment or "no column that is known to be for comments" in " ".join(found.said)


def test_half_points_have_the_decimal_sign_of_the_grades_and_not_of_another_column(filled):
    rows, _, _ = filled(GERMAN.replace("20,00", "5,00"), [Mark("bcd", "0.3", "A", 1.0)], NINE)
    assert rows[1][4] == "2,5"
    other = MOODLE.replace("20.00", "5.00").replace("Submitted for grading", '"1,2"')
    assert filled(other, [Mark("bcd", "0.3", "A", 1.0)], NINE)[0][1][4] == "2.5"


def test_worksheet_with_two_columns_that_may_be_the_grade_is_refused(filled):
    with pytest.raises(UserError, match=r"neither a gradebook .* Its columns are ა, ბ"):
        filled(UNKNOWN.replace("დ", "დ,თ").replace(",x,", ",,5,"), [], NINE)


def test_student_of_one_row_by_id_and_of_another_by_name_gets_nothing(filled):
    two = [result("bcd", 1, name="Bo Ōta", lms_id="101"), result("fgh", 2, name="Ann Lee", lms_id="102")]
    rows, said, _ = filled(CANVAS, [Mark("bcd", "0.3", "A", 2.0), Mark("fgh", "0.3", "A", 1.5)], two)
    assert cells(rows, "Essays (4757)")["Lee, Ann"] == ""
    assert cells(rows, "Essays (4757)")["Ōta, Bo"] == "1.00"
    assert "Lee, Ann 101; Ōta, Bo 102" in said


def test_one_student_of_a_name_that_two_rows_have_gets_nothing_without_an_id(filled):
    """The other one of this name handed in nothing."""
    export = CANVAS.replace('"Ōta, Bo",102', '"Lee, Ann",102')
    marks = [Mark("bcd", "0.3", "A", 2.0)]
    rows, said, _ = filled(export, marks, [result("bcd", 1, name="Ann Lee")])
    assert [row[6] for row in rows[3:5]] == ["", "1.00"]
    assert "Rows that fit several students" in said
    rows, said, _ = filled(export, marks, [result("bcd", 1, name="Ann Lee", lms_id="102")])
    assert [row[6] for row in rows[3:5]] == ["", "2"]


def test_two_students_with_one_id_get_nothing(filled):
    two = [result("bcd", 1, lms_id="101"), result("fgh", 2, lms_id="101")]
    rows, said, _ = filled(CANVAS, [Mark("bcd", "0.3", "A", 2.0), Mark("fgh", "0.3", "A", 1.5)], two)
    assert cells(rows, "Essays (4757)")["Lee, Ann"] == ""
    assert "Lee, Ann" in said


def test_number_of_moodle_is_nobody_in_canvas(filled):
    moodle = result("bcd", 1, lms_id="101")
    student = Student(
        "bcd", 1, "", "101", "", None, ("a.zip/Zoe Zed_101_assignsubmission_file_/w.jsonl",), lms="moodle"
    )
    moodle = StudentResult(student, moodle.answers, moodle.essays)
    for one in (moodle, result("bcd", 1, lms_id="s1")):
        rows, said, _ = filled(CANVAS, [Mark("bcd", "0.3", "A", 2.0)], [one, BO])
        assert cells(rows, "Essays (4757)")["Lee, Ann"] == ""
        assert "No row of export.csv was filled for: number 1" in said


def lms_result(key, n, name, lms_id, lms_name):
    one = result(key, n, name=name, lms_id=lms_id)
    return StudentResult(Student(key, n, name, lms_id, lms_name=lms_name), one.answers, one.essays)


def test_row_with_the_id_of_one_student_and_the_name_of_another_gets_nothing(filled):
    one = lms_result("bcd", 1, "Zoe Zed", "9001", "Zoe Zed")
    rows, said, _ = filled(MOODLE, [Mark("bcd", "0.3", "A", 2.0)], [one, result("fgh", 2, name="Bo Ōta")])
    assert cells(rows, "Grade")["Participant 9001"] == ""
    assert "Rows with the id of one student and the name of another were left as they were: Participant 9001" in said


@pytest.mark.parametrize("name", ["Lee Ann", "Ann-Marie Lee", "Анна Ли", "Anna LEE"])
def test_other_forms_of_a_name_do_not_contradict_the_id(filled, name):
    one = lms_result("bcd", 1, name, "9001", name)
    rows, _, _ = filled(MOODLE, [Mark("bcd", "0.3", "A", 2.0)], [one])
    assert cells(rows, "Grade")["Participant 9001"] == "20"


def test_namesake_with_another_id_gets_no_points(filled):
    ann, bo = lms_result("bcd", 1, "Ann Lee", "555", "leeann"), lms_result("fgh", 2, "Bo Ōta", "102", "ōtabo")
    some = [StudentResult(replace(one.student, lms="canvas"), one.answers, one.essays) for one in (ann, bo)]
    rows, said, _ = filled(CANVAS, [Mark("bcd", "0.3", "A", 2.0), Mark("fgh", "0.3", "A", 1.5)], some)
    assert [cells(rows, "Essays (4757)")[name] for name in ("Lee, Ann", "Ōta, Bo")] == ["", "1.5"]
    assert "No row of export.csv was filled for: Ann Lee" in said


def test_one_namesake_of_three_in_the_file_of_another_course_is_no_reason_to_fill_it_in(filled):
    some = [
        lms_result(key, n, name, str(n), name)
        for key, n, name in (("b", 1, "Ann Lee"), ("c", 2, "X Y"), ("d", 3, "Z W"))
    ]
    with pytest.raises(UserError, match="of 3 who handed in, none is in it"):
        filled(MOODLE, [], some)


def test_id_decides_between_two_students_whose_names_are_mirrored(filled):
    export = CANVAS.replace('"Ōta, Bo"', '"Ann, Lee"')
    some = [lms_result("bcd", 1, "Ann Lee", "101", "leeann"), lms_result("fgh", 2, "Lee Ann", "102", "annlee")]
    some = [StudentResult(replace(one.student, lms="canvas"), one.answers, one.essays) for one in some]
    rows, _, _ = filled(export, [Mark("bcd", "0.3", "A", 2.0), Mark("fgh", "0.3", "A", 1.5)], some)
    assert [cells(rows, "Essays (4757)")[name] for name in ("Lee, Ann", "Ann, Lee")] == ["2", "1.5"]


def test_one_student_with_another_name_is_left_out_and_the_file_is_not_refused(filled):
    rows, said, _ = filled(MOODLE, [Mark("bcd", "0.3", "A", 2.0)], [lms_result("bcd", 1, "Zoe Zed", "9001", "Zoe Zed")])
    assert cells(rows, "Grade")["Participant 9001"] == ""
    assert "the name of another were left as they were: Participant 9001 Ann Lee" in said


def test_half_a_name_is_not_enough_beside_a_row_that_contradicts(filled):
    some = [lms_result("bcd", 1, "Zoe Lee", "9001", "Zoe Lee"), lms_result("fgh", 2, "Yan Yu", "9002", "Yan Yu")]
    with pytest.raises(UserError, match="the names are others"):
        filled(MOODLE, [], some)


def test_file_whose_names_were_sorted_without_the_ids_is_refused(filled):
    some = [lms_result("bcd", 1, "Zoe Zed", "9001", "Zoe Zed"), lms_result("fgh", 2, "Yan Yu", "9002", "Yan Yu")]
    with pytest.raises(UserError, match="the row “Participant 9001 Ann Lee” has the id of Zoe Zed"):
        filled(MOODLE, [], some)


def test_file_of_another_course_is_refused(filled):
    with pytest.raises(UserError, match=r"of 1 who handed in, none is in it\. It is perhaps the file of another"):
        filled(CANVAS, [], [result("bcd", 1, name="Zoe Zed", lms_id="9")])


def test_locked_grade_of_the_only_student_is_not_taken_for_the_file_of_others(filled):
    rows, said, _ = filled(MOODLE, [], [result("jkl", 3, name="Cy Roe", lms_id="9003")])
    assert cells(rows, "Grade")["Participant 9003"] == ""
    assert "locked in Moodle, and stay as they are: 1." in said
    assert "No row" not in said


@pytest.mark.parametrize("export", [MOODLE, CANVAS])
def test_name_typed_in_a_file_does_not_give_the_points_to_another(filled, export):
    one = lms_result("bcd", 1, "Ann Lee", "5", "Suharto")
    rows, said, _ = filled(export, [Mark("bcd", "0.3", "A", 2.0)], [one, result("fgh", 2, name="Bo Ōta")])
    assert {row[rows[0].index("Grade" if export == MOODLE else "Essays (4757)")] for row in rows[1:]} <= {
        "", "7.00", "7", "Manual Posting", "2.00", "1.00", "EX"
    }  # fmt: skip
    assert "No row of export.csv was filled for: Ann Lee" in said


def test_student_is_found_by_the_number_at_the_university_in_the_roster(filled):
    student = result("bcd", 1, roster={"SIS User ID": "s1", "Name": "Pseudonym"})
    assert cells(filled(CANVAS, [Mark("bcd", "0.3", "A", 2.0)], [student])[0], "Essays (4757)")["Lee, Ann"] == "2"


def test_two_assignments_of_one_name_are_refused(filled):
    with pytest.raises(UserError, match="several assignments have the name “Essays”"):
        filled(CANVAS.replace("Other (4800)", "Essays (4800)"), [])


@pytest.mark.parametrize(
    "export",
    [
        "",
        "\n\n",
        "\n" + MOODLE,
        CANVAS.replace("Student", "Studnt", 1),
        "Identifier,Full name\nParticipant 1,Ann\n",
        MOODLE.replace("Ann Lee,", "Lee, Ann,"),
        "Identifier,Grade\n" + "x" * 200_000,
        '"' + "x" * 200_000,
        "\0",
    ],
)
def test_broken_export_is_refused(export, filled):
    with pytest.raises(UserError, match=r"export\.csv"):
        filled(export, [])
