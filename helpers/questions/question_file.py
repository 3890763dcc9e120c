"""Read question files; each error names the file and line and says how to fix it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..core import UserError, YamlEntry, plain_data, read_file, read_yaml, write_yaml
from . import kinds  # noqa: F401 - importing it registers the kinds
from .model import ATTEMPTS, COMMON_KEYS, KINDS, NUMBER, SKILLS, Place, Question, keys_inside
from .settings import CourseSettings, course_settings, former_attempts

# What a file with “keys: false” leaves out: a handout whose keys are elsewhere. It asks the same, and marks nothing.
_KEYS = (
    "accept", "correct", "goes_with", "hint", "key", "misconceptions", "model_answer", "near", "reread", "targets",
    "where", "why", "wrong",
)  # fmt: skip
# What a file with “model_answers: false” leaves out: it marks, and shows no good answer.
_MODELS = ("misconceptions", "model_answer")
HASH = re.compile(r"[0-9a-f]{16}")
LESSON = re.compile(r"\d\d-[a-z0-9-]+")


def _lines(one: YamlEntry) -> tuple[str, str, str]:
    return one.place("document"), one.place("layer"), one.place("quote")


def _where(entry: YamlEntry) -> tuple[Place, ...]:
    return tuple(
        Place(one.text("document"), one.text("layer"), one.text("quote"), "", _lines(one))
        for one in entry.entries("where", keys_inside(COMMON_KEYS, "where"))
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


def _right_id(id: str, lesson: int, used: Collection[str]) -> str:
    """Say how to write an id: with the number of its lesson, and the next free number if that is in use."""
    meant = re.fullmatch(r"(?:.*\D)?0*(\d{1,3})", id, re.S)
    numbers = [int(meant[1])] if meant else []
    free = (new for n in (*numbers, *range(1, 1000)) if (new := f"{lesson}.{n}") not in used)
    new = next(free, "")
    return f'Write id: "{new}"' if new else f"Move it to another lesson: all ids up to {lesson}.999 are used"


def _id(entry: YamlEntry, lesson: str, used: Collection[str]) -> str:
    """The id of a question: the number of its lesson, a point and a number."""
    id = entry.text("id")
    number = NUMBER.fullmatch(id)
    if not id or (number and int(number[1]) == int(lesson[:2])):
        return id
    if (inner := NUMBER.search(id)) and not id[0].isalnum():
        return entry.wrong(f'the id has typographic quotation marks. Write straight ones: id: "{inner[0]}"', "id", "")
    right = _right_id(id, int(lesson[:2]), used)
    message = f"the id “{id}” is not the number of its lesson, a point and a number. {right}"
    return entry.wrong(message, "id", "")


def _question(
    entry: YamlEntry, kind: type[Question], lesson: str, title: str, course: CourseSettings, used: Collection[str]
) -> Question:
    entry.only(key.name for key in (*COMMON_KEYS, *kind.keys))
    for key in kind.keys:
        if key.needed and key.name not in entry.data and key.name not in entry.optional:
            raise entry.error(f"a question of the kind {kind.kind} needs “{key.name}”. Add it")
    id = _id(entry, lesson, used)
    return kind(
        id=id,
        skill=entry.one_of("skill", SKILLS),
        prompt=entry.text("prompt"),
        lesson=lesson,
        title=title,
        points=entry.number("points", 1),
        attempts=entry.one_of("attempts", ATTEMPTS, course.attempts or kind.default_attempts),
        place=entry.place(),
        why=entry.text("why", ""),
        where=_where(entry),
        reread=entry.text("reread", ""),
        same_as=_same_as(entry),
        opens=course.opens,
        counts_for_the_mark=course.counts_for_the_mark(id),
        keyed=not entry.optional.issuperset(_KEYS),
        model_answer=entry.text("model_answer", ""),
        reasons_in=entry.text("reasons_in", ""),
        misconceptions=tuple(
            (one.text("idea"), one.text("reply"))
            for one in entry.entries("misconceptions", keys_inside(COMMON_KEYS, "misconceptions"))
        ),
        **kind.read(entry),
    )


def _left_out(whole: YamlEntry) -> tuple[str, ...]:
    """The keys that a file may leave out, by its first lines."""
    for name, left_out in (("keys", _KEYS), ("model_answers", _MODELS)):
        if name in whole.data and not whole.truth(name):
            return left_out
    return ()


def without_answers(path: Path, *, keys: bool) -> str:
    """Return a question file without its model answers, and with ``keys=False`` also without keys and explanations.

    It asks the same: the hashes of all wordings stay, so that answers to it count in the whole file. Comments are left
    out too, because they may give answers away.
    """
    asked = {one.id: one for one in read_questions(path)}
    whole: dict[str, Any] = plain_data(read_yaml(read_file(path), path.name))
    left_out = _MODELS if keys else _KEYS
    for entry in whole["questions"]:
        asked[entry["id"].strip()].clear_answers(entry, keys=keys)
    kept = {key: value for key, value in whole.items() if key not in ("title", "questions")}
    named = {"title": whole["title"], **kept, "model_answers" if keys else "keys": False}
    return write_yaml({**named, "questions": _without(whole["questions"], left_out)})


def _without(data: Any, keys: Collection[str]) -> Any:  # noqa: ANN401 - any data of YAML
    """Leave out keys of mappings, at every depth."""
    if isinstance(data, dict):
        return {key: _without(value, keys) for key, value in data.items() if key not in keys}
    return [_without(one, keys) for one in data] if isinstance(data, list) else data


def read_questions(path: Path) -> tuple[Question, ...]:
    """Read one question file, ``questions/NN-name.yaml``; raises `UserError` at the first mistake."""
    asked, mistakes = questions_and_mistakes(path)
    if mistakes:
        raise mistakes[0]
    return asked


def questions_and_mistakes(path: Path) -> tuple[tuple[Question, ...], list[UserError]]:
    """Read the questions of a file that are in order, and list the mistakes in the others.

    Raises `UserError` if the file cannot be read as a list of questions.
    """
    where = "/".join(path.parts[-3:])
    if not LESSON.fullmatch(path.stem):
        raise UserError(f"{where}: a question file must have the name of its lesson. Rename it to NN-name.yaml.")
    mistakes: list[UserError] = []
    whole = YamlEntry(read_yaml(read_file(path), where, what="the question file"), where, 1, "the file")
    left_out = _left_out(whole)
    whole.mistakes = mistakes
    whole.only(("title", "minutes", "keys", "model_answers", "questions"))
    title = whole.text("title")
    course = course_settings()
    if not course.attempts:
        course = replace(course, attempts=former_attempts(path.parent))
    found: dict[str, Question] = {}
    try:
        entries = whole.entries_with_lines("questions", 1)
    except UserError as error:
        return (), mistakes or [error]  # “questions” may be misspelt
    used = {str(data.get("id")) for data, _ in entries if isinstance(data, Mapping)}
    for data, line in entries:
        own: list[UserError] = []
        try:
            entry = YamlEntry(data, where, line, "the question", left_out)
            kind = KINDS[entry.one_of("kind", KINDS)]
            entry.mistakes = own
            one = _question(entry, kind, path.stem, title, course, used)
            if not own and one.id in found:
                place = found[one.id].place
                entry.wrong(f"the id “{one.id}” is already used in {place}. Give this question another id", "id", "")
        except UserError as error:
            own = own or [error]  # after a wrong value it may be a consequence of what stands in for that
        mistakes += own
        if not own:
            found[one.id] = one
    minutes = whole.number("minutes", 0)
    asked = tuple(replace(one, minutes=minutes, number=n, of=len(found)) for n, one in enumerate(found.values(), 1))
    return asked, mistakes
