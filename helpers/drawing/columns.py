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
_APART, _BETWEEN = 0.02, 0.09  # between two labels, and between two boxes of a column
_STARTS, _ROUNDS, _POINTS = 24, 8, 20
_BEST, _MANY = 4, 60  # so many choices of columns are compared, unless there are many boxes
# The cost of an arrow inside a column, and of one across a column, which is always avoided.
_NEAR = 12  # boxes of a column that are at most so far apart are exchanged
_INSIDE, _ACROSS = 2, 1e9


@dataclass(frozen=True, slots=True)
class Arrangement:
    """A network in columns; the origin is at the bottom left."""

    height: float
    boxes: dict[str, Box]
    arcs: dict[str, Points]  # by the key of the arrow, from its source to its target
    labels: dict[str, Box]


@dataclass(slots=True)
class _Row:
    """An arrow with its label between two columns."""

    key: str
    ends: tuple[str, str]
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
    *,
    margin: float = 0.0,
) -> Arrangement:
    """Arrange boxes of the given sizes, arrows (source, target, key) and their labels on a sheet of the given width.

    The sheet is at most as high as ``room`` if everything fits.

    Examples
    --------
    >>> found = place_in_columns({"a": (1, 0.3), "b": (1, 0.3)}, [("a", "b", "e")], {"e": (0.5, 0.2)}, 6, 4)
    >>> found.boxes["a"].x < found.labels["e"].x < found.boxes["b"].x, found.height < 4
    (True, True)
    """
    if not sizes:
        return Arrangement(0.5, {}, {}, {})
    room -= 2 * margin
    best: Arrangement | None = None
    least = math.inf
    for columns in _choose_columns(sizes, arrows, labels, room):
        stacks = [[node for node in columns if columns[node] == n] for n in range(max(columns.values()) + 1)]
        gaps = _rows(columns, arrows, labels)
        heights, height = _heights(sizes, stacks, gaps, room)
        _order(stacks, gaps, heights, height)
        places = _settle(stacks, gaps, heights, height)
        height = _trim(gaps, heights, places)
        cost = _tangle(gaps) + 20 * max(0, height - room)
        if cost < least:
            best, least = _finish(stacks, gaps, heights, places, sizes, (width, height), margin), cost
    assert best
    return best


def _trim(gaps: Sequence[Sequence[_Row]], heights: Mapping[str, float], places: dict[str, float]) -> float:
    """Move everything up to the edge of the sheet; return the height that is used."""
    rows = [row for gap in gaps for row in gap]
    ends = [(places[node], heights[node] / 2) for node in places] + [(row.y, row.size[1] / 2) for row in rows]
    top = min(y - half for y, half in ends)
    for node in places:
        places[node] -= top
    for row in rows:
        row.y -= top
        row.ports = {end: y - top for end, y in row.ports.items()}
    return max(y + half for y, half in ends) - top


def _tangle(gaps: Sequence[Sequence[_Row]]) -> float:
    """Say how hard the arrows are to follow: lines that cross, and how far they run up or down."""
    total = 0.0
    for gap in gaps:
        ends = [(right, row.ports[end], row.y) for row in gap for end, right in enumerate(row.right)]
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
    """Choose a column for each box: no arrow across a column, few inside one, and columns of similar height.

    Returns the best choices found, from different beginnings.
    """
    nodes = sorted(sizes)
    count = min(_MOST, len(nodes))
    index = {node: n for n, node in enumerate(nodes)}
    total = sum(high + _APART for _, high in labels.values())
    full = max(room, sum(sizes[node][1] + _BETWEEN for node in nodes) / count, total / max(1, count - 1))
    tall = [(sizes[node][1] + _BETWEEN) / full for node in nodes]
    around: list[list[tuple[int, float]]] = [[] for _ in nodes]
    for a, b, key in arrows:
        if a != b:
            high = (labels[key][1] + _APART) / full
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
        total += 8 * ((stack + fill) ** 8 - stack**8)
        for n, more in enumerate(beside):
            if more:
                total += 8 * ((gaps[n] + more) ** 8 - gaps[n] ** 8)
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
        total = 8 * sum(load**8 for load in (*stacks, *gaps))
        for node in order:
            for other, _ in around[node]:
                far = abs(at[other] - at[node])
                total += (_ACROSS if far > 1 else _INSIDE if not far else 0) / 2
        found[tuple(at)] = total
    chosen = []
    for best in sorted(found, key=lambda at: (found[at], at))[: _BEST if len(nodes) <= _MANY else 1]:
        used = sorted(set(best))  # without empty columns
        chosen.append({node: used.index(best[index[node]]) for node in nodes})
    return chosen


def _rows(
    columns: Mapping[str, int],
    arrows: Sequence[tuple[str, str, str]],
    labels: Mapping[str, tuple[float, float]],
) -> list[list[_Row]]:
    """Return the arrows of each gap; one inside the middle column takes the gap that is less full."""
    gaps: list[list[_Row]] = [[] for _ in range(max(1, max(columns.values())))]
    for inside in (False, True):
        for a, b, key in arrows:
            if (columns[a] == columns[b]) is inside:
                left = min(columns[a], columns[b])
                near = [n for n in (left - inside, left) if 0 <= n < len(gaps)] or [0]
                gap = min(near, key=lambda n: sum(row.size[1] + _APART for row in gaps[n]))
                right = (columns[a] > gap, columns[b] > gap)
                gaps[gap].append(_Row(key, (a, b), right, labels[key]))
    return gaps


def _sides(gaps: Sequence[Sequence[_Row]]) -> dict[str, dict[int, list[tuple[_Row, int]]]]:
    """Return the ends of arrows by box and by gap."""
    sides: dict[str, dict[int, list[tuple[_Row, int]]]] = {}
    for n, gap in enumerate(gaps):
        for row in gap:
            for end, node in enumerate(row.ends):
                sides.setdefault(node, {}).setdefault(n, []).append((row, end))
    return sides


def _heights(
    sizes: Mapping[str, tuple[float, float]],
    stacks: Sequence[Sequence[str]],
    gaps: Sequence[Sequence[_Row]],
    room: float,
) -> tuple[dict[str, float], float]:
    """Return the heights of the boxes and of the sheet.

    A box with many arrows is taller than its words, even more so where its column has room: its arrows run straighter.
    """
    heights = {node: high for node, (_, high) in sizes.items()}
    wanted = dict.fromkeys(sizes, 0.0)
    for node, by_gap in _sides(gaps).items():
        for side in by_gap.values():
            heights[node] = max(heights[node], len(side) * _PORT + 0.04)
            wanted[node] = max(wanted[node], 0.8 * sum(row.size[1] + _APART for row, _ in side))
    loads = [sum(heights[node] + _BETWEEN for node in stack) for stack in stacks]
    full = max(*loads, *(sum(row.size[1] + _APART for row in gap) for gap in gaps))
    height = max(full, min(room, 1.3 * full))
    for stack, load in zip(stacks, loads, strict=True):
        more = {node: max(0.0, wanted[node] - heights[node]) for node in stack}
        share = min(1.0, 0.55 * max(0.0, height - load) / (sum(more.values()) or 1))
        for node in stack:
            heights[node] += share * more[node]
    return heights, height


def _order(
    stacks: Sequence[list[str]], gaps: Sequence[Sequence[_Row]], heights: Mapping[str, float], height: float
) -> None:
    """Order each column so that the arrows are short: neighbours' mean positions first, then exchanges."""
    near: dict[str, list[str]] = {node: [] for stack in stacks for node in stack}
    for row in (row for gap in gaps for row in gap):
        a, b = row.ends
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
        return sum(math.pow(abs(y[node] - y[other]), 1.2) for node in nodes for other in near[node])

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
            for i, j in ((i, j) for i, j in combinations(range(len(stack)), 2) if j - i <= _NEAR):
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
    gaps: Sequence[list[_Row]],
    heights: Mapping[str, float],
    height: float,
) -> dict[str, float]:
    """Place boxes and labels from the top: each label near its boxes, and each box near its labels."""
    places: dict[str, float] = {}
    for stack in stacks:
        wished = [height * (n + 0.5) / len(stack) for n in range(len(stack))]
        places.update(zip(stack, _stacked(wished, [heights[node] for node in stack], _BETWEEN, 0, height), strict=True))
    sides = _sides(gaps)
    for row in (row for gap in gaps for row in gap):
        row.ports = {end: places[node] for end, node in enumerate(row.ends)}
    for turn in range(_ROUNDS):
        for gap in gaps:
            gap.sort(key=lambda row: (sum(places[node] for node in row.ends), sum(row.ports.values()), row.key))
            _uncross(gap, places)
            wished = [sum(row.ports.values()) / 2 for row in gap]
            for row, y in zip(gap, _stacked(wished, [p.size[1] for p in gap], _APART, 0, height), strict=True):
                row.y = y
        if turn < _ROUNDS - 2:
            for stack in stacks:
                wished = []
                for node in stack:
                    ys = [row.y for side in sides.get(node, {}).values() for row, _ in side]
                    wished.append(sum(ys) / len(ys) if ys else places[node])
                found = _stacked(wished, [heights[node] for node in stack], _BETWEEN, 0, height)
                places.update(zip(stack, found, strict=True))
        for node, by_gap in sides.items():
            for side in by_gap.values():
                side.sort(key=lambda one: (one[0].y, one[1]))
                low, high = places[node] - heights[node] / 2, places[node] + heights[node] / 2
                inset = min(0.05, heights[node] / 4)
                apart = min(_PORTS, (high - low - 2 * inset) / max(1, len(side) - 1))
                wished = [row.y for row, _ in side]
                found = _stacked(wished, [0.0] * len(side), apart, low + inset, high - inset)
                for (row, end), y in zip(side, found, strict=True):
                    row.ports[end] = y
    return places


def _uncross(gap: list[_Row], places: Mapping[str, float]) -> None:
    """Exchange neighbouring labels if fewer lines cross afterwards."""

    def crossings(above: _Row, below: _Row) -> int:
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
    gaps: Sequence[Sequence[_Row]],
    heights: Mapping[str, float],
    places: Mapping[str, float],
    sizes: Mapping[str, tuple[float, float]],
    sheet: tuple[float, float],
    margin: float,
) -> Arrangement:
    """Give columns and labels their places across the sheet, and draw the arrows through them."""
    import numpy

    wide = [max(sizes[node][0] for node in stack) for stack in stacks]
    inner = [max((row.size[0] for row in gap), default=0.0) for gap in gaps]
    width, height = sheet[0], sheet[1] + 2 * margin
    fan = max(0.05, (width - 2 * margin - sum(wide) - sum(inner)) / (2 * len(gaps)))
    boxes: dict[str, Box] = {}
    labels: dict[str, Box] = {}
    turns = _turns(gaps)
    arcs: dict[str, Points] = {}
    left = margin
    for n, stack in enumerate(stacks):
        for node in stack:
            boxes[node] = Box(left + wide[n] / 2, height - margin - places[node], wide[n], heights[node])
        left += wide[n] + 2 * fan + (inner[n] if n < len(inner) else 0.0)
    left = margin
    for n, gap in enumerate(gaps):
        start, end = left + wide[n], left + wide[n] + 2 * fan + inner[n]
        middle = (start + end) / 2
        for row in gap:
            across, high = row.size
            labels[row.key] = Box(middle, height - margin - row.y, across, high)
            # An arrow inside a column leaves its label on the side on which it came, a little lower.
            step = min(0.04, high / 4) if row.right[0] == row.right[1] else 0.0
            if row.ports[0] > row.ports[1]:
                step = -step
            halves = []
            for number, y in ((0, row.y - step), (1, row.y + step)):
                side = 1 if row.right[number] else -1
                x, to = (end if side > 0 else start), middle + side * inner[n] / 2
                turn = x + (to - x) * turns[row.key, row.ends[number], number]
                halves.append([*_curve(x, row.ports[number], to, y, turn), (middle + side * across / 2, y)])
            line = numpy.array([*halves[0], *reversed(halves[1])])
            line[:, 1] = height - margin - line[:, 1]
            arcs[row.key] = line
        left = end
    return Arrangement(height, boxes, arcs, labels)


def _turns(gaps: Sequence[Sequence[_Row]]) -> dict[tuple[str, str, int], float]:
    """Say where each line turns, as a share of its way from the box to the label, so that no two run on each other."""
    together: dict[tuple[int, str, bool], list[tuple[float, str, int]]] = {}
    for n, gap in enumerate(gaps):
        for row in gap:
            for end, node in enumerate(row.ends):
                rises = row.y < row.ports[end]
                # Of lines that rise, the upper turns first; of lines that fall, the lower.
                port = row.ports[end] if rises else -row.ports[end]
                together.setdefault((n, node, rises), []).append((port, row.key, end))
    turns = {}
    for (_, node, _), lines in together.items():
        for n, (_, key, end) in enumerate(sorted(lines)):
            turns[key, node, end] = 0.25 + 0.5 * (n + 0.5) / len(lines)
    return turns


def _curve(x: float, y: float, to: float, down: float, turn: float) -> Points:
    """Return points of an S-shaped curve that is horizontal at both ends and turns at ``turn``."""
    import numpy

    t = numpy.linspace(0, 1, _POINTS)[:, None]
    start, one, two, end = (numpy.array(spot) for spot in ((x, y), (turn, y), (turn, down), (to, down)))
    curve: Points = (1 - t) ** 3 * start + 3 * t * (1 - t) ** 2 * one + 3 * t**2 * (1 - t) * two + t**3 * end
    return curve
