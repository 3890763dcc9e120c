"""What happened when, and how a text came down to us.

In come rows of ``timeline.csv`` and ``transmission.csv``; out come tables and drawings. Begin with
``events`` and ``transmission_chain``.
"""

from .chain_plot import STATUS_STYLES, Step, draw, lay_out, ranks
from .events import STANDINGS, timeline
from .timeline_plot import wrap
from .transmission_chain import STATUS_WORDS, transmission
