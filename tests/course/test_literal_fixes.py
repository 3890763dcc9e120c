"""Fixes done to the letter: what `check` advises, carried out as it is written, leaves the module in order.

A case is a mistake, what `check` says, and the advice carried out, each as words of a file replaced by others.
"""

from __future__ import annotations

import csv
import io
import re

import pytest

from helpers.texts import read_table

YAML, MD, XML = "lessons/questions/00-whose-bell.yaml", "texts/1848-04-04.md", "texts/1848-reply.xml"
BOOK = "lessons/00-whose-bell.ipynb"
PEOPLE, PHRASES, RELATIONS = "texts/people.csv", "texts/phrases.csv", "texts/relations.csv"
TIMELINE, SUMMARIES, GLOSSARY, CATEGORIES = (
    f"texts/{name}.csv" for name in ("timeline", "summaries", "glossary", "categories")
)

# File, right words, wrong words, what the message says, words to replace by the advice, the advice.
CASES = {
    # ---- XML
    "ampersand": (XML, "the Night Watch", "the Night & Watch", "line 41: this is not well-formed XML: “&” has a "
                  "meaning of its own. Write “&amp;”.", " & ", " "),
    "ampersand in an address": (XML, "This module", "http://a.at/?a=1&b=2", "line 11: this is not well-formed XML: "
                                "“&” has a meaning of its own. Write “&amp;”.", "&b", "&amp;b"),
    "less-than sign": (XML, "<publisher>This", "<publisher><3 This", "“<” has a meaning of its own. Write “&lt;”.",
                       "<3", "&lt;3"),
    "entity of HTML": (XML, "This module", "This&nbsp;module", "“&nbsp;” is not defined. Write the character itself.",
                       "&nbsp;", "\u00a0"),
    "typographic quotation marks of an attribute": (
        XML, 'type="letter"', "type=“letter”", "typographic quotation marks (“). Write straight ones", "“letter”",
        '"letter"',
    ),
    "typographic quotation marks of the declaration": (
        XML, 'version="1.0"', "version=”1.0”", "line 1: this is not well-formed XML: a value is in typographic",
        "”1.0”", '"1.0"',
    ),
    "closing tag missing": (XML, "</salute>", "", "“</opener>” does not close “<salute>”, line 40. Write “</salute>” "
                            "before it.", "</opener>", "</salute></opener>"),
    "closing tag in capitals": (XML, "stays shut.</p>", "stays shut.</P>", "“</P>” does not close “<p>”, line 44. "
                                "Write “</p>” instead.", "</P>", "</p>"),
    "file cut off": (XML, "</body>\n  </text>\n</TEI>\n", "", "the file ends before “<body>”, line 38, is closed.",
                     "sheet.</note>\n      </div>\n    ", "sheet.</note></div></body>\n  </text>\n</TEI>"),
    "second root": (XML, "</TEI>\n", "</TEI>\n<TEI/>\n", "line 51: this is not well-formed XML: something follows the "
                    "end of the root element. Delete it", "<TEI/>\n", ""),
    "two hyphens in a comment": (XML, "<body>", "<!-- a -- b --><body>", "a comment has “--” in it. Write one hyphen",
                                 "a -- b", "a - b"),
    "line above the declaration": (XML, "<?xml", "\n<?xml", "stand above “<?xml”, which must come first. Delete them.",
                                   "\n<?xml", "<?xml"),
    "attribute twice": (XML, '<div type="letter">', '<div type="letter" type="letter">', "the same attribute twice. "
                        "Delete one of them.", ' type="letter" type="letter"', ' type="letter"'),
    # ---- ids
    "id of another lesson": (YAML, 'id: "0.2"', 'id: "1.2"', 'Write id: "0.2".', 'id: "1.2"', 'id: "0.2"'),
    "id with a comma": (YAML, 'id: "0.2"', 'id: "0,2"', 'Write id: "0.2".', 'id: "0,2"', 'id: "0.2"'),
    "id with two zeros": (YAML, 'id: "0.2"', 'id: "00.2"', 'Write id: "0.2".', 'id: "00.2"', 'id: "0.2"'),
    # ---- tables
    "column misspelt": (RELATIONS, "evidence,", "evidenz,", "Rename “evidenz” to “evidence”.", "evidenz", "evidence"),
    "columns with capitals and blanks": (
        RELATIONS, "edge_id,source", "Edge ID,Source", "Rename “Edge ID” to “edge_id” and “Source” to “source”.",
        "Edge ID,Source", "edge_id,source",
    ),
    "row above the names of the columns": (
        GLOSSARY, "term,", "Glossary,,,,\nterm,", "which are in line 2. Delete what stands above line 2.",
        "Glossary,,,,\n", "",
    ),
    "names of the columns twice": (
        CATEGORIES, "category,label,guiding_question\n", 2 * "category,label,guiding_question\n",
        "line 2: this line has the names of the columns again. Delete it.", "category,label,guiding_question\n", "",
    ),
    "comma in a cell above an empty one": (
        PHRASES, "to nobody else", "your answer to the bearer, and to nobody else",
        "6 cells under 5 columns: a cell that has a comma is not in quotation marks.",
        "your answer to the bearer, and to nobody else", '"your answer to the bearer, and to nobody else"',
    ),
    "quotation marks inside a cell": (
        CATEGORIES, "Who may know of it?", '"Who" may know of it?', 'Write the cell as """Who"" may know of it?".',
        '"Who" may know of it?', '"""Who"" may know of it?"',
    ),
    "quotation marks inside a cell, doubled": (
        CATEGORIES, "Who may know of it?", '""Who"" may know of it?', 'Write the cell as """Who"" may know of it?".',
        '""Who"" may know of it?', '"""Who"" may know of it?"',
    ),
    # ---- YAML
    "key of the questions missing": (
        YAML, "questions:\n", "", "Write the key above “- id: \"0.1\"”, such as “questions:”.", '  - id: "0.1"',
        'questions:\n  - id: "0.1"',
    ),
    "equals sign instead of a colon": (
        YAML, "- id: watch", "- id = watch", "Write: - id: watch", "- id = watch", "- id: watch",
    ),
    "colon of the title missing": (MD, "title: The", "title The", "line 2: the front matter is not valid YAML: the "
                                   "colon is missing. Write: title: The letter of", "title The", "title: The"),
    "layer indented by 3": (MD, "  letter:", "   letter:", "Write 2, so that it begins below “heading:”, line 12.",
                            "   letter:", "  letter:"),
    "dash of the second entry missing": (
        YAML, "      - id: watch", "        id: watch", "Write: - id: watch, with its “-” below the one above.",
        "        id: watch", "      - id: watch",
    ),
    "voice twice": (MD, "    voice: finch\n", "    voice: finch\n    voice: crane\n", "Remove one of the two.",
                    "    voice: crane\n", ""),
    "item of a list indented too deep": (
        MD, "in the same year.\n", "in the same year.\n    - Whether it was sent.\n",
        "is indented more than that in line 10, and so belongs to its words. Put 2 spaces before it.",
        "    - Whether it", "  - Whether it",
    ),
    "colon in a value that has a comment": (
        MD, "title: The letter of 4 April 1848", "title: Letter: 4 April 1848 # as students see it",
        'Write: title: "Letter: 4 April 1848" # as students see it', "title: Letter: 4 April 1848",
        'title: "Letter: 4 April 1848"',
    ),
    "colon in a value that has a number sign": (
        YAML, "prompt: In whose", "prompt: Read: letter #3. In whose", 'Write: prompt: "Read: letter #3. In whose name',
        "Read: letter #3. In whose name does Finch ask for the key?",
        '"Read: letter #3. In whose name does Finch ask for the key?"',
    ),
    "typographic quotation marks and a comment": (
        MD, "title: The letter of 4 April 1848", "title: “Letter: 4 April 1848” # a title",
        'Write: title: "Letter: 4 April 1848" # a title', "“Letter: 4 April 1848”", '"Letter: 4 April 1848"',
    ),
    # ---- front matter and values
    "voice in typographic quotation marks": (
        MD, "voice: finch", "voice: “finch”", 'Write straight ones: voice: "finch"',
        "“finch”", '"finch"',
    ),
    "date in typographic quotation marks": (MD, '"1848-04-04"', "„1848-04-04“", 'straight ones: date: "1848-04-04"',
                                            "„1848-04-04“", '"1848-04-04"'),
    "kind of a question in typographic quotation marks": (
        YAML, "kind: match", "kind: “match”", 'Write straight ones: kind: "match"', "“match”", '"match"',
    ),
    "end of the front matter with four hyphens": (MD, "---\n\n## heading", "----\n\n## heading", "line 36: the front "
                                                  "matter ends with three hyphens.", "----", "---"),
    "value instead of a list": (YAML, "layers: [letter]", "layers: letter", "Write layers: [letter]", "layers: letter",
                                "layers: [letter]"),
    "day that does not exist in a table": (TIMELINE, "1848-04-07,", "1848-04-31,", "there is no such day.",
                                           "1848-04-31", "1848-04-07"),
    "words above the front matter": (
        MD, "---\ntitle", "The letter\n---\ntitle", "Delete what is above it", "The letter\n", "",
    ),
    "plus signs round the front matter": (MD, "---\ntitle", "+++\ntitle", "three hyphens: “---”.", "+++", "---"),
    "web page as a text": (MD, "---\ntitle", "<html>\n---\ntitle", "this is a web page (HTML).", "<html>\n", ""),
    "two voices of a layer": (
        MD, "voice: finch", "voice: [finch, crane]", "needs one voice. Write one id", "[finch, crane]", "finch",
    ),
    # ---- what was passed over
    "number of a day": (TIMELINE, "t04,1849,", "t04,3962,", "“3962” is the number of a day in a spreadsheet. Write "
                        "1910-11-05.", "3962", "1910-11-05"),
    "person with a capital": (
        PEOPLE, "watch,body", "Finch,person,Finch,,,\nwatch,body", "differs from “finch” in texts/people.csv, line 2 "
        "only in its capitals.", "Finch,person,Finch,,,\n", "",
    ),
    "lost letter in a text": (MD, "Your servant", "Your serv\ufffdnt", "a letter that a program lost", "\ufffd", "a"),
    "misread letter in a text": (MD, "rights: Invented", "rights: SchÃ¶n", "“SchÃ¶n” was “Schön” before", "SchÃ¶n",
                                 "Schön"),
    "misread letter in a question file": (YAML, "text: In his", "text: SchÃ¶n", "“SchÃ¶n” was “Schön”", "SchÃ¶n",
                                          "Schön"),
    "lost letter in a table": (PEOPLE, "Made the copy", "M\ufffdde it", "column notes: “\ufffd” stands for", "\ufffd",
                               "a"),
    # ---- the file as received
    "source_file without its folder": (
        MD, "source/1848-request.txt", "1848-request.txt", "Write: source_file: source/1848-request.txt.",
        "source_file: 1848", "source_file: source/1848",
    ),
    "source_file with a backslash": (
        MD, "source/1848-request.txt", "source\\1848-request.txt", "Write: source_file: source/1848-request.txt.",
        "source\\", "source/",
    ),
    "source_file in typographic quotation marks": (
        MD, "source/1848-request.txt", "“source/1848-request.txt”",
        "Write without typographic quotation marks: source_file: source/1848-request.txt.",
        "“source/1848-request.txt”", "source/1848-request.txt",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_advice_done_to_the_letter_leaves_the_module_in_order(module, name):
    file, right, wrong, says, old, new = CASES[name]
    before = module.text(file)
    module.change(file, right, wrong)
    code, (problem,) = module.check()
    assert code == 1
    assert problem.startswith(f"{file}, line ")
    assert says in problem
    module.change(file, old, new)
    if name == "ampersand":  # the letter has no such name
        module.write(file, before)
    assert module.check() == (0, [])


def test_id_that_is_in_use_is_not_advised(module):
    module.change(YAML, 'id: "0.2"', 'id: "1.1"')
    assert module.check()[1][0].endswith('Write id: "0.2".')


def test_person_twice_is_the_only_problem_of_people(module):
    module.change(PEOPLE, "marsh,person", "crane,person")
    module.change_all(MD, "voice: marsh", "voice: clerk")
    code, (problem,) = module.check()
    assert code == 1
    assert "the id “crane” is already used in texts/people.csv, line 3." in problem


@pytest.mark.parametrize("name", ["letter.docx", "letter.pdf"])
def test_source_file_in_another_format_is_saved_and_named_anew(module, name):
    words = module.path("texts/source/1848-request.txt").read_bytes()
    module.write(f"texts/source/{name}", b"PK\x03\x04" if name.endswith("x") else b"%PDF-1.7")
    module.change(MD, "source/1848-request.txt", f"source/{name}")
    code, (problem,) = module.check()
    assert code == 1
    assert "plain text" in problem
    assert problem.endswith("Then write source_file: source/letter.txt")
    module.write("texts/source/letter.txt", words)
    module.change(MD, f"source_file: source/{name}", "source_file: source/letter.txt")
    assert module.check() == (0, [])


def test_lesson_and_question_file_get_the_same_name(module):
    module.rename(BOOK, "lessons/00 Größte Glocke.ipynb")
    module.rename(YAML, "lessons/questions/00 Größte Glocke.yaml")
    code, problems = module.check()
    assert code == 1
    assert [problem.partition("Rename it to ")[2] for problem in problems] == [
        "lessons/questions/00-groesste-glocke.yaml.",
        "00-groesste-glocke.ipynb.",
    ]
    module.rename("lessons/00 Größte Glocke.ipynb", "lessons/00-groesste-glocke.ipynb")
    module.rename("lessons/questions/00 Größte Glocke.yaml", "lessons/questions/00-groesste-glocke.yaml")
    assert module.check() == (0, [])


def test_blank_after_a_closing_quotation_mark_is_passed_over(module):
    before = module.text(SUMMARIES)
    module.change(SUMMARIES, '"I would lend the key if', '"I would, "" , lend the key if')
    module.change(SUMMARIES, 'trust you alone."', 'trust you alone." ')
    assert module.check() == (0, [])
    assert read_table("summaries")[1]["summary"].startswith('I would, " , lend')
    module.write(SUMMARIES, before)


def test_readme_is_no_text(module):
    module.write("texts/README.md", "What these files are.")
    module.write("texts/ReadMe.txt", "What these files are.")
    assert module.check() == (0, [])


# ---- tables as spreadsheets save them


def test_dates_of_a_spreadsheet_are_corrected_one_by_one(module):
    rows = list(csv.reader(io.StringIO(module.text(TIMELINE))))
    for row in rows[1:4]:
        row[1] = "{2}.{1}.{0}".format(*row[1].split("-"))
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows(rows)
    module.write(TIMELINE, out.getvalue())
    code, problems = module.check()
    assert code == 1
    assert len(problems) == 3
    for problem in problems:
        old, new = re.search(r"“(.+?)” is not a date. Write ([\d-]+)", problem).groups()
        module.change(TIMELINE, old, new)
    assert module.check() == (0, [])
    assert [row["date_start"] for row in read_table("timeline")[:3]] == ["1848-03-30", "1848-04-04", "1848-04-07"]


def test_rows_wrapped_in_quotation_marks_are_read(module):
    """Excel with a comma as decimal sign saves a file with commas as one column."""
    lines = module.text(SUMMARIES).splitlines()
    wrapped = ['"' + line.replace('"', '""') + '"' for line in lines]
    rows = read_table("summaries")
    module.write(SUMMARIES, "\n".join(wrapped))
    assert read_table("summaries") == rows
    module.write(SUMMARIES, "\n".join([*lines[:2], wrapped[2]]))
    assert read_table("summaries") == rows


def test_blank_line_above_the_head_and_vertical_lines_are_read(module):
    rows = read_table("categories")
    module.write(CATEGORIES, "\n" + module.text(CATEGORIES).replace(",", "|"))
    assert read_table("categories") == rows


# ---- names of files

RENAMED = {
    "text with two endings": (MD, MD + ".txt", "Rename it to 1848-04-04.md."),
    "lesson with two endings": (BOOK, BOOK + ".txt", "is not read. Rename it to 00-whose-bell.ipynb."),
    "folder source in capitals": ("texts/source", "texts/Source", "Rename the folder Source to source."),
    "folder questions in capitals": (
        "lessons/questions", "lessons/Questions", "Rename the folder Questions to questions.",
    ),
    "question file away": (YAML, "00-whose-bell.yaml", "its file lessons/questions/00-whose-bell.yaml does not exist."),
}  # fmt: skip


@pytest.mark.parametrize("name", RENAMED)
def test_misnamed_file_is_one_problem(module, name):
    right, wrong, says = RENAMED[name]
    module.rename(right, wrong)
    code, (problem,) = module.check()
    assert code == 1
    assert says in problem
    module.rename(wrong, right)
    assert module.check() == (0, [])


# ---- cells that do not run

CELLS = {
    'answer(“0.1”)': "line 1: the cell does not run: “““ is no quotation mark of Python.",
    'answer("0.1"': "line 1: the cell does not run: the bracket “(” is not closed. Close it.",
    '  answer("0.1")': "line 1: the cell does not run: spaces stand before “answer(\"0.1\")”. Delete them.",
    "load_text(1848-04-04)": "the cell does not run: a name that begins with a number stands in quotation marks.",
    "from helpers import higlight": "line 1: no “higlight” in helpers. Did you mean “highlight”?",
    'Answer("0.1")': "line 1: “Answer” is not defined. Did you mean “answer”?",
    "words_of = 1\nworks_of": "line 2: “works_of” is not defined. Did you mean “words_of”?",
    "zzz(L01973)": "line 1: “L01973” is not defined. If it is a word of yours, put it into quotation marks.",
    "load_texts('x')": "“load_texts” is not imported. Write from helpers import load_texts.",
}  # fmt: skip


@pytest.mark.parametrize("source", CELLS)
def test_cell_that_does_not_run_is_named(module, source):
    cell = module.add_cell(source)
    code, problems = module.check()
    assert code == 1
    place = f"{BOOK}, cell {cell}, "
    assert all(problem.startswith(place) for problem in problems)
    assert any(CELLS[source].replace("“““", "““”") in problem for problem in problems), problems


@pytest.mark.parametrize(
    "source",
    [
        "for n in [1]:\n    print(n, __name__)\n[x for x in 'ab']\nlambda y: y",
        "%time z = 1\nprint(z)",
        "try:\n    later\nexcept NameError:\n    pass",
        "def f(a, *b, **c):\n    global g\n    g = a, b, c\nprint(display, In, g)",
        "import os.path as p, sys\nwith open(p.devnull) as file:\n    sys, file",
        "match 1:\n    case [one, *more]:\n        one, more\n    case {'a': b, **others}:\n        b, others",
        "class A:\n    x = 1\nA",
    ],
)
def test_cell_that_runs_is_not_accused(module, source):
    module.add_cell(source)
    assert module.check() == (0, [])
