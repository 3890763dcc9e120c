"""Files that are not read as they are meant: misnamed, copied, in another format, in the wrong folder, or damaged."""

from __future__ import annotations

import json
import unicodedata

import pytest

YAML, MD, XML = "lessons/questions/00-whose-bell.yaml", "texts/1848-04-04.md", "texts/1848-reply.xml"
BOOK = "lessons/00-whose-bell.ipynb"
WORD = b"PK\x03\x04 a file of Word"


# ---- files that are added

ADDED = {
    "Word document": (
        "texts/letter.docx",
        WORD,
        "texts/letter.docx: a Word document is not read as a text. Save its words as plain text (UTF-8) with "
        "the name letter.txt or letter.md, or move it to texts/source/.",
    ),
    "PDF": ("texts/scan.pdf", b"%PDF-1.7", "texts/scan.pdf: a PDF file is not read as a text."),
    "OpenDocument text": ("texts/letter.odt", WORD, "texts/letter.odt: an OpenDocument text is not read"),
    "text with a capital ending": (
        "texts/MAY.TXT",
        "Come.",
        "texts/MAY.TXT: the name of a text ends in .md, .txt, .xml or .tei, so it is not read. Rename it to MAY.txt.",
    ),
    "text with another ending": ("texts/may.markdown", "Come.", "Rename it to may.md."),
    "text without front matter": (
        "texts/letter.txt",
        "Dear Ben,\nreturn all this.",
        "texts/letter.txt, line 1: the text has no title. Write a front matter above its words: a line “---”, a "
        "line “title: …”",
    ),
    "empty text": (
        "texts/new.md",
        "",
        "texts/new.md, line 1: the layer “text” has no words. Write the words of the text here.",
    ),
    "text with a title and no words": (
        "texts/new.md",
        "---\ntitle: New\n---\n",
        "texts/new.md, line 3: the layer “text” has no",
    ),
    "HTML called XML": (
        "texts/page.xml",
        "<html><body>Come.</body></html>",
        "texts/page.xml, line 1: the root element is “html”",
    ),
    "web page": ("texts/page.html", "<html>", "texts/page.html: a web page is not read as a text."),
    "copy of a letter by the browser": (
        "texts/1848-reply (1).xml",
        None,
        "texts/1848-reply (1).xml: this looks like a copy of 1848-reply.xml, and is read as a second text. Delete it",
    ),
    "copy of a letter by Windows": ("texts/1848-reply - Kopie.xml", None, "this looks like a copy of 1848-reply.xml"),
    "copy of a letter by macOS": ("texts/1848-reply copy.xml", None, "this looks like a copy of 1848-reply.xml"),
    "same id twice": (
        "texts/1848-reply.txt",
        "---\ntitle: A reply\nlayers:\n  letter: {voice: crane, kind: actor}\n---\n## letter\nI will.",
        "texts/: 1848-reply.txt and 1848-reply.xml have the same id, “1848-reply”, and only 1848-reply.txt is "
        "read. Rename or remove the other.",
    ),
    "copy of a table by the browser": (
        "texts/people (1).csv",
        "id,type,canonical_name\n",
        "texts/people (1).csv: only people.csv is read, not this file. Move what is new in it into people.csv, "
        "and delete it.",
    ),
    "copy of a table by Windows": ("texts/people - Kopie.csv", "id,type,canonical_name\n", "only people.csv is read"),
    "copy of a table, in German": ("texts/Kopie von people.csv", "id,type,canonical_name\n", "only people.csv is read"),
    "workbook beside a table": (
        "texts/people.xlsx",
        WORD,
        "texts/people.xlsx: a spreadsheet is read only as CSV. Save it as “CSV UTF-8” with the name people.csv. "
        "Then move this file out of texts/.",
    ),
    "folder with copies": ("texts/Backup/a.md", "Come.", "texts/Backup/a.md: this file is not read"),
    "folder with a copy": (
        "texts/Kopie/1848-04-04.md",
        "Come.",
        "texts/Kopie/1848-04-04.md: this file is not read, because only texts/ itself is. Move what you need to "
        "texts/, and the rest out of it.",
    ),
    "question file with the ending yml": (
        "lessons/questions/01-more.yml",
        "title: x",
        "lessons/questions/01-more.yml is not read.",
    ),
    "question file that Windows calls .txt": (
        "lessons/questions/00-whose-bell.yaml.txt",
        "title: x",
        "Only 00-whose-bell.yaml is read: move what is new in this file",
    ),
    "copy of a question file": (
        "lessons/questions/00-whose-bell (1).yaml",
        "title: x",
        "It looks like a copy of 00-whose-bell.yaml: delete it.",
    ),
    "question file beside the lessons": (
        "lessons/01-more.yaml",
        "title: x",
        "Move it to lessons/questions/01-more.yaml.",
    ),
    "question file without a lesson": (
        "lessons/questions/01-more.yaml",
        None,
        "lessons/questions/01-more.yaml: there is no lesson lessons/01-more.ipynb. Write the lesson, "
        "or give the file the name of its lesson.",
    ),
    "damaged notebook": (
        "lessons/01-more.ipynb",
        '{"cells": [\n{"cell_type": "code",\n',
        "lessons/01-more.ipynb, line 3: this notebook is damaged",
    ),
    "conflict in a notebook": (
        "lessons/01-more.ipynb",
        '{"cells": [\n<<<<<<< HEAD\n',
        "lessons/01-more.ipynb, line 2: this notebook has the marks of a git conflict and does not open. "
        "Restore an earlier copy: git restore",
    ),
    "notebook without cells": ("lessons/01-more.ipynb", "{}", "this is not a notebook in the current format."),
    "copy of a lesson by JupyterLab": (
        "lessons/00-whose-bell-Copy1.ipynb",
        None,
        "has the same number 00. Delete the copy 00-whose-bell-Copy1.ipynb, or give it another number.",
    ),
}


@pytest.mark.parametrize("name", ADDED)
def test_file_that_is_not_read_as_meant_is_named(module, name):
    path, content, says = ADDED[name]
    if content is None:
        original = {".xml": XML, ".ipynb": BOOK, ".yaml": YAML}[path[path.rindex(".") :]]
        content = module.text(original).replace('id: "0.', 'id: "1.')
    module.write(path, content)
    code, problems = module.check()
    assert code == 1
    assert len(problems) == 1 or name == "same id twice", problems  # which is then read in the place of the other
    assert says in problems[0]
    module.path(path).unlink()
    assert module.check() == (0, [])


HARMLESS = {
    "lock file of Excel": ("texts/~$people.csv", b"\x05\x00"),
    "lock file of LibreOffice": ("texts/.~lock.people.csv#", ",ann,"),
    "lock file of Word": ("texts/~$letter.md", b"\x05\x00"),
    "file of the macOS Finder": ("texts/._1848-04-04.md", b"\x00\x05"),
    "scan of a text that is there": ("texts/1848-04-04.pdf", b"%PDF"),
    "table of something else": ("texts/inventory.csv", "shelf,box\n1,2\n"),
    "picture": ("texts/page.jpg", b"\xff\xd8"),
    "file as received": ("texts/source/reply.docx", WORD),
    "folder of checkpoints": ("texts/.ipynb_checkpoints/1848-04-04-checkpoint.md", "Come."),
    "folder of scans": ("texts/scans/page.jpg", b"\xff\xd8"),
    "notebook of the instructor’s own": ("lessons/notes for me.ipynb", '{"cells": []}'),
    "notebook of the instructor’s own with the number of a lesson": ("lessons/00-notes.ipynb", '{"cells": []}'),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_harmless_file_is_passed_over(module, name):
    module.write(*HARMLESS[name])
    assert module.check() == (0, [])


# ---- files that have another name

RENAMED = {
    "table in the singular": (
        "texts/relations.csv",
        "texts/relation.csv",
        "no table has this name, so it is not read. Rename it to relations.csv.",
    ),
    "table with a capital": (
        "texts/people.csv",
        "texts/People.csv",
        "texts/People.csv: no table has this name, so it is not read. Rename it to people.csv.",
    ),
    "table called tsv": ("texts/people.csv", "texts/people.tsv", "Rename it to people.csv."),
    "table with a name of its own": ("texts/people.csv", "texts/Personen.csv", "Rename it to people.csv."),
    "table as Unicode Text": ("texts/people.csv", "texts/people.txt", "Rename it to people.csv."),
    "text in Word": (
        MD,
        "texts/1848-04-04.docx",
        "Save its words as plain text (UTF-8) with the name 1848-04-04.txt or",
    ),
    "text with a capital ending": (MD, "texts/1848-04-04.MD", "Rename it to 1848-04-04.md."),
    "question file with the ending yml": (
        YAML,
        "lessons/questions/00-whose-bell.yml",
        "Rename it to lessons/questions/00-whose-bell.yaml.",
    ),
    "question file with a blank": (
        YAML,
        "lessons/questions/00 whose bell.yaml",
        "Rename it to lessons/questions/00-whose-bell.yaml.",
    ),
    "question file of another name": (
        YAML,
        "lessons/questions/00-bell.yaml",
        "there is no lesson lessons/00-bell.ipynb. Rename it to 00-whose-bell.yaml.",
    ),
    "lesson with a blank": (BOOK, "lessons/00 Whose bell.ipynb", "Rename it to 00-whose-bell.ipynb."),
    "lesson with an umlaut": (BOOK, "lessons/00-whose-böll.ipynb", "Rename it to 00-whose-boell.ipynb."),
}


@pytest.mark.parametrize("name", RENAMED)
def test_file_with_another_name_is_named_once(module, name):
    old, new, says = RENAMED[name]
    if new.endswith(".tsv"):
        module.change_all(old, ",", "\t")
    module.rename(old, new)
    code, problems = module.check()
    assert code == 1
    assert any(says in one for one in problems), problems
    assert all("rename" in one.casefold() or "Save its words" in one for one in problems), problems
    module.rename(new, old)
    assert module.check() == (0, [])


@pytest.mark.parametrize("name", ["people", "phrases", "relations"])
def test_spreadsheet_instead_of_a_table_is_one_problem(module, name):
    words = module.text(f"texts/{name}.csv")
    module.rename(f"texts/{name}.csv", f"texts/{name}.xlsx")
    code, problems = module.check()
    assert code == 1
    assert problems == [
        f"texts/{name}.xlsx: a spreadsheet is read only as CSV. Save it as “CSV UTF-8” with the name {name}.csv."
    ]
    module.path(f"texts/{name}.xlsx").unlink()
    module.write(f"texts/{name}.csv", words)
    assert module.check() == (0, [])


@pytest.mark.parametrize(
    ("path", "content", "says"),
    [
        (
            "texts/people.csv",
            WORD,
            "texts/people.csv is a Word, Excel or OpenDocument file. A new name does not change that.",
        ),
        (MD, WORD, "texts/1848-04-04.md is a Word, Excel or OpenDocument file."),
        (
            MD,
            rb"{\rtf1 Come.}",
            "texts/1848-04-04.md is a file in rich text (RTF). A new name does not change that. Save it",
        ),
        (YAML, b"%PDF-1.7", "00-whose-bell.yaml is a PDF file."),
    ],
)
def test_file_of_another_program_under_a_new_name_is_named(module, path, content, says):
    before = module.text(path)
    module.write(path, content)
    code, problems = module.check()
    assert code == 1
    assert len(problems) == 1, problems
    assert says in problems[0]
    module.write(path, before)
    assert module.check() == (0, [])


# ---- the file as received

RECEIVED = {
    "Word document": (
        "reply.docx",
        WORD,
        "the source_file cannot be compared: texts/source/reply.docx is a Word, Excel or",
    ),
    "PDF": (
        "reply.pdf",
        b"%PDF-1.7",
        "the source_file cannot be compared: texts/source/reply.pdf is a PDF file.",
    ),
    "TEI": (
        "reply.xml",
        b"<?xml version='1.0'?><TEI/>",
        "source_file names “source/reply.xml”, which has tags (TEI or HTML).",
    ),
    "web page": (
        "reply.html",
        b"<!DOCTYPE html><p>Come.",
        "source_file names “source/reply.html”, which has tags",
    ),
    "old encoding": (
        "reply.txt",
        "für".encode("cp1252"),
        "the source_file cannot be compared: texts/source/reply.txt, line 1: byte 1 (0xfc) is not UTF-8",
    ),
    "folder": ("", b"", "the source_file cannot be compared: texts/source is a folder, not a file."),
}


@pytest.mark.parametrize("name", RECEIVED)
def test_source_file_that_cannot_be_compared_is_named_with_the_line(module, name):
    file, content, says = RECEIVED[name]
    if file:
        module.write(f"texts/source/{file}", content)
    named = f"source/{file}".rstrip("/")
    module.change(MD, "source/1848-request.txt", named)
    code, (problem,) = module.check()
    assert code == 1
    assert problem.startswith(f"{MD}, line {module.line_of(MD, 'source_file:')}: {says}")
    module.change(MD, f"source_file: {named}\n", "")
    assert module.check() == (0, [])


def test_letters_and_accents_stored_apart_are_the_same_words(module):
    """As macOS and some editors store them: in the text, in the file as received, in a table or in a file name."""
    for name in (MD, "texts/source/1848-request.txt", "texts/summaries.csv"):
        module.change_all(name, "river", "rivér")
    assert module.check() == (0, [])
    for name in (MD, "texts/source/1848-request.txt"):
        before = module.text(name)
        module.write(name, unicodedata.normalize("NFD", before))
        assert module.text(name) != before
        assert module.check() == (0, [])
        module.write(name, before)
    module.rename(MD, unicodedata.normalize("NFD", "texts/märz.md"))
    for name in ("phrases", "relations", "timeline", "summaries", "transmission"):
        path = f"texts/{name}.csv"
        if "1848-04-04" in module.text(path):
            module.write(
                path, module.text(path).replace("1848-04-04,letter", "märz,letter").replace("\n1848-04-04,", "\nmärz,")
            )
    module.change_all(YAML, '"1848-04-04"', "märz")
    module.change_all("texts/timeline.csv", ",1848-04-04,note-1", ",märz,note-1")
    module.change_all(BOOK, "1848-04-04", "märz")
    assert module.check() == (0, [])


@pytest.mark.parametrize(("path", "word"), [(MD, "Sir,"), (YAML, "He writes")])
def test_text_in_an_old_encoding_is_named_with_a_way_out(module, path, word):
    words = module.text(path).replace("“", '"').replace("”", '"').replace("’", "'").replace(word, f"{word} für", 1)
    module.write(path, words.encode("cp1252", "replace"))
    line = words[: words.index("für")].count("\n") + 1
    code, problems = module.check()
    assert code == 1
    assert problems[0].startswith(f"{path}, line "), problems
    assert problems[0].startswith(f"{path}, line {line}: byte ") or path == MD, problems
    assert "is not UTF-8; the file may be Windows-1251 or Windows-1252. Save it again as plain text" in problems[0]
    assert "Windows Notepad: Save As, Encoding" in problems[0]
    assert len(problems) == 1, problems
    module.write(path, words.encode())
    assert not any("UTF-8" in problem for problem in module.check()[1])


def test_folder_that_a_lesson_loads_is_not_reported(module):
    module.write("texts/letters/march.md", "Come.")
    assert module.check()[0] == 1
    module.add_cell('from helpers import load_texts\n\nletters = load_texts("../texts/letters")')
    assert module.check() == (0, [])


def test_folder_of_a_source_file_is_not_reported(module):
    module.rename("texts/source", "texts/received")
    module.change(MD, "source/1848-request.txt", "received/1848-request.txt")
    assert module.check() == (0, [])


def test_two_question_files_with_one_number_are_reported(module):
    book = json.loads(module.text(BOOK))
    module.write("lessons/00-second.ipynb", json.dumps(book | {"cells": []}))
    module.write("lessons/questions/00-second.yaml", module.text(YAML))
    code, problems = module.check()
    assert code == 1
    assert any("have the same number 00. Give one another number." in one for one in problems), problems
