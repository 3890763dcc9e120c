"""Several readers on one page: what they all marked, what only some, and with which tags."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from ..core.errors import Slip
from ..core.html import Markup, Table, join
from ..core.untrusted import inert
from ..reading.page_view import left_out
from ..texts.model import Layer, Text, a_text
from .one_reader import Reading, reading, together
from .stretches import Stretch, alpha, kappa, stretches
from .stretches_page import FEW, crowd_page
from .tags import tags_of

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
        readings: Sequence[Reading],
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
            return "Cohen’s kappa", kappa(counts[2], first, second, len(self._words))
        return "Krippendorff’s alpha (nominal)", alpha(counts, len(self.readers), len(self._words))

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
        note += f" {left_out(self.text, self._chosen)}"
        return Table(
            ({"what": what, "count": count, "of": of} for what, count, of in rows),
            ["what", "count", "of"],
            caption=f"{self.text.title}: {len(self.readers)} readers",
            note=" ".join([note, *map(inert, self.troubles)]),
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
                        "tags": ", ".join(f"{inert(self._labels[tag])} {n}" for tag, n in one.tags),
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
                {"tag": inert(self._labels[tag]), "readers": n, "words": words[tag], "shared": shared[tag]}
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
    Slip
        If no portfolio can be read, or a layer is unknown.

    Examples
    --------
    >>> from helpers.texts.loading import parse_text
    >>> from helpers.workbook.session import bundle
    >>> agreement([bundle()], parse_text("Return all this.", "unread")).readers
    ('reader 1',)
    """
    chosen = a_text(text).choose(layers)
    if isinstance(portfolios, str | bytes | Mapping):
        raise Slip("agreement() takes several portfolios: give a list of them.")
    readers, troubles = together(portfolios)
    if not names:  # the name of a file is often that of its student
        troubles = [f"{trouble.partition(':')[0]} could not be read; names=True says why." for trouble in troubles]
    if not readers:
        raise Slip(" ".join(["No portfolio could be read.", *troubles[:3]]))
    words = [
        (layer.start + word.start(), layer.start + word.end())
        for layer in chosen
        for word in re.finditer(r"\S+", layer.text)
    ]
    begins, ends = [start for start, _ in words], [end for _, end in words]
    readings = [reading(events, text, begins, ends) for events in readers]
    called = [inert(one.name) if names and one.name else f"reader {n}" for n, one in enumerate(readings, 1)]
    return Agreement(text, chosen, readings, words, called=called, troubles=troubles)
