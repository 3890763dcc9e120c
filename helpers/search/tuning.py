"""Thresholds at which the search changes its method; measured with ``benchmarks/run.py``.

They change the speed, never the results: ``tests/search`` runs the same cases with other thresholds.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Tuning:
    """The thresholds, in characters or numbers of phrases."""

    # After this many phrases were searched for in the same words, use an index of the words.
    indexed: int = 250
    # Search for more phrases than this in a single pass.
    together: int = 60
    # From this length, search without folding all of the words,
    long: int = 50_000
    # for phrases of fewer words than this,
    skimmed: int = 20
    # and unless more than one character in this many is not ASCII, or one place in this many may hide a match.
    strange: int = 20
    hidden: int = 500
    # Fold this many characters at a time.
    piece: int = 1 << 16


TUNING = Tuning()
