"""The page from which an instructor marks: all answers to one question after another; it opens from a disk.

The words of students are escaped here. The script is in ``marking.js``; it saves the file that `marks_file` reads.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from importlib import resources
from string import Template

from ..core import (
    FORMULA,
    THEME,
    Markup,
    classed,
    data_element,
    element,
    join,
    neutralised,
    read_file,
    standalone_page,
    void,
)
from ..portfolio import hash_of
from ..questions import Question, paragraphs
from ..texts import words_counted
from .checked_essay import in_html, in_plain
from .marking_scheme import criteria_of, to_mark
from .marks_file import COLUMNS, EVERY, Mark, Marks, complete, rows_of
from .results import Essay, Student, StudentResult


def dealt_out(results: Iterable[StudentResult], markers: Sequence[str]) -> dict[str, list[StudentResult]]:
    """Deal out the students to several markers, in turn, so that nobody has more than one student more than another.

    Examples
    --------
    >>> parcels = dealt_out([StudentResult(Student(key, n)) for n, key in enumerate("abc", 1)], ["A", "B"])
    >>> {marker: [one.student.key for one in parcel] for marker, parcel in parcels.items()}
    {'A': ['a', 'c'], 'B': ['b']}
    """
    parcels: dict[str, list[StudentResult]] = {marker: [] for marker in markers}
    for n, one in enumerate(sorted(results, key=lambda one: one.student.number)):
        parcels[markers[n % len(markers)]].append(one)
    return parcels


def marking_page(
    results: Collection[StudentResult],
    asked: Iterable[Question],
    marks: Marks,
    *,
    of_class: str = "",
    marker: str = "",
    names: bool = True,
) -> str:
    """Write the page; ``of_class`` tells classes apart."""
    by_id = {one.id: one for one in to_mark(asked)}
    essays = [essay for one in results for essay in one.essays if essay.question in by_id]
    answered = {essay.question for essay in essays}
    students = {one.student.key: one.student for one in results}
    here = {(one.question, one.student) for one in essays}
    shown = [one for one in marks.marks if (one.question, one.student) in here]
    rest = [one for one in marks.marks if (one.question, one.student) not in here]
    rest = [one for one in rest if one.student != EVERY or one.question not in answered]
    data = {
        "columns": COLUMNS,
        "formula": FORMULA,
        "class": of_class,
        "marker": marker,
        "names": names,
        "students": [_student(one, names=names) for one in students.values()],
        "questions": [_question(one) for one in by_id.values() if one.id in answered],
        "essays": [_essay(one, late=students[one.student].late) for one in essays],
        "marks": [_mark(one, by_id[one.question]) for one in shown],
        # The saved file holds all marks, also those of students who are not on this page.
        "rest": list(rows_of(rest, students, {id: one.points for id, one in by_id.items()}, names=names)),
        "changed": {
            id: {"when": max(row.when for row in rows), "points": _changed(marks, id)}
            for id in answered
            if (rows := marks.on(id, EVERY))
        },
    }
    title = f"Marking: {marker}" if marker else "Marking"
    return standalone_page(title, *_body(title), data_element("data", data), style=_style(), script=_part("marking.js"))


def _part(name: str) -> str:
    with resources.as_file(resources.files(__package__) / name) as path:
        return read_file(path)


def _style() -> str:
    colours = {key: value for key, value in vars(THEME).items() if isinstance(value, str)}
    good = THEME.verdicts["right"].colour
    return Template(_part("marking.css")).substitute(colours, good=good)


def _student(one: Student, *, names: bool) -> dict[str, object]:
    return {"key": one.key, "number": one.number, "name": neutralised(one.name) if names else ""}


def _question(one: Question) -> dict[str, object]:
    criteria = [
        {
            "id": part.id,
            "name": part.criterion,
            "steps": [{"text": text, "points": points} for text, points in zip(part.levels, part.steps, strict=True)],
        }
        for part in criteria_of(one)
    ]
    return {
        "id": one.id,
        "title": one.title,
        "points": one.points,
        "limits": one.limits.partition(". ")[0].rstrip(".").lower() if one.rubric else "",
        "prompt": paragraphs(one.prompt),
        "model": paragraphs(one.good_answer),
        "criteria": criteria,
    }


def _essay(one: Essay, *, late: bool) -> dict[str, object]:
    shown, remarks = in_html(one)
    flags = [
        *(["Late"] if late else []),
        *(["A draft, not given as an answer"] if one.draft else []),
        *(["Answers an earlier wording of the question"] if one.outdated else []),
    ]
    return {
        "question": one.question,
        "student": one.student,
        "html": shown,
        "check": remarks,
        "length": words_counted(one.words),
        "flags": flags,
        "earlier": [join([void("hr"), in_plain(words)]) for words in one.earlier],
        "hash": hash_of(one.text),
    }


def _mark(one: Mark, asked: Question) -> dict[str, object]:
    by_hand = one.own_points or not complete(asked, one.steps)
    return {
        "student": one.student,
        "question": one.question,
        "marker": one.marker,
        "own": one.points if by_hand else None,
        "steps": {given.criterion: given.step for given in one.steps},
        "comment": one.comment,
        "essay": one.essay,
        "when": one.when,
    }


def _changed(marks: Marks, id: str) -> dict[str, float]:
    return {f"{criterion}={step}": points for (criterion, step), points in marks.changed_steps(id).items()}


_HELP = (
    ("1 … 9", "give the step with this number in the criterion with the blue line; again: take it back"),
    ("↑ ↓", "another criterion"),
    ("← →", "previous and next answer"),
    ("n", "next answer that is not marked"),
    ("c", "write a comment; Esc leaves the field, Ctrl+Enter goes on to the next unmarked answer"),
    ("⇧1 … ⇧9", "give a comment again that you have written for this question"),
    ("p", "give points of your own in place of the sum of the steps"),
    ("s", "save the file"),
    ("?", "this list"),
)  # fmt: skip


def _body(title: str) -> list[Markup]:
    """The parts of the page, which the script fills."""

    def field(words: str, part: Markup) -> Markup:
        return element("label", words, " ", part)

    def box(id: str, words: str, *, on: bool = False) -> Markup:
        return element("label", void("input", type="checkbox", id=id, checked="" if on else None), " ", words)

    def button(id: str, words: str, key: str = "", kind: str = "", **more: object) -> Markup:
        shown = [element("kbd", key), " "] if key else []
        return classed("button", kind, *shown, words, id=id, type="button", **more)

    def part(name: str, id: str, *content: object, kind: str = "", **more: object) -> Markup:
        return classed(name, kind, *content, id=id, **more)

    settings = classed(
        "details",
        "settings",
        part("summary", "settings", "Settings"),
        classed(
            "div",
            "pop",
            element("p", field("Who marks?", void("input", id="marker", maxlength="60", size="12"))),
            element("p", box("names", "Numbers in place of names")),
            element("p", box("chance", "Order by chance")),
            element("p", box("keys", "Keys without Ctrl or Alt", on=True)),
        ),
    )
    header = element(
        "header",
        element("h1", title),
        field("Question", part("select", "question")),
        field("Answer", part("select", "answer")),
        classed("span", "grow"),
        settings,
        button("show-help", "Help", "?"),
    )
    refused = part(
        "p", "refused", "This browser keeps nothing of what you type here (", part("span", "why"), "). Save often. "
        "Only the file keeps your marks.", kind="notice", role="alert", hidden="",
    )  # fmt: skip
    task = classed(
        "details", "task", element("summary", "The question"), part("div", "prompt"),
        part("details", "model-head", element("summary", "One good answer"), part("div", "model")),
    )  # fmt: skip
    sheet = element(
        "section",
        classed("div", "strip", part("h2", "which"), part("div", "facts", kind="facts")),
        classed(
            "div",
            "sheet",
            part(
                "div", "stale", "This answer was changed after it was marked. The mark is for the earlier words. ",
                button("fresh", "It holds for these words too"), kind="notice", hidden="",
            ),
            part("div", "essay", kind="essay"),
            part("div", "quotations"),
            part(
                "details", "earlier-head", part("summary", "earlier-count", "Earlier attempts"), part("div", "earlier")
            ),
        ),
        **{"aria-label": "The answer"},
    )  # fmt: skip
    points = classed(
        "div", "sum", element("span", part("strong", "points"), " ", part("span", "of")),
        field("or your own points", void("input", type="number", step="any", id="own")),
    )  # fmt: skip
    panel = classed(
        "section",
        "panel",
        points,
        part("div", "rubric"),
        part("div", "others"),
        element("label", "Comment for the student", **{"for": "comment"}),
        part("textarea", "comment"),
        part("h3", "again-head", "Comments given before", hidden=""),
        part("ul", "again", kind="again"),
        part(
            "details", "pricing", element("summary", "Change the points of the steps"),
            classed("p", "quiet", "All who got the step get its new points."), part("div", "prices"),
        ),
        tabindex="0",
        **{"aria-label": "The mark"},
    )  # fmt: skip
    footer = element(
        "footer",
        button("previous", "Previous", "←"),
        button("next", "Next", "→"),
        button("unmarked", "Next unmarked", "n"),
        part("progress", "progress", value="0", max="1", **{"aria-label": "Marked"}),
        part("span", "done"),
        part("span", "said", kind="grow quiet", role="status"),
        part("span", "unsaved"),
        button("save", "Save the marks", "s", "main"),
    )
    keys = element(
        "table", element("tbody", *(element("tr", element("td", element("kbd", key)), element("td", what))
                                   for key, what in _HELP)),
    )  # fmt: skip
    help = part(
        "dialog",
        "help",
        element("h2", "Keys"),
        keys,
        element("h2", "Where are the marks?"),
        element(
            "p", "What you type is kept at once in this browser on this computer, in the storage that it keeps for "
            "pages from a disk (localStorage). Nobody else gets it, and no other browser has it. “Save the marks” "
            "gives a file with all marks; give it to the class command, which makes the pages for the students and the "
            "file for the gradebook. On a computer that others use too, then press:",
        ),
        element("p", button("forget", "Delete the marks of this page that this browser keeps")),
        element("p", button("close-help", "Close", kind="main", autofocus="")),
        **{"aria-label": "Keys and saving"},
    )  # fmt: skip
    return [
        header,
        refused,
        element(
            "noscript", element("p", "This page needs JavaScript. Without it, fill in marks.csv in a spreadsheet.")
        ),
        element(
            "main",
            part("p", "nothing", "No written answer to mark was handed in.", kind="task", hidden=""),
            part("div", "work", task, classed("div", "columns", sheet, panel)),
            tabindex="-1",
        ),
        footer,
        help,
    ]
