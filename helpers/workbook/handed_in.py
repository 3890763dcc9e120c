"""Read what a person hands in to restore, read or compare: a download, a page with work in it, an archive, a folder."""

from __future__ import annotations

import base64
import binascii
import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from ..core import MOST_BYTES, UserError, file_bytes, kind_in_words, kind_of, names_in, own_files
from .event_files import ReadLines
from .owner import FILE as OWNER, ids_in, owner_ids

PACKED = _ZIP, _GZIP = b"PK\3\4", b"\x1f\x8b"
HandedIn = str | bytes | ReadLines
# How other kinds of files begin.
_KINDS = (
    (b"\x89PNG", "a picture"), (b"\xff\xd8\xff", "a picture"), (b"GIF8", "a picture"), (_ZIP, "a zip archive"),
    (b"%PDF", "a PDF"), (b"\x80", "a pickle of Python objects"), (b"<", "a web page"), (_GZIP, "a gzip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"), (b"Rar!\x1a\x07", "a RAR archive"), (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\0", "an xz archive"), (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
)  # fmt: skip
# A tar archive begins with the name of a file.
_TAR, _TAR_AT = b"ustar", 257
# A page to hand in carries the workbook, packed, in an element that browsers do not show.
_IN_PAGE = re.compile(rb'<template id="workbook">([A-Za-z0-9+/=\s]+)</template>')
# What the modules for archives raise for archives that are damaged, have a password, or use a rare method.
PEOPLE = "people"  # the folder of all but the first person with one account; see `persons`
DAMAGED = (
    OSError,
    EOFError,
    RuntimeError,
    NotImplementedError,
    ValueError,
    zlib.error,
    zipfile.BadZipFile,
    binascii.Error,
)


class NotWork(UserError):
    """Something handed in is no work that can be read; ``short`` says what it is, to go on after “is”."""

    def __init__(self, message: str, short: str) -> None:
        super().__init__(message)
        self.short = short


def read_handed_in(data: object) -> ReadLines:
    """Read the lines of a file to restore; raise `NotWork` if it is not a downloaded workbook.

    A zip or gzip archive is unpacked in memory. Lines that were read already, such as those of `read_folder`, are
    returned as they are.
    """
    if isinstance(data, ReadLines):
        return data
    if isinstance(data, str):
        data = data.encode("utf-8", "surrogatepass")
    if not isinstance(data, bytes | bytearray | memoryview):
        raise UserError(f"restore() takes the text or the bytes of a downloaded file, not {type(data).__name__}.")
    raw = bytes(data)
    if len(raw) > MOST_BYTES:
        raise too_large(len(raw))
    lines = ReadLines()
    kind = _kind(raw)
    try:
        if kind == "a zip archive":
            for place, name, content, owners in _unzipped(raw):
                lines.add(_lines(content), name, place, owners)
        elif kind == "a gzip archive":
            lines.read(_ungzipped(raw))
        elif kind == "a web page":
            lines.read(_in_page(raw))
        elif not kind.endswith("archive"):
            lines.read(raw)
    except UserError:
        raise
    except DAMAGED as error:
        raise NotWork(
            f"This is {kind} that cannot be unpacked here ({error}); nothing was restored. Unpack it, and restore the "
            "file in it; its name ends in .jsonl.",
            f"{kind} that cannot be unpacked ({error})",
        ) from error
    if not lines.is_workbook:
        unpack = "Unpack it first. " if kind.endswith("archive") else ""
        raise NotWork(
            f"This is not a downloaded workbook, but {kind}; nothing was restored. {unpack}"
            "Choose the file that Download gave you, whose name ends in .jsonl, or the page to hand in.",
            f"{kind}, not work that was downloaded",
        )
    return lines


def read_folder(folder: Path) -> ReadLines:
    """Read all files of work in a folder that are the student's own; those that cannot be read do not hinder others.

    Raises `UserError` if no work can be read. Its message names no file in the folder, since downloads are called
    after the student and a notebook stores the message.
    """
    files, named = own_files(folder), [name for name in names_in(folder) if "jsonl" in name.casefold()]
    lines = ReadLines()
    owners = owner_ids(folder)
    for path in files:
        try:
            lines.add(_lines(file_bytes(path)), path.name, owners=owners)
        except UserError as error:
            said = str(error) if kind_of(path) == "file" else f"it is {kind_in_words(path)}."
            lines.told.append(f"{path.name} was not read: {said}")
    lines.people = people_in(folder)
    if lines.people:
        lines.told.append(
            f"{folder} also holds the work of other people who share the computer, which was not read: "
            f"{', '.join(str(place) for place in lines.people)}."
        )
    if not lines.is_workbook:
        why = "" if names_in(folder) else " Check that you have permission to open it."
        why = f" {len(named)} files there have the name of work: try one of them by its name." if named else why
        raise UserError(
            f"There is no work of yours in {folder} that can be read.{why} Name a download or another folder."
        )
    return lines


def read_together(files: Iterable[tuple[str, bytes]]) -> ReadLines:
    """Read files that lay in one work folder, each with its name; raise `NotWork` if none of them is work."""
    files = list(files)
    owners = next((ids_in(content) for name, content in files if name == OWNER), [])
    lines, said = ReadLines(), []
    for name, content in files:
        if name == OWNER:
            continue
        try:
            lines.add(read_handed_in(content), name, owners=owners)
        except NotWork as error:
            said.append(f"{name} is {error.short}.")
    if not lines.is_workbook:
        raise NotWork(f"There is no work that can be read. {' '.join(said)}", "a folder without work")
    lines.told += said
    return lines


def people_in(folder: Path) -> list[Path]:
    """List the folders in a work folder of other people with the same account, of whom work can be read."""
    return [folder / PEOPLE / name for name in names_in(folder / PEOPLE) if own_files(folder / PEOPLE / name)]


def _lines(raw: bytes) -> ReadLines:
    lines = ReadLines()
    lines.read(raw)
    return lines


def _unzipped(raw: bytes) -> Iterator[tuple[str, str, bytes, list[str]]]:
    """Yield the files in a zip archive that may be work: folder, name, content, and the ids of the folder's owner."""
    left = MOST_BYTES
    owners: dict[str, list[str]] = {}
    found = []
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        for member in archive.infolist():
            place, _, name = member.filename.rpartition("/")
            if not name or name.startswith("._"):  # a folder, or what macOS adds to a file
                continue
            with archive.open(member) as file:
                content = file.read(left + 1)
            left -= len(content)
            if left < 0:
                raise too_large(MOST_BYTES - left)
            if name == OWNER:
                owners[place] = ids_in(content)
                continue
            if content.lstrip()[:1] == b"<":
                content = _in_page(content)
            if _lines(content[:MOST_BYTES]).is_workbook:
                found.append((place, name, content))
    _require_one_person([place for place, _, _ in found])
    for place, name, content in found:
        yield place, name, content, owners.get(place, [])


def _require_one_person(places: Iterable[str]) -> None:
    """Raise `UserError` if these folders of an archive hold the work of several people who share a computer."""
    there = set(places)
    of_others = {place for place in there if PEOPLE in place.split("/")[-2:-1]}
    # The first person's work lies in the folder that holds “people”.
    bases = {"/".join(place.split("/")[:-2]) for place in of_others}
    if len(people := sorted(of_others | (bases & there))) > 1:
        raise NotWork(
            f"This archive holds the work of {len(people)} people who share a computer; nothing was restored. Unpack "
            f"it, and restore one person’s folder. The folders: {', '.join(place or 'the top' for place in people)}.",
            f"an archive with the work of {len(people)} people who share a computer. Unpack it, and take each "
            "person’s folder",
        )


def packed_for_page(bundle: str) -> str:
    """Pack a bundle as the content of an element ``<template id="workbook">``; the same bundle gives the same."""
    return base64.encodebytes(gzip.compress(bundle.encode("utf-8", "surrogatepass"), mtime=0)).decode("ascii")


def _in_page(raw: bytes) -> bytes:
    """Return the workbook in a page; empty if there is none."""
    found = _IN_PAGE.search(raw)
    return _ungzipped(base64.b64decode(found[1])) if found else b""


def _ungzipped(raw: bytes) -> bytes:
    with gzip.GzipFile(fileobj=io.BytesIO(raw)) as file:
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise too_large(len(content))
    return content


def _kind(raw: bytes) -> str:
    begin = raw[:4000].lstrip()
    if not begin:
        return "an empty file"
    if raw[_TAR_AT:].startswith(_TAR):
        return "a tar archive"
    if b'"cells"' in begin or b'"nbformat"' in raw[-4000:]:
        return "a notebook"
    return next((kind for mark, kind in _KINDS if begin.startswith(mark)), "some other file")


def too_large(size: int) -> NotWork:
    """Return the error that a file is too large."""
    megabytes, most = -(-size // 1_000_000), MOST_BYTES // 1_000_000
    return NotWork(
        f"This file has {megabytes} MB; at most {most} MB can be restored. Choose the file that Download gave you.",
        f"too large: {megabytes} MB, of which at most {most} MB are read",
    )
