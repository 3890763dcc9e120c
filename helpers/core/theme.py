"""The colours, line styles, shapes and type sizes of all pictures and views, each named by its purpose.

No other file may define any. Python reads them from `THEME`; `script()` in ``helpers/widgets/live.py`` puts them
before the scripts of a live view. ``tests/core/test_theme.py`` checks which pairs differ, and by how much.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from matplotlib.typing import LineStyleType


class Look(NamedTuple):
    """How a kind of layer or a verdict looks; the line and the sign show the same without colour."""

    line: str  # CSS style of the line beside it
    colour: str
    sign: str  # one character, before the name in words


@dataclass(frozen=True, kw_only=True)
class Theme:
    """All values that decide how pictures and views look; `THEME` is the only instance."""

    # Pages are read in JupyterLab's light theme (white), in its dark theme (nearly black) and on paper. Words have
    # the text colour of the page around them; words with a background colour from here are written in `ink`.
    ink: str = "#1b1b1b"  # words, and lines around words, on every background below
    paper: str = "#ffffff"  # background of fields, words found, pages and pictures; outer ring of the focus
    quiet: str = "#595959"  # less important words, on `paper` and on `button`
    edge: str = "#767676"  # borders of boxes, tables and fields; visible in both themes and in print
    guide: str = "#d0d0d0"  # decorative line along a row of a picture
    focus: str = "#1a6fd6"  # ring around what has the focus, in both themes; background of selected words
    button: str = "#ececec"  # background of buttons, with words in `ink` or `quiet`
    notice: str = "#ffe08a"  # background of warnings and of what is chosen; the same as the first of `marks`

    # The sheet of a source: a paper tone with rounded edges and a serif face. Static pages have it in both themes;
    # live pages follow JupyterLab's dark theme with the dark sheet.
    sheet: str = "#faf5e6"
    rim: str = "#d9ccb0"  # decorative edge of a sheet
    dark_sheet: str = "#2b2721"
    dark_ink: str = "#ece4d4"  # words on `dark_sheet`
    dark_quiet: str = "#b9ae9a"  # less important words on `dark_sheet`
    dark_rim: str = "#4a4335"
    dark_field: str = "#2e2e2e"  # background of fields and buttons in the dark theme, with words in `dark_ink`
    dark_paper: str = "#161513"  # background of pages of ours in the dark theme, with words in `dark_ink`
    serif: str = "Charter, 'Bitstream Charter', 'Iowan Old Style', Cambria, 'DejaVu Serif', serif"

    # Backgrounds of marked words; `ink` has a contrast of at least 7:1 on each, so a mark looks the same in both
    # themes. Neighbours also differ in lightness, for greyscale prints.
    marks: tuple[str, ...] = (
        "#ffe08a", "#bfe3ff", "#ffc9c2", "#cdeac0", "#e6d3ff", "#ffd3a8",
        "#b8ece4", "#f9c6e3", "#e4e4a0", "#d5dbe6", "#f3d9c0", "#c9d0ff",
    )  # fmt: skip
    untagged: int = 9  # index into `marks` for a mark without a tag

    # Arrows, signs and their words in pictures. A shape, frame or line style shows the same without colour.
    inks: tuple[str, ...] = (
        "#0b3d66", "#a33a00", "#146c43", "#6a1b7a", "#5b4a00", "#00515a", "#8a1538", "#3b3b3b", "#1f3fbf",
    )  # fmt: skip
    # The same in the same order, on `dark_sheet`.
    dark_inks: tuple[str, ...] = (
        "#8fc1ea", "#ff9f6b", "#7fd3a2", "#d9a0ea", "#e0c35c", "#6cd3dd", "#f58fae", "#c9c4ba", "#9fb3ff",
    )  # fmt: skip
    shapes: tuple[str, ...] = ("o", "s", "^", "D", "v", "P", "X", "<", ">")  # as many as `inks`; need no colour
    person: str = "#fff6da"  # background of a person's name in a picture
    body: str = "#e8eef5"  # background of every other name in a picture
    # Line styles of pictures: solid, dashed, dotted, dash-dot; first for matplotlib, then for SVG.
    lines: tuple[LineStyleType, ...] = ("solid", (0, (5, 3)), (0, (1, 2)), (0, (6, 2, 1, 2)))
    strokes: tuple[str, ...] = ("", "7 4", "1.5 4", "9 3 1.5 3")

    # Maps, on paper and in the dark theme: `shoal` is the sea along the coast. Words and signs stand on all three
    # grounds; the signs of `map_signs` are those of a text, of a second, of a third, of several, of others, of none.
    map_day: Mapping[str, str]
    map_night: Mapping[str, str]
    map_signs_day: tuple[str, ...] = ("#9c2f00", "#0b4a7d", "#12613c", "#6a1b7a", "#5b4a00", "#3b3b3b")
    map_signs_night: tuple[str, ...] = ("#ffb98f", "#9fd0ff", "#a8e0b4", "#e3bdf2", "#e4d98a", "#dcdcdc")

    layers: Mapping[str, Look]  # by kind; the colour is that of the line, on both sheets
    verdicts: Mapping[str, Look]  # the colour is the background of the verdict, with words in `ink`

    # Type sizes of pictures in points, large enough if a picture 10 inches wide is printed 7 inches wide.
    sentence: float = 11.0  # the events of a timeline
    beside: float = 10.5  # the date and the evidence of an event
    name: float = 9.5  # the names in a network
    label: float = 9.0  # the boxes of a transmission chain, the rows of a dispersion plot
    key: float = 8.5  # the key of a network
    small: float = 8.0  # signs, numbers and the keys of other pictures


THEME = Theme(
    map_day={
        "sea": "#dde8ea",
        "shoal": "#c6d8dc",
        "land": "#f7f1e3",
        "coast": "#5d7276",
        "ink": "#1f2426",
        "water": "#2f5a65",
    },
    map_night={
        "sea": "#16222a",
        "shoal": "#223640",
        "land": "#35352d",
        "coast": "#93a7aa",
        "ink": "#f4f0e4",
        "water": "#a5c4cc",
    },
    layers={
        "actor": Look("solid", "#2f7fc1", "●"),
        "copyist": Look("dashed", "#2e8b57", "◆"),
        "editor": Look("double", "#b5651d", "■"),
        "metadata": Look("dotted", "#7f7f7f", "▲"),
        "dropped": Look("dotted", "#7f7f7f", "○"),
    },
    verdicts={
        "right": Look("solid", "#cdeac0", "✓"),
        "partly right": Look("dashed", "#ffe08a", "◐"),
        "not yet right": Look("dotted", "#ffc9c2", "✗"),
        "saved": Look("solid", "#bfe3ff", "●"),
    },
)
