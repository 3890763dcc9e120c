"""The work of one student in a class, and of the whole class, as plain data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from ..annotation import ReaderMarks

RIGHT, PARTLY, WRONG = "right", "partly", "wrong"


@dataclass(frozen=True)
class Student:
    """A student of a class, as the files and the roster show them."""

    key: str  # stays the same when the class is collected again; letters only, so that no spreadsheet changes it
    number: int  # from 1, drawn by a fixed seed; stands for the name where names are not shown
    name: str = ""  # from the roster, the LMS or the workbook; empty if none says it
    lms_id: str = ""
    email: str = ""
    roster_row: Mapping[str, str] | None = None
    files: tuple[str, ...] = ()  # names of the files, for messages
    late: bool = False  # as the LMS marks it
    owners: tuple[str, ...] = ()  # ids in the files, by which a workbook knows that feedback is for it
    lms: str = ""  # which LMS wrote the names of the files; empty for none
    lms_name: str = ""  # as the LMS writes it into names of files, where Canvas runs the words together
    lms_ids: tuple[str, ...] = ()  # in Moodle one for each assignment


class Quoted(NamedTuple):
    """A quotation in a written answer, with the verdict of `check_quotes` on its first place."""

    question: str
    words: str
    verdict: str
    document: str
    layer: str
    speaker: str
    attribution: str  # to whom the sentence gives the words, if they are somebody else's; otherwise empty


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer of a student to one question: the one that counts, and how it came about."""

    response: object  # in the form of its kind of question; None if a reader judges it: see `Essay`
    verdict: str | None  # RIGHT, PARTLY or WRONG; None if the module does not mark it
    points: float | None
    of_points: int
    attempts: int
    outdated: bool = False  # it answers an earlier wording
    tries: tuple[object, ...] = ()  # all responses to a question that the module marks, in order
    uncertain: bool = False  # clocks contradict each other, and another answer may be the one that counts


@dataclass(frozen=True, slots=True)
class Essay:
    """A written answer, which a reader judges."""

    question: str  # id
    student: str  # key
    text: str
    words: int
    earlier: tuple[str, ...] = ()  # earlier attempts, in order
    outdated: bool = False  # it answers an earlier wording
    when: str = ""  # in UTC, ISO 8601; by the clock of the student's computer
    draft: bool = False  # typed, but not given as an answer
    shown: str = ""  # as HTML, with its quotations checked; empty if it was not checked
    remarks: str = ""  # on its quotations, as HTML


@dataclass(frozen=True)
class StudentResult:
    """All that a class page needs to know of one student's files."""

    student: Student
    answers: Mapping[str, Answered] = field(default_factory=dict)  # by question
    essays: tuple[Essay, ...] = ()
    marks: Mapping[str, ReaderMarks] = field(default_factory=dict)  # by text
    quotations: tuple[Quoted, ...] = ()
    troubles: tuple[tuple[str, str], ...] = ()  # a file, and what in it could not be read
    last: str = ""  # time of the last event, in UTC


@dataclass(frozen=True)
class ClassResult:
    """The results of a class by key of student; `merge` is associative and commutative."""

    students: Mapping[str, StudentResult] = field(default_factory=dict)

    @classmethod
    def of(cls, result: StudentResult) -> ClassResult:
        """The class of one student."""
        return cls({result.student.key: result})

    def merge(self, other: ClassResult) -> ClassResult:
        """Return the results of both classes; of two results of one student, the one with more files.

        Examples
        --------
        >>> one, two = (ClassResult.of(StudentResult(Student(key, n))) for n, key in enumerate("ab", 1))
        >>> one.merge(two) == two.merge(one), [result.student.key for result in one.merge(two).in_order()]
        (True, ['a', 'b'])
        """
        both = dict(self.students)
        for key, theirs in other.students.items():
            ours = both.get(key, theirs)
            # Any total order will do: then the result does not depend on the order of merging.
            both[key] = max(ours, theirs, key=lambda one: (len(one.student.files), repr(one)))
        return ClassResult(both)

    def in_order(self) -> list[StudentResult]:
        """Return the results in the order of the students' numbers."""
        return sorted(self.students.values(), key=lambda one: (one.student.number, one.student.key))


def merged(classes: Sequence[ClassResult]) -> ClassResult:
    """Merge many classes in pairs, so that the time grows with their number and not with its square.

    Examples
    --------
    >>> merged([ClassResult.of(StudentResult(Student(key, 1))) for key in "abc"]).students.keys()
    dict_keys(['a', 'b', 'c'])
    """
    while len(classes) > 1:
        classes = [
            one[0].merge(one[1]) if len(one) > 1 else one[0]
            for one in (classes[n : n + 2] for n in range(0, len(classes), 2))
        ]
    return classes[0] if classes else ClassResult()
