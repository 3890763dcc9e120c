"""Measure the memory of kernel and server at the end of each lesson.

Run it with the module's own environment: ``python -m benchmarks.memory``.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import nbformat
import psutil
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[1]
BIG = ("pandas", "matplotlib", "networkx", "ipywidgets")
# A cell after the last one of the lesson prints this.
ASK = f"import os, sys; print(os.getpid(), *(name for name in {BIG} if name in sys.modules))"


def megabytes(process: int) -> int:
    """The resident memory of a process and its children, in MB (10^6 bytes)."""
    one = psutil.Process(process)
    return round(sum(some.memory_info().rss for some in [one, *one.children(recursive=True)]) / 1e6)


def at_the_end(lesson: Path) -> tuple[int, list[str]]:
    """Run a lesson; give the memory of its kernel in MB and the big libraries it has imported."""
    notebook = nbformat.read(lesson, as_version=4)
    client = NotebookClient(notebook, resources={"metadata": {"path": str(lesson.parent)}})
    with client.setup_kernel():
        for n, cell in enumerate(notebook.cells):
            client.execute_cell(cell, n)
        asked = nbformat.v4.new_code_cell(ASK)
        notebook.cells.append(asked)
        client.execute_cell(asked, len(notebook.cells) - 1)
        process, *big = asked.outputs[0]["text"].split()
        return megabytes(int(process)), big


@contextmanager
def served():
    """Start a separate JupyterLab; give its process and its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", f"--port={port}", "--ServerApp.token="]
    server = subprocess.Popen([*command, "--allow-root"], cwd=ROOT, stderr=subprocess.DEVNULL)
    try:
        yield server.pid, f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def fetch(address: str) -> None:
    """Request a page until the server answers."""
    for _ in range(120):
        try:
            urllib.request.urlopen(address).read()
            return
        except OSError:
            time.sleep(0.5)
    raise SystemExit(f"{address} does not answer")


def main() -> None:
    """Run every lesson and print its memory."""
    lessons = sorted((ROOT / "lessons").glob("[0-9][0-9]-*.ipynb"))
    with tempfile.TemporaryDirectory() as work:
        os.environ["CLOSE_READING_WORK"] = work
        with served() as (process, address):
            fetch(f"{address}/lab")
            first = megabytes(process)
            print(
                "# Memory at the end of each lesson\n\nBy `python -m benchmarks.memory`; resident memory, 10^6 bytes.\n"
            )
            print("| lesson | kernel, MB | big libraries | server, MB |\n| --- | ---: | --- | ---: |")
            print(f"| before any | – | – | {first} |")
            for lesson in lessons:
                fetch(f"{address}/api/contents/lessons/{lesson.name}")
                kernel, big = at_the_end(lesson)
                print(f"| {lesson.stem} | {kernel} | {', '.join(big) or 'none'} | {megabytes(process)} |", flush=True)


if __name__ == "__main__":
    main()
