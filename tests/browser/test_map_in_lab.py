"""The map of the places of 1921-telegram and 1923-letter in JupyterLab: choosing, names, colours, untrusted."""

from __future__ import annotations

import json

import pytest

CELL = "from helpers import places\nplaces()"
# The boxes of all names, as the browser draws them, in pixels.
NAMES = """root => [...root.querySelectorAll('.site .words, .scenery')].map(node => {
  const { left, top, right, bottom } = node.getBoundingClientRect();
  return [node.textContent, left, top, right, bottom];
})"""


def opened(root) -> list[str]:
    return root.locator("details[open] > summary strong").all_inner_texts()


def chosen(root) -> list[str]:
    return root.locator("svg .site.chosen .words").all_text_contents()


def site(root, name):
    return root.locator("svg .site", has_text=name)


def require_open(root, places, names) -> None:
    """Require what is open in the list and chosen in the map: the event “toggle” comes after the key or the click."""
    for _ in range(50):
        if (opened(root), chosen(root)) == (places, names):
            break
        root.page.wait_for_timeout(100)
    assert (opened(root), chosen(root)) == (places, names)


def test_choosing_a_place_by_keyboard_or_click_shows_its_words(live):
    page, root = live("map.ipynb", CELL, view=".crm")
    page.wait_for_function("!document.querySelector('section.close-reading-map').checkVisibility()")
    assert opened(root) == []
    root.locator("summary", has_text="Tiflis").focus()
    page.keyboard.press("Enter")
    require_open(root, ["Tiflis"], ["Tiflis"])
    assert root.locator("details[open] mark").all_inner_texts() == ["Tiflis"]
    assert "to occupy Tiflis provided that international norms are observed" in root.inner_text()
    # Keys in the list must not trigger notebook shortcuts: d, d would delete the cell (JupyterLab 4.6).
    for key in ("d", "d", "x", "b"):
        page.keyboard.press(key)
    assert page.locator(".jp-Notebook .jp-Cell").count() == 1
    page.keyboard.press("Tab")
    assert root.locator("svg .site.near .words").all_text_contents() == ["CAUCASUS"]

    site(root, "GEORGIA").click()
    require_open(root, ["Georgia"], ["GEORGIA"])
    assert root.locator("details[open] mark").all_inner_texts() == ["Georgia", "Georgia"]
    assert page.evaluate("document.activeElement.textContent") == "Georgia"
    site(root, "Rostov-on-Don").click()
    require_open(root, ["Rostov-on-Don"], ["Rostov-on-Don"])
    assert "The staff of the Caucasian Front was here in February 1921, it seems." in root.inner_text()
    site(root, "Rostov-on-Don").click()
    require_open(root, [], [])
    assert page.locator(".jp-RenderedText[data-mime-type='application/vnd.jupyter.stderr']").count() == 0


@pytest.mark.parametrize("width", [1366, 1024])
def test_names_do_not_overlap_in_the_fonts_of_the_browser(live, width):
    _, root = live(f"map-{width}.ipynb", CELL, view=".crm", width=width)
    names = root.evaluate(NAMES)
    assert len(names) == 13
    for n, (name, left, top, right, bottom) in enumerate(names):
        for other, left2, top2, right2, bottom2 in names[n + 1 :]:
            apart = right <= left2 or right2 <= left or bottom <= top2 + 3 or bottom2 <= top + 3
            assert apart, f"{name} and {other}"
    size = root.locator("svg .site .words", has_text="Tiflis").evaluate("node => node.getBoundingClientRect().height")
    assert size >= 12
    assert root.evaluate("node => node.scrollWidth - node.clientWidth") <= 1


def test_map_has_the_colours_of_the_theme(live):
    _, light = live("map-light.ipynb", CELL, view=".crm")
    _, dark = live("map-dark.ipynb", CELL, view=".crm", dark=True)
    fill = "(root, name) => getComputedStyle(root.querySelector(`svg ${name}`)).fill"
    light_of, dark_of = ({name: root.evaluate(fill, name) for name in (".sea", ".land", ".words", ".sign-0")}
                         for root in (light, dark))  # fmt: skip
    assert all(light_of[name] != dark_of[name] for name in light_of)


def test_untrusted_notebook_keeps_the_map_and_the_list(open_notebook, scratch, lab_home):
    from helpers import places

    shown = places()
    name = scratch("untrusted-map.ipynb", "places()")
    path = lab_home / "lessons" / name
    notebook = json.loads(path.read_text(encoding="utf-8"))
    data = {"text/html": shown._repr_html_(), "text/plain": repr(shown)}
    notebook["cells"][0] |= {
        "execution_count": 1,
        "outputs": [{"output_type": "display_data", "metadata": {}, "data": data}],
    }
    path.write_text(json.dumps(notebook), encoding="utf-8")
    page = open_notebook(name)
    picture = page.locator(".jp-OutputArea img")
    picture.wait_for()
    assert picture.get_attribute("alt") == shown.description
    page.wait_for_function("document.querySelector('.jp-OutputArea img').naturalWidth > 0")
    assert picture.bounding_box()["width"] > 400
    page.locator(".jp-OutputArea summary", has_text="Tiflis").click()
    assert page.get_by_text("to occupy Tiflis provided that").first.is_visible()
