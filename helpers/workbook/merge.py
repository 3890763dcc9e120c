"""The work folder: merge all its files, and append the events of this process."""

from __future__ import annotations

import errno
import heapq
import os
import secrets
from pathlib import Path

from ..core import MOST_BYTES
from .event_files import MOST_LISTED, EventFile, append, open_new, open_old
from .event_lines import FAR, MOST_JUMP, TWICE, Event, Newer, write_line

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
    return _CAUSES.get(error.errno, (error.strerror or str(error), _DENIED))


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
        self._merge()

    def _merge(self) -> None:
        """Merge all files from the beginning."""
        self.events: dict[str, tuple[bool, Event]] = {}
        self.newer: dict[str, None] = {}
        self.duplicates: dict[str, None] = {}
        self.clock = LamportClock()
        for name, file in self.files.items():
            for _, item in file.found:
                self._add(name, item)

    def _add(self, name: str, item: Event | Newer) -> None:
        self.clock.see(item.counter)
        if isinstance(item, Newer):
            self.newer[item.text] = None
            return
        # If two events have the same id, the one in its session's own file counts.
        new = (name != f"{item.session}.jsonl", item)
        old = self.events.get(item.id)
        if old and write_line(old[1]) != write_line(item):
            self.duplicates[f"{name}: the event {item.id} {TWICE}"] = None
            new = min(old, new, key=lambda claim: (claim[0], write_line(claim[1])))
        self.events[item.id] = new

    def read_new(self) -> None:
        """Read the new events in the folder."""
        try:
            names = sorted(name for name in os.listdir(self.path) if name.endswith(".jsonl") and name[0] != ".")
            self.trouble = ""
        except FileNotFoundError:
            names, self.trouble = [], ""
        except OSError as error:
            names, self.trouble = list(self.files), f"{self.path} cannot be read: {cause_and_fix(error)[0]}."
        gone = self.files.keys() - set(names)
        for name in gone:
            del self.files[name]
        valid, added = not gone, []
        for name in names:
            file = self.files.setdefault(name, EventFile(self.path / name))
            still_valid, new = file.read_new()
            valid &= still_valid
            added += [(name, item) for item in new]
        if not valid:
            self._merge()
            return
        for name, item in added:
            self._add(name, item)

    def next(self) -> int:
        """Return the next counter, higher than all read here and all issued here."""
        if self.issued:
            self.clock.see(self.issued)
        self.issued = self.clock.now + 1
        return self.issued

    def plausible_events(self) -> dict[str, Event]:
        """Return all events by id, without those whose counter is implausible."""
        return {id: event for id, (_, event) in self.events.items() if event.counter <= self.clock.now}

    def append(self, event: Event) -> None:
        """Append an event to this kernel's own file."""
        line = write_line(event).encode("ascii") + b"\n"
        handle = open_old(self._own(), len(line)) if self.begun else None
        if handle is None:
            # If the old file is missing, begin a new session: if that file comes back, no two events share an id.
            self.session = secrets.token_hex(8) if self.begun else self.session
            handle = open_new(self._own())
            self.begun = True
        self.confirmed = append(handle, line)

    def _own(self) -> Path:
        return self.path / f"{self.session}.jsonl"

    def messages(self) -> list[str]:
        """Say what could not be read, in a message each."""
        messages = [self.trouble] if self.trouble else []
        for name, file in self.files.items():
            messages += file.messages()
            far = [line for line, item in file.found if item.counter > self.clock.now]
            messages += [f"{name}, line {line} {FAR}" for line in far[:MOST_LISTED]]
        messages += list(self.duplicates)[:MOST_LISTED]
        if sum(file.size for file in self.files.values()) > MOST_BYTES:
            messages.append(
                f"The work in {self.path} is larger than {MOST_BYTES // 1_000_000} MB, and a download of it cannot be "
                "restored. Keep a copy of the folder."
            )
        return messages
