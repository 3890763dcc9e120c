"""Every test file, and so every lesson, starts from an empty workbook and from no settings of one's own.

Tests of the course’s own two texts are left out where these are not in ``texts/``.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import hypothesis
import matplotlib
import pytest

ROOT = Path(__file__).resolve().parent
# A test file that names one of these is about them: it has no meaning beside other texts.
COURSE = ("1921-telegram", "1923-letter")
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


def _missing() -> list[str]:
    """The course’s texts that are not in ``texts/``."""
    return [name for name in COURSE if not list((ROOT / "texts").glob(f"{name}.*"))]


def _about_the_course(path: Path) -> bool:
    return path.match("test_*.py") and any(name in path.read_text(encoding="utf-8") for name in COURSE)


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    return True if _missing() and _about_the_course(collection_path) else None


def pytest_report_collectionfinish() -> str:
    files = [path for path in (ROOT / "tests").rglob("*.py") if _about_the_course(path)]
    said = f"Left out: {len(files)} test files about {' and '.join(COURSE)}, which are not both in texts/."
    return said if _missing() else ""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if ROOT / "tests" / "browser" in item.path.parents:
            item.add_marker("slow")
    # Several processes are done at the same time if what takes long is given out first.
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.fixture(scope="session")
def missing_texts() -> list[str]:
    """The texts whose tests are left out; here, none."""
    return _missing()


@pytest.fixture
def example(monkeypatch: pytest.MonkeyPatch) -> Path:
    """Texts and lessons that are the same in every fork, for tests that want some and do not mind which."""
    monkeypatch.setenv("CLOSE_READING_HOME", str(ROOT / "tests" / "fork"))
    return ROOT / "tests" / "fork"


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    # Before nbval starts the kernel of a notebook: its kernel inherits the folder.
    if _last != [item.path]:
        _last[:] = [item.path]
        os.environ["CLOSE_READING_WORK"] = _fresh()


def pytest_unconfigure() -> None:
    while _sheets:
        _sheets.pop().cleanup()
