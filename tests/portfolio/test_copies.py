"""Answers given in several copies of the work: which one counts, and what beginning a lesson again reaches."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from helpers import portfolio, workbook
from helpers.annotation import annotate_span, change_mark, notes, remove_mark
from helpers.questions import question, record_answer, reset_lesson, standing_of, undecided, undo_reset
from helpers.texts import module_text
from helpers.widgets import answer, form_state, my_work, portfolio_state

ESSAY = "Crane lends nothing before he has seen a list of all the watchmen, number {}."


@pytest.fixture
def copies(example, tmp_path, monkeypatch):
    """Several work folders, each with a kernel and a clock: ``copies("laptop", days=-2)``."""
    clocks: dict[str, float] = {}
    real = time.time
    workbook.begin_session()

    def use(name: str, days: float = 0) -> None:
        monkeypatch.setenv("CLOSE_READING_WORK", str(tmp_path / name))
        clocks.setdefault(name, days * 86_400)
        monkeypatch.setattr("time.time", lambda: real() + clocks[name])

    return use


def give(n: int) -> None:
    record_answer(question("0.3"), ESSAY.format(n))


def counted() -> str:
    counts = standing_of(question("0.3")).counts
    return counts.response if counts else ""


def test_answer_of_today_counts_after_restoring_yesterday(copies):
    copies("yesterday", days=-1)
    for n in range(20):
        give(n)
    saved = workbook.bundle()
    copies("today")
    give(99)
    portfolio.restore_download(saved, mine=True)
    assert counted() == ESSAY.format(99)
    assert len(standing_of(question("0.3")).attempts) == 21
    assert undecided() == []


def test_lesson_begun_again_yesterday_does_not_hide_the_answer_of_today(copies):
    copies("yesterday", days=-1)
    give(1)
    reset_lesson("0")
    saved = workbook.bundle()
    copies("today")
    give(2)
    portfolio.restore_download(saved, mine=True)
    assert [one.response for one in standing_of(question("0.3")).attempts] == [ESSAY.format(2)]
    undo_reset("0")
    assert len(standing_of(question("0.3")).attempts) == 2
    assert counted() == ESSAY.format(2)


def test_mark_that_was_changed_in_another_copy_survives_a_removal_that_never_saw_the_change(copies):
    text = module_text("1848-reply")
    copies("laptop")
    mark = annotate_span(text, text.parts[0].start, text.parts[0].start + 5, note="first")
    saved = workbook.bundle()
    copies("desktop")
    workbook.restore(saved)
    change_mark(text, mark.id, note="second")
    changed = workbook.bundle()
    copies("laptop")
    remove_mark(mark.id)
    assert notes() == []
    workbook.restore(changed)
    assert [note.note for note in notes()] == ["second"]
    remove_mark(mark.id)
    assert notes() == []


def test_question_whose_last_answer_is_not_known_is_named_and_settled_by_answering_again(copies):
    copies("old computer", days=-3 * 365)
    give(1)
    give(2)
    saved = workbook.bundle()
    copies("laptop")
    give(3)
    said = portfolio.restore_download(saved, mine=True)
    assert "question 0.3" in said
    assert "It is not known which answer you gave last" in said
    (one,) = undecided()
    assert one.counts.response == ESSAY.format(3)
    assert [other.response for other in one.undecided] == [ESSAY.format(2)]
    assert any("0.3" in line for line in portfolio_state()["troubles"])
    assert "question 0.3" in str(my_work())
    notice = form_state(question("0.3"), standing_of(question("0.3")))["notice"]
    assert f"“{ESSAY.format(3)}” counts, not “{ESSAY.format(2)}”" in notice
    answer("0.3", ESSAY.format(2))
    assert undecided() == []
    assert counted() == ESSAY.format(2)
    assert "clocks" not in form_state(question("0.3"), standing_of(question("0.3")))["notice"]


def test_two_answers_of_which_the_last_is_not_known_are_both_named_after_a_restart(copies):
    copies("ahead", days=2)
    give(1)
    saved = workbook.bundle()
    copies("laptop")
    give(2)
    workbook.begin_session()
    said = portfolio.restore_download(saved, mine=True)
    assert f"{counted()[-11:-1]}.” counts, not “" in said
    assert all(f"number {n}." in said for n in (1, 2))
    copies("laptop")
    workbook.begin_session()
    assert "Question 0.3: " in str(my_work())
    answer("0.3", ESSAY.format(2))
    assert "Question 0.3: " not in str(my_work())


def test_answer_that_another_one_certainly_replaced_is_not_asked_about(copies):
    copies("ahead", days=2)
    give(1)
    saved = workbook.bundle()
    copies("laptop")
    give(2)
    give(1)
    portfolio.restore_download(saved, mine=True)
    assert (counted(), undecided()) == (ESSAY.format(1), [])


def test_equal_answers_need_no_decision(copies):
    copies("old computer", days=-3 * 365)
    give(1)
    saved = workbook.bundle()
    copies("laptop")
    give(1)
    portfolio.restore_download(saved, mine=True)
    assert undecided() == []


ACTS = st.lists(
    st.tuples(st.sampled_from(["answer", "answer", "reset", "restore"]), st.integers(0, 2), st.integers(0, 2))
)


@settings(max_examples=80)
@given(ACTS, st.integers(2, 3))
def test_later_answer_counts_and_a_reset_hides_only_what_it_saw(acts, many):
    home = Path(__file__).resolve().parents[1] / "fork"
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as top:
        patch.setenv("CLOSE_READING_HOME", str(home))
        workbook.begin_session()
        there: list[dict[int, str]] = [{} for _ in range(many)]  # by copy: what was done, by number
        hidden: dict[int, set[int]] = {}  # by reset: the answers that it saw

        def use(n: int) -> None:
            os.environ["CLOSE_READING_WORK"] = str(Path(top, str(n)))

        patch.setenv("CLOSE_READING_WORK", top)
        begun = time.time() - 9 * 86_400
        for number, (act, n, other) in enumerate(acts):
            n, other = n % many, other % many
            use(n)
            with patch.context() as then:
                then.setattr("time.time", lambda number=number: begun + 420 * number)
                if act == "answer":
                    give(number)
                elif act == "reset":
                    reset_lesson("0")
                    hidden[number] = {one for one, kind in there[n].items() if kind == "answer"}
                else:
                    saved = workbook.bundle()
                    use(other)
                    portfolio.restore_download(saved, mine=True)
                    there[other] |= there[n]
                    continue
            there[n][number] = act
        for n in range(many):
            use(n)
            gone = set().union(*(hidden[one] for one, kind in there[n].items() if kind == "reset"))
            shown = sorted(one for one, kind in there[n].items() if kind == "answer" and one not in gone)
            assert [one.response for one in standing_of(question("0.3")).attempts] == list(map(ESSAY.format, shown))
            assert counted() == (ESSAY.format(shown[-1]) if shown else "")
            assert undecided() == []
