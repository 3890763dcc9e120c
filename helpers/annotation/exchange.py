"""Marks handed on: written as linked data, and taken in from it."""

from __future__ import annotations

import json
from collections.abc import Mapping

from .. import workbook
from ..core import MOST_BYTES, UserError
from ..texts import Text, require_text
from .anchoring import sum_of
from .replay import MADE, current
from .web_annotation import CONTEXTS, OURS, annotation_collection, annotations_inside, read_annotation

LABEL = "Marks in the margin"
_NONE = "Nothing was imported: this is no file of annotations (JSON-LD, Web Annotation). Choose the file of an export."


def export_annotations() -> str:
    """Write one's marks as linked data, as the W3C’s Web Annotation Data Model has it.

    Returns
    -------
    str
        JSON-LD: an AnnotationCollection with all marks as they were made, the same each time for
        the same marks. `import_annotations` takes it in.

    Examples
    --------
    >>> json.loads(export_annotations())["type"]
    'AnnotationCollection'
    """
    text = json.dumps(as_collection(), ensure_ascii=True, indent=1)
    # So that it may also stand inside a page; a number has none of these.
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026") + "\n"


def as_collection() -> dict[str, object]:
    """One's marks as they were made, as plain data."""
    items = [mark.body for mark in current().marks.values()]
    return annotation_collection(items, id=sum_of(json.dumps(items, sort_keys=True))[:16], label=LABEL)


def import_annotations(data: str | bytes, *, text: Text | None = None) -> str:
    """Take in marks from linked data; what is here already stays as it is.

    Parameters
    ----------
    data : str or bytes
        A Web Annotation, several of them in a list, a page or a collection; or the JSON-LD export of
        all of one's work. It is read as data.
    text : Text, optional
        The text that is meant where an annotation of another program names none of ours.

    Returns
    -------
    str
        What came, in words.

    Raises
    ------
    UserError
        If it is something else, too large, or too much for one file.
    NotSaved
        If no disk took it.

    Examples
    --------
    >>> import_annotations('{"type": "AnnotationCollection", "total": 0}')
    'Nothing new: no marks in this file.'
    """
    whole = _data(data)
    parts = whole.get("hasPart") if isinstance(whole, dict) else None
    if isinstance(parts, list):
        whole = next((one for one in parts if isinstance(one, dict) and one.get("type") == "AnnotationCollection"), [])
    items = annotations_inside(whole)
    if items in ([None], []):
        return "Nothing new: no marks in this file."
    here, known, other, strange = current().marks, 0, 0, 0
    new: dict[str, Mapping[str, object]] = {}
    for item in items:
        one = _ours(item, text)
        content = read_annotation(one)
        if one is None or content is None:
            strange += 1
        elif content.id not in here:
            new[content.id] = one
        elif _same(here[content.id].body, one):
            known += 1
        else:
            other += 1
    if strange == len(items):
        raise UserError(_NONE)
    if new:
        made = annotation_collection(new.values(), id=sum_of(json.dumps([*new]))[:16], label=LABEL)
        workbook.record(MADE, made)
    said = [f"{_marks(len(new))} came in." if new else "Nothing new."]
    said += [f"{_marks(known)} {_were(known)} here already."] if known else []
    said += [f"{_marks(other)} {_were(other)} here in another form: yours stayed."] if other else []
    said += [f"{strange} could not be read."] if strange else []
    return " ".join(said)


def _data(data: object) -> object:
    if isinstance(data, bytes | bytearray):
        data = bytes(data).decode("utf-8-sig", "replace")
    if not isinstance(data, str):
        raise UserError(f"import_annotations() takes what stands in a file, not {type(data).__name__}.")
    if len(data) > MOST_BYTES:
        raise UserError(f"This file is larger than {MOST_BYTES // 1_000_000} MB. Import it in parts.")
    try:
        return json.loads(data.removeprefix("\ufeff"), parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise UserError(_NONE) from None


def _no_number(_: str) -> None:
    """NaN and infinity, which are no JSON."""
    raise ValueError


def _ours(item: object, text: Text | None) -> dict[str, object] | None:
    """An annotation as it is kept: with a context and an id, and of one of our texts where one is meant."""
    if not isinstance(item, Mapping):
        return None
    whole: dict[str, object] = {"@context": CONTEXTS, **item}
    whole.setdefault("id", f"{OURS}annotation:{sum_of(json.dumps(item, sort_keys=True))[:32]}")
    target = whole.get("target")
    target = next(iter(target), None) if isinstance(target, list) else target
    if text is not None and isinstance(target, Mapping) and "close:document" not in target:
        whole["target"] = {**target, "close:document": require_text(text).id}
    return whole


def _same(one: Mapping[str, object], other: Mapping[str, object]) -> bool:
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def _marks(count: int) -> str:
    return f"{count} mark{'' if count == 1 else 's'}"


def _were(count: int) -> str:
    return "was" if count == 1 else "were"
