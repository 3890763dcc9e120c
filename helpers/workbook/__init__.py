"""A student's work on disk: each kernel appends events to its own file; reading merges the files.

Takes events (a kind and a body of plain data); returns the same events in order. It does not depend on
questions or marks. Only this room appends to a student's files. Start with ``session``; ``event_lines`` documents
the format of the files, ``order`` the order of events.
"""

from .collecting import Content, HandIn, HandIns, WhoseWork, as_one, own_part, read_content, same_people, whose_work
from .event_files import ReadLines
from .event_lines import MOST_COUNTER, MOST_DEPTH, MOST_JUMP, Event, file_header, plain_body, write_line
from .handed_in import HandedIn, NotWork, packed_for_page, read_folder, read_handed_in
from .order import History
from .owner import AnotherOwner, checked_name, last_name, same_name
from .session import (
    NotSaved,
    Person,
    begin_session,
    bundle,
    cannot_keep,
    choose_person,
    events,
    gone,
    history,
    kept_where,
    listen,
    must_ask,
    name_was_brought,
    people,
    person_in_kernel,
    reading,
    record,
    require_own,
    require_person,
    restore,
    troubles,
    unsaved,
)
from .student import UNSTORED, record_name, student_name, work_file_name
