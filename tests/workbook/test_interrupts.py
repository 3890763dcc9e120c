"""An interrupted reading leaves nothing out afterwards: tested in a real kernel, interrupted at any moment."""

from __future__ import annotations

import ast
import json
import os
import random
import time
from pathlib import Path

import pytest
from jupyter_client.manager import KernelManager

from helpers.workbook import Event, write_line

ROOT = Path(__file__).resolve().parents[2]
FILES, LINES = 3, 1_000
INTERRUPTS = 200
READ = (
    # As after a long pause: all files are read again, by the page, a form or the download itself.
    "for path in folder.glob('*.jsonl'): os.utime(path)\nshown = helpers.my_work()._repr_html_()",
    "for path in folder.glob('*.jsonl'): os.utime(path)\nhelpers.widgets.live_work().renew('')",
    "for path in folder.glob('*.jsonl'): os.utime(path)\ngiven = helpers.answer('0.1', first)",
    "workbook.begin_session(); workbook.events()",
    "for path in folder.glob('*.jsonl'): os.utime(path)\nworkbook.bundle()",
)
START = """
import gzip, json, os, pathlib, time, helpers, helpers.widgets
from helpers import workbook
from helpers.questions import questions
first = questions()[0].options[0].id
folder = pathlib.Path(os.environ["CLOSE_READING_WORK"])
def found():
    view = helpers.widgets.live_work()
    view.renew("")
    ids = {f'{one["session"]}:{one["counter"]}' for one in map(json.loads, workbook.bundle().splitlines()[1:])}
    whole = gzip.decompress(view.told["packed"]).decode() + view.told["more"]
    page = {f'{one["session"]}:{one["counter"]}' for one in map(json.loads, whole.splitlines()[1:])}
    return [sorted(ids), sorted(page ^ ids), workbook.troubles()]
"""


def lay(folder: Path) -> set[str]:
    """Write files of many events; return their ids."""
    folder.mkdir()
    ids = set()
    for n in range(FILES):
        session = f"{n:x}" * 16
        made = [
            Event(FILES * k + n + 1, session, f"2026-11-{n + 1:02}T{k // 60:02}:{k % 60:02}:00Z", "draft", {"n": k})
            for k in range(LINES)
        ]
        (folder / f"{session}.jsonl").write_text("".join(f"{write_line(event)}\n" for event in made))
        ids |= {event.id for event in made}
    return ids


class Kernel:
    """A real kernel, which can be interrupted."""

    def __init__(self, folder: Path) -> None:
        self.manager = KernelManager(kernel_name="python3")
        path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
        home = str(ROOT / "tests" / "fork")
        self.manager.start_kernel(
            env=dict(os.environ, PYTHONPATH=path, CLOSE_READING_WORK=str(folder), CLOSE_READING_HOME=home)
        )
        self.client = self.manager.blocking_client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=120)

    def run(self, code: str, value: str = "None", after: float | None = None):
        """Run code, interrupt it after some seconds, and return the value of an expression."""
        asked = self.client.execute(code, user_expressions={"value": f"json.dumps({value})"})
        if after is not None:
            self._wait(self.client.get_iopub_msg, asked, "stream")
            time.sleep(after)
            self.manager.interrupt_kernel()
        content = self._wait(self.client.get_shell_msg, asked, "execute_reply")
        assert content["status"] == "ok", "\n".join(content["traceback"])
        return json.loads(ast.literal_eval(content["user_expressions"]["value"]["data"]["text/plain"]))

    def _wait(self, get, asked: str, kind: str) -> dict:
        while True:
            message = get(timeout=120)
            if message["msg_type"] == kind and message["parent_header"]["msg_id"] == asked:
                return message["content"]

    def interrupt(self, code: str, after: float) -> bool:
        """Interrupt code after some seconds; return whether it was not finished by then."""
        lines = [f"    {line}" for line in code.splitlines()]
        # An interrupt that comes early finds the print, and one that comes too late a kernel that waits for it.
        begin = ["done = False", "try:", "    print('now', flush=True)"]
        tried = [*begin, *lines, "    done = True", "    time.sleep(60)"]
        return not self.run("\n".join([*tried, "except KeyboardInterrupt: pass"]), "done", after)

    def seconds(self, code: str) -> float:
        """Run code; return how long it took."""
        begun = time.perf_counter()
        self.run(code)
        return time.perf_counter() - begun

    def close(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


@pytest.mark.slow
def test_download_after_an_interrupted_reading_is_whole(tmp_path):
    ids = lay(tmp_path / "my-work")
    kernel = Kernel(tmp_path / "my-work")
    seed = random.randrange(10**6)
    chosen = random.Random(seed)
    try:
        kernel.run(START)
        # Seconds, so that interrupts come at any moment of a reading: the first one lasts longer than those to come.
        lasts = [min(kernel.seconds(code) for _ in range(3)) for code in READ]
        stopped = 0
        for n in range(INTERRUPTS):
            which = n % len(READ)
            stopped += kernel.interrupt(READ[which], chosen.uniform(0, lasts[which]))
            found, other, told = kernel.run("", "found()")
            assert ids <= set(found), f"seed {seed}, interrupt {n}: {len(ids - set(found))} are missing"
            assert other == [], f"seed {seed}, interrupt {n}: the page holds another download"
            assert told == [], f"seed {seed}, interrupt {n}"
        assert stopped > INTERRUPTS / 2, "too few came while something was read"
    finally:
        kernel.close()
