"""Latitude and longitude in ``places.csv``: decimal degrees, and what spreadsheets and people write instead."""

from __future__ import annotations

import re

from ..core import UserError
from .tables import Row

_MOST = {"latitude": 90, "longitude": 180}
_DECIMAL = re.compile(r"[+-]?\d+(?:\.\d*)?", re.A)
# 41°42′ N, 41° 41' 36" N, N 41.7 and the like.
_DEGREES = re.compile(
    r"""(?P<before>[NSEWO]\ ?)?(?P<sign>-)?(?P<d>\d{1,3}(?:\.\d+)?)\ ?°?\ ?
        (?:(?P<m>\d{1,2}(?:\.\d+)?)\ ?['’′]\ ?)?(?:(?P<s>\d{1,2}(?:\.\d+)?)\ ?["”″]\ ?)?(?P<after>[NSEWO])?""",
    re.A | re.I | re.X,
)


def position(row: Row) -> tuple[float, float]:
    """The latitude and longitude of a row in degrees; ``UserError`` names those that are no number in their range.

    Examples
    --------
    >>> position(Row({"latitude": "41.69", "longitude": "−8.6"}, "places.csv, line 2", "places"))
    (41.69, -8.6)
    >>> position(Row({"latitude": "41,69", "longitude": "44.8"}, "places.csv, line 2", "places"))
    Traceback (most recent call last):
    helpers.core.errors.UserError: places.csv, line 2: the latitude “41,69” has a decimal comma. Write 41.69.
    """
    found, wrong = [], []
    for column in _MOST:
        try:
            found.append(_degrees(row, column))
        except UserError as error:
            wrong.append(str(error).removeprefix(f"{row.place}: "))
    if wrong:
        raise UserError(f"{row.place}: {' '.join([wrong[0], *(one[0].upper() + one[1:] for one in wrong[1:])])}")
    latitude, longitude = found
    return latitude, longitude


def _degrees(row: Row, column: str) -> float:
    """The number in one of the two columns."""
    words = row[column].replace("\N{MINUS SIGN}", "-")
    where = f"{row.place}: the {column} “{row[column]}”"
    if not _DECIMAL.fullmatch(words):
        if re.fullmatch(r"[+-]?\d+,\d+", words, re.A):
            raise UserError(f"{where} has a decimal comma. Write {words.replace(',', '.')}.")
        meant = _meant(words.replace(",", "."), column)
        raise UserError(
            f"{where} is not a number of degrees. "
            + (f"Write {meant}." if meant else "Write it with a decimal point, such as 41.69.")
            + ("" if meant else " If a spreadsheet has changed it, give the column the format Text and type it again.")
        )
    degrees = float(words)
    if abs(degrees) > _MOST[column]:
        lost = re.fullmatch(r"[+-]?(\d{2,3})(\d{2,})", words, re.A)
        swapped = column == "latitude" and abs(degrees) <= 180
        raise UserError(
            f"{where} is not between -{_MOST[column]} and {_MOST[column]}. "
            + (
                "Are latitude and longitude swapped?"
                if swapped
                else f"Has it lost its decimal point? Write, for example, {lost[1]}.{lost[2]}."
                if lost and int(lost[1]) <= _MOST[column]
                else "Correct it."
            )
        )
    return degrees


def _meant(words: str, column: str) -> str:
    """The decimal degrees that words in degrees, minutes and seconds mean; empty if they do not."""
    found = _DEGREES.fullmatch(words)
    if not found:
        return ""
    side = (found["before"] or found["after"] or "").strip().upper()
    # “O” is the East of German and the West of French maps.
    if side == "O" or (side and (side in "NS") != (column == "latitude")):
        return ""
    value = float(found["d"]) + float(found["m"] or 0) / 60 + float(found["s"] or 0) / 3600
    value *= -1 if (side in ("S", "W")) != bool(found["sign"]) else 1
    return f"{value:.2f}" if abs(value) <= _MOST[column] else ""
