"""Name the files of ``texts/`` that are not read although people mean them to be: misnamed, copied, other formats."""

from __future__ import annotations

import difflib
from pathlib import Path

from ..core import UserError, copied_name, read_file, texts_folder
from .csv_file import CsvFile
from .loading import ENDINGS, id_of, is_ending_doubled, text_ids, text_path, visible_files
from .tables import TABLES

# Files of other programs that people take for a text or a table.
_DOCUMENTS = {
    ".docx": "a Word document", ".doc": "a Word document", ".odt": "an OpenDocument text", ".rtf": "rich text",
    ".pages": "a Pages document", ".pdf": "a PDF file", ".htm": "a web page", ".html": "a web page",
    ".epub": "an e-book",
}  # fmt: skip
_SPREADSHEETS = (".xlsx", ".xls", ".xlsm", ".ods", ".numbers")
# Endings of texts in any spelling, and the right one.
_ENDINGS_MEANT = {ending: ending for ending in ENDINGS} | {".markdown": ".md", ".text": ".txt"}


def _table_of(path: Path) -> str:
    """The table whose columns a CSV file has, although its name is another; empty if there is none, or several."""
    try:
        head = CsvFile(read_file(path, table=True), path.name, {c for columns in TABLES.values() for c in columns}).head
    except UserError:
        return ""
    fits = [name for name, columns in TABLES.items() if {*columns} <= {*head.cells}]
    return max(fits, key=lambda name: len(TABLES[name]), default="")


def _meant(path: Path) -> str:
    """The table that a file is meant to be, by its name or its columns; empty if it is not like any."""
    ending = path.suffix.lower()
    if ending == ".txt":  # what Excel saves as “Unicode Text”
        return _table_of(path)
    if ending not in (".csv", ".tsv", *_SPREADSHEETS) or path.name in {f"{table}.csv" for table in TABLES}:
        return ""
    stem = (copied_name(path.stem) or path.stem).casefold()
    near = difflib.get_close_matches(stem, TABLES, n=1, cutoff=0.75)
    name = near[0] if near else "" if ending in _SPREADSHEETS else _table_of(path)
    # Beside the table itself, a file that is less like it in name may be meant for something else.
    certain = difflib.SequenceMatcher(None, stem, name).ratio() > 0.9
    return name if certain or not path.with_name(f"{name}.csv").exists() else ""


def _misnamed_table(path: Path, name: str, *, beside: bool) -> str:
    """Say what to do with a file that is meant to be a table, and that may stand ``beside`` the table itself."""
    if path.suffix.lower() in _SPREADSHEETS:
        move = f" Then move this file out of {path.parent.name}/." if beside else ""
        return f"a spreadsheet is read only as CSV. Save it as “CSV UTF-8” with the name {name}.csv.{move}"
    if beside:
        return f"only {name}.csv is read, not this file. Move what is new in it into {name}.csv, and delete it."
    return f"no table has this name, so it is not read. Rename it to {name}.csv."


def files_not_read() -> tuple[list[str], set[str], set[str]]:
    """Report the files of ``texts/`` that are not read as they are meant.

    Returns the problems, and the tables and the text ids that are there only in a file that is not read: rows
    that refer to them are not wrong.
    """
    problems: list[str] = []
    tables: set[str] = set()
    texts: set[str] = set()
    for path in visible_files(texts_folder()):
        place, ending = f"{path.parent.name}/{path.name}", path.suffix.lower()
        if name := _meant(path):
            right = path.with_name(f"{name}.csv")
            beside = right.exists() and not right.samefile(path)  # on macOS and Windows, People.csv is people.csv
            problems.append(f"{place}: {_misnamed_table(path, name, beside=beside)}")
            if not beside:
                tables.add(name)
        elif ending in _DOCUMENTS and text_path(path.stem) is None:
            problems.append(
                f"{place}: {_DOCUMENTS[ending]} is not read as a text. Save its words as plain text (UTF-8) with the "
                f"name {path.stem}.txt or {path.stem}.md, or move it to {path.parent.name}/source/."
            )
            texts.add(id_of(path))
        elif is_ending_doubled(path):
            right = path.with_name(path.stem)
            advice = (
                f"Move what is new in it into {right.name}, and delete it"
                if right.exists()
                else "Rename it to " + right.name
            )
            problems.append(f"{place}: the name has two endings, so it is not read. {advice}.")
            texts.add(id_of(right))
        elif ending in _ENDINGS_MEANT and path.suffix not in ENDINGS:
            problems.append(
                f"{place}: the name of a text ends in {', '.join(ENDINGS[:-1])} or {ENDINGS[-1]}, so it is not read. "
                f"Rename it to {path.stem}{_ENDINGS_MEANT[ending]}."
            )
            texts.add(id_of(path))
        elif ending in ENDINGS and (copied := copied_name(path.stem)) and (original := text_path(copied)):
            problems.append(
                f"{place}: this looks like a copy of {original.name}, and is read as a second text. "
                "Delete it, or rename it if it is another text."
            )
    return problems, tables, texts


def meant_as_table(path: Path) -> bool:
    """Whether a file is a table under a name that is not that of a table."""
    return bool(_meant(path))


def meant_text_ids() -> set[str]:
    """The ids of the texts of ``texts/``, also of those in a file that is not read."""
    return {*text_ids(), *files_not_read()[2]}


def folders_not_read() -> dict[str, list[str]]:
    """The sub-folders of ``texts/`` other than ``source/`` that hold texts or tables, with the names of these files."""
    found = {}
    for folder in sorted(texts_folder().iterdir()):
        if folder.is_dir() and folder.name[0] not in ".~_" and folder.name.casefold() != "source":
            names = [path.name for path in visible_files(folder)]
            found[folder.name] = [name for name in names if Path(name).suffix.lower() in (*ENDINGS, ".csv")]
    return {folder: names for folder, names in found.items() if names}
