"""The closed questions of a lesson for the quizzes of a learning platform, and what a quiz cannot say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ..core import UserError
from ..questions import Question, QuizItem, question_path, read_questions
from .package import chosen_lessons
from .quiz_gift import gift
from .quiz_moodle import moodle_xml
from .quiz_qti import qti
from .quiz_question import Quiz, QuizQuestion


@dataclass(frozen=True)
class QuizFormat:
    """A format of quiz files."""

    ending: str
    write: Callable[[Quiz], str | bytes]


QUIZ_FORMATS = {
    "gift": QuizFormat(".txt", gift),
    "moodle-xml": QuizFormat(".xml", moodle_xml),
    "qti": QuizFormat(".zip", qti),
}
# Moodle 4.5 knows these parts of a whole as shares of one right option (question_bank::fraction_options_full).
_MOST_RIGHT = 10
_CHOOSE_ONLY = "(In this quiz you only choose. The words are written in the lesson.)"


@dataclass(frozen=True)
class QuizFile:
    """A quiz file: its content, the ids of the questions in it, and what it leaves out."""

    content: str | bytes
    questions: tuple[str, ...]
    left_out: tuple[str, ...]


def quiz_file(lesson: str, format: str) -> QuizFile:
    """Write the closed questions of a lesson, with an explanation for each option, for a learning platform.

    Parameters
    ----------
    lesson : str
        Number, name or path of the lesson.
    format : str
        ``gift`` or ``moodle-xml`` for Moodle, ``qti`` (QTI 1.2, a zip file) for Canvas.

    Returns
    -------
    QuizFile

    Raises
    ------
    UserError
        If there is no such lesson or format, or no question of the lesson can be in a quiz.

    Examples
    --------
    >>> quiz_file("00", "gift").questions[0]
    '0.1'
    """
    if format not in QUIZ_FORMATS:
        raise UserError(f"No format “{format}”. There are: {', '.join(QUIZ_FORMATS)}.")
    (notebook,) = chosen_lessons([lesson])
    path = question_path(notebook)
    asked = read_questions(path) if path.is_file() else ()
    found: list[QuizQuestion] = []
    said: dict[str, list[str]] = {}  # what is left out, with the ids of the questions
    for one in asked:
        item = one.quiz() if one.keyed else None
        if item is None or (why := _cannot(one, item, format)):
            said.setdefault(f"Left out, because {why if item else _no_item(one)}", []).append(one.id)
            continue
        prompt = f"{one.prompt.rstrip()}\n{_CHOOSE_ONLY}" if one.typed else one.prompt
        found.append(QuizQuestion(one.id, prompt, one.points, item))
        for less in _less(one, item, format):
            said.setdefault(less, []).append(one.id)
    left_out = tuple(f"{what}: {', '.join(ids)}." for what, ids in said.items())
    if not found:
        raise UserError(
            f"No question of {notebook.stem} can be in a quiz. " + " ".join(left_out or ["It asks no question."])
        )
    quiz = Quiz(notebook.stem, asked[0].title, tuple(found), left_out)
    return QuizFile(QUIZ_FORMATS[format].write(quiz), tuple(one.id for one in found), left_out)


def _no_item(one: Question) -> str:
    if not one.keyed:
        return "the question file has no key"
    if not one.marked:
        return "the module does not mark them"
    if one.kind == "passage":
        return "no quiz lets words of a text be marked"
    return "a cell of the table has several right options"


def _cannot(one: Question, item: QuizItem, format: str) -> str:
    """Say why a question cannot be in a quiz; empty if it can."""
    if item.type in ("short", "essay"):
        return "students answer in their own words"
    right = sum(share > 0 for _, share, _ in item.answers)
    if item.type == "choices" and right > _MOST_RIGHT and format != "qti":
        return f"Moodle has no share of a point for more than {_MOST_RIGHT} right options"
    if item.type == "match" and len(item.pairs) < 2:
        return "a match needs two items"
    return ""


def _less(one: Question, item: QuizItem, format: str) -> Iterator[str]:
    """Say what of a question a quiz does not have."""
    if item.type == "order":
        yield "The order is written as a match of numbers and items"
    if one.typed:
        yield "Without the cells for words, which the prompt says"
    if item.why:
        yield "The explanations of the parts stand together, after the whole answer"
    if item.type == "choices" and format == "qti":
        yield "Canvas gives points for several right options in its own way"
    if format == "gift" and one.points != 1:
        yield f"GIFT has no points, so Moodle gives 1 and not {one.points}"
    if one.where:
        yield "Without the places in the text"
    if one.misconceptions:
        yield "Without the misconceptions"
