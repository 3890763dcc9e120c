"""The page of a student's own work: progress, download, restore and exports."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol, Required, TypedDict

from .. import portfolio, workbook
from ..core import (
    MOST_BYTES,
    THEME,
    Markup,
    UserError,
    bidi_isolated,
    element,
    file_bytes,
    is_temporary,
    join,
    neutralised,
)
from ..portfolio import FORMATS, TEMPORARY, Recalled, recall
from ..questions import last_reset, questions as questions_of, reset_lesson, undo_reset
from ..workbook import Event
from .live import live_class, script, show

HERE = "Your work is kept in a folder of its own, and nothing leaves this computer."
# Characters of new events; beyond this number the page gets the whole workbook again.
_MOST_MORE = 64_000
_LATER = 0.3  # seconds


class Asked(TypedDict, total=False):
    """A request of the page."""

    do: Required[str]
    name: str
    lesson: str
    format: str
    events: int
    held: dict[str, int]
    ack: int


class Answer(TypedDict, total=False):
    """The reply to a request: a message or a file."""

    said: str
    file: str
    mime: str
    content: bytes


class LiveView(Protocol):
    """The live view, described here because its class exists only after anywidget is imported."""

    comm: object
    stop: Callable[[], None]

    def renew(self, said: str) -> None:
        """Update the view and show a message."""


class MyWork:
    """A student's work; made by `my_work`."""

    def __init__(self, said: str = "") -> None:
        self.said = said
        self._progress = portfolio.progress()

    def __repr__(self) -> str:
        answered = sum(row["answered"] for row in self._progress)
        asked = sum(row["asked"] for row in self._progress)
        said = f"{self.said} " if self.said else ""
        return f"{said}My work: {answered} of {asked} questions answered. my_work(save=…) writes a file of it."

    def _repr_html_(self) -> str:
        name = workbook.student_name()
        told = [*workbook.gone(), self.said, *_troubles()]
        parts = [
            element("p", element("strong", "My work"), join([": ", bidi_isolated(name)]) if name else ""),
            _warning() if is_temporary() else "",
            *(element("p", neutralised(one)) for one in told if one),
            Markup(self._progress._repr_html_()),
            element("p", HERE),
        ]
        return element("article", *parts, **{"class": "close-reading-portfolio"})

    def _ipython_display_(self) -> None:
        show(self, self._alive if _widget() else None)

    def _alive(self) -> LiveView:
        live = live_work()
        live.renew(self.said)
        return live


def my_work(
    *questions: str, name: str | None = None, restore: str | Path | None = None, save: str | Path | None = None
) -> MyWork | Recalled:
    """Show your work: your progress, with buttons to download, restore and export it.

    Without widgets, use the three keywords instead; they are carried out in this order.

    Parameters
    ----------
    *questions : str
        Questions such as ``"1.2"``, to show only your answers to these, with their quotations
        checked and the marks of yours that they quote.
    name : str, optional
        Your name or a pseudonym, given once. It is put on the work that you hand in.
    restore : str or pathlib.Path, optional
        A downloaded file to restore. Nothing is overwritten.
    save : str or pathlib.Path, optional
        A folder, to save the same file as Download; or a file whose ending gives the format:
        .jsonl (to restore), .html, .md, .csv or .jsonld.

    Returns
    -------
    MyWork or Recalled
        Displays the page.

    Raises
    ------
    UserError
        If the name or the file is not valid, the disk cannot be written, or there is no such
        question.

    Examples
    --------
    >>> my_work(name="Fox").said
    'The name “Fox” is saved.'
    """
    said = []
    if name is not None:
        said.append(f"The name “{workbook.record_name(name)}” is saved.")
    if restore is not None:
        said.append(portfolio.restore_download(file_bytes(Path(restore).expanduser())))
    if save is not None:
        said.append(portfolio.save_work(save))
    return recall(*questions) if questions else MyWork(" ".join(said))


def _warning() -> Markup:
    style = f"background:{THEME.notice};color:{THEME.ink};border:2px solid {THEME.ink};padding:0.4em 0.8em"
    return element("p", element("strong", "Warning: "), TEMPORARY, style=style)


def _troubles() -> list[str]:
    waiting = len(workbook.unsaved())
    said = [f"{waiting} entries are only in memory and not saved to disk. Download your work now."] if waiting else []
    rest = workbook.troubles()[len(workbook.gone()) :]
    return [*said, *portfolio.undecided_questions(), *rest]


def portfolio_state(said: str = "") -> dict[str, object]:
    """Return all that the live page shows, as plain data; `said` is a message on the last action."""
    progress = portfolio.progress()
    return {
        "name": workbook.student_name(),
        "file": workbook.work_file_name("jsonl"),
        "lessons": [dict(row, undo=last_reset(row["lesson"]) is not None) for row in progress],
        "note": progress.note,
        "where": f"{neutralised(workbook.kept_where())} Nothing leaves this computer except your downloads.",
        "troubles": [neutralised(one) for one in _troubles()],
        "warning": " ".join([*map(neutralised, workbook.gone()), *([TEMPORARY] if is_temporary() else [])]),
        "reminder": portfolio.download_reminder(),
        "formats": list(FORMATS),
        "most": MOST_BYTES,
        "said": neutralised(said),
    }


# ---------------------------------------------------------------- requests of the page


def _take_name(asked: Asked, data: bytes) -> Answer:
    return {"said": f"The name “{workbook.record_name(asked.get('name') or '')}” is saved."}


def _restore(asked: Asked, data: bytes) -> Answer:
    return {"said": portfolio.restore_download(_unpacked(data))}


def _reset(asked: Asked, data: bytes) -> Answer:
    lesson = reset_lesson(asked.get("lesson") or "").body["lesson"]
    title = questions_of(lesson)[0].title
    return {"said": f"“{title}” starts again: its answers are set aside. Undo brings them back."}


def _undo(asked: Asked, data: bytes) -> Answer:
    lesson = undo_reset(asked.get("lesson") or "").body["lesson"]
    return {"said": f"The answers of “{questions_of(lesson)[0].title}” are back. Run its cells again to see them."}


def _export(asked: Asked, data: bytes) -> Answer:
    content = portfolio.export_work(asked.get("format") or "")
    one = FORMATS[asked["format"]]
    return {"file": workbook.work_file_name(one.ending), "mime": one.mime, "content": _packed(content)}


def _downloaded(asked: Asked, data: bytes) -> Answer:
    portfolio.record_download(asked["events"], asked["held"])
    return {}


def _refresh(asked: Asked, data: bytes) -> Answer:
    return {}


_ASKED: Mapping[str, Callable[[Asked, bytes], Answer]] = {
    "name": _take_name,
    "restore": _restore,
    "reset": _reset,
    "undo": _undo,
    "export": _export,
    "downloaded": _downloaded,
    "refresh": _refresh,
}


def handle_portfolio(asked: Asked, data: bytes = b"") -> Answer:
    """Carry out a request of the page.

    Examples
    --------
    >>> handle_portfolio({"do": "name", "name": "Fox"})["said"]
    'The name “Fox” is saved.'
    """
    try:
        return _ASKED[asked["do"]](asked, data)
    except UserError as error:
        return {"said": neutralised(error)}


def _packed(content: str, number: int = 0) -> bytes:
    # Jupyter Server (tornado 6.6) accepts messages up to 10 MiB; compressed, even a year's work is small.
    return gzip.compress(content.encode("utf-8"), mtime=number)


def _unpacked(data: bytes) -> bytes:
    most = MOST_BYTES + 1
    try:
        return zlib.decompressobj(31).decompress(data, most)  # restore rejects the extra byte
    except zlib.error as error:
        raise UserError("The file did not arrive complete. Choose it again.") from error


@live_class
def _widget() -> Callable[[], LiveView]:
    import anywidget
    import traitlets

    class LiveWork(anywidget.AnyWidget):
        _esm = script("portfolio")
        state = traitlets.Dict().tag(sync=True)
        # The whole workbook up to some event, compressed, and the events after it. The page can build
        # a download without a kernel, and each new answer sends only itself.
        packed = traitlets.Bytes().tag(sync=True)
        more = traitlets.Unicode().tag(sync=True)
        held = traitlets.Dict().tag(sync=True)
        events = traitlets.Int().tag(sync=True)

        def __init__(self) -> None:
            super().__init__()
            self._whole, self._sent = "", 0
            self._timer: asyncio.TimerHandle | None = None
            self.on_msg(self._heard)
            self.stop = workbook.listen(self._changed)

        def renew(self, said: str) -> None:
            self.state = portfolio_state(said)
            self._carry()

        def _carry(self) -> None:
            events, bundle = workbook.events(), workbook.bundle()
            # Empty until all is sent: if this is interrupted, the page gets the whole workbook the next time.
            whole, self._whole = self._whole, ""
            again = not whole or not bundle.startswith(whole) or len(bundle) > len(whole) + _MOST_MORE
            self._sent += again
            packed = _packed(bundle, self._sent) if again else self.packed  # other bytes, so that they are sent
            with self.hold_sync():
                if again:
                    whole, self.packed = bundle, packed
                self.more = bundle[len(whole) :]
                self.held, self.events = portfolio.version_vector(events), len(events)
            self._whole = whole

        def _changed(self, new: list[Event]) -> None:
            self._carry()
            # Progress marks all answers again, which is slow, so it is updated a little later.
            if any(event.kind != "draft" for event in new):
                self._later()

        def _later(self) -> None:
            def renew() -> None:
                self.state = portfolio_state(self.state.get("said", ""))

            if self._timer:
                self._timer.cancel()
            try:
                self._timer = asyncio.get_running_loop().call_later(_LATER, renew)
            except RuntimeError:  # no loop: not in a kernel
                renew()

        def _heard(self, _: object, asked: Asked, buffers: Sequence[memoryview]) -> None:
            answer = handle_portfolio(asked, bytes(buffers[0]) if buffers else b"")
            content = answer.pop("content", None)
            self.renew(self.state.get("said", ""))
            self.send({**answer, "ack": asked.get("ack")}, [content] if content is not None else None)

        def __repr__(self) -> str:
            return "Run this cell to see your work, to download it and to bring it back."

    return LiveWork


_shown: list[LiveView] = []


def live_work() -> LiveView:
    """Return the single live view of this kernel, so that every display of it shows the same."""
    if _shown and _shown[0].comm is None:  # it was closed
        _shown.pop().stop()
    if not _shown:
        alive = _widget()
        if alive is None:
            raise UserError("There is no live page, because anywidget is not installed. my_work() shows a static page.")
        _shown.append(alive())
    return _shown[0]
