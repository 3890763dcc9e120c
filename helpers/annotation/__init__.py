"""A reader's marks and notes on a text.

Input: ranges or quoted words, tags and notes. Output: W3C Web Annotations in the workbook, which are
re-anchored when the text is corrected, and the agreement of several readers. Start with ``editing``
and ``marks``.
"""

from .anchoring import LEAST_LIKENESS, Anchor, anchor_at, find_again, likeness, whole_characters
from .editing import annotate_span, change_mark, import_annotations, mark_quotation, remove_mark, undo, undoable
from .exchange import as_collection, export_annotations
from .marks import Note, marks_table, notes
from .reader_agreement import (
    Agreement,
    ReaderMarks,
    agreement,
    cohen_kappa,
    compare_marks,
    join_ranges,
    krippendorff_alpha,
    read_marks,
    stretches,
)
from .rendering import REMARKS, listed_marks, note_colour, note_place_in_words, numbered_notes, still_marks
from .tags import add_tag, tagset
from .web_annotation import (
    MOST_NOTE,
    MOST_TAGS,
    annotation_collection,
    annotations_inside,
    edit_annotation,
    read_annotation,
    write_annotation,
)
