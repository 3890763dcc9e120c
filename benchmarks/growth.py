"""How time and memory grow with inputs of hostile shapes: ``python -m benchmarks.growth [--only WORD] [--seconds N]``.

Every row of `CASES` runs at three sizes, each twice as large as the one before, in a process of its own. Printed is the
slope of log time and log memory over log size between the second and the third: 1 is linear, 2 is quadratic.
``benchmarks/run.py`` adds the same table to its report.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import json
import math
import multiprocessing
import os
import random
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SECONDS = 60.0  # a measurement that takes longer is stopped
# Below these, the fixed costs of a call are measured and not its growth.
LEAST_SECONDS, LEAST_BYTES = 0.02, 500_000
TITLE = "Growth with inputs of hostile shapes"
COLUMNS = (
    "function: shape",
    "sizes",
    "time of the larger",
    "memory of the larger",
    "exponent, time",
    "exponent, memory",
)
NOTE = (
    "Exponent: the slope of log time or log memory from one size to twice that size; 1 is linear, 2 quadratic. Small: "
    "too fast or too little to measure. What cannot be read is not drawn, what is too deep or too long is refused: "
    "then the time does not grow."
)


@dataclass(frozen=True)
class Case:
    """A function, the shape of its input, the smallest size, how the input is made and how the function is called."""

    name: str
    shape: str
    n: int
    make: Callable[[int], Any]
    run: Callable[[Any], object]
    warm: bool = True


# ---------------------------------------------------------------- inputs


def text_of(words: str, id: str = "text") -> Any:
    """Make a text of one layer."""
    from helpers.texts import parse_text

    return parse_text(words, id)


def layered(n: int) -> Any:
    """Make a text of ``n`` layers with one short paragraph each."""
    head = "".join(f"  l{k}:\n    voice: v{k}\n    kind: actor\n" for k in range(n))
    body = "".join(f"\n## l{k}\n\nReturn all this {k}.\n" for k in range(n))
    return text_of(f"---\ntitle: T\nlayers:\n{head}---\n{body}")


def mixed(n: int, seed: int = 1) -> str:
    """Invent ``n`` words of a small vocabulary."""
    luck = random.Random(seed)
    return " ".join(
        luck.choice(["return", "all", "this", "case", "party", "georgia", "army", "letter", "paper", "note"])
        for _ in range(n)
    )


def home(**tables: Iterable[Sequence[object]]) -> str:
    """Make a folder of a module with these tables (header first), and use it."""
    folder = Path(tempfile.mkdtemp(prefix="growth-"))
    (folder / "texts").mkdir()
    (folder / "lessons").mkdir()
    for name, rows in tables.items():
        with (folder / "texts" / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
    os.environ["CLOSE_READING_HOME"] = str(folder)
    return str(folder)


def network_of(edges: Iterable[tuple[object, object]]) -> Any:
    """Make a network of relations."""
    import networkx

    network: Any = networkx.MultiDiGraph()
    facts = {"relation": "writes_to", "document": "d", "layer": "l", "voice": "v", "date": "", "certainty": "high"}
    for n, (a, b) in enumerate(edges):
        for end in (a, b):
            network.add_node(str(end), name=f"Name {end}", type="person")
        network.add_edge(str(a), str(b), f"e{n:06}", basis="explicit_in_document", evidence="x", **facts)
    return network


def ring(n: int) -> Any:
    """Make a ring of ``n`` names."""
    return network_of((k, (k + 1) % n) for k in range(n))


def star(n: int) -> Any:
    """Make one name with ``n`` others around it."""
    return network_of((0, k) for k in range(1, n + 1))


def everybody(n: int) -> Any:
    """Make about ``n`` arrows between names of which each writes to each."""
    some = range(math.isqrt(n))
    return network_of((a, b) for a in some for b in some if a != b)


def parallel(n: int) -> Any:
    """Make ``n`` relations between the same two names."""
    return network_of((0, 1) for _ in range(n))


def letters_of(n: int) -> list[Any]:
    """Make ``n`` letters, each from and to somebody else."""
    return [text_of(f"---\nsender: A{k}\nrecipients: B{k}\ndate: '1900'\n---\nDear", f"l{k}") for k in range(n)]


def marks_of(n: int, shape: str) -> tuple[Any, str]:
    """Make a text of ``n`` words, and JSON-LD of ``n`` marks in it."""
    words = "ha " * n if shape == "repeated" else " ".join(f"w{k}" for k in range(n))
    text = text_of(words, "marked")
    whole = text.content
    items = []
    for k in range(n):
        selector: object
        if shape == "repeated":
            around = {"prefix": ("ha " * min(k, 11))[-32:], "suffix": " ha" * 10}
            selector = [
                {"type": "TextQuoteSelector", "exact": "ha", **around},
                {"type": "TextPositionSelector", "start": 3 * k, "end": 3 * k + 2},
            ]
        else:
            places = {"nested": (k, len(whole) - k), "stairs": (k, k + len(whole) // 2), "same": (0, len(whole))}
            start, end = places[shape]
            selector = {"type": "TextQuoteSelector", "exact": whole[start : min(end, start + 400)]}
        target = {"source": "urn:x", "close:document": "marked", "close:layer": "text", "selector": selector}
        items.append({"type": "Annotation", "id": f"urn:{shape}:{k}", "target": target})
    return text, json.dumps(items)


def look_marks(n: int, shape: str) -> tuple[str, list[Any]]:
    """Make words and ``n`` overlapping marks to draw."""
    from helpers.reading import MarkLook

    look = MarkLook("A", 0)
    places = {
        "nested": lambda k: (k, 4 * n - k),
        "stairs": lambda k: (k, k + 2 * n),
        "same": lambda k: (0, 4 * n),
        "long and short": lambda k: (2 * k, 4 * n if k % 2 else 2 * k + 1),
    }[shape]
    return "x" * (4 * n), [(*places(k), look) for k in range(n)]


def deep(opening: str, closing: str = "", inside: str = "x") -> Callable[[int], str]:
    """Repeat an opening and a closing ``n`` times around some words."""
    return lambda n: opening * n + inside + closing * n


def workbook_of(n: int, kind: str = "answer", body: Callable[[int], dict[str, object]] | None = None) -> int:
    """Record ``n`` events in a work folder of its own."""
    from helpers import workbook

    for k in range(n):
        workbook.record(kind, body(k) if body else {"question": "1.1", "value": f"words {k}"})
    return n


# ---------------------------------------------------------------- calls


def shown(value: Any) -> object:
    """Write a result as a notebook shows it."""
    return value._repr_html_(), repr(value)


def call(name: str, *arguments: object, **more: object) -> object:
    """Call a public function of the module."""
    import helpers

    return getattr(helpers, name)(*arguments, **more)


def plotted(axes: Any) -> object:
    """Draw a figure as a picture."""
    import io

    return axes.figure.savefig(io.BytesIO(), format="png", dpi=50)


def found(words: str, phrase: str | list[str]) -> object:
    """Search for phrases in a new text."""
    from helpers.search import matches

    return matches(words, [phrase] if isinstance(phrase, str) else phrase)


def mark_all(data: tuple[str, list[Any]]) -> int:
    """Draw marks over words."""
    from helpers.reading import mark_words

    return len(mark_words(data[0], 0, data[1]))


def import_and_show(data: tuple[Any, str]) -> object:
    """Import marks; show the page that annotates, and the state of the live page."""
    from helpers.annotation import import_annotations
    from helpers.widgets import margin_state

    text, given = data
    import_annotations(given)
    view = call("annotate", text)
    return view.words_html(), str(view), json.dumps(margin_state(text)), shown(call("annotations", text))


def on_paper(words: str) -> object:
    """Write a lesson whose cell and output are these words as a worksheet, or be told why not."""
    from helpers.core import UserError
    from helpers.worksheets import still_html, worksheet

    cell = {"cell_type": "markdown", "id": "a", "metadata": {}, "source": f"# A\n\n{words}"}
    path = Path(tempfile.mkdtemp()) / "01-lesson.ipynb"
    path.write_text(json.dumps({"cells": [cell, cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    refused = []
    for write in (lambda: worksheet(str(path)), lambda: still_html(words)):
        try:
            write()
        except UserError as error:
            refused.append(error)
    return refused


def readers_of(n: int) -> tuple[Any, list[str]]:
    """Make ``n`` readers of the same text with ten marks each."""
    from helpers.annotation import anchor_at, write_annotation
    from helpers.workbook import Event, file_header, write_line

    text = text_of(mixed(200), "read")
    portfolios = []
    for reader in range(n):
        lines = [file_header()]
        luck = random.Random(reader)
        for k in range(10):
            start = luck.randrange(len(text.content) - 50)
            anchor = anchor_at(text, text.parts[0], start, start + luck.randrange(1, 50))
            body = write_annotation(
                f"urn:{reader}:{k}", anchor, [f"tag{luck.randrange(9)}"], "", "2026-01-01T00:00:00Z", ""
            )
            lines.append(write_line(Event(k + 1, f"{reader:016x}", "2026-01-01T00:00:00Z", "annotation", body)))
        portfolios.append("\n".join(lines) + "\n")
    return text, portfolios


def agree(data: tuple[Any, list[str]]) -> object:
    """Compare readers."""
    from helpers.annotation import agreement

    return shown(agreement(data[1], data[0]))


def drafts(n: int) -> object:
    """Record ``n`` answers with ``my_work()`` shown."""
    from helpers import workbook
    from helpers.widgets import live_work

    live_work().renew("")
    for k in range(n):
        workbook.record("draft", {"question": "1.1", "value": f"{k} " * 20})
    return None


def tei(body: str, header: str = "") -> str:
    """Write a TEI file."""
    return (
        '<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><fileDesc><titleStmt><title>T</title></titleStmt>'
        f"<publicationStmt><p/></publicationStmt><sourceDesc><p/></sourceDesc></fileDesc>{header}</teiHeader>"
        f"<text><body>{body}</body></text></TEI>"
    )


def load_tei(xml: str) -> object:
    """Read a TEI file and show it."""
    from helpers.texts import parse_tei

    return shown(call("read", parse_tei(xml)))


def load_markdown(words: str) -> object:
    """Read a text and show its page and its card."""
    text = text_of(words)
    return shown(text), shown(call("read", text, layers="all"))


def quotes(n_words: str, essay: str) -> object:
    """Check an essay against a text."""
    return shown(call("check_quotes", essay, texts=[text_of(n_words)]))


def timeline_of(n: int, shape: str) -> str:
    """Make a table of ``n`` events: far apart, or all at the same time."""
    head = "id,date_start,date_end,date_display,precision,event,relevance,document,layer,source_remark,evidence"
    rows = [
        (f"t{k}", f"{1000 + k % 900}-01-01" if shape == "apart" else "1900-01-01", "1950-01-01", "then", "day", "x")
        for k in range(n)
    ]
    columns = [*head.split(","), "source_type", "confidence", "note"]
    return home(timeline=[columns, *((*row, "", "", "", "", "", "general knowledge", "high", "") for row in rows)])


def chain_of(n: int, shape: str) -> Any:
    """Make a text and the table of its ``n`` steps: one after another, or all from one."""
    columns = ["document", "step", "from", "to", "medium", "status", "layer", "evidence", "reference", "note"]
    rows = [
        ("text", k + 1, "b0" if shape == "star" else f"b{k}", f"b{k + 1}", "by hand", "reported", "", "", "a book", "")
        for k in range(n)
    ]
    folder = home(
        transmission=[columns, *rows],
        people=[["id", "type", "canonical_name"], *((f"b{k}", "person", f"B{k}") for k in range(n + 1))],
    )
    (Path(folder) / "texts" / "text.md").write_text("Return all this.\n")
    return call("load_text", "text")


def gazetteer_of(n: int) -> Any:
    """Make a text and ``n`` places that it names."""
    columns = [
        "place",
        "today",
        "latitude",
        "longitude",
        "sort",
        "names",
        "outside",
        "source_type",
        "confidence",
        "side",
    ]
    luck = random.Random(1)
    rows = [
        (
            f"Place{k}",
            "",
            round(luck.uniform(35, 60), 2),
            round(luck.uniform(20, 60), 2),
            "",
            f"Place{k}",
            "",
            "",
            "",
            "",
        )
        for k in range(n)
    ]
    folder = home(places=[[*columns, "note"], *((*row, "") for row in rows)])
    (Path(folder) / "texts" / "text.md").write_text(" ".join(f"Place{k} is here." for k in range(n)))
    return call("load_text", "text")


def merged(n: int) -> object:
    """Record events, and read them again as a download."""
    from helpers import workbook

    workbook_of(n)
    return workbook.bundle(), shown(call("my_work"))


def restored(n: int) -> object:
    """Restore a download of ``n`` sessions."""
    from helpers.workbook import Event, file_header, write_line

    lines = [
        write_line(Event(k + 1, f"{k:016x}", "2026-01-01T00:00:00Z", "answer", {"question": "1.1", "value": "x"}))
        for k in range(n)
    ]
    path = Path(tempfile.mkdtemp()) / "work.jsonl"
    path.write_text("\n".join([file_header(), *lines]) + "\n")
    return str(call("my_work", restore=path, me=True))


def tables_of(n: int) -> object:
    """Check a module with ``n`` phrases in its tables."""
    from helpers.texts import check_tables

    words = " ".join(f"word{k}" for k in range(n))
    folder = home(
        categories=[["category", "label", "guiding_question"], ["c", "C", "Why?"]],
        phrases=[
            ["document", "layer", "category", "phrase", "note"],
            *(("text", "text", "c", f"word{k}", "") for k in range(n)),
        ],
    )
    (Path(folder) / "texts" / "text.md").write_text(words)
    return check_tables(), shown(call("highlight", call("load_text", "text"), category="all"))


def misquoted(n: int) -> object:
    """Check a module with ``n`` phrases that are not in the text, and ``n`` people."""
    from helpers.texts import check_tables

    luck = random.Random(1)
    folder = home(
        people=[["id", "type", "canonical_name"], *((f"p{k}", "person", f"Name {k}") for k in range(n))],
        categories=[["category", "label", "guiding_question"], ["c", "C", "Why?"]],
        phrases=[
            ["document", "layer", "category", "phrase"],
            *(("text", "text", "c", f"{luck.choice(['this', 'the'])} case all {k}") for k in range(n)),
        ],
    )
    (Path(folder) / "texts" / "text.md").write_text(mixed(2000))
    return check_tables()


def checked_cell(source: str) -> object:
    """Check a module with a lesson of this code cell."""
    from helpers.course import check_course

    folder = home()
    (Path(folder) / "texts" / "text.md").write_text("Words.")
    cell = {"cell_type": "code", "id": "a", "metadata": {}, "source": source, "outputs": [], "execution_count": None}
    notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (Path(folder) / "lessons" / "01-lesson.ipynb").write_text(json.dumps(notebook))
    return check_course().problems


def module_of(path: str, make: Callable[[int], str]) -> Callable[[int], dict[str, str]]:
    """Make the files of a module of which one grows, by their paths."""
    return lambda n: {
        "texts/text.md": f"---\ntitle: T\n---\n{mixed(2000)}",
        "texts/people.csv": "id,type,canonical_name\n" + "".join(f"p{k},person,Name {k}\n" for k in range(n)),
        "texts/categories.csv": "category,label,guiding_question\nc,C,\n",
        path: make(n),
    }


def checked(files: dict[str, str]) -> object:
    """Check a module of these files."""
    from helpers.course import check_course

    folder = Path(home())
    (folder / "lessons" / "questions").mkdir()
    (folder / "texts" / "source").mkdir()
    for path, words in files.items():
        (folder / path).write_text(words, encoding="utf-8")
    return check_course().shown()


def asked(n: int) -> str:
    """Write a question file of ``n`` questions, of which each names words that are not in the text."""
    asked = (
        f'- {{id: "1.{k + 1}", kind: short, skill: sourcing, prompt: P, model_answer: A, '
        f"where: [{{document: text, layer: text, quote: retrun all this {k}}}]}}\n"
        for k in range(n)
    )
    return "title: T\nquestions:\n" + "".join(asked)


def voices(n: int) -> str:
    """Write a text of ``n`` layers whose voices are unknown."""
    layers = "".join(f"  l{k}: {{voice: v{k}, kind: actor}}\n" for k in range(n))
    return f"---\ntitle: T\nlayers:\n{layers}---\n" + "".join(f"## l{k}\n\nReturn.\n" for k in range(n))


COURSE, QUESTIONS, TEXT = "texts/course.yaml", "lessons/questions/01-a.yaml", "texts/a.md"
PHRASES, RELATIONS = "texts/phrases.csv", "texts/relations.csv"
_PHRASE = "document,layer,category,phrase\n"
_RELATION = "edge_id,source,target,relation,document,layer,evidence,certainty,basis\n"
# The file, the shape, the smallest size, and what stands in the file.
FILES: list[tuple[str, str, int, Callable[[int], str]]] = [
    (COURSE, "open brackets", 25000, lambda n: "essays: " + "[" * n),
    (COURSE, "open brackets, one in a line", 25000, lambda n: "essays: [\n" + " [\n" * n),
    (COURSE, "hyphens", 25000, lambda n: "essays:\n  " + "- " * n),
    (COURSE, "levels", 250, lambda n: "".join(" " * k + "a:\n" for k in range(n))),
    (COURSE, "a list that is not closed", 4000, lambda n: "essays: [\n" + "  word,\n" * n),
    (COURSE, "a list of words", 4000, lambda n: "essays: [" + "word," * n + "]"),
    (COURSE, "a list of words and a comment", 4000, lambda n: "essays: [" + "word," * n + "] # a"),
    (COURSE, "keys", 4000, lambda n: "".join(f"k{k}: v\n" for k in range(n))),
    (COURSE, "anchors", 4000, lambda n: "".join(f"k{k}: &a{k} v\n" for k in range(n))),
    (COURSE, "longer than may be", 100_000, lambda n: "a: b\n" * n),
    (QUESTIONS, "words that are not in the text", 200, asked),
    (QUESTIONS, "a quotation mark that is not closed", 4000, lambda n: "title: 'T\n" + "  words of it\n" * n),
    (QUESTIONS, "a mistake below a list", 2000, lambda n: "a:\n" + "  - 'b'\n" * n + "b: c: d"),
    (TEXT, "voices that are unknown", 800, voices),
    (TEXT, "layers without words", 800, lambda n: voices(n).replace("## ", "# ")),
    (TEXT, "keys that are unknown", 2000, lambda n: "---\n" + "".join(f"k{k}: v\n" for k in range(n)) + "---\nWords."),
    (TEXT, "a quotation mark that is not closed", 4000, lambda n: "---\na: 'b\n" + "  words\n" * n + "---\nWords."),
    (PHRASES, "words that are not in the text", 2000, lambda n: _PHRASE + "text,text,c,retrun it\n" * n),
    (PHRASES, "unknown categories", 2000, lambda n: _PHRASE + "".join(f"text,text,c{k},all\n" for k in range(n))),
    (PHRASES, "texts that are unknown", 2000, lambda n: _PHRASE + "".join(f"tx{k},text,c,all\n" for k in range(n))),
    (PHRASES, "a quotation mark that is not closed", 20000, lambda n: f'{_PHRASE}text,text,c,"all' + "\nall" * n),
    (PHRASES, "a long cell", 40000, lambda n: f"{_PHRASE}text,text,c," + "all " * n),
    (PHRASES, "cells missing", 4000, lambda n: _PHRASE + "text,text\nc\n" * n),
    (PHRASES, "columns and cells missing", 2000, lambda n: _PHRASE[:-1] + ",x" * n + "\n" + "text\n" * n),
    (RELATIONS, "people that are known", 4000, lambda n: _RELATION + "".join(
        f"e{k},p{k},p{n - k - 1},writes_to,text,text,all,high,explicit_in_document\n" for k in range(n))),
    (RELATIONS, "people that are unknown", 4000, lambda n: _RELATION + "".join(
        f"e{k},x{k},p1,writes_to,text,text,all,high,explicit_in_document\n" for k in range(n))),
]  # fmt: skip


def damaged(words: str) -> object:
    """Look for damaged letters."""
    from helpers.core import damaged_letters

    return damaged_letters(words, "a.md")


HA = "ha " * 1000
CASES = [
    *(
        Case("check", f"{Path(path).name}, {shape}", n, module_of(path, make), checked)
        for path, shape, n, make in FILES
    ),
    Case(
        "check",
        "other words than the file as received",
        40000,
        lambda n: (
            {"texts/source/a.txt": "word " * n + "and"}
            | {TEXT: "---\ntitle: T\nsource_file: source/a.txt\n---\n" + "word " * n + "end"}
        ),
        checked,
    ),
    Case("check_tables", "misquoted phrases, and people", 500, lambda n: n, misquoted),
    Case("check of a code cell", "blanks", 20000, lambda n: "if x:\n" + " " * n + "if x\n", checked_cell),
    Case("check of a text", "one long word", 20000, lambda n: "a/" * n, damaged),
    Case("mark_words", "nested", 500, lambda n: look_marks(n, "nested"), mark_all),
    Case("mark_words", "stairs", 500, lambda n: look_marks(n, "stairs"), mark_all),
    Case("mark_words", "all the same", 500, lambda n: look_marks(n, "same"), mark_all),
    Case("mark_words", "long and short", 500, lambda n: look_marks(n, "long and short"), mark_all),
    Case(
        "highlight",
        "many phrases of one text",
        100,
        lambda n: (text_of(mixed(4 * n)), [f"{a} {b}" for a in mixed(30).split() for b in mixed(20, 2).split()][:n]),
        lambda d: shown(call("highlight", d[0], *d[1])),
    ),
    Case("import_annotations", "nested", 250, lambda n: marks_of(n, "nested"), import_and_show),
    Case("import_annotations", "stairs", 250, lambda n: marks_of(n, "stairs"), import_and_show),
    Case("import_annotations", "of a repeated word", 250, lambda n: marks_of(n, "repeated"), import_and_show),
    Case("agreement", "readers", 20, readers_of, agree),
    Case("plot_network", "ring", 25, ring, lambda g: plotted(call("plot_network", g))),
    Case("plot_network", "star", 25, star, lambda g: plotted(call("plot_network", g))),
    Case("plot_network", "each with each", 100, everybody, lambda g: plotted(call("plot_network", g))),
    Case("plot_network", "parallel", 25, parallel, lambda g: plotted(call("plot_network", g))),
    Case(
        "plot_network",
        "letters",
        200,
        letters_of,
        lambda t: plotted(call("plot_network", call("correspondence", texts=t))),
    ),
    Case("explore", "ring", 25, ring, lambda g: shown(call("explore", g))),
    Case("evidence", "ring", 250, ring, lambda g: shown(call("evidence", g))),
    Case(
        "timeline",
        "apart",
        50,
        lambda n: timeline_of(n, "apart"),
        lambda _: (shown(call("timeline")), plotted(call("timeline").plot())),
    ),
    Case(
        "timeline",
        "together",
        50,
        lambda n: timeline_of(n, "together"),
        lambda _: (shown(call("timeline")), plotted(call("timeline").plot())),
    ),
    Case(
        "transmission",
        "in a row",
        25,
        lambda n: chain_of(n, "row"),
        lambda t: (shown(call("transmission", t)), plotted(call("transmission", t).plot())),
    ),
    Case(
        "transmission",
        "from one",
        25,
        lambda n: chain_of(n, "star"),
        lambda t: (shown(call("transmission", t)), plotted(call("transmission", t).plot())),
    ),
    Case("places", "many", 100, gazetteer_of, lambda t: shown(call("places", t))),
    Case("find", "ha … in ha …", 100, lambda n: ("ha " * 4 * n, "ha " * n), lambda d: found(*d)),
    Case("find", "450 ha, b in ha …", 8000, lambda n: ("ha " * 4 * n, "ha " * 450 + "b"), lambda d: found(*d)),
    Case("find", "b, 450 ha in ha …", 8000, lambda n: ("ha " * 4 * n, "b " + "ha " * 450), lambda d: found(*d)),
    Case("find", "450 ha, h* in ha …", 8000, lambda n: ("ha " * 4 * n, "ha " * 450 + "h*"), lambda d: found(*d)),
    Case("find", "450 ha in ha …", 8000, lambda n: ("ha " * 4 * n, "ha " * 450), lambda d: found(*d)),
    Case("find", "450 haha in ha- ha …", 2000, lambda n: ("ha-\nha " * 2 * n, "haha " * 450), lambda d: found(*d)),
    Case("find", "200 ha in haª …", 1000, lambda n: ("haª " * 2 * n, "ha " * 200), lambda d: found(*d)),
    Case("find", "aaaa* in aaaa", 20000, lambda n: ("a" * 4 * n, "a*"), lambda d: found(*d)),
    Case("find", "notes", 5000, lambda n: ("ha[1] " * n, "ha ha"), lambda d: found(*d)),
    Case("find", "open brackets", 5000, lambda n: ("[" * n, "ha"), lambda d: found(*d)),
    Case("find", "accents", 5000, lambda n: ("a" + "\u0301" * n, "á"), lambda d: found(*d)),
    Case("find", "soft hyphens", 5000, lambda n: ("a\u00ad" * n, "aa"), lambda d: found(*d)),
    Case("find", "zero-width spaces", 5000, lambda n: ("a\u200b" * n, "aa"), lambda d: found(*d)),
    Case("find", "hyphens at line ends", 5000, lambda n: ("a-\n" * n, "aa"), lambda d: found(*d)),
    Case(
        "concordance",
        "ha, by the left",
        1000,
        lambda n: text_of("ha " * n),
        lambda t: shown(call("concordance", t, "ha", sort="left")),
    ),
    Case(
        "concordance",
        "ha, wide",
        1000,
        lambda n: text_of("ha " * n),
        lambda t: shown(call("concordance", t, "ha", width=1000)),
    ),
    Case("concordance", "layers", 250, layered, lambda t: shown(call("concordance", t, "all"))),
    Case("read", "layers", 250, layered, lambda t: shown(call("read", t))),
    Case("highlight", "layers", 250, layered, lambda t: shown(call("highlight", t, "all"))),
    Case(
        "compare",
        "own words, ha",
        500,
        lambda n: (text_of("ha " * n, "a"), text_of("ha " * n, "b")),
        lambda d: shown(call("compare", *d, words="ha")),
    ),
    Case(
        "compare",
        "witnesses, ha",
        1000,
        lambda n: (text_of("ha " * n, "a"), text_of("ha " * (n - 9), "b")),
        lambda d: shown(call("compare", *d, same=True)),
    ),
    Case(
        "compare",
        "witnesses, mixed",
        1000,
        lambda n: (text_of(mixed(n), "a"), text_of(mixed(n, 2), "b")),
        lambda d: shown(call("compare", *d, same=True)),
    ),
    Case(
        "compare",
        "witnesses, reversed",
        1000,
        lambda n: (
            text_of(" ".join(f"w{k} x" for k in range(n)), "a"),
            text_of(" ".join(f"w{k} x" for k in reversed(range(n))), "b"),
        ),
        lambda d: shown(call("compare", *d, same=True)),
    ),
    Case(
        "compare().plot",
        "ha",
        500,
        lambda n: (text_of("ha " * n, "a"), text_of("ha " * n, "b")),
        lambda d: plotted(call("compare", *d, words="ha").plot()),
    ),
    Case(
        "check_quotes", "ha … in ha …", 4000, lambda n: ("ha " * 4 * n, f"He says “{'ha ' * n}”."), lambda d: quotes(*d)
    ),
    Case(
        "check_quotes",
        "ha … b in ha …",
        4000,
        lambda n: ("ha " * 4 * n, f"He says “{'ha ' * n}b”."),
        lambda d: quotes(*d),
    ),
    Case(
        "check_quotes",
        "ha … ha … in ha …",
        500,
        lambda n: ("ha " * 8 * n, f"He says “{'ha … ' * n}”."),
        lambda d: quotes(*d),
    ),
    Case(
        "check_quotes",
        "mixed, changed",
        2000,
        lambda n: (mixed(4 * n), f"He says “{mixed(n, 3)}”."),
        lambda d: quotes(*d),
    ),
    Case(
        "check_quotes",
        "many quotations",
        400,
        lambda n: (mixed(4 * n), "He says “all this”. " * n),
        lambda d: quotes(*d),
    ),
    Case("check_quotes", "opened and not closed", 8000, lambda n: ("all this", "“all " * n), lambda d: quotes(*d)),
    Case("check_quotes", "apostrophes", 2000, lambda n: ("all this", "the workers’ 'all " * n), lambda d: quotes(*d)),
    Case(
        "check_quotes", "marks of all kinds", 2000, lambda n: ("all this", '“a «b ‘c "d „e ' * n), lambda d: quotes(*d)
    ),
    Case("check_quotes", "block quotes", 4000, lambda n: ("all this", "> all\n\n" * n), lambda d: quotes(*d)),
    Case("check_quotes", "arrows", 8000, lambda n: ("all this", ">" * n + " all"), lambda d: quotes(*d)),
    Case("check_quotes", "one long word", 20000, lambda n: ("a" * n, f"“{'a' * (n // 2)}b”"), lambda d: quotes(*d)),
    Case("worksheets", "unclosed <details>", 2000, deep("<details>"), on_paper),
    Case("worksheets", "unclosed <details><summary>", 2000, deep("<details><summary>"), on_paper),
    Case("worksheets", "closed <details>", 2000, deep("<details>x", "</details>"), on_paper),
    Case(
        "worksheets",
        "<details> beside each other",
        2000,
        lambda n: "<details><summary>a</summary>x</details>" * n,
        on_paper,
    ),
    Case("worksheets", "unclosed <b>", 8000, deep("<b>"), on_paper),
    Case("worksheets", "unclosed <a href>", 4000, deep('<a href="https://x.org">y'), on_paper),
    Case("worksheets", "unclosed <thead>", 4000, deep("<table><thead>"), on_paper),
    Case("worksheets", "<", 40000, deep("<"), on_paper),
    Case("worksheets", "<!--", 40000, deep("<!--"), on_paper),
    Case("worksheets", "block quotes", 2000, deep("> "), on_paper),
    Case("worksheets", "lists", 800, lambda n: "".join("  " * k + "- a\n" for k in range(n)), on_paper),
    Case("worksheets", "[", 8000, deep("["), on_paper),
    Case("worksheets", "![](", 8000, deep("![]("), on_paper),
    Case("worksheets", "*", 8000, deep("*a "), on_paper),
    Case("worksheets", "_ and **", 8000, deep("**a _b "), on_paper),
    Case("worksheets", "`", 4000, lambda n: " ".join("`" * k for k in range(1, math.isqrt(20 * n))), on_paper),
    Case("worksheets", "a table", 2000, lambda n: "|a|b|\n|-|-|\n" + "|x|y|\n" * n, on_paper),
    Case("worksheets", "pipes", 8000, lambda n: "|" * n + "\n" + "|-" * n, on_paper),
    Case("worksheets", "a long line", 100000, lambda n: "word " * n, on_paper),
    Case("worksheets", "~", 8000, deep("~~a "), on_paper),
    Case("worksheets", "blanks", 40000, deep(" ", inside="x\n"), on_paper),
    Case("my_work", "answers", 800, int, merged, warm=False),
    Case("my_work", "restored sessions", 400, int, restored, warm=False),
    Case("my_work", "drafts while shown", 400, int, drafts, warm=False),
    Case("answer", "answers recorded", 400, int, workbook_of, warm=False),
    Case("tables", "phrases", 2000, int, tables_of),
    Case("load_text", "layers", 2000, layered, shown),
    Case("load_text", "paragraphs", 20000, lambda n: "a\n\n" * n, load_markdown),
    Case("load_text", "one line", 100000, lambda n: "word " * n, load_markdown),
    Case("load_text", "one word", 200000, lambda n: "a" * n, load_markdown),
    Case("load_text", "notes", 20000, lambda n: "a[1] " * n, load_markdown),
    Case("load_text", "headings", 8000, lambda n: "## a\n\nb\n\n" * n, load_markdown),
    Case("TEI", "nested <hi>", 100, lambda n: tei(f"<p>{'<hi>' * n}x{'</hi>' * n}</p>"), load_tei),
    Case("TEI", "nested <div>", 100, lambda n: tei(f"{'<div>' * n}<p>x</p>{'</div>' * n}"), load_tei),
    Case("TEI", "nested <note>", 50, lambda n: tei(f"<p>{'x<note>' * n}x{'</note>' * n}</p>"), load_tei),
    Case("TEI", "<note> beside each other", 4000, lambda n: tei(f"<p>{'x<note>y</note>' * n}</p>"), load_tei),
    Case("TEI", "<p>", 16000, lambda n: tei("<p>x</p>" * n), load_tei),
    Case("TEI", "<div>", 4000, lambda n: tei("<div><head>h</head><p>x</p></div>" * n), load_tei),
    Case("TEI", "<lb>", 16000, lambda n: tei(f"<p>{'x<lb/>' * n}</p>"), load_tei),
    Case("TEI", "postscripts", 4000, lambda n: tei(f"<p>x</p>{'<postscript><p>y</p></postscript>' * n}"), load_tei),
    Case("TEI", "<app>", 4000, lambda n: tei(f"<p>{'<app><lem>x</lem><rdg>y</rdg></app>' * n}</p>"), load_tei),
    Case(
        "TEI",
        "persons",
        4000,
        lambda n: tei(
            "<p>x</p>",
            "<profileDesc><correspDesc><correspAction type='sent'>"
            f"{'<persName>A</persName>' * n}</correspAction></correspDesc></profileDesc>",
        ),
        load_tei,
    ),
]


# ---------------------------------------------------------------- measuring


def _measure(case: Case, n: int, clocked: bool, pipe: Any) -> None:
    import resource

    import matplotlib as mpl

    mpl.use("agg")
    resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30))
    os.environ["CLOSE_READING_WORK"] = tempfile.mkdtemp(prefix="growth-")
    try:
        if case.warm:  # imports and caches are not growth
            case.run(case.make(3))
        data = case.make(n)
        if not clocked:
            tracemalloc.start()
        begin = time.process_time()
        with open(os.devnull, "w") as nothing, contextlib.redirect_stdout(nothing):
            case.run(data)
        pipe.send(time.process_time() - begin if clocked else tracemalloc.get_traced_memory()[1])
    except BaseException as error:
        pipe.send(f"{type(error).__name__}: {str(error)[:60]}")


def measured(case: Case, n: int, *, clocked: bool, limit: float) -> float | str:
    """Measure one call in a process of its own: seconds, or the highest number of bytes; or say why not."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    process = context.Process(target=_measure, args=(case, n, clocked, theirs), daemon=True)
    process.start()
    theirs.close()
    try:
        return ours.recv() if ours.poll(limit if clocked else 4 * limit) else f"> {limit:.0f} s"
    except EOFError:
        return "the process ended"
    finally:
        process.kill()
        process.join()


def exponent(low: float | str, high: float | str, least: float) -> str:
    """The slope between two sizes of which the second is twice the first."""
    if isinstance(high, str):
        return high
    if isinstance(low, str):
        return low
    return "small" if high < least else f"{math.log2(high / max(low, least / 4)):.2f}"


def rows(only: str, limit: float) -> Iterator[list[str]]:
    """Measure the cases whose name or shape has a word."""
    import helpers.widgets  # noqa: F401 - before the forks, so that no measurement pays for it

    for case in CASES:
        if only.casefold() not in f"{case.name} {case.shape}".casefold():
            continue
        sizes = [case.n * 2**step for step in range(3)]
        times = [measured(case, n, clocked=True, limit=limit) for n in sizes[1:]]
        memory = (
            [measured(case, n, clocked=False, limit=limit) for n in sizes[1:]]
            if not isinstance(times[-1], str)
            else times
        )
        peak = f"{memory[-1] / 1e6:.0f} MB" if not isinstance(memory[-1], str) else "?"
        took = f"{times[-1]:.2f} s" if not isinstance(times[-1], str) else "?"
        yield [
            f"{case.name}: {case.shape}",
            " ".join(map(str, sizes[1:])),
            took,
            peak,
            exponent(*times, LEAST_SECONDS),
            exponent(*memory, LEAST_BYTES),
        ]


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", default="")
    parser.add_argument("--seconds", type=float, default=SECONDS)
    given = parser.parse_args()
    for row in rows(given.only, given.seconds):
        print(" | ".join([f"{row[0]:45}", f"{row[1]:>14}", *(f"{cell:>9}" for cell in row[2:])]), flush=True)
