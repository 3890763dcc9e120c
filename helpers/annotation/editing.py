"""Create, change and remove a reader's marks, and undo these actions."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import wraps

from .. import workbook
from ..core import UserError, list_of_names, short_repr
from ..quotations import Stream, most_similar
from ..reading import find, kinds_in_words
from ..texts import Layer, Text, require_text
from ..workbook import student_name
from . import exchange
from .anchoring import anchor_at, whole_characters
from .marks import Note, note_of
from .replay import MADE, REMOVED, UNDONE, StandingMark, Undoable, brief, current
from .tags import known_tag, tagset
from .web_annotation import MOST_NOTE, MOST_QUOTED, MOST_TAGS, OURS, edit_annotation, read_annotation, write_annotation

WIDENED = "The mark was widened to whole characters."
# Workbook sessions in which this kernel recorded something: `undo` applies only to these.
_sessions: set[str] = set()


@contextmanager
def _sessions_noted() -> Iterator[None]:
    """Remember the sessions of events recorded inside, even if they could not be saved to disk."""
    stop = workbook.listen(lambda new: _sessions.update(event.session for event in new))
    try:
        yield
    finally:
        stop()


def _record(kind: str, body: Mapping[str, object]) -> workbook.Event:
    with _sessions_noted():
        return workbook.record(kind, body)


def _recorded_note(body: Mapping[str, object], text: Text) -> Note:
    """Record an annotation and return its mark."""
    content = read_annotation(body)
    if content is None:
        raise ValueError("An annotation was made that cannot be read back.")
    return note_of(StandingMark(content, body, _record(MADE, body)), text)


@wraps(exchange.import_annotations)
def import_annotations(data: str | bytes, *, text: Text | None = None) -> str:
    """Import marks, and remember the session so that `undo` can take the import back."""
    with _sessions_noted():
        return exchange.import_annotations(data, text=text)


def annotate_span(text: Text, start: int, end: int, *, tags: Iterable[str] = (), note: str = "") -> Note:
    """Mark a range of ``Text.content`` (code points); when this returns, the mark is on disk.

    The range is widened to whole characters, and then ``said`` of the result says so. ``tags`` are
    names or labels of `tagset`. Raises `UserError` if the range is empty or crosses layers, a tag is
    unknown or the note is too long, and `NotSaved` if it could not be written and is only in memory.

    Examples
    --------
    >>> from helpers.texts import parse_text
    >>> made = annotate_span(parse_text("Return all this.", "example"), 7, 10, note="All of what?")
    >>> made.quotation, made.paragraph, made.anchored
    ('all', 1, 'in place')
    """
    layer, first, last = _layer_of(require_text(text), start, end)
    tags, note = _tag_names(tags), _a_note(note)
    id = f"{OURS}annotation:{secrets.token_hex(16)}"
    body = write_annotation(id, anchor_at(text, layer, first, last), tags, note, _now(), student_name())
    mark = _recorded_note(body, text)
    return replace(mark, said="" if (max(start, layer.start), min(end, layer.end)) == (first, last) else WIDENED)


def mark_quotation(
    text: Text,
    words: str,
    *,
    tags: Iterable[str] = (),
    note: str = "",
    layers: str | Iterable[str] = "actors",
    nth: int | None = None,
) -> Note:
    """Mark words by quoting them, as in `reading.find`; typography is ignored.

    ``nth`` chooses one of several occurrences, from 1; by default it is the first, and ``said`` of the
    result says how many there are. Raises `UserError` if the words are not in the chosen layers; the
    message names the other layers that have them, or the nearest passage. Otherwise like `annotate_span`.

    Examples
    --------
    >>> from helpers.texts import parse_text
    >>> mark_quotation(parse_text("All this. All that.", "example"), "all").said
    '“All” occurs 2 times; the first one is marked. To mark the second one, write nth=2.'
    """
    found = find(text, [words], layers=layers)
    if not found:
        raise UserError(_not_there(text, words, layers))
    if nth is not None and (type(nth) is not int or not 1 <= nth <= len(found)):
        times = "once" if len(found) == 1 else f"{len(found)} times"
        raise UserError(f"nth={nth!r}: {brief(words)} occurs {times}. Give a number from 1 to {len(found)}.")
    span = found[(nth or 1) - 1]
    mark = annotate_span(text, span.start, span.end, tags=tags, note=note)
    if nth is None and len(found) > 1:
        times = f"{brief(mark.quotation)} occurs {len(found)} times; the first one is marked."
        mark = replace(mark, said=f"{times} To mark the second one, write nth=2. {mark.said}".strip())
    return mark


def _not_there(text: Text, words: str, layers: str | Iterable[str]) -> str:
    missing = f"{brief(words)} is not in the layers searched."
    elsewhere = find(text, [words], layers="all")
    if elsewhere:
        counted = kinds_in_words([text[span.layer] for span in elsewhere], [1] * len(elsewhere))
        return f'{missing} It occurs in other layers ({counted}): add layers="all".'
    streams = [Stream(layer.text) for layer in text.choose(layers=layers)]
    sought = [word for word, _, _ in Stream(words[:MOST_NOTE]).tokens]
    near = [(*most_similar(sought, stream), stream) for stream in streams]
    best = max(near, key=lambda passage: passage[0], default=None)
    if best is None or best[0] < 0.5:
        return f"{missing} Copy the words from the text."
    _, start, end, stream = best
    nearest = brief(stream.words[slice(*stream.stored(start, end))])
    return f"{missing} The nearest passage is {nearest}. Did you mean that?"


def _layer_of(text: Text, start: object, end: object) -> tuple[Layer, int, int]:
    """Return the layer of a range, and the range widened to whole characters; white space between layers is ignored."""
    if type(start) is not int or type(end) is not int:
        raise UserError(f"From {start!r} to {end!r} is not a range. Give two whole numbers, in characters of the text.")
    words = text.content[max(0, start) : max(0, end)]
    if not words.strip():
        raise UserError("There are no words in this range. Mark at least one visible character.")
    first = max(0, start) + len(words) - len(words.lstrip())
    layer = next(layer for layer in text if first < layer.end)
    if max(0, start) + len(words.rstrip()) > layer.end:
        raise UserError(f"This mark goes beyond the layer “{layer.id}”. Mark the words of each layer separately.")
    a, b = whole_characters(layer.text, max(0, start - layer.start), min(end, layer.end) - layer.start)
    if b - a > MOST_QUOTED:
        raise UserError(f"This mark has {b - a:,} characters; at most {MOST_QUOTED:,} are allowed. Mark it in parts.")
    return layer, layer.start + a, layer.start + b


def _tag_names(tags: Iterable[str]) -> list[str]:
    known = tagset()
    names = list(dict.fromkeys(known_tag(name, known) for name in list_of_names(tags, "tags")))
    if len(names) > MOST_TAGS:
        raise UserError(f"This mark has {len(names)} tags; at most {MOST_TAGS} are allowed. Remove some of them.")
    return names


def _a_note(note: object) -> str:
    if not isinstance(note, str):
        raise UserError(f"{short_repr(note)} is not text. Write the note in quotation marks.")
    if len(note) > MOST_NOTE:
        raise UserError(f"This note has {len(note):,} characters; at most {MOST_NOTE:,} are allowed. Shorten it.")
    return note


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _a_mark(id: object) -> StandingMark:
    mark = current().marks.get(id) if isinstance(id, str) else None
    if mark is None:
        raise UserError("This mark no longer exists. Run the cell again to see the current marks.")
    return mark


def change_mark(text: Text, id: str, *, tags: Iterable[str] | None = None, note: str | None = None) -> Note:
    """Replace the tags or the note of a mark; None leaves them unchanged. Raises as `annotate_span` does."""
    mark = _a_mark(id)
    body = edit_annotation(
        mark.body,
        tags=None if tags is None else _tag_names(tags),
        note=None if note is None else _a_note(note),
    )
    if body == mark.body:
        return note_of(mark, require_text(text))
    body["modified"] = _now()
    return _recorded_note(body, require_text(text))


def remove_mark(id: str) -> str:
    """Delete a mark and return its words, shortened; `undo` restores it as long as the kernel runs."""
    mark = _a_mark(id)
    _record(REMOVED, {"id": id})
    return brief(mark.content.anchor.exact)


def undoable(document: str | None = None) -> str:
    """Describe the action that `undo` would take back; empty if there is none."""
    act = _last_act(document)
    return act.said if act else ""


def _last_act(document: str | None) -> Undoable | None:
    acts = [act for act in current().acts if document is None or document in act.documents]
    return next((act for act in reversed(acts) if act.events[0].rpartition(":")[0] in _sessions), None)


def undo(document: str | None = None) -> str:
    """Undo the last action on marks, of one text or of any, in this notebook since its kernel started.

    Returns a description of the action; raises `UserError` if there is none.

    Examples
    --------
    >>> from helpers.texts import parse_text
    >>> made = annotate_span(parse_text("Return all this.", "example"), 7, 10)
    >>> undo()
    'the mark on “all”'
    """
    act = _last_act(document)
    if act is None:
        raise UserError(
            "There is nothing to take back since the kernel started. To remove an older mark, use its Delete button."
        )
    _record(UNDONE, {"undoes": act.events})
    return act.said
