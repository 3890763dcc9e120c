"""The web edition: the lessons as a static site to read, on a phone too. Sphinx, MyST-NB and a kept theme make it.

The notebooks are the source. Their questions become still cards, their stored results are folded, and their pictures
stay in sight.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from io import StringIO
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
    temporary_folder,
    write_files,
)
from ..questions import Question, course_settings, still_question
from ..worksheets import Cell, Lesson, read_lesson, worksheet
from .package import chosen_lessons, for_students
from .package_readme import course_title
from .start_page import rights_of_texts

_PARTS = ("sphinx", "myst_nb", "sphinx_book_theme")
_SETTINGS = {
    "extensions": list(_PARTS[1:2]),
    "html_theme": _PARTS[2],
    "nb_execution_mode": "off",
    "myst_heading_anchors": 4,
    "html_static_path": ["_static"],
    "html_css_files": ["web-edition.css"],
    "html_show_sphinx": False,
    "html_copy_source": False,
    "html_last_updated_fmt": None,
    "copyright": "",
    "html_context": {"default_mode": "auto"},  # pydata-sphinx-theme 0.20 complains in the console without it
    # Sources and results have no buttons: nothing runs here, and a repository need not be public.
    "html_theme_options": {
        "use_download_button": False,
        "use_fullscreen_button": False,
        "home_page_in_toc": True,
        "show_navbar_depth": 1,
        "toc_title": "On this page",
        "show_toc_level": 2,
    },
    # The title and the field for searching would lie outside all landmarks; the top bar has such a field too.
    "html_sidebars": {"**": ["sbt-sidebar-nav.html"]},
}
_STYLE = """
.bd-article { overflow-wrap: break-word; }
.cell_output summary { cursor: pointer; }
.cell_output { overflow-x: auto; }
.cell_output blockquote { background: none; }
.cell_output img { max-width: 100%; height: auto; }
@media print { details::details-content { content-visibility: visible; block-size: auto; } }
"""
# A link or a picture in Markdown, with its words and its target.
_LINK = re.compile(r"(!?)\[((?:!\[[^\]]*\]\([^)]*\)|[^\[\]])*)\]\(<?([^)\s>]*)>?\)")
_OUTSIDE = re.compile(r"[a-z][a-z+.-]*:|//|#")
_PICTURE = re.compile(r"<(?:img|svg)\b", re.I)
# For links from other sites, for a second run, and a template that the theme leaves among its styles.
_UNUSED = re.compile(r"objects\.inv|\.buildinfo|_static/.*\.html")
_AS_TEXT = "color:inherit"  # the theme colours links for its own background, not for that of results
# Markdown has no table without a row of headings; a card of facts leaves it empty.
_EMPTY_HEAD = re.compile(r"<thead>\s*<tr[^>]*>(?:\s*<th\b[^>]*>(?:\s|<p>|</p>)*</th>)+\s*</tr>\s*</thead>")
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
    lessons: Sequence[str] = (), *, results: bool = True, answer_at: str = "", teaching: bool = False
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
        The address where the lessons can be answered: of a JupyterLite site, a hub or Binder.
    teaching : bool, optional
        Make the site of the guide for instructors instead: the pages in `lessons/teaching`.

    Returns
    -------
    WebEdition

    Raises
    ------
    UserError
        If Sphinx, MyST-NB or the theme is not installed, there is no such lesson or no guide, or a lesson has a
        mistake.
    """
    if missing := [name.replace("_", "-") for name in _PARTS if not _is_there(name)]:
        raise UserError(
            f"The web edition needs {', '.join(missing)}. Install what the tests need: "
            "python -m pip install -r tests/requirements.txt"
        )
    read = [] if teaching else [read_lesson(path) for path in chosen_lessons(lessons)]
    sources = _guide() if teaching else _sources(read, results=results, answer_at=answer_at)
    with temporary_folder() as folder:
        source, site = folder / "source", folder / "site"
        write_files(source, sources)
        problems = _build(source, site, folder / "doctrees")
        made = {path.relative_to(site).as_posix(): path for path in sorted(site.rglob("*")) if kind_of(path) == "file"}
        files = {name: _page(file_bytes(path), name) for name, path in made.items() if not _UNUSED.fullmatch(name)}
    return WebEdition(files, tuple(one.path.stem for one in read), problems)


def _is_there(package: str) -> bool:
    if package in sys.modules:
        return sys.modules[package] is not None  # None: made unavailable
    return find_spec(package) is not None


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
    files["_static/web-edition.css"] = _STYLE.encode("utf-8")
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
    return {name: words.encode() for name, words in files.items()} | {
        "index.md": _with_contents(first, sorted(files)),
        "_static/web-edition.css": _STYLE.encode(),
    }


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


def _page(data: bytes, name: str) -> bytes:
    return _EMPTY_HEAD.sub("", data.decode("utf-8")).encode("utf-8") if name.endswith(".html") else data


def _build(source: Path, site: Path, doctrees: Path) -> tuple[str, ...]:
    """Let Sphinx make the site; returns its warnings, without the folder of the sources."""
    from sphinx.application import Sphinx
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    settings = {
        **_SETTINGS,
        "project": course_title(),
        "html_title": course_title(),
        "language": course_settings().language,
        "html_extra_path": ["extra"] if (source / "extra").exists() else [],
        "exclude_patterns": ["extra"],
    }
    said = StringIO()
    # Sphinx 9 registers its directives for the whole process; so a second site would be warned of the first.
    with patch_docutils(), docutils_namespace():
        app = Sphinx(
            source, None, site, doctrees, "html", confoverrides=settings, status=None, warning=said, freshenv=True
        )
        app.build()
    if app.statuscode:
        raise UserError(f"Sphinx could not make the site: {said.getvalue().strip() or 'no reason given'}")
    lines = re.sub(r"\x1b\[[0-9;]*m", "", said.getvalue()).replace(f"{source}/", "").splitlines()
    return tuple(line for line in lines if line.strip())
