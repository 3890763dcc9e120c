"""Read question files; each error names the file and line and says how to fix it."""

from __future__ import annotations

import re
from pathlib import Path

from ..core import UserError, YamlEntry, read_file, read_yaml
from . import kinds  # noqa: F401 - importing it registers the kinds
from .model import ATTEMPTS, KINDS, SKILLS, Place, Question

COURSE = "course.yaml"
# What a file with “keys: false” leaves out: a handout whose keys are elsewhere. It asks the same, and marks nothing.
KEYS = (
    "accept", "correct", "goes_with", "hint", "key", "misconceptions", "model_answer", "near", "reread", "targets",
    "where", "why", "wrong",
)  # fmt: skip
HASH = re.compile(r"[0-9a-f]{16}")
NUMBER = re.compile(r"(\d{1,2})\.\d{1,3}")
_COMMON = (
    "id", "kind", "skill", "points", "attempts", "prompt", "where", "reread", "model_answer", "misconceptions",
    "same_as",
)  # fmt: skip
LESSON = re.compile(r"\d\d-[a-z0-9-]+")


def _lines(one: YamlEntry) -> tuple[str, str, str]:
    return one.place("document"), one.place("layer"), one.place("quote")


def _where(entry: YamlEntry) -> tuple[Place, ...]:
    return tuple(
        Place(one.text("document"), one.text("layer"), one.text("quote"), "", _lines(one))
        for one in entry.entries("where", ("document", "layer", "quote"))
    )


def _same_as(entry: YamlEntry) -> tuple[str, ...]:
    given = entry.texts("same_as")
    for one in given:
        if not HASH.fullmatch(one):
            raise entry.error(
                f"“{one}” in “same_as” is not the hash of a wording, which has 16 digits and letters from a to f. "
                "Before you change a wording, python -m helpers check --wordings prints its hash",
                "same_as",
            )
    return given


def course_attempts(folder: Path) -> str:
    """Read the default of ``attempts`` from ``course.yaml`` in a folder; empty if it is not set there."""
    path = folder / COURSE
    if not path.is_file():
        return ""
    where = "/".join(path.parts[-3:])
    course = YamlEntry(read_yaml(read_file(path), where), where, 1, "the file")
    course.only(("attempts",))
    return course.one_of("attempts", ATTEMPTS)


def _question(entry: YamlEntry, lesson: str, title: str, attempts: str) -> Question:
    kind = KINDS[entry.one_of("kind", KINDS)]
    entry.only((*_COMMON, *kind.must, *kind.may))
    for key in kind.must:
        if key not in entry.data and key not in entry.optional:
            raise entry.error(f"a question of the kind {kind.kind} needs “{key}”. Add it")
    id = entry.text("id")
    number = NUMBER.fullmatch(id)
    if not number or int(number[1]) != int(lesson[:2]):
        if (inner := NUMBER.search(id)) and not id[0].isalnum():
            raise entry.error(f'the id has typographic quotation marks. Write straight ones: id: "{inner[0]}"', "id")
        raise entry.error(
            f"the id “{id}” does not begin with the number of its lesson. Write “{int(lesson[:2])}.1” or the like", "id"
        )
    return kind(
        id=id,
        skill=entry.one_of("skill", SKILLS),
        prompt=entry.text("prompt"),
        lesson=lesson,
        title=title,
        points=entry.number("points", 1),
        attempts=entry.one_of("attempts", ATTEMPTS, attempts or kind.default_attempts),
        place=entry.place(),
        why=entry.text("why", ""),
        where=_where(entry),
        reread=entry.text("reread", ""),
        same_as=_same_as(entry),
        keyed=not entry.optional,
        model_answer=entry.text("model_answer", ""),
        misconceptions=tuple(
            (one.text("idea"), one.text("reply")) for one in entry.entries("misconceptions", ("idea", "reply"))
        ),
        **kind.read(entry),
    )


def read_questions(path: Path) -> tuple[Question, ...]:
    """Read one question file, ``questions/NN-name.yaml``; raises `UserError` at the first mistake."""
    where = "/".join(path.parts[-3:])
    if not LESSON.fullmatch(path.stem):
        raise UserError(f"{where}: a question file must have the name of its lesson. Rename it to NN-name.yaml.")
    whole = YamlEntry(read_yaml(read_file(path), where, what="the question file"), where, 1, "the file")
    whole.only(("title", "keys", "questions"))
    keyed = "keys" not in whole.data or whole.truth("keys")
    title = whole.text("title")
    attempts = course_attempts(path.parent)
    found: dict[str, Question] = {}
    for data, line in whole.entries_with_lines("questions", 1):
        entry = YamlEntry(data, where, line, "the question", () if keyed else KEYS)
        one = _question(entry, path.stem, title, attempts)
        if one.id in found:
            raise entry.error(
                f"the id “{one.id}” is already used in {found[one.id].place}. Give this question another id", "id"
            )
        found[one.id] = one
    return tuple(found.values())
