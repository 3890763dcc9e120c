"""The page with a pencil: its state, its requests and its still view."""

from __future__ import annotations

from collections import Counter

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
def empty_workbook(tmp_path, monkeypatch):
    monkeypatch.setenv("CLOSE_READING_WORK", str(tmp_path / "work"))
    workbook.begin_session()


def mark(**asked):
    return handle_pencil(
        LAYERED, {"do": "mark", "layer": 0, "from": [0, 3], "to": [0, 9], "tags": [], "note": "", **asked}
    )


def test_utf16_positions_from_the_browser_are_stored_as_code_points():
    assert mark()["said"] == "Saved: “Return”."
    (note,) = annotation.notes(LAYERED)
    assert LAYERED.content[note.start : note.end] == "Return"
    (sent,) = margin_state(LAYERED)["notes"]
    assert sent["pieces"] == [[0, 3, 9]]
    assert sent["where"] == "Ann; layer letter, ¶1"


def test_mark_across_two_paragraphs_has_two_pieces():
    mark(to=[1, 8])
    (sent,) = margin_state(LAYERED)["notes"]
    assert sent["pieces"] == [[0, 3, 19], [1, 0, 8]]
    assert "Return all this." in annotate(LAYERED)._repr_html_()


def test_mark_is_widened_to_a_whole_combining_sequence():
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
def test_invalid_mark_request_is_refused_and_records_nothing(asked):
    answer = mark(**asked)
    assert not answer["done"]
    assert answer["said"]
    assert workbook.events("annotation") == []


def test_positions_outside_the_text_are_clipped():
    assert mark(**{"from": [-5, -5], "to": [99, 10_000]})["done"]
    (note,) = annotation.notes(LAYERED)
    assert (note.start, note.end) == (LAYERED["letter"].start, LAYERED["letter"].end)


def test_marks_are_changed_deleted_and_undone():
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


def test_unwritable_folder_is_reported_and_the_mark_stays_in_memory(tmp_path, monkeypatch):
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


def test_annotate_marks_words_from_code(example):
    letter = load_text("1848-reply")
    view = annotate(letter, "I cannot rely", tag="Trust", note="No <b>bias</b> is named.")
    html = view.words_html()
    assert "<strong>✎1</strong> “I cannot rely” – Trust" in html
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


def test_mark_in_a_hidden_layer_is_listed():
    annotate(LAYERED, "anxious", layers="all")
    assert "not shown here" in annotate(LAYERED).words_html()


def test_notes_are_sent_as_text_and_scripts_do_not_use_innerhtml():
    mark(note="<img src=x onerror=alert(1)>", fresh="<i>tag</i>")
    (sent,) = margin_state(LAYERED)["notes"]
    assert sent["note"] == "<img src=x onerror=alert(1)>"
    for name in ("pencil", "page", "words", "shared", "form", "controls", "portfolio", "private"):
        from helpers.widgets import script

        assert "innerHTML" not in script(name)


def test_annotate_accepts_the_same_aids_as_read(example):
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


def test_of_marks_over_many_paragraphs_at_most_eight_have_a_piece_in_each_and_the_rest_is_counted():
    def margin(n: int) -> dict:
        text = parse_text("\n\n".join(["word"] * n), f"crowd-{n}")
        for _ in range(n):
            annotation.annotate_span(text, 0, len(text.content))
        return margin_state(text)

    small, large = margin(30), margin(60)
    assert sum(len(note["pieces"]) for note in large["notes"]) < 2.2 * sum(len(n["pieces"]) for n in small["notes"])
    assert all(note["pieces"][0] == [0, 0, 4] and note["pieces"][-1] == [59, 0, 4] for note in large["notes"])
    drawn = Counter(piece[0] for note in large["notes"] for piece in note["pieces"])
    assert {n: drawn[n] for n in range(60)} == {0: 60, 59: 60} | dict.fromkeys(range(1, 59), 8)
    assert large["more"] == [[0, n, 52] for n in range(1, 59)]
