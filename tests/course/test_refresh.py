"""``python -m helpers refresh`` runs lessons and stores their results as the tests of a lesson want them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from helpers.core import UserError
from helpers.course import refresh, unlock
from helpers.questions import CELLS

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def lesson(tmp_path, monkeypatch):
    """The lesson of the example, shortened, as somebody leaves it who has worked in it: in a module of its own."""
    for name in ("texts", "lessons"):
        shutil.copytree(ROOT / "tests" / "fork" / name, tmp_path / name, ignore=shutil.ignore_patterns("my-work"))
    monkeypatch.setenv("CLOSE_READING_HOME", str(tmp_path))
    path = tmp_path / "lessons" / "00-whose-bell.ipynb"
    book = json.loads(path.read_text(encoding="utf-8"))
    book["cells"] = book["cells"][:6]
    for cell in book["cells"]:
        cell["metadata"] = {"editable": True, "collapsed": True}
        if cell["cell_type"] == "code":
            cell |= {"outputs": [], "execution_count": 17}
    path.write_text(json.dumps(book), encoding="utf-8")
    return path


def test_results_of_a_fresh_run_are_stored_folded_and_prose_is_locked(lesson, tmp_path, monkeypatch):
    monkeypatch.setenv("CLOSE_READING_WORK", str(tmp_path / "mine"))
    book = json.loads(lesson.read_text(encoding="utf-8"))
    book["cells"][5]["source"] = 'answer("0.1", "own")'
    lesson.write_text(json.dumps(book), encoding="utf-8")
    assert refresh(["0"]) == [lesson]
    cells = json.loads(lesson.read_text(encoding="utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in code] == [1, 2, 3]
    assert [cell["metadata"] for cell in code] == [{"jupyter": {"outputs_hidden": True}}] * 3
    prose = [cell["metadata"] for cell in cells if cell["cell_type"] == "markdown"]
    assert prose == [{"deletable": False, "editable": False}] * 3
    assert "The letter of 4 April 1848" in str(code[0]["outputs"])
    assert not (tmp_path / "mine").exists(), "the run recorded its answer in the work of whoever ran it"


def test_module_may_be_named_by_a_relative_path(lesson, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path.parent)
    monkeypatch.setenv("CLOSE_READING_HOME", tmp_path.name)
    refresh(["0"])
    assert "The letter of 4 April 1848" in lesson.read_text(encoding="utf-8")


def test_refresh_notes_the_editions_of_the_cells(lesson):
    noted = lesson.parent / "questions" / CELLS
    noted.unlink()
    refresh()
    first = json.loads(noted.read_text(encoding="utf-8"))["00-whose-bell"]
    book = json.loads(lesson.read_text(encoding="utf-8"))
    assert [*first] == [cell["id"] for cell in book["cells"]]
    book["cells"][0]["source"] = "# Another title"
    lesson.write_text(json.dumps(book), encoding="utf-8")
    refresh()
    head, *rest = json.loads(noted.read_text(encoding="utf-8"))["00-whose-bell"].values()
    assert head.split()[1:] == [next(iter(first.values()))]
    assert rest == [*first.values()][1:]


def test_unlocked_prose_can_be_changed_and_results_stay(lesson):
    book = json.loads(lesson.read_text(encoding="utf-8"))
    book["cells"][0]["metadata"] = {"deletable": False, "editable": False, "tags": ["screen"]}
    lesson.write_text(json.dumps(book), encoding="utf-8")
    assert unlock() == [lesson]
    cells = json.loads(lesson.read_text(encoding="utf-8"))["cells"]
    assert cells[0]["metadata"] == {"tags": ["screen"]}
    assert not [cell for cell in cells if "editable" in cell["metadata"]]
    assert [cell["execution_count"] for cell in cells if cell["cell_type"] == "code"] == [17, 17, 17]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("load_txt('a')", "cell 3: the cell ends with an error: NameError: name 'load_txt' is not defined. Correct it"),
        (
            "from helpers import load_text\nload_text('1848-requst')",
            "cell 3: the cell ends with an error: No text “1848-requst” in texts/. Did you mean “1848-request”?",
        ),
    ],
)
def test_cell_that_ends_with_an_error_is_named_and_nothing_is_changed(lesson, code, said):
    book = json.loads(lesson.read_text(encoding="utf-8"))
    book["cells"][2]["source"] = code
    lesson.write_text(json.dumps(book), encoding="utf-8")
    before = lesson.read_bytes()
    with pytest.raises(UserError) as error:
        refresh()
    assert f"lessons/00-whose-bell.ipynb, {said}" in str(error.value)
    assert lesson.read_bytes() == before
