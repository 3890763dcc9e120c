"""Safe XML parser: returns a tree of the standard library or raises one clear error; reads no DTD and no external file.

TEI names have no prefix in the tree. Names of other namespaces keep theirs in braces, as in ``xml.etree``,
so that they never equal a TEI name; the three attributes of XML itself have the names below.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from itertools import islice
from xml.etree import ElementTree
from xml.etree.ElementTree import Element
from xml.parsers import expat

from ..core import UserError

# Limits far above any letter, so that a hostile file cannot exhaust the memory.
MOST_LEVELS = 500
MOST_ELEMENTS = 200_000
_CHUNK = 1 << 20

XML_ID, XML_LANG, XML_SPACE = (f"{{http://www.w3.org/XML/1998/namespace}}{name}" for name in ("id", "lang", "space"))
INCLUDE = "{http://www.w3.org/2001/XInclude}include"
_TEI = "{http://www.tei-c.org/ns/1.0}"
_ENCODING = re.compile(r"<\?xml[^>]*?\sencoding\s*=\s*[\"']([^\"']*)")
_CUT_OFF = (expat.errors.XML_ERROR_NO_ELEMENTS, expat.errors.XML_ERROR_UNCLOSED_TOKEN)
_UTF_8 = {"utf-8", "utf8", "us-ascii", "ascii"}


class Tree:
    """A parsed file: its root, its elements by ``xml:id``, and its ``where`` for messages."""

    def __init__(self, root: Element, source: str, where: str) -> None:
        self.root, self.source, self.where = root, source, where
        self.ids: dict[str, Element] = {}

    def place(self, element: Element) -> str:
        """The file and the line of an element; the file is parsed again, because trees have no lines."""
        number = next(number for number, one in enumerate(self.root.iter()) if one is element)
        return f"{self.where}, line {_line_of_start(self.source, number)}"

    def refuse_depth(self) -> None:
        """Raise ``UserError`` for a file whose text is nested more than `MOST_LEVELS` deep."""
        _refuse(self.source, self.where, most_levels=MOST_LEVELS)


def attribute(element: Element, name: str) -> str:
    """The value of an attribute, its white space collapsed; “” if the element does not have it."""
    value = element.get(name)
    return " ".join(value.split()) if value else ""


def find(element: Element, *path: str) -> list[Element]:
    """The elements at the end of a path of names: ``"*"`` is any name, ``"a|b"`` is either of two."""
    found = [element]
    for step in path:
        if step == "*":
            found = [child for node in found for child in node]
        else:
            names = step.split("|")
            found = [child for node in found for child in node if child.tag in names]
        if not found:
            break
    return found


def literal(element: Element) -> str:
    """The text of an element, unchanged."""
    return "".join(element.itertext())


def words(element: Element) -> str:
    """The text of an element, its white space collapsed."""
    return " ".join("".join(element.itertext()).split())


def begins(element: Element, most: int = 1) -> str:
    """The beginning of the text, its white space collapsed: at least ``most`` characters, if there are so many."""
    found = ""
    for piece in element.itertext():
        found += " ".join(piece[: most + 1000].split())
        if len(found) >= most:
            break
    return found


def _starts(source: str) -> Iterator[tuple[int, int]]:
    """Every start tag of a file as (line, level); raises ``ExpatError``, and ``_DocumentType`` with its line."""
    parser = expat.ParserCreate("utf-8")
    found: list[tuple[int, int]] = []
    level = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal level
        level += 1
        found.append((parser.CurrentLineNumber, level))

    def end(name: str) -> None:
        nonlocal level
        level -= 1

    def doctype(*_: object) -> None:
        raise _DocumentTypeError(parser.CurrentLineNumber)

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.StartDoctypeDeclHandler = doctype
    # In chunks, because after an exception in a handler pyexpat (CPython 3.11 to 3.14) parses on to the chunk’s end.
    for at in range(0, len(source), _CHUNK):
        parser.Parse(source[at : at + _CHUNK].encode("utf-8"), False)
        yield from found
        found.clear()


class _DocumentTypeError(Exception):
    """A document type; the argument is its line."""


def _line_of_start(source: str, number: int) -> int:
    return next(islice(_starts(source), number, None))[0]


def _refuse(source: str, where: str, *, most_levels: int | None = None) -> None:
    """Raise ``UserError`` if the file has a document type, too many elements or more levels than ``most_levels``."""
    try:
        for count, (line, level) in enumerate(_starts(source), 1):
            if most_levels and level > most_levels:
                raise UserError(
                    f"{where}, line {line}: elements are nested more than {most_levels} deep. No letter needs that. "
                    "Remove some of the levels."
                )
            if count > MOST_ELEMENTS:
                raise UserError(
                    f"{where}, line {line}: the file has more than {MOST_ELEMENTS:,} elements. "
                    "Split it into several letters."
                )
    except _DocumentTypeError as error:
        raise UserError(
            f"{where}, line {error.args[0]}: a document type (<!DOCTYPE …>) is not read. Delete it, with its entities."
        ) from None


def parse(source: str, where: str) -> Tree:
    """Parse decoded XML.

    Raises ``UserError``, with ``where`` and the line, if the source is not well formed, has a document type,
    names an encoding other than UTF-8, exceeds a limit, or has the same ``xml:id`` twice.

    Examples
    --------
    >>> tree = parse("<p xml:id='a'>Return <hi>all</hi> this.</p>", "a.xml")
    >>> words(tree.root), list(tree.ids)
    ('Return all this.', ['a'])
    >>> parse("<!DOCTYPE p [<!ENTITY a 'b'>]><p>&a;</p>", "a")
    Traceback (most recent call last):
    helpers.core.errors.UserError: a, line 1: a document type (<!DOCTYPE …>) is not read. Delete it, with its entities.
    """
    if not source or source.isspace():
        raise UserError(f"{where} is empty. Save the letter in it again.")
    declared = _ENCODING.match(source)
    if declared and declared[1].casefold() not in _UTF_8:
        raise UserError(
            f"{where}, line 1: the XML declaration names the encoding “{declared[1]}”, but only UTF-8 is read. "
            'Save the file as UTF-8, and write encoding="UTF-8".'
        )
    try:
        data = source.encode("utf-8")
        # The parser of the standard library expands entities and has no limits: refuse what could exceed them.
        if "<!DOCTYPE" in source or source.count("<") > MOST_ELEMENTS:
            _refuse(source, where)
        parser = ElementTree.XMLParser(encoding="utf-8")
        parser.feed(data)
        tree = Tree(parser.close(), source, where)
    except (ElementTree.ParseError, expat.ExpatError) as error:
        raise _malformed(error, source, where) from error
    except UnicodeEncodeError as error:
        raise UserError(
            f"{where}: a lone surrogate (U+{ord(source[error.start]):04X}) is not a character. Delete it."
        ) from error
    _name_elements(tree)
    return tree


def _malformed(error: ElementTree.ParseError | expat.ExpatError, source: str, where: str) -> UserError:
    """The error for XML that is not well-formed: what is wrong at the place where the parser stopped, and the fix."""
    line, column = error.position if isinstance(error, ElementTree.ParseError) else (error.lineno, error.offset)
    line, wrong = _wrong_in_xml(expat.ErrorString(error.code), source, line, column)
    return UserError(f"{where}, line {line}: this is not well-formed XML: {wrong}")


def _wrong_in_xml(reason: str, source: str, line: int, column: int) -> tuple[int, str]:
    """The line of the mistake at which expat stopped for a ``reason``, and what is wrong with the fix."""
    words = source.split("\n")[line - 1]
    before = "\n".join([*source.split("\n")[: line - 1], words[:column]])
    if reason == expat.errors.XML_ERROR_UNDEFINED_ENTITY:
        reference = re.match(r"&[^\s;]*;?", words[column:])
        return line, f"“{reference[0] if reference else '&'}” is not defined. Write the character itself."
    if reason == expat.errors.XML_ERROR_MISPLACED_XML_PI:
        return line, "words, spaces or an empty line stand above “<?xml”, which must come first. Delete them."
    if reason == expat.errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT:
        return (
            line,
            "something follows the end of the root element. Delete it; a second letter needs a file of its own.",
        )
    if reason == expat.errors.XML_ERROR_DUPLICATE_ATTRIBUTE:
        return line, "an element has the same attribute twice. Delete one of them."
    if reason in (expat.errors.XML_ERROR_TAG_MISMATCH, *_CUT_OFF):
        name, opened = _last_open(source)
        closing = re.search(r"</[^>]*>?", words[max(0, words.rfind("</", 0, column + 1)) :])
        if name and closing and reason == expat.errors.XML_ERROR_TAG_MISMATCH:
            where = "instead" if closing[0].casefold() == f"</{name}>".casefold() else "before it"
            return line, f"“{closing[0]}” does not close “<{name}>”, line {opened}. Write “</{name}>” {where}."
        if name:
            return line, (
                f"the file ends before “<{name}>”, line {opened}, is closed. Copy it again whole, or write the "
                "closing tags that are missing."
            )
    if before.rfind("<!--") > before.rfind("-->"):
        return line, "a comment has “--” in it. Write one hyphen or a dash instead."
    if mark := re.match(r"=\s*([“”„‟«»‘’])", words[max(0, words.rfind("=", 0, column + 1)) :]):
        return line, f'a value is in typographic quotation marks ({mark[1]}). Write straight ones: "…".'
    signs = {"&": r"&(?!#\d+;|#x[\da-fA-F]+;|[A-Za-z_][\w.-]*;)", "<": r"<(?![A-Za-z_/!?])"}
    for sign, entity in (("&", "&amp;"), ("<", "&lt;")):
        found = [one.start() for one in re.finditer(signs[sign], words)]
        if any(start <= column for start in found):
            return line, f"“{sign}” has a meaning of its own. Write “{entity}”."
    return line, f"{reason}. Correct it there, or open the file in an XML editor, which shows the place."


def _last_open(source: str) -> tuple[str, int]:
    """The name and the line of the innermost element that is open where the parser stops."""
    parser = expat.ParserCreate("utf-8")
    opened: list[tuple[str, int]] = []
    parser.StartElementHandler = lambda name, _: opened.append((name, parser.CurrentLineNumber))
    parser.EndElementHandler = lambda _: opened.pop()
    with contextlib.suppress(expat.ExpatError):
        parser.Parse(source.encode("utf-8"), True)
    return opened[-1] if opened else ("", 0)


def _name_elements(tree: Tree) -> None:
    """Shorten the names of TEI elements, and collect the elements by ``xml:id``."""
    short: dict[str, str] = {}
    for element in tree.root.iter():
        tag = element.tag
        if tag[0] == "{":
            element.tag = short.get(tag) or short.setdefault(tag, tag.removeprefix(_TEI))
        own = element.get(XML_ID)
        if own:
            own = " ".join(own.split())
            if own in tree.ids:
                _refuse_second(tree, own)
            tree.ids[own] = element


def _refuse_second(tree: Tree, own: str) -> None:
    first, second, *_ = (one for one in tree.root.iter() if attribute(one, XML_ID) == own)
    line = tree.place(first).rpartition(" ")[2]
    raise UserError(
        f"{tree.place(second)}: the xml:id “{own}” is already used in line {line}. Give this element another."
    )
