"""Dates in tables: a year, a month or a day, also before the Common Era, and events that last from one to another."""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from .errors import UserError

_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip
# How spreadsheets write a day (2.11.1910, 02/11/1910, 2-11-10) and a month (Nov 10, Nov. 10, Nov-1910).
_SHEET_DAY = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d\d|\d{4})(?: 0?0:00(?::00)?)?", re.A)
_SHEET_YEAR = re.compile(r"-?\d{1,3}", re.A)  # without its zeros
_SHEET_MONTH = re.compile(r"[^\W\d]{3,9}\.?[ -](\d\d|\d{4})")
_NO_YEAR = 2200
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
    if from_year := re.fullmatch(r"(\d{4})([./-])(\d{1,2})\2(\d{1,2})", words, re.A):
        day = f"{from_year[1]}-{from_year[3].zfill(2)}-{from_year[4].zfill(2)}"
        return [day] if _is_date(day) and day != words else []
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
        _days(words)
    except ValueError:
        return False
    return True


_CYCLE = 400  # years; the Gregorian calendar repeats itself after them, and after so many days:
_CYCLE_DAYS = 146_097
_DATE = re.compile(r"(?!-0000)(-?\d{4})(?:-(\d\d)(?:-(\d\d))?)?", re.A)
_FORMS = "Write it as 1900-02-14, 1900-02 or 1900."
# How people write years before the Common Era.
_ERA = re.compile(
    r"(\d{1,4}) ?(?:B\.? ?C\.?(?: ?E\.?)?|v\. ?Chr\.?|v\. ?u\. ?Z\.?|av\. ?J\.?-?C\.?|a\. ?C\.?(?: ?N\.?)?)", re.I
)


class Day(NamedTuple):
    """A day of the Gregorian calendar, also before the Common Era: the year 0 is 1 BCE, the year -43 is 44 BCE.

    `datetime.date` has no years before 1. Days are ordered; the difference of two is a number of days.

    Examples
    --------
    >>> Day(1, 1, 1) - Day(-43, 3, 15), str(Day(-43, 3, 15)), Day(-43, 3, 15) < Day(-42, 1, 1)
    (15998, '-0043-03-15', True)
    """

    year: int
    month: int
    day: int

    @classmethod
    def checked(cls, year: int, month: int, day: int | None = None) -> Day:
        """Make a day, by default the last of its month; ``ValueError`` if there is no such day."""
        alike = datetime.date(year % _CYCLE + _CYCLE, month, 1 if day is None else day)
        return cls(year, month, calendar.monthrange(alike.year, month)[1] if day is None else day)

    @property
    def ordinal(self) -> int:
        """The number of the day, counted from 1 January of the year 1."""
        alike = self.year % _CYCLE + _CYCLE
        return datetime.date(alike, self.month, self.day).toordinal() + (self.year - alike) // _CYCLE * _CYCLE_DAYS

    def __sub__(self, other: Day) -> int:
        return self.ordinal - other.ordinal

    def __str__(self) -> str:
        return f"{iso_year(self.year)}-{self.month:02}-{self.day:02}"


def iso_year(year: int) -> str:
    """Write a year as ISO 8601 does.

    Examples
    --------
    >>> iso_year(800), iso_year(-43)
    ('0800', '-0043')
    """
    return ("-" if year < 0 else "") + f"{abs(year):04}"


def year_of(words: str) -> str:
    """Return the year with which an ISO 8601 date begins; empty if it does not begin with one.

    Examples
    --------
    >>> year_of("-0043-03-15"), year_of("1900"), year_of("in spring")
    ('-0043', '1900', '')
    """
    found = re.match(r"-?\d{4}(?!\d)", words, re.A)
    return found[0] if found else ""


def year_in_words(year: int) -> str:
    """Write a year in words.

    Examples
    --------
    >>> year_in_words(1900), year_in_words(0), year_in_words(-43)
    ('1900', '1 BCE', '44 BCE')
    """
    return str(year) if year > 0 else f"{1 - year} BCE"


def date_range(words: str, where: str) -> tuple[Day, Day]:
    """Return the first and last day of an ISO 8601 year, month or day: ``1900``, ``1900-02`` or ``1900-02-14``.

    ISO 8601 counts the years before the Common Era from ``0000``, which is 1 BCE: ``-0043`` is 44 BCE. Raises
    `UserError` if the words are not a date; ``where`` says in the message where they are.

    Examples
    --------
    >>> [str(day) for day in date_range("1900-02", "here")], [str(day) for day in date_range("-0043", "here")]
    (['1900-02-01', '1900-02-28'], ['-0043-01-01', '-0043-12-31'])
    """
    try:
        return _days(str(words))
    except ValueError as error:
        if _DATE.fullmatch(str(words)):
            raise UserError(f"{where}: “{words}” is not a date: there is no such day. Correct it.") from error
        raise UserError(f"{where}: “{words}” is not a date. {_FORMS}{_meant(str(words))}") from error


def _days(words: str) -> tuple[Day, Day]:
    """Return the first and last day of a date; ``ValueError`` if it is none."""
    parts = _DATE.fullmatch(words)
    if not parts:
        raise ValueError("neither a year, a month nor a day")
    year, month, day = int(parts[1]), parts[2], parts[3]
    first = Day.checked(year, int(month or 1), int(day or 1))
    return first, first if day else Day.checked(year, int(month or 12))


def _meant(words: str) -> str:
    """Suggest how to write a date that is written in another way; nothing if that is not known."""
    if days := iso_days(words):
        return f" Here: {' or '.join(days)}."
    if era := _ERA.fullmatch(words.strip()):
        return f" Here: {iso_year(1 - int(era[1]))}: years before the Common Era count from 0000, which is 1 BCE."
    if re.fullmatch(r"\d{1,3}", words, re.A):
        return f" Here: {iso_year(int(words))}."
    if re.fullmatch(r"-\d{1,4}", words, re.A) and int(words):
        year = int(words)
        return (
            f" Here: {iso_year(year)} for {year_in_words(year)}, or {iso_year(year + 1)} for {year_in_words(year + 1)}."
        )
    return ""


def event_dates(row: Mapping[str, str]) -> tuple[Day, Day]:
    """Return the first and last day of an event, a row of ``timeline.csv``.

    The columns ``date_end`` and ``precision`` are optional. Raises `UserError` if a date is invalid or the
    event ends before it begins.

    Examples
    --------
    >>> first, last = event_dates({"date_start": "1900-01-01", "precision": "year"})
    >>> str(last)
    '1900-12-31'
    """
    where = getattr(row, "place", "the row")
    first, last = _cell_range(row, "date_start")
    if row.get("date_end"):
        last = _cell_range(row, "date_end")[1]
    elif row.get("precision") == "year":
        last = Day(first.year, 12, 31)
    if last < first:
        raise UserError(f"{where}: the event ends ({last}) before it begins ({first}). Correct one of the two dates.")
    return first, last


def _cell_range(row: Mapping[str, str], column: str) -> tuple[Day, Day]:
    """Return the range of a cell of a table, in which a spreadsheet may have rewritten the date."""
    words, where = row[column], f"{getattr(row, 'place', 'the row')}, column {column}"
    if _SHEET_DAY.fullmatch(words) or _SHEET_MONTH.fullmatch(words):
        days = " or ".join(iso_days(words))
        raise RewrittenDate(f"{where}: “{words}” is not a date. {f'Write {days}.' if days else _FORMS} {KEEP_AS_TEXT}")
    if _SHEET_YEAR.fullmatch(words):
        raise RewrittenDate(f"{where}: “{words}” is not a date. {_FORMS}{_meant(words)} {KEEP_AS_TEXT}")
    # Excel shows a day as a number of days from 1899-12-30 if the cell has no format; no event is that late.
    if re.fullmatch(r"[2-9]\d{3}|\d{5}", words, re.A) and int(words) >= _NO_YEAR:
        day = datetime.date(1899, 12, 30) + datetime.timedelta(int(words))
        raise RewrittenDate(f"{where}: “{words}” is the number of a day in a spreadsheet. Write {day}. {KEEP_AS_TEXT}")
    return date_range(words, where)


def date_in_words(day: Day, *, month: bool = False) -> str:
    """Write a day in words; with ``month``, only its month and year.

    Examples
    --------
    >>> date_in_words(Day(1900, 2, 14)), date_in_words(Day(-43, 3, 15), month=True)
    ('14 February 1900', 'March 44 BCE')
    """
    return ("" if month else f"{day.day} ") + f"{_MONTHS[day.month - 1]} {year_in_words(day.year)}"


def shown_date(words: str) -> str:
    """Write a date before the Common Era in words, because its number of the year is not the usual one; others stay.

    Examples
    --------
    >>> shown_date("-0043-03-15"), shown_date("-0043-03"), shown_date("0000"), shown_date("1900-02-14")
    ('15 March 44 BCE', 'March 44 BCE', '1 BCE', '1900-02-14')
    """
    parts = _DATE.fullmatch(words)
    if not parts or int(parts[1]) > 0 or not _is_date(words):
        return words
    first = date_range(words, "")[0]
    return year_in_words(first.year) if not parts[2] else date_in_words(first, month=not parts[3])
