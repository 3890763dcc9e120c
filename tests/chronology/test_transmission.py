from __future__ import annotations

import base64
import io
import re
from functools import cache
from itertools import combinations

import numpy
import pytest

from helpers import __main__, load_text
from helpers.chronology import STATUS_STYLES, STATUS_WORDS, Step, draw, lay_out, ranks, transmission
from helpers.core import UserError
from helpers.drawing import text_size
from helpers.search import collapse_spaces
from helpers.texts import STATUSES, table_path

TEXTS = {"1921-telegram": 20, "1923-letter": 16}


@cache
def drawn(name: str):
    """Draw each chain once for all tests."""
    axes = chain(name).plot()
    axes.figure.canvas.draw()
    return axes


def chain(name: str):
    return transmission(load_text(name))


@pytest.mark.parametrize("name", TEXTS)
def test_every_step_has_evidence_or_a_reference(name):
    text, steps = load_text(name), chain(name)
    assert [row["step"] for row in steps] == [str(n + 1) for n in range(TEXTS[name])]
    for row in steps:
        assert row["medium"]
        assert row["evidence"] or row["reference"]
        if row["evidence"]:
            assert collapse_spaces(row["evidence"]) in collapse_spaces(text[row["layer"]].text)
            assert row["voice"] == text[row["layer"]].label
        else:
            assert re.search(r"Outside knowledge, (high|medium|low)", row["reference"]), row["step"]
    assert {row["status"] for row in steps} == set(STATUSES)


def test_ordered_and_open_steps_are_not_shown_as_proved():
    telegram = {row["step"]: row for row in chain("1921-telegram")}
    status = {(row["from"], row["to"]): row["status"] for row in telegram.values()}
    assert status["sklyansky", "The telegram in cipher"] == "ordered"
    assert status["The telegram in cipher", "smilga"] == "ordered"
    assert status["stalin", "ordzhonikidze"] == "ordered"
    assert status["smilga", "rvs_11"] == "open"
    assert "kamenev_lb" not in {end for pair in status for end in pair}
    letter = chain("1923-letter")
    readings = [row for row in letter if row["to"] == "The letter, dictated"]
    assert [row["status"] for row in readings] == ["open"] * 3
    assert {row["to"] for row in letter} >= {"volodicheva", "secretary_unnamed"}
    # The document itself proves no step from dictation to the addressee.
    assert {row["status"] for row in letter if row["to"] == "trotsky"} == {"reported", "open"}
    assert not [row for row in letter if row["status"] == "proved" and not row["evidence"]]


@pytest.mark.parametrize("name", TEXTS)
def test_every_row_shows_its_sentence_and_voice(name):
    html, steps = chain(name)._repr_html_(), chain(name)
    assert html.count("<details>") == html.count("<summary>") == len(steps)
    for row in steps:
        if row["evidence"]:
            assert f"{row['layer']}</small>" in html
    assert "words of: " in html
    assert "From outside the text: " in html
    assert not re.search(r">(lenin|sklyansky|trotsky|rvs_11)<", html)
    assert "ordered or announced, not shown" in repr(steps)


def _boxes(axes, kind):
    renderer = axes.figure.canvas.get_renderer()
    frames = {patch.get_gid(): patch for patch in axes.patches}
    return {
        text.get_gid(): frames.get(
            str(text.get_gid()).replace("box:", "frame:"), text.get_bbox_patch() or text
        ).get_window_extent(renderer)
        for text in [*axes.texts, *axes.figure.texts]
        if (text.get_gid() or "").startswith(kind)
    }


def _empty(axes) -> float:
    """Return the share of the drawing that is more than 0.9 inches from every box and arrow."""
    width, height = axes.get_xlim()[1], axes.get_ylim()[1]
    spots = numpy.stack(numpy.meshgrid(numpy.arange(0, width, 0.2), numpy.arange(0, height, 0.2)), -1).reshape(-1, 2)
    to_inches = axes.transData.inverted()
    drawn = [numpy.asarray(line.get_xydata()) for line in axes.lines]
    for box in _boxes(axes, "box:").values():
        (x0, y0), (x1, y1) = to_inches.transform([(box.x0, box.y0), (box.x1, box.y1)])
        xs, ys = numpy.meshgrid(numpy.linspace(x0, x1, 8), numpy.linspace(y0, y1, 4))
        drawn.append(numpy.stack((xs, ys), -1).reshape(-1, 2))
    marks = numpy.vstack(drawn)
    far = numpy.sqrt(((spots[:, None] - marks[None]) ** 2).sum(-1)).min(1)
    return float((far > 0.9).mean())


@pytest.mark.parametrize("name", TEXTS)
def test_little_of_the_sheet_is_empty(name):
    assert _empty(drawn(name)) < 0.3


@pytest.mark.parametrize("length", [4, 7, 12, 20])
def test_long_path_at_the_end_is_folded(length):
    steps = [Step(f"{a}{b}", a, b, "open", "m", "w") for a, b in ("ab", "ac", "ad", "be")]
    steps += [Step(f"t{n}", "d" if n == 0 else f"box {n - 1}", f"box {n}", "reported", "m", "w") for n in range(length)]
    labels = {end: f"The paper {end}" for step in steps for end in (step.start, step.end)}
    axes = draw(steps, labels, set(), STATUS_WORDS, "caption")
    axes.figure.canvas.draw()
    boxes, signs = _boxes(axes, "box:"), _boxes(axes, "sign:")
    for one, other in combinations([*boxes.items(), *signs.items()], 2):
        assert not one[1].overlaps(other[1]), f"{one[0]} covers {other[0]}"
    levels = {round(box.y0) for box in boxes.values()}
    assert len(levels) < len(set(ranks(steps).values()))
    assert _empty(axes) < 0.35


@pytest.mark.parametrize("name", TEXTS)
def test_boxes_and_numbers_do_not_overlap_or_leave_the_sheet(name):
    steps, axes = chain(name), drawn(name)
    boxes, signs = _boxes(axes, "box:"), _boxes(axes, "sign:")
    assert set(boxes) == {f"box:{row[end]}" for row in steps for end in ("from", "to")}
    assert set(signs) == {f"sign:{row['step']}" for row in steps}
    assert len([t for t in axes.texts if t.get_gid().startswith("sign:")]) == len(steps)
    for one, other in combinations([*boxes.items(), *signs.items()], 2):
        assert not one[1].overlaps(other[1]), f"{one[0]} covers {other[0]}"
    sheet, figure = axes.get_window_extent(), axes.figure.bbox
    for box in [*boxes.values(), *signs.values()]:
        assert sheet.x0 <= box.x0 < box.x1 <= sheet.x1
        assert sheet.y0 <= box.y0 < box.y1 <= sheet.y1
    renderer = axes.figure.canvas.get_renderer()
    keys = [text.get_window_extent(renderer) for text in axes.figure.texts]
    keys += [text.get_window_extent(renderer) for text in axes.figure.legends[0].get_texts()]
    for one, other in combinations(keys, 2):
        assert not one.overlaps(other)
    for box in keys:
        assert figure.x0 <= box.x0 < box.x1 <= figure.x1
        assert figure.y0 <= box.y0 < box.y1 <= sheet.y0
    assert axes.figure.get_figwidth() <= 10
    assert min(text.get_size() for text in [*axes.texts, *axes.figure.texts]) >= 8


@pytest.mark.parametrize("name", TEXTS)
def test_status_is_shown_by_line_style_and_in_words(name):
    steps, axes = chain(name), drawn(name)
    lines = {line.get_gid(): line for line in axes.lines}
    words = {text.get_gid(): text.get_text() for text in axes.texts}
    assert len(lines) == len(steps)
    seen: dict[str, set[str]] = {}
    for row in steps:
        line = lines[f"step:{row['step']}"]
        assert len(line.get_xydata()) > 5
        seen.setdefault(row["status"], set()).add(str(line._unscaled_dash_pattern))
        assert words[f"sign:{row['step']}"] == f"{row['step']} {STATUS_STYLES[row['status']][3]}"
    assert all(len(found) == 1 for found in seen.values())
    assert len({next(iter(found)) for found in seen.values()}) == len(seen) == 4
    assert str(axes.figure.legends[0].get_texts()[0].get_text()) == STATUS_WORDS["proved"]
    heads = {patch.get_gid() for patch in axes.patches}
    assert heads >= {f"head:{row['step']}" for row in steps}


@pytest.mark.parametrize("name", TEXTS)
def test_arrows_do_not_cross_boxes(name):
    axes = drawn(name)
    boxes, signs = _boxes(axes, "box:"), _boxes(axes, "sign:").values()
    for line in axes.lines:
        points = axes.transData.transform(line.get_xydata())
        for label, box in boxes.items():
            assert not any(box.contains(x, y) for x, y in points), f"{line.get_gid()} runs through {label}"
        # Enough of the line is visible beside the numbers to distinguish solid from dotted.
        seen = [point for point in points if not any(sign.contains(*point) for sign in signs)]
        share, length = len(seen) / len(points), abs(points[-1] - points[0]).max() / axes.figure.dpi
        assert share * length > 0.25, f"{line.get_gid()} is hidden"


@pytest.mark.parametrize("name", TEXTS)
def test_description_lists_every_step(name):
    words = drawn(name).figure.description
    assert words.startswith("Chain of transmission. ")
    for row in chain(name):
        assert f"{row['medium']}; {STATUS_WORDS[row['status']]}." in words


def test_picture_has_alternative_text_and_is_not_blank(monkeypatch):
    from PIL import Image

    shown = []
    monkeypatch.setattr("IPython.display.display", lambda data, raw: shown.append(data))
    drawn("1923-letter").figure._ipython_display_()
    assert "Chain of transmission" in shown[0]["text/html"]
    picture = Image.open(io.BytesIO(base64.b64decode(re.search(r"base64,([^\"]+)", shown[0]["text/html"])[1])))
    counts = sorted((n for n, _ in picture.convert("RGB").getcolors(1 << 24)), reverse=True)
    assert sum(counts[1:]) / sum(counts) > 0.03


def test_drawing_is_deterministic():
    one, two = (
        {t.get_gid(): (t.get_position(), t.get_text()) for t in axes.texts}
        for axes in (drawn("1923-letter"), chain("1923-letter").plot())
    )
    assert one == two


BROKEN = {
    "a word changed": (
        "Return all this.", "Return all that.",
        r"texts/transmission\.csv, line 14: “Return all that\.” is not in 1921-telegram, return-line\. "
        r"The nearest passage is “Return all this\.”",
    ),
    "an unknown status": (",ordered,", ",orderd,", r"line 8: “orderd” in the column status.*Did you mean “ordered”"),
    "an unknown person": (",1,lenin,", ",1,lennin,", r"line 2: “lennin” in the column from.*Did you mean “lenin”"),
    "an end left empty": (",1,lenin,politburo,", ",1,lenin,,", r"line 2: “” in the column to is not in people\.csv"),
    "a step twice": ("1921-telegram,2,", "1921-telegram,1,", r"line 3: the id “1921-telegram 1” is already used in"),
    "no layer": (",open,signatures,", ",open,,", r"line 4: a step needs evidence together with its layer"),
    "an unknown layer": (",signatures,", ",signature,", r"line 4: no layer “signature” in .*Did you mean “signatures”"),
    "no text": ("1921-telegram,3,", ",3,", r"line 4: a step must name its text"),
    "an unknown text": ("1921-telegram,3,", "1921-telegramm,3,", r"line 4: no text “1921-telegramm”"),
    "a missing column": (",status,", ",state,", r"line 1: the column “status” is missing\. Rename “state” to “status”"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_broken_step_is_reported_with_its_line(name, copied_module, capsys):
    old, new, message = BROKEN[name]
    copied_module("transmission.csv", old, new)
    assert __main__.main(["check"]) == 1
    assert re.search(message, capsys.readouterr().out)


def test_wrong_quotation_or_argument_raises(copied_module):
    copied_module("transmission.csv", "Return all this.", "Return all that.")
    with pytest.raises(UserError, match=r"transmission\.csv, line 14: “Return all that\.” is not in"):
        chain("1921-telegram")
    with pytest.raises(UserError, match=r"is not a text"):
        transmission("1921-telegram")


def test_text_without_steps_is_reported(copied_module):
    table_path("transmission").unlink()
    steps = chain("1923-letter")
    assert (len(steps), steps.columns[:2]) == (0, ("step", "from"))
    assert "no step for this text" in steps._repr_html_()
    axes = steps.plot()
    assert [text.get_text() for text in axes.texts] == ["No step is known."]


def test_extra_columns_are_kept(copied_module):
    path = table_path("transmission")
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([f"{lines[0]},1950", f"{lines[1]},seen"]), encoding="utf-8", newline="\n")
    assert [row["1950"] for row in chain("1921-telegram")] == ["seen"]


def test_many_parallel_boxes_and_a_backward_arrow_are_laid_out():
    steps = [Step(str(n), "a", f"box number {n}", "open", "m", "w") for n in range(12)]
    steps.append(Step("back", "box number 3", "a", "proved", "m", "w"))
    labels = {end: end for step in steps for end in (step.start, step.end)}
    assert ranks(steps)["a"] == 0
    boxes, _ = lay_out(steps, {name: text_size(name * 2, 9) for name in labels})
    for one, other in combinations(boxes.values(), 2):
        assert min(one.overlap(other)) <= 0
    axes = draw(steps, labels, set(), STATUS_WORDS, "caption")
    assert len(axes.lines) == 13
