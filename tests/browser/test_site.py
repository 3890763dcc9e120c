"""The edition for the browser, built as documented: a real site, real Chromium, and no network but this machine's.

The lessons are ours about 1921-telegram and 1923-letter. The site is built in an environment of its own:
CONTRIBUTING.md says how to make it. In CI it must be there.
"""

from __future__ import annotations

import functools
import http.server
import json
import os
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from helpers import correspondence, load_text, timeline, transmission
from helpers.annotation import notes
from helpers.network import evidence
from helpers.questions import KINDS, question, record_answer, standing_of
from helpers.workbook import bundle, read_handed_in, restore

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".lite" / "bin" / "python"
FORM, WORK, PAGE = ".crq", ".crw", ".crp"
RUN = "() => { window.jupyterapp.commands.execute('notebook:run-all-cells'); }"
RAN = """n => {
  const all = [...document.querySelectorAll('.jp-Notebook .jp-CodeCell .jp-InputPrompt')];
  return all.length >= n && all.every((one) => /\\[\\d+\\]/.test(one.textContent));
}"""
LONG = 120_000  # milliseconds; Python starts in each window, beside other tests
# Close the open notebook and its kernel, without the dialog about saving, and open another one.
NEXT = """async (path) => {
  const app = window.jupyterapp, open = app.shell.currentWidget;
  open.context.model.dirty = false;
  open.close();
  await app.serviceManager.sessions.shutdownAll();
  await app.commands.execute('docmanager:open', { path });
}"""
# What the cells of the open notebook have as results that are errors, or words on standard error.
FAULTS = """() => window.jupyterapp.shell.currentWidget.content.model.sharedModel.cells
  .filter((cell) => cell.cell_type === 'code').flatMap((cell) => cell.getOutputs())
  .filter((one) => one.output_type === 'error' || one.name === 'stderr')
  .map((one) => `${one.ename ?? ''} ${one.evalue ?? one.text}`)"""
# Questions of every kind, and an essay whose quotations are checked.
ASKED = {
    "choice": "0.1", "choices": "3.2", "passage": "0.2", "order": "1.11", "match": "2.4", "grid": "1.13",
    "short": "0.3", "essay": "1.12",
}  # fmt: skip
ESSAY = "Lenin wrote “Quite to the contrary.”, and “Return all that”."
CELLS = [
    "from helpers import annotate, answer, load_text, my_work\nannotate(load_text('1921-telegram'), layers='telegram')",
    *(f"answer('{id}')" for id in ASKED.values()),
    "my_work()",
]
# The lists in the place of the pictures of a lesson.
PICTURES = {
    "04-five-envelopes": lambda: [timeline(between=("1921-01", "1921-03"))],
    "06-who-reaches-whom": lambda: [
        evidence(correspondence()),
        evidence(correspondence(layers="all")),
        transmission(load_text("1921-telegram")),
    ],
}
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the site is built and tested on Linux")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The folder of the site."""
    if not PYTHON.is_file():
        assert not os.environ.get("CI"), "in CI the environment .lite must exist: see CONTRIBUTING.md"
        pytest.skip("there is no environment .lite: CONTRIBUTING.md says how to make it")
    out = tmp_path_factory.mktemp("site") / "site"
    env = {name: value for name, value in os.environ.items() if not name.startswith(("CLOSE_READING_", "JUPYTER_"))}
    command = [PYTHON, "lite/build.py", "-o", out]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "8 lessons" in done.stdout
    assert "Before wider publication, permission should be asked" in done.stdout
    again = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert again.returncode == 1
    assert "exists already" in again.stderr
    return out


@pytest.fixture(scope="module")
def address(site):
    """The address at which the site is served."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_):
            pass

        def do_GET(self):
            # Give the tests the commands of JupyterLab; all else is as it was built.
            if self.path.partition("?")[0] != "/jupyter-lite.json":
                return super().do_GET()
            settings = json.loads((site / "jupyter-lite.json").read_text(encoding="utf-8"))
            settings["jupyter-config-data"]["exposeAppInBrowser"] = True
            body = json.dumps(settings).encode("utf-8")
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            return None

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=site)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def offline_window(offline_browser, address, **screen):
    """Give a window of a browser that finds no other machine; nothing in it may even ask for one."""
    context = offline_browser.new_context(**{"viewport": {"width": 1366, "height": 900}, **screen})
    asked: list[str] = []
    context.on("request", lambda one: asked.append(one.url))
    page = context.new_page()
    page.set_default_timeout(LONG)
    yield page
    assert asked
    assert [one for one in asked if not one.startswith((address, "blob:", "data:"))] == []
    context.close()


@pytest.fixture
def window(offline_browser, address):
    yield from offline_window(offline_browser, address)


@pytest.fixture
def phone(offline_browser, address):
    """A window that is touched, as narrow as a phone."""
    small = {"width": 390, "height": 844}
    yield from offline_window(offline_browser, address, viewport=small, is_mobile=True, has_touch=True)


def open_lesson(page, address: str, name: str) -> None:
    page.goto(f"{address}/lab/index.html?path=lessons/{name}")
    wait_until_ready(page)


def wait_until_ready(page) -> None:
    """Wait until a notebook is shown and its kernel is ready."""
    page.wait_for_selector(".jp-Notebook .jp-CodeCell")
    page.get_by_text("Python (Pyodide) | Idle").wait_for(state="attached")


def run_all(page) -> list[str]:
    """Run all cells and return the errors in their results."""
    page.evaluate(RUN)
    page.wait_for_function(RAN, arg=page.locator(".jp-Notebook .jp-CodeCell").count())
    return page.evaluate(FAULTS)


def said(view, words: str) -> None:
    """Wait until a view says these words."""
    view.page.wait_for_function(
        "([view, words]) => view.querySelector('.said').textContent.includes(words)", arg=[view.element_handle(), words]
    )


def new_notebook(page, address: str) -> None:
    """Make a notebook beside the lessons, which are not changed, and open it."""
    page.goto(f"{address}/lab/index.html")
    page.wait_for_selector(".jp-Launcher")
    made = [{"cell_type": "code", "id": f"c{n}", "metadata": {}, "execution_count": None, "outputs": [], "source": one}
            for n, one in enumerate(CELLS)]  # fmt: skip
    kernel = {"name": "python", "display_name": "Python (Pyodide)"}
    notebook = {"cells": made, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    page.evaluate(
        """async (content) => { await window.jupyterapp.serviceManager.contents.save(
          'lessons/new.ipynb', { type: 'notebook', format: 'json', content }); }""",
        notebook,
    )
    open_lesson(page, address, "new.ipynb")


def form_of(page, kind: str):
    return page.locator(FORM).nth(list(ASKED).index(kind))


def answer_every_kind(page) -> None:
    """Answer one question of every kind; wherever a key is not needed, the answer is wrong or half."""
    form_of(page, "choice").get_by_role("radio").nth(2).check()
    form_of(page, "choices").get_by_role("checkbox").first.check()
    form_of(page, "passage").locator(".text").focus()
    for _ in range(6):
        page.keyboard.press("Shift+ArrowRight")
    form_of(page, "order").get_by_role("button", name="Up: ").nth(1).click()
    form_of(page, "match").get_by_role("combobox").first.select_option(index=1)
    form_of(page, "grid").locator("select, input, textarea").first.evaluate(
        """one => { if (one.tagName === 'SELECT') one.selectedIndex = 1; else one.value = 'words';
          one.dispatchEvent(new Event('input', { bubbles: true }));
          one.dispatchEvent(new Event('change', { bubbles: true })); }"""
    )
    form_of(page, "short").get_by_role("textbox").fill("The page says more than the paper.")
    form_of(page, "essay").get_by_role("textbox").fill(ESSAY)
    for kind in ASKED:
        form = form_of(page, kind)
        form.get_by_role("button", name=re.compile("^(Check and save|Save)$")).click()
        said(form, "Saved.")


def mark_three_words(page) -> None:
    """Mark three words of the text by keyboard, with a note."""
    text = page.locator(PAGE)
    text.locator(".cursor").focus()
    for key in ("ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight", "Enter"):
        page.keyboard.press(key)
    editor = text.locator(".editor")
    editor.locator("textarea").fill("Who is that?")
    editor.get_by_role("button", name="Save", exact=True).click()
    text.locator(".card", has_text="Who is that?").wait_for()


def test_start_page_lists_lessons_and_says_where_work_is_kept(window, address):
    window.goto(f"{address}/")
    assert window.get_by_role("link").count() == 8
    words = window.inner_text("body")
    assert "Download it before you stop" in words
    assert "permission should be asked" in words
    window.get_by_role("link").first.click()
    window.get_by_role("heading", name="find the signature").wait_for()


def test_browser_of_these_tests_finds_no_other_machine(offline_browser, address):
    page = offline_browser.new_page()
    page.goto(f"{address}/jupyter-lite.json")
    assert (
        page.evaluate("fetch('http://example.org/', { mode: 'no-cors' }).then(() => 'found', () => 'refused')")
        == "refused"
    )
    page.close()


@pytest.fixture(scope="module")
def lesson_window(offline_browser, address):
    """A window in which one lesson after another is opened, which saves loading JupyterLab."""
    yield from offline_window(offline_browser, address)


@pytest.mark.parametrize("lesson", sorted(path.stem for path in (ROOT / "lessons").glob("*.ipynb")))
def test_lesson_runs_whole_and_lists_stand_in_the_place_of_pictures(lesson_window, address, lesson):
    page = lesson_window
    if page.url.startswith(address):
        page.evaluate(NEXT, f"lessons/{lesson}.ipynb")
        page.get_by_role("tab", name=f"{lesson}.ipynb").wait_for()
        wait_until_ready(page)
    else:
        open_lesson(page, address, f"{lesson}.ipynb")
    assert run_all(page) == []
    shown = page.evaluate("document.querySelector('.jp-Notebook').textContent")
    tables = PICTURES[lesson]() if lesson in PICTURES else []
    assert shown.count("Pictures cannot be drawn here") == len(tables)
    assert shown.count("This list has what the picture would show.") == len(tables)
    for table in tables:
        assert table.caption in shown
        assert all(row["evidence"] in shown for row in table)
    # The explorer, which needs a layout.
    assert ("arrows, each with its words" in shown) == lesson.startswith("06")


def finger(page, start, *moves) -> None:
    """Put a finger on a place, move it to others, and lift it."""
    touch = page.context.new_cdp_session(page)
    for kind, place in (("touchStart", start), *(("touchMove", place) for place in moves), ("touchEnd", None)):
        points = [{"x": place[0], "y": place[1]}] if place else []
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        page.wait_for_timeout(30)
    page.wait_for_timeout(500)  # the browser decides whether it was a tap


def middle_of(one) -> tuple[float, float]:
    """Bring an element to the middle of the screen and return where its middle is."""
    one.evaluate("one => one.scrollIntoView({ block: 'center' })")
    one.page.wait_for_timeout(300)
    box = one.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_cells_are_run_questions_answered_and_words_marked_by_touch_on_a_phone(phone, address):
    page = phone
    new_notebook(page, address)
    page.locator(".jp-SideBar.jp-mod-left .lm-TabBar-tab").first.tap()  # the list of files covers nearly everything
    run = page.locator(".jp-NotebookPanel-toolbar").get_by_title(re.compile("^Run this cell"))
    for n in range(1 + list(ASKED).index("passage") + 1):
        page.locator(".jp-Notebook .jp-CodeCell").nth(n).locator(".jp-InputArea-editor").tap()
        run.tap()
    text = page.locator(PAGE)
    text.locator(".writable").wait_for()

    # Marking in a text: a tap marks a word, and a finger that scrolls marks nothing.
    words = text.locator("article p", has_text="No decisive steps").first
    x, y = middle_of(words)
    finger(page, (x, y), *((x, y - 10 * n) for n in range(1, 12)))
    assert abs(words.bounding_box()["y"] + words.bounding_box()["height"] / 2 - y) > 50
    assert text.locator(".card").count() == 0
    finger(page, middle_of(words))
    editor = text.locator(".editor")
    editor.wait_for()
    assert 0 < editor.bounding_box()["y"] < 800, "the note is out of sight"
    editor.get_by_role("button", name="Save", exact=True).tap()
    editor.wait_for(state="detached")
    finger(page, middle_of(text.locator("article mark").first))  # opens it
    editor.wait_for()
    assert text.locator(".card").count() == 1

    choice, passage = form_of(page, "choice"), form_of(page, "passage")
    choice.locator("label").nth(2).tap()
    choice.get_by_role("button", name="Check and save").tap()
    said(choice, "Saved.")

    # Words of a passage: the same, and several at once.
    first, third = passage.locator(".word").nth(1), passage.locator(".word").nth(3)
    marked = passage.locator(".word[aria-selected=true]")
    x, y = middle_of(first)
    finger(page, (x, y), *((x, y - 10 * n) for n in range(1, 12)))
    assert marked.count() == 0
    finger(page, middle_of(first))
    assert marked.count() == 1
    finger(page, middle_of(first))
    assert marked.count() == 0
    (x, y), (right, level) = middle_of(first), middle_of(third)
    assert y == level, "the words must stand in one line"
    finger(page, (x, y), *((x + (right - x) * n / 8, y) for n in range(1, 9)))
    assert marked.all_inner_texts() == passage.locator(".word").all_inner_texts()[1:4]
    passage.get_by_role("button", name="Check and save").tap()
    said(passage, "Saved.")


def test_work_of_every_kind_survives_a_reload_and_goes_to_jupyterlab_and_back(window, address, tmp_path, monkeypatch):
    assert set(ASKED) == set(KINDS)
    assert all(question(id).kind == kind for kind, id in ASKED.items())
    page = window
    new_notebook(page, address)
    assert run_all(page) == []
    page.locator(PAGE).first.wait_for()
    note = "Your work is kept in this browser and nowhere else."
    assert note in form_of(page, "choice").inner_text()
    assert "undefined" not in page.inner_text(".jp-Notebook")
    page.locator(WORK).get_by_label("Name").fill("Fox")
    page.locator(WORK).get_by_role("button", name="Save name").click()
    answer_every_kind(page)
    verdicts = form_of(page, "essay").locator("table", has_text="Your quotations").locator("tbody td:nth-child(2)")
    assert [one.split(";")[0] for one in verdicts.all_inner_texts()] == ["word for word", "altered"]
    mark_three_words(page)

    page.reload()  # at once after the last "saved"
    wait_until_ready(page)
    assert run_all(page) == []
    for kind in ASKED:
        said(form_of(page, kind), "Your saved answer.")
    assert form_of(page, "choice").get_by_role("radio").nth(2).is_checked()
    assert form_of(page, "essay").get_by_role("textbox").input_value() == ESSAY
    page.locator(PAGE).locator(".card", has_text="The Central Committee").wait_for()
    view = page.locator(WORK)
    with page.expect_download() as downloading:
        view.get_by_role("button", name="Download my work").click()
    said(view, "Downloaded as my-work-Fox.jsonl")
    file = tmp_path / "from-the-browser.jsonl"
    downloading.value.save_as(file)

    # In JupyterLab: the same package with another Python.
    monkeypatch.setenv("CLOSE_READING_WORK", str(tmp_path / "lab"))
    restore(read_handed_in(file.read_bytes()))
    assert standing_of(question("1.12")).last.response == ESSAY
    assert all(standing_of(question(id)).last for id in ASKED.values())
    assert [one.note for one in notes(load_text("1921-telegram"))] == ["Who is that?"]
    record_answer(question("0.4"), "Said in JupyterLab.")
    back = tmp_path / "from-jupyterlab.jsonl"
    back.write_text(bundle(), encoding="utf-8")

    # Back in a browser that knows nothing yet.
    other = page.context.browser.new_context(viewport={"width": 1366, "height": 900}).new_page()
    other.set_default_timeout(LONG)
    new_notebook(other, address)
    assert run_all(other) == []
    assert form_of(other, "choice").get_by_role("radio", checked=True).count() == 0
    other.locator(WORK).locator("input[type=file]").set_input_files(back)
    said(other.locator(WORK), f"{len(ASKED) + 1} answers are new")
    assert run_all(other) == []
    said(form_of(other, "choice"), "Your saved answer.")
    assert form_of(other, "essay").get_by_role("textbox").input_value() == ESSAY
    other.context.close()
