"""The whole module: its check, packages and links for students, quizzes and assignments for other programs.

Input: the folders ``texts/`` and ``lessons/``. Output: problems in words, each with file, line and a fix; zip
files, links, pages and quiz files. Begin with ``course_check``; ``notebook_check`` opens the lessons, and
``notebook_code`` reads their cells. ``package`` makes the package that students get,
``nbgrader_source`` the assignment for nbgrader, which ``nbgrader_marking`` marks.
"""

from .assignment import assignment_sheet
from .course_check import CourseReport, check_course
from .links import BINDER, Link, binder_link, nbgitpuller_link
from .nbgrader_marking import mark_with_nbgrader
from .nbgrader_source import CONFIG as NBGRADER_CONFIG, NbgraderAssignment, nbgrader_assignment
from .package import Handout, handout
from .quizzes import QUIZ_FORMATS, QuizFile, quiz_file
from .start_page import START, rights_of_texts, site_page
