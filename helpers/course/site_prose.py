"""Markdown of the module as prose of a site: links lead somewhere, tables have pages, and addresses are links."""

from __future__ import annotations

import re
from collections.abc import Collection

from ..core import kind_of, lessons_folder
from ..texts import TABLES

_OUTSIDE = re.compile(r"[a-z][a-z+.-]*:|//|#")
_LINK = r"(?P<picture>!?)\[(?P<inside>(?:!\[[^\]]*\]\([^)]*\)|[^\[\]])*)\]\(<?(?P<target>[^)\s>]*)>?\)"
# In this order: what is in code or in a tag is neither a link nor an address.
_PIECE = re.compile(
    r"(?P<code>^ *(?P<fence>```+|~~~+).*?^ *(?P=fence)|(?P<ticks>`+)(?P<coded>[^`]+)(?P=ticks)(?!`))"
    rf"|(?P<tag><a\b.*?</a>|<[^>\n]*>)|{_LINK}"
    r"|(?P<address>https?://[^\s<>()\[\]`\"”’]*[^\s<>()\[\]`\"”’.,;:!?])",
    re.M | re.S,
)
_TABLE = re.compile(rf"texts/({'|'.join(TABLES)})\.csv")


def site_prose(words: str, pages: Collection[str], folder: str, *, no_page: str = "") -> str:
    """Return Markdown of a file in `folder` whose links lead to `pages` of the site or to other sites.

    A link to another file of the module becomes its words and the name of the file. A table that is a page of the
    site, such as ``texts/timeline.md``, is linked where its file is named; `no_page` is said of another table.

    Examples
    --------
    >>> site_prose("See `texts/timeline.csv` and https://example.org.", {"texts/timeline.md"}, "lessons")
    'See [`texts/timeline.csv`](../texts/timeline.md) and <https://example.org>.'
    >>> site_prose("Begin: [Before you begin](own-texts.md#begin).", (), "lessons")
    'Begin: Before you begin (`lessons/own-texts.md`).'
    """
    root = lessons_folder().parent.resolve()

    def piece(found: re.Match[str]) -> str:
        if found["code"]:
            table = _TABLE.fullmatch((found["coded"] or "").strip())
            page = f"texts/{table[1]}.md" if table else ""
            if page in pages:
                return f"[{found[0]}]({_up(folder)}{page})"
            return found[0] + (no_page if page else "")
        if found["tag"]:
            return found[0]
        if found["address"]:
            return f"<{found[0]}>"
        picture, target = found["picture"], found["target"]
        # Of what is inside a link, only a picture can lead somewhere else.
        inside = _PIECE.sub(lambda one: piece(one) if one["picture"] else one[0], found["inside"])
        if _OUTSIDE.match(target):
            return inside if picture else f"[{inside}]({target})"
        name = target.partition("#")[0]
        path = (root / folder / name).resolve()
        here = path.relative_to(root).as_posix() if path.is_relative_to(root) else ""
        if here in pages or (picture and kind_of(path) == "file"):
            return f"{picture}[{inside}]({target})"
        # A notebook is known by its title; the name of another file says where the words are.
        told = picture or not here or name.endswith(".ipynb") or path.name in inside
        return inside if told else f"{inside} (`{here}`)"

    return _PIECE.sub(piece, words)


def _up(folder: str) -> str:
    return "../" * (folder.count("/") + 1) if folder else ""


def tables_named(words: str) -> set[str]:
    """Return the tables that a text names in code, such as ``texts/timeline.csv``.

    Examples
    --------
    >>> tables_named("See `texts/timeline.csv`, row t01.")
    {'timeline'}
    """
    return {found[1] for found in re.finditer(rf"`{_TABLE.pattern}`", words)}
