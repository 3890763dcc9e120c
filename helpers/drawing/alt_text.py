"""Alternative text for figures."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING

from ..core import THEME, folded, neutralised, void
from .layout import drawable

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def describe_figure(figure: Figure, words: str) -> None:
    """Set ``figure.description``, and make notebooks show the figure with it as alternative text.

    Control characters in the words of the figure become visible, and a dollar sign stays a dollar sign. The figure
    may be changed afterwards.

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
        # The drawings use few colours: reducing them to 64 makes the notebook a quarter as large. Pillow’s other
        # methods give up the colour of a single thin line (12.2).
        few = Image.open(drawn).convert("RGB").quantize(64, method=Image.Quantize.FASTOCTREE)
        few.save(picture, format="png", optimize=True)
        data = base64.b64encode(picture.getvalue()).decode("ascii")
        # JupyterLab 4.6 drops the alternative text of a PNG output, but keeps that of an <img>.
        # The sheet has rounded edges, so that it looks like a paper on a dark page too.
        width = round(figure.get_figwidth() * 112)
        edge = f"box-sizing:border-box;border:1px solid {THEME.rim};border-radius:8px"
        style = f"width:{width}px;max-width:100%;height:auto;{edge}"
        image = void("img", alt=words, src=f"data:image/png;base64,{data}", style=style)
        display({"text/html": folded(image), "text/plain": f"<Figure: {words}>"}, raw=True)

    from matplotlib.text import Text

    words = neutralised(words)
    for one in figure.findobj(Text):
        if isinstance(one, Text):
            one.set_text(drawable(one.get_text()))
            one.set_parse_math(False)
    # Set on the figure: matplotlib-inline 0.2 drops formatters that were registered before it was loaded.
    vars(figure).update(description=words, _ipython_display_=show)
