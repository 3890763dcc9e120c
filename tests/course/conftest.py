"""A module with two invented letters, every table, one lesson and its questions, to make mistakes in."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from helpers import __main__

MORE_QUESTIONS = """
  - id: "0.5"
    kind: match
    skill: sourcing
    prompt: Whose words are they?
    options:
      - id: writers
        text: The writers'
      - id: editors
        text: The editors'
    items:
      - id: letter
        text: The letter
        goes_with: writers
        why: Finch wrote it.
      - id: note
        text: The note
        goes_with: editors
        why: Marsh wrote it.
"""


class Module:
    """The folder of the module, with functions that make a mistake in one of its files."""

    def __init__(self, folder: Path, run: Callable[..., tuple[int, list[str]]]) -> None:
        self.folder, self.check = folder, run

    def path(self, name: str) -> Path:
        return self.folder / name

    def text(self, name: str) -> str:
        return self.path(name).read_text(encoding="utf-8")

    def write(self, name: str, words: str | bytes) -> None:
        self.path(name).parent.mkdir(exist_ok=True)
        self.path(name).write_bytes(words.encode("utf-8") if isinstance(words, str) else words)

    def change(self, name: str, old: str, new: str) -> None:
        words = self.text(name)
        assert old in words, f"{old!r} is not in {name}"
        self.write(name, words.replace(old, new, 1))

    def change_all(self, name: str, old: str, new: str) -> None:
        assert old in self.text(name)
        self.write(name, self.text(name).replace(old, new))

    def rename(self, old: str, new: str) -> None:
        self.path(old).rename(self.path(new))

    def line_of(self, name: str, words: str) -> int:
        """The number of the first line that has these words."""
        lines = self.text(name).split("\n")
        return next(number for number, line in enumerate(lines, 1) if words in line)

    def add_cell(self, source: str, kind: str = "code", notebook: str = "lessons/00-whose-bell.ipynb") -> int:
        """Append a cell to a notebook, and return its number."""
        whole = json.loads(self.text(notebook))
        cell = {"cell_type": kind, "id": f"new-{len(whole['cells'])}", "metadata": {}, "source": source}
        if kind == "code":
            cell |= {"execution_count": None, "outputs": []}
        whole["cells"].append(cell)
        self.write(notebook, json.dumps(whole))
        return len(whole["cells"])


@pytest.fixture
def module(example, tmp_path, monkeypatch, capsys) -> Module:
    """A copy of ``tests/fork`` in which the letter is called by its date, with one more question."""
    for name in ("texts", "lessons"):
        shutil.copytree(example / name, tmp_path / name, ignore=shutil.ignore_patterns("my-work", ".ipynb_checkpoints"))
    for path in [*tmp_path.rglob("*.csv"), *tmp_path.rglob("*.yaml"), *tmp_path.rglob("*.ipynb")]:
        path.write_bytes(path.read_bytes().replace(b"1848-request", b"1848-04-04"))
    (tmp_path / "texts" / "1848-request.md").rename(tmp_path / "texts" / "1848-04-04.md")
    questions = tmp_path / "lessons" / "questions" / "00-whose-bell.yaml"
    words = questions.read_text(encoding="utf-8").replace("document: 1848-04-04", 'document: "1848-04-04"')
    questions.write_bytes((words + MORE_QUESTIONS).encode("utf-8"))
    monkeypatch.setenv("CLOSE_READING_HOME", str(tmp_path))

    def run(*options: str) -> tuple[int, list[str]]:
        """Run the command: exit code, and the problems."""
        capsys.readouterr()
        code = __main__.main(["check", *options])
        return code, [line[2:] for line in capsys.readouterr().out.splitlines() if line.startswith("- ")]

    made = Module(tmp_path, run)
    made.add_cell('answer("0.5")')
    made.add_cell('request["letter"]')
    return made
