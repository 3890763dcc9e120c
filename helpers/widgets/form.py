"""Question forms: live where widgets are available, static elsewhere."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

from ..core import THEME, Look, Markup, UserError, join, plain
from ..portfolio import all_feedback, download_reminder, feedback_box, feedback_on, temporary_warning
from ..questions import (
    COUNTS,
    FIRST,
    PARTLY,
    CheckedQuotations,
    Question,
    QuestionState,
    Told,
    changed_in_words,
    checked_quotations,
    counted_in_words,
    earlier_answers,
    earlier_edition_in_words,
    keep_draft,
    minutes_left,
    question as find_question,
    question_heading,
    record_answer,
    recorded_html,
    standing_of,
    still_question,
    undecided_in_words,
    verdict_data,
)
from ..workbook import UNSTORED, NotSaved, cannot_keep, gone
from .asking import show_personal
from .live import live_class, personal_class, script
from .private import show_words

_first: dict[int, str] = {}  # the question of the first form of a process
SILENT = (
    "Not saved yet: the kernel is not responding. Your answer is still here. If a cell shows [*], wait: the answer "
    "will be saved. Otherwise choose Kernel → Restart Kernel, run this cell again and press the button again."
)


class Form:
    """A question with its form; made by `answer`."""

    def __init__(self, question: Question) -> None:
        self.question = question

    def _ipython_display_(self) -> None:
        alive = _widget()
        show_personal(self, (lambda: alive(self.question)) if alive else None)

    def _repr_html_(self) -> Markup:
        return still_question(self.question)

    @plain
    def __repr__(self) -> str:
        return f"Question {self.question.id}: {self.question.prompt}"


class Recorded:
    """An answer given in code, with its verdict; made by `answer`."""

    def __init__(self, stands: QuestionState, saved: bool, note: str) -> None:
        self.question = stands.question
        self.attempt = stands.last
        self.saved = saved  # to disk
        self._stands = stands
        self._note = note

    def words_html(self) -> Markup:
        """Return the answer and its verdict, for the live view."""
        told = feedback_on(self._stands, all_feedback())
        return join([recorded_html(self._stands, self._note), *([feedback_box(told)] if told else [])])

    def _ipython_display_(self) -> None:
        show_words(self)

    def _repr_html_(self) -> Markup:
        return still_question(self.question)

    @plain
    def __repr__(self) -> str:
        return f"Question {self.question.id}: an answer was given. {UNSTORED}"

    @plain
    def __str__(self) -> str:
        said = [self.attempt.verdict.said if self.attempt else "", counted_in_words(self._stands), self._note]
        return " ".join([f"Question {self.question.id}.", *filter(None, said)])


def ask(id: str) -> Form:
    """Return a question with its form."""
    return Form(find_question(id))


def record(id: str, response: object) -> Recorded:
    """Record an answer and return it with its verdict."""
    asked = find_question(id)
    trouble = _give(asked, response)
    said = [*gone(), trouble or "Saved.", "" if trouble else download_reminder()]
    return Recorded(standing_of(asked), not trouble, " ".join(filter(None, said)))


def _give(asked: Question, response: object) -> str:
    """Record an answer; return an error message if it is only in memory and not on disk."""
    try:
        record_answer(asked, response)
    except NotSaved as error:
        return str(error)
    return ""


def form_data(question: Question) -> dict[str, object]:
    """Return all that the form needs to ask the question, as plain data without the key.

    Examples
    --------
    >>> from helpers.questions import questions
    >>> sorted(form_data(questions()[0])["options"][0])
    ['id', 'text']
    """
    return {
        "id": question.id,
        "lesson": question.lesson,
        "asked": question.asked,
        "wordings": list(question.wordings),
        "control": question.control,
        "free": question.free,
        "typed": question.typed,
        "head": question_heading(question),
        "prompt": question.prompt,
        "how": question.how,
        "marked": question.marked,
        "empty": question.empty,
        "silent": SILENT,
        "counts": COUNTS,
        "first": FIRST,
        "limits": question.limits,
        **question.form(),
    }


def form_state(question: Question, stands: QuestionState) -> dict[str, object]:
    """Return the answer that the form shows, with its verdict and messages, as plain data."""
    shown, counts = stands.draft or stands.last, stands.counts
    said = []
    if stands.draft:
        said = ["Your saved draft. Press the button to submit it as your answer."]
    elif stands.last:
        said = ["Your saved answer.", stands.last.verdict.said]
    other = counts if question.free and counts and shown and counts.response != shown.response else None
    first = stands.first_beside(shown, other)
    verdict = verdict_data(question, stands.last.verdict, opened=stands.opened) if stands.last else None
    quotes = checked_quotations(shown.words if shown and question.free else "")
    return {
        "response": shown.response if shown else None,
        "said": " ".join(filter(None, [*said, counted_in_words(stands)])),
        "counted": other.response if other else "",
        "first": question.in_words(first.response) if first else "",
        "verdict": verdict,
        "look": _look(verdict, quotes) if verdict and shown is stands.last else None,
        "quotes": quotes,
        "left": minutes_left(question),
        "earlier": earlier_answers(stands),
        "feedback": feedback_on(stands, all_feedback()),
        "notice": " ".join(
            filter(
                None,
                [
                    *gone(),
                    cannot_keep(),
                    temporary_warning(),
                    _edition(question),
                    changed_in_words(stands),
                    undecided_in_words(stands),
                ],
            )
        ),
    }


def _edition(question: Question) -> str:
    """Say in the first form of a kernel that the notebook has cells of an earlier edition."""
    _first.setdefault(os.getpid(), question.id)
    return earlier_edition_in_words() if _first[os.getpid()] == question.id else ""


def _look(verdict: Told, quotes: CheckedQuotations) -> Look:
    """The look of the summary line; quotations to check are never under the look of a good answer."""
    if quotes["warning"]:
        return THEME.verdicts[PARTLY]._replace(sign="≠")
    return verdict["look"]


@live_class
def _widget() -> Callable[[Question], object]:
    import traitlets

    class LiveForm(personal_class()):  # type: ignore[misc]  # a class made at run time
        _esm = script("controls", "form")
        question = traitlets.Dict().tag(sync=True)

        def __init__(self, asked: Question) -> None:
            self._question = asked
            super().__init__(question=form_data(asked))
            self.tell(state=form_state(asked, standing_of(asked)))
            self.on_msg(self._heard)

        def _heard(self, _: object, content: Mapping[str, object], __: object) -> None:
            """Save an answer from the page and send back whether it was saved."""
            if "kind" not in content:
                return
            ack = content.get("ack")
            saved = False
            try:
                said, saved = save_form(self._question, content)
                self.tell(state=form_state(self._question, standing_of(self._question)))
                self.send({"ack": ack, "saved": saved, "said": said, "kind": content["kind"]})
            except UserError as error:
                self.send({"ack": ack, "saved": saved, "said": f"{'' if saved else 'Not saved. '}{error}"})
            except Exception as error:
                what = "Saved, but it cannot be shown" if saved else "Not saved"
                self.send({"ack": ack, "saved": saved, "said": f"{what}: {error}. Your answer is still here."})
                raise

        def __repr__(self) -> str:
            return "Run this cell to answer here."

    return LiveForm


def _warning(asked: Question, words: str) -> str:
    """A warning on altered and wrongly attributed quotations, so that “Saved” never sounds like approval."""
    return checked_quotations(words)["warning"] if asked.free else ""


def save_form(asked: Question, content: Mapping[str, object]) -> tuple[str, bool]:
    """Save an answer or draft from the page; return a message and whether it is on disk.

    Examples
    --------
    >>> from helpers.questions import questions
    >>> save_form(questions()[0], {"kind": "answer", "response": questions()[0].options[0].id})[1]
    True
    """
    if content.get("kind") == "draft":
        draft = keep_draft(asked, content.get("response"))
        return f"Draft saved. {_warning(asked, draft.words)}".strip(), True
    trouble = _give(asked, content.get("response"))
    stands = standing_of(asked)
    last = [_warning(asked, stands.last.words), stands.last.verdict.said] if stands.last else []
    said = [*last, counted_in_words(stands), "Saved.", download_reminder()]
    return trouble or " ".join(filter(None, said)), not trouble
