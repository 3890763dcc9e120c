"""Words as they are compared, and as they are stored: typography is seen through.

The words of a layer are folded once: what typesetters exchange for one another becomes one
character, what a reader does not see goes, and every change of length is remembered, so that a
place found in the folded words is given back in the words as stored.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import accumulate, islice
from typing import AnyStr

from .tuning import TUNING

# What typesetters exchange for one another; a reader who types the one means the other.
_ALIKE = dict.fromkeys("‘’‚‛′´`ʼ‹›＇", "'") | dict.fromkeys("“”„‟″«»＂", '"') | dict.fromkeys("‐‑﹣－", "-")
_ASCII = bytes(range(128))
# ASCII as it is compared. Line ends stay until the hyphens before them are read.
_CAPITALS, _BLANKS = bytes(range(65, 91)), b"\t\v\f\r\x1c\x1d\x1e\x1f"
_LOWERED = bytes.maketrans(_CAPITALS + _BLANKS + b"`", _CAPITALS.lower() + b" " * len(_BLANKS) + b"'")
# All dashes are one, which is a hyphen in the end, but not where a line ends.
_SAME = str.maketrans("`ς‒–―−", "'σ————")
NOTE = re.compile(r"\[\d{1,3}\]")
RAISED = re.compile("[⁰¹²³⁴-⁹]+")
# A hyphen where a line ends inside a word: printed by the typesetter, or the word's own.
_LINE_END = re.compile(r"-[^\S\n]*\n\s*(?=\w)")
# Where two plain words meet: whatever else stands in a text, it is folded the same if it is cut here.
PLAIN = re.compile(r"(?<=\w) (?=\w)(?![⁰¹²³⁴-⁹])")
_PARTS = re.compile(r"(\w+)")
_LONG = {"\xad": re.compile(r"\xad(?:[^\S\n]*\n\s*)?"), "\u200b": re.compile("\u200b+")}
# What stands for a joint while the words are being folded; no text may hold these two.
_JOINTS = {"\ufdd0": "-", "\ufdd1": " "}
# A piece to be indexed at once.
INDEXED = 1_000_000
# No word is set in more pieces than these; without a limit a page of them would never be done.
JOINED = 32


@lru_cache(maxsize=4096)
def _compared(cluster: str) -> str:
    """A character with its accents as it is compared."""
    # Cherokee alone folds to capitals.
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFKD", cluster).casefold())
    return folded.lower().translate(_SAME)


def _is_mark(character: str) -> bool:
    return unicodedata.category(character)[0] == "M"


def _unseen(character: str) -> bool:
    """Soft hyphens, zero-width spaces, direction marks, variation selectors."""
    return unicodedata.category(character) == "Cf" or "\ufe00" <= character <= "\ufe0f"


@lru_cache(maxsize=4096)
def hides(character: str) -> bool:
    """Whether a character that is not ASCII may be read as one that is, quotation marks apart, or not at all."""
    like = _ALIKE.get(character) or _compared(character)
    blank = character.isspace() or character.isdecimal() or _unseen(character)
    return not character.isascii() and (blank or any(one.isascii() and one not in "'\"" for one in like))


def is_word_character(character: str) -> bool:
    """Whether a character belongs to a word: a letter, a digit, ``_``, or a mark on one of them."""
    return character.isalnum() or character == "_" or (character > "\u02ff" and _is_mark(character))


def _between(text: str, start: int, end: int) -> str:
    """What is read in place of a note number: nothing, or a space where it alone parts two words."""
    return (
        " " if start and end < len(text) and is_word_character(text[start - 1]) and is_word_character(text[end]) else ""
    )


def _join(text: str, start: int, end: int) -> str:
    """What is read in place of a hyphen at the end of a line: the joint of two halves."""
    return "\ufdd0" if start and is_word_character(text[start - 1]) else text[start:end]


def _each(
    first: str, pattern: re.Pattern[str], text: str, fold: Callable[[str, int, int], str]
) -> Iterator[tuple[int, int, str]]:
    """What is to be changed, and into what; what a pattern begins with is found faster without it."""
    for place in occurrences(text, first):
        if match := pattern.match(text, place):
            instead = fold(text, *match.span())
            if instead != match[0]:
                yield (*match.span(), instead)


def _runs(text: str) -> Iterator[tuple[int, int, str]]:
    """Runs of spaces, each to become one; found with ``str.find``, since most spaces stand alone."""
    start = text.find("  ")
    while start >= 0:
        end = start + 2
        while text.startswith(" ", end):
            end += 1
        yield start, end, " "
        start = text.find("  ", end)


def _pieces(words: str) -> Iterator[str]:
    """Words in pieces that a processor has at hand, cut where two plain words meet and nothing else can."""
    begin = 0
    while cut := PLAIN.search(words, begin + TUNING.piece):
        yield words[begin : cut.end()]
        begin = cut.end()
    yield words[begin:]


def occurrences(text: AnyStr, key: AnyStr) -> Iterator[int]:
    """Every place where a key begins, overlapping ones too."""
    at = text.find(key)
    while at >= 0:
        yield at
        at = text.find(key, at + 1)


class _Map:
    """Where the characters of a changed string came from: from each place on, how far they have moved."""

    __slots__ = ("_end_shifts", "_ends", "_start_shifts", "_starts", "new", "old")

    def __init__(self) -> None:
        self.old = self.new = 0  # how long all pieces were, and have become
        self._starts, self._start_shifts = [0], [0]
        self._ends, self._end_shifts = [0], [0]

    def change(self, text: str, changes: Iterable[tuple[int, int, str]]) -> str:
        """Put other characters in place of some in the next piece, and remember where all came from."""
        parts: list[str] = []
        old, new, at = self.old, self.new, 0
        for start, end, instead in changes:
            parts += (text[at:start], instead)
            new += start - at
            length, shift, at = len(instead), old + end - new, end
            self._ends.append(new + 1)
            self._end_shifts.append(shift - 1 if length else shift)
            if length > 1:  # inside, all begins and ends with the old
                self._inside(range(new + 1, new + length), old + start, old + end)
            new += length
            self._starts.append(new)
            self._start_shifts.append(shift - length)
        self.old += len(text)
        self.new = new + len(text) - at
        return "".join([*parts, text[at:]]) if parts else text

    def _inside(self, places: Iterable[int], start: int, end: int) -> None:
        for place in places:
            self._starts.append(place)
            self._start_shifts.append(start - place)
            self._ends.append(place + 1)
            self._end_shifts.append(end - place - 1)

    def starts(self, places: Iterable[int]) -> list[int]:
        """Where the characters at these places began."""
        keys, shifts = self._starts, self._start_shifts
        return [place + shifts[bisect_right(keys, place) - 1] for place in places]

    def ends(self, places: Iterable[int]) -> list[int]:
        """Where the characters before these places ended."""
        keys, shifts = self._ends, self._end_shifts
        return [place + shifts[bisect_right(keys, place) - 1] for place in places]


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
    joints : dict of int to str
        Places in ``text`` where a reader may or may not read a hyphen (that of a line's end) or
        a space (of no width); both were taken out.
    asked : int
        How many phrases were looked for.

    Examples
    --------
    >>> folded = Folded("Dear  “Friend”,[1] re-\\nturn")
    >>> folded.text
    'dear "friend", return'
    >>> list(folded.spans([15], [21]))
    [(19, 27)]
    """

    def __init__(self, words: str, *, anchors: bool = False) -> None:
        self._maps = _Map(), _Map(), _Map()
        self.joints: dict[int, str] = {}
        self.asked = 0
        self.text = "".join(self._fold(piece, anchors) for piece in _pieces(words))

    def _fold(self, text: str, anchors: bool) -> str:
        characters, notes, blanks = self._maps
        text = characters.change(*self._fold_characters(text, anchors))
        text = notes.change(text, () if anchors else _each("[", NOTE, text, _between))
        return blanks.change(*self._close_up(text, blanks.new))

    def _fold_characters(self, text: str, anchors: bool) -> tuple[str, Iterable[tuple[int, int, str]]]:
        """Fold what is not ASCII, and all case: one character for one in place, all else is left to be changed."""
        coded = text.encode("utf-8", "surrogatepass")
        # Bytes know only the case of ASCII, and are ten times as fast.
        text = coded.translate(_LOWERED).decode("utf-8", "surrogatepass")
        if text.isascii():
            return text, ()
        distinct = set(coded.translate(None, _ASCII).decode("utf-8", "surrogatepass"))
        instead: dict[str, str] = {}
        marks, odd = "", ""
        for character in sorted(distinct):
            if _is_mark(character) and not _unseen(character):
                marks += character
            elif character in _ALIKE:
                instead[character] = _ALIKE[character]
            elif character.isspace():
                instead[character] = " "
            elif _unseen(character) or len(_compared(character)) > 1 or (RAISED.fullmatch(character) and not anchors):
                odd += character
            elif _compared(character) != character:
                instead[character] = _compared(character)
        for character, other in instead.items():
            text = text.replace(character, other)

        def fold(start: int, end: int) -> str:
            cluster = text[start:end]
            if cluster[0] == "\u200b":
                # Beside a space, one of no width adds nothing.
                beside = text[max(0, start - 1) : start].isspace() or text[end : end + 1].isspace()
                return "" if beside else "\ufdd1"
            if _unseen(cluster[0]):
                return ""
            if not anchors and RAISED.fullmatch(cluster):
                return _between(text, start, end)
            return _compared(cluster)

        def clusters() -> Iterator[tuple[int, int, str]]:
            reached = 0
            for place in sorted(place for character in marks + odd for place in occurrences(text, character)):
                start = place
                if start < reached:
                    continue
                character, end = text[start], start + 1
                if character in marks and start > reached and not text[start - 1].isspace():
                    start -= 1
                while end < len(text) and text[end] in marks:
                    end += 1
                # A soft hyphen where the line ends, and the word goes on; a run of zero-width spaces.
                if end == start + 1 and (long := _LONG.get(character)) and (run := long.match(text, start)):
                    end = run.end()
                reached = end
                instead = fold(start, end)
                if instead != text[start:end]:
                    yield start, end, instead

        return text, clusters()

    def _close_up(self, text: str, begin: int) -> tuple[str, list[tuple[int, int, str]]]:
        """Make every dash and blank one of a kind, a run of spaces one, and take out the joints."""
        changes = list(_each("-", _LINE_END, text, _join)) if "\n" in text else []
        changes += ((place, place + 1, "\ufdd1") for place in occurrences(text, "\ufdd1"))
        text = text.replace("—", "-").replace("\n", " ")
        closed, reached, gone = [], 0, 0
        for start, end, instead in sorted([*changes, *_runs(text)]):
            if start < reached:
                continue  # spaces at the end of a line that a hyphen joins to the next
            if instead in _JOINTS:
                self.joints[begin + start - gone], instead = _JOINTS[instead], ""
            closed.append((start, end, instead))
            gone += end - start - len(instead)
            reached = end
        return text, closed

    def spans(self, starts: Sequence[int], ends: Sequence[int]) -> Iterable[tuple[int, int]]:
        """Give places in the folded words back in the words as stored."""
        for changed in reversed(self._maps):
            starts, ends = changed.starts(starts), changed.ends(ends)
        return zip(starts, ends, strict=True)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Give one place back, as `spans` does many."""
        return next(iter(self.spans([start], [end])))

    @cached_property
    def index(self) -> dict[str, list[int]]:
        """Every word and where it begins."""
        found: dict[str, list[int]] = defaultdict(list)
        at = 0
        while at < len(self.text):
            # In pieces, cut between words, so that a long text does not stand in memory twice.
            end = self.text.find(" ", at + INDEXED) + 1 or len(self.text)
            parts = _PARTS.split(self.text[at:end])
            starts = accumulate(map(len, parts), initial=at)
            next(starts)
            for word, start in zip(parts[1::2], islice(starts, 0, None, 2), strict=False):
                found[word].append(start)
            at = end
        return found

    @cached_property
    def pieces(self) -> dict[str, list[int]]:
        """The pieces of words that have a joint inside, and where each begins."""
        found: dict[str, list[int]] = defaultdict(list)
        cuts: dict[tuple[int, int], list[int]] = {}
        start = end = -1
        for place in self.joints:  # in order
            if place > end:
                start = end = place
                while start and is_word_character(self.text[start - 1]):
                    start -= 1
                while end < len(self.text) and is_word_character(self.text[end]):
                    end += 1
            cuts.setdefault((start, end), [start]).append(place)
        for (start, end), places in cuts.items():
            places.append(end)
            for n, first in enumerate(places):
                for last in places[n + 1 : n + 1 + JOINED]:
                    if (first, last) != (start, end):
                        found[self.text[first:last]].append(first)
        return found
