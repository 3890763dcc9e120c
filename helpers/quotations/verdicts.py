"""One quotation after another: where it stands, in whose words, or how it was altered.

What may differ in a quotation that counts as word for word: typography, omissions shown by signs, words in
square brackets, the first letter's case, and stops at either end. Everything else is shown as altered.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple, TypedDict
from weakref import WeakKeyDictionary

from ..texts import KINDS, Layer, Text, words_counted
from .attribution import Names
from .difference import Piece, beside, one_line, say, shortened
from .extraction import Quotation, marked
from .passages import Sought, Stream
from .similarity import MOST_WORDS, most_similar, shared

WORD_FOR_WORD = "word for word"
EDITORS = "word for word, editor's words"
COPYISTS = "word for word, copyist's words"
QUOTED = "word for word, quoted by an editor"
ALTERED = "altered"
NOT_FOUND = "not found"
VERDICTS = (WORD_FOR_WORD, EDITORS, COPYISTS, QUOTED, ALTERED, NOT_FOUND)

MOST_PLACES = 100
# An omission of more words than this is said, and the words of one of so few.
FAR = 30
FEW = 4
# What an editor puts into marks is a quotation from so many words on; a word or two are a name, or at a distance.
QUOTED_WORDS = 3
# So much of the letters must be the same to be called altered, or to be of help.
_LIKE, _NEAR = 0.5, 0.35
# Of the layers that share most words so many are looked at closely.
_LOOKED_AT = 5


class _FoundPlace(NamedTuple):
    """A layer in which words are looked for."""

    text: Text
    layer: Layer
    stream: Stream
    marked: list[tuple[int, int]]

    def paragraph(self, start: int) -> int:
        spans = self.layer.paragraphs
        return max(1, sum(a <= self.layer.start + start for a, _ in spans))


class FindingRow(TypedDict):
    """What a row says of one place of a quotation; without a place nothing, and no paragraph."""

    quotation: str
    verdict: str
    document: str
    layer: str
    voice: str
    paragraph: int | None
    difference: str
    attribution: str
    speaker: str


class Finding(NamedTuple):
    """What was found for a quotation: a row, and the difference in pieces (``same``, ``yours``, ``text``).

    ``more`` is how many places there are behind this one that are only counted.
    """

    row: FindingRow
    pieces: list[Piece]
    more: int = 0


# Where each part of a quotation stands in a stream.
_Chain = list[tuple[int, int]]


class _SearchedText:
    """A text made ready: its layers, and all of it, for what runs over a border."""

    def __init__(self, text: Text) -> None:
        # The text is kept by whoever asks: kept here too, it would live for ever.
        self.streams = [(Stream(layer.text), [] if layer.kind == "actor" else marked(layer.text)[0]) for layer in text]
        self.whole = Stream(text.content)


_PREPARED: WeakKeyDictionary[Text, _SearchedText] = WeakKeyDictionary()


def _prepared(text: Text) -> _SearchedText:
    if text not in _PREPARED:
        _PREPARED[text] = _SearchedText(text)
    return _PREPARED[text]


def _places(text: Text) -> list[_FoundPlace]:
    return [_FoundPlace(text, layer, *ready) for layer, ready in zip(text, _prepared(text).streams, strict=True)]


class Checker:
    """The texts, made ready to be asked for one quotation after another."""

    def __init__(self, texts: Iterable[Text]) -> None:
        self.texts = list(texts)
        ranks = {kind: n for n, kind in enumerate(KINDS)}
        every = [place for text in self.texts for place in _places(text)]
        self.places = sorted(every, key=lambda place: ranks[place.layer.kind])  # stable: then as the texts have it
        self.names = Names(place.layer for place in every)

    def check(self, quotation: Quotation) -> list[Finding]:
        """Every place of a quotation, or the nearest one."""
        sought = Sought(quotation.words)
        if sought.too_many:
            return [self._none(quotation, "It has too many omissions to be checked. Quote less at a time.")]
        if not sought.parts:
            return [self._none(quotation, "There are no words in it.")]
        found = [(place, chain) for place in self.places for chain in sought.chains(place.stream)]
        if found:
            return self._exact(quotation, sought, found)
        return [self._changed(quotation, sought) or self._apart(quotation, sought) or self._nearest(quotation, sought)]

    def _row(
        self, quotation: Quotation, verdict: str, place: _FoundPlace, start: int, pieces: list[Piece], said: str
    ) -> Finding:
        return Finding(
            {
                "quotation": quotation.words,
                "verdict": verdict,
                "document": place.text.id,
                "layer": place.layer.id,
                "voice": place.layer.voice,
                "paragraph": place.paragraph(start),
                "difference": say(pieces),
                "attribution": said,
                "speaker": place.layer.speaker,
            },
            pieces,
        )

    def _none(self, quotation: Quotation, why: str) -> Finding:
        row = FindingRow(
            quotation=quotation.words,
            verdict=NOT_FOUND,
            document="",
            layer="",
            voice="",
            paragraph=None,
            difference=why,
            attribution="",
            speaker="",
        )
        return Finding(row, [("remark", why)])

    def _exact(self, quotation: Quotation, sought: Sought, found: list[tuple[_FoundPlace, _Chain]]) -> list[Finding]:
        credited = self.names.credited(quotation.before, quotation.after)
        rightly = any(not self.names.say(credited, place.layer) for place, _ in found)
        findings = []
        for place, chain in found[:MOST_PLACES]:
            start, end = place.stream.stored(chain[0][0], chain[-1][1])
            verdict, remark = _whose(place, start, end)
            pieces = [("remark", one) for one in [*remark, *_remarks(place, sought, chain)]]
            said = "" if rightly else self.names.say(credited, place.layer, quoted=verdict == QUOTED)
            findings.append(self._row(quotation, verdict, place, start, pieces, said))
        if more := max(0, len(found) - MOST_PLACES):
            findings[-1].row["difference"] += f" And {more} more places."
            findings[-1] = findings[-1]._replace(more=more)
        return findings

    def _altered(self, quotation: Quotation, place: _FoundPlace, start: int, pieces: list[Piece]) -> Finding:
        credited = self.names.credited(quotation.before, quotation.after)
        said = self.names.say(credited, place.layer, certain=False)
        if all(kind == "same" for kind, _ in pieces):
            pieces = [*pieces, ("remark", "(its spaces or signs are not those of the text)")]
        return self._row(quotation, ALTERED, place, start, pieces, said)

    def _changed(self, quotation: Quotation, sought: Sought) -> Finding | None:
        """The words stand there, but not to the letter: case, hyphens, signs."""
        best: tuple[int, _FoundPlace, int, list[Piece]] | None = None
        for place in self.places:
            for chain in sought.chains(place.stream, exact=False)[:5]:
                pieces: list[Piece] = []
                for n, (part, (a, b)) in enumerate(zip(sought.parts, chain, strict=True)):
                    pieces += [("same", sought.links[n - 1].sign)] if n else []
                    pieces += beside(part.words, part.own, place.layer.text, place.stream.stored(a, b), first=not n)
                size = sum(len(words) for kind, words in pieces if kind != "same")
                if best is None or size < best[0]:
                    best = size, place, place.stream.stored(*chain[0])[0], pieces
        return self._altered(quotation, *best[1:]) if best else None

    def _apart(self, quotation: Quotation, sought: Sought) -> Finding | None:
        """The words stand there, but over a border between voices, in another order or in several texts."""
        for text in self.texts:
            whole = _prepared(text).whole
            chain = next(iter(sought.chains(whole)), None)
            start, end = whole.stored(chain[0][0], chain[-1][1]) if chain else (0, 0)
            crossed = [p for p in _places(text) if p.layer.start < end and start < p.layer.end]
            if len(crossed) > 1:
                voices = ", then ".join(f"{p.layer.speaker} ({p.layer.id})" for p in crossed)
                said = f"It runs over the border between layers: {voices}. Quote each on its own."
                return self._altered(quotation, crossed[0], start - crossed[0].layer.start, [("remark", said)])
        if len(sought.parts) < 2:
            return None
        where = []
        for n, part in enumerate(sought.parts):
            for place in self.places:
                here = place.stream.places(part.core, part.open_end)
                good = next((start for start, _ in here if part.agrees(place.stream, start, first=not n)), None)
                if good is not None:
                    where.append((part, place, place.stream.stored(good, good + 1)[0]))
                    break
            else:
                return None
        said = "; ".join(
            f"“{shortened(part.words)}”: {place.layer.speaker}, {place.layer.id}, ¶{place.paragraph(start)}"
            for part, place, start in where
        )
        pieces = [("remark", f"Its parts do not stand together in this order: {said}.")]
        return self._altered(quotation, *where[0][1:], pieces)

    def _nearest(self, quotation: Quotation, sought: Sought) -> Finding:
        if len(sought.words) > MOST_WORDS:
            return self._none(
                quotation, f"It is longer than {MOST_WORDS} words and is not there as it stands. Quote less at a time."
            )
        inside = self._inside_words(quotation, sought)
        if inside:
            return inside
        # Part by part in one layer: an omission may lie between.
        words = [[self._known(word, sought) for word, _, _ in part.stream.tokens] for part in sought.parts]
        every = {word for some in words for word in some}
        likely = sorted(self.places, key=lambda place: -shared(every, place.stream))[:_LOOKED_AT]
        sizes = [len(part.core) for part in sought.parts]
        best: tuple[float, _FoundPlace, list[tuple[float, int, int]]] | None = None
        for place in [place for place in self.places if any(place is one for one in likely)]:
            near = [most_similar(some, place.stream) for some in words]
            score = sum(size * one[0] for size, one in zip(sizes, near, strict=True)) / sum(sizes)
            if score > (best[0] if best else 0.0) + 1e-9:
                best = score, place, near
        short = len(sought.words) <= 2
        if best is None or best[0] < (0.75 if short else _NEAR):
            why = "No passage is near."
            if short:
                why += (
                    " With one or two words it may be no quotation at all, but a title, or a word kept at a distance."
                )
            return self._none(quotation, why)
        score, place, near = best
        pieces: list[Piece] = []
        for n, (part, (_, a, b)) in enumerate(zip(sought.parts, near, strict=True)):
            pieces += [("same", sought.links[n - 1].sign)] if n else []
            if b > a:
                pieces += beside(part.words, part.own, place.layer.text, place.stream.stored(a, b), first=not n)
            else:
                pieces.append(("yours", part.words.strip()))
        first = next((place.stream.stored(a, b)[0] for _, a, b in near if b > a), 0)
        if score >= _LIKE:
            return self._altered(quotation, place, first, pieces)
        where = f"({place.layer.speaker}; {place.text.id}, {place.layer.id}, ¶{place.paragraph(first)})"
        passages = " … ".join(
            shortened(place.layer.text[slice(*place.stream.stored(a, b))]) for _, a, b in near if b > a
        )
        return self._none(quotation, f"Nearest passage: “{passages}” {where}.")

    def _known(self, word: str, sought: Sought) -> str:
        """For a misspelt word of a short quotation the word that the texts have."""
        if len(sought.words) > 3 or any(word in place.stream.index for place in self.places):
            return word
        alike = {one for place in self.places for one in place.stream.index if one[:2] == word[:2]}
        return next(iter(difflib.get_close_matches(word, sorted(alike), n=1, cutoff=0.8)), word)

    def _inside_words(self, quotation: Quotation, sought: Sought) -> Finding | None:
        """The letters stand there, but begin or end inside a word."""
        if len(sought.parts) > 1 or len(sought.parts[0].core) < 4:
            return None
        part = sought.parts[0]
        for place in self.places:
            text = place.stream.text
            start = text.find(part.core)
            if start >= 0:
                end = start + len(part.core)
                while not place.stream.edge(start):
                    start -= 1
                while not place.stream.edge(end):
                    end += 1
                span = place.stream.stored(start, end)
                pieces = beside(part.words, part.own, place.layer.text, span, first=True)
                return self._altered(quotation, place, span[0], pieces)
        return None


def _whose(place: _FoundPlace, start: int, end: int) -> tuple[str, list[str]]:
    """The verdict on words that stand at a place, and what is to be said of it."""
    kind = place.layer.kind
    if kind == "actor":
        return WORD_FOR_WORD, []
    if kind == "copyist":
        return COPYISTS, []
    remark = [f"In the {KINDS[kind]}." if kind == "dropped" else f"In {KINDS[kind]}."] if kind != "editor" else []
    for a, b in place.marked:
        if a <= start and end <= b:
            if len(place.layer.text[a:b].split()) >= QUOTED_WORDS:
                return QUOTED, remark
            return EDITORS, [*remark, "There the words stand in quotation marks."]
    return EDITORS, remark


def _remarks(place: _FoundPlace, sought: Sought, chain: _Chain) -> Iterator[str]:
    """What the signs in a quotation stand for, where a reader should know."""
    text, stream = place.layer.text, place.stream
    own = list(dict.fromkeys(sought.brackets))
    for link, (_, a), (b, _) in zip(sought.links, chain, chain[1:], strict=False):
        start, end = stream.stored(a - 1, a)[1], stream.stored(b, b + 1)[0]
        gone = re.findall(r"\S*\w\S*", text[start:end])
        before, after = place.paragraph(start), place.paragraph(end)
        if link.room == float("inf"):
            if before != after:
                yield f"The omission leaves out {words_counted(len(gone))}, from ¶{before} to ¶{after}."
            elif len(gone) > FAR:
                yield f"The omission leaves out {words_counted(len(gone))}."
            elif 0 < len(gone) <= FEW:  # so few may be the “not” of the sentence
                yield f"The omission leaves out “{' '.join(gone)}”."
        elif gone:
            own = [one for one in own if one not in link.sign]
            if re.findall(r"\w+", link.sign) != re.findall(r"\w+", text[start:end]):
                yield f"{one_line(link.sign)} stands in place of “{' '.join(gone)}”."
    if own:
        yield f"In brackets, and not in the text: {', '.join(map(one_line, own))}."
