"""Export and import of marks as W3C Web Annotations (JSON-LD)."""

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
_COLLECTION = "AnnotationCollection"
_NONE = "Nothing was imported: this is not a file of Web Annotations. Choose a file that was exported as JSON-LD."


def export_annotations() -> str:
    """Export the student's marks as JSON-LD: an AnnotationCollection of the W3C Web Annotation Data Model.

    The same marks always give the same string. `import_annotations` reads it.
    """
    text = json.dumps(as_collection(), ensure_ascii=True, indent=1)
    # Escaped so that the JSON can be embedded in HTML; outside strings, JSON has none of these characters.
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026") + "\n"


def as_collection() -> dict[str, object]:
    """Return the student's marks as an AnnotationCollection, unserialised."""
    items = [mark.body for mark in current().marks.values()]
    return annotation_collection(items, id=sum_of(json.dumps(items, sort_keys=True))[:16], label=LABEL)


def import_annotations(data: str | bytes, *, text: Text | None = None) -> str:
    """Import marks from JSON-LD and report the result in words; existing marks are never changed.

    ``data`` is a Web Annotation, a list, page or collection of them, or the JSON-LD export of all work.
    ``text`` is the text of annotations from other programs, which name none of ours. Raises `UserError`
    if the data are not annotations or too large, and `NotSaved` if they could not be written to disk.

    Examples
    --------
    >>> import_annotations('{"type": "AnnotationCollection", "total": 0}')
    'Nothing new: no marks in this file.'
    """
    whole = _data(data)
    parts = whole.get("hasPart") if isinstance(whole, dict) else None
    if isinstance(parts, list):
        whole = next((part for part in parts if isinstance(part, dict) and part.get("type") == _COLLECTION), [])
    items = annotations_inside(whole)
    if items in ([None], []):
        return "Nothing new: no marks in this file."
    here, known, other, strange = current().marks, 0, 0, 0
    new: dict[str, Mapping[str, object]] = {}
    for item in items:
        body = _ours(item, text)
        content = read_annotation(body)
        if body is None or content is None:
            strange += 1
        elif content.id not in here:
            new[content.id] = body
        elif _same(here[content.id].body, body):
            known += 1
        else:
            other += 1
    if strange == len(items):
        raise UserError(_NONE)
    if new:
        collection = annotation_collection(new.values(), id=sum_of(json.dumps([*new]))[:16], label=LABEL)
        workbook.record(MADE, collection)
    report = [f"{_marks(len(new))} imported." if new else "Nothing new."]
    report += [f"{_marks(known)} already here."] if known else []
    report += [f"{_marks(other)} already here with other content: yours kept."] if other else []
    report += [f"{strange} could not be read."] if strange else []
    return " ".join(report)


def _data(data: object) -> object:
    if isinstance(data, bytes | bytearray):
        data = bytes(data).decode("utf-8-sig", "replace")
    if not isinstance(data, str):
        raise UserError(
            f"import_annotations() cannot read {type(data).__name__}. Give the content of a file, as str or bytes."
        )
    if len(data) > MOST_BYTES:
        raise UserError(f"This file is larger than {MOST_BYTES // 1_000_000} MB. Import it in parts.")
    try:
        return json.loads(data.removeprefix("\ufeff"), parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise UserError(_NONE) from None


def _no_number(_: str) -> None:
    """Reject NaN and infinity, which Python's ``json`` accepts but JSON does not have."""
    raise ValueError


def _ours(item: object, text: Text | None) -> dict[str, object] | None:
    """Complete an annotation with a context, an id and the id of ``text``, where it has none."""
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
