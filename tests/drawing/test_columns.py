"""Layout in columns: nothing covers anything else, whatever the network."""

from __future__ import annotations

import random
from itertools import combinations, pairwise

import numpy
import pytest

from helpers.drawing import Box, place_in_columns


def network(seed: int) -> tuple[dict, list, dict]:
    """Return sizes of boxes, arrows and sizes of labels of a random network, with a hub, loops and parallel arrows."""
    luck = random.Random(seed)
    names = [f"n{n}" for n in range(luck.choice((1, 2, 3, 5, 9, 16, 25, 40)))]
    sizes = {name: (luck.uniform(0.3, 1.0), luck.choice((0.2, 0.35, 0.5, 0.65))) for name in names}
    ends = [luck.choice(names) if luck.random() < 0.7 else names[0] for _ in range(2 * luck.randrange(0, 60))]
    arrows = [(a, b, f"e{n}") for n, (a, b) in enumerate(zip(ends[::2], ends[1::2], strict=True))]
    labels = {key: (luck.uniform(0.3, 1.2), luck.choice((0.16, 0.3, 0.44))) for *_, key in arrows}
    return sizes, arrows, labels


def inside(box: Box, points: numpy.ndarray) -> int:
    return int(box.holds(points, -0.002).sum())


@pytest.mark.parametrize("seed", range(60))
def test_random_network_has_no_overlap(seed):
    sizes, arrows, labels = network(seed)
    found = place_in_columns(sizes, arrows, labels, 8.5, 5, margin=0.1)
    assert set(found.boxes) == set(sizes)
    assert set(found.labels) == set(found.arcs) == set(labels)
    boxes = {**found.boxes, **{f"label:{key}": box for key, box in found.labels.items()}}
    for (one, a), (other, b) in combinations(boxes.items(), 2):
        assert min(a.overlap(b)) <= 1e-6, f"{one} covers {other}"
    for box in boxes.values():
        assert box.x - box.width / 2 >= 0.1 - 1e-6
        assert box.x + box.width / 2 <= 8.4 + 1e-6
        assert box.y - box.height / 2 >= 0.1 - 1e-6
        assert box.y + box.height / 2 <= found.height - 0.1 + 1e-6
    for source, target, key in arrows:
        arc = found.arcs[key]
        # Between two points there may be half an inch: a straight line through a column or along a label.
        steps = [numpy.linspace(a, b, 20) for a, b in pairwise(arc)]
        line = numpy.vstack(steps)
        for name, box in boxes.items():
            if name != f"label:{key}":
                assert not inside(box, line), f"{key} runs through {name}"
        for end, point in ((source, arc[0]), (target, arc[-1])):
            box = found.boxes[end]
            assert abs(abs(point[0] - box.x) - box.width / 2) < 1e-6
            assert abs(point[1] - box.y) <= box.height / 2
        assert found.labels[key].holds(line, 0.001).any(), f"{key} does not touch its label"


@pytest.mark.parametrize("seed", range(60))
def test_arrows_of_a_box_end_apart(seed):
    sizes, arrows, labels = network(seed)
    found = place_in_columns(sizes, arrows, labels, 8.5, 5)
    ends: dict[tuple, list[float]] = {}
    for source, target, key in arrows:
        for end, (x, y) in ((source, found.arcs[key][0]), (target, found.arcs[key][-1])):
            ends.setdefault((end, x > found.boxes[end].x), []).append(y)
    for places in ends.values():
        places.sort()
        assert all(b - a > 0.05 for a, b in pairwise(places))


def test_same_network_gives_the_same_layout():
    one, two = (place_in_columns(*network(7), 8.5, 5) for _ in range(2))
    assert one.boxes == two.boxes
    assert all((one.arcs[key] == two.arcs[key]).all() for key in one.arcs)


def test_few_arrows_give_a_low_sheet():
    sizes = {"a": (1, 0.3), "b": (1, 0.3)}
    assert place_in_columns(sizes, [("a", "b", "e")], {"e": (0.5, 0.2)}, 6, 5).height < 1
    assert place_in_columns({}, [], {}, 6, 5).boxes == {}


def test_arrows_that_need_not_cross_do_not_cross():
    luck = random.Random(4)
    right = [f"b{n}" for n in range(6)]
    luck.shuffle(right)
    arrows = [(f"a{n}", right[n], f"e{n}{m}") for n in range(6) for m in range(2)]
    sizes = {end: (1.0, 0.3) for *ends, _ in arrows for end in ends}
    arcs = place_in_columns(sizes, arrows, {key: (0.4, 0.2) for *_, key in arrows}, 8, 5).arcs
    for one, other in combinations(arcs.values(), 2):
        assert (one[0][1] - other[0][1]) * (one[-1][1] - other[-1][1]) > 0
        assert abs(one[0][1] - one[-1][1]) < 0.1
