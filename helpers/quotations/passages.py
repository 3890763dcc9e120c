"""Find quoted words exactly, with their omissions, brackets, case, hyphens and signs.

Quotations and layers are folded by ``search``. Three things are added here. Hyphens and dashes are removed
and their places stored, so that spaces around a dash and hyphens at line ends are ignored. Single and
double quotation marks become the same, because quotations inside quotations change them. The case, which
folding removes, is compared in the words as stored.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections import defaultdict
from functools import cached_property
from itertools import islice, pairwise
from operator import attrgetter
from typing import NamedTuple

from ..search import Folded, is_word_character, occurrences

STOPS = ".,;:!?"
# The most words of the text that one pair of brackets may replace.
REPLACED = 5
# A quotation with more omissions and brackets is not compared.
MOST_PARTS = 50
_OMISSION = r"\[\s*(?:…|\.\s?\.\s?\.)\s*\]|\(\s*(?:…|\.\s?\.\s?\.)\s*\)|…|\.(?:\s?\.){2,3}"
_BRACKET = r"\[(?!\d{1,3}\])([^\[\]]{1,300})\]"
_SIGNS = re.compile(f"(?P<omission>{_OMISSION})|(?P<bracket>{_BRACKET})")
_CUTS = re.compile(r" ?-[ -]*")
_MARKS = re.compile(r"(?<!\w)['\"]|['\"](?!\w)")
# A number with its separators is one word: “1,000” does not hold the word “000”.
_WORD = re.compile(r"\w+(?:(?<=\d)[.,](?=\d)\w+)*")
# Signs inside a word: the “,” of a number, and the “’” of “can’t”, without which it says the opposite.
_INSIDE = re.compile(r"(?<=\d)[.,](?=\d)|(?<=n)'(?=t\b)")
_EDGES = str.maketrans("", "", STOPS + " ")
# What `Stream.signs` says of a place: a capital in the words as stored; a hyphen before it; one at a line end.
_CAPITAL, _HARD, _SOFT = 1, 2, 4
_PIECE = 256  # places for which this is looked up at a time


class Stream:
    """Folded words (``text``), with a map back to the words as stored.

    ``hard`` are the places of hyphens and dashes; ``soft`` those of hyphens at line ends, which may belong to the word.

    Examples
    --------
    >>> stream = Stream("“Return  all this”—so he re-\\nquests.")
    >>> stream.text
    '"return all this"so he requests.'
    >>> stream.stored(*stream.places("he requests")[0])
    (22, 35)
    """

    def __init__(self, words: str) -> None:
        self.words = words
        # ``Folded`` uses these two noncharacters itself, for joints.
        self._folded = folded = Folded(words.replace("\ufdd0", " ").replace("\ufdd1", " "))
        cuts = [(m.start(), m.end(), "-") for m in _CUTS.finditer(folded.text)]
        cuts += [(m.end() - 1, m.end(), "") for m in re.finditer('" ', folded.text) if self._raw(m.start()) in "«‹"]
        cuts += [(m.start(), m.end() - 1, "") for m in re.finditer(' "', folded.text) if self._raw(m.end() - 1) in "»›"]
        cuts += [(place, place, "+" if read == "-" else " ") for place, read in folded.joints.items()]
        self.hard: set[int] = set()
        self.soft: set[int] = set()
        self._at = array("l")
        parts: list[str] = []
        reached = 0
        for start, end, sign in sorted(cuts):
            if start < reached:
                continue
            parts.append(folded.text[reached:start])
            self._at.extend(range(reached, start))
            if sign == " ":
                parts.append(" ")
                self._at.append(max(0, start - 1))
            elif sign:
                (self.hard if sign == "-" else self.soft).add(len(self._at))
            reached = end
        parts.append(folded.text[reached:])
        self._at.extend(range(reached, len(folded.text)))
        self.text = _MARKS.sub('"', "".join(parts))
        self._pieces: dict[int, bytes] = {}

    def signs(self, start: int, end: int) -> bytes:
        """Return a byte for each place from ``start`` to ``end``, inclusive: `_CAPITAL`, `_HARD` and `_SOFT`."""
        first = start // _PIECE
        pieces = b"".join(map(self._piece, range(first, end // _PIECE + 1)))
        return pieces[start - first * _PIECE : end + 1 - first * _PIECE]

    def _piece(self, number: int) -> bytes:
        if number not in self._pieces:
            low = number * _PIECE
            at = self._at[low : low + _PIECE]
            spans = self._folded.spans(at, [place + 1 for place in at])
            piece = bytearray(_PIECE)
            for n, (start, end) in enumerate(spans):
                piece[n] = _CAPITAL * any(map(str.isupper, self.words[start:end]))
            for n in range(_PIECE):
                piece[n] |= _HARD * (low + n in self.hard) | _SOFT * (low + n in self.soft)
            self._pieces[number] = bytes(piece)
        return self._pieces[number]

    def _raw(self, place: int) -> str:
        return self.words[slice(*self._folded.span(place, place + 1))]

    def stored(self, start: int, end: int) -> tuple[int, int]:
        """The range in the words as stored for a range of ``text``."""
        return self._folded.span(self._at[start], self._at[end - 1] + 1)

    def edge(self, place: int) -> bool:
        """Whether a place of ``text`` is not inside a word."""
        text = self.text
        if not 0 < place < len(text):
            return True
        if is_word_character(text[place - 1]) and is_word_character(text[place]):
            return place in self.hard
        return not (_INSIDE.match(text, place) or _INSIDE.match(text, place - 1))

    def places(self, core: str, open_end: bool = False) -> list[tuple[int, int]]:
        """The ranges of ``core`` as whole words; with ``open_end`` its last word may continue, and is included."""
        found = []
        for start in occurrences(self.text, core):
            end = start + len(core)
            while open_end and not self.edge(end):
                end += 1
            if self.edge(start) and self.edge(end):
                found.append((start, end))
        return found

    def places_of_letters(self, core: str, open_end: bool = False) -> list[tuple[int, int]]:
        """As ``places``, whatever spaces and signs stand between the letters."""
        letters, at = self._letters
        sought = "".join(filter(is_word_character, core))
        found = []
        for first in occurrences(letters, sought):
            start, end = at[first], at[first + len(sought) - 1] + 1
            while open_end and not self.edge(end):
                end += 1
            if self.edge(start) and self.edge(end):
                found.append((start, end))
        return found

    @cached_property
    def _letters(self) -> tuple[str, array[int]]:
        """The letters and digits of ``text``, and the place of each."""
        at = array("l", (n for n, letter in enumerate(self.text) if is_word_character(letter)))
        return "".join([self.text[n] for n in at]), at

    @cached_property
    def tokens(self) -> list[tuple[str, int, int]]:
        """Every word with its start and end in ``text``; the parts of a word with a hyphen are words."""
        found = []
        for match in _WORD.finditer(self.text):
            start, end = match.span()
            cuts = [place for place in range(start + 1, end) if place in self.hard] if self.hard else []
            for a, b in pairwise([start, *cuts, end]):
                found.append((self.text[a:b], a, b))
        return found

    @cached_property
    def index(self) -> dict[str, list[int]]:
        """The positions of every word in ``tokens``."""
        found: dict[str, list[int]] = defaultdict(list)
        for n, (word, _, _) in enumerate(self.tokens):
            found[word].append(n)
        return found


class QuotedPart:
    """Words of a quotation between two omission signs or brackets; case is ignored at the places ``free``."""

    def __init__(self, words: str, free: set[int], open_end: bool) -> None:
        self.words = words
        self.open_end = open_end
        self.stream = Stream(words)
        text = self.stream.text
        inside = [n for n, letter in enumerate(text) if is_word_character(letter)]
        self.start, self.end = (inside[0], inside[-1] + 1) if inside else (0, 0)
        self.core = text[self.start : self.end]
        # The range of the core in ``words``.
        self.own = self.stream.stored(self.start, self.end) if inside else (0, 0)
        free = {n for n in range(self.start, self.end) if free and self.stream.stored(n, n + 1)[0] in free}
        # The letters whose case counts.
        self._cased = bytes(letter.isalpha() and n not in free for n, letter in enumerate(self.core, self.start))

    def agrees(self, other: Stream, start: int, *, first: bool) -> bool:
        """Whether the passage at ``start``, which has the same letters, has the same case, hyphens and signs too.

        ``first``: the quotation begins with this part, so the case of the first letter is ignored.
        """
        mine, end = self.stream, start + len(self.core)
        ours, theirs = mine.signs(self.start, self.end), other.signs(start, end)
        if ours != theirs:
            if (_those(ours, _CAPITAL) ^ _those(theirs, _CAPITAL)) & _those(self._cased[first:], 1) << 8:
                return False
            inside = b"\0" + theirs[1:-1] + b"\0"
            if _those(ours, _HARD) & ~_those(theirs, _HARD | _SOFT) or _those(inside, _HARD) & ~_those(
                ours, _HARD | _SOFT
            ):
                return False
        # Stops at either end belong to the sentence that quotes; the text must have all other signs.
        before, after = (side.translate(_EDGES) for side in (mine.text[: self.start], mine.text[self.end :]))
        room = len(before) + len(after) + 8
        return other.text[max(0, start - room) : start].translate(_EDGES).endswith(before) and (
            self.open_end or other.text[end : end + room].translate(_EDGES).startswith(after)
        )


def _those(signs: bytes, which: int) -> int:
    """Return a number with a bit for each place that has any of these signs: a long passage is compared at once."""
    return int.from_bytes(signs.translate(_THOSE[which]))


_THOSE = {which: bytes(bool(sign & which) for sign in range(256)) for which in (_CAPITAL, _HARD, _HARD | _SOFT)}


class PartLink(NamedTuple):
    """The omission or brackets between two parts, and the most words of the text that they may replace."""

    sign: str
    room: float

    def allows(self, text: str, start: int, end: int) -> bool:
        """Whether at most so many words stand between two places."""
        if self.room == float("inf"):
            return True
        return sum(1 for _ in islice(_WORD.finditer(text, start, end), int(self.room) + 1)) <= self.room


class _Chain(NamedTuple):
    """The range of a part of a quotation in a stream, and the chain of the parts after it."""

    start: int
    end: int
    behind: _Chain | None = None


class Sought:
    """A quotation prepared for searching: its parts, and the links between them.

    Examples
    --------
    >>> sought = Sought("[I]t is … [his] request")
    >>> [part.core for part in sought.parts], [link.sign for link in sought.links]
    (['it is', 'request'], ['… [his]'])
    """

    def __init__(self, words: str) -> None:
        self.parts: list[QuotedPart] = []
        self.links: list[PartLink] = []
        self.brackets: list[str] = []
        self.too_many = len(_SIGNS.findall(words)) > MOST_PARTS
        if not self.too_many:
            self._cut(words)

    def _cut(self, words: str) -> None:
        buffer, sign, room, at = "", "", 0.0, 0
        free: set[int] = set()

        def close(open_end: bool = False) -> None:
            nonlocal buffer, free, sign, room
            part = QuotedPart(buffer, free, open_end)
            if part.core:
                if self.parts:
                    self.links.append(PartLink(sign, room))
                self.parts.append(part)
                sign, room = "", 0.0
            buffer, free = "", set()

        for match in _SIGNS.finditer(words):
            buffer += words[at : match.start()]
            at = match.end()
            omitted, inside = match["omission"], match[3]
            in_word = buffer[-1:].isalnum()
            if omitted is None and words[at : at + 1].isalnum():
                free |= set(range(len(buffer), len(buffer) + len(inside)))
                buffer += inside  # “[I]t”: letters of the word itself
                continue
            close(open_end=omitted is None and in_word)
            sign = f"{sign} {omitted or match[0]}".strip()
            room = max(room, float("inf") if omitted else 0 if in_word else REPLACED)
            if omitted is None:
                self.brackets.append(match[0])
        buffer += words[at:]
        close()

    @cached_property
    def words(self) -> list[str]:
        """All words, folded."""
        return [word for part in self.parts for word, _, _ in part.stream.tokens]

    def chains(self, stream: Stream, *, exact: bool = True) -> list[list[tuple[int, int]]]:
        """The ranges of the parts wherever they occur in order, each time as close together as possible.

        Of places that overlap, the first one counts.

        ``exact``: spaces, case, hyphens and signs must be the same too.
        """
        places = Stream.places if exact else Stream.places_of_letters
        following: list[_Chain] = []
        for n in range(len(self.parts) - 1, -1, -1):
            part, last = self.parts[n], n == len(self.parts) - 1
            found: list[_Chain] = []
            for start, end in places(stream, part.core, part.open_end):
                if exact and not part.agrees(stream, start, first=not n):
                    continue
                if last:
                    found.append(_Chain(start, end))
                    continue
                later = bisect_left(following, end, key=attrgetter("start"))
                if later == len(following):
                    break
                behind = following[later]
                if self.links[n].allows(stream.text, end, behind.start):
                    found.append(_Chain(start, end, behind))
            following = found
            if not found:
                return []
        chains: list[list[tuple[int, int]]] = []
        taken: set[int] = set()
        for head in reversed(following):  # backwards: of chains that share their second part, keep the shortest
            if head.behind:
                if head.behind.start in taken:
                    continue
                taken.add(head.behind.start)
            chain = []
            step: _Chain | None = head
            while step:
                chain.append((step.start, step.end))
                step = step.behind
            chains.append(chain)
        reached = 0
        apart = []
        for chain in reversed(chains):
            if chain[0][0] >= reached:
                apart.append(chain)
                reached = chain[-1][1]
        return apart
