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
    "02-what-was-allowed.ipynb": [
        "The telegram of 14 February 1921: readings of other versions",
        "found in 144 words",
        "2 in the 389 words looked at; nothing is left out.",
    ],
    "03-what-was-asked.ipynb": [
        "The letter of 5 March 1923: readings of other versions",
        "Events: 9",
    ],
    "04-five-envelopes.ipynb": ["Not answered yet: open lesson 02", "Question 4.8"],
    "05-side-by-side.ipynb": [
        "The telegram of 14 February 1921 beside The letter of 5 March 1923",
        "Phrases found: 2; with the editors’ words they would be 2.",
    ],
    "06-who-reaches-whom.ipynb": [
        "Evidence for 25 relations",
        "Stalin will send it himself to Ordzhonikidze.",
        "3 in the 761 words looked at",
    ],
    "07-your-introduction.ipynb": ["Not answered yet: open lesson 00", "My marks", "Question 7.7"],
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


@pytest.fixture
def fresh(lab_home):
    """No work of an earlier test."""
    for path in (lab_home / "work").glob("*"):
        path.unlink()


def test_what_one_writes_and_marks_in_one_lesson_is_read_again_in_others(open_notebook, run_all, fresh):
    """The thread of the course: the hundred words of 02 stand at the beginning of 04 and 07, the mark in 07."""
    words = "The Committee “is inclined to allow” it, and no “decisive steps” before an answer."
    page = open_notebook("02-what-was-allowed.ipynb")
    run_all(page)
    form = page.locator(".crq", has_text="Question 2.10")
    form.get_by_role("textbox").fill(words)
    form.get_by_role("button", name="Save", exact=True).click()
    form.get_by_text("Saved.").first.wait_for()
    # The pencil: one word chosen with the reading cursor, marked and saved.
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
