"""Parts that the pages of a class share: links to each other and to their own parts, and tables."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from ..core import Markup, classed, element, neutralised

INDEX, MARKING, OVERVIEW = "index.html", "marking.html", "marks.html"
_MARKING = re.compile(r"marking(?:-(.+))?\.html")


def links_between(here: str, pages: Collection[str]) -> Markup:
    """Write links from one page of a class to the others; nothing if there are none.

    Examples
    --------
    >>> links_between("marks.html", ["index.html", "marks.html"])[41:84]
    '<li><a href="index.html">The class</a></li>'
    >>> links_between("marks.html", [])
    ''
    """
    there = {here, *pages}
    shown = [(INDEX, "The class")] if INDEX in there else []
    shown += [
        (name, f"Marking: {found[1]}" if found[1] else "Marking")
        for name in sorted(there)
        if (found := _MARKING.fullmatch(name))
    ]
    shown += [(OVERVIEW, "All marks")] if OVERVIEW in there else []
    if len(shown) < 2:
        return Markup("")
    parts = (
        element("strong", words, **{"aria-current": "page"}) if name == here else element("a", words, href=name)
        for name, words in shown
    )
    return _links("Pages of the class", parts)


def links_to_parts(parts: Iterable[tuple[str, str]]) -> Markup:
    """Write links to the parts of a page, each given as its id and its name."""
    return _links("On this page", (element("a", name, href=f"#{id}") for id, name in parts))


def _links(label: str, links: Iterable[Markup]) -> Markup:
    return element("nav", element("ul", *(element("li", one) for one in links)), **{"aria-label": label})


def table(caption: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> Markup:
    """Write a table; the first cell of a row is its heading. On a narrow screen it scrolls, by keyboard too."""
    body = (
        element(
            "tr",
            element("th", _safe(first), scope="row"),
            *(one if _is_cell(one) else element("td", _safe(one)) for one in rest),
        )
        for first, *rest in rows
    )
    top = element("tr", *(element("th", name, scope="col") if name else element("td") for name in head))
    whole = element("table", element("caption", caption), element("thead", top), element("tbody", *body))
    return classed("div", "scroll", whole, tabindex="0", role="group", **{"aria-label": caption})


def cell(value: object) -> Markup:
    """Write a cell with a number."""
    return classed("td", "number", value)


def _safe(one: object) -> object:
    """What students and files are called, and what they wrote, may hold any character."""
    return one if isinstance(one, Markup) else neutralised(one)


def _is_cell(one: object) -> bool:
    return isinstance(one, Markup) and one.startswith("<td")
