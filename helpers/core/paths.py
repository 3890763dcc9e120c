"""Folders of the texts, the lessons and the student's work. No other module looks for folders."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from .errors import UserError

_HERE = Path(__file__).resolve().parents[1]


def _above() -> Path | None:
    """Return the nearest folder at or above the notebook that holds ``texts/``."""
    here = Path.cwd()
    return next((folder for folder in (here, *here.parents) if (folder / "texts").is_dir()), None)


def _named() -> Path | None:
    named = os.environ.get("CLOSE_READING_HOME")
    if not named:
        return None
    folder = Path(named).expanduser()
    if not (folder / "texts").is_dir():
        raise UserError(
            f"CLOSE_READING_HOME names “{named}”, but there is no folder “texts” in it. "
            "Set it to the folder that holds texts/ and lessons/, or unset it."
        )
    return folder


def home() -> Path:
    """Return the folder of the module, which holds ``texts/`` and ``lessons/``.

    It is the folder that ``CLOSE_READING_HOME`` names, else the nearest one at or above the notebook that holds
    ``texts/``, else the copy installed with the helpers. Raises `UserError` if ``CLOSE_READING_HOME`` names a
    folder without ``texts/``, or if no folder is found.

    Examples
    --------
    >>> (home() / "texts").is_dir()
    True
    """
    # The copy is inside the package in an installed wheel, and beside it in a checkout.
    copies = (_HERE / "_packaged", _HERE.parent)
    copy = next((folder for folder in copies if (folder / "texts").is_dir()), None)
    found = _named() or _above() or copy
    if found is None:
        raise UserError(
            "No folder “texts” was found at or above this notebook. Open the notebook inside the "
            "module's folder, or set CLOSE_READING_HOME to that folder."
        )
    return found


def texts_folder() -> Path:
    """Return the folder of the texts and their tables."""
    return home() / "texts"


def course_file() -> Path:
    """Return the path of the settings of the course, which need not exist."""
    return texts_folder() / "course.yaml"


def lessons_folder() -> Path:
    """Return the folder of the lessons."""
    return home() / "lessons"


def work_folder() -> Path:
    """Return the folder of the student's own work, which may not exist yet.

    It is the folder that ``CLOSE_READING_WORK`` names. Otherwise it is ``lessons/my-work`` in the module, or (without
    ``texts/`` at or above the notebook) ``my-work`` beside the notebook, where that place is the student's own and can
    be written, and a folder in the student's home where it is not: students may share the folder of the lessons.
    Without a home, each account has a folder beside the lessons.
    """
    named = os.environ.get("CLOSE_READING_WORK")
    if named:
        try:
            return Path(named).expanduser()
        except RuntimeError:
            raise UserError(
                f"CLOSE_READING_WORK names “{named}”, but this account has no home folder. Write the whole path."
            ) from None
    beside, at_home = _places()
    if _is_own(beside):
        return beside
    if at_home and _is_own(at_home):
        return at_home
    # A folder that all may write to, and no home: each account has a folder of its own.
    account = getattr(os, "geteuid", int)()
    return beside.with_name(f"my-work-{account}") if is_writable(beside.parent) else beside


def other_work() -> list[Path]:
    """List the student's own files of work in the place that `work_folder` did not choose."""
    if os.environ.get("CLOSE_READING_WORK"):
        return []
    chosen = work_folder()
    return [file for place in _places() if place and place != chosen for file in own_files(place)]


def own_files(folder: Path) -> list[Path]:
    """List the files of work in a folder that belong to this account: other students may have theirs beside them."""
    try:
        return sorted(file for file in folder.glob("*.jsonl") if _belongs_to_me(file))
    except OSError:
        return []


def _places() -> tuple[Path, Path | None]:
    """Return the place for work beside the lessons, and the one in the home folder if there is a home folder."""
    module = _named() or _above()
    beside = (module / "lessons" if module else Path.cwd()) / "my-work"
    try:
        home_folder = Path.home()
    except RuntimeError:
        return beside, None
    name = (module or Path.cwd()).resolve().name
    return beside, home_folder / "close-reading" / name if os.path.isdir(home_folder) else None


def _is_own(folder: Path) -> bool:
    """Whether a folder, or the place where it would be made, is this account's own and can be written."""
    there = [place for place in (folder, *folder.parents) if os.path.isdir(place)]
    # If the folder exists, the one above it must be the student's own too: the first student may have made it.
    return is_writable(folder) and all(_belongs_to_me(place) for place in there[: 1 + (there[0] == folder)])


def is_writable(folder: Path) -> bool:
    """Whether files can be written in a folder, which may not exist yet."""
    # os.path returns False where Path raises PermissionError (Python 3.11).
    place = next((place for place in (folder, *folder.parents) if os.path.lexists(place)), folder)
    return os.path.isdir(place) and os.access(place, os.W_OK | os.X_OK)


def _belongs_to_me(path: Path) -> bool:
    # Windows has no such numbers, and in a browser there is only one person.
    return in_browser() or not hasattr(os, "geteuid") or path.stat().st_uid == os.geteuid()


def in_browser() -> bool:
    """Return whether Python runs in the browser, as in JupyterLite."""
    return sys.platform == "emscripten"


def is_shared() -> bool:
    """Return whether several people use this computer with one account: ``CLOSE_READING_SHARED`` is 1."""
    return os.environ.get("CLOSE_READING_SHARED") == "1"


def is_temporary() -> bool:
    """Return whether this computer is wiped after use: it is Binder's, or ``CLOSE_READING_TEMPORARY`` is 1."""
    binder = os.environ.get("BINDER_SERVICE_HOST") or os.environ.get("BINDER_LAUNCH_HOST")
    return bool(binder) or os.environ.get("CLOSE_READING_TEMPORARY") == "1"
