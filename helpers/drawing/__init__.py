"""Lay out boxes and arrows, give figures alternative text, and save pictures.

Takes sizes, links and figures; returns positions in inches and picture files. It does not depend on
texts. Start with ``columns`` (a network), ``layout`` (other positions) and ``diagram`` (drawing).
"""

from .alt_text import describe_figure
from .columns import place_in_columns
from .diagram import Diagram
from .in_words import NoPicture, can_draw, or_listed
from .layout import Box, place_signs, route_arrows, text_size, wrapped
from .save import save_picture
from .sheet import new_sheet
