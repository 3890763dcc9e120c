"""No word of a person is left in a notebook: neither in an output nor in the stored state of a widget."""

from __future__ import annotations

import json

import nbformat
import pytest
from nbclient import NotebookClient

from helpers import annotate, annotations, answer, load_text, my_work
from helpers.questions import keep_draft, question
from helpers.texts import text_ids

ESSAY, LATER = "Zanzibar is mentioned nowhere on this page at all.", "Samarkand, unfinished"
NOTE, TAG, NAME = "Timbuktu in the margin", "valparaiso", "Kublai"
CELLS = (
    "from helpers import annotate, annotations, answer, load_text, my_work",
    "answer('0.3')",
    "answer('0.1')",
    "my_work('0.3', '0.1')",
    "annotations()",
    "annotate(load_text('{id}'))",
    "my_work()",
    "[answer('0.3', my_work('0.3').answers[0].counts.response)][0]",
    "annotate(load_text('{id}'), annotations()[0]['quotation'], note=annotations()[0]['note'])",
    "answer('0.1', my_work('0.1').answers[0].counts.response)",
    "my_work('0.3', name=my_work.__name__)",
)


@pytest.fixture
def worked(tmp_path, monkeypatch, example):
    """A workbook with an answer, a draft, a choice, a mark with note and tag, and a name."""
    monkeypatch.setenv("CLOSE_READING_WORK", str(tmp_path / "work"))
    text = load_text(text_ids()[0])
    words = " ".join(text.choose(layers="actors")[0].text.split()[:4])
    answer("0.3", ESSAY)
    keep_draft(question("0.3"), LATER)
    answer("0.1", question("0.1").options[0].id)
    annotate(text, words, tag=TAG, note=NOTE)
    my_work(name=NAME)
    return text


def test_executed_notebook_holds_no_recorded_word(worked, tmp_path):
    made = nbformat.v4.new_notebook()
    made.cells = [nbformat.v4.new_code_cell(cell.replace("{id}", worked.id)) for cell in CELLS]
    # By default nbclient also stores the state of the widgets, as JupyterLab does if a person chooses so.
    NotebookClient(made, timeout=120, kernel_name="python3", store_widget_state=True).execute(cwd=str(tmp_path))
    stored = json.dumps(made, ensure_ascii=False)
    assert "widgets" in made.metadata
    for word in ("Zanzibar", "Samarkand", "Timbuktu", TAG, NAME, "1 point.", "<mark"):
        assert word not in stored, word
    shown = [cell for cell in made.cells if cell.outputs]
    assert len(shown) == len(CELLS) - 1
    for cell in shown:
        html, live = (output["data"] for output in cell.outputs)
        assert "Run → Run All Cells" in html["text/html"], cell.source
        assert "application/vnd.jupyter.widget-view+json" in live, cell.source


def test_words_are_sent_to_the_live_view_and_printed_on_request(worked):
    for view in (answer("0.3", ESSAY), my_work("0.3"), annotations(), annotate(worked)):
        assert not {"Zanzibar", "Timbuktu"} & set(f"{view!r} {view._repr_html_()}".split())
    assert "Zanzibar" in my_work("0.3").words_html()
    assert "Zanzibar" in str(my_work("0.3"))
    assert "Timbuktu" in annotations().words_html()
    assert "Timbuktu" in str(annotations())
    assert "Your teacher marks this answer" in str(answer("0.3", ESSAY))
