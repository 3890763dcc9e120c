"""Foundations of all rooms: the error for users, the theme, paths, files, HTML, YAML, dates, untrusted words.

Takes file names, raw words and numbers; returns checked values and safe HTML. Only this room looks
for folders; only this room and the workbook read and write files. Start with ``errors`` and ``html``.
"""

from .damage import damaged_letters, read_rightly
from .dates import (
    KEEP_AS_TEXT,
    Day,
    RewrittenDate,
    date_in_words,
    date_range,
    event_dates,
    rewritten_id,
    shown_date,
    year_in_words,
    year_of,
)
from .errors import MOST_LISTED, UserError, did_you_mean, list_of_names, listed, short_repr, shortened
from .files import (
    MOST_BYTES,
    Scratch,
    clear_parts,
    copied_name,
    empty_folder,
    file_bytes,
    is_part,
    put_file,
    read_file,
    read_unchanged,
    remove_file,
    sync,
    sync_folder,
    temporary_folder,
    write_all,
    write_files,
    write_new_file,
)
from .html import (
    SCREEN,
    Markup,
    Table,
    bidi_isolated,
    chip,
    classed,
    element,
    escape,
    foldable,
    folded,
    join,
    plain,
    void,
)
from .html_document import data_element, standalone_page
from .paths import (
    contained,
    course_file,
    fresh_settings,
    home,
    in_browser,
    is_read,
    is_shared,
    is_temporary,
    is_writable,
    lessons_folder,
    notebook_of_kernel,
    other_work,
    own_files,
    texts_folder,
    typed_path,
    work_folder,
)
from .problems import first_problems, merge_same_problem, merge_same_problems, problems_sought
from .slugs import slug
from .theme import THEME, Look
from .untrusted import FORMULA, formula_escaped, formula_restored, neutralised
from .version import __version__
from .whats_there import kind_in_words, kind_of, names_in
from .yaml_reader import YamlEntry, as_written, line_of_entry, plain_data, read_yaml, write_yaml
