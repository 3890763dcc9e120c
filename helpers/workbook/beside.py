"""Files in the work folder that look like work and are not read: name them, and say how to take them in.

Only names that end in ``.jsonl`` and do not begin with a dot are read. Sync programs, browsers and editors make
others: ``work.Jsonl``, ``work.jsonl.txt``, ``work.jsonl~``, ``work.jsonl.part``, ``.work.jsonl.icloud``.
"""

from __future__ import annotations

import json
import os
import re
from functools import lru_cache
from pathlib import Path

from ..core import UserError, file_bytes, is_part, is_read, kind_of, names_in
from .event_files import MOST_LISTED, plain_lines
from .event_lines import FORMAT
from .handed_in import PACKED, read_handed_in

_BEGINNINGS = (b'{"body":', f'{{"format":"{FORMAT}"'.encode())
_UNFINISHED = re.compile(r"\.(part|partial|download|crdownload|opdownload|tmp|temp)$", re.IGNORECASE)


def not_read(folder: Path) -> list[str]:
    """Name the files in a folder that look like work and are not read, in a message each."""
    names = [name for name in names_in(folder) if not is_read(name) and not is_part(name)]
    said = list(filter(None, (_message(folder / name) for name in names)))
    more = [f"{len(said) - MOST_LISTED} more files look like work and are not read."] if said[MOST_LISTED:] else []
    return said[:MOST_LISTED] + more


def _message(path: Path) -> str:
    name, kind = _shown(path.name), kind_of(path)
    if os.path.islink(path):
        return ""
    if kind == "folder":
        inside = [one for one in names_in(path) if is_read(one) or _has_work(path / one)]
        return _how_to(path / inside[0], f"The folder {name} has files that look like work") if inside else ""
    if kind != "file":
        return ""
    if _has_work(path):
        return _how_to(path, f"{name} looks like work")
    if name.startswith(".") and name.endswith(".icloud") and "jsonl" in name.casefold():
        return (
            f"{name} stands for a file that iCloud has not brought to this computer, so its work is not read. Open "
            "the folder in Finder and download the file there, or restore your last download."
        )
    if "jsonl" not in name.casefold() or name.startswith((".", "~$")):  # a lock or a swap file of an editor
        return ""
    if _UNFINISHED.search(name):
        return f"{name} looks like a download of work that has not arrived. Download it again, and restore that file."
    return (
        f"{name} has the name of a file with work, but no work can be read in it. If a program keeps only a "
        "placeholder here or is still bringing the file, let it bring the whole file; if not, restore your last "
        "download."
    )


def _how_to(path: Path, what: str) -> str:
    why = "its name begins with a dot" if path.name.startswith(".") else "its name does not end in “.jsonl”"
    said = f"{what}, but is not read" if is_read(path.name) else f"{what}, but is not read, because {why}"
    return f"{said}. To take it in, run my_work(restore={_quoted(path)}); then remove it or move it elsewhere."


def another_owner(path: Path) -> list[str]:
    """Say that a file in the work folder is a download of another owner and how to read it, in a message."""
    name, file = _shown(path.name), _quoted(path)
    return [
        f"{name} is a download of another workbook, and is not read here. To read it only, run my_work(read={file}). "
        f"If it is your own work, take it in with my_work(restore={file}, me=True). Otherwise move it elsewhere."
    ]


def _has_work(path: Path) -> bool:
    try:
        state = path.lstat()
    except OSError:
        return False
    return kind_of(path) == "file" and not os.path.islink(path) and _holds_work(path, state.st_mtime_ns, state.st_size)


@lru_cache(100)
def _holds_work(path: Path, *state: int) -> bool:
    """Return whether a file can be restored: it begins like a workbook, or it is one and packed or named like one."""
    try:
        with path.open("rb") as file:
            begin = file.read(400)
        if plain_lines(begin).lstrip(b"\xef\xbb\xbf \n").startswith(_BEGINNINGS):
            return True
        return (begin.startswith(PACKED) or "jsonl" in path.name.casefold()) and bool(read_handed_in(file_bytes(path)))
    except (OSError, UserError):
        return False


def _shown(name: str) -> str:
    return name.encode("utf-8", "replace").decode()


def _quoted(path: Path) -> str:
    """Write a path as a string of Python; characters that cannot be seen or copied are escaped."""
    return f'"{"".join(map(_escaped, path.as_posix()))}"'


def _escaped(one: str) -> str:
    if one.isprintable() and one not in '"\\':
        return one
    return json.dumps(one)[1:-1] if ord(one) < 0x10000 else f"\\U{ord(one):08x}"
