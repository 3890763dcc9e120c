"""Escaped HTML with inline styles and semantic tags, which also displays in an untrusted notebook."""

from __future__ import annotations

import html
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar, overload

from .errors import UserError
from .theme import THEME
from .untrusted import neutralised

if TYPE_CHECKING:
    import pandas

# Elements with this class and cells with this tag make sense only on a screen; worksheets leave them out.
SCREEN = "screen"


class Markup(str):
    """Text that is already HTML and is not escaped again."""

    __slots__ = ()


def escape(value: object) -> Markup:
    """Escape a value for HTML, for an element or an attribute; control characters become visible (`neutralised`).

    Examples
    --------
    >>> escape('<b title="x">')
    '&lt;b title=&quot;x&quot;&gt;'
    """
    return value if isinstance(value, Markup) else Markup(_safe(value))


def _safe(value: object) -> str:
    if isinstance(value, Markup):
        return value.removeprefix(_FOLDED)  # only a whole display begins with this line
    return html.escape(neutralised(value), quote=True)


def join(parts: Iterable[object], between: str = "") -> Markup:
    """Escape the parts that are not `Markup`, and join them."""
    return Markup(_safe(between).join(map(_safe, parts)))


def element(name: str, *content: object, **attributes: object) -> Markup:
    """Build one element; escape content and attribute values, and leave out attributes that are None.

    Examples
    --------
    >>> element("em", "a < b", lang="en")
    '<em lang="en">a &lt; b</em>'
    """
    given = "".join(f' {key}="{_safe(value)}"' for key, value in attributes.items() if value is not None)
    return Markup(f"<{name}{given}>{''.join(map(_safe, content))}</{name}>")


def bidi_isolated(words: object) -> Markup:
    """Return words as HTML whose writing direction does not affect the words around it.

    Examples
    --------
    >>> bidi_isolated("<b>")
    '<bdi dir="auto">&lt;b&gt;</bdi>'
    """
    return element("bdi", words, dir="auto")


def classed(name: str, kind: str, *content: object, **attributes: object) -> Markup:
    """Build an element with a class; without one if ``kind`` is empty.

    Examples
    --------
    >>> classed("p", "later", "See", " ", "below")
    '<p class="later">See below</p>'
    """
    return element(name, *content, **({"class": kind} if kind else {}), **attributes)


def void(name: str, **attributes: object) -> Markup:
    """Build an element without content, such as ``img``."""
    return Markup(element(name, **attributes).removesuffix(f"</{name}>"))


def chip(words: object, colour: int) -> Markup:
    """Write words on a colour of ``THEME.marks``, with rounded edges, for a verdict or a count.

    Examples
    --------
    >>> chip("✓ right", 3).endswith("✓ right</span>")
    True
    """
    style = (
        f"background:{THEME.marks[colour]};color:{THEME.ink};padding:0.1em 0.5em;border-radius:0.8em;white-space:nowrap"
    )
    return element("span", words, style=style)


# JupyterLab 4.6 aligns cells right and stripes rows; sentences read better aligned left, with a rule below each row.
_CELL = f"text-align:{{align}};vertical-align:top;padding:0.3em 0.6em;border-bottom:1px solid {THEME.edge}"


# JupyterLab 4.6 shows the first line of a folded result in place of it.
_FOLDED = "<!-- Run this cell to see its result here. -->\n"
S = TypeVar("S")


def folded(html: str) -> Markup:
    """Let a display begin with a line that says what to do while it is folded.

    Examples
    --------
    >>> folded("<p>Words</p>").splitlines()
    ['<!-- Run this cell to see its result here. -->', '<p>Words</p>']
    """
    return Markup(html if html.startswith(_FOLDED) else _FOLDED + html)


def foldable(write: Callable[[S], str]) -> Callable[[S], Markup]:
    """Decorate a ``_repr_html_`` with `folded`."""
    return wraps(write)(lambda self: folded(write(self)))


def plain(write: Callable[[S], str]) -> Callable[[S], str]:
    """Decorate a ``__repr__`` or ``__str__``: control characters in it become visible (`neutralised`)."""
    return wraps(write)(lambda self: neutralised(write(self)))


class Table(Sequence[Mapping[str, Any]]):
    """Records with an accessible display; ``.to_frame()`` converts them to pandas.

    ``note`` says what was left out or where else to look; a function is called only when the note is read.
    ``show`` names the columns to display (default: all), and ``headings`` gives other headings for them. ``words``
    gives, for a column, the words displayed for a value (a name for an id). Columns in ``right`` are aligned right;
    those in ``strong`` are bold and do not wrap.

    Examples
    --------
    >>> table = Table([{"word": "case", "count": 2}], ["word", "count"], caption="Words")
    >>> table[0]["count"], len(table), table.columns
    (2, 1, ('word', 'count'))
    >>> table
    Words
    word  count
    case  2
    """

    def __init__(
        self,
        rows: Iterable[Mapping[str, Any]],
        columns: Sequence[str],
        *,
        caption: str,
        note: str | Callable[[], str] = "",
        show: Sequence[str] | None = None,
        headings: Mapping[str, str] | None = None,
        words: Mapping[str, Mapping[Any, str]] | None = None,
        right: Iterable[str] = (),
        strong: Iterable[str] = (),
    ) -> None:
        self.columns = tuple(columns)
        self.rows = tuple({column: row[column] for column in self.columns} for row in rows)
        self.caption = caption
        self._note = note
        self._show = tuple(show or columns)
        self._headings = headings or {}
        self._words = words or {}
        self._right = frozenset(right)
        self._strong = frozenset(strong)

    @property
    def note(self) -> str:
        """The note below the table: what was left out, or where else to look."""
        return self._note() if callable(self._note) else self._note

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        return iter(self.rows)

    @overload
    def __getitem__(self, index: int) -> Mapping[str, Any]: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Mapping[str, Any], ...]: ...

    def __getitem__(self, index: int | slice) -> Mapping[str, Any] | tuple[Mapping[str, Any], ...]:
        return self.rows[index]

    def to_frame(self) -> pandas.DataFrame:
        """Return the records as a pandas DataFrame, with every column, and with ids rather than their words.

        Examples
        --------
        >>> Table([], ["word", "count"], caption="Words").to_frame().shape
        (0, 2)
        """
        try:
            import pandas
        except ImportError:
            raise UserError(
                "pandas is not installed here, so a table cannot become a DataFrame. The table itself has every row: "
                "for row in table."
            ) from None
        return pandas.DataFrame(list(self.rows), columns=list(self.columns))

    def _heading(self, column: str) -> str:
        return self._headings.get(column, column.replace("_", " "))

    def _word(self, row: Mapping[str, Any], column: str) -> object:
        """The words for a value in plain text: those of `words` unless they are HTML."""
        value = row[column]
        word = self._words.get(column, {}).get(value, value)
        return value if isinstance(word, Markup) else word

    @plain
    def __repr__(self) -> str:
        cells = [[self._heading(column) for column in self._show]] + [
            [textwrap.shorten(str(self._word(row, column)), 48, placeholder=" …") for column in self._show]
            for row in self.rows
        ]
        widths = [max(len(line[i]) for line in cells) for i in range(len(self._show))]
        lines = ["  ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)).rstrip() for line in cells]
        return "\n".join([self.caption, *lines, *filter(None, [self.note])])

    @foldable
    def _repr_html_(self) -> str:
        styles = {
            c: _CELL.format(align="right" if c in self._right else "left")
            + (";font-weight:bold;white-space:nowrap" if c in self._strong else "")
            for c in self._show
        }
        head = element("tr", *(element("th", self._heading(c), style=styles[c], scope="col") for c in self._show))
        columns = []
        for c in self._show:
            words, opening = self._words.get(c, {}), f'<td style="{styles[c]}">'
            values = (row[c] for row in self.rows)
            columns.append([f"{opening}{_safe(words.get(value, value))}</td>" for value in values])
        body = [Markup(f"<tr>{''.join(cells)}</tr>") for cells in zip(*columns, strict=True)]
        if not body:
            body = [
                element(
                    "tr", element("td", "Nothing found.", colspan=len(self._show), style=_CELL.format(align="left"))
                )
            ]
        caption = element(
            "caption", self.caption, style="text-align:left;font-weight:bold;color:inherit;padding:0.3em 0"
        )
        table = element(
            "table",
            caption,
            element("thead", head),
            element("tbody", *body),
            style="border-collapse:collapse;max-width:100%;margin:0.5em 0",
        )
        # On a narrow screen the table is wider than the page: tabindex makes it scrollable by keyboard.
        scrollable = element(
            "div", table, style="overflow-x:auto", tabindex="0", role="group", **{"aria-label": self.caption}
        )
        return join([scrollable, element("p", self.note, style="margin:0.3em 0") if self.note else Markup("")])
