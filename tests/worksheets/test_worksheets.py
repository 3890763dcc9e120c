"""Printed worksheets and answer keys: complete, without the key, without scripts or external resources."""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from helpers import __main__
from helpers.core import UserError
from helpers.questions import course_settings, paragraphs, questions
from helpers.search import collapse_spaces
from helpers.texts import load_all_texts, load_text, parse_text
from helpers.worksheets import (
    LATER,
    TURN,
    answer_key,
    apply_directives,
    find_lesson,
    read_lesson,
    still_html,
    text_strips,
    worksheet,
)

ROOT = Path(__file__).resolve().parents[2]
LESSONS = sorted(path.stem for path in (ROOT / "lessons").glob("[0-9][0-9]-*.ipynb"))
WITH_QUESTIONS = [name for name in LESSONS if (ROOT / "lessons" / "questions" / f"{name}.yaml").exists()]
NAMED = f"“{LESSONS[0]}”"
every_lesson = pytest.mark.parametrize("name", LESSONS)
every_file = pytest.mark.parametrize("name", WITH_QUESTIONS)

TEXT = """\
---
title: A letter
layers:
  heading: {voice: clerk, kind: copyist, label: "Clerk: heading"}
  letter: {voice: ann, kind: actor, label: "Ann: the letter"}
  remark: {voice: clerk, kind: copyist, label: "Clerk: remark"}
  note: {voice: editor, kind: editor, label: "Editor, later: note"}
---
## heading

Copy.

## letter

Dear friend, return the whole case to me, and keep the copy where nobody looks for it. I cannot rely on a clerk.

Return all this today.

## remark

(Copied by a clerk)

## note

The editors say that she was anxious.
"""
ONE = """\
title: A first lesson
questions:
  - id: "1.1"
    kind: choice
    skill: sourcing
    points: 1
    prompt: Who writes?
    options:
      - {id: a, text: The clerk, why: WHYNOT-CLERK}
      - {id: b, text: Ann, correct: true, why: WHY-ANN}
    where:
      - {document: letter, layer: letter, quote: "return the whole case"}
    misconceptions:
      - {idea: IDEA, reply: REPLY}
    reread: REREAD
  - id: "1.2"
    kind: choices
    skill: sourcing
    points: 2
    prompt: Which are hers?
    options:
      - {id: a, text: Copy, why: W}
      - {id: b, text: Dear friend, correct: true, why: W}
      - {id: c, text: Return, correct: true, why: W}
  - id: "1.3"
    kind: passage
    skill: close reading
    points: 1
    prompt: What does she ask?
    document: letter
    layers: [letter, remark]
    targets:
      - {layer: letter, words: return the whole case to me, why: TARGET}
    near:
      - {layer: remark, words: a clerk, why: NEAR}
  - id: "1.4"
    kind: order
    skill: close reading
    points: 2
    prompt: In which order?
    items:
      - {id: i, text: She writes}
      - {id: j, text: He copies}
      - {id: k, text: They print}
    why: ORDER-WHY
  - id: "1.5"
    kind: match
    skill: sourcing
    points: 2
    prompt: Whose?
    options:
      - {id: a, text: Ann}
      - {id: c, text: the clerk}
    items:
      - {id: i, text: Dear friend, goes_with: a, hint: HINT, why: MATCH-WHY}
      - {id: j, text: Copied, goes_with: c, why: MATCH-WHY}
  - id: "1.6"
    kind: short
    skill: silence
    points: 1
    prompt: What is missing? In one word.
    accept: [ACCEPTED]
    wrong:
      - {words: WRONGLY, why: WRONG-WHY}
    model_answer: MODEL-SHORT
  - id: "1.7"
    kind: essay
    skill: silence
    points: 2
    prompt: Write about it.
    words: {least: 80, most: 180}
    starters: ["It begins …"]
    rubric:
      - id: claim
        criterion: The claim
        points: 2
        levels: [BEST-LEVEL, LAST-LEVEL]
    model_answer: MODEL-ESSAY
"""
KEY = (
    "WHYNOT-CLERK WHY-ANN IDEA REPLY REREAD TARGET NEAR ORDER-WHY MATCH-WHY ACCEPTED WRONGLY WRONG-WHY "
    "MODEL-SHORT MODEL-ESSAY"
)


def prose(source: str, id: str = "") -> dict:
    return {"cell_type": "markdown", "id": id or "p", "metadata": {}, "source": source}


def code(source: str, *outputs: dict, ran: bool = True) -> dict:
    count = 1 if ran else None
    return {
        "cell_type": "code", "id": "c", "metadata": {}, "execution_count": count, "source": source,
        "outputs": list(outputs),
    }  # fmt: skip


def shown(**data: str) -> dict:
    return {"output_type": "display_data", "metadata": {}, "data": {k.replace("_", "/"): v for k, v in data.items()}}


@pytest.fixture
def module(tmp_path, monkeypatch):
    """Write a module with one lesson of the given cells: ``module(*cells)``."""
    home = tmp_path / "module"
    for folder in ("texts", "lessons/questions"):
        (home / folder).mkdir(parents=True)
    (home / "texts" / "letter.md").write_text(TEXT, encoding="utf-8")
    (home / "lessons" / "questions" / "01-first.yaml").write_text(ONE, encoding="utf-8")
    monkeypatch.setenv("CLOSE_READING_HOME", str(home))

    def write(*cells: dict) -> Path:
        made = [prose("# 01 · A first lesson\n\n| | |\n|---|---|\n| **Minutes** | 5 |"), *cells]
        path = home / "lessons" / "01-first.ipynb"
        notebook = {"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        path.write_text(json.dumps(notebook), encoding="utf-8")
        return path

    return write


def words(page: str) -> str:
    """The visible words of a page, in order."""
    body = page[page.index("<body") :] if "<body" in page else page
    apart = re.sub(r"(</(?:p|li|td|th|h\d|div|caption)>)", r"\1 ", body)
    return collapse_spaces(html.unescape(re.sub(r"<[^>]*>", "", apart)))


def parts(question, *names: str) -> list:
    """The options, items or places of a question, as far as its kind has them."""
    return [part for name in names for part in getattr(question, name, ())]


def hints(question) -> list[str]:
    return [one.hint for one in parts(question, "items")]


def teaches(question) -> list[str]:
    """All feedback of a question, which must not be on the worksheet."""
    said = [question.why, question.reread, *hints(question)]
    said += [one.why for one in parts(question, "options", "items", "targets", "near")]
    said += [part for pair in (*question.misconceptions, *parts(question, "wrong")) for part in pair]
    said += paragraphs(question.model_answer)
    return [collapse_spaces(one) for one in said if len(one.split()) > 3]


# The real lessons.


@every_lesson
def test_worksheet_is_one_page_without_scripts_or_external_resources(name):
    page = worksheet(name)
    assert page == worksheet(name)
    assert page.count("<h1") == 1
    assert f'<html lang="{course_settings().language}">' in page
    assert re.search(r"<title>\d\d · \S", page)
    assert not re.search(r"<(?:script|link|iframe|object|form|input|button|style[^>]*src)\b|\son\w+=|@import", page)
    assert not re.search(r'(?:src|href|action)="(?!data:image/)', page)
    assert "url(" not in page
    assert all(re.search(r'alt="[^"]{100,}"', image) for image in re.findall(r"<img[^>]*>", page))


@every_lesson
def test_worksheet_skips_no_heading_level(name):
    levels = [int(one) for one in re.findall(r"<h([1-6])\b", worksheet(name))]
    assert levels[0] == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))


@every_lesson
def test_worksheet_has_every_paragraph_of_the_lesson_in_order(name):
    page, lesson, at, seen = words(worksheet(name)), read_lesson(find_lesson(name)), 0, 0
    for cell in lesson.cells:
        left, cards = apply_directives(cell.prose, cell.id)
        for paragraph in "\n\n".join(one.words for one in left if one.kind == "words").split("\n\n"):
            # Only paragraphs without Markdown markup; other tests look for the rest.
            if re.search(r"[*_`#|<>\[\]\\]|^\s*(?:-|\d+\.) ", paragraph) or cards:
                continue
            found = page.find(collapse_spaces(paragraph), 0 if "<details" in cell.prose else at)
            assert found >= 0, paragraph
            at, seen = max(at, found) if "<details" not in cell.prose else at, seen + 1
    assert seen, f"lessons/{name}.ipynb: no paragraph of it is found on its worksheet. Write some sentences in it."


@every_file
def test_worksheet_has_every_question_once_and_no_feedback(name):
    page, lesson = worksheet(name), read_lesson(find_lesson(name))
    read = words(page)
    own = {one.id: one for one in questions(name)}
    assert [one.id for one in lesson.asked()] == re.findall(r"<h\d>Question (\S+) ", page) != []
    said_anyway = words("".join(still_html(one) for cell in lesson.cells for one in cell.shows))
    said_anyway += collapse_spaces(" ".join(cell.prose for cell in lesson.cells))
    for one in lesson.asked():
        assert all(collapse_spaces(part) in read for part in paragraphs(one.prompt))
        assert all(collapse_spaces(option.text) in read for option in parts(one, "options", "items"))
        told = [part for part in teaches(own[one.id]) if part in read and part not in said_anyway]
        place = own[one.id].place
        assert not told, f"{place}: the feedback “{told[0]}” stands elsewhere on the worksheet. Use other words."


@every_file
def test_answer_key_has_all_feedback(name):
    key = words(answer_key(name))
    assert key.startswith("Answer key, for the instructor")
    for one in read_lesson(find_lesson(name)).asked():
        missing = [part for part in teaches(one) if part not in key]
        # The key has the explanation in place of a hint.
        assert not [part for part in missing if part not in map(collapse_spaces, hints(one))]


@every_lesson
def test_folded_parts_are_printed_at_the_end(name):
    page, lesson = worksheet(name), read_lesson(find_lesson(name))
    cells = [apply_directives(cell.prose, cell.id)[0] for cell in lesson.cells]
    folded = [
        part for found in cells for one in found for part in re.findall(r"<details>(.*?)</details>", one.words, re.S)
    ]
    assert page.count('class="later"') - sum(len(cell.recalls) for cell in lesson.cells) == len(folded)
    if not folded:
        return
    begin = min(page.find(one) % len(page) for one in ('<section class="later-pages"', '<section class="card"'))
    task, answers = words(page[:begin]), words(page[begin:])
    for part in folded:
        assert words(re.search(r"<summary>(.*?)</summary>", part, re.S)[1]) in answers
        for one in part.split("\n\n"):
            if one.strip() and not re.search(r"[*_`<|\[]|^- ", one):
                assert collapse_spaces(one) in answers
                assert collapse_spaces(one) not in task


@every_lesson
def test_worksheet_has_stored_outputs_but_no_forms_or_portfolio(name):
    page, lesson = worksheet(name), read_lesson(find_lesson(name))
    assert page.count('<div class="shown">') == sum(len(cell.shows) for cell in lesson.cells)
    assert "close-reading-portfolio" not in page
    assert "close-reading-question" not in page
    assert "close-reading-recalled" not in page
    assert "Run this cell" not in page
    assert "widget-view" not in page
    assert "layers=" not in page  # a code example


def test_at_least_one_worksheet_shows_stored_outputs():
    assert any(cell.shows for name in LESSONS for cell in read_lesson(find_lesson(name)).cells)


# Finding the lesson.


def test_lesson_is_found_by_number_name_or_path(tmp_path, monkeypatch):
    there = sorted((ROOT / "lessons").glob("[0-9][0-9]-*.ipynb"))[-1]
    number = there.name[:2]
    for name in (str(int(number)), number, there.stem, there.name, str(there)):
        assert find_lesson(name) == there
    monkeypatch.chdir(ROOT)
    assert find_lesson(f"lessons/{there.name}").resolve() == there


@pytest.mark.parametrize("name", ["55", "who", "elsewhere/00-none.ipynb", ""])
def test_unknown_lesson_raises_and_lists_the_lessons(name):
    with pytest.raises(UserError, match=f"There are: {NAMED}"):
        find_lesson(name)


def test_notebook_with_an_unrun_cell_raises(module):
    module(prose("## Read"), code("load_text('letter')", ran=False))
    with pytest.raises(UserError, match=r"cell c was not run.*Run All Cells, save it"):
        worksheet("1")


@pytest.mark.parametrize("content", ["not json", "[]", '{"cells": [{"cell_type": "code"}]}', '{"worksheets": []}'])
def test_invalid_notebook_raises(module, content):
    module().write_text(content, encoding="utf-8")
    with pytest.raises(UserError, match="not a notebook"):
        worksheet("1")


def test_lesson_outside_the_module_uses_the_questions_beside_it(module, tmp_path):
    module(prose("Here."))
    notebook = {"cells": [prose("# 01 · Mine"), code('answer("1.1")')], "metadata": {}, "nbformat": 4}
    (tmp_path / "01-first.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    (tmp_path / "questions").mkdir()
    own = tmp_path / "questions" / "01-first.yaml"
    own.write_text(ONE.replace("Who writes?", "Who else writes?"), encoding="utf-8")
    assert "Who else writes?" in worksheet(str(tmp_path / "01-first.ipynb"))
    own.unlink()
    assert "Who writes?" in worksheet(str(tmp_path / "01-first.ipynb"))


# Print directives.


def test_screen_directive_removes_prose_from_the_worksheet(module):
    module(
        prose("<!-- screen -->\n\nGONE1\n\nGONE2"),
        prose("<!-- screen -->\n## GONE3\n\nGONE4"),
        prose("## Stays\n\n<!-- screen -->\nGONE5\nGONE6\n\nSTAYS7"),
        prose("<!-- screen -->\n<details><summary>GONE8</summary>\n\nGONE9\n\n</details>\n\nSTAYS8"),
    )
    page = worksheet("1")
    assert "GONE" not in page
    assert [one in page for one in ("Stays", "STAYS7", "STAYS8")] == [True] * 3


def test_outputs_tagged_screen_are_not_printed(module):
    cell = code("load_text('letter')", shown(text_html="<p>GONE1</p>"))
    cell["metadata"]["tags"] = ["screen"]
    inside = '<p>STAYS2</p><div class="screen">GONE3<div>GONE4</div><br>GONE5</div><p>STAYS6</p>'
    module(cell, code("2", shown(text_html=inside)), code("3", shown(text_html="<p class='screens'>STAYS7</p>")))
    page = worksheet("1")
    assert "GONE" not in page
    assert [one in page for one in ("STAYS2", "STAYS6", "STAYS7")] == [True] * 3
    assert read_lesson(find_lesson("1")).loaded() == ["letter"]


def test_sources_are_printed_last(module):
    folded = "<details><summary>An answer</summary>\n\nSo it is.\n\n</details>"
    module(prose(f"Think.\n\n{folded}"), prose("Then go on."), prose("## Sources\n\n- A book."))
    page = worksheet("1")
    order = ["Think.", "Then go on.", LATER + "</h2>", "So it is.", "A book."]
    assert [page.index(one) for one in order] == sorted(page.index(one) for one in order)
    assert page.count("A book.") == 1


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("One.\n\n<!-- screen -->\n\nTwo.", "has no effect in this place"),
        ("One.\n\n<!-- screen -->\n## Two", "has no effect in this place"),
        ("One.\n\n<!-- cards -->\n<details><summary>A</summary>B</details>", "at the top of a cell whose folded"),
        ("One. <!-- screen -->", "is incorrect or not on its own line"),
        ("<!-- strips letter -->", "is incorrect or not on its own line"),
        ("<!-- sreen -->\nOne.", "Did you mean <!-- screen -->"),
        ("<!-- strips -->", "<!-- strips: letter -->"),
        ("<!-- strips: leter -->", "Did you mean “letter”"),
    ],
)
def test_misplaced_or_unknown_print_directive_raises(module, source, message):
    module(code("load_text('letter')"), prose(source))
    with pytest.raises(UserError, match=re.escape(message)):
        worksheet("1")


def test_other_html_comments_are_allowed_and_not_printed(module):
    module(prose("<!-- ask Ann -->\nOne. <!-- t05 t14 -->"))
    assert "One." in worksheet("1")
    assert "t05" not in worksheet("1")


def test_turn_directive_breaks_the_page(module):
    module(prose("Write a number.\n\n<!-- turn -->"), code("1", shown(text_html="<p>RESULT</p>")))
    page = worksheet("1")
    assert page.index("Write a number") < page.index(TURN) < page.index("RESULT")
    assert ".turn { text-align: right; font-weight: bold; }" in page
    assert re.search(r"@media print \{.*\.turn \{ break-after: page; \}", page, re.S)


def test_cards_are_printed_on_their_own_pages_at_the_end(module):
    folded = "<details><summary><strong>Card {0}</strong></summary>\n\nInside {0} & <em>more</em>.\n\n</details>"
    module(
        prose(f"<!-- cards -->\nTake one.\n\n{folded.format('A')}\n\n{folded.format('B')}"),
        prose("Then this.\n\n<details><summary>An answer</summary>\n\nSo it is.\n\n</details>"),
    )
    page = worksheet("1")
    assert re.findall(r'<section class="card"><h2>(.*?)</h2>', page) == ["Card A", "Card B"]
    order = [
        "Take one.",
        "Then this.",
        LATER + "</h2>",
        "1. An answer",
        "So it is.",
        "Inside A &amp;",
        "Inside B &amp;",
    ]
    assert sorted(order, key=page.index) == order
    assert page.count("Inside A") == 1


def test_recalled_answer_is_replaced_by_a_printed_instruction(module):
    output = shown(text_html='<article class="close-reading-recalled">MINE</article>')
    module(code('my_work("1.1", "1.7")', output), code("my_work()", output))
    page = worksheet("1")
    assert "Put your own answer to question 1.1 (lesson 01) beside this page." in page
    assert "question 1.7 (lesson 01)" in page
    assert "MINE" not in page


# Strips.


@pytest.mark.parametrize("id", sorted(load_all_texts()))
def test_strips_have_every_word_once_in_mixed_order(id):
    text = load_text(id)
    made = text_strips(text)
    assert {one.layer.id for one in made} == {layer.id for layer in text}
    assert len(made) == 1 or [one.layer for one in made] != list(text)
    assert made == text_strips(text)
    numbered = [part for one in made for part in one.paragraphs]
    assert {n for n, _ in numbered} == set(range(1, max(numbered)[0] + 1))
    assert Counter(" ".join(words for _, words in numbered).split()) == Counter(text.content.split())


@pytest.mark.parametrize("words", ["Return it. " * 30 + "\n\n", "Return it. ", "and so on "])
def test_layer_longer_than_a_page_becomes_several_strips(words):
    text = parse_text(words * 700)
    made = text_strips(text)
    assert len(made) > 1
    assert all(sum(len(part) for _, part in one.paragraphs) < 4000 for one in made)
    assert Counter(" ".join(part for one in made for _, part in one.paragraphs).split()) == Counter(
        text.content.split()
    )
    if "Return" in words:
        assert {part.rstrip()[-10:] for one in made for _, part in one.paragraphs} == {"Return it."}


def test_strips_hide_the_voices_and_the_key_names_them(module):
    module(code("load_text('letter')"), prose("Cut.\n\n<!-- strips: letter -->"))
    page, key = worksheet("1"), answer_key("1")
    cut = re.findall(r'<div class="strip">(.*?)</div>', page)
    assert len(cut) == 4
    assert not any(re.search("Ann|Clerk|Editor|heading|remark|layer", one) for one in cut)
    labels = re.findall(r'<div class="label">(.*?)</div>', page)
    assert sorted(labels) == ["Ann", "Clerk", "Editor, later", "I am not sure, because …"]
    rows = re.findall(r'<th scope="row">¶([\d–]+)</th><td>(.*?)</td>', key)
    assert rows == [
        ("1", "Clerk: heading"),
        ("2–3", "Ann: the letter"),
        ("4", "Clerk: remark"),
        ("5", "Editor, later: note"),
    ]
    assert "Ann: the letter" not in page


def test_strips_option_prints_strips_only_once(module):
    module(code("text = load_text('letter')"))
    assert 'class="strip"' not in worksheet("1")
    assert worksheet("1", strips=True).count('class="strip"') == 4
    assert "2–3" in answer_key("1", strips=True)
    module(code("text = load_text('letter')"), prose("<!-- strips: letter -->"))
    assert worksheet("1", strips=True).count('class="strip"') == 4
    assert answer_key("1", strips=True).count("2–3") == 1


# Questions.


def question_on_paper(page: str, id: str) -> str:
    return re.search(
        rf'<section class="question[^"]*"><div class="prompt"><h\d>Question {re.escape(id)} .*?</section>', page
    )[0]


@pytest.fixture
def asked(module):
    module(*(code(f'answer("1.{n}")', shown(text_html="<p>VERDICT</p>")) for n in range(1, 8)))
    return worksheet("1")


def test_each_question_kind_has_space_for_its_answer(asked):
    assert question_on_paper(asked, "1.1").count('class="box"') == 2
    assert question_on_paper(asked, "1.2").count('class="box"') == 3
    order = question_on_paper(asked, "1.4")
    given = [one.text for one in read_lesson(find_lesson("1")).question("1.4").shuffled]
    assert re.findall(r'class="box"></span>(.*?)</li>', order) == given
    match = question_on_paper(asked, "1.5")
    assert match.count('class="gap"') == 2
    assert re.findall(r"<b>(.)</b> (.*?)</li>", match) == [("A", "Ann"), ("B", "the clerk")]
    short, essay = (question_on_paper(asked, id).count('class="rule"') for id in ("1.6", "1.7"))
    assert essay > 3 * short > 0
    assert essay >= 180 / 10
    assert [
        one in question_on_paper(asked, "1.7") for one in ("It begins …", "BEST-LEVEL", "LAST-LEVEL", "at most 180")
    ] == [True] * 4


def test_question_heading_is_one_level_below_the_section(module):
    module(prose("## Two"), code('answer("1.1")'), prose("### Three"), code('answer("1.2")'), code('answer("1.4")'))
    assert re.findall(r"<h(\d)>Question (\S+)", worksheet("1")) == [("3", "1.1"), ("4", "1.2"), ("4", "1.4")]


def test_passage_question_prints_numbered_lines(asked):
    passage = question_on_paper(asked, "1.3")
    lines = re.findall(r'<li value="(\d+)"[^>]*><span>(.*?)</span></li>', passage)
    assert [int(n) for n, _ in lines] == list(range(1, len(lines) + 1))
    text = load_text("letter")
    assert collapse_spaces(" ".join(line for _, line in lines)) == collapse_spaces(
        f"{text['letter'].text} {text['remark'].text}"
    )
    assert max(len(line) for _, line in lines) < 80


def test_worksheet_shows_neither_key_nor_verdict(asked):
    assert [one for one in [*KEY.split(), "HINT", "VERDICT"] if one in asked] == []


def test_key_uses_the_letters_and_numbers_of_the_worksheet(asked):
    key = answer_key("1")
    assert [one for one in KEY.split() if one not in key] == []
    assert re.findall(r'<p class="answer">Answer: (.*?)</p>', key) == ["B", "B, C", "1 A, 2 B", "“ACCEPTED”"]
    order = read_lesson(find_lesson("1")).question("1.4").shuffled
    numbers = ", ".join(str("ijk".index(one.id) + 1) for one in order)
    assert f"from the first box down: {numbers}</p>" in key
    assert "Right, line 1: </b>“return the whole case to me”" in key
    lines = read_lesson(find_lesson("1")).question("1.3").lines
    assert f"Tempting, line {next(one.number for one in lines if 'Copied' in one.words)}: " in key


def test_answer_key_of_a_lesson_without_questions_raises(module):
    module(prose("Read."))
    with pytest.raises(UserError, match="no question that has a key"):
        answer_key("1")


def test_answer_call_without_a_literal_question_id_raises(module):
    module(code("for n in (1, 2):\n    display(answer(f'1.{n}'))", shown(text_html="<p>VERDICT</p>")))
    with pytest.raises(UserError, match="does not name its question"):
        worksheet("1")


# Outputs.


def test_every_output_type_is_printed_except_widgets(module):
    widget = {"application/vnd.jupyter.widget-view+json": "{}", "text/plain": "WIDGET"}
    module(
        code("a", {"output_type": "stream", "name": "stdout", "text": ["STREAM <b>\n"]}),
        code("b", {"output_type": "error", "ename": "UserError", "evalue": "No text “x”.", "traceback": ["/home/me"]}),
        code("c", shown(image_png="aGk=\n", text_plain="A drawing of two people")),
        code("d", shown(text_plain="PLAIN")),
        code("e", {"output_type": "display_data", "metadata": {}, "data": widget}),
        code("f", shown(text_html="<style>p{}</style><details><summary>Row</summary>Its words.</details>")),
    )
    page = worksheet("1")
    for one in (
        "STREAM &lt;b&gt;",
        "No text “x”.",
        "PLAIN",
        'alt="A drawing of two people" src="data:image/png;base64,aGk="',
    ):
        assert one in page
    assert '<div class="opened"><div class="summary">Row</div>Its words.</div>' in page
    assert [one for one in ("WIDGET", "/home/me", "p{}") if one in page] == []


def test_paragraph_repeated_in_one_output_is_printed_once():
    around = "<details><summary>{} </summary><p>The <mark>whole<sup>{}</sup></mark> of it.</p></details>"
    html = still_html(
        around.format("¶1", "A") + around.format("¶1", "B") + around.replace("whole", "rest").format("¶2", "C")
    )
    assert words(html) == "¶1 The wholeA of it. ¶1 ¶2 The restC of it."


HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(2)><img src='https://e.org/p.png' alt='far'>"
    "<a href='javascript:alert(3)'>link</a><iframe src='https://e.org'>in</iframe>"
    "<p style=\"background:url(https://e.org/a);color:red\" onclick='x()'>kept</p>"
    "<form action=/x><input name=n></form><svg onload=x()><text>svg</text></svg></main></body></html>"
    "<base href='//e.org'><math><style><img src=x onerror=alert(4)></style></math><object data=x></object>"
    "<meta http-equiv=refresh content=0><p tabindex=5>\u202eturned</p><!-- <script> -->"
)


def test_hostile_notebook_is_sanitised(module):
    module(
        prose(f"## Heading\n\n{HOSTILE}\n\n[there](javascript:alert(5)) ![x](https://e.org/q.png)"),
        code("a", shown(text_html=HOSTILE)),
        prose("<details><summary>" + HOSTILE + "</summary>\n\n" + HOSTILE + "\n\n</details>"),
    )
    page = worksheet("1")
    tags = {name for name, _ in re.findall(r"<([a-z0-9]+)([^>]*)>", page)}
    assert not tags & {"script", "iframe", "form", "input", "svg", "math", "object", "base", "a", "button"}
    assert not re.search(r"<[^>]*\son\w+\s*=|<[^>]*javascript:|<[^>]*e\.org|<[^>]*tabindex=.5", page)
    assert page.count("<style") == page.count("</style>") == page.count("</main>") == page.count("</body>") == 1
    assert page.count("<meta") == 3
    assert page.count('<p style="color:red">kept</p>') >= 2
    assert "\u202e" not in page
    assert "[Picture: far]" in page


def test_hostile_title_is_escaped_in_the_page_footer(module):
    path = module()
    notebook = json.loads(path.read_text(encoding="utf-8"))
    notebook["cells"][0]["source"] = '# 01 · "; } </style><script>x()</script> \\'
    path.write_text(json.dumps(notebook), encoding="utf-8")
    page = worksheet("1")
    assert page.count("<style") == page.count("</style>") == 1
    assert "<script" not in page
    assert re.search(r'@bottom-left \{ content: "[^"<\n]*"; font', page)


def test_unclosed_elements_are_closed_and_stray_end_tags_dropped():
    assert still_html("</div><p>a<b>c</p></section>d") == "<p>a<b>c</b></p><b>d</b>"
    assert (
        still_html("<table><thead><tr><th></th></tr></thead><tbody><tr><td>x")
        == "<table><tbody><tr><td>x</td></tr></tbody></table>"
    )
    assert still_html("<p>1 &lt; 2 &amp; <em>3</em></p>") == "<p>1 &lt; 2 &amp; <em>3</em></p>"


def test_links_are_printed_with_their_address(module):
    module(prose("[lesson 00](00-x.ipynb), [a site](https://example.org/a) and https://example.org/b."))
    assert "<p>lesson 00, a site (https://example.org/a) and https://example.org/b.</p>" in worksheet("1")


# The command.


def test_worksheet_command_does_not_overwrite_without_force(tmp_path, capsys):
    page = tmp_path / "page.html"
    assert __main__.main(["worksheet", "0", "-o", str(page)]) == 0
    assert page.read_text(encoding="utf-8") == worksheet("00")
    assert f"{page} is written. Open it in a browser" in capsys.readouterr().out
    assert __main__.main(["worksheet", "0", "-o", str(page), "--key"]) == 1
    assert "already exists" in capsys.readouterr().err
    assert __main__.main(["worksheet", "0", "-o", str(page), "--key", "--force"]) == 0
    assert page.read_text(encoding="utf-8") == answer_key("00")
    capsys.readouterr()
    assert __main__.main(["worksheet", "0", "--strips"]) == 0
    assert capsys.readouterr().out == worksheet("00", strips=True)
    assert __main__.main(["worksheet", "none"]) == 1
    assert f"There are: {NAMED}" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("page.pdf", "a web page, so its name must end in .html. Name it"),
        ("folder.html", "is a folder. Name a file in it"),
        ("none/page.html", "There is no folder"),
    ],
)
def test_unwritable_output_path_is_reported(tmp_path, capsys, name, message):
    (tmp_path / "folder.html").mkdir()
    assert __main__.main(["worksheet", "0", "--force", "-o", str(tmp_path / name)]) == 1
    assert message in capsys.readouterr().err
    assert [path.name for path in tmp_path.rglob("*")] == ["folder.html"]


def test_worksheet_command_does_not_print_to_a_terminal(monkeypatch, capsys):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert __main__.main(["worksheet", "0"]) == 1
    written = capsys.readouterr()
    assert written.out == ""
    assert "Name a file" in written.err


@pytest.mark.parametrize(
    "opening", ["<details>", "<details><summary>a</summary>", "<b>", "<div class='x'>", "<x-y>", "<b/>"]
)
def test_more_than_200_unclosed_elements_raise_with_the_cell(module, opening):
    path = module(prose(f"# Lesson\n\n{opening * 201}words", "first"))
    with pytest.raises(UserError, match=r"cell first: more than 200 HTML elements are inside each other, the last one"):
        worksheet(str(path))
    path = module(prose("# Lesson"), code("1", shown(**{"text/html": opening * 201})))
    with pytest.raises(UserError, match=r"output of cell .*: more than 200 HTML elements are inside each other"):
        worksheet(str(path))
    assert "words" in still_html(f"{opening * 199}words")


@pytest.mark.parametrize(
    "html",
    [
        "<li>a",
        "<p>a",
        "<a href='#'>a</a>",
        "<br>",
        "<b>a</b>",
        "<h2>a</h2>",
        "<svg><path d='M0 0'/></svg>",
        "</b>",
        "<td>a",
    ],
)
def test_many_elements_beside_each_other_are_printed(html):
    assert len(still_html(html * 2000)) < 2.2 * len(still_html(html * 1000)) + 100


@pytest.mark.parametrize(
    "markdown", ["> " * 5000 + "a", "".join(f"{'  ' * n}- a\n" for n in range(300)), "[" * 5000, "*" * 5000]
)
def test_deeply_nested_markdown_is_printed(module, markdown):
    path = module(prose(f"# Lesson\n\n{markdown}\n\nThe end.", "first"))
    assert "The end." in worksheet(str(path))
