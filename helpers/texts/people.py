"""Join the writers of TEI letters to ``people.csv``: by id, by reference or key, else by a name that one row has."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from ..core import listed
from .model import Layer, Text
from .tables import Row, read_with_errors
from .tei_header import UNKNOWN, Person, pointed, reversed_name

# The names of columns that hold the number or address of a person in a register of names.
_REFERENCE = re.compile(r"(?:^|[\W_])(ref|reference|key|gnd|viaf|uri|url|wikidata|orcid|identifier)s?(?:$|[\W_])", re.I)
_NAMES = ("canonical_name", "full_name", "variants_in_sources")
# How editions name a person whom they do not know.
_NOBODY = re.compile(
    r"\W*(?:(?:(?:eine?|an?)\W+)?(?:unbekannt|unknown|unidentified|unnamed|anonym|ungenannt|nicht ermittelt|"
    r"inconnu|anonyme|desconocid|sconosciut|onbekend|неизвестн|ignot)\w*\b.*|n\W{0,2}n\W*|\?+)",
    re.IGNORECASE,
)


def is_nobody(name: str) -> bool:
    """Whether a name says only that the edition does not know the person.

    Examples
    --------
    >>> is_nobody("N. N."), is_nobody("Unbekannte Person"), is_nobody("Anna Berg")
    (True, True, False)
    """
    return bool(_NOBODY.fullmatch(name))


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def _listed(value: object) -> list[str]:
    return [str(one) for one in (value if isinstance(value, list) else [value] if value else [])]


class People:
    """The rows of ``people.csv``, found by id, by reference and by name."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.rows = {row["id"]: row for row in rows}
        self.referred: dict[str, set[str]] = defaultdict(set)
        self.named: dict[str, set[str]] = defaultdict(set)
        for id, row in self.rows.items():
            for column, cell in row.items():
                register = _REFERENCE.search(column)
                for one in re.split(r"[\s|]+", cell) if register else ():
                    self.referred[pointed(one)].add(id)
                    if register and one.isalnum():  # the number alone, in a column that names the register
                        self.referred[f"{register[1].casefold()}-{one.casefold()}"].add(id)
            for name in (row.get(column, "") for column in _NAMES[:2]):
                self.named[_folded(name)].add(id)
                self.named[_folded(reversed_name(name))].add(id)

    def found(self, voice: str, person: Person) -> tuple[str, str]:
        """The id of the row for a voice, or the voice itself and why there is no row.

        A row with this id comes first, then one with the reference or key, then the only one with the name.
        """
        if voice in self.rows:
            return voice, self._doubted(voice, person)
        keys = [voice, *(pointed(pointer) for pointer in person.pointer.split())]
        for what, ids in (
            ("reference", set().union(*(self.referred.get(key, set()) for key in keys if key))),
            ("name", set() if is_nobody(person.name) else self.named.get(_folded(person.name), set())),
        ):
            if len(ids) == 1:
                return next(iter(ids)), ""
            if ids:
                rows = listed(f"“{id}”" for id in sorted(ids))
                return voice, (
                    f"{len(ids)} rows of people.csv have this {what}: {rows}. "
                    f"Write “{voice}” into a column “reference” of the right row, and nowhere else."
                )
        return voice, (
            "no row of people.csv stands for this person. "
            f"Write “{voice}” into a column “reference” of the right row, or add a row with this id."
        )

    def _doubted(self, id: str, person: Person) -> str:
        """Why a row with the id of a voice may be somebody else: the names share no word and no initial."""
        row = " ".join(self.rows[id].get(column, "") for column in _NAMES)
        theirs, ours = (set(re.findall(r"[^\W\d_]+", _folded(name))) for name in (person.name, row))
        initials = {word[0] for word in theirs} & {word for word in ours if len(word) == 1}
        if is_nobody(person.name) or theirs & ours or initials or not theirs:
            return ""
        return (
            f"people.csv gives this id to “{self.rows[id].get('canonical_name', '')}”. If these are two people, give "
            f"the row another id; if they are one, write “{person.name}” into its column “full_name”."
        )


def _persons(text: Text) -> Mapping[str, Person]:
    """The people whom the header of a text names as senders or recipients, by the id of their voice."""
    people = {}
    for key in ("recipients", "sender"):
        names, pointers = _listed(text.about.get(key)), _listed(text.about.get(f"{key}_ref"))
        for name, pointer in zip(names, pointers + [""] * len(names), strict=False):
            person = Person(name, pointer, "")
            people[person.voice.id] = person
    return people


def _speakers(text: Text, layer: Layer) -> list[tuple[str, Person]]:
    """Each voice of a layer, with what the edition says of the person."""
    people, voices = _persons(text), layer.voice.split("+")
    name = layer.speaker if len(voices) == 1 else ""
    return [(voice, people.get(voice, Person(name, "", ""))) for voice in voices]


def join_people(text: Text) -> Text:
    """A TEI text whose voices are ids of ``people.csv`` where a row stands for the same person."""
    people = People(read_with_errors("people")[0])
    if not people.rows:
        return text
    parts = tuple(
        replace(layer, voice="+".join(people.found(*speaker)[0] for speaker in _speakers(text, layer)))
        for layer in text
    )
    return text if parts == text.parts else replace(text, parts=parts)


def problems_of_writers(text: Text, where: str) -> list[str]:
    """A problem for every writer of a TEI text, before it is joined, who is not one row of ``people.csv``.

    None while ``people.csv`` has errors, which are reported first.
    """
    rows, errors = read_with_errors("people")
    people = People([] if errors else rows)
    writers = dict(pair for layer in text if layer.kind == "actor" for pair in _speakers(text, layer))
    writers.pop(UNKNOWN.id, None)
    problems = []
    for voice, person in writers.items() if people.rows else ():
        _, why = people.found(voice, person)
        if why and not is_nobody(person.name):
            problems.append(f"{where}: the writer “{person.name or voice}” has the id “{voice}”, and {why}")
    return problems
