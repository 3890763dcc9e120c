"""The one exception a reader ever sees: what went wrong, in one message, and its mend."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class Slip(ValueError):
    """A mistake that its maker can mend; Jupyter shows the message and no stack.

    Examples
    --------
    >>> raise Slip("No text “leter”. Did you mean “letter”?")
    Traceback (most recent call last):
    helpers.core.errors.Slip: No text “leter”. Did you mean “letter”?
    """

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


def did_you_mean(word: str, options: Iterable[str]) -> str:
    """Name the nearest option, or all of them where none is near.

    Examples
    --------
    >>> did_you_mean("leter", ["letter", "heading"])
    'Did you mean “letter”?'
    >>> did_you_mean("map", ["letter", "heading"])
    'There are: “heading”, “letter”.'
    """
    options = sorted(set(options))
    near = difflib.get_close_matches(str(word).casefold(), options, n=1, cutoff=0.6)
    if near:
        return f"Did you mean “{near[0]}”?"
    if not options:
        return "There are none."
    return "There are: " + ", ".join(f"“{option}”" for option in options) + "."


def list_of_names(names: object, what: str) -> list[str]:
    """Take one name or several.

    Raises
    ------
    Slip
        If it is neither.

    Examples
    --------
    >>> list_of_names("letter", "layers"), list_of_names(["letter", "note"], "layers")
    (['letter'], ['letter', 'note'])
    """
    if isinstance(names, str):
        return [names]
    found = list(names) if isinstance(names, Iterable) else [names]
    for name in found:
        if not isinstance(name, str):
            raise Slip(f"{what}={names!r}: {name!r} is not a name. Write it in quotation marks, several as a list.")
    return found
