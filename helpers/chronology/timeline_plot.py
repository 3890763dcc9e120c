"""Drawing of events as a list beside a time axis, without overlapping labels. Lengths are inches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from ..core import THEME, Day, date_in_words, year_in_words
from ..drawing import describe_figure, new_sheet, text_size

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.typing import FillStyleType

# What the texts have to do with an event.
STANDINGS = {
    "stated": "in a text, with the date",
    "named": "in a text, but the date is from elsewhere",
    "outside": "in none of the texts",
}
# Fill (full, half, empty) shows the same as colour does.
_SIGNS: dict[str, tuple[FillStyleType, str]] = {
    "stated": ("full", THEME.inks[0]),
    "named": ("left", THEME.inks[0]),
    "outside": ("none", THEME.inks[1]),
}
_INK, _SIZE, _SMALL = THEME.ink, THEME.sentence, THEME.beside
_WIDTH, _LINE = 10.0, 0.18  # inches; _LINE is the height of a line of type
_AXIS, _LANE, _LANES, _SIGN, _KEY, _DATE, _EVENT = 0.9, 0.09, 3, 1.8, 1.92, 2.3, 4.25
_GAP = 60  # a longer time without events, in days, is left out of the axis and labelled


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """An event of the drawing: its key, its first and last day, and the words beside it."""

    key: str
    first: Day
    last: Day
    date: str
    event: str
    says: str
    standing: str
    uncertain: bool = False


def stretches(entries: Sequence[TimelineEntry]) -> list[list[TimelineEntry]]:
    """Split a list of events at gaps of more than `_GAP` days.

    Examples
    --------
    >>> day, later = Day(1900, 1, 1), Day(1901, 1, 1)
    >>> entries = [TimelineEntry(k, d, d, "", "", "", "stated") for k, d in [("a", day), ("b", day), ("c", later)]]
    >>> [[entry.key for entry in part] for part in stretches(entries)]
    [['a', 'b'], ['c']]
    """
    parts: list[list[TimelineEntry]] = []
    last = None
    for entry in entries:
        if last is None or entry.first - last > _GAP:
            parts.append([])
        parts[-1].append(entry)
        last = entry.last if last is None else max(last, entry.last)
    return parts


def wrap(words: str, width: float, size: float, most: int) -> str:
    """Wrap words to a width in inches and at most ``most`` lines; cut the rest with an ellipsis.

    Examples
    --------
    >>> wrap("one two three", 0.5, 9, 2)
    'one\\ntwo …'
    """
    # At low resolutions type may be up to 5 % wider than measured (matplotlib 3.11.2).
    room = width / 1.05 - _measure("…", size)
    lines: list[str] = []
    used = 0.0
    for word in words.split():
        length = _measure(word, size)
        if lines and used + length <= room:
            lines[-1] += f" {word}"
            used += length
        elif len(lines) < most:
            lines.append(word)
            used = length
        else:
            lines[-1] += " …"
            break
    return "\n".join(lines)


@lru_cache(maxsize=4096)
def _measure(word: str, size: float) -> float:
    """Return the width of a word and the space before it, in inches."""
    return text_size(f" {word}", size)[0]


def draw(entries: Sequence[TimelineEntry], note: str) -> Axes:
    """Draw events in order, with a note below on what is not drawn."""
    from matplotlib.lines import Line2D

    words = {
        e.key: (
            wrap(e.date, _EVENT - _DATE - 0.1, _SMALL, 4),
            wrap(e.event, _WIDTH - _EVENT - 0.1, _SIZE, 5),
            wrap(e.says, _WIDTH - _EVENT - 0.1, _SMALL, 3),
        )
        for e in entries
    }
    parts = stretches(entries)
    # Do not shorten the words on confidence: a part of them may claim more than their author did.
    steps = {
        key: max(1 + date.count("\n"), 2 + event.count("\n") + says.count("\n")) * _LINE + 0.055
        for key, (date, event, says) in words.items()
    }
    scales = "Each part of the line has its own scale. " if len(parts) > 1 else ""
    below = wrap(scales + note, _WIDTH - 0.4, _SMALL, 3)
    between, foot = 0.2, 0.55 + (1 + below.count("\n")) * _LINE
    height = sum(steps.values()) + between * max(0, len(parts) - 1) + foot + 0.1
    figure, axes = new_sheet(_WIDTH, height)
    y = height - 0.1 - _LINE - 0.03
    for n, part in enumerate(parts):
        if n:
            gap = part[0].first - max(e.last for e in parts[n - 1])
            style: dict[str, Any] = {"size": _SMALL, "color": _INK, "va": "center", "style": "italic"}
            middle = y + between / 2 + _LINE + 0.03
            axes.text(_KEY, middle, _how_long(gap) + " later", gid=f"gap:{part[0].key}", **style)
        ys = {e.key: y - down for e, down in zip(part, accumulate([0, *(steps[e.key] for e in part)]), strict=False)}
        y -= sum(steps[e.key] for e in part) + between
        _draw_axis(axes, part, ys)
        for entry in part:
            _write(axes, entry, ys[entry.key], words[entry.key])
    if not entries:
        axes.text(_WIDTH / 2, height / 2 + 0.2, "No event was chosen.", size=_SIZE, color=_INK, ha="center", gid="none")
    handles = [
        Line2D([], [], ls="", marker="o", ms=8, color=ink, fillstyle=fill, markerfacecoloralt=THEME.sheet, label=label)
        for (fill, ink), label in zip(_SIGNS.values(), STANDINGS.values(), strict=True)
    ]
    handles += [
        Line2D([], [], lw=5, color=THEME.edge, label="how long it lasted"),
        Line2D([], [], lw=1.2, ls=(0, (2, 1.5)), color=_INK, label="date disputed, or known only roughly"),
    ]
    figure.legend(
        handles=handles, loc="lower left", ncols=3, frameon=False, fontsize=_SMALL, labelcolor=_INK,
        bbox_to_anchor=(0.01, (foot - 0.6) / height), handlelength=1.6, columnspacing=1.4,
    )  # fmt: skip
    if below:
        figure.text(0.02, 0.05 / height, below, size=_SMALL, color=_INK, va="bottom", linespacing=1.15, gid="note")
    describe_figure(figure, _describe(entries, note))
    return axes


def _write(axes: Axes, entry: TimelineEntry, y: float, words: tuple[str, str, str]) -> None:
    """Draw the words and the sign of one event."""
    fill, ink = _SIGNS[entry.standing]
    top = y + _LINE / 2
    axes.plot(
        [_SIGN], [top], ls="", marker="o", ms=8, color=ink, fillstyle=fill, markerfacecoloralt=THEME.sheet,
        zorder=3, gid=f"sign:{entry.key}",
    )  # fmt: skip
    date, event, says = words
    axes.text(_KEY, top, entry.key, size=_SIZE, weight="bold", color=_INK, va="center", gid=f"key:{entry.key}")
    axes.text(_DATE, top + 0.07, date, size=_SMALL, color=_INK, va="top", linespacing=1.15, gid=f"date:{entry.key}")
    axes.text(_EVENT, top + 0.07, event, size=_SIZE, color=_INK, va="top", linespacing=1.1, gid=f"event:{entry.key}")
    below = y - 0.015 - event.count("\n") * _LINE
    axes.text(_EVENT, below, says, size=_SMALL, color=ink, va="top", linespacing=1.15, gid=f"says:{entry.key}")


def _draw_axis(axes: Axes, part: Sequence[TimelineEntry], ys: dict[str, float]) -> None:
    """Draw the axis of one stretch: months or years, a line to every event, a bar for its duration."""
    start, end = part[0].first, max(e.last for e in part)
    top, bottom = (ys[part[n].key] + _LINE / 2 for n in (0, -1))
    length = max(1, end - start)

    def at(day: Day) -> float:
        return top - (top - bottom) * (day - start) / length

    axes.plot([_AXIS, _AXIS], [top + 0.05, bottom - 0.05], color=_INK, lw=1.2, zorder=1, gid=f"axis:{part[0].key}")
    free = None
    for day, label in _ticks(start, end, len(part)):
        if free is not None and at(day) > free:
            continue
        axes.plot([_AXIS - 0.06, _AXIS], [at(day)] * 2, color=_INK, lw=1, zorder=1, gid=f"notch:{day}")
        tick: dict[str, Any] = {"size": _SMALL, "color": _INK, "ha": "right", "va": "center", "gid": f"tick:{day}"}
        axes.text(_AXIS - 0.1, at(day), label, **tick)
        free = at(day) - 0.16 * (1 + label.count("\n"))
    lanes: list[float] = []
    for entry in part:
        if entry.last > entry.first or entry.uncertain:
            low = min(at(entry.last), at(entry.first) - 0.07)
            lane = next((n for n, taken in enumerate(lanes) if taken > at(entry.first) + 0.03), len(lanes))
            lanes[lane : lane + 1] = [low]
            x = _AXIS + _LANE * (min(lane, _LANES - 1) + 1)
            style: dict[str, Any] = (
                {"facecolor": THEME.sheet, "edgecolor": _INK, "linestyle": (0, (2, 1.5)), "linewidth": 1.2}
                if entry.uncertain
                else {"facecolor": THEME.edge, "edgecolor": THEME.edge, "linewidth": 0}
            )
            axes.bar(x, at(entry.first) - low, 0.05, low, zorder=2, gid=f"bar:{entry.key}", **style)
        # Horizontal as far as the bars reach, so that no lines cross.
        across = [_AXIS, _AXIS + _LANE * (_LANES + 0.6), _SIGN - 0.22, _SIGN - 0.1]
        down = [at(entry.first)] * 2 + [ys[entry.key] + _LINE / 2] * 2
        axes.plot(across, down, color=THEME.edge, lw=0.8, zorder=1, gid=f"line:{entry.key}")
        axes.plot([_AXIS], down[:1], ls="", marker="o", ms=3.5, color=_INK, zorder=2, gid=f"dot:{entry.key}")


def _ticks(start: Day, end: Day, count: int) -> list[tuple[Day, str]]:
    """Choose axis ticks: first days of months, of years if the stretch is long, or else the first day."""
    if count == 1:
        return [(start, year_in_words(start.year) if end - start > 360 else _short(start))]
    if end - start > 1200:
        days = [(Day(year, 1, 1), year_in_words(year)) for year in range(start.year + 1, end.year + 1)]
    else:
        months = range(start.year * 12 + start.month, end.year * 12 + end.month)
        firsts = [Day(month // 12, month % 12 + 1, 1) for month in months]
        days = [(day, _short(day)) for day in firsts]
    return days or [(start, _short(start))]


def _short(day: Day) -> str:
    month, _, year = date_in_words(day, month=True).partition(" ")
    return month[:3] + (" " if day.year > 0 else "\n") + year  # “Mar 44 BCE” would be wider than the margin


def _how_long(days: int) -> str:
    if days < 700:
        return f"{round(days / 30.44)} months"
    return f"{round(days / 365.25)} years"


def _describe(entries: Sequence[TimelineEntry], note: str) -> str:
    """Write the alternative text, event by event."""
    if not entries:
        return f"Timeline of 0 events. {note}".strip()
    counts = Counter(e.standing for e in entries)
    by_standing = "; ".join(f"{counts[key]} {words}" for key, words in STANDINGS.items() if counts[key])
    unsure = sum(e.uncertain for e in entries)
    return (
        f"Timeline of {len(entries)} events as a list beside an axis of time, from {entries[0].date} "
        f"to {entries[-1].date}: {by_standing}. "
        + (f"Date disputed, or known only roughly: {unsure}. " if unsure else "")
        + " ".join([*(f"{e.date}: {e.event.rstrip('.')} ({e.says})." for e in entries), note])
    ).strip()
