"""axe finds no violation in our output: light, dark, and at 200 % zoom."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

CELLS = (
    "from helpers import *\nletter = load_text('1923-letter')",
    "read(letter)",
    "answer('0.1')",
    "answer('0.2')",
    "answer('3.2')",
    "answer('2.4')",
    "answer('1.11')",
    "answer('1.12')",
    "answer('1.13')",
    "annotate(letter)",
    "explore(correspondence())",
    "places()",
    "my_work('0.4')",
    "compare(load_text('1921-telegram'), letter, words='return*')",
    "variants(letter)",
    "timeline(between=('1923', '1923'))",
    "transmission(letter)",
    "my_work()",
    "check_quotes('Lenin wrote “Quite to the contrary.” and “Return all that”.')",
)


@pytest.mark.parametrize(
    ("dark", "width"), [(False, 1366), (True, 1366), (False, 683)], ids=["light", "dark", "at 200 %"]
)
def test_axe_finds_no_violation_in_our_output(live, dark, width):
    page, view = live(f"axe-{dark}-{width}.ipynb", *CELLS, view=".crw", dark=dark, width=width)
    # Open all folds, a verdict and the editor of a mark.
    form = page.locator(".crq").first
    form.get_by_role("radio").nth(2).check()  # the right option shows every part of a verdict
    form.get_by_role("button", name="Check and save").click()
    form.locator(".verdict", has_text="Where in the text").wait_for()
    page.locator(".cursor").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.locator(".editor").wait_for()
    page.evaluate("document.querySelectorAll('.cr details').forEach(one => { one.open = true; })")
    found = Axe().run(page, context=".jp-OutputArea", options={"resultTypes": ["violations"]}).response["violations"]
    assert view.is_visible()
    said = [f"{one['id']}: {node['html'][:200]}" for one in found for node in one["nodes"]]
    assert said == []
