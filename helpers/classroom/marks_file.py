"""Read, merge and write marks: ``marks.csv``, as the marking page saves it and as spreadsheets save it.

One row is the mark of one marker on one answer. A row whose student is ``*`` holds steps of a rubric whose points
were changed; it applies to all marks with these steps.

=========  ============================================================================================================
column     content
=========  ============================================================================================================
student    the key of the student
number     the number of the student; without a key it finds the student
name       the name of the student; a changed row must not have that of another one
question   the id of the question: Q2.10, because a spreadsheet takes 2.10 for a number
marker     who marked; may be empty
points     empty while it is not marked, which is not zero
of         the points that the question gives; not read
steps      the steps of the rubric with their points: ``claim=1:2; limits=2:1``
comment    words for the student
essay      the beginning of the SHA-256 of the words that were marked
when       the time of the mark, in UTC
check      the CRC-32 of the row, which shows that nobody has changed it in a spreadsheet
=========  ============================================================================================================
"""

from __future__ import annotations

import codecs
import csv
import io
import math
import re
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from ..core import UserError, file_bytes, formula_escaped, formula_restored, neutralised, read_file
from ..questions import Question
from ..texts import CsvFile
from .marking_scheme import criteria_of, points_of_step
from .results import Student
from .roster import name_keys

COLUMNS = (
    "student", "number", "name", "question", "marker", "points", "of", "steps", "comment", "essay", "when", "check",
)  # fmt: skip
AGREED = "agreed"  # the marker whose mark counts alone, after two have marked and talked
EVERY = "*"  # in place of a student: the steps of a rubric
_NEEDED = {"question", "points"}
_NUMBER = re.compile(r"[+-]?\d{1,6}([.,]\d{1,6})?")
_STEP = re.compile(r"\s*([^=:;\s]+)\s*=\s*(\d{1,3})\s*(?::\s*([+-]?\d{1,6}(?:[.,]\d{1,6})?))?\s*")
_WHEN = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
_QUESTION = re.compile(r"(Q?)(\d{1,2}[.,]\d{1,3})", re.I)
MOST_COMMENT = 20_000
_HEAD = 4_000  # bytes in which the columns are named


class Given(NamedTuple):
    """A step of a rubric that was given, points_that_count from 1, the best first."""

    criterion: str
    step: int
    points: float


@dataclass(frozen=True)
class Mark:
    """The mark of one marker on one answer; ``points`` is None while it is not marked."""

    student: str
    question: str
    marker: str = ""
    points: float | None = None
    steps: tuple[Given, ...] = ()
    comment: str = ""
    essay: str = ""
    when: str = ""
    edited: bool = field(default=False, compare=False)  # by hand, after the time that it names
    number: int | None = field(default=None, compare=False)
    name: str = field(default="", compare=False)

    @property
    def place(self) -> tuple[str, str, str]:
        """What the mark is about, and whose it is."""
        return self.question, self.student, self.marker

    @property
    def own_points(self) -> bool:
        """Whether the points are not those of the steps."""
        return self.points is not None and bool(self.steps) and self.points != total(self.steps)


@dataclass(frozen=True)
class ReadMarks:
    """The marks in a file, the marks that could not be assigned to a student here, and messages on the rest."""

    marks: tuple[Mark, ...] = ()
    troubles: tuple[str, ...] = ()
    whole: bool = True  # every row could be read


@dataclass(frozen=True)
class Marks:
    """All marks of a class: those that count, and those that later ones replaced."""

    marks: tuple[Mark, ...] = ()
    replaced: tuple[Mark, ...] = ()

    def on(self, question: str, student: str) -> list[Mark]:
        """Return the marks on an answer, of all markers."""
        return self._by_answer.get((question, student), [])

    @cached_property
    def _by_answer(self) -> Mapping[tuple[str, str], list[Mark]]:
        index: dict[tuple[str, str], list[Mark]] = {}
        for one in self.marks:
            index.setdefault((one.question, one.student), []).append(one)
        return index

    def changed_steps(self, question: str) -> dict[tuple[str, int], float]:
        """Return the points of the steps of a rubric that were changed; of several changes the last counts."""
        rows = sorted(self.on(question, EVERY), key=lambda one: one.when)
        return {(one.criterion, one.step): one.points for row in rows for one in row.steps}


def points_that_count(marks: Iterable[Mark]) -> tuple[float | None, list[Mark]]:
    """Return the points that count of the marks on one answer, None if it is not marked, and the marks behind them.

    The mark of the marker `AGREED` counts alone; without one it is the mean of all markers in half points.

    Examples
    --------
    >>> points_that_count([Mark("k", "2.10", "A", 5.0), Mark("k", "2.10", "B", 6.0), Mark("k", "2.10", "C")])[0]
    5.5
    >>> points_that_count([Mark("k", "2.10", "A", 0.0)])[0]
    0.0
    >>> points_that_count([Mark("k", "2.10", "A", comment="Read again.")])[0] is None
    True
    """
    given = [one for one in marks if one.points is not None]
    given = [one for one in given if one.marker.casefold() == AGREED] or given
    points = [one.points for one in given if one.points is not None]
    if len(points) < 2:
        return (points[0] if points else None), given
    return math.floor(sum(points) / len(points) * 2 + 0.5) / 2, given


def total(steps: Iterable[Given]) -> float:
    """Add the points of steps."""
    return round(sum(one.points for one in steps), 2)


def complete(question: Question, steps: Iterable[Given]) -> bool:
    """Whether there is a step for each criterion of a rubric; with fewer, an answer is not marked yet."""
    rubric = criteria_of(question)
    return bool(rubric) and {one.id for one in rubric} <= {one.criterion for one in steps}


def in_points(points: float | None) -> str:
    """Write points in digits; nothing if there are none.

    Examples
    --------
    >>> in_points(1.5), in_points(8.0), in_points(None)
    ('1.5', '8', '')
    """
    return "" if points is None else f"{round(points, 2):g}"


# ---------------------------------------------------------------- write


def _steps_in_words(steps: Iterable[Given]) -> str:
    return "; ".join(f"{one.criterion}={one.step}:{in_points(one.points)}" for one in steps)


def _check(mark: Mark) -> str:
    parts = (mark.question, mark.marker, in_points(mark.points), _steps_in_words(mark.steps), mark.comment, mark.essay)
    return f"{zlib.crc32(chr(31).join(parts).encode('utf-8', 'surrogatepass')):08x}"


def write_marks(marks: Iterable[Mark], students: Mapping[str, Student], of: Mapping[str, int], *, names: bool) -> str:
    """Write marks as CSV, with a byte order mark, so that a spreadsheet reads it as UTF-8.

    Examples
    --------
    >>> write_marks([Mark("k", "2.10", "A", 6.0)], {"k": Student("k", 3)}, {"2.10": 8}, names=True).splitlines()[1]
    '"k","3","","Q2.10","A","6","8","","","","","c3d88258"'
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for cells in rows_of(marks, students, of, names=names):
        writer.writerow([formula_escaped(cell) for cell in cells])
    return "\ufeff" + out.getvalue()


def rows_of(
    marks: Iterable[Mark], students: Mapping[str, Student], of: Mapping[str, int], *, names: bool
) -> Iterator[tuple[object, ...]]:
    """Yield the cells of each mark, in the order of `COLUMNS`."""
    for one in marks:
        student = students.get(one.student)
        number = student.number if student else one.number
        name = (student.name if student else one.name) if names else ""
        yield (
            one.student, number, name, f"Q{one.question}", one.marker, in_points(one.points), of.get(one.question),
            _steps_in_words(one.steps), one.comment, one.essay, one.when, _check(one),
        )  # fmt: skip


# ---------------------------------------------------------------- read


def is_marks_file(path: Path) -> bool:
    """Whether a file has the columns of marks, in whatever encoding; False if it cannot be read."""
    try:
        data = file_bytes(path)[:_HEAD]
        words = data.decode(_utf_16(data) or "latin-1", "replace").removeprefix("\ufeff").removeprefix("ï»¿")
        head = CsvFile(words, path.name, COLUMNS).head.cells
    except UserError:
        return False
    named = {cell.casefold() for cell in head}
    return named >= _NEEDED and not named.isdisjoint({"student", "number", "name"})


def _utf_16(data: bytes) -> str:
    return "utf-16" if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else ""


def _text(path: Path) -> str:
    """Read a table, also one that breaks off inside a character."""
    data = file_bytes(path)
    try:
        words = codecs.getincrementaldecoder(_utf_16(data) or "utf-8")().decode(data)
    except UnicodeDecodeError:
        words = read_file(path, table=True)  # its message says what to do
    return words.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")


def read_marks(path: Path, students: Collection[Student], asked: Mapping[str, Question]) -> ReadMarks:
    """Read a file with marks; a row that cannot be read is left out and said."""
    try:
        text = _text(path)
        table = CsvFile(text, path.name, COLUMNS)
    except UserError as error:
        return ReadMarks(troubles=(str(error),), whole=False)
    names = [cell.casefold() for cell in table.head.cells]
    if not set(names) >= _NEEDED:
        said = f"{path.name} has no marks: its first line must name the columns {', '.join(COLUMNS)}."
        return ReadMarks(troubles=(said,), whole=False)
    saved = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    reader = _Reader(path.name, students, asked, f"{saved:%Y-%m-%dT%H:%M:%S}.{saved.microsecond // 1000:03}Z")
    marks, troubles, whole = [], [], True
    rows = list(table.rows())
    if rows and not table.problem and not text.endswith("\n") and _is_cut(rows[-1][0].cells, names):
        rows[-1] = rows[-1][0], "the file breaks off in this row. Save it again, or complete the row."
    for record, problem in rows:
        row = dict(zip(names, record.cells, strict=False))
        try:
            if problem:
                raise UserError(f"{path.name}, line {record.line}: {problem}")
            mark, remarks = reader.mark(row, record.line)
        except UserError as error:
            troubles.append(str(error))
            whole = False
        else:
            if mark:
                marks.append(mark)
            troubles += remarks
    here = {EVERY, *(one.key for one in students)}
    if away := sum(one.student not in here for one in marks):
        troubles.append(
            f"{path.name}: {away} of {len(marks)} marks are of students whose files are not here. They are kept, and "
            "count nowhere."
        )
    if table.problem:
        troubles.append(f"{table.problem} The rows from this one on were not read.")
        whole = False
    return ReadMarks(tuple(marks), tuple(troubles), whole)


def _is_cut(cells: Sequence[str], names: Sequence[str]) -> bool:
    """Whether a last row without a line end breaks off: our own always end with a checksum."""
    return len(cells) < len(names) or (names[-1] == "check" and not cells[-1])


class _Reader:
    """Reads the rows of one file."""

    def __init__(self, file: str, students: Collection[Student], asked: Mapping[str, Question], saved: str) -> None:
        self.file, self.asked, self.saved = file, asked, saved
        self._keys = {one.key: one for one in students}
        self._numbers = {one.number: one for one in students}
        self._named: dict[str, list[Student]] = {}
        for one in students:
            for key in name_keys(one.name):
                self._named.setdefault(key, []).append(one)

    def mark(self, row: Mapping[str, str], line: int) -> tuple[Mark | None, list[str]]:
        """Read a row: None if nobody has filled it in yet; the remarks are on what was read, but may be wrong.

        Raises `UserError` if it cannot be read.
        """
        where = f"{self.file}, line {line}"
        cells = {name: formula_restored(cell) for name, cell in row.items()}
        student, contradicts = self._student(cells, where)
        question = self._question(cells["question"], where)
        steps = self._steps(cells.get("steps", ""), where)
        points = self._number(cells["points"], where)
        judged = self.asked.get(question)
        if points is None and student != EVERY and judged and complete(judged, steps):
            points = total(steps)
        when = cells.get("when", "")
        number = cells.get("number", "")
        mark = Mark(
            student,
            question,
            neutralised(cells.get("marker", "")),
            points,
            steps,
            neutralised(cells.get("comment", ""))[:MOST_COMMENT],
            cells.get("essay", ""),
            when if _WHEN.fullmatch(when) else "",
            number=int(number) if re.fullmatch(r"\d{1,6}", number) else None,
            name=cells.get("name", ""),
        )
        if not mark.when and mark.points is None and not mark.steps and not mark.comment:
            return None, []
        if not mark.when or cells.get("check") != _check(mark):
            if contradicts:
                raise UserError(contradicts)
            # A person wrote this row, at the latest when the file was saved.
            mark = replace(mark, edited=True, when=max(self.saved, mark.when))
        return mark, self._remarks(mark, where)

    def _remarks(self, mark: Mark, where: str) -> list[str]:
        if mark.student == EVERY:
            return []
        asked = self.asked.get(mark.question)
        said = []
        if not asked and mark.points is not None:
            said.append(
                f"{where}: {mark.question} is no question that a reader marks. The mark is kept, and counts nowhere."
            )
        if asked and mark.points is not None and not 0 <= mark.points <= asked.points:
            said.append(
                f"{where}: {in_points(mark.points)} points, but question {mark.question} gives 0 to {asked.points}. "
                "They are taken as they are. Correct them if this is a slip."
            )
        return said

    def _student(self, cells: Mapping[str, str], where: str) -> tuple[str, str]:
        """Find the key of the student, and say how the row contradicts itself; raises `UserError` if it is nobody’s."""
        key, number, name = (cells.get(one, "") for one in ("student", "number", "name"))
        if key == EVERY or (key and key not in self._keys):
            return key, ""  # the latter of a student whose file is not here this time
        number = number.removesuffix(".0")
        found = self._keys.get(key) or (self._numbers.get(int(number)) if re.fullmatch(r"\d{1,6}", number) else None)
        named = {one.key: one for sign in name_keys(name) for one in self._named.get(sign, ())}
        if found and named and found.key not in named:
            return found.key, (
                f"{where}: the row is of number {found.number}, {found.name or 'whose name is not known'}, and names "
                f"{name}. Was one column sorted without the others? Correct the row, or empty its name."
            )
        if found or len(named) == 1:
            return (found or next(iter(named.values()))).key, ""
        what = f"{len(named)} students have this name" if named else "no student of this class has this number or name"
        raise UserError(f"{where}: {what}. Give the number of the class page.")

    def _question(self, cell: str, where: str) -> str:
        found = _QUESTION.fullmatch(cell)
        if not found:
            raise UserError(f"{where}: “{cell[:60]}” is not the id of a question. Write it as Q2.10.")
        id = found[2].replace(",", ".")
        # A spreadsheet takes 2.10 for a number and writes 2.1.
        longer = not found[1] and id not in self.asked and f"{id}0" in self.asked
        return f"{id}0" if longer else id

    def _steps(self, cell: str, where: str) -> tuple[Given, ...]:
        found = []
        for part in filter(None, (one.strip() for one in cell.split(";"))):
            step = _STEP.fullmatch(part)
            if not step:
                raise UserError(f"{where}: “{part[:60]}” is not a step. Write criterion=step:points, or delete it.")
            found.append(Given(step[1], int(step[2]), float((step[3] or "0").replace(",", "."))))
        return tuple(found)

    def _number(self, cell: str, where: str) -> float | None:
        cell = cell.strip()
        if not cell:
            return None
        if not _NUMBER.fullmatch(cell):
            raise UserError(
                f"{where}: “{cell[:60]}” is not a number of points. Write digits, such as 6 or 6.5; leave "
                "the cell empty if it is not marked."
            )
        return round(float(cell.replace(",", ".")), 2)


# ---------------------------------------------------------------- merge


def merge_marks(files: Sequence[Iterable[Mark]], asked: Mapping[str, Question]) -> Marks:
    """Merge the marks of several files: of two marks of one marker on one answer, the later counts.

    Of two with the same time, one that a person changed in a spreadsheet counts, then that of the later file. The
    points of changed steps then apply to all marks with these steps.

    Examples
    --------
    >>> one, other = Mark("k", "2.10", "A", 5.0, when="2027-01-01"), Mark("k", "2.10", "A", 6.0, when="2027-01-02")
    >>> merged = merge_marks([[other], [one]], {})
    >>> [mark.points for mark in merged.marks], [mark.points for mark in merged.replaced]
    ([6.0], [5.0])
    """
    best: dict[tuple[str, str, str], tuple[tuple[str, bool, int], Mark]] = {}
    every: dict[tuple[str, str, str], list[Mark]] = {}
    for n, marks in enumerate(files):
        for one in marks:
            every.setdefault(one.place, []).append(one)
            order = (one.when, one.edited, n)
            if one.place not in best or order >= best[one.place][0]:
                best[one.place] = order, one
    kept = Marks(tuple(best[place][1] for place in sorted(best, key=_in_order)))
    replaced = {
        (*one.place, one.points, one.comment, _steps_in_words(one.steps)): one
        for place, some in every.items()
        for one in some
        if not _same(one, best[place][1])
    }
    marks = tuple(_with_changed_steps(one, kept, asked) for one in kept.marks)
    return Marks(marks, tuple(sorted(replaced.values(), key=lambda one: (_in_order(one.place), one.when))))


def _same(one: Mark, other: Mark) -> bool:
    """Whether a mark says nothing that the other does not say too."""
    return (one.points, one.comment, one.steps) == (other.points, other.comment, other.steps)


def _in_order(place: tuple[str, str, str]) -> tuple[list[int], str, str]:
    question, student, marker = place
    return [int(part) for part in re.findall(r"\d+", question)], student, marker


def _with_changed_steps(mark: Mark, marks: Marks, asked: Mapping[str, Question]) -> Mark:
    question = asked.get(mark.question)
    if mark.student == EVERY or not question or not mark.steps:
        return mark
    changed = marks.changed_steps(mark.question)
    steps = tuple(_repriced(one, question, changed) for one in mark.steps)
    if steps == mark.steps:
        return mark
    return replace(mark, steps=steps, points=mark.points if mark.own_points else total(steps))


def _repriced(one: Given, question: Question, changed: Mapping[tuple[str, int], float]) -> Given:
    points = points_of_step(question, one.criterion, one.step, changed)
    return one if points is None else one._replace(points=points)
