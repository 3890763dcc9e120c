"""How a view becomes live: its script, and the packages that carry it, where they are at hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from importlib import resources
from typing import ParamSpec, Protocol, TypeVar

from ..core import THEME, Markup, read_file
from ..search import for_javascript

P = ParamSpec("P")
W = TypeVar("W")


class Still(Protocol):
    """What has a still display, as HTML and as text."""

    def _repr_html_(self) -> str: ...


def script(*names: str) -> str:
    """The script of a view, in its parts, behind the theme and what all views share.

    The part ``words`` gets the characters that count as the same from the search: one list for both.

    Examples
    --------
    >>> script("words", "page").count("function make(")
    1
    """
    parts = map(_part, ("shared", *names))
    given = {"THEME": vars(THEME)} | ({"FOLDING": for_javascript()} if "words" in names else {})
    return "\n".join([*(f"const {name} = {json.dumps(value)};" for name, value in given.items()), *parts])


def _part(name: str) -> str:
    with resources.as_file(resources.files(__package__) / f"{name}.js") as path:
        return read_file(path)


# A notebook opened again has a still view and, where its live one was, Jupyter's word that it has no
# model. Until the cell is run that word helps nobody. Where a style is not let through, it stays.
STILLS = (".close-reading-page", ".close-reading-question", ".close-reading-portfolio", ".close-reading-explorer")
_DEAD = Markup(
    f"<style>.jp-OutputArea-child:has({', '.join(STILLS)}) + .jp-OutputArea-child "
    ".jupyter-widgets:not(:has(*)){display:none}</style>"
)


def show(view: Still, make: Callable[[], object] | None) -> None:
    """Display a view: still first, as an output of its own, which remains where no widget can be.

    Parameters
    ----------
    view : Still
        What has a still display, as HTML and as text.
    make : callable or None
        Makes the widget, where there can be one.
    """
    from IPython.display import display

    html = view._repr_html_()
    display({"text/html": html + _DEAD if make else html, "text/plain": repr(view)}, raw=True)
    if make:
        display(make())


def live_class(make: Callable[[], Callable[P, W]]) -> Callable[[], Callable[P, W] | None]:
    """Make a widget class when its view is first displayed, so that reading imports no widgets.

    Parameters
    ----------
    make : callable
        Makes the class; it imports anywidget and traitlets itself.

    Returns
    -------
    callable
        Gives the class, each time the same; None where anywidget is not installed and views stay still.
    """
    made = cache(make)

    def get() -> Callable[P, W] | None:
        try:
            import anywidget  # noqa: F401 - brings traitlets
        except ImportError:
            return None
        return made()

    return get
