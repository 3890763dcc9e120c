"""The guide for instructors agrees with the lessons, questions, minutes and texts.

It belongs to the course on 1921-telegram and 1923-letter.
"""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest

from helpers import check_quotes
from helpers.questions import questions
from helpers.quotations import ALTERED, NOT_FOUND

ROOT = Path(__file__).resolve().parents[2]
TEACHING = ROOT / "lessons" / "teaching"
PAGES = sorted(TEACHING.rglob("*.md"))
LESSONS = {path.stem[:2]: path for path in sorted((ROOT / "lessons").glob("[0-9][0-9]-*.ipynb"))}
PLANS = sorted((TEACHING / "plans").glob("*.md"))
CRUXES = [*(f"A-{n}" for n in range(1, 21)), *(f"B-{n}" for n in range(1, 20))]


def cells(lesson: str) -> list[str]:
    notebook = nbformat.read(LESSONS[lesson], as_version=4)
    return [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]


def headings(words: str) -> set[str]:
    return {re.sub(r"\s*<!--.*?-->", "", one).strip() for one in re.findall(r"^#+ (.+)$", words, re.M)}


def rows(page: Path) -> list[list[str]]:
    """The rows of all tables of a page, without header rows."""
    found, head = [], True
    for line in page.read_text(encoding="utf-8").splitlines() if page.exists() else []:
        if not line.startswith("|"):
            head = True
        elif re.fullmatch(r"[|\s:-]+", line):
            head = False
        elif not head:
            found.append([cell.strip() for cell in line.strip("|").split("|")])
    return found


def test_guide_says_how_many_pages_every_lesson_has():
    # tests/browser/test_worksheets_on_paper.py checks the numbers.
    guide = (TEACHING / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"\b(\d\d) has \d+", guide)) == set(LESSONS)


def test_every_crux_is_in_the_table():
    known = [row[0] for row in rows(TEACHING / "cruxes.md")]
    assert [one for one in known if re.match("[AB]-", one)] == CRUXES
    assert [one for one in known if one.isdecimal()] == [str(n) for n in range(1, 11)]


@pytest.mark.parametrize("row", rows(TEACHING / "cruxes.md"), ids=lambda row: row[0])
def test_place_of_a_crux_exists(row):
    where = row[2]
    assert re.search(r"`\d", where) or "here only, because" in where
    asked = {one.id for one in questions()}
    lesson = ""
    for code, heading in re.findall(r"`([\d.]+)`|\*([^*]+)\*", where):
        if code and "." in code:
            assert code in asked, code
        elif code:
            lesson = code
            assert lesson in LESSONS
        else:
            assert heading in headings("\n\n".join(cells(lesson))), f"{lesson}: {heading}"


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_links_have_existing_targets(page):
    for target in re.findall(r"\]\(([^)]+)\)", page.read_text(encoding="utf-8")):
        if target.startswith("http"):
            continue
        name, _, anchor = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        assert file.exists(), target
        if anchor and file.suffix == ".md":
            slugs = {
                re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-")
                for one in headings(file.read_text(encoding="utf-8"))
            }
            assert anchor in slugs, target


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_mentioned_questions_exist(page):
    words = re.sub(
        r"RH\.11-12\.\d+|D\d\.His\.[\d-]+\S*|CC BY 4\.0|nbgrader 0\.9\.6|\]\([^)]*\)",
        "",
        page.read_text(encoding="utf-8"),
    )
    named = set(re.findall(r"(?<![\w.:,])[0-7]\.\d{1,2}(?![\w%])", words))
    assert named <= {one.id for one in questions()}


def test_every_lesson_has_a_plan():
    assert [path.stem for path in PLANS] == list(LESSONS)


@pytest.mark.parametrize("plan", PLANS, ids=lambda path: path.stem)
def test_minutes_of_a_plan_add_up(plan):
    card = next(row[1] for row in rows(plan) if row[0] == "**Minutes**")
    in_class = int(re.match(r"\d+", card)[0])
    assert sum(int(row[0]) for row in rows(plan) if row[0].isdecimal()) == in_class
    assert f"| **Minutes** | {card} |" in cells(plan.stem)[0], "the header card of the lesson says something else"


@pytest.mark.parametrize("plan", PLANS, ids=lambda path: path.stem)
def test_plan_has_board_question_alternatives_and_worksheet_command(plan):
    words = plan.read_text(encoding="utf-8")
    for what in ("**The board question.**", "**Written alternative.**", "**Plan B without internet.**", "ollect"):
        assert what in words
    assert f"helpers worksheet {plan.stem}" in words


def samples() -> list[str]:
    """The sample answers with their quotations, without the letters that refer to the comments."""
    page = TEACHING / "sample-answers.md"
    words = page.read_text(encoding="utf-8") if page.exists() else ""
    words = re.sub(r" ?\*\*\[\w+\]\*\*", "", words)
    return re.findall(r"^### The (?:introduction|defence), sample .+?\n(.*?)(?=^#)", words, re.M | re.S)


def test_there_are_three_sample_answers_in_two_parts():
    assert len(samples()) == 6


@pytest.mark.parametrize("words", samples())
def test_sample_answer_quotes_word_for_word(words):
    check = check_quotes(words)
    assert not set(check.verdicts) & {ALTERED, NOT_FOUND}, check.summary


def short_samples() -> list[tuple[str, str]]:
    """The samples of short essays: the id of the question, and the words."""
    page = TEACHING / "marking-a-class.md"
    words = page.read_text(encoding="utf-8") if page.exists() else ""
    found = re.findall(r"^### (\d\.\d+), about .+?\n\n(.+?)\n\n\*In the margin", words, re.M | re.S)
    return [(id, re.sub(r" ?<!--.*?-->", "", essay)) for id, essay in found]


def test_there_are_samples_at_three_levels_of_four_questions():
    assert [id for id, _ in short_samples()] == [id for id in ("2.10", "3.9", "4.8", "5.10") for _ in range(3)]


@pytest.mark.parametrize(("id", "words"), short_samples())
def test_short_sample_quotes_word_for_word(id, words):
    check = check_quotes(words)
    assert not set(check.verdicts) & {ALTERED, NOT_FOUND}, check.summary


@pytest.mark.parametrize(("id", "words"), short_samples()[::3])
def test_best_sample_is_as_long_and_quotes_as_often_as_its_question_asks(id, words):
    asked = next(one for one in questions() if one.id == id)
    assert asked.mark(words).wants == ()


def test_points_and_titles_of_the_table_are_those_of_the_questions():
    asked = {one.id: one for one in questions()}
    table = {row[0].split()[0]: row[1] for row in rows(TEACHING / "marking-a-class.md") if re.match(r"\d\.\d", row[0])}
    assert table == {id: str(one.points) for id, one in asked.items() if one.kind == "essay"}
