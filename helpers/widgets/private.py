"""Show words of a person live, without leaving them in the stored output of a cell."""

# No “from __future__ import annotations”: it would define the name of a function of this module.
from collections.abc import Callable
from typing import Protocol

from .. import annotation, workbook
from ..core import Markup, Table, plain
from ..texts import Text
from ..workbook import UNSTORED
from .asking import show_personal
from .live import Still, live_class, personal_class, script


class Private(Still, Protocol):
    """A view whose static display holds no word of a person."""

    def words_html(self) -> str:
        """Return the words, as escaped HTML."""


def show_words(view: Private) -> None:
    """Display a view: its static display, which is stored, and its words, which are not."""
    alive = _widget()
    show_personal(view, (lambda: alive(view)) if alive else None)


class OwnMarks(Table):
    """The table of a person’s own marks; made by `annotations`."""

    def words_html(self) -> str:
        """Return the table, for the live view."""
        return super()._repr_html_()

    def _ipython_display_(self) -> None:
        show_words(self)

    def _repr_html_(self) -> Markup:
        return annotation.still_marks()

    @plain
    def __repr__(self) -> str:
        return f"{self.caption}. {UNSTORED}"

    @plain
    def __str__(self) -> str:
        workbook.require_person()
        return super().__repr__()


def annotations(*texts: Text) -> OwnMarks:
    """List your own marks.

    The list is shown live and is not stored in the notebook; ``print`` writes it as text.

    Parameters
    ----------
    *texts : Text
        Only the marks of these texts; by default all marks.

    Returns
    -------
    Table
        One row per mark: document, layer, voice, quotation, tags, note; in the order of the texts.
        Marks whose words are no longer in the text come last.

    Raises
    ------
    UserError
        If an argument is not a text.

    Examples
    --------
    >>> annotations().columns
    ('document', 'layer', 'voice', 'quotation', 'tags', 'note')
    """
    return annotation.marks_table(*texts, made=OwnMarks)


@live_class
def _widget() -> Callable[[Private], object]:
    class LiveWords(personal_class()):  # type: ignore[misc]  # a class made at run time
        _esm = script("private")

        def __init__(self, view: Private) -> None:
            super().__init__()
            self.tell(words=view.words_html())

        def __repr__(self) -> str:
            return "Run this cell to see your own words here."

    return LiveWords
