"""A file of a workbook: read as it grows, and appended to so that “saved” means on disk."""

from __future__ import annotations

import contextlib
import io
import os
import stat
from pathlib import Path

from ..core import MOST_BYTES, sync, sync_folder, write_all
from .event_lines import NEWER, BadLine, Event, Newer, read_line

MOST_FAULTS = 10_000
MOST_LISTED = 20


class ReadLines:
    """What stands in the lines read so far, and which of them were set aside."""

    def __init__(self) -> None:
        self.count = 0
        self.found: list[tuple[int, Event | Newer]] = []
        self.faults: list[tuple[int, str]] = []
        self._unlisted = 0
        self.ours = False

    def read(self, data: bytes) -> None:
        """Take in whole lines."""
        for raw in io.BytesIO(data):
            if self._unlisted > MOST_FAULTS:
                return
            self.count += 1
            try:
                item = read_line(raw)
            except BadLine as fault:
                self.ours |= raw.startswith(b'{"body":')
                self.fault(self.count, fault.args[0])
                continue
            # A header counts as ours: a download without work is still a download.
            self.ours |= item is not None or bool(raw.strip())
            if item is not None:
                self.found.append((self.count, item))

    def fault(self, line: int, why: str) -> None:
        """Note a line that is set aside; of very many, only the first are listed."""
        if len(self.faults) < MOST_LISTED:
            self.faults.append((line, why))
        else:
            self._unlisted += 1

    def say(self, name: str) -> list[str]:
        """Say which lines were set aside, and why; a sentence each."""
        said = [f"{name}, line {line} {why}" for line, why in sorted(self.faults)]
        if self._unlisted > MOST_FAULTS:
            said.append(f"{name} has too many such lines; what stands after line {self.count} was not read.")
        elif self._unlisted:
            said.append(f"{name} has {self._unlisted} more such lines.")
        said += [f"{name}, line {line} {NEWER}" for line, item in self.found if isinstance(item, Newer)][:MOST_LISTED]
        return said


class EventFile:
    """One file, read as far as it goes; the next time only what is new, since files only grow."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.trouble = ""
        self._forget()

    def _forget(self) -> None:
        self.state: tuple[int, ...] = (0, 0, -1, 0)
        self.lines = ReadLines()
        self.torn = ""
        self._tail: list[tuple[int, Event | Newer]] = []
        self._offset, self._seam = 0, b""

    @property
    def found(self) -> list[tuple[int, Event | Newer]]:
        """What it holds, each with its line."""
        return self.lines.found + self._tail

    @property
    def size(self) -> int:
        """Its size in bytes, as far as it is read."""
        return max(0, self.state[2])

    def look(self) -> tuple[bool, list[Event | Newer]]:
        """Read what is new.

        Returns
        -------
        whole : bool
            Whether all that was found before still stands.
        new : list
            What has come.
        """
        try:
            # Asked first, since opening a pipe or a device may do something, or wait for ever.
            state, trouble = _state(os.lstat(self.path))
            if trouble:
                lost = bool(self.lines.found)
                self._forget()
                self.trouble = trouble
                return not lost, []
            if state == self.state:
                self.trouble = ""
                return True, []
            return self._read(state)
        except OSError as error:
            self.trouble = f"cannot be read ({error.strerror}). Check that the file may be opened."
            return True, []

    def _read(self, state: tuple[int, ...]) -> tuple[bool, list[Event | Newer]]:
        flags = os.O_RDONLY | _flags("O_BINARY", "O_CLOEXEC", "O_NOFOLLOW", "O_NONBLOCK")
        with os.fdopen(os.open(self.path, flags), "rb") as file:
            whole = not self._offset or (state[:2] == self.state[:2] and state[2] > self.state[2])
            if whole and self._offset:
                file.seek(self._offset - len(self._seam))
                whole = file.read(len(self._seam)) == self._seam
            if not whole:
                self._forget()
                file.seek(0)
            data = file.read(MOST_BYTES)
        self.state, self.trouble, self.torn = state, "", ""
        end = data.rfind(b"\n") + 1
        known = len(self.lines.found)
        self.lines.read(data[:end])
        self._tail = []
        if end:
            self._offset, self._seam = self._offset + end, data[:end][-64:]
        # The last line may still be on its way, so it is read again the next time.
        if data[end:]:
            last = ReadLines()
            last.read(data[end:])
            self._tail = [(self.lines.count + 1, item) for _, item in last.found]
            self.torn = last.faults[0][1] if last.faults else ""
        return whole, [item for _, item in self.found[known:]]

    def say(self) -> list[str]:
        """Say what is wrong with it; a sentence each."""
        name = self.path.name.encode("utf-8", "replace").decode()
        said = [f"{name} {self.trouble}"] if self.trouble else []
        said += self.lines.say(name)
        return [*said, f"{name}, line {self.lines.count + 1} {self.torn}"] if self.torn else said


def _flags(*names: str) -> int:
    """Combine those flags of opening that this system has."""
    return sum(getattr(os, name, 0) for name in names)


def _state(info: os.stat_result) -> tuple[tuple[int, ...], str]:
    """By what a change is noticed; and why the file is not read at all."""
    trouble = ""
    if stat.S_ISLNK(info.st_mode):
        trouble = "is a link, and links are not followed. Put the file itself there."
    elif not stat.S_ISREG(info.st_mode):
        trouble = "is not a file, and is left alone. Move it elsewhere."
    elif info.st_size > MOST_BYTES:
        trouble = f"is larger than {MOST_BYTES // 1_000_000} MB, and is not read. Move it elsewhere."
    return (info.st_dev, info.st_ino, info.st_size, info.st_mtime_ns), trouble


_APPEND = os.O_RDWR | os.O_APPEND | _flags("O_BINARY", "O_CLOEXEC", "O_NOFOLLOW", "O_NONBLOCK")
_NEW = os.O_CREAT | os.O_EXCL


def open_old(path: Path, room: int) -> int | None:
    """Open one's own file to append to it; None where it is gone, or has no room left to be read again."""
    try:
        handle = os.open(path, _APPEND)
    except FileNotFoundError:
        return None
    if os.fstat(handle).st_size + room <= MOST_BYTES // 2:
        return handle
    os.close(handle)
    return None


def open_new(path: Path) -> int:
    """Make a file that nobody else has; its folder too, where there is none."""
    os.makedirs(path.parent, exist_ok=True)
    handle = os.open(path, _APPEND | _NEW, 0o600)
    for folder in (path.parent, path.parent.parent):
        sync_folder(folder)
    return handle


def append(handle: int, line: bytes) -> bool:
    """Append a line to an open file, wait until it is on disk, and close the file.

    Returns
    -------
    bool
        Whether the system confirms that it is there.

    Raises
    ------
    OSError
        If it could not be written.
    """
    try:
        size = os.fstat(handle).st_size
        if size:
            # Half a line may stand there from a write that was interrupted.
            os.lseek(handle, size - 1, os.SEEK_SET)
            line = line if os.read(handle, 1) == b"\n" else b"\n" + line
        try:
            write_all(handle, line)
        except OSError:
            with contextlib.suppress(OSError):
                os.ftruncate(handle, size)  # the half line that nobody was told is saved
            raise
        return sync(handle)
    finally:
        os.close(handle)
