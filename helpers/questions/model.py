"""The abstract `Question`; each kind of question is a subclass in its own file in ``kinds``."""

from __future__ import annotations

import datetime
import hashlib
import json
import re
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator, Mapping
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
OPENS = ("first", "never")  # when a model answer opens, if not on a day
NUMBER = re.compile(r"(0|[1-9]\d?)\.\d{1,3}")  # the id of a question


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a question file: what is written after it, and the keys of what is inside it."""

    name: str
    what: str
    inside: tuple[Key, ...] = ()
    needed: bool = False


def keys_inside(keys: Iterable[Key], name: str) -> tuple[str, ...]:
    """Return the names of the keys inside a key.

    Examples
    --------
    >>> keys_inside(COMMON_KEYS, "misconceptions")
    ('idea', 'reply')
    """
    return tuple(one.name for key in keys if key.name == name for one in key.inside)


# The keys that questions of every kind have.
COMMON_KEYS = (
    Key("id", "the number of the lesson, a point, a number; in quotation marks", needed=True),
    Key("kind", "the kind of the question, as in the headings below", needed=True),
    Key("skill", f"what it trains: {', '.join(SKILLS)}", needed=True),
    Key("points", "a whole number; 0: it is not marked; without it 1"),
    Key("attempts", f"which attempt counts: {', '.join(ATTEMPTS)}"),
    Key("prompt", "what students are asked", needed=True),
    Key(
        "where",
        "where in the texts the answer is found, a list; it is shown after the answer",
        (
            Key("document", "the id of a text", needed=True),
            Key("layer", "the id of a layer of it", needed=True),
            Key("quote", "words of that layer, copied word for word", needed=True),
        ),
    ),
    Key("reread", "what to read again, in words"),
    Key("model_answer", "a good answer, shown after the first complete answer"),
    Key(
        "misconceptions",
        "what is often misunderstood, a list; it is shown with the model answer",
        (Key("idea", "the misunderstanding", needed=True), Key("reply", "what you answer to it", needed=True)),
    ),
    Key("same_as", "hashes of earlier wordings that asked the same; python -m helpers check --wordings prints them"),
    Key("reasons_in", "the id of the written question in which students give their reasons for this choice"),
)


COMMON_SAMPLE = """\
  - id: "1.2"
    kind: choice
    skill: silence
    points: 1
    attempts: first
    prompt: Does a letter say that the key was lent?
    options:
      - {id: "yes", text: "Yes", why: Crane is only not disinclined to lend it.}
      - {id: "no", text: "No", correct: true, why: Both letters stop before that.}
    where:
      - {document: 1848-reply, layer: letter, quote: the tower stays shut}
    reread: The second paragraph of the reply.
    model_answer: Neither letter says it. Crane writes that “the tower stays shut” until he has a list.
    misconceptions:
      - idea: The introduction says that he granted it.
        reply: The introduction is the editor’s.
    same_as: ["0123456789abcdef"]
    reasons_in: "1.1"
"""


@dataclass(frozen=True, slots=True)
class Option:
    """An option to choose, an item to put in order, or an item or option to match."""

    id: str  # stored in answers, so it must never be used again for something else
    text: str
    why: str = ""  # explanation for a student who chose it
    correct: bool = False  # only in a choice
    goes_with: str = ""  # only in a match: the id of the option that the item goes with
    hint: str = ""  # only in a match: where to look again after a wrong match


@dataclass(frozen=True, slots=True)
class Place:
    """A passage of a text that a question refers to."""

    document: str
    layer: str  # empty for the whole document
    words: str  # empty for the whole layer
    why: str = ""  # what the words show, or why they do not show it
    # For messages: where in the question file the document, the layer and the words are.
    lines: tuple[str, str, str] = ("", "", "")


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion of a rubric."""

    id: str
    criterion: str
    points: int
    levels: tuple[str, ...]  # descriptions, the best first

    @property
    def steps(self) -> tuple[float, ...]:
        """The points of each level in half points, evenly from all to none.

        Examples
        --------
        >>> Criterion("claim", "Claim", 2, ("clear", "too broad", "none")).steps
        (2.0, 1.0, 0.0)
        """
        last = max(len(self.levels) - 1, 1)
        return tuple(round(self.points * (last - n) / last * 2) / 2 for n in range(len(self.levels)))


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a question in which something is chosen, with what can be chosen in it, for counting answers."""

    name: str  # empty if the question has only one part
    choices: tuple[Option, ...]  # ``text`` is what is counted; ``correct`` and ``why`` say what to think of it
    several: bool = False  # whether one answer may have several choices


@dataclass(frozen=True, slots=True)
class QuizItem:
    """A question in the form that other quiz programs use."""

    type: str  # “choice” (one is right), “choices” (several may be), “order”, “match”, “short” or “essay”
    # For a choice or a short answer: words, share of the points (-1 to 1), explanation.
    answers: tuple[tuple[str, float, str], ...] = ()
    # For a match: each item with its option; for an order: each position ("1") with its item.
    pairs: tuple[tuple[str, str], ...] = ()
    distractors: tuple[str, ...] = ()  # for a match: the options that go with no item
    why: tuple[str, ...] = ()  # for a match or an order: explanations, to be shown together


# Kinds of question by name; a class registers itself when its module is imported.
KINDS: dict[str, type[Question]] = {}


@dataclass(frozen=True, kw_only=True)
class Question(ABC):
    """One question of a lesson; each subclass is a kind of question.

    Attributes
    ----------
    kind : str
        The name of the kind in question files.
    how, how_on_paper : str
        The instruction to the student, on the screen and on paper.
    empty : str
        The message shown if the student gives an empty answer.
    control : str
        The JavaScript control in ``widgets/controls.js``.
    free : bool
        Whether it is answered in the student's own words.
    tall : bool
        Whether it may run over a page break on paper.
    keys : tuple of Key
        The keys of this kind in a question file, besides `COMMON_KEYS`.
    sample : str
        The entry of a question of this kind, with every key, about the texts of ``tests/fork``.
    default_attempts : str
        Value of `attempts` if the question file does not give one.
    skill : str
        One of `SKILLS`.
    lesson, title : str
        The file name of the lesson without its ending, and its title.
    points : int
        0 if it is not marked.
    attempts : str
        Which attempt counts: ``first``, ``last`` or ``best``.
    place : str
        File and line, for messages.
    why : str
        Explanation of the whole answer.
    where : tuple of Place
        Where in the texts the answer is found.
    reread : str
        What to read again.
    model_answer : str
        One good answer.
    misconceptions : tuple of (str, str)
        A common misconception, and the reply to it.
    same_as : tuple of str
        Hashes of earlier wordings that asked the same, before a mistake in them was mended.
    opens : str
        When the model answer opens: ``first`` (after the first complete answer), ``never``, or from a day on.
    counts_for_the_mark : bool or None
        Whether the course says that it counts for the mark; None if it does not say.
    reasons_in : str
        The id of the written question in which students give reasons for their choice; empty if there is none.
    keyed : bool
        Whether its key is in the question file; without a key the module marks no answer.
    rubric : tuple of Criterion
        What a reader judges in an answer.
    """

    kind: ClassVar[str]
    how: ClassVar[str]
    how_on_paper: ClassVar[str]
    empty: ClassVar[str] = ""
    control: ClassVar[str]
    free: ClassVar[bool] = False
    tall: ClassVar[bool] = False
    keys: ClassVar[tuple[Key, ...]] = ()
    sample: ClassVar[str] = ""
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
    same_as: tuple[str, ...] = ()
    opens: str = OPENS[0]
    counts_for_the_mark: bool | None = None
    reasons_in: str = ""
    keyed: bool = True
    rubric: tuple[Criterion, ...] = ()
    minutes: int = 0  # of the whole lesson; 0 if not stated
    number: int = 0  # of the question in its lesson, from 1
    of: int = 0  # questions in the lesson

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "kind" in vars(cls):
            KINDS[cls.kind] = cls

    @classmethod
    @abstractmethod
    def read(cls, entry: YamlEntry) -> dict[str, Any]:
        """Read and check the keys of this kind; raises `UserError` with file and line at the first mistake."""

    @abstractmethod
    def normalised(self, response: object) -> Any:  # noqa: ANN401 - the form differs between kinds
        """Normalise an answer to the plain data that is stored; raises `UserError` if it cannot be an answer."""

    @abstractmethod
    def marks(self, response: Any) -> Marking:  # noqa: ANN401 - what `normalised` gives
        """Mark an answer in its normalised form."""

    @abstractmethod
    def told(self, response: object) -> str | None:
        """Write an answer in words, one line for each part; None if it does not have the form of this kind."""

    @abstractmethod
    def still(self) -> list[Markup]:
        """Return the HTML under the prompt where there is no live form."""

    def to_read(self) -> list[Markup]:
        """Return the same HTML without the ids that are typed to answer in code, for a page where nothing runs."""
        return self.still()

    def hints(self) -> list[tuple[str, str]]:
        """Return the hints written for a wrong choice: the name of the part, and where to look again."""
        return []

    @abstractmethod
    def example(self) -> str:
        """Return an example answer as Python code."""

    @abstractmethod
    def paper(self) -> Markup:
        """Return the space for an answer on paper, without the key."""

    @abstractmethod
    def key(self) -> list[Markup]:
        """Return the answer key, with the letters, numbers and lines of the worksheet."""

    def form(self) -> dict[str, object]:
        """Return the data that the control needs besides the prompt: plain data, without the key."""
        return {}

    def clear_answers(self, entry: dict[str, Any], *, keys: bool) -> None:  # noqa: B027 - most kinds need nothing
        """Take out of an entry of a question file what gives answers away and has no key of its own."""

    def quiz(self) -> QuizItem | None:
        """Convert to the form of other quiz programs; None if they have no such kind of question."""
        return None

    def parts(self) -> tuple[Part, ...]:
        """Return the parts in which something is chosen; none for what only a reader can compare."""
        return ()

    def chosen(self, response: Any) -> list[tuple[str, str]]:  # noqa: ANN401 - what `normalised` gives
        """Return what an answer chose: the name of each part, and the text of the choice, known in `parts` or not."""
        return []

    def seen(self) -> list[object]:
        """Return all that a student sees besides the prompt: options, items, text and layers, limits. See `asked`."""
        return [[], [], [""], [0, 0, 0]]

    def places(self) -> Iterator[Place]:
        """Yield every place of the texts that the question names."""
        yield from self.where

    def problems(self, texts: Mapping[str, Text]) -> list[str]:
        """Report what else in the question does not fit the texts, one message each with file and line."""
        return []

    @property
    def marked(self) -> bool:
        """Whether the module can mark answers."""
        return self.keyed

    @property
    def typed(self) -> bool:
        """Whether words are typed, so that drafts are saved meanwhile."""
        return self.free

    @property
    def limits(self) -> str:
        """The required length and quotations, in words; empty if nothing is required."""
        return ""

    @property
    def good_answer(self) -> str:
        """One good answer, as students see it; empty if there is none."""
        return self.model_answer

    @property
    def model_is_open(self) -> bool:
        """Whether a student who has answered may see the model answer today."""
        return self.opens not in OPENS[1:] and (
            self.opens in OPENS or datetime.date.today().isoformat() >= self.opens  # noqa: DTZ011 - the student’s day
        )

    @property
    def judged(self) -> bool:
        """Whether a reader judges the answers, and not only the module."""
        return self.free or (self.keyed and not self.marked)

    @property
    def counting(self) -> str:
        """The attempt that counts: one of `ATTEMPTS`. Of answers that only a reader judges, the last is the best."""
        return "last" if self.attempts == "best" and self.judged and not self.marked else self.attempts

    @property
    def asked(self) -> str:
        """A hash of the question's wording, options and limits; answers to another hash no longer count.

        Explanations, model answers and the key are not hashed: if these are corrected, old answers
        are kept and marked again.
        """
        seen = [self.kind, self.prompt, *self.seen()]
        return hashlib.sha256(json.dumps(seen, ensure_ascii=True).encode("ascii")).hexdigest()[:16]

    @property
    def wordings(self) -> tuple[str, ...]:
        """The hashes of all wordings whose answers count: the present one and those in ``same_as``."""
        return (self.asked, *self.same_as)

    def too_short(self, response: object) -> bool:
        """Whether an answer has too few words and so is not complete."""
        return False

    def mark(self, response: object) -> Verdict:
        """Mark an answer in the form that `normalised` returns.

        Verdicts are never stored, so a corrected key or explanation applies at once.

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
        mark = self.marks(response) if self.keyed or self.free else Marking(None)
        if mark.share is None:
            return Verdict(SAVED, None, self.points, mark.remarks, mark.wants, self.too_short(response))
        state = RIGHT if mark.share == 1 else PARTLY if mark.share > 0 else NOT_YET
        points = round(mark.share * self.points * 2) / 2
        if state == PARTLY:  # rounding must not give all points, or none, for a partly right answer
            points = min(max(points, 0.5), self.points - 0.5) if self.points else 0
        return Verdict(state, points, self.points, mark.remarks, mark.wants)

    def in_words(self, response: object) -> str:
        """Write an answer in words, one line for each part.

        It accepts any value, because an answer may belong to an earlier wording or come from a file
        changed by hand; an unknown id is written unchanged.

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
        """Check and return the id of one option."""
        if not isinstance(given, str):
            raise UserError(
                f"{given!r} cannot be an answer to question {self.id}. Give one of these in quotation marks: "
                f"{', '.join(options)}."
            )
        if (id := given.strip()) not in options:
            raise UserError(f"Question {self.id} has no option “{id}”. {did_you_mean(id, options)}")
        return id

    def _several(self, given: object, options: Collection[str]) -> list[str]:
        """Check and return the ids of several options, given as a list or as one string with commas."""
        if isinstance(given, str):
            given = [part for part in given.replace(";", ",").split(",") if part.strip()]
        if not isinstance(given, (list, tuple)) or not given:
            raise UserError(f'Question {self.id} needs a list. Write, for example, answer("{self.id}", ["a", "b"]).')
        return [self._one(one, options) for one in given]


def is_texts(response: object) -> TypeGuard[list[str]]:
    """Test for a list of strings."""
    return isinstance(response, list) and all(isinstance(one, str) for one in response)
