"""The tags with which a reader marks: those of the module, and the reader's own, each with a sign and a colour."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .. import workbook
from ..core import THEME, UserError, did_you_mean
from ..texts import read_table
from ..workbook import Event
from .replay import current
from .web_annotation import MOST_TAG, tag_name


@dataclass(frozen=True)
class Tag:
    """A tag.

    Attributes
    ----------
    name : str
        By which it is recorded: an id of ``texts/categories.csv``, or the reader's own word.
    label : str
        How it is shown.
    sign : str
        A few letters that no other tag of the set has.
    colour : int
        Which colour of the palette; with many tags two may share one, so the sign goes with it.
    """

    name: str
    label: str
    sign: str
    colour: int


def tags_of(own: Iterable[Event], used: Iterable[str]) -> list[Tag]:
    """The set of tags: those of the module first, then one's own, then those that came with marks.

    Parameters
    ----------
    own : iterable of Event
        Events of the kind ``tag``, in order.
    used : iterable of str
        The tags of marks.

    Returns
    -------
    list of Tag
        What a tag is given stays the same when another is added behind it.

    Examples
    --------
    >>> [tag.sign for tag in tags_of([], ["zeal", "zealous"])][-2:]
    ['Zea', 'Zeal']
    """
    labels = {row["category"]: row["label"] or row["category"] for row in read_table("categories")}
    names = [event.body.get("name") for event in own]
    for name in [*names, *used]:
        name = tag_name(name) if isinstance(name, str) else ""
        if name and name not in labels:
            labels[name] = name
    signs: set[str] = set()
    found = []
    for n, (name, label) in enumerate(labels.items()):
        sign = next(one for one in _signs(label, n) if one.casefold() not in signs)
        signs.add(sign.casefold())
        found.append(Tag(name, label, sign, n % len(THEME.marks)))
    return found


def _signs(label: str, n: int) -> Iterator[str]:
    """What may stand for a label, the shortest first."""
    letters = "".join(filter(str.isalnum, label)) or "".join(label.split())
    yield from ((letters[:1].upper() + letters[1:length]) for length in range(min(3, len(letters)), 7))
    # Signs that begin alike are told apart by a number, which no other tag of the set has.
    yield from (f"{letters[:3]}{n + 1 + more}" for more in range(100_000))


def known_tag(name: object, tags: Iterable[Tag]) -> str:
    """The name of a tag, by its name or label, whatever its case.

    Raises
    ------
    UserError
        If it is none of these.

    Examples
    --------
    >>> known_tag("Trust", [Tag("trust", "Trust, or not", "Tru", 0)])
    'trust'
    """
    names = {word.casefold(): tag.name for tag in tags for word in (tag.label, tag.name)}
    names |= {tag.name: tag.name for tag in tags}
    if isinstance(name, str) and (found := names.get(name) or names.get(tag_name(name).casefold())):
        return found
    options = dict.fromkeys(names.values())
    raise UserError(
        f'No tag “{str(name)[:60]}”. {did_you_mean(str(name)[:60], options)} A tag of your own: add_tag("…").'
    )


def new_tag(name: object) -> str:
    """Make sure that a name can be that of a tag.

    Raises
    ------
    UserError
        If it is not one line of at most 60 visible characters.

    Examples
    --------
    >>> new_tag(" who  pays ")
    'who pays'
    """
    if not isinstance(name, str) or not any(unicodedata.category(one)[0] in "LNS" for one in tag_name(name)):
        raise UserError("A tag is a word or a few: give it letters.")
    line = " ".join(name.split())
    if len(line) > MOST_TAG or tag_name(line) != line:
        raise UserError(f"A tag is one line of at most {MOST_TAG} characters, without control characters. Shorten it.")
    return line


def tagset() -> list[Tag]:
    """List the tags: the categories of the module, one's own, and those that came with marks.

    Examples
    --------
    >>> signs = [tag.sign for tag in tagset()]
    >>> len(signs) == len(set(signs))
    True
    """
    used = (tag for mark in current().marks.values() for tag in mark.content.tags)
    return tags_of(workbook.events("tag"), used)


def add_tag(name: str) -> Tag:
    """Add a tag of one's own; one that is there already is given back.

    Raises
    ------
    UserError
        If it has no letters or is too long.

    Examples
    --------
    >>> add_tag("who pays").label
    'who pays'
    """
    name, tags = new_tag(name), tagset()
    for tag in tags:
        if name.casefold() in (tag.name.casefold(), tag.label.casefold()):
            return tag
    workbook.record("tag", {"name": name})
    return next(tag for tag in tagset() if tag.name == name)
