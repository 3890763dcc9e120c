"""A lesson as a page of paper, from the same files: for a student without a computer, and for the instructor."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ..core import Markup, UserError, classed, element, join
from ..texts import Text, load_text, text_ids
from .cutouts import cards_pages, strips_key, strips_page
from .directives import Directive, apply_directives
from .layout import sheet
from .lesson import Cell, Lesson, find_lesson, read_lesson
from .questions_on_paper import key_of, question_on_paper
from .sanitize import FoldedAway, prose, still_html

TURN = "Turn the page when you have done this."
RECALL = "Lay your own answer to question {id} (lesson {lesson}) beside this page."
LATER = "Turn over only after you have answered"
_LATER = "To open later: number {number} under “" + LATER + "” at the end ({name})."
_CARD = "On a page of its own at the end: {name}."
_LINES = Markup('<div class="who"><span>Name or pseudonym:</span><span>Date:</span></div>')
PAPER = (
    "On paper: where it says “run the next cell”, read on. What the cell shows stands below it, or over the page. "
    "Keep a blank sheet at hand: where you are to predict or to answer, cover what stands below until you have written."
)
SOURCES = "## Sources"
_HEADING = re.compile(r"^(#{1,5}) ", re.M)


@dataclass
class _LessonSheet:
    """What is being put together."""

    lesson: Lesson
    main: list[Markup] = field(default_factory=list)
    later: list[FoldedAway] = field(default_factory=list)
    cards: list[FoldedAway] = field(default_factory=list)
    cut: list[str] = field(default_factory=list)
    level: int = 1

    def prose(self, cell: Cell) -> None:
        """Add a cell of prose."""
        here = f"{self.lesson.path.name}, cell {cell.id}"
        found, cards = apply_directives(cell.prose, here)
        for piece in found:
            if piece.kind == "turn":
                # Behind strips a new page begins in any case.
                after = self.main[-1:] and self.main[-1].startswith('<section class="cut"')
                self.main += [] if after else [classed("p", "turn", TURN)]
            elif piece.kind == "strips":
                self.main += [strips_page(text, self.level + 1) for text in _texts(piece, self.lesson)]
                self.cut += [text.id for text in _texts(piece, self.lesson)]
            else:
                self.main.append(
                    prose(piece.words, self.cards, _CARD) if cards else prose(piece.words, self.later, _LATER)
                )
                for marks in _HEADING.findall(piece.words):
                    self.level = len(marks)

    def rest(self, cell: Cell) -> None:
        """Add what a cell of code showed, and what it asks."""
        self.main += [classed("div", "shown", still_html(one)) for one in cell.shows]
        for id in cell.recalls:
            self.main.append(classed("p", "later", RECALL.format(id=id, lesson=self.lesson.question(id).lesson[:2])))
        self.main += [question_on_paper(self.lesson.question(id), self.level + 1) for id in cell.asks]


def worksheet(name: str, *, strips: bool = False) -> str:
    """Write a lesson as a page to be printed: no keys, no explanations, no model answers.

    Parameters
    ----------
    name : str
        The lesson: its number, its name, or the path of its notebook.
    strips : bool
        Whether the texts of the lesson are added in strips to be cut out, where the lesson does not
        ask for them itself.

    Returns
    -------
    str
        A whole HTML document.

    Raises
    ------
    UserError
        If there is no such lesson, it was not run, or a comment about paper says nothing.

    Examples
    --------
    >>> page = worksheet("00")
    >>> page.count("<h1>"), "<script" in page
    (1, False)
    """
    lesson = read_lesson(find_lesson(name))
    made = _LessonSheet(lesson)
    *cells, last = lesson.cells
    closing = last if last.prose.startswith(SOURCES) else None
    for n, cell in enumerate(cells if closing else lesson.cells):
        made.prose(cell)
        made.rest(cell)
        if n == 0:
            made.main += [_LINES, element("p", element("em", PAPER))]
    if strips:
        made.main += [strips_page(load_text(id), 2) for id in _read(lesson) if id not in made.cut]
    if made.later:
        made.main.append(_later(made.later))
    if closing:
        made.prose(closing)
    return sheet(lesson.title, lesson.title, *made.main, cards_pages(made.cards, 2))


def _later(later: Sequence[FoldedAway]) -> Markup:
    entries = (join([element("h3", f"{n}. {one.name}"), one.words]) for n, one in enumerate(later, 1))
    return classed("section", "later-pages", element("h2", LATER), *entries)


def _texts(piece: Directive, lesson: Lesson) -> list[Text]:
    if not piece.words.split():
        ids = " ".join(_read(lesson))
        raise UserError(f"{lesson.path.name}: <!-- strips --> names no text. Write the ids: <!-- strips: {ids} -->.")
    return [load_text(id) for id in piece.words.split()]


def _read(lesson: Lesson) -> list[str]:
    """The texts that a lesson reads; where it names none, all there are."""
    return lesson.loaded() or list(text_ids())


def answer_key(name: str, *, strips: bool = False) -> str:
    """Write the answer key of a worksheet, for the instructor.

    Parameters
    ----------
    name : str
        The lesson: its number, its name, or the path of its notebook.
    strips : bool
        Whether the worksheet was made with strips that the lesson does not ask for itself.

    Returns
    -------
    str
        A whole HTML document: what is right and why, model answers, and whose words each strip has.

    Raises
    ------
    UserError
        If there is no such lesson, or nothing in it has a key.

    Examples
    --------
    >>> "Answer key, for the instructor" in answer_key("00")
    True
    """
    lesson = read_lesson(find_lesson(name))
    found = [apply_directives(cell.prose, f"{lesson.path.name}, cell {cell.id}")[0] for cell in lesson.cells]
    texts = [text for some in found for one in some if one.kind == "strips" for text in _texts(one, lesson)]
    if strips:
        texts += [load_text(id) for id in _read(lesson) if id not in [text.id for text in texts]]
    parts = [key_of(one, 2) for one in lesson.asked()] + [strips_key(text, 2) for text in texts]
    if not parts:
        raise UserError(f"Lesson {lesson.path.stem} asks no question that has a key. Leave out --key.")
    title = f"Answer key, for the instructor: {lesson.title}"
    note = "This page holds every answer. Do not hand it out. Numbers and letters are those of the worksheet."
    return sheet(title, title, element("h1", title), element("p", element("strong", note)), *parts)
