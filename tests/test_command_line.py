"""Every command explains itself with examples that work, and says in one message what a user did wrong."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from helpers import __main__
from helpers.__main__ import COMMANDS, main

ROOT = Path(__file__).resolve().parents[1]


def run(*command: str, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "helpers", *command], cwd=ROOT, capture_output=True, text=True, check=False, **options
    )


@pytest.mark.parametrize("command", COMMANDS, ids=lambda one: one.name)
def test_help_of_every_command_has_examples_and_exit_codes(command, capsys):
    with pytest.raises(SystemExit) as ended:
        main([command.name, "--help"])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert command.examples
    assert all(f"  python -m helpers {example}\n" in said for example in command.examples)
    assert "Exit codes: 0 done; 1 " in said
    for line in said.splitlines():
        assert len(line) <= 120


@pytest.mark.parametrize("example", [example for one in COMMANDS for example in one.examples])
def test_example_is_written_as_the_command_wants_it(example, monkeypatch):
    """The example gets as far as the function of its command, with all arguments understood."""
    reached: list[object] = []
    commands = [replace(one, run=lambda given: reached.append(given) or 0) for one in COMMANDS]
    monkeypatch.setattr(__main__, "COMMANDS", commands)
    assert main(shlex.split(example)) == 0
    assert len(reached) == 1


def test_general_help_names_every_command(capsys):
    with pytest.raises(SystemExit):
        main(["--help"])
    said = capsys.readouterr().out
    assert all(f"\n    {one.name}" in said for one in COMMANDS)


@pytest.mark.parametrize(
    "given", [[], ["chek"], ["worksheet"], ["check", "--al-l"], ["export-quiz", "0", "-o", "a.txt"]]
)
def test_command_that_is_not_written_as_its_help_says_ends_with_2(given, capsys):
    with pytest.raises(SystemExit) as ended:
        main(given)
    assert ended.value.code == 2
    assert "usage: python -m helpers" in capsys.readouterr().err


def test_message_about_a_long_argument_is_short(capsys):
    with pytest.raises(SystemExit):
        main(["check", "--" + "x" * 100_000])
    assert len(capsys.readouterr().err) < 4_000


def test_notebook_that_is_nested_too_deeply_is_told_in_one_message(example, capsys, tmp_path):
    deep = tmp_path / "deep.ipynb"
    deep.write_text('{"cells":' + "[" * 100_000, encoding="utf-8")
    for given in (["clean", str(deep), "--yes"], ["worksheet", str(deep), "-o", str(tmp_path / "a.html")]):
        assert main(given) == 1
        assert "is not a notebook in the current format" in capsys.readouterr().err


@pytest.mark.parametrize(
    "given",
    [
        ["worksheet", "99", "-o", "a.html"],
        ["worksheet", "0", "-o", "none/a.html"],
        ["worksheet", "0\0", "-o", "a.html"],
        ["handout", "a/b/c.ipynb", "-o", "a.zip"],
        ["handout", "-o", ""],
        ["worksheet", "0", "-o", "."],
        ["worksheet", "0", "-o", "/"],
        ["handout", "..", "-o", "a.zip"],
        ["handout", "0", "-o", "a\0.zip"],
        ["link", "nowhere", "0"],
        ["export-quiz", "", "--format", "gift", "-o", "a.txt"],
        ["export-quiz", "0", "--format", "gift", "-o", "a.xml"],
        ["export-quiz", "0", "--format", "qti", "-o", "none/a.zip"],
        ["export-tei", "no-such-text"],
        ["export-tei", "no/such/file.md"],
        ["agreement", "no-such-text", "a.html", "-o", "b.html"],
        ["agreement", "1848-reply", "no.html", "-o", "b.html"],
        ["agreement", "1848-reply", ".", "-o", "b.html"],
        ["clean", "no.ipynb", "--yes"],
    ],
    ids=" ".join,
)
def test_mistake_of_the_user_ends_with_1_and_a_message(example, given, capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert main(given) == 1
    said = capsys.readouterr().err
    assert said.strip()
    assert "Traceback" not in said
    assert not any(tmp_path.iterdir())


def test_command_stopped_by_the_user_ends_with_130(monkeypatch, capsys):
    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(__main__, "check_course", stopped)
    assert main(["check"]) == 130
    assert capsys.readouterr().err == "Stopped.\n"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows reports a closed pipe in another way")
@pytest.mark.parametrize("command", [["worksheet", "0"], ["check", "--wordings"]], ids=" ".join)
def test_reader_that_goes_away_leaves_no_traceback(command):
    settings = dict(os.environ, CLOSE_READING_HOME=str(ROOT / "tests" / "fork"))
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "helpers", *command],
        cwd=ROOT, env=settings, stdout=write, stderr=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip
    os.close(write)
    assert (done.returncode, done.stderr) == (1, "")
