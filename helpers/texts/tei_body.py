"""The words of a TEI text as a reader would type them, each with its voice.

What is kept: the writer's last wording as it stands on the paper. Of a ``choice`` the ``sic``,
``orig``, ``abbr`` or ``am``; of an ``app`` the ``lem``; ``add`` but not ``del`` (unless ``restore``
holds it); ``unclear`` as read; ``gap`` as ``[…]``; whole words ``supplied`` by the editor in square
brackets, letters supplied inside a word without them. Left out: descriptions of pictures and gaps,
and whatever stands beside the text (facsimile, sourceDoc, standOff).

White space is one space; paragraphs are separated by a blank line; the parts of an opener, a
closer, an address, the items of a list, verses and rows of a table stand on lines of their own,
cells after a tab. ``lb``, ``pb``, ``cb`` and ``gb`` are a space, in an address or signature a new
line; with ``break="no"``, or inside ``w``, they are nothing, and the hyphen before them goes (not
that of ``pc force="strong"``). After a plain hyphen that may be one or the other the line break is
kept. A ``p`` or ``ab`` with ``xml:space="preserve"`` is taken as it is.

A ``head`` is the editors', and so is a paragraph whose ``resp`` is the editor of the file. An enclosed
letter is of whoever signed it, if the signature points to a person; else its voice is not stated.

A ``div`` of another type than a letter's, whose ``hand`` or ``resp`` is a person other than the
writer, is that person's marking on the paper. A paragraph in such a hand stands apart, and stays the
writer's: many a letter was written down by somebody else.

A note inside a paragraph is lifted out behind an anchor, ``[1]``, with the printed ``n`` if it has
one. It is the editors', or of the voice of ``resp``; it is the writer's own if its ``type`` says so
or if it stands in the margin and names no editor, and a marking on the paper if it has another ``hand``.
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
    """Who speaks: an id, and the name in words."""

    id: str
    name: str


@dataclass(eq=False, frozen=True)
class LayerPart:
    """What becomes a layer."""

    id: str
    voice: Voice
    kind: str
    what: str
    medium: str
    to: str = ""
    label: str = ""
    fixed: bool = False


UNKNOWN = Voice("unknown", "Voice not stated")

# Signs for what is decided when the paragraph is whole. None of them may stand in XML, so none is in the words.
_JOIN, _BREAK, _LINE, _CELL, _KEEP = "\x03\x04\x06\x07\x05"
_SUPPLIED, _END = "\x01", "\x02"
_ANCHOR, _ANCHOR_END = "\x0e", "\x0f"
_SPACE = f"[ \t\r\n{_JOIN}{_BREAK}]"
# All that is not one plain space between two words.
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
_FLOWING = {"quote", "cit", "bibl"}  # lines of their own only where no paragraph holds them
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
    # A line end before a comma is the pretty-printer's.
    return hyphen + ("" if "\n" in gap and match.string[match.end() : match.end() + 1] in _CLOSING else " ")


def _bracket(match: re.Match[str]) -> str:
    inside = match[1].strip()
    around = match.string[match.start() - 1 : match.start()] + match.string[match.end() : match.end() + 1]
    whole = " " in inside or not any(map(str.isalnum, around))
    return match[1].replace(inside, f"[{inside}]") if inside and whole else match[1]


def compose(pieces: Iterable[str]) -> str:
    """Put the pieces of a paragraph together as a reader would type it.

    Examples
    --------
    >>> compose(["Re-", "\\x03", "\\n  turn", " all", "\\x06", " this."])
    'Return all\\nthis.'
    """
    text = _GAP.sub(_close_gap, "".join(pieces))
    text = re.sub(f"{_SUPPLIED}([^{_SUPPLIED}{_END}]*){_END}", _bracket, text)
    # An anchor stands at the word before it, unless that would glue it to the word after it.
    text = re.sub(rf" ({_ANCHOR}[^{_ANCHOR_END}]*{_ANCHOR_END})(?![^\W_])", r"\1", text)
    text = re.sub(f" ?{_CELL} ?", "\t", text)
    lines = (
        line.strip(" ") for line in text.translate({ord(s): None for s in _ANCHOR + _ANCHOR_END + _KEEP}).split(_LINE)
    )
    return "\n".join(filter(None, lines))


# What is inside an element that was entered, and what to do at its end.
_Entered = tuple[Iterable[Node | str], Callable[[], object]]


@dataclass
class _WritingPlace:
    """Where the reader is: whose words these are, and the paragraph so far."""

    part: LayerPart
    sink: list[str] | None = None
    pieces: list[str] = field(default_factory=list)
    literal: bool = False
    opening: str = ""
    supplied: int = 0
    word: int = 0


class Transcript:
    """Reads the words of one ``text`` element, without recursion.

    Parameters
    ----------
    letter : LayerPart
        Whose words the letter is, unless something in it says otherwise.
    editor : Voice
        Whose words headings and notes are.
    who : callable
        From a pointer (``resp``, ``hand``) to a voice.
    ids : mapping
        The elements by their ``xml:id``.
    where : str
        The name of the file, for messages.
    given : mapping
        The parts that are settled already, by their element.
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
        """Give the parts of the text in order, notes last, each with its paragraphs."""
        self._number_notes(text)
        self.many_sessions = sum(node.get("type") == "writingSession" for _, node in text.below()) > 1
        ways: list[tuple[Node, Iterator[Node | str], Callable[[], object], bool]]
        ways = [(text, iter(text.children), self.flush, False)]
        while ways:
            node, children, leave, lined = ways[-1]
            child = next(children, None)
            if child is None:
                ways.pop()
                for number in self.anchors.get(node.get("xml:id"), ()) if node.name not in _BOXES else ():
                    self._anchor(number)
                leave()
            elif isinstance(child, str):
                self.at.pieces.append(re.sub("[ \t\r\n]+", "", child) if self.at.word else child)
            else:
                entered = self.enter(child, node, lined)
                if entered is not None:
                    lined = child.name in _ADDRESSED or (lined and child.name not in _PROSE)
                    ways.append((child, iter(entered[0]), entered[1], lined))
        return [(part, words) for part, words in self.parts + self.asides if words]

    def flush(self) -> None:
        """End the paragraph."""
        at = self.at
        pieces = [*at.pieces, _END] if at.supplied else at.pieces
        words = "".join(pieces).translate(_AS_THEY_ARE) if at.literal else compose(pieces)
        if at.opening and words == at.opening:
            return  # the number of a note stands before its first paragraph
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
        """Give every note that has a place in the words its number, the printed one where it can be told."""
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
        """Open an element: its children, and what to do at its end; nothing to leave it out."""
        name, at = node.name, self.at
        if name in _SKIPPED or (name == "del" and not self.restored):
            return None
        if name.endswith("XInclude include"):
            raise UserError(
                f"{self.where}, line {node.line}: the text includes another file (xi:include), and none is "
                "followed. Put its words here."
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
            return self._choose(node), _nothing
        if name in ("ref", "ptr") and at.sink is None and node.get("target").removeprefix("#") in self.noted:
            number = self.noted[node.get("target").removeprefix("#")]
            printed = len(node.begins(5)) < 5  # the number of the note, not words of the letter
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
        """A paragraph of its own in a box, else a line of its own."""
        self.after_cell = False
        if parent.name in _BOXES:
            return self._box(node)
        if not (node.name == "item" and self.after_label):
            self.at.pieces.append(_LINE)
        self.after_label = False
        return node.children, lambda: self.at.pieces.append(_LINE)

    def _box(self, node: Node) -> _Entered:
        """What begins and ends a paragraph, and may begin a part."""
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
        """Whose words an element holds."""
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
            # An enclosure in an enclosure is not looked through again: a hundred in each other would take for ever.
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
            # Elsewhere resp names whoever encoded the words; a paragraph of the editor's is the editor's.
            if part.kind == "actor" and self.who(node.get("resp")) == self.editor:
                return self._editors("remark")
        return part

    def _other(self, node: Node) -> Voice | None:
        """The person, other than the writer, whose hand this is; not a hand that nobody is named for."""
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
        """Who signed an enclosure, where the signature points to a person."""
        for parent, name in node.below():
            if parent.name == "signed" and name.name in ("persName", "name", "rs", "orgName"):
                voice = self.who(name.get("key") or name.get("ref"))
                if voice:
                    return Voice(voice.id, name.words() or voice.name)
        return None

    def _aside(self, node: Node, parent: Node) -> _Entered:
        """A note, a stamp or page furniture: words that interrupt others, and so stand apart from them."""
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
        """What a glyph is written as, if the header says so."""
        declared = self.ids.get(node.get("ref").removeprefix("#"))
        mappings = declared.find("mapping") if declared is not None else []
        mappings.sort(key=lambda one: one.get("type") not in ("standard", "Unicode", "normalized"))
        return mappings[0].words() if mappings else "\ufffd"


def _is_postscript(node: Node) -> bool:
    return node.name == "note" and node.get("type").startswith("postscript")


def _nothing() -> None:
    pass
