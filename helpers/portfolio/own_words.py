"""Find words that a person recorded in other words, such as the stored outputs of a notebook."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator

from .. import workbook
from ..core import UserError
from ..questions import questions
from ..texts import module_text, text_ids
from ..workbook import Event

Run = tuple[str, ...]
_LONG, _SHORT = 6, 3  # words of a run that is looked for, and of the shortest answer
_WORD = re.compile(r"\w+")
_TAG = re.compile(r"<[^>]*>")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")  # in the traceback of an error
_ESCAPED = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|[nrt])")


def _words(text: str) -> list[str]:
    """List the words of a text, also of the source of a string, in lower case."""
    text = _ESCAPED.sub(lambda found: chr(int(found[1] or found[2] or "20", 16)), _COLOUR.sub("", text))
    return _WORD.findall(html.unescape(text).casefold())


def _runs(words: list[str], length: int) -> Iterator[Run]:
    return (tuple(words[n : n + length]) for n in range(len(words) - length + 1))


class RecordedWords:
    """Runs of words that people recorded and that the texts and the questions of the module do not have.

    Examples
    --------
    >>> answer = Event(1, "00" * 8, "", "annotation", {"body": [{"value": "All of what?"}]})
    >>> recorded = RecordedWords([answer])
    >>> recorded.are_in("<p>“All of <b>what</b>?”</p>"), recorded.are_in("All of it.")
    (True, False)
    """

    def __init__(self, events: Iterable[Event]) -> None:
        runs: set[Run] = set()
        for event in events:
            for words in map(_words, _written(event)):
                if len(words) >= _SHORT or (event.kind == "name" and len("".join(words)) > _SHORT):
                    runs.update(_runs(words, min(len(words), _LONG)))
        self._lengths = {len(run) for run in runs if run}
        for words in map(_words, _of_the_module()) if runs else ():
            for length in self._lengths:
                runs.difference_update(_runs(words, length))
        self._runs = runs

    def are_in(self, text: str) -> bool:
        """Return whether one of the runs is in a text."""
        read = [_words(text), _words(_TAG.sub(" ", text))] if self._runs else []
        return any(run in self._runs for words in read for length in self._lengths for run in _runs(words, length))


def recorded_words() -> RecordedWords:
    """Return the words of everybody with work on this computer."""
    try:
        return RecordedWords(event for person in workbook.people() for event in person.events)
    except UserError:  # the module cannot be read, so its words cannot be told from those of a person
        return RecordedWords([])


def _written(event: Event) -> Iterator[str]:
    """Yield what a person wrote; not what was chosen or marked, which are words of the module."""
    if event.kind == "name":
        yield str(event.body.get("name"))
    if event.kind in ("answer", "draft") and not event.body.get("said"):
        yield from _strings(event.body.get("response"))
    if event.kind == "feedback":
        yield from _strings(event.body.get("marks"))
    if event.kind.startswith("annotation"):
        yield from _strings(event.body.get("body"))


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _strings(one)


def _of_the_module() -> Iterator[str]:
    yield from (layer.text for id in text_ids() for layer in module_text(id))
    yield from map(str, questions())
