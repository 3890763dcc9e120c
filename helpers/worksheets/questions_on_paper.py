"""A question on paper: what is asked, with room for the answer, and nothing of the key."""

from __future__ import annotations

import math
import re
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from string import ascii_uppercase

from ..core import Markup, element, join
from ..questions import FREE, Option, Place, Question, limits_in_words, paragraphs, place_in_words, shuffled_items
from ..search import collapse_spaces, stands_at
from ..texts import module_text
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


def numbered_lines(question: Question) -> list[Line]:
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
    >>> from helpers.questions import questions
    >>> all(numbered_lines(one)[0].opens for one in questions() if one.kind == "passage")
    True
    """
    text = module_text(question.document)
    found: list[Line] = []
    for layer in text.choose(layers=question.layers):
        for a, b in layer.paragraphs:
            parts = textwrap.wrap(collapse_spaces(text.content[a:b]), _LINE, break_on_hyphens=False)
            found += [Line(len(found) + n, layer.id, words, n == 1) for n, words in enumerate(parts, 1)]
    return found


def question_on_paper(question: Question, level: int) -> Markup:
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
    >>> from helpers.questions import question
    >>> asked = question("0.1")
    >>> html = question_on_paper(asked, 3)
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


def listed(kind: str, entries: Iterable[object]) -> Markup:
    """A list of one class."""
    return classed("ul", kind, *(element("li", entry) for entry in entries))


def letters(question: Question) -> Iterator[tuple[str, Option]]:
    """The options, each with its letter on paper."""
    return ((ascii_uppercase[n % 26], option) for n, option in enumerate(question.options))


def _ticked(question: Question) -> Markup:
    return listed("boxes", [join([_BOX, element("b", letter), " ", one.text]) for letter, one in letters(question)])


def _ordered(question: Question) -> Markup:
    return listed("boxes", [join([_BOX, one.text]) for one in shuffled_items(question)])


def _matched(question: Question) -> Markup:
    gap = Markup('<span class="gap"></span>')
    left = listed("items", [join([f"{n}. ", one.text, " ", gap]) for n, one in enumerate(question.items, 1)])
    right = listed("items", [join([element("b", letter), " ", one.text]) for letter, one in letters(question)])
    return classed("div", "match", left, right)


def _lined(question: Question) -> Markup:
    text = module_text(question.document)
    parts: list[Markup] = []
    lines = numbered_lines(question)
    for layer in text.choose(layers=question.layers):
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


def key_of(question: Question, level: int) -> Markup:
    """The key of a question, for the instructor: what is right, and all that is explained.

    Parameters
    ----------
    question : Question
        The question.
    level : int
        Of which level its heading is.

    Returns
    -------
    Markup
        The key, with the numbers and letters of the worksheet.

    Examples
    --------
    >>> from helpers.questions import question
    >>> asked = question("0.1")
    >>> asked.options[0].why in key_of(asked, 2)
    True
    """
    prompt = [element("p", element("em", one)) for one in paragraphs(question.prompt)]
    parts = [heading(question, level), *prompt, *_KEYS.get(question.kind, _free_key)(question)]
    if question.why:
        parts += [element("p", one) for one in paragraphs(question.why)]
    if question.where:
        parts += [element("p", element("b", "Where in the text")), listed("", [_place(one) for one in question.where])]
    if question.reread:
        parts.append(element("p", element("b", "Read again: "), question.reread))
    if question.model_answer:
        parts.append(element("p", element("b", "One good answer; others may be as good")))
        parts.append(element("blockquote", *(element("p", one) for one in paragraphs(question.model_answer))))
    if question.misconceptions:
        parts.append(element("p", element("b", "What people often think")))
        parts.append(listed("", [join([element("em", idea), " – ", said]) for idea, said in question.misconceptions]))
    return classed("section", "key", *parts)


def _place(place: Place) -> Markup:
    text = module_text(place.document)
    return join([_quoted(place.words), " ", element("small", f"({place_in_words(text, place.layer, place.words)})")])


def _quoted(words: str) -> str:
    return words if words.startswith("“") and words.endswith("”") else f"“{words}”"


def _chosen(question: Question) -> list[Markup]:
    right = [letter for letter, one in letters(question) if one.correct]
    said = [
        join([element("b", f"{letter} {'right' if one.correct else 'not this'}: "), one.text, _why(one.why)])
        for letter, one in letters(question)
    ]
    return [classed("p", "answer", "Answer: ", ", ".join(right)), listed("", said)]


def _why(*words: str) -> Markup:
    return join([" – ", " ".join(filter(None, words))]) if any(words) else Markup("")


def _order_key(question: Question) -> list[Markup]:
    right = [one.id for one in question.items]
    numbers = [str(right.index(one.id) + 1) for one in shuffled_items(question)]
    rows = [one.text for one in question.items]
    return [
        classed("p", "answer", "Answer, from the first box down: ", ", ".join(numbers)),
        element("ol", *(element("li", one) for one in rows)),
    ]


def _match_key(question: Question) -> list[Markup]:
    letter = {one.id: sign for sign, one in letters(question)}
    said = [
        join([element("b", f"{n} {letter[one.goes_with]}: "), one.text, f" → {question.option(one.goes_with).text}",
              _why(one.why)])
        for n, one in enumerate(question.items, 1)
    ]  # fmt: skip
    short = ", ".join(f"{n} {letter[one.goes_with]}" for n, one in enumerate(question.items, 1))
    return [classed("p", "answer", f"Answer: {short}"), listed("", said)]


def _passage_key(question: Question) -> list[Markup]:
    lines = numbered_lines(question)
    said = [
        join([element("b", f"{verdict}{_where(lines, one)}: "), _quoted(one.words), _why(one.why)])
        for verdict, places in (("Right", question.targets), ("Tempting", question.near))
        for one in places
    ]
    how = "All of these are wanted." if question.all_wanted and len(question.targets) > 1 else ""
    how = how or ("One of these is enough." if len(question.targets) > 1 else "")
    return [*([element("p", how)] if how else []), listed("", said)]


def _where(lines: list[Line], place: Place) -> str:
    """The numbers of the lines on which words stand."""
    own = [line for line in lines if line.layer == place.layer]
    at, ends = 0, []
    for line in own:
        at += len(line.words) + 1
        ends.append(at)
    found = stands_at(place.words, " ".join(line.words for line in own))
    if not found:
        return ""
    begin, last = found[0][0], found[0][1] - 1
    numbers = [
        line.number for line, end in zip(own, ends, strict=True) if begin < end and last >= end - len(line.words) - 1
    ]
    return f", line {numbers[0]}" if len(numbers) == 1 else f", lines {numbers[0]} to {numbers[-1]}"


def _free_key(question: Question) -> list[Markup]:
    parts = []
    if question.accept:
        parts.append(classed("p", "answer", "Answer: ", " or ".join(f"“{one}”" for one in question.accept)))
    if question.wrong:
        parts.append(
            listed("", [join([element("b", "Not this: "), f"“{one}”", _why(why)]) for one, why in question.wrong])
        )
    if limits := limits_in_words(question):
        parts.append(element("p", limits))
    return [*parts, *rubric_table(question)]


_KEYS = {
    "choice": _chosen,
    "choices": _chosen,
    "passage": _passage_key,
    "order": _order_key,
    "match": _match_key,
}
