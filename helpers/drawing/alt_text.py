"""Figures that say in words what they show."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING

from ..core import void

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def describe_figure(figure: Figure, words: str) -> None:
    """Give a figure its description, and make notebooks show both.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        The figure; it may still be drawn on afterwards.
    words : str
        What it shows; becomes ``figure.description`` and the alternative text.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> figure = Figure()
    >>> describe_figure(figure, "An empty sheet.")
    >>> figure.description
    'An empty sheet.'
    """

    def show() -> None:
        from IPython.display import display
        from PIL import Image

        drawn, picture = io.BytesIO(), io.BytesIO()
        figure.savefig(drawn, format="png", dpi=140)
        # Few inks on a white sheet: 64 colours make the notebook a quarter as large.
        Image.open(drawn).convert("RGB").quantize(64).save(picture, format="png", optimize=True)
        data = base64.b64encode(picture.getvalue()).decode("ascii")
        # Lab forgets the alternative text of a plain PNG output, but not that of an <img>.
        image = void("img", alt=words, src=f"data:image/png;base64,{data}", style="max-width:100%;height:auto")
        display({"text/html": image, "text/plain": f"<Figure: {words}>"}, raw=True)

    # On the figure itself: the inline backend drops formatters registered before it exists.
    vars(figure).update(description=words, _ipython_display_=show)
