"""A package of lessons has what students need and nothing else, and opens and runs where it is unpacked."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
import urllib.request
import zipfile
from html import unescape
from pathlib import Path

import pytest

from helpers import UserError
from helpers.__main__ import main
from helpers.course import START, handout
from helpers.questions import CELLS, KINDS, cells_not_noted, lesson_files, questions, read_questions

ROOT = Path(__file__).resolve().parents[2]
# The folder in a package has the name of the project, which is another in a fork.
NAME = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["name"]
BOOK, YAML = "lessons/00-whose-bell.ipynb", "lessons/questions/00-whose-bell.yaml"
TRACES = ("my-work/fox.jsonl", "teaching/key.md", ".ipynb_checkpoints/00-whose-bell-checkpoint.ipynb", "grades.csv")


@pytest.fixture
def course(module, example):
    """A whole module with invented texts, and with files that are nobody’s business."""
    for name in ("helpers", "binder"):
        shutil.copytree(ROOT / name, module.folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "LICENSE", "CITATION.cff"):
        shutil.copy(ROOT / name, module.folder / name)
    shutil.copy(example / "README.md", module.folder / "README.md")
    for name in TRACES:
        module.write(f"lessons/{name}", '{"cells": [], "metadata": {"by": "Fox wrote this."}}')
    module.write("texts/~$people.csv", "lock")
    module.write("helpers/.env", "secret")
    return module


def unpacked(data: bytes) -> dict[str, bytes]:
    """The files of a package by name, without the folder that holds them all."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert {name.partition("/")[0] for name in package.namelist()} == {NAME}
        return {name.partition("/")[2]: package.read(name) for name in package.namelist()}


def code_cells(notebook: bytes) -> list[dict]:
    return [cell for cell in json.loads(notebook)["cells"] if cell["cell_type"] == "code"]


def test_package_has_lessons_texts_and_program_and_nothing_of_anybody(course):
    files = unpacked(handout().data)
    assert {BOOK, YAML, START, "README.md", "LICENSE", "pyproject.toml", "binder/requirements.txt"} <= files.keys()
    assert {"helpers/__init__.pyi", "helpers/widgets/form.js", "helpers/maps/coast.txt", "helpers/py.typed"} <= {*files}
    texts = {path.relative_to(course.folder).as_posix() for path in (course.folder / "texts").rglob("*.*")}
    assert {name for name in files if name.startswith("texts/")} == texts - {"texts/~$people.csv"}
    assert not [name for name in files if re.search(r"teaching|my-work|checkpoint|tests/|\.csv$(?<!texts)|/\.", name)
                and not name.startswith("texts/")]  # fmt: skip
    assert not any(b"Fox wrote this" in data or data == b"secret" for data in files.values())
    assert files[YAML] == course.path(YAML).read_bytes()


def test_package_has_all_editions_of_the_cells_that_were_handed_out(course):
    noted = f"lessons/questions/{CELLS}"
    handout()
    for words in ("Second.", "Third."):
        book = json.loads(course.text(BOOK))
        book["cells"][0]["source"] = words
        course.write(BOOK, json.dumps(book))
        assert unpacked(handout().data)[noted] == course.path(noted).read_bytes()
    assert len(json.loads(course.text(noted))["00-whose-bell"][book["cells"][0]["id"]].split()) == 3
    assert cells_not_noted([course.path(BOOK)]) == {}


def test_notebooks_have_no_results_or_folded_ones(course):
    before = code_cells(course.path(BOOK).read_bytes())
    cleared = code_cells(unpacked(handout().data)[BOOK])
    assert [cell["source"] for cell in cleared] == [cell["source"] for cell in before]
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in cleared)
    kept = code_cells(unpacked(handout(outputs=True).data)[BOOK])
    assert [cell["outputs"] for cell in kept] == [cell["outputs"] for cell in before]
    assert any(cell["outputs"] for cell in kept)
    assert all(cell["metadata"]["jupyter"]["outputs_hidden"] for cell in kept)


def test_words_of_a_person_in_stored_results_stay_behind(course):
    book = json.loads(course.text(BOOK))
    said = {"output_type": "stream", "name": "stdout", "text": "I, Fox, think so."}
    book["cells"].append({"cell_type": "code", "id": "own", "metadata": {}, "execution_count": 1,
                          "source": "print(my_work())", "outputs": [said]})  # fmt: skip
    course.write(BOOK, json.dumps(book))
    assert b"I, Fox" not in unpacked(handout(outputs=True).data)[BOOK]


def test_same_lessons_give_the_same_file_on_another_day(course, monkeypatch):
    first = handout()
    for path in course.folder.rglob("*"):
        os.utime(path, (1, 1))
    monkeypatch.setenv("TZ", "Asia/Tbilisi")
    assert handout() == first
    with zipfile.ZipFile(io.BytesIO(first.data)) as package:
        assert {one.date_time for one in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    course.change("texts/people.csv", "Finch", "Fynch")
    assert handout().mark != first.mark
    assert first.mark in unpacked(first.data)[START].decode()


def test_files_that_a_lesson_names_go_along_and_others_stay(course):
    for name in ("map one.svg", "letters/a.xml", "letters/.b.xml", "strange.svg", "photo.png"):
        course.write(f"lessons/{name}", "<svg/>")
    course.add_cell("![A map](map%20one.svg) and <img src='photo.png'> and [key](teaching/key.md)", "markdown")
    course.add_cell("load_texts('letters')\nopen('../pyproject.toml'), open('grades'), open('..'), open('')")
    files = unpacked(handout().data)
    assert {"lessons/map one.svg", "lessons/letters/a.xml", "lessons/photo.png"} <= files.keys()
    assert not {"lessons/letters/.b.xml", "lessons/strange.svg", "lessons/teaching/key.md"} & files.keys()


def test_only_some_lessons_bring_the_questions_of_earlier_ones(course):
    for number in ("01", "02"):
        course.write(f"lessons/{number}-more.ipynb", course.text(BOOK))
        words = course.text(YAML).replace('id: "0.', f'id: "{int(number)}.')
        course.write(f"lessons/questions/{number}-more.yaml", words)
    files = unpacked(handout(["1"]).data)
    lessons = sorted(name for name in files if name.startswith("lessons/"))
    assert lessons == ["lessons/01-more.ipynb", YAML, "lessons/questions/01-more.yaml", f"lessons/questions/{CELLS}"]
    assert "jupyter lab --notebook-dir=. lessons/01-more.ipynb" in files[START].decode()
    assert handout(["01", "1", "01-more"]).lessons == ("01-more",)
    assert handout(["2", "0"]).lessons == ("00-whose-bell", "02-more")


def test_check_of_an_unpacked_package_misses_no_lesson_that_was_left_out(course, tmp_path, monkeypatch, capsys):
    course.write("lessons/01-more.ipynb", course.text(BOOK).replace("0.", "1."))
    course.write("lessons/questions/01-more.yaml", course.text(YAML).replace('id: "0.', 'id: "1.'))
    with zipfile.ZipFile(io.BytesIO(handout(["1"]).data)) as package:
        package.extractall(tmp_path / "package")
    monkeypatch.setenv("CLOSE_READING_HOME", str(tmp_path / "package" / NAME))
    assert main(["check"]) == 0, capsys.readouterr().out
    (tmp_path / "package" / NAME / START).unlink()
    assert main(["check"]) == 1
    assert "there is no lesson lessons/00-whose-bell.ipynb" in capsys.readouterr().out


SECTIONS = """# Whose Bell?

Get it with `git clone`.

## Start

Not for packages.

## Privacy

<!-- also in packages -->
Keep [my licence](LICENSE), [the guide](lessons/teaching/key.md#keys), ![a net](.github/net.png) and
[the web](https://example.org/a). See [above](#start). <script>x()</script>

| trouble | help |
|---|---|
| `A < B` | C |

### With git

`git pull`

## Test

Not for packages either.
"""


def test_readme_has_the_sections_for_packages_and_no_dead_link(course, tmp_path, monkeypatch):
    course.write("README.md", SECTIONS)
    files = unpacked(handout().data)
    readme, page = files["README.md"].decode(), files[START].decode()
    assert readme.startswith(f"# Whose Bell?\n\nOpen `{START}` in a browser")
    assert not re.search("git|Not for packages|## (?:Start|Test)", readme)
    assert re.findall(r"\]\(([^)]*)\)", readme) == ["LICENSE", "https://example.org/a"]
    assert "the guide, a net and\n" in readme
    assert "<h2>Privacy</h2>" in page
    assert "the web (https://example.org/a). See above. " in page
    assert "<td><code>A &lt; B</code></td>" in page
    assert not re.search("<script|x\\(\\)|With git|Not for packages|README", page)
    # A package that is made from an unpacked one is the same.
    with zipfile.ZipFile(io.BytesIO(handout().data)) as package:
        package.extractall(tmp_path / "package")
    first = handout()
    monkeypatch.setenv("CLOSE_READING_HOME", str(tmp_path / "package" / NAME))
    assert handout().data == first.data


def test_readme_without_such_sections_leads_to_the_start_page(course):
    assert unpacked(handout().data)["README.md"].decode().splitlines() == [
        "# Whose Bell?",
        "",
        f"Open `{START}` in a browser: it says how to begin.",
        "",
    ]


def test_start_page_says_whether_all_lessons_are_there(course):
    missing = "works when a later package has brought it"
    assert missing not in unpacked(handout().data)[START].decode()
    course.write("lessons/01-more.ipynb", course.text(BOOK))
    course.write("lessons/questions/01-more.yaml", course.text(YAML).replace('id: "0.', 'id: "1.'))
    assert missing in unpacked(handout(["1"]).data)[START].decode()


def test_answer_typed_into_a_cell_is_named(course):
    assert handout().remarks == ()
    cell = course.add_cell('answer("0.1", "watch")')
    assert handout().remarks == (f"{BOOK}, cell {cell}: an answer is typed in this cell, and students see it.",)


# ---- keys


KEY_WORDS = re.compile(r"\b(?:correct|why|goes_with|hint|accept|wrong|key|targets|near|where|reread|model_answer):")


def test_package_without_keys_asks_the_same_and_has_no_key(course, tmp_path):
    course.change(YAML, "title:", "# The answer is the watch.\ntitle:")
    words = unpacked(handout(keys=False).data)[YAML].decode()
    assert not KEY_WORDS.search(words)
    assert KEY_WORDS.search(course.text(YAML))
    assert "The answer is the watch" not in words
    bare = tmp_path / "00-whose-bell.yaml"
    bare.write_text(words, encoding="utf-8")
    for whole, left in zip(questions(), read_questions(bare), strict=True):
        assert (left.asked, left.form(), left.points, left.limits) == (
            whole.asked, whole.form(), whole.points, whole.limits,
        )  # fmt: skip
        assert not left.marked
        assert not left.keyed
    assert "Your teacher marks this answer." in {one.mark(one.normalised("watch")).said
                                                 for one in read_questions(bare) if one.id == "0.1"}  # fmt: skip


def test_package_without_model_answers_still_marks(course, tmp_path):
    words = unpacked(handout(model_answers=False).data)[YAML].decode()
    assert not re.search(r"model_answer:|misconceptions:", words)
    bare = tmp_path / "00-whose-bell.yaml"
    bare.write_text(words, encoding="utf-8")
    left = read_questions(bare)
    assert [(one.asked, one.marked) for one in left] == [(one.asked, one.marked) for one in questions()]
    assert not any(one.model_answer or one.misconceptions for one in left)
    assert any(one.model_answer for one in questions())


SEVERAL = """title: "A lesson: all kinds"
minutes: 20
# The right order is one, two, three.
questions:
  - id: "0.1"
    kind: order
    skill: sourcing
    points: 3
    prompt: "In what order: a, b # or c?"
    items: [{id: one, text: "1"}, {id: two, text: "2.10"}, {id: three, text: "no"}]
    why: Because it is so.
  - id: "0.2"
    kind: grid
    skill: sourcing
    prompt: |
      Fill in.

      The second paragraph.
    columns:
      - {id: who, text: Who?, options: [{id: a, text: Ann}, {id: b, text: Ben}]}
      - {id: what, text: What?, words: {most: 5}}
    rows:
      - id: r
        text: Row
        key:
          - {column: who, option: a, why: She signs.}
          - {column: what, words: A good answer.}
  - id: "0.3"
    kind: short
    skill: sourcing
    prompt: Who?
    same_as: ["0123456789abcdef"]
    accept: [Ann]
    wrong: [{words: Ben, why: No.}]
    model_answer: Ann is right.
  - id: "0.4"
    kind: choices
    skill: silence
    attempts: first
    prompt: Which?
    options:
      - {id: a, text: "yes", correct: true, why: Indeed.}
      - {id: b, text: 'He said: "no"', why: Indeed not.}
"""


@pytest.mark.parametrize("keys", [True, False])
def test_every_kind_of_question_is_the_same_without_its_answers(course, tmp_path, keys):
    course.write(YAML, SEVERAL)
    words = unpacked(handout(keys=keys, model_answers=False).data)[YAML].decode()
    assert "right order" not in words
    assert not re.search("good answer|Ann is right", words)
    assert bool(re.search("Because|She signs|Indeed|wrong", words)) is keys
    bare = tmp_path / "00-whose-bell.yaml"
    bare.write_text(words, encoding="utf-8")
    whole, left = questions(), read_questions(bare)
    assert [(one.asked, one.same_as, one.prompt, one.attempts) for one in left] == [
        (one.asked, one.same_as, one.prompt, one.attempts) for one in whole
    ]
    assert [one.form() for one in left] == [one.form() for one in whole]
    assert [item.id for item in left[0].items] == (
        ["one", "two", "three"] if keys else [item.id for item in whole[0].shuffled]
    )
    assert whole[0].shuffled != whole[0].items
    assert [one.good_answer for one in left] == [""] * 4


@pytest.mark.parametrize("path", lesson_files(), ids=lambda path: path.stem)
def test_lessons_of_this_module_ask_the_same_without_keys(path, tmp_path):
    from helpers.questions import without_answers

    bare = tmp_path / path.name
    for keys in (True, False):
        bare.write_text(without_answers(path, keys=keys), encoding="utf-8")
        whole, left = read_questions(path), read_questions(bare)
        assert [(one.asked, one.form()) for one in left] == [(one.asked, one.form()) for one in whole]
        assert not any(one.model_answer for one in left)
        assert any(one.marked for one in left) is (keys and any(one.marked for one in whole))


def test_every_kind_is_tried_here():
    assert {*KINDS} == {*re.findall(r"kind: (\w+)", SEVERAL), "choice", "match", "passage", "essay"}


# ---- the command


def test_command_writes_the_package_and_overwrites_only_with_force(course, tmp_path, capsys):
    path = tmp_path / "out" / "course.zip"
    path.parent.mkdir()
    assert main(["handout", "-o", str(path), "--no-keys"]) == 0
    said = capsys.readouterr().out
    assert handout(keys=False).mark in said
    assert "no keys, no answers" in said
    assert "- The reply of 7 April 1848: Invented for this example. Free for any use." in said
    before = path.read_bytes()
    assert before == handout(keys=False).data
    assert main(["handout", "-o", str(path)]) == 1
    assert "already exists" in capsys.readouterr().err
    assert path.read_bytes() == before
    assert main(["handout", "--only", "0", "-o", str(path), "--force"]) == 0
    assert path.read_bytes() == handout().data
    assert [one.name for one in path.parent.iterdir()] == ["course.zip"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["-o", "course.tar"], "its name must end in .zip. Name it course.zip"),
        (["7", "-o", "course.zip"], "No lesson “7”"),
        (["-o", "none/course.zip"], "There is no folder “none”"),
        (["--sheet", "-o", "sheet.pdf"], "its name must end in .html"),
        (["--due", "Friday", "-o", "course.zip"], "--due, --to and --name are words for the assignment sheet"),
        (["--sheet", "--outputs", "-o", "sheet.html"], "--outputs is for a package"),
        (["elsewhere.ipynb", "-o", "course.zip"], "elsewhere.ipynb is not in "),
    ],
)
def test_mistake_in_the_command_is_one_message(course, capsys, monkeypatch, tmp_path, given, said):
    monkeypatch.chdir(tmp_path)
    shutil.copy(course.path(BOOK), "elsewhere.ipynb")
    assert main(["handout", *given]) == 1
    written = capsys.readouterr()
    assert said in written.err
    assert len(written.err.splitlines()) == 1


def test_folder_without_the_program_is_named(module):
    with pytest.raises(UserError, match=r"has no file pyproject.toml, which a package needs"):
        handout()


def test_lesson_with_a_mistake_is_named(course):
    course.write(BOOK, "{")
    with pytest.raises(UserError, match=r"00-whose-bell\.ipynb, line 1: this notebook is damaged"):
        handout()
    course.write(BOOK, '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}')
    course.change(YAML, "kind: choice", "kind: chioce")
    with pytest.raises(UserError, match=r"00-whose-bell\.yaml, line"):
        handout(keys=False)


# ---- unpacked


def run(folder: Path, *command: str, **more: str) -> str:
    """Run Python in an unpacked package, with its own program and work."""
    settings = {name: value for name, value in os.environ.items() if not name.startswith("CLOSE_READING_")}
    done = subprocess.run(
        [sys.executable, *command], cwd=folder, env=settings | {"PYTHONPATH": str(folder)} | more,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def unpack(data: bytes, where: Path) -> Path:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        package.extractall(where)
    return where / NAME


def test_answers_given_without_keys_are_marked_with_them_and_survive_a_new_package(course, tmp_path):
    student = unpack(handout(keys=False).data, tmp_path / "student")
    (right,) = [option.id for option in questions()[0].options if option.correct]
    said = run(student, "-c", f"from helpers import answer\nprint(answer('0.1', '{right}'))")
    assert "Your teacher marks this answer." in said
    assert not re.search("not yet|wrong|Right", said)
    assert "All texts, tables and questions are in order." in run(student, "-m", "helpers", "check")
    # The new package corrects a prompt, which names its old wording, and changes another.
    first, third = questions()[0], questions()[2]
    run(student, "-c", "from helpers import answer\nanswer('0.3', 'I say what I say.')")
    begins = f"prompt: {first.prompt[:12]}"
    course.change(YAML, begins, f'same_as: ["{first.asked}"]\n    {begins.replace("prompt: ", "prompt: Now ")}')
    course.change(YAML, third.prompt[:12], f"Really, {third.prompt[:12]}")
    new = tmp_path / "student" / "NEW.zip"
    new.write_bytes(handout(keys=False).data)
    page = unescape(unpacked(new.read_bytes())[START].decode())
    (line,) = re.findall(r"\.venv/bin/python (-m zipfile -e \.\./NEW\.zip \.\.)", page)
    run(student, *line.split())
    assert json.loads((student / BOOK).read_bytes())["cells"]
    said = run(student, "-c", "from helpers import my_work\nprint(my_work(), my_work('0.3'))")
    assert "the question was changed since: 0.3." in said
    assert "I say what I say." in said
    teacher = unpack(handout().data, tmp_path / "teacher")
    shutil.copytree(student / "lessons" / "my-work", teacher / "lessons" / "my-work")
    script = ("from helpers.questions import standings\n"
              "print([one.last.verdict.state for one in standings() if one.last])")  # fmt: skip
    assert run(teacher, "-c", script).strip() == "['right']"


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.skipif(sys.platform == "win32", reason="this is the line for Linux and macOS")
def test_line_of_the_start_page_installs_and_opens_the_lesson_without_git(course, tmp_path):
    folder = unpack(handout(keys=False).data, tmp_path / "course")
    page = unescape((folder / START).read_text(encoding="utf-8"))
    line = re.search(r"python3 -m venv [^<]+", page)[0]
    tools = tmp_path / "tools"
    tools.mkdir()
    for name, target in {"python3": sys.executable, "env": shutil.which("env"), "uname": shutil.which("uname")}.items():
        (tools / name).symlink_to(target)
    runtime = tmp_path / "runtime"
    settings = {"ServerApp": {"open_browser": False, "allow_root": True, "port": 0}}
    (tmp_path / "jupyter_server_config.json").write_text(json.dumps(settings), encoding="utf-8")
    kept = {name: value for name, value in os.environ.items()
            if not name.startswith(("CLOSE_READING_", "PYTHON", "VIRTUAL_ENV", "JUPYTER"))}  # fmt: skip
    environment = kept | {"PATH": str(tools), "JUPYTER_CONFIG_DIR": str(tmp_path), "JUPYTER_RUNTIME_DIR": str(runtime)}
    assert not shutil.which("git", path=environment["PATH"])
    log = (tmp_path / "log").open("w+", encoding="utf-8")
    shell = shutil.which("bash")
    lab = subprocess.Popen(
        [shell, "-c", line], cwd=folder, env=environment, stdout=log, stderr=log, start_new_session=True
    )
    try:
        for _ in range(800):
            log.seek(0)
            assert lab.poll() is None, log.read()[-3000:]
            if served := serves(runtime, folder):
                break
            time.sleep(1)
        assert served.startswith("# 00")
    finally:
        os.killpg(lab.pid, 15)
        lab.wait(timeout=60)
        log.close()
    script = (
        "import helpers\nfrom helpers import *\nprint(helpers.__file__, answer('0.1'), read(load_text('1848-reply')))"
    )
    done = subprocess.run([folder / ".venv" / "bin" / "python", "-c", script], cwd=folder / "lessons", env=environment,
                          capture_output=True, text=True, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(str(folder.resolve() / "helpers"))
    execute = [folder / ".venv" / "bin" / "jupyter", "nbconvert", "--to", "notebook", "--execute", "--stdout", BOOK]
    done = subprocess.run(execute, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    assert any(cell["outputs"] for cell in code_cells(done.stdout.encode()))


def serves(runtime: Path, folder: Path) -> str:
    """The first cell of the lesson, as the server that was started in a folder serves it; empty if none does yet."""
    for note in runtime.glob("jpserver-*.json"):
        try:
            server = json.loads(note.read_text(encoding="utf-8"))
            inside = Path(server["root_dir"]).resolve() == folder.resolve()
            path = BOOK if inside else BOOK.partition("/")[2]
            url = f"{server['url']}api/contents/{path}?token={server['token']}"
            with urllib.request.urlopen(url, timeout=5) as answer:
                return json.loads(answer.read())["content"]["cells"][0]["source"]
        except (OSError, ValueError):
            continue  # still starting
    return ""
