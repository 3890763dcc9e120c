"""The first lesson of a new module: a notebook and a question of every kind, made of the words of its two texts."""

from __future__ import annotations

import json
import re
from typing import Any

from ..core import UserError, write_yaml
from ..questions import PHRASES
from ..search import stands_at
from .first_lesson_words import LessonWords
from .new_texts import NewText, passages

NAME = "00-first-lesson"
MINUTES = 20
_POINTS = 1


def first_notebook(first: NewText, second: NewText, words: LessonWords) -> str:
    """Write the notebook, without results."""
    question, level, needs = words.card
    phrase = words.phrases or PHRASES
    rows = {"question": question, "minutes": str(MINUTES), "level": level, "needs": needs}
    card = "\n".join(f"| **{phrase[key]}** | {value} |" for key, value in rows.items())
    titles = {"a": first.text.title, "b": second.text.title}
    a, b = json.dumps(first.text.id), json.dumps(second.text.id)
    word = max(passages(first, second)[0].split(), key=len).strip(",;:.!?")
    imported = "from helpers import answer, concordance, load_text, my_work, read"
    cells: list[tuple[str, str]] = [
        ("card", f"# 00 · {words.title}\n\n| | |\n|---|---|\n{card}"),
        ("promise", ""),
        ("read-first", f"{imported}\n\nfirst, second = load_text({a}), load_text({b})\nread(first, layers=\"all\")"),
        ("after-first", ""), ("question-1", 'answer("0.1")'),
        ("search", ""), ("search-first", f'concordance(first, {json.dumps(word, ensure_ascii=False)}, layers="all")'),
        ("question-2", 'answer("0.2")'),
        ("order", ""), ("question-3", 'answer("0.3")'),
        ("second", ""), ("read-second", 'read(second, layers="all")'), ("question-4", 'answer("0.4")'),
        ("beside", ""), ("question-5", 'answer("0.5")'),
        ("table", ""), ("question-6", 'answer("0.6")'),
        ("one-word", ""), ("question-7", 'answer("0.7")'),
        ("essay", ""), ("question-8", 'answer("0.8")'),
        ("my-work", "my_work()"),
        ("done", ""), ("sources", ""),
    ]  # fmt: skip
    made = [
        _cell(id, code or words.cells[id].format(**titles), is_code=bool(code) and id != "card") for id, code in cells
    ]
    kernel = {"kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}}
    book = {"cells": made, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(book, ensure_ascii=False, indent=1)


def _cell(id: str, source: str, *, is_code: bool) -> dict[str, Any]:
    more: dict[str, Any] = {"execution_count": None, "outputs": []} if is_code else {}
    return {"cell_type": "code" if is_code else "markdown", "id": id, "metadata": {}, "source": source} | more


def first_questions(first: NewText, second: NewText, words: LessonWords) -> str:
    """Write the question file, with a question of every kind; every key holds for the two texts."""
    said = {key: one.format_map(_Titles(first, second)) for key, one in words.questions.items()}
    a, b = passages(first, second), passages(second, first)

    def quoted(passage: str) -> str:
        return words.quote.format(passage)

    def place(new: NewText, passage: str) -> dict[str, str]:
        return {"document": new.text.id, "layer": new.layer.id, "quote": passage}

    def begin(n: int, kind: str, skill: str) -> dict[str, Any]:
        return {"id": f"0.{n}", "kind": kind, "skill": skill, "points": _POINTS, "prompt": said[kind]}

    def option(id: str, passage: str, why: str, *, right: bool = False) -> dict[str, Any]:
        return {"id": id, "text": quoted(passage)} | ({"correct": True} if right else {}) | {"why": said[why]}

    titles = [{"id": "a", "text": first.text.title}, {"id": "b", "text": second.text.title}]
    pairs = [("one", a[1], "a"), ("two", b[1], "b"), ("three", a[3], "a"), ("four", b[3], "b")]
    asked, follows = _gap(a, first)
    evidence = [{"document": one.text.id, "layer": one.layer.id} for one in (first, second)]
    levels = [level.strip() for level in said["essay.levels"].split("|")]
    entries: list[dict[str, Any]] = [
        begin(1, "choice", "close reading")
        | {
            "options": [
                option("later", a[2], "choice.wrong"),
                option("first", a[0], "choice.right", right=True),
                option("last", a[3], "choice.wrong"),
            ],
            "where": [place(first, a[0])],
        },
        begin(2, "choices", "close reading")
        | {
            "options": [
                option("one", a[1], "choices.right", right=True),
                option("other", b[1], "choices.wrong"),
                option("two", a[2], "choices.right", right=True),
            ]
        },
        begin(3, "order", "close reading")
        | {
            "items": [{"id": f"words-{n}", "text": quoted(one)} for n, one in enumerate(a, 1)],
            "why": said["order.why"],
        },
        begin(4, "passage", "close reading")
        | {
            "prompt": words.questions["passage"].format(b=second.text.title, words=quoted(b[0])),
            "document": second.text.id,
            "layers": [second.layer.id],
            "targets": [{"layer": second.layer.id, "words": b[0], "why": said["passage.why"]}],
            "near": [{"layer": second.layer.id, "words": b[3], "why": said["passage.near"]}],
        },
        begin(5, "match", "comparison")
        | {
            "options": titles,
            "items": [
                {
                    "id": id,
                    "text": quoted(one),
                    "goes_with": text,
                    "why": said["match.why"],
                    "hint": said["match.hint"],
                }
                for id, one, text in pairs
            ],
        },
        begin(6, "grid", "comparison")
        | {
            "columns": [
                {
                    "id": "has",
                    "text": said["grid.has"],
                    "options": [{"id": "one", "text": quoted(a[2])}, {"id": "two", "text": quoted(b[2])}],
                },
                {"id": "about", "text": said["grid.about"], "words": {"most": 20}},
            ],
            "rows": [
                row
                | {
                    "key": [
                        {"column": "has", "option": option, "why": said["grid.why"], "hint": said["grid.hint"]},
                        {"column": "about", "words": said["grid.words"]},
                    ]
                }
                for row, option in zip(titles, ("one", "two"), strict=True)
            ],
        },
        begin(7, "short", "close reading")
        | {
            "prompt": words.questions["short"].format(a=first.text.title, words=quoted(asked)),
            "accept": follows,
            "model_answer": words.questions["short.model"].format(word=quoted(follows[0])),
        },
        begin(8, "essay", "comparison")
        | {
            "points": 2,
            "words": {"least": 10, "most": 150},
            "evidence": {"least": 2, "layers": evidence},
            "rubric": [{"id": "both", "criterion": said["essay.criterion"], "points": 2, "levels": levels}],
            "model_answer": words.questions["essay.model"].format(first=quoted(a[0]), second=quoted(b[0])),
            "misconceptions": [{"idea": said["essay.idea"], "reply": said["essay.reply"]}],
        },
    ]
    written = write_yaml({"title": words.title, "minutes": MINUTES, "questions": entries})
    return _HEAD + re.sub(r"^  - id:", "\n  - id:", written, flags=re.M)


_HEAD = """\
# The questions of lesson 00, one of every kind, made of the words of your two texts. Every key is right; replace the
# questions by better ones. tests/fork/question-files.md explains every line.
"""


class _Titles(dict[str, str]):
    """The titles of the two texts; other names in braces stay."""

    def __init__(self, first: NewText, second: NewText) -> None:
        super().__init__(a=first.text.title, b=second.text.title)

    def __missing__(self, key: str) -> str:
        return f"{{{key}}}"


def _gap(found: list[str], new: NewText) -> tuple[str, list[str]]:
    """The beginning of a passage, and every word that follows it in the text."""
    for passage in found:
        asked, _, last = passage.rpartition(" ")
        if len(asked) > 2:
            content = new.text.content
            after = [re.match(r"\W*(\w+(?:['’-]\w+)*)", content[end:]) for _, end in stands_at(asked, content)]
            return asked, list(dict.fromkeys([last, *(one[1] for one in after if one)]))
    raise UserError(f"“{new.text.title}” has too few words. Name a longer text.")
