"""The page that many readers marked: behind every mark stands by how many, or by whom."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from ..core.html import INK, PALETTE, Markup, element
from ..core.untrusted import isolated
from ..texts.model import Layer, Text
from .stretches import Stretch

# With so few readers each mark says which of them made it.
FEW = 5
_LEVELS = 5
_SIGN = "font-size:0.8em;font-weight:bold;padding-left:0.2em;vertical-align:baseline"


def crowd_page(
    text: Text,
    layers: Sequence[Layer],
    words: Sequence[tuple[int, int]],
    marked: Iterable[Stretch],
    readers: Sequence[str],
) -> Markup:
    """Write layers of a text with the marks of many readers.

    Parameters
    ----------
    text : Text
        The text.
    layers : sequence of Layer
        The layers to show.
    words : sequence of (int, int)
        Where the words of these layers begin and end.
    marked : iterable of Stretch
        What was marked, in order.
    readers : sequence of str
        What the readers are called.

    Returns
    -------
    Markup
        A page that needs no script; the number of readers stands there in figures, and the edge
        under a mark is the thicker the more they are.

    Examples
    --------
    >>> from helpers.texts.loading import parse_text
    >>> text = parse_text("Return all this.")
    >>> page = crowd_page(text, text.parts, [(0, 6), (7, 10), (11, 16)], [Stretch(1, 2, (0, 1), ())], "AB")
    >>> "all<sup" in page, ">1+2</sup>" in page
    (True, True)
    """
    few = len(readers) <= FEW
    say = "which readers marked them" if few else f"how many of the {len(readers)} readers marked them"
    key = f"The numbers behind marked words say {say}; the more readers, the thicker the lower edge."
    listed = element("ol", *(element("li", isolated(name)) for name in readers)) if few else ""
    marks = [
        (words[run[0].start][0], words[run[-1].end - 1][1], len(run[0].readers), sign)
        for sign, run in _runs(marked, few)
    ]
    blocks = []
    for layer in layers:
        blocks.append(element("p", element("strong", layer.label), style="margin:0.9em 0 0.3em"))
        blocks += _paragraphs(text, layer, marks, len(readers))
    title = element("p", element("strong", text.title))
    return element("article", title, element("p", key), listed, *blocks, style="max-width:48em;line-height:1.8")


def _runs(marked: Iterable[Stretch], few: bool) -> Iterator[tuple[str, list[Stretch]]]:
    """Stretches side by side that bear the same sign, whatever their tags."""
    gaps, reached = 0, -1

    def key(one: Stretch) -> tuple[int, str]:
        nonlocal gaps, reached
        gaps, reached = gaps + (one.start != reached), one.end
        return gaps, "+".join(str(n + 1) for n in one.readers) if few else str(len(one.readers))

    for (_, sign), run in groupby(marked, key):
        yield sign, list(run)


def _paragraphs(text: Text, layer: Layer, marks: Sequence[tuple[int, int, int, str]], readers: int) -> Iterator[Markup]:
    content, ends = text.content, [end for _, end, _, _ in marks]
    for number, (a, b) in enumerate(layer.paragraphs, 1):
        parts: list[object] = [element("small", f"¶{number} ")]
        at, n = a, bisect_left(ends, a + 1)
        while n < len(marks) and marks[n][0] < b:
            start, end, count, sign = marks[n]
            start, end = max(a, start), min(b, end)
            parts += [content[at:start], _mark(content[start:end], count, sign, readers)]
            at, n = end, n + 1
        yield element("p", *parts, content[at:b], style="margin:0.3em 0;overflow-wrap:anywhere")


def _mark(words: str, count: int, sign: str, readers: int) -> Markup:
    edge = 2 * -(-_LEVELS * count // readers)
    style = f"background:{PALETTE[0]};color:{INK};padding:0 1px 1px;border-bottom:{edge}px solid {INK}"
    return element("mark", words, element("sup", sign, style=_SIGN), style=style)
