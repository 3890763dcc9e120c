"""The passage most like some words, where they do not stand as they are."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterable

from .passages import Stream

# An altered quotation of more words is too long to be compared.
MOST_WORDS = 2000
# Words so common say nothing of a place while there are rarer ones; of the commonest some places are enough.
_RARE, _SOME = 20, 500


def most_similar(words: list[str], stream: Stream) -> tuple[float, int, int]:
    """Find the passage most like some words.

    Parameters
    ----------
    words : list of str
        The words, as they are compared.
    stream : Stream
        Where to look.

    Returns
    -------
    score : float
        From 0 to 1: how much of the longer of the two is the same, by letters.
    start, end : int
        The place in the stream.

    Examples
    --------
    >>> score, start, end = most_similar(["return", "al", "this"], stream := Stream("Please return all this."))
    >>> stream.text[start:end], score > 0.8
    ('return all this', True)
    """
    index, tokens = stream.index, stream.tokens
    known = [index.get(word, ()) for word in words]
    few = any(places and len(places) <= _RARE for places in known)
    band = max(2, len(words) // 4)
    votes: dict[int, float] = defaultdict(float)
    for n, places in enumerate(known):
        if places and (len(places) <= _RARE or not few):
            for place in places[:_SOME]:
                votes[(place - n) // band] += len(words[n]) / len(places)
    best = (0.0, 0, 0)
    for lane, _ in sorted(votes.items(), key=lambda vote: (-vote[1], vote[0]))[:3]:
        low, high = max(0, lane * band - band), min(len(tokens), (lane + 2) * band + len(words))
        there = [word for word, _, _ in tokens[low:high]]
        best = max(best, _align(words, there, low, stream), key=lambda one: one[0])
    return best


def shared(words: Iterable[str], stream: Stream) -> int:
    """How many letters of some words stand in a stream at all: no passage has more.

    Examples
    --------
    >>> shared(["return", "it"], Stream("Please return all this."))
    6
    """
    return sum(len(word) for word in words if word in stream.index)


def _align(words: list[str], there: list[str], low: int, stream: Stream) -> tuple[float, int, int]:
    matcher = difflib.SequenceMatcher(None, words, there, autojunk=False)
    blocks = [block for block in matcher.get_matching_blocks() if block.size]
    if not blocks:
        return (0.0, 0, 0)
    # What was changed at either end has its place beside what was kept.
    first = max(0, blocks[0].b - blocks[0].a)
    last = min(len(there), blocks[-1].b + len(words) - blocks[-1].a)
    same: float = sum(len(word) for block in blocks for word in words[block.a : block.a + block.size])
    done = [*blocks, difflib.Match(len(words), last, 0)]
    a, b = 0, first
    for block in done:
        if block.a - a == block.b - b:
            for mine, other in zip(words[a : block.a], there[b : block.b], strict=True):
                like = difflib.SequenceMatcher(None, mine, other)
                if like.real_quick_ratio() > 0.6 and like.quick_ratio() > 0.6 and like.ratio() > 0.6:
                    same += like.ratio() * min(len(mine), len(other))
        a, b = block.a + block.size, block.b + block.size
    whole = max(sum(map(len, words)), sum(map(len, there[first:last])))
    tokens = stream.tokens
    return same / whole, tokens[low + first][1], tokens[low + last - 1][2]
