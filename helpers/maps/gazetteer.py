"""The places of ``places.csv``, each with the words of the texts that name it, or with what is known from outside."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

from ..core import SCREEN, THEME, Markup, Table, UserError, element, foldable, join, void
from ..reading import Span, find, kinds_in_words, passages
from ..texts import (
    SORTS,
    Layer,
    Text,
    check_names,
    check_row,
    choose_layers,
    load_all_texts,
    place_names,
    position,
    read_table,
    require_text,
)
from .drawing_svg import CHARACTERS, Entry, Picture, draw_map
from .sheet_layout import Site

STANDINGS = {
    "one text": "named in one text",
    "several texts": "named in several texts",
    "left out": "named only in words left out here",
    "outside": "not named; known from outside",
}
_SIGN_OF = {"several texts": 3, "left out": 4, "outside": 5}
_MOST_TEXTS = 3  # that have a sign of their own
_MOST = 120  # the highest number of places that are drawn
_COLUMNS = (
    "place", "today", "latitude", "longitude", "sort", "standing", "documents", "found", "left_out", "names",
    "outside", "source_type", "confidence", "note",
)  # fmt: skip
_WORDS = ("place", "document", "layer", "voice", "paragraph", "match", "sentence", "start", "end")
_MARK = f"background:{THEME.marks[0]};color:{THEME.ink};padding:0 2px"
_SHEET = "The coast line is that of today (Natural Earth). No borders and no rivers are drawn."


G = TypeVar("G", bound="Gazetteer")


class Group(NamedTuple):
    """Places of one standing, with the index of their sign and its words in the key."""

    sign: int
    words: str
    rows: list[Mapping[str, Any]]


def _is_of(row: Mapping[str, Any], standing: str, documents: str) -> bool:
    return bool(row["standing"] == standing and row["documents"] == documents)


class Gazetteer(Table):
    """Places on a map and in a list; ``.to_frame()`` returns them as a pandas DataFrame.

    ``words`` is a table of all the words found: place, document, layer, voice, paragraph, match, sentence, start, end.
    """

    def __init__(
        self,
        rows: Sequence[Mapping[str, Any]],
        spans: Mapping[str, Sequence[tuple[Text, Span]]],
        sites: Mapping[str, Site],
        texts: Mapping[str, Text],
        extra: Iterable[str] = (),
    ) -> None:
        self._texts, self._spans, self._sites = texts, spans, sites
        super().__init__(
            rows,
            [*_COLUMNS, *extra],
            caption=f"Places: {len(rows)}",
            note=_SHEET,
            show=["place", "standing", "documents", "found", "left_out", "outside"],
            words={"standing": STANDINGS},
        )

    @cached_property
    def groups(self) -> list[Group]:
        """The places by standing, those that one text names by text: the entries of the key, in order."""
        both = {"several texts": "named in both texts"} if len(self._texts) == 2 else {}
        found = []
        named = [id for id in self._texts if any(_is_of(row, "one text", id) for row in self)]
        for n, id in enumerate(named):
            words = f"named in {_lower_article(self._texts[id].title)}"
            rows = [row for row in self if _is_of(row, "one text", id)]
            found.append(Group(n if len(named) <= _MOST_TEXTS else 0, words, rows))
        for standing, sign in _SIGN_OF.items():
            rows = [row for row in self if row["standing"] == standing]
            found.append(Group(sign, {**STANDINGS, **both}[standing], rows))
        return [group for group in found if group.rows]

    @cached_property
    def picture(self) -> Picture:
        """The map as SVG."""
        signs = {row["place"]: group.sign for group in self.groups for row in group.rows}
        entries = [Entry(self._sites[row["place"]], signs[row["place"]]) for row in self[:_MOST]]
        scenery = [site for name, site in self._sites.items() if name not in signs][:_MOST]
        shared = Counter(group.sign for group in self.groups)
        key = {group.sign: STANDINGS["one text"] if shared[group.sign] > 1 else group.words for group in self.groups}
        return draw_map(entries, scenery, key, self.description)

    @property
    def description(self) -> str:
        """The alternative text of the map: every place that is drawn, by its standing."""
        drawn = {row["place"] for row in self[:_MOST]}
        named = ((one.words, [row["place"] for row in one.rows if row["place"] in drawn]) for one in self.groups)
        said = "; ".join(f"{words}: {', '.join(names)}" for words, names in named if names)
        count = "1 place" if len(drawn) == 1 else f"{len(drawn)} places"
        more = "".join(f" {note}" for note in self._not_drawn)
        return f"Map of {count}. {said[:1].upper()}{said[1:]}.{more} The list has the words for each place."

    @property
    def _not_drawn(self) -> list[str]:
        more = len(self) - _MOST
        return [f"Not on the map: {more:,} more places, later in places.csv; the list has them."] if more > 0 else []

    @cached_property
    def words(self) -> Table:
        """Every place where the chosen words name a place."""
        rows = [
            {
                "place": place,
                "document": text.id,
                "layer": span.layer,
                "voice": text[span.layer].voice,
                "paragraph": text.paragraph_at(span.start),
                "match": text.content[span.start : span.end],
                "sentence": " ".join(text.content[slice(*passages(text, [(span.start, span.end)])[0])].split()),
                "start": span.start,
                "end": span.end,
            }
            for place, found in self._spans.items()
            for text, span in found
        ]
        speakers = {voice: name for text in self._texts.values() for voice, name in text.speakers.items()}
        return Table(
            rows,
            _WORDS,
            caption=f"Words that name places: {len(rows)}",
            show=["place", "match", "sentence", "voice", "document", "paragraph"],
            words={"voice": speakers},
            strong=["match"],
        )

    def told(self) -> list[dict[str, Any]]:
        """Return the list below the map as plain data: groups of places, each with its words or what is known of it."""
        number = {row["place"]: n for n, row in enumerate(self)}
        return [
            {
                "character": CHARACTERS[group.sign],
                "words": group.words,
                "places": [self._told(row, number[row["place"]]) for row in group.rows],
            }
            for group in self.groups
        ]

    def _told(self, row: Mapping[str, Any], number: int) -> dict[str, Any]:
        """What is said of one place."""
        lines = []
        if row["left_out"]:
            lines.append(["", f'In words left out here: {row["left_out"]}. Add layers="all" to read them.', ""])
        if row["outside"]:
            certain = f"confidence: {row['confidence']}" if row["confidence"] else ""
            basis = "; ".join(filter(None, [row["source_type"], certain]))
            lines.append(["From outside the texts: ", row["outside"], basis])
        if row["note"]:
            lines.append(["", "", row["note"]])
        return {
            "number": number,
            "name": row["place"],
            "today": f" (today: {row['today']})" if row["today"] else "",
            "quotations": [_quoted(*one) for one in self._passages(row["place"])],
            "lines": lines,
        }

    def _passages(self, place: str) -> Iterator[tuple[Text, int, int, list[Span]]]:
        """Yield the passages that name a place, with the words that name it."""
        for id, text in self._texts.items():
            spans = [span for one, span in self._spans[place] if one.id == id]
            for first, last in passages(text, [(span.start, span.end) for span in spans]):
                yield text, first, last, [span for span in spans if first <= span.start and span.end <= last]

    @property
    def notes(self) -> list[str]:
        """What is said below the map."""
        hidden = self.picture.unlabelled
        without = [f"No room for the names of: {', '.join(hidden)}."] if hidden else []
        return [*without, *self._not_drawn, self.note]

    @foldable
    def _repr_html_(self) -> str:
        data = base64.b64encode(self.picture.svg.encode("utf-8")).decode("ascii")
        # JupyterLab 4.6 drops <svg> from an untrusted notebook, but keeps an <img> with its alternative text.
        source = f"data:image/svg+xml;base64,{data}"
        image = void("img", alt=self.description, src=source, style="max-width:100%;height:auto")
        both = (
            element("div", image, style="flex:3 1 36em;min-width:0;max-width:64em"),
            element("div", *map(_group, self.told()), style="flex:1 1 16em;min-width:0", **{"class": SCREEN}),
        )
        notes = (element("p", element("small", note), style="margin:0.3em 0") for note in self.notes)
        style = "display:flex;flex-wrap:wrap;gap:0.6em 1.4em;align-items:start"
        return element("section", element("div", *both, style=style), *notes, **{"class": "close-reading-map"})


def _group(group: Mapping[str, Any]) -> Markup:
    """Write the places of one standing as a list; each opens what is said of it."""
    head = element("p", element("strong", f"{group['character']} {group['words']}"), style="margin:0.5em 0 0.1em")
    items = (element("li", _opening(place), style="margin:0.1em 0") for place in group["places"])
    return join([head, element("ul", *items, style="list-style:none;margin:0;padding:0 0 0 1.1em")])


def _opening(place: Mapping[str, Any]) -> Markup:
    """Write a place that opens its words, or what is known of it."""
    inside = []
    for quotation in place["quotations"]:
        words = (element("mark", part, style=_MARK) if marked else part for part, marked in quotation["parts"])
        where = element("small", quotation["where"])
        style = "margin:0.3em 0 0.6em;padding:0;border:0;color:inherit"
        inside.append(element("blockquote", *words, void("br"), where, style=style))
    for label, words, small in place["lines"]:
        parts = [element("em", label) if label else "", words, void("br") if words and small else ""]
        inside.append(element("p", *parts, element("small", small) if small else "", style="margin:0.3em 0"))
    line = f"border-left:4px solid {THEME.edge};margin:0.2em 0 0.6em;padding:0 0 0 0.7em"
    summary = element("summary", element("strong", place["name"]), place["today"])
    return element("details", summary, element("div", *inside, style=line))


def _quoted(text: Text, first: int, last: int, spans: Sequence[Span]) -> dict[str, Any]:
    """A passage in parts, each marked or not, and whose words they are."""
    parts: list[tuple[str, bool]] = []
    at = first
    for span in spans:
        if span.start >= at:
            parts += [(text.content[at : span.start], False), (text.content[span.start : span.end], True)]
            at = span.end
    parts.append((text.content[at:last], False))
    layer = text[spans[0].layer]
    where = f"{layer.label or layer.id}; {_lower_article(text.title)}, ¶{text.paragraph_at(spans[0].start)}"
    return {"parts": [part for part in parts if part[0]], "where": where}


def _lower_article(title: str) -> str:
    """Write a title inside a sentence.

    Examples
    --------
    >>> _lower_article("The letter"), _lower_article("Theory")
    ('the letter', 'Theory')
    """
    return title[:1].lower() + title[1:] if title.startswith(("The ", "A ", "An ")) else title


def find_places(
    texts: Sequence[Text] = (),
    *,
    layers: str | Iterable[str] = "actors",
    voice: str | Iterable[str] | None = None,
    made: type[G],
) -> G:
    """Find the places of ``places.csv`` in texts, as a `Gazetteer` of class ``made``.

    `helpers.places` documents the parameters and errors.
    """
    known = load_all_texts()
    in_order = sorted(known.values(), key=lambda text: text.date)
    chosen = {text.id: text for text in map(require_text, texts or in_order)}
    inside = choose_layers(chosen, layers, voice)
    read = read_table("places")
    for row in read:
        check_row("places", row, known, ())
        check_names(row, known)
    rows: list[dict[str, Any]] = []
    sites: dict[str, Site] = {}
    spans: dict[str, list[tuple[Text, Span]]] = {}
    for row in read:
        names, (latitude, longitude), sort = place_names(row), position(row), row.get("sort") or SORTS[0]
        site = Site(row["place"], (latitude, longitude), sort != SORTS[0], row.get("side", ""))
        if not names and not row["outside"]:  # only for orientation
            sites[row["place"]] = site
            continue
        everywhere = [(text, span) for text in chosen.values() for span in find(text, names, layers="all")]
        found = [(text, span) for text, span in everywhere if (text.id, span.layer) in inside]
        others = [text[span.layer] for text, span in everywhere if (text.id, span.layer) not in inside]
        if not everywhere and not row["outside"]:
            continue  # only other texts name it
        documents = list(dict.fromkeys(text.id for text, _ in found))
        sites[row["place"]] = site
        rows.append(
            {
                **dict.fromkeys(_COLUMNS, ""),
                **row,
                "latitude": latitude,
                "longitude": longitude,
                "sort": sort,
                "standing": _standing(documents, others),
                "documents": ", ".join(documents),
                "found": len(found),
                "left_out": kinds_in_words(others, [1] * len(others)),
            }
        )
        spans[row["place"]] = found
    if not rows:
        where = "texts/places.csv has no place" + (" that these texts name" if read else "")
        raise UserError(
            f"There is nothing to draw: {where}. Write a row for each place; tests/fork/own-texts.md lists the columns."
        )
    extra = [column for column in read[0] if column not in _COLUMNS]
    return made(rows, spans, sites, chosen, extra)


def _standing(documents: Sequence[str], others: Sequence[Layer]) -> str:
    """Whose words name a place: one text, several, none of those chosen, or none at all."""
    if documents:
        return "one text" if len(documents) == 1 else "several texts"
    return "left out" if others else "outside"
