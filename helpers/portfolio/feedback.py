"""Feedback on answers: the form in which it comes back from the instructor, and how a student sees it.

Feedback is written like a download, with events of the kind ``feedback``, so that *Restore* takes it in: it names the
owner of the work, two of the same change nothing, and a later one replaces an earlier one. It travels inside the page
that the student reads. All keys of an event’s body are
optional for a reader, which trusts none of them:

==========  ===================================================================================
key         content
==========  ===================================================================================
question    the id of the question
answer      the hash of the words that were marked, as `hash_of` gives it
points      the points that count; missing or null if it is not marked
of          the points of the question
marks       for each marker: ``marker``, ``points``, ``comment`` and ``steps``, a list of the
            criterion, the words of the step given, its points and the most points
when        the time of the last mark, in UTC
==========  ===================================================================================
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict

from .. import workbook
from ..core import THEME, Markup, bidi_isolated, element, join, neutralised
from ..questions import QuestionState
from ..workbook import Event, file_header, plain_body, write_line

KIND = "feedback"
_MOST = 20_000  # characters of a comment
_MOST_MARKS, _MOST_STEPS = 20, 50


@dataclass(frozen=True)
class GivenStep:
    """A step of a rubric that was given."""

    criterion: str
    words: str
    points: float
    of: float


@dataclass(frozen=True)
class MarkedBy:
    """What one marker gave."""

    marker: str
    points: float | None
    steps: tuple[GivenStep, ...] = ()
    comment: str = ""


@dataclass(frozen=True)
class Feedback:
    """The feedback on one answer."""

    question: str
    points: float | None
    of: int
    marks: tuple[MarkedBy, ...] = ()
    answer: str = ""
    when: str = ""

    @property
    def said(self) -> str:
        """The points in words.

        Examples
        --------
        >>> Feedback("2.10", 6.5, 8).said, Feedback("2.10", None, 8).said
        ('6.5 of 8 points', 'not marked yet')
        """
        if self.points is None:
            return "not marked yet"
        return f"{self.points:g} of {self.of} point{'' if self.of == 1 else 's'}"


def hash_of(answer: str) -> str:
    """Return the hash by which a mark knows the words that were marked.

    Examples
    --------
    >>> hash_of("It was a leaning.")
    'acc67cb7bd32d0ef'
    """
    return hashlib.sha256(answer.encode("utf-8", "surrogatepass")).hexdigest()[:16]


# ---------------------------------------------------------------- write


def feedback_bundle(some: Sequence[Feedback], owners: Sequence[str]) -> str:
    """Write feedback for the student with these ids of an owner; the same feedback gives the same words."""
    return "\n".join([file_header(owners), *(write_line(_event(one)) for one in some)]) + "\n"


def _event(one: Feedback) -> Event:
    body = plain_body(
        {
            "question": one.question,
            "answer": one.answer,
            "points": one.points,
            "of": one.of,
            "marks": [
                {
                    "marker": mark.marker,
                    "points": mark.points,
                    "comment": mark.comment,
                    "steps": [[step.criterion, step.words, step.points, step.of] for step in mark.steps],
                }
                for mark in one.marks
            ],
            "when": one.when,
        }
    )
    # No kernel wrote it: its content decides the session, so that two different events never share an id. It names no
    # time: the clock of the instructor says nothing about the order of the student’s answers.
    session = hashlib.sha256(json.dumps(body, sort_keys=True).encode("ascii")).hexdigest()[:16]
    return Event(1, session, "", KIND, body, {})


# ---------------------------------------------------------------- read


def all_feedback() -> dict[str, Feedback]:
    """Return the last feedback on each question, by its id."""
    found: dict[str, Feedback] = {}
    for event in workbook.events(KIND):
        one = _read(event.body)
        if one and (one.question not in found or found[one.question].when <= one.when):
            found[one.question] = one
    return found


def _read(body: Mapping[str, object]) -> Feedback | None:
    """Read the body of an event that somebody else wrote; None if it names no question."""
    question, marks = body.get("question"), body.get("marks")
    if not isinstance(question, str) or not question:
        return None
    read = [_mark(one) for one in marks[:_MOST_MARKS] if isinstance(one, dict)] if isinstance(marks, list) else []
    of = _number(body.get("of"))
    return Feedback(
        neutralised(question)[:20],
        _number(body.get("points")),
        int(of or 0),
        tuple(read),
        _words(body.get("answer")),
        _words(body.get("when"))[:40],
    )


def _mark(one: Mapping[str, object]) -> MarkedBy:
    steps = one.get("steps")
    read = [
        GivenStep(_words(step[0]), _words(step[1]), _number(step[2]) or 0, _number(step[3]) or 0)
        for step in (steps[:_MOST_STEPS] if isinstance(steps, list) else [])
        if isinstance(step, list) and len(step) == 4
    ]
    return MarkedBy(_words(one.get("marker")), _number(one.get("points")), tuple(read), _words(one.get("comment")))


def _words(value: object) -> str:
    return neutralised(value)[:_MOST] if isinstance(value, str) else ""


def _number(value: object) -> float | None:
    good = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e6
    return round(float(value), 2) if good and math.isfinite(value) else None  # type: ignore[arg-type]  # a number


# ---------------------------------------------------------------- show


YOURS, MINE = "Your instructor’s feedback", "My instructor’s feedback"
EARLIER_WORDS = "The answer was changed since. This is for its earlier words."


class ToldMark(TypedDict):
    """What one marker gave, in words."""

    who: str  # empty if there is one marker
    points: str
    steps: list[list[str]]  # the points, and what they are for
    comment: str


class ToldFeedback(TypedDict):
    """Feedback in words, all of them escaped by whoever shows them."""

    head: str
    facts: list[str]  # the day, and who marked
    remark: str
    marks: list[ToldMark]


def is_for_earlier_words(one: Feedback, now: str) -> bool:
    """Whether the answer that counts now, empty if there is none, is another than the one that was marked."""
    return bool(one.answer and now) and one.answer != hash_of(now)


def feedback_on(state: QuestionState, given: Mapping[str, Feedback]) -> ToldFeedback | None:
    """Return the feedback on a student’s answer, to show beside it; None if there is none."""
    one = given.get(state.question.id)
    now = state.question.in_words(state.counts.response) if state.counts else ""
    return told_feedback(one, now) if one else None


def told_feedback(one: Feedback, now: str = "", head: str = YOURS) -> ToldFeedback:
    """Put feedback into words; ``now`` is the answer that counts now.

    Examples
    --------
    >>> told = told_feedback(Feedback("2.10", 6.0, 8, (MarkedBy("Ada", 6.0),), when="2027-01-02T09:00:00Z"))
    >>> told["head"], told["facts"]
    ('Your instructor’s feedback: 6 of 8 points', ['2027-01-02', 'marked by Ada'])
    """
    several = len(one.marks) > 1
    day = re.match(r"\d{4}-\d\d-\d\d(?=T)", one.when, re.A)
    by = [] if several else [f"marked by {mark.marker}" for mark in one.marks if mark.marker]
    return {
        "head": f"{head}: {one.said}",
        "facts": [*([day[0]] if day else []), *by],
        "remark": EARLIER_WORDS if is_for_earlier_words(one, now) else "",
        "marks": [
            {
                "who": (mark.marker or "Marker") if several else "",
                "points": "" if mark.points is None else f"{mark.points:g} of {one.of}",
                "steps": [
                    [f"{step.points:g} of {step.of:g}", f"{step.criterion}: {step.words}"] for step in mark.steps
                ],
                "comment": mark.comment,
            }
            for mark in one.marks
        ],
    }


def feedback_html(told: ToldFeedback) -> Markup:
    """Write feedback as HTML.

    Examples
    --------
    >>> feedback_html(told_feedback(Feedback("2.10", 6.0, 8, (MarkedBy("", 6.0, comment="Whose words?"),))))[:61]
    '<p><strong>Your instructor’s feedback: 6 of 8 points</strong>'
    """
    facts = [" (", join(map(bidi_isolated, told["facts"]), ", "), ")"] if told["facts"] else []
    parts = [element("p", element("strong", told["head"]), *facts)]
    parts += [element("p", told["remark"])] if told["remark"] else []
    for mark in told["marks"]:
        if mark["who"]:
            points = f": {mark['points']}" if mark["points"] else ""
            parts.append(element("p", element("strong", bidi_isolated(mark["who"]), points)))
        if mark["steps"]:
            rows = (element("li", element("strong", points), f" {words}") for points, words in mark["steps"])
            parts.append(element("ul", *rows))
        if mark["comment"]:
            parts.append(element("p", mark["comment"], dir="auto", style="white-space:pre-wrap"))
    return join(parts)


def feedback_box(told: ToldFeedback) -> Markup:
    """Write feedback in a box of its own, as words of another person."""
    style = f"border:1px solid {THEME.edge};border-radius:8px;padding:0.2em 1em;margin:0.6em 0;max-width:54em"
    return element("section", feedback_html(told), style=style, **{"aria-label": "Feedback"})


def feedback_lines(told: ToldFeedback) -> list[str]:
    """Write feedback as lines of text."""
    facts = f" ({', '.join(told['facts'])})" if told["facts"] else ""
    lines = [f"{told['head']}{facts}.", *filter(None, [told["remark"]])]
    for mark in told["marks"]:
        lines += [": ".join(filter(None, [mark["who"], mark["points"]]))] if mark["who"] else []
        lines += [f"- {points} {words}" for points, words in mark["steps"]]
        lines += [mark["comment"]] if mark["comment"] else []
    return lines


def feedback_in_words() -> str:
    """Name the questions on which there is feedback; empty if there is none."""
    found = all_feedback()
    if not found:
        return ""
    listed = "; ".join(f"{one.question} ({one.said})" for one in found.values())
    return f'Feedback on your answers: {listed}. my_work("{next(iter(found))}") shows it beside the answer.'


def new_feedback(events: Sequence[Event]) -> str:
    """Say which feedback came in with a file; empty if there was none."""
    ids = dict.fromkeys(one.question for event in events if event.kind == KIND and (one := _read(event.body)))
    if not ids:
        return ""
    return f'Feedback came in on: {", ".join(ids)}. my_work("{next(iter(ids))}") shows it beside your answer.'
