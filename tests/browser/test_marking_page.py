"""The marking page in a browser: three essays marked by keyboard, saved, taken in, and read by the students."""

from __future__ import annotations

import csv
import io
import os
import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from helpers import my_work, workbook
from helpers.__main__ import main
from helpers.classroom import Student, read_marks
from helpers.questions import question, record_answer
from helpers.workbook import record_name

WORDS = {
    "Ann": "Finch asks for “the key of the bell tower”. Crane is “not disinclined to lend it”, on two conditions.",
    "Bo": "Crane is “not disinclined to lend the key”. </script><script>document.title = 'x'</script> <b>He lent</b>",
    "Cy": "=1+1 The key was lent, because the introduction of the editor says so, and I believe the editor in this.",
}
HOW = {"color_scheme": "light", "viewport": {"width": 1366, "height": 800}}


@pytest.fixture
def collected(example, tmp_path, monkeypatch):
    """Three students' files, and a function that runs the command on them."""
    files = []
    for name, words in WORDS.items():
        monkeypatch.setenv("CLOSE_READING_WORK", str(tmp_path / name))
        workbook.begin_session()
        record_name(name)
        record_answer(question("0.3"), "An earlier try of ten words, which is long enough to count.")
        record_answer(question("0.3"), words)
        record_answer(question("0.1"), "watch")
        files.append(tmp_path / f"{name}.jsonl")
        files[-1].write_text(workbook.bundle(), encoding="utf-8")

    def run(*more):
        assert main(["class", *map(str, files), *map(str, more), "-o", str(tmp_path / "class")]) == 0
        return tmp_path / "class"

    return run


@pytest.fixture
def opened(browser):
    """Open a page in a window of its own, without a network; windows of one context share what they keep."""
    contexts = []

    def show(path, *, context=None, **how):
        context = context or browser.new_context(accept_downloads=True, offline=True, **{**HOW, **how})
        contexts.append(context)
        tab = context.new_page()
        tab.asked = []
        tab.on("request", lambda request: tab.asked.append(request.url))
        tab.on("pageerror", lambda error: pytest.fail(str(error)))
        tab.goto(path.as_uri())
        return tab

    yield show
    for context in contexts:
        context.close()


def download(tab, path):
    with tab.expect_download() as waiting:
        tab.keyboard.press("s")
    waiting.value.save_as(path)
    return path


def start(work):
    """Code of a first cell that sets the texts and the folder of a student."""
    places = {"CLOSE_READING_HOME": os.environ["CLOSE_READING_HOME"], "CLOSE_READING_WORK": str(work)}
    return f"import os; os.environ.update({places!r})\nfrom helpers import answer, my_work"


def name_on(tab):
    return tab.locator("#which").inner_text().partition(": ")[2].partition(" (")[0]


def test_three_essays_are_marked_by_keyboard_saved_and_read_by_the_students(
    collected, opened, live, run_all, tmp_path, monkeypatch
):
    folder = collected()
    tab = opened(folder / "marking.html")
    order = [name_on(tab)]
    tab.keyboard.press("1")
    assert tab.locator("#points").inner_text() == "2"
    tab.keyboard.press("n")
    order.append(name_on(tab))
    tab.keyboard.press("2")
    tab.keyboard.press("c")
    tab.keyboard.type("Whose words?\n=1+1; “é” 1 2 3 n s")
    tab.keyboard.press("Control+Enter")
    order.append(name_on(tab))
    tab.keyboard.press("Digit3")
    tab.keyboard.press("Shift+Digit1")
    assert tab.locator("#comment").input_value().startswith("Whose words?")
    assert sorted(order) == sorted(WORDS)
    assert tab.locator("#done").inner_text() == "3 of 3 marked"
    assert tab.locator("#unsaved").inner_text() == "3 not in a file yet"
    saved = download(tab, tmp_path / "marks.csv")
    assert tab.locator("#unsaved").inner_text() == "All in a file"
    assert tab.title() == "Marking"
    assert [url for url in tab.asked if not url.startswith(("file:", "blob:"))] == []

    collected(saved)
    points = dict(zip(order, ("2", "1", "0"), strict=True))
    comment_words = "Whose words?\n=1+1; “é” 1 2 3 n s"
    for name in WORDS:
        (page,) = (folder / "feedback").glob(f"*-{name}.html")
        shown = opened(page)
        assert f"{points[name]} of 2 points" in shown.locator("main").inner_text()
        assert Axe().run(shown).response["violations"] == []
        comment = name != order[0]
        lab, work = live(f"back-{name}.ipynb", start(tmp_path / name), "my_work('0.3')", "answer('0.3')", "my_work()",
                         view=".crw")  # fmt: skip
        assert not lab.locator(".crq .feedback").last.is_visible()
        work.locator("input[type=file]").set_input_files(page)
        lab.get_by_text("Feedback came in on: 0.3").wait_for()
        run_all(lab)
        head = f"Your instructor’s feedback: {points[name]} of 2 points ("
        lab.locator(".crq .feedback", has_text=head).wait_for()
        lab.locator("section[aria-label=Feedback]", has_text=head).wait_for()
        for place in (".crq .feedback .words", "section[aria-label=Feedback] p[dir=auto]"):
            said = [one.text_content() for one in lab.locator(place).all()]
            assert (comment_words in said) == comment, place
        monkeypatch.setenv("CLOSE_READING_WORK", str(tmp_path / name))
        workbook.begin_session()
        assert head in str(my_work("0.3"))
    grades = list(csv.DictReader(io.StringIO((folder / "grades.csv").read_text("utf-8-sig"))))
    assert {row["name"]: row["Essays (of 2)"] for row in grades} == points


def test_links_lead_from_each_page_of_the_class_to_the_others(collected, opened):
    folder = collected()
    tab = opened(folder / "index.html")
    for name, target in (
        ("Marking", "marking"),
        ("All marks", "marks"),
        ("The class", "index"),
        ("All marks", "marks"),
    ):
        tab.get_by_role("navigation", name="Pages of the class").get_by_role("link", name=name).click()
        assert tab.url == (folder / f"{target}.html").as_uri()
    tab.get_by_role("navigation", name="On this page").get_by_role("link", name="0.3").click()
    assert tab.locator(":target h2").inner_text() == "Question 0.3, Whose bell?"
    collected("--markers", "A", "B")
    tab.goto((folder / "index.html").as_uri())
    for link in tab.get_by_role("navigation", name="Pages of the class").get_by_role("link").all():
        assert (folder / link.get_attribute("href")).is_file()
    # Both parcels are linked to; a parcel goes to another computer, and has no links.
    assert tab.get_by_role("link", name="Marking: b").count() == 1
    assert opened(folder / "marking-b.html").get_by_role("link").count() == 0


def test_saved_file_has_checksums_that_the_command_agrees_with(collected, opened, tmp_path):
    tab = opened(collected() / "marking.html")
    for comment in ("plain", "-1 “ü”\n@x; =y", "e\u0301 \U0001f600  "):
        tab.keyboard.press("2")
        tab.keyboard.press("c")
        tab.keyboard.type(comment)
        tab.keyboard.press("Control+Enter")
    tab.locator("#pricing summary").click()
    tab.locator("#prices input").nth(1).fill("1.25")
    tab.locator("#prices input").nth(1).blur()
    saved = download(tab, tmp_path / "marks.csv")
    students = [
        Student(row["student"], int(row["number"]))
        for row in csv.DictReader(saved.open(encoding="utf-8-sig"))
        if row["number"]
    ]
    found = read_marks(saved, students, {"0.3": question("0.3")})
    assert found.troubles == ()
    assert [one.edited for one in found.marks] == [False] * 4
    assert sorted(one.points for one in found.marks if one.student != "*") == [1.25] * 3


def test_file_saved_from_a_parcel_holds_the_marks_of_the_other_parcels_too(collected, opened, tmp_path):
    tab = opened(collected() / "marking.html")
    for key, comment in zip("123", ("=1+1", "Plain", "“ü”"), strict=True):
        tab.keyboard.press(key)
        tab.keyboard.press("c")
        tab.keyboard.type(comment)
        tab.keyboard.press("Control+Enter")
    folder = collected(download(tab, tmp_path / "marks.csv"), "--markers", "A", "B")
    before = (folder / "marks.csv").read_text("utf-8")
    parcel = opened(folder / "marking-b.html")
    assert parcel.locator("#answer option").count() == 1
    download(parcel, folder / "marks.csv")
    collected()
    assert (folder / "marks.csv").read_text("utf-8") == before


def test_what_is_typed_is_kept_and_leaving_unsaved_is_warned_of(collected, opened, tmp_path):
    page = collected() / "marking.html"
    tab = opened(page)
    tab.keyboard.press("1")
    tab.keyboard.press("c")
    tab.keyboard.type("Kept")
    warned = []
    tab.on("dialog", lambda dialog: (warned.append(dialog.type), dialog.accept()))
    tab.reload()
    assert warned == ["beforeunload"]
    assert tab.locator("#points").inner_text() == "2"
    assert tab.locator("#comment").input_value() == "Kept"
    tab.keyboard.press("Escape")
    saved = download(tab, tmp_path / "marks.csv")
    tab.reload()
    assert warned == ["beforeunload"]
    collected(saved)
    other = opened(page)  # another browser, which has kept nothing
    assert other.locator("#points").inner_text() == "2"
    assert other.locator("#unsaved").inner_text() == "All in a file"


def test_newer_mark_of_the_browser_is_not_lost_when_the_page_is_made_again(collected, opened, tmp_path):
    page = collected() / "marking.html"
    tab = opened(page)
    tab.keyboard.press("1")
    saved = download(tab, tmp_path / "marks.csv")
    tab.keyboard.press("2")
    collected(saved)
    tab.on("dialog", lambda dialog: dialog.accept())
    tab.reload()
    assert tab.locator("#points").inner_text() == "1"
    assert tab.locator("#unsaved").inner_text() == "1 not in a file yet"


def test_saving_one_class_does_not_hide_or_delete_what_is_unsaved_in_another(collected, opened, tmp_path, monkeypatch):
    page = collected() / "marking.html"
    other = tmp_path / "other.html"
    words = page.read_text("utf-8")
    for student in set(re.findall(r'"student": "(\w+)"', words)):
        words = words.replace(student, student[::-1])
    other.write_text(words.replace('"class": "', '"class": "x'), encoding="utf-8")
    tab = opened(page)
    tab.keyboard.press("1")
    second = opened(other, context=tab.context)
    assert second.locator("#points").inner_text() == "Not marked"
    second.keyboard.press("2")
    download(second, tmp_path / "other.csv")
    second.keyboard.press("?")
    second.locator("#forget").click()
    tab.on("dialog", lambda dialog: dialog.accept())
    tab.reload()
    assert tab.locator("#points").inner_text() == "2"
    assert tab.locator("#unsaved").inner_text() == "1 not in a file yet"
    second.reload()
    assert second.locator("#points").inner_text() == "Not marked"


def test_help_begins_at_the_button_that_closes_it(collected, opened):
    tab = opened(collected() / "marking.html")
    tab.keyboard.press("?")
    assert tab.evaluate("document.activeElement.id") == "close-help"
    tab.keyboard.press("Enter")
    assert not tab.locator("#help").is_visible()


def test_browser_that_keeps_nothing_is_told_and_saves_all_the_same(collected, opened, tmp_path, browser):
    context = browser.new_context(accept_downloads=True)
    context.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new Error('closed'); } });")
    tab = opened(collected() / "marking.html", context=context)
    assert tab.locator("#refused").is_visible()
    tab.keyboard.press("1")
    assert '"2","2"' in download(tab, tmp_path / "marks.csv").read_text("utf-8")


def test_step_taken_back_is_not_marked_and_own_points_replace_the_sum(collected, opened):
    tab = opened(collected() / "marking.html")
    tab.keyboard.press("1")
    tab.keyboard.press("1")
    assert tab.locator("#points").inner_text() == "Not marked"
    tab.keyboard.press("p")
    tab.keyboard.type("1.5")
    tab.keyboard.press("Escape")
    assert tab.locator("#points").inner_text() == "1.5"
    tab.keyboard.press("3")
    assert tab.locator("#points").inner_text() == "0"
    assert tab.locator("#own").input_value() == ""


def test_keys_can_be_switched_off_and_do_nothing_in_fields(collected, opened):
    tab = opened(collected() / "marking.html")
    tab.keyboard.press("c")
    tab.keyboard.type("1 n s ?")
    assert tab.locator("#points").inner_text() == "Not marked"
    tab.keyboard.press("Escape")
    tab.locator(".settings summary").click()
    tab.locator("#keys").uncheck()
    tab.locator("#keys").blur()
    tab.keyboard.press("1")
    assert tab.locator("#points").inner_text() == "Not marked"


def test_second_marker_sees_the_other_mark_only_after_an_own_one(collected, opened, tmp_path):
    tab = opened(collected() / "marking.html")

    def be(name):
        tab.locator(".settings summary").click()
        tab.locator("#marker").fill(name)
        tab.locator("#marker").blur()
        tab.locator(".settings summary").click()
        tab.evaluate("document.activeElement.blur()")

    be("A")
    tab.keyboard.press("1")
    be("B")
    assert tab.locator("#points").inner_text() == "Not marked"
    assert tab.locator("#others").inner_text() == ""
    tab.keyboard.press("2")
    assert "A gave 2: you gave 1 less" in tab.locator("#others").inner_text()
    assert tab.evaluate("fileName()") == "marks-B.csv"


def test_answer_changed_after_its_mark_says_so_until_it_is_confirmed(collected, opened, tmp_path, monkeypatch):
    page = collected() / "marking.html"
    tab = opened(page)
    name = name_on(tab)
    tab.keyboard.press("1")
    saved = download(tab, tmp_path / "marks.csv")
    monkeypatch.setenv("CLOSE_READING_WORK", str(tmp_path / name))
    workbook.begin_session()
    record_answer(question("0.3"), "A new answer, long enough to count, without any quotation in it at all.")
    (tmp_path / f"{name}.jsonl").write_text(workbook.bundle(), encoding="utf-8")
    collected(saved)
    tab.reload()
    assert tab.locator("#stale").is_visible()
    assert tab.locator("#points").inner_text() == "2"
    tab.locator("#fresh").click()
    assert not tab.locator("#stale").is_visible()
    tab.evaluate("document.activeElement.blur()")
    collected(download(tab, tmp_path / "marks.csv"))
    tab.reload()
    assert not tab.locator("#stale").is_visible()


def test_numbers_in_place_of_names_and_order_by_chance_are_at_hand(collected, opened):
    tab = opened(collected() / "marking.html")
    tab.locator(".settings summary").click()
    tab.locator("#names").check()
    assert not any(name in tab.locator("header").inner_text() + tab.locator("h2").first.inner_text() for name in WORDS)
    tab.locator("#chance").check()
    first = tab.locator("#answer option").all_inner_texts()
    tab.locator("#chance").uncheck()
    tab.locator("#chance").check()
    assert tab.locator("#answer option").all_inner_texts() == first
    assert len(set(first)) == 3


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1366, 1024, 400])
def test_page_is_accessible_and_nothing_is_cut_off(collected, opened, width, scheme):
    tab = opened(collected() / "marking.html", color_scheme=scheme, viewport={"width": width, "height": 800})
    tab.keyboard.press("1")
    tab.keyboard.press("c")
    tab.keyboard.type("A comment")
    tab.keyboard.press("Control+Enter")
    for part in ("", ".settings summary", ".task summary", "#pricing summary", "#earlier-head summary", "#show-help"):
        if part:
            tab.locator(part).first.click()
        found = Axe().run(tab).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == [], part
    wide = tab.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0
    assert tab.locator("#help").is_visible()
    tab.locator("#close-help").click()
    overview = opened(collected() / "marks.html")
    assert Axe().run(overview).response["violations"] == []
