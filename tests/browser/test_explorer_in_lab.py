"""The network explorer in JupyterLab, by keyboard and mouse."""

from __future__ import annotations

from itertools import combinations, product

import pytest

CELL = (
    "from helpers.network import correspondence\nfrom helpers.widgets import explore\n"
    "explore(correspondence(layers='all'))"
)
SWITCHES = ("1921-telegram", "1923-letter", "explicit in document", "inferred from document", "only editors state it")


def words(root) -> str:
    return root.locator(".words").inner_text()


def arrow(root, number: str):
    return root.get_by_role("button", name=f"{number}: ")


def name(root, words: str):
    return root.get_by_role("button", name=f"{words}: show only its arrows", exact=True)


def pressed(root) -> list[str]:
    return [one.get_attribute("aria-label") for one in root.locator("[aria-pressed=true]").all()]


def test_pointing_at_an_arrow_shows_its_sentence_and_a_click_keeps_it(live):
    page, root = live("explorer.ipynb", CELL, view=".cre")
    page.wait_for_function("!document.querySelector('section.close-reading-explorer').checkVisibility()")
    assert "Point at an arrow" in words(root)
    frame = arrow(root, "e27").locator(".frame")
    thin = arrow(root, "e27").locator(".line").evaluate("node => getComputedStyle(node).strokeWidth")
    frame.hover()
    assert "Lenin → Stalin" in words(root)
    assert "e27: cannot rely on impartiality of" in words(root)
    assert "I cannot rely on their impartiality.”" in words(root)
    assert "1923-letter, ¶11 · Lenin, according to his secretaries" in words(root)
    assert "explicit: the words say it" in words(root)
    thick = arrow(root, "e27").locator(".line").evaluate("node => getComputedStyle(node).strokeWidth")
    assert float(thick.removesuffix("px")) > 2 * float(thin.removesuffix("px"))
    arrow(root, "e12").locator(".frame").hover()
    assert "Lenin → Sklyansky" in words(root)
    arrow(root, "e12").locator(".frame").click()
    frame.hover()
    assert "Lenin → Stalin" in words(root)
    page.mouse.move(5, 5)
    assert "Lenin → Sklyansky" in words(root), "the arrow clicked comes back"
    assert [one[:4] for one in pressed(root)] == ["e12:"]
    # The line itself can be pointed at, too.
    line = arrow(root, "e34").locator(".touch")
    spot = line.evaluate(
        "node => { const p = node.points[8].matrixTransform(node.getScreenCTM()); return [p.x, p.y]; }"
    )
    page.mouse.move(*spot)
    assert "inferred: a reader fills in something" in words(root)


def test_tab_goes_from_arrow_to_arrow_in_the_order_of_the_evidence(live):
    page, root = live("explorer-keys.ipynb", CELL, view=".cre")
    root.get_by_label("only editors state it (16)").check()
    arrow(root, "e01").focus()
    focused = "() => document.activeElement.getAttribute('aria-label')"
    seen = [page.evaluate(focused)]
    for _ in range(44):
        page.keyboard.press("Tab")
        seen.append(page.evaluate(focused))
        assert seen[-1].partition(": ")[0] + ": " in words(root)
    numbers = [one.partition(":")[0] for one in seen]
    assert numbers == sorted(numbers)
    assert (numbers[0], numbers[-1], len(set(numbers))) == ("e01", "e47", 44)
    assert "Kamenev or Lenin wants to know from" in seen[numbers.index("e34")]
    assert "whether you wish to send anything there yourself" in seen[numbers.index("e34")]
    page.keyboard.press("Tab")
    assert page.evaluate(focused).endswith(": show only its arrows")
    # The arrow keys, Home and End go through the arrows as well; Enter and Space keep an arrow, Escape lets it go.
    arrow(root, "e01").focus()
    for key, number in (("ArrowDown", "e02"), ("End", "e47"), ("ArrowUp", "e46"), ("Home", "e01")):
        page.keyboard.press(key)
        assert page.evaluate(focused).startswith(f"{number}: ")
    page.keyboard.press("Enter")
    assert [one[:4] for one in pressed(root)] == ["e01:"]
    page.keyboard.press("Space")
    assert pressed(root) == []
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    assert pressed(root) == []
    # Keys must not trigger notebook shortcuts: d, d would delete the cell (JupyterLab 4.6).
    for key in ("d", "d", "x", "b"):
        page.keyboard.press(key)
    assert page.locator(".jp-Notebook .jp-Cell").count() == 1


def test_a_name_shows_only_its_arrows_and_their_sentences(live):
    page, root = live("explorer-names.ipynb", CELL, view=".cre")
    name(root, "Stalin").click()
    bright = root.locator(".arrow:not(.faded):visible")
    assert sorted(one.get_attribute("aria-label")[:3] for one in bright.all()) == ["e16", "e27"]
    assert root.locator(".name:not(.faded):visible").count() == 3
    assert "Stalin – 2 of 28 arrows" in words(root)
    assert "“Stalin will send it himself to Ordzhonikidze.”" in words(root)
    assert "I cannot rely on their impartiality.”" in words(root)
    root.get_by_label("only editors state it (16)").check()
    assert sorted(one.get_attribute("aria-label")[:3] for one in bright.all()) == ["e16", "e27", "e46"]
    assert "Stalin – 3 of 44 arrows" in words(root)
    # While only one name stands out, pointing shows single arrows, and the list comes back.
    arrow(root, "e27").locator(".frame").hover()
    assert "Stalin – 3" not in words(root)
    page.mouse.move(5, 5)
    assert "Stalin – 3 of 44 arrows" in words(root)
    name(root, "Lenin").focus()
    page.keyboard.press("Enter")
    assert pressed(root) == ["Lenin: show only its arrows"]
    page.keyboard.press("Enter")
    assert root.locator(".faded").count() == 0
    assert "Point at an arrow" in words(root)


def test_switches_choose_documents_and_what_only_editors_state(live):
    _, root = live("explorer-switches.ipynb", CELL, view=".cre")
    said = root.locator("p[role=status]")
    assert "28 of 44 arrows are shown" in said.inner_text()
    assert not arrow(root, "e47").is_visible()
    assert not name(root, "Red Army").is_visible()
    root.get_by_label("only editors state it (16)").check()
    assert "44 of 44 arrows are shown" in said.inner_text()
    assert arrow(root, "e47").is_visible()
    assert name(root, "Red Army").is_visible()
    arrow(root, "e35").locator(".frame").click()
    assert "only a later editor states it" in words(root)
    root.get_by_label("1923-letter (20)").uncheck()
    assert pressed(root) == []
    assert not name(root, "Trotsky").is_visible()
    root.get_by_text("All arrows as a list").click()
    shown = root.locator(".list li:visible").all_inner_texts()
    assert [one[:3] for one in shown] == [f"e{n:02}" for n in range(1, 25)]
    assert "“Return all this.” (1921-telegram, ¶13; Lenin, according to the copyist; inferred" in shown[16]


FILES = "() => window.jupyterapp.commands.execute('application:toggle-left-area')"
BOXES = """root => [...root.querySelectorAll('.picture .frame, .picture text')].flatMap(one => {
  const { x, y, right, bottom } = one.getBoundingClientRect();
  const frame = one.parentNode.querySelector('.frame').getBoundingClientRect();
  const size = parseFloat(one.getAttribute('font-size')) * one.getScreenCTM().a;
  return one.checkVisibility() && frame.width ? [{
    kind: one.localName, x, y, right, bottom, size, frame: [frame.x, frame.y, frame.right, frame.bottom],
    said: one.parentNode.getAttribute('aria-label').slice(0, 30) }] : [];
})"""


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_picture_and_sentence_fit_a_small_window_and_nothing_overlaps(live, dark):
    # Another live view after it has styles, too.
    page, root = live(
        f"explorer-small-{dark}.ipynb", CELL, "from helpers import answer\nanswer('0.1')", view=".cre", dark=dark
    )
    page.set_viewport_size({"width": 1024, "height": 640})
    page.evaluate(FILES)  # a student closes the list of files for a wide picture
    page.wait_for_function("document.querySelector('.jp-WindowedPanel-outer').clientWidth > 800")
    halves = root.locator(".halves")
    room = page.locator(".jp-WindowedPanel-outer").bounding_box()
    box = halves.bounding_box()
    assert box["height"] <= room["height"]
    assert box["x"] + box["width"] <= room["x"] + room["width"]
    picture, sentence = root.locator(".picture").bounding_box(), root.locator(".words").bounding_box()
    assert sentence["x"] > picture["x"] + picture["width"], "beside the picture"
    assert sentence["height"] > 200
    assert root.locator(".picture").evaluate("one => one.scrollWidth <= one.clientWidth")
    switches = [root.get_by_role("checkbox", name=one) for one in SWITCHES]
    for state in product((True, False), repeat=len(SWITCHES)):
        for switch, on in zip(switches, state, strict=True):
            switch.set_checked(on)
        boxes = root.evaluate(BOXES)
        assert bool(boxes) == (any(state[:2]) and any(state[2:]))
        frames = [one for one in boxes if one["kind"] == "rect"]
        for one, other in combinations(frames, 2):
            apart = one["right"] <= other["x"] or other["right"] <= one["x"]
            assert apart or one["bottom"] <= other["y"] or other["bottom"] <= one["y"], (one["said"], other["said"])
        for one in boxes:
            if one["kind"] == "text":
                left, top, right, bottom = one["frame"]
                assert left <= one["x"] <= one["right"] <= right, one["said"]
                assert top - 2 <= one["y"] <= one["bottom"] <= bottom + 2, one["said"]
                assert one["size"] >= 11
    paper = root.locator(".picture").evaluate("one => getComputedStyle(one).backgroundColor")
    light = sum(map(int, paper.removeprefix("rgb(").removesuffix(")").split(","))) / 3
    assert (light < 60) if dark else (light < 250)
    page.set_viewport_size({"width": 700, "height": 900})
    page.wait_for_timeout(300)
    picture, sentence = root.locator(".picture").bounding_box(), root.locator(".words").bounding_box()
    assert sentence["y"] > picture["y"] + picture["height"] - 1, "below the picture in a narrow window"
    page.evaluate(FILES)
    page.set_viewport_size({"width": 1366, "height": 900})
