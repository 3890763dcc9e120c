"""Serialise an event as one line of a workbook, and parse lines, including invalid ones.

The format. A file is text with one JSON object a line, ASCII only, in any order and possibly with repeated lines.
A download begins with a header, ``{"format":"close-reading-workbook","version":1}``: the layout of the file. Every
other line is an event and names its own version:

=============  =========  =========================================================================================
key            versions   content
=============  =========  =========================================================================================
version        1, 2       the version of the line
session        1, 2       16 hexadecimal digits, new for each kernel
counter        1, 2       a Lamport counter from 1; with ``session`` it identifies the event
time           1, 2       the time of the computer in UTC, ISO 8601, to the second
kind, body     1, 2       what was done, for the other rooms
check          1, 2       the beginning of the SHA-256 of the line without this key
microsecond    2          the part of the time after the second
seen           2          what the kernel had read, by session, where that changed since its last event: the highest
                          counter; or a list of it and of the first and last counter of each part that was missing.
                          For its own session, the counter of its last event.
=============  =========  =========================================================================================

Lines of version 1, the first edition, are read and written unchanged. A line of a later version is kept unchanged
and not shown; the first edition does the same with version 2.

Other rooms decide what a kind of event means. All keys of a body are optional for a reader, and unknown ones are kept.
Added since version 0.1.0: ``prompt``, the wording of the question, and ``said``, the answer in the words of its
options, in ``answer`` and ``draft``, because a later edition may change or drop the question; and ``owner`` in the
header of a download, the ids of the person whose work it is (see `owner`).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..core import UserError

VERSION = 2
LAYOUT = 1
FORMAT = "close-reading-workbook"
# Escaped, a character outside the Basic Multilingual Plane takes 12 bytes: a million emoji still fit in a line.
MOST_LINE = 16_000_000
MOST_DEPTH = 100
MOST_COUNTER = 2**53
# Counters grow by one. Ignore a counter that is further ahead: the next ones could pass MOST_COUNTER.
MOST_JUMP = 2**32

_KEYS = {"version", "counter", "session", "time", "kind", "body", "check"}
_KEYS_ADDED = {"seen", "microsecond"}  # in version 2
_SESSION = re.compile(r"[0-9a-f]{16}")
# ASCII only: no other encoding can damage it, and a lone surrogate can be written.
_encode = json.JSONEncoder(allow_nan=False, sort_keys=True, separators=(",", ":")).encode

TORN = (
    "breaks off in the middle and was skipped. If a program was stopped while it wrote this line, it never reported "
    "it as saved. If the file was cut short, replace it with a complete copy."
)
DAMAGED = "was changed or damaged after it was written, and was skipped. Restore your last download, if you have one."
FOREIGN = (
    "is not a line of a workbook, or is too damaged to be known as one, and was skipped. If it is your work, keep the "
    "file where it is and restore your last download, if you have one. If it never was your work, move it elsewhere."
)
NEWER = "was made by a newer version of this module. It is kept but not shown. To see it, update the module."
LONG = f"is longer than {MOST_LINE // 1_000_000} MB and was skipped. Check where the file comes from."
FAR = "has a number far beyond those of all other events, and was skipped. Check where the file comes from."
TWICE = "has the number of another event, and was skipped. Check where the file comes from."


TYPED = "holds words that were typed and not yet given as an answer. To take them in, restore this file."
# Beginning of the lines with such words that a page adds to a download.
UNSAVED = b'{"unsaved":'

# How far a session was read: the highest counter, or a list of it and of the parts that were missing.
Seen = int | Sequence[int]


@dataclass(frozen=True)
class Event:
    """One thing a student did; the workbook does not interpret ``kind`` and ``body``.

    ``counter`` and ``session`` identify the event; for the order of events see `order`. The first edition did not
    record ``seen`` and ``microsecond``; for its events ``seen`` is None.
    """

    counter: int
    session: str
    time: str
    kind: str
    body: Mapping[str, Any]
    seen: Mapping[str, Seen] | None = None
    microsecond: int = 0

    @property
    def id(self) -> str:
        """The event's id, which stays the same after a restore."""
        return f"{self.session}:{self.counter}"


@dataclass(frozen=True)
class Newer:
    """A line of a newer version, kept unchanged."""

    text: str
    counter: int


class BadLine(ValueError):
    """A line that is skipped; the message says why."""


def _depth(value: object) -> int:
    level, depth = [value], 0
    while level:
        depth += 1
        level = [
            child
            for item in level
            if isinstance(item, (dict, list))
            for child in (item.values() if isinstance(item, dict) else item)
        ]
    return depth


def plain_body(body: object) -> dict[str, Any]:
    """Copy a body through JSON, so that memory and disk hold the same; raise `UserError` if it is not plain data.

    Examples
    --------
    >>> plain_body({"option": "b", "tries": (1, 2)})
    {'option': 'b', 'tries': [1, 2]}
    """
    if not isinstance(body, Mapping):
        raise UserError(f"An event's body must be a dict of plain data, not {type(body).__name__}.")
    try:
        copy: dict[str, Any] = json.loads(_encode(dict(body)))
        if _depth(copy) <= MOST_DEPTH:
            return copy
        raise RecursionError
    except RecursionError:
        raise UserError(f"An event's body is nested more than {MOST_DEPTH} levels deep. Use fewer levels.") from None
    except (TypeError, ValueError) as error:
        raise UserError(
            f"An event's body is not plain data ({error}). Use text, numbers, True, False, None, lists and dicts."
        ) from error


def file_header(owner: Sequence[str] = ()) -> str:
    """Return the first line of a downloaded file: its format, its version and the ids of its owner, if it has one."""
    return _encode({"format": FORMAT, "version": LAYOUT} | ({"owner": list(owner)} if owner else {}))


def _content(event: Event) -> dict[str, Any]:
    """Return a line without its checksum."""
    if event.seen is not None:
        return {"version": VERSION, **vars(event)}
    return {"version": 1, **{key: value for key, value in vars(event).items() if key not in _KEYS_ADDED}}


def _check(core: str) -> str:
    return hashlib.sha256(core.encode("ascii")).hexdigest()[:16]


def write_line(event: Event) -> str:
    """Serialise an event as a line without its line end; raise `UserError` if it is too large.

    Examples
    --------
    >>> write_line(Event(1, "00" * 8, "2000-01-01T00:00:00Z", "answer", {"option": "b"}))[:50]
    '{"body":{"option":"b"},"check":"f0486a2b69f50631",'
    """
    content = _content(event)
    core = _encode(content)
    if len(core) > MOST_LINE:
        raise UserError(
            f"This work would take {len(core) / 1e6:.0f} MB on disk; one piece of work may have at most "
            f"{MOST_LINE // 1_000_000} MB, so it was not saved. Shorten it, or split it into several parts."
        )
    return _encode({**content, "check": _check(core)})


def _counter(value: object) -> bool:
    return type(value) is int and 1 <= value <= MOST_COUNTER


def read_line(raw: bytes) -> Event | Newer | None:
    """Parse a line: None for an empty line or a header; raise `BadLine` if it is torn, damaged, foreign or too long.

    Examples
    --------
    >>> event = Event(1, "00" * 8, "2000-01-01T00:00:00Z", "answer", {"option": "b"})
    >>> read_line(write_line(event).encode()) == event
    True
    >>> read_line(b'{"body":{"opt')
    Traceback (most recent call last):
    helpers.workbook.event_lines.BadLine: breaks off in the middle ...
    """
    raw = raw.strip(b" \t\r\n").removeprefix(b"\xef\xbb\xbf")
    if not raw:
        return None
    if len(raw) > MOST_LINE + 1000:  # with room for the checksum
        raise BadLine(LONG)
    try:
        text = raw.decode("utf-8")
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise BadLine(_broken(raw)) from None
    if not isinstance(data, dict):
        raise BadLine(FOREIGN)
    if data.get("format") == FORMAT:
        return None
    version = data.get("version")
    if type(version) is int and version > VERSION and {"counter", "session"} <= data.keys():
        return Newer(text, data["counter"] if _counter(data["counter"]) else 0)
    if data.keys() != _KEYS | (_KEYS_ADDED if version == VERSION else set()):
        raise BadLine(FOREIGN)
    return _event(data)


def _broken(raw: bytes) -> str:
    """Say why a line is not JSON: every line of a workbook begins with its body and ends with its version."""
    if not raw.startswith(b'{"body":'[: len(raw)]):
        return FOREIGN
    return DAMAGED if re.search(rb'"version":\d+\}$', raw[-40:]) else TORN


def _event(data: dict[str, Any]) -> Event:
    check, version = data.pop("check"), data.pop("version")
    short = all(isinstance(data[key], str) and len(data[key]) <= 100 for key in ("session", "time", "kind"))
    if version not in (1, VERSION) or not short or not isinstance(data["body"], dict) or not _counter(data["counter"]):
        raise BadLine(DAMAGED)
    if not _SESSION.fullmatch(data["session"]) or _depth(data["body"]) > MOST_DEPTH:
        raise BadLine(DAMAGED)
    if version == VERSION and not (_valid_seen(data["seen"]) and _microsecond(data["microsecond"])):
        raise BadLine(DAMAGED)
    event = Event(**data)
    try:
        core = _encode(_content(event))
    except ValueError:  # 1e999 is read as infinity, which cannot be written
        raise BadLine(DAMAGED) from None
    if _check(core) != check:
        raise BadLine(DAMAGED)
    if len(core) > MOST_LINE:
        raise BadLine(LONG)
    return event


def _microsecond(value: object) -> bool:
    return type(value) is int and 0 <= value < 1_000_000


def _valid_seen(seen: object) -> bool:
    return isinstance(seen, dict) and all(
        _SESSION.fullmatch(session) and (_counter(read) or (isinstance(read, list) and _gaps(read)))
        for session, read in seen.items()
    )


def _gaps(read: list[Any]) -> bool:
    """Whether a list is a highest counter and then pairs of counters."""
    return len(read) % 2 == 1 and all(map(_counter, read))
