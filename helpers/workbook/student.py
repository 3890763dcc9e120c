"""Whose work it is: a name or a pseudonym, given once."""

from __future__ import annotations

import re
import unicodedata

from ..core import UserError, neutralised
from . import session as workbook

MOST_NAME = 80


def student_name() -> str:
    """The name or pseudonym that the student gave last; empty if none."""
    for event in reversed(workbook.events("name")):
        try:
            return checked_name(event.body.get("name"))
        except UserError:
            continue
    return ""


def record_name(name: str) -> str:
    """Record a name or pseudonym.

    Raises
    ------
    UserError
        If it is not one line of at most 80 visible characters.
    NotSaved
        If it could not be written.

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
    """Give a name without the spaces around it, or an error that says what is wrong with it."""
    mend = 'A pseudonym will do: my_work(name="…").'
    if not isinstance(name, str) or not any(unicodedata.category(one)[0] in "LNS" for one in name):
        raise UserError(f"A name has letters in it. {mend}")
    if len(name) > 10 * MOST_NAME or len(name.strip()) > MOST_NAME:
        raise UserError(f"A name has at most {MOST_NAME} characters, this one has {len(name.strip()):,}. {mend}")
    name = name.strip()
    if neutralised(name) != name or any(one in name for one in "\n\t"):
        raise UserError(f"A name is one line without control characters. {mend}")
    return name


def work_file_name(ending: str) -> str:
    """A name for a file of this student's work.

    Examples
    --------
    >>> work_file_name("jsonl").startswith("my-work-")
    True
    """
    # The name of a file is letters, digits and hyphens of any script: every system takes that.
    stem = re.sub(r"[\W_]+", "-", student_name())[:40].strip("-")
    return f"my-work-{stem or 'student'}.{ending}"
