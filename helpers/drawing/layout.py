"""Lay out boxes, arrows between them and labels on the arrows without overlaps. Lengths are in inches."""

from __future__ import annotations

import math
import re
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..core import neutralised

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

    Points = NDArray[numpy.float64]

# How far an arc may bend, as a share of its length, and how far parallel arcs spread; tried in this order.
BENDS = (0.0, 0.1, -0.1, 0.2, -0.2, 0.32, -0.32, 0.45, -0.45, 0.6, -0.6)
FANS = (1.0, 0.7, 0.5)
_LOOPS = 0.16  # the distance between two loops of one box, in inches


@dataclass(slots=True)
class Box:
    """A rectangle; ``x`` and ``y`` are its centre."""

    x: float
    y: float
    width: float
    height: float

    def overlap(self, other: Box) -> tuple[float, float]:
        """Return how far two boxes overlap horizontally and vertically; negative if they are apart.

        Examples
        --------
        >>> Box(0, 0, 2, 2).overlap(Box(3, 0, 2, 2))
        (-1.0, 2.0)
        """
        return (
            (self.width + other.width) / 2 - abs(self.x - other.x),
            (self.height + other.height) / 2 - abs(self.y - other.y),
        )

    def holds(self, points: Points, gap: float = 0.0) -> NDArray[numpy.bool]:
        """Return which of the points, shape (n, 2), are in the box or at most ``gap`` away."""
        return (abs(points[:, 0] - self.x) <= self.width / 2 + gap) & (
            abs(points[:, 1] - self.y) <= self.height / 2 + gap
        )


def drawable(words: str) -> str:
    """Make control characters visible by signs that DejaVu Sans has; it has none of their own.

    Examples
    --------
    >>> drawable("a\\x1bb")
    'a\ufffdb'
    """
    return re.sub("[\u2400-\u2421]", "\ufffd", neutralised(words))


def text_size(words: str, size: float, around: float = 0) -> tuple[float, float]:
    """Return width and height in inches of words in DejaVu Sans at ``size`` points, plus ``around``, before drawing.

    Examples
    --------
    >>> (width, height), two_lines = text_size("word", 9), text_size("word\\nword", 9)
    >>> two_lines == (width, 2 * height)
    True
    """
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import TextToPath

    lines = drawable(words).split("\n")
    font = FontProperties(family="DejaVu Sans", size=size)
    width = max(TextToPath().get_text_width_height_descent(line, font, False)[0] for line in lines)
    return width / 72 + around, len(lines) * size * 1.2 / 72 + around


def wrapped(words: str, most: int) -> str:
    """Break words into as few lines as possible, and these as equal as possible.

    Examples
    --------
    >>> wrapped("sends instructions to", 20)
    'sends\\ninstructions to'
    """
    words = drawable(words)
    least = min(most, max(map(len, re.findall(r"[^\s-]+-?", words)), default=1))
    wraps = [textwrap.wrap(words, width) for width in range(max(1, least), most + 1)]
    return "\n".join(next(lines for lines in wraps if len(lines) == len(wraps[-1])))


def route_arrows(edges: Iterable[tuple[str, str, str]], boxes: Mapping[str, Box]) -> dict[str, Points]:
    """Return the points of an arc, shape (n, 2), for the key of each edge (source, target, key).

    Parallel and opposite arcs spread apart in the order of the edges. Arcs avoid crossing boxes if possible.

    Examples
    --------
    >>> boxes = {"a": Box(0, 0, 1, 1), "b": Box(4, 0, 1, 1)}
    >>> arcs = route_arrows([("a", "b", "there"), ("b", "a", "back")], boxes)
    >>> bool(arcs["there"][20, 1] != arcs["back"][20, 1])
    True
    """
    import numpy

    together: dict[frozenset[str], list[tuple[str, str, str]]] = {}
    for edge in edges:
        together.setdefault(frozenset(edge[:2]), []).append(edge)
    arcs: dict[str, Points] = {}
    for ends, parallel in together.items():
        others = numpy.array([(b.x, b.y, b.width, b.height) for node, b in boxes.items() if node not in ends])
        spreads = FANS if len(parallel) > 1 else FANS[:1]
        best, fewest = [], math.inf
        for bend, spread in ((bend, spread) for bend in BENDS for spread in spreads):
            fan = _fan(parallel, boxes, bend, spread)
            crossed = _crossed(numpy.vstack(fan), others) if len(others) else 0
            if crossed < fewest:
                best, fewest = fan, crossed
            if not crossed:
                break
        arcs |= {key: points for (_, _, key), points in zip(parallel, best, strict=True)}
    return arcs


def _crossed(points: Points, boxes: Points) -> int:
    """Count the points in or near a box; each row of ``boxes`` is x, y, width and height."""
    x, y, width, height = boxes.T
    across = abs(points[:, 0, None] - x) <= width / 2 + 0.06
    return int((across & (abs(points[:, 1, None] - y) <= height / 2 + 0.06)).sum())


def _fan(edges: Sequence[tuple[str, str, str]], boxes: Mapping[str, Box], bend: float, spread: float) -> list[Points]:
    """Return arcs side by side for all edges between two boxes."""
    low, high = min(edges[0][:2]), max(edges[0][:2])
    distance = math.hypot(boxes[low].x - boxes[high].x, boxes[low].y - boxes[high].y) or 1
    step = min(0.45, 0.8 / distance) * spread
    bends = [bend + (n - (len(edges) - 1) / 2) * step for n in range(len(edges))]
    if low == high:  # loops inside each other
        bends = [abs(bend) + n * _LOOPS * spread for n in range(len(edges))]
    # An arc bends to its right: an arc in the other direction needs the opposite sign to stay on its side.
    return [_arc(boxes[a], boxes[b], side if a == low else -side) for (a, b, _), side in zip(edges, bends, strict=True)]


def _arc(a: Box, b: Box, bend: float) -> Points:
    """Return points from the edge of one box to the edge of the other; a loop if they are the same box."""
    import numpy

    t = numpy.linspace(0, 1, 101)[:, None]
    if a is b:
        turn, reach = t * 2 * math.pi, 0.2 + abs(bend)
        above = a.y + a.height / 2 + reach / 2
        loop = numpy.hstack([a.x + reach * numpy.sin(turn), above - reach * numpy.cos(turn)])
        return loop[~a.holds(loop, 0.02)]
    middle = numpy.array([(a.x + b.x) / 2 + bend * (b.y - a.y), (a.y + b.y) / 2 - bend * (b.x - a.x)])
    points: Points = (1 - t) ** 2 * [a.x, a.y] + 2 * t * (1 - t) * middle + t**2 * [b.x, b.y]
    return points[~(a.holds(points, 0.02) | b.holds(points, 0.03))]


def place_signs(
    arcs: Mapping[str, Points], boxes: Iterable[Box], sizes: Mapping[str, tuple[float, float]]
) -> dict[str, Box]:
    """Place a sign (label) of a given width and height on each arc, clear of boxes, signs and, if possible, arcs."""
    import numpy

    taken = list(boxes)
    places: dict[str, Box] = {}
    for key in sorted(arcs, key=lambda key: (len(arcs[key]), str(key))):
        arc, (width, height) = arcs[key], sizes[key]
        others = numpy.vstack([numpy.empty((0, 2)), *(points[::2] for name, points in arcs.items() if name != key)])
        along = numpy.arange(len(arc)) / max(1, len(arc) - 1)
        # Avoid both ends of the arrow, so that its source and target stay visible.
        cost = abs(along - 0.45) * 10 + numpy.where(abs(along - 0.45) > 0.28, 300, 0)
        for box in taken:
            # How far the sign would overlap the box.
            deep = numpy.minimum(
                (box.width + width) / 2 + 0.03 - abs(arc[:, 0] - box.x),
                (box.height + height) / 2 + 0.03 - abs(arc[:, 1] - box.y),
            )
            cost = cost + 1000 * numpy.maximum(0, deep)
        reach = numpy.array((width, height))
        others = others[((others >= arc.min(axis=0) - reach) & (others <= arc.max(axis=0) + reach)).all(axis=1)]
        near = (abs(arc[:, None, 0] - others[None, :, 0]) <= width / 2) & (
            abs(arc[:, None, 1] - others[None, :, 1]) <= height / 2
        )
        best = int(numpy.argmin(cost + 3 * near.sum(axis=1)))
        places[key] = Box(float(arc[best, 0]), float(arc[best, 1]), width, height)
        taken.append(places[key])
    return places
