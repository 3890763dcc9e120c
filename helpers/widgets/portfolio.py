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
    element,
    file_bytes,
    is_temporary,
    kind_of,
    neutralised,
    plain,
    typed_path,
)
from ..portfolio import FORMATS, TEMPORARY, Recalled, WhoseQuestion, recall
from ..questions import earlier_edition_in_words, last_reset, questions as questions_of, reset_lesson, undo_reset
from ..workbook import UNSTORED, AnotherOwner, Event, HandedIn
from .asking import become, show_personal
from .live import live_class, personal_class, script
from .private import show_words

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
    mine: bool
    same: bool
    agreed: bool
    person: str


class Answer(TypedDict, total=False):
    """The reply to a request: a message or a file."""

    said: str
    file: str
    mime: str
    content: bytes
    page: bool
    question: WhoseQuestion


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

    @plain
    def __repr__(self) -> str:
        return f"My work. {UNSTORED} my_work(save=…) writes a file of it."

    @plain
    def __str__(self) -> str:
        workbook.require_person()
        progress = portfolio.progress()
        answered, asked = (sum(row[column] for row in progress) for column in ("answered", "asked"))
        told = [
            *_warnings(),
            self.said,
            *_troubles(),
            portfolio.kept_from_before(),
            portfolio.feedback_in_words(),
            f"My work: {answered} of {asked} questions answered.",
        ]
        return " ".join(neutralised(one) for one in told if one)

    def _repr_html_(self) -> Markup:
        parts = [
            element("p", element("strong", "My work")),
            _warning() if is_temporary() else "",
            Markup(portfolio.contents()._repr_html_()),
            element("p", UNSTORED),
            element("p", HERE),
        ]
        return element("article", *parts, **{"class": "close-reading-portfolio"})

    def _ipython_display_(self) -> None:
        show_personal(self, self._alive if _widget() else None)

    def _alive(self) -> LiveView:
        live = live_work()
        live.renew(self.said)
        return live


class OwnAnswers(Recalled):
    """Earlier answers; made by `my_work`."""

    def _ipython_display_(self) -> None:
        show_words(self)


def work_of_student(
    *questions: str,
    me: str | bool | None,
    name: str | None,
    restore: str | Path | None,
    read: str | Path | None,
    save: str | Path | None,
    texts: bool | None,
) -> MyWork | Recalled | AnothersWork:
    """Do what the keywords of `my_work` ask for, in their order, and return what it shows."""
    said = []
    if isinstance(me, str):
        said.append(become(portfolio.find_person(me)))
    if name is not None:
        said.append(_asked_name(name, mine=me is not None))
    if restore is not None:
        said.append(_asked_restore(_work_in(restore), mine=me is True))
    if read is not None:
        return AnothersWork(portfolio.read_work(_work_in(read)))
    if texts is not None:
        said.append(portfolio.agree_to_pass_on(texts))
    if save is not None:
        said.append(portfolio.save_work(save))
    return recall(*questions, made=OwnAnswers) if questions else MyWork(" ".join(said))


def _asked_name(name: str, *, mine: bool) -> str:
    question = None if mine else portfolio.whose_name(name)
    if question:
        how = 'If the work is yours, write my_work(name=…, me=True); if not, my_work(name=…, me="new").'
        return f"{question['words']} {how}"
    return f"The name “{workbook.record_name(name)}” is saved."


def _asked_restore(data: HandedIn, *, mine: bool) -> str:
    try:
        return portfolio.restore_download(data, mine=mine)
    except AnotherOwner as error:
        how = "If both are yours, write my_work(restore=…, me=True). To read it only, write my_work(read=…)."
        return f"{portfolio.whose_file(error)['words']} {how}"


class AnothersWork:
    """The work in a file of somebody else, to read; made by `my_work`."""

    def __init__(self, page: str) -> None:
        self._page = page

    def __repr__(self) -> str:
        return "The work in the file is shown live and is not stored in this notebook."

    def _repr_html_(self) -> Markup:
        return element("article", element("p", repr(self)), **{"class": "close-reading-recalled"})

    def words_html(self) -> Markup:
        """Return the page in a frame of its own, in which nothing can run."""
        style = f"width:100%;height:32em;border:1px solid {THEME.edge};background:{THEME.paper}"
        return element("iframe", sandbox="", srcdoc=self._page, title="The work in the file", style=style)

    def _ipython_display_(self) -> None:
        show_words(self)


def _work_in(where: str | Path) -> HandedIn:
    """Read a download, or all the student's own files in a folder of work."""
    path = typed_path(where)
    if kind_of(path) == "folder":
        return workbook.read_folder(path)
    if kind_of(path) == "nothing":  # the files beside it are not named: their names are those of students
        raise UserError(f"There is no file or folder “{where}”. Look up its name, and write the whole path.")
    return file_bytes(path)


def _warning() -> Markup:
    style = f"background:{THEME.notice};color:{THEME.ink};border:2px solid {THEME.ink};padding:0.4em 0.8em"
    return element("p", element("strong", "Warning: "), TEMPORARY, style=style)


def _warnings() -> list[str]:
    return [*workbook.gone(), *filter(None, [earlier_edition_in_words()])]


def _troubles() -> list[str]:
    waiting = len(workbook.unsaved())
    said = [f"{waiting} entries are only in memory and not saved to disk. Download your work now."] if waiting else []
    rest = workbook.troubles()[len(workbook.gone()) :]
    return [*filter(None, [workbook.cannot_keep()]), *said, *portfolio.undecided_questions(), *rest]


def portfolio_state(said: str = "") -> dict[str, object]:
    """Return all that the live page shows, as plain data; `said` is a message on the last action."""
    progress = portfolio.progress()
    return {
        "name": workbook.student_name(),
        "file": workbook.work_file_name("jsonl"),
        "lessons": [dict(row, undo=last_reset(row["lesson"]) is not None) for row in progress],
        "note": " ".join(filter(None, [portfolio.feedback_in_words(), progress.note, portfolio.kept_from_before()])),
        "where": f"{neutralised(workbook.kept_where())} Nothing leaves this computer except your downloads.",
        "troubles": [neutralised(one) for one in _troubles()],
        "warning": " ".join([*map(neutralised, _warnings()), *([TEMPORARY] if is_temporary() else [])]),
        "reminder": portfolio.download_reminder(),
        "formats": list(FORMATS),
        "rights": portfolio.RIGHTS if portfolio.brought_along() else "",
        "agreed": portfolio.is_agreed(),
        "along": portfolio.brought_along(),
        "most": MOST_BYTES,
        "said": neutralised(said),
    }


# ---------------------------------------------------------------- requests of the page


def _take_name(asked: Asked, data: bytes) -> Answer:
    question = None if asked.get("mine") else portfolio.whose_name(asked.get("name") or "")
    if question:
        return {"said": "", "question": question}
    name = workbook.record_name(asked.get("name") or "", same=asked.get("same") is True)
    return {"said": f"The name “{name}” is saved."}


def _restore(asked: Asked, data: bytes) -> Answer:
    try:
        return {"said": portfolio.restore_download(_unpacked(data), mine=asked.get("mine") is True)}
    except AnotherOwner as error:
        return {"said": "Nothing was restored yet.", "question": portfolio.whose_file(error)}


def _read(asked: Asked, data: bytes) -> Answer:
    page = portfolio.read_work(_unpacked(data))
    return {
        "said": "The work in the file is below. Your own work is as it was.",
        "page": True,
        "content": _packed(page),
    }


def _who(asked: Asked, data: bytes) -> Answer:
    return {"said": "", "question": portfolio.who_is_there()}


def _be(asked: Asked, data: bytes) -> Answer:
    return {"said": become(asked.get("person") or "", asked.get("name") or "")}


def _texts(asked: Asked, data: bytes) -> Answer:
    return {"said": portfolio.agree_to_pass_on(asked.get("agreed") is True)}


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
    "read": _read,
    "who": _who,
    "be": _be,
    "texts": _texts,
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
        return {"said": str(error)}


def _packed(content: str) -> bytes:
    # Jupyter Server (tornado 6.6) accepts messages up to 10 MiB; compressed, even a year's work is small.
    return gzip.compress(content.encode("utf-8"), mtime=0)


def _unpacked(data: bytes) -> bytes:
    most = MOST_BYTES + 1
    try:
        return zlib.decompressobj(31).decompress(data, most)  # restore rejects the extra byte
    except zlib.error as error:
        raise UserError("The file did not arrive complete. Choose it again.") from error


@live_class
def _widget() -> Callable[[], LiveView]:
    class LiveWork(personal_class()):  # type: ignore[misc]  # a class made at run time
        _esm = script("portfolio")
        belongs = False

        def __init__(self) -> None:
            super().__init__()
            self._whole = ""
            self._timer: asyncio.TimerHandle | None = None
            self.on_msg(self._heard)
            self.stop = workbook.listen(self._changed)

        def renew(self, said: str) -> None:
            self._carry(state=portfolio_state(said))

        def _carry(self, **more: object) -> None:
            """Send what the page needs to build a download without a kernel.

            That is the whole workbook up to some event, compressed, and the events after it, so that each new
            answer sends only itself.
            """
            out = portfolio.left_out()
            events = [event for event in workbook.events() if event.id not in out]
            bundle = workbook.bundle(out)
            # Empty until all is sent: if this is interrupted, the page gets the whole workbook the next time.
            whole, self._whole = self._whole, ""
            again = not whole or not bundle.startswith(whole) or len(bundle) > len(whole) + _MOST_MORE
            if again:
                whole, more["packed"] = bundle, _packed(bundle)
            held = portfolio.version_vector(events)
            self.tell(more=bundle[len(whole) :], held=held, events=len(events), **more)
            self._whole = whole

        def _carry_drafts(self, drafts: list[Event]) -> None:
            """Send only these drafts: one is recorded every few keystrokes, however large the workbook is."""
            more = self.told["more"] + "".join(f"{workbook.write_line(event)}\n" for event in drafts)
            if len(more) > _MOST_MORE:
                self._carry()
                return
            held = dict(self.told["held"])
            for session, counter in portfolio.version_vector(drafts).items():
                held[session] = max(counter, held.get(session, 0))
            whole, self._whole = self._whole, ""  # as in `_carry`
            self.tell(more=more, held=held, events=self.told["events"] + len(drafts))
            self._whole = whole

        def _last_said(self) -> str:
            state = self.told.get("state")
            return state["said"] if isinstance(state, dict) else ""

        def _changed(self, new: list[Event]) -> None:
            drafts = all(event.kind == "draft" for event in new)
            if drafts and self._whole and self.told["person"] == workbook.person_in_kernel():
                self._carry_drafts(new)
            else:
                self._carry()
            # Progress marks all answers again, which is slow, so it is updated a little later.
            if not drafts:
                self._later()

        def _later(self) -> None:
            def renew() -> None:
                self.tell(state=portfolio_state(self._last_said()))

            if self._timer:
                self._timer.cancel()
            try:
                self._timer = asyncio.get_running_loop().call_later(_LATER, renew)
            except RuntimeError:  # no loop: not in a kernel
                renew()

        def _heard(self, _: object, asked: Asked, buffers: Sequence[memoryview]) -> None:
            if asked["do"] == "look":  # answered by the base class
                return
            answer = handle_portfolio(asked, bytes(buffers[0]) if buffers else b"")
            content = answer.pop("content", None)
            self.renew(self._last_said())
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
