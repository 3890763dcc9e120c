"""The rounds that are too long for CI, one after another: kills, random input, a class of twenty on a hub.

    .venv/bin/python tests/long_rounds.py [--kills 1000] [--inputs 2000] [--students 20]

A number of 0 leaves a round out. It takes hours with the numbers above; it ends with 1 if a round failed.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ANSWERING = """
import itertools, sys
from helpers.questions import question, record_answer
for n in itertools.count():
    record_answer(question("0.3"), f"words of round {sys.argv[1]}, answer {n}")
    print(n, flush=True)
"""
READING = """
from helpers import workbook
print(*(event.body.get("response") for event in workbook.events() if event.kind == "answer"), sep="\\n")
"""


def kills(rounds: int) -> bool:
    """Kill a process that saves answers, at a random moment each time; every answer that it saved must be there."""
    with tempfile.TemporaryDirectory() as work:
        example = str(ROOT / "tests" / "fork")
        environment = dict(os.environ, CLOSE_READING_WORK=work, CLOSE_READING_HOME=example, PYTHONPATH=str(ROOT))
        saved = []
        for number in range(rounds):
            command = [sys.executable, "-c", ANSWERING, str(number)]
            with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as answering:
                assert answering.stdout
                first = answering.stdout.readline()
                time.sleep(random.uniform(0, 0.2))
                answering.kill()
                counts = [first, *answering.stdout]
            saved += [f"words of round {number}, answer {count.strip()}" for count in counts if count.endswith("\n")]
        there = subprocess.run(
            [sys.executable, "-c", READING], env=environment, capture_output=True, text=True, check=True
        ).stdout
        lost = set(saved) - set(there.splitlines())
    print(f"{rounds} kills: {len(saved)} answers were saved, {len(lost)} of them are lost: {sorted(lost)[:5]}")
    return bool(saved) and not lost


def run(*command: str, **settings: str) -> bool:
    """Run a program in the folder of the module."""
    return (
        subprocess.run([sys.executable, *command], cwd=ROOT, env={**os.environ, **settings}, check=False).returncode
        == 0
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=1000, metavar="N")
    parser.add_argument("--inputs", type=int, default=2000, metavar="N")
    parser.add_argument("--students", type=int, default=20, metavar="N")
    given = parser.parse_args()
    hub = "tests/hub/class_on_hub.py"
    rounds = {
        "kills": (given.kills, lambda: kills(given.kills)),
        "random input": (
            given.inputs,
            lambda: run("-m", "pytest", "-q", "--timeout=0", "tests/test_any_input.py", ANY_INPUT=str(given.inputs)),
        ),
        "a class on JupyterHub": (given.students, lambda: run(hub, "--students", str(given.students))),
    }
    failed = []
    for name, (number, do) in rounds.items():
        if number:
            begun = time.monotonic()
            failed += [] if do() else [name]
            print(f"{name}: {(time.monotonic() - begun) / 60:.1f} minutes", flush=True)
    print(f"Failed: {', '.join(failed) or 'none'}.")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
