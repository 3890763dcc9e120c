"""What goes back to each student: a page to read, and a file that *Restore* takes in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ..core import Markup, bidi_isolated, classed, element, join, neutralised, standalone_page
from ..portfolio import Feedback, GivenStep, MarkedBy, feedback_file, feedback_html, hash_of
from ..questions import Question, paragraphs
from .checked_essay import in_html
from .marking_scheme import criteria_of, to_mark
from .marks_file import Mark, Marks, points_that_count
from .results import Essay, Student, StudentResult

STALE = "This mark is for the earlier words of the answer. The answer was changed since."


@dataclass(frozen=True)
class ForStudent:
    """The page and the file for one student, with their name without ending."""

    name: str
    page: str
    file: str


def feedback_of(essay: Essay, asked: Question, marks: Marks) -> Feedback | None:
    """Return the feedback on an answer; None if nobody has marked it or written a comment."""
    all_marks = [one for one in marks.on(essay.question, essay.student) if one.points is not None or one.comment]
    points, behind = points_that_count(all_marks)
    if not all_marks:
        return None
    # The comments of all markers are for the student; the steps are those of the marks that count.
    given = [_marked_by(one, asked, counts=one in behind) for one in all_marks]
    words = next((one.essay for one in behind if one.essay), all_marks[0].essay)
    return Feedback(asked.id, points, asked.points, tuple(given), words, max(one.when for one in all_marks))


def _marked_by(mark: Mark, asked: Question, *, counts: bool) -> MarkedBy:
    rubric = {one.id: one for one in criteria_of(asked)}
    steps = [
        GivenStep(rubric[one.criterion].criterion, rubric[one.criterion].levels[one.step - 1], one.points, most)
        for one in mark.steps
        if counts and one.criterion in rubric and 0 < one.step <= len(rubric[one.criterion].levels)
        for most in (max(rubric[one.criterion].steps[0], one.points),)
    ]
    return MarkedBy(mark.marker, mark.points if counts else None, tuple(steps), mark.comment)


def is_stale(essay: Essay, marks: Marks) -> bool:
    """Whether the answer was changed after it was marked."""
    words = [one.essay for one in marks.on(essay.question, essay.student) if one.points is not None and one.essay]
    return bool(words) and hash_of(essay.text) not in words


def for_students(
    results: Iterable[StudentResult],
    asked: Iterable[Question],
    marks: Marks,
    *,
    names: bool = True,
) -> Iterator[ForStudent]:
    """Yield the page and the file for each student who handed something in."""
    by_id = {one.id: one for one in asked}
    results = list(results)
    width = max(2, *(len(str(one.student.number)) for one in results)) if results else 2
    for one in results:
        if not one.answers and not one.essays:
            continue
        given = {essay.question: found for essay in one.essays if (found := _feedback(essay, by_id, marks))}
        name = _file_name(one.student, width, names=names)
        page = _page(one, by_id, marks, given, names=names)
        yield ForStudent(name, page, feedback_file(list(given.values()), one.student.owners) if given else "")


def _feedback(essay: Essay, by_id: Mapping[str, Question], marks: Marks) -> Feedback | None:
    return feedback_of(essay, by_id[essay.question], marks) if essay.question in by_id else None


def _file_name(student: Student, width: int, *, names: bool) -> str:
    words = re.sub(r"[\W_]+", "-", student.name if names else "")[:40].strip("-")
    return f"{student.number:0{width}}{'-' if words else ''}{words}"


def _page(
    result: StudentResult,
    by_id: Mapping[str, Question],
    marks: Marks,
    given: Mapping[str, Feedback],
    *,
    names: bool,
) -> str:
    student = result.student
    who = neutralised(student.name) if names and student.name else f"number {student.number}"
    title = f"Feedback: {who}"
    to_read = {one.id for one in to_mark(by_id.values())}
    essays = [one for one in result.essays if one.question in to_read or one.question in given]
    sections = [_essay(one, by_id[one.question], given.get(one.question), marks) for one in essays]
    how = [
        element(
            "p", "The file with the same name that ends in .jsonl brings this into your notebooks: in ",
            element("code", "my_work()"), " choose Restore, or write ",
            element("code", 'my_work(restore="…")'), " with its name.",
        )
    ] if given else []  # fmt: skip
    return standalone_page(
        title, element("header", element("h1", "Feedback: ", bidi_isolated(who)), *how), element("main", *sections,
        *_forms(result, by_id))
    )  # fmt: skip


def _essay(essay: Essay, asked: Question, given: Feedback | None, marks: Marks) -> Markup:
    shown, remarks = in_html(essay)
    said = feedback_html(given) if given else element("p", element("strong", "Not marked yet."))
    stale = [element("p", STALE)] if given and is_stale(essay, marks) else []
    prompt = (element("p", words) for words in paragraphs(asked.prompt))
    return element(
        "section",
        element("h2", f"Question {asked.id}, {asked.title}"),
        classed("div", "prompt", *prompt),
        said,
        *stale,
        element("h3", "Your answer"),
        shown,
        remarks,
    )


def _forms(result: StudentResult, by_id: Mapping[str, Question]) -> list[Markup]:
    """Return the points of the forms, lesson by lesson."""
    lessons: dict[str, list[tuple[float, int]]] = {}
    for id, one in result.answers.items():
        asked = by_id.get(id)
        if asked and asked.marked and one.points is not None:
            lessons.setdefault(asked.title, []).append((one.points, one.of_points))
    if not lessons:
        return []
    rows = (
        element(
            "tr",
            element("th", title, scope="row"),
            element("td", len(some)),
            element("td", f"{sum(points for points, _ in some):g} of {sum(of for _, of in some)}"),
        )
        for title, some in lessons.items()
    )
    head = element("tr", *(element("th", words, scope="col") for words in ("Lesson", "Forms answered", "Points")))
    return [
        element("h2", "What the module marks itself"),
        element("p", "These points are for learning."),
        classed("table", "small", element("thead", head), element("tbody", join(rows))),
    ]
