"""Reading YAML safely: plain data that knows its lines, and one clear message for whatever is wrong."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping

from .errors import UserError, did_you_mean

_KEY = re.compile(r'duplicate key "(.*?)"')
_DAY = re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b")


def _no_day(line: str) -> str:
    """What is written like a day in a line and is none."""
    for match in _DAY.finditer(line):
        try:
            datetime.date(*map(int, match.groups()))
        except ValueError:
            return match[0]
    return ""


def read_yaml(source: str, where: str, *, first_line: int = 1, what: str = "the file") -> Mapping:
    """Read YAML as a mapping; every mapping and list in it knows the lines of its entries.

    Parameters
    ----------
    source : str
        The YAML.
    where : str
        The name of the file, for messages.
    first_line : int
        The number in the file of the first line of ``source``.
    what : str
        What is read, for messages.

    Returns
    -------
    mapping
        Only strings, numbers, truth values, dates, lists and mappings: a tag makes nothing else.

    Raises
    ------
    UserError
        If it is not valid YAML, or no mapping.

    Examples
    --------
    >>> read_yaml("title: A letter", "letter.yaml")["title"]
    'A letter'
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.constructor import DuplicateKeyError
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        data = YAML(typ="rt", pure=True).load(source)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + first_line if mark else first_line
        if isinstance(error, DuplicateKeyError) and (key := _KEY.search(error.problem or "")):
            raise UserError(
                f"{where}, line {line}: “{key[1]}” stands twice. Give the second one a name of its own, or remove it."
            ) from error
        problem = (error.problem or error.context or "").splitlines()[0].rstrip(".:")
        raise UserError(
            f"{where}, line {line}: {what} is not valid YAML: {problem}. "
            "Put values with a colon or a quotation mark into quotation marks."
        ) from error
    except (YAMLError, ValueError) as error:
        for number, line in enumerate(source.split("\n"), first_line):
            if words := _no_day(line):
                raise UserError(
                    f"{where}, line {number}: “{words}” is not a date: there is no such day. Correct it."
                ) from error
        raise UserError(f"{where}: {what} is not valid YAML: {error}") from error
    except RecursionError as error:
        raise UserError(f"{where}: {what} is nested too deep. Write it flatter.") from error
    if data is None:
        return {}
    if not isinstance(data, Mapping):
        raise UserError(f"{where}, line {first_line}: {what} is not a list of “key: value” lines.")
    return data


class YamlEntry:
    """One mapping of a file, which gives checked values and knows its lines.

    Parameters
    ----------
    data : object
        What stands in the file; anything but a mapping is a `UserError`.
    where : str
        The name of the file.
    line : int
        The line of the mapping.
    what : str
        What it is, for messages.
    """

    def __init__(self, data: object, where: str, line: int, what: str) -> None:
        self.where, self.line, self.what = where, line, what
        if not isinstance(data, Mapping):
            raise self.error(f"{what} is not a list of “key: value” lines")
        self.data = data

    def error(self, said: str, key: str | None = None) -> UserError:
        """Make an error that names the file, and the line of a key or of the whole mapping."""
        return UserError(f"{self.place(key)}: {said}" + ("" if said.endswith((".", "?")) else "."))

    def place(self, key: str | None = None) -> str:
        """Say the file and the line, of a key or of the whole mapping."""
        lines = getattr(self, "data", {})
        line = lines.lc.key(key)[0] + 1 if key is not None and key in lines else self.line
        return f"{self.where}, line {line}"

    def only(self, keys: Iterable[str]) -> None:
        """Refuse keys that are not among these."""
        keys = tuple(keys)
        for key in self.data:
            if key not in keys:
                raise self.error(f"{self.what} has “{key}”, which is not known. {did_you_mean(key, keys)}", key)

    def text(self, key: str, default: str | None = None) -> str:
        """Give words; without a default they must be there and not be empty."""
        value = self.data.get(key, default)
        if value is None:
            raise self.error(f"{self.what} has no “{key}”. Add it")
        if not isinstance(value, str):
            raise self.error(f"“{key}: {value}” is not text. Put it into quotation marks", key)
        words = value.strip()
        if default is None and not words:
            raise self.error(f"“{key}” is empty. Write it", key)
        return words

    def number(self, key: str, default: int) -> int:
        """Give a whole number, 0 or more."""
        value = self.data.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise self.error(f"“{key}: {value}” is not a whole number, 0 or more", key)
        return value

    def truth(self, key: str) -> bool:
        """Give true or false; false where nothing stands."""
        value = self.data.get(key, False)
        if not isinstance(value, bool):
            raise self.error(f"“{key}: {value}” is neither true nor false", key)
        return value

    def one_of(self, key: str, allowed: Iterable[str], default: str | None = None) -> str:
        """Give one of the words allowed."""
        value = self.text(key, default)
        allowed = tuple(allowed)
        if value not in allowed:
            raise self.error(f"“{key}: {value}” is not known. {did_you_mean(value, allowed)}", key)
        return value

    def list(self, key: str, least: int = 0) -> list[tuple[object, int]]:
        """The entries of a list, each with its line."""
        value = self.data.get(key, [])
        if not isinstance(value, list) or len(value) < least:
            raise self.error(f"“{key}” must be a list with at least {least} entries", key)
        return [(entry, value.lc.item(n)[0] + 1) for n, entry in enumerate(value)]

    def entries(self, key: str, keys: Iterable[str], least: int = 0) -> list[YamlEntry]:
        """Give a list of mappings, each with no other keys than these."""
        keys = tuple(keys)
        found = [YamlEntry(entry, self.where, line, f"an entry of “{key}”") for entry, line in self.list(key, least)]
        for entry in found:
            entry.only(keys)
        return found

    def texts(self, key: str, least: int = 0) -> tuple[str, ...]:
        """Give a list of words, none of them empty."""
        for entry, line in self.list(key, least):
            if not isinstance(entry, str) or not entry.strip():
                raise UserError(
                    f"{self.where}, line {line}: “{entry}” in “{key}” is not text. Put it into quotation marks."
                )
        return tuple(entry.strip() for entry, _ in self.list(key))

    def within(self, key: str, keys: Iterable[str]) -> YamlEntry:
        """Give a mapping that stands inside this one, with no other keys than these."""
        line = self.data.lc.key(key)[0] + 1 if key in self.data else self.line
        entry = YamlEntry(self.data.get(key, {}), self.where, line, f"“{key}”")
        entry.only(keys)
        return entry
