"""Which divisions of a TEI text are the writer's words.

Only what is shown to be the writer's is the writer's. A division is shown to be the writer's by its type (`WRITERS`).
Beside such a division, one of another or of no type is the edition's, unless it has no type and its own salutation or
signature. Where no division has such a type, divisions without a type are the letter; if all have types, those with a
salutation or signature are; else the first is, and the text says on its card that the edition does not say it. Inside
the letter only divisions whose type says that they are the edition's are not the writer's.
"""

from __future__ import annotations

import re
from functools import lru_cache
from xml.etree.ElementTree import Element

from ..core import listed
from .safe_xml import attribute, find

DIVISIONS = frozenset({"div", *(f"div{n}" for n in range(1, 8))})
SESSION = "writingSession"
# Types of a division that holds the letter itself, as editions in several languages write them.
_LETTERS = frozenset({
    "letter", "brief", "lettre", "carta", "lettera", "epistle", "epistola", "telegram", "telegramm", "telegramme",
    "postcard", "postkarte", "karte", "card", "message", "draft", "entwurf", "konzept", "copy", "abschrift", "original",
    "edition", "transcript", "transcription", "transkription", "transkript", "diplomatic", "text", "textpart", "body",
    "main", "maintext", "haupttext", "brieftext", "lettertext", "письмо", "writing", "session",
})  # fmt: skip
# Types of a part of the letter, which may stand apart from the rest of it, in ``front`` or ``back`` too.
_PARTS = frozenset({
    "opener", "closer", "opening", "closing", "salutation", "salute", "anrede", "gruss", "greeting", "greetings",
    "valediction", "signature", "signed", "unterschrift", "subscription", "superscription", "dateline", "address",
    "adresse", "addressee", "envelope", "umschlag", "couvert", "postscript", "postscriptum", "ps", "nachschrift",
})  # fmt: skip
WRITERS = _LETTERS | _PARTS
# Types of something else that was sent with the letter.
_ENCLOSED = frozenset({"enclosure", "enclosed", "attachment", "beilage", "anlage", "einschluss"})
# Types that name only a piece of the page or of the text.
_STRUCTURAL = frozenset({
    "section", "part", "page", "seite", "recto", "verso", "chapter", "paragraph", "absatz", "abschnitt", "column",
    "leaf", "folio", "sheet", "blatt",
})  # fmt: skip
_TRANSLATIONS = re.compile(r"transl|übersetz|uebersetz|traduc|traduz|vertaling|перевод")
_EDITORIAL = re.compile(
    r"comment|komment|apparat|^app$|crit|annot|anmerk|erläut|erlaeut|^notes?$|footnote|endnote|fußnote|fussnote|"
    r"variant|regest|summar|zusammenf|abstract|introd|einleit|einführ|^intro$|headnote|^kopf|editorial|herausg|"
    r"metadat|bibliogr|literatur|register|^index|überlief|ueberlief|provenan|preface|vorwort|foreword|nachwort"
)
_WORD = re.compile(r"[^\W\d_]+")
_CAPITAL = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z])")
_PROSE = frozenset({"p", "ab", "lg", "l"})
_FORMS = frozenset({"opener", "closer", "salute", "signed", "dateline", "postscript", "address"})
# What may stand beside the division of the letter and is not the edition's.
_NEUTRAL = DIVISIONS | _FORMS | {"pb", "lb", "cb", "gb", "milestone", "fw", "note", "anchor", "handShift"}


@lru_cache(maxsize=4096)
def _says(kind: str, more: str) -> str:
    """What the type of a division, with its subtype, says of it in one word; “” if it says nothing."""
    tokens = _WORD.findall(_CAPITAL.sub(" ", kind).casefold())
    hints = [*tokens, *_WORD.findall(f"{kind} {more}".casefold())]
    if any(_EDITORIAL.search(token) for token in hints):
        return "editorial"
    if any(_TRANSLATIONS.search(token) for token in hints):
        return "translation"
    whole = set(tokens)
    if not whole or whole <= _STRUCTURAL:
        return ""
    if whole <= _LETTERS | _STRUCTURAL:
        return "letter"
    return "part" if whole <= WRITERS | {"end", "beginning"} else "enclosed" if whole & _ENCLOSED else "other"


def kind_of(node: Element) -> str:
    """What the type of an element says: letter, part, enclosed, editorial, translation, other, or “” for nothing."""
    own = _says(node.get("type", ""), node.get("subtype", ""))
    if own or node.tag != "text":
        return own
    inside = {kind_of(division) for division in find(node, "body", "*") if division.tag in DIVISIONS}
    return inside.pop() if inside in ({"translation"}, {"editorial"}) else ""


def is_editorial(node: Element) -> bool:
    """Whether the type of an element says that it is the edition’s."""
    return kind_of(node) == "editorial"


def shown_to_be_the_writers(node: Element) -> bool:
    """Whether an element is part of the letter by its name or its type."""
    return node.tag in _FORMS or (node.tag in DIVISIONS and kind_of(node) in ("letter", "part"))


def _has_form(node: Element) -> bool:
    """Whether a division opens or closes like a letter."""
    return any(child.tag in _FORMS for child in node)


def _candidates(untold: list[Element]) -> tuple[list[Element], str]:
    """The divisions that are the letter although no type says so, and a doubt if that is a guess."""
    plain = [node for node in untold if not kind_of(node)]
    signed = [node for node in untold if any(next(node.iter(form), None) is not None for form in _FORMS)]
    if plain or signed or len({attribute(node, "type") for node in untold}) < 2:
        return plain or signed or untold, ""
    names = listed(f"“{attribute(node, 'type')}”" for node in untold)
    return untold[:1], (
        f"The edition does not say which of its divisions ({names}) is the letter. "
        "Only the first is read as the writer’s."
    )


def not_the_writers(
    parent: Element, *, inside_letter: bool, original_elsewhere: bool
) -> tuple[dict[Element, str], str]:
    """The children of an element that are not the writer’s, each with what it is, and a doubt or “”.

    ``inside_letter`` says that the element itself is a division of the letter; ``original_elsewhere`` that the letter
    is in another part of the text, so that a translation stands beside it.
    """
    divisions = DIVISIONS if parent.tag != "group" else {"text"}
    parts = [(node, kind_of(node)) for node in parent if node.tag in divisions]
    if not parts:
        return {}, ""
    has_letter = any(kind == "letter" for _, kind in parts)
    prose = any(node.tag in _PROSE for node in parent)
    untold = [node for node, kind in parts if kind in ("other", "")]
    outside, doubt = parent.tag in ("front", "back"), ""
    mine = {node for node in untold if _has_form(node) and (outside or not kind_of(node))}
    if not has_letter and not outside:
        if inside_letter or (not prose and _has_form(parent)):
            mine.update(untold)
        elif prose:
            mine.update(node for node in untold if not kind_of(node))
        else:
            found, doubt = _candidates(untold)
            mine.update(found)
    foreign = {
        node: _name(node, kind)
        for node, kind in parts
        if kind == "editorial"
        or (kind == "translation" and (has_letter or prose or mine or original_elsewhere))
        or (kind in ("other", "") and node not in mine)
    }
    if has_letter and not inside_letter and parent.tag in ("body", "text"):
        foreign |= {node: "remark" for node in parent if node.tag not in _NEUTRAL}
    return foreign, doubt


def _name(node: Element, kind: str) -> str:
    return kind if kind == "translation" else attribute(node, "type") or "remark"
