"""The student's workbook: events on disk, a file for each kernel session, merged when they are read."""

from __future__ import annotations

import hashlib
import os
import threading
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ..core import MOST_BYTES, UserError, put_file, work_folder
from .event_lines import Event, file_header, plain_body, write_line
from .imports import compare, read_handed_in, too_large
from .merge import WorkFolder, why


class NotSaved(UserError):
    """An event that no disk took; it is kept in memory as long as the kernel runs.

    ``event`` is that event.
    """

    def __init__(self, event: Event, folder: Path, error: OSError) -> None:
        self.event = event
        cause, mend = why(error)
        super().__init__(
            f"Not saved in {folder}: {cause}. Your work is kept in memory as long as this kernel runs, and is written "
            f"together with your next answer. {mend}, or download your work now with my_work()."
        )


@dataclass(frozen=True)
class Restored:
    """What came back from a file: how many events are new here, how many were known, what was set aside."""

    added: int
    known: int
    troubles: list[str]


class _Kernel:
    """What this process has in memory."""

    def __init__(self) -> None:
        self.process = os.getpid()
        self.lock = threading.RLock()
        self.waiting: list[Event] = []
        self._folders: dict[str, WorkFolder] = {}
        self._last = ""

    def folder(self) -> WorkFolder:
        """The work folder of this moment, with what is new in it."""
        try:
            self._last = os.path.abspath(work_folder())
        except (OSError, UserError) as error:
            # The folder of the notebook may be gone; what worked before still may.
            if not self._last:
                raise UserError(f"The folder of your work cannot be found: {error} Restart the kernel.") from error
        if self._last not in self._folders:
            self._folders[self._last] = WorkFolder(Path(self._last))
        folder = self._folders[self._last]
        folder.look()
        return folder

    def events(self, folder: WorkFolder) -> list[Event]:
        """All events, on disk and waiting, in order."""
        merged = folder.believed() | {event.id: event for event in self.waiting}
        return sorted(merged.values(), key=lambda event: (event.counter, event.session))

    def save(self, folder: WorkFolder) -> OSError | None:
        """Write what waits, oldest first."""
        try:
            while self.waiting:
                folder.append(self.waiting[0])
                del self.waiting[0]
        except OSError as error:
            return error
        return None


_kernel = _Kernel()
_listeners: list[Callable[[list[Event]], object]] = []


def begin_session() -> None:
    """Forget what this process has in memory, as a kernel that has just started.

    For tests, and for a program that works in several folders one after another.
    """
    global _kernel
    _kernel = _Kernel()


def _here() -> _Kernel:
    """This process's kernel: after a fork a new one, so that no two processes append to one file."""
    global _kernel
    if _kernel.process != os.getpid():
        _kernel = _Kernel()
    return _kernel


def record(kind: str, body: Mapping[str, object]) -> Event:
    """Save one thing a student did; when this returns, it is on disk.

    Parameters
    ----------
    kind : str
        What sort of thing; the workbook does not interpret it.
    body : Mapping
        Plain data: text, numbers, True, False, None, lists and dicts.

    Returns
    -------
    Event
        What was saved.

    Raises
    ------
    NotSaved
        If no disk took it. It is kept in memory and written before the next event.
    UserError
        If it is too large, or not plain data.

    Examples
    --------
    >>> event = record("answer", {"option": "b"})
    >>> event in events("answer"), unsaved()
    (True, [])
    """
    if not isinstance(kind, str) or not 0 < len(kind) <= 100:
        raise UserError(f"An event's kind is a short name, not {kind!r:.50}.")
    body = plain_body(body)
    kernel = _here()
    with kernel.lock:
        folder = kernel.folder()
        for waiting in kernel.waiting:
            folder.clock.see(waiting.counter)
        time = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        event = Event(folder.next(), folder.session, time, kind, body)
        write_line(event)  # raises if it is too large, before anything is kept
        kernel.waiting.append(event)
        error = kernel.save(folder)
    _tell([event])
    if error:
        raise NotSaved(event, folder.path, error) from error
    return event


def events(*kinds: str) -> list[Event]:
    """List what the student did, in order, on disk and in memory.

    Parameters
    ----------
    *kinds : str
        Only these; by default all.

    Returns
    -------
    list of Event
        From all files, each event once, in the order of (counter, session).

    Examples
    --------
    >>> made = record("draft", {"text": "He writes"})
    >>> events("draft")[-1].body
    {'text': 'He writes'}
    """
    kernel = _here()
    with kernel.lock:
        found = kernel.events(kernel.folder())
    return [event for event in found if event.kind in kinds] if kinds else found


def unsaved() -> list[Event]:
    """List the events that no disk took; they are written before the next one that is saved."""
    kernel = _here()
    with kernel.lock:
        return list(kernel.waiting)


def troubles() -> list[str]:
    """Say what could not be read, a sentence each, with file, line and mend; nothing is deleted or rewritten."""
    kernel = _here()
    with kernel.lock:
        return kernel.folder().say()


def kept_where() -> str:
    """Say in a sentence where the work is kept, and whether the system confirms that it is there.

    Examples
    --------
    >>> kept_where().startswith("Your work is kept in ")
    True
    """
    kernel = _here()
    with kernel.lock:
        folder = kernel.folder()
        said = f"Your work is kept in {folder.path}."
        if not hasattr(os, "fsync") or not folder.sure:
            said += " This system cannot confirm that it is on the disk: download it with my_work() before you stop."
        if kernel.waiting:
            said += f" Not yet there, and only in memory: {len(kernel.waiting)} of your last answers."
        return said


def bundle() -> str:
    """Write all events as the text of one file, to be downloaded and restored elsewhere.

    Returns
    -------
    str
        JSON Lines: a first line that names format and version, then a line for each event.

    Examples
    --------
    >>> bundle().splitlines()[0]
    '{"format":"close-reading-workbook","version":1}'
    """
    kernel = _here()
    with kernel.lock:
        folder = kernel.folder()
        lines = [file_header(), *map(write_line, kernel.events(folder)), *sorted(folder.newer)]
    return "\n".join(lines) + "\n"


def restore(data: str | bytes) -> Restored:
    """Bring back the events of a downloaded file; what is here already stays as it is.

    Parameters
    ----------
    data : str or bytes
        The file's content, at most 64 MB. It is read as data, and nothing in it is run.

    Returns
    -------
    Restored
        How many events were added, how many were known, and what was set aside.

    Raises
    ------
    UserError
        If it is another sort of file, too large, or the disk does not take it; then nothing is changed.

    Examples
    --------
    >>> made = record("answer", {"option": "b"})
    >>> restore(bundle()).added
    0
    """
    lines = read_handed_in(data)
    kernel = _here()
    with kernel.lock:
        folder = kernel.folder()
        known, added, newer = compare(lines, folder, kernel.events(folder))
        text = "".join(f"{line}\n" for line in [*map(write_line, added), *newer]).encode("utf-8")
        if text:
            _put(folder, text)
    if added:
        _tell(added)
    return Restored(len(added), known, lines.say("The restored file"))


def _put(folder: WorkFolder, text: bytes) -> None:
    if len(text) > MOST_BYTES:
        raise UserError(too_large(len(text)))
    name = f"restored-{hashlib.sha256(text).hexdigest()[:16]}.jsonl"
    try:
        folder.sure = put_file(folder.path / name, text, private=True)
    except OSError as error:
        cause, mend = why(error)
        raise UserError(f"Nothing was restored, and nothing changed in {folder.path}: {cause}. {mend}.") from error


def listen(callback: Callable[[list[Event]], object]) -> Callable[[], None]:
    """Call something with the new events after each ``record`` and ``restore`` of this kernel.

    Parameters
    ----------
    callback : callable
        Gets a list of events, also of those that only memory holds. If it raises, a warning is shown.

    Returns
    -------
    callable
        Stops it.

    Examples
    --------
    >>> heard = []
    >>> stop = listen(heard.extend)
    >>> event = record("annotation", {"quote": "the whole case"})
    >>> stop()
    >>> heard == [event]
    True
    """
    _listeners.append(callback)

    def stop() -> None:
        if callback in _listeners:
            _listeners.remove(callback)

    return stop


def _tell(new: list[Event]) -> None:
    for callback in list(_listeners):
        try:
            callback(list(new))
        except Exception as error:
            warnings.warn(f"Your work is safe, but a display could not be renewed: {error!r}", stacklevel=3)
