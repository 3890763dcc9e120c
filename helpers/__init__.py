"""Reading tools for two texts: who speaks, in which words, and on what evidence."""

import importlib

# `annotations` is a name of ours: the future of that name must not stand in its place.
_HOMES = {
    "load_text": "texts.loading",
    "load_texts": "texts.collection",
    "read": "widgets.page",
    "highlight": "reading.highlighting",
    "concordance": "reading.highlighting",
    "check_quotes": "quotations.checking",
    "answer": "widgets.form",
    "annotate": "widgets.pencil",
    "annotations": "annotation.editing",
    "my_work": "widgets.portfolio",
    "compare": "reading.comparison",
    "variants": "reading.variant_readings",
    "survives": "reading.variant_readings",
    "timeline": "chronology.events",
    "transmission": "chronology.transmission_chain",
    "correspondence": "network.graph",
    "evidence": "network.graph",
    "plot_network": "network.graph",
    "explore": "widgets.explorer",
    "save_picture": "drawing.save",
}
__all__ = list(_HOMES)


# Names are imported when they are used (PEP 562): a lesson that only reads waits for no plots.
def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f".{_HOMES[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
