"""Reading and writing a file safely: one clear message for whatever is wrong."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from pathlib import Path

from .errors import UserError, did_you_mean
from .paths import home

MOST_BYTES = 64_000_000
# Some systems and some mounted folders have no way to say that a file has reached the disk.
_UNKNOWN = {getattr(errno, name, None) for name in ("EINVAL", "ENOTSUP", "EOPNOTSUPP", "ENOSYS")}


def shown(path: Path) -> str:
    """The name of a file for a message: within the module without the folders above it.

    Examples
    --------
    >>> shown(home() / "texts" / "letter.md"), shown(Path("essay.md"))
    ('texts/letter.md', 'essay.md')
    """
    try:
        return path.relative_to(home()).as_posix()
    except (ValueError, UserError):
        return str(path)


def read_file(path: Path) -> str:
    """Read a file as UTF-8, with one clear message for whatever is wrong with it.

    Parameters
    ----------
    path : pathlib.Path
        The file; at most 64 MB.

    Returns
    -------
    str
        Its characters, line ends as ``\\n``, without a byte order mark.

    Raises
    ------
    UserError
        If the file is missing, not a file, too large, or not UTF-8 (naming line and byte).
    """
    if not path.exists():
        beside = [p.name for p in path.parent.glob("*")] if path.parent.is_dir() else []
        raise UserError(f"No file “{path.name}” in {shown(path.parent)}. {did_you_mean(path.name, beside)}")
    if not path.is_file():
        raise UserError(f"{shown(path)} is a folder, not a file. Name a file in it.")
    try:
        if path.stat().st_size > MOST_BYTES:
            raise UserError(f"{shown(path)} is larger than {MOST_BYTES // 1_000_000} MB. Split it into several texts.")
        data = path.read_bytes()
    except OSError as error:
        raise UserError(f"{shown(path)} cannot be read: {error.strerror}. Check that you may open it.") from error
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UserError(f"{shown(path)} is UTF-16, not UTF-8. Save it again with the encoding UTF-8.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UserError(
            f"{shown(path)}, line {line}: byte {error.start} (0x{data[error.start]:02x}) is not UTF-8; the file may be "
            "Windows-1251 or Windows-1252. Save it again with the encoding UTF-8."
        ) from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise UserError(f"{shown(path)}, line {line}: a NUL byte. This is not a text file.")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def write_new_file(path: str | Path, content: str | bytes, *, force: bool = False, replace_with: str = "") -> Path:
    """Write a file that is not there yet, or that may be replaced.

    Parameters
    ----------
    path : str or pathlib.Path
        The file; its folder has to be there.
    content : str or bytes
        Text is written as UTF-8 with line ends as they are.
    force : bool
        Whether a file that is there may be replaced.
    replace_with : str
        For the message: what the user can add to replace a file, as ``force=True``.

    Returns
    -------
    pathlib.Path
        Where it is.

    Raises
    ------
    UserError
        If the file is there already, its folder is not, or the disk does not take it.

    Examples
    --------
    >>> write_new_file("no-such-folder/page.html", "<p>")
    Traceback (most recent call last):
    helpers.core.errors.UserError: There is no folder “no-such-folder”. Make it first, or give another.
    """
    path = Path(path).expanduser()
    data = content.encode("utf-8") if isinstance(content, str) else content
    try:
        if path.is_dir():
            raise UserError(f"“{path}” is a folder. Name a file in it.")
        if not path.parent.is_dir():
            raise UserError(f"There is no folder “{path.parent}”. Make it first, or give another.")
        if path.exists() and not path.is_file():
            raise UserError(f"“{path}” is not a file. Give another name.")
        if force:
            put_file(path, data)
        else:
            _put_new(path, data)
    except FileExistsError:
        mend = f", or add {replace_with} to replace it" if replace_with else ""
        raise UserError(f"“{path}” is there already and was not overwritten. Give another name{mend}.") from None
    except OSError as error:
        raise UserError(f"“{path}” could not be written: {error.strerror}. Give another folder or name.") from error
    return path


def _put_new(path: Path, data: bytes) -> None:
    """Write a file that nobody has: its name is taken first, and given back if the disk takes no more."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL))
    try:
        put_file(path, data)
    except BaseException:
        with contextlib.suppress(OSError):
            path.unlink()
        raise


def put_file(path: Path, data: bytes, *, private: bool = False) -> bool:
    """Write a whole file at once, over one that is there: after a crash it is there complete, or not at all.

    Parameters
    ----------
    path : pathlib.Path
        The file; its folder is made where there is none.
    data : bytes
        What it is to hold.
    private : bool
        Whether nobody else may read it.

    Returns
    -------
    bool
        Whether the system confirms that it is on disk.

    Raises
    ------
    OSError
        If the disk does not take it; what was there stays.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{secrets.token_hex(8)}.part")
    # O_BINARY is Windows': without it line ends change.
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        handle = os.open(part, flags, 0o600 if private else 0o666)
        try:
            write_all(handle, data)
            sure = sync(handle)
        finally:
            os.close(handle)
        os.replace(part, path)
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink()
        raise
    sync_folder(path.parent)
    return sure


def write_all(handle: int, data: bytes) -> None:
    """Write all of some bytes to an open file: one call of the system may write a part."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(handle, rest) :]


def sync(handle: int) -> bool:
    """Wait until a file is on disk; say whether the system confirms it."""
    if not hasattr(os, "fsync"):
        return False
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno in _UNKNOWN:
            return False
        raise
    return True


def sync_folder(folder: Path) -> None:
    """Make sure that a new name is on disk too, where a folder can be opened for that (not on Windows)."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            sync(handle)
        finally:
            os.close(handle)
