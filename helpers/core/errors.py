"""The error for users, and helpers for its messages."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable


class UserError(ValueError):
    """Error for users: shown without a traceback, says what went wrong and how to fix it.

    Examples
    --------
    >>> raise UserError("No text “leter”. Did you mean “letter”?")
    Traceback (most recent call last):
    helpers.core.errors.UserError: No text “leter”. Did you mean “letter”?
    """

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


def did_you_mean(word: str, options: Iterable[str]) -> str:
    """Suggest the closest option, or list all options if none is close.

    Examples
    --------
    >>> did_you_mean("leter", ["letter", "heading"])
    'Did you mean “letter”?'
    >>> did_you_mean("t9", ["t1", "t2"])
    'There are: “t1”, “t2”.'
    >>> did_you_mean("map", ["letter", "heading"])
    'There are: “heading”, “letter”.'
    """
    options = sorted(set(options))
    near = difflib.get_close_matches(str(word).casefold(), options, n=1, cutoff=0.6)
    if near and not _other_number(str(word).casefold(), near[0]):
        return f"Did you mean “{near[0]}”?"
    if not options:
        return "There are none."
    return "There are: " + ", ".join(f"“{option}”" for option in options) + "."


def _other_number(word: str, option: str) -> bool:
    """Whether two ids differ only in their number, so that neither is meant by the other; swapped digits are a slip."""
    numbers = [sorted(re.findall(r"\d", one)) for one in (word, option)]
    alike = len(numbers[0]) == len(numbers[1])
    return alike and numbers[0] != numbers[1] and re.sub(r"\d+", "", word) == re.sub(r"\d+", "", option)


def list_of_names(names: object, what: str) -> list[str]:
    """Return one name or several as a list; raise `UserError` for anything else.

    Examples
    --------
    >>> list_of_names("letter", "layers"), list_of_names(["letter", "note"], "layers")
    (['letter'], ['letter', 'note'])
    """
    if isinstance(names, str):
        return [names]
    found: list[str] = []
    for name in list(names) if isinstance(names, Iterable) else [names]:
        if not isinstance(name, str):
            raise UserError(
                f"{what}={names!r}: {name!r} is not a name. Write one name in quotation marks, or several as a list."
            )
        found.append(name)
    return found
