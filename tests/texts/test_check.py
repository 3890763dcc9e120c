"""``python -m helpers check`` with two invented texts: reports every mistake, but no typographic difference."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from helpers import __main__, load_text
from helpers.chronology import timeline
from helpers.core import UserError
from helpers.network import correspondence
from helpers.questions import place_in_words
from helpers.reading import highlight, readings
from helpers.texts import read_table

MARCH = """\
---
title: A letter of March
date: 1848-03-05
source_file: source/march.txt
layers:
  letter: {voice: ann, kind: actor, label: "Ann: letter"}
  remark: {voice: clerk, kind: copyist, label: "The clerk: remark"}
---
## letter

Dear Ben, the “great assembly” has met — and the offi\u00adcers fled.

I ask you to return this today*.

## remark

(Copied by a clerk)
"""
APRIL = """\
---
title: A letter of April
date: "1848-04"
layers:
  answer: {voice: ben, kind: actor, label: "Ben: answer"}
---
## answer

I return it. The assembly will not meet again.
"""
TABLES = {
    "people": """\
id,type,canonical_name,variants_in_sources
ann,person,Ann,
ben,person,Ben,Ben@letter | the “great assembly”
clerk,person_unnamed,A clerk,a clerk@remark
""",
    "categories": "category,label,guiding_question\nasking,Asking,\n",
    "phrases": "document,layer,category,phrase\nmarch,letter,asking,return*\n,,asking,beg*\n",
    "relations": """\
edge_id,source,target,relation,document,layer,evidence,certainty,basis
e1,ann,ben,asks,march,letter,I ask you to return this,,explicit_in_document
""",
    "timeline": """\
id,date_start,date_display,event,document,layer,evidence,source_type,confidence
t1,1848-02-24,24 February,A king leaves,,,,book,high
t2,1848-03-05,5 March,An assembly has met,march,letter,great assembly,,
""",
    "glossary": """\
term,explanation,document,layer,reference
assembl*,people who meet,,,
clerk,who copies,march,remark,
""",
    "summaries": "document,layer,paragraph,summary\nmarch,letter,2,She asks.\n",
    "transmission": """\
document,step,from,to,medium,status,layer,evidence,reference
march,1,ann,clerk,by hand,proved,remark,Copied by a clerk,
""",
    "variants": """\
document,layer,phrase,variant,witness,reference,remark
march,letter,return this,send this,A copy,,
""",
}
QUESTIONS = """\
title: A lesson
questions:
  - id: "1.1"
    kind: choice
    skill: sourcing
    prompt: Who writes?
    options:
      - {id: a, text: Ann, correct: true, why: She does.}
      - {id: b, text: Ben, why: He answers.}
    where:
      - {document: march, layer: letter, quote: the officers fled}
      - {document: april, layer: answer, quote: I return it}
"""


@pytest.fixture
def module(tmp_path, monkeypatch):
    """A module with two texts, every table and one lesson; gives a function that changes words in one of its files."""
    for folder in ("texts/source", "lessons/questions"):
        (tmp_path / folder).mkdir(parents=True)
    monkeypatch.setenv("CLOSE_READING_HOME", str(tmp_path))
    body = MARCH.split("---\n")[2]
    files = {"texts/march.md": MARCH, "texts/april.md": APRIL, "lessons/questions/01-a-lesson.yaml": QUESTIONS}
    files |= {f"texts/{name}.csv": words for name, words in TABLES.items()}
    files["texts/source/march.txt"] = re.sub(r"## \w+", "", body)
    for name, words in files.items():
        (tmp_path / name).write_text(words, encoding="utf-8")

    def change(name: str, old: str = "", new: str = "") -> Path:
        path = tmp_path / name
        if not path.exists():
            path.write_text(new, encoding="utf-8")
            return path
        words = path.read_text(encoding="utf-8")
        assert old in words
        path.write_text(words.replace(old, new, 1), encoding="utf-8")
        return path

    return change


def said(capsys) -> tuple[int, list[str], str]:
    """Run the command: exit code, problems, last line."""
    capsys.readouterr()
    code = __main__.main(["check"])
    lines = capsys.readouterr().out.splitlines()
    return code, [line[2:] for line in lines if line.startswith("- ")], lines[-1]


def test_check_without_problems_reports_what_was_read(module, capsys):
    assert said(capsys) == (0, [], "Read: 2 texts (1 and 2 layers), 9 tables, 1 question.")


# ---- mistakes

WRONG = {
    "a list for a title": (
        "texts/march.md", "title: A letter of March", "title: [A letter, of March]",
        "texts/march.md, line 2: the text has no title. Add a line “title: …” to its front matter",
    ),
    "a voice that nobody knows, in a layer whose id is a number": (
        "texts/may.md", "", "---\ntitle: A letter of May\nlayers:\n  1: {voice: cara, kind: actor}\n---\n## 1\nCome.\n",
        "texts/may.md, line 4: the voice “cara” is not in people.csv.",
    ),
    "a star is no evidence": (
        "texts/relations.csv", "I ask you to return this", "*",
        "texts/relations.csv, line 2: “*” has no words. Copy the evidence from the text as it is printed.",
    ),
    "a star is no ending in evidence": (
        "texts/relations.csv", "I ask you to return this", "I ask you to ret*",
        "“*” means “any ending” only in phrases.csv and glossary.csv.",
    ),
    "nor in an event": (
        "texts/timeline.csv", "great assembly", "great assembl*", "“great assembl*” is not in march, letter.",
    ),
    "nor in a reading": ("texts/variants.csv", "return this", "retur*", "“retur*” is not in march, letter."),
    "nor in a question": (
        "lessons/questions/01-a-lesson.yaml", "I return it}", "I return i*}",
        "line 12: “I return i*” is not in april",
    ),
    "a phrase with a star that is not there": (
        "texts/phrases.csv", "return*", "beg*", "phrases.csv, line 2: “beg*” is not in march, letter.",
    ),
    "a word explained with a star that is not there": (
        "texts/glossary.csv", "clerk,who", "clark*,who", "glossary.csv, line 3: “clark*” is not in march",
    ),
    "nothing but a star": ("texts/phrases.csv", "return*", "*", "phrases.csv, line 2: A phrase to look for must have"),
    "half a word": ("texts/relations.csv", "return this", "return th", "is not in march, letter."),
    "the wrong layer": (
        "texts/relations.csv", "I ask you to return this", "Copied by a clerk", "It is in “remark”. Correct",
    ),
    "an arrow without words": (
        "texts/relations.csv", "I ask you to return this", "",
        "texts/relations.csv, line 2: the column “evidence” is empty. Each relation needs its evidence",
    ),
    "an arrow without a text": (
        "texts/relations.csv", "march,letter", ",letter", "line 2: the column “document” is empty. Each relation needs",
    ),
    "an arrow without a layer": (
        "texts/relations.csv", "march,letter", "march,", "line 2: the column “layer” is empty. Each relation needs",
    ),
    "an arrow without a name": ("texts/relations.csv", "e1,", ",", "the column “edge_id” is empty. Fill it in."),
    "an arrow from nowhere": ("texts/relations.csv", "e1,ann", "e1,", "the column “source” is empty."),
    "an arrow to nobody": ("texts/relations.csv", "ann,ben", "ann,", "the column “target” is empty."),
    "an arrow that says nothing": ("texts/relations.csv", "asks", "", "the column “relation” is empty."),
    "an arrow without a basis": (
        "texts/relations.csv", "explicit_in_document", "",
        "“” in the column basis is not in the list of bases. There are: “edition_metadata”",
    ),
    "nobody": ("texts/people.csv", "ann,person", ",person", "people.csv, line 2: the column “id” is empty."),
    "a person without a name": ("texts/people.csv", ",Ann,", ",,", "line 2: the column “canonical_name” is empty."),
    "a category without a label": ("texts/categories.csv", ",Asking,", ",,", "line 2: the column “label” is empty."),
    "an empty phrase": ("texts/phrases.csv", ",return*", ",", "phrases.csv, line 2: the column “phrase” is empty."),
    "a word not explained": ("texts/glossary.csv", "who copies", "", "line 3: the column “explanation” is empty."),
    "a summary that is empty": ("texts/summaries.csv", "She asks.", "", "line 2: the column “summary” is empty."),
    "a reading of no text": ("texts/variants.csv", "march,", ",", "line 2: the column “document” is empty."),
    "a step without a number": ("texts/transmission.csv", "march,1,", "march,,", "the column “step” is empty."),
    "an event without words": ("texts/timeline.csv", "A king leaves", "", "line 2: the column “event” is empty."),
    "an event in an unknown layer": (
        "texts/timeline.csv", "march,letter,great assembly", "march,lettre,", "line 3: no layer “lettre” in march",
    ),
    "an event of a text without its layer": (
        "texts/timeline.csv", "march,letter,", "march,,", "line 3: an event of a text needs its layer. Write it",
    ),
    "evidence of no text": (
        "texts/timeline.csv", "march,letter,", ",,", "line 3: the evidence names no text. Write the text’s id",
    ),
    "a layer of no text": (
        "texts/phrases.csv", ",,asking", ",letter,asking", "the layer “letter” is named without its text. Write",
    ),
    # ---- the texts
    "a date with dots": (
        "texts/april.md", '"1848-04"', "5.3.1848",
        "texts/april.md, line 3: “5.3.1848” is not a date. Write it as 1900-02-14, 1900-02 or 1900.",
    ),
    "a date in words": (
        "texts/april.md", '"1848-04"', "5 March 1848",
        "“5 March 1848” is not a date. Write it as 1900-02-14, 1900-02 or 1900.",
    ),
    "a month first": ("texts/april.md", '"1848-04"', "March 5th, 1848", "Write it as 1900-02-14, 1900-02 or 1900."),
    "a month in words": ("texts/april.md", '"1848-04"', "Mar. 1848", "Write it as 1900-02-14, 1900-02 or 1900."),
    "no such day": (
        "texts/april.md", '"1848-04"', "1848-02-30",
        "texts/april.md, line 3: “1848-02-30” is not a date: there is no such day. Correct it.",
    ),
    "no such day in quotation marks": (
        "texts/april.md", '"1848-04"', '"1848-02-30"', "line 3: “1848-02-30” is not a date: there is no such day.",
    ),
    "a day or a month": ("texts/april.md", '"1848-04"', "3/5/1848", "“3/5/1848” is not a date. Write it as 1900-02-14"),
    "a date that is a guess": (
        "texts/april.md", '"1848-04"', "in spring", "Write it as 1900-02-14, 1900-02 or 1900. Put other words",
    ),
    "no title": (
        "texts/april.md", "title: A letter of April\n", "",
        "texts/april.md, line 2: the text has no title. Add a line “title: …” to its front matter",
    ),
    "an unknown voice": (
        "texts/march.md", "voice: clerk", "voice: clark",
        "texts/march.md, line 7: the voice “clark” is not in people.csv. Did you mean “clerk”? Or add a row for it.",
    ),
    "a file as received that is not there": (
        "texts/march.md", "source/march.txt", "source/marsh.txt",
        "texts/march.md, line 4: source_file names “source/marsh.txt”, which does not exist. "
        "Did you mean “source/march.txt”? Or delete the line.",
    ),
    "a layer described twice": (
        "texts/march.md", "  remark:", "  letter:",
        "texts/march.md, line 7: “letter” appears twice. Give the second one another name.",
    ),
    "a name in a layer that is not there": (
        "texts/people.csv", "Ben@letter", "Ben@lettre",
        "people.csv, line 3: no text has the layer “lettre” of “Ben@lettre”. Did you mean “letter”?",
    ),
    "a name that is not there": (
        "texts/people.csv", "a clerk@remark", "a monk@remark",
        "people.csv, line 4: “a monk” is not in remark. The nearest passage is",
    ),
    "a name without a layer that is not there": (
        "texts/people.csv", "the “great assembly”", "the senate", "“the senate” is not in any layer.",
    ),
    # ---- messages
    "columns missing": (
        "texts/relations.csv", "edge_id,source,target,relation", "a,source,target,b",
        "texts/relations.csv, line 1: the columns “edge_id” and “relation” are missing. There are: “a”, “b”, “basis”",
    ),
    "a column twice": ("texts/people.csv", "canonical_name,", "canonical_name,id,", "two columns have the name “id”."),
    "another encoding by its name": (
        "texts/march.md", "source/march.txt", "source", "texts/source is a folder, not a file. Name a file in it.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_mistake_is_reported_on_one_line_with_the_fix(name, module, capsys):
    module(*WRONG[name][:3])
    code, found, _ = said(capsys)
    assert code == 1
    assert len(found) == 1, found
    assert WRONG[name][3] in found[0], found
    assert str(Path(module("lessons/questions/01-a-lesson.yaml")).parents[2]) not in found[0]


def test_relation_without_evidence_raises(module):
    module("texts/relations.csv", "I ask you to return this", "")
    with pytest.raises(UserError, match="Each relation needs its evidence"):
        correspondence()


def test_unknown_layer_in_the_timeline_raises(module):
    module("texts/timeline.csv", "march,letter,great assembly", "march,lettre,")
    with pytest.raises(UserError, match="no layer “lettre”"):
        timeline()


def test_text_without_date_and_people_passes(module, tmp_path, capsys):
    module("texts/april.md", 'date: "1848-04"', "date:")
    assert load_text("april").date == ""
    for name in ("people", "relations", "transmission"):
        (tmp_path / "texts" / f"{name}.csv").unlink()
    assert said(capsys)[:2] == (0, [])


# ---- differences in typography

SAME = {
    "straight quotation marks": 'the "great assembly" has met',
    "another dash": "has met - and the officers",
    "no soft hyphen": "the officers fled",
    "a ligature": "the oﬃcers fled",
    "spaces": "great\u00a0assembly”  has met",
    "decomposed": "the “great assemblý” has met",
}


@pytest.mark.parametrize("name", SAME)
def test_words_that_differ_only_in_typography_are_found(name, module, capsys):
    words = SAME[name]
    if name == "decomposed":
        module("texts/march.md", "assembly", "assembly\u0301")
        module("texts/source/march.txt", "assembly", "assembly\u0301")
        module("texts/timeline.csv", "great assembly", "fled")
        module("texts/people.csv", " | the “great assembly”", "")
    cell = '"' + words.replace('"', '""') + '"'
    module("texts/relations.csv", "I ask you to return this", cell)
    module("texts/variants.csv", "return this", cell)
    module("texts/phrases.csv", "return*", cell)
    module("lessons/questions/01-a-lesson.yaml", "the officers fled", f"'{words}'")
    assert said(capsys)[:2] == (0, [])
    text = load_text("march")
    assert correspondence().number_of_edges() == 1
    (one,) = readings(text)
    (span,) = highlight(text, category="asking").spans
    assert (one.start, one.end) == (span.start, span.end)
    assert place_in_words(text, "letter", words).endswith("¶1")


def test_exact_spelling_is_preferred_to_similar_typography(module):
    from helpers.search import stands_at

    assert stands_at("Return", "I return it. Return this.") == [(13, 19)]
    assert stands_at("RETURN", "I return it. Return this.") == [(2, 8), (13, 19)]
    module("texts/variants.csv", "return this", "return this today*")
    (one,) = readings(load_text("march"))
    assert load_text("march").content[one.start : one.end] == "return this today*"


# ---- files


def test_unread_files_are_listed(module, capsys):
    for name in ("remarks.csv", "budget.xlsx", "march.docx", "page.jpg", ".hidden", "~$relations.xlsx", "~$march.md"):
        module(f"texts/{name}", new="x")
    assert said(capsys) == (
        0, [],
        "Read: 2 texts (1 and 2 layers), 9 tables, 1 question; "
        "not read: budget.xlsx, march.docx, page.jpg, remarks.csv.",
    )  # fmt: skip


def test_two_files_with_one_text_id_are_reported(module, capsys):
    module("texts/april.txt", new="---\ntitle: Another\n---\nIt is another.")
    _, found, _ = said(capsys)
    assert found == [
        "texts/: april.md and april.txt have the same id, “april”, and only april.md is read. "
        "Rename or remove the other."
    ]


def test_folder_without_texts_is_reported(module, capsys, tmp_path):
    for name in ("march", "april"):
        (tmp_path / "texts" / f"{name}.md").unlink()
    code, found, last = said(capsys)
    assert code == 1
    assert found[0].startswith("texts/: there is no text. Add one")
    assert found[1:] == [
        "lessons/questions/01-a-lesson.yaml is about texts that are not here (march, april). "
        "Write your own questions or delete the file."
    ]
    assert last == "Read: 0 texts, 9 tables, 1 question."


def test_unreadable_text_causes_only_one_message(module, capsys):
    module("texts/march.md", "## remark", "## remarks")
    _, found, _ = said(capsys)
    assert len(found) == 1
    assert "the layer “remarks” is not described" in found[0]


# ---- tables


@pytest.mark.parametrize("sign", [";", "\t"])
def test_table_with_semicolons_or_tabs_is_read(module, capsys, sign, tmp_path):
    path = tmp_path / "texts" / "people.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",", sign), encoding="utf-8")
    assert said(capsys)[:2] == (0, [])
    assert [row["id"] for row in read_table("people")] == ["ann", "ben", "clerk"]


def test_duplicate_id_is_reported_once_and_hides_no_other_problem(module, capsys):
    path = module("texts/people.csv", "clerk,person_unnamed", "ann,person_unnamed")
    module("texts/people.csv", "ben,person,", "ben,person,,")
    module("texts/phrases.csv", "return*", "retirn*")
    _, found, _ = said(capsys)
    assert [one.partition(":")[0] for one in found] == [
        f"texts/{path.name}, line 3", f"texts/{path.name}, line 4", "texts/phrases.csv, line 2",
    ]  # fmt: skip
    with pytest.raises(UserError, match="line 3: 5 cells under 4 columns"):
        read_table("people")


# ---- questions


def test_lesson_about_missing_texts_is_reported_on_one_line(module, capsys):
    module("lessons/questions/01-a-lesson.yaml", "document: march", "document: telegram")
    module("lessons/questions/01-a-lesson.yaml", "document: april", "document: telegram")
    _, found, _ = said(capsys)
    assert found == [
        "lessons/questions/01-a-lesson.yaml is about a text that is not here (telegram). "
        "Write your own questions or delete the file."
    ]


def test_single_wrong_text_in_a_lesson_is_reported_with_its_line(module, capsys):
    module("lessons/questions/01-a-lesson.yaml", "document: march", "document: marsh")
    _, found, _ = said(capsys)
    assert found == ["lessons/questions/01-a-lesson.yaml, line 11: no text “marsh”. Did you mean “march”?"]
