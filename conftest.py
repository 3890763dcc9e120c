"""Each test file and each lesson starts with an empty workbook and without personal settings.

Test files about the two texts of the course are skipped if these texts are not in ``texts/``.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

import hypothesis
import matplotlib
import pytest

ROOT = Path(__file__).resolve().parent
# A test file that contains one of these ids is about these texts and is skipped without them.
COURSE = tuple(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["close-reading"]["texts"])
HOW = (
    "No Chromium or Chrome was found. Debian and Ubuntu: sudo apt install chromium fonts-dejavu-core. "
    "macOS and Windows: install Google Chrome."
)
LONG = 120  # seconds
_sheets: list[tempfile.TemporaryDirectory] = []
_last: list[Path] = []


def _fresh() -> str:
    _sheets.append(tempfile.TemporaryDirectory(prefix="close-reading-", ignore_cleanup_errors=True))
    return _sheets[-1].name


def pytest_configure() -> None:
    hypothesis.settings.register_profile("house", deadline=None)  # no test measures time
    hypothesis.settings.load_profile("house")
    for name in ("CLOSE_READING_HOME", "JUPYTERHUB_USER"):
        os.environ.pop(name, None)
    for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR", "MPLCONFIGDIR"):
        os.environ[name] = _fresh()
    matplotlib.use("agg")  # only in this process: the kernels of the lessons draw inline
    matplotlib.rcParams["figure.max_open_warning"] = 0


def _missing() -> list[str]:
    """The ids of the course’s texts that are missing from ``texts/``."""
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
        if {ROOT / "tests" / "browser", ROOT / "tests" / "hub"} & set(item.path.parents):
            item.add_marker("slow")
    # With several workers the run is shortest if slow tests start first.
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what each suite took, where the run was long; `.ci/run` has 30 minutes for all."""
    seconds: Counter[str] = Counter()
    for report in chain.from_iterable(terminalreporter.stats.values()):
        if isinstance(report, pytest.TestReport):
            top, _, rest = report.nodeid.partition("::")[0].partition("/")
            seconds[f"{top}/{rest.partition('/')[0]}" if top == "tests" else top] += report.duration
    if seconds.total() > LONG:
        terminalreporter.section("minutes of each suite, summed over all workers")
        for suite, spent in seconds.most_common():
            terminalreporter.write_line(f"{spent / 60:6.1f}  {suite}")


@pytest.fixture(scope="session")
def missing_texts() -> list[str]:
    """The ids of the texts whose tests are skipped; empty in this repository."""
    return _missing()


@pytest.fixture
def example(monkeypatch: pytest.MonkeyPatch) -> Path:
    """Use the texts and lessons in ``tests/fork``, which are the same in every fork."""
    monkeypatch.setenv("CLOSE_READING_HOME", str(ROOT / "tests" / "fork"))
    return ROOT / "tests" / "fork"


@pytest.fixture(autouse=True)
def doctests_use_the_example(request: pytest.FixtureRequest) -> None:
    """Examples in docstrings are about texts in general: they show the same in every fork."""
    if isinstance(request.node, pytest.DoctestItem):
        request.getfixturevalue("example")


@pytest.fixture
def copied_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Use a copy of ``texts/`` as the module; gives a function that changes words in one of its files."""
    shutil.copytree(ROOT / "texts", tmp_path / "texts")
    (tmp_path / "lessons").mkdir()
    monkeypatch.setenv("CLOSE_READING_HOME", str(tmp_path))

    def change(name: str, old: str, new: str, encoding: str = "utf-8") -> None:
        path = tmp_path / "texts" / name
        words = path.read_text(encoding="utf-8")
        assert old in words
        path.write_bytes(words.replace(old, new, 1).encode(encoding))

    return change


@pytest.fixture(autouse=True, scope="module")
def close_figures() -> Iterator[None]:
    """Close all matplotlib figures after each test file; tests of one file may share figures."""
    yield
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    # This runs before nbval starts the kernel of a notebook, which inherits the variable.
    if _last != [item.path]:
        _last[:] = [item.path]
        os.environ["CLOSE_READING_WORK"] = _fresh()


def pytest_unconfigure() -> None:
    while _sheets:
        _sheets.pop().cleanup()


@pytest.fixture
def count_calls():
    """Count the Python calls in a function: how much it does, on any machine."""

    def counted(run):
        count = 0

        def one_more(_frame, event, _argument):
            nonlocal count
            count += event == "call"

        before = sys.getprofile()
        sys.setprofile(one_more)
        try:
            run()
        finally:
            sys.setprofile(before)
        return count

    return counted


def _chromium() -> dict[str, str] | None:
    """The Playwright arguments that start an installed browser; None if there is none."""
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"):
        if path := shutil.which(name):
            return {"executable_path": path}
    places = [Path("/Applications/Google Chrome.app")]
    places += [
        Path(os.environ[name], "Google/Chrome/Application/chrome.exe")
        for name in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")
        if name in os.environ
    ]
    return {"channel": "chrome"} if any(place.exists() for place in places) else None


@pytest.fixture(scope="session")
def browser() -> Iterator:
    found = _chromium()
    if found is None:
        if os.environ.get("CI"):
            pytest.fail(HOW)
        pytest.skip(HOW)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            **found, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def offline_browser(browser) -> Iterator:
    """A second Chromium, which finds no other machine than this one."""
    nowhere = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
    offline = browser.browser_type.launch(
        **_chromium(), args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", nowhere]
    )
    yield offline
    offline.close()
