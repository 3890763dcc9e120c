"""Folders of the texts, the lessons and the student's work. No other module looks for folders."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from urllib.parse import quote

from .errors import UserError, short_repr
from .whats_there import kind_of, names_in

_LONGEST_NAME, _LONGEST_PATH = 255, 4000  # in bytes, and in characters: the limits of common file systems
_HERE = Path(__file__).resolve().parents[1]
_SESSION = "JPY_SESSION_NAME"


def typed_path(given: object, what: str = "the path") -> Path:
    """Return a path that a person typed, with ``~`` as their home; ``what`` names it in messages.

    Raises `UserError` if it cannot be the path of a file: not text, too long, or with characters that no name has.

    Examples
    --------
    >>> typed_path("my-work/essay.html").name
    'essay.html'
    >>> typed_path(5)
    Traceback (most recent call last):
    helpers.core.errors.UserError: 5 is not the path of a file or folder. Write it in quotation marks.
    """
    if not isinstance(given, str | os.PathLike) or isinstance(words := os.fspath(given), bytes):
        raise UserError(f"{short_repr(given)} is not the path of a file or folder. Write it in quotation marks.")
    try:
        long = any(len(os.fsencode(part)) > _LONGEST_NAME for part in Path(words).parts)
        path = Path(words).expanduser()
    except RuntimeError:
        raise UserError(f"{what} is “{words}”, and no home folder is known for “~”. Write the whole path.") from None
    except UnicodeEncodeError:
        long = True
    if long or "\0" in words or len(words) > _LONGEST_PATH:
        raise UserError(
            f"“{words}” could not be written or read: it is too long for the name of a file, or has characters that no "
            "name has. Give another name."
        )
    return path


def contained(folder: Path, written: object) -> Path | None:
    """Return the path that a file of the module names, if it is in this folder after links are followed; else None.

    Examples
    --------
    >>> contained(texts_folder(), "../lessons"), contained(texts_folder(), "/etc/hosts")
    (None, None)
    """
    try:
        path = folder / typed_path(written)
        inside = path.resolve().is_relative_to(folder.resolve())
    except (UserError, OSError, RuntimeError):  # RuntimeError: a circle of links (Python 3.11)
        return None
    return path if inside else None


def _above() -> Path | None:
    """Return the nearest folder at or above the notebook that holds ``texts/``."""
    here = Path.cwd()
    return next((folder for folder in (here, *here.parents) if kind_of(folder / "texts") == "folder"), None)


def _named() -> Path | None:
    named = os.environ.get("CLOSE_READING_HOME")
    if not named:
        return None
    folder = typed_path(named, "CLOSE_READING_HOME")
    if kind_of(folder / "texts") != "folder":
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
    copy = next((folder for folder in copies if kind_of(folder / "texts") == "folder"), None)
    found = _named() or _above() or copy
    if found is None:
        raise UserError(
            "No folder “texts” was found at or above this notebook. Open the notebook inside the "
            "module's folder, or set CLOSE_READING_HOME to that folder."
        )
    return found


def fresh_settings(module: Path, work: Path) -> dict[str, str]:
    """Return the environment of a program that runs in a module as in a fresh copy, with this folder for work."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CLOSE_READING_", _SESSION))}
    module, work = module.absolute(), work.absolute()  # the program may run in another folder
    own = {"PYTHONPATH": str(module)} if kind_of(module / "helpers") == "folder" else {}
    return kept | own | {"CLOSE_READING_HOME": str(module), "CLOSE_READING_WORK": str(work)}


def notebook_of_kernel() -> Path | None:
    """Return the path of the notebook for which this kernel was started; None if it is not known, or not there.

    Jupyter Server sets it (2.21.1: ``SessionManager.get_kernel_env``), and does not follow a notebook that is renamed.

    Examples
    --------
    >>> notebook_of_kernel() is None
    True
    """
    path = Path(os.environ.get(_SESSION, ""))
    return path if path.suffix == ".ipynb" and kind_of(path) == "file" else None


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
    Without a home, each account has a folder beside the lessons. On JupyterHub all students may have one account:
    there a place is a student's own only in her home, and in any other place each student has a folder of her own.
    """
    named = os.environ.get("CLOSE_READING_WORK")
    if named:
        folder = typed_path(named, "CLOSE_READING_WORK")
        return folder if _holds_one_person(folder) else folder / _account()
    beside, *others, of_account = _places()
    own = next(filter(_is_own, (beside, *others)), None)
    if own == beside or not is_writable(of_account) or not _may_be_mine(of_account):
        return own or (beside if _holds_one_person(beside) else of_account)
    # Where a home was found only later, work goes on where it was begun.
    return of_account if own is None or (own_files(of_account) and not own_files(own)) else own


def other_work() -> list[Path]:
    """List the student's own files of work in the places that `work_folder` did not choose.

    Where there is no work yet, these are also those in the home folder for a module whose folder has another name:
    that of the last term, or the same one renamed.
    """
    if os.environ.get("CLOSE_READING_WORK"):
        return []
    chosen = work_folder()
    *places, of_account = _places()
    if not own_files(chosen):
        places += [folder / name for folder in _at_home() for name in names_in(folder)]
    places = [*filter(_holds_one_person, places), of_account]
    return [file for place in dict.fromkeys(places) if place != chosen for file in own_files(place)]


def own_files(folder: Path) -> list[Path]:
    """List the files of work in a folder that belong to this account: other students may have theirs beside them."""
    files = [folder / name for name in names_in(folder) if is_read(name)]
    return [file for file in files if _belongs_to_me(file, follow=False)]


def is_read(name: str) -> bool:
    """Return whether files with this name are read as work."""
    return name.endswith(".jsonl") and not name.startswith(".")


def _places() -> list[Path]:
    """List the places for work: beside the lessons, in the home folder if there is one, and one for each account."""
    module = _named() or _above()
    beside = (module / "lessons" if module else Path.cwd()) / "my-work"
    # A folder that all may write to, and no home: each account has a folder of its own.
    of_account = beside.with_name(f"my-work-{_account()}")
    name = (module or Path.cwd()).resolve().name
    return [beside, *(folder / name for folder in _at_home()), of_account]


def _at_home() -> list[Path]:
    """Return the folder for the work of all modules in the home folder; none without a home."""
    try:
        home_folder = Path.home()
    except RuntimeError:
        return []
    return [home_folder / "close-reading"] if kind_of(home_folder) == "folder" else []


def _is_own(folder: Path) -> bool:
    """Whether a folder, or the place where it would be made, is this account's own and can be written."""
    there = [place for place in (folder, *folder.parents) if kind_of(place) == "folder"]
    if not is_writable(folder) or not _holds_one_person(folder):
        return False
    # If the folder exists, the one above it must be the student's own too: the first student may have made it.
    return all(_belongs_to_me(place) for place in there[: 1 + (there[0] == folder)])


def is_writable(folder: Path) -> bool:
    """Whether files can be written in a folder, and found in it again; it may not exist yet."""
    place = next((place for place in (folder, *folder.parents) if os.path.lexists(place)), folder)
    listed = os.R_OK if place == folder else 0
    return kind_of(place) == "folder" and os.access(place, os.W_OK | os.X_OK | listed)


def _may_be_mine(folder: Path) -> bool:
    return kind_of(folder) == "nothing" or _belongs_to_me(folder)


def _account() -> str:
    """Return what tells this student from the others in a shared place, as the name of a folder."""
    # A name on JupyterHub may have any characters: “../ann” must stay one folder, and no hidden one.
    name = re.sub(r"^\.", "%2E", quote(os.environ.get("JUPYTERHUB_USER", ""), safe="@ "))
    return name or str(getattr(os, "geteuid", int)())


def _holds_one_person(folder: Path) -> bool:
    """Whether the owner of a folder tells whose it is.

    On JupyterHub all students may have one account. Then only a folder in the home does: after links are followed, and
    not in a volume that is mounted inside the home, as a shared folder of the class is.
    """
    if not os.environ.get("JUPYTERHUB_USER"):
        return True
    try:
        home_folder, real = Path.home().resolve(), Path(os.path.abspath(folder)).resolve()
    except (OSError, RuntimeError):
        return False
    above = [real, *real.parents]
    return home_folder in above and not _mounted().intersection(above[: above.index(home_folder)])


def _mounted() -> set[Path]:
    """Return the folders on which volumes are mounted; a folder of the same disk may be mounted too, so ask Linux."""
    try:
        lines = Path("/proc/self/mountinfo").read_bytes().splitlines()
    except OSError:
        return set()
    # man 5 proc_pid_mountinfo: the fifth field; a blank in it is written \\040.
    fields = [os.fsdecode(line.split(b" ")[4]) for line in lines]
    return {Path(re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), one)) for one in fields}


def _belongs_to_me(path: Path, *, follow: bool = True) -> bool:
    # Windows has no such numbers, and in a browser there is only one person.
    try:
        return in_browser() or not hasattr(os, "geteuid") or path.stat(follow_symlinks=follow).st_uid == os.geteuid()
    except OSError:
        return False


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
