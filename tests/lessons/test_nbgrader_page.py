"""The steps of lessons/teaching/nbgrader.md, with a student, in the course on 1921-telegram and 1923-letter."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "lessons" / "teaching" / "nbgrader.md").read_text(encoding="utf-8")
PROGRAMS = ROOT / ".nbgrader" / "bin"
LESSON = "02-what-was-allowed"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="nbgrader is tested on Linux only"),
]
ANSWER = "from helpers import answer; answer('2.10', 'It was permitted, and asked for.')"


def blocks() -> list[list[str]]:
    return [block.splitlines() for block in re.findall(r"```sh\n(.*?)```", PAGE, re.S)]


def run(folder: Path, *command: str) -> str:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CLOSE_READING_")}
    more = {"PATH": os.pathsep.join([str(PROGRAMS), kept["PATH"]]), "PYTHONPATH": str(ROOT), "USER": "fox"}
    done = subprocess.run(command, cwd=folder, env=kept | more, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_steps_of_the_page_bring_the_work_of_a_student_to_the_feedback(tmp_path):
    if not (PROGRAMS / "nbgrader").is_file():
        assert not os.environ.get("CI"), "in CI the environment .nbgrader must exist: see CONTRIBUTING.md"
        pytest.skip("there is no environment .nbgrader: CONTRIBUTING.md says how to make it")
    (written,), (generate, release, collect, *rest) = blocks()
    course, student, exchange = (tmp_path / name for name in ("course", "student", "exchange"))
    for folder in (student, exchange):
        folder.mkdir()
    exchange.chmod(0o777)
    settings = f"c = get_config()\nc.CourseDirectory.course_id = 'georgia'\nc.Exchange.root = {str(exchange)!r}\n"
    (student / "nbgrader_config.py").write_text(settings, encoding="utf-8")
    run(ROOT, *written.replace(".venv/bin/python", sys.executable).replace("COURSE", str(course)).split())
    with (course / "nbgrader_config.py").open("a", encoding="utf-8") as file:
        file.write(settings)
    for line in (generate, release):
        run(course, *line.split())
    run(student, "nbgrader", "fetch_assignment", LESSON)
    # Nothing tells the student's kernel where to save: the work is beside the notebook.
    run(student / LESSON, sys.executable, "-c", ANSWER)
    assert list((student / LESSON / "my-work").glob("*.jsonl"))
    run(student, "nbgrader", "submit", LESSON)
    for line in (collect, *rest):
        run(course, *line.split())
    (page,) = (course / "feedback").rglob("*.html")
    assert "It was permitted, and asked for." in page.read_text(encoding="utf-8")
    run(student, "nbgrader", "fetch_feedback", LESSON)
    assert list((student / LESSON / "feedback").rglob("*.html"))
