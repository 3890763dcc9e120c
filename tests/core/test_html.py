from __future__ import annotations

import re

import pytest

from helpers.core import Markup, Table, element, escape, void

HOSTILE = "<script>alert('x')</script><img src=x onerror=alert(1)> & \"quotes\""


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
