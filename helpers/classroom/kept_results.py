"""Keep the results of a large class in little memory: long words in a file, and what many students share once."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from sys import intern

from ..core import Scratch
from .results import Answered, Essay, Quoted, StudentResult

_IN_FILE = ("text", "earlier", "shown", "remarks")


class _KeptEssay(Essay):
    """An essay whose words are in a file."""

    __slots__ = ("_place", "_scratch")
    _place: tuple[int, int]
    _scratch: Scratch

    def __init__(self, essay: Essay, scratch: Scratch) -> None:
        for one in fields(Essay):
            if one.name not in _IN_FILE:
                object.__setattr__(self, one.name, getattr(essay, one.name))
        place = scratch.put(json.dumps([getattr(essay, name) for name in _IN_FILE]).encode("ascii"))
        object.__setattr__(self, "_scratch", scratch)
        object.__setattr__(self, "_place", place)

    def __reduce__(self) -> tuple[type[Essay], tuple[object, ...]]:
        return Essay, tuple(getattr(self, one.name) for one in fields(Essay))

    def _kept(self, name: str) -> object:
        found: list[object] = json.loads(self._scratch.get(self._place))
        return found[_IN_FILE.index(name)]

    @property
    def text(self) -> str:
        return str(self._kept("text"))

    @property
    def earlier(self) -> tuple[str, ...]:
        found = self._kept("earlier")
        return tuple(found) if isinstance(found, list) else ()

    @property
    def shown(self) -> str:
        return str(self._kept("shown"))

    @property
    def remarks(self) -> str:
        return str(self._kept("remarks"))


class Keeper:
    """Keeps results in little memory."""

    def __init__(self) -> None:
        self._scratch = Scratch()
        self._answers: dict[str, Answered] = {}

    def kept(self, result: StudentResult) -> StudentResult:
        """Return an equal result that needs less memory."""
        return replace(
            result,
            answers={intern(id): self._shared(one) for id, one in result.answers.items()},
            essays=tuple(_KeptEssay(one, self._scratch) for one in result.essays),
            quotations=tuple(Quoted(*map(intern, one)) for one in result.quotations),
        )

    def _shared(self, answer: Answered) -> Answered:
        """Return an equal answer that an earlier student gave, if there is one."""
        key = json.dumps([getattr(answer, one.name) for one in fields(Answered)])
        return self._answers.setdefault(key, answer)
