"""Read the metadata of a letter from its TEI header: sender, recipients, date, source, editors and so on.

The sender is taken from ``correspDesc``, else from the author of the file. The id of a voice is its
``key``, else its ``ref``, else its name. A range of dates becomes an ISO 8601 interval
(``1900-05-01/1900-05-03``, ``..`` for an open end). Each inference or uncertainty is listed in
``not_verified``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from .safe_xml import Node
from .tei_body import UNKNOWN, Voice

APPLICATION = "close-reading-layers"
_DAY = r"\d{4}(?:-\d\d(?:-\d\d)?)?(?:T[\d:.+Z-]+)?"
DATE = re.compile(_DAY)
INTERVAL = re.compile(rf"({_DAY}|\.\.)/({_DAY}|\.\.)")
_NAMES = "persName|orgName|name|rs"
_UNSURE = ("low", "medium", "unknown")


def _slug(words: str) -> str:
    return re.sub(r"\W+", "-", words.casefold()).strip("-_")


def _pointed(pointer: str) -> str:
    """The id for a pointer: its fragment, the last two parts of a URL, or a key."""
    first = pointer.split()[0] if pointer else ""
    return _slug(first[1:] if first.startswith("#") else "-".join(first.rstrip("/").split("/")[-2:]))


def _name(node: Node) -> str:
    """A name from the header, its parts separated by spaces even if the file has none between them."""
    pieces = [child if isinstance(child, str) else child.literal() for child in node.children]
    return " ".join(" ".join(pieces).split()).replace(" ,", ",")


def _voice(node: Node, name: str) -> Voice:
    return Voice(_slug(node.get("key")) or _pointed(node.get("ref")) or _slug(name) or UNKNOWN.id, name or UNKNOWN.name)


def _one_or_many(names: list[str]) -> str | list[str]:
    return names[0] if len(names) == 1 else names


class Header:
    """The metadata in the header of a TEI file."""

    def __init__(self, root: Node, ids: Mapping[str, Node]) -> None:
        self.root, self.ids = root, ids
        head = self.head = Node("teiHeader", {}, root.line)
        head.children = [child for header in root.find("teiHeader") for child in header.children]
        application = head.find("encodingDesc", "appInfo", "application")
        self.own = any(node.get("ident") == APPLICATION for node in application)
        titles = head.find("fileDesc", "titleStmt")
        editors = [node for title in titles for node in title.find("editor") if _name(node)]
        self.translators = [_name(node) for node in editors if node.get("role") == "translator"]
        named = [node for node in editors if node.get("role") != "translator"]
        self.editors = [_name((node.find(_NAMES) or [node])[0]) for node in named]
        actions = head.find("profileDesc", "correspDesc", "correspAction")
        self.sent = [node for node in actions if node.get("type") in ("sent", "")][:1]
        self.senders = self._named(self.sent)
        self.receivers = self._named([node for node in actions if node.get("type") == "received"])
        self.authors = [named for title in titles for node in title.find("author") for named in self._author(node)]
        self.editor = Voice("editor", "Editors of the edition")
        if len(named) == 1:
            (inner,) = named[0].find(_NAMES)[:1] or named
            voice = _voice(inner, _name(inner))
            own = _slug(named[0].get("xml:id") or inner.get("xml:id"))
            self.editor = Voice(own or voice.id, f"{voice.name}, editor")

    def _named(self, actions: list[Node]) -> list[tuple[Node, str]]:
        """The persons of ``correspAction`` or ``author`` elements, each with a name: its own, or its referent’s."""
        nodes = [node for action in actions for node in action.find(_NAMES)]
        named = [(node, _name(node) or self.name_of(_reference(node))) for node in nodes]
        return [(node, name) for node, name in named if name]

    def _author(self, author: Node) -> list[tuple[Node, str]]:
        return self._named([author]) or ([(author, _name(author))] if _name(author) else [])

    def who(self, pointer: str) -> Voice | None:
        """The voice that a pointer (``resp``, ``hand``, ``key``) refers to; None for an empty pointer."""
        if not pointer:
            return None
        own = _pointed(pointer)
        node = self.ids.get(pointer.split()[0].removeprefix("#"))
        if own == self.editor.id:
            return self.editor
        if node is None:
            return Voice(own, own) if own else None
        if node.name == "handNote":
            scribe = node.get("scribeRef") or node.get("scribe")
            return Voice(_pointed(scribe), self.name_of(scribe)) if scribe else Voice(own, node.words() or own)
        inner = node.find(_NAMES)
        return Voice(own, _name(inner[0] if inner else node) or own)

    def name_of(self, pointer: str) -> str:
        """The name of the person that a pointer refers to, or the pointer itself."""
        node = self.ids.get(pointer.removeprefix("#"))
        if node is None:
            return pointer.removeprefix("#")
        return _name((node.find(_NAMES) or [node])[0]) or pointer

    def sender(self) -> Voice:
        """The voice of the letter; several senders share one voice."""
        voices = [_voice(node, name) for node, name in self.senders or self.authors]
        if not voices:
            return UNKNOWN
        return Voice("+".join(voice.id for voice in voices), " and ".join(voice.name for voice in voices))

    def recipients(self) -> list[str]:
        """The names of the recipients."""
        return [name for _, name in self.receivers]

    def about(self) -> dict[str, str | list[str]]:
        """The metadata as entries of front matter, without empty ones."""
        head = self.head
        doubts: list[str] = []
        about: dict[str, str | list[str]] = {}
        title = head.find("fileDesc", "titleStmt", "title")
        main = [node for node in title if node.get("type") in ("", "main", "full")] or title
        about["title"] = main[0].words() if main else ""
        about.update(self._date(doubts))
        if not self.own and not head.find("profileDesc", "correspDesc"):
            from_author = " The sender is the author of the file." if self.authors else ""
            doubts.append(f"The edition has no correspDesc: who wrote to whom is not stated.{from_author}")
        senders = self.senders or ([] if self.own else self.authors)
        about["sender"] = _one_or_many([name for _, name in senders])
        about["recipients"] = _one_or_many(self.recipients())
        for key, people in (("sender_ref", senders), ("recipients_ref", self.receivers)):
            refs = [_reference(node) for node, _ in people]
            if any(refs):
                about[key] = _one_or_many(refs)
        for node, name in () if self.own else [*senders, *self.receivers]:
            if node.get("cert") in _UNSURE:
                doubts.append(f"The editors’ certainty that it was {name}: {node.get('cert')}.")
        places = [_name(node) for action in self.sent for node in action.find("placeName|settlement") if _name(node)]
        about["place"] = ", ".join(places)
        languages = head.find("profileDesc", "langUsage", "language")
        spoken = [node.words() or node.get("ident") for node in languages]
        texts = [] if self.own else self.root.find("text")
        about["language"] = _one_or_many(list(filter(None, spoken))) or next((t.get("xml:lang") for t in texts), "")
        about["source"] = "; ".join(
            filter(None, map(_source, head.find("fileDesc", "sourceDesc", "bibl" if self.own else "*")))
        )
        available = head.find("fileDesc", "publicationStmt", "availability")
        addresses = [licence.get("target") for node in available for licence in node.find("licence")]
        rights = [node.words() for node in available]
        about["rights"] = " ".join(filter(None, rights + [url for url in addresses if url not in " ".join(rights)]))
        about["editor"] = _one_or_many(self.editors)
        about["translator"] = _one_or_many(self.translators)
        about["summary"] = " ".join(node.words() for node in head.find("profileDesc", "abstract"))
        if any(node.name.endswith("XInclude include") for _, node in head.below()):
            doubts.append("The header includes another file (xi:include), which was not read.")
        about["not_verified"] = doubts
        about = {key: value for key, value in about.items() if value}
        for note in head.find("fileDesc", "notesStmt", "note") if self.own else ():
            if note.get("type") == "about":
                lists = note.find("list")
                items = [item.literal() for node in lists for item in node.find("item")]
                about[note.attributes.get("n", "")] = items if lists else note.literal()
        return about

    def _date(self, doubts: list[str]) -> Iterator[tuple[str, str]]:
        found = [node for action in self.sent for node in action.find("date")]
        source = ""
        if not found and not self.own:
            found, source = self.head.find("profileDesc", "creation", "date"), "the header’s creation"
        if not found and not self.own:
            origin = self.head.find("fileDesc", "sourceDesc", "msDesc", "history", "origin", "origDate|date")
            found, source = origin, "the description of the manuscript"
        if not found and not self.own:
            below = (pair for text in self.root.find("text") for pair in text.below())
            dates = (node for parent, node in below if parent.name == "dateline" and node.name == "date")
            found, source = list(dates)[:1], "the dateline"
        values = list(dict.fromkeys(filter(None, map(_iso, found))))
        if values:
            yield "date", values[0]
            if source:
                doubts.append(f"The date is taken from {source}.")
        displayed = "; ".join(dict.fromkeys(filter(None, (node.words() for node in found))))
        if displayed:
            yield "date_display", displayed
        if self.own:
            return
        if len(values) > 1:
            doubts.append(f"The edition gives several dates: {'; '.join(values)}.")
        for node in found:
            if any(node.get(f"{end}{way}") for end in ("notBefore", "notAfter") for way in ("", "-iso")):
                doubts.append(uncertain(_iso(node)))
            given = [node.get(key) for key in ("when", "notBefore", "notAfter", "from", "to") if node.get(key)]
            wrong = [date for date in given if not DATE.fullmatch(date)]
            doubts.extend(f"The edition gives the date “{date}”, which is not an ISO 8601 date." for date in wrong)
            if node.get("cert") in _UNSURE:
                doubts.append(f"The editors’ certainty of the date: {node.get('cert')}.")


def _reference(node: Node) -> str:
    return node.get("ref") or node.get("key")


def _iso(date: Node) -> str:
    """The date or interval of an element in ISO 8601, or “”."""

    def end(*names: str) -> str:
        values = (date.get(name + way) for name in names for way in ("", "-iso"))
        return next((value for value in values if DATE.fullmatch(value)), "")

    first, last = end("notBefore", "from"), end("notAfter", "to")
    return end("when") or (f"{first or '..'}/{last or '..'}" if first or last else "")


def uncertain(interval: str) -> str:
    """A sentence for ``not_verified`` that gives the ends of an interval of dates."""
    first, _, last = interval.partition("/")
    ends = [f"not before {first}" if first != ".." else "", f"not after {last}" if last not in ("", "..") else ""]
    return f"The date: {', '.join(filter(None, ends))}."


def _source(node: Node) -> str:
    if node.name != "msDesc":
        return node.words()
    parts = [part for part in node.find("msIdentifier", "*") if part.words()]
    return ", ".join(part.words() for part in parts) or node.words()
