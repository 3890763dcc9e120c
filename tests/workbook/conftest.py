"""Work folders for the tests of the workbook."""

from __future__ import annotations

import pytest

from helpers import workbook


@pytest.fixture
def work(tmp_path, monkeypatch):
    """An empty work folder and a new kernel session."""
    folder = tmp_path / "my-work"
    workbook.begin_session()
    monkeypatch.setenv("CLOSE_READING_WORK", str(folder))
    return folder


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """Switch to another work folder, as on another computer."""

    def go(name="elsewhere"):
        folder = tmp_path / name
        monkeypatch.setenv("CLOSE_READING_WORK", str(folder))
        return folder

    return go
