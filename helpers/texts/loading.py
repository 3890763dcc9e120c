"""Load a text from a file: layered Markdown, plain text or TEI P5."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from pathlib import Path
from unicodedata import normalize

from ..core import UserError, as_written, contained, did_you_mean, kind_of, read_file, texts_folder, typed_path
from .brought import brought_events, brought_text, not_brought
from .front_matter import LAYER_KEYS, as_received, described, front_matter, line_of
from .model import Layer, Text, count_words
from .people import join_people
from .tei import parse_tei

ENDINGS = (".md", ".txt", ".xml", ".tei")


def _sections(body: str, ids: Collection[str], where: str, first_line: int) -> dict[str, str]:
    """Split the body at the headings that open the layers: words by layer id."""
    sections: dict[str, list[str]] = {}
    current: list[str] | None = None
    for number, line in enumerate(body.split("\n"), first_line):
        heading = re.fullmatch(r"##[ \t]+(\S+)[ \t]*", line)
        if heading:
            name = heading[1]
            if name not in ids:
                raise UserError(
                    f"{where}, line {number}: the layer “{name}” is not described in the front matter. "
                    f"{did_you_mean(name, ids)} If the line belongs to the words of the text, write “\\##”."
                )
            if name in sections:
                raise UserError(
                    f"{where}, line {number}: the layer “{name}” is opened twice. Give the second one another id."
                )
            current = sections[name] = []
        elif current is not None:
            current.append(line[1:] if line.startswith("\\##") else line)
        elif line.strip():
            if name := next((name for name in ids if _is_like_heading(line, name)), ""):
                raise UserError(f"{where}, line {number}: {_write_heading(line, name)}")
            raise UserError(
                f"{where}, line {number}: these words belong to no layer. Put a heading “## layer-id” above them."
            )
    return {name: "\n".join(lines).strip() for name, lines in sections.items()}


def parse_text(source: str, id: str = "text", *, where: str = "the text", folder: Path | None = None) -> Text:
    """Make a text from layered Markdown, or from plain text as one layer.

    The front matter is between two lines ``---``; below it each layer has a heading ``## layer-id``. If the
    front matter describes no layers, the whole body is one layer of an actor. ``folder`` is the folder of the
    ``source_file``. Raises ``UserError``, with ``where`` and the line, if the source is malformed.

    Examples
    --------
    >>> text = parse_text("Dear friend, return all this.")
    >>> text["text"].words, text.content[5:11]
    (5, 'friend')
    """
    about, body, line = front_matter(source, where)
    layers = described(about, where)
    if layers:
        sections = _sections(body, layers, where, line)
    else:
        sender = about.get("sender", "Voice not stated")
        if isinstance(sender, list):
            sender = " and ".join(map(str, sender))
        layers = {"text": {"voice": "unknown", "kind": "actor", "label": sender}}
        sections = {"text": body.strip()}
    for name in layers:
        if not sections.get(name):
            raise _without_words(name, about, body, line, where)
    parts, start = [], 0
    for name, words in sections.items():
        entry = layers[name]
        voice, kind, medium, to, label = (str(entry.get(key) or "") for key in LAYER_KEYS)
        end = start + len(words)
        parts.append(Layer(name, voice, kind, medium, words, start, end, to, label or voice, id))
        start = end + 2
    received = None if folder is None else as_received(about, where, folder)
    count = sum(part.words for part in parts) if received is None else count_words(received)
    plain = {
        str(key): list(map(as_written, value)) if isinstance(value, list) else as_written(value)
        for key, value in about.items()
        if key != "layers" and value is not None
    }
    return Text(id, plain, tuple(parts), count)


def _is_like_heading(line: str, name: str) -> bool:
    """Whether a line is meant to open a layer but is written in another way, such as “##letter” or “# letter:”."""
    meant = re.fullmatch(rf"[ \t]*#+[ \t]*{re.escape(name)}[ \t]*[:.]?[ \t]*", line, re.I)
    return bool(meant) and not re.fullmatch(rf"##[ \t]+{re.escape(name)}[ \t]*", line)


def _write_heading(line: str, name: str) -> str:
    return f"“{line.strip()}” does not open the layer “{name}”. Write “## {name}”: two #, a space, the id as it is."


def _without_words(name: str, about: Mapping[object, object], body: str, first_line: int, where: str) -> UserError:
    """The error for a layer without words: its heading may be written in another way."""
    if "layers" not in about:
        return UserError(
            f"{where}, line {first_line}: the layer “text” has no words. Write the words of the text here."
        )
    for number, heading in enumerate(body.split("\n"), first_line):
        if _is_like_heading(heading, name):
            return UserError(f"{where}, line {number}: {_write_heading(heading, name)}")
    entry = about["layers"]
    number = line_of(entry, name) if isinstance(entry, Mapping) else first_line
    return UserError(
        f"{where}, line {number}: the layer “{name}” has no words. "
        f"Put its words under a heading “## {name}”, or delete the layer from the front matter."
    )


def visible_files(folder: Path) -> list[Path]:
    """The files of a folder, without those that are `set_aside`."""
    return sorted(path for path in folder.iterdir() if not set_aside(path) and path.is_file())


def set_aside(path: Path) -> bool:
    """Whether a file is hidden, the lock file of another program (``.…``, ``~…``) or a README."""
    return path.name[0] in ".~" or path.stem.casefold() == "readme"


def id_of(path: Path) -> str:
    """The id of a text: the name of its file without the ending; macOS may store letters and accents apart."""
    return normalize("NFC", path.stem)


def text_ids() -> list[str]:
    """The ids of the texts in ``texts/``, in order."""
    return sorted({id_of(path) for path in visible_files(texts_folder()) if is_text(path)})


def is_text(path: Path) -> bool:
    """Whether a file has the name of a text."""
    return path.suffix in ENDINGS and not is_ending_doubled(path)


def is_ending_doubled(path: Path) -> bool:
    """Whether an editor has added an ending to that of a text, as in “letter.md.txt”; Windows hides it."""
    return path.suffix.lower() in ENDINGS and Path(path.stem).suffix in ENDINGS


def all_text_ids() -> list[str]:
    """The ids of the texts in ``texts/``, and of the texts that the student brought along."""
    return list(dict.fromkeys([*text_ids(), *brought_events()]))


def text_path(name: str) -> Path | None:
    """The file of a text of ``texts/``; None if there is none. An id is a name, and never leads to another folder."""
    folder = texts_folder()
    if not name or "/" in name or "\\" in name or contained(folder, name) is None:
        return None
    direct = (folder / (name + ending) for ending in ENDINGS)
    found = next((path for path in direct if path.is_file()), None)
    if found is None and not name.isascii():
        there = [path for path in visible_files(folder) if path.suffix in ENDINGS]
        found = next((path for path in there if id_of(path) == normalize("NFC", name)), None)
    return found


def load_text(name: str | Path) -> Text:
    """Load a text by its id, or from a file.

    Parameters
    ----------
    name : str or pathlib.Path
        The id of a text in ``texts/``; “my-” and the id of a paper, such as ``"my-814"``, for a text that you
        brought along with `my_text`; or a file. A ``Path``, or a string that has a slash or ends
        in ``.md``, ``.txt``, ``.xml`` or ``.tei`` (the last two for TEI P5), is taken as a file.

    Returns
    -------
    Text
        The text with its layers.

    Raises
    ------
    UserError
        If there is no such text or file, or it is malformed.

    Examples
    --------
    >>> first = load_text(text_ids()[0])
    >>> first.content[first.parts[0].start : first.parts[0].end] == first.parts[0].text
    True
    """
    thing: object = name
    if isinstance(thing, Text):
        raise UserError(f"“{thing.id}” is already loaded. Use it without load_text.")
    named = name if isinstance(name, str) else str(typed_path(name))
    if isinstance(name, Path) or "/" in named or "\\" in named or named.endswith(ENDINGS):
        path = typed_path(name)
        if path.suffix not in ENDINGS and kind_of(path) != "nothing":
            raise UserError(
                f"{path} is not a text this module reads. Save it as {', '.join(ENDINGS[:-1])} or {ENDINGS[-1]}."
            )
    elif (brought := _brought(named)) is not None:
        return brought
    else:
        path = _path_of(named)
    return _load(path)


def module_text(name: str) -> Text:
    """A text of ``texts/`` by its id, or one that the student brought; cached until its words or people change.

    It is the same object each time, so that data cached for the object stay valid.

    Examples
    --------
    >>> module_text(text_ids()[0]) is module_text(text_ids()[0])
    True
    """
    if (brought := _brought(name)) is not None:
        return brought
    path = _path_of(name)
    if contained(path.parent, path.name) is None:
        raise UserError(f"texts/{path.name} is a link to a file outside of texts/. Copy the file itself to texts/.")
    files = [file.stat() for file in (path, path.with_name("people.csv")) if file.is_file()]
    return _kept(path, *((state.st_mtime_ns, state.st_size) for state in files))


@lru_cache(maxsize=32)
def _kept(path: Path, *states: tuple[int, int]) -> Text:
    return _load(path)


def _brought(name: str) -> Text | None:
    """A text that the student brought; a text of the module with the same id comes first."""
    return None if text_path(name) else brought_text(name)


def _path_of(name: str) -> Path:
    path = text_path(name)
    if path is None:
        if error := not_brought(name):
            raise error
        raise UserError(f"No text “{name}” in {texts_folder().name}/. {did_you_mean(name, all_text_ids())}")
    return path


def _in_module(path: Path) -> bool:
    """Whether a file is in ``texts/`` of the module, beside its ``people.csv``."""
    if not path.with_name("people.csv").is_file():
        return False
    with contextlib.suppress(UserError):  # there is no module
        return path.parent.resolve() == texts_folder().resolve()
    return False


def _load(path: Path) -> Text:
    where = f"{path.parent.name}/{path.name}"
    if path.suffix in (".xml", ".tei"):
        text = parse_tei(read_file(path), id_of(path), where=where)
        return join_people(text) if _in_module(path) else text
    return parse_text(read_file(path), id_of(path), where=where, folder=path.parent)
