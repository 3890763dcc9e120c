"""A package of lessons for students: a zip file with notebooks, questions, texts and program, which needs no git."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from ..core import UserError, contained, file_bytes, kind_of, lessons_folder, read_file
from ..portfolio import clean_notebook, module_version
from ..questions import lesson_files, without_answers
from ..worksheets import find_lesson
from .notebook_check import Notebook, read_notebook
from .package_readme import carried_sections, package_readme
from .start_page import START, start_page
from .zip_file import zipped

_NEEDED = ("pyproject.toml", "LICENSE", "README.md", "binder/requirements.txt", "binder/jupyterlab.json")
_ALSO = ("CITATION.cff",)  # if it is there
_PROGRAM = {".py", ".pyi", ".js", ".typed", ".txt"}
_NAMED = re.compile(r"\]\(<?([^)\s>]+)|\b(?:src|href)=[\"']([^\"']+)")
_NOT_CARRIED = re.compile(r"(?:questions|teaching|my-work.*|\..*|~.*)")


@dataclass(frozen=True)
class Handout:
    """A package: the bytes of the zip file, its mark, the names of its lessons, and remarks for the instructor."""

    data: bytes
    mark: str  # the same for the same content
    lessons: tuple[str, ...]
    remarks: tuple[str, ...] = ()


def handout(
    lessons: Iterable[str] = (), *, keys: bool = True, model_answers: bool = True, outputs: bool = False
) -> Handout:
    """Make a package of lessons for students.

    It has the notebooks, with the question files of these and all earlier lessons (whose answers later lessons show
    again), the texts, the program with its pinned requirements, a start page, and a README with the title and the
    sections that are also for students. It has no guide for instructors, no tests and no work of anybody.

    Parameters
    ----------
    lessons : iterable of str, optional
        Numbers, names or paths of lessons; by default all.
    keys : bool, optional
        With ``False`` the question files have neither keys nor explanations nor model answers. What each question asks
        is unchanged, so answers given with the package are marked by a copy that has the keys.
    model_answers : bool, optional
        With ``False`` the question files have no model answers.
    outputs : bool, optional
        Whether the notebooks keep their stored results, folded until a cell is run, instead of having none.

    Returns
    -------
    Handout

    Raises
    ------
    UserError
        If there is no such lesson, a file has a mistake, or the folder lacks a file of the program.

    Examples
    --------
    >>> from helpers.core import UserError
    >>> try:
    ...     handout(["99"])
    ... except UserError as error:
    ...     print(str(error).partition(".")[0])
    No lesson “99”
    """
    root = lessons_folder().parent
    notebooks = [read_notebook(path) for path in chosen_lessons(lessons)]
    files = {name: file_bytes(root / name) for name in _program(root)}
    for notebook in notebooks:
        files[f"lessons/{notebook.path.name}"] = for_students(notebook.path, outputs=outputs)
        files |= {name: file_bytes(root / name) for name in carried_files(notebook, root)}
    last = max((one.path.stem[:2] for one in notebooks if one.path.stem[:2].isdigit()), default="")
    for path in lesson_files():
        if path.stem[:2] <= last:
            whole = keys and model_answers
            words = read_file(path) if whole else without_answers(path, keys=keys)
            files[f"lessons/questions/{path.name}"] = words.encode("utf-8")
    files["README.md"] = package_readme({*files, START}, START).encode("utf-8")
    mark = _mark(files)
    names = [notebook.path.name for notebook in notebooks]
    whole = len(names) == len(chosen_lessons(()))
    version = f"{module_version(root)}, package {mark}"
    files[START] = start_page(names, version, carried_sections(files), whole=whole).encode("utf-8")
    folder = _folder_name(root)
    return Handout(
        zipped({f"{folder}/{name}": data for name, data in files.items()}),
        mark,
        tuple(Path(name).stem for name in names),
        tuple(remark for notebook in notebooks for remark in _typed_answers(notebook)),
    )


def chosen_lessons(names: Iterable[str]) -> list[Path]:
    """Find the notebooks of these lessons, in order; of all lessons if none is named."""
    paths = {find_lesson(name).resolve() for name in names} or {*lessons_folder().glob("[0-9][0-9]-*.ipynb")}
    if not paths:
        raise UserError("There is no lesson in lessons/. A lesson is a notebook NN-name.ipynb.")
    for path in paths:
        if path.resolve().parent != lessons_folder().resolve():
            raise UserError(
                f"{path} is not in {lessons_folder()}. Copy it there, and give it a name like NN-name.ipynb."
            )
    return sorted(paths, key=lambda path: path.name)


def _program(root: Path) -> Iterator[str]:
    """Yield the names of the files that every package has: the program, its requirements and the texts."""
    for name in _NEEDED:
        if kind_of(root / name) != "file":
            raise UserError(
                f"{root} has no file {name}, which a package needs. Run this command in the folder of the module."
            )
        yield name
    yield from (name for name in _ALSO if kind_of(root / name) == "file")
    yield from (name for name in _names(root / "helpers", root) if Path(name).suffix in _PROGRAM)
    yield from _names(root / "texts", root)


def _names(folder: Path, root: Path) -> list[str]:
    """List the files in a folder and the folders in it, without hidden files and those of programs that are open."""
    found = (path for path in folder.rglob("*") if kind_of(path) == "file")
    names = (path.relative_to(root) for path in found if path.resolve().is_relative_to(root.resolve()))
    return sorted(
        name.as_posix() for name in names if not any(part[0] in ".~" or part == "__pycache__" for part in name.parts)
    )


def for_students(path: Path, *, outputs: bool) -> bytes:
    """Return a notebook without results, or with the results folded and without words of a person in them."""
    notebook = json.loads(clean_notebook(read_file(path), path.name).text)
    notebook.get("metadata", {}).pop("widgets", None)
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code":
            continue
        if outputs:
            cell.setdefault("metadata", {}).setdefault("jupyter", {})["outputs_hidden"] = True
        else:
            cell.update(outputs=[], execution_count=None)
    return (json.dumps(notebook, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def carried_files(notebook: Notebook, root: Path) -> Iterator[str]:
    """Yield the files beside the lessons that a notebook names, in a link, a picture or its code."""
    folder = lessons_folder()
    linked = (unquote(one or other) for _, words in notebook.prose for one, other in _NAMED.findall(words))
    for name in {*linked, *notebook.code.strings()}:
        path = contained(folder, name.partition("#")[0])
        if path is None or kind_of(path) not in ("file", "folder"):
            continue
        inside = path.resolve().relative_to(folder.resolve())
        if not inside.parts or path.suffix == ".ipynb" or any(_NOT_CARRIED.fullmatch(part) for part in inside.parts):
            continue
        yield from _names(path, root) if kind_of(path) == "folder" else [f"lessons/{inside.as_posix()}"]


def _typed_answers(notebook: Notebook) -> Iterator[str]:
    """Name the cells in which an answer is typed, which the package then has too."""
    for use in notebook.uses:
        if use.name == "answer" and (len(use.given) > 1 or use.named.keys() - {"id"}):
            yield f"{notebook.place}, cell {use.cell}: an answer is typed in this cell, and students see it."


def _mark(files: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name, data in sorted(files.items()):
        digest.update(f"{name}\0{len(data)}\0".encode() + data)
    return digest.hexdigest()[:8]


def _folder_name(root: Path) -> str:
    """The name of the folder in the package: that of the module, in which its version has a point."""
    return re.sub(r"[^\w.-]+", "-", module_version(root).partition(" ")[0]) or "course"
