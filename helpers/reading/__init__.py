"""Read, mark, list and compare the words of texts.

In come texts and phrases; out come pages, highlights, concordances, comparisons, collations and
readings of other versions. Begin with ``highlighting`` and ``page_view``.
"""

from .aids import Aid, note_anchors, paragraph_aids, printed_notes
from .apparatus import Witnesses
from .collation import CASE, DIVISION, MOST_PAIRS, NOTES, OTHER, SAME, SIGNS, SMALL, Tokens, align, pairs, shared_runs
from .comparison import Comparison, compare
from .highlighting import concordance, find, highlight, lexicon
from .page_view import (
    HELP,
    THROUGH,
    Mark,
    MarkLook,
    Page,
    kinds_in_words,
    lay_out_page,
    mark_words,
    page_html,
    shows_whole_text,
    words_left_out,
)
from .sentences import LONG, passages, sentence_starts, sentences_in
from .variant_readings import readings, survives, variants
