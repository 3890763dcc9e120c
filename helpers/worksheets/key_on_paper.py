"""The key of a question, for the instructor: in the letters, numbers and lines of the worksheet."""

from __future__ import annotations

from ..core.html import Markup, element, join
from ..questions.model import Place, Question
from ..questions.rendering import limits_in_words, paragraphs, place_in_words, shuffled
from ..search.locate import stands_at
from ..texts.loading import own_text
from .questions_on_paper import Line, heading, letters, lines_of, listed, rubric_table
from .sanitize import classed


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
    >>> from helpers.questions.loading import question
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
    text = own_text(place.document)
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
    numbers = [str(right.index(one.id) + 1) for one in shuffled(question)]
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
    lines = lines_of(question)
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
