"""Files in the work folder that look like work and are not read: name them, and say how to take them in.

Only names that end in ``.jsonl`` and do not begin with a dot are read. Sync programs, browsers and editors make
others: ``work.Jsonl``, ``work.jsonl.txt``, ``work.jsonl~``, ``work.jsonl.part``, ``.work.jsonl.icloud``.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

from ..core import is_part
from .event_files import MOST_LISTED, plain_lines
from .event_lines import FORMAT

_BEGINNINGS = (b'{"body":', f'{{"format":"{FORMAT}"'.encode())
_UNFINISHED = re.compile(r"\.(part|partial|download|crdownload|opdownload|tmp|temp)$", re.IGNORECASE)


def is_read(name: str) -> bool:
    """Return whether files with this name are read as work."""
    return name.endswith(".jsonl") and not name.startswith(".")


def not_read(folder: Path) -> list[str]:
    """Name the files in a folder that look like work and are not read, in a message each."""
    try:
        names = sorted(name for name in os.listdir(folder) if not is_read(name) and not is_part(name))
    except OSError:
        return []
    said = list(filter(None, (_message(folder / name) for name in names)))
    more = [f"{len(said) - MOST_LISTED} more files look like work and are not read."] if said[MOST_LISTED:] else []
    return said[:MOST_LISTED] + more


def _message(path: Path) -> str:
    name = _shown(path.name)
    if path.is_symlink():
        return ""
    if path.is_dir():
        inside = sorted(one for one in _names(path) if is_read(one) or _has_work(path / one))
        return _how_to(path / inside[0], f"The folder {name} has files that look like work") if inside else ""
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
    return _how_to(path, f"{name} has the name of a file with work")


def _how_to(path: Path, what: str) -> str:
    named = json.dumps(_shown(path.as_posix()), ensure_ascii=False)
    why = "is not read" if is_read(path.name) else "is not read, because its name does not end in “.jsonl”"
    return f"{what}, but {why}. To take it in, run my_work(restore={named}); then remove it or move it elsewhere."


def _names(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []


def _has_work(path: Path) -> bool:
    """Return whether a file begins like a workbook; other kinds of files are not opened."""
    try:
        if not path.is_file() or path.is_symlink():
            return False
        with path.open("rb") as file:
            begin = file.read(400)
    except OSError:
        return False
    return plain_lines(begin).lstrip(b"\xef\xbb\xbf \n").startswith(_BEGINNINGS)


def _shown(name: str) -> str:
    return name.encode("utf-8", "replace").decode()
