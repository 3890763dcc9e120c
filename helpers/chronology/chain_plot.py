"""Drawing of a chain of transmission from top to bottom, with numbered arrows and a key. Lengths are inches."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..core import THEME
from ..drawing import Box, Diagram, place_signs, route_arrows, text_size, wrapped

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.typing import LineStyleType

# Line style, width, ink and word for each status; the inks also differ in lightness, for greyscale prints.
STATUS_STYLES: dict[str, tuple[LineStyleType, float, str, str]] = {
    "proved": (THEME.lines[0], 2.0, THEME.ink, "shown"),
    "ordered": (THEME.lines[1], 1.5, THEME.inks[0], "ordered"),
    "reported": (THEME.lines[3], 1.5, THEME.inks[2], "reported"),
    "open": (THEME.lines[2], 1.7, THEME.inks[1], "open"),
}
_LABEL, _SMALL = THEME.label, THEME.key
_WIDTH, _MARGIN, _GAP, _LINE = 8.0, 0.15, 0.57, 0.15  # inches; _LINE is the height of a line of the key
_BESIDE = 4  # boxes that fit in one row
_ARROW = 1.15  # the length of an arrow between two boxes of one row, with its label
_FOLDED = 3  # a path of at least so many boxes can be folded


@dataclass(frozen=True, slots=True)
class Step:
    """One arrow: its number, its ends, its status, and its entry in the key (medium and source)."""

    key: str
    start: str
    end: str
    status: str
    medium: str
    who: str


def ranks(steps: Sequence[Step]) -> dict[str, int]:
    """Rank the boxes from the top (0): each below its predecessors, or, without any, just above its successors.

    Examples
    --------
    >>> step = lambda a, b: Step(a + b, a, b, "open", "", "")
    >>> ranks([step("a", "b"), step("b", "c"), step("x", "c"), step("c", "a")])
    {'a': 0, 'b': 1, 'c': 2, 'x': 1}
    """
    forward: list[Step] = []
    for step in steps:
        # A step that would close a cycle is drawn, but does not affect the ranks.
        if step.start not in _below(step.end, forward):
            forward.append(step)
    rank = dict.fromkeys((end for step in steps for end in (step.start, step.end)), 0)
    for _ in rank:
        for step in forward:
            rank[step.end] = max(rank[step.end], rank[step.start] + 1)
    for box in rank:
        if all(step.end != box for step in forward):
            rank[box] = max(0, min((rank[step.end] for step in forward if step.start == box), default=1) - 1)
    return rank


def _below(box: str, steps: Sequence[Step]) -> set[str]:
    """Return a box and all boxes that can be reached from it."""
    found, ahead = set(), [box]
    while ahead:
        here = ahead.pop()
        if here not in found:
            found.add(here)
            ahead += [step.end for step in steps if step.start == here]
    return found


def lay_out(steps: Sequence[Step], sizes: Mapping[str, tuple[float, float]]) -> tuple[dict[str, Box], float]:
    """Place the boxes row by row, each close to its predecessors; return them and the height of the drawing.

    Examples
    --------
    >>> step = Step("1", "a", "b", "open", "", "")
    >>> boxes, height = lay_out([step], {"a": (1, 0.3), "b": (1, 0.3)})
    >>> boxes["a"].y > boxes["b"].y
    True
    """
    rank = ranks(steps)
    tails = _tails(steps)
    folded = {box for tail in tails for box in tail[1:]}
    rows: list[list[str]] = []
    boxes: dict[str, Box] = {}
    for level in sorted({rank[box] for box in rank if box not in folded}):
        here = [box for box in rank if rank[box] == level and box not in folded]

        def spot(box: str) -> float:
            above = [boxes[step.start].x for step in steps if step.end == box and step.start in boxes]
            return sum(above) / len(above) if above else _WIDTH / 2

        here.sort(key=spot)
        for first in range(0, len(here), _BESIDE):
            row = here[first : first + _BESIDE]
            for box, x in zip(row, _spread([(spot(box), sizes[box][0]) for box in row]), strict=True):
                boxes[box] = Box(x, 0, *sizes[box])
            rows.append(row)
    for tail in tails:
        ways = [_fold(tail, rows, boxes, sizes, way) for way in (1, -1)]
        for box, (row_number, x) in min(ways, key=lambda way: max(n for n, _ in way.values())).items():
            rows += [[]] * (row_number + 1 - len(rows))
            rows[row_number] = [*rows[row_number], box]
            boxes[box] = Box(x, 0, *sizes[box])
    y = 0.1
    for row in reversed(rows):
        high = max(sizes[box][1] for box in row)
        for box in row:
            boxes[box].y = y + high / 2
        y += high + _GAP
    return boxes, y - _GAP + 0.1 if rows else 0.5


def _tails(steps: Sequence[Step]) -> list[list[str]]:
    """Return the paths without a branch that end the chain, each with the box where it begins.

    Examples
    --------
    >>> step = lambda a, b: Step(a + b, a, b, "open", "", "")
    >>> _tails([step("a", "x"), step("a", "b"), step("b", "c"), step("c", "d"), step("d", "e")])
    [['b', 'c', 'd', 'e']]
    """
    before: dict[str, list[str]] = {}
    after: dict[str, list[str]] = {}
    for step in steps:
        after.setdefault(step.start, []).append(step.end)
        before.setdefault(step.end, []).append(step.start)
    tails = []
    for last in before:
        if last in after:
            continue
        path = [last]
        # A box belongs to the path if one arrow comes to it and one leaves it.
        while len(before.get(path[0], ())) == 1 and len(after[before[path[0]][0]]) == 1:
            path.insert(0, before[path[0]][0])
        if len(path) > _FOLDED:
            tails.append(path)
    return tails


def _fold(
    tail: Sequence[str],
    rows: Sequence[Sequence[str]],
    boxes: Mapping[str, Box],
    sizes: Mapping[str, tuple[float, float]],
    way: int,
) -> dict[str, tuple[int, float]]:
    """Lay a path along the free places of the rows below its first box; return row and x of every other box.

    In each row it goes to the right if ``way`` is 1 and to the left if it is -1, or else the other way.
    """
    row = next(n for n, one in enumerate(rows) if tail[0] in one)
    x, width = boxes[tail[0]].x, boxes[tail[0]].width
    found: dict[str, tuple[int, float]] = {}
    going = 0  # the way taken in this row
    taken = True  # the row of the first box, which is full
    for box in tail[1:]:
        wide = sizes[box][0]

        def fits(at: float, row: int, wide: float = wide) -> bool:
            here = [boxes[one] for one in rows[row]] if row < len(rows) else []
            inside = at - wide / 2 >= _MARGIN and at + wide / 2 <= _WIDTH - _MARGIN
            return inside and all(abs(at - one.x) >= (wide + one.width) / 2 + 0.35 for one in here)

        step = (width + wide) / 2 + _ARROW
        beside = [one for one in ((going,) if going else (way, -way)) if not taken and fits(x + one * step, row)]
        if beside:
            going = beside[0]
            x += going * step
        else:
            row, going, taken = row + 1, 0, False
            low, high = _MARGIN + wide / 2, _WIDTH - _MARGIN - wide / 2
            under = [min(max(x + aside, low), high) for aside in (0, 0.3, -0.3, 0.6, -0.6)]
            while not any(fits(one, row) for one in under):
                row += 1
            x = next(one for one in under if fits(one, row))
        found[box], width = (row, x), wide
    return found


def _spread(wanted: Sequence[tuple[float, float]]) -> list[float]:
    """Return x coordinates of box centres near the wanted ones (x, width), left to right, without overlap."""
    room = (_WIDTH - 2 * _MARGIN - sum(width for _, width in wanted)) / max(1, len(wanted))
    gap = min(1.0, room)
    places, edge = [], _MARGIN
    for x, width in wanted:
        places.append(max(x, edge + width / 2))
        edge = places[-1] + width / 2 + gap
    edge = _WIDTH - _MARGIN
    for n in reversed(range(len(places))):
        width = wanted[n][1]
        places[n] = min(places[n], edge - width / 2)
        edge = places[n] - width / 2 - gap
    # Avoiding overlap moves boxes to the right on average: shift the row back by the mean displacement.
    shift = sum(x - place for (x, _), place in zip(wanted, places, strict=True)) / max(1, len(places))
    low = _MARGIN - places[0] + wanted[0][1] / 2
    high = _WIDTH - _MARGIN - places[-1] - wanted[-1][1] / 2
    return [place + min(max(shift, low), high) for place in places]


def draw(
    steps: Sequence[Step],
    labels: Mapping[str, str],
    people: Set[str],
    words: Mapping[str, str],
    caption: str,
    note: str = "",
) -> Axes:
    """Draw the chain, its numbers, the key below, and a note on what is not drawn."""
    shown = {box: wrapped(label, 22) for box, label in labels.items()}
    sizes = {box: text_size(label, _LABEL, 0.14) for box, label in shown.items()}
    boxes, drawn = lay_out(steps, sizes)
    arcs = route_arrows([(step.start, step.end, step.key) for step in steps], boxes)
    signs = {step.key: f"{step.key} {STATUS_STYLES[step.status][3]}" for step in steps}
    spots = place_signs(arcs, boxes.values(), {key: text_size(sign, _SMALL, 0.08) for key, sign in signs.items()})
    key, deep = _write_key(steps, labels, words)
    below = _LINE * (deep + (1.5 if note else 0)) + 0.7
    diagram = Diagram(_WIDTH, drawn, below)
    for step in steps:
        line, width, ink, _ = STATUS_STYLES[step.status]
        diagram.arrow(f"step:{step.key}", arcs[step.key], ink, line, spots[step.key], signs[step.key], width=width)
    for name, box in boxes.items():
        diagram.name(f"box:{name}", box, shown[name], _LABEL, person=name in people)
    if not steps:
        diagram.axes.text(_WIDTH / 2, drawn / 2, "No step is known.", size=_LABEL, ha="center", va="center", gid="none")
    for x, y, said, bold in key:
        weight = "bold" if bold else "normal"
        diagram.write(x, below - 0.1 - y, said, size=_SMALL, va="top", weight=weight, gid="key")
    if note:
        diagram.write(_MARGIN, below - 0.1 - (deep + 0.5) * _LINE, note, size=_SMALL, va="top", gid="left-out")
    there = {step.status for step in steps}
    styles = [
        (words[status], ink, line, width) for status, (line, width, ink, _) in STATUS_STYLES.items() if status in there
    ]
    diagram.legend(styles, 0.16, fontsize=_SMALL, columnspacing=1.2)
    diagram.write(
        _MARGIN, 0.1, "rounded: people and bodies    square: papers, prints and the rest", size=_SMALL, gid="key"
    )
    return diagram.described(_describe(steps, labels, words, f"{caption}. {note}".rstrip(". ")))


def _write_key(
    steps: Sequence[Step], labels: Mapping[str, str], words: Mapping[str, str]
) -> tuple[list[tuple[float, float, str, bool]], int]:
    """Lay out the key in two columns: x, y, words and whether bold, for each line; return also its height in lines."""
    entries = []
    for step in steps:
        # Do not shorten an entry: the words that limit the claim are at its end.
        entry = f"{step.medium[:1].upper()}{step.medium[1:]}. {words[step.status].capitalize()}; {step.who}"
        entries.append((step.key, textwrap.wrap(entry, 54, break_on_hyphens=False)))
    total = sum(len(lines) for _, lines in entries)
    placed, column, y, deep = [], 0, 0, 0
    for number, lines in entries:
        if column == 0 and y >= (total + 1) // 2:
            column, y = 1, 0
        x = _MARGIN + column * _WIDTH / 2
        placed.append((x, y * _LINE, number, True))
        placed += [(x + 0.3, (y + n) * _LINE, line, False) for n, line in enumerate(lines)]
        y += len(lines)
        deep = max(deep, y)
    return placed, deep


def _describe(steps: Sequence[Step], labels: Mapping[str, str], words: Mapping[str, str], caption: str) -> str:
    """Write the alternative text, step by step."""
    counts = Counter(step.status for step in steps)
    by_status = "; ".join(f"{counts[status]} {word}" for status, word in words.items() if counts[status])
    path = ". ".join(
        f"{step.key}, from “{labels[step.start]}” to “{labels[step.end]}”: {step.medium}; {words[step.status]}"
        for step in steps
    )
    return (
        f"Chain of transmission. {caption}. Boxes joined by {len(steps)} numbered arrows, from top to bottom. "
        f"By status: {by_status or 'none'}. {path + '.' if path else ''}"
    ).strip()
