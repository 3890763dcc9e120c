"""A question and its verdict as still HTML: what a notebook that was not run, a printer and GitHub show."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping

from ..core import Markup, UserError, element, inert, join, void
from ..quotations import check_quotes
from ..search import stands_at
from ..texts import Text, module_text
from .marking import RIGHT, SAVED, Verdict
from .model import FREE, KINDS, Option, Place, Question
from .recording import Attempt, Standing


def answer_in_words(asked: Question, response: object) -> str:
    """Say an answer in words, whatever it turns out to be.

    Parameters
    ----------
    asked : Question
        The question as it is now; the answer may be to an earlier wording of it, or come from a
        file that somebody has changed.
    response : object
        The answer as it is kept.

    Returns
    -------
    str
        A line each for several things; an id stands for itself where the question has it no more.

    Examples
    --------
    >>> from helpers.questions import Option
    >>> options = (Option("a", "Yes"), Option("b", "No"))
    >>> asked = Question("1.1", "choices", "sourcing", "Which?", "01-x", "X", 1, "best", "", options=options)
    >>> answer_in_words(asked, ["b", "z"])
    'No\\nz'
    """
    options = {one.id: one.text for one in asked.options}
    items = {one.id: one.text for one in asked.items}
    kind = asked.kind
    if kind == "choice" and isinstance(response, str):
        return options.get(response, response)
    if kind in ("choices", "order") and _texts(response):
        texts = options if kind == "choices" else items
        named = [texts.get(id, id) for id in response]
        return "\n".join(named if kind == "choices" else (f"{n}. {text}" for n, text in enumerate(named, 1)))
    if kind == "match" and isinstance(response, Mapping) and _texts(list(response.values())):
        return "\n".join(f"{items.get(one, one)} → {options.get(other, other)}" for one, other in response.items())
    if kind == "passage" and isinstance(response, list) and all(isinstance(one, Mapping) for one in response):
        return "\n".join(f"“{one.get('words', '')}” ({asked.document}: {one.get('layer', '?')})" for one in response)
    return response if isinstance(response, str) else json.dumps(response, ensure_ascii=False, sort_keys=True)


def _texts(response: object) -> bool:
    return isinstance(response, list) and all(isinstance(one, str) for one in response)


_BOX = "border:1px solid #808080;padding:0.4em 0.9em 0.6em;margin:0.5em 0;max-width:60em"
_EDGES = {"right": "solid", "partly right": "dashed", "not yet right": "dotted", "saved": "solid"}
# How the answer that counts is headed, where something else was written since.
COUNTS = "Your answer that counts"
# What is no answer is asked for in words.
EMPTY = {
    "choice": "Choose one of them first.",
    "choices": "Choose at least one first.",
    "passage": "Mark some words first.",
    "match": "Give at least one its match first.",
    "short": "Write something first.",
    "essay": "Write something first.",
}


def paragraphs(words: str) -> list[str]:
    """The paragraphs of a prompt or of a model answer.

    Examples
    --------
    >>> paragraphs("One.\\n\\nTwo.\\n")
    ['One.', 'Two.']
    """
    return [one.strip() for one in words.split("\n") if one.strip()]


def question_heading(question: Question) -> str:
    """What stands beside the number of a question: its skill, its points, and which attempt counts.

    Examples
    --------
    >>> question_heading(Question("1.1", "short", "sourcing", "Who?", "01-x", "X", 0, "last", ""))
    '(sourcing; not marked)'
    """
    if not question.points:
        return f"({question.skill}; not marked)"
    points = f"{question.points} point{'' if question.points == 1 else 's'}"
    given = "" if question.marked else ", given by your teacher"
    which = "last complete" if question.attempts == "last" and question.least else question.attempts
    return f"({question.skill}; {points}{given}; your {which} answer counts)"


def shuffled_items(question: Question) -> tuple[Option, ...]:
    """The items to be put in order, in another order that is always the same.

    Examples
    --------
    >>> items = (Option("a", "first"), Option("b", "second"))
    >>> asked = Question("1.1", "order", "sourcing", "When?", "01-x", "X", 1, "best", "", items=items)
    >>> [item.id for item in shuffled_items(asked)]
    ['b', 'a']
    """
    mixed = sorted(question.items, key=lambda item: hashlib.sha256(f"{question.id} {item.id}".encode()).digest())
    return tuple(mixed if tuple(mixed) != question.items else mixed[1:] + mixed[:1])


def place_in_words(text: Text, layer: str, words: str) -> str:
    """Where words stand: text, voice, paragraph.

    Examples
    --------
    >>> from helpers.texts import parse_text
    >>> place_in_words(parse_text("One.\\n\\nTwo."), "text", "Two")
    'text, Voice not stated, ¶2'
    """
    found = text[layer]
    spots = [found.start + start for start, _ in stands_at(words, found.text)]
    numbers = [n for n, (a, b) in enumerate(found.paragraphs, 1) if any(a <= spot < b for spot in spots)]
    return f"{text.title}, {found.label}" + (f", ¶{numbers[0]}" if numbers else "")


def wanted_evidence(question: Question) -> str:
    """What a free answer has to quote from, in words."""
    if not question.least_evidence:
        return ""
    most = 4
    places = [
        f"{module_text(document).title} ({module_text(document)[layer].label})" for document, layer in question.evidence
    ]
    count = f"{question.least_evidence} quotation{'' if question.least_evidence == 1 else 's'}, word for word"
    if len(places) > most:
        titles = dict.fromkeys(module_text(document).title for document, _ in question.evidence)
        return f"At least {count}, from {', '.join(titles)}. Say whose words they are."
    return f"At least {count}, from: {'; '.join(places)}."


def verdict_data(question: Question, verdict: Verdict, *, opened: bool = False) -> dict:
    """Everything a verdict says, as plain data for the page; the key itself only as far as it is said.

    Parameters
    ----------
    question : Question
        The question.
    verdict : Verdict
        The verdict on an answer to it.
    opened : bool
        Whether the places of the text may be shown even if this answer is wrong: see `Standing.opened`.

    Returns
    -------
    dict
        Strings and lists of strings; nothing in it is HTML.
    """

    def where(place: Place) -> list[str]:
        text = module_text(place.document)
        return [place.words, place_in_words(text, place.layer, place.words)]

    # A wrong first try gets what was written for it, and nothing that hands over the next one.
    opened = opened or verdict.state in (RIGHT, SAVED)
    return {
        "state": verdict.state,
        "said": verdict.said,
        "remarks": [[remark.verdict, inert(remark.about), remark.why] for remark in verdict.remarks],
        "wants": list(verdict.wants),
        # Who has written three words of eighty has not yet answered.
        "where": [where(one) for one in question.where] if opened and not verdict.short else [],
        "reread": "" if verdict.short and question.model_answer else question.reread,
        "model": question.model_answer if opened and not verdict.short else "",
        "misconceptions": [list(one) for one in question.misconceptions] if opened and not verdict.short else [],
    }


def _folded(name: str, *content: object) -> Markup:
    return element("details", element("summary", element("strong", name)), *content)


def _list(entries: Iterable[object]) -> Markup:
    items = (element("li", entry, style="margin:0.35em 0") for entry in entries)
    return element("ul", *items, style="list-style:none;margin:0.2em 0;padding:0")


def verdict_html(told: Mapping) -> Markup:
    """A verdict as still HTML.

    Parameters
    ----------
    told : mapping
        What `verdict_data` gives.

    Returns
    -------
    Markup
        The verdict, its remarks, and where to look.
    """
    strong = lambda words: element("strong", words)  # noqa: E731 - said eight times below
    br = void("br")
    parts = [element("p", strong(told["said"]))]
    if told["wants"]:
        parts += [element("p", strong("Still wanted")), _list(told["wants"])]
    open_remarks = [one for one in told["remarks"] if one[0] != "why not"]
    others = [one for one in told["remarks"] if one[0] == "why not"]
    parts += [_list(join([strong(f"{word}: "), about, br, why]) for word, about, why in open_remarks)]
    if told["where"]:
        parts.append(element("p", strong("Where in the text")))
        parts.append(_list(join([f"“{words}” ", element("small", f"({place})")]) for words, place in told["where"]))
    again = [element("p", strong("Read again: "), told["reread"])] if told["reread"] else []
    parts += [] if told["model"] else again
    if others:
        parts.append(_folded("Why not the others?", _list(join([about, br, why]) for _, about, why in others)))
    if told["model"]:
        model = (element("p", one) for one in paragraphs(told["model"]))
        parts.append(_folded("One good answer (yours may differ)", *model, *again))
    if told["misconceptions"]:
        ideas = _list(join([element("em", idea), br, reply]) for idea, reply in told["misconceptions"])
        parts.append(_folded("What people often think", ideas))
    edge = f"border-left:5px {_EDGES[told['state']]} #808080;padding-left:0.8em"
    return element("div", *parts, style=edge)


def question_html(question: Question) -> Markup:
    """A question as still HTML: all that is asked and nothing of the key."""
    parts = [
        element("p", element("strong", f"Question {question.id}"), " ", element("small", question_heading(question)))
    ]
    parts += [element("p", one) for one in paragraphs(question.prompt)]
    parts.append(element("p", element("em", KINDS[question.kind])))
    if question.kind == "passage":
        text = module_text(question.document)
        labels = "; ".join(layer.label for layer in text.choose(layers=question.layers))
        parts.append(element("p", f"In {text.title}: {labels}."))
    if question.kind == "order":
        parts.append(_list(element("span", item.text) for item in shuffled_items(question)))
    if question.kind == "match":
        parts.append(_list(join([element("strong", f"{n}. "), one.text]) for n, one in enumerate(question.items, 1)))
        parts.append(element("p", element("em", "Matches: "), "; ".join(option.text for option in question.options)))
    elif question.options:
        parts.append(_list(join([element("code", option.id), " ", option.text]) for option in question.options))
    if limits := limits_in_words(question):
        parts.append(element("p", limits))
    if question.rubric:
        rows = [
            element(
                "tr",
                element(
                    "th", f"{one.criterion} ({one.points})", scope="row", style="text-align:left;vertical-align:top"
                ),
                element("td", _list(one.levels), style="text-align:left"),
            )
            for one in question.rubric
        ]
        parts.append(_folded("What is looked at", element("table", element("tbody", *rows))))
    return join(parts)


def limits_in_words(question: Question) -> str:
    """How long a free answer is to be, and what it has to quote."""
    words = [f"at least {question.least} words"] if question.least else []
    words += [f"at most {question.most} words"] if question.most else []
    long = (", ".join(words).capitalize() + ". ") if words else ""
    return (long + wanted_evidence(question)).strip()


def answer_example(question: Question) -> str:
    """How to answer without the form."""
    ids = [option.id for option in question.options]
    items = (
        [item.id for item in shuffled_items(question)] if question.kind == "order" else [i.id for i in question.items]
    )
    value = {
        "choice": lambda: f'"{ids[0]}"',
        "choices": lambda: f'["{ids[0]}", "{ids[1]}"]',
        "order": lambda: "[" + ", ".join(f'"{id}"' for id in items) + "]",
        "match": lambda: f'{{"{items[0]}": "{ids[0]}", …}}',
    }.get(question.kind, lambda: '"…"')()
    return f'answer("{question.id}", {value})'


def still_question(question: Question, standing: Standing) -> Markup:
    """A question with what was answered so far, as still HTML."""
    parts = [question_html(question)]
    if standing.last:
        parts += _answered(standing, standing.counts if question.kind in FREE else standing.last)
    else:
        parts.append(
            element(
                "p",
                element(
                    "small", "Run this cell to answer here; or in a cell: ", element("code", answer_example(question))
                ),
            )
        )
    if changed := changed_in_words(standing):
        parts.append(element("p", changed))
    return element("section", *parts, style=_BOX, **{"class": "close-reading-question"})


def _answered(stands: Standing, attempt: Attempt) -> list[Markup]:
    question = stands.question
    shown = [element("p", element("strong", "Your answer")), *_words(question, attempt)]
    if question.kind in FREE:
        shown += _quoted(attempt.response)
    shown.append(verdict_html(verdict_data(question, attempt.verdict, opened=stands.opened)))
    if attempt is stands.last and attempt is not stands.counts:
        shown.append(element("p", counted_in_words(stands)))
        shown += [_folded(COUNTS, *_words(question, stands.counts))] if question.kind in FREE else []
    return [*shown, *later_html(stands)] if attempt is stands.counts else shown


def _words(question: Question, attempt: Attempt) -> list[Markup]:
    return [element("p", one, dir="auto") for one in paragraphs(inert(answer_in_words(question, attempt.response)))]


def later_in_words(stands: Standing) -> str:
    """Say that something unfinished was written after the answer that counts, or nothing."""
    if not stands.unfinished or not stands.unfinished.response.strip():
        return ""
    what = "draft" if stands.unfinished is stands.draft else "answer"
    return f"A later {what} has too few words: it is kept too, and does not take the place of this one."


def later_html(stands: Standing) -> list[Markup]:
    """What was written after the answer that counts and is not finished: said, and folded."""
    if not (said := later_in_words(stands)):
        return []
    return [element("p", said), _folded("Later, not complete", *_words(stands.question, stands.unfinished))]


def counted_in_words(stands: Standing) -> str:
    """Say which answer counts, where it is not the last one, or nothing.

    Examples
    --------
    >>> counted_in_words(Standing(Question("1.1", "short", "sourcing", "Who?", "01-x", "X", 0, "last", "")))
    ''
    """
    counts, last = stands.counts, stands.last
    if stands.unfinished:
        return "Your complete answer from before still counts."
    if not counts or counts.verdict.points == last.verdict.points:
        return ""
    points = f"{counts.verdict.points:g} of {counts.verdict.of}"
    return f"Your {'first answer counts' if stands.question.attempts == 'first' else 'best so far'}: {points}."


def _quoted(essay: str) -> list[Markup]:
    checked = check_quotes(essay)
    return [Markup(checked._repr_html_())] if len(checked) else []


def quotations_in_words(essay: str) -> list[list[str]]:
    """What is said of the quotations of an essay: quotation, verdict, where, difference.

    Parameters
    ----------
    essay : str
        What a student wrote.

    Returns
    -------
    list of list of str
        A row for every quotation; one row that says why, where they cannot be checked.

    Examples
    --------
    >>> quotations_in_words("Nothing is quoted here.")
    []
    """
    try:
        checked = check_quotes(essay)
    except UserError as error:
        return [["", str(error), "", ""]]
    return [
        [
            inert(row["quotation"]),
            row["verdict"],
            f"{row['voice']}; {row['document']}, {row['layer']}, {row['paragraph']}" if row["layer"] else "",
            inert(row["difference"]),
        ]
        for row in checked.in_words()
    ]


def changed_in_words(standing: Standing) -> str:
    """Say that a question was changed since it was answered, or nothing."""
    if not standing.earlier or standing.attempts:
        return ""
    return (
        "This question has changed since you answered it. Your earlier answer is kept in your work; "
        "please answer again."
    )


def recorded_html(stands: Standing, note: str) -> Markup:
    """What is shown when an answer was recorded without the form."""
    question = stands.question
    title = element(
        "p", element("strong", f"Question {question.id}"), " ", element("small", question_heading(question))
    )
    prompt = (element("p", one) for one in paragraphs(question.prompt))
    return element("section", title, *prompt, *_answered(stands, stands.last), element("p", note), style=_BOX)
