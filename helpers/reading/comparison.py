"""Comparison of two texts by category: the passages of each, their voices, and the categories without any."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ..core import SCREEN, THEME, Markup, Table, UserError, did_you_mean, element, foldable, join, list_of_names, plain
from ..drawing import or_listed
from ..texts import GROUPS, KINDS, Layer, Text, read_table, require_text, share_counted
from .apparatus import Witnesses, WitnessLayers
from .dispersion import draw_strip
from .highlighting import Span, find, lexicon
from .page_view import MarkLook, kinds_in_words, mark_words, sheet_style, words_left_out
from .sentences import passages
from .variant_readings import overlapping, readings, readings_in_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_COLUMNS = (
    "category", "document", "layer", "voice", "paragraph", "passage", "phrase", "start", "end", "passage_start",
    "passage_end",
)  # fmt: skip
_RATES = ("phrase", "document", "voice", "speaker", "found", "words", "per 100 words")
SHOWN = 20  # passages displayed per category and text
_CAUTION = (
    "With texts this short a rate says little: one word more or less changes it much, and the voices speak in "
    "different kinds of writing. Look at the passages."
)
_FOUND = "“Found” counts the layers chosen; “with editors” adds the editors’ words."
_PICKED = "The phrases were picked by hand for each text: the figures say where to read, not who says more."


class Category(NamedTuple):
    """A category of the comparison; ``colour`` is an index into the palette."""

    id: str
    label: str
    question: str
    colour: int


class Comparison(Table):
    """Two texts side by side; made by `compare`.

    Attributes
    ----------
    counts : Table
        Per category and text: the phrases found in the chosen layers, the number with the editors'
        words added, and the number in other layers.
    rates : Table
        How often each voice uses your own words, with the number of its words; empty for categories,
        because their phrases were picked by hand.
    """

    def __init__(
        self,
        texts: Sequence[Text],
        chosen: Sequence[Sequence[Layer]],
        categories: Sequence[Category],
        spans: Sequence[Sequence[Span]],
        *,
        own: bool,
    ) -> None:
        self._texts, self._chosen, self._categories, self._spans = texts, chosen, categories, spans
        self._own = own
        rows = [row for n in (0, 1) for row in self._rows(n)]
        order = {category.id: n for n, category in enumerate(categories)}
        rows.sort(key=lambda row: order[row["category"]])  # a stable sort: order within a category is kept
        self._sides = [row.pop("side") for row in rows]
        self.counts = self._count()
        found, more = (sum(row[column] for row in self.counts) for column in ("found", "with editors"))
        super().__init__(
            rows,
            _COLUMNS,
            caption=f"{texts[0].title} beside {texts[1].title}",
            note=f"{self._word_counts()} Phrases found: {found}; with the editors’ words they would be {more}.",
            show=("category", "document", "layer", "paragraph", "passage", "phrase"),
        )
        self.rates = self._rate()

    def _rows(self, n: int) -> list[dict[str, Any]]:
        text, ids = self._texts[n], {layer.id for layer in self._chosen[n]}
        rows = []
        for category in self._categories:
            found = [span for span in self._spans[n] if span.category == category.id and span.layer in ids]
            around = passages(text, [span[:2] for span in found]) if found else []
            for span in found:
                first, last = around[bisect_right(around, (span.start, len(text.content))) - 1]
                layer = text[span.layer]
                rows.append(
                    {
                        "side": n,
                        "category": category.id,
                        "document": text.id,
                        "layer": layer.id,
                        "voice": layer.voice,
                        "paragraph": text.paragraph_at(span.start),
                        "passage": " ".join(text.content[first:last].split()),
                        "phrase": span.phrase,
                        "start": span.start,
                        "end": span.end,
                        "passage_start": first,
                        "passage_end": last,
                    }
                )
        return rows

    def _word_counts(self) -> str:
        """Say for each text how many of its words count, and in which layers."""
        sentences = []
        for text, chosen in zip(self._texts, self._chosen, strict=True):
            words = [layer.words for layer in chosen]
            kinds = kinds_in_words(chosen, words) or "none"
            sentences.append(
                f"{text.title}: {share_counted(sum(words), text.words)} count ({kinds}). {words_left_out(text, chosen)}"
            )
        return " ".join(sentences)

    def _count(self) -> Table:
        rows = []
        for category in self._categories:
            for text, chosen, spans in zip(self._texts, self._chosen, self._spans, strict=True):
                ids = {layer.id for layer in chosen}
                found = [text[span.layer] for span in spans if span.category == category.id]
                inside = sum(layer.id in ids for layer in found)
                rest = [layer for layer in found if layer.id not in ids]
                rows.append(
                    {
                        "category": category.id,
                        "document": text.id,
                        "found": inside,
                        "with editors": inside + sum(layer.kind == "editor" for layer in rest),
                        "left out": kinds_in_words(rest, [1] * len(rest)) or "0",
                    }
                )
        return Table(
            rows,
            ["category", "document", "found", "with editors", "left out"],
            caption="Phrases found, and what would change with the editors’ words",
            note=f"{_FOUND} {'' if self._own else _PICKED}".strip(),
            words={
                "category": {category.id: category.label for category in self._categories},
                "document": self._titles(),
            },
            right=["found", "with editors"],
        )

    def _titles(self) -> dict[str, str]:
        return {text.id: text.title for text in self._texts}

    def _rate(self) -> Table:
        rows = []
        if self._own:
            for category in self._categories:
                for text, chosen, spans in zip(self._texts, self._chosen, self._spans, strict=True):
                    ids = {layer.id: layer.voice for layer in chosen}
                    found = Counter(ids.get(span.layer) for span in spans if span.category == category.id)
                    for voice in dict.fromkeys(ids.values()):
                        words = sum(layer.words for layer in chosen if layer.voice == voice)
                        rate = round(100 * found[voice] / words, 1) if words else 0.0
                        values = (category.id, text.id, voice, text.speakers[voice], found[voice], words, rate)
                        rows.append(dict(zip(_RATES, values, strict=True)))
        return Table(
            rows,
            _RATES,
            caption="Words of your own, by text and voice",
            note=f"“Words” is the number of words the voice has in the layers chosen, the base of the rate. {_CAUTION}"
            if self._own
            else 'Rates are given only for words of your own: compare(one, other, words=["…"]). The phrases of the '
            "categories were picked by hand, so their rate would depend on who picked them.",
            show=[column for column in _RATES if column != "voice"],
            words={"document": self._titles()},
            right=["found", "words", "per 100 words"],
        )

    @or_listed(lambda self: self)
    def plot(self) -> Axes:
        """Draw where the phrases of each category occur in both texts, one tick per phrase.

        Returns
        -------
        matplotlib.axes.Axes
            Axes in inches, with both texts, each on its own scale from first to last word.
            ``axes.figure.description`` is the alternative text.
        """
        kinds = dict.fromkeys(KINDS[layer.kind] for some in self._chosen for layer in some)
        whose = " and ".join(f"the {kind}" for kind in kinds) if len(kinds) < 3 else "the layers chosen"
        rows = [{**row, "document": n} for row, n in zip(self, self._sides, strict=True)]
        return draw_strip(
            self._texts, self._chosen, {t.id: t.label for t in self._categories}, rows, whose or "the layers chosen"
        )

    @plain
    def __repr__(self) -> str:
        return f"{self.caption}\n{(self.rates if self._own else self.counts)!r}\n{self.note}"

    @foldable
    def _repr_html_(self) -> str:
        tables = [self.counts, self.rates] if self._own else [self.counts]
        head = element("p", element("strong", self.caption))
        whose = element("p", element("small", self.note), style="max-width:68em")
        shown = [self._section(category) for category in self._categories]
        if not shown:
            shown = [
                element("p", "No categories: texts/categories.csv has none. Give words of your own with words=[…].")
            ]
        return join([head, whose, *shown, *(Markup(table._repr_html_()) for table in tables)])

    def _section(self, category: Category) -> Markup:
        question = [" ", element("em", category.question)] if category.question else []
        head = element(
            "p", element("strong", category.label, style="font-size:1.1em"), *question, style="margin:0.2em 0"
        )
        sides = element(
            "div",
            *(self._column(category, n) for n in (0, 1)),
            style="display:flex;flex-wrap:wrap;gap:0.4em 2em;align-items:flex-start",
        )
        style = f"border-top:2px solid {THEME.edge};padding:0.4em 0;margin:0.6em 0;max-width:68em"
        return element("section", head, sides, style=style)

    def _column(self, category: Category, n: int) -> Markup:
        text = self._texts[n]
        rows = [
            row for row, side in zip(self, self._sides, strict=True) if row["category"] == category.id and side == n
        ]
        places = list(dict.fromkeys((row["passage_start"], row["passage_end"]) for row in rows))
        counted = self.counts[2 * self._categories.index(category) + n]
        elsewhere = "" if counted["left out"] == "0" else f"Not counted: {counted['left out']}."
        blocks = [element("p", element("strong", text.title), style="margin:0.2em 0")]
        if not rows:
            elsewhere = elsewhere or "None was found in the rest of this text either."
            blocks.append(element("p", element("em", "No phrase was found in the words that count."), " ", elsewhere))
        others = readings(text)
        for first, last in places[:SHOWN]:
            here = [row for row in rows if row["passage_start"] == first]
            blocks.append(self._passage(category, text, first, last, here))
            blocks += [
                element("p", element("small", sentence), style="margin:0 0 0.5em 1.2em")
                for sentence in readings_in_words(overlapping(others, first, last))
            ]
        if len(places) > SHOWN:
            blocks.append(element("p", f"{len(places) - SHOWN} more passages. Use .to_frame() to see all of them."))
        if rows and elsewhere:
            blocks.append(element("p", element("small", elsewhere)))
        return element("div", *blocks, style="flex:1 1 22em;min-width:0")

    def _passage(
        self, category: Category, text: Text, first: int, last: int, rows: Sequence[Mapping[str, Any]]
    ) -> Markup:
        layer = text[rows[0]["layer"]]
        look = MarkLook("", category.colour)  # the heading names the category
        marks = [(row["start"], row["end"], look) for row in rows]
        words = mark_words(text.content[first:last], first, marks)
        # Clicking the place shows the whole paragraph around the passage.
        a, b = next((a, b) for a, b in layer.paragraphs if first < b)
        place = element("summary", f"{layer.label}, ¶{rows[0]['paragraph']}", style="cursor:pointer")
        # Screen only: on paper the passage would be printed twice.
        around = element("p", mark_words(text.content[a:b], a, marks), style="margin:0.3em 0", **{"class": SCREEN})
        return element(
            "blockquote",
            element("p", words, style="margin:0 0 0.2em"),
            element("details", place, around, style="font-size:0.85em"),
            style=sheet_style(42),
        )


def compare(
    a: Text,
    b: Text,
    *,
    words: str | Iterable[str] | None = None,
    category: str | Iterable[str] | None = None,
    layers: str | Iterable[str] = "actors",
    voice: str | Iterable[str] | None = None,
    same: bool | None = None,
) -> Comparison | Witnesses:
    """Compare two texts category by category, or align two witnesses of one text word by word.

    Parameters
    ----------
    a, b : Text
        The texts.
    words : str or iterable of str, optional
        Your own words to compare instead of categories, as in `find`. Only then does the comparison
        have rates.
    category : str or iterable of str, optional
        Categories of ``texts/categories.csv``; all of them by default.
    layers, voice
        Whose words count, as in `Text.choose`; by default the historical actors'. A layer or voice
        needs to occur in only one of the texts.
    same : bool, optional
        Whether the two are witnesses of one text, to be aligned word by word. By default they are
        if the front matter of one names the other in ``witness_of``, or both name the same text.
        Different documents are never aligned.

    Returns
    -------
    Comparison or Witnesses
        Both are tables. A `Comparison` has one row per phrase found: category, document, layer,
        voice, paragraph, passage, phrase, start, end, passage_start, passage_end; the last four
        are offsets in ``Text.content``, in code points. It has ``.plot()``, ``.counts`` and
        ``.rates``. `Witnesses` has one row per difference, ``.pieces`` and ``.counts``.

    Raises
    ------
    UserError
        If a layer, voice or category is unknown, if the same text is given twice, or if two
        different documents are to be aligned.

    Examples
    --------
    >>> from helpers.texts import parse_text
    >>> one, other = parse_text("We return all this.", "one"), parse_text("I keep it. Return it.", "other")
    >>> [(row["document"], row["passage"]) for row in compare(one, other, words="return")]
    [('one', 'We return all this.'), ('other', 'Return it.')]
    >>> compare(parse_text("Return all this.", "a"), parse_text("Return all that.", "b"), same=True)[0]["in B"]
    'that.'
    """
    texts = require_text(a), require_text(b)
    if a is b:
        raise UserError("Both texts are the same text. Give two different texts: compare(one, other).")
    chosen = _choose(texts, layers, voice)
    aligned = _one_work(*texts) if same is None else same
    if aligned:
        if words is not None or category is not None:
            raise UserError(
                "Two witnesses are aligned word by word, so words= and category= cannot be used. Leave them out, or "
                "write same=False to compare by words or category."
            )
        return Witnesses(*(WitnessLayers(text, layers) for text, layers in zip(texts, chosen, strict=True)))
    if words is not None and category is not None:
        raise UserError("words= and category= cannot be used together. Give only one of them.")
    if words is not None:
        own_words = dict.fromkeys(list_of_names(words, "words"))
        categories = [Category(phrase, f"“{phrase}”", "", n) for n, phrase in enumerate(own_words)]
        if not categories:
            raise UserError('No words to compare were given. Write, for example, words=["we", "I"].')
        spans = [find(text, {category.id: [category.id] for category in categories}, layers="all") for text in texts]
    else:
        rows = {row["category"]: row for row in read_table("categories")}
        wanted = list(rows) if category is None else list(dict.fromkeys(list_of_names(category, "category")))
        for id in wanted:
            if id not in rows:
                raise UserError(f"No category “{id}”. {did_you_mean(id, rows)}")
        colours = {id: n for n, id in enumerate(rows)}  # a category has the same colour on every page
        categories = [Category(id, rows[id]["label"], rows[id]["guiding_question"], colours[id]) for id in wanted]
        spans = [lexicon(text, wanted) for text in texts]
    return Comparison(texts, chosen, categories, spans, own=words is not None)


def _one_work(a: Text, b: Text) -> bool:
    """Say whether the front matter (``witness_of``) makes two texts witnesses of one text."""
    named = [str(text.about.get("witness_of", "")) for text in (a, b)]
    return any(named) and (named[0] or a.id) == (named[1] or b.id)


def _choose(
    texts: Sequence[Text], layers: str | Iterable[str], voice: str | Iterable[str] | None
) -> list[tuple[Layer, ...]]:
    """Choose the layers of each text; raise `UserError` for a name that neither text has."""
    ids = [{part.id for part in text} for text in texts]
    voices = [{part.voice for part in text} for text in texts]
    names = list_of_names(layers, "layers")
    spoken = None if voice is None else list_of_names(voice, "voice")
    for given, known, what in (
        (names, {*GROUPS, *ids[0], *ids[1]}, "layer"),
        (spoken or (), set.union(*voices), "voice"),
    ):
        for name in given:
            if name not in known:
                raise UserError(f"No {what} “{name}” in either text. {did_you_mean(name, known)}")
    return [
        text.choose(
            layers=[name for name in names if name in GROUPS or name in ids[n]],
            voice=None if spoken is None else [name for name in spoken if name in voices[n]],
        )
        for n, text in enumerate(texts)
    ]
