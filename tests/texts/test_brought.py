"""Texts of other papers that a student brings along; the papers are those of ``tests/fork/texts/papers.csv``."""

from __future__ import annotations

import pytest

from helpers import (
    annotate,
    annotations,
    check_quotes,
    concordance,
    highlight,
    load_text,
    my_text,
    my_work,
    read,
    workbook,
)
from helpers.annotation import notes
from helpers.core import UserError
from helpers.portfolio import left_out, restore_download, used_marks
from helpers.texts import (
    BROUGHT,
    MOST_BROUGHT,
    all_text_ids,
    bring_text,
    check_tables,
    find_paper,
    module_text,
    text_ids,
)
from helpers.widgets import keep_brought

WORDS = "The council met.\n\nThe bell shall hang where it hung, and the council is glad of it."
BODY = {"paper": "minutes", "words": WORDS}
FROM_IT = "word for word, from the text you brought"


@pytest.fixture(autouse=True)
def own_work(example, tmp_path, monkeypatch):
    monkeypatch.setenv("CLOSE_READING_WORK", str(tmp_path / "work"))
    workbook.begin_session()
    yield
    workbook.begin_session()


def test_text_of_a_paper_is_kept_and_loaded():
    assert my_text("minutes", WORDS).said.startswith("Saved: 17 words.")
    workbook.begin_session()  # a new kernel
    text = load_text("my-minutes")
    assert text.content == WORDS
    assert load_text("my-minutes") is module_text("my-minutes")
    assert "my-minutes" in all_text_ids()
    assert "my-minutes" not in text_ids()


def test_text_that_was_not_brought_raises_with_advice():
    with pytest.raises(UserError, match=r'“The minutes of the council” along yet\. Run my_text\("minutes"\)'):
        load_text("my-minutes")
    with pytest.raises(UserError, match=r"^No text “my-minuts” in texts/"):
        load_text("my-minuts")


def test_unknown_paper_raises():
    for name in ("minuts", "1848-reply", 7, ""):
        with pytest.raises(UserError, match=r"^No paper “.*minutes"):
            my_text(name, WORDS)
    assert not workbook.events(BROUGHT)


def test_text_of_the_module_comes_before_one_that_was_brought(tmp_path, monkeypatch):
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "my-minutes.md").write_text("Our own words.", encoding="utf-8")
    (tmp_path / "texts" / "papers.csv").write_text(
        "id,name,title,reference,address,words\nminutes,the minutes,Minutes,p. 3,,\n", encoding="utf-8"
    )
    monkeypatch.setenv("CLOSE_READING_HOME", str(tmp_path))
    bring_text("minutes", WORDS)
    assert load_text("my-minutes").content == module_text("my-minutes").content == "Our own words."
    assert check_quotes("“Our own words”").verdicts == ["word for word"]
    assert "papers.csv, line 2: “my-minutes” is the id of a text" in check_tables()[-1]["problem"]


def test_brought_text_is_read_searched_and_marked():
    text = bring_text("minutes", WORDS)
    assert [row["match"] for row in concordance(text, "council")] == ["council", "council"]
    assert "The council met" in read(text).words_html()
    assert "hang" in highlight(text, "hang")._repr_html_()
    annotate(text, "glad of it", note="Really?")
    assert [(row["document"], row["quotation"]) for row in annotations()] == [("my-minutes", "glad of it")]
    assert [mark.quotation for mark in used_marks("They were “glad of it”.", notes())] == ["glad of it"]


def test_marks_are_found_again_in_a_corrected_text():
    annotate(bring_text("minutes", WORDS), "glad of it")
    bring_text("minutes", f"The minutes.\n\n{WORDS}")
    (mark,) = notes()
    assert load_text("my-minutes").content[mark.start : mark.end] == "glad of it"


def test_quotations_from_a_brought_text_are_checked_and_named():
    text = "“the council is glad of it” and “the council is so glad of it” and “nowhere at all in it”"
    assert check_quotes(text).verdicts[0] == "not found in these texts"
    bring_text("minutes", WORDS)
    check = check_quotes(text)
    assert check.verdicts == [FROM_IT, "altered", "not found in these texts"]
    assert check[0]["document"] == "my-minutes"
    assert "The minutes of the council" in check[0]["difference"]


def test_nobody_is_said_to_be_wrong_about_the_speaker_of_a_brought_text():
    essay = "Finch writes: “{}”."
    actor = next(layer for name in text_ids() for layer in load_text(name) if layer.voice not in ("finch", "clerk"))
    words = " ".join(actor.text.split()[-8:]).rstrip(".")
    before = check_quotes(essay.format(words))
    bring_text("minutes", f"{WORDS} {words}.")
    assert not any(row["attribution"] for row in check_quotes(essay.format("the council is glad of it")))
    # The words may be anybody's where they stand in a text of which nobody knows who wrote it.
    assert not any(row["attribution"] for row in check_quotes(essay.format(words))), before


def test_control_characters_and_html_are_harmless():
    bring_text("minutes", "a\x1b[31m \u202eb <script>alert(1)</script>\r\n\r\nThe end.\x00")
    text = load_text("my-minutes")
    assert not {"\x1b", "\u202e", "\r", "\x00"} & {*text.content}
    for html in (
        read(text).words_html(),
        text._repr_html_(),
        check_quotes("“b <script>alert(1)</script>”")._repr_html_(),
    ):
        assert "<script" not in html


@pytest.mark.parametrize("words", ["x" * (MOST_BROUGHT + 1), 7, None, ["a"]])
def test_text_that_is_too_long_or_no_text_is_refused(words):
    with pytest.raises(UserError):
        bring_text("minutes", words)
    assert not workbook.events(BROUGHT)


def test_empty_words_take_the_text_away():
    my_text("minutes", "  ")
    assert not workbook.events(BROUGHT)  # there was none
    my_text("minutes", WORDS)
    assert my_text("minutes", " \n").said == "There is no text here now."
    with pytest.raises(UserError, match="along yet"):
        load_text("my-minutes")
    assert check_quotes("“the council is glad of it”").verdicts == ["not found in these texts"]


@pytest.mark.parametrize(
    "body",
    [{}, {"paper": "other", "words": "x"}, {"paper": ["minutes"], "words": "x"}, {"paper": "minutes", "words": 7},
     {"paper": "minutes", "words": "x" * (MOST_BROUGHT + 1)}],
)  # fmt: skip
def test_strange_events_of_a_restored_file_are_ignored(body):
    workbook.record(BROUGHT, body)
    assert all_text_ids() == text_ids()
    assert check_quotes("“x”").verdicts


def test_control_characters_in_a_restored_file_are_harmless():
    workbook.record(BROUGHT, {"paper": "minutes", "words": "a\x1bb"})
    assert load_text("my-minutes").content == "a␛b"


# ---- what is stored and what goes along


def test_no_word_of_a_brought_text_is_in_a_stored_output():
    box = my_text("minutes", WORDS)
    text = load_text("my-minutes")
    for view in (box, my_text("minutes"), read(text), annotate(text), my_work()):
        assert "glad" not in view._repr_html_() + repr(view)


def test_text_stays_out_of_a_download_until_the_rights_are_confirmed(tmp_path):
    bring_text("minutes", WORDS)
    assert "glad of it" not in workbook.bundle(left_out())
    assert my_work(texts=True).said == "With the texts that you brought: my-minutes."
    assert "glad of it" in workbook.bundle(left_out())
    assert "for study in my class" in workbook.bundle(left_out())
    assert my_work(texts=False).said == "Without the texts that you brought: my-minutes."
    assert "glad of it" not in workbook.bundle(left_out())
    said = my_work(save=tmp_path / "work.jsonl").said
    assert said.endswith("Without the texts that you brought: my-minutes.")
    assert "glad of it" not in (tmp_path / "work.jsonl").read_text(encoding="utf-8")


def test_confirmation_does_not_cover_a_text_that_was_changed_later():
    bring_text("minutes", WORDS)
    my_work(texts=True)
    bring_text("minutes", "Other words.")
    bundle = workbook.bundle(left_out())
    assert "Other words." not in bundle
    assert "glad of it" not in bundle


def test_nothing_can_be_confirmed_without_a_text():
    with pytest.raises(UserError, match="You have not brought any text along"):
        my_work(texts=True)


def test_confirmed_text_comes_back_with_a_download(tmp_path, monkeypatch):
    bring_text("minutes", WORDS)
    my_work(texts=True)
    file = workbook.bundle(left_out())
    monkeypatch.setenv("CLOSE_READING_WORK", str(tmp_path / "elsewhere"))
    workbook.begin_session()
    restore_download(file)
    assert load_text("my-minutes").content == WORDS


def test_rest_of_the_work_is_in_a_download_without_the_text():
    workbook.record("answer", {"question": "0.1"})
    bring_text("minutes", WORDS)
    workbook.record("answer", {"question": "0.2"})
    kinds = [kind for kind in ("0.1", "0.2") if kind in workbook.bundle(left_out())]
    assert kinds == ["0.1", "0.2"]


def test_text_that_cannot_be_written_is_reported_as_not_saved(tmp_path):
    (tmp_path / "work").write_text("a file in the place of the folder", encoding="utf-8")
    assert my_text("minutes", WORDS).said.startswith("Not saved in ")


def test_message_of_the_box_counts_the_words():
    assert keep_brought(find_paper("minutes"), "One word more.").startswith("Saved: 3 words.")
