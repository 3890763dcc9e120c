"""The words of a TEI paragraph: joined from pieces of text and markers, with line ends and white space resolved."""

from __future__ import annotations

import re
from collections.abc import Iterable

# Markers that `compose` resolves once a paragraph is complete. XML 1.0 forbids these characters, so no word has them.
JOIN, BREAK, LINE, CELL, KEEP = "\x03\x04\x06\x07\x05"
SUPPLIED, END = "\x01", "\x02"
ANCHOR, ANCHOR_END = "\x0e", "\x0f"
QUOTE, UNQUOTE = "\x10", "\x11"
# A hyphen that stands only for the end of the line, and a line end whose hyphen the edition does not print.
WEAK, HYPHENATED = "\x12", "\x13"
_BREAKING = f"{JOIN}{BREAK}{HYPHENATED}"
_SPACE = f"[ \t\r\n{_BREAKING}]"
HYPHENS = "‐¬⸗\xad" + WEAK + "-"
# A line end before a comma or a full stop comes from pretty-printing; three dots are a word.
_PRINTED = re.compile(r"(?<=[„«(\[])\n|\n(?=[,.)](?![\w.]| ?\.))")
_LINE_END = re.compile(f"[{_BREAKING}][ {_BREAKING}]*")
_ANCHORS = f"(?:{ANCHOR}[^{ANCHOR_END}]*{ANCHOR_END})+"
# Anchors with the line ends around them.
_DIVIDED = re.compile(f"{_ANCHORS}{_SPACE}*[{JOIN}{HYPHENATED}]{_SPACE}*(?=[^\\W\\d_])")
_EACH_ANCHOR = re.compile(_ANCHORS)
_REST_OF_WORD = re.compile(r"\w+")
_ALONE = re.compile(f" ({ANCHOR}[^{ANCHOR_END}]*{ANCHOR_END})(?![^\\W_])")
_QUOTED = re.compile(f"([ {LINE}]*)([{QUOTE}{UNQUOTE}])([ {LINE}]*)")
_SUPPLIED_HYPHEN = re.compile(f"{SUPPLIED}([{HYPHENS}]){END}")
_UNSPOKEN = re.compile(f" ?{QUOTE}[ {LINE}]*{UNQUOTE}")
_BRACKETED = re.compile(f"{SUPPLIED}([^{SUPPLIED}{END}]*){END}")
_ANY_MARKS = set("„“\"«»‚‘'›‹”’")
# Signs that stand directly after a word, and directly before one.
CLOSING = ",.;:!?)]”’“'»"
_QUOTATION_MARKS = (("“", "”"), ("‘", "’"))
_AS_THEY_ARE = {BREAK: "\n", LINE: "\n", CELL: "\t", SUPPLIED: "[", END: "]", QUOTE: "“", UNQUOTE: "”"}
_AS_THEY_ARE |= dict.fromkeys((JOIN, KEEP, ANCHOR, ANCHOR_END, WEAK, HYPHENATED), "")


def _collapse(text: str) -> str:
    """Collapse the white space that XML files are laid out with."""
    if "\n" in text:
        text = "\n".join(filter(None, [line.strip(" \t\r") for line in text.split("\n")]))
        text = _PRINTED.sub("", text)
        text = text.replace("\n", " ")
    if "\t" in text or "\r" in text:
        text = text.replace("\t", " ").replace("\r", " ")
    while "  " in text:
        text = text.replace("  ", " ")
    return text


def _close_gaps(text: str) -> str:
    """Join what a line end divides: a word, with or without its hyphen, or two words."""
    pieces, at = [], 0
    for end in _LINE_END.finditer(text):
        before = text[at : end.start()].rstrip(" ")
        at = end.end()
        signs, after = end[0], text[at : at + 2]
        hyphen = before[-1:] if before[-1:] in HYPHENS or (before[-1:] == "=" and JOIN in signs) else ""
        inside = before[len(before) - len(hyphen) - 1 : len(before) - len(hyphen)].isalpha()
        if JOIN in signs or (hyphen and hyphen in "¬⸗\xad" + WEAK):
            gap, before = "", before.removesuffix(hyphen)
        elif hyphen and inside:
            gap = "\n"
        elif HYPHENATED in signs and inside:
            # Before a small letter the word goes on; before a capital the hyphen may belong to it.
            gap = "" if after[:1].islower() else "-\n"
        else:
            gap = "" if after[:1] in {",", ".", ")"} and not (after[1:].isalnum() or after[1:] == ".") else " "
        pieces += [before, gap]
    return "".join(pieces) + text[at:]


def _bracket(match: re.Match[str]) -> str:
    inside = match[1].strip()
    around = match.string[match.start() - 1 : match.start()] + match.string[match.end() : match.end() + 1]
    whole = " " in inside or not any(map(str.isalnum, around))
    return match[1].replace(inside, f"[{inside}]") if inside and whole else match[1]


def _after_word(text: str) -> str:
    """Move anchors that stand before a line end inside a word to the end of the word."""
    pieces, at = [], 0
    for found in _DIVIDED.finditer(text):
        rest = _REST_OF_WORD.match(text, found.end())
        anchors = "".join(_EACH_ANCHOR.findall(found[0]))
        pieces += [text[at : found.start()], _EACH_ANCHOR.sub("", found[0]), rest[0] if rest else "", anchors]
        at = rest.end() if rest else found.end()
    return "".join(pieces) + text[at:]


def _put_quotation_marks(text: str) -> str:
    """Resolve the markers of quotations: marks of their own, unless the words have a pair inside or around."""
    pieces = _QUOTED.split(_UNSPOKEN.sub("", text))  # words, gap, marker, gap, words, …
    opened: list[int] = []
    depth = 0
    for at in range(2, len(pieces), 4):
        if pieces[at] == QUOTE:
            opened.append(at)
            continue
        begin = opened.pop() if opened else at
        inside = pieces[begin + 2][:1] + pieces[at - 2][-1:]
        around = pieces[begin - 2][-1:] + pieces[at + 2][:1]
        if (pieces[begin - 1] or pieces[at + 1]) and around != "«»":  # French marks stand apart from the words
            around = ""
        if begin == at or any(len(ends) == 2 and set(ends) <= _ANY_MARKS for ends in (inside, around)):
            pieces[begin] = pieces[at] = ""
    for at in range(2, len(pieces), 4):
        gap = pieces[at - 1] + pieces[at + 1]
        space = LINE if LINE in gap else gap[:1]
        if pieces[at] == QUOTE:
            pieces[at - 1 : at + 2] = [space, _QUOTATION_MARKS[depth % 2][0], ""]
            depth += 1
        elif pieces[at] == UNQUOTE:
            depth -= 1
            pieces[at - 1 : at + 2] = ["", _QUOTATION_MARKS[depth % 2][1], space]
    return "".join(pieces)


def compose(pieces: Iterable[str]) -> str:
    """Join the pieces of a paragraph: resolve the markers and collapse the white space.

    Examples
    --------
    >>> compose(["Re-", "\\x03", "\\n  turn", " all", "\\x06", " this."])
    'Return all\\nthis.'
    """
    text = "".join(pieces)
    anchored = ANCHOR in text
    if anchored and (JOIN in text or HYPHENATED in text):
        text = _after_word(text)
    text = _collapse(text)
    if BREAK in text or JOIN in text or HYPHENATED in text:
        text = _close_gaps(_SUPPLIED_HYPHEN.sub(r"\1", text) if SUPPLIED in text else text)
    if QUOTE in text or UNQUOTE in text:
        text = _put_quotation_marks(text)
    if SUPPLIED in text:
        text = _BRACKETED.sub(_bracket, text)
    if anchored:
        # An anchor joins the word before it, unless it would then touch the word after it.
        text = _ALONE.sub(r"\1", text).replace(ANCHOR, "").replace(ANCHOR_END, "")
    if CELL in text:
        text = re.sub(f" ?{CELL} ?", "\t", text)
    text = text.replace(KEEP, "").replace(WEAK, "")
    return "\n".join(filter(None, (line.strip(" ") for line in text.split(LINE)))) if LINE in text else text.strip(" ")


def keep_spaces(pieces: Iterable[str]) -> str:
    """Join the pieces of a paragraph whose white space is kept, without its markers."""
    text = "".join(pieces)
    for sign, plain in _AS_THEY_ARE.items():
        if sign in text:
            text = text.replace(sign, plain)
    return text
