"""Read the files of one student and mark them: a pure function, which other processes and computers can run."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace

from ..annotation import read_marks
from ..questions import NOT_YET, PARTLY as HALF, RIGHT as WHOLE, Kept, QuestionState, earlier_in_words, standings
from ..texts import all_text_ids, count_words, module_text
from ..workbook import Content, NotWork, ReadLines, as_one, history, own_part, read_content, reading
from .checked_essay import checked_essay
from .marking_scheme import to_mark
from .results import PARTLY, RIGHT, WRONG, Answered, Essay, Quoted, Student, StudentResult

_VERDICTS = {WHOLE: RIGHT, HALF: PARTLY, NOT_YET: WRONG}
# Whoever answers a hundred times tries out the options.
_MOST_TRIES = 20
# `reading` puts a workbook in the place of that of the process, so an executor of threads reads one at a time.
_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class Handed:
    """The files of one student: the place of each hand-in, and its content."""

    student: Student
    files: tuple[tuple[str, Content], ...] = ()


def student_result(handed: Handed) -> StudentResult:
    """Read and mark the files of one student.

    Examples
    --------
    >>> student_result(Handed(Student("a", 1), (("empty.jsonl", (("empty.jsonl", b""),)),))).troubles
    (('empty.jsonl', 'is an empty file, not work that was downloaded'),)
    """
    parts: list[ReadLines] = []
    troubles: list[tuple[str, str]] = []
    for place, content in handed.files:
        try:
            lines, others = own_part(read_content(content))
        except NotWork as error:
            troubles.append((place, f"is {error.short}"))
            continue
        parts.append(lines)
        troubles += [(place, f"also holds work of somebody else ({name}), which was left out") for name in others]
        troubles += [(place, said.removeprefix(f"{place}, ")) for said in lines.messages(place)]
    if not parts:
        return StudentResult(handed.student, troubles=tuple(troubles))
    lines = as_one(parts)
    student = replace(handed.student, owners=tuple(lines.owners))
    with _one_at_a_time, reading(lines) as said:
        now = history()
        place = handed.files[-1][0]
        troubles += [(place, one.removeprefix("The file, ")) for one in said if len(parts) > 1]
        if now.has_wrong_clock:
            troubles.append((place, "has times that cannot be right: a clock was wrong"))
        states = standings()
        essays = [found for state in states if (found := _essay(state, handed.student.key))]
        return StudentResult(
            student,
            {state.question.id: answered for state in states if (answered := _answered(state))},
            tuple(essay for essay, _ in essays),
            {text: marks for text in all_text_ids() if (marks := read_marks(now, module_text(text))).marks},
            tuple(one for essay, quoted in essays if not essay.outdated for one in quoted),
            tuple(dict.fromkeys(troubles)),
            now.events[-1].time if now.events else "",
        )


def _answered(state: QuestionState) -> Answered | None:
    asked, counts = state.question, state.counts
    if counts:
        verdict = counts.verdict
        tries = tuple(one.response for one in state.attempts[:_MOST_TRIES]) if asked.marked else ()
        marked = _VERDICTS.get(verdict.state)
        return Answered(
            None if asked.judged and not asked.marked else counts.response,
            marked,
            verdict.points,
            asked.points,
            len(state.attempts),
            tries=tries,
            uncertain=bool(state.undecided),
        )
    given = [kept for kept in state.earlier if kept.event.kind == "answer"]
    return Answered(None, None, None, asked.points, len(given), outdated=True) if given else None


def _essay(state: QuestionState, student: str) -> tuple[Essay, tuple[Quoted, ...]] | None:
    """Return the written answer that counts, and its quotations; without one that to an earlier wording, or a draft."""
    asked = state.question
    if asked.marked or not asked.judged:
        return None
    outdated = not state.counts and not state.draft and bool(state.earlier)
    shown: Kept | None = state.counts or state.draft or (state.earlier[-1] if state.earlier else None)
    if shown is None:
        return None

    def words_of(kept: Kept, *, old: bool) -> str:
        return earlier_in_words(asked, kept) if old else asked.in_words(kept.response)

    text = words_of(shown, old=outdated)
    earlier = [words_of(kept, old=True) for kept in state.earlier if kept is not shown]
    earlier += [words_of(kept, old=False) for kept in state.attempts if kept is not shown]
    draft = shown.event.kind == "draft"
    other = tuple(dict.fromkeys(one for one in earlier if one != text))
    checked = checked_essay(text, asked.id)
    # Only what is marked is shown as a whole.
    as_html = (checked.shown, checked.remarks) if to_mark([asked]) else ("", "")
    essay = Essay(asked.id, student, text, count_words(text), other, outdated, shown.event.time, draft, *as_html)
    return essay, checked.quotations
