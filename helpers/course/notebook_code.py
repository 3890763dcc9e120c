"""Read the code of a notebook without running it: calls of public names of ``helpers``, and texts with their layers.

A name counts as one of ours only if every cell that binds it imports it from ``helpers``; a variable is a text only
if every cell that binds it loads the same text. Whatever is computed is not known, and left alone.
"""

from __future__ import annotations

import ast
import builtins
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches

from ..core import did_you_mean

_MAGIC_CELL = re.compile(r"\s*%%(\w+)[^\n]*")
_PYTHON_MAGICS = {"time", "timeit", "capture", "prun"}
_MAGIC_LINE = re.compile(r"^([ \t]*)(?:[%!].*|\?+[\w.]+|[\w.]+\?{1,2})[ \t]*$", re.M)
_MAGIC_VALUE = re.compile(r"^([ \t]*\w[\w, ]*=)[ \t]*[!%].*$", re.M)
# Names that a cell binds which is not Python.
_BOUND = re.compile(r"^[ \t]*(\w[\w, \t]*)=(?!=)|\b(?:def|class|import|as|for)[ \t]+(\w+)", re.M)
_PACKAGE = "helpers"
PUBLIC: tuple[str, ...] = tuple(sys.modules[_PACKAGE].__all__)
# What Python and IPython define, and calls that may define any name.
_BUILT_IN = {*dir(builtins), "display", "get_ipython", "In", "Out", "exit", "quit"}
_USES_NAMESPACE = {"exec", "eval", "globals", "locals", "vars", "get_ipython"}


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
        self.certain = self.only_python = True
        self.mistakes: list[tuple[int, int, str]] = []  # cell, line, and why the cell does not run
        self._cells: list[tuple[int, ast.AST]] = []
        # What each name is bound to: a public name, an expression, or None for anything else.
        self._bound: dict[str, list[str | ast.expr | None]] = defaultdict(list)
        for number, source in cells:
            tree = self._parsed(number, source)
            if tree is not None:
                self._cells.append((number, tree))
                self._note_bindings(tree)

    def _parsed(self, number: int, source: str) -> ast.AST | None:
        magic = _MAGIC_CELL.match(source)
        if magic and magic[1] not in _PYTHON_MAGICS:
            return None
        if magic or _MAGIC_LINE.search(source) or _MAGIC_VALUE.search(source):
            self.only_python = False
        plain = _MAGIC_VALUE.sub(r"\1 None", _MAGIC_LINE.sub(r"\1pass", source))
        try:
            flags = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
            tree: ast.AST = compile(plain, "cell", "exec", flags, dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            self.certain = False
            if isinstance(error, SyntaxError) and plain == source and (problem := _why_not_run(error)):
                self.mistakes.append((number, error.lineno or 1, f"the cell does not run: {problem}"))
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
            elif isinstance(node, ast.MatchMapping) and node.rest:
                self._bound[node.rest].append(None)
            elif type(node).__name__ in ("TypeVar", "ParamSpec", "TypeVarTuple"):  # from Python 3.12
                self._bound[getattr(node, "name", "")].append(None)
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

    def undefined(self) -> Iterator[tuple[int, int, str]]:
        """Yield the names that no cell binds, with cell, line and what is meant, if all that bind are known."""
        if not self.certain or not self.only_python or "*" in self._bound or _USES_NAMESPACE & {*self._loaded()}:
            return
        said: set[str] = set()
        for cell, tree in self._cells:
            tried = {inner for node in ast.walk(tree) if isinstance(node, ast.Try) for inner in ast.walk(node)}
            for node in ast.walk(tree):
                if isinstance(node, ast.ImportFrom) and node.module == _PACKAGE and not node.level:
                    for alias in node.names:
                        if alias.name not in (*PUBLIC, "*") and node not in tried:
                            yield cell, node.lineno, f"no “{alias.name}” in helpers. {did_you_mean(alias.name, PUBLIC)}"
                elif isinstance(node, ast.Name) and node not in tried and not self._is_known(node.id, said):
                    said.add(node.id)
                    yield cell, node.lineno, self._undefined(node.id)

    def _loaded(self) -> Iterator[str]:
        return (node.id for _, tree in self._cells for node in ast.walk(tree) if isinstance(node, ast.Name))

    def _is_known(self, name: str, said: set[str]) -> bool:
        return name in self._bound or name in _BUILT_IN or name in said or name.startswith("_")

    def _undefined(self, name: str) -> str:
        """Say that a name is not defined, and what to do."""
        if name in PUBLIC:
            return f"“{name}” is not imported. Write from {_PACKAGE} import {name}."
        here = [one for one in (*PUBLIC, *self._bound) if one != name]
        near = get_close_matches(name.casefold(), here, n=1, cutoff=0.75)
        advice = f"Did you mean “{near[0]}”?" if near else "If it is a word of yours, put it into quotation marks."
        return f"“{name}” is not defined. {advice}"

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


def _why_not_run(error: SyntaxError) -> str:
    """Say why Python does not run a cell; empty for other mistakes, which may be gaps to fill in."""
    said, line = error.msg, (error.text or "").strip()
    if found := re.search(r"invalid character '([“”„‟‚‘’«»])'", said):
        return f'“{found[1]}” is no quotation mark of Python. Write straight ones: "…".'
    if found := re.match(r"'([(\[{])' was never closed", said):
        return f"the bracket “{found[1]}” is not closed. Close it."
    if said.startswith("unexpected indent"):
        return f"spaces stand before “{line}”. Delete them."
    if said.startswith("leading zeros"):
        return "a name that begins with a number stands in quotation marks."
    return ""


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
