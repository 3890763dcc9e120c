"""A box into which a student pastes the text of a paper that is not among the texts of the module."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypedDict

from ..core import THEME, Markup, UserError, element, plain
from ..texts import MOST_BROUGHT, OWN, BroughtText, Paper, bring_text, brought_text, find_paper, words_counted
from ..workbook import UNSTORED, NotSaved, cannot_keep
from .asking import show_personal
from .live import live_class, personal_class, script

_STAYS = (
    "The text does not belong to this module. It is kept with your work on this computer, and goes into a download "
    "only if you confirm in my_work() that you may pass it on."
)


class BoxState(TypedDict):
    """What the live box shows."""

    words: str
    said: str


class Box:
    """A paper that the student may bring along, with a box for its text; made by `my_text`."""

    def __init__(self, paper: Paper, said: str = "") -> None:
        self.paper = paper
        self.said = said

    def _ipython_display_(self) -> None:
        alive = _widget()
        show_personal(self, (lambda: alive(self)) if alive else None)

    @property
    def head(self) -> list[str]:
        """What paper it is, and where to find it."""
        one = self.paper
        where = [f"To find it: {one.reference.rstrip('.')}.", *([f"Page: {one.address}"] if one.address else [])]
        how = f'Copy the words of the paper and paste them here, or write my_text("{one.id}", "…").'
        return [f"{one.title} ({one.name})", *where, how, _STAYS]

    def _repr_html_(self) -> Markup:
        title, *rest = self.head
        style = f"border:1px solid {THEME.edge};padding:0.4em 0.9em 0.6em;margin:0.5em 0;max-width:60em"
        parts = [element("p", element("strong", title)), *(element("p", one) for one in rest), element("p", UNSTORED)]
        return element("section", *parts, style=style, **{"class": "close-reading-bringing"})

    @plain
    def __repr__(self) -> str:
        return f"{' '.join(self.head[:2])} {UNSTORED}"

    @plain
    def __str__(self) -> str:
        return " ".join(filter(None, [self.head[0], self.said or _state_in_words(self.paper)]))


def my_text(paper: str, words: str | None = None) -> Box:
    """Show a box for the text of a paper that you bring along; or, with `words`, keep these words.

    The paper is one that a lesson speaks of and that is not among the texts. Its text is kept with
    your work. ``load_text("my-814")`` loads the text of the paper ``"814"``, to read it, search it and
    mark it; quotations from it are checked and named “from the text you brought”.

    Parameters
    ----------
    paper : str
        The id of the paper, as in ``texts/papers.csv``.
    words : str, optional
        Its text. Empty words take the text away.

    Returns
    -------
    Box
        Displays the box where widgets are available. Your words are not stored in the notebook.

    Raises
    ------
    UserError
        If the module does not name this paper, or the text is longer than 100,000 characters.

    Examples
    --------
    >>> my_text("no-such-paper")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    helpers.core.errors.UserError: No paper “no-such-paper” in papers.csv...
    """
    one = find_paper(paper)
    return Box(one) if words is None else Box(one, keep_brought(one, words))


def keep_brought(paper: Paper, words: object) -> str:
    """Keep the text of a paper, and say what was kept; raises as `my_text` does."""
    try:
        text = bring_text(paper.id, words)  # type: ignore[arg-type]  # what a page sends is checked there
    except NotSaved as error:
        return str(error)
    return _kept(paper, text) if text else "There is no text here now."


def _kept(paper: Paper, text: BroughtText) -> str:
    return f'Saved: {words_counted(text.words)}. To read and mark them, write annotate(load_text("{OWN}{paper.id}")).'


def _state_in_words(paper: Paper) -> str:
    text = brought_text(OWN + paper.id)
    return _kept(paper, text) if text else "You have not brought its text along yet."


def box_state(paper: Paper, said: str = "") -> BoxState:
    """Return the text that is here, and a message, as plain data."""
    text = brought_text(OWN + paper.id)
    return {"words": text.content if text else "", "said": said or cannot_keep() or _state_in_words(paper)}


@live_class
def _widget() -> Callable[[Box], object]:
    import traitlets

    class LiveBox(personal_class()):  # type: ignore[misc]  # a class made at run time
        _esm = script("bringing")
        box = traitlets.Dict().tag(sync=True)

        def __init__(self, view: Box) -> None:
            self._paper = view.paper
            super().__init__(box={"head": view.head, "most": MOST_BROUGHT})
            self.tell(state=box_state(view.paper, view.said))
            self.on_msg(self._heard)

        def _heard(self, _: object, content: Mapping[str, object], __: object) -> None:
            if content.get("do") != "keep":
                return
            try:
                said, done = keep_brought(self._paper, content.get("words")), True
            except UserError as error:
                said, done = f"Not saved. {error}", False
            # What was pasted stays in the box if it could not be kept.
            self.tell(state=box_state(self._paper, said) if done else {"words": None, "said": said})

        def __repr__(self) -> str:
            return "Run this cell to bring the text of this paper along."

    return LiveBox
