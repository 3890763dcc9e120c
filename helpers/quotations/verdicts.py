"""Give the verdict on each quotation: its places and their speakers, or how its words were altered."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple, TypedDict
from weakref import WeakKeyDictionary

from ..reading import sentence_starts
from ..texts import KINDS, Layer, Text, words_counted
from .attribution import Credit, Names
from .difference import Piece, beside, one_line, say, shortened
from .extraction import Quotation
from .pairing import marked
from .passages import Sought, Stream
from .similarity import MOST_WORDS, most_similar, shared

WORD_FOR_WORD = "word for word"
EDITORS = "word for word, editor's words"
COPYISTS = "word for word, copyist's words"
QUOTED = "word for word, quoted by an editor"
# The beginning of the verdict on words of a paper that is not among the texts; its name follows.
FROM = "word for word, from "
ALTERED = "altered"
NOT_FOUND = "not found in these texts"
VERDICTS = (WORD_FOR_WORD, EDITORS, COPYISTS, QUOTED, FROM, ALTERED, NOT_FOUND)

MOST_PLACES = 100
# A remark counts the words of an omission of more than FAR words, and quotes those of at most FEW.
FAR = 30
FEW = 4
# An editor's words in quotation marks are a quotation from this number on; fewer may be a name or scare quotes.
QUOTED_WORDS = 3
# The least similarity for the verdict “altered”, and for showing a nearest passage.
_LIKE, _NEAR = 0.5, 0.35
# The least similarity for saying that altered words are given to somebody else.
_SURE = 0.75
# The number of layers, those with most words in common, in which the nearest passage is searched.
_LOOKED_AT = 5


class _FoundPlace(NamedTuple):
    """A layer to search; ``marked`` are the quotations in it if its words are not an actor's."""

    text: Text
    layer: Layer
    stream: Stream
    marked: list[tuple[int, int]]

    def paragraph(self, start: int) -> int:
        """The number of the paragraph at an offset in the layer."""
        return self.text.paragraph_at(self.layer.start + start)


class FindingRow(TypedDict):
    """The row for one place of a quotation; if there is none, the cells of the place are empty."""

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
    """A place of a quotation: the row, and the pieces of the difference; ``more`` places follow without a finding."""

    row: FindingRow
    pieces: list[Piece]
    more: int = 0


# The range of each part of a quotation in a stream.
_Chain = list[tuple[int, int]]


class _SearchedText:
    """The streams of the layers of a text, and of the whole text, for quotations that cross layers."""

    def __init__(self, text: Text) -> None:
        # No reference to the text itself: it would keep the key of the weak cache below alive.
        self.streams = [(Stream(layer.text), [] if layer.kind == "actor" else _quoted(layer.text)) for layer in text]
        self.whole = Stream(text.content)


def _quoted(words: str) -> list[tuple[int, int]]:
    return [(one.first, one.last) for one in marked(words)[0]]


_PREPARED: WeakKeyDictionary[Text, _SearchedText] = WeakKeyDictionary()


def _prepared(text: Text) -> _SearchedText:
    if text not in _PREPARED:
        _PREPARED[text] = _SearchedText(text)
    return _PREPARED[text]


def _places(text: Text) -> list[_FoundPlace]:
    return [_FoundPlace(text, layer, *ready) for layer, ready in zip(text, _prepared(text).streams, strict=True)]


class Checker:
    """Check quotations against texts, one quotation at a time; on request also to whom sentences give them.

    ``excerpts`` are the few known words of other papers. Of such a paper a quotation may have other words, so it is
    never altered because it is only similar to them.
    """

    def __init__(self, texts: Iterable[Text], *, attributions: bool = True, excerpts: Iterable[Text] = ()) -> None:
        self.texts = list(texts)
        self.attributions = attributions
        ranks = {kind: n for n, kind in enumerate(KINDS)}
        every = [place for text in self.texts for place in _places(text)]
        # Stable: else in the order of the texts.
        self.places = sorted(every, key=lambda place: (bool(place.text.origin), ranks[place.layer.kind]))
        self.excerpts = [place for text in excerpts for place in _places(text)]
        self.names = Names(place.layer for place in every if not place.text.origin)

    def check(self, quotation: Quotation) -> list[Finding]:
        """The findings for a quotation: one for each place, else one for the nearest passage or for none."""
        sought = Sought(quotation.words)
        if sought.too_many:
            return [self._none(quotation, "It has too many omissions to be checked. Quote less at a time.")]
        if not sought.parts:
            return [self._none(quotation, "It has no words.")]
        for places in (self.places, self.excerpts):
            if found := [(place, chain) for place in places for chain in sought.chains(place.stream)]:
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
                "paragraph": place.paragraph(start) if place.layer.id else None,
                "difference": say(pieces),
                "attribution": said,
                "speaker": place.layer.speaker,
            },
            pieces,
        )

    def _none(self, quotation: Quotation, why: str) -> Finding:
        row: FindingRow = {
            "quotation": quotation.words, "verdict": NOT_FOUND, "document": "", "layer": "", "voice": "",
            "paragraph": None, "difference": why, "attribution": "", "speaker": "",
        }  # fmt: skip
        return Finding(row, [("remark", why)])

    def _exact(self, quotation: Quotation, sought: Sought, found: list[tuple[_FoundPlace, _Chain]]) -> list[Finding]:
        credit = self.names.credited(quotation) if self.attributions else None
        given = [(place, *place.stream.stored(chain[0][0], chain[-1][1])) for place, chain in found]
        # An accusation needs all places: the words may stand elsewhere, where the sentence is right or open.
        correct = any(self._open(credit, *each) for each in given)
        findings = []
        for place, chain in found[:MOST_PLACES]:
            start, end = place.stream.stored(chain[0][0], chain[-1][1])
            verdict, remarks = _whose(place, start, end)
            pieces = [("remark", remark) for remark in [*remarks, *_remarks(place, sought, chain)]]
            silent = correct or verdict == QUOTED or place.text.origin
            attribution = "" if silent else self.names.say(credit, place.layer)
            findings.append(self._row(quotation, verdict, place, start, pieces, attribution))
        if more := max(0, len(found) - MOST_PLACES):
            findings[-1].row["difference"] += f" And {more} more places."
            findings[-1] = findings[-1]._replace(more=more)
        return findings

    def _open(self, credit: Credit | None, place: _FoundPlace, start: int, end: int) -> bool:
        """Whether the words at a place may be those of the person to whom they are given."""
        if place.text.origin:  # nobody has said whose words these are
            return True
        actor = place.layer.kind == "actor"
        if actor and not self.names.say(credit, place.layer):
            return True
        if place.layer.kind == "copyist":  # who copied somebody’s words and did not write them
            return True
        return self.names.reports(credit, _sentence(place.layer.text, start, end), actor=actor)

    def _altered(
        self, quotation: Quotation, place: _FoundPlace, start: int, pieces: list[Piece], *, near: bool = False
    ) -> Finding:
        """The finding for altered words; with ``near`` they are like enough to say whose they are."""
        credit = self.names.credited(quotation) if near and self.attributions else None
        attribution = ""
        if credit and not self._open(credit, place, start, start):
            attribution = self.names.say(credit, place.layer, certain=False)
        if all(kind == "same" for kind, _ in pieces):
            pieces = [*pieces, ("remark", "(the spaces or signs differ from the text)")]
        return self._row(quotation, ALTERED, place, start, pieces, attribution)

    def _changed(self, quotation: Quotation, sought: Sought) -> Finding | None:
        """Find the words in another case or with other spaces or signs, where the difference is smallest."""
        best: tuple[int, _FoundPlace, int, list[Piece]] | None = None
        for place in [*self.places, *self.excerpts]:
            for chain in sought.chains(place.stream, exact=False)[:5]:
                pieces = [piece for n, (a, b) in enumerate(chain) for piece in _pieces(sought, n, place, a, b)]
                size = sum(len(words) for kind, words in pieces if kind != "same")
                if best is None or size < best[0]:
                    best = size, place, place.stream.stored(*chain[0])[0], pieces
        return self._altered(quotation, *best[1:], near=True) if best else None

    def _apart(self, quotation: Quotation, sought: Sought) -> Finding | None:
        """Find the words across several layers, or the parts in another order or in several texts."""
        for text in self.texts:
            whole = _prepared(text).whole
            chain = next(iter(sought.chains(whole)), None)
            start, end = whole.stored(chain[0][0], chain[-1][1]) if chain else (0, 0)
            crossed = [p for p in _places(text) if p.layer.start < end and start < p.layer.end]
            if len(crossed) > 1:
                voices = ", then ".join(f"{p.layer.speaker} ({p.layer.id})" for p in crossed)
                remark = f"It joins words of several layers: {voices}. Quote each layer separately."
                return self._altered(quotation, crossed[0], start - crossed[0].layer.start, [("remark", remark)])
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
        listed = "; ".join(
            f"“{shortened(part.words)}”: {place.layer.speaker}, {place.layer.id}, ¶{place.paragraph(start)}"
            for part, place, start in where
        )
        pieces = [("remark", f"Its parts are in the texts, but not together in this order: {listed}.")]
        return self._altered(quotation, *where[0][1:], pieces)

    def _nearest(self, quotation: Quotation, sought: Sought) -> Finding:
        """Find the most similar passage: altered if it is similar enough, else not found."""
        if len(sought.words) > MOST_WORDS:
            return self._none(
                quotation,
                f"It is longer than {MOST_WORDS} words and is not in the texts word for word. Quote less at a time.",
            )
        inside = self._inside_words(quotation, sought)
        if inside:
            return inside
        # Each part is searched on its own, because of omissions between them, but all in the same layer.
        words = [[self._known(word, sought) for word, _, _ in part.stream.tokens] for part in sought.parts]
        every = {word for part in words for word in part}
        likely = sorted(self.places, key=lambda place: -shared(every, place.stream))[:_LOOKED_AT]
        sizes = [len(part.core) for part in sought.parts]
        best: tuple[float, _FoundPlace, list[tuple[float, int, int]]] | None = None
        looked_at = [place for place in self.places if any(place is other for other in likely)]
        for place in [*looked_at, *self.excerpts]:
            near = [most_similar(part, place.stream) for part in words]
            score = sum(size * like for size, (like, _, _) in zip(sizes, near, strict=True)) / sum(sizes)
            if score > (best[0] if best else 0.0) + 1e-9:
                best = score, place, near
        short = len(sought.words) <= 2
        if best is None or best[0] < (0.75 if short else _NEAR):
            why = "No similar passage was found."
            if short:
                why += " One or two words in quotation marks may also be a title, or a word used with reservation."
            return self._none(quotation, why)
        score, place, near = best
        pieces = [piece for n, (_, a, b) in enumerate(near) for piece in _pieces(sought, n, place, a, b)]
        first = next((place.stream.stored(a, b)[0] for _, a, b in near if b > a), 0)
        if score >= _LIKE and place.layer.id:
            return self._altered(quotation, place, first, pieces, near=score >= _SURE)
        where = f"({_where(place, first)})"
        passages = " … ".join(
            shortened(place.layer.text[slice(*place.stream.stored(a, b))]) for _, a, b in near if b > a
        )
        return self._none(quotation, f"Nearest passage: “{passages}” {where}.")

    def _known(self, word: str, sought: Sought) -> str:
        """The word; if it is misspelt and the quotation is short, the most similar word of the texts."""
        if len(sought.words) > 3 or any(word in place.stream.index for place in self.places):
            return word
        alike = {other for place in self.places for other in place.stream.index if other[:2] == word[:2]}
        return next(iter(difflib.get_close_matches(word, sorted(alike), n=1, cutoff=0.8)), word)

    def _inside_words(self, quotation: Quotation, sought: Sought) -> Finding | None:
        """Find the letters where they begin or end inside a word."""
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
                pieces = _pieces(sought, 0, place, start, end)
                return self._altered(quotation, place, place.stream.stored(start, end)[0], pieces)
        return None


def _pieces(sought: Sought, n: int, place: _FoundPlace, start: int, end: int) -> list[Piece]:
    """The link before part ``n`` of a quotation, and the difference between the part and a range of a stream."""
    part = sought.parts[n]
    link: list[Piece] = [("same", sought.links[n - 1].sign)] if n else []
    if end <= start:
        return [*link, ("yours", part.words.strip())]
    return link + beside(part.words, part.own, place.layer.text, place.stream.stored(start, end), first=not n)


def _sentence(words: str, start: int, end: int) -> str:
    """The sentence around a range."""
    starts = sentence_starts(words)
    first = max((place for place in starts if place <= start), default=0)
    return words[first : min((place for place in starts if place > max(start, end - 1)), default=len(words))]


def _where(place: _FoundPlace, start: int) -> str:
    """A place in words."""
    if not place.layer.id:
        return f"{place.text.origin}; {place.text.about['source']}"
    return f"{place.layer.speaker}; {place.text.id}, {place.layer.id}, ¶{place.paragraph(start)}"


def _whose(place: _FoundPlace, start: int, end: int) -> tuple[str, list[str]]:
    """The verdict on words found at a place, and remarks on it."""
    kind = place.layer.kind
    if origin := place.text.origin:
        return f"{FROM}{origin}", [f"{place.text.title} ({place.text.about['source']})."]
    if kind == "actor":
        return WORD_FOR_WORD, []
    if kind == "copyist":
        return COPYISTS, []
    remark = [f"In the {KINDS[kind]}." if kind == "dropped" else f"In {KINDS[kind]}."] if kind != "editor" else []
    for a, b in place.marked:
        if a <= start and end <= b:
            if len(place.layer.text[a:b].split()) >= QUOTED_WORDS:
                return QUOTED, remark
            return EDITORS, [*remark, "In the text, the words are in quotation marks."]
    return EDITORS, remark


def _remarks(place: _FoundPlace, sought: Sought, chain: _Chain) -> Iterator[str]:
    """Remarks on the words that omission signs and brackets replace."""
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
            elif 0 < len(gone) <= FEW:  # one of them may be “not”
                yield f"The omission leaves out “{' '.join(gone)}”."
        elif gone:
            own = [bracket for bracket in own if bracket not in link.sign]
            if re.findall(r"\w+", link.sign) != re.findall(r"\w+", text[start:end]):
                yield f"{one_line(link.sign)} replaces “{' '.join(gone)}”."
    if own:
        yield f"In brackets, but not in the text: {', '.join(map(one_line, own))}."
