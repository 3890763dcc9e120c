"""The whole module: its check, new modules, packages and links for students, assignments for other programs.

Input: the folders ``texts/`` and ``lessons/``. Output: problems in words, each with file, line and a fix; zip
files, links, pages and quiz files. Begin with ``course_check``; ``notebook_check`` opens the lessons, and
``notebook_code`` reads their cells. ``package`` makes the package that students get,
``nbgrader_source`` the assignment for nbgrader, which ``nbgrader_marking`` marks. ``module_maker`` makes a module
of two other texts, ``refreshing`` runs lessons and stores their results. ``reading_site`` makes a web site of the
lessons, which ``site_building`` builds and ``site_folder`` writes.
"""

from .assignment import assignment_sheet
from .course_check import CourseReport, check_course
from .links import BINDER, Link, binder_link, nbgitpuller_link
from .module_maker import new_module
from .nbgrader_marking import mark_with_nbgrader
from .nbgrader_source import CONFIG as NBGRADER_CONFIG, NbgraderAssignment, nbgrader_assignment
from .new_texts import ENCODINGS
from .package import Handout, for_students, handout
from .quizzes import QUIZ_FORMATS, QuizFile, quiz_file
from .reading_site import WebEdition, web_edition
from .reference import reference_pages
from .refreshing import refresh, unlock
from .site_folder import SiteFolder
from .start_page import START, rights_of_texts, site_page
