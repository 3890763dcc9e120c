"""Read the words of a TEI text as plain text, divided into layers by voice.

Readings: the writer's last wording on the paper. A ``choice`` gives ``sic``, ``orig``, ``abbr`` or
``am``; an ``app`` gives ``lem``. ``add`` is included; ``del`` is omitted unless it is inside ``restore`` or
in the hand of somebody other than the writer. ``unclear`` is read like plain text; ``gap`` becomes ``[…]``.
Words ``supplied`` by the editor get square brackets; letters supplied inside a word do not. ``q``, ``quote``
and ``soCalled`` get quotation marks unless the words have them. Descriptions of pictures and gaps, facsimile,
sourceDoc and standOff are omitted.

White space collapses to one space. Paragraphs are separated by a blank line. The parts of an opener, a
closer or an address, list items, verses and table rows get their own lines; cells are separated by
tabs. ``lb``, ``pb``, ``cb`` and ``gb`` become a space; in an address or signature ``lb`` becomes a new line.
With ``break="no"``, inside ``w``, or after ``pc force="weak"`` they vanish together with the hyphen before them
(unless it is ``pc force="strong"``). After a plain hyphen that may belong to the word, the line break is kept. The
white space of ``p`` or ``ab`` with ``xml:space="preserve"`` is kept.

Voices: only what is shown to be the writer's is the writer's; `divisions` says which divisions are. A ``head``
and a paragraph whose ``resp`` is the editor of the file belong to the editors. ``resp`` of a ``div`` names its
writer if it is a sender or a person in the header. An enclosed letter belongs to its signatory if the signature
points to a person; else its voice is not stated. A translation beside its original belongs to the translator.

A hand is not an author, because many letters were written down by somebody else: ``hand`` and ``handShift``
begin a layer that names the hand and keeps the voice, unless the hand is that of another sender. What another
hand added (``add``, ``note``, a division that is not the letter's) is a marking on the paper.

A note inside a paragraph becomes a layer; its place gets an anchor ``[1]``, with the printed ``n`` if there
is one. A note belongs to the editors, or to the voice of ``resp``. It belongs to the writer if its ``type``
says so, or if it is in the margin and names no editor. A note of type ``postscript`` is a postscript.
Registers of people, places or works in ``back`` are kept as a layer of kind ``dropped``; empty notes are counted.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from xml.etree.ElementTree import Element

from ..core import UserError
from .safe_xml import INCLUDE, MOST_LEVELS, XML_ID, XML_SPACE, Tree, attribute, begins, find, words
from .tei_divisions import (
    DIVISIONS,
    SESSION,
    is_editorial,
    kind_of,
    not_the_writers,
    shown_to_be_the_writers,
)
from .tei_header import UNKNOWN, Header, Voice
from .tei_voices import LayerPart, Voices, is_postscript
from .tei_words import (
    ANCHOR,
    ANCHOR_END,
    BREAK,
    CELL,
    CLOSING,
    END,
    HYPHENATED,
    HYPHENS,
    JOIN,
    KEEP,
    LINE,
    QUOTE,
    SUPPLIED,
    UNQUOTE,
    WEAK,
    compose,
    keep_spaces,
)

_REGISTERS = {
    "listPerson", "listPlace", "listOrg", "listBibl", "listEvent", "listNym", "listObject", "listRelation", "listWit",
}  # fmt: skip
_BOXES = DIVISIONS | {
    "text", "front", "body", "back", "group", "floatingText", "postscript", "titlePage", "argument",
    "epigraph", "noteGrp",
}  # fmt: skip
_LINES = {
    "opener", "closer", "dateline", "salute", "signed", "byline", "address", "addrLine", "trailer", "head", "list",
    "item", "lg", "l", "table", "row", "figure", "sp", "speaker", "stage", "quote", "cit", "bibl", "listBibl",
    "msDesc", "titlePart", "docAuthor", "docDate", "docImprint",
}  # fmt: skip
_FLOWING = {"quote", "cit", "bibl"}  # on their own lines only outside a paragraph
_PROSE = {"p", "ab", "l", "item", "cell", "head", "note"}
_ADDRESSED = {"opener", "closer", "dateline", "salute", "signed", "byline", "address", "addrLine"}
# Names inside an opener or closer: a letter that touches the one before belongs to another word.
_SEPARATE = {"placeName", "date", "persName", "orgName", "name", "rs", "settlement", "country", "time", "street"}
_BREAKS = {"lb", "pb", "cb", "gb"}
_MARKED = {"q", "quote", "soCalled"}
_SKIPPED = {
    "teiHeader", "facsimile", "sourceDoc", "standOff", "figDesc", "desc", "index", "interp", "interpGrp", "spanGrp",
    "certainty", "precision", "respons", "link", "linkGrp", "fs", "graphic", "media", "witDetail",
}  # fmt: skip
_ON_PAPER = ("sic", "orig", "abbr", "am")

# What to do at the end of an element that is open; None if the element has nothing more to read.
_Leave = Callable[[], object]


@dataclass
class _WritingPlace:
    """The layer that is being filled, and the pieces of its unfinished paragraph."""

    part: LayerPart
    sink: list[str] | None = None
    pieces: list[str] = field(default_factory=list)
    literal: bool = False
    opening: str = ""
    supplied: int = 0
    quoted: int = 0
    word: int = 0


class Transcript:
    """Reader of the words of one ``text`` element, without recursion.

    ``letter`` is the default layer; ``header`` knows the people. ``given`` are the layers of an exported file, by
    element.
    """

    def __init__(self, letter: LayerPart, header: Header, tree: Tree, given: Mapping[Element, LayerPart]) -> None:
        self.letter, self.header = letter, header
        self.tree, self.ids, self.given = tree, tree.ids, given
        self.parts: list[tuple[LayerPart, list[str]]] = []
        self.asides: list[tuple[LayerPart, list[str]]] = []
        self.at = _WritingPlace(letter)
        self.hand: Voice | None = None
        self.foreign: dict[Element, str] = {}  # what is not the writer's, by element
        self.restored = self.sessions = self.empty_notes = 0
        self.registers: Counter[str] = Counter()
        self.doubts: list[str] = []
        self.in_body = self.has_letter = False
        self.after_segment = (0, 0)
        self.span: tuple[str, _WritingPlace, LayerPart | None] | None = None
        self.after_label = self.after_cell = False

    def read(self, text: Element) -> list[tuple[LayerPart, list[str]]]:
        """The layers with their paragraphs in the order of the text; anchored notes, stamps and ``fw`` come last."""
        self.voices = Voices(self.letter, self.header, text)
        self._number_notes(text)
        outside = find(text, "front|back", "*")
        self.original_outside = any(one.tag in DIVISIONS and kind_of(one) == "letter" for one in outside)
        sessions = sum(attribute(node, "type") == SESSION for node in text.iter("div"))
        self.many_sessions = sessions > 1
        special = _SPECIAL
        anchors = self.anchors
        at = self.at
        self._classify(text)
        if text.text:
            at.pieces.append(text.text)
        stack: list[tuple[Element, Iterator[Element], _Leave | None, bool, str | None]]
        stack = [(text, iter(text), self.flush, False, None)]
        while stack:
            node, children, leave, lined, tail = stack[-1]
            for child in children:
                name, after = child.tag, child.tail
                while name in ("choice", "app"):
                    chosen = self._choose(child)
                    if chosen is None:
                        break
                    child, name = chosen, chosen.tag
                how = special.get(name)
                if how is None and not at.word:
                    if lined and name in _SEPARATE:
                        self._separate(child)
                    if child.text:
                        at.pieces.append(child.text)
                    if len(child) or anchors:
                        if len(stack) > MOST_LEVELS:
                            self.tree.refuse_depth()
                        stack.append((child, iter(child), None, lined, after))
                        break
                else:
                    done = how(self, child, node, lined) if how else self._inline(child, node, lined)
                    at = self.at
                    if done is not None:
                        if child.text:
                            self._say(child.text)
                        lined = name in _ADDRESSED or (lined and name not in _PROSE)
                        if len(stack) > MOST_LEVELS:
                            self.tree.refuse_depth()
                        stack.append((child, iter(child), done, lined, after))
                        break
                if after:
                    if at.word or after[0] in CLOSING:
                        self._say(after)
                    else:
                        at.pieces.append(after)
            else:
                stack.pop()
                if anchors and node.tag not in _BOXES:
                    for number in anchors.get(node.get(XML_ID, ""), ()):
                        self._anchor(number)
                if leave is not None:
                    leave()
                    at = self.at
                if tail:
                    if at.word or tail[0] in CLOSING:
                        self._say(tail)
                    else:
                        at.pieces.append(tail)
        self._close_span(self.letter)  # its anchor stands where it cannot be reached: nothing is lost
        return [(part, paragraphs) for part, paragraphs in self.parts + self.asides if paragraphs]

    def _say(self, said: str) -> None:
        """Add text of the file. A line end before its punctuation comes from pretty-printing."""
        pieces = self.at.pieces
        if self.at.word:
            said = re.sub("[ \t\r\n]+", "", said)
        elif said[0] in CLOSING and pieces and pieces[-1][-1:].isspace() and said[:2] != "..":
            while pieces and not (last := pieces[-1].rstrip(" \t\r\n")) and "\n" in pieces[-1]:
                pieces.pop()
            if pieces and "\n" in pieces[-1][len(last) :]:
                pieces[-1] = last
        pieces.append(said)

    def _separate(self, node: Element) -> None:
        """Add a space where a name in an opener or closer touches the word before it."""
        pieces = self.at.pieces
        first = begins(node)[:1]
        if pieces and pieces[-1][-1:].isalnum() and first.isalnum() and not first.islower():
            pieces.append(" ")

    def flush(self) -> None:
        """End the paragraph."""
        at = self.at
        closing = [UNQUOTE] * at.quoted + [END] * bool(at.supplied)
        pieces = [*at.pieces, *closing] if closing else at.pieces
        paragraph = (keep_spaces if at.literal else compose)(pieces) if pieces else ""
        if at.opening and paragraph == at.opening:
            return  # only the number of a note: keep it for the first paragraph
        at.pieces[:] = [SUPPLIED] * bool(at.supplied) + [QUOTE] * at.quoted
        if not paragraph and not at.literal:
            return
        part = at.part
        if self.hand is not None and part.kind == "actor" and not part.fixed:
            part = self.voices.in_hand(part, self.hand)
        if at.sink is not None:
            at.sink.append(paragraph)
        elif self.parts and self.parts[-1][0] is part:
            self.parts[-1][1].append(paragraph)
        else:
            self.parts.append((part, [paragraph]))

    def _classify(self, node: Element) -> None:
        """Find the children of an element that are not the writer’s; an exported file says it itself."""
        if self.given:
            return
        inside = node.tag in DIVISIONS and self.at.part.kind == "actor"
        found, doubt = not_the_writers(node, inside_letter=inside, original_elsewhere=self.original_outside)
        # resp of an editor names the encoder of a letter, but the writer of one of several divisions without a type.
        rest = [one for one in node if one.tag in DIVISIONS and one not in found and not kind_of(one)]
        staff = [one for one in rest if (voice := self.voices.responsible(one)) and self.voices.is_staff(voice)]
        if len(staff) < len(rest):
            found |= dict.fromkeys(staff, "remark")
        self.foreign.update(found)
        if doubt:
            self.doubts.append(doubt)

    def _number_notes(self, text: Element) -> None:
        """Number every note that has an anchor in the words, with its printed number if that is short and unique."""
        self.numbers: dict[Element, str] = {}
        self.anchors: dict[str, list[str]] = {}
        self.noted: dict[str, str] = {}
        if next(text.iter("note"), None) is None and not any(one.get("hand") for one in text.iter("add")):
            return
        pointed = {attribute(one, "target").removeprefix("#") for name in ("ref", "ptr") for one in text.iter(name)}
        pointed.discard("")
        parent_of = {child: parent for parent in text.iter() for child in parent if child.tag == "note"}
        notes = [
            node
            for node in text.iter()
            if (node.tag == "add" and self.voices.added_by(node))
            or (
                node.tag == "note"
                and not is_postscript(node)
                and (parent_of[node].tag not in _BOXES or node.get("target") or attribute(node, XML_ID) in pointed)
            )
        ]
        printed = [attribute(note, "n") for note in notes]
        taken = {n for n in printed if n}
        given, count = set(), 0
        for note, n in zip(notes, printed, strict=True):
            if not re.fullmatch(r"[^\W_]{1,4}|[*†‡]{1,3}", n) or n in given:
                count += 1
                while str(count) in taken:
                    count += 1
                n = str(count)
            self.numbers[note] = n
            given.add(n)
            for target in attribute(note, "target").split():
                if target.startswith("#"):
                    self.anchors.setdefault(target[1:], []).append(n)
            if note.get(XML_ID):
                self.noted[attribute(note, XML_ID)] = n

    # ---- elements, each with the parent and whether its lines count ----

    def _skip(self, node: Element, parent: Element, lined: bool) -> None:
        return None

    def _delete(self, node: Element, parent: Element, lined: bool) -> _Leave | None:
        """Read deleted words only if they were restored, or if somebody other than the writer deleted them."""
        return _nothing if self.restored or self.voices.added_by(node) else None

    def _include(self, node: Element, parent: Element, lined: bool) -> None:
        raise UserError(
            f"{self.tree.place(node)}: the text includes another file (xi:include), which is not read. "
            "Put its words here."
        )

    def _break(self, node: Element, parent: Element, lined: bool) -> None:
        pieces = self.at.pieces
        sign = LINE if lined and node.tag == "lb" else BREAK if _may_be_hyphenated(pieces) else "\n"
        if node.get("break") == "no" or node.get("type") in ("inWord", "worddiv") or self.at.word:
            sign = JOIN
        elif "hyphen" in node.get("rend", "") + node.get("rendition", ""):
            sign = HYPHENATED
        pieces.append(sign)

    def _gap(self, node: Element, parent: Element, lined: bool) -> None:
        self.at.pieces.append("[…]")

    def _space(self, node: Element, parent: Element, lined: bool) -> None:
        self.at.pieces.append(" ")

    def _refer(self, node: Element, parent: Element, lined: bool) -> _Leave | None:
        number = self.noted.get(attribute(node, "target").removeprefix("#")) if self.at.sink is None else None
        if number is None:
            return _nothing
        if len(begins(node, 5)) < 5:  # so short that it is the number of the note, not words of the letter
            self._anchor(number)
            return None
        return lambda: self._anchor(number)

    def _glyph(self, node: Element, parent: Element, lined: bool) -> _Leave | None:
        """The characters for a glyph, from its declaration in the header; U+FFFD if there is none."""
        if begins(node):
            return _nothing
        ref = attribute(node, "ref")
        declared = self.ids.get(ref.removeprefix("#"))
        mappings = find(declared, "mapping") if declared is not None else []
        mappings.sort(key=lambda mapping: mapping.get("type") not in ("standard", "Unicode", "normalized"))
        hyphen = JOIN if "eolhyphen" in ref.casefold() else "\ufffd"
        self.at.pieces.append(words(mappings[0]) if mappings else hyphen)
        return None

    def _supply(self, node: Element, parent: Element, lined: bool) -> _Leave:
        at = self.at
        if not at.supplied:
            at.pieces.append(SUPPLIED)
        at.supplied += 1

        def leave() -> None:
            at.supplied -= 1
            if not at.supplied:
                at.pieces.append(END)

        return leave

    def _restore(self, node: Element, parent: Element, lined: bool) -> _Leave:
        self.restored += 1

        def leave() -> None:
            self.restored -= 1

        return leave

    def _word(self, node: Element, parent: Element, lined: bool) -> _Leave:
        at, part = self.at, node.get("part", "")
        if part in ("M", "F"):
            at.pieces.append(JOIN)
        at.word += 1

        def leave() -> None:
            at.word -= 1
            if part in ("I", "M"):
                at.pieces.append(JOIN)

        return leave

    def _punctuate(self, node: Element, parent: Element, lined: bool) -> _Leave | None:
        force, pieces = node.get("force"), self.at.pieces
        if force == "weak" and begins(node) in set(HYPHENS) | {"=", "–", "⸗"}:
            pieces.append(WEAK)
            return None
        return (lambda: pieces.append(KEEP)) if force == "strong" else _nothing

    def _label(self, node: Element, parent: Element, lined: bool) -> _Leave:
        self.at.pieces.append(LINE)

        def leave() -> None:
            self.at.pieces.append(" ")
            self.after_label = parent.tag == "list"

        return leave

    def _cell(self, node: Element, parent: Element, lined: bool) -> _Leave:
        self.at.pieces.append(CELL if self.after_cell else "")
        self.after_cell = True
        return _nothing

    def _segment(self, node: Element, parent: Element, lined: bool) -> _Leave:
        """Part the lines of a letterhead, and sentences that touch each other."""
        pieces = self.at.pieces
        if lined:
            pieces.append(LINE)
            return lambda: pieces.append(LINE)
        if self.after_segment == (id(pieces), len(pieces)) and node.get("part") not in ("M", "F"):
            pieces.append(" ")

        def leave() -> None:
            self.after_segment = (id(pieces), len(pieces)) if not node.tail else (0, 0)

        return leave

    def _begin_span(self, node: Element, parent: Element, lined: bool) -> None:
        """Begin words up to an anchor: deleted ones are not read, those added in another hand are lifted out."""
        voice = self.voices.added_by(node)
        deleted = node.tag == "delSpan" and voice is None
        end = self.ids.get(attribute(node, "spanTo").removeprefix("#"))
        known = end is not None and end.tag == "anchor" and self.span is None
        if known and (deleted or (node.tag == "addSpan" and voice)):
            part = LayerPart("addition", voice or UNKNOWN, "copyist", "addition", "added in another hand")
            self.span = (attribute(node, "spanTo").removeprefix("#"), self.at, None if deleted else part)
            self.at = replace(self.at, part=part, pieces=[], sink=[])

    def _end_span(self, node: Element, parent: Element, lined: bool) -> None:
        if self.span is not None and attribute(node, XML_ID) == self.span[0]:
            self._close_span(self.span[2])

    def _close_span(self, part: LayerPart | None) -> None:
        if self.span is None:
            return
        self.flush()
        sink = self.at.sink or []
        self.at, self.span = self.span[1], None
        if part is not None:
            self.asides.append((part, sink))

    def _add(self, node: Element, parent: Element, lined: bool) -> _Leave | None:
        voice = self.voices.added_by(node)
        if voice is None or not begins(node):
            return _nothing
        part = LayerPart("addition", voice, "copyist", "addition", "added in another hand")
        return self._aside(node, parent, part)

    def _quotation(self, node: Element, parent: Element, lined: bool) -> _Leave:
        leave = self._lines(node, parent, lined) if node.tag == "quote" and parent.tag in _BOXES else _nothing
        at = self.at
        at.pieces.append(QUOTE)
        at.quoted += 1

        def unquote() -> None:
            at.quoted -= 1
            at.pieces.append(UNQUOTE)
            leave()

        return unquote

    def _shift_hand(self, node: Element, parent: Element, lined: bool) -> None:
        """Begin the words of another hand; a change of ink or script alone is none."""
        pointer = next((attribute(node, key) for key in ("new", "scribeRef", "scribe") if node.get(key)), "")
        if pointer:
            self.flush()
            self.hand = self.voices.hand(pointer)

    def _register(self, node: Element, parent: Element, lined: bool) -> _Leave | None:
        """Keep a register of the edition apart; a list inside a letter or a note is read like its words."""
        of_letter = self.at.part.kind == "actor" and parent.tag != "body"
        if self.at.sink is not None or of_letter or parent.tag not in _BOXES:
            return self._box(node, parent, lined) if parent.tag in _BOXES else _nothing
        self.registers[node.tag] += len(node)
        self.flush()
        part = LayerPart("register", self.header.editor, "dropped", "register", "register of the edition")
        entries = (" ".join(" ".join(piece for piece in child.itertext()).split()) for child in node)
        self.parts.append((part, list(filter(None, entries))))
        return None

    def _entry(self, node: Element, parent: Element, lined: bool) -> _Leave:
        """Put every entry of a register or list on its own line."""
        if parent.tag not in _REGISTERS:
            return self._flowing(node, parent, lined) if node.tag in _FLOWING else _nothing
        pieces = self.at.pieces
        return lambda: pieces.append(LINE)

    def _inline(self, node: Element, parent: Element, lined: bool) -> _Leave:
        return _nothing

    def _flowing(self, node: Element, parent: Element, lined: bool) -> _Leave:
        return self._lines(node, parent, lined) if parent.tag in _BOXES else _nothing

    def _lines(self, node: Element, parent: Element, lined: bool) -> _Leave:
        """Open an element that is a paragraph directly inside a block, and a line elsewhere."""
        self.after_cell = False
        if parent.tag in _BOXES:
            return self._box(node, parent, lined)
        if not (node.tag == "item" and self.after_label):
            self.at.pieces.append(LINE)
        self.after_label = False
        return lambda: self.at.pieces.append(LINE)

    def _box(self, node: Element, parent: Element, lined: bool) -> _Leave:
        """Open an element that begins and ends a paragraph, and may begin a layer."""
        self.flush()
        at, hand = self.at, self.hand
        self.in_body = self.in_body or node.tag == "body"
        part = self._part(node, parent) if at.sink is None else at.part
        if node.get("hand"):
            self.hand = self.voices.hand(attribute(node, "hand"))
        leave = self._enter(part, literal=node.tag in ("p", "ab") and node.get(XML_SPACE) == "preserve")
        if at.sink is None and node.tag in _BOXES:
            self._classify(node)

        def end() -> None:
            leave()
            if node.get("hand"):
                self.hand = hand

        return end

    def _enter(self, part: LayerPart, *, literal: bool = False) -> _Leave:
        self.flush()
        at, before = self.at, (self.at.part, self.at.literal)
        at.part, at.literal = part, literal

        def leave() -> None:
            self.flush()
            at.part, at.literal = before

        return leave

    def _part(self, node: Element, parent: Element) -> LayerPart:
        """The layer to which the words of an element belong."""
        name, kind, part = node.tag, attribute(node, "type"), self.at.part
        if part.fixed or node in self.given:
            return self.given.get(node, part)
        division = name in DIVISIONS
        voice = self.voices.responsible(node) if division else None
        if node in self.foreign:
            return self.voices.foreign(node, self.foreign[node], voice)
        if name == "floatingText" and kind_of(node) in ("translation", "editorial"):
            return self.voices.foreign(node, kind_of(node) if kind_of(node) == "translation" else kind, voice)
        outside = part.kind != "actor" and parent.tag in ("front", "back")
        if outside and (shown_to_be_the_writers(node) or (division and not kind)):
            part = self.letter
        if division and part.kind == "actor":
            part = (
                self.voices.by(part, voice)
                if voice and not self.voices.is_staff(voice)
                else self.voices.signed_by(node, part)
            )
        a_letter = division and kind.casefold() in ("letter", "brief")
        if a_letter and (not self.has_letter or len(self.header.letters) > 1):
            self.has_letter = True
        elif (
            name == "floatingText"
            or a_letter
            or (division and kind_of(node) == "enclosed")
            or (name == "text" and self.has_letter)
        ):
            if voice and not self.voices.is_staff(voice):
                return part
            # No search for a signature in nested enclosures: with deep nesting the time would grow quadratically.
            signed = None if part.id == "enclosure" else next(self.voices.signatories(node), None)
            return LayerPart("enclosure", signed or UNKNOWN, "actor", "enclosure", "enclosed with the letter")
        elif division and kind == SESSION:
            self.has_letter = True
            self.sessions += 1
            if self.many_sessions:
                return replace(part, id=f"session-{self.sessions}", what=f"session {self.sessions}")
        elif name == "postscript" or is_postscript(node):
            return replace(self.voices.signed_by(node, part), id="postscript", what="postscript")
        elif name in ("front", "back", "argument") or (division and is_editorial(node)):
            return self.voices.editors(kind if division else name)
        elif name == "head" and part.kind == "actor":
            return self.voices.editors("heading")
        elif name in ("p", "ab", "opener", "closer"):
            self.has_letter = self.has_letter or (self.in_body and part.kind == "actor")
            # resp may name the encoder, so it counts only if it names an editor of the file.
            resp = self.header.who(attribute(node, "resp"))
            if part.kind == "actor" and (is_editorial(node) or (resp and resp.id in self.header.editing)):
                return self.voices.editors(kind or "remark")
        return part

    def _furniture(self, node: Element, parent: Element, lined: bool) -> _Leave | None:
        if not begins(node):
            return None
        part = LayerPart(
            "page-furniture", self.header.editor, "dropped", "page furniture", "running heads and the like"
        )
        if node.tag == "stamp":
            part = LayerPart("stamp", UNKNOWN, "copyist", "stamp", "stamp on the paper")
        return self._aside(node, parent, part)

    def _note(self, node: Element, parent: Element, lined: bool) -> _Leave | None:
        if is_postscript(node):
            return self._box(node, parent, lined)
        if not begins(node):
            self.empty_notes += 1
            return None
        return self._aside(node, parent, self.voices.note_part(node, self.numbers.get(node)))

    def _aside(self, node: Element, parent: Element, part: LayerPart) -> _Leave:
        """Open what interrupts the words and so becomes another layer: a note, an addition, a stamp, page furniture."""
        number = self.numbers.get(node)
        sink: list[str] = []
        place = _WritingPlace(part, sink)
        if number is not None:
            place.opening = f"[{number}]"
            place.pieces.append(f"[{number}] ")
        if node.tag == "note" and number is None:
            self.flush()
            place.sink = None
        else:
            self.asides.append((part, sink))
            if number is not None and parent.tag not in _BOXES:
                self._anchor(number)
        before, self.at = self.at, place
        hand, self.hand = self.hand, None

        def leave() -> None:
            self.flush()
            self.at, self.hand = before, hand

        return leave

    def _anchor(self, number: str) -> None:
        self.at.pieces.append(f"{ANCHOR}[{number}]{ANCHOR_END}")

    def _choose(self, node: Element) -> Element | None:
        names = ("lem", "rdg", "rdgGrp") if node.tag == "app" else _ON_PAPER
        return next((found[0] for name in names if (found := find(node, name))), next(iter(node), None))


def _may_be_hyphenated(pieces: list[str]) -> bool:
    """Whether the last piece may end in a hyphen; white space alone does not say."""
    end = pieces[-1].rstrip()[-1:] if pieces else "-"
    return not end or end in HYPHENS or end == ANCHOR_END


def _nothing() -> None:
    return None


_Element = Callable[[Transcript, Element, Element, bool], _Leave | None]
# The elements that do more than hold words; all others are read as part of the words around them.
_SPECIAL: dict[str, _Element] = {
    **dict.fromkeys([*_SKIPPED, "choice", "app"], Transcript._skip),
    **dict.fromkeys(_LINES, Transcript._lines),
    **dict.fromkeys(_FLOWING, Transcript._flowing),
    **dict.fromkeys([*_BOXES, "p", "ab"], Transcript._box),
    **dict.fromkeys(_REGISTERS, Transcript._register),
    **dict.fromkeys(["person", "place", "org", "event", "object", "nym", "bibl", "biblStruct"], Transcript._entry),
    **dict.fromkeys(_BREAKS, Transcript._break),
    **dict.fromkeys(["gap", "ellipsis"], Transcript._gap),
    **dict.fromkeys(["ref", "ptr"], Transcript._refer),
    **dict.fromkeys(["fw", "stamp"], Transcript._furniture),
    **dict.fromkeys(_MARKED, Transcript._quotation),
    INCLUDE: Transcript._include,
    "del": Transcript._delete,
    "space": Transcript._space,
    "g": Transcript._glyph,
    "supplied": Transcript._supply,
    "restore": Transcript._restore,
    "w": Transcript._word,
    "pc": Transcript._punctuate,
    "label": Transcript._label,
    "cell": Transcript._cell,
    "seg": Transcript._segment,
    "add": Transcript._add,
    "handShift": Transcript._shift_hand,
    "delSpan": Transcript._begin_span,
    "addSpan": Transcript._begin_span,
    "anchor": Transcript._end_span,
    "note": Transcript._note,
}
