"""Papers that are not among the texts: the few words that the lessons quote of them, and how to find the rest.

They are the rows of ``texts/papers.csv``: an id; the name that the lessons give the paper; its title; where it is
printed; the address of a page that has it; and the quoted words, several passages separated by “|”.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ..core import UserError, did_you_mean
from .model import Layer, Text, count_words
from .tables import Row, read_table, table_path


class Excerpt(Text):
    """The few words that the lessons quote of a paper; a layer without an id for each passage."""

    @property
    def origin(self) -> str:
        """The name that the lessons give the paper."""
        return str(self.about["name"])


@dataclass(frozen=True)
class Paper:
    """A paper that is not among the texts: a row of ``papers.csv``."""

    id: str
    name: str
    title: str
    reference: str
    address: str
    passages: tuple[str, ...]

    @property
    def excerpt(self) -> Excerpt:
        """The quoted words as a text."""
        parts, start = [], 0
        for words in self.passages:
            end = start + len(words)
            parts.append(Layer("", "", "actor", "quoted in the lessons", words, start, end, "", self.name, self.id))
            start = end + 2
        about = {"title": self.title, "name": self.name, "source": self.reference}
        return Excerpt(self.id, about, tuple(parts), sum(map(count_words, self.passages)))


def papers() -> dict[str, Paper]:
    """The papers of ``papers.csv`` by id; none if there is no such file."""
    path = table_path("papers")
    state = path.stat() if path.is_file() else None
    return dict(_papers(path, *((state.st_mtime_ns, state.st_size) if state else ())))


@lru_cache(maxsize=8)
def _papers(path: Path, *state: int) -> dict[str, Paper]:
    return {row["id"]: _paper(row) for row in read_table("papers")}


def _paper(row: Row) -> Paper:
    passages = tuple(filter(None, map(str.strip, row["words"].split("|"))))
    return Paper(row["id"], row["name"], row["title"], row["reference"], row["address"], passages)


def find_paper(id: object) -> Paper:
    """The paper with an id; ``UserError`` if ``papers.csv`` has none.

    Examples
    --------
    >>> find_paper("no-such-paper")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    helpers.core.errors.UserError: No paper “no-such-paper” in papers.csv...
    """
    known = papers()
    if not isinstance(id, str) or id not in known:
        advice = did_you_mean(str(id)[:60], known) if known else "This module names no papers to bring along."
        raise UserError(f"No paper “{str(id)[:60]}” in papers.csv. {advice}")
    return known[id]
