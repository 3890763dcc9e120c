"""``texts/course.yaml``: language, which answers count, when model answers open; and the first complete answer."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from helpers import answer, my_work
from helpers.core import UserError
from helpers.course import check_course
from helpers.portfolio import FORMATS, export_work, work_records
from helpers.questions import (
    check_questions,
    course_settings,
    question,
    question_heading,
    questions,
    record_answer,
    standing_of,
    verdict_data,
)
from helpers.texts import load_all_texts
from helpers.widgets import form_state
from helpers.worksheets import key_of

FILE = """\
title: A lesson
questions:
  - id: "1.1"
    kind: choice
    skill: sourcing
    points: 1
    prompt: Who writes?
    options: [{id: a, text: Ann, correct: true, why: She signs.}, {id: b, text: Ben, why: He copies.}]
  - id: "1.2"
    kind: essay
    skill: sourcing
    points: 4
    prompt: Who decides?
    words: {least: 3}
    rubric: [{id: claim, criterion: Claim, points: 4, levels: [clear, none]}]
    model_answer: The model says Ann.
    misconceptions: [{idea: Ben does., reply: He only copies.}]
  - id: "1.3"
    kind: short
    skill: sourcing
    points: 1
    prompt: Which month?
    accept: [February]
    model_answer: The model says February.
  - id: "1.4"
    kind: short
    skill: sourcing
    points: 0
    prompt: What else?
    model_answer: The model says nothing.
"""
TEXT = "---\ntitle: A letter\n---\n\nReturn all this.\n"


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A module with one lesson; gives a function that writes its settings and returns the problems found."""
    for folder in ("texts", "lessons/questions"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "texts" / "letter.md").write_text(TEXT, encoding="utf-8")
    (tmp_path / "lessons" / "questions" / "01-a-lesson.yaml").write_text(FILE, encoding="utf-8")
    monkeypatch.setenv("CLOSE_READING_HOME", str(tmp_path))
    monkeypatch.setenv("CLOSE_READING_WORK", str(tmp_path / "work"))

    def write(words: str = "", name: str = "texts/course.yaml") -> list[str]:
        (tmp_path / name).write_text(words, encoding="utf-8")
        return check_questions(load_all_texts())

    return write


# ---- the file


@pytest.mark.parametrize(
    ("words", "line", "said"),
    [
        ("language: english please", 1, "Write, for example, language: en"),
        ("prose:\n  dictionary: xx", 2, "“dictionary: xx” is not known"),
        ("prose:\n  wrods: [Fähre]", 2, "Did you mean “words”"),
        ("prose:\n  words:\n    - [Fähre]", 3, "in “words” is not text"),
        ("prose:\n  months: [Januar]", 2, "Write all twelve"),
        ("prose:\n  reading_grade: ten", 2, "is not a whole number"),
        ("prose:\n  phrases:\n    source: Quellen", 3, "Did you mean “sources”"),
        ("prose:\n  reasons:\n    - words: zwei Bedingungen", 3, "has no “why”"),
        ('prose:\n  reasons:\n    - {lesson: "1", words: two, why: a}', 3, "Write two digits"),
        ("languag: en", 1, "Did you mean “language”?"),
        ("language: en\nmodel_answers: later", 2, "Write first, never or a day, such as 2027-01-31"),
        ("model_answers: 31.1.2027", 1, "is not known"),
        ("model_answers: '2027-02-30'", 1, "is not known"),
        ("model_answers: 20270131", 1, "is not text but a number"),
        ("language: en\nattempts: all", 2, "“attempts: all” is not known"),
        ("essays: 1.2", 1, "must be a list"),
        ("essays:\n  - 1.2", 2, "Put it into quotation marks"),
        ("essays:\n  - '1.2'\n  - essay", 3, "“essay” is not the id of a question"),
        ("essays:\n  - '1.2'\n  - '1.9'", 3, "there is no question “1.9”"),
        ("essays: ['1.1']", 1, "the module marks question “1.1” itself"),
        ("essays: ['1.3']", 1, "the module marks question “1.3” itself"),
        ("essays: ['1.4']", 1, "question “1.4” has 0 points"),
        ("language: [", 1, "YAML"),
    ],
)
def test_mistake_in_the_settings_is_reported_once_with_line_and_fix(course, words, line, said):
    (problem,) = course(words)
    assert problem.startswith(f"texts/course.yaml, line {line}: "), problem
    assert said in problem
    assert check_course().problems.count(problem) == 1


def test_mistakes_in_several_settings_are_reported_in_one_run(course):
    problems = course("language: english please\nattempts: all\nessays: 1.2\nprose:\n  wrods: [x]\nlanguag: en\n")
    assert sorted(int(one.partition("line ")[2].partition(":")[0]) for one in problems) == [1, 2, 3, 5, 6]
    with pytest.raises(UserError, match="line 6: "):
        course_settings()


def test_settings_are_optional_and_no_unread_file(course, tmp_path):
    assert course("language: ka\nmodel_answers: never\nessays: ['1.2']\nattempts: first\n") == []
    assert "course.yaml" not in check_course().read
    assert course_settings().language == "ka"
    (tmp_path / "texts" / "course.yaml").unlink()
    assert check_questions(load_all_texts()) == []
    assert question("1.1").attempts == "best"


@pytest.mark.parametrize("name", ["texts/course.yml", "texts/course.yaml.txt", "lessons/course.yaml"])
def test_misnamed_settings_are_reported(course, name):
    (problem,) = course("attempts: first\n", name)
    assert problem.startswith(f"{name} is not read.")
    assert "course.yaml" in problem
    assert question("1.1").attempts == "best"


def test_former_place_is_read_and_named_and_the_new_place_wins(course):
    (problem,) = course("attempts: first\n", "lessons/questions/course.yaml")
    assert problem == (
        "lessons/questions/course.yaml: settings are now in texts/course.yaml. Move “attempts: first” there and "
        "delete lessons/questions/course.yaml."
    )
    assert question("1.1").attempts == "first"
    (problem,) = course("attempts: last\n")
    assert problem.endswith("only that is read. Delete lessons/questions/course.yaml.")
    assert question("1.1").attempts == "last"


def test_question_whose_lesson_cannot_be_read_is_not_called_missing(course, tmp_path):
    (tmp_path / "lessons" / "questions" / "01-a-lesson.yaml").write_text("title: A\n", encoding="utf-8")
    (problem,) = course("essays: ['1.2']")
    assert problem.startswith("lessons/questions/01-a-lesson.yaml")


# ---- which answers count


def test_heading_and_exports_say_which_answers_count(course):
    course("essays: ['1.2']")
    heads = [question_heading(one) for one in questions()]
    assert heads == [
        "· 1 of 4 (sourcing; 1 point; your best answer counts)",
        "· 2 of 4 (sourcing; 4 points, given by your teacher; for the mark; your last complete answer counts)",
        "· 3 of 4 (sourcing; 1 point; your last answer counts)",
        "· 4 of 4 (sourcing; not marked)",
    ]
    for id, response in (("1.1", "a"), ("1.2", "Ann decides it.")):
        record_answer(question(id), response)
    assert [record["aim"] for record in work_records()] == ["", "for the mark"]
    assert all("for the mark" in export_work(format) for format in FORMATS)
    course("essays: []")
    assert "for practice" in question_heading(question("1.2"))
    course("")


# ---- when model answers open

SECRETS = ("The model says", "He only copies.")


def told(id: str, words: str) -> str:
    """Everything that a student sees after an answer."""
    asked = question(id)
    attempt = record_answer(asked, words)
    shown = [verdict_data(asked, attempt.verdict, opened=True), form_state(asked, standing_of(asked))]
    exports = [export_work(format) for format in FORMATS]
    return " ".join([json.dumps(shown), answer(id, words).words_html(), str(my_work(id)), *exports])


@pytest.mark.parametrize(
    ("setting", "is_open", "said"),
    [
        ("", True, ""),
        ("model_answers: first", True, ""),
        ("model_answers: never", False, "The model answer is not shown here. Ask your teacher."),
        ("model_answers: 2001-01-31", True, ""),
        ("model_answers: 2999-01-31", False, "The model answer opens on 31 January 2999."),
        ("model_answers: '2999-01-31'", False, "The model answer opens on 31 January 2999."),
    ],
)
def test_model_answer_opens_when_the_course_says(course, setting, is_open, said):
    assert course(setting) == []
    for id, words in (("1.2", "Ann decides it."), ("1.3", "In February.")):
        shown = told(id, words)
        assert ("The model says" in shown) == is_open
        assert not said or said in shown
    assert ("He only copies." in told("1.2", "Ben decides it.")) == is_open
    assert "The model says Ann." in key_of(question("1.2"), 2)


def test_incomplete_answer_opens_no_model_answer(course):
    course("model_answers: 2999-01-31")
    assert "The model answer" not in told("1.2", "Ann")
    course("")
    assert "The model says" not in told("1.2", "Ann")


# ---- the first complete answer


def test_first_complete_answer_is_shown_beside_the_last(course):
    for words in ("Ann", "My own first words.", "Words in between.", "The last words."):
        record_answer(question("1.2"), words)
    stands = standing_of(question("1.2"))
    assert stands.first.response == "My own first words."
    assert stands.counts.response == "The last words."
    state = form_state(question("1.2"), stands)
    assert (state["response"], state["first"], state["counted"]) == ("The last words.", "My own first words.", "")
    recalled = str(my_work("1.2"))
    assert recalled.index("The last words.") < recalled.index("Your first complete answer:\nMy own first words.")
    assert "Words in between." not in recalled
    assert "My own first words." in my_work("1.2").words_html()
    assert "Your first complete answer" in answer("1.2", "The very last words.").words_html()
    states = {record["response"]: record["state"] for record in work_records()}
    assert states["My own first words."] == "first"
    assert states["The very last words."] == "counts"
    page = export_work("html")
    assert page.index("the first complete one") < page.index("other version")
    assert "<details><summary>3 other versions" in page
    for format in FORMATS:
        assert "first" in re.sub("My own first words", "", export_work(format)), format


def test_only_complete_answer_is_shown_once(course):
    record_answer(question("1.2"), "My own first words.")
    assert standing_of(question("1.2")).first is None
    record_answer(question("1.2"), "Too short")
    stands = standing_of(question("1.2"))
    assert stands.first is None
    assert form_state(question("1.2"), stands)["first"] == ""
    assert str(my_work("1.2")).count("My own first words.") == 1


def test_first_answer_counts_only_if_it_is_complete(course):
    course("attempts: first\n")
    for words in ("Ann", "My own first words.", "The last words."):
        record_answer(question("1.2"), words)
    assert standing_of(question("1.2")).counts.response == "My own first words."
    assert "your first complete answer counts" in question_heading(question("1.2"))
    state = form_state(question("1.2"), standing_of(question("1.2")))
    assert (state["counted"], state["first"]) == ("My own first words.", "")


def test_choice_has_no_first_answer_beside_the_last(course):
    for option in ("b", "a"):
        record_answer(question("1.1"), option)
    assert standing_of(question("1.1")).first is None
    assert [record["state"] for record in work_records()] == ["answer", "counts"]


def test_settings_with_a_mistake_name_the_line_where_a_question_is_asked(course):
    course("attempts: all\n")
    with pytest.raises(UserError, match=r"texts/course.yaml, line 1: “attempts: all” is not known"):
        answer("1.1")


def test_worksheet_is_in_the_language_of_the_course(example, tmp_path, monkeypatch):
    import shutil

    from helpers.core import home
    from helpers.worksheets import worksheet

    shutil.copytree(home(), tmp_path / "copy")
    monkeypatch.setenv("CLOSE_READING_HOME", str(tmp_path / "copy"))
    assert '<html lang="en">' in worksheet("00")
    Path(tmp_path / "copy" / "texts" / "course.yaml").write_text("language: fr-CA\n", encoding="utf-8")
    assert '<html lang="fr-CA">' in worksheet("00")


def test_columns_of_the_gradebook_are_checked_against_the_questions(course):
    assert course('grades:\n  All: [essays, forms, forms 1, "1.2"]\n') == []
    (said,) = course('grades:\n  Essays: ["1.2"]\n  Odd: ["1.9"]\n')
    assert "course.yaml, line 3" in said
    assert "“1.9”, which does not exist" in said
    (said,) = course('grades:\n  Odd: ["1.4"]\n')
    assert "0 points" in said


def test_tests_of_the_prose_are_english_unless_the_course_says_otherwise(course):
    course()
    assert course_settings().prose.dictionary == "en"
    assert course_settings().prose.numbers.index("twenty-one") == 20
    course("language: de-AT\n")
    assert course_settings().prose.dictionary == "none"
    assert course_settings().prose.phrases["sources"] == "Sources"
    course("language: de\nprose: {dictionary: de, words: [Fähre, Aal], phrases: {sources: Quellen}}\n")
    prose = course_settings().prose
    assert prose.dictionary == "de"
    assert (prose.phrases["sources"], prose.phrases["done"]) == ("Quellen", "What you have done")
    assert prose.words == (("Fähre", "texts/course.yaml, line 2"), ("Aal", "texts/course.yaml, line 2"))
