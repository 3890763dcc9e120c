"""The points of a class as files for a gradebook: new ones, or the export of Moodle or Canvas filled in.

What is not marked stays as it is in the export, and is never a zero. The formats were read from the source of the two
programs: Canvas ``lib/gradebook_exporter.rb`` and ``gradebook_importer.rb``, Moodle ``mod/assign/feedback/offline``.
Canvas finds an assignment by the number behind its name, takes an unknown name for a new assignment, and sets the
points of an assignment from the row “Points Possible”; so nothing but the points of students is changed. Moodle finds
a student by the number behind “Participant”, and reads comments as HTML. Canvas writes the first headings in English
always. Moodle writes all in the language of the user, in a fixed order (``mod/assign/gradingtable.php``): first the
participant, then the full name; the grade, the maximum, with a workflow its state, and whether it can be changed.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from unicodedata import normalize

from ..core import UserError, did_you_mean, escape, formula_escaped, listed, neutralised, read_unchanged, shortened
from ..questions import ESSAYS, FORMS, Question, course_settings
from .headings import COMMENTS, LMS_ID, OTHER_ID, WHOLE, in_words, plain_heading, says_no
from .lms import CANVAS, MOODLE
from .marking_scheme import to_mark
from .marks_file import Marks, in_points, points_that_count
from .results import Student, StudentResult
from .roster import (
    ANOTHER,
    EMAIL,
    FEW,
    PARTICIPANT,
    PERHAPS,
    SAME,
    UNKNOWN,
    enough_alike,
    likeness,
    name_keys,
    names_in_row,
    participant_number,
    plain_id,
    recognised,
    tells,
)

_NUMBERED = re.compile(r"\s*\((\d+)\)\s*$")  # Canvas: “Essay 1 (4757)”
_POINTS = re.compile(r"\s*Points Possible", re.I)
_PARTICIPANT = re.compile(r"\D*(\d+)\s*")
_LESSON = re.compile(rf"{FORMS} 0?(\d{{1,2}})")
_KEPT = ("EX", "N/A")  # Canvas: excused, not assigned
_NUMBER = re.compile(r"\d{1,6}(?:[.,]\d{1,4})?")


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
        try:
            self.separator = max(",;\t", key=lambda sign: len(next(csv.reader([first], delimiter=sign), [])))
            self.rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=self.separator))
        except csv.Error as error:
            raise UserError(f"{path.name} cannot be read as a table: {error}. Export it again.") from error
        self.head = [cell.strip() for cell in self.rows[0]] if self.rows else []
        self.name = path.name
        width = (
            len(self.head) + 1
            if all(len(row) > len(self.head) for row in self.rows[1:] if any(row))
            else len(self.head)
        )
        for row in self.rows[1:]:
            if len(row) > width or any(row[len(self.head) :]):
                raise UserError(
                    f"{path.name}: a row has more cells than there are columns, so that its points would be under "
                    f"another column: “{shortened(', '.join(row))}”. Export it again."
                )
            row += [""] * (len(self.head) - len(row))
        self.comma = False

    def cells(self, place: int) -> list[str]:
        """The cells of a column that are not empty."""
        return [row[place].strip() for row in self.rows[1:] if any(row) and row[place].strip()]

    def numbers_in(self, places: Iterable[int]) -> None:
        """Find out which decimal sign the numbers in these columns have."""
        self.comma = any(re.fullmatch(r"\d+,\d+", cell) for place in places for cell in self.cells(place))

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
    if sheet := _Worksheet.found(export):
        return _filled_moodle(export, sheet, grades, grade)
    raise UserError(
        f"{path.name} is neither a gradebook of Canvas (first columns: Student, ID) nor a grading worksheet of Moodle "
        "(first column: Identifier, with “Participant 12345”; then the grade, and beside it the maximum). Its columns "
        f"are {in_words(export.head)}. Export it again: in Moodle with “Download grading worksheet”."
    )


@dataclass(frozen=True)
class _Worksheet:
    """The places of the columns in a grading worksheet of Moodle, whatever its language."""

    grade: int
    most: int | None
    changeable: int | None
    comments: int | None

    @classmethod
    def found(cls, export: _Export) -> _Worksheet | None:
        """Find the columns by English headings, or by what is in them and how they follow each other."""
        columns = recognised(export.head, export.rows[1:])
        known = {role: place for place, role in columns.items()}
        grade, most = export.column("grade"), export.column("maximum grade")
        if export.column("identifier") is None or grade is None:
            beside = [
                place
                for place in range(1, len(export.head) - 1)
                if place not in columns and place + 1 not in columns and cls._is_grade(export, place)
            ]
            if columns.get(0) != PARTICIPANT or len(beside) != 1:
                return None
            grade, most = beside[0], beside[0] + 1
        changeable = export.column("grade can be changed")
        if changeable is None and most is not None:
            # With a workflow its state stands between.
            after = range(most + 1, min(most + 3, len(export.head)))
            changeable = next((place for place in after if any(map(says_no, export.cells(place)))), None)
        return cls(grade, most, changeable, known.get(COMMENTS))

    @staticmethod
    def _is_grade(export: _Export, place: int) -> bool:
        """Whether a column has numbers or nothing, and the next one the same number in each row."""
        most = export.cells(place + 1)
        return (
            len(most) == sum(map(any, export.rows[1:]))
            and len(set(most)) == 1
            and all(map(_NUMBER.fullmatch, [*export.cells(place), most[0]]))
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
            f"{in_words(names)}. Name them in texts/course.yaml, under “grades”."
        )
    twice = [name for name, count in Counter(column.name for _, column, _ in targets).items() if count > 1]
    if twice:
        raise UserError(
            f"{export.name}: several assignments have the name “{twice[0]}”, so which one gets the points is open. "
            "Give one another name in Canvas, and export the gradebook again."
        )
    export.numbers_in(place for place, name in enumerate(export.head) if _NUMBERED.search(name))
    students = [
        row for row in export.rows[1:] if row and not _POINTS.match(row[0]) and any(cell.strip() for cell in row[:3])
    ]
    said = _fill(export, students, grades, targets, CANVAS, kept=_KEPT)
    return Filled("grades-canvas.csv", export.text(), tuple(said))


def _filled_moodle(export: _Export, sheet: _Worksheet, grades: Grades, grade: str) -> Filled:
    place, most, comments = sheet.grade, sheet.most, sheet.comments
    export.numbers_in([place] if most is None else [place, most])
    column = column_for_moodle(grades, grade)
    students = [row for row in export.rows[1:] if any(row)]
    changeable = sheet.changeable
    locked = [row for row in students if changeable is not None and says_no(row[changeable])]
    highest = next((row[most] for row in students if most is not None), "")

    def also(row: list[str], result: StudentResult) -> None:
        if comments is not None and (words := _as_html(grades.comments(result, column))):
            row[comments] = words

    said = _fill(export, students, grades, [(place, column, _most(highest))], MOODLE, locked=locked, also=also)
    said.insert(0, f"Moodle’s grade is “{column.name}”: question {', '.join(column.questions) or 'none yet'}.")
    said += [f"Grades that are locked in Moodle, and stay as they are: {len(locked)}."] if locked else []
    if comments is None and any(grades.comments(one, column) for one in grades.results):
        said.append(f"{export.name} has no column that is known to be for comments, so yours are not in it.")
    return Filled("grades-moodle.csv", export.text(), tuple(said))


def _fill(
    export: _Export,
    rows: Iterable[list[str]],
    grades: Grades,
    targets: Sequence[tuple[int, Column, float | None]],
    lms: str,
    *,
    kept: Sequence[str] = (),
    locked: Collection[list[str]] = (),
    also: Callable[[list[str], StudentResult], None] | None = None,
) -> list[str]:
    """Set the points in the rows of an export; return what there is to say."""
    done: set[str] = set()
    filled = 0
    unknown, empty = 0, {column.name: 0 for _, column, _ in targets}
    rows = list(rows)
    people = _people(export, rows, grades.results, lms)
    _require_fit(export, rows, people, grades.results)
    for number, row in enumerate(rows):
        result = people.found.get(number)
        if result is None:
            unknown += number not in people.doubtful and number not in people.contrary
            continue
        done.add(result.student.key)
        if row in locked:
            continue
        filled += 1
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
        f"“{name}”: {count} of {filled} left as they were, because something is not marked or not handed in."
        for name, count in empty.items()
        if count
    ]
    for some, what in (
        (people.doubtful, "that fit several students, or whose student fits several rows,"),
        (people.contrary, "with the id of one student and the name of another"),
    ):
        if some:
            said.append(f"Rows {what} were left as they were: {_some_rows(rows, some)}.")
    lost = [one.student for one in grades.results if one.student.key not in done and (one.answers or one.essays)]
    if lost:
        names = listed([neutralised(one.name) or f"number {one.number}" for one in lost], ", ", most=5)
        said.append(f"No row of {export.name} was filled for: {names}. Enter their points by hand, or give a roster.")
    if unknown:
        said.append(f"Rows of {export.name} without a student who handed in: {unknown}.")
    return said


def _some_rows(rows: Sequence[Sequence[str]], some: Iterable[int]) -> str:
    return listed([" ".join(filter(None, rows[number][:2])) for number in sorted(some)], "; ", most=5)


def _require_fit(
    export: _Export, rows: Sequence[Sequence[str]], people: _People, results: Collection[StudentResult]
) -> None:
    """Raise `UserError` if no row is of a student: it is the file of others, or a column was sorted alone."""
    single = len(people.contrary) == 1 and len(results) < FEW
    if people.found or people.doubtful or single or not results:
        return
    if people.contrary:
        number, one = next(iter(people.contrary.items()))
        raise UserError(
            f"{export.name}: the ids are those of students who handed in, and the names are others: the row "
            f"“{_some_rows(rows, [number])}” has the id of {one.student.name}. It is perhaps the file of another "
            "course, or one column was sorted without the others. Export it again."
        )
    raise UserError(
        f"{export.name}: of {len(results)} who handed in, none is in it. It is perhaps the file of another "
        "course or assignment. If it is the right one, give a roster that has what both have: an id, the e-mail "
        "address or the name."
    )


def _scaled(points: float, of: float, most: float | None) -> float:
    return round(points * most / of, 2) if most and of and most != of else points


def _most(cell: str) -> float | None:
    cell = cell.strip()
    return float(cell.replace(",", ".")) if _NUMBER.fullmatch(cell) else None


# ---------------------------------------------------------------- who is who

Sign = tuple[str, str]  # what tells who somebody is: its kind and value


@dataclass(frozen=True)
class _People:
    """The students of the rows of an export by number."""

    found: dict[int, StudentResult]
    doubtful: set[int]  # rows that fit several students, or whose student fits several rows
    contrary: dict[int, StudentResult]  # rows with the id of this student and the name of another


def _people(export: _Export, rows: Sequence[list[str]], results: Iterable[StudentResult], lms: str) -> _People:
    """Find the student of each row.

    All that a row says must name the same student, and a student gets one row: of several the one with the id.
    """
    results = list(results)
    with_sign: dict[Sign, list[StudentResult]] = defaultdict(list)
    for one in results:
        for sign in dict.fromkeys(_signs_of_student(one.student, lms)):
            with_sign[sign].append(one)
    columns = recognised(export.head, export.rows[1:])
    if lms == MOODLE and columns.get(0) == PARTICIPANT and tells([row[1] for row in rows if len(row) > 1]):
        columns.setdefault(1, WHOLE)
    signs = [list(_signs_of_row(export.head, columns, row)) for row in rows]
    has_ids = any(with_sign[sign] for row in signs for sign in row if sign[0] == LMS_ID)
    names = [names_in_row(columns, row) for row in rows]

    def alike(name: str, number: int) -> int:
        """How much a name is alike to that in a row; not at all if another row fits better."""
        found = likeness(name, names[number]) if name else UNKNOWN
        others = names if found == PERHAPS else []
        return ANOTHER if any(likeness(name, other) == SAME for other in others if other) else found

    doubtful: set[int] = set()
    one_student: list[tuple[int, StudentResult, bool, int]] = []  # the row, whether by an id, and how alike the names
    for number in range(len(rows)):
        named = [(kind, with_sign[kind, value]) for kind, value in signs[number]]
        by_ids = {some[0].student.key: some[0] for kind, some in named if len(some) == 1 and kind != WHOLE}
        by_names = {some[0].student.key: some[0] for kind, some in named if len(some) == 1 and kind == WHOLE}
        fitting = {one.student.key for kind, some in named if kind == WHOLE for one in some}
        # A name that also fits the student with the id does not contradict it.
        sure = by_ids if len(by_ids) == 1 and by_ids.keys() <= fitting else by_ids | by_names
        if len(sure) == 1:
            (one,) = sure.values()
            mine, theirs = _own_ids(one.student, lms), {value for kind, value in signs[number] if kind == LMS_ID}
            if has_ids and mine and theirs and mine.isdisjoint(theirs):
                continue  # a namesake
            by_id = any(kind != WHOLE and some == [one] for kind, some in named)
            one_student.append((number, one, by_id, alike(one.student.lms_name, number)))
        elif any(some for _, some in named):
            doubtful.add(number)
    enough = enough_alike([alike for *_, alike in one_student])
    contrary = {number: one for number, one, _, alike in one_student if alike < enough}
    claims: dict[str, list[tuple[bool, int, StudentResult]]] = defaultdict(list)
    for number, one, by_id, _ in one_student:
        if number not in contrary:
            claims[one.student.key].append((by_id, number, one))
    found: dict[int, StudentResult] = {}
    for claim in claims.values():
        best = [number for by_id, number, _ in claim if by_id] or [number for _, number, _ in claim]
        if len(best) == 1:
            found[best[0]] = claim[0][2]
        else:
            doubtful |= set(best)
    if not has_ids and len(found) * 2 < sum(bool(_own_ids(one.student, lms)) for one in results):
        found = {}  # a few namesakes in the file of another course
    return _People(found, doubtful, contrary)


def _own_ids(student: Student, lms: str) -> set[str]:
    """The ids of a student in this LMS, as the names of the files have them."""
    ids = {student.lms_id, *student.lms_ids} if student.lms in ("", lms) else set()
    return {participant_number(id) or plain_id(id) for id in ids if id}


def _signs_of_row(headings: Sequence[str], columns: Mapping[int, str], row: Sequence[str]) -> Iterator[Sign]:
    """Yield what a row of an export or a roster says of who it is about."""
    for place, role in columns.items():
        cell = row[place].strip() if place < len(row) else ""
        if not cell:
            continue
        if role == PARTICIPANT:
            yield LMS_ID, participant_number(cell)
        elif role == EMAIL or (role == OTHER_ID and "@" in cell):
            yield EMAIL, plain_id(cell)
        elif role == LMS_ID:
            yield LMS_ID, plain_id(cell)
        elif role == OTHER_ID:
            yield plain_heading(headings[place]), plain_id(cell)
    yield from ((WHOLE, key) for name in names_in_row(columns, row) for key in name_keys(name))


def _signs_of_student(student: Student, lms: str) -> Iterator[Sign]:
    """Yield what is known of who a student is; an id of Moodle is none in Canvas."""
    # A name typed in a file can be anybody’s.
    keys = name_keys(student.lms_name, joined=student.lms == CANVAS) if student.lms_name else name_keys(student.name)
    yield from ((WHOLE, key) for key in keys)
    own = _own_ids(student, lms)
    yield from ((LMS_ID, id) for id in own)
    if student.email:
        yield EMAIL, plain_id(student.email)
    if student.roster_row:
        headings, row = zip(*student.roster_row.items(), strict=True)
        signs = _signs_of_row(headings, recognised(headings, [row]), row)
        yield from ((kind, value) for kind, value in signs if kind != LMS_ID or not own)


def _plain(words: str) -> str:
    return " ".join(normalize("NFC", words).casefold().split())
