"""Anchoring of marks: find marked words again after the text was corrected, or report an orphan; never guess."""

from __future__ import annotations

import difflib
import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, product, takewhile
from operator import eq
from typing import NamedTuple
from weakref import WeakKeyDictionary

from ..search import Folded, is_word_character, occurrences
from ..texts import Layer, Text

CONTEXT = 32  # characters of context stored before and after the words


@dataclass(frozen=True)
class Anchor:
    """The stored position of marked words, with text, layer and voice as they were when the words were marked."""

    document: str
    exact: str  # the marked words
    layer: str = ""
    voice: str = ""
    speaker: str = ""
    kind: str = "actor"
    sha256: str = ""  # of the words of the layer
    prefix: str = ""  # context before and after the words
    suffix: str = ""
    start: int = -1  # half-open range in the layer, in code points; -1 if unknown
    end: int = -1


class FoundAnchor(NamedTuple):
    """Where marked words are now: half-open range of ``Text.content``, in code points."""

    layer: Layer | None
    start: int
    end: int
    how: str  # in place, moved, changed words or orphan


class _Prepared:
    """The cache of a text: checksums, paragraph starts, folded words and anchors already found."""

    def __init__(self, text: Text) -> None:
        self.layers = {layer.id: layer for layer in text}
        self.sums = {layer.id: sum_of(layer.text) for layer in text}
        self.folded: dict[str, Folded] = {}
        self.places: dict[Anchor, FoundAnchor] = {}


_PREPARED: WeakKeyDictionary[Text, _Prepared] = WeakKeyDictionary()


def _prepared(text: Text) -> _Prepared:
    if text not in _PREPARED:
        _PREPARED[text] = _Prepared(text)
    return _PREPARED[text]


def sum_of(words: str) -> str:
    """Return the SHA-256 of words as hexadecimal digits.

    Examples
    --------
    >>> sum_of("all")[:8]
    '5ef5ef03'
    """
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()


def _joined(words: str, at: int) -> bool:
    """Say whether the code points before and at ``at`` are displayed as one character (grapheme cluster)."""
    before, here = words[at - 1], words[at]
    if before in "\r\n":
        return before + here == "\r\n"
    if unicodedata.category(here)[0] == "M" or here == "\u200d" or "\U0001f3fb" <= here <= "\U0001f3ff":
        return True
    if "\u1160" <= here <= "\u11ff" or "\ud7b0" <= here <= "\ud7ff" or "\U000e0020" <= here <= "\U000e007f":
        return True
    if before == "\u200d":
        return not here.isalnum() and not here.isspace()
    if _regional_indicator(before) and _regional_indicator(here):
        first = at - 1
        while first and _regional_indicator(words[first - 1]):
            first -= 1
        return (at - first) % 2 == 1
    return False


def _regional_indicator(character: str) -> bool:
    """Say whether a character is half of a flag."""
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def whole_characters(words: str, start: int, end: int) -> tuple[int, int]:
    """Widen a range so that it does not separate a character from its combining marks.

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


def anchor_at(text: Text, layer: Layer, start: int, end: int) -> Anchor:
    """Make the anchor of a range of ``Text.content`` that lies within a layer."""
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


# Words with at least this likeness count as nearly the same.
LEAST_LIKENESS = 0.8
# A match counts if at least half of its context is unchanged, or if it is too long (_TELLING) to occur by chance.
_AROUND, _TELLING = 0.5, 12
# Search for changed words up to _REACH characters from the old position, if they have at most MOST_CHANGED.
_REACH, MOST_CHANGED = 400, 5000
_CLOSELY = 50  # the highest number of occurrences of the same words whose context is compared
# Of words that occur more often, those with so much of their context before and after are compared, _NEAR to each side.
_PARTS, _NEAR = ((CONTEXT, CONTEXT), (CONTEXT, 0), (0, CONTEXT), (8, 8), (0, 0)), 25
_MOST_KEPT = 5000  # anchors cached per text
_WORDS, _LETTERS = re.compile(r"\w+|[^\w\s]"), re.compile(r"\S")
_SHORT = 200  # quotations up to this length are compared by letters, longer ones by words
NOWHERE = FoundAnchor(None, -1, -1, "orphan")


def find_again(text: Text, anchor: Anchor) -> FoundAnchor:
    """Find marked words in the current version of a text.

    ``how`` in the result is ``in place``; ``moved`` (the same words elsewhere, or in a renamed layer);
    ``changed words`` (typography or a few letters differ); or ``orphan``.

    Examples
    --------
    >>> from helpers.annotation import anchor_at
    >>> from helpers.texts import parse_text
    >>> text = parse_text("Return all this. That is all.")
    >>> anchor = anchor_at(text, text["text"], 7, 10)
    >>> find_again(parse_text("Dear friend, return all this. That is all."), anchor)[1:]
    (20, 23, 'moved')
    """
    prepared = _prepared(text)
    if len(prepared.places) > _MOST_KEPT:
        prepared.places.clear()  # the marks of a whole class would fill the memory
    if anchor not in prepared.places:
        prepared.places[anchor] = _find(prepared, anchor)
    return prepared.places[anchor]


def _find(prepared: _Prepared, anchor: Anchor) -> FoundAnchor:
    own = prepared.layers.get(anchor.layer)
    # If the layer is unchanged, the stored position is certain, even if the quotation occurs several times.
    if own and prepared.sums[own.id] == anchor.sha256 and _is_at_old_position(own.text, anchor):
        return _place(own, (anchor.start, anchor.end), "in place")
    # Only layers of the same kind: an actor's words quoted by an editor are the editor's words.
    others = (layer for layer in prepared.layers.values() if layer is not own)
    alike = [layer for layer in others if anchor.kind in (layer.kind, "")]
    alike.sort(key=lambda layer: (layer.voice != anchor.voice, layer.kind != "actor"))
    layers = [own, *alike] if own else alike
    for layer in layers:
        if found := _best(layer.text, anchor, _same(layer.text, anchor)):
            stays = layer is own and found[0] == anchor.start
            return _place(layer, found, "in place" if stays else "moved")
    for layer in layers:
        if found := _best(layer.text, anchor, _same_when_folded(prepared, layer, anchor)):
            return _place(layer, found, "changed words")
    for layer in [own] if own else layers:
        if len(anchor.exact) <= MOST_CHANGED and (found := _nearly(layer.text, anchor)):
            return _place(layer, found, "changed words")
    return NOWHERE


def _is_at_old_position(words: str, anchor: Anchor) -> bool:
    return 0 <= anchor.start < anchor.end <= len(words) and words[anchor.start : anchor.end] == anchor.exact


def _place(layer: Layer, found: tuple[int, int], how: str) -> FoundAnchor:
    return FoundAnchor(layer, layer.start + found[0], layer.start + found[1], how)


def _same(words: str, anchor: Anchor) -> list[tuple[int, int]]:
    """Find the exact quotation; if it occurs too often, keep `_CLOSELY` places with most unchanged context."""
    length = len(anchor.exact)
    starts = list(islice(occurrences(words, anchor.exact), _CLOSELY + 1))
    if len(starts) > _CLOSELY:
        starts = sorted(
            _likely(words, anchor),
            key=lambda start: (-_shared_context(words, start, start + length, anchor), abs(start - anchor.start)),
        )[:_CLOSELY]
    found = [(start, start + length) for start in starts]
    return [place for place in found if whole_characters(words, *place) == place]


def _likely(words: str, anchor: Anchor) -> set[int]:
    """Find where a frequent quotation begins nearest to its old place: with its whole context, or else with parts.

    Comparing the context of every place would take marks × places.
    """
    found: set[int] = set()
    for before, after in _PARTS:
        prefix = anchor.prefix[max(0, len(anchor.prefix) - before) :]
        key = prefix + anchor.exact + anchor.suffix[:after]
        at = max(0, anchor.start - len(prefix))
        # Backwards means forwards in the reversed words.
        back = words[: at + len(key) - 1][::-1]
        found.update(start + len(prefix) for start in islice(occurrences(words, key, at), _NEAR))
        found.update(
            len(back) - start - len(key) + len(prefix) for start in islice(occurrences(back, key[::-1]), _NEAR)
        )
        if found and (before, after) == _PARTS[0]:
            break
    return found


def _shared_context(words: str, start: int, end: int, anchor: Anchor) -> int:
    """Count the unchanged characters directly before and after a range."""
    before, after = words[max(0, start - len(anchor.prefix)) : start], words[end : end + len(anchor.suffix)]
    pairs = ((reversed(before), reversed(anchor.prefix)), (after, anchor.suffix))
    return sum(1 for one, other in pairs for _ in takewhile(bool, map(eq, one, other)))


def _same_when_folded(prepared: _Prepared, layer: Layer, anchor: Anchor) -> list[tuple[int, int]]:
    """Find the quotation ignoring typography."""
    if layer.id not in prepared.folded:
        prepared.folded[layer.id] = _folded(layer.text)
    folded, key = prepared.folded[layer.id], _folded(anchor.exact).text.strip()
    starts = list(islice(occurrences(folded.text, key), _CLOSELY)) if key else []
    spans = folded.spans(starts, [start + len(key) for start in starts])
    places = [whole_characters(layer.text, *span) for span in spans]
    # Drop matches of only a part of a character that is folded into several.
    return [place for place in places if _folded(layer.text[slice(*place)]).text.strip() == key]


def _folded(words: str) -> Folded:
    # The search engine uses these two noncharacters as internal separators.
    return Folded(words.replace("\ufdd0", " ").replace("\ufdd1", " "))


def _best(words: str, anchor: Anchor, places: Iterable[tuple[int, int]]) -> tuple[int, int] | None:
    """Return the place whose context is most like the old one, or None if no context is like it."""
    scored = [(-_around(words, *place, anchor), abs(place[0] - anchor.start), place) for place in places]
    if not scored:
        return None
    score, _, place = min(scored)
    return place if -score >= _AROUND or len(anchor.exact) >= _TELLING else None


def _around(words: str, start: int, end: int, anchor: Anchor) -> float:
    """Return how similar the context of a range is to the stored context, from 0 to 1."""
    now = words[max(0, start - len(anchor.prefix)) : start], words[end : end + len(anchor.suffix)]
    old = anchor.prefix, anchor.suffix
    if now == old:
        return 1.0
    length = sum(map(len, (*now, *old)))
    return sum(likeness(*pair) * sum(map(len, pair)) for pair in zip(old, now, strict=True)) / length


def likeness(one: str, other: str) -> float:
    """Return the similarity of two quotations from 0 to 1 (``difflib`` ratio, by words if they are long).

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
    """Find nearly the same words near the old position, or near the new position of their context."""
    before, upto = anchor.prefix, len(anchor.prefix) + len(anchor.exact)
    cuts = _cuts(before + anchor.exact + anchor.suffix, len(before), upto)
    # Align by words first; by letters, which takes longer, only if that fails.
    for pattern in (_WORDS, _LETTERS) if len(anchor.exact) <= _SHORT else (_WORDS,):
        found = []
        for centre in _centres(words, anchor):
            low = max(0, centre - _REACH)
            window = words[low : centre + len(anchor.exact) + _REACH]
            for start, end in _aligned(window, anchor, pattern):
                place = whole_characters(words, low + start, low + end)
                if _cuts(words, *place) > cuts or _around(words, *place, anchor) < _AROUND:
                    continue
                if _stood_beside(words[slice(*place)], anchor):
                    continue
                found.append((-likeness(anchor.exact, words[slice(*place)]), abs(place[0] - anchor.start), place))
        if found and -min(found)[0] >= LEAST_LIKENESS:
            return min(found)[2]
    return None


def _stood_beside(words: str, anchor: Anchor) -> bool:
    """Say whether words are rather those that stood before or after the marked ones, which were then deleted."""
    own = likeness(anchor.exact, words)
    for context, theirs in ((anchor.prefix.strip(), words[::-1]), (anchor.suffix.strip(), words)):
        context = context[::-1] if theirs is not words else context
        length = min(len(context), len(theirs))
        if length >= _TELLING and likeness(context[:length], theirs[:length]) > own:
            return True
    return False


def _cuts(words: str, start: int, end: int) -> int:
    """Count the ends of a range that lie inside a word."""
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
    """Align the old words with the current ones; yield ranges that the quotation may now have."""
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
    """Return the positions a token may have now: its aligned position, or those given by its nearest aligned tokens."""
    if at in kept:
        return [kept[at]]
    before, after = max((n for n in kept if n < at), default=None), min((n for n in kept if n > at), default=None)
    found: set[int] = set()
    if before is not None:
        found |= {kept[before], kept[before] + 1, kept[before] + at - before}
    if after is not None:
        found |= {kept[after], kept[after] - 1, kept[after] + at - after}
    return sorted(found)
