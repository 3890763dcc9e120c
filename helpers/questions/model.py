"""What a question is. Each kind of question is a subclass, in a file of its own in ``kinds``."""

from __future__ import annotations

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, TypeGuard

from ..core import Markup, UserError, YamlEntry, did_you_mean
from ..texts import Text
from .verdict import NOT_YET, PARTLY, RIGHT, SAVED, Marking, Verdict

SKILLS = (
    "sourcing",
    "close reading",
    "contextualisation",
    "corroboration",
    "comparison",
    "silence",
    "historiographic caution",
)
ATTEMPTS = ("first", "last", "best")


@dataclass(frozen=True, slots=True)
class Option:
    """One of the things to choose from, to put in order or to match.

    Attributes
    ----------
    id, text : str
        Its name, which never changes its meaning, and its words.
    why : str
        What a student who chose it learns.
    correct : bool
        Whether it is right, in a choice.
    goes_with : str
        The option it goes with, in a match.
    hint : str
        Where to look again, for whoever matched it wrongly.
    """

    id: str
    text: str
    why: str = ""
    correct: bool = False
    goes_with: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Words of a text that a question points at.

    Attributes
    ----------
    document, layer, words : str
        Where they stand, and which they are; a blank layer or no words mean anywhere in it.
    why : str
        What they show, or why they do not.
    place : str
        File and line, for messages.
    """

    document: str
    layer: str
    words: str
    why: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class QuizItem:
    """A question as other quiz programs know it, for exports.

    Attributes
    ----------
    type : str
        ``choice`` (one is right), ``choices`` (several may be), ``order``, ``match``, ``short`` or ``essay``.
    answers : tuple of (str, float, str)
        Of a choice or a short answer: words, what share of the points they are worth, explanation.
    pairs : tuple of (str, str)
        Of a match: each item with what it goes with; of an order: each place (``"1"``) with its item.
    distractors : tuple of str
        Of a match: the options that go with nothing.
    """

    type: str
    answers: tuple[tuple[str, float, str], ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    distractors: tuple[str, ...] = ()


# By name; a class enters itself when its module is imported.
KINDS: dict[str, type[Question]] = {}


@dataclass(frozen=True, kw_only=True)
class Question(ABC):
    """One question of a lesson. A subclass is a kind of question and answers for all that differs between kinds.

    Attributes
    ----------
    kind : str
        The name of the kind in question files.
    how, how_on_paper, empty : str
        What is asked of a student, on the screen and with a pencil; and what is said where nothing was answered.
    control : str
        The JavaScript control in ``widgets/controls.js``.
    free : bool
        Whether it is answered in words of one's own.
    tall : bool
        Whether it may go over a page on paper.
    must, may : tuple of str
        The keys that a question file must have for this kind, and those that it may have.
    default_attempts : str
        Which attempt counts if the question file does not say.
    id, skill, prompt : str
        Its name, one of `SKILLS`, and what it asks.
    lesson, title : str
        The lesson: the name of its file, and its title.
    points : int
        What it is worth; 0 if it is not marked.
    attempts : str
        Which attempt counts: ``first``, ``last`` or ``best``.
    place : str
        File and line, for messages.
    why : str
        What the whole of the answer teaches.
    where : tuple of Place
        Where in the texts the answer is found.
    reread : str
        What to read again.
    model_answer : str
        One good answer.
    misconceptions : tuple of (str, str)
        What people often think, and what to say to it.
    """

    kind: ClassVar[str]
    how: ClassVar[str]
    how_on_paper: ClassVar[str]
    empty: ClassVar[str] = ""
    control: ClassVar[str]
    free: ClassVar[bool] = False
    tall: ClassVar[bool] = False
    must: ClassVar[tuple[str, ...]] = ()
    may: ClassVar[tuple[str, ...]] = ()
    default_attempts: ClassVar[str] = "best"

    id: str
    prompt: str
    lesson: str
    title: str
    place: str = ""
    skill: str = SKILLS[0]
    points: int = 1
    attempts: str = "best"
    why: str = ""
    where: tuple[Place, ...] = ()
    reread: str = ""
    model_answer: str = ""
    misconceptions: tuple[tuple[str, str], ...] = ()

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "kind" in vars(cls):
            KINDS[cls.kind] = cls

    @classmethod
    @abstractmethod
    def read(cls, entry: YamlEntry) -> dict[str, Any]:
        """Read what only this kind has from its entry in a question file, and check it.

        Raises
        ------
        UserError
            At the first mistake, with file, line and what to write.
        """

    @abstractmethod
    def normalised(self, response: object) -> Any:  # noqa: ANN401 - each kind has a form of its own
        """Bring an answer into the form in which it is kept: plain data.

        Raises
        ------
        UserError
            If it cannot be an answer to this question.
        """

    @abstractmethod
    def marks(self, response: Any) -> Marking:  # noqa: ANN401 - what `normalised` gives
        """Mark an answer in its normalised form."""

    @abstractmethod
    def told(self, response: object) -> str | None:
        """Say an answer in words, a line each for several things; None if it is not of the form of this kind."""

    @abstractmethod
    def still(self) -> list[Markup]:
        """What stands under the prompt where there is no form."""

    @abstractmethod
    def example(self) -> str:
        """An answer as one would type it in a cell."""

    @abstractmethod
    def paper(self) -> Markup:
        """The room for an answer on paper: nothing of the key."""

    @abstractmethod
    def key(self) -> list[Markup]:
        """What is right, for the instructor, in the letters, numbers and lines of the paper."""

    def form(self) -> dict[str, object]:
        """What the control on the page needs besides the prompt: plain data, nothing of the key."""
        return {}

    def quiz(self) -> QuizItem | None:
        """The question as other quiz programs know it; None if they have nothing like it."""
        return None

    def seen(self) -> list[object]:
        """What a student sees besides the prompt: options, items, text and layers, limits. See `asked`."""
        return [[], [], [""], [0, 0, 0]]

    def places(self) -> Iterator[Place]:
        """Every place of the texts that the question names."""
        yield from self.where

    def problems(self, texts: Mapping[str, Text]) -> list[str]:
        """What else of the question does not fit the texts, a sentence each, with file and line."""
        return []

    @property
    def marked(self) -> bool:
        """Whether the module itself can say if an answer is right."""
        return True

    @property
    def limits(self) -> str:
        """How long an answer is to be, and what it has to quote; empty where there is no limit."""
        return ""

    @property
    def asked(self) -> str:
        """A fingerprint of what is asked: it changes when an old answer may no longer be an answer to it.

        Explanations, model answers and the key itself may be mended without it: an answer is kept
        and marked anew.
        """
        seen = [self.kind, self.prompt, *self.seen()]
        return hashlib.sha256(json.dumps(seen, ensure_ascii=True).encode("ascii")).hexdigest()[:16]

    def too_short(self, response: object) -> bool:
        """Whether an answer has fewer words than are asked for: then it is not complete."""
        return False

    def mark(self, response: object) -> Verdict:
        """Mark an answer.

        Parameters
        ----------
        response : object
            The answer as `normalised` gives it.

        Returns
        -------
        Verdict
            The verdict; made anew each time, so that a mended key or explanation counts at once.

        Examples
        --------
        >>> from helpers.questions import KINDS, Option
        >>> options = (Option("a", "Yes", "It says so.", correct=True), Option("b", "No", "Read again."))
        >>> asked = KINDS["choice"](id="1.1", prompt="Is it?", lesson="01-x", title="X", options=options)
        >>> asked.mark("b").said
        'Not yet right: 0 of 1 point.'
        >>> asked.mark("a").remarks[0]
        Remark(verdict='right', about='Yes', why='It says so.')
        """
        mark = self.marks(response)
        if mark.share is None:
            return Verdict(SAVED, None, self.points, mark.remarks, mark.wants, self.too_short(response))
        state = RIGHT if mark.share == 1 else PARTLY if mark.share > 0 else NOT_YET
        points = round(mark.share * self.points * 2) / 2
        if state == PARTLY:  # rounding gives nobody all the points, or none, for a part
            points = min(max(points, 0.5), self.points - 0.5) if self.points else 0
        return Verdict(state, points, self.points, mark.remarks, mark.wants)

    def in_words(self, response: object) -> str:
        """Say an answer in words, whatever it turns out to be.

        Parameters
        ----------
        response : object
            The answer as it is kept; it may be to an earlier wording, or come from a file that
            somebody has changed.

        Returns
        -------
        str
            A line each for several things; an id stands for itself where the question has it no more.

        Examples
        --------
        >>> from helpers.questions import KINDS, Option
        >>> options = (Option("a", "Yes"), Option("b", "No"))
        >>> asked = KINDS["choices"](id="1.1", prompt="Which?", lesson="01-x", title="X", options=options)
        >>> asked.in_words(["b", "z"])
        'No\\nz'
        """
        if (said := self.told(response)) is not None:
            return said
        return response if isinstance(response, str) else json.dumps(response, ensure_ascii=False, sort_keys=True)

    def _one(self, given: object, options: Collection[str]) -> str:
        """The id of one option."""
        if not isinstance(given, str):
            raise UserError(
                f"{given!r} is no answer to question {self.id}. Give one of these in quotation marks: "
                f"{', '.join(options)}."
            )
        if (id := given.strip()) not in options:
            raise UserError(f"Question {self.id} has no option “{id}”. {did_you_mean(id, options)}")
        return id

    def _several(self, given: object, options: Collection[str]) -> list[str]:
        """The ids of several options: a list, or one string with commas."""
        if isinstance(given, str):
            given = [part for part in given.replace(";", ",").split(",") if part.strip()]
        if not isinstance(given, (list, tuple)) or not given:
            raise UserError(f'Question {self.id} wants a list, such as answer("{self.id}", ["a", "b"]).')
        return [self._one(one, options) for one in given]


def is_texts(response: object) -> TypeGuard[list[str]]:
    """Whether something is a list of strings."""
    return isinstance(response, list) and all(isinstance(one, str) for one in response)
