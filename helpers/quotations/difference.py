"""Compare a quotation with a passage, and show the difference as text or HTML."""

from __future__ import annotations

import difflib
import re
from typing import NamedTuple

from ..core import element, join
from ..search import Folded

# Kind and words. Kinds: ``same``, ``yours`` (only in the quotation), ``text`` (only in the text), ``remark``.
Piece = tuple[str, str]
_TOKEN = re.compile(
    r"\[[^\[\]]*\]|…|\.{3}|\w+(?:(?:['’\u00ad]|\.?[\u2010-]|-[^\S\n]*\n\s*|(?<=\d)[.,](?=\d))\w+)*|[^\w\s]"
)
# Control characters except the line feed, bidi control characters, lone surrogates.
_UNSHOWN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def shown(words: str) -> str:
    """Words with a space for each control, bidi control or surrogate character; the length stays the same.

    Examples
    --------
    >>> shown("a\\x1b[31mb")
    'a [31mb'
    """
    return _UNSHOWN.sub(" ", words)


def one_line(words: str) -> str:
    """`shown` words in one line."""
    return " ".join(shown(words).split())


def shortened(words: str, ends: int = 5) -> str:
    """Words in one line; if there are many, only the first and last ``ends`` of them.

    Examples
    --------
    >>> shortened("one two three four five six seven eight nine", ends=2)
    'one two … eight nine'
    """
    listed = one_line(words).split(" ")
    return " ".join([*listed[:ends], "…", *listed[-ends:]] if len(listed) > 2 * ends + 4 else listed)


class _Token(NamedTuple):
    """A word or sign: its folded letters, which of them are capitals, and its range."""

    letters: str
    capitals: tuple[bool, ...]
    start: int
    end: int

    @property
    def key(self) -> tuple[str, tuple[bool, ...]]:
        return self.letters, self.capitals

    @property
    def but_first(self) -> tuple[str, tuple[bool, ...]]:
        """The key for a comparison that ignores the case of the first letter."""
        return self.letters, self.capitals[1:]


def _tokens(words: str) -> list[tuple[_Token, bool]]:
    """Words and signs, each with whether it has a line end inside."""
    found = []
    for match in _TOKEN.finditer(words):
        key = Folded(match[0]).text
        if key:
            key = '"' if key == "'" else key
            capitals = tuple(c.isupper() for c in match[0] if c.isalpha())
            found.append((_Token(key, capitals, *match.span()), "\n" in match[0]))
    return found


def _joined(*both: list[tuple[_Token, bool]]) -> list[list[_Token]]:
    """The tokens of both sides, without the hyphen of a word that either side breaks at a line end.

    A hyphen at a line end may belong to the word or mark the break, so that only the letters are compared.
    """
    ends = {token.letters for side in both for token, line_end in side if line_end}
    return [
        [
            token._replace(letters=word) if (word := token.letters.replace("-", "")) in ends else token
            for token, _ in side
        ]
        for side in both
    ]


def _free(token: _Token, words: str) -> bool:
    """Whether a token is an omission sign or words in brackets, which the text need not have."""
    return words[token.start] in "[…" or token.letters == "..."


def difference(mine: str, text: str, *, first: bool) -> list[Piece]:
    """The difference between a quotation and a passage; ``first``: the case of the first letter is ignored."""
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
    """The pieces in one line: ``[yours: …]`` is only in the quotation, ``[text: …]`` only in the text."""
    parts: list[str] = []
    for kind, words in pieces:
        words = one_line(words) if kind == "remark" else shortened(words, 5 if kind == "same" else 20)
        if kind in ("yours", "text"):
            words = f"[{kind}: {words}]"
            words = element("del" if kind == "yours" else "ins", words) if html else words
        parts.append(words)
    return join(parts, " ") if html else " ".join(parts)


def dressed(words: str, start: int, end: int) -> tuple[int, int]:
    """Extend a range over adjacent quotation marks and dashes, but not over stops.

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
    """Compare the range ``own`` of a quotation with the range ``place`` of a layer.

    Quotation marks and dashes at either end count only if the quotation has them. ``first``: the quotation begins
    here, so the case of the first letter is ignored.

    Examples
    --------
    >>> beside("Return it.", (0, 9), "return this, please", (0, 11), first=True)
    [('same', 'Return'), ('yours', 'it'), ('text', 'this')]
    """
    (a, b), (c, d) = dressed(mine, *own), dressed(text, *place)
    c, d = (c if a < own[0] else place[0]), (d if b > own[1] else place[1])
    if mine[b : b + 1] == text[d : d + 1] == ".":  # it may belong to an abbreviation
        b, d = b + 1, d + 1
    return difference(mine[a:b], text[c:d], first=first)
