"""A notebook with cells of an earlier edition of its lesson says so; a student’s own cells are never reported."""

from __future__ import annotations

import json
import os
import shutil

import pytest

from helpers import my_work
from helpers.core import UserError
from helpers.course import check_course
from helpers.questions import (
    CELLS,
    cells_not_noted,
    check_editions,
    earlier_edition_in_words,
    note_cells,
    questions,
    standing_of,
)
from helpers.widgets import form_state, portfolio_state


class Lesson:
    """The lesson of the example in a module of its own, and a student's notebook, open in this kernel."""

    def __init__(self, folder):
        self.path = folder / "lessons" / "00-whose-bell.ipynb"
        self.noted = folder / "lessons" / "questions" / CELLS
        self.own = folder / "student" / "00-whose-bell.ipynb"
        self.own.parent.mkdir()

    def change(self, edit, path=None):
        path = path or self.path
        book = json.loads(path.read_text(encoding="utf-8"))
        book["cells"] = edit(book["cells"])
        path.write_text(json.dumps(book), encoding="utf-8")

    def give_out(self):
        note_cells([self.path])
        shutil.copy(self.path, self.own)


@pytest.fixture
def lesson(example, tmp_path, monkeypatch):
    for name in ("texts", "lessons"):
        shutil.copytree(example / name, tmp_path / name, ignore=shutil.ignore_patterns("my-work*"))
    made = Lesson(tmp_path)
    monkeypatch.setenv("CLOSE_READING_HOME", str(tmp_path))
    monkeypatch.setenv("JPY_SESSION_NAME", str(made.own))
    made.give_out()
    return made


def with_source(cells, **sources):
    """Give cells other words, by their ids; underscores stand for hyphens."""
    new = {id.replace("_", "-"): words for id, words in sources.items()}
    return [{**cell, "source": new.get(cell["id"], cell["source"])} for cell in cells]


def every_cell(cells):
    return [{**cell, "source": f"{''.join(cell['source'])} # corrected"} for cell in cells]


def test_student_is_told_after_an_update_that_changed_every_cell(lesson):
    assert earlier_edition_in_words() == ""
    lesson.change(every_cell)
    note_cells([lesson.path])
    cells = len(json.loads(lesson.path.read_text(encoding="utf-8"))["cells"])
    said = earlier_edition_in_words()
    assert said.startswith(f"{cells} cells of this notebook are of an earlier edition of the lesson: “")
    assert f"and {cells - 3} more" in said
    assert "Your answers are kept." in said
    shutil.copy(lesson.path, lesson.own)
    assert earlier_edition_in_words() == "", "she has the new edition, and her kernel still runs"


def test_notebook_with_the_name_of_another_lesson_is_known_by_its_cells(lesson, monkeypatch):
    other = lesson.path.with_name("01-other.ipynb")
    shutil.copy(lesson.path, other)
    lesson.change(lambda cells: [{**cell, "id": f"x-{cell['id']}", "source": "Other words."} for cell in cells], other)
    note_cells([other])
    lesson.change(every_cell)
    note_cells([lesson.path])
    lesson.own.rename(lesson.own.with_name(other.name))
    monkeypatch.setenv("JPY_SESSION_NAME", str(lesson.own.with_name(other.name)))
    assert "of an earlier edition of the lesson" in earlier_edition_in_words()


def test_cells_that_the_student_changed_are_not_told(lesson):
    lesson.change(lambda cells: with_source(cells, promise="Now she says: promise."))
    note_cells([lesson.path])
    lesson.change(lambda cells: with_source(cells, question_0_1='answer("0.1", "watch")'), lesson.own)
    assert earlier_edition_in_words().startswith("1 cell of this notebook is of an earlier edition of the lesson: “")
    lesson.change(lambda cells: with_source(cells, promise="What I think."), lesson.own)
    assert earlier_edition_in_words() == ""
    lesson.change(lambda cells: [*cells, {**cells[0], "id": "mine", "source": "My notes"}], lesson.own)
    assert earlier_edition_in_words() == ""


def test_every_edition_since_the_first_is_known_and_a_text_that_comes_back_is_the_present_one(lesson):
    first = lesson.path.read_bytes()
    for words in ("Second.", "Third."):
        lesson.change(lambda cells, words=words: with_source(cells, promise=words))
        note_cells([lesson.path])
    assert earlier_edition_in_words()
    lesson.path.write_bytes(first)
    note_cells([lesson.path])
    assert earlier_edition_in_words() == ""
    lesson.change(lambda cells: with_source(cells, promise="Second."), lesson.own)
    assert "“Second.”" in earlier_edition_in_words()


def test_cell_that_was_taken_out_or_replaced_is_told(lesson):
    lesson.change(lambda cells: [{**cell, "id": f"{cell['id']}-new"} for cell in cells if cell["id"] != "promise"])
    note_cells([lesson.path])
    assert " cells of this notebook are of an earlier edition" in earlier_edition_in_words()
    assert json.loads(lesson.noted.read_text(encoding="utf-8"))["00-whose-bell"]["promise"].startswith("- ")


def test_notebook_or_lesson_with_another_name_is_recognised(lesson, monkeypatch):
    other = lesson.own.with_name("my old one.ipynb")
    lesson.own.rename(other)
    monkeypatch.setenv("JPY_SESSION_NAME", str(other))
    assert earlier_edition_in_words() == ""
    lesson.path = lesson.path.rename(lesson.path.with_name("00-the-bell.ipynb"))
    lesson.change(lambda cells: with_source(cells, promise="Promise."))
    note_cells([lesson.path])
    assert [*json.loads(lesson.noted.read_text(encoding="utf-8"))] == ["00-the-bell"]
    assert earlier_edition_in_words().startswith("1 cell")


def test_notebook_that_fits_two_lessons_equally_is_not_judged(lesson, monkeypatch):
    shutil.copy(lesson.path, lesson.path.with_name("01-copy.ipynb"))
    note_cells([lesson.path, lesson.path.with_name("01-copy.ipynb")])
    lesson.change(lambda cells: with_source(cells, promise="Promise."))
    note_cells([lesson.path])
    other = lesson.own.with_name("copy.ipynb")
    shutil.copy(lesson.own, other)
    monkeypatch.setenv("JPY_SESSION_NAME", str(other))
    assert earlier_edition_in_words() == ""


@pytest.mark.parametrize(
    "words", ["", "[]", "{", '{"cells": [1]}', '{"cells": 5}', "[" * 100_000, "\0", '{"cells": [{}]}']
)
def test_notebook_or_noted_cells_that_cannot_be_read_stop_no_form(lesson, words):
    lesson.change(every_cell)
    note_cells([lesson.path])
    noted = lesson.noted.read_bytes()
    lesson.noted.write_text(words, encoding="utf-8")
    assert earlier_edition_in_words() == ""
    lesson.noted.write_bytes(noted)
    lesson.own.write_text(words, encoding="utf-8")
    assert earlier_edition_in_words() == ""


def test_without_a_notebook_or_noted_cells_nothing_is_said(lesson, monkeypatch, tmp_path):
    lesson.change(every_cell)
    note_cells([lesson.path])
    for name in ("", "nothing.ipynb", str(tmp_path), "console-1", "x" * 5000 + ".ipynb", os.devnull):
        monkeypatch.setenv("JPY_SESSION_NAME", name)
        assert earlier_edition_in_words() == ""
    monkeypatch.setenv("JPY_SESSION_NAME", str(lesson.own))
    assert earlier_edition_in_words()
    lesson.noted.unlink()
    assert earlier_edition_in_words() == ""


def test_first_form_of_a_kernel_and_the_page_of_own_work_tell(lesson, monkeypatch):
    first, second = questions()[:2]
    form_state(first, standing_of(first))
    monkeypatch.setattr(os, "getpid", lambda: -1)  # a new kernel
    lesson.change(every_cell)
    note_cells([lesson.path])
    said = earlier_edition_in_words()
    assert said
    for _ in range(2):  # it is shown, and its answer is saved
        assert said in form_state(second, standing_of(second))["notice"]
    assert said not in form_state(first, standing_of(first))["notice"]
    assert said in str(my_work())
    assert said in portfolio_state()["warning"]


def test_words_of_an_earlier_edition_come_without_the_signs_of_markdown(lesson):
    words = "<!-- t07 -->\n<details>\n\n| | |\n|---|:-:|\n\n## **Read** the\u202eletter aloud, then say who speaks"
    lesson.change(lambda cells: with_source(cells, promise=words))
    lesson.give_out()
    lesson.change(lambda cells: with_source(cells, promise="New."))
    note_cells([lesson.path])
    assert "of the lesson: “Read the⟨RLO⟩letter aloud, then say who …”. " in earlier_edition_in_words()


def test_check_names_lessons_changed_since_the_refresh_and_reports_only_what_would_mislead(lesson):
    assert "changed since" not in check_course().read
    lesson.change(lambda cells: with_source(cells, promise="Second."))
    assert cells_not_noted([lesson.path]) == {lesson.path: 1}
    report = check_course()
    assert report.problems == ()
    assert report.read.endswith(" Cells that were changed since the last refresh of their lesson: 00 (1).")
    note_cells([lesson.path])
    shutil.copy(lesson.own, lesson.path)
    assert check_course().problems == (
        "lessons/00-whose-bell.ipynb: students with this notebook would be told that it has cells of an earlier "
        "edition, such as the cell “promise”. Run python -m helpers refresh 00",
    )
    note_cells([lesson.path])
    assert check_course().problems == ()
    assert cells_not_noted([lesson.path]) == {}


@pytest.mark.parametrize(
    "words", ["", "[]", '{"00-whose-bell": []}', '{"00-whose-bell": {"head": ""}}', "<<<<<<< HEAD"]
)
def test_damaged_file_of_noted_cells_is_reported_and_not_overwritten(lesson, words):
    lesson.noted.write_text(words, encoding="utf-8")
    said = "lessons/questions/cells.json is damaged. Restore an earlier copy: git restore lessons/questions/cells.json"
    assert check_course().problems == (said,)
    with pytest.raises(UserError) as error:
        note_cells([lesson.path])
    assert str(error.value) == said
    assert lesson.noted.read_text(encoding="utf-8") == words


def test_module_without_noted_cells_has_no_problem(lesson):
    lesson.noted.unlink()
    assert check_editions([lesson.path]) == []
    assert cells_not_noted([lesson.path]) == {}
