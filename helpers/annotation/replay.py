"""Event replay: the current marks after all recorded creations, changes, deletions and undos."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .. import workbook
from ..core import neutralised
from ..workbook import Event, History
from .web_annotation import Content, annotations_inside, read_annotation

MADE, REMOVED, UNDONE = "annotation", "annotation-removed", "annotation-undo"
KINDS = (MADE, REMOVED, UNDONE)


@dataclass(frozen=True)
class StandingMark:
    """A current mark: its content, its annotation, and the event that recorded it last."""

    content: Content
    body: Mapping[str, object]
    event: Event


@dataclass
class Undoable:
    """An action that can be undone: its events, its description, and the texts it concerns."""

    events: list[str]
    said: str
    documents: frozenset[str] = frozenset()


@dataclass
class MarginState:
    """The result of a replay."""

    marks: dict[str, StandingMark] = field(default_factory=dict)  # by id, in order of creation
    acts: list[Undoable] = field(default_factory=list)  # in order
    unreadable: list[Event] = field(default_factory=list)  # events without a readable annotation


def brief(words: str) -> str:
    """Shorten a quotation for a message, and put it into quotation marks.

    Examples
    --------
    >>> brief("all of this and all of that and everything else")
    '“all of this and all of that and e …”'
    """
    words = " ".join(neutralised(words[:1000]).split())
    return f"“{words}”" if len(words) <= 40 else f"“{words[:33].rstrip()} …”"


def replayed(history: History) -> MarginState:
    """Replay the events of a workbook in order; events of other kinds are ignored."""
    events = [event for event in history.events if event.kind in KINDS]
    undone = _undone_ids(events)
    now = MarginState()
    removals: dict[str, Undoable] = {}
    for event in events:
        if event.id in undone:
            continue
        if event.kind == MADE:
            _make(now, event)
        elif event.kind == REMOVED:
            _remove(now, event, removals, history)
    return now


# A cache of the last replay, because a page asks several times between two events.
_last: tuple[list[Event], MarginState] = ([], MarginState())


def current() -> MarginState:
    """Return the current state of this workbook; the caller must not change it (it is cached)."""
    global _last
    history = workbook.history()
    events = [event for event in history.events if event.kind in KINDS]
    if _last[0] != events:
        _last = events, replayed(history)
    return _last[1]


def targets(event: Event) -> list[str]:
    """Return the ids of the events that an undo event takes back."""
    named = event.body.get("undoes")
    return [id for id in named if isinstance(id, str)] if isinstance(named, list) else []


def _undone_ids(events: list[Event]) -> set[str]:
    """Return the ids of undone events; an undo may be undone itself."""
    place = {event.id: n for n, event in enumerate(events)}
    undone: set[str] = set()
    # Backwards, because an undo can only take back earlier events.
    for n in range(len(events) - 1, -1, -1):
        if events[n].kind == UNDONE and events[n].id not in undone:
            undone.update(id for id in targets(events[n]) if place.get(id, n) < n)
    return undone


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


def _remove(now: MarginState, event: Event, removals: dict[str, Undoable], history: History) -> None:
    id = event.body.get("id")
    if not isinstance(id, str):
        return
    if id in now.marks and not history.knew(event, now.marks[id].event):
        return  # changed in another copy, which this removal never saw
    mark = now.marks.pop(id, None)
    if mark:
        anchor = mark.content.anchor
        removals[id] = Undoable([event.id], f"the deletion of {brief(anchor.exact)}", frozenset([anchor.document]))
        now.acts.append(removals[id])
    elif id in removals:
        # Two notebooks deleted it: one undo brings it back.
        removals[id].events.append(event.id)
