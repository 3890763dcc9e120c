"""A question on paper: what is asked, with room for the answer, and nothing of the key."""

from __future__ import annotations

import math
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from string import ascii_uppercase

from ..core.html import Markup, element, join
from ..questions.model import FREE, Option, Question
from ..questions.rendering import limits_in_words, paragraphs, shuffled
from ..texts.evidence_tables import collapse
from ..texts.loading import own_text
from .sanitize import classed

# What each kind asks of somebody with a pencil.
HOW = {
    "choice": "Tick one.",
    "choices": "Tick every one that fits; one or more do.",
    "passage": "Underline words in the text.",
    "order": "Write a number into each box: 1 for what comes first, and so on.",
    "match": "Write a letter on each line; a letter may serve more than once or not at all.",
    "short": "Answer in your own words, briefly.",
    "essay": "Write.",
}
_BOX = Markup('<span class="box"></span>')
_LINE = 78  # letters in a printed line of a text
_WORDS = 9  # words in a line by hand
_FEWEST, _MOST = 3, 90
# A beginning that names what is to be filled in, as “Written by: …”.
_FIELD = re.compile(r":\s*…?\s*$")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a text that is to be marked: its number, its layer, and its words."""

    number: int
    layer: str
    words: str
    opens: bool


def lines_of(question: Question) -> list[Line]:
    """The text of a question in numbered lines.

    Parameters
    ----------
    question : Question
        A question of the kind ``passage``.

    Returns
    -------
    list of Line
        Its lines; ``opens`` where a paragraph begins.

    Examples
    --------
    >>> from helpers.questions.loading import questions
    >>> all(lines_of(one)[0].opens for one in questions() if one.kind == "passage")
    True
    """
    text = own_text(question.document)
    found: list[Line] = []
    for layer in text.choose(question.layers):
        for a, b in layer.paragraphs:
            parts = textwrap.wrap(collapse(text.content[a:b]), _LINE, break_on_hyphens=False)
            found += [Line(len(found) + n, layer.id, words, n == 1) for n, words in enumerate(parts, 1)]
    return found


def on_paper(question: Question, level: int) -> Markup:
    """A question as a student without a computer meets it: nothing of the key.

    Parameters
    ----------
    question : Question
        The question.
    level : int
        Of which level its heading is.

    Returns
    -------
    Markup
        The question with room for an answer.

    Examples
    --------
    >>> from helpers.questions.loading import question
    >>> asked = question("0.1")
    >>> html = on_paper(asked, 3)
    >>> html.count('class="box"') == len(asked.options), asked.options[0].why in html
    (True, False)
    """
    wanted = limits_in_words(question)
    room = _ROOM[question.kind](question)
    parts = [
        heading(question, level),
        *(element("p", one) for one in paragraphs(question.prompt)),
        element("p", element("em", HOW[question.kind]), f" {wanted}" if wanted else ""),
    ]
    kind = "question free" if question.kind in (*FREE, "passage") else "question"
    return classed("section", kind, classed("div", "prompt", *parts), room)


def heading(question: Question, level: int) -> Markup:
    """The number of a question as a heading, with its skill and points."""
    points = f"{question.points} point{'' if question.points == 1 else 's'}" if question.points else "not marked"
    small = element("small", f"({question.skill}; {points})")
    return element(f"h{level}", f"Question {question.id} ", small)


def listed(kind: str, entries: Iterator[object] | list) -> Markup:
    """A list of one class."""
    return classed("ul", kind, *(element("li", entry) for entry in entries))


def letters(question: Question) -> Iterator[tuple[str, Option]]:
    """The options, each with its letter on paper."""
    return ((ascii_uppercase[n % 26], option) for n, option in enumerate(question.options))


def _ticked(question: Question) -> Markup:
    return listed("boxes", [join([_BOX, element("b", letter), " ", one.text]) for letter, one in letters(question)])


def _ordered(question: Question) -> Markup:
    return listed("boxes", [join([_BOX, one.text]) for one in shuffled(question)])


def _matched(question: Question) -> Markup:
    gap = Markup('<span class="gap"></span>')
    left = listed("items", [join([f"{n}. ", one.text, " ", gap]) for n, one in enumerate(question.items, 1)])
    right = listed("items", [join([element("b", letter), " ", one.text]) for letter, one in letters(question)])
    return classed("div", "match", left, right)


def _lined(question: Question) -> Markup:
    text = own_text(question.document)
    parts: list[Markup] = []
    lines = lines_of(question)
    for layer in text.choose(question.layers):
        own = [line for line in lines if line.layer == layer.id]
        entries = [
            element("li", element("span", line.words), value=line.number, **{"class": "opens" if line.opens else None})
            for line in own
        ]
        parts.append(classed("p", "voice", f"{text.title}: {layer.label}"))
        parts.append(classed("ol", "lines", *entries))
    return join(parts)


def _written(question: Question) -> Markup:
    words = question.most or question.least * 2 or 4 * _WORDS
    count = max(_FEWEST, min(_MOST, math.ceil(words / _WORDS) + 1))
    if question.starters and all(_FIELD.search(one) for one in question.starters):
        each = max(1, count // len(question.starters))
        return listed("starters", [join([one, _rules(each)]) for one in question.starters])
    begin = []
    if question.starters:
        begin = [element("p", "You may begin with:"), listed("starters", list(question.starters))]
    return join([*begin, *rubric_table(question), _rules(count)])


def _rules(count: int) -> Markup:
    return classed("div", "rules", *[Markup('<div class="rule"></div>')] * count)


def rubric_table(question: Question) -> list[Markup]:
    """What is looked at in a free answer; nothing where there is no rubric."""
    if not question.rubric:
        return []
    rows = [
        element(
            "tr",
            element("th", f"{one.criterion} ({one.points})", scope="row"),
            element("td", element("ol", *(element("li", level) for level in one.levels))),
        )
        for one in question.rubric
    ]
    caption = element("caption", "What is looked at (points), the best level first")
    return [classed("table", "rubric", caption, element("tbody", *rows))]


_ROOM = {
    "choice": _ticked,
    "choices": _ticked,
    "passage": _lined,
    "order": _ordered,
    "match": _matched,
    "short": _written,
    "essay": _written,
}
