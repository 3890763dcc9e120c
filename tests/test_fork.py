"""Modules of other texts, made with ``python -m helpers new-module``: their tests pass and say what to do.

Our texts are 1921-telegram and 1923-letter.
"""

from __future__ import annotations

import csv
import html
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from helpers import __main__
from helpers.core import UserError
from helpers.course import ENCODINGS, new_module

# A test here runs the tests of a whole module, which takes minutes on a busy machine.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]
ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = ROOT / "tests" / "fork"
GERMAN = (EXAMPLE / "german" / "brief-an-den-rat.txt", EXAMPLE / "german" / "antwort-des-rates.txt")
# Slow tests with their own fixtures, which do not depend on the texts.
LONG = (
    "browser", "core", "drawing", "fork", "portfolio", "search", "workbook", "annotation/test_web_annotation.py",
    "classroom", "course/test_bounds.py", "course/test_mistakes.py", "course/test_nbgrader.py",
    "course/test_quizzes.py", "lessons/test_nbgrader_page.py", "maps/test_maps.py", "quotations/test_checking.py",
    "test_any_input.py", "test_binder.py", "test_fork.py", "texts/test_tei.py",
)  # fmt: skip


def _run(fork: Path, *command: str, work: str = "") -> subprocess.CompletedProcess[str]:
    settings = {name: value for name, value in os.environ.items() if not name.startswith("CLOSE_READING_")}
    settings |= {"PYTHONPATH": str(fork)} | ({"CLOSE_READING_WORK": work} if work else {})
    return subprocess.run(
        [sys.executable, *command], cwd=fork, env=settings, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def fork(tmp_path_factory) -> Path:
    """A new module with all tables and the lesson of the example."""
    made = tmp_path_factory.mktemp("made") / "whose-bell"
    new_module(made, [EXAMPLE / "texts" / "1848-request.md", EXAMPLE / "texts" / "1848-reply.xml"])
    for name in ("texts", "lessons"):
        shutil.rmtree(made / name)
        shutil.copytree(EXAMPLE / name, made / name, ignore=shutil.ignore_patterns("my-work"))
    shutil.copy(EXAMPLE / "README.md", made / "README.md")
    readme = (made / "README.md").read_text(encoding="utf-8")
    (made / "README.md").write_text(
        readme.replace("[german/](german/", "[german/](tests/fork/german/"), encoding="utf-8"
    )
    return made


@pytest.fixture(scope="module")
def ours() -> re.Pattern[str]:
    """A pattern for the names of our people, years and texts."""
    with (ROOT / "texts" / "people.csv").open(encoding="utf-8", newline="") as file:
        people = {row["canonical_name"].split()[-1] for row in csv.DictReader(file) if row["type"] == "person"}
    names = {name for name in people if name.istitle() and name.isalpha()}
    assert len(names) > 10
    words = sorted(names | {"Lenin", "Georgian?", "Tiflis", "Soviet", "1921", "1922", "1923"})
    return re.compile(rf"(?<![\w.])(?:{'|'.join(words)})(?![\w.])", re.I)


def _words(page: str) -> str:
    """The visible words, without pictures and styles."""
    page = re.sub(r"<(style|script)\b.*?</\1>|base64,[\w+/=]+", " ", page, flags=re.S)
    return html.unescape(re.sub(r"<[^>]*>", " ", page))


def test_check_of_the_fork_finds_no_problems(fork):
    done = _run(fork, "-m", "helpers", "check")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 texts" in done.stdout


def test_tests_of_the_fork_pass(fork):
    long = [f"--ignore=tests/{name}" for name in LONG]
    done = _run(fork, "-m", "pytest", "-q", "-m", "not slow", *long)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    last = done.stdout.strip().splitlines()[-1]
    assert re.fullmatch(r"\d{3,} passed, \d{1,2} deselected in .*", last), last  # none skipped; the slow ones left out
    assert "Left out" not in done.stdout


def test_new_module_has_every_test_but_those_about_our_texts(fork):
    def tests(module: Path) -> set[str]:
        return {path.relative_to(module).as_posix() for path in (module / "tests").rglob("test_*.py")}

    left = tests(ROOT) - tests(fork)
    about = {name for name in tests(ROOT) if re.search("1921-telegram|1923-letter", (ROOT / name).read_text("utf-8"))}
    assert left == about
    assert len(about) > 10
    assert not (fork / "tests" / "lessons" / "claims.py").exists()


def test_fork_output_does_not_mention_our_texts(fork, ours, tmp_path):
    pages = {"the lesson": (fork / "lessons" / "00-whose-bell.ipynb").read_text(encoding="utf-8")}
    for kind in ([], ["--key"]):
        done = _run(fork, "-m", "helpers", "worksheet", "00", *kind)
        assert done.returncode == 0, done.stderr
        pages["worksheet", *kind] = done.stdout
    for name in ("1848-request", "1848-reply"):
        done = _run(fork, "-m", "helpers", "export-tei", name)
        assert done.returncode == 0, done.stderr
        pages[name] = done.stdout
    script = (
        "from helpers import *\n"
        "from helpers.portfolio import export_work\n"
        "answer('0.1', 'watch'); answer('0.3', 'He “cannot rely on your watchfulness alone”.')\n"
        "annotate(load_text('1848-reply'), 'I cannot rely on', tag='trust')\n"
        "for one in (export_work(kind) for kind in ('html', 'markdown', 'csv', 'json-ld')): print(one)\n"
        "for one in (correspondence, timeline, my_work, annotations): print(one())\n"
        "print(plot_network(correspondence()).figure.description)\n"
    )
    done = _run(fork, "-c", script, work=str(tmp_path))
    assert done.returncode == 0, done.stderr
    pages["work"] = done.stdout
    for name, page in pages.items():
        assert "Crane" in page, name
        assert not ours.findall(_words(page)), name


def test_no_test_is_skipped_in_this_repository(missing_texts):
    assert missing_texts == []


# A module of two texts in another language.


@pytest.fixture(scope="module")
def german(tmp_path_factory) -> Path:
    """A German module as the command line makes it, by its README's steps filled in."""
    made = tmp_path_factory.mktemp("made") / "das-korn-der-stadt"
    files = [str(path) for path in GERMAN]
    done = _run(ROOT, "-m", "helpers", "new-module", str(made), "--texts", *files, "--language", "de")
    assert done.returncode == 0, done.stderr
    assert str(made / "README.md") in done.stdout
    return made


def test_german_module_passes_its_tests_at_once(german):
    done = _run(german, "-m", "helpers", "check")
    assert done.returncode == 0, done.stdout
    assert "2 texts (1 and 1 layers), 11 tables, 8 questions" in done.stdout
    done = _run(german, "-m", "pytest", "-q", "-m", "not slow", *IN_GERMAN)
    assert done.returncode == 0, done.stdout[-6000:]
    assert re.search(r"^Reading grade \(fourth Vienna formula, years at school\): 00 \d", done.stdout, re.M)


def test_printed_worksheets_of_the_german_module_pass_its_own_tests(german):
    done = _run(german, "-m", "pytest", "-q", "tests/browser/test_worksheets_on_paper.py")
    assert done.returncode == 0, done.stdout[-6000:]
    guide = german / "lessons" / "teaching" / "README.md"
    assert not re.search(r"\b00 has \d", guide.read_text(encoding="utf-8"))  # nobody has counted the pages yet


IN_GERMAN = (
    "tests/lessons", "tests/texts", "tests/maps", "tests/drawing", "tests/worksheets", "tests/test_binder.py",
    "lessons", "helpers/texts", "helpers/questions", "helpers/worksheets", "helpers/course",
    "--ignore=tests/texts/test_tei.py",
)  # fmt: skip
FILLED_IN = {
    "texts/brief-an-den-rat.md": ("date: #", "date: 1861-03-03 #"),
    "texts/timeline.csv": (
        "\n",
        "\nt01,1861-03-05,5. März 1861,Das Wehr wird geflickt,,,,erfunden,low,,,,,\n",
    ),
    "texts/course.yaml": (
        "  phrases:\n",
        '  words: [Speichertor, Kornlisten]\n  reasons:\n    - {lesson: "00", words: zwei Bedingungen, why: Liste und '
        'Zeugen}\n    - {lesson: "00", words: Frage 0.1, why: sie ist die erste}\n  phrases:\n',
    ),
}
BESIDE = (
    "Am 3. März 1861 bittet die Witwe um einen Schlüssel zum Speichertor. Der Rat nennt zwei Bedingungen, denn er will "
    "Kornlisten sehen. „Ein Verbot ist nicht ergangen“, schreibt er. Das Wehr wurde am 5. März 1861 geflickt. "
    "<!-- t01 -->\n\nFrage 0.1 stand am Anfang von [Lektion 00](00-first-lesson.ipynb)."
)


@pytest.fixture(scope="module")
def filled_in(german, tmp_path_factory) -> Path:
    """The German module with a date, an event, a reason, words of its own, and a lesson that uses them."""
    made = tmp_path_factory.mktemp("filled") / "module"
    shutil.copytree(german, made, ignore=shutil.ignore_patterns("__pycache__"))
    for name, (old, new) in FILLED_IN.items():
        words = (made / name).read_text(encoding="utf-8")
        assert old in words
        (made / name).write_text(words.replace(old, new, 1), encoding="utf-8")
    _change(made, table=BESIDE, sources="## Quellen\n\n- Briefe, für diesen Test erfunden\n- Ereignis: t01")
    done = _run(made, "-m", "helpers", "refresh")
    assert done.returncode == 0, done.stderr
    return made


def _change(module: Path, **cells: str) -> None:
    """Write other words into cells of the lesson."""
    path = module / "lessons" / "00-first-lesson.ipynb"
    book = json.loads(path.read_text(encoding="utf-8"))
    for cell in book["cells"]:
        if cell["id"] in cells:
            cell["source"] = cells[cell["id"]]
    path.write_text(json.dumps(book, ensure_ascii=False), encoding="utf-8")


def test_german_lesson_with_dates_numbers_quotations_and_references_passes(filled_in):
    done = _run(filled_in, "-m", "pytest", "-q", "tests/lessons", "lessons")
    assert done.returncode == 0, done.stdout[-6000:]


# What an author does wrong, and what the tests say: the place, and what to do.
CELL = "lessons/00-first-lesson.ipynb, cell 16"
WRONG_WORDS = f"""#### Zu tief

{BESIDE}

Am 6. März 1861 kam Regen. <!-- t09 -->

{"Rechtswissenschaftlichkeit " * 120}"""
for _old, _new in (
    ("bittet", "bitttet"), ("3. März", "4. März"), ("zwei Bedingungen", "drei Bedingungen"), ("Frage 0.1", "Frage 0.9"),
    ("[Lektion 00](00-first", "[Lektion 07](07-weiter"), ("07-weiter-lesson", "07-weiter"), ("Speichertor", "Tor"),
    (" <!-- t01 -->", ""),
):  # fmt: skip
    assert _old in WRONG_WORDS
    WRONG_WORDS = WRONG_WORDS.replace(_old, _new, 1)
SAID_OF_WORDS = (
    f"{CELL}, line 1: this heading skips a level. Begin it with “### ”.",
    f"{CELL}, line 3: “bitttet” is in no word list. Correct it; if it is right, add it to “prose”, “words” in texts/",
    f"{CELL}, line 3: “4. März 1861” is not the date of a text. Write the event into texts/timeline.csv",
    f"{CELL}, line 3: nothing backs drei in “",
    f"{CELL}, line 5: there is no question 0.9. Correct the number.",
    f"{CELL}, line 5: there is no lesson 07. Correct the number.",
    f"{CELL}, line 5: the link leads to 07-weiter.ipynb, which is not there. Correct or delete it.",
    f"{CELL}, line 7: no row of texts/timeline.csv has the id “t09”.",
    f"{CELL}, line 9: the paragraph “Rechtswissenschaftlichkeit",
    "lessons/00-first-lesson.ipynb: its prose needs ",
    "lessons/00-first-lesson.ipynb: the last cell, “Quellen”, has the row t01, which no comment in the lesson names.",
    "texts/course.yaml, line 15: lesson 00 does not say “zwei Bedingungen”. Correct the words of this reason",
    "texts/course.yaml, line 13: the word “Speichertor” is not needed",
)
SAID_OF_STRUCTURE = (
    "cell 1: the lesson does not begin with its number and title. Write # 00 · Title.",
    "cell 1: the header card has no row “Minuten”. Add | **Minuten** | … |.",
    "cell 1: the row **Minuten** of the header card has the minutes none, and the row 00 of the table in README.md",
    "cell 2: “**Schon einmal geöffnet?**” is missing.",
    "cell 2: before the first result students predict it. Ask, with “Bevor du” or “Sag voraus”.",
    "cell 3, line 1: only names of helpers are imported. Write from helpers import …, or delete it.",
    "cell 3, line 2: helpers has no “load_txt”. Did you mean “load_text”?",
    "cell 3: the stored result is not folded, and gives the prediction away. Run python -m helpers refresh.",
    'cell 5: answer("0.1", "later") has more than the id of a question. Write, for example, answer("0.1").',
    "cell 7: 4 lines of code, besides imports; at most 3 are wanted. Divide the cell.",
    "cell 7: the cell prints or warns.",
    "cell 9: students can delete or change these words. Run python -m helpers refresh.",
    ": its results are not those of one run from the top. Run python -m helpers refresh.",
    "cell 14: this question follows another. Put something to read or to do between the two.",
    ": 0 paragraphs begin with “**Alle zusammen”, and one is wanted",
    ": its last headings are not “## Was du getan hast” and “## Quellen”. Write them in this order.",
)


def _said(module: Path) -> str:
    """What the tests of the lessons say; nothing but messages, and no comparison of a test."""
    done = _run(module, "-m", "pytest", "-q", "tests/lessons/test_prose.py", "tests/lessons/test_lessons.py")
    assert done.returncode == 1
    assert "AssertionError" not in done.stdout, done.stdout
    return done.stdout


def test_message_of_every_mistake_in_words_names_the_place_and_what_to_do(filled_in, tmp_path):
    module = tmp_path / "module"
    shutil.copytree(filled_in, module, ignore=shutil.ignore_patterns("__pycache__"))
    _change(module, table=WRONG_WORDS)
    said = _said(module)
    assert not [one for one in SAID_OF_WORDS if one not in said], said


def test_message_of_every_mistake_in_the_structure_names_the_place_and_what_to_do(german, tmp_path):
    module = tmp_path / "module"
    shutil.copytree(german, module, ignore=shutil.ignore_patterns("__pycache__"))
    path = module / "lessons" / "00-first-lesson.ipynb"
    book = json.loads(path.read_text(encoding="utf-8"))
    cells = {cell["id"]: cell for cell in book["cells"]}
    cells["card"]["source"] = "# Ohne Nummer\n\n| | |\n|---|---|\n| **Frage** | Was? |\n| **Niveau** | jedes |"
    cells["promise"]["source"] = "**Das Versprechen.** Du liest zwei Texte."
    first = cells["read-first"]
    first["source"] = "import os\nfrom helpers import load_txt\n" + "".join(first["source"])
    first |= {"metadata": {}, "execution_count": 9}
    cells["question-1"]["source"] = 'answer("0.1", "later")'
    cells["search-first"]["source"] = "a = 1\nb = 2\nc = 3\nprint(a)"
    cells["search-first"]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "1"}]
    cells["order"]["metadata"] = {}
    cells["done"]["source"] = "## Ende"
    book["cells"] = [cell for cell in book["cells"] if cell["id"] != "beside"]
    path.write_text(json.dumps(book, ensure_ascii=False), encoding="utf-8")
    said = _said(module)
    assert not [one for one in SAID_OF_STRUCTURE if one not in said], said


# The command itself.

ODD = {
    "My “first” letter 04.04.1848 (copy) – Ä.txt": (
        "Sir,\n\nthe river has risen again, and nobody on the far bank can call us at night.[1] We would watch in "
        "turns, should it please you to lend us the key, on condition that we return it.\n\n"
        "[1] Two men had drowned on 30 March."
    ),
    "1848-04-07.txt": (
        "\ufeffWarden,\r\n\r\nI am not disinclined to lend it, provided that the guard answers for the bell. It is to "
        "be rung for nothing else.\r\n\r\n## 2. The list\r\n\r\nUntil I have seen the names, the tower stays shut. "
        '"No more", said the clerk: see [2].\r\n\r\n---\r\nlayers: two\r\n\r\nCrane\r\n'
    ),
}


@pytest.mark.parametrize("kind", ["plain texts with odd names and words", "Markdown with layers, and TEI"])
def test_new_module_passes_the_tests_of_its_lessons(kind, tmp_path):
    texts = [EXAMPLE / "texts" / "1848-request.md", EXAMPLE / "texts" / "1848-reply.xml"]
    if kind.startswith("plain"):
        texts = [tmp_path / name for name in ODD]
        for path in texts:
            path.write_bytes(ODD[path.name].encode("utf-8"))
    new_module(tmp_path / "tei-qzx", texts, language="fr" if kind.startswith("plain") else "en")
    done = _run(tmp_path / "tei-qzx", "-m", "pytest", "-q", "tests/lessons", "lessons")
    assert done.returncode == 0, done.stdout[-4000:]


def test_nothing_is_overwritten_and_nothing_is_written_where_a_text_cannot_be_read(tmp_path):
    full = tmp_path / "full"
    full.mkdir()
    (full / "mine.txt").write_text("mine", encoding="utf-8")
    one_word, two_words = tmp_path / "one-word.txt", tmp_path / "two-words.txt"
    one_word.write_text("Wolf! " * 900, encoding="utf-8")
    two_words.write_text("Good day.", encoding="utf-8")
    for folder, texts, said in (
        (full, GERMAN, "is not an empty folder. Nothing was changed"),
        (ROOT / "tests" / "new", GERMAN, "is in the folder of this module. Name a folder beside it"),
        (tmp_path / "new", (GERMAN[0], GERMAN[0]), "have the same words. Name two different texts"),
        (tmp_path / "new", (GERMAN[0], tmp_path / "none.txt"), "No file “none.txt”"),
        (tmp_path / "new", (GERMAN[0], full), "is not a text this command reads"),
        (tmp_path / "new", (one_word, GERMAN[0]), "“One word”: too few passages to quote. A first lesson quotes 4"),
        (tmp_path / "new", (one_word, two_words), "“One word” and “Two words”: too few passages to quote."),
    ):
        with pytest.raises(UserError, match=re.escape(said)):
            new_module(folder, texts)
        assert [path.name for path in full.iterdir()] == ["mine.txt"]
        assert not (tmp_path / "new").exists()
        assert not (ROOT / "tests" / "new").exists()


def test_file_in_another_encoding_is_shown_in_several_and_read_in_the_one_that_is_named(tmp_path):
    old = tmp_path / "brief.txt"
    old.write_bytes(GERMAN[0].read_text(encoding="utf-8").encode("windows-1252"))
    with pytest.raises(UserError, match=r"brief\.txt is not UTF-8\. A word in line \d+ reads as windows-1252") as said:
        new_module(tmp_path / "new", [old, GERMAN[1]])
    shown = re.findall(r"“(.*?)”", str(said.value))
    assert len(shown) == len({*shown}), "one reading is shown twice"
    assert not (tmp_path / "new").exists()
    assert "windows-1252" in ENCODINGS
    made = new_module(tmp_path / "new", [old, _copy(GERMAN[1], tmp_path, "windows-1252")], encoding="windows-1252")
    assert made.notes == tuple(f"{name} was read as windows-1252." for name in ("brief.txt", GERMAN[1].name))
    assert "daß die Herren" in (tmp_path / "new" / "texts" / "brief.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("own", "shown"), [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("utf-16", "UTF-16")])
def test_named_encoding_is_for_the_files_that_are_not_in_unicode(own, shown, tmp_path, capsys):
    old, new = _copy(GERMAN[0], tmp_path, "windows-1252"), _copy(GERMAN[1], tmp_path, own)
    made = [str(tmp_path / "new"), "--texts", str(old), str(new), "--encoding", "windows-1252"]
    assert __main__.main(["new-module", *made]) == 0
    said = capsys.readouterr().out
    assert f"{old.name} was read as windows-1252." in said
    assert f"{new.name} was read as {shown}." in said
    for path in GERMAN:
        got = (tmp_path / "new" / "texts" / f"{path.stem}.md").read_text(encoding="utf-8")
        assert path.read_text(encoding="utf-8").strip() in got


@pytest.mark.parametrize("encoding", ["", "windows-1252", "utf-16"])
def test_document_of_a_word_processor_is_not_read_in_any_encoding(encoding, tmp_path):
    path = tmp_path / "brief.txt"
    path.write_bytes(b"PK\x03\x04" + "März ".encode("windows-1252") * 100)
    with pytest.raises(UserError, match=r"A new name does not change that\. Save it"):
        new_module(tmp_path / "new", [path, GERMAN[1]], encoding=encoding)


def test_first_questions_quote_sentences_and_no_letterhead_or_note(tmp_path):
    path = tmp_path / "brief.txt"
    head = "Stadtarchiv Musterstadt\nBestand vierzehn Akte neunundneunzig Blatt sieben Abschrift von fremder Hand"
    note = "1 Dieser Vermerk steht auf der Rückseite des alten Bogens und ist undatiert."
    path.write_text(f"{head}\n\n{GERMAN[0].read_text(encoding='utf-8')}\n\n{note}", encoding="utf-8")
    new_module(tmp_path / "new", [path, GERMAN[1]], language="de")
    asked = (tmp_path / "new" / "lessons" / "questions" / "00-first-lesson.yaml").read_text(encoding="utf-8")
    assert not re.findall("Stadtarchiv|Bestand|Abschrift|Vermerk|Rückseite", asked)


NUMBERED = {
    "Dein Brief1 kam an. Bist Du noch nicht frisch?2 Schreib bald!": "“Brief1”, “frisch?2”",
    "Der Verlauf ist gut1, sagt man.\n\n1 Die Karte fehlt.": "“gut1”",
    "Der Verlauf ist gut[1], sagt man.\n\n[1] Die Karte fehlt.": "",
    "Vgl. Nr.1 und Nr.2, S.1, Bd.2, das Blatt A4 und H2O; im Mai1914 kam MP3 1 an; 1). Was sagt er? 2). Und sie?": "",
}


@pytest.mark.parametrize("words", NUMBERED)
def test_numbers_of_footnotes_at_words_are_named(words, tmp_path):
    path = tmp_path / "brief.txt"
    path.write_text(f"{GERMAN[0].read_text(encoding='utf-8')}\n\n{words}", encoding="utf-8")
    notes = new_module(tmp_path / "new", [path, GERMAN[1]]).notes
    looks = f"brief.txt has numbers that look like footnotes: {NUMBERED[words]}. If they are, write them in brackets"
    assert [note[: len(looks)] for note in notes if "footnotes" in note] == ([looks] if NUMBERED[words] else [])


def _copy(path: Path, folder: Path, encoding: str) -> Path:
    copy = folder / path.name
    copy.write_bytes(path.read_text(encoding="utf-8").encode(encoding))
    return copy
