"""Directives: HTML comments in a lesson that control its worksheet and are invisible on the screen."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..core import UserError

# Directives; each must be on its own line.
SAYS = ("screen", "turn", "cards", "strips")
_SAYS = re.compile(r"[ \t]*<!--\s*([a-z]+)\s*(?::([^>]*?))?\s*-->[ \t]*(?:\n|$)")
_LOOSE = re.compile(rf"<!--\s*({'|'.join(SAYS)})\b")
_WHERE = {
    "screen": "Put it at the top of a cell or directly above a paragraph that should not be printed.",
    "cards": "Put it at the top of a cell whose folded parts should become cards.",
}


@dataclass(frozen=True, slots=True)
class Directive:
    """A piece of a Markdown cell: prose, or a directive."""

    kind: str  # “words”, “turn” or “strips”
    words: str = ""  # Markdown, or the ids of the texts


def apply_directives(source: str, where: str) -> tuple[list[Directive], bool]:
    """Apply the directives in a Markdown cell; `where` names the cell in messages.

    Returns the pieces to print, in order, and whether the folded parts are cards. Raises `UserError`
    for a directive in a place where it has no effect.

    Examples
    --------
    >>> apply_directives("Read it.\\n\\n<!-- screen -->\\nRun the cell.\\n\\nWrite.", "cell 1")
    ([Directive(kind='words', words='Read it.\\n\\nWrite.')], False)
    """
    found: list[Directive] = []
    cards = False
    for n, block in enumerate(_blocks(source.strip())):
        while said := _said(block, where):
            block = block[said.end() :].strip("\n")
            if said[1] == "cards" and n == 0:
                cards = True
            elif said[1] == "turn":
                found.append(Directive("turn"))
            elif said[1] == "strips":
                found.append(Directive("strips", said[2] or ""))
            elif said[1] == "screen" and n == 0 and (not block or block.startswith("#")):
                return found, False
            elif said[1] == "screen" and block and not block.startswith("#"):
                block = ""
            else:
                raise UserError(f"{where}: <!-- {said[1]} --> has no effect in this place. {_WHERE[said[1]]}")
        if lost := _LOOSE.search(block):
            raise UserError(
                f"{where}: <!-- {lost[1]} … --> is incorrect or not on its own line. Write one of these above a "
                "paragraph: <!-- screen -->, <!-- turn -->, <!-- cards --> or <!-- strips: id id -->."
            )
        if block and found and found[-1].kind == "words":
            found[-1] = Directive("words", f"{found[-1].words}\n\n{block}")
        elif block:
            found.append(Directive("words", block))
    return found, cards


def _said(block: str, where: str) -> re.Match[str] | None:
    said = _SAYS.match(block)
    if said is None or said[1] in SAYS:
        return said
    if near := difflib.get_close_matches(said[1], SAYS, n=1, cutoff=0.75):
        raise UserError(f"{where}: <!-- {said[1]} --> is not a directive. Did you mean <!-- {near[0]} -->?")
    return None


def _blocks(source: str) -> Iterator[str]:
    """Split Markdown into paragraphs; a ``<details>`` element or a code block is one paragraph."""
    block = ""
    for part in re.split(r"\n[ \t]*\n", source):
        block = f"{block}\n\n{part}" if block else part.strip("\n")
        if block.count("<details") <= block.count("</details") and block.count("```") % 2 == 0:
            yield block
            block = ""
    if block:
        yield block
