"""Locate words in a layer regardless of typography, or find the most similar passage."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from .matching import Words, prepared_phrase

# The nearest passage is a hint: of long words the beginning is compared, and of a long text not every passage.
_MOST_LETTERS, _MOST_PASSAGES, _CLOSELY = 300, 5000, 20


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


@lru_cache(maxsize=32)
def _places_of_words(text: str) -> tuple[list[str], dict[str, list[int]]]:
    """Return the words of a text in order, and the numbers of each word."""
    given = collapse_spaces(text).split(" ")
    places: dict[str, list[int]] = {}
    for number, word in enumerate(given):
        places.setdefault(word, []).append(number)
    return given, places


def _nearest_in(words: str, text: str) -> tuple[float, str]:
    words, (given, places) = collapse_spaces(words)[:_MOST_LETTERS], _places_of_words(text)
    own = words.split(" ")
    last = max(0, len(given) - len(own))
    # Passages with most of the same words at the same places are compared, or else all.
    shared = Counter(
        min(max(0, at - n), last) for n, word in enumerate(own) for at in places.get(word, ())[:_MOST_PASSAGES]
    )
    starts: Iterable[int] = [start for start, _ in shared.most_common(_CLOSELY)]
    if not shared or (4 * max(shared.values()) < len(own) and last < _MOST_PASSAGES):
        starts = range(min(last + 1, _MOST_PASSAGES))
    matcher = difflib.SequenceMatcher(b=words, autojunk=False)
    best, score = "", -1.0
    for start in starts:
        passage = " ".join(given[start : start + len(own)])
        matcher.set_seq1(passage)
        if matcher.real_quick_ratio() > score and matcher.quick_ratio() > score and matcher.ratio() > score:
            best, score = passage, matcher.ratio()
    return score, best
