"""Restore downloads, and warn of work on a temporary computer that is not in a download yet."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Mapping
from textwrap import shorten

from .. import workbook
from ..core import in_browser, is_temporary, listed, neutralised
from ..questions import QuestionState, lessons_reset, questions, undecided
from ..workbook import Event, HandedIn, NotSaved, student_name
from .feedback import new_feedback

TEMPORARY = (
    "This is a temporary computer: when you leave it, everything on it is deleted, including your work. "
    "Download your work before you leave. You can restore it the next time."
)
# Kinds of events that hold a student's words or choices.
WORK = ("answer", "draft", "annotation", "annotation-removed", "annotation-undo", "tag")


def version_vector(events: Iterable[Event]) -> dict[str, int]:
    """Return the version vector of events: the highest Lamport counter of each session."""
    reached: dict[str, int] = {}
    for event in events:
        reached[event.session] = max(event.counter, reached.get(event.session, 0))
    return reached


def record_download(count: int, reached: Mapping[str, int]) -> None:
    """Record that a download was made, with the number of its events and its version vector."""
    whole = {str(session): n for session, n in reached.items() if isinstance(n, int)}
    workbook.record("download", {"events": count, "held": whole})


def temporary_warning() -> str:
    """Warn that work is lost here without a download, until the first download; otherwise empty."""
    warning = TEMPORARY if is_temporary() else workbook.kept_where() if in_browser() else ""
    return warning if warning and not workbook.events("download") else ""


def download_reminder() -> str:
    """Say that work on a temporary computer is not in the last download; otherwise empty."""
    if not is_temporary():
        return ""
    safe: dict[str, int] = {}
    for event in workbook.events("download", "restore"):
        body = event.body.get("held")
        for session, counter in body.items() if isinstance(body, Mapping) else ():
            if isinstance(counter, int):
                safe[session] = max(counter, safe.get(session, 0))
    new = [event for event in workbook.events(*WORK) if event.counter > safe.get(event.session, 0)]
    answers = sum(event.kind == "answer" for event in new)
    what = f"{answers} answer{'s are' if answers != 1 else ' is'}" if answers else "Some of what you wrote is"
    return f"{what} not in your last download. Run my_work() and press Download." if new else ""


def restore_download(data: HandedIn, *, mine: bool = False) -> str:
    """Restore a downloaded file without overwriting anything, and say what was restored.

    Raises `AnotherOwner` if it may be somebody else's, unless `mine` says that it is not; and `UserError` if the
    file is no download, has more than 64 MB or cannot be written to disk.
    """
    lines = workbook.read_handed_in(data)
    if not mine:
        workbook.require_own(lines)
    before, name = {event.id for event in workbook.events()}, student_name()
    done = workbook.restore(lines)
    new = [event for event in workbook.events() if event.id not in before]
    if new:
        with contextlib.suppress(NotSaved):  # the work itself is on disk, and this will be with the next answer
            workbook.record("restore", {"events": len(new), "held": version_vector(new)})
    written, broken = _take_typed(line for _, line in lines.typed)
    answers = sum(event.kind == "answer" for event in new)
    said = [
        f"{answers} answer{' is' if answers == 1 else 's are'} new.",
        f"New entries in this file: {done.added}; already here: {done.known}.",
    ]
    said += [feedback] if (feedback := new_feedback(new)) else []
    if marks := sum(event.kind == "annotation" for event in new):
        said.append(f"Marks in the margin restored: {marks}.")
    if written:
        said.append(f"Your unsaved text was restored as a draft: question {', '.join(written)}.")
    if anew := lessons_reset():
        lessons = listed(map(neutralised, anew))
        said.append(
            f"Lessons that were started again: {lessons}. Their earlier answers are hidden; Undo in the table brings "
            "them back."
        )
    if name != student_name():
        said.append(f"The name is now “{student_name()}”" + (f"; it was “{name}”." if name else "."))
    said += undecided_questions()
    if done.troubles or broken:
        said.append(f"Lines that could not be used: {len(done.troubles) + broken}.")
        said += done.troubles[:5]
    return " ".join([*said, "Now choose Run → Run All Cells, so that the forms show what you restored."])


def undecided_questions() -> list[str]:
    """Name the questions with several answers of which it is not known which one was given last, and the answers."""
    found = undecided()
    if not found:
        return []
    first = all(one.question.counting == "first" for one in found)
    settle = "" if first else " Open the question, and give the other answer again if it should count."
    return [
        f"Answers from computers whose clocks do not agree: question {', '.join(one.question.id for one in found)}. It "
        f"is not known which answer you gave {'first' if first else 'last'}.{settle}",
        *map(_undecided_briefly, found[:_MOST_BRIEFLY]),
    ]


_MOST_BRIEFLY = 5


def _undecided_briefly(one: QuestionState) -> str:
    """Name the answer that counts and the others, with as many words as tell them apart."""
    given = [neutralised(one.question.in_words(answer.response)) for answer in (one.counts, *one.undecided) if answer]
    differ = (n for n, signs in enumerate(zip(*given, strict=False)) if len({*signs}) > 1)
    same = next(differ, min(map(len, given)))
    begin = max(0, same - _FEW // 3) if same > _FEW // 2 else 0
    counts, *others = (f"“{'…' * (begin > 0)}{shorten(words[begin:], _FEW, placeholder='…')}”" for words in given)
    return f"Question {one.question.id}: {counts} counts, not {' or '.join(others)}."


_FEW = 80  # characters


def _take_typed(lines: Iterable[bytes]) -> tuple[list[str], int]:
    """Record unsaved answers as drafts; return their questions and the number of invalid lines."""
    written, broken = [], 0
    for line in lines:
        try:
            whole = json.loads(line)
            body = {key: whole["unsaved"][key] for key in ("question", "lesson", "asked", "response")}
        except (ValueError, RecursionError, KeyError, TypeError):
            broken += 1
            continue
        if not all(isinstance(body[key], str) for key in ("question", "lesson", "asked")):
            broken += 1
            continue
        after = whole.get("after")
        written += _take_draft(body, after if isinstance(after, dict) else {})
    return written, broken


def _wordings(body: Mapping[str, object]) -> tuple[object, ...]:
    """Return the hashes of all wordings that ask the same as the one in an event."""
    asked = next((one for one in questions() if one.id == body["question"]), None)
    return asked.wordings if asked and body["asked"] in asked.wordings else (body["asked"],)


def _take_draft(body: Mapping[str, object], after: Mapping[str, object]) -> list[str]:
    same = [
        event
        for event in workbook.events("answer", "draft")
        if event.body.get("question") == body["question"] and event.body.get("asked") in _wordings(body)
    ]
    if not body["response"] or any(event.body.get("response") == body["response"] for event in same):
        return []
    workbook.record("draft", body)

    def newer(event: Event) -> bool:
        reached = after.get(event.session)
        return not isinstance(reached, int) or event.counter > reached

    # An answer given after the download stays the newest; the older draft is kept before it.
    if same and newer(same[-1]):
        workbook.record("draft", dict(same[-1].body))
    return [neutralised(body["question"])]
