"""The front matter of a text: what is known about it, every entry checked and named by its line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from ..core import UserError, date_range, did_you_mean, line_of_entry, read_file, read_yaml
from .model import GROUPS, KINDS

_ID = re.compile(r"[a-z0-9][a-z0-9_-]*")


def front_matter(source: str, where: str) -> tuple[Mapping[object, object], str, int]:
    """Split front matter from body.

    Parameters
    ----------
    source, where : str
        The whole file, and its name for messages.

    Returns
    -------
    about : mapping
        The entries; nothing if there are none.
    body : str
        What stands below.
    line : int
        The number of the body's first line.

    Raises
    ------
    UserError
        If the front matter has no end, is not valid YAML, or its date is none.

    Examples
    --------
    >>> front_matter("---\\ntitle: A letter\\n---\\nReturn this.", "letter.md")[1:]
    ('\\nReturn this.', 3)
    """
    if not source.startswith("---\n"):
        return {}, source, 1
    end = re.compile(r"^---[^\S\n]*$", re.M).search(source, 4)
    if end is None:
        raise UserError(f"{where}, line 1: the front matter has no end. Close it with a line that is “---”.")
    about = read_yaml(source[4 : end.start()], where, first_line=2, what="the front matter")
    _dated(about, where)
    return about, source[end.end() :], source.count("\n", 0, end.end()) + 1


def line_of(about: Mapping[object, object], key: object) -> int:
    """The line of the file on which an entry of the front matter, or of a mapping in it, stands."""
    return line_of_entry(about, key) + 2


def _dated(about: Mapping[object, object], where: str) -> None:
    words = about.get("date")
    if words is None or words == "":
        return
    place = f"{where}, line {line_of(about, 'date')}"
    try:
        date_range(str(words), place)
    except UserError as error:
        if re.fullmatch(r"\d{4}-\d\d(?:-\d\d)?", str(words)):
            raise UserError(f"{place}: “{words}” is not a date: there is no such day. Correct it.") from error
        raise UserError(f"{error} Other words of a date go into “date_display”.") from error


def described(about: Mapping[object, object], where: str) -> dict[str, Mapping[object, object]]:
    """The layers that the front matter describes, every entry checked.

    Parameters
    ----------
    about : mapping
        The front matter.
    where : str
        The name of the file, for messages.

    Returns
    -------
    dict of str to mapping
        Layer id to voice, kind and the rest; nothing if no layer is described.

    Raises
    ------
    UserError
        If an entry lacks its voice or kind, or its id cannot be one.

    Examples
    --------
    >>> described({"title": "A letter"}, "letter.md")
    {}
    """
    layers = about.get("layers", {})
    if not isinstance(layers, Mapping):
        raise UserError(f"{where}: “layers” is not a mapping from layer id to voice, kind and medium.")
    for name, entry in layers.items():
        line = f"{where}, line {line_of(layers, name)}"
        if not _ID.fullmatch(str(name)) or name in GROUPS:
            raise UserError(
                f"{line}: “{name}” cannot be the id of a layer. "
                "Use small letters, digits and hyphens, and no name of a group."
            )
        if not isinstance(entry, Mapping) or not entry.get("voice") or not entry.get("kind"):
            raise UserError(f"{line}: the layer “{name}” needs a “voice” and a “kind”.")
        kind = str(entry["kind"])
        if kind not in KINDS:
            raise UserError(f"{line}: the layer “{name}” has the kind “{kind}”. {did_you_mean(kind, KINDS)}")
    return {str(name): entry for name, entry in layers.items()}


def as_received(about: Mapping[object, object], where: str, folder: Path) -> str | None:
    """The words of the file as received, where the front matter names one.

    Raises
    ------
    UserError
        If there is no such file, or it cannot be read.

    Examples
    --------
    >>> as_received({}, "letter.md", Path())
    """
    named = about.get("source_file")
    if not named:
        return None
    path = folder / str(named)
    if path.exists():
        return read_file(path)
    beside = path.parent.iterdir() if path.parent.is_relative_to(folder) and path.parent.is_dir() else ()
    files = [one.relative_to(folder).as_posix() for one in beside if not one.name.startswith(".")]
    mend = f"{did_you_mean(str(named), files)} " if files else f"Put it into {folder.name}/. "
    raise UserError(
        f"{where}, line {line_of(about, 'source_file')}: source_file names “{named}”, which is not there. "
        f"{mend}Or leave the line out."
    )
