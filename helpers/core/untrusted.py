"""Untrusted words made safe to display: control, bidi control and invisible characters become visible."""

from __future__ import annotations

import re

# No writing system needs longer runs of invisible characters, or of combining marks.
_MOST_UNSEEN, _MOST_MARKS = 4, 8
_BIDI = {
    "\u202a": "LRE", "\u202b": "RLE", "\u202c": "PDF", "\u202d": "LRO", "\u202e": "RLO",
    "\u2066": "LRI", "\u2067": "RLI", "\u2068": "FSI", "\u2069": "PDI",
}  # fmt: skip
_LINES = re.compile("\r\n?|[\u2028\u2029]")
# Control characters except tab and line end, bidi control characters, surrogates, noncharacters and tag
# characters. The tag characters of a flag emoji belong to it and stay.
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
# The beginning of a formula in a spreadsheet (CWE-1236), also with full-width or small signs and after
# invisible characters. A spreadsheet that separates cells at ; does not respect the quotation marks of a
# CSV cell either, so each line of a cell and each part after ; or a tab is checked too.
_BLANK = " \"'“”\u00a0\u00ad\u034f\u1680\u2000-\u200f\u202f\u205f-\u2064\u3000\ufe00-\ufe0f\ufeff"
_SIGN = "(?=[=+\\-@＝＋－＠﹦﹢﹣﹫−])"
_FORMULA = re.compile(f"(^|[;\t])([{_BLANK}]*){_SIGN}", re.M)
_ESCAPED = re.compile(f"(^|[;\t])'([{_BLANK}]*){_SIGN}", re.M)
FORMULA = _FORMULA.pattern  # for scripts, with the flags g, m and u


def _visible(match: re.Match[str]) -> str:
    if match[1]:
        return match[1]
    character = match[0]
    if character in _BIDI:
        return f"⟨{_BIDI[character]}⟩"
    if character < " ":
        return chr(0x2400 + ord(character))
    return "\u2421" if character == "\x7f" else "\ufffd"


def neutralised(words: object) -> str:
    """Make untrusted words safe to display; the result must still be escaped for HTML.

    Line ends become ``\\n``. Control characters become visible signs, bidi control characters their names, and
    long runs of invisible characters or combining marks their number. Ordinary writing in any script and
    direction, and emoji made of several characters, stay unchanged.

    Examples
    --------
    >>> neutralised("\\x1b[31mred\\x1b[0m"), neutralised("a\\u202eb"), neutralised("\\u200b" * 9)
    ('␛[31mred␛[0m', 'a⟨RLO⟩b', '⟨9 invisible characters⟩')
    """
    words = str(words)
    if words.isascii() and words.isprintable():
        return words
    lines = _LINES.sub("\n", words)
    seen = _UNSEEN.sub(lambda match: f"⟨{len(match[0])} invisible characters⟩", _ODD.sub(_visible, lines))
    return _MARKS.sub(lambda match: f"{match[1]}⟨{len(match[2])} more marks⟩", seen)


def formula_escaped(value: object) -> object:
    """Return a cell that no spreadsheet runs as a formula: numbers stay, None becomes empty.

    Examples
    --------
    >>> formula_escaped("=1+1"), formula_escaped(" ＝1"), formula_escaped("a = b"), formula_escaped(-1)
    ("'=1+1", "' ＝1", 'a = b', -1)
    """
    if value is None or isinstance(value, (int, float)):
        return "" if value is None else value
    words = neutralised(value)
    # A leading tab or line end is invisible too.
    words = f"'{words}" if words[:1] in ("\t", "\n") else words
    return _FORMULA.sub(r"\1'\2", words)


def formula_restored(cell: str) -> str:
    """Return the words that `formula_escaped` has escaped.

    Examples
    --------
    >>> formula_restored("'=1+1"), formula_restored("a = b"), formula_restored("''-1")
    ('=1+1', 'a = b', "'-1")
    """
    cell = cell[1:] if cell[:2] in ("'\t", "'\n") else cell
    return _ESCAPED.sub(r"\1\2", cell)
