"""A lesson on paper, and its answer key.

In come a notebook and its question file; out comes a page of HTML to print. Begin with
``lesson_sheet``; ``directives`` lists what an author can say about paper.
"""

from .cutouts import text_strips
from .directives import apply_directives
from .lesson import find_lesson, read_lesson
from .lesson_sheet import LATER, TURN, answer_key, worksheet
from .questions_on_paper import key_of, question_on_paper
from .sanitize import still_html
