"""Questions about whose work it is, with the choices that answer them, and the work of another person to read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypedDict

from .. import workbook
from ..core import UserError, listed, neutralised
from ..workbook import AnotherOwner, Event, HandedIn, Person, same_name
from .downloads import WORK
from .overview import export_work

Choice = tuple[str, dict[str, object]]  # the words of a button, and the request that it makes
_MOST_NAMED = 5


class WhoseQuestion(TypedDict):
    """A question and its choices; the last choice does nothing."""

    words: str
    choices: list[Choice]


def _called(name: str) -> str:
    return f"“{neutralised(name)}”" if name else "somebody who gave no name"


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def work_in_words(events: Iterable[Event]) -> str:
    """Say how much work there is, and from when.

    Examples
    --------
    >>> work_in_words([])
    'no answers and no marks'
    """
    events = list(events)
    answers = sum(event.kind == "answer" for event in events)
    marks = sum(event.kind == "annotation" for event in events)
    if not answers and not marks:
        return "no answers and no marks"
    last = max((event.time for event in events), default="")
    return f"{_count(answers, 'answer')} and {_count(marks, 'mark')}, last on {neutralised(last)[:10]}"


def whose_file(error: AnotherOwner) -> WhoseQuestion:
    """Ask whether a file to restore is the student's own; nothing has been restored yet."""
    theirs, there = workbook.last_name(error.events), work_in_words(error.events)
    begun = any(event.kind in WORK for event in workbook.events()) or not error.beside
    ours = workbook.events() if begun else error.beside
    here, own = workbook.last_name(ours), work_in_words(ours)
    named = listed((f"“{neutralised(name)}”" for name in error.files), most=_MOST_NAMED)
    several = len(error.files) > 1
    words = (
        f"Whose file{'s are' if several else ' is'} {named or 'this'}? "
        f"{'They are' if several else 'It is'} the work of {_called(theirs)} ({there}), and the "
        f"{'work here is' if begun else 'other work that you restore is'} that of "
        f"{_called(here)} ({own}). Nothing was restored, so that the work of two people is not mixed."
    )
    if named:
        words += " If not all the files are yours, restore your own by their names."
    if error.people:
        others = listed((f"{_called(name)}, {neutralised(place)}" for place, name in error.people), "; ")
        words += (
            " The folder holds the work of several people who share a computer, and only that of the first would be "
            f"restored. The others: {others}. To restore the work of one of these, name that folder."
        )
    own_ids = {event.id for event in ours}
    common = sum(event.id in own_ids for event in error.events)
    same = bool(here) and same_name(here, theirs)
    if common:
        words += (
            f" Of the file, {common} {'entry is' if common == 1 else 'entries are'} here too. Either both are yours, "
            "from two places or under a new name, or two people went on from one file."
        )
    elif same:
        words += " The names are the same, but the files do not show that they are of the same person."
    if error.troubles:
        words += f" The file is damaged or cut short: {len(error.troubles)} of its lines could not be read."
    return {
        "words": words,
        "choices": [
            ("Both are mine: restore it", {"do": "restore", "mine": True}),
            ("Only read it", {"do": "read"}),
            ("Do nothing", {}),
        ],
    }


def whose_name(name: str) -> WhoseQuestion | None:
    """Ask who gives a new name where another person's work is; None if there is nothing to ask."""
    name, here = workbook.checked_name(name), workbook.student_name()
    work = [event for event in workbook.events() if event.kind in ("answer", "annotation", "draft")]
    if not here or same_name(here, name) or not work:
        return None
    if workbook.name_was_brought():
        return _whose_brought_name(name, here, work)
    return {
        "words": (
            f"The work here is that of {_called(here)} ({work_in_words(work)}). Are you {_called(here)} and want to be "
            f"called {_called(name)}, or are you somebody else?"
        ),
        "choices": [
            ("The work is mine: change the name", {"do": "name", "name": name, "mine": True}),
            ("I am somebody else: begin anew", {"do": "be", "person": "new", "name": name}),
            ("Do nothing", {}),
        ],
    }


def _whose_brought_name(name: str, here: str, work: list[Event]) -> WhoseQuestion:
    """Ask who gives a new name where the old one came in with a file."""
    renamed: dict[str, object] = {"do": "name", "name": name, "mine": True}
    return {
        "words": (
            f"The work here came in with a file of {_called(here)} ({work_in_words(work)}). Is this your own work "
            f"under a new name, {_called(name)}, or are you somebody else?"
        ),
        "choices": [
            (f"I am {_called(here)}: change the name", {**renamed, "same": True}),
            (f"I am not {_called(here)}, and go on from this file", renamed),
            ("I am somebody else: begin anew", {"do": "be", "person": "new", "name": name}),
            ("Do nothing", {}),
        ],
    }


def who_is_there() -> WhoseQuestion:
    """Ask which of several people is at the computer."""
    people = workbook.people()
    one = f"Are you {_called(people[0].name)}?" if len(people) == 1 else "Who are you?"
    choices: list[Choice] = [(_button(person), {"do": "be", "person": person.id}) for person in people]
    return {
        "words": f"{one} The work of each person on this computer is kept apart, and you see only your own.",
        "choices": [*choices, ("Somebody else: begin anew", {"do": "be", "person": "new"})],
    }


def _button(person: Person) -> str:
    name = neutralised(person.name) or "No name given"
    return f"{name}: {work_in_words(person.events)}"


def be_person(id: str, name: str = "") -> str:
    """Work for another person from now on, and say so; with a new name for a person who begins anew."""
    workbook.choose_person(id)
    if name and id == "new":
        workbook.record_name(name)
    who = workbook.student_name()
    said = "You begin anew, and nobody’s work is lost." if id == "new" else f"Now you see the work of {_called(who)}."
    return f"{said} Choose Run → Run All Cells, so that the forms show your own work."


def find_person(words: str) -> str:
    """Return the id of the person with this id or name; raise `UserError` unless exactly one has it."""
    if words == "new":
        return words
    found = [one.id for one in workbook.people() if words == one.id or (one.name and same_name(words, one.name))]
    if len(found) != 1:
        raise UserError(
            f"{'Several people have' if found else 'Nobody has'} this name or id here. Run my_work() and choose, or "
            'write my_work(me="new") to begin anew.'
        )
    return found[0]


def read_work(data: HandedIn) -> str:
    """Write the work in a file as a web page, and leave the own work as it is."""
    with workbook.reading(data):
        return export_work("html")
