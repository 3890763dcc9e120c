"""Words as they are compared, and as they are stored: a literal search that sees through typography.

The words of a layer are folded once: what typesetters exchange for one another becomes one
character, what a reader does not see goes, and every change of length is remembered, so that a
place found in the folded words is given back in the words as stored. Phrases are then found with
``str.find``; a text that is asked again, or for many phrases, gets an index of its words.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, lru_cache
from itertools import accumulate, islice
from typing import TypeVar

from ._slips import Slip

T = TypeVar("T")
# What typesetters exchange for one another; a reader who types the one means the other.
_ALIKE = dict.fromkeys("‘’‚‛′´`ʼ‹›＇", "'") | dict.fromkeys("“”„‟″«»＂", '"') | dict.fromkeys("‐‑﹣－", "-")
_DASHES = "‒–—―−"
_ASCII = bytes(range(128))
_BLANKS = "\t\n\v\f\r\x1c\x1d\x1e\x1f"
_NOTE = re.compile(r"\[\d{1,3}\]")
_RAISED = re.compile("[⁰¹²³⁴-⁹]+")
# A hyphen where a line ends inside a word: printed by the typesetter, or the word's own.
_LINE_END = re.compile(r"-[^\S\n]*\n\s*(?=\w)")
_REST = re.compile(r"[\w\u0300-\u036f]*")
_WORD = re.compile(r"\w+")
_PARTS = re.compile(r"(\w+)")
_HYPHENED = re.compile(r"[-‐‑﹣－][^\S\n]*\n")
_APART = re.compile("[ -]+")
_OPENING = frozenset("([{<'\"")
# From so many phrases on, an index of the words costs less than so many searches.
MANY = 100
PIECE = 1_000_000


def _lower(words: str) -> str:
    """Lower case that never changes the length, once the odd characters are gone."""
    return words.lower().replace("ς", "σ")


@lru_cache(maxsize=4096)
def _compared(cluster: str) -> str:
    """A character with its accents as it is compared."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKD", cluster).casefold())


def _is_mark(character: str) -> bool:
    return unicodedata.category(character)[0] == "M"


def _unseen(character: str) -> bool:
    """Soft hyphens, zero-width spaces, direction marks, variation selectors."""
    return unicodedata.category(character) == "Cf" or "\ufe00" <= character <= "\ufe0f"


def _in_word(character: str) -> bool:
    return character.isalnum() or character == "_" or (character > "\u02ff" and _is_mark(character))


def _between(match: re.Match[str]) -> str:
    """What is read in place of a note number: nothing, or a space where it alone parts two words."""
    start, end = match.span()
    words = match.string
    return " " if start and end < len(words) and _in_word(words[start - 1]) and _in_word(words[end]) else ""


def _join(match: re.Match[str]) -> str:
    """What is read in place of a hyphen at the end of a line."""
    return "" if match.start() and _in_word(match.string[match.start() - 1]) else match[0]


def _each(pattern: re.Pattern[str], text: str, fold: Callable[[re.Match[str]], str]) -> Iterator[tuple[int, int, str]]:
    """What is to be changed, and into what."""
    for match in pattern.finditer(text):
        instead = fold(match)
        if instead != match[0]:
            yield (*match.span(), instead)


def _runs(text: str) -> Iterator[tuple[int, int, str]]:
    """Runs of spaces, each to become one; found with ``str.find``, since most spaces stand alone."""
    start = text.find("  ")
    while start >= 0:
        end = start + 2
        while text[end : end + 1] == " ":
            end += 1
        yield start, end, " "
        start = text.find("  ", end)


class _Map:
    """Where the characters of a changed string came from."""

    __slots__ = ("ends", "new", "old")

    def __init__(self) -> None:
        self.new = array("q")
        self.old = array("q")
        self.ends = array("q")  # -1: this stretch is unchanged, character for character

    def add(self, new: int, old: int, end: int) -> None:
        self.new.append(new)
        self.old.append(old)
        self.ends.append(end)

    def start(self, place: int) -> int:
        at = bisect_right(self.new, place) - 1
        return self.old[at] + (place - self.new[at] if self.ends[at] < 0 else 0)

    def end(self, place: int) -> int:
        """Behind the character before this place."""
        at = bisect_right(self.new, place - 1) - 1
        return self.old[at] + place - self.new[at] if self.ends[at] < 0 else self.ends[at]


class Folded:
    """Words as they are compared.

    Parameters
    ----------
    words : str
        The words as stored.
    anchors : bool
        Whether note numbers such as ``[3]`` are kept; a reader does not read them.

    Attributes
    ----------
    text : str
        The folded words.
    loose : bool
        Whether a hyphen at the end of a line or a zero-width space was taken out anywhere: a
        reader may read it or not.
    asked : int
        How often the words were searched.

    Examples
    --------
    >>> folded = Folded("Dear  “Friend”,[1] re-\\nturn")
    >>> folded.text
    'dear "friend", return'
    >>> folded.span(15, 21)
    (19, 27)
    """

    def __init__(self, words: str, *, anchors: bool = False) -> None:
        self._words = words
        self._maps: list[_Map] = []
        self.loose = "\u200b" in words
        self.asked = 0
        text = words
        if not text.isascii():
            text = self._fold_characters(text, anchors)
        text = text.replace("`", "'")
        if not anchors and "[" in text:
            text = self._change(text, _each(_NOTE, text, _between))
        if "-" in text and "\n" in text:
            unjoined = text
            text = self._change(text, _each(_LINE_END, text, _join))
            self.loose = self.loose or text is not unjoined
        for character in _DASHES:
            text = text.replace(character, "-")
        for character in _BLANKS:
            text = text.replace(character, " ")
        if "  " in text:
            text = self._change(text, _runs(text))
        self.text = _lower(text)

    def _fold_characters(self, text: str, anchors: bool) -> str:
        """Fold what is not ASCII: one character for one in place, all else remembered."""
        distinct = set(text.encode("utf-8", "surrogatepass").translate(None, _ASCII).decode("utf-8", "surrogatepass"))
        marks, odd = "", ""
        for character in sorted(distinct):
            if _is_mark(character) and not _unseen(character):
                marks += character
            elif character in _ALIKE:
                text = text.replace(character, _ALIKE[character])
            elif character.isspace():
                text = text.replace(character, " ")
            elif (
                _unseen(character)
                or len(character.lower()) > 1
                or len(_compared(character)) > 1
                or (_RAISED.fullmatch(character) and not anchors)
            ):
                odd += character
            elif _lower(_compared(character)) != _lower(character):
                text = text.replace(character, _compared(character))
        if not marks and not odd:
            return text

        def fold(match: re.Match[str]) -> str:
            cluster = match[0]
            if _unseen(cluster[0]):
                return ""
            if not anchors and _RAISED.fullmatch(cluster):
                return _between(match)
            return _compared(cluster)

        kinds = [rf"[^\s{marks}][{marks}]+", f"[{marks}]"] if marks else []
        # A soft hyphen where the line ends: the word goes on in the next line.
        kinds += [r"\xad[^\S\n]*\n\s*"] if "\xad" in odd else []
        kinds += [f"[{odd}]"] if odd else []
        return self._change(text, _each(re.compile("|".join(kinds)), text, fold))

    def _change(self, text: str, changes: Iterable[tuple[int, int, str]]) -> str:
        """Put other characters in place of some, and remember where all came from."""
        parts: list[str] = []
        places = _Map()
        at = new = 0
        for start, end, instead in changes:
            if start > at:
                parts.append(text[at:start])
                places.add(new, at, -1)
                new += start - at
            if instead:
                parts.append(instead)
                places.add(new, start, end)
                new += len(instead)
            at = end
        if not at:
            return text
        if at < len(text):
            parts.append(text[at:])
            places.add(new, at, -1)
        self._maps.append(places)
        return "".join(parts)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Give a place in the folded words back in the words as stored."""
        for places in reversed(self._maps):
            start, end = places.start(start), places.end(end)
        return start, end

    @cached_property
    def index(self) -> dict[str, list[int]]:
        """Every word and where it begins."""
        found: dict[str, list[int]] = defaultdict(list)
        at = 0
        while at < len(self.text):
            # In pieces, cut between words, so that a long text does not stand in memory twice.
            end = self.text.find(" ", at + PIECE) + 1 or len(self.text)
            parts = _PARTS.split(self.text[at:end])
            starts = accumulate(map(len, parts), initial=at)
            next(starts)
            for word, start in zip(parts[1::2], islice(starts, 0, None, 2), strict=False):
                found[word].append(start)
            at = end
        return found

    def gap(self, place: int) -> str:
        """What stands in the words as stored before this place in ``text`` and was taken out."""
        return self._words[self.span(place - 1, place)[1] : self.span(place, place + 1)[0]]

    def parted(self, place: int) -> bool:
        """Whether a zero-width space stands before this place in ``text``."""
        return self.loose and "\u200b" in self.gap(place)

    @cached_property
    def squeezed(self) -> tuple[str, array]:
        """The text without spaces and hyphens, and where each of its characters stands in it."""
        kept = array("q", (place for place, character in enumerate(self.text) if character not in " -"))
        return self.text.replace(" ", "").replace("-", ""), kept


class Phrase:
    """A phrase as it is looked for.

    Parameters
    ----------
    words : str
        The phrase; one trailing ``*`` stands for any ending of the word.

    Raises
    ------
    Slip
        If there is nothing to look for.

    Examples
    --------
    >>> phrase = Phrase("“Return” th*")
    >>> phrase.key, phrase.open_end
    ('"return" th', True)
    """

    def __init__(self, words: str) -> None:
        if not isinstance(words, str):
            raise Slip(f"{words!r} is not a phrase. Put the words into quotation marks.")
        self.words = words
        self.anchored = bool(_NOTE.search(words) or _RAISED.search(words))
        key = Folded(words, anchors=True).text.strip()
        self.open_end = key.endswith("*") and key != "*"
        self.key = key.removesuffix("*").rstrip() if self.open_end else key
        if not self.key or key == "*":
            raise Slip("A phrase to look for must have at least one word.")
        # Whole words: no word may go on before or behind. A bracket or quotation mark begins one by itself.
        self._free_start = self.key[0] in _OPENING
        inner = [(match[0], match.start()) for match in _WORD.finditer(self.key)]
        if self.open_end and inner and inner[-1][1] + len(inner[-1][0]) == len(self.key):
            self._prefix, inner = inner[-1], inner[:-1]
        else:
            self._prefix = None
        self._inner = inner
        self._only = inner[0][0] if len(inner) == 1 and not self.open_end else None
        # Where the key has a space or a hyphen between two characters, by the number of the second.
        self._apart = {}
        for match in _APART.finditer(self.key):
            self._apart[match.start() - sum(map(len, self._apart.values()))] = match[0]

    def places(self, folded: Folded, indexed: bool) -> Iterator[tuple[int, int]]:
        """Where the phrase stands in folded words."""
        text = folded.text
        if indexed and self.key == self._only and text.isascii():
            yield from ((start, start + len(self.key)) for start in self._indexed(folded))
            return
        starts = self._indexed(folded) if indexed else _every(text, self.key)
        ends = ((start, start + len(self.key)) for start in starts)
        if folded.loose and self._apart:
            ends = sorted({*ends, *self._loose(folded)})
        for start, end in ends:
            if not self._free_start and start and _in_word(text[start - 1]) and not folded.parted(start):
                continue
            if self.open_end:
                end = _REST.match(text, end).end()
            if end < len(text) and _in_word(text[end]) and not folded.parted(end):
                continue
            yield start, end

    def _loose(self, folded: Folded) -> Iterator[tuple[int, int]]:
        """Where a space or hyphen of the phrase was taken out of the words, or may be."""
        text, kept = folded.squeezed
        key = _APART.sub("", self.key)
        if not key or 0 in self._apart or len(key) in self._apart:
            return
        for at in _every(text, key):
            if all(self._fits(folded, n, kept[at + n - 1], kept[at + n]) for n in range(1, len(key))):
                yield kept[at], kept[at + len(key) - 1] + 1

    def _fits(self, folded: Folded, n: int, before: int, after: int) -> bool:
        """Whether what parts two characters in the words is what parts them in the phrase."""
        wanted, given = self._apart.get(n, ""), folded.text[before + 1 : after]
        if wanted == given:
            return True
        if given:
            return False
        return (wanted == " " and folded.parted(after)) or (wanted == "-" and bool(_HYPHENED.search(folded.gap(after))))

    def _indexed(self, folded: Folded) -> Iterable[int]:
        """Places of the phrase by way of its rarest word."""
        index, text, key = folded.index, folded.text, self.key
        if self._inner:
            rarest = None
            for word, offset in self._inner:
                places = index.get(word)
                if places is None:
                    return ()
                if rarest is None or len(places) < len(rarest[0]):
                    rarest = places, offset
            places, offset = rarest
        elif self._prefix:
            offset = self._prefix[1]
            places = sorted(p for word, some in index.items() if word.startswith(self._prefix[0]) for p in some)
        else:
            return _every(text, key)
        if key == self._only:
            return places
        return [place - offset for place in places if place >= offset and text.startswith(key, place - offset)]


def _every(text: str, key: str) -> Iterator[int]:
    at = text.find(key)
    while at >= 0:
        yield at
        at = text.find(key, at + 1)


class Words:
    """Words made ready to be searched again and again.

    Parameters
    ----------
    words : str
        The words as stored.

    Examples
    --------
    >>> list(Words("“Return\\n all”").matches([Phrase("return all")]))
    [(1, 12, 'return all')]
    """

    def __init__(self, words: str) -> None:
        self._words = words
        self._folded: dict[bool, Folded] = {}

    def matches(self, phrases: Iterable[Phrase]) -> list[tuple[int, int, str]]:
        """Find phrases; of two that overlap the first counts, and at one place the longest.

        Parameters
        ----------
        phrases : iterable of Phrase
            What to look for.

        Returns
        -------
        list of (start, end, words)
            Where they stand as stored, in code points, ``end`` not included; and which phrase.
        """
        phrases = list(phrases)
        found: list[tuple[int, int, str]] = []
        for anchors in {phrase.anchored for phrase in phrases}:
            some = [phrase for phrase in phrases if phrase.anchored == anchors]
            if anchors not in self._folded:
                self._folded[anchors] = Folded(self._words, anchors=anchors)
            folded = self._folded[anchors]
            indexed = not folded.loose and (bool(folded.asked) or len(some) > MANY)
            folded.asked += 1
            hits = ((start, -end, n) for n, phrase in enumerate(some) for start, end in phrase.places(folded, indexed))
            found += [(*folded.span(start, end), some[n].words) for start, end, n in _first_and_longest(hits)]
        if len({phrase.anchored for phrase in phrases}) > 1:
            found = [(start, end, one) for start, end, one in _first_and_longest((a, -b, one) for a, b, one in found)]
        return found


def _first_and_longest(hits: Iterable[tuple[int, int, T]]) -> Iterator[tuple[int, int, T]]:
    """Of hits that overlap the first, and of those that begin together the longest; ends come in negated."""
    reached = 0
    for start, negative, which in sorted(hits):
        if start >= reached:
            reached = -negative
            yield start, reached, which


def matches(words: str, phrases: Iterable[str]) -> list[tuple[int, int, str]]:
    """Find phrases in words once, as `Words.matches` does.

    Examples
    --------
    >>> matches("SMITH[2] writes", ["smith writes"])
    [(0, 15, 'smith writes')]
    """
    return Words(words).matches([Phrase(phrase) for phrase in phrases])
