"""Read the settings of the course, ``texts/course.yaml``; each error names the file and line and says how to fix it."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TypeVar

from ..core import (
    UserError,
    YamlEntry,
    course_file,
    date_in_words,
    date_range,
    lessons_folder,
    read_file,
    read_yaml,
)
from .model import ATTEMPTS, NUMBER, OPENS, Question
from .prose_settings import Prose, read_prose

Value = TypeVar("Value")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
# What may count in a column of the gradebook besides questions: all answers that a reader marks, and all forms.
ESSAYS, FORMS = "essays", "forms"
_COUNTS = re.compile(rf"{ESSAYS}|{FORMS}( \d{{1,2}})?|{NUMBER.pattern}")
_DEFAULT_COLUMNS = (("Essays", (ESSAYS,)), ("Forms", (FORMS,)))
_NAME = re.compile(r"course\.ya?ml(\.txt)?", re.I)


@dataclass(frozen=True)
class CourseSettings:
    """The settings of the course, with their defaults."""

    language: str = "en"  # of the lessons, as a BCP 47 tag
    essays: tuple[tuple[str, str], ...] | None = None  # ids of the questions that count, with their lines; None: unsaid
    opens: str = OPENS[0]  # when model answers open: “first”, “never” or a day (ISO 8601)
    grades: tuple[tuple[str, tuple[str, ...], str], ...] = ()  # columns: name, what counts, and the line
    attempts: str = ""  # which attempt counts, where a question does not say; empty for the default of its kind
    prose: Prose = field(default_factory=Prose)

    @property
    def columns(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The columns of the gradebook: the name and what counts in it.

        Examples
        --------
        >>> CourseSettings().columns
        (('Essays', ('essays',)), ('Forms', ('forms',)))
        """
        return tuple((name, counts) for name, counts, _ in self.grades) or _DEFAULT_COLUMNS

    def counts_for_the_mark(self, question: str) -> bool | None:
        """Say whether a question that a reader judges counts for the mark; None if the course does not say."""
        return None if self.essays is None else question in self._essays

    @cached_property
    def _essays(self) -> frozenset[str]:
        return frozenset(id for id, _ in self.essays or ())


def course_settings() -> CourseSettings:
    """Return the settings of the course; raises `UserError` if the file has a mistake."""
    settings, mistakes = _settings_and_mistakes()
    if mistakes:
        raise mistakes[0]
    return settings


def _settings_and_mistakes() -> tuple[CourseSettings, tuple[UserError, ...]]:
    """Read the settings that are in order, and the mistakes in the others; raises `UserError` if it is no YAML."""
    path = course_file()
    if not path.is_file():
        return CourseSettings(), ()
    stat = path.stat()
    return _read(path, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=16)
def _read(path: Path, *state: int) -> tuple[CourseSettings, tuple[UserError, ...]]:
    where = f"texts/{path.name}"
    course = YamlEntry(read_yaml(read_file(path), where), where, 1, "the file")
    mistakes: list[UserError] = []

    def read(reader: Callable[[YamlEntry], Value], default: Value) -> Value:
        try:
            return reader(course)
        except UserError as error:
            mistakes.append(error)
            return default

    default = CourseSettings()
    read(lambda file: file.only(("language", "essays", "model_answers", "attempts", "grades", "prose")), None)
    language = read(_language, default.language)
    settings = CourseSettings(
        language,
        read(_essays, default.essays),
        read(_opens, default.opens),
        read(_grades, default.grades),
        read(_attempts, default.attempts),
        read(lambda file: read_prose(file, language), default.prose),
    )
    return settings, tuple(mistakes)


def _language(course: YamlEntry) -> str:
    language = course.text("language", CourseSettings.language)
    if not _LANGUAGE.fullmatch(language):
        raise course.error(f"“language: {language}” is not the code of a language. Write, for example, language: en")
    return language


def _grades(course: YamlEntry) -> tuple[tuple[str, tuple[str, ...], str], ...]:
    """Read the columns of the gradebook: for each name a list of what counts in it."""
    if "grades" not in course.data:
        return ()
    columns = YamlEntry(course.data["grades"], course.where, course.line_of("grades"), "“grades”")
    found = []
    for name in columns.data:
        if not isinstance(name, str) or not name.strip():
            raise columns.error("a column of “grades” has no name in words. Put its name into quotation marks", name)
        counts = columns.texts(name, 1)
        for one in counts:
            if not _COUNTS.fullmatch(one):
                raise columns.error(
                    f'“{one}” cannot count in the column “{name}”. Write the id of a question, such as "7.2", or '
                    f"{ESSAYS}, {FORMS}, or {FORMS} with the number of a lesson, such as {FORMS} 2",
                    name,
                )
        found.append((name.strip(), counts, columns.place(name)))
    return tuple(found)


def _attempts(course: YamlEntry) -> str:
    return course.one_of("attempts", ATTEMPTS) if "attempts" in course.data else ""


def _essays(course: YamlEntry) -> tuple[tuple[str, str], ...] | None:
    if "essays" not in course.data:
        return None
    lines = [f"{course.where}, line {line}" for _, line in course.entries_with_lines("essays")]
    found = tuple(zip(course.texts("essays"), lines, strict=True))
    for id, line in found:
        if not NUMBER.fullmatch(id):
            raise UserError(f'{line}: “{id}” is not the id of a question. Write one as in its question file: "7.2".')
    return found


def _opens(course: YamlEntry) -> str:
    value = course.data.get("model_answers", OPENS[0])
    words = value.isoformat() if type(value) is datetime.date else course.text("model_answers", OPENS[0])
    if words not in OPENS and not _is_day(words):
        raise course.error(
            f"“model_answers: {words}” is not known. Write {', '.join(OPENS)} or a day, such as 2027-01-31",
            "model_answers",
        )
    return words


def _is_day(words: str) -> bool:
    try:
        return bool(_DAY.fullmatch(words) and datetime.date.fromisoformat(words))
    except ValueError:
        return False


def former_file(folder: Path) -> Path:
    """Return the place of ``course.yaml`` in version 0.1.0, beside the question files."""
    return folder / course_file().name


def former_attempts(folder: Path) -> str:
    """Read the default of ``attempts`` from the former place; empty if it is not set there."""
    path = former_file(folder)
    if not path.is_file():
        return ""
    where = "/".join(path.parts[-3:])
    course = YamlEntry(read_yaml(read_file(path), where), where, 1, "the file")
    course.only(("attempts",))
    return course.one_of("attempts", ATTEMPTS)


def closed_in_words(opens: str) -> str:
    """Say when a model answer that is not shown yet will open.

    Examples
    --------
    >>> closed_in_words("2027-01-31")
    'The model answer opens on 31 January 2027.'
    """
    if opens == "never":
        return "The model answer is not shown here. Ask your teacher."
    return f"The model answer opens on {date_in_words(date_range(opens, '')[0])}."


def check_settings(asked: Mapping[str, Question], unread: Iterable[int]) -> list[str]:
    """Check the settings of the course against its questions; `unread` are the lessons that cannot be read."""
    problems = [
        f"texts/{path.name} is not read. Rename it to {course_file().name}."
        for path in sorted(course_file().parent.iterdir())
        if _NAME.fullmatch(path.name) and path.name != course_file().name and path.is_file()
    ]
    try:
        settings, mistakes = _settings_and_mistakes()
    except UserError as error:
        return [*problems, str(error)]
    problems += map(str, mistakes)
    problems += _moved(settings)
    for id, line in settings.essays or ():
        if id not in asked:
            if int(id.partition(".")[0]) not in unread:
                problems.append(f"{line}: there is no question “{id}”. Correct the id, or delete the line.")
        elif asked[id].marked:
            problems.append(
                f"{line}: the module marks question “{id}” itself. Name only questions that you mark: essays, short "
                "answers without “accept”, grids without a key."
            )
        elif not asked[id].points:
            problems.append(
                f"{line}: question “{id}” has 0 points. Give it points in {asked[id].place}, or delete this."
            )
    for name, counts, line in settings.grades:
        for id in counts:
            if not NUMBER.fullmatch(id) or int(id.partition(".")[0]) in unread:
                continue
            if id not in asked:
                problems.append(f"{line}: “{name}” names question “{id}”, which does not exist. Correct the id.")
            elif not asked[id].points:
                problems.append(f"{line}: “{name}” names question “{id}”, which has 0 points. Delete it here.")
    return problems


def _moved(settings: CourseSettings) -> list[str]:
    """Report the file at its former place, which is still read."""
    path = former_file(lessons_folder() / "questions")
    if not path.is_file():
        return []
    place = f"lessons/questions/{path.name}"
    try:
        former = former_attempts(path.parent)
    except UserError as error:
        return [str(error)]
    if settings.attempts:
        return [f"{place}: texts/{path.name} has “attempts” too, and only that is read. Delete {place}."]
    return [f"{place}: settings are now in texts/{path.name}. Move “attempts: {former}” there and delete {place}."]
