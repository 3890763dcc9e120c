"""Timeline of events: those that the texts state or name, and those known from outside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from ..core import (
    Markup,
    Table,
    UserError,
    date_range,
    did_you_mean,
    element,
    event_dates,
    foldable,
    join,
    list_of_names,
    void,
    year_of,
)
from ..drawing import or_listed
from ..texts import Row, Text, check_row, load_all_texts, read_table
from . import timeline_plot
from .timeline_plot import STANDINGS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_COLUMNS = (
    "id", "date_start", "date_end", "date", "precision", "event", "standing", "document", "layer", "voice",
    "source_remark", "evidence", "source_type", "confidence", "relevance", "note",
)  # fmt: skip
_HEADINGS = {
    "date": "when",
    "event": "what happened",
    "standing": "in the texts?",
    "source_type": "how we know",
    "confidence": "how sure?",
}
_MOST = 60  # the highest number of events in one drawing


class Timeline(Table):
    """Events in order of time; ``.plot()`` draws them, ``.to_frame()`` returns a pandas DataFrame.

    ``years`` limits the drawing to a first and a last year; ``extra`` are additional columns.

    Examples
    --------
    >>> Timeline([])
    0 events
    id  when  what happened  in the texts?  how sure?
    No event of timeline.csv was chosen.
    """

    def __init__(
        self,
        rows: Iterable[Mapping[str, str]],
        years: tuple[str, str] | None = None,
        extra: Iterable[str] = (),
    ) -> None:
        rows = list(rows)
        counts = Counter(row["standing"] for row in rows)
        by_standing = "; ".join(f"{counts[key]} {words}" for key, words in STANDINGS.items() if counts[key])
        super().__init__(
            rows,
            [*_COLUMNS, *extra],
            caption=f"{len(rows):,} event{'' if len(rows) == 1 else 's'}",
            note=f"{by_standing}. Open an event to see whose words they are."
            if rows
            else "No event of timeline.csv was chosen.",
            show=["id", "date", "event", "standing", "confidence"],
            headings=_HEADINGS,
            words={"standing": STANDINGS},
        )
        self._years = years

    @foldable
    def _repr_html_(self) -> str:
        rows = [
            {
                "id": row["id"],
                "date": row["date"],
                "event": join([row["event"], _small(row["note"])]),
                "standing": _opened(row),
                "source_type": row["source_type"],
                "confidence": row["confidence"],
            }
            for row in self
        ]
        shown = ["id", "date", "event", "standing", "source_type", "confidence"]
        table = Table(rows, shown, caption=self.caption, note=self.note, headings=_HEADINGS, strong=["id"])
        return table._repr_html_()

    @or_listed(lambda self: self)
    def plot(self) -> Axes:
        """Draw the events as a list beside an axis of time.

        Returns
        -------
        matplotlib.axes.Axes
            Axes in inches; ``axes.figure.description`` is the alternative text. A sign and a word
            show whether a text states the event, only names it, or whether it is known from
            outside. A bar shows the duration of an event; an open bar shows that its date is
            disputed or approximate.

        Notes
        -----
        Without ``between`` in `timeline`, only the years of the texts are drawn; a note counts the
        events before and after.

        Examples
        --------
        >>> axes = timeline().plot()
        >>> axes.figure.description.startswith("Timeline of ")
        True
        """
        chosen = [row for row in self if self._years is None or _within(row, self._years)]
        rest = [f"{len(self) - len(chosen)} more before or after these years"] if len(chosen) < len(self) else []
        if len(chosen) > _MOST:
            rest.append(f"{len(chosen) - _MOST} more, later than these")
        note = ""
        if rest:
            years = (year_of(self[0]["date_start"]), year_of(self[-1]["date_start"]))
            note = f"Not drawn: {'; '.join(rest)}. timeline(between={years}).plot() draws other years."
        return timeline_plot.draw([*map(_entry, chosen[:_MOST])], note)


def _entry(row: Mapping[str, str]) -> timeline_plot.TimelineEntry:
    """Turn a row into an entry of the drawing."""
    first, last = event_dates(row)
    who = row["voice"].partition(":")[0]
    says = {
        "stated": f"said, with the date, by: {who}",
        "named": f"mentioned by: {who}; the date is from elsewhere",
        "outside": STANDINGS["outside"],
    }[row["standing"]]
    uncertain = next((word for word in ("disputed", "approximate") if row["precision"].startswith(word)), "")
    words = "; ".join(filter(None, [says, f"date {uncertain}" if uncertain else "", f"how sure: {row['confidence']}"]))
    return timeline_plot.TimelineEntry(
        row["id"], first, last, row["date"], row["event"], words, row["standing"], bool(uncertain)
    )


def _small(words: str) -> Markup:
    return element("div", element("small", words)) if words else Markup("")


def _opened(row: Mapping[str, str]) -> Markup:
    """Write what the texts say of an event: the standing as a summary that expands to the evidence."""
    if row["standing"] == "outside":
        return Markup(STANDINGS["outside"])
    remark = row["source_remark"]
    return element(
        "details",
        element("summary", STANDINGS[row["standing"]]),
        "“",
        row["evidence"],
        "”",
        void("br"),
        row["voice"],
        void("br"),
        element(
            "small", f"{row['document']}, {row['layer'] or 'any layer'}{f'; in the text: {remark}' if remark else ''}"
        ),
    )


def timeline(*, between: tuple[str, str] | None = None, source: str | Iterable[str] | None = None) -> Timeline:
    """List events in order of time.

    Parameters
    ----------
    between : (str, str), optional
        Only the events from a first to a last date, each a year, a month or a day.
    source : str or iterable of str, optional
        Only the events that a text states (``"stated"``), that a text names while their date is
        known from outside (``"named"``), that are known only from outside (``"outside"``), or
        that one text mentions (its id); several of these as a list.

    Returns
    -------
    Timeline
        One row per event of ``timeline.csv``, in order of time: id, date_start, date_end, date (in
        words), precision, event, standing, document, layer, voice, source_remark, evidence,
        source_type (the source of the date), confidence, relevance, note.

    Raises
    ------
    UserError
        If ``between`` is not two dates, ``source`` is unknown, or a row does not match the texts.

    Examples
    --------
    >>> table = timeline()
    >>> list(table.to_frame()["date_start"]) == sorted(table.to_frame()["date_start"])
    True
    """
    texts = load_all_texts()
    read = read_table("timeline")
    for row in read:
        check_row("timeline", row, texts, ())
    rows = sorted((_event(row, texts) for row in read), key=event_dates)
    if source is not None:
        wanted = list_of_names(source, "source")
        for name in wanted:
            if name not in {*STANDINGS, *texts}:
                raise UserError(f"source: no “{name}”. {did_you_mean(name, [*STANDINGS, *texts])}")
        rows = [row for row in rows if row["standing"] in wanted or row["document"] in wanted]
    if between is not None:
        span = _span(between)
        rows = [row for row in rows if _within(row, span)]
    years = sorted(filter(None, (year_of(text.date) for text in texts.values())), key=int)
    extra = [column for column in (read[0] if read else ()) if column not in {*_COLUMNS, "date_display"}]
    return Timeline(rows, (years[0], years[-1]) if years and between is None else None, extra)


def _event(row: Row, texts: Mapping[str, Text]) -> dict[str, str]:
    """Complete a row with its date in words, voice and standing."""
    remark = row.get("source_remark", "")
    # A remark says what the text does not state about the date, unless it only names a second place (“also …”).
    stated = "stated" if not remark or remark.startswith("also ") else "named"
    text = texts.get(row["document"])
    voice = "" if text is None else text[row["layer"]].label if row["layer"] else text.title
    return {
        **dict.fromkeys(_COLUMNS, ""),
        **row,
        "date": row["date_display"],
        "standing": stated if row["evidence"] and text else "outside",
        "voice": voice,
    }


def _span(between: object) -> tuple[str, str]:
    """Check the two dates of ``between``."""
    span = () if isinstance(between, str) or not isinstance(between, Iterable) else tuple(map(str, between))
    if len(span) != 2:
        raise UserError(
            f'between={between!r} is not two dates. Write between=(from, to), such as ("1900-01", "1900-04").'
        )
    if date_range(span[1], "between")[1] < date_range(span[0], "between")[0]:
        raise UserError(f"between: {span[1]} is earlier than {span[0]}. Give the earlier date first.")
    return span


def _within(row: Mapping[str, str], span: tuple[str, str]) -> bool:
    first, last = event_dates(row)
    return first <= date_range(span[1], "between")[1] and last >= date_range(span[0], "between")[0]
