"""Where marked words stand: what is kept of their place, and no character cut from its accents."""

from __future__ import annotations

import hashlib
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from ..texts.model import Layer, Text

# So many characters before and behind the words are kept with them.
CONTEXT = 32


@dataclass(frozen=True)
class Anchor:
    """What is kept of the place of marked words.

    Attributes
    ----------
    document, layer, voice, speaker, kind : str
        The text, the layer, and who speaks there, as it was when the words were marked.
    sha256 : str
        Of the words of the layer.
    exact, prefix, suffix : str
        The words, and what stood before and behind them.
    start, end : int
        Their place in the layer, in code points; -1 where it was not kept.
    """

    document: str
    exact: str
    layer: str = ""
    voice: str = ""
    speaker: str = ""
    kind: str = "actor"
    sha256: str = ""
    prefix: str = ""
    suffix: str = ""
    start: int = -1
    end: int = -1


class _Prepared:
    """What was worked out for a text."""

    def __init__(self, text: Text) -> None:
        self.sums = {layer.id: sum_of(layer.text) for layer in text}
        self.begins: dict[str, list[int]] = {}


_PREPARED: WeakKeyDictionary[Text, _Prepared] = WeakKeyDictionary()


def _prepared(text: Text) -> _Prepared:
    if text not in _PREPARED:
        _PREPARED[text] = _Prepared(text)
    return _PREPARED[text]


def sum_of(words: str) -> str:
    """The SHA-256 of words, as hexadecimal digits.

    Examples
    --------
    >>> sum_of("all")[:8]
    '5ef5ef03'
    """
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()


def _joined(words: str, at: int) -> bool:
    """Whether two neighbours are seen as one character."""
    before, here = words[at - 1], words[at]
    if before in "\r\n":
        return before + here == "\r\n"
    if unicodedata.category(here)[0] == "M" or here == "\u200d" or "\U0001f3fb" <= here <= "\U0001f3ff":
        return True
    if "\u1160" <= here <= "\u11ff" or "\ud7b0" <= here <= "\ud7ff" or "\U000e0020" <= here <= "\U000e007f":
        return True
    if before == "\u200d":
        return not here.isalnum() and not here.isspace()
    if _letter_of_flag(before) and _letter_of_flag(here):
        first = at - 1
        while first and _letter_of_flag(words[first - 1]):
            first -= 1
        return (at - first) % 2 == 1
    return False


def _letter_of_flag(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def whole(words: str, start: int, end: int) -> tuple[int, int]:
    """Widen a range so that no character is cut from its accents.

    Examples
    --------
    >>> whole("cafe\\u0301 noir", 3, 4)
    (3, 5)
    """
    while 0 < start < len(words) and _joined(words, start):
        start -= 1
    while 0 < end < len(words) and _joined(words, end):
        end += 1
    return start, end


def sums_of(text: Text) -> dict[str, str]:
    """The SHA-256 of each layer of a text, worked out once."""
    return _prepared(text).sums


def anchor_at(text: Text, layer: Layer, start: int, end: int) -> Anchor:
    """What is to be kept of a place.

    Parameters
    ----------
    text : Text
        The text.
    layer : Layer
        The layer in which the words stand.
    start, end : int
        Their place in ``Text.content``.

    Returns
    -------
    Anchor
        From which `find_again` finds them.
    """
    first, last, words = start - layer.start, end - layer.start, layer.text
    return Anchor(
        text.id,
        words[first:last],
        layer.id,
        layer.voice,
        layer.speaker,
        layer.kind,
        _prepared(text).sums[layer.id],
        words[max(0, first - CONTEXT) : first],
        words[last : last + CONTEXT],
        first,
        last,
    )


def paragraph_at(text: Text, layer: Layer, start: int) -> int:
    """In which paragraph of its layer a place lies, counted from 1."""
    begins = _prepared(text).begins
    if layer.id not in begins:
        begins[layer.id] = [a for a, _ in layer.paragraphs]
    return max(1, bisect_right(begins[layer.id], start))
