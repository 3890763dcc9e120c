"""Quotations from 1921-telegram and 1923-letter: right voices and verdicts, and no false alarms."""

from __future__ import annotations

import random
import re

import pytest
from test_checking import one

from helpers import load_text
from helpers.quotations import ALTERED, COLUMNS, COPYISTS, EDITORS, NOT_FOUND, QUOTED, WORD_FOR_WORD, check_quotes
from helpers.texts import text_ids

OWN = [load_text(name) for name in text_ids()]
PLACES = [(text, layer) for text in OWN for layer in text]
FOR_KIND = {"actor": WORD_FOR_WORD, "copyist": COPYISTS}


def test_quotations_of_our_texts_get_the_right_voice():
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
        ("According to Dzerzhinsky, {}.", "attributed to Dzerzhinsky in your sentence; the words are an unnamed"),
        ("According to the editors, {}.", ""),  # an editor may quote anybody
        ("In Lenin’s letter we read {}.", "attributed to Lenin in your sentence"),
        ("The Central Committee said {}", "attributed to Central Committee in your sentence"),
        ("Vladimir Ilyich said {}", "attributed to Lenin in your sentence"),
        ("Vladimir Ilyich did not say {}", ""),
        ("Stalin knew it: {}, Lenin wrote.", ""),
        ("The secretary writes {}.", ""),
        ("Lenin’s secretary writes {}.", ""),
        ("Lenin and Stalin write {}.", ""),
        ("The letter to Trotsky says {}.", ""),
        ("The secretary told Trotsky {}.", ""),
        ("Stalin was mentioned here: {}.", ""),
        ("Kamenev said {}.", ""),  # two people have this name
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
def test_misattributed_quotation_is_reported(essay, said):
    quoted = "“Comrade Kamenev is going to Georgia on Wednesday.”"
    row = check_quotes(essay.format(quoted))[-1]
    assert row["verdict"] == WORD_FOR_WORD
    assert row["attribution"].startswith(said)
    assert bool(said) == bool(row["attribution"])
    if said:
        check = check_quotes(essay.format(quoted))
        assert row["attribution"] in check._repr_html_()
        assert row["attribution"] in repr(check)
        assert "✗ somebody else’s words</span><br>word for word; attributed to" in check._repr_html_()


def test_attribution_considers_all_places_and_groups():
    right = check_quotes("The Central Committee agreed “to give active support to the uprising in Georgia”.")
    assert [row["attribution"] for row in right] == ["", ""]
    wrong = check_quotes("Lenin writes in the telegram that “to give active support to the uprising in Georgia”.")
    assert wrong[0]["attribution"].endswith("the words are the Central Committee’s")
    assert wrong[1]["attribution"] == ""  # the website quotes; it does not claim the words for itself
    assert one("Krestinsky signed “On behalf of the Central Committee”.")["attribution"] == ""
    assert one("Lenin asks about “the whole affair chiefly on Stalin”.")["attribution"] == ""
    assert one("Trotsky writes: “the whole affair chiefly on Stalin”.")["attribution"].endswith(
        "the words are those of: Soviet editors, 1960s"
    )
    assert one("Stalin says “I can rely on their impartiality”.")["attribution"].endswith(
        "the nearest words are Lenin’s"
    )
    assert one("> Return all this.\n> — Stalin")["attribution"].startswith("attributed to Stalin")


# ---------------------------------------------------------------- no false verdicts and no false alarms


def reference(words: str) -> str:
    """Normalise typography slowly and simply, sign by sign; the case is kept."""
    words = re.sub(r"\[\d{1,3}\]", "", words)
    words = re.sub(r"(?<=\w)-\s*\n\s*(?=\w)", "-", words)
    words = re.sub(r"\s*[-‐–—]+\s*", "-", words)
    words = re.sub(r"(?<=\w)[’'](?=\w)", "~", words)
    words = re.sub("[“”‘’\"']", '"', words)
    return " ".join(words.split())


LOOKED_AT = [(text.id, layer, reference(layer.text)) for text, layer in PLACES]


def stands(quoted: str) -> bool:
    """Whether the words, or their parts in order, are in one layer; compares at every position."""
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
    """Random runs of words from every layer, as stored."""
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
def test_changed_passage_is_never_word_for_word(kind):
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


def test_passage_across_layers_is_never_word_for_word():
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
    """The passage with quotation marks and typography as a student may write it."""
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
    # Inner quotation marks change their form; passages with unpaired marks are used only as block quotes.
    if style[0] in "‘'":
        if re.search(r"[‘’'](?!\w)|(?<!\w)['’‘]", words) or words.count("“") != words.count("”"):
            return None
        return style.format(words)
    words = re.sub("[“”]", lambda m: "‘" if m[0] == "“" else "’", words)
    return style.format(words) if "”" not in words and '"' not in words else None


def test_true_passages_are_recognised_despite_typography():
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
            number = text.paragraph_at(layer.start + start)
            assert any((r["voice"], r["paragraph"]) == (layer.voice, number) for r in here), (quoted, here)
            assert any(r["verdict"] == expected for r in here), (quoted, expected, here)


def test_essay_with_all_verdicts_is_summarised():
    essay = (
        "Lenin “cannot rely on their impartiality”. He says “Comrade Kamenev is going to Georgia on Wednesday”, "
        "and “I can rely on it”; “democracy” is ours."
    )
    check = check_quotes(essay)
    assert check.verdicts == [WORD_FOR_WORD, WORD_FOR_WORD, ALTERED, NOT_FOUND]
    assert check.summary == "4 quotations checked: 2 word for word; 1 altered; 1 not found in these texts."
    assert "may also be a title" in check[3]["difference"]
    assert check.columns == COLUMNS
    assert COLUMNS[:7] == ("quotation", "verdict", "document", "layer", "voice", "paragraph", "difference")
    assert list(check.to_frame().columns) == list(COLUMNS)
    assert check._repr_html_() == check_quotes(essay)._repr_html_()
    assert "Lenin, according to his secretaries" in check._repr_html_()
