"""Search in a text: phrases found with layer and voice, highlights, concordances."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple, TypedDict
from weakref import WeakKeyDictionary

from ..core import Table, UserError, did_you_mean, foldable, list_of_names, listed
from ..search import Words, prepared_phrase
from ..texts import Layer, Text, read_table, require_text, verify_row
from .page_view import MarkLook, kinds_in_words, page_html, short_signs, words_left_out

# Cache of folded words; the weak keys free an entry together with its text.
_PREPARED: WeakKeyDictionary[Text, dict[str, Words]] = WeakKeyDictionary()
_HEAD = re.compile(r"\S*")
# Of a line of a concordance, on either side: with more, the lines would repeat the text once for each match.
MOST_WIDTH = 1000
Phrases = str | Iterable[str] | Mapping[str, Iterable[str]]


class Span(NamedTuple):
    """A match, as returned by `find`."""

    start: int  # half-open range in Text.content, in code points
    end: int
    phrase: str  # the phrase searched for
    category: str  # its category; the phrase itself if there is none
    layer: str


def find(
    text: Text,
    phrases: Phrases,
    *,
    layers: str | Iterable[str] = "actors",
    voice: str | Iterable[str] | None = None,
) -> list[Span]:
    """Find phrases as whole words, ignoring case, shape of quotation marks and spacing.

    Parameters
    ----------
    text : Text
        The text to search.
    phrases : str, iterable of str, or mapping of str to iterable of str
        Literal phrases; one trailing ``*`` stands for any ending of the word. A mapping gives
        phrases by category. If phrases of one category overlap, the longest one counts; matches
        of different categories may overlap.
    layers, voice
        Layers to search, as in `Text.choose`; by default the historical actors'. A match never
        crosses a layer boundary.

    Returns
    -------
    list of Span
        In the order of ``Text.content``.

    Raises
    ------
    UserError
        If a phrase is empty, or a layer or voice is unknown.

    Examples
    --------
    >>> from helpers.texts import parse_text
    >>> text = parse_text("“Return\\n all this.” He returned the case.")
    >>> [text.content[span.start : span.end] for span in find(text, ["return all this", "return*"])]
    ['Return\\n all this', 'returned']
    """
    if isinstance(phrases, Mapping):
        wanted = {category: [prepared_phrase(words) for words in group] for category, group in phrases.items()}
    else:
        wanted = {None: [prepared_phrase(words) for words in ([phrases] if isinstance(phrases, str) else phrases)]}
    prepared = _PREPARED.setdefault(require_text(text), {})
    spans = []
    for layer in text.choose(layers=layers, voice=voice):
        if layer.id not in prepared:
            prepared[layer.id] = Words(layer.text)
        for category, group in wanted.items():
            for start, end, words in prepared[layer.id].matches(group):
                spans.append(Span(layer.start + start, layer.start + end, words, category or words, layer.id))
    return sorted(spans, key=lambda span: (span.start, -span.end, span.category))


def lexicon(text: Text, categories: Iterable[str]) -> list[Span]:
    """Find the phrases of ``texts/phrases.csv`` in all layers, or in the layer that a row names.

    Raises `UserError` if a category is not in ``texts/categories.csv`` or a row no longer matches the text.
    """
    known = [row["category"] for row in read_table("categories")]
    wanted = list(categories)
    for category in wanted:
        if category not in known:
            raise UserError(f"No category “{category}”. {did_you_mean(category, known)}")
    by_place: dict[tuple[str, str], list[str]] = {}
    for row in read_table("phrases"):
        if row["category"] in wanted and row["document"] in ("", text.id):
            verify_row(row, {text.id: text})
            by_place.setdefault((row["layer"], row["category"]), []).append(row["phrase"])
    spans = [
        span
        for (layer, category), phrases in by_place.items()
        for span in find(text, {category: phrases}, layers=layer or "all")
    ]
    return sorted(set(spans), key=lambda span: (span.start, -span.end, span.category))


class Highlight:
    """A page with words marked; made by `highlight`.

    Attributes
    ----------
    spans : list of Span
        The matches in the chosen layers.
    counts : Table
        Every phrase or category with its number of matches, in the chosen layers and in the others.
    """

    def __init__(
        self, text: Text, chosen: Sequence[Layer], everywhere: Sequence[Span], headings: Mapping[str, tuple[str, str]]
    ) -> None:
        ids = {layer.id for layer in chosen}
        self.text = text
        self.spans = [span for span in everywhere if span.layer in ids]
        self._chosen = chosen
        outside: dict[str, Counter[str]] = {category: Counter() for category in headings}
        inside = Counter(span.category for span in self.spans)
        self._looks = {
            category: MarkLook(sign, n) for n, (category, (sign, _)) in enumerate(headings.items()) if inside[category]
        }
        looks = {headings[category][0]: look for category, look in self._looks.items()}
        for span in everywhere:
            if span.layer not in ids:
                outside[span.category][span.layer] += 1
        words = sum(layer.words for layer in chosen)
        self.counts = Table(
            (
                {
                    "sign": sign,
                    "looked for": meaning,
                    "found": inside[category],
                    "left out": kinds_in_words([text[id] for id in outside[category]], outside[category].values())
                    or "0",
                }
                for category, (sign, meaning) in headings.items()
            ),
            ["sign", "looked for", "found", "left out"],
            caption=f"{text.title}: found in {words} words",
            note=words_left_out(text, chosen),
            words={"sign": {sign: look.words(sign) for sign, look in looks.items()}},
            right=["found"],
        )

    def __len__(self) -> int:
        return len(self.spans)

    def __repr__(self) -> str:
        return repr(self.counts)

    @foldable
    def _repr_html_(self) -> str:
        looks = self._looks
        marks = ((start, end, looks[category]) for start, end, _, category, _ in self.spans)
        return "".join([*page_html(self.text, self._chosen, marks), self.counts._repr_html_()])


def _letter(n: int) -> str:
    """Return the letter shown beside the matches of phrase n: a, b, …, z, aa, ab, … Categories have capitals."""
    return (_letter(n // 26 - 1) if n >= 26 else "") + chr(ord("a") + n % 26)


def highlight(
    text: Text,
    *phrases: str,
    category: str | Iterable[str] | None = None,
    layers: str | Iterable[str] = "actors",
    voice: str | Iterable[str] | None = None,
) -> Highlight:
    """Mark phrases in the words of a text.

    Parameters
    ----------
    text : Text
        The text.
    *phrases : str
        Phrases to mark, as in `find`; each is counted separately.
    category : str or iterable of str, optional
        Categories of ``texts/categories.csv`` whose phrases are marked too, each only in
        the layer its row names; ``"all"`` for all categories.
    layers, voice
        Layers to show and search, as in `Text.choose`; by default the historical actors'.

    Returns
    -------
    Highlight
        Displays as a page with a legend; has ``.spans`` and ``.counts``.

    Raises
    ------
    UserError
        If neither phrases nor a category are given, or a category, layer or voice is unknown.

    Examples
    --------
    >>> from helpers.texts import parse_text
    >>> highlight(parse_text("Return all this. Return it."), "return").counts[0]["found"]
    2
    """
    chosen = require_text(text).choose(layers=layers, voice=voice)
    if not phrases and category is None:
        raise UserError('Nothing to mark was given. Give words, as in highlight(text, "words"), or category="…".')
    headings: dict[str, tuple[str, str]] = {}
    everywhere: list[Span] = []
    for n, words in enumerate(dict.fromkeys(prepared_phrase(one).words for one in phrases)):
        headings[f"phrase {words}"] = (_letter(n), f"“{words}”")
        everywhere += find(text, {f"phrase {words}": [words]}, layers="all")
    if category is not None:
        rows = {row["category"]: row for row in read_table("categories")}
        wanted = list(rows) if category == "all" else list_of_names(category, "category")
        everywhere += lexicon(text, wanted)
        signs = dict(zip(rows, short_signs(row["label"] for row in rows.values()), strict=True))
        headings |= {id: (signs[id], f"{rows[id]['label']}: {rows[id]['guiding_question']}") for id in wanted}
    everywhere.sort(key=lambda span: (span.start, -span.end, span.category))
    return Highlight(text, chosen, everywhere, headings)


class _Line(TypedDict):
    """A row of a concordance, in KWIC form."""

    document: str
    layer: str
    voice: str
    left: str
    match: str
    right: str
    paragraph: int
    start: int
    end: int


def _in_order(words: str) -> list[str]:
    return re.findall(r"\w+", words.casefold())


_ORDERS: dict[str, Callable[[_Line], tuple[list[str], int]] | None] = {
    "place": None,  # text order, in which the matches are found
    "left": lambda row: (_in_order(row["left"])[::-1], row["start"]),
    "right": lambda row: (_in_order(row["right"]), row["start"]),
}


class Concordance(Table):
    """Keywords in context; made by `concordance`."""

    def __init__(
        self, text: Text, chosen: Sequence[Layer], sought: str, rows: Sequence[_Line], found: Counter[str]
    ) -> None:
        super().__init__(
            rows,
            ["document", "layer", "voice", "paragraph", "left", "match", "right", "start", "end"],
            caption=f"{text.title}: {sought}",
            note=self._summary,
            show=["paragraph", "left", "match", "right", "voice"],
            headings={"paragraph": "¶"},
            words={"voice": text.speakers},
            right=["left"],
            strong=["match"],
        )
        self._text, self._chosen, self._found = text, chosen, found

    def _summary(self) -> str:
        # Called only on display, because counting the words of a whole book takes time.
        text, chosen = self._text, self._chosen
        note = f"{len(self)} in the {sum(layer.words for layer in chosen)} words looked at; "
        others = [part for part in text.rest(chosen) if self._found[part.id]]
        if elsewhere := kinds_in_words(others, [self._found[part.id] for part in others]):
            return note + f'left out: {elsewhere}. Add layers="all" to list them.'
        return note + ("nothing is left out." if len(chosen) == len(text.parts) else "none in the layers left out.")

    @cached_property
    def counts(self) -> Table:
        """Number of matches, number of words and rate for each layer searched."""
        return Table(
            (
                {
                    "layer": p.id,
                    "voice": p.voice,
                    "found": self._found[p.id],
                    "words": p.words,
                    "per 100 words": round(100 * self._found[p.id] / p.words, 1) if p.words else 0.0,
                }
                for p in self._chosen
            ),
            ["layer", "voice", "found", "words", "per 100 words"],
            caption=f"{self.caption}, by layer",
            note=self.note + " With few words a rate says little: look at the lines.",
            words={"voice": self._text.speakers},
            right=["found", "words", "per 100 words"],
        )


def concordance(
    text: Text,
    *phrases: str,
    width: int = 40,
    sort: str = "place",
    layers: str | Iterable[str] = "actors",
    voice: str | Iterable[str] | None = None,
) -> Concordance:
    """List matches with their left and right context (KWIC).

    Parameters
    ----------
    text : Text
        The text.
    *phrases : str
        Phrases to find, as in `find`.
    width : int
        Maximum number of characters of context on either side, up to 1,000; words are not cut.
    sort : {"place", "left", "right"}
        The order of the lines: as in the text, or by the words before or after the match, nearest
        word first.
    layers, voice
        Layers to search, as in `Text.choose`; by default the historical actors'.

    Returns
    -------
    Concordance
        A `Table`: document, layer, voice, paragraph, left, match, right, start, end; the last two are offsets
        in ``Text.content``, in code points. The context never leaves the layer.

    Raises
    ------
    UserError
        If no words are given, ``width`` is negative or too large, or ``sort``, a layer or voice is unknown.

    Examples
    --------
    >>> from helpers.texts import parse_text
    >>> lines = concordance(parse_text("Return all this. Then return the case."), "return", width=12)
    >>> [(line["left"], line["match"], line["right"]) for line in lines]
    [('', 'Return', ' all this. '), (' this. Then ', 'return', ' the case.')]
    """
    if not phrases:
        raise UserError('No words to list were given. Write, for example, concordance(text, "words").')
    if not isinstance(width, int) or not 0 <= width <= MOST_WIDTH:
        raise UserError(
            f"width={width!r} is not a number of characters from 0 to {MOST_WIDTH:,}. Write, for example, width=40."
        )
    if sort not in [*_ORDERS]:
        raise UserError(f"sort=“{sort}” is not known. {did_you_mean(str(sort), _ORDERS)}")
    chosen = require_text(text).choose(layers=layers, voice=voice)
    everywhere = find(text, {words: [words] for words in (prepared_phrase(one).words for one in phrases)}, layers="all")
    ids = {layer.id: layer for layer in chosen}
    rows: list[_Line] = []
    for start, end, _, _, where in everywhere:
        if where in ids:
            layer = ids[where]
            left, right = _context(text.content, layer, start, end, width)
            rows.append(
                {
                    "document": text.id,
                    "layer": where,
                    "voice": layer.voice,
                    "paragraph": text.paragraph_at(start),
                    "left": left,
                    "match": _one_line(text.content[start:end]),
                    "right": right,
                    "start": start,
                    "end": end,
                }
            )
    order = _ORDERS[sort]
    if order:
        rows.sort(key=order)
    sought = listed(f"“{phrase}”" for phrase in phrases)
    return Concordance(text, chosen, sought, rows, Counter(span.layer for span in everywhere))


def _context(content: str, layer: Layer, start: int, end: int, width: int) -> tuple[str, str]:
    """Return the context on either side within the layer, cut between words."""
    first, last = max(layer.start, start - width), min(layer.end, end + width)
    left, right = content[first:start], content[end:last]
    if first > layer.start and not content[first - 1].isspace():
        left = _HEAD.sub("", left, count=1)
    # The last word on the right is cut in two unless white space follows it: drop it.
    if last < layer.end and right and not (content[last].isspace() or right[-1].isspace()):
        right = right[: len(right) - len(right.rsplit(None, 1)[-1])]
    return _one_line(left), _one_line(right)


def _one_line(words: str) -> str:
    if words.isprintable() and "  " not in words:  # fast path: the plain space is the only printable white space
        return words
    return " ".join(f"|{words}|".split())[1:-1]
