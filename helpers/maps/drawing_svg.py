"""Draw a map as SVG: land and sea, a graticule, signs and names, a scale, and a key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import cos, hypot, pi, sin
from textwrap import shorten
from zlib import crc32

from ..core import THEME, Markup, element, join
from .coast import coast_rings, on_land
from .graticule import GridLine, grid_lines
from .projection import Point, clipped, edge, projected
from .sheet_layout import (
    WIDTH,
    Box,
    Label,
    Sheet,
    Site,
    around,
    large_sheet,
    near_and_far,
    placed,
    scale_bar,
    sign_box,
    small_sheet,
    words_width,
)

FONT = "'Palatino Linotype', Palatino, 'Times New Roman', 'DejaVu Serif', serif"
_SIZE, _SMALL, _TINY, _KEY = 26, 24, 17, 20
_SPACING = 5  # between the letters of the name of a region
_BEYOND = 24  # what is drawn outside the frame, so that no clipped edge shows
_DAY = THEME.map_day
# The signs by index: number of corners (0: a circle), first angle, whether filled.
SIGNS = ((0, 0.0, True), (4, 45.0, True), (3, -90.0, True), (4, 0.0, True), (3, 90.0, False), (0, 0.0, False))
# The same signs as characters, for lists.
CHARACTERS = ("●", "■", "▲", "◆", "▽", "○")


@dataclass(frozen=True)
class Entry:
    """A place to draw: where it is, and the index of its sign."""

    site: Site
    sign: int


@dataclass(frozen=True)
class Picture:
    """A map as SVG; its sheets (the large map and, if there is one, the small one), each with its names."""

    svg: Markup
    sheets: tuple[tuple[Sheet, tuple[Label, ...]], ...]

    @property
    def unlabelled(self) -> list[str]:
        """The places for whose names there is no room."""
        return [label.site.name for _, labels in self.sheets for label in labels if not label.shown]


def draw_map(entries: Sequence[Entry], scenery: Sequence[Site], key: Mapping[int, str], description: str) -> Picture:
    """Draw places, and names for orientation where there is room.

    ``key`` has the words for each sign, ``description`` is the alternative text.
    """
    places = [entry.site.place for entry in entries]
    near, far = near_and_far(places)
    large = large_sheet([places[n] for n in near])
    small = None
    if far:
        taken = [_spot(large, entries[n].site) for n in near]
        large, small = small_sheet(places, large, taken)
    inset = [small.frame.wider(8)] if small else []
    drawn, labels = _panel(large, [entries[n] for n in near], near, inset, _SIZE, scenery)
    panels, sheets = [drawn], [(large, labels)]
    if small:
        outline = [small.at(place) for place in large.edges(large.frame, 10)]
        drawn, labels = _panel(small, [entries[n] for n in far], far, [], _SMALL, (), outline)
        panels.append(drawn)
        sheets.append((small, labels))
    height = large.frame.bottom
    rows, key_height = _key(key, height)
    svg = element(
        "svg",
        element("desc", description),
        element("rect", width=WIDTH, height=_n(height + key_height), fill=_DAY["land"], **{"class": "sheet"}),
        *panels,
        *rows,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {WIDTH} {_n(height + key_height)}",
        role="img",
        **{"aria-label": description.partition(". ")[0], "font-family": FONT},
    )
    return Picture(svg, tuple(sheets))


def _n(value: float) -> str:
    """Write a number with at most one decimal place."""
    return f"{value:.1f}".removesuffix(".0") if abs(value) >= 0.05 else "0"


def _spot(sheet: Sheet, site: Site) -> Box:
    """The area that a place needs at least: its sign and its name on one of the sides."""
    x, y = sheet.at(site.place)
    half = words_width(site.name, _SIZE) / 2
    return Box(x - half, y - 1.5 * _SIZE, x + half, y + 1.5 * _SIZE)


def _panel(
    sheet: Sheet, entries: Sequence[Entry], numbers: Sequence[int], taken: list[Box], size: float,
    scenery: Sequence[Site], outline: Sequence[Point] = (),
) -> tuple[Markup, tuple[Label, ...]]:  # fmt: skip
    """Draw one map in its frame."""
    frame = sheet.frame
    lines = grid_lines(sheet)
    degrees, boxes = _degrees(() if sheet.small else lines, frame)
    signs = [sign_box(sheet.at(entry.site.place)) for entry in entries]
    bar, bar_box = _bar(sheet, [*taken, *signs, *([around(outline)] if outline else [])])
    labels = placed(sheet, [entry.site for entry in entries], [*taken, *boxes, bar_box], size=size, spacing=_SPACING)
    taken = [*taken, *boxes, bar_box, *signs, *(label.box for label in labels if label.shown)]
    waters = placed(sheet, scenery, taken, size=1.15 * size, spacing=1)
    sites = [_site(label, entry.sign, number) for label, entry, number in zip(labels, entries, numbers, strict=True)]
    inside = element(
        "svg",
        *_land(sheet),
        _graticule(lines, frame),
        _outline(outline) if outline else "",
        degrees,
        bar,
        *(_scenery(label) for label in waters if label.shown),
        *sites,
        x=_n(frame.left),
        y=_n(frame.top),
        width=_n(frame.right - frame.left),
        height=_n(frame.bottom - frame.top),
        viewBox=f"{_n(frame.left)} {_n(frame.top)} {_n(frame.right - frame.left)} {_n(frame.bottom - frame.top)}",
    )
    return join([inside, *_border(frame)]), tuple(labels)


def _border(frame: Box) -> Iterable[Markup]:
    """Draw the frame: a thick line and a thin one inside it, as on printed maps."""
    for by, width in ((-1.5, 2.2), (-5.5, 0.7)):
        box = frame.wider(by)
        yield element(
            "rect", x=_n(box.left), y=_n(box.top), width=_n(box.right - box.left), height=_n(box.bottom - box.top),
            fill="none", stroke=_DAY["ink"], **{"stroke-width": width, "class": "ink-line"},
        )  # fmt: skip


def _path(rings: Iterable[Sequence[Point]], *, closed: bool = True) -> str:
    """Write rings or lines as the data of a path."""
    lines = []
    for ring in map(_thinned, filter(None, rings)):
        if len(ring) > (2 if closed else 1):
            lines.append("M" + " ".join(f"{_n(x)},{_n(y)}" for x, y in ring) + ("Z" if closed else ""))
    return "".join(lines)


def _thinned(ring: Sequence[Point]) -> list[Point]:
    """Leave out points that are too close to the one before to be seen."""
    kept = [ring[0]]
    for point in ring[1:]:
        if hypot(point[0] - kept[-1][0], point[1] - kept[-1][1]) >= 0.7:
            kept.append(point)
    return kept


def _land(sheet: Sheet) -> Iterable[Markup]:
    """Draw the sea, the shallows along the coast, the land and the coast line."""
    wide = sheet.frame.wider(_BEYOND)
    box = (wide.left, wide.top, wide.right, wide.bottom)

    def drawn(points: Sequence[Point]) -> list[Point]:
        return clipped([sheet.on(point) for point in points], box)

    whole = drawn(edge())
    rings = [drawn(projected(ring, sheet.plane)) for ring in coast_rings()]
    latitude, longitude = sheet.plane.centre
    if on_land(-latitude, longitude + 180):
        # The land opposite to the centre lies all along the edge of the map: inside and outside change places.
        rings.append(whole)
    data = _path(rings)
    yield element("path", d=_path([whole]), fill=_DAY["sea"], **{"class": "sea"})
    name = f"coast-{crc32(data.encode()):08x}"
    yield element("defs", element("path", d=data, id=name, **{"fill-rule": "evenodd", "stroke-linejoin": "round"}))
    for width in (30, 19, 9):
        style = {"stroke-width": width, "stroke-opacity": 0.45, "class": "shoal"}
        yield element("use", href=f"#{name}", fill="none", stroke=_DAY["shoal"], **style)
    style = {"stroke-width": 1.1, "class": "land"}
    yield element("use", href=f"#{name}", fill=_DAY["land"], stroke=_DAY["coast"], **style)


def _graticule(lines: Sequence[GridLine], frame: Box) -> Markup:
    """Draw the meridians and parallels."""
    wide = frame.wider(WIDTH / 5)
    parts: list[list[Point]] = [[]]
    for line in lines:
        for x, y in line.points:
            if wide.left <= x <= wide.right and wide.top <= y <= wide.bottom:
                parts[-1].append((x, y))
            elif parts[-1]:
                parts.append([])
        parts.append([])
    style = {"stroke-width": 0.7, "stroke-opacity": 0.38, "class": "coast-line"}
    return element("path", d=_path(parts, closed=False), fill="none", stroke=_DAY["coast"], **style)


def _degrees(lines: Sequence[GridLine], frame: Box) -> tuple[Markup, list[Box]]:
    """Write the degrees of meridians along the lower edge and of parallels along the left one; return their boxes."""
    drawn: list[Markup] = []
    boxes: list[Box] = []
    for line in lines:
        at = line.meets(frame.bottom - 17 if line.meridian else frame.left + 12)
        if at is None:
            continue
        (x, y), width = at, words_width(line.name, _TINY)
        left, top = (x - width / 2, y - _TINY) if line.meridian else (x, y - _TINY / 2 - 2)
        box = Box(left, top, left + width, top + _TINY + 4)
        if box.inside(frame.wider(-9)) and not any(box.overlaps(other.wider(4)) for other in boxes):
            boxes.append(box)
            base, anchor = (y, "middle") if line.meridian else (y + _TINY * 0.35, "start")
            drawn.append(_words(line.name, (x, base), _TINY, anchor, halo=3))
    return join(drawn), boxes


def _bar(sheet: Sheet, taken: Sequence[Box]) -> tuple[Markup, Box]:
    """Draw a scale in a corner that is free."""
    long, length = scale_bar(sheet)
    frame = sheet.frame.wider(-18 if sheet.small else -34)
    width, height = max(length, 70), 34
    corners = [
        (frame.left + 20, frame.bottom), (frame.right - width, frame.bottom),
        (frame.right - width, frame.top + height), (frame.left + 20, frame.top + height),
    ]  # fmt: skip
    boxes = [Box(x - 8, y - height, x + width + 8, y + 6) for x, y in corners]
    box = next((one for one in boxes if not any(one.overlaps(other) for other in taken)), boxes[0])
    x, y = box.left + 8, box.bottom - 8
    line = f"M{_n(x)},{_n(y - 6)}v6h{_n(length)}v-6M{_n(x + length / 2)},{_n(y - 4)}v4"
    said = f"{long:,} km".replace(",", " ")
    style = {"stroke-width": 1.4, "class": "ink-line"}
    drawn = [
        element("path", d=line, fill="none", stroke=_DAY["ink"], **style),
        _words(said, (x + length / 2, y - 10), _TINY, "middle", halo=3),
    ]
    return join(drawn), box


def _outline(points: Sequence[Point]) -> Markup:
    """Draw on the small map what the large one shows."""
    style = {"stroke-width": 1.4, "fill-opacity": 0.08, "class": "ink-area"}
    return element("path", d=_path([points]), fill=_DAY["ink"], stroke=_DAY["ink"], **style)


def _scenery(label: Label) -> Markup:
    """Write the name of something that is on the map only for orientation."""
    style = {"font-style": "italic", "letter-spacing": 1.5, "font-size": label.size, "class": "scenery"}
    x, y = label.at
    return element("text", label.site.name, x=_n(x), y=_n(y), fill=_DAY["water"], **style)


def _words(words: str, at: Point, size: float, anchor: str, *, halo: float = 0, spacing: float = 0) -> Markup:
    """Write words; with a halo they stand out from lines."""
    style: dict[str, object] = {"font-size": size, "text-anchor": anchor, "class": "words halo" if halo else "words"}
    if halo:
        style |= {"stroke": _DAY["land"], "stroke-width": halo, "stroke-linejoin": "round", "paint-order": "stroke"}
        style["stroke-opacity"] = 0.85
    if spacing:
        style["letter-spacing"] = spacing
    return element("text", words, x=_n(at[0]), y=_n(at[1]), fill=_DAY["ink"], **style)


def draw_sign(sign: int, at: Point, half: float = 7) -> Markup:
    """Draw a sign: its shape, its filling and its colour all tell it from the others."""
    corners, angle, filled = SIGNS[sign]
    ink = THEME.map_signs_day[sign]
    style = {"stroke-width": 1.6 if filled else 2.6, "stroke": _DAY["land"] if filled else ink}
    style |= {"fill": ink if filled else _DAY["land"], "class": f"sign-{sign} {'filled' if filled else 'open'}"}
    if not corners:
        return element("circle", cx=_n(at[0]), cy=_n(at[1]), r=half, **style)
    radius = half * {3: 1.35, 4: 1.3}[corners]
    turn = angle * pi / 180
    turns = [turn + 2 * pi * n / corners for n in range(corners)]
    points = " ".join(f"{_n(at[0] + radius * cos(turn))},{_n(at[1] + radius * sin(turn))}" for turn in turns)
    return element("polygon", points=points, **style)


def _site(label: Label, sign: int, number: int) -> Markup:
    """Draw the sign and the name of one place."""
    region = label.site.region
    # For the live view: a ring around what is chosen, and an area to click on that is larger than sign and name.
    x, y = label.sign
    reach = around([*sign_box(label.sign).corners, *(label.box.corners if label.shown else ())]).wider(3)
    parts = [
        element("rect", x=_n(reach.left), y=_n(reach.top), width=_n(reach.right - reach.left),
                height=_n(reach.bottom - reach.top), fill="none", **{"class": "reach"}),
        element("circle", cx=_n(x), cy=_n(y), r=15, fill="none", **{"class": "ring"}),
        draw_sign(sign, label.sign, 7 if region else 8.5),
    ]  # fmt: skip
    if label.shown:
        spacing = _SPACING if region else 0
        parts.append(_words(label.site.written, label.at, label.size, label.anchor, halo=4.5, spacing=spacing))
    return element("g", *parts, **{"class": "site", "data-place": number})


def _key(key: Mapping[int, str], top: float) -> tuple[list[Markup], float]:
    """Draw the key below the map, in two columns if there is room; return also its height."""
    line, left, sign_room = 36, 24, 24
    most = int((WIDTH - 2 * left - sign_room) / (0.66 * _KEY))
    key = {sign: shorten(words, most, placeholder=" …") for sign, words in key.items()}
    widths = [words_width(words, _KEY) + sign_room + left for words in key.values()]
    rows = (len(widths) + 1) // 2
    first = max(WIDTH / 2, max(widths[:rows]))
    if first + max(widths[rows:], default=0) > WIDTH:
        rows = len(widths)
    drawn = []
    for n, (sign, words) in enumerate(key.items()):
        x, y = left + n // rows * first, top + 40 + n % rows * line
        drawn.append(draw_sign(sign, (x, y - 7), 8))
        drawn.append(_words(words, (x + sign_room, y), _KEY, "start"))
    return drawn, 40 + (rows - 1) * line + 20
