"""Find the passage that is most similar to a quotation that is not in the text word for word."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterable

from .passages import Stream

# A longer quotation is not compared.
MOST_WORDS = 2000
# If a quotation has words with at most _RARE places, only these vote. At most _SOME places of each word are used.
_RARE, _SOME = 20, 500
# The most words that are compared as one where the other side has fewer.
_JOINED = 4


def most_similar(words: list[str], stream: Stream) -> tuple[float, int, int]:
    """Find the passage most similar to folded words: its score, and its start and end in ``stream.text``.

    The score, from 0 to 1, is the number of letters that agree, divided by that of the longer of the two.
    Rare words vote for regions of the stream; the best three regions are aligned with ``difflib``.

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
        best = max(best, _align(words, there, low, stream), key=lambda found: found[0])
    return best


def shared(words: Iterable[str], stream: Stream) -> int:
    """The number of letters in the words that occur in a stream."""
    return sum(len(word) for word in words if word in stream.index)


def _alike(mine: str, other: str) -> float:
    """The number of letters that agree in two words; 0 if they are not similar."""
    like = difflib.SequenceMatcher(None, mine, other)
    if like.real_quick_ratio() > 0.6 and like.quick_ratio() > 0.6 and like.ratio() > 0.6:
        return like.ratio() * min(len(mine), len(other))
    return 0.0


def _align(words: list[str], there: list[str], low: int, stream: Stream) -> tuple[float, int, int]:
    matcher = difflib.SequenceMatcher(None, words, there, autojunk=False)
    blocks = [block for block in matcher.get_matching_blocks() if block.size]
    if not blocks:
        return (0.0, 0, 0)
    # Extend the passage on both sides for words of the quotation that were changed there.
    first = max(0, blocks[0].b - blocks[0].a)
    last = min(len(there), blocks[-1].b + len(words) - blocks[-1].a)
    tokens = stream.tokens
    # Show a word with a hyphen whole where the quotation has another word.
    while first and words[0] != there[first] and tokens[low + first - 1][2] == tokens[low + first][1]:
        first -= 1
    while last < len(there) and words[-1] != there[last - 1] and tokens[low + last - 1][2] == tokens[low + last][1]:
        last += 1
    same: float = sum(len(word) for block in blocks for word in words[block.a : block.a + block.size])
    done = [*blocks, difflib.Match(len(words), last, 0)]
    a, b = 0, first
    for block in done:
        mine, other = words[a : block.a], there[b : block.b]
        if len(mine) == len(other):
            same += sum(map(_alike, mine, other))
        elif max(len(mine), len(other)) <= _JOINED:  # perhaps the same word, in one or in two
            same += _alike("".join(mine), "".join(other))
        a, b = block.a + block.size, block.b + block.size
    whole = max(sum(map(len, words)), sum(map(len, there[first:last])))
    return same / whole, tokens[low + first][1], tokens[low + last - 1][2]
