"""The student's workbook: record, list, download and restore events; each kernel session has its own file."""

from __future__ import annotations

import hashlib
import os
import threading
import time
import warnings
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..core import (
    MOST_BYTES,
    UserError,
    in_browser,
    is_writable,
    kind_in_words,
    kind_of,
    other_work,
    put_file,
    work_folder,
)
from .event_lines import MOST_COUNTER, BadLine, Event, file_header, plain_body, read_line, write_line
from .handed_in import HandedIn, read_handed_in, too_large
from .imports import compare
from .merge import WorkFolder, cause_and_fix
from .order import History
from .owner import AnotherOwner, adopting, in_order, keep_owner, last_name, make_owner, only_own, others_in, owner_ids
from .persons import FIRST, WHO, People, all_people, folder_of, require_known


class NotSaved(UserError):
    """``event`` could not be written; it is kept in memory as long as the kernel runs."""

    def __init__(self, event: Event, folder: Path, error: OSError) -> None:
        self.event = event
        cause, fix = cause_and_fix(error)
        super().__init__(
            f"Not saved in {folder}: {cause}. Your work is kept in memory as long as this kernel runs, and will be "
            f"saved together with your next answer. {fix}, or download your work now with my_work()."
        )


@dataclass(frozen=True)
class Restored:
    """The result of `restore`: how many events were added, how many were known, and messages on skipped lines."""

    added: int
    known: int
    troubles: list[str]


class _Kernel:
    """The state of this process."""

    def __init__(self, place: Path | None = None) -> None:
        self._place = place  # in place of the student's work folder
        self.process = os.getpid()
        self.lock = threading.RLock()
        self.waiting: list[Event] = []
        self.people = People()
        if place:
            self.people.choose(place, FIRST)
        self._folders: dict[Path, WorkFolder] = {}
        self._last: Path | None = None
        self._history: tuple[object, History] | None = None

    def base(self) -> Path:
        """Return the current work folder, in which several people may have their work."""
        if self._place:
            return self._place
        try:
            self._last = Path(os.path.abspath(work_folder()))
        except (OSError, UserError) as error:
            # The notebook's folder may have been deleted; then try the last work folder.
            if not self._last:
                raise UserError(f"Your work folder cannot be found. Restart the kernel. The cause: {error}") from error
        return self._last

    def folder(self) -> WorkFolder:
        """Return the work folder of the person in this kernel, after reading the new events in it."""
        base = self.base()
        place = self.people.folder(base)
        # The folder of one of several people is in that of the first: if that is replaced, both are.
        for one in {base, place}:
            self._folders.setdefault(one, WorkFolder(one)).read_new()
        return self._folders[place]

    def require_same(self, folder: WorkFolder) -> None:
        """Raise `UserError` if the folder, or the one that it is in, holds other work than this process has read."""
        self._folders[self.base()].require_same()
        folder.require_same()

    def elsewhere(self, folder: WorkFolder) -> list[str]:
        """Say where there is work of this account that is in no file here, in a message for each place."""
        said = []
        files = other_work()
        for place in dict.fromkeys(file.parent for file in files):
            other = self._folders.setdefault(place, WorkFolder(place))
            other.read_new()
            own = {file.name for file in files if file.parent == place}
            if any(name in own and id not in folder.events for id, (_, _, name) in other.events.items()):
                how = f"my_work(restore={str(place)!r}, me=True)"
                said.append(
                    f"There is also work of this account in {place}, which is not shown here. If it is yours, take it "
                    f"in with {how}."
                )
        return said

    def history(self, folder: WorkFolder) -> History:
        """Return all events, on disk and waiting, in order."""
        # Kept until there are other events, because a page asks several times between two of them.
        now = (folder.version, [event.id for event in self.waiting])
        if self._history is None or self._history[0] != now:
            merged = folder.plausible_events() | {event.id: event for event in self.waiting}
            self._history = now, History(merged.values())
            if self._history[1].not_recorded and not (self._place or folder.replaced) and is_writable(folder.path):
                event, _ = self.add(folder, CLOCK, {})
                self._history = None, History([*merged.values(), event])
        return self._history[1]

    def add(self, folder: WorkFolder, kind: str, body: Mapping[str, Any]) -> tuple[Event, OSError | None]:
        """Write an event; return it, and the error if it could not be written and is only in memory."""
        for waiting in self.waiting:
            folder.clock.see(waiting.counter)
            folder.read_so_far.add(waiting)
        now = datetime.fromtimestamp(time.time(), UTC)
        at, seen = now.strftime("%Y-%m-%dT%H:%M:%SZ"), folder.read_so_far.new(folder.session)
        event = Event(folder.next(), folder.session, at, kind, body, seen, now.microsecond)
        _check_line(folder, event)
        self.waiting.append(event)
        folder.read_so_far.said(event)
        return event, self.save(folder)

    def save(self, folder: WorkFolder) -> OSError | None:
        """Write the waiting events, oldest first; return the error if one cannot be written."""
        try:
            while self.waiting:
                folder.append(self.waiting[0])
                del self.waiting[0]
        except OSError as error:
            return error
        # If this is not possible, the sessions still tell whose work it is.
        with suppress(OSError):
            if folder.has_owner:
                keep_owner(folder.path, folder.owner[0])
            else:
                folder.owner = make_owner(folder.path, folder.brought())
                folder.has_owner = bool(folder.owner)
        return None


_kernel = _Kernel()
_NOWHERE = Path(os.devnull) / "read"  # nothing can be written there
# Kinds of events without which a workbook holds no work of its own.
CLOCK = "clock"  # says when a time in the future was read; see `order`
_NO_WORK = ("name", "download", "restore", CLOCK)
_listeners: list[Callable[[list[Event]], object]] = []


def begin_session() -> None:
    """Start with an empty memory, as a new kernel: for tests, and for programs that use several folders in turn."""
    global _kernel
    _kernel = _Kernel()


def _current_kernel() -> _Kernel:
    """Return this process's state; after a fork a new one, so that two processes never append to one file."""
    global _kernel
    if _kernel.process != os.getpid():
        _kernel = _Kernel()
    return _kernel


def record(kind: str, body: Mapping[str, object]) -> Event:
    """Save one thing a student did; when this returns, the event is on disk.

    The body is plain data: text, numbers, True, False, None, lists and dicts. Raises `NotSaved` if it cannot be
    written (it is kept in memory and written before the next event), `UserError` if it is too large or not plain.

    Examples
    --------
    >>> event = record("answer", {"option": "b"})
    >>> event in events("answer"), unsaved()
    (True, [])
    """
    if not isinstance(kind, str) or not 0 < len(kind) <= 100:
        raise UserError(f"An event's kind must be a short name, not {kind!r:.50}.")
    body = plain_body(body)
    kernel = _current_kernel()
    with kernel.lock:
        require_known(kernel.people, kernel.base())
        folder = kernel.folder()
        kernel.require_same(folder)
        event, error = kernel.add(folder, kind, body)
    _notify([event])
    if error:
        raise NotSaved(event, folder.path, error) from error
    return event


def _check_line(folder: WorkFolder, event: Event) -> None:
    """Raise `UserError` unless the line of an event can be read back: before it is kept and called saved."""
    try:
        if read_line(write_line(event).encode("ascii")) == event:
            return
    except BadLine:
        pass
    highest = [name for name, file in folder.files.items() if any(one.counter >= MOST_COUNTER for _, one in file.found)]
    raise UserError(
        f"Not saved: the numbers of entries are used up, because {', '.join(highest) or 'a file'} in {folder.path} has "
        f"an entry with the number {event.counter - 1:,}. No program of this module made it. Move that file elsewhere."
    )


def events(*kinds: str) -> list[Event]:
    """List the events of these kinds (default: all), on disk and in memory, in the order of `history`.

    Examples
    --------
    >>> event = record("draft", {"text": "He writes"})
    >>> events("draft")[-1].body
    {'text': 'He writes'}
    """
    found = history().events
    return [event for event in found if event.kind in kinds] if kinds else list(found)


def history() -> History:
    """Return all events in order, with what is known of the order.

    Examples
    --------
    >>> first, second = record("draft", {"text": "He"}), record("draft", {"text": "He writes"})
    >>> history().knew(second, first)
    True
    """
    kernel = _current_kernel()
    with kernel.lock:
        return kernel.history(kernel.folder())


def unsaved() -> list[Event]:
    """List the events that could not be written yet; they are written before the next event."""
    kernel = _current_kernel()
    with kernel.lock:
        return list(kernel.waiting)


def troubles() -> list[str]:
    """Say what is gone, what could not be read and how to fix it, in a message each; files are never changed."""
    kernel = _current_kernel()
    with kernel.lock:
        folder = kernel.folder()
        return [*folder.gone(kernel.waiting), *folder.messages(), *kernel.elsewhere(folder)]


def cannot_keep() -> str:
    """Say that nothing can be saved here, before anything is written; empty if it can.

    Examples
    --------
    >>> cannot_keep()
    ''
    """
    kernel = _current_kernel()
    with kernel.lock:
        folder = kernel.folder()
    if folder.replaced or is_writable(folder.path):  # `gone` says that it is replaced
        return ""
    return (
        f"Nothing that you write can be saved here: {_why_not(folder.path)}. Set CLOSE_READING_WORK to a folder "
        "that you may write to, and restart the kernel."
    )


def _why_not(folder: Path) -> str:
    """Say why nothing can be saved in a folder."""
    there = next((place for place in (folder, *folder.parents) if os.path.lexists(place)), folder)
    closed = f"you may not both read and write in {there}"
    return closed if kind_of(there) == "folder" else f"{there} is {kind_in_words(there)}"


def gone() -> list[str]:
    """Say which work this kernel has read and no longer finds, in a message each; `troubles` begins with them."""
    kernel = _current_kernel()
    with kernel.lock:
        return kernel.folder().gone(kernel.waiting)


def kept_where() -> str:
    """Say where the work is kept, and whether the system confirms that it is on disk.

    Examples
    --------
    >>> event = record("answer", {"option": "b"})
    >>> kept_where().startswith("Your work is kept in ")
    True
    """
    kernel = _current_kernel()
    with kernel.lock:
        if kernel.people.unknown(kernel.base()):
            return WHO
        folder = kernel.folder()
        if in_browser():
            message = (
                "Your work is kept in this browser and nowhere else. It is lost if the browser’s data are cleared. "
                "Download it with my_work() before you stop."
            )
        elif not is_writable(folder.path):
            message = f"None of your work can be read or saved: {_why_not(folder.path)}."
            if folder.events:
                message = f"Your work is in {folder.path}, to which nothing can be added."
        elif kind_of(folder.path) == "folder":
            message = f"Your work is kept in {folder.path}."
        elif folder.begun or folder.lost:
            message = "The folder of your work is not there any more. It is made again when you give an answer."
        else:
            message = "No work is saved here yet. Its folder is made when you give the first answer."
            message = " ".join([message, *kernel.elsewhere(folder)])
        if not in_browser() and (not hasattr(os, "fsync") or not folder.confirmed):
            message += " This system cannot confirm that it is on the disk. Download it with my_work() before you stop."
        if kernel.waiting:
            message += f" Not yet saved, only in memory: {len(kernel.waiting)} of your last answers."
        return message


def bundle(leave_out: Collection[str] = ()) -> str:
    """Return all events as JSON Lines, after a header line, to download and restore elsewhere.

    Events that this kernel has read and no longer finds are at the end, so that a download can bring them back.
    ``leave_out`` are the ids of events that do not go along. Raises `UserError` if it is not known who the person is.

    Examples
    --------
    >>> bundle().splitlines()[0]  # doctest: +ELLIPSIS
    '{"format":"close-reading-workbook",...'
    """
    kernel = _current_kernel()
    with kernel.lock:
        require_known(kernel.people, kernel.base())
        folder = kernel.folder()
        found = kernel.history(folder).events
        lost = folder.remembered()
        for id in [*leave_out, *(event.id for event in found)]:
            lost.pop(id, None)
        along = [event for event in found if event.id not in leave_out]
        newer = [] if folder.replaced else sorted(folder.newer)
        lines = [file_header(folder.owners), *map(write_line, along), *newer, *map(write_line, lost.values())]
    return "\n".join(lines) + "\n"


def restore(data: HandedIn) -> Restored:
    """Add the events of a downloaded file; existing events stay unchanged, and nothing in the file is run.

    Raises `UserError`, and changes nothing, if it is another kind of file, too large, or cannot be written. Ask
    first whose file it is: see `require_own`.

    Examples
    --------
    >>> event = record("answer", {"option": "b"})
    >>> restore(bundle()).added
    0
    """
    lines = read_handed_in(data)
    kernel = _current_kernel()
    with kernel.lock:
        require_known(kernel.people, kernel.base())
        folder = kernel.folder()
        kernel.require_same(folder)
        known, added, newer = compare(lines, folder, kernel.history(folder).events)
        # What is only in memory is not here yet, so it is written too.
        brought = {item.id for _, item in lines.found if isinstance(item, Event)}
        waiting = [event for event in kernel.waiting if event.id in brought]
        text = "".join(f"{line}\n" for line in [*map(write_line, [*added, *waiting]), *newer]).encode("utf-8")
        if text:
            with adopting(folder.path, lines.owners):
                _put(folder, text)
            with suppress(OSError):
                if folder.has_owner:
                    keep_owner(folder.path, folder.owner[0])
                folder.owner = owner_ids(folder.path)
            folder.sessions |= {event.session for event in added}
            kernel.waiting = [event for event in kernel.waiting if event.id not in brought]
    if added:
        _notify(added)
    return Restored(len(added), known, lines.messages("The restored file"))


def require_own(data: HandedIn) -> None:
    """Raise `AnotherOwner` if a file may be somebody else's and there is work here with which it would be mixed.

    Examples
    --------
    >>> event = record("answer", {"option": "b"})
    >>> require_own(bundle())
    """
    lines = read_handed_in(data)
    kernel = _current_kernel()
    with kernel.lock:
        folder = kernel.folder()
        here, ours = kernel.history(folder).events, folder.owners
    found = [source for source in lines.sources if source.events]
    begun = any(event.kind not in _NO_WORK for event in here)
    others = others_in(found, here, ours, begun=begun)
    if lines.people and not others and not begun:
        others = found  # the folder of several people, of whom the first may be another
    if others:
        theirs, rest = (
            History(event for source in found if (source in others) == which for event in source.events).events
            for which in (True, False)
        )
        files = [source.name for source in others] if len(found) > 1 else []
        raise AnotherOwner(
            theirs,
            lines.messages("The file"),
            files,
            rest,
            [(str(place), last_name(_person(place.name, place).events)) for place in lines.people],
        )


def name_was_brought() -> bool:
    """Whether the name of the work here came in with a file, as that of a workbook to begin with does.

    Examples
    --------
    >>> event = record("name", {"name": "Fox"})
    >>> name_was_brought()
    False
    """
    kernel = _current_kernel()
    with kernel.lock:
        folder = kernel.folder()
        named = [event for event in kernel.history(folder).events if event.kind == "name" and last_name([event])]
        return bool(named) and folder.events.get(named[-1].id, (False,))[0]


def begin_owner() -> None:
    """Go on as an owner of one's own with work that came in with a file: its ids no longer count as the person's."""
    kernel = _current_kernel()
    with kernel.lock:
        folder = kernel.folder()
        with suppress(OSError):  # then there is one more question when the other file is restored
            only_own(folder.path, folder.brought())


def require_person() -> None:
    """Raise `UserError` if it is not known who the person is, before somebody's work is shown as text or saved.

    Examples
    --------
    >>> require_person()
    """
    kernel = _current_kernel()
    with kernel.lock:
        require_known(kernel.people, kernel.base())


@contextmanager
def reading(data: HandedIn) -> Iterator[list[str]]:
    """Read a downloaded file in place of the own workbook, which stays as it is; gives messages on skipped lines.

    Examples
    --------
    >>> event, file = record("answer", {"option": "b"}), bundle()
    >>> with reading(file):
    ...     event in events()
    True
    """
    global _kernel
    lines = read_handed_in(data)
    own = _current_kernel()
    with own.lock:
        # Only in memory: whatever happens, nothing of another person's work stays on this disk.
        _kernel = _Kernel(_NOWHERE)
        try:
            _, _kernel.waiting, _ = compare(lines, WorkFolder(_NOWHERE), [])
            yield lines.messages("The file")
        finally:
            _kernel = own


@dataclass(frozen=True)
class Person:
    """A person with work on this computer."""

    id: str
    name: str
    events: tuple[Event, ...]


def people() -> list[Person]:
    """List everybody with work in the work folder.

    Examples
    --------
    >>> event = record("answer", {"option": "b"})
    >>> [person.id for person in people()]
    ['first']
    """
    base = _current_kernel().base()
    return [_person(id, folder_of(base, id)) for id in all_people(base)]


def _person(id: str, place: Path) -> Person:
    folder = WorkFolder(place)
    folder.read_new()
    there = in_order(folder.plausible_events().values())
    return Person(id, last_name(there), tuple(there))


def person_in_kernel() -> str:
    """Return the id of the person for whom this kernel works; empty while it is not known.

    Examples
    --------
    >>> person_in_kernel()
    'first'
    """
    kernel = _current_kernel()
    with kernel.lock:
        return kernel.people.chosen(kernel.base())


def must_ask() -> bool:
    """Whether it is not known which of several people works in this kernel."""
    kernel = _current_kernel()
    with kernel.lock:
        return kernel.people.unknown(kernel.base())


def choose_person(id: str) -> None:
    """Work for one of the `people` from now on; ``"new"`` begins anew, and an empty id asks again.

    Raises `UserError` if there is no such person, or work of the present one is not saved yet.
    """
    kernel = _current_kernel()
    known = [person.id for person in people()] if id not in ("", "new") else []
    with kernel.lock:
        if kernel.waiting:
            raise UserError(f"{len(kernel.waiting)} entries are not saved yet. Download them first.")
        if id == "new":
            kernel.people.begin(kernel.base())
        elif id and id not in known:
            raise UserError(f"Nobody “{id}” has work here. Run my_work() to see who has.")
        else:
            kernel.people.choose(kernel.base(), id)


def _put(folder: WorkFolder, text: bytes) -> None:
    if len(text) > MOST_BYTES:
        raise too_large(len(text))
    name = f"restored-{hashlib.sha256(text).hexdigest()[:16]}.jsonl"
    try:
        folder.confirmed = put_file(folder.path / name, text, private=True)
    except OSError as error:
        cause, fix = cause_and_fix(error)
        raise UserError(f"Nothing was restored, and nothing changed in {folder.path}: {cause}. {fix}.") from error


def listen(callback: Callable[[list[Event]], object]) -> Callable[[], None]:
    """Call ``callback`` with the new events after each ``record`` and ``restore``; return a function that stops this.

    The events include those that could not be written yet. If ``callback`` raises, a warning is shown.

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


def _notify(new: list[Event]) -> None:
    for callback in list(_listeners):
        try:
            callback(list(new))
        except Exception as error:
            warnings.warn(f"Your work is safe, but a display could not be updated: {error!r}", stacklevel=3)
