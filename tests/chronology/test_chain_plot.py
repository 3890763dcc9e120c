"""The drawing of a transmission of any shape and length."""

from __future__ import annotations

import io

import pytest
from matplotlib.text import Text

from helpers.chronology import Chain

COLUMNS = (
    "step", "from", "to", "medium", "status", "document", "layer", "voice", "evidence", "reference", "note",
)  # fmt: skip
SHAPES = {
    "path": lambda k: (k, k + 1),
    "star": lambda k: (0, k + 1),
    "to one": lambda k: (k + 1, 0),
    "ring": lambda k: (k, (k + 1) % 40),
    "the same": lambda k: (0, 1),
    "to itself": lambda k: (0, 0),
}


def chain(shape, n):
    return Chain(
        [
            dict.fromkeys(COLUMNS, "")
            | {"step": str(k + 1), "from": f"Box {a}", "to": f"Box {b}", "medium": "by post", "status": "open"}
            for k in range(n)
            for a, b in [SHAPES[shape](k)]
        ],
        "A letter",
        {},
    )


@pytest.mark.parametrize("shape", SHAPES)
def test_more_steps_than_can_be_read_are_counted(shape):
    axes = chain(shape, 3000).plot()
    said = "Not drawn: the 2,960 steps after step 40. The table lists them."
    assert said in axes.figure.description
    assert [one.get_text() for one in axes.figure.findobj(Text) if one.get_gid() == "left-out"] == [said]
    axes.figure.savefig(io.BytesIO(), format="png", dpi=30)
    assert axes.figure.get_figheight() < 40


def test_steps_that_can_be_read_are_all_drawn():
    axes = chain("path", 40).plot()
    assert "40, from “Box 39” to “Box 40”" in axes.figure.description
    assert "Not drawn" not in axes.figure.description
    assert not any(one.get_gid() == "left-out" for one in axes.figure.findobj(Text))
