from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from helpers.core import UserError, did_you_mean, home, lessons_folder, texts_folder, work_folder
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
