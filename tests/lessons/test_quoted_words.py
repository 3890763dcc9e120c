"""Words in quotation marks are in 1921-telegram or 1923-letter, and in the layer to which a sentence gives them."""

from __future__ import annotations

import re

import pytest
from claims import OTHERS
from lessons_checked import ROOT
from quoted_words import Piece, complaints, of_questions, pieces

EVERYTHING = list(pieces())


@pytest.mark.parametrize("place", sorted({one.place.split(",")[0] for one in EVERYTHING}))
def test_quoted_words_are_in_a_text_and_in_the_layer_they_are_given_to(place):
    said = [words for one in EVERYTHING if one.place.split(",")[0] == place for words in complaints(one)]
    how = (
        "Correct the quotation, name its voice, or take away the marks: an example of a thought is set in italics. "
        "Words of another paper need a line under OTHERS in tests/lessons/claims.py."
    )
    assert not said, "\n".join(["", *said, how])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("The letter says “This case is now under “persecution””.", ""),
        ("The letter says “in this case”.", "is not in letter, but in ['soviet-note-2']"),
        ("His impartiality “in this case” cannot be relied on.", "who is not named"),
        ("The editors write of mildness “in this case”.", ""),
        ("The centre can say “you guaranteed it”.", "is in no text"),
        ("It asks them to “guarantee succes”.", "is in no text"),
        ("It asks them to “guarantee success”.", ""),
        ("He “cannot rely on their impartiality” (telegram).", "is not in telegram, but in ['letter']"),
        ("He “cannot rely on their impartiality” (letter).", ""),
        ("“Finally he relented” stands in the telegram.", "is not in signatures or telegram"),
        ("“Finally he relented” stands in the introduction.", ""),
        ("The letter has no “we”.", ""),
        ("Lenin writes: “We require an immediate answer”.", "attributed to Lenin"),
        ("He follows it “with all my heart”.", "is in no text"),
        ("Document 814 has “with all my heart”.", ""),
        ("The other version has “international rules”.", ""),
        ("He said “return the whole case to me.", "opened and not closed"),
        ("I did not write “…”, since …", ""),
        ("*You guaranteed it*, the centre can say.", ""),
    ],
)
def test_planted_quotation_is_judged(words, said):
    found = "\n".join(complaints(Piece("a place", words)))
    assert said in found
    assert bool(said) == bool(found), found


def test_false_quotation_in_a_real_question_is_reported(tmp_path):
    source = (ROOT / "lessons" / "questions" / "03-what-was-asked.yaml").read_text(encoding="utf-8")
    assert not [said for one in of_questions(_written(tmp_path, source)) for said in complaints(one)]
    for true, false in (
        ("“I cannot rely on their impartiality”", "“I do not rely on their impartiality”"),
        ("“in the Party C.C.”: before the Central", "“at the Congress”: before the Central"),
    ):
        assert true in source
        planted = _written(tmp_path, source.replace(true, false, 1))
        assert [said for one in of_questions(planted) for said in complaints(one)], false


def _written(folder, source):
    path = folder / "03.yaml"
    path.write_text(source, encoding="utf-8")
    return path


def test_every_entry_of_others_is_quoted_and_has_a_reason():
    quoted = [re.sub(r"\s+", " ", one.words).lower() for one in EVERYTHING]
    for words, (_, reason) in OTHERS.items():
        assert reason
        assert any(words.lower() in one for one in quoted), f"{words} stands nowhere: remove it from OTHERS"
