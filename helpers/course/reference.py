"""The pages about question files and tables, made from what reads these files, so that they say the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..questions import COMMON_KEYS, COMMON_SAMPLE, KINDS, Key
from ..texts import COLUMNS

PAGES = ("question-files.md", "tables.md")
_ORDER = ("choice", "choices", "passage", "order", "match", "grid", "short", "essay")
_MADE = "<!-- Made by “python -m helpers reference”; changes here are lost. -->"


def reference_pages() -> dict[str, str]:
    """Write the pages, by the names of their files."""
    return dict(zip(PAGES, ("\n".join(_question_files()), "\n".join(_tables())), strict=True))


def _question_files() -> Iterator[str]:
    yield from (
        "# Question files",
        "",
        _MADE,
        "",
        "The questions of the lesson `lessons/NN-name.ipynb` are in `lessons/questions/NN-name.yaml`. Copy an example "
        "from this page, change its words, and run `python -m helpers check`: it names file and line of every mistake. "
        "The examples are about the [two letters](README.md) in this folder. "
        "[Texts, tables, lessons and questions](own-texts.md#questions) says what may be changed later, and what not.",
        "",
        "## The beginning of a file",
        "",
        "```yaml",
        "title: The name of the lesson",
        "minutes: 20          # how long it takes; may be left out",
        "questions:",
        "```",
        "",
        "Below it the questions stand one after the other. Each begins with `- `, and its lines begin in one column: "
        'use spaces, never tabs. Put a value into straight quotation marks (`"…"`) if it has a colon or a number sign, '
        'or begins with a sign. A cell of the lesson asks a question with `answer("1.1")`.',
        "",
        "## Lines of every question",
        "",
        *_keys(COMMON_KEYS),
        "",
        "An example with all of them:",
        "",
        *_example(COMMON_SAMPLE),
    )
    for name in (*_ORDER, *sorted(set(KINDS) - set(_ORDER))):
        kind = KINDS[name]
        # The words that students see are also the best explanation of the kind.
        yield from (f"## {name}", "", f"Students read: *{kind.how}*", "", *_keys(kind.keys), "", *_example(kind.sample))


def _keys(keys: Iterable[Key]) -> Iterator[str]:
    yield from ("| line | needed | what to write |", "|---|---|---|")
    yield from _rows(keys, "")


def _rows(keys: Iterable[Key], within: str) -> Iterator[str]:
    for key in keys:
        what = key.what.replace("|", "\\|")
        yield f"| {within}`{key.name}` | {'yes' if key.needed else ''} | {what} |"
        yield from _rows(key.inside, f"{within}`{key.name}` · ")


def _example(sample: str) -> tuple[str, ...]:
    return ("```yaml", sample.rstrip("\n"), "```", "")


def _tables() -> Iterator[str]:
    yield from (
        "# The columns of the tables",
        "",
        _MADE,
        "",
        "Every table of `texts/` is optional. The first line names the columns, with small letters, in any order. A "
        "table that is there has all columns of this page but those marked *column optional*; more columns are kept. "
        "[Texts, tables, lessons and questions](own-texts.md#the-tables) says how to save a table in a spreadsheet.",
        "",
    )
    for name, columns in COLUMNS.items():
        yield from (f"## {name}.csv", "", "| column | cell | what to write |", "|---|---|---|")
        for column in columns:
            cell = "needed" if column.filled else "column optional" if column.optional else "may be blank"
            what = column.what.replace("|", "\\|").replace("*", "\\*").replace("<", "\\<")
            yield f"| {column.name} | {cell} | {what} |"
        yield ""
