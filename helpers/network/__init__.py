"""Who writes to, orders or reports on whom.

In come rows of ``relations.csv`` or the headers of many letters; out come a networkx graph in
which every edge has its sentence, its table, its drawing and its files. Only this room imports
networkx. Begin with ``graph``.
"""

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
from .letters import LETTER_BASIS, Arrow, choose_arrows
from .plot import WIDTH, relation_in_words
