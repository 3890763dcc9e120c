"""What other versions of a text have in place of its words, and whether some words survive there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ..core import Table
from ..search import matches, stands_at
from ..texts import Text, check_row, read_table, require_text
from .highlighting import find

_WITNESS = ("variant", "witness", "reference", "remark")


class Reading(NamedTuple):
    """A short reading of another version.

    Attributes
    ----------
    start, end : int
        Where the words stand in ``Text.content`` for which the other version has its own.
    layer, phrase : str
        Their layer, and the words.
    variant : str
        What the other version has.
    witness, reference, remark : str
        Which version, where it is printed, and how sure that is.
    """

    start: int
    end: int
    layer: str
    phrase: str
    variant: str
    witness: str
    reference: str
    remark: str


def readings(text: Text) -> list[Reading]:
    """The rows of ``texts/variants.csv`` about a text, each with the place of its words.

    Raises
    ------
    UserError
        If the words of a row do not stand in the layer it names.

    Examples
    --------
    >>> from helpers.texts import parse_text
    >>> readings(parse_text("Return all this."))
    []
    """
    found = []
    for row in read_table("variants"):
        if row["document"] != text.id:
            continue
        check_row("variants", row, {text.id: text}, ())
        layers = [text[row["layer"]]] if row["layer"] else list(text)
        for layer in layers:
            for start, end in stands_at(row["phrase"], layer.text):
                told = (row[column] for column in ("phrase", "variant", "witness", "reference", "remark"))
                found.append(Reading(layer.start + start, layer.start + end, layer.id, *told))
    return sorted(found)


def touching(some: Iterable[Reading], start: int, end: int) -> list[Reading]:
    """Those readings whose words share a place with a passage.

    Examples
    --------
    >>> touching([Reading(5, 9, "", "this", "it", "A copy", "", "")], 8, 20)[0].variant
    'it'
    """
    return [one for one in some if one.start < end and start < one.end]


def said_of(some: Iterable[Reading]) -> list[str]:
    """Say readings, those of one witness in one sentence.

    Examples
    --------
    >>> said_of([Reading(0, 1, "", "this", "it", "A copy", "", ""), Reading(2, 3, "", "all", "some", "A copy", "", "")])
    ['A copy has “it” for “this”, “some” for “all”.']
    """
    by_witness: dict[str, list[str]] = {}
    for one in some:
        by_witness.setdefault(one.witness, []).append(f"“{one.variant}” for “{one.phrase}”")
    return [f"{witness} has {', '.join(both)}." for witness, both in by_witness.items()]


def variants(text: Text) -> Table:
    """List what other versions have in place of words of a text.

    Parameters
    ----------
    text : Text
        The text.

    Returns
    -------
    Table
        A row a reading: document, layer, phrase, variant, witness, reference, remark; from
        ``texts/variants.csv``, which holds short readings and no whole version.

    Raises
    ------
    UserError
        If a row is no longer true.

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
    """Look up whether words of a text stand in another version too, as far as that is recorded.

    Parameters
    ----------
    text : Text
        The text.
    phrase : str
        Words of the text, as in `find`.

    Returns
    -------
    Table
        For every place of the words and every reading recorded there, a row: document, layer, phrase,
        survives, words_here, variant, witness, reference, remark. ``survives`` is ``yes`` or ``no``
        where a reading is recorded (``words_here`` are the words that it replaces by ``variant``), and
        ``open`` where none is. A table that says nothing of some words is never taken as survival.

    Raises
    ------
    UserError
        If the phrase is empty, or a row of ``texts/variants.csv`` is no longer true.

    Examples
    --------
    >>> from helpers.texts import parse_text
    >>> survives(parse_text("Return all this."), "keep it").note
    '“keep it” does not stand in this text.'
    >>> survives(parse_text("Return all this."), "all this")[0]["survives"]
    'open'
    """
    rows = readings(require_text(text))
    found = []
    for span in find(text, phrase, layers="all"):
        place = {"document": text.id, "layer": span.layer, "phrase": phrase}
        near = touching(rows, span.start, span.end)
        for row in near:
            inside = row.start <= span.start and span.end <= row.end
            kept = "yes" if inside and matches(row.variant, [phrase]) else "no"
            found.append({**row._asdict(), **place, "survives": kept, "words_here": row.phrase})
        if not near:
            found.append({**dict.fromkeys(_WITNESS, ""), **place, "survives": "open", "words_here": ""})
    note = ""
    if not found:
        note = f"“{phrase}” does not stand in this text."
    elif not rows:
        note = f"No other version of this text is recorded: whether “{phrase}” survives is open."
    elif any(row["survives"] == "open" for row in found):
        short = "1 short reading is" if len(rows) == 1 else f"{len(rows)} short readings are"
        note = (
            f"Of other versions only {short} recorded; where none is of these words, it is open whether they survive."
        )
    return Table(
        found,
        ["document", "layer", "phrase", "survives", "words_here", *_WITNESS],
        caption=f"{text.title}: does “{phrase}” survive in other versions?",
        note=note,
        show=["layer", "survives", "words_here", *_WITNESS],
    )
