"""Marks taken in and given back: run again, stopped at any moment, half-written files, two markers, hostile words."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import replace

import pytest
from synthetic import make_class

from helpers import my_work, workbook
from helpers.__main__ import main
from helpers.classroom import Answered, Essay, Given, Mark, Student, StudentResult, give_back, write_class, write_marks
from helpers.core import UserError
from helpers.portfolio import all_feedback, hash_of
from helpers.questions import question, record_answer

ESSAY = "Crane is “not disinclined to lend the key”. </script><script>alert(1)</script> =1+1"
NINE, TEN = "2027-01-02T09:00:00.000Z", "2027-01-02T10:00:00.000Z"


def result(n, text=ESSAY, **how):
    key = "bcdfghjklm"[n - 1] * 3
    essays = (Essay("0.3", key, text, len(text.split()), **how),) if text else ()
    return StudentResult(Student(key, n, f"Ann <b>{n}</b>"), {"0.1": Answered("watch", "right", 1.0, 1, 1)}, essays)


CLASS = [result(n) for n in range(1, 6)]


def mark(n, points, marker="A", when=NINE, comment="Whose words?", text=ESSAY):
    step = {2.0: 1, 1.0: 2, 0.0: 3}[points]
    return Mark(
        CLASS[n - 1].student.key, "0.3", marker, points, (Given("claim", step, points),), comment, hash_of(text), when
    )


def save(path, *marks):
    path.write_text(
        write_marks(marks, {one.student.key: one.student for one in CLASS}, {"0.3": 2}, names=True), "utf-8"
    )
    return path


def data_of(page):
    return json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.S)[1])


@pytest.fixture
def folder(example, tmp_path):
    return tmp_path / "class"


def points_in(folder):
    rows = (folder / "marks.csv").read_text("utf-8-sig").splitlines()[1:]
    return {(cells := row[1:-1].split('","'))[0]: cells[5] for row in rows}


def feedback(folder, n):
    return next((folder / "feedback").glob(f"0{n}-*.html")).read_text("utf-8")


def test_marks_come_back_in_the_page_the_file_and_the_grades(folder, tmp_path):
    give_back(CLASS, folder)
    assert set(points_in(folder).values()) == {""}
    assert "Not marked yet." in feedback(folder, 1)
    done = give_back(CLASS, folder, marks=[save(tmp_path / "marks-A.csv", mark(1, 2.0), mark(2, 0.0))])
    assert done.summary == "2 of 5 written answers are marked (marking.html); feedback for 2 students (feedback)."
    assert list(points_in(folder).values()) == ["2", "0", "", "", ""]
    assert "2 of 2 points" in feedback(folder, 1)
    assert "Whose words?" in feedback(folder, 1)
    assert "A clear claim" in feedback(folder, 1)
    assert "0 of 2 points" in feedback(folder, 2)
    assert "Not marked yet." in feedback(folder, 3)
    assert [row.split(",")[4:] for row in (folder / "grades.csv").read_text("utf-8-sig").splitlines()] == [
        ["Essays (of 2)", "Forms (of 1)"], ["2", "1"], ["0", "1"], ["", "1"], ["", "1"], ["", "1"],
    ]  # fmt: skip
    assert {path.suffix for path in (folder / "feedback").iterdir()} == {".html"}


def test_page_brings_its_feedback_into_the_work_of_its_student_only(folder, tmp_path, monkeypatch):
    monkeypatch.setenv("CLOSE_READING_WORK", str(tmp_path / "work"))
    workbook.begin_session()
    workbook.record_name("Ann")
    record_answer(question("0.3"), ESSAY)
    own = workbook.read_handed_in(workbook.bundle()).owners
    some = [replace(one, student=replace(one.student, owners=tuple(own) if n == 0 else ("0f" * 16,)))
            for n, one in enumerate(CLASS)]  # fmt: skip
    odd = "</template><b>Not</b> the key.\n\u202e"
    give_back(some, folder, marks=[save(tmp_path / "m.csv", mark(1, 2.0, comment=odd), mark(2, 1.0))])
    first, second, third = sorted((folder / "feedback").iterdir())[:3]
    assert "my_work(read=…)" in my_work(restore=second).said  # it is somebody else’s
    assert all_feedback() == {}
    assert "Feedback came in on: 0.3." in my_work(restore=first).said
    assert all_feedback()["0.3"].marks[0].comment.startswith("</template><b>Not</b> the key.")
    assert "2 of 2 points (2027-01-02, marked by A)" in str(my_work("0.3"))
    with pytest.raises(UserError, match="not a downloaded workbook"):
        my_work(restore=third)  # nothing is marked in it yet


def test_run_again_without_the_file_keeps_the_marks(folder, tmp_path):
    give_back(CLASS, folder, marks=[save(tmp_path / "marks-A.csv", mark(1, 2.0))])
    first = (folder / "marks.csv").read_bytes()
    give_back(CLASS, folder)
    assert (folder / "marks.csv").read_bytes() == first


def test_file_of_a_marker_in_the_folder_is_taken_in(folder):
    give_back(CLASS, folder)
    save(folder / "marks-B (1).csv", mark(1, 1.0, "B"))
    give_back(CLASS, folder)
    assert points_in(folder)["bbb"] == "1"


def test_marks_of_students_whose_files_are_not_here_this_time_are_kept(folder, tmp_path):
    give_back(CLASS, folder, marks=[save(tmp_path / "m.csv", mark(1, 2.0), mark(5, 1.0))])
    give_back(CLASS[1:], folder)
    give_back(CLASS, folder)
    assert points_in(folder)["bbb"] == "2"


def test_changed_essay_keeps_its_mark_for_the_earlier_words_and_says_so(folder, tmp_path):
    give_back(CLASS, folder, marks=[save(tmp_path / "m.csv", mark(1, 2.0))])
    done = give_back([result(1, "Other words."), *CLASS[1:]], folder)
    assert "0.3 of number 1" in " ".join(done.said)
    assert points_in(folder)["bbb"] == "2"
    page = feedback(folder, 1)
    assert "2 of 2 points" in page
    assert "earlier words" in page
    (one,) = data_of((folder / "marking.html").read_text("utf-8"))["marks"]
    assert one["essay"] == hash_of(ESSAY)


def test_replaced_marks_are_kept_in_a_file_of_their_own(folder, tmp_path):
    give_back(CLASS, folder, marks=[save(tmp_path / "m.csv", mark(1, 2.0))])
    give_back(CLASS, folder, marks=[save(tmp_path / "m.csv", mark(1, 1.0, when=TEN, comment="Second"))])
    done = give_back(CLASS, folder)
    earlier = (folder / "marks-earlier.csv").read_text("utf-8")
    assert points_in(folder)["bbb"] == "1"
    assert earlier.count("bbb") == 1
    assert "Whose words?" in earlier
    assert not done.said


class Killed(BaseException):
    """Stands for the end of the process at a file operation."""


_left: list[int] = []


def _kill(event: str, arguments: tuple) -> None:
    if _left and event == "os.rename":
        _left[0] -= 1
        if _left[0] < 0:
            raise Killed


sys.addaudithook(_kill)


def test_run_stopped_at_any_file_operation_loses_no_mark(folder, tmp_path):
    old, new = (
        save(tmp_path / "old.csv", mark(1, 2.0), mark(2, 1.0)),
        save(tmp_path / "new.csv", mark(1, 0.0, when=TEN)),
    )
    stopped = 0
    for n in range(200):
        place = folder / str(n)
        give_back(CLASS[:2], place, marks=[old])
        _left.append(n)
        try:
            give_back(CLASS[:2], place, marks=[new])
        except Killed:
            stopped += 1
        else:
            break
        finally:
            _left.clear()
        give_back(CLASS[:2], place)
        assert points_in(place)["ccc"] == "1", n
        give_back(CLASS[:2], place, marks=[new])
        assert points_in(place) == {"bbb": "0", "ccc": "1"}, n
        assert "Whose words?" in (place / "marks-earlier.csv").read_text("utf-8"), n
    assert stopped > 5


def test_half_written_marks_are_put_aside_and_their_whole_rows_kept(folder, tmp_path):
    give_back(CLASS, folder, marks=[save(tmp_path / "m.csv", mark(1, 2.0), mark(2, 1.0, comment="“Länge”"))])
    data = (folder / "marks.csv").read_bytes()
    cut = data[: data.index("ä".encode()) + 1]  # inside a character
    (folder / "marks.csv").write_bytes(cut)
    done = give_back(CLASS, folder)
    assert points_in(folder)["bbb"] == "2"
    (aside,) = folder.glob("marks-not-read-*.csv")
    assert aside.read_bytes() == cut
    assert aside.name in " ".join(done.said)
    assert not any("marks-not-read" in one for one in give_back(CLASS, folder).said)


def test_several_markers_get_parcels_that_are_the_class_and_their_files_are_merged(folder, tmp_path):
    give_back(CLASS, folder, markers=["A", "B"])
    parcels = [data_of((folder / f"marking-{name}.html").read_text("utf-8")) for name in "ab"]
    assert [one["marker"] for one in parcels] == ["A", "B"]
    students = [{essay["student"] for essay in one["essays"]} for one in parcels]
    assert students[0] & students[1] == set()
    assert students[0] | students[1] == {one.student.key for one in CLASS}
    files = [
        save(tmp_path / "a.csv", mark(1, 2.0, "A")),
        save(tmp_path / "b.csv", mark(1, 1.0, "B"), mark(2, 0.0, "B")),
    ]
    give_back(CLASS, folder, marks=files, markers=["A", "B"])
    overview = (folder / "marks.html").read_text("utf-8")
    assert "<td>2</td><td>1</td><td>1</td><td><strong>1.5</strong></td>" in overview
    assert "<td>–</td><td>0</td><td>–</td><td><strong>0</strong></td>" in overview
    assert "Not marked" in overview
    with pytest.raises(UserError, match="Two markers"):
        give_back(CLASS, folder, markers=["A", "a"])


def test_pages_link_only_to_pages_that_are_there(folder):
    def links(name):
        return set(re.findall(r'href="([^"#]+)"', (folder / name).read_text("utf-8")))

    give_back(CLASS, folder)
    assert links("marks.html") == {"marking.html"}
    assert links("marking.html") == {"marks.html"}


def test_no_name_is_in_any_file_if_numbers_are_asked_for(folder, tmp_path):
    give_back(CLASS, folder, marks=[save(tmp_path / "m.csv", mark(1, 2.0))], names=False)
    for path in folder.rglob("*.*"):
        assert "Ann" not in path.read_text("utf-8"), path
        assert "Ann" not in path.name


def test_pages_with_names_of_an_earlier_run_are_said(folder):
    give_back(CLASS, folder)
    done = give_back(CLASS, folder, names=False)
    assert "5 files, such as feedback/01-Ann" in " ".join(done.said)
    assert not give_back(CLASS[5:], folder, names=False).said


def test_words_of_students_and_markers_stay_words_in_every_page(folder, tmp_path):
    odd = mark(1, 2.0, "<i>M", comment="</textarea><img src=x onerror=alert(1)>\n=cmd()")
    give_back(CLASS, folder, marks=[save(tmp_path / "m.csv", odd)])
    for path in [*folder.glob("*.html"), *folder.glob("feedback/*.html")]:
        page = path.read_text("utf-8")
        scripts = page.count("<script")
        assert scripts == page.count("</script>") == (2 if path.name == "marking.html" else 0), path
        for sign in ("<img", "<i>M", "<b>1"):
            assert sign not in page, path
        assert "default-src &#x27;none&#x27;" in page
    assert data_of((folder / "marking.html").read_text("utf-8"))["marks"][0]["comment"] == odd.comment


def test_nothing_is_written_through_a_link(folder, tmp_path):
    folder.mkdir()
    (tmp_path / "elsewhere").mkdir()
    (folder / "feedback").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UserError, match="feedback"):
        give_back(CLASS, folder)
    assert not list((tmp_path / "elsewhere").iterdir())


def test_file_that_was_not_made_here_is_not_replaced(folder):
    folder.mkdir()
    (folder / "marking.html").write_text("mine")
    with pytest.raises(UserError, match=r"marking\.html"):
        give_back(CLASS, folder)
    assert (folder / "marking.html").read_text() == "mine"


def test_unreadable_marks_file_stops_nothing(folder, tmp_path):
    bad = tmp_path / "bad.csv"
    bad.write_bytes(b"\xff\xfe\x00\xd8question")
    good = save(tmp_path / "m.csv", mark(1, 2.0))
    done = give_back(CLASS, folder, marks=[bad, tmp_path / "away.csv", good])
    assert points_in(folder)["bbb"] == "2"
    assert "bad.csv" in " ".join(done.said)
    assert "away.csv" in " ".join(done.said)


@pytest.mark.parametrize(("ending", "encoding"), [(".csv", "cp1252"), (".txt", "utf-16"), (".tsv", "utf-8-sig")])
@pytest.mark.parametrize("given", [True, False])
def test_marks_that_a_spreadsheet_saved_are_read_or_named(ending, encoding, given, tmp_path, capsys):
    (tmp_path / "a.jsonl").write_bytes(make_class(1)[0].file)
    folder = tmp_path / "class"
    command = ["class", "-o", str(folder), str(tmp_path / "a.jsonl")]
    assert main(command) == 0
    name = "from Excel" + (ending if given else ".csv")
    rows = [["number", "question", "marker", "points", "comment"], ["1", "Q2.10", "Müller", "3", "Grüße"]]
    saved = "".join(("\t" if ending != ".csv" else ";").join(row) + "\r\n" for row in rows)
    ((tmp_path if given else folder) / name).write_bytes(saved.encode(encoding))
    code = main([*command, *([str(tmp_path / name)] if given else [])])
    said = capsys.readouterr().err
    comments = (folder / "marks.csv").read_text("utf-8-sig")
    if encoding == "cp1252":
        assert code == 1
        assert re.search(r"from Excel\.csv, line 2: byte \d+ .* “CSV UTF-8”, not “CSV”", said)
        assert "Grüße" not in comments
    else:
        assert (code, said) == (0, "")
        assert "Grüße" in comments


def test_earlier_attempts_drafts_and_late_work_are_said_on_the_marking_page(folder):
    give_back([result(1, earlier=("First <try>",), outdated=True, draft=True)], folder)
    (one,) = data_of((folder / "marking.html").read_text("utf-8"))["essays"]
    assert "First &lt;try&gt;" in one["earlier"][0]
    assert len(one["flags"]) == 2


def test_marker_whose_mark_is_agreed_counts_alone(folder, tmp_path):
    both = [mark(1, 2.0, "A"), mark(1, 0.0, "B"), mark(1, 1.0, "agreed", comment="We talked.")]
    give_back(CLASS, folder, marks=[save(tmp_path / "m.csv", *both)])
    assert "1 of 2 points" in feedback(folder, 1)
    assert "We talked." in feedback(folder, 1)


def test_class_without_written_answers_has_pages_all_the_same(folder):
    assert give_back([result(1, "")], folder).summary == "Nothing to mark was handed in."
    assert data_of((folder / "marking.html").read_text("utf-8"))["questions"] == []


def test_page_of_feedback_that_is_handed_in_by_mistake_is_no_work(folder, tmp_path):
    give_back(CLASS, folder, marks=[save(tmp_path / "m.csv", mark(1, 2.0))])
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "feedback.html").write_text(feedback(folder, 1), "utf-8")
    with pytest.raises(UserError, match=r"a page of feedback, not work: ask for the download"):
        write_class([tmp_path / "in"], tmp_path / "out")
