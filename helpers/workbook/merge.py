"""The work folder: all its files merged, and what this process adds to them."""

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
_SHUT = "Set CLOSE_READING_WORK to a folder that you may write to"
_CAUSES = {
    errno.ENOSPC: ("the disk is full", _FULL),
    errno.EDQUOT if hasattr(errno, "EDQUOT") else None: ("your share of the disk is used up", _FULL),
    errno.EFBIG: ("the file may not grow any further", _FULL),
    errno.EACCES: ("you may not write there", _SHUT),
    errno.EPERM: ("you may not write there", _SHUT),
    errno.EROFS: ("the disk may only be read", _SHUT),
    errno.EEXIST: ("there is a file where the folder should be", "Move that file elsewhere"),
    errno.ENOTDIR: ("there is a file where the folder should be", "Move that file elsewhere"),
    errno.ENOENT: ("the folder is gone", "Put it back"),
}


class LamportClock:
    """The highest counter that is believed, whatever the order in which the counters come.

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
        """Take in one more counter."""
        heapq.heappush(self._far, counter)
        while self._far and self._far[0] <= self.now + MOST_JUMP:
            self.now = max(self.now, heapq.heappop(self._far))


def why(error: OSError) -> tuple[str, str]:
    """Why a disk did not take something, and the mend."""
    return _CAUSES.get(error.errno, (error.strerror or str(error), _SHUT))


class WorkFolder:
    """One work folder, as far as this process has read it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.files: dict[str, EventFile] = {}
        self.session = secrets.token_hex(8)
        self.begun = False
        self.sure = True
        self.issued = 0
        self.trouble = ""
        self._merge()

    def _merge(self) -> None:
        """Merge all files anew."""
        self.events: dict[str, tuple[bool, Event]] = {}
        self.newer: dict[str, None] = {}
        self.twice: dict[str, None] = {}
        self.clock = LamportClock()
        for name, file in self.files.items():
            for _, item in file.found:
                self._take(name, item)

    def _take(self, name: str, item: Event | Newer) -> None:
        self.clock.see(item.counter)
        if isinstance(item, Newer):
            self.newer[item.text] = None
            return
        # An event's own file speaks for it, should another claim its number.
        new = (name != f"{item.session}.jsonl", item)
        old = self.events.get(item.id)
        if old and write_line(old[1]) != write_line(item):
            self.twice[f"{name}: the event {item.id} {TWICE}"] = None
            new = min(old, new, key=lambda claim: (claim[0], write_line(claim[1])))
        self.events[item.id] = new

    def look(self) -> None:
        """Read what is new in the folder."""
        try:
            names = sorted(name for name in os.listdir(self.path) if name.endswith(".jsonl") and name[0] != ".")
            self.trouble = ""
        except FileNotFoundError:
            names, self.trouble = [], ""
        except OSError as error:
            names, self.trouble = list(self.files), f"{self.path} cannot be read: {why(error)[0]}."
        gone = self.files.keys() - set(names)
        for name in gone:
            del self.files[name]
        whole, news = not gone, []
        for name in names:
            file = self.files.setdefault(name, EventFile(self.path / name))
            still, new = file.look()
            whole &= still
            news += [(name, item) for item in new]
        if not whole:
            self._merge()
            return
        for name, item in news:
            self._take(name, item)

    def next(self) -> int:
        """Count one further than everything seen here, and everything made here."""
        if self.issued:
            self.clock.see(self.issued)
        self.issued = self.clock.now + 1
        return self.issued

    def believed(self) -> dict[str, Event]:
        """All events by id, without those whose numbers are beyond belief."""
        return {name: event for name, (_, event) in self.events.items() if event.counter <= self.clock.now}

    def append(self, event: Event) -> None:
        """Put an event on disk, in this kernel's own file."""
        line = write_line(event).encode("ascii") + b"\n"
        handle = open_old(self._own(), len(line)) if self.begun else None
        if handle is None:
            # A new session where the old file is gone: should it come back, no two events bear one number.
            self.session = secrets.token_hex(8) if self.begun else self.session
            handle = open_new(self._own())
            self.begun = True
        self.sure = append(handle, line)

    def _own(self) -> Path:
        return self.path / f"{self.session}.jsonl"

    def say(self) -> list[str]:
        """Say what could not be read; a sentence each."""
        said = [self.trouble] if self.trouble else []
        for name, file in self.files.items():
            said += file.say()
            far = [line for line, item in file.found if item.counter > self.clock.now]
            said += [f"{name}, line {line} {FAR}" for line in far[:MOST_LISTED]]
        said += list(self.twice)[:MOST_LISTED]
        if sum(file.size for file in self.files.values()) > MOST_BYTES:
            said.append(
                f"The work in {self.path} is larger than {MOST_BYTES // 1_000_000} MB, and a download of it cannot be "
                "restored. Keep a copy of the folder."
            )
        return said
