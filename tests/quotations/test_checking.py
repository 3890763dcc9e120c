from __future__ import annotations

import json
from pathlib import Path

import pytest
from marks import MARKED, UNMARKED

from helpers.core import UserError
from helpers.quotations import (
    ALTERED,
    COLUMNS,
    COPYISTS,
    EDITORS,
    LONGEST,
    MOST_QUOTATIONS,
    NOT_FOUND,
    QUOTED,
    WORD_FOR_WORD,
    check_quotes,
    find_quotations,
)
from helpers.texts import parse_text

LAYERED = """---
layers:
  head: {voice: clerk, kind: copyist, label: "Clerk: heading"}
  letter: {voice: writer, kind: actor, label: "The writer: letter"}
  note: {voice: editor, kind: editor, label: "Editors, later: note"}
  data: {voice: editor, kind: metadata, label: "Editors, later: data"}
---
## head

Seen and copied.

## letter

It is my well-known wish, dear friend, that the “whole” case be returned—at once!

Do not re-
fuse.[1] The Council knows no more of it than you do.

## note

[1] The writer asked for “a little more of patience” in the “whole” case. Do not refuse.

## data

Printed in 1900.
"""
TEXT = parse_text(LAYERED, "sample")


def verdicts(*quoted: str, texts=(TEXT,)) -> list[str]:
    return check_quotes("\n\n".join(f"“{one}”" for one in quoted), texts=texts).verdicts


def one(essay: str, texts=None) -> dict:
    check = check_quotes(essay, texts=texts)
    assert len(check) == 1, list(check)
    return check[0]


# ---------------------------------------------------------------- finding quotations

CASES = json.loads((Path(__file__).parent / "cases.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES["cases"], ids=lambda case: case["name"])
def test_each_case_has_its_verdicts(case):
    check = check_quotes(case["essay"], texts=[parse_text(CASES["text"], "t")])
    assert [v[: len(w)] for v, w in zip(check.verdicts, case["verdicts"], strict=True)] == case["verdicts"]
    assert case.get("difference", "") in check[0]["difference"]
    assert "quotation mark" not in check.summary


@pytest.mark.parametrize(("essay", "quoted", "alone"), [*MARKED, *((essay, [], []) for essay in UNMARKED)])
def test_marks_of_every_language_are_paired_or_named(essay, quoted, alone):
    found = find_quotations(essay)
    assert [q.words.strip() for q in found] == quoted
    summary = check_quotes(essay, texts=[]).summary
    assert summary.count("A quotation mark is") == len(alone)
    assert all(f"A quotation mark is {words}" in summary for words in alone)
    for q in found:
        assert q.first < q.start < q.end < q.last
        assert q.words[-5:] == essay[q.start : q.end][-5:]


@pytest.mark.parametrize("sign", [*'“”„«»‹›"″「」『』', "``"])
def test_a_mark_alone_is_named_with_the_words_beside_it(sign):
    check = check_quotes(f"He adds {sign}we burn it in May.", texts=[TEXT])
    assert (check.verdicts, f"{sign}we burn" in check.summary or f"adds {sign}" in check.summary) == ([], True)
    check = check_quotes(f"He adds we burn it{sign} in May.", texts=[TEXT])
    assert (check.verdicts, f"it{sign}" in check.summary or f"{sign} in May" in check.summary) == ([], True)


@pytest.mark.parametrize("opening", '“”„«»‹›"')
@pytest.mark.parametrize("closing", '“”„«»‹›"')
def test_words_between_any_two_marks_are_checked_or_named(opening, closing):
    check = check_quotes(f"He adds {opening}we burn it{closing} in May.", texts=[TEXT])
    assert check.verdicts == [NOT_FOUND] or "we burn it" in check.summary


@pytest.mark.parametrize(
    ("essay", "quoted"),
    [
        ("a “b c” d", ["b c"]),
        ('a "b c" d', ["b c"]),
        ("a ‘b c’ d", ["b c"]),
        ("a 'b c' d", ["b c"]),
        ("a « b c » d", ["b c"]),
        ("a „b c“ and „d e”", ["b c", "d e"]),
        ("‘the workers’ case’ is", ["the workers’ case"]),
        ("'the workers' case' is", ["the workers' case"]),
        ("the writer’s ‘cases’ and the workers’ land", ["cases"]),
        ("‘this isn’t mine’", ["this isn’t mine"]),
        ("it isn't the writer's, nor the writers' own; 'tis ours", []),
        ("‘he said “b c” now’", ["he said “b c” now"]),
        ("“he said ‘b c’ now”", ["he said ‘b c’ now"]),
        ("“he “b” c”", ["he “b” c"]),
        ("„he “b” c“", ["he “b” c"]),
        ("“a\nb” c", ["a\nb"]),
        ("“a”“b”", ["a", "b"]),
        ('a 5" gun and "b c"', ["b c"]),
        ("Here:\n\n> a b\n>  c\n>\n> d\n\n“e”\n> f", ["a b\n c\n\nd", "e", "f"]),
        ("> “a b”", ["a b"]),
        ("> a b\n> — The writer, letter", ["a b"]),
        ("“” \"\" ‘’ '' « »", []),
        ("nothing", []),
        ("", []),
    ],
)
def test_quotations_are_found_with_all_quotation_marks(essay, quoted):
    found = find_quotations(essay)
    assert [q.words.strip() for q in found] == quoted
    for q in found:
        first = q.words.split()[0]
        assert q.start <= essay.index(first, q.start) < q.end <= len(essay)
        assert ">" in essay[: q.start] or essay[q.start : q.end] == q.words


@pytest.mark.parametrize(
    ("essay", "quoted", "reported"),
    [
        ("“a b", [], "“a b"),
        ("“a b. Then “c d” too", ["c d"], "“a b. Then"),
        ('"a b\n\nThen "c d" too', ["c d"], '"a b'),
        ('"a b and "c d" too', ["c d"], '"a b and'),
        ("‘a b and ‘c d’ too", ["c d"], "‘a b and"),
        ("« a b", [], "« a b"),
    ],
)
def test_unclosed_quotation_mark_is_reported(essay, quoted, reported):
    check = check_quotes(essay, texts=[TEXT])
    assert [q.words for q in check.quotations] == quoted
    assert f"A quotation mark is opened and not closed: {reported}" in check.summary
    assert check.summary in repr(check)
    assert "opened and not closed" in check._repr_html_()
    assert "not closed" not in check_quotes("The workers’ “case” isn’t ‘ours’; ‘tis so.", texts=[TEXT]).summary


def test_context_of_a_quotation_stays_in_its_sentence():
    found = find_quotations("Not this. He said “a b” and “c d,” wrote he. “Even.” Then it was “f”. So.")
    assert [(q.before, q.after) for q in found] == [
        ("He said", "and “…” wrote he"),
        ("He said “…” and", "wrote he"),
        ("", ""),
        ("Then it was", ""),
    ]


# ---------------------------------------------------------------- verdicts


@pytest.mark.parametrize(
    "quoted",
    [
        "It is my well-known wish",
        "it is my well-known wish",
        "[i]t is my well–known wish",
        "my  well-known\nwish,",
        "Dear friend",
        "the ‘whole’ case",
        'the "whole" case',
        "case be returned — at once",
        "case be returned–at once?",
        "case be returned-\u2060at once;",
        "Do not refuse",
        "Do not re-\nfuse.[1] The Council",
        "Do not re\u00adfuse. The Council",
        "Do not refuse. The Council.",
        "dear friend … be returned",
        "dear friend ... be returned",
        "dear friend, [...] be returned",
        "dear friend […] be returned . . . at once",
        "… dear friend …",
        "[The writer’s] well-known wish",
        "my [own] well-known wish",
        "my well-known [hope], dear friend",
        "my well-known wish [sic], dear friend",
        "be return[ing]—at once",
        "[That] the ‘whole’ case [was] returned",
        "It is … refuse",
    ],
)
def test_permitted_differences_are_word_for_word(quoted):
    rows = [row for row in check_quotes(f"“{quoted}”", texts=[TEXT]) if row["layer"] == "letter"]
    assert [row["verdict"] for row in rows] == [WORD_FOR_WORD]


@pytest.mark.parametrize(
    ("quoted", "difference"),
    [
        ("It is my well known wish", "It is my [yours: well known] [text: well-known] wish"),
        ("It is my wellknown wish", "It is my [yours: wellknown] [text: well-known] wish"),
        ("It is My well-known wish", "It is [yours: My] [text: my] well-known wish"),
        ("It is my old wish", "It is my [yours: old] [text: well-known] wish"),
        ("my well-konwn wish", "my [yours: well-konwn] [text: well-known] wish"),
        ("freind", "[yours: freind] [text: friend]"),
        ("my wish, dear friend", "my [text: well-known] wish, dear friend"),
        ("my well-known wish dear friend", "my well-known wish [text: ,] dear friend"),
        ("the whole case be", "the [text: “] whole [text: ”] case be"),
        ("case be returned. At once", "case be returned [yours: . At] [text: —at] once"),
        ("ear friend", "[yours: ear] [text: dear] friend"),
        ("dear fri", "dear [yours: fri] [text: friend]"),
        ("The council knows", "The [yours: council] [text: Council] knows"),
        ("Do not re-fuse. The Councils", "Do not re-fuse. The [yours: Councils] [text: Council]"),
        ("“my well-known wish", "[yours: “] my well-known wish"),
        ("Return[ing] the case of his friend", None),
    ],
)
def test_altered_quotation_shows_the_difference(quoted, difference):
    row = one(f"> {quoted}", texts=[TEXT])
    if difference is None:
        assert row["verdict"] == NOT_FOUND
        return
    assert (row["verdict"], row["layer"], row["difference"]) == (ALTERED, "letter", difference)


@pytest.mark.parametrize(
    ("quoted", "difference"),
    [
        ("cost 1000", "cost [yours: 1000] [text: 1,000]"),
        ("cost 1.000 roubles", "cost [yours: 1.000] [text: 1,000] roubles"),
        ("000 roubles", "[yours: 000] [text: 1,000] roubles"),
        ("It cost 1", "It cost [yours: 1] [text: 1,000]"),
        ("Subcommittee", "[yours: Subcommittee] [text: Sub-Committee]"),
        ("Sub Committee", "[yours: Sub Committee] [text: Sub-Committee]"),
        ("the Sub Committee meets", "the [yours: Sub Committee meets] [text: Sub-Committee met]"),
        (
            "selfgovernment was the theme",
            "[yours: selfgovernment] [text: self-government] was [yours: the] [text: its] theme",
        ),
        ("They shallnot pass", "They [yours: shallnot] [text: shall not] pass"),
        ("You can", "You [yours: can] [text: can’t]"),
        ("the C in C", "the [yours: C in C] [text: C.-in-C]"),
        ("You cant", "You [yours: cant] [text: can’t]"),
    ],
)
def test_a_difference_is_shown_in_whole_words(quoted, difference):
    text = parse_text(
        "It cost 1,000 roubles. The Sub-Committee met; self-government was its theme. "
        "They shall not pass. You can’t: the C.-in-C. was there."
    )
    row = one(f"“{quoted}”", texts=[text])
    assert (row["verdict"], row["difference"]) == (ALTERED, difference)


def test_not_found_says_in_which_texts():
    assert check_quotes("“nowhere at all”", texts=[TEXT]).summary == "1 quotation checked: 1 not found in these texts."


def test_difference_is_shown_in_html_and_in_words():
    html = check_quotes("“It is my old wish”", texts=[TEXT])._repr_html_()
    assert "It is my <del>[yours: old]</del> <ins>[text: well-known]</ins> wish" in html
    assert "[yours: …] is only in your quotation; [text: …] is only in the text." in html
    assert "≠ altered</span>" in html
    assert ">≠1</sup>" in html


@pytest.mark.parametrize(
    ("quoted", "said"),
    [
        ("you do … dear friend", "Its parts are in the texts, but not together in this order"),
        ("dear friend … asked for", "It joins words of several layers: The writer (letter), then Editors, later"),
        ("than you do. [1] The writer asked", "It joins words of several layers"),
        ("Printed in … Seen and copied", "Its parts are in the texts, but not together in this order"),
    ],
)
def test_quotation_across_layers_or_out_of_order_is_altered(quoted, said):
    row = one(f"“{quoted}”", texts=[TEXT])
    assert row["verdict"] == ALTERED
    assert said in row["difference"]


def test_parts_from_two_texts_are_altered():
    row = one("“The Council … the box”", texts=[TEXT, parse_text("Open the box.", "other")])
    assert row["verdict"] == ALTERED
    assert "“The Council”: The writer, letter, ¶3; “the box”: Voice not stated, text, ¶1" in row["difference"]


def test_omissions_and_brackets_are_explained():
    assert one("“dear friend … than you”", [TEXT])["difference"] == "The omission leaves out 18 words, from ¶2 to ¶3."
    assert one("“my [own] wish”", [TEXT])["difference"] == "[own] replaces “well-known”."
    assert (
        one("“[his] well-known wish [sic]”", [TEXT])["difference"] == "In brackets, but not in the text: [his], [sic]."
    )
    assert one("“no more … than you”", [TEXT])["difference"] == "The omission leaves out “of it”."
    long = parse_text("one " + "more " * 40 + "end", "long")
    assert one("“one … end”", [long])["difference"] == "The omission leaves out 40 words."
    assert one("“one [two] end”", [long])["verdict"] != WORD_FOR_WORD  # brackets replace only a few words


def test_exact_match_is_preferred_to_a_nearer_altered_one():
    text = parse_text("A Case of mine, and a case of yours, the end.", "t")
    assert verdicts("of mine … case of yours", "A Case … end", texts=[text]) == [WORD_FOR_WORD] * 2
    text = parse_text("The Box came. The box was open. Box and lid.", "t")
    assert verdicts("The Box … lid", "The box … lid", texts=[text]) == [WORD_FOR_WORD] * 2
    assert verdicts("The box … Lid", "The box … open, Box", texts=[text]) == [ALTERED] * 2


def test_added_or_missing_hyphen_is_a_difference():
    text = parse_text("We cooperate re-\nfusing nothing.", "t")
    assert verdicts("We co-operate", "refusing nothing—", texts=[text]) == [ALTERED] * 2
    assert (
        verdicts("We coop\u00aderate", "cooperate re-fusing", "cooperate refusing", texts=[text]) == [WORD_FOR_WORD] * 3
    )


# ---------------------------------------------------------------- voices


def test_each_place_has_a_verdict_and_actors_come_first():
    rows = [
        (r["layer"], r["voice"], r["paragraph"], r["verdict"]) for r in check_quotes("“Do not refuse”", texts=[TEXT])
    ]
    assert rows == [("letter", "writer", 3, WORD_FOR_WORD), ("note", "editor", 4, EDITORS)]
    assert verdicts("Seen and copied", "a little more of patience", "little more", "asked for") == [
        COPYISTS,
        QUOTED,
        QUOTED,
        EDITORS,
    ]
    assert verdicts("The writer asked for ‘a little") == [EDITORS]
    rows = check_quotes("“whole” case", texts=[TEXT])
    assert [row["verdict"] for row in rows] == [WORD_FOR_WORD, EDITORS]
    assert rows[1]["difference"] == "In the text, the words are in quotation marks."
    row = one("“Printed in 1900.”", [TEXT])
    assert (row["verdict"], row["difference"]) == (EDITORS, "In data about the text.")


# ---------------------------------------------------------------- hostile and invalid input


def test_hostile_essay_is_escaped():
    nasty = (
        "<script>alert(1)</script> “<img src=x onerror=alert(1)>” \x1b[31mred\x1b[0m "
        "“\u202eevil\x1b[31m <b>x</b>”\ud800"
    )
    check = check_quotes(nasty, texts=[TEXT])
    html = check._repr_html_()
    for bad in ("<script", "<img", "<b>", "\x1b", "\u202e", "\ud800"):
        assert bad not in html
        assert bad not in repr(check) or bad in ("<script", "<img", "<b>")
    assert "&lt;script&gt;" in html
    html.encode("utf-8")
    assert check.quotations[0].words == "<img src=x onerror=alert(1)>"


@pytest.mark.parametrize(
    "essay",
    [
        *(sign * LONGEST for sign in "“”\"'‘’«»„>"),
        "“" * (LONGEST // 2) + "”" * (LONGEST // 2),
        "«" * (LONGEST // 2) + "”" * (LONGEST // 2),
        *(sign * (LONGEST // len(sign)) for sign in ("‘“", "“a\n\n", '“a"', '"a 3" b ', "``", "[“(«‘", "‘a “b s’ c ")),
        "“" * 100_000 + "\n\n" + "“" * 99_998,
        "“" + "the case of " * (LONGEST // 12 - 1) + "”",
        "“" + "the … " * (LONGEST // 6 - 1) + "”",
        "“" + "[a] " * (LONGEST // 4 - 1) + "”",
        "“" + "[" * (LONGEST - 2) + "”",
        "“" + "." * (LONGEST - 2) + "”",
        "“" + "-\n" * (LONGEST // 2 - 1) + "”",
        "“" + "x" * (LONGEST - 2) + "”",
        "“the Central Party” " * (LONGEST // 20),
        "“the”" * (LONGEST // 5),
        "> " + "> " * (LONGEST // 2 - 1),
        "> a\n" * (LONGEST // 4),
        "‘s’ a" * (LONGEST // 5),
        "a.\n\n" * (LONGEST // 4),
    ],
    ids=lambda essay: f"{essay[:12]!r}",
)
def test_pathological_essay_is_checked_to_the_end(essay):
    check = check_quotes(essay)
    assert len(check.quotations) <= MOST_QUOTATIONS
    assert len(check._repr_html_()) < 5_000_000
    assert repr(check)


def test_limits_are_reported():
    with pytest.raises(UserError, match="can be checked at a time"):
        check_quotes("a" * (LONGEST + 1))
    many = check_quotes("“a b” " * (MOST_QUOTATIONS + 7), texts=[TEXT])
    assert f"Only the first {MOST_QUOTATIONS} of {MOST_QUOTATIONS + 7} are checked" in many.summary
    assert verdicts("the … " * 60) == [NOT_FOUND]
    assert verdicts("nowhere at all " * 1000) == [NOT_FOUND]
    places = check_quotes("“box”", texts=[parse_text("box " * 130, "boxes")])
    assert len(places) == 100
    assert "And 30 more places." in places[99]["difference"]


@pytest.mark.parametrize("essay", [None, 3, ["“a”"], b"a"])
def test_essay_that_is_not_a_string_raises(essay):
    with pytest.raises(UserError, match="is not an essay"):
        check_quotes(essay)
    with pytest.raises(UserError, match="is not an essay"):
        find_quotations(essay)


@pytest.mark.parametrize("texts", ["a-letter", 3, [3], ["a-letter"]])
def test_texts_that_are_not_texts_raise(texts):
    with pytest.raises(UserError, match="not a text"):
        check_quotes("“a”", texts=texts)


def test_essay_without_quotations_keeps_the_columns():
    for check in (check_quotes("The workers’ case isn’t ours."), check_quotes("", texts=[])):
        assert (len(check), check.columns) == (0, COLUMNS)
        assert check.summary == "No quotation was found: the essay has no words in quotation marks or in a block quote."
        assert check.summary in check._repr_html_()
        assert check.summary in repr(check)
        assert list(check.to_frame().columns) == list(COLUMNS)
    assert check_quotes("“a b”", texts=[]).verdicts == [NOT_FOUND]
    assert check_quotes("“whole” case", texts=TEXT)[0]["layer"] == "letter"


def test_quotation_found_at_many_places_has_one_row_in_words():
    letter = parse_text("The box is here.\n\nThe box is gone. No box.", "boxes")
    other = parse_text("A box.", "other")
    check = check_quotes("He says “box” and “gone”, and “box” again.", texts=[letter])
    assert [row["paragraph"] for row in check] == [1, 2, 2, 2, 1, 2, 2]
    shown = check.in_words()
    assert [row["quotation"] for row in shown] == ["box", "gone", "box"]
    assert [row["difference"] for row in shown][:2] == ["It occurs at 3 places, all in boxes (text ¶1, ¶2).", ""]
    assert check._repr_html_().count("It occurs at 3 places") == 2
    (row,) = check_quotes("“box”", texts=[letter, other]).in_words()
    assert row["difference"] == "It occurs at 4 places, in boxes (text ¶1, ¶2) and in other (text ¶1)."
    (row,) = check_quotes("“box”", texts=[parse_text("box " * 130, "many")]).in_words()
    assert row["difference"].endswith("It occurs at 130 places, in many (text ¶1), and at 30 more.")


def test_changed_text_file_is_read_again(tmp_path, monkeypatch):
    monkeypatch.setenv("CLOSE_READING_HOME", str(tmp_path))
    (tmp_path / "texts").mkdir()
    path = tmp_path / "texts" / "a.md"
    path.write_text("Return the box.", encoding="utf-8")
    assert check_quotes("“the box”").verdicts == [WORD_FOR_WORD]
    path.write_text("Return the lid, all of it.", encoding="utf-8")
    assert check_quotes("“the lid”").verdicts == [WORD_FOR_WORD]
    assert check_quotes("“the box”").verdicts != [WORD_FOR_WORD]


# ---------------------------------------------------------------- the tally

_TALLY = parse_text(
    "---\nlayers:\n  letter: {voice: ann, kind: actor, label: 'Ann: letter'}\n"
    "  note: {voice: ed, kind: editor, label: 'Editor: note'}\n---\n"
    "## letter\n\nReturn all this at once.\n\n## note\n\nAnn was highly anxious about it.\n",
    "tally",
)


def test_tally_counts_quotations_by_verdict_with_a_sign():
    essay = "“Return all this” and “Return all of this” and “highly anxious about it” and “nowhere at all in it”."
    tally = check_quotes(essay, texts=[_TALLY]).tally
    assert [(one.sign, one.words) for one in tally] == [
        ("✓", "1 word for word"),
        ("◆", "1 word for word, editor's words"),
        ("≠", "1 altered"),
        ("?", "1 not found in these texts"),
    ]


def test_warning_names_only_altered_and_wrongly_attributed_quotations():
    assert check_quotes("“Return all this” and “nowhere at all”.", texts=[_TALLY]).warning == ""
    assert check_quotes("“Return all of this”.", texts=[_TALLY]).warning == "Check your quotations: 1 altered."


def test_line_directly_below_a_block_quote_is_reported_as_unchecked():
    assert "was not checked: and kill them." in check_quotes("> Return all this\nand kill them.").summary
    for essay in ("> Return all this\n\nThis is mine.", "> Return all this\n> — Trotsky", "> Return all this"):
        assert "not checked: " not in check_quotes(essay).summary


@pytest.mark.parametrize(
    "mark",
    [r"\enquote{", r"\begin{quote}", r"\textquotedblleft ", "&ldquo;", "&quot;", "<q>", "<blockquote>", "\x93", "â€œ"],
)
def test_mark_in_code_or_wrong_encoding_is_named(mark):
    assert "This is not read as a quotation mark: " in check_quotes(f"He says {mark}Return all this").summary


def test_ordinary_signs_are_not_taken_for_coded_marks():
    for essay in ("a < q and b > c", "Smith & Jones; R&D", r"a\b", "un château, 5 €", "<quiet> “Return all this”"):
        assert "not read as a quotation mark" not in check_quotes(essay).summary


# ---------------------------------------------------------------- words of papers that are not among the texts

_NAMED = "word for word, from the minutes"


def test_words_of_another_paper_are_recognised_as_its_words(example):
    for quoted in ("the bell shall hang where it hung", "The bell shall … it hung", "Nobody was asked for the ferry"):
        (row,) = check_quotes(f"It says “{quoted}”.")
        assert row["verdict"] == _NAMED, quoted
        assert (row["document"], row["layer"], row["voice"], row["paragraph"]) == ("minutes", "", "", None)
        assert "The minutes of the council (an invented paper, p. 3)." in row["difference"]
        assert not row["attribution"]


def test_quotation_that_is_only_similar_to_another_paper_is_not_called_altered(example):
    # The paper goes on, and nobody here knows how.
    for quoted in ("the bell shall hang where it hung, and the council", "the bell shall hang where it hangs"):
        (row,) = check_quotes(f"“{quoted}”")
        assert row["verdict"] == NOT_FOUND
        assert "(the minutes; an invented paper, p. 3)" in row["difference"]


def test_words_that_a_text_has_are_not_given_to_another_paper(example):
    assert {row["document"] for row in check_quotes("“for the ferry”")} == {"1848-reply"}
    assert {row["document"] for row in check_quotes("“asked for the ferry”")} == {"minutes"}


def test_other_papers_are_not_searched_where_texts_are_named():
    assert check_quotes("“nobody was asked”", texts=[TEXT]).verdicts == [NOT_FOUND]


def test_summary_and_tally_name_each_paper_in_the_order_of_the_essay(example):
    check = check_quotes("“nobody was asked” and “nowhere at all in it” and “where it hung”.")
    assert check.summary == f"3 quotations checked: 2 {_NAMED}; 1 not found in these texts."
    assert [(one.sign, one.words) for one in check.tally] == [("◇", f"2 {_NAMED}"), ("?", "1 not found in these texts")]
    assert not check.warning


def test_quotation_of_repeated_words_is_found_once_for_each_place_that_does_not_overlap():
    for n in (200, 400):
        text = parse_text("ha " * (4 * n) + "end", "laughter")
        rows = check_quotes(f"He says “{'ha ' * n}ha”.", texts=[text])
        assert [row["verdict"] for row in rows] == ["word for word"] * len(rows)
        assert len(rows) == 3
