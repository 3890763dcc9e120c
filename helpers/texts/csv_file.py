"""Read a CSV file as spreadsheets save it: separators, quotation marks, and rows with too few or too many cells."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterator
from itertools import zip_longest
from typing import NamedTuple
from unicodedata import normalize

from ..core import UserError

# What separates cells. Excel writes semicolons where the decimal sign is a comma, and tabs as “Unicode Text”.
_SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical line"}
# Excel writes and reads this line above the head to name the separator.
_NAMED = re.compile(r'"?sep=([,;\t])"?[,;\t ]*', re.I)
# In each block of this many rows Excel leaves out the cells at the end that are empty in all of them
# (Microsoft Knowledge Base 77295).
_BLOCK = 16
# What does not belong to a cell: blanks, and signs without a width, which come from web pages.
_BLANKS = " \t\n\r\xa0\u200b\u200c\u200d\u2060\ufeff"
_TOO_LONG = (
    f"a cell in this row has more than {csv.field_size_limit():,} characters. Shorten it; or, if it begins with a "
    "quotation mark, close it with one."
)
_WHOLE = r'\s*"(?:[^"]|"")*"\s*'
_TYPOGRAPHIC = re.compile(r"[“„»«‚‘][^”“«»‘’]*")


class Record(NamedTuple):
    """One line of a table, or several if a cell has line breaks: the number of the first, and the cells."""

    line: int
    cells: list[str]


class CsvFile:
    """The records of a CSV file; ``head`` is the first, ``problem`` the mistake at which reading stopped.

    The separator is the one with which one of the first records has most of the ``known`` columns, or else the first
    has most cells. ``named_in`` is the line that names known columns, if it is not the first.

    Examples
    --------
    >>> file = CsvFile("sep=;\\nterm;remark\\nto charge;to accuse, here\\n", "a.csv", ["term"])
    >>> file.head, list(file.rows())
    (Record(line=2, cells=['term', 'remark']), [(Record(line=3, cells=['to charge', 'to accuse, here']), '')])
    """

    def __init__(self, source: str, where: str, known: Collection[str]) -> None:
        first, _, rest = source.partition("\n")
        named = _NAMED.fullmatch(first)
        body = rest if named else source
        begin = [line for line in body.split("\n", 9)[:9] if line.strip()] or [""]
        heads = {sign: [_unwrapped(_cells(line, sign), sign) for line in begin] for sign in _SEPARATORS}
        self.separator = max(
            heads, key=lambda sign: (max(len({*one} & {*known}) for one in heads[sign]), len(heads[sign][0]))
        )
        # Blanks after a closing quotation mark are harmless; csv in its strict mode refuses them.
        sign = re.escape(self.separator)
        body = re.sub(rf'((?:^|[{sign}\n])[ \t]*"(?:[^"]|"")*")(?:[ ]+(?=[{sign}\n]|\Z))?', r"\1", body)
        self.problem: UserError | None = None
        self._records: list[Record] = []
        # A blank after a separator must not keep a quotation mark from opening a cell.
        reader = csv.reader(io.StringIO(body), delimiter=self.separator, strict=True, skipinitialspace=True)
        line = before = 1 if named else 0
        try:
            for cells in reader:
                self._records.append(Record(line + 1, [normalize("NFC", cell.strip(_BLANKS)) for cell in cells]))
                line = before + reader.line_num
        except csv.Error as error:
            # csv in Python 3.11 to 3.14 has no class of its own for a cell that is too long.
            what = _TOO_LONG if "limit" in str(error) else self._misquoted(body.split(chr(10))[line - before])
            self.problem = UserError(f"{where}, line {line + 1}: {what}")
            self.problem.__cause__ = error
        while self._records and not any(self._records[0].cells):
            del self._records[0]
        self.head = self._records[0] if self._records else Record(line + 1, [])
        self.head.cells[:] = _unwrapped(self.head.cells, self.separator)
        self._width = len(self.head.cells)
        while self.head.cells and not self.head.cells[-1]:
            self.head.cells.pop()
        for record in self._records[1:]:  # Excel wraps a row that it took for a single cell
            cells = _unwrapped(record.cells, self.separator)
            record.cells[:] = cells if len(cells) == self._width else record.cells
        least = min(2, len(known))
        names = [record.line for record in self._records[:9] if len({*record.cells} & {*known}) >= least]
        self.named_in = names[0] if names and names[0] != self.head.line else 0
        surplus = {len(one.cells) - self._width for one in self._records[1:] if any(one.cells)}
        # A separator at the end of every row is harmless; in some rows only it comes from a cell that has one.
        self._all_longer = len(surplus) == 1 and sum(any(one.cells) for one in self._records) > 2

    def rows(self) -> Iterator[tuple[Record, str]]:
        """Yield the records below the head that are not empty, each with what is wrong with its number of cells."""
        for number, record in enumerate(self._records[1:], 1):
            if any(record.cells):
                yield record, self._miscounted(record.cells, number - number % _BLOCK)

    def _misquoted(self, line: str) -> str:
        """Say what is wrong with the quotation marks of a row, of which the first line is given."""
        cells = line.split(self.separator)
        wrong = [cell.strip() for cell in cells if re.match(r'\s*"', cell) and not re.fullmatch(_WHOLE, cell)]
        if len(cells) == len(self._records[0].cells if self._records else cells) and len(wrong) == 1:
            (cell,) = wrong
            if cell.count('"') % 2 == 0:  # each is inside; at the ends none is missing
                inner = cell.replace('""', '"').replace('"', '""')
                return f'the quotation marks inside a cell are not written twice. Write the cell as "{inner}".'
        return (
            "a quotation mark in this row is not closed, or a cell goes on after it. "
            "Write a quotation mark inside a cell twice, or as “…”, and close the cell with one."
        )

    def _miscounted(self, cells: list[str], block: int) -> str:
        """Say what is wrong with the number of cells in a row of a block; nothing if each has its column."""
        head, sign = self.head.cells, _SEPARATORS[self.separator]
        if cells[: len(head)] == head:
            return "this line has the names of the columns again. Delete it."
        counted = f"{len(cells)} {'cell' if len(cells) == 1 else 'cells'} under {len(head)} columns"
        if len(cells) < len(head):
            lengths = {len(other.cells) for other in self._records[block : block + _BLOCK]} - {0}
            if len(lengths) == 1:
                return ""
            other = next((one for one in _SEPARATORS if len(_cells(cells[0], one)) == len(head)), "")
            if other:
                return (
                    f"{counted}. This row has a {_SEPARATORS[other]} between the cells, and the first line a {sign}. "
                    f"Write a {sign} here too."
                )
            return (
                f"{counted}: a cell is missing. An empty cell has its {sign} too. "
                f"Compare with the columns: {', '.join(head)}."
            )
        surplus = [cell for cell, column in zip_longest(cells, head, fillvalue="") if cell and not column]
        if not surplus and (len(cells) <= self._width or self._all_longer):
            return ""
        if any(_TYPOGRAPHIC.fullmatch(cell) for cell in cells):
            return (
                f"{counted}. Typographic quotation marks do not hold a cell with a {sign} together. "
                'Put the cell into straight ones: "…".'
            )
        if not surplus:
            return f'{counted}: a cell that has a {sign} is not in quotation marks. Put it into straight ones: "…".'
        return (
            f"{counted}: “{surplus[0]}” is in no column. Put a cell that has a {sign} into quotation marks; "
            "or, if it is a column of its own, write its name into the first line."
        )


def _unwrapped(cells: list[str], separator: str) -> list[str]:
    """The cells of a row that stands as a whole in one pair of quotation marks; others stay."""
    filled = [cell for cell in cells if cell]
    return _cells(filled[0], separator) if len(filled) == 1 and separator in filled[0] else cells


def _cells(line: str, separator: str) -> list[str]:
    """The cells of a single line."""
    try:
        (cells,) = csv.reader([line], delimiter=separator, skipinitialspace=True)
    except (csv.Error, ValueError):
        return []
    return [cell.strip() for cell in cells]
