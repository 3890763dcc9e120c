"""The web edition of this course on a large and a small screen: conforming, complete without another site.

The pages are those of the course on 1921-telegram and 1923-letter.
"""

from __future__ import annotations

import threading
from contextlib import ExitStack
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from axe_playwright_python.sync_playwright import Axe

from helpers.core import write_files
from helpers.course import web_edition

# The two sites, each page of them on a large and a small screen.
SITES = {"lessons": False, "guide": True}
SCREENS = {"a laptop, light": (1366, "light"), "a phone, dark": (390, "dark")}
BOOK = "lessons/01-who-is-speaking"
# What lies outside the window and cannot be scrolled to; the side bars of the theme wait outside on purpose.
OUTSIDE = """() => [...document.querySelectorAll('article *')].filter((one) => {
    if (one.getBoundingClientRect().right <= innerWidth + 1) return false;
    for (let up = one.parentElement; up; up = up.parentElement)
      if (getComputedStyle(up).overflowX !== 'visible' && up.tagName !== 'HTML' && up.tagName !== 'BODY') return false;
    return true;
  }).map((one) => one.outerHTML.slice(0, 100))"""


# Words whose contrast with their background is less than WCAG 2.2 asks for (1.4.3). axe 4.12 leaves out words in the
# very colour of their background.
PALE = """() => {
  const brush = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgba = (colour) => {
    brush.clearRect(0, 0, 1, 1);
    brush.fillStyle = colour;
    brush.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = brush.getImageData(0, 0, 1, 1).data;
    return { parts: [red, green, blue], alpha: alpha / 255 };
  };
  const over = (above, below) => below.map((part, n) => above.parts[n] * above.alpha + part * (1 - above.alpha));
  const ground = (one) =>
    one ? over(rgba(getComputedStyle(one).backgroundColor), ground(one.parentElement)) : [255, 255, 255];
  const light = (parts) => {
    const [red, green, blue] = parts.map((part) => part / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05;
  };
  const pale = new Set();
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let words = walk.nextNode(); words; words = walk.nextNode()) {
    const one = words.parentElement;
    if (!words.data.trim() || !one.checkVisibility({ visibilityProperty: true })) continue;
    const style = getComputedStyle(one);
    const below = ground(one);
    const both = [light(over(rgba(style.color), below)), light(below)];
    const ratio = Math.max(...both) / Math.min(...both);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    if (ratio < (large ? 3 : 4.5)) pale.add(`${ratio.toFixed(2)} ${one.tagName}: ${words.data.trim().slice(0, 40)}`);
  }
  return [...pale];
}"""
AXE = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}


class _Silent(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """The folders with the two sites."""
    made = {kind: tmp_path_factory.mktemp(kind) for kind in SITES}
    for kind, teaching in SITES.items():
        write_files(made[kind], web_edition(teaching=teaching).files)
    return made


@pytest.fixture(scope="module")
def addresses(folders):
    """The addresses of two servers with the two sites."""
    with ExitStack() as stack:
        addresses = {}
        for kind, folder in folders.items():
            server = stack.enter_context(ThreadingHTTPServer(("127.0.0.1", 0), partial(_Silent, directory=str(folder))))
            stack.callback(server.shutdown)
            threading.Thread(target=server.serve_forever, daemon=True).start()
            addresses[kind] = f"http://127.0.0.1:{server.server_port}/"
        yield addresses


@pytest.fixture
def opened(browser, addresses):
    """Return a function that opens a page of a site on a screen, with all folds open, and what went wrong there."""
    contexts, wrong = {}, []

    def open_(name: str, width: int, scheme: str, kind: str = "lessons"):
        address = addresses[kind]
        if (width, scheme) not in contexts:
            context = browser.new_context(
                viewport={"width": width, "height": 800}, color_scheme=scheme, reduced_motion="reduce"
            )
            contexts[width, scheme] = page = context.new_page()
            page.on("request", lambda one: one.url.startswith((address, "data:")) or wrong.append(one.url))
            page.on("console", lambda one: one.type in ("error", "warning") and wrong.append(f"{one.text} {page.url}"))
            page.on("pageerror", lambda one: wrong.append(f"{one} {page.url}"))
            page.route("**/favicon.ico", lambda route: route.fulfill(status=204))  # browsers ask for it by themselves
        page = contexts[width, scheme]
        page.goto(f"{address}{name}.html")
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        page.wait_for_function("document.getAnimations().every((one) => one.playState === 'finished')")
        return page, wrong

    yield open_
    for page in contexts.values():
        page.context.close()


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("kind", SITES)
def test_every_page_fits_and_can_be_read_and_asks_no_other_site(opened, folders, kind, screen):
    said = []
    names = [
        path.relative_to(folders[kind]).with_suffix("").as_posix()
        for path in sorted(folders[kind].rglob("*.html"))
        if "_static" not in path.parts
    ]
    assert {"index", "search"} < set(names)
    assert not {"genindex"} & set(names)
    for name in names:
        page, wrong = opened(name, *SCREENS[screen], kind)
        if not name.startswith("worksheets/"):
            assert page.locator("html").get_attribute("data-theme") == SCREENS[screen][1]
        said += [f"{name}, outside: {one}" for one in page.evaluate(OUTSIDE)]
        said += [f"{name}, pale: {one}" for one in page.evaluate(PALE)]
        if not page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
            said.append(f"{name}: scrolls sideways")
        said += [f"{name}, wrong: {one}" for one in wrong]
        wrong.clear()  # before axe, which reads imported styles from a wrong place
        if SCREENS[screen][1] == "dark":
            found = Axe().run(page, options=AXE).response["violations"]
            said += [f"{name}, {one['id']}: {node['html'][:200]}" for one in found for node in one["nodes"]]
            wrong.clear()
    assert not said, "\n".join(said)


@pytest.mark.parametrize("how", ["click", "keyboard"])
@pytest.mark.parametrize("width", [390, 1024])
def test_button_opens_its_drawer_and_has_the_focus_again(opened, width, how):
    page, _ = opened(BOOK, width, "light")
    for kind in ["primary", "secondary"] if width < 992 else ["secondary"]:  # else the pages are beside the page
        button = page.locator(f".{kind}-toggle:visible")
        assert button.count() == 1
        button.focus()
        if how == "click":
            button.click()
        else:
            page.keyboard.press("Enter")
        drawer = page.locator(f"#pst-{kind}-sidebar-modal")
        drawer.wait_for()
        assert drawer.get_by_role("link").count() > 3
        assert Axe().run(page, options=AXE).response["violations"] == []
        page.keyboard.press("Escape")
        drawer.wait_for(state="hidden")
        assert button.evaluate("(one) => one === document.activeElement")


def test_button_hides_the_list_of_pages_on_a_wide_screen_and_shows_it_again(opened):
    page, _ = opened(BOOK, 1366, "light")
    pages = page.locator("#pst-primary-sidebar")
    assert pages.is_visible()
    page.locator(".primary-toggle:visible").click()
    pages.wait_for(state="hidden")
    page.locator(".primary-toggle:visible").click()
    pages.wait_for()


def test_link_in_the_drawer_closes_it_and_leads_there(opened):
    page, _ = opened(BOOK, 390, "light")
    page.locator(".secondary-toggle:visible").click()
    drawer = page.locator("#pst-secondary-sidebar-modal")
    place = drawer.get_by_role("link").last
    target = place.get_attribute("href")
    place.click()
    drawer.wait_for(state="hidden")
    assert page.url.endswith(target)
    place = page.locator(target).first.locator("h2, h3").first
    assert place.bounding_box()["y"] < 200, "the heading is not at the top of the page"
    page.locator(".primary-toggle:visible").click()
    page.locator("#pst-primary-sidebar-modal").get_by_role("link", name="Rights of the texts").click()
    page.wait_for_url("**/rights.html")


def test_whatever_the_tab_key_reaches_is_marked(opened):
    page, _ = opened(BOOK, 390, "dark")
    unmarked = []
    for _ in range(25):
        page.keyboard.press("Tab")
        style, name = page.evaluate("""() => {
          const one = document.activeElement;
          const style = getComputedStyle(one);
          return [[style.outlineStyle, style.boxShadow], one.outerHTML.slice(0, 120)];
        }""")
        if style == ["none", "none"]:
            unmarked.append(name)
    assert unmarked == []


def test_picture_opens_alone_in_full_size(opened):
    page, wrong = opened("lessons/06-who-reaches-whom", 390, "light")
    picture = page.locator("article a:has(> img[alt^='Network'])").first
    with page.expect_response("**/_images/*") as found:
        picture.click()
    assert found.value.status == 200
    assert page.locator("img").evaluate("(one) => one.naturalWidth") > 1000
    assert wrong == []


def test_search_finds_a_word_of_a_lesson_and_quotes_the_lesson(opened):
    page, wrong = opened("search", 390, "light")
    for word in ("provenance", "speaking", "telegram"):
        page.goto(f"{page.url.partition('?')[0]}?q={word}")
        page.locator("#search-results li .context").first.wait_for()
        shown = "#search-results li:not(:has(.context))"
        page.wait_for_function(f"document.querySelectorAll('{shown}').length === 0")
        said = page.locator("#search-results").inner_text()
        assert "01 · Who is speaking?" in said
        for other in ("System Settings", "code cell", "the code", "Back to top", "Contents"):
            assert other not in said
    assert wrong == []


@pytest.mark.parametrize(
    ("word", "folded"),
    [("Uratadze", "Envelope 1: a treaty"), ("promise", None)],
    ids=["all are folded away", "one is in sight"],
)
def test_found_words_are_marked_and_in_sight(opened, word, folded):
    page, wrong = opened("search", 390, "dark")
    page.goto(f"{page.url.partition('?')[0]}?q={word}")
    page.locator("#search-results li a").get_by_text("04 · Five envelopes").click()
    mark = page.locator("article .highlighted").first
    mark.wait_for(state="attached")
    page.wait_for_function("scrollY > 0")
    assert mark.inner_text().casefold() == word.casefold()
    top = mark.bounding_box()["y"]
    assert 0 < top < 800
    opened_folds = [one.inner_text() for one in page.locator("article details[open] > summary").all()]
    assert opened_folds == ([folded] if folded else [])
    assert page.evaluate(PALE) == []
    assert wrong == []
    page.reload()
    assert page.locator(".highlighted").count() == 0


def test_place_with_all_words_of_a_search_is_shown_and_a_page_of_the_menu_was_not_searched(opened):
    page, wrong = opened("search", 1366, "light")
    search = f"{page.url.partition('?')[0]}?q=top secret"
    page.goto(search)
    page.locator("#search-results li a").get_by_text("02 · What was allowed?").click()
    page.wait_for_function("scrollY > 0")
    place = page.locator("article p", has_text="kept top secret for two or three months")
    assert 0 < place.bounding_box()["y"] < 800
    page.goto(search)
    page.locator("#search-results li a").first.wait_for()
    page.locator(".bd-sidebar-primary a", has_text="01 · Who is speaking?").click()
    page.wait_for_url("**/01-who-is-speaking.html")
    page.wait_for_load_state()
    assert page.locator(".highlighted, article details[open]").count() == 0
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
    page, _ = opened(BOOK, 1366, "light")
    page.emulate_media(media="print")
    assert page.locator(".bd-sidebar-primary").is_hidden()
    cards = page.locator(".close-reading-question")
    assert cards.count() > 5
    assert all(card.is_visible() for card in cards.all())
    assert page.pdf(format="A4").startswith(b"%PDF")


def test_paper_has_whole_tables(opened):
    page, _ = opened("lessons/06-who-reaches-whom", 718, "light")  # A4 with the margins of Chromium
    page.emulate_media(media="print")
    assert page.locator(".cell_output table").count() > 5
    cut = """() => [...document.querySelectorAll('.cell_output table')].filter((table) => {
        if (table.getBoundingClientRect().right > innerWidth) return true;
        for (let up = table.parentElement; up.tagName !== 'ARTICLE'; up = up.parentElement)
          if (getComputedStyle(up).overflowX !== 'visible' && up.scrollWidth > up.clientWidth) return true;
        return false;
      }).map((table) => table.caption?.textContent)"""
    assert page.evaluate(cut) == []
    assert page.locator("summary:visible", has_text="Show the result").count() == 0


def test_paper_is_white_with_dark_words_whatever_the_screen_is(opened):
    page, _ = opened(BOOK, 1366, "dark")
    screen = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.emulate_media(media="print")
    page.wait_for_function("document.getAnimations().every((one) => one.playState === 'finished')")
    page.locator("html[data-theme=light]").wait_for()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate(PALE) == []
    page.emulate_media(media="screen")
    page.locator("html[data-theme=dark]").wait_for()
    page.evaluate("""() => {
      window.printed = [];
      const write = () => printed.push(getComputedStyle(document.body).backgroundColor);
      for (const name of ['beforeprint', 'afterprint']) addEventListener(name, write);
    }""")
    page.pdf(format="A4")
    assert page.evaluate("printed") == ["rgb(255, 255, 255)", screen]


@pytest.mark.parametrize("opened_before", [False, True])
def test_what_comes_after_answering_is_turned_over_on_paper_and_results_are_not(opened, opened_before):
    page, _ = opened(BOOK, 1366, "light")
    page.evaluate("open => document.querySelectorAll('details').forEach((one) => { one.open = open; })", opened_before)
    page.emulate_media(media="print")
    turned = """(one) => {
      const range = document.createRange();
      const [first, last] = [one.children[1], one.lastElementChild].map((part) => {
        range.selectNodeContents(part);
        return range.getBoundingClientRect();
      });
      return [getComputedStyle(one, '::details-content').rotate, first.height > 0 && last.height > 0];
    }"""
    after = page.locator("article details", has_text="When you have answered")
    results = page.locator(".cell_output details:not(.close-reading-question *)")
    assert after.count() > 1
    assert results.count() > 1
    assert {tuple(one.evaluate(turned)) for one in after.all()} == {("180deg", True)}
    assert {tuple(one.evaluate(turned)) for one in results.all()} == {("none", True)}
