"""The envelopes of lesson 04: papers.csv has their words, and question 4.8 accepts 1921-telegram and 1923-letter."""

from __future__ import annotations

import re

import pytest
from lessons_checked import ROOT, read_lesson

from helpers import answer, check_quotes, load_text, my_text, workbook
from helpers.questions import question
from helpers.texts import papers

LESSONS = sorted((ROOT / "lessons").glob("*.ipynb"))
PROSE = "\n\n".join(words for path in LESSONS for _, words in read_lesson(path).prose)
FILLED = " ".join(["word"] * 70)


@pytest.fixture(autouse=True)
def empty_workbook(tmp_path, monkeypatch):
    monkeypatch.setenv("CLOSE_READING_WORK", str(tmp_path / "work"))
    workbook.begin_session()
    yield
    workbook.begin_session()


@pytest.mark.parametrize("id", [*papers()])
def test_words_of_a_paper_are_those_that_a_lesson_quotes(id):
    for words in papers()[id].passages:
        assert f"“{words}”" in PROSE


@pytest.mark.parametrize("number", range(1, 6))
def test_words_of_each_envelope_are_named_after_it(number):
    envelope = re.search(rf"### Envelope {number} · .*?</details>", PROSE, re.S)[0]
    quoted = re.search(r"\*\*A few of its words\.\*\* (“.*?”)", envelope, re.S)[1]
    (row,) = check_quotes(f"It has {quoted}.")
    assert row["verdict"] == f"word for word, from envelope {number}"
    (row,) = check_quotes(f"It has “{' '.join(quoted.strip('“”').split()[-4:])}”.")
    assert row["verdict"] == f"word for word, from envelope {number}"


@pytest.mark.parametrize("number", range(1, 6))
def test_envelope_is_a_frame_around_folded_words_and_closed_again(number):
    cell = re.search(rf"### Envelope {number} · .*?</div>", PROSE, re.S)[0]
    assert cell.count("<div style=") == cell.count("</div>") == cell.count("<details>") == 1
    assert "background:#fff6da;color:#1b1b1b" in cell  # readable in light and in dark


@pytest.mark.parametrize(
    ("quoted", "missing"),
    [
        ("return the whole case to me", False),
        ("is inclined to allow", False),
        ("far from supporting", False),
        ("I am following your case with all my heart", True),
        ("swift and vigorous action", True),
    ],
)
def test_question_4_8_wants_words_of_the_texts_also_from_group_5(quoted, missing):
    wants = question("4.8").marks(f"{FILLED} “{quoted}”").wants
    assert any("0 of 1 quotations" in one for one in wants) is missing


def test_whole_paper_may_be_brought_and_quoted():
    my_text("814", "Dear comrades, this is not what the paper says.")
    answer("4.8", f"{FILLED} “this is not what the paper says” and “with all my heart”")
    check = check_quotes("“this is not what the paper says” and “with all my heart”")
    assert check.verdicts == ["word for word, from the text you brought", "word for word, from envelope 5"]
    assert load_text("my-814").title == "Three sentences, 6 March 1923 (your text)"
