"""The owner of a workbook: a name, and an id that is made once and kept in ``owner.json`` beside the work.

A download names the id in its header, ``"owner": ["…"]``. Every workbook makes an id of its own. If its owner takes in
work from another computer, it also has the ids of that, after its own. Two workbooks are one person's if one of them
took in the other (`linked`); that both took in a third proves nothing, because a teacher may hand out a workbook to
begin with. Files of version 0.1.0 have no ids: they are recognised by their sessions.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from ..core import UserError, file_bytes, neutralised, put_file, write_all
from .event_lines import FORMAT, Event

FILE = "owner.json"
_ID = re.compile(r"[0-9a-f]{32}")
_MOST = 100  # ids in a header


MOST_NAME = 80


class AnotherOwner(UserError):
    """A file that may be somebody else's work; ``events`` are in it, in order.

    Of several files, these are ``files``, and ``beside`` are the events of the others. In the folder of several people
    who share a computer, ``people`` are the folders of the others, with their names.
    """

    def __init__(
        self,
        events: list[Event],
        troubles: list[str],
        files: Sequence[str] = (),
        beside: Sequence[Event] = (),
        people: Sequence[tuple[str, str]] = (),
    ) -> None:
        self.events, self.troubles = events, troubles
        self.files, self.beside, self.people = list(files), list(beside), list(people)
        super().__init__(
            "This file may be the work of somebody else, so nothing was restored. If it is yours, write "
            "my_work(restore=…, me=True). To read it and leave your own work as it is, write my_work(read=…)."
        )


def owner_ids(folder: Path) -> list[str]:
    """Return the ids of the owner of the work in a folder; empty if it has none yet, or a damaged file."""
    return _read(folder)[0]


def _read(folder: Path) -> tuple[list[str], bool]:
    """Return the ids of the owner, and whether the first was made here: before the first answer all came with files."""
    try:
        line = file_bytes(folder / FILE)  # a pipe in its place would block whoever opens it
    except UserError:
        return [], False
    ids = ids_in(line)
    return ids, bool(ids) and json.loads(line).get("own") is True


def only_brought(folder: Path) -> bool:
    """Whether all ids of the owner of the work in a folder came with files, as before the first answer."""
    ids, own = _read(folder)
    return bool(ids) and not own


def ids_in(line: str | bytes) -> list[str]:
    """Return the owner's ids in a line of JSON, such as the header of a download.

    Examples
    --------
    >>> ids_in('{"format": "close-reading-workbook", "owner": ["' + "0f" * 16 + '"], "version": 1}')
    ['0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f']
    >>> ids_in("no header")
    []
    """
    try:
        data = json.loads(line)
    except (ValueError, RecursionError):
        return []
    given = data.get("owner") if isinstance(data, dict) and data.get("format") == FORMAT else None
    given = given if isinstance(given, list) else []
    return [id for id in dict.fromkeys(one for one in given if isinstance(one, str)) if _ID.fullmatch(id)][:_MOST]


def make_owner(folder: Path, brought: Sequence[str] = ()) -> list[str]:
    """Make an id of their own for the owner of the work in a folder, once, also by two kernels. Return the ids.

    ``brought`` are the ids in files that were laid into the folder, and read, before there was an owner.
    """
    ids, own = _read(folder)
    if own:
        return ids
    content = _content(list(dict.fromkeys([secrets.token_hex(16), *ids, *brought])), own=True)
    try:
        handle = os.open(folder / FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            write_all(handle, content)
        finally:
            os.close(handle)
    except FileExistsError:
        if not _read(folder)[1]:  # damaged, or another kernel is writing it: the id in the file counts
            put_file(folder / FILE, content, private=True)
    return owner_ids(folder)


def keep_owner(folder: Path, own: str) -> None:
    """Put an id back into ``owner.json``, which was damaged, or replaced by a sync program."""
    ids = owner_ids(folder)
    if own not in ids and os.path.lexists(folder / FILE):
        put_file(folder / FILE, _content([own, *ids], own=True), private=True)


def only_own(folder: Path, keep: Collection[str]) -> None:
    """Drop the ids that came with restored files; ``keep`` are those of files that lie in the folder."""
    ids, own = _read(folder)
    _set(folder, [id for n, id in enumerate(ids) if n < own or id in keep], own=own)


@contextmanager
def adopting(folder: Path, ids: Sequence[str]) -> Iterator[None]:
    """Record that other ids are the same person's, before their work is written; take that back if it is not written.

    In this order an interrupt never leaves work of one's own here whose owner is not known.
    """
    before, own = _read(folder)
    with suppress(OSError):  # then the sessions still tell whose work it is
        if set(ids) - set(before):
            _set(folder, list(dict.fromkeys([*before, *ids])), own=own)
    try:
        yield
    except UserError:
        with suppress(OSError):
            _set(folder, before, own=own)
        raise


def _set(folder: Path, ids: list[str], *, own: bool) -> None:
    """Record the ids of the owner of the work in a folder; without ids, it has no owner."""
    if ids == owner_ids(folder):
        return
    if ids:
        put_file(folder / FILE, _content(ids, own=own), private=True)
    else:
        (folder / FILE).unlink(missing_ok=True)


def _content(ids: list[str], *, own: bool) -> bytes:
    what = {"about": "whose work this is", "format": FORMAT, "own": own, "owner": ids}
    return f"{json.dumps(what)}\n".encode("ascii")


@dataclass(eq=False)
class Source:
    """A download, or the files of one work folder: the ids of its owner, and its events."""

    name: str
    owners: list[str] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    headed: bool = False  # a download, which names its owner; only those of version 0.1.0 do not
    place: str = ""

    def is_of_one_folder(self, other: Source) -> bool:
        """Whether both are files without a header in one folder, and nothing says that they are of two people."""
        if self.headed or other.headed or self.place != other.place:
            return False
        if self.owners:
            return True
        names, theirs = names_of(self.events), names_of(other.events)
        if not names or not theirs or names & theirs:
            return True
        # A file whose first number is not 1 goes on from another one.
        return in_common(self.events, other.events) or any(
            min(event.counter for event in one.events) > 1 for one in (self, other)
        )


def linked(theirs: Sequence[str], ours: Sequence[str]) -> bool:
    """Whether of two owners, known by their ids, one took in the work of the other.

    Examples
    --------
    >>> linked(["a", "b"], ["b"]), linked(["a", "c"], ["b", "c"])
    (True, False)
    """
    return bool(theirs and ours) and (theirs[0] in ours or ours[0] in theirs)


def not_linked(owners: Mapping[str, Sequence[Sequence[str]]], ours: Sequence[str]) -> set[str]:
    """Name the files with a download whose owner is not the owner of the work here, as far as ids tell.

    Without ids here, the owner is that of the file who took in most others.
    """
    all_owners = [(name, ids) for name, several in owners.items() for ids in several if ids]
    known = list(ours) or max((list(ids) for _, ids in all_owners), key=len, default=[])
    left = all_owners
    while mine := [one for one in left if linked(one[1], known)]:
        known += [id for _, ids in mine for id in ids]
        left = [one for one in left if one not in mine]
    return {name for name, _ in left}


class Owner:
    """What is known of the owner of some work: ids, sessions and names."""

    def __init__(self, events: Iterable[Event], ids: Iterable[str]) -> None:
        events = list(events)
        self.ids, self.names = list(ids), names_of(events)
        self.sessions = sessions_of(events)

    def take(self, source: Source) -> None:
        """Take in what a file of this owner says."""
        self.ids += [id for id in source.owners if id not in self.ids]
        self.names |= names_of(source.events)
        self.sessions |= sessions_of(source.events)

    def knows(self, source: Source) -> bool:
        """Whether a file is known to be of this owner.

        Ids decide where both sides have some: one workbook must have taken in the other. Otherwise a session in
        common decides: no two workbooks begin one. But people may go on from one file; then the last name in it is
        unknown here.

        Examples
        --------
        >>> one, other = (Event(1, session * 8, "", "answer", {}) for session in ("0a", "0b"))
        >>> Owner([one, other], ["0f" * 16]).knows(Source("", [], [one]))
        True
        >>> Owner([one], ["0f" * 16]).knows(Source("", ["0e" * 16], [one]))
        False
        """
        called = last_name(in_order(source.events))
        if called and self.names and plain_name(called) not in self.names:
            return False
        if source.owners and self.ids:
            return linked(source.owners, self.ids)
        return not sessions_of(source.events).isdisjoint(self.sessions)

    def may_be(self, source: Source) -> bool:
        """Whether nothing in a file says that it is somebody else's, if there is no work here to compare."""
        called = last_name(in_order(source.events))
        return not called or not self.names or plain_name(called) in self.names


def others_in(sources: Iterable[Source], here: Sequence[Event], ours: Sequence[str], *, begun: bool) -> list[Source]:
    """Return the files with something new that are not known to be of the owner of the work here.

    Where no work is ``begun``, all files must be of one owner: they are compared with the one that took in most others.
    There, files of version 0.1.0 are taken for one person's unless their names differ: they have no ids.
    """
    known = {event.id: event for event in here}
    left = [one for one in sources if any(known.get(event.id) != event for event in one.events)]
    owner, without_ids = Owner(here, ours), False
    if not begun and (first := [one for one in left if owner.may_be(one)]):
        root = max(first, key=lambda one: (bool(names_of(one.events) & owner.names), len(one.owners), len(one.events)))
        left = [one for one in left if one is not root]
        owner.take(root)
        without_ids = not root.owners
    while mine := [one for one in left if owner.knows(one) or (without_ids and not one.owners and owner.may_be(one))]:
        for one in mine:
            owner.take(one)
        left = [one for one in left if not any(one is taken for taken in mine)]
    return left


def in_order(events: Iterable[Event]) -> list[Event]:
    """Return events in the order of their numbers, which is enough to find the last name."""
    return sorted(events, key=lambda event: (event.counter, event.session))


def sessions_of(events: Iterable[Event]) -> set[str]:
    """Return the sessions of some events."""
    return {event.session for event in events}


def in_common(one: Iterable[Event], other: Iterable[Event]) -> bool:
    """Whether two files have entries of one session, or one was written by somebody who had read the other."""
    one, other = list(one), list(other)
    read = [{session for event in events for session in event.seen or {}} for events in (one, other)]
    return not (sessions_of(one) | read[0]).isdisjoint(sessions_of(other)) or not read[1].isdisjoint(sessions_of(one))


def names_of(events: Iterable[Event]) -> set[str]:
    """Return all names in some events, as they are compared."""
    names = (event.body.get("name") for event in events if event.kind == "name")
    return {plain_name(name) for name in names if isinstance(name, str) and name.strip()}


def same_name(one: str, other: str) -> bool:
    """Whether two names are the same, in capitals or not, and however a computer stores an accent.

    Examples
    --------
    >>> same_name("José", "JOSE\u0301 "), same_name("José", "Jose")
    (True, False)
    """
    return plain_name(one) == plain_name(other)


def plain_name(name: str) -> str:
    """Return a name as it is compared."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold()).strip()


def last_name(events: Iterable[Event]) -> str:
    """Return the last valid name or pseudonym in some events in order; empty if there is none."""
    for event in reversed([event for event in events if event.kind == "name"]):
        try:
            return checked_name(event.body.get("name"))
        except UserError:
            continue
    return ""


def checked_name(name: object) -> str:
    """Return a name without surrounding spaces; raise `UserError` unless it is one line of at most 80 characters."""
    advice = 'A pseudonym will do: my_work(name="…").'
    if not isinstance(name, str) or not any(unicodedata.category(character)[0] in "LNS" for character in name):
        raise UserError(f"A name must contain letters. {advice}")
    if len(name) > 10 * MOST_NAME or len(name.strip()) > MOST_NAME:
        raise UserError(f"A name may have at most {MOST_NAME} characters; this one has {len(name.strip()):,}. {advice}")
    name = name.strip()
    if neutralised(name) != name or "\n" in name or "\t" in name:
        raise UserError(f"A name must be one line without control characters. {advice}")
    return name
