from __future__ import annotations

import random
import re

import pytest

from helpers import load_text
from helpers._slips import Slip
from helpers.layers import Text
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
    quotations,
)
from helpers.texts import parse_text, text_ids

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
OWN = [load_text(name) for name in text_ids()]
PLACES = [(text, layer) for text in OWN for layer in text]
FOR_KIND = {"actor": WORD_FOR_WORD, "copyist": COPYISTS}


def verdicts(*quoted: str, texts=(TEXT,)) -> list[str]:
    return check_quotes("\n\n".join(f"“{one}”" for one in quoted), texts=texts).verdicts


def one(essay: str, texts=None) -> dict:
    check = check_quotes(essay, texts=texts)
    assert len(check) == 1, list(check)
    return check[0]


# ---------------------------------------------------------------- what is quoted


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
def test_quotations_are_found_in_every_form(essay, quoted):
    found = quotations(essay)
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
def test_a_mark_that_is_not_closed_is_reported_and_not_guessed(essay, quoted, reported):
    check = check_quotes(essay, texts=[TEXT])
    assert [q.words for q in check.quotations] == quoted
    assert f"A quotation mark is opened and not closed: {reported}" in check.summary
    assert check.summary in repr(check)
    assert "opened and not closed" in check._repr_html_()
    assert "not closed" not in check_quotes("The workers’ “case” isn’t ‘ours’; ‘tis so.", texts=[TEXT]).summary


def test_the_words_before_a_quotation_are_those_of_its_sentence():
    found = quotations("Not this. He said “a b” and “c d,” wrote he. “Even.” Then it was “f”. So.")
    assert [(q.before, q.after) for q in found] == [
        ("He said", "and"),
        ("He said “…” and", "wrote he"),
        ("", ""),
        ("Then it was", ""),
    ]


# ---------------------------------------------------------------- what counts as word for word


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
def test_what_may_differ(quoted):
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
def test_a_difference_is_shown(quoted, difference):
    row = one(f"> {quoted}", texts=[TEXT])
    if difference is None:
        assert row["verdict"] == NOT_FOUND
        return
    assert (row["verdict"], row["layer"], row["difference"]) == (ALTERED, "letter", difference)


def test_a_difference_shows_in_html_and_in_words():
    html = check_quotes("“It is my old wish”", texts=[TEXT])._repr_html_()
    assert "It is my <del>[yours: old]</del> <ins>[text: well-known]</ins> wish" in html
    assert "[yours: …] is not in the text; [text: …] stands there." in html
    assert "1: altered" in html


@pytest.mark.parametrize(
    ("quoted", "said"),
    [
        ("you do … dear friend", "Its parts do not stand together in this order"),
        ("dear friend … asked for", "It runs over the border between layers: The writer (letter), then Editors, later"),
        ("than you do. [1] The writer asked", "It runs over the border between layers"),
        ("Printed in … Seen and copied", "Its parts do not stand together in this order"),
    ],
)
def test_no_quotation_runs_over_a_border_or_backwards(quoted, said):
    row = one(f"“{quoted}”", texts=[TEXT])
    assert row["verdict"] == ALTERED
    assert said in row["difference"]


def test_no_chain_of_parts_leaves_its_text():
    row = one("“The Council … the box”", texts=[TEXT, parse_text("Open the box.", "other")])
    assert row["verdict"] == ALTERED
    assert "“The Council”: The writer, letter, ¶2; “the box”: Voice not stated, text, ¶1" in row["difference"]


def test_what_signs_stand_for_is_said():
    assert one("“dear friend … than you”", [TEXT])["difference"] == "The omission leaves out 18 words, from ¶1 to ¶2."
    assert one("“my [own] wish”", [TEXT])["difference"] == "[own] stands in place of “well-known”."
    assert (
        one("“[his] well-known wish [sic]”", [TEXT])["difference"] == "In brackets, and not in the text: [his], [sic]."
    )
    assert one("“no more … than you”", [TEXT])["difference"] == "The omission leaves out “of it”."
    long = parse_text("one " + "more " * 40 + "end", "long")
    assert one("“one … end”", [long])["difference"] == "The omission leaves out 40 words."
    assert one("“one [two] end”", [long])["verdict"] != WORD_FOR_WORD  # brackets stand for a few words only


def test_a_place_that_agrees_counts_before_a_nearer_one_that_does_not():
    text = parse_text("A Case of mine, and a case of yours, the end.", "t")
    assert verdicts("of mine … case of yours", "A Case … end", texts=[text]) == [WORD_FOR_WORD] * 2
    text = parse_text("The Box came. The box was open. Box and lid.", "t")
    assert verdicts("The Box … lid", "The box … lid", texts=[text]) == [WORD_FOR_WORD] * 2
    assert verdicts("The box … Lid", "The box … open, Box", texts=[text]) == [ALTERED] * 2


def test_a_hyphen_or_dash_that_is_not_there_is_a_difference():
    text = parse_text("We cooperate re-\nfusing nothing.", "t")
    assert verdicts("We co-operate", "refusing nothing—", texts=[text]) == [ALTERED] * 2
    assert (
        verdicts("We coop\u00aderate", "cooperate re-fusing", "cooperate refusing", texts=[text]) == [WORD_FOR_WORD] * 3
    )


# ---------------------------------------------------------------- whose words


def test_each_place_has_its_own_verdict_and_the_actor_comes_first():
    rows = [
        (r["layer"], r["voice"], r["paragraph"], r["verdict"]) for r in check_quotes("“Do not refuse”", texts=[TEXT])
    ]
    assert rows == [("letter", "writer", 2, WORD_FOR_WORD), ("note", "editor", 1, EDITORS)]
    assert verdicts("Seen and copied", "a little more of patience", "little more", "asked for") == [
        COPYISTS,
        QUOTED,
        QUOTED,
        EDITORS,
    ]
    assert verdicts("The writer asked for ‘a little") == [EDITORS]
    rows = check_quotes("“whole” case", texts=[TEXT])
    assert [row["verdict"] for row in rows] == [WORD_FOR_WORD, EDITORS]
    assert rows[1]["difference"] == "There the words stand in quotation marks."
    row = one("“Printed in 1900.”", [TEXT])
    assert (row["verdict"], row["difference"]) == (EDITORS, "In data about the text.")


def test_our_texts_name_the_voice():
    def rows(quoted):
        return [(r["layer"], r["voice"], r["verdict"]) for r in check_quotes(f"“{quoted}”")]

    assert rows("Comrade Kamenev is going to Georgia on Wednesday") == [
        ("secretary-message", "secretary_unnamed", WORD_FOR_WORD)
    ]
    assert rows("to give active support to the uprising in Georgia.") == [
        ("telegram", "cc_rcpb", WORD_FOR_WORD),
        ("site-introduction", "site_editor", QUOTED),
    ]
    assert rows("particular circumspection, tact") == [("soviet-note-2", "lcw_editors", QUOTED)]
    assert {verdict for _, _, verdict in rows("Georgian question")} == {EDITORS}
    assert rows("under ‘persecution’ by Stalin") == [("letter", "lenin", WORD_FOR_WORD)]
    assert rows("undertake the defense of the Georgian case") == [("letter", "lenin", ALTERED)]


@pytest.mark.parametrize(
    ("essay", "said"),
    [
        ("Lenin writes that {}.", "attributed to Lenin in your sentence; the words are an unnamed secretary’s"),
        ("{}, wrote Trotsky.", "attributed to Trotsky in your sentence; the words are an unnamed secretary’s"),
        ("{}, Stalin wrote to Trotsky.", "attributed to Stalin in your sentence; the words are an unnamed secretary’s"),
        ("According to the editors, {}.", "attributed to the editors in your sentence; the words are an unnamed"),
        ("In Lenin’s letter we read {}.", "attributed to Lenin in your sentence"),
        ("The Central Committee said {}", "attributed to Central Committee in your sentence"),
        ("Vladimir Ilyich did not say {}", "attributed to Lenin in your sentence"),
        ("Stalin knew it: {}, Lenin wrote.", "attributed to Lenin in your sentence"),
        ("The secretary writes {}.", ""),
        ("Lenin’s secretary writes {}.", ""),
        ("Lenin and Stalin write {}.", ""),
        ("The letter to Trotsky says {}.", ""),
        ("The secretary told Trotsky {}.", ""),
        ("Stalin was mentioned here: {}.", ""),
        ("Kamenev said {}.", ""),  # two bear the name
        ("Lenin wrote. Then: {}.", ""),
        ("The introduction says Lenin {}.", ""),
        ("It is said that Lenin {}.", ""),
        ("Trotsky writes that Lenin {}.", "attributed to Trotsky in your sentence"),
        ("“Return all this”, writes Lenin, {}.", "attributed to Lenin in your sentence"),
        ("The Central Committee must decide; he says {}.", ""),
        ("It is only the Party C.C. Reading B: Stalin waits, and she writes {}.", ""),
        ("{} Lenin wrote more.", ""),
        ("It says {}.", ""),
    ],
)
def test_a_quotation_given_to_somebody_else_is_said(essay, said):
    quoted = "“Comrade Kamenev is going to Georgia on Wednesday.”"
    row = check_quotes(essay.format(quoted))[-1]
    assert row["verdict"] == WORD_FOR_WORD
    assert row["attribution"].startswith(said)
    assert bool(said) == bool(row["attribution"])
    if said:
        check = check_quotes(essay.format(quoted))
        assert row["attribution"] in check._repr_html_()
        assert row["attribution"] in repr(check)
        assert ": word for word; by somebody else" in check._repr_html_()


def test_attribution_asks_all_places_and_groups():
    right = check_quotes("The Central Committee agreed “to give active support to the uprising in Georgia”.")
    assert [row["attribution"] for row in right] == ["", ""]
    wrong = check_quotes("Lenin ordered “to give active support to the uprising in Georgia”.")
    assert wrong[0]["attribution"].endswith("the words are the Central Committee’s")
    assert wrong[1]["attribution"].endswith(
        "here they are quoted by: Website, modern. Look whose words it says they are"
    )
    assert one("Krestinsky signed “On behalf of the Central Committee”.")["attribution"] == ""
    assert one("Lenin asks about “the whole affair chiefly on Stalin”.")["attribution"].endswith(
        "the words are those of: Soviet editors, 1960s"
    )
    assert one("Stalin says “I can rely on their impartiality”.")["attribution"].endswith(
        "the nearest words are Lenin’s"
    )
    assert one("> Return all this.\n> — Stalin")["attribution"].startswith("attributed to Stalin")


# ---------------------------------------------------------------- never false, no false alarm


def reference(words: str) -> str:
    """The slow and simple reading of what typography does: signs one by one, the case kept."""
    words = re.sub(r"\[\d{1,3}\]", "", words)
    words = re.sub(r"(?<=\w)-\s*\n\s*(?=\w)", "-", words)
    words = re.sub(r"\s*[-‐–—]+\s*", "-", words)
    words = re.sub(r"(?<=\w)[’'](?=\w)", "~", words)
    words = re.sub("[“”‘’\"']", '"', words)
    return " ".join(words.split())


LOOKED_AT = [(text.id, layer, reference(layer.text)) for text, layer in PLACES]


def stands(quoted: str) -> bool:
    """Whether words, or parts of them in order, stand in one layer, by comparing at every place."""
    parts = [reference(part).strip(".,;:!? ") for part in quoted.split("…")]
    for _, _, words in LOOKED_AT:
        at = 0
        for n, part in enumerate(parts):
            begin = f"(?i:{re.escape(part[0])})" if not n else re.escape(part[0])
            match = re.compile(rf"(?<!\w){begin}{re.escape(part[1:])}(?!\w)").search(words, at)
            if match is None:
                break
            at = match.end()
        else:
            return True
    return False


def passages(chance: random.Random, count: int, least: int = 1):
    """Runs of words of every layer, as they are stored."""
    while count:
        text, layer = chance.choice(PLACES)
        spans = [match.span() for match in re.finditer(r"\S+", layer.text)]
        if len(spans) < least:
            continue
        size = chance.randint(least, min(len(spans), 40))
        first = chance.randrange(len(spans) - size + 1)
        start, end = spans[first][0], spans[first + size - 1][1]
        words = layer.text[start:end]
        if re.search(r"\w", words) and ">" not in words and "<" not in words and "…" not in words:
            count -= 1
            yield text, layer, start, end


def mutated(chance: random.Random, words: list[str], layer_text: str, kind: str) -> str | None:
    words = list(words)
    n = chance.randrange(1, len(words) - 1)
    other = chance.choice(chance.choice(PLACES)[1].text.split())
    if kind == "change":
        words[n] = other
    elif kind == "insert":
        words.insert(n, other)
    elif kind == "delete":
        del words[n]
    elif kind == "swap":
        words[n], words[n + 1] = words[n + 1], words[n]
    elif kind == "number":
        spots = [i for i, word in enumerate(words) if re.search(r"\d", word) and "[" not in word]
        if not spots:
            return None
        i = chance.choice(spots)
        words[i] = re.sub(r"\d", lambda m: str((int(m[0]) + 1) % 10), words[i], count=1)
    elif kind == "letter":
        i = chance.randrange(len(words[n]))
        words[n] = words[n][:i] + chance.choice("aeinst") + words[n][i + 1 :]
    elif kind == "case":
        words[n] = words[n].swapcase()
    elif kind == "signs":
        words[n] = words[n].rstrip(".,;:") if words[n][-1] in ".,;:" else words[n] + chance.choice(",;:.!")
    elif kind == "hyphen":
        words[n : n + 2] = [words[n] + "-" + words[n + 1]]
    elif kind == "cut":
        words[0], words[-1] = words[0][1:], words[-1][: max(1, len(words[-1]) // 2)]
    elif kind == "joined":
        rest = layer_text.split()
        i = chance.randrange(len(rest))
        words = words[:n] + rest[i : i + 4]
    elif kind == "omitted":
        i = chance.choice([i for i in range(1, len(words)) if i != n])
        words[i] = chance.choice([other, words[i].swapcase()])
        words[n] = "…"
    elif kind == "reversed":
        return " ".join(words[n:]) + " … " + " ".join(words[:n])
    return " ".join(words)


KINDS_OF_CHANGE = [
    "change", "insert", "delete", "swap", "number", "letter", "case", "signs", "hyphen", "cut", "joined", "omitted",
    "reversed",
]  # fmt: skip


def batches(cases: list, size: int = 100):
    for n in range(0, len(cases), size):
        yield cases[n : n + size]


@pytest.mark.parametrize("kind", KINDS_OF_CHANGE)
def test_no_changed_passage_is_word_for_word(kind):
    chance = random.Random(f"changed {kind}")
    cases = []
    for _, layer, start, end in passages(chance, 170, least=4):
        quoted = mutated(chance, layer.text[start:end].split(), layer.text, kind)
        if quoted and re.search(r"\w", quoted):
            cases.append(" ".join(quoted.replace("[", "").replace("]", "").split()))
    true = 0
    for some in batches(cases):
        check = check_quotes("\n\n".join(f"> {quoted}" for quoted in some))
        assert len(check.quotations) == len(some)
        for quoted, verdict in zip(some, check.verdicts, strict=True):
            there = all(re.search(r"\w", part) for part in quoted.split("…")) and stands(quoted)
            assert verdict.startswith(WORD_FOR_WORD) == there, (quoted, verdict)
            true += there
    assert len(cases) > 30
    assert true < len(cases) / 3


def test_no_passage_over_a_border_is_word_for_word():
    chance = random.Random("border")
    for text in OWN:
        for one_layer, next_layer in zip(text.parts, text.parts[1:], strict=False):
            a, b = one_layer.text.split(), next_layer.text.split()
            for sign in (" ", " … ", "\n\n", " [...] "):
                left, right = a[-chance.randint(1, 6) :], b[: chance.randint(1, 6)]
                if not all(re.search(r"\w", reference(" ".join(side))) for side in (left, right)):
                    continue
                quoted = re.sub(r"^[<>|]|[\[\]]", "", " ".join(left)) + sign + " ".join(right)
                check = check_quotes("\n".join(f"> {line}" for line in quoted.split("\n")))
                there = stands(re.sub(r"\[\.\.\.\]", "…", quoted))
                assert check.verdicts[0].startswith(WORD_FOR_WORD) == there, quoted


DRESSES = ["“{}”", '"{}"', "« {} »", "„{}“", "„{}”", "‘{}’", "'{}'", "\n> {}\n"]


def dressed(chance: random.Random, words: str) -> str | None:
    """The passage as a student may write it."""
    parts = re.split(r"[ \n]+", words)
    if len(parts) > 6 and chance.random() < 0.3:
        a = chance.randrange(1, len(parts) - 3)
        b = chance.randrange(a + 1, len(parts) - 1)
        some = [" ".join(parts[:a]), " ".join(parts[b:])]
        if all(re.search(r"\w", one) for one in some):
            sign = chance.choice(["…", "...", "[...]", "[…]", ". . ."])
            parts = [*parts[:a], sign, *parts[b:]]
    words = parts[0] + "".join(chance.choice([" ", " ", " ", "\n", "  ", "\xa0"]) + part for part in parts[1:])
    if chance.random() < 0.3 and words[0].isalpha():
        swapped = words[0].swapcase()
        words = chance.choice([swapped, f"[{swapped}]"]) + words[1:] if words[1:2].isalpha() else swapped + words[1:]
    if chance.random() < 0.3:
        words = words.rstrip(".,;:!?")
        words += chance.choice([".", ",", "?", "!", ";", ""])
    if chance.random() < 0.3:
        words = words.replace("’", "'")
    if chance.random() < 0.3:
        words = words.replace("—", " – ").replace("–", "—")
    if chance.random() < 0.2:
        words = re.sub(r"(?<=[a-z]{3})(?=[a-z]{3})", chance.choice(["\xad", "-\n"]), words, count=1)
    words = words.strip()
    style = chance.choice(DRESSES)
    if style.startswith("\n"):
        return style.format(words.replace("\n", "\n> "))
    # Inside marks those of the passage change their form, as they should; what cannot be paired is left to blocks.
    if style[0] in "‘'":
        if re.search(r"[‘’'](?!\w)|(?<!\w)['’‘]", words) or words.count("“") != words.count("”"):
            return None
        return style.format(words)
    words = re.sub("[“”]", lambda m: "‘" if m[0] == "“" else "’", words)
    return style.format(words) if "”" not in words and '"' not in words else None


def test_true_passages_are_recognised_however_they_are_dressed():
    chance = random.Random("dressed")
    cases = []
    for text, layer, start, end in passages(chance, 2500):
        quoted = dressed(chance, layer.text[start:end])
        if quoted is not None and "[" + "1]" not in quoted[:4]:
            cases.append((text, layer, start, end, quoted))
    assert len(cases) > 2000
    for some in batches(cases):
        check = check_quotes("\n\n".join(f"So {quoted} it is." for *_, quoted in some))
        assert len(check.quotations) == len(some), check.summary
        by_number = [[] for _ in some]
        for n, finding in check._findings:
            by_number[n - 1].append(finding.row)
        for (text, layer, start, end, quoted), rows in zip(some, by_number, strict=True):
            here = [row for row in rows if (row["document"], row["layer"]) == (text.id, layer.id)]
            assert here, (quoted, rows)
            marks = [m.span() for m in re.finditer("“[^”]*”", layer.text) if len(m[0].split()) > 2]
            inside = any(a <= start and end <= b for a, b in marks)
            expected = FOR_KIND.get(layer.kind, QUOTED if inside else EDITORS)
            number = 1 + len(re.findall(r"\n\s*\n", layer.text[:start]))
            assert any((r["voice"], r["paragraph"]) == (layer.voice, number) for r in here), (quoted, here)
            assert any(r["verdict"] == expected for r in here), (quoted, expected, here)


def test_one_essay_with_everything_in_it_says_what_it_says():
    essay = (
        "Lenin “cannot rely on their impartiality”. He says “Comrade Kamenev is going to Georgia on Wednesday”, "
        "and “I can rely on it”; “democracy” is ours."
    )
    check = check_quotes(essay)
    assert check.verdicts == [WORD_FOR_WORD, WORD_FOR_WORD, ALTERED, NOT_FOUND]
    assert check.summary == "4 quotations checked: 2 word for word; 1 altered; 1 not found."
    assert "it may be no quotation at all" in check[3]["difference"]
    assert check.columns == COLUMNS
    assert COLUMNS[:7] == ("quotation", "verdict", "document", "layer", "voice", "paragraph", "difference")
    assert list(check.to_frame().columns) == list(COLUMNS)
    assert check._repr_html_() == check_quotes(essay)._repr_html_()
    assert "Lenin, according to his secretaries" in check._repr_html_()


# ---------------------------------------------------------------- hostile and mistaken


def test_what_a_student_typed_stays_inert():
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
def test_a_hostile_essay_ends(essay):
    check = check_quotes(essay)
    assert len(check.quotations) <= MOST_QUOTATIONS
    assert len(check._repr_html_()) < 5_000_000
    assert repr(check)


def test_limits_are_said():
    with pytest.raises(Slip, match="can be checked at a time"):
        check_quotes("a" * (LONGEST + 1))
    many = check_quotes("“a b” " * (MOST_QUOTATIONS + 7), texts=[TEXT])
    assert f"Only the first {MOST_QUOTATIONS} of {MOST_QUOTATIONS + 7} are checked" in many.summary
    assert verdicts("the … " * 60) == [NOT_FOUND]
    assert verdicts("nowhere at all " * 1000) == [NOT_FOUND]
    places = check_quotes("“box”", texts=[parse_text("box " * 130, "boxes")])
    assert len(places) == 100
    assert "And 30 more places." in places[99]["difference"]


@pytest.mark.parametrize("essay", [None, 3, ["“a”"], b"a"])
def test_what_is_no_essay_gets_a_message(essay):
    with pytest.raises(Slip, match="is not an essay"):
        check_quotes(essay)
    with pytest.raises(Slip, match="is not an essay"):
        quotations(essay)


@pytest.mark.parametrize("texts", ["1923-letter", 3, [3], ["1923-letter"]])
def test_what_is_no_text_gets_a_message(texts):
    with pytest.raises(Slip, match="not a text"):
        check_quotes("“a”", texts=texts)


def test_an_essay_without_quotations_keeps_the_columns():
    for check in (check_quotes("The workers’ case isn’t ours."), check_quotes("", texts=[])):
        assert (len(check), check.columns) == (0, COLUMNS)
        assert check.summary == "No quotation was found: no words stand in quotation marks or in a block quote."
        assert check.summary in check._repr_html_()
        assert check.summary in repr(check)
        assert list(check.to_frame().columns) == list(COLUMNS)
    assert check_quotes("“a b”", texts=[]).verdicts == [NOT_FOUND]
    assert isinstance(OWN[0], Text)
    assert check_quotes("“Return all this”", texts=OWN[0])[0]["layer"] == "return-line"


def test_a_changed_file_is_read_again(tmp_path, monkeypatch):
    monkeypatch.setenv("CLOSE_READING_HOME", str(tmp_path))
    (tmp_path / "texts").mkdir()
    path = tmp_path / "texts" / "a.md"
    path.write_text("Return the box.", encoding="utf-8")
    assert check_quotes("“the box”").verdicts == [WORD_FOR_WORD]
    path.write_text("Return the lid, all of it.", encoding="utf-8")
    assert check_quotes("“the lid”").verdicts == [WORD_FOR_WORD]
    assert check_quotes("“the box”").verdicts != [WORD_FOR_WORD]
