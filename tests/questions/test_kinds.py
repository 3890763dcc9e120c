"""A kind of question is one class, and all other code works with new kinds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

import helpers
from helpers.core import Markup, UserError, element
from helpers.questions import (
    KINDS,
    Key,
    Marking,
    Question,
    QuizItem,
    Remark,
    questions,
    read_questions,
    still_question,
)
from helpers.widgets import form_data
from helpers.worksheets import key_of, question_on_paper

FILE = """
title: A number
questions:
  - id: "1.1"
    kind: number
    skill: comparison
    prompt: How many words are struck out?
    right: 12
"""


@pytest.fixture
def number():
    """A new kind of question, defined only in this test."""

    @dataclass(frozen=True, kw_only=True)
    class Number(Question):
        """Write a number."""

        kind = "number"
        how = how_on_paper = "Write a number."
        control = "writer"
        keys = (Key("right", "the right answer", needed=True),)

        right: int

        @classmethod
        def read(cls, entry):
            return {"right": entry.number("right", 0)}

        def normalised(self, response):
            if not str(response).strip().isdecimal():
                raise UserError(f"Question {self.id} wants a number.")
            return int(response)

        def marks(self, response):
            return Marking(float(response == self.right), (Remark("counted", str(response), "Count again."),))

        def told(self, response):
            return str(response) if isinstance(response, int) else None

        def still(self):
            return [element("p", "A number: …")]

        def example(self):
            return "3"

        def paper(self):
            return Markup("<p>______</p>")

        def key(self):
            return [element("p", f"Answer: {self.right}")]

    yield Number
    del KINDS["number"]


def test_new_kind_works_in_forms_marking_display_and_print(number, tmp_path, monkeypatch):
    monkeypatch.setenv("CLOSE_READING_WORK", str(tmp_path / "work"))
    path = tmp_path / "01-count.yaml"
    path.write_text(FILE, encoding="utf-8")
    (asked,) = read_questions(path)
    assert isinstance(asked, number)
    assert asked.mark(asked.normalised("12")).said == "Right: 1 of 1 point."
    assert asked.mark(asked.normalised("11")).state == "not yet right"
    assert asked.in_words(11) == "11"
    assert asked.in_words({"odd": 1}) == '{"odd": 1}'
    still = still_question(asked)
    assert "Write a number." in still
    assert "answer(&quot;1.1&quot;, 3)" in still
    assert form_data(asked)["control"] == "writer"
    assert "______" in question_on_paper(asked, 3)
    assert "Answer: 12" in key_of(asked, 3)
    assert "12" not in question_on_paper(asked, 3)


def test_new_kind_checks_its_question_file(number, tmp_path):
    path = tmp_path / "01-count.yaml"
    path.write_text(FILE.replace("right: 12", "right: twelve"), encoding="utf-8")
    with pytest.raises(UserError, match=r"line 8: “right: twelve” is not a whole number"):
        read_questions(path)
    path.write_text(FILE.replace("    right: 12\n", ""), encoding="utf-8")
    with pytest.raises(UserError, match=r"a question of the kind number needs “right”"):
        read_questions(path)


@pytest.mark.parametrize("one", questions(), ids=lambda one: one.id)
def test_form_control_of_every_kind_exists(one):
    script = (Path(helpers.__path__[0]) / "widgets" / "controls.js").read_text(encoding="utf-8")
    controls = re.search(r"const CONTROLS = \{(.*?)\n\};", script, re.S)[1]
    assert re.search(rf"^  {one.control}\b", controls, re.M)


@pytest.mark.parametrize("one", questions(), ids=lambda one: one.id)
def test_quiz_item_has_the_key_of_the_question(one):
    item = one.quiz()
    if one.kind == "passage":
        assert item is None, "no quiz program lets words of a text be marked"
        return
    if one.kind == "grid" and item is None:
        cells = [(cell.row, cell.column) for cell in one.cells if cell.option]
        assert not cells or len(cells) > len(set(cells)), "a match has one right option for each cell"
        return
    assert isinstance(item, QuizItem)
    if one.kind in ("choice", "choices"):
        assert [text for text, share, _ in item.answers if share > 0] == [o.text for o in one.options if o.correct]
        assert sum(share for _, share, _ in item.answers if share > 0) == pytest.approx(1)
    elif one.kind == "order":
        assert item.pairs == tuple((str(n), o.text) for n, o in enumerate(one.items, 1))
    elif one.kind == "match":
        text = {option.id: option.text for option in one.options}
        assert item.pairs == tuple((o.text, text[o.goes_with]) for o in one.items)
        assert {*item.distractors, *(right for _, right in item.pairs)} == set(text.values())
    elif one.kind == "grid":
        text = {(c.id, option.id): option.text for c in one.columns for option in c.options}
        assert [right for _, right in item.pairs] == [text[c.column, c.option] for c in one.cells if c.option]
    else:
        assert item.type == ("short" if one.accept else "essay")
