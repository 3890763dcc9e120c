"""Check the tables of ``texts/``: every row must quote its text word for word and use known ids."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache

from ..core import (
    KEEP_AS_TEXT,
    RewrittenDate,
    Table,
    UserError,
    did_you_mean,
    event_dates,
    merge_same_problems,
    problems_sought,
    rewritten_id,
)
from ..search import nearest_passage_of, stands_at
from . import text_check
from .brought import OWN
from .coordinates import position
from .folder_check import files_not_read
from .loading import load_text, text_ids
from .model import Layer, Text
from .tables import FILLED, TABLES, Row, damaged_cells, filled, place_of_table, read_table, read_with_errors

BASES = ("explicit_in_document", "inferred_from_document", "stated_by_later_editor", "edition_metadata")
STATUSES = ("proved", "ordered", "reported", "open")
# What a place is, a point if its cell is blank (a sea may be on a map only for orientation); and the sides of its
# sign on which its name may stand.
SORTS = ("point", "region", "sea")
SIDES = ("right", "left", "above", "below")
# The columns that hold quoted words, and those in which a word may end in “*”, which stands for any ending.
_QUOTED = ("evidence", "phrase", "term")
_STARRED = {("phrases", "phrase"), ("glossary", "term")}


def display_names() -> dict[str, str]:
    """The display name of every person, body and voice, by id."""
    return {row["id"]: row["canonical_name"] for row in read_table("people")}


def verify_row(row: Row, texts: Mapping[str, Text]) -> None:
    """Check that a row quotes its layer word for word, apart from typography; raise ``UserError`` if not.

    Without a layer any layer of the document may have the words. Without a document nothing is checked:
    such a phrase is something to search for, not a claim that it is there.
    """
    document, layer = row["document"], row["layer"]
    if not document:
        if layer:
            raise UserError(
                f"{row.place}: the layer “{layer}” is named without its text. "
                "Write the text’s id in the column document."
            )
        return
    if document not in texts:
        raise UserError(f"{row.place}: no text “{document}”. {did_you_mean(document, texts)}")
    text = texts[document]
    if layer:
        _layer(row, text)
    for column in _QUOTED:
        if row.get(column):
            _check_quoted(row, row[column], text, star=(row.table, column) in _STARRED)


def _layer(row: Row, text: Text) -> Layer:
    """The layer that a row names; ``UserError`` with file and line if the text does not have it."""
    try:
        return text[row["layer"]]
    except UserError as error:
        known = [part.id for part in text]
        raise UserError(
            f"{row.place}: no layer “{row['layer']}” in {text.id}. {did_you_mean(row['layer'], known)}"
        ) from error


def _check_quoted(row: Row, quoted: str, text: Text, *, star: bool) -> None:
    """Check that the layer of a row has the quoted words, or any layer if the row names none."""
    if "evidence" in row and not re.search(r"\w", quoted):
        raise UserError(f"{row.place}: “{quoted}” has no words. Copy the evidence from the text as it is printed.")
    chosen = [text[row["layer"]]] if row["layer"] else list(text)
    try:
        if any(stands_at(quoted, part.text, star=star) for part in chosen):
            return
        others = [part.id for part in text.rest(chosen) if stands_at(quoted, part.text, star=star)]
    except UserError as error:
        raise UserError(f"{row.place}: {error}") from error
    near = nearest_passage_of(quoted, [part.text for part in chosen])
    there = f"It is in “{others[0]}”." if others else f"The nearest passage is “{near}”."
    sign = " “*” means “any ending” only in phrases.csv and glossary.csv." if quoted[-1] == "*" and not star else ""
    raise UserError(
        f"{row.place}: “{quoted}” is not in {text.id}, {row['layer'] or 'any layer'}. "
        f"{there}{sign} Correct the {'row' if row.table else 'words'} or the layer."
    )


def load_all_texts() -> dict[str, Text]:
    """Load every text of ``texts/``, by id."""
    return {name: load_text(name) for name in text_ids()}


def _check_known(row: Row, column: str, ids: Collection[str] | None, file: str) -> None:
    """Check that an id is known; ``ids`` is None, and nothing is checked, if their table could not be read."""
    if ids is None or row[column] in ids:
        return
    if not ids:  # one problem, however many rows there are
        raise UserError(
            f"{row.place}: {row.table}.csv needs {file}, which does not exist or is empty. Write it with the columns "
            f"{', '.join(TABLES[file.removesuffix('.csv')])}, and a row for each id that is used here."
        )
    raise UserError(
        f"{row.place}: “{row[column]}” in the column {column} is not in {file}. {did_you_mean(row[column], ids)}"
        + (" Or add a row for it there." if file.endswith(".csv") else "")
    )


def read_relations(texts: dict[str, Text]) -> list[Row]:
    """The rows of ``relations.csv``; ``UserError`` at the first that does not pass `check_row`."""
    people = display_names()
    rows = read_table("relations")
    for row in rows:
        check_row("relations", row, texts, people)
    return rows


def check_row(name: str, row: Row, texts: Mapping[str, Text], known: Collection[str] | None) -> None:
    """Check one row of a table; raise ``UserError`` if it fails.

    ``known`` are the ids that the row may refer to: categories for a phrase, else people. None means that
    their table could not be read; then references to them are not checked.
    """
    filled(row)
    if right := row.get("document") not in texts and rewritten_id(row.get("document", ""), texts):
        raise RewrittenDate(
            f"{row.place}, column document: “{row['document']}” is the text “{right}”, rewritten by a spreadsheet. "
            f"Write {right}. {KEEP_AS_TEXT}"
        )
    if name == "relations":
        for column in ("source", "target"):
            _check_known(row, column, known, "people.csv")
        _check_known(row, "basis", BASES, "the list of bases")
    elif name == "phrases":
        _check_known(row, "category", known, "categories.csv")
    elif name == "timeline":
        event_dates(row)
        if row["evidence"] and not row["document"]:
            raise UserError(f"{row.place}: the evidence names no text. Write the text’s id in the column document.")
    elif name == "transmission":
        _check_step(row, known)
    elif name == "summaries":
        _check_paragraph(row, texts)
    elif name == "places":
        _check_place(row)
    elif name == "papers" and f"{OWN}{row['id']}" in texts:
        raise UserError(
            f"{row.place}: “{OWN}{row['id']}” is the id of a text in texts/, and would also be that of the paper that "
            "a student brings along. Give one of them another id."
        )
    if "document" in row:
        verify_row(row, texts)


def _check_step(row: Row, people: Collection[str] | None) -> None:
    """Check that a step of a transmission chain names its text, its two ends and its evidence or reference."""
    if not row["document"]:
        raise UserError(f"{row.place}: a step must name its text. Write its id in the column document.")
    _check_known(row, "status", STATUSES, "the list of statuses")
    for column in ("from", "to"):
        # A single word in small letters is an id; a description has a capital letter or a space.
        if re.fullmatch(r"[a-z0-9_-]*", row[column]):
            _check_known(row, column, people, "people.csv")
    if bool(row["evidence"]) != bool(row["layer"]) or not (row["evidence"] or row["reference"]):
        raise UserError(
            f"{row.place}: a step needs evidence together with its layer, or a reference. Write one of them."
        )


def _check_paragraph(row: Row, texts: Mapping[str, Text]) -> None:
    """Check that the paragraph of a summary exists."""
    if row["document"] not in texts:
        what = f"no text “{row['document']}”" if row["document"] else "a summary must name its text"
        raise UserError(f"{row.place}: {what}. {did_you_mean(row['document'], texts)}")
    layer = _layer(row, texts[row["document"]])
    numbers = _paragraph_numbers(texts[row["document"]], layer)
    if row["paragraph"] not in numbers:
        first, last = min(numbers.values()), max(numbers.values())
        raise UserError(
            f"{row.place}: no paragraph “{row['paragraph']}” in {row['document']}, {layer.id}. "
            f"Write a number from {first} to {last}: the paragraphs of this layer have these numbers on the page."
        )


@lru_cache(maxsize=32)
def _paragraph_numbers(text: Text, layer: Layer) -> Mapping[str, int]:
    """The numbers of the paragraphs of a layer, by themselves as they are written."""
    numbers = [text.paragraph_at(start) for start, _ in layer.paragraphs]
    return {str(number): number for number in numbers}


def _check_place(row: Row) -> None:
    """Check what a place says of itself: where it is, why it is on the map, and what may be left blank."""
    position(row)
    if not place_names(row) and not row["outside"] and row.get("sort") != "sea":
        raise UserError(
            f"{row.place}: “{row['place']}” has neither names nor something from outside. Write in the column names "
            "the words that name it in the texts, or in the column outside what is known of it."
        )
    for column, words in (("sort", SORTS), ("side", SIDES)):
        if row.get(column):
            _check_known(row, column, words, f"the list: {', '.join(words)}")


def place_names(row: Mapping[str, str]) -> list[str]:
    """The words that name a place in the texts, which ``places.csv`` separates by “|”.

    Examples
    --------
    >>> place_names({"names": "Constantinople | Istanbul"})
    ['Constantinople', 'Istanbul']
    """
    return [name for name in map(str.strip, row["names"].split("|")) if name]


def check_names(row: Row, texts: Mapping[str, Text]) -> None:
    """Check that every name of a place is in some text; raise ``UserError`` if one is not."""
    layers = [layer.text for text in texts.values() for layer in text]
    for name in place_names(row):
        try:
            found = any(stands_at(name, words, star=True) for words in layers)
        except UserError as error:
            raise UserError(f"{row.place}: {error}") from error
        if not found:
            raise UserError(
                f"{row.place}: “{name}” is in no text. The nearest passage is “{nearest_passage_of(name, layers)}”. "
                "Correct the name; if no text names the place, leave names empty and write what is known of it in the "
                "column outside."
            )


def _check_variants(row: Row, layers: Mapping[str, list[Layer]]) -> None:
    """Check that the texts have the variants of a name: “words@layer” or “words”, separated by “|”."""
    for part in filter(None, map(str.strip, row.get("variants_in_sources", "").split("|"))):
        words, at, layer = part.rpartition("@")
        words, layer = (words.strip(), layer.strip()) if at else (part, "")
        if layer and layer not in layers:
            raise UserError(f"{row.place}: no text has the layer “{layer}” of “{part}”. {did_you_mean(layer, layers)}")
        chosen = layers[layer] if layer else [one for some in layers.values() for one in some]
        if not words or not any(stands_at(words, one.text) for one in chosen):
            near = (
                f"The nearest passage is “{nearest_passage_of(words, [one.text for one in chosen])}”. " if words else ""
            )
            raise UserError(f"{row.place}: “{words}” is not in {layer or 'any layer'}. {near}Correct the row.")


def check_tables() -> Table:
    """Check every text and every row of the tables: a row for each ``problem``."""
    texts, problems = text_check.readable_texts()
    # A row is not reported only because the text or table it refers to cannot be read.
    misnamed, unknown, elsewhere = files_not_read()
    problems += misnamed
    unreadable = (set(text_ids()) | elsewhere) - set(texts)
    tables: dict[str, list[Row]] = {}
    for name in TABLES:
        tables[name], errors = read_with_errors(name)
        problems += map(str, errors)
        if errors or any(not row[FILLED[name][0]] for row in tables[name]):
            unknown.add(name)
    people = None if "people" in unknown else {row["id"] for row in tables["people"]}
    categories = None if "categories" in unknown else {row["category"] for row in tables["categories"]}
    for text in texts.values():
        problems += text_check.problems_of(text, people or ())
    layers: dict[str, list[Layer]] = {}
    for text in texts.values():
        for part in text:
            layers.setdefault(part.id, []).append(part)
    rewritten: list[str] = []

    def problems_of_rows(name: str) -> Iterator[str]:
        for row in tables[name]:
            yield from damaged_cells(row)
            if row.get("document") in unreadable or (row.get("document") and not texts):
                continue
            try:
                check_row(name, row, texts, categories if name == "phrases" else people)
                if name == "people" and texts and not unreadable:
                    _check_variants(row, layers)
                elif name == "places" and texts and not unreadable:
                    check_names(row, texts)
                elif name == "timeline" and row["document"] and not row["layer"]:
                    raise UserError(f"{row.place}: an event of a text needs its layer. Write it in the column layer.")
            except RewrittenDate as error:
                rewritten.append(str(error).removesuffix(KEEP_AS_TEXT).rstrip())
            except UserError as error:
                yield str(error)

    for name in tables:
        problems += problems_sought(problems_of_rows(name), place_of_table(name))
    # Only what has the same date is the same problem; how to keep a spreadsheet from it is said once.
    first, *others = merge_same_problems(rewritten) or [""]
    problems += [f"{first} {KEEP_AS_TEXT}", *others] if first else []
    return Table(
        ({"problem": problem} for problem in problems),
        ["problem"],
        caption="Problems in texts/",
        note="" if problems else "Every text loads, and every row quotes its layer word for word.",
    )
