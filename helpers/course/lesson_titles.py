"""Check that a lesson has one title: in its notebook, in its question file and in the table of the README."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ..core import UserError, damaged_letters, kind_of, lessons_folder, read_file
from ..questions import Question, question_path
from .notebook_check import Notebook

_TITLE = re.compile(r"#\s+(\d\d)\s+·\s+(.+)")
_ROW = r"^\|\s*{number}\s*\|\s*\[([^\]\n]+)\]\(lessons/{file}\)"


def check_titles(notebooks: list[Notebook], questions: Mapping[str, Question]) -> Iterator[str]:
    """Report lessons whose question file, or row in the README, has another title than the notebook."""
    titles = {one.lesson: one.title for one in questions.values()}
    root = lessons_folder().parent
    readme = ""
    if kind_of(root / "README.md") == "file":
        try:
            readme = read_file(root / "README.md")
        except UserError as error:
            yield str(error)
    for notebook in notebooks:
        title = _TITLE.match(notebook.prose[0][1]) if notebook.prose else None
        if not title or not notebook.path.name.startswith(f"{title[1]}-"):
            continue
        number = title[1]
        called = f"lesson {number} is called “{title[2].strip()}” in its notebook and"
        said = titles.get(notebook.path.stem, "")
        # Letters that were read in a wrong encoding are reported elsewhere.
        if said and _plain(said) != _plain(title[2]) and not damaged_letters(said, ""):
            file = question_path(notebook.path)
            lines = enumerate(read_file(file).split("\n"), 1)
            line = next((n for n, one in lines if re.match(r"[\"']?title\b", one)), 1)
            place = f"{file.relative_to(root).as_posix()}, line {line}"
            yield f"{place}: {called} “{said}” in “title” of this file. Write the same in both."
        row = re.search(_ROW.format(number=number, file=re.escape(notebook.path.name)), readme, re.M)
        if row and _plain(row[1]) != _plain(title[2]):
            line = readme.count("\n", 0, row.start()) + 1
            yield f"README.md, line {line}: {called} “{row[1]}” here. Write the same in both."


def _plain(title: str) -> str:
    """A title without marks of Markdown, comments and differences that nobody sees."""
    words = re.sub(r"<!--.*?-->|<[^>]*>|[*_`\\]", "", title)
    return " ".join(words.replace("’", "'").split())
