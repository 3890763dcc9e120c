"""Write a lesson as a worksheet to print, and its answer key."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ..core import Markup, UserError, classed, element, join
from ..questions import course_settings
from ..texts import Text, load_text, readable_texts, text_ids
from .cutouts import cards_pages, strips_key, strips_page
from .directives import Directive, apply_directives
from .layout import sheet
from .lesson import Cell, Lesson, find_lesson, read_lesson
from .questions_on_paper import key_of, question_on_paper
from .sanitize import FoldedAway, prose, still_html

TURN = "Turn the page when you have finished this."
RECALL = "Put your own answer to question {id} (lesson {lesson}) beside this page."
LATER = "Turn over only after you have answered"
_LATER = "To open later: number {number} under “" + LATER + "” at the end ({name})."
_CARD = "On a separate page at the end: {name}."
_LINES = Markup('<div class="who"><span>Name or pseudonym:</span><span>Date:</span></div>')
PAPER = (
    "On paper: where it says “run the next cell”, read on. The result of the cell is below it or on the next page. "
    "Use a blank sheet of paper: where you are asked to predict or to answer, cover the text below until you have."
)
_HEADING = re.compile(r"^(#{1,5}) ", re.M)


@dataclass
class _LessonSheet:
    """A worksheet under construction."""

    lesson: Lesson
    main: list[Markup] = field(default_factory=list)
    later: list[FoldedAway] = field(default_factory=list)
    cards: list[FoldedAway] = field(default_factory=list)
    cut: list[str] = field(default_factory=list)
    level: int = 1

    def prose(self, cell: Cell) -> None:
        """Add a Markdown cell."""
        here = f"{self.lesson.path.name}, cell {cell.id}"
        found, cards = apply_directives(cell.prose, here)
        for piece in found:
            if piece.kind == "turn":
                # A new page begins after strips anyway.
                after = self.main[-1:] and self.main[-1].startswith('<section class="cut"')
                self.main += [] if after else [classed("p", "turn", TURN)]
            elif piece.kind == "strips":
                self.main += [strips_page(text, self.level + 1) for text in _texts(piece, self.lesson)]
                self.cut += [text.id for text in _texts(piece, self.lesson)]
            else:
                aside, told = (self.cards, _CARD) if cards else (self.later, _LATER)
                self.main.append(prose(piece.words, aside, told, where=here))
                for marks in _HEADING.findall(piece.words):
                    self.level = len(marks)

    def rest(self, cell: Cell) -> None:
        """Add the outputs and the questions of a code cell."""
        where = f"{self.lesson.path.name}, output of cell {cell.id}"
        self.main += [classed("div", "shown", still_html(one, where=where)) for one in cell.shows]
        for id in cell.recalls:
            self.main.append(classed("p", "later", RECALL.format(id=id, lesson=self.lesson.question(id).lesson[:2])))
        self.main += [question_on_paper(self.lesson.question(id), self.level + 1) for id in cell.asks]


def worksheet(name: str, *, strips: bool = False, rights_page: str = "") -> str:
    """Write a lesson as a page to print, without keys, explanations or model answers.

    With `strips`, add the texts of the lesson in strips to cut out, if the lesson itself does not. `rights_page` is
    the address of a page that says more of the rights of the texts than the end of the worksheet.
    Raises `UserError` if there is no such lesson, it was not run, or a directive has no effect.

    Examples
    --------
    >>> page = worksheet("00")
    >>> page.count("<h1>"), "<script" in page
    (1, False)
    """
    lesson = read_lesson(find_lesson(name))
    made = _LessonSheet(lesson)
    *cells, last = lesson.cells
    sources = f"## {course_settings().prose.phrases['sources']}"
    closing = last if last.prose.startswith(sources) else None
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
    return sheet(lesson.title, lesson.title, *made.main, _rights(rights_page), cards_pages(made.cards, 2))


def _rights(page: str) -> Markup:
    """Say what the files of the texts say of their rights, because a copy goes from hand to hand."""
    said = (
        join(
            [" ", element("b", f"{text.title}: "), str(text.about.get("rights") or "The file says nothing of rights.")]
        )
        for text in readable_texts()[0].values()
    )
    name = element("a", "Rights of the texts", href=page) if page else "Rights of the texts"
    return classed("p", "rights", element("b", name, "."), *said)


def _later(later: Sequence[FoldedAway]) -> Markup:
    entries = (join([element("h3", f"{n}. {one.name}"), one.words]) for n, one in enumerate(later, 1))
    return classed("section", "later-pages", element("h2", LATER), *entries)


def _texts(piece: Directive, lesson: Lesson) -> list[Text]:
    if not piece.words.split():
        ids = " ".join(_read(lesson))
        raise UserError(
            f"{lesson.path.name}: <!-- strips --> names no text. Write the ids of the texts: <!-- strips: {ids} -->."
        )
    return [load_text(id) for id in piece.words.split()]


def _read(lesson: Lesson) -> list[str]:
    """List the ids of the texts that a lesson loads; if it loads none, of all texts."""
    return lesson.loaded() or list(text_ids())


def answer_key(name: str, *, strips: bool = False) -> str:
    """Write the answer key of a worksheet made with the same arguments.

    Raises `UserError` if there is no such lesson, or if nothing in it has a key.

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
    parts = [key_of(one, 2) for one in lesson.asked() if one.keyed] + [strips_key(text, 2) for text in texts]
    if not parts:
        raise UserError(f"Lesson {lesson.path.stem} asks no question that has a key. Leave out --key.")
    title = f"Answer key, for the instructor: {lesson.title}"
    note = "This page has all the answers. Do not give it to students. Numbers and letters are those of the worksheet."
    return sheet(title, title, element("h1", title), element("p", element("strong", note)), *parts)
