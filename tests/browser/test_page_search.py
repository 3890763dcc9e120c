"""The search of the page, in a real browser, finds what the engine finds."""

from __future__ import annotations

import json
from pathlib import Path

from helpers.widgets import script

CASES = json.loads((Path(__file__).parents[1] / "search" / "cases.json").read_text(encoding="utf-8"))["cases"]
# Load the script as a module, and search for every phrase in its words.
ALL = """
async ([source, cases]) => {
  const address = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const { find, pattern } = await import(address);
  return cases.map(({ stored, phrase }) => {
    const sought = pattern(phrase, true);
    return sought ? find(stored, sought).map(({ start, end }) => stored.slice(start, end)) : null;
  });
}
"""


def test_the_page_finds_the_same_words_as_the_engine(browser):
    page = browser.new_page()
    found = page.evaluate(ALL, [script("words"), CASES])
    page.close()
    wrong = {case["name"]: words for case, words in zip(CASES, found, strict=True) if words != case["found"]}
    assert wrong == {}


# Lay marks over words as the page does, and count what stands there.
LAID = """
async ([source, marks, length, more]) => {
  const address = URL.createObjectURL(new Blob([`${source}\nexport { lay };`], { type: "text/javascript" }));
  const { lay } = await import(address);
  const into = document.createElement("p");
  lay(into, "x".repeat(length), marks, [], more);
  let deepest = 0;
  for (const mark of into.querySelectorAll("mark")) {
    let depth = 0;
    for (let node = mark; node !== into; node = node.parentElement) depth += node.matches("mark:not(.found)");
    deepest = Math.max(deepest, depth);
  }
  const counts = [...into.querySelectorAll(".more")].map((one) => Number(one.textContent.match(/[0-9]+/)[0]));
  const signs = into.querySelectorAll("sup.sign").length;
  const found = into.querySelectorAll("mark.found").length;
  for (const one of into.querySelectorAll(".sign")) one.remove();
  const nodes = into.querySelectorAll("*").length;
  return { deepest, signs, found, nodes, counted: counts.reduce((a, b) => a + b, 0), words: into.textContent.length };
}
"""
CROWDS = {
    "nested": lambda n: [(k, 4 * n - k) for k in range(n)],
    "staggered": lambda n: [(k, k + 2 * n) for k in range(n)],
    "all over the same words": lambda n: [(0, 4 * n)] * n,
    "long and short": lambda n: [(2 * k, 4 * n if k % 2 else 2 * k + 1) for k in range(n)],
}


def test_page_draws_at_most_eight_overlapping_marks_and_counts_the_others(browser):
    page = browser.new_page()
    for places in CROWDS.values():
        laid = []
        for n in (300, 600):
            marks = [{"start": a, "end": b, "colour": 0, "sign": "1"} for a, b in places(n)]
            sought = [{"start": 2 * n, "end": 2 * n + 2, "found": True}]
            laid.append(page.evaluate(LAID, [script("words"), marks + sought, 4 * n, 5]))
            assert laid[-1]["deepest"] == 8
            assert laid[-1]["found"] >= 1
            assert laid[-1]["signs"] + laid[-1]["counted"] == n + 5
            assert laid[-1]["words"] == 4 * n
        assert laid[1]["nodes"] < 2.2 * laid[0]["nodes"] + 20
    page.close()
