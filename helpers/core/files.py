"""Safe reading and writing of files, with a clear `UserError` for every failure."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
import tempfile
import threading
import time
import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from .errors import UserError, did_you_mean
from .paths import home, in_browser, typed_path
from .whats_there import KINDS, kind_in_words, kind_of, names_in

MOST_BYTES = 64_000_000
# Files of other programs, by their first bytes: they stay what they are if they are only renamed to .txt or .csv.
_DOCUMENTS = {
    b"PK\x03\x04": "a Word, Excel or OpenDocument file",
    b"\xd0\xcf\x11\xe0": "a Word or Excel file",
    b"%PDF": "a PDF file",
    b"{\\rtf": "a file in rich text (RTF)",
}
_AS_TEXT = "Save it again as plain text with the encoding UTF-8 (Windows Notepad: Save As, Encoding)."
_AS_TABLE = (
    "Save it again in the spreadsheet: in Excel, File → Save As → “CSV UTF-8”, not “CSV”; in LibreOffice, Save As → "
    "“Text CSV” with “Edit filter settings”, then “Unicode (UTF-8)”."
)
# What browsers and file managers add to the name of a copy.
_COPY = re.compile(
    r"(?:Kopie von |Copy of |Copie de |Copia di |Copia de )(?P<after>.+)"
    r"|(?P<before>.+?)(?: ?\(\d+\)|-Copy\d+| - (?:Kopie|Copy|Copie|Copia)(?: ?\(\d+\))?"
    r"| (?:copy|Kopie|copie|copia)(?: \d+)?)",
    re.I,
)
# Error codes of fsync on systems and mounted folders that do not support it.
_NO_FSYNC = {getattr(errno, name, None) for name in ("EINVAL", "ENOTSUP", "EOPNOTSUPP", "ENOSYS")}


def _display(path: Path) -> str:
    """Return a path for a message; inside the module, relative to it.

    Examples
    --------
    >>> _display(home() / "texts" / "letter.md"), _display(Path("essay.md"))
    ('texts/letter.md', 'essay.md')
    """
    try:
        return path.relative_to(home()).as_posix()
    except (ValueError, UserError):
        return str(path)


def copied_name(stem: str) -> str:
    """Return the name of which a file name, without its ending, is that of a copy; empty if it is none.

    Examples
    --------
    >>> copied_name("people (1)"), copied_name("Kopie von people"), copied_name("01-who-Copy1"), copied_name("people")
    ('people', 'people', '01-who', '')
    """
    found = _COPY.fullmatch(stem)
    return (found["after"] or found["before"]) if found else ""


def file_bytes(path: Path) -> bytes:
    """Read a file; raises `UserError` if it is missing, no file or larger than `MOST_BYTES`."""
    kind = kind_of(path)
    if kind == "nothing":
        beside = names_in(path.parent)
        raise UserError(f"No file “{path.name}” in {_display(path.parent)}. {did_you_mean(path.name, beside)}")
    if kind == "closed":
        raise UserError(f"{_display(path)} cannot be read. Check that you have permission to open it.")
    if kind != "file":
        fix = "Name a file in it." if kind == "folder" else "Name the file itself."
        raise UserError(f"{_display(path)} is {KINDS[kind]}, not a file. {fix}")
    try:
        if path.stat().st_size > MOST_BYTES:
            limit = f"{MOST_BYTES // 1_000_000} MB"
            raise UserError(f"{_display(path)} is larger than {limit}. Split it into several files.")
        return path.read_bytes()
    except OSError as error:
        raise UserError(
            f"{_display(path)} cannot be read: {error.strerror}. Check that you have permission to open it."
        ) from error


def read_file(path: Path, *, table: bool = False) -> str:
    """Read a UTF-8 file; line ends become ``\\n``, a byte order mark is dropped.

    A ``table`` may also be UTF-16 with a byte order mark, which is what Excel saves as “Unicode Text”. Raises
    `UserError` as `read_unchanged` does.
    """
    return read_unchanged(path, table=table).removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def read_unchanged(path: Path, *, table: bool = False) -> str:
    """Read a file as `read_file` does, with its line ends and its byte order mark.

    Raises `UserError` if the file is missing, a folder, larger than `MOST_BYTES` or not UTF-8.
    """
    data = file_bytes(path)
    how = _AS_TABLE if table else _AS_TEXT
    for first, what in _DOCUMENTS.items():
        if data.startswith(first):
            raise UserError(f"{_display(path)} is {what}. A new name does not change that. {how}")
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    if marked and not table:
        raise UserError(f"{_display(path)} is UTF-16, not UTF-8. {how}")
    try:
        text = data.decode("utf-16" if marked else "utf-8")
    except UnicodeDecodeError as error:
        if marked:
            raise UserError(f"{_display(path)} begins as UTF-16, but is not. {how}") from error
        line = data.count(b"\n", 0, error.start) + 1
        raise UserError(
            f"{_display(path)}, line {line}: byte {error.start} (0x{data[error.start]:02x}) is not UTF-8; the file may "
            f"be Windows-1251 or Windows-1252. {how}"
        ) from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise UserError(f"{_display(path)}, line {line}: a NUL byte, so this is not a text file. {how}")
    return text


def write_new_file(
    path: str | Path, content: str | bytes, *, force: bool = False, replace_with: str = "", called: str = ""
) -> Path:
    """Write a new file, or with ``force`` replace an existing one, and return its path.

    Text is written as UTF-8 with unchanged line ends. Raises `UserError` if the file exists, its folder does
    not, or writing fails; ``replace_with`` tells the user what to add to replace it, such as ``force=True``.
    ``called`` is what messages call the file, if they must not contain its name.

    Examples
    --------
    >>> write_new_file("no-such-folder/page.html", "<p>")
    Traceback (most recent call last):
    helpers.core.errors.UserError: There is no folder “no-such-folder”. Create it first, or give another folder.
    """
    path = typed_path(path)
    called = called or f"“{path}”"
    data = content.encode("utf-8") if isinstance(content, str) else content
    try:
        if kind_of(path) == "folder":
            raise UserError(f"{called} is a folder. Name a file in it.")
        if kind_of(path.parent) in ("nothing", "file"):
            raise UserError(f"There is no folder “{path.parent}”. Create it first, or give another folder.")
        if kind_of(path) in ("pipe or device", "broken link"):
            raise UserError(f"{called} is {kind_in_words(path)}, not a file. Give another name.")
        if force:
            put_file(path, data)
        else:
            _put_new(path, data)
    except FileExistsError:
        replace = f", or add {replace_with} to replace it" if replace_with else ""
        raise UserError(f"{called} already exists and was not overwritten. Give another name{replace}.") from None
    except OSError as error:
        raise UserError(f"{called} could not be written: {error.strerror}. Give another folder or name.") from error
    return path


def write_files(folder: Path, files: Mapping[str, bytes], *, force: bool = False, replace_with: str = "") -> None:
    """Write files into a folder, by their names in it, and make the folders that are missing.

    Raises `UserError`, and writes nothing, if one of them exists, unless ``force`` is set; also if writing fails.

    Examples
    --------
    >>> write_files(home(), {"texts": b"words"})  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    helpers.core.errors.UserError: “...texts” already exists and was not overwritten. Give another folder.
    """
    paths = {typed_path(folder) / name: data for name, data in files.items()}
    there = [path for path in paths if kind_of(path) != "nothing"]
    if there and not force:
        replace = f", or add {replace_with} to replace it" if replace_with else ""
        raise UserError(f"“{there[0]}” already exists and was not overwritten. Give another folder{replace}.")
    for path, data in paths.items():
        try:
            put_file(path, data)
        except OSError as error:
            raise UserError(f"“{path}” could not be written: {error.strerror}. Give another folder.") from error


@contextlib.contextmanager
def empty_folder() -> Iterator[Path]:
    """Make an empty folder, which is deleted at the end."""
    with tempfile.TemporaryDirectory(prefix="close-reading-", ignore_cleanup_errors=True) as name:
        yield Path(name)


def _put_new(path: Path, data: bytes) -> None:
    """Write a file that must not exist yet, so that nobody ever sees a part of it."""
    with _part(path, data, private=False) as (part, _):
        try:
            os.link(part, path)  # unlike a renaming, this fails if there is such a file
        except FileExistsError:
            raise
        except (OSError, AttributeError):  # a system or disk without hard links, such as FAT
            if os.path.lexists(path):
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path)) from None
            os.rename(part, path)
    sync_folder(path.parent)


def put_file(path: Path, data: bytes, *, private: bool = False) -> bool:
    """Write a file atomically, replacing an existing one; return whether the system confirms that it is on disk.

    The folder is created if it is missing; a ``private`` file is readable only by its owner. On `OSError` the
    old file stays unchanged.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with _part(path, data, private=private) as (part, confirmed):
        os.replace(part, path)
    sync_folder(path.parent)
    return confirmed


def remove_file(path: Path, *, folders_in: Path) -> None:
    """Remove a file, if it is there, and the folders above it that are empty then, up to the folder ``folders_in``.

    Raises `OSError` if it cannot be removed.
    """
    path.unlink(missing_ok=True)
    for folder in path.parents:
        if folder == folders_in or names_in(folder) or kind_of(folder) != "folder":
            break
        folder.rmdir()


_ABANDONED = 3600  # seconds
_PART = re.compile(r"\.[0-9a-f]{16}\.part")
_WRITE_PART = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)  # else Windows changes line ends


@contextlib.contextmanager
def _part(path: Path, data: bytes, *, private: bool) -> Iterator[tuple[Path, bool]]:
    """Write data to a file of its own beside ``path``, and remove it at the end unless it was renamed."""
    clear_parts(path.parent)
    part, handle = path, -1
    try:
        while handle < 0:
            part = path.with_name(f".{secrets.token_hex(8)}.part")
            handle = os.open(part, _WRITE_PART, 0o600 if private else 0o666)
            locked = _lock(handle)
            if locked is False or not os.path.lexists(part):  # it was cleared before it was locked
                os.close(handle)
                handle = -1
        write_all(handle, data)
        confirmed = sync(handle)
        # Windows renames no open file, and JupyterLite 0.8.6 writes a file only when it is closed.
        if os.name == "nt" or in_browser():
            os.close(handle)
            handle = -1
        yield part, confirmed
    finally:
        if handle >= 0:
            os.close(handle)
        if part != path:
            with contextlib.suppress(OSError):
                part.unlink()


def _lock(handle: int) -> bool | None:
    """Lock an open file, or return False if another process has locked it; None where there are no such locks."""
    try:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except (ImportError, AttributeError, OSError):  # Windows has no fcntl, and that of Pyodide 314.0 has no flock
        return None
    return True


def is_part(name: str) -> bool:
    """Return whether a file has the name of a part that is being written."""
    return _PART.fullmatch(name) is not None


def clear_parts(folder: Path) -> None:
    """Remove the parts that killed processes left in a folder; a part that is being written is locked, and stays."""
    with contextlib.suppress(OSError):
        for name in os.listdir(folder):
            if is_part(name):
                _clear(folder / name)


def _clear(part: Path) -> None:
    with contextlib.suppress(OSError):
        handle = os.open(part, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0))
        try:
            locked = _lock(handle)
            abandoned = locked or (locked is None and time.time() - os.fstat(handle).st_mtime > _ABANDONED)
        finally:
            os.close(handle)
        if abandoned:
            part.unlink()


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """Make a folder for another program to work in; it is deleted at the end.

    Examples
    --------
    >>> with temporary_folder() as folder:
    ...     folder.is_dir()
    True
    >>> folder.is_dir()
    False
    """
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


class Scratch:
    """A file without a name for what would fill the memory; up to 2 MB stay in memory. It goes with the object.

    Examples
    --------
    >>> scratch = Scratch()
    >>> place = scratch.put(b"first"), scratch.put(b"second")
    >>> scratch.get(place[0]), scratch.get(place[1])
    (b'first', b'second')
    """

    IN_MEMORY = 2_000_000  # bytes

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(self.IN_MEMORY)  # noqa: SIM115  # closed with the object
        self._lock = threading.Lock()
        weakref.finalize(self, self._file.close)

    def put(self, data: bytes) -> tuple[int, int]:
        """Add data and return its place."""
        with self._lock:
            begin = self._file.seek(0, os.SEEK_END)
            self._file.write(data)
        return begin, len(data)

    def get(self, place: tuple[int, int]) -> bytes:
        """Return the data at a place."""
        with self._lock:
            self._file.seek(place[0])
            return self._file.read(place[1])


def write_all(handle: int, data: bytes) -> None:
    """Write all bytes to an open file; a single `os.write` may write only part of them."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(handle, rest) :]


def sync(handle: int) -> bool:
    """Wait until a file is on disk; return whether the system confirms it."""
    if not hasattr(os, "fsync"):
        return False
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno in _NO_FSYNC:
            return False
        raise
    return True


def sync_folder(folder: Path) -> None:
    """Write a folder's new file names to disk; on Windows this does nothing, since folders cannot be opened."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            sync(handle)
        finally:
            os.close(handle)
