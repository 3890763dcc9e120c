"""Several readers on one page: what they all marked, what only some, and with which tags."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from ..core import THEME, Markup, Table, UserError, bidi_isolated, element, join, neutralised, read_file
from ..reading import words_left_out
from ..texts import Layer, Text, require_text
from ..workbook import Event, checked_name, read_handed_in
from .anchoring import find_again
from .replay import replayed
from .tags import tags_of


class Stretch(NamedTuple):
    """Words that the same readers marked with the same tags, as far as they go.

    Attributes
    ----------
    start, end : int
        From which word to which, by number.
    readers : tuple of int
        Who marked them.
    tags : tuple of (str, int)
        With which tags, and how many readers used each; the commonest first.
    """

    start: int
    end: int
    readers: tuple[int, ...]
    tags: tuple[tuple[str, int], ...]


def stretches(readings: Sequence[ReaderMarks]) -> Iterator[Stretch]:
    """Lay the marks over one another; words that nobody marked are left out.

    Examples
    --------
    >>> some = [ReaderMarks("", [(0, 2)], {}), ReaderMarks("", [(1, 3)], {"trust": [(1, 3)]})]
    >>> [(one.start, one.end, one.readers, one.tags) for one in stretches(some)]
    [(0, 1, (0,), ()), (1, 2, (0, 1), (('trust', 1),)), (2, 3, (1,), (('trust', 1),))]
    """
    # Where something begins or ends; one pass over these, however many readers there are.
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
            used = sorted(((tag, n) for tag, n in tags.items() if n), key=lambda one: (-one[1], one[0]))
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
    """Cohen's kappa: how far two readers agree beyond chance on whether a word is marked.

    Parameters
    ----------
    both, first, second : int
        Words that both marked, that the first marked at all, and the second.
    words : int
        Words that could be marked.

    Returns
    -------
    float or None
        1 for complete agreement, 0 for as much as chance; None where chance alone would agree on all.

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
    """Krippendorff's alpha for names, the same for many readers.

    Parameters
    ----------
    counts : Counter of int
        How many words were marked by how many readers; those by nobody need not be there.
    readers, words : int
        How many readers there are, and words that could be marked.

    Returns
    -------
    float or None
        As for `cohen_kappa`.

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
    """What one reader marked.

    Attributes
    ----------
    name : str
        As the reader gave it.
    words : list of (int, int)
        Runs of marked words, by their numbers, none of which touch.
    tags : dict of str to list of (int, int)
        The same for each tag.
    marks, elsewhere, lost : int
        How many marks; how many of them in layers not looked at, and without a place.
    """

    name: str
    words: Ranges = field(default_factory=list)
    tags: dict[str, Ranges] = field(default_factory=dict)
    marks: int = 0
    elsewhere: int = 0
    lost: int = 0


def opened(portfolio: object) -> dict[str, Event]:
    """The events of a workbook that was handed in: a file, or what stands in one.

    Raises
    ------
    UserError
        If it is something else.
    """
    if isinstance(portfolio, str) and "\n" not in portfolio and not portfolio.lstrip().startswith("{"):
        portfolio = Path(portfolio)
    if isinstance(portfolio, Path):
        portfolio = read_file(portfolio)
    return {item.id: item for _, item in read_handed_in(portfolio).found if isinstance(item, Event)}


def together(portfolios: Iterable[object]) -> tuple[list[list[Event]], list[str]]:
    """The events of each reader in order; and which portfolios could not be read.

    Two portfolios that share a session are one reader's, handed in twice.
    """
    readers: dict[int, dict[str, Event]] = {}  # each by the number of the first portfolio
    sessions: dict[str, int] = {}
    troubles = []
    for number, portfolio in enumerate(portfolios, 1):
        try:
            events = opened(portfolio)
        except UserError as error:
            troubles.append(f"Portfolio {number}: {error}")
            continue
        own = {event.session for event in events.values()}
        known = sorted({sessions[one] for one in own if one in sessions})
        place = known[0] if known else number
        for other in known[1:]:  # two that turn out to be one
            events |= readers.pop(other)
            sessions = {one: place if n == other else n for one, n in sessions.items()}
        readers.setdefault(place, {}).update(events)
        sessions |= dict.fromkeys(own, place)
    found = [one.values() for one in readers.values()]
    return [sorted(one, key=lambda event: (event.counter, event.session)) for one in found], troubles


def _name(events: Sequence[Event]) -> str:
    for event in reversed(events):
        if event.kind == "name":
            try:
                return checked_name(event.body.get("name"))
            except UserError:
                continue
    return ""


def read_marks(events: Sequence[Event], text: Text, begins: Sequence[int], ends: Sequence[int]) -> ReaderMarks:
    """What one reader marked in a text.

    Parameters
    ----------
    events : sequence of Event
        The reader's, in order.
    text : Text
        The text.
    begins, ends : sequence of int
        Where the words begin and end that are looked at, in order.

    Returns
    -------
    ReaderMarks
        Of a word that is marked in part, the whole.
    """
    found = ReaderMarks(_name(events))
    for mark in replayed(events).marks.values():
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
    """Put ranges together that overlap or touch.

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


# With so few readers each mark says which of them made it.
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
    """Write layers of a text with the marks of many readers.

    Parameters
    ----------
    text : Text
        The text.
    layers : sequence of Layer
        The layers to show.
    words : sequence of (int, int)
        Where the words of these layers begin and end.
    marked : iterable of Stretch
        What was marked, in order.
    readers : sequence of str
        What the readers are called.

    Returns
    -------
    Markup
        A page that needs no script; the number of readers stands there in figures, and the edge
        under a mark is the thicker the more they are.

    Examples
    --------
    >>> from helpers.texts import parse_text
    >>> text = parse_text("Return all this.")
    >>> page = crowd_page(text, text.parts, [(0, 6), (7, 10), (11, 16)], [Stretch(1, 2, (0, 1), ())], "AB")
    >>> "all<sup" in page, ">1+2</sup>" in page
    (True, True)
    """
    few = len(readers) <= FEW
    say = "which readers marked them" if few else f"how many of the {len(readers)} readers marked them"
    key = f"The numbers behind marked words say {say}; the more readers, the thicker the lower edge."
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
    """Stretches side by side that bear the same sign, whatever their tags."""
    gaps, reached = 0, -1

    def key(one: Stretch) -> tuple[int, str]:
        nonlocal gaps, reached
        gaps, reached = gaps + (one.start != reached), one.end
        return gaps, "+".join(str(n + 1) for n in one.readers) if few else str(len(one.readers))

    for (_, sign), run in groupby(marked, key):
        yield sign, list(run)


def _paragraphs(text: Text, layer: Layer, marks: Sequence[tuple[int, int, int, str]], readers: int) -> Iterator[Markup]:
    content, ends = text.content, [end for _, end, _, _ in marks]
    for number, (a, b) in enumerate(layer.paragraphs, 1):
        parts: list[object] = [element("small", f"¶{number} ")]
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
    "The figure says how alike the readers marked, and not how well: two good readings may differ. Marks come in "
    "runs of words, so neighbouring words do not count as independent, and a short text says little."
)
_SHOWN = 12


class Agreement:
    """Where readers agree and differ; made by `agreement`.

    Attributes
    ----------
    text : Text
        The text.
    readers : tuple of str
        What the readers are called here.
    passages : Table
        A row for each stretch of words that the same readers marked with the same tags: layer,
        voice, passage, words, readers, of, tags, who.
    tags : Table
        A row a tag: tag, readers, words, shared.
    figures : Table
        What they have in common: what, count, of.
    coefficient : tuple of (str, float or None)
        The chance-corrected measure, by name.
    troubles : tuple of str
        Portfolios that could not be read.
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
        for one in self._stretches:
            counts[len(one.readers)] += one.end - one.start
        self.coefficient = self._coefficient(counts)
        self.figures = self._figures(counts)
        self.passages = self._passages()
        self.tags = self._tags()

    def _coefficient(self, counts: Counter[int]) -> tuple[str, float | None]:
        if len(self.readers) == 2:
            first, second = (sum(b - a for a, b in one.words) for one in self._readings)
            return "Cohen’s kappa", cohen_kappa(counts[2], first, second, len(self._words))
        return "Krippendorff’s alpha (nominal)", krippendorff_alpha(counts, len(self.readers), len(self._words))

    def _figures(self, counts: Counter[int]) -> Table:
        total, marked = len(self._words), sum(counts.values())
        everyone = counts[len(self.readers)]
        two = len(self.readers) == 2
        rows = [("words marked by both" if two else "words marked by every reader", everyone, total)]
        if two:
            for n, name in enumerate(self.readers):
                rows.append((f"words marked only by {name}", self._only(n), total))
            tagged = [one for one in self._stretches if len(one.readers) == 2 and one.tags]
            same = [one for one in tagged if all(n == 2 for _, n in one.tags)]
            rows.append(("words both marked, with the same tags", _count(same), _count(tagged)))
        else:
            rows.append(("words marked by some, not by all", marked - everyone, total))
        rows.append(("words marked by nobody", total - marked, total))
        name, value = self.coefficient
        said = "not defined here, as there is nothing for chance to miss" if value is None else f"{value:.2f}"
        lost, elsewhere = (sum(getattr(one, what) for one in self._readings) for what in ("lost", "elsewhere"))
        note = (
            f"{name}: {said}. Its base: each of the {total} words looked at is marked by a reader, or is not. {CAUTION}"
        )
        note += f" Marks in other layers: {elsewhere}. Marks whose words are no longer in the text: {lost}."
        note += f" {words_left_out(self.text, self._chosen)}"
        return Table(
            ({"what": what, "count": count, "of": of} for what, count, of in rows),
            ["what", "count", "of"],
            caption=f"{self.text.title}: {len(self.readers)} readers",
            note=" ".join([note, *map(neutralised, self.troubles)]),
            right=["count", "of"],
        )

    def _only(self, n: int) -> int:
        return _count(one for one in self._stretches if one.readers == (n,))

    def _passages(self) -> Table:
        starts = [layer.start for layer in self._chosen]
        rows = []
        for one in self._stretches:
            for start, end in self._pieces(one, starts):
                layer = self._chosen[bisect_left(starts, self._words[start][0] + 1) - 1]
                rows.append(
                    {
                        "layer": layer.id,
                        "voice": layer.voice,
                        "passage": " ".join(self.text.content[self._words[start][0] : self._words[end - 1][1]].split()),
                        "words": end - start,
                        "readers": len(one.readers),
                        "of": len(self.readers),
                        "tags": ", ".join(f"{neutralised(self._labels[tag])} {n}" for tag, n in one.tags),
                        "who": self._who(one.readers),
                    }
                )
        return Table(
            rows,
            ["layer", "voice", "passage", "words", "readers", "of", "tags", "who"],
            caption=f"{self.text.title}: what was marked, in the order of the text",
            note="Behind a tag stands how many readers used it there.",
            words={"voice": self.text.speakers},
            right=["words", "readers", "of"],
        )

    def _pieces(self, one: Stretch, starts: Sequence[int]) -> Iterable[tuple[int, int]]:
        """A stretch, cut where a layer ends."""
        cuts = [bisect_left(self._words, (start, 0)) for start in starts]
        inside = [cut for cut in cuts if one.start < cut < one.end]
        return zip([one.start, *inside], [*inside, one.end], strict=True)

    def _who(self, readers: Sequence[int]) -> str:
        named = [self.readers[n] for n in readers[:FEW]]
        return ", ".join([*named, f"and {len(readers) - FEW} more"] if len(readers) > FEW else named)

    def _tags(self) -> Table:
        words: Counter[str] = Counter()
        shared: Counter[str] = Counter()
        for one in self._stretches:
            for tag, n in one.tags:
                words[tag] += one.end - one.start
                shared[tag] += one.end - one.start if n > 1 else 0
        users = Counter(tag for one in self._readings for tag in one.tags)
        return Table(
            (
                {"tag": neutralised(self._labels[tag]), "readers": n, "words": words[tag], "shared": shared[tag]}
                for tag, n in sorted(users.items(), key=lambda use: (-use[1], use[0]))
            ),
            ["tag", "readers", "words", "shared"],
            caption=f"{self.text.title}: tags",
            note="words: to which a reader gave the tag; shared: to which two readers or more did.",
            right=["readers", "words", "shared"],
        )

    def __repr__(self) -> str:
        return repr(self.figures)

    def _repr_html_(self) -> str:
        most = sorted(self.passages, key=lambda row: -row["readers"])[:_SHOWN]
        top = Table(
            most,
            ["passage", "readers", "tags", "voice", "layer"],
            caption="Marked most",
            note=f"{len(most)} of {len(self.passages)} passages; .passages has all of them, .tags the tags.",
            words={"voice": self.text.speakers},
            right=["readers"],
        )
        page = crowd_page(self.text, self._chosen, self._words, self._stretches, self.readers)
        return join([Markup(self.figures._repr_html_()), page, Markup(top._repr_html_())])


def _count(some: Iterable[Stretch]) -> int:
    return sum(one.end - one.start for one in some)


def agreement(
    portfolios: Iterable[object],
    text: Text,
    *,
    names: bool = False,
    layers: str | Iterable[str] = "actors",
) -> Agreement:
    """Show where several readers of a text agree and where they differ.

    Parameters
    ----------
    portfolios : iterable
        The workbooks that were handed in: files, or what stands in them. Two that share a
        session are one reader's.
    text : Text
        The text.
    names : bool
        Whether the readers' names are shown; without it they are “reader 1”, “reader 2” and so
        on, in the order of the portfolios.
    layers : str or iterable of str
        Whose words are looked at, as in `Text.choose`; by default the historical actors'.

    Returns
    -------
    Agreement
        Displays as figures and as the page, on which every mark says by how many readers it is;
        has ``.passages``, ``.tags`` and ``.figures``.

    Raises
    ------
    UserError
        If no portfolio can be read, or a layer is unknown.

    Examples
    --------
    >>> from helpers.texts import parse_text
    >>> from helpers.workbook import bundle
    >>> agreement([bundle()], parse_text("Return all this.", "unread")).readers
    ('reader 1',)
    """
    chosen = require_text(text).choose(layers=layers)
    if isinstance(portfolios, str | bytes | Mapping):
        raise UserError("agreement() takes several portfolios: give a list of them.")
    readers, troubles = together(portfolios)
    if not names:  # the name of a file is often that of its student
        troubles = [f"{trouble.partition(':')[0]} could not be read; names=True says why." for trouble in troubles]
    if not readers:
        raise UserError(" ".join(["No portfolio could be read.", *troubles[:3]]))
    words = [
        (layer.start + word.start(), layer.start + word.end())
        for layer in chosen
        for word in re.finditer(r"\S+", layer.text)
    ]
    begins, ends = [start for start, _ in words], [end for _, end in words]
    readings = [read_marks(events, text, begins, ends) for events in readers]
    called = [neutralised(one.name) if names and one.name else f"reader {n}" for n, one in enumerate(readings, 1)]
    return Agreement(text, chosen, readings, words, called=called, troubles=troubles)
