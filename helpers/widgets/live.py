"""How a view becomes live: its script, and the packages that carry it, where they are at hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from importlib import resources
from types import ModuleType

from ..core import THEME, Markup, read_file


def script(*names: str) -> str:
    """The script of a view, in its parts, behind the theme and what all views share.

    Examples
    --------
    >>> script("words", "page").count("function make(")
    1
    """
    folder = resources.files(__package__)
    parts = (read_file(folder / f"{name}.js") for name in ("shared", *names))
    return "\n".join([f"const THEME = {json.dumps(vars(THEME))};", *parts])


# A notebook opened again has a still view and, where its live one was, Jupyter's word that it has no
# model. Until the cell is run that word helps nobody. Where a style is not let through, it stays.
STILLS = (".close-reading-page", ".close-reading-question", ".close-reading-portfolio", ".close-reading-explorer")
_DEAD = Markup(
    f"<style>.jp-OutputArea-child:has({', '.join(STILLS)}) + .jp-OutputArea-child "
    ".jupyter-widgets:not(:has(*)){display:none}</style>"
)


def show(view: object, make: Callable[[], object] | None) -> None:
    """Display a view: still first, as an output of its own, which remains where no widget can be.

    Parameters
    ----------
    view : object
        What has a still display, as HTML and as text.
    make : callable or None
        Makes the widget, where there can be one.
    """
    from IPython.display import display

    html = view._repr_html_()
    display({"text/html": html + _DEAD if make else html, "text/plain": repr(view)}, raw=True)
    if make:
        display(make())


def live_class(make: Callable[[ModuleType, ModuleType], type]) -> Callable[[], type | None]:
    """Make a widget class when its view is first displayed, so that reading imports no widgets.

    Parameters
    ----------
    make : callable
        Makes the class from the modules anywidget and traitlets.

    Returns
    -------
    callable
        Gives the class, each time the same; None where anywidget is not installed and views stay still.
    """
    made = cache(make)

    def get() -> type | None:
        try:
            import anywidget
            import traitlets
        except ImportError:
            return None
        return made(anywidget, traitlets)

    return get
