"""Sizes at which the search goes about its work in another way.

They decide how fast words are found, never which: ``tests/search`` runs the same cases at other sizes.
Measured with ``benchmarks/run.py``.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Tuning:
    """Sizes, each in characters or in numbers of phrases.

    Attributes
    ----------
    indexed : int
        After so many phrases were looked for in the same words, an index of the words is used.
    together : int
        More phrases than this are looked for in one pass over the words.
    long : int
        From so many characters words are searched without folding all of them.
    strange, hidden : int
        Such a search gives up where more than one character in so many is not ASCII, or hides others.
    piece : int
        So many characters are folded at a time.
    """

    indexed: int = 250
    together: int = 60
    long: int = 50_000
    strange: int = 20
    hidden: int = 500
    piece: int = 1 << 16


TUNING = Tuning()
