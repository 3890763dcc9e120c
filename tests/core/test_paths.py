from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import pytest

from helpers.core import UserError, did_you_mean, home, lessons_folder, other_work, own_files, texts_folder, work_folder
from helpers.texts import text_ids

ROOT = Path(__file__).resolve().parents[2]


def _module(folder: Path) -> Path:
    (folder / "texts").mkdir(parents=True)
    return folder


def test_home_from_the_environment_comes_first(tmp_path, monkeypatch):
    named, above = _module(tmp_path / "named"), _module(tmp_path / "above")
    monkeypatch.chdir(above)
    monkeypatch.setenv("CLOSE_READING_HOME", str(named))
    assert home() == named
    assert texts_folder() == named / "texts"
    assert lessons_folder() == named / "lessons"


def test_home_is_then_the_nearest_folder_above_the_notebook(tmp_path, monkeypatch):
    outer = _module(tmp_path / "outer")
    inner = _module(outer / "inner")
    deep = inner / "lessons" / "teaching"
    deep.mkdir(parents=True)
    monkeypatch.chdir(deep)
    assert home() == inner


def test_home_is_last_the_copy_installed_with_the_helpers(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert home() == ROOT


def test_wrong_home_raises(tmp_path, monkeypatch):
    monkeypatch.setenv("CLOSE_READING_HOME", str(tmp_path / "nowhere"))
    with pytest.raises(UserError, match=r"CLOSE_READING_HOME names .*nowhere.*unset it"):
        home()


def test_work_folder_is_beside_the_lessons_or_the_notebook(tmp_path, monkeypatch):
    monkeypatch.delenv("CLOSE_READING_WORK")
    module = _module(tmp_path / "module")
    monkeypatch.chdir(module)
    assert work_folder() == module / "lessons" / "my-work"
    alone = tmp_path / "alone"
    alone.mkdir()
    monkeypatch.chdir(alone)
    assert work_folder() == alone / "my-work"


def test_tests_have_their_own_empty_work_folder():
    work = work_folder()
    assert work == Path(os.environ["CLOSE_READING_WORK"])
    assert not work.is_relative_to(ROOT)
    assert not any(work.iterdir())


def test_wheel_contains_texts_and_lessons(tmp_path):
    # The build downloads its pinned back end; without a network, pip fails with a clear message.
    copy = tmp_path / "copy"
    ignore = shutil.ignore_patterns(".git", ".venv", "__pycache__", "my-work", ".ipynb_checkpoints")
    shutil.copytree(ROOT, copy, ignore=ignore)
    (copy / "lessons" / "my-work").mkdir()
    (copy / "lessons" / "my-work" / "private.jsonl").write_text("{}", encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--quiet", "--wheel-dir", str(tmp_path), str(copy)]
    subprocess.run(pip, check=True, capture_output=True, text=True)
    (wheel,) = tmp_path.glob("*.whl")
    there = tmp_path / "there"
    zipfile.ZipFile(wheel).extractall(there)
    carried = {path.name for path in there.rglob("*")}
    lessons = {path.name for folder in ("lessons", "lessons/questions") for path in (ROOT / folder).glob("*.*")}
    assert {"people.csv", "form.js", "shared.js", "py.typed", "__init__.pyi"} | lessons <= carried
    assert not {"my-work", "private.jsonl"} & carried, "a student's work is in the package"
    script = "from helpers.texts import load_text, text_ids; print([load_text(name).words for name in text_ids()])"
    environment = dict(os.environ, PYTHONPATH=str(there))
    away = tmp_path / "away"
    away.mkdir()
    done = subprocess.run(
        [sys.executable, "-P", "-c", script], cwd=away, env=environment, capture_output=True, text=True, check=True
    )
    assert len(done.stdout.split(",")) == len(text_ids()), done.stdout + done.stderr


def test_user_error_is_shown_without_traceback():
    assert UserError("Correct it.")._render_traceback_() == ["Correct it."]


def test_did_you_mean_suggests_the_nearest_name():
    assert did_you_mean("Leter", ["letter", "note"]) == "Did you mean “letter”?"
    assert did_you_mean("zzz", []) == "There are none."


# ---------------------------------------------------------------- where work is kept by default


@pytest.fixture
def shared(tmp_path, monkeypatch):
    """A module in a shared place and the home of a student, who is not root."""
    monkeypatch.delenv("CLOSE_READING_WORK")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    module = _module(tmp_path / "course")
    (module / "lessons").mkdir()
    monkeypatch.chdir(module / "lessons")
    return module


@pytest.fixture
def somebody_elses(monkeypatch):
    """Give folders to somebody else: paths whose owner is reported as another account."""
    theirs: set[Path] = set()
    stat = Path.stat

    class Theirs:
        def __init__(self, path: Path) -> None:
            self._stat = stat(path)

        def __getattr__(self, name: str):
            return self._stat.st_uid + 1 if name == "st_uid" else getattr(self._stat, name)

    monkeypatch.setattr(Path, "stat", lambda path, **how: Theirs(path) if path in theirs else stat(path, **how))
    return theirs


def test_work_in_a_module_of_somebody_else_is_kept_in_the_home_folder(shared, somebody_elses, tmp_path):
    own = shared / "lessons" / "my-work"
    assert work_folder() == own
    somebody_elses.add(shared / "lessons")
    assert work_folder() == tmp_path / "home" / "close-reading" / "course"
    # A student of an earlier edition made the folder that all share.
    own.mkdir()
    assert work_folder() == tmp_path / "home" / "close-reading" / "course"
    somebody_elses.clear()
    somebody_elses.add(own)
    assert work_folder() == tmp_path / "home" / "close-reading" / "course"


def test_setting_decides_where_work_is_kept(shared, somebody_elses, tmp_path, monkeypatch):
    somebody_elses.add(shared / "lessons")
    monkeypatch.setenv("CLOSE_READING_WORK", "~/elsewhere")
    assert work_folder() == tmp_path / "home" / "elsewhere"


def test_without_a_home_folder_each_account_has_a_place_beside_the_lessons(shared, somebody_elses, tmp_path):
    somebody_elses.add(shared / "lessons")
    (tmp_path / "home").rmdir()
    assert work_folder() == shared / "lessons" / f"my-work-{os.geteuid()}"


def test_own_work_in_the_other_place_is_listed(shared, somebody_elses):
    mine, theirs = (shared / "lessons" / "my-work" / f"{n}.jsonl" for n in "ab")
    mine.parent.mkdir()
    mine.write_text("", encoding="utf-8")
    theirs.write_text("", encoding="utf-8")
    assert other_work() == []
    somebody_elses.update({shared / "lessons", theirs})
    assert other_work() == [mine]


def test_place_of_the_account_is_found_again_when_a_home_appears_or_the_lessons_are_closed(
    shared, somebody_elses, tmp_path, monkeypatch
):
    lessons, home_folder = shared / "lessons", tmp_path / "home"
    somebody_elses.add(lessons)
    home_folder.rmdir()
    begun = work_folder()
    begun.mkdir()
    (begun / "a.jsonl").touch()
    home_folder.mkdir()
    assert work_folder() == begun
    assert other_work() == []
    home_folder.rmdir()
    access = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != lessons and access(path, mode))
    assert work_folder() == begun
    monkeypatch.undo()
    monkeypatch.chdir(lessons)


def test_work_in_two_places_is_used_at_home_and_listed_in_the_other(shared, somebody_elses, tmp_path):
    at_home = tmp_path / "home" / "close-reading" / "course"
    of_account = shared / "lessons" / f"my-work-{os.geteuid()}"
    somebody_elses.add(shared / "lessons")
    for place in (at_home, of_account):
        place.mkdir(parents=True)
        (place / "a.jsonl").touch()
    assert work_folder() == at_home
    assert other_work() == [of_account / "a.jsonl"]
    somebody_elses.add(of_account)
    (at_home / "a.jsonl").unlink()
    assert work_folder() == at_home, "another account has the folder with this number"


# ---------------------------------------------------------------- JupyterHub, where all students have one account


@pytest.fixture
def hub(shared, tmp_path, monkeypatch):
    """Become a student on a hub: ``hub(name)`` gives the student's home."""

    def become(name: str) -> Path:
        home_folder = tmp_path / "homes" / name
        home_folder.mkdir(parents=True, exist_ok=True)
        monkeypatch.setenv("HOME", str(home_folder))
        monkeypatch.setenv("JUPYTERHUB_USER", name)
        return home_folder

    return become


def test_students_of_a_hub_with_one_shared_writable_folder_work_at_home(shared, hub):
    places = {name: hub(name) and work_folder() for name in ("ann", "ben")}
    assert places == {name: hub(name) / "close-reading" / "course" for name in ("ann", "ben")}
    # All worked there before: whose files these are is not known.
    (shared / "lessons" / "my-work").mkdir()
    (shared / "lessons" / "my-work" / "a.jsonl").touch()
    assert work_folder() == hub("ben") / "close-reading" / "course"
    assert other_work() == []


def test_link_in_the_home_to_a_shared_folder_is_no_place_of_ones_own(shared, hub, monkeypatch):
    home_folder = hub("ann")
    (home_folder / "course").symlink_to(shared)
    monkeypatch.setenv("CLOSE_READING_HOME", str(home_folder / "course"))
    assert work_folder() == home_folder / "close-reading" / "course"


def test_own_copy_in_the_home_of_a_hub_keeps_work_beside_the_lessons(hub, monkeypatch):
    module = _module(hub("ann") / "course")
    monkeypatch.chdir(module)
    assert work_folder() == module / "lessons" / "my-work"


@pytest.mark.parametrize("name", ["shared", "shared by all"])
def test_volume_mounted_in_the_home_is_no_place_of_ones_own(hub, monkeypatch, name):
    home_folder = hub("ann")
    monkeypatch.chdir(_module(home_folder / name / "course"))
    mounted = str(home_folder / name).replace(" ", "\\040")
    lines = f"1 2 0:3 / {home_folder} rw - nfs x rw\n1 2 0:3 / {mounted} rw - nfs x rw\n"
    read = Path.read_bytes
    monkeypatch.setattr(
        Path, "read_bytes", lambda path: lines.encode() if str(path) == "/proc/self/mountinfo" else read(path)
    )
    assert work_folder() == home_folder / "close-reading" / "course"


@pytest.mark.parametrize(
    ("name", "place"), [("ann", "ann"), ("ann@a.edu", "ann@a.edu"), ("../ann", "%2E.%2Fann"), (".ann", "%2Eann")]
)
def test_folder_that_the_setting_names_for_all_has_a_folder_for_each_student(hub, tmp_path, monkeypatch, name, place):
    hub("ann")
    monkeypatch.setenv("JUPYTERHUB_USER", name)
    monkeypatch.setenv("CLOSE_READING_WORK", str(tmp_path / "work"))
    assert work_folder() == tmp_path / "work" / place
    monkeypatch.setenv("CLOSE_READING_WORK", "~/work")
    assert work_folder() == tmp_path / "homes" / "ann" / "work"


def test_without_a_home_each_student_of_a_hub_has_a_place_beside_the_lessons(shared, hub):
    for name in ("ann", "ben"):
        hub(name).rmdir()
        assert work_folder() == shared / "lessons" / f"my-work-{name}"


def test_without_a_home_one_folder_that_all_may_write_to_is_not_used(shared, hub, monkeypatch):
    (shared / "lessons" / "my-work").mkdir()
    hub("ann").rmdir()
    access = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != shared / "lessons" and access(path, mode))
    assert work_folder() == shared / "lessons" / "my-work-ann"


def test_broken_link_does_not_hide_the_other_files(tmp_path):
    (tmp_path / "a.jsonl").touch()
    (tmp_path / "b.jsonl").symlink_to(tmp_path / "nowhere")
    (tmp_path / ".c.jsonl").touch()
    assert [file.name for file in own_files(tmp_path)] == ["a.jsonl", "b.jsonl"]


# What a student who is not root sees; run by root, this test becomes another account first.
AS_STUDENT = """
import os
from helpers.workbook import cannot_keep, kept_where, record
if os.geteuid() == 0:
    os.setgid(65534), os.setuid(65534)
said = cannot_keep()
try:
    record("answer", {"n": 1})
except Exception as error:
    print(type(error).__name__)
print(kept_where().split()[5].rstrip("."))
print(said)
"""


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="Windows has no owners of this kind")
@pytest.mark.parametrize("home_mode", [0o755, 0o555], ids=["home", "no home"])
@pytest.mark.parametrize("mode", [0o777, 0o555], ids=["writable for all", "read-only"])
def test_student_on_a_hub_keeps_work_at_home_or_is_told_beforehand(tmp_path_factory, mode, home_mode):
    place = Path(tempfile.mkdtemp(prefix="hub-"))
    place.chmod(0o755)
    try:
        module = _module(place / "course")
        (module / "lessons").mkdir()
        home = place / "home"
        home.mkdir()
        if os.geteuid() == 0:
            os.chown(home, 65534, 65534)
        home.chmod(home_mode)
        (module / "lessons").chmod(mode)
        environment = {key: value for key, value in os.environ.items() if key != "CLOSE_READING_WORK"}
        environment |= {"HOME": str(home), "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            [sys.executable, "-c", AS_STUDENT],
            cwd=module / "lessons", env=environment, capture_output=True, text=True, check=True,
        )  # fmt: skip
        *failed, kept, said = done.stdout.split("\n")[:-1]
        if home_mode == 0o755 and (os.geteuid() == 0 or mode == 0o555):
            assert (failed, kept, said) == ([], str(home / "close-reading" / "course"), "")
        elif mode == 0o555:
            assert failed == ["NotSaved"]
            assert said.startswith("Nothing that you write can be saved here")
            assert "CLOSE_READING_WORK" in said
        else:
            name = "my-work-65534" if os.geteuid() == 0 else "my-work"
            assert (failed, kept, said) == ([], str(module / "lessons" / name), "")
    finally:
        (place / "course" / "lessons").chmod(0o755)
        shutil.rmtree(place)
