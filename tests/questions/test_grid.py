"""Tables to fill in: files, answers, marking, and display on the screen, on paper and in exports."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from helpers import my_work
from helpers.core import UserError
from helpers.portfolio import FORMATS, export_work, work_records
from helpers.questions import (
    NOT_YET,
    PARTLY,
    RIGHT,
    SAVED,
    question,
    question_heading,
    read_questions,
    record_answer,
    standing_of,
    still_question,
    verdict_data,
)
from helpers.widgets import form_data, form_state, save_form
from helpers.worksheets import key_of, question_on_paper

FILE = """\
title: Two sheets
questions:
  - id: "1.1"
    kind: grid
    skill: comparison
    points: 4
    prompt: Who wrote each sheet, and how?
    columns:
      - id: who
        text: Who <wrote>
        options:
          - {id: ann, text: Ann}
          - {id: ben, text: Ben}
          - {id: nobody, text: Nobody}
      - {id: how, text: How, options: [{id: pen, text: By hand}, {id: type, text: Typed}]}
      - {id: note, text: A remark, words: {most: 3}}
    rows:
      - id: first
        text: The first sheet
        key:
          - {column: who, option: ann, why: She signs., hint: Look for a name.}
          - {column: how, option: pen, why: The hand is hers.}
          - {column: note, words: a torn sheet}
      - id: second
        text: The second sheet
        key:
          - {column: who, option: ben, why: He says so.}
          - {column: who, option: nobody, why: No name is on it.}
          - {column: how, option: type, why: The letters are even.}
    reread: Read both sheets.
  - id: "1.2"
    kind: grid
    skill: comparison
    points: 3
    prompt: What do you see?
    columns:
      - {id: seen, text: Seen, words: true}
      - {id: sure, text: Sure, options: [{id: y, text: "Yes"}, {id: n, text: "No"}]}
    rows:
      - {id: first, text: The first sheet}
    model_answer: A stain.
"""
RIGHT_ONE = {"first": {"who": "ann", "how": "pen"}, "second": {"who": "nobody", "how": "type"}}


@pytest.fixture
def module(tmp_path, monkeypatch):
    """A module with one lesson; gives a function that writes its question file."""
    for folder in ("texts", "lessons/questions"):
        (tmp_path / folder).mkdir(parents=True)
    monkeypatch.setenv("CLOSE_READING_HOME", str(tmp_path))
    monkeypatch.setenv("CLOSE_READING_WORK", str(tmp_path / "work"))
    path = tmp_path / "lessons" / "questions" / "01-two-sheets.yaml"

    def write(words: str = FILE) -> Path:
        path.write_text(words, encoding="utf-8")
        return path

    write()
    return write


# ---- the file


@pytest.mark.parametrize(
    ("old", "new", "at", "said"),
    [
        ("words: {most: 3}", "words: false", "", "neither “options” nor “words”"),
        ("words: {most: 3}", "words: {least: 3}", "", "“least”, which is not known"),
        ("words: true", "words: three", "", "neither true nor false"),
        ("words: true", "words: true, options: [{id: a, text: A}, {id: b, text: B}]", "", "both “options” and “words”"),
        ("[{id: pen, text: By hand}, {id: type, text: Typed}]", "[{id: pen, text: By hand}]", "", "at least 2"),
        ("column: how, option: pen", "column: hw, option: pen", "", "Did you mean “how”?"),
        ("option: pen", "option: pan", "", "Did you mean “pen”?"),
        ("option: pen, why", "words: pen, why", "", "the cells of the column “how” are chosen. Take away “words”"),
        ("words: a torn sheet", "option: torn", "", "are written in words. Take away “option”"),
        ("option: nobody, why: No", "option: ben, why: No", "", "the column “who” has this key twice"),
        (", why: The hand is hers.", "", "option: pen", "no “why”"),
        ("- id: second\n", "- id: first\n", "- id: first", "the id “first” occurs twice"),
        ("{id: first, text: The first sheet}", "{id: first, txt: The first sheet}", "", "“txt”, which is not known"),
    ],
)
def test_mistake_in_a_grid_names_line_and_fix(module, old, new, at, said):
    broken = FILE.replace(old, new, 1)
    assert broken != FILE
    line = broken[: broken.rindex(at or new)].count("\n") + 1
    with pytest.raises(UserError) as error:
        read_questions(module(broken))
    assert str(error.value).startswith(f"lessons/questions/01-two-sheets.yaml, line {line}: "), str(error.value)
    assert said in str(error.value)


def test_grid_without_rows_raises(module):
    with pytest.raises(UserError, match="a question of the kind grid needs “rows”"):
        read_questions(module(FILE[: FILE.index("    rows:\n      - {id: first")] + "    model_answer: A stain.\n"))


def test_key_explanations_and_order_are_no_part_of_the_wording_but_cells_are(module):
    asked = question("1.1").asked
    changed = re.sub(r"        key:\n(          - .*\n)+", "", FILE.replace("She signs.", "She signs it."))
    assert read_questions(module(changed))[0].asked == asked
    for old, new in (("text: Typed", "text: Printed"), ("most: 3", "most: 4"), ("The second sheet", "The last sheet")):
        assert read_questions(module(FILE.replace(old, new, 1)))[0].asked != asked


# ---- answers and marks


@pytest.mark.parametrize(
    ("response", "state", "points"),
    [
        (RIGHT_ONE, RIGHT, 4),
        ({**RIGHT_ONE, "second": {"who": "ben", "how": "type"}}, RIGHT, 4),
        ({**RIGHT_ONE, "second": {"who": "ann", "how": "type"}}, PARTLY, 3),
        ({"first": {"who": "ann"}}, PARTLY, 1),
        ({"first": {"note": "torn"}}, NOT_YET, 0),
        ({"first": {"who": "ben", "how": "type"}}, NOT_YET, 0),
    ],
)
def test_each_marked_cell_earns_the_same_share(module, response, state, points):
    asked = question("1.1")
    verdict = asked.mark(asked.normalised(response))
    assert (verdict.state, verdict.points) == (state, points)


def test_remarks_name_the_cell_and_hide_the_key_of_a_wrong_one(module):
    asked = question("1.1")
    verdict = asked.mark(asked.normalised({"first": {"who": "ben", "how": "pen", "note": "one two three four"}}))
    remarks = {one.about: (one.verdict, one.why) for one in verdict.remarks}
    assert remarks == {
        "The first sheet · Who <wrote>: Ben": ("not this", "Look for a name."),
        "The first sheet · How: By hand": ("right", "The hand is hers."),
        "The second sheet · Who <wrote>": ("missing", "Choose an option for it."),
        "The second sheet · How": ("missing", "Choose an option for it."),
    }
    assert verdict.wants == ("The first sheet · A remark: 4 words. Shorten them to at most 3.",)
    told = json.dumps(verdict_data(asked, verdict))
    assert "She signs." not in told
    assert "torn" not in told
    wrong = asked.mark(asked.normalised({"second": {"how": "pen"}}))
    assert ("not this", "Look at it again.") in [(one.verdict, one.why) for one in wrong.remarks]


def test_grid_without_a_key_is_saved_unmarked_and_its_last_answer_counts(module):
    asked = question("1.2")
    assert not asked.marked
    assert question_heading(asked) == "· 2 of 2 (comparison; 3 points, given by your teacher; your last answer counts)"
    assert question_heading(question("1.1")) == "· 1 of 2 (comparison; 4 points; your best answer counts)"
    for seen in ("a stain", "a  big\nstain "):
        attempt = record_answer(asked, {"first": {"seen": seen, "sure": "y"}})
    assert (attempt.verdict.state, attempt.verdict.points) == (SAVED, None)
    stands = standing_of(asked)
    assert stands.counts is stands.last
    assert stands.last.response == {"first": {"seen": "a big stain", "sure": "y"}}
    assert verdict_data(asked, attempt.verdict)["model"] == "A stain."


def test_words_of_the_key_are_a_good_answer_and_are_not_marked(module):
    asked = question("1.1")
    told = verdict_data(asked, asked.mark(asked.normalised(RIGHT_ONE)))
    assert told["model"] == "The first sheet · A remark: a torn sheet"
    assert len(told["remarks"]) == 4


@pytest.mark.parametrize(
    ("response", "said"),
    [
        ("ann", "needs a table"),
        ([], "needs a table"),
        ({}, "no cell is filled in"),
        ({"first": {}, "second": {"who": " "}}, "no cell is filled in"),
        ({"frst": {"who": "ann"}}, "no row “frst”. Did you mean “first”?"),
        ({5: {"who": "ann"}}, "no row “5”"),
        ({"first": "ann"}, "needs the columns of each row"),
        ({"first": {"wo": "ann"}}, "no column “wo”. Did you mean “who”?"),
        ({"first": {"who": "anne"}}, "no option “anne”. Did you mean “ann”?"),
        ({"first": {"who": 5}}, "5 cannot be an answer"),
        ({"first": {"note": ["torn"]}}, "needs words in the column “A remark”"),
        ({"first": {"note": "x" * 10**6}}, "1,000,000 characters"),
    ],
)
def test_response_that_is_no_answer_raises_and_is_not_saved(module, response, said):
    with pytest.raises(UserError, match=re.escape(said)):
        record_answer(question("1.1"), response)
    assert standing_of(question("1.1")).attempts == ()


def test_answer_of_another_form_is_written_unchanged(module):
    asked = question("1.1")
    assert asked.in_words({"first": {"who": "ann", "gone": "x"}, "lost": {"how": "pen"}}) == (
        "The first sheet · Who <wrote>: Ann\nThe first sheet · gone: x\nlost · How: By hand"
    )
    for odd in (["a"], {"first": "ann"}, 5):
        assert asked.in_words(odd) == json.dumps(odd)


# ---- display


def test_form_gets_the_table_and_shows_the_saved_answer_again(module):
    asked = question("1.1")
    form = form_data(asked)
    assert form["control"] == "table"
    assert [column["id"] for column in form["columns"]] == ["who", "how", "note"]
    assert "She signs." not in json.dumps(form)
    assert "torn" not in json.dumps(form)
    said, saved = save_form(asked, {"kind": "answer", "response": {"first": {"who": "ann", "note": "torn"}}})
    assert saved
    assert said.startswith("Partly right: 1 of 4 points. Saved.")
    assert form_state(asked, standing_of(asked))["response"] == {"first": {"who": "ann", "note": "torn"}}


def test_typed_words_are_kept_as_a_draft_until_they_are_given(module):
    asked = question("1.1")
    assert form_data(asked)["typed"]
    assert save_form(asked, {"kind": "draft", "response": {"first": {"note": "torn"}}}) == ("Draft saved.", True)
    assert form_state(asked, standing_of(asked))["response"] == {"first": {"note": "torn"}}
    assert "A remark: torn" in str(my_work("1.1"))
    assert [record["state"] for record in work_records()] == ["draft"]
    save_form(asked, {"kind": "answer", "response": {"first": {"note": "torn"}}})
    assert standing_of(asked).draft is None
    bare = FILE.replace("      - {id: seen, text: Seen, words: true}\n", "")
    module(bare)
    assert not form_data(question("1.2"))["typed"]


@pytest.mark.parametrize("draw", [still_question, lambda one: question_on_paper(one, 3)])
def test_empty_table_has_headings_for_rows_and_columns_and_no_key(module, draw):
    shown = draw(question("1.1"))
    assert len(re.findall(r"<th[^>]*scope=\"col\"", shown)) == 3
    assert len(re.findall(r"<th[^>]*scope=\"row\"", shown)) == 2
    assert "Who &lt;wrote&gt;" in shown
    assert "A remark: at most 3 words in a cell." in shown
    for option in ("Ann", "Ben", "Nobody", "By hand", "Typed"):
        assert option in shown
    for secret in ("She signs.", "torn", "Look for a name."):
        assert secret not in shown


def test_key_on_paper_has_the_letters_of_the_worksheet(module):
    asked = question("1.1")
    paper, key = question_on_paper(asked, 3), key_of(asked, 3)
    for listed in ("<b>A</b> Ann", "<b>B</b> Ben", "<b>C</b> Nobody", "<b>A</b> By hand", "<b>B</b> Typed"):
        assert listed in paper
        assert listed in key
    cells = re.findall(r"<td>(.*?)</td>", key)
    assert cells[-6:] == ["A", "A", "a torn sheet", "B or C", "B", ""]
    for why in ("She signs.", "No name is on it.", "The letters are even."):
        assert why in key
    assert "A stain." in key_of(question("1.2"), 3)


def test_answer_stands_in_every_export_and_in_my_work(module):
    words = "=1+1 <script>torn</script>"
    record_answer(question("1.1"), {"first": {"who": "ann", "note": words}})
    (record,) = work_records()
    assert record["response"] == f"The first sheet · Who <wrote>: Ann\nThe first sheet · A remark: {words}"
    for format in FORMATS:
        made = export_work(format)
        assert "The first sheet" in made or "The first sheet" in json.dumps(made), format
        assert "torn" in made
        assert "<script>torn" not in made or format in ("csv", "markdown"), format
    assert f"A remark: {words}" in str(my_work("1.1"))
    assert "&lt;script&gt;torn" in my_work("1.1").words_html()


def test_changed_grid_keeps_the_answer_in_its_old_words(module):
    record_answer(question("1.1"), {"first": {"who": "ann"}})
    module(FILE.replace("text: Ann", "text: Anna"))
    stands = standing_of(question("1.1"))
    assert stands.attempts == ()
    assert stands.earlier[0].said == "The first sheet · Who <wrote>: Ann"


def test_file_without_keys_asks_the_same_and_marks_nothing(module):
    asked = question("1.1")
    bare = re.sub(r"        key:\n(          - .*\n)+", "", FILE).replace("questions:", "keys: false\nquestions:", 1)
    handout = read_questions(module(bare.replace("    reread: Read both sheets.\n", "")))[0]
    assert handout.asked == asked.asked
    assert not handout.marked
    assert handout.mark(handout.normalised(RIGHT_ONE)).state == SAVED


def test_quiz_item_is_a_match_only_if_each_cell_has_one_right_option(module):
    assert question("1.1").quiz() is None
    assert question("1.2").quiz() is None
    module(FILE.replace("          - {column: who, option: nobody, why: No name is on it.}\n", ""))
    item = question("1.1").quiz()
    assert item.type == "match"
    assert item.pairs[0] == ("The first sheet · Who <wrote>", "Ann")
    assert len(item.pairs) == 4
    assert item.distractors == ("Nobody",)
