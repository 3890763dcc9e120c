"""Which divisions of a TEI text are the writer's words.

Only what is shown to be the writer's is the writer's. A division is shown to be the writer's by its type (`WRITERS`).
Beside such a division, one of another or of no type is the edition's, unless it has no type and its own salutation or
signature. Where no division has such a type, divisions
without a type are the letter; if all have types, those with a salutation or signature are; else the first is, and
the text says on its card that the edition does not say it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from xml.etree.ElementTree import Element

from .safe_xml import attribute

DIVISIONS = frozenset({"div", *(f"div{n}" for n in range(1, 8))})
SESSION = "writingSession"
ENCLOSED = frozenset({"letter", "enclosure", "enclosed", "attachment", "beilage", "anlage", "einschluss"})
# Types of a division that holds the letter itself, as editions in several languages write them.
_LETTERS = frozenset({
    "letter", "brief", "lettre", "carta", "lettera", "epistle", "epistola", "telegram", "telegramm", "telegramme",
    "postcard", "postkarte", "karte", "card", "message", "draft", "entwurf", "konzept", "copy", "abschrift", "original",
    "edition", "transcript", "transcription", "transkription", "transkript", "diplomatic", "brieftext", "lettertext",
    "text", "textpart", "body", "main", "maintext", "haupttext", "письмо", "writingsession", "session",
})  # fmt: skip
# Types of a part of the letter, which may stand apart from the rest of it, in ``front`` or ``back`` too.
_PARTS = frozenset({
    "opener", "closer", "salutation", "salute", "anrede", "gruss", "greeting", "greetings", "valediction", "signature",
    "signed", "unterschrift", "subscription", "superscription", "dateline", "address", "adresse", "addressee",
    "envelope", "umschlag", "couvert", "postscript", "postscriptum", "ps", "nachschrift",
})  # fmt: skip
WRITERS = _LETTERS | _PARTS
# Types that name only a piece of the page or of the text.
_STRUCTURAL = frozenset({
    "section", "part", "page", "seite", "recto", "verso", "chapter", "paragraph", "absatz", "abschnitt", "column",
    "leaf", "folio", "sheet", "blatt",
})  # fmt: skip
_TRANSLATIONS = re.compile(r"transl|übersetz|uebersetz|traduc|traduz|vertaling|перевод")
_EDITORIAL = re.compile(
    r"comment|komment|apparat|^app$|crit|annot|anmerk|erläut|erlaeut|^notes?$|footnote|endnote|fußnote|fussnote|"
    r"variant|regest|summar|zusammenf|abstract|introd|einleit|einführ|^intro$|headnote|kopfnote|editor|herausg|"
    r"metadat|bibliogr|literatur|register|^index|überlief|ueberlief|provenan|preface|vorwort|foreword|nachwort"
)
_WORD = re.compile(r"[^\W_]+")
_LOOSE = frozenset({"p", "ab", "lg", "l", "opener", "closer", "salute", "signed", "dateline"})
_SIGNS = ("opener", "closer", "salute", "signed", "dateline", "postscript")


@lru_cache(maxsize=4096)
def _says(kind: str) -> str:
    """What the type and subtype of a division say of it in one word; “” if they say nothing."""
    tokens = _WORD.findall(kind.casefold())
    if any(_EDITORIAL.search(token) for token in tokens):
        return "editorial"
    if any(_TRANSLATIONS.search(token) for token in tokens):
        return "translation"
    for said, types in (("letter", _LETTERS), ("part", _PARTS), ("enclosed", ENCLOSED), ("", _STRUCTURAL)):
        if not types.isdisjoint(tokens):
            return said
    return "other" if tokens else ""


def _kind(node: Element) -> str:
    return _says(f"{node.get('type', '')} {node.get('subtype', '')}")


def is_editorial(node: Element) -> bool:
    """Whether the type of an element says that it is the edition’s."""
    return _kind(node) == "editorial"


def shown_to_be_the_writers(node: Element) -> bool:
    """Whether an element is part of the letter by its name or its type."""
    return node.tag in _SIGNS or (node.tag in DIVISIONS and _kind(node) in ("letter", "part"))


def _has_form(node: Element) -> bool:
    """Whether a division without a type opens or closes like a letter."""
    return not _kind(node) and any(child.tag in _SIGNS for child in node)


def _candidates(untold: list[Element]) -> tuple[list[Element], str]:
    """The divisions that are the letter although no type says so, and a doubt if that is a guess."""
    plain = [node for node in untold if not _kind(node)]
    signed = [node for node in untold if any(next(node.iter(sign), None) is not None for sign in _SIGNS)]
    if plain or signed or len({attribute(node, "type") for node in untold}) < 2:
        return plain or signed or untold, ""
    names = ", ".join(f"“{attribute(node, 'type')}”" for node in untold)
    return untold[:1], (
        f"The edition does not say which of its divisions ({names}) is the letter. "
        "Only the first is read as the writer’s."
    )


def not_the_writers(parent: Element, *, inside_letter: bool) -> tuple[dict[Element, str], str]:
    """The children of an element that are not the writer’s, each with what it is, and a doubt or “”.

    ``inside_letter`` says that the element itself belongs to the letter; then its loose paragraphs do too.
    """
    divisions = DIVISIONS if parent.tag != "group" else {"text"}
    parts = [(node, _kind(node)) for node in parent if node.tag in divisions]
    if not parts:
        return {}, ""
    has_letter = any(kind == "letter" for _, kind in parts)
    loose = any(node.tag in _LOOSE for node in parent)
    untold = [node for node, kind in parts if kind in ("other", "")]
    mine, doubt = [node for node in untold if _has_form(node)], ""
    if loose and not has_letter:
        mine = [node for node in untold if not _kind(node)]
    elif not has_letter and parent.tag not in ("front", "back"):
        mine, doubt = _candidates(untold)
    foreign = {
        node: _name(node, kind)
        for node, kind in parts
        if kind == "editorial"
        or (kind == "translation" and (has_letter or loose or mine))
        or (kind in ("other", "") and node not in mine)
    }
    if has_letter and parent.tag in ("body", "text") and not inside_letter:
        foreign |= {node: "remark" for node in parent if node.tag in ("p", "ab")}
    return foreign, "" if inside_letter else doubt


def _name(node: Element, kind: str) -> str:
    return kind if kind == "translation" else attribute(node, "type") or "remark"
