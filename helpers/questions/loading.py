"""What the lessons ask: their question files, found, read and checked against the texts."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from ..core import UserError, did_you_mean, lessons_folder
from ..texts import Row, Text, text_ids, verify_row
from .model import Question
from .question_file import COURSE, NUMBER, read_questions


def question_path(notebook: Path) -> Path:
    """The question file of a lesson; it need not be there.

    Examples
    --------
    >>> question_path(Path("lessons/01-name.ipynb")).as_posix()
    'lessons/questions/01-name.yaml'
    """
    return notebook.parent / "questions" / f"{notebook.stem}.yaml"


def lesson_files() -> list[Path]:
    """The question files, in the order of the lessons."""
    found = (lessons_folder() / "questions").glob("[0-9][0-9]-*.yaml")
    return sorted(path for path in found if path.is_file())


@lru_cache(maxsize=64)
def _read(path: Path, *state: tuple[int, int]) -> tuple[Question, ...]:
    return read_questions(path)


def _of(path: Path) -> tuple[Question, ...]:
    """The questions of a file; one that was mended is read again, one that was not is not."""
    both = [one.stat() for one in (path, path.with_name(COURSE)) if one.is_file()]
    return _read(path, *((state.st_mtime_ns, state.st_size) for state in both))


def questions(lesson: str | None = None) -> tuple[Question, ...]:
    """The questions of one lesson or of all.

    Parameters
    ----------
    lesson : str, optional
        The lesson, by its file name (``01-name``) or number (``"01"``, ``"1"``).

    Returns
    -------
    tuple of Question
        In the order of the files.

    Raises
    ------
    UserError
        If there is no such lesson, or a file has a mistake.

    Examples
    --------
    >>> {question.lesson[:2] for question in questions("0")}
    {'00'}
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
    """One question, by its id.

    Parameters
    ----------
    id : str
        Such as ``"1.2"``: question 2 of lesson 1.

    Returns
    -------
    Question
        The question.

    Raises
    ------
    UserError
        If there is none.

    Examples
    --------
    >>> question("0.1").lesson[:2]
    '00'
    """
    if not isinstance(id, str):
        raise UserError(f'{id!r} is not the name of a question. Write it in quotation marks: answer("{id}").')
    number = NUMBER.fullmatch(id.strip())
    lessons = {int(path.stem[:2]) for path in lesson_files()}
    some = questions(number[1]) if number and int(number[1]) in lessons else questions()
    found = next((one for one in some if one.id == id.strip()), None)
    if found is None:
        raise UserError(f"No question “{id}”. {did_you_mean(id, [one.id for one in some])}")
    return found


def check_questions(texts: Mapping[str, Text]) -> list[str]:
    """Check every question file against the texts.

    Parameters
    ----------
    texts : mapping of str to Text
        The texts by id.

    Returns
    -------
    list of str
        One sentence a mistake, with file, line and mend.

    Examples
    --------
    >>> from helpers.texts import load_all_texts
    >>> check_questions(load_all_texts())
    []
    """
    problems = [
        f"{path.relative_to(lessons_folder().parent).as_posix()} is not read: a question file is "
        "lessons/questions/NN-name.yaml, named as its lesson. Move or rename it."
        for folder in (lessons_folder(), lessons_folder() / "questions")
        for path in sorted(folder.glob("*.y*ml"))
        if path not in (*lesson_files(), lessons_folder() / "questions" / COURSE)
    ]
    for path in lesson_files():
        try:
            some = _of(path)
        except UserError as error:
            problems.append(str(error))
        else:
            problems += _away(some, texts) or [problem for one in some for problem in _misplaced(one, texts)]
    return problems


def count_questions() -> int:
    """How many questions there are in the files that can be read.

    Examples
    --------
    >>> count_questions() == len(questions())
    True
    """
    count = 0
    for path in lesson_files():
        with contextlib.suppress(UserError):
            count += len(_of(path))
    return count


def _away(some: Iterable[Question], texts: Mapping[str, Text]) -> list[str]:
    """Say it once if a whole file is about texts that are not here, as those of another course are."""
    named = dict.fromkeys(place.document for one in some for place in one.places())
    if not named or not named.keys().isdisjoint({*texts, *text_ids()}):
        return []
    file = next(iter(some)).place.partition(", line ")[0]
    texts_away = "a text that is" if len(named) == 1 else "texts that are"
    return [f"{file} is about {texts_away} not here ({', '.join(named)}): write your own or delete it."]


def _misplaced(one: Question, texts: Mapping[str, Text]) -> list[str]:
    """The places of a question that are not, or no longer, in the texts."""
    problems = []
    for place in one.places():
        # A text that cannot be read is a problem of its own.
        if place.document not in texts and place.document in text_ids():
            continue
        row = Row({"document": place.document, "layer": place.layer, "evidence": place.words}, place.place)
        try:
            verify_row(row, texts)
        except UserError as error:
            problems.append(str(error))
    problems = problems or one.problems(texts)
    return list(dict.fromkeys(problems))
