"""XML made safe: a small tree or one clear message. Nothing is declared, expanded, fetched or followed."""

from __future__ import annotations

from collections.abc import Iterator
from xml.parsers import expat

from ..core import UserError

# Far above any letter, far below what could hurt: memory stays bounded whatever the file holds.
MOST_LEVELS = 500
MOST_ELEMENTS = 200_000
MOST_TAG = 8 << 20
_CHUNK = 1 << 20

_NAMESPACES = {"http://www.tei-c.org/ns/1.0": "", "http://www.w3.org/XML/1998/namespace": "xml:"}
_UTF_8 = {"utf-8", "utf8", "us-ascii", "ascii"}


class Node:
    """One element: its name, attributes, children (nodes and strings) and line.

    Names of TEI are bare, ``xml:id`` keeps its prefix; a name of another namespace has that
    namespace and a space before it, and so never equals a name of TEI.
    """

    __slots__ = ("attributes", "children", "line", "name")

    def __init__(self, name: str, attributes: dict[str, str], line: int) -> None:
        self.name = name
        self.attributes = attributes
        self.children: list[Node | str] = []
        self.line = line

    def get(self, name: str) -> str:
        """An attribute, its white space collapsed; nothing where it has none."""
        return " ".join(self.attributes.get(name, "").split())

    def below(self) -> Iterator[tuple[Node, Node]]:
        """Every element below, in document order, each after its parent."""
        ways = [(self, iter(self.children))]
        while ways:
            parent, children = ways[-1]
            child = next(children, None)
            if child is None:
                ways.pop()
            elif isinstance(child, Node):
                yield parent, child
                ways.append((child, iter(child.children)))

    def find(self, *path: str) -> list[Node]:
        """The elements at the end of a path of names, ``*`` for any; each name may be several, as ``"a|b"``."""
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
        ways = [iter(self.children)]
        while ways:
            child = next(ways[-1], None)
            if child is None:
                ways.pop()
            elif isinstance(child, Node):
                ways.append(iter(child.children))
            else:
                yield child

    def literal(self) -> str:
        """All characters of the element, as they are."""
        return "".join(self._pieces())

    def words(self) -> str:
        """All words of the element, with single spaces."""
        return " ".join(self.literal().split())

    def begins(self, most: int = 1) -> str:
        """The first words of the element, at least ``most`` characters of them if there are so many."""
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
    """Parse XML without any of its dangers.

    Parameters
    ----------
    source : str
        The XML, decoded.
    where : str
        The name of the file, for messages.

    Returns
    -------
    Node
        The root.
    dict of str to Node
        The elements that have an ``xml:id``, by it.

    Raises
    ------
    UserError
        If it is not well formed, has a document type or entities, names an encoding other than
        UTF-8, is nested too deep or has too many elements, or bears an ``xml:id`` twice.

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
                f"the XML declaration names the encoding “{encoding}”, and the file is read as UTF-8. "
                'Save it again with the encoding UTF-8, and write encoding="UTF-8".'
            )

    def doctype(*_: object) -> None:
        raise fault("a document type (<!DOCTYPE …>) is not read. Delete it, with its entities.")

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal count
        count += 1
        if len(open_nodes) > MOST_LEVELS:
            raise fault(
                f"elements stand more than {MOST_LEVELS} deep in each other. No letter needs that; unnest them."
            )
        if count > MOST_ELEMENTS:
            raise fault(f"more than {MOST_ELEMENTS:,} elements. Split the file into several letters.")
        node = Node(_bare(name), {_bare(key): value for key, value in attributes.items()}, parser.CurrentLineNumber)
        own = node.get("xml:id")
        if own in ids:
            raise fault(f"the xml:id “{own}” stands in line {ids[own].line} already. Give this one another.")
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
        # In chunks: after an error the parser reads no further than the end of its chunk.
        fed = 0
        for at in range(0, len(source), _CHUNK):
            chunk = source[at : at + _CHUNK].encode("utf-8")
            parser.Parse(chunk, False)
            fed += len(chunk)
            if fed - parser.CurrentByteIndex > MOST_TAG:
                raise fault(f"a tag or comment of more than {MOST_TAG >> 20} MB. Delete it.")
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        reason = expat.ErrorString(error.code)
        mend = (
            "Write the character itself."
            if error.code == expat.errors.codes[expat.errors.XML_ERROR_UNDEFINED_ENTITY]
            else "Mend it there, or open the file in an XML editor, which shows the place."
        )
        raise UserError(f"{where}, line {error.lineno}: this is not well-formed XML: {reason}. {mend}") from error
    except UnicodeEncodeError as error:
        raise UserError(
            f"{where}: a lone surrogate (U+{ord(source[error.start]):04X}) is not a character. Delete it."
        ) from error
    return top.find("*")[0], ids  # well-formed XML has one root
