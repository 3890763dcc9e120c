"""The web edition: the lessons as a static site to read, on a phone too. Sphinx, MyST-NB and a kept theme make it.

The notebooks are the source: ``still_lesson`` makes pages of them, and ``site_pages`` the pages beside them.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from io import StringIO
from pathlib import Path

from ..core import (
    UserError,
    file_bytes,
    kind_of,
    lessons_folder,
    read_file,
    temporary_folder,
    write_files,
)
from ..questions import course_settings
from ..texts import read_table
from ..worksheets import Lesson, read_lesson, worksheet
from .package import chosen_lessons
from .package_readme import course_title
from .site_pages import home_page, rights_page, table_page
from .site_prose import site_prose, tables_named
from .still_lesson import Reading, still_notebook

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
# For links from other sites, for a second run, and a template that the theme leaves among its styles.
_UNUSED = re.compile(r"objects\.inv|\.buildinfo|_static/.*\.html")
# Markdown has no table without a row of headings; a card of facts leaves it empty.
_EMPTY_HEAD = re.compile(r"<thead>\s*<tr[^>]*>(?:\s*<th\b[^>]*>(?:\s|<p>|</p>)*</th>)+\s*</tr>\s*</thead>")


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

    The site of the lessons has a home page for readers, the lessons, their worksheets, the tables that they name and
    what the files of the texts say of rights. It has no keys, no guide for instructors, no scripts of other sites, and
    no work of anybody. The guide, which has answers in it, is a site of its own.

    Parameters
    ----------
    lessons : sequence of str, optional
        Numbers, names or paths of lessons; by default all.
    results : bool, optional
        Whether stored results are there, folded; without them there are neither pictures nor tables nor worksheets,
        which have words of the texts. Prose and questions still quote.
    answer_at : str, optional
        The address where the lessons can be answered: a hub; or, so that each lesson has a link of its own, the page
        ``lab/index.html`` of a JupyterLite site, or an address of Binder.
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
    notebooks = [f"lessons/{one.path.name}" for one in lessons]
    tables = {name for one in lessons for cell in one.cells for name in tables_named(cell.prose)} if results else ()
    there = {f"texts/{name}.md": name for name in tables if read_table(name)}
    site = Reading({*notebooks, "rights.md", *there}, results, answer_at)
    files = {
        name: json.dumps(still_notebook(one, site), ensure_ascii=False).encode("utf-8")
        for name, one in zip(notebooks, lessons, strict=True)
    }
    # Each worksheet is a page of its own, without the frame of the site.
    files |= {
        f"extra/{site.sheet(one)}": worksheet(str(one.path), rights_page="../rights.html").encode("utf-8")
        for one in lessons
        if site.sheet(one)
    }
    files["index.md"] = _with_contents(home_page(lessons, site), [*sorted(notebooks), "rights.md"])
    files["rights.md"] = rights_page(site).encode("utf-8")
    files |= {name: table_page(table).encode("utf-8") for name, table in there.items()}
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
        path.relative_to(guide).as_posix(): site_prose(read_file(path), pages, path.parent.relative_to(root).as_posix())
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
