"""A quiz: closed questions, ready to be written in the format of a learning platform."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ..core import Markup, element, join
from ..questions import QuizItem


@dataclass(frozen=True)
class QuizQuestion:
    """A closed question."""

    id: str
    prompt: str
    points: int
    item: QuizItem


@dataclass(frozen=True)
class Quiz:
    """The closed questions of a lesson, and what of the lesson is not in the quiz, a line each."""

    name: str  # of the lesson’s file
    title: str
    questions: tuple[QuizQuestion, ...]
    left_out: tuple[str, ...]

    @property
    def said(self) -> tuple[str, ...]:
        """What a comment at the beginning of the file says."""
        return (f"{self.title} ({self.name})", *self.left_out)

    @property
    def about(self) -> str:
        """What a student reads before the questions, since some speak of what the lesson shows."""
        return (
            f"Keep the lesson {self.name[:2]}, “{self.title}”, open beside this quiz. What a question calls “above”, "
            "“below” or “this picture” is there."
        )


def as_html(words: str) -> Markup:
    """Write words as paragraphs, and sign for sign.

    Examples
    --------
    >>> as_html("Is a < b?")
    '<p>Is a &lt; b?</p>'
    """
    return join(element("p", one.strip()) for one in words.split("\n") if one.strip())


def percent(share: float) -> str:
    """Write a share with the five decimals that Moodle compares.

    Examples
    --------
    >>> percent(1), percent(-1 / 3)
    ('100', '-33.33333')
    """
    return f"{share * 100:.5f}".rstrip("0").rstrip(".")


def xml_file(root: Markup, comments: Iterable[str] = ()) -> str:
    """Write an XML file with comments before its element.

    Examples
    --------
    >>> xml_file(element("quiz", "a < b"), ["1 -- 2"]).splitlines()[1:]
    ['<!-- 1 - - 2 -->', '<quiz>a &lt; b</quiz>']
    """
    # Two hyphens in a row may not be in a comment.
    said = (re.sub("-(?=-)", "- ", words) for words in comments)
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', *(f"<!-- {words} -->" for words in said), root, ""])
