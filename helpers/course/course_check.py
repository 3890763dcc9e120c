"""Check the whole module: texts, tables, questions and lessons."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..core import UserError, first_problems, lessons_folder, listed, merge_same_problems
from ..questions import (
    Question,
    cells_not_noted,
    check_editions,
    check_questions,
    lesson_files,
    misnamed_files,
    read_questions,
)
from ..texts import (
    OWN,
    TABLES,
    Text,
    check_tables,
    folders_not_read,
    meant_text_ids,
    read_table,
    readable_texts,
    table_path,
    unread_files,
)
from .lesson_titles import check_titles
from .notebook_check import Known, check_notebooks, named_in_code

# Packages that the lessons import, directly or not; a file of the same name beside a notebook hides them.
_IMPORTED = {
    "IPython", "PIL", "anywidget", "helpers", "ipykernel", "ipywidgets", "lazy_loader", "matplotlib", "mistune",
    "networkx", "nh3", "numpy", "pandas", "ruamel", "traitlets",
}  # fmt: skip
# Up to this number of texts, the layers of each are counted separately.
_MOST_COUNTED = 4


@dataclass(frozen=True)
class CourseReport:
    """What is wrong in the module, one line for each problem, and what was read, in one line."""

    problems: tuple[str, ...]
    read: str

    def shown(self, *, everything: bool = False) -> list[str]:
        """The problems; only the first of each file unless ``everything`` is asked for, and then their number."""
        return first_problems(self.problems, None) if everything else first_problems(self.problems)


def check_course() -> CourseReport:
    """Check the texts, tables, questions and lessons against each other.

    Examples
    --------
    >>> check_course().problems
    ()
    """
    texts, _ = readable_texts()
    asked, unread = _questions()
    papers = _ids_of("papers", "id")
    known = Known(
        texts,
        frozenset(meant_text_ids()),
        asked,
        unread,
        _ids_of("categories", "category"),
        _ids_of("timeline", "id"),
        None if papers is None else frozenset(f"{OWN}{id}" for id in papers),
    )
    problems = [row["problem"] for row in check_tables()]
    problems += _folders(texts)
    problems += check_questions(texts)
    notebooks, found = check_notebooks(known)
    problems += [*found, *check_titles(notebooks, asked)]
    problems += check_editions(_lessons())
    problems += _hiding_files()
    return CourseReport(tuple(merge_same_problems(dict.fromkeys(problems))), _was_read(texts, len(asked)))


def _questions() -> tuple[dict[str, Question], frozenset[int]]:
    """The questions of all files that can be read, by id, and the numbers of the lessons whose files cannot."""
    asked: dict[str, Question] = {}
    unread = {int(number[0]) for path in misnamed_files() if (number := re.match(r"\d+", path.name))}
    for path in lesson_files():
        try:
            asked |= {one.id: one for one in read_questions(path)}
        except UserError:
            unread.add(int(path.stem[:2]))
    return asked, frozenset(unread)


def _ids_of(table: str, column: str) -> frozenset[str] | None:
    """The ids in a table; None if it cannot be read, or if its absence is reported because another table needs it."""
    if table == "categories" and not table_path(table).is_file() and table_path("phrases").is_file():
        return None
    try:
        return frozenset(row[column] for row in read_table(table))
    except UserError:
        return None


def _folders(texts: Mapping[str, Text]) -> list[str]:
    """Report sub-folders of ``texts/`` with files that look like texts or tables and that nothing reads."""
    named = named_in_code()
    named |= {part for text in texts.values() for part in str(text.about.get("source_file", "")).split("/")}
    problems = []
    for folder, names in folders_not_read().items():
        if folder not in named:
            these = "this file is" if len(names) == 1 else f"the {len(names)} files of this folder are"
            problems.append(
                f"texts/{folder}/{names[0]}: {these} not read, because only texts/ itself is. "
                "Move what you need to texts/, and the rest out of it."
            )
    return problems


def _hiding_files() -> list[str]:
    """Report files and folders that notebooks beside them would import instead of a module that lessons need."""
    folder = lessons_folder()
    names = _IMPORTED | set(sys.stdlib_module_names)
    found: list[Path] = sorted(folder.rglob("*")) if folder.is_dir() else []
    return [
        f"{path.relative_to(folder.parent).as_posix()}: notebooks beside it import this "
        f"instead of the module “{path.stem}”. Rename it."
        for path in found
        if (path.suffix == ".py" and path.stem in names)
        or (path.is_dir() and path.name in names and (path / "__init__.py").exists())
    ]


def _was_read(texts: Mapping[str, Text], questions: int) -> str:
    """Say in one line what was read, and name the files that were not read."""
    layers = [str(len(text.parts)) for text in texts.values()]
    layers_in = f"{' and '.join(filter(None, [', '.join(layers[:-1]), layers[-1]]))} layers" if layers else ""
    if len(layers) > _MOST_COUNTED:
        layers_in = f"{sum(map(int, layers))} layers"
    tables = sum(table_path(name).is_file() for name in TABLES)
    counts = [(len(texts), "text"), (tables, "table"), (questions, "question")]
    texts_in, *rest = (f"{count} {word}{'' if count == 1 else 's'}" for count, word in counts)
    files = unread_files()
    ignored = f"; not read: {', '.join(files)}" if files else ""
    read = f"Read: {', '.join([texts_in + (f' ({layers_in})' if layers_in else ''), *rest])}{ignored}."
    return f"{read}{_not_noted()}"


def _not_noted() -> str:
    """Name the lessons whose students would not be told that they have an earlier edition; it is no mistake."""
    try:
        changed = [f"{path.stem[:2]} ({count})" for path, count in cells_not_noted(_lessons()).items()]
    except UserError:  # `check_editions` reports it
        changed = []
    what = " Cells that were changed since the last refresh of their lesson"
    return f"{what}: {listed(changed)}." if changed else ""


def _lessons() -> list[Path]:
    return sorted(lessons_folder().glob("[0-9][0-9]-*.ipynb"))
