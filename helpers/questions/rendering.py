"""Write questions and verdicts as static HTML, for GitHub, printing and notebooks without widgets."""

from __future__ import annotations

import math
from typing import TypedDict

from ..core import THEME, Look, Markup, UserError, element, join, neutralised, void
from ..quotations import check_quotes
from ..search import stands_at
from ..texts import Text, module_text
from ..workbook import UNSTORED
from .model import Place, Question
from .parts import still_list
from .recording import Attempt, Kept, QuestionState, earlier_in_words, standings
from .settings import closed_in_words
from .verdict import PARTLY, RIGHT, SAVED, Verdict

_BOX = f"border:1px solid {THEME.edge};border-radius:8px;padding:0.5em 1.2em 0.8em;margin:0.5em 0;max-width:54em"
# Heading of the answer that counts, where a later one is shown too.
COUNTS = "Your answer that counts"
# What a question is for that a reader judges, by `Question.counts_for_the_mark`.
AIMS = {True: "for the mark", False: "for practice", None: ""}
# Heading of the first complete answer, which is shown beside the last.
FIRST = "Your first complete answer"


class Told(TypedDict):
    """The result of `verdict_data`."""

    look: Look
    said: str
    remarks: list[list[str]]
    where: list[list[str]]
    reread: str
    model: str
    closed: str
    misconceptions: list[list[str]]


def paragraphs(words: str) -> list[str]:
    """Split a prompt or a model answer into paragraphs."""
    return [one.strip() for one in words.split("\n") if one.strip()]


def question_heading(question: Question) -> str:
    """Write the note beside the number of a question: skill, points, and which attempt counts.

    Examples
    --------
    >>> from helpers.questions import KINDS
    >>> question_heading(KINDS["short"](id="1.1", prompt="Who?", lesson="01-x", title="X", points=0))
    '(sourcing; not marked)'
    """
    if not question.points:
        return f"{_place_in_lesson(question)}({question.skill}; not marked)"
    points = f"{question.points} point{'' if question.points == 1 else 's'}"
    given = "" if question.marked else ", given by your teacher"
    complete = " complete" if question.counting != "best" and question.too_short("") else ""
    aim = (
        f"; {AIMS[question.counts_for_the_mark]}" if AIMS[question.counts_for_the_mark] and not question.marked else ""
    )
    counts = f"your {question.counting}{complete} answer counts"
    return f"{_place_in_lesson(question)}({question.skill}; {points}{given}{aim}; {counts})"


def _place_in_lesson(question: Question) -> str:
    return f"· {question.number} of {question.of} " if question.of else ""


def minutes_left(question: Question) -> str:
    """Say how many questions of the lesson are answered and, in steps of five, how many minutes its rest may take.

    The estimate is the share of the lesson's minutes that the unanswered questions are of all its questions;
    it is empty if the question file does not state ``minutes``.
    """
    if not question.minutes:
        return ""
    unanswered = sum(
        not one.counts or bool(one.unfinished) for one in standings() if one.question.lesson == question.lesson
    )
    answered = f"{question.of - unanswered} of {question.of} answered"
    left = math.ceil(question.minutes * unanswered / question.of / 5) * 5
    return f"{answered}, about {left} minutes left" if unanswered else f"all {question.of} answered"


def place_in_words(text: Text, layer: str, words: str) -> str:
    """Write the place of words: text, voice, paragraph.

    Examples
    --------
    >>> from helpers.texts import parse_text
    >>> place_in_words(parse_text("One.\\n\\nTwo."), "text", "Two")
    'text, Voice not stated, ¶2'
    """
    found = text[layer]
    spots = stands_at(words, found.text)
    return f"{text.title}, {found.label}" + (f", ¶{text.paragraph_at(found.start + spots[0][0])}" if spots else "")


def verdict_data(question: Question, verdict: Verdict, *, opened: bool = False) -> Told:
    """Write a verdict as plain data, with no more of the key than the student may see; `opened` shows the places."""

    def where(place: Place) -> list[str]:
        text = module_text(place.document)
        return [place.words, place_in_words(text, place.layer, place.words)]

    about = question.good_answer or question.misconceptions
    # A wrong first attempt gets the remarks written for it, but nothing that gives away the right answer.
    opened = opened or verdict.state in (RIGHT, SAVED)
    whole = opened and not verdict.short
    shown = whole and question.model_is_open
    return {
        "look": THEME.verdicts[PARTLY if verdict.wants and verdict.state == SAVED else verdict.state],
        "said": verdict.said,
        "remarks": [[remark.verdict, neutralised(remark.about), remark.why] for remark in verdict.remarks],
        # An answer with too few words does not open the places, the model answer or the misconceptions.
        "where": [where(one) for one in question.where] if whole else [],
        "reread": "" if verdict.short and question.good_answer else question.reread,
        "model": question.good_answer if shown else "",
        "closed": closed_in_words(question.opens) if about and whole and not shown else "",
        "misconceptions": [list(one) for one in question.misconceptions] if shown else [],
    }


def _folded(name: str, *content: object) -> Markup:
    return element("details", element("summary", element("strong", name)), *content)


def verdict_html(told: Told) -> Markup:
    """Write a verdict as static HTML."""

    def strong(words: str) -> Markup:
        return element("strong", words)

    br = void("br")
    line, colour, sign = told["look"]
    banner = f"background:{colour};color:{THEME.ink};border-radius:6px;padding:0.25em 0.7em"
    parts = [element("p", element("span", sign, **{"aria-hidden": "true"}), " ", strong(told["said"]), style=banner)]
    open_remarks = [one for one in told["remarks"] if one[0] != "why not"]
    others = [one for one in told["remarks"] if one[0] == "why not"]
    parts += [still_list(join([strong(f"{word}: "), about, br, why]) for word, about, why in open_remarks)]
    if told["where"]:
        parts.append(element("p", strong("Where in the text")))
        parts.append(
            still_list(join([f"“{words}” ", element("small", f"({place})")]) for words, place in told["where"])
        )
    again = [element("p", strong("Read again: "), told["reread"])] if told["reread"] else []
    parts += [] if told["model"] else again
    if others:
        parts.append(_folded("Why not the others?", still_list(join([about, br, why]) for _, about, why in others)))
    if told["model"]:
        model = (element("p", one) for one in paragraphs(told["model"]))
        parts.append(_folded("One good answer (yours may differ)", *model, *again))
    parts += [element("p", told["closed"])] if told["closed"] else []
    if told["misconceptions"]:
        ideas = still_list(join([element("em", idea), br, reply]) for idea, reply in told["misconceptions"])
        parts.append(_folded("What people often think", ideas))
    return element("div", *parts, style=f"border-left:5px {line} {THEME.edge};padding-left:0.8em")


def question_html(question: Question, *, to_read: bool = False) -> Markup:
    """Write a question as static HTML, without the key, and `to_read` without ids to type."""
    parts = [
        element("p", element("strong", f"Question {question.id}"), " ", element("small", question_heading(question)))
    ]
    parts += [element("p", one) for one in paragraphs(question.prompt)]
    limits = [element("p", question.limits)] if question.limits else []
    shown = question.to_read() if to_read else question.still()
    return join([*parts, element("p", element("em", question.how)), *limits, *shown])


def still_question(question: Question, how: Markup | None = None) -> Markup:
    """Write a question as static HTML, without the answers to it, because it is stored in the notebook.

    `how` says where to answer, instead of “Run this cell”, on a page where nothing runs.
    """
    asked = question_html(question, to_read=how is not None)
    if how is None:
        typed = element("code", f'answer("{question.id}", {question.example()})')
        how = element("p", element("small", "Run this cell to answer here; or in a cell: ", typed, f". {UNSTORED}"))
    return element("section", asked, how, style=_BOX, **{"class": "close-reading-question"})


def _answered(stands: QuestionState, attempt: Attempt) -> list[Markup]:
    question = stands.question
    shown = [element("p", element("strong", "Your answer")), *_words(question, attempt)]
    if question.free:
        shown += _quoted(attempt.words)
    shown.append(verdict_html(verdict_data(question, attempt.verdict, opened=stands.opened)))
    if attempt is stands.last and attempt is not stands.counts:
        shown.append(element("p", counted_in_words(stands)))
        shown += [_folded(COUNTS, *_words(question, stands.counts))] if question.free and stands.counts else []
    if first := stands.first_beside(attempt, stands.counts):
        shown.append(_folded(FIRST, *_words(question, first)))
    return [*shown, *later_html(stands)] if attempt is stands.counts else shown


def _words(question: Question, attempt: Kept) -> list[Markup]:
    return [element("p", one, dir="auto") for one in paragraphs(neutralised(question.in_words(attempt.response)))]


def later_in_words(stands: QuestionState) -> str:
    """Say that a later answer or draft is too short to count; empty if there is none."""
    if not stands.unfinished or not stands.unfinished.words.strip():
        return ""
    what = "draft" if stands.unfinished is stands.draft else "answer"
    return f"Your later {what} has too few words. It is saved, but it does not replace this answer."


def later_html(stands: QuestionState) -> list[Markup]:
    """Write the unfinished answer that is newer than the one that counts, folded."""
    later, said = stands.unfinished, later_in_words(stands)
    if not later or not said:
        return []
    return [element("p", said), _folded("Your later text, not complete", *_words(stands.question, later))]


def counted_in_words(stands: QuestionState) -> str:
    """Say which answer counts, if it is not the last one; otherwise empty.

    Examples
    --------
    >>> from helpers.questions import KINDS
    >>> counted_in_words(QuestionState(KINDS["short"](id="1.1", prompt="Who?", lesson="01-x", title="X")))
    ''
    """
    counts, last = stands.counts, stands.last
    if stands.unfinished:
        return "Your earlier complete answer still counts."
    if not counts or not last or counts.verdict.points == last.verdict.points:
        return ""
    points = f"{counts.verdict.points:g} of {counts.verdict.of}"
    return f"Your {'first answer counts' if stands.question.attempts == 'first' else 'best so far'}: {points}."


def _quoted(essay: str) -> list[Markup]:
    checked = check_quotes(essay)
    if not checked.tally and not checked.remarks:
        return []
    return [Markup(checked._repr_html_())]


class CheckedQuotations(TypedDict):
    """The quotations of an essay for the form: a tally of (sign, words, colour), rows for a table, and remarks."""

    tally: list[tuple[str, str, str]]
    rows: list[list[str]]
    remarks: list[str]
    warning: str


def checked_quotations(essay: str) -> CheckedQuotations:
    """Check the quotations of an essay; rows have quotation, verdict, place and difference.

    If they cannot be checked, a remark says why.
    """
    try:
        checked = check_quotes(essay)
    except UserError as error:
        return {"tally": [], "rows": [], "remarks": [str(error)], "warning": ""}
    rows = [
        [
            neutralised(row["quotation"]),
            row["verdict"],
            "; ".join(filter(None, [row["voice"], row["place"]])),
            neutralised(row["difference"]),
        ]
        for row in checked.in_words()
    ]
    tally = [(sign, words, THEME.marks[mark]) for sign, words, mark in checked.tally]
    remarks = [neutralised(remark) for remark in checked.remarks]
    return {"tally": tally, "rows": rows, "remarks": remarks, "warning": checked.warning}


def changed_in_words(standing: QuestionState) -> str:
    """Say that a question was changed since it was answered; otherwise empty."""
    if not standing.earlier or standing.attempts:
        return ""
    return (
        "This question has changed since you answered it. Your earlier answer is still in your work; "
        "please answer again."
    )


def earlier_answers(standing: QuestionState) -> list[list[str]]:
    """Return the answers to earlier wordings: a heading, the prompt and the answer of each, ready to display."""
    return [
        [
            "Your draft for an earlier wording" if kept.event.kind == "draft" else "Your answer to an earlier wording",
            neutralised(kept.prompt),
            neutralised(earlier_in_words(standing.question, kept)),
        ]
        for kept in standing.earlier
    ]


def undecided_in_words(stands: QuestionState) -> str:
    """Say, with the words of the answers, that it is not known which one was given last; otherwise empty.

    Examples
    --------
    >>> from helpers.questions import KINDS
    >>> undecided_in_words(QuestionState(KINDS["short"](id="1.1", prompt="Who?", lesson="01-x", title="X")))
    ''
    """
    asked, counts = stands.question, stands.counts
    if not stands.undecided or not counts:
        return ""
    other = " or ".join(f"“{neutralised(asked.in_words(one.response))}”" for one in stands.undecided)
    which = "first" if asked.counting == "first" else "last"
    settle = (
        "Both are in your work for your instructor to see."
        if which == "first"
        else "If the other one should count, give it again."
    )
    return (
        "You answered this question on computers whose clocks do not agree, and it is not known which answer you gave "
        f"{which}. “{neutralised(asked.in_words(counts.response))}” counts, not {other}. {settle}"
    )


def recorded_html(stands: QuestionState, note: str) -> Markup:
    """Write the question, answer and verdict after `answer` has recorded a response given in code."""
    question = stands.question
    title = element(
        "p", element("strong", f"Question {question.id}"), " ", element("small", question_heading(question))
    )
    prompt = (element("p", one) for one in paragraphs(question.prompt))
    answered = _answered(stands, stands.last) if stands.last else []
    return element("section", title, *prompt, *answered, element("p", note), style=_BOX)
