"""The network explorer in JupyterLab, by keyboard and mouse."""

from __future__ import annotations

CELL = (
    "from helpers.network import correspondence\nfrom helpers.widgets import explore\n"
    "explore(correspondence(layers='all'))"
)


def words(root) -> str:
    return root.locator(".words").inner_text()


def chosen(root) -> list[str]:
    return root.locator("[aria-selected=true]").all_inner_texts()


def test_choosing_an_arrow_by_keyboard_or_click_shows_its_evidence(live):
    page, root = live("explorer.ipynb", CELL, view=".cre")
    page.wait_for_function("!document.querySelector('section.close-reading-explorer').checkVisibility()")
    assert root.locator("[role=option]").count() == 45
    root.get_by_role("checkbox").last.focus()
    page.keyboard.press("Tab")
    assert chosen(root)[0].startswith("e01 ")
    page.keyboard.press("ArrowDown")
    assert chosen(root)[0].startswith("e02 ")
    assert "guarantee success" in words(root)
    assert "Basis: explicit in document" in words(root)
    assert root.locator("svg .chosen text").all_text_contents() == ["e02"]
    # Keys in the list must not trigger notebook shortcuts: d, d would delete the cell (JupyterLab 4.6).
    for key in ("d", "d", "x", "b", "End"):
        page.keyboard.press(key)
    assert page.locator(".jp-Notebook .jp-Cell").count() == 1
    assert chosen(root)[0].startswith("e47 ")
    thin = root.locator("svg .arrow:not(.chosen) .line").first.evaluate("node => getComputedStyle(node).strokeWidth")
    thick = root.locator("svg .chosen .line").evaluate("node => getComputedStyle(node).strokeWidth")
    assert float(thick.removesuffix("px")) > 2 * float(thin.removesuffix("px"))

    root.locator("svg text", has_text="e27").click()
    assert chosen(root)[0].startswith("e27 ")
    assert "impartiality" in words(root)
    root.get_by_label("stated by later editor (17)").uncheck()
    assert root.locator("[role=option]:visible").count() == 28
    assert "28 of 45 arrows are shown" in root.locator("p[role=status]").inner_text()
    assert not root.locator("svg text", has_text="e47").is_visible()
    assert chosen(root)[0].startswith("e27 ")
    root.get_by_label("1923-letter (21)").uncheck()
    assert chosen(root) == []
    assert "No arrow is chosen" in words(root)
