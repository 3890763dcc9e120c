"""What a student answered: recorded in the workbook, read back, and marked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .. import workbook
from ..core import UserError
from ..workbook import Event
from .loading import questions
from .model import Question
from .verdict import NOT_YET, PARTLY, Verdict


@dataclass(frozen=True)
class Kept:
    """What was kept for a question and has no verdict: a draft, or an answer to an earlier wording of it.

    Attributes
    ----------
    event : Event
        The event that holds it.
    response : object
        The answer as `Question.normalised` gives it; as it was kept, where the question has changed.
    """

    event: Event
    response: object

    @property
    def words(self) -> str:
        """The answer to a question that is answered in words of one's own."""
        return self.response if isinstance(self.response, str) else ""


@dataclass(frozen=True)
class Attempt(Kept):
    """One answer to a question.

    Attributes
    ----------
    verdict : Verdict
        What is said of it.
    """

    verdict: Verdict


@dataclass(frozen=True)
class QuestionState:
    """How a student stands with one question.

    Attributes
    ----------
    question : Question
        The question.
    attempts : tuple of Attempt
        The answers to it as it is now asked, in order.
    counts : Attempt or None
        The one that counts.
    draft : Kept or None
        What was written after the last answer and not yet given as one.
    earlier : tuple of Kept
        The answers to an earlier wording of it.
    """

    question: Question
    attempts: tuple[Attempt, ...] = ()
    counts: Attempt | None = None
    draft: Kept | None = None
    earlier: tuple[Kept, ...] = ()

    @property
    def last(self) -> Attempt | None:
        """The answer given last."""
        return self.attempts[-1] if self.attempts else None

    @property
    def unfinished(self) -> Kept | None:
        """What was written last, as an answer or a draft, where it is too short and a complete answer counts."""
        later = self.draft or self.last
        whole = self.counts and later is not self.counts and not self.question.too_short(self.counts.response)
        return later if whole and later and _begun(self.question, later) else None

    @property
    def read_again(self) -> Kept | None:
        """What is read again: what counts, unless what was written since is a whole draft."""
        free, draft = self.question.free, self.draft
        if draft and free and not draft.words.strip():
            draft = None
        return self.counts if self.counts and (not draft or not free or self.unfinished) else draft

    @property
    def opened(self) -> bool:
        """Whether the places of the text may be shown: nothing is left to find, or it was tried twice."""
        wrong = [one for one in self.attempts if one.verdict.state in (NOT_YET, PARTLY)]
        return len(wrong) > 1 or len(wrong) < len(self.attempts)


def record_answer(asked: Question, response: object) -> Attempt:
    """Record an answer.

    Parameters
    ----------
    asked : Question
        The question.
    response : object
        What was answered.

    Returns
    -------
    Attempt
        The answer and its verdict; it is on disk.

    Raises
    ------
    UserError
        If it cannot be an answer to this question; then nothing is recorded.
    NotSaved
        If it could not be written; it is kept in memory and counts as long as the kernel runs.

    Examples
    --------
    >>> asked = questions()[0]
    >>> attempt = record_answer(asked, asked.options[0].id)
    >>> standing_of(asked).last.response == attempt.response
    True
    """
    kept = asked.normalised(response)
    verdict = asked.mark(kept)
    return Attempt(workbook.record("answer", _body(asked, kept)), kept, verdict)


def keep_draft(asked: Question, words: object) -> Kept:
    """Record what is written so far, without giving it as an answer.

    Raises
    ------
    UserError
        If it is too long to be kept, or no beginning of an answer.
    NotSaved
        If it could not be written.

    Examples
    --------
    >>> from helpers.questions import KINDS
    >>> keep_draft(KINDS["short"](id="1.1", prompt="Why?", lesson="01-x", title="X"), "Bec").response
    'Bec'
    """
    blank = not words or (isinstance(words, str) and not words.strip())
    kept = "" if blank else asked.normalised(words)
    return Kept(workbook.record("draft", _body(asked, kept)), kept)


def _body(asked: Question, response: object) -> dict[str, object]:
    return {"question": asked.id, "lesson": asked.lesson, "asked": asked.asked, "response": response}


def standing_of(asked: Question) -> QuestionState:
    """How the student stands with one question.

    Parameters
    ----------
    asked : Question
        The question.

    Returns
    -------
    QuestionState
        The answers, marked anew, and which of them counts.

    Examples
    --------
    >>> from helpers.questions import KINDS
    >>> standing_of(KINDS["short"](id="9.9", prompt="Why?", lesson="09-x", title="X")).counts is None
    True
    """
    return standings([asked])[0]


def standings(asked: Iterable[Question] | None = None) -> list[QuestionState]:
    """How the student stands with several questions, by default with all of all lessons.

    Examples
    --------
    >>> len(standings()) == len(questions())
    True
    """
    some = questions() if asked is None else tuple(asked)
    given: dict[str, list[Event]] = {}
    for event in _valid(workbook.events("answer", "draft", "reset", "undo")):
        given.setdefault(event.body["question"], []).append(event)
    return [_standing(one, given.get(one.id, [])) for one in some]


def _standing(asked: Question, events: Iterable[Event]) -> QuestionState:
    attempts: list[Attempt] = []
    earlier: list[Kept] = []
    draft = None
    for event in events:
        same = event.body.get("asked") == asked.asked
        if event.kind == "draft":
            draft = (same and _as_draft(asked, event)) or draft
            continue
        response = event.body.get("response")
        try:
            attempt = _marked(asked, event) if same else None
        except UserError:
            attempt = None  # a restored file may hold anything
        if attempt:
            attempts.append(attempt)
            draft = None
        else:
            earlier.append(Kept(event, response))
    if draft and attempts and draft.response == attempts[-1].response:
        draft = None
    return QuestionState(asked, tuple(attempts), _counts(asked, attempts), draft, tuple(earlier))


def _marked(asked: Question, event: Event) -> Attempt:
    response = asked.normalised(event.body.get("response"))
    return Attempt(event, response, asked.mark(response))


def _as_draft(asked: Question, event: Event) -> Kept | None:
    """What was begun; of words any are a beginning, of the rest only what could be an answer."""
    response = event.body.get("response")
    if asked.free:
        return Kept(event, response) if isinstance(response, str) else None
    try:
        return Kept(event, asked.normalised(response))
    except UserError:
        return None


def _begun(asked: Question, kept: Kept) -> bool:
    """Whether words are only a beginning: too few, or none at all."""
    return asked.free and (asked.too_short(kept.response) or not kept.words.strip())


def _counts(asked: Question, attempts: list[Attempt]) -> Attempt | None:
    if not attempts:
        return None
    if asked.attempts == "first":
        return attempts[0]
    if asked.attempts == "last":
        # A few words written over an essay do not take its place.
        return next((one for one in reversed(attempts) if not asked.too_short(one.response)), attempts[-1])
    # Of equals the last: it is what the student sees.
    return max(reversed(attempts), key=lambda attempt: attempt.verdict.points or 0)


def _valid(events: Iterable[Event]) -> list[Event]:
    """The answers and drafts that no reset took away."""
    events = list(events)
    standing = {event.id for event in _standing_resets(events)}
    resets = {str(event.body.get("lesson")): n for n, event in enumerate(events) if event.id in standing}
    return [
        event
        for n, event in enumerate(events)
        if event.kind in ("answer", "draft")
        and isinstance(event.body.get("question"), str)
        and n > resets.get(str(event.body.get("lesson")), -1)
    ]


def reset_lesson(lesson: str) -> Event:
    """Begin a lesson anew: its answers no longer count, and none is deleted.

    Parameters
    ----------
    lesson : str
        The lesson, by its file name or number.

    Returns
    -------
    Event
        The reset; `undo_reset` takes it back.

    Raises
    ------
    UserError
        If there is no such lesson.
    NotSaved
        If it could not be written.

    Examples
    --------
    >>> event = reset_lesson(questions()[0].lesson)
    >>> standings()[0].attempts
    ()
    >>> undo_reset(event.body["lesson"]).kind
    'undo'
    """
    return workbook.record("reset", {"lesson": questions(lesson)[0].lesson})


def undo_reset(lesson: str) -> Event:
    """Take the last reset of a lesson back.

    Raises
    ------
    UserError
        If the lesson was not reset, or that was taken back already.
    """
    name = questions(lesson)[0].lesson
    event = last_reset(name)
    if event is None:
        raise UserError(f"{name} was not begun anew: there is nothing to take back.")
    return workbook.record("undo", {"reset": event.id, "lesson": name})


def last_reset(lesson: str) -> Event | None:
    """The last reset of a lesson that was not taken back."""
    resets = _standing_resets(workbook.events("reset", "undo"))
    return next((event for event in reversed(resets) if event.body.get("lesson") == lesson), None)


def lessons_reset() -> list[str]:
    """The lessons that were begun anew, and this was not taken back.

    Examples
    --------
    >>> lessons_reset()
    []
    """
    return sorted({str(event.body.get("lesson")) for event in _standing_resets(workbook.events("reset", "undo"))})


def _standing_resets(events: Iterable[Event]) -> list[Event]:
    """The resets that were not taken back."""
    events = list(events)
    undone = {str(event.body.get("reset")) for event in events if event.kind == "undo"}
    return [event for event in events if event.kind == "reset" and event.id not in undone]
