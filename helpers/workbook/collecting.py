"""Find what many people handed in, in files, folders and zip archives, and tell whose files belong together.

Nothing is unpacked on disk, no link is followed, and what cannot be read is listed with the reason. Contents are read
one after another, so that the memory does not grow with their number.
"""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..core import MOST_BYTES, UserError, file_bytes, is_part, kind_in_words, kind_of, names_in
from .event_files import ReadLines
from .handed_in import DAMAGED, NotWork, read_handed_in, read_together, too_large
from .owner import FILE as OWNER, in_order, last_name, names_of, others_in, plain_name, sessions_of

MOST_MEMBERS = 50_000
# The archive of a large class has a few hundred MB; one that claims more when it is unpacked is an attack.
MOST_UNPACKED = 4_000_000_000
_NO_HAND_INS = ("Thumbs.db", "desktop.ini", "__MACOSX")


@dataclass(frozen=True)
class HandIn:
    """One file, or the files of one work folder, that somebody handed in."""

    place: str  # the path, as messages name it; a file in an archive has the name of the archive before it
    path: Path
    members: tuple[int, ...] = ()  # numbers of the files in an archive
    files: tuple[str, ...] = ()  # names of the files, if it is a folder
    size: int = 0  # in bytes; 0 for a folder


Content = tuple[tuple[str, bytes], ...]  # files, each with its name


class HandIns:
    """What was handed in; ``untaken`` names what is not read, each with the reason.

    ``leave_out`` are files and folders that are not looked into.
    """

    def __init__(self, paths: Iterable[str | Path], leave_out: Iterable[Path] = ()) -> None:
        self.found: list[HandIn] = []
        self.untaken: list[tuple[str, str]] = []
        self._archive: tuple[Path, zipfile.ZipFile] | None = None
        seen = {os.path.realpath(path) for path in leave_out}
        for path in map(Path, paths):
            kind = kind_of(path)
            if kind == "folder":
                self._walk(path, seen)
            elif kind == "file":
                self._file(path, path.name, seen)
            else:
                self.untaken.append((str(path), f"is {kind_in_words(path)}"))

    def _walk(self, folder: Path, seen: set[str]) -> None:
        """Take in a folder and all folders in it."""
        waiting = [(folder, folder.name)]
        while waiting:
            here, called = waiting.pop()
            if (real := os.path.realpath(here)) in seen:
                continue
            seen.add(real)
            names = [name for name in names_in(here) if not _is_no_hand_in(name)]
            paths = [(here / name, f"{called}/{name}" if called else name) for name in names]
            links = [one for one in paths if os.path.islink(one[0])]
            self.untaken += [(place, "is a link, and links are not followed") for _, place in links]
            plain = [one for one in paths if one not in links]
            waiting += reversed([one for one in plain if kind_of(one[0]) == "folder"])
            files = [one for one in plain if kind_of(one[0]) == "file"]
            other = [one for one in plain if kind_of(one[0]) not in ("folder", "file")]
            self.untaken += [(place, f"is {kind_in_words(path)}") for path, place in other]
            if OWNER in names:  # a work folder
                self.found.append(HandIn(called, here, files=tuple(path.name for path, _ in files)))
                continue
            for path, place in files:
                self._file(path, place, seen)

    def _file(self, path: Path, place: str, seen: set[str]) -> None:
        real = os.path.realpath(path)
        if real in seen:
            return
        seen.add(real)
        try:
            if zipfile.is_zipfile(path):
                self._members(path, place)
            else:
                self.found.append(HandIn(place, path, size=path.stat().st_size))
        except DAMAGED as error:
            self.untaken.append((place, f"is a zip archive that cannot be read ({error})"))

    def _members(self, path: Path, place: str) -> None:
        """Take in the files of an archive; those beside an ``owner.json`` are one work folder."""
        infos = self._opened(path).infolist()
        if len(infos) > MOST_MEMBERS or sum(one.file_size for one in infos) > MOST_UNPACKED:
            most = f"{MOST_MEMBERS:,} files or {MOST_UNPACKED // 1_000_000_000} GB"
            self.untaken.append((place, f"is an archive with more than {most}, and was not unpacked"))
            return
        folders: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for number, info in enumerate(infos):
            folder, _, name = info.filename.replace("\\", "/").rpartition("/")
            if name and not any(map(_is_no_hand_in, [*filter(_leads_on, folder.split("/")), name])):
                folders[folder].append((number, name))
        for folder, files in folders.items():
            called = "/".join([place, *filter(_leads_on, folder.split("/"))])
            if OWNER in [name for _, name in files]:
                numbers, names = zip(*files, strict=True)
                self.found.append(HandIn(called, path, numbers, names))
            else:
                self.found += [
                    HandIn(f"{called}/{name}", path, (number,), size=infos[number].file_size) for number, name in files
                ]

    def _opened(self, path: Path) -> zipfile.ZipFile:
        """Return an archive, which stays open while its files are read."""
        if self._archive is None or self._archive[0] != path:
            self.close()
            self._archive = path, zipfile.ZipFile(path)
        return self._archive[1]

    def close(self) -> None:
        """Close the archive that was read last."""
        if self._archive:
            self._archive[1].close()
            self._archive = None

    def content(self, one: HandIn) -> Content:
        """Read the files of a hand-in; raises `UserError` if one cannot be read."""
        if not one.members:
            names = one.files or (one.path.name,)
            folder = one.path if one.files else one.path.parent
            return tuple((name, file_bytes(folder / name)) for name in names)
        try:
            archive = self._opened(one.path)
            infos = [archive.infolist()[number] for number in one.members]
            if (size := sum(info.file_size for info in infos)) > MOST_BYTES:
                raise too_large(size)
            if any(info.flag_bits & 1 for info in infos):
                raise NotWork(f"{one.place} has a password.", "locked with a password")
            return tuple((_name(info), archive.read(info)) for info in infos)
        except DAMAGED as error:
            if isinstance(error, UserError):
                raise
            raise NotWork(f"{one.place} cannot be unpacked ({error}).", f"damaged ({error})") from error


def _name(info: zipfile.ZipInfo) -> str:
    return info.filename.replace("\\", "/").rpartition("/")[2]


def _leads_on(name: str) -> bool:
    """Whether the name of a folder in an archive is one, and does not lead out of it."""
    return name not in ("", ".", "..")


def _is_no_hand_in(name: str) -> bool:
    """Whether a file is one that systems and programs put beside those of people."""
    return name.startswith(".") or name in _NO_HAND_INS or is_part(name)


@dataclass(frozen=True)
class WhoseWork:
    """What a hand-in says about its owner."""

    digest: str  # of the contents
    owners: tuple[str, ...] = ()  # ids; the first is that of the workbook itself
    sessions: frozenset[str] = frozenset()
    name: str = ""  # the last name in it
    names: frozenset[str] = field(default_factory=frozenset)  # all names, as they are compared
    problem: str = ""  # why it is not read, to go on after “is”; empty if it is

    @property
    def is_work(self) -> bool:
        """Whether there is work in it."""
        return not self.problem

    def is_same_person(self, other: WhoseWork) -> bool:
        """Whether two hand-ins are known to be of one person.

        People may go on from one file: then one of two workbooks took in the other, and their names differ.

        Examples
        --------
        >>> first = WhoseWork("", ("a",), names=frozenset({"ana"}), name="Ana")
        >>> later = WhoseWork("", ("b", "a"), names=frozenset({"ana"}), name="Ana")
        >>> friend = WhoseWork("", ("c", "a"), names=frozenset({"ana", "ben"}), name="Ben")
        >>> first.is_same_person(later), first.is_same_person(friend)
        (True, False)
        """
        if self.owners[:1] == other.owners[:1] != ():
            return True
        if self.name and other.name and plain_name(self.name) != plain_name(other.name):
            return False
        if self.owners and other.owners:
            return self.owners[0] in other.owners or other.owners[0] in self.owners
        return not self.sessions.isdisjoint(other.sessions)


def read_content(content: Content) -> ReadLines:
    """Read a hand-in; raises `NotWork` if it holds no work."""
    return read_handed_in(content[0][1]) if len(content) == 1 else read_together(content)


def own_part(lines: ReadLines) -> tuple[ReadLines, list[str]]:
    """Keep the events of the person whose hand-in it is; return them, and what others are in it, by name or file."""
    sources = [source for source in lines.sources if source.events]
    others = others_in(sources, [], [], begun=False) if len(sources) > 1 else []
    if not others:
        return lines, []
    own = ReadLines()
    own.sources = [source for source in lines.sources if not any(source is other for other in others)]
    ids = {event.id for source in own.sources for event in source.events}
    own.found = [(line, item) for line, item in lines.found if getattr(item, "id", "") in ids]
    own.told, own.faults, own.is_workbook = lines.told, lines.faults, True
    return own, [last_name(in_order(source.events)) or source.name or "no name" for source in others]


def whose_work(content: Content) -> WhoseWork:
    """Find out whose work a hand-in is; it never raises for what is in a hand-in."""
    digest = hashlib.sha256(b"".join(content for _, content in content)).hexdigest()
    if not any(content for _, content in content):
        return WhoseWork(digest, problem="an empty file")
    try:
        lines, _ = own_part(read_content(content))
    except NotWork as error:
        return WhoseWork(digest, problem=error.short)
    events = [event for source in lines.sources for event in source.events]
    if not events and not lines.owners:
        return WhoseWork(digest, problem="a workbook of which no line can be read")
    if events and all(event.kind == "feedback" for event in events):
        return WhoseWork(digest, problem="a page of feedback, not work: ask for the download of my_work()")
    # The source that took in most others names the workbook itself first.
    sources = sorted(lines.sources, key=lambda source: -len(source.owners))
    owners = dict.fromkeys(id for source in sources for id in source.owners)
    called = last_name(in_order(events))
    return WhoseWork(digest, tuple(owners), frozenset(sessions_of(events)), called, frozenset(names_of(events)))


def same_people(works: Sequence[WhoseWork]) -> Iterator[tuple[int, int]]:
    """Yield the pairs of hand-ins that are of one person, each by its number; the time grows with their number.

    Examples
    --------
    >>> list(same_people([WhoseWork("", ("a",)), WhoseWork("", ("b", "a")), WhoseWork("", ("c",))]))
    [(0, 1)]
    """
    # For each id and session the first hand-in under each name, so that a thousand alike are not compared in pairs.
    by_own: dict[str, dict[str, int]] = defaultdict(dict)
    by_session: dict[str, dict[str, int]] = defaultdict(dict)
    for n, work in enumerate(works):
        called = plain_name(work.name)
        if work.owners:
            by_own[work.owners[0]].setdefault(called, n)
        for session in work.sessions:
            by_session[session].setdefault(called, n)
    for n, work in enumerate(works):
        near = {other for id in work.owners for other in by_own[id].values()}
        if not work.owners:
            near |= {other for session in work.sessions for other in by_session[session].values()}
        yield from (
            (min(n, other), max(n, other)) for other in sorted(near) if other != n and work.is_same_person(works[other])
        )


def as_one(parts: Collection[ReadLines]) -> ReadLines:
    """Put the work of one person, from several hand-ins, together."""
    if len(parts) == 1:
        return next(iter(parts))
    whole = ReadLines()
    for part in parts:
        whole.found += part.found
        whole.sources += part.sources
        whole.typed += part.typed
        whole.is_workbook |= part.is_workbook
    return whole
