"""A line of a workbook: how one event is written, and what else a line can turn out to be."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..core import UserError

VERSION = 1
FORMAT = "close-reading-workbook"
# Escaped, a character outside the Basic Multilingual Plane takes 12 bytes: a million emoji still fit in a line.
MOST_LINE = 16_000_000
MOST_DEPTH = 100
MOST_COUNTER = 2**53
# Counters grow by one, so an honest one is never so far ahead; one that is would use all numbers up.
MOST_JUMP = 2**32

_KEYS = {"version", "counter", "session", "time", "kind", "body", "check"}
_SESSION = re.compile(r"[0-9a-f]{16}")
# ASCII only, so that no encoding on the way can hurt it, and half a surrogate pair can be written down.
_encode = json.JSONEncoder(allow_nan=False, sort_keys=True, separators=(",", ":")).encode

TORN = (
    "breaks off in the middle, and is set aside. Either a program was stopped while it wrote, and never said “saved”; "
    "or the file was cut short: then take a complete copy."
)
DAMAGED = "was changed or damaged after it was written, and is set aside. Restore your last download, if you have one."
FOREIGN = "is not a line of a workbook, and is set aside. If the file is not yours, move it elsewhere."
NEWER = "was made by a newer version of this module. It is kept, but not shown: update the module."
LONG = f"is longer than {MOST_LINE // 1_000_000} MB, and is set aside."
FAR = "bears a number far beyond all other work, and is set aside."
TWICE = "bears the number of another event, and is set aside."


@dataclass(frozen=True)
class Event:
    """One thing a student did: what the workbook keeps, and never interprets.

    ``counter`` and ``session`` say which event it is and order it; ``time`` (UTC) is only for display.
    """

    counter: int
    session: str
    time: str
    kind: str
    body: Mapping[str, Any]

    @property
    def id(self) -> str:
        """The event's name, the same wherever it is restored."""
        return f"{self.session}:{self.counter}"


@dataclass(frozen=True)
class Newer:
    """A line of a newer version: carried along as it is."""

    text: str
    counter: int


class BadLine(ValueError):
    """Why a line is set aside."""


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
    """Copy a body as what JSON makes of it, so that memory and disk hold the same.

    Raises
    ------
    UserError
        If it is not plain data.

    Examples
    --------
    >>> plain_body({"option": "b", "tries": (1, 2)})
    {'option': 'b', 'tries': [1, 2]}
    """
    if not isinstance(body, Mapping):
        raise UserError(f"An event's body is a dict of plain data, not {type(body).__name__}.")
    try:
        copy: dict[str, Any] = json.loads(_encode(dict(body)))
        if _depth(copy) <= MOST_DEPTH:
            return copy
        raise RecursionError
    except RecursionError:
        raise UserError(f"An event's body is nested more than {MOST_DEPTH} deep. Make it flatter.") from None
    except (TypeError, ValueError) as error:
        raise UserError(
            f"An event's body is not plain data ({error}). Use text, numbers, True, False, None, lists and dicts."
        ) from error


def file_header() -> str:
    """Write the first line of a file that is handed out: what it is, and of which version."""
    return _encode({"format": FORMAT, "version": VERSION})


def _core(event: Event) -> str:
    return _encode({"version": VERSION, **vars(event)})


def _check(core: str) -> str:
    return hashlib.sha256(core.encode("ascii")).hexdigest()[:16]


def write_line(event: Event) -> str:
    """Write an event as a line, without its line end.

    Raises
    ------
    UserError
        If it is too large.

    Examples
    --------
    >>> write_line(Event(1, "00" * 8, "2000-01-01T00:00:00Z", "answer", {"option": "b"}))[:50]
    '{"body":{"option":"b"},"check":"f0486a2b69f50631",'
    """
    core = _core(event)
    if len(core) > MOST_LINE:
        raise UserError(
            f"This is {len(core) / 1e6:.0f} MB as it would be written; one piece of work may have at most "
            f"{MOST_LINE // 1_000_000} MB, so it was not saved. Shorten it, or give it in several parts."
        )
    return _encode({"version": VERSION, **vars(event), "check": _check(core)})


def _counter(value: object) -> bool:
    return type(value) is int and 1 <= value <= MOST_COUNTER


def read_line(raw: bytes) -> Event | Newer | None:
    """Read a line back.

    Returns
    -------
    Event, Newer or None
        None for an empty line and for a header.

    Raises
    ------
    BadLine
        If it is torn, damaged, foreign or too long; the message says which.

    Examples
    --------
    >>> event = Event(1, "00" * 8, "2000-01-01T00:00:00Z", "answer", {"option": "b"})
    >>> read_line(write_line(event).encode()) == event
    True
    >>> read_line(b'{"body":{"opt')
    Traceback (most recent call last):
    helpers.workbook.event_lines.BadLine: breaks off in the middle, ...
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
    version = data.get("version")
    if data.get("format") == FORMAT:
        return None
    if type(version) is int and version > VERSION and {"counter", "session"} <= data.keys():
        return Newer(text, data["counter"] if _counter(data["counter"]) else 0)
    if data.keys() != _KEYS:
        raise BadLine(FOREIGN)
    return _event(data)


def _broken(raw: bytes) -> str:
    """Why a line is no JSON: all of ours begin with the body and end with the version."""
    if not raw.startswith(b'{"body":'[: len(raw)]):
        return FOREIGN
    return DAMAGED if re.search(rb'"version":\d+\}$', raw[-40:]) else TORN


def _event(data: dict[str, Any]) -> Event:
    check, version = data.pop("check"), data.pop("version")
    named = all(isinstance(data[key], str) and len(data[key]) <= 100 for key in ("session", "time", "kind"))
    if version != VERSION or not named or not isinstance(data["body"], dict) or not _counter(data["counter"]):
        raise BadLine(DAMAGED)
    if not _SESSION.fullmatch(data["session"]) or _depth(data["body"]) > MOST_DEPTH:
        raise BadLine(DAMAGED)
    event = Event(**data)
    try:
        core = _core(event)
    except ValueError:  # 1e999 is read as infinity, which cannot be written
        raise BadLine(DAMAGED) from None
    if _check(core) != check:
        raise BadLine(DAMAGED)
    if len(core) > MOST_LINE:
        raise BadLine(LONG)
    return event
