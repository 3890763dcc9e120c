"""The student's name or pseudonym."""

from __future__ import annotations

import re

from . import session as workbook
from .owner import checked_name, last_name, same_name

# The line in a stored output in place of a person's words.
UNSTORED = (
    "Your own words are not stored in this notebook. To see them again, or if a cell ends in a red NameError, choose "
    "Run → Run All Cells."
)


def student_name() -> str:
    """Return the last recorded name or pseudonym; empty if there is none."""
    return last_name(workbook.events("name"))


def record_name(name: str, *, same: bool = False) -> str:
    """Record a name or pseudonym; raise `UserError` if it is not valid, `NotSaved` if it cannot be written.

    If the name before came in with a file, the work has an owner of its own from now on, so that two people who go on
    from one file are told apart; unless it is the ``same`` person under a new name.

    Examples
    --------
    >>> record_name("  Fox ")
    'Fox'
    >>> student_name()
    'Fox'
    """
    name = checked_name(name)
    if not same and not same_name(name, student_name()) and workbook.name_was_brought():
        workbook.begin_owner()
    workbook.record("name", {"name": name})
    return name


def work_file_name(ending: str) -> str:
    """Return a file name for this student's work.

    Examples
    --------
    >>> work_file_name("jsonl").startswith("my-work-")
    True
    """
    # Letters and digits of any script, and hyphens, are valid in file names on every system.
    stem = re.sub(r"[\W_]+", "-", student_name())[:40].strip("-")
    return f"my-work-{stem or 'student'}.{ending}"
