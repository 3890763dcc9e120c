"""New figures: a sheet of paper with one pair of axes in inches, which a notebook shows."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ..core import THEME

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def new_sheet(width: float, height: float, *, below: float = 0) -> tuple[Figure, Axes]:
    """Make a figure and its axes in inches, with room of the height ``below`` under them.

    Examples
    --------
    >>> [float(end) for end in new_sheet(4, 2, below=1)[1].get_ylim()]
    [0.0, 2.0]
    """
    import matplotlib.pyplot as plt

    _show_in_notebook()
    figure = plt.figure(figsize=(width, height + below), facecolor=THEME.sheet)
    axes = figure.add_axes((0, below / (height + below), 1, height / (height + below)))
    axes.set(xlim=(0, width), ylim=(0, height), xticks=[], yticks=[])
    axes.set_axis_off()
    return figure, axes


def _show_in_notebook() -> None:
    """Show figures in a notebook whose server was started with ``MPLBACKEND=agg``, as on many servers and in CI.

    ipykernel 7 shows figures by itself, but not if the variable is set.
    """
    import matplotlib

    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if (
        shell is not None
        and getattr(shell, "kernel", None) is not None
        and matplotlib.get_backend().casefold() == "agg"
    ):
        shell.enable_matplotlib("inline")
