"""The pages of a new module, to be filled in: README, licence, guide for teaching, and what the tables are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import resources

from ..core import read_file
from .new_texts import NewText
from .start_page import commands


def page(name: str, filled: Mapping[str, str] | None = None) -> str:
    """Read the template ``new-NAME.txt`` and fill in what is between «…»."""
    with resources.as_file(resources.files(__package__) / f"new-{name}.txt") as path:
        words = read_file(path)
    for key, value in (filled or {}).items():
        words = words.replace(f"«{key}»", value)
    return words


def readme(title: str, lesson: str, path: str, minutes: int, texts: Sequence[NewText]) -> str:
    """Write the README: start, lessons, the first half-hour, rights, tests."""
    notebook = path.removeprefix("lessons/")
    (_, start, again), (_, start_windows, _) = commands(notebook)
    first, second = (next(iter(one.files)) for one in texts)
    return page(
        "readme",
        {
            "title": title,
            "start": start,
            "start windows": start_windows,
            "again": again,
            "lesson": lesson,
            "path": path,
            "name": notebook.removesuffix(".ipynb"),
            "minutes": str(minutes),
            "first": first,
            "second": second,
            "rights": "\n".join(
                f"- *{one.text.title}*: write here what its source says of its rights." for one in texts
            ),
        },
    )
