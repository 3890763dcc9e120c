"""Many readers' marks laid over one another: stretches of words, and how far chance would go."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from .one_reader import Reading


class Stretch(NamedTuple):
    """Words that the same readers marked with the same tags, as far as they go.

    Attributes
    ----------
    start, end : int
        From which word to which, by number.
    readers : tuple of int
        Who marked them.
    tags : tuple of (str, int)
        With which tags, and how many readers used each; the commonest first.
    """

    start: int
    end: int
    readers: tuple[int, ...]
    tags: tuple[tuple[str, int], ...]


def stretches(readings: Sequence[Reading]) -> Iterator[Stretch]:
    """Lay the marks over one another; words that nobody marked are left out.

    Examples
    --------
    >>> some = [Reading("", [(0, 2)], {}), Reading("", [(1, 3)], {"trust": [(1, 3)]})]
    >>> [(one.start, one.end, one.readers, one.tags) for one in stretches(some)]
    [(0, 1, (0,), ()), (1, 2, (0, 1), (('trust', 1),)), (2, 3, (1,), (('trust', 1),))]
    """
    # Where something begins or ends; one pass over these, however many readers there are.
    edges: dict[int, list[tuple[int, int, str | None]]] = defaultdict(list)
    for n, reading in enumerate(readings):
        for tag, ranges in [(None, reading.words), *reading.tags.items()]:
            for start, end in ranges:
                edges[start].append((1, n, tag))
                edges[end].append((-1, n, tag))
    active: set[int] = set()
    tags: Counter[str] = Counter()
    at = 0
    for place in sorted(edges):
        if active:
            used = sorted(((tag, n) for tag, n in tags.items() if n), key=lambda one: (-one[1], one[0]))
            yield Stretch(at, place, tuple(sorted(active)), tuple(used))
        for step, n, tag in edges[place]:
            if tag is not None:
                tags[tag] += step
            elif step > 0:
                active.add(n)
            else:
                active.discard(n)
        tags = +tags
        at = place


def kappa(both: int, first: int, second: int, words: int) -> float | None:
    """Cohen's kappa: how far two readers agree beyond chance on whether a word is marked.

    Parameters
    ----------
    both, first, second : int
        Words that both marked, that the first marked at all, and the second.
    words : int
        Words that could be marked.

    Returns
    -------
    float or None
        1 for complete agreement, 0 for as much as chance; None where chance alone would agree on all.

    Examples
    --------
    >>> round(kappa(20, 25, 30, 50), 2)
    0.4
    """
    if not words:
        return None
    observed = (words - first - second + 2 * both) / words
    chance = (first * second + (words - first) * (words - second)) / words**2
    return None if chance == 1 else (observed - chance) / (1 - chance)


def alpha(counts: Counter[int], readers: int, words: int) -> float | None:
    """Krippendorff's alpha for names, the same for many readers.

    Parameters
    ----------
    counts : Counter of int
        How many words were marked by how many readers; those by nobody need not be there.
    readers, words : int
        How many readers there are, and words that could be marked.

    Returns
    -------
    float or None
        As for `kappa`.

    Examples
    --------
    >>> alpha(Counter({2: 10}), 2, 50)
    1.0
    """
    whole = readers * words
    marked = sum(count * n for count, n in counts.items())
    expected = 2 * marked * (whole - marked)
    if readers < 2 or not expected:
        return None
    observed = sum(2 * count * (readers - count) * n for count, n in counts.items()) / (readers - 1)
    return 1 - observed * (whole - 1) / expected
