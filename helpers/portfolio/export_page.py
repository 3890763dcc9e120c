"""Write all of a student's work as one web page that needs no other file and runs no script."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TypedDict

from ..core import Markup, UserError, bidi_isolated, classed, element, escape, join, neutralised, standalone_page
from ..questions import KINDS

FORMATIVE = (
    "The verdicts are the module’s own. They are for learning and are not a grade; the person who reads this page "
    "judges the answers."
)
STATES = {
    "counts": "Answer {attempt} of {attempts}, the one that counts",
    "first": "Answer {attempt} of {attempts}, the first complete one",
    "answer": "Answer {attempt} of {attempts}",
    "draft": "Draft, not given as an answer",
    "earlier wording": "Answer to an earlier wording of the question",
    "no longer asked": "Answer to a question that is no longer asked",
    "earlier draft": "Draft for an earlier wording, not given as an answer",
}


class ProgressRow(TypedDict):
    """The progress in one lesson: see `progress`."""

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
    """A record with its time."""

    time: str


class Record(Timed):
    """An answer or a draft in words: see `work_records`."""

    lesson: str
    title: str
    question: str
    kind: str
    skill: str
    aim: str
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
    """The work to export."""

    name: str  # or pseudonym; empty if none was given
    version: str  # name and version of the module
    progress: tuple[ProgressRow, ...]
    records: tuple[Record, ...]  # in the order of lessons and questions
    marks: tuple[MarkRecord, ...] = ()  # in the order of the texts
    annotations: Mapping[str, object] | None = None  # the same marks as a W3C annotation collection

    @property
    def facts(self) -> list[tuple[str, str]]:
        """The name of the student and the version of the module, with labels."""
        return [("Name or pseudonym", self.name or "not given"), ("Module", self.version or "version not known")]

    def lessons(self) -> Iterator[tuple[Record, list[list[Record]]]]:
        """Yield the first record of each lesson and its records by question, with the answer that counts first.

        The first complete answer is next.
        """
        order = ["counts", "first"]
        for _, some in groupby(self.records, lambda record: record["lesson"]):
            questions = [
                sorted(same, key=lambda one: order.index(one["state"]) if one["state"] in order else len(order))
                for _, same in groupby(some, lambda record: record["question"])
            ]
            yield questions[0][0], questions

    def margins(self) -> Iterator[tuple[str, list[MarkRecord]]]:
        """Yield the id of each text and its marks."""
        for text_id, some in groupby(self.marks, lambda mark: mark["document"]):
            yield text_id, list(some)


def facts_of(mark: MarkRecord) -> list[tuple[str, str]]:
    """List the facts of a mark, apart from its quotation and note, with labels.

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
    """Write the state of a record in words.

    Examples
    --------
    >>> state_of({"state": "counts", "attempt": 2, "attempts": 3})
    'Answer 2 of 3, the one that counts'
    """
    return STATES[record["state"]].format(**record)


def when(record: Timed) -> str:
    """Write the time of a record, by the clock of the student’s computer.

    Examples
    --------
    >>> when({"time": "2000-01-31T12:00:00Z"})
    '2000-01-31 12:00:00 UTC'
    """
    return neutralised(re.sub(r"^([\d-]+)T([\d:]+)Z$", r"\1 \2 UTC", record["time"]))


def columns_of(progress: Sequence[ProgressRow]) -> list[tuple[str, list[str]]]:
    """Return the displayed columns of the progress table: a heading and its cells for each.

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


def page(portfolio: Portfolio) -> str:
    """Write the work as a whole HTML document, which loads no file and runs no script."""
    title = f"My work: {neutralised(portfolio.name)}" if portfolio.name else "My work"
    facts = [
        element("tr", element("th", what, scope="row"), element("td", bidi_isolated(said)))
        for what, said in portfolio.facts
    ]
    header = element(
        "header",
        element("h1", "My work"),
        element("table", element("caption", "Student and module"), element("tbody", *facts)),
        element("p", "This page was made from a student’s workbook. Times are by the student’s computer, in UTC."),
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
    remarks = "; ".join(filter(None, [first["skill"], first["aim"]]))
    prompt = [element("p", neutralised(part)) for part in first["prompt"].split("\n\n") if part.strip()]
    return element(
        "section",
        element("h3", "Question ", bidi_isolated(first["question"]), f" ({remarks})" if remarks else ""),
        classed("div", "prompt", *prompt),
        *(join(_record(record)) for record in records if record["state"] != "answer"),
        *_others([record for record in records if record["state"] == "answer"]),
    )


def _others(records: list[Record]) -> list[Markup]:
    """Write the attempts that do not count, folded, because there may be many."""
    if not records:
        return []
    what = "1 attempt that does not count" if len(records) == 1 else f"{len(records)} attempts that do not count"
    return [element("details", element("summary", what), *(join(_record(record)) for record in records))]


def _margins(portfolio: Portfolio) -> list[Markup]:
    """Write the marks in the margins of the texts, if there are any."""
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
    if KINDS[record["kind"]].free and record["state"] in ("counts", "first"):
        parts.append(_quotations(neutralised(record["response"])))
    return parts


def _quotations(words: str) -> Markup:
    """Write the check of an essay’s quotations, if it has any."""
    from ..quotations import check_quotes

    try:
        checked = check_quotes(words)
    except UserError as error:
        return element("p", escape(error))
    return element("div", Markup(checked._repr_html_()), dir="auto") if len(checked) else Markup("")
