"""Where sentences begin and end, and the passage around some words."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from itertools import pairwise
from weakref import WeakKeyDictionary

from ..texts import Text

# A sentence of more characters is shown only around the words in question.
LONG, AROUND = 700, 300
_TOKEN = re.compile(r"\S+")
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")
_STOP = re.compile(r"[.?!…。！？](?:[\"'”’»)\]」』]|\[\d{1,3}\])*$")
_FIRST = re.compile(r"[\"'“‘«„(\[]*(\w*)")
_WORD = re.compile(r"\w+")
_SPACE = re.compile(r"\s")
_FOUND: WeakKeyDictionary[Text, dict[str, list[int]]] = WeakKeyDictionary()


def sentence_starts(words: str, small: Iterable[str] = ()) -> list[int]:
    """Where the sentences of some words begin.

    Parameters
    ----------
    words : str
        The words; a blank line always ends a sentence.
    small : iterable of str
        Words known to be written small inside a sentence: after an abbreviation one of them
        with a capital begins a sentence, and any other may be a name.

    Returns
    -------
    list of int
        Places in ``words``, in order.

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
    """Whether a sentence ends between two runs of letters and signs; of what comes then, one letter."""
    stop = _STOP.search(before)
    if stop is None:
        return False
    opening = _FIRST.match(behind)
    first = opening[1] if opening else ""
    if not first or first[0].islower() or first[0].isdigit():
        return False
    core = before[: stop.start()].strip("\"'“”‘’«»„([")
    short = "." in core or (len(core) == 1 and core.isalpha()) or (len(core) <= 4 and core[:1].isupper())
    # Two capitals in a row are a title or a name: “the C.C. Secretary General”.
    return not (short and stop[0][0] == ".") or (first.casefold() in small and not then.isupper())


def passages(text: Text, spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The sentences around words found; several words in one sentence give one passage.

    Parameters
    ----------
    text : Text
        The text.
    spans : iterable of (start, end)
        Where the words stand in ``Text.content``, none across layers.

    Returns
    -------
    list of (start, end)
        Where the passages stand, in order; none reaches into another, and none leaves its layer.

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
    """The sentences of a paragraph.

    Parameters
    ----------
    text : Text
        The text.
    start, end : int
        The paragraph, in code points of ``Text.content``.

    Returns
    -------
    list of (start, end)
        Where they stand, without the space around them.

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
    """Where sentences begin in every layer, and behind the last its end; found once for a text."""
    if text not in _FOUND:
        small = {word for word in _WORD.findall(text.content) if word[0].islower()}
        _FOUND[text] = {
            layer.id: [*(layer.start + n for n in sentence_starts(layer.text, small)), layer.end] for layer in text
        }
    return _FOUND[text]


def _around(content: str, edges: list[int], start: int, end: int) -> tuple[int, int]:
    """The sentence or sentences in which words stand; of a very long one what stands near them."""
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
