"""The network of who writes to, orders or reports on whom.

Input: rows of ``relations.csv`` or the headers of many letters. Output: a networkx graph in which
every edge cites its evidence, and tables, drawings and export files of it. Only this room imports
networkx. Start with ``graph``.
"""

from .filters import EDITORS
from .graph import (
    correspondence,
    describe_network,
    edges_in_order,
    edges_left_out,
    evidence,
    export,
    lay_out_network,
    plot_network,
)
from .letters import LETTER_BASIS, MOST_RELATED, MOST_RELATIONS, Arrow, choose_arrows
from .plot import LIVE, relation_in_words
