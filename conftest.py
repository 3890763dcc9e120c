"""Every test file, and so every lesson, starts from an empty workbook and from no settings of one's own."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import hypothesis
import matplotlib
import pytest

_sheets: list[tempfile.TemporaryDirectory] = []
_last: list[Path] = []


def _fresh() -> str:
    _sheets.append(tempfile.TemporaryDirectory(prefix="close-reading-", ignore_cleanup_errors=True))
    return _sheets[-1].name


def pytest_configure() -> None:
    hypothesis.settings.register_profile("house", deadline=None)  # never a timed test
    hypothesis.settings.load_profile("house")
    os.environ.pop("CLOSE_READING_HOME", None)
    for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR", "MPLCONFIGDIR"):
        os.environ[name] = _fresh()
    matplotlib.use("agg")  # here only: the kernels of the lessons draw inline


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    # Before nbval starts the kernel of a notebook: its kernel inherits the folder.
    if _last != [item.path]:
        _last[:] = [item.path]
        os.environ["CLOSE_READING_WORK"] = _fresh()


def pytest_unconfigure() -> None:
    while _sheets:
        _sheets.pop().cleanup()
