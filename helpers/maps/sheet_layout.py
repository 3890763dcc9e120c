"""Lay out a map: which places go on the large map and which on the small one, and where each name stands.

All lengths are units of the picture, of which the large map is `WIDTH` wide; y grows downwards.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import ceil, floor, hypot, log10

from .projection import Place, Plane, Point, kilometres, middle

WIDTH = 1000
_HEIGHTS = (540, 760)  # the least and the greatest height of the large map
_LEAST_KM = 300  # the least width that places are given: the coast lines are too coarse for less
_SIGN = 10  # half the size of a sign
_LINE = 1.2  # the height of a line of words, in sizes of its type
_ROOM = 8  # between a frame and what is in it
# The width of letters in sizes of the type, in DejaVu Serif, the widest of the fonts of the map.
_NARROW, _BROAD = frozenset("fijlrtI.,:;'’|!()[] -‐"), frozenset("mwMWÆŒ@%—…")


@dataclass(frozen=True)
class Box:
    """A rectangle."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Box) -> bool:
        """Say whether two rectangles have an area in common."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def inside(self, other: Box) -> bool:
        """Say whether this rectangle is within another."""
        return (
            self.left >= other.left
            and self.right <= other.right
            and self.top >= other.top
            and self.bottom <= other.bottom
        )

    def wider(self, by: float) -> Box:
        """Return a rectangle that is larger on every side."""
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)

    @property
    def corners(self) -> tuple[Point, ...]:
        """The four corners, in order around the rectangle."""
        return (self.left, self.top), (self.right, self.top), (self.right, self.bottom), (self.left, self.bottom)


@dataclass(frozen=True)
class Site:
    """What the layout needs to know of a place."""

    name: str
    place: Place
    region: bool = False
    side: str = ""  # on which the name should stand, if there is room

    @property
    def written(self) -> str:
        """The name as it is written on the map: that of a region in capitals."""
        return self.name.upper() if self.region else self.name


@dataclass(frozen=True)
class Label:
    """The name of a place, with its sign and the box of both."""

    site: Site
    sign: Point
    anchor: str  # as in SVG: start, middle or end
    at: Point  # of the words: their start, middle or end, on the base line
    size: float
    box: Box  # of the words, with the sign of a region
    shown: bool = True  # whether there is room for the name


@dataclass(frozen=True)
class Sheet:
    """A map in its frame: part of a plane at a scale."""

    plane: Plane
    scale: float  # units for each kilometre
    centre: Point  # in kilometres, at the middle of the frame
    frame: Box

    @property
    def small(self) -> bool:
        """Whether it is a map within the large one."""
        return self.frame.right - self.frame.left < WIDTH

    def at(self, place: Place) -> Point:
        """Return the point of a place in the picture."""
        return self.on(self.plane.point(*place))

    def on(self, point: Point) -> Point:
        """Return the point in the picture of a point of the plane."""
        x = (self.frame.left + self.frame.right) / 2 + (point[0] - self.centre[0]) * self.scale
        y = (self.frame.top + self.frame.bottom) / 2 - (point[1] - self.centre[1]) * self.scale
        return x, y

    def place(self, x: float, y: float) -> Place:
        """Return the place at a point of the picture."""
        east = (x - (self.frame.left + self.frame.right) / 2) / self.scale + self.centre[0]
        north = ((self.frame.top + self.frame.bottom) / 2 - y) / self.scale + self.centre[1]
        return self.plane.place(east, north)

    def edges(self, frame: Box, steps: int = 40) -> Iterator[Place]:
        """Yield the places along a rectangle of the picture."""
        corners = frame.corners
        for (x1, y1), (x2, y2) in zip(corners, (*corners[1:], corners[0]), strict=True):
            for n in range(steps):
                yield self.place(x1 + (x2 - x1) * n / steps, y1 + (y2 - y1) * n / steps)


def words_width(words: str, size: float, spacing: float = 0) -> float:
    """Return the width that words may have in any of the fonts of the map.

    Examples
    --------
    >>> words_width("Kars", 20) < words_width("KARS", 20) < words_width("KARS", 20, 3)
    True
    """
    ems = sum(
        0.42 if one in _NARROW else 1.05 if one in _BROAD or one > "⺀" else 0.8 if one.isupper() else 0.66
        for one in words
    )
    return ems * size + spacing * len(words)


def near_and_far(places: Sequence[Place]) -> tuple[list[int], list[int]]:
    """Divide places into those near each other and those far from these; the second list is empty if all are near.

    The places near the one in their middle are at least half of all; the next is at least one and a half times as
    far from it.

    Examples
    --------
    >>> near_and_far([(41.7, 44.8), (41.6, 41.6), (40.4, 49.9), (55.8, 37.6)])
    ([0, 1, 2], [3])
    """
    if len(places) < 4:
        return [*range(len(places))], []
    hub = min(places, key=lambda one: sum(kilometres(one, other) for other in places))
    far = sorted((max(kilometres(hub, place), _LEAST_KM / 4), n) for n, place in enumerate(places))
    ratio, cut = max((far[n][0] / far[n - 1][0], n) for n in range(max(3, ceil(len(far) / 2)), len(far)))
    if ratio < 1.5 or far[-1][0] < 2 * far[cut - 1][0]:
        cut = len(far)
    return sorted(n for _, n in far[:cut]), sorted(n for _, n in far[cut:])


def _extent(x: Sequence[float], y: Sequence[float]) -> tuple[float, float]:
    """Return the width and height of points in kilometres, or the least that a map shows."""
    return max(max(x) - min(x), _LEAST_KM), max(max(y) - min(y), 0.55 * _LEAST_KM)


def _fitted(places: Sequence[Place], frame: Box, room: tuple[float, float]) -> Sheet:
    """Fit places into a frame with room to the sides and above and below."""
    plane = Plane(middle(places))
    x, y = zip(*(plane.point(*place) for place in places), strict=True)
    width, height = _extent(x, y)
    scale = min((frame.right - frame.left - 2 * room[0]) / width, (frame.bottom - frame.top - 2 * room[1]) / height)
    return Sheet(plane, scale, ((max(x) + min(x)) / 2, (max(y) + min(y)) / 2), frame)


def large_sheet(places: Sequence[Place], room: tuple[float, float] = (110, 80)) -> Sheet:
    """Lay out the large map: its height follows from the places."""
    plane = Plane(middle(places))
    x, y = zip(*(plane.point(*place) for place in places), strict=True)
    width, height = _extent(x, y)
    tall = (WIDTH - 2 * room[0]) * height / width + 2 * room[1]
    return _fitted(places, Box(0, 0, WIDTH, round(min(max(tall, _HEIGHTS[0]), _HEIGHTS[1]))), room)


def small_sheet(places: Sequence[Place], large: Sheet, taken: Sequence[Box]) -> tuple[Sheet, Sheet]:
    """Lay out the small map with all places, in a corner of the large one where none of its places is.

    Returns both maps: if no corner is free, the places of the large one are moved aside.
    """
    outline = [*places, *large.edges(large.frame, 8)]
    plane = Plane(middle(outline))
    x, y = zip(*(plane.point(*place) for place in outline), strict=True)
    aspect = min(max((max(x) - min(x)) / (max(y) - min(y)), 0.75), 1.5)
    area = (0.37 * WIDTH) ** 2
    width, height = (area * aspect) ** 0.5, (area / aspect) ** 0.5
    frame, gap = large.frame, 14
    corners = (
        Box(frame.right - gap - width, gap, frame.right - gap, gap + height),
        Box(gap, gap, gap + width, gap + height),
        Box(gap, frame.bottom - gap - height, gap + width, frame.bottom - gap),
        Box(frame.right - gap - width, frame.bottom - gap - height, frame.right - gap, frame.bottom - gap),
    )
    free = next((corner for corner in corners if not any(corner.wider(30).overlaps(box) for box in taken)), None)
    if free is None:
        free = corners[0]
        beside = (frame.right - frame.left - width - 2 * gap) / (frame.right - frame.left)
        scale = large.scale * beside
        moved = (large.centre[0] + (width + 2 * gap) / 2 / scale, large.centre[1])
        large = Sheet(large.plane, scale, moved, frame)
    return large, _fitted(outline, free, (30, 56))


def scale_bar(sheet: Sheet) -> tuple[float, float]:
    """Return a round number of kilometres, and its length in the picture.

    Examples
    --------
    >>> scale_bar(Sheet(Plane((0, 0)), 0.5, (0, 0), Box(0, 0, 1000, 600)))
    (300, 150.0)
    """
    most = (sheet.frame.right - sheet.frame.left) * (0.35 if sheet.small else 0.22) / sheet.scale
    power = 10 ** floor(log10(most))
    long = next(n for n in (5, 3, 2, 1) if n * power <= most) * power
    return long, long * sheet.scale


def around(points: Sequence[Point]) -> Box:
    """Return the smallest rectangle that has some points inside."""
    x, y = zip(*points, strict=True)
    return Box(min(x), min(y), max(x), max(y))


def sign_box(point: Point) -> Box:
    """Return the box of a sign."""
    return Box(*point, *point).wider(_SIGN + 2)


def _candidates(site: Site, point: Point, size: float, spacing: float) -> Iterator[Label]:
    """Yield the ways to write a name, the best first."""
    width, half = words_width(site.written, size, spacing), size * _LINE / 2
    drop = size * 0.35
    x, y = point
    if site.region:
        # The sign stands before the words, and both may move a little.
        whole = width + 3 * _SIGN
        shifts = sorted(
            ((dx * whole, dy * size) for dx in (0, -0.25, 0.25, -0.5, 0.5) for dy in (0, -1, 1, -2, 2, -3, 3)),
            key=lambda shift: abs(shift[0]) + 2 * abs(shift[1]),
        )
        for dx, dy in shifts:
            left = x + dx - whole / 2
            box = Box(left, y + dy - half, left + whole, y + dy + half)
            sign = (left + _SIGN, y + dy)
            yield Label(site, sign, "start", (left + 3 * _SIGN, y + dy + drop), size, box)
        for dx, dy in sorted(product(range(-6, 7), repeat=2), key=lambda shift: hypot(*shift)):
            sign = (x + 2 * dx * _SIGN, y + 2 * dy * _SIGN)
            yield Label(site, sign, "start", sign, size, sign_box(sign), shown=False)
        return
    out = _SIGN + 9
    sides = {
        "right": ("start", x + out, y),
        "left": ("end", x - out, y),
        "above": ("middle", x, y - out - half),
        "below": ("middle", x, y + out + half),
    }
    order = [site.side or "right", *sides]
    places = [sides[name] for name in dict.fromkeys(order)]
    near = 0.75 * out
    places += [(a, x + dx, y + dy) for a, dx in (("start", near), ("end", -near)) for dy in (-near - 4, near + 4)]
    for anchor, left, middle_y in places:
        start = left - {"start": 0, "middle": width / 2, "end": width}[anchor]
        box = Box(start, middle_y - half, start + width, middle_y + half)
        yield Label(site, point, anchor, (left, middle_y + drop), size, box)


def placed(
    sheet: Sheet, sites: Sequence[Site], taken: Sequence[Box], *, size: float, spacing: float, most: int = 20_000
) -> list[Label]:
    """Choose a place for every name so that none overlaps another, a sign or what is ``taken``.

    The names with least room come first. If there is no such way, or it is not found after ``most`` steps, the names
    without room are not shown: such a place has only its sign.
    """
    inner = sheet.frame.wider(-_ROOM)
    signs = {n: sign_box(sheet.at(site.place)) for n, site in enumerate(sites) if not site.region}
    options: list[list[Label]] = []
    for n, site in enumerate(sites):
        # A name must not cover a sign, but the diagonal places touch the corner of their own.
        others = [*taken, *(box for m, box in signs.items() if m != n)]
        way = _candidates(
            site, sheet.at(site.place), size * (0.74 if site.region else 1), spacing if site.region else 0
        )
        options.append(
            [one for one in way if one.box.inside(inner) and not any(one.box.overlaps(box) for box in others)]
        )
    order = sorted(range(len(sites)), key=lambda n: (len(options[n]), n))
    chosen = _without_overlaps([options[n] for n in order], most)
    labels = dict(zip(order, chosen, strict=True))
    found = []
    for n, site in enumerate(sites):
        label = labels[n]
        if label is None:
            at = sheet.at(site.place)
            label = Label(site, at, "middle", at, size, sign_box(at), shown=False)
        found.append(label)
    return found


def _without_overlaps(options: Sequence[Sequence[Label]], most: int) -> list[Label | None]:
    """Choose one of each of the options so that none overlap; None where there is no room."""
    best: list[Label | None] = []
    for labels in options:
        best.append(next((one for one in labels if not _crowded(one, best)), None))
    fewest, steps = sum(map(_missing, best)), 0
    chosen: list[Label | None] = []

    def search(missing: int) -> None:
        nonlocal best, fewest, steps
        steps += 1
        if missing >= fewest or steps > most:
            return
        if len(chosen) == len(options):
            best, fewest = [*chosen], missing
            return
        for label in (*options[len(chosen)], None):
            if label is None or not _crowded(label, chosen):
                chosen.append(label)
                search(missing + _missing(label))
                chosen.pop()

    if len(options) <= 100:  # with more, Python would reach its limit of recursion before the limit of steps
        search(0)
    return best


def _missing(label: Label | None) -> bool:
    return label is None or not label.shown


def _crowded(label: Label, others: Sequence[Label | None]) -> bool:
    return any(other and label.box.overlaps(other.box) for other in others)
