"""One file of a workbook: read new lines as it grows, and append lines so that “saved” means on disk."""

from __future__ import annotations

import codecs
import contextlib
import errno
import os
import re
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from ..core import MOST_BYTES, clear_parts, sync, sync_folder, write_all
from .event_lines import NEWER, TYPED, UNSAVED, BadLine, Event, Newer, read_line
from .owner import Source, ids_in

MOST_FAULTS = 10_000
_NOT_BLANK = re.compile(rb"[^ \t\r\n][^\n]*")  # 60 million blank lines fit into an archive of 60 KB
MOST_LISTED = 20


# How JSON Lines begin in the wide encodings that editors save, with and without a byte order mark.
_WIDE = tuple(
    (begin, encoding)
    for encoding, mark in (
        ("utf-32-le", codecs.BOM_UTF32_LE), ("utf-32-be", codecs.BOM_UTF32_BE),
        ("utf-16-le", codecs.BOM_UTF16_LE), ("utf-16-be", codecs.BOM_UTF16_BE),
    )
    for begin in (*(mark + first.encode(encoding) for first in "{ \r\n"), '{"'.encode(encoding))
)  # fmt: skip


def wide_encoding(data: bytes) -> str:
    """Return the encoding of a file in UTF-16 or UTF-32; empty for any other file, such as one with a NUL byte."""
    return next((encoding for begin, encoding in _WIDE if data.startswith(begin)), "")


def plain_lines(data: bytes) -> bytes:
    r"""Return the lines of a file in UTF-8 with ``\n`` between them, whatever program saved them again.

    Examples
    --------
    >>> plain_lines("{}\r{}".encode("utf-16"))
    b'{}\n{}'
    >>> plain_lines(b"{}\r{}\r\n{}\n")
    b'{}\n{}\r\n{}\n'
    """
    if encoding := wide_encoding(data):
        data = data.decode(encoding, "replace").removeprefix("\ufeff").encode("utf-8")
    # Reading a line drops a carriage return at its end. In a line there is none, and each line begins with a brace.
    return data.replace(b"\r{", b"\n{")


class ReadLines:
    """The events in the lines read so far, and the lines that were skipped."""

    def __init__(self) -> None:
        self.count = 0
        self.found: list[tuple[int, Event | Newer]] = []
        self.faults: list[tuple[int, str]] = []
        self._unlisted = 0
        self._newer: list[int] = []
        self.is_workbook = False
        self.sources: list[Source] = []
        self.typed: list[tuple[int, bytes]] = []  # words that were not yet given as an answer
        self.told: list[str] = []  # on the files that were added
        self.people: list[Path] = []  # folders of other people, which were not read

    def read(self, data: bytes) -> None:
        """Read more whole lines."""
        lines, at, ended = plain_lines(data), 0, self.count
        for found in _NOT_BLANK.finditer(lines):
            if self._unlisted > MOST_FAULTS:
                return
            raw = found[0]
            ended, at = ended + lines.count(b"\n", at, found.start()), found.start()
            self.count = ended + 1
            if raw.startswith(UNSAVED):
                self.typed.append((self.count, raw))
                continue
            try:
                item = read_line(raw)
            except BadLine as fault:
                self.is_workbook |= raw.startswith(b'{"body":')
                self.fault(self.count, fault.args[0])
                continue
            # A header also marks a workbook: a download without work is still a download.
            self.is_workbook |= item is not None or bool(raw.strip())
            if item is not None:
                self.found.append((self.count, item))
                if isinstance(item, Newer):
                    self._newer.append(self.count)
                else:
                    self._source().events.append(item)
            elif raw.strip():
                self.sources.append(Source(f"lines from {self.count} on", ids_in(raw), headed=True))
        self.count = ended + lines.count(b"\n", at) + (lines[-1:] not in (b"", b"\n"))

    def _source(self) -> Source:
        """Return the download, of several in one file, that is being read."""
        if not self.sources:
            self.sources.append(Source(""))
        return self.sources[-1]

    @property
    def owners(self) -> list[str]:
        """The ids of all owners."""
        return list(dict.fromkeys(id for source in self.sources for id in source.owners))

    def add(self, lines: ReadLines, name: str, place: str = "", owners: Sequence[str] = ()) -> None:
        """Add the lines of a file in an archive or a folder; what is wrong with them is said with its name.

        A file without a header is from a work folder: its owner is that of the folder ``place`` in which it lies.
        """
        for source in lines.sources:
            part = f"{name}, {source.name}" if len(lines.sources) > 1 and source.name else name
            added = Source(part, source.owners or list(owners), source.events, headed=source.headed, place=place)
            mate = next((one for one in self.sources if one.is_of_one_folder(added)), None)
            if mate:
                mate.events += added.events
            else:
                self.sources.append(added)
        self.found += lines.found
        self.typed += lines.typed
        self.told += lines.messages(name)
        self.is_workbook |= lines.is_workbook

    def fault(self, line: int, why: str) -> None:
        """Record a skipped line; of very many, list only the first."""
        if len(self.faults) < MOST_LISTED:
            self.faults.append((line, why))
        else:
            self._unlisted += 1

    def messages(self, name: str) -> list[str]:
        """Say which lines of the file ``name`` were skipped and why, in a message each."""
        messages = [*self.told, *(f"{name}, line {line} {why}" for line, why in sorted(self.faults))]
        if self._unlisted > MOST_FAULTS:
            messages.append(f"{name} has too many such lines. The lines after line {self.count} were not read.")
        elif self._unlisted:
            messages.append(f"{name} has {self._unlisted} more such lines.")
        return messages + [f"{name}, line {line} {NEWER}" for line in self._newer[:MOST_LISTED]]


class EventFile:
    """One file; each reading reads only the new lines, since files only grow."""

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
        """All events of the file, each with its line."""
        return self.lines.found + self._tail

    def events(self) -> Iterator[Event]:
        """Yield the events of the file."""
        yield from (item for _, item in self.found if isinstance(item, Event))

    @property
    def size(self) -> int:
        """The size in bytes at the last reading."""
        return max(0, self.state[2])

    def read_new(self) -> tuple[bool, list[Event | Newer]]:
        """Read the new lines; return whether the events read earlier are still valid, and the new events."""
        try:
            # Check the kind of file first: opening a pipe or a device may have effects, or block.
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
            self.trouble = f"cannot be read ({error.strerror}). Check that you have permission to open it."
            return True, []

    def _read(self, state: tuple[int, ...]) -> tuple[bool, list[Event | Newer]]:
        flags = os.O_RDONLY | _flags("O_BINARY", "O_CLOEXEC", "O_NOFOLLOW", "O_NONBLOCK")
        with os.fdopen(os.open(self.path, flags), "rb") as file:
            whole = not self.lines.count or (
                self._offset > 0 and state[:2] == self.state[:2] and state[2] > self.state[2]
            )
            if whole and self._offset:
                file.seek(self._offset - len(self._seam))
                whole = file.read(len(self._seam)) == self._seam
            if not whole:
                self._forget()
                file.seek(0)
            data = file.read(MOST_BYTES)
        self.state, self.trouble, self.torn = state, "", ""
        if not self._offset and (wide_encoding(data) or (b"\r" in data and b"\n" not in data)):
            # No line end is a line feed of its own: read it as a whole, now and each time it changes.
            self.lines.read(data)
            return whole, [item for _, item in self.found]
        end = data.rfind(b"\n") + 1
        known = len(self.lines.found)
        self.lines.read(data[:end])
        self._tail = []
        if end:
            self._offset, self._seam = self._offset + end, data[:end][-64:]
        # The last line may still be incomplete, so it is read again the next time.
        if data[end:]:
            last = ReadLines()
            last.read(data[end:])
            self._tail = [(self.lines.count + 1, item) for _, item in last.found]
            self.torn = last.faults[0][1] if last.faults else ""
        return whole, [item for _, item in self.found[known:]]

    def messages(self) -> list[str]:
        """Say what is wrong with the file, in a message each."""
        name = self.path.name.encode("utf-8", "replace").decode()
        trouble = [f"{name} {self.trouble}"] if self.trouble else []
        torn = [f"{name}, line {self.lines.count + 1} {self.torn}"] if self.torn else []
        typed = [f"{name}, line {line} {TYPED}" for line, _ in self.lines.typed[:MOST_LISTED]]
        return trouble + self.lines.messages(name) + torn + typed


def _flags(*names: str) -> int:
    """Combine the flags for `os.open` that this system has."""
    return sum(getattr(os, name, 0) for name in names)


def _state(info: os.stat_result) -> tuple[tuple[int, ...], str]:
    """Return values that change with the file, and why the file must not be read, or an empty string."""
    trouble = ""
    if stat.S_ISLNK(info.st_mode):
        trouble = "is a link, and links are not followed. Replace it with the file itself."
    elif not stat.S_ISREG(info.st_mode):
        trouble = "is not a regular file and was not read. Move it elsewhere."
    elif info.st_size > MOST_BYTES:
        trouble = f"is larger than {MOST_BYTES // 1_000_000} MB and was not read. Move it elsewhere."
    return (info.st_dev, info.st_ino, info.st_size, info.st_mtime_ns), trouble


_APPEND = os.O_RDWR | os.O_APPEND | _flags("O_BINARY", "O_CLOEXEC", "O_NOFOLLOW", "O_NONBLOCK")
_NEW = os.O_CREAT | os.O_EXCL
_BEGIN = b'{"body":'


def open_old(path: Path, room: int) -> int | None:
    """Open this kernel's file to append to it; None if it is missing, saved anew, or has no room for so many bytes.

    Another program may have saved it in another encoding, such as UTF-16, in which a line of ours cannot be read.

    Raises `OSError` if there is something else in its place, such as a link or a pipe: a pipe takes whatever is
    written to it, and keeps nothing.
    """
    try:
        if not stat.S_ISREG(os.lstat(path).st_mode):
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))
        handle = os.open(path, _APPEND)
    except FileNotFoundError:
        return None
    begin = os.read(handle, len(_BEGIN))
    if begin in (b"", _BEGIN) and os.fstat(handle).st_size + room <= MOST_BYTES // 2:
        return handle
    os.close(handle)
    return None


def open_new(path: Path) -> int:
    """Create a file that must not exist yet, and its folder if it is missing."""
    os.makedirs(path.parent, exist_ok=True)
    clear_parts(path.parent)
    handle = os.open(path, _APPEND | _NEW, 0o600)
    for folder in (path.parent, path.parent.parent):
        sync_folder(folder)
    return handle


def append(handle: int, line: bytes) -> bool:
    """Append a line and close the file; return whether the system confirms that the line is on disk."""
    try:
        size = os.fstat(handle).st_size
        if size:
            # The file may end with part of a line, from an interrupted write.
            os.lseek(handle, size - 1, os.SEEK_SET)
            line = line if os.read(handle, 1) == b"\n" else b"\n" + line
        try:
            write_all(handle, line)
        except BaseException:
            with contextlib.suppress(OSError):
                os.ftruncate(handle, size)  # remove the partial line, which was not reported as saved
            raise
        return sync(handle)
    finally:
        os.close(handle)
