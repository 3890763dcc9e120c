"""What is at a path: a file, a folder, a pipe, a broken link, nothing, or something that may not be looked at."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Literal

Kind = Literal["nothing", "file", "folder", "pipe or device", "broken link", "closed"]
KINDS: dict[Kind, str] = {
    "nothing": "not there",
    "file": "a file",
    "folder": "a folder",
    "pipe or device": "a pipe or a device",
    "broken link": "a link to something that is not there",
    "closed": "in a folder that you may not open",
}


def kind_of(path: str | Path) -> Kind:
    """Return what is at a path, or at the end of a link there; it never raises, and opens nothing.

    `Path.is_file` and the like raise `PermissionError` in a folder that may not be opened (Python 3.11), and take a
    pipe, which blocks whoever opens it, for nothing in particular.

    Examples
    --------
    >>> kind_of("no-such-folder/page.html"), kind_of(os.curdir), kind_of(os.devnull)
    ('nothing', 'folder', 'pipe or device')
    """
    try:
        mode = os.stat(path).st_mode
    except PermissionError:
        return "closed"
    except (OSError, ValueError):
        return "broken link" if os.path.islink(path) else "nothing"
    return "file" if stat.S_ISREG(mode) else "folder" if stat.S_ISDIR(mode) else "pipe or device"


def names_in(folder: Path) -> list[str]:
    """List the names in a folder in order; none if it is missing or may not be opened."""
    try:
        return sorted(os.listdir(folder))
    except (OSError, ValueError):
        return []


def kind_in_words(path: str | Path) -> str:
    """Say what is at a path, to go on after “is”.

    Examples
    --------
    >>> kind_in_words(os.devnull)
    'a pipe or a device'
    """
    return KINDS[kind_of(path)]
