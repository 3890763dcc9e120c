"""A synthetic class, made and collected once."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest
from synthetic import Synthetic, make_class, moodle_zip

from helpers.classroom import ClassReport, class_report


class Page(HTMLParser):
    """The tables of a page: the caption, and the rows as lists of words; and the tags in it."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tables: dict[str, list[list[str]]] = {}
        self.tags: list[str] = []
        self._caption: str | None = None
        self._rows: list[list[str]] = []
        self._in = ""
        self.feed(source)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        if tag == "table":
            self._rows, self._caption = [], ""
        elif tag == "tr":
            self._rows.append([])
        elif tag in ("td", "th"):
            self._rows[-1].append("")
        if tag in ("td", "th", "caption"):
            self._in = tag

    def handle_endtag(self, tag):
        if tag in ("td", "th", "caption"):
            self._in = ""
        elif tag == "table":
            self.tables[self._caption or ""] = self._rows

    def handle_data(self, data):
        if self._in == "caption":
            self._caption += data
        elif self._in:
            self._rows[-1][-1] += data


@pytest.fixture(scope="session")
def thirty() -> list[Synthetic]:
    """A synthetic class of 30 of the course in the checkout."""
    return make_class()


@pytest.fixture(scope="session")
def packed(thirty, tmp_path_factory) -> Path:
    """The synthetic class as Moodle packs it."""
    path = tmp_path_factory.mktemp("class") / "hand-ins.zip"
    path.write_bytes(moodle_zip(thirty))
    return path


@pytest.fixture(scope="session")
def report(packed) -> ClassReport:
    """The report on the synthetic class."""
    return class_report(packed, names=True)


@pytest.fixture(scope="session")
def page(report) -> Page:
    """The page of the synthetic class."""
    return Page(report.pages()["index.html"])
