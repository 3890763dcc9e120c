"""Take a person’s words out of the stored outputs of a notebook; the first edition left them there.

Views of this edition store no words. Outputs of the first edition are recognised by their HTML, and what a person
printed or displayed in another way by the code of its cell.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..annotation import still_marks
from ..core import Markup, UserError, element
from ..workbook import UNSTORED

Output = dict[str, Any]

_WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
_WIDGET_STATE = "application/vnd.jupyter.widget-state+json"
# Public functions whose results hold a person's words, and the rooms all of whose functions may give them.
_PERSONAL = {"annotate", "annotations", "answer", "my_work"}
_PERSONAL_ROOMS = {"annotation", "portfolio", "workbook"}
# Traits in which widgets of the first edition hold words.
_PERSONAL_TRAITS = {"state", "margin", "packed", "more"}
_MAGIC = re.compile(r"^\s*[%!].*$", re.M)

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


def clean_notebook(text: str, name: str) -> CleanedNotebook:
    """Take a person’s words out of the stored outputs of a notebook, and leave all else as it is.

    Code cells, whatever a person typed into them, and the workbook stay unchanged. Raises `UserError` if `text` is
    not a notebook; `name` names it in the message.

    Examples
    --------
    >>> notebook = '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'
    >>> clean_notebook(notebook, "a.ipynb").count
    0
    """
    try:
        data = json.loads(text)
        count = take_out_words(data["cells"]) + _clean_state(data.get("metadata", {}))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UserError(
            f"{name} is not a notebook in the current format. Open it in JupyterLab and save it."
        ) from error
    return CleanedNotebook(_write(data, text) if count else text, count)


def take_out_words(cells: Iterable[dict[str, Any]]) -> int:
    """Take a person’s words out of the outputs of cells; return the number of outputs that were changed or removed."""
    count = 0
    personal = set(_PERSONAL)
    for cell in cells:
        if cell["cell_type"] != "code":
            continue
        code = _Code(_joined(cell["source"]), personal)
        outputs = [_without_words(output, code) for output in cell["outputs"]]
        changed = sum(new != old for new, old in zip(outputs, cell["outputs"], strict=True))
        if changed:
            cell["outputs"] = [output for output in outputs if output]
            count += changed
    return count


class _Code:
    """The code of a cell: whether it, or its last line, uses something that holds a person’s words."""

    def __init__(self, source: str, personal: set[str]) -> None:
        try:
            body = ast.parse(_MAGIC.sub("pass", source)).body
        except SyntaxError:
            body = []
        for statement in body:
            personal.update(_named(statement, personal))
        self.uses = any(_mentions(statement, personal) for statement in body if not isinstance(statement, _IMPORTS))
        self.shows = bool(body) and isinstance(body[-1], ast.Expr) and _mentions(body[-1], personal)


_IMPORTS = (ast.Import, ast.ImportFrom)


def _mentions(node: ast.AST, personal: set[str]) -> bool:
    return any(
        (isinstance(one, ast.Name) and one.id in personal) or (isinstance(one, ast.Attribute) and one.attr in _PERSONAL)
        for one in ast.walk(node)
    )


def _named(node: ast.stmt, personal: set[str]) -> Iterator[str]:
    """Yield the names that a statement gives to something that holds a person’s words."""
    for one in ast.walk(node):
        if isinstance(one, ast.ImportFrom):
            of_room = bool(_PERSONAL_ROOMS & set((one.module or "").split(".")[1:2]))
            for alias in one.names:
                if of_room or alias.name in (*_PERSONAL, *(_PERSONAL_ROOMS if one.module == "helpers" else ())):
                    yield alias.asname or alias.name
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and _mentions(node, personal):
        yield node.name
    elif not isinstance(node, _IMPORTS) and _mentions(node, personal):
        yield from (one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store))


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
