"""Read a lesson from its notebook: its cells in order, with their stored outputs."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ..core import SCREEN, UserError, element, lessons_folder, listed, neutralised, read_file, typed_path, void
from ..portfolio import take_out_words
from ..questions import Question, question, question_path, read_questions

_WIDGET = "application/vnd.jupyter.widget-view+json"
_MAGIC = re.compile(r"^\s*[%!].*$", re.M)
_QUESTION = 'class="close-reading-question"'  # of a question in a stored output
_TERMINAL = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a notebook; a cell with the tag ``screen`` has no recalls and no outputs on paper."""

    id: str
    prose: str = ""  # Markdown
    asks: tuple[str, ...] = ()  # ids of the questions it asks
    recalls: tuple[str, ...] = ()  # ids of the questions whose answers it shows again
    loads: tuple[str, ...] = ()  # ids of the texts it loads
    shows: tuple[str, ...] = ()  # the outputs that are printed, as HTML, not yet sanitised
    stored: tuple[str, ...] = ()  # all stored outputs but questions, also those that are not printed
    left_out: bool = False  # whether a stored output is left out because it has a person's words


@dataclass(frozen=True)
class Lesson:
    """A lesson."""

    path: Path  # of the notebook
    title: str  # the first heading
    cells: tuple[Cell, ...]
    own: Mapping[str, Question]  # from its question file; empty if it has none

    def asked(self) -> Iterator[Question]:
        """Yield the questions that its cells ask, in order."""
        return (self.question(id) for cell in self.cells for id in cell.asks)

    def question(self, id: str) -> Question:
        """Return a question of this lesson, or one of another lesson that is asked again here."""
        return self.own.get(id) or question(id)

    def loaded(self) -> list[str]:
        """List the ids of the texts that it loads."""
        return list(dict.fromkeys(id for cell in self.cells for id in cell.loads))


def find_lesson(name: str) -> Path:
    """Find the notebook of a lesson by number (``01``, ``1``), name (``01-name``) or path.

    Raises `UserError` if there is no such lesson.

    Examples
    --------
    >>> find_lesson("0") == find_lesson("00") and find_lesson("00").suffix
    '.ipynb'
    """
    path = typed_path(name)
    name = str(name)
    if path.suffix == ".ipynb" and path.is_file():
        return path
    there = sorted(lessons_folder().glob("[0-9][0-9]-*.ipynb"))
    wanted = name.zfill(2) if name.isdecimal() else path.name.removesuffix(".ipynb")
    found = [one for one in there if wanted in (one.stem, one.stem[:2])]
    if not found or len(path.parts) > 1:
        known = listed(f"“{one.stem}”" for one in there) or "none"
        raise UserError(f"No lesson “{name}”. There are: {known}. Give a number, a name or the path of a notebook.")
    return found[0]


def read_lesson(path: Path) -> Lesson:
    """Read a lesson from its notebook and its question file.

    Raises `UserError` if the file is not a notebook, or if a cell whose output is printed was not run.

    Examples
    --------
    >>> lesson = read_lesson(find_lesson("00"))
    >>> next(lesson.asked()).id, lesson.title[:2]
    ('0.1', '00')
    """
    try:
        cells = json.loads(read_file(path))["cells"]
        before = [len(cell.get("outputs", ())) for cell in cells]
        take_out_words(cells)  # a worksheet is for everyone
        made = tuple(
            replace(_cell(cell, n, path.name), left_out=len(cell.get("outputs", ())) < count)
            for n, (cell, count) in enumerate(zip(cells, before, strict=True), 1)
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        if isinstance(error, UserError):
            raise
        raise UserError(
            f"{path.name} is not a notebook in the current format. Open it in JupyterLab and save it."
        ) from error
    title = next((words for cell in made for words in re.findall(r"^# (.+)$", cell.prose, re.M)), path.stem)
    file = question_path(path)
    own = {one.id: one for one in read_questions(file)} if file.is_file() else {}
    return Lesson(path, title.strip(), made, own)


def _cell(cell: Mapping[str, Any], number: int, file: str) -> Cell:
    source = neutralised(_joined(cell["source"]))
    id = str(cell.get("id", number))
    if cell["cell_type"] == "markdown":
        return Cell(id, prose=source)
    if cell["cell_type"] != "code" or not source.strip():
        return Cell(id)
    calls = list(_calls(source))
    named = {name: [given for one, some in calls if one == name for given in some] for name, _ in calls}
    asks = tuple(some[0] if some else "" for name, some in calls if name == "answer")
    if "" in asks:
        raise UserError(
            f'{file}, cell {id}: answer() does not name its question. Write its id as a string: answer("1.2").'
        )
    loads = tuple(named.get("load_text", ()))
    stored = tuple(one for one in map(_shown, cell.get("outputs", ())) if one and _QUESTION not in one)
    if not asks and SCREEN in cell.get("metadata", {}).get("tags", ()):
        return Cell(id, loads=loads, stored=stored)
    # A student’s answers are private and must not be printed on a worksheet for everyone. An explorer
    # only repeats the table of its network.
    if asks or "my_work" in named or "explore" in named:
        return Cell(id, asks=asks, recalls=tuple(named.get("my_work", ())), loads=loads, stored=stored)
    if cell.get("execution_count") is None and not cell.get("outputs"):
        raise UserError(
            f"{file}: cell {id} was not run, so its output would be missing on the page. Open it in JupyterLab, "
            "choose Run → Run All Cells, save it, and try again."
        )
    return Cell(id, loads=loads, shows=stored, stored=stored)


def _calls(source: str) -> Iterator[tuple[str, list[str]]]:
    """Yield each called function and its string arguments."""
    try:
        tree = ast.parse(_MAGIC.sub("pass", source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # the last two: nested too deeply
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            given = [one.value for one in node.args if isinstance(one, ast.Constant)]
            yield name, [one for one in given if isinstance(one, str)]


def _shown(output: Mapping[str, Any]) -> str:
    """Convert an output to HTML; return nothing for a widget, because its static view is a separate output."""
    if output["output_type"] == "stream":
        return _words(_joined(output.get("text", "")))
    if output["output_type"] == "error":
        return _words(str(output.get("evalue", "")))
    data = output.get("data", {})
    if _WIDGET in data:
        return ""
    if "text/html" in data:
        return neutralised(_joined(data["text/html"]))
    plain = neutralised(_joined(data.get("text/plain", "")))
    if "image/png" in data:
        source = "data:image/png;base64," + "".join(_joined(data["image/png"]).split())
        return void("img", alt=plain, src=source)
    return _words(plain)


def _words(words: str) -> str:
    return element("pre", _TERMINAL.sub("", words)) if words.strip() else ""


def _joined(lines: str | Iterable[str]) -> str:
    return lines if isinstance(lines, str) else "".join(lines)
