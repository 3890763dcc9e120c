"""Check the texts of ``texts/``, and list the files that are neither texts nor tables."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection
from pathlib import Path
from unicodedata import combining, normalize

from ..core import UserError, course_file, damaged_letters, did_you_mean, problems_sought, read_file, texts_folder
from ..search import collapse_spaces
from .folder_check import meant_as_table
from .front_matter import described, front_matter, line_of, unknown_keys, wrong_values
from .loading import ENDINGS, id_of, is_text, load_text, text_path, visible_files
from .model import Layer, Text
from .people import problems_of_writers
from .tables import TABLES
from .tei import parse_tei


def unread_files() -> list[str]:
    """The names of the files of ``texts/`` that are neither a text nor a table nor the settings of the course."""
    others = {*(f"{name}.csv" for name in TABLES), course_file().name}
    return [
        path.name for path in visible_files(texts_folder()) if path.suffix not in ENDINGS and path.name not in others
    ]


def readable_texts() -> tuple[dict[str, Text], list[str]]:
    """The texts that load, by id, and a problem for each file that does not load or shares its id."""
    files: dict[str, list[Path]] = defaultdict(list)
    for path in visible_files(texts_folder()):
        if is_text(path) and not meant_as_table(path):
            files[id_of(path)].append(path)
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
        where, source = f"{paths[0].parent.name}/{paths[0].name}", ""
        try:
            whole = read_file(paths[0])
            if damage := damaged_letters(whole, where):
                raise UserError(damage)
            source = whole if paths[0].suffix in (".md", ".txt") else ""
            texts[name] = load_text(name)
        except UserError as error:
            problems += wrong_values(source, where) or [str(error)]
    return texts, problems


def problems_of(text: Text, people: Collection[str]) -> list[str]:
    """The problems of a text of ``texts/`` that loads: file, place, what is wrong and how to fix it.

    ``people`` are the ids of ``people.csv``; if there are none, voices are not checked.
    """
    path = text_path(text.id)
    if path is None:
        return []
    where = f"{path.parent.name}/{path.name}"
    problems = []
    if path.suffix in (".md", ".txt"):
        source = read_file(path)
        about, _, _ = front_matter(source, where)
        problems += unknown_keys(about, where)
        if not _titled(text) and not problems:
            problems.append(_without_title(source, where))
        layers = described(about, where).values() if people else ()
        problems += problems_sought(
            (
                f"{where}, line {line_of(entry, 'voice')}: the voice “{voice}” is not in people.csv. "
                f"{did_you_mean(voice, people)} Or add a row for it."
                for entry in layers
                if (voice := str(entry["voice"])) not in people
            ),
            where,
        )
    else:
        problems += problems_of_writers(parse_tei(read_file(path), text.id), where)
        if not _titled(text):
            problems.append(f"{where}: the text has no title. Add a <title> to the titleStmt of its header.")
    return problems + _coverage(text, path, where)


def _titled(text: Text) -> bool:
    """Whether the title of a text is a string that is not blank."""
    title = text.about.get("title")
    return isinstance(title, str) and bool(title.strip())


def _without_title(source: str, where: str) -> str:
    """Say where the title of a text without one must be written."""
    if source.startswith("---"):
        return (
            f"{where}, line 2: the text has no title. Add a line “title: …” to its front matter, after the first “---”."
        )
    return (
        f"{where}, line 1: the text has no title. Write a front matter above its words: "
        "a line “---”, a line “title: …”, a line “---”."
    )


def _coverage(text: Text, path: Path, where: str) -> list[str]:
    """The first difference between the words of the layers and those of the file as received, if it is named."""
    received = text.about.get("source_file")
    if not received:
        return []
    raw = read_file(texts_folder() / str(received))
    whole, at = _plain(raw), 0
    for layer in text:
        words = _plain(layer.text)
        at += whole[at : at + 1] == " "
        if not whole.startswith(words, at):
            wrong = bisect_left(range(len(words)), True, key=lambda n: not whole.startswith(words[: n + 1], at))
            if raw.lstrip()[:1] == "<":
                line = line_of(front_matter(read_file(path), where)[0], "source_file")
                return [
                    f"{where}, line {line}: source_file names “{received}”, which has tags (TEI or HTML). Its words "
                    "can be compared only as plain text: save them as .txt and name that file, or delete the line."
                ]
            after = f"after “{words[max(0, wrong - 30) : wrong]}”" if wrong else "at its beginning"
            line = _line_of_words(read_file(path), layer, words[:wrong])
            return [
                f"{where}, line {line}, layer “{layer.id}”: {after} the file "
                f"as received ({received}) continues “{whole[at + wrong : at + wrong + 40]}”, and the layer "
                f"“{words[wrong : wrong + 40]}”. Restore its words."
            ]
        at += len(words)
    if whole[at:].strip():
        line = read_file(path).rstrip().count("\n") + 1
        return [
            f"{where}, line {line}: the last words of {received} are in no layer: "
            f"“{whole[at:].strip()[:80]}”. Add them."
        ]
    return []


def _plain(words: str) -> str:
    """Words with single spaces, and letters with their accents in one: macOS may store them apart."""
    return normalize("NFC", collapse_spaces(words))


def _line_of_words(source: str, layer: Layer, before: str) -> int:
    """The line of a file on which the word stands that follows so many words of a layer."""
    heading = re.search(rf"^##[ \t]+{re.escape(layer.id)}[ \t]*$", source, re.M)
    start = heading.end() if heading else max(source.find(layer.text), 0)
    signs, count = 0, len(re.sub(r"\s", "", before))
    for place, sign in enumerate(source[start:], start):
        signs += len(normalize("NFC", sign)) if not sign.isspace() and not combining(sign) else 0
        if signs > count:
            return source.count("\n", 0, place) + 1
    return source.count("\n") + 1
