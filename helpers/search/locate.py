"""Where words stand in a layer, however they are typeset; and, where they do not, what is most like them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from functools import lru_cache

from .matching import Words, prepared_phrase


def collapse_spaces(words: str) -> str:
    """Make every run of white space one space.

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
    """Find the places where words stand, as `reading.find` does: whole words, whatever their typography.

    Parameters
    ----------
    words, stored : str
        The words looked for, and the words of a layer.
    star : bool
        Whether a trailing ``*`` stands for any ending of the word; else it is a sign like any other.

    Returns
    -------
    list of (int, int)
        From where to where, in code points of ``stored``. Where the words stand as they are written,
        only these places; else those that differ in typography or in capital letters.

    Raises
    ------
    UserError
        If there is nothing to look for.

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
    """Find the passage of a text that most resembles some words, for a message.

    Parameters
    ----------
    words, text : str
        The words looked for, and where.

    Returns
    -------
    str
        As many words of the text as were looked for.

    Examples
    --------
    >>> nearest_passage("retrun all this", "Please return all this. Thanks.")
    'return all this.'
    """
    return _nearest_in(words, text)[1]


def nearest_passage_of(words: str, several: Iterable[str]) -> str:
    """Find the passage most like some words in any of several layers; none goes from one to the next.

    Examples
    --------
    >>> nearest_passage_of("retrun this", ["Keep this.", "Return this."])
    'Return this.'
    """
    return max((_nearest_in(words, one) for one in several), key=lambda found: found[0], default=(0, ""))[1]


def _nearest_in(words: str, text: str) -> tuple[float, str]:
    sought, given = collapse_spaces(words), collapse_spaces(text).split(" ")
    length = len(sought.split(" "))
    matcher = difflib.SequenceMatcher(b=sought, autojunk=False)
    best, score = "", -1.0
    for start in range(max(1, len(given) - length + 1)):
        passage = " ".join(given[start : start + length])
        matcher.set_seq1(passage)
        if matcher.real_quick_ratio() > score and matcher.quick_ratio() > score and matcher.ratio() > score:
            best, score = passage, matcher.ratio()
    return score, best
