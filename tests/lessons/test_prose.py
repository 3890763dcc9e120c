"""Checks of texts and tables and of the prose of all lessons: spelling, numbers, references, dates."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

import numbers_backed
import pytest
from lessons_checked import (
    ROOT,
    Lesson,
    at,
    broken_links,
    broken_references,
    claims,
    dates_without_a_row,
    guide_paths,
    language,
    lesson_paths,
    long_paragraphs,
    minutes_elsewhere,
    prose_settings,
    question_texts,
    read_lesson,
    reading_grade,
    report,
    syllables_of,
    table,
)
from numbers_backed import backing, numbers, rows_not_listed
from spelling import misspelt_words, module_words, spelling_problems

from helpers.__main__ import main
from helpers.questions import question_path

LESSONS = lesson_paths()
each_lesson = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)


def pieces() -> list[tuple[str, str]]:
    """All our prose, each piece with its place."""
    lessons = map(read_lesson, LESSONS)
    found = [(lesson.place(id), source) for lesson in lessons for id, source in lesson.prose]
    for path in sorted((ROOT / "lessons" / "questions").glob("*.yaml")):
        found += question_texts(path)
    found += [(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")) for path in guide_paths()]
    found += [(row.place, row["explanation"]) for row in table("glossary")]
    return found + [(row.place, row["summary"]) for row in table("summaries")]


def test_texts_tables_and_questions_are_in_order(capsys):
    """Runs ``python -m helpers check``."""
    if main(["check"]):
        report(["python -m helpers check says:", *capsys.readouterr().out.splitlines()])


# Spelling.


def test_every_word_is_spelt_as_the_dictionary_of_the_course_has_it():
    report(said for where, source in pieces() for said in spelling_problems(where, source))


def not_needed(words: list[str]) -> set[str]:
    """The words of a list that no prose uses."""
    unknown = {re.sub(r"[’']s?$", "", word).lower() for word in _unknown()} | {word.lower() for word in _unknown()}
    return {word for word in words if word.lower() not in unknown}


@lru_cache(maxsize=1)
def _unknown() -> list[str]:
    return [said.split("”")[0][1:] for _, source in pieces() for _, said in misspelt_words(source, frozenset())]


def test_course_lists_only_words_that_are_needed():
    places = {word: place for word, place in prose_settings().words if prose_settings().dictionary != "none"}
    report(
        f"{places[word]}: the word “{word}” is not needed: the dictionary has it, or nothing uses it. Delete the line."
        for word in sorted(not_needed([*places]))
    )


def test_word_list_of_the_module_is_sorted():
    assert module_words() == sorted(set(module_words()), key=lambda word: (word.lower(), word))


# The reading grade.


class Grades(dict):
    """The reading grade of each lesson, printed after all tests."""

    def pytest_terminal_summary(self, terminalreporter):
        said = ", ".join(f"{lesson} {grade:.1f}" for lesson, grade in sorted(self.items()))
        formula = {"en": "Flesch–Kincaid", "de": "fourth Vienna formula"}.get(language(), "LIX")
        terminalreporter.write_line(f"Reading grade ({formula}, years at school): {said}")


@pytest.fixture(scope="module")
def grades(request):
    plugin = Grades()
    request.config.pluginmanager.register(plugin)
    return plugin


@each_lesson
def test_reading_grade_of_a_lesson_is_not_too_high(path, grades):
    grades[path.stem[:2]] = grade = reading_grade(read_lesson(path))
    highest = prose_settings().reading_grade
    if grade > highest:
        report([
            f"lessons/{path.name}: its prose needs {grade:.1f} years at school to read, and {highest} are wanted. "
            "Write shorter sentences and shorter words; or write another number as “prose”, “reading_grade” in "
            "texts/course.yaml."
        ])  # fmt: skip


def test_reading_grade_is_higher_for_harder_prose():
    easy = Lesson("00-easy", (("a", "markdown", "The cat sat. It saw a dog. The dog ran."),))
    hard = Lesson("00-hard", (("a", "markdown", "Institutional historiography characteristically overestimates "
                               "administrative intentionality in revolutionary environments."),))  # fmt: skip
    for of in ("en", "de", "fr"):
        assert reading_grade(easy, of) < 3 < 12 <= reading_grade(hard, of)
    words = "people title wanted places the committee revolutionary Georgia inclined whole telegram asked defence"
    assert [syllables_of(word) for word in words.split()] == [2, 2, 2, 2, 1, 3, 6, 2, 2, 1, 3, 1, 2]


# Numbers.


@each_lesson
def test_every_number_in_a_lesson_is_backed(path):
    report(numbers_backed.complaints(read_lesson(path)))


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
            unseen.append((
                number.words,
                f"{at(lesson.place(number.cell), source, number.start)}: nothing would notice it if “{number.words}” "
                f"in “{around}” were {number.one_more()}. Let a cell show it, or quote it. {numbers_backed.REASONS}.",
            ))  # fmt: skip
    assert changed, f"lessons/{path.name} has no number, not even its own in the title"
    report(said for words, said in unseen if len(re.sub(r"\D", "", words)) > 1)
    if len(unseen) > max(1, changed / 10):
        report(said for _, said in unseen)


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
    report(
        f"{claim.place}: {f'lesson {claim.lesson}' if claim.lesson else 'no lesson'} "
        f"{'does not say' if claim.lesson else 'says'} “{claim.said}”. Correct the words of this reason, or delete it."
        for claim in claims()
        if not any(claim.pattern.search(words) for lesson, words in prose.items() if claim.lesson in ("", lesson))
    )


@each_lesson
def test_sources_of_a_lesson_list_the_rows_it_uses(path):
    report(rows_not_listed(read_lesson(path)))


# References, dates and structure.


@each_lesson
def test_mentioned_lessons_questions_and_rows_exist(path):
    lesson = read_lesson(path)
    said = [said for id, source in lesson.prose for said in broken_references(lesson.place(id), source)]
    questions = question_path(path)
    if questions.exists():
        said += [said for where, words in question_texts(questions) for said in broken_references(where, words)]
    report(said)


def test_links_of_the_readme_have_existing_targets():
    readme = ROOT / "README.md"
    report(broken_links(readme, readme.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", guide_paths(), ids=lambda path: path.stem)
def test_guide_mentions_only_existing_items_and_skips_no_heading_level(path):
    page, where = path.read_text(encoding="utf-8"), path.relative_to(ROOT).as_posix()
    report([*broken_references(where, page), *wrong_headings(where, page)])


def wrong_headings(where: str, page: str) -> list[str]:
    """Messages about several titles, or none, and about skipped heading levels."""
    page = re.sub(r"```.*?```", lambda found: re.sub(r"[^\n]", " ", found[0]), page, flags=re.S)
    heads = [(len(found[1]), found.start()) for found in re.finditer(r"^(#+) ", page, re.M)]
    titles = [start for level, start in heads if level == 1]
    said = [] if titles else [f"{where}: no line is a title. Begin one with “# ”."]
    said += [f"{at(where, page, start)}: a second title. Begin this heading with “## ”." for start in titles[1:]]
    return said + [
        f"{at(where, page, start)}: this heading skips a level. Begin it with “{'#' * (before + 1)} ”."
        for (before, _), (level, start) in pairwise(heads)
        if level > before + 1
    ]


@each_lesson
def test_links_of_a_lesson_have_existing_targets(path):
    lesson = read_lesson(path)
    report(said for id, source in lesson.prose for said in broken_links(path, source, lesson.place(id)))


def test_every_question_is_asked_once_and_in_its_own_lesson():
    asked = [
        (id, f"lessons/{path.name}, cell {n}", int(path.stem[:2]))
        for path in LESSONS
        for n, (_, kind, source) in enumerate(read_lesson(path).cells, 1)
        if kind == "code"
        for id in re.findall(r'\banswer\("([\d.]+)"', source)
    ]
    first: dict[str, str] = {}
    for id, place, _ in reversed(asked):
        first[id] = place
    report([
        *(f"{place}: question {id} is asked in {first[id]} already. Delete one of the two cells."
          for id, place, _ in asked if place != first[id]),
        *(f"{place}: question {id} belongs to lesson {id.split('.')[0]:0>2}. Ask it there, or give it an id that "
          f"begins with {lesson}."
          for id, place, lesson in asked if id.split(".")[0] != str(lesson)),
    ])  # fmt: skip


@each_lesson
def test_paragraphs_are_not_too_long(path):
    report(long_paragraphs(read_lesson(path)))


@each_lesson
def test_minutes_of_a_lesson_agree_everywhere(path):
    report(minutes_elsewhere(read_lesson(path)))


@each_lesson
def test_outside_dates_have_the_key_of_a_timeline_row(path):
    lesson = read_lesson(path)
    report(said for id, source in lesson.prose for said in dates_without_a_row(lesson.place(id), source))
