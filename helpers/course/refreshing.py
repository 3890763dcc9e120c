"""Run lessons and store their results: one fresh run, folded, with prose that cannot be changed by accident."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ..core import UserError, empty_folder, fresh_settings, lessons_folder, put_file, read_file
from .notebook_check import read_notebook
from .package import chosen_lessons

_LONGEST = 600  # seconds for one cell
_LOCKED = {"deletable": False, "editable": False}


def refresh(lessons: Iterable[str] = ()) -> list[Path]:
    """Run lessons, by default all, and store their results in them; returns their paths.

    Raises `UserError`, and changes nothing, if a cell of one of them ends with an error.
    """
    root = lessons_folder().parent
    paths = chosen_lessons(lessons)
    for path in paths:
        read_notebook(path)  # says what is wrong with a damaged notebook
    ran = {path: with_results(read_file(path), f"lessons/{path.name}", root) for path in paths}
    for path, words in ran.items():
        try:
            put_file(path, words.encode("utf-8"))
        except OSError as error:
            raise UserError(f"{path} could not be written: {error.strerror}. Close it in other programs.") from error
    return paths


def unlock(lessons: Iterable[str] = ()) -> list[Path]:
    """Make the prose of lessons editable, until they are refreshed; returns their paths."""
    import nbformat

    paths = chosen_lessons(lessons)
    for path in paths:
        read_notebook(path)
        made = nbformat.reads(read_file(path), as_version=4)
        for cell in made.cells:
            for key in _LOCKED:
                cell.metadata.pop(key, None)
        put_file(path, f"{nbformat.writes(made)}\n".encode())
    return paths


def with_results(notebook: str, place: str, root: Path) -> str:
    """Return a notebook of the module in `root` with the results of one fresh run, with an empty folder for work."""
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    made = nbformat.reads(notebook, as_version=4)
    for cell in made.cells:
        cell.metadata = _metadata(cell)
    client = NotebookClient(
        made,
        timeout=_LONGEST,
        kernel_name="python3",
        extra_arguments=["--log-level=ERROR"],  # ipykernel 7 warns that it talks over TCP
        record_timing=False,
        store_widget_state=False,
        resources={"metadata": {"path": str(root / "lessons")}},
    )
    with empty_folder() as work:
        try:
            client.execute(env=fresh_settings(root, work))
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
            raise UserError(_why(made, place, error)) from error
    made.metadata.pop("widgets", None)
    return f"{nbformat.writes(made)}\n"


def _metadata(cell: Any) -> dict[str, Any]:  # noqa: ANN401 - a cell of nbformat
    """What a cell of a lesson says of itself: its tags, and that it is folded or cannot be changed by accident."""
    tags = {"tags": cell.metadata["tags"]} if cell.metadata.get("tags") else {}
    own = {"jupyter": {"outputs_hidden": True}} if cell.cell_type == "code" else _LOCKED
    return {**own, **tags}


def _why(notebook: Any, place: str, error: Exception) -> str:  # noqa: ANN401 - a notebook of nbformat
    """Say which cell could not be run, and why."""
    done = [n for n, cell in enumerate(notebook.cells, 1) if cell.cell_type == "code" and cell.execution_count]
    last = max(done, default=1)
    for n, cell in enumerate(notebook.cells, 1):
        if any(output.output_type == "error" for output in cell.get("outputs", ())):
            last = n
            if "raises-exception" not in cell.metadata.get("tags", ()):
                break
    said = " ".join((str(getattr(error, "evalue", "")) or str(error)).split())
    name = re.sub(r"^UserError$", "", str(getattr(error, "ename", "")))
    end = "" if said.endswith((".", "?", "!")) else "."
    return (
        f"{place}, cell {last}: the cell ends with an error: {f'{name}: ' if name else ''}{said}{end} Correct it; no "
        "lesson was changed."
    )
