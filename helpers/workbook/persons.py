"""Several people with one account: each has a work folder of their own, and a kernel works for one of them.

The work of the first person is in the work folder itself, that of every other one in ``people/`` inside it.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from ..core import UserError, is_shared
from .beside import not_read
from .handed_in import PEOPLE as FOLDER
from .owner import FILE as OWNER, only_brought

FIRST = "first"
_NOBODY = "nobody"
WHO = (
    "Several people use this computer with one account. First say who you are: run my_work() and choose, or write "
    'my_work(me="new") to begin anew.'
)


class People:
    """The person for whom this kernel works, for each work folder."""

    def __init__(self) -> None:
        self._chosen: dict[Path, str] = {}  # empty while it is not known who it is

    def folder(self, base: Path) -> Path:
        """Return the work folder of the person; while it is not known who it is, a folder that does not exist."""
        if base not in self._chosen:
            self._chosen[base] = "" if _may_be_another(base) else FIRST
        return folder_of(base, self._chosen[base] or _NOBODY)

    def unknown(self, base: Path) -> bool:
        """Whether the person has to be asked."""
        return not self.chosen(base)

    def chosen(self, base: Path) -> str:
        """Return the person; empty while it is not known who it is."""
        self.folder(base)
        return self._chosen[base]

    def choose(self, base: Path, person: str) -> None:
        """Work for a person from now on; an empty string stands for nobody yet."""
        self._chosen[base] = person

    def begin(self, base: Path) -> None:
        """Work for a new person; the first one gets the work folder itself."""
        self._chosen[base] = secrets.token_hex(8) if _has_work(base) else FIRST


def folder_of(base: Path, person: str) -> Path:
    """Return the folder of a person in a work folder."""
    return base if person == FIRST else base / FOLDER / person


def all_people(base: Path) -> Iterator[str]:
    """Yield everybody who has work in a work folder, the first person first."""
    if _has_work(base):
        yield FIRST
    try:
        names = sorted(os.listdir(base / FOLDER))
    except OSError:
        names = []
    yield from (name for name in names if name not in (FIRST, _NOBODY) and _has_work(base / FOLDER / name))


def _may_be_another(base: Path) -> bool:
    """Whether the person at the computer may be another than the one who worked here before."""
    people = list(all_people(base))
    return len(people) > 1 or people not in ([], [FIRST]) or (bool(people) and is_shared())


def _has_work(folder: Path) -> bool:
    """Whether somebody has worked in a folder; a sync program may have taken the files away for a while."""
    try:
        names = os.listdir(folder)
    except OSError:
        return False
    # Before the first answer or file of a person, only ids that came with a file may be here: its restore was ended.
    begun = any(OWNER in name for name in names) and not only_brought(folder)
    return begun or any(".jsonl" in name.casefold() for name in names) or bool(not_read(folder))


def require_known(people: People, base: Path) -> None:
    """Raise `UserError` if it is not known who the person is."""
    if people.unknown(base):
        raise UserError(WHO)
