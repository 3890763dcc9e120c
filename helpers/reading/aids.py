"""What helps a reader and is no part of the text: words explained, plain words, printed note numbers."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass

from ..core import UserError
from ..search import matches
from ..texts import Layer, Text, check_row, read_table

ANCHOR = re.compile(r"\[\d+\]")


@dataclass(frozen=True, slots=True)
class Aid:
    """What helps with one paragraph.

    Attributes
    ----------
    terms : tuple of (str, str)
        Words of the glossary that stand in it, in their order, each with its explanation.
    anchors : tuple of (str, str)
        Note numbers as printed, each with the id of the layer that holds the note.
    summary : str
        What it says in plain words, or nothing.
    """

    terms: tuple[tuple[str, str], ...] = ()
    anchors: tuple[tuple[str, str], ...] = ()
    summary: str = ""


def printed_notes(text: Text) -> dict[str, Layer]:
    """Find the notes of a text: the number as printed, and the layer that begins with it.

    Examples
    --------
    >>> from helpers.texts import parse_text
    >>> printed_notes(parse_text("[1] A note."))["[1]"].words
    3
    """
    opened = ((ANCHOR.match(layer.text), layer) for layer in text)
    return {match[0]: layer for match, layer in reversed(list(opened)) if match}


def note_anchors(layer: Layer, numbered: Mapping[str, Layer]) -> frozenset[str]:
    """The numbers that send the reader of a layer to a note; a note's own number does not."""
    return frozenset(number for number, note in numbered.items() if note.id != layer.id)


def paragraph_aids(text: Text, aids: bool | str = True) -> dict[tuple[str, int], Aid]:
    """Collect what helps with each paragraph of a text, from ``glossary.csv`` and ``summaries.csv``.

    Parameters
    ----------
    text : Text
        The text, with all its layers.
    aids : bool or "words"
        All of them, none, or all but the plain words.

    Returns
    -------
    dict of (str, int) to Aid
        By layer id and number of the paragraph in it, from 1; only paragraphs that have any.

    Raises
    ------
    UserError
        If ``aids`` is something else, or a row about this text is no longer true.

    Examples
    --------
    >>> from helpers.texts import parse_text
    >>> paragraph_aids(parse_text("So it is.[1]\\n"))
    {}
    """
    if aids not in (True, False, "words"):
        raise UserError(f'aids=“{aids}” is not known. Write aids=True, aids=False or aids="words".')
    if not aids:
        return {}
    glossary = [row for row in read_table("glossary") if row["document"] in ("", text.id)]
    plain = [row for row in read_table("summaries") if row["document"] == text.id]
    for name, rows in (("glossary", glossary), ("summaries", plain)):
        for row in rows:
            check_row(name, row, {text.id: text}, ())
    summaries: dict[tuple[str, int], str] = {}
    for row in plain if aids != "words" else ():
        summaries.setdefault((row["layer"], int(row["paragraph"])), row["summary"])
    numbered = printed_notes(text)
    found: dict[tuple[str, int], Aid] = {}
    for layer in text:
        # What is said of one place goes before what is said of all.
        rows = sorted(glossary, key=lambda row: (bool(row["document"]), bool(row["layer"])))
        said = {row["term"]: _explained(row) for row in rows if row["layer"] in ("", layer.id)}
        spans = layer.paragraphs
        starts = [start for start, _ in spans]
        terms: dict[int, dict[str, str]] = {}
        for start, _, term in matches(layer.text, said) if said else ():
            terms.setdefault(bisect_right(starts, layer.start + start), {}).setdefault(term, said[term])
        numbers = note_anchors(layer, numbered)
        for n, (a, b) in enumerate(spans, 1):
            printed = dict.fromkeys(ANCHOR.findall(text.content, a, b)) if numbers else ()
            anchors = tuple((one, numbered[one].id) for one in printed if one in numbers)
            aid = Aid(tuple(terms.get(n, {}).items()), anchors, summaries.get((layer.id, n), ""))
            if aid != Aid():
                found[layer.id, n] = aid
    return found


def _explained(row: Mapping[str, str]) -> str:
    return row["explanation"] + (f" ({row['reference']})" if row["reference"] else "")
