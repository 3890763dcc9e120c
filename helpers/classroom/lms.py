"""Read from file names what Moodle and Canvas write into them: who handed a file in, and whether late."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

# Moodle 4: “Ana Kim_12345_assignsubmission_file_/work.jsonl”, or in one folder
# “Ana Kim_12345_assignsubmission_file_work.jsonl”; with hidden names “Participant_12345_…”.
_MOODLE = re.compile(r"(?P<name>[^/]*?)_(?P<id>\d+)_assignsubmission_(?P<plugin>file|onlinetext)(?:_.*)?", re.S)
# Canvas: “kimana_12345_67890_work.jsonl”, or “kimana_LATE_12345_67890_work.jsonl”; the first number is the student’s.
# With hidden names “anon_aB3dE_67890_work.jsonl”.
_CANVAS = re.compile(r"(?P<begin>(?P<name>[^/]+?)(?P<late>_LATE)?_(?P<id>\d+)_\d+)_(?P<file>.+)", re.S)
_CANVAS_HIDDEN = re.compile(
    r"(?P<begin>(?P<name>anon(?:ymous)?)(?P<late>_LATE)?_(?P<id>[A-Za-z0-9]{5})_\d+)_(?P<file>.+)", re.S
)
MOODLE, CANVAS = "moodle", "canvas"
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


def from_lms(place: str) -> FromLms:
    """Read who handed in a file, given its path.

    Examples
    --------
    >>> from_lms("class.zip/Ana Kim_12345_assignsubmission_file_/work.jsonl")
    FromLms(id='12345', name='Ana Kim', late=False, lms='moodle')
    >>> from_lms("class.zip/kimana_LATE_77_991_my-work-ana.jsonl")
    FromLms(id='77', name='kimana', late=True, lms='canvas')
    >>> from_lms("hand-ins/my-work-ana.jsonl")
    FromLms(id='', name='', late=False, lms='')
    """
    parts = place.split("/")
    for part in reversed(parts):
        if found := _MOODLE.fullmatch(part):
            name = " ".join(found["name"].replace("_", " ").split())
            return FromLms(found["id"], "" if name.casefold() in _HIDDEN else name, lms=MOODLE)
    if found := _CANVAS_HIDDEN.fullmatch(parts[-1]):
        return FromLms(found["id"], "", bool(found["late"]), CANVAS)
    if found := _CANVAS.fullmatch(parts[-1]):
        return FromLms(found["id"], found["name"], bool(found["late"]), CANVAS)
    return FromLms()


def without_hidden(found: Iterable[FromLms]) -> list[FromLms]:
    """Leave out names that Moodle has hidden behind one word, in whatever language, of a whole class.

    Examples
    --------
    >>> hidden = without_hidden([FromLms("1", "Osallistuja", lms=MOODLE), FromLms("2", "Osallistuja", lms=MOODLE)])
    >>> [one.name for one in hidden]
    ['', '']
    """
    found = list(found)
    named = [one for one in found if one.lms == MOODLE and one.name]
    hidden = len({one.id for one in named}) > 1 and len({one.name for one in named}) == 1 and " " not in named[0].name
    return [one._replace(name="") if hidden and one.lms == MOODLE else one for one in found]


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
    parts = place.split("/")
    for part in reversed(parts):
        if found := _MOODLE.fullmatch(part):
            # An underscore in the name would stand before the number.
            name = _harmless(found["name"].replace("_", " ")).strip(" .~") or "Participant"
            folder = f"{name}_{found['id']}_assignsubmission_{found['plugin']}_"
            return BackTo(folder, "", "", "") if lms == MOODLE else None
    found = _CANVAS_HIDDEN.fullmatch(parts[-1]) or _CANVAS.fullmatch(parts[-1])
    if not found or lms != CANVAS:
        return None
    begin, file = _harmless(found["begin"]), _harmless(found["file"])
    return BackTo("", begin, f"{begin}_{file}", f".{file.rpartition('.')[2]}".casefold())


def _harmless(name: str) -> str:
    """Leave out of a name what no system has in names of files, or what is no letter."""
    return re.sub(r"[^\w .,()'’+-]", "", name)
