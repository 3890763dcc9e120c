"""Show a student's earlier answers again, with their quotations checked and the marks that they quote."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TypeVar

from ..annotation import Note, notes
from ..core import THEME, Markup, UserError, bidi_isolated, element, join, neutralised, plain, short_repr
from ..questions import (
    COUNTS,
    FIRST,
    Question,
    QuestionState,
    earlier_answers,
    earlier_in_words,
    later_html,
    later_in_words,
    no_longer_asked,
    question,
    standings,
)
from ..quotations import check_quotes
from ..reading import find
from ..texts import Text, module_text
from ..workbook import UNSTORED, require_person
from .feedback import Feedback, all_feedback, feedback_html, feedback_lines, is_for_earlier_words

_OMISSION = re.compile(r"\s*(?:\[?(?:…|\.\.\.)\]?)\s*")


R = TypeVar("R", bound="Recalled")


class Recalled:
    """Earlier answers; what is stored of their display are the questions, without the answers."""

    def __init__(self, asked: Iterable[Question]) -> None:
        self._asked = tuple(asked)

    @property
    def answers(self) -> tuple[QuestionState, ...]:
        """The answers; raises `UserError` if it is not known who the person is."""
        require_person()
        return tuple(standings(self._asked))

    @plain
    def __repr__(self) -> str:
        asked = ", ".join(one.id for one in self._asked)
        return f"Your answers to {asked}. {UNSTORED}"

    @plain
    def __str__(self) -> str:
        given = all_feedback()
        parts = ([*_plain(one), *_feedback_lines(one, given)] for one in self.answers)
        return "\n\n".join("\n".join(lines) for lines in parts)

    def _repr_html_(self) -> Markup:
        asked = (join(_asked(one)) for one in self._asked)
        return element("article", *asked, element("p", UNSTORED), **{"class": "close-reading-recalled"})

    def words_html(self) -> Markup:
        """Return the questions with the answers, for the live view."""
        given = all_feedback()
        return element("article", *(join([*_shown(one), *_feedback_html(one, given)]) for one in self.answers))


def recall(*ids: str, made: type[R]) -> R:
    """Show earlier answers to the questions with these ids; raises `UserError` if there is no such question."""
    if not ids:
        raise UserError('No question is named. Write its id: my_work("0.1").')
    if wrong := [id for id in ids if not isinstance(id, str)]:
        raise UserError(
            f'{short_repr(wrong[0])} is not the id of a question. Write it in quotation marks: my_work("0.1").'
        )
    dropped = {one.question.id: one.question for one in no_longer_asked()}
    return made([dropped.get(id) or question(id) for id in ids])


def used_marks(essay: str, marks: Iterable[Note]) -> list[Note]:
    """Find the marks that overlap a quotation of an essay, at the same place in the text."""
    quoted: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for row in check_quotes(essay):
        if row["layer"]:
            text = module_text(row["document"])
            quoted.setdefault((row["document"], row["layer"]), []).extend(_places(text, row["layer"], row["quotation"]))
    return [
        mark
        for mark in marks
        if any(start < mark.end and mark.start < end for start, end in quoted.get((mark.document, mark.layer), ()))
    ]


def _places(text: Text, layer: str, quotation: str) -> list[tuple[int, int]]:
    parts = [part for part in _OMISSION.split(quotation) if re.search(r"\w", part)]
    return [(span.start, span.end) for part in parts for span in find(text, [part], layers=layer)]


def _told(one: QuestionState) -> tuple[str, str, list[str]]:
    """Return the answer to show, a heading for its state, and remarks on it."""
    attempt, state = one.read_again, "Your answer"
    if attempt and attempt is one.draft:
        state = "Your draft, not yet given as an answer"
    elif attempt is None and one.earlier:
        attempt = one.earlier[-1]
        state, _, _ = earlier_answers(one)[-1]
        state += " of the question" if one.question.prompt else ""
    if attempt is None:
        asked = one.question
        return "", "", [f'Not answered yet: open lesson {asked.lesson[:2]} and run answer("{asked.id}").']
    before = one.read_again is None
    words = neutralised(earlier_in_words(one.question, attempt) if before else one.question.in_words(attempt.response))
    said = _checked(words) if one.question.free else []
    return words, state, said


def _before(one: QuestionState) -> list[list[str]]:
    """Return the answers to earlier wordings that `_told` does not show."""
    return earlier_answers(one) if one.read_again else earlier_answers(one)[:-1]


def _behind(one: QuestionState) -> str:
    """Return the answer that counts, if a newer complete draft is shown instead of it."""
    return neutralised(one.question.in_words(one.counts.response)) if one.counts and one.read_again is one.draft else ""


def _first(one: QuestionState) -> str:
    """Return the first complete answer, if it is not one that is shown anyway."""
    first = one.first_beside(one.read_again, one.counts)
    return neutralised(one.question.in_words(first.response)) if first else ""


def _checked(words: str) -> list[str]:
    check = check_quotes(words)
    if not check.quotations:
        return []
    mine = notes()
    used = used_marks(words, mine)
    listed = "; ".join(f"“{neutralised(mark.quotation)}”" for mark in used)
    said = f"Your own marks quoted here: {len(used)} of {len(mine)}" + (f" ({listed})." if used else ".")
    return [check.summary, said]


def _plain(one: QuestionState) -> list[str]:
    words, state, said = _told(one)
    shown = [f"Question {one.question.id} ({one.question.title})", *([f"{state}:", words] if words else []), *said]
    for name, asked, given in _before(one):
        shown += [f"{name}:", *filter(None, [asked]), given]
    if first := _first(one):
        shown += [f"{FIRST}:", first]
    if behind := _behind(one):
        return [*shown, f"{COUNTS}:", behind]
    later, told = one.unfinished, later_in_words(one)
    return [*shown, told, neutralised(later.words)] if later and told else shown


def _feedback_lines(one: QuestionState, given: Mapping[str, Feedback]) -> list[str]:
    found = given.get(one.question.id)
    return feedback_lines(found, earlier=is_for_earlier_words(found, one)) if found else []


def _feedback_html(one: QuestionState, given: Mapping[str, Feedback]) -> list[Markup]:
    """Return the feedback on an answer in a box of its own, as words of another person."""
    found = given.get(one.question.id)
    if not found:
        return []
    style = f"border:1px solid {THEME.edge};border-radius:8px;padding:0.2em 1em;margin:0.6em 0;max-width:54em"
    said = feedback_html(found, earlier=is_for_earlier_words(found, one))
    return [element("section", element("p", element("strong", "Feedback")), said, style=style)]


def _asked(question: Question, prompt: str = "") -> list[Markup]:
    """Write the heading and the prompt of a question; `prompt` is that of a question that is no longer asked."""
    head = element("p", element("strong", f"Question {question.id}"), " (", bidi_isolated(question.title), ")")
    return [
        head,
        *(element("p", part) for part in (question.prompt or prompt).split("\n\n") if part.strip()),
    ]


def _shown(one: QuestionState) -> list[Markup]:
    words, state, said = _told(one)
    style = f"white-space:pre-wrap;border-left:4px solid {THEME.edge};padding-left:0.8em;margin:0.3em 0"
    parts = _asked(one.question, one.earlier[-1].prompt if one.earlier else "")
    if words:
        parts += [element("p", element("strong", f"{state}:")), element("div", words, style=style, dir="auto")]
    parts += [element("p", line) for line in said]
    for name, asked, given in _before(one):
        words_then = (element("p", asked), element("div", given, style=style, dir="auto"))
        parts.append(element("details", element("summary", name), *words_then))
    if first := _first(one):
        parts.append(element("details", element("summary", FIRST), element("div", first, style=style, dir="auto")))
    if behind := _behind(one):
        return [*parts, element("details", element("summary", COUNTS), element("div", behind, style=style, dir="auto"))]
    return [*parts, *later_html(one)]
