"""What is exported: a student's work, and what every export says of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from ..core.untrusted import inert

FORMATIVE = (
    "The verdicts are the module’s own. They are there to learn from: they are no grade, and whoever reads this "
    "judges for themselves."
)
STATES = {
    "counts": "Answer {attempt} of {attempts}, the one that counts",
    "answer": "Answer {attempt} of {attempts}",
    "draft": "Draft, not given as an answer",
    "earlier wording": "Answer to an earlier wording of the question",
    "no longer asked": "Answer to a question that is no longer asked",
}


@dataclass(frozen=True)
class Portfolio:
    """What is exported.

    Attributes
    ----------
    name : str
        The student's name or pseudonym, if one was given.
    version : str
        Name and version of the module.
    progress : tuple of mapping
        A row a lesson.
    records : tuple of mapping
        The work, a record for each answer and draft, in the order of lessons and questions.
    marks : tuple of mapping
        The marks in the margins of the texts, in their order.
    annotations : mapping
        The same marks as they were made, as a W3C annotation collection.
    """

    name: str
    version: str
    progress: tuple[Mapping, ...]
    records: tuple[Mapping, ...]
    marks: tuple[Mapping, ...] = ()
    annotations: Mapping | None = None

    @property
    def facts(self) -> list[tuple[str, str]]:
        """Whose it is, and from what it was made."""
        return [("Name or pseudonym", self.name or "not given"), ("Module", self.version or "version not known")]

    def lessons(self) -> Iterator[tuple[Mapping, list[list[Mapping]]]]:
        """Each lesson, and for each of its questions the records; the answer that counts comes first."""
        for _, some in groupby(self.records, lambda record: record["lesson"]):
            questions = [
                sorted(same, key=lambda record: record["state"] != "counts")
                for _, same in groupby(some, lambda record: record["question"])
            ]
            yield questions[0][0], questions

    def margins(self) -> Iterator[tuple[str, list[Mapping]]]:
        """Each text with its marks: the id of the text, and a record for each mark."""
        for document, some in groupby(self.marks, lambda mark: mark["document"]):
            yield document, list(some)


def facts_of(mark: Mapping) -> list[tuple[str, str]]:
    """What there is to say of a mark, apart from the words and the note.

    Examples
    --------
    >>> facts_of({"speaker": "The writer", "layer": "letter", "paragraph": 2, "tags": "Trust", "said": ""})
    [('Whose words', 'The writer (layer letter, paragraph 2)'), ('Tags', 'Trust')]
    """
    where = f"layer {mark['layer']}" + (f", paragraph {mark['paragraph']}" if mark["paragraph"] else "")
    whose = f"{mark['speaker'] or mark['voice']} ({where})"
    said = [("Whose words", whose), ("Tags", mark["tags"]), ("Remark", mark["said"])]
    return [(what, inert(words)) for what, words in said if words]


def state_of(record: Mapping) -> str:
    """What sort of record it is, in words.

    Examples
    --------
    >>> state_of({"state": "counts", "attempt": 2, "attempts": 3})
    'Answer 2 of 3, the one that counts'
    """
    return STATES[record["state"]].format(**record)


def when(record: Mapping) -> str:
    """When it was given, as its computer had it.

    Examples
    --------
    >>> when({"time": "2000-01-31T12:00:00Z"})
    '2000-01-31 12:00:00 UTC'
    """
    return inert(re.sub(r"^([\d-]+)T([\d:]+)Z$", r"\1 \2 UTC", record["time"]))


def columns_of(progress: Sequence[Mapping]) -> list[tuple[str, list[str]]]:
    """The progress as it is shown: a heading and its cells for each column.

    Examples
    --------
    >>> columns_of([{"title": "X", "asked": 2, "answered": 1, "points": 1, "of": 3, "written": 0, "changed": ""}])[2]
    ('Points', ['1 of 3'])
    """
    return [
        ("Lesson", [row["title"] for row in progress]),
        ("Answered", [f"{row['answered']} of {row['asked']}" for row in progress]),
        ("Points", [f"{row['points']} of {row['of']}" if row["of"] else "none" for row in progress]),
        ("Free answers written", [str(row["written"]) for row in progress]),
        ("Changed since answered", [row["changed"] or "none" for row in progress]),
    ]
