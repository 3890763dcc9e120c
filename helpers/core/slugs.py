"""Slugs: names for files and ids made of any words, with the letters a–z, digits and hyphens."""

from __future__ import annotations

import re
from unicodedata import combining, normalize

_WRITTEN_OUT = (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss"), ("æ", "ae"), ("œ", "oe"), ("ø", "o"), ("ł", "l"))


def slug(words: str) -> str:
    """Write words with the letters a–z, digits and hyphens; empty if they have no such letter or digit.

    Examples
    --------
    >>> slug("Fußnoten (1905)"), slug("Über den Größten"), slug("Épître")
    ('fussnoten-1905', 'ueber-den-groessten', 'epitre')
    """
    words = normalize("NFC", normalize("NFC", words).lower())
    for sign, plain in _WRITTEN_OUT:
        words = words.replace(sign, plain)
    words = "".join(sign for sign in normalize("NFKD", words) if not combining(sign))
    return re.sub(r"[^a-z0-9]+", "-", words).strip("-")
