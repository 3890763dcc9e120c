"""Read from file names what Moodle and Canvas write into them: who handed a file in, and whether late."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

# Moodle 4: “Ana Kim_12345_assignsubmission_file_/work.jsonl”, or in one folder
# “Ana Kim_12345_assignsubmission_file_work.jsonl”; with hidden names “Participant_12345_…”.
_MOODLE = re.compile(r"(?P<name>[^/]*?)_(?P<id>\d+)_assignsubmission_(?P<plugin>file|onlinetext)(?:_.*)?", re.S)
# Canvas: “kimana_12345_67890_work.jsonl”, or “kimana_LATE_12345_67890_work.jsonl”; the first number is the student’s.
# With hidden names “anon_aB3dE_67890_work.jsonl”.
_CANVAS = re.compile(r"(?P<begin>(?P<name>[^/_]+)(?P<late>_LATE)?_(?P<id>\d+)_(?P<number>\d+))_(?P<file>.+)", re.S)
_CANVAS_HIDDEN = re.compile(
    r"(?P<begin>(?P<name>anon(?:ymous)?)(?P<late>_LATE)?_(?P<id>[A-Za-z0-9]{5})_(?P<number>\d+))_(?P<file>.+)", re.S
)
MOODLE, CANVAS = "moodle", "canvas"
_FEWEST = 3  # digits of the number of a file in Canvas
_HIDDEN = (
    "", "participant", "teilnehmer", "teilnehmer/in", "teilnehmerin", "participante", "partecipante", "deelnemer",
    "uczestnik", "участник", "учасник", "მონაწილე", "deltagare", "deltaker", "deltager",
)  # fmt: skip


class FromLms(NamedTuple):
    """What the name of a file from an LMS says; empty if it is from none."""

    id: str = ""
    name: str = ""
    late: bool = False
    lms: str = ""  # MOODLE or CANVAS
    number: str = ""  # of the file in Canvas


def from_lms(place: str) -> FromLms:
    """Read who handed in a file, given its path.

    The outermost folder decides: names inside are the student’s own. A file may have such a name by accident; see
    `all_from_lms`.

    Examples
    --------
    >>> from_lms("class.zip/Ana Kim_12345_assignsubmission_file_/work.jsonl")
    FromLms(id='12345', name='Ana Kim', late=False, lms='moodle', number='')
    >>> from_lms("class.zip/kimana_LATE_77_991_my-work-ana.jsonl")
    FromLms(id='77', name='kimana', late=True, lms='canvas', number='991')
    >>> from_lms("hand-ins/my-work-ana.jsonl").lms
    ''
    """
    *folders, file = place.split("/")
    found = next(filter(None, map(_MOODLE.fullmatch, folders)), None)
    canvas = None if found else _canvas(file)
    if canvas:
        name = "" if _CANVAS_HIDDEN.fullmatch(file) else canvas["name"]
        return FromLms(canvas["id"], name, bool(canvas["late"]), CANVAS, canvas["number"])
    if found := found or _MOODLE.fullmatch(file):
        name = " ".join(found["name"].replace("_", " ").split())
        return FromLms(found["id"], "" if name.casefold() in _HIDDEN else name, lms=MOODLE)
    return FromLms()


def _canvas(file: str) -> re.Match[str] | None:
    return _CANVAS_HIDDEN.fullmatch(file) or _CANVAS.fullmatch(file)


def all_from_lms(places: Iterable[str]) -> list[FromLms]:
    """Read who handed in the files of a class, given their paths.

    “essay_7_6_ana.jsonl” is no file from Canvas: there every file has a number of its own, an id has one name, and the
    numbers are long; in an archive they may be short. A name that Moodle gives to a whole class stands for hidden
    names, in whatever language.

    Examples
    --------
    >>> [one.lms for one in all_from_lms(["in/ana_7_600_essay.jsonl", "in/bo_7_601_essay.jsonl"])]
    ['', '']
    >>> hidden = all_from_lms([f"a.zip/Osallistuja_{n}_assignsubmission_file_/w.jsonl" for n in (1, 2)])
    >>> [one.name for one in hidden]
    ['', '']
    """
    places = list(places)
    found = [from_lms(place) for place in places]
    names, people = defaultdict(set), defaultdict(set)
    for place, one in zip(places, found, strict=True):
        archive = place.rpartition("/")[0]
        names[archive, one.id].add(one.name)
        people[archive, one.number].add(one.id)
    moodle = {one.id: one.name for one in found if one.lms == MOODLE}
    called = {*moodle.values()}
    # Two people may be namesakes; a whole class is not.
    hidden = len(called) == 1 and len(moodle) > (2 if " " in next(iter(called)) else 1)

    def checked(place: str, one: FromLms) -> FromLms:
        archive = place.rpartition("/")[0]
        if one.lms == MOODLE:
            return one._replace(name="") if hidden else one
        is_short = len(one.number) < _FEWEST and not place.partition("/")[0].casefold().endswith(".zip")
        is_plain = is_short or len(names[archive, one.id]) > 1 or len(people[archive, one.number]) > 1
        return FromLms() if is_plain else one

    return [checked(place, one) for place, one in zip(places, found, strict=True)]


class BackTo(NamedTuple):
    """Where feedback on a file lies in an archive for the LMS: names of which it uses one."""

    folder: str  # for Moodle
    begin: str  # for Canvas, the beginning of the name
    file: str  # for Canvas, the name as it was handed in
    ending: str  # of that name, such as ``.html``


def back_to(place: str, lms: str) -> BackTo | None:
    """Return the names that give feedback on a file to its student; None if the file is not from this LMS.

    Examples
    --------
    >>> back_to("class.zip/Ana Kim_12345_assignsubmission_file_/work.jsonl", MOODLE).folder
    'Ana Kim_12345_assignsubmission_file_'
    >>> back_to("class.zip/kimana_LATE_77_991_my-work-ana.html", CANVAS)
    BackTo(folder='', begin='kimana_LATE_77_991', file='kimana_LATE_77_991_my-work-ana.html', ending='.html')
    """
    *folders, file = place.split("/")
    if lms == CANVAS:
        if not (found := _canvas(file)):
            return None
        begin, rest = _harmless(found["begin"]), _harmless(found["file"])
        return BackTo("", begin, f"{begin}_{rest}", f".{rest.rpartition('.')[2]}".casefold())
    if not (found := next(filter(None, map(_MOODLE.fullmatch, [*folders, file])), None)):
        return None
    # An underscore in the name would stand before the number.
    name = _harmless(found["name"].replace("_", " ")).strip(" .~") or "Participant"
    return BackTo(f"{name}_{found['id']}_assignsubmission_{found['plugin']}_", "", "", "")


def _harmless(name: str) -> str:
    """Leave out of a name what no system has in names of files, or what is no letter."""
    return re.sub(r"[^\w .,()'’+-]", "", name)
