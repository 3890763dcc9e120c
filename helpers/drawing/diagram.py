"""Draw boxes and arrows on a sheet, with a key below. Lengths are inches from the bottom left."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ..core import THEME
from .alt_text import describe_figure
from .layout import Box
from .sheet import new_sheet

if TYPE_CHECKING:
    import numpy
    from matplotlib.axes import Axes
    from matplotlib.typing import LineStyleType

_HEAD = 0.08  # the length of the head of an arrow
_CENTRED: dict[str, Any] = {"ha": "center", "va": "center", "family": "DejaVu Sans"}


class Diagram:
    """A sheet with a drawing and room for a key below it.

    Parameters
    ----------
    width, height, below : float
        The width of the sheet, and the heights of the drawing and of the key.
    """

    def __init__(self, width: float, height: float, below: float) -> None:
        self.width, self.height = width, height + below
        self.figure, self.axes = new_sheet(width, height, below=below)

    def arrow(
        self, gid: str, arc: numpy.ndarray, ink: str, line: LineStyleType, sign: Box, words: str, *,
        width: float = 1.4, frame: str = "round",
    ) -> None:  # fmt: skip
        """Draw an arrow along an arc (points, shape n × 2), and its sign; ``gid`` ends in the id of the arrow."""
        import numpy
        from matplotlib.lines import Line2D
        from matplotlib.patches import Polygon

        id = gid.partition(":")[2]
        tip, shaft = arc[-1], arc[: max(1, int((abs(arc - arc[-1]).max(axis=1) > _HEAD).sum()))]
        along, up = tip - shaft[-1]
        turn = numpy.array([[along, up], [-up, along]]) / (math.hypot(along, up) or 1)
        corners = tip + numpy.array([[0, 0], [-_HEAD, -_HEAD / 2.4], [-_HEAD, _HEAD / 2.4]]) @ turn
        # Up to the head: a line that ends at the tip would make it blunt.
        line_points = numpy.vstack([shaft, corners[1:].mean(axis=0)])
        # add_artist is faster than plot, which would compute limits of the axes from every line; they are fixed.
        self.axes.add_artist(Line2D(*line_points.T, color=ink, linestyle=line, linewidth=width, zorder=1, gid=gid))
        # A FancyArrowPatch is drawn much more slowly (matplotlib 3.11).
        self.axes.add_artist(Polygon(corners, facecolor=ink, edgecolor=ink, linewidth=0.6, zorder=1, gid=f"head:{id}"))
        box = {"boxstyle": f"{frame},pad=0.15", "facecolor": THEME.sheet, "edgecolor": ink, "linewidth": 0.6}
        style: dict[str, Any] = {"size": THEME.small, "color": ink, "zorder": 3, "bbox": box}
        self.axes.text(sign.x, sign.y, words, gid=f"sign:{id}", **style, **_CENTRED)

    def name(self, gid: str, box: Box, words: str, size: float, *, person: bool) -> None:
        """Write a name in its frame: round for a person, square with a thicker line for everything else."""
        from matplotlib.patches import FancyBboxPatch

        shape, inside, width = ("round", THEME.person, 1.0) if person else ("square", THEME.body, 1.8)
        style = f"{shape},pad=0" + (",rounding_size=0.06" if person else "")
        corner = (box.x - box.width / 2, box.y - box.height / 2)
        frame: dict[str, Any] = {"facecolor": inside, "edgecolor": THEME.ink, "linewidth": width, "zorder": 2}
        id = gid.partition(":")[2]
        self.axes.add_artist(FancyBboxPatch(corner, box.width, box.height, style, gid=f"frame:{id}", **frame))
        said: dict[str, Any] = {"size": size, "color": THEME.ink, "linespacing": 1.15, "zorder": 3}
        self.axes.text(box.x, box.y, words, gid=gid, **said, **_CENTRED)

    def write(self, x: float, y: float, words: str, **style: Any) -> None:  # noqa: ANN401 - matplotlib's own
        """Write on the sheet, in or below the drawing."""
        self.figure.text(x / self.width, y / self.height, words, **{"color": THEME.ink} | style)

    def legend(self, lines: Iterable[tuple[str, str, LineStyleType, float]], y: float = 0, **style: Any) -> None:  # noqa: ANN401
        """Explain lines: words, ink, line style and width of each."""
        from matplotlib.lines import Line2D

        handles = [
            Line2D([], [], color=ink, linestyle=line, linewidth=width, label=words) for words, ink, line, width in lines
        ]
        if handles:
            where: dict[str, Any] = {"loc": "lower left", "bbox_to_anchor": (0, y / self.height), "frameon": False}
            self.figure.legend(
                handles=handles, handlelength=4, ncols=len(handles), labelcolor=THEME.ink, **where, **style
            )

    def described(self, words: str) -> Axes:
        """Give the finished drawing its alternative text, and return its axes."""
        describe_figure(self.figure, words)
        return self.axes
