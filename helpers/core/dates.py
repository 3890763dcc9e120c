"""Dates in tables: a year, a month or a day, and events that last from one to another."""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Mapping

from .errors import UserError

_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip


def date_range(words: str, where: str) -> tuple[datetime.date, datetime.date]:
    """Return the first and last day of an ISO 8601 year, month or day: ``1900``, ``1900-02`` or ``1900-02-14``.

    Raises `UserError` if the words are not a date; ``where`` says in the message where they are.

    Examples
    --------
    >>> [str(day) for day in date_range("1900-02", "here")]
    ['1900-02-01', '1900-02-28']
    """
    parts = re.fullmatch(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", str(words), re.A)
    try:
        if not parts:
            raise ValueError("neither a year, a month nor a day")
        year, month, day = (int(part or 0) for part in parts.groups())
        first = datetime.date(year, month or 1, day or 1)
        if day:
            return first, first
        month = month or 12
        return first, datetime.date(year, month, calendar.monthrange(year, month)[1])
    except ValueError as error:
        raise UserError(f"{where}: “{words}” is not a date. Write it as 1900-02-14, 1900-02 or 1900.") from error


def event_dates(row: Mapping[str, str]) -> tuple[datetime.date, datetime.date]:
    """Return the first and last day of an event, a row of ``timeline.csv``.

    The columns ``date_end`` and ``precision`` are optional. Raises `UserError` if a date is invalid or the
    event ends before it begins.

    Examples
    --------
    >>> first, last = event_dates({"date_start": "1900-01-01", "precision": "year"})
    >>> last.isoformat()
    '1900-12-31'
    """
    where = getattr(row, "place", "the row")
    first, last = date_range(row["date_start"], f"{where}, column date_start")
    if row.get("date_end"):
        last = date_range(row["date_end"], f"{where}, column date_end")[1]
    elif row.get("precision") == "year":
        last = date_range(row["date_start"][:4], where)[1]
    if last < first:
        raise UserError(f"{where}: the event ends ({last}) before it begins ({first}). Correct one of the two dates.")
    return first, last


def date_in_words(day: datetime.date, *, month: bool = False) -> str:
    """Write a day in words; with ``month``, only its month and year.

    Examples
    --------
    >>> date_in_words(datetime.date(1900, 2, 14)), date_in_words(datetime.date(1900, 2, 14), month=True)
    ('14 February 1900', 'February 1900')
    """
    return ("" if month else f"{day.day} ") + f"{_MONTHS[day.month - 1]} {day.year}"
