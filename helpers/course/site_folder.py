"""The folder of a site: only files that were made there are replaced, and pages that no longer belong there go."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from pathlib import Path

from ..core import (
    UserError,
    contained,
    kind_in_words,
    kind_of,
    listed,
    names_in,
    put_file,
    read_file,
    remove_file,
    typed_path,
)

# Names the files that were made here, so that the next run knows what it may replace and remove.
DATA = "web-edition.json"
_FORMAT = "close-reading-web-edition"
_KINDS = {"lessons": "the lessons", "guide": "the guide for instructors"}


class SiteFolder:
    """The folder in which a site is written, of the lessons or of the guide.

    Parameters
    ----------
    path : Path
        A folder that is missing, empty, or has an earlier site of the same kind. Names that begin with a dot, such as
        that of git, do not count.
    teaching : bool, optional
        Whether the site is the guide for instructors.
    force : bool, optional
        Whether an earlier site is replaced.

    Raises
    ------
    UserError
        If it is no such folder.
    """

    def __init__(self, path: Path, *, teaching: bool = False, force: bool = False) -> None:
        self.path = typed_path(path)
        self.kind = "guide" if teaching else "lessons"
        self.made: set[str] = set()
        if kind_of(self.path) not in ("nothing", "folder"):
            raise UserError(f"“{path}” is {kind_in_words(self.path)}, not a folder. Give another name after -o.")
        there = [name for name in names_in(self.path) if not name.startswith(".")]
        if DATA in there:
            self._read()
            if not force:
                raise UserError(
                    f"“{path}” already has a site, which was not overwritten. Give another folder, or add --force to "
                    "replace it."
                )
        elif there:
            raise UserError(
                f"“{path}” is not empty, and {listed(there)} there {'was' if len(there) == 1 else 'were'} not made by "
                "this command, so nothing was written. Give an empty folder after -o."
            )

    def _read(self) -> None:
        try:
            data = json.loads(read_file(self.path / DATA))
            kind, self.made = _KINDS[data["site"]], {str(name) for name in data["made"]}
            if data["format"] != _FORMAT or not all(contained(self.path, name) for name in self.made):
                raise KeyError("format")
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise UserError(
                f"{self.path / DATA} is damaged. It says which files were made there. Give an empty folder after -o."
            ) from error
        if data["site"] != self.kind:
            raise UserError(
                f"“{self.path}” has the site of {kind}, and that of {_KINDS[self.kind]} does not belong beside it: the "
                "guide has answers in it. Give another folder after -o."
            )

    def write(self, files: Mapping[str, bytes]) -> None:
        """Write the site, and remove pages of an earlier one that it no longer has.

        Raises `UserError`, and changes nothing, if a file is in the way that was not made here; also if writing fails.
        """
        if foreign := sorted({name for name in {*files, DATA} if self._is_foreign(name)}):
            raise UserError(
                f"{listed(foreign)} in “{self.path}” {'was' if len(foreign) == 1 else 'were'} not made by this "
                "command, so nothing was written. Give an empty folder after -o."
            )
        try:
            # First all names: a run that is killed later has not left a file that the next one does not know.
            self._put_names(self.made | set(files))
            for name in self.made - set(files):
                remove_file(self.path / name, folders_in=self.path)
            for name, data in files.items():
                put_file(self.path / name, data)
            self._put_names(files)
        except OSError as error:
            raise UserError(
                f"“{self.path}” could not be written: {error.strerror}. Give another folder after -o."
            ) from error

    def _is_foreign(self, name: str) -> bool:
        path = contained(self.path, name)
        if path is None or any(
            kind_of(folder) not in ("nothing", "folder") for folder in path.parents if folder.is_relative_to(self.path)
        ):
            return True
        return kind_of(path) != "nothing" and (name not in {*self.made, DATA} or kind_of(path) != "file")

    def _put_names(self, names: Collection[str]) -> None:
        data = {
            "about": "the files of this site that were made by one command, which replaces them together",
            "format": _FORMAT,
            "site": self.kind,
            "made": sorted(names),
        }
        put_file(self.path / DATA, (json.dumps(data, indent=1) + "\n").encode("ascii"))
