"""The web edition has every lesson, question and word of rights, no key, and no link or request that fails."""

from __future__ import annotations

import json
import re
import shutil
import sys
from html import unescape
from pathlib import Path

import pytest

from helpers import UserError
from helpers.__main__ import main
from helpers.core import lessons_folder, write_files
from helpers.course import web_edition
from helpers.questions import lesson_files, read_questions
from helpers.texts import readable_texts
from helpers.workbook import UNSTORED

pytestmark = pytest.mark.slow
BOOK = "lessons/00-whose-bell.html"
EXAMPLE = Path(__file__).resolve().parents[1] / "fork"


OWN_WORK = "When you run this lesson, there is a place here for work of your own."
NO_RESULT = "The result stands here when you run this cell in the lesson."
# Results that are on the screen only, that have a person's words, or that are not there; and words on the screen only.
PICTURE = '<img alt="" src="data:image/png;base64,AA==">'
MARKS = f'<section class="close-reading-marks screen"><p>{UNSTORED}</p></section>'
ADVICE = "<p>Left out: 2 words. Add layers=&quot;all&quot; to have them in.</p>"
MORE_CELLS = [
    ("markdown", [], "Nothing is expected here."),
    ("code", [], "picture = plot_network(correspondence())", f"<p>In sight</p>{PICTURE}"),
    ("markdown", [], "**Predict:** what will it show?"),
    ("code", [], "picture = plot_network(correspondence())", f"<p>After</p>{PICTURE}"),
    ("markdown", [], "<!-- screen -->\n### The layers of the reply\n\nThe next table lists them."),
    ("code", ["screen"], "reply.layers", "<table><tbody><tr><td>A result off paper</td></tr></tbody></table>"),
    ("code", ["screen"], "explore(correspondence())", "<p>The arrows of an explorer</p>"),
    ("markdown", [], "Mark it.\n\n<!-- screen -->\nClick the word and press Enter."),
    ("code", [], "annotate(reply)", f'<p class="close-reading-page">Words to mark</p>{MARKS}{ADVICE}'),
    ("markdown", [], "<!-- screen -->\n### Your work\n\nPress the button."),
    ("code", ["screen"], "annotations()", MARKS),
    ("code", [], "read(reply)\nmy_work()", '<p class="close-reading-page">Before the work</p>', f"<p>{UNSTORED}</p>"),
    ("code", ["screen"], "highlight(reply)"),
    ("markdown", [], "See [how](../own-texts.md#start), https://example.org/a_b. and `texts/timeline.csv`, row t01."),
]


def _built(folder, **how):
    """Write the site of the module that is set, and return its folder, what was made and the questions asked."""
    made = web_edition(**how)
    write_files(folder, made.files)
    return folder, made, [one for path in lesson_files() for one in read_questions(path)]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The site of the example module, in a folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLOSE_READING_HOME", str(EXAMPLE))
        return _built(tmp_path_factory.mktemp("web") / "site")


@pytest.fixture(scope="module")
def more(tmp_path_factory):
    """The site of a lesson with `MORE_CELLS`, with results and without, and its questions, each with “reread”."""
    home = tmp_path_factory.mktemp("module") / "fork"
    shutil.copytree(EXAMPLE, home)
    path = home / "lessons" / "00-whose-bell.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for n, (kind, tags, source, *outputs) in enumerate(MORE_CELLS):
        cell = {"cell_type": kind, "id": f"more-{n}", "metadata": {"tags": tags}, "source": source}
        if kind == "code":
            shown = [{"output_type": "display_data", "data": {"text/html": one}, "metadata": {}} for one in outputs]
            cell |= {"outputs": shown, "execution_count": None}
        notebook["cells"].insert(-1, cell)
    path.write_text(json.dumps(notebook), encoding="utf-8")
    file = home / "lessons" / "questions" / "00-whose-bell.yaml"
    asked = re.sub(
        r'^  - (id: "([\d.]+)")', r'  - reread: "Look at place \2."\n    \1', file.read_text("utf-8"), flags=re.M
    )
    file.write_text(asked, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLOSE_READING_HOME", str(home))
        whole, _, asked = _built(home.parent / "whole", answer_at="https://lite.example/course/lab/index.html")
        short, _, _ = _built(home.parent / "short", results=False)
    return whole, short, asked


def _words(page: Path) -> str:
    """The words of a page."""
    return " ".join(
        unescape(re.sub(r"<(style|script)\b.*?</\1>|<[^>]*>", " ", page.read_text("utf-8"), flags=re.S)).split()
    )


def _folds(page: Path) -> list[str]:
    """What the folds of results have in them."""
    return re.findall(
        r"<summary><strong>Show the (?:result|picture)</strong></summary>(.*?)</details>", page.read_text("utf-8"), re.S
    )


def test_sphinx_finds_nothing_wrong(site):
    _, made, _ = site
    assert made.problems == ()
    assert made.lessons == ("00-whose-bell",)


def test_every_question_is_a_card_without_ids_to_type(site):
    folder, _, asked = site
    page = unescape((folder / BOOK).read_text(encoding="utf-8"))
    assert asked
    assert page.count('class="close-reading-question"') == len(asked)
    cards = re.findall(r'<section [^>]*class="close-reading-question".*?</section>', page, re.S)
    for one, card in zip(asked, cards, strict=True):
        assert f"Question {one.id}" in card
        assert "<code>" not in card
    assert "Run this cell to answer here" not in page


def test_no_page_worksheet_or_index_has_a_key(more):
    folder, _, asked = more
    pages = {path: _words(path) for path in folder.rglob("*") if path.suffix in (".html", ".js", ".txt")}
    assert any(path.parent.name == "worksheets" for path in pages)
    assert any(path.name == "searchindex.js" for path in pages)
    kinds = set()
    for one in asked:
        options = [*getattr(one, "options", ()), *getattr(one, "items", ()), *getattr(one, "cells", ())]
        misread = [words for pair in one.misconceptions for words in pair]
        whys = [one.why, *(option.why for option in options)]
        told = {"why": whys, "reread": [one.reread], "model": [one.model_answer], "misconceptions": misread}
        for kind, words in ((kind, words) for kind, some in told.items() for words in filter(None, some)):
            kinds.add(kind)
            assert [path.name for path, page in pages.items() if " ".join(words.split()) in page] == [], one.id
    assert kinds == {"why", "reread", "model", "misconceptions"}


def test_hints_are_those_that_are_written_as_hints(site):
    folder, _, asked = site
    page = unescape((folder / BOOK).read_text(encoding="utf-8"))
    hints = [hint for one in asked for _, hint in one.hints()]
    assert hints
    assert all(hint in page for hint in hints)
    assert page.count("<summary>Hints</summary>") == sum(bool(one.hints()) for one in asked)


def test_every_result_stands_on_the_page_unless_it_is_own_work(site):
    folder, _, _ = site
    page = _words(folder / BOOK)
    notebook = json.loads((EXAMPLE / "lessons" / "00-whose-bell.ipynb").read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            html = "".join(output["data"].get("text/html", ""))
            if html and "close-reading-question" not in html and UNSTORED not in html:
                words = re.sub(r"<(style)\b.*?</\1>|<!--.*?-->|<[^>]*>", " ", html, flags=re.S)
                shown = " ".join(unescape(words).split()).partition(" Add layers=")[0]
                assert shown[:300] in page, cell["id"]
    assert page.count(OWN_WORK) == 1  # my_work()
    assert NO_RESULT not in page


def test_results_of_the_screen_stand_on_the_page_and_own_work_does_not(more):
    page = _words(more[0] / BOOK)
    for words in ("A result off paper", "The arrows of an explorer", "Words to mark", "Before the work"):
        assert page.count(words) == 1, words
    assert page.count(OWN_WORK) == 3  # annotations(), two cells with my_work()
    assert page.count(NO_RESULT) == 1  # the cell that was not run
    assert UNSTORED not in page
    assert "Left out: 2 words." in page
    assert "layers=" not in "".join(_folds(more[0] / BOOK))


def test_picture_is_in_sight_unless_the_reader_has_to_predict(more):
    folds = "".join(_folds(more[0] / BOOK))
    assert "After" in folds
    assert "In sight" in _words(more[0] / BOOK)
    assert "In sight" not in folds


def test_words_for_a_screen_where_cells_run_are_left_out(more):
    page = _words(more[0] / BOOK)
    assert "Nothing runs on this page." in page
    for words in ("Opened again?", "Press the button", "Click the word", "Run All"):
        assert words not in page, words
    # Both are left out on paper, so the words belong to a result that is here.
    assert "The layers of the reply" in page
    assert "The next table lists them." in page


def test_lesson_is_linked_where_it_runs_and_as_a_worksheet(more):
    address = 'href="https://lite.example/course/lab/index.html?path=lessons/00-whose-bell.ipynb"'
    for name in ("index.html", BOOK):
        assert address in (more[0] / name).read_text(encoding="utf-8"), name
        assert "worksheets/00-whose-bell.html" in (more[0] / name).read_text(encoding="utf-8"), name
    assert "OWNER" not in (more[0] / "index.html").read_text(encoding="utf-8")


def test_link_elsewhere_address_and_table_lead_somewhere(more):
    page = (more[0] / BOOK).read_text(encoding="utf-8")
    assert "own-texts.md" in _words(more[0] / BOOK)
    assert 'href="https://example.org/a_b"' in page
    assert 'href="../texts/timeline.html"' in page
    table = (more[0] / "texts" / "timeline.html").read_text(encoding="utf-8")
    assert 'id="t01"' in table
    assert "<title>Table: timeline" in table
    assert "texts/timeline.csv (in the files of the course), row t01" in _words(more[1] / BOOK)


def test_site_without_results_has_no_text_and_says_so_at_every_result(more):
    whole, short, _ = more
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLOSE_READING_HOME", str(EXAMPLE))
        texts = list(readable_texts()[0].values())
    blocks = [" ".join(one.split()) for text in texts for layer in text for one in layer.text.split("\n")]
    long = [one for one in blocks if len(one.split()) > 12]
    assert any(words in _words(path) for path in whole.rglob("*.html") for words in long)
    for path in short.rglob("*.html"):
        assert [words for words in long if words in _words(path)] == [], path.name
        assert "<img" not in path.read_text(encoding="utf-8").partition("<article")[2], path.name
    assert not (short / "worksheets").exists()
    assert "worksheet" not in _words(short / BOOK).lower()
    assert _words(short / BOOK).count(NO_RESULT) > 10
    assert _words(short / BOOK).count(OWN_WORK) == 3


def test_links_and_pictures_of_the_site_lead_to_files_of_the_site(site):
    folder, _, _ = site
    for page in folder.rglob("*.html"):
        for target in re.findall(r'\b(?:href|src)="([^"#?]+)', page.read_text(encoding="utf-8")):
            if not re.match(r"[a-z]+:", target):
                assert (page.parent / unescape(target)).exists(), (page.name, target)


def test_no_script_style_or_picture_comes_from_another_site(site):
    folder, _, _ = site
    for page in folder.rglob("*.html"):
        words = page.read_text(encoding="utf-8")
        assert not re.search(r'<(?:script|img|iframe)\b[^>]*\bsrc="(?:https?:)?//', words), page.name
        assert not re.search(r'<link\b[^>]*rel="(?:stylesheet|preload|icon)"[^>]*href="(?:https?:)?//', words), (
            page.name
        )


def test_footer_and_index_say_nothing_of_an_author_who_is_not_set(site):
    folder, _, _ = site
    for page in folder.rglob("*.html"):
        assert "not set" not in page.read_text(encoding="utf-8"), page.name
    assert not (folder / "genindex.html").exists()


def test_every_page_with_words_of_a_text_leads_to_their_rights(site):
    folder, _, _ = site
    page = _words(folder / "rights.html")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLOSE_READING_HOME", str(EXAMPLE))
        texts = list(readable_texts()[0].values())
    assert texts
    for text in texts:
        for words in (text.title, text.about["rights"], text.about["source"]):
            assert str(words).replace("*", "") in page, words
    shown = [folder / BOOK, *(folder / "worksheets").iterdir(), *(folder / "texts").iterdir()]
    assert len(shown) == 3
    for path in shown:
        assert 'href="../rights.html"' in path.read_text(encoding="utf-8"), path.name
    assert all(str(text.about["rights"]) in _words(folder / "worksheets" / Path(BOOK).name) for text in texts)


def test_place_to_answer_that_opens_no_single_lesson_is_named(example, tmp_path, capsys):
    assert main(["web", "0", "--answer-at", "https://hub.example", "-o", str(tmp_path / "s")]) == 0
    page = (tmp_path / "s" / BOOK).read_text(encoding="utf-8")
    assert 'href="https://hub.example"' in page
    assert "open this lesson there" in page
    assert "open this lesson where it runs" not in page
    assert main(["web", "0", "-o", str(tmp_path / "s")]) == 1
    assert "--force" in capsys.readouterr().err


@pytest.mark.parametrize(
    "address",
    ["foo", "hub.example.edu", "javascript:alert(1)", " ", "", "https://", "https:///lab", "http://:80", "ftp://a.b",
     "https://hub example", "https://[", "https://hub:port", "//hub.example", "data:text/html,a", "https://a\nb"],
)  # fmt: skip
def test_address_that_is_no_web_address_is_refused_and_nothing_is_written(example, tmp_path, capsys, address):
    assert main(["web", "0", "--answer-at", address, "-o", str(tmp_path / "s")]) == 1
    said = capsys.readouterr().err
    assert "is not the address of a site where the lessons run. Write, for example, https://" in said
    assert len(said.splitlines()) == 1
    assert not (tmp_path / "s").exists()


@pytest.mark.parametrize(
    "address",
    [
        "https://me:secret@hub.example",
        "https://hub.example/lab?token=secret",
        "https://hub.example/#access_token=secret",
    ],
)
def test_address_with_a_password_or_token_is_refused(address, example, tmp_path, capsys):
    assert main(["web", "0", "--answer-at", address, "-o", str(tmp_path / "s")]) == 1
    said = capsys.readouterr().err
    assert "password" in said
    assert "secret" not in said


def test_guide_cannot_stay_beside_the_lessons(example, tmp_path, capsys, monkeypatch):
    guide, folder = tmp_path / "module" / "lessons" / "teaching", tmp_path / "s"
    shutil.copytree(example, tmp_path / "module")
    monkeypatch.setenv("CLOSE_READING_HOME", str(tmp_path / "module"))
    guide.mkdir()
    (guide / "README.md").write_text("# Guide\n\n[Key](key.md)\n", encoding="utf-8")
    (guide / "key.md").write_text("# Key\n", encoding="utf-8")
    assert main(["web", "--teaching", "-o", str(folder)]) == 0
    assert main(["web", "0", "-o", str(folder), "--force"]) == 1
    assert "has the site of the guide for instructors" in capsys.readouterr().err
    assert not (folder / "lessons").exists()
    (guide / "key.md").unlink()
    assert (folder / "key.html").exists()
    assert main(["web", "--teaching", "-o", str(folder), "--force"]) == 0
    assert not (folder / "key.html").exists()


def test_guide_is_a_site_of_its_own(site, tmp_path, capsys):
    lessons, _, _ = site
    assert not (lessons / "teaching").exists()
    assert not list(lessons.rglob("*marking*"))
    assert main(["web", "--teaching", "-o", str(tmp_path)]) == 0
    assert "put it where students do not look" in capsys.readouterr().out
    guide = lessons_folder() / "teaching"
    written = {path.relative_to(guide).with_suffix(".html").as_posix() for path in guide.rglob("*.md")}
    index = (tmp_path / "index.html").read_text(encoding="utf-8")
    for name in written - {"README.html"}:
        assert f'href="{name}"' in index
        assert "index.html" in (tmp_path / name).read_text(encoding="utf-8")
    assert not (tmp_path / "lessons").exists()


def test_guide_takes_no_lessons_and_has_to_exist(example, tmp_path, capsys):
    assert main(["web", "0", "--teaching", "-o", str(tmp_path / "s")]) == 1
    assert "leave out the lessons" in capsys.readouterr().err
    assert not (example / "lessons" / "teaching").exists()
    assert main(["web", "--teaching", "-o", str(tmp_path / "s")]) == 1
    assert "There is no guide for instructors" in capsys.readouterr().err


def test_missing_program_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "sphinx_book_theme", None)
    with pytest.raises(UserError, match="sphinx-book-theme"):
        web_edition()
