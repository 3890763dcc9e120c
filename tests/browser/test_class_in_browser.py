"""The page of a class in a browser: read from a disk, without scripts, on paper, and by everybody."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

import pytest

from helpers.classroom import give_back, link_pages, write_class
from helpers.questions import questions
from helpers.workbook import Event, file_header, write_line

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "classroom"))
synthetic = import_module("synthetic")
HOSTILE = "<img src=http://127.0.0.1:9/x onerror=alert(1)><script>alert(2)</script>"


def to_mark():
    return [one for one in questions() if one.judged and not one.marked and one.points]


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> Path:
    """The folder with the report on a synthetic class, and one hostile student."""
    folder = tmp_path_factory.mktemp("class")
    (folder / "a.zip").write_bytes(synthetic.moodle_zip(synthetic.make_class()))
    named = write_line(Event(1, "ab" * 8, "2026-11-02T09:00:00Z", "name", {"name": HOSTILE[:80]}, {}))
    (folder / "b.jsonl").write_text(f"{file_header(['ab' * 16])}\n{named}\n", encoding="ascii")
    (folder / f"{HOSTILE.replace('/', '')}.txt").write_text("nothing", encoding="ascii")
    (folder / "roster.csv").write_text('ID,Name\n4000,Ada Example\n9,"Missing, Mia"\n', encoding="ascii")
    report = write_class([folder], folder / "report", roster=folder / "roster.csv")
    give_back(report.results, folder / "report")
    comments = [f"{n},Q{one.id},1,Comment {n}" for one in to_mark() for n in (1, 2, 3)]
    (folder / "marks-x.csv").write_text("\n".join(["number,question,points,comment", *comments]), encoding="ascii")
    give_back(report.results, folder / "report", marks=[folder / "marks-x.csv"])
    link_pages(report, folder / "report")
    return folder / "report"


@pytest.fixture
def opened(browser, written):
    """Open a page of the report without scripts; nothing may be loaded, and no dialog may open."""
    contexts, wrong = [], []

    def open_one(name: str = "index.html", width: int = 1366, *, scripts: bool = False, scheme: str = "light"):
        how = {"java_script_enabled": scripts, "color_scheme": scheme}
        context = browser.new_context(viewport={"width": width, "height": 768}, **how)
        contexts.append(context)
        page = context.new_page()
        page.on("dialog", lambda dialog: wrong.append(dialog.message))
        page.on("request", lambda request: wrong.append(request.url) if not request.url.startswith("file:") else None)
        page.goto((written / name).as_uri())
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert wrong == []


@pytest.mark.parametrize("width", [1366, 1024])
def test_first_screen_says_what_to_talk_about(opened, width):
    page = opened(width=width)
    for words in ("What to talk about today", "against"):
        box = page.get_by_role("heading", name=words).first.bounding_box()
        assert box["y"] + box["height"] < 768
    for card in page.locator(".card").all()[:2]:
        assert card.locator("[role=img]").bounding_box()["y"] < 768


def test_bars_are_as_wide_as_their_numbers(opened):
    page = opened()
    bar = page.locator("#questions [role=img]").first
    whole = bar.bounding_box()["width"] - 2
    pieces = bar.locator("span").all()
    numbers = [int(piece.inner_text() or 0) for piece in pieces]
    assert len(numbers) > 1
    for piece, number in zip(pieces, numbers, strict=True):
        if number:
            assert piece.bounding_box()["width"] / whole == pytest.approx(number / 31, abs=0.02)
    assert all(str(number) in bar.get_attribute("aria-label") for number in numbers if number)


@pytest.mark.parametrize("width", [1366, 1024])
def test_page_is_not_wider_than_the_window(opened, width):
    page = opened(width=width, scripts=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    wide = "[...document.querySelectorAll('.scroll')].filter(one => one.scrollWidth > one.clientWidth + 1)"
    assert page.evaluate(f"{wide}.map(one => one.getAttribute('aria-label'))") == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1366, 683, 390])
def test_axe_finds_no_violation_on_the_pages_of_a_class(opened, written, width, scheme):
    from axe_playwright_python.sync_playwright import Axe

    for path in sorted(written.glob("*.html")):
        page = opened(path.name, width, scripts=True, scheme=scheme)
        found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
        assert [f"{one['id']}: {node['html'][:200]}" for one in found for node in one["nodes"]] == [], path.name


def test_links_on_the_page_lead_to_its_parts_and_pages(opened, written):
    page = opened()
    for link in page.locator("a").all():
        target = link.get_attribute("href")
        if target.startswith("#"):
            assert page.locator(f'[id="{target[1:]}"]').count() == 1, target
        else:
            assert (written / target).is_file()


def test_page_prints_with_every_table(opened):
    page = opened()
    page.emulate_media(media="print")
    assert [nav.is_visible() for nav in page.locator("nav").all()] == [False, False]
    assert page.get_by_text("What to know about files").is_visible()
    assert page.pdf(format="A4").startswith(b"%PDF")


def test_hostile_words_are_shown_as_words(opened):
    page = opened(scripts=True)
    assert page.locator("#handed-in").get_by_text(HOSTILE[:80]).count() == 2  # in the table, and as not on the roster
    assert page.locator("img, script").count() == 0


def test_rubric_and_comment_are_in_sight_wherever_the_essay_is_read(opened):
    page = opened("marking.html", scripts=True)

    def in_sight(place: str) -> bool:
        box, end = page.locator(place).bounding_box(), page.locator("footer").bounding_box()["y"]
        return box["y"] >= 0 and box["y"] + box["height"] <= end

    for asked in to_mark():
        page.locator("#question").select_option(asked.id)
        page.locator("#question").blur()
        page.keyboard.press("n")  # an answer that nobody has marked
        for share in (0, 0.5, 1):
            page.locator("main").evaluate("(main, share) => main.scrollTo(0, share * main.scrollHeight)", share)
            places = ["#points", ".criterion.now", ".criterion >> nth=-1", "#comment", "#again li >> nth=0"]
            assert [place for place in places if not in_sight(place)] == [], (asked.id, share)
    # In a small window the criterion to mark comes into sight, and the essay stays where it is.
    page.set_viewport_size({"width": 1366, "height": 480})
    for _ in range(page.locator(".criterion").count()):
        assert in_sight(".criterion.now")
        assert in_sight("#comment")
        page.keyboard.press("1")


def test_essay_takes_a_key_for_each_criterion_one_for_a_comment_and_one_to_go_on(opened):
    page = opened("marking.html", scripts=True)
    asked = max(to_mark(), key=lambda one: len(one.rubric))
    page.locator("#question").select_option(asked.id)
    page.locator("#question").blur()
    page.keyboard.press("n")
    before, name = page.locator("#done").inner_text(), page.locator("#which").inner_text()
    for key in ["1"] * len(asked.rubric) + ["Shift+Digit1"]:
        page.keyboard.press(key)
    assert page.locator("#points").inner_text() == f"{asked.points}"
    assert page.locator("#comment").input_value().startswith("Comment ")
    page.keyboard.press("n")
    assert page.locator("#which").inner_text() != name
    assert page.locator("#points").inner_text() == "Not marked"
    marked, _, of = before.partition(" of ")
    assert page.locator("#done").inner_text() == f"{int(marked) + 1} of {of}"
