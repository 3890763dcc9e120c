"""A copy of the example module with another ``places.csv``."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def write_places(tmp_path: Path, example: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Use a copy of the example; gives a function that writes its ``places.csv``, one string per line."""
    shutil.copytree(example / "texts", tmp_path / "texts")
    (tmp_path / "lessons").mkdir()
    monkeypatch.setenv("CLOSE_READING_HOME", str(tmp_path))
    head = "place,latitude,longitude,names,outside,source_type,confidence,sort,side"

    def write(*rows: str, head: str = head) -> None:
        (tmp_path / "texts" / "places.csv").write_text("\n".join([head, *rows, ""]), encoding="utf-8")

    return write
