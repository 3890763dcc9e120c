"""Write annotations of the W3C Web Annotation Data Model, and read them tolerantly from untrusted data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NotRequired, TypedDict, TypeGuard
from urllib.parse import quote

from ..core import neutralised
from .anchoring import Anchor

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
OURS = "urn:x-close-reading:"
# Our own terms have the prefix “close:”; it is defined inline, so nothing has to be fetched.
CONTEXTS = [CONTEXT, {"close": OURS}]
MOST_NOTE, MOST_TAG, MOST_TAGS, MOST_QUOTED = 20_000, 60, 20, 100_000
_MOST_NAME = 300
_NAMED = ("document", "layer", "voice", "speaker", "kind", "sha256")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


class Body(TypedDict):
    """The body of an annotation: a tag or a note."""

    value: str
    type: NotRequired[object]
    purpose: NotRequired[object]
    format: NotRequired[object]


@dataclass(frozen=True)
class Content:
    """What `read_annotation` reads from an annotation: where it is, its tags, its note and its times."""

    id: str
    anchor: Anchor
    tags: tuple[str, ...]
    note: str
    created: str
    changed: str


def write_annotation(
    id: str, anchor: Anchor, tags: Iterable[str], note: str, created: str, creator: str = ""
) -> dict[str, object]:
    """Write an annotation as plain data, for the workbook or for export as JSON-LD.

    ``id`` is an IRI, ``created`` is like ``2000-01-31T12:00:00Z``, ``creator`` is a name or pseudonym.

    Examples
    --------
    >>> anchor = Anchor("letter", "all", start=0, end=3)
    >>> made = write_annotation("urn:x:1", anchor, ["trust"], "", "2000-01-31T12:00:00Z")
    >>> made["body"][0]["value"], made["target"]["selector"][0]["exact"]
    ('trust', 'all')
    """
    whole: dict[str, object] = {"@context": CONTEXTS, "id": id, "type": "Annotation", "created": created}
    if creator:
        whole["creator"] = {"type": "Person", "nickname": creator}
    text = f"{OURS}text:{quote(anchor.document, safe='')}"
    whole["target"] = {
        "type": "SpecificResource",
        # The source is the layer, because positions count in the layer; the scope is the text.
        "source": f"{text}:layer:{quote(anchor.layer, safe='')}",
        "scope": text,
        **{f"close:{name}": getattr(anchor, name) for name in _NAMED},
        "selector": [
            {"type": "TextQuoteSelector", "exact": anchor.exact, "prefix": anchor.prefix, "suffix": anchor.suffix},
            {"type": "TextPositionSelector", "start": anchor.start, "end": anchor.end},
        ],
    }
    return edit_annotation(whole, tags=tags, note=note)


def edit_annotation(
    annotation: Mapping[str, object], *, tags: Iterable[str] | None = None, note: str | None = None
) -> dict[str, object]:
    """Replace the tags or the note of an annotation; None leaves them unchanged."""
    bodies = _listed(annotation.get("body"))
    tagging: list[Body] = [body for body in bodies if _is_tag(body)]
    noting: list[Body] = [body for body in bodies if _is_note(body)]
    others = [body for body in bodies if not _has_value(body)]
    whole = {key: value for key, value in annotation.items() if key not in ("body", "bodyValue", "motivation")}
    if tags is not None:
        tagging = [_textual("tagging", tag) for tag in tags]
    if note is not None:
        noting = [_textual("commenting", note)] if note else []
    elif isinstance(value := annotation.get("bodyValue"), str):  # the model allows either body or bodyValue
        noting.append(_textual("commenting", value))
    if bodies := [*tagging, *noting, *others]:
        whole["body"] = bodies
    purposes = [name for name, found in (("tagging", tagging), ("commenting", noting)) if found]
    return {**whole, "motivation": purposes or ["highlighting"]}


def _textual(purpose: str, value: str) -> Body:
    return {"type": "TextualBody", "purpose": purpose, "format": "text/plain", "value": value}


def _is_tag(body: object) -> TypeGuard[Body]:
    return _has_value(body) and "tagging" in _listed(body.get("purpose"))


def _is_note(body: object) -> TypeGuard[Body]:
    return _has_value(body) and not _is_tag(body)


def _has_value(body: object) -> TypeGuard[Body]:
    return isinstance(body, dict) and isinstance(body.get("value"), str)


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [] if value is None else [value]


@lru_cache(maxsize=1024)
def tag_name(value: str) -> str:
    """Normalise a tag for display and comparison: one line, shortened, control characters neutralised.

    Examples
    --------
    >>> tag_name(" two\\n words ")
    'two words'
    """
    return " ".join(neutralised(value[: 10 * MOST_TAG]).split())[:MOST_TAG].strip()


def read_annotation(annotation: object) -> Content | None:
    """Read an annotation from any data; return None if it is not an annotation of quoted words.

    Values that are too long are cut.

    Examples
    --------
    >>> anchor = Anchor("letter", "all", start=0, end=3)
    >>> made = write_annotation("urn:x:1", anchor, ["trust"], "", "2000-01-31T12:00:00Z")
    >>> read_annotation(made).tags, read_annotation({"quote": "all"})
    (('trust',), None)
    """
    if not isinstance(annotation, dict) or "Annotation" not in _listed(annotation.get("type")):
        return None
    id, anchor = _short(annotation.get("id")), _anchor(next(iter(_listed(annotation.get("target"))), None))
    if not id or anchor is None:
        return None
    tags, notes = [], []
    for body in _listed(annotation.get("body")):
        if _is_tag(body):
            tags.append(tag_name(body["value"]))
        elif _has_value(body):
            notes.append(body["value"])
    if isinstance(annotation.get("bodyValue"), str):
        notes.append(annotation["bodyValue"])
    created, modified = (_time(annotation.get(key)) for key in ("created", "modified"))
    return Content(
        id,
        anchor,
        tuple(dict.fromkeys(filter(None, tags)))[:MOST_TAGS],
        _cut("\n\n".join(note[: MOST_NOTE + 1] for note in notes[:MOST_TAGS]), MOST_NOTE),
        created,
        modified or created,
    )


def _anchor(target: object) -> Anchor | None:
    if not isinstance(target, dict):
        return None
    selectors = [item for item in _listed(target.get("selector")) if isinstance(item, dict)]
    quoted = next((item for item in selectors if item.get("type") == "TextQuoteSelector"), {})
    placed = next((item for item in selectors if item.get("type") == "TextPositionSelector"), {})
    exact = quoted.get("exact")
    if not isinstance(exact, str) or not exact.strip():
        return None
    start, end = placed.get("start"), placed.get("end")
    if not (type(start) is int and type(end) is int and 0 <= start < end < 2**53):
        start = end = -1
    named = {name: _short(target.get(f"close:{name}")) for name in _NAMED}
    source = target.get("source")
    named["document"] = named["document"] or _short(source.get("id") if isinstance(source, dict) else source)
    around = {name: _short(quoted.get(name)) for name in ("prefix", "suffix")}
    return Anchor(exact=exact[:MOST_QUOTED], start=start, end=end, **named, **around)


def _short(value: object) -> str:
    return value[:_MOST_NAME] if isinstance(value, str) else ""


def _time(value: object) -> str:
    return value if isinstance(value, str) and len(value) < 40 and _TIME.fullmatch(value) else ""


def _cut(words: str, most: int) -> str:
    return words if len(words) <= most else f"{words[:most]} … (cut off here)"


def annotations_inside(data: object) -> list[object]:
    """List the annotations in an annotation, a page, a collection or a list, in order.

    Examples
    --------
    >>> annotations_inside({"type": "AnnotationCollection", "first": {"type": "AnnotationPage", "items": [1, 2]}})
    [1, 2]
    """
    if isinstance(data, list):
        return data
    if isinstance(data, dict) and "AnnotationCollection" in _listed(data.get("type")):
        data = data.get("first")
    if isinstance(data, dict) and "AnnotationPage" in _listed(data.get("type")):
        return _listed(data.get("items"))
    return [data]


def annotation_collection(annotations: Iterable[Mapping[str, object]], *, id: str, label: str) -> dict[str, object]:
    """Write annotations as an AnnotationCollection with one page."""
    items = list(annotations)
    whole: dict[str, object] = {
        "@context": CONTEXTS,
        "id": f"{OURS}collection:{id}",
        "type": "AnnotationCollection",
        "label": label,
        "total": len(items),
    }
    if items:
        page = f"{OURS}page:{id}"
        whole["first"] = {
            "id": page,
            "type": "AnnotationPage",
            "partOf": whole["id"],
            "startIndex": 0,
            "items": items,
        }
        whole["last"] = page
    return whole
