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
