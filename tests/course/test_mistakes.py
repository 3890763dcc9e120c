"""Mistakes that people make in a module of their own: each is named with its place and a fix, and the fix works.

A case is a mistake in one file, what `check` says, and the fix that it names: old and new words. Without a fix the
file is put back as it was, which is what the message asks for. What is harmless is read.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

import pytest

YAML, MD, XML = "lessons/questions/00-whose-bell.yaml", "texts/1848-04-04.md", "texts/1848-reply.xml"
BOOK = "lessons/00-whose-bell.ipynb"
PEOPLE, PHRASES, RELATIONS = "texts/people.csv", "texts/phrases.csv", "texts/relations.csv"
TIMELINE, SUMMARIES, GLOSSARY = "texts/timeline.csv", "texts/summaries.csv", "texts/glossary.csv"
CATEGORIES, CHAIN = "texts/categories.csv", "texts/transmission.csv"


@dataclass(frozen=True)
class Mistake:
    """Words of a file replaced by others; ``at`` are words of the line that the message must name, if it is another."""

    file: str
    old: str
    new: str
    says: tuple[str, ...]
    at: str = ""
    fix: tuple[str, str] | None = None
    more: int = 0  # other problems that the mistake causes


def said(file: str, old: str, new: str, *says: str, at: str = "", fix=None, more: int = 0) -> Mistake:
    return Mistake(file, old, new, says, at, fix, more)


# ---- mistakes in the words of a file

IN_A_LINE = {
    "wrong layer id in phrases": said(
        PHRASES, "letter,secrecy", "leter,secrecy", "no layer “leter” in 1848-04-04. Did you mean “letter”?",
        fix=("leter", "letter"),
    ),
    "wrong layer id in relations": said(
        RELATIONS, "1848-04-04,letter,should", "1848-04-04,Brief,should",
        "no layer “Brief” in 1848-04-04. There are: “heading”, “letter”, “note-1”, “remark”.", fix=("Brief", "letter"),
    ),
    "phrase not in layer": said(
        PHRASES, "watch in turns", "watch at turns", "“watch at turns” is not in 1848-04-04, letter.",
        "The nearest passage is “watch in turns,”", fix=("watch at turns", "watch in turns"),
    ),
    "tab in a question file": said(
        YAML, "    kind: choice", "\tkind: choice", "a tab stands before the words. Put spaces there",
        fix=("\tkind", "    kind"),
    ),
    "tab in the front matter": said(
        MD, "  letter:", "\tletter:", "a tab stands before the words. Put spaces there", fix=("\tletter", "  letter"),
    ),
    "duplicate question id": said(
        YAML, 'id: "0.2"', 'id: "0.1"', "the id “0.1” is already used in lessons/questions/00-whose-bell.yaml, line 3",
        fix=('"0.1"\n    kind: passage', '"0.2"\n    kind: passage'),
    ),
    "unquoted id 0.2": said(YAML, 'id: "0.2"', "id: 0.2", 'quotation marks: id: "0.2"', fix=("id: 0.2", 'id: "0.2"')),
    "unquoted id 0.10": said(
        YAML, 'id: "0.2"', "id: 0.10", "“id: 0.10” is not text but a number, which is read as 0.1", 'id: "0.10"',
    ),
    "missing column": said(
        PHRASES, "document,layer,category,", "document,layer,", "the column “category” is missing. There are: "
                                                                "“document”",
    ),
    "misspelt column": said(
        RELATIONS, "evidence,certainty", "evidenz,certainty", "the column “evidence” is missing. Rename "
        "“evidenz” to “evidence”.",
        fix=("evidenz", "evidence"),
    ),
    "date 5.4.1848 in the timeline": said(
        TIMELINE, "1848-03-30,", "30.3.1848,", "column date_start: “30.3.1848” is not a date. Write 1848-03-30.",
        "A spreadsheet makes dates of its own: give the column the format Text", fix=("30.3.1848", "1848-03-30"),
    ),
    "date 04/04/1848 in the timeline": said(
        TIMELINE, "1848-04-04,,4", "04/04/1848,,4", "“04/04/1848” is not a date. Write 1848-04-04.",
        fix=("04/04/1848", "1848-04-04"),
    ),
    "date 30/03/1848 in the timeline": said(
        TIMELINE, "1848-03-30,", "30/03/1848,", "Write 1848-03-30. A spreadsheet", fix=("30/03/1848", "1848-03-30"),
    ),
    "date Apr 48 in the timeline": said(
        TIMELINE, "1848-04-04,,4", "Apr 48,,4", "“Apr 48” is not a date. Write it as 1900-02-14, 1900-02 or 1900.",
        fix=("Apr 48", "1848-04"),
    ),
    "date with dots in the front matter": said(
        MD, '"1848-04-04"', "4.4.1848", "“4.4.1848” is not a date.", "Here: 1848-04-04.", fix=("4.4.1848",
            "1848-04-04"),
    ),
    "document id that YAML takes for a date": said(
        YAML, 'document: "1848-04-04"', "document: 1848-04-04",
        'is not text but a date. Put it into quotation marks: document: "1848-04-04"',
        fix=("document: 1848-04-04", 'document: "1848-04-04"'),
    ),
    "document id that YAML takes for a date in evidence": said(
        YAML, '- {document: "1848-04-04", layer: letter}', "- {document: 1848-04-04, layer: letter}",
        'quotation marks: document: "1848-04-04"', fix=("{document: 1848-04-04,", '{document: "1848-04-04",'),
    ),
    "curly quotes as YAML quotes": said(
        YAML, 'id: "0.2"', "id: “0.2”", 'typographic quotation marks. Write straight ones: id: "0.2"',
        fix=("“0.2”", '"0.2"'),
    ),
    "unescaped inner quotes": said(
        YAML, 'quote: "I do not ask it in my own name"', 'quote: "the "Night Watch" has asked it of me"',
        "quotation marks inside its quotation marks", "put the whole value into '…'",
        fix=('"the "Night Watch" has asked it of me"', "'the \"Night Watch\" has asked it of me'"),
    ),
    "inner quotes in a value of their own": said(
        YAML, "why: He writes that he does not.", 'why: "He "writes" that."', "Write: why: 'He \"writes\" that.'",
        fix=('"He "writes" that."', "'He \"writes\" that.'"),
    ),
    "colon in an unquoted prompt": said(
        YAML, "prompt: In whose name does", "prompt: Read first: in whose name does",
        'Write: prompt: "Read first: in whose name does Finch ask for the key?"',
        fix=("Read first: in whose name does Finch ask for the key?",
             '"Read first: in whose name does Finch ask for the key?"'),
    ),
    "wrong indentation of a key, too deep": said(
        YAML, "        why: He writes", "         why: He writes", "Write 8, so that it begins below “text: In "
                                                                   "his own”",
        fix=("         why: He writes", "        why: He writes"),
    ),
    "wrong indentation of a key, not deep enough": said(
        YAML, "        why: He writes", "       why: He writes", "Write 8, so that it begins below “text: In his own”",
        fix=("       why: He writes", "        why: He writes"),
    ),
    "wrong indentation of a whole question": said(
        YAML, '  - id: "0.2"', '   - id: "0.2"', "Write 2, so that it begins below “- id: \"0.1\"”, line 3",
        fix=('   - id: "0.2"', '  - id: "0.2"'),
    ),
    "key of a question indented with 3": said(
        YAML, "    skill: close", "   skill: close", "Write 4, so that it begins below “kind: passage”",
        fix=("   skill: close", "    skill: close"),
    ),
    "option without why": said(
        YAML, "        why: He writes that he does not.\n", "", "an entry of “options” has no “why”. Add it.",
        at="- id: own",
    ),
    "no correct option": said(
        YAML, "        correct: true\n", "", "0 options have “correct: true”; a choice must have exactly one.",
        at='- id: "0.1"',
    ),
    "misspelt key corect": said(
        YAML, "correct: true", "corect: true", "has “corect”, which is not known. Did you mean “correct”?",
        fix=("corect", "correct"),
    ),
    "kind misspelt": said(YAML, "kind: match", "kind: macth", "Did you mean “match”?", fix=("macth", "match")),
    "kind unknown": said(YAML, "kind: match", "kind: multiple", "“kind: multiple” is not known. There are: “choice”"),
    "question id not of the lesson": said(
        YAML, 'id: "0.2"', 'id: "1.2"',
        'the id “1.2” is not the number of its lesson, a point and a number. Write id: "0.2".',
    ),
    "layer in the body that is not described": said(
        MD, "## remark", "## Zettel", "the layer “Zettel” is not described in the front matter. Did you mean "
                                      "“letter”? If the line",
        fix=("## Zettel", "## remark"),
    ),
    "voice not in people": said(
        MD, "voice: marsh", "voice: march", "the voice “march” is not in people.csv. Did you mean “marsh”?",
        fix=("voice: march", "voice: marsh"),
    ),
    "relation with an unknown person": said(
        RELATIONS, "e04,crane", "e04,Crane", "“Crane” in the column source is not in people.csv. Did you mean “crane”?",
        fix=("e04,Crane", "e04,crane"),
    ),
    "duplicate person": said(
        PEOPLE, "crane,person", "finch,person",
        "the id “finch” is already used in texts/people.csv, line 2. Give this row another id.", at=
            "finch,person,Crane",
    ),
    "duplicate relation": said(
        RELATIONS, "e02,finch", "e01,finch", "the id “e01” is already used in texts/relations.csv, line 2.",
        fix=("e01,finch", "e02,finch"),
    ),
    "basis in own words": said(
        RELATIONS, "medium,explicit_in_document", "medium,explizit", "“explizit” in the column basis",
        "There are: “edition_metadata”, “explicit_in_document”",
    ),
    "source_file missing": said(
        MD, "source/1848-request.txt", "source/letter.txt", "which does not exist.", "Or delete the line.",
        fix=("source_file: source/letter.txt\n", ""),
    ),
    "one word changed": said(
        MD, "at the first dry week", "in the first dry week", "layer “letter”: after “",
        "continues “at the first dry week.", "Restore its words.", at="in the first dry week",
    ),
    "front matter without end": said(
        MD, "---\n\n## heading", "\n## heading", "line 1: the front matter has no end. Close it with a line “---”.",
        at="---",
    ),
    "title with a colon": said(
        MD, "title: The letter", "title: Request: The letter", 'Write: title: "Request: The letter of 4 April 1848"',
        fix=("Request: The letter of 4 April 1848", '"Request: The letter of 4 April 1848"'),
    ),
    "kind of a layer in own words": said(
        MD, "kind: editor", "kind: herausgeber", "the layer “note-1” has the kind “herausgeber”. There are: “actor”",
        at="note-1:",
    ),
    "XML with a bare &": said(XML, "Night Watch answers", "Night & Watch answers", "this is not well-formed XML"),
    "summary of a paragraph that is not there": said(
        SUMMARIES, "letter,3,The river", "letter,9,The river", "no paragraph “9” in 1848-04-04, letter.",
        "Write a number from 2 to 5: the paragraphs of this layer have these numbers on the page.",
        fix=("letter,9", "letter,3"),
    ),
    "glossary term not in the text": said(
        GLOSSARY, "warden,", "warder,", "“warder” is not in 1848-reply, letter. The nearest passage is “Warden,”",
    ),
    "match with an unknown option": said(
        YAML, "goes_with: editors", "goes_with: editor", "“goes_with: editor” is not known. Did you mean “editors”?",
        fix=("goes_with: editor\n", "goes_with: editors\n"),
    ),
    "passage not in the layer": said(
        YAML, "Until I have seen the list", "Until I have read the list", "is not in 1848-reply, letter.",
        "The nearest passage is “Until I have seen the list", at="Until I have read", fix=("have read the list",
            "have seen the list"),
    ),
    "evidence of an essay in an unknown layer": said(
        YAML, "{document: 1848-reply, layer: letter}\n    rubric", "{document: 1848-reply, layer: ps}\n    rubric",
        "no layer “ps” in 1848-reply.", at="layer: ps",
    ),
    "dash without a space": said(
        YAML, "      - idea:", "      -idea:", "a space is missing after the “-”. Write: - idea:", fix=("-idea",
            "- idea"),
    ),
    "unclosed quotation mark in a cell": said(
        SUMMARIES, "I do not trust you alone.\"", "I do not trust you alone.", "a quotation mark in this row is "
                                                                               "not closed",
        at="1848-reply",
    ),
    "curly quotes round a cell with a comma": said(
        GLOSSARY, '"an officer who governs a district for somebody higher"', "“an officer, who governs a district”",
        "6 cells under 5 columns",
        'Typographic quotation marks do not hold a cell with a comma together. Put the cell into straight ones: "…".',
        fix=("“an officer, who governs a district”", '"an officer, who governs a district"'),
    ),
    "empty required cell": said(
        PEOPLE, "marsh,person,", "marsh,,", "the column “type” is empty. Fill it in.", fix=("marsh,,", "marsh,person,"),
    ),
    "heading of a layer with a capital": said(
        MD, "## letter", "## Letter", "Did you mean “letter”?", fix=("## Letter", "## letter"),
    ),
    "heading of a layer without a space": said(
        MD, "## letter", "##letter", "“##letter” does not open the layer “letter”. Write “## letter”",
        fix=("##letter", "## letter"),
    ),
    "heading of a layer with one #": said(
        MD, "## remark", "# remark", "Write “## remark”: two #, a space", fix=("# remark", "## remark"),
    ),
    "layer without words": said(
        MD, "  remark:\n", "  postscript: {voice: finch, kind: actor}\n  remark:\n",
        "the layer “postscript” has no words. Put its words under a heading “## postscript”",
        fix=("  postscript: {voice: finch, kind: actor}\n", ""),
    ),
    "missing title": said(
        MD, "title: The letter of 4 April 1848\n", "", "the text has no title. Add a line “title: …”", at="date:",
        fix=("---\ndate", "---\ntitle: A letter\ndate"),
    ),
    "title in German": said(
        MD, "title: The", "titel: The", "“titel” is not a known key. Did you mean “title”?", fix=("titel:", "title:"),
    ),
    "date misspelt": said(
        MD, 'date: "', 'dtae: "', "“dtae” is not a known key. Did you mean “date”?", fix=("dtae:", "date:"),
    ),
    "recipient for recipients": said(
        MD, "recipients:", "recipient:", "Did you mean “recipients”?", fix=("recipient:", "recipients:"),
    ),
    "layer key misspelt": said(
        MD, '    label: "Finch', '    lable: "Finch', "the layer “letter” has “lable”, which is not known. Did "
                                                      "you mean “label”?",
        fix=("lable:", "label:"),
    ),
    "layer key in German": said(
        MD, "    voice: finch", "    stimme: finch", "the layer “letter” needs a “voice” and a “kind”. Add “voice: …”.",
        at="letter:",
    ),
    "category not in the table": said(
        PHRASES, "letter,trust", "letter,Trust", "“Trust” in the column category is not in categories.csv. Did "
                                                 "you mean “trust”?",
        "Or add a row for it there.", fix=("letter,Trust", "letter,trust"),
    ),
    "block with a line that is not indented": said(
        YAML, "      stays shut” until", "stays shut” until",
        "this line belongs to the words under “model_answer: >-”", "Put 6 spaces before it.",
        fix=("\nstays shut” until", "\n      stays shut” until"),
    ),
    "points in words": said(
        YAML, "points: 2\n    prompt", "points: zwei\n    prompt", "“points: zwei” is not a whole number.",
        "points: 1", at="points: zwei",
    ),
    "points with a comma": said(
        YAML, "points: 2\n    prompt", "points: 1,5\n    prompt", "“points: 1,5” is not a whole number.", at=
            "points: 1,5",
    ),
    "correct: ja": said(
        YAML, "correct: true", "correct: ja", "“correct: ja” is neither true nor false. Write correct: true",
        fix=("correct: ja", "correct: true"),
    ),
    "title of the lesson in the question file": said(
        YAML, "title: Whose bell?", "title: Whose watch?",
        "lesson 00 is called “Whose bell?” in its notebook and “Whose watch?” in “title” of this file.",
        fix=("title: Whose watch?", "title: Whose bell?"),
    ),
    "correct: yes": said(YAML, "correct: true", "correct: yes", "Write correct: true, or correct: false"),
    "most smaller than least": said(
        YAML, "{least: 10, most: 120}", "{least: 120, most: 10}", "“most” is smaller than “least”",
        fix=("{least: 120, most: 10}", "{least: 10, most: 120}"),
    ),
    "a number as the text of an option": said(
        YAML, "text: In his own", "text: 1848", "“text: 1848” is not text but a number. Put it into quotation marks",
        'text: "1848"', fix=("text: 1848", 'text: "1848"'),
    ),
    "curly quotes round a prompt with a colon": said(
        YAML, '"In three sentences: did Crane grant the key? Quote both letters."',
        "“In three sentences: did Crane grant the key?”", "quotation marks such as “ do not hold a value together.",
        'Write: prompt: "In three sentences: did Crane grant the key?"',
        fix=("“In three sentences: did Crane grant the key?”", '"In three sentences: did Crane grant the key?"'),
    ),
    "glossary without an explanation": said(
        GLOSSARY, '"an officer who governs a district for somebody higher"', "", "the column “explanation” is empty.",
        at="bailiff",
    ),
    "status in own words": said(
        CHAIN, "copied,proved", "copied,sicher", "“sicher” in the column status is not in the list of statuses.",
        "There are: “open”", fix=("copied,sicher", "copied,proved"),
    ),
    "step without evidence and reference": said(
        CHAIN, "open,,,the example", "open,,,", "a step needs evidence together with its layer, or a reference.",
    ),
    # ---- more of each kind
    "value cut by a comment": said(
        YAML, "text: In his own", "text: In name #3 of the list", 'Write: "In name #3 of the list"',
        fix=("In name #3 of the list", '"In name #3 of the list"'),
    ),
    "prompt cut by a comment": said(
        YAML, "prompt: In whose name does", "prompt: In whose # 2 name does", "because “ #” begins a comment.",
        fix=("In whose # 2 name does Finch ask for the key?", '"In whose # 2 name does Finch ask for the key?"'),
    ),
    "value cut by a comment in brackets": said(
        YAML, "levels: [A clear claim, Too broad, None]", "levels: [A clear claim #1, Too broad, None]",
        'Put the value into "…".', fix=("A clear claim #1", '"A clear claim #1"'),
    ),
    "word lost to a tag": said(
        YAML, "text: In his own", "text: !His own", "“!” at the beginning of a value has a meaning of its own.",
        fix=("!His own", '"!His own"'),
    ),
    "colon without a space": said(
        YAML, "prompt: In whose", "prompt:In whose", "a space is missing after the colon. Write: prompt: In whose",
        fix=("prompt:In", "prompt: In"),
    ),
    "dash left out": said(
        YAML, "      - id: watch\n", "      id: watch\n", "a “- ” is missing", "Write: - id: watch",
        fix=("      id: watch", "      - id: watch"),
    ),
    "quotation mark of a value not closed": said(
        YAML, 'quote: "I do not ask it in my own name"}', 'quote: "I do not ask it in my own name}', "is not closed",
    ),
    "apostrophe in single quotation marks": said(
        YAML, "text: In his own", "text: 'In Finch's name'", "Write: text: \"In Finch's name\"",
        fix=("'In Finch's name'", "\"In Finch's name\""),
    ),
    "value that begins with a percent sign": said(
        YAML, "text: In his own", "text: %50", "“%” at the beginning of a value", 'Write: text: "%50"',
        fix=("%50", '"%50"'),
    ),
    "surplus cell": said(
        PHRASES, "letter,secrecy,to nobody else,", "letter,secrecy,to nobody else,,remark",
        "6 cells under 5 columns: “remark” is in no column. Put a cell that has a comma into quotation marks",
        fix=("else,,remark", "else,remark"),
    ),
    "missing cell": said(
        RELATIONS, "e02,finch,crane,", "e02,finch,", "9 cells under 10 columns: a cell is missing.",
        "Compare with the columns: edge_id, source, target", fix=("e02,finch,", "e02,finch,crane,"),
    ),
    "row with semicolons among commas": said(
        PHRASES, "1848-04-04,letter,secrecy,to nobody else,", "1848-04-04;letter;secrecy;to nobody else;",
        "1 cell under 5 columns. This row has a semicolon between the cells, and the first line a comma.",
        fix=("1848-04-04;letter;secrecy;to nobody else;", "1848-04-04,letter,secrecy,to nobody else,"),
    ),
    "error value of a spreadsheet": said(
        PHRASES, ",The condition is offered by the one who asks.", ",#NAME?",
        "column note: “#NAME?” is an error value of a spreadsheet", fix=("#NAME?", "The condition"),
    ),
    "letters read in a wrong encoding": said(
        PEOPLE, "Tobias Finch,Tobias", "Tobias FÃ¼nch,Tobias", "column full_name: “Tobias FÃ¼nch” was “Tobias Fünch”",
        fix=("FÃ¼nch", "Fünch"),
    ),
    "non-breaking space in a question file": said(
        YAML, "        why: He writes", "     \u00a0  why: He writes", "a non-breaking space", "Put spaces there",
        fix=("     \u00a0  why", "        why"),
    ),
    "non-breaking space after a colon": said(
        YAML, "    skill: close", "    skill:\u00a0close", "stands after “skill:”. Write a space instead.",
        fix=("skill:\u00a0close", "skill: close"),
    ),
    "truth in quotation marks": said(
        YAML, "correct: true", 'correct: "true"', "“correct” is in quotation marks. Write correct: true",
        fix=('"true"', "true"),
    ),
    "points in quotation marks": said(
        YAML, "points: 2\n    prompt", 'points: "2"\n    prompt', "“points” is in quotation marks. Write points: 2",
        fix=('"2"', "2"),
    ),
    "key questions misspelt": said(
        YAML, "questions:", "question:", "has “question”, which is not known. Did you mean “questions”?",
        fix=("question:", "questions:"),
    ),
    "first heading without a space": said(
        MD, "## heading", "##heading", "“##heading” does not open the layer “heading”. Write “## heading”",
        fix=("##heading", "## heading"),
    ),
    "heading with a colon": said(
        MD, "## heading", "### Heading:", "“### Heading:” does not open the layer “heading”. Write “## heading”",
        fix=("### Heading:", "## heading"),
    ),
    "empty line above the front matter": said(
        MD, "---\ntitle", "\n---\ntitle", "line 1: the front matter is not read. It must begin in the first line",
        fix=("\n---\ntitle", "---\ntitle"),
    ),
    "front matter begun with dashes": said(
        MD, "---\ntitle", "———\ntitle", "write hyphens, not dashes", fix=("———", "---"),
    ),
    "head of a table in German": said(
        PHRASES, "document,layer,category,phrase", "Dokument;Schicht;Kategorie;Stelle",
        "this line has none of the names of the columns: document, layer, category, phrase.",
        fix=("Dokument;Schicht;Kategorie;Stelle", "document,layer,category,phrase"),
    ),
    "table without a head": said(
        GLOSSARY, "term,explanation,document,layer,reference\n", "",
        "if it is a row, write the names into a new line above it.", fix=("bailiff",
            "term,explanation,document,layer,reference\nbailiff"),
    ),
    "date 1848/03/30 in the timeline": said(
        TIMELINE, "1848-03-30,", "1848/03/30,", "Here: 1848-03-30.", fix=("1848/03/30", "1848-03-30"),
    ),
    "year without its zero in the timeline": said(
        TIMELINE, "1849,,1849", "849,,849", "Here: 0849. A spreadsheet makes dates of its own", fix=("849,,849",
            "0849,,849"),
    ),
    "id of a text in German": said(
        PHRASES, "1848-reply,letter,trust", "Antwort,letter,trust", "no text “Antwort”. There are: "
                                                                    "“1848-04-04”, “1848-reply”.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", IN_A_LINE)
def test_mistake_in_a_line_is_named_with_a_fix_that_works(module, name):
    mistake = IN_A_LINE[name]
    before = module.text(mistake.file)
    module.change(mistake.file, mistake.old, mistake.new)
    line = (
        module.line_of(mistake.file, mistake.at) if mistake.at else before[: before.index(mistake.old)].count("\n") + 1
    )
    code, problems = module.check()
    assert code == 1
    assert len(problems) == 1 + mistake.more, problems
    found = [one for one in problems if re.match(rf"{re.escape(mistake.file)}, line {line}[,:]", one)]
    assert len(found) == 1, (line, problems)
    problem = found[0]
    assert all(words in problem for words in mistake.says), problem
    if mistake.fix:
        module.change(mistake.file, *mistake.fix)
    else:
        module.write(mistake.file, before)
    assert module.check() == (0, [])


# ---- tables as spreadsheets save them


def semicolons(words: str) -> str:
    """Write a table as Excel does where the decimal sign is a comma."""
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerows(csv.reader(io.StringIO(words)))
    return out.getvalue()


def tabs(words: str) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter="\t", lineterminator="\r\n").writerows(csv.reader(io.StringIO(words)))
    return out.getvalue()


SAVED = {
    "semicolons": lambda words: semicolons(words).encode(),
    "semicolons and a byte order mark (CSV UTF-8 in German Excel)": lambda words: semicolons(words).encode("utf-8-sig"),
    "semicolons under sep=;": lambda words: ("sep=;\r\n" + semicolons(words)).encode(),
    "commas under sep=,": lambda words: ('"sep=,"\n' + words).encode(),
    "byte order mark and CRLF": lambda words: words.replace("\n", "\r\n").encode("utf-8-sig"),
    "Unicode Text of Excel": lambda words: tabs(words).encode("utf-16"),
    "tabs": lambda words: tabs(words).encode(),
    "empty rows at the end": lambda words: (words + ",,,,\n,,,,\n\n").encode(),
    "empty rows in the middle": lambda words: words.replace("\n", "\n,,,\n\n", 1).encode(),
    "empty columns at the end": lambda words: words.replace("\n", ",,,\n").encode(),
    "blanks round the cells": lambda words: words.replace(",letter,", " , letter ,").encode(),
    "letters and accents stored apart": lambda words: unicodedata.normalize("NFD", words).encode(),
    "old line ends of the Mac": lambda words: words.replace("\n", "\r").encode(),
    "all cells in quotation marks": lambda words: "".join(
        ";".join(f'"{cell}"' for cell in row) + "\n" for row in csv.reader(io.StringIO(words))
    ).encode(),
}
TABLES = sorted(path.name for path in (Path(__file__).parents[1] / "fork" / "texts").glob("*.csv"))


@pytest.mark.parametrize("how", SAVED)
def test_tables_are_read_as_spreadsheets_save_them(module, how):
    for name in TABLES:
        module.write(f"texts/{name}", SAVED[how](module.text(f"texts/{name}")))
    assert module.check() == (0, [])


@pytest.mark.parametrize("separated", [str, semicolons])
def test_table_in_an_old_encoding_is_named_with_the_menu_entry(module, separated):
    module.change(PEOPLE, "Tobias Finch,Tobias", "Tobias Fünch,Tobias")
    words = separated(module.text(PEOPLE))
    module.write(PEOPLE, words.encode("cp1252"))
    code, (problem,) = module.check()
    assert code == 1
    assert problem.startswith(f"{PEOPLE}, line 2: byte ")
    assert "in Excel, File → Save As → “CSV UTF-8”, not “CSV”; in LibreOffice" in problem
    module.write(PEOPLE, semicolons(words).encode("utf-8-sig") if separated is str else words.encode("utf-8-sig"))
    assert module.check() == (0, [])


def test_id_turned_into_a_date_is_one_problem_with_all_lines(module):
    module.change_all(PHRASES, "1848-04-04", "04.04.1848")
    module.change_all(SUMMARIES, "1848-04-04", "4/4/1848")
    code, problems = module.check()
    assert code == 1
    assert len(problems) == 2
    assert problems[0].startswith(
        f"{PHRASES}, line 2, column document: “04.04.1848” is the text “1848-04-04”, rewritten by a spreadsheet. "
        "Write 1848-04-04. The same in lines 3–5. A spreadsheet makes dates of its own: give the column the format Text"
    )
    assert problems[0].endswith("(Excel: Data → From Text/CSV).")
    assert problems[1].startswith(f"{SUMMARIES}, line 2, column document: “4/4/1848” is the text “1848-04-04”")
    module.change_all(PHRASES, "04.04.1848", "1848-04-04")
    module.change_all(SUMMARIES, "4/4/1848", "1848-04-04")
    assert module.check() == (0, [])


def test_dates_rewritten_in_many_rows_are_named_one_by_one(module):
    module.change(TIMELINE, "t01,1848-03-30,", "t01,30.03.1848,")
    module.change(TIMELINE, "t02,1848-04-04,", "t02,04.04.1848,")
    code, (first, second) = module.check()
    assert code == 1
    assert first.startswith(
        f"{TIMELINE}, line 2, column date_start: “30.03.1848” is not a date. Write 1848-03-30. A spreadsheet makes"
    )
    assert second == f"{TIMELINE}, line 3, column date_start: “04.04.1848” is not a date. Write 1848-04-04."


def test_rows_cut_short_by_excel_are_read(module):
    """In each block of 16 rows Excel leaves out the last columns that are empty in all of them."""
    row = "1848-04-04,letter,secrecy,to nobody else,\n"
    cut = row.replace(",\n", "\n")
    head = module.text(PHRASES)  # with seven rows
    module.write(PHRASES, head + 8 * row + 3 * cut)
    assert module.check() == (0, [])
    module.write(PHRASES, head + 7 * row + cut + 3 * row)
    code, (problem,) = module.check()
    assert code == 1
    assert problem.startswith(f"{PHRASES}, line 16: 4 cells under 5 columns: a cell is missing.")


def test_needed_table_that_does_not_exist_is_one_problem(module):
    module.path(CATEGORIES).unlink()
    code, problems = module.check()
    assert code == 1
    problem = problems[0]
    assert problem.startswith(f"{PHRASES}, line 2: phrases.csv needs categories.csv, which does not exist or is empty.")
    assert "the columns category, label, guiding_question" in problem
    assert problem.endswith("The same in lines 3–8.")
    assert [one for one in problems[1:] if "phrases.csv" in one] == []


def test_mistakes_in_several_values_and_questions_are_all_named(module):
    for old, new in (
        ("skill: sourcing", "skill: Lesen"),
        ("correct: true", "correct: ja"),
        ("most_words: 12", "most_words: zwölf"),
        ("{least: 10, most: 120}", "{least: 120, most: 10}"),
        ("skill: sourcing\n    prompt: Whose words", "skil: sourcing\n    prompt: Whose words"),
        ('id: "0.5"', 'id: "5"'),
    ):
        module.change(YAML, old, new)
    code, problems = module.check()
    assert code == 1
    assert [problem.partition(": ")[2][:40] for problem in problems] == [
        "“skill: Lesen” is not known. There are: ",
        "“correct: ja” is neither true nor false.",  # and not that no option is right
        "“most_words: zwölf” is not a whole numbe",
        "“most” is smaller than “least”.",
        "the id “5” is not the number of its less",
        "the question has “skil”, which is not kn",  # and not that “skill” is missing
    ]
    assert all(re.match(rf"{YAML}, line \d+: ", problem) for problem in problems)


@pytest.mark.parametrize("wrong", ["- id: 7", "- idx: writers", "- id: [writers]"])
def test_option_whose_id_is_wrong_is_not_missed_by_what_goes_with_it(module, wrong):
    module.change(YAML, "- id: writers", wrong)
    code, (problem,) = module.check()
    assert code == 1
    assert "goes_with" not in problem


def test_mistakes_in_several_lines_of_a_front_matter_are_all_named(module):
    module.change(MD, 'date: "1848-04-04"', "date: 4. April")
    module.change(MD, "kind: copyist", "kind: copist")
    module.change(MD, "voice: finch", "voice: “finch”")
    code, problems = module.check()
    assert code == 1
    assert [re.sub(r"^.*?line \d+: ", "", problem)[:30] for problem in problems] == [
        "“4. April” is not a date. Writ",
        "the layer “heading” has the ki",
        "“voice” has typographic quotat",
    ]


def test_text_that_is_not_utf_8_is_one_problem(module):
    module.write(MD, module.text(MD).replace("date:", "date: 4. April # März\nx:").encode("windows-1252"))
    code, problems = module.check()
    assert code == 1
    assert [problem for problem in problems if problem.startswith(MD)] == problems[:1]
    assert "is not UTF-8" in problems[0]


def test_words_of_the_other_questions_are_looked_for_when_one_has_a_mistake(module):
    module.change(YAML, "skill: sourcing", "skill: Lesen")
    module.change(YAML, 'quote: "the tower stays shut', 'quote: "the tower stays open')
    _, problems = module.check()
    assert [problem.partition(": ")[2][:24] for problem in problems] == [
        "“skill: Lesen” is not kn", "“the tower stays open” i"
    ]  # fmt: skip


def test_title_in_the_readme_that_is_not_that_of_the_lesson_is_named(module):
    row = "# A course\n\n| no. | lesson |\n|---|---|\n| 00 | [Whose bell?](lessons/00-whose-bell.ipynb) |\n"
    module.write("README.md", row)
    assert module.check() == (0, [])
    module.write("README.md", row.replace("Whose bell?", "Whose watch?"))
    said = "lesson 00 is called “Whose bell?” in its notebook and “Whose watch?” here. Write the same in both."
    assert module.check() == (1, [f"README.md, line 5: {said}"])
    module.write("README.md", "Über uns".encode("windows-1252"))
    code, (problem,) = module.check()
    assert code == 1
    assert problem.startswith("README.md, line 1: byte 0 (0xdc) is not UTF-8")


def test_problems_beyond_the_first_twenty_of_a_file_are_counted(module):
    rows = "".join(f"1848-04-04,letter,secrecy,not there {'i' * n},\n" for n in range(1, 31))
    module.write(PHRASES, module.text(PHRASES) + rows)
    module.change(MD, "voice: marsh", "voice: march")
    code, problems = module.check()
    assert code == 1
    assert len(problems) == 22
    assert problems[21] == f"{PHRASES}: … and 10 more; --all shows all."
    assert len(module.check("--all")[1]) == 31


# ---- what is harmless

HARMLESS = {
    "straight quotation marks in a quotation": (YAML, "quote: \"I do not ask it in my own name\"", 'quote: '
                                                                                                   '\'the '
                                                                                                   '"Night '
                                                                                                   'Watch" has '
                                                                                                   'asked it\''),
    "guillemets in a quotation": (YAML, "quote: \"I do not ask it in my own name\"", "quote: the »Night Watch« "
                                                                                     "has asked it"),
    "date without quotation marks": (MD, 'date: "1848-04-04"', "date: 1848-04-04"),
    "date of a month": (MD, 'date: "1848-04-04"', "date: 1848-04"),
    "year as a number": (MD, 'date: "1848-04-04"', "date: 1848"),
    "year before 1000": (MD, 'date: "1848-04-04"', "date: 0800"),
    "year before the Common Era": (MD, 'date: "1848-04-04"', "date: -0043"),
    "day before the Common Era": (TIMELINE, "t02,1848-04-04,", "t02,-0043-03-15,"),
    "an id that YAML 1.1 takes for false": (YAML, "- id: own", "- id: no"),
    "a text that YAML 1.1 takes for true": (YAML, "text: In his own", "text: Yes"),
    "blanks after a line": (MD, "## letter\n", "## letter   \n"),
    "blanks after a phrase": (PHRASES, "watch in turns,", "watch in turns  ,"),
    "phrase over two paragraphs": (PHRASES, "watch in turns,", "first dry week. I do not ask,"),
    "another key in the front matter": (MD, "rights:", "shelfmark: Box 3\nrights:"),
    "a source with its plural": (MD, "source: E.", "sources: E."),
    "a comment in a question file": (YAML, "    kind: match", "    kind: match  # two sides"),
    "a comment beside a text": (YAML, "text: In his own", "text: In his own # the wrong one"),
    "a number sign in quotation marks": (YAML, "text: In his own", 'text: "In name #3"'),
    "a hash without a blank": (YAML, "text: In his own", "text: In his own#3"),
    "a list at the column of its key": (MD, "not_verified:\n  - Whether", "not_verified:\n- Whether"),
}  # fmt: skip


@pytest.mark.parametrize("name", HARMLESS)
def test_harmless_difference_is_passed_over(module, name):
    module.change(*HARMLESS[name])
    assert module.check() == (0, [])


def test_text_with_byte_order_mark_and_crlf_is_read(module):
    for name in (MD, YAML, "texts/source/1848-request.txt", XML):
        module.write(name, module.text(name).replace("\n", "\r\n").encode("utf-8-sig"))
    assert module.check() == (0, [])
