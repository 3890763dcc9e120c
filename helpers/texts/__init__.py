"""Texts in layers, and the CSV tables of facts about them.

Input: files (layered Markdown, plain text, TEI P5, CSV). Output: `Text`, `Layer` and `Row`. Only this
room reads texts and tables. Begin with ``model`` (text, layer, provenance card) and ``loading``.
``tei_body`` reads the words of a TEI file, ``tei_divisions`` and ``tei_voices`` say whose they are, ``tables``
reads the CSV files, and ``evidence_tables`` checks every row against the words it quotes.
"""

from .brought import BROUGHT, MOST_BROUGHT, OWN, BroughtText, bring_text, brought_events, brought_text
from .choosing import choose_layers
from .collection import Shelf, load_texts
from .coordinates import position
from .csv_file import CsvFile
from .evidence_tables import (
    BASES,
    SIDES,
    SORTS,
    STATUSES,
    check_names,
    check_row,
    check_tables,
    display_names,
    load_all_texts,
    place_names,
    read_relations,
    verify_row,
)
from .folder_check import folders_not_read, meant_text_ids
from .loading import ENDINGS, all_text_ids, load_text, module_text, parse_text, text_ids
from .model import GROUPS, KINDS, Layer, Text, count_words, require_text, share_counted, words_counted
from .other_papers import Excerpt, Paper, find_paper, papers
from .people import is_nobody
from .safe_xml import MOST_ELEMENTS, MOST_LEVELS
from .tables import COLUMNS, TABLES, Column, Row, read_table, table_path
from .tei import parse_tei, to_tei
from .text_check import readable_texts, unread_files
