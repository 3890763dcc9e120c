"""Every mark conforms to the W3C Web Annotation Data Model; damaged files are read or ignored without error."""

from __future__ import annotations

import copy
import json
import re
import string

import pytest
from hypothesis import given, settings, strategies as st

from helpers import annotation, workbook
from helpers.annotation import (
    MOST_NOTE,
    MOST_TAGS,
    Anchor,
    annotation_collection,
    annotations_inside,
    edit_annotation,
    read_annotation,
    write_annotation,
)
from helpers.texts import parse_text
from helpers.workbook import record_name

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
MOTIVATIONS = {
    "assessing", "bookmarking", "classifying", "commenting", "describing", "editing", "highlighting", "identifying",
    "linking", "moderating", "questioning", "replying", "tagging",
}  # fmt: skip
LETTER = parse_text("Return all this. I cannot rely on their impartiality 🏴󠁧󠁢󠁳󠁣󠁴󠁿 e\u0301tat.", "letter of <May>")


@pytest.fixture
def work(tmp_path, monkeypatch):
    workbook.begin_session()
    monkeypatch.setenv("CLOSE_READING_WORK", str(tmp_path / "my-work"))
    return tmp_path / "my-work"


# ---------------------------------------------------------------- the requirements of the model


def _many(value):
    return value if isinstance(value, list) else [value]


def _iri(value):
    """An absolute IRI: a scheme, and no character that must be escaped."""
    return isinstance(value, str) and re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+", value) is not None


def _whole_number(value):
    return type(value) is int and value >= 0


def _moment(value):
    """xsd:dateTime with the UTC timezone expressed as Z."""
    return isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", value) is not None


def _context(thing):
    yield "MUST have 1 or more @context, the model's among them", CONTEXT in _many(thing.get("@context"))
    yield "a single @context MUST be a string", isinstance(thing.get("@context"), str | list)


def _annotation(one):
    """Sections 3.1 to 3.3: requirements for an annotation."""
    yield from _context(one)
    yield "MUST have exactly 1 IRI that identifies it", _iri(one.get("id"))
    yield "MUST have 1 or more types, Annotation among them", "Annotation" in _many(one.get("type"))
    yield "MUST have 1 or more targets", bool(_many(one.get("target", [])))
    yield "MUST NOT have both body and bodyValue", not {"body", "bodyValue"} <= one.keys()
    for name in ("created", "modified", "generated"):
        yield f"{name} MUST NOT be more than 1, and MUST be UTC", name not in one or _moment(one[name])
    for name in _many(one.get("motivation", [])):
        yield "a motivation MUST be one of the list", name in MOTIVATIONS
    for agent in _many(one.get("creator", [])):
        yield "an agent MUST NOT have more than 1 IRI", isinstance(agent, str) or not isinstance(agent.get("id"), list)
        nick = agent if isinstance(agent, str) else agent.get("nickname", "")
        yield "a nickname is 1 string", isinstance(nick, str)
    for body in _many(one.get("body", [])):
        yield from _body(body)
    for target in _many(one.get("target", [])):
        yield from _resource(target)


def _body(body):
    """Section 3.2.4: requirements for an embedded textual body."""
    yield "SHOULD have the type TextualBody", "TextualBody" in _many(body.get("type"))
    yield "MUST have exactly 1 value, a string", isinstance(body.get("value"), str)
    yield "SHOULD have exactly 1 format, MUST NOT have more", isinstance(body.get("format"), str)
    yield "MUST NOT have more than 1 textDirection", not isinstance(body.get("textDirection"), list)
    for name in _many(body.get("purpose", [])):
        yield "a purpose MUST be one of the list of motivations", name in MOTIVATIONS


def _resource(one):
    """Sections 4 and 4.2: requirements for a specific resource and its selectors."""
    yield "SHOULD have the type SpecificResource", "SpecificResource" in _many(one.get("type"))
    yield "MUST have exactly 1 source", _iri(one.get("source"))
    yield "a scope is an IRI", "scope" not in one or _iri(one["scope"])
    for selector in _many(one.get("selector", [])):
        yield "MUST have exactly 1 type", selector.get("type") in ("TextQuoteSelector", "TextPositionSelector")
        if selector.get("type") == "TextQuoteSelector":
            yield "MUST have exactly 1 exact", isinstance(selector.get("exact"), str)
            for name in ("prefix", "suffix"):
                yield f"SHOULD have exactly 1 {name}, MUST NOT have more", isinstance(selector.get(name), str)
        else:
            for name in ("start", "end"):
                yield f"MUST have exactly 1 {name}, a non-negative integer", _whole_number(selector.get(name))


def _collection(one):
    """Section 5: requirements for a collection and its page."""
    yield from _context(one)
    yield "MUST have exactly 1 IRI that identifies it", _iri(one.get("id"))
    yield "MUST be an AnnotationCollection", "AnnotationCollection" in _many(one.get("type"))
    yield "a label MUST be a string", isinstance(one.get("label"), str)
    yield "a total MUST be a non-negative integer", _whole_number(one.get("total"))
    if one.get("total"):
        page = one.get("first")
        yield "MUST have exactly 1 first page where there are annotations", isinstance(page, dict)
        page = page if isinstance(page, dict) else {}
        yield "SHOULD refer to its last page", _iri(one.get("last"))
        yield "an embedded page SHOULD NOT have a context", "@context" not in page
        yield "a page MUST have exactly 1 IRI", _iri(page.get("id"))
        yield "a page MUST be an AnnotationPage", "AnnotationPage" in _many(page.get("type"))
        yield "a page SHOULD be part of exactly 1 collection", page.get("partOf") == one.get("id")
        items = page.get("items") if isinstance(page.get("items"), list) else []
        yield "a page MUST have an array of 1 or more annotations", bool(items)
        yield "a startIndex MUST be a non-negative integer", _whole_number(page.get("startIndex"))
        yield "the total is that of the items", len(items) == one["total"]
        for item in items:
            yield from _annotation(item)


def broken(demands):
    return [demand for demand, kept in demands if not kept]


def test_every_recorded_mark_conforms_to_the_model(work):
    record_name("Fox \U0001f98a")
    bare = annotation.annotate_span(LETTER, 0, 6)
    full = annotation.annotate_span(
        LETTER, 7, 10, tags=[annotation.add_tag("who <pays>").name], note="<script>&\u202e \ud800"
    )
    annotation.change_mark(LETTER, bare.id, note="later")
    annotation.change_mark(LETTER, full.id, tags=[])
    bodies = [event.body for event in workbook.events("annotation")]
    assert len(bodies) == 4
    assert [broken(_annotation(body)) for body in bodies] == [[]] * 4
    assert bodies[0]["motivation"] == ["highlighting"]
    assert "body" not in bodies[0]
    assert bodies[1]["motivation"] == ["tagging", "commenting"]
    assert bodies[1]["creator"] == {"type": "Person", "nickname": "Fox \U0001f98a"}
    whole = json.loads(annotation.export_annotations())
    assert whole["total"] == 2
    assert broken(_collection(whole)) == []


def test_export_without_marks_is_a_valid_collection(work):
    whole = json.loads(annotation.export_annotations())
    assert broken(_collection(whole)) == []
    assert "first" not in whole


@pytest.mark.parametrize("context", [None, 5, True, 1.5])
def test_invalid_context_does_not_prevent_an_import(work, context):
    strange = {**copy.deepcopy(FULL), "@context": context}
    assert annotation.import_annotations(json.dumps(strange)) == "1 mark imported."


def test_imported_annotation_conforms_to_the_model(work):
    strange = {"type": ["Annotation"], "bodyValue": "why?", "target": {"source": "x:y", "selector": {}}}
    strange["target"]["selector"] = {"type": "TextQuoteSelector", "exact": "all this", "prefix": "", "suffix": ""}
    annotation.import_annotations(json.dumps(strange), text=LETTER)
    (event,) = workbook.events("annotation")
    assert broken(demand for demand in _collection(event.body) if "SHOULD" not in demand[0]) == []
    (made,) = annotation.notes(LETTER)
    assert (made.quotation, made.note, made.start) == ("all this", "why?", 7)
    annotation.change_mark(LETTER, made.id, tags=[annotation.add_tag("odd").name])
    body = workbook.events("annotation")[-1].body
    assert broken(demand for demand in _annotation(body) if "SHOULD" not in demand[0]) == []
    assert annotation.notes(LETTER)[0].note == "why?"


FULL = write_annotation(
    "urn:x:1", Anchor("letter", "all", "l", start=0, end=3), ["trust"], "why?", "2000-01-31T12:00:00Z", "Fox"
)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("@context",), "urn:x"), (("id",), "no iri"), (("id",), ["urn:x:1"]), (("type",), "Note"), (("target",), []),
        (("created",), "yesterday"), (("created",), "2000-01-31T12:00:00+01:00"), (("bodyValue",), "x"),
        (("motivation",), ["shouting"]), (("creator", "id"), ["a:b", "c:d"]), (("body", 0, "value"), 3),
        (("body", 0, "purpose"), "shouting"), (("body", 1, "format"), ["a", "b"]), (("target", "source"), None),
        (("target", "selector", 0, "exact"), ["a"]), (("target", "selector", 0, "prefix"), ["a"]),
        (("target", "selector", 0, "type"), "Selector"), (("target", "selector", 1, "start"), -1),
        (("target", "selector", 1, "end"), "3"),
    ],
)  # fmt: skip
def test_model_check_finds_each_fault_of_an_annotation(path, value):
    assert broken(_annotation(FULL)) == []
    whole = copy.deepcopy(FULL)
    place = whole
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    assert broken(_annotation(whole))


@pytest.mark.parametrize("key", ["@context", "id", "type", "total", "first", "last", "label"])
def test_model_check_finds_each_fault_of_a_collection(key):
    whole = annotation_collection([FULL], id="1", label="Some")
    assert broken(_collection(whole)) == []
    del whole[key]
    assert broken(_collection(whole))


def test_positions_are_code_points_of_the_layer(work):
    made = annotation.mark_quotation(LETTER, "état")
    target = made.event.body["target"]
    assert target["source"] == "urn:x-close-reading:text:letter%20of%20%3CMay%3E:layer:text"
    assert target["scope"] == "urn:x-close-reading:text:letter%20of%20%3CMay%3E"
    quoted, placed = target["selector"]
    assert LETTER["text"].text[placed["start"] : placed["end"]] == quoted["exact"] == "e\u0301tat"
    assert LETTER["text"].text.endswith(quoted["prefix"] + quoted["exact"] + quoted["suffix"])
    assert len(quoted["prefix"]) == 32


# ---------------------------------------------------------------- damaged annotations

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(string.ascii_letters, max_size=8), inner),
    max_leaves=8,
)


@st.composite
def damaged(draw):
    """A valid annotation with some parts replaced by other data."""
    whole = copy.deepcopy(FULL)
    places = [
        (whole, key) for key in [*whole, "bodyValue"]
    ] + [(whole["target"], key) for key in whole["target"]] + [
        (part, key) for part in [*whole["body"], *whole["target"]["selector"]] for key in part
    ]  # fmt: skip
    for place, key in draw(st.lists(st.sampled_from(places), max_size=4)):
        place[key] = draw(PLAIN)
    return whole


@settings(max_examples=150)
@given(damaged() | PLAIN, st.booleans())
def test_damaged_annotation_is_read_or_ignored_without_error(body, page):
    whole = {"type": "AnnotationCollection", "first": {"type": "AnnotationPage", "items": [body]}} if page else body
    for one in annotations_inside(whole):
        content = read_annotation(one)
        if content is None:
            continue
        assert content.id
        assert content.anchor.exact.strip()
        assert all(tag and len(tag) <= 60 and "\n" not in tag for tag in content.tags)
        assert {type(content.note), type(content.anchor.layer)} == {str}
        assert -1 <= content.anchor.start <= content.anchor.end
        again = read_annotation(edit_annotation(one, tags=["mine"], note="new"))
        assert (again.tags, again.note, again.anchor) == (("mine",), "new", content.anchor)
        assert read_annotation(edit_annotation(one)).note.startswith(content.note[:MOST_NOTE])


def test_oversized_tags_notes_and_ids_are_cut():
    whole = edit_annotation(FULL, tags=[f"t{n}" for n in range(100)] + ["x" * 1_000_000], note="n" * 1_000_000)
    content = read_annotation(whole)
    assert len(content.tags) == MOST_TAGS
    assert content.note == "n" * MOST_NOTE + " … (cut off here)"
    whole["target"]["selector"][0]["exact"] = "w" * 1_000_000
    assert len(read_annotation(whole).anchor.exact) == 100_000
    whole["id"] = "urn:" + "i" * 1_000_000
    assert len(read_annotation(whole).id) == 300


def test_new_tag_leaves_other_bodies_unchanged():
    kept = {"type": "SpecificResource", "purpose": "linking", "source": "urn:y"}
    whole = {**FULL, "body": [*FULL["body"], kept], "rights": "urn:rights"}
    new = edit_annotation(whole, tags=["secrecy"])
    assert new["body"][1:] == whole["body"][1:]
    assert new["rights"] == "urn:rights"
    assert read_annotation(new).tags == ("secrecy",)
    assert edit_annotation(whole) == whole
