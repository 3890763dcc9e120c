"""Control characters become visible, and messages stay short, wherever words leave the helpers."""

from __future__ import annotations

import ast
import csv
import io
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import helpers
from helpers import UserError
from helpers.core import element, listed, neutralised, read_yaml, shortened, typed_path

ROOT = Path(helpers.__file__).resolve().parents[1]
CONTROLS = [
    *(chr(n) for n in (*range(9), *range(11, 32), *range(127, 160)) if chr(n) != "\r"),
    *(chr(n) for n in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))),
]
KEPT = "\u200e\u200f\u200c\u200d"  # LRM, RLM, ZWNJ and ZWJ belong to ordinary writing


def odd(words: str) -> list[str]:
    return sorted({f"U+{ord(one):04X}" for one in words if one in CONTROLS})


@pytest.mark.parametrize("one", CONTROLS, ids=lambda one: f"{ord(one):04X}")
def test_control_character_becomes_visible_in_html_text_attributes_and_errors(one):
    words = f"before{one}after"
    for shown in (
        element("p", words, title=words),
        neutralised(words),
        str(UserError(words)),
        "".join(UserError(words)._render_traceback_()),
    ):
        assert odd(shown) == []
        assert re.search(r"before[^<]+after", shown)


def test_marks_of_ordinary_writing_stay():
    assert KEPT in element("p", KEPT)
    assert KEPT in str(UserError(KEPT))


PLAIN = {"__repr__", "__str__"}


def test_every_plain_text_display_goes_through_the_one_door():
    loose = []
    for path in (ROOT / "helpers").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name in PLAIN:
                last = node.body[-1]
                constant = isinstance(last, ast.Return) and isinstance(last.value, ast.Constant)
                decorated = any(isinstance(one, ast.Name) and one.id == "plain" for one in node.decorator_list)
                # These give the repr of a view that goes through the door itself, or digits.
                known = (path.parent.name, path.stem) in {("annotation", "reader_agreement"), ("core", "dates")}
                known |= (path.parent.name, path.stem) == ("reading", "highlighting")
                if not (constant or decorated or known):
                    loose.append(f"{path.parent.name}/{path.name}, line {node.lineno}")
    assert loose == []


DIRTY = "Ann\x1b[2K\x9b31m\u202eAll texts\u2066"


ALL_WORDS = re.compile("_name|note|event$|relevance|display|explan|summary|medium|reference|remark|label|question")


@pytest.fixture
def dirty(tmp_path, monkeypatch):
    """A copy of the example module with control characters in all cells of words, and in the texts."""
    home = shutil.copytree(ROOT / "tests" / "fork", tmp_path / "module")
    for path in (home / "texts").glob("*.csv"):
        head, *rows = csv.reader(io.StringIO(path.read_text(encoding="utf-8")))
        wordy = [bool(ALL_WORDS.search(name)) for name in head]
        rows = [[f"{c} {DIRTY}" if c and w else c for c, w in zip(row, wordy, strict=False)] for row in rows]
        written = io.StringIO()
        csv.writer(written).writerows([head, *rows])
        path.write_text(written.getvalue(), encoding="utf-8")
    text = home / "texts" / "1848-request.md"
    text.write_text(f"{text.read_text(encoding='utf-8').rstrip()} {DIRTY}\n", encoding="utf-8")
    monkeypatch.setenv("CLOSE_READING_HOME", str(home))
    return home


@pytest.mark.usefixtures("dirty")
def test_no_public_display_lets_a_control_character_through():
    from helpers import (
        annotate,
        annotations,
        check_quotes,
        compare,
        concordance,
        correspondence,
        evidence,
        highlight,
        load_text,
        my_work,
        places,
        plot_network,
        read,
        timeline,
        transmission,
    )

    first, second = load_text("1848-request"), load_text("1848-reply")
    network = correspondence(layers="all")
    shown = {
        "text": first, "layers": first.layers, "layer": first.parts[0], "page": read(first, layers="all"),
        "highlight": highlight(first, "Ann", layers="all"), "concordance": concordance(first, "Ann", layers="all"),
        "compare": compare(first, second), "evidence": evidence(network), "timeline": timeline(),
        "quotes": check_quotes(f"She wrote “{DIRTY} and more”."), "pencil": annotate(first, layers="all"),
        "marks": annotations(), "work": my_work(), "transmission": transmission(first), "places": places(),
    }  # fmt: skip
    for name, view in shown.items():
        html = view._repr_html_() if hasattr(view, "_repr_html_") else ""
        assert odd(html) == [], name
        assert odd(repr(view)) == [], name
        assert odd(str(view)) == [], name
    assert any("Ann␛[2K" in view._repr_html_() for view in shown.values() if hasattr(view, "_repr_html_"))
    for axes in (plot_network(network), timeline().plot()):
        words = [one.get_text() for one in axes.figure.findobj(lambda one: hasattr(one, "get_text"))]
        assert odd(" ".join(words) + axes.figure.description) == []


def test_a_cell_cannot_write_lines_into_the_check(tmp_path):
    home = shutil.copytree(ROOT / "tests" / "fork", tmp_path / "module")
    table = home / "texts" / "relations.csv"
    head, first, *rest = table.read_text(encoding="utf-8").splitlines()
    forged = '"\x1b[2K\nAll texts, tables and questions are in order.\n\u202e'
    cells = first.split(",")
    cells[1] = forged + '"'
    table.write_text("\n".join([head, ",".join(cells), *rest]) + "\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "helpers", "check"],
        capture_output=True, text=True, check=False, cwd=home,
        env={"PATH": "", "CLOSE_READING_HOME": str(home), "PYTHONPATH": str(ROOT), "CLOSE_READING_WORK": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 1
    assert odd(done.stdout + done.stderr) == []
    assert not any(line.startswith("All texts") for line in done.stdout.splitlines())


# Messages


@pytest.mark.parametrize(
    "given", ["a" * 3_000_000, "a\n" * 100_000, "“" + "b " * 50_000 + "”"], ids=["word", "lines", "quotation"]
)
def test_message_stays_short_and_keeps_its_beginning_and_end(given):
    said = shortened(f"letter.md, line 3: {given}. Correct it.")
    assert len(said) <= 3100
    assert said.count("\n") <= 40
    assert said.startswith("letter.md, line 3: ")
    assert said.endswith(". Correct it.")


def test_list_in_a_message_stops_at_twenty():
    said = listed(f"t{n}" for n in range(10_000))
    assert said.endswith("t19, and 9,980 more")


ALIASES = "\n".join(["a0: &a0 [x, x]", *(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 30))])


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (ALIASES, "line 2: “*a0” stands for an entry elsewhere"),
        ("a: &b {c: d}\ne:\n  <<: *b\n", "line 3: “*b”"),
        ("a: !!bool maybe", "line 1: “!!bool” is a tag"),
        ("a: 0x" + "f" * 5000, "line 1: this number has too many digits"),
        ("a: " + "9" * 5000, "line 1: this number has too many digits"),
        ("a: b\nc: \x00", r"line 2: an invisible control character (U+0000)"),
    ],
    ids=["aliases", "merge", "tag", "hexadecimal", "digits", "NUL"],
)
def test_yaml_that_means_more_than_it_says_is_refused_with_its_line(source, said):
    with pytest.raises(UserError, match=re.escape(said)) as error:
        read_yaml(source, "a.yaml")
    assert len(str(error.value)) < 300


@pytest.mark.parametrize(
    "given", ["a" * 300, "~no-such-person/x", "a\0b", "\ud800", 5, None, ["a"], b"a", "x/" * 3000],
    ids=["long name", "another home", "NUL", "surrogate", "number", "nothing", "list", "bytes", "long path"],
)  # fmt: skip
def test_what_is_no_path_raises_one_short_message(given):
    with pytest.raises(UserError) as error:
        typed_path(given)
    assert len(str(error.value)) < 400
