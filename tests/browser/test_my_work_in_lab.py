"""Download and restore of a student's work in JupyterLab, also with a dead kernel.

The questions are from our lessons about 1921-telegram and 1923-letter.
"""

from __future__ import annotations

import json
import os
import signal

import pytest

WORK = ".crw"
FORM = ".crq"


def start(work, more: str = "") -> str:
    """Code of a first cell that sets the work folder and shows the process id of the kernel."""
    own = f"import os; os.environ['CLOSE_READING_WORK'] = {str(work)!r}\n"
    return f"{own}{more}from helpers import answer, my_work\nos.getpid()"


def said(view, words: str) -> None:
    view.page.wait_for_function(
        "([view, words]) => view.querySelector('.said').textContent.includes(words)", arg=[view.element_handle(), words]
    )


def press(view, name: str) -> None:
    view.get_by_role("button", name=name).click()


@pytest.fixture
def two(live):
    """Open a notebook with a question form and the view of the student's work."""

    def open_two(name: str, work, more: str = "", question: str = "0.1", **how):
        page, view = live(name, start(work, more), f"answer('{question}')", "my_work()", view=WORK, **how)
        return page, page.locator(FORM).last, view

    return open_two


def test_download_with_a_dead_kernel_and_restore_in_a_fresh_clone(two, live, run_all, tmp_path):
    page, form, view = two("leave.ipynb", tmp_path / "work")
    view.get_by_label("Name").fill("Fox")
    press(view, "Save name")
    said(view, "The name “Fox” is saved.")
    form.get_by_role("radio").nth(2).check()
    press(form, "Check and save")
    said(form, "Right: 1 of 1 point. Saved.")
    page.wait_for_function("[...document.querySelectorAll('.crw td')].some(cell => cell.textContent === '1 of 4')")

    pid = int(page.locator(".jp-CodeCell").first.locator(".jp-OutputArea-output").first.inner_text())
    os.kill(pid, signal.SIGKILL)
    page.get_by_role("dialog").get_by_role("button", name="Ok").click(timeout=60_000)
    form.get_by_role("radio").nth(1).check()  # this change is not saved to disk
    with page.expect_download() as downloading:
        press(view, "Download my work")
    said(view, "Downloaded as my-work-Fox.jsonl")
    path = tmp_path / downloading.value.suggested_filename
    downloading.value.save_as(path)
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert [line.get("kind") for line in lines[1:-1]] == ["name", "answer"]
    assert lines[-1]["unsaved"]["question"] == "0.1"

    other, fresh = live("arrive.ipynb", start(tmp_path / "elsewhere"), "answer('0.1')", "my_work()", view=WORK)
    assert other.locator(FORM).last.get_by_role("radio", checked=True).count() == 0
    fresh.locator("input[type=file]").set_input_files(path)
    said(fresh, "1 answer is new")
    said(fresh, "restored as a draft: question 0.1")
    said(fresh, "Now choose Run → Run All Cells, so that the forms show what you restored.")
    assert fresh.get_by_label("Name").input_value() == "Fox"
    run_all(other)
    form = other.locator(FORM).last
    said(form, "Your saved draft.")
    assert form.get_by_role("radio").nth(1).is_checked()
    assert form.get_by_text("The Central Committee’s").first.is_visible()
    # Restoring a second time adds nothing and duplicates nothing.
    fresh = other.locator(WORK).last
    fresh.locator("input[type=file]").set_input_files(path)
    said(fresh, "0 answers are new")


def test_restoring_a_wrong_file_shows_a_message(two, tmp_path):
    _, _, view = two("wrong.ipynb", tmp_path / "work")
    picture = tmp_path / "picture.jsonl"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(1000))
    view.locator("input[type=file]").set_input_files(picture)
    said(view, "picture")
    assert "Traceback" not in view.inner_text()


def test_late_reply_of_a_busy_kernel_takes_the_place_of_the_warning(live, tmp_path):
    busy, work = tmp_path / "busy", tmp_path / "work"
    wait = f"import time\nwhile os.path.exists({str(busy)!r}): time.sleep(0.1)"
    page, view = live("busy.ipynb", start(work), "my_work()", wait, view=WORK)
    busy.write_text("", encoding="utf-8")
    page.evaluate("() => { window.jupyterapp.commands.execute('notebook:run-cell'); }")
    page.wait_for_selector('.jp-Notebook-ExecutionIndicator[data-status="busy"]', state="attached")
    view.get_by_label("Name").fill("Fox")
    press(view, "Save name")
    said(view, "The kernel is not responding.")
    busy.unlink()
    said(view, "The name “Fox” is saved.")


def test_lesson_is_reset_and_undone_by_keyboard(two, tmp_path):
    page, form, view = two("anew.ipynb", tmp_path / "work")
    form.get_by_role("radio").nth(2).check()
    what = view.get_by_text("Nothing is deleted: your marks and all other lessons stay as they are, and Undo brings")
    assert not what.is_visible()
    press(form, "Check and save")
    said(form, "Right: 1 of 1 point. Saved.")
    what.wait_for()
    view.get_by_role("button", name="Start again …").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.textContent === 'No'")  # a second Enter by mistake changes nothing
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    said(view, "starts again")
    page.wait_for_function("document.activeElement.textContent === 'Undo'")
    page.keyboard.press("Enter")
    said(view, "are back")
    page.wait_for_function("[...document.querySelectorAll('.crw td')].some(cell => cell.textContent === '1 of 4')")


def test_temporary_computer_shows_warnings_and_reminders(two, tmp_path):
    more = "os.environ['CLOSE_READING_TEMPORARY'] = '1'\n"
    page, form, view = two("lent.ipynb", tmp_path / "work", more, dark=True)
    assert "This is a temporary computer" in view.locator(".notice").inner_text()
    assert "This is a temporary computer" in form.locator(".notice").inner_text()  # whatever is run first says so
    form.get_by_role("radio").nth(2).check()
    press(form, "Check and save")
    said(form, "1 answer is not in your last download.")
    with page.expect_download():
        press(view, "Download my work")
    said(view, "Downloaded as my-work-student.jsonl")
    form.get_by_role("radio").nth(0).check()
    press(form, "Check and save")
    said(form, "1 answer is not in your last download.")


def test_exports_are_complete_and_contain_nothing_active(two, run_all, tmp_path):
    page, form, view = two("hand-in.ipynb", tmp_path / "work", question="0.3")
    hostile = '<script>window.bad=1</script> =HYPERLINK("x") “is inclined to allow” and <b>more</b> words'
    form.get_by_role("textbox").fill(hostile)
    press(form, "Save")
    said(form, "Saved.")
    view.get_by_text("More formats").click()
    for name, mark in (("Page to hand in", "html"), ("Markdown", "md"), ("Table", "csv"), ("Linked data", "jsonld")):
        with page.expect_download() as downloading:
            press(view, name)
        path = tmp_path / downloading.value.suggested_filename
        downloading.value.save_as(path)
        assert path.suffix == f".{mark}"
        assert "is inclined to allow" in path.read_text("utf-8")
    exported = page.context.new_page()
    exported.goto((tmp_path / "my-work-student.html").as_uri())
    assert exported.evaluate("window.bad") is None
    assert "<script>window.bad=1</script>" in exported.inner_text("body")
    assert "word for word" in exported.inner_text("body")
