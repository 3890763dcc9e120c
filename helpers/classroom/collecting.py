"""Collect what a class handed in: whose files are they, who is on the roster, and what each student did."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..core import UserError, read_file
from ..workbook import Content, HandIn, HandIns, NotWork, WhoseWork, same_people, whose_work
from .kept_results import Keeper
from .lms import CANVAS, MOODLE, FromLms, all_from_lms
from .readers import Readers
from .results import ClassResult, Student, merged
from .roster import (
    ANOTHER,
    FEW,
    PERHAPS,
    SAME,
    UNKNOWN,
    Roster,
    enough_alike,
    has_words_of,
    likeness,
    name_keys,
    unique,
)
from .student_work import Handed, student_result

Progress = Callable[[int, int], object]  # how much is done, and of how much
# So few are read before other processes have started.
_FEW = 12
_LARGE = 1_000_000  # bytes; a hand-in that may fill the memory is read in another process
_LETTERS = "bcdfghjkmnpqrstvwxz"
_KEY = 10
_SEED = "numbers of the class"


@dataclass(frozen=True)
class Known:
    """A student whom an earlier collection found: the key and number stay."""

    key: str
    number: int
    owners: tuple[str, ...] = ()  # ids of workbooks
    lms: str = ""  # a hash of the id in the LMS
    name: str = ""  # hashes of the words of the name in Moodle, where the id is another in each assignment


@dataclass(frozen=True)
class Collected:
    """A class: the result of each student, and what else there is to say."""

    result: ClassResult
    known: tuple[Known, ...] = ()  # all students found so far, for the next collection
    troubles: tuple[tuple[str, str], ...] = ()  # a file or a student, and what is wrong, to go on after it
    missing: tuple[str, ...] = ()  # names on the roster of whom there is no file
    unread: tuple[str, ...] = ()  # names of students who handed in nothing that can be read
    unlisted: tuple[str, ...] = ()  # keys of students who are not on the roster
    on_roster: int | None = None  # rows of the roster; None without one
    rows_with_file: int = 0  # rows of the roster of which there is a file
    files: int = 0  # that were read


@dataclass
class _Unit:
    """The hand-ins of one student."""

    files: list[tuple[HandIn, WhoseWork]] = field(default_factory=list)
    lms: FromLms = field(default_factory=FromLms)
    lms_ids: list[str] = field(default_factory=list)  # in Moodle one for each assignment
    late: bool = False

    @property
    def own(self) -> tuple[str, ...]:
        """The ids of the student's own workbooks."""
        return tuple(sorted({work.owners[0] for _, work in self.files if work.owners}))

    @property
    def name(self) -> str:
        """The name in the workbook."""
        return next((work.name for _, work in reversed(self.files) if work.name), "")

    @property
    def lms_hash(self) -> str:
        return _hash(f"lms {self.lms.id}") if self.lms.id else ""

    @property
    def name_hash(self) -> str:
        """Hashes of the words of the name in Moodle."""
        words = next((key for key in name_keys(self.lms.name) if not key.startswith("=")), "").split()
        return " ".join(_hash(f"name {word}") for word in words) if self.lms.lms == MOODLE else ""

    @property
    def sign(self) -> str:
        """What the key is made of: the first of the student’s own workbooks, else the id in the LMS, else the file."""
        return (self.own or (self.lms_hash,))[0] or self.files[0][0].place

    @property
    def called(self) -> str:
        """What messages call the student."""
        return self.lms.name or self.name or self.files[0][0].place


def collect(
    paths: Iterable[str | Path],
    *,
    roster: Path | None = None,
    known: Sequence[Known] = (),
    executor: Executor | None = None,
    leave_out: Path | None = None,
    progress: Progress = lambda done, of: None,
) -> Collected:
    """Read and mark what a class handed in; whatever is in a file, the others are read.

    Parameters
    ----------
    paths : iterable of str or Path
        Downloads, pages to hand in, folders of them, and zip archives from an LMS.
    roster : Path, optional
        A CSV file with a row for each student.
    known : sequence of Known
        The students of an earlier collection, who keep their keys and numbers.
    executor : concurrent.futures.Executor, optional
        Where the files are read; by default in processes of this machine.
    leave_out : Path, optional
        A folder that is not looked into.
    progress : callable
        Called with the number of steps done, and of all steps.

    Returns
    -------
    Collected
        The class; it depends on the files, the roster and the known students only.

    Raises
    ------
    UserError
        If the roster cannot be read.

    Examples
    --------
    >>> collect([]).result.students
    {}
    """
    if roster:
        read_file(roster, table=True)  # one that cannot be read is told before the class is read
    there = HandIns(paths, [path for path in (roster, leave_out) if path])
    with ExitStack() as stack:
        stack.callback(there.close)
        readers = Readers(executor)
        stack.callback(readers.close)
        if executor is None and (len(there.found) > _FEW or any(one.size > _LARGE for one in there.found)):
            readers.start_processes()
        done, total = 0, 2 * len(there.found)
        troubles = list(there.untaken)
        read: list[tuple[HandIn, WhoseWork]] = []
        bad: list[str] = []
        for one, work in readers.each(whose_work, ((one, _content(there, one)) for one in there.found)):
            progress(done := done + 1, total)
            if isinstance(work, str):
                troubles.append((one.place, work))
                bad.append(one.place)
            elif work.problem:
                troubles.append((one.place, f"is {work.problem}"))
                bad.append(one.place)
            else:
                read.append((one, work))
        from_names = all_from_lms([*(one.place for one, _ in read), *bad])
        called = {(lms.id, lms.name, work.name) for lms, (_, work) in zip(from_names, read, strict=False)}
        listed = Roster(roster, called) if roster else None
        units, said = _units(read, from_names, listed)
        known_now = _recognised(units, known)
        placed = _placed(units, dict(zip(bad, from_names[len(read) :], strict=True)), listed)
        students = _students(units, known_now, listed, placed.rows)
        troubles += said + placed.told
        handed = ((unit, _handed(there, student, unit)) for student, unit in zip(students, units, strict=True))
        results, keeper = [], Keeper()
        for unit, result in readers.each(student_result, handed):
            progress(done := done + len(unit.files), total)
            if isinstance(result, str):
                troubles.append((unit.files[0][0].place, result))
            else:
                results.append(ClassResult.of(keeper.kept(result)))
                troubles += result.troubles
        progress(total, total)
    keys = {one.key for one in known_now}
    return Collected(
        merged(results),
        (*known_now, *(one for one in known if one.key not in keys)),
        tuple(dict.fromkeys(troubles)),
        placed.missing,
        placed.unread,
        tuple(student.key for n, student in enumerate(students) if n in placed.unlisted),
        len(listed.rows) if listed else None,
        placed.count,
        sum(len(student.files) for student in students),
    )


def _content(there: HandIns, one: HandIn) -> Content | str:
    """Return the content of a hand-in, or why it cannot be read."""
    try:
        return there.content(one)
    except NotWork as error:
        return f"is {error.short}"
    except UserError as error:
        return f"cannot be read: {error}"


def _handed(there: HandIns, student: Student, unit: _Unit) -> Handed | str:
    """Read the files of a student once more, so that only a few contents are in memory at a time."""
    contents = [(one.place, _content(there, one)) for one, _ in unit.files]
    whole = tuple((place, content) for place, content in contents if not isinstance(content, str))
    return Handed(student, whole) if whole else "was moved or changed while the class was read"


def _hash(words: str) -> str:
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _units(
    read: Sequence[tuple[HandIn, WhoseWork]], from_names: Sequence[FromLms], roster: Roster | None
) -> tuple[list[_Unit], list[tuple[str, str]]]:
    """Put the hand-ins of each student together; return them with what else is to be told.

    What the LMS says decides. Without it, the ids of the workbook do, and in files of version 0.1.0 the sessions.
    """
    in_lms = {key for one in from_names if one.name for key in name_keys(one.name, joined=one.lms == CANVAS)}
    archives: dict[str, set[str]] = defaultdict(set)
    for (hand_in, _), found in zip(read, from_names, strict=False):
        archives[found.id].add(hand_in.place.partition("/")[0])

    def are_one(one: FromLms, other: FromLms) -> bool:
        """Whether two ids of Moodle are those of one student in two assignments."""
        same = one.lms == other.lms == MOODLE and one.name == other.name
        return same and archives[one.id].isdisjoint(archives[other.id])

    def is_copy(lms: FromLms, typed: str) -> bool:
        """Whether a file that is from no LMS is of somebody else than the student who handed in the same workbook."""
        if not lms.name or likeness(lms.name, [typed]) == SAME:
            return False
        theirs = roster.with_typed_name(typed) - roster.with_name(lms.name, joined=True) if roster else set()
        return bool(theirs) or not name_keys(typed).isdisjoint(in_lms)

    first_of = list(range(len(read)))  # of each hand-in: the first one of the same student, or one nearer to it

    def first(n: int) -> int:
        while first_of[n] != n:
            first_of[n] = n = first_of[first_of[n]]
        return n

    by_lms: dict[str, int] = {}
    for n, found in enumerate(from_names[: len(read)]):
        if found.id:
            first_of[n] = by_lms.setdefault(found.id, n)
    lms_of = {n: found for n, found in enumerate(from_names[: len(read)]) if found.id}
    told: list[tuple[str, str]] = []
    for a, b in dict.fromkeys(same_people([work for _, work in read])):
        one, other = sorted((first(a), first(b)))
        if one == other:
            continue
        place, holds = read[max(a, b)][0].place, f"holds the same workbook as {read[min(a, b)][0].place}"
        if {one, other} <= lms_of.keys() and not are_one(lms_of[one], lms_of[other]):
            told.append((place, f"{holds}; the LMS has two students"))
            continue
        typed = next((read[n][1].name for n in (a, b) if first(n) not in lms_of), "")
        mine = next((lms_of[n] for n in (one, other) if n in lms_of), FromLms())
        if typed and is_copy(mine, typed):
            told.append((place, f"{holds}, which {mine.name} handed in; it names {typed}, so it is read as theirs"))
            continue
        if typed and mine.name and likeness(mine.name, [typed]) == ANOTHER:
            told.append((place, f"{holds}, and was read as work of {mine.name}"))
        # The one with an id in the LMS stays the first.
        one, other = (other, one) if other in lms_of else (one, other)
        first_of[other] = one
    units: dict[int, _Unit] = defaultdict(_Unit)
    for n, (hand_in, work) in enumerate(read):
        unit = units[first(n)]
        same = next((other for other, earlier in unit.files if earlier.digest == work.digest), None)
        if same:
            told.append((hand_in.place, f"is the same as {same.place}"))
        else:
            unit.files.append((hand_in, work))
        unit.lms = unit.lms if unit.lms.id else from_names[n]
        unit.lms_ids += [from_names[n].id] if from_names[n].id and from_names[n].id not in unit.lms_ids else []
        unit.late |= from_names[n].late
    for unit in units.values():
        names = dict.fromkeys(work.name for _, work in unit.files if work.name)
        if unit.lms.id and len({name.casefold() for name in names}) > 1 and len(unit.own) > 1:
            called = ", ".join(names)
            told.append((unit.files[0][0].place, f"was handed in by one student, with work under the names {called}"))
    return list(units.values()), told


def _recognised(units: Sequence[_Unit], known: Sequence[Known]) -> list[Known]:
    """Return the key and number of each student: as before, or drawn by a fixed seed."""
    found: dict[int, Known] = {}
    by_lms = {one.lms: one for one in known if one.lms}
    by_owner = {id: one for one in known for id in one.owners}
    by_key = {one.key: one for one in known}
    here = {unit.lms_hash for unit in units}
    taken: set[str] = set()

    def may_be(unit: _Unit, mate: Known) -> bool:
        """Whether a student may be one with the same workbook: two ids in the LMS are two, but for two assignments."""
        if mate.lms in ("", unit.lms_hash or mate.lms):
            return True
        names = [{*one.split()} for one in (mate.name, unit.name_hash) if one]
        # A name may have been hidden, or half of it changed.
        alike = len(names) < 2 or not names[0].isdisjoint(names[1])
        return unit.lms.lms == MOODLE and mate.lms not in here and alike

    def take(mates: Callable[[_Unit], Iterable[Known | None]]) -> None:
        for n, unit in enumerate(units):
            for mate in mates(unit) if n not in found else ():
                if mate and mate.key not in taken and may_be(unit, mate):
                    found[n] = mate
                    taken.add(mate.key)
                    break

    take(lambda unit: [by_lms.get(unit.lms_hash)])
    # Whoever handed in a copy in the LMS is not the student who mailed the file.
    take(lambda unit: [] if unit.lms.id else [by_owner.get(id) for id in unit.own])
    take(lambda unit: [by_owner.get(id) for id in unit.own])
    take(lambda unit: [by_key.get(_key(unit.sign))])
    shared = Counter(unit.sign for unit in units)
    used = {one.key for one in known}
    keys: dict[int, str] = {}
    for n, unit in enumerate(units):
        if n in found:
            continue
        # Of several students with the same workbook, each has the key of the LMS or the file.
        signs = [unit.sign] if shared[unit.sign] == 1 else []
        signs += [unit.lms_hash] if unit.lms_hash else []
        signs += [one.place for one, _ in unit.files]
        keys[n] = next(key for sign in [*signs, *map(str, range(len(units) + 1))] if (key := _key(sign)) not in used)
        used.add(keys[n])
    last = max((one.number for one in known), default=0)
    drawn = sorted(keys, key=lambda n: hashlib.sha256(f"{_SEED} {keys[n]}".encode()).digest())
    for number, n in enumerate(drawn, last + 1):
        found[n] = Known(keys[n], number)
    return [
        replace(
            found[n],
            owners=tuple(dict.fromkeys([*found[n].owners, *unit.own])),
            lms=unit.lms_hash or found[n].lms,
            name=unit.name_hash or found[n].name,
        )
        for n, unit in enumerate(units)
    ]


def _key(sign: str) -> str:
    """Make a key of letters only, which no spreadsheet takes for a number or a word."""
    number = int.from_bytes(hashlib.sha256(sign.encode("utf-8", "surrogatepass")).digest(), "big")
    letters = []
    for _ in range(_KEY):
        number, rest = divmod(number, len(_LETTERS))
        letters.append(_LETTERS[rest])
    return "".join(letters)


@dataclass
class _Placed:
    """Who of the students is who on the roster."""

    rows: dict[int, int] = field(default_factory=dict)  # of students by number, the row
    told: list[tuple[str, str]] = field(default_factory=list)
    missing: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    unlisted: frozenset[int] = frozenset()
    count: int = 0  # rows of which there is a file


def _placed(units: Sequence[_Unit], bad: Mapping[str, FromLms], roster: Roster | None) -> _Placed:
    """Find the students, and those of whom no file could be read (``bad``), on the roster; a doubt gives no row."""
    found, by_id, signs = _Placed(), list[set[int]](), list[_Signs]()
    # A student is in doubt who fits several rows, or a row that others fit.
    doubts: dict[frozenset[int], list[int]] = defaultdict(list)
    contrary: set[int] = set()
    fits: list[set[int]] = []
    if roster:
        signs = _signs(units, roster)
        by_id, by_name = [one.by_id for one in signs], [one.by_name for one in signs]
        if (
            any(one.typed and one.fits and units[n].lms.name for n, one in enumerate(signs))
            and not roster.has_only_pseudonyms
        ):
            said = "has no name or id that the LMS gives, so students were found by what they typed in their files"
            found.told.append((roster.name_of_file, said))
        for n, one in enumerate(signs):
            if one.problem:
                found.told.append((units[n].called, one.problem))
            if one.contrary:
                contrary.add(n)
            fits.append(one.fits)
        # A row that one student was given is no longer in doubt for the others. The LMS goes before what is typed.
        for sure in (True, False):
            asked = {n for n, one in enumerate(signs) if one.typed != sure} - contrary
            while True:
                before = len(found.rows)
                for turn in (by_id, by_name):
                    given = set(found.rows.values())
                    left = {n: fits[n] - given for n in asked if turn[n] and n not in found.rows}
                    claimed = Counter(row for some in left.values() if (row := unique(some)) is not None)
                    found.rows |= {
                        n: row for n, some in left.items() if (row := unique(some)) is not None and claimed[row] == 1
                    }
                if len(found.rows) == before:
                    break
        if units and not any(by_id) and not any(by_name):
            roster.require_fit(len(units))
    given = set(found.rows.values())
    for n in range(len(fits)):
        if n not in found.rows and n not in contrary and fits[n] - given:
            doubts[frozenset(fits[n] - given)].append(n)
    for some, students in doubts.items():
        row_name = roster.name(min(some)) if roster and len(students) > 1 else units[students[0]].called
        found.told.append((row_name, _doubt(len(students), len(some))))
    open_rows = {row for some in doubts for row in some} | {row for n in contrary for row in by_id[n] | by_name[n]}
    people: dict[str, set[int]] = {}
    here = {unit.lms.id for unit in units if unit.lms.id}
    names_here = {key for unit in units if not unit.lms.id for key in name_keys(unit.name)}
    for place, lms in bad.items():
        if lms.id and lms.id not in here:
            here.add(lms.id)
            rows = _rows_of(lms, roster, any(by_id)) if roster else set()
            if (rows and rows <= given) or not name_keys(lms.name).isdisjoint(names_here):
                continue  # other files of the student were read
            rows -= given
            row = unique(rows)
            known = roster.name(row) if roster and row is not None else ""
            people[known or lms.name or place] = rows
    of_bad = {row for rows in people.values() for row in rows}
    found.unread = tuple(people)
    without = {n for n in range(len(fits)) if n not in {*found.rows, *contrary} and fits[n] <= given}
    again = {n for n in without if fits[n] and signs[n].typed}
    found.told += [
        (units[n].called, "has the name of a student who handed in something else, too") for n in sorted(again)
    ]
    found.unlisted = frozenset(without - again)
    found.count = len(given) + sum(min(len(some), len(students)) for some, students in doubts.items())
    if roster:
        closed = given | open_rows | of_bad
        found.missing = tuple(roster.name(row) for row in range(len(roster.rows)) if row not in closed)
    return found


@dataclass(frozen=True)
class _Signs:
    """The rows of the roster that a student fits, by an id and by a name."""

    by_id: set[int]
    by_name: set[int]
    own: set[int] = field(default_factory=set)  # by what is typed in the file, which tells namesakes apart
    typed: bool = False  # by what is typed only
    problem: str = ""

    @property
    def contrary(self) -> bool:
        """Whether the signs contradict each other."""
        return bool(self.problem and (self.by_id or self.by_name))

    @property
    def fits(self) -> set[int]:
        said = self.by_id & self.by_name or self.by_id or self.by_name
        return said & self.own or said


def _rows_of(lms: FromLms, roster: Roster, has_ids: bool) -> set[int]:
    """The rows that fit what the LMS says, by the id or else by the name; with ids, not the rows that have another."""
    named = roster.with_name(lms.name, joined=lms.lms == CANVAS)
    return roster.with_lms_id(lms.id, lms.lms) or named - (roster.with_other_id() if has_ids else set())


def _signs(units: Sequence[_Unit], roster: Roster) -> list[_Signs]:
    """Return which rows of the roster each student fits.

    The LMS knows who handed in a file, and a name in the file can be anybody’s. So where the LMS gives a name or an
    id, the name in the file only tells namesakes apart, unless the roster has none of the names of the LMS.
    """
    ids = [{row for id in unit.lms_ids for row in roster.with_lms_id(id, unit.lms.lms)} for unit in units]
    names = [roster.with_name(unit.lms.name, joined=unit.lms.lms == CANVAS) for unit in units]
    if not _are_ids_of_lms(units, ids, names, roster):
        ids = [set() for _ in units]
    # A row with another id of the LMS is of another student.
    of_others = roster.with_other_id() if any(ids) else set()
    taken = {row for mine, by_name in zip(ids, names, strict=True) for row in mine & by_name or mine}
    typed = [(roster.with_typed(unit.name), roster.with_typed_name(unit.name)) for unit in units]
    unknown = [n for n, unit in enumerate(units) if unit.lms.name and not ids[n] and not names[n] and any(typed[n])]
    nothing_alike = not roster.has_names and not any(ids)
    by_typed = nothing_alike or len(unknown) >= max(FEW, 1 + sum(map(bool, names)))
    alike = [_alike(unit, mine, roster) for unit, mine in zip(units, ids, strict=True)]
    enough = enough_alike(alike)
    signs = []
    for n, unit in enumerate(units):
        own_ids, own_names = typed[n]
        if ids[n] or names[n]:
            problem, by_name = "", names[n] - (of_others - ids[n])
            if not ids[n] and not by_name and names[n] - taken:
                problem = "has the name of a row of the roster, but that row has another id: not given"
            elif ids[n] and names[n] and not ids[n] & names[n]:
                problem = "has the id of one row of the roster and the name of another, and was given none"
            elif ids[n] and alike[n] < enough and not ids[n] & own_names and roster.has_names:
                problem = "has the id of a row of the roster, but that row has another name: not given"
            if problem:
                signs.append(_Signs(ids[n], names[n], problem=problem))
            else:
                signs.append(_Signs(ids[n], by_name, own_ids | own_names))
        elif not unit.lms.id or not unit.lms.name or by_typed:
            others = of_others if unit.lms.id else set()
            signs.append(_Signs(own_ids - others, own_names - others, typed=True))
        else:
            problem = (
                f"is not on the roster. The name typed in the file, “{unit.name}”, is on it, but anybody can type it"
            )
            signs.append(_Signs(set(), set(), problem=problem if own_ids | own_names else ""))
    return signs


def _alike(unit: _Unit, rows: Collection[int], roster: Roster) -> int:
    """How much the name of a student in the LMS is alike to that in the rows with the id, if none fits better."""
    if not rows or not unit.lms.name:
        return UNKNOWN
    found = max(roster.likeness(row, unit.lms.name) for row in rows)
    others = range(len(roster.rows)) if found == PERHAPS else ()
    return ANOTHER if any(roster.likeness(row, unit.lms.name) == SAME for row in others) else found


def _are_ids_of_lms(units: Sequence[_Unit], ids: Sequence[set[int]], names: Sequence[set[int]], roster: Roster) -> bool:
    """Whether the ids of the roster are those of the LMS, and do not only happen to be the same numbers.

    Moodle writes its numbers of participants into grading worksheets only; in another list an id is often that of the
    university. Where no name can tell, all must be found.
    """
    pairs = list(zip(ids, names, strict=True))
    against = sum(bool(mine and named and not mine & named) for mine, named in pairs)
    if against > sum(bool(mine & named) for mine, named in pairs) and any(named and not mine for mine, named in pairs):
        return False  # the names are those of the LMS, and the ids are not
    sure = roster.has_names or roster.has_participants or not any(unit.lms.lms == MOODLE for unit in units)
    return sure or all(mine for mine, unit in zip(ids, units, strict=True) if unit.lms.id)


def _doubt(students: int, rows: int) -> str:
    """Say why it cannot be told which rows of the roster are those of some students."""
    how = "give the roster a column with the ids of the LMS"
    if rows == 1:
        return f"is the name of {students} students, and of one row of the roster, which was given to none; {how}"
    if students == 1:
        return "fits several rows of the roster, and was given none"
    return f"is the name of {students} students and of {rows} rows of the roster, and which is whose is open; {how}"


def _students(
    units: Sequence[_Unit], known: Sequence[Known], roster: Roster | None, rows: Mapping[int, int]
) -> list[Student]:
    """Make the students, each with the row of the roster."""
    return [
        Student(
            known[n].key,
            known[n].number,
            _name(unit, roster.name(rows[n]) if roster and n in rows else ""),
            unit.lms.id,
            roster.email(rows[n]) if roster and n in rows else "",
            roster.rows[rows[n]] if roster and n in rows else None,
            tuple(one.place for one, _ in unit.files),
            unit.late,
            lms=unit.lms.lms,
            lms_name=unit.lms.name,
            lms_ids=tuple(unit.lms_ids),
        )
        for n, unit in enumerate(units)
    ]


def _name(unit: _Unit, listed: str) -> str:
    """The name of a student: that of the roster, of the LMS or of the workbook, which has the words apart."""
    lms = unit.lms.name
    if lms and not (unit.lms.lms == CANVAS and has_words_of(lms, unit.name)):
        return listed or lms
    return listed or unit.name or lms
