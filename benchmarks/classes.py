"""Measure the report on a class: ``python -m benchmarks.classes ARCHIVE.zip`` reads one in a process of its own.

The class is synthetic: each student hands in the whole course, every answer with its attempts, essays and marks.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import tempfile
import time
from pathlib import Path

import psutil

from helpers.classroom import write_class

ROOT = Path(__file__).resolve().parents[1]


def make(folder: Path, sizes: list[int]) -> dict[int, Path]:
    """Write archives of synthetic classes of some sizes, as Moodle packs them."""
    sys.path.insert(0, str(ROOT / "tests" / "classroom"))
    from synthetic import make_class, moodle_zip

    students = make_class(max(sizes))
    paths = {}
    for size in sizes:
        paths[size] = folder / f"{size}.zip"
        paths[size].write_bytes(moodle_zip(students[:size]))
    return paths


def measure(archive: Path) -> dict[str, float]:
    """Write the report on a class: elapsed and processor time in seconds, and the peak memory of a process in MB."""
    this, most = psutil.Process(), {"main": 0, "worker": 0}

    def look(done: int, of: int) -> None:
        if done % 20 == 0 or done == of:
            most["main"] = max(most["main"], this.memory_info().rss)
            most["worker"] = max([most["worker"], *(one.memory_info().rss for one in this.children())])

    with tempfile.TemporaryDirectory() as folder:
        begin = time.perf_counter()
        report = write_class([archive], Path(folder, "report"), progress=look)
        elapsed = time.perf_counter() - begin
    look(1, 1)
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return {
        "students": len(report.results),
        "elapsed": elapsed,
        "processor": sum(one.ru_utime + one.ru_stime for one in used),
        "main": most["main"] / 1e6,
        "worker": most["worker"] / 1e6,
        "cores": os.cpu_count() or 1,
    }


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]))))
