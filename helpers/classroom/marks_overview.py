"""A page with all marks of a class: what each marker gave, the difference between two, and what is not marked yet."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from ..core import Markup, bidi_isolated, element, standalone_page
from ..questions import Question
from .feedback_pages import is_stale
from .marking_scheme import to_mark
from .marks_file import Mark, Marks, in_points, points_that_count
from .results import Essay, StudentResult


def marks_overview(results: Collection[StudentResult], asked: Iterable[Question], marks: Marks, *, names: bool) -> str:
    """Write the page."""
    by_question: dict[str, list[tuple[StudentResult, Essay]]] = {}
    for one in sorted(results, key=lambda one: one.student.number):
        for essay in one.essays:
            by_question.setdefault(essay.question, []).append((one, essay))
    sections = [
        _question(question, by_question[question.id], marks, names=names)
        for question in to_mark(asked)
        if question.id in by_question
    ]
    title = "Marks"
    note = (
        "Where several have marked, the mean counts, in half points. Two who have talked can enter a mark that counts "
        "alone: that of the marker “agreed”. “Not marked” is never a zero."
    )
    body = sections or [element("p", "No written answer to mark was handed in.")]
    return standalone_page(title, element("header", element("h1", title), element("p", note)), element("main", *body))


def _question(
    question: Question, answers: Collection[tuple[StudentResult, Essay]], marks: Marks, *, names: bool
) -> Markup:
    given = {
        essay.student: {mark.marker: mark for mark in marks.on(question.id, essay.student)} for _, essay in answers
    }
    markers = sorted({marker for some in given.values() for marker in some})
    done = sum(points_that_count(some.values())[0] is not None for some in given.values())
    head = ["Student", *(marker or "no name" for marker in markers)]
    head += ["Difference"] if len(markers) > 1 else []
    head += ["Counts", "Remark"]
    rows = (
        element(
            "tr",
            element("th", _called(one, names=names), scope="row"),
            *_cells(essay, given[essay.student], markers, marks),
        )
        for one, essay in answers
    )
    top = element("tr", *(element("th", words, scope="col") for words in head))
    return element(
        "section",
        element("h2", f"Question {question.id}, {question.title}: {done} of {len(answers)} marked"),
        element("table", element("thead", top), element("tbody", *rows)),
    )


def _called(one: StudentResult, *, names: bool) -> Markup | str:
    number = f"{one.student.number}"
    return bidi_isolated(f"{number}. {one.student.name}") if names and one.student.name else number


def _cells(essay: Essay, given: Mapping[str, Mark], markers: list[str], marks: Marks) -> list[Markup]:
    points = [given[marker].points if marker in given else None for marker in markers]
    known = [one for one in points if one is not None]
    cells = [element("td", in_points(one) or "–") for one in points]
    if len(markers) > 1:
        cells.append(element("td", in_points(max(known) - min(known)) if len(known) > 1 else "–"))
    total, _ = points_that_count(given.values())
    cells.append(element("td", element("strong", in_points(total)) if total is not None else "Not marked"))
    cells.append(element("td", "For the earlier words of the answer" if is_stale(essay, marks) else ""))
    return cells
