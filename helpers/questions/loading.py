"""Find the question files of the lessons, read them and check them against the texts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path

from ..core import (
    UserError,
    copied_name,
    course_file,
    damaged_letters,
    did_you_mean,
    lessons_folder,
    problems_sought,
    read_file,
    slug,
)
from ..texts import Row, Text, meant_text_ids, verify_row
from .model import NUMBER, Question
from .question_file import LESSON, questions_and_mistakes, read_questions
from .settings import check_settings, former_file


def question_path(notebook: Path) -> Path:
    """Return the path of a lesson’s question file, which need not exist.

    Examples
    --------
    >>> question_path(Path("lessons/01-name.ipynb")).as_posix()
    'lessons/questions/01-name.yaml'
    """
    return notebook.parent / "questions" / f"{notebook.stem}.yaml"


def lesson_files() -> list[Path]:
    """List the question files, in the order of the lessons."""
    found = (lessons_folder() / "questions").glob("[0-9][0-9]-*.yaml")
    return sorted(path for path in found if path.is_file() and LESSON.fullmatch(path.stem))


@lru_cache(maxsize=64)
def _read(path: Path, *state: tuple[str, int, int]) -> tuple[Question, ...]:
    return read_questions(path)


def _of(path: Path) -> tuple[Question, ...]:
    """Return the questions of a file, which is read again only if it or the settings of the course have changed."""
    files = [file for file in (path, course_file(), former_file(path.parent)) if file.is_file()]
    stats = [(file, file.stat()) for file in files]
    return _read(path, *((str(file), stat.st_mtime_ns, stat.st_size) for file, stat in stats))


def questions(lesson: str | None = None) -> tuple[Question, ...]:
    """Return the questions of all lessons, or of one, given by file name (``01-name``) or number (``"01"``, ``"1"``).

    Raises `UserError` if there is no such lesson or a file has a mistake.
    """
    files = lesson_files()
    if lesson is not None:
        named = str(lesson).zfill(2) if str(lesson).isdigit() else str(lesson)
        files = [path for path in files if named in (path.stem, path.stem[:2])]
        if not files:
            raise UserError(
                f"No lesson “{lesson}” has questions. {did_you_mean(str(lesson), [p.stem for p in lesson_files()])}"
            )
    return tuple(question for path in files for question in _of(path))


def question(id: str) -> Question:
    """Return one question by its id: ``"1.2"`` is question 2 of lesson 1.

    Raises `UserError` if there is none.
    """
    if not isinstance(id, str):
        raise UserError(f'{id!r} is not the id of a question. Write the id in quotation marks: answer("{id}").')
    number = NUMBER.fullmatch(id.strip())
    lessons = {int(path.stem[:2]) for path in lesson_files()}
    known = questions(number[1]) if number and int(number[1]) in lessons else questions()
    found = next((one for one in known if one.id == id.strip()), None)
    if found is None:
        raise UserError(f"No question “{id}”. {did_you_mean(id, [one.id for one in known])}")
    return found


def check_questions(texts: Mapping[str, Text]) -> list[str]:
    """Check every question file against the texts; each problem is a message with file, line and how to fix it.

    Examples
    --------
    >>> from helpers.texts import load_all_texts
    >>> check_questions(load_all_texts())
    []
    """
    problems = list(misnamed_files().values())
    known: dict[str, Question] = {}
    unread: list[int] = []
    for path in lesson_files():
        try:
            if damage := damaged_letters(read_file(path), "/".join(path.parts[-3:])):
                raise UserError(damage)
            asked, mistakes = questions_and_mistakes(path)
        except UserError as error:
            asked, mistakes = (), [error]
        if mistakes:
            unread.append(int(path.stem[:2]))
        known |= {one.id: one for one in asked}
        file = "/".join(path.parts[-3:])
        problems += problems_sought(map(str, mistakes), file)
        misplaced = (problem for one in asked for problem in _misplaced(one, texts))
        problems += _missing_texts(asked, texts) or problems_sought(misplaced, file)
    problems += _reasons_missing(known, unread)
    return list(dict.fromkeys([*problems, *check_settings(known, unread)]))


def _reasons_missing(asked: Mapping[str, Question], unread: Iterable[int]) -> list[str]:
    """Report where the reasons for a choice are not in a written question of the course."""
    return [
        f"{one.place}: question {one.id} has its reasons in “{one.reasons_in}”, which is no question that students "
        "answer in their own words. Correct the id, or delete “reasons_in”."
        for one in asked.values()
        if one.reasons_in
        and not (one.reasons_in in asked and asked[one.reasons_in].judged)
        and not (one.reasons_in not in asked and one.reasons_in.partition(".")[0] in map(str, unread))
    ]


def misnamed_files() -> dict[Path, str]:
    """Report files, each with what to do, that are meant as question files but have another name or place."""
    right = lessons_folder() / "questions"
    problems: dict[Path, str] = {}
    for folder in (lessons_folder(), right):
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            # Windows hides the ending .txt that an editor has added.
            found = re.fullmatch(r"(.+?)\.ya?ml(?:\.txt)?", path.name, re.I)
            if not found or path.name[0] in ".~" or path in (*lesson_files(), former_file(right)) or not path.is_file():
                continue
            name, original = _question_name(found[1]), copied_name(found[1])
            place = path.relative_to(lessons_folder().parent).as_posix()
            if original and (right / f"{original}.yaml").exists():
                fix = f"It looks like a copy of {original}.yaml: delete it"
            elif name == course_file().stem:
                problems[path] = f"{place} is not read. Settings of the course are in texts/{course_file().name}."
                continue
            elif (right / f"{name}.yaml").exists():
                fix = f"Only {name}.yaml is read: move what is new in this file into it, and delete this file"
            else:
                fix = f"{'Rename' if folder == right else 'Move'} it to lessons/questions/{name}.yaml"
            problems[path] = (
                f"{place} is not read. A question file must be lessons/questions/NN-name.yaml, with the name "
                f"of its lesson. {fix}."
            )
    return problems


def _question_name(stem: str) -> str:
    """The name that a question file should have: that of its lesson, if there is one with its number."""
    number = re.match(r"\d+", stem)
    stems = [path.stem for path in sorted(lessons_folder().glob("*.ipynb")) if path.stem[0].isdigit()]
    lessons = [lesson_name(one) for one in stems if not copied_name(one)]
    same = [name for name in lessons if number and int(name[:2]) == int(number[0])]
    near = get_close_matches(stem.casefold(), same or lessons, n=1, cutoff=0 if len(same) == 1 else 0.6)
    return near[0] if near else lesson_name(stem) if number else stem if stem == course_file().stem else "NN-name"


def lesson_name(stem: str) -> str:
    """Return the name that a lesson must have, made from the one that it has.

    Examples
    --------
    >>> lesson_name("1 Das größte Bild")
    '01-das-groesste-bild'
    """
    number, name = re.match(r"(\d*)(.*)", stem, re.S).groups()  # type: ignore[union-attr]
    return f"{number.zfill(2)[:2]}-{slug(name) or 'lesson'}"


def _missing_texts(asked: Iterable[Question], texts: Mapping[str, Text]) -> list[str]:
    """Report once, not for each question, that none of the texts a file is about exists (as in another course)."""
    named = dict.fromkeys(place.document for one in asked for place in one.places())
    if not named or not named.keys().isdisjoint({*texts, *meant_text_ids()}):
        return []
    file = next(iter(asked)).place.partition(", line ")[0]
    texts_away = "a text that is" if len(named) == 1 else "texts that are"
    return [f"{file} is about {texts_away} not here ({', '.join(named)}). Write your own questions or delete the file."]


def _misplaced(one: Question, texts: Mapping[str, Text]) -> Iterator[str]:
    """Yield the places of a question that are not in the texts, or else what else does not fit them."""
    problems: dict[str, None] = {}
    for place in one.places():
        # A text that exists but cannot be read is reported elsewhere.
        if place.document not in texts and place.document in meant_text_ids():
            continue
        text = texts.get(place.document)
        known = 0 if text is None else 1 if place.layer and place.layer not in [part.id for part in text] else 2
        row = Row({"document": place.document, "layer": place.layer, "evidence": place.words}, place.lines[known])
        try:
            verify_row(row, texts)
        except UserError as error:
            if (problem := str(error)) not in problems:
                problems[problem] = None
                yield problem
    if not problems:
        yield from dict.fromkeys(one.problems(texts))
