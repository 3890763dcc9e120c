"""Read and check the front matter of a text: YAML entries about it, each error named with its line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from ..core import UserError, date_range, did_you_mean, line_of_entry, read_file, read_yaml
from .model import GROUPS, KINDS

_ID = re.compile(r"[a-z0-9][a-z0-9_-]*")


def front_matter(source: str, where: str) -> tuple[Mapping[object, object], str, int]:
    """Split a file into the entries of its front matter, its body, and the number of the body's first line.

    Raises ``UserError``, with the file name ``where``, if the front matter has no end, is not valid YAML,
    or has a date that is not one.

    Examples
    --------
    >>> front_matter("---\\ntitle: A letter\\n---\\nReturn this.", "letter.md")[1:]
    ('\\nReturn this.', 3)
    """
    if not source.startswith("---\n"):
        return {}, source, 1
    end = re.compile(r"^---[^\S\n]*$", re.M).search(source, 4)
    if end is None:
        raise UserError(f"{where}, line 1: the front matter has no end. Close it with a line “---”.")
    about = read_yaml(source[4 : end.start()], where, first_line=2, what="the front matter")
    _check_date(about, where)
    return about, source[end.end() :], source.count("\n", 0, end.end()) + 1


def line_of(about: Mapping[object, object], key: object) -> int:
    """The line of the file on which the entry ``key`` is; ``about`` is the front matter or a mapping in it."""
    return line_of_entry(about, key) + 2


def _check_date(about: Mapping[object, object], where: str) -> None:
    date = about.get("date")
    if date is None or date == "":
        return
    place = f"{where}, line {line_of(about, 'date')}"
    try:
        date_range(str(date), place)
    except UserError as error:
        if re.fullmatch(r"\d{4}-\d\d(?:-\d\d)?", str(date)):
            raise UserError(f"{place}: “{date}” is not a date: there is no such day. Correct it.") from error
        raise UserError(f"{error} Put other words for the date into “date_display”.") from error


def described(about: Mapping[object, object], where: str) -> dict[str, Mapping[object, object]]:
    """The entries of the layers that the front matter describes, by id.

    Raises ``UserError`` if an entry has no voice, no known kind, or an id that is not allowed.
    """
    layers = about.get("layers", {})
    if not isinstance(layers, Mapping):
        raise UserError(
            f"{where}: “layers” is not a mapping. Write the id of each layer, and under it its voice, kind and medium."
        )
    for name, entry in layers.items():
        line = f"{where}, line {line_of(layers, name)}"
        if not _ID.fullmatch(str(name)) or name in GROUPS:
            raise UserError(
                f"{line}: “{name}” cannot be the id of a layer. "
                f"Use small letters, digits and hyphens; {', '.join(GROUPS)} are names of groups."
            )
        if not isinstance(entry, Mapping) or not entry.get("voice") or not entry.get("kind"):
            raise UserError(f"{line}: the layer “{name}” needs a “voice” and a “kind”.")
        kind = str(entry["kind"])
        if kind not in KINDS:
            raise UserError(f"{line}: the layer “{name}” has the kind “{kind}”. {did_you_mean(kind, KINDS)}")
    return {str(name): entry for name, entry in layers.items()}


def as_received(about: Mapping[object, object], where: str, folder: Path) -> str | None:
    """The content of the file that the front matter names as ``source_file``; None if it names none.

    Raises ``UserError`` if the file does not exist or cannot be read.
    """
    named = about.get("source_file")
    if not named:
        return None
    path = folder / str(named)
    if path.exists():
        return read_file(path)
    beside = path.parent.iterdir() if path.parent.is_relative_to(folder) and path.parent.is_dir() else ()
    files = [file.relative_to(folder).as_posix() for file in beside if not file.name.startswith(".")]
    advice = did_you_mean(str(named), files) if files else f"Put it into {folder.name}/."
    raise UserError(
        f"{where}, line {line_of(about, 'source_file')}: source_file names “{named}”, which does not exist. "
        f"{advice} Or delete the line."
    )
