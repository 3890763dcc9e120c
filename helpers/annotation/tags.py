"""Tags of marks: the categories of the course and the student's own tags, each with a sign and a colour."""

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
    """A tag of a mark."""

    name: str  # as recorded: an id of texts/categories.csv, or the student's own word
    label: str  # as displayed
    sign: str  # a few letters, unique in the tag set
    colour: int  # index into the palette; not unique if there are many tags


def tags_of(own: Iterable[Event], used: Iterable[str]) -> list[Tag]:
    """List the course's tags, then the student's own (from ``tag`` events), then other tags used in marks.

    The sign and colour of a tag do not change when other tags are added after it.

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
        sign = next(sign for sign in _signs(label, n) if sign.casefold() not in signs)
        signs.add(sign.casefold())
        found.append(Tag(name, label, sign, n % len(THEME.marks)))
    return found


def _signs(label: str, n: int) -> Iterator[str]:
    """Yield candidates for the sign of the nth label, the shortest first."""
    letters = "".join(filter(str.isalnum, label)) or "".join(label.split())
    yield from ((letters[:1].upper() + letters[1:length]) for length in range(min(3, len(letters)), 7))
    # If letters are not enough, add a number that depends on n and therefore differs from tag to tag.
    yield from (f"{letters[:3]}{n + 1 + more}" for more in range(100_000))


def known_tag(name: object, tags: Iterable[Tag]) -> str:
    """Return the name of the tag with this name or label, ignoring case; raise `UserError` if there is none.

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
        f'No tag “{str(name)[:60]}”. {did_you_mean(str(name)[:60], options)} To add your own tag, write add_tag("…").'
    )


def new_tag(name: object) -> str:
    """Normalise the spaces of a new tag; raise `UserError` if it is not one line of at most 60 visible characters.

    Examples
    --------
    >>> new_tag(" who  pays ")
    'who pays'
    """
    if not isinstance(name, str) or not any(unicodedata.category(char)[0] in "LNS" for char in tag_name(name)):
        raise UserError("This tag has no letters. Write one or a few words.")
    line = " ".join(name.split())
    if len(line) > MOST_TAG or tag_name(line) != line:
        raise UserError(f"This tag is longer than {MOST_TAG} characters or has control characters. Retype it.")
    return line


def tagset() -> list[Tag]:
    """List all tags: the categories of the course, the student's own, and others used in marks.

    Examples
    --------
    >>> signs = [tag.sign for tag in tagset()]
    >>> len(signs) == len(set(signs))
    True
    """
    used = (tag for mark in current().marks.values() for tag in mark.content.tags)
    return tags_of(workbook.events("tag"), used)


def add_tag(name: str) -> Tag:
    """Add a tag of one's own, or return the existing one; raise `UserError` as `new_tag` does.

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
