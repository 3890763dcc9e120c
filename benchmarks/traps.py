"""Search cases with difficult typography: words, phrases to find, and expected spans.

``TRAPS`` is plain data; tests can import it too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trap:
    """One case; several cases may share a name.

    A mapping of phrases gives categories, which may overlap; ``spans`` are in code points, in order.
    """

    name: str
    words: str
    phrases: Sequence[str] | Mapping[str, Sequence[str]]
    spans: tuple[tuple[int, int], ...]


def _marked(page: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Remove the brackets ⟦ ⟧, which may nest, from a page; give the page and their positions."""
    words, begun, spans = "", [], []
    for piece in re.split("([⟦⟧])", page):
        if piece == "⟦":
            begun.append(len(words))
        elif piece == "⟧":
            spans.append((begun.pop(), len(words)))
        else:
            words += piece
    return words, tuple(sorted(spans, key=lambda span: (span[0], -span[1])))


# name: (page, phrases) …; ⟦ and ⟧ enclose the expected matches.
_PAGES: dict[str, list[tuple[str, Sequence[str] | Mapping[str, Sequence[str]]]]] = {
    "case and whole words": [
        ("⟦Return⟧ it. He returned it. ⟦RETURN⟧ it.", ["return"]),
        ("No pattern: ⟦a.b⟧ is not axb.", ["a.b"]),
        ("The bracket ⟦(x|y)⟧ is no x and no y.", ["(x|y)"]),
    ],
    "quotation marks": [
        ('He said ⟦“own train”⟧ and ⟦"own train"⟧.', ['"own train"']),
        ("He said ⟦«own train»⟧ and ⟦„own train“⟧.", ['"own train"']),
        ('He said ⟦"own train"⟧.', ["“own train”"]),
    ],
    "apostrophes and primes": [
        ("the ⟦army’s train⟧, the ⟦army's train⟧, the ⟦army′s train⟧", ["army's train"]),
        ("the ⟦army's train⟧", ["army’s train"]),
    ],
    "hyphens and dashes": [
        ("⟦ultra-carefully⟧ ⟦ultra‐carefully⟧ ⟦ultra‑carefully⟧ ⟦ultra–carefully⟧", ["ultra-carefully"]),
        ("pages ⟦605–11⟧ and ⟦605—11⟧", ["605-11"]),
    ],
    "runs of spaces, tabs, no-break spaces": [
        ("He may ⟦return   all⟧, ⟦return\tall⟧, ⟦return\u00a0all⟧.", ["return all"]),
    ],
    "thin and zero-width spaces": [
        ("He may ⟦return\u2009all⟧, ⟦return\u202fall⟧, ⟦return \u200ball⟧.", ["return all"]),
        ("He may \u200b⟦return\ufeff all⟧\u200b.", ["return all"]),
    ],
    "a line or paragraph break inside": [
        ("He may ⟦return\nall⟧ or ⟦return\r\n   all⟧.", ["return all"]),
        ("He may ⟦return\n\nall⟧.", ["return all"]),
    ],
    "hyphenation at a line end": [
        ("I cannot rely on their ⟦impar-\ntiality⟧.", ["impartiality"]),
        ("I cannot ⟦rely on their impar-\n    tiality⟧.", ["rely on their impartiality"]),
        ("He went ⟦ultra-\ncarefully⟧.", ["ultra-carefully"]),
        ("He went on ⟦condi‐\ntion⟧.", ["condition"]),
    ],
    "soft hyphens": [
        ("He went ⟦care\u00adful\u00adly⟧.", ["carefully"]),
        ("He ⟦cannot rely\u00ad on⟧.", ["cannot rely on"]),
    ],
    "composed and decomposed": [
        ("a ⟦cafe\u0301⟧ and a ⟦café⟧", ["café"]),
        ("a ⟦cafe\u0301⟧ and a ⟦café⟧", ["cafe\u0301"]),
    ],
    "a combining mark after a match": [
        ("a cafe\u0301, no ⟦cafe⟧, no café", ["cafe"]),
    ],
    "ß and ss": [
        ("⟦Straße⟧, ⟦STRASSE⟧, ⟦strasse⟧: 100 %", ["strasse"]),
        ("⟦Straße⟧, ⟦STRASSE⟧", ["Straße"]),
    ],
    "İ, and what stands behind it": [
        ("İİİ in ⟦İzmir⟧ they ⟦return⟧.", ["İzmir", "return"]),
    ],
    "ligatures": [
        ("the ⟦ﬁnal oﬃce⟧", ["final office"]),
    ],
    "final sigma": [
        ("⟦ΛΟΓΟΣ⟧ and ⟦λογος⟧", ["λογος"]),
        ("⟦ΛΟΓΟΣ⟧ and ⟦λογος⟧", ["ΛΟΓΟΣ"]),
    ],
    "punctuation at an end": [
        ("the ⟦Party C.C.⟧ and the ⟦Party C.C.⟧, too", ["Party C.C."]),
        ("in the ⟦U.S.S.R.⟧ (see the ⟦U.S.S.R.⟧).", ["U.S.S.R."]),
        ("the ⟦C.-in-C.⟧ knows; ask the ⟦C.-in-C.⟧", ["C.-in-C."]),
    ],
    "punctuation at the beginning": [
        ("R.C.P.⟦(B.)⟧ Central", ["(B.)"]),
        ("He wrote ⟦—Ed.⟧ at the end.", ["—Ed."]),
    ],
    "a note number glued to a word": [
        ("To: L. D. ⟦TROTSKY⟧[2] You do not ⟦accept.⟧[3]", ["trotsky", "accept."]),
        ("You do not accept.⟦[3]⟧", ["[3]"]),
    ],
    "a note number inside a phrase": [
        ("To ⟦TROTSKY[2] you⟧ write; the ⟦Georgian[14] case⟧.", ["Trotsky you", "Georgian case"]),
    ],
    "Cyrillic": [
        ("⟦Дело⟧, ⟦ДЕЛО⟧, не дела", ["дело"]),
        ("⟦Грузинское дело⟧ и ⟦грузинское\nдело⟧", ["Грузинское дело"]),
    ],
    "Greek with accents": [
        ("⟦Λόγος⟧ καὶ ⟦λο\u0301γος⟧", ["λόγος"]),
    ],
    "Georgian": [
        ("⟦საქართველო⟧ და ⟦ᲡᲐᲥᲐᲠᲗᲕᲔᲚᲝ⟧, საქართველოს", ["საქართველო"]),
    ],
    "astral characters before": [
        ("😀𝔞😀 He may ⟦return all⟧.", ["return all"]),
    ],
    "a prefix of another": [
        ("⟦on⟧ Monday, ⟦on condition that⟧ he", ["on", "on condition that"]),
        ("⟦on condition⟧ at all", ["on", "on condition", "on condition that"]),
    ],
    "one phrase inside another": [
        ("return the ⟦whole case⟧ and this ⟦case⟧", ["case", "whole case"]),
    ],
    "overlapping categories": [
        ("return the ⟦whole ⟦case⟧⟧", {"gesture": ["whole case"], "law": ["case"]}),
    ],
    "any ending (*)": [
        ("⟦returning⟧ ⟦return⟧ ⟦returns⟧ no turn", ["return*"]),
        ("⟦All these⟧ and ⟦all this⟧", ["all th*"]),
    ],
}


def _traps() -> Iterator[Trap]:
    for name, cases in _PAGES.items():
        for page, phrases in cases:
            words, spans = _marked(page)
            yield Trap(name, words, phrases, spans)


TRAPS: tuple[Trap, ...] = tuple(_traps())
