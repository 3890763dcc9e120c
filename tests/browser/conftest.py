"""Fixtures for browser tests: a real JupyterLab with a copy of the module, and a real Chromium."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections import defaultdict
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# JupyterLab 4.6: render all cells at once, so that tests can find them, and fetch no news.
SETTINGS = {
    "notebook-extension/tracker": {"windowingMode": "none"},
    "apputils-extension/notification": {"fetchNews": "false"},
    "apputils-extension/themes": {"adaptive-theme": True},  # light or dark as the browser prefers
}


@pytest.fixture(scope="session")
def lab_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that JupyterLab serves."""
    return tmp_path_factory.mktemp("lab")


@pytest.fixture(scope="session")
def lab(lab_home: Path) -> Iterator[str]:
    """The address of a JupyterLab that serves a copy of lessons and texts."""
    home = lab_home
    ignore = shutil.ignore_patterns("my-work", ".ipynb_checkpoints")
    for folder in ("lessons", "texts"):
        shutil.copytree(ROOT / folder, home / folder, ignore=ignore)
    environment = dict(os.environ, CLOSE_READING_WORK=str(home / "work"))
    for name in ("CONFIG", "DATA", "RUNTIME"):
        environment[f"JUPYTER_{name}_DIR"] = str(home / name.lower())
    for plugin, setting in SETTINGS.items():
        path = home / "config" / "lab" / "user-settings" / "@jupyterlab" / f"{plugin}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(setting), encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}"]
    options += ["--IdentityProvider.token=", f"--ServerApp.root_dir={home}", "--expose-app-in-browser"]
    options += ["--KernelRestarter.time_to_dead=0.5"]  # notices a killed kernel sooner; jupyter_client 8 has 3 s
    log = (home / "lab.log").open("w", encoding="utf-8")
    server = subprocess.Popen(
        [sys.executable, "-m", "jupyterlab", *options], env=environment, stdout=log, stderr=log, cwd=home
    )
    address = f"http://127.0.0.1:{port}"
    for _ in range(120):
        try:
            with urllib.request.urlopen(f"{address}/api/status", timeout=2) as answer:
                json.load(answer)
            break
        except OSError:
            if server.poll() is not None:
                break
            time.sleep(0.5)
    else:
        server.kill()
    if server.poll() is not None:
        pytest.fail(f"JupyterLab did not start:\n{(home / 'lab.log').read_text(encoding='utf-8')[-3000:]}")
    yield address
    server.terminate()
    server.wait(timeout=20)
    log.close()


@pytest.fixture
def fresh(lab_home: Path) -> Path:
    """The folder that JupyterLab serves, without the work of earlier tests."""
    for path in (lab_home / "work").glob("*"):
        path.unlink()
    return lab_home


# Loading JupyterLab takes much longer than opening a notebook in it. Tests with the same width and colour scheme
# therefore share a window, one after another; two notebooks of one test are in two windows. JupyterLab 4.6 provides
# window.jupyterapp with --expose-app-in-browser. The script does not return the opened notebook, because serialising
# it for Playwright takes three seconds.
OPEN = "path => { window.jupyterapp.commands.execute('docmanager:open', { path }); }"
FIRST = "() => { window.opened = true; }"
# Close all notebooks without the dialog about saving, and clear the browser's storage. A reloaded window is not used
# again, because JupyterLab 4.6 may restore its earlier notebooks.
CLOSE = """() => {
  if (!window.opened) throw new Error("loaded anew");
  for (const one of [...window.jupyterapp.shell.widgets('main')]) {
    if (one.context) one.context.model.dirty = false;
    one.close();
  }
  sessionStorage.clear();
}"""
CLOSED = "!document.querySelector('.jp-Notebook, .jp-Dialog')"
# Kernels keep running after their notebooks are closed (JupyterLab 4.6).
STOP = "() => window.jupyterapp.serviceManager.sessions.shutdownAll()"


@pytest.fixture(scope="session")
def spare_windows(browser) -> Iterator[dict[tuple[bool, int], list]]:
    """Unused windows with a loaded JupyterLab, by colour scheme and width."""
    windows = defaultdict(list)
    yield windows
    for window in chain.from_iterable(windows.values()):
        window.context.close()


@pytest.fixture
def open_notebook(browser, lab, spare_windows):
    """Open a notebook in its own window: ``open_notebook(name, dark=False, width=1366)``."""
    from playwright.sync_api import Error

    used = []

    def open_one(name: str, *, dark: bool = False, width: int = 1366):
        look = (dark, width)
        if spare_windows[look]:
            page = spare_windows[look].pop()
            used.append((look, page))
            page.evaluate(OPEN, f"lessons/{name}")
        else:
            page = browser.new_context(
                viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light"
            ).new_page()
            used.append((look, page))
            page.set_default_timeout(60_000)
            page.goto(f"{lab}/lab/tree/lessons/{name}?reset")
            page.evaluate(FIRST)
        page.wait_for_selector(".jp-Notebook .jp-CodeCell")
        _idle(page)
        return page

    yield open_one
    kept = []
    for look, page in used:
        try:
            for other in page.context.pages:
                if other != page:
                    other.close()
            page.evaluate(CLOSE)
            page.wait_for_function(CLOSED, timeout=5_000)
            kept.append((look, page))
        except Error:  # reloaded, or in an unknown state after a failed test
            page.context.close()
    if kept:
        kept[0][1].evaluate(STOP)
    for look, page in kept:
        spare_windows[look].append(page)


@pytest.fixture
def scratch(lab, lab_home):
    """Write a notebook beside the lessons, one string per cell: ``scratch(name, *cells)``."""

    def write(name: str, *cells: str) -> str:
        made = [
            {"cell_type": "code", "id": f"c{n}", "metadata": {}, "execution_count": None, "outputs": [], "source": cell}
            for n, cell in enumerate(cells)
        ]
        kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
        notebook = {"cells": made, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
        (lab_home / "lessons" / name).write_text(json.dumps(notebook), encoding="utf-8")
        return name

    return write


def _idle(page) -> None:
    page.wait_for_selector('.jp-Notebook-ExecutionIndicator[data-status="idle"]', state="attached")


def _choose(page, menu: str, item: str, done: str, seconds: int, arg: object = None) -> None:
    """Choose a menu item until it has an effect; the first click can fail while JupyterLab 4.6 is loading."""
    from playwright.sync_api import TimeoutError

    for last in (False, False, False, True):
        page.get_by_role("menuitem", name=menu, exact=True).click()
        page.get_by_role("menuitem", name=re.compile(f"^{item}")).click()
        try:
            page.wait_for_function(done, arg=arg, timeout=seconds * 1000)
            return
        except TimeoutError:
            if last:
                raise
            page.wait_for_timeout(1000)


@pytest.fixture
def run_all():
    """Run all cells of an open notebook and wait until the kernel is idle."""

    def run(page) -> None:
        # JupyterLab 4.6 asks for a kernel if cells are run before the kernel has answered.
        page.get_by_text("Python 3 (ipykernel) | Idle").wait_for(state="attached")
        cells = page.locator(".jp-Notebook .jp-CodeCell").count()
        cleared = "document.querySelectorAll('.jp-Notebook .jp-OutputArea-output').length === 0"
        _choose(page, "Edit", "Clear Outputs of All Cells", cleared, 10)
        ran = (
            "n => document.querySelectorAll('.jp-Notebook .jp-InputPrompt').length >= n &&"
            " [...document.querySelectorAll('.jp-Notebook .jp-CodeCell .jp-InputPrompt')]"
            ".every(p => /\\[\\d+\\]/.test(p.textContent))"
        )
        _choose(page, "Run", "Run All Cells", ran, 60, cells)
        _idle(page)

    return run


@pytest.fixture
def live(open_notebook, scratch, run_all):
    """Run cells in a new notebook; give the browser page and the last live view in it."""

    def start(name: str, *cells: str, view: str = ".crp", **how):
        page = open_notebook(scratch(name, *cells), **how)
        run_all(page)
        root = page.locator(view).last
        root.wait_for()
        return page, root

    return start
