"""Read the roster of a class, a CSV as an LMS exports it, and find the row of a student in it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from unicodedata import combining, normalize

from ..core import UserError, read_file
from ..texts import CsvFile

# Words in the headings of the columns that identify a student, as Moodle and Canvas write them.
_ID = re.compile(r"\b(id|identifier|number|user|username|login|nummer|kennung|anmeldename|participant)\b", re.I)
_MAIL = re.compile(r"mail", re.I)
_FIRST = re.compile(r"\b(first|given|vorname)", re.I)
_LAST = re.compile(r"\b(last|sur|family|nachname|familien)", re.I)
_NAME = re.compile(r"name|student|pseudonym", re.I)
_USUAL = (
    "ID", "SIS User ID", "SIS Login ID", "Student", "Section", "Identifier", "Full name", "First name", "Last name",
    "Surname", "ID number", "Email address", "email", "id", "name", "pseudonym", "Username",
)  # fmt: skip
# Canvas puts rows into its export that are no student: the points possible, and a test student.
_NO_STUDENT = ("points possible", "student, test", "test student")


class Roster:
    """The rows of a roster; raises `UserError` if the file has no column that identifies a student."""

    def __init__(self, path: Path) -> None:
        file = CsvFile(read_file(path, table=True), path.name, _USUAL)
        if file.problem:
            raise file.problem
        self.columns = [column or f"column {n}" for n, column in enumerate(file.head.cells, 1)]
        ids = [c for c in self.columns if _ID.search(c) and not _MAIL.search(c)]
        self._mail = [c for c in self.columns if _MAIL.search(c)]
        names = [c for c in self.columns if c not in ids and c not in self._mail and _NAME.search(c)]
        if not (ids or self._mail or names):
            raise UserError(
                f"{path.name}, line {file.head.line}: no column has the id, the e-mail address or the name of the "
                f"students; the columns are {', '.join(self.columns)}. Export the list of participants or the "
                "gradebook from the LMS, or name a column “ID”, “Email address”, “Full name” or “Pseudonym”."
            )
        first = [c for c in names if _FIRST.search(c)]
        last = [c for c in names if _LAST.search(c)]
        whole = [c for c in names if c not in first and c not in last]
        self.rows: list[dict[str, str]] = []
        self._by_id: dict[str, set[int]] = defaultdict(set)
        self._by_name: dict[str, set[int]] = defaultdict(set)
        for record, _ in file.rows():
            row = dict(zip(self.columns, record.cells, strict=False))
            called = [row[c] for c in whole if row.get(c)]
            if any(name.strip().casefold() in _NO_STUDENT for name in called):
                continue
            parts = [" ".join(filter(None, (row.get(c, "") for c in some))) for some in (last, first)]
            called += [", ".join(filter(None, parts))] if any(parts) else []
            if not any(row.get(c) for c in [*ids, *self._mail]) and not called:
                continue
            number = len(self.rows)
            self.rows.append(row)
            for column in [*ids, *self._mail]:
                self._by_id[_plain_id(row.get(column, ""))].add(number)
            for column in self._mail:  # the part before the @ is often the name of the account
                self._by_id[_plain_id(row.get(column, "").partition("@")[0])].add(number)
            for name in called:
                for key in name_keys(name):
                    self._by_name[key].add(number)
        self._by_id.pop("", None)
        self._by_name.pop("", None)

    def with_id(self, *ids: str) -> set[int]:
        """Return the numbers of the rows with one of these ids or e-mail addresses."""
        return {number for id in ids for number in self._by_id.get(_plain_id(id), ())}

    def with_name(self, *names: str) -> set[int]:
        """Return the numbers of the rows with one of these names, first name first or last."""
        return {number for name in names for key in name_keys(name) for number in self._by_name.get(key, ())}

    def name(self, number: int) -> str:
        """Return the name in a row; without one its id."""
        row = self.rows[number]
        first, last = (
            next((row[c] for c in self.columns if pattern.search(c) and row.get(c)), "") for pattern in (_FIRST, _LAST)
        )
        whole = [row[c] for c in self.columns if _NAME.search(c) and not _ID.search(c) and row.get(c)]
        if first or last:
            return f"{first} {last}".strip()
        return (whole or [value for value in row.values() if value])[0]

    def email(self, number: int) -> str:
        """Return the e-mail address in a row; empty if there is none."""
        return next((self.rows[number][c] for c in self._mail if self.rows[number].get(c)), "")


def _plain_id(id: str) -> str:
    # Moodle's grading worksheet has “Participant 12345”, its zip archive 12345.
    return re.sub(r"^(?:participant|teilnehmer(?:/in)?)\s*", "", normalize("NFC", id).strip().casefold())


def name_keys(name: str) -> set[str]:
    """Return the forms in which a name is compared: its words in any order, and run together as Canvas does.

    Examples
    --------
    >>> name_keys("Kim, Ana") & name_keys("ana kim"), "kimana" in name_keys("Kim, Ana")
    ({'ana kim'}, True)
    """
    plain = "".join(sign for sign in normalize("NFKD", name.casefold()) if not combining(sign))
    words = re.findall(r"\w+", plain)
    return {" ".join(sorted(words)), "".join(words)} - {""}


def unique(found: Iterable[int]) -> int | None:
    """Return the only number; None if there is none, or several."""
    found = list(found)
    return found[0] if len(found) == 1 else None
