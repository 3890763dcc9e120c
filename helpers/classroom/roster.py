"""Read the roster of a class, a CSV as an LMS exports it, and find the row of a student in it.

A column is recognised by its heading, or by what is in it: e-mail addresses, “Participant 12345” in any language, or
the names of the students who handed in.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import product
from pathlib import Path
from unicodedata import combining, name as name_of_sign, normalize

from ..core import UserError, read_file
from ..texts import CsvFile
from .headings import FIRST, LAST, LMS_ID, OTHER_ID, WHOLE, in_words, is_of_others, is_pseudonym, roles
from .lms import CANVAS

EMAIL, PARTICIPANT, PSEUDONYM = "e-mail address", "participant in Moodle", "pseudonym"
# How much two names are alike: of two people, with a word in common, not to be compared, or the same.
ANOTHER, PERHAPS, UNKNOWN, SAME = range(4)
_USUAL = (
    "ID", "SIS User ID", "SIS Login ID", "Student", "Section", "Identifier", "Full name", "First name", "Last name",
    "Surname", "ID number", "Email address", "email", "id", "name", "pseudonym", "Username",
)  # fmt: skip
# Canvas puts rows into its export that are no student: the points possible, and a test student.
_NO_STUDENT = ("points possible", "student, test", "test student")
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
# Moodle’s grading worksheet has “Participant 12345”, in German “Teilnehmer/in12345”, its zip archive 12345.
_PARTICIPANT = re.compile(r"(\D*[^\W\d]\D*?)\s*(\d+)")
_MOST_WORDS = 6  # of a name, that are run together in other orders
# Letters that do not decompose, and those that are also written as two.
_PLAIN_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)
_TWO_LETTERS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "Ä": "ae", "Ö": "oe", "Ü": "ue", "Å": "aa", "Ø": "oe"}
)
_PARTICLES = {
    "af", "al", "av", "bin", "da", "de", "dei", "del", "den", "der", "di", "do", "dos", "du", "el", "ibn", "la", "le",
    "van", "von", "zu", "zum", "zur",
}  # fmt: skip
FEW = 3  # in so few rows and students, nothing follows from what is alike or not


class Roster:
    """The rows of a roster; raises `UserError` if the file has no column that identifies a student.

    ``students`` are those who handed in, each with the id in the LMS and names; by these, columns without a known
    heading are found.
    """

    def __init__(self, path: Path, students: Collection[Sequence[str]] = ()) -> None:
        file = CsvFile(read_file(path, table=True), path.name, _USUAL)
        if file.problem:
            raise file.problem
        self.columns = _unlike([column or f"column {n}" for n, column in enumerate(file.head.cells, 1)])
        self.name_of_file = path.name
        cells: list[list[str]] = []
        for record, wrong in file.rows():
            if wrong:  # its cells may be those of other columns
                raise UserError(f"{path.name}, line {record.line}: {wrong}")
            cells.append((record.cells + [""] * len(self.columns))[: len(self.columns)])
        self.roles = recognised(file.head.cells, cells)
        whole = [place for place, role in self.roles.items() if role == WHOLE]
        cells = [row for row in cells if not any(row[n].strip().casefold() in _NO_STUDENT for n in whole)]
        parts = {place: role for place, role in self.roles.items() if role in (FIRST, LAST, WHOLE)}
        names = [one[1:] for one in students]
        keys = {key for row in cells for name in self._names_in(row) for key in name_keys(name)}
        if not any(key in keys for some in names for name in some for key in name_keys(name, joined=True)):
            # Perhaps a column has half of the name, and the heading of the other half is not known.
            found = self._found(cells, names, parts)
            if found:
                self.roles = {place: role for place, role in self.roles.items() if place not in parts}
                self.roles |= dict(zip(found, (FIRST, LAST) if len(found) > 1 else (WHOLE,), strict=True))
            elif not parts and not {LMS_ID, PSEUDONYM} & {*self.roles.values()}:
                ids = self._found(cells, [one[:1] for one in students], {})
                self.roles |= {place: LMS_ID for place in ids if len(ids) == 1}
        if not {FIRST, LAST, WHOLE, LMS_ID, OTHER_ID, EMAIL, PARTICIPANT, PSEUDONYM} & {*self.roles.values()}:
            raise UserError(
                f"{path.name}, line {file.head.line}: no column has the id, the e-mail address or the name of the "
                f"students; the columns are {in_words(self.columns)}. {_SAY_WHICH}"
            )
        self._cells = [row for row in cells if any(row[place] for place in self.roles)]
        if not self._cells:
            raise UserError(f"{path.name} has no row with a student. {_SAY_WHICH}")
        self.rows = [dict(zip(self.columns, row, strict=True)) for row in self._cells]
        self._by: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
        for number in range(len(self.rows)):
            self._learn(number)

    def _at(self, number: int, *which: str) -> list[str]:
        """The cells of a row in the columns with one of these roles that are not empty."""
        row = self._cells[number]
        return [row[place] for place, role in sorted(self.roles.items()) if role in which and row[place]]

    def _learn(self, number: int) -> None:
        for role in (LMS_ID, OTHER_ID, EMAIL):
            for cell in self._at(number, role):
                self._by[role][plain_id(cell)].add(number)
        for cell in self._at(number, PARTICIPANT):
            self._by[PARTICIPANT][participant_number(cell)].add(number)
        for cell in self._at(number, EMAIL):  # the part before the @ is often the name of the account
            self._by["account"][plain_id(cell.partition("@")[0])].add(number)
        for name in self._names(number):
            for key in name_keys(name):
                self._by[WHOLE][key].add(number)
            for word in _words(name):
                self._by["word"][word].add(number)
        for name in self._at(number, PSEUDONYM):
            for key in name_keys(name):
                self._by[PSEUDONYM][key].add(number)

    def _names(self, number: int) -> list[str]:
        return names_in_row(self.roles, self._cells[number])

    def _names_in(self, row: Sequence[str]) -> list[str]:
        """The names and pseudonyms in a row."""
        places = [place for place, role in self.roles.items() if role == PSEUDONYM]
        return [*names_in_row(self.roles, row), *(row[place] for place in places if row[place])]

    def _found(
        self, cells: Sequence[list[str]], students: Collection[Sequence[str]], parts: Collection[int]
    ) -> tuple[int, ...]:
        """Find the column, or the two, with the names of most students; if others do equally well, none is it.

        One of two is among ``parts``, if there are any.
        """
        keys = [{key for name in names for key in name_keys(name, joined=True)} for names in students]
        free = [
            place
            for place, column in enumerate(self.columns)
            if place in parts or (place not in self.roles and not is_of_others(column))
        ]
        places = [*((place,) for place in free), *((place, place + 1) for place in free if place + 1 in free)]
        places = [some for some in places if not parts or (len(some) > 1 and not {*some}.isdisjoint(parts))]
        best: dict[tuple[int, ...], list[set[int]]] = {}
        most = max(1, len(keys) / 2)
        for some in places:
            names = [" ".join(row[place] for place in some) if all(row[p] for p in some) else "" for row in cells]
            rows: dict[str, set[int]] = defaultdict(set)
            for number, name in enumerate(names):
                for key in name_keys(name):
                    rows[key].add(number)
            found = [{number for key in mine for number in rows.get(key, ())} for mine in keys]
            count = sum(map(bool, found))
            if count >= most and tells(names):
                best = {some: found} if count > most else best | {some: found}
                most = count
        first = next(iter(best), ())
        if any(found != best[first] for found in best.values()):
            return ()
        return first

    def with_lms_id(self, lms_id: str, lms: str) -> set[int]:
        """Return the numbers of the rows with an id of the LMS that packed the archive."""
        if not lms_id:
            return set()
        # Moodle’s number of a participant is in its worksheet only; elsewhere the same number is somebody else’s.
        found = self._by[PARTICIPANT].get(plain_id(lms_id), set()) if lms != CANVAS else set()
        return found | self._by[LMS_ID].get(plain_id(lms_id), set())

    def with_other_id(self) -> set[int]:
        """Return the numbers of the rows that have an id of the LMS: in them, another id is that of another."""
        return {number for number in range(len(self.rows)) if self._at(number, LMS_ID, PARTICIPANT)}

    @property
    def has_participants(self) -> bool:
        """Whether a column has the numbers of participants, as a grading worksheet of Moodle."""
        return PARTICIPANT in self.roles.values()

    @property
    def has_names(self) -> bool:
        """Whether a column has names, and not pseudonyms."""
        return any(map(self._names, range(len(self.rows))))

    def with_typed(self, typed: str) -> set[int]:
        """Return the numbers of the rows that fit what a student typed in place of a name: also an id or an address."""
        if not typed:
            return set()
        found = {row for role in (LMS_ID, OTHER_ID, EMAIL) for row in self._by[role].get(plain_id(typed), ())}
        account = self._by["account"].get(plain_id(typed), set())
        # “kim” may be the account of one student and the name of another.
        return found | (account and account | self._by["word"].get(plain_id(typed), set()))

    def with_name(self, name: str, *, joined: bool = False) -> set[int]:
        """Return the numbers of the rows with a name, first name first or last; see `name_keys`."""
        return {number for key in name_keys(name, joined=joined) for number in self._by[WHOLE].get(key, ())}

    def with_typed_name(self, name: str) -> set[int]:
        """Return the numbers of the rows with this name, or this pseudonym."""
        pseudonyms = {number for key in name_keys(name) for number in self._by[PSEUDONYM].get(key, ())}
        return self.with_name(name) | pseudonyms

    def likeness(self, number: int, name: str) -> int:
        """Say how much a name is alike to that in a row."""
        return likeness(name, self._names(number))

    @property
    def has_only_pseudonyms(self) -> bool:
        """Whether a column is said to hold pseudonyms, and none has names."""
        return PSEUDONYM in self.roles.values() and not self.has_names

    def name(self, number: int) -> str:
        """Return the name in a row; without one its id."""
        parts = [*self._at(number, FIRST), *self._at(number, LAST)]
        return (
            " ".join(parts)
            or next(iter(self._at(number, WHOLE)), "")
            or next(iter(self._at(number, PSEUDONYM) or self._at(number, LMS_ID, OTHER_ID, EMAIL, PARTICIPANT)), "")
        )

    def email(self, number: int) -> str:
        """Return the e-mail address in a row; empty if there is none."""
        return next(iter(self._at(number, EMAIL)), "")

    def require_fit(self, students: int) -> None:
        """Raise `UserError` if none of the students is in the roster: it is that of others, or has ids of others."""
        named = any(len(name.split()) > 1 for number in range(len(self.rows)) for name in self._names(number))
        if (students >= FEW and len(self.rows) >= FEW) or not named:
            read = [f"“{self.columns[place]}” ({role})" for place, role in sorted(self.roles.items())]
            raise UserError(
                f"{self.name_of_file}: of {students} who handed in, none is in it. Columns used: "
                f"{', '.join(read)}. If it is the roster of this class: {_SAY_WHICH[0].lower()}{_SAY_WHICH[1:]}"
            )


_SAY_WHICH = (
    "Export the list of participants or the gradebook from the LMS, or name a column “ID”, “Email address”, "
    "“Full name” or “Pseudonym”, or two columns “First name” and “Last name”."
)


def recognised(headings: Sequence[str], cells: Sequence[Sequence[str]]) -> dict[int, str]:
    """Return what each column is by its place, from what is in it or from its heading; others are left out.

    Examples
    --------
    >>> recognised(["ID", "Name", "Posta"], [["Participante 7", "Ana", "a@example.org"]])
    {0: 'participant in Moodle', 1: 'name', 2: 'e-mail address'}
    """
    found = roles(headings)
    for place in range(len(headings)):
        filled = [row[place] for row in cells if place < len(row) and row[place]]
        if sum(bool(_ADDRESS.fullmatch(cell)) for cell in filled) * 2 > len(filled):
            found[place] = EMAIL
        elif (found.get(place) == LMS_ID or (place == 0 and place not in found)) and _are_participants(filled):
            found[place] = PARTICIPANT
        if found.get(place) == WHOLE and is_pseudonym(headings[place]):
            found[place] = PSEUDONYM
        if found.get(place) in (EMAIL, LMS_ID, OTHER_ID) and not tells(filled):
            del found[place]  # that of a group or of a tutor
    return dict(sorted(found.items()))


def names_in_row(columns: Mapping[int, str], row: Sequence[str]) -> list[str]:
    """Return the names in a row: that in one column, and that in two."""
    whole, first, last = (
        [row[place] for place, role in columns.items() if role == which and place < len(row) and row[place]]
        for which in (WHOLE, FIRST, LAST)
    )
    return [*whole, *([", ".join(filter(None, (" ".join(last), " ".join(first))))] if first or last else [])]


def _are_participants(cells: Sequence[str]) -> bool:
    """Whether all cells have one word and a number of their own."""
    found = [_PARTICIPANT.fullmatch(cell.strip()) for cell in cells]
    return bool(found) and all(found) and tells(cells) and len({one[1] for one in found if one}) == 1


def participant_number(cell: str) -> str:
    """Return the number in “Participant 12345”; empty if it is something else."""
    found = _PARTICIPANT.fullmatch(cell.strip())
    return found[2] if found else ""


def tells(cells: Sequence[str]) -> bool:
    """Whether the cells of a column can tell one student from another."""
    filled = [cell for cell in cells if cell.strip()]
    return len(filled) <= FEW or len(set(filled)) * 2 > len(filled)


def _unlike(columns: Sequence[str]) -> list[str]:
    """Number columns of the same name."""
    seen: Counter[str] = Counter()
    named = []
    for column in columns:
        seen[column] += 1
        named.append(f"{column} ({seen[column]})" if seen[column] > 1 else column)
    return named


def plain_id(id: str) -> str:
    """Return an id as it is compared, without what spreadsheets write around it.

    Examples
    --------
    >>> plain_id(' ="0012" '), plain_id("4000.0"), plain_id("S12A")
    ('0012', '4000', 's12a')
    """
    plain = re.sub(r'^="?(.*?)"?$', r"\1", normalize("NFC", id).strip().casefold())
    return re.sub(r"^(\d+)[.,]0+$", r"\1", plain)


def name_keys(name: str, *, joined: bool = False) -> set[str]:
    """Return the forms in which a name is compared: its words in any order, and run together, behind an equals sign.

    Parameters
    ----------
    name : str
        The name of a person.
    joined : bool
        Whether a name of one word may be several run together, as Canvas writes them. Of “Suharto” this is not so:
        it is not the name of Su Harto.

    Examples
    --------
    >>> sorted(name_keys("Kim, Ana") & name_keys("ana kim"))
    ['=anakim', '=kimana', 'ana kim']
    >>> name_keys("Suharto") & name_keys("Su Harto"), name_keys("suharto", joined=True) & name_keys("Su Harto")
    (set(), {'=suharto'})
    """
    return _keys(_words(name), joined=joined) | _keys(_words(name.translate(_TWO_LETTERS)), joined=joined)


def _keys(words: Sequence[str], *, joined: bool) -> set[str]:
    if not words:
        return set()
    # Canvas puts the last name first, and not every list does.
    turned = ("".join([*words[n:], *words[:n]]) for n in range(min(len(words), _MOST_WORDS)))
    return {" ".join(sorted(words)), *(f"={one}" for one in turned if joined or len(words) > 1)}


def _words(name: str) -> list[str]:
    plain = "".join(sign for sign in normalize("NFKD", name.casefold()) if not combining(sign))
    return re.findall(r"\w+", plain.translate(_PLAIN_LETTERS))


def likeness(name: str, others: Iterable[str]) -> int:
    """Say how much a name is alike to one of the others: `SAME`, `UNKNOWN`, `PERHAPS` or `ANOTHER`.

    One may lack words that the other has. Names that share a word are perhaps the same; names in different scripts
    cannot be compared.

    Examples
    --------
    >>> likeness("Ana Kim", ["Kim, Ana Maria"]), likeness("kimana", ["Ana Kim"])
    (3, 3)
    >>> likeness("Ana Kim", ["Kim, Anna"]), likeness("Ana Kim", ["Ана Ким"]), likeness("Ana Kim", [])
    (1, 2, 2)
    >>> likeness("Ana de Souza", ["Jan de Vries"]), likeness("liana", ["Julia Weber"])
    (0, 0)
    """
    return max((_alike(name, other) for other in others), default=UNKNOWN)


def _alike(name: str, other: str) -> int:
    mine, theirs = ({word for word in _words(one) if len(word) > 1} - _PARTICLES for one in (name, other))
    if name_keys(name, joined=True) & name_keys(other, joined=True):
        return SAME
    if not mine or not theirs or _scripts(mine).isdisjoint(_scripts(theirs)):
        return UNKNOWN
    if len(mine & theirs) == min(len(mine), len(theirs)) > 1:
        return SAME
    alike = any(
        one == two or (min(len(one), len(two)) > 2 and (one.startswith(two) or two.startswith(one)))
        for one, two in product(mine, theirs)
    )
    # Canvas runs the words of a name together, the last one first.
    joined = len(mine) == 1 and any(len(word) > 2 and next(iter(mine)).endswith(word) for word in theirs)
    return PERHAPS if alike or joined else ANOTHER


def enough_alike(found: Collection[int]) -> int:
    """Return how much the names beside ids must at least be alike, given how much those of a whole file are.

    A column that was sorted without the others puts few people beside their own names; then half a name is not enough.

    Examples
    --------
    >>> enough_alike([SAME, SAME, ANOTHER]) == PERHAPS, enough_alike([SAME, PERHAPS, ANOTHER, ANOTHER]) == UNKNOWN
    (True, True)
    """
    found = list(found)
    return UNKNOWN if found.count(ANOTHER) > found.count(SAME) else PERHAPS


def _scripts(words: Iterable[str]) -> set[str]:
    """The scripts of words, as the names of their letters begin: LATIN, CYRILLIC."""
    return {name_of_sign(word[0], "").partition(" ")[0] for word in words}


def has_words_of(joined: str, name: str) -> bool:
    """Whether all words of a name are in one that Canvas has run together; initials need not be.

    Examples
    --------
    >>> has_words_of("kimana", "Ana Kim"), has_words_of("kimana", "Ana"), has_words_of("kimana", "Bo Kim")
    (True, True, False)
    """
    words, whole = [word for word in _words(name) if len(word) > 1], "".join(_words(joined))
    return bool(words) and all(word in whole for word in words)


def unique(found: Iterable[int]) -> int | None:
    """Return the only number; None if there is none, or several."""
    found = list(found)
    return found[0] if len(found) == 1 else None
