"""What other versions of a text have in place of its words, and whether some words survive there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ..core import Table
from ..search import matches, stands_at
from ..texts import Text, check_row, read_table, require_text
from .highlighting import find


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
    Slip
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
    Slip
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


def survives(text: Text, phrase: str) -> str:
    """Say whether words of a text stand in another version too, as far as that is recorded.

    Parameters
    ----------
    text : Text
        The text.
    phrase : str
        Words of the text, as in `find`.

    Returns
    -------
    str
        One sentence or several; silence of the table is never given as survival.

    Raises
    ------
    Slip
        If the phrase is empty, or a row of ``texts/variants.csv`` is no longer true.

    Examples
    --------
    >>> from helpers.texts import parse_text
    >>> survives(parse_text("Return all this."), "keep it")
    '“keep it” does not stand in this text.'
    >>> survives(parse_text("Return all this."), "all this")
    'No other version of this text is recorded: whether “all this” survives is open.'
    """
    places = find(require_text(text), phrase, layers="all")
    if not places:
        return f"“{phrase}” does not stand in this text."
    rows = readings(text)
    if not rows:
        return f"No other version of this text is recorded: whether “{phrase}” survives is open."
    said: dict[str, None] = {}
    for span in places:
        for row in touching(rows, span.start, span.end):
            inside = row.start <= span.start and span.end <= row.end
            kept = inside and matches(row.variant, [phrase])
            begin = f"“{phrase}” stands there too" if kept else f"“{phrase}” does not survive as it is"
            sentence = said_of([row])[0]
            said[f"{begin}: {sentence[0].lower()}{sentence[1:]}"] = None
    if said:
        return " ".join(said)
    number = f"{len(rows)} short reading" + ("" if len(rows) == 1 else "s")
    return (
        f"Whether “{phrase}” survives is open: of other versions only {number} "
        f"{'is' if len(rows) == 1 else 'are'} recorded, and none is of these words."
    )
