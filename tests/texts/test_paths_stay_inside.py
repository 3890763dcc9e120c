"""A path that is written in a file of the module leads to no other folder; what a person types may."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from helpers import UserError, load_text
from helpers.course import check_course
from helpers.texts import module_text, parse_text

FORK = Path(__file__).resolve().parents[1] / "fork"


@pytest.fixture
def module(tmp_path, monkeypatch):
    home = shutil.copytree(FORK, tmp_path / "module")
    (tmp_path / "secret.md").write_text("Secret words.\n", encoding="utf-8")
    (tmp_path / "secret.txt").write_text("Secret words.\n", encoding="utf-8")
    monkeypatch.setenv("CLOSE_READING_HOME", str(home))
    return home


OUTSIDE = [
    "../../secret.txt",
    "../secret.txt",
    "/etc/hostname",
    "source/../../../secret.txt",
    "link.txt",
    "up/secret.txt",
    "~/x.txt",
]


@pytest.mark.parametrize("named", OUTSIDE)
def test_source_file_outside_the_folder_is_refused_with_its_line(module, named):
    os.symlink(module.parent / "secret.txt", module / "texts" / "link.txt")
    os.symlink(module.parent, module / "texts" / "up")
    source = f"---\ntitle: A\nsource_file: {named}\n---\nWords.\n"
    with pytest.raises(UserError, match=r"line 3: source_file names .* is not in the folder texts") as error:
        parse_text(source, "a", where="texts/a.md", folder=module / "texts")
    assert "Secret" not in str(error.value)
    (module / "texts" / "a.md").write_text(source, encoding="utf-8")
    report = check_course()
    assert any("is not in the folder texts" in problem for problem in report.problems)
    assert not any("Secret" in problem for problem in report.problems)


@pytest.mark.parametrize("named", ["../../secret", "../secret", "linked", "/etc/hostname", "..\\secret"])
def test_document_of_a_question_outside_the_folder_is_no_text(module, named):
    os.symlink(module.parent / "secret.md", module / "texts" / "linked.md")
    with pytest.raises(UserError):
        module_text(named)
    path = next((module / "lessons" / "questions").glob("*.yaml"))
    path.write_text(
        "title: A\nquestions:\n  - {id: '0.1', kind: passage, skill: a, prompt: Find it., "
        f"document: '{named}', targets: [{{layer: text, words: Secret words, why: In it.}}]}}\n",
        encoding="utf-8",
    )
    report = check_course()
    assert report.problems
    assert not any("Secret words." in problem for problem in report.problems)


def test_file_outside_that_a_person_types_is_read(module):
    assert load_text(module.parent / "secret.md").content == "Secret words."
    assert load_text(f"{module.parent}/secret.md").content == "Secret words."


def test_linked_folder_of_texts_is_read(module, monkeypatch, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    os.symlink(module / "texts", other / "texts")
    os.symlink(module / "lessons", other / "lessons")
    monkeypatch.setenv("CLOSE_READING_HOME", str(other))
    assert module_text("1848-request").id == "1848-request"
