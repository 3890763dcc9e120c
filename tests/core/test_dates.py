"""Dates before the Common Era: ISO 8601 counts from 0000, which is 1 BCE."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given, strategies as st

from helpers.core import Day, UserError, date_range, event_dates, shown_date


@given(st.dates(), st.dates())
def test_day_agrees_with_the_standard_library(one, other):
    mine, yours = (Day(date.year, date.month, date.day) for date in (one, other))
    assert mine - yours == (one - other).days
    assert (mine < yours) == (one < other)
    assert str(mine) == one.isoformat()
    assert mine.ordinal == one.toordinal()


@given(st.dates(max_value=datetime.date(9500, 12, 31)), st.integers(1, 40))
def test_calendar_repeats_itself_every_400_years(date, cycles):
    shift = 400 * cycles
    here, there = (Day(date.year - by, date.month, date.day) for by in (0, shift))
    assert here - there == 146_097 * cycles
    assert there < here
    if there.year > -10_000:
        assert date_range(str(there), "here") == (there, there)


def test_years_before_the_common_era_follow_each_other():
    days = [date_range(words, "")[0] for words in ("-0100", "-0043-03-15", "-0001-12-31", "0000-01-01", "0001-01-01")]
    assert days == sorted(days)
    assert days[3] - days[2] == 1
    assert days[4] - days[3] == 366, "1 BCE is a leap year"
    assert date_range("-0004-02", "")[1].day == 29
    assert date_range("-0043-02", "")[1].day == 28
    assert [shown_date(str(day)) for day in days[:2]] == ["1 January 101 BCE", "15 March 44 BCE"]


@pytest.mark.parametrize(
    ("words", "here"),
    [
        ("44 BCE", "-0043"), ("44 BC", "-0043"), ("44 B.C.", "-0043"), ("44 v. Chr.", "-0043"), ("1 BCE", "0000"),
        ("44 v.Chr.", "-0043"), ("44 av. J.-C.", "-0043"), ("44 a. C.", "-0043"), ("800", "0800"),
        ("-43", "-0043 for 44 BCE, or -0042 for 43 BCE"), ("5.3.1848", "1848-03-05"), ("13/5/1848", "1848-05-13"),
        ("5/3/1848", "1848-03-05 or 1848-05-03"),
    ],
)  # fmt: skip
def test_other_ways_to_write_a_date_are_refused_with_the_right_one(words, here):
    with pytest.raises(UserError, match="Write it as 1900-02-14, 1900-02 or 1900") as error:
        date_range(words, "here")
    assert f"Here: {here}" in str(error.value)


def test_event_before_the_common_era_may_last_into_it():
    first, last = event_dates({"date_start": "-0026", "date_end": "0014-08-19"})
    assert last - first > 40 * 365
    with pytest.raises(UserError, match=r"ends \(-0043-03-15\) before it begins \(-0042-01-01\)"):
        event_dates({"date_start": "-0042-01-01", "date_end": "-0043-03-15"})
    assert event_dates({"date_start": "-0043-03-15", "precision": "year"})[1] == Day(-43, 12, 31)
