"""Five students on a real JupyterHub, with every way of handing out the lessons; one of them in Chromium.

CONTRIBUTING.md says how to make the environment. In CI it must be there. `class_on_hub.py` plays larger classes.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from class_on_hub import LESSON, READ_ONLY, WAYS, WRITABLE, Hub, Student, check_report, missing, play, running

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="JupyterHub is tested on Linux only")


@pytest.fixture(scope="module")
def played() -> Iterator[tuple[Hub, dict[str, list[Student]]]]:
    if said := missing():
        assert not os.environ.get("CI"), said
        pytest.skip(said)
    with running(ROOT / "tests" / "fork") as hub:
        try:
            yield hub, play(hub, 5, print, every_way=False)
        except BaseException:
            print(hub.log.read_text(encoding="utf-8")[-5000:])
            raise


@pytest.mark.parametrize("way", WAYS)
def test_work_of_all_students_is_handed_in_and_nobody_has_words_of_others(played, way):
    hub, by_way = played
    check_report(hub, by_way[way], way)


def test_work_of_each_student_is_in_her_home_and_none_in_folders_of_the_class(played):
    hub, by_way = played
    places = {WRITABLE: "close-reading/shared", READ_ONLY: "close-reading/readonly"}
    for way, students in by_way.items():
        place = places.get(way, f"{way}/lessons/my-work")
        for student in students:
            assert list((student.home / place).glob("*.jsonl")), f"{student.name}: {place}"
    for way in places:
        assert not list((hub.base / way).rglob("my-work*")), way


def test_student_in_the_browser_logs_in_answers_and_finds_the_answer_again(played, browser):
    hub, _ = played
    student = Student(hub, "eve")
    page = browser.new_context().new_page()
    page.set_default_timeout(90_000)
    page.goto(f"{hub.address}/hub/login?next=/hub/user-redirect/lab/tree/{WRITABLE}/{LESSON}")
    page.get_by_label("Username").fill("eve")
    page.get_by_label("Password").fill("any")
    page.get_by_role("button", name="Sign in").click()
    for _ in range(2):
        page.wait_for_selector(".jp-Notebook .jp-CodeCell")
        page.get_by_text("Python 3 (ipykernel) | Idle").wait_for(state="attached")
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name=re.compile("^Run All Cells")).click()
        form = page.locator(".crq").nth(2)
        box = form.get_by_role("textbox")
        box.wait_for()
        if box.input_value():
            break
        box.fill("The bailiff is “not disinclined to lend the key”, and no more than that.")
        form.get_by_role("button", name="Save").click()
        form.get_by_text("Saved.").first.wait_for()
        page.evaluate("() => window.localStorage.clear()")
        page.goto("about:blank")
        student.stop()
        page.goto(f"{hub.address}/hub/spawn/eve?next=/user/eve/lab/tree/{WRITABLE}/{LESSON}?reset")
    assert "no more than that" in box.input_value()
    page.context.close()
    assert len(list((student.home / "close-reading" / "shared").glob("*.jsonl"))) == 1
