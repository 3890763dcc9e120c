"""Read the CSV tables of ``texts/``: rows with their file and line, and all errors of a file together."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import zip_longest
from pathlib import Path

from ..core import UserError, did_you_mean, problems_sought, read_file, read_rightly, texts_folder
from .csv_file import CsvFile


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its name, what is in it, and whether the cell or the whole column may be missing."""

    name: str
    what: str
    filled: bool = False  # In the others an empty cell has a meaning, or another check reports it.
    optional: bool = False  # A table may have other columns too, which are kept unchanged.


_ANYWHERE = "the id of a text, such as the name of its file without the ending; blank: any text"
_LAYER = "the id of a layer of that text, which then needs its document; blank: any layer"
_EVIDENCE = "words of the text, copied word for word"
_CONFIDENCE = "how sure you are, in words such as high, medium, low"
COLUMNS: dict[str, tuple[Column, ...]] = {
    "people": (
        Column("id", "one word in small letters, such as finch; other tables and the layers of the texts use it", True),
        Column("type", "a word that begins with person for a person, any other, such as body, for the rest", True),
        Column("canonical_name", "the name as the lessons show it", True),
        Column("variants_in_sources", "other names in the texts: words@layer, separated by |", optional=True),
    ),
    "categories": (
        Column("category", "one word in small letters, such as secrecy; phrases.csv uses it", True),
        Column("label", "its name as the lessons show it", True),
        Column("guiding_question", "the question that the words of this category help to answer"),
    ),
    "phrases": (
        Column("document", _ANYWHERE),
        Column("layer", _LAYER),
        Column("category", "a category of categories.csv", True),
        Column("phrase", "words of the text, word for word; a * at the end stands for any ending", True),
    ),
    "relations": (
        Column("edge_id", "an id such as e01", True),
        Column("source", "an id of people.csv: who acts", True),
        Column("target", "an id of people.csv: to whom", True),
        Column("relation", "what the source does, in words joined by _, such as writes_to", True),
        Column("document", "the id of the text that shows it", True),
        Column("layer", "the id of the layer that shows it", True),
        Column("evidence", _EVIDENCE, True),
        Column("certainty", _CONFIDENCE),
        Column(
            "basis", "explicit_in_document, inferred_from_document, stated_by_later_editor or edition_metadata"
        ),
    ),
    "timeline": (
        Column("id", "an id such as t01; a lesson names it in a comment: <!-- t01 -->", True),
        Column("date_start", "1848-03-05, 1848-03 or 1848", True),
        Column("date_display", "the date in words", True),
        Column("event", "what happened", True),
        Column("document", "the id of the text that tells of it; blank: known from elsewhere"),
        Column("layer", "the id of the layer that tells of it"),
        Column("evidence", _EVIDENCE),
        Column("source_type", "where it is known from, in words"),
        Column("confidence", _CONFIDENCE),
        Column("date_end", "the last day, written as the first", optional=True),
        Column(
            "precision", "a precision year, or one that begins with disputed or approximate, is drawn in its own way",
            optional=True,
        ),
        Column("source_remark", "a remark on the source", optional=True),
        Column("relevance", "why the event matters for the texts", optional=True),
        Column("note", "anything else", optional=True),
    ),
    "glossary": (
        Column("term", "the word as the text has it; a * at the end stands for any ending", True),
        Column("explanation", "what it means there", True),
        Column("document", _ANYWHERE),
        Column("layer", _LAYER),
        Column("reference", "where the explanation is from"),
    ),
    "summaries": (
        Column("document", "the id of a text"),
        Column("layer", "the id of a layer of that text"),
        Column("paragraph", "the number that the page shows beside the paragraph"),
        Column("summary", "the paragraph in plain words", True),
    ),
    "transmission": (
        Column("document", "the id of the text whose way to us this is"),
        Column("step", "1 for the first step, and so on", True),
        Column("from", "an id of people.csv, or a description with a capital letter"),
        Column("to", "the same"),
        Column("medium", "how it went on, such as by hand"),
        Column("status", "proved, ordered, reported or open"),
        Column("layer", "the id of the layer that has the evidence"),
        Column("evidence", f"{_EVIDENCE}; without it, a reference"),
        Column("reference", "where it is known from, if not from the text"),
    ),
    "variants": (
        Column("document", "the id of a text", True),
        Column("layer", _LAYER),
        Column("phrase", "words of the text, word for word", True),
        Column("variant", "what another version has instead", True),
        Column("witness", "which version that is", True),
        Column("reference", "where it is printed"),
        Column("remark", "anything else"),
    ),
    "papers": (
        Column("id", "one word or number; a lesson asks for the paper with my_text(\"id\")", True),
        Column("name", "a short name of the paper", True),
        Column("title", "its title", True),
        Column("reference", "where it is printed", True),
        Column("address", "where it can be found on the web"),
        Column("words", "what the lessons quote of it, passages separated by |"),
    ),
    "places": (
        Column("place", "its name as the map shows it", True),
        Column("latitude", "in degrees with a decimal point, negative in the south", True),
        Column("longitude", "in degrees with a decimal point, negative in the west", True),
        Column("names", "the words that name it in the texts, separated by |; each may end in *"),
        Column("outside", "what is known of it from elsewhere; needed if no text names it"),
        Column("source_type", "where that is known from, in words"),
        Column("confidence", _CONFIDENCE),
        Column("today", "its name today", optional=True),
        Column("sort", "point, region or sea; blank: point; a sea needs neither names nor outside", optional=True),
        Column("side", "where its name stands: right, left, above or below the sign", optional=True),
        Column("note", "anything else", optional=True),
    ),
}  # fmt: skip
TABLES = {name: tuple(one.name for one in columns if not one.optional) for name, columns in COLUMNS.items()}
FILLED = {name: tuple(one.name for one in columns if one.filled) for name, columns in COLUMNS.items()}
_MOST_COLUMNS = 100
# The error values of Excel and LibreOffice, in English and German.
_ERROR_VALUE = re.compile(r"#(?:NAME\?|REF!|VALUE!|N/A|DIV/0!|NULL!|NUM!|BEZUG!|WERT!|NV|ZAHL!|##+)")
_KEYS = {
    "people": "id", "categories": "category", "relations": "edge_id", "timeline": "id", "papers": "id",
    "places": "place",
}  # fmt: skip


class Row(dict[str, str]):
    """One row of a table: cells by column, its ``place`` (file and line, for messages) and its ``table``."""

    def __init__(self, values: dict[str, str], place: str, table: str = "") -> None:
        super().__init__(values)
        self.place, self.table = place, table


def table_path(name: str) -> Path:
    """The file of a table."""
    return texts_folder() / f"{name}.csv"


def place_of_table(name: str) -> str:
    """The file of a table, for messages."""
    return f"{texts_folder().name}/{name}.csv"


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
    where = place_of_table(name)
    try:
        file = CsvFile(read_file(path, table=True), where, TABLES[name])
        _check_head(name, file, where)
    except UserError as error:
        return [], [error]
    rows: list[Row] = []
    errors = [*map(UserError, problems_sought(_problems_of_rows(name, file, where, rows), where))]
    return rows, [*errors, file.problem] if file.problem else errors


def _check_head(name: str, file: CsvFile, where: str) -> None:
    """Check that the first line names every required column, and none twice."""
    head = file.head
    place = f"{where}, line {head.line}"
    if len(head.cells) > _MOST_COLUMNS:
        raise UserError(
            f"{place}: this line has {len(head.cells):,} cells, and a table may have {_MOST_COLUMNS} columns. Delete "
            "what does not belong to the names of the columns."
        )
    missing = [column for column in TABLES[name] if column not in head.cells]
    there = [cell for cell in head.cells if cell]
    if missing and file.named_in:
        raise UserError(
            f"{place}: this line has none of the names of the columns, which are in line {file.named_in}. "
            f"Delete what stands above line {file.named_in}."
        )
    if len(missing) == len(TABLES[name]):
        raise UserError(
            f"{place}: this line has none of the names of the columns: {', '.join(missing)}. If it names the columns "
            "in other words, replace these by the names; if it is a row, write the names into a new line above it."
        )
    if missing:
        *first, last = (f"“{column}”" for column in missing)
        what = f"columns {', '.join(first)} and {last} are" if first else f"column {last} is"
        raise UserError(f"{place}: the {what} missing. {_renames(missing, there, TABLES[name])}")
    twice = next((column for column in there if there.count(column) > 1), None)
    if twice:
        raise UserError(f"{place}: two columns have the name “{twice}”. Rename or remove one of the two.")


def _renames(missing: Iterable[str], there: Iterable[str], known: Collection[str]) -> str:
    """Say which columns to rename; if a missing one is like none of those that are there, list these."""
    spelt = {re.sub(r"\W+", "_", cell.casefold()): cell for cell in there if cell not in known}
    pairs = [(near, column) for column in missing for near in get_close_matches(column, spelt, n=1)]
    if len({near for near, _ in pairs}) < len([*missing]):
        return did_you_mean("", there)
    return "Rename " + " and ".join(f"“{spelt[near]}” to “{column}”" for near, column in pairs) + "."


def _problems_of_rows(name: str, file: CsvFile, where: str, rows: list[Row]) -> Iterator[str]:
    """Read the rows of a table into a list; yield a problem for each that cannot be read or has the id of another."""
    seen: dict[str, str] = {}
    without_capitals: dict[str, str] = {}
    for (line, cells), problem in file.rows():
        place = f"{where}, line {line}"
        if problem:
            yield f"{place}: {problem}"
            continue
        # Excel may have cut off empty cells; surplus ones are empty.
        pairs = zip_longest(file.head.cells, cells[: len(file.head.cells)], fillvalue="")
        row = Row({column: cell for column, cell in pairs if column}, place, name)
        key = row.get(_KEYS.get(name, ""), "")
        if name == "transmission":  # each text has its own step numbers
            key = f"{row['document']} {row['step']}"
        if key and key in seen:
            yield f"{place}: the id “{key}” is already used in {seen[key]}. Give this row another id."
        if name == "people" and key not in seen and (other := without_capitals.get(key.casefold())):
            yield (
                f"{place}: the id “{key}” differs from “{other}” in {seen[other]} only in its capitals. "
                "Give this row another id, or delete it."
            )
        seen.setdefault(key, place)
        without_capitals[key.casefold()] = key
        rows.append(row)


def damaged_cells(row: Row) -> list[str]:
    """Report cells that a spreadsheet has spoilt: error values, and letters read in a wrong encoding.

    Examples
    --------
    >>> damaged_cells(Row({"phrase": "dear", "note": "MÃ¼ller"}, "phrases.csv, line 2"))[0][:56]
    'phrases.csv, line 2, column note: “MÃ¼ller” was “Müller”'
    """
    problems = []
    for column, cell in row.items():
        place = f"{row.place}, column {column}"
        if _ERROR_VALUE.fullmatch(cell):
            problems.append(
                f"{place}: “{cell}” is an error value of a spreadsheet, which took the words for a formula. "
                "Give the column the format Text and type the words again."
            )
        elif "\ufffd" in cell:
            problems.append(
                f"{place}: “\ufffd” stands for a letter that a program lost when it read the file in a wrong encoding. "
                "Type the words again."
            )
        elif (right := read_rightly(cell)) != cell:
            problems.append(
                f"{place}: “{cell}” was “{right}” before a program read the file in a wrong encoding. Correct the "
                "cells, or import an older file again with the encoding UTF-8 (Excel: Data → From Text/CSV, 65001)."
            )
    return problems


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
