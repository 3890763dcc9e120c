"""How the pages of the web edition are built and look: Sphinx, MyST-NB, a kept theme, and what we add to it."""

from __future__ import annotations

import base64
import re
import sys
from collections.abc import Mapping
from hashlib import sha256
from html import unescape
from importlib import resources
from importlib.util import find_spec
from io import StringIO
from pathlib import Path

from ..core import Markup, UserError, element, file_bytes, kind_of, read_file, temporary_folder, write_files

_PARTS = ("sphinx", "myst_nb", "sphinx_book_theme")
_ADDED = ("web-edition.css", "web-edition.js")
_SETTINGS = {
    "extensions": list(_PARTS[1:2]),
    "html_theme": _PARTS[2],
    "nb_execution_mode": "off",
    "nb_code_prompt_show": "Show the code",
    "nb_code_prompt_hide": "Hide the code",
    "myst_heading_anchors": 4,
    "html_static_path": ["_static"],
    "html_css_files": list(_ADDED[:1]),
    "html_js_files": [(_ADDED[1], {"defer": "defer"})],
    "html_show_sphinx": False,
    "html_copy_source": False,
    "html_use_index": False,
    "html_last_updated_fmt": None,
    "author": "",  # else the footer says that it is not set
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
        # The top bar would only have a second field for searching, and buttons that nobody sees: sphinx-book-theme 1.4
        # hides them, but pydata-sphinx-theme 0.20 opens the drawers only for the first button of each kind.
        "navbar_persistent": [],
    },
    # The title and the field for searching would lie outside all landmarks.
    "html_sidebars": {"**": ["sbt-sidebar-nav.html"]},
}
# For links from other sites, for a second run, and a template that the theme leaves among its styles.
_UNUSED = re.compile(r"objects\.inv|\.buildinfo|_static/.*\.html")
# Markdown has no table without a row of headings; a card of facts leaves it empty.
_EMPTY_HEAD = re.compile(r"<thead>\s*<tr[^>]*>(?:\s*<th\b[^>]*>(?:\s|<p>|</p>)*</th>)+\s*</tr>\s*</thead>")
# The corner above the names of rows, which is no heading.
_EMPTY_HEADING = re.compile(r"<th\b([^>]*)>((?:\s|<p>|</p>)*)</th>")
# MyST-NB 1.4 names all folds of code alike, in place of their words.
_NAME_OF_FOLD = ' aria-label="Toggle hidden content"'
# A picture with words for it that is not in a link yet.
_PICTURE = re.compile(r'(<a\b[^>]*>\s*)?<img\b(?=[^>]*\balt="[^"]+")[^>]*\bsrc="([^"]+)"[^>]*>')
_STORED = re.compile(r"data:image/(png|jpeg|gif|webp|svg)(?:\+xml)?;base64,(.+)", re.S)


def check_installed() -> None:
    """Raise `UserError` if what the web edition needs is not installed."""
    if missing := [name.replace("_", "-") for name in _PARTS if not _is_there(name)]:
        raise UserError(
            f"The web edition needs {', '.join(missing)}. Install what the tests need: "
            "python -m pip install -r tests/requirements.txt"
        )


def _is_there(package: str) -> bool:
    if package in sys.modules:
        return sys.modules[package] is not None  # None: made unavailable
    return find_spec(package) is not None


def build_site(sources: Mapping[str, bytes], *, title: str, language: str) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """Make a site of Markdown and notebooks; returns its files, and the warnings of Sphinx.

    Sources in `extra/` come into the site as they are.
    """
    with temporary_folder() as folder:
        source, site = folder / "source", folder / "site"
        write_files(source, {**sources, **{f"_static/{name}": _added(name) for name in _ADDED}})
        settings = {
            **_SETTINGS,
            "project": title,
            "html_title": title,
            "language": language,
            "html_extra_path": ["extra"] if (source / "extra").exists() else [],
            "exclude_patterns": ["extra"],
        }
        problems = _run_sphinx(source, site, folder / "doctrees", settings)
        made = {path.relative_to(site).as_posix(): path for path in sorted(site.rglob("*")) if kind_of(path) == "file"}
        files = {name: file_bytes(path) for name, path in made.items() if not _UNUSED.fullmatch(name)}
    for name in [one for one in files if one.endswith(".html") and f"extra/{one}" not in sources]:
        page, pictures = _finished(files[name].decode("utf-8"), "../" * name.count("/"))
        files |= {name: page.encode("utf-8")} | pictures
    return files, problems


def _added(name: str) -> bytes:
    with resources.as_file(resources.files(__package__) / name) as path:
        return read_file(path).encode("utf-8")


def _finished(page: str, up: str) -> tuple[str, dict[str, bytes]]:
    """Return a finished page, whose pictures open alone in full size, and its pictures."""
    pictures: dict[str, bytes] = {}

    def linked(found: re.Match[str]) -> str:
        whole, link, source = found[0], found[1], unescape(found[2])
        if stored := _STORED.fullmatch(source):
            data = base64.b64decode(stored[2])
            name = f"_images/{sha256(data).hexdigest()[:16]}.{stored[1]}"
            pictures[name] = data
            whole, source = whole.replace(found[2], f"{up}{name}"), f"{up}{name}"
        return whole if link else element("a", Markup(whole), href=source, title="Open the picture alone")

    page = _EMPTY_HEADING.sub(r"<td\1>\2</td>", _EMPTY_HEAD.sub("", page.replace(_NAME_OF_FOLD, "")))
    return _PICTURE.sub(linked, page), pictures


def _run_sphinx(source: Path, site: Path, doctrees: Path, settings: dict[str, object]) -> tuple[str, ...]:
    """Let Sphinx make the site; returns its warnings, without the folder of the sources."""
    from sphinx.application import Sphinx
    from sphinx.util.docutils import docutils_namespace, patch_docutils

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
