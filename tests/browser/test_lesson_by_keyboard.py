"""Lesson 00, about 1921-telegram and 1923-letter, from the first key to the download, without a mouse."""

from __future__ import annotations

import json

import pytest


def go_to(page, selector: str, key: str = "Shift+Tab") -> None:
    """Press a key until what it reaches, or what holds it, is selected by a selector."""
    for _ in range(250):
        page.keyboard.press(key)
        if page.evaluate("wanted => Boolean(document.activeElement?.closest(wanted))", selector):
            return
    pytest.fail(f"{key} does not reach {selector}")


def form(number: str) -> str:
    return f'.crq[aria-label="Question {number}"]'


def save(page, number: str, said: str) -> None:
    go_to(page, f"{form(number)} button.main", "Tab")
    page.keyboard.press("Enter")
    page.locator(f"{form(number)} .said", has_text=said).wait_for()


def test_lesson_is_run_answered_and_downloaded_by_keyboard(open_notebook, fresh):
    page = open_notebook("00-start-here.ipynb")
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for(state="attached")
    for _ in range(page.locator(".jp-Notebook .jp-Cell").count() - 1):
        page.keyboard.press("Shift+Enter")
    page.keyboard.press("Control+Enter")
    for number in ("0.1", "0.2", "0.3", "0.4"):
        page.locator(form(number)).wait_for()
    # Backwards from the last cell, the last form comes first.
    go_to(page, f"{form('0.4')} textarea")
    page.keyboard.type("The page says “Lenin authorizes”, the paper says “is inclined to allow”.")
    save(page, "0.4", "Saved")
    go_to(page, f"{form('0.3')} textarea")
    page.keyboard.type("Who signed it, and in whose name?")
    save(page, "0.3", "Saved")
    go_to(page, f"{form('0.2')} .text")
    for _ in range(6):
        page.keyboard.press("Shift+ArrowRight")
    save(page, "0.2", "Right: 1 of 1 point.")
    go_to(page, f"{form('0.1')} input")
    page.keyboard.press("Space")
    while not page.evaluate("document.activeElement.parentElement.textContent.includes('The Central Committee')"):
        page.keyboard.press("ArrowDown")
    save(page, "0.1", "Right: 1 of 1 point.")
    events = [json.loads(line) for path in (fresh / "work").glob("*.jsonl") for line in path.open(encoding="utf-8")]
    assert {one["body"]["question"] for one in events if one.get("kind") == "answer"} == {"0.1", "0.2", "0.3", "0.4"}
    assert page.locator(".crw").count() == 1
    go_to(page, ".crw", "Tab")
    with page.expect_download() as downloading:
        for _ in range(30):
            if page.evaluate("document.activeElement.textContent === 'Download my work'"):
                break
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
    assert "Who signed it" in downloading.value.path().read_text("utf-8")
