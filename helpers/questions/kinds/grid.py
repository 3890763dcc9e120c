"""Questions with a table to fill in: in each cell a choice or a few words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ...core import Markup, UserError, YamlEntry, classed, did_you_mean, element, join
from ...quotations import LONGEST
from ...search import collapse_spaces
from ...texts import count_words, words_counted
from ..model import Key, Option, Part, Question, QuizItem, keys_inside
from ..parts import because, by_id, for_page, ids_and_texts, lettered, named, paper_list, texts_of
from ..verdict import Marking, Remark

# A student's answer: row, column, and the id of an option or the words of the cell; empty cells are left out.
Filled = dict[str, dict[str, str]]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table."""

    id: str
    text: str
    options: tuple[Option, ...] = ()  # to choose from in each cell; without any, the cells are for words
    most: int = 0  # words in a cell; 0 for no limit


@dataclass(frozen=True, slots=True)
class Cell:
    """A right option of a cell, or words that would be a good answer in it."""

    row: str
    column: str
    option: str = ""
    words: str = ""
    why: str = ""
    hint: str = ""  # where to look again after a wrong choice


_OPTIONS = (Key("id", "one word or number", needed=True), Key("text", "what students read", needed=True))
_COLUMNS = (
    Key("id", "one word or number", needed=True),
    Key("text", "the heading of the column", needed=True),
    Key("options", "what can be chosen in each cell, a list of at least two; or else words", _OPTIONS),
    Key("words", "true: a few words are written in each cell; or at most so many", (Key("most", "a whole number"),)),
)
_ROWS = (
    Key("id", "one word or number", needed=True),
    Key("text", "the heading of the row", needed=True),
    Key("key", "the right cells, a list; a cell without a key is saved and not marked", (
        Key("column", "the id of the column", needed=True),
        Key("option", "the id of the right option; an entry for each, if several are right"),
        Key("words", "in a column of words: a good answer"),
        Key("why", "shown to students who chose the option; needed with option"),
        Key("hint", "shown to students who chose another: where to look again"),
    )),
)  # fmt: skip
_KEYS = (
    Key("columns", "the columns, a list", _COLUMNS, needed=True),
    Key("rows", "the rows, a list", _ROWS, needed=True),
)


@dataclass(frozen=True, kw_only=True)
class Grid(Question):
    """Fill in a table. Choices with a key are marked, each cell alike; words are not marked."""

    kind = "grid"
    how = "Fill in the table."
    how_on_paper = "Fill in the table: a letter where letters are listed below it, otherwise a few words."
    empty = "Fill in at least one cell first."
    control = "table"
    tall = True
    keys = _KEYS
    sample = """\
  - id: "1.1"
    kind: grid
    skill: comparison
    points: 2
    prompt: Who signs each letter, and how does it begin?
    columns:
      - id: who
        text: Who signs
        options:
          - {id: finch, text: Finch}
          - {id: crane, text: Crane}
      - id: begins
        text: How it begins
        words: {most: 5}
    rows:
      - id: request
        text: The request
        key:
          - {column: who, option: finch, why: His name is under it., hint: Read the last line.}
          - {column: begins, words: Sir}
      - id: reply
        text: The reply
"""

    columns: tuple[Column, ...]
    rows: tuple[Option, ...]
    cells: tuple[Cell, ...] = ()  # a cell may have several right options

    @classmethod
    def read(cls, entry: YamlEntry) -> dict[str, Any]:
        columns = named(entry.entries("columns", keys_inside(_KEYS, "columns"), 1), _column)
        cells: list[Cell] = []

        def row(id: str, one: YamlEntry) -> Option:
            cells.extend(_cells(id, one, columns))
            return Option(id, one.text("text"))

        rows = named(entry.entries("rows", keys_inside(_KEYS, "rows"), 1), row)
        return {"columns": columns, "rows": rows, "cells": tuple(cells)}

    def seen(self) -> list[object]:
        columns = sorted((one.id, one.text, one.most, ids_and_texts(one.options)) for one in self.columns)
        return [columns, ids_and_texts(self.rows), *super().seen()[2:]]

    @property
    def marked(self) -> bool:
        return self.keyed and bool(self._right)

    @property
    def typed(self) -> bool:
        return any(not one.options for one in self.columns)

    @property
    def good_answer(self) -> str:
        words = [f"{self._name(one.row, one.column)}: {one.words}" for one in self.cells if one.words]
        return "\n".join(filter(None, [*words, self.model_answer]))

    @property
    def limits(self) -> str:
        return " ".join(f"{one.text}: at most {words_counted(one.most)} in a cell." for one in self.columns if one.most)

    @property
    def _right(self) -> dict[tuple[str, str], dict[str, Cell]]:
        """The cells that are marked, in order, each with its right options."""
        found: dict[tuple[str, str], dict[str, Cell]] = {}
        for one in self.cells:
            if one.option:
                found.setdefault((one.row, one.column), {})[one.option] = one
        return found

    def hints(self) -> list[tuple[str, str]]:
        # Several right options of a cell have one hint, as in `marks`.
        cells = {place: [one.hint for one in right.values() if one.hint] for place, right in self._right.items()}
        return [(self._name(*place), hints[0]) for place, hints in cells.items() if hints]

    def parts(self) -> tuple[Part, ...]:
        columns = {one.id: one for one in self.columns}
        found = []
        for (row, column), right in self._right.items():
            hint = next((one.hint for one in right.values() if one.hint), "")
            options = (
                Option(one.id, one.text, right[one.id].why if one.id in right else hint, one.id in right)
                for one in columns[column].options
            )
            found.append(Part(self._name(row, column), tuple(options)))
        return tuple(found)

    def chosen(self, response: Filled) -> list[tuple[str, str]]:
        return [
            (self._name(row, column), self._in_cell(column, value))
            for row, cells in response.items()
            for column, value in cells.items()
            if (row, column) in self._right
        ]

    def _name(self, row: str, column: str) -> str:
        """Name a cell by its row and its column."""
        rows, columns = by_id(self.rows), {one.id: one.text for one in self.columns}
        return f"{rows[row].text if row in rows else row} · {columns.get(column, column)}"

    def _in_cell(self, column: str, given: str) -> str:
        """Write what is in a cell: the text of the option, or the words."""
        options = {one.id: one.options for one in self.columns}.get(column, ())
        return texts_of([given], by_id(options))[0]

    def normalised(self, response: object) -> Filled:
        ids = [row.id for row in self.rows]
        if not isinstance(response, Mapping):
            raise UserError(f"Question {self.id} needs a table. Write, for example, {self._call()}.")
        for id in response:
            if id not in ids:
                raise UserError(f"Question {self.id} has no row “{id}”. {did_you_mean(str(id), ids)}")
        filled = {id: cells for id in ids if (cells := self._row(response.get(id) or {}))}
        if not filled:
            raise UserError(f"Question {self.id}: no cell is filled in yet. Write, for example, {self._call()}.")
        if (length := sum(len(words) for cells in filled.values() for words in cells.values())) > LONGEST:
            raise UserError(
                f"This answer has {length:,} characters; at most {LONGEST:,} can be kept. Shorten the words in the "
                "cells."
            )
        return filled

    def _row(self, given: object) -> dict[str, str]:
        """Check and return the filled cells of a row."""
        ids = [column.id for column in self.columns]
        if not isinstance(given, Mapping):
            raise UserError(f"Question {self.id} needs the columns of each row. Write, for example, {self._call()}.")
        for id in given:
            if id not in ids:
                raise UserError(f"Question {self.id} has no column “{id}”. {did_you_mean(str(id), ids)}")
        cells = {}
        for column in self.columns:
            value = given.get(column.id) or ""
            if isinstance(value, str):
                value = collapse_spaces(value)
            elif not column.options:
                raise UserError(f"Question {self.id} needs words in the column “{column.text}”. Write them in “…”.")
            if value:
                cells[column.id] = self._one(value, by_id(column.options)) if column.options else value
        return cells

    def marks(self, response: Filled) -> Marking:
        remarks, right = [], self._right
        for (row, column), options in right.items():
            name, chosen = self._name(row, column), response.get(row, {}).get(column)
            if chosen is None:
                remarks.append(Remark("missing", name, "Choose an option for it."))
            elif chosen in options:
                remarks.append(Remark("right", f"{name}: {self._in_cell(column, chosen)}", options[chosen].why))
            else:
                hint = next((one.hint for one in options.values() if one.hint), "Look at it again.")
                remarks.append(Remark("not this", f"{name}: {self._in_cell(column, chosen)}", hint))
        hits = sum(remark.verdict == "right" for remark in remarks)
        return Marking(hits / len(right) if right else None, tuple(remarks), tuple(self._too_long(response)))

    def _too_long(self, response: Filled) -> Iterator[str]:
        most = {one.id: one.most for one in self.columns}
        for row, cells in response.items():
            for column, words in cells.items():
                if most[column] and (count := count_words(words)) > most[column]:
                    yield f"{self._name(row, column)}: {words_counted(count)}. Shorten them to at most {most[column]}."

    def told(self, response: object) -> str | None:
        if not isinstance(response, Mapping) or not all(isinstance(cells, Mapping) for cells in response.values()):
            return None
        return "\n".join(
            f"{self._name(str(row), str(column))}: {self._in_cell(str(column), str(value))}"
            for row, cells in response.items()
            for column, value in cells.items()
        )

    def still(self) -> list[Markup]:
        style = "border:1px solid;padding:0.3em 0.6em;text-align:left;vertical-align:top"
        listed = (
            element("p", element("em", f"{one.text}: "), "; ".join(option.text for option in one.options))
            for one in self.columns
            if one.options
        )
        return [self._table(lambda row, column: element("td", style=style), style=style), *listed]

    def _table(self, cell: Callable[[Option, Column], Markup], **attributes: str) -> Markup:
        """Return the table, with the same attributes for every heading; the corner is no heading."""
        head = (element("th", one.text, scope="col", **attributes) for one in self.columns)
        rows = (
            element(
                "tr",
                element("th", row.text, scope="row", **attributes),
                *(cell(row, column) for column in self.columns),
            )
            for row in self.rows
        )
        return element(
            "table", element("thead", element("tr", element("td"), *head)), element("tbody", *rows), **{"class": "grid"}
        )

    def example(self) -> str:
        column = self.columns[0]
        value = column.options[0].id if column.options else "…"
        return f'{{"{self.rows[0].id}": {{"{column.id}": "{value}"}}, …}}'

    def _call(self) -> str:
        return f'answer("{self.id}", {self.example()})'

    def form(self) -> dict[str, object]:
        columns = [{"id": one.id, "text": one.text, "options": for_page(one.options)} for one in self.columns]
        return {"columns": columns, "rows": for_page(self.rows)}

    def _letters(self) -> list[Markup]:
        """Return the options of each column with the letters that stand for them on paper."""
        return [
            element("p", element("b", f"{column.text}: "), join(_lettered(column.options), "; "))
            for column in self.columns
            if column.options
        ]

    def paper(self) -> Markup:
        def cell(_: Option, column: Column) -> Markup:
            return classed("td", "letter" if column.options else "words")

        return join([self._table(cell), *self._letters()])

    def key(self) -> list[Markup]:
        if not self.cells:
            return []
        letters = {one.id: {option.id: sign for sign, option in lettered(one.options)} for one in self.columns}

        def cell(row: Option, column: Column) -> Markup:
            here = [one for one in self.cells if (one.row, one.column) == (row.id, column.id)]
            said = (letters[column.id].get(one.option) or one.words for one in here)
            return element("td", " or ".join(said))

        why = []
        for one in (one for one in self.cells if one.why):
            name, said = self._name(one.row, one.column), self._in_cell(one.column, one.option or one.words)
            why.append(join([element("b", f"{name}: "), said, because(one.why)]))
        return [self._table(cell), *self._letters(), paper_list("", why)]

    def clear_answers(self, entry: dict[str, Any], *, keys: bool) -> None:
        for row in entry["rows"]:
            if "key" in row:
                row["key"] = [one for one in row["key"] if "words" not in one]

    def quiz(self) -> QuizItem | None:
        """Convert to a match of its marked cells with their options; None if a cell has several right options."""
        right = self._right
        if not right or any(len(options) > 1 for options in right.values()):
            return None
        texts = [(self._name(*at), self._in_cell(at[1], next(iter(options)))) for at, options in right.items()]
        marked = {column for _, column in right}
        offered = [option.text for one in self.columns if one.id in marked for option in one.options]
        used = {text for _, text in texts}
        rest = dict.fromkeys(text for text in offered if text not in used)
        why = (
            f"{self._name(one.row, one.column)} → {self._in_cell(one.column, one.option)}: {one.why}"
            for one in self.cells
            if one.option and one.why
        )
        return QuizItem("match", pairs=tuple(texts), distractors=tuple(rest), why=tuple(why))


def _column(id: str, one: YamlEntry) -> Column:
    options = named(
        one.entries("options", keys_inside(_COLUMNS, "options"), 2 if "options" in one.data else 0),
        lambda id, option: Option(id, option.text("text")),
    )
    limited = isinstance(one.data.get("words"), Mapping)
    words = limited or one.truth("words")
    if bool(options) == words:
        what = "both “options” and “words”" if words else "neither “options” nor “words”"
        raise one.error(f"the column “{id}” has {what}. Give it a list of options, or write words: true")
    most = one.within("words", keys_inside(_COLUMNS, "words")).number("most", 0) if limited else 0
    return Column(id, one.text("text"), options, most)


def _cells(row: str, entry: YamlEntry, columns: Iterable[Column]) -> Iterator[Cell]:
    """Read the key of a row."""
    known, seen = {one.id: one for one in columns}, set()
    for one in entry.entries("key", keys_inside(_ROWS, "key")):
        column = known[one.one_of("column", known)]
        is_choice = bool(column.options)
        if (other := "words" if is_choice else "option") in one.data:
            cells = "chosen" if is_choice else "written in words"
            raise one.error(f"the cells of the column “{column.id}” are {cells}. Take away “{other}”", other)
        option = one.one_of("option", by_id(column.options)) if is_choice else ""
        if (column.id, option) in seen:
            raise one.error(f"the column “{column.id}” has this key twice. Delete one")
        seen.add((column.id, option))
        words = "" if is_choice else one.text("words")
        why = one.text("why", None if is_choice else "")
        yield Cell(row, column.id, option, words, why, one.text("hint", ""))


def _lettered(options: Iterable[Option]) -> Iterator[Markup]:
    return (join([element("b", letter), " ", one.text]) for letter, one in lettered(options))
