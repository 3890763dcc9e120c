"""Read the words of a TEI text as plain text, divided into layers by voice.

Readings: the writer's last wording on the paper. A ``choice`` gives ``sic``, ``orig``, ``abbr`` or
``am``; an ``app`` gives ``lem``. ``add`` is included; ``del`` is omitted unless it is inside ``restore``.
``unclear`` is read like plain text; ``gap`` becomes ``[…]``. Words ``supplied`` by the editor get square
brackets; letters supplied inside a word do not. Descriptions of pictures and gaps, facsimile, sourceDoc
and standOff are omitted.

White space collapses to one space. Paragraphs are separated by a blank line. The parts of an opener, a
closer or an address, list items, verses and table rows get their own lines; cells are separated by
tabs. ``lb``, ``pb``, ``cb`` and ``gb`` become a space; in an address or signature ``lb`` becomes a new line.
With ``break="no"``, or inside ``w``, they vanish together with the hyphen before them (unless it is
``pc force="strong"``). After a plain hyphen that may belong to the word, the line break is kept. The white
space of ``p`` or ``ab`` with ``xml:space="preserve"`` is kept.

Voices: a ``head`` and a paragraph whose ``resp`` is the editor of the file belong to the editors. An
enclosed letter belongs to its signatory if the signature points to a person; else its voice is not stated.

If a ``div`` has a type other than a letter's and its ``hand`` or ``resp`` is a person other than the
writer, it is that person's marking on the paper. A paragraph in such a hand becomes a layer of its own but
keeps the writer's voice, because many letters were written down by somebody else.

A note inside a paragraph becomes a layer; its place gets an anchor ``[1]``, with the printed ``n`` if there
is one. A note belongs to the editors, or to the voice of ``resp``. It belongs to the writer if its ``type``
says so, or if it is in the margin and names no editor. With another ``hand`` it is a marking on the paper.
A note of type ``postscript`` is a postscript.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from ..core import UserError
from .safe_xml import Node


class Voice(NamedTuple):
    """A speaker: the id, and the name for display."""

    id: str
    name: str


@dataclass(eq=False, frozen=True)
class LayerPart:
    """A layer before its words are complete; ``what`` is its role in words, ``fixed`` keeps ``label`` unchanged."""

    id: str
    voice: Voice
    kind: str
    what: str
    medium: str
    to: str = ""
    label: str = ""
    fixed: bool = False


UNKNOWN = Voice("unknown", "Voice not stated")

# Markers that `compose` resolves once a paragraph is complete. XML 1.0 forbids these characters, so no word has them.
_JOIN, _BREAK, _LINE, _CELL, _KEEP = "\x03\x04\x06\x07\x05"
_SUPPLIED, _END = "\x01", "\x02"
_ANCHOR, _ANCHOR_END = "\x0e", "\x0f"
_SPACE = f"[ \t\r\n{_JOIN}{_BREAK}]"
# Any gap between two words other than a single plain space.
_GAP = re.compile(f"[-‐¬⸗\xad]{_SPACE}+|{_SPACE}{{2,}}|(?! ){_SPACE}")
_CLOSING = {",", ".", ")"}
_AS_THEY_ARE = {ord(_BREAK): "\n", ord(_LINE): "\n", ord(_CELL): "\t", ord(_SUPPLIED): "[", ord(_END): "]"} | {
    ord(sign): None for sign in (_JOIN, _KEEP, _ANCHOR, _ANCHOR_END)
}

_DIVS = {"div", *(f"div{n}" for n in range(1, 8))}
_BOXES = _DIVS | {
    "text", "front", "body", "back", "group", "floatingText", "postscript", "titlePage", "argument",
    "epigraph", "noteGrp",
}  # fmt: skip
_LINES = {
    "opener", "closer", "dateline", "salute", "signed", "byline", "address", "addrLine", "trailer", "head", "list",
    "item", "lg", "l", "table", "row", "figure", "sp", "speaker", "stage", "quote", "cit", "bibl", "listBibl",
    "titlePart", "docAuthor", "docDate", "docImprint",
}  # fmt: skip
_FLOWING = {"quote", "cit", "bibl"}  # on their own lines only outside a paragraph
_PROSE = {"p", "ab", "l", "item", "cell", "head", "note"}
_ADDRESSED = {"opener", "closer", "dateline", "salute", "signed", "byline", "address", "addrLine"}
_BREAKS = {"lb", "pb", "cb", "gb"}
_SKIPPED = {
    "teiHeader", "facsimile", "sourceDoc", "standOff", "figDesc", "desc", "index", "interp", "interpGrp", "spanGrp",
    "certainty", "precision", "respons", "link", "linkGrp", "fs", "graphic", "media", "witDetail",
}  # fmt: skip
_ON_PAPER = ("sic", "orig", "abbr", "am")
_ENCLOSED = {"letter", "enclosure", "enclosed", "attachment", "beilage"}
_EDITORIAL = {
    "abstract", "apparatus", "commentary", "editorial", "introduction", "notes", "regest", "regesten", "summary",
}  # fmt: skip
_AUTHORIAL = {"authorial", "author", "authornote"}


def _close_gap(match: re.Match[str]) -> str:
    gap = match[0]
    hyphen = gap[0] if gap[0] in "-‐¬⸗\xad" else ""
    if _JOIN in gap or (_BREAK in gap and hyphen and hyphen in "¬⸗\xad"):
        return ""
    if _BREAK in gap and hyphen and match.string[match.start() - 1 : match.start()].isalpha():
        return hyphen + "\n"
    # A line end before a comma comes from pretty-printing.
    return hyphen + ("" if "\n" in gap and match.string[match.end() : match.end() + 1] in _CLOSING else " ")


def _bracket(match: re.Match[str]) -> str:
    inside = match[1].strip()
    around = match.string[match.start() - 1 : match.start()] + match.string[match.end() : match.end() + 1]
    whole = " " in inside or not any(map(str.isalnum, around))
    return match[1].replace(inside, f"[{inside}]") if inside and whole else match[1]


def compose(pieces: Iterable[str]) -> str:
    """Join the pieces of a paragraph: resolve the markers and collapse the white space.

    Examples
    --------
    >>> compose(["Re-", "\\x03", "\\n  turn", " all", "\\x06", " this."])
    'Return all\\nthis.'
    """
    text = _GAP.sub(_close_gap, "".join(pieces))
    text = re.sub(f"{_SUPPLIED}([^{_SUPPLIED}{_END}]*){_END}", _bracket, text)
    # An anchor joins the word before it, unless it would then touch the word after it.
    text = re.sub(rf" ({_ANCHOR}[^{_ANCHOR_END}]*{_ANCHOR_END})(?![^\W_])", r"\1", text)
    text = re.sub(f" ?{_CELL} ?", "\t", text)
    lines = (
        line.strip(" ") for line in text.translate({ord(s): None for s in _ANCHOR + _ANCHOR_END + _KEEP}).split(_LINE)
    )
    return "\n".join(filter(None, lines))


# The children to read, and the function to call at the end of the element.
_Entered = tuple[Iterable[Node | str], Callable[[], object]]


@dataclass
class _WritingPlace:
    """The layer that is being filled, and the pieces of its unfinished paragraph."""

    part: LayerPart
    sink: list[str] | None = None
    pieces: list[str] = field(default_factory=list)
    literal: bool = False
    opening: str = ""
    supplied: int = 0
    word: int = 0


class Transcript:
    """Reader of the words of one ``text`` element, without recursion.

    ``letter`` is the default layer; ``editor`` is the voice of headings and notes. ``who`` resolves a pointer
    (``resp``, ``hand``) to a voice. ``ids`` are the elements by ``xml:id``; ``given`` are the layers of an exported
    file, by element.
    """

    def __init__(
        self,
        letter: LayerPart,
        editor: Voice,
        who: Callable[[str], Voice | None],
        ids: Mapping[str, Node],
        where: str,
        given: Mapping[Node, LayerPart],
    ) -> None:
        self.letter, self.editor, self.who = letter, editor, who
        self.ids, self.where, self.given = ids, where, given
        self.parts: list[tuple[LayerPart, list[str]]] = []
        self.asides: list[tuple[LayerPart, list[str]]] = []
        self.at = _WritingPlace(letter)
        self.restored = 0
        self.sessions = 0
        self.has_letter = False
        self.after_label = self.after_cell = False

    def read(self, text: Node) -> list[tuple[LayerPart, list[str]]]:
        """The layers with their paragraphs in the order of the text; anchored notes, stamps and ``fw`` come last."""
        self._number_notes(text)
        self.many_sessions = sum(node.get("type") == "writingSession" for _, node in text.below()) > 1
        stack: list[tuple[Node, Iterator[Node | str], Callable[[], object], bool]]
        stack = [(text, iter(text.children), self.flush, False)]
        while stack:
            node, children, leave, lined = stack[-1]
            child = next(children, None)
            if child is None:
                stack.pop()
                if node.name not in _BOXES:
                    for number in self.anchors.get(node.get("xml:id"), ()):
                        self._anchor(number)
                leave()
            elif isinstance(child, str):
                self.at.pieces.append(re.sub("[ \t\r\n]+", "", child) if self.at.word else child)
            else:
                entered = self.enter(child, node, lined)
                if entered is not None:
                    lined = child.name in _ADDRESSED or (lined and child.name not in _PROSE)
                    stack.append((child, iter(entered[0]), entered[1], lined))
        return [(part, words) for part, words in self.parts + self.asides if words]

    def flush(self) -> None:
        """End the paragraph."""
        at = self.at
        pieces = [*at.pieces, _END] if at.supplied else at.pieces
        words = "".join(pieces).translate(_AS_THEY_ARE) if at.literal else compose(pieces)
        if at.opening and words == at.opening:
            return  # only the number of a note: keep it for the first paragraph
        at.pieces[:] = [_SUPPLIED] if at.supplied else []
        if not words and not at.literal:
            return
        if at.sink is not None:
            at.sink.append(words)
        elif self.parts and self.parts[-1][0] is at.part:
            self.parts[-1][1].append(words)
        else:
            self.parts.append((at.part, [words]))

    def _number_notes(self, text: Node) -> None:
        """Number every note that has an anchor in the words, with its printed number if that is short and unique."""
        self.numbers: dict[Node, str] = {}
        self.anchors: dict[str, list[str]] = {}
        pointed = {node.get("target").removeprefix("#") for _, node in text.below() if node.name in ("ref", "ptr")}
        notes = [
            node
            for parent, node in text.below()
            if node.name == "note"
            and not _is_postscript(node)
            and (parent.name not in _BOXES or node.get("target") or node.get("xml:id") in pointed)
        ]
        printed = [note.get("n") for note in notes]
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
            for target in note.get("target").split():
                if target.startswith("#"):
                    self.anchors.setdefault(target[1:], []).append(n)
        self.noted = {note.get("xml:id"): n for note, n in self.numbers.items() if note.get("xml:id")}

    def enter(self, node: Node, parent: Node, lined: bool) -> _Entered | None:
        """Open an element; None if it has nothing more to read."""
        name, at = node.name, self.at
        if name in _SKIPPED or (name == "del" and not self.restored):
            return None
        if name.endswith("XInclude include"):
            raise UserError(
                f"{self.where}, line {node.line}: the text includes another file (xi:include), which is not read. "
                "Put its words here."
            )
        if name in _BREAKS:
            joined = node.get("break") == "no" or at.word
            at.pieces.append(_JOIN if joined else _LINE if lined and name == "lb" else _BREAK)
            return None
        if name in ("gap", "ellipsis"):
            at.pieces.append("[…]")
            return None
        if name == "space":
            at.pieces.append(" ")
            return None
        if name in ("choice", "app"):
            return self._choose(node), lambda: None
        if name in ("ref", "ptr") and at.sink is None and node.get("target").removeprefix("#") in self.noted:
            number = self.noted[node.get("target").removeprefix("#")]
            printed = len(node.begins(5)) < 5  # so short that it is the number of the note, not words of the letter
            return () if printed else node.children, lambda: self._anchor(number)
        if name == "g" and not node.begins():
            at.pieces.append(self._glyph(node))
            return None
        if name in _BOXES or name in ("p", "ab") or _is_postscript(node):
            return self._box(node)
        if name in ("note", "fw", "stamp"):
            return self._aside(node, parent) if node.begins() else None
        if name in _LINES and (parent.name in _BOXES or name not in _FLOWING):
            return self._lines(node, parent)
        return self._inline(node, parent)

    def _inline(self, node: Node, parent: Node) -> _Entered:
        name, at = node.name, self.at
        if name == "w":
            at.word += 1
        elif name == "supplied":
            if not at.supplied:
                at.pieces.append(_SUPPLIED)
            at.supplied += 1
        elif name == "restore":
            self.restored += 1
        elif name == "label":
            at.pieces.append(_LINE)
        elif name == "cell":
            at.pieces.append(_CELL if self.after_cell else "")
            self.after_cell = True

        def leave() -> None:
            if name == "w":
                at.word -= 1
            elif name == "supplied":
                at.supplied -= 1
                if not at.supplied:
                    at.pieces.append(_END)
            elif name == "restore":
                self.restored -= 1
            elif name == "label":
                at.pieces.append(" ")
                self.after_label = parent.name == "list"
            elif name == "pc" and node.get("force") == "strong":
                at.pieces.append(_KEEP)

        return node.children, leave

    def _lines(self, node: Node, parent: Node) -> _Entered:
        """Open an element that is a paragraph directly inside a block, and a line elsewhere."""
        self.after_cell = False
        if parent.name in _BOXES:
            return self._box(node)
        if not (node.name == "item" and self.after_label):
            self.at.pieces.append(_LINE)
        self.after_label = False
        return node.children, lambda: self.at.pieces.append(_LINE)

    def _box(self, node: Node) -> _Entered:
        """Open an element that begins and ends a paragraph, and may begin a layer."""
        self.flush()
        at, before = self.at, (self.at.part, self.at.literal)
        if at.sink is None:
            at.part = self._part(node)
        at.literal = node.name in ("p", "ab") and node.get("xml:space") == "preserve"

        def leave() -> None:
            self.flush()
            at.part, at.literal = before

        return node.children, leave

    def _part(self, node: Node) -> LayerPart:
        """The layer to which the words of an element belong."""
        name, kind, part = node.name, node.get("type"), self.at.part
        if part.fixed or node in self.given:
            return self.given.get(node, part)
        other = self._other(node)
        if other and name in _DIVS and kind and kind not in _ENCLOSED | _EDITORIAL | {"writingSession"}:
            return LayerPart(kind, other, "copyist", kind, f"{kind} in another hand")
        if other and name in ("p", "ab", "opener", "closer", "postscript") and part.kind == "actor":
            self.has_letter = True
            return replace(part, id="other-hand", what=f"in the hand of {other.name}", medium="in another hand")
        if name in _DIVS and kind == "letter" and not self.has_letter:
            self.has_letter = True
        elif name == "floatingText" or (name in _DIVS and kind in _ENCLOSED) or (name == "text" and self.has_letter):
            # No search for a signature in nested enclosures: with deep nesting the time would grow quadratically.
            voice = None if part.id == "enclosure" else self._signed(node)
            return LayerPart("enclosure", voice or UNKNOWN, "actor", "enclosure", "enclosed with the letter")
        elif name in _DIVS and kind == "writingSession":
            self.has_letter = True
            self.sessions += 1
            if self.many_sessions:
                return replace(part, id=f"session-{self.sessions}", what=f"session {self.sessions}")
        elif name == "postscript" or _is_postscript(node):
            return replace(part, id="postscript", what="postscript")
        elif name in ("front", "back", "argument") or (name in _DIVS and kind in _EDITORIAL):
            return self._editors(kind if name in _DIVS else name)
        elif name == "head" and part.kind == "actor":
            return self._editors("heading")
        elif name in ("p", "ab", "opener", "closer"):
            self.has_letter = self.has_letter or part.kind == "actor"
            # resp may name the encoder, so it counts only if it names the editor of the file.
            if part.kind == "actor" and self.who(node.get("resp")) == self.editor:
                return self._editors("remark")
        return part

    def _other(self, node: Node) -> Voice | None:
        """The person other than the writer and the editor in ``hand``, or in ``resp`` of a ``div``."""
        for pointer in filter(None, [node.get("hand"), node.get("resp") if node.name in _DIVS else ""]):
            voice = self.who(pointer)
            if voice is None or voice == self.editor or voice.name == self.letter.voice.name:
                continue
            person = getattr(self.ids.get(voice.id), "name", "") in ("person", "persName", "name", "respStmt")
            if person and voice.id not in self.letter.voice.id.split("+"):
                return voice
        return None

    def _editors(self, what: str) -> LayerPart:
        return LayerPart(what, self.editor, "editor", what, f"{what} in the edition", "readers of the edition")

    def _signed(self, node: Node) -> Voice | None:
        """The signatory of an enclosure, if the signature points to a person."""
        for parent, name in node.below():
            if parent.name == "signed" and name.name in ("persName", "name", "rs", "orgName"):
                voice = self.who(name.get("key") or name.get("ref"))
                if voice:
                    return Voice(voice.id, name.words() or voice.name)
        return None

    def _aside(self, node: Node, parent: Node) -> _Entered:
        """Open a note, a stamp or page furniture, which interrupts the words and so becomes another layer."""
        number = self.numbers.get(node)
        if node.name == "fw":
            part = LayerPart("page-furniture", self.editor, "dropped", "page furniture", "running heads and the like")
        elif node.name == "stamp":
            part = LayerPart("stamp", UNKNOWN, "copyist", "stamp", "stamp on the paper")
        else:
            part = self._note(node, number)
        sink: list[str] = []
        place = _WritingPlace(part, sink)
        if number is not None:
            place.opening = f"[{number}]"
            place.pieces.append(f"[{number}] ")
        if node.name == "note" and number is None:
            self.flush()
            place.sink = None
        else:
            self.asides.append((part, sink))
            if number is not None and parent.name not in _BOXES:
                self._anchor(number)
        before, self.at = self.at, place

        def leave() -> None:
            self.flush()
            self.at = before

        return node.children, leave

    def _note(self, node: Node, number: str | None) -> LayerPart:
        own = f"note-{number}" if number and re.fullmatch("[a-z0-9]+", number) else "note"
        what = f"note [{number}]" if number else "note"
        resp, hand = self.who(node.get("resp")), self.who(node.get("hand"))
        writers = self.letter.voice.id.split("+")
        own_voice = next((voice for voice in (resp, hand) if voice and voice.id in writers), None)
        margin = "margin" in node.get("place").casefold() and node.get("type").casefold() not in _EDITORIAL
        if node.get("type").casefold() in _AUTHORIAL or own_voice or (margin and not resp and not hand):
            voice = self.letter.voice if own_voice is None or len(writers) == 1 else own_voice
            return replace(self.letter, id=own, what=what, voice=voice, medium="note of the writer’s own")
        if hand and not resp:
            return LayerPart(own, hand, "copyist", what, "note in another hand")
        return LayerPart(own, resp or self.editor, "editor", what, "note in the edition", "readers of the edition")

    def _anchor(self, number: str) -> None:
        self.at.pieces.append(f"{_ANCHOR}[{number}]{_ANCHOR_END}")

    def _choose(self, node: Node) -> list[Node]:
        names = ("lem", "rdg", "rdgGrp") if node.name == "app" else _ON_PAPER
        found = next((found for name in names if (found := node.find(name))), node.find("*"))
        return found[:1]

    def _glyph(self, node: Node) -> str:
        """The characters for a glyph, from its declaration in the header; U+FFFD if there is none."""
        declared = self.ids.get(node.get("ref").removeprefix("#"))
        mappings = declared.find("mapping") if declared is not None else []
        mappings.sort(key=lambda mapping: mapping.get("type") not in ("standard", "Unicode", "normalized"))
        return mappings[0].words() if mappings else "\ufffd"


def _is_postscript(node: Node) -> bool:
    return node.name == "note" and node.get("type").startswith("postscript")
