"""Drawing of a chain of transmission from top to bottom, with numbered arrows and a key. Lengths are inches."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..drawing import Box, describe_figure, place_signs, route_arrows, text_size

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.typing import LineStyleType

# Line style, width, ink and word for each status; the inks also differ in lightness, for greyscale prints.
STATUS_STYLES: dict[str, tuple[LineStyleType, float, str, str]] = {
    "proved": ("solid", 2.0, "#1b1b1b", "shown"),
    "ordered": ((0, (5, 3)), 1.5, "#0b3d66", "ordered"),
    "reported": ((0, (6, 2, 1, 2)), 1.5, "#146c43", "reported"),
    "open": ((0, (1, 2)), 1.7, "#a33a00", "open"),
}
_LABEL, _SIGN, _KEY, _LINE = 9.0, 8.0, 8.0, 0.145  # sizes of type in points; a line of the key in inches
_WIDTH, _MARGIN, _GAP = 9.6, 0.15, 0.68
_INK, _SHEET = "#1b1b1b", "#ffffff"
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
    """Rank the boxes from the top (0): below all predecessors, and boxes without any just above their successors.

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
    import matplotlib.pyplot as plt
    from matplotlib.lines import Line2D
    from matplotlib.patches import FancyArrowPatch

    shown = {box: textwrap.fill(label, 22, break_on_hyphens=False) for box, label in labels.items()}
    sizes = {box: _framed(label, _LABEL, 0.14) for box, label in shown.items()}
    boxes, drawn = lay_out(steps, sizes)
    arcs = route_arrows([(step.start, step.end, step.key) for step in steps], boxes)
    signs = {step.key: f"{step.key} {STATUS_STYLES[step.status][3]}" for step in steps}
    spots = place_signs(arcs, boxes.values(), {key: _framed(sign, _SIGN, 0.08) for key, sign in signs.items()})
    key, deep = _write_key(steps, labels, words)
    below = _LINE * deep + 0.7
    height = drawn + below
    figure = plt.figure(figsize=(_WIDTH, height), facecolor=_SHEET)
    axes = figure.add_axes((0, below / height, 1, drawn / height))
    axes.set(xlim=(0, _WIDTH), ylim=(0, drawn), xticks=[], yticks=[])
    axes.set_axis_off()
    middle: dict[str, Any] = {"ha": "center", "va": "center", "family": "DejaVu Sans"}
    for step in steps:
        style, wide, ink, _ = STATUS_STYLES[step.status]
        arc = arcs[step.key]
        line: dict[str, Any] = {"color": ink, "linestyle": style, "linewidth": wide, "gid": f"step:{step.key}"}
        axes.add_artist(Line2D(*arc[:-4].T, zorder=1, **line))
        head: dict[str, Any] = {"arrowstyle": "-|>", "mutation_scale": 12, "shrinkA": 0, "shrinkB": 0, "linewidth": 0.8}
        axes.add_artist(FancyArrowPatch(arc[-5], arc[-1], color=ink, zorder=1, gid=f"head:{step.key}", **head))
        frame = {"boxstyle": "round,pad=0.15", "facecolor": _SHEET, "edgecolor": ink, "linewidth": 0.6}
        spot = spots[step.key]
        sign: dict[str, Any] = {"size": _SIGN, "color": ink, "zorder": 3, "gid": f"sign:{step.key}", "bbox": frame}
        axes.text(spot.x, spot.y, signs[step.key], **sign, **middle)
    for name, box in boxes.items():
        person = name in people
        frame = {
            "boxstyle": f"{'round' if person else 'square'},pad=0.35",
            "facecolor": "#fff6da" if person else "#e8eef5",
            "edgecolor": _INK,
            "linewidth": 1.0 if person else 1.8,
        }
        label: dict[str, Any] = {"size": _LABEL, "color": _INK, "linespacing": 1.15, "gid": f"box:{name}"}
        axes.text(box.x, box.y, shown[name], zorder=2, bbox=frame, **label, **middle)
    if not steps:
        axes.text(_WIDTH / 2, drawn / 2, "No step is known.", size=_LABEL, color=_INK, gid="none", **middle)
    for x, y, part, bold in key:
        entry: dict[str, Any] = {"size": _KEY, "color": _INK, "va": "top", "weight": "bold" if bold else "normal"}
        figure.text(x / _WIDTH, (below - 0.1 - y) / height, part, gid="key", **entry)
    _write_legend(figure, words, {step.status for step in steps}, height)
    describe_figure(figure, _describe(steps, labels, words, caption))
    return axes


def _framed(words: str, size: float, around: float) -> tuple[float, float]:
    """Return width and height of words in inches, with a margin added."""
    width, height = text_size(words, size)
    return width + around, height + around


def _write_key(
    steps: Sequence[Step], labels: Mapping[str, str], words: Mapping[str, str]
) -> tuple[list[tuple[float, float, str, bool]], int]:
    """Lay out the key in two columns: x, y, words and whether bold, for each line; return also its height in lines."""
    entries = []
    for step in steps:
        # Never shortened: the hedge is at the end.
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


def _write_legend(figure: Figure, words: Mapping[str, str], there: Set[str], height: float) -> None:
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], color=ink, linestyle=style, linewidth=wide, label=words[status])
        for status, (style, wide, ink, _) in STATUS_STYLES.items()
        if status in there
    ]
    where: dict[str, Any] = {"loc": "lower left", "bbox_to_anchor": (0, 0.16 / height), "ncols": 4, "frameon": False}
    figure.legend(handles=handles, fontsize=_KEY, handlelength=4, columnspacing=1.2, labelcolor=_INK, **where)
    shapes = "rounded: people and bodies    square: papers, prints and the rest"
    figure.text(_MARGIN / _WIDTH, 0.1 / height, shapes, size=_KEY, color=_INK, gid="key")


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
