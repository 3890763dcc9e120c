"""The page to hand in, printed, for the course about 1921-telegram and 1923-letter."""

from __future__ import annotations

import re

import pytest

from helpers import my_work
from helpers.annotation import mark_quotation
from helpers.questions import questions, record_answer
from helpers.texts import load_text

MOST_SIDES = 12
SENTENCE = (
    "The Committee “is inclined to allow” it, on two conditions, and the letter “cannot rely on their impartiality”. "
)
MARKED = {
    "1921-telegram": (
        "is inclined to allow",
        "provided that",
        "guarantee success",
        "Triple caution",
        "Return all this",
    ),
    "1923-letter": ("earnest request", "impartiality", "whole case", "at ease", "by phone"),
}


def _longest(asked) -> object:
    """An answer as long as the question allows."""
    if asked.free:
        count = asked.most or max(asked.least, 60)
        return " ".join((SENTENCE * (count // 10 + 1)).split()[: count - 2])
    if asked.kind == "passage":
        return [asked.targets[0].words]
    if asked.kind == "grid":
        return {
            row.id: {one.id: one.options[0].id if one.options else SENTENCE[:60] for one in asked.columns}
            for row in asked.rows
        }
    if asked.kind in ("choice", "choices"):
        return asked.options[0].id if asked.kind == "choice" else [one.id for one in asked.options]
    return (
        [one.id for one in asked.items]
        if asked.kind == "order"
        else {one.id: asked.options[0].id for one in asked.items}
    )


@pytest.fixture
def printed(browser, tmp_path):
    for asked in questions():
        for _ in range(2):
            record_answer(asked, _longest(asked))
    for text, some in MARKED.items():
        for words in some:
            mark_quotation(load_text(text), words, note="Who is meant here, and why does the page not say so?")
    my_work(save=tmp_path / "work.html")
    page = browser.new_page()
    page.goto((tmp_path / "work.html").as_uri())
    yield page
    page.close()


def test_full_course_has_at_most_twelve_printed_sides(printed):
    assert len(re.findall(rb"/Type\s*/Page\b", printed.pdf(format="A4"))) <= MOST_SIDES


def test_contents_lead_to_the_parts_and_the_essays_come_first(printed):
    links = printed.locator("nav a")
    assert links.all_inner_texts()[0] == "Essays"
    for link in links.all():
        part = printed.locator(link.get_attribute("href"))
        assert part.locator("h2").inner_text() == link.inner_text()
    assert "Question 2.10" in printed.locator("#part-1").inner_text()
