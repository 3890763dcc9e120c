"""The work folder: merge all its files, and append the events of this process."""

from __future__ import annotations

import errno
import heapq
import os
import secrets
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

from ..core import MOST_BYTES, UserError, is_read, neutralised
from .beside import another_owner, not_read
from .event_files import MOST_LISTED, EventFile, append, open_new, open_old
from .event_lines import FAR, MOST_JUMP, TWICE, Event, Newer, Seen, write_line
from .owner import last_name, not_linked, owner_ids

_FULL = "Free some space, or set CLOSE_READING_WORK to a folder on another disk"
_DENIED = "Set CLOSE_READING_WORK to a folder that you may write to"
_CAUSES = {
    errno.ENOSPC: ("the disk is full", _FULL),
    getattr(errno, "EDQUOT", -1): ("your disk quota is used up", _FULL),
    errno.EFBIG: ("the file has reached the largest size allowed", _FULL),
    errno.EACCES: ("you do not have permission to write there", _DENIED),
    errno.EPERM: ("you do not have permission to write there", _DENIED),
    errno.EROFS: ("the disk is read-only", _DENIED),
    errno.EEXIST: ("there is a file where the folder should be", "Move that file elsewhere"),
    errno.ENOTDIR: ("there is a file where the folder should be", "Move that file elsewhere"),
    errno.ENOENT: ("the folder does not exist any more", "Put it back"),
}


class LamportClock:
    """A Lamport clock that ignores implausible jumps; the order in which counters arrive makes no difference.

    Examples
    --------
    >>> clock = LamportClock()
    >>> clock.see(7)
    >>> clock.see(2**52)
    >>> clock.now
    7
    """

    def __init__(self) -> None:
        self.now = 0
        self._far: list[int] = []

    def see(self, counter: int) -> None:
        """Take another counter into account."""
        heapq.heappush(self._far, counter)
        while self._far and self._far[0] <= self.now + MOST_JUMP:
            self.now = max(self.now, heapq.heappop(self._far))


def cause_and_fix(error: OSError) -> tuple[str, str]:
    """Say why writing failed and how to fix it, for a message."""
    if error.errno == errno.ELOOP:
        name = os.path.basename(str(error.filename))
        return f"{name} is no longer a file, but a link or a pipe", f"Move {name} elsewhere and restart the kernel"
    return _CAUSES.get(error.errno, (error.strerror or str(error), _DENIED))


class ReadSoFar:
    """How far each session has been read, and how much of this the events of the own session already say."""

    def __init__(self) -> None:
        self._links: dict[str, dict[int, int]] = {}  # by session: the counter before each counter, 0 if not known
        self._changed: set[str] = set()
        self._said: dict[str, Seen] = {}
        self._own = ("", 0)

    def add(self, event: Event) -> None:
        """Take an event into account."""
        links = self._links.setdefault(event.session, {})
        if event.counter not in links:
            before = (event.seen or {}).get(event.session, 0)
            self._changed.add(event.session)  # first: an interrupt after this line does no harm
            links[event.counter] = before if isinstance(before, int) else 0

    def new(self, session: str) -> dict[str, Seen]:
        """Return what the next event of a session has to say; `said` confirms that it was said."""
        own, counter = self._own
        said = self._said if own == session else {}
        sessions = self._changed if own == session else self._links
        values = {one: _read(self._links[one]) for one in sessions if one != session}
        new = {one: value for one, value in sorted(values.items()) if said.get(one) != value}
        return new | {session: counter} if own == session else new

    def said(self, event: Event) -> None:
        """Record the last event of the own session."""
        said = self._said if self._own[0] == event.session else {}
        self._said = {**said, **(event.seen or {})}
        self._own = event.session, event.counter
        self._changed = set()


def _read(links: dict[int, int]) -> Seen:
    """Return how far a session was read: its highest counter, with the parts that were missing."""
    counters = sorted(links)
    gaps = [
        n for before, counter in pairwise([0, *counters]) if links[counter] > before for n in (before + 1, counter - 1)
    ]
    if len(gaps) > _MOST_GAPS:
        gaps = [gaps[0], gaps[-1]]
    return [counters[-1], *gaps] if gaps else counters[-1]


_MOST_GAPS = 200


class WorkFolder:
    """A work folder, as this process last read it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.files: dict[str, EventFile] = {}
        self.session = secrets.token_hex(8)
        self.begun = False
        self.confirmed = True
        self.issued = 0
        self.trouble = ""
        self.owner: list[str] = []  # ids, once they were made or read
        self.has_owner = False  # its first id was made here
        self.sessions: set[str] = set()  # that this process has read or begun
        self.replaced = False  # the folder has other work in its place
        self.lost: dict[str, tuple[str, Event]] = {}  # by id: read or written here and no longer found, with its file
        self.foreign: set[str] = set()  # files with a download of another owner, which are not read
        self._written: dict[str, tuple[str, Event]] = {}  # since the last reading
        self.read_so_far = ReadSoFar()
        self.version = object()
        self._reading = False
        self._merge()
        self._complete = self.events

    def _merge(self) -> None:
        """Merge all files from the beginning."""
        self.events: dict[str, tuple[bool, Event, str]] = {}
        self.newer: dict[str, None] = {}
        self.duplicates: dict[str, None] = {}
        self.clock = LamportClock()
        for name, file in self.files.items():
            for _, item in file.found:
                self._add(name, item)

    def _add(self, name: str, item: Event | Newer) -> None:
        if name in self.foreign:
            return
        self.clock.see(item.counter)
        if isinstance(item, Newer):
            self.newer[item.text] = None
            return
        self.read_so_far.add(item)
        # If two events have the same id, the one in its session's own file counts.
        new = (name != f"{item.session}.jsonl", item, name)
        old = self.events.get(item.id)
        if old and write_line(old[1]) != write_line(item):
            self.duplicates[f"{name}: the event {item.id} {TWICE}"] = None
            new = min(old, new, key=lambda claim: (claim[0], write_line(claim[1])))
        self.events[item.id] = new

    def read_new(self) -> None:
        """Read the new events in the folder; if there are any, ``version`` is another object afterwards.

        An interrupt or an error may end this at any point, and then part of the state is new and part is old. So
        the state counts only if the reading was complete; otherwise the next one reads everything afresh.
        """
        if self._reading:
            self.files = {}
            self._merge()
        changed = self._reading
        self._reading = True
        changed |= self._read_files()
        known = self.lost | self._written
        if self.events is not self._complete:
            known = {id: (name, event) for id, (_, event, name) in self._complete.items()} | known
        # What was read while the folder held other work is not missed when that is gone.
        own = {id: (name, event) for id, (name, event) in known.items() if event.session in self.sessions}
        self.lost = {id: (name, event) for id, (name, event) in own.items() if not self._has(event)}
        self._complete, self._written = self.events, {}
        if changed:
            self._recognise()
            self.version = object()
        self._reading = False

    def _recognise(self) -> None:
        """Find out whether the folder still holds the work that this process has read."""
        there, ids = {event.session for _, event, _ in self.events.values()}, owner_ids(self.path)
        nothing_left = bool(there and self.sessions) and self.sessions.isdisjoint(there)
        # A sync program may bring the owner's id of another computer, but then no work is gone.
        other_owner = bool(self.owner and ids and self.lost) and self.owner[0] not in ids
        self.replaced = nothing_left or other_owner
        if not self.replaced:
            self.sessions |= there
            self.owner = self.owner or ids

    @property
    def owners(self) -> list[str]:
        """The ids of the owner of the work that this process has read."""
        return self.owner if self.replaced else owner_ids(self.path)

    def require_same(self) -> None:
        """Raise `UserError` if the folder holds other work than this process has read."""
        if self.replaced:
            raise UserError(f"Not saved. {self._replaced()}")

    def _name_there(self) -> str:
        found = sorted((event for _, event, _ in self.events.values()), key=lambda event: event.counter)
        name = last_name(event for event in found if event.session not in self.sessions)
        return f" It is the work of “{neutralised(name)}”." if name else ""

    def _replaced(self, whose: str = "") -> str:
        # An error is stored in the notebook, and so does not name anybody.
        return (
            f"{self.path} holds other work than this kernel has read.{whose} So that the work of two people is not "
            "mixed, nothing is written there. Put your own folder back, or download your work with my_work() and "
            "restart the kernel to go on with the work that is there."
        )

    def _has(self, event: Event) -> bool:
        return event.id in self.events and self.events[event.id][1] == event

    def _read_files(self) -> bool:
        try:
            names = sorted(filter(is_read, os.listdir(self.path)))
            self.trouble = ""
        except FileNotFoundError:
            names, self.trouble = [], ""
        except OSError as error:
            fix = "Look what is there, and check that you have permission to open it."
            names, self.trouble = list(self.files), f"{self.path} cannot be read ({error.strerror}). {fix}"
        gone = self.files.keys() - set(names)
        for name in gone:
            del self.files[name]
        valid, added = not gone, []
        for name in names:
            file = self.files.setdefault(name, EventFile(self.path / name))
            still_valid, new = file.read_new()
            valid &= still_valid
            added += [(name, item) for item in new]
        before, self.foreign = self.foreign, self._not_own()
        if not valid or self.foreign != before:
            self._merge()
            return True
        for name, item in added:
            self._add(name, item)
        return bool(added)

    def _not_own(self) -> set[str]:
        """Name the files with a download of another owner, which somebody laid into the folder."""
        headed = {name: [one.owners for one in file.lines.sources] for name, file in self.files.items()}
        headed = {name: owners for name, owners in headed.items() if any(owners)}
        return not_linked(headed, [*self.owner, *owner_ids(self.path)]) if headed else set()

    def brought(self) -> list[str]:
        """Return the ids of the owner in downloads that lie in the folder."""
        files = (file for name, file in self.files.items() if name not in self.foreign)
        return list(dict.fromkeys(id for file in files for id in file.lines.owners))

    def next(self) -> int:
        """Return the next counter, higher than all read here and all issued here."""
        if self.issued:
            self.clock.see(self.issued)
        self.issued = self.clock.now + 1
        return self.issued

    def plausible_events(self) -> dict[str, Event]:
        """Return all events by id, without those whose counter is implausible."""
        found = {id: event for id, (_, event, _) in self.events.items() if event.counter <= self.clock.now}
        if not self.replaced:
            return found
        return {id: event for id, event in found.items() if event.session in self.sessions} | self.remembered()

    def remembered(self) -> dict[str, Event]:
        """Return the events that this process has read and that are in no file any more."""
        return {id: event for id, (_, event) in self.lost.items() if id not in self.events}

    def append(self, event: Event) -> None:
        """Append an event to this kernel's own file."""
        line = write_line(event).encode("ascii") + b"\n"
        handle = open_old(self._own(), len(line)) if self.begun else None
        if handle is None:
            # If the old file is missing, begin a new session: if that file comes back, no two events share an id.
            # After an interrupt the new file may be there already.
            if self.begun or os.path.lexists(self._own()):
                self.session = secrets.token_hex(8)
            handle = open_new(self._own())
            self.begun = True
        self.sessions |= {self.session, event.session}  # an event that waited is of the session before an interrupt
        self.confirmed = append(handle, line)
        self._written[event.id] = self._own().name, event

    def _own(self) -> Path:
        return self.path / f"{self.session}.jsonl"

    def gone(self, kept: Iterable[Event] = ()) -> list[str]:
        """Say which events this process has read and no longer finds, in a message for each file."""
        if self.replaced:
            return [self._replaced(self._name_there())]
        kept_ids = {event.id for event in kept}
        lost = [(name, event) for id, (name, event) in self.lost.items() if id not in kept_ids]
        if not lost:
            return []
        here = os.path.isdir(self.path)
        counts: dict[str, int] = {}
        for name, _ in lost:
            place = name if here else ""
            counts[place] = counts.get(place, 0) + 1
        said = [
            f"{count} {'entry' if count == 1 else 'entries'} of your work {'is' if count == 1 else 'are'} no longer "
            f"where this kernel has read {'it' if count == 1 else 'them'}: {self._why(name)}"
            for name, count in sorted(counts.items())
        ]
        return [*said[:MOST_LISTED], _STILL]

    def _why(self, name: str) -> str:
        if not name:
            return f"the folder {self.path} is not there any more."
        file = self.files.get(name)
        if self.trouble:
            return self.trouble
        if file is None:
            return f"{name} was removed or renamed."
        if file.trouble:
            return f"{name} {file.trouble}"
        return f"{name} was emptied." if not file.size else f"{name} was replaced by another file, or cut short."

    def messages(self) -> list[str]:
        """Say what could not be read, in a message each."""
        messages = [self.trouble] if self.trouble else []
        for name, file in self.files.items():
            if name in self.foreign:
                messages += another_owner(file.path) if any(not self._has(one) for one in file.events()) else []
                continue
            messages += file.messages()
            far = [line for line, item in file.found if item.counter > self.clock.now]
            messages += [f"{name}, line {line} {FAR}" for line in far[:MOST_LISTED]]
        messages += list(self.duplicates)[:MOST_LISTED]
        messages += not_read(self.path)
        if sum(file.size for file in self.files.values()) > MOST_BYTES:
            messages.append(
                f"The work in {self.path} is larger than {MOST_BYTES // 1_000_000} MB, and a download of it cannot be "
                "restored. Keep a copy of the folder."
            )
        return messages


_STILL = (
    "If you did not remove it yourself: this kernel still has it. Do not restart it, run my_work(), press Download, "
    "and restore that file."
)
