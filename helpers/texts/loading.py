"""From a file to a text: layered Markdown, plain text and TEI P5."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from ..core import UserError, did_you_mean, read_file, texts_folder
from .front_matter import as_received, described, front_matter
from .model import Layer, Text, count_words
from .tei import parse_tei

ENDINGS = (".md", ".txt", ".xml", ".tei")


def _sections(body: str, ids: list[str], where: str, first_line: int) -> dict[str, str]:
    """Cut the body at the headings that open the layers."""
    sections: dict[str, list[str]] = {}
    current: list[str] | None = None
    for number, line in enumerate(body.split("\n"), first_line):
        heading = re.fullmatch(r"##[ \t]+(\S+)[ \t]*", line)
        if heading:
            name = heading[1]
            if name not in ids:
                raise UserError(
                    f"{where}, line {number}: the layer “{name}” is not described in the front matter. "
                    f"{did_you_mean(name, ids)} "
                    "If these are words of the text, write “\\##”."
                )
            if name in sections:
                raise UserError(
                    f"{where}, line {number}: the layer “{name}” is opened twice. Give the second one an id of its own."
                )
            current = sections[name] = []
        elif current is not None:
            current.append(line[1:] if line.startswith("\\##") else line)
        elif line.strip():
            raise UserError(
                f"{where}, line {number}: these words belong to no layer. Put a heading “## layer-id” above them."
            )
    return {name: "\n".join(lines).strip() for name, lines in sections.items()}


def parse_text(source: str, id: str = "text", *, where: str = "the text", folder: Path | None = None) -> Text:
    """Make a text from layered Markdown, or from plain text as one layer.

    Parameters
    ----------
    source : str
        Front matter between two lines ``---``, then the layers, each under ``## layer-id``.
        Without headings, all of it is one layer of an actor.
    id : str
        The id of the text.
    where : str
        The name of the file, for messages.
    folder : pathlib.Path, optional
        Where ``source_file`` of the front matter is looked for.

    Returns
    -------
    Text
        The text; the layers' offsets count code points of ``Text.content``.

    Raises
    ------
    UserError
        If the source is malformed, naming file, line and mend.

    Examples
    --------
    >>> text = parse_text("Dear friend, return all this.")
    >>> text["text"].words, text.content[5:11]
    (5, 'friend')
    """
    about, body, line = front_matter(source, where)
    layers = described(about, where)
    if layers:
        sections = _sections(body, list(layers), where, line)
    else:
        sender = about.get("sender", "Voice not stated")
        if isinstance(sender, list):
            sender = " and ".join(map(str, sender))
        layers = {"text": {"voice": "unknown", "kind": "actor", "label": sender}}
        sections = {"text": body.strip()}
    for name in layers:
        if not sections.get(name):
            raise UserError(
                f"{where}: the layer “{name}” has no words. "
                f"Put them under a heading “## {name}”, or take it out of the front matter."
            )
    parts, start = [], 0
    for name, words in sections.items():
        entry = layers[name]
        more = {key: str(entry.get(key) or "") for key in ("medium", "to")}
        label = str(entry.get("label") or entry["voice"])
        parts.append(
            Layer(
                name,
                str(entry["voice"]),
                str(entry["kind"]),
                text=words,
                start=start,
                end=start + len(words),
                label=label,
                document=id,
                **more,
            )
        )
        start += len(words) + 2
    received = None if folder is None else as_received(about, where, folder)
    count = sum(part.words for part in parts) if received is None else count_words(received)
    plain = {
        str(key): list(map(str, value)) if isinstance(value, list) else str(value)
        for key, value in about.items()
        if key != "layers" and value is not None
    }
    return Text(id, plain, tuple(parts), count)


def text_ids() -> list[str]:
    """The ids of the texts in ``texts/``, in order."""
    return sorted({p.stem for p in texts_folder().iterdir() if p.suffix in ENDINGS and p.is_file()})


def load_text(name: str | Path) -> Text:
    """Load a text by its id, or from a file.

    Parameters
    ----------
    name : str or pathlib.Path
        An id of ``texts/``. A ``Path``, or a string with a slash or a known ending
        (``.md``, ``.txt``; ``.xml``, ``.tei`` for TEI P5), is a file.

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
        raise UserError(f"“{thing.id}” is loaded already: use it as it is.")
    named = str(name)
    if isinstance(name, Path) or "/" in named or "\\" in named or named.endswith(ENDINGS):
        path = Path(name)
        if path.exists() and path.suffix not in ENDINGS:
            raise UserError(
                f"{path} is not a text this module reads. Save it as {', '.join(ENDINGS[:-1])} or {ENDINGS[-1]}."
            )
    else:
        path = _path_of(named)
    return _load(path)


def module_text(name: str) -> Text:
    """A text of ``texts/`` by its id, read again only when its file has changed.

    Parameters
    ----------
    name : str
        The id.

    Returns
    -------
    Text
        The text; the same one each time, so that what was prepared for it is still there.

    Raises
    ------
    UserError
        If there is no such text, or it is malformed.

    Examples
    --------
    >>> module_text(text_ids()[0]) is module_text(text_ids()[0])
    True
    """
    path = _path_of(name)
    state = path.stat()
    return _kept(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=32)
def _kept(path: Path, changed: int, size: int) -> Text:
    return _load(path)


def _path_of(name: str) -> Path:
    folder = texts_folder()
    path = next((folder / (name + ending) for ending in ENDINGS if (folder / (name + ending)).is_file()), None)
    if path is None:
        raise UserError(f"No text “{name}” in {folder.name}/. {did_you_mean(name, text_ids())}")
    return path


def _load(path: Path) -> Text:
    where = f"{path.parent.name}/{path.name}"
    if path.suffix in (".xml", ".tei"):
        return parse_tei(read_file(path), path.stem, where=where)
    return parse_text(read_file(path), path.stem, where=where, folder=path.parent)
