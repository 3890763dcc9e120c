"""List a student’s progress and work, export it and save it to a file."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from .. import workbook
from ..annotation import as_collection, notes, tagset
from ..core import (
    Table,
    UserError,
    __version__,
    did_you_mean,
    home,
    kind_of,
    listed,
    neutralised,
    read_file,
    typed_path,
    write_new_file,
)
from ..questions import (
    AIMS,
    Attempt,
    Kept,
    Question,
    QuestionState,
    earlier_in_words,
    later_in_words,
    no_longer_asked,
    questions,
    standings,
)
from ..workbook import student_name, work_file_name
from .export_page import MarkRecord, Portfolio, ProgressRow, Record
from .exports import FORMATS
from .feedback import all_feedback
from .rights import brought_along, left_out


def progress() -> Table:
    """List the student’s progress, one row for each lesson.

    ``points`` and ``of`` cover only the questions that the module marks itself, ``written`` counts
    the other answers, ``changed`` lists the questions that changed after they were answered, and
    ``last`` is the time of the last answer.
    """
    rows = _rows()
    written = sum(row["written"] for row in rows)
    return Table(
        rows,
        ["lesson", "title", "asked", "answered", "points", "of", "changed", "last", "written"],
        caption="My work, lesson by lesson",
        note="Points are only for questions that the module marks itself. They are for learning and are not a grade. "
        f"Free answers written, for a reader to judge: {written}.",
        show=["lesson", "title", "asked", "answered", "points", "of", "written", "changed"],
        right=["asked", "answered", "points", "of", "written"],
    )


def kept_from_before() -> str:
    """Name the questions with answers to an earlier wording, and those that are no longer asked; empty if none."""
    changed = [one.question.id for one in standings() if one.earlier]
    dropped = [one.question.id for one in no_longer_asked()]
    said = [
        f"{what}: {listed(map(neutralised, ids))}."
        for what, ids in (("the question was changed since", changed), ("no longer asked", dropped))
        if ids
    ]
    if not said:
        return ""
    example = neutralised([*changed, *dropped][0])
    return f'Kept answers of yours; {" ".join(said)} They are in every export; my_work("{example}") shows them.'


def contents() -> Table:
    """List the lessons and the number of their questions, without anything that a student did."""
    lessons: dict[str, list[Question]] = {}
    for one in questions():
        lessons.setdefault(one.lesson, []).append(one)
    rows = [{"lesson": lesson, "title": asked[0].title, "questions": len(asked)} for lesson, asked in lessons.items()]
    return Table(rows, ["lesson", "title", "questions"], caption="The lessons", right=["questions"])


def _rows() -> list[ProgressRow]:
    lessons: dict[str, list[QuestionState]] = {}
    for one in standings():
        lessons.setdefault(one.question.lesson, []).append(one)
    return [_row(lesson, states) for lesson, states in lessons.items()]


def _row(lesson: str, some: list[QuestionState]) -> ProgressRow:
    marked = [one for one in some if one.question.marked]
    points = sum((one.counts.verdict.points or 0 for one in marked if one.counts), start=0.0)
    last = max((one.last.event for one in some if one.last), key=workbook.history().place, default=None)
    return {
        "lesson": lesson,
        "title": some[0].question.title,
        "asked": len(some),
        "answered": sum(bool(one.attempts) for one in some),
        "points": _number(points),
        "of": sum(one.question.points for one in marked),
        "changed": ", ".join(one.question.id for one in some if one.earlier and not one.attempts),
        "last": neutralised(last.time) if last else "",
        "written": sum(bool(one.attempts) for one in some if not one.question.marked),
    }


def _number(points: float) -> float | int:
    return int(points) if points == int(points) else points


def work_records() -> list[Record]:
    """List all answers and drafts, one flat record for each; ``state`` is one of `STATES`.

    Words are as the student typed them: neutralise them before you display them.

    Examples
    --------
    >>> from helpers.questions import questions, record_answer
    >>> asked = questions()[0]
    >>> given = record_answer(asked, asked.options[0].id)
    >>> [(record["question"], record["state"]) for record in work_records()]
    [('0.1', 'counts')]
    """
    return [record for one in [*standings(), *no_longer_asked()] for record in _records(one)]


def marks() -> list[MarkRecord]:
    """List all marks in the margins of the texts, one flat record for each.

    ``tags`` are labels; ``said`` says what happened to the mark if its text was changed. Words are as the
    student typed them: neutralise them before you display them.

    Examples
    --------
    >>> from helpers.annotation import mark_quotation
    >>> from helpers.texts import parse_text
    >>> made = mark_quotation(parse_text("Return all this.", "example"), "all", note="All?")
    >>> [(mark["quotation"], mark["note"]) for mark in marks()]
    [('all', 'All?')]
    """
    labels = {tag.name: tag.label for tag in tagset()}
    return [
        {
            "document": note.document,
            "layer": note.layer,
            "voice": note.voice,
            "speaker": note.speaker,
            "paragraph": note.paragraph,
            "quotation": note.quotation,
            "note": note.note,
            "said": note.said,
            "tags": ", ".join(labels[tag] for tag in note.tags),
            "time": note.changed,
            "state": note.anchored,
            "kind": "mark",
            "event": note.event.id,
        }
        for note in sorted(notes(), key=lambda note: note.document)
    ]


def _records(one: QuestionState) -> list[Record]:
    asked = one.question
    gone = "earlier wording" if asked.prompt else "no longer asked"
    return [
        *(_record(asked, kept, "earlier draft" if kept.event.kind == "draft" else gone) for kept in one.earlier),
        *(
            _record(asked, attempt, _state(one, attempt), n, len(one.attempts), one)
            for n, attempt in enumerate(one.attempts, 1)
        ),
        *([_record(asked, one.draft, "draft")] if one.draft else []),
    ]


def _state(one: QuestionState, attempt: Attempt) -> str:
    return "counts" if attempt is one.counts else "first" if attempt is one.first else "answer"


def _record(
    asked: Question,
    kept: Kept,
    state: str,
    n: int | None = None,
    of: int | None = None,
    stands: QuestionState | None = None,
) -> Record:
    verdict = kept.verdict if isinstance(kept, Attempt) else None
    old = state not in ("counts", "first", "answer", "draft")
    later = later_in_words(stands) if stands and state == "counts" else ""
    points = verdict.points if verdict else None
    return {
        "lesson": asked.lesson,
        "title": asked.title,
        "question": asked.id,
        "kind": asked.kind,
        "skill": asked.skill,
        "aim": "" if asked.marked else AIMS[asked.counts_for_the_mark],
        "prompt": (kept.prompt if old else "") or asked.prompt,
        "response": earlier_in_words(asked, kept) if old else asked.in_words(kept.response),
        "state": state,
        "verdict": " ".join(filter(None, [verdict.said, later])) if verdict else "",
        "points": _number(points) if points is not None else None,
        "of": verdict.of if verdict and points is not None else None,
        "time": kept.event.time,
        "attempt": n,
        "attempts": of,
        "event": kept.event.id,
    }


def export_work(format: str) -> str:
    """Export all of the work in one of `FORMATS`; the same work always gives the same file.

    Raises `UserError` if there is no such format, or it is not known who the person is.

    Examples
    --------
    >>> export_work("csv").splitlines()[0].split(",")[1]
    '"lesson"'
    """
    if format not in FORMATS:
        raise UserError(f"No format “{format}”. {did_you_mean(format, FORMATS)}")
    workbook.require_person()
    whole = Portfolio(
        student_name(),
        module_version(home()),
        tuple(_rows()),
        tuple(work_records()),
        tuple(marks()),
        as_collection(),
        workbook.bundle(left_out()),
        all_feedback(),
    )
    return FORMATS[format].write(whole)


def save_work(where: str | Path) -> str:
    """Save the work to a folder or a file, whose ending gives the format; see `my_work`."""
    workbook.require_person()
    path, called = typed_path(where), ""
    if kind_of(path) == "folder":
        # Messages do not name the file, because its name is that of the student and a notebook stores them.
        path, called = path / work_file_name("jsonl"), f"The file of your work in “{where}”"
        if kind_of(path) != "nothing":
            raise UserError(
                f"There is already a file of your work in “{where}”, and it was not overwritten. Name a new file: "
                'my_work(save="name.jsonl").'
            )
    makers = {one.ending: name for name, one in FORMATS.items()}
    ending = path.suffix.lower().removeprefix(".")
    if ending != "jsonl" and ending not in makers:
        known = ", ".join(f".{one}" for one in ["jsonl", *makers])
        raise UserError(
            f"“{path.name}” is not a folder and has no known ending. Name a folder, or a file that ends in {known}."
        )
    content = workbook.bundle(left_out()) if ending == "jsonl" else export_work(makers[ending])
    said = f"Your work is in the file “{write_new_file(path, content, called=called)}”."
    return f"{said} {brought_along()}".strip() if ending == "jsonl" else said


def module_version(home: Path) -> str:
    """Return the name and version of the module that the lessons belong to; empty if unknown."""
    file = home / "pyproject.toml"
    if kind_of(file) == "file":
        import tomllib

        try:
            project = tomllib.loads(read_file(file)).get("project", {})
        except (UserError, tomllib.TOMLDecodeError):
            project = {}
        if isinstance(project, dict) and "name" in project:
            return f"{project['name']} {project.get('version', __version__)}"
    return _installed()


@cache
def _installed() -> str:
    """Return the name and version of the installed distribution with this package; empty if there is none."""
    from importlib import metadata

    package = __name__.partition(".")[0]
    name = next(iter(metadata.packages_distributions().get(package, ())), None)
    return f"{name} {__version__}" if name else ""
