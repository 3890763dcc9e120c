"""The lessons’ prose: spelling, reading grade, numbers, references, dates; and that each check can fail."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from itertools import pairwise

import numbers_backed
import pytest
from claims import CLAIMS
from lessons_checked import (
    ROOT,
    Lesson,
    broken_links,
    broken_references,
    dates_without_a_row,
    guide_paths,
    lesson_paths,
    long_paragraphs,
    minutes_elsewhere,
    paragraphs,
    question_texts,
    read_lesson,
    reading_grade,
    syllables_of,
    table,
)
from numbers_backed import backing, numbers, rows_not_listed
from spelling import misspelt, own_words

LESSONS = lesson_paths()
HARDEST = 12  # a lesson for a higher grade cannot be read by those it is for
each_lesson = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)


def pieces() -> list[tuple[str, str]]:
    """All prose of ours, with the place where it stands."""
    found = [(f"{path.stem}, cell {id}", source) for path in LESSONS for id, source in read_lesson(path).prose]
    found += [
        (path.name, words) for path in sorted((ROOT / "lessons").glob("*.yaml")) for words in question_texts(path)
    ]
    found += [(str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")) for path in guide_paths()]
    found += [("glossary.csv", row["explanation"]) for row in table("glossary")]
    return found + [("summaries.csv", row["summary"]) for row in table("summaries")]


# Spelling.


def test_every_word_is_spelt_as_the_british_do():
    wrong = Counter(f"{place}: {said}" for place, source in pieces() for said in misspelt(source))
    assert not wrong, "\n" + "\n".join(sorted(wrong)) + "\nMend the word, or add it to tests/words.txt."


def test_our_word_list_is_sorted_and_holds_nothing_that_is_not_needed():
    words = own_words()
    assert words == sorted(set(words), key=lambda word: (word.lower(), word))
    unknown = {re.sub(r"[’']s?$", "", said.split("”")[0][1:]).lower() for _, source in pieces()
               for said in misspelt(source, frozenset())}  # fmt: skip
    assert not {word for word in words if word.lower() not in unknown}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("They recognised the colour of the defence; the organisation’s centre analysed its behaviour.", []),
        ("To contextualise is to travel: the neighbour’s practice, and a licence.", []),
        ("They do not, they don’t; it isn’t Georgia’s.", []),
        ("The telegram’s sentense is short.", ["“sentense” is in no word list"]),
        ("They recieve a telegram.", ["“recieve” is in no word list"]),
        ("The color of the defense.", ["“color” is American", "“defense” is American"]),
        ("It was organized, and then summarized.", ["“organized” is American", "“summarized” is American"]),
        ("The size of the prize was seized by citizens.", []),
        ("The title says “Lenin Authorizes the Invasion of Georgia”.", []),
        ("The title authorizes nothing.", ["“authorizes” is American"]),
        ("The source spells him “Krestinskii”.", []),
        ("The line ends with Krestinskii.", ["“Krestinskii” is in no word list"]),
        ("`recieve()` and [a word](recieve.md) <!-- recieve --> are no prose.", []),
    ],
)
def test_spelling_knows_british_from_american_and_right_from_wrong(words, said):
    assert misspelt(words) == said


# The reading grade.


class Grades(dict):
    """The grade of each lesson, told when all tests have run."""

    def pytest_terminal_summary(self, terminalreporter):
        said = ", ".join(f"{lesson} {grade:.1f}" for lesson, grade in sorted(self.items()))
        terminalreporter.write_line(f"Reading grade (Flesch–Kincaid, years at school): {said}")


@pytest.fixture(scope="module")
def grades(request):
    plugin = Grades()
    request.config.pluginmanager.register(plugin)
    return plugin


@each_lesson
def test_a_lesson_can_be_read(path, grades):
    grades[path.stem[:2]] = reading_grade(read_lesson(path))
    assert grades[path.stem[:2]] <= HARDEST


def test_the_grade_rises_with_the_words():
    easy = Lesson("00-easy", (("a", "markdown", "The cat sat. It saw a dog. The dog ran."),))
    hard = Lesson("00-hard", (("a", "markdown", "Institutional historiography characteristically overestimates "
                               "administrative intentionality in revolutionary environments."),))  # fmt: skip
    assert reading_grade(easy) < 3 < HARDEST < reading_grade(hard)
    words = "people title wanted places the committee revolutionary Georgia inclined whole telegram asked defence"
    assert [syllables_of(word) for word in words.split()] == [2, 2, 2, 2, 1, 3, 6, 2, 2, 1, 3, 1, 2]


# Numbers.


@each_lesson
def test_every_number_has_something_behind_it(path):
    said = numbers_backed.complaints(read_lesson(path))
    assert not said, "\n" + "\n".join(said) + "\nShow it in an output, link it, or give the reason in tests/claims.py."


@pytest.mark.parametrize(
    ("source", "shown", "behind"),
    [
        ("The letter has 86 words.", "86 words and 85 signs", ["words"]),
        ("It is 86.", "letter 86, note 490", ["output"]),
        ("It is 86.", "letter 86, note 87", [None]),
        ("It is 86.", "letter 8, note 186", [None]),
        ("It has five times more.", "found five times", ["words"]),
        ("It has six times more.", "found five times", [None]),
        ("On 14 February 1921.", "", ["own date", "own date"]),
        ("On 15 February 1921.", "", [None, None]),
        ("On 15 February 1921. <!-- t11 -->", "", ["row", "row"]),
        ("In 1922.", "in another year, 1922, it resigned", [None]),
        ("Document 814 says so.", "", ["output"]),
        ("Document 815 says so.", "", [None]),
        ("e14, Sklyansky is to send the telegram to Smilga.", "", ["arrow"]),
        ("e15, Sklyansky is to send the telegram to Smilga.", "", [None]),
        ("It says “14/11-1921”.", "", ["quotation", "quotation"]),
        ("It says “15/11-1921”.", "", [None, None]),
        ("See [lesson 01](01-who-is-speaking.ipynb).", "", ["link"]),
        ("See [lesson 02](01-who-is-speaking.ipynb).", "", [None]),
        ("See lesson 01.", "", [None]),
        ("## Sources\n\nVol. 42, p. 656; vol. 45, p. 608.", "", [None, "reference", "reference", "reference"]),
        ("Write three sentences.", "", ["wish"]),
    ],
)
def test_what_is_behind_a_number(source, shown, behind):
    lesson = Lesson("99-none", (("a", "markdown", "# None"), ("b", "markdown", source)), shown)
    assert [backing(lesson, number) for number in numbers(lesson)] == behind


@each_lesson
def test_a_lesson_with_one_wrong_number_fails(path):
    """Every number is made one more, one at a time; what is only wished (“write three sentences”) is left out."""
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
    assert changed > 10
    assert not [said for words, said in unseen if len(re.sub(r"\D", "", words)) > 1], passed
    assert len(unseen) <= changed / 10, passed


def _complains(lesson: Lesson, cell: str, before: str) -> bool:
    """Whether the tests of this file complain of a changed cell: of a number, or of a claim that stands nowhere."""
    whole = "\n\n".join(source for _, source in lesson.prose)
    own = [claim.pattern for claim in CLAIMS if claim.lesson == lesson.name[:2]]
    gone = any(claim.search(before) and not claim.search(whole) for claim in own)
    rows = set(rows_not_listed(lesson)) - set(rows_not_listed(lesson.with_cell(cell, before)))
    return (
        gone or bool(rows) or any(backing(lesson, number) is None for number in numbers(lesson) if number.cell == cell)
    )


def test_every_claim_stands_in_a_lesson_and_has_a_reason():
    assert all(bool(claim.why) != bool(claim.numbers) for claim in CLAIMS)
    prose = {path.stem[:2]: "\n\n".join(source for _, source in read_lesson(path).prose) for path in LESSONS}
    stale = [
        f"lesson {claim.lesson or '…'} does not say “{claim.said}”"
        for claim in CLAIMS
        if not any(claim.pattern.search(words) for lesson, words in prose.items() if claim.lesson in ("", lesson))
    ]
    assert not stale, "\n".join(stale)


@each_lesson
def test_the_sources_of_a_lesson_list_the_rows_it_uses(path):
    assert not rows_not_listed(read_lesson(path))


def test_a_wrong_number_in_a_stored_output_fails_when_the_lesson_is_run(tmp_path):
    """The first cells of a real lesson, and nbval as it is set here."""
    path = next(path for path in LESSONS if path.stem.startswith("00"))
    notebook = json.loads(path.read_text(encoding="utf-8"))
    stop = next(i for i, cell in enumerate(notebook["cells"]) if "concordance(" in "".join(cell["source"])
                and "import" not in "".join(cell["source"]))  # fmt: skip
    notebook["cells"] = notebook["cells"][: stop + 1]
    true = json.dumps(notebook)
    assert true.count("6 in the 389 words") == 2  # as a page and as plain words
    settings = dict(os.environ, CLOSE_READING_HOME=str(ROOT), CLOSE_READING_WORK=str(tmp_path / "work"))
    for name, words in (("true", true), ("false", true.replace("6 in the 389 words", "7 in the 389 words"))):
        (tmp_path / f"{name}.ipynb").write_text(words, encoding="utf-8")
    here = ["-c", str(ROOT / "pyproject.toml"), "--rootdir", str(tmp_path), "-o", "addopts=", "-p", "no:cacheprovider"]
    nbval = ["--nbval", f"--nbval-sanitize-with={ROOT / 'tests' / 'sanitize.cfg'}", str(tmp_path)]
    command = [sys.executable, "-m", "pytest", "-q", *here, *nbval]
    run = subprocess.run(command, cwd=tmp_path, env=settings, capture_output=True, text=True, check=False)
    failed = re.findall(r"FAILED (\w+)\.ipynb", run.stdout)
    assert run.returncode == 1, run.stdout
    assert failed == ["false"], run.stdout


# References, dates and shape.


@each_lesson
def test_what_is_mentioned_exists(path):
    said = [said for id, source in read_lesson(path).prose for said in broken_references(path.stem, id, source)]
    questions = path.with_suffix(".yaml")
    if questions.exists():
        said += [said for words in question_texts(questions) for said in broken_references(questions.name, "–", words)]
    assert not said, "\n".join(said)


def test_links_of_the_readme_lead_somewhere():
    readme = ROOT / "README.md"
    assert not broken_links(readme, readme.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", guide_paths(), ids=lambda path: path.stem)
def test_the_guide_mentions_what_exists_and_skips_no_level(path):
    page = path.read_text(encoding="utf-8")
    assert not broken_references(path.name, "–", page)
    levels = [len(marks) for marks in re.findall(r"^(#+) ", re.sub(r"```.*?```", "", page, flags=re.S), re.M)]
    assert levels.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))


@each_lesson
def test_links_of_a_lesson_lead_somewhere(path):
    assert not [said for _, source in read_lesson(path).prose for said in broken_links(path, source)]


def test_every_question_is_asked_once_in_all_lessons_and_in_its_own():
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
def test_a_paragraph_is_no_screenful(path):
    assert not long_paragraphs(read_lesson(path))


@each_lesson
def test_a_lesson_takes_the_same_time_everywhere(path):
    assert not minutes_elsewhere(read_lesson(path))


@each_lesson
def test_a_date_from_outside_carries_the_key_of_its_row(path):
    said = []
    for id, source in read_lesson(path).prose:
        said += dates_without_a_row(path.stem, id, source)
    assert not said, "\n".join(said)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("See lesson 01, question 1.3, paragraph 3, note [2], e14 and <!-- t05 -->.", []),
        ("e33 and e36 do not exist.", []),
        ("See lessons 01 and 09.", ["there is no lesson 09"]),
        ("Question 1.30 asks it.", ["there is no question 1.30"]),
        ("See paragraphs 3 and 99.", ["there is no paragraph 99"]),
        ("The arrow e99 and the row t99.", ["there is no edge e99", "there is no row t99"]),
        ("The editors say so in note [7].", ["there is no note 7"]),
        ("[01 · Who is asking?](01-who-is-speaking.ipynb)", ["is not what 01-who-is-speaking.ipynb is"]),
        ("[lesson 02](01-who-is-speaking.ipynb)", ["lesson 02 does not stand in 01-who-is-speaking.ipynb"]),
    ],
)  # fmt: skip
def test_a_broken_reference_is_named(source, said):
    found = broken_references("00-start-here", "x", source)
    assert len(found) == len(said)
    assert all(part in whole for part, whole in zip(said, found, strict=True)), found


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("On 14 February 1921, and in March 1923.", []),
        ("In May 1920 a treaty was signed. <!-- t05 -->", []),
        ("The page prints “April 1922”.", []),
        ("In May 1920 a treaty was signed.", ["May 1920"]),
        ("In 1921 he wrote; in 1922 he defended it.", ["1922"]),
        ("In May 1920. <!-- t05 -->\n\nOn 25 February 1921 they entered Tiflis.", ["25 February 1921"]),
        ("On 15 February 1921 it wrote again.", ["15 February 1921"]),
    ],
)
def test_a_date_without_a_row_is_named(source, said):
    found = dates_without_a_row("00-start-here", "x", source)
    assert [one.split("“")[1].split("”")[0] for one in found] == said


def test_links_long_paragraphs_and_minutes_that_are_wrong_are_named():
    readme = ROOT / "README.md"
    assert broken_links(readme, "[a](lessons/00-start-here.yaml) [b](#privacy) [c](https://example.org/x)") == []
    assert len(broken_links(readme, "[a](lessons/99.ipynb) [b](#no-such-heading)")) == 2
    lesson = read_lesson(LESSONS[0])
    first, card = lesson.prose[0]
    assert minutes_elsewhere(lesson.with_cell(first, re.sub(r"(Minutes\*\* \| )\d+", r"\g<1>99", card)))
    assert minutes_elsewhere(lesson.with_cell(first, card.replace("**Minutes**", "**Time**")))
    id, _ = lesson.prose[1]
    assert not long_paragraphs(lesson.with_cell(id, "word " * 110 + "\n\n" + "word " * 110))
    assert len(long_paragraphs(lesson.with_cell(id, "word " * 111))) == 1
    assert [words for _, words in paragraphs("# A\nb c\n- d\n- e\n\nf")] == ["# A\nb c", "- d", "- e", "f"]
