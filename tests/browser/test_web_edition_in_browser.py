"""The web edition of this course on a large and a small screen: conforming, complete without another site.

The pages are those of the course on 1921-telegram and 1923-letter.
"""

from __future__ import annotations

import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from axe_playwright_python.sync_playwright import Axe

from helpers.core import write_files
from helpers.course import web_edition

PAGES = ("index", "rights", "lessons/01-who-is-speaking", "lessons/06-who-reaches-whom")
SCREENS = {"a laptop, light": (1366, "light"), "a phone, dark": (390, "dark")}
# What lies outside the window and cannot be scrolled to; the side bars of the theme wait outside on purpose.
OUTSIDE = """() => [...document.querySelectorAll('article *')].filter((one) => {
    if (one.getBoundingClientRect().right <= innerWidth + 1) return false;
    for (let up = one.parentElement; up; up = up.parentElement)
      if (getComputedStyle(up).overflowX !== 'visible' && up.tagName !== 'HTML' && up.tagName !== 'BODY') return false;
    return true;
  }).map((one) => one.outerHTML.slice(0, 100))"""


class _Silent(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """The address of a server with the site of all lessons."""
    folder = tmp_path_factory.mktemp("web-edition")
    write_files(folder, web_edition().files)
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Silent, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture
def opened(browser, address):
    """Return a function that opens a page of the site on a screen, with all folds open, and what went wrong there."""
    contexts, wrong = [], []

    def open_(name: str, width: int, scheme: str):
        context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda one: one.url.startswith((address, "data:")) or wrong.append(one.url))
        page.on("console", lambda one: one.type in ("error", "warning") and wrong.append(f"{one.text} {one.location}"))
        page.route("**/favicon.ico", lambda route: route.fulfill(status=204))  # browsers ask for it by themselves
        page.goto(f"{address}{name}.html")
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        page.wait_for_function("document.getAnimations().every((one) => one.playState === 'finished')")
        return page, wrong

    yield open_
    for context in contexts:
        context.close()


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("name", PAGES)
def test_page_conforms_and_fits_and_asks_no_other_site(opened, name, screen):
    page, wrong = opened(name, *SCREENS[screen])
    assert page.locator("html").get_attribute("data-theme") == SCREENS[screen][1]
    assert page.evaluate(OUTSIDE) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert wrong == []  # before axe, which reads imported styles from a wrong place
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    assert [f"{one['id']}: {node['html'][:200]}" for one in found for node in one["nodes"]] == []


def test_search_finds_a_word_of_a_lesson(opened):
    page, wrong = opened("search", 390, "light")
    page.goto(f"{page.url}?q=provenance")
    page.locator("#search-results li a").first.wait_for()
    assert "01 · Who is speaking?" in page.locator("#search-results").inner_text()
    assert wrong == []


def test_lesson_is_reached_by_keyboard_on_a_phone(opened):
    page, _ = opened("index", 390, "light")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent.trim()") == "Skip to main content"
    page.keyboard.press("Enter")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "01 · Who is speaking?":
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/01-who-is-speaking.html")


def test_paper_has_every_question_and_no_side_bar(opened):
    page, _ = opened("lessons/01-who-is-speaking", 1366, "light")
    page.emulate_media(media="print")
    assert page.locator(".bd-sidebar-primary").is_hidden()
    cards = page.locator(".close-reading-question")
    assert cards.count() > 5
    assert all(card.is_visible() for card in cards.all())
    assert page.pdf(format="A4").startswith(b"%PDF")
