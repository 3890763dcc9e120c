"""Control characters in a text are visible in the live views, and a mark keeps its place beside them."""

from __future__ import annotations

import json
import re

MAKE = r"""
from helpers import annotate
from helpers.texts import parse_text
text = parse_text("Alpha \x1b\x9b\u202e\u2066beta gamma.\n", "odd")
"""
ODD = "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]"


def test_live_page_and_pencil_show_signs_and_count_places_in_the_stored_text(live, fresh):
    page, pencil = live("odd.ipynb", MAKE, "annotate(text)", view=".crp")
    shown = page.locator(".jp-OutputArea").all_inner_texts()
    assert any("Alpha" in one for one in shown)
    assert [one for one in shown if re.search(ODD, one)] == []
    assert "␛���beta gamma" in pencil.inner_text()
    pencil.get_by_text("gamma", exact=False).first.wait_for()
    box = page.evaluate(
        """() => {
          const walk = document.createTreeWalker(document.querySelector(".crp article"), NodeFilter.SHOW_TEXT);
          while (walk.nextNode()) {
            const at = walk.currentNode.data.indexOf("gamma");
            if (at < 0) continue;
            const range = document.createRange();
            range.setStart(walk.currentNode, at);
            range.setEnd(walk.currentNode, at + 5);
            const { x, y, width, height } = range.getBoundingClientRect();
            return [x + width / 2, y + height / 2];
          }
        }"""
    )
    page.mouse.dblclick(*box)
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Saved: “gamma”").first.wait_for()
    lines = [line for path in (fresh / "work").glob("*.jsonl") for line in path.read_text("utf-8").splitlines()]
    assert any("gamma" in json.dumps(json.loads(line)) for line in lines)
