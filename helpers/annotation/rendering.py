"""Static HTML of a page with marks, for untrusted notebooks, print and GitHub."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ..core import SCREEN, THEME, Markup, element, join, neutralised, void
from ..reading import Mark, MarkLook, page_html
from ..texts import Layer, Text
from .marks import Note
from .tags import Tag

REMARKS = {
    "moved": "The text has changed around it; the words are the same.",
    "changed words": "The words of the text have changed a little since they were marked.",
    "orphan": "These words are no longer in the text.",
}


def numbered_notes(notes: Iterable[Note]) -> list[tuple[int, Note]]:
    """Number marks from 1 in the order of the text; orphans come last."""
    return list(
        enumerate(sorted(notes, key=lambda note: (note.start < 0, note.start, note.end, note.created, note.id)), 1)
    )


def note_place_in_words(note: Note) -> str:
    """Name the speaker, layer and paragraph of a mark."""
    place = f", ¶{note.paragraph}" if note.start >= 0 else ""
    return f"{note.speaker}; layer {note.layer}{place}"


def marks_of(notes: Sequence[tuple[int, Note]], tags: Mapping[str, Tag]) -> list[Mark]:
    """Convert notes into marks on the page, labelled with number and tag signs; leave out orphans."""
    return [
        (note.start, note.end, MarkLook(sign_of(number, note, tags), note_colour(note, tags)))
        for number, note in notes
        if note.start >= 0
    ]


def sign_of(number: int, note: Note, tags: Mapping[str, Tag]) -> str:
    """Return the label after marked words: number and tag signs."""
    return "✎" + " ".join([str(number), *(tags[name].sign for name in note.tags)])


def note_colour(note: Note, tags: Mapping[str, Tag]) -> int:
    """Return the palette index of the first tag, or the one for marks without a tag."""
    return tags[note.tags[0]].colour % len(THEME.marks) if note.tags else THEME.untagged


def annotated_page(text: Text, shown: Sequence[Layer], notes: Iterable[Note], tags: Mapping[str, Tag]) -> Markup:
    """Write a page with its marks and a list of them below; it needs no script and no style sheet.

    Examples
    --------
    >>> from helpers.texts import parse_text
    >>> text = parse_text("Return all this.")
    >>> "No marks yet" in annotated_page(text, text.parts, [], {})
    True
    """
    numbered = numbered_notes(notes)
    ids = {layer.id for layer in shown}
    inside = [(number, note) for number, note in numbered if note.layer in ids]
    entries = [element("li", _entry(number, note, tags, ids), style="margin:0.4em 0") for number, note in numbered]
    listed = element("ul", *entries, style="list-style:none;margin:0;padding:0") if entries else "No marks yet."
    return join(
        [
            Markup("".join(page_html(text, shown, marks_of(inside, tags)))),
            # An empty list is shown on screen only: on a printed worksheet it would be useless.
            element(
                "section",
                element("p", element("strong", "Your marks")),
                listed,
                **({} if entries else {"class": SCREEN}),
            ),
        ]
    )


def _entry(number: int, note: Note, tags: Mapping[str, Tag], shown: Iterable[str]) -> Markup:
    parts: list[object] = [element("strong", f"✎{number}"), " ", f"“{neutralised(note.quotation)}”"]
    if note.tags:
        parts += [" – ", ", ".join(neutralised(tags[name].label) for name in note.tags)]
    elsewhere = "" if note.layer in shown or note.start < 0 else "; not shown here"
    parts += [void("br"), element("small", f"({note_place_in_words(note)}{elsewhere})")]
    if note.note:
        words = element("span", neutralised(note.note), dir="auto", style="white-space:pre-wrap;overflow-wrap:anywhere")
        parts += [void("br"), words]
    if note.anchored in REMARKS:
        parts += [void("br"), element("em", REMARKS[note.anchored])]
    return join(parts)
