"""The picture of a network: names in frames, arrows with signs, and below them what every sign stands for."""

from __future__ import annotations

import math
import textwrap
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..core import THEME
from ..drawing import Box, describe_figure, name_frame
from ..texts import BASES
from .letters import Arrow

if TYPE_CHECKING:
    import numpy
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_STYLES = dict(zip(BASES, THEME.lines, strict=True))
WIDTH, MARGIN, _LINE = 10.4, 0.14, 0.19  # inches; the last is a line of the key
_KEYED = 18  # so many bundles of letters are named in the key
_LETTERS = "letters"
# Names are names: a dollar in one begins no formula.
_PLAIN: dict[str, Any] = {"size": THEME.key, "color": THEME.ink, "va": "center", "parse_math": False}
_WORDS: dict[str, Any] = {"ha": "center", "va": "center", "family": "DejaVu Sans", "parse_math": False}


@dataclass(frozen=True)
class Sheet:
    """Where everything stands, in inches from below left.

    Attributes
    ----------
    height : float
        How high the drawing is; it is `WIDTH` wide.
    labels, kinds : dict of str to str
        The name of each node, in lines, and its type.
    boxes : dict of str to Box
        Where the names stand.
    arrows : list of Arrow
        What is drawn between them.
    arcs : dict of str to numpy.ndarray
        The points of each arrow, by its id.
    signs : dict of str to Box
        Where the sign of each arrow stands.
    """

    height: float
    labels: dict[str, str]
    kinds: dict[str, str]
    boxes: dict[str, Box]
    arrows: list[Arrow]
    arcs: dict[str, numpy.ndarray]
    signs: dict[str, Box]


def relation_in_words(name: str) -> str:
    """A relation or a basis in words.

    Examples
    --------
    >>> relation_in_words("writes_to")
    'writes to'
    """
    return str(name).replace("_", " ")


def draw(sheet: Sheet, said: str, description: str) -> Axes:
    """Draw a network that has been laid out.

    Parameters
    ----------
    sheet : Sheet
        Where everything stands.
    said : str
        What is not drawn; stands below the key.
    description : str
        What the picture shows, for those who do not see it.

    Returns
    -------
    matplotlib.axes.Axes
        Axes in inches.
    """
    import matplotlib.pyplot as plt

    keys = _keys(sheet)
    inks = {group: THEME.inks[n % len(THEME.inks)] for n, group in enumerate(keys)}
    frames = {group: ("square,pad=0.15", "round,pad=0.15")[n % 2] for n, group in enumerate(keys)}
    lines = textwrap.wrap(said, 155)
    below = _LINE * (2 + sum(1.6 + math.ceil(len(rows) / 3) for rows in keys.values()))
    below += _LINE * (len(lines) + 0.5) if lines else 0
    height = sheet.height + below
    figure = plt.figure(figsize=(WIDTH, height), facecolor=THEME.paper)
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
    """For each document its signs and what they stand for; the largest bundles of letters come last."""
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
    # The axes have their limits already and need not look for them in every line.
    style: dict[str, Any] = {"color": ink, "linestyle": _STYLES[arrow.basis], "linewidth": 1.4, "zorder": 1}
    axes.add_artist(Line2D(*arc[:-4].T, **style, gid=f"edge:{arrow.id}"))
    head: dict[str, Any] = {"arrowstyle": "-|>", "mutation_scale": 11, "shrinkA": 0, "shrinkB": 0, "linewidth": 0.8}
    axes.add_artist(FancyArrowPatch(arc[-5], arc[-1], **head, color=ink, zorder=1))
    box = {"boxstyle": frame, "facecolor": THEME.paper, "edgecolor": ink, "linewidth": 0.6}
    style = {"size": THEME.small, "color": ink, "zorder": 3, "gid": f"sign:{arrow.id}", "bbox": box}
    axes.text(sign.x, sign.y, arrow.sign, **style, **_WORDS)


def _draw_name(axes: Axes, node: str, box: Box, sheet: Sheet) -> None:
    frame = name_frame(sheet.kinds[node].startswith("person"))
    about: dict[str, Any] = {"size": THEME.name, "color": THEME.ink, "linespacing": 1.15, "gid": f"node:{node}"}
    axes.text(box.x, box.y, sheet.labels[node], zorder=2, bbox=frame, **about, **_WORDS)


def _write_key(
    figure: Figure, keys: Mapping[str, Sequence[tuple[str, str]]], inks: Mapping[str, str], height: float, top: float
) -> float:
    """Below the drawing: what every sign stands for, document by document, in three columns; gives where it ends."""
    y = top - _LINE
    for document, rows in keys.items():
        ink = inks[document]
        title = "letters, the largest numbers" if document == _LETTERS else document
        head = {"size": THEME.label, "weight": "bold", "color": ink}
        figure.text(0.15 / WIDTH, y / height, title, **_PLAIN | head)
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
    style: dict[str, Any] = {"color": THEME.ink, "linewidth": 1.4}
    handles = [Line2D([], [], **style, linestyle=_STYLES[one], label=relation_in_words(one)) for one in bases]
    where: dict[str, Any] = {"loc": "lower left", "bbox_to_anchor": (0, 0), "ncols": len(bases), "frameon": False}
    figure.legend(handles=handles, fontsize=THEME.key, handlelength=4, labelcolor=THEME.ink, **where)
    frames = "rounded: a person    square: a body or another voice"
    if "correspondent" in sheet.kinds.values():
        frames = "square: a correspondent, as the edition names them"
    figure.text(1 - 0.15 / WIDTH, 0.09 / height, frames, size=THEME.key, color=THEME.ink, ha="right")
