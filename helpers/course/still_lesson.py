"""A lesson as a page to read: still questions, folded results, and no words about what only a kernel can do."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from html import unescape
from itertools import dropwhile
from typing import Any

from ..core import Markup, element, join
from ..questions import Question, course_settings, still_question
from ..workbook import UNSTORED
from ..worksheets import Cell, Lesson, apply_directives, without_advice
from .links import lesson_at
from .package import for_students
from .site_prose import site_prose

_PICTURE = re.compile(r"<(?:img|svg)\b", re.I)
_AS_TEXT = "color:inherit"  # the theme colours links for its own background, not for that of results
_SCREEN = re.compile(r"\A\s*<!--\s*screen\s*-->\s*")  # at the top of a cell
# The place of the student's marks below a text, and what has no words.
_MARKS = re.compile(r'<section class="close-reading-marks\b.*?</section>', re.S)
_LAB = re.compile(r"<style>\.jp-.*?</style>|<!--.*?-->", re.S)  # what only JupyterLab and GitHub need
_NO_WORDS = re.compile(r"<(style|script)\b.*?</\1>|<!--.*?-->|<(?!img|svg)[^>]*>", re.S)
_END_OF_BLOCK = re.compile(r"</(?:li|t[dhr]|d[dt]|p|summary|h[1-6]|div|section|caption)>")
_NO_PAGE = " (in the files of the course)"
_RIGHTS = "Words of the texts have rights of their own: see [Rights of the texts](../rights.md)."
# In the place of results that a site for everybody does not have.
_OWN_WORK = element("p", element("small", "When you run this lesson, there is a place here for work of your own."))
_NO_RESULT = "The result stands here when you run this cell in the lesson."


@dataclass(frozen=True)
class Reading:
    """What the pages of a site have in common: its pages, whether it has results, and where one can answer."""

    pages: Collection[str] = ()
    results: bool = True
    answer_at: str = ""

    def sheet(self, lesson: Lesson) -> str:
        """Return the name of the worksheet; empty if the site has none, because worksheets print results."""
        return f"worksheets/{lesson.path.stem}.html" if self.results else ""

    def place(self, lesson: Lesson) -> str:
        """Return where this lesson can be answered; empty if the address does not tell."""
        return lesson_at(self.answer_at, lesson.path.name)

    def answering(self, lesson: Lesson) -> Markup:
        """Say where a lesson is answered, with a link if there is one."""
        if place := self.place(lesson):
            return element("a", "open this lesson where it runs", href=place, style=_AS_TEXT)
        if self.answer_at:
            where = element("a", "the place where the lessons run", href=self.answer_at, style=_AS_TEXT)
            return join(["go to ", where, " and open this lesson there"])
        return Markup("open this lesson in Jupyter")


def still_notebook(lesson: Lesson, site: Reading) -> dict[str, Any]:
    """Return a notebook whose questions are still cards and whose results stand on the page, most of them folded."""
    notebook: dict[str, Any] = json.loads(for_students(lesson.path, outputs=True))
    predict = False
    cells: list[dict[str, Any]] = []
    for n, (cell, known) in enumerate(zip(notebook["cells"], lesson.cells, strict=True)):
        if cell["cell_type"] == "markdown":
            predict = any(words in known.prose for words in course_settings().prose.alternatives("predict"))
            cell["source"] = site_prose(_to_read(lesson, n), site.pages, "lessons", no_page=_NO_PAGE)
            if not cell["source"]:
                continue
        elif cell["cell_type"] == "code":
            not_run = cell.get("execution_count") is None and "".join(cell["source"]).strip()
            if cell["outputs"] or known.asks or known.left_out or not_run:
                cell["outputs"] = [_html_output(one) for one in _results(lesson, known, site, predict=predict)]
                if cell["outputs"] == [_html_output(_OWN_WORK)] == cells[-1].get("outputs"):
                    continue  # the line above says it
            # The code of a question or of own work says nothing to a reader.
            cell["metadata"]["tags"] = ["hide-input" if _for_all(known) else "remove-input"]
        cells.append(cell)
    cells[1:1] = [_markdown("to-read", _preface(lesson, site))]
    notebook["cells"] = [*cells, _markdown("rights", _RIGHTS)]
    return notebook


def _markdown(id: str, words: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": f"site-{id}", "metadata": {}, "source": words}


def _preface(lesson: Lesson, site: Reading) -> str:
    """Say what a page can do that looks like a notebook, and where to answer."""
    results = (
        "Where it says “run the next cell”, open “Show the result” or “Show the picture” below it. Where you are asked "
        "to predict, write down what you expect before you open it."
        if site.results
        else "Where it says “run the next cell”, the result is only in the lesson itself."
    )
    sheet = site.sheet(lesson)
    printed = element("a", "worksheet", href=f"../{sheet}")
    meant = ", which is meant by “this sheet”" if any("this sheet" in cell.prose for cell in lesson.cells) else ""
    paper = ["; there is a ", printed, " to print", meant] if sheet else []
    said = [f" Nothing runs on this page. {results} Forms, marks in a text and saved answers are only in the lesson"]
    file = [] if site.place(lesson) else [" (its file is ", element("code", f"lessons/{lesson.path.name}"), ")"]
    return element(
        "p", element("strong", "To read."), *said, *paper, ". To answer, ", site.answering(lesson), *file, "."
    )


def _to_read(lesson: Lesson, n: int) -> str:
    """Return the prose of a cell without directives, and without what is only for a screen where cells run.

    A whole cell that is not on paper, because the result which it introduces is not, comes with the result.
    """
    cell = lesson.cells[n]
    where = f"{lesson.path.name}, cell {cell.id}"
    pieces, _ = apply_directives(cell.prose, where)
    if not pieces:
        after = next(dropwhile(lambda one: one.prose, lesson.cells[n + 1 :]), Cell(""))
        if _for_all(after) and not after.shows:
            pieces, _ = apply_directives(_SCREEN.sub("", cell.prose), where)
    return "\n\n".join(one.words for one in pieces if one.kind == "words")


def _for_all(cell: Cell) -> list[Markup]:
    """Return the stored results that are not somebody's own work."""
    return [Markup(rest) for rest in map(_without_own_work, cell.stored) if rest]


def _without_own_work(html: str) -> str:
    """Take the place of a person's marks out of a result; nothing is left of what is all a person's work."""
    rest = without_advice(_LAB.sub("", _MARKS.sub("", html)))
    return "" if UNSTORED in unescape(rest) or not _NO_WORDS.sub("", rest).strip() else rest


def _results(lesson: Lesson, cell: Cell, site: Reading, *, predict: bool) -> Iterator[Markup]:
    """Yield what stands below a code cell; a picture is in sight unless the reader has to predict first."""
    for id in cell.asks:
        yield _card(lesson.question(id), lesson, site)
    shown = _for_all(cell)
    for words in shown if site.results else ():
        picture = _PICTURE.search(words)
        summary = element("summary", element("strong", "Show the picture" if picture else "Show the result"))
        yield words if picture and not predict else element("details", summary, words)
    own = cell.left_out or len(shown) < len(cell.stored)
    if own:
        yield _OWN_WORK
    if (shown and not site.results) or not (shown or own or cell.asks):
        yield element("p", element("small", _NO_RESULT))


def _card(question: Question, lesson: Lesson, site: Reading) -> Markup:
    """Write a question as a card, with its hints and where to answer."""
    listed = (element("li", element("em", about), ": ", hint) for about, hint in question.hints())
    hints = element("details", element("summary", "Hints"), element("ul", *listed)) if question.hints() else ""
    sheet = site.sheet(lesson)
    paper = join([", or print its ", element("a", "worksheet", href=f"../{sheet}", style=_AS_TEXT)]) if sheet else ""
    line = element("p", element("small", "To answer, ", site.answering(lesson), paper, "."))
    return still_question(question, join([hints, line]))


def _html_output(html: Markup) -> dict[str, Any]:
    # Sphinx 9 deletes the tags when it lists the words of a page, and would join words of neighbouring elements.
    apart = _END_OF_BLOCK.sub(r"\g<0>\n", html)
    return {"output_type": "display_data", "data": {"text/html": apart}, "metadata": {}}
