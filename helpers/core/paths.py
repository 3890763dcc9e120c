"""Folders of the texts, the lessons and the student's work. No other module looks for folders."""

from __future__ import annotations

import os
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


def lessons_folder() -> Path:
    """Return the folder of the lessons."""
    return home() / "lessons"


def work_folder() -> Path:
    """Return the folder of the student's own work, which may not exist yet.

    It is the folder that ``CLOSE_READING_WORK`` names, else ``lessons/my-work`` in the module, else (without
    ``texts/`` at or above the notebook) ``my-work`` beside the notebook.
    """
    named = os.environ.get("CLOSE_READING_WORK")
    if named:
        return Path(named).expanduser()
    module = _named() or _above()
    return (module / "lessons" if module else Path.cwd()) / "my-work"


def is_temporary() -> bool:
    """Return whether this computer is wiped after use: it is Binder's, or ``CLOSE_READING_TEMPORARY`` is 1."""
    binder = os.environ.get("BINDER_SERVICE_HOST") or os.environ.get("BINDER_LAUNCH_HOST")
    return bool(binder) or os.environ.get("CLOSE_READING_TEMPORARY") == "1"
