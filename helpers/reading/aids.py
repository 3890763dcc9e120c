"""Reading aids beside a text: glossary entries, plain-language summaries, links to printed notes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ..core import UserError
from ..search import matches
from ..texts import Layer, Text, check_row, read_table

ANCHOR = re.compile(r"\[\d+\]")


@dataclass(frozen=True, slots=True)
class Aid:
    """The reading aids for one paragraph."""

    terms: tuple[tuple[str, str], ...] = ()  # glossary term and its explanation, in order of occurrence
    anchors: tuple[tuple[str, str], ...] = ()  # note number as printed, id of the layer that holds the note
    summary: str = ""  # the paragraph in plain words, if there is a summary


def printed_notes(text: Text) -> dict[str, Layer]:
    """Map each note number, as printed, to the layer that begins with it.

    Examples
    --------
    >>> from helpers.texts import parse_text
    >>> printed_notes(parse_text("[1] A note."))["[1]"].words
    3
    """
    opened = ((ANCHOR.match(layer.text), layer) for layer in text)
    return {match[0]: layer for match, layer in reversed(list(opened)) if match}


def note_anchors(layer: Layer, numbered: Mapping[str, Layer]) -> frozenset[str]:
    """Return the note numbers in this layer that can be links: those of other layers."""
    printed = ANCHOR.findall(layer.text)
    return frozenset(number for number in printed if number in numbered and numbered[number].id != layer.id)


def paragraph_aids(text: Text, aids: bool | str = True) -> dict[int, Aid]:
    """Collect the reading aids of a text from ``glossary.csv``, ``summaries.csv`` and its printed notes.

    Keys are paragraph numbers (`Text.paragraph_at`); paragraphs without aids are left out. With
    ``aids="words"`` the summaries are left out. Raises `UserError` if ``aids`` has another value, or
    if a row about this text no longer matches the text.

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
    summaries: dict[int, str] = {}
    for row in plain if aids != "words" else ():
        summaries.setdefault(int(row["paragraph"]), row["summary"])
    numbered = printed_notes(text)
    found: dict[int, Aid] = {}
    for layer in text:
        # A row for one text or layer overrides a general row for the same term.
        rows = sorted(glossary, key=lambda row: (bool(row["document"]), bool(row["layer"])))
        explained = {row["term"]: _explained(row) for row in rows if row["layer"] in ("", layer.id)}
        terms: dict[int, dict[str, str]] = {}
        for start, _, term in matches(layer.text, explained) if explained else ():
            terms.setdefault(text.paragraph_at(layer.start + start), {}).setdefault(term, explained[term])
        numbers = note_anchors(layer, numbered)
        for a, b in layer.paragraphs:
            n = text.paragraph_at(a)
            printed = dict.fromkeys(ANCHOR.findall(text.content, a, b)) if numbers else ()
            anchors = tuple((number, numbered[number].id) for number in printed if number in numbers)
            aid = Aid(tuple(terms.get(n, {}).items()), anchors, summaries.get(n, ""))
            if aid != Aid():
                found[n] = aid
    return found


def _explained(row: Mapping[str, str]) -> str:
    return row["explanation"] + (f" ({row['reference']})" if row["reference"] else "")
