"""Write all of a student's work as one web page that needs no other file and runs no script."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from textwrap import shorten
from typing import TypedDict

from ..core import Markup, UserError, bidi_isolated, classed, element, escape, join, neutralised, standalone_page
from ..questions import KINDS
from ..workbook import packed_for_page

FORMATIVE = (
    "The verdicts are the module’s own. They are for learning and are not a grade; the person who reads this page "
    "judges the answers."
)
ESSAY = "essay"  # the kind of question whose answers come first
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
    workbook: str = ""  # the whole work as a bundle, for the page

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
    """Write the work as a whole HTML document, which loads no file and runs no script.

    What a reader judges comes first: the essays, then the other written answers. The answers that the module marks
    are a table, and so are the marks.
    """
    title = f"My work: {neutralised(portfolio.name)}" if portfolio.name else "My work"
    asked = [records for _, questions in portfolio.lessons() for records in questions]
    essays = [some for some in asked if some[0]["kind"] == ESSAY]
    written = [some for some in asked if some[0]["kind"] != ESSAY and some[0]["points"] is None]
    marked = [some for some in asked if some[0]["kind"] != ESSAY and some[0]["points"] is not None]
    parts = [
        (name, content)
        for name, content in (
            ("Essays", [_written(some) for some in essays]),
            ("Other written answers", [_written(some) for some in written]),
            ("Answers that the module marks", [_marked(marked)] if marked else []),
            ("My marks in the margin", [_margin(*one) for one in portfolio.margins()]),
        )
        if content
    ]
    facts = (join([element("strong", f"{what}: "), bidi_isolated(said)]) for what, said in portfolio.facts)
    contents = element(
        "nav",
        element("ol", *(element("li", element("a", name, href=f"#part-{n}")) for n, (name, _) in enumerate(parts, 1))),
        **{"aria-label": "Contents"},
    )
    header = element(
        "header",
        element("h1", title),
        element("p", join(facts, " · ")),
        element("p", FORMATIVE),
        contents if parts else element("p", "Nothing is answered yet."),
        _progress(portfolio),
    )
    sections = (
        element("section", element("h2", name), *content, id=f"part-{n}") for n, (name, content) in enumerate(parts, 1)
    )
    # Browsers do not show a template; restoring the page reads it.
    inside = [element("template", packed_for_page(portfolio.workbook), id="workbook")] if portfolio.workbook else []
    return standalone_page(title, header, element("main", *sections), *inside)


def _progress(portfolio: Portfolio) -> Markup:
    columns = columns_of(portfolio.progress)
    return _table("Lesson by lesson", [name for name, _ in columns], zip(*(cells for _, cells in columns), strict=True))


def _table(caption: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> Markup:
    """Write a table; the first cell of a row is its heading."""
    body = (
        element("tr", element("th", first, scope="row"), *(element("td", cell) for cell in rest))
        for first, *rest in rows
    )
    top = element("tr", *(element("th", name, scope="col") for name in head))
    return classed("table", "small", element("caption", caption), element("thead", top), element("tbody", *body))


def _heading(record: Record) -> list[object]:
    remarks = "; ".join(filter(None, [record["skill"], record["aim"]]))
    said = f" ({remarks})" if remarks else ""
    return ["Question ", bidi_isolated(record["question"]), ", ", bidi_isolated(record["title"]), said]


def _written(records: list[Record]) -> Markup:
    first = records[0]
    prompt = [element("p", part) for part in first["prompt"].split("\n\n") if part.strip()]
    beside = [one for one in records if one["state"] in ("counts", "first")] or [first]
    others = [one for one in records if one not in beside]
    what = "1 other version" if len(others) == 1 else f"{len(others)} other versions"
    folded = element("details", element("summary", what), *(join(_record(one)) for one in others))
    return element(
        "section",
        element("h3", *_heading(first)),
        classed("div", "prompt", *prompt),
        *(join(_record(one)) for one in beside),
        *([folded] if others else []),
    )


def _record(record: Record) -> list[Markup]:
    """Write an answer, with its state, time and verdict; and the check of its quotations, if it has any."""
    words = neutralised(record["response"])
    facts = f"{state_of(record)}, given ", element("time", when(record)), ". ", record["verdict"]
    checked = [_quotations(words)] if KINDS[record["kind"]].free and record["state"] in ("counts", "first") else []
    return [classed("p", "when", *facts), classed("div", "words", words, dir="auto"), *checked]


def _quotations(words: str) -> Markup:
    from ..quotations import check_quotes

    try:
        checked = check_quotes(words)
    except UserError as error:
        return element("p", escape(error))
    return element("div", checked.short_html(), dir="auto") if checked.quotations else Markup("")


def _marked(asked: list[list[Record]]) -> Markup:
    """Write the answers that the module marks; of several attempts only the one that counts."""
    rows = (
        (
            join([bidi_isolated(one["question"]), " ", _shortened(one["prompt"])]),
            element("span", one["response"], dir="auto"),
            one["verdict"],
            join([state_of(one), ", ", element("time", when(one))]),
        )
        for one, *_ in asked
    )
    return _table("The answers that count", ["Question", "Answer", "Verdict", "Given"], rows)


def _shortened(prompt: str) -> Markup:
    words = shorten(neutralised(prompt), 100, placeholder=" …")
    return element("span", words, style="font-weight:normal")


def _margin(document: str, marks: list[MarkRecord]) -> Markup:
    rows = (
        (
            f"¶{mark['paragraph']}" if mark["paragraph"] else "",
            element("q", mark["quotation"], dir="auto"),
            "; ".join(filter(None, [mark["tags"], mark["said"]])),
            element("span", mark["note"], dir="auto"),
            bidi_isolated(mark["speaker"] or mark["voice"]),
        )
        for mark in marks
    )
    return _table(f"In the text {document}", ["Place", "Words", "Tags", "Note", "Whose words"], rows)
