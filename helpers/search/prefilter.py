"""Search for plain words in a long text without folding all of it.

A match that needs no folding is found directly. Only stretches that may hide a match are folded: those
around a non-ASCII character, around a hyphen at a line end, and around a word with ambiguous neighbours.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate
from typing import TypeVar

from .folding import PLAIN, Folded, may_read_as_ascii, occurrences
from .tuning import TUNING

T = TypeVar("T")
# One byte per character: lower case, every blank as a space, and "?" for any other character that is not ASCII.
_SKIMMED = bytes(32 if chr(n).isspace() else n if n < 128 else 63 for n in range(256)).lower()
_LETTERS = frozenset(b"0123456789abcdefghijklmnopqrstuvwxyz_")
_AFTER_EQUALS, _ITALIC = _LETTERS | frozenset(b"=\"'"), ord("_")
# Next to these a word certainly begins or ends; a hyphen, "=", "?", or what may belong to a note leaves it open.
_CLEAR = frozenset(b"!\"#$%&'()*+,./:;<>@\\^`|~")
# What may stand between two words of a phrase: blanks, signs of italics and notes.
_BETWEEN = rb"(?:[ *_]|\[[^\[\]]{1,14}\]|\(\d{1,3}\)|\([*]{1,3}\)|\{\d{1,3}[a-z]?\})+"
# The separator between stretches that are folded together, and the greatest length of a stretch on each side.
_SEAM = "\ufdd2 "
_FAR = 5000


def first_and_longest(hits: Iterable[tuple[int, int, T]]) -> Iterator[tuple[int, int, T]]:
    """Choose among overlapping hits the first one, and at the same start the longest; the given ends are negated."""
    reached = 0
    for start, negative, which in sorted(hits):
        if start >= reached:
            reached = -negative
            yield start, reached, which


class _Stretches:
    """Folded stretches of words around some places, with at least ``count`` plain blanks on either side."""

    def __init__(self, words: str, places: Iterable[tuple[int, int]], count: int) -> None:
        self._begins: list[int] = []
        ends: list[int] = []
        reached = 0
        for start, end in places:
            first = _before(words, start, reached, count)
            reached = max(reached, _behind(words, end, count))
            if ends and first <= ends[-1]:
                ends[-1] = reached
            else:
                self._begins.append(first)
                ends.append(reached)
        stretches = [words[a:b] for a, b in zip(self._begins, ends, strict=True)]
        self._places = list(accumulate((len(stretch) + len(_SEAM) for stretch in stretches), initial=0))
        self.folded = Folded(_SEAM.join(stretches))

    def spans(self, places: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
        """Map places in the folded stretches to places in the stored words."""
        places = list(places)
        for start, end in self.folded.spans([start for start, _ in places], [end for _, end in places]):
            n = bisect_right(self._places, start) - 1
            shift = self._begins[n] - self._places[n]
            yield start + shift, end + shift


def _before(words: str, at: int, least: int, count: int) -> int:
    """Return where a stretch with ``count`` plain blanks before ``at`` begins, but not before ``least``."""
    furthest = max(least, at - _FAR)
    while count:
        at = words.rfind(" ", furthest, at)
        if at < 0:
            if furthest > least:
                raise OverflowError
            return least
        count -= bool(PLAIN.match(words, at))
    return at + 1


def _behind(words: str, at: int, count: int) -> int:
    """Return where a stretch with ``count`` plain blanks after ``at`` ends."""
    furthest = at + _FAR
    for _ in range(count):
        blank = PLAIN.search(words, at, furthest)
        if not blank:
            if furthest < len(words):
                raise OverflowError
            return len(words)
        at = blank.end()
    return at


class Skimmed:
    """A long text to search for bare phrases; raises `OverflowError` if too much of it would need folding."""

    def __init__(self, words: str) -> None:
        self._words = words
        size = TUNING.piece
        pieces = (words[at : at + size] for at in range(0, len(words), size))
        self._bytes = b"".join([piece.encode("latin-1", "replace").translate(_SKIMMED) for piece in pieces]) + b" "
        if self._bytes.count(b"?") * TUNING.strange > len(words):
            raise OverflowError
        # A hyphen without a letter after it may join two lines.
        places = [at for at in occurrences(self._bytes, b"?") if may_read_as_ascii(words[at])]
        places += [at for at in occurrences(self._bytes, b"-") if self._bytes[at + 1] not in _LETTERS]
        places += [at for at in occurrences(self._bytes, b"=") if self._bytes[at + 1] not in _AFTER_EQUALS]
        self._hidden = self._around([(at, at + 1) for at in places], 1)

    def _around(self, places: list[tuple[int, int]], count: int) -> _Stretches:
        if len(places) * TUNING.hidden > len(self._words):
            raise OverflowError
        return _Stretches(self._words, sorted(places), count)

    def places(self, key: str, search: Callable[[Folded], Iterable[tuple[int, int]]]) -> list[tuple[int, int]]:
        """Find a bare phrase in the stored words; ``search`` finds it in folded words."""
        read, words = self._bytes, key.split(" ")
        pattern = re.compile(_BETWEEN.join(map(str.encode, words)) + rb"(?![0-9a-z])")
        solid = key.replace(" ", "").encode()
        found, unclear, at = set(), [], 0
        while match := pattern.search(read, at):
            start, end = match.span()
            at = start + 1
            before = read[start - 1] if start else 46
            if before in _LETTERS and before != _ITALIC:
                continue
            clear = before != _ITALIC and not (before in b"(" and read[start] in b"0123456789")
            if before == 32:  # the blank may follow a hyphen
                before = read[start - 2] if start > 1 else 46
            clear = clear and (before in _CLEAR or before in _LETTERS) and (read[end] == 32 or read[end] in _CLEAR)
            if clear and match[0].replace(b" ", b"") == solid:
                found.add((start, end))
            else:
                unclear.append((start, end))
        hidden = self._hidden.folded.text
        unclear += self._hidden.spans((at, at + len(word)) for word in set(words) for at in occurrences(hidden, word))
        stretches = self._around(unclear, len(words))
        found.update(stretches.spans(search(stretches.folded)))
        return [(start, end) for start, end, _ in first_and_longest((a, -b, None) for a, b in found)]
