"""To whom sentences of 1921-telegram and 1923-letter give a quotation: no false accusation, and few misses."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from helpers.quotations import check_quotes

with (Path(__file__).parent / "attribution_sentences.csv").open(encoding="utf-8", newline="") as file:
    SENTENCES = list(csv.DictReader(file))
# How many wrong attributions the check may leave unsaid. Lower it when a change finds more of them.
MOST_MISSES = 33


def accused(essay: str) -> list[str]:
    return [row["attribution"] for row in check_quotes(essay) if row["attribution"]]


def sentences(expected: str, source: str = "") -> list[str]:
    return [row["sentence"] for row in SENTENCES if row["expected"] == expected and source in row["source"]]


def test_no_innocent_sentence_is_accused():
    innocent = sentences("silent")
    assert len(innocent) >= 75
    assert {sentence: said for sentence in innocent if (said := accused(sentence))} == {}


def test_wrong_attributions_are_found_but_for_a_counted_few():
    wrong = sentences("flagged")
    missed = [sentence for sentence in wrong if not accused(sentence)]
    print(f"{len(missed)} of {len(wrong)} wrong attributions are not found:", *missed, sep="\n")
    assert len(wrong) >= 75
    assert len(missed) <= MOST_MISSES, missed


def test_every_wrong_attribution_of_the_issue_is_found():
    assert [sentence for sentence in sentences("flagged", "issue") if not accused(sentence)] == []


def test_innocent_sentences_in_one_essay_are_not_accused_either():
    essay = "\n\n".join(sentences("silent"))
    assert accused(essay) == []


@pytest.mark.parametrize(
    "essay",
    [
        "Stalin schreibt an Trotzki: „I cannot rely on their impartiality“. Das ist der Brief.",
        "Selon Staline, « I cannot rely on their impartiality ».",
        "Stalin schrijft in een brief aan Trotski: “I cannot rely on their impartiality”.",
        "Сталин пишет: «I cannot rely on their impartiality».",
        "Lenin schreibt viel, aber „I cannot rely on their impartiality“, Stalin says, und das ist falsch.",
    ],
)
def test_outside_english_nothing_is_said_and_the_display_says_so(essay):
    check = check_quotes(essay)
    assert accused(essay) == []
    assert "this is done in English only" in check._repr_html_()
    assert "this is done in English only" in repr(check)


@pytest.mark.parametrize(
    "essay",
    [
        "Stalin writes: “I cannot rely on their impartiality”.",
        "“I cannot rely on their impartiality”",
        "> I cannot rely on their impartiality",
        "The letter is short. “I cannot rely on their impartiality” is its centre.",
    ],
)
def test_an_english_essay_has_no_remark_on_its_language(essay):
    assert "English" not in check_quotes(essay).summary


@pytest.mark.parametrize(
    ("essay", "found"),
    [
        ("> I cannot rely on their impartiality.\n> — Stalin", True),
        ("> I cannot rely on their impartiality.\n> — Stalin, letter of 5 March 1923", True),
        ("> I cannot rely on their impartiality.\n> — Lenin, letter to Stalin", False),
        ("> I cannot rely on their impartiality.\n> — quoted in a book on Stalin", False),
        ("Stalin writes:\n\n> I cannot rely on their impartiality.\n", True),
        ("Lenin writes:\n\n> I cannot rely on their impartiality.\n> — Stalin", False),
        ("Stalin waits.\n\n> I cannot rely on their impartiality.\n", False),
    ],
)
def test_a_block_quote_is_given_to_its_signature_or_to_the_clause_above_it(essay, found):
    assert bool(accused(essay)) == found


@pytest.mark.parametrize(
    "essay",
    ["Stalin writes: “their impartiality”.", "Stalin writes: “Georgia”.", "Stalin says “the Central Committee”."],
)
def test_one_word_or_two_or_a_name_accuse_nobody(essay):
    assert accused(essay) == []
