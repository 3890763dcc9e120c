"""Every number of the class page is what the rule of the synthetic class says, counted here by itself."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from synthetic import RIGHT, SECOND

from helpers import UserError
from helpers.classroom import ClassReport, ClassResult, Collected, class_report
from helpers.questions import questions

MARKED = [one for one in questions() if one.marked]


def _students(page) -> list[list[str]]:
    (rows,) = [rows for caption, rows in page.tables.items() if caption.startswith("Answers of each student")]
    return rows[1:]


def share(count: int, of: int) -> str:
    return f"{count} ({100 * count / of:.0f}%)"


@pytest.mark.parametrize("asked", MARKED, ids=lambda one: one.id)
def test_shares_of_right_answers_are_those_of_the_rule(asked, thirty, page, report):
    outcomes = Counter(one.outcome[asked.id] for one in thirty if asked.id in one.outcome)
    (row,) = [row for row in page.tables["The questions that the module marks"] if row[0].split(" ")[0] == asked.id]
    answered = outcomes.total()
    expected = [
        f"{answered} of 30",
        share(outcomes[RIGHT], answered),
        share(outcomes[RIGHT] + outcomes[SECOND], answered),
    ]
    assert row[1:4] == expected
    (count,) = [one for one in report.questions if one.question.id == asked.id]
    assert count.right_later == outcomes[SECOND]
    # The bar of the question: right at first, right later, partly or not yet right, not answered.
    bar = [int(number) for number in row[4].split()]
    other = answered - outcomes[RIGHT] - outcomes[SECOND]
    assert bar == [n for n in (outcomes[RIGHT], outcomes[SECOND], other, 30 - answered) if n * 12 >= 30]


@pytest.mark.parametrize("asked", [one for one in MARKED if one.kind in ("choice", "choices")], ids=lambda one: one.id)
def test_each_option_was_chosen_as_often_as_the_rule_says(asked, thirty, page):
    tries = [one.tries[asked.id] for one in thirty if asked.id in one.tries]
    rows = {row[0].removeprefix("✓ right: "): row for row in page.tables[f"Question {asked.id}: what was chosen"][1:]}
    for option in asked.options:
        first = sum(option.id in ([some[0]] if isinstance(some[0], str) else some[0]) for some in tries)
        ever = sum(any(option.id in ([one] if isinstance(one, str) else one) for one in some) for some in tries)
        row = rows[option.text]
        assert row[1:3] == [share(first, len(tries)), str(ever)]
        assert row[0].startswith("✓ right: ") == option.correct
        assert row[4] == option.why


def test_each_match_was_chosen_as_often_as_the_rule_says(thirty, page):
    # Questions of a fork may have no match, so there is no case for each.
    for asked, item in [(one, item) for one in MARKED if one.kind == "match" for item in one.items]:
        tries = [one.tries[asked.id] for one in thirty if asked.id in one.tries]
        rows = {row[0].removeprefix("✓ right: "): row for row in page.tables[f"Question {asked.id}: {item.text}"][1:]}
        for option in asked.options:
            first = sum(some[0][item.id] == option.id for some in tries)
            if first:
                assert rows[option.text][1] == share(first, len(tries))


@pytest.mark.parametrize("asked", [one for one in MARKED if one.kind == "passage"], ids=lambda one: one.id)
def test_words_are_marked_and_missed_as_the_rule_says(asked, thirty, report):
    (count,) = [one for one in report.questions if one.question.id == asked.id]
    (part,) = count.parts
    outcomes = [one.outcome[asked.id] for one in thirty if asked.id in one.outcome]
    right = [choice for choice in part.choices if choice.right]
    assert right[0].first == outcomes.count(RIGHT)
    assert right[0].ever == outcomes.count(RIGHT) + outcomes.count(SECOND)
    assert sum(choice.first for choice in part.choices if not choice.right) == len(outcomes) - outcomes.count(RIGHT)


def test_completeness_of_each_student_is_that_of_the_rule(thirty, page, report):
    rows = {row[0]: row for row in _students(page)}
    numbers = {one.student.name: one.student.number for one in report.results}
    assert sorted(numbers.values()) == list(range(1, 31))
    for one in thirty:
        row = rows[f"{one.name} ({numbers[one.name]})"]
        assert row[1].strip() == f"{len(one.tries) + len(one.essays)} of {len(questions())}"
        written = sum(asked.judged and not asked.marked for asked in questions())
        assert f"{len(one.essays)} of {written}" in row


def test_quotations_are_counted_by_verdict_as_the_rule_says(thirty, page):
    expected = Counter(kind for one in thirty for kind in one.quoted)
    rows = page.tables["By verdict"][1:]
    found = {("not found" if row[0].startswith("not found") else row[0]): int(row[1]) for row in rows}
    assert found == expected
    for row in rows:
        kind = "not found" if row[0].startswith("not found") else row[0]
        assert int(row[2]) == sum(kind in one.quoted for one in thirty)


def test_marks_agree_and_differ_as_the_rule_says(thirty, report):
    for text, found in report.agreements.items():
        assert len(found.readers) == 30
        for number in range(5):
            expected = sum(first <= number < last for first, last in (one.marked[text] for one in thirty))
            word = [row for row in found.passages if row["readers"] == expected]
            assert word if expected else not word
        assert found.figures[0]["count"] == min(one.marked[text][1] for one in thirty)


def test_most_divided_questions_are_those_of_the_rule(thirty, report):
    """No other question has a larger second camp than the first that the page names."""

    def second_camp(asked) -> float:
        camps = Counter(json.dumps(one.tries[asked.id][0], sort_keys=True) for one in thirty if asked.id in one.tries)
        return sorted(camps.values())[-2] / camps.total()

    choices = [asked for asked in MARKED if asked.kind == "choice"]
    named = [one for one in report.divided if one.question.kind == "choice"]
    top = max(choices, key=second_camp, default=None)
    if top:
        assert report.divided[0].evenness >= second_camp(top)
    for one in named:
        assert one.evenness == pytest.approx(second_camp(one.question))


def test_right_sides_of_a_division_are_called_right(report):
    for one in report.divided:
        (count,) = [count for count in report.questions if count.question.id == one.question.id]
        (part,) = [part for part in count.parts if part.name == one.part]
        card = report._division(one)
        right = [choice.text for choice in part.choices if choice.right and choice.text in (one.one, one.other)]
        assert card.count(" (right)") == len(right)


def test_reason_is_from_a_student_on_that_side(thirty, report):
    keys = {one.student.key: one.student.name for one in report.results}
    seen = 0
    for count in report.questions:
        division = count.division() if count.question.marked else None
        for side, essay in zip(("one", "other"), division.reasons if division else (), strict=False):
            if essay:
                (student,) = [one for one in thirty if one.name == keys[essay.student]]
                chosen = count.question.chosen(count.question.normalised(student.tries[count.question.id][0]))
                words = getattr(division, side)
                assert ((division.part, words) in chosen) if words else chosen
                assert essay.question == count.question.reasons_in
                seen += 1
    assert seen or not any(asked.reasons_in for asked in questions())


def test_page_needs_no_script_and_loads_nothing(report):
    for source in report.pages().values():
        assert "<script" not in source
        assert "src=" not in source
        assert "default-src &#x27;none&#x27;" in source or "default-src 'none'" in source


def test_numbers_replace_names_everywhere(packed, thirty):
    report = class_report(packed)
    for source in report.pages().values():
        for one in thirty:
            assert one.name not in source
    assert "Student 30" in report.pages()["index.html"]


def test_report_shows_in_a_notebook_as_on_the_page(report):
    shown = report._repr_html_()
    assert "What to talk about today" in shown
    assert f"{len(report.results)} students" in repr(report)
    for part in (report.today, report.handed_in, report.answers, report.quotations, report.marks, report.files):
        assert part._repr_html_().count("<h2") == 1
    for asked in questions():
        assert f"Question {asked.id}" in report.question(asked.id)._repr_html_()
    with pytest.raises(UserError, match="No question"):
        report.question("99.1")


def test_empty_class_has_a_page():
    assert "0 students" in ClassReport(Collected(ClassResult())).pages()["index.html"]
