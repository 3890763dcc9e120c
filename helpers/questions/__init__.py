"""The questions of the lessons: read them, record answers, mark them and show them.

Input: question files and answers. Output: verdicts in words and static HTML. Only this room reads
question files. Begin with ``model`` and one of ``kinds``, then ``recording``.
"""

from .kinds.free import MOST_CHARACTERS
from .loading import check_questions, lesson_files, lesson_name, misnamed_files, question, question_path, questions
from .model import COMMON_KEYS, COMMON_SAMPLE, KINDS, Criterion, Key, Option, Part, Place, Question, QuizItem
from .parts import paper_list, quoted
from .prose_settings import DICTIONARIES, PHRASES, Prose
from .question_file import read_questions, without_answers
from .recording import (
    Attempt,
    Kept,
    QuestionState,
    earlier_in_words,
    keep_draft,
    last_reset,
    lessons_reset,
    no_longer_asked,
    record_answer,
    reset_lesson,
    standing_of,
    standings,
    undecided,
    undo_reset,
)
from .rendering import (
    AIMS,
    COUNTS,
    FIRST,
    CheckedQuotations,
    Told,
    changed_in_words,
    checked_quotations,
    counted_in_words,
    earlier_answers,
    later_html,
    later_in_words,
    minutes_left,
    paragraphs,
    place_in_words,
    question_heading,
    recorded_html,
    still_question,
    undecided_in_words,
    verdict_data,
)
from .settings import ESSAYS, FORMS, course_settings
from .verdict import NOT_YET, PARTLY, RIGHT, SAVED, Marking, Remark
