"""The texts of papers that a student brought along, kept as events of the workbook.

The id of such a text is “my-” and the id of its paper in ``papers.csv``. The body of an event ``brought`` has
``paper`` and ``words``; the last event of a paper counts, and empty words take the text away.
"""

from __future__ import annotations

from functools import lru_cache

from .. import workbook
from ..core import UserError, neutralised, short_repr
from .model import Layer, Text, count_words, words_counted
from .other_papers import Paper, find_paper, papers

OWN = "my-"
BROUGHT = "brought"
# A long article; the two texts of a module of letters have a few thousand.
MOST_BROUGHT = 100_000
ORIGIN = "the text you brought"
_WHOSE = "You brought these words. They may also hold words of an editor: find out whose they are."


class BroughtText(Text):
    """A text that a student brought along, as one layer."""

    @property
    def origin(self) -> str:
        """The name of such texts in verdicts on quotations."""
        return ORIGIN

    def _shares(self, of: str = "") -> str:
        return f"{words_counted(self.words)} that you brought; nobody has checked whose they are"


def bring_text(paper: str, words: str) -> BroughtText | None:
    """Keep the text of a paper with the student’s work; None if the words are empty, which takes the text away.

    Raises ``UserError`` if the module does not name the paper or the words are too many, and `NotSaved` if they
    could not be written to disk.

    Examples
    --------
    >>> bring_text("no-such-paper", "Return all this.")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    helpers.core.errors.UserError: No paper “no-such-paper” in papers.csv...
    """
    one = find_paper(paper)
    if not isinstance(words, str):
        raise UserError(f'{short_repr(words)} is not text. Write it in quotation marks: my_text("{one.id}", "…").')
    words = neutralised(words).strip()
    if len(words) > MOST_BROUGHT:
        raise UserError(
            f"This text has {len(words):,} characters; at most {MOST_BROUGHT:,} can be kept. Paste only the paper."
        )
    if words or brought_text(OWN + one.id):
        workbook.record(BROUGHT, {"paper": one.id, "words": words})
    return brought_text(OWN + one.id)


def brought_events() -> dict[str, workbook.Event]:
    """The last event of each paper of the module whose text is here, by the id of the text."""
    found: dict[str, workbook.Event] = {}
    known: dict[str, Paper] | None = None
    for event in workbook.events(BROUGHT):
        known = papers() if known is None else known
        paper, words = event.body.get("paper"), event.body.get("words")
        if isinstance(paper, str) and paper in known and isinstance(words, str):
            found[OWN + paper] = event
    # A restored file may hold anything.
    return {id: event for id, event in found.items() if 0 < len(event.body["words"].strip()) <= MOST_BROUGHT}


def brought_text(id: str) -> BroughtText | None:
    """The text that a student brought, by its id; None if there is none."""
    event = brought_events().get(id) if id.startswith(OWN) else None
    return _made(id, find_paper(id.removeprefix(OWN)), event.body["words"]) if event else None


@lru_cache(maxsize=32)
def _made(id: str, paper: Paper, words: str) -> BroughtText:
    """The text; the same object each time, so that data cached for the object stay valid."""
    words = neutralised(words).strip()
    layer = Layer("text", BROUGHT, "actor", "pasted", words, 0, len(words), "", "The text you brought", id)
    about = {
        "title": f"{paper.title} (your text)",
        "source": paper.reference,
        "rights": "Not part of this module. It stays with your work; see my_work().",
        "not_verified": [_WHOSE, "Whether the words are complete and as printed."],
    }
    return BroughtText(id, about, (layer,), count_words(words))


def not_brought(id: str) -> UserError | None:
    """The error for the id of a text that a student may bring along; None for any other id."""
    paper = papers().get(id.removeprefix(OWN)) if id.startswith(OWN) else None
    if paper is None:
        return None
    return UserError(
        f'No text “{id}”: you have not brought the text of “{paper.title}” along yet. Run my_text("{paper.id}") and '
        "paste it there."
    )
