"""Join the writers of TEI letters to ``people.csv``: by id, by reference or key, else by a name that one row has."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from .model import Layer, Text
from .tables import Row, read_with_errors
from .tei_header import UNKNOWN, pointed

# The names of columns that hold the number or address of a person in a register of names.
_REFERENCE = re.compile(r"(?:^|_)(?:ref|reference|key|gnd|viaf|uri|url|wikidata|orcid|identifier)s?(?:_|$)", re.I)
_NAMES = ("canonical_name", "full_name")


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())


class People:
    """The rows of ``people.csv``, found by id, by reference and by name."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.ids: set[str] = set()
        self.referred: dict[str, str] = {}
        self.named: dict[str, set[str]] = defaultdict(set)
        for row in rows:
            self.ids.add(row["id"])
            for column, cell in row.items():
                if _REFERENCE.search(column):
                    self.referred |= {pointed(one): row["id"] for one in re.split(r"[\s|]+", cell) if one}
                elif column in _NAMES and cell:
                    self.named[_folded(cell)].add(row["id"])

    def id_of(self, voice: str, name: str) -> str:
        """The id of the row for a voice; the voice itself if there is none, or if several rows bear the name."""
        if voice in self.ids:
            return voice
        rows = self.named.get(_folded(name), set())
        return self.referred.get(voice) or (next(iter(rows)) if len(rows) == 1 else voice)


def _read() -> People:
    rows, _ = read_with_errors("people")  # its errors are reported by the check of the tables
    return People(rows)


def _speakers(layer: Layer) -> Iterator[tuple[str, str]]:
    """The id and the name of each voice of a layer; names only if they are as many as the voices."""
    voices = layer.voice.split("+")
    names = re.split(", | and ", layer.speaker) if len(voices) > 1 else [layer.speaker]
    return zip(voices, names if len(names) == len(voices) else [""] * len(voices), strict=True)


def join_people(text: Text) -> Text:
    """A TEI text whose voices are ids of ``people.csv`` where a row stands for the same person."""
    people = _read()
    if not people.ids:
        return text
    parts = tuple(
        replace(layer, voice="+".join(people.id_of(voice, name) for voice, name in _speakers(layer))) for layer in text
    )
    return text if parts == text.parts else replace(text, parts=parts)


def problems_of_writers(text: Text, where: str) -> list[str]:
    """A problem for every writer of a TEI text who is in no row of ``people.csv``, or in several by name."""
    people = _read()
    writers = dict(pair for layer in text if layer.kind == "actor" for pair in _speakers(layer))
    problems = []
    for voice, name in writers.items():
        if not people.ids or voice in people.ids or voice == UNKNOWN.id:
            continue
        rows = sorted(people.named.get(_folded(name), ()))
        found = (
            f"{len(rows)} rows of people.csv have this name: {', '.join(f'“{id}”' for id in rows)}"
            if rows
            else "no row of people.csv stands for this person"
        )
        problems.append(
            f"{where}: the writer “{name or voice}” has the id “{voice}”, and {found}. Write “{voice}” into a column "
            f"“reference” of the right row{'' if rows else ', or add a row with this id'}."
        )
    return problems
