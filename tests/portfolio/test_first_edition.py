"""Notebooks saved by the first edition (0.1.0), which left a person’s words in stored outputs.

``first-edition.json`` was run by that edition with the texts of ``tests/fork``; the scripts of its widgets are cut out.
"""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest

from helpers.__main__ import main
from helpers.core import UserError
from helpers.portfolio import clean_notebook
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
    ):
        cleaned = json.loads(clean_notebook(made(*cells), "a.ipynb").text)["cells"]
        assert cleaned[-1]["outputs"] == [], cells
        assert cleaned[0]["outputs"], cells
    for cells in (("answer('0.3')\n1 + 1",), ("from helpers import read", "read(text)"), ("this is no code",)):
        assert clean_notebook(made(*cells), "a.ipynb").count == 0, cells


@pytest.mark.parametrize("text", ["", "[]", '{"cells": 1}', '{"cells": [{"cell_type": "code"}]}', "{}"])
def test_another_file_raises(text):
    with pytest.raises(UserError, match=r"a\.ipynb is not a notebook in the current format"):
        clean_notebook(text, "a.ipynb")


# ---------------------------------------------------------------- the command


@pytest.fixture
def saved(tmp_path, example):
    """A notebook of the first edition and JupyterLab’s copy of it."""
    (tmp_path / ".ipynb_checkpoints").mkdir()
    for path in (tmp_path / "00-old.ipynb", tmp_path / ".ipynb_checkpoints" / "00-old-checkpoint.ipynb"):
        path.write_text(OLD, encoding="utf-8", newline="")
    return tmp_path / "00-old.ipynb"


def test_command_asks_first_and_changes_nothing_without_a_yes(saved, monkeypatch, capsys):
    for answer in ("n\n", "\n", ""):
        monkeypatch.setattr("sys.stdin", io.StringIO(answer))
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
    assert "Notebooks read: 2. No output holds a person’s words." in capsys.readouterr().out


def test_command_reports_a_file_that_is_no_notebook(saved, capsys):
    (saved.parent / "b.ipynb").write_text("no", encoding="utf-8")
    assert main(["clean", "--yes", str(saved), str(saved.parent / "b.ipynb")]) == 1
    assert "b.ipynb is not a notebook" in capsys.readouterr().err
    assert saved.read_text(encoding="utf-8") == OLD


def test_fresh_lessons_hold_no_words(example, capsys):
    assert main(["clean", "--yes"]) == 0
    assert "No output holds a person’s words." in capsys.readouterr().out


def test_worksheet_prints_no_words_of_the_instructor(saved):
    page = worksheet(str(saved))
    assert "I cannot rely on" in page
    assert not [word for word in WORDS if word in page]
    assert "Run All Cells" not in page
