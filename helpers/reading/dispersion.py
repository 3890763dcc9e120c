"""Dispersion plot of two texts: one row per category, one tick per phrase found, the texts side by side."""

from __future__ import annotations

import textwrap
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..core import THEME
from ..drawing import describe_figure, new_sheet, text_size
from ..texts import Layer, Text, words_counted

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_WIDTH, _ROW, _STEP, _MARGIN = 10.4, 0.27, 0.19, 0.12  # inches
_NAMED = 16  # only so many layers, the longest, are labelled


@dataclass
class _Panel:
    """The part of the plot for one text: words run from left to right, labels mark layer borders. Lengths in inches."""

    text: Text
    chosen: Sequence[Layer]
    left: float = 0.0
    width: float = 1.0
    flags: list[tuple[float, int, str]] = field(default_factory=list)  # layer labels: x, level above the plot, words

    def __post_init__(self) -> None:
        self.starts: list[int] = []  # offset of every word in Text.content
        self.borders: dict[str, int] = {}  # number of words before each layer
        for layer in self.chosen:
            self.borders[layer.id] = len(self.starts)
            at = layer.start
            for word in layer.text.split():
                at = self.text.content.index(word, at)
                self.starts.append(at)
                at += len(word)

    def x(self, words: float) -> float:
        """Return the x coordinate after this many words."""
        return self.left + self.width * words / max(1, len(self.starts))

    def raise_flags(self) -> float:
        """Label the layers without crossing another label's line; return the overhang to the right."""
        longest = sorted(self.chosen, key=lambda layer: -layer.words)[:_NAMED]
        named = [layer for layer in self.chosen if layer in longest]
        self.flags = []
        reach = 0.0
        for layer in reversed(named):
            words = textwrap.shorten(layer.id, 26, placeholder="…") or layer.id[:25] + "…"
            pole = self.x(self.borders[layer.id])
            end = pole + text_size(words, THEME.small)[0] + 0.12
            level = 1 + max((up for x, up, _ in self.flags if x < end), default=-1)
            self.flags.append((pole, level, words))
            reach = max(reach, end + 0.15 - self.left - self.width)
        return reach


def _lay_out(panels: Sequence[_Panel], labels: float) -> None:
    """Divide the width between the panels, with room for layer labels that overhang on the right."""
    reaches = [0.0, 0.0]
    for _ in range(6):
        room = _WIDTH - labels - 2 * _MARGIN - sum(max(0.35, reach) for reach in reaches)
        for panel, left in zip(panels, (labels, labels + room / 2 + max(0.35, reaches[0])), strict=True):
            panel.left, panel.width = left + _MARGIN, room / 2
        now = [max(reach, panel.raise_flags()) for panel, reach in zip(panels, reaches, strict=True)]
        if now == reaches:
            return
        reaches = now


def _ticks(count: int) -> list[int]:
    """Choose round numbers of words for the axis, and the total at its end."""
    step = next(unit * 10**power for power in range(12) for unit in (1, 2, 5) if unit * 10**power * 4 >= count)
    return [*(n for n in range(0, count, step) if count - n > step * 0.45), count] if count else [0]


def _voices(rows: Sequence[Mapping[str, Any]], speakers: Mapping[str, str]) -> dict[str, tuple[str, str, str]]:
    """Choose shape, ink and legend label of every voice; if there are too many, the rarest share one."""
    often = [voice for voice, _ in Counter(row["voice"] for row in rows).most_common()]
    looks = {
        voice: (THEME.shapes[n], THEME.inks[n], textwrap.shorten(speakers[voice], 90, placeholder=" …"))
        for n, voice in enumerate(often[: len(THEME.shapes)])
    }
    rest = often[len(THEME.shapes) - 1 :]
    if len(often) > len(THEME.shapes):
        looks |= dict.fromkeys(rest, (THEME.shapes[-1], THEME.inks[-1], f"{len(rest)} other voices"))
    return looks


def draw_strip(
    texts: Sequence[Text],
    chosen: Sequence[Sequence[Layer]],
    categories: Mapping[str, str],
    rows: Sequence[Mapping[str, Any]],
    whose: str,
) -> Axes:
    """Draw the dispersion plot of two texts; each text has its own scale, the axes are in inches.

    ``categories`` maps ids to labels. ``rows`` are the phrases found: category, document (0 or 1),
    voice, start. ``whose`` names the speakers, such as “the historical actors”.
    """
    from matplotlib.lines import Line2D

    names = [textwrap.shorten(words, 44, placeholder=" …") for words in categories.values()]
    labels = 0.25 + max((text_size(name, THEME.label)[0] for name in names), default=0.5)
    panels = [_Panel(text, layers) for text, layers in zip(texts, chosen, strict=True)]
    _lay_out(panels, labels)
    speakers: dict[str, str] = {}
    for text in texts:
        for voice, words in text.speakers.items():
            known = speakers.get(voice)
            speakers[voice] = words if known in (None, words) else f"{known} / {words}"
    looks = _voices(rows, speakers)

    keys = list(dict.fromkeys(looks.values()))
    columns = max(1, int((_WIDTH - 0.3) / (0.5 + max((text_size(key[2], THEME.small)[0] for key in keys), default=1))))
    below = 0.75 + _STEP * -(-len(keys) // columns)
    deep = _ROW * max(1, len(categories))
    above = 0.45 + _STEP * (1 + max((level for panel in panels for _, level, _ in panel.flags), default=0))
    height = below + deep + above
    figure, axes = new_sheet(_WIDTH, height)
    top = below + deep
    lines = {category: top - _ROW * (n + 0.5) for n, category in enumerate(categories)}

    def write(x: float, y: float, words: str, gid: str, **more: object) -> None:
        style: dict[str, Any] = {"size": THEME.label, "color": THEME.ink, "family": "DejaVu Sans", "va": "center"}
        axes.text(x, y, words, gid=gid, **(style | more))

    for (category, y), name in zip(lines.items(), names, strict=True):
        write(labels, y, name, f"category:{category}", ha="right")
    for n, panel in enumerate(panels):
        right = panel.left + panel.width
        title = panel.text.title
        while text_size(title, THEME.label + 1)[0] * 1.15 > panel.width and len(title) > 8:
            title = title[:-2].rstrip(" …") + "…"
        write(panel.left, height - 0.18, title, f"title:{n}", weight="bold", size=THEME.label + 1)
        for x in (panel.left, right):
            axes.add_artist(Line2D([x, x], [below, top], color=THEME.ink, linewidth=0.8))
        for y in lines.values():
            axes.add_artist(Line2D([panel.left, right], [y, y], color=THEME.guide, linewidth=0.7, zorder=0))
        for layer in panel.chosen:
            x = panel.x(panel.borders[layer.id])
            flag = next(((up, words) for pole, up, words in panel.flags if pole == x), None)
            reach = top + (_STEP * (flag[0] + 0.9) if flag else 0.05)
            axes.add_artist(
                Line2D(
                    [x, x], [below, reach], color=THEME.edge, linewidth=0.9, linestyle=(0, (3, 2)),
                    gid=f"border:{n}:{layer.id}",
                )
            )  # fmt: skip
        for x, up, words in panel.flags:
            write(x + 0.04, top + _STEP * (up + 0.5), words, f"layer:{n}:{words}", size=THEME.small)
        for count in _ticks(len(panel.starts)):
            x = panel.x(count)
            axes.add_artist(Line2D([x, x], [below - 0.05, below], color=THEME.ink, linewidth=0.8))
            write(x, below - 0.15, str(count), f"number:{n}:{count}", size=THEME.small, ha="center")
        scale = f"{words_counted(len(panel.starts))} of {whose}, from first to last"
        write(panel.left + panel.width / 2, below - 0.36, scale, f"scale:{n}", size=THEME.small, ha="center")
        found = {row["category"] for row in rows if row["document"] == n}
        for category, y in lines.items():
            if category not in found:
                style = {"size": THEME.small, "color": THEME.quiet, "style": "italic", "ha": "center", "zorder": 3}
                box = {"facecolor": THEME.sheet, "edgecolor": "none", "pad": 1.0}
                write(panel.left + panel.width / 2, y, "nothing marked", f"silent:{n}:{category}", bbox=box, **style)
        ticks: dict[str, list[tuple[float, float]]] = defaultdict(list)
        for row in rows:
            if row["document"] == n:
                word = max(0, bisect_right(panel.starts, row["start"]) - 1)
                ticks[row["voice"]].append((panel.x(word), lines[row["category"]]))
        for voice, places in ticks.items():
            shape, ink, _ = looks[voice]
            axes.add_artist(
                Line2D(
                    *zip(*places, strict=True), linestyle="none", markersize=7.5, zorder=4, gid=f"ticks:{n}:{voice}",
                    marker=shape, color=ink, markeredgecolor=THEME.sheet, markeredgewidth=0.5,
                )
            )  # fmt: skip
    if keys:
        figure.legend(
            handles=[
                Line2D([], [], linestyle="none", marker=shape, color=ink, markersize=7.5, label=words)
                for shape, ink, words in keys
            ],
            loc="lower left", bbox_to_anchor=(0, 0), ncols=columns, frameon=False, labelcolor=THEME.ink,
            prop={"family": "DejaVu Sans", "size": THEME.small},
        )  # fmt: skip
    describe_figure(figure, _described(texts, panels, categories, rows, looks, whose))
    return axes


def _described(
    texts: Sequence[Text],
    panels: Sequence[_Panel],
    categories: Mapping[str, str],
    rows: Sequence[Mapping[str, Any]],
    looks: Mapping[str, tuple[str, str, str]],
    whose: str,
) -> str:
    """Write the alternative text of the plot."""
    sides = " and ".join(
        f"{text.title} ({words_counted(len(p.starts))})" for text, p in zip(texts, panels, strict=True)
    )
    count = Counter((row["category"], row["document"]) for row in rows)
    found = "; ".join(
        f"{words}: {count[category, 0]} and {count[category, 1]}" for category, words in categories.items()
    )
    voices = ", ".join(dict.fromkeys(words for _, _, words in looks.values()))
    return (
        f"Where the phrases occur in {sides}, counted in the words of {whose}. "
        "Each text has its own scale, from its first word to its last, and a row for every category. "
        f"Number of phrases in the first and in the second text: {found or 'none'}. "
        f"Each voice has its own shape: {voices or 'none'}."
    )
