"""Import letters from TEI P5, and export texts as TEI P5 without loss.

``tei_body`` reads the words, ``tei_header`` the metadata.

An exported file names our ``application``. Each layer is a ``div`` of type ``layer``: its ``xml:id`` is
``layer-`` and the id, its ``subtype`` the kind. ``resp`` points to a ``person``, whose ``n`` is the voice;
``hand`` points to a ``handNote``, which is the medium. The label and the addressee are notes of type
``label`` and ``to`` with the layer as ``target``. Metadata for which TEI has no element are notes of type
``about`` with the key in ``n``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import TypeGuard
from xml.etree.ElementTree import Element

from ..core import UserError, did_you_mean, listed
from .model import GROUPS, KINDS, Layer, Text
from .safe_xml import XML_ID, Tree, attribute, find, literal, parse, words
from .tei_body import Transcript
from .tei_header import APPLICATION, DATE, INTERVAL, UNKNOWN, About, Header, Voice, joint, uncertain
from .tei_voices import LayerPart


def _letter_root(tree: Tree) -> None:
    """Raise ``UserError`` if the root is not the TEI element of one file."""
    root = tree.root
    name = root.tag.rpartition("}")[2]
    if name == "teiCorpus":
        raise UserError(f"{tree.place(root)}: a teiCorpus has many letters. Save each TEI element as a file.")
    if root.tag == "TEI.2":
        raise UserError(f"{tree.place(root)}: this is TEI P4. Convert it to TEI P5.")
    if root.tag != "TEI":
        raise UserError(
            f"{tree.place(root)}: the root element is “{name}”, not “TEI”. Only TEI P5 "
            'is read (xmlns="http://www.tei-c.org/ns/1.0"); save plain words as .txt.'
        )


def parse_tei(source: str, id: str = "text", *, where: str = "the text") -> Text:
    """Make a text from a letter in TEI P5: layers for the letter, its postscripts, enclosures, headings and notes.

    A file that describes several letters and has no words, such as a CMIF file, becomes a text with one layer of
    kind ``metadata``: a line for each letter. Raises ``UserError``, with ``where`` and the line, if the source is
    not safe, well-formed TEI P5 with words.

    Examples
    --------
    >>> text = parse_tei(
    ...     "<TEI xmlns='http://www.tei-c.org/ns/1.0'><teiHeader/><text><body>"
    ...     "<p>Re<lb break='no'/>turn<note>Not found.</note> <hi>all</hi>.</p></body></text></TEI>"
    ... )
    >>> [(layer.id, layer.kind, layer.text) for layer in text]
    [('letter', 'actor', 'Return[1] all.'), ('note-1', 'editor', '[1] Not found.')]
    """
    tree = parse(source, where)
    _letter_root(tree)
    header = Header(tree)
    body = next(iter(find(tree.root, "text")), None)
    given = _given(tree, body, header) if header.own and body is not None else {}
    writers = header.writers
    sender = Voice("+".join(one.id for one in writers), joint([one.name for one in writers])) if writers else UNKNOWN
    to = ", ".join(one.name for one in header.receivers)
    letter = LayerPart("letter", sender, "actor", "letter", "letter in an edition", to)
    listed = any(one.get("source") or one.get("ref") for one in header.descriptions)
    if listed:  # a list of letters (CMIF): its words are about them
        letter = LayerPart(
            "remark", header.editor, "editor", "remark", "remark in the edition", "readers of the edition"
        )
    about, letters = header.about(), header.described()
    found: list[tuple[LayerPart, list[str]]] = []
    if body is not None:
        transcript = Transcript(letter, header, tree, given)
        found = transcript.read(body)
        if not header.own:
            _add_doubts(about, transcript, [part for part, _ in found], header)
    if listed or (letters and not found):
        letters = letters or [about]
        register = LayerPart("letters", header.editor, "metadata", "list of letters", "list of letters in a file")
        found = [(register, [_line_of(one) for one in letters]), *found]
    if not found:
        place = tree.place(tree.root if body is None else body)
        raise UserError(
            f"{place}: there is no “text” in this TEI file. Put the words of the letter there."
            if body is None
            else f"{place}: the “text” has no words. Put the words of the letter there."
        )
    parts = _layers(found, id)
    extent = find(header.head, "fileDesc", "extent", "measure") if header.own else []
    counted = next((node.get("quantity", "") for node in extent if node.get("quantity", "").isdecimal()), None)
    return Text(id, about, parts, int(counted or sum(part.words for part in parts)), tuple(letters))


def _layers(found: Iterable[tuple[LayerPart, list[str]]], document: str) -> tuple[Layer, ...]:
    """The layers of a text; an id that is taken gets a number."""
    parts: list[Layer] = []
    start = 0
    taken: dict[str, int] = {}
    for part, paragraphs in found:
        content = "\n\n".join(paragraphs)
        first = own = part.id if part.fixed else _layer_id(part.id)
        while own in taken:
            taken[first] += 1
            own = f"{first}-{taken[first]}"
        taken[own] = 1
        end = start + len(content)
        label = part.label if part.fixed else f"{part.voice.name.replace(':', ' –')}: {part.what}"
        parts.append(Layer(own, part.voice.id, part.kind, part.medium, content, start, end, part.to, label, document))
        start = end + 2
    return tuple(parts)


@lru_cache(maxsize=1024)
def _layer_id(name: str) -> str:
    """An id for a layer from the type of a division: small letters, digits and hyphens, and no name of a group."""
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    own = re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "part"
    return f"{own}-part" if own in GROUPS else own


def _add_doubts(about: About, transcript: Transcript, parts: Iterable[LayerPart], header: Header) -> None:
    """Say on the card what the edition leaves open, and what of it is not among the layers of the letter."""
    doubts = [*header.doubts, *transcript.doubts]
    writers = header.writers
    if len(writers) > 1 and any(part.kind == "actor" and "+" in part.voice.id for part in parts):
        names = joint([one.name for one in writers])
        doubts.append(
            f"The letter has {len(writers)} senders ({names}). The edition does not say who wrote which words."
        )
    voices = {one for part in parts if part.kind == "actor" for one in part.voice.id.split("+")}
    silent = [one.name for one in writers if one.id not in voices] if len(writers) > 1 else []
    if silent:
        doubts.append(f"The edition names {joint(silent)} among the senders, but no words as theirs.")
    if doubts:
        about["not_verified"] = doubts
    left_out = []
    if transcript.registers:
        kinds = listed(f"{name} ({count:,} entries)" for name, count in sorted(transcript.registers.items()))
        left_out.append(f'Registers of the edition, only in layers="all": {kinds}.')
    if transcript.empty_notes:
        left_out.append(f"Notes without words: {transcript.empty_notes:,}.")
    if left_out:
        about["left_out"] = left_out


def _line_of(letter: Mapping[str, object]) -> str:
    """One letter of a list of letters, in words."""
    who = [
        f"{word} {joint(names)}"
        for word, key in (("from", "sender"), ("to", "recipients"))
        if (names := _listed(letter, key))
    ]
    facts = [" ".join(who) or "no sender or recipient named"]
    facts += [
        str(letter[key])
        for key in ("place", "date_display" if letter.get("date_display") else "date")
        if letter.get(key)
    ]
    return ", ".join(facts)


def _listed(letter: Mapping[str, object], key: str) -> list[str]:
    value = letter.get(key) or []
    return [str(one) for one in (value if isinstance(value, list) else [value])]


def _given(tree: Tree, text: Element, header: Header) -> dict[Element, LayerPart]:
    """The layers of a file that `to_tei` wrote, by their ``div``."""
    facts: dict[tuple[str, str], str] = {
        (attribute(note, "type"), attribute(note, "target").removeprefix("#")): literal(note)
        for note in find(header.head, "fileDesc", "notesStmt", "note")
    }
    given: dict[Element, LayerPart] = {}
    for div in text.iter("div"):
        if attribute(div, "type") != "layer":
            continue
        own = attribute(div, XML_ID)
        name, kind = own.removeprefix("layer-"), attribute(div, "subtype")
        if not re.fullmatch(r"[a-z0-9][a-z0-9_-]*", name) or name in GROUPS:
            raise UserError(
                f"{tree.place(div)}: “{own}” cannot be the id of a layer. "
                "Write “layer-”, then small letters a–z, digits and hyphens."
            )
        if kind not in KINDS:
            raise UserError(f"{tree.place(div)}: the layer “{name}” has the kind “{kind}”. {did_you_mean(kind, KINDS)}")
        person = header.ids.get(attribute(div, "resp").removeprefix("#"))
        if person is None or "n" not in person.attrib:
            raise UserError(
                f"{tree.place(div)}: the layer “{name}” has no voice. Make its resp point to a person element, "
                "and write the id of the voice into the n of that element."
            )
        hand = header.ids.get(attribute(div, "hand").removeprefix("#"))
        voice, medium = Voice(person.attrib["n"], words(person)), literal(hand) if hand is not None else ""
        to, label = facts.get(("to", own), ""), facts.get(("label", own), voice.name)
        given[div] = LayerPart(name, voice, kind, "", medium, to, label, fixed=True)
    return given


_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Not with xml.sax.saxutils.escape: Python 3.11 imports its network modules with it, when a lesson starts.
_IN_WORDS = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_IN_VALUES = _IN_WORDS | str.maketrans({"\n": "&#10;", "\t": "&#9;", '"': "&quot;"})


def _safe(value: str, place: str, references: Mapping[int, str]) -> str:
    found = _ILLEGAL.search(value)
    if found:
        raise UserError(
            f"{place} has the character U+{ord(found[0]):04X} (as its character {found.start() + 1}), which XML "
            "does not allow. Delete it."
        )
    return value.translate(references)


def _tag(name: str, words: str = "", place: str = "", **attributes: str) -> str:
    """An element with its attributes and words, escaped; ``place`` is for messages."""
    given = "".join(
        f' {key.replace("_", ":")}="{_safe(value, place or key, _IN_VALUES)}"'
        for key, value in attributes.items()
        if value
    )
    return f"<{name}{given}>{_safe(words, place or name, _IN_WORDS)}</{name}>" if words else f"<{name}{given}/>"


def _plain(value: object) -> TypeGuard[str]:
    """Whether a header element gives the value back unchanged: a string with no white space to collapse."""
    return isinstance(value, str) and bool(value) and value == " ".join(value.split())


def _dated(about: Mapping[str, object]) -> dict[str, str]:
    date = str(about.get("date", ""))
    interval = INTERVAL.fullmatch(date)
    if not interval:
        return {"when": date}
    doubts = about.get("not_verified")
    names = ("notBefore", "notAfter") if isinstance(doubts, list) and uncertain(date) in doubts else ("from", "to")
    return {name: end for name, end in zip(names, interval.groups(), strict=True) if end != ".."}


def to_tei(text: Text) -> str:
    """A text as TEI P5 that loads back to the same layers and metadata.

    Raises ``UserError`` if the text has a character that XML does not allow.

    Examples
    --------
    >>> from helpers.texts import parse_text
    >>> text = parse_text("---\\ntitle: A note\\nsender: Anna\\n---\\nReturn <all> this.")
    >>> again = parse_tei(to_tei(text))
    >>> again.content, dict(again.about) == dict(text.about), again.parts == text.parts
    ('Return <all> this.', True, True)
    """
    about = text.about
    placed: set[str] = set()

    def place(key: str, tag: str, attributes: Mapping[str, str] = {}, *, many: bool = False) -> list[str]:
        """The TEI elements for an entry; none if they would change its value: then it becomes a note."""
        value = about.get(key)
        values = value if many and isinstance(value, list) and len(value) > 1 else [value]
        plain = [value for value in values if _plain(value)]
        if len(plain) < len(values):
            return []
        placed.add(key)
        return [_tag(tag, value, f"“{key}”", **attributes) for value in plain]

    title = place("title", "title") or ["<title/>"]
    editors = [*place("editor", "editor", many=True), *place("translator", "editor", {"role": "translator"}, many=True)]
    rights = place("rights", "p")
    source = place("source", "bibl") or ["<p>Source not stated.</p>"]
    language = place("language", "language", {"ident": "und"}, many=True)
    summary = place("summary", "p")
    date = str(about.get("date", ""))
    dated: dict[str, str] = {}
    if isinstance(about.get("date"), str) and (DATE.fullmatch(date) or (INTERVAL.fullmatch(date) and date != "../..")):
        dated = _dated(about)
        placed.add("date")
    dates = place("date_display", "date", dated) or ([_tag("date", **dated)] if dated else [])
    sent = [*place("sender", "name", many=True), *place("place", "placeName"), *dates]
    received = place("recipients", "name", many=True)

    notes = []
    for key, value in about.items():
        if key in placed:
            continue
        if isinstance(value, list):
            items = "".join(_tag("item", str(item), f"“{key}”") for item in value)
            name = _safe(key, "a key", _IN_VALUES)
            notes.append(f'<note type="about" n="{name}"><list>{items}</list></note>')
        else:
            notes.append(_tag("note", str(value), f"“{key}”", type="about", n=key))
    voices: dict[str, tuple[int, Layer]] = {}
    hands: dict[str, str] = {}
    divs = []
    for layer in text:
        where, own = f"the layer “{layer.id}”", f"layer-{layer.id}"
        number, _ = voices.setdefault(layer.voice, (len(voices) + 1, layer))
        hand = hands.setdefault(layer.medium, f"hand-{len(hands) + 1}") if layer.medium else ""
        hand_attribute = f' hand="#{hand}"' if hand else ""
        notes.append(_tag("note", layer.label, where, type="label", target=f"#{own}"))
        if layer.to:
            notes.append(_tag("note", layer.to, where, type="to", target=f"#{own}"))
        paragraphs = "".join(_tag("p", words, where, xml_space="preserve") + "\n" for words in layer.text.split("\n\n"))
        attributes = f'type="layer" subtype="{layer.kind}" xml:id="{own}" resp="#voice-{number}"{hand_attribute}'
        divs.append(f"<div {attributes}>\n{paragraphs}</div>")
    persons = [
        f'<person xml:id="voice-{number}" n="{_safe(voice, "a voice", _IN_VALUES)}">'
        f"{_tag('persName', layer.speaker, 'a label')}</person>"
        for voice, (number, layer) in voices.items()
    ]
    notes_of_hands = [_tag("handNote", medium, "a medium", xml_id=hand) for medium, hand in hands.items()]
    return "\n".join(
        (
            '<?xml version="1.0" encoding="UTF-8"?>',
            '<TEI xmlns="http://www.tei-c.org/ns/1.0">',
            "<teiHeader>",
            "<fileDesc>",
            *_wrap("titleStmt", title + editors),
            f'<extent><measure unit="words" quantity="{text.words}">{text.words} words</measure></extent>',
            "<publicationStmt>",
            "<authority>Exported by the reading tools of a course; not a publication.</authority>",
            _tag("idno", text.id, "the id"),
            *_wrap("availability", rights),
            "</publicationStmt>",
            *_wrap("notesStmt", notes),
            *_wrap("sourceDesc", source),
            "</fileDesc>",
            f'<encodingDesc><appInfo><application ident="{APPLICATION}" version="1"><label>Layers and voices</label>',
            "<p>Each div of type “layer” holds one voice: its kind is the subtype, its voice the n of the person that",
            "resp points to, its medium the handNote that hand points to. Paragraphs keep their white space.</p>",
            "</application></appInfo></encodingDesc>",
            "<profileDesc>",
            *_wrap("abstract", summary),
            *_wrap("langUsage", language),
            *_wrap("handNotes", notes_of_hands),
            *_wrap("particDesc", list(_wrap("listPerson", persons))),
            *_wrap(
                "correspDesc",
                [*_wrap('correspAction type="sent"', sent), *_wrap('correspAction type="received"', received)],
            ),
            "</profileDesc>",
            "</teiHeader>",
            *_wrap("text", _wrap("body", divs)),
            "</TEI>",
            "",
        )
    )


def _wrap(name: str, content: Iterable[str]) -> Iterator[str]:
    """Lines of an element around ``content``; no lines if there is no content."""
    content = list(content)
    if content:
        yield f"<{name}>"
        yield from content
        yield f"</{name.split()[0]}>"
