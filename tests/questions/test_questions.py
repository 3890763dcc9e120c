"""Question files, answers and marking: mistakes are reported, every kind is marked, the key stays hidden."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from helpers import my_work, workbook
from helpers.core import UserError, home
from helpers.portfolio import FORMATS, export_work, work_records
from helpers.questions import (
    KINDS,
    NOT_YET,
    PARTLY,
    RIGHT,
    SAVED,
    Option,
    check_questions,
    keep_draft,
    lesson_files,
    question,
    questions,
    read_questions,
    record_answer,
    reset_lesson,
    standing_of,
    undo_reset,
    verdict_data,
)
from helpers.texts import load_all_texts
from helpers.widgets import form_data, form_state, portfolio_state, save_form

ROOT = Path(__file__).resolve().parents[2]

TEXT = """\
---
title: A letter
layers:
  letter: {voice: ann, kind: actor, label: "Ann: letter"}
  remark: {voice: clerk, kind: copyist, label: "Clerk: remark"}
  note: {voice: editor, kind: editor, label: "Editor: note"}
---
## letter

Dear friend, return the whole case to me, and keep the copy. I cannot rely on them.

Return all this today.

## remark

(Copied by a clerk)

## note

The editors say that Ann was highly anxious about the whole case.
"""
FILE = """\
title: A lesson
questions:
  - id: "1.1"
    kind: choice
    skill: sourcing
    points: 1
    prompt: Who writes?
    options:
      - {id: a, text: Ann, correct: true, why: She signs.}
      - {id: b, text: The clerk, why: He copies.}
    where:
      - {document: letter, layer: letter, quote: "return the whole case"}
  - id: "1.2"
    kind: choices
    skill: close reading
    points: 2
    prompt: Which are hers?
    options:
      - {id: a, text: return, correct: true, why: In the letter.}
      - {id: b, text: copied, why: In the remark.}
      - {id: c, text: rely, correct: true, why: In the letter.}
  - id: "1.3"
    kind: passage
    skill: close reading
    points: 2
    prompt: Mark what is to be returned.
    document: letter
    targets:
      - {layer: letter, words: "return the whole case", why: The case it is.}
    near:
      - {layer: letter, words: "keep the copy", why: That is kept.}
  - id: "1.4"
    kind: order
    skill: sourcing
    points: 2
    prompt: What came first?
    items: [{id: one, text: One}, {id: two, text: Two}, {id: three, text: Three}]
    why: So they came.
  - id: "1.5"
    kind: match
    skill: sourcing
    points: 2
    prompt: Whose are they?
    options: [{id: ann, text: Ann}, {id: clerk, text: The clerk}]
    items:
      - {id: x, text: Return, goes_with: ann, why: Hers.}
      - {id: y, text: Copied, goes_with: clerk, why: His., hint: Read the remark.}
  - id: "1.6"
    kind: short
    skill: sourcing
    points: 1
    prompt: Which month?
    accept: [February]
    wrong: [{words: November, why: Look again.}]
    model_answer: It is February.
  - id: "1.7"
    kind: essay
    skill: sourcing
    points: 4
    prompt: Who decides?
    words: {least: 4, most: 12}
    evidence: {least: 1, layers: [{document: letter, layer: letter}]}
    rubric: [{id: claim, criterion: Claim, points: 4, levels: [clear, none]}]
    model_answer: She does.
"""


@pytest.fixture
def module(tmp_path, monkeypatch):
    """A small module with one text and one lesson; gives a function that writes its question file."""
    for folder in ("texts", "lessons/questions"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "texts" / "letter.md").write_text(TEXT, encoding="utf-8")
    monkeypatch.setenv("CLOSE_READING_HOME", str(tmp_path))
    monkeypatch.setenv("CLOSE_READING_WORK", str(tmp_path / "work"))
    path = tmp_path / "lessons" / "questions" / "01-a-lesson.yaml"

    def write(words: str = FILE) -> Path:
        path.write_text(words, encoding="utf-8")
        return path

    write()
    return write


def states(id: str, *responses: object) -> list[str]:
    asked = question(id)
    return [asked.mark(asked.normalised(response)).state for response in responses]


# ---- the files


def test_own_question_files_have_no_problems():
    problems = check_questions(load_all_texts())
    assert not problems, "\n".join(["", *problems])


def test_every_question_file_has_a_lesson_and_ids_are_unique():
    ids = [one.id for one in questions()]
    assert len(ids) == len(set(ids))
    for path in lesson_files():
        lesson = path.parents[1] / f"{path.stem}.ipynb"
        assert lesson.is_file(), (
            f"lessons/questions/{path.name}: there is no lesson lessons/{lesson.name}. Give both the same name."
        )


def filled(one) -> tuple[dict, dict]:
    """Fill in a grid: with its key, or the first option or a word where it has none; and with wrong options."""
    best: dict = {row.id: {c.id: c.options[0].id if c.options else "word" for c in one.columns} for row in one.rows}
    worst: dict = {}
    for cell in one.cells:
        best[cell.row][cell.column] = cell.option or cell.words
        right = {other.option for other in one.cells if (other.row, other.column) == (cell.row, cell.column)}
        options = next(column.options for column in one.columns if column.id == cell.column)
        wrong = [option.id for option in options if option.id not in right]
        if wrong:
            worst.setdefault(cell.row, {})[cell.column] = wrong[0]
    return best, worst


@pytest.mark.parametrize("one", questions(), ids=lambda one: one.id)
def test_own_questions_can_be_answered_right_and_wrong(one):
    if one.kind == "choice":
        best = next(option.id for option in one.options if option.correct)
        worst = next(option.id for option in one.options if not option.correct)
    elif one.kind == "choices":
        best = [option.id for option in one.options if option.correct]
        worst = [option.id for option in one.options if not option.correct]
    elif one.kind == "passage":
        best = [{"layer": place.layer, "words": place.words} for place in one.targets[: None if one.all_wanted else 1]]
        worst = [{"layer": place.layer, "words": place.words} for place in one.near[:1]]
    elif one.kind == "order":
        best = [item.id for item in one.items]
        worst = best[::-1]
    elif one.kind == "match":
        best = {item.id: item.goes_with for item in one.items}
        worst = {item.id: next(o.id for o in one.options if o.id != item.goes_with) for item in one.items}
    elif one.kind == "grid":
        best, worst = filled(one)
        if not one.marked:
            assert one.mark(one.normalised(best)).state == SAVED
            return
    else:
        verdict = one.mark(one.normalised(one.model_answer))
        assert not verdict.wants, f"{one.place}: the model answer is not what is asked for: {' '.join(verdict.wants)}"
        state = SAVED if not one.accept else RIGHT
        assert verdict.state == state, (
            f"{one.place}: the model answer has none of the words of “accept”. Add them to it."
        )
        return
    verdict = one.mark(one.normalised(best))
    key = f"{one.place}: an answer as in the key is not marked as right. Correct the key."
    assert (verdict.state, verdict.points) == (RIGHT, one.points), key
    assert all(remark.why for remark in verdict.remarks)
    if worst:
        wrong = (
            f"{one.place}: a wrong answer earns points: words of “near” are in a target, or the like. Correct the key."
        )
        assert one.mark(one.normalised(worst)).state == NOT_YET, wrong


@pytest.mark.parametrize(
    ("old", "new", "at", "said"),
    [
        ('id: "1.2"', 'id: "1.1"', "", "is already used in lessons/questions/01-a-lesson.yaml, line 3"),
        ('id: "1.2"', "id: 1.2", "", "Put it into quotation marks"),
        ('id: "1.2"', 'id: "2.2"', "", "is not the number of its lesson"),
        ("kind: choices", "kind: choises", "", "Did you mean “choices”?"),
        ("skill: close reading", "skill: reading", "", "“skill: reading” is not known"),
        ("points: 2", "points: two", "", "not a whole number"),
        ("points: 2", "points: -1", "", "not a whole number"),
        ("    prompt: Which are hers?\n", "", 'id: "1.2"', "no “prompt”"),
        ("prompt: Which are hers?", "promt: Which are hers?", "", "Did you mean “prompt”"),
        ("prompt: Which are hers?", "prompt: ''", "", "“prompt” is empty"),
        ("{id: b, text: copied, why", "{id: a, text: copied, why", "", "the id “a” occurs twice"),
        ("{id: b, text: copied, why: In the remark.}", "{id: b, text: copied}", "", "no “why”"),
        ("{id: b, text: copied, why: In", "{<<: {id: b, txt: copied}, why: In", "", "“txt”, which is not known"),
        ("{id: b, text: copied, why: In the remark.}", "copied", "- copied", "not a list of “key: value” lines"),
        ("goes_with: ann", "goes_with: anne", "", "Did you mean “ann”?"),
        ("{id: b, text: The clerk, why", "{id: b, text: The clerk, correct: true, why", 'id: "1.1"', "2 options have"),
        ("correct: true, why: She", "correct: yes, why: She", "", "neither true nor false"),
        ("{least: 4, most: 12}", "{least: 40, most: 12}", "", "“most” is smaller than “least”"),
        ("{least: 1, layers", "{least: 1, leyers", "", "“leyers”, which is not known"),
        ("    why: So they came.\n", "", 'id: "1.4"', "needs “why”"),
        (
            '      - {layer: letter, words: "return the whole case", why: The case it is.}\n',
            "",
            "targets:",
            "must be a list",
        ),
    ],
)
def test_mistake_in_a_question_file_names_file_line_and_fix(module, old, new, at, said):
    broken = FILE.replace(old, new, 1)
    assert broken != FILE
    line = broken[: broken.rindex(at or new)].count("\n") + 1
    with pytest.raises(UserError) as error:
        read_questions(module(broken))
    assert str(error.value).startswith(f"lessons/questions/01-a-lesson.yaml, line {line}: "), str(error.value)
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "no “title”"),
        ("title: A\nquestions: []\n", "at least 1"),
        ("title: A\nquestions: 5\n", "at least 1"),
        ("- a\n- b\n", "not a list of “key: value”"),
        ("title: [\n", "not valid YAML"),
        ("title: A\ntitle: B\n", "line 2: “title” appears twice. Remove one of the two"),
        ("title: !!python/object/apply:os.system ['echo bad']\nquestions: []", "is a tag of YAML"),
        ("title: A\nquestions: !!pairs [a: 1]", "line 2: “!!pairs” is a tag of YAML; tags are not read"),
        ("a: " + "[" * 3000, "line 1: lists and mappings are nested more than 40 deep"),
        ("title: A\nquestions:\n  - &a {kind: choice}\n  - *a\n", "line 4: “*a” stands for an entry elsewhere"),
    ],
)
def test_invalid_question_file_raises(module, words, said):
    with pytest.raises(UserError, match=re.escape(said)):
        read_questions(module(words))


def test_quoted_words_missing_from_the_text_are_reported(module):
    module(FILE.replace('words: "return the whole case"', 'words: "return the hole case"'))
    problems = check_questions(load_all_texts())
    assert len(problems) == 1
    line = FILE[: FILE.index('words: "return the whole')].count("\n") + 1
    assert problems[0].startswith(f"lessons/questions/01-a-lesson.yaml, line {line}: ")
    assert "“return the whole case”" in problems[0]
    module(FILE.replace("layers: [{document: letter, layer: letter}]", "layers: [{document: letter, layer: lettre}]"))
    assert "Did you mean “letter”?" in check_questions(load_all_texts())[0]
    module(FILE.replace("document: letter\n    targets", "document: letter\n    layers: [remark]\n    targets"))
    assert "does not show the layer “letter”" in check_questions(load_all_texts())[0]


@pytest.mark.parametrize(
    "name", ["lessons/01-a-lesson.yaml", "lessons/questions/01-a-lesson.yml", "lessons/questions/more.yaml"]
)
def test_misplaced_question_file_is_reported(module, name):
    path = module()
    path.rename(path.parents[2] / name)
    (said,) = check_questions(load_all_texts())
    assert said.startswith(f"{name} is not read. A question file must be lessons/questions/NN-name.yaml")


def test_changed_question_file_is_read_again(module):
    assert question("1.1").prompt == "Who writes?"
    module(FILE.replace("Who writes?", "Who is the writer of it?"))
    assert question("1.1").prompt == "Who is the writer of it?"


def test_unknown_question_suggests_the_nearest(module):
    with pytest.raises(UserError, match=r"Did you mean “1\.2”"):
        question("1.22")
    with pytest.raises(UserError, match="quotation marks"):
        question(1.2)


# ---- marking


def test_choice_is_marked(module):
    assert states("1.1", "a", "b") == [RIGHT, NOT_YET]
    right = question("1.1").mark("a")
    assert [remark.verdict for remark in right.remarks] == ["right", "why not"]
    wrong = question("1.1").mark("b")
    assert [(remark.verdict, remark.why) for remark in wrong.remarks] == [("not this", "He copies.")]


def test_choices_are_marked(module):
    assert states("1.2", ["a", "c"], "c, a", ["a"], ["a", "b"], ["b"], ["a", "b", "c"]) == [
        RIGHT, RIGHT, PARTLY, NOT_YET, NOT_YET, PARTLY,
    ]  # fmt: skip


def test_passage_is_marked(module):
    good = ["return the whole case", "return the WHOLE  case", "the whole case", "return the whole case to me"]
    assert states("1.3", *good) == [RIGHT] * 4
    assert (
        states("1.3", "return", "Dear friend, return the whole case to me, and keep the copy. I cannot") == [PARTLY] * 2
    )
    asked = question("1.3")
    beside = asked.mark(asked.normalised("keep the copy"))
    assert (beside.state, beside.remarks[0].why) == (NOT_YET, "That is kept.")
    assert states("1.3", ["return the whole case", "keep the copy"]) == [PARTLY]
    # The same words at another place are not right.
    assert states(
        "1.3", {"layer": "letter", "words": "Return all", "start": TEXT.index("Return all") - TEXT.index("Dear")}
    ) == [NOT_YET]
    for bad in ("the hole cake", "", 5, [], {"layer": "note", "words": "highly anxious"}, {"words": None}):
        with pytest.raises(UserError):
            asked.normalised(bad)


def test_several_required_passages_are_marked(module):
    asked = replace(question("1.3"), all_wanted=True, targets=(*question("1.3").targets, *question("1.3").near))
    give = lambda *words: asked.mark(asked.normalised(list(words)))  # noqa: E731
    assert give("return the whole case", "keep the copy").state == RIGHT
    half = give("keep the copy")
    assert (half.state, half.points) == (PARTLY, 1)
    assert half.remarks[-1].verdict == "missing"


def test_order_is_marked(module):
    orders = [["one", "two", "three"], ["one", "three", "two"], ["three", "two", "one"]]
    assert states("1.4", *orders) == [RIGHT, PARTLY, NOT_YET]
    for bad in (["one", "two"], ["one", "one", "two"], "one", {"one": 1}):
        with pytest.raises(UserError):
            question("1.4").normalised(bad)
    assert [item.id for item in question("1.4").shuffled] != orders[0]


def test_match_is_marked(module):
    pairs = [{"x": "ann", "y": "clerk"}, {"x": "ann"}, {"x": "ann", "y": "ann"}, {"x": "clerk", "y": "ann"}]
    assert states("1.5", *pairs) == [RIGHT, PARTLY, PARTLY, NOT_YET]
    asked = question("1.5")
    assert [r.why for r in asked.mark({"x": "clerk", "y": "ann"}).remarks] == [
        "Look at it again.",
        "Read the remark.",
    ]
    for bad in ({"z": "ann"}, {"x": "anna"}, {}, "ann", {"x": 5}):
        with pytest.raises(UserError):
            question("1.5").normalised(bad)


def test_short_answer_is_marked(module):
    assert states("1.6", "It was february.", "In ‘February’", "Februaryish", "November") == [
        RIGHT,
        RIGHT,
        NOT_YET,
        NOT_YET,
    ]
    assert question("1.6").mark("It was November").remarks[0].why == "Look again."


def test_essay_reports_unmet_requirements(module):
    asked = question("1.7")
    assert len(asked.mark("Too short").wants) == 2
    assert asked.mark("She wants “the whole case” back, not “the hole case”.").wants == ()
    # The editors' words are not evidence from the letter.
    assert "0 of 1" in asked.mark("The note has “highly anxious” in it.").wants[0]
    assert "at most 12" in asked.mark("word " * 13 + "“the whole case”").wants[0]
    assert asked.mark("x").points is None


@pytest.mark.parametrize("points", [0, 1, 2, 3, 5, 10])
@pytest.mark.parametrize("right", range(8))
def test_only_a_partly_right_answer_gets_part_of_the_points(points, right):
    items = tuple(Option(str(n), str(n), "why", goes_with="a") for n in range(7))
    options = (Option("a", "A"), Option("b", "B"))
    asked = KINDS["match"](id="1.1", prompt="?", lesson="01-x", title="X", points=points, options=options, items=items)
    verdict = asked.mark({str(n): "a" if n < right else "b" for n in range(7)})
    expected = RIGHT if right == 7 else PARTLY if right else NOT_YET
    assert verdict.state == expected
    assert verdict.points * 2 == int(verdict.points * 2)
    if points:
        assert (verdict.points == points) == (expected == RIGHT)
        assert (verdict.points == 0) == (expected == NOT_YET)


# ---- data sent to the page


@pytest.mark.parametrize("one", questions(), ids=lambda one: one.id)
def test_form_data_does_not_contain_the_key(one):
    sent = json.dumps(form_data(one), ensure_ascii=False)
    parts = [part for name in ("options", "items", "targets", "near") for part in getattr(one, name, ())]
    key = [words for part in parts for words in (part.why, getattr(part, "hint", ""))]
    key += [one.model_answer, one.why, one.reread] + [reply for _, reply in one.misconceptions]
    told = [words for words in key if words and words in sent]
    assert not told, (
        f"{one.place}: students see the feedback “{told[0]}” before they answer. Use other words in one place."
    )
    assert '"correct"' not in sent
    assert "goes_with" not in sent


@pytest.mark.parametrize("one", questions(), ids=lambda one: one.id)
def test_example_answer_is_not_the_right_answer(one):
    shown = f'answer("{one.id}", {one.example()})'
    assert shown.startswith(f'answer("{one.id}", ')
    if one.kind == "order":
        assert [item.id for item in one.items] != re.findall(r'"([^"]+)"', shown)[1:]


# ---- recorded answers


def test_recorded_answers_are_listed_and_one_counts(module):
    asked = question("1.2")
    record_answer(asked, ["a"])
    record_answer(asked, ["a", "c"])
    record_answer(asked, ["b"])
    standing = standing_of(asked)
    assert [attempt.response for attempt in standing.attempts] == [["a"], ["a", "c"], ["b"]]
    assert standing.counts.verdict.state == RIGHT
    for which, response in (("first", ["a"]), ("last", ["b"]), ("best", ["a", "c"])):
        again = standing_of(replace(asked, attempts=which))
        assert again.counts.response == response


def test_workbook_stores_no_verdict(module):
    record_answer(question("1.1"), "b")
    body = workbook.events("answer")[-1].body
    assert set(body) == {"question", "lesson", "asked", "response", "prompt", "said"}


def test_answer_to_a_changed_question_is_kept_but_does_not_count(module):
    record_answer(question("1.1"), "a")
    record_answer(question("1.2"), ["a"])
    # A corrected explanation or key does not change the question and applies at once.
    module(FILE.replace("He copies.", "He only copies.").replace("Ann, correct: true", "Ann").replace(
        "text: The clerk, why", "text: The clerk, correct: true, why"))  # fmt: skip
    assert standing_of(question("1.1")).last.verdict.state == NOT_YET
    module(FILE.replace("Who writes?", "Who copies?"))
    changed = standing_of(question("1.1"))
    assert (changed.attempts, [one.response for one in changed.earlier]) == ((), ["a"])
    assert standing_of(question("1.2")).last.response == ["a"]
    module()
    assert standing_of(question("1.1")).last.response == "a"


def test_draft_is_kept_until_an_answer_is_recorded(module):
    asked = question("1.7")
    keep_draft(asked, "She wan")
    assert standing_of(asked).draft.response == "She wan"
    record_answer(asked, "She wants it.")
    assert standing_of(asked).draft is None
    keep_draft(asked, "She wants it. And")
    assert standing_of(asked).draft.response == "She wants it. And"
    keep_draft(asked, "")
    assert standing_of(asked).draft.response == ""
    assert standing_of(asked).last.response == "She wants it."


def test_draft_may_be_a_list_of_options(module):
    assert keep_draft(question("1.2"), ["a"]).response == ["a"]
    assert standing_of(question("1.2")).draft.response == ["a"]
    with pytest.raises(UserError, match="needs an answer in words"):
        save_form(question("1.7"), {"kind": "draft", "response": ["a"]})
    assert len(workbook.events("draft")) == 1


def test_lesson_reset_can_be_undone(module):
    record_answer(question("1.1"), "a")
    reset_lesson("1")
    assert standing_of(question("1.1")).attempts == ()
    record_answer(question("1.1"), "b")
    assert [one.response for one in standing_of(question("1.1")).attempts] == ["b"]
    undo_reset("01")
    assert [one.response for one in standing_of(question("1.1")).attempts] == ["a", "b"]
    with pytest.raises(UserError, match="nothing to undo"):
        undo_reset("01")
    with pytest.raises(UserError, match="No lesson"):
        reset_lesson("77")


@pytest.mark.parametrize("response", [None, 5, "zzz", ["a", ["b"]], {"a": "b"}, "x" * 2_000_000])
@pytest.mark.parametrize("id", ["1.1", "1.2", "1.3", "1.4", "1.5", "1.7"])
def test_invalid_events_in_a_restored_file_are_ignored(module, id, response):
    asked = question(id)
    if asked.free and isinstance(response, str) and len(response) < 10:
        return
    workbook.record("answer", {"question": id, "lesson": asked.lesson, "asked": asked.asked, "response": response})
    workbook.record("answer", {"question": ["1.1"]})
    workbook.record("answer", {})
    standing = standing_of(asked)
    assert standing.attempts == ()
    assert len(standing.earlier) == 1
    assert set(KINDS) >= {asked.kind}


def test_module_in_another_folder_uses_its_own_question_files(tmp_path, monkeypatch):
    shutil.copytree(ROOT / "texts", tmp_path / "texts")
    monkeypatch.setenv("CLOSE_READING_HOME", str(tmp_path))
    assert home() == tmp_path
    assert questions() == ()
    with pytest.raises(UserError, match="There are none"):
        question("1.1")


def test_model_answer_is_hidden_until_the_essay_is_long_enough(example):
    asked = next(one for one in questions() if one.kind == "essay")
    few, enough = "Three words only.", "word " * asked.least
    for response, shown in ((few, False), (enough, True)):
        told = verdict_data(asked, asked.mark(response))
        assert bool(told["model"]) == shown
        assert bool(told["misconceptions"]) == (shown and bool(asked.misconceptions))
        assert told["said"].startswith(("Your answer has", "0 of"))


def test_order_remark_distinguishes_singular_and_plural(module):
    asked = question("1.4")
    asked = replace(asked, items=(*asked.items, replace(asked.items[0], id="four")))
    ids = [item.id for item in asked.items]
    assert asked.mark([ids[0], *reversed(ids[1:])]).remarks[0].why == "The first one is in the right place."
    assert "The first 2 are in the right place" in asked.mark([*ids[:2], *reversed(ids[2:])]).remarks[0].why


# ---- which attempt counts


@pytest.mark.parametrize(
    ("course", "counts"), [("", "best"), ("attempts: first\n", "first"), ("attempts: last\n", "last")]
)
def test_course_sets_the_default_counting_attempt(module, course, counts):
    texts = module().parents[2] / "texts"
    if course:
        (texts / "course.yaml").write_text(course, encoding="utf-8")
    said = {one.id: one.attempts for one in questions()}
    assert said["1.1"] == counts
    assert check_questions(load_all_texts()) == []


def test_attempts_of_a_question_override_the_course(module):
    path = module(FILE.replace("    kind: choice\n", "    kind: choice\n    attempts: best\n", 1))
    (path.parents[2] / "texts" / "course.yaml").write_text("attempts: first\n", encoding="utf-8")
    assert questions()[0].attempts == "best"


# ---- the quotations of a free answer


def test_altered_quotation_is_never_followed_by_a_bare_saved(module):
    asked = question("1.7")
    for kind, begins in (("draft", "Draft saved. "), ("answer", "")):
        said, saved = save_form(asked, {"kind": kind, "response": "She wants to “return the hole case” at once."})
        assert saved
        assert said.startswith(f"{begins}Check your quotations: 1 altered.")
    quotes = form_state(asked, standing_of(asked))["quotes"]
    assert [(sign, words) for sign, words, _ in quotes["tally"]] == [("≠", "1 altered")]
    assert len(quotes["rows"]) == 1


def test_unpaired_quotation_mark_is_named_in_the_form(module):
    asked = question("1.7")
    save_form(asked, {"kind": "draft", "response": "She writes “return the whole case at once."})
    quotes = form_state(asked, standing_of(asked))["quotes"]
    assert quotes["rows"] == []
    assert "opened and not closed" in quotes["remarks"][0]


# ---- changed and dropped questions


def test_handout_without_keys_asks_the_same(module):
    before = {one.id: one.asked for one in questions()}
    bare = re.sub(r"    (?:accept|wrong|where|near|targets|model_answer|why):.*\n(?:      - .*\n)*", "", FILE)
    bare = re.sub(r", (?:correct: true|(?:why|hint): [A-Z][^,}]*|goes_with: \w+)", "", bare)
    bare = bare.replace("{id: one, text: One}, {id: two, text: Two}", "{id: two, text: Two}, {id: one, text: One}")
    assert not re.search("why|correct|goes_with|accept|hint|targets", bare)
    module(bare)
    with pytest.raises(UserError, match="Add it"):
        questions()
    module(bare.replace("title: A lesson\n", "title: A lesson\nkeys: false\n"))
    assert {one.id: one.asked for one in questions()} == before
    assert not any(one.marked for one in questions())
    # An answer given with the handout is marked as soon as the keys are there.
    given = {"1.1": "a", "1.2": ["a", "c"], "1.3": "return the whole case", "1.4": ["one", "two", "three"],
             "1.5": {"x": "ann", "y": "clerk"}, "1.6": "In February", "1.7": "She decides it all."}  # fmt: skip
    for id, response in given.items():
        assert record_answer(question(id), response).verdict.state == SAVED
        assert form_state(question(id), standing_of(question(id)))["verdict"]["model"] == ""
        assert form_data(question(id))["marked"] is False
    module()
    marked = {one.id: standing_of(one).last.verdict.state for one in questions()}
    assert marked == dict.fromkeys(given, RIGHT) | {"1.7": SAVED}


@pytest.mark.parametrize("one", questions(), ids=lambda one: one.id)
def test_key_of_our_own_questions_does_not_enter_the_hash(one):
    bare = {"why": "", "where": (), "reread": "", "model_answer": "", "misconceptions": (), "points": 0}
    for name in ("options", "items"):
        if hasattr(one, name):
            options = [replace(option, correct=False, goes_with="", why="", hint="") for option in getattr(one, name)]
            bare[name] = tuple(sorted(options, key=lambda option: option.id, reverse=True))
    for name in ("targets", "near", "accept", "wrong", "rubric"):
        bare |= {name: ()} if hasattr(one, name) else {}
    assert replace(one, **bare).asked == one.asked


def test_mended_wording_keeps_its_answers(module):
    answered, essay = question("1.1"), question("1.7")
    record_answer(answered, "a")
    record_answer(essay, "She “cannot rely on them”, she says.")
    keep_draft(essay, "She decides")
    old = answered.asked
    mended = FILE.replace("Who writes?", "Who wrote it?").replace("Who decides?", "Who decided?")
    module(mended)
    assert standing_of(question("1.1")).attempts == ()
    named = mended.replace("prompt: Who wrote it?", f'prompt: Who wrote it?\n    same_as: ["{old}"]')
    module(named.replace("prompt: Who decided?", f'prompt: Who decided?\n    same_as: ["{essay.asked}"]'))
    stands = standing_of(question("1.1"))
    assert (stands.last.response, stands.last.verdict.state, stands.earlier) == ("a", RIGHT, ())
    assert standing_of(question("1.7")).draft.response == "She decides"
    # Mended once more, both old wordings are named.
    newer = question("1.1").asked
    record_answer(question("1.1"), "b")
    module(FILE.replace("Who writes?", f'Who has written it?\n    same_as: ["{old}", "{newer}"]'))
    assert [one.response for one in standing_of(question("1.1")).attempts] == ["a", "b"]


def test_check_prints_the_hash_of_every_wording(module, capsys):
    from helpers.__main__ import main

    assert main(["check", "--wordings"]) == 0
    printed = [line.split()[:2] for line in capsys.readouterr().out.splitlines()]
    assert printed == [[one.id, one.asked] for one in questions()]


@pytest.mark.parametrize("wrong", ["abc", "0123456789ABCDEF", "Who writes?"])
def test_wrong_hash_in_same_as_raises_with_its_line(module, wrong):
    module(FILE.replace("    prompt: Who writes?\n", f'    prompt: Who writes?\n    same_as: ["{wrong}"]\n'))
    with pytest.raises(UserError, match=r"01-a-lesson.yaml, line 8: .*is not the hash of a wording.*check --wordings"):
        question("1.1")


def test_answer_to_a_changed_wording_is_shown_in_the_words_of_its_time(module):
    record_answer(question("1.1"), "b")
    keep_draft(question("1.7"), "She wants")
    module(FILE.replace("text: The clerk, why", "text: The gardener, why").replace("Who decides?", "Who decides it?"))
    choice = standing_of(question("1.1"))
    shown = form_state(choice.question, choice)
    assert shown["earlier"] == [["Your answer to an earlier wording", "Who writes?", "The clerk"]]
    assert shown["response"] is None
    essay = standing_of(question("1.7"))
    assert form_state(essay.question, essay)["earlier"] == [
        ["Your draft for an earlier wording", "Who decides?", "She wants"]
    ]
    assert "The clerk" in str(my_work("1.1"))
    assert "gardener" not in str(my_work("1.1"))
    assert "She wants" in my_work("1.7").words_html()
    assert "the question was changed since: 1.1, 1.7." in str(my_work())
    record_answer(question("1.1"), "a")
    assert "The clerk" in my_work("1.1").words_html()
    states = {(one["question"], one["state"], one["response"], one["prompt"]) for one in work_records()}
    assert ("1.1", "earlier wording", "The clerk", "Who writes?") in states
    assert ("1.7", "earlier draft", "She wants", "Who decides?") in states


def test_answer_of_the_first_edition_to_a_changed_wording_claims_no_words(module):
    body = {"question": "1.1", "lesson": "01-a-lesson", "asked": "0123456789abcdef", "response": "b"}
    workbook.record("answer", body)
    assert form_state(question("1.1"), standing_of(question("1.1")))["earlier"] == [
        ["Your answer to an earlier wording", "", "b (the words of this answer were not recorded)"]
    ]


def test_answers_and_drafts_to_a_dropped_question_are_kept_and_shown(module):
    record_answer(question("1.1"), "b")
    record_answer(question("1.7"), "She “cannot rely on them”, she says.")
    keep_draft(question("1.6"), "Janu")
    first = FILE.index('  - id: "1.1"')
    module(FILE[:first] + FILE[FILE.index('  - id: "1.2"') : FILE.index('  - id: "1.6"')])
    assert "no longer asked: 1.1, 1.7, 1.6." in str(my_work())
    assert "no longer asked: 1.1, 1.7, 1.6." in portfolio_state()["note"]
    for words in ("Who writes?", "The clerk"):
        assert words in my_work("1.1").words_html()
    assert "Janu" in str(my_work("1.6"))
    for format in FORMATS:
        assert "The clerk" in export_work(format)
        assert "Janu" in export_work(format)
