"""Boxes and arrows on a sheet, alternative text for figures, and pictures saved to a file.

In come sizes, links and figures; out come places in inches and picture files. It knows nothing of
texts. Begin with ``layout`` (where things stand) and ``diagram`` (how they are drawn).
"""

from .alt_text import describe_figure
from .diagram import Diagram
from .layout import Box, place_boxes, place_signs, route_arrows, text_size
from .save import save_picture
