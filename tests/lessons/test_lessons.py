"""Every lesson has the required structure."""

from __future__ import annotations

import ast
import re
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest
from lessons_checked import table

import helpers
from helpers.questions import question_path, questions

ROOT = Path(__file__).resolve().parents[2]
LESSONS = sorted((ROOT / "lessons").glob("[0-9][0-9]-*.ipynb"))
TAGS = {"hide-input", "raises-exception", "screen"}
# Print directives of worksheets: screen, cards, strips and others.
PAPER = re.compile(r" (?:screen|turn|cards|strips(?:: [\w-]+(?: [\w-]+)*)?) ")

pytestmark = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)


def cells(path: Path, kind: str = "") -> list:
    notebook = nbformat.read(path, as_version=4)
    return [cell for cell in notebook.cells if kind in ("", cell.cell_type)]


def prose(path: Path) -> str:
    return "\n\n".join(cell.source for cell in cells(path, "markdown"))


def test_lesson_is_valid_and_stored_from_one_fresh_run(path):
    nbformat.validate(nbformat.read(path, as_version=4))
    code = cells(path, "code")
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    for cell in code:
        kinds = {output.output_type for output in cell.outputs}
        assert "stream" not in kinds, "nothing prints, and nothing warns"
        assert ("error" in kinds) == ("raises-exception" in cell.metadata.get("tags", []))
        # JupyterLab unfolds a folded output when its cell runs; nbval and GitHub see it all the same.
        assert cell.metadata.get("jupyter") == {"outputs_hidden": True}, "a stored result gives the prediction away"
        assert not set(cell.metadata) - {"tags", "jupyter"}, "no timings, no state of one's own"
    assert len({cell.id for cell in cells(path)}) == len(cells(path))


def test_lesson_has_a_header_card(path):
    first = cells(path)[0].source
    assert re.match(rf"# {path.stem[:2]} · \S", first)
    for row in ("**Question**", "**Minutes**", "**Level**", "**Needs**"):
        assert row in first
    assert "**The promise.**" in cells(path)[1].source
    assert "**Opened again?** First choose *Run → Run All Cells*." in cells(path)[1].source


def test_prose_cannot_be_changed_or_deleted_by_accident(path):
    # JupyterLab and Notebook 7 honour both keys; a teacher can still unlock a cell in the property inspector.
    for cell in cells(path, "markdown"):
        assert (cell.metadata.get("editable"), cell.metadata.get("deletable")) == (False, False)


def test_lesson_has_one_title_and_skips_no_heading_level(path):
    levels = [len(marks) for marks in re.findall(r"^(#+) ", prose(path), re.M)]
    assert levels.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))


def test_lesson_ends_with_summary_next_link_and_sources(path):
    headings = re.findall(r"^## (.+)$", prose(path), re.M)
    assert headings[-2:] == ["What you have done", "Sources"]
    assert "**Ten minutes more:**" in prose(path)
    assert len(LESSONS) == 1 or re.search(r"\]\(\d\d-[\w-]+\.ipynb\)", prose(path))


def test_cells_are_short(path):
    for cell in cells(path, "code"):
        lines = [line for line in cell.source.split("\n") if line and not line.startswith(("from ", "import ", "  "))]
        assert len(lines) <= 3
    for cell in cells(path, "markdown"):
        shown = re.sub(r"<details>.*?</details>", "", cell.source, flags=re.S)
        # A full reference needs its words.
        assert shown.startswith("## Sources") or len(shown.split()) <= 190, cell.source[:60]


def test_a_prediction_comes_before_the_first_output(path):
    before = [cell.source for cell in cells(path)]
    first = next(i for i, cell in enumerate(cells(path)) if cell.cell_type == "code")
    assert re.search(r"Before you run|[Pp]redict", before[first - 1])


def test_code_uses_only_public_names(path):
    for cell in cells(path, "code"):
        assert not re.search(r"[!%]\w|sys\.path|https?://|/home/|C:\\\\", cell.source)
        assert set(cell.metadata.get("tags", [])) <= TAGS
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.ImportFrom):
                assert node.module == "helpers"
                assert {alias.name for alias in node.names} <= set(helpers.__all__)
            assert not isinstance(node, ast.Import)


def test_every_imported_name_is_used(path):
    nodes = [node for cell in cells(path, "code") for node in ast.walk(ast.parse(cell.source))]
    imported = {alias.name for node in nodes if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert imported <= {node.id for node in nodes if isinstance(node, ast.Name)}


def test_questions_are_asked_once_and_in_order(path):
    asked = re.findall(r"\banswer\(([^)]*)\)", "\n".join(cell.source for cell in cells(path, "code")))
    # Only the question id: a lesson contains no key.
    assert all(re.fullmatch(r'"\d+\.\d+"', one) for one in asked), asked
    known = [one.id for one in questions(path.stem)] if question_path(path).exists() else []
    assert [one.strip('"') for one in asked] == known


# Lessons shorter than these are read to the end. A ticked question offers its answers.
MOST_CELLS, MOST_QUESTIONS, MOST_TICKED = 35, 8, 4
TICKED = {"choice", "choices", "match", "order"}


def test_lesson_is_short_and_varied(path):
    asked = questions(path.stem) if question_path(path).exists() else []
    assert len(cells(path)) <= MOST_CELLS
    assert len(asked) <= MOST_QUESTIONS
    assert sum(one.kind in TICKED for one in asked) <= MOST_TICKED


def test_something_to_read_or_do_is_between_two_questions(path):
    forms = ["answer(" in cell.source and cell.cell_type == "code" for cell in cells(path)]
    assert not [cell.id for cell, (one, two) in zip(cells(path), pairwise(forms), strict=False) if one and two]


def test_class_talks_in_each_lesson(path):
    if (path.parent / "teaching").exists():
        assert len(re.findall(r"^\*\*All together", prose(path), re.M)) == 1


def key_words(asked) -> list[str]:
    """The words of the right answer, as far as they can be compared with other words."""
    right = [one.text for one in getattr(asked, "options", ()) if one.correct]
    return [" ".join(one.split()) for one in [*right, *(one.words for one in getattr(asked, "targets", ()))]]


def test_no_answer_is_beside_its_question(path):
    """In code nowhere below the question, in prose not before the next code cell unless it is folded."""
    answers = {one.id: key_words(one) for one in questions(path.stem)} if question_path(path).exists() else {}
    below = cells(path)
    while below:
        cell, *below = below
        asked = re.fullmatch(r'answer\("([\d.]+)"\)', cell.source)
        for words in answers[asked[1]] if asked else ():
            assert not [one.id for one in below if one.cell_type == "code" and words in one.source], words
            if below and below[0].cell_type == "markdown":
                assert words not in re.sub(r"<details>.*?</details>", "", below[0].source, flags=re.S), words


def test_links_and_row_keys_have_existing_targets(path):
    for target in re.findall(r"\]\(([^)#]+)\)", prose(path)):
        assert (path.parent / target).exists(), target
    known = {row["id"] for row in table("timeline")}
    for comment in re.findall(r"<!--(.*?)-->", prose(path), re.S):
        assert PAPER.fullmatch(comment) or set(comment.split()) <= known, comment


def test_every_picture_has_alternative_text(path):
    for cell in cells(path, "code"):
        for output in cell.outputs:
            data = output.get("data", {})
            assert "image/png" not in data
            for image in re.findall(r"<img[^>]*>", str(data.get("text/html", ""))):
                assert len(re.search(r'alt="([^"]*)"', image)[1]) > 100


def test_outputs_contain_no_path_or_memory_address(path):
    for cell in cells(path, "code"):
        for output in cell.outputs:
            words = re.sub(r"base64,[\w+/=]+", "", str(output.get("data", {})))
            assert not re.search(r"/home/|/root/|/tmp/|C:\\|0x[0-9a-f]{6,}", words)


def test_lesson_uses_no_missing_text(path, missing_texts):
    source = path.read_text(encoding="utf-8")
    assert not [name for name in missing_texts if name in source], "the lesson reads a text that is not in texts/"
