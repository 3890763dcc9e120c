"""What several kinds of question share: lists and letters on paper, options read from a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from string import ascii_uppercase
from typing import TypeVar

from ..core import Markup, YamlEntry, classed, element, join
from .model import Option

T = TypeVar("T")
BOX = Markup('<span class="box"></span>')


def named(entries: Iterable[YamlEntry], make: Callable[[str, YamlEntry], T]) -> tuple[T, ...]:
    """Make things that have an id, each id once.

    Raises
    ------
    UserError
        If an id stands twice.
    """
    made, seen = [], set()
    for entry in entries:
        id = entry.text("id")
        if id in seen:
            raise entry.error(f"the id “{id}” stands twice. Give this one an id of its own", "id")
        seen.add(id)
        made.append(make(id, entry))
    return tuple(made)


def by_id(options: Iterable[Option]) -> dict[str, Option]:
    """Options by their ids, in order."""
    return {option.id: option for option in options}


def for_page(options: Iterable[Option]) -> list[dict[str, str]]:
    """Options for the page: nothing of the key."""
    return [{"id": option.id, "text": option.text} for option in options]


def ids_and_texts(options: Iterable[Option]) -> list[tuple[str, str]]:
    """Options for the fingerprint of a question."""
    return sorted((option.id, option.text) for option in options)


def still_list(entries: Iterable[object]) -> Markup:
    """A list without bullets, for a still form."""
    items = (element("li", entry, style="margin:0.35em 0") for entry in entries)
    return element("ul", *items, style="list-style:none;margin:0.2em 0;padding:0")


def paper_list(kind: str, entries: Iterable[object]) -> Markup:
    """A list of one class, for paper."""
    return classed("ul", kind, *(element("li", entry) for entry in entries))


def lettered(options: Iterable[Option]) -> Iterator[tuple[str, Option]]:
    """Options, each with its letter on paper."""
    return ((ascii_uppercase[n % 26], option) for n, option in enumerate(options))


def quoted(words: str) -> str:
    """Words in quotation marks, which they may have already.

    Examples
    --------
    >>> quoted("all"), quoted("“all”")
    ('“all”', '“all”')
    """
    return words if words.startswith("“") and words.endswith("”") else f"“{words}”"


def because(why: str) -> Markup:
    """An explanation behind what it explains; nothing where there is none."""
    return join([" – ", why]) if why else Markup("")


def texts_of(ids: Iterable[str], options: Mapping[str, Option]) -> list[str]:
    """The words of options; an id stands for itself where there is none of that id."""
    return [options[id].text if id in options else id for id in ids]
