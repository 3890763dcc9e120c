"""Colours stand in one place, and whatever is to be read or seen stands out from what lies under it."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest
from matplotlib.colors import CSS4_COLORS, is_color_like

import helpers
from helpers.core import THEME
from helpers.questions import NOT_YET, PARTLY, RIGHT, SAVED
from helpers.texts import KINDS
from helpers.widgets import script

FOLDER = Path(helpers.__path__[0])
SOURCES = sorted(
    path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if path.suffix in (".py", ".pyi", ".js")
)
_NAME = rf"(?<![\w-])(?:{'|'.join(CSS4_COLORS)})(?![\w-])"
# What is a colour wherever it stands; the name of one alone in quotation marks; one in a declaration of CSS.
WRITTEN = re.compile(
    r"(?<!&)#(?:[0-9a-f]{8}|[0-9a-f]{6}|[0-9a-f]{3,4})\b"
    r"|\b(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch|color|color-mix)\("
    r"|\b(?:tab|xkcd):\w"
    rf"""|(["'`]){_NAME}\1"""
    rf"|(?:color|background|border|outline|fill|stroke|shadow|decoration)[\w-]*\s*:[^;\"'`]*?{_NAME}",
    re.IGNORECASE,
)
# What matplotlib calls a colour: color, facecolor, markeredgecolor, c, ec …
_CALLED = re.compile(r"\w*colou?rs?|c|[ef]c|m[ef]c")


def _given(tree: ast.AST) -> Iterator[object]:
    """What a picture is given for a colour, by name of a parameter, as a key or, in ``plot``, as a format."""
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and _CALLED.fullmatch(node.arg or ""):
            yield node.value
        elif isinstance(node, ast.Dict):
            keys = ((str(getattr(key, "value", "")), value) for key, value in zip(node.keys, node.values, strict=True))
            yield from (value for key, value in keys if _CALLED.fullmatch(key))
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "plot":
            yield from node.args


def colours(source: str, python: bool) -> list[str]:
    """The colours that a source gives itself."""
    # What is put in may be anything: `solid ${THEME.edge}`.
    bare = re.sub(r"\$?\{[\w.\[\]]*\}", "", source)
    found = [match[0] for match in WRITTEN.finditer(bare)]
    for value in _given(ast.parse(source)) if python else ():
        for inner in ast.walk(value):
            words = getattr(inner, "value", None)
            # A format such as “k--” has a sign or a dash beside the colour.
            if isinstance(words, str) and words != "none" and is_color_like(words.strip("-.:,os^vD") or "-"):
                found.append(words)
    return found


@pytest.mark.parametrize("where", SOURCES)
def test_no_colour_stands_outside_the_theme(where):
    if where != "core/theme.py":
        assert colours((FOLDER / where).read_text(encoding="utf-8"), not where.endswith(".js")) == []


@pytest.mark.parametrize(
    "source",
    [
        "A = '#808080'", "A = '#FFF'", "A = '#11223344'", "A = 'color: rgb(1, 2, 3)'", "A = 'color:hsl(1 2% 3%)'",
        "A = 'tab:blue'", "A = 'Grey'", "A = f'border-left:4px solid grey;{more}'", "A = f'border:{edge}px solid red'",
        "A = 'background: linear-gradient(white, var(--x))'", "text(color='k')", "text(color='0.5')", "line(ec='C0')",
        "style = {'facecolor': 'w'}", "text(color='r' if person else ink)", "axes.plot(x, y, '--k')",
    ],
)  # fmt: skip
def test_a_colour_in_python_is_found(source):
    assert colours(source, True)


@pytest.mark.parametrize(
    "source",
    [
        "`.x { color: #fff; }`", "`.x { border: 1px solid ${THEME.edge}; outline: 1px solid\n  black; }`",
        "node.style.color = 'red';", "draw('g', { fill: \"white\" })", "`box-shadow:0 0 0 2px rgba(0,0,0,.5)`",
    ],
)  # fmt: skip
def test_a_colour_in_a_script_is_found(source):
    assert colours(source, False)


@pytest.mark.parametrize(
    "source",
    [
        "A = f'border:1px solid {THEME.edge};white-space:pre-wrap'", "A = '&#8220;red herring&#8221;'",
        "text(color=THEME.ink)", "A = {'edgecolor': 'none', 'family': 'serif'}", "axes.plot(x, y, 'o', color=ink)",
        "A = 'color:inherit;background:var(--jp-layout-color0, Canvas);fill:currentColor;stroke:transparent'",
    ],
)  # fmt: skip
def test_what_is_no_colour_is_let_be(source):
    assert colours(source, True) == []


# ---- what stands out from what

# Maps: words, signs and coast lines on land, sea and the sea along the coast.
MAPS = [
    pair
    for look, signs in ((THEME.map_day, THEME.map_signs_day), (THEME.map_night, THEME.map_signs_night))
    for ground in (look["land"], look["sea"], look["shoal"])
    for pair in (
        (look["ink"], ground, 7),
        *((sign, ground, 4.5) for sign in signs),
        *([(look["water"], ground, 4.5)] if ground != look["land"] else []),
        *([(look["coast"], ground, 3)] if ground != look["shoal"] else []),
    )
]
WHITE = "#ffffff"
DARK = ("#111111", "#212121")  # under outputs and under inputs in the dark theme of JupyterLab 4.6
# Foreground, background, least contrast: words 4.5, in marks and on paper 7; lines, and what shows a state, 3.
PAIRS = [
    *((THEME.ink, ground, 7) for ground in (THEME.paper, THEME.notice, *THEME.marks)),
    *((THEME.ink, ground, 4.5) for ground in (THEME.button, THEME.person, THEME.body)),
    *((THEME.quiet, ground, 4.5) for ground in (THEME.paper, THEME.button, THEME.sheet)),
    *((words, THEME.dark_sheet, 4.5) for words in (THEME.dark_ink, THEME.dark_quiet)),
    *(
        (words, ground, 4.5)
        for words in (THEME.dark_ink, THEME.dark_quiet)
        for ground in (THEME.dark_field, THEME.dark_paper)
    ),
    *((look.colour, sheet, 3) for look in THEME.layers.values() for sheet in (THEME.sheet, THEME.dark_sheet)),
    *((THEME.ink, look.colour, 7) for look in THEME.verdicts.values()),
    (THEME.ink, THEME.sheet, 7),
    *((ink, sheet, 4.5) for ink in THEME.inks for sheet in (THEME.paper, THEME.sheet)),
    *((ink, ground, 4.5) for ink in THEME.dark_inks for ground in (THEME.dark_sheet, THEME.dark_paper)),
    (THEME.paper, THEME.focus, 4.5),  # words being selected
    *((THEME.focus, page, 3) for page in (WHITE, *DARK, THEME.dark_paper)),
    *((THEME.edge, page, 3) for page in (WHITE, *DARK, THEME.button, THEME.dark_paper)),
    *MAPS,
]


def _contrast(one: str, other: str) -> float:
    """Contrast of two colours as WCAG 2 defines it."""

    def light(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(("colour", "ground", "least"), PAIRS)
def test_what_is_to_be_seen_stands_out(colour, ground, least):
    assert _contrast(colour, ground) >= least


def test_every_colour_is_in_a_pair():
    all_of_them = set(re.findall(r"#\w{6}", str(THEME)))
    assert all_of_them - {colour for pair in PAIRS for colour in pair[:2]} == {THEME.guide, THEME.rim, THEME.dark_rim}


def test_the_contrast_is_the_published_one():
    assert _contrast("#000000", "#ffffff") == pytest.approx(21)
    assert _contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize(
    "some",
    [
        THEME.marks,
        THEME.inks,
        THEME.dark_inks,
        THEME.shapes,
        THEME.lines,
        THEME.strokes,
        THEME.map_signs_day,
        THEME.map_signs_night,
    ],
)
def test_what_tells_things_apart_differs(some):
    assert all(one != other for one, other in combinations(some, 2))


def test_every_ink_has_a_shape_and_every_line_its_stroke():
    assert len(THEME.inks) == len(THEME.dark_inks) == len(THEME.shapes)
    assert len(THEME.lines) == len(THEME.strokes)
    assert len(THEME.map_signs_day) == len(THEME.map_signs_night) == 6
    assert set(THEME.map_day) == set(THEME.map_night)
    assert set(THEME.layers) == set(KINDS)
    assert set(THEME.verdicts) == {RIGHT, PARTLY, NOT_YET, SAVED}


def test_a_script_has_the_theme_before_anything_else():
    first, _, rest = script("words", "page").partition("\n")
    assert json.loads(first.removeprefix("const THEME = ").removesuffix(";"))["marks"] == list(THEME.marks)
    assert "THEME.marks" in rest
