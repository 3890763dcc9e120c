"""Make a module of two other texts: the program and its tests from this one, everything else new."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..core import (
    UserError,
    file_bytes,
    kind_of,
    lessons_folder,
    names_in,
    put_file,
    read_file,
    typed_path,
    write_files,
    write_yaml,
)
from ..questions import note_cells
from ..texts import COLUMNS
from .first_lesson import MINUTES, NAME, first_notebook, first_questions
from .first_lesson_words import LessonWords, lesson_words
from .new_module_pages import page, readme
from .new_texts import NewText, new_texts
from .refreshing import with_results

_CARRIED = (
    ".ci", ".github", "benchmarks", "binder", "helpers", "lite", "tests", ".gitattributes", ".gitignore",
    ".oxlintrc.json", ".pre-commit-config.yaml", "CONTRIBUTING.md", "conftest.py",
)  # fmt: skip
_NEEDED = ("conftest.py", "pyproject.toml", "LICENSE", "tests/lessons/test_prose.py", ".github/workflows/ci.yml")
_LEFT = re.compile(r"__pycache__|\.ipynb_checkpoints|my-work.*|\.\w+_cache|\.DS_Store|.*\.(?:pyc|png|egg-info)")
_CLAIMS = "tests/lessons/claims.py"
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


@dataclass(frozen=True)
class NewModule:
    """A module that was made: the names of the files of its texts, and what its author should know about them."""

    files: tuple[str, ...]
    notes: tuple[str, ...]


def new_module(folder: Path, texts: Sequence[Path], *, language: str = "en", encoding: str = "") -> NewModule:
    """Make a new module in a folder that does not exist yet, or is empty.

    ``encoding`` is that of the files that are not UTF-8.

    Raises `UserError`, and writes nothing, if a text cannot be read, the folder is not empty, or this module has no
    tests, as one that pip has installed.
    """
    root, folder = lessons_folder().parent, typed_path(folder)
    _check(root, folder, language)
    words = lesson_words(language)
    first, second = new_texts(texts, words, language, encoding)
    title = re.sub(r"[-_\s]+", " ", folder.resolve().name).strip()
    title = title[:1].upper() + title[1:]
    notebook = first_notebook(first, second, words)
    carried = list(carried_by_a_new_module(root))
    files = {name: file_bytes(root / name) for name in carried}
    files |= {f"texts/{name}": data for one in (first, second) for name, data in one.files.items()}
    made = {
        f"texts/{name}.csv": _table(name, (first, second)) for name in COLUMNS
    } | {
        "pyproject.toml": _project(read_file(root / "pyproject.toml"), title),
        "README.md": readme(title, words.title, f"lessons/{NAME}.ipynb", MINUTES, (first, second)),
        "CITATION.cff": _citation(title),
        "LICENSE": read_file(root / "LICENSE").partition("\n----")[0] + page("licence"),
        "texts/README.md": page("tables"),
        "texts/course.yaml": _settings(language, words),
        f"lessons/{NAME}.ipynb": notebook,
        f"lessons/questions/{NAME}.yaml": first_questions(first, second, words),
        "lessons/teaching/README.md": page("guide"),
    }  # fmt: skip
    write_files(folder, files | {name: content.encode("utf-8") for name, content in made.items()})
    for name in carried:
        if mode := (root / name).stat().st_mode & 0o111:  # Binder runs a file of the module
            (folder / name).chmod((folder / name).stat().st_mode | mode)
    path = folder / "lessons" / f"{NAME}.ipynb"
    put_file(path, with_results(notebook, f"lessons/{NAME}.ipynb", folder.resolve()).encode("utf-8"))
    note_cells([path])
    both = (first, second)
    return NewModule(tuple(next(iter(one.files)) for one in both), tuple(note for one in both for note in one.notes))


def _check(root: Path, folder: Path, language: str) -> None:
    """Check that there is everything that a new module needs, and that nothing is overwritten."""
    missing = [name for name in _NEEDED if kind_of(root / name) != "file"]
    if missing:
        raise UserError(
            f"{root} has no file {missing[0]}, which a new module needs: what pip installs has no tests. Get the whole "
            "module with git clone, as README.md says under “Start”, and run this command in its folder."
        )
    if folder.resolve().is_relative_to(root.resolve()):
        raise UserError(f"{folder} is in the folder of this module. Name a folder beside it, such as ../my-module.")
    kind = kind_of(folder)
    if kind not in ("nothing", "folder") or (kind == "folder" and names_in(folder)):
        raise UserError(f"{folder} exists and is not an empty folder. Nothing was changed. Name a new folder.")
    if not _LANGUAGE.fullmatch(language):
        raise UserError(f"“{language}” is not the code of a language. Write, for example, --language de")


def carried_by_a_new_module(root: Path) -> Iterator[str]:
    """Yield the names of the files that a new module takes over: the program, and the tests that fit any texts."""
    about = tomllib.loads(read_file(root / "pyproject.toml"))["tool"]["close-reading"]["texts"]
    for name in _CARRIED:
        paths = sorted((root / name).rglob("*")) if kind_of(root / name) == "folder" else [root / name]
        for path in paths:
            parts = path.relative_to(root).parts
            if kind_of(path) != "file" or any(_LEFT.fullmatch(part) for part in parts):
                continue
            inside = "/".join(parts)
            is_test = parts[0] == "tests" and path.match("test_*.py")
            if inside == _CLAIMS or (is_test and any(id in read_file(path) for id in about)):
                continue
            yield inside


def _table(name: str, texts: Sequence[NewText]) -> str:
    """A table with its first line; that of the people has the voices of the texts."""
    columns = [one.name for one in COLUMNS[name]]
    rows = [columns]
    if name == "people":
        voices = {layer.voice: layer.label for one in texts for layer in one.text if layer.voice != "unknown"}
        for voice, label in voices.items():
            cells = {"id": voice, "type": "person", "canonical_name": label.partition(":")[0].strip() or voice}
            rows.append([cells.get(column, "") for column in columns])
    return "".join(f"{','.join(map(_cell, row))}\n" for row in rows)


def _cell(words: str) -> str:
    return f'"{words.replace(chr(34), chr(34) * 2)}"' if re.search(r'[",\n]', words) else words


def _project(project: str, title: str) -> str:
    """The description of the project, with the name of the new module and without texts that tests are about."""
    old = tomllib.loads(project)["project"]["name"]
    name = re.sub(r"[^a-z0-9]+", "-", title.casefold()).strip("-") or "two-texts"
    made = project.replace(old, name)
    made = re.sub(r"^description = .*$", f'description = "{_plain(title)}: reading two texts."', made, flags=re.M)
    made = re.sub(r"^authors = .*$", f'authors = [{{ name = "The authors of {_plain(title)}" }}]', made, flags=re.M)
    return re.sub(r"^texts = \[.*\]$", "texts = []", made, flags=re.M)


def _plain(title: str) -> str:
    return title.replace("\\", " ").replace('"', "”")


def _citation(title: str) -> str:
    return (
        "cff-version: 1.2.0\nmessage: If you teach with this module, please cite it, and cite the two texts with their "
        "own references.\n"
        f'title: "{_plain(title)}"\ntype: software\n'
        f'authors: # write your names here, each on a line of its own\n  - name: "The authors of {_plain(title)}"\n'
        "version: 0.1.0\nlicense: [MIT, CC-BY-4.0]\n"
    )


def _settings(language: str, words: LessonWords) -> str:
    """The settings of the course, with those that the language of the lesson needs."""
    prose: dict[str, object] = {"dictionary": words.language, "reading_grade": 12}
    if words.phrases:
        prose |= {"phrases": words.phrases, "months": list(words.months), "numbers": list(words.numbers)}
    is_other = language.partition("-")[0].lower() != words.language
    note = (
        f"# The first lesson is English. When your lessons are in your language, write its dictionary (dictionary: "
        f"{language}; none if\n# there is none), and your words for the parts of a lesson under “phrases”.\n"
        if is_other
        else ""
    )
    return (
        "# Settings of the course; tests/fork/own-texts.md explains them. Lines that begin with “#” are examples.\n"
        f"language: {language}\nmodel_answers: first\n# model_answers: 2027-01-31\n# essays: [\"0.8\"]\n"
        "# attempts: first\n# grades: {Essays: [essays], Forms: [forms]}\n\n"
        "# What the tests expect of your lessons.\n"
        f"{note}{write_yaml({'prose': prose})}"
        "# Under “prose” you may also write:\n"
        "#   words: [Names, thatnodictionaryhas]\n"
        "#   reasons: # why numbers are right that no text, table or result shows\n"
        "#     - {lesson: \"00\", words: words of the lesson with the number, why: the reason}\n"
    )  # fmt: skip
