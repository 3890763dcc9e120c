from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import concordance, highlight, load_text
from helpers._slips import Slip
from helpers.phrases import find, lexicon
from helpers.records import read_table
from helpers.texts import parse_text, text_ids


def found(words, phrases, **kwargs):
    text = parse_text(words)
    return [text.content[span.start : span.end] for span in find(text, phrases, **kwargs)]


CASES = {
    "case": ("Return all. RETURN all.", "return", ["Return", "RETURN"]),
    "whole words": ("returned, return", "return", ["return"]),
    "literal": ("a.b axb", "a.b", ["a.b"]),
    "a pattern is no pattern": ("(x|y) x", "(x|y)", ["(x|y)"]),
    "star": ("returning return returns", "return*", ["returning", "return", "returns"]),
    "star of a phrase": ("All these things, all this.", "all th*", ["All these", "all this"]),
    "line break": ("return\nall", "return all", ["return\nall"]),
    "paragraph break": ("return\n\nall", "return all", ["return\n\nall"]),
    "no-break and thin spaces": ("return\u00a0\u2009all", "return all", ["return\u00a0\u2009all"]),
    "curly in the text": ("the army’s “own” train", 'army\'s "own" train', ["army’s “own” train"]),
    "curly in the phrase": ("the army's train", "army’s train", ["army's train"]),
    "dashes": ("ultra\u2010carefully ultra–carefully", "ultra-carefully", ["ultra\u2010carefully", "ultra–carefully"]),
    "soft hyphen": ("care\u00adfully", "carefully", ["care\u00adfully"]),
    "composed and decomposed": ("cafe\u0301 café", "café", ["cafe\u0301", "café"]),
    "an accent makes another word": ("cafe\u0301 café", "cafe", []),
    "sharp s": ("Straße STRASSE", "strasse", ["Straße", "STRASSE"]),
    "dotted I": ("İstanbul", "i\u0307stanbul", ["İstanbul"]),
    "ligature": ("ﬁnal", "final", ["ﬁnal"]),
    "final sigma": ("ΛΟΓΟΣ λόγος", "λογοσ", ["ΛΟΓΟΣ"]),
    "punctuation at the end": ("the Party C.C. and", "Party C.C.", ["Party C.C."]),
    "abbreviations": ("the U.S.S.R. (see)", "U.S.S.R.", ["U.S.S.R."]),
    "hyphens inside": ("the C.-in-C. knows", "C.-in-C.", ["C.-in-C."]),
    "a bracket first": ("R.C.P.(B.) Central", "(B.)", ["(B.)"]),
    "a note number glued on": ("TROTSKY[2] accept.[3]", "trotsky", ["TROTSKY"]),
    "the note number itself": ("TROTSKY[2] accept.[3]", "[3]", ["[3]"]),
    "Cyrillic": ("Дело ДЕЛО дела", "дело", ["Дело", "ДЕЛО"]),
    "Georgian": ("საქართველო ᲡᲐᲥᲐᲠᲗᲕᲔᲚᲝ", "საქართველო", ["საქართველო", "ᲡᲐᲥᲐᲠᲗᲕᲔᲚᲝ"]),
    "astral before": ("𝔞😀 return", "return", ["return"]),
    "longest first": ("the whole case", ["case", "whole case"], ["whole case"]),
    "a prefix of another": ("on condition that", ["on", "on condition that"], ["on condition that"]),
    "categories overlap": ("the whole case", {"a": ["case"], "b": ["whole case"]}, ["whole case", "case"]),
}


@pytest.mark.parametrize("name", CASES)
def test_words_are_found_as_they_stand(name):
    words, phrases, expected = CASES[name]
    assert found(words, phrases) == expected


def _plain(words: str) -> list[tuple[str, int, int]]:
    """Slow and obvious: what a reader compares, character by character, with its place."""
    alike = {"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "\u2010": "-"}
    out = []
    i = 0
    while i < len(words):
        j = i + 1
        while j < len(words) and unicodedata.combining(words[j]):
            j += 1
        one = words[i:j]
        if one[0].isspace():
            if out and out[-1][0] == " ":
                out[-1] = (" ", out[-1][1], j)
            else:
                out.append((" ", i, j))
        elif one[0] != "\u00ad":
            one = alike.get(one[0], one[0]) + one[1:]
            out += [(c, i, j) for c in unicodedata.normalize("NFC", unicodedata.normalize("NFKD", one).casefold())]
        i = j
    return out


def _reference(words: str, phrase: str) -> list[tuple[int, int]]:
    plain = _plain(words)
    sought = "".join(c for c, _, _ in _plain(phrase)).strip()
    line = "".join(c for c, _, _ in plain)
    spans, at = [], 0
    while at + len(sought) <= len(line):
        before, after = line[at - 1 : at], line[at + len(sought) : at + len(sought) + 1]
        free = not re.match(r"\w", before) and not re.match(r"\w", after)
        if line[at : at + len(sought)] == sought and free:
            spans.append((plain[at][1], plain[at + len(sought) - 1][2]))
            at += len(sought)
        else:
            at += 1
    return spans


ALPHABET = st.text(st.sampled_from("abAB éé\u0301ß’'\"“-–\u2010\u00ad\n\u00a0. 😀Дд"), max_size=40)


@given(ALPHABET, st.text(st.sampled_from("abAB é\u0301ß’'-. Д"), min_size=1, max_size=4))
def test_the_engine_agrees_with_a_slow_and_obvious_one(words, phrase):
    if not words.strip() or not phrase.strip() or words.startswith("---"):
        return
    if not "".join(c for c, _, _ in _plain(phrase)).strip():
        return
    text = parse_text(words)
    assert [(s.start, s.end) for s in find(text, phrase)] == _reference(text.content, phrase)


LAYERED = """---
layers:
  head: {voice: clerk, kind: copyist}
  letter: {voice: writer, kind: actor}
  note: {voice: editor, kind: editor}
---
## head

The case, a copy.

## letter

Return the whole case.

## note

On the case see the case.
"""


def test_no_match_crosses_layers_and_only_actors_count():
    text = parse_text(LAYERED)
    assert [span.layer for span in find(text, "case")] == ["letter"]
    assert [span.layer for span in find(text, "case", layers="all")] == ["head", "letter", "note", "note"]
    assert [span.layer for span in find(text, "case", layers="all", voice="clerk")] == ["head"]
    assert find(text, "case on the case", layers="all") == []
    assert find(text, "copy. return", layers="all") == []


def test_every_result_says_what_it_left_out():
    text = parse_text(LAYERED)
    marked = highlight(text, "case")
    assert marked.counts[0]["found"] == 1
    assert marked.counts[0]["left out"] == "copyists 1, editors 2"
    assert "Left out: 10 words (copyists 4, editors 6)" in marked._repr_html_()
    lines = concordance(text, "case")
    assert "1 in the 4 words looked at; left out: copyists 1, editors 2" in lines.note
    assert "nothing is left out" in concordance(text, "case", layers="all").note
    assert lines.counts.columns == ("layer", "voice", "found", "words")
    assert dict(lines.counts[0]) == {"layer": "letter", "voice": "writer", "found": 1, "words": 4}


def test_nothing_found_is_said_and_keeps_the_columns():
    lines = concordance(parse_text(LAYERED), "copy")
    assert len(lines) == 0
    assert lines.columns == ("document", "layer", "voice", "left", "match", "right", "start", "end")
    assert "0 in the 4 words looked at; left out: copyists 1" in lines.note
    assert "Nothing found." in lines._repr_html_()


def test_the_context_stays_in_the_layer_and_cuts_no_word():
    text = parse_text(LAYERED)
    for width in range(30):
        for line in concordance(text, "case", "whole", width=width, layers="all"):
            assert text.content[line["start"] : line["end"]] == line["match"]
            layer = re.sub(r"\s+", " ", text[line["layer"]].text)
            assert line["left"] + line["match"] + line["right"] in layer
            assert len(line["left"]) <= width
            assert len(line["right"]) <= width
            for word in re.findall(r"\w+", line["left"] + line["match"] + line["right"]):
                assert word in re.findall(r"\w+", layer)


def test_marks_are_shown_with_sign_and_legend_and_everything_is_escaped():
    text = parse_text("A <script>alert(1)</script> & the whole case.")
    html = highlight(text, "whole case", "case", "<script>alert")._repr_html_()
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert html.count("<mark") == html.count("</mark>") == 3
    assert re.search(r"<sup[^>]*>A</sup>", html)
    assert re.search(r"<sup[^>]*>B</sup>", html)
    assert "“whole case”" in html
    assert not re.search(r"<style|class=|id=", html)


def test_overlapping_marks_nest_properly():
    text = parse_text("one two three four")
    html = str(highlight(text, "one two three", "two three four", "three")._repr_html_())
    depth = 0
    for tag in re.findall(r"</?mark", html):
        depth += 1 if tag == "<mark" else -1
        assert depth >= 0
    assert depth == 0
    page = html[: html.index("<table")]
    words = re.sub(r"<sup.*?</sup>", "", page)
    assert "one two three four" in re.sub(r"<[^>]+>", "", words)


def test_each_phrase_of_the_lexicon_is_found_where_its_row_says():
    rows = read_table("phrases")
    for name in text_ids():
        text = load_text(name)
        spans = {(span.layer, span.category, span.phrase) for span in lexicon(text, {row["category"] for row in rows})}
        for row in rows:
            if row["document"] == name:
                longer = [r for r in rows if r["category"] == row["category"] and r["layer"] == row["layer"]]
                assert any(
                    (row["layer"], row["category"], one["phrase"]) in spans
                    for one in longer
                    if row["phrase"] in one["phrase"]
                ), row.place


def test_a_category_marks_only_the_layer_its_row_names():
    text = load_text("1921-telegram")
    marked = highlight(text, category="secrecy")
    assert len(marked) == 7
    assert {span.layer for span in marked.spans} == {"lenin-note", "return-line"}
    assert marked.counts[0]["left out"] == "copyists 2, editors 1"
    assert len(highlight(text, category="all", layers="all").counts) == 11
    both = highlight(text, "all", category=["secrecy", "trust"])
    assert [row["sign"] for row in both.counts] == ["A", "Secrecy", "Trust"]


def test_facts_about_the_two_texts():
    letter = load_text("1923-letter")
    question = concordance(letter, "Georgian question", layers="all")
    assert [line["layer"] for line in question] == ["soviet-note-2"] * 5
    assert [line["layer"] for line in concordance(letter, "Georgian case", layers="all")] == ["letter"]
    assert len(concordance(load_text("1921-telegram"), "Lenin", layers="all")) == 6


MISTAKES = {
    "no words": (lambda t: highlight(t), "Say what to mark"),
    "no words to list": (lambda t: concordance(t), "Say which words"),
    "an empty phrase": (lambda t: highlight(t, " "), "at least one word"),
    "only a star": (lambda t: find(t, "*"), "at least one word"),
    "a number": (lambda t: find(t, [3]), "3 is not a phrase"),
    "a category": (lambda t: highlight(t, category="trst"), "No category “trst”. Did you mean “trust”"),
    "a layer": (lambda t: highlight(t, "x", layers="leter"), "Did you mean “letter”"),
    "a width": (lambda t: concordance(t, "x", width=-1), "the context is a number"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_slip_gets_one_message_with_the_mend(name):
    mistake, message = MISTAKES[name]
    with pytest.raises(Slip, match=message):
        mistake(load_text("1923-letter"))
