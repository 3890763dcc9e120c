"""A class on a real JupyterHub: students open a lesson, answer, lose their kernel, come back and hand in.

The environment is that of CONTRIBUTING.md. For twenty students, or the memory of each lesson:

    .venv/bin/python tests/hub/class_on_hub.py --students 20
    .venv/bin/python tests/hub/class_on_hub.py --memory
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import re
import secrets
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import quote, urlencode

import psutil
import websocket

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = ROOT / ".nbgrader" / "bin"
PROXY = ROOT / ".nbgrader" / "node_modules" / ".bin" / "configurable-http-proxy"
LESSON = "lessons/00-whose-bell.ipynb"  # of the example in tests/fork
# How the lessons come to a student: a folder in the home of each. The last two are links to folders of the whole class.
OWN, PULLED, READ_ONLY, WRITABLE = WAYS = ("own", "pulled", "readonly", "shared")
# So many act in the same second; the servers of all run. More kernels that start at once than that wait on two cores
# for longer than Jupyter does.
AT_ONCE = 5
WAIT = 120  # seconds
CONFIG = """
c.JupyterHub.bind_url = "http://127.0.0.1:{ports[0]}"
c.JupyterHub.hub_bind_url = "http://127.0.0.1:{ports[1]}"
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{ports[2]}"
c.ConfigurableHTTPProxy.command = [{proxy!r}]
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = {homes!r}
c.Spawner.cmd = [{program!r}]
c.Spawner.args = ["--allow-root", "--KernelRestarter.time_to_dead=0.5"]
c.Spawner.default_url = "/lab"
c.Spawner.http_timeout = c.Spawner.start_timeout = 180
c.Spawner.environment = {environment!r}
c.JupyterHub.services = [{{"name": "test", "api_token": {token!r}}}]
c.JupyterHub.load_roles = [
    {{"name": "test", "services": ["test"], "scopes": ["admin:users", "admin:servers", "tokens"]}}
]
"""


def missing() -> str:
    """Say what of the environment is not there; empty if all is."""
    there = (PROGRAMS / "jupyterhub").is_file() and PROXY.exists()
    return "" if there else "there is no JupyterHub in .nbgrader: CONTRIBUTING.md says how to install it"


def free_ports(number: int) -> list[int]:
    """Find free ports on this machine."""
    sockets = [socket.socket() for _ in range(number)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def git(*command: str, folder: Path) -> None:
    """Run git as the instructor."""
    who = ["-c", "user.name=Instructor", "-c", "user.email=instructor@example.edu"]
    subprocess.run(["git", *who, *command], cwd=folder, check=True, capture_output=True)


class Hub:
    """A running JupyterHub, the homes of its students, and the course in the ways that they get it."""

    def __init__(self, base: Path, module: Path, environment: dict[str, str] | None = None) -> None:
        self.base, self.homes = base, base / "homes"
        self.module, self.inbox = base / "module", base / "inbox"
        for folder in (self.homes, self.inbox):
            folder.mkdir(parents=True)
        for place in (self.module, base / READ_ONLY, base / WRITABLE):
            for name in ("texts", "lessons"):
                shutil.copytree(module / name, place / name, ignore=shutil.ignore_patterns("my-work*", "teaching"))
        for path in (base / WRITABLE).rglob("*"):
            path.chmod(0o777 if path.is_dir() else 0o666)
        for path in (base / READ_ONLY).rglob("*"):
            path.chmod(0o555 if path.is_dir() else 0o444)
        git("init", "--quiet", "--initial-branch=main", folder=self.module)
        self.publish("First edition")
        self.token, ports = secrets.token_hex(32), free_ports(3)
        self.address = f"http://127.0.0.1:{ports[0]}"
        # nbgrader is in the same environment, and the servers of students do without it.
        settings = base / "jupyter" / "jupyter_server_config.d" / "nbgrader.json"
        settings.parent.mkdir(parents=True)
        names = ("formgrader", "validate_assignment", "assignment_list", "course_list")
        off = {f"nbgrader.server_extensions.{name}": False for name in names}
        settings.write_text(json.dumps({"ServerApp": {"jpserver_extensions": off}}), encoding="utf-8")
        config = base / "jupyterhub_config.py"
        config.write_text(
            CONFIG.format(
                ports=ports,
                proxy=str(PROXY),
                homes=f"{self.homes}/{{username}}",
                program=str(PROGRAMS / "jupyterhub-singleuser"),
                token=self.token,
                environment={"JUPYTER_CONFIG_DIR": str(base / "jupyter"), **(environment or {})},
            ),
            encoding="utf-8",
        )
        foreign = ("CLOSE_READING_", "JUPYTER", "IPYTHON")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        self.log = base / "hub.log"
        with self.log.open("w", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                [PROGRAMS / "jupyterhub", "--config", config], cwd=base, env=kept, stdout=log, stderr=log
            )
        try:
            wait_for(lambda: self.ask("GET", "/hub/api/"), "JupyterHub", self.process)
        except BaseException:
            self.stop()
            raise

    def publish(self, message: str) -> None:
        """Commit the instructor's copy, from which students pull."""
        git("add", "--all", folder=self.module)
        git("commit", "--quiet", "--message", message, folder=self.module)

    def ask(self, method: str, path: str, body: object = None, token: str = "") -> object:
        """Send a request to the hub or to a student's server; give the answer."""
        data = None if body is None else json.dumps(body).encode()
        asked = urllib.request.Request(self.address + path, data, method=method)
        asked.add_header("Authorization", f"token {token or self.token}")
        with urllib.request.urlopen(asked, timeout=240) as answer:
            words = answer.read().decode()
        return json.loads(words) if words and "json" in answer.headers.get("Content-Type", "") else words

    def stop(self) -> None:
        """Stop the hub, its proxy and the servers of the students."""
        started = psutil.Process(self.process.pid).children(recursive=True) if self.process.poll() is None else []
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self.process.kill()
        for one in started:  # of a hub that was killed
            if one.is_running():
                one.kill()


@contextmanager
def running(module: Path, environment: dict[str, str] | None = None) -> Iterator[Hub]:
    """Start a hub with a course in a temporary folder, and stop it at the end."""
    with tempfile.TemporaryDirectory(prefix="hub-", ignore_cleanup_errors=True) as base:
        hub = Hub(Path(base).resolve() / "class", module, environment)
        try:
            yield hub
        finally:
            hub.stop()


def wait_for(ready: Callable[[], object], what: str, process: subprocess.Popen | None = None) -> object:
    """Wait until something is there, and give it."""
    for _ in range(600):
        try:
            if found := ready():
                return found
        except OSError:
            pass
        if process and process.poll() is not None:
            break
        time.sleep(0.2)
    raise AssertionError(f"{what} did not answer")


class Student:
    """A student, who uses her server with a token of her own."""

    def __init__(self, hub: Hub, name: str) -> None:
        self.hub, self.name, self.home = hub, name, hub.homes / name
        hub.ask("POST", f"/hub/api/users/{quote(name)}", {})
        self.token = hub.ask("POST", f"/hub/api/users/{quote(name)}/tokens", {})["token"]
        self.home.mkdir()
        for way in (READ_ONLY, WRITABLE):
            (self.home / way).symlink_to(hub.base / way)
        shutil.copytree(hub.module, self.home / OWN, ignore=shutil.ignore_patterns(".git"))

    def ask(self, method: str, path: str, body: object = None) -> object:
        """Send a request to her server."""
        return self.hub.ask(method, f"/user/{quote(self.name)}/{path}", body, self.token)

    def start(self) -> float:
        """Start her server; give the seconds until it answers."""
        begun = time.monotonic()
        self.hub.ask("POST", f"/hub/api/users/{quote(self.name)}/server", {}, self.token)
        wait_for(lambda: self.ask("GET", "api/status"), f"the server of {self.name}")
        return time.monotonic() - begun

    def stop(self) -> None:
        """Stop her server, as the hub does with one that is not used."""
        path = f"/hub/api/users/{quote(self.name)}"
        self.hub.ask("DELETE", f"{path}/server")
        wait_for(lambda: self.hub.ask("GET", path)["server"] is None, f"the end of the server of {self.name}")

    def pull(self) -> None:
        """Open the link of nbgitpuller."""
        query = urlencode({"repo": self.hub.module.as_uri(), "branch": "main", "targetpath": PULLED})
        said = self.ask("GET", f"git-pull/api?{query}")
        assert '"phase": "finished"' in said, said

    @contextmanager
    def open(self, path: str) -> Iterator[Notebook]:
        """Open a notebook, with a kernel of its own."""
        asked = {"path": path, "name": Path(path).name, "type": "notebook", "kernel": {"name": "python3"}}
        session = self.ask("POST", "api/sessions", asked)
        notebook = Notebook(self, path, session["kernel"]["id"])
        try:
            yield notebook
        finally:
            notebook.socket.close()
            self.ask("DELETE", f"api/sessions/{session['id']}")

    def server_process(self) -> psutil.Process:
        """Her server."""
        for process in psutil.Process(self.hub.process.pid).children(recursive=True):
            if "jupyterhub-singleuser" in " ".join(process.cmdline()) and process.cwd() == str(self.home):
                return process
        raise AssertionError(f"{self.name} has no server")


class Failed(AssertionError):
    """A cell raised an error."""


def read_message(data: str | bytes) -> dict:
    """Read a message of a kernel; one with buffers is binary: their number, the places of all parts, the parts."""
    if isinstance(data, bytes):
        begin, end = struct.unpack("!II", data[4:12])
        data = data[begin:end]
    return json.loads(data)


class Notebook:
    """An open notebook of a student."""

    def __init__(self, student: Student, path: str, kernel: str) -> None:
        self.student, self.path, self.kernel = student, path, kernel
        self.content = student.ask("GET", f"api/contents/{quote(path)}")["content"]
        self.connect()

    def connect(self) -> None:
        """Connect to the kernel, as the page of the notebook does."""
        address = self.student.hub.address.replace("http:", "ws:")
        self.session = uuid.uuid4().hex
        self.socket = websocket.create_connection(
            f"{address}/user/{quote(self.student.name)}/api/kernels/{self.kernel}/channels?session_id={self.session}",
            header=[f"Authorization: token {self.student.token}"],
            timeout=WAIT,
        )

    def ask(self, code: str) -> str:
        """Send a cell to the kernel; give the id of the request."""
        id = uuid.uuid4().hex
        header = {
            "msg_id": id, "msg_type": "execute_request", "session": self.session, "username": self.student.name,
            "version": "5.3", "date": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        }  # fmt: skip
        content = {"code": code, "silent": False, "store_history": True, "allow_stdin": False, "user_expressions": {}}
        self.socket.send(
            json.dumps({"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"})
        )
        return id

    def run(self, code: str) -> list[dict]:
        """Run code in the kernel; give its results as they are stored in a notebook."""
        id, results = self.ask(code), []
        while True:
            message = read_message(self.socket.recv())
            kind, content = message["msg_type"], message["content"]
            if message["parent_header"].get("msg_id") != id:
                continue
            if kind == "status" and content["execution_state"] == "idle":
                return results
            if kind == "error":
                raise Failed(f"{self.student.name}, {self.path}: {content['ename']}: {content['evalue']}\n{code}")
            if kind in ("stream", "display_data", "execute_result"):
                kept = {name: value for name, value in content.items() if name != "transient"}
                results.append({"output_type": kind, **kept})

    def printed(self, code: str) -> str:
        """Run code, and give what it prints."""
        return "".join(result.get("text", "") for result in self.run(code))

    def run_all(self) -> None:
        """Run all cells, and save the notebook with its results."""
        count = 0
        for cell in self.content["cells"]:
            if cell["cell_type"] == "code":
                count += 1
                cell["outputs"] = self.run(cell["source"])
                cell["execution_count"] = count
        body = {"type": "notebook", "format": "json", "content": self.content}
        self.student.ask("PUT", f"api/contents/{quote(self.path)}", body)

    def kill(self) -> None:
        """Let the kernel die in the midst of a cell, and wait for the one that Jupyter starts in its place."""
        process = int(self.printed("import os, signal; print(os.getpid())"))
        self.ask("os.kill(os.getpid(), signal.SIGKILL)")
        wait_for(lambda: not psutil.pid_exists(process), "the end of the kernel")
        for _ in range(10):
            self.socket.close()
            self.connect()
            self.socket.settimeout(20)  # shorter than the 30 s after which the server sends a sign of life
            try:
                assert int(self.printed("import os; print(os.getpid())")) != process
                break
            except websocket.WebSocketTimeoutException:  # it was sent while the kernel was starting, and is lost
                continue
        else:
            raise AssertionError(f"{self.student.name}: no kernel was started in the place of the one that died")
        self.socket.settimeout(WAIT)


ANSWERED = """
import json
from helpers.questions import question
from helpers.workbook import events, history, student_name, unsaved
print(json.dumps({
    "name": student_name(), "unsaved": len(unsaved()), "answers": [
        [event.body["question"], event.body["response"]] for event in events("answer")
    ],
}))
"""


def words_of(name: str, way: str) -> str:
    """An essay that names its writer and the copy of the lesson, to find it where it does not belong."""
    return f"Crane is “not disinclined to lend the key”, and nothing was granted, as I ({name}, {way}) read it here."


ESSAY = re.compile(r"as I \((\w+), (\w+)\) read it here")


def first_half(student: Student, way: str) -> None:
    """Open the lesson, run it, find nothing there, answer half of it, lose the kernel."""
    with student.open(f"{way}/{LESSON}") as notebook:
        found = json.loads(notebook.printed(ANSWERED))
        assert found == {"name": "", "unsaved": 0, "answers": []}, f"{student.name} finds {way}: {found}"
        notebook.run_all()
        notebook.run(f"from helpers import my_work; _ = my_work(name={student.name!r})")
        notebook.run(f'_ = answer("0.3", {words_of(student.name, way)!r})')
        notebook.kill()
        found = json.loads(notebook.printed(ANSWERED))
        assert found["answers"] == [["0.3", words_of(student.name, way)]], f"{student.name}, {way}: {found}"


def second_half(student: Student, way: str) -> None:
    """Come back, run the lesson again, answer the rest, hand in."""
    with student.open(f"{way}/{LESSON}") as notebook:
        notebook.run_all()
        notebook.run('_ = answer("0.1", "watch")')
        found = json.loads(notebook.printed(ANSWERED))
        expected = {
            "name": student.name, "unsaved": 0,
            "answers": [["0.3", words_of(student.name, way)], ["0.1", "watch"]],
        }  # fmt: skip
        assert found == expected, f"{student.name}, {way}: {found}"
        # She saves the page in her home, downloads it there, and gives it to the instructor.
        page = f"{way}-{student.name}.html"
        notebook.run(f"import os; _ = my_work(save=os.path.expanduser({f'~/{page}'!r}))")
    handed_in = student.ask("GET", f"api/contents/{quote(page)}?type=file&format=text")["content"]
    (student.hub.inbox / way).mkdir(exist_ok=True)
    (student.hub.inbox / way / f"{student.name}.html").write_text(handed_in, encoding="utf-8")


def check_report(hub: Hub, students: list[Student], way: str) -> None:
    """Let the instructor read what the class handed in: nothing is lost, and nothing is mixed."""
    names = [student.name for student in students]
    for name in names:
        page = (hub.inbox / way / f"{name}.html").read_text(encoding="utf-8")
        assert words_of(name, way) in page
        assert set(ESSAY.findall(page)) == {(name, way)}, f"{name}, {way}: somebody else’s words"
    report = hub.base / f"report-{way}"
    done = subprocess.run(
        [sys.executable, "-m", "helpers", "class", hub.inbox / way, "-o", report],
        cwd=ROOT,
        env=dict(os.environ, PYTHONPATH=str(ROOT), CLOSE_READING_HOME=str(hub.module)),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    marking = (report / "marking.html").read_text(encoding="utf-8")
    assert sorted(set(ESSAY.findall(marking))) == sorted((name, way) for name in names)
    with (report / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        points = {row["name"]: row["Forms (of 1)"] for row in csv.DictReader(file)}
    assert points == dict.fromkeys(names, "1")


def correct(hub: Hub) -> None:
    """Let the instructor correct every cell of the lesson, for the class and for those who pull."""
    lesson = hub.module / LESSON
    book = json.loads(lesson.read_text(encoding="utf-8"))
    for cell in book["cells"]:
        cell["source"] = "".join(cell["source"]) + ("\n\nCorrected." if cell["cell_type"] == "markdown" else "  # new")
    lesson.write_text(json.dumps(book, indent=1), encoding="utf-8")
    subprocess.run(
        [sys.executable, "-m", "helpers", "refresh"],
        cwd=ROOT,
        env=dict(os.environ, PYTHONPATH=str(ROOT), CLOSE_READING_HOME=str(hub.module)),
        check=True,
        capture_output=True,
    )
    hub.publish("Correction")
    for way in (READ_ONLY, WRITABLE):
        for path in (hub.module / "lessons").rglob("*.*"):
            if path.is_file():
                there = hub.base / way / path.relative_to(hub.module)
                there.parent.chmod(0o777)
                there.unlink(missing_ok=True)
                shutil.copy(path, there)
                there.chmod(0o666 if way == WRITABLE else 0o444)
                there.parent.chmod(0o777 if way == WRITABLE else 0o555)


def told(student: Student, way: str) -> tuple[int, str]:
    """Count the cells of her notebook that are not corrected; give what `my_work` tells her of the edition."""
    with student.open(f"{way}/{LESSON}") as notebook:
        said = notebook.printed("from helpers import my_work; print(my_work())")
        assert "My work: 2 of " in said, f"{student.name}, {way}: {said}"
        old = [cell for cell in notebook.content["cells"] if not re.search(r"Corrected\.|# new", cell["source"])]
    found = re.search(
        r"\d+ cells? of this notebook (?:is|are) of an earlier edition of the lesson: .*? package\.", said
    )
    return len(old), found[0] if found else ""


def check_correction(hub: Hub, by_way: dict[str, list[Student]]) -> dict[str, str]:
    """Correct the lesson; whoever keeps an old notebook is told, and nobody else. Give what is told, by way."""
    some = {way: students[0] for way, students in by_way.items()}
    with ExitStack() as pages:
        before = [pages.enter_context(some[way].open(f"{way}/{LESSON}")) for way in (PULLED, WRITABLE)]
        correct(hub)
        some[PULLED].pull()
        for notebook in before:  # its page is open since before, and she saves it
            notebook.run_all()
    shutil.copytree(
        hub.module / "lessons" / "questions", some[OWN].home / OWN / "lessons/questions", dirs_exist_ok=True
    )
    said = {}
    for way, student in some.items():
        old, said[way] = told(student, way)
        assert bool(old) is (way != READ_ONLY), f"{student.name}, {way}: {old} old cells"
        assert said[way].partition(" ")[0] == (str(old) if old else ""), f"{student.name}, {way}: {said[way]}"
    # She does as she is told.
    notebook = some[PULLED].home / PULLED / LESSON
    notebook.rename(notebook.with_name("my-old-one.ipynb"))
    some[PULLED].pull()
    assert told(some[PULLED], PULLED) == (0, "")
    return said


def play(hub: Hub, number: int, say: Callable[[str], object], *, every_way: bool) -> dict[str, list[Student]]:
    """Let a class work through the lesson and hand in; give the students of each way of handing it out.

    All use the folder that all may write to, and one other way in turn, or every way.
    """
    students = [Student(hub, f"student{n:02}") for n in range(1, number + 1)]
    others = WAYS[:-1]
    by_way = {
        way: [one for n, one in enumerate(students) if every_way or way in (WRITABLE, others[n % len(others)])]
        for way in WAYS
    }
    seconds = sorted(everybody(students, Student.start))
    say(f"{number} servers started, {min(number, AT_ONCE)} at once: {seconds[0]:.1f} to {seconds[-1]:.1f} s each")
    everybody(by_way[PULLED], Student.pull)
    for way, some in by_way.items():
        everybody(some, lambda student, way=way: first_half(student, way))
        say(f"{way}: run, answered, kernel lost, answer found again by {len(some)}")
    everybody(students, Student.stop)
    everybody(students, Student.start)
    say("all servers stopped and started again")
    for way, some in by_way.items():
        everybody(some, lambda student, way=way: second_half(student, way))
        say(f"{way}: found again, answered and handed in by {len(some)}")
    return by_way


def everybody(students: list[Student], does: Callable[[Student], object]) -> list:
    """Let all students do something, some of them at the same time."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(does, students))


def memory_table(lessons: Path) -> Iterator[str]:
    """Run every lesson as a student of a hub; yield the rows of a table."""

    def used(process: psutil.Process) -> str:
        info = process.memory_full_info()
        return f"{info.rss / 1e6:.0f} ({info.pss / 1e6:.0f})"

    yield "| lesson | server, MB | kernel, MB |"
    yield "| --- | ---: | ---: |"
    with running(lessons.parent) as hub:
        student = Student(hub, "ann")
        student.start()
        server = student.server_process()
        student.ask("GET", "lab")
        yield f"| before any | {used(server)} | – |"
        for lesson in sorted((hub.module / "lessons").glob("[0-9][0-9]-*.ipynb")):
            with student.open(f"{OWN}/lessons/{lesson.name}") as notebook:
                notebook.run_all()
                kernel = psutil.Process(int(notebook.printed("import os; print(os.getpid())")))
                yield f"| {lesson.stem} | {used(server)} | {used(kernel)} |"


def main() -> None:
    """Play a class by hand, or measure the memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--students", type=int, default=20)
    parser.add_argument("--memory", action="store_true")
    asked = parser.parse_args()
    if said := missing():
        raise SystemExit(said)
    if asked.memory:
        for row in memory_table(ROOT / "lessons"):
            print(row, flush=True)
        return
    with running(ROOT / "tests" / "fork") as hub:
        by_way = play(hub, asked.students, lambda words: print(words, flush=True), every_way=True)
        for way, students in by_way.items():
            check_report(hub, students, way)
            print(f"{way}: the report on the class has the work of all {len(students)}, each once, and no other")
        for way, said in check_correction(hub, by_way).items():
            print(f"{way}, after a correction of every cell: {said or 'nothing to tell'}")


if __name__ == "__main__":
    main()
