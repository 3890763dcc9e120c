"""A table to fill in, in JupyterLab: by keyboard, with names for screen readers, saved and shown again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).resolve().parents[1] / "fork"
START = f"import os; os.environ['CLOSE_READING_HOME'] = {str(EXAMPLE)!r}\nfrom helpers import answer, my_work"
CELLS = (START, 'answer("0.4")', 'my_work("0.4")')
FORM = ".crq"


def said(form, words: str) -> None:
    """Wait until the form shows these words."""
    form.page.wait_for_function(
        "([form, words]) => form.querySelector('.said').textContent.includes(words)",
        arg=[form.element_handle(), words],
    )


def test_table_is_filled_in_by_keyboard_saved_and_shown_again(live, run_all, fresh):
    page, form = live("grid.ipynb", *CELLS, view=FORM)
    table = form.get_by_role("table", name="Question 0.4")
    assert table.get_by_role("columnheader").all_inner_texts() == ["Who sets it", "Which condition"]
    assert table.get_by_role("rowheader").all_inner_texts() == ["The request of 4 April", "The reply of 7 April"]
    first = form.get_by_role("combobox", name="The request of 4 April Who sets it", exact=True)
    first.focus()
    page.keyboard.type("Finch")  # chooses in a closed list
    page.keyboard.press("Tab")
    page.keyboard.type("a dry week")
    page.keyboard.press("Enter")
    page.keyboard.type("dd")  # would delete the cell in JupyterLab’s command mode
    said(form, "Not saved yet.")
    page.keyboard.press("Tab")
    page.keyboard.type("The clerk")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Check and save"
    page.keyboard.press("Enter")
    said(form, "Partly right: 1 of 2 points. Saved.")
    form.get_by_text("The clerk writes below the signature.").wait_for()
    assert page.locator(".jp-Notebook .jp-Cell").count() == 3
    lines = [line for path in (fresh / "work").glob("*.jsonl") for line in path.read_text("utf-8").splitlines()]
    (given,) = [event for event in map(json.loads, lines) if event["kind"] == "answer"]
    response = {"request": {"who": "finch", "which": "a dry week dd"}, "reply": {"who": "clerk"}}
    assert given["body"]["response"] == response

    run_all(page)
    form = page.locator(FORM).last
    said(form, "Your saved answer. Partly right: 1 of 2 points.")
    fields = form.get_by_role("table", name="Question 0.4")
    assert [one.input_value() for one in fields.get_by_role("combobox").all()] == ["finch", "clerk"]
    assert [one.input_value() for one in fields.get_by_role("textbox").all()] == ["a dry week dd", ""]
    recalled = page.locator(".close-reading-words").inner_text()
    assert "The request of 4 April · Which condition: a dry week dd" in recalled


def test_empty_table_is_not_saved_and_the_first_cell_gets_the_focus(live, fresh):
    page, form = live("empty.ipynb", *CELLS, view=FORM)
    form.get_by_role("button", name="Check and save").click()
    said(form, "Fill in at least one cell first.")
    assert page.evaluate("document.activeElement === document.querySelector('.crq table select')")


def test_words_typed_into_a_cell_are_saved_as_a_draft_and_come_back(live, run_all, fresh):
    page, form = live("draft.ipynb", *CELLS, view=FORM)
    form.get_by_role("textbox").nth(1).fill("a list")
    said(form, "Draft saved.")
    run_all(page)
    form = page.locator(FORM).last
    said(form, "Your saved draft. Press the button to submit it as your answer.")
    assert form.get_by_role("textbox").nth(1).input_value() == "a list"


@pytest.mark.parametrize(("dark", "width"), [(False, 1366), (True, 683)])
def test_axe_finds_no_violation_in_a_table(live, fresh, dark, width):
    from axe_playwright_python.sync_playwright import Axe

    page, form = live(f"axe-grid-{width}.ipynb", *CELLS[:2], view=FORM, dark=dark, width=width)
    form.get_by_role("combobox").first.select_option(index=1)
    found = Axe().run(page, context=FORM).response
    assert [one["id"] for one in found["violations"]] == []
    assert {"label", "select-name"} & {one["id"] for one in found["passes"]}
