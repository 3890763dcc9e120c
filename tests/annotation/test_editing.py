"""Marks: saved at once, found again in a changed text, undone, merged, exported, and never lost."""

from __future__ import annotations

import csv
import io
import json
import os
import random
import subprocess
import sys
import tempfile
import unicodedata
from pathlib import Path

import pytest
from hypothesis import assume, example, given, settings, strategies as st

from helpers import annotation, annotations, workbook
from helpers.annotation import (
    LEAST_LIKENESS,
    add_tag,
    anchor_at,
    annotate_span,
    change_mark,
    find_again,
    likeness,
    mark_quotation,
    notes,
    remove_mark,
    tagset,
    undo,
    undoable,
    whole_characters,
    write_annotation,
)
from helpers.core import UserError
from helpers.portfolio import export_work, restore_download
from helpers.search import Folded
from helpers.texts import Layer, Text, parse_text
from helpers.workbook import NotSaved

ROOT = Path(__file__).resolve().parents[2]
SOURCE = """\
---
title: A letter
layers:
  heading:
    label: "Copyist: heading"
    voice: copyist
    kind: copyist
  letter:
    label: "The writer: letter"
    voice: writer
    kind: actor
  reply:
    label: "The gardener: reply"
    voice: gardener
    kind: actor
  note:
    label: "Editors: note"
    voice: editors
    kind: editor
---

## heading

Copy. Secret.

## letter

Return all this, e\u0301tat \U0001f468\u200d\U0001f469\u200d\U0001f467 included.

I cannot rely on their impartiality. Return all of that,
and not even on the gardener. Return it.

## reply

All is returned.

## note

The writer says “I cannot rely on their impartiality”.
"""


def letter(old="", new="", source=SOURCE):
    assert old in source
    return parse_text(source.replace(old, new) if old else source, "letter")


TEXT = letter()


def _begin(folder):
    """Start a new session with this work folder."""
    os.environ["CLOSE_READING_WORK"] = str(folder)
    workbook.begin_session()


@pytest.fixture
def work(tmp_path, monkeypatch, example):
    workbook.begin_session()
    monkeypatch.setenv("CLOSE_READING_WORK", str(tmp_path / "my-work"))
    return tmp_path / "my-work"


def _run(script, folder):
    """Run a script in a new interpreter and parse its output as JSON."""
    code = (
        "import json\nfrom helpers import annotation as margin, workbook\n"
        f"from helpers.texts import parse_text\n{script}"
    )
    env = dict(os.environ, PYTHONPATH=str(ROOT), CLOSE_READING_WORK=str(folder), SOURCE=SOURCE)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def _words(text, note):
    return text.content[note.start : note.end]


# ---------------------------------------------------------------- making a mark


def test_new_mark_has_place_and_voice(work):
    made = mark_quotation(TEXT, "their impartiality", tags=["trust"], note="In what?")
    assert (made.document, made.layer, made.voice, made.speaker) == ("letter", "letter", "writer", "The writer")
    assert (made.quotation, made.tags, made.note) == ("their impartiality", ("trust",), "In what?")
    assert (made.paragraph, made.anchored, made.said) == (3, "in place", "")
    assert _words(TEXT, made) == made.quotation
    assert made.created == made.changed != ""
    assert notes(TEXT) == [made]
    assert notes(TEXT)[0].event == made.event


def test_new_mark_is_on_disk_at_once(work):
    made = annotate_span(TEXT, *_place("all this"), tags=["secrecy"])
    script = "print(json.dumps([[n.id, n.quotation, n.tags] for n in margin.notes()]))"
    assert _run(script, work) == [[made.id, "all this", ["secrecy"]]]


def _place(words, text=TEXT):
    start = text.content.index(words)
    return start, start + len(words)


def test_unsaved_mark_raises_and_stays_in_memory(work):
    work.write_text("a file where the folder should be")
    with pytest.raises(NotSaved):
        mark_quotation(TEXT, "impartiality")
    assert [note.quotation for note in notes(TEXT)] == ["impartiality"]
    work.unlink()
    mark_quotation(TEXT, "gardener")
    script = "print(json.dumps([n.quotation for n in margin.notes()]))"
    assert sorted(_run(script, work)) == ["gardener", "impartiality"]


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        (3, 3, "no words"), (13, 15, "no words"), (-5, 0, "no words"), (10**9, 10**9 + 5, "no words"),
        (5, 2, "no words"), (5, 20, "goes beyond the"), (0, 10**9, "goes beyond the"), ("3", 5, "two whole numbers"),
        (True, 5, "two whole numbers"), (1.0, 5, "two whole numbers"),
    ],
)  # fmt: skip
def test_range_without_words_or_across_layers_raises(work, start, end, said):
    with pytest.raises(UserError, match=said):
        annotate_span(TEXT, start, end)
    assert not work.exists()


def test_blanks_between_layers_are_cut_from_the_mark(work):
    start, end = TEXT["letter"].start, TEXT["letter"].end
    made = annotate_span(TEXT, start - 2, end + 2)
    assert (made.start, made.end, made.layer, made.said) == (start, end, "letter", "")


@pytest.mark.parametrize(
    ("words", "widened"),
    [
        ("tat ", "tat "), ("\u0301tat", "e\u0301tat"), ("this, e", "this, e\u0301"),
        ("\U0001f469", "\U0001f468\u200d\U0001f469\u200d\U0001f467"),
        ("\U0001f468", "\U0001f468\u200d\U0001f469\u200d\U0001f467"),
    ],
)  # fmt: skip
def test_mark_is_widened_to_whole_characters(work, words, widened):
    made = annotate_span(TEXT, *_place(words))
    assert made.quotation == _words(TEXT, made) == widened
    assert made.said == ("" if words == widened else "The mark was widened to whole characters.")


@given(
    st.text(
        st.sampled_from("ab \r\n\u0301\u0308\u200d\ufe0f\U0001f1e6\U0001f1e7\U0001f468\U0001f3fd\u1100\u1161\u11a8")
    )
)
@settings(max_examples=100)
def test_widening_to_whole_characters_is_idempotent(words):
    for n in range(len(words) + 1):
        start, end = whole_characters(words, n, n)
        assert 0 <= start <= n <= end <= len(words)
        assert whole_characters(words, start, end) == (start, end)
        if 0 < start < len(words):
            assert unicodedata.category(words[start])[0] != "M" or words[start - 1] in "\r\n"


def test_first_of_several_matches_is_marked_and_reported(work):
    made = mark_quotation(TEXT, "return")
    assert made.start == TEXT["letter"].start
    assert made.said == "“Return” occurs 3 times; the first one is marked. To mark the second one, write nth=2."
    assert mark_quotation(TEXT, "return", nth=3).start == TEXT.content.index("Return it")
    for nth in (0, 4, True, "2"):
        with pytest.raises(UserError, match=r"occurs 3 times[.] Give a number from 1 to 3"):
            mark_quotation(TEXT, "return", nth=nth)


def test_quotation_is_found_despite_typography_and_stored_as_in_the_text(work):
    made = mark_quotation(TEXT, "RETURN  ALL OF THAT, AND")
    assert made.quotation == "Return all of that,\nand"


@pytest.mark.parametrize(
    ("words", "layers", "said"),
    [
        ("secret", "actors", r"occurs in other layers \(copyists 1\): add layers=\"all\""),
        ("retrun all of that", "actors", "nearest passage is “Return all of that”"),
        ("quite other words", "actors", "Copy the words from the text"), ("", "actors", "at least one word"),
        ("return", "letters", "No layer “letters”"), (3, "actors", "is not a phrase"),
    ],
)  # fmt: skip
def test_quotation_that_is_not_found_raises(work, words, layers, said):
    with pytest.raises(UserError, match=said):
        mark_quotation(TEXT, words, layers=layers)
    assert not work.exists()


def test_overlapping_marks_are_all_kept(work):
    outer = annotate_span(TEXT, *_place("I cannot rely on their impartiality"))
    inner = annotate_span(TEXT, *_place("rely"))
    twins = [annotate_span(TEXT, *_place("rely")) for _ in range(2)]
    crossing = annotate_span(TEXT, *_place("rely on their impartiality. Return"))
    assert {note.id for note in notes(TEXT)} == {one.id for one in [outer, inner, *twins, crossing]}
    assert [note.start for note in notes(TEXT)] == sorted(note.start for note in notes(TEXT))
    assert len(annotations(TEXT)) == 5


def test_note_or_mark_that_is_too_long_raises(work):
    with pytest.raises(UserError, match="1,000,000 characters; at most 20,000"):
        mark_quotation(TEXT, "rely", note="x" * 1_000_000)
    with pytest.raises(UserError, match="is not text"):
        mark_quotation(TEXT, "rely", note=None)
    long = parse_text("word " * 30_000, "long")
    with pytest.raises(UserError, match="149,999 characters; at most 100,000"):
        annotate_span(long, 0, 10**6)


# ---------------------------------------------------------------- tags


def test_every_tag_has_a_unique_sign(work):
    for name in ("Trust me", "TRUSTY", "trusted", "\U0001f98a", "e\u0301", "ta", "t"):
        add_tag(name)
    tags = tagset()
    signs = [tag.sign.casefold() for tag in tags]
    assert len(set(signs)) == len(signs) == len({tag.name for tag in tags})
    assert all(0 < len(tag.sign) <= 6 for tag in tags)
    before = {tag.name: tag for tag in tags}
    add_tag("another")
    assert {tag.name: tag for tag in tagset()}.items() >= before.items()


def test_tag_is_found_by_name_or_label_ignoring_case(work):
    for given_, name in (("trust", "trust"), ("Conditions", "conditionality"), ("SECRECY", "secrecy")):
        assert mark_quotation(TEXT, "rely", tags=[given_, given_]).tags == (name,)
    assert add_tag("  Trust ").name == "trust"
    assert workbook.events("tag") == []
    with pytest.raises(UserError, match=r"No tag “trsut”[.] Did you mean “trust”"):
        mark_quotation(TEXT, "rely", tags="trsut")
    mine = add_tag("who  pays")
    assert mark_quotation(TEXT, "rely", tags="Who pays").tags == (mine.name,) == ("who pays",)


@pytest.mark.parametrize("name", ["", "  ", "...", "x" * 61, "a\u202eb", "a\x1b[31m", None, 3])
def test_invalid_tag_name_raises(work, name):
    with pytest.raises(UserError):
        add_tag(name)
    assert not work.exists()


def test_invalid_tag_events_are_ignored(work):
    for name in (None, 3, ["x"], "", "x" * 1_000_000, "<b>\u202e", "trust"):
        workbook.record("tag", {"name": name})
    names = [tag.name for tag in tagset()]
    assert names.count("trust") == 1
    assert all(len(name) <= 60 and "\u202e" not in name for name in names)


# ---------------------------------------------------------------- changing, removing, undoing


def test_changed_mark_keeps_its_place(work):
    made = mark_quotation(TEXT, "rely", tags=["trust"], note="a")
    assert change_mark(TEXT, made.id, note="b").note == "b"
    assert change_mark(TEXT, made.id, tags=[]).tags == ()
    (now,) = notes(TEXT)
    assert (now.note, now.tags, now.start, now.created) == ("b", (), made.start, made.created)
    count = len(workbook.events())
    assert change_mark(TEXT, made.id, note="b", tags=[]) == now
    assert len(workbook.events()) == count


def test_changing_a_removed_mark_raises(work):
    made = mark_quotation(TEXT, "rely")
    assert remove_mark(made.id) == "“rely”"
    assert notes(TEXT) == []
    for doing in (
        lambda: remove_mark(made.id),
        lambda: change_mark(TEXT, made.id, note="x"),
        lambda: remove_mark(None),
    ):
        with pytest.raises(UserError, match="no longer exists"):
            doing()


def test_undo_reports_what_it_undid(work):
    assert annotation.undoable() == ""
    with pytest.raises(UserError, match="nothing to take back"):
        undo()
    made = mark_quotation(TEXT, "rely")
    change_mark(TEXT, made.id, note="x")
    remove_mark(made.id)
    said = ["the deletion of “rely”", "the change of “rely”", "the mark on “rely”"]
    for one in said:
        assert annotation.undoable() == one
        assert undo() == one
    assert notes(TEXT) == []


def _refused(doing):
    with pytest.raises(UserError):
        doing()


def test_undo_can_be_limited_to_one_text(work):
    here, there = parse_text("Return all this.", "here"), parse_text("Return all that.", "there")
    annotate_span(here, 0, 6)
    annotate_span(there, 7, 10)
    assert undoable() == undoable("there") == "the mark on “all”"
    assert undoable("here") == "the mark on “Return”"
    assert undo("here") == "the mark on “Return”"
    assert [note.document for note in notes()] == ["there"]
    assert undoable("here") == ""
    with pytest.raises(UserError, match="nothing to take back"):
        undo("here")
    assert undo() == "the mark on “all”"


@settings(max_examples=40)
@given(st.lists(st.sampled_from(["mark", "mark", "change", "remove", "undo", "undo"]), max_size=14), st.randoms())
@example(["mark", "mark", "undo", "remove", "undo"], random.Random(1))
def test_undo_agrees_with_a_simple_model(acts, chance):
    with tempfile.TemporaryDirectory() as folder:
        _begin(Path(folder) / "w")
        state, behind = {}, []
        for n, act in enumerate(acts):
            if act in ("change", "remove") and not state:
                continue
            before = dict(state)
            if act == "undo":
                if behind:
                    state = behind.pop()
                    undo()
                else:
                    _refused(undo)
            else:
                id = chance.choice(sorted(state)) if state else None
                if act == "mark":
                    id = annotate_span(TEXT, *_place("rely"), note=f"note {n}").id
                    state = {**state, id: f"note {n}"}
                elif act == "change":
                    change_mark(TEXT, id, note=f"note {n}")
                    state = {**state, id: f"note {n}"}
                else:
                    remove_mark(id)
                    state = {one: note for one, note in state.items() if one != id}
                behind.append(before)
            assert {note.id: note.note for note in notes(TEXT)} == state


# ---------------------------------------------------------------- several kernels, several machines

_OTHER = """
import os
text = parse_text(os.environ["SOURCE"], "letter")
"""


def test_marks_of_two_notebooks_are_merged(work):
    mine = mark_quotation(TEXT, "rely", note="mine")
    _run(f"{_OTHER}margin.mark_quotation(text, 'gardener', note='theirs'); print(0)", work)
    assert sorted(note.note for note in notes(TEXT)) == ["mine", "theirs"]
    _run(f"{_OTHER}margin.change_mark(text, {mine.id!r}, note='changed there'); print(0)", work)
    assert "changed there" in [note.note for note in notes(TEXT)]
    # The changes of the other notebook are undone there, or with the buttons of the mark.
    assert undoable() == "the mark on “rely”"


def test_undo_does_not_reach_an_earlier_session(work):
    _run(f"{_OTHER}margin.mark_quotation(text, 'gardener', note='old'); print(0)", work)
    (old,) = notes(TEXT)
    assert undoable() == ""
    with pytest.raises(UserError, match="nothing to take back"):
        undo()
    mine = mark_quotation(TEXT, "rely")
    assert undo() == "the mark on “rely”"
    assert undoable() == ""
    assert notes(TEXT) == [old]
    # It can be deleted, and the deletion can be undone.
    remove_mark(old.id)
    assert undo() == "the deletion of “gardener”"
    assert [note.note for note in notes(TEXT)] == ["old"]
    assert mine not in notes(TEXT)


def test_one_undo_restores_a_mark_that_was_deleted_twice(work):
    mine = mark_quotation(TEXT, "rely")
    workbook.record("annotation-removed", {"id": mine.id})
    workbook.record("annotation-removed", {"id": mine.id})
    assert undo() == "the deletion of “rely”"
    assert notes(TEXT) == [mine]


def test_marks_are_restored_from_a_download(work, monkeypatch, tmp_path):
    take = [mark_quotation(TEXT, "rely", note="<b>"), mark_quotation(TEXT, "copy", layers="all", tags=["secrecy"])]
    remove_mark(mark_quotation(TEXT, "gardener").id)
    data = workbook.bundle()
    monkeypatch.setenv("CLOSE_READING_WORK", str(tmp_path / "elsewhere"))
    assert notes(TEXT) == []
    workbook.restore(data)
    assert notes(TEXT) == sorted(take, key=lambda note: note.start)


@settings(max_examples=25)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 150), st.integers(1, 60), st.text(max_size=30), st.sets(st.sampled_from(["trust", "my own"]))
        ),
        max_size=5,
    )
)
def test_export_and_import_round_trip(marks):
    with tempfile.TemporaryDirectory() as folder:
        _begin(Path(folder) / "a")
        add_tag("my own")
        for start, length, note, tags in marks:
            try:
                annotate_span(TEXT, start, start + length, note=note, tags=sorted(tags))
            except UserError:
                continue
        before, text = notes(TEXT), annotation.export_annotations()
        assert not any(one in text for one in "<>&")
        _begin(Path(folder) / "b")
        said = annotation.import_annotations(text.encode())
        assert said.startswith(f"{len(before)} mark") or not before
        assert notes(TEXT) == before
        assert annotation.export_annotations() == text
        assert "already here" in annotation.import_annotations(text) or not before
        assert notes(TEXT) == before
        if before:
            assert undo().startswith("the import of ")
            assert notes(TEXT) == []


def test_import_keeps_changed_marks(work):
    made = mark_quotation(TEXT, "rely", note="old")
    old = annotation.export_annotations()
    change_mark(TEXT, made.id, note="new")
    said = annotation.import_annotations(old)
    assert said == "Nothing new. 1 mark already here with other content: yours kept."
    assert [note.note for note in notes(TEXT)] == ["new"]
    remove_mark(made.id)
    assert annotation.import_annotations(old) == "1 mark imported."
    assert [note.note for note in notes(TEXT)] == ["old"]


@pytest.mark.parametrize(
    "data",
    [
        "",
        "[]x",
        "3",
        '"x"',
        '{"type": "Note"}',
        "[" * 100_000,
        "[NaN]",
        b"\x89PNG",
        b"\xff\xfe",
        '{"cells": []}',
        7,
        None,
        '{"type": "Annotation", "@context": 5}',
        '{"type": "Annotation", "@context": null}',
    ],
    ids=range(14),
)
def test_import_of_an_invalid_file_raises(work, data):
    with pytest.raises(UserError, match=r"not a file of Web Annotations|cannot read"):
        annotation.import_annotations(data)
    assert not work.exists()


# ---------------------------------------------------------------- damaged and hostile events

HOSTILE = [
    {"quote": "x"}, {"type": "Annotation"}, {"type": "AnnotationCollection", "first": 3},
    {"type": "Annotation", "id": 3},
    {"type": "AnnotationCollection", "first": {"type": "AnnotationPage", "items": {"a": 1}}},
    {"id": "a", "type": "Annotation", "target": {"selector": [{"type": "TextQuoteSelector", "exact": "  "}]}},
]  # fmt: skip


def test_invalid_mark_events_are_kept_and_reported(work):
    made = mark_quotation(TEXT, "rely")
    for body in HOSTILE:
        workbook.record("annotation", body)
    for body in ({}, {"id": 3}, {"id": ["x"]}, {"id": None}):
        workbook.record("annotation-removed", body)
    for body in ({}, {"undoes": 3}, {"undoes": [3, None, "nothing", {}]}, {"undoes": "x"}):
        workbook.record("annotation-undo", body)
    assert notes(TEXT) == [made]
    assert f"{len(HOSTILE)} entries in your work could not be read as marks" in annotations().note
    assert undo() == "the mark on “rely”"


def test_undo_event_cannot_undo_itself_or_a_later_event(work):
    session = workbook.record("name", {"name": "Fox"}).session
    workbook.record("annotation-undo", {"undoes": [f"{session}:{n}" for n in range(1, 9)]})
    made = mark_quotation(TEXT, "rely")
    assert notes(TEXT) == [made]


def _forged(**target):
    anchor = anchor_at(TEXT, TEXT["letter"], *_place("rely"))
    made = write_annotation("urn:x:forged", anchor, [], "", "2000-01-31T12:00:00Z")
    made["target"] |= target
    return made


@pytest.mark.parametrize(
    ("start", "end"), [(-1, 5), (0, 10**15), (10**9, 10**9 + 4), (5, 5), ("0", "4"), (None, None), (0, 4)]
)
def test_mark_with_an_invalid_position_is_found_by_its_words(work, start, end):
    body = _forged()
    body["target"]["selector"][1] |= {"start": start, "end": end}
    workbook.record("annotation", body)
    (note,) = notes(TEXT)
    assert (_words(TEXT, note), note.anchored) == ("rely", "moved")


def test_marks_of_a_missing_text_are_kept(work):
    workbook.record("annotation", _forged(**{"close:document": "../../secret <b>"}))
    (note,) = notes()
    assert (note.start, note.end, note.anchored, note.paragraph) == (-1, -1, "orphan", 0)
    assert "is not available here" in note.said
    assert notes(TEXT) == []
    table = annotations()
    assert len(table) == 1
    assert "<b>" not in table._repr_html_()


# ---------------------------------------------------------------- finding marks again


@pytest.mark.parametrize(
    ("words", "old", "new", "found", "how"),
    [
        ("rely", "", "", "rely", "in place"),
        ("rely", "Secret.", "Top secret.", "rely", "in place"),
        ("rely", "Return all this", "Give back all this", "rely", "moved"),
        ("impartiality", "impartiality", "impartialty", "impartialty", "changed words"),
        ("impartiality", "their impartiality.", "their IMPARTIALITY.", "IMPARTIALITY", "changed words"),
        ("that,\nand", "that,\nand", "that, and", "that, and", "changed words"),
        ("cannot rely on", "rely on their", "relly on their", "cannot relly on", "changed words"),
        ("impartiality", "I cannot rely on their impartiality.", "I wait.", None, "orphan"),
        ("included.", "included.\n", "inside.\n", None, "orphan"),
        ("all of that", "Return all of that,\nand", "And", None, "orphan"),
        ("Return it", "Return all this", "Return it. Return all this", "Return it", "moved"),
        ("even", "I cannot", "It is even so. I cannot", "even", "moved"),
        ("part", "their impartiality.", "their imp\u0301artiality.", "p\u0301art", "changed words"),
    ],
)  # fmt: skip
def test_marks_are_found_again_in_a_corrected_text(work, words, old, new, found, how):
    last = TEXT["letter"].text.rindex(words) + TEXT["letter"].start
    annotate_span(TEXT, last, last + len(words))
    text = letter(old, new)
    (note,) = notes(text)
    assert (_words(text, note) if found else None, note.anchored) == (found, how)
    assert note.quotation == words
    assert bool(note.said) == (how in ("changed words", "orphan"))


BESIDE = "Return all this to the clerk today. Return all that to the clerk today."
MILL = "We talk of the mill and its owner. " * 3
APART = f"I cannot come on Monday because of the rain. {MILL}I cannot come on Sunday because of the rain."


@pytest.mark.parametrize(
    ("source", "deleted"),
    [(BESIDE, BESIDE[:35]), (BESIDE, BESIDE[36:]), (APART, APART[:44]), (APART, APART[-44:])],
)
def test_mark_of_a_deleted_sentence_does_not_move_to_a_similar_one(source, deleted):
    source = f"Dear friend. {source} Then write to me at once."
    old = parse_text(source)
    start = old.content.index(deleted)
    anchor = anchor_at(old, old["text"], start, start + len(deleted))
    assert find_again(parse_text(source.replace(deleted, "", 1)), anchor).how == "orphan"
    mended = find_again(parse_text(source.replace(deleted, deleted.replace("o", "oo", 1), 1)), anchor)
    assert (mended.start, mended.how) == (start, "changed words")


def test_context_decides_between_several_matches(work):
    first, second, third = (mark_quotation(TEXT, "return", nth=n) for n in (1, 2, 3))
    text = letter("Return all this", "Return them. Return all this")
    assert [text.content[n.start : n.end + 9] for n in notes(text)] == [
        "Return all this",
        "Return all of t",
        "Return it.\n\nAll",
    ]
    assert [n.id for n in notes(text)] == [first.id, second.id, third.id]


def test_mark_in_a_renamed_layer_is_found_in_a_layer_of_the_same_kind(work):
    made = mark_quotation(TEXT, "impartiality")
    renamed = letter("", "", SOURCE.replace("  letter:\n", "  body:\n").replace("## letter", "## body"))
    (note,) = notes(renamed)
    assert (note.layer, note.voice, note.anchored) == ("body", "writer", "moved")
    assert note.said == "Marked in the layer “letter”, which is now “body”."
    gone = letter("I cannot rely on their impartiality. Return", "Return")
    (note,) = notes(gone)
    assert gone.content.count("impartiality") == 1, "an editor still quotes it"
    assert (note.anchored, note.layer, note.speaker) == ("orphan", "letter", "The writer")
    assert note == made or note.id == made.id


@st.composite
def edited(draw):
    """A text, the text after some edits, and start and length of a range."""
    letters = (
        st.sampled_from("aab c.\n")
        | st.sampled_from("e\u0301\u0308\U0001f468\u200dß’'-—")
        | st.characters(codec="utf-8")
    )
    before = draw(st.text(letters, min_size=1, max_size=80))
    pieces = st.text(letters, max_size=8)
    after = before
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(after)))
        end = min(len(after), start + draw(st.integers(0, 6)))
        after = after[:start] + draw(pieces) + after[end:]
    start = draw(st.integers(0, len(before) - 1))
    return before, after, start, draw(st.integers(1, 40))


def _plain(words):
    return Text("plain", {}, (Layer("a", "a", "actor", "", words, 0, len(words)),), 0)


@settings(max_examples=250)
@given(edited())
@example(("aa aa", "a aa aa", 3, 2))
def test_mark_in_an_edited_text_is_found_or_reported_lost(case):
    before, after, start, length = case
    old, new = _plain(before), _plain(after)
    assume(old.content[start : start + length].strip())
    first, last = whole_characters(old.content, start, min(len(old.content), start + length))
    anchor = anchor_at(old, old["a"], first, last)
    assert find_again(old, anchor)[1:] == (first, last, "in place")
    layer, begin, end, how = find_again(new, anchor)
    words = new.content[begin:end]
    if how == "orphan":
        assert (layer, begin, end) == (None, -1, -1)
        assert new.content != old.content
        return
    assert 0 <= begin < end <= len(new.content)
    assert whole_characters(new.content, begin, end) == (begin, end)
    if how == "in place":
        assert (words, begin) == (anchor.exact, first)
    elif how == "moved":
        assert words == anchor.exact
    else:
        assert how == "changed words"
        alike = Folded(words).text.strip() == Folded(anchor.exact).text.strip()
        assert alike or likeness(anchor.exact, words) >= LEAST_LIKENESS


@settings(max_examples=60)
@given(st.integers(0, 400), st.sampled_from(["X", "Some more words. ", "\n\n"]), st.data())
def test_insertion_elsewhere_moves_a_mark(place, more, data):
    words = TEXT["letter"].text
    start = data.draw(st.integers(0, len(words) - 12))
    first, last = whole_characters(words, start, start + 12)
    assume(words[first:last].strip() == words[first:last])
    at = whole_characters(words, min(place, len(words)), min(place, len(words)))[0]
    assume(not first < at < last)
    old, new = _plain(words), _plain(f"x{words[:at]}{more}{words[at:]}x")
    found = find_again(new, anchor_at(old, old["a"], first, last))
    shift = 1 + (len(more) if at <= first else 0)
    assert found[1:] == (first + shift, last + shift, "moved")


@pytest.mark.parametrize(
    ("before", "words", "after", "found"),
    [
        # A short word elsewhere, in another context, is not the marked one.
        ("He waits for all of them and so on.", "all", "Quite another thing, and it is all over now.", None),
        # An added accent makes it another character.
        ("ab 0 cd", "0", "ab 0\u0301 cd", None),
        # Context counts more than the old position, at which the first match is now.
        ("all here. And all there.", "all there", "y" * 14 + "all here. And all there.", 28),
        ("In all one. In all two.", "all", "So " * 4 + "In all one. In all two.", 15),
    ],
)
def test_context_outweighs_the_old_position(before, words, after, found):
    old, new = _plain(before), _plain(after)
    start = before.index(words)
    place = find_again(new, anchor_at(old, old["a"], start, start + len(words)))
    assert place[1:] == ((-1, -1, "orphan") if found is None else (found, found + len(words), "moved"))


def test_old_context_wins_over_old_position_for_equal_words():
    old = _plain("I see all of you. They saw all of us.")
    start = old.content.rindex("all")
    new = _plain("They never " + "x" * (start - 17) + old.content)
    assert new.content.index("all") == start
    place = find_again(new, anchor_at(old, old["a"], start, start + 3))
    assert place.start == new.content.rindex("all")


def test_very_frequent_words_are_found_by_context(work):
    lines = [f"In the year {n} all was well." for n in range(3000)]
    old = _plain("\n".join(lines))
    start = old.content.index("all was well", old.content.index("year 1500 "))
    anchor = anchor_at(old, old["a"], start, start + 3)
    new = _plain("\n".join(["A new first line, and all is well."] * 40 + lines))
    _, begin, end, how = find_again(new, anchor)
    assert how == "moved"
    assert new.content[begin - 14 : end] == "the year 1500 all"[-17:]


def test_finding_a_repeated_word_again_does_not_compare_all_its_places(count_calls):
    counts = []
    for n in (500, 5000):
        old, new = _plain("ha " * n), _plain("So, ha " * 2 + "ha " * n)
        anchor = anchor_at(old, old["a"], 3 * (n // 2), 3 * (n // 2) + 2)
        find_again(new, anchor_at(old, old["a"], 0, 2))  # the checksums are made once for a text
        counts.append(count_calls(lambda new=new, anchor=anchor: find_again(new, anchor)))
    assert counts[1] <= counts[0] + 20


@pytest.mark.parametrize("edit", [("one two three ", ""), (" four five six", ""), ("one ", "1 "), (" six", " 6")])
@pytest.mark.parametrize("before", [0, 3000])
def test_very_frequent_word_whose_context_changed_is_found_far_away(edit, before):
    words = "So far one two three ha four five six and so on. "
    old = _plain("ha! " * 2000 + words + "ha! " * 2000)
    start = old.content.index("ha four")
    new = _plain("Ha " * before + "ha! " * 2500 + words.replace(*edit) + "ha! " * 1500)
    found = find_again(new, anchor_at(old, old["a"], start, start + 2))
    expected = new.content.index("So far") + words.replace(*edit).index("ha")
    assert (found.start, found.how) == (expected, "moved")


# ---------------------------------------------------------------- the table


def test_annotations_table_lists_every_mark_with_its_state(work):
    mark_quotation(TEXT, "impartiality", tags=["trust", "who_acts"], note="=1+1 <script>\u202e")
    mark_quotation(TEXT, "rely")
    mark_quotation(TEXT, "gardener")
    text = letter("on their impartiality. Return", "on nobody. Return")
    table = annotations(
        letter("gardener.", "gardners.", SOURCE.replace("on their impartiality. Return", "on it. Return"))
    )
    assert table.columns == ("document", "layer", "voice", "quotation", "tags", "note")
    assert [row["quotation"] for row in annotations(text)] == ["rely", "gardener", "impartiality"]
    assert annotations(text)[2] == {
        "document": "letter", "layer": "letter", "voice": "writer", "quotation": "impartiality",
        "tags": "trust, who_acts", "note": "=1+1 <script>\u202e",
    }  # fmt: skip
    assert "No longer in the text, and listed last: 1." in table.note
    assert "“impartiality” is no longer in A letter." in table.note
    assert "Marked as “gardener”; the text now has “gardners”." in table.note
    html = table.words_html()
    assert "<script>" not in html
    assert "\u202e" not in html
    assert "⟨RLO⟩" in html
    assert "The writer" in html
    assert len(table.to_frame()) == 3


def test_empty_annotations_table_keeps_its_columns(work):
    assert annotations(TEXT).columns == ("document", "layer", "voice", "quotation", "tags", "note")
    assert len(annotations()) == 0
    assert "0 marks" in annotations().note
    with pytest.raises(UserError, match="is not a text"):
        annotations("letter")


# ---------------------------------------------------------------- in exports


def test_every_export_lists_the_marks(work):
    made = mark_quotation(TEXT, "impartiality", tags=["trust"], note="=1+1 <script>bad()</script> **b** \u202e\x1b[31m")
    gone = write_annotation(
        "urn:x:gone", anchor_at(TEXT, TEXT["letter"], *_place("rely")), [], "", "2000-01-31T12:00:00Z", "Fox"
    )
    gone["target"]["close:document"] = "no-such-text"
    workbook.record("annotation", gone)
    html, text, rows = (export_work(format) for format in ("html", "markdown", "csv"))
    for one in (html, text, rows):
        assert "impartiality" in one
        assert "The writer" in one or "writer" in one
        assert "Trust" in one
        assert "no-such-text" in one
        assert not any(hidden in one for hidden in "\u202e\x1b")
    assert "<script>" not in html
    assert html.count("<q ") == 2
    assert "```text\n=1+1 <script>bad()</script>" in text
    records = list(csv.DictReader(io.StringIO(rows.removeprefix("\ufeff"))))
    marks = [row for row in records if row["kind"] == "mark"]
    assert [row["document"] for row in marks] == ["letter", "no-such-text"]
    columns = ("layer", "voice", "quotation", "tags", "state")
    assert [marks[1][one] for one in columns] == ["letter", "writer", "rely", "", "orphan"]
    assert marks[0]["note"].startswith("'=1+1")
    assert made.id in export_work("json-ld")


def test_marks_are_imported_from_the_json_ld_export(work, monkeypatch, tmp_path):
    mark_quotation(TEXT, "impartiality", note="<script>\u202e")
    before, data = notes(TEXT), export_work("json-ld")
    assert "<script>" not in data
    monkeypatch.setenv("CLOSE_READING_WORK", str(tmp_path / "elsewhere"))
    assert annotation.import_annotations(data) == "1 mark imported."
    assert notes(TEXT) == before


def test_exports_without_marks_do_not_mention_them(work):
    assert all("in the margin" not in export_work(format) for format in ("html", "markdown", "json-ld"))
    assert annotation.import_annotations(export_work("json-ld")) == "Nothing new: no marks in this file."


def test_restore_reports_the_number_of_marks(work, monkeypatch, tmp_path):
    mark_quotation(TEXT, "impartiality")
    data = workbook.bundle()
    monkeypatch.setenv("CLOSE_READING_WORK", str(tmp_path / "elsewhere"))
    assert "Marks in the margin restored: 1." in restore_download(data)
    assert "Marks" not in restore_download(data)
