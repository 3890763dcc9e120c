"""A text and its layers: who speaks, to whom, by which medium, and what the reader cannot know."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from . import _home
from ._html import Table, element, void
from ._slips import Slip, did_you_mean

KINDS = {
    "actor": "historical actors",
    "copyist": "copyists",
    "editor": "editors",
    "metadata": "data about the text",
    "dropped": "page furniture",
}
GROUPS = {
    "actors": ("actor",),
    "copyists": ("copyist",),
    "editors": ("editor",),
    "metadata": ("metadata",),
    "all": tuple(KINDS),
}
ENDINGS = (".md", ".txt")
MOST_BYTES = 64_000_000

_ID = re.compile(r"[a-z0-9][a-z0-9_-]*")
_CARD_WORDS = {
    "date_display": "date",
    "recipients": "to",
    "sender": "from",
    "not_verified": "could not be verified",
    "source_file": "as received",
}


def count_words(words: str) -> int:
    """Count the words: runs of characters that are not white space.

    Examples
    --------
    >>> count_words("Return  all this.")
    3
    """
    return len(words.split())


def share(part: int, whole: int) -> str:
    """Say a count with its base.

    Examples
    --------
    >>> share(86, 760)
    '86 of 760 words (11 %)'
    """
    return f"{part} of {whole} words" + (f" ({part / whole:.0%})".replace("%", " %") if whole else "")


@dataclass(frozen=True, slots=True)
class Layer:
    """The words of one voice in one place of a text.

    Attributes
    ----------
    id : str
        The name of the layer, unique within its text.
    voice : str
        Who speaks; an id of ``texts/people.csv`` where there is one.
    kind : str
        One of ``actor``, ``copyist``, ``editor``, ``metadata``, ``dropped``.
    medium : str
        By which means the words were written or are shown.
    text : str
        The words as stored.
    start, end : int
        Where the layer stands in ``Text.content``, in code points; ``end`` is not included.
    to : str
        Whom the words address.
    label : str
        The voice in words, for display.
    document : str
        The id of the text.
    """

    id: str
    voice: str
    kind: str
    medium: str
    text: str
    start: int
    end: int
    to: str = ""
    label: str = ""
    document: str = ""

    @property
    def speaker(self) -> str:
        """Who speaks, in words: the label as far as its colon."""
        return self.label.partition(":")[0]

    @property
    def words(self) -> int:
        """How many words the layer has."""
        return count_words(self.text)

    @property
    def paragraphs(self) -> list[tuple[int, int]]:
        """Where each paragraph begins and ends in ``Text.content``, in code points."""
        edges = [0, *(edge for gap in re.finditer(r"\n[^\S\n]*\n\s*", self.text) for edge in gap.span()), len(self.text)]
        return [(self.start + a, self.start + b) for a, b in zip(edges[::2], edges[1::2], strict=True)]

    def _repr_html_(self) -> str:
        paragraphs = [element("p", self.text[a - self.start : b - self.start]) for a, b in self.paragraphs]
        facts = f"{KINDS[self.kind]}; {self.medium}; to: {self.to or 'not stated'}; {self.words} words"
        return element(
            "section",
            element("p", element("strong", self.label), " ", element("code", self.id), void("br"), facts),
            element("blockquote", *paragraphs, style="border-left:4px solid #8a8a8a;padding-left:0.8em;margin-left:0"),
        )

    def __repr__(self) -> str:
        return f"{self.label} ({self.id}, {self.words} words)\n{self.text}"


@dataclass(frozen=True, repr=False, eq=False)
class Text:
    """One document: its layers in order, and what is known about it.

    Iterating gives the layers; ``text["id"]`` gives one of them. A text displays its
    provenance card.

    Attributes
    ----------
    id : str
        The name by which ``load_text`` finds it and the tables refer to it.
    about : mapping
        The front matter: title, date, sender, recipients, source, rights and so on.
    parts : tuple of Layer
        The layers in their order in the text.
    words : int
        How many words the file has as received, or the content where no such file is named.
    """

    id: str
    about: Mapping[str, object]
    parts: tuple[Layer, ...]
    words: int
    content: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "content", "\n\n".join(layer.text for layer in self.parts))

    @property
    def title(self) -> str:
        """What the text is called in the module."""
        return str(self.about.get("title", self.id))

    @property
    def date(self) -> str:
        """The date of the document (ISO 8601), or nothing where it has none."""
        return str(self.about.get("date", ""))

    def __iter__(self) -> Iterator[Layer]:
        return iter(self.parts)

    def __getitem__(self, layer: str) -> Layer:
        found = next((part for part in self.parts if part.id == layer), None)
        if found is None:
            raise Slip(f"No layer “{layer}” in {self.id}. {did_you_mean(layer, [part.id for part in self.parts])}")
        return found

    def choose(self, layers: str | Iterable[str] = "actors", voice: str | Iterable[str] | None = None) -> tuple[Layer, ...]:
        """Choose layers by group, by id and by voice.

        Parameters
        ----------
        layers : str or iterable of str
            A group (``"actors"``, ``"copyists"``, ``"editors"``, ``"metadata"``, ``"all"``),
            the id of a layer, or several of these.
        voice : str or iterable of str, optional
            Only the layers of these voices.

        Returns
        -------
        tuple of Layer
            The layers chosen, in the order of the text.

        Raises
        ------
        Slip
            If a name is neither a group nor a layer, or a voice does not speak in the text.

        Examples
        --------
        >>> text = parse_text("---\\nlayers:\\n  note: {voice: clerk, kind: copyist}\\n---\\n## note\\n\\nSeen.\\n")
        >>> [layer.id for layer in text.choose("all", voice="clerk")]
        ['note']
        >>> text.choose()
        ()
        """
        names = [layers] if isinstance(layers, str) else list(layers)
        ids = [part.id for part in self.parts]
        for name in names:
            if name not in GROUPS and name not in ids:
                raise Slip(f"No layer “{name}” in {self.id}. {did_you_mean(name, [*GROUPS, *ids])}")
        kinds = {kind for name in names for kind in GROUPS.get(name, ())}
        voices = [voice] if isinstance(voice, str) else None if voice is None else list(voice)
        spoken = {part.voice for part in self.parts}
        for name in voices or ():
            if name not in spoken:
                raise Slip(f"No voice “{name}” in {self.id}. {did_you_mean(name, spoken)}")
        return tuple(
            part
            for part in self.parts
            if (part.kind in kinds or part.id in names) and (voices is None or part.voice in voices)
        )

    @property
    def speakers(self) -> dict[str, str]:
        """The voices that speak in the text: id to words, in order of their first layer."""
        return {part.voice: part.speaker for part in reversed(self.parts)}

    @property
    def layers(self) -> Table:
        """The layers and their voices: layer, voice, kind, medium, words."""
        total = sum(part.words for part in self.parts)
        note = f"{share(self._actor_words(), self.words)} of the file are the historical actors’."
        if total != self.words:
            note += (
                f" Added up, the layers have {total} words and the file as received has {self.words}: "
                "where two voices meet inside one run of letters, each layer counts its part."
            )
        return Table(
            (
                {"layer": p.id, "voice": p.voice, "kind": p.kind, "medium": p.medium, "words": p.words}
                for p in self.parts
            ),
            ["layer", "voice", "kind", "medium", "words"],
            caption=f"Layers of {self.title}",
            note=note,
            words={
                "voice": self.speakers,
                "kind": KINDS,
            },
            right=["words"],
        )

    def _actor_words(self) -> int:
        return sum(part.words for part in self.parts if part.kind == "actor")

    def _repr_html_(self) -> str:
        rows = []
        for key, value in self.about.items():
            if key in ("title", "layers") or (key == "date" and "date_display" in self.about):
                continue
            shown = element("ul", *(element("li", one) for one in value), style="margin:0;padding-left:1.2em") if isinstance(value, list) else value
            name = _CARD_WORDS.get(key, key.replace("_", " "))
            rows.append((name[:1].upper() + name[1:], shown))
        rows.append(("Whose words", f"{share(self._actor_words(), self.words)} are the historical actors’; the rest is said by others or added later."))
        rows.append(("In this module", element("code", self.id)))
        cell = "text-align:left;vertical-align:top;padding:0.25em 0.6em;border-bottom:1px solid #8a8a8a"
        return element(
            "table",
            element("caption", f"Provenance card: {self.title}", style="text-align:left;font-weight:bold;color:inherit;padding:0.3em 0"),
            element("tbody", *(element("tr", element("th", a, scope="row", style=cell), element("td", b, style=cell)) for a, b in rows)),
            style="border-collapse:collapse;max-width:100%;margin:0.5em 0",
        )

    def __repr__(self) -> str:
        return f"{self.title} ({self.id}, {share(self._actor_words(), self.words)} are the historical actors’)"


def read_file(path: Path) -> str:
    """Read a file as UTF-8, with one clear message for whatever is wrong with it.

    Parameters
    ----------
    path : pathlib.Path
        The file; at most 64 MB.

    Returns
    -------
    str
        Its characters, line ends as ``\\n``, without a byte order mark.

    Raises
    ------
    Slip
        If the file is missing, not a file, too large, or not UTF-8 (naming line and byte).
    """
    if not path.exists():
        beside = [p.name for p in path.parent.glob("*")] if path.parent.is_dir() else []
        raise Slip(f"No file “{path.name}” in {path.parent}. {did_you_mean(path.name, beside)}")
    if not path.is_file():
        raise Slip(f"{path} is a folder, not a file. Name a file in it.")
    try:
        if path.stat().st_size > MOST_BYTES:
            raise Slip(f"{path} is larger than {MOST_BYTES // 1_000_000} MB. Split it into several texts.")
        data = path.read_bytes()
    except OSError as error:
        raise Slip(f"{path} cannot be read: {error.strerror}. Check that you may open it.") from error
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Slip(f"{path} is UTF-16, not UTF-8. Save it again with the encoding UTF-8.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Slip(
            f"{path}, line {line}: byte {error.start} (0x{data[error.start]:02x}) is not UTF-8; the file may be "
            "Windows-1251 or Windows-1252. Save it again with the encoding UTF-8."
        ) from error
    if "\0" in text:
        raise Slip(f"{path}, line {text.count(chr(10), 0, text.index(chr(0))) + 1}: a NUL byte. This is not a text file.")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _front_matter(source: str, where: str) -> tuple[Mapping, str, int]:
    """Split front matter from body; give also the number of the body's first line."""
    if not source.startswith("---\n"):
        return {}, source, 1
    end = re.compile(r"^---[^\S\n]*$", re.M).search(source, 4)
    if end is None:
        raise Slip(f"{where}, line 1: the front matter has no end. Close it with a line that is “---”.")
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        about = YAML(typ="rt", pure=True).load(source[4 : end.start()]) or {}
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 2 if mark else 1
        raise Slip(f"{where}, line {line}: the front matter is not valid YAML: {error.problem or error.context}. "
                   "Put values with a colon or a quotation mark into quotation marks.") from error
    except (YAMLError, ValueError) as error:
        raise Slip(f"{where}: the front matter is not valid YAML: {error}") from error
    if not isinstance(about, Mapping):
        raise Slip(f"{where}, line 2: the front matter is not a list of “key: value” lines.")
    return about, source[end.end() :], source.count("\n", 0, end.end()) + 1


def _sections(body: str, ids: list[str], where: str, first_line: int) -> dict[str, str]:
    """Cut the body at the headings that open the layers."""
    sections: dict[str, list[str]] = {}
    current: list[str] | None = None
    for number, line in enumerate(body.split("\n"), first_line):
        heading = re.fullmatch(r"##[ \t]+(\S+)[ \t]*", line)
        if heading:
            name = heading[1]
            if name not in ids:
                raise Slip(f"{where}, line {number}: the layer “{name}” is not described in the front matter. {did_you_mean(name, ids)} "
                           "If these are words of the text, write “\\##”.")
            if name in sections:
                raise Slip(f"{where}, line {number}: the layer “{name}” is opened twice. Give the second one an id of its own.")
            current = sections[name] = []
        elif current is not None:
            current.append(line[1:] if line.startswith("\\##") else line)
        elif line.strip():
            raise Slip(f"{where}, line {number}: these words belong to no layer. Put a heading “## layer-id” above them.")
    return {name: "\n".join(lines).strip() for name, lines in sections.items()}


def _described(about: Mapping, where: str) -> dict[str, Mapping]:
    """The layer table of the front matter, every entry checked."""
    layers = about.get("layers", {})
    if not isinstance(layers, Mapping):
        raise Slip(f"{where}: “layers” is not a mapping from layer id to voice, kind and medium.")
    for name, entry in layers.items():
        line = f"{where}, line {layers.lc.key(name)[0] + 2}"
        if not _ID.fullmatch(str(name)) or name in GROUPS:
            raise Slip(f"{line}: “{name}” cannot be the id of a layer. Use small letters, digits and hyphens, and no name of a group.")
        if not isinstance(entry, Mapping) or not entry.get("voice") or not entry.get("kind"):
            raise Slip(f"{line}: the layer “{name}” needs a “voice” and a “kind”.")
        if entry["kind"] not in KINDS:
            raise Slip(f"{line}: the layer “{name}” has the kind “{entry['kind']}”. {did_you_mean(entry['kind'], KINDS)}")
    return {str(name): entry for name, entry in layers.items()}


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
    Slip
        If the source is malformed, naming file, line and mend.

    Examples
    --------
    >>> text = parse_text("Dear friend, return all this.")
    >>> text["text"].words, text.content[5:11]
    (5, 'friend')
    """
    about, body, line = _front_matter(source, where)
    described = _described(about, where)
    if described:
        sections = _sections(body, list(described), where, line)
    else:
        described = {"text": {"voice": "unknown", "kind": "actor", "label": about.get("sender", "Voice not stated")}}
        sections = {"text": body.strip()}
    for name in described:
        if not sections.get(name):
            raise Slip(f"{where}: the layer “{name}” has no words. Put them under a heading “## {name}”, or take it out of the front matter.")
    parts, start = [], 0
    for name, words in sections.items():
        entry = described[name]
        more = {key: str(entry.get(key) or "") for key in ("medium", "to")}
        label = str(entry.get("label") or entry["voice"])
        parts.append(Layer(name, str(entry["voice"]), str(entry["kind"]), text=words, start=start,
                           end=start + len(words), label=label, document=id, **more))
        start += len(words) + 2
    received = about.get("source_file")
    if received and folder is not None:
        words = count_words(read_file(folder / str(received)))
    else:
        words = sum(part.words for part in parts)
    plain = {str(key): list(map(str, value)) if isinstance(value, list) else str(value)
             for key, value in about.items() if key != "layers"}
    return Text(id, plain, tuple(parts), words)


def text_ids() -> list[str]:
    """The ids of the texts in ``texts/``, in order."""
    return sorted(p.stem for p in _home.texts_folder().iterdir() if p.suffix in ENDINGS and p.is_file())


def load_text(name: str | Path) -> Text:
    """Load a text by its id, or from a file.

    Parameters
    ----------
    name : str or pathlib.Path
        An id of ``texts/``. A ``Path``, or a string with a slash or a known ending
        (``.md``, ``.txt``), is a file.

    Returns
    -------
    Text
        The text with its layers.

    Raises
    ------
    Slip
        If there is no such text or file, or it is malformed.

    Examples
    --------
    >>> first = load_text(text_ids()[0])
    >>> first.content[first.parts[0].start : first.parts[0].end] == first.parts[0].text
    True
    """
    named = str(name)
    if isinstance(name, Path) or "/" in named or "\\" in named or named.endswith(ENDINGS):
        path = Path(name)
        if path.exists() and path.suffix not in ENDINGS:
            raise Slip(f"{path} is not a text this module reads. Save it as {' or '.join(ENDINGS)}.")
    else:
        folder = _home.texts_folder()
        path = next((folder / (named + ending) for ending in ENDINGS if (folder / (named + ending)).is_file()), None)
        if path is None:
            raise Slip(f"No text “{named}” in {folder.name}/. {did_you_mean(named, text_ids())}")
    return parse_text(read_file(path), path.stem, where=f"{path.parent.name}/{path.name}", folder=path.parent)
