"""Take in the marks of a class, and write what is marked from and what goes back: one call for the command."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from ..core import UserError, file_bytes, kind_of, listed, names_in, neutralised
from ..questions import Question, questions
from .class_page import counted
from .feedback_pages import for_students, is_stale
from .feedback_zips import FeedbackZips, archive_name
from .gradebook import (
    Filled,
    Grades,
    canvas_new,
    column_for_moodle,
    filled_export,
    grades_table,
    moodle_new,
)
from .lms import CANVAS, MOODLE
from .marking_page import dealt_out, marking_page
from .marking_scheme import to_mark
from .marks_file import Mark, Marks, ReadMarks, is_marks_file, merge_marks, points_that_count, read_marks, write_marks
from .marks_overview import marks_overview
from .page_parts import INDEX, MARKING, OVERVIEW
from .report_folder import ReportFolder
from .results import Student, StudentResult

MARKS, EARLIER, NOT_READ = "marks.csv", "marks-earlier.csv", "marks-not-read-"
FEEDBACK = "feedback"
_MOST_SAID = 20
_AT_ONCE = 100  # students whose pages are in memory


@dataclass(frozen=True)
class GivenBack:
    """What was written, in a line, and what there is to say of it."""

    summary: str
    said: tuple[str, ...] = ()
    whole: bool = True  # all marks could be read


@dataclass(frozen=True)
class _Files:
    """The marks in several files, in the order of their precedence."""

    marks: tuple[tuple[Mark, ...], ...]
    said: tuple[str, ...]
    aside: Mapping[str, bytes]  # copies of files that could not be read whole, by name
    whole: bool  # all marks could be read


def give_back(
    results: Collection[StudentResult],
    folder: Path,
    *,
    marks: Sequence[Path] = (),
    gradebook: Path | None = None,
    grade: str = "",
    markers: Sequence[str] = (),
    names: bool = True,
    each_question: bool = False,
    missing_as_zero: bool = False,
) -> GivenBack:
    """Take in marks, and write the marking page, the marks, the feedback and the grades into a folder.

    The marks of all files, those in the folder included, are merged before anything else is written, and no file is
    ever half written; so this may be stopped at any moment and called again.

    Parameters
    ----------
    results : collection of StudentResult
        The work of the class.
    folder : pathlib.Path
        Where to write; what is there from the last time is taken in.
    marks : sequence of pathlib.Path
        More files with marks.
    gradebook : pathlib.Path, optional
        The file that an LMS exported, to fill in.
    grade : str
        The column of the setting ``grades`` that goes into Moodle’s only one; by default the first.
    markers : sequence of str
        Names of several markers: each gets a page with a parcel of the class.
    names : bool
        Whether the pages and files show names; otherwise numbers.
    each_question : bool
        Whether each question has a column in the grades.
    missing_as_zero : bool
        Whether an answer that was not handed in counts as zero; otherwise the grade stays empty.

    Returns
    -------
    GivenBack
        A summary in one line, and messages.

    Raises
    ------
    UserError
        If the folder cannot be written to, or the file of the LMS is of another kind.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     done = give_back([StudentResult(Student("a", 1))], Path(folder))
    >>> done.summary
    'Nothing to mark was handed in.'
    """
    check_giving_back(results, folder, gradebook=gradebook, grade=grade, markers=markers, each_question=each_question)
    place = ReportFolder(folder)
    pages = _pages(results, markers)
    asked = questions()
    judged = {one.id: one for one in to_mark(asked)}
    found = _read(folder, marks, [one.student for one in results], judged)
    merged = merge_marks(found.marks, judged)
    written, said = _marks_to_write(folder, merged, results, judged, names=names)
    place.write({**found.aside, **written}, place.known)
    said = [*found.said, *said, *_stale(results, merged)]

    # The first student is the same in every run, also if the file is not here this time.
    numbered = [(one.number, one.key) for one in place.known]
    numbered += [(one.student.number, one.student.key) for one in results]
    of_class = min(numbered)[1] if numbered else ""
    beside = [OVERVIEW, *(name for name, _, _ in pages)]
    beside += [INDEX] if INDEX in place.made and kind_of(folder / INDEX) == "file" else []
    files = {
        # The page of one of several markers goes to another computer, where there is no other page.
        name: marking_page(part, asked, merged, of_class=of_class, marker=marker, names=names,
                           beside=() if marker else beside)
        for name, marker, part in pages
    }  # fmt: skip
    files[OVERVIEW] = marks_overview(results, asked, merged, names=names, beside=beside)
    missing = 0.0 if missing_as_zero else None
    grades = Grades(results, asked, merged, missing=missing, each=each_question)
    for file in _grade_files(grades, gradebook, grade, names=names):
        files[file.name] = file.content
        said += file.said
    place.write(files, place.known)
    back = for_students(_only_judged(results, judged), asked, merged, names=names)
    count, new, zips = 0, set(), FeedbackZips()
    students = {one.student.number: one.student for one in results}
    while batch := list(islice(back, _AT_ONCE)):
        count += sum(one.is_marked for one in batch)
        pages_back = {f"{FEEDBACK}/{one.name}.html": one.page for one in batch}
        place.write(pages_back, place.known)
        new |= set(pages_back)
        for one in batch if names else ():  # an LMS needs to know who it is
            if one.is_marked:
                zips.add(students[_number_in(f"{FEEDBACK}/{one.name}")], one.page)
    archives = zips.files()
    place.write(archives, place.known)
    said += [*_older(place.made, new), *_about_zips(archives, zips, place)]
    named = ", ".join(name for name, _, _ in pages)
    summary = _summary(results, judged, merged, count, named, [FEEDBACK, *archives])
    return GivenBack(summary, tuple(said), found.whole)


def check_giving_back(
    results: Collection[StudentResult],
    folder: Path,
    *,
    gradebook: Path | None = None,
    grade: str = "",
    markers: Sequence[str] = (),
    each_question: bool = False,
) -> None:
    """Raise `UserError` for what is given to `give_back` and is wrong, before anything is written."""
    _require_inside(folder, FEEDBACK)
    _pages(results, markers)
    grades = Grades(results, questions(), Marks(), each=each_question)
    column_for_moodle(grades, grade)
    if gradebook:
        filled_export(gradebook, grades, grade)


def _older(made: Iterable[str], new: Collection[str]) -> list[str]:
    """Say which pages of students an earlier run wrote under another name, as with a name in place of a number."""
    numbers = {_number_in(name) for name in new}
    old = sorted(name for name in made if name not in new and name.startswith(FEEDBACK) and _number_in(name) in numbers)
    if not old:
        return []
    return [
        f"Written earlier under other names: {len(old)} files, such as {old[0]}. Delete them, so that none is sent."
    ]


def _about_zips(archives: Mapping[str, bytes], zips: FeedbackZips, place: ReportFolder) -> list[str]:
    """Say whose feedback is in no archive for the LMS, and which archive an earlier run left."""
    ours = {archive_name(lms) for lms in (MOODLE, CANVAS)} & place.made
    old = [name for name in sorted(ours - {*archives}) if kind_of(place.path / name) == "file"]
    said = [f"{name} is of an earlier run. Delete it, so that it is not sent." for name in old]
    if archives and zips.without:
        names = listed((neutralised(one.name) or f"number {one.number}" for one in zips.without), ", ", most=5)
        said.append(f"Not in {' or '.join(archives)}, because their files are from no LMS: {names}.")
    return said


def _number_in(name: str) -> int:
    found = re.match(rf"{FEEDBACK}/(\d+)", name)
    return int(found[1]) if found else 0


def _only_judged(results: Iterable[StudentResult], judged: Mapping[str, Question]) -> list[StudentResult]:
    """Leave out what is read and not marked."""
    return [replace(one, essays=tuple(essay for essay in one.essays if essay.question in judged)) for one in results]


def _pages(
    results: Collection[StudentResult], markers: Sequence[str]
) -> Sequence[tuple[str, str, Collection[StudentResult]]]:
    """Return the marking pages: the name of the file, the marker, and their part of the class."""
    if not markers:
        return [(MARKING, "", results)]
    parcels = dealt_out(results, markers)
    pages = [(f"marking-{_in_file_name(marker)}.html", marker, part) for marker, part in parcels.items()]
    if len({name for name, _, _ in pages}) < len(markers):
        raise UserError("Two markers have the same name. Give each a name with other letters or digits: --markers A B.")
    return pages


def _in_file_name(marker: str) -> str:
    return re.sub(r"[\W_]+", "-", marker).strip("-").casefold()[:40] or "marker"


def _require_inside(folder: Path, name: str) -> None:
    """Raise `UserError` if a folder in the folder of the class is a link to somewhere else."""
    place = folder / name
    if kind_of(place) not in ("nothing", "folder") or place.resolve().parent != folder.resolve():
        raise UserError(f"{place} is not a folder of its own. Move it elsewhere, so that nothing outside is changed.")


# ---------------------------------------------------------------- marks


def marks_files(folder: Path) -> list[Path]:
    """List the files with marks that lie in the folder of a class: the merged ones first, then those of markers."""
    named = (
        [name for name in names_in(folder) if name.casefold().endswith(".csv")] if kind_of(folder) == "folder" else []
    )
    ours = (MARKS, EARLIER, "grades.csv", "grades-canvas.csv", "grades-moodle.csv")
    others = sorted(name for name in named if name not in ours and not name.startswith(NOT_READ))
    first = [folder / MARKS] if MARKS in named else []
    return first + [folder / name for name in others if is_marks_file(folder / name)]


def _read(folder: Path, given: Sequence[Path], students: Sequence[Student], judged: Mapping[str, Question]) -> _Files:
    """Read all files with marks; a copy of ours that could not be read whole is kept."""
    said: list[str] = []
    aside: dict[str, bytes] = {}
    found, whole = [], True
    for path in dict.fromkeys([*marks_files(folder), *given]):
        read = read_marks(path, students, judged)
        said += read.troubles[:_MOST_SAID]
        if more := len(read.troubles) - _MOST_SAID:
            said += [f"{path.name}: {more} more such lines."] if more > 0 else []
        if path == folder / MARKS and not read.whole:
            aside |= _copy(path)
            said.append(f"{MARKS} could not be read whole. A copy of it as it was is {', '.join(aside)}.")
        found.append(read.marks)
        whole &= read.whole
    return _Files(tuple(found), tuple(said), aside, whole)


def _copy(path: Path) -> dict[str, bytes]:
    data = file_bytes(path)
    return {f"{NOT_READ}{hashlib.sha256(data).hexdigest()[:8]}.csv": data}


def _marks_to_write(
    folder: Path, merged: Marks, results: Collection[StudentResult], judged: Mapping[str, Question], *, names: bool
) -> tuple[dict[str, str | bytes], list[str]]:
    """Return the files with the marks: an empty row for each answer that nobody has marked, and what was replaced."""
    students = {one.student.key: one.student for one in results}
    of = {id: one.points for id, one in judged.items()}
    files: dict[str, str | bytes] = {}
    said = []
    # The replaced marks first: if this is stopped in between, they are in both files.
    if merged.replaced:
        path, earlier = folder / EARLIER, ReadMarks()
        if kind_of(path) == "file":
            earlier = read_marks(path, list(students.values()), judged)
            files |= {} if earlier.whole else _copy(path)
        new = [one for one in merged.replaced if one not in earlier.marks]
        files[EARLIER] = write_marks([*earlier.marks, *new], students, of, names=names)
        said += [f"{counted(len(new), 'mark')} replaced by a later one; what was there is in {EARLIER}."] if new else []
    empty = [
        Mark(essay.student, essay.question)
        for one in results
        for essay in one.essays
        if essay.question in judged and not merged.on(essay.question, essay.student)
    ]

    def place(one: Mark) -> tuple[list[int], int, str]:
        return [int(part) for part in one.question.split(".")], _number(one, students), one.marker

    files[MARKS] = write_marks(sorted([*merged.marks, *empty], key=place), students, of, names=names)
    return files, said


def _number(mark: Mark, students: Mapping[str, Student]) -> int:
    student = students.get(mark.student)
    return student.number if student else mark.number or 0


def _stale(results: Iterable[StudentResult], marks: Marks) -> list[str]:
    """Say which answers were changed after they were marked."""
    found = [
        f"{essay.question} of number {one.student.number}"
        for one in results
        for essay in one.essays
        if is_stale(essay, marks)
    ]
    if not found:
        return []
    listed = ", ".join(found[:_MOST_SAID])
    more = f" and {len(found) - _MOST_SAID} more" if len(found) > _MOST_SAID else ""
    return [f"Changed after being marked: {listed}{more}. The marks are kept, for the earlier words."]


# ---------------------------------------------------------------- grades


def _grade_files(grades: Grades, gradebook: Path | None, grade: str, *, names: bool) -> list[Filled]:
    files = {
        one.name: one
        for one in (
            grades_table(grades, names=names),
            canvas_new(grades),
            moodle_new(grades, column_for_moodle(grades, grade)),
        )
    }
    if not names:  # an LMS needs to know who it is
        files = {name: one for name, one in files.items() if name == "grades.csv"}
    if gradebook:
        filled = filled_export(gradebook, grades, grade)
        files[filled.name] = filled
    return list(files.values())


def _summary(
    results: Iterable[StudentResult],
    judged: Mapping[str, Question],
    marks: Marks,
    back: int,
    pages: str,
    where: Sequence[str],
) -> str:
    answers = [essay for one in results for essay in one.essays if essay.question in judged]
    if not answers:
        return "Nothing to mark was handed in."
    done = sum(points_that_count(marks.on(one.question, one.student))[0] is not None for one in answers)
    feedback = f"feedback for {counted(back, 'student')} ({', '.join(where)})"
    return f"{done} of {len(answers)} written answers are marked ({pages}); {feedback}."
