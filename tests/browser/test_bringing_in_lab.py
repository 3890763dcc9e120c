"""A student brings the text of another paper along in JupyterLab, and the envelopes look like envelopes.

The papers and the envelopes are those of our lessons about 1921-telegram and 1923-letter.
"""

from __future__ import annotations

import json

import pytest

BOX = ".crb"
WORDS = "Dear comrades, these words are ours. <img src=x onerror='window.bad=1'>\n\nThey stand in for the paper."


def start(work) -> str:
    return (
        f"import os; os.environ['CLOSE_READING_WORK'] = {str(work)!r}\n"
        "from helpers import annotate, check_quotes, load_text, my_text, my_work, workbook"
    )


def said(view, words: str) -> None:
    view.page.wait_for_function(
        "([view, words]) => view.querySelector('.said').textContent.includes(words)", arg=[view.element_handle(), words]
    )


def press(view, name: str) -> None:
    view.get_by_role("button", name=name).click()


def test_text_is_pasted_saved_marked_and_goes_along_when_confirmed(live, run_all, tmp_path):
    work = tmp_path / "work"
    page, box = live("bring.ipynb", start(work), 'my_text("814")', "my_work()", view=BOX)
    assert "Document 814" in box.inner_text()
    said(box, "You have not brought its text along yet.")
    assert page.locator(".close-reading-bringing").is_hidden()
    press(box, "Save")
    said(box, "Paste the text first.")
    box.get_by_label("Its text").fill("x" * 100_001)
    press(box, "Save")
    said(box, "Not saved. This text has 100,001 characters")
    box.get_by_label("Its text").fill(WORDS)
    press(box, "Save")
    said(box, "Saved: 15 words.")

    mine = page.locator(".crw")
    agree = mine.get_by_role("checkbox")
    agree.wait_for()
    with page.expect_download() as downloading:
        press(mine, "Download my work")
    assert "Dear comrades" not in downloading.value.path().read_text("utf-8")
    agree.check()
    said(mine, "With the texts that you brought: my-814.")
    with page.expect_download() as downloading:
        press(mine, "Download my work")
    lines = [json.loads(line) for line in downloading.value.path().read_text("utf-8").splitlines()]
    assert [line["body"]["words"] for line in lines[1:] if line["kind"] == "brought"] == [WORDS]

    later, page_of_text = live("mark.ipynb", start(work), 'annotate(load_text("my-814"))', view=".crp")
    assert "They stand in for the paper." in page_of_text.inner_text()
    assert later.evaluate("window.bad") is None
    press(box, "Take away")
    said(box, "There is no text here now.")
    assert box.get_by_label("Its text").input_value() == ""


def test_agreement_just_clicked_is_not_taken_back_by_an_older_reply(live, tmp_path):
    page, _ = live(
        "agree.ipynb", start(tmp_path / "work"),
        "workbook.record('brought', {'paper': '814', 'words': 'Dear comrades'}) and None", "my_work()", view=".crw",
    )  # fmt: skip
    mine = page.locator(".crw")
    agree = mine.get_by_role("checkbox")
    agree.wait_for()
    agree.evaluate(
        """box => {
             const { get, set } = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'checked');
             window.put = [];
             Object.defineProperty(box, 'checked', {
               get() { return get.call(this); }, set(on) { window.put.push(on); set.call(this, on); } });
             const [save] = [...box.closest('.crw').querySelectorAll('button')].filter(
               (one) => one.textContent === 'Save name');
             save.click();
             box.click();
           }"""
    )
    said(mine, "With the texts that you brought: my-814.")
    assert agree.is_checked()
    assert page.evaluate("window.put.length > 0 && window.put.every((on) => on)")


def test_no_word_of_the_text_is_in_the_saved_notebook(live, lab_home, tmp_path):
    cells = ('my_text("814")', 'annotate(load_text("my-814"))', "from helpers import read\nread(load_text('my-814'))")
    page, _ = live(
        "stored.ipynb", start(tmp_path / "work"), "workbook.record('brought', "
        "{'paper': '814', 'words': 'Dear unstored comrades'}) and None", *cells, view=BOX,
    )  # fmt: skip
    page.locator(".close-reading-words", has_text="unstored").wait_for()
    page.locator(".crp", has_text="unstored").wait_for()
    page.evaluate("window.jupyterapp.commands.execute('docmanager:save')")
    path = lab_home / "lessons" / "stored.ipynb"
    page.wait_for_function("document.title")
    for _ in range(40):
        notebook = json.loads(path.read_text("utf-8"))
        if any(cell["outputs"] for cell in notebook["cells"]):
            break
        page.wait_for_timeout(250)
    stored = json.dumps([cell["outputs"] for cell in notebook["cells"]] + [notebook["metadata"]])
    assert "close-reading-bringing" in stored
    assert "Dear unstored" not in stored


@pytest.mark.parametrize("dark", [False, True])
def test_envelopes_have_a_frame_and_readable_words(open_notebook, dark):
    page = open_notebook("04-five-envelopes.ipynb", dark=dark)
    page.locator("summary", has_text="Envelope 5").wait_for()
    looks = page.evaluate(
        """() => [...document.querySelectorAll('.jp-MarkdownOutput summary')]
             .filter((one) => one.textContent.startsWith('Envelope')).map(one => {
             const frame = one.closest('div[style]'), look = getComputedStyle(frame);
             return [look.borderTopStyle, look.backgroundColor, getComputedStyle(one).color,
                     getComputedStyle(frame.querySelector('span')).borderTopLeftRadius];
           })"""
    )
    assert looks == [["double", "rgb(255, 246, 218)", "rgb(27, 27, 27)", "50%"]] * 5
