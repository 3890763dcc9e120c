"""Printed worksheets: nothing is cut off, no block is split across pages, axe finds no violation."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from helpers.texts import text_ids
from helpers.worksheets import answer_key, worksheet

ROOT = Path(__file__).resolve().parents[2]
LESSONS = sorted(path.stem for path in (ROOT / "lessons").glob("[0-9][0-9]-*.ipynb"))
GUIDE = ROOT / "lessons" / "teaching" / "README.md"
every_lesson = pytest.mark.parametrize("name", LESSONS)
# The print area on both A4 and Letter is at least 174 mm by 230 mm.

WIDTH, HEIGHT = 658, 869
MOST_SIDES = 9  # eight, and one more with other fonts
ONE_PIECE = ".strip, .label, .card, .question:not(.free), .shown img, tr"
LOOK = """([whole, height]) => {
  const out = [], high = [], split = [];
  const edge = document.documentElement.clientWidth + 1;
  for (const one of document.querySelectorAll('main *')) {
    const box = one.getBoundingClientRect();
    if (box.right > edge || box.left < -1) out.push(one.outerHTML.slice(0, 120));
  }
  for (const one of document.querySelectorAll(whole)) {
    if (one.getBoundingClientRect().height > height) high.push(one.outerHTML.slice(0, 120));
    if (getComputedStyle(one).breakInside !== 'avoid') split.push(one.outerHTML.slice(0, 120));
  }
  return {out, high, split};
}"""


@pytest.fixture
def printed(browser):
    """Open a page with print style: ``printed(page, media="print")``."""
    windows = []

    def show(page: str, media: str = "print"):
        window = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT})
        windows.append(window)
        tab = window.new_page()
        tab.emulate_media(media=media)
        asked = []
        tab.on("request", lambda request: asked.append(request.url))
        tab.set_content(page)
        assert [one for one in asked if not one.startswith(("data:", "about:"))] == []
        return tab

    yield show
    for window in windows:
        window.close()


def _pages(tab, **how) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", tab.pdf(**how)))


@every_lesson
def test_printed_worksheet_cuts_nothing_off_and_splits_no_block(printed, name):
    tab = printed(worksheet(name, strips=True))
    assert tab.locator(".strip").count() >= len(text_ids())
    assert tab.evaluate(LOOK, [ONE_PIECE, HEIGHT]) == {"out": [], "high": [], "split": []}


def test_page_counts_in_the_guide_are_right(printed):
    """The guide may say “00 has 8”: lesson 00 needs eight pages of A4. Other lessons are not checked."""
    names = {name[:2]: name for name in LESSONS}
    wrong = []
    for n, line in enumerate(GUIDE.read_text(encoding="utf-8").splitlines() if GUIDE.exists() else [], 1):
        for number, said in re.findall(r"\b(\d\d) has (\d+)\b", line):
            where = f"{GUIDE.relative_to(ROOT).as_posix()}, line {n}"
            if number not in names:
                wrong.append(f"{where}: there is no lesson {number}. Delete “{number} has {said}”.")
                continue
            pages = _pages(printed(worksheet(names[number])), format="A4")
            if abs(pages - int(said)) > 1:  # other fonts may need one page more or less
                wrong.append(f"{where}: “{number} has {said}”, and the worksheet of lesson {number} has {pages} pages.")
    if wrong:
        pytest.fail("\n".join(["", *wrong]), pytrace=False)


@every_lesson
def test_worksheet_has_few_sides(printed, name):
    page = printed(worksheet(name))
    # Cards are handed out one to a group.
    cards = page.locator(".card").count()
    assert _pages(page, format="A4") - cards <= MOST_SIDES


@every_lesson
def test_axe_finds_no_violation_on_a_worksheet(printed, name):
    from axe_playwright_python.sync_playwright import Axe

    # Strips, the key and print style are the same in all lessons, so one lesson is enough.
    pages = [(worksheet(name), "screen")]
    if name == LESSONS[0]:
        pages += [(worksheet(name, strips=True), "print"), (answer_key(name, strips=True), "screen")]
    for page, media in pages:
        found = Axe().run(printed(page, media), options={"resultTypes": ["violations"]}).response["violations"]
        assert [f"{one['id']}: {node['html'][:200]}" for one in found for node in one["nodes"]] == []


def prose(source: str) -> dict:
    return {"cell_type": "markdown", "id": "p", "metadata": {}, "source": source}


@pytest.fixture
def module(tmp_path, monkeypatch):
    """Write a module with one lesson of the given cells: ``module(*cells)``."""
    for folder in ("texts", "lessons"):
        (tmp_path / folder).mkdir()
    (tmp_path / "texts" / "letter.md").write_text("Return all this today.\n\nKeep the copy.\n", encoding="utf-8")
    monkeypatch.setenv("CLOSE_READING_HOME", str(tmp_path))

    def write(*cells: dict) -> None:
        made = [prose("# 01 · A first lesson\n\n| | |\n|---|---|\n| **Minutes** | 5 |"), *cells]
        notebook = {"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        (tmp_path / "lessons" / "01-first.ipynb").write_text(json.dumps(notebook), encoding="utf-8")

    return write


def test_new_page_begins_after_turn_directive_and_before_folded_parts_cards_and_strips(printed, module):
    folded = "<details><summary>Card</summary>\n\nInside.\n\n</details>"
    counts = []
    for cells in (
        [prose("One."), prose("Two.")],
        [prose("One.\n\n<!-- turn -->"), prose("Two.")],
        [prose("One."), prose(f"Two.\n\n{folded}")],
        [prose("One."), prose(f"<!-- cards -->\nTwo.\n\n{folded}\n\n{folded}")],
        [prose("One.\n\n<!-- strips: letter -->"), prose("Two.")],
    ):
        module(*cells)
        tab = printed(worksheet("1"))
        counts.append(_pages(tab, format="A4"))
        assert _pages(tab, format="Letter") == counts[-1]
    assert counts == [1, 2, 2, 3, 3]


@pytest.mark.parametrize("paragraph", ["Return all this. " * 20 + "\n\n", "Return all this. ", "RETURN IT\n"])
def test_strip_of_a_long_layer_fits_on_a_page(printed, module, tmp_path, paragraph):
    module(prose("Cut.\n\n<!-- strips: letter -->"))
    (tmp_path / "texts" / "letter.md").write_text(paragraph * 400, encoding="utf-8")
    tab = printed(worksheet("1"))
    assert tab.locator(".strip").count() > 1
    assert tab.evaluate(LOOK, [ONE_PIECE, HEIGHT]) == {"out": [], "high": [], "split": []}
