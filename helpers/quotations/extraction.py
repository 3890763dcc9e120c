"""Find the quotations of an essay, in quotation marks and block quotes, and the sentences around them.

Only paired marks count; a mark that is opened and not closed is reported. Of nested quotations only the
outermost counts; the marks inside it belong to its words.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from typing import NamedTuple

from ..reading import sentence_starts

# Each opening mark with its closing marks. Single marks may also be apostrophes.
_DOUBLE = {"“": "”", "„": "“”", "«": "»", '"': '"'}
_SINGLE = {"‘": "’", "‚": "‘’", "'": "'"}
_CLOSED_BY = {close: [mark for mark in _DOUBLE if close in _DOUBLE[mark]] for close in "“”»"}
_BEFORE_OPENING = frozenset("([{—–-/“„«\"‘'")
_BREAK = re.compile(r"\n[^\S\n]*\n")
_DOUBLES = re.compile(r"[“”„«»\"]|\n[^\S\n]*\n")
# Words that begin with an apostrophe, which looks like an opening single mark.
_ELIDED = re.compile(r"(?:tis|twas|em|til|cause|\d\ds)\b", re.I)
_BLOCK = re.compile(r"^ {0,3}>[^\n]*(?:\n {0,3}>[^\n]*)*", re.M)
_ARROWS = re.compile(r"^(?: {0,3}> ?)+", re.M)
_SIGNED = re.compile(r"\n\s*((?:—|–|--)\s[^\n]*)$")
_ENDED = re.compile(r"(?<![A-Z])[.!?][\"”’»)]?$")
_STOP = re.compile(r"(?<![A-Z])[.!?](?=\s|$)|\n[^\S\n]*\n")
_FAR = 400


class Quotation(NamedTuple):
    """Words quoted in an essay.

    Attributes
    ----------
    start, end : int
        The range of the words in the essay, without their marks, half-open, in code points.
    words : str
        The words, without the ``>`` of a block quote.
    before, after : str
        The rest of the sentence, without a full stop at its end; each other quotation in it is replaced by
        ``“…”``. A lone ``…`` at the outer end shows that the sentence is longer.
    """

    start: int
    end: int
    words: str
    before: str
    after: str


def marked(words: str) -> tuple[list[tuple[int, int]], list[int]]:
    """The ranges of the outermost quotations, with their marks, and the places of marks that are not closed.

    Examples
    --------
    >>> marked("“Return ‘all’ this”, ‘the workers’ case’ and “more")
    ([(0, 19), (21, 40)], [45])
    """
    doubles, unclosed = _doubles(words)
    spans, more = _singles(words, doubles)
    starts = [start for start, _ in spans]

    def outside(place: int) -> bool:
        n = bisect_right(starts, place) - 1
        return n < 0 or spans[n][1] <= place

    return spans, sorted(place for place in {*unclosed, *more} if outside(place))


def _outermost(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if not found or start >= found[-1][1]:
            found.append((start, end))
    return found


def _doubles(words: str) -> tuple[list[tuple[int, int]], list[int]]:
    """Pair the double marks: the ranges of the outermost pairs, and the places of unclosed marks."""
    opened: list[tuple[str, int]] = []
    waiting: Counter[str] = Counter()
    spans: list[tuple[int, int]] = []
    unclosed: list[int] = []

    def close(marks: list[str] | str) -> int:
        """Pop the nearest of these marks, and report the marks opened after it as unclosed."""
        while True:
            mark, place = opened.pop()
            waiting[mark] -= 1
            if mark in marks:
                return place
            unclosed.append(place)

    for match in _DOUBLES.finditer(words):
        sign, place = match[0], match.start()
        before, after = words[place - 1 : place] if place else "", words[place + 1 : place + 2]
        starts_word = not before or before.isspace() or before in _BEFORE_OPENING
        if sign[0] == "\n" or (sign == '"' and waiting[sign] and starts_word and after and not after.isspace()):
            # A straight mark may open or close. It never reaches beyond its paragraph; and a mark that
            # can only open shows that the mark before it was not closed.
            if waiting['"']:
                unclosed.append(close('"'))
            if sign[0] == "\n":
                continue
            closers: list[str] = []
        else:
            closers = ['"'] if sign == '"' else _CLOSED_BY.get(sign, [])
            if sign == "“" and starts_word:
                closers = []
        if any(waiting[mark] for mark in closers):
            spans.append((close(closers), place + 1))
        elif sign in _DOUBLE and after and (sign != '"' or not before.isalnum()):
            if sign == '"' and not starts_word and after.isspace():
                continue
            opened.append((sign, place))
            waiting[sign] += 1
    return _outermost(spans), unclosed + [place for _, place in opened]


def _singles(words: str, doubles: list[tuple[int, int]]) -> tuple[list[tuple[int, int]], list[int]]:
    """Pair the single marks outside the double pairs, and merge both: outermost ranges, unclosed places."""
    signs: list[tuple[int, str]] = []
    n = 0
    for match in re.finditer(r"[‘’‚']|\n[^\S\n]*\n", words):
        while n < len(doubles) and doubles[n][1] <= match.start():
            n += 1
        if n == len(doubles) or match.start() < doubles[n][0]:
            signs.append((match.start(), match[0]))
    spans, unclosed = list(doubles), []
    opened: tuple[int, str] | None = None
    doubtful = -1

    def settle() -> None:
        nonlocal opened, doubtful
        if opened and doubtful >= 0:
            spans.append((opened[0], doubtful + 1))
        elif opened and opened[1] != "'":  # a straight mark may be an apostrophe
            unclosed.append(opened[0])
        opened, doubtful = None, -1

    for place, sign in signs:
        if sign[0] == "\n":
            settle()
            continue
        before, after = words[place - 1 : place] if place else "", words[place + 1 : place + 2]
        if opened and sign in _SINGLE[opened[1]] and before and not before.isspace() and not after.isalnum():
            # “s’” before another word may be a possessive, so an unambiguous closing mark further on counts first.
            if before in "sS" and after.isspace() and words[place + 2 : place + 3].isalpha():
                doubtful = place if doubtful < 0 else doubtful
                continue
            spans.append((opened[0], place + 1))
            opened, doubtful = None, -1
        elif (
            sign in _SINGLE
            and (not before or before.isspace() or before in _BEFORE_OPENING)
            and after
            and not after.isspace()
            and not _ELIDED.match(words, place + 1)
        ):
            settle()
            opened = place, sign
    settle()
    return sorted(_outermost(spans)), unclosed


def scan(essay: str, most: int | None = None) -> tuple[list[Quotation], list[str], int]:
    """The first ``most`` quotations of an essay, the words after each unclosed mark, and the number of quotations.

    Examples
    --------
    >>> found, unclosed, count = scan("He writes:\\n\\n> Return\\n> all this.\\n\\nand “more")
    >>> found[0].words, found[0].before, unclosed, count
    ('Return\\nall this.', 'He writes:', ['“more'], 1)
    """
    spans: list[tuple[int, int]] = []
    blocks: set[int] = set()
    unclosed: list[int] = []
    at = 0
    for match in [*_BLOCK.finditer(essay), None]:
        end = match.start() if match else len(essay)
        pairs, unpaired = marked(essay[at:end])
        spans += [(at + a, at + b) for a, b in pairs]
        unclosed += [at + place for place in unpaired]
        if match:
            spans.append(match.span())
            blocks.add(match.start())
            at = match.end()
    found: list[Quotation] = []
    count = 0
    for n, (start, end) in enumerate(spans):
        signed = ""
        if start in blocks:
            words = _ARROWS.sub("", essay[start:end]).strip()
            signature = _SIGNED.search(words)
            if signature:
                signed, words = signature[1], words[: signature.start()].strip()
            whole, _ = marked(words)
            if whole == [(0, len(words))]:
                words = words[1:-1]
            arrows = _ARROWS.match(essay[start:end])
            first = start + (arrows.end() if arrows else 0)
        else:
            first, end, words = start + 1, end - 1, essay[start + 1 : end - 1]
        count += bool(words.strip())
        if words.strip() and (most is None or count <= most):
            after = signed or ("" if start in blocks else _after(essay, spans, n, words))
            before = _before(essay, spans, n)
            if start not in blocks and _ENDED.search(before):
                before = ""  # these words are the previous sentence; the quotation begins a new one
            found.append(Quotation(first, end, words, before, after))
    return found, [_opening(essay, place) for place in unclosed], count


def _opening(essay: str, place: int) -> str:
    """The first words from an unclosed mark on, for a message."""
    words = essay[place : place + 60].split("\n\n")[0].split()
    return " ".join(words[:6]) + (" …" if len(words) > 6 else "")


def _before(essay: str, spans: list[tuple[int, int]], n: int) -> str:
    """The sentence before a quotation; ``“…”``, with its full stop if any, replaces each earlier quotation."""
    place = spans[n][0]
    floor = max(0, place - _FAR)
    parts: list[str] = []
    while n and spans[n - 1][1] > floor:
        n -= 1
        start, end = spans[n]
        stop = essay[end - 2 : end - 1]
        parts += [essay[end:place], f"“…{stop if stop in '.!?' else ''}”"]
        place = start
    floor = min(floor, place)
    parts.append(essay[floor:place])
    words = "".join(reversed(parts)).rstrip()
    first = (sentence_starts(words) or [0])[-1]
    return ("… " if floor and not first and words else "") + words[first:].strip()


def _after(essay: str, spans: list[tuple[int, int]], n: int, words: str) -> str:
    """The sentence after a quotation, with each later quotation as ``“…”``; “” if the quotation ends its sentence."""
    place = min(spans[n][1], len(essay))
    ceiling = min(place + _FAR, len(essay))
    if words.rstrip()[-1] in ".!?" and essay[place:ceiling].lstrip()[:1].isupper():
        return ""
    parts: list[str] = []
    for start, end in [*spans[n + 1 : n + 1 + _FAR], (ceiling, ceiling)]:
        part = essay[place : min(start, ceiling)]
        if stop := _STOP.search(part):
            parts.append(part[: stop.start()] + stop[0].strip(". \n"))
            return "".join(parts).strip()
        parts.append(part)
        if start >= ceiling:
            break
        parts.append("“…”")
        place = end
        if essay[end - 2 : end - 1] in ".!?" and not re.match(r"[^\S\n]*[a-z,;]", essay[end:ceiling]):
            return "".join(parts).strip()
    return "".join(parts).strip() + (" …" if ceiling < len(essay) else "")
