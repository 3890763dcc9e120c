"""Whose files they are: archives of an LMS, folders, pages; rosters; and a second run into the same folder."""

from __future__ import annotations

import gzip
import os
import pickle
import random
import signal
import subprocess
import sys
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from functools import reduce
from pathlib import Path

import pytest
from synthetic import canvas_zip, digits, make_class, moodle_zip, packed as zipped

from helpers import UserError
from helpers.__main__ import main
from helpers.classroom import (
    ClassResult,
    Handed,
    Keeper,
    ReportFolder,
    Student,
    class_report,
    collect,
    student_result,
    write_class,
)
from helpers.core import Scratch, element, standalone_page
from helpers.workbook import WhoseWork, file_header, packed_for_page, same_people

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def few():
    return make_class(4)


def named(found) -> dict[str, Student]:
    return {one.student.name: one.student for one in found.result.in_order()}


def put(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_archive_of_moodle_gives_names_and_ids(few, tmp_path):
    found = collect([put(tmp_path / "a.zip", moodle_zip(few))])
    assert {one.name: one.lms_id for one in named(found).values()} == {one.name: f"{4000 + one.number}" for one in few}
    assert found.troubles == ()


def test_archive_of_canvas_gives_ids_and_who_was_late(few, tmp_path):
    found = collect([put(tmp_path / "a.zip", canvas_zip(few, late=[2]))])
    assert {one.name: (one.lms_id, one.late) for one in named(found).values()} == {
        one.name: (f"{4000 + one.number}", one.number == 2) for one in few
    }


def test_downloads_folders_pages_and_gzip_are_read(few, tmp_path):
    put(tmp_path / "in/my-work-a.jsonl", few[0].file)
    put(tmp_path / "in/deep/b.html", _page(few[1].file))
    put(tmp_path / "in/c.jsonl.gz", gzip.compress(few[2].file))
    folder = put(tmp_path / "in/work/session.jsonl", b"\n".join(few[3].file.splitlines()[1:])).parent
    put(folder / "owner.json", file_header([digits("owner 3", 32)]).encode())
    found = collect([tmp_path / "in"])
    assert found.troubles == ()
    assert set(named(found)) == {one.name for one in few}
    assert {name: len(one.answers) for name, one in ((r.student.name, r) for r in found.result.in_order())} == {
        one.name: len(one.tries) + len(one.essays) for one in few
    }


def _page(download: bytes) -> bytes:
    template = element("template", packed_for_page(download.decode()), id="workbook")
    return standalone_page("My work", element("h1", "My work"), template).encode()


def test_several_files_of_one_student_are_merged_and_duplicates_named(few, tmp_path):
    lines = few[0].file.splitlines()
    early = put(tmp_path / "early.jsonl", b"\n".join(lines[: len(lines) // 2]) + b"\n")
    late = put(tmp_path / "late.jsonl", few[0].file)
    again = put(tmp_path / "late (1).jsonl", few[0].file)
    found = collect([early, late, again])
    (student,) = named(found).values()
    assert student.files == ("early.jsonl", "late.jsonl")
    assert found.troubles == (("late (1).jsonl", "is the same as late.jsonl"),)


def test_second_computer_that_took_in_the_first_is_one_student(few, tmp_path):
    owner, other = digits("owner 0", 32), digits("another computer", 32)
    body = few[0].file.split(b"\n", 1)[1]
    first = put(tmp_path / "a.jsonl", few[0].file)
    second = put(tmp_path / "b.jsonl", file_header([other, owner]).encode() + b"\n" + body)
    assert len(collect([first, second]).result.students) == 1


def test_two_students_of_one_name_are_kept_apart(few, tmp_path):
    twin = make_class(1)[0]
    other = twin.file.replace(digits("owner 0", 32).encode(), b"f" * 32)
    files = [("Ada Example_1_assignsubmission_file_/x.jsonl", few[0].file)]
    files += [("Ada Example_2_assignsubmission_file_/x.jsonl", other)]
    found = collect([put(tmp_path / "a.zip", zipped(files))])
    assert [one.student.lms_id for one in sorted(found.result.students.values(), key=lambda r: r.student.lms_id)] == [
        "1",
        "2",
    ]
    assert len({one.student.key for one in found.result.students.values()}) == 2


def test_one_workbook_of_two_students_is_told_and_not_merged(few, tmp_path):
    files = [
        (f"{name}_{n}_assignsubmission_file_/x.jsonl", few[0].file) for n, name in enumerate(("Ada A", "Ben B"), 1)
    ]
    found = collect([put(tmp_path / "a.zip", zipped(files))])
    assert len(found.result.students) == 2
    assert len({one.student.key for one in found.result.students.values()}) == 2
    assert any("the same workbook" in said for _, said in found.troubles)


def test_two_files_with_one_session_and_two_names_are_kept_apart(few, tmp_path):
    """Both are without an owner, as in version 0.1.0: one went on from the other’s file, or forged its session."""
    bare = few[0].file.split(b"\n", 1)[1]
    ben = make_class(1)[0]
    ben.lines.clear()
    ben.add("name", {"name": "Mallory"})
    found = collect([put(tmp_path / "a.jsonl", bare), put(tmp_path / "m.jsonl", ben.file.split(b"\n", 1)[1])])
    assert set(named(found)) == {"Ada Example", "Mallory"}
    assert len(found.result.students) == 2


def test_entries_with_one_number_and_other_words_are_told(few, tmp_path):
    forged = make_class(1)[0]
    forged.lines.clear()
    forged.add("name", {"name": "Ada Example"})
    for _ in range(3):
        forged.add("answer", {"question": "0.0", "response": "forged"})
    found = collect([put(tmp_path / "a.jsonl", few[0].file), put(tmp_path / "b.jsonl", forged.file)])
    (result,) = found.result.students.values()
    assert any("number of another event" in said for _, said in result.troubles)
    assert len(result.answers) == len(few[0].tries) + len(few[0].essays)


@pytest.mark.parametrize(
    "roster",
    [
        'Student,ID,SIS Login ID\nPoints Possible,,\n"Example, Ada",4000,ada\n"Example, Ben",4001,ben\n'
        '"Missing, Mia",9,mia\n',
        "\ufeffIdentifier;Full name;Email address\nParticipant 4000;Ada Example;ada@example.org\n"
        "Participant 4001;Ben Example;ben@example.org\nParticipant 9;Mia Missing;mia@example.org\n",
        "First name\tLast name\tEmail address\nAda\tExample\tada@example.org\nBen\tExample\tben@example.org\n"
        "Mia\tMissing\tmia@example.org\n",
        "pseudonym\nAda Example\nBen Example\nMia Missing\n",
    ],
)
def test_roster_tells_who_is_missing_and_who_is_not_on_it(roster, few, tmp_path):
    path = put(tmp_path / "roster.csv", roster.encode())
    found = collect([put(tmp_path / "a.zip", moodle_zip(few[:3]))], roster=path)
    assert found.missing in (("Mia Missing",), ("Missing, Mia",))
    assert found.on_roster == 3
    (unlisted,) = found.unlisted
    assert found.result.students[unlisted].student.name == "Cleo Example"
    ada = next(one.student for one in found.result.in_order() if one.student.lms_id == "4000")
    assert "Ada" in ada.roster_row.values() or any("Ada" in value for value in ada.roster_row.values())


def test_two_rows_of_one_name_are_given_to_nobody_without_an_id(few, tmp_path):
    path = put(tmp_path / "roster.csv", b"ID,Name\n1,Ada Example\n2,Ada Example\n")
    found = collect([put(tmp_path / "a.jsonl", few[0].file)], roster=path)
    (one,) = found.result.in_order()
    assert one.student.roster_row is None
    assert ("Ada Example", "fits several rows of the roster, and was given none") in found.troubles


def test_roster_without_a_known_column_is_refused(few, tmp_path):
    path = put(tmp_path / "roster.csv", b"colour,size\nred,1\n")
    with pytest.raises(UserError, match=r"no column has the id.*colour, size"):
        collect([put(tmp_path / "a.jsonl", few[0].file)], roster=path)


def test_second_run_keeps_keys_and_numbers(few, tmp_path):
    first = write_class([put(tmp_path / "a.zip", moodle_zip(few[:2]))], tmp_path / "out")
    before = {one.student.name: (one.student.key, one.student.number) for one in first.results}
    second = write_class([put(tmp_path / "b.zip", moodle_zip(few))], tmp_path / "out")
    after = {one.student.name: (one.student.key, one.student.number) for one in second.results}
    assert {name: after[name] for name in before} == before
    assert sorted(number for _, number in after.values()) == [1, 2, 3, 4]
    third = write_class([tmp_path / "a.zip"], tmp_path / "out")
    assert {one.student.name: (one.student.key, one.student.number) for one in third.results} == before


def test_key_stays_when_a_second_computer_is_added(few, tmp_path):
    first = write_class([put(tmp_path / "a.jsonl", few[0].file)], tmp_path / "out")
    body = few[0].file.split(b"\n", 1)[1]
    header = file_header(["0" * 32, digits("owner 0", 32)]).encode()
    put(tmp_path / "b.jsonl", header + b"\n" + body)
    second = write_class([tmp_path / "a.jsonl", tmp_path / "b.jsonl"], tmp_path / "out")
    assert [one.student.key for one in second.results] == [one.student.key for one in first.results]


def test_keys_are_letters_that_no_spreadsheet_changes(report):
    assert all(one.student.key.isalpha() and one.student.key.isascii() for one in report.results)


def test_order_of_files_makes_no_difference(few, tmp_path):
    paths = [put(tmp_path / f"{one.number}.jsonl", one.file) for one in few]
    pages = []
    for seed in range(3):
        random.Random(seed).shuffle(paths)
        pages.append(class_report(paths).pages())
    assert pages[0] == pages[1] == pages[2]


def test_classes_split_and_merged_at_random_are_equal(report):
    parts = [ClassResult.of(one) for one in report.results]
    for seed in range(20):
        chance = random.Random(seed)
        left = list(parts) + chance.choices(parts, k=3)  # a part may come twice
        while len(left) > 1:
            one, other = (left.pop(chance.randrange(len(left))) for _ in range(2))
            left.append(one.merge(other))
        assert left[0] == report.collected.result
    assert reduce(ClassResult.merge, parts, ClassResult()) == report.collected.result


def test_kept_results_are_those_of_the_students_and_need_little_memory(thirty, monkeypatch):
    """Long words are in a file, and answers that several students gave are kept once."""
    each = [student_result(Handed(Student(one.name, 1), ((one.name, ((one.name, one.file),)),))) for one in thirty]
    monkeypatch.setattr(Scratch, "IN_MEMORY", 1)
    keeper = Keeper()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    kept = [keeper.kept(pickle.loads(pickle.dumps(one))) for one in each]
    needed = (tracemalloc.get_traced_memory()[0] - before) / len(each)
    for one, other in zip(each, kept, strict=True):
        assert other.answers == one.answers
        assert [repr(essay).partition("(")[2] for essay in other.essays] == [
            repr(essay).partition("(")[2] for essay in one.essays
        ]
        assert pickle.loads(pickle.dumps(other)) == one
    begin = tracemalloc.get_traced_memory()[0]
    whole = [pickle.loads(pickle.dumps(one)) for one in each]
    size = (tracemalloc.get_traced_memory()[0] - begin) / len(each)
    tracemalloc.stop()
    assert len(whole) == len(each)
    assert needed < size * 0.7


def test_threads_give_the_same_report_as_processes(packed, report):
    with ThreadPoolExecutor(4) as executor:
        assert class_report(packed, names=True, executor=executor).pages() == report.pages()


def test_real_dask_cluster_gives_the_same_report(packed, report):
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=2, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
    ):
        assert class_report(packed, names=True, executor=client.get_executor()).pages() == report.pages()


def test_foreign_file_in_the_folder_stays(few, tmp_path):
    mine = put(tmp_path / "out/index.html", b"my own page")
    with pytest.raises(UserError, match=r"index\.html in .* was not made by this command"):
        write_class([put(tmp_path / "a.jsonl", few[0].file)], tmp_path / "out")
    assert mine.read_bytes() == b"my own page"
    assert os.listdir(tmp_path / "out") == ["index.html"]


@pytest.mark.parametrize(
    "damage", [b"", b"{", b"[]", b'{"format": "close-reading-class", "made": [], "students": [1]}']
)
def test_damaged_numbers_are_not_replaced(damage, few, tmp_path):
    data = put(tmp_path / "out/class.json", damage)
    with pytest.raises(UserError, match=r"class\.json is damaged"):
        write_class([put(tmp_path / "a.jsonl", few[0].file)], tmp_path / "out")
    assert data.read_bytes() == damage


def test_link_in_the_folder_is_replaced_and_not_followed(few, tmp_path):
    work = put(tmp_path / "a.jsonl", few[0].file)
    write_class([work], tmp_path / "out")
    outside = put(tmp_path / "outside.html", b"outside")
    (tmp_path / "out" / "index.html").unlink()
    (tmp_path / "out" / "index.html").symlink_to(outside)
    write_class([work], tmp_path / "out")
    assert outside.read_bytes() == b"outside"
    assert not (tmp_path / "out" / "index.html").is_symlink()


def test_own_output_is_not_read_as_a_hand_in(few, tmp_path):
    put(tmp_path / "a.jsonl", few[0].file)
    write_class([tmp_path], tmp_path / "report")
    assert write_class([tmp_path], tmp_path / "report").collected.troubles == ()


def test_roster_and_a_folder_named_twice_are_not_read_as_hand_ins(few, tmp_path):
    put(tmp_path / "in/a.jsonl", few[0].file)
    roster = put(tmp_path / "in/roster.csv", b"ID,Name\n1,Ada Example\n")
    found = collect([tmp_path / "in", tmp_path / "in", tmp_path / "in/a.jsonl"], roster=roster)
    assert found.troubles == ()
    assert found.files == 1


def test_zipped_work_folder_of_several_people_gives_each_of_them(few, tmp_path):
    files = []
    for one, folder in ((few[0], "my-work"), (few[1], "my-work/people/ab")):
        header, *lines = one.file.splitlines()
        files += [(f"{folder}/s.jsonl", b"\n".join(lines[:20])), (f"{folder}/t.jsonl", b"\n".join(lines[20:]))]
        files.append((f"{folder}/owner.json", header))
    found = collect([put(tmp_path / "work.zip", zipped(files))])
    assert set(named(found)) == {few[0].name, few[1].name}
    for one in few[:2]:
        (result,) = [result for result in found.result.in_order() if result.student.name == one.name]
        assert len(result.answers) == len(one.tries) + len(one.essays)


def test_very_many_files_with_one_session_are_compared_in_a_line(few):
    works = [WhoseWork(f"{n}", sessions=frozenset(["s"])) for n in range(20_000)]
    assert len(list(same_people(works))) == len(works) - 1


def test_own_workbook_is_not_touched(few, tmp_path, monkeypatch):
    monkeypatch.setenv("CLOSE_READING_WORK", str(tmp_path / "own"))
    own = put(tmp_path / "own/session.jsonl", few[1].file)
    before = own.stat()
    write_class([put(tmp_path / "a.jsonl", few[0].file)], tmp_path / "out")
    assert [path.name for path in (tmp_path / "own").iterdir()] == ["session.jsonl"]
    assert (own.stat().st_mtime_ns, own.stat().st_size) == (before.st_mtime_ns, before.st_size)


@pytest.mark.skipif(os.name == "nt", reason="Windows kills processes in another way")
def test_killed_run_loses_nothing(packed, tmp_path):
    command = [sys.executable, "-m", "helpers", "class", str(packed), "-o", str(tmp_path / "out")]
    settings = dict(os.environ, PYTHONPATH=str(ROOT))
    subprocess.run(command, check=True, capture_output=True, env=settings, cwd=ROOT)

    def there():
        files = [path for path in (tmp_path / "out").rglob("*.*") if path.is_file() and path.suffix != ".part"]
        return {path.relative_to(tmp_path / "out").as_posix(): path.read_bytes() for path in files}

    before = there()
    for seconds in (0.3, 1.2, 2.5):
        running = subprocess.Popen(command, env=settings, cwd=ROOT, stdout=subprocess.DEVNULL, start_new_session=True)
        try:
            running.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(running.pid, signal.SIGKILL)
            running.wait()
        assert there() == before
    assert set(ReportFolder(tmp_path / "out").made) == set(before) - {"class.json"}


def test_command_says_in_one_line_what_was_written_and_what_not(few, tmp_path, capsys):
    put(tmp_path / "in/a.jsonl", few[0].file)
    put(tmp_path / "in/b.jsonl", b"")
    assert main(["class", str(tmp_path / "in"), "-o", str(tmp_path / "out")]) == 0
    said = capsys.readouterr()
    (line,) = said.out.splitlines()
    assert line.startswith(
        f"1 student, 1 file: {tmp_path / 'out' / 'index.html'}. Not read, or with a remark: 1, listed above."
    )
    assert said.err.splitlines() == ["- in/b.jsonl is an empty file"]


def test_command_without_any_work_fails_and_writes_nothing(tmp_path, capsys):
    put(tmp_path / "in/b.jsonl", b"")
    assert main(["class", str(tmp_path / "in"), "-o", str(tmp_path / "out")]) == 1
    assert "No work could be read. in/b.jsonl is an empty file." in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_student_result_depends_on_the_files_only(few):
    handed = Handed(Student("a", 1), (("a.jsonl", (("a.jsonl", few[0].file),)),))
    assert student_result(handed) == student_result(handed)
