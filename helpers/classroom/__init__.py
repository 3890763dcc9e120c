"""The work of many students: collected, shown on a class page, marked and given back.

Takes the files that a class hands in; returns the results of each student and of the class, and pages for the
instructor. Nothing here changes a student's workbook. Start with ``results``, which documents what the other modules
pass to each other.
"""

from .class_page import ClassReport, counted
from .collecting import Collected, Known, collect
from .giving_back import GivenBack, give_back, marks_files
from .gradebook import Column, Filled, Grades, filled_export
from .kept_results import Keeper
from .lms import FromLms, from_lms
from .marks_file import (
    AGREED,
    Given,
    Mark,
    Marks,
    is_marks_file,
    merge_marks,
    points_that_count,
    read_marks,
    write_marks,
)
from .report import class_report, write_class
from .report_folder import ReportFolder
from .results import PARTLY, RIGHT, WRONG, Answered, ClassResult, Essay, Quoted, Student, StudentResult, merged
from .roster import Roster
from .statistics import QuestionCount, count_answers, most_divided, most_tempting
from .student_work import Handed, student_result
