"""The settings of a course in JupyterLab: the first complete answer beside the last, and a closed model answer."""

from __future__ import annotations

import shutil
from pathlib import Path

EXAMPLE = Path(__file__).resolve().parents[1] / "fork"
FORM = ".crq"


def said(form, words: str) -> None:
    """Wait until the form shows these words."""
    form.page.wait_for_function(
        "([form, words]) => form.querySelector('.said').textContent.includes(words)",
        arg=[form.element_handle(), words],
    )


def test_first_answer_is_shown_beside_the_last_and_the_model_answer_is_closed(live, run_all, fresh, tmp_path):
    home = tmp_path / "course"
    shutil.copytree(EXAMPLE, home)
    (home / "texts" / "course.yaml").write_text("model_answers: never\nessays: ['0.3']\n", encoding="utf-8")
    start = f"import os; os.environ['CLOSE_READING_HOME'] = {str(home)!r}\nfrom helpers import answer"
    page, form = live("first.ipynb", start, 'answer("0.3")', view=FORM)
    form.get_by_text("given by your teacher; for the mark; your last complete answer counts").wait_for()
    box, save = form.get_by_role("textbox"), form.get_by_role("button", name="Save")
    first, last = ("<b>first</b> word " * 10).strip(), ("last word " * 10).strip()
    box.fill(first)
    save.click()
    form.get_by_text("The model answer is not shown here. Ask your teacher.").wait_for()
    assert form.get_by_text("Your first complete answer").count() == 0
    box.fill(last)
    save.click()
    said(form, "Saved.")
    fold = form.get_by_text("Your first complete answer")
    fold.wait_for()
    fold.click()
    assert form.locator(".counted:visible .words").inner_text() == first
    assert form.get_by_text("One good answer").count() == 0
    assert form.get_by_text("What people often think").count() == 0

    run_all(page)
    form = page.locator(FORM).last
    said(form, "Your saved answer.")
    assert form.get_by_role("textbox").input_value() == last
    assert form.get_by_text("Your first complete answer").count() == 1
