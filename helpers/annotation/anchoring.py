"""Marked words found again once their text has been corrected; or said to be gone, and never guessed."""

from __future__ import annotations

import difflib
import hashlib
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple
from weakref import WeakKeyDictionary

from ..search import Folded, is_word_character, occurrences
from ..texts import Layer, Text

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


class _Positions:
    """What was worked out for a text."""

    def __init__(self, text: Text) -> None:
        self.sums = {layer.id: sum_of(layer.text) for layer in text}
        self.begins: dict[str, list[int]] = {}


_POSITIONS: WeakKeyDictionary[Text, _Positions] = WeakKeyDictionary()


def _positions(text: Text) -> _Positions:
    if text not in _POSITIONS:
        _POSITIONS[text] = _Positions(text)
    return _POSITIONS[text]


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


def whole_characters(words: str, start: int, end: int) -> tuple[int, int]:
    """Widen a range so that no character is cut from its accents.

    Examples
    --------
    >>> whole_characters("cafe\\u0301 noir", 3, 4)
    (3, 5)
    """
    while 0 < start < len(words) and _joined(words, start):
        start -= 1
    while 0 < end < len(words) and _joined(words, end):
        end += 1
    return start, end


def sums_of(text: Text) -> dict[str, str]:
    """The SHA-256 of each layer of a text, worked out once."""
    return _positions(text).sums


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
        _positions(text).sums[layer.id],
        words[max(0, first - CONTEXT) : first],
        words[last : last + CONTEXT],
        first,
        last,
    )


def paragraph_at(text: Text, layer: Layer, start: int) -> int:
    """In which paragraph of its layer a place lies, counted from 1."""
    begins = _positions(text).begins
    if layer.id not in begins:
        begins[layer.id] = [a for a, _ in layer.paragraphs]
    return max(1, bisect_right(begins[layer.id], start))


# From here on words are nearly the same.
LEAST_LIKENESS = 0.8
# A place found counts if its surroundings are the same by half, or the words are too long for chance.
_AROUND, _TELLING = 0.5, 12
# So far from the old place changed words are looked for, and so long they may be.
_REACH, MOST_CHANGED = 400, 5000
# Of words that stand everywhere, so many places are looked at closely.
_CLOSELY = 50
_MOST_KEPT = 5000
_WORDS, _LETTERS = re.compile(r"\w+|[^\w\s]"), re.compile(r"\S")
_SHORT = 200


class FoundAnchor(NamedTuple):
    """Where words were found again; places count code points of ``Text.content``."""

    layer: Layer | None
    start: int
    end: int
    how: str


NOWHERE = FoundAnchor(None, -1, -1, "orphan")


class _FoldedText:
    """What was worked out for a text."""

    def __init__(self, text: Text) -> None:
        self.layers = {layer.id: layer for layer in text}
        self.sums = sums_of(text)
        self.folded: dict[str, Folded] = {}
        self.places: dict[Anchor, FoundAnchor] = {}


_PREPARED: WeakKeyDictionary[Text, _FoldedText] = WeakKeyDictionary()


def find_again(text: Text, anchor: Anchor) -> FoundAnchor:
    """Find marked words in a text as it is today.

    Parameters
    ----------
    text : Text
        The text.
    anchor : Anchor
        What was kept of the place.

    Returns
    -------
    FoundAnchor
        ``how`` says how: ``in place``; ``moved``, the same words elsewhere or in a layer of
        another name; ``changed words``, if typography or a few letters differ; or ``orphan``.

    Examples
    --------
    >>> from helpers.annotation import anchor_at
    >>> from helpers.texts import parse_text
    >>> text = parse_text("Return all this. That is all.")
    >>> anchor = anchor_at(text, text["text"], 7, 10)
    >>> find_again(parse_text("Dear friend, return all this. That is all."), anchor)[1:]
    (20, 23, 'moved')
    """
    prepared = _PREPARED.get(text)
    if prepared is None:
        prepared = _PREPARED[text] = _FoldedText(text)
    if len(prepared.places) > _MOST_KEPT:
        prepared.places.clear()  # a class hands in more marks than need to be remembered
    if anchor not in prepared.places:
        prepared.places[anchor] = _find(prepared, anchor)
    return prepared.places[anchor]


def _find(prepared: _FoldedText, anchor: Anchor) -> FoundAnchor:
    own = prepared.layers.get(anchor.layer)
    # With the same words the place is sure, also where the quotation stands several times.
    if own and prepared.sums[own.id] == anchor.sha256 and _stands(own.text, anchor):
        return _place(own, (anchor.start, anchor.end), "in place")
    # An actor's words quoted by an editor are the editor's: only a layer of the same kind will do.
    others = (layer for layer in prepared.layers.values() if layer is not own)
    alike = [layer for layer in others if anchor.kind in (layer.kind, "")]
    alike.sort(key=lambda layer: (layer.voice != anchor.voice, layer.kind != "actor"))
    layers = [own, *alike] if own else alike
    for layer in layers:
        if found := _best(layer.text, anchor, _same(layer.text, anchor)):
            stays = layer is own and found[0] == anchor.start
            return _place(layer, found, "in place" if stays else "moved")
    for layer in layers:
        if found := _best(layer.text, anchor, _seen_through(prepared, layer, anchor)):
            return _place(layer, found, "changed words")
    for layer in [own] if own else layers:
        if len(anchor.exact) <= MOST_CHANGED and (found := _nearly(layer.text, anchor)):
            return _place(layer, found, "changed words")
    return NOWHERE


def _stands(words: str, anchor: Anchor) -> bool:
    return 0 <= anchor.start < anchor.end <= len(words) and words[anchor.start : anchor.end] == anchor.exact


def _place(layer: Layer, found: tuple[int, int], how: str) -> FoundAnchor:
    return FoundAnchor(layer, layer.start + found[0], layer.start + found[1], how)


def _same(words: str, anchor: Anchor) -> list[tuple[int, int]]:
    """Where the quotation stands letter for letter; of very many places those most like the old one."""
    length = len(anchor.exact)
    found = [(at, at + length) for at in occurrences(words, anchor.exact)]
    if len(found) > _CLOSELY:
        found.sort(key=lambda place: (-_touching(words, place[0], place[1], anchor), abs(place[0] - anchor.start)))
        found = found[:_CLOSELY]
    return [place for place in found if whole_characters(words, *place) == place]


def _touching(words: str, start: int, end: int, anchor: Anchor) -> int:
    """How many characters next to a place are as they were."""
    before = after = 0
    while before < min(start, len(anchor.prefix)) and words[start - 1 - before] == anchor.prefix[-1 - before]:
        before += 1
    while after < min(len(words) - end, len(anchor.suffix)) and words[end + after] == anchor.suffix[after]:
        after += 1
    return before + after


def _seen_through(prepared: _FoldedText, layer: Layer, anchor: Anchor) -> list[tuple[int, int]]:
    """Where it stands if typography does not count."""
    if layer.id not in prepared.folded:
        prepared.folded[layer.id] = _folded(layer.text)
    folded, key = prepared.folded[layer.id], _folded(anchor.exact).text.strip()
    starts = list(occurrences(folded.text, key))[:_CLOSELY] if key else []
    spans = folded.spans(starts, [start + len(key) for start in starts])
    places = [whole_characters(layer.text, *span) for span in spans]
    # Part of a letter that is folded into several is not what was marked.
    return [place for place in places if _folded(layer.text[slice(*place)]).text.strip() == key]


def _folded(words: str) -> Folded:
    # These two stand for the engine's own joints and are no letters.
    return Folded(words.replace("\ufdd0", " ").replace("\ufdd1", " "))


def _best(words: str, anchor: Anchor, places: Iterable[tuple[int, int]]) -> tuple[int, int] | None:
    """The place whose surroundings are most like the old ones, if they are like them at all."""
    scored = [(-_around(words, *place, anchor), abs(place[0] - anchor.start), place) for place in places]
    if not scored:
        return None
    score, _, place = min(scored)
    return place if -score >= _AROUND or len(anchor.exact) >= _TELLING else None


def _around(words: str, start: int, end: int, anchor: Anchor) -> float:
    """How much of what stands around a place is as it was, from 0 to 1."""
    now = words[max(0, start - len(anchor.prefix)) : start], words[end : end + len(anchor.suffix)]
    old = anchor.prefix, anchor.suffix
    if now == old:
        return 1.0
    length = sum(map(len, (*now, *old)))
    return sum(likeness(*pair) * sum(map(len, pair)) for pair in zip(old, now, strict=True)) / length


def likeness(one: str, other: str) -> float:
    """How much two quotations have in common, from 0 to 1.

    Examples
    --------
    >>> likeness("impartiality", "impartialty") > LEAST_LIKENESS > likeness("all", "it")
    True
    """
    if one == other:
        return 1.0
    pieces: tuple[Sequence[str], Sequence[str]] = (one, other)
    if len(one) > _SHORT:
        pieces = _WORDS.findall(one), _WORDS.findall(other)
    return difflib.SequenceMatcher(None, *pieces, autojunk=False).ratio()


def _nearly(words: str, anchor: Anchor) -> tuple[int, int] | None:
    """Where nearly the same words stand, near the old place or where their surroundings now are."""
    before, upto = anchor.prefix, len(anchor.prefix) + len(anchor.exact)
    cuts = _cuts(before + anchor.exact + anchor.suffix, len(before), upto)
    # Letter by letter only where words do not do: it takes longer.
    for pattern in (_WORDS, _LETTERS) if len(anchor.exact) <= _SHORT else (_WORDS,):
        found = []
        for centre in _centres(words, anchor):
            low = max(0, centre - _REACH)
            window = words[low : centre + len(anchor.exact) + _REACH]
            for start, end in _aligned(window, anchor, pattern):
                place = whole_characters(words, low + start, low + end)
                short = len(anchor.exact) < _TELLING
                if _cuts(words, *place) > cuts or (short and _around(words, *place, anchor) < _AROUND):
                    continue
                found.append((-likeness(anchor.exact, words[slice(*place)]), abs(place[0] - anchor.start), place))
        if found and -min(found)[0] >= LEAST_LIKENESS:
            return min(found)[2]
    return None


def _cuts(words: str, start: int, end: int) -> int:
    """How many ends of a range lie inside a word."""
    return sum(
        0 < at < len(words) and is_word_character(words[at - 1]) and is_word_character(words[at]) for at in (start, end)
    )


def _centres(words: str, anchor: Anchor) -> list[int]:
    found = [min(max(0, anchor.start), len(words))]
    for context, shift in ((anchor.prefix, len(anchor.prefix)), (anchor.suffix, -len(anchor.exact))):
        at = words.find(context) if len(context) >= _TELLING else -1
        found += [max(0, at + shift)] if at >= 0 else []
    return sorted(set(found))


def _aligned(window: str, anchor: Anchor, pattern: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """Set the old words beside those of today: where the quotation may now begin and end."""
    parts = [pattern.findall(part) for part in (anchor.prefix, anchor.exact, anchor.suffix)]
    there = [match.span() for match in pattern.finditer(window)]
    first, last = len(parts[0]), len(parts[0]) + len(parts[1]) - 1
    if not parts[1] or not there:
        return
    new = [window[a:b] for a, b in there]
    matcher = difflib.SequenceMatcher(None, [piece for part in parts for piece in part], new, autojunk=False)
    kept = {b.a + n: b.b + n for b in matcher.get_matching_blocks() for n in range(b.size)}
    for start, end in product(_now(kept, first), _now(kept, last)):
        if 0 <= start <= end < len(there):
            yield there[start][0], there[end][1]


def _now(kept: dict[int, int], at: int) -> list[int]:
    """Where a piece may be now: where it was kept, else beside its neighbours that were, or in their stead."""
    if at in kept:
        return [kept[at]]
    before, after = max((n for n in kept if n < at), default=None), min((n for n in kept if n > at), default=None)
    found: set[int] = set()
    if before is not None:
        found |= {kept[before], kept[before] + 1, kept[before] + at - before}
    if after is not None:
        found |= {kept[after], kept[after] - 1, kept[after] + at - after}
    return sorted(found)
