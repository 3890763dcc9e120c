"""The live page from Python: its state, its outputs and its imports."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from helpers import load_text, read
from helpers.texts import parse_text, text_ids
from helpers.widgets import page_state, utf16_offsets

ROOT = Path(__file__).resolve().parents[2]


def sent(view) -> dict:
    return page_state(view.text, view.shown, view.helping)


def displayed(view) -> list[dict]:
    """The outputs that a notebook would display."""
    taken: list[dict] = []

    def take(one, *, raw=False):
        bundle = one if raw else one._repr_mimebundle_()
        taken.append(bundle[0] if isinstance(bundle, tuple) else bundle)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("IPython.display.display", take)
        view._ipython_display_()
    return taken


@pytest.mark.parametrize("name", text_ids())
def test_page_state_is_plain_data_with_every_word_of_the_text(name):
    text = load_text(name)
    data = sent(read(text))
    assert json.loads(json.dumps(data)) == data
    for layer, part in zip(data["layers"], text, strict=True):
        assert [one["text"] for one in layer["paragraphs"]] == [text.content[a:b] for a, b in part.paragraphs]
        assert layer["words"] == part.words
        assert layer["shown"] == (part.kind == "actor")


@pytest.mark.parametrize("name", text_ids())
def test_category_marks_in_the_page_state_cover_the_right_words(name):
    from helpers.reading import lexicon
    from helpers.texts import read_table

    text = load_text(name)
    data = sent(read(text))
    for row in read_table("categories"):
        spans = lexicon(text, [row["category"]])
        category = next((one for one in data["categories"] if one["label"] == row["label"]), None)
        assert bool(category) == bool(spans)
        if category:
            marked = [
                data["layers"][layer]["paragraphs"][paragraph]["text"][start:end]
                for layer, paragraph, start, end, _ in category["marks"]
            ]
            assert marked == [text.content[span.start : span.end] for span in spans]


def test_offsets_are_utf16_units():
    words = "a\U0001f600b\U0001f600\U0001f600c"
    convert = utf16_offsets(words)
    for at in range(len(words) + 1):
        assert convert(at) == len(words[:at].encode("utf-16-le")) // 2


@pytest.fixture
def module(tmp_path, monkeypatch):
    (tmp_path / "texts").mkdir()
    monkeypatch.setenv("CLOSE_READING_HOME", str(tmp_path))

    def write(name: str, *lines: str) -> None:
        (tmp_path / "texts" / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")

    return write


def test_mark_across_paragraphs_is_cut_and_signed_once(module):
    module("categories", "category,label,guiding_question", "x,X,Why?")
    module("phrases", "document,layer,category,phrase", ",,x,one two")
    text = parse_text("\U0001f600 one\n\ntwo \U0001f600 one two.")
    (category,) = sent(read(text))["categories"]
    assert category["marks"] == [[0, 0, 3, 6, 0], [0, 1, 0, 3, 1], [0, 1, 7, 14, 1]]


def test_page_state_contains_no_html():
    text = parse_text("Read <script>bad()</script> & rest.")
    data = sent(read(text))
    assert data["layers"][0]["paragraphs"][0]["text"] == "Read <script>bad()</script> & rest."
    assert "innerHTML" not in (ROOT / "helpers" / "widgets" / "page.js").read_text(encoding="utf-8")


def test_notebook_displays_the_static_page_before_the_live_one(example):
    view = read(load_text("1848-reply"))
    still, live = displayed(view)
    assert still["text/html"].startswith(view._repr_html_())
    assert still["text/plain"] == repr(view)
    assert "application/vnd.jupyter.widget-view+json" in live
    assert live["text/plain"] == "Run this cell to switch layers and categories on and off, and to search."
    assert displayed(view)[0] == still


@pytest.mark.parametrize("how", [{"labels": False}, {"layers": "letter", "rest": "strike"}])
def test_pages_used_as_tasks_are_static_and_have_no_aids(how, example):
    outputs = displayed(read(load_text("1848-reply"), **{"layers": "all", **how}))
    assert len(outputs) == 1
    assert "In plain words" not in outputs[0]["text/html"]
    assert "Words explained" not in outputs[0]["text/html"]


def test_live_page_without_aids_sends_none(example):
    data = sent(read(load_text("1848-reply"), aids=False))
    assert not any(one["summary"] or one["terms"] for layer in data["layers"] for one in layer["paragraphs"])


@pytest.mark.parametrize("view", ["read(load_text('1848-request'))", "answer('0.1')", "my_work()", "places()"])
def test_static_view_is_displayed_before_anywidget_is_imported(view, example):
    script = (
        "import sys, IPython.display\n"
        "seen = []\n"
        "IPython.display.display = lambda *shown, **more: seen.append('anywidget' in sys.modules)\n"
        "from helpers import answer, load_text, my_work, places, read\n"
        f"{view}._ipython_display_()\n"
        "print(seen)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.stdout == "[False, True]\n", done.stderr


def test_without_anywidget_only_the_static_page_is_displayed(monkeypatch, example):
    monkeypatch.setitem(sys.modules, "anywidget", None)
    assert len(displayed(read(load_text("1848-reply")))) == 1


def test_very_long_text_is_displayed_only_as_a_static_page():
    assert len(displayed(read(parse_text("word " * 400_001)))) == 1


def test_widget_libraries_are_not_imported_before_display(example):
    script = (
        "import sys; from helpers import load_text, read\n"
        "view = read(load_text('1848-reply')); view._repr_html_(); repr(view)\n"
        "print([name for name in ('anywidget', 'ipywidgets', 'traitlets', 'IPython') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"
