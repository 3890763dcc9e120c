"""A reader's marks in the margin: made, changed, taken away, and taken back."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import wraps

from .. import workbook
from ..core import UserError, list_of_names
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
# The sessions of the workbook in which this kernel has done something: only that is taken back here.
_sessions: set[str] = set()


@contextmanager
def _noted() -> Iterator[None]:
    """Note in which session something is recorded, whether a disk takes it or not."""
    stop = workbook.listen(lambda new: _sessions.update(event.session for event in new))
    try:
        yield
    finally:
        stop()


def _record(kind: str, body: Mapping[str, object]) -> workbook.Event:
    with _noted():
        return workbook.record(kind, body)


def _made(body: Mapping[str, object], text: Text) -> Note:
    """Keep an annotation, and give the mark that it makes."""
    content = read_annotation(body)
    if content is None:
        raise ValueError("An annotation was made that cannot be read back.")
    return note_of(StandingMark(content, body, _record(MADE, body)), text)


@wraps(exchange.import_annotations)
def import_annotations(data: str | bytes, *, text: Text | None = None) -> str:
    """Take in marks from linked data."""
    with _noted():
        return exchange.import_annotations(data, text=text)


def annotate_span(text: Text, start: int, end: int, *, tags: Iterable[str] = (), note: str = "") -> Note:
    """Mark words by their place; when this returns, the mark is on disk.

    Parameters
    ----------
    text : Text
        The text.
    start, end : int
        Where the words stand in ``Text.content``, in code points. No character is cut from its
        accents: the range is widened, and ``said`` says so.
    tags : iterable of str
        Names or labels of `tagset`.
    note : str
        What to write in the margin.

    Returns
    -------
    Note
        The mark.

    Raises
    ------
    UserError
        If the range has no words or lies in two layers, a tag is unknown, or the note too long.
    NotSaved
        If no disk took it; it is kept in memory.

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
    made = _made(body, text)
    return replace(made, said="" if (max(start, layer.start), min(end, layer.end)) == (first, last) else WIDENED)


def mark_quotation(
    text: Text,
    words: str,
    *,
    tags: Iterable[str] = (),
    note: str = "",
    layers: str | Iterable[str] = "actors",
    nth: int | None = None,
) -> Note:
    """Mark words by quoting them, whatever their typography.

    Parameters
    ----------
    text : Text
        The text.
    words : str
        Words of the text, as `helpers.reading.highlighting.find` takes them.
    tags, note
        As in `annotate_span`.
    layers : str or iterable of str
        Where to look, as in `Text.choose`.
    nth : int, optional
        Which of several places, from 1; by default the first, and ``said`` says how many there are.

    Returns
    -------
    Note
        The mark.

    Raises
    ------
    UserError
        If the words are not there, naming where else they are, or the nearest passage.
    NotSaved
        If no disk took it.

    Examples
    --------
    >>> from helpers.texts import parse_text
    >>> mark_quotation(parse_text("All this. All that.", "example"), "all").said
    '“All” stands in 2 places; the first is marked. For another: nth=2.'
    """
    found = find(text, [words], layers=layers)
    if not found:
        raise UserError(_not_there(text, words, layers))
    if nth is not None and (type(nth) is not int or not 1 <= nth <= len(found)):
        places = "one place" if len(found) == 1 else f"{len(found)} places"
        raise UserError(f"nth={nth!r}: {brief(words)} stands in {places}. Give a number from 1 to {len(found)}.")
    span = found[(nth or 1) - 1]
    made = annotate_span(text, span.start, span.end, tags=tags, note=note)
    if nth is None and len(found) > 1:
        places = f"{brief(made.quotation)} stands in {len(found)} places; the first is marked. For another: nth=2."
        made = replace(made, said=f"{places} {made.said}".strip())
    return made


def _not_there(text: Text, words: str, layers: str | Iterable[str]) -> str:
    said = f"{brief(words)} does not stand in the layers looked at."
    elsewhere = find(text, [words], layers="all")
    if elsewhere:
        counted = kinds_in_words([text[span.layer] for span in elsewhere], [1] * len(elsewhere))
        return f'{said} It stands elsewhere ({counted}): add layers="all".'
    streams = [Stream(layer.text) for layer in text.choose(layers=layers)]
    sought = [word for word, _, _ in Stream(words[:MOST_NOTE]).tokens]
    near = [(*most_similar(sought, stream), stream) for stream in streams]
    best = max(near, key=lambda one: one[0], default=None)
    if best is None or best[0] < 0.5:
        return f"{said} Copy the words from the text."
    _, start, end, stream = best
    return f"{said} The nearest passage is {brief(stream.words[slice(*stream.stored(start, end))])}. Did you mean that?"


def _layer_of(text: Text, start: object, end: object) -> tuple[Layer, int, int]:
    """The layer in which a range lies, and the range made whole; blanks between layers do not count."""
    if type(start) is not int or type(end) is not int:
        raise UserError(f"From {start!r} to {end!r}: a place is two whole numbers, counted in characters of the text.")
    words = text.content[max(0, start) : max(0, end)]
    if not words.strip():
        raise UserError("There are no words in this range. Mark at least one character that can be seen.")
    first = max(0, start) + len(words) - len(words.lstrip())
    layer = next(layer for layer in text if first < layer.end)
    if max(0, start) + len(words.rstrip()) > layer.end:
        raise UserError(f"A mark lies within one layer; this one goes beyond “{layer.id}”. Mark each layer by itself.")
    a, b = whole_characters(layer.text, max(0, start - layer.start), min(end, layer.end) - layer.start)
    if b - a > MOST_QUOTED:
        raise UserError(f"This is {b - a:,} characters; one mark may have {MOST_QUOTED:,}. Mark it in parts.")
    return layer, layer.start + a, layer.start + b


def _tag_names(tags: Iterable[str]) -> list[str]:
    known = tagset()
    names = list(dict.fromkeys(known_tag(name, known) for name in list_of_names(tags, "tags")))
    if len(names) > MOST_TAGS:
        raise UserError(f"{len(names)} tags on one mark: at most {MOST_TAGS}. Take those that say most.")
    return names


def _a_note(note: object) -> str:
    if not isinstance(note, str):
        raise UserError(f"{str(note)[:60]!r} is not a note. Put your words into quotation marks.")
    if len(note) > MOST_NOTE:
        raise UserError(f"A note has at most {MOST_NOTE:,} characters, this one has {len(note):,}. Shorten it.")
    return note


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _a_mark(id: object) -> StandingMark:
    mark = current().marks.get(id) if isinstance(id, str) else None
    if mark is None:
        raise UserError("There is no such mark any more. Show the page again to see what there is.")
    return mark


def change_mark(text: Text, id: str, *, tags: Iterable[str] | None = None, note: str | None = None) -> Note:
    """Give a mark other tags or another note; None leaves them as they are.

    Raises
    ------
    UserError
        If there is no such mark, a tag is unknown, or the note too long.
    NotSaved
        If no disk took it.
    """
    mark = _a_mark(id)
    body = edit_annotation(
        mark.body,
        tags=None if tags is None else _tag_names(tags),
        note=None if note is None else _a_note(note),
    )
    if body == mark.body:
        return note_of(mark, require_text(text))
    body["modified"] = _now()
    return _made(body, require_text(text))


def remove_mark(id: str) -> str:
    """Take a mark away; `undo` brings it back, as long as the kernel runs.

    Returns
    -------
    str
        What was taken away.
    """
    mark = _a_mark(id)
    _record(REMOVED, {"id": id})
    return brief(mark.content.anchor.exact)


def undoable(document: str | None = None) -> str:
    """What `undo` would take back, in words; nothing where there is nothing."""
    act = _last_act(document)
    return act.said if act else ""


def _last_act(document: str | None) -> Undoable | None:
    acts = [act for act in current().acts if document is None or document in act.documents]
    return next((act for act in reversed(acts) if _here(act.events[0])), None)


def _here(event: str) -> bool:
    return event.rpartition(":")[0] in _sessions


def undo(document: str | None = None) -> str:
    """Take back the last thing done in the margin from this notebook since its kernel was started.

    Parameters
    ----------
    document : str, optional
        Only in the margin of this text; by default of any.

    Returns
    -------
    str
        What it was.

    Raises
    ------
    UserError
        If there is nothing to take back.

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
            "There is nothing to take back: nothing was done here since the kernel was started. "
            "An older mark has a Delete of its own."
        )
    _record(UNDONE, {"undoes": act.events})
    return act.said
