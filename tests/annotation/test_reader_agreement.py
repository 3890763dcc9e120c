"""Agreement of several readers, compared with a slow word-by-word count; names are hidden by default."""

from __future__ import annotations

import random
import re
from collections import Counter

import pytest
from hypothesis import given, settings, strategies as st

from helpers import annotate, load_text, my_work
from helpers.__main__ import main
from helpers.annotation import (
    ReaderMarks,
    agreement,
    anchor_at,
    cohen_kappa,
    join_ranges,
    krippendorff_alpha,
    stretches,
    write_annotation,
)
from helpers.core import UserError
from helpers.texts import parse_text
from helpers.workbook import Event, file_header, write_line

SOURCE = """\
---
title: A letter
layers:
  letter:
    label: "The writer: letter"
    voice: writer
    kind: actor
  note:
    label: "Editors: note"
    voice: editors
    kind: editor
---

## letter

Return all this to me <soon>.

I cannot rely on their impartiality.

## note

The writer was ill.
"""
TEXT = parse_text(SOURCE, "letter")


def handed_in(number, *marks, name="", text=TEXT, session=None):
    """The download of one reader; each mark is (words, tags) or (start, end, tags)."""
    events = [("name", {"name": name})] if name else []
    for n, (*where, tags) in enumerate(marks):
        start, end = where if len(where) == 2 else _place(where[0], text)
        layer = next(part for part in text if part.start <= start < part.end)
        body = write_annotation(
            f"urn:x:{number}:{n}", anchor_at(text, layer, start, end), tags, "why?", "2000-01-31T12:00:00Z", name
        )
        events.append(("annotation", body))
    session = session or f"{number:016x}"
    lines = [Event(n, session, "2000-01-31T12:00:00Z", kind, body) for n, (kind, body) in enumerate(events, 1)]
    return "\n".join([file_header(), *map(write_line, lines)]) + "\n"


def _place(words, text):
    start = text.content.index(words)
    return start, start + len(words)


def rows(table, *columns):
    return [tuple(row[column] for column in columns) for row in table]


# ---------------------------------------------------------------- two readers


def test_agreement_of_two_readers(example):
    first = handed_in(1, ("all this to me", ["trust"]), ("cannot", []))
    second = handed_in(2, ("this to", ["trust"]), ("me <soon>", ["secrecy"]))
    found = agreement([first, second], TEXT)
    assert found.readers == ("reader 1", "reader 2")
    assert rows(found.passages, "passage", "readers", "of", "tags", "who") == [
        ("all", 1, 2, "Trust 1", "reader 1"),
        ("this to", 2, 2, "Trust 2", "reader 1, reader 2"),
        ("me", 2, 2, "Secrecy 1, Trust 1", "reader 1, reader 2"),
        ("<soon>.", 1, 2, "Secrecy 1", "reader 2"),
        ("cannot", 1, 2, "", "reader 1"),
    ]
    assert rows(found.figures, "what", "count", "of") == [
        ("words marked by both", 3, 12),
        ("words marked only by reader 1", 2, 12),
        ("words marked only by reader 2", 1, 12),
        ("words both marked, with the same tags", 2, 3),
        ("words marked by no reader", 6, 12),
    ]
    name, value = found.coefficient
    # By hand: they agree on 9 of 12 words; chance agreement is (5 · 4 + 7 · 8) / 144.
    assert name == "Cohen’s kappa"
    assert value == pytest.approx((9 / 12 - 76 / 144) / (1 - 76 / 144))
    assert "Cohen’s kappa: 0.47. It compares, for each of the 12 words in these layers" in found.figures.note
    assert "not how good" in found.figures.note
    assert rows(found.tags, "tag", "readers", "words", "shared") == [("Trust", 2, 4, 2), ("Secrecy", 1, 2, 0)]


def test_page_names_the_readers_of_each_mark_by_number():
    html = agreement([handed_in(1, ("all this", [])), handed_in(2, ("this to", []))], TEXT)._repr_html_()
    marks = re.findall(r"<mark style=\"[^\"]*border-bottom:(\d+)px[^\"]*\">(.*?)<sup[^>]*>(.*?)</sup></mark>", html)
    assert [mark[1:] for mark in marks] == [("all", "1"), ("this", "1+2"), ("to", "2")]
    assert int(marks[1][0]) > int(marks[0][0])
    assert "&lt;soon&gt;" in html
    assert "<soon>" not in html
    assert "<style" not in html


def test_word_marked_several_times_by_one_reader_counts_once():
    mine = handed_in(1, ("all this", ["trust"]), ("this to", ["trust"]), ("this", ["trust"]))
    found = agreement([mine, handed_in(2)], TEXT)
    assert {row["readers"] for row in found.passages} == {1}
    assert sum(row["words"] for row in found.passages) == 3
    assert found.coefficient[1] == 0


def test_mark_on_part_of_a_word_counts_for_the_whole_word():
    start = TEXT.content.index("partial")
    found = agreement([handed_in(1, (start, start + 3, [])), handed_in(2)], TEXT)
    assert rows(found.passages, "passage", "layer", "voice") == [("impartiality.", "letter", "writer")]


def test_marks_in_other_layers_and_lost_marks_are_counted():
    gone = parse_text(SOURCE.replace("all this to me <soon>", "these secret papers"), "letter")
    data = [handed_in(1, ("secret papers", []), text=gone), handed_in(2, ("writer was", []), ("rely", []))]
    found = agreement(data, TEXT)
    assert "Marks in other layers: 1. Marks whose words are no longer in the text: 1." in found.figures.note
    assert rows(found.passages, "passage") == [("rely",)]
    assert rows(agreement(data, TEXT, layers="all").passages, "passage") == [("rely",), ("writer was",)]
    assert rows(agreement(data, TEXT, layers="editors").passages, "layer") == [("note",)]


def test_marks_of_other_texts_do_not_count():
    other = parse_text(SOURCE, "another")
    found = agreement([handed_in(1, ("rely", []), text=other), handed_in(2)], TEXT)
    assert len(found.passages) == 0
    assert found.coefficient == ("Cohen’s kappa", None)
    assert "not defined here" in found.figures.note
    assert "Nothing found" in found._repr_html_()


# ---------------------------------------------------------------- names and identity of readers


def test_names_are_hidden_by_default(tmp_path):
    file = tmp_path / "my-work-Xanthippe.jsonl"
    file.write_text(handed_in(1, ("rely", []), name="Xanthippe"), encoding="utf-8")
    data = [file, handed_in(2, ("rely", []), name="Zo<b>e"), tmp_path / "Yorick.jsonl", b"GIF8"]
    hidden = agreement(data, TEXT)
    assert hidden.readers == ("reader 1", "reader 2")
    said = (
        repr(hidden) + hidden._repr_html_() + repr([*hidden.passages, *hidden.tags, *hidden.figures, *hidden.troubles])
    )
    assert not re.search("Xanthippe|Zo|Yorick", said)
    assert (
        hidden.troubles[0] == "Portfolio 3 could not be read. The reason is shown with names (names=True, or --names)."
    )
    shown = agreement(data, TEXT, names=True)
    assert shown.readers == ("Xanthippe", "Zo<b>e")
    assert "Yorick.jsonl" in shown.troubles[0]
    assert "a picture" in shown.troubles[1]
    html = shown._repr_html_()
    assert "Zo&lt;b&gt;e" in html
    assert "<b>e" not in html


def test_two_files_of_one_reader_count_as_one_reader():
    once = handed_in(1, ("rely", []), session="a" * 16)
    again = handed_in(1, ("rely", []), ("cannot", []), session="a" * 16)
    other = handed_in(2, ("rely", []), session="b" * 16)
    assert len(agreement([once, again, other], TEXT).readers) == 2
    joined_ = once + handed_in(3, session="b" * 16, name="Fox").split("\n", 1)[1]
    assert len(agreement([once, other, joined_], TEXT).readers) == 1


@pytest.mark.parametrize(
    ("portfolios", "said"),
    [
        ([], "No portfolio"),
        ([b"GIF8"], "No portfolio"),
        (["none.jsonl"], "No portfolio"),
        ("a file", "a list of them"),
        (b"x", "a list of them"),
    ],
)
def test_invalid_portfolios_raise(portfolios, said):
    with pytest.raises(UserError, match=said):
        agreement(portfolios, TEXT)
    with pytest.raises(UserError, match="is not a text"):
        agreement([handed_in(1)], "letter")


def test_hostile_portfolio_is_escaped():
    hostile = handed_in(1, ("rely", ["<script>x</script>", "=1+1"]), name="<i>")
    lines = hostile.splitlines() + [
        write_line(Event(n, "c" * 16, "2000-01-31T12:00:00Z", kind, body))
        for n, (kind, body) in enumerate(
            [("annotation", {"type": "Annotation"}), ("tag", {}), ("name", {"name": []})], 1
        )
    ]
    found = agreement(["\n".join(lines), handed_in(2)], TEXT, names=True)
    assert "<script>" not in found._repr_html_()
    assert len(found.passages) == 1


# ---------------------------------------------------------------- many readers


@st.composite
def classes(draw):
    ranges = st.lists(st.tuples(st.integers(0, 20), st.integers(1, 6)).map(lambda r: (r[0], r[0] + r[1])), max_size=4)
    return [
        ReaderMarks(
            "",
            join_ranges(draw(ranges)),
            {tag: join_ranges(draw(ranges)) for tag in draw(st.sets(st.sampled_from("xyz")))},
        )
        for _ in range(draw(st.integers(1, 6)))
    ]


def _slowly(ranges):
    return {n for start, end in ranges for n in range(start, end)}


@settings(max_examples=150)
@given(classes())
def test_stretches_agree_with_a_word_by_word_count(readings):
    for one in readings:  # each tag lies on words that its reader marked
        one.words = join_ranges(one.words + [r for ranges in one.tags.values() for r in ranges])
    marked = [_slowly(one.words) for one in readings]
    tagged = [{tag: _slowly(ranges) for tag, ranges in one.tags.items()} for one in readings]
    found = list(stretches(readings))
    seen = {}
    for one in found:
        assert one.start < one.end
        for n in range(one.start, one.end):
            assert n not in seen
            seen[n] = one
    for n in range(40):
        who = tuple(r for r, words in enumerate(marked) if n in words)
        tags = Counter(tag for one in tagged for tag, words in one.items() if n in words)
        assert (seen[n].readers, dict(seen[n].tags)) == (who, dict(tags)) if who else n not in seen
    assert [one.start for one in found] == sorted(one.start for one in found)


@settings(max_examples=100)
@given(classes(), st.integers(30, 60))
def test_kappa_and_alpha_agree_with_their_definitions(readings, words):
    units = [[n in _slowly(one.words) for one in readings] for n in range(words)]
    counts = Counter(map(sum, units))
    value = krippendorff_alpha(counts, len(readings), words)
    pairs = [(a, b) for unit in units for i, a in enumerate(unit) for j, b in enumerate(unit) if i != j]
    values = [one for unit in units for one in unit]
    apart = sum(a != b for i, a in enumerate(values) for j, b in enumerate(values) if i != j)
    if len(readings) < 2 or not apart:
        assert value is None
        return
    observed = sum(a != b for a, b in pairs) / len(pairs)
    expected = apart / (len(values) * (len(values) - 1))
    assert value == pytest.approx(1 - observed / expected)
    first, second = ([unit[n] for unit in units] for n in (0, 1))
    both = sum(a and b for a, b in zip(first, second, strict=True))
    two = cohen_kappa(both, sum(first), sum(second), words)
    agree = sum(a == b for a, b in zip(first, second, strict=True)) / words
    p, q = sum(first) / words, sum(second) / words
    chance = p * q + (1 - p) * (1 - q)
    assert two is None if chance == 1 else two == pytest.approx((agree - chance) / (1 - chance))


def test_kappa_and_alpha_of_known_tables():
    # Two-by-two table: both yes 20, both no 15, different 5 and 10.
    assert cohen_kappa(20, 25, 30, 50) == pytest.approx(0.4)
    assert cohen_kappa(0, 0, 0, 10) is None
    assert cohen_kappa(0, 0, 0, 0) is None
    assert krippendorff_alpha(Counter({3: 5}), 3, 10) == 1
    assert krippendorff_alpha(Counter(), 3, 10) is None
    assert krippendorff_alpha(Counter({1: 5}), 1, 10) is None


def test_agreement_of_sixty_readers_agrees_with_a_word_by_word_count():
    chance = random.Random(7)
    text = parse_text("\n\n".join(" ".join(f"w{n}x{k}" for k in range(60)) for n in range(40)), "long")
    spans = [match.span() for match in re.finditer(r"\S+", text.content)]
    plain = Counter()
    class_ = []
    for number in range(1, 61):
        marks, mine = [], set()
        for _ in range(10):
            start = chance.randrange(len(spans) - 12)
            end = start + chance.randrange(1, 12)
            marks.append((spans[start][0], spans[end - 1][1], [chance.choice(["trust", "secrecy"])]))
            mine |= set(range(start, end))
        plain.update(mine)
        class_.append(handed_in(number, *marks, name=f"Student {number}", text=text))
    found = agreement(class_, text)
    assert len(found.readers) == 60
    counted = Counter()
    for row in found.passages:
        assert row["words"] == len(row["passage"].split())
        for word in row["passage"].split():
            counted[word] += row["readers"]
    words = text.content.split()
    assert counted == Counter({words[n]: count for n, count in plain.items()})
    assert found.coefficient[0] == "Krippendorff’s alpha (nominal)"
    assert abs(found.coefficient[1]) < 0.05, "marks at random agree as chance does"
    html = found._repr_html_()
    assert "how many of the 60 readers marked them" in html
    signs = [int(sign) for sign in re.findall(r"<mark[^>]*>[^<]*<sup[^>]*>(\d+)</sup></mark>", html)]
    assert max(signs) == max(plain.values())
    assert "Student" not in html
    assert agreement(class_, text)._repr_html_() == html


def test_agreement_command_writes_one_page_without_names(tmp_path, capsys, monkeypatch, example):
    files = []
    for n, name in enumerate(("Fox", "Hen")):
        monkeypatch.setenv("CLOSE_READING_WORK", str(tmp_path / f"work{n}"))
        my_work(name=name)
        annotate(load_text("1848-reply"), "I cannot rely on", tag="trust")
        files.append(tmp_path / f"{n}.jsonl")
        my_work(save=files[-1])
    out = tmp_path / "page.html"
    command = ["agreement", "1848-reply", *map(str, files), "-o", str(out)]
    assert main(command) == 0
    page = out.read_text(encoding="utf-8")
    assert "what 2 readers marked" in page
    assert "Content-Security-Policy" in page
    assert "Fox" not in page
    assert main(command) == 1  # never over a file
    assert "already exists" in capsys.readouterr().err
    assert main([*command, "--names", "--force"]) == 0
    assert "Fox" in out.read_text(encoding="utf-8")
