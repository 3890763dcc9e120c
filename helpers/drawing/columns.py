"""Lay out a network in columns: names in columns, each label in a row of its own between two columns.

No label can cover another label, a name or the line of another arrow, and the arrows of a box end in different
places, so that no knot can form round a box with many arrows. Lengths are in inches.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

from .layout import Box

if TYPE_CHECKING:
    from .layout import Points

_MOST = 3  # columns
_PORT, _PORTS = 0.09, 0.16  # least and greatest distance between the ends of two arrows at one side of a box
_APART, _BETWEEN = 0.03, 0.12  # between two labels, and between two boxes of a column
_STARTS, _BEST, _ROUNDS, _POINTS = 24, 4, 8, 20
_ACROSS, _INSIDE = 5, 2  # the cost of an arrow across a column, and of one inside a column


@dataclass(frozen=True, slots=True)
class Arrangement:
    """A network in columns: its height, and the places of boxes, arrows and labels; the origin is at the bottom left."""

    height: float
    boxes: dict[str, Box]
    arcs: dict[str, Points]  # by the key of the arrow, from its source to its target
    labels: dict[str, Box]

    def moved(self, x: float, y: float) -> Arrangement:
        """Return the same arrangement, moved to the right and up."""
        boxes, labels = (
            {key: Box(box.x + x, box.y + y, box.width, box.height) for key, box in some.items()}
            for some in (self.boxes, self.labels)
        )
        return Arrangement(self.height, boxes, {key: arc + (x, y) for key, arc in self.arcs.items()}, labels)


@dataclass(slots=True)
class _Piece:
    """An arrow, or one half of an arrow that passes the middle column; ``gap`` is the column on its left."""

    key: str
    ends: tuple[str, str]
    gap: int
    right: tuple[bool, bool]  # whether each end is on the right of the gap
    size: tuple[float, float]
    y: float = 0.0
    ports: dict[int, float] = field(default_factory=dict)  # by the index of the end


def place_in_columns(
    sizes: Mapping[str, tuple[float, float]],
    arrows: Sequence[tuple[str, str, str]],
    labels: Mapping[str, tuple[float, float]],
    width: float,
    room: float,
) -> Arrangement:
    """Arrange boxes of the given sizes, arrows (source, target, key) and their labels on a sheet of the given width.

    The sheet is as high as ``room`` if everything fits, and lower if little is on it.

    Examples
    --------
    >>> found = place_in_columns({"a": (1, 0.3), "b": (1, 0.3)}, [("a", "b", "e")], {"e": (0.5, 0.2)}, 6, 4)
    >>> found.boxes["a"].x < found.labels["e"].x < found.boxes["b"].x, found.height < 4
    (True, True)
    """
    if not sizes:
        return Arrangement(0.5, {}, {}, {})
    best: Arrangement | None = None
    least = math.inf
    for columns in _choose_columns(sizes, arrows, labels, room):
        pieces, heights = _cut(sizes, columns, arrows, labels)
        stacks = [[node for node in columns if columns[node] == n] for n in range(max(columns.values()) + 1)]
        gaps: list[list[_Piece]] = [[] for _ in range(max(1, len(stacks) - 1))]
        for piece in pieces:
            gaps[piece.gap].append(piece)
        loads = [sum(heights[node] + _BETWEEN for node in stack) for stack in stacks]
        loads += [sum(piece.size[1] + _APART for piece in gap) for gap in gaps]
        height = max(max(loads), min(room, 1.3 * max(loads)))
        _widen(stacks, gaps, heights, height)
        _order(stacks, pieces, heights, height)
        places = _settle(stacks, gaps, heights, height)
        cost = _tangle(gaps, places) + 20 * max(0, height - room)
        if cost < least:
            best, least = _finish(stacks, gaps, heights, places, sizes, width, height), cost
    assert best
    return best


def _tangle(gaps, places) -> float:
    """Say how hard the arrows are to follow: lines that cross, and how far they run up or down."""
    total = 0.0
    for gap in gaps:
        ends = [(right, port, piece.y) for piece in gap for right, port in zip(piece.right, (piece.ports[0], piece.ports[1]), strict=True)]
        total += sum(abs(port - y) for _, port, y in ends)
        for (r1, p1, y1), (r2, p2, y2) in combinations(ends, 2):
            total += 0.3 * (r1 == r2 and (p1 - p2) * (y1 - y2) < 0)
    return total


def _choose_columns(
    sizes: Mapping[str, tuple[float, float]],
    arrows: Sequence[tuple[str, str, str]],
    labels: Mapping[str, tuple[float, float]],
    room: float,
) -> list[dict[str, int]]:
    """Choose a column for each box: few arrows inside a column or across one, and columns of similar height."""
    nodes = sorted(sizes)
    count = min(_MOST, len(nodes))
    index = {node: n for n, node in enumerate(nodes)}
    tall = [(sizes[node][1] + _BETWEEN) / room for node in nodes]
    around: list[list[tuple[int, float]]] = [[] for _ in nodes]
    for a, b, key in arrows:
        if a != b:
            high = (labels[key][1] + _APART) / room
            around[index[a]].append((index[b], high))
            around[index[b]].append((index[a], high))

    def cost(node: int, at: Sequence[int]) -> float:
        """The cost of one box in its column, as far as it depends on this column."""
        here = at[node]
        total = 0.0
        beside = [0.0] * (count + 1)
        for other, high in around[node]:
            far = at[other] - here
            if far == 1 or far == -1:
                beside[here + (far > 0)] += high
            else:
                total += _ACROSS if far else _INSIDE
        stack, fill = stacks[here], tall[node]
        total += 8 * ((stack + fill) ** 4 - stack**4)
        for n, more in enumerate(beside):
            if more:
                total += 8 * ((gaps[n] + more) ** 4 - gaps[n] ** 4)
        return total

    def put(node: int, at: Sequence[int], sign: int) -> None:
        """Add the load of a box and of its arrows, or take it away."""
        here = at[node]
        stacks[here] += sign * tall[node]
        for other, high in around[node]:
            far = at[other] - here
            if far == 1 or far == -1:
                gaps[here + (far > 0)] += sign * high

    found: dict[tuple[int, ...], float] = {}
    order = sorted(range(len(nodes)), key=lambda node: (-len(around[node]), node))
    for start in range(_STARTS):
        luck = random.Random(start)
        at = [luck.randrange(count) for _ in nodes]
        if count > 2:
            at[order[0]] = 1
        stacks, gaps = [0.0] * count, [0.0] * (count + 1)
        for node in order:
            stacks[at[node]] += tall[node]
            for other, high in around[node]:
                if abs(at[other] - at[node]) == 1:
                    gaps[max(at[other], at[node])] += high / 2
        moved = True
        while moved:
            moved = False
            for node in order:
                put(node, at, -1)
                kept = at[node]
                least = cost(node, at) - 1e-9
                for column in range(count):
                    at[node] = column
                    if column != kept and (then := cost(node, at)) < least:
                        least, kept, moved = then, column, True
                at[node] = kept
                put(node, at, 1)
        total = 8 * sum(load**4 for load in (*stacks, *gaps))
        for node in order:
            for other, _ in around[node]:
                far = abs(at[other] - at[node])
                total += (_ACROSS if far > 1 else _INSIDE if not far else 0) / 2
        found[tuple(at)] = total
    chosen = []
    for best in sorted(found, key=lambda at: (found[at], at))[:_BEST]:
        used = sorted(set(best))  # without empty columns
        chosen.append({node: used.index(best[index[node]]) for node in nodes})
    return chosen


def _cut(
    sizes: Mapping[str, tuple[float, float]],
    columns: dict[str, int],
    arrows: Sequence[tuple[str, str, str]],
    labels: Mapping[str, tuple[float, float]],
) -> tuple[list[_Piece], dict[str, float]]:
    """Cut arrows into pieces between neighbouring columns; add a narrow passage to ``columns`` where one passes."""
    last = max(columns.values())
    load = [0.0] * max(1, last)
    pieces = []
    inside = []

    def piece(key: str, ends: tuple[str, str], gap: int, size: tuple[float, float]) -> None:
        pieces.append(_Piece(key, ends, gap, (columns[ends[0]] > gap, columns[ends[1]] > gap), size))
        load[gap] += size[1] + _APART

    for a, b, key in arrows:
        left, right = sorted((columns[a], columns[b]))
        if right - left == 1:
            piece(key, (a, b), left, labels[key])
        elif right == left:
            inside.append((a, b, key))
            continue
        else:
            passage = f"passage:{key}"
            columns[passage] = left + 1
            # The label is in the gap beside the source.
            for ends, size in (((a, passage), labels[key]), ((passage, b), (0.0, 0.06))):
                piece(key, ends, min(columns[end] for end in ends), size)
    for a, b, key in inside:
        nearby = [n for n in (columns[a] - 1, columns[a]) if 0 <= n < len(load)] or [0]
        gap = min(nearby, key=lambda n: (load[n], n))
        piece(key, (a, b), gap, labels[key])
    heights = {node: sizes[node][1] if node in sizes else 0.06 for node in columns}
    for node, sides in _sides(pieces, columns).items():
        if node in sizes:
            heights[node] = max(heights[node], max(len(one) for one in sides.values()) * _PORT + 0.04)
    return pieces, heights


def _sides(pieces: Iterable[_Piece], columns: Mapping[str, int]) -> dict[str, dict[int, list[tuple[_Piece, int]]]]:
    """Return the ends of arrows by box and by gap."""
    sides: dict[str, dict[int, list[tuple[_Piece, int]]]] = {node: {} for node in columns}
    for piece in pieces:
        for end, node in enumerate(piece.ends):
            sides[node].setdefault(piece.gap, []).append((piece, end))
    return sides


def _widen(
    stacks: Sequence[Sequence[str]], gaps: Sequence[Sequence[_Piece]], heights: dict[str, float], height: float
) -> None:
    """Make boxes with many arrows taller where their column has room, so that the arrows run straighter."""
    needs: dict[str, dict[int, float]] = {}
    for n, gap in enumerate(gaps):
        for piece in gap:
            for node in piece.ends:
                needs.setdefault(node, {}).setdefault(n, 0.0)
                needs[node][n] += piece.size[1] + _APART
    for stack in stacks:
        spare = height - sum(heights[node] + _BETWEEN for node in stack)
        more = {
            node: 0.8 * max(needs[node].values()) - heights[node]
            for node in stack
            if node in needs and not node.startswith("passage:")
        }
        wanted = sum(one for one in more.values() if one > 0)
        for node, one in more.items():
            if one > 0 and spare > 0:
                heights[node] += one * min(1, 0.55 * spare / wanted)


def _order(stacks: list[list[str]], pieces: Sequence[_Piece], heights: Mapping[str, float], height: float) -> None:
    """Order each column so that the arrows are short: neighbours' mean positions first, then exchanges."""
    near: dict[str, list[str]] = {node: [] for stack in stacks for node in stack}
    for piece in pieces:
        a, b = piece.ends
        if a != b:
            near[a].append(b)
            near[b].append(a)
    y: dict[str, float] = {}

    def spread(stack: Sequence[str]) -> None:
        space = (height - sum(heights[node] for node in stack)) / len(stack)
        top = 0.0
        for node in stack:
            y[node] = top + (space + heights[node]) / 2
            top += space + heights[node]

    def length(nodes: Iterable[str]) -> float:
        return sum(abs(y[node] - y[other]) ** 1.2 for node in nodes for other in near[node])

    for stack in stacks:
        stack.sort(key=lambda node: (-len(near[node]), node))
        # The box with most arrows in the middle.
        stack[:] = [*reversed(stack[1::2]), *stack[::2]]
        spread(stack)
    for n in range(_ROUNDS):
        for stack in stacks if n % 2 else reversed(stacks):
            stack.sort(key=lambda node: (sum(y[one] for one in near[node]) / max(1, len(near[node])), node))
            spread(stack)
    for _ in range(_ROUNDS):
        moved = False
        for stack in stacks:
            now = length(stack)
            for i, j in combinations(range(len(stack)), 2):
                for turn in (True, False):
                    kept = list(stack)
                    if turn:
                        stack[i], stack[j] = stack[j], stack[i]
                    else:
                        stack.insert(j, stack.pop(i))
                    spread(stack)
                    then = length(stack)
                    if then < now - 1e-9:
                        now, moved = then, True
                    else:
                        stack[:] = kept
            spread(stack)
        if not moved:
            break


def _stacked(wished: Sequence[float], heights: Sequence[float], apart: float, low: float, high: float) -> list[float]:
    """Return centres near the wished ones, in the same order, without overlaps, between ``low`` and ``high``."""
    if not wished:
        return []
    offsets = [heights[0] / 2]
    for one, two in pairwise(heights):
        offsets.append(offsets[-1] + one / 2 + apart + two / 2)
    blocks: list[list[float]] = []  # sum and count of the shifts that are the same
    for wish, offset in zip(wished, offsets, strict=True):
        blocks.append([wish - offset, 1])
        while len(blocks) > 1 and blocks[-2][0] / blocks[-2][1] > blocks[-1][0] / blocks[-1][1]:
            total, count = blocks.pop()
            blocks[-1][0] += total
            blocks[-1][1] += count
    most = max(low, high - offsets[-1] - heights[-1] / 2)
    shifts = [min(max(total / count, low), most) for total, count in blocks for _ in range(int(count))]
    return [shift + offset for shift, offset in zip(shifts, offsets, strict=True)]


def _settle(
    stacks: Sequence[Sequence[str]],
    gaps: Sequence[list[_Piece]],
    heights: Mapping[str, float],
    height: float,
) -> dict[str, float]:
    """Place boxes and labels from the top: each label near its boxes, and each box near its labels."""
    columns = {node: n for n, stack in enumerate(stacks) for node in stack}
    places: dict[str, float] = {}
    for stack in stacks:
        wished = [height * (n + 0.5) / len(stack) for n in range(len(stack))]
        places.update(zip(stack, _stacked(wished, [heights[node] for node in stack], _BETWEEN, 0, height), strict=True))
    sides = _sides((piece for gap in gaps for piece in gap), columns)
    for piece in (piece for gap in gaps for piece in gap):
        piece.ports = {end: places[node] for end, node in enumerate(piece.ends)}
    for turn in range(_ROUNDS):
        for gap in gaps:
            gap.sort(key=lambda piece: (sum(places[node] for node in piece.ends), sum(piece.ports.values()), piece.key))
            _uncross(gap, places)
            wished = [sum(piece.ports.values()) / 2 for piece in gap]
            for piece, y in zip(gap, _stacked(wished, [p.size[1] for p in gap], _APART, 0, height), strict=True):
                piece.y = y
        if turn < _ROUNDS - 2:
            for stack in stacks:
                wished = []
                for node in stack:
                    ys = [piece.y for side in sides[node].values() for piece, _ in side]
                    wished.append(sum(ys) / len(ys) if ys else places[node])
                found = _stacked(wished, [heights[node] for node in stack], _BETWEEN, 0, height)
                places.update(zip(stack, found, strict=True))
        for node, by_gap in sides.items():
            for side in by_gap.values():
                side.sort(key=lambda one: (one[0].y, one[1]))
                low, high = places[node] - heights[node] / 2, places[node] + heights[node] / 2
                inset = min(0.05, heights[node] / 4)
                apart = min(_PORTS, (high - low - 2 * inset) / max(1, len(side) - 1))
                wished = [piece.y for piece, _ in side]
                found = _stacked(wished, [0.0] * len(side), apart, low + inset, high - inset)
                for (piece, end), y in zip(side, found, strict=True):
                    piece.ports[end] = y
    return places


def _uncross(gap: list[_Piece], places: Mapping[str, float]) -> None:
    """Exchange neighbouring labels if fewer lines cross afterwards."""

    def crossings(above: _Piece, below: _Piece) -> int:
        return sum(
            places[a] > places[b]
            for a, at in zip(above.ends, above.right, strict=True)
            for b, side in zip(below.ends, below.right, strict=True)
            if at == side and a != b
        )

    for _ in gap:
        moved = False
        for n in range(len(gap) - 1):
            above, below = gap[n], gap[n + 1]
            if crossings(above, below) > crossings(below, above):
                gap[n], gap[n + 1] = below, above
                moved = True
        if not moved:
            return


def _finish(
    stacks: Sequence[Sequence[str]],
    gaps: Sequence[Sequence[_Piece]],
    heights: Mapping[str, float],
    places: Mapping[str, float],
    sizes: Mapping[str, tuple[float, float]],
    width: float,
    height: float,
) -> Arrangement:
    """Give columns and labels their places across the sheet, and draw the arrows through them."""
    import numpy

    wide = [max((sizes[node][0] for node in stack if node in sizes), default=0.0) for stack in stacks]
    inner = [max((piece.size[0] for piece in gap), default=0.0) for gap in gaps]
    fan = max(0.05, (width - sum(wide) - sum(inner)) / (2 * len(gaps)))
    boxes: dict[str, Box] = {}
    labels: dict[str, Box] = {}
    lines: dict[str, list[Points]] = {}
    left = 0.0
    for n, stack in enumerate(stacks):
        for node in stack:
            if node in sizes:
                boxes[node] = Box(left + wide[n] / 2, height - places[node], wide[n], heights[node])
        left += wide[n] + 2 * fan + (inner[n] if n < len(inner) else 0.0)
    left = 0.0
    for n, gap in enumerate(gaps):
        start, end = left + wide[n], left + wide[n] + 2 * fan + inner[n]
        middle = (start + end) / 2
        for piece in gap:
            across, high = piece.size
            if across:
                labels[piece.key] = Box(middle, height - piece.y, across, high)
            both = piece.right[0] == piece.right[1]
            # An arrow inside a column leaves its label on the side on which it came, a little lower.
            step = min(0.05, high / 4) if both else 0.0
            if piece.ports[0] > piece.ports[1]:
                step = -step
            points = []
            for number, y in ((0, piece.y - step), (1, piece.y + step)):
                side = 1 if piece.right[number] else -1
                points.append(((end if side > 0 else start), piece.ports[number]))
                points.append((middle + side * inner[n] / 2, y))
            line = numpy.vstack([_curve(points[0], points[1]), _curve(points[3], points[2])])
            line[:, 1] = height - line[:, 1]
            lines.setdefault(piece.key, []).append(line)
        left = end
    arcs = {}
    for key, parts in lines.items():
        # A passage has its pieces from left to right; the arrow runs from its source.
        arcs[key] = numpy.vstack(parts)
    return Arrangement(height, boxes, arcs, labels)


def _curve(start: tuple[float, float], end: tuple[float, float]) -> Points:
    """Return points of an S-shaped curve that is horizontal at both ends."""
    import numpy

    t = numpy.linspace(0, 1, _POINTS)[:, None]
    (x, y), (to, down) = start, end
    bend = (x + to) / 2
    curve: Points = (1 - t) ** 3 * [x, y] + 3 * t * (1 - t) ** 2 * [bend, y] + 3 * t**2 * (1 - t) * [bend, down]
    return curve + t**3 * [to, down]
