"""Dates in tables: a year, a month or a day, and events that last from one to another."""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Iterable, Mapping

from .errors import UserError

_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip


# How spreadsheets write a day (2.11.1910, 02/11/1910, 2-11-10) and a month (Nov 10, Nov. 10, Nov-1910).
_SHEET_DAY = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d\d|\d{4})(?: 0?0:00(?::00)?)?", re.A)
_SHEET_MONTH = re.compile(r"[^\W\d]{3,9}\.?[ -](\d\d|\d{4})")
KEEP_AS_TEXT = (
    "A spreadsheet makes dates of its own: give the column the format Text before you type into it, and when you open "
    "the file again, import it with this column as Text (Excel: Data → From Text/CSV)."
)


class RewrittenDate(UserError):
    """A cell in which a spreadsheet has turned a date, or an id like one, into its own spelling."""


def iso_days(words: str) -> list[str]:
    """Return the days that a spreadsheet may mean by its spelling of a date, as ISO 8601; none for other words.

    Examples
    --------
    >>> iso_days("2.11.1910"), iso_days("2/11/1910"), iso_days("in spring")
    (['1910-11-02'], ['1910-11-02', '1910-02-11'], [])
    """
    parts = _SHEET_DAY.fullmatch(words)
    if not parts or len(parts[4]) != 4:
        return []
    orders = [(parts[3], parts[1])] + [(parts[1], parts[3])] * (parts[2] != ".")
    found = [f"{parts[4]}-{int(month):02}-{int(day):02}" for month, day in orders]
    return list(dict.fromkeys(day for day in found if _is_date(day)))


def rewritten_id(words: str, ids: Iterable[str]) -> str:
    """Return the id, itself a day or a month, that a spreadsheet has turned into these words; empty if there is none.

    Examples
    --------
    >>> rewritten_id("02.11.10", ["1910-11-02"]), rewritten_id("Nov 10", ["1910-11"]), rewritten_id("1910", ["1911"])
    ('1910-11-02', '1910-11', '')
    """
    day, month = _SHEET_DAY.fullmatch(words), _SHEET_MONTH.fullmatch(words)
    for id in ids:
        if day and re.fullmatch(r"\d{4}-\d\d-\d\d", id, re.A):
            year, *rest = id.split("-")
            pairs = [[day[3], day[1]], [day[1], day[3]]]
            if year.endswith(day[4]) and rest in [[part.zfill(2) for part in pair] for pair in pairs]:
                return id
        if month and re.fullmatch(r"\d{4}-\d\d", id, re.A) and id[:4].endswith(month[1]):
            return id
    return ""


def _is_date(words: str) -> bool:
    try:
        date_range(words, "")
    except UserError:
        return False
    return True


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
        there = iso_days(str(words))
        here = f" Here: {' or '.join(there)}." if there else ""
        raise UserError(f"{where}: “{words}” is not a date. Write it as 1900-02-14, 1900-02 or 1900.{here}") from error


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
    first, last = _cell_range(row, "date_start")
    if row.get("date_end"):
        last = _cell_range(row, "date_end")[1]
    elif row.get("precision") == "year":
        last = date_range(row["date_start"][:4], where)[1]
    if last < first:
        raise UserError(f"{where}: the event ends ({last}) before it begins ({first}). Correct one of the two dates.")
    return first, last


def _cell_range(row: Mapping[str, str], column: str) -> tuple[datetime.date, datetime.date]:
    """Return the range of a cell of a table, in which a spreadsheet may have rewritten the date."""
    words, where = row[column], f"{getattr(row, 'place', 'the row')}, column {column}"
    if _SHEET_DAY.fullmatch(words) or _SHEET_MONTH.fullmatch(words):
        write = " or ".join(iso_days(words)) or "it as 1900-02-14, 1900-02 or 1900"
        raise RewrittenDate(f"{where}: “{words}” is not a date. Write {write}. {KEEP_AS_TEXT}")
    return date_range(words, where)


def date_in_words(day: datetime.date, *, month: bool = False) -> str:
    """Write a day in words; with ``month``, only its month and year.

    Examples
    --------
    >>> date_in_words(datetime.date(1900, 2, 14)), date_in_words(datetime.date(1900, 2, 14), month=True)
    ('14 February 1900', 'February 1900')
    """
    return ("" if month else f"{day.day} ") + f"{_MONTHS[day.month - 1]} {day.year}"
