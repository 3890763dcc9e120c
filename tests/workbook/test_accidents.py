"""Accidents of a classroom: interrupts, lost and renamed files, full disks, damaged files."""

from __future__ import annotations

import ast
import gzip
import io
import itertools
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from helpers import workbook
from helpers.annotation import agreement, annotate_span
from helpers.core import UserError, put_file, write_new_file
from helpers.portfolio import restore_download
from helpers.questions import question
from helpers.texts import parse_text
from helpers.widgets import answer, my_work, portfolio_state
from helpers.workbook import (
    MOST_COUNTER,
    Event,
    NotSaved,
    bundle,
    cannot_keep,
    events,
    gone,
    kept_where,
    record,
    restore,
    troubles,
    unsaved,
    write_line,
)

ROOT = Path(__file__).resolve().parents[2]
A, B = "a" * 16, "b" * 16
posix = pytest.mark.skipif(os.name != "posix", reason="needs pipes, links and signals")


def lines(count, session=A):
    made = [Event(n, session, "2026-11-20T09:00:00Z", "answer", {"n": n}) for n in range(1, count + 1)]
    return made, "".join(f"{write_line(event)}\n" for event in made).encode()


# Interrupts


class Interrupts:
    """Raise KeyboardInterrupt at the nth line that the workbook runs, in the places where Python may raise it."""

    def __init__(self, n: int) -> None:
        self.left = n

    def trace(self, frame, event, arg):
        name = frame.f_code.co_filename.replace(os.sep, "/")
        return self.line if "helpers/workbook/" in name or name.endswith("core/files.py") else None

    def line(self, frame, event, arg):
        if event == "line":
            self.left -= 1
            if self.left == 0:
                raise KeyboardInterrupt
        return self.line

    def __enter__(self):
        self.before = sys.gettrace()
        sys.settrace(self.trace)
        return self

    def __exit__(self, *_):
        sys.settrace(self.before)


def interrupted(act, check, before=lambda n: None, most=5_000):
    """Interrupt an act at its first line, its second and so on, until it comes to its end; check after each."""
    for n in range(1, most):
        finished = False
        before(n)
        try:
            with Interrupts(n):
                act(n)
                finished = True
        except KeyboardInterrupt:
            pass
        check(n)
        if finished:
            return n
    raise AssertionError("it never came to its end")


@pytest.mark.parametrize("change", ["another kernel saves", "all is read again"])
def test_reading_interrupted_at_any_line_leaves_nothing_out(work, change):
    work.mkdir()
    made, raw = lines(3)
    other, more = lines(3, B)

    def before(n):
        (work / f"{A}.jsonl").write_bytes(raw)
        (work / f"{B}.jsonl").write_bytes(more[: len(more) // 3])
        workbook.begin_session()
        assert len(events()) == 4
        (work / f"{B}.jsonl").write_bytes(more)
        if change == "all is read again":
            for path in work.glob("*.jsonl"):
                os.utime(path, (n, n))

    def check(n):
        assert {event.id for event in events()} == {event.id for event in [*made, *other]}, n
        assert bundle().count("\n") == 7
        assert troubles() == []

    assert interrupted(lambda n: events(), check, before) > 200


def test_recording_interrupted_at_any_line_loses_nothing_and_recording_goes_on(work):
    saved = []

    def act(n):
        saved.append(record("answer", {"n": n}))

    def check(n):
        # What was interrupted may be kept or not; what was saved is there, and the next answer is saved.
        saved.append(record("answer", {"after": n}))
        assert unsaved() == []
        found = {event.id: event for event in events()}
        assert all(found[event.id] == event for event in saved), n
        assert troubles() == [], n

    assert interrupted(act, check) > 100
    workbook.begin_session()
    assert {event.id for event in saved} <= {event.id for event in events()}
    assert troubles() == []
    history = workbook.history()
    assert all(history.follows(later, earlier) for earlier, later in itertools.pairwise(saved))


def test_first_record_interrupted_at_any_line_does_not_make_the_folder_somebody_elses(work):
    def before(n):
        shutil.rmtree(work, ignore_errors=True)
        workbook.begin_session()

    def check(n):
        saved = [record("answer", {"after": n}), record("answer", {"last": n})]
        assert troubles() == [], n
        assert {event.id for event in saved} <= {event.id for event in events()}, n
        workbook.begin_session()
        assert {event.id for event in saved} <= {event.id for event in events()}, n
        assert troubles() == [], n

    assert interrupted(lambda n: record("answer", {"n": n}), check, before) > 100


def test_restore_interrupted_at_any_line_can_be_repeated(work):
    made, raw = lines(4)
    mine = record("answer", {"n": "mine"})

    def act(n):
        for path in work.glob("restored-*"):
            path.unlink()
        workbook.begin_session()
        restore(raw)

    def check(n):
        restore(raw)
        workbook.begin_session()
        assert {event.id for event in events()} == {event.id for event in [*made, mine]}, n
        assert troubles() == []
        assert {path.suffix for path in work.iterdir()} == {".jsonl", ".json"}, "no parts are left"

    assert interrupted(act, check) > 200


# What is gone


def test_emptied_removed_replaced_and_shortened_files_are_named_first(work):
    work.mkdir()
    for session in "abcdef":
        (work / f"{session * 16}.jsonl").write_bytes(lines(3, session * 16)[1])
    assert len(events()) == 18
    (work / f"{'a' * 16}.jsonl").write_bytes(b"")
    (work / f"{'b' * 16}.jsonl").unlink()
    (work / f"{'c' * 16}.jsonl").write_bytes(lines(3, "9" * 16)[1])
    (work / f"{'d' * 16}.jsonl").write_bytes(lines(1, "d" * 16)[1])
    if os.name == "posix":
        (work / f"{'e' * 16}.jsonl").unlink()
        os.mkfifo(work / f"{'e' * 16}.jsonl")
    (work / "junk.jsonl").write_bytes(b"junk\n")
    told = troubles()
    for n, (session, count, why) in enumerate(
        [
            ("a", 3, "was emptied"),
            ("b", 3, "was removed or renamed"),
            ("c", 3, "was replaced"),
            ("d", 2, "or cut short"),
        ]
    ):
        assert told[n].startswith(f"{count} entries of your work are no longer where this kernel has read them")
        assert f"{session * 16}.jsonl {why}" in told[n] or why in told[n]
    assert gone() == told[: len(gone())]
    assert "press Download" in gone()[-1]
    assert any("junk.jsonl" in line for line in told[len(gone()) :])


def test_what_is_gone_is_in_the_download_and_comes_back_with_it(work):
    work.mkdir()
    made, raw = lines(3)
    (work / f"{A}.jsonl").write_bytes(raw)
    mine = record("answer", {"n": "mine"})
    shutil.rmtree(work)
    assert events() == []
    assert str(work) in troubles()[0]
    assert "is not there any more" in troubles()[0]
    saved = bundle()
    restore(saved)
    assert {event.id for event in events()} == {event.id for event in [*made, mine]}
    assert troubles() == gone() == []


def test_file_that_comes_back_is_not_gone(work):
    record("answer", {"n": 1})
    away = work.rename(work.with_name("away"))
    assert len(gone()) == 2
    away.rename(work)
    assert gone() == troubles() == []


def test_page_forms_and_answers_say_first_what_is_gone(example, work):
    answer("0.1", "own")
    shutil.rmtree(work)
    first = "1 entry of your work is no longer where this kernel has read it"
    assert portfolio_state()["warning"].startswith(first)
    assert str(my_work()).startswith(first)
    again = str(answer("0.1", "watch"))
    assert again.index(first) < again.index("Saved.")


def test_where_work_is_kept_never_names_a_folder_that_is_not_there(work):
    assert str(work) not in kept_where()
    assert not work.exists()
    record("answer", {})
    assert f"Your work is kept in {work}." in kept_where()
    shutil.rmtree(work)
    assert "not there any more" in kept_where()
    assert "is kept in" not in kept_where()
    work.write_text("a file in the place of the folder")
    assert "is kept in" not in kept_where()


# Files beside the work

SYNCED = [
    "work (1).jsonl",
    "work (conflicted copy 2026-11-01).jsonl",
    "work (Ana's conflicted copy 2026-11-01).jsonl",
    "work-DESKTOP-ABC.jsonl",
    "work.sync-conflict-20261101-120000-ABCDEF.jsonl",
    "work_conf(1).jsonl",
    "Copy of work.jsonl",
    "work - Copy.jsonl",
    "work_1.jsonl",
    "work.Jsonl",
    "work.JSONL",
    "work.jsonl.txt",
    "work.jsonl (1)",
    "work.jsonl~",
    ".work.jsonl.icloud",
    ".work.jsonl.Xa3b5c",
    ".syncthing.work.jsonl.tmp",
    "~syncthing~work.jsonl.tmp",
    "work.jsonl.download",
    "work.jsonl.part",
    "work.jsonl.crdownload",
    "work.jsonl.bak",
    "work.jsonl.orig",
    "#work.jsonl#",
    "work.json",
    "work",
    "Unconfirmed 123456.crdownload",
    "work.ndjson",
]


@pytest.mark.parametrize("name", SYNCED)
def test_file_with_work_is_read_or_named_and_can_be_restored(example, work, name):
    mine = record("answer", {"n": "mine"})
    made, raw = lines(3)
    (work / name).write_bytes(raw)
    if len(events()) == 1:
        (told,) = troubles()
        assert told.startswith(f"{name} looks like work, but is not read")
        called = re.search(r'my_work\(restore="(.*?)"\)', told)[1]
        assert "Whose file is this?" in my_work(restore=called).said  # nothing is mixed before the person was asked
        assert "3; already here: 0" in my_work(restore=called, me=True).said
        (work / name).unlink()
    assert {event.id for event in [*made, mine]} <= {event.id for event in events()}
    assert not [line for line in troubles() if name in line]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        (".work.jsonl.icloud", b"bplist00\xd3\x01\x02", "iCloud has not brought to this computer"),
        ("work.jsonl.part", b"", "has not arrived"),
        ("work.jsonl.crdownload", b"\x1f\x8b\x08", "has not arrived"),
        ("work.jsonl.txt", lines(2)[1].decode().encode("utf-16"), "looks like work"),
        ("work.jsonl.gz", b"\x1f\x8b\x08", "has the name of a file with work"),
    ],
)
def test_file_that_has_only_the_name_of_work_is_named_for_what_it_is(work, name, content, says):
    work.mkdir()
    (work / name).write_bytes(content)
    (told,) = troubles()
    assert name in told
    assert says in told
    assert "estore" in told


@pytest.mark.parametrize("folder", ["my-work (conflicted copy)", "work.jsonl.download"])
def test_folder_with_work_in_the_folder_is_named(work, folder):
    (work / folder).mkdir(parents=True)
    made, raw = lines(3)
    (work / folder / "work.jsonl").write_bytes(raw)
    (told,) = troubles()
    assert folder in told
    assert restore_download(Path(re.search(r'restore="(.*?)"', told)[1]).read_bytes())
    assert events("answer") == made


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("._work.jsonl", b"\0\5\x16\7\0\2"),
        (".~lock.work.jsonl#", b",ana,laptop,24.11.2026;"),
        ("~$work.jsonl.docx", b"\3ana"),
        (".work.jsonl.swp", b"b0VIM 9.0"),
        (".DS_Store", b"\0\0\0\1Bud1"),
        ("desktop.ini", b"[.ShellClassInfo]"),
        ("notes.txt", b"What did the jsonl say?"),
        ("essay.docx", b"PK\3\4"),
    ],
)
def test_files_that_are_no_work_are_passed_over(work, name, content):
    work.mkdir()
    (work / name).write_bytes(content)
    (work / "pictures").mkdir()
    assert troubles() == []


@pytest.mark.parametrize(
    ("name", "why"),
    [
        (".trashed-1700000000-work.jsonl", "its name begins with a dot"),
        (".work.jsonl", "its name begins with a dot"),
        (".#work.jsonl", "its name begins with a dot"),
        ("work.jsonl.bak", "its name does not end in"),
        ("work.jsonl.gz", "its name does not end in"),
        ("work.jsonl.zip", "its name does not end in"),
        ("copy of everything.zip", "its name does not end in"),
        ("caf\udce9.jsonl.txt", "its name does not end in"),
        ("\u202egpj.jsonl.txt", "its name does not end in"),
        ('quote" \\n.jsonl.txt', "its name does not end in"),
        ("🙂.jsonl.txt", "its name does not end in"),
    ],
)
def test_reason_is_right_and_the_advice_works(example, work, name, why):
    work.mkdir()
    made, raw = lines(3)
    raw = gzip.compress(raw) if name.endswith(".gz") else zipped({"work.jsonl": raw}) if name.endswith("zip") else raw
    (work / name).write_bytes(raw)
    (told,) = troubles()
    assert why in told
    called = re.search(r'my_work\(restore=(".*")\)', told)[1]
    assert called.replace("🙂", "").isprintable()
    my_work(restore=ast.literal_eval(called))
    assert events("answer") == made


@pytest.mark.parametrize("name", ["work.jsonl.nextcloud", "work.jsonl.owncloud", "work.jsonl.gdoc", "work.jsonl.gz"])
@pytest.mark.parametrize("content", [b"", b" ", b'{"url": "https://example.org"}', b"\x1f\x8bx"])
def test_placeholder_gets_no_advice_that_fails(work, name, content):
    work.mkdir()
    (work / name).write_bytes(content)
    (told,) = troubles()
    assert "no work can be read in it" in told
    assert "my_work(" not in told


def test_very_many_files_are_named_in_a_few_lines(work):
    work.mkdir()
    for n in range(60):
        (work / f"{n}.jsonl.txt").write_bytes(lines(1)[1])
    assert len(troubles()) < 25
    assert "more files look like work" in troubles()[-1]


# Archives and folders


def zipped(files):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return archive.getvalue()


def tarred(raw):
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as made:
        entry = tarfile.TarInfo("work.jsonl")
        entry.size = len(raw)
        made.addfile(entry, io.BytesIO(raw))
    return archive.getvalue()


@pytest.mark.parametrize(
    "packed",
    [
        lambda raw: zipped({"work.jsonl": raw}),
        lambda raw: zipped({"a/notes.txt": "Hello", "a/__MACOSX/._b.jsonl": "\0", "a/b.jsonl": raw, "a/e/": ""}),
        lambda raw: zipped({f"{n}.jsonl": line.decode().encode("utf-16") for n, line in enumerate(raw.splitlines())}),
        gzip.compress,
        lambda raw: gzip.compress(raw[:100]) + gzip.compress(raw[100:]),
    ],
)  # fmt: skip
def test_archive_is_read_whole_by_page_by_name_and_in_a_class(example, work, elsewhere, tmp_path, packed):
    made, raw = lines(3)
    content = packed(raw)
    restore_download(content)
    assert events("answer") == made
    elsewhere("by name")
    (tmp_path / "x.jsonl.zip").write_bytes(content)
    my_work(restore=tmp_path / "x.jsonl.zip")
    assert events("answer") == made
    assert agreement([content], parse_text("Return all this.", "unread")).readers == ("reader 1",)


@pytest.mark.parametrize(
    "packed",
    [
        tarred,
        lambda raw: zipped({"work.jsonl": raw})[:-40],
        lambda raw: zipped({"work.jsonl": raw}).replace(b"work.jsonl", b"work.jsonl" + b"x" * 9, 1),
        lambda raw: gzip.compress(raw)[:-20],
        lambda raw: zipped({"essay.docx": "x"}),
        lambda raw: b"7z\xbc\xaf\x27\x1c" + raw,
    ],
    ids=["tar", "cut zip", "damaged zip", "cut gzip", "no work", "7z"],
)
def test_archive_that_cannot_be_read_whole_must_be_unpacked_and_nothing_is_restored(work, packed):
    with pytest.raises(UserError, match=r"archive.*Unpack it"):
        restore(packed(lines(3)[1]))
    assert not work.exists()


def test_archive_that_unpacks_to_too_much_is_refused_without_filling_the_memory(work):
    blank = b" " * 300_000_000
    packed = zipped({"a.jsonl": blank}), gzip.compress(blank)
    del blank
    tracemalloc.start()
    for one in packed:
        with pytest.raises(UserError, match="at most 64 MB"):
            restore(one)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 200_000_000


@pytest.mark.parametrize(
    "other",
    [
        lambda path: path.write_bytes(lines(10, B)[1].decode().encode("utf-16")),
        lambda path: path.write_bytes(lines(10, B)[1].replace(b"\n", b"\r")),
        lambda path: path.write_bytes(lines(10, B)[1].replace(b"\n", b"\r") + b"\n"),
        lambda path: path.write_bytes(lines(10, B)[1].replace(b"\n", b"\r\n")),
        lambda path: path.write_bytes(b"\xef\xbb\xbf" + lines(10, B)[1]),
    ],
    ids=["utf-16", "CR", "CR and one LF", "CRLF", "utf-8 with mark"],
)
@pytest.mark.parametrize("name", ["a.jsonl", "z.jsonl"])
def test_folder_of_files_in_several_encodings_is_read_whole(example, work, tmp_path, name, other):
    folder = tmp_path / "stick"
    folder.mkdir()
    (folder / "m.jsonl").write_bytes(lines(1)[1])
    other(folder / name)
    assert "11 answers are new." in my_work(restore=folder).said
    assert len(events("answer")) == 11


@posix
@pytest.mark.parametrize(
    ("make", "says"),
    [
        (os.mkdir, "a.jsonl was not read: it is a folder."),
        (os.mkfifo, "a.jsonl was not read: it is a pipe or a device."),
        (lambda path: path.symlink_to("nowhere"), "a.jsonl was not read: it is a link to something that is not there."),
        (lambda path: path.write_bytes(b"junk\n"), "a.jsonl, line 1 is not a line of a workbook"),
    ],
)
def test_what_cannot_be_read_in_a_folder_is_named_and_the_rest_is_restored(example, work, tmp_path, make, says):
    folder = tmp_path / "stick"
    folder.mkdir()
    make(folder / "a.jsonl")
    (folder / "b.jsonl").write_bytes(lines(3)[1])
    said = my_work(restore=folder).said
    assert "3 answers are new." in said
    assert says in said
    (folder / "b.jsonl").unlink()
    with pytest.raises(UserError, match="There is no work of yours") as caught:
        my_work(restore=folder)
    assert "a.jsonl" not in str(caught.value)


def test_words_typed_in_a_page_are_restored_from_a_folder_and_named_in_the_work_folder(example, work, tmp_path):
    answer("0.1", "own")
    typed = {"question": "0.3", "lesson": "00-x", "asked": question("0.3").asked, "response": "Typed, not given."}
    file = bundle() + json.dumps({"unsaved": typed}) + "\n"
    folder = tmp_path / "stick"
    folder.mkdir()
    (folder / "download.jsonl").write_text(file)
    assert "question 0.3" in my_work(restore=folder).said
    assert events("draft")[-1].body["response"] == "Typed, not given."
    shutil.copy(folder / "download.jsonl", work)
    (told,) = troubles()
    assert "download.jsonl, line 3 holds words that were typed" in told


@pytest.mark.parametrize("damage", [b'{"boby":', b"\xff\xfe\xfd", b"00000000"], ids=["letter", "bytes", "zeros"])
def test_own_line_damaged_at_its_beginning_is_to_be_kept(example, work, damage):
    answer("0.1", "own")
    (path,) = work.glob("*.jsonl")
    path.write_bytes(path.read_bytes().replace(b'{"body":', damage))
    said = " ".join(troubles())
    assert "is too damaged to be known as one" in said
    assert "If it is your work, keep the file where it is and restore your last download" in said


# Another person's work


READ = """
import sys
from helpers import answer, my_work
answer("0.3", "My own words, which are in my own file.")
written = []
def heard(name, args):
    if name == "open" and isinstance(args[1], str) and set(args[1]) & set("wax+"):
        written.append(str(args[0]))
    if name == "open" and args[2] & 3 or name in ("os.mkdir", "os.rename"):
        written.append(str(args[0]))
sys.addaudithook(heard)
read = my_work(read=sys.argv[1])
print(len(written), "ZANZIBAR" in read.words_html())
"""


def test_reading_another_persons_work_writes_no_file(example, work, elsewhere, tmp_path):
    elsewhere("other")
    answer("0.3", "ZANZIBAR is the other person's word.")
    file = tmp_path / "other.jsonl"
    file.write_text(bundle())
    env = dict(os.environ, PYTHONPATH=str(ROOT), CLOSE_READING_WORK=str(work), PYTHONDONTWRITEBYTECODE="1")
    done = subprocess.run([sys.executable, "-c", READ, str(file)], capture_output=True, text=True, env=env, check=True)
    assert done.stdout.split() == ["0", "True"]


# Files that were saved anew, pipes and links


SAVED_ANEW = {
    "UTF-16": lambda raw: raw.decode().encode("utf-16"),
    "UTF-32": lambda raw: raw.decode().encode("utf-32"),
    "CR": lambda raw: raw.replace(b"\n", b"\r"),
    "CRLF": lambda raw: raw.replace(b"\n", b"\r\n"),
    "with a mark": lambda raw: b"\xef\xbb\xbf" + raw,
    "junk": lambda raw: b"junk\n" * 20_000,
    "zip": lambda raw: zipped({"work.jsonl": raw}),
    "NUL bytes": lambda raw: raw + bytes(4096),
    "cut": lambda raw: raw[:-30],
}


@pytest.mark.parametrize("how", SAVED_ANEW)
def test_answer_after_another_program_saved_the_file_anew_is_read_by_the_next_kernel(work, how):
    for n in range(3):
        record("answer", {"n": n})
    (own,) = work.glob("*.jsonl")
    own.write_bytes(SAVED_ANEW[how](own.read_bytes()))
    for n in (3, 4):
        record("answer", {"n": n})
    workbook.begin_session()
    found = [event.body["n"] for event in events()]
    assert found[-2:] == [3, 4]
    if how not in ("junk", "zip", "cut"):
        assert found == [0, 1, 2, 3, 4]


@pytest.fixture
def soon():
    """Let a test that blocks fail."""

    def late(*_):
        raise RuntimeError("it blocks")  # no OSError, which the workbook handles

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(20)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@posix
def test_pipe_in_place_of_the_owner_does_not_block(work, soon):
    record("answer", {"n": 1})
    for make in (os.mkfifo, os.mkdir, lambda path: path.symlink_to("nowhere")):
        workbook.begin_session()
        owner = work / "owner.json"
        owner.rmdir() if owner.is_dir() else owner.unlink(missing_ok=True)
        make(owner)
        record("answer", {"n": 2})
        assert unsaved() == []
        assert bundle()


@posix
@pytest.mark.parametrize(
    "make",
    [Path.touch, os.mkfifo, lambda path: path.symlink_to(path.with_name("nowhere"))],
    ids=["file", "pipe", "link"],
)
def test_something_else_in_place_of_the_folder_is_named_and_no_folder_is_promised(work, make):
    make(work)
    for said in (kept_where(), cannot_keep()):
        assert str(work) in said
        assert re.search("is a file|is a pipe or a device|is a link to something that is not there", said)
        assert "is made when" not in said


@pytest.fixture
def two_places(tmp_path, monkeypatch):
    """The place for work beside the lessons, which is used, and the one in the home folder."""
    (tmp_path / "course" / "texts").mkdir(parents=True)
    at_home = tmp_path / "home" / "close-reading" / "course"
    at_home.mkdir(parents=True)
    monkeypatch.delenv("CLOSE_READING_WORK")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path / "course")
    workbook.begin_session()
    return tmp_path / "course" / "lessons" / "my-work", at_home


@posix
@pytest.mark.parametrize("before", [0, 2], ids=["nothing here yet", "work here"])
def test_work_in_another_place_is_named_until_it_was_taken_in_as_advised(two_places, monkeypatch, before):
    used, at_home = two_places
    made, raw = lines(3)
    (at_home / "a.jsonl").write_bytes(raw)
    mine = [record("answer", {"mine": n}) for n in range(before)]
    (told,) = troubles()
    assert str(at_home) in told
    assert (told in kept_where()) == (not before)
    assert before or "No work is saved here yet." in kept_where()
    monkeypatch.setenv("CLOSE_READING_HOME", str(ROOT / "tests" / "fork"))
    advice = re.search(r"my_work\((restore=.*)\)", told)[1]
    monkeypatch.setenv("CLOSE_READING_WORK", str(used))
    assert "3 answers are new." in eval(f"my_work({advice})").said  # what the student copies
    monkeypatch.delenv("CLOSE_READING_WORK")
    monkeypatch.delenv("CLOSE_READING_HOME")
    assert {event.id for event in [*made, *mine]} <= {event.id for event in events()}
    assert troubles() == []


@posix
def test_work_at_home_is_named_when_the_folder_of_the_module_has_another_name(two_places):
    at_home = two_places[1]
    _, raw = lines(3)
    last_term = at_home.with_name("course-of-last-term")
    last_term.mkdir()
    (last_term / "a.jsonl").write_bytes(raw)
    (told,) = troubles()
    assert told in kept_where()
    assert f"my_work(restore={str(last_term)!r}" in told
    # Where there is work, that of another module is not spoken of.
    record("answer", {"mine": 1})
    assert troubles() == []


# Folders that may not be opened

AS_STUDENT = """
import os, sys
from pathlib import Path
from helpers import answer, my_work
from helpers.widgets import portfolio_state
from helpers.workbook import begin_session, bundle, cannot_keep, kept_where, troubles
work = Path(os.environ["CLOSE_READING_WORK"])
acts = (kept_where, cannot_keep, troubles, bundle, portfolio_state, lambda: str(my_work()),
        lambda: my_work()._repr_html_(), lambda: str(answer("0.3", "These are new words of mine.")))
for act in acts:
    act()
if os.geteuid() == 0:
    for path in (work.parent, work, *work.iterdir()):
        os.chown(path, 65534, 65534)
    os.setgid(65534), os.setuid(65534)
for mode in (0o600, 0o400, 0o500, 0o300, 0o100, 0):
    os.chmod(work, mode)
    begin_session()
    print(oct(mode), kept_where(), "|", cannot_keep(), "|", *troubles())
    for act in acts:
        act()
os.chmod(work, 0o700)
os.chmod(work.parent, 0o600)
begin_session()
try:
    my_work(restore=work / "a.jsonl")
except ValueError as error:
    print("inside", kept_where(), "|", cannot_keep(), "|", error)
for act in acts:
    act()
os.chmod(work.parent, 0o700)
"""


@posix
def test_closed_folder_raises_nothing_and_is_reported(example):
    place = Path(tempfile.mkdtemp(prefix="closed-"))
    place.chmod(0o755)
    try:
        # The other person must be able to read the lessons, wherever this project itself is kept.
        home = shutil.copytree(os.environ["CLOSE_READING_HOME"], place / "module")
        env = dict(
            os.environ,
            PYTHONPATH=str(ROOT),
            CLOSE_READING_HOME=str(home),
            CLOSE_READING_WORK=str(place / "own" / "work"),
        )
        done = subprocess.run([sys.executable, "-c", AS_STUDENT], capture_output=True, text=True, env=env, check=False)
        assert done.returncode == 0, done.stderr
        assert done.stdout.count("Nothing that you write can be saved here: you may not both read and write in") == 7
        *told, inside = done.stdout.splitlines()
        assert "is made when" not in inside
        assert "a.jsonl cannot be read. Check that you have permission to open it." in inside
        for line in told:
            assert "Your work is kept in" not in line
            assert "permission to write there" not in line
            assert "Your work is in" in line if line.startswith("0o500") else "None of your work can be read" in line
            assert "0o500" in line or "cannot be read (Permission denied)" in line
    finally:
        shutil.rmtree(place)


# Something else in the place of the file


@posix
@pytest.mark.parametrize("make", [os.mkfifo, lambda path: path.symlink_to(path.with_name("target")), os.mkdir])
def test_answer_is_not_called_saved_if_something_else_is_in_the_place_of_the_file(work, make):
    first = record("answer", {"n": 1})
    (own,) = work.glob("*.jsonl")
    own.rename(work / "moved.jsonl")
    (work / "target").touch()
    make(own)
    with pytest.raises(NotSaved, match=f"{own.name} is no longer a file, but a link or a pipe|is a folder"):
        record("answer", {"n": 2})
    assert len(unsaved()) == 1
    assert [event.body["n"] for event in events()] == [1, 2]
    shutil.rmtree(own) if own.is_dir() and not own.is_symlink() else own.unlink()
    record("answer", {"n": 3})
    assert unsaved() == []
    workbook.begin_session()
    assert [event.body["n"] for event in events()] == [1, 2, 3]
    assert events()[0] == first


# Reaching the limit takes two million lines. Here one line may go as far.
AT_THE_LIMIT = """
import json, sys
import helpers
from helpers import workbook as w
sys.modules[w.__name__ + ".merge"].MOST_JUMP = w.MOST_COUNTER
said = []
for n in range(2):
    try:
        said.append(w.record("answer", {"n": n}).counter)
    except w.NotSaved:
        raise
    except helpers.UserError as error:
        said.append(str(error))
print(json.dumps([said, [event.counter for event in w.events()], len(w.unsaved()), w.troubles()]))
"""


def test_answer_with_a_number_that_cannot_be_read_back_is_refused(work):
    work.mkdir()
    last = Event(MOST_COUNTER - 1, A, "2026-11-20T09:00:00Z", "answer", {})
    (work / "strange.jsonl").write_text(write_line(last) + "\n")
    env = dict(os.environ, PYTHONPATH=str(ROOT))
    done = subprocess.run([sys.executable, "-c", AT_THE_LIMIT], capture_output=True, text=True, env=env, check=True)
    said, found, waiting, told = json.loads(done.stdout)
    assert said[0] == MOST_COUNTER
    assert re.match(r"Not saved: .* has an entry with the number 9,007,199,254,740,992\..*Move that file", said[1])
    assert found == [MOST_COUNTER - 1, MOST_COUNTER]
    assert (waiting, told) == (0, [])


# Full disks


@pytest.fixture
def small_disk(tmp_path):
    """A real disk of 64 KB; skip the test if none can be mounted."""
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)]
    if not shutil.which("mount") or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("no disk may be mounted here")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_restore_writes_what_was_only_in_memory(small_disk, monkeypatch):
    monkeypatch.setenv("CLOSE_READING_WORK", str(small_disk / "my-work"))
    workbook.begin_session()
    record("answer", {"n": "on disk", "text": "z" * 3_600})
    (small_disk / "film").write_bytes(b"0" * shutil.disk_usage(small_disk).free)
    for n in range(40):
        with pytest.raises(NotSaved, match="the disk is full"):
            record("answer", {"n": n, "text": "z" * 900})
    saved = bundle()
    assert saved.count("\n") == 42
    with pytest.raises(UserError, match=r"Nothing was restored.*the disk is full"):
        restore(saved)
    assert len(unsaved()) == 40
    (small_disk / "film").unlink()
    assert restore(saved).known == 41
    assert unsaved() == []
    workbook.begin_session()  # the kernel is restarted
    assert len(events()) == 41


# Damaged files


def _worst_first(raw):
    """Put the line that is damaged first."""
    return b"".join(sorted(raw.splitlines(keepends=True), key=lambda line: b'"n":7' not in line))


def _wide(raw, encoding):
    return raw.decode().encode(encoding)


DAMAGED = {
    "one NUL byte": lambda raw: raw.replace(b'"n":7', b'"n":\x00', 1),
    "a NUL byte near the beginning": lambda raw: _worst_first(raw).replace(b"{", b"{\0", 1),
    "bad bytes at the beginning": lambda raw: b"\xff\xfe" + _worst_first(raw),
    "CR in the middle": lambda raw: raw.replace(b'"n":7', b'"n"\r\r:', 1),
    "one bad byte": lambda raw: raw.replace(b'"n":7', b'"n":\xff', 1),
    "UTF-16": lambda raw: _wide(raw.replace(b'"n":7', b'"n":"\xe2\x80\x9c', 1), "utf-16"),
    "UTF-16 without mark": lambda raw: _wide(raw.replace(b'"n":7', b'"n":x', 1), "utf-16-le"),
    "UTF-16, one bad unit": lambda raw: _wide(raw, "utf-16").replace(b"7\0,\0", b"\0\xd8,\0", 1),
    "UTF-16 BE": lambda raw: b"\xfe\xff" + _wide(raw.replace(b'"n":7', b'"n":x', 1), "utf-16-be"),
    "UTF-32": lambda raw: _wide(raw.replace(b'"n":7', b'"n":x', 1), "utf-32"),
    "Latin-1": lambda raw: raw.replace(b'"n":7', b'"n":"\xe9"', 1),
    "a line cut": lambda raw: raw.replace(b'"n":7', b"\n", 1),
    "CR": lambda raw: raw.replace(b'"n":7', b'"n":x', 1).replace(b"\n", b"\r"),
    "CRLF": lambda raw: raw.replace(b'"n":7', b'"n":x', 1).replace(b"\n", b"\r\n"),
}


@pytest.mark.parametrize("how", DAMAGED)
def test_damaged_file_gives_19_of_20_by_page_by_name_in_the_folder_and_in_a_class(
    example, work, elsewhere, tmp_path, how
):
    made, raw = lines(20)
    hurt = DAMAGED[how](raw)
    assert hurt != raw
    file = tmp_path / "handed in.jsonl"
    file.write_bytes(hurt)
    kept = [event for event in made if event.counter != 7]
    # by the page
    restore_download(hurt)
    assert events("answer") == kept
    # by name
    elsewhere("by name")
    my_work(restore=file)
    assert events("answer") == kept
    # in the folder
    folder = elsewhere("in the folder")
    folder.mkdir()
    shutil.copy(file, folder / "work.jsonl")
    assert events("answer") == kept
    assert troubles()
    with (folder / "work.jsonl").open("ab") as more:
        more.write(b"")
    os.utime(folder / "work.jsonl", (1, 1))
    assert events("answer") == kept
    # in a class
    found = agreement([file, hurt], parse_text("Return all this.", "unread"))
    assert found.readers == ("reader 1",)


def test_class_reads_marks_of_a_damaged_file_by_name(example, work, tmp_path):
    text = parse_text("Return all this. Rely on nobody.", "letter")
    annotate_span(text, 7, 10)
    annotate_span(text, 17, 21)
    raw = bundle().encode()
    file = tmp_path / "ana.jsonl"
    file.write_bytes(raw.replace(b"\n", b"\n\xff\x00 no line of ours\n", 1))
    with_bytes = agreement([file.read_bytes()], text)
    assert [row["passage"] for row in agreement([file], text).passages] == [
        row["passage"] for row in with_bytes.passages
    ]
    assert len(with_bytes.passages) == 2


# Killed while writing


WRITES = """
import os, signal, sys, threading, time
from helpers.core import put_file, write_new_file
from pathlib import Path
def kill(name, args):
    if name == sys.argv[2]:
        os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(kill)
path = Path(sys.argv[1])
if sys.argv[3] == "new":
    write_new_file(path, b"x" * 100_000)
else:
    write_new_file(path, b"x" * 100_000, force=True)
"""


@posix
@pytest.mark.parametrize("how", ["new", "replace"])
@pytest.mark.parametrize("moment", ["os.link", "os.rename", "os.remove"])
def test_killed_save_leaves_the_old_file_or_the_whole_new_one_and_its_rest_is_cleared(tmp_path, how, moment):
    path = tmp_path / "page.html"
    if how == "replace":
        path.write_bytes(b"old")
    env = dict(os.environ, PYTHONPATH=str(ROOT))
    done = subprocess.run([sys.executable, "-c", WRITES, str(path), moment, how], env=env, timeout=60, check=False)
    assert done.returncode in (0, -signal.SIGKILL)
    content = path.read_bytes() if path.exists() else None
    assert content in ((b"old" if how == "replace" else None), b"x" * 100_000)
    write_new_file(tmp_path / "next.html", "next")
    assert not list(tmp_path.glob(".*")), "what the kill left behind is cleared"


@posix
def test_part_that_another_process_writes_is_not_cleared(tmp_path):
    script = (
        "import sys, time\nfrom pathlib import Path\nfrom helpers.core import put_file\nimport os\n"
        "real = os.fsync\n"
        "def slow(handle):\n    print('writing', flush=True); sys.stdin.readline(); real(handle)\n"
        "os.fsync = slow\nput_file(Path(sys.argv[1]), b'slow')\n"
    )
    env = dict(os.environ, PYTHONPATH=str(ROOT))
    writer = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path / "slow.txt")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env,
    )  # fmt: skip
    assert writer.stdout.readline() == "writing\n"
    put_file(tmp_path / "fast.txt", b"fast")
    assert len(list(tmp_path.glob(".*.part"))) == 1
    writer.communicate("\n\n\n")
    assert writer.returncode == 0
    assert (tmp_path / "slow.txt").read_bytes() == b"slow"
    assert not list(tmp_path.glob(".*"))


def test_save_on_a_full_disk_keeps_the_old_file_and_leaves_nothing_behind(small_disk):
    path = small_disk / "page.html"
    path.write_bytes(b"old")
    for force, name in ((True, "page.html"), (False, "new.html")):
        with pytest.raises(UserError, match="could not be written"):
            write_new_file(small_disk / name, b"x" * 100_000, force=force)
    assert path.read_bytes() == b"old"
    assert [one.name for one in small_disk.iterdir()] == ["page.html"]
