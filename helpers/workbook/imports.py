"""Find the new events in a file to restore."""

from __future__ import annotations

from .event_files import ReadLines
from .event_lines import FAR, TWICE, Event, Newer, write_line
from .merge import LamportClock, WorkFolder


def compare(lines: ReadLines, folder: WorkFolder, here: list[Event]) -> tuple[int, list[Event], list[str]]:
    """Return the number of known events, the new events and the new lines of a newer version; record faults."""
    clock, seen = LamportClock(), {event.id: event for event in here}
    for counter in [*(event.counter for event in here), *(item.counter for _, item in lines.found)]:
        clock.see(counter)
    known = 0
    added: list[Event] = []
    newer: dict[str, None] = {}
    for number, item in lines.found:
        if isinstance(item, Newer):
            newer |= {} if item.text in folder.newer else {item.text: None}
        elif item.counter > clock.now:
            lines.fault(number, FAR)
        elif item.id not in seen:
            seen[item.id] = item
            added.append(item)
        elif write_line(seen[item.id]) == write_line(item):
            known += 1
        else:
            lines.fault(number, TWICE)
    return known, added, list(newer)
