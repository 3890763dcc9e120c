"""Worksheets: a lesson as a page to print, and its answer key.

Input: a notebook and its question file. Output: an HTML page to print. Begin with ``lesson_sheet``;
``directives`` lists the comments with which an author controls the worksheet.
"""

from .cutouts import text_strips
from .directives import apply_directives
from .lesson import Cell, Lesson, find_lesson, read_lesson
from .lesson_sheet import LATER, TURN, answer_key, worksheet
from .questions_on_paper import key_of, question_on_paper
from .sanitize import still_html, still_markdown, without_advice
