"""Lessons as a student sees them: opened in JupyterLab, run, and looked at."""

from __future__ import annotations

import pytest

# What must be read on the page after Run All, and in how many outputs.
LESSONS = {
    "01-who-is-speaking.ipynb": [
        "675 words are struck out; 86 are left.",
        "An unnamed secretary, quoted in note [1]",
        "Provenance card: The letter of 5 March 1923",
        "128 of 760 words (17 %)",
    ],
    "06-who-reaches-whom.ipynb": [
        "Evidence for 25 relations",
        "Stalin will send it himself to Ordzhonikidze.",
        "3 in the 761 words looked at",
    ],
}
# Share of the picture that is not paper, and how many colours it has.
INK = """
image => {
  const canvas = document.createElement('canvas');
  canvas.width = image.naturalWidth; canvas.height = image.naturalHeight;
  const pen = canvas.getContext('2d');
  pen.drawImage(image, 0, 0);
  const data = pen.getImageData(0, 0, canvas.width, canvas.height).data;
  let dark = 0; const colours = new Set();
  for (let i = 0; i < data.length; i += 4) {
    if (data[i] + data[i + 1] + data[i + 2] < 740) dark += 1;
    colours.add(data[i] << 16 | data[i + 1] << 8 | data[i + 2]);
  }
  return [canvas.width, dark / (data.length / 4), colours.size];
}
"""


def outputs(page) -> str:
    """All words of all outputs."""
    words = page.locator(".jp-Notebook .jp-OutputArea").all_inner_texts()
    return " ".join(" ".join(words).replace("\u00a0", " ").split())


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_runs_and_shows_its_words(open_notebook, run_all, name):
    page = open_notebook(name)
    trouble = []
    page.on("pageerror", lambda error: trouble.append(str(error)))
    run_all(page)
    said = outputs(page)
    for words in LESSONS[name]:
        assert words in said
    # Lab gives errors and warnings the same type.
    assert page.locator('.jp-RenderedText[data-mime-type="application/vnd.jupyter.stderr"]').count() == 0
    assert not trouble


def test_the_network_is_drawn_and_described(open_notebook, run_all):
    page = open_notebook("06-who-reaches-whom.ipynb")
    run_all(page)
    outputs(page)
    pictures = page.locator(".jp-OutputArea img")
    starts = [
        "Network of 17 people and bodies with 25",
        "Network of 27 people and bodies with 45",
        "Chain of transmission.",
    ]
    assert pictures.count() == len(starts)
    for n, start in enumerate(starts):
        assert pictures.nth(n).get_attribute("alt").startswith(start)
        width, ink, colours = pictures.nth(n).evaluate(INK)
        assert width > 700
        assert 0.02 < ink < 0.5
        assert colours > 10


def test_a_fresh_clone_shows_its_outputs_before_anything_is_run(open_notebook):
    """An untrusted notebook loses style sheets and scripts; ours needs neither."""
    page = open_notebook("06-who-reaches-whom.ipynb")
    page.get_by_text("Evidence for 25 relations").first.wait_for()
    picture = page.locator(".jp-OutputArea img").first
    assert picture.get_attribute("alt").startswith("Network of 17 people")
    assert picture.evaluate(INK)[1] > 0.03
    # What a style sheet says is not shown as words, and a question can be read before it is run.
    other = open_notebook("00-start-here.ipynb")
    other.get_by_text("Provenance card").or_(other.get_by_text("Question 0.1")).first.wait_for()
    shown = other.locator(".jp-Notebook").inner_text()
    assert "jp-OutputArea-child" not in shown
    assert "Question 0.1" in shown
