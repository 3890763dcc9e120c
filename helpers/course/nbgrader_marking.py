"""Mark submissions to nbgrader from the recorded answers, in place of running the notebooks that were handed in.

Nothing of a submission is run or imported: only its files of work are read. The notebook that is marked is made
again from the lesson, so that it does not matter what was changed, added or deleted in the one that was handed in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from .. import workbook
from ..core import UserError, file_bytes, kind_of, lessons_folder, names_in, neutralised
from ..questions import (
    Kept,
    QuestionState,
    checked_quotations,
    earlier_in_words,
    lesson_files,
    standings,
    undecided_in_words,
)
from ..workbook import HandedIn, read_folder, read_handed_in
from .nbgrader_source import MINOR, Cell, assignment_cells, cell, grade_id, graded_questions

_WORK = "my-work"


def mark_with_nbgrader(config: Any, autograde: Any) -> None:  # noqa: ANN401 - nbgrader has no types
    """Let ``nbgrader autograde`` mark the lessons of this module from recorded answers; for ``nbgrader_config.py``.

    A submission without recorded work is not marked: nbgrader names it, with the reason, and marks the others.

    Parameters
    ----------
    config : traitlets.config.Config
        What ``get_config()`` returns.
    autograde : type
        The class ``nbgrader.converters.Autograde``.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from traitlets import HasTraits, List
    >>> class Execute:
    ...     def preprocess(self, nb, resources):
    ...         return nb, resources
    >>> class Autograde(HasTraits):
    ...     autograde_preprocessors = List([Execute])
    >>> config = SimpleNamespace(Autograde=SimpleNamespace())
    >>> mark_with_nbgrader(config, Autograde)
    >>> issubclass(config.Autograde.autograde_preprocessors[0], Execute)
    True
    """
    steps = autograde.class_traits()["autograde_preprocessors"].make_dynamic_default()
    config.Autograde.autograde_preprocessors = [
        _marking(step) if step.__name__ == "Execute" else step for step in steps
    ]


def _marking(execute: Any) -> type:  # noqa: ANN401 - a class of nbgrader
    """Make a step that marks lessons, and runs notebooks that are no lessons as before."""

    class Execute(execute):  # type: ignore[misc]  # its name is that of the settings for it
        """Marks lessons from recorded answers; runs all other notebooks."""

        def preprocess(self, nb: Any, resources: Any, *more: Any, **named: Any) -> Any:  # noqa: ANN401 - as nbgrader
            which = resources["nbgrader"]
            if not _is_lesson(which["notebook"]):
                return super().preprocess(nb, resources, *more, **named)
            handed_in = Path(resources["metadata"]["path"])
            nb.cells = _nodes(marked_cells(which["notebook"], handed_in, which["student"]), type(nb))
            nb.nbformat_minor = MINOR
            return nb, resources

    return Execute


def _is_lesson(name: str) -> bool:
    return any(path.stem == name for path in lesson_files())


def _nodes(data: Any, node: type) -> Any:  # noqa: ANN401 - any data of JSON
    """Make all mappings in the data those of nbformat, whose keys are also attributes."""
    if isinstance(data, dict):
        return node({key: _nodes(value, node) for key, value in data.items()})
    return [_nodes(one, node) for one in data] if isinstance(data, list) else data


def marked_cells(lesson: str, folder: Path, student: str) -> list[Cell]:
    """Return the cells of a lesson with a student’s answers, and points as the results of the cells for them."""
    notebook = lessons_folder() / f"{lesson}.ipynb"
    asked = graded_questions(notebook)
    with workbook.reading(_handed_in(folder, f"{lesson} of {student}")) as troubles:
        states = {grade_id(state.question): state for state in standings(asked)}
        about = [f"Recorded under the name: {workbook.student_name() or '(none)'}", *troubles]
    marked = [_shown("whose-work", about)]
    for one in assignment_cells(notebook, asked):
        state = states.get(one["metadata"].get("nbgrader", {}).get("grade_id", ""))
        if state is None:
            marked.append(one)
        elif state.question.marked:
            points = state.counts.verdict.points if state.counts else 0
            one["outputs"] = [_printed(_told(state)), _result(points or 0)]
            marked.append(one)
        else:
            marked += [_shown(f"answer-{one['id']}", _told(state)), one]
    return marked


def _handed_in(folder: Path, whose: str) -> HandedIn:
    """Read all work in a submission: the folder my-work, and downloads beside the notebook."""
    found, faults = [], []
    places = [folder / name for name in names_in(folder) if _may_be_work(folder / name)]
    for place in places:
        try:
            lines = read_folder(place) if kind_of(place) == "folder" else read_handed_in(file_bytes(place))
        except UserError as error:
            faults.append(f"{place.name}: {error}")
            continue
        if lines.people:
            raise UserError(f"{whose}: {_WORK} holds the work of several people. {_NO_MARK}")
        found.append((place.name, lines))
    if not found:
        why = f"the work cannot be read ({'; '.join(faults)})" if faults else f"{_WORK} is missing from the submission"
        raise UserError(f"{whose}: {why}. {_NO_MARK}")
    (_, whole), *more = found
    for name, lines in more:
        whole.add(lines, name)
    whole.told += [f"Not read: {fault}" for fault in faults]
    return whole


_NO_MARK = (
    "No mark was given. Ask the student to submit again, with the folder my-work beside the notebook, or with a "
    "download from my_work() in its place."
)


def _may_be_work(path: Path) -> bool:
    if path.name == _WORK:
        return kind_of(path) == "folder"
    is_page = path.name.startswith(_WORK) and path.suffix == ".html"
    return kind_of(path) == "file" and (path.suffix == ".jsonl" or is_page)


def _told(state: QuestionState) -> Iterator[str]:
    """Write the question and what was answered, line by line, for whoever marks and for the student."""
    asked, counts = state.question, state.counts
    yield f"Question {asked.id}: {' '.join(asked.prompt.split())}"
    if counts:
        yield from ("", f"The answer that counts, of {counts.event.time}:", asked.in_words(counts.response), "")
        yield counts.verdict.said
        for quotation, verdict, place, _ in checked_quotations(counts.words)["rows"] if asked.free else ():
            yield f"- “{quotation}”: {verdict}{f' ({place})' if place else ''}"
    else:
        yield "No answer."
    if first := state.first_beside(counts):
        yield from (
            "",
            f"The first complete answer, of {first.event.time}:",
            first.words or asked.in_words(first.response),
        )
    if state.draft:
        yield from ("", "A draft that was not given as an answer:", asked.in_words(state.draft.response))
    for kept in state.earlier:
        yield from ("", *_earlier(state, kept))
    if unclear := undecided_in_words(state):
        yield from ("", unclear)


def _earlier(state: QuestionState, kept: Kept) -> Iterator[str]:
    yield f"To an earlier wording of the question, which does not count: {' '.join(kept.prompt.split())}"
    yield earlier_in_words(state.question, kept)


def _shown(id: str, lines: Iterable[str]) -> Cell:
    made = cell("code", id, "")
    made["outputs"] = [_printed(lines)]
    return made


def _printed(lines: Iterable[str]) -> dict[str, object]:
    """Make a result that is shown as plain text: HTML in it is no HTML, and control characters are visible."""
    return {"output_type": "stream", "name": "stdout", "text": neutralised("\n".join(lines)) + "\n"}


def _result(points: float) -> dict[str, object]:
    """Make the result of a cell, which nbgrader takes for the points."""
    return {
        "output_type": "execute_result",
        "execution_count": 1,
        "metadata": {},
        "data": {"text/plain": f"{float(points)}"},
    }
