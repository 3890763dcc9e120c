"""A lesson is written as an assignment for nbgrader: which questions give points, and what is in its files."""

from __future__ import annotations

import json

import nbformat
import pytest

from helpers import UserError
from helpers.__main__ import main
from helpers.course import NBGRADER_CONFIG, nbgrader_assignment
from helpers.questions import without_answers

LESSON, YAML = "00-whose-bell", "lessons/questions/00-whose-bell.yaml"
SOURCE = f"source/{LESSON}/{LESSON}.ipynb"


def cells(lesson: str = "0") -> list[dict]:
    return json.loads(nbgrader_assignment(lesson).files[SOURCE])["cells"]


def graded(lesson: str = "0") -> dict[str, dict]:
    return {one["id"]: one["metadata"]["nbgrader"] for one in cells(lesson) if "nbgrader" in one["metadata"]}


def test_questions_with_points_get_a_cell_after_the_one_that_asks(module):
    made = nbgrader_assignment("0")
    assert (made.counted, made.by_hand) == (("0.1", "0.2", "0.4", "0.5"), ("0.3",))
    before = {one["id"]: "".join(earlier["source"]) for earlier, one in zip(cells(), cells()[1:], strict=False)}
    for id in (*made.counted, *made.by_hand):
        assert f'answer("{id}"' in before[f"points-{id.replace('.', '-')}"]


def test_marked_question_is_graded_and_judged_one_is_a_task(module):
    found = graded()
    assert {name: (one["grade"], one["task"], one["points"], one["cell_type"]) for name, one in found.items()} == {
        "points-0-1": (True, False, 1, "code"),
        "points-0-2": (True, False, 1, "code"),
        "points-0-3": (False, True, 2, "markdown"),
        "points-0-4": (True, False, 2, "code"),
        "points-0-5": (True, False, 1, "code"),
    }
    assert all(one["locked"] and one["grade_id"] == name for name, one in found.items())


def test_question_that_two_cells_ask_is_graded_once(module):
    module.add_cell('answer("0.1")')
    ids = [one["id"] for one in cells()]
    assert ids.count("points-0-1") == 1
    assert ids.index("points-0-1") < ids.index("points-0-2")


def test_question_that_no_cell_asks_is_graded_at_the_end(module):
    module.change_all("lessons/00-whose-bell.ipynb", 'answer(\\"0.1\\")', 'print(\\"0.1\\")')
    assert cells()[-1]["id"] == "points-0-1"


def test_questions_without_points_and_practice_are_not_graded(module):
    module.change(YAML, "points: 1", "points: 0")
    module.write("texts/course.yaml", "essays: []\n")
    assert set(graded()) == {"points-0-2", "points-0-4", "points-0-5"}
    module.write("texts/course.yaml", 'essays: ["0.3"]\n')
    assert "points-0-3" in graded()


def test_stored_results_are_left_out(module):
    path = module.path("lessons/00-whose-bell.ipynb")
    whole = json.loads(path.read_text(encoding="utf-8"))
    code = next(one for one in whole["cells"] if one["cell_type"] == "code")
    code["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "Fox wrote this."}]
    path.write_text(json.dumps(whole), encoding="utf-8")
    assert not any(one.get("outputs") for one in cells())
    assert all(b"Fox wrote this" not in data for data in nbgrader_assignment("0").files.values())


def test_lesson_of_an_older_format_becomes_a_valid_notebook(module):
    path = module.path("lessons/00-whose-bell.ipynb")
    whole = json.loads(path.read_text(encoding="utf-8"))
    whole["nbformat_minor"] = 4
    for one in whole["cells"]:
        one.pop("id", None)
    path.write_text(json.dumps(whole), encoding="utf-8")
    made = json.loads(nbgrader_assignment("0").files[SOURCE])
    nbformat.validate(made)
    assert len({one["id"] for one in made["cells"]}) == len(made["cells"])


def test_picture_of_the_lesson_comes_along(module):
    module.write("lessons/pictures/bell.svg", "<svg/>")
    module.add_cell("![A bell](pictures/bell.svg)", "markdown")
    assert nbgrader_assignment("0").files[f"source/{LESSON}/pictures/bell.svg"] == b"<svg/>"


def test_question_file_without_keys_cannot_be_graded(module):
    words = module.text(YAML)
    module.write(YAML, without_answers(module.path(YAML), keys=False))
    with pytest.raises(UserError, match=r"00-whose-bell\.yaml, line \d+: this file has no keys.* your copy with the"):
        nbgrader_assignment("0")
    module.write(YAML, words)
    assert nbgrader_assignment("0").counted


def test_lesson_without_points_cannot_be_graded(module):
    module.write(YAML, module.text(YAML).replace("points: 1", "points: 0").replace("points: 2", "points: 0", 1))
    module.change_all(YAML, "points: 2", "points: 0")
    module.path(YAML).write_text(module.text(YAML).split('  - id: "0.3"')[0], encoding="utf-8")
    with pytest.raises(UserError, match="No question of 00-whose-bell gives points"):
        nbgrader_assignment("0")


def test_command_writes_the_course_folder_and_overwrites_nothing_unasked(module, tmp_path, capsys):
    folder = tmp_path / "new" / "course"
    command = ["nbgrader", "0", "-o", str(folder)]
    assert main(command) == 0
    assert (folder / SOURCE).is_file()
    config = (folder / NBGRADER_CONFIG).read_text(encoding="utf-8")
    assert f'os.environ["CLOSE_READING_HOME"] = {str(module.folder.resolve())!r}\n' in config
    said = capsys.readouterr().out
    assert "0.1, 0.2, 0.4, 0.5" in said
    assert "To mark by hand: 0.3." in said
    assert main(command) == 1
    assert "already exists and was not overwritten. Give another folder, or add --force" in capsys.readouterr().err
    assert main([*command, "--force"]) == 0


def test_settings_of_a_course_are_not_changed_and_the_lines_to_add_are_printed(module, tmp_path, capsys):
    folder = tmp_path / "course"
    folder.mkdir()
    (folder / NBGRADER_CONFIG).write_text("c = get_config()\n", encoding="utf-8")
    assert main(["nbgrader", "0", "-o", str(folder)]) == 1
    said = capsys.readouterr().err
    assert (folder / NBGRADER_CONFIG).read_text(encoding="utf-8") == "c = get_config()\n"
    lines = nbgrader_assignment("0").config
    assert said.endswith(lines)
    with (folder / NBGRADER_CONFIG).open("a", encoding="utf-8") as file:
        file.write(lines)
    assert main(["nbgrader", "0", "-o", str(folder), "--force"]) == 0


@pytest.mark.parametrize("given", ["file", "file/course", "a\0b"])
def test_folder_that_cannot_be_written_is_one_message(module, tmp_path, monkeypatch, capsys, given):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("words", encoding="utf-8")
    assert main(["nbgrader", "0", "-o", given]) == 1
    said = capsys.readouterr().err
    assert "could not be written" in said
    assert said.count("\n") == 1
