"""Our lessons about 1921-telegram and 1923-letter in JupyterLab, and work carried from one lesson to the next."""

from __future__ import annotations

import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# The width of a picture, the share of it that is darker than the paper, and its number of colours.
INK = """
image => {
  const canvas = document.createElement('canvas');
  canvas.width = image.naturalWidth; canvas.height = image.naturalHeight;
  const pen = canvas.getContext('2d');
  pen.drawImage(image, 0, 0);
  const data = pen.getImageData(0, 0, canvas.width, canvas.height).data;
  let dark = 0; const colours = new Set();
  for (let i = 0; i < data.length; i += 4) {
    if (data[i] + data[i + 1] + data[i + 2] < 640) dark += 1;
    colours.add(data[i] << 16 | data[i + 1] << 8 | data[i + 2]);
  }
  return [canvas.width, dark / (data.length / 4), colours.size];
}
"""


def test_network_pictures_are_drawn_with_alternative_text(open_notebook, run_all):
    page = open_notebook("06-who-reaches-whom.ipynb")
    run_all(page)
    pictures = page.locator(".jp-OutputArea img")
    starts = [
        "Network of 17 people and bodies with 25",
        "Network of 27 people and bodies with 44",
        "Chain of transmission.",
    ]
    assert pictures.count() == len(starts)
    for n, start in enumerate(starts):
        assert pictures.nth(n).get_attribute("alt").startswith(start)
        width, ink, colours = pictures.nth(n).evaluate(INK)
        assert width > 700
        assert 0.02 < ink < 0.5
        assert colours > 10


def _unfold(page) -> None:
    """Unfold the stored outputs, which are folded until their cells run."""
    page.get_by_role("menuitem", name="View", exact=True).click()
    page.get_by_role("menuitem", name="Expand All Outputs", exact=True).click()


def test_untrusted_notebook_shows_its_stored_outputs(open_notebook, fresh):
    """JupyterLab removes style sheets and scripts from untrusted notebooks; our outputs need neither."""
    for name in ("00-start-here.ipynb", "06-who-reaches-whom.ipynb"):  # as stored: other tests run the lessons
        shutil.copy(ROOT / "lessons" / name, fresh / "lessons" / f"stored-{name}")
    page = open_notebook("stored-06-who-reaches-whom.ipynb")
    _unfold(page)
    page.get_by_text("Evidence for 6 relations").first.wait_for()
    picture = page.locator(".jp-OutputArea img").first
    assert picture.get_attribute("alt").startswith("Network of 17 people")
    assert picture.evaluate(INK)[1] > 0.03
    # No style sheet is shown as text, and questions are readable before they are run.
    other = open_notebook("stored-00-start-here.ipynb")
    _unfold(other)
    other.get_by_text("Provenance card").or_(other.get_by_text("Question 0.1")).first.wait_for()
    shown = other.locator(".jp-Notebook").inner_text()
    assert "jp-OutputArea-child" not in shown
    assert "Question 0.1" in shown


def test_answer_and_mark_of_one_lesson_are_shown_again_in_later_ones(open_notebook, run_all, fresh):
    """The hundred words of lesson 02 are shown again in 04 and 07, the mark in 07."""
    words = "The Committee “is inclined to allow” it, and no “decisive steps” before an answer."
    page = open_notebook("02-what-was-allowed.ipynb")
    run_all(page)
    form = page.locator(".crq", has_text="Question 2.10")
    form.get_by_role("textbox").fill(words)
    form.get_by_role("button", name="Save", exact=True).click()
    form.get_by_text("Saved.").first.wait_for()
    # Choose one word with the reading cursor, mark it and save.
    pencil = page.locator(".crp", has=page.locator(".cursor"))
    pencil.locator(".cursor").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    pencil.locator(".editor textarea").fill("It decides.")
    pencil.get_by_role("button", name="Save", exact=True).click()
    pencil.locator(".card").first.wait_for()

    later = open_notebook("04-five-envelopes.ipynb")
    run_all(later)
    later.get_by_text(words).first.wait_for()
    later.get_by_text("2 quotations checked: 2 word for word.").first.wait_for()
    last = open_notebook("07-your-introduction.ipynb")
    run_all(last)
    last.get_by_text(words).first.wait_for()
    last.get_by_text("It decides.").first.wait_for()
