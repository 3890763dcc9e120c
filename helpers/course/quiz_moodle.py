"""Write a quiz as Moodle XML.

Moodle publishes no schema of it; the elements are those that its importer reads (``qformat_xml``, Moodle 4.5).
"""

from __future__ import annotations

from collections.abc import Iterator

from ..core import Markup, element, join
from .quiz_question import Quiz, QuizQuestion, as_html, percent, xml_file


def moodle_xml(quiz: Quiz) -> str:
    """Write a quiz as Moodle XML; comments at the beginning name what is left out."""
    return xml_file(element("quiz", _description(quiz), *map(_question, quiz.questions)), quiz.said)


def _description(quiz: Quiz) -> Markup:
    """Write what a student reads first; Moodle shows it among the questions, without a field for an answer."""
    return element("question", *_begun(quiz.name, quiz.about, "", 0), type="description")


def _begun(name: str, words: str, why: str, points: int) -> Iterator[Markup]:
    yield element("name", element("text", name))
    yield _html("questiontext", words)
    yield _html("generalfeedback", why)
    yield element("defaultgrade", points)
    yield element("penalty", 0)
    yield element("hidden", 0)


def _question(one: QuizQuestion) -> Markup:
    return element(
        "question",
        *_begun(one.id, one.prompt, "\n".join(one.item.why), one.points),
        element("shuffleanswers", "true"),
        *(_choices(one) if one.item.answers else _matches(one)),
        type="multichoice" if one.item.answers else "matching",
    )


def _choices(one: QuizQuestion) -> Iterator[Markup]:
    yield element("single", str(one.item.type == "choice").lower())
    yield element("answernumbering", "abc")
    for words, share, why in one.item.answers:
        yield _html("answer", words, _html("feedback", why), fraction=percent(share))


def _matches(one: QuizQuestion) -> Iterator[Markup]:
    for left, right in [*one.item.pairs, *(("", words) for words in one.item.distractors)]:
        yield _html("subquestion", left, element("answer", element("text", right)))


def _html(name: str, words: str, inside: Markup | None = None, **attributes: str) -> Markup:
    """Write an element with words as HTML, which is escaped inside."""
    text = element("text", str(as_html(words)))
    return element(name, join([text, inside or Markup("")]), **attributes, format="html")
