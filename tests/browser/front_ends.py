"""Open and run every lesson in JupyterLab and Notebook 7, in Chromium and Firefox, on screens of several kinds.

By hand, in an environment that has Notebook 7 too; Debian's firefox-esr is driven over WebDriver BiDi:

    python3 -m venv .front-ends
    .front-ends/bin/python -m pip install -r binder/requirements.txt playwright websocket-client notebook
    .front-ends/bin/python tests/browser/front_ends.py [--pictures FOLDER] [LESSON …]

It prints a row for each run, and ends with 1 if a cell ended with an error, a view is missing, or something of ours was
reported in the console.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = {"JupyterLab": "lab/tree", "Notebook 7": "notebooks"}
# Width in pixels, colour scheme, and zoom; a zoom of 2 halves the width in pixels of the page.
SCREENS = ((1366, "light", 1), (1024, "dark", 1), (390, "light", 1), (1366, "dark", 2))
PATIENCE = 120  # seconds
THEME = "theme => jupyterapp.commands.execute('apputils:change-theme', { theme })"
OPENED = "!!(window.jupyterapp && document.querySelectorAll('.jp-Notebook .jp-CodeCell').length)"
# What the notebook shows before it is run: cells with stored results, and messages in place of a view.
UNRUN = """async () => {
  const [panel] = [...jupyterapp.shell.widgets('main')].filter((one) => one.content?.widgets);
  for (const cell of panel.content.widgets) if ('outputHidden' in cell) cell.outputHidden = false; // stored folded
  await new Promise((done) => setTimeout(done, 1000));
  const shown = [...document.querySelectorAll('.jp-Notebook .jp-CodeCell .jp-OutputArea')];
  return [shown.filter((one) => one.innerText.trim()).length,
          shown.filter((one) => /model not found|loading widget/i.test(one.innerText)).length];
}"""
# Notebook 7.6 reports these two in the console with an empty notebook, too.
NOT_OURS = ("'schema'", '"schema"', "filebrowser:open-path")
RUN = """() => {
  const [panel] = [...jupyterapp.shell.widgets('main')].filter((one) => one.content?.widgets);
  window.notebook = panel.content;
  jupyterapp.commands.execute('notebook:run-all-cells');
}"""
KERNEL = """() => {
  const [panel] = [...jupyterapp.shell.widgets('main')].filter((one) => one.content?.widgets);
  return panel?.sessionContext.session?.kernel?.status === 'idle';
}"""
STATE = """() => {
  const cells = window.notebook.widgets.map((one) => one.model).filter((one) => one.type === 'code');
  const outputs = cells.flatMap((one) => one.outputs.toJSON());
  return {
    cells: cells.length, ran: cells.filter((one) => one.executionCount).length,
    busy: cells.filter((one) => one.executionState === 'running').length,
    errors: outputs.filter((one) => one.output_type === 'error').map((one) => `${one.ename}: ${one.evalue}`),
    views: outputs.filter((one) => one.data?.['application/vnd.jupyter.widget-view+json']).length,
    live: document.querySelectorAll('.jp-OutputArea :is(.cr, .close-reading-words)').length,
    wide: document.documentElement.scrollWidth > innerWidth,
  };
}"""


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


def until(what: Callable[[], Any], *described: object) -> Any:
    """Wait for something and return it."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := what():
            return found
        time.sleep(0.3)
    raise TimeoutError(f"{' '.join(map(str, described))}: waited for {PATIENCE} s")


@contextmanager
def server(home: Path) -> Iterator[str]:
    """Start Notebook 7, which serves JupyterLab as well, with a copy of lessons and texts; gives its address."""
    for folder in ("lessons", "texts"):
        shutil.copytree(ROOT / folder, home / folder, ignore=shutil.ignore_patterns("my-work", ".ipynb_checkpoints"))
    kept = home / "config" / "lab" / "user-settings" / "@jupyterlab" / "notebook-extension"
    kept.mkdir(parents=True)
    (kept / "tracker.jupyterlab-settings").write_text('{"windowingMode": "none"}', encoding="utf-8")
    places = {f"JUPYTER_{name}_DIR": str(home / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")}
    port = free_port()
    options = ["--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}"]
    options += ["--IdentityProvider.token=", f"--ServerApp.root_dir={home}"]
    options += [f"--{app}.expose_app_in_browser=True" for app in ("LabApp", "JupyterNotebookApp")]
    environment = dict(os.environ, CLOSE_READING_WORK=str(home / "work"), PYTHONPATH=str(ROOT), **places)
    with (home / "server.log").open("w", encoding="utf-8") as log:
        command = [sys.executable, "-m", "notebook", *options]
        running = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=home)
        try:
            until(lambda: answers(f"http://127.0.0.1:{port}/api"), "the server of notebooks")
            yield f"http://127.0.0.1:{port}"
        finally:
            running.terminate()
            running.wait()


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5):
            return True
    except OSError:
        return False


class Chromium:
    """A window of Chromium."""

    def __init__(self, started: ExitStack) -> None:
        from playwright.sync_api import sync_playwright

        self._browser = started.enter_context(sync_playwright()).chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("google-chrome"), args=["--no-sandbox"]
        )
        self.version = f"Chromium {self._browser.version}"
        self.said: list[str] = []

    def open(self, address: str, width: int, scheme: str, zoom: int) -> None:
        size = {"width": width // zoom, "height": 800 // zoom}
        context = self._browser.new_context(viewport=size, color_scheme=scheme, device_scale_factor=zoom)
        self._page = context.new_page()
        self._page.on("pageerror", lambda error: self.said.append(str(error)))
        self._page.on("console", lambda one: self.said.append(one.text) if one.type == "error" else None)
        self._page.goto(address)

    def evaluate(self, script: str, *given: object) -> Any:
        return self._page.evaluate(script, *given)

    def picture(self) -> bytes:
        return self._page.screenshot()

    def close(self) -> None:
        self._page.context.close()


class Firefox:
    """A window of Firefox without a driver program: WebDriver BiDi is part of it (Firefox ESR 140)."""

    def __init__(self, started: ExitStack) -> None:
        import websocket

        profile = started.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
        port = free_port()
        command = [
            "firefox-esr",
            "--headless",
            "--no-remote",
            "--profile",
            profile,
            "--remote-debugging-port",
            str(port),
        ]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        running = subprocess.Popen(command, env=dict(os.environ, HOME=profile), **quiet)  # type: ignore[call-overload]
        started.callback(running.wait)
        started.callback(running.terminate)

        def connected() -> Any:
            try:
                return websocket.create_connection(f"ws://127.0.0.1:{port}/session", timeout=120, suppress_origin=True)
            except OSError:
                return None

        self._socket = until(connected, "Firefox")
        self._sent = 0
        self.said: list[str] = []
        about = self._ask("session.new", capabilities={})["capabilities"]
        self.version = f"Firefox {about['browserVersion']}"
        self._ask("session.subscribe", events=["log.entryAdded"])

    def _ask(self, method: str, **given: object) -> dict[str, Any]:
        self._sent += 1
        self._socket.send(json.dumps({"id": self._sent, "method": method, "params": given}))
        while True:
            heard: dict[str, Any] = json.loads(self._socket.recv())
            if heard.get("method") == "log.entryAdded" and heard["params"]["level"] == "error":
                self.said.append(heard["params"].get("text") or "")
            if heard.get("id") == self._sent:
                if heard["type"] == "error":
                    raise SystemExit(f"{method}: {heard['message']}")
                result: dict[str, Any] = heard["result"]
                return result

    def open(self, address: str, width: int, scheme: str, zoom: int) -> None:
        # Firefox 140 sets no colour scheme over BiDi: `visit` chooses the theme in the program itself.
        self._window = self._ask("browsingContext.create", type="tab")["context"]
        size = {"width": width // zoom, "height": 800 // zoom}
        self._ask("browsingContext.setViewport", context=self._window, viewport=size, devicePixelRatio=zoom)
        self._ask("browsingContext.navigate", context=self._window, url=address, wait="complete")

    def evaluate(self, script: str, *given: object) -> Any:
        call = script if "=>" in script else f"() => ({script})"
        result = self._ask(
            "script.evaluate",
            expression=f"(async () => JSON.stringify((await ({call})(...{json.dumps(given)})) ?? null))()",
            target={"context": self._window},
            awaitPromise=True,
        )
        if result["type"] == "exception":
            raise SystemExit(result["exceptionDetails"]["text"])
        return json.loads(result["result"]["value"])

    def picture(self) -> bytes:
        return base64.b64decode(self._ask("browsingContext.captureScreenshot", context=self._window)["data"])

    def close(self) -> None:
        self._ask("browsingContext.close", context=self._window)


def visit(browser: Chromium | Firefox, address: str, screen: tuple[int, str, int], picture: Path | None) -> list[str]:
    """Look at a lesson before it runs, run it, and return what is wrong."""
    browser.said.clear()
    browser.open(address, *screen)
    try:
        until(lambda: browser.evaluate(OPENED), address)
        shown, missing = until(lambda: [n for n in [browser.evaluate(UNRUN)] if n[0]], f"{address}: stored results")[0]
        wrong = [f"before it runs, {missing} of {shown} results are messages"] if missing else []
        browser.evaluate(THEME, "JupyterLab Dark" if screen[1] == "dark" else "JupyterLab Light")
        until(lambda: browser.evaluate(KERNEL), f"{address}: the kernel")
        browser.evaluate(RUN)
        state: dict[str, Any] = {}

        def ran() -> bool:
            state.update(browser.evaluate(STATE))
            done = state["ran"] == state["cells"] and not state["busy"] and state["live"] >= state["views"]
            return done or bool(state["errors"])

        until(ran, address, state)
        if picture:
            picture.write_bytes(browser.picture())
        wrong += state["errors"]
        wrong += ["the page is wider than the window"] if state["wide"] else []
        ours = [one for one in browser.said if not any(known in one for known in NOT_OURS)]
        return wrong + [f"console: {one[:160]}" for one in ours]
    except TimeoutError as error:
        return [str(error)]
    finally:
        browser.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lessons", nargs="*", metavar="LESSON", help="numbers, such as 00; by default all")
    parser.add_argument("--pictures", type=Path, metavar="FOLDER", help="where to put a picture of each run")
    given = parser.parse_args()
    if given.pictures:
        given.pictures.mkdir(parents=True, exist_ok=True)
    names = [path.name for path in sorted((ROOT / "lessons").glob("[0-9][0-9]-*.ipynb"))]
    names = [name for name in names if not given.lessons or name[:2] in given.lessons]
    failed = 0
    with ExitStack() as started:
        address = started.enter_context(server(Path(started.enter_context(tempfile.TemporaryDirectory()))))
        browsers = (Chromium(started), Firefox(started))
        for number, name in enumerate(names):
            runs = [(program, browser) for program in PROGRAMS for browser in browsers]
            for turn, (program, browser) in enumerate(runs):
                # In another order for each lesson, so that every program and browser has every screen.
                screen = SCREENS[(number + turn) % len(SCREENS)]
                about = f"{name[:2]} {program}, {browser.version}, {screen[0]} px, {screen[1]}, {screen[2]}00 %"
                picture = given.pictures and given.pictures / f"{about.replace(' ', '-').replace(',', '')}.png"
                wrong = visit(browser, f"{address}/{PROGRAMS[program]}/lessons/{name}?reset", screen, picture)
                failed += bool(wrong)
                print(f"{about}: {'; '.join(wrong) or 'all cells, nothing wrong'}", flush=True)
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
