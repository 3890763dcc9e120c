"""Reading tools for two texts: who speaks, in which words, and on what evidence."""

import importlib

# `annotations` is a name of ours: the future of that name must not stand in its place.
_HOMES = {
    "load_text": "texts",
    "load_texts": "shelf",
    "read": "widgets.page",
    "highlight": "phrases",
    "concordance": "phrases",
    "check_quotes": "quotations",
    "answer": "widgets.form",
    "annotate": "widgets.pencil",
    "annotations": "margin",
    "my_work": "widgets.portfolio",
    "compare": "comparison",
    "variants": "readings",
    "survives": "readings",
    "timeline": "chronology",
    "transmission": "routes",
    "correspondence": "network",
    "evidence": "network",
    "plot_network": "network",
    "explore": "widgets.explorer",
    "save_picture": "_pictures",
}
__all__ = list(_HOMES)


# Names are imported when they are used (PEP 562): a lesson that only reads waits for no plots.
def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f".{_HOMES[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
