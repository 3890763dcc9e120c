"""Read the CSV tables of ``texts/``: rows with their file and line, and all errors of a file together."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ..core import UserError, did_you_mean, read_file, texts_folder

if TYPE_CHECKING:
    from _csv import Reader

# The required columns. A table may have others, which are kept unchanged.
TABLES: dict[str, tuple[str, ...]] = {
    "people": ("id", "type", "canonical_name"),
    "categories": ("category", "label", "guiding_question"),
    "phrases": ("document", "layer", "category", "phrase"),
    "relations": ("edge_id", "source", "target", "relation", "document", "layer", "evidence", "certainty", "basis"),
    "timeline": (
        "id", "date_start", "date_display", "event", "document", "layer", "evidence", "source_type", "confidence",
    ),
    "glossary": ("term", "explanation", "document", "layer", "reference"),
    "summaries": ("document", "layer", "paragraph", "summary"),
    "transmission": ("document", "step", "from", "to", "medium", "status", "layer", "evidence", "reference"),
    "variants": ("document", "layer", "phrase", "variant", "witness", "reference", "remark"),
}  # fmt: skip
# Columns that must not be empty. In the others an empty cell has a meaning, or another check reports it.
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


class Row(dict[str, str]):
    """One row of a table: cells by column, its ``place`` (file and line, for messages) and its ``table``."""

    def __init__(self, values: dict[str, str], place: str, table: str = "") -> None:
        super().__init__(values)
        self.place, self.table = place, table


def table_path(name: str) -> Path:
    """The file of a table."""
    return texts_folder() / f"{name}.csv"


def read_table(name: str) -> list[Row]:
    """The rows of one of the ``TABLES``; none if there is no such file, because every table is optional.

    Raises ``UserError`` if a column is missing, a row has too many or too few cells, or two rows have the same id.
    """
    rows, errors = read_with_errors(name)
    if errors:
        raise errors[0]
    return rows


def read_with_errors(name: str) -> tuple[list[Row], list[UserError]]:
    """The rows of a table that can be read, and the errors of the others."""
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
            f"{where}, line {reader.line_num}: {error}. Put a cell that has a quotation mark or a comma "
            "into quotation marks, and close them."
        )
        cause.__cause__ = error
        return [], [*errors, cause]


def _head(name: str, reader: Reader, where: str) -> list[str]:
    head = [cell.strip() for cell in next(reader, [])]
    missing = [column for column in TABLES[name] if column not in head]
    for sign, name_of_sign in _OTHER_SIGNS.items():
        others = [cell.strip(' "') for cell in sign.join(head).split(sign)]
        if len([column for column in TABLES[name] if column not in others]) < len(missing):
            raise UserError(
                f"{where}: the cells are separated by {name_of_sign}. Save it as “CSV UTF-8 (comma delimited)”."
            )
    if len(missing) == 1:
        raise UserError(f"{where}, line 1: the column “{missing[0]}” is missing. {did_you_mean(missing[0], head)}")
    if missing:
        *first, last = (f"“{column}”" for column in missing)
        there = did_you_mean("", [cell for cell in head if cell])
        raise UserError(f"{where}, line 1: the columns {', '.join(first)} and {last} are missing. {there}")
    twice = next((column for column in head if column and head.count(column) > 1), None)
    if twice:
        raise UserError(f"{where}, line 1: two columns have the name “{twice}”. Rename or remove one of the two.")
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
                    "Put a cell that has a comma into quotation marks."
                )
            )
            continue
        row = Row(dict(zip(head, (cell.strip() for cell in cells), strict=True)), place, name)
        key = row.get(_KEYS.get(name, ""), "")
        if name == "transmission":  # each text has its own step numbers
            key = f"{row['document']} {row['step']}"
        if key and key in seen:
            errors.append(
                UserError(f"{place}: the id “{key}” is already used in {seen[key]}. Give this row another id.")
            )
        seen.setdefault(key, place)
        yield row


def filled(row: Row) -> None:
    """Check that no required cell of a row is empty; raise ``UserError`` at the first that is.

    Examples
    --------
    >>> filled(Row({"id": "ann", "type": "person", "canonical_name": ""}, "people.csv, line 2", "people"))
    Traceback (most recent call last):
    helpers.core.errors.UserError: people.csv, line 2: the column “canonical_name” is empty. Fill it in.
    """
    for column in FILLED.get(row.table, ()):
        if not row[column]:
            advice = "Fill it in."
            if row.table == "relations" and column in ("evidence", "document", "layer"):
                advice = "Each relation needs its evidence: quote words of a text, and name the text and the layer."
            raise UserError(f"{row.place}: the column “{column}” is empty. {advice}")
