"""Take a person’s words out of the stored outputs of a notebook; the first edition left them there.

Views of this edition store no words. Outputs of the first edition are recognised by their HTML, and what a person
printed or displayed in another way by the code of its cell, and by the words themselves, if the workbook is at hand.
The code is not run, so it tells much but not everything.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..annotation import still_marks
from ..core import Markup, UserError, element
from ..workbook import UNSTORED
from .own_words import RecordedWords, recorded_words

Output = dict[str, Any]

_WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
_WIDGET_STATE = "application/vnd.jupyter.widget-state+json"
# Public functions whose results hold a person's words, and the rooms all of whose functions may give them.
_PERSONAL = {"annotate", "annotations", "answer", "my_text", "my_work"}
_PERSONAL_ROOMS = {"annotation", "portfolio", "questions", "widgets", "workbook"}
# How IPython calls the results of earlier cells, which may be anybody's words.
_RESULT = re.compile(r"_|__|___|_\d+|_oh|Out")
_FILES = re.compile(rf"my-work|\.jsonl\b|\bhelpers\.(?:{'|'.join(sorted(_PERSONAL_ROOMS))})\b")
# Traits in which widgets of the first edition hold words.
_PERSONAL_TRAITS = {"state", "margin", "packed", "more"}
# Lines that are no Python: a magic, a command of the shell, also one whose result gets a name, and a request for help.
_MAGIC = re.compile(r"^(?P<indent>[ \t]*)(?P<name>\w+ *= *)?(?:[%!?].*|(?=\S).*\?[ \t]*)$", re.M)

_ANSWER = re.compile(r"<p><strong>Your answer</strong></p>.*(?=</section>)", re.S)
_WORK = re.compile(r'<article class="close-reading-portfolio">.*</article>', re.S)
_RECALLED = re.compile(r'<article class="close-reading-recalled">.*</article>', re.S)
_MARKS = re.compile(r"<section><p><strong>Your marks</strong></p>.*?</section>", re.S)
_MARK = re.compile(r"<mark [^>]*>|<sup [^>]*>✎[^<]*</sup></mark>|</mark>")
_SAID = re.compile(r"\A<p>[^<]*</p>(?=<article )")
_MARKS_TABLE = re.compile(r'<div [^>]*aria-label="My marks">.*', re.S)
# What the first edition stored of a workbook in which nothing was done yet.
_NO_WORK = re.compile(r'<article class="close-reading-portfolio"><p><strong>My work</strong></p><(?:div|p style)')
_NOTHING_DONE = re.compile(r"(?:My work: 0 of \d+ questions answered\.|My work\. )")
_ASKED = re.compile(r"Question [\d.]+: ")  # the text of a form, without an answer
# Other views of ours, which are no words of a person.
_OURS = re.compile(r'class="close-reading-(?:page|question|portfolio|recalled|marks|explorer|map)')
_STORED = Markup(element("p", UNSTORED))


@dataclass(frozen=True)
class CleanedNotebook:
    """A notebook without a person’s words, and the number of outputs that had some."""

    text: str
    count: int


def clean_notebook(text: str, name: str, recorded: RecordedWords | None = None) -> CleanedNotebook:
    """Take a person’s words out of the stored outputs of a notebook, and leave all else as it is.

    Code cells, whatever a person typed into them, and the workbook stay unchanged. Raises `UserError` if `text` is
    not a notebook; `name` names it in the message. ``recorded`` are words to look for in all outputs.

    Examples
    --------
    >>> notebook = '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'
    >>> clean_notebook(notebook, "a.ipynb").count
    0
    """
    try:
        data = json.loads(text)
        count = take_out_words(data["cells"], recorded) + _clean_state(data.get("metadata", {}))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UserError(
            f"{name} is not a notebook in the current format. Open it in JupyterLab and save it."
        ) from error
    return CleanedNotebook(_write(data, text) if count else text, count)


def take_out_words(cells: Iterable[dict[str, Any]], recorded: RecordedWords | None = None) -> int:
    """Take a person’s words out of the outputs of cells; return the number of outputs that were changed or removed."""
    count = 0
    personal = set(_PERSONAL)
    recorded = recorded_words() if recorded is None else recorded
    for cell in cells:
        if cell["cell_type"] != "code":
            continue
        code = _Code(_joined(cell["source"]), personal)
        outputs = [_without_words(output, code) for output in cell["outputs"]]
        outputs = [None if output and recorded.are_in(_all_words(output)) else output for output in outputs]
        changed = sum(new != old for new, old in zip(outputs, cell["outputs"], strict=True))
        if changed:
            cell["outputs"] = [output for output in outputs if output]
            count += changed
    return count


def _all_words(output: object) -> str:
    """Join all strings in an output."""
    if isinstance(output, str):
        return output
    parts = output.values() if isinstance(output, dict) else output if isinstance(output, list) else ()
    # The lines of an output are a list of strings that belong together.
    lines = isinstance(output, list) and all(isinstance(one, str) for one in output)
    return ("" if lines else "\n").join(map(_all_words, parts))


class _Code:
    """The code of a cell: whether it, or its last line, uses something that holds a person’s words."""

    def __init__(self, source: str, personal: set[str]) -> None:
        other = [line[0] for line in _MAGIC.finditer(source)]
        try:
            body = ast.parse(_MAGIC.sub(lambda line: f"{line['indent']}{line['name'] or ''}None", source)).body
        except (SyntaxError, ValueError, RecursionError, MemoryError):  # the last two: nested too deeply
            body, other = [], [source]
        told = _mentioned("\n".join(other), personal)
        if told:
            personal.update(line["name"].strip(" =") for line in _MAGIC.finditer(source) if line["name"])
        for statement in body:
            personal.update(_named(statement, personal))
        self.uses = told or any(_mentions(one, personal) for one in body if not isinstance(one, _IMPORTS))
        self.shows = told or (bool(body) and isinstance(body[-1], ast.Expr) and _mentions(body[-1], personal))


_PACKAGE = __name__.partition(".")[0]
_IMPORTS = (ast.Import, ast.ImportFrom)


def _mentioned(words: str, personal: set[str]) -> bool:
    """Whether code that cannot be parsed uses something personal; a request for help does not."""
    used = re.sub(r"^\s*(?:\?.*|[\w.]+\?+\s*)$", "", words, flags=re.M)
    return bool(_FILES.search(used)) or any(word in personal or _is_result(word) for word in re.findall(r"\w+", used))


def _mentions(node: ast.AST, personal: set[str]) -> bool:
    return any(
        (isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load) and (one.id in personal or _is_result(one.id)))
        or (isinstance(one, ast.Attribute) and (one.attr in _PERSONAL or _is_room(one, personal)))
        or (isinstance(one, ast.Constant) and isinstance(one.value, str) and bool(_FILES.search(one.value)))
        for one in ast.walk(node)
    )


def _is_result(name: str) -> bool:
    return _RESULT.fullmatch(name) is not None


def _is_room(node: ast.Attribute, personal: set[str]) -> bool:
    return node.attr in _PERSONAL_ROOMS and isinstance(node.value, ast.Name) and f"{node.value.id}." in personal


def _named(node: ast.stmt, personal: set[str]) -> Iterator[str]:
    """Yield the names of packages with a dot, and those that a statement gives to something with a person’s words."""
    for one in ast.walk(node):
        if isinstance(one, ast.Import):
            for alias in one.names:
                package, _, room = alias.name.partition(".")
                yield f"{alias.asname or package}."
                if package == "helpers" and room in _PERSONAL_ROOMS and alias.asname:
                    yield alias.asname
        if isinstance(one, ast.ImportFrom):
            room = (one.module or "").partition("helpers.")[2]
            for alias in one.names:
                if alias.name == "*" and room in _PERSONAL_ROOMS:
                    yield from (name for name in vars(sys.modules[f"{_PACKAGE}.{room}"]) if name[0] != "_")
                elif room in _PERSONAL_ROOMS or alias.name in (
                    *_PERSONAL,
                    *(_PERSONAL_ROOMS if one.module == "helpers" else ()),
                ):
                    yield alias.asname or alias.name
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and _mentions(node, personal):
        yield node.name
    elif not isinstance(node, _IMPORTS) and _mentions(node, personal):
        yield from (one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store))
        yield from {_changed(one) for one in ast.walk(node)} - {
            "",
            *(name[:-1] for name in personal if name[-1:] == "."),
        }


def _changed(node: ast.AST) -> str:
    """Return the name of what a part of a statement may change: x in ``x.a = …``, ``x[0] = …`` and ``x.append(…)``."""
    if isinstance(node, (ast.Attribute, ast.Subscript)) and isinstance(node.ctx, ast.Store):
        inner: ast.AST = node
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Attribute):
        inner = node.value.func
    else:
        return ""
    while isinstance(inner, (ast.Attribute, ast.Subscript)):
        inner = inner.value
    return inner.id if isinstance(inner, ast.Name) else ""


def _without_words(output: Output, code: _Code) -> Output | None:
    """Return an output without a person’s words: unchanged if it has none, None if nothing would be left."""
    data = output.get("data", {})
    if _WIDGET_VIEW in data:
        return output
    html, plain = _joined(data.get("text/html", "")), _joined(data.get("text/plain", ""))
    new = _cleaned_html(html, plain)
    if new != html:
        kept = plain if _ASKED.match(plain) else UNSTORED
        words = (new, kept) if isinstance(data["text/html"], str) else (_lines(new), _lines(kept))
        return {**output, "data": dict(zip(("text/html", "text/plain"), words, strict=True))}
    if _OURS.search(html) or UNSTORED in plain or (html and "Nothing found." in html and "My marks" in html):
        return output
    return None if (code.shows if output["output_type"] == "execute_result" else code.uses) else output


def _cleaned_html(html: str, plain: str) -> str:
    """Take a person’s words out of the HTML of a view of the first edition."""
    html = _ANSWER.sub(_STORED, html)
    if "close-reading-recalled" in html and "white-space:pre-wrap" in html:
        html = _RECALLED.sub(element("article", _STORED, **{"class": "close-reading-recalled"}), html)
    if "close-reading-portfolio" in html and not (_NO_WORK.search(html) and _NOTHING_DONE.match(plain)):
        work = (element("p", element("strong", "My work")), _STORED)
        html = _WORK.sub(element("article", *work, **{"class": "close-reading-portfolio"}), html)
    if _MARKS.search(html):
        html = _SAID.sub("", _MARK.sub("", _MARKS.sub(still_marks(), html)))
    if 'aria-label="My marks"' in html and "Nothing found." not in html:
        html = _MARKS_TABLE.sub(still_marks(), html)
    return html


def _clean_state(metadata: Mapping[str, Any]) -> int:
    """Remove the stored state of widgets with a person’s words; return how many there were."""
    models = metadata.get("widgets", {}).get(_WIDGET_STATE, {}).get("state", {})
    personal = [
        id
        for id, model in models.items()
        if str(model.get("state", {}).get("_anywidget_id", "")).startswith("helpers.")
        and _PERSONAL_TRAITS & model["state"].keys()
    ]
    for id in personal:
        del models[id]
    return len(personal)


def _write(data: object, like: str) -> str:
    """Write a notebook in the style of the file it was read from, so that nothing else in it changes."""
    newline = "\r\n" if "\r\n" in like else "\n"
    indent = re.match(r"\s*\{\r?\n( *)", like)
    end = newline if like.endswith("\n") else ""

    def written(data: object, *, ascii: bool) -> str:
        words = json.dumps(data, ensure_ascii=ascii, indent=len(indent[1]) if indent else None)
        return words.replace("\n", newline) + end

    return written(data, ascii=written(json.loads(like), ascii=True) == like)


def _joined(lines: str | Iterable[str]) -> str:
    return lines if isinstance(lines, str) else "".join(lines)


def _lines(words: str) -> list[str]:
    return re.findall(r"[^\n]*\n|[^\n]+", words)
