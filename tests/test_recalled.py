"""One's own earlier answers, read again."""

from __future__ import annotations

import pytest

from helpers import annotate, answer, load_text, my_work
from helpers._slips import Slip
from helpers.margin import notes
from helpers.recalled import recall, used_marks
from helpers.texts import text_ids

QUESTION, CHOICE = "0.4", "0.1"


@pytest.fixture(autouse=True)
def work(tmp_path, monkeypatch):
    monkeypatch.setenv("CLOSE_READING_WORK", str(tmp_path))


@pytest.fixture
def words(work):
    """Two stretches of the first text, ten words from each other."""
    text = load_text(text_ids()[0])
    layer = text.choose("actors")[0]
    every = layer.text.split()
    return text, " ".join(every[:6]), " ".join(every[10:16])


def test_what_is_not_answered_says_where_to_go():
    said = repr(my_work(QUESTION))
    assert "Not answered yet: open lesson 00" in said
    assert f'answer("{QUESTION}")' in said


def test_the_answer_that_counts_is_shown_with_its_quotations_and_marks(words):
    text, first, second = words
    annotate(text, first)
    annotate(text, second)
    answer(QUESTION, f"The page says little, the paper says “{first}” and “never anything of the kind”.")
    shown = my_work(QUESTION)
    for view in (repr(shown), shown._repr_html_()):
        assert first in view
        assert "2 quotations checked: 1 word for word; 1 not found." in view
        assert "Your own marks quoted here: 1 of 2" in view


def test_a_mark_counts_where_it_stands_and_not_for_its_words_alone(words):
    text, first, second = words
    annotate(text, first)
    assert not used_marks(f"“{second}”", notes())
    assert not used_marks(first, notes()), "words without quotation marks are no quotation"
    assert len(used_marks(f"“{first}”", notes())) == 1
    # Part of the mark is enough, and an omission is no obstacle.
    parts = first.split()
    assert used_marks(f"“{' '.join(parts[2:5])}”", notes())
    assert used_marks(f"“{' '.join(parts[:2])} … {' '.join(parts[4:])}”", notes())


def test_a_choice_is_said_in_words_and_a_draft_as_a_draft():
    from helpers.answers import keep_draft
    from helpers.questions import question

    asked = question(CHOICE)
    answer(CHOICE, asked.options[0].id)
    keep_draft(question(QUESTION), "The page says <b>")
    shown = my_work(CHOICE, QUESTION)._repr_html_()
    assert "Your draft, not yet given as an answer" in shown
    assert "&lt;b&gt;" in shown
    assert "<b>" not in shown
    assert asked.options[0].text in repr(my_work(CHOICE))


@pytest.mark.parametrize("ids", [("99.9",), (7,), ()])
def test_an_unknown_question_is_named(ids):
    with pytest.raises(Slip):
        recall(*ids)
