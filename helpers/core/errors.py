"""The error for users, and helpers for its messages, which stay short whatever was given."""

from __future__ import annotations

import bisect
import difflib
import re
import reprlib
from collections.abc import Iterable

from .untrusted import neutralised

MOST_LISTED = 20  # names in a message
_MOST_COMPARED, _LONGEST_COMPARED = 2000, 200
_MOST, _MOST_LINES, _MOST_QUOTED = 3000, 40, 300
_QUOTED = re.compile(f"“([^“”]{{{_MOST_QUOTED},}})”")


class UserError(ValueError):
    """Error for users: shown without a traceback, says what went wrong and how to fix it.

    The message is `shortened`, and its control characters are visible.

    Examples
    --------
    >>> raise UserError("No text “leter”. Did you mean “letter”?")
    Traceback (most recent call last):
    helpers.core.errors.UserError: No text “leter”. Did you mean “letter”?
    """

    def __init__(self, message: object = "") -> None:
        super().__init__(shortened(message))

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


def shortened(message: object) -> str:
    """Return a message of a few lines: long quotations and long messages lose their middle (`neutralised` as well).

    Examples
    --------
    >>> len(shortened("No text “" + "a" * 1_000_000 + "”.")) < 200
    True
    """
    words = neutralised(_without_middle(str(message), 2 * _MOST))
    words = _QUOTED.sub(lambda quoted: f"“{_without_middle(quoted[1], 120)}”", words)
    lines = words.split("\n")
    if len(lines) > _MOST_LINES:
        lines = [*lines[: _MOST_LINES - 6], "…", *lines[-5:]]
    return _without_middle("\n".join(lines), _MOST)


def _without_middle(words: str, most: int) -> str:
    """Cut out the middle of words longer than this; the end, which says what to do, stays."""
    if len(words) <= most:
        return words
    return f"{words[: 2 * most // 3]} … {words[-most // 3 :]}"


def listed(names: Iterable[object], between: str = ", ", last: str = "", most: int = MOST_LISTED) -> str:
    """List names in a message: at most 20, then a count of the others; ``last`` stands before the last of a few.

    Examples
    --------
    >>> listed(["a", "b", "c"], last=" and ")
    'a, b and c'
    >>> listed(range(30), most=2)
    '0, 1, and 28 more'
    """
    words = [*map(str, names)]
    if len(words) > most:
        return between.join([*words[:most], f"and {len(words) - most:,} more"])
    return between.join([*words[:-2], (last or between).join(words[-2:])])


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
    word = str(word)[:_LONGEST_COMPARED].casefold()
    # The comparison takes long for long words, and of very many options those with the same beginning are compared.
    at = max(0, bisect.bisect(options, word) - _MOST_COMPARED // 2)
    some = [option for option in options[at : at + _MOST_COMPARED] if len(option) <= 2 * _LONGEST_COMPARED]
    near = difflib.get_close_matches(word, some, n=1, cutoff=0.6)
    if near and not _other_number(word, near[0]):
        return f"Did you mean “{near[0]}”?"
    if not options:
        return "There are none."
    return f"There are: {listed(f'“{option}”' for option in options)}."


def _other_number(word: str, option: str) -> bool:
    """Whether two ids differ only in their number, so that neither is meant by the other; swapped digits are a slip."""
    numbers = [sorted(re.findall(r"\d", one)) for one in (word, option)]
    alike = len(numbers[0]) == len(numbers[1])
    return alike and numbers[0] != numbers[1] and re.sub(r"\d+", "", word) == re.sub(r"\d+", "", option)


def short_repr(value: object) -> str:
    """Write a value as in code, in at most some 60 characters.

    Examples
    --------
    >>> short_repr(["a"] * 100)
    "['a', 'a', 'a', 'a', 'a', 'a', ...]"
    """
    short = reprlib.Repr()
    short.maxlevel, short.maxstring, short.maxother = 2, 60, 60
    try:
        return short.repr(value)
    except ValueError:  # Python 3.11 writes no number of more than 4,300 digits
        return "a very long number"


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
                f"{what}={short_repr(names)}: {short_repr(name)} is not a name. "
                "Write one name in quotation marks, or several as a list."
            )
        found.append(name)
    return found
