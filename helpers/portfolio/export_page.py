"""All of a student's work as one page: it needs no other file, prints well, and runs nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TypedDict

from ..core import Markup, UserError, bidi_isolated, classed, element, escape, join, neutralised, standalone_page
from ..questions import KINDS

FORMATIVE = (
    "The verdicts are the module’s own. They are there to learn from: they are no grade, and whoever reads this "
    "judges for themselves."
)
STATES = {
    "counts": "Answer {attempt} of {attempts}, the one that counts",
    "answer": "Answer {attempt} of {attempts}",
    "draft": "Draft, not given as an answer",
    "earlier wording": "Answer to an earlier wording of the question",
    "no longer asked": "Answer to a question that is no longer asked",
}


class ProgressRow(TypedDict):
    """How far a student is with a lesson: see `progress`."""

    lesson: str
    title: str
    asked: int
    answered: int
    points: float
    of: int
    changed: str
    last: str
    written: int


class Timed(TypedDict):
    """What was given or made at a time."""

    time: str


class Record(Timed):
    """An answer or a draft in words: see `work_records`."""

    lesson: str
    title: str
    question: str
    kind: str
    skill: str
    prompt: str
    response: str
    state: str
    verdict: str
    points: float | None
    of: int | None
    attempt: int | None
    attempts: int | None
    event: str


class MarkRecord(Timed):
    """A mark in the margin in words: see `marks`."""

    document: str
    layer: str
    voice: str
    speaker: str
    paragraph: int
    quotation: str
    tags: str
    note: str
    said: str
    state: str
    kind: str
    event: str


@dataclass(frozen=True)
class Portfolio:
    """What is exported.

    Attributes
    ----------
    name : str
        The student's name or pseudonym, if one was given.
    version : str
        Name and version of the module.
    progress : tuple of mapping
        A row a lesson.
    records : tuple of mapping
        The work, a record for each answer and draft, in the order of lessons and questions.
    marks : tuple of mapping
        The marks in the margins of the texts, in their order.
    annotations : mapping
        The same marks as they were made, as a W3C annotation collection.
    """

    name: str
    version: str
    progress: tuple[ProgressRow, ...]
    records: tuple[Record, ...]
    marks: tuple[MarkRecord, ...] = ()
    annotations: Mapping[str, object] | None = None

    @property
    def facts(self) -> list[tuple[str, str]]:
        """Whose it is, and from what it was made."""
        return [("Name or pseudonym", self.name or "not given"), ("Module", self.version or "version not known")]

    def lessons(self) -> Iterator[tuple[Record, list[list[Record]]]]:
        """Each lesson, and for each of its questions the records; the answer that counts comes first."""
        for _, some in groupby(self.records, lambda record: record["lesson"]):
            questions = [
                sorted(same, key=lambda record: record["state"] != "counts")
                for _, same in groupby(some, lambda record: record["question"])
            ]
            yield questions[0][0], questions

    def margins(self) -> Iterator[tuple[str, list[MarkRecord]]]:
        """Each text with its marks: the id of the text, and a record for each mark."""
        for text_id, some in groupby(self.marks, lambda mark: mark["document"]):
            yield text_id, list(some)


def facts_of(mark: MarkRecord) -> list[tuple[str, str]]:
    """What there is to say of a mark, apart from the words and the note.

    Examples
    --------
    >>> facts_of({"speaker": "The writer", "layer": "letter", "paragraph": 2, "tags": "Trust", "said": ""})
    [('Whose words', 'The writer (layer letter, paragraph 2)'), ('Tags', 'Trust')]
    """
    where = f"layer {mark['layer']}" + (f", paragraph {mark['paragraph']}" if mark["paragraph"] else "")
    whose = f"{mark['speaker'] or mark['voice']} ({where})"
    said = [("Whose words", whose), ("Tags", mark["tags"]), ("Remark", mark["said"])]
    return [(what, neutralised(words)) for what, words in said if words]


def state_of(record: Record) -> str:
    """What sort of record it is, in words.

    Examples
    --------
    >>> state_of({"state": "counts", "attempt": 2, "attempts": 3})
    'Answer 2 of 3, the one that counts'
    """
    return STATES[record["state"]].format(**record)


def when(record: Timed) -> str:
    """When it was given, as its computer had it.

    Examples
    --------
    >>> when({"time": "2000-01-31T12:00:00Z"})
    '2000-01-31 12:00:00 UTC'
    """
    return neutralised(re.sub(r"^([\d-]+)T([\d:]+)Z$", r"\1 \2 UTC", record["time"]))


def columns_of(progress: Sequence[ProgressRow]) -> list[tuple[str, list[str]]]:
    """The progress as it is shown: a heading and its cells for each column.

    Examples
    --------
    >>> columns_of([{"title": "X", "asked": 2, "answered": 1, "points": 1, "of": 3, "written": 0, "changed": ""}])[2]
    ('Points', ['1 of 3'])
    """
    return [
        ("Lesson", [row["title"] for row in progress]),
        ("Answered", [f"{row['answered']} of {row['asked']}" for row in progress]),
        ("Points", [f"{row['points']} of {row['of']}" if row["of"] else "none" for row in progress]),
        ("Free answers written", [str(row["written"]) for row in progress]),
        ("Changed since answered", [row["changed"] or "none" for row in progress]),
    ]


# Nothing is fetched and nothing is run, whatever stands in the page.
def page(portfolio: Portfolio) -> str:
    """Write the page.

    Parameters
    ----------
    portfolio : Portfolio
        What is exported.

    Returns
    -------
    str
        A whole HTML document.

    Examples
    --------
    >>> page(Portfolio("Fox", "", (), ()))[:32]
    '<!DOCTYPE html>\\n<html lang="en">'
    """
    title = f"My work: {neutralised(portfolio.name)}" if portfolio.name else "My work"
    facts = [
        element("tr", element("th", what, scope="row"), element("td", bidi_isolated(said)))
        for what, said in portfolio.facts
    ]
    header = element(
        "header",
        element("h1", "My work"),
        element("table", element("caption", "Whose work this is"), element("tbody", *facts)),
        element(
            "p",
            "This page was made from a student’s workbook. Times are its computer’s, in UTC.",
        ),
        element("p", FORMATIVE),
    )
    lessons = [_lesson(first, questions) for first, questions in portfolio.lessons()]
    answered = lessons or [element("p", "Nothing is answered yet.")]
    main = element("main", _progress(portfolio), *answered, *_margins(portfolio))
    return standalone_page(title, header, main)


def _progress(portfolio: Portfolio) -> Markup:
    columns = columns_of(portfolio.progress)
    head = element("tr", *(element("th", name, scope="col") for name, _ in columns))
    rows = [
        element("tr", element("th", row[0], scope="row"), *(element("td", cell) for cell in row[1:]))
        for row in zip(*(cells for _, cells in columns), strict=True)
    ]
    caption = element("caption", "Lesson by lesson")
    table = element("table", caption, element("thead", head), element("tbody", *rows))
    return element("section", element("h2", "Progress"), table)


def _lesson(first: Record, questions: list[list[Record]]) -> Markup:
    heading = element("h2", f"Lesson {neutralised(first['lesson'])[:2]}: ", bidi_isolated(first["title"]))
    return classed("section", "lesson", heading, *map(_question, questions))


def _question(records: list[Record]) -> Markup:
    first = records[0]
    skill = f" ({first['skill']})" if first["skill"] else ""
    prompt = [element("p", neutralised(part)) for part in first["prompt"].split("\n\n") if part.strip()]
    return element(
        "section",
        element("h3", "Question ", bidi_isolated(first["question"]), skill),
        classed("div", "prompt", *prompt),
        *(join(_record(record)) for record in records if record["state"] != "answer"),
        *_others([record for record in records if record["state"] == "answer"]),
    )


def _others(records: list[Record]) -> list[Markup]:
    """The attempts that do not count: folded, since a reader has many pages; none is left out."""
    if not records:
        return []
    what = "1 attempt that does not count" if len(records) == 1 else f"{len(records)} attempts that do not count"
    return [element("details", element("summary", what), *(join(_record(record)) for record in records))]


def _margins(portfolio: Portfolio) -> list[Markup]:
    """The marks in the margins of the texts; nothing where there are none."""
    texts = []
    for name, marks in portfolio.margins():
        items = [element("li", *_mark(mark)) for mark in marks]
        texts += [element("h3", "In the text ", bidi_isolated(name)), element("ol", *items)]
    return [classed("section", "lesson", element("h2", "My marks in the margin"), *texts)] if texts else []


def _mark(mark: MarkRecord) -> list[Markup]:
    facts = [element("p", element("strong", f"{what}: "), bidi_isolated(said)) for what, said in facts_of(mark)]
    note = [classed("div", "words", neutralised(mark["note"]), dir="auto")] if mark["note"] else []
    time = [classed("p", "when", "Made at ", element("time", when(mark)), ".")] if mark["time"] else []
    return [element("blockquote", neutralised(mark["quotation"]), dir="auto"), *facts, *note, *time]


def _record(record: Record) -> list[Markup]:
    parts = [
        element("h4", state_of(record)),
        classed("p", "when", "Given at ", element("time", when(record)), "."),
        classed("div", "words", neutralised(record["response"]), dir="auto"),
    ]
    if record["verdict"]:
        parts.append(element("p", element("strong", "Verdict: "), record["verdict"]))
    if KINDS[record["kind"]].free and record["state"] == "counts":
        parts.append(_quotations(neutralised(record["response"])))
    return parts


def _quotations(words: str) -> Markup:
    """The essay with its quotations checked; nothing where there are none."""
    from ..quotations import check_quotes

    try:
        checked = check_quotes(words)
    except UserError as error:
        return element("p", escape(error))
    return element("div", Markup(checked._repr_html_()), dir="auto") if len(checked) else Markup("")
