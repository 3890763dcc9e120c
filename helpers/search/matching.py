"""Search for phrases in folded words: a literal search for whole words.

A phrase is found with ``str.find``, many phrases in a long text in a single pass. A text that is searched
often gets an index of its words. A long text that is searched for plain words is not folded as a whole
(``prefilter``).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from os.path import commonprefix

from ..core import UserError
from .folding import ANCHOR, RAISED, Folded, is_word_character, occurrences
from .prefilter import Skimmed, first_and_longest
from .tuning import TUNING

_REST = re.compile(r"[\w\u0300-\u036f]*")
_WORD = re.compile(r"\w+")
_OPENING = frozenset("([{<'\"")
_BARE = re.compile(r"[0-9a-z_]+(?: [0-9a-z_]+)*")
# A phrase in which a word occurs more often is refused: in a text of the same words, its beginning would have to be
# compared at every place.
MOST_REPEATED = 500


class Phrase:
    """A phrase to search for; a trailing ``*`` matches any ending of the word.

    Raises `UserError` if it has no word, or one of them more than `MOST_REPEATED` times.

    Examples
    --------
    >>> phrase = Phrase("“Return” th*")
    >>> phrase.key, phrase.open_end
    ('"return" th', True)
    """

    def __init__(self, words: str) -> None:
        if not isinstance(words, str):
            raise UserError(f"{words!r} is not a phrase. Put the words into quotation marks.")
        self.words = words
        key = Folded(words, anchors=True).text.strip()
        self.open_end = key.endswith("*") and key != "*"
        self.key = key.removesuffix("*").rstrip() if self.open_end else key
        # Whether it has what may be a note: then it is found both with all notes left in and with all taken out.
        self.anchored = bool(ANCHOR.search(self.key) or RAISED.search(words))
        if not self.key or key == "*":
            raise UserError("A phrase to look for must have at least one word.")
        # A match is whole words: no letter may precede or follow it. A phrase that begins with a bracket or
        # quotation mark may follow a letter.
        self._free_start = self.key[0] in _OPENING
        inner = [(match[0], match.start()) for match in _WORD.finditer(self.key)]
        if len(inner) > MOST_REPEATED:
            word, count = Counter(word for word, _ in inner).most_common(1)[0]
            if count > MOST_REPEATED:
                raise UserError(
                    f"A word may occur at most {MOST_REPEATED:,} times in a phrase to look for, and “{word[:40]}” "
                    f"occurs {count:,} times in this one. Look for a part of it."
                )
        self._prefix: tuple[str, int] | None = None
        if self.open_end and inner and inner[-1][1] + len(inner[-1][0]) == len(self.key):
            self._prefix, inner = inner[-1], inner[:-1]
        self._inner = inner
        # Can be part of the pattern for many phrases; all others are searched for one by one.
        self.simple = not self.open_end and not self._free_start
        self._only = inner[0][0] if len(inner) == 1 and not self.open_end else None
        self.bare = bool(_BARE.fullmatch(self.key)) and not self.open_end and not self.anchored
        self.brief = self.key.count(" ") < TUNING.skimmed

    def places(self, folded: Folded, indexed: bool) -> Iterator[tuple[int, int]]:
        """Find the phrase in folded words."""
        text = folded.text
        if indexed and self.key == self._only and text.isascii() and not (folded.joints or folded.either):
            yield from ((start, start + len(self.key)) for start in self._indexed(folded))
            return
        key = self.key
        starts = self._indexed(folded) if indexed else occurrences(text, key)
        ends = ((start, start + len(key)) for start in starts)
        yield from self.whole(folded, {*ends, *self.across_joints(folded)} if folded.joints or folded.either else ends)

    def whole(self, folded: Folded, places: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
        """Filter places to those that are whole words; for a star, extend them to the end of the word."""
        text, joints = folded.text, folded.joints
        for start, end in places:
            if start and not self._free_start and is_word_character(text[start - 1]) and joints.get(start) != " ":
                continue
            if self.open_end and (rest := _REST.match(text, end)):
                end = rest.end()
            goes_on = end < len(text) and is_word_character(text[end])
            if goes_on and joints.get(end) != " " and end not in folded.either:
                continue
            yield start, end

    def across_joints(self, folded: Folded) -> Iterator[tuple[int, int]]:
        """Find the phrase where it includes a hyphen or space that folding took out, or leaves out a raised letter."""
        text, key, joints, either = folded.text, self.key, folded.joints, folded.either
        bits = {offset: 1 << n for n, (_, offset) in enumerate(self._inner)}
        # By place in the text, the words of the phrase (as bits) that certainly do not belong to a match there, because
        # the words before or after them differ, or whose match is known: otherwise, a phrase of repeated words would be
        # compared again from each of them.
        before: dict[int, int] = defaultdict(int)
        after: dict[int, int] = defaultdict(int)
        known: dict[int, int] = defaultdict(int)
        # In order of the text, so that what is known of a place is known to the next one.
        for place, offset in sorted(self._places_of_words(folded.pieces)):
            if (before[place] | after[place] | known[place]) & bits.get(offset, 0):
                continue
            back: list[tuple[int, int]] = []
            n, start = offset, place
            while n:
                if n in bits:
                    if before[start] & bits[n]:
                        break
                    back.append((start, n))
                if start and text[start - 1] == key[n - 1]:
                    start -= 1
                elif start - 1 in either:
                    start -= 1
                    continue
                elif joints.get(start) != key[n - 1]:
                    break
                n -= 1
            if n:
                for at, n in back:
                    before[at] |= bits[n]
                continue
            ahead: list[tuple[int, int]] = []
            n, end = offset, place
            while n < len(key):
                if n in bits:
                    if after[end] & bits[n]:
                        break
                    ahead.append((end, n))
                if text[end : end + 1] == key[n]:
                    end += 1
                elif end in either:
                    end += 1
                    continue
                elif joints.get(end) != key[n]:
                    break
                n += 1
            if n < len(key):
                for at, n in ahead:
                    after[at] |= bits[n]
                continue
            for at, n in back + ahead:
                known[at] |= bits[n]
            yield start, end

    def _places_of_words(self, pieces: Mapping[str, Iterable[int]]) -> Iterator[tuple[int, int]]:
        """Find the words of the phrase among the pieces: places, and offsets in the phrase.

        For a star, every piece with that beginning counts.
        """
        for word, offset in self._inner:
            yield from ((place, offset) for place in pieces.get(word, ()))
        if self._prefix:
            start, offset = self._prefix
            yield from ((place, offset) for piece in pieces if piece.startswith(start) for place in pieces[piece])

    def _indexed(self, folded: Folded) -> Iterable[int]:
        """Find where the phrase begins by looking up its rarest word in the index."""
        index, text, key = folded.index, folded.text, self.key
        if self._inner:
            if any(word not in index for word, _ in self._inner):
                return ()
            places, offset = min(((index[word], offset) for word, offset in self._inner), key=lambda hit: len(hit[0]))
        elif self._prefix:
            offset = self._prefix[1]
            places = sorted(p for word, starts in index.items() if word.startswith(self._prefix[0]) for p in starts)
        else:
            return occurrences(text, key)
        if key == self._only:
            return places
        return [place - offset for place in places if place >= offset and text.startswith(key, place - offset)]


@lru_cache(maxsize=4096)
def _ready(words: str) -> Phrase:
    return Phrase(words)


def prepared_phrase(words: str) -> Phrase:
    """Prepare a phrase for searching, and cache it.

    Examples
    --------
    >>> prepared_phrase("return") is prepared_phrase("return")
    True
    """
    # A value that is not a string may not be hashable: Phrase raises its UserError.
    return _ready(words) if isinstance(words, str) else Phrase(words)


class Words:
    """Stored words, prepared for repeated searches.

    Examples
    --------
    >>> list(Words("“Return\\n all”").matches([Phrase("return all")]))
    [(1, 12, 'return all')]
    """

    def __init__(self, words: str) -> None:
        self._words = words
        self._folded: dict[bool, Folded] = {}
        self._skimmed: Skimmed | None = None
        self._asked = 0
        self._last: tuple[str, list[tuple[int, int, str]]] = ("", [])

    def matches(self, phrases: Iterable[Phrase]) -> list[tuple[int, int, str]]:
        """Find phrases: for each match its start and end in code points of the stored words, and the phrase.

        If matches overlap, the first one counts; if they begin at the same place, the longest.
        """
        phrases = list(phrases)
        if len(phrases) != 1:
            return self._search(phrases)
        # The same phrase is often searched for twice in a row: in another order, or with more context.
        if self._last[0] != phrases[0].words:
            self._last = phrases[0].words, self._search(phrases)
        return self._last[1].copy()

    def _skim(self, phrase: Phrase) -> list[tuple[int, int, str]] | None:
        """Find a phrase without folding all words; None if they already are, or too many must be."""
        if (
            not (phrase.bare and phrase.brief)
            or len(self._words) < TUNING.long
            or False in self._folded
            or self._asked >= TUNING.indexed
        ):
            return None
        self._asked += 1
        try:
            self._skimmed = self._skimmed or Skimmed(self._words)
            return [
                (start, end, phrase.words)
                for start, end in self._skimmed.places(phrase.key, lambda folded: phrase.places(folded, False))
            ]
        except OverflowError:
            return None

    def _search(self, phrases: Sequence[Phrase]) -> list[tuple[int, int, str]]:
        if len(phrases) == 1 and (skimmed := self._skim(phrases[0])) is not None:
            return skimmed
        found: list[tuple[int, int, str]] = []
        for anchors in (False, True) if any(phrase.anchored for phrase in phrases) else (False,):
            group = [phrase for phrase in phrases if phrase.anchored >= anchors]
            if anchors not in self._folded:
                self._folded[anchors] = Folded(self._words, anchors=anchors)
                self._folded[anchors].asked, self._skimmed = self._asked, None
            folded = self._folded[anchors]
            folded.asked += len(group)
            indexed = folded.asked > TUNING.indexed
            together = not indexed and len(group) > TUNING.together and len(folded.text) > TUNING.long
            together = together and " " not in folded.joints.values()
            hits = _together(folded, group) if together else _one_by_one(folded, group, indexed)
            chosen = list(first_and_longest(hits))
            spans = folded.spans([start for start, _, _ in chosen], [end for _, end, _ in chosen])
            found += [(start, end, group[n].words) for (start, end), (_, _, n) in zip(spans, chosen, strict=True)]
        # Several places in the folded words may be one in the stored words: "…" is folded to three full stops.
        return list(first_and_longest((start, -end, words) for start, end, words in found))


def _one_by_one(folded: Folded, phrases: Iterable[Phrase], indexed: bool) -> Iterator[tuple[int, int, int]]:
    return ((start, -end, n) for n, phrase in enumerate(phrases) for start, end in phrase.places(folded, indexed))


def _together(folded: Folded, phrases: Sequence[Phrase]) -> Iterator[tuple[int, int, int]]:
    """Find many phrases in a single pass over the words."""
    text = folded.text
    simple: dict[str, int] = {}
    for n, phrase in enumerate(phrases):
        if phrase.simple:
            simple.setdefault(phrase.key, n)
        else:
            yield from ((start, -end, n) for start, end in phrase.places(folded, False))
        if folded.joints or folded.either:
            yield from ((start, -end, n) for start, end in phrase.whole(folded, phrase.across_joints(folded)))
    # At each start of a word the pattern matches its longest phrase; shorter ones are not wanted.
    # The added blanks give the first and last word a neighbour to check.
    framed = f" {text} "
    for match in _tree(tuple(sorted(simple))).finditer(framed):
        start, end = match.span(1)
        if framed[start - 1] > "\x7f" and is_word_character(framed[start - 1]):
            continue
        if framed[end] <= "\x7f" or not is_word_character(framed[end]):
            yield start - 1, 1 - end, simple[match[1]]
            continue
        for key, n in simple.items():  # a combining mark follows: a shorter phrase may still match
            end = start + len(key)
            if framed.startswith(key, start) and not is_word_character(framed[end]):
                yield start - 1, 1 - end, n


@lru_cache(maxsize=8)
def _tree(keys: tuple[str, ...]) -> re.Pattern[str]:
    """Build a pattern for many sorted phrases as a prefix tree."""

    def branches(keys: Sequence[str], at: int) -> str:
        parts = []
        for _, alike in groupby(keys, key=lambda key: key[at]):
            group = list(alike)
            begin = commonprefix([group[0], group[-1]])  # noqa: RUF071 - letters, not paths
            longer = [key for key in group if len(key) > len(begin)]
            part = re.escape(begin[at:])
            if longer:
                part += f"(?:{branches(longer, len(begin))})" + ("?" if len(longer) < len(group) else "")
            parts.append(part)
        return "|".join(parts)

    # Beginning with a character class is ten times as fast as a lookbehind.
    return re.compile(rf"[^0-9a-z_](?=({branches(keys, 0)})(?!\w))" if keys else "(?!)")


def matches(words: str, phrases: Iterable[str]) -> list[tuple[int, int, str]]:
    """Find phrases in words, as `Words.matches` does, without preparing them for further searches.

    Examples
    --------
    >>> matches("SMITH[2] writes", ["smith writes"])
    [(0, 15, 'smith writes')]
    """
    return Words(words).matches([Phrase(phrase) for phrase in phrases])
