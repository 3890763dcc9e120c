"""The lines of latitude and longitude that cross a map, and where they meet its edge."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import ceil, cos, floor, radians

from .projection import Point
from .sheet_layout import Sheet

_STEPS = (1, 2, 5, 10, 20, 30)  # degrees from one line to the next
_MOST = 8  # so many lines at most in each direction
_PIECES = 10  # straight pieces of a line between two others


@dataclass(frozen=True)
class GridLine:
    """A meridian or a parallel, in points of the picture; parts of it may be outside the frame."""

    degrees: int
    meridian: bool
    points: tuple[Point, ...]

    @property
    def name(self) -> str:
        """The degrees in words.

        Examples
        --------
        >>> GridLine(-42, True, ()).name, GridLine(0, False, ()).name, GridLine(200, True, ()).name
        ('42° W', '0°', '160° W')
        """
        angle = (self.degrees + 180) % 360 - 180 if self.meridian else self.degrees
        side = ("E" if angle > 0 else "W") if self.meridian else "N" if angle > 0 else "S"
        return f"{abs(angle)}°" + (f" {side}" if angle % 180 else "")

    def meets(self, edge: float) -> Point | None:
        """Return where a meridian meets a horizontal edge, or a parallel a vertical one."""
        axis = 1 if self.meridian else 0
        for one, other in pairwise(self.points):
            if one[axis] != other[axis] and (one[axis] - edge) * (other[axis] - edge) <= 0:
                part = (edge - one[axis]) / (other[axis] - one[axis])
                return one[0] + part * (other[0] - one[0]), one[1] + part * (other[1] - one[1])
        return None


def round_step(span: float) -> int:
    """Return the degrees from one line to the next for an extent in degrees.

    Examples
    --------
    >>> round_step(12), round_step(300)
    (2, 60)
    """
    return next((step for step in _STEPS if span / step <= _MOST), 60)


def extent(sheet: Sheet) -> tuple[float, float, float, float]:
    """Return the least and greatest latitude, and the least and greatest longitude, that a map shows."""
    frame = sheet.frame
    centre = sheet.place((frame.left + frame.right) / 2, (frame.top + frame.bottom) / 2)[1]
    places = [*sheet.edges(frame)]
    lats = [lat for lat, _ in places]
    # Longitudes are counted from the middle of the map, so that the 180th meridian is like any other.
    lons = [centre + (lon - centre + 180) % 360 - 180 for _, lon in places]
    for pole in (90, -90):
        x, y = sheet.at((pole, centre))
        if frame.left <= x <= frame.right and frame.top <= y <= frame.bottom:
            lats.append(pole)
            lons += [centre - 180, centre + 180]
    return min(lats), max(lats), min(lons), max(lons)


def grid_lines(sheet: Sheet) -> list[GridLine]:
    """Return the meridians and parallels of a map."""
    low, high, west, east = extent(sheet)
    step = round_step(max(high - low, (east - west) * max(0.2, cos(radians((low + high) / 2)))))
    south, north = max(-90, floor(low / step) * step), min(90, ceil(high / step) * step)
    first, last = floor(west / step) * step, ceil(east / step) * step

    def points(start: int, stop: int, fixed: int, meridian: bool) -> tuple[Point, ...]:
        count = max(1, round((stop - start) / step * _PIECES))
        along = (start + (stop - start) * n / count for n in range(count + 1))
        return tuple(sheet.at((one, fixed) if meridian else (fixed, one)) for one in along)

    # The meridian on which the globe is cut is drawn once.
    around = range(first, min(last, first + 359) + 1, step)
    across = (n for n in range(south, north + 1, step) if abs(n) < 90)
    return [
        *(GridLine(n, True, points(south, north, n, True)) for n in around),
        *(GridLine(n, False, points(first, last, n, False)) for n in across),
    ]
