"""An answer in words: the texts of options and items in place of their ids."""

from __future__ import annotations

import json
from collections.abc import Mapping

from .model import Question


def in_words(asked: Question, response: object) -> str:
    """Say an answer in words, whatever it turns out to be.

    Parameters
    ----------
    asked : Question
        The question as it is now; the answer may be to an earlier wording of it, or come from a
        file that somebody has changed.
    response : object
        The answer as it is kept.

    Returns
    -------
    str
        A line each for several things; an id stands for itself where the question has it no more.

    Examples
    --------
    >>> from helpers.questions.model import Option
    >>> options = (Option("a", "Yes"), Option("b", "No"))
    >>> asked = Question("1.1", "choices", "sourcing", "Which?", "01-x", "X", 1, "best", "", options=options)
    >>> in_words(asked, ["b", "z"])
    'No\\nz'
    """
    options = {one.id: one.text for one in asked.options}
    items = {one.id: one.text for one in asked.items}
    kind = asked.kind
    if kind == "choice" and isinstance(response, str):
        return options.get(response, response)
    if kind in ("choices", "order") and _texts(response):
        texts = options if kind == "choices" else items
        named = [texts.get(id, id) for id in response]
        return "\n".join(named if kind == "choices" else (f"{n}. {text}" for n, text in enumerate(named, 1)))
    if kind == "match" and isinstance(response, Mapping) and _texts(list(response.values())):
        return "\n".join(f"{items.get(one, one)} → {options.get(other, other)}" for one, other in response.items())
    if kind == "passage" and isinstance(response, list) and all(isinstance(one, Mapping) for one in response):
        return "\n".join(f"“{one.get('words', '')}” ({asked.document}: {one.get('layer', '?')})" for one in response)
    return response if isinstance(response, str) else json.dumps(response, ensure_ascii=False, sort_keys=True)


def _texts(response: object) -> bool:
    return isinstance(response, list) and all(isinstance(one, str) for one in response)
