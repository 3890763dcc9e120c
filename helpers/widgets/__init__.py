"""The live views in a notebook: page, form, pencil, network explorer and one's own work.

In come texts, questions and networks; out come views that show still HTML first and a widget where
widgets are installed. Only this room imports anywidget, ipywidgets and traitlets. Begin with ``live``
and ``page``; each view has a script of its own beside it.
"""

from typing import TYPE_CHECKING

from ..core import lazy_names

if TYPE_CHECKING:
    from .explorer import explore
    from .form import answer, form_data, form_state, save_form
    from .live import script
    from .page import page_state, read, utf16_offsets
    from .pencil import annotate, handle_pencil, margin_state
    from .portfolio import MyWork, handle_portfolio, live_work, my_work, portfolio_state

__all__ = [
    "MyWork",
    "annotate",
    "answer",
    "explore",
    "form_data",
    "form_state",
    "handle_pencil",
    "handle_portfolio",
    "live_work",
    "margin_state",
    "my_work",
    "page_state",
    "portfolio_state",
    "read",
    "save_form",
    "script",
    "utf16_offsets",
]

# Imported when they are used: the page needs nothing of the other views.
__getattr__, __dir__ = lazy_names(
    __name__,
    {
        "explore": "explorer",
        "answer": "form",
        "form_data": "form",
        "form_state": "form",
        "save_form": "form",
        "script": "live",
        "page_state": "page",
        "read": "page",
        "utf16_offsets": "page",
        "annotate": "pencil",
        "handle_pencil": "pencil",
        "margin_state": "pencil",
        "MyWork": "portfolio",
        "handle_portfolio": "portfolio",
        "live_work": "portfolio",
        "my_work": "portfolio",
        "portfolio_state": "portfolio",
    },
)
