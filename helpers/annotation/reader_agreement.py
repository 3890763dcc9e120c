"""Agreement of several readers: which words they marked, with which tags, and how far they agree."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from ..core import (
    THEME,
    Markup,
    Table,
    UserError,
    bidi_isolated,
    element,
    file_bytes,
    foldable,
    join,
    neutralised,
    typed_path,
)
from ..reading import words_left_out
from ..texts import Layer, Text, require_text
from ..workbook import Event, History, last_name, read_handed_in
from .anchoring import find_again
from .replay import replayed
from .tags import tags_of


class Stretch(NamedTuple):
    """A run of words that the same readers marked with the same tags."""

    start: int  # half-open range of word numbers
    end: int
    readers: tuple[int, ...]
    tags: tuple[tuple[str, int], ...]  # tag and number of readers who used it, most frequent first


def stretches(readings: Sequence[ReaderMarks]) -> Iterator[Stretch]:
    """Overlay the marks of all readers; yield the marked stretches in order.

    Examples
    --------
    >>> readings = [ReaderMarks("", [(0, 2)], {}), ReaderMarks("", [(1, 3)], {"trust": [(1, 3)]})]
    >>> [tuple(stretch) for stretch in stretches(readings)]
    [(0, 1, (0,), ()), (1, 2, (0, 1), (('trust', 1),)), (2, 3, (1,), (('trust', 1),))]
    """
    # Sweep once over all starts and ends of marks: step (+1 or -1), reader, tag or None.
    edges: dict[int, list[tuple[int, int, str | None]]] = defaultdict(list)
    for n, reading in enumerate(readings):
        for tag, ranges in [(None, reading.words), *reading.tags.items()]:
            for start, end in ranges:
                edges[start].append((1, n, tag))
                edges[end].append((-1, n, tag))
    active: set[int] = set()
    tags: Counter[str] = Counter()
    at = 0
    for place in sorted(edges):
        if active:
            used = sorted(((tag, n) for tag, n in tags.items() if n), key=lambda use: (-use[1], use[0]))
            yield Stretch(at, place, tuple(sorted(active)), tuple(used))
        for step, n, tag in edges[place]:
            if tag is not None:
                tags[tag] += step
            elif step > 0:
                active.add(n)
            else:
                active.discard(n)
        tags = +tags
        at = place


def cohen_kappa(both: int, first: int, second: int, words: int) -> float | None:
    """Compute Cohen's kappa: how far two readers agree beyond chance on whether a word is marked.

    ``words`` is the number of all words, ``both`` the number that both readers marked. ``first`` and ``second``
    are the numbers that each of them marked, including ``both``. The result is 1 for complete agreement and 0 for
    agreement by chance; it is None (undefined) if chance alone would give complete agreement.

    Examples
    --------
    >>> round(cohen_kappa(20, 25, 30, 50), 2)
    0.4
    """
    if not words:
        return None
    observed = (words - first - second + 2 * both) / words
    chance = (first * second + (words - first) * (words - second)) / words**2
    return None if chance == 1 else (observed - chance) / (1 - chance)


def krippendorff_alpha(counts: Counter[int], readers: int, words: int) -> float | None:
    """Compute Krippendorff's alpha for nominal data: like `cohen_kappa`, but for any number of readers.

    ``counts[n]`` is the number of words that exactly n readers marked; ``counts[0]`` may be missing. ``words`` is
    the number of all words.

    Examples
    --------
    >>> krippendorff_alpha(Counter({2: 10}), 2, 50)
    1.0
    """
    whole = readers * words
    marked = sum(count * n for count, n in counts.items())
    expected = 2 * marked * (whole - marked)
    if readers < 2 or not expected:
        return None
    observed = sum(2 * count * (readers - count) * n for count, n in counts.items()) / (readers - 1)
    return 1 - observed * (whole - 1) / expected


Ranges = list[tuple[int, int]]


@dataclass
class ReaderMarks:
    """The marks of one reader in a text."""

    name: str  # as the reader gave it
    words: Ranges = field(default_factory=list)  # half-open ranges of word numbers, which do not touch
    tags: dict[str, Ranges] = field(default_factory=dict)  # the same for each tag
    marks: int = 0  # number of marks
    elsewhere: int = 0  # of these, marks in layers that are not compared
    lost: int = 0  # of these, orphans


def portfolio_events(portfolio: object) -> list[Event]:
    """Read the events of a portfolio, given as a path or as content; raise `UserError` if it is not a portfolio."""
    if isinstance(portfolio, str) and "\n" not in portfolio and not portfolio.lstrip().startswith("{"):
        portfolio = typed_path(portfolio)
    if isinstance(portfolio, Path):
        portfolio = file_bytes(portfolio)
    return [item for _, item in read_handed_in(portfolio).found if isinstance(item, Event)]


def merge_portfolios(portfolios: Iterable[object]) -> tuple[list[History], list[str]]:
    """Return the events of each reader in order, and a message for each portfolio that could not be read.

    Portfolios that share a session belong to the same reader.
    """
    readers: dict[int, list[Event]] = {}  # by the number of the reader's first portfolio
    sessions: dict[str, int] = {}
    troubles = []
    for number, portfolio in enumerate(portfolios, 1):
        try:
            events = portfolio_events(portfolio)
        except UserError as error:
            troubles.append(f"Portfolio {number}: {error}")
            continue
        own = {event.session for event in events}
        known = sorted({sessions[session] for session in own if session in sessions})
        place = known[0] if known else number
        for other in known[1:]:  # this portfolio shows that two readers are the same
            events += readers.pop(other)
            sessions = {session: place if n == other else n for session, n in sessions.items()}
        readers.setdefault(place, []).extend(events)
        sessions |= dict.fromkeys(own, place)
    return [History(found) for found in readers.values()], troubles


def _words(chosen: Iterable[Layer]) -> list[tuple[int, int]]:
    """Return the ranges of the words that are compared."""
    return [
        (layer.start + word.start(), layer.start + word.end())
        for layer in chosen
        for word in re.finditer(r"\S+", layer.text)
    ]


def read_marks(history: History, text: Text, *, layers: str | Iterable[str] = "actors") -> ReaderMarks:
    """Collect a reader's marks in layers of a text from the events; partly marked words count as marked.

    Examples
    --------
    >>> from helpers.texts import parse_text
    >>> read_marks(History([]), parse_text("Return all this.", "unread")).marks
    0
    """
    words = _words(text.choose(layers=layers))
    begins, ends = [start for start, _ in words], [end for _, end in words]
    found = ReaderMarks(last_name(history.events))
    for mark in replayed(history).marks.values():
        if mark.content.anchor.document != text.id:
            continue
        found.marks += 1
        _, start, end, _ = find_again(text, mark.content.anchor)
        first, last = bisect_right(ends, start), bisect_left(begins, end)
        if start < 0:
            found.lost += 1
        elif first >= last:
            found.elsewhere += 1
        else:
            found.words.append((first, last))
            for tag in mark.content.tags:
                found.tags.setdefault(tag, []).append((first, last))
    found.words = join_ranges(found.words)
    found.tags = {tag: join_ranges(ranges) for tag, ranges in found.tags.items()}
    return found


def join_ranges(ranges: Ranges) -> Ranges:
    """Merge ranges that overlap or touch.

    Examples
    --------
    >>> join_ranges([(4, 6), (0, 2), (1, 3), (3, 4)])
    [(0, 6)]
    """
    found: Ranges = []
    for start, end in sorted(ranges):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


# With up to FEW readers, each mark names its readers; with more, only their number.
FEW = 5
_LEVELS = 5
_SIGN = "font-size:0.8em;font-weight:bold;padding-left:0.2em;vertical-align:baseline"


def crowd_page(
    text: Text,
    layers: Sequence[Layer],
    words: Sequence[tuple[int, int]],
    marked: Iterable[Stretch],
    readers: Sequence[str],
) -> Markup:
    """Write layers of a text with the marks of many readers, as HTML without scripts.

    ``words`` are the ranges of the words in these layers; ``readers`` are display names.

    Examples
    --------
    >>> from helpers.texts import parse_text
    >>> text = parse_text("Return all this.")
    >>> page = crowd_page(text, text.parts, [(0, 6), (7, 10), (11, 16)], [Stretch(1, 2, (0, 1), ())], "AB")
    >>> "all<sup" in page, ">1+2</sup>" in page
    (True, True)
    """
    few = len(readers) <= FEW
    meaning = "which readers marked them" if few else f"how many of the {len(readers)} readers marked them"
    key = f"The numbers after marked words show {meaning}. More readers give a thicker line under the words."
    listed = element("ol", *(element("li", bidi_isolated(name)) for name in readers)) if few else ""
    marks = [
        (words[run[0].start][0], words[run[-1].end - 1][1], len(run[0].readers), sign)
        for sign, run in _runs(marked, few)
    ]
    blocks = []
    for layer in layers:
        blocks.append(element("p", element("strong", layer.label), style="margin:0.9em 0 0.3em"))
        blocks += _paragraphs(text, layer, marks, len(readers))
    title = element("p", element("strong", text.title))
    return element("article", title, element("p", key), listed, *blocks, style="max-width:48em;line-height:1.8")


def _runs(marked: Iterable[Stretch], few: bool) -> Iterator[tuple[str, list[Stretch]]]:
    """Group adjacent stretches that have the same label, ignoring tags."""
    gaps, reached = 0, -1

    def key(stretch: Stretch) -> tuple[int, str]:
        nonlocal gaps, reached
        gaps, reached = gaps + (stretch.start != reached), stretch.end
        return gaps, "+".join(str(n + 1) for n in stretch.readers) if few else str(len(stretch.readers))

    for (_, sign), run in groupby(marked, key):
        yield sign, list(run)


def _paragraphs(text: Text, layer: Layer, marks: Sequence[tuple[int, int, int, str]], readers: int) -> Iterator[Markup]:
    content, ends = text.content, [end for _, end, _, _ in marks]
    for a, b in layer.paragraphs:
        parts: list[object] = [element("small", f"¶{text.paragraph_at(a)} ")]
        at, n = a, bisect_left(ends, a + 1)
        while n < len(marks) and marks[n][0] < b:
            start, end, count, sign = marks[n]
            start, end = max(a, start), min(b, end)
            parts += [content[at:start], _mark(content[start:end], count, sign, readers)]
            at, n = end, n + 1
        yield element("p", *parts, content[at:b], style="margin:0.3em 0;overflow-wrap:anywhere")


def _mark(words: str, count: int, sign: str, readers: int) -> Markup:
    edge = 2 * -(-_LEVELS * count // readers)
    style = f"background:{THEME.marks[0]};color:{THEME.ink};padding:0 1px 1px;border-bottom:{edge}px solid {THEME.ink}"
    return element("mark", words, element("sup", sign, style=_SIGN), style=style)


CAUTION = (
    "The figure measures how similar the marks are, not how good they are: two good readings may differ. Marks come "
    "in runs of words, so neighbouring words are not independent, and a short text says little."
)
_SHOWN = 12


class Agreement:
    """Where readers agree and differ; made by `agreement`.

    Attributes
    ----------
    text : Text
        The text.
    readers : tuple of str
        The names displayed for the readers.
    passages : Table
        One row per stretch of words that the same readers marked with the same tags: layer,
        voice, passage, words, readers, of, tags, who.
    tags : Table
        One row per tag: tag, readers, words, shared.
    figures : Table
        How many words all, some or none of the readers marked: what, count, of.
    coefficient : tuple of (str, float or None)
        Name and value of the chance-corrected measure.
    troubles : tuple of str
        A message for each portfolio that could not be read.
    """

    def __init__(
        self,
        text: Text,
        chosen: Sequence[Layer],
        readings: Sequence[ReaderMarks],
        words: Sequence[tuple[int, int]],
        *,
        called: Sequence[str],
        troubles: Sequence[str] = (),
    ) -> None:
        self.text, self.readers, self.troubles = text, tuple(called), tuple(troubles)
        self._chosen, self._words, self._readings = chosen, words, readings
        self._stretches = list(stretches(readings))
        self._labels = {tag.name: tag.label for tag in tags_of((), (t for r in readings for t in r.tags))}
        counts: Counter[int] = Counter()
        for stretch in self._stretches:
            counts[len(stretch.readers)] += stretch.end - stretch.start
        self.coefficient = self._coefficient(counts)
        self.figures = self._figures(counts)
        self.passages = self._passages()
        self.tags = self._tags()

    def _coefficient(self, counts: Counter[int]) -> tuple[str, float | None]:
        if len(self.readers) == 2:
            first, second = (sum(b - a for a, b in reading.words) for reading in self._readings)
            return "Cohen’s kappa", cohen_kappa(counts[2], first, second, len(self._words))
        return "Krippendorff’s alpha (nominal)", krippendorff_alpha(counts, len(self.readers), len(self._words))

    def _figures(self, counts: Counter[int]) -> Table:
        total, marked = len(self._words), sum(counts.values())
        everyone = counts[len(self.readers)]
        two = len(self.readers) == 2
        rows = [("words marked by both" if two else "words marked by every reader", everyone, total)]
        if two:
            for n, name in enumerate(self.readers):
                alone = _count(stretch for stretch in self._stretches if stretch.readers == (n,))
                rows.append((f"words marked only by {name}", alone, total))
            tagged = [stretch for stretch in self._stretches if len(stretch.readers) == 2 and stretch.tags]
            same = [stretch for stretch in tagged if all(n == 2 for _, n in stretch.tags)]
            rows.append(("words both marked, with the same tags", _count(same), _count(tagged)))
        else:
            rows.append(("words marked by some, not by all", marked - everyone, total))
        rows.append(("words marked by no reader", total - marked, total))
        name, value = self.coefficient
        figure = "not defined here, because chance alone would give full agreement" if value is None else f"{value:.2f}"
        lost, elsewhere = (sum(getattr(found, what) for found in self._readings) for what in ("lost", "elsewhere"))
        note = (
            f"{name}: {figure}. It compares, for each of the {total} words in these layers, which readers marked it. "
            f"{CAUTION} Marks in other layers: {elsewhere}. Marks whose words are no longer in the text: {lost}. "
            f"{words_left_out(self.text, self._chosen)}"
        )
        return Table(
            ({"what": what, "count": count, "of": of} for what, count, of in rows),
            ["what", "count", "of"],
            caption=f"{self.text.title}: {len(self.readers)} readers",
            note=" ".join([note, *map(neutralised, self.troubles)]),
            right=["count", "of"],
        )

    def _passages(self) -> Table:
        starts = [layer.start for layer in self._chosen]
        rows = []
        for stretch in self._stretches:
            for start, end in self._pieces(stretch, starts):
                layer = self._chosen[bisect_left(starts, self._words[start][0] + 1) - 1]
                rows.append(
                    {
                        "layer": layer.id,
                        "voice": layer.voice,
                        "passage": " ".join(self.text.content[self._words[start][0] : self._words[end - 1][1]].split()),
                        "words": end - start,
                        "readers": len(stretch.readers),
                        "of": len(self.readers),
                        "tags": ", ".join(f"{neutralised(self._labels[tag])} {n}" for tag, n in stretch.tags),
                        "who": self._who(stretch.readers),
                    }
                )
        return Table(
            rows,
            ["layer", "voice", "passage", "words", "readers", "of", "tags", "who"],
            caption=f"{self.text.title}: what was marked, in the order of the text",
            note="The number after a tag shows how many readers used it there.",
            words={"voice": self.text.speakers},
            right=["words", "readers", "of"],
        )

    def _pieces(self, stretch: Stretch, starts: Sequence[int]) -> Iterable[tuple[int, int]]:
        """Split a stretch at the layer boundaries."""
        cuts = [bisect_left(self._words, (start, 0)) for start in starts]
        inside = [cut for cut in cuts if stretch.start < cut < stretch.end]
        return zip([stretch.start, *inside], [*inside, stretch.end], strict=True)

    def _who(self, readers: Sequence[int]) -> str:
        named = [self.readers[n] for n in readers[:FEW]]
        return ", ".join([*named, f"and {len(readers) - FEW} more"] if len(readers) > FEW else named)

    def _tags(self) -> Table:
        words: Counter[str] = Counter()
        shared: Counter[str] = Counter()
        for stretch in self._stretches:
            for tag, n in stretch.tags:
                words[tag] += stretch.end - stretch.start
                shared[tag] += stretch.end - stretch.start if n > 1 else 0
        users = Counter(tag for reading in self._readings for tag in reading.tags)
        return Table(
            (
                {"tag": neutralised(self._labels[tag]), "readers": n, "words": words[tag], "shared": shared[tag]}
                for tag, n in sorted(users.items(), key=lambda use: (-use[1], use[0]))
            ),
            ["tag", "readers", "words", "shared"],
            caption=f"{self.text.title}: tags",
            note="words: number of words with this tag; shared: number of words to which two or more readers gave it.",
            right=["readers", "words", "shared"],
        )

    def __repr__(self) -> str:
        return repr(self.figures)

    @foldable
    def _repr_html_(self) -> str:
        most = sorted(self.passages, key=lambda row: -row["readers"])[:_SHOWN]
        top = Table(
            most,
            ["passage", "readers", "tags", "voice", "layer"],
            caption="Marked most",
            note=f"{len(most)} of {len(self.passages)} passages. .passages has all of them; .tags has the tags.",
            words={"voice": self.text.speakers},
            right=["readers"],
        )
        page = crowd_page(self.text, self._chosen, self._words, self._stretches, self.readers)
        return join([Markup(self.figures._repr_html_()), page, Markup(top._repr_html_())])


def _count(found: Iterable[Stretch]) -> int:
    return sum(stretch.end - stretch.start for stretch in found)


def agreement(
    portfolios: Iterable[object],
    text: Text,
    *,
    names: bool = False,
    layers: str | Iterable[str] = "actors",
) -> Agreement:
    """Compare the marks of several readers of a text.

    ``portfolios`` are the paths or contents of files handed in; those that share a session belong to one
    reader. Without ``names`` the readers are called “reader 1”, “reader 2” and so on, in the order of the
    portfolios. Raises `UserError` if no portfolio can be read, or a layer is unknown.

    Examples
    --------
    >>> from helpers.texts import parse_text
    >>> from helpers.workbook import bundle
    >>> agreement([bundle()], parse_text("Return all this.", "unread")).readers
    ('reader 1',)
    """
    require_text(text).choose(layers=layers)
    if isinstance(portfolios, str | bytes | Mapping):
        raise UserError("agreement() needs several portfolios. Give a list of them.")
    readers, troubles = merge_portfolios(portfolios)
    if not names:  # a file is often named after its student
        why = "The reason is shown with names (names=True, or --names)."
        troubles = [f"{trouble.partition(':')[0]} could not be read. {why}" for trouble in troubles]
    if not readers:
        raise UserError(" ".join(["No portfolio could be read.", *troubles[:3]]))
    readings = [read_marks(history, text, layers=layers) for history in readers]
    called = [neutralised(own.name) if names and own.name else f"reader {n}" for n, own in enumerate(readings, 1)]
    return compare_marks(readings, text, called=called, layers=layers, troubles=troubles)


def compare_marks(
    readings: Sequence[ReaderMarks],
    text: Text,
    *,
    called: Sequence[str],
    layers: str | Iterable[str] = "actors",
    troubles: Sequence[str] = (),
) -> Agreement:
    """Compare marks that were read already; ``called`` are the names displayed for the readers.

    Examples
    --------
    >>> from helpers.texts import parse_text
    >>> text = parse_text("Return all this.", "unread")
    >>> compare_marks([ReaderMarks("", [(0, 2)]), ReaderMarks("", [(1, 3)])], text, called="AB").figures[0]["count"]
    1
    """
    chosen = text.choose(layers=layers)
    return Agreement(text, chosen, readings, _words(chosen), called=called, troubles=troubles)
