"""The rubric by which an essay is marked: its criteria with their steps, and what each step gives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..questions import Criterion, Question

# More steps than there are keys from 1 to 9 would have to be clicked.
_MOST_STEPS = 9
# Points of the steps that differ from those of the question file: by criterion and number of the step, from 1.
Changed = Mapping[tuple[str, int], float]


def to_mark(asked: Iterable[Question]) -> list[Question]:
    """Return the questions whose answers a reader marks with points."""
    return [one for one in asked if one.judged and not one.marked and one.points]


def criteria_of(question: Question) -> tuple[Criterion, ...]:
    """Return the rubric of a question; without one, its points are the steps of a single criterion.

    Examples
    --------
    >>> from helpers.questions import KINDS
    >>> asked = KINDS["short"](id="1.1", prompt="Who?", lesson="01-x", title="X", points=2)
    >>> criteria_of(asked)[0].levels
    ('2 points', '1 point', '0 points')
    """
    if question.rubric or question.points >= _MOST_STEPS:
        return question.rubric
    levels = tuple(f"{n} point{'' if n == 1 else 's'}" for n in range(question.points, -1, -1))
    return (Criterion("points", "Points", question.points, levels),)


def points_of_step(question: Question, criterion: str, step: int, changed: Changed) -> float | None:
    """Return the points of a step, counted from 1; None if the rubric does not have it."""
    if (criterion, step) in changed:
        return changed[criterion, step]
    steps = next((one.steps for one in criteria_of(question) if one.id == criterion), ())
    return steps[step - 1] if 0 < step <= len(steps) else None
