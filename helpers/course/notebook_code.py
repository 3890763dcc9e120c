"""Read the code of a notebook without running it: calls of public names of ``helpers``, and texts with their layers.

A name counts as one of ours only if every cell that binds it imports it from ``helpers``; a variable is a text only
if every cell that binds it loads the same text. Whatever is computed is not known, and left alone.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

_MAGIC_CELL = re.compile(r"\s*%%(\w+)[^\n]*")
_PYTHON_MAGICS = {"time", "timeit", "capture", "prun"}
_MAGIC_LINE = re.compile(r"^([ \t]*)(?:[%!].*|\?+[\w.]+|[\w.]+\?{1,2})[ \t]*$", re.M)
_MAGIC_VALUE = re.compile(r"^([ \t]*[\w, ]+=)[ \t]*[!%].*$", re.M)
# Names that a cell binds which is not Python.
_BOUND = re.compile(r"^[ \t]*([\w, ]+?)[ \t]*=(?!=)|\b(?:def|class|import|as|for)[ \t]+(\w+)", re.M)
_PACKAGE = "helpers"


@dataclass(frozen=True)
class Use:
    """A call of a public name of ``helpers``, or a text indexed by a layer, whose ``name`` is “[]”."""

    cell: int
    line: int
    name: str
    given: tuple[ast.expr, ...]
    named: dict[str, ast.expr] = field(default_factory=dict)
    text: str | None = None  # the id of the text that is the first argument, or is indexed, if it is known

    def words(self, argument: ast.expr | None) -> list[str]:
        """The string that an argument is, or those of a list; none if it is anything else."""
        parts = argument.elts if isinstance(argument, ast.List | ast.Tuple) else [argument]
        return [part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)]


class NotebookCode:
    """The code cells of a notebook by number; ``certain`` says whether all that bind names could be read.

    Examples
    --------
    >>> code = NotebookCode([(2, "from helpers import load_text, read"), (3, "a = load_text('x')\\nread(a)")])
    >>> [(use.cell, use.line, use.name, use.text) for use in code.uses()]
    [(3, 1, 'load_text', None), (3, 2, 'read', 'x')]
    """

    def __init__(self, cells: Iterable[tuple[int, str]]) -> None:
        self.certain = True
        self._cells: list[tuple[int, ast.AST]] = []
        # What each name is bound to: a public name, an expression, or None for anything else.
        self._bound: dict[str, list[str | ast.expr | None]] = defaultdict(list)
        for number, source in cells:
            tree = self._parsed(source)
            if tree is not None:
                self._cells.append((number, tree))
                self._note_bindings(tree)

    def _parsed(self, source: str) -> ast.AST | None:
        magic = _MAGIC_CELL.match(source)
        if magic and magic[1] not in _PYTHON_MAGICS:
            return None
        plain = _MAGIC_VALUE.sub(r"\1 None", _MAGIC_LINE.sub(r"\1pass", source))
        try:
            flags = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
            tree: ast.AST = compile(plain, "cell", "exec", flags, dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            self.certain = False
            for names, name in _BOUND.findall(source):
                for one in re.findall(r"\w+", names) or [name]:
                    self._bound[one].append(None)
            return None
        return tree

    def _note_bindings(self, tree: ast.AST) -> None:
        values: dict[ast.AST, ast.expr] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign):
                for target in node.targets:
                    values.update(_pairs(target, node.value))
            elif isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    public = alias.name if node.module == _PACKAGE and not node.level else None
                    self._bound[alias.asname or alias.name].append(public)
            elif isinstance(node, ast.Import):
                for alias in node.names:
                    package = _PACKAGE if alias.name == _PACKAGE else None
                    self._bound[alias.asname or alias.name.partition(".")[0]].append(package)
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                self._bound[node.name].append(None)
            elif isinstance(node, ast.arg):
                self._bound[node.arg].append(None)
            elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
                self._bound[node.name].append(None)
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
                self._bound[node.id].append(values.get(node))

    def _public(self, function: ast.expr) -> str | None:
        """The public name that a called expression surely is."""
        if isinstance(function, ast.Name):
            bound = {one if isinstance(one, str) else None for one in self._bound.get(function.id, ())}
            if not bound and set(self._bound.get("*", ())) == {"*"}:
                return function.id
            (name,) = bound if len(bound) == 1 else (None,)
            return name if name != _PACKAGE else None
        if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
            return function.attr if set(self._bound.get(function.value.id, ())) == {_PACKAGE} else None
        return None

    def _text(self, thing: ast.expr, *, follow: bool = True) -> str | None:
        """The id of the text that an expression surely is."""
        if isinstance(thing, ast.Call) and self._public(thing.func) == "load_text" and len(thing.args) == 1:
            (given,) = thing.args
            return given.value if isinstance(given, ast.Constant) and isinstance(given.value, str) else None
        if isinstance(thing, ast.Name) and follow:
            bound = self._bound.get(thing.id, ())
            loaded = {self._text(one, follow=False) if isinstance(one, ast.expr) else None for one in bound}
            return loaded.pop() if len(loaded) == 1 else None
        return None

    def rebinds(self, public: str) -> bool:
        """Whether a name that is bound to a public name is also bound to something else."""
        return any(public in bound and set(bound) != {public} for bound in self._bound.values())

    def strings(self) -> Iterator[str]:
        """Yield every string in the code."""
        for _, tree in self._cells:
            for node in ast.walk(tree):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield node.value

    def uses(self) -> Iterator[Use]:
        """Yield every call of a public name, and every text that is indexed, unless a ``try`` is around it."""
        for cell, tree in self._cells:
            tried = {inner for node in ast.walk(tree) if isinstance(node, ast.Try) for inner in ast.walk(node)}
            for node in ast.walk(tree):
                if node in tried:
                    continue  # it may fail
                if isinstance(node, ast.Call) and (name := self._public(node.func)):
                    named = {one.arg: one.value for one in node.keywords if one.arg}
                    text = self._text(node.args[0]) if node.args else None
                    yield Use(cell, node.lineno, name, tuple(node.args), named, text)
                elif isinstance(node, ast.Subscript) and (text := self._text(node.value)):
                    yield Use(cell, node.lineno, "[]", (node.slice,), text=text)


def _pairs(target: ast.expr, value: ast.expr) -> dict[ast.AST, ast.expr]:
    """Pair the names of an assignment with what they are bound to."""
    if isinstance(target, ast.Name):
        return {target: value}
    if (
        isinstance(target, ast.Tuple | ast.List)
        and isinstance(value, ast.Tuple | ast.List)
        and len(target.elts) == len(value.elts)
        and not any(isinstance(one, ast.Starred) for one in (*target.elts, *value.elts))
    ):
        return {name: one for pair in zip(target.elts, value.elts, strict=True) for name, one in _pairs(*pair).items()}
    return {}
