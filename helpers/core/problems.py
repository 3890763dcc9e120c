"""Lists of problems, each one line that begins with its place: “texts/people.csv, line 3: what is wrong. The fix.”"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from .errors import MOST_LISTED, listed, shortened

MOST_SOUGHT = 200  # problems of one file
_PLACE = re.compile(r"([^:,]+), line (\d+)(.*)", re.S)
_FILE = re.compile(r"[^\s:,][^:,]*?\.\w+(?=[:, ])")


def problems_sought(problems: Iterable[str], file: str, most: int = MOST_SOUGHT) -> Iterator[str]:
    """Yield the first problems of a file as they are found, and look for no more than so many: each may take time.

    Examples
    --------
    >>> list(problems_sought((f"a.csv, line {line}: no “x”." for line in range(2, 900)), "a.csv", 1))
    ['a.csv: after so many problems (1), the rest was not checked. Correct these first.', 'a.csv, line 2: no “x”.']
    """
    found = list(islice(iter(problems), most + 1))
    if len(found) > most:
        yield f"{file}: after so many problems ({most}), the rest was not checked. Correct these first."
    yield from found[:most]


def merge_same_problem(problems: Iterable[str]) -> str:
    """Write a problem that several lines of a file have as one: the first message, and the lines of the others.

    Examples
    --------
    >>> merge_same_problem(["a.csv, line 2: no “x”.", "a.csv, line 5: no “x”.", "a.csv, line 7: no “x”."])
    'a.csv, line 2: no “x”. The same in lines 5 and 7.'
    >>> merge_same_problem(f"a.csv, line {line}: no “x”." for line in (2, 3, 4, 5, 9))
    'a.csv, line 2: no “x”. The same in lines 3–5 and 9.'
    """
    first, *others = problems
    runs: list[list[int]] = []
    for line in sorted({int(found[2]) for found in map(_PLACE.match, others) if found}):
        if runs and line == runs[-1][-1] + 1:
            runs[-1].append(line)
        else:
            runs.append([line])
    # Two lines in a row stand as two numbers, more as a range.
    lines = [part for run in runs for part in ([f"{run[0]}–{run[-1]}"] if len(run) > 2 else map(str, run))]
    if not lines:
        return first
    plural = len(lines) > 1 or "–" in lines[0]
    return f"{first} The same in line{'s' * plural} {listed(lines, last=' and ')}."


def merge_same_problems(problems: Iterable[str]) -> list[str]:
    """Merge the problems of a file that differ only in their line, in order of the first of each.

    Examples
    --------
    >>> merge_same_problems(["a.csv, line 2: no text “x”.", "b.csv is empty.", "a.csv, line 5: no text “x”."])
    ['a.csv, line 2: no text “x”. The same in line 5.', 'b.csv is empty.']
    """
    groups: dict[object, list[str]] = {}
    for problem in problems:
        place = _PLACE.match(problem)
        groups.setdefault((place[1], place[3]) if place else problem, []).append(problem)
    return [merge_same_problem(group) for group in groups.values()]


def _place_in_file(problem: str) -> list[int]:
    """The numbers of the cell and the line, by which the problems of a file are ordered."""
    return [int(number) for number in re.findall(r", (?:cell|line) (\d+)", problem.partition(": ")[0])]


def first_problems(problems: Iterable[str], most: int | None = MOST_LISTED) -> list[str]:
    """Return at most so many problems of each file, by line, and after them the number of its other problems.

    Of very many files, as many are shown. Each problem is `shortened`.

    Examples
    --------
    >>> first_problems(["a.csv, line 9: this.", "b.csv: that.", "a.csv, line 5: that.", "a.csv, line 2: this."], 1)
    ['a.csv, line 2: this.', 'a.csv: … and 2 more; --all shows all.', 'b.csv: that.']
    """
    files: dict[str, list[str]] = {}
    for problem in problems:
        found = _FILE.match(problem)
        files.setdefault(found[0] if found else "", []).append(problem)
    shown: list[str] = []
    for file, own in list(files.items())[: MOST_LISTED if most else None]:
        own.sort(key=_place_in_file)
        shown += map(shortened, own[:most])
        if most is not None and (more := len(own[most:])):
            shown.append(f"{file}: … and {more} more; --all shows all.")
    if most is not None and (rest := list(files.items())[MOST_LISTED:]):
        shown.append(f"… and {sum(len(own) for _, own in rest)} in {len(rest)} more files; --all shows all.")
    return shown
