"""Write a quiz as GIFT, the plain-text format of Moodle.

The syntax is that of Moodle’s documentation of the format and of its importer (``qformat_gift``, Moodle 4.5).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .quiz_question import Quiz, QuizQuestion, percent

_SIGNS = re.compile(r"[\\~=#{}:]")


def gift(quiz: Quiz) -> str:
    """Write a quiz as GIFT; comments at the beginning name what is left out."""
    said = [f"// {' '.join(one.split())}" for one in quiz.said]
    return "\n".join([*said, "", _begun(quiz.name, quiz.about), "", *map(_question, quiz.questions)])


def _begun(name: str, words: str) -> str:
    """Write a name and words; without answers after them this is a description, which Moodle shows."""
    return f"::{_words(name)}::[plain]{_words(words)}"


def _question(one: QuizQuestion) -> str:
    why = f"\n\t####{_words(chr(10).join(one.item.why))}" if one.item.why else ""
    answers = "".join(f"\n\t{answer}" for answer in _answers(one))
    return f"{_begun(one.id, one.prompt)}{{{answers}{why}\n}}\n"


def _answers(one: QuizQuestion) -> Iterator[str]:
    item = one.item
    for left, right in item.pairs:
        yield f"={_words(left)} -> {_words(right)}"
    for words, share, why in item.answers:
        # Words that begin with “%” could be read as a share, unless one stands before them.
        said = f"#{_words(why)}" if why else ""
        weight = f"%{percent(share)}%" if item.type == "choices" or words.startswith("%") else ""
        yield f"{'=' if item.type == 'choice' and share else '~'}{weight}{_words(words)}{said}"
    for words in item.distractors:
        yield f"= -> {_words(words)}"


def _words(words: str) -> str:
    """Escape the signs of GIFT; an arrow of two signs would divide a pair, and cannot be escaped."""
    lines = (" ".join(line.split()) for line in words.replace("->", "→").split("\n"))
    return "\\n".join(_SIGNS.sub(r"\\\g<0>", line) for line in lines if line)
