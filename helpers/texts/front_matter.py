"""Read and check the front matter of a text: YAML entries about it, each error named with its line."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path

from ..core import (
    UserError,
    as_written,
    contained,
    date_range,
    did_you_mean,
    line_of_entry,
    listed,
    read_file,
    read_yaml,
    slug,
)
from .model import GROUPS, KINDS

# The keys that have a meaning here; any other appears on the provenance card.
_KEYS = (
    "title", "date", "date_display", "sender", "recipients", "language", "translator", "source", "source_file",
    "rights", "not_verified", "layers",
)  # fmt: skip
LAYER_KEYS = ("voice", "kind", "medium", "to", "label")
# Words of other languages for keys without which something is missing.
_TRANSLATED = {
    "titel": "title", "titre": "title", "título": "title", "titulo": "title", "titolo": "title", "überschrift": "title",
    "datum": "date", "fecha": "date",
    "absender": "sender", "expéditeur": "sender", "remitente": "sender", "mittente": "sender",
    "empfänger": "recipients", "destinataire": "recipients", "destinatario": "recipients",
    "quelldatei": "source_file", "schichten": "layers", "ebenen": "layers",
}  # fmt: skip
# Plurals that may be meant.
_OTHER_WORDS = ("dates", "languages", "sources", "titles", "translators")
_BEGIN = re.compile(r"---[^\S\n]*\n")
# The same below empty lines, or with dashes that a word processor has made of the hyphens.
_MISBEGUN = re.compile(
    r"\s*[-–—+]{1,6}[^\S\n]*\n\s*[\w-]+:[^\S\n]\S|(?:[^\n]*\n){1,5}?[-–—]{1,6}[^\S\n]*\n(?:title|date|sender|layers):"
)
_WEB_PAGE = re.compile(r"\s*<(?:!doctype\s+html|html)\b", re.I)
_MARKS = "“”„‟‚‘’«»"
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
    about, body, line = _split(source, where)
    _check_date(about, where)
    return about, body, line


def _split(source: str, where: str) -> tuple[Mapping[object, object], str, int]:
    """Split a file as `front_matter` does, without a look at the values."""
    begin = _BEGIN.match(source)
    if begin is None:
        if _WEB_PAGE.match(source):
            raise UserError(f"{where}, line 1: this is a web page (HTML). Save its words as plain text.")
        if _MISBEGUN.match(source):
            raise UserError(
                f"{where}, line 1: the front matter is not read. It must begin in the first line, which is three "
                "hyphens: “---”. Delete what is above it, and write hyphens, not dashes."
            )
        return {}, source, 1
    end = re.compile(r"^---[^\S\n]*$", re.M).search(source, begin.end())
    if end is None:
        if almost := re.compile(r"^[-–—]{2,6}[^\S\n]*$", re.M).search(source, begin.end()):
            line = source.count("\n", 0, almost.start()) + 1
            raise UserError(f"{where}, line {line}: the front matter ends with three hyphens. Write “---” here.")
        raise UserError(f"{where}, line 1: the front matter has no end. Close it with a line “---”.")
    about = read_yaml(source[begin.end() : end.start()], where, first_line=2, what="the front matter")
    return about, source[end.end() :], source.count("\n", 0, end.end()) + 1


def line_of(about: Mapping[object, object], key: object) -> int:
    """The line of the file on which the entry ``key`` is; ``about`` is the front matter or a mapping in it."""
    return line_of_entry(about, key) + 2


def _check_date(about: Mapping[object, object], where: str) -> None:
    given = about.get("date")
    if given is None or given == "":
        return
    date = as_written(given)
    place = f"{where}, line {line_of(about, 'date')}"
    if _has_marks(date):
        raise UserError(_without_marks("date", date, place))
    try:
        date_range(date, place)
    except UserError as error:
        if "no such day" in str(error):
            raise
        raise UserError(f"{error} Put other words for the date into “date_display”.") from error


def _has_marks(value: str) -> bool:
    """Whether a value is in typographic quotation marks, which YAML takes for a part of it."""
    return value.strip(_MARKS) != value


def _without_marks(key: str, value: str, place: str) -> str:
    plain = value.strip(_MARKS)
    return f'{place}: “{key}” has typographic quotation marks. Write straight ones: {key}: "{plain}"'


def unknown_keys(about: Mapping[object, object], where: str) -> list[str]:
    """Report the keys of layers that are not known, and keys of the front matter that are misspelt.

    The front matter may have any other key, which appears on the provenance card.
    """
    found = []
    for key in about:
        near = "" if key in _KEYS else _near(str(key), [one for one in _KEYS if one not in about])
        if near:
            found.append(f"{where}, line {line_of(about, key)}: “{key}” is not a known key. Did you mean “{near}”?")
    layers = about.get("layers")
    for name, entry in layers.items() if isinstance(layers, Mapping) else ():
        for key in entry if isinstance(entry, Mapping) else ():
            if key not in LAYER_KEYS:
                found.append(
                    f"{where}, line {line_of(entry, key)}: the layer “{name}” has “{key}”, which is not known. "
                    f"{did_you_mean(str(key), LAYER_KEYS)} Or delete the line."
                )
    return found


def _near(key: str, known: Collection[str]) -> str:
    """The known key of which a key is a misspelling, or the word in another language; empty if there is none."""
    word = re.sub(r"[- ]", "_", key.casefold())
    if word in _OTHER_WORDS:
        return ""
    word = _TRANSLATED.get(word, word)
    if swapped := next((one for one in known if sorted(one) == sorted(word)), ""):
        return swapped
    return next(iter(get_close_matches(word, known, n=1, cutoff=0.8)), "")


def described(about: Mapping[object, object], where: str) -> dict[str, Mapping[object, object]]:
    """The entries of the layers that the front matter describes, by id.

    Raises ``UserError`` if an entry has no voice, no known kind, or an id that is not allowed.
    """
    layers = about.get("layers", {})
    if not isinstance(layers, Mapping):
        raise UserError(
            f"{where}, line {line_of(about, 'layers')}: “layers” is not a mapping. "
            "Write the id of each layer, and under it its voice, kind and medium."
        )
    for problem in _wrong_layers(layers, where):
        raise UserError(problem)
    return {str(name): entry for name, entry in layers.items()}


def _wrong_layers(layers: Mapping[object, object], where: str) -> Iterator[str]:
    """Yield what is wrong with the ids and entries of layers, at most one problem for each entry."""
    if wrong := [name for name in layers if not _ID.fullmatch(str(name)) or name in GROUPS]:
        yield f"{where}, line {line_of(layers, wrong[0])}: {_no_ids(list(map(str, wrong)))}"
    for name, entry in layers.items():
        line = f"{where}, line {line_of(layers, name)}"
        if not isinstance(entry, Mapping) or not entry.get("voice") or not entry.get("kind"):
            yield f"{line}: the layer “{name}” needs a “voice” and a “kind”. {_missing_in_layer(entry)}"
        elif not isinstance(entry["voice"], str):
            yield (
                f"{where}, line {line_of(entry, 'voice')}: the layer “{name}” needs one voice. Write one id of "
                "people.csv; people who write together can have a row of their own there."
            )
        elif marked := next((key for key in ("voice", "kind") if _has_marks(str(entry[key]))), ""):
            yield _without_marks(marked, str(entry[marked]), f"{where}, line {line_of(entry, marked)}")
        elif (kind := str(entry["kind"])) not in KINDS:
            yield f"{line}: the layer “{name}” has the kind “{kind}”. {did_you_mean(kind, KINDS)}"


def wrong_values(source: str, where: str) -> list[str]:
    """All problems with the date and the layers of a front matter that can be read; none if it cannot."""
    try:
        about, *_ = _split(source, where)
    except UserError:
        return []
    problems = []
    try:
        _check_date(about, where)
    except UserError as error:
        problems.append(str(error))
    layers = about.get("layers")
    return [*problems, *(_wrong_layers(layers, where) if isinstance(layers, Mapping) else ())]


def _no_ids(names: Collection[str]) -> str:
    """Say why these cannot be ids of layers, and how to write them."""
    which = f"{listed([f'“{name}”' for name in names])} cannot be the id{'s' if len(names) > 1 else ''} of a layer."
    groups = [name for name in names if name in GROUPS]
    if groups:
        return f"{which} {', '.join(GROUPS)} are names of groups of layers. Write another word."
    new = [slug(name) for name in names]
    fix = (
        f"Write {', '.join(new)}, here and after “##”." if all(new) and not {*new} & {*GROUPS} else "Write other words."
    )
    return f"{which} An id has small letters a–z, without umlauts, accents or ß, digits and hyphens. {fix}"


def _missing_in_layer(entry: object) -> str:
    """Say which line to add to a layer, or which one is misspelt."""
    if not isinstance(entry, Mapping):
        return "Write each under it as “key: value”, indented more than the id of the layer."
    missing = [key for key in ("voice", "kind") if not entry.get(key)]
    for key in entry:
        if key not in LAYER_KEYS and (near := get_close_matches(str(key).casefold(), missing, n=1)):
            return f"Did you mean “{near[0]}” by “{key}”?"
    return f"Add “{missing[0]}: …”."


def as_received(about: Mapping[object, object], where: str, folder: Path) -> str | None:
    """The content of the file that the front matter names as ``source_file``; None if it names none.

    Raises ``UserError`` if the file does not exist or cannot be read.
    """
    named = about.get("source_file")
    if not named:
        return None
    path = contained(folder, str(named))
    place = f"{where}, line {line_of(about, 'source_file')}"
    if path is None:
        raise UserError(
            f"{place}: source_file names “{named}”, which is not in the folder {folder.name}. Copy the file to "
            f"{folder.name}/source and write its name there, as source_file: source/letter.txt. Or delete the line."
        )
    if path.exists():
        try:
            return read_file(path)
        except UserError as error:
            renamed = (
                "" if path.suffix == ".txt" else f" Then write source_file: {Path(str(named)).with_suffix('.txt')}"
            )
            raise UserError(f"{place}: the source_file cannot be compared: {error}{renamed}") from error
    raise UserError(
        f"{place}: source_file names “{str(named).strip(_MARKS)}”, which does not exist. "
        f"{_file_meant(str(named), folder)} Or delete the line."
    )


def _file_meant(named: str, folder: Path) -> str:
    """Say how to write the name of a file as received that does not exist, or where to put the file."""
    meant = named.strip(_MARKS).replace("\\", "/")
    files = {
        file.relative_to(folder).as_posix(): file.parent
        for file in folder.glob("*/*")
        if file.is_file() and file.name[0] not in ".~" and file.parent.name.casefold() == "source"
    }
    for file, parent in files.items():
        if parent.name != "source" and meant.casefold() == file.casefold():
            return f"Rename the folder {parent.name} to source."
        if meant in (file, parent.parent.joinpath(file).name):
            without = "" if named == named.strip(_MARKS) else " without typographic quotation marks"
            return f"Write{without}: source_file: {file}."
    return did_you_mean(meant, files) if files else f"Put it into {folder.name}/source/."
