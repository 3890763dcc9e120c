"""Pages to cut up: a text in strips, labels for its voices, and cards."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..core import Markup, classed, element, join
from ..texts import Layer, Text
from .sanitize import FoldedAway

CUT = "✂ Cut along the dashed line"
# Of the page of a worksheet, on A4 and on Letter: characters in a line, and lines, with room for other fonts.
_LINE, _PAGE = 80, 46
_ONE_SIDE = "Print this page on one side of the paper, and cut along the dashed lines."


@dataclass(frozen=True, slots=True)
class Strip:
    """A layer to be cut out, or a part of a long one, with the numbers that its paragraphs have on the page."""

    layer: Layer
    paragraphs: tuple[tuple[int, str], ...]

    @property
    def numbers(self) -> str:
        """The numbers of its paragraphs: ``9`` or ``9–11``."""
        first, last = self.paragraphs[0][0], self.paragraphs[-1][0]
        return str(first) if first == last else f"{first}–{last}"


def text_strips(text: Text) -> list[Strip]:
    """Make a strip of each layer, of one longer than a page several, in a shuffled order that is the same for everyone.

    Examples
    --------
    >>> from helpers.texts import parse_text
    >>> text_strips(parse_text("Return all this.\\n\\nThank you."))[0].numbers
    '1–2'
    """
    strips, keys = [], {}
    for layer in text:
        for n, part in enumerate(_sides([(text.paragraph_at(a), text.content[a:b]) for a, b in layer.paragraphs])):
            strips.append(Strip(layer, part))
            keys[id(strips[-1])] = hashlib.sha256(f"{text.id} {layer.id}{f' {n}' if n else ''}".encode()).digest()
    mixed = sorted(strips, key=lambda one: keys[id(one)])
    return mixed if mixed != strips else mixed[1:] + mixed[:1]


def _sides(paragraphs: Sequence[tuple[int, str]]) -> Iterator[tuple[tuple[int, str], ...]]:
    """Divide paragraphs, and those that are longer than a page, into parts that fit on a page each."""
    part: list[tuple[int, str]] = []
    height = 0.0
    for number, words in paragraphs:
        for piece in _pieces(words):
            needed = _height(piece)
            if part and height + needed > _PAGE:
                yield tuple(part)
                part, height = [], 0.0
            part.append((number, piece))
            height += needed
    if part:
        yield tuple(part)


def _height(words: str) -> float:
    """About how many lines a paragraph takes, with the space around it."""
    return 0.5 + sum(max(1, math.ceil(len(line) / _LINE)) for line in words.split("\n"))


def _pieces(words: str) -> Iterator[str]:
    """The paragraph, divided after a sentence, or between words, where it is longer than a page."""
    while _height(words) > _PAGE:
        most = words[: (_PAGE - 1) * _LINE // 2]
        end = max((found.end() for found in re.finditer(r"[.!?…][\"”“»’)]*\s", most)), default=0)
        end = end or most.rfind(" ") + 1 or len(most)
        yield words[:end].rstrip()
        words = words[end:]
    yield words


def strips_page(text: Text, level: int) -> Markup:
    """Write the strips of a text and the labels of its voices, without saying which belong together.

    Examples
    --------
    >>> from helpers.texts import parse_text
    >>> html = strips_page(parse_text("Return all this."), 2)
    >>> html.count('class="strip"'), html.count('class="label"')
    (1, 2)
    """
    cut = [_strip(one) for one in text_strips(text)]
    voices = [*text.speakers.values(), "I am not sure, because …"]
    return classed(
        "section",
        "cut",
        element(f"h{level}", f"Strips: {text.title}"),
        element("p", _ONE_SIDE, " The numbers are those of the paragraphs on the page. The strips are not in order."),
        *cut,
        element(f"h{level + 1}", "Labels for the voices"),
        element("p", "Put each strip under its label. A label may have several strips."),
        classed("div", "labels", *(classed("div", "label", one) for one in voices)),
    )


def _strip(one: Strip) -> Markup:
    paragraphs = [element("p", element("small", f"¶{n} "), words) for n, words in one.paragraphs]
    return classed("div", "strip", classed("p", "scissors", CUT), *paragraphs)


def strips_key(text: Text, level: int) -> Markup:
    """Write the key of the strips, for the instructor: the voice of each.

    Examples
    --------
    >>> from helpers.texts import parse_text
    >>> "Voice not stated" in strips_key(parse_text("Return all this."), 2)
    True
    """
    head = element("tr", *(element("th", one, scope="col") for one in ("Strip", "Voice", "It begins")))
    rows = [
        element(
            "tr",
            element("th", f"¶{one.numbers}", scope="row"),
            element("td", one.layer.label),
            element("td", " ".join(one.paragraphs[0][1].split()[:6]), " …"),
        )
        for one in sorted(text_strips(text), key=lambda one: one.paragraphs[0][0])
    ]
    table = element("table", element("caption", text.title), element("thead", head), element("tbody", *rows))
    return classed("section", "key", element(f"h{level}", f"Strips: {text.title}"), table)


def cards_pages(cards: Sequence[FoldedAway], level: int) -> Markup:
    """Write cards, one on each page, with their names as headings."""
    return join(classed("section", "card", element(f"h{level}", card.name), card.words) for card in cards)
