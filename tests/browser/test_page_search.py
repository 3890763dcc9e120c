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
