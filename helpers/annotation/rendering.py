"""Static HTML of a reader’s marks, and of the place where they are shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ..core import SCREEN, THEME, Markup, element, join, void
from ..texts import Layer
from ..workbook import UNSTORED
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


def note_colour(note: Note, tags: Mapping[str, Tag]) -> int:
    """Return the palette index of the first tag, or the one for marks without a tag."""
    return tags[note.tags[0]].colour % len(THEME.marks) if note.tags else THEME.untagged


def listed_marks(notes: Iterable[Note], tags: Mapping[str, Tag], shown: Sequence[Layer]) -> Markup:
    """Write the list of a text’s marks.

    Examples
    --------
    >>> "No marks yet" in listed_marks([], {}, [])
    True
    """
    ids = {layer.id for layer in shown}
    entries = [
        element("li", _entry(number, note, tags, ids), style="margin:0.4em 0") for number, note in numbered_notes(notes)
    ]
    listed = element("ul", *entries, style="list-style:none;margin:0;padding:0") if entries else "No marks yet."
    return element("section", element("p", element("strong", "Your marks")), listed)


def still_marks() -> Markup:
    """Write the place of the student’s marks in a stored output; it says how to see them."""
    # On screen only: a printed worksheet cannot be run.
    words = (element("p", element("strong", "Your marks")), element("p", UNSTORED))
    return element("section", *words, **{"class": f"close-reading-marks {SCREEN}"})


def _entry(number: int, note: Note, tags: Mapping[str, Tag], shown: Iterable[str]) -> Markup:
    parts: list[object] = [element("strong", f"✎{number}"), " ", f"“{note.quotation}”"]
    if note.tags:
        parts += [" – ", ", ".join(tags[name].label for name in note.tags)]
    elsewhere = "" if note.layer in shown or note.start < 0 else "; not shown here"
    parts += [void("br"), element("small", f"({note_place_in_words(note)}{elsewhere})")]
    if note.note:
        words = element("span", note.note, dir="auto", style="white-space:pre-wrap;overflow-wrap:anywhere")
        parts += [void("br"), words]
    if note.anchored in REMARKS:
        parts += [void("br"), element("em", REMARKS[note.anchored])]
    return join(parts)
