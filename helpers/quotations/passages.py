"""Where quoted words stand, to the letter: omissions, brackets, case, hyphens and signs.

Quoted words and a layer are made alike by the engine of ``search``. Three things that it leaves are
evened out here: a hyphen or dash is remembered by its place, so that spaces around a dash and the
hyphen of a line's end do not count; single and double quotation marks are the same, as quotations in
quotations need; and the case, which it folds away, is looked up again in the words as stored.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections import defaultdict
from functools import cached_property
from operator import attrgetter
from typing import NamedTuple

from ..search import Folded, is_word_character, occurrences

STOPS = ".,;:!?"
# One pair of brackets stands in place of so many words at most.
REPLACED = 5
# A quotation of more parts is too long to be compared.
MOST_PARTS = 50
_OMISSION = r"\[\s*(?:…|\.\s?\.\s?\.)\s*\]|\(\s*(?:…|\.\s?\.\s?\.)\s*\)|…|\.(?:\s?\.){2,3}"
_BRACKET = r"\[(?!\d{1,3}\])([^\[\]]{1,300})\]"
_SIGNS = re.compile(f"(?P<omission>{_OMISSION})|(?P<bracket>{_BRACKET})")
_CUTS = re.compile(r" ?-[ -]*")
_MARKS = re.compile(r"(?<!\w)['\"]|['\"](?!\w)")
_WORD = re.compile(r"\w+")
_EDGES = str.maketrans("", "", STOPS + " ")


class Stream:
    """Words as they are compared, letter by letter, and the way back to the words as stored.

    Parameters
    ----------
    words : str
        The words as stored.

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
        # These two stand for the engine's own joints and are no letters.
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

    def _raw(self, place: int) -> str:
        return self.words[slice(*self._folded.span(place, place + 1))]

    def stored(self, start: int, end: int) -> tuple[int, int]:
        """Give a place back in the words as stored."""
        return self._folded.span(self._at[start], self._at[end - 1] + 1)

    def upper(self, place: int) -> bool:
        """Whether a letter is a capital in the words as stored."""
        return any(map(str.isupper, self._raw(self._at[place])))

    def edge(self, place: int) -> bool:
        """Whether no word goes on from one side of a place to the other."""
        text = self.text
        inside = 0 < place < len(text) and is_word_character(text[place - 1]) and is_word_character(text[place])
        return not inside or place in self.hard

    def places(self, core: str, open_end: bool = False) -> list[tuple[int, int]]:
        """Where words stand whole; with an open end, as the beginning of a word, which is taken in."""
        found = []
        for start in occurrences(self.text, core):
            end = start + len(core)
            while open_end and not self.edge(end):
                end += 1
            if self.edge(start) and self.edge(end):
                found.append((start, end))
        return found

    @cached_property
    def tokens(self) -> list[tuple[str, int, int]]:
        """Every word and its place."""
        return [(m[0], m.start(), m.end()) for m in _WORD.finditer(self.text)]

    @cached_property
    def index(self) -> dict[str, list[int]]:
        """Every word and its numbers."""
        found: dict[str, list[int]] = defaultdict(list)
        for n, (word, _, _) in enumerate(self.tokens):
            found[word].append(n)
        return found


class QuotedPart:
    """Words of a quotation between two signs of omission or brackets."""

    def __init__(self, words: str, free: set[int], open_end: bool) -> None:
        self.words = words
        self.open_end = open_end
        self.stream = Stream(words)
        text = self.stream.text
        inside = [n for n, letter in enumerate(text) if is_word_character(letter)]
        self.start, self.end = (inside[0], inside[-1] + 1) if inside else (0, 0)
        self.core = text[self.start : self.end]
        # Where these words stand in the part as it is written.
        self.own = self.stream.stored(self.start, self.end) if inside else (0, 0)
        self._free = {n for n in range(self.start, self.end) if free and self.stream.stored(n, n + 1)[0] in free}

    def agrees(self, other: Stream, start: int, *, first: bool) -> bool:
        """Whether a place where the letters stand has the same case, hyphens and signs too."""
        mine, end = self.stream, start + len(self.core)
        shift = start - self.start
        if any(
            mine.upper(n) != other.upper(n + shift)
            for n in range(self.start + first, self.end)
            if n not in self._free and self.core[n - self.start].isalpha()
        ):
            return False
        hyphens = {n + shift for n in mine.hard if self.start <= n <= self.end}
        if not hyphens <= other.hard | other.soft:
            return False
        may = hyphens | {n + shift for n in mine.soft}
        if not {n for n in other.hard if start < n < end} <= may:
            return False
        # Stops at either end belong to the sentence of whoever quotes; other signs must be there.
        before, after = (side.translate(_EDGES) for side in (mine.text[: self.start], mine.text[self.end :]))
        room = len(before) + len(after) + 8
        return other.text[max(0, start - room) : start].translate(_EDGES).endswith(before) and (
            self.open_end or other.text[end : end + room].translate(_EDGES).startswith(after)
        )


class PartLink(NamedTuple):
    """What stands between two parts: an omission, or brackets; and how many words it may stand for."""

    sign: str
    room: float


class _Chain(NamedTuple):
    """Where a part of a quotation stands in a stream, and the parts behind it."""

    start: int
    end: int
    behind: _Chain | None = None


class Sought:
    """A quotation as it is looked for: its parts, and what stands between them.

    Parameters
    ----------
    words : str
        The words quoted.

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
            behind = buffer[-1:].isalnum()
            if omitted is None and words[at : at + 1].isalnum():
                free |= set(range(len(buffer), len(buffer) + len(inside)))
                buffer += inside  # “[I]t”: letters of the word itself
                continue
            close(open_end=omitted is None and behind)
            sign = f"{sign} {omitted or match[0]}".strip()
            room = max(room, float("inf") if omitted else 0 if behind else REPLACED)
            if omitted is None:
                self.brackets.append(match[0])
        buffer += words[at:]
        close()

    @cached_property
    def words(self) -> list[str]:
        """All the words, as they are compared."""
        return [word for part in self.parts for word, _, _ in part.stream.tokens]

    def chains(self, stream: Stream, *, exact: bool = True) -> list[list[tuple[int, int]]]:
        """Where the parts stand in their order, each chain as tight as it can be; exact: to the letter."""
        following: list[_Chain] = []
        for n in range(len(self.parts) - 1, -1, -1):
            part, last = self.parts[n], n == len(self.parts) - 1
            found: list[_Chain] = []
            for start, end in stream.places(part.core, part.open_end):
                if exact and not part.agrees(stream, start, first=not n):
                    continue
                if last:
                    found.append(_Chain(start, end))
                    continue
                later = bisect_left(following, end, key=attrgetter("start"))
                if later == len(following):
                    break
                behind = following[later]
                if len(_WORD.findall(stream.text, end, behind.start)) <= self.links[n].room:
                    found.append(_Chain(start, end, behind))
            following = found
            if not found:
                return []
        chains: list[list[tuple[int, int]]] = []
        taken: set[int] = set()
        for one in reversed(following):  # from behind: of those that share their second part the tightest
            if one.behind:
                if one.behind.start in taken:
                    continue
                taken.add(one.behind.start)
            chain = []
            step: _Chain | None = one
            while step:
                chain.append((step.start, step.end))
                step = step.behind
            chains.append(chain)
        return chains[::-1]
