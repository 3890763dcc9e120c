"""Checks of texts and tables and of the prose of all lessons: spelling, numbers, references, dates."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

import numbers_backed
import pytest
from lessons_checked import (
    ROOT,
    Lesson,
    broken_links,
    broken_references,
    claims,
    dates_without_a_row,
    guide_paths,
    lesson_paths,
    long_paragraphs,
    minutes_elsewhere,
    question_texts,
    read_lesson,
    reading_grade,
    syllables_of,
    table,
)
from numbers_backed import backing, numbers, rows_not_listed
from spelling import LISTS, listed, misspelt

from helpers.__main__ import main
from helpers.questions import question_path

LESSONS = lesson_paths()
HARDEST = 12  # the highest reading grade that suits the students
each_lesson = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)


def pieces() -> list[tuple[str, str]]:
    """All our prose, each piece with its place."""
    found = [(f"{path.stem}, cell {id}", source) for path in LESSONS for id, source in read_lesson(path).prose]
    found += [
        (path.name, words)
        for path in sorted((ROOT / "lessons" / "questions").glob("*.yaml"))
        for words in question_texts(path)
    ]
    found += [(str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")) for path in guide_paths()]
    found += [("glossary.csv", row["explanation"]) for row in table("glossary")]
    return found + [("summaries.csv", row["summary"]) for row in table("summaries")]


def test_texts_tables_and_questions_are_in_order(capsys):
    """Runs ``python -m helpers check``."""
    assert main(["check"]) == 0, capsys.readouterr()


# Spelling.


def test_every_word_is_in_british_spelling():
    wrong = Counter(f"{place}: {said}" for place, source in pieces() for said in misspelt(source))
    assert not wrong, "\n" + "\n".join(sorted(wrong)) + "\nMend the word, or add it to tests/lessons/course-words.txt."


def not_needed(path: Path) -> set[str]:
    """The words of a list that no prose uses."""
    unknown = {re.sub(r"[’']s?$", "", said.split("”")[0][1:]).lower() for _, source in pieces()
               for said in misspelt(source, frozenset())}  # fmt: skip
    return {word for word in listed(path) if word.lower() not in unknown}


def test_word_lists_are_sorted_and_the_course_list_has_no_unneeded_words():
    for path in LISTS:
        assert listed(path) == sorted(set(listed(path)), key=lambda word: (word.lower(), word))
    assert not not_needed(LISTS[1])


# The reading grade.


class Grades(dict):
    """The reading grade of each lesson, printed after all tests."""

    def pytest_terminal_summary(self, terminalreporter):
        said = ", ".join(f"{lesson} {grade:.1f}" for lesson, grade in sorted(self.items()))
        terminalreporter.write_line(f"Reading grade (Flesch–Kincaid, years at school): {said}")


@pytest.fixture(scope="module")
def grades(request):
    plugin = Grades()
    request.config.pluginmanager.register(plugin)
    return plugin


@each_lesson
def test_reading_grade_of_a_lesson_is_not_too_high(path, grades):
    grades[path.stem[:2]] = reading_grade(read_lesson(path))
    assert grades[path.stem[:2]] <= HARDEST


def test_reading_grade_is_higher_for_harder_prose():
    easy = Lesson("00-easy", (("a", "markdown", "The cat sat. It saw a dog. The dog ran."),))
    hard = Lesson("00-hard", (("a", "markdown", "Institutional historiography characteristically overestimates "
                               "administrative intentionality in revolutionary environments."),))  # fmt: skip
    assert reading_grade(easy) < 3 < HARDEST < reading_grade(hard)
    words = "people title wanted places the committee revolutionary Georgia inclined whole telegram asked defence"
    assert [syllables_of(word) for word in words.split()] == [2, 2, 2, 2, 1, 3, 6, 2, 2, 1, 3, 1, 2]


# Numbers.


@each_lesson
def test_every_number_in_a_lesson_is_backed(path):
    said = numbers_backed.complaints(read_lesson(path))
    assert not said, (
        "\n" + "\n".join(said) + "\nShow it in an output, link it, or give the reason in tests/lessons/claims.py."
    )


@each_lesson
def test_each_changed_number_in_a_lesson_is_reported(path):
    """Increases each number by one, one at a time; instructions such as “write three sentences” are skipped."""
    lesson = read_lesson(path)
    cells = dict(lesson.prose)
    unseen, changed = [], 0
    for number in numbers(lesson):
        if backing(lesson, number) in (None, "wish"):
            continue
        source = cells[number.cell]
        wrong = source[: number.start] + number.one_more() + source[number.end :]
        changed += 1
        if not _complains(lesson.with_cell(number.cell, wrong), number.cell, source):
            around = " ".join(source[max(0, number.start - 40) : number.end + 30].split())
            unseen.append((number.words, f"cell {number.cell}: {number.one_more()} for {number.words} in “{around}”"))
    passed = "\n".join(said for _, said in unseen)
    assert changed
    assert not [said for words, said in unseen if len(re.sub(r"\D", "", words)) > 1], passed
    assert len(unseen) <= max(1, changed / 10), passed


def _complains(lesson: Lesson, cell: str, before: str) -> bool:
    """Whether the checks report a changed cell: a number that nothing backs, or a claim that is nowhere."""
    whole = "\n\n".join(source for _, source in lesson.prose)
    own = [claim.pattern for claim in claims() if claim.lesson == lesson.name[:2]]
    gone = any(claim.search(before) and not claim.search(whole) for claim in own)
    rows = set(rows_not_listed(lesson)) - set(rows_not_listed(lesson.with_cell(cell, before)))
    return (
        gone or bool(rows) or any(backing(lesson, number) is None for number in numbers(lesson) if number.cell == cell)
    )


def test_every_claim_is_in_a_lesson_and_has_a_reason():
    assert all(bool(claim.why) != bool(claim.numbers) for claim in claims())
    prose = {path.stem[:2]: "\n\n".join(source for _, source in read_lesson(path).prose) for path in LESSONS}
    stale = [
        f"lesson {claim.lesson or '…'} does not say “{claim.said}”"
        for claim in claims()
        if not any(claim.pattern.search(words) for lesson, words in prose.items() if claim.lesson in ("", lesson))
    ]
    assert not stale, "\n".join(stale)


@each_lesson
def test_sources_of_a_lesson_list_the_rows_it_uses(path):
    assert not rows_not_listed(read_lesson(path))


# References, dates and structure.


@each_lesson
def test_mentioned_lessons_questions_and_rows_exist(path):
    said = [said for id, source in read_lesson(path).prose for said in broken_references(path.stem, id, source)]
    questions = question_path(path)
    if questions.exists():
        said += [said for words in question_texts(questions) for said in broken_references(questions.name, "–", words)]
    assert not said, "\n".join(said)


def test_links_of_the_readme_have_existing_targets():
    readme = ROOT / "README.md"
    assert not broken_links(readme, readme.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", guide_paths(), ids=lambda path: path.stem)
def test_guide_mentions_only_existing_items_and_skips_no_heading_level(path):
    page = path.read_text(encoding="utf-8")
    assert not broken_references(path.name, "–", page)
    levels = [len(marks) for marks in re.findall(r"^(#+) ", re.sub(r"```.*?```", "", page, flags=re.S), re.M)]
    assert levels.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))


@each_lesson
def test_links_of_a_lesson_have_existing_targets(path):
    assert not [said for _, source in read_lesson(path).prose for said in broken_links(path, source)]


def test_every_question_is_asked_once_and_in_its_own_lesson():
    asked = [
        (path.stem, id)
        for path in LESSONS
        for _, kind, source in read_lesson(path).cells
        if kind == "code"
        for id in re.findall(r'\banswer\("([\d.]+)"', source)
    ]
    assert max(Counter(id for _, id in asked).values()) == 1
    assert all(id.split(".")[0] == str(int(lesson[:2])) for lesson, id in asked)


@each_lesson
def test_paragraphs_are_not_too_long(path):
    assert not long_paragraphs(read_lesson(path))


@each_lesson
def test_minutes_of_a_lesson_agree_everywhere(path):
    assert not minutes_elsewhere(read_lesson(path))


@each_lesson
def test_outside_dates_have_the_key_of_a_timeline_row(path):
    said = []
    for id, source in read_lesson(path).prose:
        said += dates_without_a_row(path.stem, id, source)
    assert not said, "\n".join(said)
