"""Run every lesson and use every widget in JupyterLab and Notebook 7, in Chromium and Firefox, on several screens.

By hand, in an environment that has Notebook 7 too; Debian's firefox-esr is driven over WebDriver BiDi:

    python3 -m venv .front-ends
    .front-ends/bin/python -m pip install -r binder/requirements.txt playwright websocket-client notebook
    .front-ends/bin/python tests/browser/front_ends.py [--pictures FOLDER] [LESSON …]

It prints a row for each run, and ends with 1 if a cell ended with an error, a view is missing, something of ours was
reported in the console, or a widget did not do what real keys and clicks ask for.
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
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

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
# The keys that have a name, as WebDriver writes them.
KEYS = {"Enter": "\ue007", "Tab": "\ue004", "Shift": "\ue008", "ArrowRight": "\ue014", "ArrowDown": "\ue015", " ": " "}
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


class Use(NamedTuple):
    """A use of a widget: keys or a click on a control, and what holds of its view afterwards."""

    view: str
    number: int  # of the views of this class, from 0
    control: str  # a selector, or "=" and the words of a button
    keys: tuple[str, ...]  # names as in Playwright, or words; CLICK for a click on its middle
    then: str  # an expression in which “view” is the view


CLICK = "click"
WIDGETS = "widgets.ipynb"
CONTROL = """([kind, number, control]) => {
  const view = document.querySelectorAll(kind)[number];
  const words = control.slice(1);
  const found = control.startsWith("=")
    ? [...(view?.querySelectorAll("button") ?? [])].find((one) => one.textContent === words)
    : view?.querySelector(control);
  if (!found) return null;
  found.scrollIntoView({ block: "center" });
  found.focus();
  const { left, top, width, height } = found.getBoundingClientRect();
  return [left + width / 2, top + height / 2];
}"""


def shows(words: str) -> str:
    return f"view.innerText.includes({json.dumps(words)})"


# A question of each kind, answered rightly or not, and how it is filled in.
QUESTIONS = (
    ("0.1", "input[type=radio]", (" ", "ArrowDown")),
    ("0.1", "input[type=radio]:not(:checked)", (CLICK,)),
    ("3.2", "input[type=checkbox]", (" ",)),
    ("1.11", "button + button", ("Enter",)),
    ("2.4", "select", ("ArrowDown", *(("Tab", "ArrowDown") * 4))),
    ("1.13", "textarea", ("Lenin, in a letter.",)),
    ("0.3", "textarea", ("The telegram is conditional.",)),
    ("1.12", "textarea", ("Lenin wrote “Quite to the contrary.”, and more.",)),
    ("0.2", ".text", ("Shift+ArrowRight",) * 3),
)
FORM, PAGE, NETWORK, MAP, WORK = ".crq", ".crp", ".cre", ".crm", ".crw"
EVERY_WIDGET = (
    "from helpers import annotate, answer, load_text, my_work, places, read\n"
    "from helpers.network import correspondence\nfrom helpers.widgets import explore",
    *(f"answer({id!r})" for id, _, _ in QUESTIONS),
    "read(load_text('1923-letter'))",
    "annotate(load_text('1921-telegram'))",
    "explore(correspondence(layers='all'))",
    "places()",
    "my_work()",
)
USES = (
    *(
        use
        for n, (_, control, keys) in enumerate(QUESTIONS)
        for use in (
            Use(FORM, n, control, keys, "/Not saved yet|Draft saved|Marked: /.test(view.innerText)"),
            Use(FORM, n, ".main", ("Enter",), shows("Saved.")),
        )
    ),
    Use(PAGE, 0, "input[type=search]", ("earnest",), "view.querySelector('mark.found')?.textContent === 'earnest'"),
    Use(PAGE, 1, ".cursor", ("ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight"), shows("“The Central Committee”")),
    Use(PAGE, 1, ".cursor", ("Enter",), "view.querySelector('.editor')"),
    Use(PAGE, 1, ".editor input", (" ",), "view.querySelector('.editor input:checked')"),
    Use(PAGE, 1, "=Save", ("Enter",), shows("Saved: “The Central Committee”.")),
    Use(NETWORK, 0, "g[role=button]", ("Enter",), "view.querySelector('[aria-pressed=true]')"),
    Use(NETWORK, 0, "g[role=button]", ("Enter",), "!view.querySelector('[aria-pressed=true]')"),
    Use(NETWORK, 0, "g[role=button] .frame", (CLICK,), "view.querySelector('[aria-pressed=true]')"),
    Use(MAP, 0, "summary", ("Enter",), "view.querySelector('details[open]')"),
    Use(MAP, 0, "svg .site:last-of-type .words", (CLICK,), "view.querySelector('svg .site.chosen')"),
    Use(WORK, 0, "input[type=text]", ("Fox", "Tab", "Enter"), shows("Fox")),
    Use(WORK, 0, "=Download my work", ("Enter",), "/downloaded|Downloads/i.test(view.innerText)"),
)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


def until(what: Callable[[], Any], *described: object, seconds: float = PATIENCE) -> Any:
    """Wait for something and return it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := what():
            return found
        time.sleep(0.3)
    raise TimeoutError(f"{' '.join(map(str, described))}: waited for {seconds} s")


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

    def press(self, key: str) -> None:
        if key in KEYS or "+" in key:
            self._page.keyboard.press(key)
        else:
            self._page.keyboard.type(key)

    def click(self, x: float, y: float) -> None:
        self._page.mouse.click(x, y)

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

    def press(self, key: str) -> None:
        *held, last = key.split("+") if "+" in key else [key]
        down = [KEYS[one] for one in held]
        signs = [KEYS[last]] if last in KEYS else [*last]
        actions = [{"type": "keyDown", "value": one} for one in down]
        actions += [{"type": kind, "value": one} for one in signs for kind in ("keyDown", "keyUp")]
        actions += [{"type": "keyUp", "value": one} for one in reversed(down)]
        self._act({"type": "key", "id": "keyboard", "actions": actions})

    def click(self, x: float, y: float) -> None:
        move = {"type": "pointerMove", "x": round(x), "y": round(y)}
        press = [{"type": kind, "button": 0} for kind in ("pointerDown", "pointerUp")]
        self._act({"type": "pointer", "id": "mouse", "actions": [move, *press]})

    def _act(self, source: dict[str, Any]) -> None:
        self._ask("input.performActions", context=self._window, actions=[source])

    def picture(self) -> bytes:
        return base64.b64decode(self._ask("browsingContext.captureScreenshot", context=self._window)["data"])

    def close(self) -> None:
        self._ask("browsingContext.close", context=self._window)


def used(browser: Chromium | Firefox, use: Use) -> str:
    """Use a widget; return what is wrong."""
    at = browser.evaluate(CONTROL, [use.view, use.number, use.control])
    if not at:
        return f"{use.view} {use.number}: no {use.control}"
    for key in use.keys:
        if key == CLICK:
            browser.click(*at)
        else:
            browser.press(key)
    holds = f"() => {{ const view = document.querySelectorAll('{use.view}')[{use.number}]; return !!({use.then}); }}"
    try:
        until(lambda: browser.evaluate(holds), seconds=20)
    except TimeoutError:
        return f"{use.view} {use.number}, {use.control}, {' '.join(use.keys)}: not {use.then}"
    return ""


def notebook(cells: Iterable[str]) -> str:
    """A notebook with these cells of code, not run."""
    blank: dict[str, object] = {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": []}
    kernel = {"kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}}
    made = [{**blank, "id": f"cell-{n}", "source": cell} for n, cell in enumerate(cells)]
    return json.dumps({"cells": made, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5})


def visit(
    browser: Chromium | Firefox,
    address: str,
    screen: tuple[int, str, int],
    picture: Path | None,
    uses: Iterable[Use] = (),
) -> list[str]:
    """Look at a lesson before it runs, run it, use widgets in it, and return what is wrong."""
    browser.said.clear()
    browser.open(address, *screen)
    try:
        until(lambda: browser.evaluate(OPENED), address)
        wrong: list[str] = []
        if not uses:
            found = until(lambda: [n for n in [browser.evaluate(UNRUN)] if n[0]], f"{address}: stored results")
            shown, missing = found[0]
            wrong += [f"before it runs, {missing} of {shown} results are messages"] if missing else []
        browser.evaluate(THEME, "JupyterLab Dark" if screen[1] == "dark" else "JupyterLab Light")
        until(lambda: browser.evaluate(KERNEL), f"{address}: the kernel")
        browser.evaluate(RUN)
        state: dict[str, Any] = {}

        def ran() -> bool:
            state.update(browser.evaluate(STATE))
            done = state["ran"] == state["cells"] and not state["busy"] and state["live"] >= state["views"]
            return done or bool(state["errors"])

        until(ran, address, state)
        wrong += list(filter(None, (used(browser, use) for use in uses)))
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
    parser.add_argument(
        "lessons", nargs="*", metavar="LESSON", help="numbers, such as 00, or “widgets”; by default all"
    )
    parser.add_argument("--pictures", type=Path, metavar="FOLDER", help="where to put a picture of each run")
    given = parser.parse_args()
    if given.pictures:
        given.pictures.mkdir(parents=True, exist_ok=True)
    names = [path.name for path in sorted((ROOT / "lessons").glob("[0-9][0-9]-*.ipynb"))]
    names = [name for name in names if not given.lessons or name[:2] in given.lessons]
    names += [WIDGETS] if not given.lessons or "widgets" in given.lessons else []
    failed = 0
    with ExitStack() as started:
        home = Path(started.enter_context(tempfile.TemporaryDirectory()))
        address = started.enter_context(server(home))
        (home / "lessons" / WIDGETS).write_text(notebook(EVERY_WIDGET), encoding="utf-8")
        browsers = (Chromium(started), Firefox(started))
        for number, name in enumerate(names):
            runs = [(program, browser) for program in PROGRAMS for browser in browsers]
            for turn, (program, browser) in enumerate(runs):
                # In another order for each lesson, so that every program and browser has every screen.
                screen = SCREENS[(number + turn) % len(SCREENS)]
                called = name.partition("-")[0].removesuffix(".ipynb")
                about = f"{called} {program}, {browser.version}, {screen[0]} px, {screen[1]}, {screen[2]}00 %"
                uses = USES if name == WIDGETS else ()
                if uses:
                    shutil.rmtree(home / "work", ignore_errors=True)  # forms without the answers of the last run
                picture = given.pictures and given.pictures / f"{about.replace(' ', '-').replace(',', '')}.png"
                wrong = visit(browser, f"{address}/{PROGRAMS[program]}/lessons/{name}?reset", screen, picture, uses)
                failed += bool(wrong)
                print(f"{about}: {'; '.join(wrong) or 'all cells, nothing wrong'}", flush=True)
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
