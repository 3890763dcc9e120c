from __future__ import annotations

import re

import pytest

from helpers import __main__, correspondence, highlight, load_text
from helpers.core import UserError
from helpers.search import nearest_passage
from helpers.texts import check_tables, read_table


def test_own_tables_have_no_problems():
    assert [row["problem"] for row in check_tables()] == []


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("people", 43),
        ("categories", 11),
        ("phrases", 92),
        ("relations", 44),
        ("timeline", 56),
        ("glossary", 50),
        ("summaries", 18),
        ("transmission", 36),
        ("variants", 8),
        ("papers", 6),
        ("places", 13),
    ],
)
def test_table_has_the_expected_number_of_rows(name, rows):
    assert len(read_table(name)) == rows


def test_timeline_rows_have_document_layer_and_evidence_together():
    for row in read_table("timeline"):
        assert bool(row["document"]) == bool(row["layer"]) == bool(row["evidence"]), row.place


# file, old words, new words, expected message
BROKEN = {
    "a word changed": (
        "relations.csv", "Return all this.", "Return all that.",
        r"texts/relations\.csv, line 18: “Return all that\.” is not in 1921-telegram, return-line\. "
        r"The nearest passage is “Return all this\.”",
    ),
    "an unknown layer": (
        "phrases.csv", "1921-telegram,telegram,", "1921-telegram,telegrm,",
        r"phrases\.csv, line 2: no layer “telegrm” in 1921-telegram\. Did you mean “telegram”",
    ),
    "an unknown text": (
        "phrases.csv", "1921-telegram,", "1921-telegramm,",
        r"line 2: no text “1921-telegramm”\. Did you mean “1921-telegram”",
    ),
    "an unknown person": (
        "relations.csv", "e12,lenin", "e12,lennin", r"line 13: “lennin” in the column source.*Did you mean “lenin”",
    ),
    "a word explained that is not there": (
        "glossary.csv", "Tiflis,", "Tiflsi,",
        r"glossary\.csv, line 8: “Tiflsi” is not in 1921-telegram, any layer\. The nearest passage is “Tiflis”",
    ),
    "a summary of no paragraph": (
        "summaries.csv", "letter,letter,12", "letter,letter,13",
        r"summaries\.csv, line 11: no paragraph “13” in 1923-letter, letter\. Write a number from 10 to 12",
    ),
    "a summary of no layer": (
        "summaries.csv", "letter,letter,", "letter,leter,",
        r"summaries\.csv, line 9: no layer “leter” in 1923-letter\. Did you mean “letter”",
    ),
    "a summary of no text": (
        "summaries.csv", "1921-telegram", "",
        r"summaries\.csv, line 2: a summary must name its text\. There are: “1921-telegram”",
    ),
    "an unknown basis": (
        "relations.csv", "explicit_in_document", "explicit", r"line 2: “explicit” in the column basis",
    ),
    "an unknown category": (
        "phrases.csv", ",conditionality,", ",conditionalty,", r"Did you mean “conditionality”",
    ),
    "an id twice": ("relations.csv", "e02,", "e01,", r"line 3: the id “e01” is already used in .*line 2"),
    "a missing column": ("relations.csv", "edge_id,", "id,", r"line 1: the column “edge_id” is missing"),
    "a comma too many": ("categories.csv", "Conditions,", "Conditions,,", r"line 2: 4 cells under 3 columns"),
    "an open quotation mark": ("categories.csv", "conditionality,", 'conditionality,"', r"s\.csv, line \d+: .*close "),
    "a word lost from a text": (
        "1923-letter.md", "Quite to the contrary.", "Quite the contrary.",
        r"texts/1923-letter\.md, line \d+, layer “letter”: after “.*Quite t” the file as received .* continues "
        r"“o the contrary",
    ),
    "the last words lost": (
        "1921-telegram.md", "Comments are closed.", "Comments", r"the last words of source/1921\.txt .*are closed",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_broken_row_is_reported_with_its_line_and_the_fix(name, copied_module, capsys):
    file, old, new, message = BROKEN[name]
    copied_module(file, old, new)
    problems = "\n".join(row["problem"] for row in check_tables())
    assert re.search(message, problems), problems
    assert __main__.main(["check"]) == 1
    assert "problem(s)." in capsys.readouterr().out


def test_one_broken_row_does_not_hide_another(copied_module):
    copied_module("relations.csv", "Return all this.", "Return all that.")
    copied_module("phrases.csv", "is inclined to allow", "is included to allow")
    copied_module("people.csv", "id,type", "ident,type")
    problems = [row["problem"] for row in check_tables()]
    assert sum("relations.csv, line 18" in one for one in problems) >= 1
    assert sum("phrases.csv" in one for one in problems) == 1
    assert sum("people.csv, line 1" in one for one in problems) == 1


def test_table_in_another_encoding_raises(copied_module):
    copied_module("phrases.csv", "“", "“", encoding="cp1252")
    with pytest.raises(UserError, match=r"phrases\.csv, line \d+: byte \d+ \(0x9[34]\) is not UTF-8"):
        read_table("phrases")


def test_table_with_bom_and_crlf_is_read(copied_module):
    copied_module("categories.csv", "\n", "\r\n", encoding="utf-8-sig")
    assert read_table("categories")[0]["category"] == "conditionality"


def test_broken_rows_raise_in_network_and_highlights(copied_module):
    copied_module("relations.csv", "Return all this.", "Return all that.")
    copied_module("phrases.csv", "is inclined to allow", "is included to allow")
    with pytest.raises(UserError, match="line 18"):
        correspondence()
    with pytest.raises(UserError, match="line 2: “is included to allow”"):
        highlight(load_text("1921-telegram"), category="conditionality")


def test_every_table_is_optional(copied_module, tmp_path):
    for path in (tmp_path / "texts").glob("*.csv"):
        path.unlink()
    assert len(check_tables()) == 0
    assert correspondence().number_of_edges() == 0


def test_file_that_shadows_the_helpers_is_reported(copied_module, tmp_path, capsys):
    (tmp_path / "lessons" / "helpers.py").write_text("x = 1\n", encoding="utf-8")
    (tmp_path / "lessons" / "essay.py").write_text("x = 1\n", encoding="utf-8")
    deep = tmp_path / "lessons" / "mine" / "pandas"
    deep.mkdir(parents=True)
    (deep / "__init__.py").touch()
    assert __main__.main(["check"]) == 1
    said = capsys.readouterr().out
    assert "lessons/helpers.py: notebooks beside it import this instead of the module “helpers”. Rename it." in said
    assert "lessons/mine/pandas" in said
    assert "essay" not in said


def test_check_command_succeeds_on_our_texts(capsys):
    assert __main__.main(["check"]) == 0
    assert "All texts, tables and questions are in order." in capsys.readouterr().out


def test_check_command_reports_a_wrong_home_folder(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("CLOSE_READING_HOME", str(tmp_path / "no"))
    assert __main__.main(["check"]) == 1
    assert capsys.readouterr().err.startswith("CLOSE_READING_HOME names")


def test_nearest_passage_of_a_misquotation_is_found():
    words = load_text("1923-letter")["letter"].text
    assert "I cannot rely on their impartiality" in nearest_passage("I can not rely on there impartiality", words)
