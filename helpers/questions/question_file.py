"""From a question file to questions, every mistake named by file, line and mend."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from ..core import UserError, YamlEntry, read_file, read_yaml
from .model import ATTEMPTS, FREE, KINDS, SKILLS, Criterion, Option, Place, Question

T = TypeVar("T")
NUMBER = re.compile(r"(\d{1,2})\.\d{1,3}")
_COMMON = (
    "id", "kind", "skill", "points", "attempts", "prompt", "where", "reread", "model_answer", "misconceptions",
)  # fmt: skip
# What a question of each kind must have, and what else it may have.
_MUST = {
    "choice": ("options",),
    "choices": ("options",),
    "passage": ("document", "targets"),
    "order": ("items", "why"),
    "match": ("options", "items"),
    "short": ("model_answer",),
    "essay": ("model_answer", "rubric"),
}
_MAY = {
    "passage": ("layers", "near", "all", "most_words"),
    "short": ("accept", "wrong", "words", "evidence", "starters"),
    "essay": ("words", "evidence", "starters"),
}
_LESSON = re.compile(r"\d\d-[a-z0-9-]+")


def _named(entries: Iterable[YamlEntry], make: Callable[[str, YamlEntry], T]) -> tuple[T, ...]:
    """Make things that have an id, each id once."""
    made, seen = [], set()
    for entry in entries:
        id = entry.text("id")
        if id in seen:
            raise entry.error(f"the id “{id}” stands twice. Give this one an id of its own", "id")
        seen.add(id)
        made.append(make(id, entry))
    return tuple(made)


def _options(entry: YamlEntry, kind: str) -> tuple[Option, ...]:
    if kind == "match":
        keys = ("id", "text")
    elif kind in ("choice", "choices"):
        keys = ("id", "text", "correct", "why")
    else:
        return ()

    def make(id: str, one: YamlEntry) -> Option:
        why = one.text("why") if "why" in keys else ""
        return Option(id, one.text("text"), why, "correct" in keys and one.truth("correct"))

    options = _named(entry.entries("options", keys, 2), make)
    right = sum(option.correct for option in options)
    if kind == "choice" and right != 1:
        raise entry.error(f"{right} options have “correct: true”; a choice has exactly one. For several, use choices")
    if kind == "choices" and not right:
        raise entry.error("no option has “correct: true”. Mark those that are right", "options")
    return options


def _items(entry: YamlEntry, kind: str, options: tuple[Option, ...]) -> tuple[Option, ...]:
    if kind == "order":
        return _named(entry.entries("items", ("id", "text"), 2), lambda id, one: Option(id, one.text("text")))
    if kind != "match":
        return ()
    ids = [option.id for option in options]

    def make(id: str, one: YamlEntry) -> Option:
        goes_with, hint = one.one_of("goes_with", ids), one.text("hint", "")
        return Option(id, one.text("text"), one.text("why"), goes_with=goes_with, hint=hint)

    return _named(entry.entries("items", ("id", "text", "goes_with", "why", "hint"), 2), make)


def _places(entry: YamlEntry, key: str, least: int, document: str) -> tuple[Place, ...]:
    return tuple(
        Place(document, one.text("layer"), one.text("words"), one.text("why"), one.place())
        for one in entry.entries(key, ("layer", "words", "why"), least)
    )


def _where(entry: YamlEntry) -> tuple[Place, ...]:
    return tuple(
        Place(one.text("document"), one.text("layer"), one.text("quote"), "", one.place())
        for one in entry.entries("where", ("document", "layer", "quote"))
    )


def _question(entry: YamlEntry, lesson: str, title: str) -> Question:
    kind = entry.one_of("kind", KINDS)
    must, may = _MUST[kind], _MAY.get(kind, ())
    entry.only((*_COMMON, *must, *may))
    for key in must:
        if key not in entry.data:
            raise entry.error(f"a question of the kind {kind} needs “{key}”. Add it")
    id = entry.text("id")
    number = NUMBER.fullmatch(id)
    if not number or int(number[1]) != int(lesson[:2]):
        raise entry.error(
            f"the id “{id}” does not begin with the number of its lesson, as “{int(lesson[:2])}.1” does", "id"
        )
    options = _options(entry, kind)
    document = entry.text("document") if kind == "passage" else ""
    words = entry.within("words", ("least", "most"))
    evidence = entry.within("evidence", ("least", "layers"))
    layers = tuple(
        (one.text("document"), one.text("layer")) for one in evidence.entries("layers", ("document", "layer"))
    )
    least = evidence.number("least", 1 if layers else 0)
    if least and not layers:
        raise evidence.error("“evidence” names no layers to quote from. Add “layers”")
    if words.number("most", 0) and words.number("most", 0) < words.number("least", 0):
        raise words.error("“most” is smaller than “least”", "most")
    return Question(
        id=id,
        kind=kind,
        skill=entry.one_of("skill", SKILLS),
        prompt=entry.text("prompt"),
        lesson=lesson,
        title=title,
        points=entry.number("points", 1),
        attempts=entry.one_of("attempts", ATTEMPTS, "last" if kind in FREE else "best"),
        place=entry.place(),
        why=entry.text("why", ""),
        options=options,
        items=_items(entry, kind, options),
        document=document,
        layers=entry.texts("layers") or ("actors",) if kind == "passage" else (),
        targets=_places(entry, "targets", 1, document) if kind == "passage" else (),
        near=_places(entry, "near", 0, document) if kind == "passage" else (),
        all_wanted=entry.truth("all"),
        most_words=entry.number("most_words", 0),
        accept=entry.texts("accept"),
        wrong=tuple((one.text("words"), one.text("why")) for one in entry.entries("wrong", ("words", "why"))),
        least=words.number("least", 0),
        most=words.number("most", 0),
        starters=entry.texts("starters"),
        evidence=layers,
        least_evidence=least,
        rubric=_named(
            entry.entries("rubric", ("id", "criterion", "points", "levels"), 1 if kind == "essay" else 0),
            lambda id, one: Criterion(id, one.text("criterion"), one.number("points", 1), one.texts("levels", 2)),
        ),
        where=_where(entry),
        reread=entry.text("reread", ""),
        model_answer=entry.text("model_answer", ""),
        misconceptions=tuple(
            (one.text("idea"), one.text("reply")) for one in entry.entries("misconceptions", ("idea", "reply"))
        ),
    )


def read_questions(path: Path) -> tuple[Question, ...]:
    """Read one question file.

    Parameters
    ----------
    path : pathlib.Path
        The file, ``questions/NN-name.yaml``.

    Returns
    -------
    tuple of Question
        Its questions in order.

    Raises
    ------
    UserError
        At the first mistake, with file, line and mend.

    Examples
    --------
    >>> from helpers.core import lessons_folder
    >>> read_questions(sorted(lessons_folder().glob("questions/*.yaml"))[0])[0].id
    '0.1'
    """
    where = "/".join(path.parts[-3:])
    if not _LESSON.fullmatch(path.stem):
        raise UserError(f"{where}: a question file is named as its lesson, NN-name.yaml.")
    whole = YamlEntry(read_yaml(read_file(path), where, what="the question file"), where, 1, "the file")
    whole.only(("title", "questions"))
    title = whole.text("title")
    found: dict[str, Question] = {}
    for data, line in whole.entries_with_lines("questions", 1):
        entry = YamlEntry(data, where, line, "the question")
        one = _question(entry, path.stem, title)
        if one.id in found:
            raise entry.error(
                f"the id “{one.id}” stands already in {found[one.id].place}. Ids are never used twice", "id"
            )
        found[one.id] = one
    return tuple(found.values())
