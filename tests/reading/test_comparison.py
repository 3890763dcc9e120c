from __future__ import annotations

import base64
import csv
import difflib
import html
import io
import re
from collections import Counter
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from helpers import load_text
from helpers.core import UserError
from helpers.reading import (
    CASE,
    DIVISION,
    LONG,
    MOST_PAIRS,
    NOTES,
    OTHER,
    SAME,
    SIGNS,
    SMALL,
    Comparison,
    Tokens,
    Witnesses,
    align,
    compare,
    find,
    lexicon,
    pairs,
    passages,
    sentence_starts,
    shared_runs,
    survives,
    variants,
)
from helpers.texts import check_tables, parse_text, read_table

ROOT = Path(__file__).resolve().parents[2]
TELEGRAM, LETTER = load_text("1921-telegram"), load_text("1923-letter")
TEXTS = {text.id: text for text in (TELEGRAM, LETTER)}
CATEGORIES = [row["category"] for row in read_table("categories")]


def _words(markup: str) -> str:
    """The visible words of HTML, in one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", markup)).split())


# ---- passages side by side


@pytest.mark.parametrize("layers", ["actors", "all", "editors", ["telegram", "letter"]])
def test_every_phrase_and_passage_is_at_the_place_in_its_row(layers):
    rows = compare(TELEGRAM, LETTER, layers=layers)
    assert len(rows) > 10
    for row in rows:
        text = TEXTS[row["document"]]
        layer = text[row["layer"]]
        assert " ".join(text.content[row["passage_start"] : row["passage_end"]].split()) == row["passage"]
        assert row["passage_start"] <= row["start"] < row["end"] <= row["passage_end"]
        assert not text.content[row["passage_end"] - 1].isspace()
        assert layer.start <= row["passage_start"] < row["passage_end"] <= layer.end
        words = text.content[row["start"] : row["end"]]
        assert " ".join(words.split()).casefold() == row["phrase"].casefold()
        assert text.paragraph_at(row["start"]) == row["paragraph"]
        assert layer.voice == row["voice"]


def test_counts_agree_with_the_lexicon():
    for layers in ("actors", "all", "editors"):
        rows = compare(TELEGRAM, LETTER, layers=layers)
        for text in TEXTS.values():
            ids = {layer.id for layer in text.choose(layers=layers)}
            expected = Counter(span.category for span in lexicon(text, CATEGORIES) if span.layer in ids)
            assert Counter(row["category"] for row in rows if row["document"] == text.id) == expected
            found = {row["category"]: row["found"] for row in rows.counts if row["document"] == text.id}
            assert found == {category: expected[category] for category in CATEGORIES}


def test_editors_words_are_compared_only_on_request():
    rows = compare(TELEGRAM, LETTER)
    assert {TEXTS[row["document"]][row["layer"]].kind for row in rows} == {"actor"}
    shown = rows._repr_html_()
    assert "fundamentally erroneous" not in shown
    assert "staged Communist uprising" not in shown
    everything = compare(TELEGRAM, LETTER, layers="all")
    assert "fundamentally erroneous" in everything._repr_html_()
    assert {"editor", "copyist"} <= {TEXTS[row["document"]][row["layer"]].kind for row in everything}


def test_counts_include_the_number_with_editors_words():
    rows = compare(TELEGRAM, LETTER)
    both = compare(TELEGRAM, LETTER, layers=["actors", "editors"])
    assert [row["with editors"] for row in rows.counts] == [row["found"] for row in both.counts]
    said = {(row["category"], row["document"]): row["left out"] for row in rows.counts}
    assert said["editorial_evaluation", "1923-letter"] == "editors 5"
    assert said["secrecy", "1921-telegram"] == "copyists 2, editors 1"
    total = sum(row["with editors"] for row in rows.counts)
    assert f"Phrases found: {len(rows)}; with the editors’ words they would be {total}." in rows.note
    assert "218 of 389 words (56 %) count (historical actors 218)" in rows.note


def test_category_without_matches_in_one_text_is_reported():
    shown = _words(compare(TELEGRAM, LETTER, category="scarcity")._repr_html_())
    nothing = "No phrase was found in the words that count. None was found in the rest of this text either."
    assert f"The letter of 5 March 1923 {nothing}" in shown
    shown = _words(compare(TELEGRAM, LETTER, category=["editorial_evaluation"])._repr_html_())
    assert "No phrase was found in the words that count. Not counted: editors 2." in shown
    assert "Not counted: editors 5." in shown


def test_every_category_shows_its_question_passages_and_voices():
    shown = _words(compare(TELEGRAM, LETTER)._repr_html_())
    for row in read_table("categories"):
        assert f"{row['label']} {row['guiding_question']}" in shown
    assert "The Central Committee: the telegram, ¶6" in shown
    assert "Lenin, according to the copyist: note to Sklyansky, ¶10" in shown


def test_phrases_in_one_sentence_share_one_passage():
    rows = [row for row in compare(TELEGRAM, LETTER, category="conditionality") if row["document"] == TELEGRAM.id]
    assert [len({row["passage"] for row in some}) for some in (rows[:4], rows)] == [1, 2]
    shown = compare(TELEGRAM, LETTER, category="conditionality")._repr_html_()
    assert re.sub(r"<details.*?</details>", "", shown).count("<mark") == 8
    assert shown.count("<blockquote") == 5
    # Each passage has its paragraph in a fold, with the same marks.
    opened = re.findall(r"<details[^>]*><summary[^>]*>([^<]*)</summary><p[^>]*>(.*?)</p></details>", shown)
    assert len(opened) == 5
    assert all("¶" in place and "<mark" in around for place, around in opened)


def test_comparison_is_a_table_displayed_without_script_or_style_sheet():
    rows = compare(TELEGRAM, LETTER)
    frame = rows.to_frame()
    assert list(frame.columns)[:9] == [
        "category", "document", "layer", "voice", "paragraph", "passage", "phrase", "start", "end",
    ]  # fmt: skip
    assert len(frame) == len(rows) == len(list(rows)) > 0
    shown = rows._repr_html_()
    for forbidden in ("<style", "<script", " id=", "<h1", "<h2", "<h3"):
        assert forbidden not in shown
    assert shown == compare(TELEGRAM, LETTER)._repr_html_()
    assert "Phrases found" in repr(rows)


def test_hostile_text_is_escaped():
    one, other = parse_text("<script>alert(1)</script> & we.", "one"), parse_text("We <b>too</b>.", "other")
    shown = compare(one, other, words=["we", "<b>too"])._repr_html_()
    assert "<script" not in shown
    assert "<b>" not in shown
    assert "&lt;script&gt;" in shown


def test_wrong_arguments_raise():
    for wrong, message in (
        ({"layers": "leter"}, "No layer “leter” in either text. Did you mean “letter”?"),
        ({"voice": "lennin"}, "No voice “lennin” in either text. Did you mean “lenin”?"),
        ({"category": "trsut"}, "No category “trsut”. Did you mean “trust”?"),
        ({"words": ["we"], "category": "trust"}, "cannot be used together"),
        ({"words": []}, "No words to compare"),
        ({"words": [""]}, "at least one word"),
        ({"words": "we", "same": True}, "words= and category= cannot be used"),
    ):
        with pytest.raises(UserError, match=re.escape(message)):
            compare(TELEGRAM, LETTER, **wrong)
    with pytest.raises(UserError, match="the same text"):
        compare(LETTER, LETTER)
    with pytest.raises(UserError, match="is not a text"):
        compare("1921-telegram", LETTER)


def test_layer_or_voice_may_exist_in_only_one_text():
    rows = compare(TELEGRAM, LETTER, layers="all", voice="lenin")
    assert {row["layer"] for row in rows} == {"lenin-note", "return-line", "letter"}
    assert {row["document"] for row in compare(TELEGRAM, LETTER, layers="letter")} == {LETTER.id}


def test_two_texts_with_the_same_id_are_counted_separately():
    one, other = parse_text("We do. We did.", "text"), parse_text("Nobody does.", "text")
    rows = compare(one, other, words="we")
    assert [row["found"] for row in rows.counts] == [2, 0]
    assert _words(rows._repr_html_()).count("No phrase was found") == 1


def test_more_passages_than_the_limit_are_counted_not_shown():
    many = parse_text("We go. " * 400, "many")
    rows = compare(many, LETTER, words="we")
    shown = rows._repr_html_()
    assert len(rows) == 400
    assert "380 more passages" in shown
    assert shown.count("<blockquote") == 20


# ---- rates


def test_rates_of_given_words_show_the_number_of_words_they_are_based_on():
    rows = compare(TELEGRAM, LETTER, words=["we", "I"])
    assert isinstance(rows, Comparison)
    told = {(r["phrase"], r["document"], r["voice"]): (r["found"], r["words"], r["per 100 words"]) for r in rows.rates}
    assert told["we", TELEGRAM.id, "cc_rcpb"] == (5, 144, 3.5)
    assert told["I", LETTER.id, "lenin"] == (3, 86, 3.5)
    assert told["I", TELEGRAM.id, "lenin"] == (0, 66, 0.0)
    for (phrase, document, voice), (found, words, _) in told.items():
        text = TEXTS[document]
        assert found == len(find(text, phrase, voice=voice))
        assert words == sum(layer.words for layer in text.choose(layers="actors", voice=voice))
    shown = _words(rows._repr_html_())
    assert "phrase document speaker found words per 100 words" in shown
    assert "a rate says little" in shown


def test_categories_have_no_rates():
    rows = compare(TELEGRAM, LETTER)
    assert len(rows.rates) == 0
    assert "Rates are given only for words of your own" in rows.rates.note
    assert "per 100" not in rows._repr_html_()


# ---- sentences


def test_sentences_are_split_as_a_reader_would():
    def cut(text, layer):
        words = text[layer].text
        small = [word for word in re.findall(r"\w+", text.content) if word[0].islower()]
        starts = [*sentence_starts(words, small), len(words)]
        return [words[a:b].strip() for a, b in pairwise(starts)]

    assert len(cut(TELEGRAM, "telegram")) == 5
    letter = cut(LETTER, "letter")
    assert letter[1].endswith("in the Party C.C.")
    assert letter[2].startswith("This case is now")
    assert len(letter) == 8
    note = " | ".join(cut(LETTER, "soviet-note-2"))
    for kept in ("R.C.P.(B.) Central", "G. K. Orjonikidze", "F. E. Dzerzhinsky", "C.C. Secretary General", "Vol. 36"):
        assert kept in note
    assert "(tell the C.-in-C. about it" in " | ".join(cut(TELEGRAM, "lenin-note"))


def test_very_long_sentence_is_cut_around_the_match():
    text = parse_text("word " * 3000 + "Tiflis " + "word " * 3000)
    place = text.content.index("Tiflis")
    ((first, last),) = passages(text, [(place, place + 6)])
    assert first < place < last
    assert last - first < LONG
    assert text.content[first:last].split() == [w for w in text.content[first:last].split() if w in ("word", "Tiflis")]


@settings(max_examples=60)
@given(
    st.text(alphabet="aB. \n?”“", max_size=120), st.lists(st.tuples(st.integers(0, 119), st.integers(1, 9)), max_size=6)
)
def test_passages_contain_their_matches_and_do_not_overlap(words, places):
    text = parse_text(f"---\nlayers:\n  a: {{voice: x, kind: actor}}\n  b: {{voice: y, kind: actor}}\n---\n## a\n\nA {words}\n\n## b\n\nB {words}\n") if "#" not in words else parse_text("a")  # fmt: skip  # noqa: E501
    spans = []
    for start, length in places:
        layer = text.parts[start % 2]
        begin = layer.start + start % len(layer.text)
        spans.append((begin, min(layer.end, begin + length)))
    found = passages(text, spans)
    for start, end in spans:
        inside = [(a, b) for a, b in found if a <= start and end <= b]
        assert len(inside) == 1
    assert all(b <= c for (_, b), (c, _) in pairwise(found))
    assert all(any(part.start <= a < b <= part.end for part in text) for a, b in found)


# ---- other versions


def test_variants_table_has_only_short_readings_with_a_reference():
    with (ROOT / "texts" / "variants.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    readings = {row["variant"] for row in rows if row["layer"] == "telegram"}
    assert readings == {
        "is inclined to permit", "international rules", "vouch for success", "a single train or a single car",
        "do nothing drastic",
    }  # fmt: skip
    for row in rows:
        assert row["reference"]
        assert row["witness"]
        assert "confidence" in row["remark"]
        assert len(row["variant"].split()) <= 8
    assert [row["problem"] for row in check_tables()] == []


def test_variant_of_missing_words_is_reported(copied_module):
    copied_module("variants.csv", "guarantee success", "guarantee victory")
    (problem,) = [row["problem"] for row in check_tables()]
    assert "variants.csv, line 4: “guarantee victory” is not in 1921-telegram, telegram" in problem
    with pytest.raises(UserError, match="guarantee victory"):
        variants(load_text("1921-telegram"))


def test_survives_says_yes_no_or_open_only_from_the_variants_table():
    def of(phrase: str) -> list[tuple[str, str, str]]:
        return [(row["survives"], row["words_here"], row["variant"]) for row in survives(TELEGRAM, phrase)]

    permitted = ("is inclined to allow", "is inclined to permit")
    assert of("is inclined to allow") == [("no", *permitted)]
    assert of("allow") == [("no", *permitted)]
    assert of("inclined") == [("yes", *permitted)]
    assert {kept for kept, *_ in of("Tiflis")} == {"open"}
    assert "6 short readings are recorded" in survives(TELEGRAM, "Tiflis").note
    assert of("Batum") == []
    assert survives(TELEGRAM, "Batum").note == "“Batum” is not in this text."
    assert "No other version" in survives(parse_text("Return all this.", "x"), "all").note
    assert survives(TELEGRAM, "Batum").columns == survives(TELEGRAM, "allow").columns
    assert [row["witness"] for row in survives(TELEGRAM, "allow")] == [
        row["witness"] for row in variants(TELEGRAM) if row["variant"] == permitted[1]
    ]
    assert len(variants(TELEGRAM)) == 6
    assert variants(parse_text("Return.", "x")).columns == variants(TELEGRAM).columns


def test_comparison_shows_readings_of_another_version():
    shown = _words(compare(TELEGRAM, LETTER, category="scarcity")._repr_html_())
    assert "has “a single train or a single car” for “a single locomotive or railroad truck”" in shown
    assert "is inclined to permit" not in shown


# ---- two witnesses


FIRST = "Dear Friend,\n\nreturn “all this” to me at once. I cannot co-operate; the Party knows.[3]\n\nYours"
SECOND = "Dear friend,\n\nre-\nturn 'all that' to  me at once! I cannot cooperate; the Party knows.\n\nYours, Ann"


def _kinds(first, second):
    return [
        (piece.kind, first[slice(*piece.a)].strip(), second[slice(*piece.b)].strip())
        for piece in align(first, second)
        if piece.kind != SAME
    ]


def test_each_kind_of_difference_is_classified():
    assert _kinds(FIRST, SECOND) == [
        (CASE, "Friend,", "friend,"),
        (OTHER, "this”", "that'"),
        (SIGNS, "once.", "once!"),
        (DIVISION, "co-operate;", "cooperate;"),
        (NOTES, "[3]", ""),
        (SIGNS, "Yours", "Yours,"),
        (OTHER, "", "Ann"),
    ]


def test_typography_is_not_a_difference():
    assert _kinds("“Return” – don’t wait…\n\nNow", "'Return' -  don't\u00a0wait...\nNow") == []


def test_quotation_marks_are_aligned_with_their_words():
    assert _kinds("held under “persecution” by him", "held under by him") == [(OTHER, "“persecution”", "")]


def _rebuilt(first, second):
    pieces = align(first, second)
    assert "".join(first[slice(*piece.a)] for piece in pieces) == first
    assert "".join(second[slice(*piece.b)] for piece in pieces) == second
    ours, theirs = Tokens(first), Tokens(second)
    assert sum(piece.words_a for piece in pieces) == ours.count(0, len(ours.keys))
    assert sum(piece.words_b for piece in pieces) == theirs.count(0, len(theirs.keys))
    for piece in pieces:
        if piece.kind not in (OTHER, DIVISION, NOTES):
            assert Tokens(first[slice(*piece.a)]).keys == Tokens(second[slice(*piece.b)]).keys
    return pieces


_WORDS = st.lists(
    st.sampled_from(
        [
            "all",
            "All",
            "this,",
            "“this”",
            "case",
            "co-operate",
            "re-\nturn",
            "[3]",
            "\n\n",
            "ß",
            "ﬁ",
            "\u00ad",
            "—",
            "é",
            "'",
        ]
    ),
    max_size=30,
)


@pytest.mark.parametrize(("first", "second"), [("1", "¼"), ("4¼ cups", "4 ½ cups"), ("a½b¾", "½"), ("¼", "1⁄4")])
def test_fraction_in_one_character_is_one_word(first, second):
    _rebuilt(first, second)
    _rebuilt(second, first)


@given(_WORDS.map(" ".join) | st.text(max_size=60), _WORDS.map(" ".join) | st.text(max_size=60))
def test_both_witnesses_can_be_rebuilt_from_the_alignment(first, second):
    _rebuilt(first, second)
    assert all(piece.kind == SAME for piece in _rebuilt(first, first))


# A few repeated letters, and many letters of which some are unique.
_LETTERS = st.lists(st.sampled_from("abcde"), max_size=90) | st.permutations("abcdefghijklmnopqrstuvwxyz")


@pytest.mark.parametrize("small", [0, 40])
@settings(max_examples=60)
@given(_LETTERS, _LETTERS)
def test_aligned_pairs_are_equal_words_in_order(small, a, b):
    long_texts_in_small = {"most_words": 10, "most_pairs": small} if small else {}
    found = pairs(a, b, **long_texts_in_small)
    assert all(a[x] == b[y] for x, y in found)
    assert all(x < v and y < w for (x, y), (v, w) in pairwise(found))
    if a == b:
        assert len(found) == len(a)


def test_a_long_text_is_aligned_at_every_change():
    words = [f"w{n * n % 30_011}" for n in range(20_000)]
    other = words.copy()
    changed = range(50, 20_000, 400)
    for n in changed:
        other[n] = "new"
    del other[7000:10_100]
    kept = [n for n in changed if not 7000 <= n < 10_100]
    pieces = _rebuilt(" ".join(words), " ".join(other))
    assert sum(piece.words_a for piece in pieces if piece.kind == OTHER) == 3100 + len(kept)
    assert sum(piece.words_b for piece in pieces if piece.kind == OTHER) == len(kept)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("a b " * 10_000, "b a " * 5_000 + "c " + "a b b " * 4_000),
        ("the " * 20_000, "a " + "the " * 9_000 + "a " + "the " * 9_000 + "a"),
        ("x " + "a " * 20_000 + "y", "a " * 3 + "z"),
    ],
    ids=["two words", "one word", "many and few"],
)
def test_alignment_work_is_bounded_for_repetitive_texts(monkeypatch, first, second):
    looked = []
    real = difflib.SequenceMatcher

    def counted(junk, a, b, autojunk):
        ours, theirs = Counter(a), Counter(b)
        looked.append(sum(n * theirs[word] for word, n in ours.items()))
        return real(junk, a, b, autojunk)

    monkeypatch.setattr(difflib, "SequenceMatcher", counted)
    pieces = align(first, second)
    assert "".join(second[slice(*piece.b)] for piece in pieces) == second
    # The input of difflib is bounded per call and in total.
    assert max(looked, default=0) <= MOST_PAIRS
    assert sum(looked) <= 100 * (len(first.split()) + len(second.split()))


def _witness(words, id, **about):
    head = "".join(f"{key}: {value}\n" for key, value in about.items())
    return parse_text(f"---\n{head}layers:\n  n: {{voice: y, kind: editor}}\n  w: {{voice: x, kind: actor}}\n---\n## n\n\nNote of {id}.\n\n## w\n\n{words}\n", id)  # fmt: skip  # noqa: E501


def test_witnesses_are_aligned_by_front_matter_or_keyword():
    first, second = _witness(FIRST, "first"), _witness(SECOND, "second", witness_of="first")
    rows = compare(first, second)
    assert isinstance(rows, Witnesses)
    assert isinstance(compare(first, _witness(SECOND, "second")), Comparison)
    assert isinstance(compare(first, _witness(SECOND, "second"), same=True), Witnesses)
    assert isinstance(compare(first, second, same=False), Comparison)
    third = _witness(SECOND, "third", witness_of="lost")
    assert isinstance(compare(_witness(FIRST, "f", witness_of="lost"), third), Witnesses)
    assert isinstance(compare(first, third), Comparison)
    assert [row["difference"] for row in rows] == [
        CASE, OTHER, SIGNS, DIVISION, NOTES, SIGNS, "only in B",
    ]  # fmt: skip
    for row in rows:
        for name, text in (("A", first), ("B", second)):
            assert row[f"layer in {name}"] == "w"
            words = " ".join(text.content[row[f"start in {name}"] :].split())
            assert words.startswith(row[f"in {name}"])
    counts = {row["what"]: (row["A"], row["B"]) for row in rows.counts}
    assert counts["words in one alone"] == (1, 2)
    assert counts["all words compared"] == (Tokens(FIRST).count(0, 99), Tokens(SECOND).count(0, 99))


def test_alignment_labels_differences_in_words():
    first, second = _witness(FIRST, "first"), _witness(f"{SECOND} <i>x</i>", "second", witness_of="first")
    shown = compare(first, second)._repr_html_()
    assert re.search(r"<del [^>]*>\[<strong>only in A: </strong>this”\]</del>", shown)
    assert re.search(r"<ins [^>]*>\[<strong>only in B: </strong>that&#x27;\]</ins>", shown)
    assert "(capital letters: " in shown
    assert "<i>" not in shown
    assert "Note of" not in shown
    assert "Note of" in compare(first, second, layers="all")._repr_html_()
    assert "They agree word for word." in compare(first, _witness(FIRST, "s", witness_of="first"))._repr_html_()


def test_aligning_two_different_documents_raises():
    assert isinstance(compare(TELEGRAM, LETTER), Comparison)
    for layers in ("actors", "all"):
        with pytest.raises(UserError, match="two documents, not two witnesses of one text"):
            compare(TELEGRAM, LETTER, same=True, layers=layers)
    with pytest.raises(UserError, match="share only 1 of 3 words"):
        compare(parse_text("Return all this now.", "a"), parse_text("Keep it all.", "b"), same=True)
    with pytest.raises(UserError, match="no words to align"):
        compare(TELEGRAM, LETTER, same=True, layers="letter")


def test_short_witnesses_that_differ_only_in_accents_are_aligned():
    first = parse_text("La fête est à l’école, où l’été mène à la forêt.", "a")
    second = parse_text("La fete est a l'ecole, ou l'ete mene a la foret.", "b")
    found = compare(first, second, same=True)
    assert any("où" in row["in A"] for row in found)


def test_long_equal_stretch_is_shortened_with_a_note():
    words = " ".join(f"word{n}" for n in range(300))
    shown = _words(compare(parse_text(words, "a"), parse_text(f"{words} end", "b"), same=True)._repr_html_())
    assert "(… 250 words more, not shown …)" in shown
    assert "word24 (…" in shown
    assert "word274" not in shown
    assert shared_runs(words.split(), words.split()) == (298, 298)


def test_small_differences_are_case_signs_division_and_notes():
    assert {CASE, SIGNS, DIVISION, NOTES} == set(SMALL)


# ---- the dispersion plot


def _boxes(axes):
    axes.figure.canvas.draw()
    renderer = axes.figure.canvas.get_renderer()
    boxes = {text.get_gid(): text.get_window_extent(renderer) for text in axes.texts}
    for legend in axes.figure.legends:
        boxes |= {f"legend:{text.get_text()}": text.get_window_extent(renderer) for text in legend.get_texts()}
    return boxes


LONG_NAME = "a-layer-with-a-very-long-name-indeed-such-as-editions-have"
ODD = parse_text(
    "---\ntitle: " + "A very long title " * 8 + "\nlayers:\n"
    + "".join(f"  {LONG_NAME}-{n}: {{voice: v{n}, kind: actor}}\n" for n in range(40)) + "---\n"
    + "".join(f"## {LONG_NAME}-{n}\n\nWe are {n}.\n\n" for n in range(40)),
    "odd",
)  # fmt: skip
STRIPS = {
    "actors": lambda: compare(TELEGRAM, LETTER),
    "all": lambda: compare(TELEGRAM, LETTER, layers="all"),
    "the other way round": lambda: compare(LETTER, TELEGRAM, layers="all"),
    "words": lambda: compare(
        TELEGRAM, LETTER, words=["we", "I", "a phrase that is much too long to be a label of a row"]
    ),
    "one layer": lambda: compare(TELEGRAM, LETTER, layers="letter"),
    "many layers and voices": lambda: compare(ODD, LETTER, words=["we", "are"]),
}


@pytest.mark.parametrize("name", STRIPS)
def test_dispersion_plot_texts_do_not_overlap_or_leave_the_sheet(name):
    axes = STRIPS[name]().plot()
    boxes = _boxes(axes)
    sheet = axes.figure.bbox
    for gid, box in boxes.items():
        assert sheet.x0 <= box.x0 < box.x1 <= sheet.x1, gid
        assert sheet.y0 <= box.y0 < box.y1 <= sheet.y1, gid
    for one, other in combinations(boxes, 2):
        assert not boxes[one].overlaps(boxes[other]), f"{one} covers {other}"
    assert min(text.get_size() for text in axes.texts) >= 8


@pytest.mark.parametrize("name", STRIPS)
def test_dispersion_plot_has_a_tick_for_every_phrase(name):
    rows = STRIPS[name]()
    axes = rows.plot()
    heights = {
        t.get_gid().removeprefix("category:"): t.get_position()[1] for t in axes.texts if "category:" in t.get_gid()
    }
    found = Counter()
    for line in axes.lines:
        if line.get_gid() and line.get_gid().startswith("ticks:"):
            _, n, voice = line.get_gid().split(":")
            for x, y in line.get_xydata():
                (category,) = [category for category, height in heights.items() if height == y]
                found[category, int(n), voice] += 1
                edges = [t.get_position()[0] for t in axes.texts if t.get_gid().startswith(f"number:{n}:")]
                assert min(edges) <= x <= max(edges)
    ids = [text.id for text in rows._texts]
    assert found == Counter((row["category"], ids.index(row["document"]), row["voice"]) for row in rows)
    silent = {t.get_gid() for t in axes.texts if t.get_text() == "nothing marked"}
    expected = {
        f"silent:{n}:{category}"
        for category in heights
        for n in (0, 1)
        if not any(k[:2] == (category, n) for k in found)
    }
    assert silent == expected


def test_ticks_and_borders_are_placed_by_word_number():
    axes = compare(TELEGRAM, LETTER).plot()
    numbers = {t.get_gid(): t.get_position()[0] for t in axes.texts if t.get_gid().startswith("number:")}
    left, right = numbers["number:0:0"], numbers["number:0:218"]
    lines = {line.get_gid(): line for line in axes.lines if line.get_gid()}

    def words(line):
        return [round((x - left) / (right - left) * 218, 6) for x in line.get_xdata()]

    before = 0
    for layer in TELEGRAM.choose():
        assert words(lines[f"border:0:{layer.id}"]) == [before, before]
        before += layer.words
    assert before == 218
    # “Return all this.” are the last three words; “The Central Committee” the first three.
    assert max(words(lines["ticks:0:lenin"])) == 215
    assert min(words(lines["ticks:0:cc_rcpb"])) == 0
    assert {"layer:0:telegram", "layer:0:return-line", "layer:1:letter"} <= {t.get_gid() for t in axes.texts}


def test_layer_names_do_not_cross_layer_borders():
    axes = compare(TELEGRAM, LETTER, layers="all").plot()
    boxes = _boxes(axes)
    names = {gid: box for gid, box in boxes.items() if gid.startswith("layer:")}
    poles = [line.get_window_extent() for line in axes.lines if (line.get_gid() or "").startswith("border:")]
    assert len(names) == len(poles) == len(TELEGRAM.parts) + len(LETTER.parts)
    for pole in poles:
        for gid, box in names.items():
            assert not (box.x0 < pole.x0 < box.x1 and pole.y1 > box.y0), gid


def test_each_voice_has_its_own_marker_and_is_described():
    axes = compare(TELEGRAM, LETTER, layers="all").plot()
    shapes = {}
    for line in axes.lines:
        if (line.get_gid() or "").startswith("ticks:"):
            shapes.setdefault(line.get_gid().split(":")[2], set()).add(line.get_marker())
    assert all(len(some) == 1 for some in shapes.values())
    assert len(set().union(*shapes.values())) == len(shapes)
    legend = [text.get_text() for text in axes.figure.legends[0].get_texts()]
    assert len(legend) == len(shapes)
    assert "Soviet editors" in legend
    description = axes.figure.description
    assert "Scarcity: 3 and 0" in description
    assert "(389 words)" in description
    assert "per 100" not in description
    many = compare(ODD, LETTER, words="we").plot()
    assert "32 other voices" in [text.get_text() for text in many.figure.legends[0].get_texts()]


def test_dispersion_plot_is_displayed_as_an_image_with_alternative_text(monkeypatch):
    from PIL import Image

    shown = []
    monkeypatch.setattr("IPython.display.display", lambda data, raw: shown.append(data))
    axes = compare(TELEGRAM, LETTER).plot()
    axes.figure._ipython_display_()
    markup = shown[0]["text/html"]
    assert html.escape(axes.figure.description) in markup
    picture = Image.open(io.BytesIO(base64.b64decode(re.search(r"base64,([^\"]+)", markup)[1])))
    counts = sorted((n for n, _ in picture.convert("RGB").getcolors(1 << 24)), reverse=True)
    assert len(counts) > 10
    assert sum(counts[1:]) / sum(counts) > 0.02
