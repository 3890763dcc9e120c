"""The web edition has every lesson, question and word of rights, no key, and no link or request that fails."""

from __future__ import annotations

import re
import shutil
import sys
from html import unescape
from pathlib import Path

import pytest

from helpers import UserError
from helpers.__main__ import main
from helpers.core import lessons_folder
from helpers.course import web_edition
from helpers.questions import lesson_files, read_questions

pytestmark = pytest.mark.slow
BOOK = "lessons/00-whose-bell.html"


@pytest.fixture(scope="module")
def site(request, tmp_path_factory):
    """The site of the example module, in a folder."""
    folder = tmp_path_factory.mktemp("web") / "site"
    with pytest.MonkeyPatch.context() as patch:
        example = Path(__file__).resolve().parents[1] / "fork"
        patch.setenv("CLOSE_READING_HOME", str(example))
        made = web_edition()
        asked = [one for path in lesson_files() for one in read_questions(path)]
    for name, data in made.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder, made, asked


def test_sphinx_finds_nothing_wrong(site):
    _, made, _ = site
    assert made.problems == ()
    assert made.lessons == ("00-whose-bell",)


def test_every_question_is_a_card_without_its_key(site):
    folder, _, asked = site
    page = unescape((folder / BOOK).read_text(encoding="utf-8"))
    assert asked
    assert page.count('class="close-reading-question"') == len(asked)
    for one in asked:
        assert f"Question {one.id}" in page
        for words in (one.why, one.model_answer):
            assert not words or words not in page, one.id
    assert "Run this cell to answer here" not in page


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


def test_rights_of_every_text_are_there(site):
    from helpers.course import rights_of_texts

    folder, _, _ = site
    page = unescape((folder / "rights.html").read_text(encoding="utf-8"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLOSE_READING_HOME", str(Path(__file__).resolve().parents[1] / "fork"))
        titles = [title for title, _ in rights_of_texts()]
    assert titles
    assert all(title in page for title in titles)


def test_results_stay_out_on_request_and_the_address_to_answer_is_linked(example, tmp_path, capsys):
    assert main(["web", "0", "--no-results", "--answer-at", "https://hub.example", "-o", str(tmp_path / "s")]) == 0
    page = (tmp_path / "s" / BOOK).read_text(encoding="utf-8")
    assert "<summary>Show the result</summary>" not in page
    assert "The result stands here when you run this cell in the lesson." in page
    assert 'href="https://hub.example"' in page
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


def test_address_with_a_password_is_refused(example, tmp_path, capsys):
    assert main(["web", "0", "--answer-at", "https://me:secret@hub.example", "-o", str(tmp_path / "s")]) == 1
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
