"""Count how a class answered: what was chosen, first and at all; quotations; what divides the class."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from ..questions import NOT_YET, RIGHT as WHOLE, Option, Part, Question
from ..quotations import ELSEWHERE, FROM
from .results import PARTLY, RIGHT, WRONG, Answered, Essay, Quoted, StudentResult

_SEED = "one reason from each side"
# Fewer students on the other side are no division of the class.
_LEAST_CAMP = 2


@dataclass(frozen=True)
class ChoiceCount:
    """How often something was chosen, by students."""

    text: str
    first: int  # at the first attempt
    ever: int  # at any attempt
    right: bool
    why: str


@dataclass(frozen=True)
class PartCount:
    """What was chosen in a part of a question."""

    name: str
    choices: tuple[ChoiceCount, ...]
    several: bool


@dataclass(frozen=True)
class Division:
    """The part of a question on which the class is most divided: two camps at the first attempt, and the others."""

    question: Question
    part: str
    one: str
    other: str
    first: int
    second: int
    answered: int
    reasons: tuple[Essay | None, Essay | None] = (None, None)

    @property
    def evenness(self) -> float:
        """The share of the smaller of the two camps; half at most."""
        return self.second / self.answered if self.answered else 0.0


class QuestionCount:
    """How a class answered a question.

    Only answers to its present wording are counted, and of answers that a reader judges only their number.
    """

    def __init__(self, question: Question, results: Sequence[StudentResult]) -> None:
        self.question = question
        self.results = results
        given = [(one.student.key, found) for one in results if (found := one.answers.get(question.id))]
        self.answers = {key: found for key, found in given if not found.outdated}
        self.outdated = len(given) - len(self.answers)
        self.uncertain = sum(found.uncertain for found in self.answers.values())
        self.of = len(results)
        self._known: dict[str, tuple[str, list[tuple[str, str]]]] = {}

    @property
    def answered(self) -> int:
        """The number of students who answered."""
        return len(self.answers)

    def _looked_at(self, response: object) -> tuple[str, list[tuple[str, str]]]:
        """Return the verdict on a response and what it chose; many students give the same one."""
        key = json.dumps(response, sort_keys=True)
        if key not in self._known:
            state = self.question.mark(response).state
            verdict = RIGHT if state == WHOLE else WRONG if state == NOT_YET else PARTLY
            self._known[key] = verdict, self.question.chosen(response)
        return self._known[key]

    @cached_property
    def at_first(self) -> Counter[str]:
        """The verdicts on the first attempts."""
        return Counter(self._looked_at(found.tries[0])[0] for found in self.answers.values() if found.tries)

    @cached_property
    def in_the_end(self) -> Counter[str]:
        """The verdicts on the answers that count."""
        return Counter(found.verdict for found in self.answers.values() if found.verdict)

    @property
    def right_later(self) -> int:
        """The number of students whose answer that counts is right, and whose first one was not."""
        return sum(
            found.verdict == RIGHT and self._looked_at(found.tries[0])[0] != RIGHT
            for found in self.answers.values()
            if found.tries
        )

    @cached_property
    def parts(self) -> tuple[PartCount, ...]:
        """What was chosen in each part: first the offered choices, then others, such as other words of the text."""
        first: Counter[tuple[str, str]] = Counter()
        ever: Counter[tuple[str, str]] = Counter()
        for found in self.answers.values():
            tries = [set(self._looked_at(one)[1]) for one in found.tries]
            first.update(tries[0] if tries else ())
            ever.update({chosen for one in tries for chosen in one})
        return tuple(_count_part(part, first, ever) for part in self.question.parts())

    def division(self) -> Division | None:
        """Return the part on which the class is most divided; None if it is not."""
        found = [one for part in self.parts if (one := self._camps(part)) and one.second >= _LEAST_CAMP]
        most = max(found, key=lambda one: one.second, default=None)
        return self._with_reasons(most) if most else None

    def _camps(self, part: PartCount) -> Division | None:
        if part.several:
            # Who chose it, and who did not: the choice on which that is most even.
            choice = max(part.choices, key=lambda one: min(one.first, self.answered - one.first), default=None)
            if choice is None:
                return None
            camps = sorted([(choice.first, choice.text), (self.answered - choice.first, "")], reverse=True)
        else:
            camps = sorted(((one.first, one.text) for one in part.choices), key=lambda one: -one[0])[:2]
        if len(camps) < 2:
            return None
        (first, one), (second, other) = camps
        return Division(self.question, part.name, one, other, first, second, self.answered)

    def _with_reasons(self, division: Division) -> Division:
        """Add a written reason from each side, drawn by a fixed seed."""
        id = self.question.reasons_in
        written = {
            essay.student: essay
            for one in self.results
            for essay in one.essays
            if essay.question == id and not essay.outdated
        }

        def reason(side: str, against: str) -> Essay | None:
            wanted = [
                written[key]
                for key, found in self.answers.items()
                if key in written and found.tries and self._is_on(side, against, division.part, found)
            ]
            return min(wanted, key=lambda one: _drawn(self.question.id, one.student), default=None)

        reasons = reason(division.one, division.other), reason(division.other, division.one)
        return Division(**{**vars(division), "reasons": reasons})

    def _is_on(self, side: str, against: str, part: str, found: Answered) -> bool:
        """Whether a student's first answer is on a side; an empty side are those who did not choose the other."""
        chosen = self._looked_at(found.tries[0])[1]
        return (part, side) in chosen if side else (part, against) not in chosen


def _drawn(question: str, student: str) -> bytes:
    return hashlib.sha256(f"{_SEED} {question} {student}".encode()).digest()


def _count_part(part: Part, first: Counter[tuple[str, str]], ever: Counter[tuple[str, str]]) -> PartCount:
    offered = {option.text: option for option in part.choices}
    others = sorted(
        (text for name, text in ever if name == part.name and text not in offered),
        key=lambda text: (-ever[part.name, text], text),
    )
    options = [*offered.values(), *(Option("", text) for text in others)]
    return PartCount(
        part.name,
        tuple(
            ChoiceCount(one.text, first[part.name, one.text], ever[part.name, one.text], one.correct, one.why)
            for one in options
        ),
        part.several,
    )


def count_answers(results: Sequence[StudentResult], asked: Iterable[Question]) -> list[QuestionCount]:
    """Count the answers of a class to some questions.

    Examples
    --------
    >>> from helpers.questions import questions
    >>> [count.answered for count in count_answers([], questions()[:2])]
    [0, 0]
    """
    return [QuestionCount(one, results) for one in asked]


def most_divided(counts: Iterable[QuestionCount], most: int = 3) -> list[Division]:
    """Return the questions on which the class is most evenly split, the most even first."""
    found = [division for one in counts if one.question.marked and (division := one.division())]

    def order(one: Division) -> tuple[float, bool, bool, int]:
        # Of equally divided ones, first those with reasons, then those about one thing.
        return -one.evenness, not any(one.reasons), bool(one.part), -one.answered

    return sorted(found, key=order)[:most]


@dataclass(frozen=True)
class Tempting:
    """A wrong choice that many made at the first attempt."""

    question: Question
    part: str
    choice: ChoiceCount
    answered: int


def most_tempting(counts: Iterable[QuestionCount], most: int = 3) -> list[Tempting]:
    """Return the wrong choices that the largest shares of the class made first, one for each question."""
    found: list[Tempting] = []
    for one in counts:
        wrong = [
            Tempting(one.question, part.name, choice, one.answered)
            for part in one.parts
            for choice in part.choices
            if not choice.right and choice.first >= _LEAST_CAMP
        ]
        found += sorted(wrong, key=lambda one: -one.choice.first)[:1]
    return sorted(found, key=lambda one: -one.choice.first / one.answered)[:most]


def group_of(quoted: Quoted) -> str:
    """Return the verdict on a quotation, without the name of a paper."""
    if quoted.attribution:
        return ELSEWHERE
    return FROM.strip() if quoted.verdict.startswith(FROM) else quoted.verdict


def all_quoted(results: Iterable[StudentResult]) -> Iterator[tuple[StudentResult, Quoted]]:
    """Yield every quotation of a class with the student."""
    for one in results:
        for quoted in one.quotations:
            yield one, quoted
