"""Reading the tables of ``texts/``: every row knows its place, and every error in a file is named."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ..core import UserError, did_you_mean, read_file, texts_folder

if TYPE_CHECKING:
    from _csv import Reader

# Every table may have more columns than these; they are kept and shown as they are.
TABLES: dict[str, tuple[str, ...]] = {
    "people": ("id", "type", "canonical_name"),
    "categories": ("category", "label", "guiding_question"),
    "phrases": ("document", "layer", "category", "phrase"),
    "relations": (
        "edge_id",
        "source",
        "target",
        "relation",
        "document",
        "layer",
        "evidence",
        "certainty",
        "basis",
    ),
    "timeline": (
        "id",
        "date_start",
        "date_display",
        "event",
        "document",
        "layer",
        "evidence",
        "source_type",
        "confidence",
    ),
    "glossary": ("term", "explanation", "document", "layer", "reference"),
    "summaries": ("document", "layer", "paragraph", "summary"),
    "transmission": ("document", "step", "from", "to", "medium", "status", "layer", "evidence", "reference"),
    "variants": ("document", "layer", "phrase", "variant", "witness", "reference", "remark"),
}
# Cells without which a row says nothing. In the others a blank has a meaning, or a message of its own.
FILLED: dict[str, tuple[str, ...]] = {
    "people": ("id", "type", "canonical_name"),
    "categories": ("category", "label"),
    "phrases": ("category", "phrase"),
    "relations": ("edge_id", "source", "target", "relation", "evidence", "document", "layer"),
    "timeline": ("id", "date_start", "date_display", "event"),
    "glossary": ("term", "explanation"),
    "summaries": ("summary",),
    "transmission": ("step",),
    "variants": ("document", "phrase", "variant", "witness"),
}
_KEYS = {"people": "id", "categories": "category", "relations": "edge_id", "timeline": "id"}
_OTHER_SIGNS = {";": "“;”", "\t": "a tab"}
_PLACED = "An arrow needs the words it rests on, and the text and layer they stand in."
_WHY = {
    ("relations", "evidence"): "An arrow needs the words it rests on.",
    ("relations", "document"): _PLACED,
    ("relations", "layer"): _PLACED,
}


class Row(dict[str, str]):
    """One row of a table, which knows its place.

    Attributes
    ----------
    place : str
        File and line, for messages.
    table : str
        The name of its table, if it is of one.
    """

    def __init__(self, values: dict[str, str], place: str, table: str = "") -> None:
        super().__init__(values)
        self.place, self.table = place, table


def table_path(name: str) -> Path:
    """The file of a table."""
    return texts_folder() / f"{name}.csv"


def read_table(name: str) -> list[Row]:
    """Read one table of ``texts/``.

    Parameters
    ----------
    name : str
        One of ``people``, ``categories``, ``phrases``, ``relations``, ``timeline``, ``glossary``,
        ``summaries``, ``transmission``, ``variants``.

    Returns
    -------
    list of Row
        Its rows in order; none if there is no such file, since every table is optional.

    Raises
    ------
    UserError
        If a column is missing, a row has too many or too few cells, or an id stands twice.

    Examples
    --------
    >>> all({"source", "target", "evidence"} <= row.keys() for row in read_table("relations"))
    True
    """
    rows, errors = read_with_errors(name)
    if errors:
        raise errors[0]
    return rows


def read_with_errors(name: str) -> tuple[list[Row], list[UserError]]:
    """The rows of a table that can be read, and every error in the others.

    Examples
    --------
    >>> rows, errors = read_with_errors("people")
    >>> errors
    []
    """
    path = table_path(name)
    if not path.exists():
        return [], []
    where = f"{path.parent.name}/{path.name}"
    errors: list[UserError] = []
    try:
        reader = csv.reader(io.StringIO(read_file(path)), strict=True)
        return list(_rows(name, reader, where, errors)), errors
    except UserError as error:
        return [], [error]
    except csv.Error as error:
        cause = UserError(
            f"{where}, line {reader.line_num}: {error}. A cell with a quotation mark or a comma "
            "must stand in quotation marks, and be closed."
        )
        cause.__cause__ = error
        return [], [*errors, cause]


def _head(name: str, reader: Reader, where: str) -> list[str]:
    head = [cell.strip() for cell in next(reader, [])]
    missing = [column for column in TABLES[name] if column not in head]
    for sign, said in _OTHER_SIGNS.items():
        others = [cell.strip(' "') for cell in sign.join(head).split(sign)]
        if len([column for column in TABLES[name] if column not in others]) < len(missing):
            raise UserError(f"{where}: the cells are separated by {said}. Save it as “CSV UTF-8 (comma delimited)”.")
    if len(missing) == 1:
        raise UserError(f"{where}, line 1: the column “{missing[0]}” is missing. {did_you_mean(missing[0], head)}")
    if missing:
        *first, last = (f"“{column}”" for column in missing)
        there = did_you_mean("", [cell for cell in head if cell])
        raise UserError(f"{where}, line 1: the columns {', '.join(first)} and {last} are missing. {there}")
    twice = next((column for column in head if column and head.count(column) > 1), None)
    if twice:
        raise UserError(f"{where}, line 1: the column “{twice}” stands twice. Rename or remove one of the two.")
    return head


def _rows(name: str, reader: Reader, where: str, errors: list[UserError]) -> Iterator[Row]:
    head = _head(name, reader, where)
    seen: dict[str, str] = {}
    while True:
        line = reader.line_num + 1
        cells = next(reader, None)
        if cells is None:
            return
        if not any(cell.strip() for cell in cells):
            continue
        place = f"{where}, line {line}"
        if len(cells) != len(head):
            errors.append(
                UserError(
                    f"{place}: {len(cells)} cells under {len(head)} columns. "
                    "Put a cell that holds a comma into quotation marks."
                )
            )
            continue
        row = Row(dict(zip(head, (cell.strip() for cell in cells), strict=True)), place, name)
        key = row.get(_KEYS.get(name, ""), "")
        if name == "transmission":  # the steps are counted anew for every text
            key = f"{row['document']} {row['step']}"
        if key and key in seen:
            errors.append(
                UserError(f"{place}: the id “{key}” stands already in {seen[key]}. Give this row an id of its own.")
            )
        seen.setdefault(key, place)
        yield row


def filled(row: Row) -> None:
    """Prove that a row has what it cannot do without.

    Raises
    ------
    UserError
        At its first empty cell.

    Examples
    --------
    >>> filled(Row({"id": "ann", "type": "person", "canonical_name": ""}, "people.csv, line 2", "people"))
    Traceback (most recent call last):
    helpers.core.errors.UserError: people.csv, line 2: the column “canonical_name” is empty. Fill it in.
    """
    for column in FILLED.get(row.table, ()):
        if not row[column]:
            why = _WHY.get((row.table, column), "Fill it in.")
            raise UserError(f"{row.place}: the column “{column}” is empty. {why}")
