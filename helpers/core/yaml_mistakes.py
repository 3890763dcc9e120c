"""Find the mistake in YAML that a parser refuses, and say how to correct it: parsers often stop at a later line.

`mistake_in_yaml` walks through the lines down to the one where the parser stopped. It knows as much of YAML as people
write by hand: nested mappings and lists, values in quotation marks, blocks (``>-``) and values in brackets.
Lines count from 0; a message has the number of another line in braces, which `numbered` turns into a line of the file.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

_KEY = re.compile(r"""(?P<key>[\w-]+|"[^"]*"|'[^']*')[ ]*:(?:[ ]+(?P<value>.*))?$""")
_ITEM = re.compile(r"- +|-$")
_NEW_ENTRY = re.compile(r"\s*(?:- +)?[\w-]+:(?: |$)")
_TYPOGRAPHIC = "“„‟«»‘‚‹›"
_BLOCK = re.compile(r"[|>][+-]?\d?[+-]?(?:\s+#.*)?")
# At the beginning of a value these signs have a meaning of their own.
_RESERVED = re.compile(r"[@`%&*!|>]|[-?:](?= )")
_NAMES = (
    r"(?:id|kind|skill|points|prompt|text|why|correct|document|layer|quote|words|idea|reply|title|date|voice|label"
    r"|medium|to)"
)
_SPACELESS = re.compile(rf"(?:- +)?{_NAMES}:[^\s:/]")
_COLONLESS = re.compile(rf"((?:- +)?)({_NAMES})(?:\s*[=;：]\s*|\s+)(\S.*)")
# Words in quotation marks, and the mark that closes them if it is in this line.
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*+("?)|\'(?:[^\']|\'\')*+(\'?)')
_INNER = "Write the inner ones as “…”, or put the whole value into '…'."

# The line, and what is wrong in it with the fix.
Mistake = tuple[int, str]


class _Entry(NamedTuple):
    """A key, or the dash of an item of a list, that is open: its line, its column and the words from there."""

    number: int
    column: int
    words: str

    @property
    def is_item(self) -> bool:
        return bool(_ITEM.match(self.words))

    @property
    def first_key(self) -> str:
        key = _KEY.match(self.words.lstrip("- "))
        return key["key"] if key else ""


def mistake_in_yaml(source: str, stopped: int) -> Mistake | None:
    """Return the first mistake at or above the line where a parser stopped; None if it is of no known kind.

    Examples
    --------
    >>> mistake_in_yaml('id: "1"\\nprompt: Who writes: Ann?', 1)
    (1, 'the value has a colon. Write: prompt: "Who writes: Ann?"')
    """
    lines = source.split("\n")
    return _Walk(lines, stopped).mistake() or _near_the_stop(lines, stopped)


def numbered(message: str, first_line: int) -> str:
    """Replace the lines in braces, which count from 0, by lines of the file."""
    return re.sub(r"line \{(\d+)\}", lambda found: f"line {int(found[1]) + first_line}", message)


class _Walk:
    """The walk through the lines; ``open`` are the entries in which the current line is, from the outermost."""

    def __init__(self, lines: Sequence[str], stopped: int) -> None:
        self.lines, self.stopped = lines, stopped
        self.open: list[_Entry] = []
        self.closed: list[_Entry] = []  # by the last entry
        self.first: dict[int, _Entry] = {}  # of the keys that are open together, by their column
        self.last: _Entry | None = None

    def mistake(self) -> Mistake | None:
        number, value = -1, ""
        while (number := number + 1) <= min(self.stopped, len(self.lines) - 1):
            line = self.lines[number]
            words = line.strip(" ")
            if not words.strip() or words.startswith("#"):
                continue
            if other := re.match(r" *([^\S ])", line):
                what = _blank(other[1])
                return number, f"{what} stands before the words. Put spaces there, as many as in the lines beside it."
            if other := re.match(r"((?:- *)?[\w-]*:?)([^\S ])", words):
                return number, f"{_blank(other[2])} stands after “{other[1]}”. Write a space instead."
            if re.match(r"-(?:[\w-]+:(?: |$)|[\"'“„])", words):
                return number, f"a space is missing after the “-”. Write: - {words[1:]}"
            if _SPACELESS.match(words):
                return number, f"a space is missing after the colon. Write: {words.replace(':', ': ', 1)}"
            entry = _Entry(number, len(line) - len(line.lstrip(" ")), words)
            goes_on = bool(value and self.open) and entry.column > self.open[-1].column
            if not goes_on and (fix := self._without_colon(entry)):
                return number, f"the colon is missing. Write: {fix}"
            if not entry.is_item and not _KEY.match(words):
                if goes_on:
                    continue  # the value goes on
                return None
            if mistake := self._misplaced(entry, nested=not value):
                return mistake
            name, value = self._enter(entry)
            number, mistake = self._value(number, name, value)
            if mistake:
                return mistake
        return None

    def _without_colon(self, entry: _Entry) -> str:
        """A line that must be a key with its value, because a key stands beside it, with its colon; or nothing."""
        found = _COLONLESS.match(entry.words)
        if not found or _KEY.match(entry.words.lstrip("- ")):
            return ""
        column = entry.column + len(found[1])
        lines = map(self.lines.__getitem__, range(entry.number + 1, len(self.lines)))
        below = next(filter(str.strip, lines), "")
        beside = len(below) - len(below.lstrip(" ")) == column and _KEY.match(below.strip())
        return f"{found[1]}{found[2]}: {found[3]}" if beside else ""

    def _enter(self, entry: _Entry) -> tuple[str, str]:
        """Open the dashes and the key of a line; return the key (“-” if there is none) and the value."""
        self.closed, self.last = [], entry
        column, words = entry.column, entry.words
        while dash := _ITEM.match(words):
            self._open(_Entry(entry.number, column, words))
            column += dash.end()
            words = words[dash.end() :]
        key = _KEY.match(words)
        if key is None:
            return "-", words
        self._open(_Entry(entry.number, column, words))
        return key["key"], (key["value"] or "").strip()

    def _open(self, entry: _Entry) -> None:
        """Open an entry and close those that it ends; a list may begin at the column of its key."""
        while self.open and (
            self.open[-1].column > entry.column
            or (self.open[-1].column == entry.column and (self.open[-1].is_item or not entry.is_item))
        ):
            self.closed.append(self.open.pop())
        if not any(one.column == entry.column and not one.is_item for one in self.closed[-1:]):
            self.first[entry.column] = entry
        self.open.append(entry)

    def _misplaced(self, entry: _Entry, *, nested: bool) -> Mistake | None:
        """Say with which line an entry should be aligned, if it is not aligned with any."""
        if not self.open:
            return None
        if entry.column < self.open[0].column:
            first = self.open[0]
            return first.number, f"{_spaces(first)} too many. Write {entry.column}, as in line {{{entry.number}}}."
        above = self.open[-1]
        if entry.column > above.column and nested and not above.is_item:
            return None
        same = [one for one in self.open if one.is_item == entry.is_item]
        alike = any(one.is_item and one.first_key == entry.first_key for one in self.open)
        if entry.is_item and not nested and entry.column >= above.column and not above.is_item and not alike:
            return entry.number, (
                f"a list begins here, but the line above is not its key. Write the key above “{_short(entry.words)}”, "
                "such as “questions:”."
            )
        if any(one.column == entry.column for one in same):
            return None
        if entry.is_item and above.column == entry.column and nested:
            return None
        for one in self.open:
            # A dash was left out: here, or where the list begins.
            if one.is_item and one.column == entry.column and one.first_key == entry.first_key:
                return entry.number, f"a “- ” is missing, as line {{{one.number}}} has it. Write: - {entry.words}"
            first = self.first[one.column]
            if (
                entry.is_item
                and one.column > entry.column
                and first.first_key == entry.first_key
                and not first.is_item
                and not any(other.column == one.column - 2 and other.is_item for other in self.open)
            ):
                return first.number, f"a “- ” is missing, as line {{{entry.number}}} has it. Write: - {first.words}"
        ended = [one for one in self.closed if one.column == entry.column and one.is_item == entry.is_item]
        if ended and self.last:  # the line above ended what goes on here
            beside = next((one for one in self.closed if one.is_item == self.last.is_item), ended[0])
            return self._align(self.last, beside)
        beside = min(
            reversed(same or self.open),
            key=lambda one: (
                not self._alike(one, entry),
                _distance(one, entry),
                one.words.endswith(":") != entry.words.endswith(":"),
            ),
        )
        return self._align(entry, beside)

    def _alike(self, one: _Entry, other: _Entry) -> bool:
        """Whether two items of lists have the same second key."""
        below = [self.lines[entry.number + 1 : entry.number + 2] for entry in (one, other)]
        keys = [_KEY.match(line[0].strip()) if line else None for line in below]
        return one.is_item and all(keys) and len({key["key"] for key in keys if key}) == 1

    def _align(self, entry: _Entry, beside: _Entry) -> Mistake:
        move = " Move the lines below that belong to it by as much." if entry.is_item else ""
        return entry.number, (
            f"{_spaces(entry)} {'does' if entry.column == 1 else 'do'} not fit the lines above. "
            f"Write {beside.column}, so that it begins below “{_short(beside.words)}”, line {{{beside.number}}}.{move}"
        )

    def _value(self, number: int, key: str, value: str) -> tuple[int, Mistake | None]:
        """Return the last line of a value, and what is wrong with it."""
        if _BLOCK.fullmatch(value):
            return self._block(number)
        if value[:1] in ("'", '"'):
            return self._quoted(number, key, value)
        if value[:1] in ("{", "["):
            return self._in_brackets(number, value)
        return number, _plain(number, key, value)

    def _block(self, number: int) -> tuple[int, Mistake | None]:
        """Walk through a block, to a line that belongs to it but is not indented enough."""
        column, inner, end = self.open[-1].column, 0, number
        for n in range(number + 1, len(self.lines)):
            words = self.lines[n].strip()
            indent = len(self.lines[n]) - len(self.lines[n].lstrip(" "))
            if not words:
                continue
            if indent > column and indent >= inner:
                inner, end = inner or indent, n
            elif (_ITEM.match(words) or _KEY.match(words) or words.startswith("#")) and indent <= column:
                break
            else:
                begins = _short(self.lines[number].strip())
                return end, (
                    n,
                    f"this line belongs to the words under “{begins}”, line {{{number}}}. "
                    f"Put {inner or column + 2} spaces before it.",
                )
        return end, None

    def _quoted(self, number: int, key: str, value: str) -> tuple[int, Mistake | None]:
        """Walk through a value in quotation marks, to a mark that is not closed or closes too early."""
        mark, text, n, inside = value[0], value, number, []
        while (found := _QUOTED.match(text)) and not _closed(found):
            inside.append(text[1:])
            n += 1
            if n >= len(self.lines) or _NEW_ENTRY.match(self.lines[n]):
                return n, (number, f"the quotation mark {mark} is not closed. Close it at the end of the value.")
            text = mark + self.lines[n].strip()
        end = found.end() if found else 0
        rest = text[end:].strip()
        if rest and not rest.startswith("#"):
            fix = _write(key, value) if n == number else _INNER
            return n, (n, f"the value ends at its second quotation mark, before “{_short(rest)}”. {fix}")
        words = "\n".join([*inside, text[1:end]])
        if mark == '"' and (wrong := re.search(r"(?<!\\)(?:\\\\)*\\([^0abtnvfre \"/\\N_LPxuU\n])", words)):
            return n, (number, f'“\\{wrong[1]}” has a meaning of its own between "…". Write “\\\\{wrong[1]}”.')
        return n, None

    def _in_brackets(self, number: int, value: str) -> tuple[int, Mistake | None]:
        """Walk through a value in brackets, line by line, until the brackets are closed."""
        line, n, before, opened = value, number, "", 0
        while True:
            plain = _QUOTED.sub(_hidden, line)
            if re.search(r"\s#\S[^\n]*$", f"{before}\n{plain}") and not re.search(
                r"[}\]]\s+#[^\n]*$", f"{before}\n{plain}"
            ):
                return n, (n, '“ #” begins a comment, which swallows the rest of the line. Put the value into "…".')
            if re.search(r"[\"']|__[^\s_,:}\]]|__ +[^\s_,:}\]#]", re.sub(r"(?<=\w)'(?=\w)", "_", plain)):
                if plain.count('"') == 1 or plain.count("'") == 1:
                    return n, (
                        n,
                        "a quotation mark is not closed, or is one too many. Put one at each end of the value.",
                    )
                return n, (
                    n,
                    f"a value has quotation marks inside its quotation marks, or goes on after them. {_INNER}",
                )
            if re.search(r":[ ][^,:{}\[\]\n]*:[ ]", plain):
                return n, (
                    n,
                    "two colons and no comma between them. Put a comma between two entries, and a value that has "
                    'a colon into "…".',
                )
            opened += sum(map(plain.count, "{[")) - sum(map(plain.count, "}]"))
            if opened <= 0:
                rest = plain[max(map(plain.rfind, "}]")) + 1 :].strip()
                if not rest or rest.startswith("#"):
                    return n, None
                return n, (
                    n,
                    f'the value ends with its bracket, before “{_short(rest)}”. Put the whole value into "…".',
                )
            n += 1
            if n >= len(self.lines) or _NEW_ENTRY.match(self.lines[n]):
                return n, (
                    number,
                    f"the bracket “{value[0]}” is not closed. Close it; or, if it belongs to the words, put the value "
                    'into "…".',
                )
            before, line = plain[-1:] or before, self.lines[n].strip()


def _closed(quoted: re.Match[str]) -> bool:
    """Whether words in quotation marks have both marks."""
    return bool(quoted[1] or quoted[2])


def _hidden(quoted: re.Match[str]) -> str:
    """Words in quotation marks as underscores; only the mark of those that are not closed stays."""
    mark, length = quoted[0][0], len(quoted[0])
    return "_" * length if _closed(quoted) else mark + quoted[0][1:].replace(mark, "_")


def _plain(number: int, key: str, value: str) -> Mistake | None:
    """Say what is wrong in a value without quotation marks."""
    if re.search(r":( |$)", re.split(r"\s#", value)[0]):
        if value[0] in _TYPOGRAPHIC:
            return number, f"quotation marks such as {value[0]} do not hold a value together. {_write(key, value)}"
        return number, f"the value has a colon. {_write(key, value)}"
    if _RESERVED.match(value):
        return number, lost_sign(value, key)
    return None


def _near_the_stop(lines: Sequence[str], stopped: int) -> Mistake | None:
    """Look for a mistake in the line where a parser stopped, and in the line above."""
    above = next((n for n in range(stopped - 1, -1, -1) if lines[n].strip()), stopped)
    for number in (above, stopped):
        words = lines[number].strip() if number < len(lines) else ""
        if re.fullmatch(r"[\w-]+", words) or re.match(r"(?:- +)?[a-z_]+(?:\s*[=;]\s*|\s+)\S+$", words):
            return number, f"a colon is missing in “{_short(words)}”. Write each line as “key: value”."
        if ": " in words and not _KEY.match(words.lstrip("- ")):
            return number, 'the words have a colon. Put the whole value, from its first line, into "…".'
    return None


def _write(key: str, value: str) -> str:
    """Write a value in the quotation marks that fit it; a comment stays behind them."""
    value, comment = _comment_apart(value)
    return f"Write: {f'{key} ' if key == '-' else f'{key}: ' if key else ''}{_in_marks(value)}{comment}"


def _comment_apart(value: str) -> tuple[str, str]:
    """A value and the comment behind it; what is surely no comment stays with the value."""
    shown = _QUOTED.sub(_hidden, value) if value[:1] in ("'", '"') else value
    found = re.search(r"\s#", shown)
    if found is None or _is_cut(before := value[: found.start()].rstrip(), comment := value[found.start() :].rstrip()):
        return value, ""
    return before, comment


def _in_marks(value: str) -> str:
    """A value in the quotation marks that fit it."""
    inner = value
    if len(value) > 1 and value[0] in "\"'" and value[-1] == value[0]:
        # In "Who "A" is" the second mark opens; in "A" and "B" it closes.
        second = value.index(value[0], 1)
        between = value[second - 1].isalnum() and value[second + 1 : second + 2].isalnum()
        inner = value[1:-1] if value[second - 1] in " (" or between else value
    elif (value[0], value[-1]) in {("“", "”"), ("„", "“"), ("„", "”"), ("«", "»"), ("»", "«"), ("‘", "’")}:
        inner = value[1:-1]
    return f'"{inner}"' if not {'"', "\\"} & {*inner} else "'" + inner.replace("'", "''") + "'"


def _blank(sign: str) -> str:
    return "a tab" if sign == "\t" else "a non-breaking space, or another that YAML does not know,"


def _distance(one: _Entry, other: _Entry) -> int:
    return abs(one.column - other.column)


def _spaces(entry: _Entry) -> str:
    return f"{entry.column} {'space' if entry.column == 1 else 'spaces'} before “{_short(entry.words)}”"


def _short(words: str) -> str:
    return words if len(words) <= 30 else words[:29] + "…"


def lost_sign(value: str, key: str = "") -> str:
    """Say how to write a value that begins with a sign with which YAML gives it a type or a name."""
    return f"“{value[0]}” at the beginning of a value has a meaning of its own. {_write(key, value)}"


def cut_by_comment(value: str, rest: str) -> str:
    """Say how to write a value without quotation marks that a comment surely cuts off; empty if it may be a comment.

    ``rest`` is the line after the value. A number after “#” is no comment; other words are none if the value has no
    end and they have one.

    Examples
    --------
    >>> cut_by_comment("Read letter", " #3 and compare.")
    'the value ends before “#3 and compare.”, because “ #” begins a comment. Write: "Read letter #3 and compare."'
    >>> cut_by_comment("Read the letter.", " # the long one")
    ''
    """
    if not _is_cut(value, rest):
        return ""
    return (
        f"the value ends before “{_short(rest.strip())}”, because “ #” begins a comment. "
        f"Write: {_in_marks(value + rest.rstrip())}"
    )


def _is_cut(value: str, rest: str) -> bool:
    """Whether the rest of a line after a value belongs to its words, though “ #” makes it a comment."""
    comment = rest.strip()
    if not re.match(r"\s+#", rest) or re.fullmatch(r"[\d.,]+|true|false", value, re.I):
        return False
    end = re.compile(r"[.?!…]['\"”’»)]*$")
    goes_on = " " in value and not end.search(value) and bool(end.search(comment))
    return bool(re.match(r"#\d", comment) or (goes_on and re.match(r"#[^\s#!]|# \d", comment)))


def second_key(source: str, number: int, key: str) -> str:
    """Say what to do with a key that a mapping has twice, by the line of the second, which counts from 0.

    Examples
    --------
    >>> second_key("- id: a\\n  text: A\\n  id: b", 2, "id")
    '“id” appears twice, because a “- ” is missing. Write: - id: b, with its “-” below the one above.'
    """
    lines = source.split("\n")
    line = lines[number]
    column = len(line) - len(line.lstrip(" "))
    for above in reversed(lines[:number]):
        indent = len(above) - len(above.lstrip(" -"))
        if above.strip() and indent <= column:
            dash = above.lstrip(" ").startswith("-")
            if indent == column and dash and re.match(rf"{re.escape(key)}\s*:", above.lstrip(" -")):
                return (
                    f"“{key}” appears twice, because a “- ” is missing. "
                    f"Write: - {line.strip()}, with its “-” below the one above."
                )
            if indent < column or dash:
                break
    words = line.strip()
    fix = "Give the second one another name." if words.endswith((":", "}")) else "Remove one of the two."
    return f"“{key}” appears twice. {fix}"
