"""Record answers in the workbook, read them back and mark them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from .. import workbook
from ..core import UserError
from ..workbook import Event, History
from .loading import questions
from .model import KINDS, Question
from .verdict import NOT_YET, PARTLY, Verdict


@dataclass(frozen=True)
class Kept:
    """An entry without a verdict: a draft, or an answer to an earlier wording of the question."""

    event: Event
    response: object  # as `Question.normalised` returns it; for an earlier wording, as it was stored

    @property
    def prompt(self) -> str:
        """The prompt that was answered; empty if it was not recorded, as in version 0.1.0."""
        return _text(self.event, "prompt")

    @property
    def said(self) -> str:
        """The answer in the words of its time; empty if they were not recorded, as in version 0.1.0."""
        return _text(self.event, "said")

    @property
    def words(self) -> str:
        """The answer to a free question; empty for other kinds."""
        return self.response if isinstance(self.response, str) else ""


@dataclass(frozen=True)
class Attempt(Kept):
    """An answer to a question, with its verdict."""

    verdict: Verdict


@dataclass(frozen=True)
class QuestionState:
    """A student's answers to one question."""

    question: Question
    attempts: tuple[Attempt, ...] = ()  # the answers to its present wording, in order
    counts: Attempt | None = None  # the answer that counts
    draft: Kept | None = None  # a draft that is newer than the last answer
    earlier: tuple[Kept, ...] = ()  # the answers to an earlier wording, and a draft that is newer than they
    undecided: tuple[Attempt, ...] = ()  # would count instead, if they were given later (or earlier) than is assumed

    @property
    def last(self) -> Attempt | None:
        """The last answer."""
        return self.attempts[-1] if self.attempts else None

    @property
    def first(self) -> Attempt | None:
        """The first complete answer, to be read beside the last, if a reader judges them and they differ."""
        whole = [one for one in self.attempts if not self.question.too_short(one.response)]
        differs = self.question.judged and whole and whole[0].response != whole[-1].response
        return whole[0] if differs else None

    def first_beside(self, *shown: Kept | None) -> Attempt | None:
        """The first complete answer, if it is not among the answers that are shown anyway."""
        return self.first if self.first and self.first.response not in [one.response for one in shown if one] else None

    @property
    def unfinished(self) -> Kept | None:
        """The newest answer or draft if it is too short and an earlier, complete answer counts instead."""
        later = self.draft or self.last
        whole = self.counts and later is not self.counts and not self.question.too_short(self.counts.response)
        return later if whole and later and _begun(self.question, later) else None

    @property
    def read_again(self) -> Kept | None:
        """The answer to show again: the one that counts, or a newer complete draft; if none counts, any draft."""
        free, draft = self.question.free, self.draft
        if draft and free and not draft.words.strip():
            draft = None
        return self.counts if self.counts and (not draft or not free or self.unfinished) else draft

    @property
    def opened(self) -> bool:
        """Whether the places in the text may be shown: one answer was right or saved, or two were wrong."""
        wrong = [one for one in self.attempts if one.verdict.state in (NOT_YET, PARTLY)]
        return len(wrong) > 1 or len(wrong) < len(self.attempts)


def _text(event: Event, key: str) -> str:
    value = event.body.get(key)
    return value if isinstance(value, str) else ""


def record_answer(asked: Question, response: object) -> Attempt:
    """Record and mark an answer.

    Raises `UserError` if it cannot be an answer to this question (nothing is recorded then), and
    `NotSaved` if it could not be written to disk (it then counts as long as the kernel runs).

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
    """Record an unfinished answer as a draft; raises the same errors as `record_answer`.

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
    """Make the body of an event, with the words of the question, which a later edition may change or drop."""
    body = {"question": asked.id, "lesson": asked.lesson, "asked": asked.asked, "response": response}
    said = {} if asked.free else {"said": asked.in_words(response)}
    return {**body, "prompt": asked.prompt, **said}


def earlier_in_words(asked: Question, kept: Kept) -> str:
    """Write an answer to an earlier wording, without the words of the present one, which it did not choose.

    Examples
    --------
    >>> from helpers.questions import KINDS, Option
    >>> asked = KINDS["choice"](id="1.1", prompt="?", lesson="01-x", title="X", options=(Option("a", "New words"),))
    >>> event = Event(1, "00" * 8, "", "answer", {"question": "1.1", "response": "a", "said": "Old words"})
    >>> earlier_in_words(asked, Kept(event, "a"))
    'Old words'
    """
    if kept.said or (asked.free and kept.words):
        return kept.said or kept.words
    stored = kept.response if isinstance(kept.response, str) else json.dumps(kept.response, ensure_ascii=False)
    return f"{stored} (the words of this answer were not recorded)" if asked.prompt and not asked.free else stored


def standing_of(asked: Question) -> QuestionState:
    """Return the student's answers to one question, marked again."""
    return standings([asked])[0]


def standings(asked: Iterable[Question] | None = None) -> list[QuestionState]:
    """Return the student's answers to several questions, by default to all."""
    wanted = questions() if asked is None else tuple(asked)
    given: dict[str, list[Event]] = {}
    history = workbook.history()
    for event in _valid(history):
        given.setdefault(event.body["question"], []).append(event)
    return [_standing(one, given.get(one.id, []), history) for one in wanted]


def no_longer_asked() -> list[QuestionState]:
    """Return the student’s answers and drafts to questions that are no longer in the lessons."""
    known = {one.id for one in questions()}
    lost: dict[str, Question] = {}
    for event in workbook.events("answer", "draft"):
        id, lesson = event.body.get("question"), _text(event, "lesson")
        if isinstance(id, str) and id not in known:
            # No answer has the hash of a question without a prompt, so all are answers to an earlier wording.
            lost[id] = KINDS["short"](id=id, prompt="", lesson=lesson, title=lesson, skill="", points=0)
    return [one for one in standings(lost.values()) if one.earlier] if lost else []


def undecided() -> list[QuestionState]:
    """List the questions with several answers of which it cannot be known which one was given last."""
    return [] if workbook.history().certain else [one for one in standings() if one.undecided]


def _standing(asked: Question, events: Iterable[Event], history: History) -> QuestionState:
    attempts: list[Attempt] = []
    earlier: list[Kept] = []
    draft = unsubmitted = None
    for event in events:
        same = event.body.get("asked") in asked.wordings
        if event.kind == "draft" and not same:
            unsubmitted = Kept(event, event.body.get("response"))
            continue
        if event.kind == "draft":
            draft = _as_draft(asked, event) or draft
            continue
        response = event.body.get("response")
        try:
            attempt = _marked(asked, event) if same else None
        except UserError:
            attempt = None  # a restored file may hold invalid answers
        if attempt:
            attempts.append(attempt)
            draft = None
        else:
            earlier.append(Kept(event, response))
            unsubmitted = None
    if draft and attempts and draft.response == attempts[-1].response:
        draft = None
    if unsubmitted and unsubmitted.response and unsubmitted.response not in [one.response for one in earlier]:
        earlier.append(unsubmitted)
    counts = _counts(asked, attempts)
    unclear = _undecided(asked, attempts, counts, history) if counts else []
    return QuestionState(asked, tuple(attempts), counts, draft, tuple(earlier), tuple(unclear))


def _undecided(asked: Question, attempts: list[Attempt], counts: Attempt, history: History) -> list[Attempt]:
    """Return the answers that would count if the order that is not known were another."""
    if asked.counting == "best":
        rivals = [one for one in attempts if one.verdict.points == counts.verdict.points]
    else:
        short = asked.too_short(counts.response)
        rivals = [one for one in attempts if short or not asked.too_short(one.response)]
    first = asked.counting == "first"

    def ruled_out(one: Attempt) -> bool:
        """Whether another answer is known to be the earlier one, or the later one."""
        pairs = ((one.event, other.event) if first else (other.event, one.event) for other in rivals)
        return any(history.follows(*pair) for pair in pairs)

    return [
        one
        for one in rivals
        if one.response != counts.response and history.unclear(one.event, counts.event) and not ruled_out(one)
    ]


def _marked(asked: Question, event: Event) -> Attempt:
    response = asked.normalised(event.body.get("response"))
    return Attempt(event, response, asked.mark(response))


def _as_draft(asked: Question, event: Event) -> Kept | None:
    """Read a draft: for a free question any text, for other kinds only a valid answer."""
    response = event.body.get("response")
    if asked.free:
        return Kept(event, response) if isinstance(response, str) else None
    try:
        return Kept(event, asked.normalised(response))
    except UserError:
        return None


def _begun(asked: Question, kept: Kept) -> bool:
    """Whether a free answer has too few words, or none."""
    return asked.free and (asked.too_short(kept.response) or not kept.words.strip())


def _counts(asked: Question, attempts: list[Attempt]) -> Attempt | None:
    if not attempts:
        return None
    if asked.counting == "first":
        return next((one for one in attempts if not asked.too_short(one.response)), attempts[0])
    if asked.counting == "last":
        # A later answer with too few words does not replace a complete one.
        return next((one for one in reversed(attempts) if not asked.too_short(one.response)), attempts[-1])
    # If several are equally good, the last one counts: the student sees that one.
    return max(reversed(attempts), key=lambda attempt: attempt.verdict.points or 0)


def _valid(history: History) -> list[Event]:
    """Return the answers and drafts that no reset of their lesson sets aside."""
    events = [event for event in history.events if event.kind in ("answer", "draft", "reset", "undo")]
    resets: dict[str, list[Event]] = {}
    for event in _standing_resets(events):
        resets.setdefault(_number(event), []).append(event)
    return [
        event
        for event in events
        if event.kind in ("answer", "draft")
        and isinstance(event.body.get("question"), str)
        # A reset sets aside what was there, not answers of a copy that it never saw.
        and not any(history.knew(reset, event) for reset in resets.get(_number(event), ()))
    ]


def reset_lesson(lesson: str) -> Event:
    """Reset a lesson, given by file name or number: its answers no longer count, but none is deleted.

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
    """Undo the last reset of a lesson; raises `UserError` if there is none."""
    name = questions(lesson)[0].lesson
    event = last_reset(name)
    if event is None:
        raise UserError(f"{name} was not started again, so there is nothing to undo.")
    return workbook.record("undo", {"reset": event.id, "lesson": name})


def last_reset(lesson: str) -> Event | None:
    """Return the last reset of a lesson that was not undone."""
    resets = _standing_resets(workbook.events("reset", "undo"))
    return next((event for event in reversed(resets) if _number(event) == _number_of(lesson)), None)


def lessons_reset() -> list[str]:
    """List the numbers of the lessons with a reset that was not undone."""
    return sorted(set(map(_number, _standing_resets(workbook.events("reset", "undo")))))


def _number(event: Event) -> str:
    return _number_of(str(event.body.get("lesson")))


def _number_of(lesson: str) -> str:
    """Return the number of a lesson, which stays the same when a later edition renames its file."""
    return lesson.partition("-")[0]


def _standing_resets(events: Iterable[Event]) -> list[Event]:
    """Return the resets that were not undone."""
    events = list(events)
    undone = {str(event.body.get("reset")) for event in events if event.kind == "undo"}
    return [event for event in events if event.kind == "reset" and event.id not in undone]
