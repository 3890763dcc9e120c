"""What a screen reader is told of a page, a form, a table and a picture: the accessibility tree, kept in `heard/`.

The texts are ours, 1921-telegram and 1923-letter. The tree is that of Playwright's `aria_snapshot`. If a change of it
is right, copy the new file that the failing test names over the kept one.
"""

from __future__ import annotations

from pathlib import Path

import pytest

HEARD = Path(__file__).parent / "heard"
START = "from helpers import *\nletter = load_text('1923-letter')"
PARTS = {
    "form": ("answer('0.1')", ".crq"),
    "page": ("read(letter)", ".crp"),
    "table": (
        "compare(load_text('1921-telegram'), letter, words='return*')",
        ".jp-OutputArea-output.jp-RenderedHTMLCommon >> nth=-1",
    ),
    "picture": ("picture = plot_network(correspondence())", ".jp-OutputArea >> nth=-1"),
}


@pytest.mark.parametrize("name", PARTS)
def test_screen_reader_is_told_the_same(live, fresh, tmp_path, name):
    cell, view = PARTS[name]
    _, root = live(f"heard-{name}.ipynb", START, cell, view=view)
    # Playwright 1.65 leaves out long names, and the words for a picture are long.
    pictures = [f"# {picture.get_attribute('alt')}" for picture in root.locator("img").all()]
    heard = "\n".join([root.aria_snapshot(), *pictures, ""])
    now, kept = tmp_path / f"{name}.yaml", HEARD / f"{name}.yaml"
    now.write_text(heard, encoding="utf-8")
    assert heard == kept.read_text(encoding="utf-8"), f"compare {now} with {kept}"


def test_forced_colours_and_less_motion_leave_every_sign_in_words(live, fresh):
    page, form = live("forced.ipynb", START, "answer('0.1')", view=".crq")
    page.emulate_media(forced_colors="active", reduced_motion="reduce")
    assert page.evaluate("matchMedia('(forced-colors: active)').matches")
    form.get_by_role("radio").nth(2).check()
    form.get_by_role("button", name="Check and save").click()
    form.locator(".verdict", has_text="Where in the text").wait_for()
    assert form.get_by_role("status").inner_text().startswith("Right: 1 of 1 point.")
    assert form.locator(".verdict li").first.inner_text().startswith("right:")
    assert form.evaluate("form => form.getAnimations({ subtree: true }).length") == 0
    # What has the focus is outlined, also where the browser chooses all colours.
    form.get_by_role("button", name="Check and save").focus()
    page.keyboard.press("Shift+Tab")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"
