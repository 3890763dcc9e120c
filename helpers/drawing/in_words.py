"""What is shown in the place of a picture where none can be drawn: the list that the picture shows."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, Protocol

from ..core import element, folded, plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes

P = ParamSpec("P")
WHY = "Pictures cannot be drawn here, because matplotlib is not installed."


class Listing(Protocol):
    """Something with a display of its own, such as a table."""

    def _repr_html_(self) -> str: ...


class NoPicture:
    """Stands for a picture that cannot be drawn; ``listing`` is what was shown in its place."""

    def __init__(self, listing: Listing) -> None:
        self.listing = listing

    @plain
    def __repr__(self) -> str:
        return f"<No picture. {WHY}>"


def can_draw() -> bool:
    """Return whether the packages for pictures are there. The edition for the browser has none of them.

    Examples
    --------
    >>> can_draw()
    True
    """
    try:
        import matplotlib.pyplot  # noqa: F401
        import numpy  # noqa: F401
        import PIL  # noqa: F401
    except ImportError:
        return False
    return True


def or_listed(listing: Callable[P, Listing]) -> Callable[[Callable[P, Axes]], Callable[P, Axes]]:
    """Decorate a function that draws a picture: where none can be drawn, it shows what ``listing`` returns.

    It shows it at once, as a notebook shows a figure, and returns a `NoPicture`.

    Examples
    --------
    >>> from helpers.core import Table
    >>> from helpers.drawing import new_sheet
    >>> @or_listed(lambda count: Table([], ["event"], caption=f"{count} events"))
    ... def draw(count):
    ...     return new_sheet(count, 1)[1]
    >>> [float(end) for end in draw(2).get_xlim()]
    [0.0, 2.0]
    """

    def decorated(draw: Callable[P, Axes]) -> Callable[P, Axes]:
        @wraps(draw)
        def draw_or_list(*given: P.args, **named: P.kwargs) -> Any:  # noqa: ANN401 - a NoPicture only without figures
            return draw(*given, **named) if can_draw() else _show(listing(*given, **named))

        return draw_or_list

    return decorated


def _show(listing: Listing) -> NoPicture:
    from IPython.display import display

    why = element("p", f"{WHY} This list has what the picture would show.")
    html, words = folded(why + listing._repr_html_()), f"{WHY}\n{listing!r}"
    display({"text/html": html, "text/plain": words}, raw=True)
    return NoPicture(listing)
