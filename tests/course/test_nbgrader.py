"""A lesson goes through nbgrader: assignment, three submissions, marks, feedback.

nbgrader has an environment of its own, because its extensions would change JupyterLab in the tests of the browser:
CONTRIBUTING.md says how to make it. In CI it must be there.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = ROOT / ".nbgrader" / "bin"
LESSON = "00-whose-bell"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="nbgrader is tested on Linux only"),
]

RIGHT = {
    "0.1": "watch",
    "0.2": [{"layer": "letter", "words": "Until I have seen the list of the watchmen"}],
    "0.4": {
        "request": {"who": "finch", "which": "the key is returned"},
        "reply": {"who": "crane", "which": "a list comes first"},
    },
}
ESSAY = (
    "Crane is “not disinclined to lend the key”, and <script>alert(1)</script> until he has the list the tower stays "
    "shut, so nothing was granted.\x1b[31m"
)
RECORD = """
import json, sys
from helpers.questions import question, record_answer
from helpers.workbook import record_name
name, answers = json.loads(sys.argv[1])
record_name(name)
for id, response in answers:
    record_answer(question(id), response)
"""
# The whole gradebook: points of each question, and whether somebody must mark it.
GRADES = """
import json
from nbgrader.api import Gradebook
with Gradebook("sqlite:///gradebook.db") as book:
    print(json.dumps({
        s.student.id: {
            grade.name: [grade.auto_score, grade.manual_score, grade.needs_manual_grade, grade.max_score]
            for notebook in s.notebooks for grade in notebook.grades
        }
        for s in book.assignment_submissions(ASSIGNMENT)
    }))
"""
FORGED = "import os\nopen(os.environ['TRACE'], 'a').write(__name__)\n"
FORGED_CELL = f"""{FORGED}
from IPython.core.displayhook import DisplayHook
import helpers.questions
helpers.questions.standings = None
"""


def environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CLOSE_READING_")}
    path = os.pathsep.join([str(PROGRAMS), kept["PATH"]])  # nbgrader 0.9.6 calls alembic
    return kept | {"PATH": path, "PYTHONPATH": str(ROOT)} | more


@dataclass
class Course:
    """The course folder of nbgrader, and the module of the instructor."""

    folder: Path
    module: Path
    log: str = ""
    book: dict[str, dict[str, list]] = field(default_factory=dict)  # of each student: points, as in GRADES

    def run(self, *command: str, code: int = 0) -> str:
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=environment(TRACE=str(self.trace)),
            capture_output=True,
            text=True,
            check=False,
        )
        said = done.stdout + done.stderr
        assert done.returncode == code, said
        return said

    @property
    def trace(self) -> Path:
        """Where code of a submission writes if it is run."""
        return self.folder.parent / "trace"

    def submission(self, student: str, assignment: str = LESSON) -> Path:
        folder = self.folder / "submitted" / student / assignment
        shutil.copytree(self.folder / "release" / assignment, folder)
        return folder

    def answer(self, folder: Path, name: str, *answers: tuple[str, object]) -> None:
        self.as_student(folder, "-c", RECORD, json.dumps([name, answers]))

    def as_student(self, folder: Path, *command: str) -> None:
        more = {"CLOSE_READING_HOME": str(self.module), "CLOSE_READING_WORK": str(folder / "my-work")}
        subprocess.run([sys.executable, *command], cwd=folder, env=environment(**more), check=True)

    def autograde(self, assignment: str = LESSON, *more: str, code: int = 0) -> None:
        self.log = self.run("nbgrader", "autograde", assignment, *more, code=code)
        script = GRADES.replace("ASSIGNMENT", repr(assignment))
        self.book = json.loads(self.run(str(PROGRAMS / "python"), "-c", script))

    def points(self, student: str) -> dict[str, float | None]:
        return {name: auto for name, (auto, *_) in self.book[student].items()}

    def page(self, folder: str, student: str, ending: str) -> str:
        return (self.folder / folder / student / LESSON / f"{LESSON}.{ending}").read_text(encoding="utf-8")


def write_lesson(course: Course, code: int = 0, *more: str) -> str:
    command = ["-m", "helpers", "nbgrader", "0", "-o", str(course.folder), *more]
    done = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT, env=environment(CLOSE_READING_HOME=str(course.module)), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def forge(folder: Path) -> None:
    """Hand in program, keys, texts and a notebook that would give all points."""
    for name in ("helpers/__init__.py", "helpers/course.py", "ipykernel_launcher.py", "json.py", "sitecustomize.py"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(FORGED, encoding="utf-8")
    shutil.copytree(ROOT / "tests" / "fork" / "texts", folder / "texts")
    key = (ROOT / "tests" / "fork" / "lessons" / "questions" / f"{LESSON}.yaml").read_text(encoding="utf-8")
    for place in (folder / "questions", folder / "lessons" / "questions"):
        place.mkdir(parents=True)
        (place / f"{LESSON}.yaml").write_text(key.replace("correct: true", "hint: no"), encoding="utf-8")
    notebook = nbformat.read(folder / f"{LESSON}.ipynb", as_version=4)
    notebook.cells = [cell for cell in notebook.cells if cell.id != "points-0-2"]
    for cell in notebook.cells:
        if cell.id == "points-0-1":
            cell.metadata.nbgrader.points = 100
            cell.source = "100.0"
            cell.outputs = [nbformat.v4.new_output("execute_result", {"text/plain": "100.0"}, execution_count=1)]
    notebook.cells.insert(0, nbformat.v4.new_code_cell(FORGED_CELL))
    nbformat.write(notebook, folder / f"{LESSON}.ipynb")


@pytest.fixture(scope="module")
def released(tmp_path_factory) -> Course:
    """A course folder with the assignment as students get it."""
    if not (PROGRAMS / "nbgrader").is_file():
        assert not os.environ.get("CI"), "in CI the environment .nbgrader must exist: see CONTRIBUTING.md"
        pytest.skip("there is no environment .nbgrader: CONTRIBUTING.md says how to make it")
    base = tmp_path_factory.mktemp("nbgrader")
    module = base / "module"
    for name in ("texts", "lessons"):
        shutil.copytree(ROOT / "tests" / "fork" / name, module / name, ignore=shutil.ignore_patterns("my-work*"))
    course = Course(base / "course", module)
    write_lesson(course)
    course.run("nbgrader", "generate_assignment", LESSON, "--create")
    return course


@pytest.fixture(scope="module")
def marked(released) -> Course:
    """Submissions: a good one, a forged one, one without recorded work, and work in other forms."""
    ann, ben, cat = (released.submission(name) for name in ("ann", "ben", "cat"))
    released.answer(ann, "Fox", *RIGHT.items(), ("0.3", ESSAY))
    released.answer(ben, "Owl", ("0.1", "own"), ("0.4", {**RIGHT["0.4"], "reply": {"who": "clerk", "which": "a list"}}))
    forge(ben)
    assert not (cat / "my-work").exists()
    dan, eve, fay = (released.submission(name) for name in ("dan", "eve", "fay"))
    released.answer(dan, "Hen", *list(RIGHT.items())[:1])
    (file,) = (dan / "my-work").glob("*.jsonl")
    file.rename(dan / "my-work-Hen (1).jsonl")
    released.answer(dan, "Hen", *list(RIGHT.items())[1:])
    released.answer(fay, "Elk", ("0.1", "watch"))
    script = "from helpers import my_work; my_work(save='my-work-Elk.html')"
    released.as_student(fay, "-c", script)
    shutil.rmtree(fay / "my-work")
    (eve / "my-work").mkdir()
    (eve / "my-work" / "a.jsonl").write_bytes(b"\x89PNG")
    released.autograde(code=1)
    return released


def test_points_are_those_of_the_recorded_answers(marked):
    assert marked.points("ann") == {"points-0-1": 1, "points-0-2": 1, "points-0-3": None, "points-0-4": 2}
    assert {name: most for name, (*_, most) in marked.book["ann"].items()} == {
        "points-0-1": 1, "points-0-2": 1, "points-0-3": 2, "points-0-4": 2,
    }  # fmt: skip


def test_what_was_forged_in_a_submission_changes_nothing_and_is_not_run(marked):
    assert marked.points("ben") == {"points-0-1": 0, "points-0-2": 0, "points-0-3": None, "points-0-4": 1}
    assert not marked.trace.exists()
    assert "100" not in marked.page("autograded", "ben", "ipynb")


def test_essay_is_to_be_marked_by_hand(marked):
    for student in ("ann", "ben"):
        assert [name for name, (_, _, by_hand, _) in marked.book[student].items() if by_hand] == ["points-0-3"]


def test_submission_without_recorded_work_is_named_and_gets_no_mark(marked):
    assert f"{LESSON} of cat: my-work is missing from the submission. No mark was given." in marked.log
    assert f"There was an error processing assignment '{LESSON}' for student 'cat'" in marked.log
    assert "for student 'ann'" not in marked.log
    assert not (marked.folder / "autograded" / "cat" / LESSON).exists()
    assert {tuple(grade[:2]) for grade in marked.book["cat"].values()} == {(None, None)}


def test_feedback_has_the_answers_of_the_student_with_points_and_nothing_of_others(marked):
    script = """
from nbgrader.api import Gradebook
with Gradebook("sqlite:///gradebook.db") as book:
    grade = book.find_grade("points-0-3", LESSON, LESSON, "ann")
    grade.manual_score = 1.5
    book.db.commit()
"""
    marked.run(str(PROGRAMS / "python"), "-c", script.replace("LESSON", repr(LESSON)))
    marked.run("nbgrader", "generate_feedback", LESSON)
    ann, ben = (marked.page("feedback", name, "html") for name in ("ann", "ben"))
    assert "Recorded under the name: Fox" in ann
    assert "so nothing was granted.␛[31m" in ann
    assert "“not disinclined to lend the key”: word for word" in ann
    assert "<script>alert(1)" not in ann
    assert "&lt;script&gt;alert(1)" in ann
    assert "Score: 5.5 / 6.0" in " ".join(ann.split())
    assert "Fox" not in ben
    assert "so nothing was granted" not in ben
    assert "Score: 1.0 / 6.0" in " ".join(ben.split())
    assert not (marked.folder / "feedback" / "cat").exists()


def test_marks_follow_the_keys_of_the_instructor(marked, tmp_path):
    course = Course(tmp_path / "course", tmp_path / "module")
    shutil.copytree(marked.folder, course.folder)
    shutil.copytree(marked.module, course.module)
    config = course.folder / "nbgrader_config.py"
    words = config.read_text(encoding="utf-8")
    config.write_text(words.replace(str(marked.module), str(course.module)), encoding="utf-8")
    keys = course.module / "lessons" / "questions" / f"{LESSON}.yaml"
    words = keys.read_text(encoding="utf-8")
    assert "        correct: true\n" in words
    words = words.replace("        correct: true\n", "").replace(
        "text: In his own\n", "text: In his own\n        correct: true\n"
    )
    keys.write_text(words, encoding="utf-8")
    course.autograde(LESSON, "--force", code=1)
    assert (course.points("ann")["points-0-1"], course.points("ben")["points-0-1"]) == (0, 1)


def test_download_beside_the_notebook_is_read_like_the_folder_and_with_it(marked):
    assert marked.points("dan") == {"points-0-1": 1, "points-0-2": 1, "points-0-3": None, "points-0-4": 2}


def test_page_to_hand_in_is_read_like_the_folder(marked):
    assert marked.points("fay")["points-0-1"] == 1


def test_work_that_cannot_be_read_is_named_and_gets_no_mark(marked):
    assert f"{LESSON} of eve: the work cannot be read (my-work: " in marked.log
    assert not (marked.folder / "autograded" / "eve" / LESSON).exists()


def cells(path: Path) -> Iterator[nbformat.NotebookNode]:
    yield from nbformat.read(path, as_version=4).cells


def test_notebooks_of_source_and_students_have_no_results_and_no_words_of_anybody(marked):
    for path in (marked.folder / "source", marked.folder / "release"):
        for cell in cells(path / LESSON / f"{LESSON}.ipynb"):
            assert not cell.get("outputs")
    for student in ("ann", "ben"):
        words = marked.page("submitted", student, "ipynb")
        assert not [name for name in ("Fox", "Owl", "so nothing was granted") if name in words]


def test_student_can_run_all_cells_of_the_assignment(released, tmp_path, monkeypatch):
    monkeypatch.setenv("CLOSE_READING_HOME", str(released.module))
    notebook = nbformat.read(released.folder / "release" / LESSON / f"{LESSON}.ipynb", as_version=4)
    NotebookClient(notebook, resources={"metadata": {"path": str(tmp_path)}}).execute()
    points = [cell for cell in notebook.cells if cell.id.startswith("points-") and cell.cell_type == "code"]
    assert [cell.id for cell in points] == ["points-0-1", "points-0-2", "points-0-4"]
    assert not any(cell.outputs for cell in points)


def test_other_assignments_of_the_course_are_run_as_before(released, tmp_path):
    course = Course(tmp_path / "course", released.module)
    shutil.copytree(
        released.folder, course.folder, ignore=shutil.ignore_patterns("submitted", "autograded", "feedback")
    )
    meta = {"schema_version": 3, "solution": False, "task": False, "locked": True, "grade": True, "points": 2}
    notebook = nbformat.v4.new_notebook(metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}})
    notebook.cells = [
        nbformat.v4.new_code_cell("x = 3 / 2"),
        nbformat.v4.new_code_cell("x", metadata={"nbgrader": {**meta, "grade_id": "a", "cell_type": "code"}}),
    ]
    place = course.folder / "source" / "sums"
    place.mkdir()
    nbformat.write(notebook, place / "sums.ipynb")
    course.run("nbgrader", "generate_assignment", "sums", "--create")
    course.submission("ann", "sums")
    course.autograde("sums")
    assert course.points("ann") == {"a": 1.5}


def test_without_the_settings_no_points_are_given(released, tmp_path):
    course = Course(tmp_path / "course", released.module)
    shutil.copytree(
        released.folder, course.folder, ignore=shutil.ignore_patterns("submitted", "autograded", "feedback")
    )
    (course.folder / "nbgrader_config.py").write_text("", encoding="utf-8")
    course.answer(course.submission("ann"), "Fox", *RIGHT.items())
    course.autograde()
    assert set(course.points("ann").values()) == {0, None}
    assert "nbgrader_config.py lacks mark_with_nbgrader" in course.page("autograded", "ann", "ipynb")


def test_export_of_grades_has_the_points(marked):
    marked.run("nbgrader", "export")
    with (marked.folder / "grades.csv").open(encoding="utf-8", newline="") as file:
        points = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
    assert points["ann"] >= 4
    assert points["ben"] == 1
