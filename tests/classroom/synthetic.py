"""Make a synthetic class with known answers, from the questions and texts of the course.

Nobody wrote these answers: a fixed rule gives each student an answer to each question, so that every number of a class
page can be counted from the rule alone. ``python tests/classroom/synthetic.py FILE.zip`` writes a class of 30, as
Moodle would pack it.
"""

from __future__ import annotations

import hashlib
import io
import json
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from helpers.annotation import anchor_at, write_annotation
from helpers.questions import Question, questions
from helpers.texts import load_text, text_ids
from helpers.workbook import Event, file_header, write_line

FIRST = ("Ada", "Ben", "Cleo", "Dan", "Eva", "Finn", "Gia", "Hugo", "Ida", "Jon")
LAST = ("Example", "Sample", "Specimen")
BEGIN = datetime(2026, 11, 2, 9, tzinfo=UTC)
UNFOUND = "xylophones never dream of marmalade"
RIGHT, WRONG, SECOND = "right at once", "wrong", "right at the second attempt"


def digits(what: str, count: int) -> str:
    """Digits that are the same in every run."""
    return hashlib.sha256(f"synthetic class: {what}".encode()).hexdigest()[:count]


def course(n: int, q: int) -> str | None:
    """How student ``n`` answers question number ``q`` that the module marks; None if not at all."""
    if (n + 3 * q) % 10 == 9:
        return None
    place = (7 * n + q) % 10
    return RIGHT if place < 2 + 5 * q % 7 else WRONG if place < 7 + q % 3 else SECOND


def right(asked: Question) -> object:
    """A right answer."""
    match asked.kind:
        case "choice":
            return next(one.id for one in asked.options if one.correct)
        case "choices":
            return [one.id for one in asked.options if one.correct]
        case "order":
            return [one.id for one in asked.items]
        case "match":
            return {one.id: one.goes_with for one in asked.items}
        case "grid":
            filled: dict[str, dict[str, str]] = {}
            for cell in asked.cells:
                if cell.option:
                    filled.setdefault(cell.row, {})[cell.column] = cell.option
            return filled
        case "passage":
            chosen = asked.targets if asked.all_wanted else asked.targets[:1]
            return [{"layer": one.layer, "words": one.words} for one in chosen]
    return asked.accept[0]


def wrong(asked: Question, n: int) -> object:
    """An answer that is not right; which one depends on the student."""
    match asked.kind:
        case "choice":
            others = [one.id for one in asked.options if not one.correct]
            return others[n % len(others)]
        case "choices":
            others = [one.id for one in asked.options if not one.correct]
            return [others[n % len(others)]]
        case "order":
            return [one.id for one in reversed(asked.items)]
        case "match":
            first, *rest = asked.items
            other = next(one.id for one in asked.options if one.id != first.goes_with)
            return {first.id: other} | {one.id: one.goes_with for one in rest}
        case "grid":
            filled = dict(right(asked))
            cell = next(one for one in asked.cells if one.option)
            right_ones = {one.option for one in asked.cells if (one.row, one.column) == (cell.row, cell.column)}
            column = next(one for one in asked.columns if one.id == cell.column)
            other = next(one.id for one in column.options if one.id not in right_ones)
            return {**filled, cell.row: {**filled[cell.row], cell.column: other}}
        case "passage":
            if asked.near:
                near = asked.near[n % len(asked.near)]
                return [{"layer": near.layer, "words": near.words}]
            layer = asked.text[asked.targets[0].layer]
            words = [word for word in layer.text.split() if word not in asked.targets[0].words]
            return [{"layer": layer.id, "words": words[0]}]
    return "nobody knows"


@dataclass
class Synthetic:
    """A synthetic student: the name, the answers to each question in order, the marks, and the lines of the file."""

    number: int
    name: str
    tries: dict[str, list[object]] = field(default_factory=dict)  # answers that the module marks
    outcome: dict[str, str] = field(default_factory=dict)  # RIGHT, WRONG or SECOND
    essays: dict[str, str] = field(default_factory=dict)
    quoted: list[str] = field(default_factory=list)  # the kinds of the quotations
    marked: dict[str, tuple[int, int]] = field(default_factory=dict)  # by text, the words marked, by number
    lines: list[str] = field(default_factory=list)

    @property
    def file(self) -> bytes:
        """The file that the student downloads."""
        return ("\n".join([file_header([digits(f"owner {self.number}", 32)]), *self.lines]) + "\n").encode("ascii")

    def add(self, kind: str, body: dict[str, object]) -> None:
        """Add an event."""
        counter = len(self.lines) + 1
        session = digits(f"session {self.number}", 16)
        at = (BEGIN + timedelta(minutes=60 * self.number + counter)).strftime("%Y-%m-%dT%H:%M:%SZ")
        seen = {session: counter - 1} if counter > 1 else {}
        self.lines.append(write_line(Event(counter, session, at, kind, json.loads(json.dumps(body)), seen)))


def _answer(student: Synthetic, asked: Question, response: object) -> None:
    said = {} if asked.free else {"said": asked.in_words(response)}
    body = {"question": asked.id, "lesson": asked.lesson, "asked": asked.asked, "response": response}
    student.add("answer", {**body, "prompt": asked.prompt, **said})


# Sentences of the essays, each with the kinds of its quotations: those of the course may be given instead.
Sentences = Sequence[tuple[str, tuple[str, ...]]]


def plain_sentences() -> Sentences:
    """Sentences with a quotation that is word for word in the first text, and one that is nowhere."""
    layer = load_text(text_ids()[0]).choose(layers="actors")[0]
    words = " ".join(layer.text.split()[:4]).rstrip(".,;:")
    return (
        (f"This paper begins with the words “{words}”.", ("word for word",)),
        (f"Another says “{UNFOUND}”.", ("not found",)),
        ("I am not sure what follows from it.", ()),
    )


def make_class(count: int = 30, sentences: Sentences | None = None) -> list[Synthetic]:
    """Make the students of a class."""
    sentences = sentences or plain_sentences()
    everything, marked_texts = questions(), [load_text(id) for id in text_ids()]
    students = []
    for n in range(count):
        name = f"{FIRST[n % 10]} {LAST[n // 10 % 3]}" + (f" {n // 30 + 1}" if n >= 30 else "")
        student = Synthetic(n, name)
        student.add("name", {"name": name})
        closed = 0
        for asked in everything:
            if asked.marked:
                outcome = course(n, closed)
                closed += 1
                if outcome:
                    tries = {RIGHT: [right(asked)], WRONG: [wrong(asked, n)]}.get(
                        outcome, [wrong(asked, n), right(asked)]
                    )
                    student.tries[asked.id], student.outcome[asked.id] = tries, outcome
                    for response in tries:
                        _answer(student, asked, response)
            elif asked.free and n % 6 != 5:
                several = [sentences[(n + k) % len(sentences)] for k in range(2)]
                filling = "So far I can only say what the paper shows and what it leaves open. "
                # No two students hand in the same.
                text = " ".join([f"Synthetic answer {n + 1}.", *(words for words, _ in several)])
                text += f" {filling * (1 + asked.least // 13)}".rstrip()
                student.essays[asked.id] = text
                student.quoted += [kind for _, kinds in several for kind in kinds]
                _answer(student, asked, text)
        for text in marked_texts:
            layer = text.choose(layers="actors")[0]
            last = 3 + n % 3
            words = layer.text.split()[:last]
            end = layer.text.index(words[-1], len(" ".join(words[:-1]))) + len(words[-1])
            student.marked[text.id] = (0, last)
            anchor = anchor_at(text, layer, layer.start, layer.start + end)
            id = f"urn:x-close-reading:annotation:{digits(f'mark {n} {text.id}', 32)}"
            student.add("annotation", write_annotation(id, anchor, [], "", "2026-11-02T09:00:00Z", name))
        students.append(student)
    return students


def moodle_zip(students: Sequence[Synthetic]) -> bytes:
    """Pack the files of a class as Moodle does; the same class gives the same bytes."""
    return packed(
        (f"{one.name}_{4000 + one.number}_assignsubmission_file_/my-work-synthetic.jsonl", one.file) for one in students
    )


def canvas_zip(students: Sequence[Synthetic], late: Sequence[int] = ()) -> bytes:
    """Pack the files of a class as Canvas does."""
    return packed(
        (
            f"{''.join(reversed(one.name.casefold().split()))}{'_LATE' if one.number in late else ''}"
            f"_{4000 + one.number}_{90000 + one.number}_my-work-synthetic.jsonl",
            one.file,
        )
        for one in students
    )


def packed(files) -> bytes:
    """Pack files, each with its path, as a zip archive."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files:
            archive.writestr(zipfile.ZipInfo(path), content, zipfile.ZIP_DEFLATED)
    return whole.getvalue()


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(moodle_zip(make_class()))
