"""Functions that several kinds of question share: read options, write lists and letters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from string import ascii_uppercase
from typing import TypeVar

from ..core import Markup, YamlEntry, classed, element, join
from .model import Option

T = TypeVar("T")
BOX = Markup('<span class="box"></span>')


def named(entries: Iterable[YamlEntry], make: Callable[[str, YamlEntry], T]) -> tuple[T, ...]:
    """Make objects that have an id; raises `UserError` if an id occurs twice."""
    made, seen = [], set()
    for entry in entries:
        id = entry.text("id")
        if id in seen:
            raise entry.error(f"the id “{id}” occurs twice. Give this one another id", "id")
        seen.add(id)
        made.append(make(id, entry))
    return tuple(made)


def by_id(options: Iterable[Option]) -> dict[str, Option]:
    """Map ids to options, in order."""
    return {option.id: option for option in options}


def for_page(options: Iterable[Option]) -> list[dict[str, str]]:
    """Options as plain data for the page, without the key."""
    return [{"id": option.id, "text": option.text} for option in options]


def ids_and_texts(options: Iterable[Option]) -> list[tuple[str, str]]:
    """Options as they enter the hash of a question."""
    return sorted((option.id, option.text) for option in options)


def still_list(entries: Iterable[object]) -> Markup:
    """Return a list without bullets, for a form without widgets."""
    items = (element("li", entry, style="margin:0.35em 0") for entry in entries)
    return element("ul", *items, style="list-style:none;margin:0.2em 0;padding:0")


def paper_list(kind: str, entries: Iterable[object]) -> Markup:
    """Return a list with a CSS class, for paper."""
    return classed("ul", kind, *(element("li", entry) for entry in entries))


def lettered(options: Iterable[Option]) -> Iterator[tuple[str, Option]]:
    """Pair each option with its letter on paper."""
    return ((ascii_uppercase[n % 26], option) for n, option in enumerate(options))


def quoted(words: str) -> str:
    """Put words into quotation marks unless they already have them.

    Examples
    --------
    >>> quoted("all"), quoted("“all”")
    ('“all”', '“all”')
    """
    return words if words.startswith("“") and words.endswith("”") else f"“{words}”"


def because(why: str) -> Markup:
    """Return an explanation with a dash before it, or nothing."""
    return join([" – ", why]) if why else Markup("")


def texts_of(ids: Iterable[str], options: Mapping[str, Option]) -> list[str]:
    """Return the texts of options, given by id; an unknown id is returned unchanged."""
    return [options[id].text if id in options else id for id in ids]
