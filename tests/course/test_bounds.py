"""Files of any size and shape: the check refuses them or does work in proportion, and says it in a few lines."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from helpers import UserError
from helpers.core import did_you_mean, read_yaml
from helpers.course import check_course
from helpers.texts import Row, check_row

PEOPLE = "id,type,canonical_name\n"
CATEGORIES = "category,label,guiding_question\nc,C,\n"
PHRASES = "document,layer,category,phrase\n"
TARGET = '- {{id: "1.{0}", kind: short, skill: sourcing, prompt: P, model_answer: y, where: [{1}]}}\n'
COURSE = "texts/course.yaml"
DEEP = "lists and mappings are nested more than 40 deep"
LONG_CELL = "line 2: a cell in this row has more than 131,072 characters"
LAYERS = "".join(f"  l{k}: {{voice: v{k}, kind: actor}}\n" for k in range(900))
SECTIONS = "".join(f"## l{k}\n\nReturn.\n" for k in range(900))
WORDS = "Return the whole case to me, and keep the copy. " * 4


@pytest.fixture
def module(tmp_path, monkeypatch) -> Callable[[dict[str, str]], Path]:
    """A module with one text; called with its other files, by their paths in it."""

    def make(files: dict[str, str]) -> Path:
        for path, words in {"texts/text.md": f"---\ntitle: T\n---\n{WORDS}", **files}.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(words, encoding="utf-8")
        (tmp_path / "lessons").mkdir(exist_ok=True)
        monkeypatch.setenv("CLOSE_READING_HOME", str(tmp_path))
        return tmp_path

    return make


def times_called(name: str, run: Callable[[], object]) -> int:
    """Run a function and count the calls of all functions of a name, those written in C as well."""
    calls = 0

    def seen(frame, event, given) -> None:  # the signature that sys.setprofile wants
        nonlocal calls
        called = frame.f_code.co_name if event == "call" else given.__name__ if event == "c_call" else ""
        calls += called == name

    sys.setprofile(seen)
    try:
        run()
    finally:
        sys.setprofile(None)
    return calls


def wrong_places(n: int) -> str:
    """A question file of questions with places that are not in the text."""
    quotes = [f"{{document: text, layer: text, quote: the hole case {k}}}" for k in range(n)]
    asked = (TARGET.format(k // 10, ", ".join(quotes[k - 10 : k])) for k in range(10, n + 1, 10))
    return "title: T\nquestions:\n" + "".join(asked)


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("texts/phrases.csv", PHRASES + "".join(f"text,text,c,the hole case {k}\n" for k in range(900))),
        (
            "texts/people.csv",
            "id,type,canonical_name,variants_in_sources\n" + "".join(f"p{k},person,A,hole {k}\n" for k in range(900)),
        ),
        (
            "texts/places.csv",
            "place,latitude,longitude,names,outside,source_type,confidence\n"
            + "".join(f"p{k},40,40,Nowhere{k},,,\n" for k in range(900)),
        ),
        ("lessons/questions/01-a.yaml", wrong_places(900)),
    ],
    ids=["phrases", "variants of names", "places", "places of questions"],
)
def test_nearest_passages_are_looked_for_in_the_first_mistakes_of_a_file_only(module, file, words):
    module({"texts/categories.csv": CATEGORIES, file: words})
    found: list[str] = []
    assert 200 <= times_called("_nearest_in", lambda: found.extend(check_course().problems)) <= 201
    assert len(found) == 201
    assert found[0].startswith(f"{file}: after so many problems (200), the rest was not checked")
    assert all(re.match(rf"{re.escape(file)}, line \d+: “", said) for said in found[1:])


@pytest.mark.parametrize(
    ("file", "words", "most"),
    [
        ("texts/people.csv", PEOPLE + "a,person,A\n" * 5000, 1),
        ("texts/people.csv", PEOPLE + "a,b\nc\n" * 5000, 200),
        ("texts/text.md", f"---\ntitle: T\nlayers:\n{LAYERS}---\n{SECTIONS}", 200),
    ],
    ids=["ids used twice", "cells missing", "voices"],
)
def test_problems_of_one_file_stop_at_two_hundred(module, file, words, most):
    module({"texts/people.csv": f"{PEOPLE}ann,person,Ann\n", file: words})
    found = check_course().problems
    assert found[0].startswith(f"{file}: after so many problems (200)")
    assert len(found) <= most + 1


@pytest.mark.parametrize(
    ("file", "words", "said"),
    [
        ("texts/people.csv", "id,type,canonical_name" + ",x" * 5000 + "\n", "line 1: this line has 5,003 cells"),
        ("texts/phrases.csv", f"{PHRASES}text,text,c,{'c' * 140_000}\n", LONG_CELL),
        ("texts/phrases.csv", PHRASES + 'text,text,c,"' + "c\n" * 140_000, LONG_CELL),
        (COURSE, "essays: " + "[" * 100_000, f"line 1: {DEEP}"),
        (COURSE, "essays: " + "[\n " * 9000, f"line 41: {DEEP}"),
        (COURSE, "essays:\n  " + "- " * 9000, f"line 2: {DEEP}"),
        (COURSE, "? " * 9000, f"line 1: {DEEP}"),
        (COURSE, "".join(" " * k + "a:\n" for k in range(90)), f"line 42: {DEEP}"),
        (COURSE, "essays: [" + "x, " * 120_000 + "]", "the file has 360,010 characters, and may have 300,000"),
        ("texts/text.md", "---\n" + "title: T\n" * 40_000 + "---\nWords.", "the front matter has 360,000 characters"),
        ("texts/text.md", f"---\ntitle: {'[' * 9000}\n---\nWords.", f"line 2: {DEEP}"),
        ("texts/text.md", "---\ntitle: 'T\n" + "  words\n" * 8000 + "---\nWords.", "line 2: the front matter is not"),
        ("lessons/questions/01-a.yaml", "title: T\nquestions: " + "{a: " * 9000, f"line 2: {DEEP}"),
    ],
)
def test_file_that_is_deep_or_long_is_one_message_with_file_and_line(module, file, words, said):
    module({"texts/categories.csv": CATEGORIES, file: words})
    (problem,) = {one for one in check_course().problems if one.startswith(file)}
    assert problem.startswith(f"{file}, {said}" if said.startswith("line") else f"{file}: {said}")
    assert len(problem) < 400


class Counted:
    """A pattern that counts the characters through which it is asked to go."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self.pattern, self.characters = pattern, 0

    def match(self, words: str) -> re.Match[str] | None:
        self.characters += len(words)
        return self.pattern.match(words)

    def sub(self, new: Callable[[re.Match[str]], str], words: str) -> str:
        self.characters += len(words)
        return self.pattern.sub(new, words)


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("a: 'b\n" + "  words of it\n" * 4000, 1),
        ('a: "b\n' + "  words of it\n" * 4000, 1),
        ("a: [b,\n" + "  words,\n" * 4000, 1),
        ('a: {b: "c",\n' + '  d: "e",\n' * 4000, 1),
        ("a:\n" + "  - 'b'\n" * 4000 + "b: c: d", 4002),
    ],
    ids=["quotation mark '", 'quotation mark "', "bracket", "brace", "closed"],
)
def test_value_that_is_not_closed_is_walked_through_once(monkeypatch, source, line):
    mistakes = sys.modules[read_yaml.__module__.replace("yaml_reader", "yaml_mistakes")]
    counted = Counted(mistakes._QUOTED)
    monkeypatch.setattr(mistakes, "_QUOTED", counted)
    with pytest.raises(UserError, match=rf"^a\.yaml, line {line}: the file is not valid YAML: ") as error:
        read_yaml(source, "a.yaml")
    assert 0 < counted.characters <= 2 * len(source)
    assert len(str(error.value)) < 300


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("a: 'b\n  c'\nd: e: f", 'line 3: the file is not valid YAML: the value has a colon. Write: d: "e: f"'),
        ('a: "b\\\n  c"\nd: e: f', 'line 3: the file is not valid YAML: the value has a colon. Write: d: "e: f"'),
        ('a: "b\n  c" d\ne: f', "line 2: the file is not valid YAML: the value ends at its second quotation mark"),
        ("a: [b,\n  c] d\ne: f", "line 2: the file is not valid YAML: the value ends with its bracket, before “d”"),
        ("a: [b,\n  'c' d,\n  e]", "line 2: the file is not valid YAML: a value has quotation marks inside"),
        ('a: ["b\\"]\nc: d', "line 1: the file is not valid YAML: a quotation mark is not closed"),
        ("a: [b #c\n  d]\ne: f: g", "line 1: the file is not valid YAML: “ #” begins a comment"),
        ("a: [b]\nc: [d,\n  #e\n  f: g: h]", "line 3: the file is not valid YAML: “ #” begins a comment"),
    ],
)
def test_mistake_below_the_first_line_of_a_value_is_found(source, said):
    with pytest.raises(UserError, match=f"^{re.escape(f'a.yaml, {said}')}"):
        read_yaml(source, "a.yaml")


def test_anchor_that_is_used_again_is_refused_and_not_warned_of(recwarn):
    with pytest.raises(UserError, match=r"^a\.yaml, line 2: “&b” at the beginning of a value"):
        read_yaml("a: &b c\n" * 2, "a.yaml")
    assert [*recwarn] == []


def test_of_very_many_options_those_that_begin_alike_are_compared():
    options = [f"{first}{n}" for first in ("letter-of-", "note-") for n in range(10_000)] + ["letter-off"]
    assert (
        times_called("set_seq1", lambda: did_you_mean("leter-off", options)) <= 2001
    )  # one of them when the comparison begins
    assert did_you_mean("lettr-off", options) == "Did you mean “letter-off”?"


def test_known_id_is_not_searched_among_all_others():
    class Ids(frozenset[str]):
        def __iter__(self) -> Iterator[str]:
            raise AssertionError("all ids are looked at for one row")

    row = Row({"document": "", "layer": "", "category": "c", "phrase": "case"}, "phrases.csv, line 2", "phrases")
    check_row("phrases", row, {}, Ids(["c", "d"]))


def test_first_difference_from_the_file_as_received_is_found_in_few_steps(module):
    words = "word " * 5000
    text = f"---\ntitle: T\nsource_file: source/text.txt\n---\n{words}end"
    module({"texts/text.md": text, "texts/source/text.txt": f"{words}and"})
    found: list[str] = []
    assert times_called("startswith", lambda: found.extend(check_course().problems)) < 500
    assert "continues “and”, and the layer “end”" in found[0]


def test_wrong_id_in_a_lesson_that_has_used_all_others_is_one_message(module):
    asked = "".join(TARGET.format(k, "") for k in range(1, 1000))
    wrong = TARGET.format(1, "").replace("1.1", "2.1")
    module({"lessons/questions/01-a.yaml": f"title: T\nquestions:\n{wrong}{asked}"})
    (problem,) = check_course().problems
    assert problem.startswith("lessons/questions/01-a.yaml, line 3: the id “2.1” is not the number of its lesson")
    assert problem.endswith("Move it to another lesson: all ids up to 1.999 are used.")
