"""Fold words for comparison, and map places in the folded words to places in the stored words.

Folding replaces typographic variants by one character and removes characters that a reader does not see.
It records every change of length, so that a match in the folded words can be mapped back.
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

# Typographic variants of the apostrophe, the quotation mark and the hyphen; a search for one finds all.
_ALIKE = dict.fromkeys("‘’‚‛′´`ʼ‹›＇", "'") | dict.fromkeys("“”„‟″«»＂", '"') | dict.fromkeys("‐‑﹣－⸗⹀⸚֊᠆⁃", "-")
# Letters that are read as others once case is folded. In capitals nobody can tell ı from i: they are the same.
# A small e above a vowel is what the two dots of ä come from, and editions print a small o above as a ring.
# Any other small letter above is read as the letter that follows.
_LETTERS = {"ς": "σ", "ı": "i", "æ": "ae", "œ": "oe", "ꝛ": "r", "\u0364": "\u0308", "\u0366": "\u030a"}
_LETTERS |= dict(zip("\u0363\u0365\u0367\u0368\u0369\u036a\u036b\u036c\u036d\u036e\u036f", "aiucdhmrtvx", strict=True))
_ASCII = bytes(range(128))
# How ASCII is folded. Line ends stay until the hyphens before them are resolved.
_CAPITALS, _BLANKS = bytes(range(65, 91)), b"\t\v\f\r\x1c\x1d\x1e\x1f"
_LOWERED = bytes.maketrans(_CAPITALS + _BLANKS + b"`", _CAPITALS.lower() + b" " * len(_BLANKS) + b"'")
# All dashes become one; it becomes a hyphen only after hyphens at line ends are resolved.
_DASHES = dict.fromkeys("‒–―−", "—")
_SAME = str.maketrans({"`": "'"} | _LETTERS | _DASHES)

# Patterns for words whose case is folded. The page's own search has them too (``for_javascript``); each language
# has names of its own for WORD and INITIAL, what a word has and begins with (inside a class), LETTER and DIGIT.
_SIGNS = "*†‡§¶‖"
# Behind a word and a mark that ends words; a quotation mark does so only if words stand before it.
_BEHIND_MARK = r"(?:(?<=[.,;:!?)\]}*])|(?<=[WORD.,;:!?]['\x22]))"
_BEHIND = rf"(?:(?<=[WORD—-])|{_BEHIND_MARK})"
_ANCHORS = (
    # Never words: [1], [12a], [^1], [1-3], [1, 2]; [note 1]; [*], (†); {1}.
    r"\[\^?DIGIT{1,3}[a-z]?(?:[-—,] ?DIGIT{1,3})?\]",
    r"\[\^[a-z0-9]{1,12}\]",
    r"\[(?:note|n|nb|fn|footnote|anm)\.? ?DIGIT{1,3}\]",
    rf"[\[(](?:\*{{1,3}}|[{_SIGNS[1:]}]{{1,3}})[\])]",
    r"\{DIGIT{1,3}[a-z]?\}",
    # [a] only behind a word: elsewhere an editor supplies a word ("he was [a] soldier"). Not e, n, r, s, t, y,
    # which editors supply at the end of a word ("the mill[s]"); behind a full stop these are notes as well.
    r"(?<=[WORD])\[[a-df-mo-qu-xz]\](?![WORD])",
    rf"{_BEHIND_MARK}\[[a-z]\](?![WORD])",
    rf"{_BEHIND}\[(?:aa|bb|cc|dd|ee|ff|gg|hh|[ivxl]{{2,5}})\](?![WORD])",
    # (1) only behind a letter or a full stop: "(1) peace, (2) bread" counts, and "5(1)" is a paragraph of a law.
    r"(?:(?<=LETTER)|(?<=[.,;:!?])|(?<=[.,;:!?]['\x22])|(?<=LETTER['\x22]))\(DIGIT{1,3}\)(?![WORD(])",
    # A sign behind a word, or alone between words: not before a number ("† 1924", "2 * 3"), and not one of
    # several ("* * *"), which say that words are left out.
    rf"{_BEHIND}(?<!\*)(?:\*{{1,3}}|[†‡]{{1,3}}|[§¶‖]{{1,2}})(?![WORD{_SIGNS}])(?! *[*†‡])",
    r"(?:(?<=[WORD.,;:!?)\]] )|(?<=[WORD.,;:!?]['\x22] ))(?:\*{1,3}|[†‡]{1,2})(?= )(?! *[*†‡DIGIT])",
)
# Signs of italics in plain-text editions, at the edge of a word: a_b is one word, ____ a line to write on.
_ITALICS = (
    r"(?<![WORD])_{1,2}(?=[^\s_])",
    r"(?<=[^\s_])_{1,2}(?![WORD])",
    r"(?<![WORD*])\*{1,3}(?=['\x22(]?LETTER)",
)
_HINTS = (r"\[[^\[\]]{1,14}\]", r"\(DIGIT{1,3}\)", r"\{DIGIT{1,3}[a-z]?\}", f"[{_SIGNS}]")
_RAISED, _RAISED_LETTERS = "[⁰¹²³⁴-⁹]", "[ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻªº]"
RAISED = re.compile(_RAISED)
_ABOVE = re.compile(f"{_RAISED}|{_RAISED_LETTERS}|⁽")
_PATTERNS = {
    "notes": f"(?:{'|'.join((*_ITALICS, *_ANCHORS))})+",
    "italics": f"(?:{'|'.join(_ITALICS)})+",
    # What may be a note where it stands in a phrase: such a phrase is also searched for with all notes left in.
    "hints": "|".join(_HINTS),
    "raised": "|".join(
        (
            f"⁽{_RAISED}+{_RAISED_LETTERS}?⁾",
            f"{_RAISED}+{_RAISED_LETTERS}?(?:[,—-]{_RAISED}+{_RAISED_LETTERS}?)*",
            # One raised letter at the end of a word is a note or its last letter (M\u02b3 is Mr): both are tried.
            f"(?<=[WORD])(?<!{_RAISED_LETTERS}){_RAISED_LETTERS}(?![WORD])",
            f"{_BEHIND_MARK}{_RAISED_LETTERS}(?![WORD])",
        )
    ),
    # A hyphen at a line end inside a word: added by the typesetter, or part of the word. ¬ is nothing else, even
    # where the line end is lost; = only between letters.
    "ends": r"-[^\S\n]*\n\s*(?=[INITIAL])|¬\s*(?=[INITIAL])|(?<=LETTER)=[^\S\n]*\n[^\S\n]*(?=LETTER)",
}


def _pattern(name: str) -> re.Pattern[str]:
    words = _PATTERNS[name].replace("WORD", r"\w\u0300-\u036f").replace("LETTER", r"[^\W\d_]")
    return re.compile(words.replace("DIGIT", r"\d").replace("INITIAL", r"\w"))


_NOTES, _ONLY_ITALICS, ANCHOR = _pattern("notes"), _pattern("italics"), _pattern("hints")
_RAISED_NOTE, _LINE_END = _pattern("raised"), _pattern("ends")
# What these begin with.
_NOTE_STARTS, _ITALIC_STARTS = f"[({{_{_SIGNS}", "_*"
# A blank between two plain words: cutting the text here does not change how it is folded.
PLAIN = re.compile(r"(?<=\w) (?=\w)(?![⁰¹²³⁴-⁹]|\w{1,4}[\]］])")
_PARTS = re.compile(r"(\w+)")
_LONG = {"\xad": re.compile(r"\xad(?:[^\S\n]*\n\s*)?"), "\u200b": re.compile("\u200b+")}
# Noncharacters that mark a joint during folding, or a raised letter that may be a note; no text contains them.
_JOINTS = {"\ufdd0": "-", "\ufdd1": " ", "\ufdd3": ""}
# Not folded to ASCII, but what stands around them may be.
_TAKEN_OUT = frozenset("†‡§¶‖¬⁽\u0307")
# The number of characters indexed at a time.
INDEXED = 1_000_000
# The most pieces of a word that are joined; no word has more, and without a limit the time grows quadratically.
JOINED = 32


def for_javascript() -> dict[str, object]:
    """What a script needs to fold words as `Folded` does: the characters that count as the same, and the patterns.

    Examples
    --------
    >>> for_javascript()["same"]["’"]
    "'"
    """
    names = {"WORD": r"\p{L}\p{N}\p{M}_", "INITIAL": r"\p{L}\p{N}_", "LETTER": r"\p{L}", "DIGIT": r"\p{Nd}"}
    patterns = dict(_PATTERNS)
    for name, instead in names.items():
        patterns = {key: pattern.replace(name, instead) for key, pattern in patterns.items()}
    return {"same": {**_ALIKE, "`": "'"}, "letters": _LETTERS | _DASHES, "word": names["WORD"], **patterns}


@lru_cache(maxsize=4096)
def _fold_cluster(cluster: str) -> str:
    """Fold a character with its combining marks."""
    # Only Cherokee is case-folded to capitals.
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFKD", cluster).casefold())
    # A dot above i, as Turkish has it in capitals, is no accent.
    return unicodedata.normalize("NFC", folded.lower().translate(_SAME)).replace("i\u0307", "i")


def _is_mark(character: str) -> bool:
    return unicodedata.category(character)[0] == "M"


def _is_invisible(character: str) -> bool:
    """Return whether it is a soft hyphen, zero-width space, bidi control character or variation selector."""
    return unicodedata.category(character) == "Cf" or "\ufe00" <= character <= "\ufe0f"


@lru_cache(maxsize=4096)
def may_read_as_ascii(character: str) -> bool:
    """Return whether a non-ASCII character may be folded to ASCII other than quotation marks, or removed."""
    if character in _TAKEN_OUT:
        return True
    like = _ALIKE.get(character) or _fold_cluster(character)
    blank = character.isspace() or character.isdecimal() or _is_invisible(character)
    return not character.isascii() and (blank or any(letter.isascii() and letter not in "'\"" for letter in like))


def is_word_character(character: str) -> bool:
    """Return whether a character belongs to a word: a letter, a digit, ``_`` or a combining mark."""
    return character.isalnum() or character == "_" or (character > "\u02ff" and _is_mark(character))


def _fold_note(text: str, start: int, end: int) -> str:
    """Replace notes by nothing, or by a space if only they separate two words."""
    return (
        " " if start and end < len(text) and is_word_character(text[start - 1]) and is_word_character(text[end]) else ""
    )


def _fold_raised(text: str, start: int, end: int) -> str:
    """Replace a raised note as any other; mark a raised letter at the end of a word."""
    if text[start] in "⁰¹²³⁴⁵⁶⁷⁸⁹⁽":
        return _fold_note(text, start, end)
    return "\ufdd3" + _fold_cluster(text[start]) if is_word_character(text[start - 1]) else ""


def _fold_line_end(text: str, start: int, end: int) -> str:
    """Replace a hyphen at a line end by a joint if a word precedes it."""
    return "\ufdd0" if start and is_word_character(text[start - 1]) else text[start:end]


def _changes(
    starts: str, pattern: re.Pattern[str], text: str, fold: Callable[[str, int, int], str]
) -> Iterator[tuple[int, int, str]]:
    """Fold every match of a pattern; searching for the characters that it may begin with first is faster."""
    reached = 0
    for place in sorted(place for first in starts for place in occurrences(text, first)):
        if place >= reached and (match := pattern.match(text, place)):
            reached = match.end()
            instead = fold(text, *match.span())
            if instead != match[0]:
                yield (*match.span(), instead)


def _runs(text: str) -> Iterator[tuple[int, int, str]]:
    """Find runs of spaces, each to become one space; ``str.find`` is fast since most spaces are single."""
    start = text.find("  ")
    while start >= 0:
        end = start + 2
        while text.startswith(" ", end):
            end += 1
        yield start, end, " "
        start = text.find("  ", end)


def _pieces(words: str) -> Iterator[str]:
    """Cut words at plain blanks into pieces that fit into the processor's cache."""
    begin = 0
    while cut := PLAIN.search(words, begin + TUNING.piece):
        yield words[begin : cut.end()]
        begin = cut.end()
    yield words[begin:]


def occurrences(text: AnyStr, key: AnyStr) -> Iterator[int]:
    """Find every place where a key begins, including overlapping ones.

    The time does not depend on the length of the key: where a key that repeats itself (“ha ha ha”) overlaps itself in
    the text, only what a further occurrence adds is compared.
    """
    at = text.find(key)
    while at >= 0:
        yield at
        following = text.find(key, at + 1)
        period = following - at
        # If two occurrences overlap by at least half, the key has the shortest period ``period``; then all others that
        # overlap as much are one period apart (Fine and Wilf 1965, Uniqueness theorems for periodic functions).
        if following >= 0 and 2 * period <= len(key):
            yield following
            while text.startswith(key[-period:], following + len(key)):
                following += period
                yield following
            following = text.find(key, following + len(key) - period + 1)
        at = following


class _Map:
    """A map from places in a changed string to places in the old one: how far each character has moved."""

    __slots__ = ("_end_shifts", "_ends", "_start_shifts", "_starts", "new", "old")

    def __init__(self) -> None:
        self.old = self.new = 0  # length of all pieces before and after the changes
        self._starts, self._start_shifts = [0], [0]
        self._ends, self._end_shifts = [0], [0]

    def change(self, text: str, changes: Iterable[tuple[int, int, str]]) -> str:
        """Apply changes to the next piece, and record where its characters came from."""
        parts: list[str] = []
        old, new, at = self.old, self.new, 0
        for start, end, instead in changes:
            parts += (text[at:start], instead)
            new += start - at
            length, shift, at = len(instead), old + end - new, end
            self._ends.append(new + 1)
            self._end_shifts.append(shift - 1 if length else shift)
            if length > 1:  # each new character stands for the whole replaced range
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
        """Map starts of ranges to the old string."""
        keys, shifts = self._starts, self._start_shifts
        return [place + shifts[bisect_right(keys, place) - 1] for place in places]

    def ends(self, places: Iterable[int]) -> list[int]:
        """Map ends of ranges to the old string."""
        keys, shifts = self._ends, self._end_shifts
        return [place + shifts[bisect_right(keys, place) - 1] for place in places]


class Folded:
    """Folded words, without notes such as ``[3]`` or ``*`` unless ``anchors`` is true.

    Attributes
    ----------
    text : str
        The folded words.
    joints : dict of int to str
        Places in ``text`` from which a hyphen at a line end or a zero-width space was removed; the words match
        with and without it.
    either : set of int
        Places in ``text`` of a raised letter at the end of a word; the words match with and without it.
    asked : int
        The number of phrases searched for so far.

    Examples
    --------
    >>> folded = Folded("Dear  “Friend”,[1] re-\\nturn")
    >>> folded.text
    'dear "friend", return'
    >>> list(folded.spans([15], [21]))
    [(19, 27)]
    """

    def __init__(self, words: str, *, anchors: bool = False) -> None:
        self._maps = _Map(), _Map(), _Map(), _Map()
        self.joints: dict[int, str] = {}
        self.either: set[int] = set()
        self.asked = 0
        self.text = "".join(self._fold(piece, anchors) for piece in _pieces(words))

    def _fold(self, text: str, anchors: bool) -> str:
        characters, raised, notes, blanks = self._maps
        text = characters.change(*self._fold_characters(text, anchors))
        above = () if anchors or text.isascii() else sorted(set(_ABOVE.findall(text)))
        text = raised.change(text, _changes("".join(above), _RAISED_NOTE, text, _fold_raised))
        for character in above:
            text = text.replace(character, _fold_cluster(character))
        starts, pattern = (_ITALIC_STARTS, _ONLY_ITALICS) if anchors else (_NOTE_STARTS, _NOTES)
        text = notes.change(text, _changes(starts, pattern, text, _fold_note))
        return blanks.change(*self._close_up(text, blanks.new))

    def _fold_characters(self, text: str, anchors: bool) -> tuple[str, Iterable[tuple[int, int, str]]]:
        """Fold case and non-ASCII; replace one character by one directly, and return all other changes."""
        coded = text.encode("utf-8", "surrogatepass")
        # Translating bytes changes only ASCII, and is ten times as fast.
        text = coded.translate(_LOWERED).decode("utf-8", "surrogatepass")
        if text.isascii():
            return text, ()
        distinct = set(coded.translate(None, _ASCII).decode("utf-8", "surrogatepass"))
        instead: dict[str, str] = {}
        marks, odd = "", ""
        for character in sorted(distinct):
            if _is_mark(character) and not _is_invisible(character):
                marks += character
            elif character in _ALIKE:
                instead[character] = _ALIKE[character]
            elif character.isspace():
                instead[character] = " "
            elif _is_invisible(character) or len(_fold_cluster(character)) > 1:
                odd += character
            elif not anchors and _ABOVE.match(character):
                continue
            elif _fold_cluster(character) != character:
                instead[character] = _fold_cluster(character)
        for character, other in instead.items():
            text = text.replace(character, other)

        def fold(start: int, end: int) -> str:
            cluster = text[start:end]
            if cluster[0] == "\u200b":
                # Next to a space, a zero-width space adds nothing.
                beside = text[max(0, start - 1) : start].isspace() or text[end : end + 1].isspace()
                return "" if beside else "\ufdd1"
            if _is_invisible(cluster[0]):
                return ""
            return _fold_cluster(cluster)

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
                # Include the line end after a soft hyphen, and all of a run of zero-width spaces.
                if end == start + 1 and (long := _LONG.get(character)) and (run := long.match(text, start)):
                    end = run.end()
                reached = end
                instead = fold(start, end)
                if instead != text[start:end]:
                    yield start, end, instead

        return text, clusters()

    def _close_up(self, text: str, begin: int) -> tuple[str, list[tuple[int, int, str]]]:
        """Unify dashes and blanks, reduce runs of spaces to one, and take out the joints."""
        changes = list(_changes("-=¬" if "\n" in text else "¬", _LINE_END, text, _fold_line_end))
        changes += ((place, place + 1, mark) for mark in "\ufdd1\ufdd3" for place in occurrences(text, mark))
        text = text.replace("—", "-").replace("\n", " ")
        closed, reached, gone = [], 0, 0
        for start, end, instead in sorted([*changes, *_runs(text)]):
            if start < reached:
                continue  # spaces within a hyphen at a line end
            if instead == "\ufdd3":
                self.either.add(begin + start - gone)
            elif instead in _JOINTS:
                self.joints[begin + start - gone] = _JOINTS[instead]
            if instead in _JOINTS:
                instead = ""
            closed.append((start, end, instead))
            gone += end - start - len(instead)
            reached = end
        return text, closed

    def spans(self, starts: Sequence[int], ends: Sequence[int]) -> Iterable[tuple[int, int]]:
        """Map ranges in the folded words to ranges in the stored words."""
        for changed in reversed(self._maps):
            starts, ends = changed.starts(starts), changed.ends(ends)
        return zip(starts, ends, strict=True)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Map one range, as `spans` does."""
        return next(iter(self.spans([start], [end])))

    @cached_property
    def index(self) -> dict[str, list[int]]:
        """Every word, and where it begins."""
        found: dict[str, list[int]] = defaultdict(list)
        at = 0
        while at < len(self.text):
            # Index in pieces, cut between words, so that a long text is not in memory twice.
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
        """The pieces of words that contain a joint or end in a raised letter, and where each begins."""
        found: dict[str, list[int]] = defaultdict(list)
        cuts: dict[tuple[int, int], list[int]] = {}
        start = end = -1
        for place in sorted(self.joints.keys() | self.either):
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
