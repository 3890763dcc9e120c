"""Export a student's work as a web page, Markdown, CSV or JSON-LD, with the student's words neutralised."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ..core import formula_escaped, neutralised
from .export_page import FORMATIVE, Portfolio, Record, columns_of, facts_of, page, state_of, when
from .feedback import feedback_lines

COLUMNS = (
    "name", "lesson", "title", "question", "kind", "skill", "state", "attempt", "attempts", "prompt", "response",
    "verdict", "points", "of", "time", "event", "document", "layer", "voice", "quotation", "tags", "note", "aim",
)  # fmt: skip
# Signs that are Markdown anywhere in a line (CommonMark and GitHub’s), also in bare addresses, and at its beginning.
_MARKUP = re.compile(r"[\\`*_\[\]<>&|~$@]|:(?=//)|(?<=\bwww)\.", re.I)
_OPENING = re.compile(r"^(\d*)([#+\-=.)])")
_LONG = 100


@dataclass(frozen=True)
class Format:
    """An export format."""

    ending: str  # of the file name, without a dot
    mime: str
    write: Callable[[Portfolio], str]


# ---------------------------------------------------------------- Markdown


def fenced(words: str) -> str:
    """Put words into a fenced code block, so that nothing in them is read as Markdown or as a link.

    Examples
    --------
    >>> print(fenced("# no heading"))
    ```text
    # no heading
    ```
    """
    lines = [piece for line in neutralised(words).split("\n") for piece in _folded(line)]
    longest = max((len(run) for run in re.findall("`+", words)), default=0)
    fence = "`" * max(3, longest + 1)
    return "\n".join([f"{fence}text", *lines, fence])


def _folded(line: str) -> list[str]:
    """Wrap a long line, because viewers do not wrap lines of a code block."""
    if len(line) <= _LONG:
        return [line]
    lines: list[str] = []
    begun: list[str] = []
    length = 0
    for word in line.split(" "):
        if begun and length + len(word) > _LONG:
            lines.append(" ".join(begun))
            begun, length = [], 0
        begun.append(word)
        length += len(word) + 1
    return [*lines, " ".join(begun)]


def code(words: str) -> str:
    """Put words into a Markdown code span, so that nothing in them is read as Markdown.

    Examples
    --------
    >>> code("a `b`")
    '`` a `b` ``'
    """
    # A bar would end a table cell even inside a code span.
    words = " ".join(neutralised(words).replace("|", "¦").split()) or "–"
    longest = max((len(run) for run in re.findall("`+", words)), default=0)
    space = " " if words[0] == "`" or words[-1] == "`" else ""
    ticks = "`" * (longest + 1)
    return f"{ticks}{space}{words}{space}{ticks}"


def escaped(words: str) -> str:
    """Escape words for a line of Markdown; other punctuation stays as it is, so that the line reads as plain text.

    Examples
    --------
    >>> escaped("1. Who decides: the council? <b>")
    '1\\\\. Who decides: the council? \\\\<b\\\\>'
    """
    line = _MARKUP.sub(r"\\\g<0>", " ".join(neutralised(words).split()))
    return _OPENING.sub(r"\1\\\2", line)


def markdown(portfolio: Portfolio) -> str:
    """Write the work as Markdown.

    Examples
    --------
    >>> markdown(Portfolio("Fox", "", (), ())).splitlines()[2]
    '- Name or pseudonym: `Fox`'
    """
    columns = columns_of(portfolio.progress)
    rows = [[name for name, _ in columns], ["---"] * len(columns)]
    rows += [list(map(escaped, row)) for row in zip(*(cells for _, cells in columns), strict=True)]
    parts = [
        "# My work",
        "\n".join(f"- {what}: {code(said)}" for what, said in portfolio.facts),
        escaped(FORMATIVE),
        "## Progress",
        "\n".join(f"| {' | '.join(row)} |" for row in rows),
    ]
    for first, questions in portfolio.lessons():
        parts.append(f"## Lesson {escaped(first['lesson'][:2])}: {escaped(first['title'])}")
        for records in questions:
            aim = f" ({records[0]['aim']})" if records[0]["aim"] else ""
            parts.append(f"### Question {escaped(records[0]['question'])}{aim}")
            parts += [escaped(part) for part in records[0]["prompt"].split("\n\n") if part.strip()]
            for record in records:
                parts.append(f"#### {escaped(state_of(record))}")
                parts.append(f"Given at {escaped(when(record))}.")
                parts.append(fenced(record["response"]))
                parts += [f"Verdict: {escaped(record['verdict'])}"] if record["verdict"] else []
            if told := portfolio.feedback_on(records):
                parts.append(fenced("\n".join(feedback_lines(told))))
    return "\n\n".join([*parts, *_margins(portfolio)]) + "\n"


def _margins(portfolio: Portfolio) -> list[str]:
    parts = ["## My marks in the margin"] if portfolio.marks else []
    for document, marks in portfolio.margins():
        parts.append(f"### In the text {code(document)}")
        for number, mark in enumerate(marks, 1):
            parts += [f"#### Mark {number}", fenced(mark["quotation"])]
            parts.append("\n".join(f"- {what}: {code(said)}" for what, said in facts_of(mark)))
            parts += [fenced(mark["note"])] if mark["note"] else []
    return parts


# ---------------------------------------------------------------- CSV


def table(portfolio: Portfolio) -> str:
    """Write the work as CSV, one line for each answer, draft and mark.

    It begins with a byte order mark; without it a spreadsheet may not read it as UTF-8.

    Examples
    --------
    >>> table(Portfolio("Fox", "", (), ()))[1:16]
    '"name","lesson"'
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    lines: list[Mapping[str, object]] = [*portfolio.records, *portfolio.marks]
    for line in lines:
        whole = {**dict.fromkeys(COLUMNS), "name": portfolio.name, **line}
        writer.writerow([formula_escaped(whole[column]) for column in COLUMNS])
    return "\ufeff" + out.getvalue()


# ---------------------------------------------------------------- JSON-LD


def linked(portfolio: Portfolio) -> str:
    """Write the work as JSON-LD: questions and answers in schema.org terms, marks as W3C annotations.

    The context is inline, so that no other file has to be loaded to read it.

    Examples
    --------
    >>> json.loads(linked(Portfolio("Fox", "", (), ())))["author"]["name"]
    'Fox'
    """
    parts: list[object] = [
        {
            "@type": "LearningResource",
            "identifier": neutralised(first["lesson"]),
            "name": neutralised(first["title"]),
            "hasPart": [_linked_question(records) for records in questions],
        }
        for first, questions in portfolio.lessons()
    ]
    if portfolio.annotations and portfolio.marks:
        # Not neutralised, so that they can be imported unchanged; ensure_ascii escapes their control characters.
        parts.append(portfolio.annotations)
    whole = {
        "@context": {"@vocab": "https://schema.org/"},
        "@type": "Quiz",
        "name": "My work",
        "author": {"@type": "Person", "name": neutralised(portfolio.name) or "not given"},
        "isBasedOn": {"@type": "LearningResource", "name": portfolio.version or "version not known"},
        "description": FORMATIVE,
        "hasPart": parts,
    }
    text = json.dumps(whole, ensure_ascii=True, indent=1)
    # Escape these so that the file can also be embedded in an HTML page.
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026") + "\n"


def _linked_question(records: list[Record]) -> dict[str, object]:
    first = records[0]
    return {
        "@type": "Question",
        "identifier": neutralised(first["question"]),
        "eduQuestionType": first["kind"],
        "assesses": first["skill"],
        "text": neutralised(first["prompt"]),
        **({"educationalUse": first["aim"]} if first["aim"] else {}),
        "suggestedAnswer": [_linked_answer(record) for record in records],
    }


def _linked_answer(record: Record) -> dict[str, object]:
    answer: dict[str, object] = {
        "@type": "Answer",
        "identifier": record["event"],
        "text": neutralised(record["response"]),
        "dateCreated": neutralised(record["time"]),
        "creativeWorkStatus": state_of(record),
    }
    if record["attempt"]:
        answer["position"] = record["attempt"]
    if record["verdict"]:
        review: dict[str, object] = {"@type": "Review", "reviewBody": neutralised(record["verdict"])}
        if record["points"] is not None:
            rating = {"@type": "Rating", "ratingValue": record["points"], "bestRating": record["of"], "worstRating": 0}
            review["reviewRating"] = rating
        answer["review"] = review
    return answer


FORMATS = {
    "html": Format("html", "text/html", page),
    "markdown": Format("md", "text/markdown", markdown),
    "csv": Format("csv", "text/csv", table),
    "json-ld": Format("jsonld", "application/ld+json", linked),
}
