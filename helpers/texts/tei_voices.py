"""Whose the words of a TEI text are: the layer for a hand, a signature, a note or a division of the edition."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element

from .safe_xml import attribute, find, words
from .tei_divisions import DIVISIONS, is_editorial
from .tei_header import UNKNOWN, Header, Voice, joint, reversed_name


@dataclass(eq=False, frozen=True)
class LayerPart:
    """A layer before its words are complete; ``what`` is its role in words.

    ``fixed`` keeps ``label`` unchanged; ``named`` says that the edition names the writer of this part.
    """

    id: str
    voice: Voice
    kind: str
    what: str
    medium: str
    to: str = ""
    label: str = ""
    fixed: bool = False
    named: bool = False


_AUTHORIAL = {"authorial", "author", "authornote"}
# Names that editions give to the hand of the writer.
_OWN_HANDS = {"author", "writer", "sender", "self", "autor", "auteur", "verfasser", "absender", "schreiber"}


class Voices:
    """The people of one text, and the layers of their words. ``letter`` is the layer of the letter."""

    def __init__(self, letter: LayerPart, header: Header, text: Element) -> None:
        self.letter, self.header = letter, header
        self.writers = {voice.id: voice for voice in header.authorship}
        self.editor, self.who = header.editor, header.who
        self.handed: dict[tuple[LayerPart, Voice], LayerPart] = {}
        self.signed: dict[Element, set[str]] = defaultdict(set)
        self._find_signatures(text)

    def in_hand(self, part: LayerPart, hand: Voice) -> LayerPart:
        """The layer for words in another hand: it names the hand, and keeps the voice unless it is a sender’s."""
        if (part, hand) not in self.handed:
            sender = self.writers.get(hand.id)
            named = f"in the hand of {hand.name}" if hand.id in self.header.people else f"in another hand ({hand.name})"
            what = named if part.what == "letter" else f"{part.what}, {named}"
            self.handed[part, hand] = (
                replace(part, voice=sender)
                if sender and not part.named
                else replace(part, id="other-hand", what=what, medium="in another hand")
            )
        return self.handed[part, hand]

    def hand(self, pointer: str) -> Voice | None:
        """The person or hand that a pointer names; None if it is the writer’s own, or nothing."""
        voice = self.who(pointer)
        if voice is None or {voice.id, pointer.removeprefix("#").casefold()} & _OWN_HANDS:
            return None
        note = self.header.ids.get(pointer.split()[0].removeprefix("#"))
        if note is not None and note.tag == "handNote" and not (note.get("scribeRef") or note.get("scribe")):
            own = words(note).casefold()
            names = [name for one in self.writers.values() for name in (one.name, reversed_name(one.name))]
            if note.get("scope") in ("sole", "major") or any(name.casefold() in own for name in names):
                return None
        alone = next(iter(self.writers.values())) if len(self.writers) == 1 else None
        return None if alone and (voice.id == alone.id or voice.name == alone.name) else voice

    def responsible(self, node: Element) -> Voice | None:
        """The voice that ``resp`` gives to a division: a sender, an editor or a person of the header."""
        found = [self.who(pointer) for pointer in attribute(node, "resp").split()]
        voices = [one for one in found if one and (self.is_staff(one) or one.id in self.header.people)]
        if len(voices) < 2 or any(map(self.is_staff, voices)):
            return voices[0] if voices else None
        return Voice("+".join(one.id for one in voices), joint([one.name for one in voices]))

    def is_staff(self, voice: Voice) -> bool:
        """Whether a voice is one of those who made the edition."""
        return voice == self.editor or voice.id in self.header.staff

    def added_by(self, node: Element) -> Voice | None:
        """The person other than a sender in whose hand an element is."""
        voice = self.hand(attribute(node, "hand")) if node.get("hand") else None
        return None if voice and voice.id in self.writers else voice

    def by(self, part: LayerPart, voice: Voice) -> LayerPart:
        """The layer of a part of the letter for which the edition names the writer."""
        if voice.id == part.voice.id and part.named:
            return part
        return replace(part, voice=self.writers.get(voice.id, voice), named=True)

    def foreign(self, node: Element, what: str, voice: Voice | None) -> LayerPart:
        """The layer of a division that is not the writer’s: a translation, a marking on the paper, the edition’s."""
        if what == "translation":
            translator = voice or self.header.translator
            return LayerPart(what, translator, "editor", what, f"{what} in the edition", "readers of the edition")
        if voice is None and node.get("hand"):
            voice = self.hand(attribute(node, "hand"))
        if voice and not self.is_staff(voice) and not is_editorial(node):
            if voice.id in self.writers:
                return self.by(self.letter, voice)
            return LayerPart(what, voice, "copyist", what, f"{what} in another hand")
        return self.editors(what)

    def signed_by(self, node: Element, part: LayerPart) -> LayerPart:
        """The layer of a part that one of several senders signed, and no other of them."""
        signed = self.signed.get(node, set())
        senders = [self.writers[id] for id in signed if id in self.writers]
        return self.by(part, senders[0]) if len(senders) == 1 else part

    def _find_signatures(self, text: Element) -> None:
        """Find who signed each division and postscript, if there are several senders."""
        if len(self.writers) < 2:
            return
        stack: list[tuple[Element, Iterator[Element]]] = [(text, iter(text))]
        around: list[Element] = []
        while stack:
            node, children = stack[-1]
            child = next(children, None)
            if child is None:
                stack.pop()
                if around and around[-1] is node:
                    around.pop()
                continue
            if child.tag in DIVISIONS or child.tag == "postscript" or is_postscript(child):
                around.append(child)
            if child.tag == "signed":
                ids = {voice.id for voice in self.signatories(child)}
                for one in around:
                    self.signed[one] |= ids
            stack.append((child, iter(child)))

    def editors(self, what: str) -> LayerPart:
        """A layer of the editors."""
        return LayerPart(what, self.editor, "editor", what, f"{what} in the edition", "readers of the edition")

    def signatories(self, node: Element) -> Iterator[Voice]:
        """The people to whom the signatures in an element point."""
        for signed in node.iter("signed"):
            for name in find(signed, "persName|name|rs|orgName"):
                voice = self.who(attribute(name, "key") or attribute(name, "ref"))
                if voice:
                    yield Voice(voice.id, words(name) or voice.name)

    def note_part(self, node: Element, number: str | None) -> LayerPart:
        """The layer of a note: the writer’s own, a marking on the paper, or a note in the edition."""
        own = f"note-{number}" if number and re.fullmatch("[a-z0-9]+", number) else "note"
        what = f"note [{number}]" if number else "note"
        resp, hand = self.who(attribute(node, "resp")), self.who(attribute(node, "hand"))
        own_voice = next((voice for voice in (resp, hand) if voice and voice.id in self.writers), None)
        kind = attribute(node, "type").casefold()
        margin = "margin" in attribute(node, "place").casefold() and not is_editorial(node)
        if kind in _AUTHORIAL or own_voice or (margin and not resp and not hand):
            voice = self.letter.voice if own_voice is None or len(self.writers) == 1 else own_voice
            return replace(self.letter, id=own, what=what, voice=voice, medium="note of the writer’s own")
        received = resp is not None and any(resp.id == one.voice.id for one in self.header.receivers)
        if received or (hand and not resp):
            return LayerPart(own, (resp if received else hand) or UNKNOWN, "copyist", what, "note in another hand")
        return LayerPart(own, resp or self.editor, "editor", what, "note in the edition", "readers of the edition")


def is_postscript(node: Element) -> bool:
    """Whether a note is a postscript."""
    return node.tag == "note" and attribute(node, "type").startswith("postscript")
