"""A lesson as an assignment for nbgrader: the notebook, with a cell for the points of each question.

The metadata are those of nbgrader 0.9.6 (schema 3). A question that the module marks gets a code cell that is graded
automatically; one that a reader judges gets a task, which is graded by hand.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..core import UserError, file_bytes, lessons_folder
from ..questions import Question, question_path, read_questions
from .notebook_check import read_notebook
from .package import carried_files, chosen_lessons, for_students

Cell = dict[str, Any]

CONFIG = "nbgrader_config.py"
MINOR = 5  # nbformat 4.5, in which each cell has an id
# nbgrader reads this file in its course folder, and runs it there.
_CONFIG = """\
# The lessons of the module in this folder are marked from what students recorded in their forms, with its keys.
# No code of a submission is run for them. Other assignments are marked as before.
import os

from helpers.course import mark_with_nbgrader
from nbgrader.converters import Autograde

os.environ["CLOSE_READING_HOME"] = {home!r}
mark_with_nbgrader(get_config(), Autograde)
"""
# Without the lines above nbgrader runs this cell; it must not give points then.
_POINTS = """\
# Question {id}: nbgrader counts your recorded answer here, for up to {points}. Leave this cell as it is.
import os

assert os.environ.get("NBGRADER_EXECUTION") != "autograde", "Not marked: nbgrader_config.py lacks mark_with_nbgrader."
"""
_TASK = "**Question {id}**, up to {points}: your teacher marks your recorded answer. Leave this cell as it is."


@dataclass(frozen=True)
class NbgraderAssignment:
    """An assignment: its name, its files by their names in the course folder, and the questions with points."""

    name: str
    files: dict[str, bytes]
    counted: tuple[str, ...]  # ids of the questions that the module marks
    by_hand: tuple[str, ...]  # ids of those that a reader marks
    config: str  # what nbgrader_config.py must have


def nbgrader_assignment(lesson: str) -> NbgraderAssignment:
    """Make a lesson an assignment for nbgrader, without results and without anybody’s work.

    Parameters
    ----------
    lesson : str
        Number, name or path of the lesson.

    Returns
    -------
    NbgraderAssignment

    Raises
    ------
    UserError
        If there is no such lesson, it has no questions with points, or its question file has no keys.

    Examples
    --------
    >>> assignment = nbgrader_assignment("00")
    >>> assignment.counted[0]
    '0.1'
    """
    (path,) = chosen_lessons([lesson])
    asked = graded_questions(path)
    root = lessons_folder().parent
    notebook = json.loads(for_students(path, outputs=False))
    notebook |= {"cells": assignment_cells(path, asked), "nbformat": 4, "nbformat_minor": MINOR}
    folder = f"source/{path.stem}/"
    files = {f"{folder}{path.name}": (json.dumps(notebook, ensure_ascii=False, indent=1) + "\n").encode("utf-8")}
    for name in carried_files(read_notebook(path), root):
        files[folder + name.removeprefix("lessons/")] = file_bytes(root / name)
    return NbgraderAssignment(
        path.stem,
        files,
        tuple(one.id for one in asked if one.marked),
        tuple(one.id for one in asked if not one.marked),
        _CONFIG.format(home=str(root.resolve())),
    )


def graded_questions(notebook: Path) -> list[Question]:
    """Read the questions of a lesson that give points; raises `UserError` if there are none, or no keys."""
    path = question_path(notebook)
    asked = read_questions(path) if path.is_file() else ()
    for one in asked:
        if not one.keyed:
            raise UserError(
                f"{one.place}: this file has no keys, so nothing can be marked. Use your copy with the keys."
            )
    graded = [
        one for one in asked if one.points and (one.marked or (one.judged and one.counts_for_the_mark is not False))
    ]
    if not graded:
        raise UserError(f"No question of {notebook.stem} gives points, so there is nothing to grade in it.")
    return graded


def assignment_cells(notebook: Path, asked: Iterable[Question]) -> list[Cell]:
    """Return the cells of a lesson without results, with one for the points after each of these questions."""
    cells: list[Cell] = json.loads(for_students(notebook, outputs=False))["cells"]
    place = read_notebook(notebook).answered_in
    after: dict[int, list[Cell]] = {}
    for one in asked:
        after.setdefault(place.get(one.id, len(cells)), []).append(_graded_cell(one))
    for number, cell in enumerate(cells, 1):
        cell.setdefault("id", f"cell-{number}")
    return [one for number, cell in enumerate(cells, 1) for one in (cell, *after.get(number, ()))]


def grade_id(asked: Question) -> str:
    """Return the name of the cell for the points of a question: letters, digits and hyphens, as nbgrader wants it."""
    return f"points-{asked.id.replace('.', '-')}"


def _graded_cell(asked: Question) -> Cell:
    points = f"{asked.points} point{'' if asked.points == 1 else 's'}"
    kind = "code" if asked.marked else "markdown"
    nbgrader = {
        "grade": asked.marked,
        "task": not asked.marked,
        "solution": False,
        "locked": True,
        "grade_id": grade_id(asked),
        "points": asked.points,
        "cell_type": kind,
        "schema_version": 3,
    }
    source = (_POINTS if asked.marked else _TASK).format(id=asked.id, points=points).rstrip("\n")
    return cell(kind, grade_id(asked), source, nbgrader=nbgrader, deletable=False, editable=False)


def cell(kind: str, id: str, source: str, **metadata: object) -> Cell:
    """Make a cell of a notebook; a code cell without results."""
    code: Cell = {"execution_count": None, "outputs": []} if kind == "code" else {}
    return {"cell_type": kind, "id": id, "metadata": metadata, "source": source, **code}
