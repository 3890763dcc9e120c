"""A student's work: progress, sanitised exports, download and restore."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import re
import shutil
import sys
import tracemalloc
import zipfile
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import mistune
import pytest

import helpers
from helpers import portfolio, workbook
from helpers.core import MOST_BYTES, UserError, is_temporary, neutralised
from helpers.portfolio import FORMATS
from helpers.questions import (
    MOST_CHARACTERS,
    keep_draft,
    question,
    record_answer,
    reset_lesson,
    standing_of,
    undo_reset,
)
from helpers.widgets import MyWork, handle_portfolio, live_work, my_work, portfolio_state

TEXT = """\
---
title: A letter
layers:
  letter:
    label: "The writer: letter"
    voice: writer
    kind: actor
---

## letter

Return all this. I cannot rely on their impartiality, and not even on the gardener.
"""
ONE = """\
title: First <em>steps</em>
questions:
  - id: "1.1"
    kind: choice
    skill: sourcing
    points: 1
    prompt: Who writes?
    options:
      - {id: a, text: "The writer", correct: true, why: "He signs."}
      - {id: b, text: "The gardener", why: "He is written about."}
  - id: "1.2"
    kind: choices
    skill: sourcing
    points: 2
    prompt: Which are asked for?
    options:
      - {id: a, text: "This", correct: true, why: "Yes."}
      - {id: b, text: "All", correct: true, why: "Yes."}
      - {id: c, text: "Roses", why: "No."}
  - id: "1.3"
    kind: passage
    skill: close reading
    points: 1
    prompt: Where is distrust?
    document: letter
    layers: [letter]
    targets:
      - {layer: letter, words: "cannot rely on their impartiality", why: "It says so."}
  - id: "1.4"
    kind: order
    skill: close reading
    points: 1
    prompt: What comes first?
    items:
      - {id: x, text: "Return"}
      - {id: y, text: "Rely"}
    why: So it stands.
  - id: "1.5"
    kind: match
    skill: comparison
    points: 1
    prompt: Who does what?
    options:
      - {id: p, text: "writes"}
      - {id: q, text: "digs"}
    items:
      - {id: m, text: "Writer", goes_with: p, why: "He does."}
      - {id: n, text: "Gardener", goes_with: q, why: "He does."}
"""
TWO = """\
title: Second steps
questions:
  - id: "2.1"
    kind: short
    skill: silence
    points: 1
    prompt: What is missing?
    model_answer: The date.
  - id: "2.2"
    kind: essay
    skill: sourcing
    points: 4
    prompt: Write about trust.
    model_answer: The writer trusts nobody.
    rubric:
      - {id: r, criterion: "Quotes", points: 4, levels: ["well", "badly"]}
"""
HOSTILE = (
    '<script>bad()</script> <img src=x onerror="bad()"> [a](javascript:bad()) ![b](http://c.example/d.png) '
    "www.bad.example bad@bad.example @somebody #1 </textarea></div>--> &lt;b&gt;\n# heading\n```\n~~~\n`````\n"
    "- list\n> quoted\n<details open ontoggle=bad()>\n1. one\n***\n| a | b |\n|---|---|\n$x$ "
    "\x1b[31mred\x1b[0m \x9b0m \x07\x00 \u202egnorw\u202c \u2066in\u2069 \ud800 "
    "“Return all this” {{7*7}}\r\nlast\rline\u2028more"
)


@pytest.fixture
def module(tmp_path, monkeypatch) -> Path:
    """A module with one text, two lessons and an empty workbook."""
    home = tmp_path / "module"
    files = {"texts/letter.md": TEXT, "lessons/questions/01-first.yaml": ONE, "lessons/questions/02-second.yaml": TWO}
    files["pyproject.toml"] = '[project]\nname = "two-letters"\nversion = "3.4"\n'
    for name, content in files.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(content, encoding="utf-8")
    monkeypatch.setenv("CLOSE_READING_HOME", str(home))
    monkeypatch.setenv("CLOSE_READING_WORK", str(tmp_path / "work"))
    for name in ("BINDER_SERVICE_HOST", "BINDER_LAUNCH_HOST", "CLOSE_READING_TEMPORARY"):
        monkeypatch.delenv(name, raising=False)
    return home


@pytest.fixture
def elsewhere(module, tmp_path, monkeypatch):
    """Switch to another work folder, as on another computer: ``elsewhere("name")``."""

    def go(name: str) -> None:
        monkeypatch.setenv("CLOSE_READING_WORK", str(tmp_path / name))

    return go


def answer_all() -> None:
    record_answer(question("1.1"), "b")
    record_answer(question("1.1"), "a")
    record_answer(question("1.2"), ["a"])
    record_answer(question("1.3"), "cannot rely on their impartiality")
    record_answer(question("1.4"), ["y", "x"])
    record_answer(question("1.5"), {"m": "p", "n": "p"})
    record_answer(question("2.1"), "The date.")
    record_answer(question("2.2"), "He “cannot rely on their impartiality”, he says.")
    keep_draft(question("2.2"), "He “cannot rely on their impartiality”, and so")


def rows() -> dict[str, dict]:
    return {row["lesson"]: row for row in portfolio.progress()}


def states(id: str) -> list[str]:
    return [record["state"] for record in portfolio.work_records() if record["question"] == id]


def write(path: Path, old: str, new: str) -> None:
    content = path.read_text(encoding="utf-8")
    assert old in content
    path.write_text(content.replace(old, new), encoding="utf-8")


# ---------------------------------------------------------------- progress and work records


def test_progress_of_an_empty_workbook(module):
    assert [(row["asked"], row["answered"], row["points"], row["of"], row["last"]) for row in portfolio.progress()] == [
        (5, 0, 0, 6, ""),
        (2, 0, 0, 0, ""),
    ]
    assert portfolio.work_records() == []


def test_progress_counts_answers_of_every_kind(module):
    answer_all()
    first, second = portfolio.progress()
    assert (first["answered"], first["points"], first["of"], first["written"]) == (5, 3.5, 6, 0)
    assert (second["answered"], second["points"], second["of"], second["written"]) == (2, 0, 0, 2)
    assert first["last"] == standing_of(question("1.5")).last.event.time
    assert first["changed"] == second["changed"] == ""
    assert "and are not a grade. Free answers written, for a reader to judge: 2." in portfolio.progress().note


def test_work_records_give_words_not_option_ids(module):
    answer_all()
    work = portfolio.work_records()
    assert [(one["question"], one["response"], one["state"]) for one in work] == [
        ("1.1", "The gardener", "answer"),
        ("1.1", "The writer", "counts"),
        ("1.2", "This", "counts"),
        ("1.3", "“cannot rely on their impartiality” (letter: letter)", "counts"),
        ("1.4", "1. Rely\n2. Return", "counts"),
        ("1.5", "Writer → writes\nGardener → writes", "counts"),
        ("2.1", "The date.", "counts"),
        ("2.2", "He “cannot rely on their impartiality”, he says.", "counts"),
        ("2.2", "He “cannot rely on their impartiality”, and so", "draft"),
    ]
    assert [(one["attempt"], one["attempts"], one["points"], one["of"]) for one in work[:3]] == [
        (1, 2, 0, 1),
        (2, 2, 1, 1),
        (1, 1, 1, 2),
    ]
    assert work[1]["verdict"] == "Right: 1 of 1 point."
    assert work[7]["points"] is None


def test_changed_question_is_named_and_other_answers_still_count(module):
    answer_all()
    write(module / "lessons" / "questions" / "01-first.yaml", 'text: "Roses"', 'text: "Tulips"')
    write(module / "lessons" / "questions" / "01-first.yaml", "why: So it stands.", "why: So it is written.")
    first = rows()["01-first"]
    assert (first["answered"], first["changed"]) == (4, "1.2")
    assert states("1.2") == ["earlier wording"]
    assert next(one for one in portfolio.work_records() if one["question"] == "1.2")["response"] == "This"
    assert states("1.4") == ["counts"]
    record_answer(question("1.2"), ["a", "b"])
    assert (rows()["01-first"]["answered"], rows()["01-first"]["changed"]) == (5, "")
    assert states("1.2") == ["earlier wording", "counts"]


def test_answers_to_a_removed_question_stay_in_the_work(module):
    answer_all()
    (module / "lessons" / "questions" / "02-second.yaml").unlink()
    gone = [one for one in portfolio.work_records() if one["state"] == "no longer asked"]
    assert [one["response"] for one in gone] == ["The date.", "He “cannot rely on their impartiality”, he says."]
    for format in FORMATS:
        assert "The date." in portfolio.export_work(format)


def test_lesson_reset_can_be_undone(module):
    answer_all()
    reset_lesson("1")
    assert (rows()["01-first"]["answered"], rows()["02-second"]["answered"]) == (0, 2)
    record_answer(question("1.1"), "b")
    assert rows()["01-first"]["points"] == 0
    undo_reset("1")
    assert (rows()["01-first"]["answered"], rows()["01-first"]["points"]) == (5, 3.5)
    assert states("1.1") == ["answer", "counts", "answer"]


def renamed(module: Path) -> None:
    (module / "lessons/questions/01-first.yaml").rename(module / "lessons/questions/01-beginning.yaml")


def test_lesson_that_was_renamed_since_can_be_started_again(module):
    answer_all()
    renamed(module)
    assert rows()["01-beginning"]["answered"] == 5
    reset_lesson("1")
    assert (rows()["01-beginning"]["answered"], rows()["02-second"]["answered"]) == (0, 2)
    undo_reset("1")
    assert rows()["01-beginning"]["answered"] == 5


def test_lesson_that_was_renamed_after_it_was_started_again_can_be_brought_back(module):
    answer_all()
    reset_lesson("1")
    renamed(module)
    assert rows()["01-beginning"]["answered"] == 0
    assert [row["undo"] for row in portfolio_state()["lessons"]] == [True, False]
    assert "Lessons that were started again: 01." in portfolio.restore_download(workbook.bundle())
    record_answer(question("1.1"), "b")
    reset_lesson("1")
    assert "Lessons that were started again: 01." in portfolio.restore_download(workbook.bundle())
    undo_reset("1")
    undo_reset("1")
    assert rows()["01-beginning"]["answered"] == 5
    assert portfolio.restore_download(workbook.bundle()).count("started again") == 0


def test_words_typed_before_a_lesson_was_renamed_do_not_hide_a_newer_answer(module):
    record_answer(question("2.1"), "One.")
    file = workbook.bundle() + unsaved("2.1", "Two.")
    record_answer(question("2.1"), "Three.")
    (module / "lessons/questions/02-second.yaml").rename(module / "lessons/questions/02-next.yaml")
    portfolio.restore_download(file)
    assert standing_of(question("2.1")).counts.response == "Three."
    assert workbook.events("draft")[-1].body["response"] == "Three."


def test_restore_reports_lessons_that_were_reset(module):
    answer_all()
    kept = workbook.bundle()
    assert "started again" not in portfolio.restore_download(kept)
    reset_lesson("1")
    assert "Lessons that were started again: 01. Their earlier answers are hidden" in portfolio.restore_download(kept)
    undo_reset("1")
    assert "started again" not in portfolio.restore_download(kept)


# ---------------------------------------------------------------- names


@pytest.mark.parametrize(
    "name", ["Fox", "  Fox ", "ნინო", "דנה", "ليلى", "Ana-María O’Neill", "🦊", "x" * 80, "<b>", "7"]
)
def test_valid_name_or_pseudonym_is_recorded(module, name):
    assert name.strip() in my_work(name=name).said
    assert workbook.student_name() == name.strip()


@pytest.mark.parametrize(
    "name",
    ["", "   ", "x" * 81, "a\nb", "a\tb", "a\x1b[0m", "a\u202eb", "\u200b", "a" + "\u0301" * 20, "a\ud800", None, 5],
)
def test_invalid_name_raises(module, name):
    with pytest.raises(UserError, match="A pseudonym will do"):
        workbook.record_name(name)
    assert workbook.student_name() == ""
    assert workbook.events() == []


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("Ana María", "Ana-María"),
        ("../../etc/passwd", "etc-passwd"),
        ("CON:", "CON"),
        ("🦊", "student"),
        ("ნინო", "ნინო"),
    ],
)
def test_file_name_keeps_only_safe_characters_of_the_name(module, name, stem):
    workbook.record_name(name)
    assert workbook.work_file_name("jsonl") == f"my-work-{stem}.jsonl"


def test_invalid_names_in_a_restored_file_are_ignored(module):
    workbook.record_name("Fox")
    workbook.record("name", {"name": "evil\u202egnp.exe"})
    workbook.record("name", {"name": ["x"]})
    workbook.record("name", {})
    assert workbook.student_name() == "Fox"


# ---------------------------------------------------------------- neutralising text


@pytest.mark.parametrize(
    "words",
    [
        "საქართველო, “იმპერია”", "שָׁלוֹם עוֹלָם \u200f(ok)", "السَّلَامُ عَلَيْكُمْ \u200e5", "می\u200cخواهم",
        "👩‍👩‍👧‍👦 🏳️‍🌈 ❤️‍🔥", "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "Việt Nam, e\u0301, ĕ\u0323", "हिन्दी क्\u200dष", "a\tb\n\nc", "क", "",
    ],
)  # fmt: skip
def test_ordinary_text_of_any_script_is_not_changed(words):
    assert neutralised(words) == words


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("\x1b[31m", "␛[31m"), ("\x00\x07\x7f", "␀␇␡"), ("\x9b", "\ufffd"), ("\ud83d", "\ufffd"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("\u202e\u2066", "⟨RLO⟩⟨LRI⟩"), ("\u2028", "\n"), ("a\U000e0041b", "a\ufffdb"),
        ("\u200b" * 5000, "⟨5000 invisible characters⟩"),
        ("e" + "\u0301" * 500, "e" + "\u0301" * 8 + "⟨492 more marks⟩"),
    ],
)  # fmt: skip
def test_control_and_bidi_characters_are_neutralised(words, shown):
    assert neutralised(words) == shown


# ---------------------------------------------------------------- exports


class Page(HTMLParser):
    """A parsed HTML page: tags, attributes and visible text."""

    VOID = ("meta", "br", "img", "hr", "link", "input")

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.open: list[str] = []
        self.text = ""
        self.words: list[str] = []
        self.inside = 0
        self.feed(source)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in self.VOID:
            self.open.append(tag)
        if dict(attributes).get("class") == "words":
            self.words.append("")
            self.inside = len(self.open)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag
        self.inside = self.inside if len(self.open) >= self.inside else 0

    def handle_data(self, data):
        self.text += data
        if len(self.open) >= self.inside > 0:
            self.words[-1] += data


def give_hostile() -> None:
    workbook.record("name", {"name": '<img src=x onerror="bad()"> `a` | b'})
    record_answer(question("2.1"), HOSTILE)
    record_answer(question("2.2"), HOSTILE)
    keep_draft(question("2.2"), "=HYPERLINK(“x”)" + HOSTILE)


def test_html_export_has_all_words_and_no_active_elements(module):
    give_hostile()
    source = portfolio.export_work("html")
    page = Page(source)
    assert neutralised(HOSTILE) in page.words
    names = {tag for tag, _ in page.tags}
    assert not names & {"script", "img", "link", "iframe", "object", "form", "input", "base"}
    attributes = {key for _, given in page.tags for key in given}
    assert not {key for key in attributes if key.startswith("on") or key in ("src", "srcset", "action")}
    assert all(given["href"].startswith("#part-") for tag, given in page.tags if tag == "a")
    policy = next(given["content"] for tag, given in page.tags if given.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'")
    assert not re.search(r"@import|url\(", source)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", source)
    source.encode("utf-8")


def test_html_export_folds_versions_that_do_not_count(module):
    for words in ("Fox one.", "Fox two.", "Fox three."):
        record_answer(question("2.1"), words)
    source = portfolio.export_work("html")
    shown, _, rest = source.partition("<details>")
    folded, _, rest = rest.partition("</details>")
    assert "Fox three." in shown
    assert "the one that counts" in shown
    assert "Fox two." in folded
    assert "Fox" not in rest


def test_html_export_has_the_essays_first_and_the_marked_answers_in_a_table(module):
    answer_all()
    source = portfolio.export_work("html")
    names = re.findall(r"<h2>(.*?)</h2>", source)
    assert names == ["Essays", "Other written answers", "Answers that the module marks"]
    contents = re.findall(r'<a href="#(part-\d)">', source)
    assert contents == re.findall(r'<section id="(part-\d)">', source)


def test_html_export_is_accessible_and_deterministic(module):
    answer_all()
    workbook.record_name("Fox")
    page = Page(portfolio.export_work("html"))
    assert dict(page.tags)["html"] == {"lang": "en"}
    headings = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h\d", tag)]
    assert headings.count(1) == 1
    assert headings[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(headings))
    tables = sum(tag == "table" for tag, _ in page.tags)
    assert tables == sum(tag == "caption" for tag, _ in page.tags) >= 2
    assert all(given.get("scope") in ("row", "col") for tag, given in page.tags if tag == "th")
    for said in (
        "My work: Fox",
        "are not a grade",
        "Answer 2 of 2, the one that counts",
        "word for word",
        "1 of 1 point",
    ):
        assert said in page.text
    times = [event.time.replace("T", " ").replace("Z", " UTC") for event in workbook.events("answer")]
    assert sum(time in page.text for time in times) >= 7  # of the attempts that the module marks, only one is shown
    assert portfolio.export_work("html") == portfolio.export_work("html")


def test_exports_name_the_module_and_its_version(module):
    for format in ("html", "markdown", "json-ld"):
        assert "two-letters 3.4" in portfolio.export_work(format)
    (module / "pyproject.toml").write_text("[project\n", encoding="utf-8")
    assert "two-letters" not in portfolio.export_work("html")


MARKDOWN = mistune.create_markdown(
    escape=False, renderer=None, plugins=["strikethrough", "footnotes", "table", "url", "task_lists", "math"]
)


def tokens(source: str) -> list[dict]:
    """All Markdown tokens, nested ones included."""
    found, queue = [], list(MARKDOWN(source))
    while queue:
        one = queue.pop(0)
        found.append(one)
        queue = [*one.get("children", []), *queue]
    return found


def test_markdown_export_puts_student_words_in_code_blocks(module):
    give_hostile()
    found = tokens(portfolio.export_work("markdown"))
    blocks = [one["raw"].removesuffix("\n") for one in found if one["type"] == "block_code"]
    assert len(blocks) == 3
    for block, wrote in zip(blocks, [HOSTILE, HOSTILE, "=HYPERLINK(“x”)" + HOSTILE], strict=True):
        assert block.split() == neutralised(wrote).split()
    types = {one["type"] for one in found}
    assert not types & {"link", "image", "inline_html", "block_html", "block_quote", "footnote_ref", "inline_math"}
    headings = [one for one in found if one["type"] == "heading"]
    assert [one["attrs"]["level"] for one in headings] == [1, 2, 2, 3, 4, 3, 4, 4]
    assert sum(one["type"] == "table" for one in found) == 1
    code = [one["raw"] for one in found if one["type"] == "codespan"]
    assert code[0] == '<img src=x onerror="bad()"> `a` ¦ b'


def test_markdown_export_escapes_the_prompts(module):
    write(
        module / "lessons" / "questions" / "02-second.yaml", "What is missing?", '"*Who* wrote <b>this</b> | [x](y)?"'
    )
    record_answer(question("2.1"), "The date.")
    found = tokens(portfolio.export_work("markdown"))
    assert not {one["type"] for one in found} & {"link", "inline_html", "emphasis"}
    assert "*Who* wrote <b>this</b> | [x](y)?" in "".join(one["raw"] for one in found if one["type"] == "text")


FORMULAS = [
    "=HYPERLINK(\"http://bad.example\",\"x\")", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "\u00a0=1",
    "\u200b=1", "\ufeff=1", "＝1", "＋1", "－1", "＠x", '"=1', "x;=1", "x\n=1", "x\t=1",
    "x\n \n  =cmd|'/C calc'!A0", "''=1",
]  # fmt: skip


@pytest.mark.parametrize("words", FORMULAS)
def test_csv_export_contains_no_formulas(module, words):
    record_answer(question("2.1"), words)
    (row,) = csv.DictReader(io.StringIO(portfolio.export_work("csv").removeprefix("\ufeff"), newline=""))
    cell = row["response"]
    assert cell.replace("'", "").split() == neutralised(words).replace("'", "").split()
    for piece in [cell, *re.split(r"[;\t\n]", cell)]:
        begins = piece.lstrip(' \u00a0\u200b\ufeff"')[:1]
        assert begins not in {*"=+-@＝＋－＠"}, piece
    assert cell[0] not in "\t\r\n=+-@"


def test_csv_export_reads_back_unchanged(module):
    answer_all()
    record_answer(question("2.1"), 'One, “two”;\n"three"\n\nfour')
    source = portfolio.export_work("csv")
    assert source.startswith("\ufeff")
    read = list(csv.DictReader(io.StringIO(source.removeprefix("\ufeff"), newline="")))
    assert [row["response"] for row in read] == [one["response"] for one in portfolio.work_records()]
    assert [row["points"] for row in read][:3] == ["0", "1", "1"]
    assert len({len(row) for row in read}) == 1


def test_json_ld_export_is_ascii_json_without_html_characters(module):
    answer_all()
    give_hostile()
    source = portfolio.export_work("json-ld")
    assert source.isascii()
    assert not set("<>&") & set(source)
    data = json.loads(source)
    first, second = data["hasPart"]
    answers = [one for question in second["hasPart"] for one in question["suggestedAnswer"]]
    assert neutralised(HOSTILE) in [one["text"] for one in answers]
    assert first["hasPart"][0]["suggestedAnswer"][0]["review"]["reviewRating"]["ratingValue"] == 1
    assert data["@context"] == {"@vocab": "https://schema.org/"}


@pytest.mark.parametrize(
    "words",
    ["😀" * 1_000_000, "\u200b" * 99_999 + "x", "=" * 100_000, "`" * 100_000, "<" * 100_000, ";\t \n" * 50_000 + "="],
)
def test_very_long_restored_answer_is_exported(module, words):
    asked = question("2.1")
    if len(words) > MOST_CHARACTERS:
        with pytest.raises(UserError, match="at most 200,000 can be kept"):
            record_answer(asked, words)
    # A restored file may still contain such answers.
    body = {"question": asked.id, "lesson": asked.lesson, "asked": asked.asked, "response": words}
    workbook.record("answer", body)
    assert standing_of(asked)
    for format in FORMATS:
        portfolio.export_work(format).encode("utf-8")
    assert neutralised(words) in Page(portfolio.export_work("html")).words


def test_unknown_export_format_suggests_the_nearest(module):
    with pytest.raises(UserError, match="Did you mean “html”"):
        portfolio.export_work("htm")


# ---------------------------------------------------------------- restore


def test_restore_merges_and_keeps_newer_work(module, elsewhere):
    record_answer(question("1.1"), "b")
    workbook.record_name("Fox")
    old = workbook.bundle()
    elsewhere("second")
    said = portfolio.restore_download(old)
    assert said.startswith("1 answer is new. New entries in this file: 2; already here: 0.")
    assert "The name is now “Fox”." in said
    record_answer(question("1.1"), "a")
    newer = workbook.bundle()
    assert portfolio.restore_download(old.encode()).startswith("0 answers are new.")
    assert standing_of(question("1.1")).last.response == "a"
    elsewhere("work")
    record_answer(question("1.2"), ["b"])
    assert "1 answer is new" in portfolio.restore_download(newer)
    assert standing_of(question("1.1")).last.response == "a"
    assert standing_of(question("1.2")).last.response == ["b"]


def unsaved(id: str, response: object, after: dict | None = None, **more) -> str:
    asked = question(id)
    typed = {"question": id, "lesson": asked.lesson, "asked": asked.asked, "response": response, "kind": "draft"} | more
    return json.dumps({"unsaved": typed, **({} if after is None else {"after": after})}, separators=(",", ":")) + "\n"


def test_unsaved_words_are_restored_once_as_a_draft(module, elsewhere):
    record_answer(question("2.1"), "The date.")
    file = workbook.bundle() + unsaved("2.1", "The date and", portfolio.version_vector(workbook.events()))
    elsewhere("second")
    said = portfolio.restore_download(file)
    assert "Your unsaved text was restored as a draft: question 2.1." in said
    assert "set aside" not in said
    assert standing_of(question("2.1")).draft.response == "The date and"
    assert "not yet saved" not in portfolio.restore_download(file)
    assert len(workbook.events("draft")) == 1


def test_older_unsaved_words_do_not_hide_a_newer_answer(module):
    record_answer(question("2.1"), "First.")
    file = workbook.bundle() + unsaved("2.1", "Typed then", portfolio.version_vector(workbook.events()))
    record_answer(question("2.1"), "Written later.")
    portfolio.restore_download(file)
    stands = standing_of(question("2.1"))
    assert stands.last.response == "Written later."
    assert stands.draft is None
    assert "Typed then" in [event.body["response"] for event in workbook.events("draft")]


def test_unsaved_words_equal_to_the_answer_are_not_restored_as_a_draft(module):
    record_answer(question("2.1"), "The date.")
    portfolio.restore_download(workbook.bundle() + unsaved("2.1", "The date."))
    assert workbook.events("draft") == []


@pytest.mark.parametrize(
    "line",
    ['{"unsaved":5}', '{"unsaved":{}}', '{"unsaved":' + "[" * 100_000,
     '{"unsaved":{"question":{},"lesson":1,"asked":2,"response":3}}',
     '{"unsaved":null,"after":7}', '{"unsaved":{"question":"2.1","lesson":"x","asked":"y","response":"z"},"after":"x'],
)  # fmt: skip
def test_invalid_line_of_unsaved_words_is_skipped_and_counted(module, line):
    record_answer(question("2.1"), "The date.")
    assert "Lines that could not be used: 1." in portfolio.restore_download(workbook.bundle() + line + "\n")
    assert workbook.events("draft") == []


def test_invalid_events_in_a_restored_file_are_tolerated(module):
    for body in (
        {}, {"question": "1.1"}, {"question": ["1.1"]},
        {"question": "1.1", "lesson": ["x"], "asked": {}, "response": "a"},
        {"question": "1.1", "lesson": "01-first", "asked": question("1.1").asked, "response": {"a": []}},
        {"question": "9.9", "lesson": {}, "asked": "x", "response": "<b>"},
        {"question": "1.2\u202e", "lesson": "01-first", "response": [["a"]]},
    ):  # fmt: skip
        for kind in ("answer", "draft", "reset", "undo", "download", "restore", "name"):
            workbook.record(kind, {**body, "reset": ["x"], "held": {"a": "b"}})
    workbook.record("download", {"held": [1]})
    record_answer(question("1.1"), "a")
    assert rows()["01-first"]["points"] == 1
    for format in FORMATS:
        portfolio.export_work(format)
    MyWork()._repr_html_()
    portfolio_state()
    assert portfolio.download_reminder() == ""


@pytest.mark.parametrize("data", [b"\x89PNG", b"<html>", b"", "[]"])
def test_restore_of_another_file_type_raises(module, data):
    with pytest.raises(UserError, match="Choose the file that Download gave you"):
        portfolio.restore_download(data)


def test_restore_of_a_too_large_file_raises(module):
    with pytest.raises(UserError, match="This file has 65 MB; at most 64 MB"):
        portfolio.restore_download(b" " * (MOST_BYTES + 1))


# ---------------------------------------------------------------- saved and restored from code


def test_work_is_saved_and_restored_from_code(module, elsewhere, tmp_path):
    workbook.record_name("Fox")
    answer_all()
    assert "my-work-Fox.jsonl" in my_work(save=tmp_path).said
    elsewhere("second")
    assert "8 answers are new" in my_work(restore=tmp_path / "my-work-Fox.jsonl").said
    assert rows()["01-first"]["points"] == 3.5


@pytest.mark.parametrize(
    ("name", "begins"), [("a.html", "<!DOC"), ("b.MD", "# My"), ("c.csv", "\ufeff"), ("d.jsonld", "{\n")]
)
def test_file_ending_selects_the_export_format(module, tmp_path, name, begins):
    answer_all()
    my_work(save=tmp_path / name)
    assert (tmp_path / name).read_text(encoding="utf-8").startswith(begins)


def test_save_into_a_folder_does_not_name_the_student_in_an_error(module, tmp_path):
    workbook.record_name("Fox")
    my_work(save=tmp_path)
    with pytest.raises(UserError, match="There is already a file of your work") as caught:
        my_work(save=tmp_path)
    assert "Fox" not in str(caught.value)


def test_no_error_of_saving_and_restoring_names_the_student(module, tmp_path, monkeypatch):
    workbook.record_name("Fox")
    my_work(save=tmp_path)
    (tmp_path / "other").mkdir()

    def errors(*acts):
        for act in acts:
            with pytest.raises(UserError) as caught:
                act()
            yield str(caught.value)

    def full(handle, data):
        raise OSError(28, "No space left on device")

    said = [*errors(lambda: my_work(save=tmp_path), lambda: my_work(restore=tmp_path / "my-work.jsonl"))]
    said += errors(lambda: my_work(read=tmp_path / "my-work-.jsonl"))
    (tmp_path / "other" / "my-work-Fox.jsonl").symlink_to("nowhere")
    said += errors(lambda: my_work(save=tmp_path / "other"), lambda: my_work(restore=tmp_path / "other"))
    (tmp_path / "other" / "my-work-Fox.jsonl").unlink()
    monkeypatch.setattr(os, "write", full)
    said += errors(lambda: my_work(save=tmp_path / "other"))
    monkeypatch.undo()
    assert "could not be written: No space left on device" in said[-1]
    assert not [one for one in said if "Fox" in one]


def test_save_raises_for_existing_file_wrong_ending_or_missing_folder(module, tmp_path):
    (tmp_path / "a.html").write_text("mine", encoding="utf-8")
    with pytest.raises(UserError, match="already exists and was not overwritten"):
        my_work(save=tmp_path / "a.html")
    assert (tmp_path / "a.html").read_text(encoding="utf-8") == "mine"
    with pytest.raises(UserError, match=r"\.jsonl, \.html, \.md, \.csv, \.jsonld"):
        my_work(save=tmp_path / "a.docx")
    with pytest.raises(UserError, match="There is no folder"):
        my_work(save=tmp_path / "nowhere" / "a.html")
    with pytest.raises(UserError, match="could not be written"):
        my_work(save=tmp_path / f"{'a' * 300}.html")


# ---------------------------------------------------------------- temporary computers


@pytest.mark.parametrize("name", ["BINDER_SERVICE_HOST", "BINDER_LAUNCH_HOST", "CLOSE_READING_TEMPORARY"])
def test_temporary_computer_is_detected_and_shown(module, monkeypatch, name):
    assert not is_temporary()
    assert "everything on it is deleted" not in MyWork()._repr_html_()
    monkeypatch.setenv(name, "1")
    assert is_temporary()
    assert "everything on it is deleted" in MyWork()._repr_html_()
    assert "everything on it is deleted" in portfolio_state()["warning"]


def test_download_reminder_returns_after_new_work(module, elsewhere, monkeypatch):
    record_answer(question("1.1"), "b")
    assert portfolio.download_reminder() == ""
    monkeypatch.setenv("CLOSE_READING_TEMPORARY", "1")
    assert portfolio.download_reminder() == "1 answer is not in your last download. Run my_work() and press Download."
    events, file = workbook.events(), workbook.bundle()
    record_answer(question("1.1"), "a")
    handle_portfolio({"do": "downloaded", "events": len(events), "held": portfolio.version_vector(events)})
    assert portfolio.download_reminder().startswith("1 answer is not")
    handle_portfolio({"do": "downloaded", "events": 9, "held": portfolio.version_vector(workbook.events())})
    assert portfolio.download_reminder() == ""
    keep_draft(question("2.1"), "The")
    assert portfolio.download_reminder().startswith("Some of what you wrote is not in your last download")
    elsewhere("second")
    portfolio.restore_download(file)
    assert portfolio.download_reminder() == ""
    record_answer(question("1.1"), "a")
    record_answer(question("1.2"), "a")
    assert portfolio.download_reminder().startswith("2 answers are not")


# ---------------------------------------------------------------- the view


def test_static_view_shows_the_lessons_but_nothing_of_the_student(module, tmp_path):
    answer_all()
    workbook.record_name("Fox <b>")
    view = my_work(save=tmp_path)
    page = Page(view._repr_html_())
    for said in ("nothing leaves this computer", "Second steps", "First <em>steps</em>", "Run → Run All Cells"):
        assert said in page.text
    for told in ("Fox", "3.5", str(tmp_path)):
        assert told not in page.text + repr(view)
    assert str(tmp_path) in portfolio_state()["where"]
    assert str(view).endswith("My work: 7 of 7 questions answered.")


def test_widget_state_is_plain_data(module):
    give_hostile()
    data = portfolio_state("x\x1b")
    assert json.loads(json.dumps(data)) == data
    assert data["said"] == "x␛"
    source = (Path(helpers.__path__[0]) / "widgets" / "portfolio.js").read_text(encoding="utf-8")
    assert not re.search(r"innerHTML|outerHTML|insertAdjacent|document\.write|\beval\b|https?:", source)


def test_widget_requests_are_answered_with_messages(module):
    assert handle_portfolio({"do": "name", "name": ""})["said"].startswith("A name must contain letters.")
    answer_all()
    assert "starts again" in handle_portfolio({"do": "reset", "lesson": "01-first"})["said"]
    assert portfolio_state()["lessons"][0]["undo"]
    assert "are back" in handle_portfolio({"do": "undo", "lesson": "01-first"})["said"]
    assert "nothing to undo" in handle_portfolio({"do": "undo", "lesson": "01-first"})["said"]
    assert "No lesson “x”" in handle_portfolio({"do": "reset", "lesson": "x"})["said"]
    # A request without a lesson resets no lesson, not even the first.
    for asked in ({"do": "reset"}, {"do": "reset", "lesson": None}):
        assert "No lesson “”" in handle_portfolio(asked)["said"]
    assert workbook.events("reset")[1:] == []
    sent = handle_portfolio({"do": "export", "format": "csv"})
    assert gzip.decompress(sent["content"]).decode() == portfolio.export_work("csv")
    assert (sent["file"], sent["mime"]) == ("my-work-student.csv", "text/csv")
    packed = gzip.compress(workbook.bundle().encode())
    assert handle_portfolio({"do": "restore"}, packed)["said"].startswith("0 answers are new.")
    assert "did not arrive complete" in handle_portfolio({"do": "restore"}, b"junk")["said"]


def test_decompression_bomb_is_refused_without_filling_the_memory(module):
    bomb = gzip.compress(b" " * 400_000_000, compresslevel=1)
    tracemalloc.start()
    try:
        assert "at most 64 MB" in handle_portfolio({"do": "restore"}, bomb)["said"]
        assert tracemalloc.get_traced_memory()[1] < 4 * MOST_BYTES
    finally:
        tracemalloc.stop()


@pytest.fixture
def live(module):
    view = live_work()
    view.renew("")
    yield view
    view.stop()
    view.close()  # so that the next test gets a new view


def carried(view) -> str:
    return gzip.decompress(view.told["packed"]).decode() + view.told["more"]


def test_widget_always_holds_the_whole_download(live, monkeypatch):
    def no_loop() -> None:
        raise RuntimeError("no running event loop")

    # Earlier browser tests leave an event loop behind; plain Python has none.
    monkeypatch.setattr("asyncio.get_running_loop", no_loop)
    answer_all()
    assert carried(live) == workbook.bundle()
    assert live.told["more"]
    assert live.told["events"] == len(workbook.events())
    assert live.told["held"] == portfolio.version_vector(workbook.events())
    keep_draft(question("2.2"), "long " * 30_000)
    assert carried(live) == workbook.bundle()
    assert live.told["more"] == ""
    assert live.told["state"]["lessons"][0]["answered"] == 5


def from_another_kernel(elsewhere, tmp_path) -> None:
    """Add an early event of another session to the folder, as another open notebook would."""
    elsewhere("other")
    record_answer(question("1.1"), "a")
    for path in (tmp_path / "other").glob("*.jsonl"):
        shutil.copy(path, tmp_path / "work")
    elsewhere("work")


def test_download_in_the_widget_includes_work_of_another_kernel(live, elsewhere, tmp_path):
    answer_all()
    keep_draft(question("2.2"), "long " * 30_000)
    assert live.told["more"] == ""
    from_another_kernel(elsewhere, tmp_path)
    live._heard(live, {"do": "refresh"}, [])
    assert len(workbook.events("answer")) == 9
    assert carried(live) == workbook.bundle()


def test_download_reminder_counts_unseen_work_of_another_kernel(module, elsewhere, tmp_path, monkeypatch):
    monkeypatch.setenv("CLOSE_READING_TEMPORARY", "1")
    answer_all()
    portfolio.record_download(9, portfolio.version_vector(workbook.events()))
    assert portfolio.download_reminder() == ""
    from_another_kernel(elsewhere, tmp_path)
    assert portfolio.download_reminder().startswith("1 answer is not")


def test_new_answer_is_sent_without_resending_the_rest(live):
    keep_draft(question("2.2"), "long " * 30_000)
    sent: list[set[str]] = []
    live.send = lambda content, buffers=None: sent.append({*content["tell"], *content["bytes"]})
    record_answer(question("1.1"), "a")
    assert sent[0] == {"more", "held", "events", "person"}


def test_all_displays_share_one_live_view(live):
    assert live_work() is live


def test_without_anywidget_only_the_static_view_is_displayed(module, monkeypatch):
    shown: list[dict] = []
    monkeypatch.setitem(sys.modules, "anywidget", None)
    monkeypatch.setattr("IPython.display.display", lambda one, raw=False: shown.append(one))
    MyWork()._ipython_display_()
    assert [set(one) for one in shown] == [{"text/html", "text/plain"}]


def test_page_to_hand_in_carries_the_whole_work_and_restores_it(module, tmp_path, monkeypatch):
    answer_all()
    page = tmp_path / "fox.html"
    portfolio.save_work(page)
    given = {event.id for event in workbook.events()}
    packed = tmp_path / "hand-ins.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(page, "Fox_12345_assignsubmission_file_/fox.html")
    for source in (page.read_bytes(), packed.read_bytes()):
        monkeypatch.setenv("CLOSE_READING_WORK", str(tmp_path / f"elsewhere-{len(source)}"))
        assert workbook.events() == []
        workbook.restore(source)
        assert given <= {event.id for event in workbook.events()}


@pytest.mark.parametrize(
    "inside", ["", '<template id="workbook">AAAA</template>', '<template id="workbook">A</template>']
)
def test_page_without_work_is_refused_with_one_message(module, inside):
    with pytest.raises(UserError, match=r"web page"):
        workbook.restore(f"<p>x</p>{inside}")


def test_draft_sends_only_itself_however_large_the_workbook_is(live, monkeypatch):
    for n in range(100):
        keep_draft(question("2.2"), f"words {n} " * 100)
    record_answer(question("1.1"), "a")
    bundled = []
    with monkeypatch.context() as patch:
        patch.setattr(workbook, "bundle", lambda *_: bundled.append(1))
        for n in range(20):
            keep_draft(question("2.2"), f"keystroke {n}")
    assert not bundled
    lines = carried(live).splitlines()
    assert sorted(lines) == sorted(workbook.bundle().splitlines())
    assert live.told["events"] == len(workbook.events())
    assert live.told["held"] == portfolio.version_vector(workbook.events())
