"""The order of the events of a workbook, and what is known of it.

A workbook is often several copies: two kernels, two computers that share a folder, a download restored today.
The copies have no clock in common, so the order rests on two kinds of evidence.

*What a copy had read.* Each event says which events its kernel had read when it wrote the event (``Event.seen``).
An event comes after all those, after all that those come after, and after the earlier events of its own session.
Events of the first edition do not say what their kernel had read, but their counters show part of it: a Lamport
counter that jumps to n had read an event n-1. If only one event has that counter, it is that one.

*The time of the computer*, for events of which neither comes after the other. Two clocks contradict each other if an
event has an earlier time than one that its kernel had already read. By up to five minutes this is ordinary. Beyond
that, one of the two clocks is wrong, and nothing says which of them, since when, or in which other sessions: from then
on no time of this workbook is evidence (`History.contradiction`). A time in the future contradicts the clock of the
reader. That evidence would be gone when the time has come, so the reader records an event that has read the later one
(`History.not_recorded`). Apart from that, a time that is more than a year in the future, or more than a year before an
event that its kernel had read, makes the other times of its session doubtful. If neither of two events comes after the
other and their times are more than a year apart, the earlier one may be from a clock that was never set; but two times
of one year stay evidence, however long ago they are.

From both follows one order: each event has the time of its computer, but never a time before an event that it
comes after. Equal times are ordered by counter and session. The order depends only on the set of events and the
present time, not on files or on the order in which copies were merged; merging is the union of sets, and therefore
associative, commutative and idempotent.

Two consequences:

- A removal, such as beginning a lesson again, applies only to events that its own kernel had read (`History.knew`):
  not to those it merely comes after, and never to others.
- Where neither event comes after the other and a time is no evidence, or the times are equal, the order is unclear
  (`History.unclear`). Some order is still chosen, the same on every computer; nothing is dropped, and the rooms
  that show answers ask the person which one counts. Giving that answer again settles it.
"""

from __future__ import annotations

import time
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from .event_lines import Event, Seen, write_line

MICROSECONDS = 1_000_000
OLD = 365 * 24 * 3600 * MICROSECONDS
ORDINARY = 300 * MICROSECONDS  # the difference between two clocks that are both called right
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def stamp(event: Event) -> int | None:
    """Return the time of an event in microseconds since 1970; None if it is not a time.

    Examples
    --------
    >>> stamp(Event(1, "00" * 8, "1970-01-01T00:00:01Z", "answer", {}, {}, 7))
    1000007
    """
    try:
        at = datetime.fromisoformat(event.time)
    except ValueError:
        return None
    since = (at if at.tzinfo else at.replace(tzinfo=UTC)) - _EPOCH
    return (since.days * 86_400 + since.seconds) * MICROSECONDS + since.microseconds + event.microsecond


def covers(read: Seen, counter: int) -> bool:
    """Return whether a session that was read this far includes the event with this counter."""
    if isinstance(read, int):
        return counter <= read
    return counter <= read[0] and not any(
        first <= counter <= last for first, last in zip(read[1::2], read[2::2], strict=True)
    )


def reached(read: Seen) -> int:
    """Return the highest counter read."""
    return read if isinstance(read, int) else read[0]


class History:
    """Events in order, with what is known of the order; see the module.

    Examples
    --------
    >>> old = Event(7, "aa" * 8, "2026-11-01T09:00:00Z", "answer", {})
    >>> new = Event(1, "bb" * 8, "2026-11-02T09:00:00Z", "answer", {})
    >>> history = History([new, old])
    >>> [event.counter for event in history.events], history.knew(old, new), history.unclear(old, new)
    ([7, 1], False, False)
    """

    def __init__(self, events: Iterable[Event], now: float | None = None) -> None:
        unique: dict[str, Event] = {}
        for event in events:
            same = unique.setdefault(event.id, event)
            if same is not event and same != event:  # one is forged, and nobody knows which
                unique[event.id] = min(same, event, key=write_line)
        by_counter = sorted(unique.values(), key=lambda event: (event.counter, event.session))
        self._stamps = {event.id: stamp(event) for event in by_counter}
        self._read: dict[str, Mapping[str, Seen]] = {}  # by event; without the event's own session
        self._after: dict[str, Mapping[str, int]] = {}  # the last event of each session that this one comes after
        self._doubtful: set[str] = set()  # sessions
        self._sessions: dict[str, list[Event]] = defaultdict(list)
        self._counters: dict[str, list[int]] = defaultdict(list)
        self._times: dict[str, int] = {}
        self.contradiction = False  # some clock was wrong
        self.not_recorded = False  # a time is in the future, and no event that has read it says so
        self._look_back(by_counter)
        self._set_times(by_counter, time.time() if now is None else now)
        self.events = sorted(by_counter, key=self._key)
        self._places = {event.id: n for n, event in enumerate(self.events)}

    def _key(self, event: Event) -> tuple[int, int, str]:
        return self._times[event.id], event.counter, event.session

    def _last(self, session: str, counter: int) -> Event | None:
        """Return the last event of a session up to a counter, of those looked at so far."""
        place = bisect_right(self._counters[session], counter) if session in self._counters else 0
        return self._sessions[session][place - 1] if place else None

    def _look_back(self, by_counter: list[Event]) -> None:
        """Find out what each event had read, and what it comes after."""
        at: dict[int, list[Event]] = defaultdict(list)
        for event in by_counter:
            at[event.counter].append(event)
        self._new: dict[str, Mapping[str, Seen]] = {}
        for event in by_counter:
            own = self._last(event.session, event.counter)
            read = self._read[own.id] if own else {}
            after = self._after[own.id] if own else {}
            new = self._newly_read(event, own, at)
            if new:
                # The first edition did not show events that say what their kernel had read, and so did not read them.
                shown = {one: seen for one, seen in new.items() if event.seen is not None or not self._newer(one)}
                read, after = {**read, **shown}, dict(after)
                for session, seen in sorted(new.items(), key=lambda item: -reached(item[1])):
                    if after.get(session, 0) < reached(seen):
                        last = self._last(session, reached(seen))
                        for other, counter in self._after[last.id].items() if last else ():
                            after[other] = max(counter, after.get(other, 0))
                        after[session] = max(reached(seen), after.get(session, 0))
            self._read[event.id], self._after[event.id], self._new[event.id] = read, after, new
            self._sessions[event.session].append(event)
            self._counters[event.session].append(event.counter)

    def _newer(self, session: str) -> bool:
        return any(event.seen is not None for event in self._sessions.get(session, [])[:1])

    def _newly_read(self, event: Event, own: Event | None, at: Mapping[int, list[Event]]) -> Mapping[str, Seen]:
        """Return how far other sessions were read, if that changed since the last event of the same session."""
        if event.seen is not None:
            return {
                session: seen
                for session, seen in event.seen.items()
                if session != event.session and reached(seen) < event.counter
            }
        before = at.get(event.counter - 1, [])
        if (own and own.counter == event.counter - 1) or len(before) != 1:
            return {}
        (last,) = before
        known = self._read[own.id] if own else {}
        all_read = {**self._after[last.id], last.session: last.counter}
        return {
            session: counter
            for session, counter in all_read.items()
            if session != event.session and counter > reached(known.get(session, 0))
        }

    def _set_times(self, by_counter: list[Event], now: float) -> None:
        """Give each event a time that is not before those it comes after, and find clocks that are wrong."""
        present = int(now * MICROSECONDS)
        latest = contradicted = 0
        last: dict[str, Event] = {}
        for event in by_counter:
            before = [last[event.session]] if event.session in last else []
            before += filter(None, (self._last(one, reached(seen)) for one, seen in self._new[event.id].items()))
            known = max((self._times[one.id] for one in before), default=0)
            at = self._stamps[event.id]
            if at is None or at > present + OLD:
                self._doubtful.add(event.session)
                at = 0
            elif at < known - OLD:
                self._doubtful.add(event.session)
            elif at < known - ORDINARY:
                contradicted = max(contradicted, known)
            latest = max(latest, at)
            self._times[event.id] = max(at, known)
            last[event.session] = event
        ahead = latest > present + ORDINARY
        self.contradiction = bool(contradicted) or ahead
        self.not_recorded = ahead and latest > contradicted

    def knew(self, later: Event, earlier: Event) -> bool:
        """Return whether the kernel that wrote ``later`` had read ``earlier`` by then."""
        if later.session == earlier.session:
            return earlier.counter < later.counter
        return covers(self._read[later.id].get(earlier.session, 0), earlier.counter)

    def follows(self, later: Event, earlier: Event) -> bool:
        """Return whether ``later`` certainly comes after ``earlier``."""
        if later.session == earlier.session:
            return earlier.counter < later.counter
        return earlier.counter <= self._after[later.id].get(earlier.session, 0)

    def unclear(self, one: Event, other: Event) -> bool:
        """Return whether it cannot be known which of two events is the later one."""
        if one.session == other.session or self.follows(one, other) or self.follows(other, one):
            return False
        if self.contradiction or not self._doubtful.isdisjoint((one.session, other.session)):
            return True
        apart = abs((self._stamps[one.id] or 0) - (self._stamps[other.id] or 0))
        return not 0 < apart <= OLD

    @property
    def has_wrong_clock(self) -> bool:
        """Whether a time cannot be right, so that a clock was wrong."""
        return self.contradiction or bool(self._doubtful)

    @property
    def certain(self) -> bool:
        """Whether the order of all events is clear; also False where only a clock is, and not the order."""
        at = {(self._stamps[event.id], event.session) for event in self.events}
        stamps = {stamp or 0 for stamp, _ in at}
        within = max(stamps, default=0) - min(stamps, default=0) <= OLD
        return within and not (self.contradiction or self._doubtful) and len(stamps) == len(at)

    def place(self, event: Event) -> int:
        """Return the place of an event in the order, from 0; -1 for an event that is not in it."""
        return self._places.get(event.id, -1)
