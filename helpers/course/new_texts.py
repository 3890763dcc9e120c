"""Two files of a lecturer as texts of a new module: read, described in a front matter with blanks, and quoted from."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from ..core import UserError, contained, file_bytes, listed, read_file, slug, typed_path
from ..search import stands_at
from ..texts import ENDINGS, Layer, Text, load_text, parse_text
from .first_lesson_words import LessonWords

# For a file that is not UTF-8: what Windows and old files use in Western Europe, Eastern Europe and for Cyrillic.
ENCODINGS = ("utf-8", "utf-16", "windows-1252", "windows-1250", "windows-1251", "iso-8859-2", "koi8-r", "cp850")
_PASSAGES = 4  # that the first lesson quotes of each text
_LONGEST, _SHORTEST = 6, 2  # words of a passage
_SENTENCE = 8  # words of a paragraph that is more than a greeting
_WORDS_TRIED = 1_000  # of a text in an unknown encoding
_DOCUMENTS = (b"PK\x03\x04", b"%PDF", b"\xd0\xcf\x11\xe0")  # Word, LibreOffice, PDF
# A number at a word of two letters or more, or behind the sign that ends it; not after an abbreviation, as in Nr.1.
_AT_A_WORD = re.compile(r"((?<![\w.])(?:[^\W\d_]{2,}|[^\W\d_]{4,}[.,;:?!][“”»’)]?))([1-9]\d{0,2})(?![\w\]])(?!\.\d)")
_DESCRIBED = re.compile(r"---[^\S\n]*\n(?:(?!---).*\n)*?layers:")


@dataclass(frozen=True)
class NewText:
    """A text of a new module: its files by their names in ``texts/``, the text itself, and notes for its author."""

    files: dict[str, bytes]
    text: Text
    notes: tuple[str, ...] = ()

    @property
    def layer(self) -> Layer:
        """The layer that the first lesson quotes: the longest of an actor."""
        actors = [layer for layer in self.text if layer.kind == "actor"] or list(self.text)
        return max(actors, key=lambda layer: layer.words)


def new_texts(paths: Sequence[Path], words: LessonWords, language: str, encoding: str = "") -> tuple[NewText, NewText]:
    """Read two files; raises `UserError` if one cannot be read, or both are the same."""
    taken: list[str] = []
    found = []
    for n, path in enumerate(paths, 1):
        taken.append(_id(path, n, taken))
        found.append(_new_text(typed_path(path), taken[-1], n, words, language, encoding))
    first, second = found
    if first.text.content == second.text.content:
        raise UserError(f"{paths[0]} and {paths[1]} have the same words. Name two different texts.")
    if first.text.title == second.text.title:
        raise UserError(
            f"Both texts have the title “{first.text.title}”, which students could not tell apart. Give one of the "
            "files another name; in a file that has a title, change that."
        )
    short = [one.text.title for one, other in ((first, second), (second, first)) if not passages(one, other)]
    if short:
        raise UserError(
            f"{' and '.join(f'“{title}”' for title in short)}: too few passages to quote. A first lesson quotes "
            f"{_PASSAGES} passages of each text that stand in it only once and not in the other, of at least "
            f"{_SHORTEST} words without digits. Name longer texts, or texts that repeat less."
        )
    return first, second


def _id(path: Path, n: int, taken: Sequence[str]) -> str:
    """The id of a text: the name of its file in small letters, digits and hyphens."""
    id = slug(path.stem)
    if not re.search(r"[a-z]", id) or id == "readme" or id.startswith("my-"):  # a spreadsheet rewrites mere numbers
        id = f"text-{id}".rstrip("-") if id else f"text-{n}"
    return f"{id}-{n}" if id in taken else id


def _new_text(path: Path, id: str, n: int, words: LessonWords, language: str, encoding: str) -> NewText:
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise UserError(
            f"{path} is not a text this command reads. In Word or LibreOffice, save it as plain text (.txt, with the "
            f"encoding UTF-8); a Markdown file ends in .md, a letter in TEI in .xml."
        )
    if ending in (".xml", ".tei"):
        text = load_text(path)
        return NewText({f"{id}.xml": file_bytes(path)}, replace(text, id=id))
    source, read_as = _decoded(path, encoding)
    notes = (f"{path.name} was read as {read_as}.", *_footnote_digits(source, path))
    if _DESCRIBED.match(source):
        return replace(_described(path, id, source), notes=notes)
    about, body = "", source
    if source.startswith("---\n") and (end := re.search(r"^---[^\S\n]*$", source[4:], re.M)):
        about, body = re.sub(r"^source_file:.*\n", "", source[4 : 4 + end.start()], flags=re.M), source[4 + end.end() :]
    if not body.strip():
        raise UserError(f"{path} has no words. Name a file that has the words of the text.")
    title = re.sub(r"[-_\s]+", " ", path.stem).strip() or id
    title = title[:1].upper() + title[1:]
    given = set(re.findall(r"^(\w+):", about, re.M))
    blanks = "".join(line for key, line in _blanks(title, id, n, words, language).items() if key not in given)
    literal = re.sub(r"^##", r"\\##", body.strip(), flags=re.M)
    whole = f"---\n{about}{blanks}---\n\n## letter\n\n{literal}\n"
    text = parse_text(whole, id, where=f"texts/{id}.md")
    files = {f"{id}.md": whole.encode("utf-8"), f"source/{id}.txt": f"{body.strip()}\n".encode()}
    return NewText(files, text, notes)


def _described(path: Path, id: str, source: str) -> NewText:
    """A text whose file describes its layers already: taken as it is, with the file as received that it names."""
    text = replace(parse_text(source, id, where=str(path), folder=path.parent), id=id)
    files = {f"{id}.md": source.encode("utf-8")}
    if named := str(text.about.get("source_file") or ""):
        received = contained(path.parent, named)
        if received is not None:
            files[named] = file_bytes(received)
    return NewText(files, text)


def _decoded(path: Path, encoding: str) -> tuple[str, str]:
    """The words of a file, and the encoding in which it was read: the one named only if it is not UTF-8.

    Hardly any text in another encoding is valid UTF-8 by accident. If the file is not UTF-8, the error shows how it
    reads in other encodings.
    """
    data = file_bytes(path)
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        return read_file(path, table=marked), "UTF-16" if marked else "UTF-8"
    except UserError as error:
        if data.startswith(_DOCUMENTS):
            raise
        shown = _in_other_encodings(data)
        if not encoding and not shown:
            raise
        if not encoding:
            raise UserError(f"{path} is not UTF-8. {shown} Add the right one, as --encoding {ENCODINGS[2]}, "
                            "or save the file again as UTF-8.") from error  # fmt: skip
    try:
        words = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise UserError(f"{path} is not {encoding}. {_in_other_encodings(data)} Name another.") from error
    if "\0" in words:
        raise UserError(f"{path} is not {encoding}: it has zero bytes. Add --encoding utf-16, or save it as UTF-8.")
    return words.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n"), encoding


def _footnote_digits(words: str, path: Path) -> list[str]:
    """Say that numbers stand at the end of words, as footnotes of a web page do; only if they count from 1."""
    count, seen = 1, []
    for found in _AT_A_WORD.finditer(words):
        if int(found[2]) == count:
            seen.append(found)
            count += 1
    # One number may be anything, unless a note begins with it.
    if not seen or (len(seen) == 1 and not re.search(r"^[^\S\n]*1[.)]?[^\S\n]+\S", words, re.M)):
        return []
    return [
        f"{path.name} has numbers that look like footnotes: {listed([f'“{one[0]}”' for one in seen])}. If they are, "
        f"write them in brackets, as “{seen[0][1]}[{seen[0][2]}]”, delete the new folder and run the command again: a "
        "number in brackets is not taken for a part of the word."
    ]


def _in_other_encodings(data: bytes) -> str:
    """How the word that tells most encodings apart reads in them; empty if the file is no text."""
    words = list(islice(re.finditer(rb"[\x21-\x7e]*[\x80-\xff][\x21-\xff]*", data), _WORDS_TRIED))
    if b"\0" in data or data.startswith(_DOCUMENTS) or not words:
        return ""
    found = max(words, key=lambda word: len(_readings(word[0])))
    line = data.count(b"\n", 0, found.start()) + 1
    reads = (f"as {listed(names, last=' or ')} “{word}”" for word, names in _readings(found[0]).items())
    return f"A word in line {line} reads {'; '.join(reads)}."


def _readings(word: bytes) -> dict[str, list[str]]:
    """The readings of a word, each with the encodings in which it is this one."""
    readings: dict[str, list[str]] = defaultdict(list)
    for one in ENCODINGS[2:]:
        readings[word[:40].decode(one, "replace")].append(one)
    return readings


def _blanks(title: str, id: str, n: int, words: LessonWords, language: str) -> dict[str, str]:
    """The lines of a front matter to fill in, by key, each with a comment."""
    voice, letter = f"voice-{n}", "AB"[n - 1]
    label = f"{words.voice.format(letter)}: {title}"
    return {
        "title": f"title: {json.dumps(title, ensure_ascii=False)} # as students see it\n",
        "date": "date: # 1848-03-05, 1848-03 or 1848; blank: not known\n",
        "sender": "sender: # who wrote it\n",
        "recipients": "recipients: # to whom\n",
        "language": f"language: {language}\n",
        "source": "source: # where it is printed or kept, with page or number\n",
        "source_file": f"source_file: source/{id}.txt # the words as you had them; the check compares\n",
        "rights": "rights: # what the source says of rights; who may copy it\n",
        "not_verified": "not_verified: [] # what you could not check: [\"the day\", \"the place\"]\n",
        "layers": (
            "# A layer is a part of the text with one voice. To divide the text, add a layer here, such as heading,\n"
            "# and put a line “## heading” above its words below. Its name has small letters a–z (no umlauts or ß),\n"
            "# digits and hyphens. Keep the name letter for the main part: the questions quote from it.\n"
            "layers:\n"
            "  letter:\n"
            f"    voice: {voice} # who speaks: an id of people.csv\n"
            f"    label: {json.dumps(label, ensure_ascii=False)} # the speaker and, after a colon, the part\n"
            "    kind: actor # actor: a person of the time; copyist; editor; metadata; dropped\n"
            "    medium: # by hand, printed, telegram …\n"
            "    to: # to whom\n"
        ),
    }  # fmt: skip


def passages(new: NewText, other: NewText) -> list[str]:
    """Passages of a text in its order; each is there only once, and none is in the other text.

    They are from whole sentences, not from letterheads and notes, if there are enough; none if there are too few.
    """
    content = new.text.content
    whole = [content[start:end] for start, end in new.layer.paragraphs]
    for paragraphs in ([one for one in whole if _has_sentences(one)], whole):
        for length in range(_LONGEST, _SHORTEST - 1, -1):
            found = _passages(paragraphs, new, other, length)
            if len(found) >= _PASSAGES:
                step = (len(found) - 1) / (_PASSAGES - 1)
                return [found[round(n * step)] for n in range(_PASSAGES)]
    return []


def _has_sentences(paragraph: str) -> bool:
    """Whether a paragraph ends as a sentence does and begins with no number of a note: most letterheads do not."""
    ends = re.search(r"[.!?…][”“\"»’)\]\[\d]*$", paragraph)
    return bool(ends) and len(paragraph.split()) >= _SENTENCE and not re.match(r"[\[(]?(?:\d|\*)", paragraph)


def _passages(paragraphs: Sequence[str], new: NewText, other: NewText, length: int) -> list[str]:
    """All passages of so many words that can be quoted, one after the other."""
    found: list[str] = []
    for paragraph in paragraphs:
        words = paragraph.split()
        at = 0
        while at + length <= len(words):
            words_here = " ".join(words[at : at + length]).strip(",;:.!?")
            if _can_be_quoted(words_here) and _is_only_in(words_here, new, other):
                found.append(words_here)
                at += length
            else:
                at += 1
    return found


def _can_be_quoted(words: str) -> bool:
    """Whether words have only letters and the simplest signs, so that they stand in YAML and Markdown as they are."""
    return all(re.fullmatch(r"[^\W\d_]+(?:['’-][^\W\d_]+)*[,;:]?", word) for word in words.split())


def _is_only_in(words: str, new: NewText, other: NewText) -> bool:
    return len(stands_at(words, new.text.content)) == 1 and not stands_at(words, other.text.content)
