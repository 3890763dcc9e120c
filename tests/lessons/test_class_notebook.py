"""The notebook with the report on a class, and its synthetic class, for the course about 1921-telegram."""

from __future__ import annotations

import sys
import zipfile
from importlib import import_module
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[2]
TEACHING = ROOT / "lessons" / "teaching"
ANEW = "the questions have changed: run tests/classroom/synthetic.py and the notebook again, as CONTRIBUTING.md says"


def test_stored_class_is_what_the_rule_makes_of_the_questions():
    sys.path.insert(0, str(ROOT / "tests" / "classroom"))
    synthetic = import_module("synthetic")
    with zipfile.ZipFile(TEACHING / "synthetic-class.zip") as archive:
        stored = {info.filename: archive.read(info) for info in archive.infolist()}
    made = {
        f"{one.name}_{4000 + one.number}_assignsubmission_file_/my-work-synthetic.jsonl": one.file
        for one in synthetic.make_class()
    }
    assert stored == made, ANEW


def test_notebook_is_stored_from_one_run_folded_and_protected():
    notebook = nbformat.read(TEACHING / "class-report.ipynb", as_version=4)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    assert all(cell.metadata == {"jupyter": {"outputs_hidden": True}} for cell in code)
    assert {output.output_type for cell in code for output in cell.outputs} == {"execute_result"}
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            assert (cell.metadata.get("editable"), cell.metadata.get("deletable")) == (False, False)


def test_notebook_says_that_the_class_is_synthetic_and_shows_no_name():
    words = (TEACHING / "class-report.ipynb").read_text(encoding="utf-8")
    assert "**synthetic**" in words
    assert not any(name in words for name in ("Example (", "Sample (", "Specimen ("))
