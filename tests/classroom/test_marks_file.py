"""Marks in CSV: as the page saves them, as spreadsheets save them, half written, and of two markers."""

from __future__ import annotations

import csv
import io
import os

import pytest
from hypothesis import given, strategies as st

from helpers.classroom import (
    AGREED,
    Given,
    Mark,
    Student,
    is_marks_file,
    merge_marks,
    points_that_count,
    read_marks,
    write_marks,
)
from helpers.core import formula_escaped, formula_restored, neutralised
from helpers.questions import KINDS, Criterion

RUBRIC = tuple(Criterion(id, id.capitalize(), 2, ("clear", "too broad", "none")) for id in ("claim", "evidence"))
ASKED = {
    id: KINDS["essay"](id=id, prompt="?", lesson="02-x", title="X", points=4, rubric=RUBRIC) for id in ("2.10", "2.3")
}
STUDENTS = [
    Student("bcd", 1, "Ann Lee"),
    Student("fgh", 2, "Bo Ōta"),
    Student("jkl", 3, "Cy Roe"),
    Student("mnp", 4, "Cy Roe"),
]
BY_KEY = {one.key: one for one in STUDENTS}
OF = {"2.10": 4, "2.3": 4}
NINE, TEN, ELEVEN = (f"2027-01-02T{hour:02}:00:00.000Z" for hour in (9, 10, 11))
# Older than every file that a test writes.
MARK = Mark(
    "bcd", "2.10", "A", 3.0, (Given("claim", 1, 2.0), Given("evidence", 2, 1.0)), "Whose words?", "0" * 16, NINE
)


def written(*marks):
    return write_marks(marks, BY_KEY, OF, names=True)


@pytest.fixture
def read(tmp_path):
    """Read marks from text or bytes."""

    def do(content, name="marks.csv", saved=ELEVEN):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        hours = {NINE: 9, TEN: 10, ELEVEN: 11}[saved]
        at = 1_798_848_000 + hours * 3600  # 2 January 2027
        os.utime(path, (at, at))
        return read_marks(path, STUDENTS, ASKED)

    return do


def test_written_marks_are_read_back_the_same(read):
    marks = (MARK, Mark("fgh", "2.3", "Bö; C", 0.0, (), "=1+1\n-2; @x\n“é”", "1" * 16, TEN))
    found = read(written(*marks))
    assert found.marks == marks
    assert not any(one.edited for one in found.marks)
    assert found.troubles == ()


@given(st.text(max_size=40))
def test_words_escaped_for_a_spreadsheet_are_restored(words):
    words = neutralised(words).strip()
    assert formula_restored(str(formula_escaped(words))) == words


def test_no_cell_is_a_formula():
    rows = csv.reader(io.StringIO(written(Mark("bcd", "2.10", "=A", 1.0, (), "@cmd"))))
    assert not any(cell.startswith(tuple("=+-@")) for row in rows for cell in row)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_spreadsheet_file_is_read_as_ours(read, separator, encoding):
    rows = list(csv.reader(io.StringIO(written(MARK, Mark("fgh", "2.3", "A", 2.5, when=TEN)).removeprefix("\ufeff"))))
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator, lineterminator="\r\n")
    writer.writerows([[cell.replace("2.5", "2,5") if n == 5 else cell for n, cell in enumerate(row)] for row in rows])
    found = read(out.getvalue().encode(encoding))
    assert [(one.points, one.edited) for one in found.marks] == [(3.0, False), (2.5, False)]
    assert found.troubles == ()


def test_file_cut_short_anywhere_gives_all_whole_rows_and_says_so(read):
    data = written(MARK, Mark("fgh", "2.3", "A", 1.0, (), "“Länge”", when=TEN)).encode("utf-8")
    first = data.index(b"\r\n", data.index(b"bcd")) + 2
    for end in range(first + 1, len(data) - 2):
        found = read(data[:end])
        assert found.marks[0] == MARK, end
        assert len(found.marks) == 1, end
        assert not found.whole, end
        assert found.troubles, end


def test_plain_table_with_number_question_and_points_is_enough(read):
    found = read("number;question;points;comment\n1;2.10;3,5;Good\n2;2.3;0;\n3;2.3;;\n")
    assert [(one.student, one.question, one.points, one.comment) for one in found.marks] == [
        ("bcd", "2.10", 3.5, "Good"),
        ("fgh", "2.3", 0.0, ""),
    ]
    assert all(one.when == ELEVEN for one in found.marks)


def test_question_that_a_spreadsheet_shortened_is_recognised_and_one_of_that_name_is_not_taken_for_it(read):
    rows = "number,question,points\n1,2.1,3\n2,Q2.3,3\n3,Q2.1,3\n"
    assert [one.question for one in read(rows).marks] == ["2.10", "2.3", "2.1"]


def test_student_is_found_by_name_unless_two_have_it(read):
    found = read("name,question,points\nann  LEE,2.3,1\nCy Roe,2.3,1\n")
    assert [one.student for one in found.marks] == ["bcd"]
    assert "line 3" in found.troubles[0]
    assert "number" in found.troubles[0]


@pytest.mark.parametrize("row", ["bcd,1,Bo Ōta", "bcd,,Bo Ōta", ",1,Bo Ōta"])
def test_row_of_one_student_with_the_name_of_another_is_not_read(read, row):
    found = read(f"student,number,name,question,points\n{row},2.3,1\n,1,Ann Lee,2.3,1\n")
    assert [one.student for one in found.marks] == ["bcd"]
    assert "line 2: the row is of number 1, Ann Lee, and names Bo Ōta." in found.troubles[0]
    assert not found.whole


def test_row_as_it_was_written_is_read_whatever_its_name(read):
    """The name was once typed in a file, and is another student’s."""
    students = {one.key: Student(one.key, one.number, "Bo Ōta") for one in STUDENTS}
    found = read(write_marks([MARK], students, OF, names=True))
    assert (found.marks, found.troubles) == ((MARK,), ())


def test_name_that_nobody_has_now_does_not_contradict_the_key(read):
    assert [one.student for one in read("student,name,question,points\nbcd,Ann Married,2.3,1\n").marks] == ["bcd"]


def test_marks_of_another_class_are_kept_and_counted_and_given_to_no_namesake(read):
    found = read("student,number,name,question,points\nxyz,1,Ann Lee,2.3,1\nxzz,2,Bo Li,2.3,1\n")
    assert [one.student for one in found.marks] == ["xyz", "xzz"]
    assert "2 of 2 marks are of students whose files are not here" in found.troubles[0]


def test_mark_on_a_question_that_no_reader_marks_is_said(read):
    found = read("number,question,points\n1,9.9,1\n")
    assert "line 2: 9.9 is no question that a reader marks." in found.troubles[0]


@pytest.mark.parametrize("cell", ["abc", "nan", "inf", "1e9", "1/2", "--1", "9" * 400])
def test_points_that_are_no_number_are_said_and_not_guessed(read, cell):
    found = read(f"number,question,points\n1,2.3,{cell}\n2,2.3,1\n")
    assert [one.student for one in found.marks] == ["fgh"]
    assert "line 2" in found.troubles[0]
    assert not found.whole


def test_points_out_of_range_are_taken_and_said(read):
    found = read("number,question,points\n1,2.3,35\n")
    assert found.marks[0].points == 35
    assert "0 to 4" in found.troubles[0]


def test_marks_of_a_student_who_is_not_here_are_kept(read):
    away = Mark("zzz", "2.10", "A", 2.0, when=NINE)
    found = read(written(away))
    assert found.marks == (away,)
    assert read(written(*found.marks)).marks == (away,)


def test_file_that_is_no_table_of_marks_is_said(read, tmp_path):
    for content in (b"", b"\x00\x01\x02", b"a,b\n1,2\n", b"PK\x03\x04zip", "é".encode("latin-1") * 9):
        found = read(content)
        assert not found.marks
        assert found.troubles
        assert not is_marks_file(tmp_path / "marks.csv")
    read(written(MARK))
    assert is_marks_file(tmp_path / "marks.csv")


def test_later_mark_counts_and_the_earlier_one_is_kept():
    late = Mark("bcd", "2.10", "A", 4.0, when=TEN)
    for files in ([[MARK], [late]], [[late], [MARK]]):
        merged = merge_marks(files, ASKED)
        assert merged.marks == (late,)
        assert merged.replaced == (MARK,)


def test_row_changed_in_a_spreadsheet_beats_the_download_that_it_was_made_from(read):
    edited = read(written(MARK).replace('"3","4"', '"4","4"'), saved=TEN).marks
    assert [(one.points, one.edited, one.when) for one in edited] == [(4.0, True, TEN)]
    download = read(written(MARK)).marks
    assert [one.points for one in merge_marks([edited, download], ASKED).marks] == [4.0]
    again = read(written(*merge_marks([edited, download], ASKED).marks)).marks
    assert [one.points for one in merge_marks([again, download], ASKED).marks] == [4.0]


def test_marks_of_two_markers_stand_side_by_side():
    other = Mark("bcd", "2.10", "B", 4.0, when=TEN)
    merged = merge_marks([[MARK], [other]], ASKED)
    assert merged.on("2.10", "bcd") == [MARK, other]
    assert points_that_count(merged.on("2.10", "bcd"))[0] == 3.5
    agreed = Mark("bcd", "2.10", AGREED, 4.0, when=ELEVEN)
    assert points_that_count([*merged.on("2.10", "bcd"), agreed]) == (4.0, [agreed])


def test_not_marked_is_not_zero():
    assert points_that_count([Mark("bcd", "2.10", comment="See me.")])[0] is None
    assert points_that_count([Mark("bcd", "2.10", points=0.0)])[0] == 0.0


def test_mark_taken_back_later_is_not_marked(read):
    back = Mark("bcd", "2.10", "A", None, when=TEN)
    merged = merge_marks([read(written(MARK)).marks, read(written(back)).marks], ASKED)
    assert points_that_count(merged.on("2.10", "bcd"))[0] is None


def test_steps_of_only_some_criteria_are_not_a_mark_and_those_of_all_are(read):
    found = read('number,question,points,steps\n1,2.10,,claim=1:2\n2,2.10,,"claim=1:2; evidence=3:0"\n')
    assert [one.points for one in found.marks] == [None, 2.0]


def test_step_whose_points_change_changes_for_all_who_got_it():
    price = Mark("*", "2.10", steps=(Given("claim", 1, 1.5),), when=TEN)
    by_hand = Mark("fgh", "2.10", "A", 4.0, MARK.steps, when=NINE)
    other = Mark("jkl", "2.10", "B", 1.0, (Given("claim", 2, 1.0), Given("evidence", 3, 0.0)), when=ELEVEN)
    merged = merge_marks([[MARK, by_hand, other, price]], ASKED)
    points = {one.student: one.points for one in merged.marks if one.student != "*"}
    assert points == {"bcd": 2.5, "fgh": 4.0, "jkl": 1.0}
    later = Mark("*", "2.10", steps=(Given("claim", 1, 2.0),), when=ELEVEN)
    assert merge_marks([merged.marks, [later]], ASKED).on("2.10", "bcd")[0].points == 3.0


def test_merging_is_independent_of_order_and_of_repetition():
    marks = [MARK, Mark("bcd", "2.10", "A", 4.0, when=TEN), Mark("bcd", "2.10", "B", 1.0, when=TEN)]
    one, other = merge_marks([marks, marks], ASKED), merge_marks([marks[::-1]], ASKED)
    assert one == other
