from __future__ import annotations

import re
from itertools import combinations

import pytest

from helpers.core import INK, PALETTE, Markup, Table, element, escape, void
from helpers.network import ARROW_INKS, SHEET_COLOUR, TEXT_COLOUR

HOSTILE = "<script>alert('x')</script><img src=x onerror=alert(1)> & \"quotes\""


def _contrast(one: str, other: str) -> float:
    """Contrast of two colours as WCAG 2 defines it."""

    def light(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colour", PALETTE)
def test_ink_on_mark_colours_has_enough_contrast(colour):
    assert _contrast(INK, colour) >= 7


def test_mark_colours_are_distinct():
    assert all(one != other for one, other in combinations(PALETTE, 2))


@pytest.mark.parametrize("ink", [*ARROW_INKS, TEXT_COLOUR])
def test_picture_inks_have_enough_contrast(ink):
    assert _contrast(ink, SHEET_COLOUR) >= 4.5


def test_contrast_formula_gives_published_values():
    assert _contrast("#000000", "#ffffff") == pytest.approx(21)
    assert _contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_content_and_attributes_are_escaped():
    made = element("p", HOSTILE, title=HOSTILE)
    assert "<script" not in made
    assert "<img" not in made
    assert made.count('"') == 2
    assert escape(Markup("<b>")) == "<b>"
    assert void("img", alt="") == '<img alt="">'


def test_table_escapes_cells_caption_note_and_words():
    table = Table([{"a": HOSTILE}], ["a"], caption=HOSTILE, note=HOSTILE, words={"a": {HOSTILE: HOSTILE}})
    assert "<script" not in table._repr_html_()
    assert "<img" not in table._repr_html_()


def test_table_html_has_scopes_and_caption():
    html = Table([{"left": "a", "count": 1}], ["left", "count"], caption="Words", right=["count"])._repr_html_()
    assert html.count('scope="col"') == 2
    assert "<caption" in html
    assert re.search(r'<td style="text-align:right[^>]*>1</td>', html)
    assert not re.search(r"<style|<script|class=|id=", html)


def test_an_empty_table_keeps_its_columns():
    table = Table([], ["word", "count"], caption="Words", note="Nothing was left out.")
    assert list(table.to_frame().columns) == ["word", "count"]
    assert "Nothing found." in table._repr_html_()
    assert "Nothing was left out." in repr(table)


def test_table_displays_words_and_returns_ids():
    table = Table([{"voice": "x", "n": 2}], ["voice", "n"], caption="Voices", words={"voice": {"x": "A clerk"}})
    assert "A clerk" in table._repr_html_()
    assert table.to_frame().loc[0, "voice"] == "x"
    assert table[0] == {"voice": "x", "n": 2}
    assert [row["n"] for row in table] == [2]


def test_missing_column_raises():
    with pytest.raises(KeyError):
        Table([{"a": 1}], ["a", "b"], caption="")
