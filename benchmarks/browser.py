"""Measure the response time of the live page in JupyterLab with texts of 5 KB and 500 KB.

Needs the requirements of the tests (README) and Chromium or Chrome. Run it without other load on the machine:
``.venv/bin/python benchmarks/browser.py [--times 15]``.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SIZES = {"5 KB": 5_000, "500 KB": 500_000}
CELL = (
    "from helpers import annotate, load_text\nfrom helpers.texts import parse_text\n"
    "words = load_text({text!r}).content.replace('\\n\\n', ' ')\n"
    "part = words[:900]\n"
    "annotate(parse_text('\\n\\n'.join([part] * max(1, {size} // len(part))), 'measured'))"
)
# The time from the input to the first frame that shows its effect.
SEARCH = """async ([words]) => {
    const box = document.querySelector('.crp input[type=search]');
    const start = performance.now();
    box.value = words; box.dispatchEvent(new Event('input'));
    await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
    return performance.now() - start;
}"""
SAVE = """async () => {
    const marks = () => document.querySelectorAll('.crp .card').length;
    const before = marks(), start = performance.now();
    [...document.querySelectorAll('.crp .editor button')].find(one => one.textContent === 'Save').click();
    while (marks() === before) await new Promise(done => requestAnimationFrame(done));
    await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
    return performance.now() - start;
}"""
CURSOR = """async () => {
    const start = performance.now();
    const key = new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true });
    document.querySelector('.crp .cursor').dispatchEvent(key);
    await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
    return performance.now() - start;
}"""


def lab(home: Path) -> tuple[subprocess.Popen, str]:
    """Start JupyterLab in a folder; give the process and its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = dict(os.environ, CLOSE_READING_WORK=str(home / "work"))
    for name in ("CONFIG", "DATA", "RUNTIME"):
        environment[f"JUPYTER_{name}_DIR"] = str(home / name.lower())
    options = ["--no-browser", "--allow-root", f"--ServerApp.port={port}", "--IdentityProvider.token="]
    command = [sys.executable, "-m", "jupyterlab", *options, f"--ServerApp.root_dir={home}"]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    for _ in range(120):
        try:
            urllib.request.urlopen(f"{address}/api/status", timeout=2).close()
            return server, address
        except OSError:
            time.sleep(0.5)
    server.kill()
    raise SystemExit("JupyterLab did not start.")


def measure(page: object, times: int) -> dict[str, list[float]]:
    """Measure each action several times, in milliseconds."""
    found: dict[str, list[float]] = {"search as one types": [], "move the cursor": [], "save a mark": []}
    for n in range(times):
        found["search as one types"].append(page.evaluate(SEARCH, ["the" if n % 2 else "and"]))
    page.evaluate(SEARCH, [""])
    page.locator(".crp .cursor").focus()
    for _ in range(times):
        found["move the cursor"].append(page.evaluate(CURSOR))
        page.keyboard.press("Enter")
        page.locator(".editor").wait_for()
        found["save a mark"].append(page.evaluate(SAVE))
        page.wait_for_timeout(100)
    return found


def main() -> None:
    """Print a row for each action and size."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--times", type=int, default=15)
    times = parser.parse_args().times
    from playwright.sync_api import sync_playwright

    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if browser is None:
        raise SystemExit("No Chromium or Chrome was found.")
    sys.path.insert(0, str(ROOT))
    from helpers.texts import text_ids

    home = Path(tempfile.mkdtemp(prefix="close-reading-"))
    shutil.copytree(ROOT / "texts", home / "texts")
    for name, size in SIZES.items():
        cell = {"cell_type": "code", "id": "a", "metadata": {}, "execution_count": None, "outputs": []}
        cell["source"] = CELL.format(text=text_ids()[0], size=size)
        kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
        notebook = {"cells": [cell], "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
        (home / f"{name.replace(' ', '')}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    server, address = lab(home)
    print("| size | action | median ms | worst ms |\n|---|---|---|---|")
    try:
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox", "--disable-gpu"])
            for name in SIZES:
                page = chromium.new_page()
                page.set_default_timeout(120_000)
                page.goto(f"{address}/lab/tree/{name.replace(' ', '')}.ipynb?reset")
                page.get_by_text("Python 3 (ipykernel) | Idle").wait_for(state="attached")
                page.wait_for_timeout(1500)
                page.locator(".jp-CodeCell").first.click()
                page.keyboard.press("Control+Enter")
                page.locator(".crp .cursor").wait_for()
                for act, spent in measure(page, times).items():
                    print(f"| {name} | {act} | {statistics.median(spent):.0f} | {max(spent):.0f} |")
                page.close()
            chromium.close()
    finally:
        server.terminate()
        server.wait(timeout=20)
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    main()
