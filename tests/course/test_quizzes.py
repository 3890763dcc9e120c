"""Quiz files are read back by other programs with every question, option, share and explanation."""

from __future__ import annotations

import io
import re
import zipfile
from html import unescape
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings, strategies
from pygiftparser import parser as gift_parser

from helpers import UserError
from helpers.__main__ import main
from helpers.course import QUIZ_FORMATS, quiz_file
from helpers.questions import questions

YAML = "lessons/questions/00-whose-bell.yaml"
QUESTIONS = """title: Quiz -- a lesson
questions:
  - id: "0.1"
    kind: choice
    skill: sourcing
    prompt: |
      Who writes {first} = 1?

      // Read <b>all</b> & choose.
    options:
      - {id: a, text: "Ann: 50% ~ #1", correct: true, why: "She signs = she writes."}
      - {id: b, text: "%50%Ben", why: "C:\\\\no {he} only copies."}
      - {id: c, text: "a -> b", why: "No; <i>no</i>."}
  - id: "0.2"
    kind: choices
    skill: sourcing
    points: 2
    prompt: What is asked?
    options:
      - {id: a, text: A watch, correct: true, why: It is.}
      - {id: b, text: A key, correct: true, why: It is too.}
      - {id: c, text: A lamp, correct: true, why: And this.}
      - {id: d, text: A boat, why: It is not.}
  - id: "0.3"
    kind: match
    skill: sourcing
    points: 2
    prompt: Whose are they?
    options: [{id: w, text: "The writers'"}, {id: e, text: "The editors' -> notes"}, {id: n, text: Nobody's}]
    items:
      - {id: one, text: "The letter", goes_with: w, why: Finch wrote it.}
      - {id: two, text: "The <note>", goes_with: e, why: Marsh wrote it.}
      - {id: three, text: "The card", goes_with: w, why: Finch sent it.}
  - id: "0.4"
    kind: order
    skill: sourcing
    prompt: In what order?
    items: [{id: x, text: The letter}, {id: y, text: The reply}, {id: z, text: The note}]
    why: The dates say so.
  - id: "0.5"
    kind: grid
    skill: sourcing
    prompt: Fill in.
    columns:
      - {id: who, text: Who, options: [{id: a, text: Ann}, {id: b, text: Ben}]}
      - {id: what, text: What, words: true}
    rows:
      - {id: r, text: Row 1, key: [{column: who, option: a, why: She.}, {column: what, words: Words.}]}
      - {id: s, text: Row 2, key: [{column: who, option: a, why: She too.}]}
  - id: "0.6"
    kind: grid
    skill: sourcing
    prompt: Fill in again.
    columns: [{id: who, text: Who, options: [{id: a, text: Ann}, {id: b, text: Ben}]}]
    rows: [{id: r, text: Row, key: [{column: who, option: a, why: She.}, {column: who, option: b, why: He.}]}]
  - id: "0.7"
    kind: short
    skill: sourcing
    prompt: Who?
    accept: [Ann]
    model_answer: Ann.
  - id: "0.8"
    kind: grid
    skill: sourcing
    prompt: Fill in words.
    columns: [{id: what, text: What, words: true}]
    rows: [{id: r, text: Row}]
"""
LEFT_OUT = (
    "Left out, because a cell of the table has several right options: 0.6.",
    "Left out, because students answer in their own words: 0.7.",
    "Left out, because the module does not mark them: 0.8.",
    "The order is written as a match of numbers and items: 0.4.",
    "The explanations of the parts stand together, after the whole answer: 0.3, 0.4, 0.5.",
    "Without the cells for words, which the prompt says: 0.5.",
)
ABOUT = (
    "Keep the lesson 00, “Quiz -- a lesson”, open beside this quiz. What a question calls “above”, “below” or “this "
    "picture” is there."
)
CHOOSE_ONLY = "(In this quiz you only choose. The words are written in the lesson.)"
# The shares that Moodle 4.5 takes for an option, besides their negatives.
FRACTIONS = {"100", "90", "83.33333", "80", "75", "70", "66.66667", "60", "50", "40", "33.33333", "30", "25", "20",
             "16.66667", "14.28571", "12.5", "11.11111", "10", "5", "0"}  # fmt: skip


@pytest.fixture
def quiz(module):
    module.write(YAML, QUESTIONS)
    return module


def plain(gift: str) -> str:
    """Words of a GIFT file without its escapes."""
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], gift)


def moodle_reads(source: str) -> list[dict]:
    """Read GIFT as Moodle’s importer does: hide escapes, then split at the signs that are left.

    As ``readquestion`` and ``escapedchar_pre`` in ``question/format/gift/format.php``, Moodle 4.5, for questions with
    options, matches and descriptions.
    """
    signs, shows = "\\:#={}~n", "\\:#={}~\n"

    def shown(words: str) -> str:
        return re.sub("\0(.)", lambda sign: shows[int(sign[1])], words).strip()

    found = []
    lines = [line.strip() for line in source.split("\n") if not line.startswith("//")]
    for block in filter(None, re.split(r"\n{2,}", "\n".join(lines).strip())):
        hidden = re.sub(r"\\([\\:#={}~n])", lambda sign: f"\0{signs.index(sign[1])}", block)

        name, rest = re.fullmatch(r"::(.*?)::(.*)", hidden, re.S).groups()
        if "{" not in rest:
            found.append({"name": shown(name), "described": shown(rest.removeprefix("[plain]"))})
            continue
        asked, answers, after = re.fullmatch(r"\[plain\](.*?)\{(.*)\}(.*)", rest, re.S).groups()
        assert after == ""
        answers, _, general = answers.partition("####")
        one = {"name": shown(name), "asked": shown(asked), "general": shown(general)}
        if "~" in answers:
            one["single"] = "=" in answers
            one["answers"] = []
            for sign, words in re.findall(r"([~=])([^~=]*)", answers):
                share, words = re.fullmatch(r"\s*(?:%(-?[\d.]+)%)?(.*)", words, re.S).groups()
                words, _, why = words.partition("#")
                one["answers"].append((shown(words), share or ("100" if sign == "=" else "0"), shown(why)))
        else:
            parts = [words.partition("->") for words in answers.split("=")[1:]]
            assert all(arrow for _, arrow, _ in parts)
            one["pairs"] = [(shown(left), shown(right)) for left, _, right in parts]
        found.append(one)
    return found


def test_gift_is_read_as_moodle_reads_it(quiz):
    made = quiz_file("0", "gift")
    assert made.questions == ("0.1", "0.2", "0.3", "0.4", "0.5")
    about, first, second, third, fourth, fifth = moodle_reads(made.content)
    assert about == {"name": "00-whose-bell", "described": ABOUT}
    assert first["asked"] == "Who writes {first} = 1?\n// Read <b>all</b> & choose."
    assert first["single"]
    assert first["answers"] == [
        ("Ann: 50% ~ #1", "100", "She signs = she writes."),
        ("%50%Ben", "0", "C:\\no {he} only copies."),
        ("a → b", "0", "No; <i>no</i>."),
    ]
    assert not second["single"]
    assert [share for _, share, _ in second["answers"]] == ["33.33333"] * 3 + ["-33.33333"]
    assert [why for *_, why in second["answers"]] == ["It is.", "It is too.", "And this.", "It is not."]
    assert third["pairs"] == [
        ("The letter", "The writers'"), ("The <note>", "The editors' → notes"), ("The card", "The writers'"),
        ("", "Nobody's"),
    ]  # fmt: skip
    assert third["general"].split("\n")[0] == "The letter → The writers': Finch wrote it."
    assert fourth["pairs"] == [("1", "The letter"), ("2", "The reply"), ("3", "The note")]
    assert fifth["asked"] == f"Fill in.\n{CHOOSE_ONLY}"
    assert fifth["pairs"] == [("Row 1 · Who", "Ann"), ("Row 2 · Who", "Ann"), ("", "Ben")]
    assert fifth["general"] == "Row 1 · Who → Ann: She.\nRow 2 · Who → Ann: She too."


def test_gift_is_read_by_an_independent_parser(quiz):
    quiz.change(YAML, "      // Read <b>all</b> & choose.\n", "")
    quiz.change(YAML, '"%50%Ben", why: "C:\\\\no {he} only copies."', "Ben, why: He only copies.")
    quiz.change(YAML, '"Ann: 50% ~ #1"', "Ann")
    quiz.change(YAML, "She signs = she writes.", "She signs.")
    about, *read = gift_parser.parse(quiz_file("0", "gift").content).questions
    assert (type(about.answer).__name__, about.text) == ("Description", f"[plain]{ABOUT}")
    assert [one.name for one in read] == ["0.1", "0.2", "0.3", "0.4", "0.5"]
    assert [type(one.answer).__name__ for one in read] == [
        "MultipleChoiceRadio", "MultipleChoiceCheckbox", "Matching", "Matching", "Matching",
    ]  # fmt: skip
    first, second, third, *_ = read
    assert first.text == "[plain]Who writes {first} = 1?"
    assert [(one.prefix, one.text, one.feedback) for one in first.answer.options] == [
        ("=", "Ann", "She signs."), ("~", "Ben", "He only copies."), ("~", "a → b", "No; <i>no</i>."),
    ]  # fmt: skip
    assert [one.text for one in second.answer.options] == [
        "%33.33333%A watch", "%33.33333%A key", "%33.33333%A lamp", "%-33.33333%A boat",
    ]  # fmt: skip
    assert [tuple(third.answer.get_pair(one).values()) for one in third.answer.options][:3] == [
        ("The letter", "The writers'"), ("The <note>", "The editors' → notes"), ("The card", "The writers'"),
    ]  # fmt: skip


words = strategies.text(alphabet="ab %~=#{}:\\/<>&'\"“→[]-0n", min_size=1, max_size=12).filter(
    lambda said: said.strip(" ") and "->" not in said
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(prompt=words, right=words, wrong=words, why=words)
def test_any_words_come_back_from_every_format(quiz, prompt, right, wrong, why):
    from helpers.core import write_yaml

    prompt, right, wrong, why = (" ".join(one.split()) for one in (prompt, right, wrong, why))
    asked = {"id": "0.1", "kind": "choice", "skill": "sourcing", "prompt": prompt, "options": [
        {"id": "a", "text": right, "correct": True, "why": why}, {"id": "b", "text": wrong, "why": "No."}]}  # fmt: skip
    quiz.write(YAML, write_yaml({"title": "A lesson", "questions": [asked]}))
    _, one = moodle_reads(quiz_file("0", "gift").content)
    assert one["asked"] == prompt
    assert one["answers"] == [(right, "100", why), (wrong, "0", "No.")]
    root = ElementTree.fromstring(quiz_file("0", "moodle-xml").content)
    assert [said(text) for text in root.iter("text")][3:] == ["0.1", prompt, "", right, why, wrong, "No."]
    shown = [said(text) for text in assessment(quiz_file("0", "qti").content).iter("mattext")]
    assert shown[1:] == [prompt, right, wrong, why, "No."]


def said(text: ElementTree.Element) -> str:
    """The words that a platform shows for an element that holds HTML."""
    return unescape(re.sub(r"</?p>", "", (text.text or "").replace("</p><p>", "\n")))


def test_moodle_xml_has_every_option_with_its_share_and_explanation(quiz):
    content = quiz_file("0", "moodle-xml").content
    root = ElementTree.fromstring(content)
    about, first, second, third, fourth, fifth = root.findall("question")
    assert [one.get("type") for one in root] == ["description"] + ["multichoice"] * 2 + ["matching"] * 3
    assert said(about.find("questiontext/text")) == ABOUT
    assert said(first.find("questiontext/text")) == "Who writes {first} = 1?\n// Read <b>all</b> & choose."
    assert [one.get("fraction") for one in first.findall("answer")] == ["100", "0", "0"]
    assert [said(one.find("feedback/text")) for one in first.findall("answer")] == [
        "She signs = she writes.", "C:\\no {he} only copies.", "No; <i>no</i>.",
    ]  # fmt: skip
    assert [one.findtext("single") for one in (first, second)] == ["true", "false"]
    assert {one.get("fraction").lstrip("-") for one in root.iter("answer") if one.get("fraction")} <= FRACTIONS
    assert second.findtext("defaultgrade") == "2"
    assert [(said(one.find("text")), one.findtext("answer/text")) for one in third.findall("subquestion")] == [
        ("The letter", "The writers'"), ("The <note>", "The editors' -> notes"), ("The card", "The writers'"),
        ("", "Nobody's"),
    ]  # fmt: skip
    assert said(fourth.find("generalfeedback/text")) == "The dates say so."
    assert len(fifth.findall("subquestion")) == 3


def assessment(data: bytes) -> ElementTree.Element:
    """The quiz in a QTI package, found through its manifest; without namespaces."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        manifest = bare(ElementTree.fromstring(package.read("imsmanifest.xml")))
        (resource,) = [one for one in manifest.iter("resource") if one.get("type") == "imsqti_xmlv1p2"]
        return bare(ElementTree.fromstring(package.read(resource.find("file").get("href"))))


def bare(root: ElementTree.Element) -> ElementTree.Element:
    for one in root.iter():
        one.tag = one.tag.rpartition("}")[2]
    return root


def outline(item: ElementTree.Element) -> list[object]:
    """An item of QTI without the ids that each program makes for itself."""
    ids = {one: f"id{n}" for n, one in enumerate(dict.fromkeys(
        one.get("ident") for one in item.iter() if one.tag in ("response_label", "item")))}  # fmt: skip

    def known(words: str) -> str:
        words = re.sub(r"\S+_ref_?\S*", "a reference", " ".join((words or "").split()))
        for one in sorted(ids, key=len, reverse=True):
            words = words.replace(one, ids[one])
        return re.sub(r"\.0$", "", words)

    return [
        (
            one.tag,
            sorted((name, known(value)) for name, value in one.attrib.items() if name != "title"),
            known(one.text),
        )
        for one in item.iter()
    ]


SAME = """Quiz title: A lesson

Text: ABOUT

1. Who writes?
... Unused
*a) Ann
... She signs.
b) Ben
... He copies.

Points: 2
2. What is asked?
[*] A watch
... It is.
[*] A key
... It is too.
[ ] A boat
... It is not.
"""


def test_qti_items_are_those_of_text2qti(quiz):
    from text2qti.config import Config
    from text2qti.qti import QTI
    from text2qti.quiz import Quiz

    config = Config()
    about = ABOUT.replace("Quiz -- a lesson", "A lesson")
    theirs = QTI(Quiz(SAME.replace("... Unused\n", "").replace("ABOUT", about), config=config)).zip_bytes()
    option = "      - {{id: {}, text: {}, {}why: {}}}\n"
    right = "correct: true, "
    quiz.write(
        YAML,
        'title: A lesson\nquestions:\n  - id: "0.1"\n    kind: choice\n    skill: sourcing\n    prompt: Who writes?\n'
        "    options:\n"
        + option.format("a", "Ann", right, "She signs.") + option.format("b", "Ben", "", "He copies.")
        + '  - id: "0.2"\n    kind: choices\n    skill: sourcing\n    points: 2\n    prompt: What is asked?\n'
        "    options:\n"
        + option.format("a", "A watch", right, "It is.") + option.format("b", "A key", right, "It is too.")
        + option.format("c", "A boat", "", "It is not."),
    )  # fmt: skip
    ours = assessment(quiz_file("0", "qti").content)
    expected = [outline(item) for item in assessment(theirs).iter("item")]
    assert len(expected) == 3
    assert [outline(item) for item in ours.iter("item")] == expected


def test_qti_match_gives_each_item_all_options_and_its_share(quiz):
    items = {item.get("title"): item for item in assessment(quiz_file("0", "qti").content).iter("item")}
    match = items["0.3"]
    assert match.findtext("itemmetadata/qtimetadata/qtimetadatafield/fieldentry") == "matching_question"
    lists = match.findall("presentation/response_lid")
    assert [said(one.find("material/mattext")) for one in lists] == ["The letter", "The <note>", "The card"]
    offered = [{label.get("ident"): said(label.find("material/mattext")) for label in one.iter("response_label")}
               for one in lists]  # fmt: skip
    assert all(sorted(one.values()) == ["Nobody's", "The editors' -> notes", "The writers'"] for one in offered)
    right = {equal.get("respident"): offered[0][equal.text] for equal in match.iter("varequal")}
    assert [right[one.get("ident")] for one in lists] == ["The writers'", "The editors' -> notes", "The writers'"]
    assert [one.text for one in match.iter("setvar")] == ["33.33333"] * 3
    assert "Finch wrote it." in said(match.find("itemfeedback//mattext"))
    linked = {one.get("linkrefid") for item in items.values() for one in item.iter("displayfeedback")}
    assert linked == {one.get("ident") for item in items.values() for one in item.iter("itemfeedback")}


@pytest.mark.parametrize("format", QUIZ_FORMATS)
def test_what_a_quiz_cannot_have_is_listed_in_the_file_and_on_the_terminal(quiz, format, tmp_path, capsys):
    path = tmp_path / f"quiz{QUIZ_FORMATS[format].ending}"
    assert main(["export-quiz", "0", "--format", format, "-o", str(path)]) == 0
    listed = capsys.readouterr().err.splitlines()
    made = quiz_file("0", format)
    assert tuple(listed) == made.left_out
    assert {*LEFT_OUT} <= {*listed}
    data = path.read_bytes()
    if format == "qti":
        with zipfile.ZipFile(path) as package:
            data = package.read("00-whose-bell/00-whose-bell.xml")
        assert path.read_bytes() == quiz_file("0", "qti").content, "the same on every day"
    assert all(line in data.decode() for line in listed)
    assert main(["export-quiz", "0", "--format", format, "-o", str(path)]) == 1
    assert "already exists" in capsys.readouterr().err


@pytest.mark.parametrize("format", QUIZ_FORMATS)
def test_more_right_options_than_moodle_has_shares_for_are_left_out(quiz, format):
    options = "".join(f"      - {{id: o{n}, text: Option {n}, correct: true, why: Yes.}}\n" for n in range(11))
    head = 'title: A lesson\nquestions:\n  - id: "0.1"\n    kind: choices\n    skill: sourcing\n    prompt: Which?\n'
    quiz.write(YAML, f"{head}    options:\n{options}")
    if format == "qti":
        assert quiz_file("0", format).questions == ("0.1",)
    else:
        with pytest.raises(
            UserError,
            match=r"No question of 00-whose-bell can be in a quiz\. Left out, .* more than 10 right options: 0\.1",
        ):
            quiz_file("0", format)


def test_lesson_without_keys_gives_no_quiz(quiz):
    from helpers.questions import lesson_files, without_answers

    (path,) = lesson_files()
    path.write_text(without_answers(path, keys=False), encoding="utf-8")
    with pytest.raises(UserError, match=r"the question file has no key: 0\.1, 0\.2"):
        quiz_file("0", "gift")


@pytest.mark.parametrize("lesson", sorted({one.lesson for one in questions()}))
@pytest.mark.parametrize("format", QUIZ_FORMATS)
def test_every_closed_question_of_this_module_is_in_the_quiz_or_named(lesson, format):
    made = quiz_file(lesson, format)
    out = {
        id
        for line in made.left_out
        if line.startswith("Left out, because ")
        for id in line.rpartition(": ")[2].rstrip(".").split(", ")
    }
    asked = {one.id: one for one in questions(lesson)}
    assert {*made.questions} | out == asked.keys()
    assert not {*made.questions} & out
    assert all(asked[id].kind in ("passage", "short", "essay", "grid") for id in out)
    if format == "gift":
        assert len(gift_parser.parse(made.content).questions) == len(made.questions) + 1
        assert [one["name"] for one in moodle_reads(made.content)][1:] == [*made.questions]
