"""A text and its layers: who speaks, to whom, by which medium, and what the reader cannot know."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from ..core import THEME, Table, UserError, did_you_mean, element, list_of_names, void

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
# Between two paragraphs.
_GAP = re.compile(r"\n[^\S\n]*\n\s*")
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


def words_counted(count: int) -> str:
    """Say a number of words.

    Examples
    --------
    >>> words_counted(1), words_counted(86)
    ('1 word', '86 words')
    """
    return f"{count} word" + ("" if count == 1 else "s")


def share_counted(part: int, whole: int) -> str:
    """Say a count with its base.

    Examples
    --------
    >>> share_counted(86, 760)
    '86 of 760 words (11 %)'
    """
    return f"{part} of {whole} words" + (f" ({part / whole:.0%})".replace("%", " %") if whole else "")


@dataclass(frozen=True)
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

    @cached_property
    def words(self) -> int:
        """How many words the layer has."""
        return count_words(self.text)

    @property
    def paragraphs(self) -> list[tuple[int, int]]:
        """Where each paragraph begins and ends in ``Text.content``, in code points."""
        found, at = [], self.start
        for gap in _GAP.finditer(self.text):
            start, end = gap.span()
            found.append((at, self.start + start))
            at = self.start + end
        return [*found, (at, self.start + len(self.text))]

    def _repr_html_(self) -> str:
        paragraphs = [element("p", self.text[a - self.start : b - self.start]) for a, b in self.paragraphs]
        facts = f"{KINDS[self.kind]}; {self.medium}; to: {self.to or 'not stated'}; {words_counted(self.words)}"
        line = f"border-left:4px solid {THEME.edge};padding-left:0.8em;margin-left:0"
        return element(
            "section",
            element("p", element("strong", self.label), " ", element("code", self.id), void("br"), facts),
            element("blockquote", *paragraphs, style=line),
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
            raise UserError(f"No layer “{layer}” in {self.id}. {did_you_mean(layer, [part.id for part in self.parts])}")
        return found

    def choose(
        self, *, layers: str | Iterable[str] = "actors", voice: str | Iterable[str] | None = None
    ) -> tuple[Layer, ...]:
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
        UserError
            If a name is neither a group nor a layer, or a voice does not speak in the text.

        Examples
        --------
        >>> from helpers.texts import parse_text
        >>> text = parse_text("---\\nlayers:\\n  note: {voice: clerk, kind: copyist}\\n---\\n## note\\n\\nSeen.\\n")
        >>> [layer.id for layer in text.choose(layers="all", voice="clerk")]
        ['note']
        >>> text.choose()
        ()
        """
        names = list_of_names(layers, "layers")
        ids = [part.id for part in self.parts]
        for name in names:
            if name not in GROUPS and name not in ids:
                raise UserError(f"No layer “{name}” in {self.id}. {did_you_mean(name, [*GROUPS, *ids])}")
        kinds = {kind for name in names for kind in GROUPS.get(name, ())}
        voices = None if voice is None else list_of_names(voice, "voice")
        spoken = {part.voice for part in self.parts}
        for name in voices or ():
            if name not in spoken:
                raise UserError(f"No voice “{name}” in {self.id}. {did_you_mean(name, spoken)}")
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
        note = f"{share_counted(self._actor_words(), self.words)} of the file are the historical actors’."
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
            caption=f"{self.title}: layers",
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
            shown = (
                element("ul", *(element("li", one) for one in value), style="margin:0;padding-left:1.2em")
                if isinstance(value, list)
                else value
            )
            name = _CARD_WORDS.get(key, key.replace("_", " "))
            rows.append((name[:1].upper() + name[1:], shown))
        rows.append(
            (
                "Whose words",
                f"{share_counted(self._actor_words(), self.words)} are the historical actors’; "
                "the rest was added by others.",
            )
        )
        rows.append(("In this module", element("code", self.id)))
        cell = f"text-align:left;vertical-align:top;padding:0.25em 0.6em;border-bottom:1px solid {THEME.edge}"
        return element(
            "table",
            element(
                "caption",
                f"Provenance card: {self.title}",
                style="text-align:left;font-weight:bold;color:inherit;padding:0.3em 0",
            ),
            element(
                "tbody",
                *(
                    element("tr", element("th", a, scope="row", style=cell), element("td", b, style=cell))
                    for a, b in rows
                ),
            ),
            style="border-collapse:collapse;max-width:100%;margin:0.5em 0",
        )

    def __repr__(self) -> str:
        return f"{self.title} ({self.id}, {share_counted(self._actor_words(), self.words)} are the historical actors’)"


def require_text(thing: object) -> Text:
    """Make sure that something is a text, before it is read, marked or searched.

    Raises
    ------
    UserError
        If it is not; most often its id was given in its place.

    Examples
    --------
    >>> require_text("letter")
    Traceback (most recent call last):
    helpers.core.errors.UserError: 'letter' is not a text. Load one first: text = load_text("…").
    """
    if isinstance(thing, Layer):
        raise UserError(f'“{thing.id}” is a layer, not a text. Give the text it is in, and layers="{thing.id}".')
    if not isinstance(thing, Text):
        raise UserError(f'{str(thing)[:60]!r} is not a text. Load one first: text = load_text("…").')
    return thing
