"""What is handed in may be anything: nothing is run, nothing is written outside, and one bad file stops nothing."""

from __future__ import annotations

import gzip
import io
import json
import os
import signal
import zipfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from synthetic import canvas_zip, digits, make_class, moodle_zip, packed

from helpers.classroom import Handed, Student, class_report, collect, student_result, write_class
from helpers.questions import questions
from helpers.workbook import Event, file_header, write_line

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'=cmd|'/c calc'!A1"


@pytest.fixture(scope="module")
def good():
    return make_class(1)[0]


def put(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def line(n: int, kind: str, body: object, session: str = "ab" * 8, time: str = "2026-11-02T09:00:00Z") -> str:
    return write_line(Event(n, session, time, kind, json.loads(json.dumps(body)), {}))


def download(*lines: str, owner: str = "ab" * 16) -> bytes:
    return ("\n".join([file_header([owner]), *lines]) + "\n").encode("ascii")


def _zip(**files: bytes) -> bytes:
    return packed((name.replace("__", "/"), content) for name, content in files.items())


def _locked(content: bytes) -> bytes:
    """A zip archive that says that its files have a password."""
    raw = bytearray(content)
    raw[6] |= 1
    raw[raw.index(b"PK\1\2") + 8] |= 1
    return bytes(raw)


def _bad_files(good: bytes) -> dict[str, bytes]:
    zeros = b"\0" * 70_000_000
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("work.jsonl", zeros)
    inner = _zip(a=gzip.compress(zeros))
    return {
        "empty.jsonl": b"",
        "blank.jsonl": b"\n \n",
        "notes.txt": b"I did not find the button.",
        "essay.pdf": b"%PDF-1.7 ...",
        "picture.png": b"\x89PNG....",
        "lesson.ipynb": b'{"cells": [], "nbformat": 4}',
        "noise.jsonl": os.urandom(5000),
        "cut.jsonl.gz": gzip.compress(good)[:-300],
        "bomb.gz": gzip.compress(zeros),
        "deep.jsonl": b"[" * 100_000,
        "page.html": b'<html><template id="workbook">AAAA</template>',
        "longline.jsonl": b'{"body":' + b"x" * 20_000_000,
        "bomb-in-a-zip.zip": inner,
        "zeros.zip": bomb.getvalue(),
    }


def test_no_bad_file_stops_the_others_and_each_is_told_in_one_line(good, tmp_path):
    bad = _bad_files(good.file)
    for name, content in bad.items():
        put(tmp_path / "in" / name, content)
    put(tmp_path / "in/broken.zip", moodle_zip([good])[:-40])
    put(tmp_path / "in/locked.zip", _locked(_zip(a=good.file)))
    put(tmp_path / "in/good.jsonl", good.file)
    found = collect([tmp_path / "in"])
    (student,) = found.result.students.values()
    assert student.student.name == good.name
    told = [place for place, _ in found.troubles]
    for name in [*bad, "broken.zip", "locked.zip"]:
        assert len([place for place in told if place.startswith(f"in/{name}")]) == 1, name
    assert not any("\n" in said for _, said in found.troubles)


def test_bomb_in_an_archive_of_an_lms_stops_nobody(good, tmp_path):
    files = [("Ada Example_1_assignsubmission_file_/w.jsonl", good.file)]
    files += [("Eve Bomb_2_assignsubmission_file_/w.jsonl", b"\0" * 70_000_000)]
    nested = packed([("inner.zip", packed([("w.jsonl", b"\0" * 70_000_000)]))])
    files += [("Eve Nest_3_assignsubmission_file_/w.zip", nested)]
    found = collect([put(tmp_path / "a.zip", packed(files))])
    assert len(found.result.students) == 1
    assert len(found.troubles) == 2


def test_archive_with_very_many_files_is_refused(tmp_path, good, monkeypatch):
    put(tmp_path / "many.zip", packed((f"{n}", b"") for n in range(50_001)))
    put(tmp_path / "good.jsonl", good.file)
    found = collect([tmp_path])
    assert len(found.result.students) == 1
    assert [said for _, said in found.troubles] == [
        "is an archive with more than 50,000 files or 4 GB, and was not unpacked"
    ]


@pytest.mark.parametrize(
    "name", ["../../climbed.jsonl", "{root}/climbed.jsonl", "..\\climbed.jsonl", "a/../../climbed.jsonl"]
)
def test_names_that_climb_out_of_an_archive_write_nothing_outside(name, good, tmp_path):
    inside = tmp_path / "deep" / "er"
    archive = put(inside / "a.zip", packed([(name.format(root=tmp_path), good.file)]))
    write_class([archive], inside / "out")
    assert list(tmp_path.rglob("*climbed*")) == []
    assert {path.name for path in tmp_path.iterdir()} == {"deep"}
    assert {path.name for path in inside.iterdir()} == {"a.zip", "out"}


def test_link_in_an_archive_is_not_followed(good, tmp_path):
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        link = zipfile.ZipInfo("link.jsonl")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("good.jsonl", good.file)
    found = collect([put(tmp_path / "a.zip", whole.getvalue())])
    assert len(found.result.students) == 1
    assert [place for place, _ in found.troubles] == ["a.zip/link.jsonl"]


@pytest.mark.skipif(os.name == "nt", reason="Windows makes links and pipes in other ways")
def test_links_and_pipes_in_a_folder_are_told_and_not_opened(good, tmp_path):
    secret = put(tmp_path / "elsewhere/secret.jsonl", make_class(2)[1].file)
    put(tmp_path / "in/good.jsonl", good.file)
    (tmp_path / "in/link.jsonl").symlink_to(secret)
    (tmp_path / "in/round").symlink_to(tmp_path / "in")
    os.mkfifo(tmp_path / "in/pipe.jsonl")
    found = collect([tmp_path / "in"])
    assert [one.student.name for one in found.result.in_order()] == [good.name]
    assert {place for place, _ in found.troubles} == {"in/link.jsonl", "in/round", "in/pipe.jsonl"}


def test_name_of_a_file_that_is_not_unicode_is_shown(good, tmp_path):
    path = Path(os.fsdecode(bytes(tmp_path / "in") + b"/\xff.jsonl"))
    try:
        put(path, good.file)
    except OSError:
        pytest.skip("this disk takes Unicode names only")
    put(path.with_name(f"{path.stem}-empty.jsonl"), b"")
    report = write_class([tmp_path / "in"], tmp_path / "out")
    assert len(report.results) == 1
    assert "in/\ufffd-empty.jsonl" in (tmp_path / "out/index.html").read_text(encoding="utf-8")


def test_scripts_and_formulas_are_words_on_every_page(tmp_path):
    free = next(one for one in questions() if one.free and not one.marked)
    closed = next(one for one in questions() if one.marked)
    lines = [
        line(1, "name", {"name": HOSTILE[:70]}),
        line(2, "answer", {"question": free.id, "asked": free.asked, "response": f"“{HOSTILE}” {HOSTILE} \ud800"}),
        line(3, "answer", {"question": closed.id, "asked": "0" * 16, "response": HOSTILE, "said": HOSTILE}),
    ]
    files = [(f"{HOSTILE.replace('/', '')}_1_assignsubmission_file_/{n}.jsonl", download(*lines)) for n in (1, 2)]
    archive = put(tmp_path / "<b>a.zip", packed(files))
    roster = put(tmp_path / "r.csv", b'ID,Name\n1,"<script>alert(3)</script>"\n2,<img src=x>\n')
    report = write_class([archive], tmp_path / "out", roster=roster)
    for path in (tmp_path / "out").glob("*.html"):
        source = path.read_text(encoding="utf-8")
        assert "<script" not in source.casefold()
        assert "<img" not in source.casefold()
        assert "onerror=alert(2)>" not in source
    assert "<script" not in report._repr_html_().casefold()


def test_clock_from_the_future_is_told_and_stops_nothing(good, tmp_path):
    closed = next(one for one in questions() if one.kind == "choice")
    answers = [
        line(
            n, "answer", {"question": closed.id, "asked": closed.asked, "response": option.id}, digits(f"{n}", 16), time
        )
        for n, (option, time) in enumerate(
            zip(closed.options, ("9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "no time"), strict=False), 1
        )
    ]
    put(tmp_path / "future.jsonl", download(*answers))
    put(tmp_path / "good.jsonl", good.file)
    report = class_report(tmp_path)
    assert len(report.results) == 2
    assert any("a clock was wrong" in said for _, said in report.collected.troubles)
    assert report.pages()


def test_words_typed_into_a_page_are_no_answer(good, tmp_path):
    unsaved = b'{"unsaved":{"question":"0.0","words":"I typed"}}\n'
    found = collect([put(tmp_path / "a.jsonl", good.file + unsaved)])
    (result,) = found.result.students.values()
    assert len(result.answers) == len(good.tries) + len(good.essays)


_PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=30),
    lambda some: st.lists(some, max_size=4) | st.dictionaries(st.text(max_size=8), some, max_size=4),
    max_leaves=8,
)
_KINDS = ("answer", "draft", "reset", "undo", "annotation", "annotation-removed", "annotation-undo", "name", "brought")


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.sampled_from(_KINDS), st.integers(0, 60), _PLAIN, _PLAIN, st.booleans()), max_size=8))
def test_answers_of_any_form_are_read(events):
    everything = questions()
    lines = []
    for n, (kind, which, response, other, present) in enumerate(events, 1):
        asked = everything[which % len(everything)]
        body = {"question": asked.id, "response": response, "lesson": asked.lesson, "id": other, "body": other}
        body |= {"asked": asked.asked} if present else {"asked": other}
        body |= {"name": response, "said": other, "prompt": other, "target": response, "undoes": other, "paper": other}
        lines.append(line(n, kind, body))
    result = student_result(Handed(Student("a", 1), (("a.jsonl", (("a.jsonl", download(*lines)),)),)))
    assert not any("could not be read" in said for _, said in result.troubles)


def test_error_of_the_module_is_told_for_this_student_only(thirty, tmp_path, monkeypatch):
    """A fault that nobody thought of, such as one in a question, stops no other student."""
    from helpers import classroom

    broken = digits("owner 3", 32).encode()
    files = [(f"{one.number}.jsonl", one.file) for one in thirty[:5]]
    real = classroom.student_result

    def fails(handed):
        if broken in handed.files[0][1][0][1]:
            raise ZeroDivisionError("a fault")
        return real(handed)

    monkeypatch.setitem(collect.__globals__, "student_result", fails)
    found = collect([put(tmp_path / "a.zip", packed(files))])
    assert len(found.result.students) == 4
    assert found.troubles == (("a.zip/3.jsonl", "could not be read: ZeroDivisionError: a fault"),)


def _dies_of_the_third(content) -> None:
    """Read a hand-in as always, but end the process at that of the third student, as the system does."""
    from helpers.workbook import whose_work

    if digits("owner 3", 32).encode() in content[0][1]:
        os.kill(os.getpid(), signal.SIGKILL)
    return whose_work(content)


@pytest.mark.skipif(os.name == "nt", reason="Windows ends processes in another way")
@pytest.mark.parametrize("own", [True, False])
def test_hand_in_that_ends_the_process_stops_no_other(thirty, tmp_path, monkeypatch, own):
    monkeypatch.setitem(collect.__globals__, "whose_work", _dies_of_the_third)
    archive = put(tmp_path / "a.zip", packed((f"{one.number}.jsonl", one.file) for one in thirty[:14]))
    if own:
        found = collect([archive])
    else:
        with ProcessPoolExecutor(1) as executor:
            found = collect([archive], executor=executor)
    assert {one.student.name for one in found.result.in_order()} == {one.name for one in thirty[:14] if one.number != 3}
    ((place, said),) = found.troubles
    assert place == "a.zip/3.jsonl"
    assert "the system ended the process that read it" in said


def test_large_hand_in_is_read_in_another_process(good, tmp_path, monkeypatch):
    monkeypatch.setitem(collect.__globals__, "whose_work", _dies_of_the_third)
    bad = good.file.replace(digits("owner 0", 32).encode(), digits("owner 3", 32).encode())
    put(tmp_path / "large.jsonl", bad + b" " * 1_000_000)
    put(tmp_path / "small.jsonl", good.file)
    found = collect([tmp_path])
    assert len(found.result.students) == 1
    assert "the system ended the process" in found.troubles[0][1]


def test_late_mark_and_numbers_of_canvas_survive_odd_names(good, tmp_path):
    put(tmp_path / "a.zip", canvas_zip([good], late=[0]))
    (result,) = collect([tmp_path / "a.zip"]).result.students.values()
    assert result.student.late
