"""Pair the quotation marks of an essay or of a text.

Every language sets its marks in another way (“a”, „a“, »a«, «a», ”a”), and many marks may open as well as close.
What stands beside a mark decides: one after a space and before a letter opens, one after a letter and before
a space closes. Marks are paired in three rounds, each with what the round before left over:

1. pairs as books print them, within a paragraph or over paragraphs that each begin with the mark again;
2. mixed pairs, such as “a", within a paragraph;
3. pairs of round 1 over several paragraphs.

What is left then is reported, so that no quotation is passed over. Of nested quotations only the outermost
counts; the marks inside it belong to its words.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

# Signs that are read as another: rare forms, and what typists write for want of the right key.
_READ_AS = {
    **dict.fromkeys(["‟", "〝", "❝", "``", "‘‘", "‛‛"], "“"),
    **dict.fromkeys(["〞", "〟", "❞", "''", "’’", "´´"], "”"),
    **dict.fromkeys(["⹂", ",,", "‚‚"], "„"),
    **dict.fromkeys(["″", "‶", "ʺ", "״", "＂"], '"'),
    **dict.fromkeys(["<<", "‹‹"], "«"),
    **dict.fromkeys([">>", "››"], "»"),
    "❮": "‹",
    "❯": "›",
    **dict.fromkeys("﹁｢", "「"),
    **dict.fromkeys("﹂｣", "」"),
    "﹃": "『",
    "﹄": "』",
    **dict.fromkeys("‛❛`", "‘"),
    **dict.fromkeys("❜", "’"),
    **dict.fromkeys("′´＇", "'"),
}
# Each closing mark with its opening marks.
_OPENED_BY = {
    "”": "“„”", "“": "„“", "»": "«»", "«": "»", "›": "‹›", "‹": "›", '"': '"',
    "」": "「", "』": "『", "》": "《", "〉": "〈",
}  # fmt: skip
# One single mark closes another whatever their forms; any of them may be an apostrophe.
_SINGLE = frozenset("‘’‚'")
_CLOSES = frozenset(_OPENED_BY)
# Pairs whose second mark never opens while the first is open.
_ONE_WAY = frozenset(["“”", "„”", "«»", "‹›", "「」", "『』", "《》", "〈〉"])
# These open where nothing beside them says so; of others it must be said.
_OPENS = frozenset('“”„«»‹›「『《〈"‘‚')
_ONE = "".join({*_OPENED_BY, *"„「『《〈", *_SINGLE, *(sign for sign in _READ_AS if len(sign) == 1)})
_RUN = re.compile(rf"(?P<gap>\n[^\S\n]*\n\s*)|(?:[{re.escape(_ONE)}*_]|(?<![^\s([—–-]),,(?=\w)|<<|>>)+")
_TWO = frozenset(sign for sign in _READ_AS if len(sign) == 2)
# What parts a mark from what stands before or behind it: as a space does, or less, as a dash does.
_APART = frozenset("([{:"), frozenset(",;:!?.)]}。、，")
_LESS = frozenset("—–-―/"), re.compile(r"[—–\-―/…]|\.\s?\.")
_LINE = re.compile(r"[.!?…]\S?[ \t]*\n[ \t]*$")
# Words that begin with an apostrophe, years among them, which looks like an opening single mark.
_ELIDED = re.compile(
    r"(?:t|s|n|ne|nen|nem|ner|tis|twas|twere|twill|twould|em|til|till|cause|cos|coz|bout|round|neath|gainst|ere|im|er"
    r"|abd|ali|\d\ds?)\b",
    re.I,
)
# “rock ’n’ roll”
_AND = re.compile(r"['‘’]n['’](?!\w)", re.I)
_GENITIVE = re.compile(r"s(?!\w)")
# What stands before an apostrophe at the end of a word (the workers’, goin’, o’), and before feet and inches.
_SHORTENED = re.compile(r"(?:s|in|\b(?:o|th|an))$", re.I)
_INCHES = re.compile(r"(?<!\d)\d{1,3}$")
# So many quotations, one inside the other, may go on in the next paragraph.
_NESTED = 3


class Marked(NamedTuple):
    """A range in quotation marks: ``first`` and ``last`` with them, ``start`` and ``end`` without them.

    ``again`` are the marks that open its paragraphs again.
    """

    first: int
    last: int
    start: int
    end: int
    again: tuple[tuple[int, int], ...] = ()

    def moved(self, by: int) -> Marked:
        """The same range in words that have more words before them."""
        if not by:
            return self
        again = tuple((start + by, end + by) for start, end in self.again)
        return Marked(self.first + by, self.last + by, self.start + by, self.end + by, again)

    def words(self, text: str) -> str:
        """The words between the marks."""
        parts, at = [], self.start
        for start, end in self.again:
            parts.append(text[at:start])
            at = end
        return "".join([*parts, text[at : self.end]])


@dataclass(slots=True)
class _Mark:
    """A quotation mark, and what stands beside it.

    ``opens`` and ``closes``: the characters beside it say so. ``doubtful``: it may be an apostrophe, or feet or
    inches; ``unsure``: so much so that another mark further on may be the closing one.
    """

    sign: str
    start: int
    end: int
    paragraph: int
    opens: bool
    closes: bool
    doubtful: bool = False
    unsure: bool = False
    # Of a mark that opened: the first unsure mark that may close it, and marks that open its paragraphs again.
    closing: _Mark | None = None
    again: list[tuple[int, int]] = field(default_factory=list)

    @property
    def single(self) -> bool:
        return self.sign in _SINGLE


def marked(words: str) -> tuple[list[Marked], list[tuple[int, int]]]:
    """The outermost quotations, and the places of marks without a partner.

    A place is the range of a mark; that of a closing mark is the other way round, from its end to its start.

    Examples
    --------
    >>> found, alone = marked("“Return ‘all’ this”, »the workers’ case« and “more")
    >>> [(one.first, one.last) for one in found], alone
    ([(0, 19), (21, 40)], [(45, 46)])
    """
    pairing = _Pairing(words)
    pairing.pair_the_rest(mixed=True)
    pairing.pair_the_rest(mixed=False)
    found: list[Marked] = []
    alone: list[tuple[int, int]] = []
    for one in sorted(pairing.pairs, key=lambda one: (one.first, -one.last)):
        if not found or one.first >= found[-1].last:
            found.append(one)
        elif one.last > found[-1].last:  # the one begins inside the other
            alone.append((one.last, one.end))
    starts = [one.first for one in found]
    for mark in pairing.left:
        if not mark.doubtful and (mark.opens or not mark.single):
            alone += [(mark.start, mark.end), *mark.again] if mark.opens else [(mark.end, mark.start)]

    def outside(place: int) -> bool:
        n = bisect_right(starts, place) - 1
        return n < 0 or found[n].last <= place

    return found, sorted({place for place in alone if outside(min(place))}, key=min)


class _Pairing:
    """The rounds of pairing: ``pairs``, nested ones too, and the marks that are ``left``."""

    def __init__(self, words: str) -> None:
        self.words = words
        self.pairs: list[Marked] = []
        self.left: list[_Mark] = []
        self._open: list[_Mark] = []
        self._waiting: Counter[str] = Counter()
        paragraph, reached = 0, 0
        for run in _RUN.finditer(words):
            if run["gap"]:
                paragraph += 1
                self._settle_doubts()
                if not (after := _RUN.match(words, run.end())) or after["gap"]:
                    self._leave(0)
                reached = run.end()
            else:
                self._read(run.start(), run.end(), paragraph, begins=reached == run.start() and paragraph > 0)
        self._settle_doubts()
        self._leave(0)

    def _read(self, start: int, end: int, paragraph: int, *, begins: bool) -> None:
        """Pair the marks of a run; what stands before and behind the run stands beside each of them."""
        words = self.words
        before, behind = _beside(words[start - 1 : start] if start else ""), _beside(words[end : end + 1])
        loose = 2 if not before or before.isspace() or before in _APART[0] else int(before in _LESS[0])
        less = bool(_LESS[1].match(words, end))
        ends = 1 if less else 2 * (not behind or behind.isspace() or behind in _APART[1])
        opens, closes = loose > ends, ends > loose
        inches = not opens and bool(_INCHES.search(words[max(0, start - 4) : start]))
        shortened = inches or (not opens and bool(_SHORTENED.search(words[max(0, start - 3) : start])))
        goes_on = behind.isspace() and words[end + 1 : end + 2].isalpha()
        line = _LINE.search(words, max(0, start - 9), start) if self._open and before in "\n \t" else None
        # While the marks of the run open paragraphs again: how many did.
        again = 0 if begins or line else -1
        at = start
        while at < end:
            two = words[at : min(end, at + 2)]
            size = 2 if two in _TWO and not (two[0] in "'’´" and self._open and self._open[-1].single) else 1
            sign = words[at : at + size]
            mark = _Mark(_READ_AS.get(sign, sign), at, at + size, paragraph, opens, closes)
            at += size
            if sign in "*_":
                continue
            if 0 <= again < min(len(self._open), _NESTED) and self._goes_on(mark, again):
                again += 1
                continue
            if again >= 0 and begins:
                self._leave(again)
            again = -1
            if mark.single:
                if _apostrophe(words, mark, before, behind):
                    continue
                apostrophe = mark.sign != "‚" and not (mark.sign == "‘" and shortened)
                elided = opens and at == end and _ELIDED.match(words, at)
                mark.doubtful = apostrophe and (shortened or bool(elided))
                mark.unsure = mark.doubtful and shortened and goes_on
                self._place_single(mark, opens or (not before.isalnum() and not ends))
            else:
                mark.doubtful = (mark.sign in '"”' and inches) or (size == 2 and not opens and not closes)
                mark.unsure = mark.doubtful and mark.sign == '"' and goes_on
                self._place_double(mark)
        if again >= 0 and begins:
            self._leave(again)

    def _goes_on(self, mark: _Mark, level: int) -> bool:
        """Whether a mark opens a paragraph of the open quotation of a level again."""
        opened = self._open[level]
        if opened.doubtful or (mark.sign != opened.sign and opened.sign + mark.sign not in ("«»", "‹›")):
            return False
        for outer in self._open[: level + 1]:
            outer.again.append((mark.start, mark.end))
        opened.paragraph = mark.paragraph
        return True

    def _place_single(self, mark: _Mark, may_open: bool) -> None:
        opened = self._open[-1] if self._open and self._open[-1].single else None
        if opened and not mark.opens and mark.sign != "‚":
            number = mark.start - opened.end < 5 and self.words[opened.end : mark.start].isdigit()  # '10'
            if number or not (mark.unsure or (opened.doubtful and mark.doubtful)):
                self._close(opened.sign, mark)
            elif not opened.doubtful:
                opened.closing = opened.closing or mark
        elif may_open or (mark.sign in _OPENS and not mark.closes):
            if not (opened and mark.doubtful):
                if opened:
                    self._leave(len(self._open) - 1)
                self._push(mark)
        else:
            self.left.append(mark)

    def _place_double(self, mark: _Mark) -> None:
        sign = mark.sign
        openers = [
            one
            for one in _OPENED_BY.get(sign, "")
            if self._waiting[one] and (one + sign in _ONE_WAY or not mark.opens) and (one + sign != "““" or mark.closes)
        ]
        top = self._open[-1] if self._open and not self._open[-1].single else None
        if openers:
            if mark.unsure and top and top.sign == sign:
                top.closing = top.closing or mark
            else:
                self._close("".join(openers), mark)
        elif mark.opens or (sign in _OPENS and not mark.doubtful and not (mark.closes and sign in _CLOSES)):
            if top and top.closing and mark.opens:
                self._leave(len(self._open) - 1)
            self._push(mark)
        elif top and not top.closing and mark.closes and not mark.doubtful:
            top.closing = mark  # “a": a mixed pair, unless the usual mark comes
        else:
            self.left.append(mark)

    def _push(self, mark: _Mark) -> None:
        mark.opens = True
        self._open.append(mark)
        self._waiting[mark.sign] += 1

    def _settle_doubts(self) -> None:
        """At the end of a paragraph, close what an unsure mark may have closed."""
        for level, mark in enumerate(self._open):
            if mark.closing:
                self._leave(level)
                break

    def _pop(self) -> _Mark:
        mark = self._open.pop()
        self._waiting[mark.sign] -= 1
        return mark

    def _pair(self, opened: _Mark, closing: _Mark) -> None:
        self.pairs.append(Marked(opened.start, closing.end, opened.end, closing.start, tuple(opened.again)))

    def _close(self, signs: str, closing: _Mark) -> None:
        """Pair a closing mark with the nearest open one of these signs."""
        while self._open[-1].sign not in signs:
            self._leave(len(self._open) - 1)
        self._pair(self._pop(), closing)

    def _leave(self, level: int) -> None:
        """Take the open marks from a level on as not closed, or as closed by the mark that may close them."""
        while len(self._open) > level:
            mark = self._pop()
            if mark.closing:
                self._pair(mark, mark.closing)
            else:
                self.left.append(mark)

    def pair_the_rest(self, *, mixed: bool) -> None:
        """Pair marks that are left: ``mixed`` ones in a paragraph, else usual pairs over several paragraphs."""
        outer = sorted(one.first for one in self.pairs if self.words[one.first] not in _SINGLE)
        opened: dict[bool, _Mark] = {}
        rest: list[_Mark] = []
        for mark in sorted(self.left, key=lambda mark: mark.start):
            before = opened.get(mark.single)
            if mark.opens:
                opened[mark.single] = mark
            elif before and not mark.doubtful and not before.doubtful:
                if mixed:
                    together = before.paragraph == mark.paragraph
                else:  # no quotation between them is to be passed over
                    together = before.sign + mark.sign in _ONE_WAY
                    together &= bisect_right(outer, before.start) == bisect_right(outer, mark.start)
                if together:
                    self._pair(before, mark)
                    del opened[mark.single]
                    before.closing = mark
                    continue
            rest.append(mark)
        self.left = [mark for mark in rest if not mark.closing]


def _beside(character: str) -> str:
    """A character beside a mark; a dot for Chinese, Japanese and Korean, which part words from marks by no space."""
    return "·" if character >= "\u2e80" and character.isalnum() else character


def _apostrophe(words: str, mark: _Mark, before: str, behind: str) -> bool:
    """Whether a single mark stands inside a word or a number, or in “rock ’n’ roll”."""
    inside = (before.isalpha() and behind.isalpha()) or (before.isdigit() and behind.isalnum())
    inside |= before in (*".)]”",) and bool(_GENITIVE.match(words, mark.end))  # the C.C.’s
    return inside or bool(_AND.match(words, mark.start) or _AND.match(words, max(0, mark.start - 2), mark.end))
