"""The web edition: the lessons as a static site to read, on a phone too. Sphinx, MyST-NB and a kept theme make it.

The notebooks are the source: ``still_lesson`` makes pages of them, and ``site_pages`` the pages beside them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..core import (
    UserError,
    kind_of,
    lessons_folder,
    read_file,
)
from ..questions import course_settings
from ..texts import read_table
from ..worksheets import Lesson, read_lesson, worksheet
from .links import web_address
from .package import chosen_lessons
from .package_readme import course_title
from .site_building import build_site, check_installed
from .site_pages import home_page, rights_page, table_page
from .site_prose import site_prose, tables_named
from .still_lesson import Reading, still_notebook


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
        The address where the lessons can be answered, which begins with http: a hub; or, so that each lesson has a
        link of its own, the page ``lab/index.html`` of a JupyterLite site, or an address of Binder.
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
    if "@" in parts.netloc or re.search(r"(?:token|password|secret|key)=", f"{parts.query}&{parts.fragment}", re.I):
        raise UserError(
            "The address where the lessons run has a name, password or token in it, and every page would show it. "
            "Write it without."
        )
    return given.strip()


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
    index = _with_contents(first, sorted(files))
    return {name: words.encode() for name, words in files.items()} | {"index.md": index}


def _with_contents(words: str, pages: Sequence[str]) -> bytes:
    """Return the first page, with the order of the pages of the site."""
    return "\n".join([words, "", "```{toctree}", ":hidden:", *pages, "```", ""]).encode()
