"""Read ``prose`` in ``texts/course.yaml``: the words by which the tests know the parts of a lesson, in any language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from ..core import UserError, YamlEntry

# The words that every lesson has, in English; a course in another language gives its own. “|” separates alternatives.
PHRASES = {
    "question": "Question",
    "minutes": "Minutes",
    "level": "Level",
    "needs": "Needs",
    "promise": "The promise.",
    "opened_again": "Opened again?",
    "predict": "Before you run | Predict",
    "all_together": "All together",
    "done": "What you have done",
    "ten_more": "Ten minutes more",
    "sources": "Sources",
    # Words before a number that refers to something, and words that do not name what a number counts.
    "lesson": "lesson | lessons",
    "numbered_question": "question | questions",
    "paragraph": "paragraph | paragraphs",
    "and": "and | or | to",
    "in_minutes": "about | In | in",
    "write_so_many": "Your task, | each group has | add | answer | find | mark | name | open | quote | write",
    "at_least": "down | at least",
    "texts": "texts | letters | papers | documents",
    "not_counted": "of | or | and | to | in | on | at | is | are | was | that | which | who | have | more",
}
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_TO_NINE = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TO_NINETEEN = (
    *_TO_NINE, "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_NUMBERS = (*_TO_NINETEEN, *(ten + one for ten in _TENS for one in ("", *(f"-{one}" for one in _TO_NINE))))
# The dictionaries of pyspellchecker 0.9.
DICTIONARIES = ("ar", "de", "en", "es", "eu", "fa", "fr", "it", "lv", "nl", "pt", "ru", "none")
_KEYS = ("dictionary", "words", "reading_grade", "phrases", "months", "numbers", "reasons")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why the numbers in some words of a lesson are right."""

    lesson: str  # its number in two digits; empty for any lesson
    words: str  # as they stand in the lesson
    why: str
    place: str  # file and line


@dataclass(frozen=True)
class Prose:
    """What the tests of the lessons' prose expect, for the language of the course."""

    dictionary: str = "en"  # for the spelling; “none” if it is not checked
    words: tuple[tuple[str, str], ...] = ()  # right words that the dictionary does not know, with their lines
    reading_grade: int = 12  # the highest that suits the students, in school years
    phrases: Mapping[str, str] = field(default_factory=lambda: PHRASES)
    months: tuple[str, ...] = _MONTHS
    numbers: tuple[str, ...] = _NUMBERS  # in words, from one
    reasons: tuple[Reason, ...] = ()

    def alternatives(self, phrase: str) -> list[str]:
        """Return the words that a phrase may have.

        Examples
        --------
        >>> Prose().alternatives("predict")
        ['Before you run', 'Predict']
        """
        return [one for one in map(str.strip, self.phrases[phrase].split("|")) if one]

    def pattern(self, phrase: str) -> str:
        """Return a pattern for the words that a phrase may have.

        Examples
        --------
        >>> Prose().pattern("lesson")
        '(?:lessons|lesson)'
        """
        found = sorted(self.alternatives(phrase), key=len, reverse=True)
        return f"(?:{'|'.join(map(re.escape, found))})"


def read_prose(course: YamlEntry, language: str) -> Prose:
    """Read the settings; what is missing is English, and in another language there is then no dictionary."""
    entry = course.within("prose", _KEYS)
    phrases = entry.within("phrases", PHRASES)
    words = entry.entries_with_lines("words")
    months = entry.texts("months") or _MONTHS
    if len(months) != len(_MONTHS):
        raise entry.error(f"“months” has {len(months)} names. Write all twelve, from January to December", "months")
    return Prose(
        entry.one_of("dictionary", DICTIONARIES, "en" if language.split("-")[0] == "en" else "none"),
        tuple(
            (word, f"{entry.where}, line {line}") for word, (_, line) in zip(entry.texts("words"), words, strict=True)
        ),
        entry.number("reading_grade", Prose.reading_grade),
        PHRASES | {key: phrases.text(key) for key in PHRASES if key in phrases.data},
        months,
        entry.texts("numbers") or _NUMBERS,
        tuple(map(_reason, entry.entries("reasons", ("lesson", "words", "why")))),
    )


def _reason(entry: YamlEntry) -> Reason:
    lesson = entry.text("lesson", "")
    if lesson and not re.fullmatch(r"\d\d", lesson):
        raise entry.error(f'“{lesson}” is not the number of a lesson. Write two digits: lesson: "01"', "lesson")
    words = entry.text("words")
    if not re.search(r"\w", words):
        raise UserError(f"{entry.place('words')}: “{words}” has no words. Copy them from the lesson.")
    return Reason(lesson, words, entry.text("why"), entry.place())
