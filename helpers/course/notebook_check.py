"""Check the notebooks of ``lessons/``: names that their cells use, their question files and their numbers."""

from __future__ import annotations

import ast
import contextlib
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from ..core import UserError, copied_name, did_you_mean, kind_of, lessons_folder, read_file
from ..questions import Question, lesson_files, lesson_name, misnamed_files, question_path
from ..texts import GROUPS, OWN, Text
from .notebook_code import NotebookCode, Use
from .start_page import START

_NAME = re.compile(r"\d\d-[a-z0-9-]+")
_COMMENT = re.compile(r"<!--(.*?)-->", re.S)
_STRIPS = re.compile(r"\s*strips\s*:([^>]*)", re.S)
# What comes first in these is a text.
_OF_A_TEXT = {"read", "highlight", "concordance", "annotate"}


@dataclass(frozen=True)
class Known:
    """What the notebooks may name; None where it could not be read, so that nothing can be said against a name."""

    texts: Mapping[str, Text]
    text_ids: frozenset[str]  # also of texts that cannot be read
    questions: Mapping[str, Question]
    unread_lessons: frozenset[int]  # the numbers of lessons whose question files have a mistake
    categories: frozenset[str] | None
    events: frozenset[str] | None
    brought: frozenset[str] | None  # the ids of texts that a student may bring along


@dataclass(frozen=True)
class Notebook:
    """A notebook: its place in the module, its Markdown cells, and the uses of public names in its code."""

    path: Path
    place: str
    prose: tuple[tuple[int, str], ...]
    code: NotebookCode
    uses: tuple[Use, ...]
    failing: frozenset[int]  # the cells that show a mistake on purpose

    @property
    def asked(self) -> list[str]:
        """The ids of the questions that it asks or recalls."""
        return [id for use in self.uses if use.name in ("answer", "my_work") for id in _ids(use)]

    @property
    def answered_in(self) -> dict[str, int]:
        """The number of the first cell that asks each question."""
        return {id: use.cell for use in reversed(self.uses) if use.name == "answer" for id in _ids(use)}

    @property
    def computes_questions(self) -> bool:
        """Whether it may ask a question whose id is not written in it."""
        computed = any(use.name == "answer" and not _ids(use) for use in self.uses)
        return computed or not self.code.certain or self.code.rebinds("answer")


def _ids(use: Use) -> list[str]:
    """The ids of questions in a call of ``answer`` or ``my_work``."""
    first = use.given[:1] or ([use.named["id"]] if "id" in use.named else [])
    return [id.strip() for one in (use.given if use.name == "my_work" else first) for id in use.words(one)]


def read_notebook(path: Path) -> Notebook:
    """Read a notebook; raises `UserError` with the line if it is none."""
    place = f"{path.parent.name}/{path.name}"
    source = read_file(path)
    restore = (
        f"Restore an earlier copy: git restore {place}, or in JupyterLab File → Revert to Checkpoint; "
        "or make the lesson again in JupyterLab."
    )
    try:
        whole = json.loads(source)
    except ValueError as error:
        line = source.count("\n", 0, error.pos) + 1 if isinstance(error, json.JSONDecodeError) else 1
        conflict = re.search(r"^<{7}", source, re.M)
        if conflict:
            line = source.count("\n", 0, conflict.start()) + 1
            raise UserError(
                f"{place}, line {line}: this notebook has the marks of a git conflict and does not open. {restore}"
            ) from error
        raise UserError(
            f"{place}, line {line}: this notebook is damaged ({error}) and does not open. {restore}"
        ) from error
    except RecursionError as error:
        raise UserError(f"{place}: this is not a notebook. {restore}") from error
    try:
        cells = [(n, cell["cell_type"], _joined(cell["source"])) for n, cell in enumerate(whole["cells"], 1)]
    except (KeyError, TypeError) as error:
        raise UserError(
            f"{place}: this is not a notebook in the current format. Open it in JupyterLab and save it. "
            f"If it does not open: {restore}"
        ) from error
    code = NotebookCode((n, words) for n, kind, words in cells if kind == "code")
    prose = tuple((n, words) for n, kind, words in cells if kind == "markdown")
    failing = frozenset(
        n for n, cell in enumerate(whole["cells"], 1) if "raises-exception" in cell.get("metadata", {}).get("tags", ())
    )
    return Notebook(path, place, prose, code, tuple(use for use in code.uses() if use.cell not in failing), failing)


def _joined(lines: str | Iterable[str]) -> str:
    return lines if isinstance(lines, str) else "".join(lines)


def check_notebooks(known: Known) -> tuple[list[Notebook], list[str]]:
    """Read and check every notebook of ``lessons/``; each problem is a message with file, cell and how to fix it."""
    folder = lessons_folder()
    problems: list[str] = []
    notebooks: list[Notebook] = []
    paths = [path for path in sorted(folder.glob("*.ipynb")) if path.name[0] not in ".~"] if folder.is_dir() else []
    for path in paths:
        try:
            notebooks.append(read_notebook(path))
        except UserError as error:
            problems.append(str(error))
    problems += misnamed_notebooks().values()
    without = {notebook.place: number for notebook in notebooks if (number := _without_questions(notebook)) is not None}
    problems += [_missing_questions(place) for place in without]
    known = replace(known, unread_lessons=known.unread_lessons | {*without.values()})
    for notebook in notebooks:
        problems += _wrong_names(notebook, known)
    problems += _names_and_numbers(notebooks, paths)
    if len(notebooks) == len(paths) and not any(one.computes_questions for one in notebooks):
        problems += _never_asked(notebooks, known)
    return notebooks, problems


def misnamed_notebooks() -> dict[str, str]:
    """Report notebooks to whose names a browser or an editor has added an ending, each by its right name."""
    found = [path for path in sorted(lessons_folder().glob("*.ipynb.*")) if path.name[0] not in ".~"]
    return {
        path.stem: f"lessons/{path.name} is not read. Rename it to {path.stem}."
        for path in found
        if path.suffix.lower() in (".txt", ".json") and not path.with_name(path.stem).exists()
    }


def _without_questions(notebook: Notebook) -> int | None:
    """The number of a lesson that asks questions of its own and has no question file; None for others."""
    number = re.match(r"\d{1,2}(?=\D)", notebook.path.stem)
    files = {int(path.stem[:2]) for path in lesson_files()} | {
        int(found[0]) for path in misnamed_files() if (found := re.match(r"\d+", path.name))
    }
    if not number or int(number[0]) in files:
        return None
    return int(number[0]) if any(id.partition(".")[0] == str(int(number[0])) for id in notebook.asked) else None


def _missing_questions(place: str) -> str:
    """Say that the question file of a lesson does not exist."""
    folder = lessons_folder()
    right = question_path(folder / Path(place).name).relative_to(folder.parent).as_posix()
    other = next(
        (one.name for one in folder.glob("*/") if one.name != "questions" and one.name.lower() == "questions"), ""
    )
    fix = f"Rename the folder {other} to questions" if other else "Write it, or put it back"
    return f"{place}: the lesson asks questions, but its file {right} does not exist. {fix}."


def named_in_code() -> set[str]:
    """The parts of all paths in the code of the notebooks, such as “letters” in ``load_texts("../texts/letters")``."""
    named: set[str] = set()
    for path in lessons_folder().glob("*.ipynb"):
        with contextlib.suppress(UserError):
            named |= {part for words in read_notebook(path).code.strings() for part in re.split(r"[/\\]", words)}
    return named


def _wrong_names(notebook: Notebook, known: Known) -> Iterator[str]:
    """Report what the cells name and does not exist."""
    for use in notebook.uses:
        place = f"{notebook.place}, cell {use.cell}, line {use.line}"
        yield from (f"{place}: {problem}" for problem in _wrong_in(use, known))
    yield from (
        f"{notebook.place}, cell {cell}, line {line}: {problem}"
        for cell, line, problem in [*notebook.code.mistakes, *notebook.code.undefined()]
        if cell not in notebook.failing
    )
    for cell, words in notebook.prose:
        for comment in _COMMENT.finditer(words):
            line = words.count("\n", 0, comment.start()) + 1
            place = f"{notebook.place}, cell {cell}, line {line}"
            yield from (f"{place}: {problem}" for problem in _wrong_in_comment(comment[1], known))


def _wrong_in(use: Use, known: Known) -> Iterator[str]:
    first = use.given[0].value if use.given and isinstance(use.given[0], ast.Constant) else None
    if use.name == "answer" and isinstance(first, int | float):
        yield f'the id of a question stands in quotation marks. Write answer("{first}").'
    if use.name in _OF_A_TEXT and isinstance(first, str):
        yield f'“{first}” is not a text but its name. Write {use.name}(load_text("{first}")), with what follows it.'
    if use.name in ("answer", "my_work"):
        for id in _ids(use):
            lesson = re.match(r"\d{1,2}(?=\.)", id)
            if id not in known.questions and not (lesson and int(lesson[0]) in known.unread_lessons):
                yield f"no question “{id}”. {_suggested(id, known.questions)}"
    elif use.name == "my_text" and isinstance(first, str) and known.brought is not None:
        if f"{OWN}{first}" not in known.brought:
            yield f"no paper “{first}” in papers.csv. {did_you_mean(first, [id[len(OWN) :] for id in known.brought])}"
    elif use.name == "load_text":
        for id in use.words(use.given[0]) if use.given else ():
            stem, ending = re.fullmatch(r"(.*?)(\.(?:md|txt|xml|tei))?", id, re.S).groups()  # type: ignore[union-attr]
            if ending and stem in known.texts and not (lessons_folder() / id).exists():
                yield f'no file “{id}” beside the lesson. Write the id of the text: load_text("{stem}").'
            elif not re.search(r"[/\\]", id) and not ending and id not in known.text_ids | (known.brought or {id}):
                yield f"no text “{id}” in texts/. {did_you_mean(id, known.text_ids)}"
    elif use.name == "[]" and (text := known.texts.get(use.text or "")):
        for layer in use.words(use.given[0]):
            if layer not in (ids := [part.id for part in text]):
                yield f"no layer “{layer}” in {text.id}. {did_you_mean(layer, ids)}"
    elif use.name in _OF_A_TEXT and (text := known.texts.get(use.text or "")):
        ids = [*GROUPS, *(part.id for part in text)]
        for layer in use.words(use.named.get("layers")):
            if layer not in ids:
                yield f"no layer “{layer}” in {text.id}. {did_you_mean(layer, ids)}"
        for voice in use.words(use.named.get("voice")):
            if voice not in (voices := {part.voice for part in text}):
                yield f"no voice “{voice}” in {text.id}. {did_you_mean(voice, voices)}"
    if use.name in ("highlight", "compare") and known.categories is not None:
        for category in use.words(use.named.get("category")):
            if category not in {*known.categories, "all"}:
                yield f"no category “{category}” in categories.csv. {did_you_mean(category, known.categories)}"
    if use.name == "correspondence" and "texts" not in use.named and known.texts:
        layers = {*GROUPS, *(part.id for text in known.texts.values() for part in text)}
        for layer in use.words(use.named.get("layers")):
            if layer not in layers and len(known.texts) == len(known.text_ids):
                yield f"no layer “{layer}” in any text. {did_you_mean(layer, layers)}"
        for id in use.words(use.named.get("document")):
            if id not in known.text_ids:
                yield f"no text “{id}” in texts/. {did_you_mean(id, known.text_ids)}"


def _suggested(id: str, ids: Iterable[str]) -> str:
    """Suggest the question that is meant, among those of the same lesson if there are any."""
    same = [one for one in ids if one.partition(".")[0] == id.partition(".")[0]]
    return did_you_mean(id, same or ids)


def _wrong_in_comment(comment: str, known: Known) -> Iterator[str]:
    """Report keys of events and ids of texts in an HTML comment that do not exist."""
    if strips := _STRIPS.fullmatch(comment):
        for id in strips[1].split():
            if id not in known.text_ids:
                yield f"no text “{id}” in texts/. {did_you_mean(id, known.text_ids)}"
        return
    if known.events is None:
        return
    shapes = {re.sub(r"\d+", "", id) for id in known.events if re.fullmatch(r"[a-z]+-?\d+", id)} or {"t"}
    keys = re.split(r"[\s,;]+", comment.strip())
    if all(re.fullmatch(r"[a-z]+-?\d+", key, re.I) and re.sub(r"\d+", "", key).lower() in shapes for key in keys):
        for key in keys:
            if key not in known.events:
                yield f"no event “{key}” in timeline.csv. {did_you_mean(key, known.events)}"


def _names_and_numbers(notebooks: Iterable[Notebook], paths: Iterable[Path]) -> Iterator[str]:
    """Report lessons with one number, and question files and lessons that do not have each other’s name."""
    paths = list(paths)
    files = lesson_files()
    package = kind_of(lessons_folder().parent / START) == "file"  # which has the questions of earlier lessons too
    numbers: dict[str, list[str]] = defaultdict(list)
    stems = {path.stem for path in files}
    for notebook in notebooks:
        stem = notebook.path.stem
        if not notebook.asked and stem not in stems:
            continue  # a notebook of the instructor’s own
        if re.match(r"\d", stem) and not copied_name(stem) and not _NAME.fullmatch(stem):
            yield (
                f"{notebook.place}: the name of a lesson has two digits, a hyphen, and small letters a–z, digits and "
                f"hyphens. Rename it to {lesson_name(stem)}.ipynb."
            )
        numbers[stem[:2]].append(notebook.path.name)
    for number, names in numbers.items():
        if number.isdigit() and len(names) > 1:
            first, *others = names
            copies = [name for name in names if copied_name(Path(name).stem)]
            delete = f"Delete the copy {copies[0]}, or give it" if copies else "Give one of them"
            yield f"lessons/{first}: {' and '.join(others)} has the same number {number}. {delete} another number."
    same: dict[str, list[Path]] = defaultdict(list)
    for path in files:
        same[path.stem[:2]].append(path)
        lesson = f"{path.stem}.ipynb"
        if paths and not package and not (path.parents[1] / lesson).exists() and lesson not in misnamed_notebooks():
            free = [one.stem for one in paths if not question_path(one).exists()]
            near = next((stem for stem in free if stem[:2] == path.stem[:2]), "") or (free[0] if len(free) == 1 else "")
            fix = f"Rename it to {near}.yaml." if near else "Write the lesson, or give the file the name of its lesson."
            yield f"lessons/questions/{path.name}: there is no lesson lessons/{path.stem}.ipynb. {fix}"
    for number, alike in same.items():
        if len(alike) > 1:
            both = " and ".join(path.name for path in alike)
            yield f"lessons/questions/{alike[0].name}: {both} have the same number {number}. Give one another number."


def _never_asked(notebooks: Iterable[Notebook], known: Known) -> Iterator[str]:
    """Report questions that no lesson asks."""
    notebooks = list(notebooks)
    there = {notebook.path.stem for notebook in notebooks}
    asked = {words.strip() for notebook in notebooks for words in notebook.code.strings()}
    for id, question in known.questions.items():
        if id not in asked and question.lesson in there:
            yield (
                f'{question.place}: no lesson asks question “{id}”. Write a cell answer("{id}") into '
                f"lessons/{question.lesson}.ipynb, or delete the question."
            )
