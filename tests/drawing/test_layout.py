"""Layout of boxes and arrows."""

from __future__ import annotations

from helpers.drawing import Box, route_arrows


def test_arc_avoids_a_box_between_its_ends():
    boxes = {"a": Box(0, 0, 0.5, 0.5), "b": Box(6, 0, 0.5, 0.5), "in the way": Box(3, 0, 1, 0.5)}
    arc = route_arrows([("a", "b", "e")], boxes)["e"]
    assert not boxes["in the way"].holds(arc, 0.05).any()


def test_two_loops_of_one_box_are_drawn_apart():
    arcs = route_arrows([("a", "a", "first"), ("a", "a", "second")], {"a": Box(0, 0, 1, 0.5)})
    first, second = (arcs[key][:, 1].max() for key in ("first", "second"))
    assert abs(first - second) > 0.1
