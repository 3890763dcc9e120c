"""Locate words in a layer regardless of typography, or find the most similar passage."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from functools import lru_cache

from .matching import Words, prepared_phrase


def collapse_spaces(words: str) -> str:
    """Replace every run of white space by one space, and strip the ends.

    Examples
    --------
    >>> collapse_spaces("Return\\n  all this. ")
    'Return all this.'
    """
    return re.sub(r"\s+", " ", words).strip()


@lru_cache(maxsize=32)
def _ready(stored: str) -> Words:
    return Words(stored)


def stands_at(words: str, stored: str, *, star: bool = False) -> list[tuple[int, int]]:
    """Find words in the stored words of a layer, as `reading.find` does; return ranges of code points.

    If the exact words are found, only their places are returned; otherwise those that differ in typography or
    capital letters. With ``star``, a trailing ``*`` matches any ending of the word; otherwise it is an ordinary
    character. Raises `UserError` if ``words`` contain no word.

    Examples
    --------
    >>> stands_at("“all this”", 'Return "all\\nthis".')
    [(7, 17)]
    >>> stands_at("retur*", "Return it."), stands_at("retur*", "Return it.", star=True)
    ([], [(0, 6)])
    """
    if words.endswith("*") and not star:
        literal = r"\s+".join(map(re.escape, words.split()))
        return [match.span() for match in re.finditer(literal, stored)]
    found = [(start, end) for start, end, _ in _ready(stored).matches([prepared_phrase(words)])]
    same = [(start, end) for start, end in found if collapse_spaces(stored[start:end]) == collapse_spaces(words)]
    return same or found


def nearest_passage(words: str, text: str) -> str:
    """Return the passage that is most similar to some words, with the same number of words.

    Examples
    --------
    >>> nearest_passage("retrun all this", "Please return all this. Thanks.")
    'return all this.'
    """
    return _nearest_in(words, text)[1]


def nearest_passage_of(words: str, layers: Iterable[str]) -> str:
    """Return the most similar passage in any one of several layers.

    Examples
    --------
    >>> nearest_passage_of("retrun this", ["Keep this.", "Return this."])
    'Return this.'
    """
    return max((_nearest_in(words, layer) for layer in layers), key=lambda found: found[0], default=(0, ""))[1]


def _nearest_in(words: str, text: str) -> tuple[float, str]:
    words, given = collapse_spaces(words), collapse_spaces(text).split(" ")
    length = len(words.split(" "))
    matcher = difflib.SequenceMatcher(b=words, autojunk=False)
    best, score = "", -1.0
    for start in range(max(1, len(given) - length + 1)):
        passage = " ".join(given[start : start + length])
        matcher.set_seq1(passage)
        if matcher.real_quick_ratio() > score and matcher.quick_ratio() > score and matcher.ratio() > score:
            best, score = passage, matcher.ratio()
    return score, best
