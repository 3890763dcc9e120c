"""What the lessons ask, and how an answer is recorded, marked and shown.

In come question files and answers; out come verdicts in words and still HTML. Only this room reads
question files. Begin with ``model``, then ``recording`` and ``marking``.
"""

from .loading import check_questions, count_questions, lesson_files, question, question_path, questions
from .marking import NOT_YET, PARTLY, RIGHT, SAVED, mark_answer
from .model import FREE, KINDS, Option, Place, Question
from .question_file import read_questions
from .recording import (
    Attempt,
    Standing,
    keep_draft,
    last_reset,
    lessons_begun_anew,
    record_answer,
    reset_lesson,
    standing_of,
    standings,
    undo_reset,
)
from .rendering import (
    COUNTS,
    EMPTY,
    answer_example,
    answer_in_words,
    changed_in_words,
    counted_in_words,
    later_html,
    later_in_words,
    limits_in_words,
    paragraphs,
    place_in_words,
    question_heading,
    quotations_in_words,
    recorded_html,
    shuffled_items,
    still_question,
    verdict_data,
)
from .responses import MOST_CHARACTERS, normalised_answer

__all__ = [
    "COUNTS",
    "EMPTY",
    "FREE",
    "KINDS",
    "MOST_CHARACTERS",
    "NOT_YET",
    "PARTLY",
    "RIGHT",
    "SAVED",
    "Attempt",
    "Option",
    "Place",
    "Question",
    "Standing",
    "answer_example",
    "answer_in_words",
    "changed_in_words",
    "check_questions",
    "count_questions",
    "counted_in_words",
    "keep_draft",
    "last_reset",
    "later_html",
    "later_in_words",
    "lesson_files",
    "lessons_begun_anew",
    "limits_in_words",
    "mark_answer",
    "normalised_answer",
    "paragraphs",
    "place_in_words",
    "question",
    "question_heading",
    "question_path",
    "questions",
    "quotations_in_words",
    "read_questions",
    "record_answer",
    "recorded_html",
    "reset_lesson",
    "shuffled_items",
    "standing_of",
    "standings",
    "still_question",
    "undo_reset",
    "verdict_data",
]
