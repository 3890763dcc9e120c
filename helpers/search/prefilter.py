"""Plain words found in a long text that is not folded.

What stands there for all to see is found as it is; no more is folded than may hide a word: a stretch
around every strange character, around a hyphen where a line ends, and around a word between signs
that are not clear.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate
from typing import TypeVar

from .folding import PLAIN, Folded, hides, occurrences
from .tuning import TUNING

T = TypeVar("T")
# A byte for a character: case and blanks are evened out, and "?" stands for what is not ASCII.
_SKIMMED = bytes(32 if chr(n).isspace() else n if n < 128 else 63 for n in range(256)).lower()
_LETTERS = frozenset(b"0123456789abcdefghijklmnopqrstuvwxyz_")
# Beside these a word ends or begins, whatever else there is; not so beside a hyphen, "?" or the bracket of a note.
_SEEN = frozenset(b"!\"#$%&'()*+,./:;<=>@\\^`{|}~")
# Between two stretches that are folded together; and how far a stretch may reach.
_SEAM = "\ufdd2 "
_FAR = 5000


def first_and_longest(hits: Iterable[tuple[int, int, T]]) -> Iterator[tuple[int, int, T]]:
    """Of hits that overlap the first, and of those that begin together the longest; ends come in negated."""
    reached = 0
    for start, negative, which in sorted(hits):
        if start >= reached:
            reached = -negative
            yield start, reached, which


class _Stretches:
    """Stretches of words around some places, each of so many words at least on either side, and folded."""

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
        self._places = list(accumulate((len(one) + len(_SEAM) for one in stretches), initial=0))
        self.folded = Folded(_SEAM.join(stretches))

    def spans(self, places: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
        """Give places in what was folded back in the words as stored."""
        places = list(places)
        for start, end in self.folded.spans([start for start, _ in places], [end for _, end in places]):
            n = bisect_right(self._places, start) - 1
            moved = self._begins[n] - self._places[n]
            yield start + moved, end + moved


def _before(words: str, at: int, least: int, count: int) -> int:
    """Where a stretch begins that has so many plain blanks before a place, but not before another."""
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
    """A long text in which bare phrases are looked for without folding all of it.

    Raises
    ------
    OverflowError
        If too much of it would have to be folded.
    """

    def __init__(self, words: str) -> None:
        self._words = words
        size = TUNING.piece
        pieces = (words[at : at + size] for at in range(0, len(words), size))
        self._bytes = b"".join([piece.encode("latin-1", "replace").translate(_SKIMMED) for piece in pieces]) + b" "
        if self._bytes.count(b"?") * TUNING.strange > len(words):
            raise OverflowError
        # A hyphen behind which no letter stands may join two lines.
        places = [at for at in occurrences(self._bytes, b"?") if hides(words[at])]
        places += [at for at in occurrences(self._bytes, b"-") if self._bytes[at + 1] not in _LETTERS]
        self._hidden = self._around([(at, at + 1) for at in places], 1)

    def _around(self, places: list[tuple[int, int]], count: int) -> _Stretches:
        if len(places) * TUNING.hidden > len(self._words):
            raise OverflowError
        return _Stretches(self._words, sorted(places), count)

    def places(self, key: str, folded: Callable[[Folded], Iterable[tuple[int, int]]]) -> list[tuple[int, int]]:
        """Where a bare phrase stands, in the words as stored; ``folded`` finds it in folded ones."""
        read, words = self._bytes, key.split(" ")
        pattern = re.compile(rb"(?: |\[\d{1,3}\])+".join(map(str.encode, words)) + rb"(?![0-9a-z_])")
        seen, unclear, at = set(), [], 0
        while match := pattern.search(read, at):
            start, end = match.span()
            at = start + 1
            before = read[start - 1] if start else 46
            if before in _LETTERS:
                continue
            if before == 32:  # and before the blank there is no hyphen
                before = read[start - 2] if start > 1 else 46
            plain = before in _SEEN or before in _LETTERS
            if plain and (read[end] == 32 or read[end] in _SEEN) and (len(words) == 1 or b"[" not in match[0]):
                seen.add((start, end))
            else:
                unclear.append((start, end))
        hidden = self._hidden.folded.text
        unclear += self._hidden.spans((at, at + len(word)) for word in words for at in occurrences(hidden, word))
        looked_at = self._around(unclear, len(words))
        seen.update(looked_at.spans(folded(looked_at.folded)))
        return [(start, end) for start, end, _ in first_and_longest((a, -b, None) for a, b in seen)]
