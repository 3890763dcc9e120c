"""Collation of two versions word by word: same words, differences of typography, words in one version only.

``search`` folds the words first, so quotation marks, spacing and end-of-line hyphens do not count as
differences. Long versions are first split at rare runs of words that both share; ``difflib`` gets only
the pieces between, of bounded size, so that time grows linearly even if the same few words recur often.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from ..search import Folded

SAME, OTHER = "same", "other words"
CASE, SIGNS, DIVISION, NOTES = "capital letters", "punctuation", "word division", "note numbers"
# Differences of writing only: the words are the same.
SMALL = (CASE, SIGNS, DIVISION, NOTES)
# Versions are split at shared runs of this many words that occur once in each, longest first.
RUNS = (8, 3, 1)
# A piece of up to MOST_WORDS words is not split at runs; a piece with more than MOST_PAIRS matching pairs is halved.
MOST_WORDS = 200
MOST_PAIRS = 4000
_WORD = re.compile(r"\[\d{1,3}\]|\w+(?:'\w+)*")
_QUOTES = str.maketrans({"'": '"', " ": None})


class Segment(NamedTuple):
    """An aligned stretch of both versions."""

    kind: str  # SAME, OTHER, or one of SMALL
    a: tuple[int, int]  # half-open range in each version, in code points; empty if the words are in the other only
    b: tuple[int, int]
    words_a: int  # number of words, without note numbers
    words_b: int


class Tokens:
    """Tokenise a version for collation.

    ``keys`` holds the folded words and ``signs`` the punctuation before and after each word.
    ``edges[n]`` is where word n begins in the version, including its signs, in code points; the
    first is 0 and the last is the length, so the words cover the whole version.

    Examples
    --------
    >>> tokens = Tokens("under “Persecution”, too")
    >>> tokens.keys, tokens.signs, tokens.edges
    (['under', 'persecution', 'too'], ['|', '"|",', '|'], [0, 6, 21, 24])
    """

    def __init__(self, words: str) -> None:
        folded = Folded(words, anchors=True)
        text = folded.text
        found: list[tuple[int, int]] = []
        for start, end in (match.span() for match in _WORD.finditer(text)):
            # A character such as ¼ folds to 1⁄4: it is one word, because a version cannot be cut inside a character.
            last = found[-1] if found else (0, 0)
            if last[1] and " " not in text[last[1] : start]:
                before, after = folded.spans([last[1] - 1, start], [last[1], start + 1])
                start = found.pop()[0] if before == after else start
            found.append((start, end))
        self.words = words
        self.keys = [text[start:end] for start, end in found]
        cuts = [0]
        for (_, end), (start, _) in pairwise(found):
            # Signs up to the last space belong to the word before them, signs after it to the next word.
            gap = text.rfind(" ", end, start)
            cuts.append(start if gap < 0 else gap + 1)
        ends = [*cuts[1:], len(text)]
        self.signs = [
            f"{text[cut:start]}|{text[end:reach]}".translate(_QUOTES)
            for cut, (start, end), reach in zip(cuts, found, ends, strict=False)
        ]
        self.edges = [0, *(start for start, _ in folded.spans(cuts[1:], cuts[1:])), len(words)]

    def count(self, start: int, end: int) -> int:
        """Count the words in a range of tokens, without note numbers."""
        return sum(key[0] != "[" for key in self.keys[start:end])

    def case(self, n: int) -> list[bool]:
        """Say for each letter of word n whether it is a capital."""
        raw = unicodedata.normalize("NFKD", self.words[self.edges[n] : self.edges[n + 1]])
        return [letter.isupper() for letter in raw if letter.isalpha()]


def shared_runs(a: Sequence[str], b: Sequence[str], length: int = 3) -> tuple[int, int]:
    """Count the runs of words of the shorter version that the longer one shares, and all its runs.

    Examples
    --------
    >>> shared_runs("return all this to me".split(), "keep it and return all this".split())
    (1, 3)
    """
    shorter, longer = sorted((a, b), key=len)
    length = max(1, min(length, len(shorter)))
    runs = [tuple(shorter[n : n + length]) for n in range(len(shorter) - length + 1)]
    there = {tuple(longer[n : n + length]) for n in range(len(longer) - length + 1)}
    return sum(run in there for run in runs), len(runs)


def pairs(
    a: Sequence[str], b: Sequence[str], *, most_words: int = MOST_WORDS, most_pairs: int = MOST_PAIRS
) -> list[tuple[int, int]]:
    """Pair equal words of two versions by index, in increasing order on both sides.

    Every pair is correct, but in long versions some pairs may be missed: finding the most pairs in
    every case would take more than linear time.

    Examples
    --------
    >>> pairs("keep all of this".split(), "return all this".split())
    [(1, 1), (3, 2)]
    """
    found: list[tuple[int, int]] = []
    open_pieces = list(_stripped(a, b, (0, len(a), 0, len(b)), found))
    for length in RUNS:
        cut = []
        for piece in open_pieces:
            if max(piece[1] - piece[0], piece[3] - piece[2]) <= most_words:
                cut.append(piece)
                continue
            i, j = piece[0], piece[2]
            for x, y in [*_anchors(a, b, piece, length), (piece[1], piece[3])]:
                cut += _stripped(a, b, (i, x, j, y), found)
                if x < piece[1]:
                    found.append((x, y))
                i, j = x + 1, y + 1
        open_pieces = cut
    while open_pieces:
        i, k, j, m = open_pieces.pop()
        ours, theirs = Counter(a[i:k]), Counter(b[j:m])
        if sum(count * theirs[word] for word, count in ours.items()) > most_pairs:
            x, y = (i + k) // 2, (j + m) // 2
            open_pieces += [*_stripped(a, b, (i, x, j, y), found), *_stripped(a, b, (x, k, y, m), found)]
            continue
        for block in difflib.SequenceMatcher(None, a[i:k], b[j:m], autojunk=False).get_matching_blocks():
            found += ((i + block.a + step, j + block.b + step) for step in range(block.size))
    return sorted(found)


def _stripped(
    a: Sequence[str], b: Sequence[str], piece: tuple[int, int, int, int], found: list[tuple[int, int]]
) -> Iterator[tuple[int, int, int, int]]:
    """Move the equal words at both ends of a piece to ``found``; yield the rest if both sides have words left."""
    i, k, j, m = piece
    while i < k and j < m and a[i] == b[j]:
        found.append((i, j))
        i, j = i + 1, j + 1
    while i < k and j < m and a[k - 1] == b[m - 1]:
        k, m = k - 1, m - 1
        found.append((k, m))
    if i < k and j < m:
        yield i, k, j, m


def _anchors(
    a: Sequence[str], b: Sequence[str], piece: tuple[int, int, int, int], length: int
) -> list[tuple[int, int]]:
    """Pair the starts of runs that occur once on each side, as many as keep the same order on both."""
    i, k, j, m = piece
    once = []
    for words, start, end in ((a, i, k), (b, j, m)):
        runs = [tuple(words[n : n + length]) for n in range(start, end - length + 1)]
        counts = Counter(runs)
        once.append({run: start + n for n, run in enumerate(runs) if counts[run] == 1})
    both = [(place, once[1][run]) for run, place in once[0].items() if run in once[1]]
    # The longest increasing subsequence, by patience sorting.
    tops: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for n, (_, place) in enumerate(both):
        pile = bisect_left(tops, place)
        before.append(ends[pile - 1] if pile else -1)
        tops[pile : pile + 1], ends[pile : pile + 1] = [place], [n]
    row, n = [], ends[-1] if ends else -1
    while n >= 0:
        row.append(both[n])
        n = before[n]
    return row[::-1]


def align(first: str, second: str) -> list[Segment]:
    """Align two versions word by word; joined, the segments of either side give that version exactly.

    Examples
    --------
    >>> [(piece.kind, piece.words_a, piece.words_b) for piece in align("Return all this.", "Return All of it.")]
    [('same', 1, 1), ('capital letters', 1, 1), ('other words', 1, 2)]
    """
    a, b = Tokens(first), Tokens(second)
    if not a.keys or not b.keys:  # at least one side has no words, only signs
        counts = a.count(0, len(a.keys)), b.count(0, len(b.keys))
        kind = OTHER if any(counts) else NOTES if a.keys or b.keys else SIGNS
        kind = SAME if first.split() == second.split() else kind
        return [Segment(kind, (0, len(first)), (0, len(second)), *counts)] if first or second else []
    steps: list[tuple[str, int, int, int, int]] = []  # kind; half-open ranges of word indexes in a and b
    i = j = 0
    for x, y in [*pairs(a.keys, b.keys), (len(a.keys), len(b.keys))]:
        if i < x or j < y:
            kind = NOTES if not a.count(i, x) and not b.count(j, y) else OTHER
            if "".join(a.keys[i:x]) == "".join(b.keys[j:y]):
                kind = DIVISION
            steps.append((kind, i, x, j, y))
        if x < len(a.keys):
            steps.append((_kind(a, x, b, y), x, x + 1, y, y + 1))
        i, j = x + 1, y + 1
    pieces: list[Segment] = []
    for kind, i, x, j, y in steps:
        last = pieces[-1] if pieces else None
        if last and last.kind == kind == SAME:
            pieces[-1] = Segment(
                kind,
                (last.a[0], a.edges[x]),
                (last.b[0], b.edges[y]),
                last.words_a + a.count(i, x),
                last.words_b + b.count(j, y),
            )
        else:
            reach = (a.edges[i], a.edges[x]), (b.edges[j], b.edges[y])
            pieces.append(Segment(kind, *reach, a.count(i, x), b.count(j, y)))
    return pieces


def _kind(a: Tokens, x: int, b: Tokens, y: int) -> str:
    """Compare how two equal words are written: capitals first, then the signs around them."""
    ours, theirs = a.case(x), b.case(y)
    if (ours != theirs) if len(ours) == len(theirs) else (any(ours) != any(theirs)):
        return CASE
    return SAME if a.signs[x] == b.signs[y] else SIGNS
