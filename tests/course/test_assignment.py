"""The assignment sheet says what the settings of the course say, and fits on one page."""

from __future__ import annotations

import re
from html import unescape

import pytest

from helpers.__main__ import main
from helpers.course import assignment_sheet


def words(page: str) -> str:
    return " ".join(unescape(re.sub(r"<style.*?</style>|<[^>]+>", " ", page, flags=re.S)).split())


SETTINGS = "texts/course.yaml"


@pytest.mark.parametrize(
    ("settings", "said", "unsaid"),
    [
        ('essays: ["0.3"]', ["For the mark, by number of question: 0.3 (", "All other answers are practice."],
         ["Your teacher reads"]),
        ("essays: []", ["Nothing in these lessons counts for the mark."], ["For the mark, by"]),
        ("language: en", ["Your teacher reads, by number of question: 0.3 (", "says which of them count"],
         ["For the mark"]),
        ("model_answers: 2027-01-31", ["Model answers: from 31 January 2027."], ["after your first"]),
        ("model_answers: never", ["Model answers: not shown; your teacher has them."], []),
        ("attempts: first", ["your first complete answer counts"], ["your last complete"]),
    ],
)  # fmt: skip
def test_sheet_says_what_counts(module, settings, said, unsaid):
    module.write(SETTINGS, settings)
    page = words(assignment_sheet())
    for one in said:
        assert one in page, page
    for one in unsaid:
        assert one not in page


def test_sheet_has_the_words_of_the_command_escaped(module, tmp_path, capsys):
    path = tmp_path / "sheet.html"
    given = ["--due", "Friday <12>", "--to", "the box & the desk", "--name", "Your number."]
    assert main(["handout", "00", "--sheet", "-o", str(path), *given]) == 0
    page = path.read_text(encoding="utf-8")
    for one in ("Friday &lt;12&gt;", "the box &amp; the desk", "Your number."):
        assert one in page
    assert "pseudonym" not in page
    assert "Page to hand in" in page
    assert main(["handout", "00", "--sheet", "-o", str(path)]) == 1
    assert "already exists" in capsys.readouterr().err
    left_open = words(assignment_sheet())
    assert "The name or the pseudonym that your teacher asks for." in left_open


@pytest.mark.parametrize(
    ("option", "said", "unsaid"),
    [
        ("--no-keys", ["do not mark them. Your teacher does.", "Model answers: not shown"], ["Its points"]),
        ("--no-model-answers", ["Model answers: not shown", "Its points are not a grade"], ["do not mark them"]),
        ("--force", ["Model answers: after your first", "Its points are not a grade"], ["do not mark them"]),
    ],
)
def test_sheet_for_a_package_without_answers_promises_none(module, tmp_path, option, said, unsaid):
    path = tmp_path / "sheet.html"
    assert main(["handout", "00", "--sheet", option, "-o", str(path)]) == 0
    page = words(path.read_text(encoding="utf-8"))
    assert all(one in page for one in said), page
    assert not any(one in page for one in unsaid)


def test_sheet_names_a_lesson_without_questions(module):
    module.write("lessons/01-talk.ipynb", '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}')
    assert "What to hand in" in assignment_sheet(["01"])
