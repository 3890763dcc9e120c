"""The student's marks at their current positions, as a list and as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from ..core import Table, UserError, neutralised
from ..texts import Text, all_text_ids, module_text, require_text
from ..workbook import Event
from .anchoring import NOWHERE, find_again
from .replay import StandingMark, brief, current
from .tags import tagset

T = TypeVar("T", bound=Table)
_MOST_SAID = 10  # the highest number of remarks on single marks below a table


@dataclass(frozen=True)
class Note:
    """A mark at its current position."""

    id: str
    document: str
    layer: str  # for an orphan, layer and voice are those when it was marked
    voice: str
    speaker: str  # the voice in words
    start: int  # current range in Text.content, in code points; -1 for an orphan
    end: int
    quotation: str  # the words when they were marked
    tags: tuple[str, ...]  # names, not labels
    note: str
    created: str  # ISO 8601, in UTC
    changed: str
    anchored: str  # in place, moved, changed words or orphan
    paragraph: int  # see `Text.paragraph_at`; 0 for an orphan
    said: str = field(compare=False)  # a remark for the student on how the mark was made or found
    event: Event = field(compare=False, repr=False)  # the event that recorded it


def note_of(mark: StandingMark, text: Text | None) -> Note:
    """Find a mark in the current version of its text; without the text, the mark is an orphan."""
    content, anchor = mark.content, mark.content.anchor
    layer, start, end, how = find_again(text, anchor) if text else NOWHERE
    remark = ""
    if text is None:
        remark = f"The text “{neutralised(anchor.document)}” is not available here."
    elif layer is None:
        remark = f"{brief(anchor.exact)} is no longer in {text.title}."
    elif how == "changed words":
        remark = f"Marked as {brief(anchor.exact)}; the text now has {brief(text.content[start:end])}."
    elif layer.id != anchor.layer:
        remark = f"Marked in the layer “{neutralised(anchor.layer)}”, which is now “{layer.id}”."
    return Note(
        content.id,
        anchor.document,
        layer.id if layer else anchor.layer,
        layer.voice if layer else anchor.voice,
        layer.speaker if layer else anchor.speaker,
        start,
        end,
        anchor.exact,
        content.tags,
        content.note,
        content.created,
        content.changed,
        how,
        text.paragraph_at(start) if text and layer else 0,
        remark,
        mark.event,
    )


def notes(text: Text | None = None, *, document: str | None = None) -> list[Note]:
    """List the marks of one text (or of the text of ``texts/`` with this id), or all; orphans come last."""
    text = module_text(document) if text is None and document is not None else text
    texts: dict[str, Text | None] = {} if text is None else {require_text(text).id: text}
    found = []
    for mark in current().marks.values():
        id = mark.content.anchor.document
        if text is None and id not in texts:
            texts[id] = _own(id)
        if id in texts:
            found.append(note_of(mark, texts[id]))
    return sorted(found, key=lambda note: (note.start < 0, note.document, note.start, note.end, note.created, note.id))


def _own(id: str) -> Text | None:
    try:
        return module_text(id) if id in all_text_ids() else None
    except UserError:
        return None


def marks_table(*texts: Text, made: type[T]) -> T:
    """List the student’s marks as a table of the class `made`; see the public `annotations`."""
    found = [note for text in dict.fromkeys(map(require_text, texts)) for note in notes(text)] if texts else notes()
    found.sort(key=lambda note: note.start < 0)
    labels = {tag.name: tag.label for tag in tagset()}
    rows = [
        {
            "document": note.document,
            "layer": note.layer,
            "voice": note.voice,
            "quotation": note.quotation,
            "tags": ", ".join(note.tags),
            "note": note.note,
        }
        for note in found
    ]
    typed = ("document", "layer", "quotation", "note")
    shown = {column: {row[column]: neutralised(row[column]) for row in rows} for column in typed}
    return made(
        rows,
        ["document", "layer", "voice", "quotation", "tags", "note"],
        caption="My marks",
        note=_summary(found),
        words={
            **shown,
            "voice": {note.voice: neutralised(note.speaker or note.voice) for note in found},
            "tags": {", ".join(note.tags): neutralised(", ".join(labels[tag] for tag in note.tags)) for note in found},
        },
    )


def _summary(found: Sequence[Note]) -> str:
    """Count the marks, the orphans and the unreadable entries, and add the remarks on single marks."""
    lost = sum(note.start < 0 for note in found)
    sentences = [f"{len(found)} mark{'' if len(found) == 1 else 's'}."]
    if lost:
        sentences.append(f"No longer in the text, and listed last: {lost}.")
    sentences += [note.said for note in found if note.said][:_MOST_SAID]
    if unread := len(current().unreadable):
        entries = "entry" if unread == 1 else "entries"
        sentences.append(f"{unread} {entries} in your work could not be read as marks; nothing was deleted.")
    return " ".join(sentences)
