"""Display views: static HTML always, and a live widget if anywidget is installed."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache
from importlib import resources
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, ParamSpec, Protocol, TypeVar
from weakref import WeakSet

from ..core import THEME, Markup, folded, read_file
from ..reading import MOST_OVERLAPPING
from ..search import for_javascript
from ..workbook import person_in_kernel

if TYPE_CHECKING:
    from anywidget import AnyWidget

P = ParamSpec("P")
W = TypeVar("W")


class Still(Protocol):
    """A view with a static display as HTML and as text."""

    def _repr_html_(self) -> str: ...


def script(*names: str) -> str:
    """Join the theme, ``shared.js``, which all views need, and the script files of a view.

    The part ``words`` gets the characters that count as the same from the search: one list for both.

    Examples
    --------
    >>> script("words", "page").count("function make(")
    1
    """
    parts = map(_part, ("shared", *names))
    given: dict[str, object] = {"THEME": vars(THEME)}
    if "words" in names:
        given |= {"FOLDING": for_javascript(), "MOST_OVERLAPPING": MOST_OVERLAPPING}
    return "\n".join([*(f"const {name} = {json.dumps(value)};" for name, value in given.items()), *parts])


def _part(name: str) -> str:
    with resources.as_file(resources.files(__package__) / f"{name}.js") as path:
        return read_file(path)


# In a notebook that was opened but not run, JupyterLab 4.6 shows a “no model” message in place of the live view.
# This style hides that message after a static view; a viewer that removes styles still shows it.
STILLS = (
    ".close-reading-page", ".close-reading-question", ".close-reading-portfolio", ".close-reading-recalled",
    ".close-reading-marks", ".close-reading-explorer", ".close-reading-bringing",
)  # fmt: skip


def _hiding(*stills: str) -> Markup:
    """Return the style that hides the message after the static views with these selectors."""
    return Markup(
        f"<style>.jp-OutputArea-child:has({', '.join(stills)}) + .jp-OutputArea-child "
        ".jupyter-widgets:not(:has(*)){display:none}</style>"
    )


def show(view: Still, make: Callable[[], object] | None, *still: str) -> None:
    """Display a view as static HTML, and below it as the live widget that `make` returns, if there is one.

    ``still`` selects the static view, if none of the ``STILLS`` does: these are part of all stored outputs.
    """
    from IPython.display import display

    html = folded(view._repr_html_())
    display({"text/html": html + _hiding(*still or STILLS) if make else html, "text/plain": repr(view)}, raw=True)
    if make:
        display(make())


def live_class(make: Callable[[], Callable[P, W]]) -> Callable[[], Callable[P, W] | None]:
    """Delay making a widget class until the first widget is made, after its static view is displayed.

    The import of anywidget takes longer than the static view. The result returns None if anywidget is not installed.
    """
    made = cache(make)

    def live(*args: P.args, **kwargs: P.kwargs) -> W:
        return made()(*args, **kwargs)

    return lambda: live if find_spec("anywidget") else None


_open: WeakSet[Any] = WeakSet()


def close_personal() -> None:
    """Close the views with one person's words, before another person's are shown."""
    for widget in [one for one in _open if one.belongs]:
        widget.close()


@cache
def personal_class() -> type[AnyWidget]:
    """Return the base class of the widgets that show a person’s words.

    JupyterLab and nbconvert may store the traits of a widget in the notebook. Words are therefore sent in messages
    by ``tell``, and again when a view asks for them; see ``personal`` in ``shared.js``.
    """
    import anywidget
    import traitlets

    class PersonalWidget(anywidget.AnyWidget):
        personal = traitlets.Bool(default_value=True).tag(sync=True)
        belongs = True  # to one person; False for a view that shows the work of whoever is there

        def __init__(self, **public: object) -> None:
            self.told: dict[str, object] = {}
            super().__init__(**public)
            _open.add(self)
            self.on_msg(self._asked)

        def tell(self, **parts: object) -> None:
            """Send some parts of what the view shows; the parts that are bytes go as they are."""
            parts["person"] = person_in_kernel()
            self.told |= parts
            blobs = {name: part for name, part in parts.items() if isinstance(part, bytes)}
            words = {name: part for name, part in parts.items() if name not in blobs}
            self.send({"tell": words, "bytes": [*blobs]}, [*blobs.values()])

        def _asked(self, _: object, content: Mapping[str, object], __: object) -> None:
            if content.get("do") == "look":
                self.tell(**self.told)

    return PersonalWidget
