"""Timelines of events, and the chain of transmission by which a text came down to us.

Input: rows of ``timeline.csv`` and ``transmission.csv``. Output: tables and drawings. Start with
``events`` and ``transmission_chain``.
"""

from .chain_plot import STATUS_STYLES, Step, draw, lay_out, ranks
from .events import timeline
from .timeline_plot import STANDINGS, wrap
from .transmission_chain import STATUS_WORDS, Chain, transmission
