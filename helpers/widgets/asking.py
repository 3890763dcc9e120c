"""Ask once in a kernel who is at the computer, where several people use it with one account."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

from .. import workbook
from ..core import UserError
from ..portfolio import be_person, who_is_there
from .live import Still, close_personal, live_class, personal_class, script, show

_asked: set[int] = set()  # the process that has asked


def show_personal(view: Still, make: Callable[[], object] | None) -> None:
    """Display a view with a person's words; where it is not known whose, ask first, and show nobody's."""
    if not workbook.must_ask():
        show(view, make)
        return
    alive = None if os.getpid() in _asked else _widget()
    show(view, alive)
    if alive:
        _asked.add(os.getpid())


def become(person: str, name: str = "") -> str:
    """Work for a person from now on; open views, which show the work of another, are closed."""
    said = be_person(person, name)
    close_personal()
    _asked.clear()
    return said


@live_class
def _widget() -> Callable[[], object]:
    class LiveWho(personal_class()):  # type: ignore[misc]  # a class made at run time
        _esm = script("asking")
        belongs = False

        def __init__(self) -> None:
            super().__init__()
            self.tell(question=who_is_there(), said="")
            self.on_msg(self._heard)

        def _heard(self, _: object, asked: Mapping[str, object], __: object) -> None:
            if asked.get("do") != "be":
                return
            try:
                self.tell(question=None, said=become(str(asked["person"])))
            except UserError as error:
                self.tell(said=str(error))

        def __repr__(self) -> str:
            return "Run this cell to say who you are."

    return LiveWho
