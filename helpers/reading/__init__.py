"""Read, mark, list and compare the words of texts.

Input: texts and phrases. Output: pages, highlights, concordances, comparisons, collations and
variant readings. Start with ``highlighting`` and ``page_view``.
"""

from .aids import Aid, note_anchors, paragraph_aids, printed_notes
from .apparatus import Witnesses
from .collation import CASE, DIVISION, MOST_PAIRS, NOTES, OTHER, SAME, SIGNS, SMALL, Tokens, align, pairs, shared_runs
from .comparison import Comparison, compare
from .highlighting import Span, concordance, find, highlight, lexicon
from .page_view import (
    HELP,
    MOST_OVERLAPPING,
    NUMBERS,
    Mark,
    MarkLook,
    Page,
    kinds_in_words,
    lay_out_page,
    mark_words,
    page_html,
    sheet_style,
    short_signs,
    words_left_out,
)
from .sentences import LONG, passages, sentence_starts, sentences_in
from .variant_readings import readings, survives, variants
