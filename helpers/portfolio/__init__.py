"""A student's own work: progress, exports, download, restore, and earlier answers shown again.

Input: the events of the workbook. Output: tables, files to hand in and pages to read. Begin with
``overview``.
"""

from .downloads import (
    TEMPORARY,
    download_reminder,
    record_download,
    restore_download,
    temporary_warning,
    undecided_questions,
    version_vector,
)
from .earlier_answers import Recalled, recall, used_marks
from .exports import FORMATS
from .feedback import (
    Feedback,
    GivenStep,
    MarkedBy,
    all_feedback,
    feedback_box,
    feedback_bundle,
    feedback_html,
    feedback_in_words,
    feedback_on,
    hash_of,
    told_feedback,
)
from .overview import contents, export_work, kept_from_before, module_version, progress, save_work, work_records
from .own_words import recorded_words
from .rights import RIGHTS, agree_to_pass_on, brought_along, is_agreed, left_out
from .stored_outputs import clean_notebook, take_out_words
from .whose import WhoseQuestion, be_person, find_person, read_work, who_is_there, whose_file, whose_name
