"""Where the texts, the lessons and the student's work are. No other module looks for folders."""

from __future__ import annotations

import os
from pathlib import Path

from .errors import UserError

_HERE = Path(__file__).resolve().parents[1]


def _above() -> Path | None:
    """The nearest folder at or above the notebook that holds ``texts/``."""
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
    """Find the module: its ``texts/`` and ``lessons/``.

    Returns
    -------
    pathlib.Path
        What ``CLOSE_READING_HOME`` names, else the nearest folder at or above the
        notebook that holds ``texts/``, else the copy that was installed with the helpers.

    Raises
    ------
    UserError
        If ``CLOSE_READING_HOME`` names a folder without ``texts/``, or no copy is found.

    Examples
    --------
    >>> (home() / "texts").is_dir()
    True
    """
    # In an installed wheel the copy lies inside the package, in a checkout beside it.
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
    """The folder of the texts and of the tables about them."""
    return home() / "texts"


def lessons_folder() -> Path:
    """The folder of the lessons."""
    return home() / "lessons"


def work_folder() -> Path:
    """The folder of the student's own work; it need not exist yet.

    Returns
    -------
    pathlib.Path
        What ``CLOSE_READING_WORK`` names, else ``lessons/my-work`` in the module, else,
        with no ``texts/`` above the notebook, ``my-work`` beside the notebook.
    """
    named = os.environ.get("CLOSE_READING_WORK")
    if named:
        return Path(named).expanduser()
    module = _named() or _above()
    return (module / "lessons" if module else Path.cwd()) / "my-work"


def is_temporary() -> bool:
    """Whether this computer is lent for a while, as Binder lends it, and wiped afterwards.

    Returns
    -------
    bool
        True where Binder says that it is, or ``CLOSE_READING_TEMPORARY`` is set to 1.
    """
    lent = os.environ.get("BINDER_SERVICE_HOST") or os.environ.get("BINDER_LAUNCH_HOST")
    return bool(lent) or os.environ.get("CLOSE_READING_TEMPORARY") == "1"
