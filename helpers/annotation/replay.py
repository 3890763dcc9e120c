"""What stands after all that a reader did in the margin: marks made, changed, taken away, and taken back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from .. import workbook
from ..core import neutralised
from ..workbook import Event
from .web_annotation import Content, annotations_inside, read_annotation

MADE, REMOVED, UNDONE = "annotation", "annotation-removed", "annotation-undo"
KINDS = (MADE, REMOVED, UNDONE)


@dataclass(frozen=True)
class StandingMark:
    """An annotation as it stands."""

    content: Content
    body: Mapping[str, object]
    event: Event


@dataclass
class Undoable:
    """Something that can be taken back: the events that make it up, what it was, and in which texts."""

    events: list[str]
    said: str
    documents: frozenset[str] = frozenset()


@dataclass
class MarginState:
    """What stands.

    Attributes
    ----------
    marks : dict of str to Mark
        By id, in the order in which they were first made.
    acts : list of Act
        What can be taken back, in order.
    unreadable : list of Event
        Events that hold no annotation.
    """

    marks: dict[str, StandingMark] = field(default_factory=dict)
    acts: list[Undoable] = field(default_factory=list)
    unreadable: list[Event] = field(default_factory=list)


def brief(words: str) -> str:
    """The beginning of a quotation, for a message.

    Examples
    --------
    >>> brief("all of this and all of that and everything else")
    '“all of this and all of that and e …”'
    """
    words = " ".join(neutralised(words[:1000]).split())
    return f"“{words}”" if len(words) <= 40 else f"“{words[:33].rstrip()} …”"


def replayed(events: Iterable[Event]) -> MarginState:
    """Replay what a reader did, in the order of the workbook.

    Parameters
    ----------
    events : iterable of Event
        In order; what is of another kind does not count.

    Returns
    -------
    MarginState
        The same for the same events, wherever they were made.

    Examples
    --------
    >>> replayed([]).marks
    {}
    """
    events = [event for event in events if event.kind in KINDS]
    gone = _taken_back(events)
    now = MarginState()
    removals: dict[str, Undoable] = {}
    for event in events:
        if event.id in gone:
            continue
        if event.kind == MADE:
            _make(now, event)
        elif event.kind == REMOVED:
            _remove(now, event, removals)
    return now


# The last that was replayed: a page asks several times between two events.
_last: tuple[list[Event], MarginState] = ([], MarginState())


def current() -> MarginState:
    """What stands in this workbook now; not to be changed."""
    global _last
    events = workbook.events(*KINDS)
    if _last[0] != events:
        _last = events, replayed(events)
    return _last[1]


def targets(event: Event) -> list[str]:
    """Which events an event takes back."""
    named = event.body.get("undoes")
    return [one for one in named if isinstance(one, str)] if isinstance(named, list) else []


def _taken_back(events: list[Event]) -> dict[str, str]:
    """The events that do not count: by id, the kind of each. What takes back may be taken back itself."""
    place = {event.id: (n, event.kind) for n, event in enumerate(events)}
    gone: dict[str, str] = {}
    # From the last to the first, since only what is earlier can be taken back.
    for n in range(len(events) - 1, -1, -1):
        if events[n].kind == UNDONE and events[n].id not in gone:
            for one in targets(events[n]):
                if one in place and place[one][0] < n:
                    gone[one] = place[one][1]
    return gone


def _make(now: MarginState, event: Event) -> None:
    items = annotations_inside(event.body)
    read_items = [(content, body) for body in items if isinstance(body, dict) and (content := read_annotation(body))]
    if len(read_items) < len(items) or not items:
        now.unreadable.append(event)
    if not read_items:
        return
    content = read_items[0][0]
    if "type" in event.body and event.body["type"] != "Annotation":
        said = f"the import of {len(read_items)} mark{'' if len(read_items) == 1 else 's'}"
    else:
        said = f"the {'change of' if content.id in now.marks else 'mark on'} {brief(content.anchor.exact)}"
    documents = frozenset(content.anchor.document for content, _ in read_items)
    now.acts.append(Undoable([event.id], said, documents))
    for content, body in read_items:
        now.marks[content.id] = StandingMark(content, body, event)


def _remove(now: MarginState, event: Event, removals: dict[str, Undoable]) -> None:
    id = event.body.get("id")
    if not isinstance(id, str):
        return
    mark = now.marks.pop(id, None)
    if mark:
        anchor = mark.content.anchor
        removals[id] = Undoable([event.id], f"the deletion of {brief(anchor.exact)}", frozenset([anchor.document]))
        now.acts.append(removals[id])
    elif id in removals:
        # Two notebooks deleted it: one undo brings it back.
        removals[id].events.append(event.id)
