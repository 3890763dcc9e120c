"""A reader's marks as they stand today, one by one and as a table."""

# Without “from __future__ import annotations”, which would take the name of a function of this module.
from collections.abc import Sequence
from dataclasses import dataclass, field

from ..core import Table, UserError, neutralised
from ..texts import Text, module_text, require_text, text_ids
from ..workbook import Event
from .anchoring import NOWHERE, find_again, paragraph_at
from .replay import StandingMark, brief, current
from .tags import tagset

# So many remarks on single marks stand under a table.
_MOST_SAID = 10


@dataclass(frozen=True)
class Note:
    """A mark as it stands now.

    Attributes
    ----------
    id : str
        Its name.
    document, layer, voice : str
        The text, the layer and the voice in which the words stand; of an orphan, stood.
    speaker : str
        Who speaks there, in words.
    start, end : int
        Where the words stand now, in code points of ``Text.content``; -1 for an orphan.
    quotation : str
        The words as they were marked.
    tags : tuple of str
        Names of tags.
    note : str
        What is written in the margin.
    created, changed : str
        When, in UTC.
    anchored : str
        ``in place``, ``moved``, ``changed words`` or ``orphan``.
    paragraph : int
        Of its layer, counted from 1; 0 for an orphan.
    said : str
        What a reader should know of how it was marked or found.
    event : Event
        Which event it comes from.
    """

    id: str
    document: str
    layer: str
    voice: str
    speaker: str
    start: int
    end: int
    quotation: str
    tags: tuple[str, ...]
    note: str
    created: str
    changed: str
    anchored: str
    paragraph: int
    said: str = field(compare=False)
    event: Event = field(compare=False, repr=False)


def note_of(mark: StandingMark, text: Text | None) -> Note:
    """A mark as it stands in a text of today; in none, if the text is not here."""
    said, anchor = mark.content, mark.content.anchor
    layer, start, end, how = find_again(text, anchor) if text else NOWHERE
    remark = ""
    if text is None:
        remark = f"The text “{neutralised(anchor.document)}” is not here."
    elif layer is None:
        remark = f"{brief(anchor.exact)} no longer stands in {text.title}."
    elif how == "changed words":
        remark = f"Marked as {brief(anchor.exact)}; the text now has {brief(text.content[start:end])}."
    elif layer.id != anchor.layer:
        remark = f"Marked in the layer “{neutralised(anchor.layer)}”, which is now “{layer.id}”."
    return Note(
        said.id,
        anchor.document,
        layer.id if layer else anchor.layer,
        layer.voice if layer else anchor.voice,
        layer.speaker if layer else anchor.speaker,
        start,
        end,
        anchor.exact,
        said.tags,
        said.note,
        said.created,
        said.changed,
        how,
        paragraph_at(text, layer, start) if text and layer else 0,
        remark,
        mark.event,
    )


def notes(text: Text | None = None, *, document: str | None = None) -> list[Note]:
    """List one's marks, each where its words stand today.

    Parameters
    ----------
    text : Text, optional
        Only those of this text.
    document : str, optional
        Only those of the text of ``texts/`` with this id.

    Returns
    -------
    list of Note
        In the order of the text; those whose words were not found again come last.

    Examples
    --------
    >>> from helpers.texts import parse_text
    >>> notes(parse_text("Return all this.", "unmarked"))
    []
    """
    text = module_text(document) if text is None and document is not None else text
    texts: dict[str, Text | None] = {} if text is None else {require_text(text).id: text}
    found = []
    for mark in current().marks.values():
        id = mark.content.anchor.document
        if text is None and id not in texts:
            texts[id] = _own(id)
        if id in texts:
            found.append(note_of(mark, texts[id]))
    return sorted(found, key=lambda one: (one.start < 0, one.document, one.start, one.end, one.created, one.id))


def _own(id: str) -> Text | None:
    try:
        return module_text(id) if id in text_ids() else None
    except UserError:
        return None


def annotations(*texts: Text) -> Table:
    """List one's own marks.

    Parameters
    ----------
    *texts : Text
        Only those of these texts; by default all.

    Returns
    -------
    Table
        A row a mark: document, layer, voice, quotation, tags, note; in the order of the texts, and
        at the end those whose words no longer stand there.

    Raises
    ------
    UserError
        If something is not a text.

    Examples
    --------
    >>> annotations().columns
    ('document', 'layer', 'voice', 'quotation', 'tags', 'note')
    """
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
    return Table(
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
    """What the rows do not say: which marks lost their words, and what could not be read."""
    lost = [note for note in found if note.start < 0]
    said = [f"{len(found)} mark{'' if len(found) == 1 else 's'}."]
    if lost:
        said.append(f"Without a place now, and listed last: {len(lost)}.")
    said += [note.said for note in found if note.said][:_MOST_SAID]
    if unread := len(current().unreadable):
        what = "entry is no mark" if unread == 1 else "entries are no marks"
        said.append(f"In your work {unread} {what} that can be read; nothing of it is deleted.")
    return " ".join(said)
