"""One reader's marks, taken from the workbook that was handed in: which words, with which tags."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..core.errors import Slip
from ..core.files import read_file
from ..texts.model import Text
from ..workbook.imports import read
from ..workbook.session import Event
from ..workbook.student_name import _a_name
from .anchoring import find_again
from .standing_marks import standing

Ranges = list[tuple[int, int]]


@dataclass
class Reading:
    """What one reader marked.

    Attributes
    ----------
    name : str
        As the reader gave it.
    words : list of (int, int)
        Runs of marked words, by their numbers, none of which touch.
    tags : dict of str to list of (int, int)
        The same for each tag.
    marks, elsewhere, lost : int
        How many marks; how many of them in layers not looked at, and without a place.
    """

    name: str
    words: Ranges = field(default_factory=list)
    tags: dict[str, Ranges] = field(default_factory=dict)
    marks: int = 0
    elsewhere: int = 0
    lost: int = 0


def opened(portfolio: object) -> dict[str, Event]:
    """The events of a workbook that was handed in: a file, or what stands in one.

    Raises
    ------
    Slip
        If it is something else.
    """
    if isinstance(portfolio, str) and "\n" not in portfolio and not portfolio.lstrip().startswith("{"):
        portfolio = Path(portfolio)
    if isinstance(portfolio, Path):
        portfolio = read_file(portfolio)
    return {item.id: item for _, item in read(portfolio).found if isinstance(item, Event)}


def together(portfolios: Iterable[object]) -> tuple[list[list[Event]], list[str]]:
    """The events of each reader in order; and which portfolios could not be read.

    Two portfolios that share a session are one reader's, handed in twice.
    """
    readers: list[dict[str, Event] | None] = []
    sessions: dict[str, int] = {}
    troubles = []
    for number, portfolio in enumerate(portfolios, 1):
        try:
            events = opened(portfolio)
        except Slip as slip:
            troubles.append(f"Portfolio {number}: {slip}")
            continue
        own = {event.session for event in events.values()}
        known = sorted({sessions[one] for one in own if one in sessions})
        place = known[0] if known else len(readers)
        readers += [] if known else [{}]
        for other in known[1:]:  # two that turn out to be one
            events |= readers[other]
            readers[other] = None
            sessions = {one: place if n == other else n for one, n in sessions.items()}
        readers[place] |= events
        sessions |= dict.fromkeys(own, place)
    found = [one.values() for one in readers if one is not None]
    return [sorted(one, key=lambda event: (event.counter, event.session)) for one in found], troubles


def _name(events: Sequence[Event]) -> str:
    for event in reversed(events):
        if event.kind == "name":
            try:
                return _a_name(event.body.get("name"))
            except Slip:
                continue
    return ""


def reading(events: Sequence[Event], text: Text, begins: Sequence[int], ends: Sequence[int]) -> Reading:
    """What one reader marked in a text.

    Parameters
    ----------
    events : sequence of Event
        The reader's, in order.
    text : Text
        The text.
    begins, ends : sequence of int
        Where the words begin and end that are looked at, in order.

    Returns
    -------
    Reading
        Of a word that is marked in part, the whole.
    """
    found = Reading(_name(events))
    for mark in standing(events).marks.values():
        if mark.content.anchor.document != text.id:
            continue
        found.marks += 1
        _, start, end, _ = find_again(text, mark.content.anchor)
        first, last = bisect_right(ends, start), bisect_left(begins, end)
        if start < 0:
            found.lost += 1
        elif first >= last:
            found.elsewhere += 1
        else:
            found.words.append((first, last))
            for tag in mark.content.tags:
                found.tags.setdefault(tag, []).append((first, last))
    found.words = joined(found.words)
    found.tags = {tag: joined(ranges) for tag, ranges in found.tags.items()}
    return found


def joined(ranges: Ranges) -> Ranges:
    """Put ranges together that overlap or touch.

    Examples
    --------
    >>> joined([(4, 6), (0, 2), (1, 3), (3, 4)])
    [(0, 6)]
    """
    found: Ranges = []
    for start, end in sorted(ranges):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found
