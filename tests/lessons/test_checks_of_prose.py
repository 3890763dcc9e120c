"""Each check of the lessons’ prose can fail: tested with our lessons about 1921-telegram and 1923-letter."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys

import pytest
from lessons_checked import (
    ROOT,
    Lesson,
    broken_links,
    broken_references,
    dates_without_a_row,
    lesson_paths,
    long_paragraphs,
    minutes_elsewhere,
    paragraphs,
    read_lesson,
)
from numbers_backed import backing, numbers
from spelling import misspelt, module_words, own_words
from test_prose import not_needed

LESSONS = lesson_paths()


def test_word_lists_have_no_unneeded_words():
    assert not not_needed(own_words())
    assert set(module_words()) < set(own_words())


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
        (
            "## Sources\n\n- A. Jones, *Socialism in Georgian Colors* (1900), an onlin copy.",
            ["“onlin” is in no word list"],
        ),
        ("## Colours\n\nA book in *Georgian Colors*.", ["“Colors” is American"]),
        ("`recieve()` and [a word](recieve.md) <!-- recieve --> are no prose.", []),
    ],
)
def test_spelling_check_reports_american_and_misspelt_words(words, said):
    assert misspelt(words) == said


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
        ("On 16 February 1921. <!-- t11 -->", "on 16 February 1921", [None, None]),
        ("On 16 February 1921, not before. <!-- t11 -->", "on 16 February 1921", ["output", "output"]),
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
def test_backing_of_a_number_is_found(source, shown, behind):
    lesson = Lesson("99-none", (("a", "markdown", "# None"), ("b", "markdown", source)), shown)
    assert [backing(lesson, number) for number in numbers(lesson)] == behind


def test_wrong_number_in_a_stored_output_makes_nbval_fail(tmp_path):
    """Uses the first cells of a real lesson and the nbval settings of this project."""
    path = next(path for path in LESSONS if path.stem.startswith("00"))
    notebook = json.loads(path.read_text(encoding="utf-8"))
    stop = next(i for i, cell in enumerate(notebook["cells"]) if "concordance(" in "".join(cell["source"])
                and "import" not in "".join(cell["source"]))  # fmt: skip
    notebook["cells"] = notebook["cells"][: stop + 1]
    true = json.dumps(notebook)
    assert true.count("6 in the 389 words") == 2  # as HTML and as plain text
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
def test_broken_reference_is_reported(source, said):
    found = broken_references("00-start-here", source)
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
def test_date_without_a_timeline_row_is_reported(source, said):
    found = dates_without_a_row("00-start-here", source)
    assert [one.split("“")[1].split("”")[0] for one in found] == said


def test_broken_links_long_paragraphs_and_wrong_minutes_are_reported():
    readme = ROOT / "README.md"
    assert (
        broken_links(readme, "[a](lessons/questions/00-start-here.yaml) [b](#privacy) [c](https://example.org/x)") == []
    )
    assert len(broken_links(readme, "[a](lessons/99.ipynb) [b](#no-such-heading)")) == 2
    lesson = read_lesson(LESSONS[0])
    first, card = lesson.prose[0]
    assert minutes_elsewhere(lesson.with_cell(first, re.sub(r"(Minutes\*\* \| )\d+", r"\g<1>99", card)))
    assert minutes_elsewhere(lesson.with_cell(first, card.replace("**Minutes**", "**Time**")))
    id, _ = lesson.prose[1]
    assert not long_paragraphs(lesson.with_cell(id, "word " * 110 + "\n\n" + "word " * 110))
    assert len(long_paragraphs(lesson.with_cell(id, "word " * 111))) == 1
    assert [words for _, words in paragraphs("# A\nb c\n- d\n- e\n\nf")] == ["# A\nb c", "- d", "- e", "f"]


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_lessons_use_the_editors_phrase_only_in_quotation_marks(path):
    prose = "\n\n".join(source for _, source in read_lesson(path).prose)
    assert "Georgian question" not in re.sub(r"[“*\"][^”\"\n]*[”\"]", "", prose)
