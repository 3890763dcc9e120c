"""The order of events over copies that meet late, in part, or with wrong clocks: histories of two and three copies."""

from __future__ import annotations

import itertools
import os
import random
import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from helpers import workbook
from helpers.workbook import Event, History, begin_session, bundle, events, record, restore, troubles

A, B, C = "a" * 16, "b" * 16, "c" * 16
BEGUN = datetime.now(UTC).replace(microsecond=0) - timedelta(days=30)
YEARS = timedelta(days=3 * 365)


def old(counter, session, day, second=0):
    """An event as the first edition wrote it."""
    time = BEGUN + timedelta(days=day, seconds=second)
    return Event(counter, session, time.strftime("%Y-%m-%dT%H:%M:%SZ"), "answer", {"n": counter})


def ids(found):
    return [event.id for event in found]


class Copies:
    """Several folders, each with a kernel and a clock, and what is true of their events."""

    def __init__(self, top: Path, clocks, patch) -> None:
        self.folders = [top / f"copy-{n}" for n in range(len(clocks))]
        self.clocks = clocks
        self.now = BEGUN
        self.there = [set() for _ in clocks]  # the ids in each folder
        self.read: dict[str, set[str]] = {}  # by event: the ids that its kernel had read
        self.true: dict[str, datetime] = {}
        self.made: dict[str, Event] = {}
        self.copy: dict[str, int] = {}
        self.patch = patch

    def use(self, n: int) -> Path:
        os.environ["CLOSE_READING_WORK"] = str(self.folders[n])
        return self.folders[n]

    def act(self, n: int) -> None:
        self.use(n)
        with self.patch.context() as patch:
            patch.setattr("time.time", (self.now + self.clocks[n]).timestamp)
            event = record("answer", {"n": len(self.made)})
        self.read[event.id], self.true[event.id] = set(self.there[n]), self.now
        self.there[n].add(event.id)
        self.made[event.id], self.copy[event.id] = event, n

    def download(self, n: int, to: int, keep: random.Random | None = None) -> None:
        """Restore a download of one copy in another; of a damaged one, some lines."""
        self.use(n)
        lines = bundle().splitlines(keepends=True)
        lines = [lines[0], *(line for line in lines[1:] if keep is None or keep.random() < 0.7)]
        self.use(to)
        restore("".join(lines))
        self.there[to] = set(ids(events()))

    def sync(self, n: int, to: int, which: int) -> None:
        """Copy one file into another folder, as a sync program does, before it brings the others."""
        if files := sorted(self.folders[n].glob("*.jsonl")):
            self.folders[to].mkdir(exist_ok=True)
            file = files[which % len(files)]
            at = self.folders[to] / file.name
            if not at.exists() or at.stat().st_size < file.stat().st_size:
                shutil.copy(file, at)
            self.use(to)
            self.there[to] = set(ids(events()))

    def after(self) -> dict[str, set[str]]:
        """What each event certainly comes after: what its kernel had read, and what those come after."""
        found: dict[str, set[str]] = {}
        for id in self.made:  # in the order in which they were made
            found[id] = set(self.read[id]).union(*(found[other] for other in self.read[id]))
            session = self.made[id].session
            same = {one.session for one in map(self.made.get, found[id])}
            for other in found:
                one = self.made[other]
                if other != id and one.session in same | {session}:
                    last = max(
                        (self.made[x].counter for x in found[id] if self.made[x].session == one.session), default=0
                    )
                    if one.counter <= last:
                        found[id] |= {other, *found[other]}
        return found


ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("act"), st.integers(0, 2), st.integers(1, 4)),
        st.tuples(st.just("act"), st.integers(0, 2), st.integers(1, 4)),
        st.tuples(st.just("download"), st.integers(0, 2), st.integers(0, 2)),
        st.tuples(st.just("damaged"), st.integers(0, 2), st.integers(0, 2), st.integers(0, 99)),
        st.tuples(st.just("sync"), st.integers(0, 2), st.integers(0, 2), st.integers(0, 5)),
        st.tuples(st.just("restart")),
    ),
    min_size=2,
    max_size=14,
)


def play(top: Path, acts, clocks, patch) -> Copies:
    """Carry out acts on copies, at least a second after each other."""
    copies = Copies(top, clocks, patch)
    begin_session()
    many = len(clocks)
    for n, (act, *rest) in enumerate(acts):
        copies.now += timedelta(seconds=1 + 977 * (n % 5))
        if act == "restart":
            begin_session()
        elif act == "act":
            for _ in range(rest[1]):
                copies.now += timedelta(seconds=7)
                copies.act(rest[0] % many)
        elif rest[0] % many != rest[1] % many:
            if act == "sync":
                copies.sync(rest[0] % many, rest[1] % many, rest[2])
            else:
                copies.download(rest[0] % many, rest[1] % many, random.Random(rest[2]) if act == "damaged" else None)
    return copies


def merged(copies: Copies, order) -> list[Event]:
    """Restore all copies one after the other in an empty folder, some of them twice."""
    begin_session()
    whole = []
    for n in [*order, order[0]]:
        copies.use(n)
        whole.append(bundle())
    os.environ["CLOSE_READING_WORK"] = str(copies.folders[0].parent / f"merged-{''.join(map(str, order))}")
    for one in whole:
        restore(one)
    return events()


class Played:
    """A history that was played in folders of its own."""

    def __init__(self, acts, clocks) -> None:
        self.acts, self.clocks = acts, clocks

    def __enter__(self) -> Copies:
        self.before = os.environ["CLOSE_READING_WORK"]
        self.top = tempfile.TemporaryDirectory()
        self.patch = pytest.MonkeyPatch()
        return play(Path(self.top.name), self.acts, self.clocks, self.patch)

    def __exit__(self, *_) -> None:
        self.patch.undo()
        os.environ["CLOSE_READING_WORK"] = self.before
        self.top.cleanup()
        begin_session()


CLOCKS = st.sampled_from(
    [timedelta(), timedelta(), timedelta(minutes=2), timedelta(hours=-3), timedelta(days=-20), -YEARS, YEARS, 9 * YEARS]
)


@settings(max_examples=150)
@given(ACTS, st.lists(CLOCKS, min_size=2, max_size=3))
def test_any_history_has_one_order_that_respects_what_is_known(acts, clocks):
    with Played(acts, clocks) as copies:
        orders = [merged(copies, order) for order in itertools.permutations(range(len(clocks)))]
        assert all(one == orders[0] for one in orders), "merging is commutative, associative and idempotent"
        assert sorted(ids(orders[0])) == sorted(copies.made), "nothing is lost"
        assert troubles() == []
        history = workbook.history()
        after = copies.after()
        for one, other in itertools.permutations(orders[0], 2):
            assert history.knew(one, other) == (other.id in copies.read[one.id])
            assert history.follows(one, other) == (other.id in after[one.id])
            if other.id in after[one.id]:
                assert history.place(other) < history.place(one)
                assert not history.unclear(one, other)


@settings(max_examples=100)
@given(ACTS, st.integers(2, 3))
def test_with_right_clocks_the_order_is_the_order_in_time(acts, many):
    with Played(acts, [timedelta()] * many) as copies:
        found = merged(copies, range(many))
        assert ids(found) == sorted(copies.made, key=copies.true.get)
        history = workbook.history()
        assert history.certain
        assert not any(history.unclear(one, other) for one, other in itertools.permutations(found, 2))


@settings(max_examples=100)
@given(ACTS, st.lists(st.sampled_from([-YEARS, YEARS, timedelta()]), min_size=1, max_size=2))
def test_wrong_order_is_always_called_unclear_if_a_clock_is_years_off(acts, clocks):
    with Played([("act", 0, 1), *acts], [timedelta(), *clocks]) as copies:
        found = merged(copies, range(len(copies.clocks)))
        history = workbook.history()
        for one, other in itertools.combinations(found, 2):
            wrong = copies.true[other.id] < copies.true[one.id]
            assert not wrong or history.unclear(one, other)
            assert history.unclear(one, other) == history.unclear(other, one)


@settings(max_examples=100)
@given(ACTS, st.integers(2, 3))
def test_events_of_the_first_edition_are_ordered_by_time_and_by_what_their_counters_prove(acts, many):
    with Played([act for act in acts if act[0] != "damaged"], [timedelta()] * many) as copies:
        made = [Event(one.counter, one.session, one.time, one.kind, one.body) for one in copies.made.values()]
        history = History(made)
        assert ids(history.events) == sorted(copies.made, key=copies.true.get)
        after = copies.after()
        for one, other in itertools.permutations(made, 2):
            if history.knew(one, other) or history.follows(one, other):
                assert other.id in after[one.id]
        back = random.Random(len(acts)).sample(made, len(made))
        assert ids(History(back).events) == ids(history.events)


# Clocks that are hours off, and readers who come later


class Read:
    """What the readers of a history saw: whether a time was in the future, by the right clock of a reader."""

    def __init__(self, copies: Copies) -> None:
        self.copies, self.caught = copies, False

    def look(self, n: int) -> None:
        """Open one copy, as a page does."""
        self.copies.use(n)
        with self.copies.patch.context() as patch:
            patch.setattr("time.time", (self.copies.now + self.copies.clocks[n]).timestamp)
            found = [event for event in events() if event.kind == "answer"]
        present = self.copies.now + self.copies.clocks[n]
        for event in found:
            at = self.copies.true[event.id] + self.copies.clocks[self.copies.copy[event.id]]
            self.caught |= at > present + timedelta(minutes=5, seconds=1)


HOURS = [timedelta(hours=hours) for hours in (-40, -5, -1, 0.5, 1, 5, 20.5, 23, 25, 43, 960)]


def some_steps(chance: random.Random, many: int) -> list[tuple[str, int, int, int]]:
    """Choose what is done, in which copy, with which other one, and after how many minutes."""
    acts = chance.choices(["act", "download", "sync", "restart", "look"], [5, 2, 2, 1, 1], k=chance.randint(3, 12))
    return [(act, *chance.sample(range(many), 2), chance.choice([1, 5, 40, 90, 300])) for act in acts]


def live(top: Path, steps, clocks, patch) -> Read:
    """Answer one question in several copies that are downloaded, synced and looked at, with pauses."""
    copies = Copies(top, clocks, patch)
    read = Read(copies)
    begin_session()
    for act, n, other, minutes in steps:
        copies.now += timedelta(minutes=minutes)
        if act == "restart":
            begin_session()
        elif act in ("act", "look"):
            read.look(n)
            if act == "act":
                copies.act(n)
        else:
            with patch.context() as then:
                then.setattr("time.time", (copies.now + clocks[n]).timestamp)
                copies.use(n)
                data = bundle()
                then.setattr("time.time", (copies.now + clocks[other]).timestamp)
                copies.use(other)
                if act == "download":
                    restore(data)
                for which in range(len([*copies.folders[n].glob("*.jsonl")]) if act == "sync" else 0):
                    copies.sync(n, other, which)
            read.look(other)
    return read


def last_answers(read: Read, months: int = 0):
    """Merge all copies, months later; give the answer given last, the one that counts, and whether that is asked."""
    copies = read.copies
    copies.now += timedelta(days=30 * months)
    whole = []
    for n in range(len(copies.clocks)):
        begin_session()
        copies.use(n)
        copies.patch.setattr("time.time", copies.now.timestamp)
        whole.append(bundle())
    os.environ["CLOSE_READING_WORK"] = str(copies.folders[0].parent / "merged")
    for one in whole:
        restore(one)
    found = [event for event in events() if event.kind == "answer"]
    assert sorted(ids(found)) == sorted(copies.made)
    last = max(found, key=lambda event: copies.true[event.id])
    return last, found[-1], workbook.history().unclear(last, found[-1])


@settings(max_examples=250)
@given(st.randoms(use_true_random=True), st.sampled_from([0, 3]))
def test_last_answer_is_never_outranked_silently_once_a_reader_saw_that_a_clock_is_wrong(chance, months):
    clocks = [timedelta(), *chance.sample(HOURS, chance.randint(1, 2))]
    with Played([], clocks) as copies:
        read = live(copies.folders[0].parent, some_steps(chance, len(clocks)), clocks, copies.patch)
        if read.copies.made:
            last, counts, asked = last_answers(read, months)
            assert counts == last or asked or not read.caught


@settings(max_examples=100)
@given(st.randoms(use_true_random=True), st.sampled_from([0, 3]))
def test_clocks_that_differ_by_minutes_are_never_asked_about(chance, months):
    clocks = [timedelta(seconds=chance.randint(-140, 140)) for _ in range(chance.randint(2, 3))]
    with Played([], clocks) as copies:
        read = live(copies.folders[0].parent, some_steps(chance, len(clocks)), clocks, copies.patch)
        if read.copies.made:
            last_answers(read, months)
            assert not workbook.history().contradiction
            found = [event for event in events() if event.kind == "answer"]
            assert not any(workbook.history().unclear(*pair) for pair in itertools.combinations(found, 2))
            assert events("clock") == []


def settle(name, hour, monkeypatch, clock=0.0):
    """Go to a copy, with a new kernel, at an hour of one day; the clock is some hours ahead."""
    begin_session()
    monkeypatch.setenv("CLOSE_READING_WORK", str(name))
    monkeypatch.setattr("time.time", (BEGUN + timedelta(hours=hour + clock)).timestamp)


@pytest.mark.parametrize("ahead", [1, 5, 20.5, 25, 43, 960])
@pytest.mark.parametrize("how", ["restored", "synced"])
def test_answer_from_a_clock_that_is_ahead_is_asked_about_now_and_months_later(ahead, how, tmp_path, monkeypatch):
    settle(tmp_path / "B", 0, monkeypatch, ahead)
    record("answer", {"n": "old"})
    saved = bundle()
    settle(tmp_path / "A", 0.5, monkeypatch)
    record("answer", {"n": "new"})
    settle(tmp_path / "A", 0.6, monkeypatch)
    if how == "restored":
        restore(saved)
    else:
        for file in (tmp_path / "B").glob("*.jsonl"):
            shutil.copy(file, tmp_path / "A")
    assert workbook.history().unclear(*events("answer"))
    kept = len(events())
    for later in (0.7, 30, 24 * 60, 24 * 600):
        settle(tmp_path / "A", later, monkeypatch)
        assert workbook.history().unclear(*events("answer"))
    assert len(events()) == kept, "it is recorded once"
    settle(tmp_path / "A", 24 * 60, monkeypatch)
    settled = record("answer", {"n": "new"})
    assert events("answer")[-1] == settled
    assert not any(workbook.history().unclear(one, settled) for one in events("answer"))


def test_answer_given_later_counts_also_after_more_than_a_year(tmp_path, monkeypatch):
    settle(tmp_path / "A", 0, monkeypatch)
    for n in range(30):
        record("answer", {"n": n})
    settle(tmp_path / "B", 96, monkeypatch)
    later = record("answer", {"n": "later"})
    saved = bundle()
    settle(tmp_path / "A", 97, monkeypatch)
    restore(saved)
    for days in (1, 300, 425, 4_000):
        settle(tmp_path / "A", 24 * days + 97, monkeypatch)
        record("draft", {"days": days})
        given = events("answer")
        assert given[-1] == later
        assert not any(workbook.history().unclear(one, later) for one in given)
        assert events("clock") == []


def test_doubt_also_covers_an_earlier_kernel_of_the_computer_whose_clock_is_wrong(tmp_path, monkeypatch):
    settle(tmp_path / "B", 0, monkeypatch, 5)
    old_answer = record("answer", {"n": "old"})
    settle(tmp_path / "A", 2, monkeypatch)
    new_answer = record("answer", {"n": "new"})
    settle(tmp_path / "B", 5, monkeypatch, 5)
    record("draft", {})
    saved = bundle()
    settle(tmp_path / "A", 6, monkeypatch)  # the time of the old answer is past, but that of the draft is not
    restore(saved)
    assert workbook.history().unclear(old_answer, new_answer)


def test_reading_somebody_elses_file_or_a_folder_that_cannot_be_written_records_nothing(tmp_path, monkeypatch):
    settle(tmp_path / "B", 0, monkeypatch, 5)
    record("answer", {})
    saved = bundle()
    settle(tmp_path / "A", 0, monkeypatch)
    with workbook.reading(saved):
        assert workbook.history().contradiction
        assert events("clock") == []
    assert events() == []
    settle(tmp_path / "B", 1, monkeypatch)
    monkeypatch.setattr("os.access", lambda *asked: False)
    assert workbook.history().contradiction
    assert (events("clock"), workbook.unsaved()) == ([], [])


# Single situations


def test_answer_of_today_counts_over_a_longer_download_of_yesterday():
    yesterday = [old(n, A, 1, n) for n in range(1, 51)]
    today = old(1, B, 2)
    history = History([today, *yesterday])
    assert history.events[-1] == today
    assert not history.knew(yesterday[-1], today)
    assert history.certain


def test_answer_recorded_before_a_restore_counts_over_the_restored_ones(tmp_path, monkeypatch):
    begin_session()
    monkeypatch.setenv("CLOSE_READING_WORK", str(tmp_path / "yesterday"))
    for n in range(50):
        record("answer", {"n": n})
    saved = bundle()
    begin_session()
    monkeypatch.setenv("CLOSE_READING_WORK", str(tmp_path / "today"))
    today = record("answer", {"n": "today"})
    restore(saved)
    assert events()[-1] == today


def test_removal_never_saw_the_lines_that_were_missing_from_a_damaged_download(tmp_path, monkeypatch):
    begin_session()
    monkeypatch.setenv("CLOSE_READING_WORK", str(tmp_path / "whole"))
    made = [record("answer", {"n": n}) for n in range(7)]
    lines = bundle().splitlines(keepends=True)
    begin_session()
    monkeypatch.setenv("CLOSE_READING_WORK", str(tmp_path / "damaged"))
    restore("".join(line for n, line in enumerate(lines, -1) if n not in (0, 2, 3, 6)))
    first = record("reset", {})
    restore("".join(lines))
    second = record("reset", {})
    history = workbook.history()
    assert [history.knew(first, event) for event in made] == [False, True, False, False, True, True, False]
    assert all(history.knew(second, event) for event in [*made, first])
    assert all(history.follows(first, event) for event in made[:6]), "what comes before is known all the same"


def test_two_kernels_of_the_first_edition_in_one_folder_had_read_each_other():
    made = [old(1, A, 1), old(2, A, 1, 1), old(3, B, 1, 2), old(4, A, 1, 3), old(5, C, 2)]
    history = History(made)
    assert history.knew(made[2], made[1])
    assert history.knew(made[3], made[2])
    assert all(history.knew(made[4], one) for one in made[:4])
    assert not history.knew(made[2], made[3])


def test_clock_that_runs_behind_what_its_kernel_has_read_makes_all_times_doubtful():
    first, slow = old(5, A, 10), Event(6, B, old(1, B, 3).time, "answer", {}, {A: 5})
    other = old(1, C, 5)
    history = History([first, slow, other])
    assert [event.session for event in history.events] == [C, A, B]
    assert history.unclear(slow, other)
    assert history.unclear(first, other), "the other clock may be the one that is wrong"
    assert not history.unclear(first, slow)


@pytest.mark.parametrize(
    "time", ["", "yesterday", "2999-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "0001-01-01T00:00:00Z"]
)
def test_time_that_cannot_be_right_leaves_the_order_unclear(time):
    strange, plain = Event(9, A, time, "answer", {}), old(1, B, 2)
    assert History([strange, plain]).unclear(strange, plain)
    assert not History([strange, plain]).certain


def test_time_in_the_near_future_is_doubtful_and_still_used():
    tomorrow, later, plain = old(9, A, 33), old(1, C, 34), old(20, B, 2)
    history = History([tomorrow, later, plain])
    assert history.events == [plain, tomorrow, later]
    assert history.unclear(tomorrow, plain)


def test_equal_times_are_unclear_and_ordered_alike_everywhere():
    one, other = old(3, A, 2), old(3, B, 2)
    assert History([one, other]).unclear(one, other)
    assert History([one, other]).events == History([other, one]).events == [one, other]


def test_forged_statement_of_what_was_read_cannot_make_a_circle():
    one = Event(2, A, old(1, A, 1).time, "answer", {}, {B: 9})
    other = Event(9, B, old(1, B, 2).time, "answer", {}, {A: 2})
    history = History([one, other])
    assert not history.knew(one, other)
    assert history.knew(other, one)
