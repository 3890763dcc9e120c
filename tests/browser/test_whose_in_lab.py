"""Whose work: another student's file, and several students with one account, in JupyterLab.

The questions are from our lessons about 1921-telegram and 1923-letter.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FORM, WORK, ASKED = ".crq", ".crw", ".crh"


def start(work: Path, more: str = "") -> str:
    return f"import os; os.environ['CLOSE_READING_WORK'] = {str(work)!r}\n{more}from helpers import answer, my_work"


def said(view, words: str) -> None:
    view.page.wait_for_function(
        "([view, words]) => view.innerText.includes(words)", arg=[view.element_handle(), words], timeout=20_000
    )


def press(view, name: str) -> None:
    view.get_by_role("button", name=name).click()


@pytest.fixture
def somebody(tmp_path):
    """Let somebody answer question 0.3 in a work folder: ``somebody(folder, name, words)``; gives the download."""

    def work(folder: Path, name: str, words: str) -> str:
        script = (
            "import sys; from helpers import answer, my_work; from helpers.workbook import bundle\n"
            f"my_work(name={name!r}); answer('0.3', {words!r}); sys.stdout.write(bundle())"
        )
        environment = dict(os.environ, CLOSE_READING_WORK=str(folder), PYTHONPATH=str(ROOT))
        done = subprocess.run(
            [sys.executable, "-c", script], env=environment, cwd=ROOT, capture_output=True, text=True, check=True
        )
        return done.stdout

    return work


def test_another_students_file_is_asked_about_read_and_not_mixed(live, somebody, tmp_path):
    path = tmp_path / "my-work-Owl.jsonl"
    path.write_text(somebody(tmp_path / "other", "Owl", "Of the owl, in a few words."), encoding="utf-8")
    somebody(tmp_path / "work", "Fox", "Of the fox, in a few words.")
    page, view = live("whose.ipynb", start(tmp_path / "work"), "answer('0.3')", "my_work()", view=WORK)
    view.locator("input[type=file]").set_input_files(path)
    said(view, "Whose file is this? It is the work of “Owl”")
    press(view, "Do nothing")
    said(view, "Nothing was changed.")
    view.locator("input[type=file]").set_input_files(path)
    press(view, "Only read it")
    said(view, "Your own work is as it was.")
    page.frame_locator("iframe[title='The work in the file']").get_by_text("Of the owl").first.wait_for()
    press(view, "Close it")
    assert view.get_by_label("Name").input_value() == "Fox"
    assert page.locator(FORM).last.get_by_role("textbox").input_value() == "Of the fox, in a few words."
    view.locator("input[type=file]").set_input_files(path)
    press(view, "Both are mine: restore it")
    said(view, "1 answer is new")


def test_shared_computer_asks_who_is_there_and_keeps_people_apart(live, run_all, somebody, tmp_path):
    somebody(tmp_path / "work", "Fox", "Of the fox, in a few words.")
    shared = "os.environ['CLOSE_READING_SHARED'] = '1'\n"
    cells = (start(tmp_path / "work", shared), "answer('0.3')", "my_work('0.3')", "my_work()")
    page, asked = live("shared.ipynb", *cells, view=ASKED)
    said(asked, "Are you “Fox”?")
    assert page.locator(ASKED).count() == 1, "only the first view asks"
    assert page.locator(f"{FORM}, {WORK}, .close-reading-words").count() == 0
    assert "Of the fox" not in page.locator(".jp-Notebook").inner_text()
    press(asked, "Somebody else: begin anew")
    said(asked, "You begin anew")
    run_all(page)
    form, view = page.locator(FORM).last, page.locator(WORK).last
    view.wait_for()
    assert form.get_by_role("textbox").input_value() == ""
    form.get_by_role("textbox").fill("Of the owl, in a few words.")
    press(form, "Save")
    said(form, "Saved.")
    view.get_by_label("Name").fill("Owl")
    press(view, "Save name")
    said(view, "The name “Owl” is saved.")
    form.get_by_role("textbox").fill("Of the owl, and not saved")
    # Back to the first person: the owl's views are closed, and what the owl typed is the owl's.
    with page.expect_download() as downloading:
        press(view, "Download my work")
    assert "Of the owl, and not saved" in Path(downloading.value.path()).read_text("utf-8")
    press(view, "This is not my work …")
    press(view, "Fox: 1 answer and 0 marks")
    said(view, "Now you see the work of “Fox”.")
    page.wait_for_function("!document.querySelector('.crq')")
    assert view.get_by_label("Name").input_value() == "Fox"
    run_all(page)
    page.locator(".close-reading-words").get_by_text("Of the fox").first.wait_for()
    assert page.locator(FORM).last.get_by_role("textbox").input_value() == "Of the fox, in a few words."
    assert "Of the owl" not in page.locator(".jp-Notebook").inner_text()
    with page.expect_download() as downloading:
        press(page.locator(WORK).last, "Download my work")
    assert "Of the owl" not in Path(downloading.value.path()).read_text("utf-8")
