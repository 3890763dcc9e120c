"""Sentence segmentation, and the passage around given words."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from itertools import pairwise
from weakref import WeakKeyDictionary

from ..texts import Text

# A passage longer than LONG characters is cut to AROUND characters on either side of the words found.
LONG, AROUND = 700, 300
_TOKEN = re.compile(r"\S+")
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")
_STOP = re.compile(r"[.?!…。！？](?:[\"'”’»)\]」』]|\[\d{1,3}\])*$")
_FIRST = re.compile(r"[\"'“‘«„(\[]*(\w*)")
_WORD = re.compile(r"\w+")
_SPACE = re.compile(r"\s")
_FOUND: WeakKeyDictionary[Text, dict[str, list[int]]] = WeakKeyDictionary()


def sentence_starts(words: str, small: Iterable[str] = ()) -> list[int]:
    """Return the offsets in ``words`` at which sentences begin; a blank line always ends a sentence.

    ``small`` holds words that the text also writes with a lower-case letter: if one of them follows
    an abbreviation with a capital, it begins a sentence; any other capitalised word may be a name.

    Examples
    --------
    >>> words = "He asked the C.C. This was read by G. K. Smith."
    >>> [words[start : start + 4] for start in sentence_starts(words, ["this"])]
    ['He a', 'This']
    """
    known = set(small)
    starts: list[int] = []
    before, reached = "", 0
    for match in _TOKEN.finditer(words):
        new = not starts or _BLANK_LINE.search(words, reached, match.start())
        if new or _ends(before, match[0], words[match.end() + 1 : match.end() + 2], known):
            starts.append(match.start())
        before, reached = match[0], match.end()
    return starts


def _ends(before: str, behind: str, then: str, small: set[str]) -> bool:
    """Say whether a sentence ends between two tokens; ``then`` is the first letter after them."""
    stop = _STOP.search(before)
    if stop is None:
        return False
    opening = _FIRST.match(behind)
    first = opening[1] if opening else ""
    if not first or first[0].islower() or first[0].isdigit():
        return False
    core = before[: stop.start()].strip("\"'“”‘’«»„([")
    short = "." in core or (len(core) == 1 and core.isalpha()) or (len(core) <= 4 and core[:1].isupper())
    # Two capitalised words in a row are a title or a name: “the C.C. Secretary General”.
    return not (short and stop[0][0] == ".") or (first.casefold() in small and not then.isupper())


def passages(text: Text, spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the sentences around spans of ``Text.content``; spans in one sentence give one passage.

    A span must not cross layers. The passages are sorted, do not overlap and do not cross layers.

    Examples
    --------
    >>> from helpers.texts import parse_text
    >>> text = parse_text("Return all this. It is secret. Keep the secret.")
    >>> [text.content[a:b] for a, b in passages(text, [(7, 10), (0, 6), (40, 46)])]
    ['Return all this.', 'Keep the secret.']
    """
    begins = [layer.start for layer in text]
    found: list[list[int]] = []
    for start, end in sorted(spans):
        layer = text.parts[bisect_right(begins, start) - 1]
        first, last = _around(text.content, _edges(text)[layer.id], start, end)
        if found and first < found[-1][1]:
            found[-1][1] = max(last, found[-1][1])
        else:
            found.append([first, last])
    return [(first, last) for first, last in found]


def sentences_in(text: Text, start: int, end: int) -> list[tuple[int, int]]:
    """Return the ranges of the sentences in a paragraph (a range of ``Text.content``), without surrounding space.

    Examples
    --------
    >>> from helpers.texts import parse_text
    >>> sentences_in(parse_text("Return all this. It is secret."), 0, 30)
    [(0, 16), (17, 30)]
    """
    layer = text.parts[bisect_right([layer.start for layer in text], start) - 1]
    inside = [place for place in _edges(text)[layer.id] if start <= place < end]
    words = text.content
    return [
        (first, first + len(words[first:last].rstrip()))
        for first, last in pairwise([*inside, end])
        if words[first:last].strip()
    ]


def _edges(text: Text) -> dict[str, list[int]]:
    """Return the sentence starts of every layer, followed by the end of the layer; cached per text."""
    if text not in _FOUND:
        small = {word for word in _WORD.findall(text.content) if word[0].islower()}
        _FOUND[text] = {
            layer.id: [*(layer.start + n for n in sentence_starts(layer.text, small)), layer.end] for layer in text
        }
    return _FOUND[text]


def _around(content: str, edges: list[int], start: int, end: int) -> tuple[int, int]:
    """Return the sentence or sentences around a span; if they are too long, cut them around the span."""
    first = edges[max(0, bisect_right(edges, start) - 1)]
    last = edges[min(len(edges) - 1, bisect_right(edges, end - 1))]
    if last - first > LONG:
        if start - first > AROUND:
            space = _SPACE.search(content, start - AROUND, start)
            first = space.end() if space else start
        if last - end > AROUND:
            near = content.rfind(" ", end, end + AROUND)
            last = near if near > 0 else end
    while last > end and content[last - 1].isspace():
        last -= 1
    return first, last
