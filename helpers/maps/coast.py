"""The coast lines of the world: ``coast.txt`` decoded, and whether a place is on land."""

from __future__ import annotations

from functools import cache
from importlib import resources
from itertools import pairwise

from ..core import read_file

# Latitude and longitude in degrees; a ring closes from its last point to its first.
Ring = tuple[tuple[float, float], ...]
_UNIT = 100  # units of the file in one degree


@cache
def coast_rings() -> tuple[Ring, ...]:
    """Read all rings of land and of inland seas, the longest first."""
    with resources.as_file(resources.files(__package__) / "coast.txt") as path:
        lines = read_file(path).splitlines()
    return tuple(decoded(line) for line in lines if not line.startswith("# "))


def decoded(line: str) -> Ring:
    """Decode an encoded polyline: differences of latitude and longitude, each in groups of five bits.

    The format is Google's “Encoded Polyline Algorithm Format”, here with two decimal places.

    Examples
    --------
    >>> decoded("_ibE~reK_ibE?")
    ((1000.0, -2000.0), (2000.0, -2000.0))
    """
    steps, step, shift = [], 0, 0
    for code in line.encode("ascii"):
        step |= (code - 63 & 31) << shift
        shift += 5
        if code < 95:
            steps.append(~(step >> 1) if step & 1 else step >> 1)
            step = shift = 0
    latitude = longitude = 0
    points = []
    for down, across in zip(steps[::2], steps[1::2], strict=True):
        latitude, longitude = latitude + down, longitude + across
        points.append((latitude / _UNIT, longitude / _UNIT))
    return tuple(points)


def on_land(latitude: float, longitude: float) -> bool:
    """Say whether a place is on land: the meridian from it to the North Pole, in the sea, crosses coasts oddly often.

    Examples
    --------
    >>> on_land(50, 10), on_land(0, -30), on_land(42, 51), on_land(-89, 0)
    (True, False, False, True)
    """
    inside = False
    for ring in coast_rings():
        for (lat1, lon1), (lat2, lon2) in pairwise((*ring, ring[0])):
            one = (lon1 - longitude + 180) % 360 - 180
            other = one + (lon2 - lon1 + 180) % 360 - 180
            if (one <= 0 < other or other <= 0 < one) and lat1 + (lat2 - lat1) * one / (one - other) > latitude:
                inside = not inside
    return inside
