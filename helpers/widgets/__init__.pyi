from .bringing import box_state as box_state, keep_brought as keep_brought, my_text as my_text
from .explorer import explore as explore
from .form import form_data as form_data, form_state as form_state, save_form as save_form
from .lesson_calls import answer as answer, my_work as my_work
from .live import script as script
from .map_view import places as places
from .page import page_state as page_state, read as read, utf16_offsets as utf16_offsets
from .pencil import annotate as annotate, handle_pencil as handle_pencil, margin_state as margin_state
from .portfolio import (
    MyWork as MyWork,
    handle_portfolio as handle_portfolio,
    live_work as live_work,
    portfolio_state as portfolio_state,
)
from .private import annotations as annotations
