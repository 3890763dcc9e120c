"""Variant readings of other versions of a text, and whether given words survive there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ..core import Table
from ..search import matches, stands_at
from ..texts import Text, check_row, read_table, require_text
from .highlighting import find

_WITNESS = ("variant", "witness", "reference", "remark")


class Reading(NamedTuple):
    """A short variant reading of another version (witness)."""

    start: int  # half-open range of the phrase in Text.content, in code points
    end: int
    layer: str
    phrase: str  # the words in this text
    variant: str  # the words in the other version
    witness: str
    reference: str  # where the other version is printed
    remark: str  # how certain the reading is


def readings(text: Text) -> list[Reading]:
    """Read the rows of ``texts/variants.csv`` about a text, and locate the words of each.

    Raises `UserError` if the words of a row do not occur in the layer it names.
    """
    found = []
    for row in read_table("variants"):
        if row["document"] != text.id:
            continue
        check_row("variants", row, {text.id: text}, ())
        layers = [text[row["layer"]]] if row["layer"] else list(text)
        for layer in layers:
            for start, end in stands_at(row["phrase"], layer.text):
                values = (row[column] for column in ("phrase", *_WITNESS))
                found.append(Reading(layer.start + start, layer.start + end, layer.id, *values))
    return sorted(found)


def overlapping(rows: Iterable[Reading], start: int, end: int) -> list[Reading]:
    """Select the readings whose words overlap a half-open range of ``Text.content``.

    Examples
    --------
    >>> overlapping([Reading(5, 9, "", "this", "it", "A copy", "", "")], 8, 20)[0].variant
    'it'
    """
    return [row for row in rows if row.start < end and start < row.end]


def readings_in_words(rows: Iterable[Reading]) -> list[str]:
    """Write readings as text, one sentence per witness.

    Examples
    --------
    >>> first, second = ("", "this", "it", "A copy", "", ""), ("", "all", "some", "A copy", "", "")
    >>> readings_in_words([Reading(0, 1, *first), Reading(2, 3, *second)])
    ['A copy has “it” for “this”, “some” for “all”.']
    """
    by_witness: dict[str, list[str]] = {}
    for row in rows:
        by_witness.setdefault(row.witness, []).append(f"“{row.variant}” for “{row.phrase}”")
    return [f"{witness} has {', '.join(pairs)}." for witness, pairs in by_witness.items()]


def variants(text: Text) -> Table:
    """List the variant readings of other versions of a text.

    Parameters
    ----------
    text : Text
        The text.

    Returns
    -------
    Table
        One row per reading in ``texts/variants.csv``: document, layer, phrase, variant, witness,
        reference, remark. The file holds short readings only, no complete version.

    Raises
    ------
    UserError
        If a row no longer matches the text.

    Examples
    --------
    >>> from helpers.texts import parse_text
    >>> variants(parse_text("Return all this.")).note
    'No other version of this text is recorded in texts/variants.csv.'
    """
    rows = readings(require_text(text))
    note = "Only these short readings are recorded: where none is, nothing is said of the other version."
    return Table(
        ({"document": text.id, **row._asdict()} for row in rows),
        ["document", "layer", "phrase", "variant", "witness", "reference", "remark"],
        caption=f"{text.title}: readings of other versions",
        note=note if rows else "No other version of this text is recorded in texts/variants.csv.",
        show=["layer", "phrase", "variant", "witness", "reference", "remark"],
    )


def survives(text: Text, phrase: str) -> Table:
    """Look up whether words of a text also occur in another version, as far as that is recorded.

    Parameters
    ----------
    text : Text
        The text.
    phrase : str
        Words of the text, as in `find`.

    Returns
    -------
    Table
        One row per occurrence and recorded reading: document, layer, phrase, survives, words_here,
        variant, witness, reference, remark. ``survives`` is ``yes`` or ``no`` if a reading is
        recorded there (it replaces ``words_here`` by ``variant``), and ``open`` if none is: a
        missing record never counts as survival.

    Raises
    ------
    UserError
        If the phrase is empty, or a row of ``texts/variants.csv`` no longer matches the text.

    Examples
    --------
    >>> from helpers.texts import parse_text
    >>> survives(parse_text("Return all this."), "keep it").note
    '“keep it” is not in this text.'
    >>> survives(parse_text("Return all this."), "all this")[0]["survives"]
    'open'
    """
    rows = readings(require_text(text))
    found = []
    for span in find(text, [phrase], layers="all"):
        place = {"document": text.id, "layer": span.layer, "phrase": phrase}
        near = overlapping(rows, span.start, span.end)
        for row in near:
            inside = row.start <= span.start and span.end <= row.end
            survival = "yes" if inside and matches(row.variant, [phrase]) else "no"
            found.append({**row._asdict(), **place, "survives": survival, "words_here": row.phrase})
        if not near:
            found.append({**dict.fromkeys(_WITNESS, ""), **place, "survives": "open", "words_here": ""})
    note = ""
    if not found:
        note = f"“{phrase}” is not in this text."
    elif not rows:
        note = f"No other version of this text is recorded, so it is open whether “{phrase}” survives."
    elif any(row["survives"] == "open" for row in found):
        short = "1 short reading is" if len(rows) == 1 else f"{len(rows)} short readings are"
        note = f"Only {short} recorded from other versions. Where none covers these words, it is open if they survive."
    return Table(
        found,
        ["document", "layer", "phrase", "survives", "words_here", *_WITNESS],
        caption=f"{text.title}: does “{phrase}” survive in other versions?",
        note=note,
        show=["layer", "survives", "words_here", *_WITNESS],
    )
