"""Read the metadata of a letter from its TEI header: sender, recipients, date, source, editors and so on.

The sender is taken from ``correspDesc``, else from the author of the file. The id of a voice is its
``key``, else its ``ref``, else its name. Two pointers of the same register in one name stand for two people.
A range of dates becomes an ISO 8601 interval (``1900-05-01/1900-05-03``, ``..`` for an open end). Several
``correspDesc``, as in a CMIF file, describe several letters. Each inference or uncertainty is listed in
``not_verified``.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from typing import NamedTuple, TypeVar
from xml.etree.ElementTree import Element

from .safe_xml import INCLUDE, XML_ID, XML_LANG, Tree, attribute, find, literal, words


class Voice(NamedTuple):
    """A speaker: the id, and the name for display."""

    id: str
    name: str


UNKNOWN = Voice("unknown", "Voice not stated")
About = dict[str, str | list[str]]

APPLICATION = "close-reading-layers"
_DAY = r"-?\d{4}(?:-\d\d(?:-\d\d)?)?(?:T[\d:.+Z-]+)?"
DATE = re.compile(_DAY)
INTERVAL = re.compile(rf"({_DAY}|\.\.)/({_DAY}|\.\.)")
_NAMES = "persName|orgName|name|rs"
_PEOPLE = ("person", "persName", "org", "orgName", "name")
_ENDS = ("when", "notBefore", "notAfter", "from", "to")
_UNSURE = ("low", "medium", "unknown")
# The order of titles by their level in TEI: of the letter (“a”, “u”), then of its volume and series.
_LEVELS = ("a", "u", "", "m", "j", "s")
_EDITS = re.compile(
    r"(?:edit(?:or|ors|ed|ing)|eds?|herausge\w*|hrsg|hg|éditeurs?|éditrices?|curator[ei]|editore?s?)"
    r"(?: by| von| par)?\W*"
)
_TRANSLATES = re.compile(r".*(?:transl|übersetz|uebersetz|traduc|traduz|vertal).*")
_BETWEEN_NAMES = re.compile(r"\s*(?:[;&]|\bund\b|\band\b|\bet\b|\by\b|\be\b|\bi\b|\ben\b|\bи\b)\s*")
# Editors named in the label of a voice; of more than these only their number.
_MOST_EDITORS = 3


class Person(NamedTuple):
    """A name in the header, the pointer to its person, and the editors’ certainty."""

    name: str
    pointer: str
    certainty: str

    @property
    def voice(self) -> Voice:
        """The person as a speaker."""
        return Voice(pointed(self.pointer) or _slug(self.name) or UNKNOWN.id, self.name or UNKNOWN.name)


class Letter(NamedTuple):
    """What one ``correspDesc`` says: the people, and the elements that may have place and date."""

    senders: list[Person]
    receivers: list[Person]
    sent: list[Element]


def joint(names: Sequence[str]) -> str:
    """Names in a row, as a phrase.

    Examples
    --------
    >>> joint(["Ann", "Bob", "Cay"])
    'Ann, Bob and Cay'
    """
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


@lru_cache(maxsize=4096)
def _slug(words: str) -> str:
    return re.sub(r"\W+", "-", words.casefold()).strip("-_")


@lru_cache(maxsize=4096)
def pointed(pointer: str) -> str:
    """The id for a pointer: its fragment, the last two parts of a URL, or a key."""
    first = pointer.split()[0] if pointer else ""
    return _slug(first[1:] if first.startswith("#") else "-".join(first.rstrip("/").split("/")[-2:]))


# Elements inside a name that are not part of it.
_BESIDE_NAMES = ("email", "idno", "affiliation", "note", "ptr")


def reversed_name(name: str) -> str:
    """A name with its last name first, or last, without the comma between.

    Examples
    --------
    >>> reversed_name("Berg, Ann"), reversed_name("Ann Berg")
    ('Ann Berg', 'Berg, Ann')
    """
    last, comma, first = name.partition(", ")
    if comma:
        return f"{first} {last}"
    first, _, last = name.rpartition(" ")
    return f"{last}, {first}" if first else name


def _name(node: Element) -> str:
    """A name from the header: first names first, parts separated by spaces even if the file has none between them."""
    parts = [child.tag for child in node]
    if parts[:1] == ["surname"] and "forename" in parts and not "".join(_loose(node)).strip():
        pieces = [words(child) for child in sorted(node, key=lambda child: child.tag == "surname")]
    else:
        pieces = [node.text or ""]
        for child in node:
            pieces += ["" if child.tag in _BESIDE_NAMES else literal(child), child.tail or ""]
    return " ".join(" ".join(pieces).split()).replace(" ,", ",")


def _loose(node: Element) -> Iterator[str]:
    """The text of an element that is in none of its children."""
    yield node.text or ""
    for child in node:
        yield child.tail or ""


def _reference(node: Element) -> str:
    return attribute(node, "ref") or attribute(node, "key")


def _one_or_many(names: Iterable[str]) -> str | list[str]:
    names = list(names)
    return names[0] if len(names) == 1 else names


def _register(pointer: str) -> str:
    """A pointer without its last number or part: equal for two entries of one register."""
    return re.sub(r"[^/#:_-]*$", "", pointer.rstrip("/")) or re.sub(r"\d+$", "", pointer)


def _several_names(name: str) -> list[str]:
    """The names in a phrase; a comma parts them only in a list of more than two, or between full names."""
    parts = [part for part in _BETWEEN_NAMES.split(name) if part]
    listed = [part for one in parts for part in one.split(", ") if part]
    return listed if len(parts) > 1 or all(" " in part for part in listed) else parts


T = TypeVar("T")


class Header:
    """The metadata in the header of a TEI file.

    ``staff`` are the ids of those who made the edition, ``people`` those of everybody whom the header names.
    """

    def __init__(self, tree: Tree) -> None:
        self.tree, self.root, self.ids = tree, tree.root, tree.ids
        head = self.head = Element("teiHeader")
        head.extend(child for header in find(tree.root, "teiHeader") for child in header)
        application = find(head, "encodingDesc", "appInfo", "application")
        self.own = any(attribute(node, "ident") == APPLICATION for node in application)
        self.doubts: list[str] = []
        self._read_staff(find(head, "fileDesc", "titleStmt"))
        self.descriptions = [
            node for node in find(head, "profileDesc", "correspDesc") if find(node, "correspAction")
        ] or find(head, "profileDesc", "correspDesc")[:1]
        self.letters = [self._letter(node) for node in self.descriptions]
        authors = find(head, "fileDesc", "titleStmt", "author")
        self.authors = [person for author in authors for person in self._author(author)]
        known = {_slug(id) for id, node in self.ids.items() if node.tag in _PEOPLE}
        named = [one.voice for letter in self.letters for one in (*letter.senders, *letter.receivers)]
        self.correspondents = {voice.id: voice for voice in named}
        self.people = known | self.correspondents.keys() | {one.voice.id for one in self.authors}

    def _read_staff(self, titles: list[Element]) -> None:
        """Read the editors and translators; ``staff`` are the ids of all who made the edition."""
        named = [(node, node.get("role", "")) for title in titles for node in find(title, "editor") if _name(node)]
        statements = [
            node for title in [*titles, *find(self.head, "fileDesc", "editionStmt")] for node in find(title, "respStmt")
        ]
        for statement in statements:
            done = " ".join(words(role) for role in find(statement, "resp")).casefold()
            if _TRANSLATES.fullmatch(done) or _EDITS.fullmatch(done):
                named.append((statement, "translator" if _TRANSLATES.fullmatch(done) else ""))
        made_by = [made for title in titles for made in find(title, "editor|respStmt|principal")]
        self.staff = {_slug(node.get(XML_ID, "")) for made in made_by for node in made.iter()} - {""}
        people = [(name, made, role == "translator") for made, role in named for name in find(made, _NAMES) or [made]]
        self.editors = self._once(_name(name) for name, _, role in people if not role)
        self.translators = self._once(_name(name) for name, _, role in people if role)
        self.translator = Voice("translator", "Translator")
        if len(self.translators) == 1:
            self.translator = Voice(_slug(self.translators[0]), f"{self.translators[0]}, translator")
        self.editor = Voice("editor", "Editors of the edition")
        if 1 < len(self.editors) <= _MOST_EDITORS:
            self.editor = Voice("editor", f"{joint(self.editors)}, editors")
        elif len(self.editors) == 1:
            name, made = next((name, made) for name, made, role in people if not role)
            voice = Person(_name(name), attribute(name, "key") or attribute(name, "ref"), "").voice
            own = _slug(attribute(made, XML_ID) or attribute(name, XML_ID))
            self.editor = Voice(own or voice.id, f"{voice.name}, editor")
        edited = [node for _, made, role in people if not role for node in made.iter()]
        self.editing = {_slug(node.get(XML_ID, "")) for node in edited} - {""} | {self.editor.id}

    def _letter(self, description: Element) -> Letter:
        actions = find(description, "correspAction")
        sent = [node for node in actions if node.get("type") == "sent"] or [
            node for node in actions if not node.get("type")
        ][:1]
        received = [node for node in actions if node.get("type") == "received"]
        return Letter(self._people(sent), self._people(received), sent)

    def _people(self, actions: Iterable[Element]) -> list[Person]:
        """The people of ``correspAction`` or ``author`` elements, each once, with a name."""
        named = (find(action, _NAMES) or find(action, "p|ab", _NAMES) for action in actions)
        people = [one for nodes in named for node in nodes for one in self._persons(node)]
        return self._once(person for person in people if person.name)

    def _once(self, things: Iterable[T]) -> list[T]:
        """Each thing once: editions may write one name twice. A file of ours has every name of the front matter."""
        return list(things) if self.own else list(dict.fromkeys(things))

    def _persons(self, node: Element) -> Iterator[Person]:
        """The people of one name: several if it has several pointers into the same register."""
        name, certainty = _name(node), attribute(node, "cert")
        pointers = list(dict.fromkeys(filter(None, re.split(r"[\s;]+", _reference(node)))))
        if len(pointers) > 1 and len({_register(pointer) for pointer in pointers}) == 1:
            referents = [self.name_of(pointer) for pointer in pointers]
            if all(pointer.removeprefix("#") in self.ids for pointer in pointers):
                names = referents
            else:
                names = _several_names(name)
            if len(names) == len(pointers):
                yield from (Person(one, pointer, certainty) for one, pointer in zip(names, pointers, strict=True))
                return
            if not self.own:
                self.doubts.append(
                    f"“{name}” has several keys ({', '.join(pointers)}), so it may stand for several people."
                )
        pointer = " ".join(pointers)
        yield Person(name or self.name_of(pointers[0] if pointers else ""), pointer, certainty)

    def _author(self, author: Element) -> list[Person]:
        return self._people([author]) or list(self._persons(author) if _name(author) else ())

    def who(self, pointer: str) -> Voice | None:
        """The voice that a pointer (``resp``, ``hand``, ``key``) refers to; None for an empty pointer."""
        if not pointer:
            return None
        own = pointed(pointer)
        node = self.ids.get(pointer.split()[0].removeprefix("#"))
        if own == self.editor.id:
            return self.editor
        if node is None:
            return self.correspondents.get(own) or (Voice(own, own) if own else None)
        if node.tag == "handNote":
            scribe = attribute(node, "scribeRef") or attribute(node, "scribe")
            scribe = scribe or next((_reference(name) for name in node.iter("persName") if _reference(name)), "")
            return Voice(pointed(scribe), self.name_of(scribe)) if scribe else Voice(own, words(node) or own)
        inner = find(node, _NAMES)
        return Voice(own, _name(inner[0] if inner else node) or own)

    def name_of(self, pointer: str) -> str:
        """The name of the person that a pointer refers to, or the pointer itself."""
        node = self.ids.get(pointer.removeprefix("#"))
        if node is None:
            return pointer.removeprefix("#")
        return _name((find(node, _NAMES) or [node])[0]) or pointer

    @property
    def senders(self) -> list[Person]:
        """The senders of the letter; of several letters those who sent each of them."""
        first, *others = [letter.senders for letter in self.letters] or [[]]
        return first if all(other == first for other in others) else []

    @property
    def receivers(self) -> list[Person]:
        """The recipients of the letter; of several letters those who received each of them."""
        first, *others = [letter.receivers for letter in self.letters] or [[]]
        return first if all(other == first for other in others) else []

    @cached_property
    def writers(self) -> list[Voice]:
        """The voices of those who wrote the letter, as far as the header says."""
        return [person.voice for person in self.senders or (() if len(self.letters) > 1 else self.authors)]

    @cached_property
    def authorship(self) -> list[Voice]:
        """The writers, and the authors of the file whom a pointer tells from them."""
        authors = [] if len(self.letters) > 1 else [one for one in self.authors if one.pointer]
        known = {voice.name for voice in self.writers}
        voices = [*self.writers, *(one.voice for one in authors if one.name not in known)]
        return list({voice.id: voice for voice in reversed(voices)}.values())[::-1]

    def about(self) -> About:
        """The metadata as entries of front matter, without empty ones."""
        head, doubts = self.head, self.doubts
        titles = [node for node in find(head, "fileDesc", "titleStmt", "title") if words(node)]
        titles.sort(key=lambda node: (_level(node), node.get("type", "") not in ("", "main", "full")))
        about: About = {"title": _title(titles[0]) if titles else ""}
        several = len(self.letters) > 1
        sent = [] if several else [node for letter in self.letters for node in letter.sent]
        about.update(() if several else self._date(sent))
        if several:
            doubts.append(f"The file describes {len(self.letters):,} letters (correspDesc), each with its own people.")
        elif not self.own and not self.letters:
            from_author = " The sender is the author of the file." if self.authors else ""
            doubts.append(f"The edition has no correspDesc: who wrote to whom is not stated.{from_author}")
        senders = self.senders or ([] if self.own or several else self.authors)
        about.update(self._correspondents(senders, self.receivers, sent))
        languages = find(head, "profileDesc", "langUsage", "language")
        spoken = [words(node) or attribute(node, "ident") for node in languages]
        texts = [] if self.own else find(self.root, "text")
        language = _one_or_many(filter(None, spoken))
        about["language"] = language or next((attribute(text, XML_LANG) for text in texts), "")
        sources = find(head, "fileDesc", "sourceDesc", "bibl" if self.own else "*")
        about["source"] = "; ".join(filter(None, map(_source, sources)))
        available = find(head, "fileDesc", "publicationStmt", "availability")
        addresses = [attribute(licence, "target") for node in available for licence in find(node, "licence")]
        rights = [words(node) for node in available]
        about["rights"] = " ".join(filter(None, rights + [url for url in addresses if url not in " ".join(rights)]))
        about["editor"] = _one_or_many(self.editors)
        about["translator"] = _one_or_many(self.translators)
        about["summary"] = " ".join(words(node) for node in find(head, "profileDesc", "abstract"))
        if "XInclude" in self.tree.source and next(head.iter(INCLUDE), None) is not None:
            doubts.append("The header includes another file (xi:include), which was not read.")
        about["not_verified"] = doubts
        about = {key: value for key, value in about.items() if value}
        for note in find(head, "fileDesc", "notesStmt", "note") if self.own else ():
            if attribute(note, "type") == "about":
                lists = find(note, "list")
                items = [literal(item) for item in find(note, "list", "item")]
                about[note.get("n", "")] = items if lists else literal(note)
        return about

    def described(self) -> list[About]:
        """The letters of a file with several ``correspDesc``, each with its people, place and date; else none."""
        if len(self.letters) < 2:
            return []
        found = []
        for letter in self.letters:
            doubts, self.doubts = self.doubts, []
            about = dict(self._date(letter.sent)) | self._correspondents(letter.senders, letter.receivers, letter.sent)
            about["not_verified"] = self.doubts
            self.doubts = doubts
            found.append({key: value for key, value in about.items() if value})
        return found

    def _correspondents(self, senders: list[Person], receivers: list[Person], sent: list[Element]) -> About:
        about: About = {"sender": _one_or_many(one.name for one in senders)}
        about["recipients"] = _one_or_many(one.name for one in receivers)
        for key, people in (("sender_ref", senders), ("recipients_ref", receivers)):
            if any(one.pointer for one in people):
                about[key] = _one_or_many(one.pointer for one in people)
        for one in () if self.own else (*senders, *receivers):
            if one.certainty in _UNSURE:
                self.doubts.append(f"The editors’ certainty that it was {one.name}: {one.certainty}.")
        places = (_name(node) for action in sent for node in find(action, "placeName|settlement"))
        about["place"] = ", ".join(dict.fromkeys(filter(None, places)))
        return about

    def _date(self, sent: list[Element]) -> Iterator[tuple[str, str]]:
        found, source = self._dates(sent)
        values = list(dict.fromkeys(filter(None, map(_iso, found))))
        if values:
            yield "date", values[0]
            if source:
                self.doubts.append(f"The date is taken from {source}.")
        displayed = "; ".join(dict.fromkeys(filter(None, map(words, found))))
        if displayed:
            yield "date_display", displayed
        if not self.own:
            self._doubt_dates(found, values)

    def _dates(self, sent: list[Element]) -> tuple[list[Element], str]:
        """The dates of the letter, and the place from which they are taken if it is not ``correspDesc``."""
        found = [node for action in sent for node in find(action, "date")]
        if found or self.own or len(self.letters) > 1:
            return found, ""
        if found := find(self.head, "profileDesc", "creation", "date"):
            return found, "the header’s creation"
        if found := find(self.head, "fileDesc", "sourceDesc", "msDesc", "history", "origin", "origDate|date"):
            return found, "the description of the manuscript"
        lines = (line for text in find(self.root, "text") for line in text.iter("dateline"))
        return [date for line in lines for date in find(line, "date")][:1], "the dateline"

    def _doubt_dates(self, found: list[Element], values: list[str]) -> None:
        doubts = self.doubts
        if len(values) > 1:
            doubts.append(f"The edition gives several dates: {'; '.join(values)}.")
        for node in found:
            given = {key: attribute(node, key) for key in node.attrib if key.removesuffix("-iso") in _ENDS}
            interval = _iso(node)
            if interval and any(key.startswith("not") for key in given):
                doubts.append(uncertain(interval))
            for date in dict.fromkeys(given.values()):
                if not DATE.fullmatch(date):
                    doubts.append(f"The edition gives the date “{date}”, which is not an ISO 8601 date.")
                elif not _exists(date):
                    doubts.append(
                        f"The edition gives the date “{date}”. There is no such day in the Gregorian calendar."
                    )
            first, _, last = interval.partition("/")
            length = min(len(first), len(last))  # a day may fall into the month or year that ends the period
            if last not in ("", "..") and first != ".." and _sortable(first[:length]) > _sortable(last[:length]):
                doubts.append(f"The edition gives a period that ends ({last}) before it begins ({first}).")
            if attribute(node, "cert") in _UNSURE:
                doubts.append(f"The editors’ certainty of the date: {attribute(node, 'cert')}.")


def _level(title: Element) -> int:
    level = title.get("level", "")
    return _LEVELS.index(level) if level in _LEVELS else len(_LEVELS)


def _title(node: Element) -> str:
    """The words of a title, with a space for every line beginning in it."""
    pieces = [node.text or ""]
    for child in node:
        pieces += [" " if child.tag == "lb" else "" if child.tag == "note" else literal(child), child.tail or ""]
    return " ".join("".join(pieces).split())


def _exists(date: str) -> bool:
    """Whether an ISO 8601 date is a day of the calendar; also before the Common Era, where years repeat every 400."""
    year, month, day = (int(part or 1) for part in re.match(r"(-?\d{4})(?:-(\d\d))?(?:-(\d\d))?", date).groups())  # type: ignore[union-attr]
    return 1 <= month <= 12 and 1 <= day <= calendar.monthrange(2000 + year % 400, month)[1]


def _sortable(date: str) -> tuple[int, str]:
    """A key that orders ISO 8601 dates also before the Common Era."""
    year = re.match(r"-?\d+", date)
    return (int(year[0]), date[year.end() :]) if year else (0, date)


def _iso(date: Element) -> str:
    """The date or interval of an element in ISO 8601, or “”."""
    given: dict[str, str] = {}
    for key in date.attrib:
        value = attribute(date, key)
        if DATE.fullmatch(value) and _exists(value):
            given.setdefault(key.removesuffix("-iso"), value)
    first, last = (
        next((given[key] for key in keys if key in given), "") for keys in (("notBefore", "from"), ("notAfter", "to"))
    )
    return given.get("when") or (f"{first or '..'}/{last or '..'}" if first or last else "")


def uncertain(interval: str) -> str:
    """A sentence for ``not_verified`` that gives the ends of an interval of dates."""
    first, _, last = interval.partition("/")
    ends = [
        f"not before {first}" if first not in ("", "..") else "",
        f"not after {last}" if last not in ("", "..") else "",
    ]
    return f"The date: {', '.join(filter(None, ends))}."


def _source(node: Element) -> str:
    if node.tag != "msDesc":
        return words(node)
    parts = [words(part) for part in find(node, "msIdentifier", "*")]
    return ", ".join(filter(None, parts)) or words(node)
