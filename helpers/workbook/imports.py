"""Read a file to restore: check that it is a downloaded workbook, and find its new events."""

from __future__ import annotations

from ..core import MOST_BYTES, UserError
from .event_files import ReadLines
from .event_lines import FAR, TWICE, Event, Newer, write_line
from .merge import LamportClock, WorkFolder

# How other kinds of files begin.
_KINDS = (
    (b"\x89PNG", "a picture"), (b"\xff\xd8\xff", "a picture"), (b"GIF8", "a picture"), (b"PK\x03\x04", "a zip archive"),
    (b"%PDF", "a PDF"), (b"\x80", "a pickle of Python objects"), (b"<", "a web page"), (b"\x1f\x8b", "a gzip archive"),
)  # fmt: skip


def read_handed_in(data: object) -> ReadLines:
    """Read the lines of a file to restore; raise `UserError` if it is not a downloaded workbook."""
    if isinstance(data, str):
        data = data.encode("utf-8", "surrogatepass")
    if not isinstance(data, bytes | bytearray | memoryview):
        raise UserError(f"restore() takes the text or the bytes of a downloaded file, not {type(data).__name__}.")
    raw = bytes(data)
    if len(raw) > MOST_BYTES:
        raise UserError(too_large(len(raw)))
    lines = ReadLines()
    lines.read(raw)
    if not lines.is_workbook:
        raise UserError(
            f"This is not a downloaded workbook, but {_kind(raw)}; nothing was restored. "
            "Choose the file that Download gave you; its name ends in .jsonl."
        )
    return lines


def _kind(raw: bytes) -> str:
    begin = raw[:4000].lstrip()
    if not begin:
        return "an empty file"
    if b'"cells"' in begin or b'"nbformat"' in raw[-4000:]:
        return "a notebook"
    return next((kind for mark, kind in _KINDS if begin.startswith(mark)), "some other file")


def too_large(size: int) -> str:
    """Say that a file is too large."""
    return (
        f"This file has {size / 1e6:.0f} MB; a workbook to restore may have at most {MOST_BYTES // 1_000_000} MB. "
        "Choose the file that Download gave you."
    )


def compare(lines: ReadLines, folder: WorkFolder, here: list[Event]) -> tuple[int, list[Event], list[str]]:
    """Return the number of known events, the new events and the new lines of a newer version; record faults."""
    clock, seen = LamportClock(), {event.id: event for event in here}
    for counter in [*(event.counter for event in here), *(item.counter for _, item in lines.found)]:
        clock.see(counter)
    known = 0
    added: list[Event] = []
    newer: dict[str, None] = {}
    for number, item in lines.found:
        if isinstance(item, Newer):
            newer |= {} if item.text in folder.newer else {item.text: None}
        elif item.counter > clock.now:
            lines.fault(number, FAR)
        elif item.id not in seen:
            seen[item.id] = item
            added.append(item)
        elif write_line(seen[item.id]) == write_line(item):
            known += 1
        else:
            lines.fault(number, TWICE)
    return known, added, list(newer)
