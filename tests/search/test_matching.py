"""The search finds phrases regardless of typography, and nothing else."""

from __future__ import annotations

import itertools
import json
import re
import unicodedata
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import assume, example, given, settings, strategies as st

from helpers.core import UserError
from helpers.reading import find
from helpers.search import TUNING, Folded, Phrase, Skimmed, Words, matches, occurrences
from helpers.texts import parse_text


def found(words, phrases, **kwargs):
    text = parse_text(words)
    return [text.content[span.start : span.end] for span in find(text, phrases, **kwargs)]


# One phrase each; the page’s own search runs these as well (tests/browser/test_page_search.py).
SHARED = json.loads(Path(__file__).with_name("cases.json").read_text(encoding="utf-8"))["cases"]
# Several phrases at once.
SEVERAL = {
    "longest first": ("the whole case", ["case", "whole case"], ["whole case"]),
    "a prefix of another": ("on condition that", ["on", "on condition that"], ["on condition that"]),
    "categories overlap": ("the whole case", {"a": ["case"], "b": ["whole case"]}, ["whole case", "case"]),
    "zero-width space ends a word": ("return\u200ball", ["return", "all"], ["return", "all"]),
    "a note number between two words": ("accept[3]with", ["accept", "with"], ["accept", "with"]),
    "three in one place": ("one two three", ["one", "one two", "one two three"], ["one two three"]),
}
CASES = {case["name"]: (case["stored"], case["phrase"], case["found"]) for case in SHARED} | SEVERAL


def test_no_case_is_lost_for_its_name():
    assert len(CASES) == len(SHARED) + len(SEVERAL)


@pytest.mark.parametrize("name", CASES)
def test_phrases_are_found_through_typography(name):
    words, phrases, expected = CASES[name]
    assert found(words, phrases) == expected


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("frame", ["😀 Ω «{}» ß", "{}\n\nund so", "[1] {}[12]"])
def test_surrounding_text_does_not_change_matches(name, frame):
    words, phrases, expected = CASES[name]
    text = parse_text(frame.format(words))
    spans = find(text, phrases)
    assert [text.content[span.start : span.end] for span in spans] == expected


@pytest.mark.parametrize("name", CASES)
def test_index_finds_the_same_matches(name):
    words, phrases, expected = CASES[name]
    text = parse_text(words)
    find(text, ["nowhere"] * TUNING.indexed)
    again = find(text, phrases)
    assert [text.content[span.start : span.end] for span in again] == expected


@pytest.fixture
def skimmed(monkeypatch):
    """Use the prefilter for every text, however short, and however many non-ASCII characters it has."""
    monkeypatch.setattr(TUNING, "long", 0)
    monkeypatch.setattr(TUNING, "strange", 0)
    monkeypatch.setattr(TUNING, "hidden", 0)
    return monkeypatch


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("frame", ["{}", "so-\n{}[3] ", "{}\u00adé ({})"])
def test_prefiltered_search_finds_the_same_matches(name, frame, skimmed):
    words, phrases, _ = CASES[name]
    text = parse_text(frame.format(words, words))
    found = find(text, phrases)
    skimmed.setattr(TUNING, "long", 10**9)
    assert found == find(parse_text(text.content), phrases)


# A slow, obviously correct reference: every way to read the words, character by character.
ALIKE = dict.fromkeys("‘’′", "'") | dict.fromkeys("“”«»″", '"') | dict.fromkeys("–—‐‑", "-") | {"ς": "σ"}


def _in_word(character: str) -> bool:
    return character.isalnum() or character == "_" or unicodedata.category(character)[0] == "M"


def _fold(cluster: str) -> str:
    cluster = ALIKE.get(cluster[0], cluster[0]) + cluster[1:]
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKD", cluster).casefold())


def _seen(words: str) -> str:
    words = re.sub(r"\xad[^\S\n]*\n\s*", "", words)
    return "".join(c for c in words if unicodedata.category(c) != "Cf")


def _units(words: str, anchors: bool) -> list[tuple[set[str], int, int]]:
    """Cut the words into pieces, each with its possible readings."""
    units = []
    i = 0
    while i < len(words):
        note = re.compile(r"\[\d{1,3}\]").match(words, i)
        soft = re.compile(r"\xad[^\S\n]*\n\s*").match(words, i)
        # Invisible characters may occur between the hyphen, the line end and the rest of the word.
        hidden = r"\u00ad|\u200b" + ("" if anchors else r"|\[\d{1,3}\]")
        line = re.compile(rf"[-\u2010\u2011⸗](?:{hidden}|[^\S\n])*\n(?:{hidden}|\s)*(?=\w)").match(words, i)
        line = line or re.compile(r"¬\s*(?=\w)|(?<=[^\W\d_])= *\n *(?=[^\W\d_])").match(words, i)
        j = i + 1
        while not words[i].isspace() and j < len(words) and unicodedata.category(words[j])[0] == "M":
            j += 1
        seen = [unit for unit in units if "" not in unit[0]]
        after_word = bool(seen) and all(_in_word(reading[-1]) for reading in seen[-1][0])
        if note and not anchors:
            j = note.end()
            # Several notes in a row stand between the same two characters.
            before = _seen(re.sub(r"(?:\[\d{1,3}\])+$", "", words[:i]))[-1:]
            after = _seen(re.sub(r"^(?:\[\d{1,3}\])+", "", words[j:]))[:1]
            parts = bool(before and after) and _in_word(before) and _in_word(after)
            readings = {" "} if parts else {""}
        elif soft:
            readings, j = {""}, soft.end()
        elif words[i] == "ᵃ" and after_word and not anchors and not _in_word(words[j : j + 1] or " "):
            readings = {"", "a"}
        elif line and after_word:
            readings, j = {"", "-"}, line.end()
        elif words[i] == "\u200b":
            readings = {"", " "}
        elif unicodedata.category(words[i]) == "Cf":
            readings = {""}
        elif words[i].isspace():
            readings = {" "}
        else:
            readings = {_fold(words[i:j])}
        units.append((readings, i, j))
        i = j
    return units


def _part_of_word(units: list, edge: int, step: int) -> bool:
    """Return whether a word continues across this place."""
    at = edge if step > 0 else edge - 1
    while 0 <= at < len(units):
        readings = units[at][0]
        if " " in readings:
            return False
        if readings not in ({""}, {"", "-"}, {"", "a"}):
            (reading,) = readings
            return _in_word(reading[0] if step > 0 else reading[-1])
        at += step
    return False


def reference(words: str, phrase: str, anchors: bool = False) -> list[tuple[int, int]]:
    (key,) = {
        re.sub(" +", " ", "".join(reading)).strip()
        for reading in itertools.product(*(sorted(unit[0])[:1] for unit in _units(phrase, True)))
    }
    units = _units(words, anchors)
    spans, at = [], 0
    while at < len(units):
        reach = None
        for end in range(at + 1, len(units) + 1):
            readings = {
                re.sub(" +", " ", "".join(reading))
                for reading in itertools.product(*(unit[0] for unit in units[at:end]))
                if reading[0] and reading[-1]
            }
            before = key[0] not in "([{<'\"" and _part_of_word(units, at, -1)
            if key in readings and not before and not _part_of_word(units, end, 1):
                reach = end
        if reach:
            spans.append((units[at][1], units[reach - 1][2]))
        at = reach or at + 1
    return spans


def _note_end(words: str, i: int, italics: bool) -> int:
    """Return where a note or sign of italics that begins at a place ends; 0 if none does."""
    sign, before = words[i], words[:i]
    last, end = before[-1:] or " ", i
    while words[end : end + 1] == sign:
        end += 1
    after = words[end : end + 1] or " "
    line = words[end:].lstrip(" ")[:1] or " "
    marks = ".,;:!?)]}"
    quoted = last == '"' and (before[-2:-1] in tuple(marks[:6]) or _in_word(before[-2:-1] or " "))
    if sign == "_" and end - i < 3:
        opens, closes = not _in_word(last) and not after.isspace(), last not in " \n_" and not _in_word(after)
        return end if opens or closes else 0
    letter = words[end + 1 : end + 2] if after in '"(' else after
    if sign == "*" and not _in_word(last) and last != "*" and letter.isalpha() and end - i < 4:
        return end
    if italics:
        return 0
    if sign in "*†" and end - i < 4:
        behind = _in_word(last) or last in "—-" + marks or quoted
        if behind and not _in_word(after) and after not in "*†" and line not in "*†":
            return end
        words_before = before[-2:-1] or " "
        quoted = words_before == '"' and (before[-3:-2] in tuple(marks[:6]) or _in_word(before[-3:-2] or " "))
        alone = last == " " == after and (_in_word(words_before) or words_before in ".,;:!?)]" or quoted)
        return end if alone and end - i < (4 if sign == "*" else 3) and line not in "*†" and not line.isdigit() else 0
    for note in ("[1]", "[12a]", "[a]", "[s]", "(1)", "²", "ᵃ"):
        if not words.startswith(note, i):
            continue
        end = i + len(note)
        inside = _in_word(words[end : end + 1] or " ")
        good = {
            "[a]": not inside and (_in_word(last) or last in marks + "*" or quoted),
            "[s]": not inside and (last in marks + "*" or quoted),
            "(1)": not inside
            and words[end : end + 1] != "("
            and (last.isalpha() or last in ".,;:!?" or (quoted and not before[-2].isdigit() and before[-2] != "_")),
            "ᵃ": not inside and (last in marks + "*" or quoted),
        }
        return end if good.get(note, True) else 0
    return 0


def _without_notes(words: str, italics: bool) -> list[tuple[str, int, int]]:
    """Cut words into characters with their places; what only a note parts is parted by a blank."""
    kept, i = [], 0
    while i < len(words):
        end = i
        while end < len(words) and (further := _note_end(words, end, italics)):
            end = further
        if end == i:
            kept.append((words[i], i, i + 1))
            end = i + 1
        elif i and end < len(words) and _in_word(words[i - 1]) and _in_word(words[end]):
            kept.append((" ", i, end))
        i = end
    return kept


def reference_with_notes(words: str, phrase: str) -> list[tuple[int, int]]:
    """Look for a phrase with all notes taken out; for one that has what may be a note, also with all left in."""
    sought = "".join(character for character, _, _ in _without_notes(phrase, True))
    found = []
    for italics in (False, True) if re.search(r"\[.+\]|\(1\)|[*†²]", sought) else (False,):
        kept = _without_notes(words, italics)
        bare = "".join(character for character, _, _ in kept)
        found += [(kept[a][1], -kept[b - 1][2]) for a, b in reference(bare, sought, italics)]
    chosen: list[tuple[int, int]] = []
    for start, negative in sorted(found):
        if not chosen or start >= chosen[-1][1]:
            chosen.append((start, -negative))
    return chosen


LETTERS = "ab AB é\u0301ß’'\"“-–\u2010\u00ad\n\u00a0.\u200b😀Д"
PIECES = ["-\n", "[1]", "\u00ad\n", "a-\nb", " b", "ab", "[12] ", "\u200b"]
WORDS = st.lists(st.one_of(st.sampled_from(LETTERS), st.sampled_from(PIECES)), max_size=14).map("".join)
PHRASES = st.text(st.sampled_from("ab é\u0301ß'-. Д"), min_size=1, max_size=5)


@settings(max_examples=1500)
@given(WORDS, PHRASES)
@example("a-\nb", "a-b")
@example("a-\nb a-\nb", "a-b ab")
@example("a\u200bb", "a b")
@example("a[1]b", "a b")
@example("a[1][1]a", "a a")
def test_search_agrees_with_a_slow_reference(words, phrase):
    words = words.strip()
    try:
        sought = Phrase(phrase)
    except ValueError:
        return
    if not words or unicodedata.category(phrase.strip()[0])[0] == "M":
        return
    # The two kinds of joints are tested separately, never in the same text.
    assume(not ("\u200b" in words and re.search(r"[-\u2010\u00ad].*\n", words)))
    # With only a joint between two notes either reading is defensible.
    assume(not re.search(r"\][^\w\[]+\[\d", words))
    spans = [(start, end) for start, end, _ in Words(words).matches([sought])]
    assert spans == reference(words, phrase)


NOTED = st.lists(
    st.sampled_from('ab AB.,*†_1("\n')
    | st.sampled_from(["[1]", "[a]", "[s]", "[12a]", "(1)", "**", "a*", "_a", "b_ ", "ᵃ", "ᵃ "])
    | st.sampled_from(["a¬\nb", "a=\nb", "-\n", "a⸗\nb", "a", "b", " ", " a"]),
    max_size=14,
).map("".join)
SOUGHT = st.lists(st.sampled_from(["a", "b", "A", " ", ".", "1", "-"]) | st.sampled_from(["*", "[a]", "_"]), max_size=4)


@settings(max_examples=1500)
@given(NOTED, SOUGHT.map("".join))
@example("aᵃ bᵃ", "a b")
@example("a*[1]b", "a b")
@example("a * b *† a", "a b")
def test_notes_italics_and_line_ends_are_read_as_by_a_slow_and_obvious_one(words, phrase):
    words, phrase = words.strip(), phrase.strip()
    assume(words and not phrase.rstrip("_ ").endswith("*"))
    # Raised letters beside other notes stand in the file of cases.
    assume(not re.search(r"(?<![a-zA-Z])ᵃ|ᵃ(?![ .\n]|$)", words))
    try:
        sought = Phrase(phrase)
    except ValueError:
        return
    assert [(start, end) for start, end, _ in Words(words).matches([sought])] == reference_with_notes(words, phrase)


@given(WORDS, st.lists(PHRASES, min_size=1, max_size=4))
def test_index_agrees_with_the_search(words, phrases):
    try:
        sought = [Phrase(phrase) for phrase in phrases]
    except ValueError:
        return
    ready = Words(words)
    first = ready.matches(sought)
    assert Words(words).matches(sought * (TUNING.indexed + 1)) == first
    ready.matches([Phrase("nowhere")] * TUNING.indexed)
    assert ready.matches(sought) == first


@given(st.text(max_size=60))
def test_folded_positions_map_back_to_the_original(words):
    folded = Folded(words)
    places = range(len(folded.text))
    last = 0
    for start, end in folded.spans(places, [place + 1 for place in places]):
        assert last <= start < end <= len(words)
        last = start


@given(WORDS, st.lists(PHRASES, min_size=1, max_size=6))
@example("a a\u0301b ab", ["a", "ab"])
@example("x\u0302 x\u0302y", ["x", "x\u0302", "y"])
@example("a-\nb ab", ["a-b", "ab", "a"])
def test_joint_search_agrees_with_single_searches(words, phrases):
    try:
        sought = [Phrase(phrase) for phrase in phrases]
    except ValueError:
        return
    with pytest.MonkeyPatch.context() as patch:
        alone = Words(words).matches(sought)
        patch.setattr(TUNING, "together", 0)
        patch.setattr(TUNING, "long", 0)
        assert Words(words).matches(sought) == alone


@given(st.text(st.sampled_from(LETTERS + "²İᵃ*†_[]1e¬=") | st.sampled_from("ab  "), max_size=30))
@example("a ²\n\n-")
@example("a b\n[1] a b-\nb a")
def test_folding_in_pieces_agrees_with_folding_at_once(words):
    whole = Folded(words)
    places = range(len(whole.text))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TUNING, "piece", 1)
        pieces = Folded(words)
    assert (pieces.text, pieces.joints) == (whole.text, whole.joints)
    ends = [place + 1 for place in places]
    assert list(pieces.spans(places, ends)) == list(whole.spans(places, ends))


FEW = ["a", "b", "ab", "ba", "fi", "ss", "is", "k", "3"]
HIDING = [
    "I\u0307s",
    "ı",
    "ᵃb",
    "b\u0363",
    "a\u00adb",
    "a-\nb",
    "a-\r\n  b",
    "a\u2010\nb",
    "a\u200bb",
    "ﬁ",
    "ß",
    "İs",
    "\u212a",
    "ⓐ",
    "½",
    "a\u0301",
    "é",
]
BLANKS = [" ", "\n", "\u00a0", "\u2009", "\t", "\r\n", "\n\n", "\x1c", "\x85", "\u200b", "\ufeff", " \ufdd2 ", "\ufe0f"]
SIGNS = [
    "[3]",
    "[12] ",
    "\uff3b3\uff3d ",
    "[\u0663]",
    "²",
    "² ",
    "[",
    "] ",
    "-",
    "- ",
    "-\n",
    "-\n[1]",
    "¬\n",
    "=\n",
    "⸗\n",
    "[a]",
    "[s]",
    "[1, 2]",
    "[note 3]",
    "(3)",
    "{3}",
    "*",
    " * ",
    "**",
    "†",
    "ᵃ",
    "ʳ ",
    "_",
    "\u00ad",
    "\u00ad\n ",
]
OTHERS = ["\u0301", "\u0345", "¨", "’", "—", "—\n", "?", ".", ", ", " (", "_", "…", "x", "Д", "😀"]
TYPESET = st.lists(
    st.sampled_from([*FEW, *HIDING]) | st.sampled_from([*BLANKS, *SIGNS, *OTHERS]) | st.just(" ") | st.just("a b"),
    max_size=24,
).map("".join)


@settings(max_examples=1500)
@given(TYPESET, st.lists(st.sampled_from(FEW), min_size=1, max_size=3).map(" ".join))
@example("ab-[1]\nb a", "abb")
@example("a[3]b a[3][3]b a [3] b", "a b")
@example("ba b a b", "b a b")
@example("k a² b", "k a b")
@example("bb a b a b", "b a b")
@example("a [٣]b", "a b")
def test_prefiltered_search_agrees_with_full_search(words, phrase):
    sought = Phrase(phrase)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TUNING, "strange", 0)
        patch.setattr(TUNING, "hidden", 0)
        skimmed = Skimmed(words).places(sought.key, lambda folded: sought.places(folded, False))
    assert skimmed == [(start, end) for start, end, _ in Words(words).matches([sought])]


SENTENCE = "He may return all this on condition that the case is returned. "


def test_long_text_is_not_folded_completely_for_plain_words(monkeypatch):
    words = f"{SENTENCE * 1000}Then he may re-\nturn\u00a0all; RETURN\u00adall. A return[3] all {SENTENCE * 1000}"
    whole = Words(words)
    monkeypatch.setattr(TUNING, "long", len(words) + 1)
    expected = {key: whole.matches([Phrase(key)]) for key in ("return all", "case", "return", "nowhere")}
    assert len(expected["return all"]) == 2002
    monkeypatch.undo()
    lengths = []
    fold = Folded.__init__
    monkeypatch.setattr(
        Folded, "__init__", lambda self, words, **how: (lengths.append(len(words)), fold(self, words, **how))[1]
    )
    skimmed = Words(words)
    sought = [Phrase(key) for key in expected]
    lengths.clear()
    assert {one.words: skimmed.matches([one]) for one in sought} == expected
    assert lengths
    assert max(lengths) < 5000


@pytest.mark.parametrize("strange", ["дело ", "“all” ", "ﬁ ", "x-\n", "an all-in one ", "all.\u2009", "- - (all\n\n"])
def test_text_with_much_typography_is_folded_without_prefilter(strange):
    words = strange * (TUNING.long // len(strange)) + "so; return all"
    for phrase in ("return all", "all"):
        ready = Words(words)
        found = ready.matches([Phrase(phrase)])
        assert found == Words(words).matches([Phrase(phrase), Phrase("nowhere")])
        assert found
    assert ready._folded


def test_long_phrases_with_common_beginnings_are_found_together():
    sentence = " ".join(f"word{n}" for n in range(3000))
    phrases = [sentence[:end] for end in range(7, len(sentence), 311) if sentence[end] == " "] + [
        f"word{n}" for n in range(70)
    ]
    text = parse_text(f"{sentence}\n\n{sentence}" * 2)
    assert len(text.content) > TUNING.long
    assert len(phrases) > TUNING.together
    expected = sorted((s.start, s.end, s.phrase) for s in find(text, phrases))
    again = parse_text(text.content)
    find(again, ["nowhere"] * TUNING.indexed)
    assert sorted((s.start, s.end, s.phrase) for s in find(again, phrases)) == expected


def test_many_phrases_are_all_found():
    text = parse_text(" ".join(f"word{n} and" for n in range(400)))
    phrases = [f"word{n}" for n in range(400)]
    assert len(find(text, phrases)) == 400
    assert [span.phrase for span in find(text, phrases)] == phrases


def plain_occurrences(text: str, key: str) -> list[int]:
    return [at for at in range(len(text) - len(key) + 1) if text.startswith(key, at)]


@given(
    st.text("ab", max_size=6),
    st.integers(0, 9),
    st.text("ab", max_size=6),
    st.integers(1, 6),
    st.text("ab", max_size=3),
)
def test_every_occurrence_of_a_key_that_repeats_itself_is_found(piece, times, rest, again, end):
    text, key = piece * times + rest + piece * times, piece * again + end
    assume(key)
    assert list(occurrences(text, key)) == plain_occurrences(text, key)


class Counted(str):
    """Words that count the characters looked at in comparisons."""

    looked = 0

    def find(self, key, *ends):
        at = str.find(self, key, *ends)
        Counted.looked += len(key)
        return at

    def startswith(self, key, *ends):
        Counted.looked += len(key)
        return str.startswith(self, key, *ends)


@pytest.mark.parametrize("words", ["ha ", "a", "ha ha, ho "])
def test_repeated_words_in_repeated_words_are_compared_once(words):
    looked = []
    for n in (500, 1000):
        Counted.looked = 0
        assert len(list(occurrences(Counted(words * 4 * n), words * n))) > n
        looked.append(Counted.looked)
    assert looked[1] < 2.2 * looked[0]


REPEATED = {
    "plain": ("ha " * 2000, "ha " * 400, 5),
    "one word differs at the end": ("ha " * 2000, "ha " * 400 + "b", 0),
    "one word differs at the beginning": ("ha " * 2000, "b " + "ha " * 400, 0),
    "any ending": ("ha " * 2000, "ha " * 399 + "h*", 5),
    "hyphens at line ends": ("ha-\nha " * 2000, "haha " * 400, 5),
    "hyphens at line ends, a word differs": ("ha-\nha " * 1000, "haha " * 200 + "b haha", 0),
    "raised letters": ("haª " * 2000, "ha " * 400, 5),
    "raised letters, a word differs": ("haª " * 1000, "b " + "ha " * 200, 0),
    "zero-width spaces": ("ha\u200bha " * 1000, "ha ha haha " * 100, 5),
}


@pytest.mark.parametrize("case", REPEATED)
def test_phrase_of_repeated_words_is_found_in_repeated_words(case):
    stored, phrase, count = REPEATED[case]
    found = matches(stored, [phrase])
    assert len(found) == count
    assert all(one[1] <= other[0] for one, other in pairwise(found))


def test_phrase_that_repeats_a_word_too_often_raises():
    with pytest.raises(UserError, match=r"at most 500 times in a phrase to look for, and “ha” occurs 501 times"):
        Phrase("ha " * 501)
    assert Phrase("ha " * 500).key == ("ha " * 500).strip()
    assert Phrase(" ".join(f"word{n}" for n in range(5000))).open_end is False
