"""The points of a class as files for a gradebook: new ones, or the export of Moodle or Canvas filled in.

What is not marked stays as it is in the export, and is never a zero. The formats were read from the source of the two
programs: Canvas ``lib/gradebook_exporter.rb`` and ``gradebook_importer.rb``, Moodle ``mod/assign/feedback/offline``.
Canvas finds an assignment by the number behind its name, takes an unknown name for a new assignment, and sets the
points of an assignment from the row “Points Possible”; so nothing but the points of students is changed. Moodle finds
a student by the number behind “Participant”, and reads comments as HTML.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from unicodedata import normalize

from ..core import UserError, did_you_mean, escape, formula_escaped, neutralised, read_unchanged
from ..questions import ESSAYS, FORMS, Question, course_settings
from .marking_scheme import to_mark
from .marks_file import Marks, in_points, points_that_count
from .results import Student, StudentResult

_NUMBERED = re.compile(r"\s*\((\d+)\)\s*$")  # Canvas: “Essay 1 (4757)”
_POINTS = re.compile(r"\s*Points Possible", re.I)
_PARTICIPANT = re.compile(r"\D*(\d+)\s*")
_LESSON = re.compile(rf"{FORMS} 0?(\d{{1,2}})")
_KEPT = ("EX", "N/A")  # Canvas: excused, not assigned
# Columns that tell who somebody is, in the exports and in rosters made from them.
_IDENTITY = ("id", "sis user id", "sis login id", "integration id", "email address", "email", "id number", "username")


@dataclass(frozen=True)
class Column:
    """A column of the gradebook: its name, the questions that count in it, and the points that they give."""

    name: str
    questions: tuple[str, ...]
    of: float


@dataclass(frozen=True)
class Filled:
    """A file for the gradebook: its name and content, and what there is to say of it."""

    name: str
    content: str
    said: tuple[str, ...] = ()


class Grades:
    """The points of a class by student and column.

    Only questions that somebody in the class has answered count: the lessons that are still to come do not.
    ``missing`` are the points of an answer that was not handed in: None leaves the column empty.
    """

    def __init__(
        self,
        results: Iterable[StudentResult],
        asked: Iterable[Question],
        marks: Marks,
        *,
        missing: float | None = None,
        each: bool = False,
    ) -> None:
        self.results = sorted(results, key=lambda one: one.student.number)
        self.marks, self.missing = marks, missing
        self._asked = {one.id: one for one in asked}
        self._judged = {one.id for one in to_mark(self._asked.values())}
        answered = {id for one in self.results for id in one.answers} | {
            essay.question for one in self.results for essay in one.essays
        }
        self._counting = [id for id, one in self._asked.items() if id in answered and one.points]
        settings = course_settings()
        self.columns = [self._column(name, of) for name, of in settings.columns]
        if each:
            self.columns += [self._column(id, (id,)) for id in self._counting]
        self._handed_in = {one.student.key: {essay.question for essay in one.essays} for one in self.results}

    def _column(self, name: str, of: Sequence[str]) -> Column:
        found = dict.fromkeys(id for one in of for id in self._meant(one))
        return Column(name, tuple(found), sum(self._asked[id].points for id in found))

    def _meant(self, words: str) -> list[str]:
        if words == ESSAYS:
            some = [id for id in self._counting if id in self._judged]
            named = [id for id in some if self._asked[id].counts_for_the_mark]
            return named or some
        if words == FORMS:
            return [id for id in self._counting if self._asked[id].marked]
        if lesson := _LESSON.fullmatch(words):
            return [id for id in self._meant(FORMS) if id.partition(".")[0] == lesson[1]]
        return [words] if words in self._counting else []

    def column_called(self, name: str) -> Column | None:
        """Return the column with a name, or that of the question with whose id the name begins."""
        plain = _plain(name)
        found = next((one for one in self.columns if _plain(one.name) == plain), None)
        if found:
            return found
        id = re.match(r"(?:question )?(\d{1,2}\.\d{1,3})(?![\d.])", plain)
        return self._column(id[1], (id[1],)) if id and id[1] in self._counting else None

    def points(self, result: StudentResult, column: Column) -> float | None:
        """Return the points of a student in a column; None if something in it is not marked yet."""
        if not column.questions or not (result.answers or result.essays):
            return None
        found = [self._on(result, id) for id in column.questions]
        return None if None in found else round(sum(one for one in found if one is not None), 2)

    def _on(self, result: StudentResult, id: str) -> float | None:
        if id not in self._judged:
            answered = result.answers.get(id)
            return (answered.points or 0.0) if answered else 0.0
        points, _ = points_that_count(self.marks.on(id, result.student.key))
        if points is None and id not in self._handed_in[result.student.key]:
            return self.missing
        return points

    def comments(self, result: StudentResult, column: Column) -> list[tuple[str, str]]:
        """Return the comments on the answers of a column, each with the id of its question."""
        return [
            (id, mark.comment)
            for id in column.questions
            for mark in self.marks.on(id, result.student.key)
            if mark.comment
        ]


# ---------------------------------------------------------------- new files


def grades_table(grades: Grades, *, names: bool) -> Filled:
    """Write the points as a table for people."""
    head = [
        "number",
        *(["name", "id", "email"] if names else []),
        *(f"{one.name} (of {one.of:g})" for one in grades.columns),
    ]
    rows = [
        [
            one.student.number,
            *([one.student.name, one.student.lms_id, one.student.email] if names else []),
            *(in_points(grades.points(one, column)) for column in grades.columns),
        ]
        for one in grades.results
    ]
    return Filled("grades.csv", "\ufeff" + _csv([head, *rows]))


def canvas_new(grades: Grades) -> Filled:
    """Write a file that Canvas imports; it asks there to create an assignment for each column."""
    head = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *(one.name for one in grades.columns)]
    possible = ["    Points Possible", "", "", "", "", *(in_points(one.of) for one in grades.columns)]
    rows = [
        [
            one.student.name or f"Number {one.student.number}",
            one.student.lms_id,
            "",
            one.student.email,
            "",
            *(in_points(grades.points(one, column)) for column in grades.columns),
        ]
        for one in grades.results
    ]
    return Filled("grades-canvas.csv", _csv([head, possible, *rows]))


def moodle_new(grades: Grades, column: Column) -> Filled:
    """Write a grading worksheet for an assignment in Moodle."""
    head = [
        "Identifier", "Full name", "Email address", "Status", "Grade", "Maximum Grade", "Grade can be changed",
        "Last modified (grade)", "Feedback comments",
    ]  # fmt: skip
    rows = []
    for one in grades.results:
        id = _PARTICIPANT.fullmatch(one.student.lms_id)
        points = in_points(grades.points(one, column))
        comments = _as_html(grades.comments(one, column))
        participant = f"Participant {id[1]}" if id else ""
        rows.append(
            [participant, one.student.name, one.student.email, "", points, in_points(column.of), "Yes", "", comments]
        )
    return Filled("grades-moodle.csv", _csv([head, *rows]))


def _csv(rows: Iterable[Sequence[object]]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows([formula_escaped(cell) for cell in row] for row in rows)
    return out.getvalue()


def _as_html(comments: Sequence[tuple[str, str]]) -> str:
    """Write comments as HTML, as Moodle wants them; so no spreadsheet takes one for a formula either."""
    return "".join(f"<p>{id}: {escape(words).replace(chr(10), '<br>')}</p>" for id, words in comments)


# ---------------------------------------------------------------- an export filled in


class _Export:
    """A file of an LMS, which is written back as it was but for the cells that are set."""

    def __init__(self, path: Path) -> None:
        text = read_unchanged(path, table=True)
        self.mark = "\ufeff" if text.startswith("\ufeff") else ""
        text = text.removeprefix("\ufeff")
        self.end = "\r\n" if "\r\n" in text else "\n"
        first = text.partition("\n")[0]
        self.separator = max(",;\t", key=lambda sign: len(next(csv.reader([first], delimiter=sign), [])))
        try:
            self.rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=self.separator))
        except csv.Error as error:
            raise UserError(f"{path.name} cannot be read as a table: {error}. Export it again.") from error
        self.head = [cell.strip() for cell in self.rows[0]] if self.rows else []
        self.name = path.name
        numbers = [cell for row in self.rows[1:] for cell in row]
        self.comma = any(re.fullmatch(r"\d+,\d+", cell.strip()) for cell in numbers)

    def column(self, *names: str) -> int | None:
        """Return the place of the first of these columns."""
        plain = [_plain(cell) for cell in self.head]
        return next((plain.index(name) for name in names if name in plain), None)

    def number(self, points: float) -> str:
        """Write points with the decimal sign of the file."""
        return in_points(points).replace(".", ",") if self.comma else in_points(points)

    def text(self) -> str:
        """The whole file."""
        out = io.StringIO(newline="")
        csv.writer(out, delimiter=self.separator, lineterminator=self.end).writerows(self.rows)
        return self.mark + out.getvalue()


def filled_export(path: Path, grades: Grades, grade: str = "") -> Filled:
    """Fill in the file that an LMS exported: a gradebook of Canvas, or a grading worksheet of Moodle.

    ``grade`` names the column of the setting ``grades`` that goes into Moodle’s only one.
    """
    export = _Export(path)
    plain = [_plain(cell) for cell in export.head]
    if plain[:2] == ["student", "id"] or plain[:3] == ["lastname", "firstname", "id"]:
        return _filled_canvas(export, grades)
    if "identifier" in plain and "grade" in plain:
        return _filled_moodle(export, grades, grade)
    raise UserError(
        f"{path.name} is neither a gradebook of Canvas (first columns: Student, ID) nor a grading worksheet of Moodle "
        "(columns: Identifier, Grade). Export it again, with the language of the LMS set to English."
    )


def column_for_moodle(grades: Grades, grade: str) -> Column:
    """Return the column of the setting with a name, by default the first."""
    if not grade:
        return grades.columns[0]
    found = grades.column_called(grade)
    if not found:
        raise UserError(
            f"No column “{grade}” in the setting “grades”. {did_you_mean(grade, [c.name for c in grades.columns])}"
        )
    return found


def _filled_canvas(export: _Export, grades: Grades) -> Filled:
    possible = next((row for row in export.rows[1:] if row and _POINTS.match(row[0])), [])
    targets = [
        (place, column, _most(possible[place] if place < len(possible) else ""))
        for place, name in enumerate(export.head)
        if (numbered := _NUMBERED.search(name)) and (column := grades.column_called(name[: numbered.start()]))
    ]
    if not targets:
        names = [_NUMBERED.sub("", name) for name in export.head if _NUMBERED.search(name)]
        ours = ", ".join(f"“{one.name}”" for one in grades.columns)
        raise UserError(
            f"{export.name}: no assignment has the name of one of your columns ({ours}). Assignments there: "
            f"{', '.join(names) or 'none'}. Name them in texts/course.yaml, under “grades”."
        )
    students = [
        row for row in export.rows[1:] if row and not _POINTS.match(row[0]) and any(cell.strip() for cell in row[:3])
    ]
    said = _fill(export, students, grades, targets, _canvas_person(export), kept=_KEPT)
    return Filled("grades-canvas.csv", export.text(), tuple(said))


def _filled_moodle(export: _Export, grades: Grades, grade: str) -> Filled:
    place, most = export.column("grade"), export.column("maximum grade")
    column = column_for_moodle(grades, grade)
    changeable = export.column("grade can be changed")
    comments = export.column("feedback comments")
    assert place is not None
    students, locked = [], 0
    for row in export.rows[1:]:
        if changeable is not None and changeable < len(row) and row[changeable].strip().casefold() == "no":
            locked += 1
        elif row:
            students.append(row)
    highest = next((row[most] for row in students if most is not None and most < len(row)), "")

    def also(row: list[str], result: StudentResult) -> None:
        if comments is not None and (words := _as_html(grades.comments(result, column))):
            row[comments] = words

    said = _fill(export, students, grades, [(place, column, _most(highest))], _moodle_person(export), also=also)
    said.insert(0, f"Moodle’s grade is “{column.name}”: question {', '.join(column.questions) or 'none yet'}.")
    said += [f"{locked} grades are locked in Moodle and stay as they are."] if locked else []
    return Filled("grades-moodle.csv", export.text(), tuple(said))


Person = Callable[[list[str]], Iterator[tuple[str, str]]]


def _fill(
    export: _Export,
    rows: Iterable[list[str]],
    grades: Grades,
    targets: Sequence[tuple[int, Column, float | None]],
    person: Person,
    *,
    kept: Sequence[str] = (),
    also: Callable[[list[str], StudentResult], None] | None = None,
) -> list[str]:
    """Set the points in the rows of an export; return what there is to say."""
    find = _Finder(grades.results)
    done: set[str] = set()
    unknown, empty = 0, {column.name: 0 for _, column, _ in targets}
    for row in rows:
        row += [""] * (len(export.head) - len(row))
        result = find.result(person(row))
        if result is None:
            unknown += 1
            continue
        done.add(result.student.key)
        for place, column, most in targets:
            points = grades.points(result, column)
            if row[place].strip().upper() in kept:
                continue
            if points is None:
                empty[column.name] += 1
                continue
            row[place] = export.number(_scaled(points, column.of, most))
        if also:
            also(row, result)
    said = [
        f"“{column.name}”: points of {column.of:g} are given as points of {most:g}."
        for _, column, most in targets
        if most and most != column.of
    ]
    said += [
        f"“{name}”: {count} of {len(done)} left as they were, because something is not marked or not handed in."
        for name, count in empty.items()
        if count
    ]
    lost = [one.student for one in grades.results if one.student.key not in done and (one.answers or one.essays)]
    if lost:
        listed = ", ".join(neutralised(one.name) or f"number {one.number}" for one in lost[:5])
        more = f" and {len(lost) - 5} more" if len(lost) > 5 else ""
        said.append(f"Not found in {export.name}: {listed}{more}. Enter their points by hand, or give a roster.")
    if unknown:
        said.append(f"{unknown} rows of {export.name} are of nobody who handed in a file.")
    return said


def _scaled(points: float, of: float, most: float | None) -> float:
    return round(points * most / of, 2) if most and of and most != of else points


def _most(cell: str) -> float | None:
    cell = cell.strip().replace(",", ".")
    return float(cell) if re.fullmatch(r"\d{1,6}(\.\d{1,4})?", cell) else None


def _canvas_person(export: _Export) -> Person:
    return partial(_person, export, names=("student",), first="firstname", last="lastname")


def _moodle_person(export: _Export) -> Person:
    def person(row: list[str]) -> Iterator[tuple[str, str]]:
        place = export.column("identifier")
        if place is not None and (found := _PARTICIPANT.fullmatch(row[place])):
            yield "id", found[1]
        yield from _person(export, row, names=("full name",), first="", last="")

    return person


def _person(
    export: _Export, row: list[str], *, names: Sequence[str], first: str, last: str
) -> Iterator[tuple[str, str]]:
    """Yield what a row says of who it is about, the surest first: kind and value."""
    for kind in _IDENTITY:
        place = export.column(kind)
        if place is not None and row[place].strip():
            yield kind, row[place].strip()
    parts = [row[place] for one in (first, last) if (place := export.column(one)) is not None]
    whole = " ".join(parts) if parts else next((row[p] for one in names if (p := export.column(one)) is not None), "")
    yield "name", whole


class _Finder:
    """Finds students by what an export says of them; what two students share finds neither."""

    def __init__(self, results: Iterable[StudentResult]) -> None:
        self._by: dict[tuple[str, str], StudentResult | None] = {}
        for one in results:
            for known in dict.fromkeys(_known(one.student)):
                self._by[known] = None if known in self._by else one

    def result(self, person: Iterable[tuple[str, str]]) -> StudentResult | None:
        """Return the student whom the surest known value names."""
        for kind, value in person:
            kind = "email" if kind in ("email address", "email") or "@" in value else kind
            found = self._by.get((kind, _name(value) if kind == "name" else _plain(value)))
            if found:
                return found
        return None


def _known(student: Student) -> Iterator[tuple[str, str]]:
    if student.lms_id:
        number = _PARTICIPANT.fullmatch(student.lms_id)
        for kind in ("id", "sis user id", "sis login id", "id number", "username"):
            yield kind, _plain(student.lms_id)
        if number:
            yield "id", number[1]
    if student.email:
        yield "email", _plain(student.email)
    for column, value in (student.roster_row or {}).items():
        if _plain(column) in _IDENTITY and value:
            yield ("email" if "@" in value else _plain(column)), _plain(value)
    if student.name:
        yield "name", _name(student.name)


def _plain(words: str) -> str:
    return " ".join(normalize("NFC", words).casefold().split())


def _name(words: str) -> str:
    """A name for comparison: “Lee, Ann” is “Ann Lee”."""
    last, comma, first = _plain(words).partition(",")
    return f"{first.strip()} {last.strip()}" if comma else last
