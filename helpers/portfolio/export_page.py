"""All of a student's work as one page: it needs no other file, prints well, and runs nothing."""

from __future__ import annotations

from collections.abc import Mapping

from ..core.errors import Slip
from ..core.html import Markup, element, escape, join
from ..core.html_document import document
from ..core.untrusted import inert, isolated
from ..questions.model import FREE
from .exported import FORMATIVE, Portfolio, columns_of, facts_of, state_of, when


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
    title = f"My work: {inert(portfolio.name)}" if portfolio.name else "My work"
    facts = [
        element("tr", element("th", what, scope="row"), element("td", isolated(said))) for what, said in portfolio.facts
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
    return document(title, header, main)


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


def _lesson(first: Mapping, questions: list[list[Mapping]]) -> Markup:
    heading = element("h2", f"Lesson {inert(first['lesson'])[:2]}: ", isolated(first["title"]))
    return _classed("section", "lesson", heading, *map(_question, questions))


def _question(records: list[Mapping]) -> Markup:
    first = records[0]
    skill = f" ({first['skill']})" if first["skill"] else ""
    prompt = [element("p", inert(part)) for part in first["prompt"].split("\n\n") if part.strip()]
    return element(
        "section",
        element("h3", "Question ", isolated(first["question"]), skill),
        _classed("div", "prompt", *prompt),
        *(join(_record(record)) for record in records if record["state"] != "answer"),
        *_others([record for record in records if record["state"] == "answer"]),
    )


def _others(records: list[Mapping]) -> list[Markup]:
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
        texts += [element("h3", "In the text ", isolated(name)), element("ol", *items)]
    return [_classed("section", "lesson", element("h2", "My marks in the margin"), *texts)] if texts else []


def _mark(mark: Mapping) -> list[Markup]:
    facts = [element("p", element("strong", f"{what}: "), isolated(said)) for what, said in facts_of(mark)]
    note = [_classed("div", "words", inert(mark["note"]), dir="auto")] if mark["note"] else []
    time = [_classed("p", "when", "Made at ", element("time", when(mark)), ".")] if mark["time"] else []
    return [element("blockquote", inert(mark["quotation"]), dir="auto"), *facts, *note, *time]


def _classed(name: str, kind: str, *content: object, **more: object) -> Markup:
    return element(name, *content, **{"class": kind}, **more)


def _record(record: Mapping) -> list[Markup]:
    parts = [
        element("h4", state_of(record)),
        _classed("p", "when", "Given at ", element("time", when(record)), "."),
        _classed("div", "words", inert(record["response"]), dir="auto"),
    ]
    if record["verdict"]:
        parts.append(element("p", element("strong", "Verdict: "), record["verdict"]))
    if record["kind"] in FREE and record["state"] == "counts":
        parts.append(_quotations(inert(record["response"])))
    return parts


def _quotations(words: str) -> Markup:
    """The essay with its quotations checked; nothing where there are none."""
    from ..quotations.checking import check_quotes

    try:
        checked = check_quotes(words)
    except Slip as slip:
        return element("p", escape(slip))
    return element("div", Markup(checked._repr_html_()), dir="auto") if len(checked) else Markup("")
