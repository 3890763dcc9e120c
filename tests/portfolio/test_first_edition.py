"""Notebooks saved by the first edition (0.1.0), which left a person’s words in stored outputs.

``first-edition.json`` was run by that edition with the texts of ``tests/fork``; the scripts of its widgets are cut out.
"""

from __future__ import annotations

import html
import io
import json
import re
from pathlib import Path

import pytest

from helpers import annotate, answer, load_text, my_work
from helpers.__main__ import main
from helpers.core import UserError
from helpers.portfolio import clean_notebook
from helpers.texts import text_ids
from helpers.worksheets import worksheet

OLD = (Path(__file__).parent / "first-edition.json").read_text(encoding="utf-8")
WORDS = ("Zanzibar", "valparaiso", "Timbuktu", "Kublai", "✎1")


def outputs(text: str) -> dict[str, str]:
    """The outputs of each cell, by the code of the cell."""
    return {
        f"{n} {''.join(cell['source'])}": json.dumps(cell["outputs"], ensure_ascii=False)
        for n, cell in enumerate(json.loads(text)["cells"])
    }


def own(text: str) -> list[str]:
    """The cells whose outputs hold one of the words."""
    return [code for code, stored in outputs(text).items() if any(word in stored for word in WORDS)]


def test_words_are_taken_out_of_outputs_and_nothing_else_is_changed():
    cleaned = clean_notebook(OLD, "old.ipynb")
    assert len(own(OLD)) == 10
    assert own(cleaned.text) == []
    before, after = outputs(OLD), outputs(cleaned.text)
    assert before.keys() == after.keys(), "the code, also with words typed into it, stays"
    untouched = [code for code in before if before[code] == after[code]]
    empty = ("answer('0.3')", "my_work()", "my_work('0.3')", "annotations()", "annotate(reply, layers='letter')")
    assert [code.partition(" ")[2] for code in untouched] == [
        "from helpers import annotate, annotations, answer, load_text, my_work\nreply = load_text('1848-reply')",
        *empty,  # run before anything was recorded
        "mine = annotations()",
        "reply.layers",
        "reply['letter'].words",
    ]
    answered = after["10 answer('0.3')"]
    for kept in ("Question 0.3", "close-reading-question", "Run → Run All Cells", "Run this cell to answer here."):
        assert kept in answered
    assert "I cannot rely on" in after["14 annotate(reply, layers='letter')"]
    lines = set(OLD.splitlines())
    assert all("Run All Cells" in line or "outputs" in line for line in cleaned.text.splitlines() if line not in lines)
    assert clean_notebook(cleaned.text, "old.ipynb").count == 0


def test_stored_state_of_widgets_loses_only_the_personal_models():
    def states(text: str) -> list[str]:
        models = json.loads(text)["metadata"]["widgets"]["application/vnd.jupyter.widget-state+json"]["state"]
        return [model["state"].get("_anywidget_id", "") for model in models.values()]

    page = re.sub(r'"[\w.]+LivePencil"', '"another.LivePencil"', OLD)
    assert any("LiveForm" in one for one in states(OLD))
    assert not any("Live" in one for one in states(clean_notebook(OLD, "old.ipynb").text))
    assert any("LivePencil" in one for one in states(clean_notebook(page, "old.ipynb").text))


@pytest.mark.parametrize(
    "style",
    [
        lambda text: text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: json.dumps(json.loads(text), indent=2),
        lambda text: json.dumps(json.loads(text), ensure_ascii=False),
    ],
    ids=["jupyterlab", "windows", "indented by 2, ascii", "one line"],
)
def test_style_of_the_file_is_kept(style):
    assert clean_notebook(style(OLD), "old.ipynb").text == style(clean_notebook(OLD, "old.ipynb").text)


def test_code_that_shows_words_in_another_way_is_recognised():
    def made(*cells: str) -> str:
        output = {
            "output_type": "execute_result",
            "data": {"text/plain": "Zanzibar"},
            "execution_count": 1,
            "metadata": {},
        }
        code = [
            {"cell_type": "code", "source": cell, "outputs": [output], "metadata": {}, "execution_count": 1}
            for cell in cells
        ]
        return json.dumps({"cells": code, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})

    for cells in (
        ("from helpers import my_work as mine", "str(mine('0.3'))"),
        ("import helpers", "helpers.my_work('0.3').answers"),
        ("from helpers.workbook import bundle", "bundle()"),
        ("from helpers import workbook", "workbook.events()"),
        ("from helpers import annotations\ntable = annotations()", "table.to_frame()"),
        ("def shown():\n    return annotations()", "shown()"),
        ("from helpers.portfolio import *", "recall('0.3')"),
        ("import helpers.workbook", "helpers.workbook.events()"),
        ("import helpers.workbook as w", "w.events()"),
        ("import helpers as h", "h.workbook.events()"),
        ("import importlib", "importlib.import_module('helpers.workbook').events()"),
        ("from helpers.questions import standings", "standings()"),
        ("kept = []", "kept.append(str(my_work('0.3')))\nkept"),
        ("class Kept: pass\nkept = Kept()", "kept.answer = my_work('0.3')\nkept.answer"),
        ("1 + 1", "_"),
        ("1 + 1", "Out[3]"),
        ("1 + 1", "_3"),
        ("1 + 1", "open('my-work/a.jsonl').read()"),
        ("1 + 1", "!cat my-work/*.jsonl"),
        ("1 + 1", "words = !cat my-work/*\nwords"),
        ("1 + 1", "my_work?\nmy_work('0.3')"),
        ("1 + 1", "if True:\n    %time my_work('0.3')"),
        ("1 + 1", "%time my_work('0.3')"),
        ("1 + 1", "%%time\nmy_work('0.3')"),
        ("1 + 1", "this is no code with my_work('0.3')"),
    ):
        cleaned = json.loads(clean_notebook(made(*cells), "a.ipynb").text)["cells"]
        assert cleaned[-1]["outputs"] == [], cells
        assert cleaned[0]["outputs"], cells
    for cells in (
        ("answer('0.3')\n1 + 1",),
        ("from helpers import read", "read(text)"),
        ("this is no code",),
        ("my_work?",),
        ("import pandas as pd\npd.DataFrame(annotations())\n1 + 1", "pd.NA"),
        ("for _ in range(3):\n    pass\n1 + 1",),
    ):
        assert clean_notebook(made(*cells), "a.ipynb").count == 0, cells


ESSAY = "It isn’t Zanzibar that asks him “for money”, but the sailors of the harbour,\nall of whom want to go home."


@pytest.mark.parametrize(
    "output",
    [
        {"output_type": "stream", "name": "stdout", "text": ["1 ", *ESSAY.splitlines(keepends=True)]},
        {"output_type": "stream", "name": "stdout", "text": repr([ESSAY])},
        {"output_type": "stream", "name": "stdout", "text": json.dumps(ESSAY)},
        {"output_type": "display_data", "metadata": {}, "data": {"text/html": f"<p>{html.escape(ESSAY)}</p>"}},
        {"output_type": "display_data", "metadata": {}, "data": {"text/markdown": ESSAY}},
        {"output_type": "display_data", "metadata": {}, "data": {"application/json": {"a": [{"b": ESSAY}]}}},
        {"output_type": "error", "ename": "E", "evalue": "", "traceback": [ESSAY.replace(" ", " \x1b[31m")]},
        {"output_type": "stream", "name": "stdout", "text": f"{ESSAY[:50]}…"},
        {"output_type": "stream", "name": "stdout", "text": "a note: Samarkand, of all places!"},
        {"output_type": "stream", "name": "stdout", "text": "Kublai Khan: 12"},
    ],
)  # fmt: skip
def test_words_of_the_workbook_are_found_in_any_output(example, tmp_path, monkeypatch, output):
    monkeypatch.setenv("CLOSE_READING_WORK", str(tmp_path / "work"))
    kept = {"output_type": "stream", "name": "stdout", "text": "It is not the sailors: " + letter()}
    cell = {"cell_type": "code", "source": "shown(x)", "metadata": {}, "execution_count": 1, "outputs": [output, kept]}
    notebook = json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    assert clean_notebook(notebook, "a.ipynb").count == 0, "nobody recorded these words"
    answer("0.3", f"{ESSAY} {letter()}")
    my_work(name="Kublai Khan")
    annotate(load_text(text_ids()[0]), " ".join(letter().split()[:4]), note="Samarkand, of all places")
    cleaned = clean_notebook(notebook, "a.ipynb")
    assert cleaned.count == 1
    assert json.loads(cleaned.text)["cells"][0]["outputs"] == [kept], "the words of a text are nobody’s own"


def letter() -> str:
    return load_text(text_ids()[0]).choose(layers="actors")[0].text


@pytest.mark.parametrize(
    "text", ["", "[]", '{"cells": 1}', '{"cells": [{"cell_type": "code"}]}', "{}", '{"cells":' + "[" * 100_000]
)
def test_another_file_raises(text):
    with pytest.raises(UserError, match=r"a\.ipynb is not a notebook in the current format"):
        clean_notebook(text, "a.ipynb")


def test_code_that_is_nested_too_deeply_is_not_an_error():
    cell = {"cell_type": "code", "id": "a", "metadata": {}, "source": "-" * 50_000 + "1", "outputs": []}
    assert clean_notebook(json.dumps({"cells": [cell], "metadata": {}}), "a.ipynb").count == 0


# ---------------------------------------------------------------- the command


@pytest.fixture
def saved(tmp_path, example):
    """A notebook of the first edition and JupyterLab’s copy of it."""
    (tmp_path / ".ipynb_checkpoints").mkdir()
    for path in (tmp_path / "00-old.ipynb", tmp_path / ".ipynb_checkpoints" / "00-old-checkpoint.ipynb"):
        path.write_text(OLD, encoding="utf-8", newline="")
    return tmp_path / "00-old.ipynb"


def test_command_asks_first_and_changes_nothing_without_a_yes(saved, monkeypatch, capsys):
    for said in ("n\n", "\n", ""):
        monkeypatch.setattr("sys.stdin", io.StringIO(said))
        assert main(["clean", str(saved)]) == 1
        assert saved.read_text(encoding="utf-8") == OLD
    assert "Nothing was changed" in capsys.readouterr().out
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    assert main(["clean", str(saved)]) == 0
    assert "Cleaned: 2 notebooks." in capsys.readouterr().out
    for path in saved.parent.rglob("*.ipynb"):
        assert own(path.read_text(encoding="utf-8")) == []


def test_command_cleans_folders_without_a_question(saved, capsys):
    saved.chmod(0o600)
    assert main(["clean", "--yes", str(saved.parent)]) == 0
    assert own(saved.read_text(encoding="utf-8")) == []
    assert saved.stat().st_mode & 0o777 == 0o600
    assert main(["clean", "--yes", str(saved.parent)]) == 0
    assert "Notebooks read: 2. No output was found that holds a person’s words." in capsys.readouterr().out


@pytest.mark.parametrize("content", [b"", b"no", OLD.encode("utf-16"), b"PK\3\4", b"\xff"])
def test_command_skips_and_names_what_is_no_notebook_and_cleans_the_others(saved, capsys, content):
    (saved.parent / "a.ipynb").write_bytes(content)
    (saved.parent / "folder.ipynb").mkdir()
    assert main(["clean", "--yes", str(saved.parent)]) == 1
    said = capsys.readouterr()
    assert said.err.startswith("Skipped: ")
    assert "a.ipynb" in said.err
    assert "Cleaned: 2 notebooks." in said.out
    assert own(saved.read_text(encoding="utf-8")) == []
    assert (saved.parent / "a.ipynb").read_bytes() == content
    assert main(["clean", "--yes", str(saved.parent)]) == 1
    said = capsys.readouterr()
    assert "a.ipynb" in said.err
    assert "Notebooks read: 2." in said.out


def test_fresh_lessons_hold_no_words(example, capsys):
    assert main(["clean", "--yes"]) == 0
    assert "No output was found that holds a person’s words." in capsys.readouterr().out


def test_worksheet_prints_no_words_of_the_instructor(saved):
    page = worksheet(str(saved))
    assert "I cannot rely on" in page
    assert not [word for word in WORDS if word in page]
    assert "Run All Cells" not in page
