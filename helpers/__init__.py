"""Reading tools for two texts: who speaks, in which words, and on what evidence.

The names below are what a lesson imports. Each stands in one of the rooms, which are sub-packages;
a room's own docstring says what it is for and where to begin to read.
"""

from typing import TYPE_CHECKING

from .core import lazy_names

# `annotations` is a name of ours: the future import of that name must not stand in its place.
if TYPE_CHECKING:
    from .annotation import annotations
    from .chronology import timeline, transmission
    from .drawing import save_picture
    from .network import correspondence, evidence, plot_network
    from .quotations import check_quotes
    from .reading import compare, concordance, highlight, survives, variants
    from .texts import load_text, load_texts
    from .widgets import annotate, answer, explore, my_work, read

__all__ = [
    "annotate",
    "annotations",
    "answer",
    "check_quotes",
    "compare",
    "concordance",
    "correspondence",
    "evidence",
    "explore",
    "highlight",
    "load_text",
    "load_texts",
    "my_work",
    "plot_network",
    "read",
    "save_picture",
    "survives",
    "timeline",
    "transmission",
    "variants",
]

# Imported when they are used: a lesson that only reads waits for no plots.
__getattr__, __dir__ = lazy_names(
    __name__,
    {
        "annotations": "annotation",
        "timeline": "chronology",
        "transmission": "chronology",
        "save_picture": "drawing",
        "correspondence": "network",
        "evidence": "network",
        "plot_network": "network",
        "check_quotes": "quotations",
        "compare": "reading",
        "concordance": "reading",
        "highlight": "reading",
        "survives": "reading",
        "variants": "reading",
        "load_text": "texts",
        "load_texts": "texts",
        "annotate": "widgets",
        "answer": "widgets",
        "explore": "widgets",
        "my_work": "widgets",
        "read": "widgets",
    },
)
