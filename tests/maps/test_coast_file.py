"""The file of coast lines: its format, its size, and the script that makes it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from make_coast import encoded, rings

import helpers
from helpers.maps import coast_rings, decoded

FILE = Path(helpers.__path__[0], "maps", "coast.txt")


def test_file_is_small_enough_to_ship_and_names_its_source():
    words = FILE.read_text(encoding="ascii")
    assert len(words) < 250_000
    head = "".join(line for line in words.splitlines() if line.startswith("#"))
    for said in ("Natural Earth", "public domain", "world-atlas 2.0.2", "Michael Bostock"):
        assert said in head


def test_encoding_a_ring_again_gives_its_line():
    lines = [line for line in FILE.read_text(encoding="ascii").splitlines() if not line.startswith("# ")]
    for line, ring in zip(lines, coast_rings(), strict=True):
        assert encoded([(round(100 * lon), round(100 * lat)) for lat, lon in ring]) == line


def test_script_makes_rings_of_a_topology(tmp_path):
    topology = {
        "transform": {"scale": [0.5, 0.25], "translate": [-180, -90]},
        # Two arcs of one ring, the second backwards; then a ring too small to see.
        "arcs": [[[0, 400], [10, 0], [0, 10]], [[0, 400], [0, 10], [10, 0]], [[0, 0], [0, 0], [0, 0]]],
        "objects": {"land": {"geometries": [{"arcs": [[[0, -2]], [[2]]]}]}},
    }
    (ring,) = rings(topology)
    assert ring == [(-18000, 1000), (-17500, 1000), (-17500, 1250), (-18000, 1250)]
    assert decoded(encoded(ring)) == ((10.0, -180.0), (10.0, -175.0), (12.5, -175.0), (12.5, -180.0))
    source, target = tmp_path / "land.json", tmp_path / "coast.txt"
    source.write_text(json.dumps(topology), encoding="utf-8")
    script = Path(__file__).with_name("make_coast.py")
    subprocess.run([sys.executable, str(script), str(source), str(target)], check=True)
    assert target.read_text(encoding="ascii").splitlines()[-1] == encoded(ring)
