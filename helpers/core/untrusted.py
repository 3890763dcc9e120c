"""A student's words made harmless to look at: what is invisible or turns other words round is named."""

from __future__ import annotations

import re

from .html import Markup, element

# More of them in a row than any writing system uses.
_MOST_UNSEEN, _MOST_MARKS = 4, 8
_BIDI = {
    "\u202a": "LRE", "\u202b": "RLE", "\u202c": "PDF", "\u202d": "LRO", "\u202e": "RLO",
    "\u2066": "LRI", "\u2067": "RLI", "\u2068": "FSI", "\u2069": "PDI",
}  # fmt: skip
_LINES = re.compile("\r\n?|[\u2028\u2029]")
# Every control but tab and line end, what turns the direction round, halves of characters, characters
# that are none, and tags; the tags of a flag are part of its picture and stay.
_ODD = re.compile(
    "(\U0001f3f4[\U000e0020-\U000e007e]{1,6}\U000e007f)"
    "|[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufff9-\ufffb\ufffe\uffff\ufdd0-\ufdef"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
_UNSEEN = re.compile(
    "[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u2060-\u2065\u206a-\u206f\u3164\ufeff\uffa0"
    f"\ufe00-\ufe0f\U000e0100-\U000e01ef]{{{_MOST_UNSEEN + 1},}}"
)
_MARKS = re.compile(
    "([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
    f"{{{_MOST_MARKS}}})([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+)"
)
# What begins a formula in a spreadsheet, also in the wide and small forms of East Asian type, after
# whatever is not seen. A spreadsheet that takes ; for the border of cells does not honour the
# quotation marks either, so within a cell each line and each piece after ; or a tab counts too.
_BLANK = " \"'“”\u00a0\u00ad\u034f\u1680\u2000-\u200f\u202f\u205f-\u2064\u3000\ufe00-\ufe0f\ufeff"
_FORMULA = re.compile(f"(^|[;\t])([{_BLANK}]*)(?=[=+\\-@＝＋－＠﹦﹢﹣﹫−])", re.M)


def _named(match: re.Match[str]) -> str:
    if match[1]:
        return match[1]
    one = match[0]
    if one in _BIDI:
        return f"⟨{_BIDI[one]}⟩"
    if one < " ":
        return chr(0x2400 + ord(one))
    return "\u2421" if one == "\x7f" else "\ufffd"


def neutralised(words: object) -> str:
    """Make words harmless to look at, and leave all that is ordinary writing as it is.

    Line ends become ``\\n``. Control characters become visible signs, characters that turn the
    direction of what follows become their names, and a flood of invisible characters or of marks
    on one letter its number. Every script, also from right to left, and pictures made of several characters stay.

    Parameters
    ----------
    words : object
        What a student wrote, or what a file holds.

    Returns
    -------
    str
        Text for a display; HTML is still to be escaped.

    Examples
    --------
    >>> neutralised("\\x1b[31mred\\x1b[0m"), neutralised("a\\u202eb"), neutralised("\\u200b" * 9)
    ('␛[31mred␛[0m', 'a⟨RLO⟩b', '⟨9 invisible characters⟩')
    """
    lines = _LINES.sub("\n", str(words))
    seen = _UNSEEN.sub(lambda match: f"⟨{len(match[0])} invisible characters⟩", _ODD.sub(_named, lines))
    return _MARKS.sub(lambda match: f"{match[1]}⟨{len(match[2])} more marks⟩", seen)


def bidi_isolated(words: object) -> Markup:
    """The same as HTML, so that its direction of writing changes nothing around it.

    Examples
    --------
    >>> bidi_isolated("<b>")
    '<bdi dir="auto">&lt;b&gt;</bdi>'
    """
    return element("bdi", neutralised(words), dir="auto")


def formula_escaped(value: object) -> object:
    """A cell in which no spreadsheet finds a formula.

    Examples
    --------
    >>> formula_escaped("=1+1"), formula_escaped(" ＝1"), formula_escaped("a = b"), formula_escaped(-1)
    ("'=1+1", "' ＝1", 'a = b', -1)
    """
    if value is None or isinstance(value, (int, float)):
        return "" if value is None else value
    words = neutralised(value)
    # A tab before a formula is not seen either.
    words = f"'{words}" if words[:1] in ("\t", "\n") else words
    return _FORMULA.sub(r"\1'\2", words)
