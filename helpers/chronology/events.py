"""What happened when: what the texts state themselves, and what is known from outside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from ..core import Markup, Table, UserError, date_range, did_you_mean, element, event_dates, join, list_of_names, void
from ..texts import Row, Text, check_row, load_all_texts, read_table
from . import timeline_plot

if TYPE_CHECKING:
    from matplotlib.axes import Axes

STANDINGS = {
    "stated": "stated in a text",
    "named": "named in a text, dated from outside",
    "outside": "from outside the texts",
}
_COLUMNS = (
    "id",
    "date_start",
    "date_end",
    "date",
    "precision",
    "event",
    "standing",
    "document",
    "layer",
    "voice",
    "source_remark",
    "evidence",
    "source_type",
    "confidence",
    "relevance",
    "note",
)
_MOST = 60


class Timeline(Table):
    """Events in order; ``.plot()`` draws them, ``.to_frame()`` gives them to pandas.

    Parameters
    ----------
    rows : iterable of mapping
        The events in order.
    years : (str, str), optional
        What `plot` draws if nothing else was asked for: from one year to another.
    extra : iterable of str
        Columns that the table has beyond the usual ones.

    Examples
    --------
    >>> Timeline([])
    Events: 0
    id  date  event  standing  confidence
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
        said = "; ".join(f"{counts[one]} {words}" for one, words in STANDINGS.items() if counts[one])
        super().__init__(
            rows,
            [*_COLUMNS, *extra],
            caption=f"Events: {len(rows)}",
            note=f"By standing: {said}. A text has several voices: see who says it."
            if rows
            else "No event of timeline.csv was chosen.",
            show=["id", "date", "event", "standing", "confidence"],
            words={"standing": STANDINGS},
        )
        self._years = years

    def _repr_html_(self) -> str:
        rows = [
            {
                "id": row["id"],
                "date": row["date"],
                "event": join([row["event"], _small(row["note"])]),
                "what the texts say": _opened(row),
                "known from": row["source_type"],
                "confidence": row["confidence"],
            }
            for row in self
        ]
        shown = ["id", "date", "event", "what the texts say", "known from", "confidence"]
        return Table(rows, shown, caption=self.caption, note=self.note, strong=["id"])._repr_html_()

    def plot(self) -> Axes:
        """Draw the events as a list beside an axis of time.

        Returns
        -------
        matplotlib.axes.Axes
            Axes in inches on the sheet; ``axes.figure.description`` says what is to be seen.
            The sign, and a word, tell what a text states, what it only names, and what is
            known from outside; a bar tells how long an event lasted, an open bar that its
            date is disputed or approximate.

        Notes
        -----
        Of a timeline of which no span was asked for, the years of the texts are drawn; the
        events before and after are counted in words.

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
            years = (self[0]["date_start"][:4], self[-1]["date_start"][:4])
            note = f"Not drawn: {'; '.join(rest)}. timeline(between={years}).plot() draws other years."
        return timeline_plot.draw([*map(_entry, chosen[:_MOST])], note)


def _entry(row: Mapping[str, str]) -> timeline_plot.TimelineEntry:
    """What the picture needs of a row."""
    first, last = event_dates(row)
    who = row["voice"].partition(":")[0]
    says = {
        "stated": f"stated by: {who}",
        "named": f"named by: {who}",
        "outside": "from outside the texts",
    }[row["standing"]]
    uncertain = next((word for word in ("disputed", "approximate") if row["precision"].startswith(word)), "")
    words = "; ".join(
        filter(None, [says, f"date {uncertain}" if uncertain else "", f"confidence: {row['confidence']}"])
    )
    return timeline_plot.TimelineEntry(
        row["id"], first, last, row["date"], row["event"], words, row["standing"], bool(uncertain)
    )


def _small(words: str) -> Markup:
    return element("div", element("small", words)) if words else Markup("")


def _opened(row: Mapping[str, str]) -> Markup:
    """What the texts say of an event: words that open the sentence."""
    if row["standing"] == "outside":
        return Markup("nothing")
    remark = row["source_remark"]
    return element(
        "details",
        element("summary", STANDINGS[row["standing"]], f" ({remark})" if remark else ""),
        "“",
        row["evidence"],
        "”",
        void("br"),
        row["voice"],
        void("br"),
        element("small", f"{row['document']}, {row['layer'] or 'any layer'}"),
    )


def timeline(*, between: tuple[str, str] | None = None, source: str | Iterable[str] | None = None) -> Timeline:
    """List what happened when.

    Parameters
    ----------
    between : (str, str), optional
        Only the events from one date to another, each a year, a month or a day.
    source : str or iterable of str, optional
        Only the events that a text states (``"stated"``), that a text names while the date is
        known from outside (``"named"``), that are known from outside alone (``"outside"``), or
        that a certain text speaks of (its id); several of these as a list.

    Returns
    -------
    Timeline
        A row an event of ``timeline.csv``, in order of time: id, date_start, date_end, date (in
        words), precision, event, standing, document, layer, voice, source_remark, evidence,
        source_type (what the date is known from), confidence, relevance, note.

    Raises
    ------
    UserError
        If ``between`` holds no dates, ``source`` is unknown, or a row is not true.

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
    years = sorted(text.date[:4] for text in texts.values() if text.date)
    extra = [column for column in (read[0] if read else ()) if column not in {*_COLUMNS, "date_display"}]
    return Timeline(rows, (years[0], years[-1]) if years and between is None else None, extra)


def _event(row: Row, texts: Mapping[str, Text]) -> dict[str, str]:
    """A row of the table with what follows from it: who says so, and how far."""
    remark = row.get("source_remark", "")
    # A remark tells in which way the text falls short of the date, unless it names a second place.
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
    """From and to, checked."""
    span = () if isinstance(between, str) or not isinstance(between, Iterable) else tuple(map(str, between))
    if len(span) != 2:
        raise UserError(
            f'between={between!r} is not two dates. Write between=(from, to), such as ("1900-01", "1900-04").'
        )
    if date_range(span[1], "between")[1] < date_range(span[0], "between")[0]:
        raise UserError(f"between: {span[1]} is earlier than {span[0]}. Turn them round.")
    return span


def _within(row: Mapping[str, str], span: tuple[str, str]) -> bool:
    first, last = event_dates(row)
    return first <= date_range(span[1], "between")[1] and last >= date_range(span[0], "between")[0]
