from __future__ import annotations

import re

import pytest

from helpers import concordance, highlight, load_text, read
from helpers.core import UserError
from helpers.reading import find, lexicon
from helpers.texts import parse_text, read_table, text_ids

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


def test_matches_stay_in_one_layer_and_only_actors_count():
    text = parse_text(LAYERED)
    assert [span.layer for span in find(text, "case")] == ["letter"]
    assert [span.layer for span in find(text, "case", layers="all")] == ["head", "letter", "note", "note"]
    assert [span.layer for span in find(text, "case", layers="all", voice="clerk")] == ["head"]
    assert find(text, "case on the case", layers="all") == []
    assert find(text, "copy. return", layers="all") == []


def test_results_report_the_words_left_out():
    text = parse_text(LAYERED)
    marked = highlight(text, "case")
    assert marked.counts[0]["found"] == 1
    assert marked.counts[0]["left out"] == "copyists 1, editors 2"
    assert "Left out: 10 words (copyists 4, editors 6)" in marked._repr_html_()
    lines = concordance(text, "case")
    assert "1 in the 4 words looked at; left out: copyists 1, editors 2" in lines.note
    assert "nothing is left out" in concordance(text, "case", layers="all").note
    assert lines.counts.columns == ("layer", "voice", "found", "words", "per 100 words")
    assert list(lines.counts[0].values()) == ["letter", "writer", 1, 4, 25.0]


def test_concordance_sorts_by_place_left_or_right():
    text = parse_text("so the case was; no case is; the case Is not")
    order = {way: [line["start"] for line in concordance(text, "case", sort=way)] for way in ("place", "left", "right")}
    assert order == {"place": [7, 20, 33], "left": [20, 33, 7], "right": [33, 20, 7]}
    assert [line["left"] for line in concordance(text, "case", sort="left")] == [
        "so the case was; no ", "so the case was; no case is; the ", "so the ",
    ]  # fmt: skip


def test_concordance_without_matches_keeps_its_columns():
    lines = concordance(parse_text(LAYERED), "copy")
    assert len(lines) == 0
    assert lines.columns == ("document", "layer", "voice", "paragraph", "left", "match", "right", "start", "end")
    assert "0 in the 4 words looked at; left out: copyists 1" in lines.note
    assert "Nothing found." in lines._repr_html_()


def test_concordance_context_stays_in_the_layer_and_has_whole_words():
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


def test_highlights_have_sign_and_legend_and_escape_the_text():
    text = parse_text("A <script>alert(1)</script> & the whole case.")
    html = highlight(text, "whole case", "case", "<script>alert")._repr_html_()
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    page, _, legend = html.partition("<table")
    for part in (page, legend):
        assert part.count("<mark") == part.count("</mark>") == 3
    assert re.findall(r"<sup[^>]*>(.*?)</sup>", page) == ["c", "b", "a"]
    assert re.findall(r"<mark[^>]*>(.*?)</mark>", legend) == ["a", "b", "c"]
    assert "“whole case”" in html
    assert not re.search(r"<style|id=", html)


def test_overlapping_highlights_are_nested_correctly():
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


def test_lexicon_finds_every_phrase_in_the_layer_of_its_row():
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


MISTAKES = {
    "no words": (lambda t: highlight(t), "Nothing to mark"),
    "no words to list": (lambda t: concordance(t), "No words to list"),
    "an empty phrase": (lambda t: highlight(t, " "), "at least one word"),
    "only a star": (lambda t: find(t, "*"), "at least one word"),
    "a number": (lambda t: find(t, [3]), "3 is not a phrase"),
    "a category": (lambda t: highlight(t, category="trst"), "No category “trst”. Did you mean “trust”"),
    "a layer": (lambda t: highlight(t, "x", layers="leter"), "Did you mean “letter”"),
    "an order": (lambda t: concordance(t, "x", sort="lefty"), "Did you mean “left”"),
    "a text not loaded": (lambda t: highlight("1848-reply", "x"), "is not a text. Load one first"),
    "a text not loaded, to list": (
        lambda t: concordance("1848-reply", "x"),
        "is not a text. Load one first",
    ),
    "a text not loaded, to read": (lambda t: read("1848-reply"), "is not a text. Load one first"),
    "a layer for a text": (lambda t: highlight(t["letter"], "x"), "is a layer, not a text.*layers=.letter"),
    "a list of words": (lambda t: highlight(t, ["a", "b"]), "is not a phrase"),
    "no layer": (lambda t: concordance(t, "x", layers=None), "layers=None: None is not a name"),
    "a number for a category": (lambda t: highlight(t, category=3), "category=3: 3 is not a name"),
    "a number for a voice": (lambda t: find(t, "x", voice=[3]), "voice=.*3 is not a name"),
    "a width": (lambda t: concordance(t, "x", width=-1), "is not a number of characters"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_wrong_argument_raises_a_message_with_the_fix(name, example):
    mistake, message = MISTAKES[name]
    with pytest.raises(UserError, match=message):
        mistake(load_text("1848-reply"))


def test_width_of_a_concordance_is_at_most_a_thousand_characters():
    text = parse_text("return all this " * 500)
    with pytest.raises(UserError, match=r"width=1001 is not a number of characters from 0 to 1,000"):
        concordance(text, "all", width=1001)
    small, large = (concordance(parse_text("return all this " * n), "all", width=1000) for n in (300, 600))
    assert sum(len(line["left"]) for line in large) < 2.5 * sum(len(line["left"]) for line in small)
