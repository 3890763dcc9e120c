"""A fork with the texts of ``tests/fork`` works and mentions nothing of our texts.

Our texts are 1921-telegram and 1923-letter.
"""

from __future__ import annotations

import csv
import html
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = ROOT / "tests" / "fork"
# Files that README.md says to replace or delete, under “Adapt it to your own two texts”.
REPLACED = ("texts", "lessons", "README.md")
DELETED = ("tests/lessons/claims.py", "tests/lessons/course-words.txt")
NOT_COPIED = (
    ".git",
    ".venv",
    ".lite",
    ".nbgrader",
    ".bench",
    ".hypothesis",
    ".ruff_cache",
    ".mypy_cache",
    "build",
    "dist",
    "__pycache__",
    "*.egg-info",
)
# Slow tests with their own fixtures, which do not depend on the texts.
LONG = (
    "browser", "core", "drawing", "fork", "portfolio", "search", "workbook", "annotation/test_web_annotation.py",
    "classroom/test_collecting.py", "classroom/test_untrusted.py", "course/test_nbgrader.py", "course/test_quizzes.py",
    "lessons/test_nbgrader_page.py", "maps/test_maps.py", "quotations/test_checking.py", "test_any_input.py",
    "test_binder.py", "test_fork.py", "texts/test_tei.py",
)  # fmt: skip


def _run(fork: Path, *command: str, work: str = "") -> subprocess.CompletedProcess[str]:
    settings = {name: value for name, value in os.environ.items() if not name.startswith("CLOSE_READING_")}
    settings |= {"PYTHONPATH": str(fork)} | ({"CLOSE_READING_WORK": work} if work else {})
    return subprocess.run(
        [sys.executable, *command], cwd=fork, env=settings, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def fork(tmp_path_factory) -> Path:
    """A copy of the module with the texts and the lesson of the example instead of ours."""
    made = tmp_path_factory.mktemp("made") / "fork"
    shutil.copytree(ROOT, made, ignore=shutil.ignore_patterns(*NOT_COPIED))
    for name in REPLACED:
        if (made / name).is_dir():
            shutil.rmtree(made / name)
            shutil.copytree(EXAMPLE / name, made / name, ignore=shutil.ignore_patterns(*NOT_COPIED, "my-work"))
        else:
            shutil.copy(EXAMPLE / name, made / name)
    for name in DELETED:
        (made / name).unlink()
    project = (made / "pyproject.toml").read_text(encoding="utf-8")
    project = re.sub(r'^(name|description) = ".*"$', r'\1 = "whose-bell"', project, flags=re.M)
    (made / "pyproject.toml").write_text(project, encoding="utf-8")
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


def test_tests_of_the_fork_pass_and_report_skipped_files(fork):
    long = [f"--ignore=tests/{name}" for name in LONG]
    done = _run(fork, "-m", "pytest", "-q", *long)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    last = done.stdout.strip().splitlines()[-1]
    assert re.fullmatch(r"\d{3,} passed in .*", last), last
    said = re.search(r"^Left out: (\d+) test files about 1921-telegram and 1923-letter", done.stdout, re.M)
    assert said, done.stdout[:2000]
    files = [path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py")]
    assert int(said[1]) == sum(bool(re.search("1921-telegram|1923-letter", words)) for words in files) > 10


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
