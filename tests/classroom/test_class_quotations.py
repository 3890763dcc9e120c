"""Quotations of 1921-telegram and 1923-letter on the class page: every kind is counted as the rule says."""

from __future__ import annotations

from collections import Counter

import pytest
from page_tables import Page
from synthetic import make_class, moodle_zip

from helpers.classroom import ClassReport, class_report
from helpers.quotations import ALTERED, ELSEWHERE, NOT_FOUND, WORD_FOR_WORD

EDITED = "word for word, editor's words"
SENTENCES = (
    ("The Committee “is inclined to allow” it.", (WORD_FOR_WORD,)),
    ("It says “is inclined to permit the Eleventh Army”.", (ALTERED,)),
    ("Stalin writes: “I cannot rely on their impartiality”.", (ELSEWHERE,)),
    ("There is “connected with the “Georgian question””.", (EDITED,)),
    ("Another says “xylophones never dream of marmalade”.", (NOT_FOUND,)),
)


@pytest.fixture(scope="module")
def students():
    return make_class(12, SENTENCES)


@pytest.fixture(scope="module")
def quoting(students, tmp_path_factory) -> ClassReport:
    path = tmp_path_factory.mktemp("quotations") / "a.zip"
    path.write_bytes(moodle_zip(students))
    return class_report(path)


def test_kinds_of_quotations_are_counted_as_the_rule_says(students, quoting):
    expected = Counter(kind for one in students for kind in one.quoted)
    assert set(expected) == {kind for _, kinds in SENTENCES for kind in kinds}
    rows = Page(quoting.pages()["index.html"]).tables["By verdict"][1:]
    assert {row[0]: int(row[1]) for row in rows} == expected
    assert {row[0]: int(row[2]) for row in rows} == {
        kind: sum(kind in one.quoted for one in students) for kind in expected
    }


def test_quotations_are_counted_by_layer_as_the_rule_says(students, quoting):
    kinds = Counter(kind for one in students for kind in one.quoted)
    rows = Page(quoting.pages()["index.html"]).tables["By the layer in which the words are"][1:]
    found = {row[0]: [int(cell) for cell in row[1:]] for row in rows}
    (telegram,) = [cells for layer, cells in found.items() if "the telegram (historical" in layer]
    whole, altered, wrong = kinds[WORD_FOR_WORD], kinds[ALTERED], kinds[ELSEWHERE]
    assert telegram == [whole + altered, whole, altered, 0]
    (letter,) = [cells for layer, cells in found.items() if layer.startswith("The letter") and "historical" in layer]
    assert letter == [wrong, wrong, 0, wrong]
    assert sum(cells[0] for cells in found.values()) == kinds.total() - kinds[NOT_FOUND]


def test_first_screen_names_what_was_misquoted(students, quoting):
    kinds = Counter(kind for one in students for kind in one.quoted)
    said = (
        f"Of {kinds.total()} quotations, {kinds[ALTERED]} altered, {kinds[ELSEWHERE]} given to somebody else, "
        f"{kinds[NOT_FOUND]} not found in these texts."
    )
    assert said in quoting.today._repr_html_()


def test_misattributed_quotation_is_shown_with_its_speaker(quoting):
    page = Page(quoting.pages()["index.html"])
    (rows,) = [rows for caption, rows in page.tables.items() if caption.startswith("Altered, or given")]
    wrong = [row for row in rows if "impartiality" in row[1]]
    assert wrong
    assert all("attributed to Stalin" in row[2] and "Lenin" in row[3] for row in wrong)
