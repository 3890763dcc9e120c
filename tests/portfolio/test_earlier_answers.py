"""Earlier answers of the student, shown again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from helpers import annotate, answer, load_text, my_work, portfolio
from helpers.annotation import notes
from helpers.core import UserError
from helpers.portfolio import Recalled, recall, used_marks
from helpers.questions import (
    KINDS,
    Option,
    Place,
    keep_draft,
    question,
    record_answer,
    recorded_html,
    standing_of,
)
from helpers.texts import text_ids
from helpers.widgets import form_state, save_form

QUESTION, CHOICE = "0.3", "0.1"


@pytest.fixture(autouse=True)
def work(tmp_path, monkeypatch, example):
    monkeypatch.setenv("CLOSE_READING_WORK", str(tmp_path))


@pytest.fixture
def words(work):
    """The first text and two passages of it, ten words apart."""
    text = load_text(text_ids()[0])
    layer = text.choose(layers="actors")[0]
    every = layer.text.split()
    return text, " ".join(every[:6]), " ".join(every[10:16])


def test_unanswered_question_names_its_lesson():
    said = str(my_work(QUESTION))
    assert "Not answered yet: open lesson 00" in said
    assert f'answer("{QUESTION}")' in said


def test_counting_answer_is_shown_with_its_quotations_and_marks(words):
    text, first, second = words
    annotate(text, first)
    annotate(text, second)
    answer(QUESTION, f"The page says little, the paper says “{first}” and “never anything of the kind”.")
    shown = my_work(QUESTION)
    for view in (str(shown), shown.words_html()):
        assert first in view
        assert "2 quotations checked: 1 word for word; 1 not found in these texts." in view
        assert "Your own marks quoted here: 1 of 2" in view


def test_mark_is_used_only_if_its_place_is_quoted(words):
    text, first, second = words
    annotate(text, first)
    assert not used_marks(f"“{second}”", notes())
    assert not used_marks(first, notes()), "words without quotation marks are no quotation"
    assert len(used_marks(f"“{first}”", notes())) == 1
    # Quoting part of the mark is enough, also with an omission.
    parts = first.split()
    assert used_marks(f"“{' '.join(parts[2:5])}”", notes())
    assert used_marks(f"“{' '.join(parts[:2])} … {' '.join(parts[4:])}”", notes())


def test_choice_is_shown_as_its_text_and_draft_as_a_draft():
    asked = question(CHOICE)
    answer(CHOICE, asked.options[0].id)
    keep_draft(question(QUESTION), "The page says <b>")
    shown = my_work(CHOICE, QUESTION).words_html()
    assert "Your draft, not yet given as an answer" in shown
    assert "&lt;b&gt;" in shown
    assert "<b>" not in shown
    assert asked.options[0].text in str(my_work(CHOICE))


@pytest.mark.parametrize("ids", [("99.9",), (7,), ()])
def test_unknown_question_ids_raise(ids):
    with pytest.raises(UserError):
        recall(*ids, made=Recalled)


# ---------------------------------------------------------------- incomplete answers

WHOLE = " ".join(["whole"] * 12)
FEW = "Only five words are here."


def test_incomplete_answer_does_not_replace_a_complete_one():
    asked = question(QUESTION)
    answer(QUESTION, WHOLE)
    few = answer(QUESTION, FEW)
    assert "Your earlier complete answer still counts." in str(few)
    assert standing_of(asked).counts.response == WHOLE
    assert standing_of(asked).last.response == FEW
    shown = my_work(QUESTION)
    assert str(shown).index(WHOLE) < str(shown).index(FEW)
    page = shown.words_html()
    assert page.index(WHOLE) < page.index("Your later answer has too few words. It is saved") < page.index(FEW)
    assert FEW in page[page.index("<details>") :]
    # The exports and the displayed question say the same.
    counts, later = portfolio.work_records()
    assert (counts["state"], counts["response"], later["state"], later["response"]) == ("counts", WHOLE, "answer", FEW)
    assert "Your later answer has too few words" in counts["verdict"]
    assert form_state(asked, standing_of(asked))["counted"] == WHOLE
    # A new complete answer counts again.
    answer(QUESTION, f"{WHOLE} more")
    assert standing_of(asked).counts.response == f"{WHOLE} more"
    assert FEW not in str(my_work(QUESTION))


def test_without_a_complete_answer_the_last_one_counts():
    answer(QUESTION, FEW)
    answer(QUESTION, "Two words.")
    assert standing_of(question(QUESTION)).counts.response == "Two words."
    assert "from before" not in str(my_work(QUESTION))


def test_draft_does_not_hide_the_answer():
    asked = question(QUESTION)
    answer(QUESTION, WHOLE)
    for draft in (FEW, ""):
        keep_draft(asked, draft)
        assert WHOLE in str(my_work(QUESTION)).split("\n")
        assert form_state(asked, standing_of(asked))["counted"] == WHOLE
    assert "A later draft" not in str(my_work(QUESTION)), "an empty draft is nothing to read again"
    keep_draft(asked, f"{WHOLE} again")
    shown = str(my_work(QUESTION))
    assert shown.index(f"{WHOLE} again") < shown.index("Your answer that counts:")
    assert my_work(QUESTION).words_html().count(WHOLE) == 2


def test_emptied_draft_is_not_an_answer():
    keep_draft(question(QUESTION), "")
    assert "Not answered yet" in str(my_work(QUESTION))


# ---------------------------------------------------------------- reopened forms


def told(id):
    return form_state(question(id), standing_of(question(id)))


def test_form_says_once_that_an_answer_is_saved_and_which_one_counts():
    answer(QUESTION, WHOLE)
    said = told(QUESTION)["said"]
    assert said.startswith("Your saved answer. ")
    assert said.count("aved") == 1
    assert save_form(question(QUESTION), {"kind": "answer", "response": WHOLE})[0].count("aved") == 1
    asked = question(CHOICE)
    right = next(one.id for one in asked.options if one.correct)
    wrong = next(one.id for one in asked.options if not one.correct)
    answer(CHOICE, right)
    assert "best" not in told(CHOICE)["said"]
    answer(CHOICE, wrong)
    assert told(CHOICE)["said"].endswith(f"Your best so far: {asked.points} of {asked.points}.")


PLACES = (Place("1848-request", "letter", "I do not ask it in my own name"),)
TWO = (Option("a", "One", "why", correct=True, goes_with="a"), Option("b", "Two", "why not", goes_with="b"))


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        ("choice", "b"),
        ("choices", ["b"]),
        ("order", ["b", "a"]),
        ("match", {"a": "a", "b": "a"}),
        ("passage", "In reply"),
    ],
)
def test_wrong_first_attempt_does_not_reveal_the_answer(kind, wrong):
    own = {
        "choice": {"options": TWO}, "choices": {"options": TWO}, "order": {"items": TWO},
        "match": {"options": TWO, "items": TWO},
        "passage": {"document": "1848-request", "layers": ("letter",), "targets": PLACES},
    }  # fmt: skip
    asked = KINDS[kind](
        id="0.9", prompt="What?", lesson="00-x", title="X", points=2, where=PLACES, reread="The third line.",
        misconceptions=(("Two.", "It is one."),), **own[kind],
    )  # fmt: skip
    if kind == "passage":
        wrong = load_text("1848-request")["letter"].text.split()[0]

    def tried():
        record_answer(asked, wrong)
        return form_state(asked, standing_of(asked))["verdict"]

    first = tried()
    assert first["look"].sign != "✓"
    assert (first["where"], first["misconceptions"], first["reread"]) == ([], [], "The third line.")
    assert "Where in the text" not in recorded_html(standing_of(asked), "")
    second = tried()
    assert second["where"]
    assert second["misconceptions"]
    assert "Where in the text" in recorded_html(standing_of(asked), "")


def test_right_answer_shows_its_passages_also_after_a_later_wrong_one():
    asked = question(CHOICE)
    right, wrong = sorted((one for one in asked.options), key=lambda one: not one.correct)[:2]
    record_answer(asked, right.id)
    assert told(CHOICE)["verdict"]["where"]
    record_answer(asked, wrong.id)
    assert told(CHOICE)["verdict"]["where"]


def test_remark_on_the_model_answer_is_folded_with_it():
    asked = replace(question(QUESTION), reread="What does it lack?")
    record_answer(asked, FEW)
    assert form_state(asked, standing_of(asked))["verdict"]["reread"] == ""
    record_answer(asked, WHOLE)
    page = recorded_html(standing_of(asked), "")
    fold = page[page.index("One good answer") :]
    assert fold.index("Read again: ") < fold.index("</details>")
