"""What is wrong with the texts themselves, and which files of ``texts/`` nobody reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from pathlib import Path

from ..core import UserError, did_you_mean, read_file, texts_folder
from ..search import collapse_spaces
from .front_matter import described, front_matter, line_of
from .loading import ENDINGS, load_text
from .model import Text
from .tables import TABLES


def _files() -> list[Path]:
    """The files of ``texts/``, without those that a computer hides or locks."""
    return sorted(path for path in texts_folder().iterdir() if path.is_file() and path.name[0] not in ".~")


def unread_files() -> list[str]:
    """The files of ``texts/`` that are neither a text nor a table.

    Examples
    --------
    >>> unread_files()
    []
    """
    tables = {f"{name}.csv" for name in TABLES}
    return [path.name for path in _files() if path.suffix not in ENDINGS and path.name not in tables]


def readable_texts() -> tuple[dict[str, Text], list[str]]:
    """The texts that load, by id, and the problems of the files that do not, or cannot be meant.

    Examples
    --------
    >>> texts, problems = readable_texts()
    >>> problems
    []
    """
    files: dict[str, list[Path]] = defaultdict(list)
    for path in _files():
        if path.suffix in ENDINGS:
            files[path.stem].append(path)
    texts: dict[str, Text] = {}
    problems = []
    if not files:
        problems.append("texts/: there is no text. Put one in; tests/fork/own-texts.md says how it looks.")
    for name, some in sorted(files.items()):
        if len(some) > 1:
            some.sort(key=lambda path: ENDINGS.index(path.suffix))
            both = " and ".join(path.name for path in some)
            problems.append(
                f"texts/: {both} are one text, “{name}”, and only {some[0].name} is read. Rename or remove the other."
            )
        try:
            texts[name] = load_text(name)
        except UserError as error:
            problems.append(str(error))
    return texts, problems


def problems_of(text: Text, people: Collection[str]) -> list[str]:
    """What is wrong with a text that loads.

    Parameters
    ----------
    text : Text
        One of ``texts/``.
    people : collection of str
        The ids of ``people.csv``; none if voices are not to be looked up.

    Returns
    -------
    list of str
        One sentence a problem, with file, place and mend.

    Examples
    --------
    >>> from helpers.texts import text_ids
    >>> [problem for name in text_ids() for problem in problems_of(load_text(name), ())]
    []
    """
    path = next(path for path in (texts_folder() / (text.id + ending) for ending in ENDINGS) if path.is_file())
    where = f"{path.parent.name}/{path.name}"
    problems = []
    if path.suffix in (".md", ".txt"):
        about, _, _ = front_matter(read_file(path), where)
        if not _titled(text):
            problems.append(f"{where}: the text has no title. Write a line “title: …” into its front matter.")
        for entry in described(about, where).values():
            voice = str(entry["voice"])
            if people and voice not in people:
                line = line_of(entry, "voice")
                problems.append(
                    f"{where}, line {line}: the voice “{voice}” is not in people.csv. "
                    f"{did_you_mean(voice, people)} Or add a row for it."
                )
    elif not _titled(text):
        problems.append(f"{where}: the text has no title. Write it as the <title> of its header.")
    return problems + _coverage(text, where)


def _titled(text: Text) -> bool:
    """Whether a text has a title in words; a list is none."""
    title = text.about.get("title")
    return isinstance(title, str) and bool(title.strip())


def _coverage(text: Text, where: str) -> list[str]:
    """Do the layers carry every word of the file as received, in order?"""
    received = text.about.get("source_file")
    if not received:
        return []
    whole, at = collapse_spaces(read_file(texts_folder() / str(received))), 0
    for layer in text:
        words = collapse_spaces(layer.text)
        at += whole[at : at + 1] == " "
        if not whole.startswith(words, at):
            wrong = next(i for i in range(len(words) + 1) if not whole.startswith(words[: i + 1], at))
            return [
                f"{where}, layer “{layer.id}”: after “{words[max(0, wrong - 30) : wrong]}” the file "
                f"as received ({received}) goes on “{whole[at + wrong : at + wrong + 40]}”. Restore its words."
            ]
        at += len(words)
    if whole[at:].strip():
        return [f"{where}: the last words of {received} are in no layer: “{whole[at:].strip()[:80]}”. Add them."]
    return []
