"""Colours, line styles, shapes and sizes of type, named by what they are for; nowhere else do any stand.

Python takes them from `THEME`, and so do the scripts of the live views, which `script()` in
``helpers/widgets/live.py`` begins with it. Which pairs must differ, and how much, `tests/core/test_theme.py` says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.typing import LineStyleType


@dataclass(frozen=True, kw_only=True)
class Theme:
    """How everything looks; there is one, `THEME`."""

    # Ours are read on the white of JupyterLab, on the near black of its dark theme, and on paper. Words take the
    # colour of the page they stand on; where they bring a ground of their own they bring ink too.
    ink: str = "#1b1b1b"  # words, and lines around words, on all grounds below
    paper: str = "#ffffff"  # fields, words found, printed pages, pictures; the halo of a focus ring
    quiet: str = "#595959"  # words in second place, on paper and on a button
    edge: str = "#767676"  # borders of boxes, tables and fields; must be seen on white, on dark and in print
    guide: str = "#d0d0d0"  # leads the eye along a row of a picture; nothing is lost without it
    focus: str = "#1a6fd6"  # the ring around what has the focus, on white and on dark; under words being selected
    button: str = "#ececec"  # under ink and quiet ink
    notice: str = "#ffe08a"  # under ink: a warning, or what is chosen; the first of the marks

    # Under marked words, light enough for ink at 7:1: a mark reads the same in a light and in a dark theme.
    # Neighbours differ in lightness too, for greyscale.
    marks: tuple[str, ...] = (
        "#ffe08a", "#bfe3ff", "#ffc9c2", "#cdeac0", "#e6d3ff", "#ffd3a8",
        "#b8ece4", "#f9c6e3", "#e4e4a0", "#d5dbe6", "#f3d9c0", "#c9d0ff",
    )  # fmt: skip
    untagged: int = 9  # which of them is for marks without a tag

    # In pictures, on paper, in print too: arrows, signs and their words. In grey a shape, frame or dash tells the same.
    inks: tuple[str, ...] = (
        "#0b3d66", "#a33a00", "#146c43", "#6a1b7a", "#5b4a00", "#00515a", "#8a1538", "#3b3b3b", "#1f3fbf",
    )  # fmt: skip
    shapes: tuple[str, ...] = ("o", "s", "^", "D", "v", "P", "X", "<", ">")  # as many as inks; apart in grey
    person: str = "#fff6da"  # in the frame of a person, under ink
    body: str = "#e8eef5"  # in the frame of anything else
    # Lines of pictures: solid, dashed, dotted, dash and dot; the second time as SVG has them.
    lines: tuple[LineStyleType, ...] = ("solid", (0, (5, 3)), (0, (1, 2)), (0, (6, 2, 1, 2)))
    strokes: tuple[str, ...] = ("", "7 4", "1.5 4", "9 3 1.5 3")

    # Lines beside the words of a layer, and of a verdict, as CSS has them; the words say the same.
    layers: Mapping[str, str]
    verdicts: Mapping[str, str]

    # Type in pictures, in points, to be read on a sheet of paper, where their 10 inches become 7.
    sentence: float = 11.0  # is read line by line
    beside: float = 10.5  # the date and the source of a sentence
    name: float = 9.5  # in the frames of a network
    label: float = 9.0  # in the boxes of a chain, and at a row
    key: float = 8.5  # of a network
    small: float = 8.0  # signs, numbers, other keys


THEME = Theme(
    layers={"actor": "solid", "copyist": "dashed", "editor": "double", "metadata": "dotted", "dropped": "dotted"},
    verdicts={"right": "solid", "partly right": "dashed", "not yet right": "dotted", "saved": "solid"},
)
