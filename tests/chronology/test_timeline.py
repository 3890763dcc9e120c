from __future__ import annotations

import base64
import datetime
import io
import re
from functools import cache
from html import unescape
from itertools import combinations

import pytest
from matplotlib.colors import to_rgb

from helpers import __main__, load_text
from helpers.chronology import STANDINGS, timeline, wrap
from helpers.core import THEME, Day, UserError, date_range, shown_date
from helpers.texts import TABLES, read_table, table_path

SPANS = {"the years of the texts": None, "all": ("1917", "1970"), "a few weeks": ("1921-02", "1921-03-02")}


@cache
def table(name: str):
    return timeline(between=SPANS[name])


@cache
def drawn(name: str):
    """Draw each timeline once for all tests."""
    axes = table(name).plot()
    axes.figure.canvas.draw()
    return axes


def test_every_event_is_listed_once_in_order():
    events = table("the years of the texts")
    assert sorted(row["id"] for row in events) == sorted(row["id"] for row in read_table("timeline"))
    dates = [row["date_start"] for row in events]
    assert dates == sorted(dates)
    assert all(row["event"] and row["date"] and row["standing"] in STANDINGS for row in events)
    assert list(events.to_frame().columns) == list(events.columns)


def test_stated_named_and_outside_events_are_distinguished():
    events = {row["id"]: row for row in table("the years of the texts")}
    # The website’s caption has the date; the uprising is named without one; the treaty is in no text.
    assert [events[key]["standing"] for key in ("t10", "t09", "t05")] == ["stated", "named", "outside"]
    assert events["t23"]["voice"] == load_text("1923-letter")["soviet-note-2"].label
    for row in events.values():
        assert (row["standing"] == "outside") == (not row["evidence"]), row["id"]
        assert bool(row["voice"]) == bool(row["evidence"]), row["id"]
    assert all(row["source_remark"] in ("",) or row["source_remark"].startswith("also ") for row in events.values()
               if row["standing"] == "stated")  # fmt: skip


def test_events_are_filtered_by_time_and_source():
    assert [row["id"] for row in table("a few weeks")] == ["t09", "t10", "t11", "t12", "t13", "t45", "t14", "t46"]
    # Events that last into the span are included.
    assert "t31" in [row["id"] for row in timeline(between=("1923-01-15", "1923-02"))]
    assert {row["standing"] for row in timeline(source="outside")} == {"outside"}
    spoken = timeline(source=["1921-telegram"])
    assert {row["document"] for row in spoken} == {"1921-telegram"}
    both = timeline(source=["stated", "named"])
    assert len(both) + len(timeline(source="outside")) == len(table("the years of the texts"))
    empty = timeline(between=("1800", "1801"))
    assert (len(empty), "standing" in empty.columns) == (0, True)
    assert "No event" in empty._repr_html_()
    axes = empty.plot()
    assert [text.get_text() for text in axes.texts] == ["No event was chosen."]


def test_wrong_arguments_raise_with_the_fix():
    with pytest.raises(UserError, match=r"source: no “statd”\. Did you mean “stated”"):
        timeline(source="statd")
    with pytest.raises(UserError, match=r"is not two dates\. Write between="):
        timeline(between="1921")
    with pytest.raises(UserError, match=r"“1921-13” is not a date: there is no such day"):
        timeline(between=("1921-13", "1922"))
    with pytest.raises(UserError, match=r"1921 is earlier than 1923"):
        timeline(between=("1923", "1921"))


def test_every_row_shows_its_sentence_and_confidence():
    html = table("the years of the texts")._repr_html_()
    spoken = [row for row in table("the years of the texts") if row["evidence"]]
    assert html.count("<details>") == len(spoken)
    assert "high for the fact; low for the day" in html
    assert "Soviet editors, 1960s: note [2]" in html
    headings = re.findall(r"<th [^>]*>([^<]*)</th>", html)
    assert headings == ["id", "when", "what happened", "in the texts?", "how we know", "how sure?"]
    assert "; in the text: as “on Wednesday”</small>" in html
    assert "<style" not in html


def _words(axes, kinds=("key:", "date:", "event:", "says:", "tick:", "gap:")):
    renderer = axes.figure.canvas.get_renderer()
    return {t.get_gid(): t.get_window_extent(renderer) for t in axes.texts if t.get_gid().startswith(tuple(kinds))}


@pytest.mark.parametrize("name", SPANS)
def test_every_event_is_drawn_once(name):
    chosen = [row for row in table(name) if SPANS[name] or "1921" <= row["date_start"] < "1924"]
    axes = drawn(name)
    for kind in ("key:", "date:", "event:", "says:"):
        found = sorted(t.get_gid() for t in axes.texts if t.get_gid().startswith(kind))
        assert found == sorted(kind + row["id"] for row in chosen)
    for kind in ("sign:", "line:"):
        found = sorted(line.get_gid() for line in axes.lines if line.get_gid().startswith(kind))
        assert found == sorted(kind + row["id"] for row in chosen)
    assert all(t.get_text().strip() for t in axes.texts)


@pytest.mark.parametrize("name", SPANS)
def test_labels_do_not_overlap_or_leave_the_sheet(name):
    axes = drawn(name)
    boxes, sheet = _words(axes), axes.figure.bbox
    renderer = axes.figure.canvas.get_renderer()
    boxes |= {f"foot:{n}": t.get_window_extent(renderer) for n, t in enumerate(axes.figure.texts)}
    boxes |= {
        f"legend:{n}": t.get_window_extent(renderer) for n, t in enumerate(axes.figure.legends[0].get_texts())
    }  # fmt: skip
    signs = {
        line.get_gid(): line.get_window_extent(renderer) for line in axes.lines if line.get_gid().startswith("sign:")
    }
    for one, other in combinations([*boxes.items(), *signs.items()], 2):
        assert not one[1].overlaps(other[1]), f"{one[0]} covers {other[0]}"
    for label, box in (boxes | signs).items():
        assert sheet.x0 <= box.x0 < box.x1 <= sheet.x1, label
        assert sheet.y0 <= box.y0 < box.y1 <= sheet.y1, label
    assert axes.figure.get_figwidth() <= 10
    assert min(t.get_size() for t in [*axes.texts, *axes.figure.texts]) >= 8


def test_standing_is_shown_by_sign_and_in_words():
    axes = drawn("all")
    signs = {line.get_gid(): line for line in axes.lines}
    words = {t.get_gid(): t.get_text() for t in axes.texts}
    fills = {"stated": "full", "named": "left", "outside": "none"}
    begins = {"stated": "said, with the date, by: ", "named": "mentioned by: ", "outside": "in none of the texts"}
    for row in table("all"):
        assert signs[f"sign:{row['id']}"].get_fillstyle() == fills[row["standing"]]
        assert words[f"says:{row['id']}"].startswith(begins[row["standing"]])
        # The confidence is never cut.
        assert row["confidence"] in words[f"says:{row['id']}"].replace("\n", " ")
    legend = [text.get_text() for text in axes.figure.legends[0].get_texts()]
    assert legend[:3] == list(STANDINGS.values())


def test_disputed_dates_are_drawn_as_labelled_open_bars():
    axes = drawn("all")
    bars = {patch.get_gid(): patch for bars in axes.containers for patch in bars.patches}
    words = {t.get_gid(): t.get_text() for t in axes.texts}
    unsure = [row["id"] for row in table("all") if row["precision"].startswith(("disputed", "approximate"))]
    assert unsure == ["t08", "t48", "t24", "t28"]
    for row in table("all"):
        key = row["id"]
        assert (f"bar:{key}" in bars) == bool(key in unsure or row["date_end"] or row["precision"] == "year"), key
        assert bool(re.search("date (disputed|approximate)", words[f"says:{key}"])) == (key in unsure)
        if key in unsure:
            assert bars[f"bar:{key}"].get_facecolor()[:3] == to_rgb(THEME.sheet)
            assert bars[f"bar:{key}"].get_linestyle() != "solid"


def test_axis_is_to_scale_within_a_stretch_and_lines_do_not_cross():
    axes = drawn("the years of the texts")
    starts = {row["id"]: datetime.date.fromisoformat(row["date_start"]) for row in table("the years of the texts")}
    lines = {line.get_gid().removeprefix("line:"): line.get_xydata() for line in axes.lines
             if line.get_gid().startswith("line:")}  # fmt: skip
    stretch = ["t07", "t10", "t14", "t46", "t47"]
    days = [(starts[key] - starts["t07"]).days for key in stretch]
    downs = [lines["t07"][0, 1] - lines[key][0, 1] for key in stretch]
    for day, down in zip(days, downs, strict=True):
        assert down == pytest.approx(downs[-1] * day / days[-1])
    for one, other in combinations(lines.values(), 2):
        assert (one[0, 1] - other[0, 1]) * (one[-1, 1] - other[-1, 1]) >= -1e-9


def test_events_not_drawn_are_counted():
    figure = drawn("the years of the texts").figure
    left = len(table("all")) - 41
    assert f"{left} more before or after these years" in " ".join(t.get_text() for t in figure.texts)
    assert f"{left} more" in figure.description
    assert figure.description.startswith("Timeline of 41 events")
    assert "Not drawn" not in drawn("all").figure.description


def test_only_the_first_of_very_many_events_are_drawn(copied_module):
    path = table_path("timeline")
    head, first, *_ = path.read_text(encoding="utf-8").splitlines()
    rows = [first.replace("t01", f"x{n}") for n in range(3000)]
    path.write_text("\n".join([head, *rows]), encoding="utf-8")
    axes = timeline(between=("1917", "1918")).plot()
    assert len([t for t in axes.texts if t.get_gid().startswith("event:")]) == 60
    assert "2940 more, later than these" in axes.figure.description


def test_alternative_text_has_every_event_with_its_date_and_how_sure_it_is():
    words = drawn("a few weeks").figure.description
    rows = list(table("a few weeks"))
    assert len(rows) > 5
    for row in rows:
        said = f"{re.escape(row['date'])}: {re.escape(row['event'])} "
        assert re.search(rf"{said}\([^)]*how sure: {re.escape(row['confidence'])}\)\.", words)


def test_picture_has_alternative_text_and_is_not_blank(monkeypatch):
    from PIL import Image

    shown = []
    monkeypatch.setattr("IPython.display.display", lambda data, raw: shown.append(data))
    figure = drawn("a few weeks").figure
    figure._ipython_display_()
    assert figure.description in unescape(shown[0]["text/html"])
    picture = Image.open(io.BytesIO(base64.b64decode(re.search(r"base64,([^\"]+)", shown[0]["text/html"])[1])))
    counts = sorted((n for n, _ in picture.convert("RGB").getcolors(1 << 24)), reverse=True)
    assert sum(counts[1:]) / sum(counts) > 0.03


BROKEN = {
    "a word changed": (
        'the uprising in Georgia,"Soviet', 'the uprising of Georgia,"Soviet',
        r"timeline\.csv, line 12: “the uprising of Georgia” is not in 1921-telegram, telegram",
    ),
    "no date": ("t05,1920-05-07", "t05,7 May 1920", r"line 7, column date_start: “7 May 1920” is not a date\. Write"),
    "no such day": ("t05,1920-05-07", "t05,1920-05-32", r"line 7, column date_start: “1920-05-32” is not a date"),
    "an end before the beginning": (
        "t06,1920-11-29,1920-12-02", "t06,1920-11-29,1920-11-02", r"line 9: the event ends \(1920-11-02\) before",
    ),
    "an end that is no date": ("1920-12-02", "December", r"line 9, column date_end: “December” is not a date"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_broken_row_is_reported_with_its_line(name, copied_module, capsys):
    old, new, message = BROKEN[name]
    copied_module("timeline.csv", old, new)
    assert __main__.main(["check"]) == 1
    assert re.search(message, capsys.readouterr().out)
    with pytest.raises(UserError, match=message):
        timeline()


def test_table_with_few_columns_is_read(copied_module):
    path = table_path("timeline")
    columns = "id,date_start,date_display,event,document,layer,evidence,source_type,confidence,1950"
    path.write_text(
        f"{columns}\nb,1900-02,February,B,1923-letter,,With best comradely greetings,,low,\n"
        "a,1900,about 1900,A,,,,book,high,x\n",
        encoding="utf-8",
    )
    events = timeline(between=("1900", "1900"))
    assert [(row["id"], row["standing"], row["1950"]) for row in events] == [("a", "outside", "x"), ("b", "stated", "")]
    assert events[1]["voice"] == load_text("1923-letter").title
    assert "any layer" in events._repr_html_()
    assert len(events.plot().texts) > 8
    path.unlink()
    assert len(timeline()) == 0
    assert timeline().plot().figure.description.startswith("Timeline of 0 events")


def test_partial_dates_are_read_as_ranges():
    assert date_range("1904-02", "") == (Day(1904, 2, 1), Day(1904, 2, 29))
    assert date_range("9999", "") == (Day(9999, 1, 1), Day(9999, 12, 31))
    for wrong in (
        "",
        "-0000",
        "0000-00",
        "1900-00-01",
        "1900-2-3",
        "１９００",
        "1900-02-30",
        "19000101",
        "1900-02-14T12:00",
    ):
        with pytest.raises(UserError, match="is not a date"):
            date_range(wrong, "here")


def test_text_that_does_not_fit_ends_in_an_ellipsis():
    cut = wrap("one two three four five six", 0.9, 9, 2)
    assert cut.endswith(" …")
    assert cut.count("\n") == 1
    assert wrap("one", 0.1, 9, 1) == "one"


def test_events_before_the_common_era_are_in_order_and_drawn(copied_module, tmp_path):
    days = {"c": "-0043-03-15", "a": "-0099-07-12", "b": "-0048-01", "e": "0014-08-19", "d": "0000", "f": "-0044-12-31"}
    rows = "".join(f"{key},{day},{shown_date(day)},An event,,,,book,high\n" for key, day in days.items())
    (tmp_path / "texts" / "timeline.csv").write_text(",".join(TABLES["timeline"]) + "\n" + rows, encoding="utf-8")
    assert [row["id"] for row in timeline()] == ["a", "b", "f", "c", "d", "e"]
    assert [row["id"] for row in timeline(between=("-0049", "-0043"))] == ["b", "f", "c"]
    with pytest.raises(UserError, match="-0048 is earlier than -0043"):
        timeline(between=("-0043", "-0048"))
    axes = timeline(between=("-0100", "0020")).plot()
    ticks = [text for text in axes.texts if str(text.get_gid()).startswith("tick:")]
    said = ["Jul\n100 BCE", "Jan\n49 BCE", "Dec\n45 BCE", "Mar\n44 BCE", "1 BCE", "Aug 14"]
    assert [text.get_text() for text in ticks] == said
    axes.figure.canvas.draw()
    assert all(text.get_window_extent().x0 >= 0 for text in ticks)
    copied_module("1923-letter.md", '"1923-03-05"', "-0043-03-15")
    copied_module("1923-letter.md", "date_display: 5 March 1923, a Monday\n", "")
    assert "15 March 44 BCE" in load_text("1923-letter")._repr_html_()
