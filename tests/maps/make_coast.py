"""Make ``helpers/maps/coast.txt``, the coast lines of the world, from Natural Earth's land at 1:50 million.

The npm package world-atlas has it as TopoJSON: ``npm pack world-atlas@2.0.2``, unpack the archive, then
``.venv/bin/python tests/maps/make_coast.py package/land-50m.json helpers/maps/coast.txt``.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

DIGITS = 2  # hundredths of a degree: one kilometre, and less than the width of a coast line on a map of a country
HEAD = """\
# Coast lines of the world, one ring of land or of an inland sea per line.
# Natural Earth 4.1.0 (naturalearthdata.com), land at 1:50 million: in the public domain.
# Taken from world-atlas 2.0.2 (npm), Copyright 2013-2019 Michael Bostock, under the ISC licence: Permission to use,
# copy, modify, and/or distribute this software for any purpose with or without fee is hereby granted, provided that
# the above copyright notice and this permission notice appear in all copies. THE SOFTWARE IS PROVIDED "AS IS" AND THE
# AUTHOR DISCLAIMS ALL WARRANTIES WITH REGARD TO THIS SOFTWARE INCLUDING ALL IMPLIED WARRANTIES OF MERCHANTABILITY AND
# FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR ANY SPECIAL, DIRECT, INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY
# DAMAGES WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS, WHETHER IN AN ACTION OF CONTRACT, NEGLIGENCE OR OTHER
# TORTIOUS ACTION, ARISING OUT OF OR IN CONNECTION WITH THE USE OR PERFORMANCE OF THIS SOFTWARE.
# Made by tests/maps/make_coast.py. Format: encoded polyline (latitude, longitude) with two decimal places.
"""

Ring = list[tuple[int, int]]


def rings(topology: dict) -> Iterator[Ring]:
    """All rings of the land, as longitude and latitude in units of the format."""
    (scale_x, scale_y), (x0, y0) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append(tuple(round(10**DIGITS * v) for v in (x * scale_x + x0, y * scale_y + y0)))
        arcs.append(points)
    for geometry in topology["objects"]["land"]["geometries"]:
        for polygon in geometry["arcs"]:
            for ring in polygon:
                points = [one for n in ring for one in (arcs[n] if n >= 0 else arcs[~n][::-1])]
                # Rounding makes some neighbours the same, and very small islands a line.
                kept = [one for n, one in enumerate(points[:-1]) if n == 0 or one != points[n - 1]]
                if len({*kept}) > 2 and min(y for _, y in kept) > -89 * 10**DIGITS:  # not the cut at the south pole
                    yield kept


def encoded(ring: Ring) -> str:
    """A ring in the encoded polyline format (Google, Encoded Polyline Algorithm Format)."""
    signs = []
    before = (0, 0)
    for x, y in ring:
        for step in (y - before[1], x - before[0]):
            rest = step << 1 if step >= 0 else ~(step << 1)
            while rest >= 0x20:
                signs.append(chr((rest & 0x1F | 0x20) + 63))
                rest >>= 5
            signs.append(chr(rest + 63))
        before = (x, y)
    return "".join(signs)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    given = parser.parse_args()
    found = sorted(rings(json.loads(given.source.read_text(encoding="utf-8"))), key=len, reverse=True)
    lines = [HEAD, *(f"{encoded(ring)}\n" for ring in found)]
    given.target.write_text("".join(lines), encoding="ascii", newline="\n")


if __name__ == "__main__":
    main()
