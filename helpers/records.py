"""What is known about the texts, as rows of evidence; and is every row still true?"""

from __future__ import annotations

import csv
import difflib
import io
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from . import _home
from ._dates import days
from ._files import read_file
from ._html import Table
from ._slips import Slip, did_you_mean
from .layers import Text
from .texts import load_text, text_ids

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
BASES = ("explicit_in_document", "inferred_from_document", "stated_by_later_editor", "edition_metadata")
STATUSES = ("proved", "ordered", "reported", "open")
_KEYS = {"people": "id", "categories": "category", "relations": "edge_id", "timeline": "id"}
_QUOTED = ("evidence", "phrase", "term")


class Row(dict):
    """One row of a table, which knows its place.

    Attributes
    ----------
    place : str
        File and line, for messages.
    """

    def __init__(self, values: dict[str, str], place: str) -> None:
        super().__init__(values)
        self.place = place


def table_path(name: str) -> Path:
    """The file of a table."""
    return _home.texts_folder() / f"{name}.csv"


def read_table(name: str) -> list[Row]:
    """Read one table of ``texts/``.

    Parameters
    ----------
    name : str
        One of ``people``, ``categories``, ``phrases``, ``relations``, ``timeline``, ``glossary``,
        ``summaries``, ``transmission``.

    Returns
    -------
    list of Row
        Its rows in order; none if there is no such file, since every table is optional.

    Raises
    ------
    Slip
        If a column is missing, a row has too many or too few cells, or an id stands twice.

    Examples
    --------
    >>> all({"source", "target", "evidence"} <= row.keys() for row in read_table("relations"))
    True
    """
    path = table_path(name)
    if not path.exists():
        return []
    where = f"{path.parent.name}/{path.name}"
    reader = csv.reader(io.StringIO(read_file(path)), strict=True)
    try:
        return list(_rows(name, reader, where))
    except csv.Error as error:
        raise Slip(
            f"{where}, line {reader.line_num}: {error}. A cell with a quotation mark or a comma "
            "must stand in quotation marks, and be closed."
        ) from error


def _rows(name: str, reader: csv.reader, where: str) -> Iterator[Row]:
    head = [cell.strip() for cell in next(reader, [])]
    for column in TABLES[name]:
        if column not in head:
            raise Slip(f"{where}, line 1: the column “{column}” is missing. {did_you_mean(column, head)}")
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
            raise Slip(
                f"{place}: {len(cells)} cells under {len(head)} columns. "
                "Put a cell that holds a comma into quotation marks."
            )
        row = Row(dict(zip(head, (cell.strip() for cell in cells), strict=True)), place)
        key = row.get(_KEYS.get(name, ""))
        if name == "transmission":  # the steps are counted anew for every text
            key = f"{row['document']} {row['step']}"
        if key is not None:
            if key in seen:
                raise Slip(f"{place}: the id “{key}” stands already in {seen[key]}. Give this row an id of its own.")
            seen[key] = place
        yield row


def names() -> dict[str, str]:
    """The display name of every person, body and voice: id to words."""
    return {row["id"]: row["canonical_name"] for row in read_table("people")}


def collapse(words: str) -> str:
    """Make every run of white space one space.

    Examples
    --------
    >>> collapse("Return\\n  all this. ")
    'Return all this.'
    """
    return re.sub(r"\s+", " ", words).strip()


def nearest_passage(words: str, text: str) -> str:
    """Find the passage of a text that most resembles some words, for a message.

    Parameters
    ----------
    words, text : str
        The words looked for, and where.

    Returns
    -------
    str
        As many words of the text as were looked for.

    Examples
    --------
    >>> nearest_passage("retrun all this", "Please return all this. Thanks.")
    'return all this.'
    """
    sought, given = collapse(words), collapse(text).split(" ")
    length = len(sought.split(" "))
    matcher = difflib.SequenceMatcher(b=sought, autojunk=False)
    best, score = "", -1.0
    for start in range(max(1, len(given) - length + 1)):
        passage = " ".join(given[start : start + length])
        matcher.set_seq1(passage)
        if matcher.real_quick_ratio() > score and matcher.quick_ratio() > score and matcher.ratio() > score:
            best, score = passage, matcher.ratio()
    return best


def verify(row: Row, texts: dict[str, Text]) -> None:
    """Prove that a row quotes its layer word for word, after collapsing white space.

    Parameters
    ----------
    row : Row
        A row with ``document``, ``layer`` and ``evidence``, ``phrase`` or ``term``; a blank
        document or layer means everywhere.
    texts : dict of str to Text
        The texts by id.

    Raises
    ------
    Slip
        If the document or layer is unknown, or the words are not there; the message names
        file, line and the nearest passage.
    """
    document, layer = row["document"], row["layer"]
    if document and document not in texts:
        raise Slip(f"{row.place}: no text “{document}”. {did_you_mean(document, texts)}")
    for column in _QUOTED:
        quoted = row.get(column, "")
        # A phrase without a place is a thing to look for, not a claim that it is there.
        if not quoted or not document:
            continue
        text = texts[document]
        if layer and layer not in [part.id for part in text]:
            raise Slip(
                f"{row.place}: no layer “{layer}” in {document}. {did_you_mean(layer, [part.id for part in text])}"
            )
        words = text[layer].text if layer else text.content
        if quoted.endswith("*") or collapse(quoted) in collapse(words):
            continue
        raise Slip(
            f"{row.place}: “{quoted}” does not stand in {document}, {layer or 'any layer'}. "
            f"The nearest passage is “{nearest_passage(quoted, words)}”. Correct the row or its layer."
        )


def load_all() -> dict[str, Text]:
    """Load every text of ``texts/``: id to text."""
    return {name: load_text(name) for name in text_ids()}


def _known(row: Row, column: str, ids: Iterable[str], file: str) -> None:
    ids = list(ids)
    if row[column] not in ids:
        raise Slip(
            f"{row.place}: “{row[column]}” in the column {column} is not in {file}. {did_you_mean(row[column], ids)}"
        )


def relations(texts: dict[str, Text]) -> list[Row]:
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
    Slip
        At the first row that names an unknown person, basis, text or layer, or whose
        evidence is not in its layer.

    Examples
    --------
    >>> rows = relations(load_all())
    """
    people = names()
    rows = read_table("relations")
    for row in rows:
        check_row("relations", row, texts, people)
    return rows


def check_row(name: str, row: Row, texts: dict[str, Text], known: Iterable[str]) -> None:
    """Check one row of a table against the texts and against the ids it refers to."""
    if name == "relations":
        for column in ("source", "target"):
            _known(row, column, known, "people.csv")
        _known(row, "basis", BASES, "the list of bases")
    elif name == "phrases":
        _known(row, "category", known, "categories.csv")
    elif name == "timeline":
        days(row)
    elif name == "transmission":
        _is_a_step(row, known)
    if "document" in row:
        verify(row, texts)
    if name == "summaries":
        _has_paragraph(row, texts)


def _is_a_step(row: Row, people: Iterable[str]) -> None:
    """Prove that a step of a chain names its text, its ends and what it rests on."""
    if not row["document"]:
        raise Slip(f"{row.place}: a step must name its text. Write its id in the column document.")
    _known(row, "status", STATUSES, "the list of statuses")
    for column in ("from", "to"):
        # One word in small letters is an id; plain words have a capital letter or a space.
        if re.fullmatch(r"[a-z0-9_-]*", row[column]):
            _known(row, column, people, "people.csv")
    if bool(row["evidence"]) != bool(row["layer"]) or not (row["evidence"] or row["reference"]):
        raise Slip(f"{row.place}: a step needs evidence together with its layer, or a reference. Write one of them.")


def _has_paragraph(row: Row, texts: dict[str, Text]) -> None:
    """Prove that the paragraph exists that a summary puts into plain words."""
    if row["document"] not in texts:
        raise Slip(f"{row.place}: a summary must name its text. {did_you_mean(row['document'], texts)}")
    text, layer = texts[row["document"]], row["layer"]
    ids = [part.id for part in text]
    if layer not in ids:
        raise Slip(f"{row.place}: no layer “{layer}” in {text.id}. {did_you_mean(layer, ids)}")
    count = len(text[layer].paragraphs)
    if row["paragraph"] not in map(str, range(1, count + 1)):
        raise Slip(
            f"{row.place}: no paragraph “{row['paragraph']}” in {text.id}, {layer}. "
            f"Give a number from 1 to {count}: paragraphs are counted within the layer."
        )


def check() -> Table:
    """Check every text and every row of the tables.

    Returns
    -------
    Table
        A row a problem: ``problem``; none if all is well.

    Examples
    --------
    >>> len(check())
    0
    """
    problems: list[str] = []
    texts: dict[str, Text] = {}
    for name in text_ids():
        try:
            texts[name] = load_text(name)
        except Slip as slip:
            problems.append(str(slip))
        else:
            problems += _coverage(texts[name])
    tables: dict[str, list[Row]] = {}
    for name in TABLES:
        try:
            tables[name] = read_table(name)
        except Slip as slip:
            problems.append(str(slip))
    known = {
        "relations": [row["id"] for row in tables.get("people", ())],
        "phrases": [row["category"] for row in tables.get("categories", ())],
        "transmission": [row["id"] for row in tables.get("people", ())],
    }
    for name, rows in tables.items():
        for row in rows:
            try:
                check_row(name, row, texts, known.get(name, ()))
            except Slip as slip:
                problems.append(str(slip))
    return Table(
        ({"problem": one} for one in problems),
        ["problem"],
        caption="Problems in texts/",
        note="" if problems else "Every text loads, and every row quotes its layer word for word.",
    )


def _coverage(text: Text) -> list[str]:
    """Do the layers carry every word of the file as received, in order?"""
    received = text.about.get("source_file")
    if not received:
        return []
    whole, at = collapse(read_file(_home.texts_folder() / str(received))), 0
    for layer in text:
        words = collapse(layer.text)
        at += whole[at : at + 1] == " "
        if not whole.startswith(words, at):
            wrong = next(i for i in range(len(words) + 1) if not whole.startswith(words[: i + 1], at))
            return [
                f"texts/{text.id}.md, layer “{layer.id}”: after “{words[max(0, wrong - 30) : wrong]}” the file "
                f"as received ({received}) goes on “{whole[at + wrong : at + wrong + 40]}”. Restore its words."
            ]
        at += len(words)
    if whole[at:].strip():
        return [
            f"texts/{text.id}.md: the last words of {received} are in no layer: “{whole[at:].strip()[:80]}”. Add them."
        ]
    return []
