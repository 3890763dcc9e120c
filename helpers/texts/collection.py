"""Load a folder of texts, and list the files that could not be loaded, each with the reason."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from ..core import Markup, Table, UserError, did_you_mean, element, foldable, join, plain, shown_date, typed_path
from .loading import ENDINGS, id_of, load_text, set_aside
from .model import Text

_SHOWN = 20


class Shelf(Mapping[str, Text]):
    """Texts by id, in order of file name; ``failures`` lists the files that did not load: file, reason."""

    def __init__(self, name: str, texts: Mapping[str, Text], failures: list[dict[str, str]]) -> None:
        self.name = name
        self._texts = dict(texts)
        self.failures = Table(
            failures, ["file", "reason"], caption=f"{name}: files that could not be loaded", strong=["file"]
        )

    def __getitem__(self, id: str) -> Text:
        if id not in self._texts:
            raise _NoText(f"No text “{id}” in {self.name}. {did_you_mean(id, list(self._texts)[:1000])}")
        return self._texts[id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)

    def _summary(self) -> str:
        failed = len(self.failures)
        return f"{self.name}: {len(self):,} texts" + (f"; {failed:,} files could not be loaded" if failed else "")

    def _table(self, table: Table) -> Table:
        """The first rows of a table, with a note that says how many rows it has."""
        if len(table) <= _SHOWN:
            return table
        note = f"The first {_SHOWN} of {len(table):,}."
        return Table(table.rows[:_SHOWN], table.columns, caption=table.caption, note=note)

    @foldable
    def _repr_html_(self) -> Markup:
        rows = [
            {
                "text": id,
                "title": text.title,
                "date": shown_date(text.date),
                "layers": len(text.parts),
                "words": text.words,
            }
            for id, text in self._texts.items()
        ]
        shown = Table(rows, ["text", "title", "date", "layers", "words"], caption=self._summary())
        tables = [shown, self.failures] if self.failures else [shown]
        return join([Markup(self._table(table)._repr_html_()) for table in tables])

    @plain
    def __repr__(self) -> str:
        return self._summary()


class _NoText(UserError, KeyError):
    """Unknown id: a user's error, and a ``KeyError`` so that ``in`` and ``.get`` of the mapping work."""

    __str__ = UserError.__str__


class _Progress:
    """Progress display: an HTML element in a notebook, a line in a terminal, nothing elsewhere."""

    def __init__(self, name: str, total: int, *, wanted: bool) -> None:
        self.name, self.total, self.shown = name, total, -1
        shell = sys.modules["IPython"].get_ipython() if wanted and "IPython" in sys.modules else None
        self.handle = None
        self.line = wanted and shell is None and sys.stderr is not None and sys.stderr.isatty()
        if getattr(shell, "kernel", None) is not None:
            from IPython.display import HTML, display

            self.handle = display(HTML(self._bar(0)), display_id=True)

    def _bar(self, done: int) -> Markup:
        words = self._words(done)
        bar = "" if done == self.total else element("progress", words, value=done, max=self.total)
        return element("p", bar, " " if bar else "", words)

    def _words(self, done: int) -> str:
        return f"{self.name}: {done:,} of {self.total:,} files read"

    def update(self, done: int) -> None:
        """Show the progress if its percentage has changed."""
        share = done * 100 // max(self.total, 1)
        if share == self.shown:
            return
        self.shown = share
        if self.handle is not None:
            from IPython.display import HTML

            self.handle.update(HTML(self._bar(done)))
        elif self.line:
            sys.stderr.write(f"\r{self._words(done)}" + "\n" * (done == self.total))
            sys.stderr.flush()


def load_texts(folder: str | Path, *, progress: bool = True) -> Shelf:
    """Load every text of a folder.

    Parameters
    ----------
    folder : str or pathlib.Path
        The folder. Its ``.md``, ``.txt``, ``.xml`` and ``.tei`` files are read in order of their
        names. Hidden files, lock files, a README, sub-folders and links that lead out of the folder are not read.
    progress : bool
        Whether to show the progress in a notebook or a terminal.

    Returns
    -------
    Shelf
        A mapping from id to ``Text``. Its ``.failures`` is a ``Table`` (file, reason) of the files
        that could not be loaded.

    Raises
    ------
    UserError
        If there is no such folder, or it cannot be read.

    Examples
    --------
    >>> from helpers.core import texts_folder
    >>> shelf = load_texts(texts_folder(), progress=False)
    >>> len(shelf.failures), all(shelf[id].id == id for id in shelf)
    (0, True)
    """
    folder = typed_path(folder)
    if not folder.is_dir():
        beside = [path.name for path in folder.parent.glob("*") if path.is_dir()]
        near = did_you_mean(folder.name, [name for name in beside if not name.startswith(".")])
        raise UserError(f"No folder “{folder.name}” in {folder.parent}. {near} To load one text, use load_text.")
    try:
        files = sorted(p for p in folder.iterdir() if p.suffix in ENDINGS and not set_aside(p))
    except OSError as error:
        raise UserError(f"{folder} cannot be read: {error.strerror}. Check that you may open it.") from error
    inside = folder.resolve()
    texts: dict[str, Text] = {}
    sources: dict[str, str] = {}
    failures = []
    bar = _Progress(inside.name, len(files), wanted=progress)
    for done, path in enumerate(files):
        bar.update(done)
        try:
            if path.is_symlink() and not path.resolve().is_relative_to(inside):
                raise UserError(f"{path.name} is a link that leads out of the folder. Copy the file itself into it.")
            id = id_of(path)
            if id in texts:
                raise UserError(f"The id “{id}” already belongs to {sources[id]}. Rename one of the two files.")
            texts[id] = load_text(path)
            sources[id] = path.name
        except UserError as error:
            failures.append({"file": path.name, "reason": str(error)})
        except Exception as error:  # one bad file must not stop the others
            failures.append({"file": path.name, "reason": f"{type(error).__name__}: {error}"})
    bar.update(len(files))
    return Shelf(inside.name, texts, failures)
