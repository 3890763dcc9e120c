from __future__ import annotations

import re

import pytest

from helpers import load_text, read
from helpers._slips import Slip
from helpers.pages import Mark, mark_words
from helpers.texts import parse_text


def words_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_only_actors_are_shown_unless_asked_for():
    text = load_text("1923-letter")
    html = read(text)._repr_html_()
    assert "my earnest request" in html
    assert "Mdivani" not in html
    assert "Left out: 633 words (copyists 2, editors 549, data about the text 67, page furniture 15)" in html
    assert "Mdivani" in read(text, layers="all")._repr_html_()


def test_every_layer_says_in_words_whose_it_is():
    text = load_text("1921-telegram")
    html = words_of(read(text, layers="all")._repr_html_())
    for layer in text:
        assert layer.label in html.replace("&#x27;", "'")
        assert layer.id in html


def test_without_labels_paragraphs_are_numbered_through():
    text = load_text("1921-telegram")
    html = read(text, layers="all", labels=False)._repr_html_()
    numbers = [int(n) for n in re.findall(r"¶(\d+)", html)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert not any(layer.label in html for layer in text)
    assert "<code" not in html


def test_what_is_struck_out_is_said_and_marked():
    text = load_text("1923-letter")
    page = read(text, layers="letter", rest="strike")
    html = page._repr_html_()
    assert "675 words are struck out; 86 are left." in html
    kept = re.sub(r"<del>.*?</del>", "", html, flags=re.S)
    assert "impartiality" in kept
    assert "Mdivani" not in kept
    assert "86 of 761" in repr(page)


def test_an_unknown_wish_is_a_slip():
    with pytest.raises(Slip, match=r"Did you mean “strike”"):
        read(parse_text("Words."), rest="stike")


def test_a_hostile_text_stays_text():
    front = 'title: "<img src=x onerror=alert(1)>"\nlayers:\n  a: {voice: v, kind: actor, label: "<b>x"}'
    source = f"---\n{front}\n---\n## a\n\n<script>alert(1)</script>\n"
    text = parse_text(source)
    for html in (read(text)._repr_html_(), text._repr_html_(), text["a"]._repr_html_(), text.layers._repr_html_()):
        assert "<script" not in html
        assert "<img" not in html
        assert "<b>" not in html


def test_a_mark_that_reaches_over_the_edge_is_cut_and_signed_once():
    first = mark_words("one two", 0, [Mark(4, 12, "A", 0)])
    second = mark_words("three", 9, [Mark(4, 12, "A", 0)])
    assert words_of(first).strip() == "one two"
    assert "A" in words_of(second)
    assert first.count("<mark") == second.count("<mark") == 1
