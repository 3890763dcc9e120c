"""README.md of the course about 1921-telegram and 1923-letter: its Python example, and its sections for packages."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from pathlib import Path

import networkx

from helpers.annotation import mark_quotation, notes
from helpers.course import START, handout
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


def test_students_with_a_package_get_privacy_rights_and_help_and_nothing_for_a_repository():
    with zipfile.ZipFile(io.BytesIO(handout().data)) as package:
        files = {name.partition("/")[2]: package.read(name) for name in package.namelist()}
    for name in (START, "README.md"):
        words = files[name].decode("utf-8")
        for one in ("Privacy", "Rights, in plain words", "Troubleshooting", "no licence and no statement of rights"):
            assert one in words
        assert not re.search(r"git (?:clone|pull|restore)|\bpytest\b|teaching/|\bfork/|OWNER", words)
    links = re.findall(r"\]\(([^)]*)\)", files["README.md"].decode("utf-8"))
    assert links
    assert all(link.startswith("https://") or link in files for link in links)
