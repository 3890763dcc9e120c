from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given, strategies as st

from helpers import load_text, read
from helpers.core import UserError
from helpers.reading import MarkLook, mark_words, note_anchors, page_html, printed_notes
from helpers.texts import parse_text


def words_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_page_shows_only_actors_by_default():
    text = load_text("1923-letter")
    html = read(text)._repr_html_()
    assert "my earnest request" in html
    assert "Mdivani" not in html
    assert "Left out: 633 words (copyists 2, editors 549, data about the text 67, page furniture 15)" in html
    assert "Mdivani" in read(text, layers="all")._repr_html_()


def test_every_layer_is_labelled():
    text = load_text("1921-telegram")
    html = words_of(read(text, layers="all")._repr_html_())
    for layer in text:
        assert layer.label in html.replace("&#x27;", "'")
        assert layer.id in html


def test_without_labels_paragraphs_are_numbered_continuously():
    text = load_text("1921-telegram")
    html = read(text, layers="all", labels=False)._repr_html_()
    numbers = [int(n) for n in re.findall(r"¶(\d+)", html)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert not any(layer.label in html for layer in text)
    assert "<code" not in html


@pytest.mark.parametrize(
    "how", [{}, {"layers": "all"}, {"layers": "editors"}, {"layers": "letter", "rest": "strike"}, {"labels": False}]
)
def test_a_paragraph_has_the_same_number_on_every_page(how):
    letter = load_text("1923-letter")
    page = read(letter, **how)
    struck = how.get("rest") == "strike"
    wanted = [
        letter.paragraph_at(start) for layer in letter if layer in page.shown or struck for start, _ in layer.paragraphs
    ]
    assert [int(number) for number in re.findall(r"<small[^>]*>¶(\d+)<", page._repr_html_())] == wanted


def test_aids_words_explains_words_without_summaries():
    html = read(load_text("1921-telegram"), aids="words")._repr_html_()
    assert "Words explained" in html
    assert "<summary>In plain words" not in html
    with pytest.raises(UserError, match=r"is not known\. Write aids=True"):
        read(load_text("1921-telegram"), aids="wods")


def test_struck_out_words_are_marked_and_counted():
    text = load_text("1923-letter")
    page = read(text, layers="letter", rest="strike")
    html = page._repr_html_()
    assert "675 words are struck out; 86 are left." in html
    kept = re.sub(r"<del>.*?</del>", "", html, flags=re.S)
    assert "impartiality" in kept
    assert "Mdivani" not in kept
    assert "86 of 761" in repr(page)


def test_unknown_rest_option_raises():
    with pytest.raises(UserError, match=r"Did you mean “strike”"):
        read(parse_text("Words."), rest="stike")


def test_hostile_text_is_escaped():
    front = 'title: "<img src=x onerror=alert(1)>"\nlayers:\n  a: {voice: v, kind: actor, label: "<b>x"}'
    source = f"---\n{front}\n---\n## a\n\n<script>alert(1)</script>\n"
    text = parse_text(source)
    for html in (read(text)._repr_html_(), text._repr_html_(), text["a"]._repr_html_(), text.layers._repr_html_()):
        assert "<script" not in html
        assert "<img" not in html
        assert "<b>" not in html


def test_mark_across_paragraphs_is_cut_and_has_one_sign():
    first = mark_words("one two", 0, [(4, 12, MarkLook("A", 0))])
    second = mark_words("three", 9, [(4, 12, MarkLook("A", 0))])
    assert words_of(first).strip() == "one two"
    assert "A" in words_of(second)
    assert first.count("<mark") == second.count("<mark") == 1


SEVERAL = "a<b & c\n\nd'e\n \nf"
INSIDE = st.integers(0, len(SEVERAL))


@given(st.lists(st.tuples(INSIDE, INSIDE).filter(lambda place: place[0] < place[1]), max_size=6))
def test_marks_may_overlap_in_any_way(places):
    text = parse_text(SEVERAL)
    marks = [
        (start, end, MarkLook(f"({n})", n))
        for n, (start, end) in enumerate(sorted(places, key=lambda place: (place[0], -place[1])))
    ]
    opened, signs, letters = [], [], []
    _, *paragraphs = "".join(page_html(text, text.parts, marks)).split("</small>")
    for piece in re.findall(r"<[^>]*>|[^<]+", "".join(re.sub(r"</p>.*", "", one, flags=re.S) for one in paragraphs)):
        if piece.startswith("<mark"):
            opened.append(next(look for _, _, look in marks if look.openings[0][:30] == piece[:30]))
        elif piece == "</mark>":
            opened.pop()
        elif re.fullmatch(r"\(\d\)", piece):
            signs.append(piece)
        elif not piece.startswith("<"):
            letters += [(letter, set(opened)) for letter in unescape(piece)]
    shown = [place for start, end in text.parts[0].paragraphs for place in range(start, end)]
    assert letters == [(SEVERAL[n], {look for a, b, look in marks if a <= n < b}) for n in shown]
    assert sorted(signs) == [f"({n})" for n, (_, end, _) in enumerate(marks) if end - 1 in shown]
    assert opened == []


def test_mark_that_begins_in_a_hidden_layer_is_not_shown():
    text = parse_text(
        "---\nlayers:\n  a: {voice: v, kind: actor}\n  b: {voice: w, kind: actor}\n---\n## a\n\nOne.\n\n## b\n\nTwo.\n"
    )
    mark = (0, len(text.content), MarkLook("A", 0))
    assert "".join(page_html(text, text.choose(layers="b"), [mark])).count("<mark") == 0
    assert "".join(page_html(text, text.parts, iter([mark]))).count("<mark") == 2


def help_of(html: str) -> list[str]:
    """The lines of the reading aids on a page, in order."""
    return [words_of(line).strip() for line in re.findall(r"<li[^>]*>(<em>.*?)</li>", html, re.S)]


def test_each_glossary_word_is_explained_once_at_its_first_place():
    telegram, letter = load_text("1921-telegram"), load_text("1923-letter")
    lines = help_of(read(telegram)._repr_html_())
    assert any(line.startswith("C.-in-C. = commander-in-chief") for line in lines)
    whole = help_of(read(letter, layers="all")._repr_html_())
    assert sum(line.startswith("Plenum =") for line in whole) == 1
    assert not any(line.startswith("Plenum =") for line in help_of(read(letter)._repr_html_()))
    # Explanations are never inside the text itself.
    passages = re.findall(r"<small[^>]*>¶\d+</small>(.*?)</p>", read(telegram)._repr_html_(), re.S)
    assert any("occupy Tiflis provided" in passage for passage in passages)
    assert not any("Tbilisi" in passage for passage in passages)


def test_reading_aids_are_not_counted_as_text():
    letter = load_text("1923-letter")
    helped, bare = read(letter), read(letter, aids=False)
    assert "In plain words" in helped._repr_html_()
    assert "are not part of the text, and none of their words are counted" in helped._repr_html_()
    assert "plain words" not in bare._repr_html_().lower()
    assert help_of(bare._repr_html_()) == []
    assert repr(helped) == repr(bare)
    assert "Left out: 633 words" in helped._repr_html_()
    assert helped.text.content == letter.content


@pytest.mark.parametrize("how", [{"labels": False}, {"rest": "strike"}])
def test_pages_used_as_tasks_have_no_reading_aids(how):
    html = read(load_text("1923-letter"), layers="letter", **how)._repr_html_()
    assert "plain words" not in html.lower()
    assert "<li>" not in html


def test_note_anchors_lead_to_the_note_with_that_number():
    letter = load_text("1923-letter")
    html = read(letter)._repr_html_()
    assert 'accept.<sup style="font-size:0.8em">[3]</sup>' in html
    assert "Note [3]: ¶21, Soviet editors, 1960s: note [3], not shown here." in words_of(html)
    whole = read(letter, layers="all")._repr_html_()
    assert "Note [3]: ¶21, Soviet editors, 1960s: note [3]." in words_of(whole)
    # Neither the number at the beginning of the note nor a number without a note is an anchor.
    assert "[3] This letter was read" in whole
    assert "so.[7]" in read(parse_text("So it is so.[7]"))._repr_html_()
    assert "<sup" not in read(letter, layers="letter", labels=False)._repr_html_()


def test_page_html_is_deterministic():
    for text in (load_text("1921-telegram"), load_text("1923-letter")):
        html = read(text, layers="all")._repr_html_()
        assert html == read(text, layers="all")._repr_html_()
        assert " id=" not in html
        assert "<style" not in html


def test_hostile_glossary_is_escaped(tmp_path, monkeypatch):
    (tmp_path / "texts").mkdir()
    monkeypatch.setenv("CLOSE_READING_HOME", str(tmp_path))
    (tmp_path / "texts" / "glossary.csv").write_text(
        "term,explanation,document,layer,reference\nword,<img src=x>,,,<b>\n", encoding="utf-8"
    )
    html = read(parse_text("A word."))._repr_html_()
    assert "&lt;img src=x&gt; (&lt;b&gt;)" in html
    assert "<img" not in html


def test_summary_of_a_missing_paragraph_raises(tmp_path, monkeypatch):
    (tmp_path / "texts").mkdir()
    monkeypatch.setenv("CLOSE_READING_HOME", str(tmp_path))
    (tmp_path / "texts" / "summaries.csv").write_text(
        "document,layer,paragraph,summary\ntext,text,2,Nothing.\n", encoding="utf-8"
    )
    with pytest.raises(UserError, match=r"summaries.csv, line 2: no paragraph “2” in text, text"):
        read(parse_text("One paragraph."))


CROWDS = {
    "nested": lambda n: [(k, 4 * n - k) for k in range(n)],
    "staggered": lambda n: [(k, k + 2 * n) for k in range(n)],
    "all over the same words": lambda n: [(0, 4 * n)] * n,
    "long and short": lambda n: [(2 * k, 4 * n if k % 2 else 2 * k + 1) for k in range(n)],
}


def crowd(shape: str, n: int) -> str:
    return mark_words("x" * (4 * n), 0, [(*place, MarkLook("A", 0)) for place in CROWDS[shape](n)])


@pytest.mark.parametrize("shape", CROWDS)
def test_page_of_many_overlapping_marks_grows_with_their_number_and_counts_those_not_drawn(shape):
    small, large = crowd(shape, 500), crowd(shape, 1000)
    assert len(large) < 2.2 * len(small)
    for html, n in ((small, 500), (large, 1000)):
        depth = most = 0
        for tag in re.findall(r"</?mark", html):
            depth += 1 if tag == "<mark" else -1
            most = max(most, depth)
        assert (most, depth) == (8, 0)
        counted = sum(int(count.replace(",", "")) for count in re.findall(r"\+ ([\d,]+) more mark", html))
        assert html.count(">A</sup>") + counted == n
        assert words_of(re.sub(r"<sup.*?</sup>", "", html)).replace(" ", "") == "x" * (4 * n)


def test_mark_over_eight_others_is_drawn_from_where_one_of_them_ends():
    others = [(0, 4, MarkLook(str(n), n)) for n in range(8)]
    html = mark_words("abcdefghij", 0, [*others, (2, 8, MarkLook("L", 0)), (3, 4, MarkLook("S", 0))])
    assert re.search(r"<mark[^>]*>efgh<sup[^>]*>L</sup></mark>ij$", html)
    assert html.count("+ 1 more mark<") == 1
    assert "S</sup>" not in html


def test_layers_and_notes_are_looked_up_only_once_for_each_layer():
    def page(n: int) -> int:
        head = "".join(f"  l{k}: {{voice: v, kind: editor}}\n" for k in range(n))
        body = "".join(f"## l{k}\n\n[{k}] Note [{k + 1}].\n\n" for k in range(n))
        text = parse_text(f"---\nlayers:\n{head}---\n{body}")
        assert note_anchors(text["l1"], printed_notes(text)) == {"[2]"}
        return len(read(text, layers="all")._repr_html_())

    assert page(400) < 2.2 * page(200)
