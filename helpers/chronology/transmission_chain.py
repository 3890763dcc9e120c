"""Chain of transmission of a text: its steps, each shown, ordered, reported or left open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from ..core import Markup, Table, element, foldable, join, void
from ..drawing import or_listed
from ..texts import STATUSES, Text, check_row, display_names, read_table, require_text
from . import chain_plot

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_WORDS = ("shown by the document", "ordered or announced, not shown", "reported", "left open")
STATUS_WORDS = dict(zip(STATUSES, _WORDS, strict=True))
_COLUMNS = (
    "step", "from", "to", "medium", "status", "document", "layer", "voice", "evidence", "reference", "note",
)  # fmt: skip


_MOST = 40  # the highest number of steps in one drawing


class Chain(Table):
    """The steps of a transmission; ``.plot()`` draws them, ``.to_frame()`` returns a pandas DataFrame.

    ``people`` maps the ids in ``from`` and ``to`` to names; ``extra`` are additional columns.

    Examples
    --------
    >>> Chain([], "A letter", {})
    A letter: how it came down to us
    step  from  to  medium  status
    transmission.csv has no step for this text.
    """

    def __init__(
        self, rows: Iterable[Mapping[str, str]], title: str, people: Mapping[str, str], extra: Iterable[str] = ()
    ) -> None:
        rows = list(rows)
        counts = Counter(row["status"] for row in rows)
        by_status = "; ".join(f"{counts[status]} {words}" for status, words in STATUS_WORDS.items() if counts[status])
        super().__init__(
            rows,
            [*_COLUMNS, *extra],
            caption=f"{title}: how it came down to us",
            note=f"Steps: {by_status}." if rows else "transmission.csv has no step for this text.",
            show=["step", "from", "to", "medium", "status"],
            words={"from": people, "to": people, "status": STATUS_WORDS},
        )
        self._people = people

    @foldable
    def _repr_html_(self) -> str:
        rows = [
            {
                "step": row["step"],
                "from": self._word(row, "from"),
                "to": self._word(row, "to"),
                "by which means": row["medium"],
                "how we know": _opened(row),
            }
            for row in self
        ]
        shown = ["step", "from", "to", "by which means", "how we know"]
        return Table(rows, shown, caption=self.caption, note=self.note, strong=["step"])._repr_html_()

    @or_listed(lambda self: self)
    def plot(self) -> Axes:
        """Draw the steps as arrows from box to box, from top to bottom.

        Returns
        -------
        matplotlib.axes.Axes
            Axes in inches; ``axes.figure.description`` is the alternative text. The number on an
            arrow is the step; line style and word show its status. Of more than 40 steps the first
            40 are drawn and the others counted.

        Examples
        --------
        >>> from helpers import load_text
        >>> from helpers.texts import text_ids
        >>> axes = transmission(load_text(text_ids()[0])).plot()
        >>> "Chain of transmission" in axes.figure.description
        True
        """
        steps = [
            chain_plot.Step(row["step"], row["from"], row["to"], row["status"], row["medium"], who_says(row))
            for row in self[:_MOST]
        ]
        labels = {end: self._people.get(end, end) for step in steps for end in (step.start, step.end)}
        more = len(self) - len(steps)
        note = f"Not drawn: the {more:,} steps after step {steps[-1].key}. The table lists them." if more else ""
        return chain_plot.draw(steps, labels, set(self._people), STATUS_WORDS, self.caption, note)


def who_says(row: Mapping[str, str]) -> str:
    """Name the source of a step: the voice of its layer, or a reference from outside the text.

    Examples
    --------
    >>> who_says({"voice": "A clerk: his remark", "reference": ""})
    'words of: A clerk'
    """
    who = row["voice"].partition(":")[0]
    return f"words of: {who}" if who else f"from outside the text: {row['reference']}"


def _opened(row: Mapping[str, str]) -> Markup:
    """Write the status of a step as a summary that expands to its evidence or reference."""
    inside = []
    if row["evidence"]:
        place = element("small", f"{row['document']}, {row['layer']}")
        inside += ["“", row["evidence"], "”", void("br"), row["voice"], void("br"), place]
    if row["reference"]:
        inside.append(element("div", element("em", "From outside the text: "), row["reference"]))
    summary = f"{STATUS_WORDS[row['status']]}; {who_says(row) if row['evidence'] else 'from outside the text'}"
    note = element("div", element("small", row["note"])) if row["note"] else ""
    return join([element("details", element("summary", summary), *inside), note])


def transmission(text: Text) -> Chain:
    """List the steps by which a text came down to us.

    Parameters
    ----------
    text : Text
        A text from `load_text`.

    Returns
    -------
    Chain
        One row per step of ``transmission.csv``: step, from, to (ids of ``people.csv``, or plain
        words), medium, status (``proved``, ``ordered``, ``reported``, ``open``), document,
        layer, voice, evidence, reference, note.

    Raises
    ------
    UserError
        If ``text`` is not a text, or a row does not match it; the message names file and line.

    Examples
    --------
    >>> from helpers import load_text
    >>> from helpers.texts import text_ids
    >>> chain = transmission(load_text(text_ids()[0]))
    >>> set(chain.to_frame()["status"]) <= {"proved", "ordered", "reported", "open"}
    True
    """
    text, people = require_text(text), display_names()
    read = [row for row in read_table("transmission") if row["document"] == text.id]
    rows = []
    for row in read:
        check_row("transmission", row, {text.id: text}, people)
        voice = text[row["layer"]].label if row["layer"] else ""
        rows.append({**dict.fromkeys(_COLUMNS, ""), **row, "voice": voice})
    extra = [column for column in (read[0] if read else ()) if column not in _COLUMNS]
    return Chain(rows, text.title, people, extra)
