"""Feedback: taken in by Restore, shown beside the answer, and only for the person whose work it is about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from helpers import answer, my_work, workbook
from helpers.portfolio import (
    Feedback,
    GivenStep,
    MarkedBy,
    all_feedback,
    export_work,
    feedback_bundle,
    hash_of,
    recorded_words,
)
from helpers.questions import question, record_answer, standing_of, undecided
from helpers.widgets import form_state
from helpers.workbook import Event, file_header, record_name, write_line

WORDS = "Crane is “not disinclined to lend the key”, but the tower stays shut until he has a list."
STEP = GivenStep("Claim: what was granted", "A clear claim", 2.0, 2.0)


@pytest.fixture(autouse=True)
def work(example, tmp_path, monkeypatch):
    """An answered question in a work folder of its own."""
    monkeypatch.setenv("CLOSE_READING_WORK", str(tmp_path / "work"))
    workbook.begin_session()
    record_name("Fox")
    record_answer(question("0.3"), WORDS)
    return tmp_path


def owners():
    return workbook.read_handed_in(workbook.bundle()).owners


def one(points=2.0, comment="You kept both conditions.", when="2027-01-02T09:00:00.000Z", words=WORDS, marker="A"):
    return Feedback("0.3", points, 2, (MarkedBy(marker, points, (STEP,), comment),), hash_of(words), when)


def restore(tmp_path, *some, ids=None):
    path = tmp_path / "07-Fox.jsonl"
    path.write_text(feedback_bundle(some, owners() if ids is None else ids), encoding="utf-8")
    return my_work(restore=path)


def test_restored_feedback_is_shown_beside_the_answer(work):
    assert "Feedback came in on: 0.3." in restore(work, one()).said
    shown = str(my_work("0.3"))
    assert "Your instructor’s feedback: 2 of 2 points (2027-01-02, marked by A)." in shown
    assert "You kept both conditions." in shown
    assert "A clear claim" in shown
    html = my_work("0.3").words_html()
    assert "You kept both conditions." in html
    assert html.index(WORDS[-20:]) < html.index("Your instructor’s feedback")
    assert "0.3 (2 of 2 points)" in str(my_work())


def test_feedback_taken_in_twice_changes_nothing_and_a_later_one_replaces_it(work):
    restore(work, one())
    before = all_feedback()
    restore(work, one())
    assert all_feedback() == before
    restore(work, one(1.0, "Second thoughts.", "2027-01-03T09:00:00.000Z"))
    restore(work, one())
    assert all_feedback()["0.3"].points == 1.0
    assert "Second thoughts." in str(my_work("0.3"))


def test_answer_that_is_not_marked_is_no_zero(work):
    restore(work, one(None, "See me."))
    assert "not marked yet" in str(my_work("0.3"))
    assert "0 of" not in str(my_work("0.3")).partition("feedback")[2].partition("\n")[0]


def test_feedback_on_earlier_words_says_so(work):
    restore(work, one())
    assert "earlier words" not in str(my_work("0.3"))
    record_answer(question("0.3"), WORDS + " More words than before.")
    assert "earlier words" in str(my_work("0.3"))
    assert "earlier words" in my_work("0.3").words_html()


def test_form_and_page_to_hand_in_show_feedback_beside_the_answer(work):
    asked = question("0.3")
    assert form_state(asked, standing_of(asked))["feedback"] is None
    assert "instructor’s feedback" not in export_work("html")
    restore(work, one())
    told = form_state(asked, standing_of(asked))["feedback"]
    assert (told["head"], told["facts"]) == ("Your instructor’s feedback: 2 of 2 points", ["2027-01-02", "marked by A"])
    assert (told["remark"], told["marks"][0]["comment"]) == ("", "You kept both conditions.")
    for format in ("html", "markdown"):
        page = export_work(format)
        assert page.index(WORDS[-20:]) < page.index("My instructor’s feedback: 2 of 2 points"), format
        assert "earlier words" not in page
    done = answer("0.3", WORDS + " More words than before.")
    assert "2 of 2 points" in done.words_html()
    assert "conditions" not in done._repr_html_()
    assert "conditions" not in answer("0.3")._repr_html_()
    assert "earlier words" in form_state(asked, standing_of(asked))["feedback"]["remark"]
    assert "earlier words" in export_work("html")


def test_feedback_of_several_markers_names_each(work):
    both = (MarkedBy("A", 2.0, comment="Yes."), MarkedBy("", 1.0, comment="No."))
    restore(work, Feedback("0.3", 1.5, 2, both))
    shown = str(my_work("0.3"))
    assert "Your instructor’s feedback: 1.5 of 2 points.\nA: 2 of 2\nYes.\nMarker: 1 of 2\nNo." in shown
    assert ">A</bdi>: 2 of 2" in my_work("0.3").words_html()


def test_feedback_for_somebody_else_is_asked_about_and_not_taken_in(work):
    restore(work, one(), ids=["0f" * 16])
    assert all_feedback() == {}


def test_feedback_goes_along_in_a_download_and_comes_back(work, monkeypatch):
    restore(work, one())
    download = workbook.bundle()
    monkeypatch.setenv("CLOSE_READING_WORK", str(work / "other"))
    workbook.begin_session()
    workbook.restore(download)
    assert all_feedback()["0.3"] == one()


def test_time_of_the_instructor_makes_no_answer_doubtful(work):
    ahead = datetime.now(UTC) + timedelta(hours=2)
    restore(work, one(when=f"{ahead:%Y-%m-%dT%H:%M:%S}.000Z"))
    record_answer(question("0.3"), WORDS + " And more.")
    assert not workbook.history().contradiction
    assert undecided() == []


def test_words_of_feedback_are_escaped_and_limited(work):
    restore(work, one(comment="<img src=x onerror=alert(1)>\x1b[31m\u202e", marker="<i>"))
    html = my_work("0.3").words_html()
    for shown in (html, export_work("html")):
        assert "<img" not in shown
        assert "<i>" not in shown
        assert "\x1b" not in shown
        assert "\u202e" not in shown
    assert "\x1b" not in str(my_work("0.3"))


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"question": 7},
        {"question": "0.3", "points": "many", "of": [], "marks": 5},
        {
            "question": "0.3",
            "points": 1e308,
            "of": True,
            "marks": [None, {"steps": [[1], "x", [None] * 4], "comment": 9}],
        },
        {"question": "9.9", "marks": [{}] * 100_000, "answer": {}, "when": []},
    ],
)
def test_malformed_feedback_breaks_nothing(work, body):
    line = write_line(Event(1, "0a" * 8, "", "feedback", body, {}))
    path = work / "odd.jsonl"
    path.write_text(f"{file_header(owners())}\n{line}\n", encoding="utf-8")
    my_work(restore=path)
    assert WORDS in str(my_work("0.3"))
    assert my_work("0.3").words_html()
    assert form_state(question("0.3"), standing_of(question("0.3")))
    assert export_work("html")
    assert export_work("markdown")
    assert str(my_work())


def test_words_of_feedback_are_found_in_stored_outputs(work):
    restore(work, one())
    assert recorded_words().are_in("You kept both conditions.")


def test_feedback_is_not_stored_in_a_notebook(work):
    restore(work, one())
    for view in (my_work(), my_work("0.3")):
        assert "conditions" not in repr(view)
        assert "You kept" not in view._repr_html_()
