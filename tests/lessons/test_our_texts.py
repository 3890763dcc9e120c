"""Facts about 1921-telegram, 1923-letter and their lessons; ``helpers/`` mentions none of them."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from benchmarks.memory import at_the_end
from helpers import concordance, highlight, load_text
from helpers.questions import question
from helpers.worksheets import question_on_paper

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "helpers"


def test_helpers_do_not_mention_our_texts():
    with (ROOT / "texts" / "people.csv").open(encoding="utf-8", newline="") as file:
        people = {
            row["canonical_name"].split()[0].strip(",.()") for row in csv.DictReader(file) if row["type"] == "person"
        }
    assert len(people) > 10
    words = people | {"Lenin", "Georgia", "Georgian", "1921", "1923", "Soviet", "Bolshevik"}
    pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(words)))})\b", re.I)
    for path in FOLDER.rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            found = pattern.findall(path.read_text(encoding="utf-8"))
            assert not found, f"{path.name} names {found}"


def test_a_category_marks_only_the_layer_its_row_names():
    text = load_text("1921-telegram")
    marked = highlight(text, category="secrecy")
    assert len(marked) == 7
    assert {span.layer for span in marked.spans} == {"lenin-note", "return-line"}
    assert marked.counts[0]["left out"] == "copyists 2, editors 1"
    assert len(highlight(text, category="all", layers="all").counts) == 11
    both = highlight(text, "all", category=["secrecy", "trust"])
    assert [row["sign"] for row in both.counts] == ["a", "S", "T"]


def test_phrase_counts_of_the_two_texts():
    letter = load_text("1923-letter")
    question = concordance(letter, "Georgian question", layers="all")
    assert [line["layer"] for line in question] == ["soviet-note-2"] * 5
    assert [line["layer"] for line in concordance(letter, "Georgian case", layers="all")] == ["letter"]
    assert len(concordance(load_text("1921-telegram"), "Lenin", layers="all")) == 6


def test_provenance_cards_have_a_cell_for_each_field_and_paper():
    asked = question("1.13")
    card = question_on_paper(asked, 3)
    assert re.findall(r'<th scope="row">(.*?)</th>', card)[:2] == ["Written by", "To"]
    assert card.count('<td class="words">') == 2 * len(asked.rows) == 14
    assert all(one.words and one.words not in card for one in asked.cells)
    assert "You may begin with" in question_on_paper(question("2.10"), 3)


@pytest.mark.parametrize("number", ["01", "02", "03"])
def test_first_lessons_do_not_import_big_libraries(number):
    kernel, big = at_the_end(next((ROOT / "lessons").glob(f"{number}-*.ipynb")))
    assert kernel > 0
    assert not {"pandas", "matplotlib", "networkx"} & set(big)
