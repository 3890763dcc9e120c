"""Whatever is given to a public function or a command, the answer is a result or one short message, never a traceback.

The number of examples is small here, so that CI needs about a minute. For a long round:
``ANY_INPUT=2000 pytest tests/test_any_input.py``.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

import helpers
from helpers import UserError
from helpers.__main__ import main
from helpers.course import check_course

FORK = Path(__file__).resolve().parent / "fork"
EXAMPLES = int(os.environ.get("ANY_INPUT", "25"))
LONGEST = 3100
TRAPS = [
    "", " ", "~", "~nobody/x", "/", "../..", "a" * 300, "\0", "\ud800", "1848-request", "1848-reply", "0.1", "letter",
    "*", "**", "“", "x" * 5000, "ha " * 2000,
    "[", "{}", "-1", "/dev/null", "a/b.md", "a.xml", ".md", "=1+1", "\u202e", "<b>",
]  # fmt: skip
words = st.one_of(st.sampled_from(TRAPS), st.text(max_size=30))
anything = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.sampled_from([10**4000, -(10**400)]), st.floats(), words,
        st.binary(max_size=8), st.sampled_from([Path("a"), Path("/"), object, ...]),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(words, inner, max_size=2), st.tuples(inner)),
    max_leaves=4,
)  # fmt: skip
few = settings(
    max_examples=max(5, EXAMPLES // 5),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
rounds = settings(few, max_examples=EXAMPLES)


@pytest.fixture
def module(tmp_path, monkeypatch):
    home = shutil.copytree(FORK, tmp_path / "module")
    monkeypatch.setenv("CLOSE_READING_HOME", str(home))
    monkeypatch.chdir(tmp_path)
    return home


def text() -> Any:
    return helpers.load_text("1848-request")


# Each public function with one argument of any kind in each place.
CALLS: dict[str, Callable[[Any], object]] = {
    "load_text": helpers.load_text,
    "load_texts": lambda x: helpers.load_texts(x, progress=False),
    "read": helpers.read,
    "read layers": lambda x: helpers.read(text(), layers=x),
    "read voice": lambda x: helpers.read(text(), voice=x),
    "read aids": lambda x: helpers.read(text(), aids=x),
    "highlight": lambda x: helpers.highlight(text(), x),
    "highlight category": lambda x: helpers.highlight(text(), category=x),
    "highlight thing": lambda x: helpers.highlight(x, "key"),
    "concordance": lambda x: helpers.concordance(text(), x),
    "concordance width": lambda x: helpers.concordance(text(), "the", width=x),
    "concordance sort": lambda x: helpers.concordance(text(), "the", sort=x),
    "compare": lambda x: helpers.compare(text(), x),
    "variants": helpers.variants,
    "survives": lambda x: helpers.survives(text(), x),
    "check_quotes": helpers.check_quotes,
    "check_quotes texts": lambda x: helpers.check_quotes("“the key”", texts=x),
    "correspondence": lambda x: helpers.correspondence(layers=x),
    "correspondence texts": lambda x: helpers.correspondence(texts=x),
    "correspondence document": lambda x: helpers.correspondence(document=x),
    "evidence": helpers.evidence,
    "plot_network": helpers.plot_network,
    "explore": helpers.explore,
    "timeline": lambda x: helpers.timeline(between=x),
    "transmission": helpers.transmission,
    "places": helpers.places,
    "answer id": helpers.answer,
    "answer choice": lambda x: helpers.answer("0.1", x),
    "answer short": lambda x: helpers.answer("0.2", x),
    "answer essay": lambda x: helpers.answer("0.3", x),
    "answer grid": lambda x: helpers.answer("0.4", x),
    "annotate": lambda x: helpers.annotate(text(), x),
    "annotate tag": lambda x: helpers.annotate(text(), "key", tag=x),
    "annotate note": lambda x: helpers.annotate(text(), "key", note=x),
    "annotations": helpers.annotations,
    "my_text": lambda x: helpers.my_text(x),
    "my_text words": lambda x: helpers.my_text("814", x),
    "my_work": helpers.my_work,
    "my_work name": lambda x: helpers.my_work(name=x),
    "my_work save": lambda x: helpers.my_work(save=x),
    "my_work restore": lambda x: helpers.my_work(restore=x),
    "my_work read": lambda x: helpers.my_work(read=x),
    "save_picture": lambda x: helpers.save_picture(x, "a.png"),
    "save_picture path": lambda x: helpers.save_picture(helpers.timeline().plot(), x),
}


def answers_or_tells(call: Callable[[], object]) -> None:
    try:
        shown = call()
        for display in ("_repr_html_", "__repr__", "__str__"):
            getattr(shown, display, str)()
    except UserError as error:
        said = str(error)
        assert said.strip(), "an empty message"
        assert len(said) <= LONGEST, said[:300]
        said.encode("utf-8")


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.usefixtures("module")
def test_public_function_answers_or_raises_one_short_message(name):
    @rounds
    @given(anything)
    def run(value):
        answers_or_tells(lambda: CALLS[name](value))

    run()


OPTIONS = ["-o", "--force", "--key", "--all", "--names", "--yes", "--strips", "out.html", "x.xml", "01", "1848-request"]
COMMANDS = ["check", "worksheet", "export-tei", "agreement", "clean"]
option = st.sampled_from(
    ["-o", "--force", "--key", "--all", "--names", "--yes", "--strips", "out.html", "x.xml", "01", "1848-request"]
)


@pytest.mark.parametrize("command", COMMANDS)
def test_command_answers_or_prints_one_short_message(command, module, capsys):
    @rounds
    @given(st.lists(st.one_of(st.sampled_from(OPTIONS), words.filter(lambda one: not one.startswith("/"))), max_size=4))
    def run(given_words):
        try:
            code = main([command, *given_words])
        except SystemExit as stop:
            code = stop.code
        printed = capsys.readouterr()
        assert code in (0, 1, 2)
        assert len(printed.err) <= 2 * LONGEST + 2000
        assert "Traceback" not in printed.err

    run()


ENDINGS = (".csv", ".yaml", ".md", ".xml", ".ipynb")
FILES = sorted(
    str(path.relative_to(FORK)) for path in FORK.rglob("*") if path.suffix in ENDINGS and "source" not in path.parts
)
BITS = [
    b"", b"\0", b"\xff", b"\xef\xbb\xbf", b"\r", b'"', b"'", b";", b"\t", b"[", b"{", b"---\n", b"&a *a", b"!!bool x",
    b"<", b"]]>", b"&#0;", b"\xe2\x80\xae", b"9" * 5000, b"\\", b"- " * 800, b"`" * 200, b"[" * 1500,
]  # fmt: skip
VIEWS: tuple[Callable[[], object], ...] = (
    lambda: helpers.read(text()), helpers.correspondence, helpers.timeline, helpers.places, helpers.my_work,
    lambda: helpers.answer("0.1"), lambda: helpers.check_quotes("“the key of the bell tower”"),
)  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_damaged_file_is_reported_and_breaks_no_display(name, module):
    path = module / name
    whole = path.read_bytes()

    @few
    @given(st.integers(0, len(whole)), st.integers(0, 40), st.sampled_from(BITS))
    def run(at, gone, put):
        path.write_bytes(whole[:at] + put + whole[at + gone :])
        report = check_course()
        for problem in report.shown(everything=False):
            assert len(problem) <= LONGEST
            assert not re.search(r"Traceback|Error\(", problem)
        for call in VIEWS:
            answers_or_tells(call)

    run()
    path.write_bytes(whole)
