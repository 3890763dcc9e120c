"""The commands of lessons/teaching/updating.md keep every answer, in the course on 1921-telegram and 1923-letter."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="the blocks of commands are for Linux and macOS"),
]
ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "lessons" / "teaching" / "updating.md").read_text(encoding="utf-8")
BOOK, YAML = "lessons/00-start-here.ipynb", "lessons/questions/00-start-here.yaml"
ME = {f"GIT_{who}_{what}": "x@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}


def commands(name: str) -> str:
    """The block of commands under a mark of the page, with the Python of the tests."""
    (block,) = re.findall(rf"<!-- {name} -->\n```sh\n(.*?)```", PAGE, re.S)
    return block.replace(".venv/bin/python", sys.executable)


def run(folder: Path, *command: str, fails: bool = False, **more: str) -> str:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CLOSE_READING_", "GIT_"))}
    done = subprocess.run(
        command, cwd=folder, env=kept | {"PYTHONPATH": str(folder), "LC_ALL": "C"} | more,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert bool(done.returncode) is fails, done.stdout + done.stderr
    return done.stdout + done.stderr


def python(folder: Path, script: str, **more: str) -> str:
    return run(folder, sys.executable, "-c", f"from helpers import *\n{script}", **more)


@pytest.fixture
def teacher(tmp_path) -> Path:
    """The instructor’s repository."""
    folder = tmp_path / "teacher"
    folder.mkdir()
    for name in ("helpers", "lessons", "texts", "binder"):
        shutil.copytree(
            ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "my-work*", ".ipynb_*")
        )
    for name in ("pyproject.toml", "README.md", "LICENSE", "CITATION.cff", ".gitignore", ".gitattributes"):
        shutil.copy(ROOT / name, folder / name)
    run(folder, "git", "init", "-q", "-b", "main")
    save(folder, "The course")
    return folder


def save(folder: Path, why: str) -> None:
    run(folder, "git", "add", "-A")
    run(folder, "git", "commit", "-q", "-m", why, **ME)


def study(folder: Path) -> None:
    """Answer three questions, write a cell of one’s own, run the notebook and save it."""
    python(
        folder,
        "my_work(name='Fox'); answer('0.1', 'committee'); answer('0.3', 'The page says so, the paper does not.')",
    )
    path = folder / BOOK
    book = json.loads(path.read_text(encoding="utf-8"))
    own = {
        "cell_type": "code",
        "id": "own",
        "metadata": {},
        "execution_count": None,
        "outputs": [],
        "source": "'my own words'",
    }
    book["cells"].append(own)
    path.write_text(json.dumps(book, indent=1, ensure_ascii=False), encoding="utf-8")
    run(folder, sys.executable, "-m", "nbconvert", "--to", "notebook", "--execute", "--inplace", str(path))


def correct(folder: Path) -> None:
    """Follow the steps of the page: mend the prompt of 0.1, change that of 0.3, and correct the lesson."""
    listed = run(folder, sys.executable, "-m", "helpers", "check", "--wordings")
    (old,) = re.findall(r"^ +0\.1 +(\w{16})", listed, re.M)
    path = folder / YAML
    words = path.read_text(encoding="utf-8")
    prompts = [found.start() for found in re.finditer(r"^    prompt: ", words, re.M)]
    line = f'    same_as: ["{old}"]\n'
    words = words[: prompts[0]] + line + words[prompts[0] :]
    words = words.replace("Read again the line", "Please read again the line", 1)
    at = re.search(r'id: "0\.3".*?prompt: (?:>-\s+)?', words, re.S).end()
    path.write_text(words[:at] + "Think first. " + words[at:], encoding="utf-8")
    book = (folder / BOOK).read_text(encoding="utf-8")
    assert "Opened again?" in book
    (folder / BOOK).write_text(book.replace("Opened again?", "Opened again, corrected?", 1), encoding="utf-8")
    run(folder, sys.executable, "-m", "helpers", "refresh", "00")
    assert "All texts, tables and questions are in order." in run(folder, sys.executable, "-m", "helpers", "check")


def check_work(folder: Path) -> None:
    """All answers are there: one still counts, one is kept and listed; the notebooks are the corrected ones."""
    said = python(folder, "print(my_work(), my_work('0.3'))")
    assert "the question was changed since: 0.3." in said
    assert "The page says so, the paper does not." in said
    script = (
        "from helpers.questions import standings\nprint([(s.question.id, len(s.attempts)) for s in standings()][:3])"
    )
    assert "[('0.1', 1), ('0.2', 0), ('0.3', 0)]" in python(folder, script)
    assert "Opened again, corrected?" in (folder / BOOK).read_text(encoding="utf-8")
    assert "my own words" in (folder / "lessons-before" / Path(BOOK).name).read_text(encoding="utf-8")
    # Jupyter names the notebook to its kernel.
    for book, told in ((BOOK, False), (f"lessons-before/{Path(BOOK).name}", True)):
        said = python(folder, "print(my_work())", JPY_SESSION_NAME=str(folder / book))
        assert ("of this notebook is of an earlier edition of the lesson: “The promise." in said) is told, said
    assert "All texts, tables and questions are in order." in run(folder, sys.executable, "-m", "helpers", "check")


def test_git_lines_bring_the_correction_and_keep_the_answers(teacher, tmp_path):
    run(tmp_path, "git", "clone", "-q", str(teacher), "student")
    student = tmp_path / "student"
    study(student)
    correct(teacher)
    save(teacher, "A correction")
    refused = run(student, "git", "pull", fails=True, **ME)
    assert "Your local changes to the following files would be overwritten by merge" in refused, "as the page says"
    run(student, "bash", "-ec", commands("git"), **ME)
    check_work(student)
    assert (student / BOOK).read_bytes() == (teacher / BOOK).read_bytes()


def test_package_lines_bring_the_correction_and_keep_the_answers(teacher, tmp_path):
    handout = (sys.executable, "-m", "helpers", "handout", "-o")
    run(teacher, *handout, str(tmp_path / "first.zip"))
    run(tmp_path, sys.executable, "-m", "zipfile", "-e", "first.zip", ".")
    student = tmp_path / "who-decided-for-georgia"
    study(student)
    correct(teacher)
    run(teacher, *handout, str(tmp_path / "NEW.zip"))
    run(student, "bash", "-ec", commands("package"))
    check_work(student)


def test_commands_of_the_page_are_known(capsys):
    """Every line with the command line of the module is understood as it stands."""
    from helpers.__main__ import COMMANDS

    names = set(re.findall(r"-m helpers ([\w-]+)", PAGE))
    assert names <= {one.name for one in COMMANDS}
    assert {"handout", "link", "export-quiz", "check"} <= names


def test_last_page_handed_in_is_the_backup(teacher, tmp_path):
    """A lost laptop: the page that was handed in restores the work in a new folder."""
    study(teacher)
    python(teacher, f"my_work(save={str(tmp_path / 'page.html')!r})")
    shutil.rmtree(teacher / "lessons" / "my-work")
    assert "0 of" in python(teacher, "print(my_work())")
    python(teacher, f"my_work(restore={str(tmp_path / 'page.html')!r})")
    assert "The page says so, the paper does not." in python(teacher, "print(my_work('0.3'))")
