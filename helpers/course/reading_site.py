"""The web edition: the lessons as a static site to read, on a phone too. Sphinx, MyST-NB and a kept theme make it.

The notebooks are the source. Their questions become still cards, their stored results are folded, and their pictures
stay in sight.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..core import (
    Markup,
    UserError,
    element,
    file_bytes,
    join,
    kind_of,
    lessons_folder,
    read_file,
)
from ..questions import Question, course_settings, still_question
from ..worksheets import Cell, Lesson, read_lesson, worksheet
from .links import web_address
from .package import chosen_lessons, for_students
from .package_readme import course_title
from .site_building import build_site, check_installed
from .start_page import rights_of_texts

# A link or a picture in Markdown, with its words and its target.
_LINK = re.compile(r"(!?)\[((?:!\[[^\]]*\]\([^)]*\)|[^\[\]])*)\]\(<?([^)\s>]*)>?\)")
_OUTSIDE = re.compile(r"[a-z][a-z+.-]*:|//|#")
_PICTURE = re.compile(r"<(?:img|svg)\b", re.I)
_AS_TEXT = "color:inherit"  # the theme colours links for its own background, not for that of results
# In the place of results that a site for everybody does not have.
_OWN_WORK = "Your own work stands here when you run this lesson."
_NO_RESULT = "The result stands here when you run this cell in the lesson."


@dataclass(frozen=True)
class WebEdition:
    """A site: its files by name, the names of its lessons, and what Sphinx found wrong."""

    files: Mapping[str, bytes]
    lessons: tuple[str, ...]
    problems: tuple[str, ...] = ()


def web_edition(
    lessons: Sequence[str] = (), *, results: bool = True, answer_at: str | None = None, teaching: bool = False
) -> WebEdition:
    """Make a static site of the lessons, or of the guide for instructors, to read and to print.

    The site of the lessons has the lessons, their worksheets, the README of the module and what the files of the texts
    say of rights. It has no keys, no guide for instructors, no scripts of other sites, and no work of anybody. The
    guide, which has answers in it, is a site of its own.

    Parameters
    ----------
    lessons : sequence of str, optional
        Numbers, names or paths of lessons; by default all.
    results : bool, optional
        Whether stored results are there, folded, or only pictures and pages of the texts.
    answer_at : str, optional
        The address where the lessons can be answered: of a JupyterLite site, a hub or Binder; begins with http.
    teaching : bool, optional
        Make the site of the guide for instructors instead: the pages in `lessons/teaching`.

    Returns
    -------
    WebEdition

    Raises
    ------
    UserError
        If Sphinx, MyST-NB or the theme is not installed, there is no such lesson or no guide, a lesson has a
        mistake, or the address is not complete.
    """
    check_installed()
    where = "" if answer_at is None else _address(answer_at)
    read = [] if teaching else [read_lesson(path) for path in chosen_lessons(lessons)]
    sources = _guide() if teaching else _sources(read, results=results, answer_at=where)
    files, problems = build_site(sources, title=course_title(), language=course_settings().language)
    return WebEdition(files, tuple(one.path.stem for one in read), problems)


def _address(given: str) -> str:
    """Check the address where lessons are answered, which stands on every page."""
    parts = web_address(given, "of a site where the lessons run", "https://hub.example.edu")
    if "@" in parts.netloc:
        raise UserError("The address where the lessons run has a name or password in it, and every page would show it.")
    return given.strip()


def _sources(lessons: Sequence[Lesson], *, results: bool, answer_at: str) -> dict[str, bytes]:
    """Return the files from which Sphinx makes the site."""
    root = lessons_folder().parent
    pages = {f"lessons/{one.path.name}" for one in lessons}
    notebooks = {
        f"lessons/{one.path.name}": _still_notebook(one, pages, results=results, answer_at=answer_at) for one in lessons
    }
    files = {name: json.dumps(made, ensure_ascii=False).encode("utf-8") for name, made in notebooks.items()}
    # Each worksheet is a page of its own, without the frame of the site.
    files |= {f"extra/{_sheet(one)}": worksheet(str(one.path)).encode("utf-8") for one in lessons}
    index = _prose(read_file(root / "README.md"), pages | {"rights.md", "LICENSE", "CITATION.cff"}, "")
    for name in _carried(index, root):
        files[name] = file_bytes(root / name)
    files["index.md"] = _with_contents(index, [*sorted(pages), "rights.md"])
    files["rights.md"] = _rights().encode("utf-8")
    return files


def _guide() -> dict[str, bytes]:
    """Return the files of the site for instructors: the pages of the guide, of which the README comes first."""
    root, guide = lessons_folder().parent, lessons_folder() / "teaching"
    if kind_of(guide / "README.md") != "file":
        raise UserError(f"There is no guide for instructors: {guide / 'README.md'} is missing.")
    paths = sorted(guide.rglob("*.md"))
    pages = {path.relative_to(root).as_posix() for path in paths}
    files = {
        path.relative_to(guide).as_posix(): _prose(read_file(path), pages, path.parent.relative_to(root).as_posix())
        for path in paths
    }
    # Sphinx begins a site with a page called index.
    files = {name: re.sub(r"(\]\((?:\.\./)*)README\.md", r"\1index.md", words) for name, words in files.items()}
    first = files.pop("README.md")
    index = _with_contents(first, sorted(files))
    return {name: words.encode() for name, words in files.items()} | {"index.md": index}


def _with_contents(words: str, pages: Sequence[str]) -> bytes:
    """Return the first page, with the order of the pages of the site."""
    return "\n".join([words, "", "```{toctree}", ":hidden:", *pages, "```", ""]).encode()


def _sheet(lesson: Lesson) -> str:
    return f"worksheets/{lesson.path.stem}.html"


def _rights() -> str:
    """The page that says what the files of the texts say of their rights."""
    said = (f"**{title}.** {words or 'The file says nothing of rights.'}" for title, words in rights_of_texts())
    return "\n\n".join(["# Rights of the texts", *said, "[About this course](index.md) says more."])


def _carried(prose: str, root: Path) -> Iterator[str]:
    """Yield the files beside the README, such as pictures, that it still names and that are no pages."""
    for _, _, target in _LINK.findall(prose):
        name = target.partition("#")[0]
        if name and not _OUTSIDE.match(target) and not name.endswith((".md", ".ipynb")):
            yield name


def _prose(words: str, pages: set[str], folder: str) -> str:
    """Return Markdown without links that lead nowhere in the site, and without pictures of other sites."""
    root = lessons_folder().parent.resolve()

    def link(found: re.Match[str]) -> str:
        picture, inside, target = found[1], _LINK.sub(link, found[2]), found[3]
        if _OUTSIDE.match(target):
            return inside if picture else f"[{inside}]({target})"
        name = target.partition("#")[0]
        path = (root / folder / name).resolve()
        here = path.is_relative_to(root) and path.relative_to(root).as_posix()
        if here in pages or (picture and kind_of(path) == "file"):
            return f"{picture}[{inside}]({target})"
        return inside

    return _LINK.sub(link, words)


def _still_notebook(lesson: Lesson, pages: set[str], *, results: bool, answer_at: str) -> dict[str, Any]:
    """Return a notebook whose questions are still cards and whose results are folded."""
    notebook: dict[str, Any] = json.loads(for_students(lesson.path, outputs=True))
    for cell, known in zip(notebook["cells"], lesson.cells, strict=True):
        if cell["cell_type"] == "markdown":
            cell["source"] = _prose("".join(cell["source"]), pages, "lessons")
        elif cell["cell_type"] == "code":
            hidden = "hide-input" if known.shows else "remove-input"
            cell["metadata"]["tags"] = [hidden]  # the code of a question says nothing to a reader
            shown = list(_results(lesson, known, results=results, answer_at=answer_at))
            if cell["outputs"] or known.asks:
                cell["outputs"] = [_html_output(one) for one in shown]
    return notebook


def _results(lesson: Lesson, cell: Cell, *, results: bool, answer_at: str) -> Iterator[Markup]:
    """Yield what stands below a code cell."""
    for id in cell.asks:
        yield _card(lesson.question(id), _sheet(lesson), answer_at)
    for words in cell.shows:
        if _PICTURE.search(words):
            yield Markup(words)
        elif results:
            yield element("details", element("summary", "Show the result"), Markup(words))
        else:
            yield element("p", element("small", _NO_RESULT))
    if not cell.asks and not cell.shows:
        yield element("p", element("small", _OWN_WORK))


def _card(question: Question, sheet: str, answer_at: str) -> Markup:
    """Write a question as a card, with where to look and where to answer."""
    hint = [element("details", element("summary", "A hint"), element("p", "Read again: ", question.reread))]
    where = (
        element("a", "open this lesson where it runs", href=answer_at, style=_AS_TEXT)
        if answer_at
        else "open the lesson in Jupyter"
    )
    paper = element("a", "worksheet", href=f"../{sheet}", style=_AS_TEXT)
    line = element("p", element("small", "To answer, ", where, ", or print its ", paper, "."))
    return still_question(question, join([*(hint if question.reread else []), line]))


def _html_output(html: Markup) -> dict[str, Any]:
    return {"output_type": "display_data", "data": {"text/html": str(html)}, "metadata": {}}
