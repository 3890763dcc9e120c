"""Annotation pages: mark words, tag them and write notes; every mark is saved at once."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from operator import itemgetter
from typing import NotRequired, TypedDict

from .. import annotation
from ..annotation import REMARKS, Note, listed_marks, note_colour, note_place_in_words, numbered_notes, still_marks
from ..core import Markup, UserError, element, join, list_of_names, neutralised, plain
from ..reading import MOST_OVERLAPPING, Aid, page_html, paragraph_aids, sentences_in, words_left_out
from ..texts import Layer, Text, require_text
from ..workbook import UNSTORED, NotSaved, cannot_keep
from .asking import show_personal
from .live import live_class, personal_class, script
from .page import MOST_CHARACTERS, page_state, unstored_page, utf16_offsets
from .private import show_words

# A request of the page. “from” is a keyword in Python, so these cannot be the fields of a class.
Asked = TypedDict(
    "Asked",
    {
        "do": str,
        "id": str | None,
        "layer": int,
        "from": list[int],
        "to": list[int],
        "tags": list[str],
        "fresh": str,
        "note": str,
        "ack": int,
    },
    total=False,
)


class Answer(TypedDict):
    """The reply to a request: whether it was carried out, a message, and the id of the mark if there is one."""

    done: bool
    said: str
    id: NotRequired[str]


class Pencilled:
    """A text with the student's own marks and a pencil to add more; made by `annotate`."""

    def __init__(
        self, text: Text, shown: tuple[Layer, ...], said: str = "", helping: Mapping[int, Aid] | None = None
    ) -> None:
        self.text = text
        self.shown = shown
        self.said = said
        self.helping = helping or {}

    def _ipython_display_(self) -> None:
        if len(self.text.content) > MOST_CHARACTERS:
            show_words(self)
            return
        alive = _widget()
        show_personal(self, (lambda: alive(self)) if alive else None)

    def words_html(self) -> Markup:
        """Return the student’s marks as a list, for a text that is too long for the live page."""
        tags = {tag.name: tag for tag in annotation.tagset()}
        said = element("p", self.said) if self.said else ""
        return join([said, listed_marks(annotation.notes(self.text), tags, self.shown)])

    def _repr_html_(self) -> Markup:
        if self.text.origin:
            return unstored_page(self.text)
        still = Markup("".join(page_html(self.text, self.shown)))
        return join([still, still_marks(), element("p", element("small", words_left_out(self.text, self.shown)))])

    @plain
    def __repr__(self) -> str:
        return f"{self.text.title}. {UNSTORED}"

    @plain
    def __str__(self) -> str:
        count = len(annotation.notes(self.text))
        said = f"{self.said} " if self.said else ""
        return f"{said}{self.text.title}: {count} mark{'' if count == 1 else 's'} of your own."


def annotate(
    text: Text,
    words: str | None = None,
    *,
    tag: str | Iterable[str] = (),
    note: str = "",
    layers: str | Iterable[str] = "actors",
    voice: str | Iterable[str] | None = None,
    aids: bool | str = True,
) -> Pencilled:
    """Show a text with a pencil to mark words; or, with `words`, mark these words.

    Parameters
    ----------
    text : Text
        The text.
    words : str, optional
        Words to mark without the page. If they occur several times, the first place is marked.
    tag : str or iterable of str
        One or several tags: a category of ``texts/categories.csv`` or your own word.
    note : str
        A note in the margin.
    layers, voice
        Which layers to show and to search for the words, as in `Text.choose`.
    aids : bool or "words"
        Whether to explain words and to add summaries in plain words, as in `read`. ``"words"``
        leaves out the summaries, which could give away the words to find.

    Returns
    -------
    Pencilled
        Displays the page with a pencil where widgets are available. Your marks are shown live and
        are not stored in the notebook.

    Raises
    ------
    UserError
        If the words are not in these layers, or the text, a layer or a voice is unknown.

    Examples
    --------
    >>> from helpers.texts import parse_text
    >>> text = parse_text("Return all this.", "small")
    >>> annotate(text, "all this", tag="mine", note="All of what?").said
    'Marked and saved: “all this”.'
    >>> annotation.notes(text)[0].tags
    ('mine',)
    """
    shown = require_text(text).choose(layers=layers, voice=voice)
    helping = paragraph_aids(text, aids)
    if words is None:
        if tag or note:
            raise UserError(
                'A tag or a note needs words. Write annotate(text, "words of the text", tag="…", note="…").'
            )
        return Pencilled(text, shown, helping=helping)
    ids = [layer.id for layer in shown]
    try:
        made = annotation.mark_quotation(text, words, tags=_tags(list_of_names(tag, "tag")), note=note, layers=ids)
    except NotSaved as error:
        return Pencilled(text, shown, str(error))
    return Pencilled(text, shown, f"Marked and saved: “{neutralised(made.quotation)}”.")


def _tags(names: Iterable[str]) -> list[str]:
    """Find tags by name or label, and add those that do not exist."""
    known = {word.casefold(): tag.name for tag in annotation.tagset() for word in (tag.label, tag.name)}
    return [known.get(name.strip().casefold()) or annotation.add_tag(name).name for name in names]


def margin_state(text: Text) -> dict[str, object]:
    """Return the marks in the margin, as plain data; offsets count UTF-16 units of a paragraph."""
    tags = {tag.name: tag for tag in annotation.tagset()}
    place = {layer.id: n for n, layer in enumerate(text)}
    split = _Pieces(text)
    notes = [(number, note, split.of(note)) for number, note in numbered_notes(annotation.notes(text))]
    return {
        "notes": [
            {
                "id": note.id,
                "number": number,
                "layer": place.get(note.layer, 0),
                "pieces": pieces,
                "tags": list(note.tags),
                "note": note.note,
                "quotation": neutralised(note.quotation),
                "where": note_place_in_words(note),
                "remark": REMARKS.get(note.anchored, ""),
                "colour": note_colour(note, tags),
            }
            for number, note, pieces in notes
        ],
        # By layer and paragraph: how many marks over all of it are not drawn.
        "more": [[place[layer], n, count] for (layer, n), count in split.more.items()],
        "tagset": [
            {"name": tag.name, "label": neutralised(tag.label), "sign": neutralised(tag.sign), "colour": tag.colour}
            for tag in tags.values()
        ],
        "undo": annotation.undoable(text.id),
    }


class _Pieces:
    """Split marks by paragraph; of marks over all of a paragraph, at most `MOST_OVERLAPPING` have a piece there.

    Otherwise the page would grow with the number of marks times that of paragraphs. ``more`` counts the others.
    """

    def __init__(self, text: Text) -> None:
        self._text = text
        self._paragraphs = {layer.id: layer.paragraphs for layer in text}
        self._converters: dict[int, Callable[[int], int]] = {}
        self._over: Counter[tuple[str, int]] = Counter()

    @property
    def more(self) -> dict[tuple[str, int], int]:
        """By layer and paragraph: how many marks over all of it have no piece there."""
        return {place: n - MOST_OVERLAPPING for place, n in self._over.items() if n > MOST_OVERLAPPING}

    def of(self, note: Note) -> list[list[int]]:
        """Return the pieces of a mark: number of the paragraph, start and end in UTF-16 units."""
        if note.start < 0:
            return []
        paragraphs = self._paragraphs[note.layer]
        first = bisect_right(paragraphs, note.start, key=itemgetter(1))
        last = bisect_left(paragraphs, note.end, key=itemgetter(0))
        found = []
        for n in range(first, last):
            a, b = paragraphs[n]
            if first < n < last - 1:
                self._over[note.layer, n] += 1
                if self._over[note.layer, n] > MOST_OVERLAPPING:
                    continue
            if a not in self._converters:
                self._converters[a] = utf16_offsets(self._text.content[a:b])
            convert = self._converters[a]
            found.append([n, convert(max(note.start, a) - a), convert(min(note.end, b) - a)])
        return found


def _place(text: Text, layer: int, at: list[int]) -> int:
    """Convert an offset of the page to code points of the text, clamped to the paragraph."""
    paragraphs = text.parts[layer].paragraphs
    a, b = paragraphs[min(max(0, at[0]), len(paragraphs) - 1)]
    before = text.content[a:b].encode("utf-16-le", "surrogatepass")[: 2 * max(0, at[1])]
    return a + len(before.decode("utf-16-le", "ignore"))


def handle_pencil(text: Text, asked: Asked) -> Answer:
    """Carry out a request of the page.

    Examples
    --------
    >>> from helpers.texts import parse_text
    >>> text = parse_text("Return all this.", "heard")
    >>> handle_pencil(text, {"do": "mark", "layer": 0, "from": [0, 7], "to": [0, 10], "tags": [], "note": "A"})["said"]
    'Saved: “all”.'
    """
    try:
        if asked.get("do") == "undo":
            return {"done": True, "said": f"Undone: {annotation.undo(text.id)}."}
        if asked.get("do") == "remove":
            annotation.remove_mark(str(asked.get("id")))
            return {"done": True, "said": "Deleted. Until the kernel is restarted, Undo brings it back."}
        tags = [*map(str, asked.get("tags") or ())]
        fresh = str(asked.get("fresh") or "").strip()
        tags += _tags([fresh]) if fresh else []
        tags, note = list(dict.fromkeys(tags)), str(asked.get("note") or "")
        if asked.get("id"):
            made = annotation.change_mark(text, str(asked["id"]), tags=tags, note=note)
        else:
            layer = int(asked["layer"])
            start, end = _place(text, layer, asked["from"]), _place(text, layer, asked["to"])
            words = text.content[start:end]
            start, end = start + len(words) - len(words.lstrip()), end - len(words) + len(words.rstrip())
            made = annotation.annotate_span(text, start, end, tags=tags, note=note)
        return {"done": True, "said": f"Saved: “{neutralised(made.quotation)}”.", "id": made.id}
    except NotSaved as error:
        return {"done": True, "said": str(error)}
    except UserError as error:
        return {"done": False, "said": str(error)}


def _sentences(text: Text, start: int, end: int) -> list[list[int]]:
    """List the sentences of a paragraph: start and end in UTF-16 units."""
    unit = utf16_offsets(text.content[start:end])
    return [[unit(first - start), unit(last - start)] for first, last in sentences_in(text, start, end)]


@live_class
def _widget() -> Callable[[Pencilled], object]:
    import traitlets

    class LivePencil(personal_class()):  # type: ignore[misc]  # a class made at run time
        _esm = script("words", "pencil", "page")
        page = traitlets.Dict().tag(sync=True)

        def __init__(self, view: Pencilled) -> None:
            self._text = text = view.text
            base = page_state(text, view.shown, view.helping)
            sentences = [_sentences(text, start, end) for layer in text for start, end in layer.paragraphs]
            page = {**base, "pencil": True, "document": text.id, "sentences": sentences}
            # A text that the student brought is told like the student’s own words, and not stored in the notebook.
            super().__init__(page={} if text.origin else page)
            told = {"page": page} if text.origin else {}
            self.tell(**told, margin=margin_state(text), said=view.said or cannot_keep())
            self.on_msg(self._heard)

        def _heard(self, _: object, asked: Asked, __: object) -> None:
            if asked.get("do") == "look":  # answered by the base class
                return
            answer = handle_pencil(self._text, asked)
            self.tell(margin=margin_state(self._text))
            self.send({**answer, "ack": asked.get("ack")})

        def __repr__(self) -> str:
            return "Run this cell to mark words, to tag them and to write in the margin."

    return LivePencil
