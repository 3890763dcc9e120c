"""The classes `Text` and `Layer`: the words, who speaks, to whom and by which medium; the provenance card."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from ..core import (
    THEME,
    Table,
    UserError,
    did_you_mean,
    element,
    foldable,
    list_of_names,
    plain,
    short_repr,
    shown_date,
    void,
)

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
# The gap between two paragraphs.
_GAP = re.compile(r"\n[^\S\n]*\n\s*")
_CARD_WORDS = {
    "date_display": "date",
    "recipients": "to",
    "sender": "from",
    "not_verified": "could not be verified",
    "source_file": "as received",
}


def count_words(words: str) -> int:
    """Count the words, that is the runs of characters other than white space."""
    return len(words.split())


def words_counted(count: int) -> str:
    """A number of words, written out: “1 word”, “86 words”."""
    return f"{count} word" + ("" if count == 1 else "s")


def share_counted(part: int, whole: int) -> str:
    """A number of words as a share of a whole, written out.

    Examples
    --------
    >>> share_counted(86, 760)
    '86 of 760 words (11 %)'
    """
    return f"{part} of {whole} words" + (f" ({part / whole:.0%})".replace("%", " %") if whole else "")


@dataclass(frozen=True)
class Layer:
    """The words of one voice at one place of a text.

    Attributes
    ----------
    id : str
        The id of the layer, unique within its text.
    voice : str
        The id of the speaker, in ``texts/people.csv`` where there is one.
    kind : str
        A key of ``KINDS``.
    medium : str
        The medium in which the words were written or are shown.
    text : str
        The words as stored.
    start, end : int
        The range of the layer in ``Text.content``, half-open, in code points.
    to : str
        The addressee.
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
        """The name of the speaker: the part of the label before its colon."""
        return self.label.partition(":")[0]

    @cached_property
    def words(self) -> int:
        """The number of words in the layer."""
        return count_words(self.text)

    @property
    def paragraphs(self) -> list[tuple[int, int]]:
        """The range of each paragraph in ``Text.content``, half-open, in code points."""
        gaps = [gap.span() for gap in _GAP.finditer(self.text)]
        starts = [0, *(end for _, end in gaps)]
        ends = [*(start for start, _ in gaps), len(self.text)]
        return [(self.start + a, self.start + b) for a, b in zip(starts, ends, strict=True)]

    @foldable
    def _repr_html_(self) -> str:
        paragraphs = [element("p", self.text[a - self.start : b - self.start]) for a, b in self.paragraphs]
        facts = f"{KINDS[self.kind]}; {self.medium}; to: {self.to or 'not stated'}; {words_counted(self.words)}"
        line = f"border-left:4px solid {THEME.edge};padding-left:0.8em;margin-left:0"
        return element(
            "section",
            element("p", element("strong", self.label), " ", element("code", self.id), void("br"), facts),
            element("blockquote", *paragraphs, style=line),
        )

    @plain
    def __repr__(self) -> str:
        return f"{self.label} ({self.id}, {self.words} words)\n{self.text}"


@dataclass(frozen=True, repr=False, eq=False)
class Text:
    """One document: its layers in order, and the metadata about it.

    Iterating gives the layers; ``text["id"]`` gives one of them. A text displays its
    provenance card.

    Attributes
    ----------
    id : str
        The id that ``load_text`` and the tables use.
    about : mapping
        The front matter: title, date, sender, recipients, source, rights and so on.
    parts : tuple of Layer
        The layers in the order of the text.
    words : int
        The number of words in the file as received; if none is named, in all layers together.
    letters : tuple of mapping
        What a file that describes several letters says of each: sender, recipients, date, place; else empty.
    content : str
        The words of all layers, separated by blank lines.
    """

    id: str
    about: Mapping[str, object]
    parts: tuple[Layer, ...]
    words: int
    letters: tuple[Mapping[str, object], ...] = ()
    content: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "content", "\n\n".join(layer.text for layer in self.parts))

    @property
    def origin(self) -> str:
        """The name of the paper if it is not one of the module’s texts; else empty."""
        return ""

    @property
    def title(self) -> str:
        """The title, or the id if there is none."""
        return str(self.about.get("title", self.id))

    @property
    def date(self) -> str:
        """The date of the document (ISO 8601), or “” if it has none."""
        return str(self.about.get("date", ""))

    def __iter__(self) -> Iterator[Layer]:
        return iter(self.parts)

    def __getitem__(self, layer: str) -> Layer:
        found = self._by_id.get(layer)
        if found is None:
            raise UserError(f"No layer “{layer}” in {self.id}. {did_you_mean(layer, [part.id for part in self.parts])}")
        return found

    def choose(
        self, *, layers: str | Iterable[str] = "actors", voice: str | Iterable[str] | None = None
    ) -> tuple[Layer, ...]:
        """Select layers by group or id (``layers``) and by ``voice``, in the order of the text.

        Raises ``UserError`` if a name is neither a group nor a layer, or the text has no such voice.

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
        for name in names:
            if name not in GROUPS and name not in self._by_id:
                raise UserError(f"No layer “{name}” in {self.id}. {did_you_mean(name, [*GROUPS, *self._by_id])}")
        ids = set(names)
        kinds = {kind for name in names for kind in GROUPS.get(name, ())}
        voices = None if voice is None else list_of_names(voice, "voice")
        spoken = {part.voice for part in self.parts}
        for name in voices or ():
            if name not in spoken:
                raise UserError(f"No voice “{name}” in {self.id}. {did_you_mean(name, spoken)}")
        return tuple(
            part
            for part in self.parts
            if (part.kind in kinds or part.id in ids) and (voices is None or part.voice in voices)
        )

    def rest(self, chosen: Iterable[Layer]) -> list[Layer]:
        """Return the layers that are not among these, in the order of the text.

        Examples
        --------
        >>> from helpers.texts import parse_text
        >>> parse_text("Return all this.").rest(())[0].id
        'text'
        """
        ids = {layer.id for layer in chosen}
        return [part for part in self.parts if part.id not in ids]

    @cached_property
    def _by_id(self) -> dict[str, Layer]:
        return {part.id: part for part in reversed(self.parts)}

    @cached_property
    def _begins(self) -> list[int]:
        return [start for layer in self.parts for start, _ in layer.paragraphs]

    def paragraph_at(self, offset: int) -> int:
        """Return the number of the paragraph at an offset of ``content``; paragraphs are counted through all layers.

        Examples
        --------
        >>> from helpers.texts import parse_text
        >>> parse_text("One.\\n\\nTwo.").paragraph_at(6)
        2
        """
        return max(1, bisect_right(self._begins, offset))

    @property
    def speakers(self) -> dict[str, str]:
        """The name of every voice of the text, by id; a voice with several labels has that of its first layer."""
        return {part.voice: part.speaker for part in reversed(self.parts)}

    @property
    def layers(self) -> Table:
        """A table of the layers: layer, voice, kind, medium, words."""
        total = sum(part.words for part in self.parts)
        note = f"{self._shares(' of the file')}."
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
            words={"voice": self.speakers, "kind": KINDS},
            right=["words"],
        )

    def _shares(self, of: str = "") -> str:
        """How many of the words are the historical actors’, in words."""
        actors = sum(part.words for part in self.parts if part.kind == "actor")
        return f"{share_counted(actors, self.words)}{of} are the historical actors’"

    @foldable
    def _repr_html_(self) -> str:
        rows = []
        for key, value in self.about.items():
            if key in ("title", "layers") or (key == "date" and "date_display" in self.about):
                continue
            shown = (
                element("ul", *(element("li", item) for item in value), style="margin:0;padding-left:1.2em")
                if isinstance(value, list)
                else shown_date(str(value))
                if key == "date"
                else value
            )
            name = _CARD_WORDS.get(key, key.replace("_", " "))
            rows.append((name[:1].upper() + name[1:], shown))
        whose = f"{self._shares()}." if self.origin else f"{self._shares()}; the rest was added by others."
        rows.append(("Whose words", whose))
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

    @plain
    def __repr__(self) -> str:
        return f"{self.title} ({self.id}, {self._shares()})"


def require_text(thing: object) -> Text:
    """Return ``thing`` if it is a `Text`; else raise ``UserError``. Users often give the id of a text instead.

    Examples
    --------
    >>> require_text("letter")
    Traceback (most recent call last):
    helpers.core.errors.UserError: 'letter' is not a text. Load one first: text = load_text("…").
    """
    if isinstance(thing, Layer):
        raise UserError(f'“{thing.id}” is a layer, not a text. Give its text, and layers="{thing.id}".')
    if not isinstance(thing, Text):
        raise UserError(f'{short_repr(thing)} is not a text. Load one first: text = load_text("…").')
    return thing
