"""The owner of a workbook: a name, and an id that is made once and kept in ``owner.json`` beside the work.

A download names the id in its header, ``"owner": ["…"]``. A workbook into which its owner took work from another
computer has the ids of both, its own first. Files of version 0.1.0 have none: they are recognised by their sessions.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from ..core import UserError, file_bytes, neutralised, put_file, write_all
from .event_lines import FORMAT, Event

FILE = "owner.json"
_ID = re.compile(r"[0-9a-f]{32}")
_MOST = 100  # ids in a header


MOST_NAME = 80


class AnotherOwner(UserError):
    """A file that may be somebody else's work; ``events`` are in it."""

    def __init__(self, events: list[Event], troubles: list[str]) -> None:
        self.events, self.troubles = events, troubles
        super().__init__(
            "This file may be the work of somebody else, so nothing was restored. If it is yours, write "
            "my_work(restore=…, me=True). To read it and leave your own work as it is, write my_work(read=…)."
        )


def owner_ids(folder: Path) -> list[str]:
    """Return the ids of the owner of the work in a folder; empty if it has none yet, or a damaged file."""
    try:
        return ids_in(file_bytes(folder / FILE))  # a pipe in its place would block whoever opens it
    except UserError:
        return []


def ids_in(line: str | bytes) -> list[str]:
    """Return the owner's ids in a line of JSON, such as the header of a download.

    Examples
    --------
    >>> ids_in('{"format": "close-reading-workbook", "owner": ["' + "0f" * 16 + '"], "version": 1}')
    ['0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f']
    >>> ids_in("no header")
    []
    """
    try:
        data = json.loads(line)
    except (ValueError, RecursionError):
        return []
    given = data.get("owner") if isinstance(data, dict) and data.get("format") == FORMAT else None
    given = given if isinstance(given, list) else []
    return [id for id in dict.fromkeys(one for one in given if isinstance(one, str)) if _ID.fullmatch(id)][:_MOST]


def make_owner(folder: Path) -> list[str]:
    """Give the work in a folder an owner, unless it has one; two kernels make only one. Return the ids."""
    if ids := owner_ids(folder):
        return ids
    content = _content([secrets.token_hex(16)])
    try:
        handle = os.open(folder / FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            write_all(handle, content)
        finally:
            os.close(handle)
    except FileExistsError:
        if not owner_ids(folder):  # damaged, or another kernel is writing it: the id in the file counts
            put_file(folder / FILE, content, private=True)
    return owner_ids(folder)


def add_owners(folder: Path, ids: Iterable[str]) -> None:
    """Record that other ids are the same person's."""
    known = owner_ids(folder)
    whole = list(dict.fromkeys([*known, *ids]))
    if whole != known:
        put_file(folder / FILE, _content(whole), private=True)


def _content(ids: list[str]) -> bytes:
    return f"{json.dumps({'about': 'whose work this is', 'format': FORMAT, 'owner': ids})}\n".encode("ascii")


def is_known(found: Iterable[Event], theirs: Iterable[str], here: Iterable[Event], ours: Iterable[str]) -> bool:
    """Whether the events of a file are known to be from the owner of the events here.

    Ids decide where both sides have some. Otherwise a session in common decides: no two workbooks begin one. But two
    people may go on from a file that they made together; then they have no name in common.

    Examples
    --------
    >>> one, other = (Event(1, session * 8, "", "answer", {}) for session in ("0a", "0b"))
    >>> is_known([one], [], [one, other], ["0f" * 16]), is_known([one], ["0e" * 16], [one], ["0f" * 16])
    (True, False)
    """
    found, here, theirs, ours = list(found), list(here), set(theirs), set(ours)
    called, known = _names(found), _names(here)
    if called and known and called.isdisjoint(known):
        return False
    if theirs and ours:
        return not theirs.isdisjoint(ours)
    return not {event.session for event in found}.isdisjoint({event.session for event in here})


def _names(events: Iterable[Event]) -> set[str]:
    """Return all names in some events, without regard to case."""
    names = (event.body.get("name") for event in events if event.kind == "name")
    return {name.strip().casefold() for name in names if isinstance(name, str) and name.strip()}


def last_name(events: Iterable[Event]) -> str:
    """Return the last valid name or pseudonym in some events in order; empty if there is none."""
    for event in reversed([event for event in events if event.kind == "name"]):
        try:
            return checked_name(event.body.get("name"))
        except UserError:
            continue
    return ""


def checked_name(name: object) -> str:
    """Return a name without surrounding spaces; raise `UserError` unless it is one line of at most 80 characters."""
    advice = 'A pseudonym will do: my_work(name="…").'
    if not isinstance(name, str) or not any(unicodedata.category(character)[0] in "LNS" for character in name):
        raise UserError(f"A name must contain letters. {advice}")
    if len(name) > 10 * MOST_NAME or len(name.strip()) > MOST_NAME:
        raise UserError(f"A name may have at most {MOST_NAME} characters; this one has {len(name.strip()):,}. {advice}")
    name = name.strip()
    if neutralised(name) != name or "\n" in name or "\t" in name:
        raise UserError(f"A name must be one line without control characters. {advice}")
    return name
