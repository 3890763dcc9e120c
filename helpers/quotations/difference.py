"""How a quotation differs from its passage, in pieces, in words and in HTML."""

from __future__ import annotations

import difflib
import re
from typing import NamedTuple

from ..core import element, join
from ..search import Folded

# Kind and words: ``same``, ``yours`` (not in the text), ``text`` (in its place there), or ``remark``.
Piece = tuple[str, str]
_TOKEN = re.compile(r"\[[^\[\]]*\]|…|\.{3}|\w+(?:(?:['’\u00ad\u2010-]|-[^\S\n]*\n\s*)\w+)*|[^\w\s]")
# Control characters, signs that turn the direction of what follows, halves of characters.
_UNSHOWN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def shown(words: str) -> str:
    """Words without what would act on the page or the terminal, character for character.

    Examples
    --------
    >>> shown("a\\x1b[31mb")
    'a [31mb'
    """
    return _UNSHOWN.sub(" ", words)


def one_line(words: str) -> str:
    """Words in one line, to be shown."""
    return " ".join(shown(words).split())


def shortened(words: str, ends: int = 5) -> str:
    """Words in one line, of many only those at both ends.

    Examples
    --------
    >>> shortened("one two three four five six seven eight nine", ends=2)
    'one two … eight nine'
    """
    some = one_line(words).split(" ")
    return " ".join([*some[:ends], "…", *some[-ends:]] if len(some) > 2 * ends + 4 else some)


class _Token(NamedTuple):
    """A word or sign: its letters, which of them are capitals, and its place."""

    letters: str
    capitals: tuple[bool, ...]
    start: int
    end: int

    @property
    def key(self) -> tuple[str, tuple[bool, ...]]:
        return self.letters, self.capitals

    @property
    def but_first(self) -> tuple[str, tuple[bool, ...]]:
        """What is compared where the case of the first letter is free."""
        return self.letters, self.capitals[1:]


def _tokens(words: str) -> list[tuple[_Token, bool]]:
    """Words and signs with what is compared of them, and whether a line ends inside."""
    found = []
    for match in _TOKEN.finditer(words):
        key = Folded(match[0]).text
        if key:
            key = '"' if key == "'" else key
            capitals = tuple(c.isupper() for c in match[0] if c.isalpha())
            found.append((_Token(key, capitals, *match.span()), "\n" in match[0]))
    return found


def _joined(*both: list[tuple[_Token, bool]]) -> list[list[_Token]]:
    """At the end of a line a hyphen may be the word's own or not: such a word is read like its fellow."""
    ends = {token.letters for some in both for token, line_end in some if line_end}
    return [
        [
            token._replace(letters=word) if (word := token.letters.replace("-", "")) in ends else token
            for token, _ in some
        ]
        for some in both
    ]


def _free(token: _Token, words: str) -> bool:
    """Whether a token is a sign of omission or words in brackets, which the text need not have."""
    return words[token.start] in "[…" or token.letters == "..."


def difference(mine: str, text: str, *, first: bool) -> list[Piece]:
    """The words of the text beside those of the quotation, in pieces."""
    ours, theirs = _joined(_tokens(mine), _tokens(text))
    if first and ours and theirs and ours[0].but_first == theirs[0].but_first:
        ours[0] = ours[0]._replace(capitals=theirs[0].capitals)
    matcher = difflib.SequenceMatcher(None, [t.key for t in ours], [t.key for t in theirs], autojunk=False)
    pieces: list[Piece] = []
    for tag, a, b, c, d in matcher.get_opcodes():
        yours = mine[ours[a].start : ours[b - 1].end] if b > a else ""
        other = text[theirs[c].start : theirs[d - 1].end] if d > c else ""
        if tag == "equal" or (yours and all(_free(token, mine) for token in ours[a:b])):
            pieces.append(("same", yours))
            continue
        pieces += [(kind, words) for kind, words in (("yours", yours), ("text", other)) if words]
    return pieces


def say(pieces: list[Piece], *, html: bool = False) -> str:
    """The pieces as one line: ``[yours: …]`` is not in the text, ``[text: …]`` is."""
    parts: list[str] = []
    for kind, words in pieces:
        words = one_line(words) if kind == "remark" else shortened(words, 5 if kind == "same" else 20)
        if kind in ("yours", "text"):
            words = f"[{kind}: {words}]"
            words = element("del" if kind == "yours" else "ins", words) if html else words
        parts.append(words)
    return join(parts, " ") if html else " ".join(parts)


def dressed(words: str, start: int, end: int) -> tuple[int, int]:
    """Take in the quotation marks and dashes that touch words on either side, and no stops.

    Examples
    --------
    >>> dressed("under “persecution”, too", 7, 18)
    (6, 19)
    """
    while start and _touches(words[start - 1]):
        start -= 1
    while end < len(words) and _touches(words[end]):
        end += 1
    return start, end


def _touches(sign: str) -> bool:
    return not sign.isalnum() and not sign.isspace() and sign not in ".,;:!?[]"


def beside(mine: str, own: tuple[int, int], text: str, place: tuple[int, int], *, first: bool) -> list[Piece]:
    """Set words of a quotation beside a passage; signs at either end count if the quotation has them.

    Parameters
    ----------
    mine, text : str
        The quotation, or a part of it, and the layer.
    own, place : (int, int)
        Where the words to be compared stand in either.
    first : bool
        Whether the quotation begins here, and the case of the first letter is free.

    Returns
    -------
    list of Piece
        The difference.

    Examples
    --------
    >>> beside("Return it.", (0, 9), "return this, please", (0, 11), first=True)
    [('same', 'Return'), ('yours', 'it'), ('text', 'this')]
    """
    (a, b), (c, d) = dressed(mine, *own), dressed(text, *place)
    c, d = (c if a < own[0] else place[0]), (d if b > own[1] else place[1])
    if mine[b : b + 1] == text[d : d + 1] == ".":  # of an abbreviation, perhaps
        b, d = b + 1, d + 1
    return difference(mine[a:b], text[c:d], first=first)
