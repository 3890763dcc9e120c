"""Letters that were damaged when a program read or saved a file in a wrong encoding."""

from __future__ import annotations

import re

_UNDEFINED = "\x81\x8d\x8f\x90\x9d"  # not in Python’s Windows-1252, but in that of browsers and of Excel
# UTF-8 read as Windows-1252, without what may be a capital before a quotation mark (SÃO is no such case, AMANHû is).
_MISREAD = re.compile(r"[ÃÂ][\u00a1-\u00aa\u00ac-\u00b6\u00b8-\u00ba\u00bc-\u00bf]|â€\S|(?:[ÐÑ][^\s\w]){2}")


def read_rightly(words: str) -> str:
    """Undo the reading of UTF-8 as Windows-1252; other words stay as they are.

    Examples
    --------
    >>> read_rightly("MÃ¼ller"), read_rightly("Müller")
    ('Müller', 'Müller')
    """
    if words.isascii():
        return words
    try:
        data = b"".join(sign.encode("latin-1" if sign in _UNDEFINED else "cp1252") for sign in words)
        return data.decode("utf-8")
    except UnicodeError:
        return words


def damaged_letters(source: str, where: str) -> str:
    """Report the first line of a file that surely has damaged letters; empty if there is none.

    Examples
    --------
    >>> damaged_letters("Dear\\nMÃ¼ller", "a.md")[:41]
    'a.md, line 2: “MÃ¼ller” was “Müller” befo'
    """
    for number, line in enumerate(source.split("\n"), 1):
        if "\ufffd" in line:
            return (
                f"{where}, line {number}: “\ufffd” stands for a letter that a program lost when it read the file in a "
                "wrong encoding. Take the words again from an older copy, with the encoding UTF-8."
            )
        for word in line.split() if _MISREAD.search(line) else ():
            if _MISREAD.search(word) and (right := read_rightly(word)) != word:
                return (
                    f"{where}, line {number}: “{word}” was “{right}” before a program read the file in a wrong "
                    "encoding. Take the words again from an older copy, with the encoding UTF-8."
                )
    return ""
