"""Names in the cells of a lesson that do not exist are reported with their cell; what is not certain is passed over."""

from __future__ import annotations

import json

import pytest

BOOK, YAML = "lessons/00-whose-bell.ipynb", "lessons/questions/00-whose-bell.yaml"

WRONG = {
    "question": ('answer("9.9")', 1, "no question “9.9”."),
    "question of the lesson": ('answer("0.6")', 1, "no question “0.6”. There are: “0."),
    "question with an answer": ('1 + 1\nanswer("0.8", "watch")', 2, "no question “0.8”."),
    "question by its keyword": ('answer(id="0.8")', 1, "no question “0.8”."),
    "recalled question": ('my_work("0.1", "0.9")', 1, "no question “0.9”."),
    "text": ('load_text("1848-replay")', 1, "no text “1848-replay” in texts/. Did you mean “1848-reply”?"),
    "text in another call": ('read(load_text("1849"))', 1, "no text “1849” in texts/."),
    "text in a function": ('def f():\n    return load_text("1849")', 2, "no text “1849” in texts/."),
    "text in an f-string": ('f"{load_text(\'1849\')}"', 1, "no text “1849” in texts/."),
    "layer": ('read(reply, layers="leter")', 1, "no layer “leter” in 1848-reply. Did you mean “letter”?"),
    "one of several layers": ('read(reply, layers=["letter", "ps"])', 1, "no layer “ps” in 1848-reply. There are:"),
    "layer of a text loaded in the call": (
        'highlight(load_text("1848-reply"), "key", layers="ps")', 1, "no layer “ps” in 1848-reply.",
    ),
    "layer by index": ('reply["leter"].text', 1, "no layer “leter” in 1848-reply. Did you mean “letter”?"),
    "layer of a variable": ('mine = load_text("1848-04-04")\nmine["ps"]', 2, "no layer “ps” in 1848-04-04."),
    "voice": ('read(request, voice="french")', 1, "no voice “french” in 1848-04-04. Did you mean “finch”?"),
    "category": ('highlight(reply, category="conditions")', 1, "no category “conditions” in categories.csv."),
    "one of several categories": ('compare(request, reply, category=["trust", "trus"])', 1, "no category “trus” in"),
    "layer of the network": ('correspondence(layers="ps")', 1, "no layer “ps” in any text."),
    "text of the network": ('correspondence(document="1849")', 1, "no text “1849” in texts/."),
    "after a magic": ('%matplotlib inline\n!ls\nanswer("0.9")', 3, "no question “0.9”."),
    "in a cell with a magic": ('%%time\nanswer("0.9")', 2, "no question “0.9”."),
    "through the package": ('import helpers\nhelpers.answer("0.9")', 2, "no question “0.9”."),
    "by another name": ('from helpers import answer as ask\nask("0.9")', 2, "no question “0.9”."),
    "question as a number": ("answer(0.1)", 1, 'the id of a question stands in quotation marks. Write answer("0.1").'),
    "id in the place of a text": ('read("1848-reply")', 1, '“1848-reply” is not a text but its name. Write '
                                                           'read(load_text('),
    "text by its file": ('load_text("1848-04-04.md")', 1, "no file “1848-04-04.md” beside the lesson. Write the "
                                                          "id of the text:"),
    "with await": ('import asyncio\nawait asyncio.sleep(0)\nanswer("0.9")', 3, "no question “0.9”."),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_name_that_does_not_exist_is_reported_with_its_cell(module, name):
    source, line, says = WRONG[name]
    book = module.text(BOOK)
    cell = module.add_cell(source)
    code, (problem,) = module.check()
    assert code == 1
    assert problem.startswith(f"{BOOK}, cell {cell}, line {line}: {says}"), problem
    module.write(BOOK, book)
    assert module.check() == (0, [])


# The same calls, in which the name is not certain to be ours or the value not certain to be wrong.
UNCERTAIN = {
    "computed question": 'answer("0." + "9")',
    "question from a variable": 'which = "0.9"\nanswer(which)',
    "answer of their own": 'def answer(id):\n    return id\n\nanswer("0.9")',
    "answer rebound": 'answer = print\nanswer("0.9")',
    "answer from elsewhere": 'from mytools import answer\nanswer("0.9")',
    "answer as a parameter": 'def f(answer):\n    return answer("0.9")',
    "answer in a loop": 'for answer in (print,):\n    answer("0.9")',
    "answer of something else": 'thing.answer("0.9")',
    "answer rebound by a magic": 'answer = !ls\nanswer("0.9")',
    "text from a file": 'load_text("../letters/march.md")',
    "text from a file beside": 'load_text("march.md")',
    "rebound text": 'reply = {"leter": 1}\nreply["leter"]',
    "rebound text in a layer": 'reply = other()\nread(reply, layers="leter")',
    "text as a parameter": 'def f(reply):\n    return reply["leter"]',
    "text in a comprehension": '[reply["leter"] for reply in ({"leter": 1},)]',
    "text loaded in one of two ways": 'if True:\n    reply = load_text(name)\nreply["leter"]',
    "layer from a variable": 'reply[which]',
    "index of a table": 'people = {}\npeople["leter"]',
    "layer of a network of letters": 'correspondence(texts=letters, layers="ps")',
    "layer of a text that is not known": 'read(other, layers="ps")',
    "category of another function": 'plot(category="none")',
    "all categories": 'highlight(reply, category="all")',
    "groups of layers": 'read(reply, layers=["actors", "editors", "all"])',
    "cell of another language": '%%bash\nanswer("0.9")',
    "cell that is not Python": 'this is no Python answer("0.9")',
    "help": "answer?",
    "call that may fail": 'try:\n    load_text("1849")\nexcept Exception:\n    pass',
    "file that is there": 'load_text("00-whose-bell.md")',
}  # fmt: skip


@pytest.mark.parametrize("name", UNCERTAIN)
def test_name_that_is_not_certain_is_passed_over(module, name):
    module.add_cell("from elsewhere import letters, name, other, plot, thing, which")
    module.add_cell(UNCERTAIN[name])
    assert module.check() == (0, [])


COMMENTS = {
    "event": ("In 1850. <!-- t99 -->", 1, "no event “t99” in timeline.csv."),
    "one of several events": ("One.\n\nIn 1850. <!-- t01, t77 -->", 3, "no event “t77” in timeline.csv."),
    "text of the strips": ("<!-- strips: 1848-replay -->", 1, "no text “1848-replay” in texts/. Did you mean"),
}


@pytest.mark.parametrize("name", COMMENTS)
def test_key_in_a_comment_that_does_not_exist_is_reported(module, name):
    words, line, says = COMMENTS[name]
    cell = module.add_cell(words, "markdown")
    code, (problem,) = module.check()
    assert code == 1
    assert problem.startswith(f"{BOOK}, cell {cell}, line {line}: {says}"), problem


@pytest.mark.parametrize("words", ["<!-- turn -->", "<!-- todo: look -->", "<!-- t01 t04 -->", "<!-- h2 -->", "t99"])
def test_other_comments_are_passed_over(module, words):
    module.add_cell(words, "markdown")
    assert module.check() == (0, [])


def test_question_that_no_lesson_asks_is_reported_with_its_line(module):
    module.change(BOOK, 'answer(\\"0.5\\")', "1")
    code, (problem,) = module.check()
    assert code == 1
    line = module.line_of(YAML, 'id: "0.5"')
    assert problem == (
        f'{YAML}, line {line}: no lesson asks question “0.5”. Write a cell answer("0.5") into {BOOK}, '
        "or delete the question."
    )
    module.add_cell('answer("0.5")')
    assert module.check() == (0, [])


@pytest.mark.parametrize(
    "source",
    ["ids = list()\nfor id in ids:\n    answer(id)", "ids = list()\n[answer(id) for id in ids]", "this is no Python"],
)
def test_question_may_be_asked_by_code_that_computes_it(module, source):
    module.change(BOOK, 'answer(\\"0.5\\")', "1")
    module.add_cell(source)
    assert module.check() == (0, [])


def test_unreadable_question_file_causes_no_other_problem(module):
    module.change(YAML, "kind: match", "kind: macth")
    code, (problem,) = module.check()
    assert code == 1
    assert problem.startswith(f"{YAML}, line ")


def test_two_lessons_with_one_number_are_reported(module):
    module.write("lessons/00-another.ipynb", module.text(BOOK))
    code, (problem,) = module.check()
    assert code == 1
    assert problem == (
        "lessons/00-another.ipynb: 00-whose-bell.ipynb has the same number 00. Give one of them another number."
    )


def test_cell_that_shows_a_mistake_on_purpose_is_passed_over(module):
    number = module.add_cell('load_text("1849")')
    book = json.loads(module.text(BOOK))
    book["cells"][number - 1]["metadata"]["tags"] = ["raises-exception"]
    module.write(BOOK, json.dumps(book))
    assert module.check() == (0, [])
