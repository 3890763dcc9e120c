"""Pages to cut up: a text in strips, labels for its voices, and cards."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from ..core import Markup, classed, element, join
from ..texts import Layer, Text
from .sanitize import FoldedAway

CUT = "✂ Cut along the dashed line"
_ONE_SIDE = "Print this page on one side of the paper, and cut along the dashed lines."


@dataclass(frozen=True, slots=True)
class Strip:
    """A layer to be cut out, with the numbers that its paragraphs have on the page."""

    layer: Layer
    paragraphs: tuple[tuple[int, str], ...]

    @property
    def numbers(self) -> str:
        """The numbers of its paragraphs: ``9`` or ``9–11``."""
        first, last = self.paragraphs[0][0], self.paragraphs[-1][0]
        return str(first) if first == last else f"{first}–{last}"


def text_strips(text: Text) -> list[Strip]:
    """Make a strip of each layer, in a shuffled order that is the same for everyone.

    Examples
    --------
    >>> from helpers.texts import parse_text
    >>> text_strips(parse_text("Return all this.\\n\\nThank you."))[0].numbers
    '1–2'
    """
    strips = [
        Strip(layer, tuple((text.paragraph_at(a), text.content[a:b]) for a, b in layer.paragraphs)) for layer in text
    ]
    mixed = sorted(strips, key=lambda one: hashlib.sha256(f"{text.id} {one.layer.id}".encode()).digest())
    return mixed if mixed != strips else mixed[1:] + mixed[:1]


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
            element("td", " ".join(one.layer.text.split()[:6]), " …"),
        )
        for one in sorted(text_strips(text), key=lambda one: one.paragraphs[0][0])
    ]
    table = element("table", element("caption", text.title), element("thead", head), element("tbody", *rows))
    return classed("section", "key", element(f"h{level}", f"Strips: {text.title}"), table)


def cards_pages(cards: Sequence[FoldedAway], level: int) -> Markup:
    """Write cards, one on each page, with their names as headings."""
    return join(classed("section", "card", element(f"h{level}", card.name), card.words) for card in cards)
