from __future__ import annotations

import csv
import hashlib
import re
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from helpers import load_text
from helpers.core import MOST_BYTES, UserError, read_file
from helpers.search import collapse_spaces
from helpers.texts import GROUPS, parse_text, text_ids

ROOT = Path(__file__).resolve().parents[2]
TEXTS = ROOT / "texts"
GOOD = """---
title: A note
layers:
  heading: {voice: clerk, kind: copyist}
  note: {voice: writer, kind: actor, label: "The writer: note", to: reader, medium: by hand}
  remark: {voice: editor, kind: editor}
---

## heading

Copy.

## note

Return all this.

Then burn it.[1]

## remark

[1] He did not.
"""


RECEIVED = {
    "1921.txt": "c2487da6fd95ba170a5a4d6394d91c644d3922638dd425bea77da815db04e599",
    "1923.txt": "dd2522decbec139fd7eceb1118c3b120cfc01bdb6363effa17bea79efae7bbab",
}


@pytest.mark.parametrize("name", RECEIVED)
def test_source_files_are_byte_for_byte_as_received(name):
    assert hashlib.sha256((TEXTS / "source" / name).read_bytes()).hexdigest() == RECEIVED[name]


@pytest.mark.parametrize("name", ["1921-telegram", "1923-letter"])
def test_layers_contain_every_word_of_the_source_file_in_order(name):
    text = load_text(name)
    whole = collapse_spaces((TEXTS / text.about["source_file"]).read_text(encoding="utf-8"))
    at = 0
    for layer in text:
        at += whole[at] == " "
        words = collapse_spaces(layer.text)
        assert whole[at : at + len(words)] == words, layer.id
        at += len(words)
    assert at == len(whole)


# Word counts of the two files, layer by layer, so that no text is changed by accident.
WORDS = {
    "1921-telegram": (389, "6 2 4 3 127 144 8 5 63 4 3 4 13 3", 218),
    "1923-letter": (760, "3 4 29 35 2 86 15 42 1 490 39 15", 128),
}


@pytest.mark.parametrize("name", WORDS)
def test_every_layer_has_the_expected_word_count(name):
    text = load_text(name)
    total, each, actors = WORDS[name]
    assert text.words == total
    assert [layer.words for layer in text] == [int(n) for n in each.split()]
    assert sum(layer.words for layer in text.choose(layers="actors")) == actors
    assert [row["words"] for row in text.layers] == [int(n) for n in each.split()]
    assert text.layers.columns == ("layer", "voice", "kind", "medium", "words")


def test_every_voice_is_in_the_people_table():
    with (TEXTS / "people.csv").open(encoding="utf-8", newline="") as file:
        people = {row["id"] for row in csv.DictReader(file)}
    for name in text_ids():
        assert {layer.voice for layer in load_text(name)} <= people


def test_layer_is_a_range_of_the_content():
    text = parse_text(GOOD, "a")
    assert text.content == "Copy.\n\nReturn all this.\n\nThen burn it.[1]\n\n[1] He did not."
    for layer in text:
        assert text.content[layer.start : layer.end] == layer.text
        assert layer.document == "a"
    note = text["note"]
    assert [text.content[a:b] for a, b in note.paragraphs] == ["Return all this.", "Then burn it.[1]"]
    assert (note.label, note.speaker, note.to, note.medium) == ("The writer: note", "The writer", "reader", "by hand")


def test_layers_are_chosen_by_group_id_and_voice():
    text = parse_text(GOOD)

    def ids(layers="actors", **kwargs):
        return [layer.id for layer in text.choose(layers=layers, **kwargs)]

    assert ids() == ["note"]
    assert ids("all") == ["heading", "note", "remark"]
    assert ids(["editors", "heading"]) == ["heading", "remark"]
    assert ids("remark") == ["remark"]
    assert ids("all", voice=["clerk", "editor"]) == ["heading", "remark"]
    assert ids("actors", voice="clerk") == []
    with pytest.raises(UserError, match=r"No layer “nota” in text. Did you mean “note”"):
        text.choose(layers="nota")
    with pytest.raises(UserError, match=r"No voice “clark” in text. Did you mean “clerk”"):
        text.choose(layers="all", voice="clark")
    with pytest.raises(UserError, match=r"No layer “heding” in text. Did you mean “heading”"):
        text["heding"]


def test_provenance_card_shows_all_front_matter():
    text = load_text("1923-letter")
    card = text._repr_html_()
    for words in (
        "Yuri Sdobnikov",
        "R. Cymbala",
        "Marxists Internet Archive",
        "128 of 760 words (17 %)",
        "1923-letter",
    ):
        assert words in card
    assert all(entry in card for entry in text.about["not_verified"])
    assert "<script" not in parse_text("---\ntitle: <script>x</script>\n---\n<script>y</script>")._repr_html_()


def test_rights_are_quoted_as_in_the_sources():
    telegram, letter = load_text("1921-telegram"), load_text("1923-letter")
    assert "no licence and no rights statement" in telegram.about["rights"]
    assert "under no open licence" in telegram.about["rights"]
    received = collapse_spaces((TEXTS / "source" / "1923.txt").read_text(encoding="utf-8"))
    quoted = re.search(r"says: “(Public Domain.*?source\.)”", letter.about["rights"])[1]
    assert quoted in received


def test_plain_text_is_one_layer(tmp_path):
    path = tmp_path / "my-text.txt"
    path.write_bytes("\ufeffDear friend,\r\n\r\nreturn it.\r\n".encode())
    text = load_text(path)
    assert text.id == "my-text"
    assert text["text"].text == "Dear friend,\n\nreturn it."
    assert text.words == 4
    assert load_text(str(path)).content == text.content


def test_several_senders_are_joined_in_the_label():
    assert parse_text("---\nsender: [Ann, Ben]\n---\nReturn this.")["text"].label == "Ann and Ben"


def test_escaped_heading_line_is_text():
    text = parse_text(GOOD.replace("Then burn it.[1]", "\\## Then burn it."))
    assert "\n## Then burn it." in text["note"].text
    assert "\\" not in text["note"].text


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"])), min_size=1, max_size=4))
def test_layer_range_matches_for_any_text(paragraphs):
    words = "\n\n".join(paragraphs).strip()
    if not words or words.startswith("---"):
        return
    text = parse_text(words)
    (layer,) = text
    assert text.content[layer.start : layer.end] == layer.text == words


BROKEN = {
    "an unknown layer": (GOOD.replace("## note", "## nota"), r"line 13: the layer “nota”.*Did you mean “note”"),
    "a layer twice": (GOOD + "\n## note\n\nMore.\n", r"line 23: the layer “note” is opened twice"),
    "a layer described twice": (GOOD.replace("  remark:", "  note:"), r"line 6: “note” appears twice\. Give"),
    "words before any layer": (
        GOOD.replace("## heading\n", "Loose words.\n"),
        r"line 9: these words belong to no layer",
    ),
    "an empty layer": (GOOD.replace("Copy.", ""), r"“heading” has no words"),
    "no end of front matter": ("---\ntitle: x\n", r"line 1: the front matter has no end"),
    "broken YAML": ("---\ntitle: “a: b: c\n---\nWords.", r"line 2: the front matter is not valid YAML"),
    "a list for front matter": ("---\n- a\n---\nWords.", r"line 2: the front matter is not a list of"),
    "no kind": (
        GOOD.replace("kind: copyist", "sort: copyist"),
        r"line 4: the layer “heading” needs a “voice” and a “kind”",
    ),
    "an unknown kind": (GOOD.replace("kind: copyist", "kind: copist"), r"line 4:.*Did you mean “copyist”"),
    "a list for a kind": (
        GOOD.replace("kind: copyist", "kind: [copyist]"),
        r"line 4: the layer “heading” has the kind “\['copyist'\]”\. Did you mean “copyist”",
    ),
    "an unknown kind merged in": (
        GOOD.replace("layers:\n", "layers:\n  <<: {heading: {voice: clerk, kind: copist}}\n", 1).replace(
            "  heading: {voice: clerk, kind: copyist}\n", ""
        ),
        r"line 4:.*Did you mean “copyist”",
    ),
    "a wrong date merged in": ("---\n<<: {date: 5.3.1848}\n---\nWords.", r"line 2: “5\.3\.1848” is not a date"),
    "layers in another order of YAML": (
        "---\nlayers: !!omap\n  - note: {voice: ann, kind: actr}\n---\n## note\nWords.",
        r"line 2: “!!omap” is a tag of YAML; tags are not read",
    ),
    "a bad id": (GOOD.replace("heading", "The Heading"), r"line 4: “The Heading” cannot be the id"),
    "an id with an umlaut and ß": (
        GOOD.replace("heading", "Große-Übersicht"),
        r"without umlauts, accents or ß, digits and hyphens\. Write grosse-uebersicht, here and after “##”\.",
    ),
    "a group for an id": (GOOD.replace("heading", "actors"), r"line 4: “actors” cannot be the id"),
    "layers as a list": ("---\nlayers: [a, b]\n---\nWords.", r"“layers” is not a mapping"),
    "nothing": ("", r"“text” has no words"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_text_file_raises_with_the_fix(name):
    source, message = BROKEN[name]
    with pytest.raises(UserError, match=message) as error:
        parse_text(source, where="texts/a.md")
    assert str(error.value).startswith("texts/a.md")


def test_layer_groups_cover_the_layer_kinds():
    assert {kind for kinds in GROUPS.values() for kind in kinds} == set(GROUPS["all"])


def test_unknown_text_id_suggests_the_nearest():
    with pytest.raises(UserError, match=r"No text “1921-telegramm” in texts/. Did you mean “1921-telegram”"):
        load_text("1921-telegramm")


FILES = {
    "utf-16.txt": ("Words".encode("utf-16"), "is UTF-16"),
    "windows-1251.txt": ("One\nТекст".encode("cp1251"), r"line 2: byte 4 \(0xd2\) is not UTF-8"),
    "nul.txt": (b"One\nt\0wo", "line 2: a NUL byte"),
    "empty.txt": (b"", "has no words"),
}


@pytest.mark.parametrize("name", FILES)
def test_unreadable_file_raises(name, tmp_path):
    data, message = FILES[name]
    (tmp_path / name).write_bytes(data)
    with pytest.raises(UserError, match=message):
        load_text(tmp_path / name)


def test_missing_file_folder_or_wrong_ending_raises(tmp_path):
    (tmp_path / "letter.md").write_text("Words", encoding="utf-8")
    with pytest.raises(UserError, match=r"No file “leter.md”.*Did you mean “letter.md”"):
        load_text(tmp_path / "leter.md")
    with pytest.raises(UserError, match=r"is not a text this module reads"):
        load_text(tmp_path)
    (tmp_path / "folder.md").mkdir()
    with pytest.raises(UserError, match=r"is a folder, not a file"):
        load_text(tmp_path / "folder.md")
    (tmp_path / "letter.docx").write_bytes(b"PK")
    with pytest.raises(UserError, match=r"Save it as \.md, \.txt, \.xml or \.tei"):
        load_text(tmp_path / "letter.docx")
    with pytest.raises(UserError, match=r"source_file|No file"):
        parse_text("---\nsource_file: gone.txt\n---\nWords.", folder=tmp_path)


def test_too_large_file_raises(tmp_path):
    path = tmp_path / "large.txt"
    with path.open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    with pytest.raises(UserError, match=r"larger than 64 MB"):
        read_file(path)
