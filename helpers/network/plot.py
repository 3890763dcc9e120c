"""Drawing of a network: names in frames, labelled arrows, and a key to the labels below."""

from __future__ import annotations

import math
import textwrap
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..drawing import Box, describe_figure
from ..texts import BASES
from .letters import Arrow

if TYPE_CHECKING:
    import numpy
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.typing import LineStyleType

_DASHES: tuple[LineStyleType, ...] = ("solid", (0, (5, 3)), (0, (1, 2)), (0, (6, 2, 1, 2)))
_STYLES = dict(zip(BASES, _DASHES, strict=True))
# The same styles as SVG stroke-dasharray values, for HTML pages.
STROKES = dict(zip(BASES, ("", "7 4", "1.5 4", "9 3 1.5 3"), strict=True))
# Dark enough for 4.5:1 on the white sheet, and different in lightness for a grey print.
ARROW_INKS = ("#0b3d66", "#a33a00", "#146c43", "#6a1b7a", "#5b4a00")
LABEL, SIGN, _KEY, _LINE = 9.5, 8.0, 8.5, 0.19  # sizes of type in points; a line of the key in inches
WIDTH, MARGIN = 10.4, 0.14  # inches
SHEET_COLOUR = "#ffffff"
TEXT_COLOUR = "#1b1b1b"
_KEYED = 18  # the key names at most so many bundles of letters
_LETTERS = "letters"
# parse_math=False: a dollar sign in a name must not start a formula (matplotlib 3.11.2).
_PLAIN: dict[str, Any] = {"size": _KEY, "color": TEXT_COLOUR, "va": "center", "parse_math": False}
_WORDS: dict[str, Any] = {"ha": "center", "va": "center", "family": "DejaVu Sans", "parse_math": False}


@dataclass(frozen=True)
class Sheet:
    """A layout of the network; lengths in inches, origin at the bottom left, width `WIDTH`."""

    height: float
    labels: dict[str, str]  # by node: its name, broken into lines
    kinds: dict[str, str]  # by node: its type
    boxes: dict[str, Box]  # by node: the frame of its name
    arrows: list[Arrow]
    arcs: dict[str, numpy.ndarray]  # by arrow id: the points of its line
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
    import matplotlib.pyplot as plt

    keys = _keys(sheet)
    inks = {group: ARROW_INKS[n % len(ARROW_INKS)] for n, group in enumerate(keys)}
    frames = {group: ("square,pad=0.15", "round,pad=0.15")[n % 2] for n, group in enumerate(keys)}
    lines = textwrap.wrap(note, 155)
    below = _LINE * (2 + sum(1.6 + math.ceil(len(rows) / 3) for rows in keys.values()))
    below += _LINE * (len(lines) + 0.5) if lines else 0
    height = sheet.height + below
    figure = plt.figure(figsize=(WIDTH, height), facecolor=SHEET_COLOUR)
    axes = figure.add_axes((0, below / height, 1, sheet.height / height))
    axes.set(xlim=(0, WIDTH), ylim=(0, sheet.height), xticks=[], yticks=[])
    axes.set_axis_off()
    for arrow in sheet.arrows:
        group = arrow.group or _LETTERS
        _draw_arrow(axes, arrow, sheet, inks[group], frames[group])
    for node, box in sheet.boxes.items():
        _draw_name(axes, node, box, sheet)
    y = _write_key(figure, keys, inks, height, below)
    for n, line in enumerate(lines):
        figure.text(0.15 / WIDTH, (y - n * _LINE) / height, line, **_PLAIN, gid=f"left-out:{n}")
    _write_legend(figure, sheet, height)
    describe_figure(figure, description)
    return axes


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


def _draw_arrow(axes: Axes, arrow: Arrow, sheet: Sheet, ink: str, frame: str) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import FancyArrowPatch

    arc, sign = sheet.arcs[arrow.id], sheet.signs[arrow.id]
    # add_artist, not plot: the limits are fixed, so autoscaling every line would waste time.
    style: dict[str, Any] = {"color": ink, "linestyle": _STYLES[arrow.basis], "linewidth": 1.4, "zorder": 1}
    axes.add_artist(Line2D(*arc[:-4].T, **style, gid=f"edge:{arrow.id}"))
    head: dict[str, Any] = {"arrowstyle": "-|>", "mutation_scale": 11, "shrinkA": 0, "shrinkB": 0, "linewidth": 0.8}
    axes.add_artist(FancyArrowPatch(arc[-5], arc[-1], **head, color=ink, zorder=1))
    box = {"boxstyle": frame, "facecolor": SHEET_COLOUR, "edgecolor": ink, "linewidth": 0.6}
    axes.text(sign.x, sign.y, arrow.sign, size=SIGN, color=ink, zorder=3, gid=f"sign:{arrow.id}", bbox=box, **_WORDS)


def _draw_name(axes: Axes, node: str, box: Box, sheet: Sheet) -> None:
    person = sheet.kinds[node].startswith("person")
    frame = {
        "boxstyle": f"{'round' if person else 'square'},pad=0.35",
        "facecolor": "#fff6da" if person else "#e8eef5",
        "edgecolor": TEXT_COLOUR,
        "linewidth": 1.0 if person else 1.8,
    }
    about: dict[str, Any] = {
        "size": LABEL,
        "color": TEXT_COLOUR,
        "zorder": 2,
        "linespacing": 1.15,
        "gid": f"node:{node}",
        "bbox": frame,
    }
    axes.text(box.x, box.y, sheet.labels[node], **about, **_WORDS)


def _write_key(
    figure: Figure, keys: Mapping[str, Sequence[tuple[str, str]]], inks: Mapping[str, str], height: float, top: float
) -> float:
    """Write the key below the drawing by document, in three columns; return the y coordinate of its end."""
    y = top - _LINE
    for document, rows in keys.items():
        ink = inks[document]
        title = "letters, the largest numbers" if document == _LETTERS else document
        figure.text(0.15 / WIDTH, y / height, title, **_PLAIN | {"size": _KEY + 0.5, "weight": "bold", "color": ink})
        y -= _LINE
        deep = math.ceil(len(rows) / 3)
        for n, (sign, words) in enumerate(rows):
            x = 0.15 + (n // deep) * (WIDTH - 0.3) / 3
            spot = x / WIDTH, (y - (n % deep) * _LINE) / height
            figure.text(*spot, f"{sign}  {words}", **_PLAIN)
        y -= _LINE * (deep + 0.6)
    return y


def _write_legend(figure: Figure, sheet: Sheet, height: float) -> None:
    from matplotlib.lines import Line2D

    bases = [basis for basis in BASES if any(arrow.basis == basis for arrow in sheet.arrows)]
    if not bases:
        return
    style: dict[str, Any] = {"color": TEXT_COLOUR, "linewidth": 1.4}
    figure.legend(
        handles=[Line2D([], [], **style, linestyle=_STYLES[one], label=relation_in_words(one)) for one in bases],
        loc="lower left",
        ncols=len(bases),
        frameon=False,
        fontsize=_KEY,
        handlelength=4,
        bbox_to_anchor=(0, 0),
        labelcolor=TEXT_COLOUR,
    )
    frames = "rounded: a person    square: a body or another voice"
    if "correspondent" in sheet.kinds.values():
        frames = "square: a correspondent, as the edition names them"
    figure.text(1 - 0.15 / WIDTH, 0.09 / height, frames, size=_KEY, color=TEXT_COLOUR, ha="right")
