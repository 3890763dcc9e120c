"""All lessons, opened and run in JupyterLab; axe finds no violation in any of their outputs."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from shown import SHOWN

LESSONS = sorted(path.name for path in (Path(__file__).resolve().parents[2] / "lessons").glob("[0-9][0-9]-*.ipynb"))


def outputs(page) -> str:
    """The text of all outputs."""
    words = page.locator(".jp-Notebook .jp-OutputArea").all_inner_texts()
    return " ".join(" ".join(words).replace("\u00a0", " ").split())


@pytest.mark.parametrize("name", LESSONS)
def test_lesson_runs_and_shows_the_expected_words(open_notebook, run_all, fresh, name):
    page = open_notebook(name)
    trouble = []
    page.on("pageerror", lambda error: trouble.append(str(error)))
    run_all(page)
    said = outputs(page)
    assert said
    for words in SHOWN.get(name, []):
        assert words in said
    # JupyterLab 4.6 uses the same MIME type for errors and warnings.
    assert page.locator('.jp-RenderedText[data-mime-type="application/vnd.jupyter.stderr"]').count() == 0
    assert not trouble
    page.evaluate("document.querySelectorAll('.jp-OutputArea details').forEach((one) => { one.open = true; })")
    found = Axe().run(page, context=".jp-OutputArea", options={"resultTypes": ["violations"]}).response["violations"]
    assert [f"{one['id']}: {node['html'][:200]}" for one in found for node in one["nodes"]] == []
