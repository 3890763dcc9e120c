"""Editions of the cells of the lessons: does the notebook of this kernel have cells of an earlier one?

``cells.json``, beside the question files, has the hashes of all editions of each cell, the present one first; those of
a cell that its lesson no longer has begin with `_GONE`. A cell that a student changed has none of them.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from ..core import UserError, kind_of, lessons_folder, listed, neutralised, notebook_of_kernel, put_file, read_file

CELLS = "cells.json"
_GONE = "-"
_MOST_NAMED, _WORDS = 3, 6
# For each lesson, by its name, and each cell, by its id, the hashes of its editions with spaces between.
Noted = dict[str, dict[str, str]]


def note_cells(lessons: Iterable[Path]) -> bytes:
    """Note the cells of lessons, as they are now, as the present edition, and return the content of the file.

    Raises `UserError` if a notebook or the file is damaged, or the file cannot be written.
    """
    data = b""
    for lesson in lessons:
        path = _file_of(lesson)
        noted = _read(path)
        before = dict(noted)
        now = {id: hash for id, hash, _ in _cells(lesson)}
        former = noted.pop(_former_name(lesson, noted), {})
        noted[lesson.stem] = {id: _newest_first(now.get(id, _GONE), former.get(id, "")) for id in {**now, **former}}
        data = (json.dumps(dict(sorted(noted.items())), indent=1) + "\n").encode("ascii")
        if noted != before:
            try:
                put_file(path, data)
            except OSError as error:
                raise UserError(f"{path} could not be written: {error.strerror}.") from error
    return data


def _file_of(lesson: Path) -> Path:
    return lesson.parent / "questions" / CELLS


def _former_name(lesson: Path, noted: Noted) -> str:
    """The name under which a lesson is noted: its own, or that of a lesson with its number that is not there now."""
    same = [name for name in noted if name[:2] == lesson.stem[:2] and kind_of(lesson.with_stem(name)) == "nothing"]
    return lesson.stem if lesson.stem in noted or not same else same[0]


def _newest_first(now: str, before: str) -> str:
    return " ".join([now, *(hash for hash in before.split() if hash not in (now, _GONE))])


def _read(path: Path) -> Noted:
    """Read the file of the editions, if there is one; raises `UserError` if it is damaged."""
    if kind_of(path) == "nothing":
        return {}
    with suppress(ValueError, RecursionError):
        noted = json.loads(read_file(path))
        if isinstance(noted, dict) and all(
            isinstance(cells, dict) and all(isinstance(hashes, str) and hashes.split() for hashes in cells.values())
            for cells in noted.values()
        ):
            return noted
    raise UserError(
        f"lessons/questions/{path.name} is damaged. Restore an earlier copy: git restore lessons/questions/{path.name}"
    )


def _cells(notebook: Path) -> list[tuple[str, str, str]]:
    """The id, the hash and the words of each cell of a notebook; raises `UserError` if it is none."""
    found = []
    try:
        for cell in json.loads(read_file(notebook))["cells"]:
            words = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
            seen = f"{cell['cell_type']}\n{words}".encode("utf-8", "surrogatepass")
            if isinstance(id := cell.get("id"), str):
                found.append((id, hashlib.sha256(seen).hexdigest()[:16], words))
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise UserError(f"{notebook.name}: this notebook is damaged, or is none.") from error
    return found


def cells_not_noted(lessons: Iterable[Path]) -> dict[Path, int]:
    """Count the cells of lessons that are not noted as they are now; of lessons of which none is noted, none.

    Raises `UserError` if the file of the editions is damaged.
    """
    counts = {}
    for lesson, cells, noted in _lessons(lessons):
        present = {id: editions.split()[0] for id, editions in noted.items()} if noted else {}
        now = {id: hash for id, hash, _ in cells}
        gone = sum(hash != _GONE for id, hash in present.items() if id not in now)
        if noted and (count := gone + sum(present.get(id) != hash for id, hash in now.items())):
            counts[lesson] = count
    return counts


def check_editions(lessons: Iterable[Path]) -> list[str]:
    """Report lessons with cells that are noted as those of an earlier edition: students would be told something wrong.

    A cell that was not noted yet is no problem: students are told less than they could be.
    """
    try:
        return [
            f"lessons/{lesson.name}: students with this notebook would be told that it has cells of an earlier "
            f"edition, such as the cell “{earlier[0]}”. Run python -m helpers refresh {lesson.stem[:2]}"
            for lesson, cells, noted in _lessons(lessons)
            if (earlier := [id for id, *_ in _earlier(cells, noted)])
        ]
    except UserError as error:
        return [str(error)]


def _lessons(lessons: Iterable[Path]) -> Iterator[tuple[Path, list[tuple[str, str, str]], dict[str, str]]]:
    """Yield each lesson that can be read, with its cells and what is noted of them."""
    for lesson in lessons:
        path = _file_of(lesson)
        noted = _read(path)
        with suppress(UserError):  # reported elsewhere
            yield lesson, _cells(lesson), noted.get(_former_name(lesson, noted), {})


def _earlier(cells: Iterable[tuple[str, str, str]], noted: Mapping[str, str]) -> list[tuple[str, str]]:
    """The ids and the words of the cells that are those of an earlier edition."""
    return [(id, words) for id, hash, words in cells if hash in noted.get(id, "").split()[1:]]


def earlier_edition_in_words() -> str:
    """Say that the notebook of this kernel has cells of an earlier edition of its lesson; empty if none, or not known.

    Examples
    --------
    >>> earlier_edition_in_words()
    ''
    """
    notebook, noted = notebook_of_kernel(), lessons_folder() / "questions" / CELLS
    # A sentence by the way must not stop a form: what cannot be read is not known. `check_editions` reports the file.
    with suppress(UserError, OSError):
        if notebook and kind_of(noted) == "file":
            stats = [path.stat() for path in (notebook, noted)]
            return _in_words(notebook, noted, *((stat.st_mtime_ns, stat.st_size) for stat in stats))
    return ""


@lru_cache(maxsize=4)
def _in_words(notebook: Path, noted: Path, *state: tuple[int, int]) -> str:
    cells, lessons = _cells(notebook), _read(noted)
    known = {name: sum(hash in one.get(id, "").split() for id, hash, _ in cells) for name, one in lessons.items()}
    # A notebook may have any name; its lesson is the one that has most of its cells.
    most = [name for name, count in known.items() if count == max(known.values())]
    name = most[0] if len(most) == 1 else notebook.stem
    earlier = [_beginning(words) for _, words in _earlier(cells, lessons.get(name, {}))]
    if not earlier:
        return ""
    count, are = (1, "cell of this notebook is") if len(earlier) == 1 else (len(earlier), "cells of this notebook are")
    return (
        f"{count} {are} of an earlier edition of the lesson: {listed(earlier, most=_MOST_NAMED)}. The questions are "
        "those of the present edition. Your answers are kept. To get the present edition, close this notebook, rename "
        "it, and get the lessons again as you got them: click their link once more, or unpack the newest package."
    )


def _beginning(words: str) -> str:
    """The first words of a cell, without comments, tags and signs of Markdown."""
    first = re.sub(r"<!--.*?-->|</?[a-z]+>|\*\*|\|[ |:-]*|^[#>*-]+ ", "", words, flags=re.S | re.M).split()
    return neutralised(f"“{' '.join(first[:_WORDS])}{' …' if len(first) > _WORDS else ''}”")
