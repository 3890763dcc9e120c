"""Question forms in JupyterLab: answering, verdicts, and restored answers.

The questions are from our lessons about 1921-telegram and 1923-letter.
"""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest

START = "import os; from helpers import answer, my_work\nos.getpid()"
FORM = ".crq"


def said(form, words: str) -> None:
    """Wait until the form shows these words."""
    form.page.wait_for_function(
        "([form, words]) => form.querySelector('.said').textContent.includes(words)",
        arg=[form.element_handle(), words],
    )


def kill_kernel(page, run_all) -> None:
    """Kill the kernel and wait until JupyterLab has reported it and started another."""
    pid = int(page.locator(".jp-CodeCell").first.locator(".jp-OutputArea-output").first.inner_text())
    os.kill(pid, signal.SIGKILL)
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Ok", exact=False).click(timeout=60_000)
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for(state="attached", timeout=60_000)


def events(home: Path) -> list[dict]:
    lines = [line for path in sorted((home / "work").glob("*.jsonl")) for line in path.read_text("utf-8").splitlines()]
    return [json.loads(line) for line in lines]


def test_choice_made_by_keyboard_survives_a_killed_kernel(live, run_all, fresh):
    page, form = live("choice.ipynb", START, "answer('0.1')", view=FORM)
    assert page.locator("section.close-reading-question").count() == 1
    page.wait_for_function("!document.querySelector('section.close-reading-question').checkVisibility()")
    first = form.get_by_role("radio").first
    first.focus()
    page.keyboard.press("Space")
    said(form, "Not saved yet.")
    for _ in range(2):  # arrow keys choose among radio buttons
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Check and save"
    page.keyboard.press("Enter")
    said(form, "Right: 1 of 1 point. Saved.")
    form.get_by_text("Where in the text").wait_for()
    form.get_by_text("Why not the others?").wait_for()
    assert page.locator(".jp-Notebook .jp-Cell").count() == 2  # no notebook shortcut was triggered
    assert len(events(fresh)) == 1

    kill_kernel(page, run_all)
    run_all(page)
    form = page.locator(FORM).last
    said(form, "Your saved answer. Right: 1 of 1 point.")
    assert form.get_by_role("radio").nth(2).is_checked()


def test_words_typed_while_the_kernel_is_dead_are_restored(live, run_all, fresh):
    page, form = live("dead.ipynb", START, "answer('1.12')", view=FORM)
    box = form.get_by_role("textbox")
    box.fill("Lenin wrote “Quite to the contrary.”, and “Return all that”.")
    said(form, "Draft saved.")
    page.wait_for_function("document.querySelector('.crq table caption')?.textContent === 'Your quotations'")
    verdicts = form.locator("table", has_text="Your quotations").locator("tbody td:nth-child(2)").all_inner_texts()
    assert [verdict.split(";")[0] for verdict in verdicts] == ["word for word", "altered"]
    kill_kernel(page, run_all)
    box.press_sequentially(" More words.")
    form.get_by_role("button", name="Save").click()
    said(form, "Not saved yet: the kernel is not responding.")
    assert not [event for event in events(fresh) if "More words" in json.dumps(event)]

    run_all(page)
    form = page.locator(FORM).last
    said(form, "Your unsaved answer is back.")
    assert form.get_by_role("textbox").input_value().endswith("More words.")
    form.get_by_role("button", name="Save").click()
    said(form, "Saved.")
    assert [event for event in events(fresh) if "More words" in json.dumps(event)]
    # After reloading the page nothing is unsaved.
    page.reload()
    page.wait_for_selector(".jp-Notebook .jp-CodeCell")
    assert page.evaluate("Object.keys(sessionStorage).filter(key => key.startsWith('close-reading')).length") == 0


def test_passage_is_marked_by_keyboard_and_mouse(live, fresh):
    page, form = live("mark.ipynb", START, "answer('0.2')", view=FORM)
    text = form.locator(".text")
    text.focus()
    for _ in range(6):
        page.keyboard.press("Shift+ArrowRight")
    assert form.locator(".chosen").inner_text() == "Marked: “The Central Committee is inclined to allow”"
    form.get_by_role("button", name="Check and save").click()
    said(form, "Right: 1 of 1 point.")
    form.get_by_role("button", name="Clear marks").click()
    assert form.locator(".chosen").inner_text() == "Nothing is marked."
    assert page.evaluate("document.activeElement.className") == "text"
    words = form.locator(".word")
    words.nth(19).hover()
    page.mouse.down()
    words.nth(21).hover()
    page.mouse.up()
    assert form.locator(".chosen").inner_text() == "Marked: “and to occupy”"
    words.nth(21).click()
    assert form.locator(".chosen").inner_text() == "Marked: “and to”"
    form.get_by_role("button", name="Check and save").click()
    said(form, "Not yet right")
    # The best answer counts; the last one is shown.
    kept = [event["body"]["response"] for event in events(fresh) if event["kind"] == "answer"]
    assert [[run["words"] for run in response] for response in kept] == [
        ["The Central Committee is inclined to allow"],
        ["and to"],
    ]


def test_order_and_match_are_answered_by_keyboard(live, fresh):
    page, _ = live("order.ipynb", START, "answer('1.11')", "answer('2.4')", view=FORM)
    order, match = page.locator(FORM).nth(0), page.locator(FORM).nth(1)
    wanted = ["The telegram is typed", "Somebody makes", "A book", "A website", "The web page"]
    for n, words in enumerate(wanted):
        while not order.locator("li.row").nth(n).inner_text().split(". ", 1)[1].startswith(words):
            order.get_by_role("button", name="Up: " + words).focus()
            page.keyboard.press("Enter")
            assert (
                page.evaluate("document.activeElement.getAttribute('aria-label')").split(": ", 1)[1].startswith(words)
            )
    order.get_by_role("button", name="Check and save").click()
    said(order, "Right: 2 of 2 points.")
    match.get_by_role("combobox").first.focus()
    match.get_by_role("combobox").first.select_option(index=1)
    match.get_by_role("button", name="Check and save").click()
    said(match, "right: ")
    assert match.get_by_text("Choose a match for it.").count() == match.get_by_role("combobox").count() - 1


def test_hostile_answer_is_shown_as_text(live, run_all, fresh):
    hostile = "<img src=x onerror='window.bad=1'> <script>window.bad=2</script> \u202egnp “<b>no</b>” ok ok"
    page, form = live("hostile.ipynb", START, "answer('0.3')", "my_work('0.3')", view=FORM)
    form.get_by_role("textbox").fill(hostile)
    form.get_by_role("button", name="Save").click()
    said(form, "Saved.")
    run_all(page)
    said(page.locator(FORM).last, "Your saved answer.")
    assert page.evaluate("window.bad") is None
    assert page.locator(FORM).last.get_by_role("textbox").input_value() == hostile
    assert page.locator(".jp-OutputArea img[src=x]").count() == 0
    recalled = page.locator(".close-reading-words").inner_text()
    assert "<img src=x" in recalled
    assert "⟨RLO⟩" in recalled


def test_two_open_notebooks_see_each_others_answers(live, run_all, fresh):
    page, form = live("one.ipynb", START, "answer('0.1')", view=FORM)
    form.get_by_role("radio").nth(2).check()
    form.get_by_role("button", name="Check and save").click()
    said(form, "Saved.")
    _, second = live("two.ipynb", START, "answer('0.1')", view=FORM)
    said(second, "Your saved answer. Right")
    second.get_by_role("radio").nth(0).check()
    second.get_by_role("button", name="Check and save").click()
    said(second, "Not yet right")
    run_all(page)
    said(page.locator(FORM).last, "Your saved answer. Not yet right")
    assert len({path.name for path in (fresh / "work").glob("*.jsonl")}) == 2


def test_form_in_an_unwritable_folder_keeps_the_words_and_reports(live, run_all, fresh):
    """The words stay in the form, and the message says how to fix the problem."""
    blocked = fresh / "blocked"
    blocked.write_text("a file where the folder should be", encoding="utf-8")
    cell = f"import os; os.environ['CLOSE_READING_WORK'] = {str(blocked / 'work')!r}\nfrom helpers import answer"
    _, form = live("blocked.ipynb", cell, "answer('0.1')", view=FORM)
    form.get_by_role("radio").nth(2).check()
    form.get_by_role("button", name="Check and save").click()
    said(form, "Not saved in")
    form.get_by_text("Where in the text").wait_for()  # the verdict is shown nevertheless
    blocked.unlink()
    form.get_by_role("radio").nth(1).check()
    form.get_by_role("button", name="Check and save").click()
    said(form, "Saved.")
    written = [path.read_text("utf-8") for path in (blocked / "work").glob("*.jsonl")]
    assert sum(text.count('"answer"') for text in written) == 2


def test_text_box_handles_new_lines_undo_and_notebook_shortcuts(live, fresh):
    page, form = live("lines.ipynb", START, "answer('0.3')", "answer('0.3')", view=FORM)
    form = page.locator(FORM).first
    box = form.get_by_role("textbox")
    box.focus()
    page.keyboard.type("a")
    page.keyboard.press("Enter")
    page.keyboard.type("b")
    page.keyboard.press("Enter")
    page.keyboard.type("c")
    assert box.input_value() == "a\nb\nc"
    page.keyboard.press("Control+z")
    assert box.input_value() != "a\nb\nc"
    button = form.get_by_role("button", name="Save")
    button.focus()
    for key in ("d", "d", "x", "0", "0", "Control+Backspace", "Control+a", "Control+Shift+m", "Control+ArrowUp"):
        page.keyboard.press(key)
    assert page.locator(".jp-Notebook .jp-Cell").count() == 3
    # Two forms of one question have separate control names and labels.
    ids = page.evaluate("[...document.querySelectorAll('.crq [id]')].map(node => node.id)")
    assert len(ids) == len(set(ids))


def test_change_made_while_the_kernel_is_busy_is_not_reported_as_saved(live, fresh):
    _, form = live("busy.ipynb", START, "answer('0.1')", "import time; time.sleep(6)", view=FORM)
    page = form.page
    page.locator(".jp-CodeCell").nth(2).click()
    page.keyboard.press("Control+Enter")
    form.get_by_role("radio").nth(2).check()
    form.get_by_role("button", name="Check and save").click()
    form.get_by_role("radio").nth(0).check()
    said(form, "Your latest changes are not saved yet.")
    assert page.evaluate("sessionStorage.getItem('close-reading:unsaved:0.1') !== null")
    form.get_by_role("button", name="Check and save").click()
    said(form, "Not yet right: 0 of 1 point. Your best so far: 1 of 1. Saved.")


def test_reopened_notebook_shows_no_error_before_it_is_run(live, open_notebook, fresh):
    page, _ = live("again.ipynb", START, "answer('0.1')", view=FORM)
    page.keyboard.press("Control+s")
    page.wait_for_timeout(1500)
    os.kill(int(page.locator(".jp-CodeCell").first.locator(".jp-OutputArea-output").first.inner_text()), signal.SIGKILL)
    page.get_by_role("dialog").get_by_role("button", name="Ok").click(timeout=60_000)
    again = open_notebook("again.ipynb")
    again.locator("section.close-reading-question").wait_for()
    again.wait_for_timeout(2000)
    assert not again.get_by_text("Error displaying widget").is_visible()
    assert again.get_by_text("Choose one.").first.is_visible()


# ---- former bugs: lost answers and revealed keys


def press(form, name: str) -> None:
    form.get_by_role("button", name=name).click()


def test_incomplete_answer_does_not_replace_an_earlier_essay(live, run_all, fresh):
    essay = "whole " * 90 + "essay."
    page, form = live("few.ipynb", START, "answer('2.10')", "my_work('2.10')", view=FORM)
    box = form.get_by_role("textbox")
    assert box.evaluate("box => box.rows") == 11  # 130 words
    box.fill(essay)
    press(form, "Save")
    said(form, "Saved.")
    # The remark on the model answer is shown with it.
    again = form.get_by_text("The model answer is good, not perfect.")
    assert not again.is_visible()
    form.get_by_text("One good answer").click()
    assert again.is_visible()
    box.fill("Five words are not enough.")
    press(form, "Save")
    said(form, "Your earlier complete answer still counts.")
    assert form.locator(".said").inner_text().count("Saved") == 1
    run_all(page)
    form = page.locator(FORM).last
    recalled = page.locator(".close-reading-words").first
    assert "whole essay." in recalled.inner_text()
    assert "Your later answer has too few words. It is saved" in recalled.inner_text()
    assert not recalled.get_by_text("Five words are not enough.").is_visible()
    said(form, "Your saved answer. Your answer has 5 words.")
    assert form.locator(".said").inner_text().lower().count("saved") == 1
    assert form.get_by_role("textbox").input_value() == "Five words are not enough."
    form.get_by_text("Your answer that counts").click()
    press(form, "Put it back into the box")
    assert form.get_by_role("textbox").input_value() == essay
    press(form, "Save")
    said(form, "Saved.")
    assert form.get_by_text("Your answer that counts").count() == 0
    # An emptied, unsaved box does not hide the answer either.
    form.get_by_role("textbox").fill("")
    said(form, "Draft saved.")
    run_all(page)
    assert "whole essay." in page.locator(".close-reading-words").first.inner_text()


def test_wrong_first_attempt_reveals_nothing_and_the_best_counts(live, run_all, fresh):
    page, form = live("tries.ipynb", START, "answer('0.1')", view=FORM)
    where = form.get_by_text("Where in the text")
    options = form.get_by_role("radio")
    wrong = []
    for n in range(options.count()):
        options.nth(n).check()
        press(form, "Check and save")
        said(form, "Saved.")
        if "Right:" in form.locator(".said").inner_text():
            break
        wrong.append(n)
        assert where.count() == (len(wrong) > 1)
    assert where.count() == 1
    options.nth(0 if wrong else 1).check()
    press(form, "Check and save")
    said(form, "Your best so far: 1 of 1.")
    run_all(page)
    said(page.locator(FORM).last, "Your saved answer. Not yet right: 0 of 1 point. Your best so far: 1 of 1.")


def test_enter_adds_words_and_never_removes_one(live, fresh):
    page, form = live("enter.ipynb", START, "answer('0.2')", view=FORM)
    chosen = form.locator(".chosen")
    help_ = form.get_by_text("Mouse or finger: click or tap a word, or drag over several. Keys: arrows move")
    assert help_.is_visible()
    form.locator(".text").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    assert chosen.inner_text() == "Marked: “Committee”"
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    for _ in range(2):
        page.keyboard.press("Enter")
        assert chosen.inner_text() == "Marked: “Committee is inclined”"
    page.keyboard.press("Space")
    assert chosen.inner_text() == "Marked: “Committee is”"


@pytest.mark.parametrize("width", [1366, 683])
def test_chosen_match_is_fully_readable(live, fresh, width):
    page, _ = live("narrow.ipynb", START, "answer('7.1')", "answer('5.8')", view=FORM, width=width)
    page.wait_for_function("document.querySelectorAll('.crq').length === 2")
    for select in page.locator(".crq select").all():
        for index in range(1, select.locator("option").count()):
            select.select_option(index=index)
            page.wait_for_timeout(30)
            seen = select.evaluate(CUT)
            assert seen["fits"] or seen["below"] == f"→ {seen['words']}", seen
            assert seen["inside"], seen


# Whether a list fits its selected words: it is compared with a copy that has no maximum width.
CUT = """select => {
    const words = select.selectedOptions[0].textContent;
    const free = select.cloneNode(false);
    free.append(new Option(words));
    free.style.cssText = "position:absolute;max-width:none;visibility:hidden";
    select.parentElement.append(free);
    const fits = select.getBoundingClientRect().width >= free.getBoundingClientRect().width - 1;
    free.remove();
    const whole = select.parentElement.querySelector(".whole");
    const row = select.closest("fieldset").getBoundingClientRect();
    const inside = [select, whole].filter(Boolean).every((one) => one.getBoundingClientRect().right <= row.right + 1);
    return { words, fits, inside, below: whole?.checkVisibility() ? whole.textContent : "" };
}"""


def test_quotation_found_at_many_places_has_one_row(live, fresh):
    _, form = live("rows.ipynb", START, "answer('1.12')", view=FORM)
    form.get_by_role("textbox").fill("The “Georgian question” is a name that editors gave.")
    said(form, "Draft saved.")
    form.get_by_text("It occurs at 5 places, all in 1923-letter").wait_for()
    assert form.locator("table", has_text="Your quotations").locator("tbody tr").count() == 1


ACTIVE = "() => [...document.querySelectorAll('.jp-Notebook .jp-Cell')].findIndex(one => one.matches('.jp-mod-active'))"


@pytest.mark.parametrize("where", ["button", "field"])
def test_shift_enter_goes_on_to_the_next_cell_and_records_nothing_twice(live, fresh, where):
    page, _ = live("on.ipynb", START, "answer('0.3')", "answer('0.1')", view=FORM)
    form = page.locator(FORM).first
    form.get_by_role("textbox").fill("Zanzibar. " * 12)
    form.get_by_role("button", name="Save").click()
    said(form, "Saved.")
    form.get_by_role("button" if where == "button" else "textbox", name="Save" if where == "button" else None).focus()
    page.keyboard.press("Shift+Enter")
    page.locator(FORM).first.locator(".said", has_text="Your saved answer.").wait_for()  # the form is a new one
    assert page.evaluate(ACTIVE) == 2
    assert [event["kind"] for event in events(fresh)] == ["answer"]
    assert page.locator(FORM).first.get_by_role("textbox").input_value() == "Zanzibar. " * 12


def test_escape_leaves_a_form_and_the_keys_of_the_notebook_work_again(live):
    page, form = live("leave.ipynb", START, "answer('0.3')", view=FORM)
    form.get_by_role("textbox").focus()
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.matches('.jp-Cell')")
    page.keyboard.press("ArrowUp")
    page.wait_for_function(f"({ACTIVE})() === 0")


def test_the_old_verdict_goes_when_the_answer_changes(live, fresh):
    _, form = live("old.ipynb", START, "answer('0.1')", view=FORM)
    form.get_by_role("radio").nth(0).check()
    form.get_by_role("button", name="Check and save").click()
    said(form, "Saved.")
    assert form.locator(".said.judged").count() == 1
    assert form.locator(".verdict").inner_text()
    form.get_by_role("radio").nth(1).check()
    assert form.locator(".said").inner_text() == "Not saved yet."
    assert form.locator(".said.judged").count() == 0
    assert form.locator(".verdict").inner_text() == ""
