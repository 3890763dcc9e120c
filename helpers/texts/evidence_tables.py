"""What is known about the texts, as rows of evidence; and is every row still true?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from ..core import Table, UserError, did_you_mean, event_dates
from ..search import nearest_passage_of, stands_at
from . import text_check
from .loading import load_text, text_ids
from .model import Layer, Text
from .tables import FILLED, TABLES, Row, filled, read_table, read_with_errors

BASES = ("explicit_in_document", "inferred_from_document", "stated_by_later_editor", "edition_metadata")
STATUSES = ("proved", "ordered", "reported", "open")
# Where quoted words stand in a row; and where they may end in a star, for any ending of the word.
_QUOTED = ("evidence", "phrase", "term")
_STARRED = {("phrases", "phrase"), ("glossary", "term")}


def display_names() -> dict[str, str]:
    """The display name of every person, body and voice: id to words."""
    return {row["id"]: row["canonical_name"] for row in read_table("people")}


def verify_row(row: Row, texts: Mapping[str, Text]) -> None:
    """Prove that a row quotes its layer word for word, however the words are typeset.

    Parameters
    ----------
    row : Row
        A row with ``document``, ``layer`` and ``evidence``, ``phrase`` or ``term``; a blank
        document or layer means everywhere.
    texts : mapping of str to Text
        The texts by id.

    Raises
    ------
    UserError
        If the document or layer is unknown, or the words are not there; the message names
        file, line and the nearest passage.
    """
    document, layer = row["document"], row["layer"]
    if not document:
        # A phrase without a place is a thing to look for, not a claim that it is there.
        if layer:
            raise UserError(
                f"{row.place}: the layer “{layer}” is named without its text. "
                "Write the text’s id in the column document."
            )
        return
    if document not in texts:
        raise UserError(f"{row.place}: no text “{document}”. {did_you_mean(document, texts)}")
    text = texts[document]
    if layer and layer not in [part.id for part in text]:
        raise UserError(
            f"{row.place}: no layer “{layer}” in {document}. {did_you_mean(layer, [part.id for part in text])}"
        )
    for column in _QUOTED:
        if row.get(column):
            _stands(row, row[column], text, star=(row.table, column) in _STARRED)


def _stands(row: Row, quoted: str, text: Text, *, star: bool) -> None:
    """Prove that words stand in the layer of a row, or in any layer if it names none."""
    if "evidence" in row and not re.search(r"\w", quoted):
        raise UserError(f"{row.place}: “{quoted}” is no word. Evidence is words of the text, as they stand there.")
    chosen = [text[row["layer"]]] if row["layer"] else list(text)
    try:
        if any(stands_at(quoted, part.text, star=star) for part in chosen):
            return
        others = [part.id for part in text if part not in chosen and stands_at(quoted, part.text, star=star)]
    except UserError as error:
        raise UserError(f"{row.place}: {error}") from error
    near = nearest_passage_of(quoted, [part.text for part in chosen])
    there = f"It stands in “{others[0]}”." if others else f"The nearest passage is “{near}”."
    sign = " A “*” stands for an ending only in phrases.csv and glossary.csv." if quoted[-1] == "*" and not star else ""
    raise UserError(
        f"{row.place}: “{quoted}” does not stand in {text.id}, {row['layer'] or 'any layer'}. "
        f"{there}{sign} Correct the row or its layer."
    )


def load_all_texts() -> dict[str, Text]:
    """Load every text of ``texts/``: id to text."""
    return {name: load_text(name) for name in text_ids()}


def _known(row: Row, column: str, ids: Iterable[str] | None, file: str) -> None:
    """Prove that an id is known; where the table of the ids could not be read, nobody can tell."""
    if ids is None or row[column] in (ids := list(ids)):
        return
    near = did_you_mean(row[column], ids) if ids else "Add a row for it there."
    raise UserError(f"{row.place}: “{row[column]}” in the column {column} is not in {file}. {near}")


def read_relations(texts: dict[str, Text]) -> list[Row]:
    """The relations, every one proved against its sentence.

    Parameters
    ----------
    texts : dict of str to Text
        The texts by id.

    Returns
    -------
    list of Row
        The rows of ``relations.csv``.

    Raises
    ------
    UserError
        At the first row that names an unknown person, basis, text or layer, or whose
        evidence is not in its layer.

    Examples
    --------
    >>> rows = read_relations(load_all_texts())
    """
    people = display_names()
    rows = read_table("relations")
    for row in rows:
        check_row("relations", row, texts, people)
    return rows


def check_row(name: str, row: Row, texts: Mapping[str, Text], known: Iterable[str] | None) -> None:
    """Check one row of a table against the texts and the ids it refers to; None if these cannot be known."""
    filled(row)
    if name == "relations":
        for column in ("source", "target"):
            _known(row, column, known, "people.csv")
        _known(row, "basis", BASES, "the list of bases")
    elif name == "phrases":
        _known(row, "category", known, "categories.csv")
    elif name == "timeline":
        event_dates(row)
        if row["evidence"] and not row["document"]:
            raise UserError(f"{row.place}: these words stand in no text. Write the text’s id in the column document.")
    elif name == "transmission":
        _is_a_step(row, known)
    elif name == "summaries":
        _has_paragraph(row, texts)
    if "document" in row:
        verify_row(row, texts)


def _is_a_step(row: Row, people: Iterable[str] | None) -> None:
    """Prove that a step of a chain names its text, its ends and what it rests on."""
    if not row["document"]:
        raise UserError(f"{row.place}: a step must name its text. Write its id in the column document.")
    _known(row, "status", STATUSES, "the list of statuses")
    for column in ("from", "to"):
        # One word in small letters is an id; plain words have a capital letter or a space.
        if re.fullmatch(r"[a-z0-9_-]*", row[column]):
            _known(row, column, people, "people.csv")
    if bool(row["evidence"]) != bool(row["layer"]) or not (row["evidence"] or row["reference"]):
        raise UserError(
            f"{row.place}: a step needs evidence together with its layer, or a reference. Write one of them."
        )


def _has_paragraph(row: Row, texts: Mapping[str, Text]) -> None:
    """Prove that the paragraph exists that a summary puts into plain words."""
    if row["document"] not in texts:
        raise UserError(f"{row.place}: a summary must name its text. {did_you_mean(row['document'], texts)}")
    text, layer = texts[row["document"]], row["layer"]
    ids = [part.id for part in text]
    if layer not in ids:
        raise UserError(f"{row.place}: no layer “{layer}” in {text.id}. {did_you_mean(layer, ids)}")
    count = len(text[layer].paragraphs)
    if row["paragraph"] not in map(str, range(1, count + 1)):
        raise UserError(
            f"{row.place}: no paragraph “{row['paragraph']}” in {text.id}, {layer}. "
            f"Give a number from 1 to {count}: paragraphs are counted within the layer."
        )


def _named(row: Row, layers: Mapping[str, list[Layer]]) -> None:
    """Prove that the names under which somebody appears stand where the row says: words@layer, parted by “|”."""
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
            raise UserError(f"{row.place}: “{words}” does not stand in {layer or 'any layer'}. {near}Correct the row.")


def check_tables() -> Table:
    """Check every text and every row of the tables.

    Returns
    -------
    Table
        A row a problem: ``problem``; none if all is well.

    Examples
    --------
    >>> len(check_tables())
    0
    """
    texts, problems = text_check.readable_texts()
    # What refers to a text or a table that cannot be read is not wrong for that.
    closed = set(text_ids()) - set(texts)
    tables: dict[str, list[Row]] = {}
    unknown = set()
    for name in TABLES:
        tables[name], errors = read_with_errors(name)
        problems += map(str, errors)
        if errors or any(not row[FILLED[name][0]] for row in tables[name]):
            unknown.add(name)
    people = None if "people" in unknown else [row["id"] for row in tables["people"]]
    categories = None if "categories" in unknown else [row["category"] for row in tables["categories"]]
    for text in texts.values():
        problems += text_check.problems_of(text, people or ())
    layers: dict[str, list[Layer]] = {}
    for text in texts.values():
        for part in text:
            layers.setdefault(part.id, []).append(part)
    for name, rows in tables.items():
        for row in rows:
            if row.get("document") in closed or (row.get("document") and not texts):
                continue
            try:
                check_row(name, row, texts, categories if name == "phrases" else people)
                if name == "people" and texts and not closed:
                    _named(row, layers)
                elif name == "timeline" and row["document"] and not row["layer"]:
                    raise UserError(f"{row.place}: an event of a text needs its layer. Write it in the column layer.")
            except UserError as error:
                problems.append(str(error))
    return Table(
        ({"problem": one} for one in problems),
        ["problem"],
        caption="Problems in texts/",
        note="" if problems else "Every text loads, and every row quotes its layer word for word.",
    )
