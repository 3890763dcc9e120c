"""Safe XML parser: returns a small tree or raises one clear error; reads no DTD and no external file."""

from __future__ import annotations

from collections.abc import Iterator
from xml.parsers import expat

from ..core import UserError

# Limits far above any letter, so that a hostile file cannot exhaust the memory; MOST_TAG is in bytes.
MOST_LEVELS = 500
MOST_ELEMENTS = 200_000
MOST_TAG = 8 << 20
_CHUNK = 1 << 20

_NAMESPACES = {"http://www.tei-c.org/ns/1.0": "", "http://www.w3.org/XML/1998/namespace": "xml:"}
_UTF_8 = {"utf-8", "utf8", "us-ascii", "ascii"}


class Node:
    """One element: its name, attributes, children (nodes and strings) and line.

    TEI names have no prefix, and ``xml:id`` keeps its own. A name of another namespace follows the
    namespace and a space, so that it never equals a TEI name.
    """

    __slots__ = ("attributes", "children", "line", "name")

    def __init__(self, name: str, attributes: dict[str, str], line: int) -> None:
        self.name = name
        self.attributes = attributes
        self.children: list[Node | str] = []
        self.line = line

    def get(self, name: str) -> str:
        """The value of an attribute, its white space collapsed; “” if the element does not have it."""
        return " ".join(self.attributes.get(name, "").split())

    def below(self) -> Iterator[tuple[Node, Node]]:
        """Every descendant element as (parent, element), in document order."""
        return ((parent, child) for parent, child in self._walk() if isinstance(child, Node))

    def _walk(self) -> Iterator[tuple[Node, Node | str]]:
        """Every descendant with its parent, in document order, without recursion."""
        stack = [(self, iter(self.children))]
        while stack:
            parent, children = stack[-1]
            child = next(children, None)
            if child is None:
                stack.pop()
                continue
            yield parent, child
            if isinstance(child, Node):
                stack.append((child, iter(child.children)))

    def find(self, *path: str) -> list[Node]:
        """The elements at the end of a path of names: ``"*"`` is any name, ``"a|b"`` is either of two."""
        found = [self]
        for step in path:
            names = step.split("|")
            found = [
                child
                for node in found
                for child in node.children
                if isinstance(child, Node) and (step == "*" or child.name in names)
            ]
        return found

    def _pieces(self) -> Iterator[str]:
        return (child for _, child in self._walk() if isinstance(child, str))

    def literal(self) -> str:
        """The text of the element, unchanged."""
        return "".join(self._pieces())

    def words(self) -> str:
        """The text of the element, its white space collapsed."""
        return " ".join(self.literal().split())

    def begins(self, most: int = 1) -> str:
        """The beginning of the text, its white space collapsed: at least ``most`` characters, if there are so many."""
        found = ""
        for piece in self._pieces():
            found += " ".join(piece[: most + 1000].split())
            if len(found) >= most:
                break
        return found


def _bare(name: str) -> str:
    space, _, local = name.rpartition(" ")
    return _NAMESPACES.get(space, f"{space} " if space else "") + local


def parse(source: str, where: str) -> tuple[Node, dict[str, Node]]:
    """Parse decoded XML: the root, and the elements by ``xml:id``.

    Raises ``UserError``, with ``where`` and the line, if the source is not well formed, has a document type,
    names an encoding other than UTF-8, exceeds a limit, or has the same ``xml:id`` twice.

    Examples
    --------
    >>> root, ids = parse("<p xml:id='a'>Return <hi>all</hi> this.</p>", "a.xml")
    >>> root.words(), list(ids)
    ('Return all this.', ['a'])
    >>> parse("<!DOCTYPE p [<!ENTITY a 'b'>]><p>&a;</p>", "a")
    Traceback (most recent call last):
    helpers.core.errors.UserError: a, line 1: a document type (<!DOCTYPE …>) is not read. Delete it, with its entities.
    """
    if not source.strip():
        raise UserError(f"{where} is empty. Save the letter in it again.")
    top = Node("", {}, 0)
    open_nodes, count = [top], 0
    ids: dict[str, Node] = {}
    parser = expat.ParserCreate("utf-8", namespace_separator=" ")
    parser.buffer_text = True
    parser.buffer_size = 1 << 16

    def fault(message: str) -> UserError:
        return UserError(f"{where}, line {parser.CurrentLineNumber}: {message}")

    def declaration(version: str, encoding: str | None, standalone: int) -> None:
        if encoding and encoding.casefold() not in _UTF_8:
            raise fault(
                f"the XML declaration names the encoding “{encoding}”, but only UTF-8 is read. "
                'Save the file as UTF-8, and write encoding="UTF-8".'
            )

    def doctype(*_: object) -> None:
        raise fault("a document type (<!DOCTYPE …>) is not read. Delete it, with its entities.")

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal count
        count += 1
        if len(open_nodes) > MOST_LEVELS:
            raise fault(
                f"elements are nested more than {MOST_LEVELS} deep. No letter needs that. Remove some of the levels."
            )
        if count > MOST_ELEMENTS:
            raise fault(f"the file has more than {MOST_ELEMENTS:,} elements. Split it into several letters.")
        node = Node(_bare(name), {_bare(key): value for key, value in attributes.items()}, parser.CurrentLineNumber)
        own = node.get("xml:id")
        if own in ids:
            raise fault(f"the xml:id “{own}” is already used in line {ids[own].line}. Give this element another.")
        if own:
            ids[own] = node
        open_nodes[-1].children.append(node)
        open_nodes.append(node)

    parser.XmlDeclHandler = declaration
    parser.StartDoctypeDeclHandler = doctype
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: open_nodes.pop()
    parser.CharacterDataHandler = lambda data: open_nodes[-1].children.append(data)
    try:
        # In chunks: after an exception in a handler pyexpat (CPython 3.11 to 3.14) parses on to the chunk’s end.
        fed = 0
        for at in range(0, len(source), _CHUNK):
            chunk = source[at : at + _CHUNK].encode("utf-8")
            parser.Parse(chunk, False)
            fed += len(chunk)
            if fed - parser.CurrentByteIndex > MOST_TAG:
                raise fault(f"a tag or comment is longer than {MOST_TAG >> 20} MB. Delete it.")
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        reason = expat.ErrorString(error.code)
        advice = (
            "Write the character itself."
            if error.code == expat.errors.codes[expat.errors.XML_ERROR_UNDEFINED_ENTITY]
            else "Correct it there, or open the file in an XML editor, which shows the place."
        )
        raise UserError(f"{where}, line {error.lineno}: this is not well-formed XML: {reason}. {advice}") from error
    except UnicodeEncodeError as error:
        raise UserError(
            f"{where}: a lone surrogate (U+{ord(source[error.start]):04X}) is not a character. Delete it."
        ) from error
    return top.find("*")[0], ids  # well-formed XML has one root
