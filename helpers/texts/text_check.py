"""Check the texts of ``texts/``, and list the files that are neither texts nor tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from pathlib import Path

from ..core import UserError, did_you_mean, read_file, texts_folder
from ..search import collapse_spaces
from .front_matter import described, front_matter, line_of
from .loading import ENDINGS, load_text
from .model import Text
from .people import problems_of_writers
from .tables import TABLES
from .tei import parse_tei


def _files() -> list[Path]:
    """The files of ``texts/``, without hidden files and lock files (``.…``, ``~…``)."""
    return sorted(path for path in texts_folder().iterdir() if path.is_file() and path.name[0] not in ".~")


def unread_files() -> list[str]:
    """The names of the files of ``texts/`` that are neither a text nor a table."""
    tables = {f"{name}.csv" for name in TABLES}
    return [path.name for path in _files() if path.suffix not in ENDINGS and path.name not in tables]


def readable_texts() -> tuple[dict[str, Text], list[str]]:
    """The texts that load, by id, and a problem for each file that does not load or shares its id."""
    files: dict[str, list[Path]] = defaultdict(list)
    for path in _files():
        if path.suffix in ENDINGS:
            files[path.stem].append(path)
    texts: dict[str, Text] = {}
    problems = []
    if not files:
        problems.append("texts/: there is no text. Add one; tests/fork/own-texts.md describes the format.")
    for name, paths in sorted(files.items()):
        if len(paths) > 1:
            paths.sort(key=lambda path: ENDINGS.index(path.suffix))
            both = " and ".join(path.name for path in paths)
            problems.append(
                f"texts/: {both} have the same id, “{name}”, and only {paths[0].name} is read. "
                "Rename or remove the other."
            )
        try:
            texts[name] = load_text(name)
        except UserError as error:
            problems.append(str(error))
    return texts, problems


def problems_of(text: Text, people: Collection[str]) -> list[str]:
    """The problems of a text of ``texts/`` that loads: file, place, what is wrong and how to fix it.

    ``people`` are the ids of ``people.csv``; if there are none, voices are not checked.
    """
    path = next(path for path in (texts_folder() / (text.id + ending) for ending in ENDINGS) if path.is_file())
    where = f"{path.parent.name}/{path.name}"
    problems = []
    if path.suffix in (".md", ".txt"):
        about, _, _ = front_matter(read_file(path), where)
        if not _titled(text):
            problems.append(f"{where}: the text has no title. Add a line “title: …” to its front matter.")
        for entry in described(about, where).values():
            voice = str(entry["voice"])
            if people and voice not in people:
                line = line_of(entry, "voice")
                problems.append(
                    f"{where}, line {line}: the voice “{voice}” is not in people.csv. "
                    f"{did_you_mean(voice, people)} Or add a row for it."
                )
    else:
        problems += problems_of_writers(parse_tei(read_file(path), text.id), where)
        if not _titled(text):
            problems.append(f"{where}: the text has no title. Add a <title> to the titleStmt of its header.")
    return problems + _coverage(text, where)


def _titled(text: Text) -> bool:
    """Whether the title of a text is a string that is not blank."""
    title = text.about.get("title")
    return isinstance(title, str) and bool(title.strip())


def _coverage(text: Text, where: str) -> list[str]:
    """The first difference between the words of the layers and those of the file as received, if it is named."""
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
                f"as received ({received}) continues “{whole[at + wrong : at + wrong + 40]}”. Restore its words."
            ]
        at += len(words)
    if whole[at:].strip():
        return [f"{where}: the last words of {received} are in no layer: “{whole[at:].strip()[:80]}”. Add them."]
    return []
