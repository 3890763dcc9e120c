"""Find the quotations of an essay, in quotation marks and block quotes, and the sentences around them.

A mark that has no partner is reported with the words beside it, and so is a line directly below a block quote.
"""

from __future__ import annotations

import re
from textwrap import shorten
from typing import NamedTuple

from ..reading import sentence_starts
from .pairing import Marked, marked

_BLOCK = re.compile(r"^ {0,3}>[^\n]*(?:\n {0,3}>[^\n]*)*", re.M)
_ARROWS = re.compile(r"^(?: {0,3}> ?)+", re.M)
# In Markdown, a line directly below a block quote belongs to it (CommonMark 0.31, “laziness”), but few writers know.
_BELOW = re.compile(r"\n {0,3}([^\W\d_][^\n]*)")
# Marks as LaTeX or HTML writes them, and as they look after they were read in a wrong encoding (Windows-1252).
_CODED = re.compile(
    r"\\(?:enquote|textquote|begin\{quot)|&(?:[lr][sd]quo|quot|[lr]aquo|#34|#82\d\d|#x20\d\d);|<(?:q|blockquote)\b"
    r"|[\x91-\x94]|â€",
    re.I,
)
_SIGNED = re.compile(r"\n\s*((?:—|–|--)\s[^\n]*)$")
_ENDED = re.compile(r"(?<![A-Z])[.!][\"”“’»«›‹」)]?$")
_STOP = re.compile(r"(?<![A-Z])[.!?](?=\s|$)|\n[^\S\n]*\n")
_FAR = 400


class Quotation(NamedTuple):
    """Words quoted in an essay.

    Attributes
    ----------
    start, end : int
        The range of the words in the essay, without their marks, half-open, in code points.
    words : str
        The words, without the ``>`` of a block quote, and without marks that open its paragraphs again.
    before, after : str
        The rest of the sentence, without a full stop at its end; each other quotation in it is replaced by
        ``“…”``. A lone ``…`` at the outer end shows that the sentence is longer.
    first, last : int
        The range with the marks.
    """

    start: int
    end: int
    words: str
    before: str
    after: str
    first: int
    last: int


def scan(essay: str, most: int | None = None) -> tuple[list[Quotation], list[str], int]:
    """The first ``most`` quotations of an essay, remarks on what may be unchecked, and the number of quotations.

    Unchecked may be the words at a mark without a partner or at one in code, and a line directly below a block quote.

    Examples
    --------
    >>> found, alone, count = scan("He writes:\\n\\n> Return\\n> all this.\\n\\nand “more")
    >>> found[0].words, found[0].before, alone, count
    ('Return\\nall this.', 'He writes:', ['A quotation mark is opened and not closed: “more'], 1)
    """
    spans: list[Marked] = []
    blocks: set[int] = set()
    remarks: list[str] = []
    at = 0
    for match in [*_BLOCK.finditer(essay), None]:
        end = match.start() if match else len(essay)
        pairs, unpaired = marked(essay[at:end])
        spans += [one.moved(at) for one in pairs]
        remarks += [_alone(essay, at + a, at + b) for a, b in unpaired]
        if match:
            arrows = _ARROWS.match(match[0])
            spans.append(Marked(*match.span(), match.start() + (arrows.end() if arrows else 0), match.end()))
            blocks.add(match.start())
            at = match.end()
            if below := _BELOW.match(essay, at):
                remarks.append(
                    f"The line below a block quote was not checked: {shorten(below[1], 60, placeholder=' …')} "
                    "(Begin it with “>” if it is quoted; leave an empty line before it if it is yours.)"
                )
    found: list[Quotation] = []
    count = 0
    for n, one in enumerate(spans):
        signed = ""
        block = one.first in blocks
        if block:
            words = _ARROWS.sub("", essay[one.first : one.last]).strip()
            signature = _SIGNED.search(words)
            if signature:
                signed, words = signature[1], words[: signature.start()].strip()
            whole, _ = marked(words)
            if len(whole) == 1 and whole[0][:2] == (0, len(words)):
                words = whole[0].words(words)
        else:
            words = one.words(essay)
        count += bool(words.strip())
        if words.strip() and (most is None or count <= most):
            after = signed or ("" if block else _after(essay, spans, n, words))
            before = _before(essay, spans, n)
            if not block and _ENDED.search(before):
                # These words are the previous sentence. A question stays: the quotation may be part of its answer.
                before = ""
            found.append(Quotation(one.start, one.end, words, before, after, one.first, one.last))
    if coded := _CODED.search(essay):
        words = shorten(essay[coded.start() : coded.start() + 60], 60, placeholder=" …")
        remarks.append(f"This is not read as a quotation mark: {words} (Write “…” instead.)")
    return found, remarks, count


def _alone(essay: str, start: int, end: int) -> str:
    """A remark on a mark without a partner, with the words that follow it, or before it if it closes."""
    if start < end:
        words = essay[start : start + 60].split("\n\n")[0].split()
        return f"A quotation mark is opened and not closed: {' '.join(words[:6])}{' …' if len(words) > 6 else ''}"
    words = essay[max(0, start - 60) : start].split("\n\n")[-1].split()
    return f"A quotation mark is closed and not opened: {'… ' if len(words) > 6 else ''}{' '.join(words[-6:])}"


def _before(essay: str, spans: list[Marked], n: int) -> str:
    """The sentence before a quotation; ``“…”``, with its full stop if any, replaces each earlier quotation."""
    place = spans[n].first
    floor = max(0, place - _FAR)
    parts: list[str] = []
    while n and spans[n - 1].last > floor:
        n -= 1
        one = spans[n]
        stop = essay[one.end - 1 : one.end]
        parts += [essay[one.last : place], f"“…{stop if stop in '.!?' else ''}”"]
        place = one.first
    floor = min(floor, place)
    parts.append(essay[floor:place])
    words = "".join(reversed(parts)).rstrip()
    first = (sentence_starts(words) or [0])[-1]
    return ("… " if floor and not first and words else "") + words[first:].strip()


def _after(essay: str, spans: list[Marked], n: int, words: str) -> str:
    """The sentence after a quotation, with each later quotation as ``“…”``; “” if the quotation ends its sentence."""
    place = min(spans[n].last, len(essay))
    ceiling = min(place + _FAR, len(essay))
    if words.rstrip()[-1] in ".!?" and essay[place:ceiling].lstrip()[:1].isupper():
        return ""
    parts: list[str] = []
    for one in spans[n + 1 : n + 1 + _FAR]:
        if one.first >= ceiling:
            break
        part = essay[place : one.first]
        if stop := _STOP.search(part):
            return "".join([*parts, part[: stop.start()], stop[0].strip(". \n")]).strip()
        parts += [part, "“…”"]
        place = one.last
        if essay[one.end - 1 : one.end] in ".!?" and not re.match(r"[^\S\n]*[a-z,;]", essay[place:ceiling]):
            return "".join(parts).strip()
    part = essay[place:ceiling]
    if stop := _STOP.search(part):
        return "".join([*parts, part[: stop.start()], stop[0].strip(". \n")]).strip()
    return "".join([*parts, part]).strip() + (" …" if ceiling < len(essay) else "")
