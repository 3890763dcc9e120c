"""Nothing that a person wrote is left in the folder of the lessons, only in the work folder.

The questions are from our lessons about 1921-telegram and 1923-letter.
"""

from __future__ import annotations

from pathlib import Path

import pytest

ESSAY, CHANGED, NOTE, TAG, NAME = "Zanzibar is not mentioned.", "Samarkand is.", "Timbuktu", "valparaiso", "Kublai"
CELLS = (
    "from helpers import annotate, annotations, answer, load_text, my_work",
    "answer('0.3')",
    "annotate(load_text('1923-letter'), layers='letter')",
    "my_work()",
    "my_work('0.3', '0.1')",
    "annotations()",
    "[answer('0.3', my_work('0.3').answers[0].counts.response) if my_work('0.3').answers[0].counts else None][0]",
)
# JupyterLab 4.6: also store the state of all widgets in the notebook (Settings → Save Widget State Automatically).
STATE = "() => window.jupyterapp.commands.execute('@jupyter-widgets/jupyterlab-manager:saveWidgetState')"
SAVE = "() => window.jupyterapp.commands.execute('docmanager:save')"


def said(view, words: str) -> None:
    view.page.wait_for_function(
        "([view, words]) => view.querySelector('.said').textContent.includes(words)", arg=[view.element_handle(), words]
    )


def found(home: Path) -> list[str]:
    """The files outside the work folder with one of the words."""
    words = [word.encode() for one in (ESSAY, CHANGED, NOTE, TAG, NAME) for word in (one.split()[0],)]
    return [
        f"{path.relative_to(home)}: {word.decode()}"
        for path in sorted(home.rglob("*"))
        if path.is_file() and home / "work" not in path.parents
        for word in words
        if word in path.read_bytes()
    ]


@pytest.mark.parametrize("state", [False, True], ids=["saved", "saved with the state of the widgets"])
def test_saved_notebook_holds_no_word_of_a_person(live, run_all, fresh, lab, state):
    page, form = live("left.ipynb", *CELLS, view=".crq")
    form.get_by_role("textbox").fill(ESSAY)
    form.get_by_role("button", name="Save").click()
    said(form, "Saved.")
    work = page.locator(".crw")
    work.get_by_label("Name").fill(NAME)
    work.get_by_role("button", name="Save name").click()
    said(work, f"The name “{NAME}” is saved.")
    margin = page.locator(".crp")
    margin.get_by_role("application").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    margin.get_by_label("New tag").fill(TAG)
    margin.get_by_role("textbox", name="Note").fill(NOTE)
    margin.get_by_role("button", name="Save", exact=True).click()
    margin.get_by_text(NOTE).wait_for()
    form.get_by_role("textbox").fill(CHANGED)
    said(form, "Draft saved.")

    run_all(page)
    words = page.locator(".close-reading-words")
    words.nth(2).wait_for()
    shown = " ".join(words.all_inner_texts())
    assert "Zanzibar" in shown
    assert NOTE in shown
    assert page.locator(".crq").last.get_by_role("textbox").input_value() == CHANGED
    assert page.locator(".crw").last.get_by_label("Name").input_value() == NAME
    assert page.locator(".close-reading-recalled, .close-reading-marks").first.is_hidden()
    if state:
        page.evaluate(STATE)
    page.evaluate(SAVE)
    path = fresh / "lessons" / "left.ipynb"
    page.wait_for_function("!document.querySelector('.jp-mod-current .jp-mod-dirty')")
    stored = path.read_text(encoding="utf-8")
    assert ('"widgets"' in stored) == state
    assert "Run → Run All Cells" in stored
    assert found(fresh) == []

    # Opened again without being run, the notebook says how to see the words.
    page.evaluate("() => window.jupyterapp.shell.currentWidget.close()")
    page.goto(f"{lab}/lab/tree/lessons/left.ipynb")
    page.wait_for_selector(".jp-Notebook .jp-CodeCell")
    page.get_by_text("Your own words are not stored in this notebook").first.wait_for()
    assert found(fresh) == []
