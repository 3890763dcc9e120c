"""The Python example in README.md of the course about 1921-telegram and 1923-letter runs unchanged."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import networkx

from helpers.annotation import mark_quotation, notes
from helpers.texts import parse_text

ROOT = Path(__file__).resolve().parents[1]


def test_python_example_of_the_readme_runs(tmp_path, monkeypatch):
    (block,) = re.findall(r"^```python\n(.+?)^```", (ROOT / "README.md").read_text(encoding="utf-8"), re.M | re.S)
    shutil.copytree(
        ROOT / "tests" / "texts" / "tei", tmp_path / "letters", ignore=shutil.ignore_patterns("*.py", "*.json")
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CLOSE_READING_WORK", str(tmp_path / "work"))
    mark_quotation(parse_text("Return all this.", "example"), "all")
    names: dict = {}
    exec(block, names)
    assert len(names["letters"]) == len(list((tmp_path / "letters").glob("*.xml")))
    assert names["network"].number_of_edges() > 10
    written = networkx.read_graphml(tmp_path / "letters.graphml", force_multigraph=True)
    assert written.number_of_edges() == names["network"].number_of_edges()
    assert [note.quotation for note in notes()] == ["all"]
