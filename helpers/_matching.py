"""Words as they are compared, and as they are stored: a literal search that sees through typography."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

from ._slips import Slip

# What typesetters exchange for one another; a reader who types the one means the other.
_ALIKE = dict.fromkeys("‘’‚‛′´`ʼ‹›＇", "'") | dict.fromkeys("“”„‟″«»＂", '"') | dict.fromkeys("‐‑‒–—―−﹣－", "-")


@lru_cache(maxsize=256)
def fold(words: str) -> tuple[str, tuple[int, ...], tuple[int, ...]]:
    """Reduce words to what is compared, and keep where every character came from.

    The offsets make it safe for one character to become several (ß) or several to become one
    (a letter and its accent, a run of spaces): a span found in the folded words is given back
    in the words as stored.
    """
    out: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    at = 0
    while at < len(words):
        begin = at
        at += 1
        while at < len(words) and unicodedata.combining(words[at]):
            at += 1
        if unicodedata.category(words[begin]) == "Cf":
            continue  # soft hyphens, zero-width spaces, direction marks: not there for a reader
        if words[begin].isspace():
            if out and out[-1] == " ":
                ends[-1] = at
                continue
            folded = " "
        else:
            cluster = _ALIKE.get(words[begin], words[begin]) + words[begin + 1 : at]
            folded = unicodedata.normalize("NFC", unicodedata.normalize("NFKD", cluster).casefold())
        for character in folded:
            out.append(character)
            starts.append(begin)
            ends.append(at)
    return "".join(out), tuple(starts), tuple(ends)


def _pattern(phrases: Iterable[str]) -> tuple[re.Pattern[str], dict[str, str]]:
    """One pattern for a category, longest phrase first, and which group is which phrase."""
    folded: dict[str, str] = {}
    for phrase in phrases:
        if not isinstance(phrase, str):
            raise Slip(f"{phrase!r} is not a phrase. Put the words into quotation marks.")
        key = fold(phrase)[0].strip()
        if not key or key == "*":
            raise Slip("A phrase to look for must have at least one word.")
        folded.setdefault(key, phrase)
    longest = sorted(folded, key=lambda key: (-len(key), key))
    groups = {f"p{n}": folded[key] for n, key in enumerate(longest)}
    literal = (re.escape(key.removesuffix("*")) + (r"\w*" if key.endswith("*") else "") for key in longest)
    body = "|".join(f"(?P<p{n}>{one})" for n, one in enumerate(literal))
    # A note number may be glued to a word (“so.[3]”) and is found all the same.
    return re.compile(rf"(?:(?<!\w)|(?=\[\d+\]))(?:{body})(?!\w)"), groups


def matches(words: str, phrases: Iterable[str]) -> Iterator[tuple[int, int, str]]:
    """Find phrases in words, longest first, none overlapping another.

    Parameters
    ----------
    words : str
        Where to look.
    phrases : iterable of str
        What to look for, literally and as whole words, whatever the case; one trailing ``*``
        stands for any ending.

    Yields
    ------
    (start, end, phrase)
        Where the words stand as stored, in code points; ``end`` is not included.

    Examples
    --------
    >>> list(matches("“Return\\n all”", ["return all"]))
    [(1, 12, 'return all')]
    """
    folded, starts, ends = fold(words)
    pattern, groups = _pattern(phrases)
    for match in pattern.finditer(folded):
        yield starts[match.start()], ends[match.end() - 1], groups[match.lastgroup]
