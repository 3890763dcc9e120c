"""Saved events are on disk: tested with killed processes, full disks and write-protected folders."""

from __future__ import annotations

import errno
import io
import json
import os
import pickle
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from helpers.core import MOST_BYTES, UserError
from helpers.workbook import (
    MOST_COUNTER,
    MOST_DEPTH,
    MOST_JUMP,
    Event,
    NotSaved,
    ReadLines,
    bundle,
    cannot_keep,
    events,
    kept_where,
    listen,
    plain_body,
    record,
    restore,
    troubles,
    unsaved,
    write_line,
)

ROOT = Path(__file__).resolve().parents[2]
A, B, C = "a" * 16, "b" * 16, "c" * 16
posix = pytest.mark.skipif(os.name != "posix", reason="needs fork, kill and limits")


def _event(counter, session=A, kind="answer", body=None, time="2000-01-01T00:00:00Z"):
    return Event(counter, session, time, kind, {"n": counter} if body is None else body)


def _lay(folder, name, *lines):
    """Write a file of events and raw lines without the workbook's own code."""
    folder.mkdir(parents=True, exist_ok=True)
    raw = [write_line(line).encode() if isinstance(line, Event) else line for line in lines]
    (folder / name).write_bytes(b"".join(line + b"\n" for line in raw))


def _on_disk(folder):
    """Read every whole line of the folder by session and counter, without the workbook's own code."""
    found = {}
    for path in folder.glob("*.jsonl"):
        for line in path.read_bytes().split(b"\n"):
            try:
                data = json.loads(line)
            except ValueError:
                continue
            found[data["session"], data["counter"]] = data["body"]
    return found


def _run(script, folder, *, prelude="", timeout=60):
    """Run a script in a new interpreter and return what it prints, parsed as JSON."""
    code = f"{prelude}\nimport json, os, sys\nfrom helpers import workbook as w\n{script}"
    env = dict(os.environ, PYTHONPATH=str(ROOT), CLOSE_READING_WORK=str(folder))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env, timeout=timeout)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


# Recording


def test_event_is_on_disk_when_record_returns(work):
    event = record("answer", {"question": "1.2", "option": "b"})
    assert _on_disk(work) == {(event.session, event.counter): {"question": "1.2", "option": "b"}}
    assert (event.kind, event.counter, event.id) == ("answer", 1, f"{event.session}:1")
    assert events() == [event]
    assert unsaved() == troubles() == []
    assert str(work) in kept_where()
    assert "cannot confirm" not in kept_where()


def test_reading_creates_no_files(work):
    assert events() == troubles() == unsaved() == []
    assert bundle().count("\n") == 1
    assert kept_where()
    assert not work.exists()


def test_the_line_is_synced_before_record_returns(work, monkeypatch):
    """Observe the real call: a test can kill a kernel, but cannot cut the power."""
    real, seen = os.fsync, []

    def fsync(handle):
        real(handle)
        seen.append(os.fstat(handle).st_size)

    monkeypatch.setattr(os, "fsync", fsync)
    for n in range(3):
        seen.clear()
        record("answer", {"n": n})
        (path,) = work.glob("*.jsonl")
        assert path.stat().st_size in seen


def test_events_are_filtered_by_kind(work):
    for kind in ("answer", "draft", "name"):
        record(kind, {})
    assert [event.kind for event in events("name", "answer")] == ["answer", "name"]


def test_event_body_in_memory_equals_body_on_disk(work):
    body = {"order": ("c", "a"), "text": "the whole case"}
    event = record("answer", body)
    body["text"] = "changed afterwards"
    assert event.body == {"order": ["c", "a"], "text": "the whole case"}
    assert _on_disk(work)[event.session, 1] == event.body


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"x": float("nan")}, "not plain data"),
        ({"x": float("inf")}, "not plain data"),
        ({"x": {1, 2}}, "not plain data"),
        ({"x": b"bytes"}, "not plain data"),
        ({"x": 10**5000}, "not plain data"),
        ("a text", "must be a dict"),
        ({"x": json.loads("[" * 200 + "]" * 200)}, "nested"),
        ({"x": "я" * 3_000_000}, "18 MB.*at most 16 MB.*Shorten"),
    ],
    ids=["nan", "inf", "set", "bytes", "huge number", "no dict", "deep", "large"],
)
def test_invalid_body_raises_and_records_nothing(work, body, says):
    with pytest.raises(UserError, match=says) as error:
        record("answer", body)
    assert not isinstance(error.value, NotSaved)
    assert events() == unsaved() == []


@pytest.mark.parametrize("kind", ["", None, "x" * 101])
def test_invalid_kind_raises(work, kind):
    with pytest.raises(UserError, match="short name"):
        record(kind, {})


def test_hostile_text_is_escaped_on_disk_and_restored_unchanged(work, elsewhere):
    text = "<script>alert(1)</script>\x1b[31m\x00\r\n\u2028\u202e=HYPERLINK(1)\ud800" + "🙂" * 1_000_000
    event = record("answer", {"text": text})
    (path,) = work.glob("*.jsonl")
    raw = path.read_bytes()
    assert raw.isascii()
    assert raw.count(b"\n") == 1
    assert b"\x1b" not in raw
    saved = bundle()
    elsewhere()
    assert restore(saved).added == 1
    assert events() == [event]


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=[])),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(exclude_categories=[])), inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(max_examples=60)
@given(st.dictionaries(st.text(st.characters(exclude_categories=[])), JSON, max_size=4))
def test_any_body_survives_recording_download_and_restore(body):
    before = os.environ["CLOSE_READING_WORK"]
    try:
        with tempfile.TemporaryDirectory() as here, tempfile.TemporaryDirectory() as there:
            os.environ["CLOSE_READING_WORK"] = here
            event = record("answer", body)
            assert json.dumps(event.body, sort_keys=True) == json.dumps(json.loads(json.dumps(body)), sort_keys=True)
            assert events() == [event]
            saved = bundle()
            os.environ["CLOSE_READING_WORK"] = there
            assert restore(saved).added == 1
            (back,) = events()
            assert write_line(back) == write_line(event)
            assert bundle() == saved
            assert troubles() == []
    finally:
        os.environ["CLOSE_READING_WORK"] = before


# Killed processes


# Forks writers, which report each saved event, and kills them at a random moment.
NURSERY = """
import json, os, random, select, signal, sys, time
from helpers import workbook
seed, rounds, writers, folders = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:]
random.seed(seed)
acknowledged = {}
for number in range(rounds):
    folder = os.environ["CLOSE_READING_WORK"] = folders[number % len(folders)]
    there, pipes = [], []
    for writer in range(writers):
        sizes = [random.choice((1, 50, 5_000, 60_000)) for _ in range(7)]
        out, into = os.pipe()
        child = os.fork()
        if not child:
            os.close(out)
            n = 0
            while True:
                event = workbook.record("answer", {"n": n, "text": "x" * sizes[n % 7]})
                os.write(into, f"{event.session} {event.counter} {n}\\n".encode())
                n += 1
        os.close(into)
        there.append(child)
        pipes.append(out)
    # Wait for a random number of answers, so that the test is as thorough on a busy machine.
    said, wanted = dict.fromkeys(pipes, b""), random.randrange(5)
    while sum(part.count(b"\\n") for part in said.values()) < wanted:
        for out in select.select(pipes, [], [], 60)[0]:
            part = os.read(out, 65536)
            assert part, "a writer has failed"
            said[out] += part
    time.sleep(random.uniform(0, 0.004))
    for child in there:
        os.kill(child, signal.SIGKILL)
    for child, out in zip(there, pipes):
        os.waitpid(child, 0)
        while part := os.read(out, 65536):
            said[out] += part
        os.close(out)
    lines = b"".join(said.values()).decode().splitlines()
    acknowledged.setdefault(folder, []).extend(line.split() for line in lines)
print(json.dumps(acknowledged))
"""


@posix
def test_writers_killed_at_random_lose_no_acknowledged_event(tmp_path, monkeypatch):
    folders = [str(tmp_path / f"my-work-{n}") for n in range(25)]
    env = dict(os.environ, PYTHONPATH=str(ROOT))
    seed = random.randrange(10**6)
    command = [sys.executable, "-c", NURSERY, str(seed), "200", "3", *folders]
    done = subprocess.run(command, capture_output=True, text=True, env=env, timeout=300)
    assert done.returncode == 0, done.stderr
    acknowledged = json.loads(done.stdout)
    assert sum(map(len, acknowledged.values())) > 200, "too few were acknowledged to prove anything"
    for folder, said in acknowledged.items():
        monkeypatch.setenv("CLOSE_READING_WORK", folder)
        found = {(event.session, event.counter): event.body["n"] for event in events()}
        disk = _on_disk(Path(folder)) if Path(folder).exists() else {}
        for session, counter, n in said:
            assert found[session, int(counter)] == int(n), f"seed {seed}"
            assert disk[session, int(counter)]["n"] == int(n)
        torn = troubles()
        assert all("breaks off" in line for line in torn), torn
        assert len({line.split(",")[0] for line in torn}) == len(torn), "more than one torn line in a file"
        # A new event comes after all earlier ones.
        assert record("answer", {"n": -1}) == events()[-1]


@posix
def test_killed_kernel_loses_no_acknowledged_event(work):
    script = (
        "from helpers import workbook as w\nn = 0\nwhile True:\n"
        "    e = w.record('draft', {'n': n, 'text': 'y' * 40_000}); print(e.id, n, flush=True); n += 1"
    )
    env = dict(os.environ, PYTHONPATH=str(ROOT))
    for _ in range(5):
        writer = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, env=env)
        first = writer.stdout.readline()
        time.sleep(random.uniform(0, 0.05))
        writer.send_signal(signal.SIGKILL)
        # If the pipe cut off the last line, that event was not reported as saved.
        said = (first + writer.communicate()[0]).decode().splitlines(keepends=True)
        found = {event.id: event.body["n"] for event in events()}
        for line in said:
            if line.endswith("\n"):
                name, n = line.split()
                assert found[name] == int(n)
    assert all("breaks off" in line for line in troubles())
    assert [event.counter for event in events()] == sorted(event.counter for event in events())


# Several kernels


class Kernel:
    """A second kernel that evaluates one line at a time."""

    def __init__(self, folder):
        code = (
            "import sys, json\nfrom helpers import workbook as w\nfor line in sys.stdin:\n"
            "    print(json.dumps(eval(line)), flush=True)"
        )
        env = dict(os.environ, PYTHONPATH=str(ROOT), CLOSE_READING_WORK=str(folder))
        self.process = subprocess.Popen(
            [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env
        )

    def tell(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def hear(self):
        return json.loads(self.process.stdout.readline())

    def ask(self, line):
        self.tell(line)
        return self.hear()

    def close(self):
        self.process.communicate()


@pytest.fixture
def kernels(work):
    both = Kernel(work), Kernel(work)
    yield both
    for kernel in both:
        kernel.close()


def test_two_kernels_see_the_same_events_in_the_same_order(work, kernels):
    for n in range(20):
        kernel = kernels[(n * 7 // 3) % 2]
        assert kernel.ask(f"w.record('answer', {{'n': {n}}}).counter") == n + 1
    lists = [kernel.ask("[e.body['n'] for e in w.events()]") for kernel in kernels]
    assert lists == [list(range(20))] * 2
    assert len(list(work.glob("*.jsonl"))) == 2
    # Both kernels write at the same time.
    for kernel in kernels:
        kernel.tell("[w.record('answer', {'n': n}).id for n in range(60)]")
    made = [kernel.hear() for kernel in kernels]
    order = [kernel.ask("[e.id for e in w.events()]") for kernel in kernels]
    assert order[0] == order[1] == [event.id for event in events()]
    assert set(made[0]) | set(made[1]) <= set(order[0])
    assert len(order[0]) == len(set(order[0])) == 140
    for mine in made:
        assert [name for name in order[0] if name in mine] == mine, "each kernel's own order holds"
    assert troubles() == []


@posix
def test_forked_process_gets_its_own_session(work):
    script = """
    import threading
    first = w.record("answer", {"who": "parent"})
    held, go = threading.Event(), threading.Event()
    sync = os.fsync
    def hold(handle):  # while it saves, a session is locked
        os.fsync = sync
        held.set(); go.wait()
        sync(handle)
    os.fsync = hold
    threading.Thread(target=w.record, args=("answer", {"who": "thread"})).start(); held.wait()
    child = os.fork()
    if not child:
        try: w.record("answer", {"who": "child"})
        finally: os._exit(0)
    os.waitpid(child, 0); go.set()
    w.record("answer", {"who": "parent again"})
    print(json.dumps([[e.session, e.body["who"]] for e in w.events()]))
    """
    made = _run("\n".join(line[4:] for line in script.splitlines()), work)
    assert [who for _, who in made] == ["parent", "thread", "child", "parent again"]
    assert made[0][0] == made[1][0] == made[3][0] != made[2][0]
    assert {path.stem for path in work.glob("*.jsonl")} == {session for session, _ in made}


def test_threads_share_one_session(work):
    def write(start):
        for n in range(start, start + 15):
            record("answer", {"n": n})

    threads = [threading.Thread(target=write, args=(k * 15,)) for k in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(event.body["n"] for event in events()) == list(range(90))
    assert [event.counter for event in events()] == list(range(1, 91))
    assert len(list(work.glob("*.jsonl"))) == 1


# Failing disks


LIMITED = """
import resource, signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
most = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
resource.setrlimit(resource.RLIMIT_FSIZE, (3000, most))
said, saved, message = [], [], ""
for n in range(6):
    try:
        saved.append(w.record("answer", {"n": n, "text": "z" * 600}).body["n"])
    except w.NotSaved as error:
        message = str(error); assert error.event.body["n"] == n
waiting = [e.body["n"] for e in w.unsaved()]
seen = [e.body["n"] for e in w.events()]
kept = w.kept_where()
in_bundle = w.bundle().count("\\n") - 1
resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
last = w.record("answer", {"n": 6}).body["n"]
print(json.dumps([saved, message, waiting, seen, in_bundle, kept, len(w.unsaved()), w.troubles()]))
"""


@posix
def test_events_over_a_file_size_limit_wait_in_memory_until_it_is_lifted(work):
    saved, message, waiting, seen, in_bundle, kept, left, told = _run(LIMITED, work)
    assert saved == [0, 1, 2]
    assert waiting == [3, 4, 5]
    assert seen == [0, 1, 2, 3, 4, 5]
    assert in_bundle == 6
    assert "the largest size allowed" in message
    for part in ("Not saved", str(work), "kept in memory as long as this kernel runs", "CLOSE_READING_WORK", "my_work"):
        assert part in message
    assert "only in memory: 3" in kept
    assert left == 0
    assert told == []
    assert [event.body["n"] for event in events()] == [0, 1, 2, 3, 4, 5, 6]
    assert [event.counter for event in events()] == list(range(1, 8))


@pytest.fixture
def small_disk(tmp_path):
    """A real disk of 64 KB; skip the test if none can be mounted."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = (
        shutil.which("mount")
        and not subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)], capture_output=True
        ).returncode
    )
    if not mounted:
        pytest.skip("no disk may be mounted here")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_events_on_a_full_disk_wait_in_memory_until_there_is_space(small_disk, monkeypatch):
    monkeypatch.setenv("CLOSE_READING_WORK", str(small_disk / "my-work"))
    (small_disk / "film").write_bytes(b"0" * 40_000)
    saved, lost = [], []
    for n in range(8):
        try:
            saved.append(record("answer", {"n": n, "text": "z" * 5000}))
        except NotSaved as error:
            lost.append(error.event)
            said = str(error)
    assert saved
    assert "the disk is full" in said
    assert unsaved() == lost
    assert events() == saved + lost
    download = bundle()
    with pytest.raises(UserError, match=r"Nothing was restored.*the disk is full"):
        restore(write_line(_event(1, B, body={"text": "q" * 60_000})))
    assert not [path for path in (small_disk / "my-work").iterdir() if path.suffix not in (".jsonl", ".json")]
    (small_disk / "film").unlink()
    last = record("answer", {"n": 8})
    assert unsaved() == troubles() == []
    assert events() == [*saved, *lost, last]
    assert len(_on_disk(small_disk / "my-work")) == 9
    assert restore(download).known == 8


def test_events_on_a_read_only_disk_wait_until_it_is_writable(small_disk, monkeypatch):
    monkeypatch.setenv("CLOSE_READING_WORK", str(small_disk / "my-work"))
    first = record("answer", {})
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(NotSaved, match="the disk is read-only"):
        record("answer", {})
    subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
    assert events()[0] == first
    record("answer", {})
    assert [event.counter for event in events()] == [1, 2, 3]
    assert unsaved() == []


SHUT = """
if os.geteuid() == 0:  # root may write everywhere
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
message = ""
try:
    w.record("answer", {"n": 1})
except w.NotSaved as error:
    message = str(error)
shut = [len(w.events()), len(w.unsaved()), os.environ["CLOSE_READING_WORK"]]
os.environ["CLOSE_READING_WORK"] = os.environ["OPEN_FOLDER"]
w.record("answer", {"n": 2})
print(json.dumps([message, shut, [e.body["n"] for e in w.events()], w.unsaved()]))
"""


@posix
def test_read_only_folder_is_reported_and_work_moves_to_another_folder(monkeypatch):
    # Not under pytest's folder, which other users cannot enter.
    with tempfile.TemporaryDirectory() as top:
        os.chmod(top, 0o755)
        shut, free = Path(top, "shut"), Path(top, "free")
        shut.mkdir()
        free.mkdir()
        _lay(shut, f"{A}.jsonl", _event(1))
        os.chmod(shut, 0o555)
        os.chmod(free, 0o777)
        monkeypatch.setenv("OPEN_FOLDER", str(free))
        try:
            message, (seen, waiting, _), moved, left = _run(SHUT, shut)
        finally:
            os.chmod(shut, 0o755)
        assert "you do not have permission to write there" in message
        assert "Set CLOSE_READING_WORK to a folder that you may write to" in message
        assert (seen, waiting) == (2, 1)
        assert (moved, left) == ([1, 2], [])
        assert len(_on_disk(shut)) == 1
        assert len(_on_disk(free)) == 2


@posix
def test_unreadable_file_is_reported_and_other_files_are_read():
    with tempfile.TemporaryDirectory() as top:
        work = Path(top)
        os.chmod(top, 0o755)
        _lay(work, f"{A}.jsonl", _event(1))
        _lay(work, f"{B}.jsonl", _event(2, B))
        os.chmod(work / f"{A}.jsonl", 0)
        drop = "if os.geteuid() == 0: os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
        seen, told = _run(f"{drop}print(json.dumps([[e.counter for e in w.events()], w.troubles()]))", work)
        assert seen == [2]
        assert len(told) == 1
        assert told[0].startswith(f"{A}.jsonl cannot be read (Permission denied)")


def test_file_in_place_of_the_work_folder_keeps_events_in_memory(work):
    work.write_text("mine")
    with pytest.raises(NotSaved, match="there is a file where the folder should be"):
        record("answer", {"n": 1})
    assert [event.body["n"] for event in events()] == [1]
    work.unlink()
    record("answer", {"n": 2})
    assert [event.body["n"] for event in events()] == [1, 2]
    assert len(_on_disk(work)) == 2


def test_failed_fsync_keeps_the_event_in_memory_until_the_next_record(work, monkeypatch):
    record("answer", {"n": 1})

    def fail(handle):
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fail)
        with pytest.raises(NotSaved, match="Input/output error"):
            record("answer", {"n": 2})
        assert len(unsaved()) == 1
    record("answer", {"n": 3})
    assert [event.body["n"] for event in events()] == [1, 2, 3]
    assert unsaved() == troubles() == []


def test_work_folder_deleted_between_two_records_is_created_again(work):
    record("answer", {"n": 1})
    shutil.rmtree(work)
    second = record("answer", {"n": 2})
    assert events() == [second]
    assert len(_on_disk(work)) == 1
    assert "1 entry of your work is no longer where this kernel has read it" in troubles()[0]


def test_work_folder_moved_away_and_back_merges_without_clash(work):
    first = record("answer", {"n": 1})
    away = work.rename(work.with_name("away"))
    second = record("answer", {"n": 2})
    for path in away.iterdir():
        assert not (work / path.name).exists()
        shutil.copy(path, work)
    assert events() == [first, second]


def test_one_session_uses_no_counter_twice_in_two_folders(work, elsewhere):
    here = record("answer", {"n": 1})
    saved = bundle()
    elsewhere()
    there = record("answer", {"n": 2})
    assert restore(saved).added == 1
    assert {event.id for event in events()} == {here.id, there.id}


def test_recording_works_after_the_notebook_folder_is_deleted(tmp_path):
    script = """
home = os.environ.pop("CLOSE_READING_WORK")
os.makedirs(home); os.chdir(home)
w.record("answer", {"n": 1}); where = w.kept_where()
os.rename(home, home + "-gone"); os.rmdir(home) if os.path.exists(home) else None
w.record("answer", {"n": 2})
print(json.dumps([e.body["n"] for e in w.events()]))
"""
    assert 2 in _run(script, tmp_path / "notebooks")


def test_event_after_a_truncated_line_starts_a_new_line(work):
    first = record("answer", {"n": 1})
    (path,) = work.glob("*.jsonl")
    with path.open("ab") as file:
        file.write(write_line(_event(9))[:40].encode())
    second = record("answer", {"n": 2})
    assert events() == [first, second]
    assert len(troubles()) == 1
    assert f"{path.name}, line 2 breaks off" in troubles()[0]


def test_large_workbook_continues_in_a_second_file(work):
    made = [record("answer", {"n": n, "text": "x" * 900_000}) for n in range(40)]
    assert len(list(work.glob("*.jsonl"))) > 1
    assert events() == made
    assert all(path.stat().st_size <= MOST_BYTES // 2 for path in work.glob("*.jsonl"))


# Systems without fcntl or fsync


NO_FCNTL = """
import sys
class Hide:
    def find_spec(self, name, path=None, target=None):
        if name == "fcntl": raise ImportError("no fcntl here")
sys.meta_path.insert(0, Hide())
assert "fcntl" not in sys.modules
"""


def test_recording_works_without_fcntl(work):
    script = "w.record('answer', {'n': 1}); print(json.dumps([len(w.events()), 'fcntl' in sys.modules, w.unsaved()]))"
    assert _run(script, work, prelude=NO_FCNTL) == [1, False, []]


NO_FLOCK = "import fcntl; del fcntl.flock"  # as in Pyodide 314.0


@pytest.mark.parametrize("prelude", [NO_FCNTL, NO_FLOCK], ids=["no fcntl", "no flock"])
def test_download_is_restored_without_locks(work, prelude):
    record("answer", {"n": 1})
    script = (
        f"done = w.restore(w.read_handed_in({bundle().encode()!r}))\n"
        "print(json.dumps([done.added, len(w.events()), w.unsaved()]))"
    )
    assert _run(script, work / "elsewhere", prelude=prelude) == [1, 1, []]


NO_FSYNC = "import os; del os.fsync"
REFUSED = """
import errno, os
def fsync(handle): raise OSError(errno.EINVAL, "Invalid argument")
os.fsync = fsync
"""


@pytest.mark.parametrize("prelude", [NO_FSYNC, REFUSED], ids=["no fsync", "fsync refused"])
def test_missing_or_refused_fsync_is_reported_as_unconfirmed(work, prelude):
    script = "w.record('answer', {'n': 1}); print(json.dumps([len(w.events()), w.kept_where(), w.unsaved()]))"
    seen, said, waiting = _run(script, work, prelude=prelude)
    assert (seen, waiting) == (1, [])
    assert str(work) in said
    assert "cannot confirm" in said
    assert len(_on_disk(work)) == 1


def test_workbook_imports_only_the_standard_library(work):
    script = (
        "w.record('a', {}); outside = {m.split('.')[0] for m in sys.modules} - set(sys.stdlib_module_names)\n"
        "print(json.dumps([m for m in ('pandas', 'IPython', 'ipywidgets', 'ruamel', 'numpy') if m in outside]))"
    )
    assert _run(script, work) == []


# Invalid lines


def _newer(counter=7):
    return json.dumps({"version": 99, "counter": counter, "session": B, "new": "Ж"}, ensure_ascii=False).encode()


def _changed(**change):
    """A line that was changed without updating its checksum."""
    return json.dumps(json.loads(write_line(_event(3))) | change).encode()


def _sealed(**change):
    """A changed line with a valid checksum."""
    return write_line(Event(**(vars(_event(3)) | change))).encode()


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (write_line(_event(3)).encode()[:-30], "breaks off"),
        (write_line(_event(3)).encode()[:9], "breaks off"),
        (_changed(body={"n": 4}), "damaged"),
        (_changed(time="2001-01-01T00:00:00Z"), "damaged"),
        (_changed(counter=4), "damaged"),
        (write_line(_event(3)).encode().replace(b'"n"', b'"\xff"'), "damaged"),
        (write_line(_event(3)).encode().replace(b'"n":3', b'"n":1e999'), "damaged"),
        (_sealed(counter=2**63), "damaged"),
        (_sealed(counter=MOST_COUNTER + 1), "damaged"),
        (_sealed(counter=-1), "damaged"),
        (_sealed(counter=0), "damaged"),
        (_sealed(counter=True), "damaged"),
        (_sealed(counter=2.0), "damaged"),
        (_sealed(counter="2"), "damaged"),
        (_sealed(counter=MOST_COUNTER), "far beyond"),
        (_sealed(session="../../etc"), "damaged"),
        (_sealed(session=None), "damaged"),
        (_sealed(time=5), "damaged"),
        (_sealed(kind="k" * 101), "damaged"),
        (_sealed(body=[1]), "damaged"),
        (_sealed(body=json.loads('{"x":' * 150 + "1" + "}" * 150)), "damaged"),
        (b'{"body":' + b"[" * 100_000, "breaks off"),
        (b"[" * 100_000, "not a line of a workbook"),
        (b'{"hello": "world"}', "not a line of a workbook"),
        (b"[1, 2]", "not a line of a workbook"),
        (b"12345", "not a line of a workbook"),
        (b"NaN", "not a line of a workbook"),
        (b"id,answer", "not a line of a workbook"),
        pytest.param(os.urandom(50).replace(b"\n", b"") + b"\xff", "not a line of a workbook", id="noise"),
        (_newer(), "newer version of this module.*update the module"),
    ],
)
def test_bad_line_is_skipped_and_reported(work, line, says):
    _lay(work, f"{A}.jsonl", _event(1), line, _event(2))
    before = (work / f"{A}.jsonl").read_bytes()
    assert [event.counter for event in events()] == [1, 2]
    (told,) = troubles()
    assert told.startswith(f"{A}.jsonl, line 2 ")
    assert re.search(says, told)
    # The clock is unaffected, and the file is unchanged.
    new = record("answer", {"n": "new"})
    assert new.counter in (3, 8)
    assert events()[-1] == new
    assert (work / f"{A}.jsonl").read_bytes() == before
    in_bundle = bundle().encode().count(b"\n") - 1
    assert in_bundle == (4 if line == _newer() else 3)


def test_line_of_a_newer_version_is_kept_unchanged_through_download_and_restore(work, elsewhere):
    _lay(work, "theirs.jsonl", _newer())
    saved = bundle()
    assert _newer().decode() in saved.split("\n")
    elsewhere()
    back = restore(saved)
    assert (back.added, back.known) == (0, 0)
    assert "newer version" in back.troubles[0]
    assert bundle() == saved
    restore(saved)
    assert bundle() == saved


def test_event_with_a_far_counter_is_ignored_until_other_events_come_near_it(work):
    _lay(work, "x.jsonl", _event(2 * MOST_JUMP))
    assert events() == []
    _lay(work, "y.jsonl", _event(MOST_JUMP, B))
    assert [event.counter for event in events()] == [MOST_JUMP, 2 * MOST_JUMP]
    assert troubles() == []


def test_wall_clock_does_not_affect_event_order(work):
    _lay(work, f"{B}.jsonl", _event(1, B, time="2999-12-31T23:59:59Z"), _event(4, B, time="1970-01-01T00:00:00Z"))
    _lay(work, f"{A}.jsonl", _event(2, time="0001-01-01T00:00:00Z"), _event(4, time="9999-01-01T00:00:00Z"))
    assert [event.id for event in events()] == [f"{B}:1", f"{A}:2", f"{A}:4", f"{B}:4"]
    assert record("answer", {}) == events()[-1]


def test_last_line_without_newline_is_read(work):
    work.mkdir()
    (work / f"{A}.jsonl").write_bytes(write_line(_event(1)).encode())
    assert events() == [_event(1)]
    assert troubles() == []
    _lay(work, f"{B}.jsonl", _event(2, B))
    (work / f"{B}.jsonl").unlink()
    assert events() == [_event(1)], "and it is there when all is merged anew"
    with (work / f"{A}.jsonl").open("ab") as file:
        file.write(b"\n" + write_line(_event(2)).encode()[:50])
    assert events() == [_event(1)]
    assert "line 2 breaks off" in troubles()[0]
    with (work / f"{A}.jsonl").open("ab") as file:
        file.write(write_line(_event(2)).encode()[50:] + b"\n")
    assert events() == [_event(1), _event(2)]
    assert troubles() == []


def test_changed_file_is_read_again(work):
    path = work / f"{A}.jsonl"
    _lay(work, path.name, _event(1, body={"n": 1}), _event(2))
    assert len(events()) == 2
    _lay(work, path.name, _event(1, body={"n": 5}), _event(2))  # as long as before
    os.utime(path, (1, 1))
    assert events()[0].body == {"n": 5}
    _lay(work, path.name, _event(1))  # shorter
    assert events() == [_event(1)]
    _lay(work, path.name, _event(1, body={"longer": "than before"}), _event(2), _event(3))  # longer
    assert [event.body for event in events()] == [{"longer": "than before"}, {"n": 2}, {"n": 3}]
    path.unlink()
    assert events() == []


def test_event_in_two_files_is_listed_once(work):
    _lay(work, f"{A}.jsonl", _event(1), _event(2))
    _lay(work, "copy of it (1).jsonl", _event(1), _event(2), b"", b'{"format":"close-reading-workbook","version":1}')
    assert events() == [_event(1), _event(2)]
    assert troubles() == []


@pytest.mark.parametrize("name", ["0.jsonl", "z.jsonl"])
def test_file_of_the_session_wins_over_a_conflicting_copy(work, name):
    _lay(work, f"{A}.jsonl", _event(1, body={"text": "mine"}))
    _lay(work, name, _event(1, body={"text": "forged"}))
    assert [event.body["text"] for event in events()] == ["mine"]
    assert "has the number of another event" in troubles()[0]


@posix
def test_folders_pipes_and_links_are_skipped(work, tmp_path):
    outside = tmp_path / "outside.jsonl"
    outside.write_text(write_line(_event(1)) + "\n")
    _lay(work, f"{B}.jsonl", _event(2, B))
    (work / "folder.jsonl").mkdir()
    os.mkfifo(work / "pipe.jsonl")
    (work / "link.jsonl").symlink_to(outside)
    (work / "dangling.jsonl").symlink_to(tmp_path / "nowhere")
    (work / "full.jsonl").symlink_to("/dev/zero")
    with (work / "large.jsonl").open("wb") as file:
        file.truncate(64_000_001)
    (work / "._junk.jsonl").write_bytes(b"\0\1")
    script = "w.record('a', {}); print(json.dumps([[e.counter for e in w.events()], w.troubles()]))"
    seen, told = _run(script, work, timeout=20)
    assert seen == [2, 3]
    assert [line.split()[0] for line in told] == [
        "dangling.jsonl", "folder.jsonl", "full.jsonl", "large.jsonl", "link.jsonl", "pipe.jsonl"
    ]  # fmt: skip
    assert sum("is a link" in line for line in told) == 3
    assert "larger than 64 MB" in told[3]


def test_file_replaced_by_a_link_is_no_longer_read(work, tmp_path):
    _lay(work, f"{A}.jsonl", _event(1))
    assert len(events()) == 1
    (work / f"{A}.jsonl").rename(tmp_path / "x")
    os.symlink(tmp_path / "x", work / f"{A}.jsonl")
    assert events() == []
    assert "is a link" in troubles()[0]


def test_file_of_junk_is_reported_in_a_few_lines(work):
    _lay(work, "junk.jsonl", *[b"x"] * 500_000, _event(3))
    _lay(work, f"{A}.jsonl", _event(1), b"x", _event(2))
    assert [event.counter for event in events()] == [1, 2]
    assert len(troubles()) < 30
    assert "were not read" in troubles()[-1]


def test_blank_lines_are_passed_over_at_once_and_lines_keep_their_numbers(work, monkeypatch):
    read = []
    read_line = ReadLines.read.__globals__["read_line"]
    monkeypatch.setitem(ReadLines.read.__globals__, "read_line", lambda raw: read.append(raw) or read_line(raw))
    lines = ReadLines()
    lines.read(b"\n" * 1_000_000 + b" \t\r\n" * 1_000_000 + b"x\n\n" + b"\ty\n\n")
    assert (lines.count, [line for line, _ in lines.faults]) == (2_000_004, [2_000_001, 2_000_003])
    lines.read(b"")
    lines.read(b"\nz")
    assert (lines.count, [line for line, _ in lines.faults]) == (2_000_006, [2_000_001, 2_000_003, 2_000_006])
    assert len(read) == 3


# Download and restore


def test_download_and_restore_round_trip(work, elsewhere):
    made = [record("answer", {"n": n}) for n in range(3)]
    saved = bundle()
    header = json.loads(saved.split("\n")[0])
    assert header == {"format": "close-reading-workbook", "owner": [*header["owner"]], "version": 1}
    assert re.fullmatch("[0-9a-f]{32}", *header["owner"])
    there = elsewhere()
    back = restore(saved)
    assert (back.added, back.known, back.troubles) == (3, 0, [])
    assert events() == made
    assert bundle() == saved
    back = restore(saved.encode())
    assert (back.added, back.known) == (0, 3)
    assert len(list(there.glob("*.jsonl"))) == 1
    assert record("answer", {}).counter == 4


@pytest.mark.parametrize(
    "change",
    [
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: "\ufeff" + text,
        lambda text: text.encode("utf-16"),
        lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.rstrip("\n"),
        lambda text: "\n\n" + text.replace("\n", "\n\n"),
        lambda text: memoryview(text.encode()),
        lambda text: "".join(reversed(text.splitlines(keepends=True))),
        lambda text: text.split("\n", 1)[1],
    ],
    ids=["BOM", "BOM in text", "UTF-16", "UTF-16 BE", "CRLF", "no end", "blank", "memoryview", "reversed", "no header"],
)
def test_download_is_restored_after_changes_of_encoding_and_layout(work, elsewhere, change):
    made = [record("answer", {"text": "Ж🙂", "n": n}) for n in range(3)]
    saved = bundle()
    elsewhere()
    back = restore(change(saved))
    assert (back.added, back.troubles) == (3, [])
    assert events() == made


def test_restoring_an_old_download_keeps_newer_events(work):
    record("answer", {"option": "a"})
    old = bundle()
    new = record("answer", {"option": "b"})
    assert restore(old).added == 0
    assert events("answer")[-1] == new


def test_another_students_download_is_merged_and_own_work_stays(work, elsewhere):
    for n in range(5):
        record("answer", {"who": "other", "n": n})
    other = bundle()
    elsewhere()
    mine = [record("answer", {"who": "me", "n": n}) for n in range(2)]
    assert restore(other).added == 5
    assert [event for event in events() if event.body["who"] == "me"] == mine
    assert len(events()) == 7
    assert record("answer", {}).counter == 6


def test_forged_event_does_not_replace_the_original(work):
    mine = record("answer", {"text": "mine"})
    forged = write_line(Event(1, mine.session, mine.time, "answer", {"text": "forged"}))
    back = restore(forged)
    assert (back.added, back.known) == (0, 0)
    assert "line 1 has the number of another event" in back.troubles[0]
    assert events() == [mine]


def test_implausible_counter_in_a_restored_file_is_ignored(work):
    mine = record("answer", {"n": 1})
    back = restore("\n".join(map(write_line, [_event(MOST_COUNTER, B), _event(2, B)])))
    assert back.added == 1
    assert "line 1 has a number far beyond" in back.troubles[0]
    assert record("answer", {}).counter == 3
    assert events()[0] == mine


def test_truncated_download_restores_its_complete_lines(work, elsewhere):
    made = [record("answer", {"n": n}) for n in range(3)]
    saved = bundle()
    elsewhere()
    back = restore(saved[:-30])
    assert back.added == 2
    assert "line 4 breaks off" in back.troubles[0]
    assert events() == made[:2]
    assert restore(saved).added == 1
    assert events() == made


def _zip():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("my-work.jsonl", "x")
    return file.getvalue()


class Bomb:
    def __reduce__(self):
        return os.mkdir, (os.environ["CLOSE_READING_WORK"] + "-was-run",)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: b"\x89PNG\r\n\x1a\n" + os.urandom(3000), "a picture"),
        (lambda: b"\xff\xd8\xff" + os.urandom(3000), "a picture"),
        (_zip, "a zip archive"),
        (lambda: pickle.dumps(Bomb()), "a pickle"),
        (lambda: next((ROOT / "lessons").glob("*.ipynb")).read_bytes(), "a notebook"),
        (lambda: b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}', "a notebook"),
        (lambda: "  <!DOCTYPE html><html></html>", "a web page"),
        (lambda: b"%PDF-1.7 ...", "a PDF"),
        (lambda: b"", "an empty file"),
        (lambda: " \n\n", "an empty file"),
        (lambda: "Dear friend,\nreturn all this.", "some other file"),
        (lambda: '{"a": 1}\n{"b": 2}', "some other file"),
        (lambda: "[" * 1_000_000, "some other file"),
        (lambda: b"\0" * 17_000_000, "some other file"),
        (lambda: os.urandom(30_000_000), "some other file|a "),
        (lambda: "__import__('os').mkdir(__import__('os').environ['CLOSE_READING_WORK'])", "some other file"),
    ],
    ids="png jpg zip pickle ipynb ipynb-compact html pdf empty blank text json deep zeros random code".split(),  # noqa: SIM905
)
def test_wrong_file_type_is_named_and_nothing_is_written(work, make, says):
    with pytest.raises(
        UserError, match=rf"not a downloaded workbook, but ({says}).*Choose the file that Download gave you"
    ):
        restore(make())
    assert not work.exists()
    assert not work.with_name(work.name + "-was-run").exists()


@pytest.mark.parametrize("what", [None, 5, ["x"], Path("x")])
def test_restore_of_a_wrong_python_type_raises(work, what):
    with pytest.raises(UserError, match="downloaded file"):
        restore(what)


def test_restore_limits_file_size_and_line_length(work):
    with pytest.raises(UserError, match=r"70 MB.*at most 64 MB"):
        restore(b"x" * 70_000_000)
    line = write_line(_event(1, B)) + "\n"
    back = restore(line + '{"body":' + "x" * 17_000_000)
    assert back.added == 1
    assert "line 2 is longer than 16 MB" in back.troubles[0]


def test_download_of_thirty_megabytes_is_restored(work, elsewhere):
    """Restore must accept every download."""
    for n in range(3):
        record("answer", {"n": n, "text": "🙂" * 830_000})
    saved = bundle()
    assert len(saved) > 29_000_000
    elsewhere()
    assert restore(saved).added == 3


# The system kills the process in the middle of a write, at byte 3000 of a file.
DIES_WRITING = """
import resource, signal
signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
resource.setrlimit(resource.RLIMIT_FSIZE, (3000, resource.RLIM_INFINITY))
"""
DIES_RENAMING = """
import os, signal, sys
sys.addaudithook(lambda name, args: os.kill(os.getpid(), signal.SIGKILL) if name == "os.rename" else None)
"""


def _dies(prelude, script, folder, *args):
    env = dict(os.environ, PYTHONPATH=str(ROOT), CLOSE_READING_WORK=str(folder))
    code = f"{prelude}\nimport sys\nfrom helpers import workbook as w\n{script}"
    done = subprocess.run(
        [sys.executable, "-B", "-c", code, *args], capture_output=True, text=True, env=env, timeout=60
    )
    assert done.returncode in (-signal.SIGKILL, -signal.SIGXFSZ), done.stderr
    return done.stdout.split()


@posix
@pytest.mark.parametrize("prelude", [DIES_WRITING, DIES_RENAMING], ids=["writing", "renaming"])
def test_restore_is_atomic_when_the_process_dies(work, elsewhere, prelude):
    made = [record("answer", {"n": n, "text": "r" * 1500}) for n in range(4)]
    data = work.with_name("download.jsonl")
    data.write_text(bundle())
    there = elsewhere()
    _dies(prelude, "w.restore(open(sys.argv[1]).read())", there, str(data))
    assert list(there.iterdir()), "it died before it had begun"
    assert events() == troubles() == []
    assert restore(data.read_text()).added == 4
    assert events() == made


@posix
def test_process_killed_within_a_line_keeps_all_earlier_lines(work):
    script = "while True: print(w.record('answer', {'text': 'x' * 800}).id, flush=True)"
    said = _dies(DIES_WRITING, script, work)
    assert [event.id for event in events()] == said
    assert said
    (path,) = work.glob("*.jsonl")
    assert path.stat().st_size == 3000
    (told,) = troubles()
    assert f"{path.name}, line {len(said) + 1} breaks off in the middle" in told
    assert record("answer", {}) == events()[-1]


# Listeners


def test_listeners_receive_new_events_until_they_stop(work, elsewhere):
    heard = []
    stop = listen(heard.append)
    first = record("answer", {"n": 1})
    assert heard == [[first]]
    saved = bundle()
    restore(saved)
    assert len(heard) == 1, "nothing new"
    elsewhere()
    restore(saved)
    assert heard == [[first], [first]]
    stop()
    stop()
    record("answer", {"n": 2})
    assert len(heard) == 2


def test_failing_listener_does_not_prevent_saving(work):
    heard = []

    def fail(new):
        raise KeyError("display")

    stops = [listen(fail), listen(heard.append)]
    with pytest.warns(UserWarning, match="Your work is safe.*display"):
        event = record("answer", {})
    assert heard == [[event]]
    assert len(_on_disk(work)) == 1
    for stop in stops:
        stop()


def test_listener_receives_events_that_are_only_in_memory(work):
    work.write_text("a file in the way")
    heard = []
    stop = listen(heard.append)
    with pytest.raises(NotSaved) as error:
        record("answer", {})
    stop()
    assert heard == [[error.value.event]]


def test_listener_can_record_events(work):
    def note(new):
        if new[0].kind == "answer":
            record("note", {})

    stop = listen(note)
    record("answer", {})
    stop()
    assert [event.kind for event in events()] == ["answer", "note"]


def test_body_of_maximum_depth_is_read_back(work):
    body = {}
    for _ in range(MOST_DEPTH - 1):
        body = {"x": body}
    event = record("answer", body)
    assert events() == [event]
    with pytest.raises(UserError):
        plain_body({"x": body})


def test_kernel_in_the_browser_says_that_the_browser_is_the_only_place(work, monkeypatch):
    assert cannot_keep() == ""
    monkeypatch.setattr(sys, "platform", "emscripten")
    assert kept_where().startswith("Your work is kept in this browser and nowhere else.")
    assert "Download it" in kept_where()


def test_folder_that_cannot_be_written_is_reported_before_anything_is_recorded(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("CLOSE_READING_WORK", str(tmp_path / "file" / "work"))
    assert "Nothing that you write can be saved here" in cannot_keep()
