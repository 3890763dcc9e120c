"""The student's name or pseudonym."""

from __future__ import annotations

import re
import unicodedata

from ..core import UserError, neutralised
from . import session as workbook

MOST_NAME = 80
# The line in a stored output in place of a person's words.
UNSTORED = "Your own words are not stored in this notebook. To see them again, choose Run → Run All Cells."


def student_name() -> str:
    """Return the last recorded name or pseudonym; empty if there is none."""
    for event in reversed(workbook.events("name")):
        try:
            return checked_name(event.body.get("name"))
        except UserError:
            continue
    return ""


def record_name(name: str) -> str:
    """Record a name or pseudonym; raise `UserError` if it is not valid, `NotSaved` if it cannot be written.

    Examples
    --------
    >>> record_name("  Fox ")
    'Fox'
    >>> student_name()
    'Fox'
    """
    name = checked_name(name)
    workbook.record("name", {"name": name})
    return name


def checked_name(name: object) -> str:
    """Return a name without surrounding spaces; raise `UserError` unless it is one line of at most 80 characters."""
    advice = 'A pseudonym will do: my_work(name="…").'
    if not isinstance(name, str) or not any(unicodedata.category(character)[0] in "LNS" for character in name):
        raise UserError(f"A name must contain letters. {advice}")
    if len(name) > 10 * MOST_NAME or len(name.strip()) > MOST_NAME:
        raise UserError(f"A name may have at most {MOST_NAME} characters; this one has {len(name.strip()):,}. {advice}")
    name = name.strip()
    if neutralised(name) != name or "\n" in name or "\t" in name:
        raise UserError(f"A name must be one line without control characters. {advice}")
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
