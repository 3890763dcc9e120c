"""The pages about question files and tables say what the code reads, and their examples are read."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

import pytest

from helpers.core import UserError, plain_data, read_yaml, write_yaml
from helpers.course import reference_pages
from helpers.questions import COMMON_KEYS, COMMON_SAMPLE, KINDS, Key, check_questions, read_questions
from helpers.texts import COLUMNS, TABLES, load_all_texts, read_table

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = {"every kind": (COMMON_KEYS, COMMON_SAMPLE)} | {
    name: (kind.keys, kind.sample) for name, kind in sorted(KINDS.items())
}
# Left out, these leave an example without its key or without cells: they are needed there, and not everywhere.
NEEDED_HERE = {
    ("choice", "options.correct"), ("grid", "columns.options"),
    ("grid", "columns.words"), ("grid", "rows.key.option"), ("grid", "rows.key.words"), ("grid", "rows.key.why"),
}  # fmt: skip
REFRESH = "run python -m helpers reference -o tests/fork --force"


@pytest.mark.parametrize("name", reference_pages())
def test_stored_page_is_what_the_code_says(name):
    assert (ROOT / "tests" / "fork" / name).read_text(encoding="utf-8") == reference_pages()[name], REFRESH


def entry(sample: str) -> dict:
    return plain_data(read_yaml(f"title: A lesson\nquestions:\n{sample}", "the sample"))["questions"][0]


def written(folder: Path, one: dict) -> Path:
    path = folder / "01-a-lesson.yaml"
    path.write_text(write_yaml({"title": "A lesson", "questions": [one]}), encoding="utf-8")
    return path


def paths(keys: tuple[Key, ...], before: tuple[str, ...] = ()) -> Iterator[tuple[Key, tuple[str, ...]]]:
    for key in keys:
        yield key, (*before, key.name)
        yield from paths(key.inside, (*before, key.name))


def holders(data: object, path: tuple[str, ...]) -> Iterator[dict]:
    """The mappings that have the last key of a path."""
    for one in data if isinstance(data, list) else [data]:
        if isinstance(one, dict) and path[0] in one:
            yield from [one] if len(path) == 1 else holders(one[path[0]], path[1:])


@pytest.mark.parametrize("name", SAMPLES)
def test_example_is_read_fits_the_letters_and_has_every_key(name, tmp_path, monkeypatch):
    keys, sample = SAMPLES[name]
    shutil.copytree(ROOT / "tests" / "fork" / "texts", tmp_path / "texts")
    (tmp_path / "lessons" / "questions").mkdir(parents=True)
    (tmp_path / "texts" / "course.yaml").unlink()
    monkeypatch.setenv("CLOSE_READING_HOME", str(tmp_path))
    one = entry(sample)
    if reasons := one.pop("reasons_in", ""):
        assert reasons in SAMPLES["choice"][1]
    (asked,) = read_questions(written(tmp_path / "lessons" / "questions", one))
    assert check_questions(load_all_texts()) == []
    if asked.model_answer and asked.free:
        assert asked.mark(asked.model_answer).wants == ()
    for _, path in paths(keys):
        assert list(holders(entry(sample), path)), f"the example of {name} has no {'.'.join(path)}"


@pytest.mark.parametrize(
    ("name", "key", "path"),
    [(name, key, path) for name, (keys, _) in SAMPLES.items() for key, path in paths(keys)],
    ids=lambda value: ".".join(value) if isinstance(value, tuple) else value if isinstance(value, str) else "",
)
def test_key_that_is_needed_is_missed_and_one_that_is_not_may_be_left_out(name, key, path, tmp_path, example):
    one = deepcopy(entry(SAMPLES[name][1]))
    next(holders(one, path)).pop(key.name)
    needed = key.needed or (name, ".".join(path)) in NEEDED_HERE
    if needed:
        with pytest.raises(UserError):
            read_questions(written(tmp_path, one))
    else:
        assert read_questions(written(tmp_path, one))


def test_every_optional_column_of_the_page_is_read_and_others_are_required(example):
    for name, columns in COLUMNS.items():
        assert TABLES[name] == tuple(one.name for one in columns if not one.optional)
        assert all(column.what for column in columns)
    known = {one.name for one in COLUMNS["timeline"]}
    assert set(read_table("timeline")[0]) == known
