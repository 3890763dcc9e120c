"""The page with a pencil: what it sends, what it hears, and what stands where no widget can be."""

from __future__ import annotations

import pytest

from helpers import annotate, annotation, annotations, load_text, read, workbook
from helpers.core import UserError
from helpers.texts import parse_text
from helpers.widgets import handle_pencil, margin_state

LAYERED = parse_text(
    "---\nlayers:\n  letter: {voice: ann, kind: actor, label: 'Ann: letter'}\n"
    "  note: {voice: ed, kind: editor, label: 'Editor: note'}\n---\n"
    "## letter\n\n\U0001f600 Return all this.\n\nAnd \U0001f600\U0001f600 the cafe\u0301 too.\n\n"
    "## note\n\nAnn was anxious.\n",
    "layered",
)


@pytest.fixture(autouse=True)
def empty(tmp_path, monkeypatch):
    monkeypatch.setenv("CLOSE_READING_WORK", str(tmp_path / "work"))
    workbook.begin_session()


def mark(**asked):
    return handle_pencil(
        LAYERED, {"do": "mark", "layer": 0, "from": [0, 3], "to": [0, 9], "tags": [], "note": "", **asked}
    )


def test_places_are_counted_as_the_browser_counts_and_kept_as_python_counts():
    assert mark()["said"] == "Saved: “Return”."
    (note,) = annotation.notes(LAYERED)
    assert LAYERED.content[note.start : note.end] == "Return"
    (sent,) = margin_state(LAYERED)["notes"]
    assert sent["pieces"] == [[0, 3, 9]]
    assert sent["where"] == "Ann; layer letter, ¶1"


def test_a_mark_over_two_paragraphs_has_two_pieces():
    mark(to=[1, 8])
    (sent,) = margin_state(LAYERED)["notes"]
    assert sent["pieces"] == [[0, 3, 19], [1, 0, 8]]
    assert "Return all this." in annotate(LAYERED)._repr_html_()


def test_a_combining_sequence_is_not_cut():
    mark(**{"from": [1, 13], "to": [1, 17]})
    (note,) = annotation.notes(LAYERED)
    assert LAYERED.content[note.start : note.end].endswith("cafe\u0301")


@pytest.mark.parametrize(
    "asked",
    [
        {"from": [0, 0], "to": [0, 0]},
        {"from": [0, 9], "to": [0, 3]},
        {"tags": ["no such tag"]},
        {"id": "urn:nothing"},
        {"note": "x" * 2_000_000},
    ],
)
def test_what_cannot_be_a_mark_is_refused_in_words_and_nothing_is_kept(asked):
    answer = mark(**asked)
    assert not answer["done"]
    assert answer["said"]
    assert workbook.events("annotation") == []


def test_places_outside_the_text_are_brought_inside():
    assert mark(**{"from": [-5, -5], "to": [99, 10_000]})["done"]
    (note,) = annotation.notes(LAYERED)
    assert (note.start, note.end) == (LAYERED["letter"].start, LAYERED["letter"].end)


def test_change_delete_and_undo():
    mark(fresh="my own", note="first")
    (sent,) = margin_state(LAYERED)["notes"]
    assert (sent["tags"], sent["note"]) == (["my own"], "first")
    handle_pencil(LAYERED, {"do": "mark", "id": sent["id"], "tags": [], "note": "second"})
    assert margin_state(LAYERED)["notes"][0]["note"] == "second"
    handle_pencil(LAYERED, {"do": "undo"})
    assert margin_state(LAYERED)["notes"][0]["note"] == "first"
    handle_pencil(LAYERED, {"do": "remove", "id": sent["id"]})
    assert margin_state(LAYERED)["notes"] == []
    assert margin_state(LAYERED)["undo"]
    handle_pencil(LAYERED, {"do": "undo"})
    assert margin_state(LAYERED)["notes"][0]["note"] == "first"
    assert not handle_pencil(LAYERED, {"do": "remove", "id": "urn:nothing"})["done"]


def test_a_disk_that_takes_nothing_is_said_and_the_mark_stays(tmp_path, monkeypatch):
    blocked = tmp_path / "blocked"
    blocked.write_text("a file", encoding="utf-8")
    monkeypatch.setenv("CLOSE_READING_WORK", str(blocked / "work"))
    answer = mark()
    assert answer["done"]
    assert "Not saved in" in answer["said"]
    assert len(margin_state(LAYERED)["notes"]) == 1
    view = annotate(LAYERED, "too")
    assert "Not saved in" in view.said
    assert len(annotation.notes(LAYERED)) == 2


def test_words_are_marked_without_a_widget(example):
    letter = load_text("1848-reply")
    view = annotate(letter, "I cannot rely", tag="Trust", note="No <b>bias</b> is named.")
    html = view._repr_html_()
    assert "✎1 Tru" in html
    assert "&lt;b&gt;bias&lt;/b&gt;" in html
    assert "<b>" not in html
    (row,) = annotations(letter)
    assert (row["layer"], row["quotation"], row["note"]) == (
        "letter",
        "I cannot rely",
        "No <b>bias</b> is named.",
    )
    with pytest.raises(UserError, match="cannot"):
        annotate(letter, "I cannot relay")
    with pytest.raises(UserError, match="needs words"):
        annotate(letter, tag="trust")


def test_a_mark_in_a_layer_that_is_not_shown_is_listed_all_the_same():
    annotate(LAYERED, "anxious", layers="all")
    html = annotate(LAYERED)._repr_html_()
    assert "not shown here" in html
    assert "<mark" not in html


def test_the_page_holds_nothing_that_is_html():
    mark(note="<img src=x onerror=alert(1)>", fresh="<i>tag</i>")
    (sent,) = margin_state(LAYERED)["notes"]
    assert sent["note"] == "<img src=x onerror=alert(1)>"
    for name in ("pencil", "page", "words", "shared", "form", "controls", "portfolio"):
        from helpers.widgets import script

        assert "innerHTML" not in script(name)


def test_the_pencil_takes_the_same_aids_as_the_page(example):
    reply = load_text("1848-reply")
    summaries = {
        aids: [aid.summary for aid in annotate(reply, aids=aids).helping.values()] for aids in (True, "words", False)
    }
    assert any(summaries[True])
    assert not any(summaries["words"])
    assert summaries[False] == []
    for show in (annotate, read):
        with pytest.raises(UserError, match=r"aids=“everything” is not known. Write aids=True"):
            show(reply, aids="everything")
