"""A synthetic class, made and collected once."""

from __future__ import annotations

from pathlib import Path

import pytest
from page_tables import Page
from synthetic import Synthetic, make_class, moodle_zip

from helpers.classroom import ClassReport, class_report


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
