"""Safe reading of YAML: plain data with line numbers, and a clear `UserError` for every mistake; writing of data."""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from .errors import UserError, did_you_mean
from .yaml_mistakes import cut_by_comment, lost_sign, mistake_in_yaml, numbered, second_key

if TYPE_CHECKING:
    from ruamel.yaml import YAML
    from ruamel.yaml.comments import LineCol
    from ruamel.yaml.composer import Composer
    from ruamel.yaml.scanner import RoundTripScanner

_T = TypeVar("_T")
_NO_MAPPING = "is not a list of “key: value” lines. Write each line as “key: value”"
_KEY = re.compile(r'duplicate key "(.*?)"')
_COMMENT = re.compile(r"\s+#")
_DAY = re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b")

# Reading takes up to 0.1 ms for each sign, and a file written by hand has some tens of thousands, on few levels.
MOST_SIGNS, _MOST_LEVELS = 300_000, 40
# Python 3.11 writes no number of more than 4,300 digits.
_LONG_NUMBER = re.compile(r"[-+]?\d\w{999,}")


def _invalid_day(line: str) -> str:
    """Return the first impossible date in a line, such as 1848-02-30; empty if there is none."""
    for match in _DAY.finditer(line):
        try:
            datetime.date(*map(int, match.groups()))
        except ValueError:
            return match[0]
    return ""


def read_yaml(source: str, where: str, *, first_line: int = 1, what: str = "the file") -> Mapping[object, object]:
    """Read YAML as a mapping; every mapping and list in it has the lines of its entries (`line_of_entry`).

    The data are strings, numbers, truth values, dates, lists and mappings. Aliases (``*a``) are an error, because a
    few of them can stand for gigabytes; so are tags (``!!set``), and what is very long or deeply nested.
    ``where`` and ``what`` name the file and its content in messages; ``first_line`` is the line of the file on
    which ``source`` begins. Raises `UserError` if ``source`` is not valid YAML or not a mapping.

    Examples
    --------
    >>> read_yaml("title: A letter", "letter.yaml")["title"]
    'A letter'
    """
    from ruamel.yaml.constructor import DuplicateKeyError
    from ruamel.yaml.error import MarkedYAMLError, YAMLError
    from ruamel.yaml.reader import ReaderError

    if len(source) > MOST_SIGNS:
        raise UserError(
            f"{where}: {what} has {len(source):,} characters, and may have {MOST_SIGNS:,}. Look for what does not "
            "belong into it, or write less."
        )
    try:
        data = _loader().load(source)
    except _Refused as error:
        raise UserError(f"{where}, line {error.line + first_line}: {error}") from None
    except MarkedYAMLError as error:
        simple = error.context == "while scanning a simple key"
        mark = (error.context_mark if simple else error.problem_mark) or error.context_mark
        line = mark.line + first_line if mark else first_line
        if isinstance(error, DuplicateKeyError) and (key := _KEY.search(error.problem or "")):
            raise UserError(f"{where}, line {line}: {second_key(source, mark.line if mark else 0, key[1])}") from error
        found = mistake_in_yaml(source, mark.line if mark else source.count("\n"))
        if found is None:
            problem = (error.problem or error.context or "").splitlines()[0].rstrip(".:")
            found = (
                mark.line if mark else 0,
                f"{problem}. Compare this line and the one above with a line that is right.",
            )
        raise UserError(
            f"{where}, line {found[0] + first_line}: {what} is not valid YAML: {numbered(found[1], first_line)}"
        ) from error
    except ReaderError as error:
        line = source.count("\n", 0, error.position) + first_line
        raise UserError(
            f"{where}, line {line}: an invisible control character (U+{ord(source[error.position]):04X}) is "
            "in this line. Delete it, or type the line again."
        ) from error
    except (YAMLError, ValueError) as error:
        for number, line in enumerate(source.split("\n"), first_line):
            if (words := _invalid_day(line)).startswith("0000-"):  # 1 BCE, a year that datetime does not have
                raise UserError(f'{where}, line {number}: put this date into quotation marks: "{words}".') from error
            if words:
                raise UserError(
                    f"{where}, line {number}: “{words}” is not a date: there is no such day. Correct it."
                ) from error
        raise UserError(f"{where}: {what} is not valid YAML: {error}") from error
    if data is None:
        return {}
    _check_lost_words(source, where, first_line)
    if not isinstance(data, Mapping):
        raise UserError(f"{where}, line {first_line}: {what} {_NO_MAPPING}.")
    return data


class _Refused(Exception):
    """A part of YAML that is not read, and the line where it is, counted from 0."""

    def __init__(self, line: int, message: str) -> None:
        self.line = line
        super().__init__(message)


@cache
def _composer() -> type[Composer]:
    from ruamel.yaml.composer import Composer
    from ruamel.yaml.events import AliasEvent, NodeEvent, ScalarEvent

    class PlainComposer(Composer):
        """Compose nodes of plain data; an alias that has no anchor stays an error of YAML."""

        def compose_node(self, parent: object, index: object) -> object:
            event = self.parser.peek_event()
            if isinstance(event, AliasEvent) and event.anchor in self.anchors:
                raise _Refused(
                    event.start_mark.line,
                    f"“*{event.anchor}” stands for an entry elsewhere in the file; such references (aliases) are not "
                    "read. Write the entry here in full; if these are words, put them into quotation marks.",
                )
            # Of a second anchor with the same name, ruamel.yaml 0.19 warns on standard error.
            if isinstance(event, NodeEvent) and event.anchor in self.anchors:
                raise _Refused(
                    event.start_mark.line,
                    f"“&{event.anchor}” at the beginning of a value has a meaning of its own. Put the whole value into "
                    "quotation marks.",
                )
            tag = str(getattr(event, "tag", None) or "") if isinstance(event, NodeEvent) else ""
            if tag.startswith("tag:yaml.org,2002:"):
                sign = tag.replace("tag:yaml.org,2002:", "!!", 1)
                raise _Refused(
                    event.start_mark.line,
                    f"“{sign}” is a tag of YAML; tags are not read. Leave it out; put words into quotation marks.",
                )
            if isinstance(event, ScalarEvent) and not event.style and _LONG_NUMBER.fullmatch(event.value):
                raise _Refused(
                    event.start_mark.line, "this number has too many digits to be read. Put it into quotation marks."
                )
            return super().compose_node(parent, index)

    return PlainComposer


@cache
def _scanner() -> type[RoundTripScanner]:
    from ruamel.yaml.scanner import RoundTripScanner

    class ShallowScanner(RoundTripScanner):
        """Scan only a few levels: ruamel.yaml 0.19 takes seconds for a line of open brackets."""

        def _check_levels(self) -> None:
            if len(self.indents) + self.flow_level > _MOST_LEVELS:
                raise _Refused(
                    self.reader.line,
                    f"lists and mappings are nested more than {_MOST_LEVELS} deep. Use fewer levels; if brackets or "
                    "hyphens belong to the words, put these into quotation marks.",
                )

        def add_indent(self, column: int) -> bool:
            self._check_levels()
            return bool(super().add_indent(column))

        def fetch_flow_collection_start(self, TokenClass: object, to_push: str) -> None:
            self._check_levels()
            super().fetch_flow_collection_start(TokenClass, to_push)

    return ShallowScanner


def _loader() -> YAML:
    from ruamel.yaml import YAML

    loader = YAML(typ="rt", pure=True)
    loader.Scanner, loader.Composer = _scanner(), _composer()
    return loader


def _check_lost_words(source: str, where: str, first_line: int) -> None:
    """Raise an error for words of a value that YAML takes for a comment, a tag (``!a``) or an anchor (``&a``)."""
    from ruamel.yaml import YAML
    from ruamel.yaml.tokens import AnchorToken, ScalarToken, TagToken

    if not re.search(r"\s[#!&]|^ *- .*\n +- ", source, re.M):
        return
    lines, aliases = source.split("\n"), {*re.findall(r"\*([^\s,\[\]{}]+)", source)}
    for token in YAML(typ="rt", pure=True).scan(source):
        start, end, problem = token.start_mark, token.end_mark, ""
        if isinstance(token, ScalarToken) and token.plain:
            if _COMMENT.match(lines[end.line], end.column):
                problem = cut_by_comment(token.value, lines[end.line][end.column :])
            first = lines[start.line]
            deeper = next((n for n in range(start.line + 1, end.line + 1) if lines[n].lstrip().startswith("- ")), 0)
            if deeper and first.lstrip().startswith("- ") and first[: start.column].strip() == "-":
                column = len(first) - len(first.lstrip())
                raise UserError(
                    f"{where}, line {deeper + first_line}: this “- ” is indented more than that in line "
                    f"{start.line + first_line}, and so belongs to its words. Put {column} spaces before it."
                )
        elif isinstance(token, TagToken) or (isinstance(token, AnchorToken) and token.value not in aliases):
            value = lines[start.line][start.column :].rstrip()
            problem = "" if value.startswith("!!") else lost_sign(value)
        if problem:
            raise UserError(f"{where}, line {end.line + first_line}: {problem}")


def line_of_entry(data: object, entry: object, otherwise: int = 0) -> int:
    """Return the line of an entry (a key or an index) of a mapping or list from `read_yaml`, counted from 0.

    An entry merged in with ``<<`` has no line of its own; for it, return the first line of ``data``. Return
    ``otherwise`` if ``data`` has no lines, as ``!!pairs`` in ruamel.yaml 0.19.

    Examples
    --------
    >>> line_of_entry(read_yaml("title: A letter\\ndate: 1900", "letter.yaml"), "date")
    1
    """
    lines: LineCol | None = getattr(data, "lc", None)
    if lines is None:
        return otherwise
    own = (lines.data or {}).get(entry)
    line: int | None = own[0] if own else lines.line
    return otherwise if line is None else line


def plain_data(value: object) -> Any:  # noqa: ANN401 - any data of YAML
    """Return data from `read_yaml` as plain Python data, without lines and comments.

    Examples
    --------
    >>> plain_data(read_yaml("title: A letter # a comment\\nlines: [1, 2]", "letter.yaml"))
    {'title': 'A letter', 'lines': [1, 2]}
    """
    if isinstance(value, Mapping):
        return {plain_data(key): plain_data(one) for key, one in value.items()}
    if isinstance(value, list):
        return [plain_data(one) for one in value]
    kinds = (str, int, float)  # ruamel.yaml 0.19 gives subclasses that keep how a value was written
    return value if isinstance(value, bool) else next((kind(value) for kind in kinds if isinstance(value, kind)), value)


def write_yaml(data: Mapping[str, object]) -> str:
    """Write plain data as YAML.

    Examples
    --------
    >>> write_yaml({"title": "A letter: two", "ids": ["1.10"]})
    "title: 'A letter: two'\\nids:\\n  - '1.10'\\n"
    """
    from ruamel.yaml import YAML

    yaml = YAML(pure=True)
    yaml.width = 110
    yaml.indent(mapping=2, sequence=4, offset=2)
    out = io.StringIO()
    yaml.dump(data, out)
    return out.getvalue()


def as_written(value: object) -> str:
    """Write a value as it is in the file; ruamel.yaml 0.19 keeps the digits of a number in ``_width`` and ``_prec``.

    Examples
    --------
    >>> [as_written(value) for value in read_yaml("a: 0.10\\nb: -0043\\nc: true\\nd: 1900-02-14", "a.yaml").values()]
    ['0.10', '-0043', 'true', '1900-02-14']
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and (places := getattr(value, "_width", 0) - getattr(value, "_prec", 0) - 1) > 0:
        return f"{value:.{places}f}"
    if isinstance(value, int):
        return ("-" if value < 0 else "") + str(abs(value)).zfill(getattr(value, "_width", None) or 0)
    return str(value)


def _not_text(key: str, value: object) -> str:
    """Say that a value is not text, and how to write it so that it is."""
    if isinstance(value, Mapping | list):
        return f"“{key}” is not text but has entries of its own. Write its words after the colon, in quotation marks"
    written = as_written(value)
    read = f", which is read as {value}" if isinstance(value, int | float) and written != str(value).lower() else ""
    kind = "a date" if isinstance(value, datetime.date) else "true or false" if isinstance(value, bool) else "a number"
    return f'“{key}: {written}” is not text but {kind}{read}. Put it into quotation marks: {key}: "{written}"'


class YamlEntry:
    """A mapping in a YAML file: returns checked values, and raises `UserError` with file and line.

    ``where`` and ``what`` name the file and the mapping in messages. Data other than a mapping are an error. Keys in
    ``optional`` may be missing, here and in the mappings inside; texts are then empty. With a list of ``mistakes`` a
    wrong value does not raise an error: the error is added to the list, and another value stands in for it.
    """

    def __init__(
        self,
        data: object,
        where: str,
        line: int,
        what: str,
        optional: Iterable[str] = (),
        mistakes: list[UserError] | None = None,
    ) -> None:
        self.where, self.line, self.what, self.optional = where, line, what, frozenset(optional)
        self.mistakes = mistakes
        self._misnamed = False
        if not isinstance(data, Mapping):
            raise self.error(f"{what} {_NO_MAPPING}")
        self.data: Mapping[object, object] = data

    def error(self, message: str, key: object = None) -> UserError:
        """Make an error that names the file, and the line of a key or of the whole mapping."""
        return UserError(f"{self.place(key)}: {message}" + ("" if message.endswith((".", "?")) else "."))

    def wrong(self, message: str, key: object, instead: _T) -> _T:
        """Add an error to the list of mistakes and return what stands in for the value; without a list, raise it."""
        if self.mistakes is None:
            raise self.error(message, key)
        self.mistakes.append(self.error(message, key))
        return instead

    def place(self, key: object = None) -> str:
        """Return the file and the line of a key or of the whole mapping, in words."""
        return f"{self.where}, line {self.line_of(key)}"

    def line_of(self, key: object) -> int:
        """Return the line of a key, or of the whole mapping."""
        return line_of_entry(self.data, key) + 1 if key is not None and key in self.data else self.line

    def only(self, keys: Iterable[str]) -> None:
        """Raise an error for a key that is not among these."""
        keys = tuple(keys)
        for key in self.data:
            if key not in keys:
                self._misnamed = True
                message = f"{self.what} has “{key}”, which is not known. {did_you_mean(str(key), keys)}"
                self.wrong(message, key, None)

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text without surrounding spaces; without a default it is required and must not be empty."""
        default = "" if default is None and key in self.optional else default
        value = self.data.get(key, default)
        if value is None:
            if self._misnamed:  # the key that is missing may be the one that is not known
                return ""
            return self.wrong(f"{self.what} has no “{key}”. Add it", None, "")
        if not isinstance(value, str):
            return self.wrong(_not_text(key, value), key, "")
        words = value.strip()
        if default is None and not words:
            return self.wrong(f"“{key}” is empty. Add its text", key, "")
        return words

    def number(self, key: str, default: int) -> int:
        """Return a whole number, 0 or more."""
        value = self.data.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            message = f"“{key}: {as_written(value)}” is not a whole number. Write 0 or more in digits, such as {key}: 1"
            if isinstance(value, str) and value.strip().isdecimal():
                message = f"“{key}” is in quotation marks. Write {key}: {value.strip()}"
            return self.wrong(message, key, default)
        return value

    def truth(self, key: str) -> bool:
        """Return true or false; false if the key is missing."""
        value = self.data.get(key, False)
        if not isinstance(value, bool):
            message = f"“{key}: {as_written(value)}” is neither true nor false. Write {key}: true, or {key}: false"
            if isinstance(value, str) and value.strip().lower() in ("true", "false"):
                message = f"“{key}” is in quotation marks. Write {key}: {value.strip().lower()}"
            return self.wrong(message, key, False)
        return value

    def one_of(self, key: str, allowed: Iterable[str], default: str | None = None) -> str:
        """Return one of the allowed words."""
        before = len(self.mistakes or ())
        value = self.text(key, default)
        allowed = tuple(allowed)
        if len(self.mistakes or ()) > before or (not value and self._misnamed):
            return allowed[0]
        if (plain := value.strip("“”„‟‚‘’«»")) in allowed and plain != value:
            message = f'“{key}” has typographic quotation marks. Write straight ones: {key}: "{plain}"'
            return self.wrong(message, key, plain)
        if value not in allowed and (value or key not in self.optional):
            if self.mistakes and "" in allowed:  # it may be the word for which "" stands in
                return ""
            return self.wrong(f"“{key}: {value}” is not known. {did_you_mean(value, allowed)}", key, allowed[0])
        return value

    def entries_with_lines(self, key: str, least: int = 0) -> list[tuple[object, int]]:
        """Return the entries of a list, each with its line."""
        value = self.data.get(key, [])
        least = 0 if key in self.optional else least
        if isinstance(value, str) and value.strip() and "," not in value:
            raise self.error(f"“{key}” must be a list. Write {key}: [{value.strip()}]", key)
        if not isinstance(value, list) or len(value) < least:
            raise self.error(f"“{key}” must be a list with at least {least} entries, each after a “- ”", key)
        first = self.line_of(key) - 1
        return [(entry, line_of_entry(value, n, first) + 1) for n, entry in enumerate(value)]

    def entries(self, key: str, keys: Iterable[str], least: int = 0) -> list[YamlEntry]:
        """Return a list of mappings that have only these keys."""
        keys = tuple(keys)
        found = [
            YamlEntry(entry, self.where, line, f"an entry of “{key}”", self.optional, self.mistakes)
            for entry, line in self.entries_with_lines(key, least)
        ]
        for entry in found:
            entry.only(keys)
        return found

    def texts(self, key: str, least: int = 0) -> tuple[str, ...]:
        """Return a list of texts, none of them empty."""
        found = []
        for entry, line in self.entries_with_lines(key, least):
            if not isinstance(entry, str) or not entry.strip():
                raise UserError(
                    f"{self.where}, line {line}: “{as_written(entry)}” in “{key}” is not text. "
                    "Put it into quotation marks."
                )
            found.append(entry.strip())
        return tuple(found)

    def within(self, key: str, keys: Iterable[str]) -> YamlEntry:
        """Return a mapping inside this one that has only these keys."""
        entry = YamlEntry(
            self.data.get(key, {}), self.where, self.line_of(key), f"“{key}”", self.optional, self.mistakes
        )
        entry.only(keys)
        return entry
