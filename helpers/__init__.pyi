from .annotation import annotations
from .chronology import timeline, transmission
from .core import UserError, __version__
from .drawing import save_picture
from .network import correspondence, evidence, plot_network
from .quotations import check_quotes
from .reading import compare, concordance, highlight, survives, variants
from .texts import load_text, load_texts
from .widgets import annotate, answer, explore, my_work, read

__all__ = [
    "UserError",
    "__version__",
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
