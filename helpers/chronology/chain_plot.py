"""Drawing of a chain of transmission from top to bottom, with numbered arrows and a key. Lengths are inches."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..core import THEME
from ..drawing import Box, Diagram, place_signs, route_arrows, text_size

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
_LABEL, _SMALL = THEME.label, THEME.small
_WIDTH, _MARGIN, _GAP, _LINE = 9.6, 0.15, 0.68, 0.145  # inches; _LINE is the height of a line of the key
_BESIDE = 5  # boxes that fit in one row


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
    rows: list[list[str]] = []
    boxes: dict[str, Box] = {}
    for level in sorted(set(rank.values())):
        here = [box for box in rank if rank[box] == level]

        def spot(box: str) -> float:
            above = [boxes[step.start].x for step in steps if step.end == box and step.start in boxes]
            return sum(above) / len(above) if above else _WIDTH / 2

        here.sort(key=spot)
        for first in range(0, len(here), _BESIDE):
            row = here[first : first + _BESIDE]
            for box, x in zip(row, _spread([(spot(box), sizes[box][0]) for box in row]), strict=True):
                boxes[box] = Box(x, 0, *sizes[box])
            rows.append(row)
    y = 0.1
    for row in reversed(rows):
        high = max(sizes[box][1] for box in row)
        for box in row:
            boxes[box].y = y + high / 2
        y += high + _GAP
    return boxes, y - _GAP + 0.1 if rows else 0.5


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
) -> Axes:
    """Draw the chain, its numbers and the key below."""
    shown = {box: textwrap.fill(label, 22, break_on_hyphens=False) for box, label in labels.items()}
    sizes = {box: text_size(label, _LABEL, 0.14) for box, label in shown.items()}
    boxes, drawn = lay_out(steps, sizes)
    arcs = route_arrows([(step.start, step.end, step.key) for step in steps], boxes)
    signs = {step.key: f"{step.key} {STATUS_STYLES[step.status][3]}" for step in steps}
    spots = place_signs(arcs, boxes.values(), {key: text_size(sign, _SMALL, 0.08) for key, sign in signs.items()})
    key, deep = _write_key(steps, labels, words)
    below = _LINE * deep + 0.7
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
    there = {step.status for step in steps}
    styles = [
        (words[status], ink, line, width) for status, (line, width, ink, _) in STATUS_STYLES.items() if status in there
    ]
    diagram.legend(styles, 0.16, fontsize=_SMALL, columnspacing=1.2)
    diagram.write(
        _MARGIN, 0.1, "rounded: people and bodies    square: papers, prints and the rest", size=_SMALL, gid="key"
    )
    return diagram.described(_describe(steps, labels, words, caption))


def _write_key(
    steps: Sequence[Step], labels: Mapping[str, str], words: Mapping[str, str]
) -> tuple[list[tuple[float, float, str, bool]], int]:
    """Lay out the key in two columns: x, y, words and whether bold, for each line; return also its height in lines."""
    entries = []
    for step in steps:
        # Do not shorten an entry: the words that limit the claim are at its end.
        entry = f"{step.medium[:1].upper()}{step.medium[1:]}. {words[step.status].capitalize()}; {step.who}"
        entries.append((step.key, textwrap.wrap(entry, 70, break_on_hyphens=False)))
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
        f"By status: {by_status or 'none'}. {path + '. ' if path else ''}The table lists every step with its sentence."
    )
