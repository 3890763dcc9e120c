"""Lessons as a student sees them, whatever they are about: opened in JupyterLab and run."""

from __future__ import annotations

from pathlib import Path

import pytest
from shown import SHOWN

LESSONS = sorted(path.name for path in (Path(__file__).resolve().parents[2] / "lessons").glob("[0-9][0-9]-*.ipynb"))


def outputs(page) -> str:
    """All words of all outputs."""
    words = page.locator(".jp-Notebook .jp-OutputArea").all_inner_texts()
    return " ".join(" ".join(words).replace("\u00a0", " ").split())


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_runs_and_shows_its_words(open_notebook, run_all, fresh, name):
    page = open_notebook(name)
    trouble = []
    page.on("pageerror", lambda error: trouble.append(str(error)))
    run_all(page)
    said = outputs(page)
    assert said
    for words in SHOWN.get(name, []):
        assert words in said
    # Lab gives errors and warnings the same type.
    assert page.locator('.jp-RenderedText[data-mime-type="application/vnd.jupyter.stderr"]').count() == 0
    assert not trouble
