"""Texts that a student brought along: they go into a download only with a line on rights that the student confirms."""

from __future__ import annotations

from .. import workbook
from ..core import UserError
from ..texts import BROUGHT, brought_events

AGREED = "brought-agreed"
RIGHTS = (
    "I may pass on the texts that I brought along to those who read my work, for study in my class. I do not publish "
    "them, and neither may the readers."
)


def agree_to_pass_on(agreed: bool) -> str:
    """Record whether the student confirms the line on rights for the texts that are here now; say what follows.

    The event ``brought-agreed`` has ``texts``, the ids of their events, and ``said``, the line. Texts brought or
    changed later are not covered. Raises `UserError` if no text is here.
    """
    here = brought_events()
    if agreed and not here:
        raise UserError('You have not brought any text along. Bring one with my_text("…"), with the id of its paper.')
    workbook.record(AGREED, {"texts": [event.id for event in here.values()] if agreed else [], "said": RIGHTS})
    return brought_along()


def _agreed() -> set[str]:
    """The ids of the events of texts for which the student confirmed the line on rights last."""
    last = next(reversed(workbook.events(AGREED)), None)
    ids = last.body.get("texts") if last else None
    return {id for id in ids if isinstance(id, str)} if isinstance(ids, list) else set()


def is_agreed() -> bool:
    """Whether the line on rights is confirmed for all texts that are here."""
    here = {event.id for event in brought_events().values()}
    return bool(here) and here <= _agreed()


def left_out() -> set[str]:
    """The ids of the events that stay out of a download: every text that is not confirmed, and earlier versions."""
    along = {event.id for event in brought_events().values()} & _agreed()
    return {event.id for event in workbook.events(BROUGHT)} - along


def brought_along() -> str:
    """Say which of the texts that the student brought go into a download; empty if there are none."""
    here, agreed = brought_events(), _agreed()
    along = [id for id, event in here.items() if event.id in agreed]
    stay = [id for id in here if id not in along]
    said = [f"With the texts that you brought: {', '.join(along)}."] if along else []
    said += [f"Without the texts that you brought: {', '.join(stay)}."] if stay else []
    return " ".join(said)
