"""Drawing of a network: names in frames, labelled arrows, and a key to the labels below."""

from __future__ import annotations

import math
import textwrap
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..core import THEME
from ..drawing import Box, Diagram, text_size, wrapped
from ..texts import BASES
from .letters import Arrow

if TYPE_CHECKING:
    import numpy
    from matplotlib.axes import Axes

_STYLES = dict(zip(BASES, THEME.lines, strict=True))
WIDTH, MARGIN, _LINE = 10.4, 0.14, 0.19  # inches; _LINE is the height of a line of the key
_KEYED = 18  # the key names at most so many bundles of letters
_LETTERS = "letters"
_MARGIN = 0.15


@dataclass(frozen=True, kw_only=True)
class Look:
    """How a network is set: lengths in inches, sizes of type in points."""

    width: float
    room: float  # the height, if everything fits
    wrap: int  # letters in a line of a name
    name: float
    sign: float
    around: tuple[float, float]  # between the words and their frame, for names and for labels
    margin: float
    wide: float = 1.0  # the width of the face, as a share of that of DejaVu Sans
    line: float = 1.2  # the height of a line, as a share of the size of type
    verbs: int = 0  # letters in a line of a verb; 0 for the numbers of the arrows

    def label(self, arrow: Arrow) -> str:
        """Return what is written on an arrow."""
        if not self.verbs:
            return arrow.sign
        relation = relation_in_words(arrow.edges[0][3]["relation"])
        return wrapped(relation if arrow.group else f"{relation} {arrow.sign}", self.verbs)

    def size(self, words: str, type_size: float, around: float) -> tuple[float, float]:
        """Return width and height of words in their frame."""
        width, _ = text_size(words, type_size)
        return width * self.wide + around, (words.count("\n") + 1) * type_size * self.line / 72 + around


STILL = Look(width=WIDTH, room=4.4, wrap=20, name=THEME.name, sign=THEME.small, around=(0.11, 0.05), margin=MARGIN)
# For a window of 1024 by 640 pixels, of which 616 by 508 are left; 96 pixels are an inch. The words are set in Arial
# or a similar face, which is narrower than DejaVu Sans.
LIVE = Look(
    width=6.42, room=5.1, wrap=14, name=THEME.label, sign=THEME.key, around=(0.08, 0.02), margin=0.07,
    wide=0.88, line=1.1, verbs=21,
)  # fmt: skip


@dataclass(frozen=True)
class Sheet:
    """A layout of the network; lengths in inches, origin at the bottom left."""

    height: float
    labels: dict[str, str]  # by node: its name, broken into lines
    kinds: dict[str, str]  # by node: its type
    boxes: dict[str, Box]  # by node: the frame of its name
    arrows: list[Arrow]
    arcs: dict[str, numpy.ndarray]  # by arrow id: the points of its line
    words: dict[str, str]  # by arrow id: its label, broken into lines
    signs: dict[str, Box]  # by arrow id: the frame of its label


def relation_in_words(name: str) -> str:
    """Write the id of a relation or basis as words.

    Examples
    --------
    >>> relation_in_words("writes_to")
    'writes to'
    """
    return str(name).replace("_", " ")


def draw(sheet: Sheet, note: str, description: str) -> Axes:
    """Draw a laid-out network on axes in inches, with a note below the key and an alternative text."""
    keys = _keys(sheet)
    looks = {group: (THEME.inks[n % len(THEME.inks)], ("square", "round")[n % 2]) for n, group in enumerate(keys)}
    lines = textwrap.wrap(note, 155)
    below = _LINE * (2 + sum(1.6 + math.ceil(len(rows) / 3) for rows in keys.values()))
    below += _LINE * (len(lines) + 0.5) if lines else 0
    diagram = Diagram(WIDTH, sheet.height, below)
    for arrow in sheet.arrows:
        ink, frame = looks[arrow.group or _LETTERS]
        arc, sign = sheet.arcs[arrow.id], sheet.signs[arrow.id]
        diagram.arrow(f"edge:{arrow.id}", arc, ink, _STYLES[arrow.basis], sign, sheet.words[arrow.id], frame=frame)
    for node, box in sheet.boxes.items():
        person = sheet.kinds[node].startswith("person")
        diagram.name(f"node:{node}", box, sheet.labels[node], THEME.name, person=person)
    y = below - _LINE
    for document, rows in keys.items():
        title = "letters, the largest numbers" if document == _LETTERS else document
        diagram.write(_MARGIN, y, title, size=THEME.label, weight="bold", va="center", color=looks[document][0])
        y -= _LINE
        deep = math.ceil(len(rows) / 3)
        for n, (key, words) in enumerate(rows):
            x = _MARGIN + (n // deep) * (WIDTH - 2 * _MARGIN) / 3
            diagram.write(x, y - (n % deep) * _LINE, f"{key}  {words}", size=THEME.key, va="center")
        y -= _LINE * (deep + 0.6)
    for n, line in enumerate(lines):
        diagram.write(_MARGIN, y - n * _LINE, line, size=THEME.key, va="center", gid=f"left-out:{n}")
    bases = [basis for basis in BASES if any(arrow.basis == basis for arrow in sheet.arrows)]
    diagram.legend(((relation_in_words(one), THEME.ink, _STYLES[one], 1.4) for one in bases), fontsize=THEME.key)
    if bases:
        frames = "rounded: a person    square: a body or another voice"
        if "correspondent" in sheet.kinds.values():
            frames = "square: a correspondent, as the edition names them"
        diagram.write(WIDTH - _MARGIN, 0.09, frames, size=THEME.key, ha="right")
    return diagram.described(description)


def _keys(sheet: Sheet) -> dict[str, list[tuple[str, str]]]:
    """List the arrow labels of each document and their meaning; the largest bundles of letters come last."""
    keys: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for arrow in sorted(sheet.arrows, key=lambda one: (not one.group, one.group)):
        if arrow.group:
            relation = relation_in_words(arrow.edges[0][3]["relation"])
            keys[arrow.group].append((arrow.sign, textwrap.shorten(relation, 44, placeholder=" …")))
    bundles = sorted((one for one in sheet.arrows if not one.group), key=lambda one: (-len(one.edges), one.id))
    for arrow in bundles[:_KEYED]:
        ends = (" ".join(sheet.labels[end].split()) for end in (arrow.source, arrow.target))
        keys[_LETTERS].append((arrow.sign, textwrap.shorten(" → ".join(ends), 44, placeholder=" …")))
    return keys
