"""Marks made in JupyterLab by mouse and keyboard: saved, changed, undone, and never lost."""

from __future__ import annotations

import json
import os
import signal

import pytest

PAGE = ".crp"
TELEGRAM = "telegram = load_text('1921-telegram')\nannotate(telegram)"
ASTRAL = "text = parse_text({!r}, 'astral')\nannotate(text)".format(
    "\U0001f600\U0001f600 cafe\u0301 \U0001f600 closed.\n\nNext \U0001f600 cafe here."
)


def start(work) -> str:
    return (
        f"import os; os.environ['CLOSE_READING_WORK'] = {str(work)!r}\n"
        "from helpers import annotate, annotations, load_text\nfrom helpers.texts import parse_text\nos.getpid()"
    )


def said(root, words: str) -> None:
    root.page.wait_for_function(
        "([root, words]) => root.querySelector('.tools .said').textContent.includes(words)",
        arg=[root.element_handle(), words],
    )


def cards(root) -> list[str]:
    return [text.replace("\xa0", " ") for text in root.locator(".card").all_inner_texts()]


def marked(root) -> list[str]:
    """The words of each mark, without signs."""
    return root.evaluate(
        "root => [...root.querySelectorAll('.passage mark')].map(mark => [...mark.childNodes]"
        ".filter(node => !node.classList?.contains('sign')).map(node => node.textContent).join(''))"
    )


def notes(work) -> list[dict]:
    lines = [line for path in sorted(work.glob("*.jsonl")) for line in path.read_text("utf-8").splitlines()]
    return [event for event in map(json.loads, lines) if event["kind"].startswith("annotation")]


@pytest.fixture
def pencil(live, tmp_path):
    work = tmp_path / "work"

    def open_one(name: str, cell: str = TELEGRAM, **how):
        page, root = live(name, start(work), cell, view=PAGE, **how)
        root.locator(".cursor").wait_for()
        return page, root, work

    return open_one


def choose_by_keys(page, root, words: int) -> None:
    root.locator(".cursor").focus()
    page.keyboard.press("ArrowRight")
    for _ in range(words - 1):
        page.keyboard.press("Shift+ArrowRight")


def test_marking_editing_and_undo_by_keyboard(pencil, run_all):
    page, root, work = pencil("keys.ipynb")
    choose_by_keys(page, root, 3)
    said(root, "Chosen: “The Central Committee”")
    page.keyboard.press("Enter")
    editor = root.locator(".editor")
    editor.wait_for()
    assert "The Central Committee" in editor.inner_text()
    page.keyboard.press("Space")  # the first tag is focused
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "TEXTAREA":
            break
    page.keyboard.type("Who is speaking? d d x b")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Save"
    page.keyboard.press("Enter")
    said(root, "Saved: “The Central Committee”.")
    # The focus returns to the cursor, which continues with the next word.
    assert page.evaluate("document.activeElement.className") == "cursor"
    assert marked(root) == ["The Central Committee"]
    (card,) = cards(root)
    assert "Who is speaking? d d x b" in card
    assert "The Central Committee" in card
    assert "layer telegram, ¶6" in card
    page.keyboard.press("ArrowRight")
    said(root, "“is”")
    assert page.locator(".jp-Notebook .jp-Cell").count() == 2
    assert len(notes(work)) == 1

    # Change it, undo, and undo the undo.
    root.get_by_role("button", name="Change: mark 1").focus()
    page.keyboard.press("Enter")
    root.locator(".editor textarea").fill("A committee.")
    root.get_by_role("button", name="Save", exact=True).click()
    said(root, "Saved")
    assert "A committee." in cards(root)[0]
    root.get_by_role("button", name="Undo").click()
    said(root, "Undone")
    assert "Who is speaking?" in cards(root)[0]
    root.get_by_role("button", name="Delete: mark 1").click()
    said(root, "Deleted.")
    assert cards(root) == []
    assert marked(root) == []
    root.get_by_role("button", name="Undo").click()
    said(root, "Undone")
    assert len(cards(root)) == 1


def test_help_text_matches_the_keys(pencil):
    page, root, _ = pencil("help.ipynb")
    assert "Enter marks, Shift + arrow adds the next." in root.locator(".cursor").inner_text()
    root.locator(".cursor").focus()
    page.keyboard.press("Enter")
    said(root, "No word is chosen yet: press → first.")
    choose_by_keys(page, root, 1)
    page.keyboard.press("Enter")
    editor = root.locator(".editor")
    assert "“The”" in editor.inner_text()
    page.keyboard.press("Escape")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Enter")
    assert "“The Central”" in editor.inner_text()


def test_unsaved_note_is_not_discarded_by_a_new_mark(pencil):
    page, root, work = pencil("writing.ipynb")
    choose_by_keys(page, root, 2)
    page.keyboard.press("Enter")
    root.locator(".editor textarea").fill("a long thought")
    root.locator(".cursor").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    said(root, "First save or cancel the mark you are writing.")
    assert root.locator(".editor textarea").input_value() == "a long thought"
    root.get_by_role("button", name="Save", exact=True).click()
    said(root, "Saved: “The Central”")
    assert len(notes(work)) == 1


def test_undo_does_not_reach_an_earlier_session(pencil, run_all):
    page, root, _ = pencil("earlier.ipynb")
    choose_by_keys(page, root, 2)
    page.keyboard.press("Enter")
    root.get_by_role("button", name="Save", exact=True).click()
    said(root, "Saved")
    assert root.get_by_role("button", name="Undo: the mark on “The Central”", exact=True).is_enabled()
    os.kill(int(page.locator(".jp-CodeCell").first.locator(".jp-OutputArea-output").first.inner_text()), signal.SIGKILL)
    page.get_by_role("dialog").get_by_role("button", name="Ok").click(timeout=60_000)
    run_all(page)
    root = page.locator(PAGE).last
    root.locator(".card").wait_for()
    undo = root.get_by_role("button", name="Undo")
    assert (undo.inner_text(), undo.is_disabled()) == ("Undo", True)
    root.get_by_role("button", name="Delete: mark 1").click()
    said(root, "Deleted. Until the kernel is restarted, Undo brings it back.")
    undo.click()
    said(root, "Undone")
    assert len(cards(root)) == 1


def test_sentences_and_characters_are_chosen_by_keyboard(pencil):
    page, root, _ = pencil("units.ipynb")
    root.locator(".cursor").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    said(root, "We give warning")
    root.get_by_label("character").check()
    root.locator(".cursor").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    said(root, "Chosen: “We”")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    said(root, "Nothing was changed.")
    assert root.locator(".editor").count() == 0
    assert page.evaluate("document.activeElement.className") == "cursor"


def test_overlapping_marks_are_made_with_the_mouse(pencil, run_all):
    page, root, _ = pencil("mouse.ipynb")
    drag = """([root, from, to]) => {
        const passage = [...root.querySelectorAll('.passage span')].find(one => one.textContent.includes(from));
        const node = document.createTreeWalker(passage, NodeFilter.SHOW_TEXT).nextNode();
        const range = document.createRange();
        range.setStart(node, node.data.indexOf(from)); range.setEnd(node, node.data.indexOf(to) + to.length);
        const [a, b] = [range.getClientRects()[0], [...range.getClientRects()].at(-1)];
        return [a.left + 1, a.top + a.height / 2, b.right - 1, b.top + b.height / 2];
    }"""

    def mark(first: str, last: str, tag: int) -> None:
        x, y, to_x, to_y = page.evaluate(drag, [root.element_handle(), first, last])
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(to_x, to_y, steps=5)
        page.mouse.up()
        said(root, "Saved: “")
        root.locator(".editor input[type=checkbox]").nth(tag).check()
        root.get_by_role("button", name="Save", exact=True).click()
        said(root, "Saved: “")

    mark("is inclined", "to allow", 0)
    run_all(page)
    root = page.locator(PAGE).last
    root.locator(".card").wait_for()
    assert marked(root) == ["is inclined to allow"]
    choose_by_keys(page, root, 5)
    page.keyboard.press("Enter")
    root.locator(".editor input[type=checkbox]").nth(1).check()
    root.get_by_label("New tag").fill("my own")
    root.get_by_role("button", name="Save", exact=True).click()
    said(root, "Saved: “The Central Committee is inclined”")
    assert len(cards(root)) == 2
    assert "my own" in cards(root)[0]
    # Both marks are visible.
    assert "inclined" in "".join(marked(root)[1:])
    assert root.locator(".passage .sign").all_inner_texts() != []


def test_marks_survive_a_killed_kernel_and_show_in_a_second_notebook(pencil, live, run_all):
    page, root, work = pencil("kill.ipynb")
    choose_by_keys(page, root, 2)
    page.keyboard.press("Enter")
    root.locator(".editor textarea").fill("first")
    root.get_by_role("button", name="Save", exact=True).click()
    said(root, "Saved")
    pid = int(page.locator(".jp-CodeCell").first.locator(".jp-OutputArea-output").first.inner_text())
    os.kill(pid, signal.SIGKILL)
    page.get_by_role("dialog").get_by_role("button", name="Ok").click(timeout=60_000)
    choose_by_keys(page, root, 4)
    page.keyboard.press("Enter")
    root.locator(".editor textarea").fill("written while the kernel was dead")
    root.get_by_role("button", name="Save", exact=True).click()
    said(root, "Not saved yet: the kernel is not responding.")
    run_all(page)
    root = page.locator(PAGE).last
    said(root, "Your unsaved note is back.")
    assert root.locator(".editor textarea").input_value() == "written while the kernel was dead"
    root.get_by_role("button", name="Save", exact=True).click()
    said(root, "Saved")
    assert len(cards(root)) == 2
    other, second = live("other.ipynb", start(work), TELEGRAM, view=PAGE)
    second.locator(".card").first.wait_for()
    assert len(cards(second)) == 2
    assert other.locator(".jp-RenderedText[data-mime-type='application/vnd.jupyter.stderr']").count() == 0


def test_astral_and_combining_characters_are_marked_correctly(pencil):
    page, root, work = pencil("astral.ipynb", ASTRAL)
    root.locator(".cursor").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    said(root, "Chosen: “cafe\u0301 \U0001f600 closed”")
    page.keyboard.press("Enter")
    root.get_by_role("button", name="Save", exact=True).click()
    said(root, "Saved: “cafe\u0301 \U0001f600 closed”")
    assert marked(root) == ["cafe\u0301 \U0001f600 closed"]
    (event,) = notes(work)
    quote = next(one for one in event["body"]["target"]["selector"] if one["type"] == "TextQuoteSelector")
    assert quote["exact"] == "cafe\u0301 \U0001f600 closed"


def test_hostile_note_is_shown_as_text(pencil, run_all):
    page, root, _ = pencil("hostile-note.ipynb")
    choose_by_keys(page, root, 1)
    page.keyboard.press("Enter")
    hostile = "<img src=x onerror='window.bad=1'><script>window.bad=2</script>"
    root.locator(".editor textarea").fill(hostile)
    root.get_by_label("New tag").fill("<b>bold</b>")
    root.get_by_role("button", name="Save", exact=True).click()
    said(root, "Saved")
    assert hostile in cards(root)[0]
    run_all(page)
    page.locator(".card").first.wait_for()
    assert page.evaluate("window.bad") is None
    assert page.locator(".jp-OutputArea img[src=x]").count() == 0
    assert page.locator(".jp-OutputArea b").count() == 0


PLACES = """root => {
    const top = root.querySelector("article").getBoundingClientRect().top;
    const shown = [...root.querySelectorAll(".passage")].filter(one => one.offsetHeight);
    return shown.map(one => one.getBoundingClientRect().top - top);
}"""
WORD = """([root, word]) => {
    const nodes = document.createTreeWalker(root.querySelector('article'), NodeFilter.SHOW_TEXT);
    while (nodes.nextNode()) {
        const at = nodes.currentNode.data.indexOf(word);
        if (at < 0) continue;
        const range = document.createRange();
        range.setStart(nodes.currentNode, at); range.setEnd(nodes.currentNode, at + word.length);
        const box = range.getBoundingClientRect();
        return [box.left + box.width / 2, box.top + box.height / 2];
    }
}"""


def test_click_marks_a_word_and_moves_nothing_and_a_second_click_opens_the_mark(pencil):
    page, root, _ = pencil("click.ipynb")
    root.get_by_text("and to occupy Tiflis").scroll_into_view_if_needed()
    page.wait_for_timeout(1000)
    before = root.evaluate(PLACES)
    page.mouse.click(*page.evaluate(WORD, [root.element_handle(), "Tiflis"]))
    said(root, "Saved: “Tiflis”")
    editor = root.locator(".editor")
    editor.wait_for()
    assert root.evaluate(PLACES) == before
    editor.locator("textarea").fill("The capital.")
    editor.get_by_role("button", name="Save", exact=True).click()
    root.locator(".card", has_text="The capital.").wait_for()
    assert root.evaluate(PLACES) == before
    page.mouse.click(*page.evaluate(WORD, [root.element_handle(), "Tiflis"]))
    assert editor.locator("textarea").input_value() == "The capital."
    assert root.locator(".card").count() == 1
