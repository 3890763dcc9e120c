"""Feedback as an archive that the LMS takes in: its names, read by the rules of Moodle and of Canvas."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace

import pytest

from helpers import my_work
from helpers.classroom import Answered, Essay, Mark, Student, StudentResult, from_lms, give_back, write_marks
from helpers.portfolio import hash_of


def result(n, *files, name=""):
    key = "bcdfghjklm"[n - 1] * 3
    student = Student(key, n, name or f"Ann {n}", files=tuple(f"a.zip/{file}" for file in files))
    student = replace(student, lms=next((one.lms for one in map(from_lms, student.files) if one.lms), ""))
    return StudentResult(student, {"0.1": Answered("watch", "right", 1.0, 1, 1)}, (Essay("0.3", key, "My words.", 2),))


@pytest.fixture
def given_back(example, tmp_path):
    """Give back the marks of all but the last student; returns the archives, each with its files."""

    def give(*results, marked=None, **how):
        marks = [
            Mark(
                one.student.key,
                "0.3",
                "A",
                2.0,
                (),
                f"For {one.student.number}",
                hash_of("My words."),
                "2027-01-02T09:00:00.000Z",
            )
            for one in (results if marked is None else marked)
        ]
        students = {one.student.key: one.student for one in results}
        (tmp_path / "m.csv").write_text(write_marks(marks, students, {"0.3": 2}, names=True), "utf-8")
        done = give_back(results, tmp_path / "out", marks=[tmp_path / "m.csv"], **how)
        archives = {}
        for path in (tmp_path / "out").glob("feedback-*.zip"):
            with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
                assert archive.testzip() is None
                archives[path.name] = {name: archive.read(name).decode() for name in archive.namelist()}
        return archives, done

    return give


def by_moodle(files):
    """Find the participants as Moodle does since 3.1 and 4.1 (mod/assign/feedback/file/importziplib.php)."""
    found = {}
    for path, content in files.items():
        assert not path.rpartition("/")[2].startswith((".", "~"))
        parts = f"/import/{path}".split("/")
        while parts:
            info = parts.pop(0).split("_", 4)
            if len(info) < 4 or not info[1].isdecimal() or info[2:4] != ["assignsubmission", "file"]:
                continue
            found[int(info[1]), "/".join([*info[4:], *parts]).strip("/")] = content
            break
        else:
            raise AssertionError(path)
    return found


def by_canvas(files):
    """Find student and attachment as Canvas does (infer_comment_context_from_filename, 2025)."""
    found = {}
    for path, content in files.items():
        split = [part for part in path.rpartition("/")[2].split("_") if part != "LATE"]
        assert not split[-1].startswith("link")
        if split[0] == "anon":
            student, attachment = split[1:3]
        else:
            student, attachment = [part for part in split if re.fullmatch(r"\d+", part)][:2]
        found[student, attachment] = content
    return found


@pytest.mark.parametrize(
    "places",
    [
        ("Ann Lee_12345_assignsubmission_file_/my-work.jsonl", "Bo_7_assignsubmission_file/deep/my-work.html"),
        ("Ann Lee_12345_assignsubmission_file_my-work.jsonl", "Bo_7_assignsubmission_file_my-work.html"),
        ("Participant_12345_assignsubmission_file_/w.jsonl", "Teilnehmer_7_assignsubmission_file_/w.html"),
        ("A_n_n_12345_assignsubmission_file_/w.jsonl", "~.Bo\n<b>_7_assignsubmission_file_/w.html"),
        ("Gruppe A-Ann Ōta_12345_assignsubmission_file_/w.jsonl", "ბო_7_assignsubmission_file_/w.html"),
    ],
)
def test_moodle_finds_each_student(places, given_back):
    archives, done = given_back(*(result(n, place) for n, place in enumerate(places, 1)))
    files = by_moodle(archives["feedback-moodle.zip"])
    assert {id for id, _ in files} == {12345, 7}
    assert "For 1" in files[12345, "feedback.html"]
    assert "For 2" in files[7, "feedback.html"]
    assert list(archives) == ["feedback-moodle.zip"]
    assert done.summary.endswith("feedback for 2 students (feedback, feedback-moodle.zip).")


def test_canvas_finds_student_and_attachment(given_back):
    archives, _ = given_back(
        result(1, "leeann_12345_991_my-work-ann.jsonl", "leeann_12345_992_page.html"),
        result(2, "otabo_LATE_7_993_my-work.jsonl"),
        result(3, "anon_aB3dE_994_work.zip/my-work.jsonl"),
        result(4, "anon_aB3dF_995_work.zip"),
        result(5, "li<b>_8_996_9_link_2.html"),
    )
    (files,) = archives.values()
    found = by_canvas(files)
    assert set(found) == {("12345", "992"), ("7", "993"), ("aB3dF", "995"), ("8", "996")}
    assert "For 1" in found["12345", "992"]
    assert found["12345", "992"].startswith("<!DOCTYPE html>")
    assert "For 2" in found["7", "993"]
    assert "For 4" in found["aB3dF", "995"]
    assert "otabo_7_993_feedback.html" in {name.replace("LATE_", "") for name in files}
    assert "anon_aB3dF_995_feedback.html" in files


def test_page_that_an_lms_renamed_is_restored(given_back, tmp_path, monkeypatch):
    archives, _ = given_back(result(1, "leeann_12345_991_my-work.jsonl"))
    (page,) = archives["feedback-canvas.zip"].values()
    renamed = tmp_path / "my-work.jsonl"
    renamed.write_text(page, "utf-8")
    monkeypatch.setenv("CLOSE_READING_WORK", str(tmp_path / "work"))
    my_work(restore=str(renamed))
    assert "For 1" in str(my_work("0.3"))


def test_only_students_with_feedback_are_in_the_archive_and_others_said(given_back):
    results = [result(n, f"Ann {n}_{n}_assignsubmission_file_/w.jsonl") for n in (1, 2)] + [result(3, "w.jsonl")]
    archives, done = given_back(*results, marked=[results[0], results[2]])
    assert {id for id, _ in by_moodle(archives["feedback-moodle.zip"])} == {1}
    assert "Not in feedback-moodle.zip, because their files are from no LMS: Ann 3." in done.said


def test_same_feedback_gives_the_same_archive_and_one_of_an_earlier_run_is_said(given_back, tmp_path):
    one = result(1, "Ann_1_assignsubmission_file_/w.jsonl")
    given_back(one)
    before = (tmp_path / "out/feedback-moodle.zip").read_bytes()
    given_back(one)
    assert (tmp_path / "out/feedback-moodle.zip").read_bytes() == before
    _, done = given_back(one, names=False)
    assert "feedback-moodle.zip is of an earlier run. Delete it, so that it is not sent." in done.said
    (tmp_path / "out/feedback-moodle.zip").unlink()
    archives, done = given_back(one, names=False)
    assert archives == {}
    assert not any("feedback-moodle.zip" in said for said in done.said)


def test_files_from_no_lms_make_no_archive(given_back):
    archives, done = given_back(result(1, "w.jsonl"))
    assert archives == {}
    assert not any(".zip" in said for said in done.said)


def test_own_file_of_the_name_of_an_archive_is_kept(given_back, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out/feedback-moodle.zip").write_bytes(b"mine")
    with pytest.raises(Exception, match=r"feedback-moodle\.zip"):
        given_back(result(1, "Ann_1_assignsubmission_file_/w.jsonl"))
    assert (tmp_path / "out/feedback-moodle.zip").read_bytes() == b"mine"
