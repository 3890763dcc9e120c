"""Words as they are compared, and as they are stored: a literal search that sees through typography.

The words of a layer are folded once: what typesetters exchange for one another becomes one
character, what a reader does not see goes, and every change of length is remembered, so that a
place found in the folded words is given back in the words as stored. Phrases are then found with
``str.find``; a text that is asked again, or for many phrases, gets an index of its words.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import accumulate, combinations, groupby, islice
from os.path import commonprefix
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
_PLAIN = re.compile(r"(?<=\w) (?=\w)(?![⁰¹²³⁴-⁹])")
_REST = re.compile(r"[\w\u0300-\u036f]*")
_WORD = re.compile(r"\w+")
_PARTS = re.compile(r"(\w+)")
_LONG = {"\xad": re.compile(r"\xad(?:[^\S\n]*\n\s*)?"), "\u200b": re.compile("\u200b+")}
# What stands for a joint while the words are being folded; no text may hold these two.
_JOINTS = {"\ufdd0": "-", "\ufdd1": " "}
_OPENING = frozenset("([{<'\"")
# After so many searches an index of the words would have cost less.
MANY = 250
# So many phrases in so many characters are looked for together.
TOGETHER = 60
LONG = 50_000
# A piece to be folded at once, and one to be indexed at once.
PIECE = 1 << 16
INDEXED = 1_000_000


@lru_cache(maxsize=4096)
def _compared(cluster: str) -> str:
    """A character with its accents as it is compared."""
    # Cherokee alone folds to capitals.
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKD", cluster).casefold()).lower().replace("ς", "σ")


def _is_mark(character: str) -> bool:
    return unicodedata.category(character)[0] == "M"


def _unseen(character: str) -> bool:
    """Soft hyphens, zero-width spaces, direction marks, variation selectors."""
    return unicodedata.category(character) == "Cf" or "\ufe00" <= character <= "\ufe0f"


def _in_word(character: str) -> bool:
    return character.isalnum() or character == "_" or (character > "\u02ff" and _is_mark(character))


def _between(text: str, start: int, end: int) -> str:
    """What is read in place of a note number: nothing, or a space where it alone parts two words."""
    return " " if start and end < len(text) and _in_word(text[start - 1]) and _in_word(text[end]) else ""


def _join(text: str, start: int, end: int) -> str:
    """What is read in place of a hyphen at the end of a line: the joint of two halves."""
    return "\ufdd0" if start and _in_word(text[start - 1]) else text[start:end]


def _each(pattern: re.Pattern[str], text: str, fold: Callable[[str, int, int], str]) -> Iterator[tuple[int, int, str]]:
    """What is to be changed, and into what."""
    for match in pattern.finditer(text):
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
    while cut := _PLAIN.search(words, begin + PIECE):
        yield words[begin : cut.end()]
        begin = cut.end()
    yield words[begin:]


class _Map:
    """Where the characters of a changed string came from: from each place on, how far they have moved."""

    __slots__ = ("_end_shifts", "_ends", "_start_shifts", "_starts", "new", "old")

    def __init__(self) -> None:
        self.old = self.new = 0  # how long all pieces were, and have become
        self._starts, self._start_shifts = [0], [0]
        self._ends, self._end_shifts = [0], [0]

    def add(self, new: int, length: int, old: int, end: int) -> None:
        """At a new place stand so many characters instead of the old ones, which end there."""
        shift = end - new - length
        self._ends.append(new + 1)
        self._end_shifts.append(end - new - 1 if length else shift)
        for place in range(new + 1, new + length):  # inside, all begins and ends with the old
            self._starts.append(place)
            self._start_shifts.append(old - place)
            self._ends.append(place + 1)
            self._end_shifts.append(end - place - 1)
        self._starts.append(new + length)
        self._start_shifts.append(shift)

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
        text = self._change(characters, *self._fold_characters(text, anchors))
        text = text.replace("`", "'")
        text = self._change(notes, text, _each(_NOTE, text, _between) if "[" in text and not anchors else ())
        return self._change(blanks, *self._close_up(text, blanks.new))

    def _fold_characters(self, text: str, anchors: bool) -> tuple[str, Iterable[tuple[int, int, str]]]:
        """Fold what is not ASCII, and all case: one character for one in place, all else is left to be changed."""
        if text.isascii():
            return text.lower(), ()
        coded = text.encode("utf-8", "surrogatepass")
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
            elif _unseen(character) or len(_compared(character)) > 1 or (_RAISED.fullmatch(character) and not anchors):
                odd += character
            elif _compared(character) != character:
                instead[character] = _compared(character)
        # Bytes know only the case of ASCII, and are ten times as fast.
        text = coded.lower().decode("utf-8", "surrogatepass")
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
            if not anchors and _RAISED.fullmatch(cluster):
                return _between(text, start, end)
            return _compared(cluster)

        def clusters() -> Iterator[tuple[int, int, str]]:
            reached = 0
            for place in sorted(place for character in marks + odd for place in _every(text, character)):
                start = place
                if start < reached:
                    continue
                character, end = text[start], start + 1
                if character in marks and start > reached and not text[start - 1].isspace():
                    start -= 1
                while end < len(text) and text[end] in marks:
                    end += 1
                if end == start + 1 and character in _LONG:
                    # A soft hyphen where the line ends, and the word goes on; a run of zero-width spaces.
                    end = _LONG[character].match(text, start).end()
                reached = end
                instead = fold(start, end)
                if instead != text[start:end]:
                    yield start, end, instead

        return text, clusters()

    def _close_up(self, text: str, begin: int) -> tuple[str, list[tuple[int, int, str]]]:
        """Make every dash and blank one of a kind, a run of spaces one, and take out the joints."""
        changes = list(_each(_LINE_END, text, _join)) if "-" in text and "\n" in text else []
        changes += ((place, place + 1, "\ufdd1") for place in _every(text, "\ufdd1"))
        for character in _DASHES:
            text = text.replace(character, "-")
        for character in _BLANKS:
            text = text.replace(character, " ")
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

    def _change(self, places: _Map, text: str, changes: Iterable[tuple[int, int, str]]) -> str:
        """Put other characters in place of some, and remember where all came from."""
        parts: list[str] = []
        at, new = 0, places.new
        for start, end, instead in changes:
            parts += (text[at:start], instead)
            new += start - at
            places.add(new, len(instead), places.old + start, places.old + end)
            new += len(instead)
            at = end
        places.old += len(text)
        places.new = new + len(text) - at
        return "".join([*parts, text[at:]]) if parts else text

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
        for place in self.joints:
            start = end = place
            while start and _in_word(self.text[start - 1]):
                start -= 1
            while end < len(self.text) and _in_word(self.text[end]):
                end += 1
            cuts.setdefault((start, end), [start]).append(place)
        for (start, end), places in cuts.items():
            for first, last in combinations([*places, end], 2):
                if (first, last) != (start, end):
                    found[self.text[first:last]].append(first)
        return found


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
        # Found by its letters alone; the others each need a look of their own.
        self.simple = not self.open_end and not self._free_start
        self._only = inner[0][0] if len(inner) == 1 and not self.open_end else None

    def places(self, folded: Folded, indexed: bool) -> Iterator[tuple[int, int]]:
        """Where the phrase stands in folded words."""
        text = folded.text
        if indexed and self.key == self._only and text.isascii() and not folded.joints:
            yield from ((start, start + len(self.key)) for start in self._indexed(folded))
            return
        key = self.key
        starts = self._indexed(folded) if indexed else _every(text, key)
        ends = ((start, start + len(key)) for start in starts)
        yield from self.whole(folded, {*ends, *self.across_joints(folded)} if folded.joints else ends)

    def whole(self, folded: Folded, places: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
        """Of these places those where no word goes on before or behind; a star takes its word in."""
        text, joints = folded.text, folded.joints
        for start, end in places:
            if start and not self._free_start and _in_word(text[start - 1]) and joints.get(start) != " ":
                continue
            if self.open_end:
                end = _REST.match(text, end).end()
            if end < len(text) and _in_word(text[end]) and joints.get(end) != " ":
                continue
            yield start, end

    def across_joints(self, folded: Folded) -> Iterator[tuple[int, int]]:
        """Where the phrase stands if what was taken out at a joint is read."""
        text, key, joints = folded.text, self.key, folded.joints
        for word, offset in self._words_of(folded.pieces):
            for place in folded.pieces.get(word, ()):
                n, end = offset, place
                while n < len(key):
                    if text[end : end + 1] == key[n]:
                        end += 1
                    elif joints.get(end) != key[n]:
                        break
                    n += 1
                else:
                    n, start = offset, place
                    while n:
                        if start and text[start - 1] == key[n - 1]:
                            start -= 1
                        elif joints.get(start) != key[n - 1]:
                            break
                        n -= 1
                    else:
                        yield start, end

    def _words_of(self, pieces: Iterable[str]) -> list[tuple[str, int]]:
        """The words of the phrase and where they begin in it; for a star, every piece that fits."""
        if not self._prefix:
            return self._inner
        start, offset = self._prefix
        return [*self._inner, *((piece, offset) for piece in pieces if piece.startswith(start))]

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


@lru_cache(maxsize=4096)
def _ready(words: str) -> Phrase:
    return Phrase(words)


def phrase(words: str) -> Phrase:
    """Make a phrase ready once, however often it is looked for.

    Examples
    --------
    >>> phrase("return") is phrase("return")
    True
    """
    # What is no string may not be hashable either: its message comes first.
    return _ready(words) if isinstance(words, str) else Phrase(words)


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
        self._last: tuple[str, list[tuple[int, int, str]]] = ("", [])

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
        if len(phrases) != 1:
            return self._search(phrases)
        # The same words are often asked for again at once: in another order, with more context.
        if self._last[0] != phrases[0].words:
            self._last = phrases[0].words, self._search(phrases)
        return self._last[1].copy()

    def _search(self, phrases: Sequence[Phrase]) -> list[tuple[int, int, str]]:
        found: list[tuple[int, int, str]] = []
        for anchors in {phrase.anchored for phrase in phrases}:
            some = [phrase for phrase in phrases if phrase.anchored == anchors]
            if anchors not in self._folded:
                self._folded[anchors] = Folded(self._words, anchors=anchors)
            folded = self._folded[anchors]
            folded.asked += len(some)
            indexed = folded.asked > MANY
            together = not indexed and len(some) > TOGETHER and len(folded.text) > LONG
            together = together and " " not in folded.joints.values()
            hits = _together(folded, some) if together else _one_by_one(folded, some, indexed)
            kept = list(_first_and_longest(hits))
            spans = folded.spans([start for start, _, _ in kept], [end for _, end, _ in kept])
            found += [(start, end, some[n].words) for (start, end), (_, _, n) in zip(spans, kept, strict=True)]
        if len({phrase.anchored for phrase in phrases}) > 1:
            found = [(start, end, one) for start, end, one in _first_and_longest((a, -b, one) for a, b, one in found)]
        return found


def _one_by_one(folded: Folded, phrases: Iterable[Phrase], indexed: bool) -> Iterator[tuple[int, int, int]]:
    return ((start, -end, n) for n, phrase in enumerate(phrases) for start, end in phrase.places(folded, indexed))


def _together(folded: Folded, phrases: Sequence[Phrase]) -> Iterator[tuple[int, int, int]]:
    """Where many phrases stand, in one pass over the words instead of one pass a phrase."""
    text = folded.text
    simple: dict[str, int] = {}
    for n, phrase in enumerate(phrases):
        if phrase.simple:
            simple.setdefault(phrase.key, n)
        else:
            yield from ((start, -end, n) for start, end in phrase.places(folded, False))
        if folded.joints:
            yield from ((start, -end, n) for start, end in phrase.whole(folded, phrase.across_joints(folded)))
    # Every place where a word begins gives its longest phrase: a shorter one there is never wanted.
    # With a blank in front, what stands before a word is always there to be seen.
    framed = f" {text} "
    for match in _tree(tuple(sorted(simple))).finditer(framed):
        start, end = match.span(1)
        if framed[start - 1] > "\x7f" and _in_word(framed[start - 1]):
            continue
        if framed[end] <= "\x7f" or not _in_word(framed[end]):
            yield start - 1, 1 - end, simple[match[1]]
            continue
        for key, n in simple.items():  # before an accent of its own perhaps a shorter one fits
            end = start + len(key)
            if framed.startswith(key, start) and not _in_word(framed[end]):
                yield start - 1, 1 - end, n


@lru_cache(maxsize=8)
def _tree(keys: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern for many phrases that reads their common beginnings once."""

    def branches(some: Sequence[str], at: int) -> str:
        parts = []
        for _, group in groupby(some, key=lambda key: key[at]):
            group = list(group)
            begin = commonprefix([group[0], group[-1]])  # noqa: RUF071 - letters, not paths
            longer = [key for key in group if len(key) > len(begin)]
            part = re.escape(begin[at:])
            if longer:
                part += f"(?:{branches(longer, len(begin))})" + ("?" if len(longer) < len(group) else "")
            parts.append(part)
        return "|".join(parts)

    # A set of characters to begin with is ten times as fast as a look behind.
    return re.compile(rf"[^0-9a-z_](?=({branches(keys, 0)})(?!\w))" if keys else "(?!)")


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
