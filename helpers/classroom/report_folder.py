"""The folder of a class: only files that were made there are replaced, each as a whole."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from ..core import UserError, kind_in_words, kind_of, put_file, read_file
from .collecting import Known

# Names the files that were made here, and the students, so that a second run keeps keys and numbers.
DATA = "class.json"
_FORMAT = "close-reading-class"


class ReportFolder:
    """The folder in which the pages of a class are written.

    Raises `UserError` if it is no folder, or its data are damaged.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.made: set[str] = set()
        self.known: list[Known] = []
        if kind_of(path) not in ("nothing", "folder"):
            raise UserError(f"“{path}” is {kind_in_words(path)}, not a folder. Give another name after -o.")
        if os.path.lexists(path / DATA):
            self._read()

    def _read(self) -> None:
        try:
            data = json.loads(read_file(self.path / DATA))
            if data["format"] != _FORMAT:
                raise KeyError("format")
            self.made = {str(name) for name in data["made"]}
            self.known = [
                Known(
                    str(one["key"]),
                    int(one["number"]),
                    tuple(map(str, one["owners"])),
                    str(one["lms"]),
                    str(one.get("name", "")),
                )
                for one in data["students"]
            ]
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise UserError(
                f"{self.path / DATA} is damaged. It holds the numbers of the students: put back a copy of it. Without "
                "one, choose another folder after -o; the students then get new numbers."
            ) from error

    def write(self, files: Mapping[str, str | bytes], known: Iterable[Known]) -> None:
        """Write files, each under its name; raises `UserError`, and writes nothing, if one was not made here."""
        foreign = [name for name in files if name not in self.made and os.path.lexists(self.path / name)]
        if foreign:
            raise UserError(
                f"{', '.join(foreign)} in “{self.path}” {'was' if len(foreign) == 1 else 'were'} not made by this "
                "command, so nothing was written. Give an empty folder after -o."
            )
        self.known, self.made = list(known), self.made | set(files)
        students = [vars(one) | {"owners": list(one.owners)} for one in sorted(self.known, key=lambda one: one.number)]
        data = {
            "about": "the files that were made in this folder, and the numbers of the students",
            "format": _FORMAT,
            "made": sorted(self.made),
            "students": students,
        }
        try:
            # First the names: a run that is killed later has not left a file that the next one does not know.
            put_file(self.path / DATA, (json.dumps(data, indent=1) + "\n").encode("ascii"), private=True)
            for name, content in files.items():
                put_file(self.path / name, content.encode() if isinstance(content, str) else content, private=True)
        except OSError as error:
            raise UserError(
                f"“{self.path}” could not be written: {error.strerror}. Give another folder after -o."
            ) from error
