"""Write a question on paper, with space for the answer, and its key for the instructor."""

from __future__ import annotations

from ..core import Markup, classed, element, join
from ..questions import Place, Question, paper_list, paragraphs, place_in_words, quoted
from ..texts import module_text


def question_on_paper(question: Question, level: int) -> Markup:
    """Write a question with space for the answer and without the key.

    Examples
    --------
    >>> from helpers.questions import question
    >>> asked = question("0.1")
    >>> html = question_on_paper(asked, 3)
    >>> html.count('class="box"') == len(asked.options), asked.options[0].why in html
    (True, False)
    """
    parts = [
        _heading(question, level),
        *(element("p", one) for one in paragraphs(question.prompt)),
        element("p", element("em", question.how_on_paper), f" {question.limits}" if question.limits else ""),
    ]
    kind = "question free" if question.tall else "question"
    return classed("section", kind, classed("div", "prompt", *parts), question.paper())


def _heading(question: Question, level: int) -> Markup:
    """Write the heading of a question: number, skill and points."""
    points = f"{question.points} point{'' if question.points == 1 else 's'}" if question.points else "not marked"
    small = element("small", f"({question.skill}; {points})")
    return element(f"h{level}", f"Question {question.id} ", small)


def key_of(question: Question, level: int) -> Markup:
    """Write the key of a question: the right answer and all explanations.

    Examples
    --------
    >>> from helpers.questions import question
    >>> asked = question("0.1")
    >>> asked.options[0].why in key_of(asked, 2)
    True
    """
    prompt = [element("p", element("em", one)) for one in paragraphs(question.prompt)]
    parts = [_heading(question, level), *prompt, *question.key()]
    parts += [element("p", one) for one in paragraphs(question.why)]
    if question.where:
        places = paper_list("", map(_place, question.where))
        parts += [element("p", element("b", "Where in the text")), places]
    if question.reread:
        parts.append(element("p", element("b", "Read again: "), question.reread))
    if question.model_answer:
        parts.append(element("p", element("b", "One good answer (others may be equally good)")))
        parts.append(element("blockquote", *(element("p", one) for one in paragraphs(question.model_answer))))
    if question.misconceptions:
        parts.append(element("p", element("b", "What people often think")))
        said = (join([element("em", idea), " – ", reply]) for idea, reply in question.misconceptions)
        parts.append(paper_list("", said))
    return classed("section", "key", *parts)


def _place(place: Place) -> Markup:
    text = module_text(place.document)
    return join([quoted(place.words), " ", element("small", f"({place_in_words(text, place.layer, place.words)})")])
