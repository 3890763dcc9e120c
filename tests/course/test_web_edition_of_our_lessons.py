"""Every stored result of our lessons, on 1921-telegram and 1923-letter, stands in the web edition, or is own work."""

from __future__ import annotations

import json
import re
from html import unescape
from itertools import pairwise

import pytest

from helpers.core import lessons_folder
from helpers.course import web_edition

pytestmark = pytest.mark.slow
OWN = re.compile(r"^(?:my_work|my_text|annotations)\(", re.M)
# What only helps where a cell can be run, and is not on the page.
SCREEN_ONLY = re.compile(r'<section class="close-reading-marks.*?</section>|<style>.*?</style>|<!--.*?-->', re.S)


def _words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<(style|script)\b.*?</\1>|<[^>]*>", " ", html, flags=re.S)).split())


def test_every_stored_result_stands_on_the_page_and_only_own_work_does_not():
    made = web_edition()
    assert made.problems == ()
    own_work = 0
    for name in made.lessons:
        page = _words(made.files[f"lessons/{name}.html"].decode())
        notebook = json.loads((lessons_folder() / f"{name}.ipynb").read_text(encoding="utf-8"))
        cells = [one for one in notebook["cells"] if one["cell_type"] == "code"]
        own = [one for one in cells if OWN.search("".join(one["source"]))]
        # Where nothing stands between two of these cells, it is said once.
        places = sum(cell in own and before not in own for before, cell in pairwise([None, *cells]))
        assert page.count("When you run this lesson, there is a place here for work of your own.") == places, name
        own_work += places
        for cell in cells:
            source = "".join(cell["source"])
            for output in cell["outputs"]:
                html = "".join(output["data"].get("text/html", ""))
                if html and not source.startswith("answer(") and cell not in own:
                    words = _words(SCREEN_ONLY.sub("", html)).partition(" Add layers=")[0].partition(": add layers=")[0]
                    assert len(words) > 20 or "<img" in html
                    assert words in page, (name, cell["id"])
        for words in ("Run All Cells", "Check and save", "Shift + Enter", "OWNER", "Restore", "layers=&quot;"):
            assert words not in page, (name, words)
    assert own_work == 12
