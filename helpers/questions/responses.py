"""What a student gave, in the form in which it is kept: plain data that can be an answer, or an error."""

from __future__ import annotations

from collections.abc import Mapping

from ..core import UserError, did_you_mean
from ..quotations import LONGEST
from ..search import Phrase, Words, nearest_passage
from ..texts import Text, module_text
from .model import FREE, Question

# What is longer could not be checked for its quotations.
MOST_CHARACTERS = LONGEST


def normalised_answer(question: Question, response: object) -> object:
    """Bring an answer into the form in which it is kept: plain data.

    Parameters
    ----------
    question : Question
        What was asked.
    response : object
        An option id; a list of option ids; for a passage the words, or a list of words; a
        list of item ids in order; a mapping of item to option ids; or text.

    Returns
    -------
    object
        Plain data; for a passage a list of ``{layer, words, start}``, ``start`` in code
        points of the layer.

    Raises
    ------
    UserError
        If it cannot be an answer to this question.

    Examples
    --------
    >>> from helpers.questions import Option, Question
    >>> options = (Option("a", "Yes", "", correct=True), Option("b", "No", ""))
    >>> asked = Question("1.1", "choices", "sourcing", "Which?", "01-x", "X", 1, "best", "", options=options)
    >>> normalised_answer(asked, "a, b")
    ['a', 'b']
    """
    kind = question.kind
    if kind in FREE:
        if not isinstance(response, str) or not response.strip():
            raise UserError(f'Question {question.id} wants words: answer("{question.id}", "…").')
        if len(response) > MOST_CHARACTERS:
            raise UserError(
                f"This answer has {len(response):,} characters; at most {MOST_CHARACTERS:,} can be kept. Shorten it."
            )
        return response
    if kind == "choice":
        return question.option(_word(question, response)).id
    if kind == "choices":
        chosen = {question.option(id).id for id in _listed(question, response)}
        return [option.id for option in question.options if option.id in chosen]
    if kind == "order":
        given, ids = _listed(question, response), [item.id for item in question.items]
        if sorted(given) != sorted(ids):
            raise UserError(f"Question {question.id} wants each of these once, in order: {', '.join(sorted(ids))}.")
        return given
    if kind == "match":
        return _matched(question, response)
    return _marked_words(question, response)


def _word(question: Question, response: object) -> str:
    if not isinstance(response, str):
        ids = ", ".join(option.id for option in question.options)
        raise UserError(
            f"{response!r} is no answer to question {question.id}. Give one of these in quotation marks: {ids}."
        )
    return response.strip()


def _listed(question: Question, response: object) -> list[str]:
    """Several ids: a list, or one string with commas."""
    if isinstance(response, str):
        response = [part for part in response.replace(";", ",").split(",") if part.strip()]
    if not isinstance(response, (list, tuple)) or not response:
        raise UserError(f'Question {question.id} wants a list, such as answer("{question.id}", ["a", "b"]).')
    return [_word(question, one) for one in response]


def _matched(question: Question, response: object) -> dict[str, str]:
    if not isinstance(response, Mapping):
        raise UserError(f'Question {question.id} wants pairs, such as answer("{question.id}", {{"…": "…"}}).')
    ids = [item.id for item in question.items]
    for id in response:
        if id not in ids:
            raise UserError(f"Question {question.id} has no item “{id}”. {did_you_mean(id, ids)}")
    pairs = {id: question.option(_word(question, response[id])).id for id in ids if response.get(id)}
    if not pairs:
        raise UserError(f"Question {question.id}: nothing is matched yet. Give at least one item its match.")
    return pairs


def _marked_words(question: Question, response: object) -> list[dict]:
    text = module_text(question.document)
    given = [response] if isinstance(response, (str, Mapping)) else response
    if not isinstance(given, (list, tuple)) or not given or len(given) > 100:
        raise UserError(
            f'Question {question.id} wants words of the text: answer("{question.id}", "words of the text").'
        )
    return sorted(
        (_found(question, text, one) for one in given), key=lambda one: (text[one["layer"]].start, one["start"])
    )


def _found(question: Question, text: Text, given: object) -> dict:
    """Where marked words stand: where they were marked, or else the first place that has them."""
    place = given if isinstance(given, Mapping) else {"words": given}
    words, at = place.get("words"), place.get("start")
    if not isinstance(words, str) or not words.strip():
        raise UserError(f"Question {question.id} wants words of the text, in quotation marks.")
    layers = text.choose(layers=question.layers)
    if place.get("layer") is not None:
        layers = [layer for layer in layers if layer.id == place["layer"]]
    for layer in layers:
        if isinstance(at, int) and at >= 0 and layer.text.startswith(words, at):
            return {"layer": layer.id, "words": words, "start": at}
    for layer in layers:
        for start, end, _ in Words(layer.text).matches([Phrase(words)]):
            return {"layer": layer.id, "words": layer.text[start:end], "start": start}
    near = nearest_passage(words[:300], "\n\n".join(layer.text for layer in text.choose(layers=question.layers)))
    raise UserError(f"“{words[:80]}” does not stand in the words to be marked. The nearest passage is “{near}”.")
