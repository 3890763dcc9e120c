"""The whole module: its check of texts, tables, questions and lessons.

Input: the folders ``texts/`` and ``lessons/``. Output: problems in words, each with file, line and a fix.
Begin with ``course_check``; ``notebook_check`` opens the lessons, and ``notebook_code`` reads their cells.
"""

from .course_check import CourseReport, check_course
