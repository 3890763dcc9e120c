"""Latitude and longitude on a plane, in kilometres: Lambert's azimuthal equal-area projection of the sphere.

It shows every area at the same scale, needs only a centre, and works at the poles and across the 180th meridian.
J. P. Snyder, Map Projections: A Working Manual, US Geological Survey Professional Paper 1395 (1987), pp. 182-190.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from math import asin, atan2, cos, degrees, hypot, inf, pi, radians, sin, sqrt

EARTH = 6371.0  # its mean radius in kilometres
Place = tuple[float, float]  # latitude and longitude in degrees
Point = tuple[float, float]  # kilometres to the east and to the north, or units of a picture


def kilometres(one: Place, other: Place) -> float:
    """Return the length of the shortest way between two places over the sphere.

    Examples
    --------
    >>> round(kilometres((0, 179), (0, -179)))
    222
    """
    (lat1, lon1), (lat2, lon2) = (map(radians, place) for place in (one, other))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH * asin(min(1, sqrt(half)))


def middle(places: Iterable[Place]) -> Place:
    """Return the middle of some places; the first place if they are all around the globe.

    Examples
    --------
    >>> [round(angle) for angle in middle([(10, 170), (10, -170)])]
    [10, 180]
    """
    places = list(places)
    x, y, z = (
        sum(parts)
        for parts in zip(
            *(
                (cos(lat) * cos(lon), cos(lat) * sin(lon), sin(lat))
                for lat, lon in ((radians(lat), radians(lon)) for lat, lon in places)
            ),
            strict=True,
        )
    )
    if hypot(x, y, z) < 1e-6 * len(places):
        return places[0]
    return degrees(atan2(z, hypot(x, y))), degrees(atan2(y, x))


class Plane:
    """A plane that touches the globe at a centre."""

    def __init__(self, centre: Place) -> None:
        self.centre = centre
        self._lat, self._lon = map(radians, centre)
        self._sin, self._cos = sin(self._lat), cos(self._lat)

    def point(self, latitude: float, longitude: float) -> Point:
        """Return the point of a place (Snyder's equations 24-2, 22-4 and 22-5).

        Examples
        --------
        >>> [round(part) for part in Plane((60, 30)).point(60, 32)]
        [111, 2]
        """
        lat, east = radians(latitude), radians(longitude) - self._lon
        sine, cosine, across = sin(lat), cos(lat), cos(east)
        beside = 1 + self._sin * sine + self._cos * cosine * across
        # The place opposite to the centre is the whole edge of the map; one point of it has to do.
        stretch = EARTH * sqrt(2 / max(beside, 1e-12))
        return stretch * cosine * sin(east), stretch * (self._cos * sine - self._sin * cosine * across)

    def place(self, x: float, y: float) -> Place:
        """Return the place at a point (Snyder's equations 20-14, 20-15 and 24-16); beyond the map, at its edge.

        Examples
        --------
        >>> plane = Plane((60, 30))
        >>> [round(angle, 6) for angle in plane.place(*plane.point(41.69, -170))]
        [41.69, 190.0]
        """
        far = hypot(x, y)
        if far < 1e-9:
            return self.centre
        angle = 2 * asin(min(1, far / (2 * EARTH)))
        latitude = asin(max(-1, min(1, cos(angle) * self._sin + y * sin(angle) * self._cos / far)))
        east = atan2(x * sin(angle), far * self._cos * cos(angle) - y * self._sin * sin(angle))
        return degrees(latitude), degrees(self._lon + east)


def clipped(ring: list[Point], box: tuple[float, float, float, float]) -> list[Point]:
    """Clip a ring to a rectangle (left, low, right, high), one side after another.

    I. E. Sutherland and G. W. Hodgman, Reentrant Polygon Clipping, Communications of the ACM 17 (1974), pp. 32-42.

    Examples
    --------
    >>> clipped([(-1, 1), (1, 1), (1, 3)], (0, 0, 2, 2))
    [(0.0, 2), (0, 2.0), (0, 1.0), (1, 1), (1.0, 2)]
    """
    for axis, edge, sign in ((0, box[0], 1), (0, box[2], -1), (1, box[1], 1), (1, box[3], -1)):
        kept: list[Point] = []
        before = ring[-1] if ring else (inf, inf)
        for point in ring:
            here, there = (point[axis] - edge) * sign, (before[axis] - edge) * sign
            if (here >= 0) != (there >= 0):
                part = there / (there - here)
                other = before[1 - axis] + part * (point[1 - axis] - before[1 - axis])
                kept.append((edge, other) if axis == 0 else (other, edge))
            if here >= 0:
                kept.append(point)
            before = point
        ring = kept
    return ring


def projected(ring: Iterable[Place], plane: Plane) -> list[Point]:
    """Project a ring; where it passes close to the place opposite to the centre, follow the edge of the map.

    Examples
    --------
    >>> len(projected([(0, 179), (0, -179), (5, -179), (5, 179)], Plane((1, 0)))) > 50
    True
    """
    points = [plane.point(*place) for place in ring]
    found: list[Point] = []
    for (x1, y1), (x2, y2) in pairwise((*points, points[0])):
        found.append((x1, y1))
        if hypot(x2 - x1, y2 - y1) > 2 * EARTH:
            start = atan2(y1, x1)
            turn = (atan2(y2, x2) - start + pi) % (2 * pi) - pi
            found += edge(start, turn)
    return found


def edge(start: float = 0, turn: float = 2 * pi) -> list[Point]:
    """Return the edge of the whole map, or a part of it, anticlockwise: the place opposite to the centre."""
    steps = max(1, round(abs(turn) * 60))
    return [
        (2 * EARTH * cos(start + turn * n / steps), 2 * EARTH * sin(start + turn * n / steps)) for n in range(steps)
    ]
