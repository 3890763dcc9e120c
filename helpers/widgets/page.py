"""Reading pages: with switches and a search box where widgets are available, static elsewhere."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from functools import cache

from ..core import THEME, Markup, element
from ..reading import (
    HELP,
    NUMBERS,
    Aid,
    Page,
    lay_out_page,
    lexicon,
    note_anchors,
    paragraph_aids,
    printed_notes,
    short_signs,
)
from ..texts import KINDS, Layer, Text, read_table, require_text
from ..workbook import UNSTORED
from .live import live_class, script, show

# A longer text gets a static page, because a live one would be slow to send and to show.
MOST_CHARACTERS = 2_000_000
_PAGE = {"class": "close-reading-page"}


def unstored_page(text: Text) -> Markup:
    """Return what is stored of the page of a text that the student brought: its title."""
    return element("article", element("p", element("strong", text.title)), element("p", UNSTORED), **_PAGE)


class ReadingPage(Page):
    """A text as a page; made by `read`."""

    def words_html(self) -> str:
        """Return the page, for the live view."""
        return super()._repr_html_()

    def _repr_html_(self) -> Markup:
        return unstored_page(self.text) if self.text.origin else super()._repr_html_()

    def _ipython_display_(self) -> None:
        if self.text.origin:
            from .private import show_words  # with all that a student's work needs; other texts are shown sooner

            show_words(self)
            return
        alive = not self.task and len(self.text.content) <= MOST_CHARACTERS and _widget()
        show(self, (lambda: alive(page_state(self.text, self.shown, self.helping))) if alive else None)


def read(
    text: Text,
    *,
    layers: str | Iterable[str] = "actors",
    voice: str | Iterable[str] | None = None,
    labels: bool = True,
    rest: str = "omit",
    aids: bool | str = True,
) -> ReadingPage:
    """Show a text as a page to read.

    In a notebook with widgets the page has a search box and switches for its layers and for the
    categories of ``texts/categories.csv``. Elsewhere it is static.

    Parameters
    ----------
    text : Text
        The text to show.
    layers, voice
        Which layers to show, as in `Text.choose`; by default those of the historical actors.
    labels : bool
        Whether to name the voice of each layer. Without labels, finding it is the reader's task,
        so the page has no switches and no help.
    rest : {"omit", "strike"}
        Whether to leave the other layers out or to show them struck out. A page with layers
        struck out has no switches and no help.
    aids : bool or "words"
        Whether to explain words at their first use, to add summaries in plain words, and to say
        where the notes are. ``"words"`` leaves out the summaries, which may give away what a reader
        is to find out. These aids are not part of the text and are not counted.

    Returns
    -------
    ReadingPage
        Displays the page, and says what was left out.

    Raises
    ------
    UserError
        If a layer, a voice, ``rest`` or ``aids`` is unknown, or a row of ``glossary.csv`` or
        ``summaries.csv`` is no longer true.

    Examples
    --------
    >>> from helpers.texts import parse_text
    >>> read(parse_text("Return all this."))
    text: 3 of 3 words shown. Nothing is left out.
    """
    helping = paragraph_aids(require_text(text), aids)
    if not labels or rest != "omit":
        helping = {}
    return lay_out_page(text, layers=layers, voice=voice, labels=labels, rest=rest, helping=helping, made=ReadingPage)


def utf16_offsets(words: str) -> Callable[[int], int]:
    """Return a function that converts offsets in code points to offsets in UTF-16 units, as browsers count.

    Examples
    --------
    >>> [utf16_offsets("a😀b")(at) for at in (0, 1, 2, 3)]
    [0, 1, 3, 4]
    """
    astral = [at for at, one in enumerate(words) if one > "\uffff"]
    return lambda at: at + bisect_left(astral, at)


def page_state(text: Text, shown: Iterable[Layer], helping: Mapping[int, Aid]) -> dict[str, object]:
    """Return all that a live page needs, as plain data; offsets count UTF-16 units.

    All layers are included, so that each can be switched on; those of `shown` are on at first.

    Examples
    --------
    >>> from helpers.texts import parse_text
    >>> text = parse_text("Return all this.")
    >>> [part["text"] for part in page_state(text, text.parts, {})["layers"][0]["paragraphs"]]
    ['Return all this.']
    """
    numbered = printed_notes(text)
    visible = {layer.id for layer in shown}
    place = {layer.id: n for n, layer in enumerate(text)}
    voices = text.speakers
    layers = [
        {
            "id": layer.id,
            "label": layer.label or layer.id,
            "voice": voices[layer.voice] or layer.voice or layer.id,
            "kind": KINDS[layer.kind],
            "look": [*THEME.layers[layer.kind]],
            "words": layer.words,
            "shown": layer.id in visible,
            "numbers": sorted(note_anchors(layer, numbered)),
            "paragraphs": [
                _paragraph(text.content[a:b], helping.get(text.paragraph_at(a), Aid()), place)
                for a, b in layer.paragraphs
            ],
        }
        for layer in text
    ]
    return {
        "title": text.title,
        "layers": layers,
        "categories": _categories(text),
        "help": HELP,
        "numbers": NUMBERS,
    }


def _paragraph(words: str, aid: Aid, place: Mapping[str, int]) -> dict[str, object]:
    return {
        "text": words,
        "summary": aid.summary,
        "terms": [list(term) for term in aid.terms],
        "notes": [[number, place[note]] for number, note in aid.anchors],
    }


def _categories(text: Text) -> list[dict[str, object]]:
    """List the categories that occur in the text, each with its marks by paragraph."""
    rows = {row["category"]: row for row in read_table("categories")}
    signs = short_signs(row["label"] for row in rows.values())
    marks: dict[str, list[list[int]]] = {category: [] for category in rows}
    edges = [(n, m, a, b) for n, layer in enumerate(text) for m, (a, b) in enumerate(layer.paragraphs)]
    starts = [a for _, _, a, _ in edges]
    convert = cache(lambda at: utf16_offsets(text.content[edges[at][2] : edges[at][3]]))
    for span in lexicon(text, rows):
        at = bisect_left(starts, span.start + 1) - 1
        # A phrase may continue in the next paragraph; only its last part gets the sign.
        while at < len(edges) and edges[at][2] < span.end:
            n, m, a, b = edges[at]
            first, last = convert(at)(max(span.start, a) - a), convert(at)(min(span.end, b) - a)
            marks[span.category].append([n, m, first, last, int(span.end <= b)])
            at += 1
    return [
        {
            "label": row["label"],
            "sign": signs[colour],
            "question": row["guiding_question"],
            "colour": colour % len(THEME.marks),
            "marks": marks[category],
        }
        for colour, (category, row) in enumerate(rows.items())
        if marks[category]
    ]


@live_class
def _widget() -> Callable[[dict[str, object]], object]:
    import anywidget
    import traitlets

    class LivePage(anywidget.AnyWidget):
        _esm = script("words", "page")
        page = traitlets.Dict().tag(sync=True)

        def __init__(self, page: dict[str, object]) -> None:
            super().__init__(page=page)

        def __repr__(self) -> str:
            return "Run this cell to switch layers and categories on and off, and to search."

    return LivePage
