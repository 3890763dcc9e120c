"""Whose workbook: nobody's work is mixed with another person's, and several people share one account."""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from helpers import annotate, annotations, answer, load_text, my_work, portfolio, workbook
from helpers.core import UserError
from helpers.questions import keep_draft, question, standing_of
from helpers.texts import text_ids
from helpers.widgets import handle_portfolio, portfolio_state

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def computer(tmp_path, monkeypatch, example):
    """Switch to another computer, with a kernel of its own: ``computer("name")``."""

    def use(name: str) -> Path:
        workbook.begin_session()
        monkeypatch.setenv("CLOSE_READING_WORK", str(tmp_path / name / "my-work"))
        return tmp_path / name / "my-work"

    use("laptop")
    yield use
    workbook.begin_session()


def work_of(name: str, words: str, *, mark: bool = False) -> str:
    """Let somebody work; give the download."""
    if name:
        my_work(name=name, me=True)
    answer("0.3", words)
    if mark:
        text = load_text(text_ids()[0])
        annotate(text, text.choose(layers="actors")[0].text.split()[0], note=words)
    return workbook.bundle()


def download(folder: Path, content: str) -> Path:
    path = folder / "download.jsonl"
    path.write_text(content, encoding="utf-8")
    return path


def answers() -> list[str]:
    return [event.body["response"] for event in workbook.events("answer")]


# ---------------------------------------------------------------- the owner


def test_owner_is_made_once_and_is_in_every_download(computer):
    folder = computer("laptop")
    assert "owner" not in workbook.bundle().splitlines()[0]
    answer("0.3", "one")
    (id,) = json.loads(workbook.bundle().splitlines()[0])["owner"]
    workbook.begin_session()
    answer("0.3", "two")
    assert json.loads(workbook.bundle().splitlines()[0])["owner"] == [id]
    # A damaged file is made anew, and the work is not touched.
    (folder / "owner.json").write_text("{", encoding="utf-8")
    workbook.begin_session()
    answer("0.3", "three")
    assert json.loads(workbook.bundle().splitlines()[0])["owner"] != [id]
    assert answers() == ["one", "two", "three"]


def test_several_kernels_make_one_owner(tmp_path):
    script = "from helpers.workbook import record\nfor n in range(20):\n    record('answer', {'n': n})"
    environment = dict(os.environ, CLOSE_READING_WORK=str(tmp_path / "work"), PYTHONPATH=str(ROOT))
    running = [subprocess.Popen([sys.executable, "-c", script], env=environment) for _ in range(4)]
    assert [one.wait(timeout=60) for one in running] == [0] * 4
    assert len(json.loads((tmp_path / "work" / "owner.json").read_text(encoding="utf-8"))["owner"]) == 1


# ---------------------------------------------------------------- restore


def test_own_download_is_restored_without_a_question(computer, tmp_path):
    first = work_of("Fox", "on the laptop")
    assert "0 answers are new" in my_work(restore=download(tmp_path, first)).said
    computer("school")
    assert "1 answer is new" in my_work(restore=download(tmp_path, first)).said  # nothing was here
    answer("0.3", "at school")
    second = workbook.bundle()
    computer("laptop")
    assert "1 answer is new" in my_work(restore=download(tmp_path, second)).said
    assert answers() == ["on the laptop", "at school"]


@pytest.mark.parametrize("name", ["Owl", "Fox", ""], ids=["another name", "the same name", "no name"])
@pytest.mark.parametrize("edition", [1, 2])
def test_another_students_file_is_not_mixed_with_ones_own(computer, tmp_path, name, edition):
    computer("other")
    theirs = work_of(name, "Theirs", mark=True)
    if edition == 1:  # without an owner in the header
        theirs = '{"format":"close-reading-workbook","version":1}\n' + theirs.partition("\n")[2]
    computer("laptop")
    mine = work_of("Fox", "Mine")
    said = my_work(restore=download(tmp_path, theirs)).said
    assert said.startswith(f"Whose file is this? It is the work of {f'“{name}”' if name else 'somebody'}")
    assert "1 answer and 1 mark" in said
    assert ("The names are the same" in said) == (name == "Fox")
    assert (answers(), workbook.student_name()) == (["Mine"], "Fox")
    assert workbook.bundle() == mine, "nothing was recorded either"
    # Reading it changes nothing.
    page = my_work(read=tmp_path / "download.jsonl")
    assert "Theirs" in page.words_html()
    assert "Theirs" not in repr(page) + page._repr_html_()
    assert 'sandbox=""' in page.words_html()
    assert workbook.bundle() == mine
    # If the student says that both are hers, it is restored, and the next time there is no question.
    assert "1 answer is new" in my_work(restore=tmp_path / "download.jsonl", me=True).said
    assert sorted(answers()) == ["Mine", "Theirs"]
    assert "0 answers are new" in my_work(restore=tmp_path / "download.jsonl").said


def test_two_people_with_a_common_file_are_told_apart(computer, tmp_path):
    computer("pair")
    common = work_of("", "Of both")
    both = []
    for name in ("Fox", "Owl"):
        computer(name)
        my_work(restore=download(tmp_path, common))
        both.append(work_of(name, f"Of {name}"))
    computer("Fox")
    assert "Whose file is this?" in my_work(restore=download(tmp_path, both[1])).said
    assert answers() == ["Of both", "Of Fox"]


@pytest.mark.parametrize("teacher", ["Prof. Stein", ""])
@pytest.mark.parametrize("named", [True, False])
def test_students_who_begin_with_one_file_of_a_teacher_are_told_apart(computer, tmp_path, teacher, named):
    computer("teacher")
    begun = work_of(teacher, "Of the teacher")
    made = {}
    for name in ("Anna", "Berta"):
        computer(name)
        my_work(restore=download(tmp_path, begun))
        made[name] = work_of(name if named else "", f"Of {name}")
    computer("Anna")
    said = my_work(restore=download(tmp_path, made["Berta"])).said
    assert said.startswith("Whose file is this?")
    assert "here too. Either both are yours" in said
    assert answers() == ["Of the teacher", "Of Anna"]
    if teacher and named:  # nor is the teacher's workbook that of a student, whoever restores which file
        computer("teacher")
        answer("0.3", "More of the teacher")
        more = workbook.bundle()
        assert "Whose file is this?" in my_work(restore=download(tmp_path, made["Anna"])).said
        computer("Anna")
        assert "Whose file is this?" in my_work(restore=download(tmp_path, more)).said
        assert answers() == ["Of the teacher", "Of Anna"]


def test_renamed_workbook_stays_the_same_persons(computer, tmp_path):
    computer("laptop")
    first = work_of("Fox", "one")
    (id,) = json.loads(first.splitlines()[0])["owner"]
    computer("school")
    my_work(restore=download(tmp_path, first))
    answer("0.3", "at school")
    school = workbook.bundle()
    computer("laptop")
    my_work(name="Owl", me=True)
    assert json.loads(workbook.bundle().splitlines()[0])["owner"] == [id]
    assert "1 answer is new" in my_work(restore=download(tmp_path, school)).said
    renamed = workbook.bundle()
    # Under its new name the work is asked about once, on a computer that does not know it.
    computer("school")
    assert "under a new name" in my_work(restore=download(tmp_path, renamed)).said
    my_work(restore=download(tmp_path, renamed), me=True)
    answer("0.3", "at school again")
    assert workbook.student_name() == "Owl"
    school = workbook.bundle()
    computer("laptop")
    assert "1 answer is new" in my_work(restore=download(tmp_path, school)).said


def test_new_name_over_a_restored_file_asks_and_each_answer_does_what_it_says(computer, tmp_path):
    computer("laptop")
    first = work_of("Fox", "one")
    own = set(json.loads(first.splitlines()[0])["owner"])
    kept = []
    for choice in (0, 1):
        computer(f"school {choice}")
        my_work(restore=download(tmp_path, first))
        asked = handle_portfolio({"do": "name", "name": "Owl"})["question"]
        assert "Is this your own work under a new name" in asked["words"]
        assert workbook.student_name() == "Fox"
        handle_portfolio(asked["choices"][choice][1])
        assert (workbook.student_name(), answers()) == ("Owl", ["one"])
        kept.append(own <= set(json.loads(workbook.bundle().splitlines()[0])["owner"]))
    assert kept == [True, False]
    handle_portfolio(asked["choices"][2][1])
    assert (workbook.student_name(), answers()) == ("Owl", [])


def test_question_says_what_is_true_of_two_files_of_one_name(computer, tmp_path):
    folder = computer("laptop")
    first = work_of("Fox", "one")
    (folder / "owner.json").write_text("{", encoding="utf-8")
    workbook.begin_session()
    answer("0.3", "two")
    assert "already here: 2" in my_work(restore=download(tmp_path, first)).said, "all of it is here"
    second = workbook.bundle()
    computer("school")
    my_work(restore=download(tmp_path, first))
    answer("0.3", "at school")
    said = my_work(restore=download(tmp_path, second)).said
    assert "Of the file, 2 entries are here too" in said
    assert "do not show" not in said


def test_owner_file_damaged_under_a_kernel_is_mended_with_the_same_id(computer):
    folder = computer("laptop")
    head = work_of("Fox", "one").splitlines()[0]
    (folder / "owner.json").write_text("{", encoding="utf-8")
    answer("0.3", "two")
    assert workbook.bundle().splitlines()[0] == head


def test_interrupt_while_a_file_is_restored_leaves_no_work_without_its_owner(computer, tmp_path, monkeypatch):
    computer("laptop")
    first = work_of("Fox", "one")
    answer("0.3", "two")
    second = workbook.bundle()
    computer("school")
    replace = os.replace

    def interrupted(old, new):
        replace(old, new)
        if "restored-" in str(new):
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("os.replace", interrupted)
        with pytest.raises(KeyboardInterrupt):
            my_work(restore=download(tmp_path, first))
    computer("school")
    answer("0.3", "at school")
    assert "1 answer is new" in my_work(restore=download(tmp_path, second)).said


@pytest.mark.parametrize(("here", "there"), [("Jos\u00e9", "Jose\u0301"), ("FOX", "fox"), ("Stra\u00dfe", "STRASSE")])
def test_one_name_in_two_spellings_is_one_name(computer, tmp_path, here, there):
    computer("laptop")
    first = work_of(here, "one")
    computer("school")
    my_work(name=there)
    assert "1 answer is new" in my_work(restore=download(tmp_path, first)).said
    assert my_work(name=there).said.endswith("is saved.")


def test_truncated_file_and_file_without_work_are_told_apart(computer, tmp_path):
    computer("other")
    theirs = work_of("Owl", "Theirs", mark=True)
    computer("nothing")
    my_work(name="Hen")
    nothing = workbook.bundle()
    computer("laptop")
    work_of("Fox", "Mine")
    lines = theirs.splitlines(keepends=True)
    said = my_work(restore=download(tmp_path, "".join(lines[:-1]) + lines[-1][:50])).said
    assert "the work of “Owl” (1 answer and no marks" in said.replace("0 marks", "no marks")
    assert "damaged or cut short: 1 of its lines could not be read" in said
    said = my_work(restore=download(tmp_path, nothing)).said
    assert "the work of “Hen” (no answers and no marks)" in said
    assert "cut short" not in said
    # The same for a file of one's own whose beginning is lost.
    own = workbook.bundle().splitlines(keepends=True)
    assert "0 answers are new" in my_work(restore=download(tmp_path, "".join(own[2:]))).said


def test_page_asks_and_restores_or_reads_on_request(computer):
    computer("other")
    theirs = gzip.compress(work_of("Owl", "Theirs").encode())
    computer("laptop")
    work_of("Fox", "Mine")
    asked = handle_portfolio({"do": "restore"}, theirs)
    assert "Whose file is this?" in asked["question"]["words"]
    requests = [request for _, request in asked["question"]["choices"]]
    assert requests == [{"do": "restore", "mine": True}, {"do": "read"}, {}]
    assert answers() == ["Mine"]
    page = handle_portfolio(requests[1], theirs)
    assert b"Theirs" in gzip.decompress(page["content"])
    assert answers() == ["Mine"]
    assert "1 answer is new" in handle_portfolio(requests[0], theirs)["said"]


# ---------------------------------------------------------------- several files at once


def packed(path: Path, files: dict[str, str], how: str) -> Path:
    """Lay files into a folder, an archive or one file after the other."""
    if how == "zip":
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in files.items():
                archive.writestr(name, content)
    elif how == "folder":
        for name, content in files.items():
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            (path / name).write_text(content, encoding="utf-8")
    else:
        path.write_text("".join(files.values()), encoding="utf-8")
    return path


WAYS = ("zip", "folder", "one file")


@pytest.mark.parametrize("how", WAYS)
@pytest.mark.parametrize("name", ["Berta", "Anna", ""])
@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize("begun", [True, False])
def test_files_of_two_people_are_never_mixed_silently(computer, tmp_path, how, name, order, begun):
    computer("other")
    files = {"b.jsonl": work_of(name, "Of the other")}
    folder = computer("laptop")
    files["a.jsonl"] = work_of("Anna", "Of Anna")
    if not begun:
        computer("new")
    else:
        answer("0.3", "Of Anna, later")
    before = workbook.bundle(), sorted(folder.iterdir())
    where = packed(tmp_path / "files", dict(list(files.items())[::order]), how)
    said = my_work(restore=where).said
    assert said.startswith("Whose file is")
    if begun and how != "one file":
        assert "“b.jsonl”" in said
        assert "“a.jsonl”" not in said
    assert (workbook.bundle(), sorted(folder.iterdir())) == before
    my_work(restore=where, me=True)
    assert {"Of Anna", "Of the other"} <= set(answers())


def first_edition(content: str) -> str:
    return '{"format":"close-reading-workbook","version":1}\n' + content.partition("\n")[2]


@pytest.mark.parametrize("how", WAYS)
@pytest.mark.parametrize("edition", [1, 2])
@pytest.mark.parametrize("place", ["same computer", "new computer", "named before"])
@pytest.mark.parametrize("chain", ["one computer", "a new computer each day"])
def test_own_downloads_of_several_days_are_restored_without_a_question(computer, tmp_path, how, edition, place, chain):
    computer("day 0")
    made = {"my-work-0.jsonl": work_of("Anna", "day 0")}
    for day in range(1, 4):
        if chain == "one computer":
            workbook.begin_session()
        else:
            computer(f"day {day}")
            my_work(restore=download(tmp_path, [*made.values()][-1]))
        answer("0.3", f"day {day}")
        made[f"my-work-{day}.jsonl"] = workbook.bundle()
    if place != "same computer":
        computer("new")
        if place == "named before":
            my_work(name="anna")
    given = {name: first_edition(content) if edition == 1 else content for name, content in made.items()}
    said = my_work(restore=packed(tmp_path / "all", given, how)).said
    assert "Whose" not in said
    assert answers() == [f"day {n}" for n in range(4)]


@pytest.mark.parametrize("how", ["zip", "folder"])
@pytest.mark.parametrize("owner", [True, False])
def test_own_work_folder_is_restored_without_a_question_also_after_a_new_name(computer, tmp_path, how, owner):
    folder = computer("laptop")
    work_of("Anna", "one")
    workbook.begin_session()
    work_of("Anna M.", "two")
    workbook.begin_session()
    answer("0.3", "three")
    files = {
        path.name: path.read_text(encoding="utf-8") for path in folder.iterdir() if owner or path.suffix == ".jsonl"
    }
    assert len(files) == 3 + owner
    computer("new")
    where = packed(tmp_path / "all", files, how)
    assert "3 answers are new" in my_work(restore=where).said
    assert "Whose" not in my_work(restore=where).said


@pytest.mark.parametrize("how", ["zip", "folder"])
def test_files_without_a_header_of_two_named_people_are_told_apart(computer, tmp_path, how):
    files = {}
    for name in ("Anna", "Berta"):
        folder = computer(name)
        work_of(name, f"Of {name}")
        (file,) = folder.glob("*.jsonl")
        files[file.name] = file.read_text(encoding="utf-8")
    computer("new")
    assert my_work(restore=packed(tmp_path / "all", files, how)).said.startswith("Whose file is")
    assert answers() == []


def test_folder_and_archive_of_a_shared_computer_are_not_mixed(computer, tmp_path, monkeypatch):
    folder = computer("school")
    work_of("Anna", "Of Anna")
    my_work(me="new", name="Carla")
    answer("0.3", "Of Carla")
    (carla,) = (folder / "people").iterdir()
    for top in ("", "my-work"):
        base = folder if not top else folder.parent
        archive = Path(shutil.make_archive(str(tmp_path / f"lab{top}"), "zip", base))
        computer("home")
        with pytest.raises(UserError, match="the work of 2 people who share a computer; nothing was restored") as error:
            my_work(restore=archive, me=True)
        assert "Carla" not in str(error.value)
        assert f"people/{carla.name}" in str(error.value)
    said = my_work(restore=folder).said
    assert "work of several people" in said
    assert f"“Carla”, {carla}" in said
    assert answers() == []
    my_work(restore=carla)
    assert answers() == ["Of Carla"]
    computer("Anna’s home")
    my_work(restore=folder, me=True)
    assert answers() == ["Of Anna"]
    computer("another home")
    my_work(restore=Path(shutil.make_archive(str(tmp_path / "carla"), "zip", carla)))
    assert answers() == ["Of Carla"]


# ---------------------------------------------------------------- downloads laid into the work folder


@pytest.mark.parametrize("running", [True, False], ids=["under a kernel", "before it began"])
@pytest.mark.parametrize("name", ["Berta", "Anna", ""])
def test_download_of_another_in_the_work_folder_is_named_and_not_read(computer, running, name):
    computer("other")
    theirs = work_of(name, "Of the other")
    folder = computer("laptop")
    work_of("Anna", "Of Anna")
    if not running:
        workbook.begin_session()
    laid = folder / "my-work-x.jsonl"
    laid.write_text(theirs, encoding="utf-8")
    assert (answers(), workbook.student_name()) == (["Of Anna"], "Anna")
    (trouble,) = workbook.troubles()
    assert trouble.startswith("my-work-x.jsonl is a download of another workbook, and is not read here")
    assert "Of the other" not in workbook.bundle()
    answer("0.3", "More of Anna")
    workbook.begin_session()
    assert answers() == ["Of Anna", "More of Anna"]
    # If it is her own, the advice takes it in.
    advice = re.search(r"my_work\(restore=.*?me=True\)", trouble)[0]
    assert "1 answer is new" in eval(advice, {"my_work": my_work}).said
    assert sorted(answers()) == ["More of Anna", "Of Anna", "Of the other"]
    assert workbook.troubles() == []


@pytest.mark.parametrize("teacher", [True, False])
def test_own_download_in_the_work_folder_is_read(computer, teacher):
    computer("first")
    days = [work_of("Anna", "one"), work_of("", "two")]
    folder = computer("laptop")
    folder.mkdir(parents=True)
    for n, content in enumerate(days):
        (folder / f"my-work-{n}.jsonl").write_text(content, encoding="utf-8")
    assert answers() == ["one", "two"]
    if teacher:  # the file was somebody else’s to begin with
        workbook.record_name("Carla")
    answer("0.3", "three")
    for _ in range(2):
        assert answers() == ["one", "two", "three"]
        assert workbook.troubles() == []
        workbook.begin_session()
    # A download of one’s own may lie there too, also when the owner’s id was lost.
    (folder / "all.jsonl").write_text(workbook.bundle(), encoding="utf-8")
    (folder / "owner.json").write_text("{", encoding="utf-8")
    workbook.begin_session()
    answer("0.3", "four")
    workbook.begin_session()
    assert answers() == ["one", "two", "three", "four"]
    assert workbook.troubles() == []


# ---------------------------------------------------------------- several people, one account


def test_one_student_with_her_own_computer_is_never_asked(computer):
    computer("laptop")
    for n in range(3):
        workbook.begin_session()
        assert not workbook.must_ask()
        work_of("Fox", f"day {n}")
    assert answers() == ["day 0", "day 1", "day 2"]


def test_shared_computer_asks_once_and_a_new_person_begins_anew(computer, monkeypatch):
    folder = computer("school")
    monkeypatch.setenv("CLOSE_READING_SHARED", "1")
    assert not workbook.must_ask(), "nobody has worked here yet"
    work_of("Fox", "Of the fox")
    workbook.begin_session()
    assert workbook.must_ask()
    assert portfolio.who_is_there()["words"].startswith("Are you “Fox”?")
    # Nothing of the fox is seen, and nothing is recorded before it is known whose it is.
    assert workbook.events() == []
    assert standing_of(question("0.3")).attempts == ()
    assert portfolio_state()["name"] == ""
    for record in (lambda: answer("0.3", "x"), lambda: keep_draft(question("0.3"), "x"), lambda: my_work(name="Owl")):
        with pytest.raises(UserError, match=r"First say who you are.*my_work\(me=\"new\"\)"):
            record()
    my_work(me="new", name="Owl")
    assert answers() == []
    work_of("", "Of the owl")
    assert answers() == ["Of the owl"]
    assert not workbook.must_ask(), "once in a kernel"
    for name, words in (("Fox", "Of the fox"), ("Owl", "Of the owl")):
        workbook.begin_session()
        assert workbook.must_ask()
        assert name in " ".join(words for words, _ in portfolio.who_is_there()["choices"])
        my_work(me=name)
        assert (answers(), workbook.student_name()) == ([words], name)
    # Also without the setting, once a second person has worked here.
    monkeypatch.delenv("CLOSE_READING_SHARED")
    workbook.begin_session()
    assert workbook.must_ask()
    assert len([*folder.glob("*.jsonl")]) == 1, "the first person's folder holds only the first person's work"


@pytest.mark.parametrize("away", [".{}.icloud", "{}.bak", "{}.part", "Kopie.txt"])
def test_person_whose_files_are_away_is_still_the_first(computer, monkeypatch, away):
    folder = computer("school")
    monkeypatch.setenv("CLOSE_READING_SHARED", "1")
    head = work_of("Anna", "Of Anna").splitlines()[0]
    (file,) = folder.glob("*.jsonl")
    gone = file.rename(folder / away.format(file.name))
    if "{" not in away:
        (folder / "owner.json").unlink()
    workbook.begin_session()
    assert workbook.must_ask()
    my_work(me="new", name="Carla")
    answer("0.3", "Of Carla")
    assert workbook.bundle().splitlines()[0] != head
    gone.rename(file)
    for name, words in (("Anna", "Of Anna"), ("Carla", "Of Carla")):
        workbook.begin_session()
        my_work(me=name)
        assert answers() == [words]


def test_nothing_is_shown_as_text_or_saved_before_it_is_known_who_works(computer, tmp_path, monkeypatch):
    computer("school")
    work_of("Fox", "Of the fox", mark=True)
    monkeypatch.setenv("CLOSE_READING_SHARED", "1")
    workbook.begin_session()
    before = sorted(tmp_path.rglob("*"))
    recalled, marks = my_work("0.3"), annotations()
    for show in (
        lambda: my_work(save=tmp_path), lambda: my_work(save=tmp_path / "x.html"), lambda: str(my_work()),
        lambda: str(recalled), lambda: recalled.answers, lambda: str(marks), workbook.bundle,
        lambda: portfolio.export_work("csv"),
    ):  # fmt: skip
        with pytest.raises(UserError, match="First say who you are"):
            show()
    assert "First say who you are" in workbook.kept_where()
    assert handle_portfolio({"do": "export", "format": "html"})["said"].startswith("Several people")
    assert sorted(tmp_path.rglob("*")) == before
    my_work(me="Fox")
    assert "Of the fox" in str(recalled), "what was made before the choice shows the person's own work after it"


def test_two_people_of_one_name_choose_by_their_work(computer):
    computer("school")
    work_of("Fox", "first")
    my_work(me="new", name="Fox")
    work_of("", "second")
    with pytest.raises(UserError, match="Several people have this name"):
        my_work(me="Fox")
    first, second = workbook.people()
    my_work(me=first.id)
    assert answers() == ["first"]
    my_work(me=second.id)
    assert answers() == ["second"]
    with pytest.raises(UserError, match="Nobody has this name"):
        my_work(me="Hen")


@pytest.mark.parametrize("me", ["Jose\u0301 M", "jos\u00e9 m", " Jos\u00e9 M "])
def test_person_is_found_by_the_name_in_any_spelling(computer, me):
    computer("school")
    work_of("Jos\u00e9 M", "first")
    my_work(me="new", name="Carla")
    workbook.begin_session()
    my_work(me=me)
    assert answers() == ["first"]


def test_interrupted_restore_leaves_nobody_behind(computer, tmp_path, monkeypatch):
    computer("home")
    first = download(tmp_path, work_of("Berta", "at home"))
    computer("school")
    work_of("Anna", "Of Anna")

    replace = os.replace

    def interrupted(old, new):
        if "restored-" in str(new):
            raise KeyboardInterrupt
        replace(old, new)

    monkeypatch.setattr("os.replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        my_work(me="new", restore=first)
    monkeypatch.undo()
    monkeypatch.setenv("CLOSE_READING_WORK", str(tmp_path / "school" / "my-work"))
    workbook.begin_session()
    assert [person.name for person in workbook.people()] == ["Anna"]
    assert not workbook.must_ask()


def test_folder_replaced_under_one_of_several_people_is_not_written_to(computer, tmp_path):
    other = computer("Berta")
    work_of("Berta", "Of Berta")
    folder = computer("school")
    work_of("Anna", "Of Anna")
    my_work(me="new", name="Carla")
    answer("0.3", "Of Carla")
    folder.rename(tmp_path / "away")
    shutil.copytree(other, folder)
    before = sorted(folder.rglob("*"))
    with pytest.raises(UserError, match=r"^Not saved\. .* other work than this kernel has read"):
        answer("0.3", "More of Carla")
    assert sorted(folder.rglob("*")) == before
    shutil.rmtree(folder)
    (tmp_path / "away").rename(folder)
    answer("0.3", "More of Carla")
    assert answers() == ["Of Carla", "More of Carla"]


def test_new_name_over_existing_work_is_a_question(computer):
    computer("school")
    work_of("Fox", "Of the fox")
    said = my_work(name="Owl").said
    assert "The work here is that of “Fox”" in said
    assert "are you somebody else?" in said
    assert workbook.student_name() == "Fox"
    asked = handle_portfolio({"do": "name", "name": "Owl"})["question"]
    (_, same), (_, new), _ = asked["choices"]
    assert "You begin anew" in handle_portfolio(new)["said"]
    assert (answers(), workbook.student_name()) == ([], "Owl")
    workbook.begin_session()
    my_work(me="Fox")
    handle_portfolio(same)
    assert (answers(), workbook.student_name()) == (["Of the fox"], "Owl")


def test_person_is_not_changed_while_work_is_unsaved(computer, tmp_path):
    folder = computer("school")
    folder.parent.mkdir()
    folder.write_text("a file in place of the folder", encoding="utf-8")
    answer("0.3", "only in memory")
    assert len(workbook.unsaved()) == 1
    with pytest.raises(UserError, match="not saved yet"):
        my_work(me="new")
    folder.unlink()
    answer("0.3", "again")
    assert answers() == ["only in memory", "again"]


# ---------------------------------------------------------------- the folder of another


@pytest.mark.parametrize("begun", [True, False], ids=["of one file", "of nothing"])
@pytest.mark.parametrize("wrote", [True, False], ids=["wrote", "only read"])
@pytest.mark.parametrize("edition", [1, 2])
def test_folder_replaced_by_another_students_is_not_written_to(computer, tmp_path, begun, wrote, edition):
    if begun and edition == 1:
        pytest.skip("the first edition has no owner, and a file in common is all there is")
    computer("teacher")
    common = download(tmp_path, work_of("Prof. Stein", "Of the teacher"))
    folders = {}
    for name in ("Berta", "Anna"):
        folders[name] = computer(name)
        if begun:
            my_work(restore=common)
        work_of(name, f"Of {name}")
    mine, anna = answers(), folders["Anna"]
    if not wrote:
        workbook.begin_session()
        assert answers() == mine
    anna.rename(tmp_path / "away")
    shutil.copytree(folders["Berta"], anna)
    if edition == 1:
        (anna / "owner.json").unlink()
    before = {path: path.read_bytes() for path in anna.iterdir()}
    for write in (
        lambda: answer("0.3", "More"), lambda: my_work(name="Anna B.", me=True),
        lambda: my_work(restore=common, me=True),
    ):  # fmt: skip
        with pytest.raises(UserError, match=r"^Not saved\. .* other work than this kernel has read\. So that") as error:
            write()
        assert "Berta" not in str(error.value), "an error is stored in the notebook"
    assert {path: path.read_bytes() for path in anna.iterdir()} == before
    # What this kernel shows and downloads is still the work that it has read.
    assert (answers(), workbook.student_name()) == (mine, "Anna")
    assert "Of Berta" not in workbook.bundle()
    assert "It is the work of “Berta”" in portfolio_state()["warning"]
    # With the own folder back, work goes on; a new kernel works with what is there.
    shutil.rmtree(anna)
    (tmp_path / "away").rename(anna)
    answer("0.3", "More")
    assert answers() == [*mine, "More"]
    assert workbook.gone() == []
    assert "Of Berta" not in workbook.bundle()


def test_folder_that_a_sync_program_fills_from_another_computer_is_still_ones_own(computer, tmp_path):
    other = computer("school")
    work_of("Fox", "at school")
    folder = computer("laptop")
    work_of("Fox", "on the laptop")
    own = json.loads(workbook.bundle().splitlines()[0])["owner"]
    shutil.copytree(other, folder, dirs_exist_ok=True)  # also owner.json
    answer("0.3", "again")
    assert sorted(answers()) == ["again", "at school", "on the laptop"]
    assert json.loads(workbook.bundle().splitlines()[0])["owner"][:1] == own


def test_work_restored_after_the_folder_was_emptied_goes_on(computer, tmp_path):
    computer("school")
    other = download(tmp_path, work_of("Fox", "at school"))
    folder = computer("laptop")
    work_of("Fox", "on the laptop")
    for path in folder.iterdir():
        path.unlink()
    my_work(restore=other, me=True)
    answer("0.3", "again")
    assert answers()[-1] == "again"
