"""Lessons as data, and checks of their structure, references and dates."""

from __future__ import annotations

import html
import importlib.util
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from importlib import import_module
from pathlib import Path

import nbformat

from helpers.core import read_yaml
from helpers.questions import question_path
from helpers.reading import sentence_starts
from helpers.texts import load_text, read_table, text_ids

ROOT = Path(__file__).resolve().parents[2]
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
DATE = re.compile(rf"\b(?:(?:\d{{1,2}} )?(?:{MONTHS}),? (?:\d{{1,2}}, )?)?(?:1\d|20)\d\d(?:–\d\d)?\b")
MOST_WORDS = 110
# Parts of a cell that are not prose: code, comments, tags, link targets, list numbers.
NO_PROSE = re.compile(
    r"```.*?```|`[^`\n]*`|<!--.*?-->|<[^<>\n]*>|(?<=\])\([^)\s]*\)|^[> ✎]*\d+\. |https?://\S+", re.S | re.M
)
# Keys of a question file whose values are not our prose: ids, and words quoted from the texts.
NO_TEXT = {"id", "kind", "skill", "document", "layer", "layers", "words", "quote", "goes_with", "attempts", "evidence"}


@dataclass(frozen=True)
class Lesson:
    """A notebook: name, cells as (id, kind, source), words of its outputs and of its questions."""

    name: str
    cells: tuple[tuple[str, str, str], ...]
    shown: str = ""
    asked: tuple[str, ...] = ()

    @property
    def prose(self) -> list[tuple[str, str]]:
        """Id and source of each Markdown cell."""
        return [(id, source) for id, kind, source in self.cells if kind == "markdown"]

    def with_cell(self, id: str, source: str) -> Lesson:
        """A copy of the lesson with one changed cell."""
        cells = tuple((one, kind, source if one == id else old) for one, kind, old in self.cells)
        return replace(self, cells=cells)


@dataclass(frozen=True)
class Claim:
    """Words of one lesson (``"01"``) or of any (``""``), and the reason why their numbers are right."""

    lesson: str
    words: str
    why: str = ""
    numbers: Callable[[], tuple] | None = None

    @cached_property
    def said(self) -> str:
        """The words with the computed numbers."""
        return self.words.format(*self.numbers()) if self.numbers else self.words

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """A pattern for the words that ignores line breaks and emphasis."""
        return re.compile(r"(?<!\w)" + r"\**\s+\**".join(map(re.escape, self.said.split())) + r"(?!\w)")


@lru_cache(maxsize=1)
def claims() -> tuple[Claim, ...]:
    """The claims of the course in ``claims.py``, if it has any."""
    return import_module("claims").CLAIMS if importlib.util.find_spec("claims") else ()


@lru_cache(maxsize=1)
def own_dates() -> set[str]:
    """The dates in the front matter of the texts, in all written forms, and ``DATES`` of the course."""
    found = set(import_module("claims").DATES) if importlib.util.find_spec("claims") else set()
    for name in text_ids():
        for year, month, day in re.findall(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?", load_text(name).date):
            word = MONTHS.split("|")[int(month) - 1] if month else ""
            found |= {year, f"{word} {year}".strip()}
            found |= {f"{int(day)} {word} {year}", f"{word} {int(day)}, {year}"} if day else set()
    return found


def read_lesson(path: Path) -> Lesson:
    notebook = nbformat.read(path, as_version=4)
    shown = [words for cell in notebook.cells for output in cell.get("outputs", []) for words in _words(output)]
    questions = question_path(path)
    asked = tuple(question_texts(questions)) if questions.exists() else ()
    cells = tuple((cell.id, cell.cell_type, cell.source) for cell in notebook.cells)
    return Lesson(path.stem, cells, "\n".join(shown), asked)


def lesson_paths() -> list[Path]:
    return sorted((ROOT / "lessons").glob("[0-9][0-9]-*.ipynb"))


def guide_paths() -> list[Path]:
    return [ROOT / "README.md", *sorted((ROOT / "lessons" / "teaching").rglob("*.md"))]


def _words(output: dict) -> Iterator[str]:
    """The visible words of an output; for a picture its alternative text."""
    page = str(output.get("data", {}).get("text/html", ""))
    page = re.sub(r"<(style|script)\b.*?</\1>", "", page, flags=re.S)
    alternatives = re.findall(r'\balt="([^"]*)"', page)
    yield html.unescape(re.sub(r"<[^>]*>", " ", page))
    yield from map(html.unescape, alternatives)


def question_texts(path: Path) -> list[str]:
    """All texts of a question file that a student reads."""
    return list(texts_in(read_yaml(path.read_text(encoding="utf-8"), path.name)))


def texts_in(data: object, key: str = "") -> Iterator[str]:
    """All texts in a part of a question file that a student reads."""
    if isinstance(data, dict):
        for name, value in data.items():
            # “words” is a passage of a text, or the wanted number of words.
            yield from () if name in NO_TEXT else texts_in(value, name)
    elif isinstance(data, list):
        for value in data:
            yield from texts_in(value, key)
    elif isinstance(data, str):
        yield data


def masked(source: str) -> str:
    """The source of a cell with everything that is not prose replaced by blanks, so that positions stay valid."""
    return NO_PROSE.sub(lambda found: re.sub(r"\S", " ", found[0]), source)


def paragraphs(source: str) -> list[tuple[int, str]]:
    """The paragraphs of a cell with their positions; headings, list items and table rows count as paragraphs."""
    found, start = [], 0
    for part in re.split(r"(\n\s*\n|\n(?=[-|#]))", source):
        if part.strip():
            found.append((start, part))
        start += len(part)
    return found


@lru_cache(maxsize=16)
def table(name: str) -> list:
    """The rows of a table; empty if there is no such table."""
    return list(read_table(name))


@lru_cache(maxsize=2)
def keys(name: str, column: str) -> re.Pattern[str]:
    """A pattern for keys of a table: a prefix that its keys have, and a number."""
    begins = {re.sub(r"\d+$", "", row[column]) for row in table(name)} - {""}
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(begins)))})\d+\b" if begins else r"(?!)")


def row_keys(source: str) -> list[str]:
    """The keys of timeline.csv in the HTML comments of a source."""
    return keys("timeline", "id").findall(" ".join(re.findall(r"<!--(.*?)-->", source)))


@lru_cache(maxsize=1)
def sources() -> str:
    """The words of all texts, in one line."""
    return " ".join(" ".join(load_text(name).content.split()) for name in text_ids())


@lru_cache(maxsize=1)
def paragraph_count() -> int:
    """The highest paragraph number of any text, with continuous numbering."""
    return max(sum(len(part.paragraphs) for part in load_text(name).parts) for name in text_ids())


def long_paragraphs(lesson: Lesson) -> list[str]:
    return [
        f"{lesson.name}, cell {id}: a paragraph of {len(words)} words, “{' '.join(words[:6])} …”"
        for id, source in lesson.prose
        for _, paragraph in paragraphs(masked(source))
        if len(words := paragraph.split()) > MOST_WORDS
    ]


def broken_references(name: str, id: str, source: str) -> list[str]:
    """Messages about mentioned lessons, questions, paragraphs, edges, rows and notes that do not exist."""
    lessons = {path.stem[:2]: path for path in lesson_paths()}
    known = {
        "lesson": set(lessons),
        "question": {one for path in lessons.values() for one in _question_ids(question_path(path))},
        "paragraph": {str(number) for number in range(1, paragraph_count() + 1)},
        "edge": {row["edge_id"] for row in table("relations")},
        "row": {row["id"] for row in table("timeline")},
        "note": set(re.findall(r"\[(\d+)\]", sources())),
    }
    words = masked(source)
    listed = r"((?:{0})(?:(?:, | and | or | to |–)(?:{0}))*)"
    patterns = {
        "lesson": re.compile(r"\blessons? " + listed.format(r"\d\d(?!\d)"), re.I),
        "question": re.compile(r"\bquestions? " + listed.format(r"\d+\.\d+"), re.I),
        "paragraph": re.compile(r"\bparagraphs? " + listed.format(r"\d+"), re.I),
        "edge": keys("relations", "edge_id"),
        "row": keys("timeline", "id"),
        "note": re.compile(r"\[(\d)\](?!\()"),
    }
    complaints = []
    for kind, pattern in patterns.items():
        for found in pattern.finditer(words):
            # “e33 and e36 do not exist” is intended.
            if kind == "edge" and re.match(r"(?: and \w+)? do(?:es)? not exist", words[found.end() :]):
                continue
            for one in [found[0]] if kind in ("edge", "row") else re.findall(r"\d+(?:\.\d+)?", found[1]):
                if one not in known[kind]:
                    complaints.append(f"{name}, cell {id}: there is no {kind} {one}")
    for number, title, target in re.findall(r"\[(\d\d) · ([^\]]+)\]\(([^)]+)\)", source):
        head = title_of(lessons[number]) if number in lessons else ""
        if not Path(target).name.startswith(f"{number}-") or not head.startswith(f"{number} · {title}"):
            complaints.append(f"{name}, cell {id}: “{number} · {title}” is not what {target} is called")
    for number, target in re.findall(r"\[lesson (\d\d)\]\(([^)]+)\)", source):
        if not Path(target).name.startswith(f"{number}"):
            complaints.append(f"{name}, cell {id}: lesson {number} does not stand in {target}")
    return complaints


@lru_cache(maxsize=64)
def _question_ids(path: Path) -> tuple[str, ...]:
    return tuple(re.findall(r'^  - id: "([\d.]+)"', path.read_text(encoding="utf-8"), re.M)) if path.exists() else ()


@lru_cache(maxsize=64)
def title_of(path: Path) -> str:
    return re.match(r"# (.+)", nbformat.read(path, as_version=4).cells[0].source)[1]


def broken_links(path: Path, source: str) -> list[str]:
    """Messages about links to missing files or headings."""
    complaints = []
    for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"```.*?```", "", source, flags=re.S)):
        where, _, heading = target.partition("#")
        if re.match(r"\w+:", target):
            continue
        file = (path.parent / where) if where else path
        if not file.exists():
            complaints.append(f"{path.name}: {target} is not there")
        elif heading and file.suffix == ".md" and heading not in _anchors(file):
            complaints.append(f"{path.name}: {where or path.name} has no heading “{heading}”")
    return complaints


@lru_cache(maxsize=64)
def _anchors(path: Path) -> set[str]:
    heads = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads}


def dates_without_a_row(name: str, id: str, source: str) -> list[str]:
    """Messages about dates from outside the texts that are not quoted and have no row key in their paragraph."""
    words = re.sub(r"“[^”]*”", lambda found: " " * len(found[0]), masked(source))
    complaints = []
    for start, paragraph in paragraphs(source):
        if row_keys(paragraph) or source.startswith("## Sources"):
            continue
        for date in DATE.finditer(words, start, start + len(paragraph)):
            if date[0] not in own_dates():
                complaints.append(f"{name}, cell {id}: “{date[0]}” without a row of timeline.csv")
    return complaints


def minutes(lesson: Lesson) -> list[str]:
    """The minutes of the header card, in class and at home, such as “45” and “20”."""
    row = re.search(r"\*\*Minutes\*\* \|([^|]*)\|", lesson.prose[0][1])
    return re.findall(r"\d+", row[1]) if row else []


def minutes_in_readme(number: str) -> list[str]:
    row = re.search(rf"^\| {number} \|[^|]*\|([^|]*)\|", (ROOT / "README.md").read_text(encoding="utf-8"), re.M)
    return re.findall(r"\d+", row[1]) if row else []


def minutes_elsewhere(lesson: Lesson) -> list[str]:
    """Messages about minutes that differ between the README and the header card."""
    own, said = minutes(lesson), minutes_in_readme(lesson.name[:2])
    wrong = f"{lesson.name}: {own} minutes on the header card, {said} in README.md"
    return [] if own and own == said else [wrong]


def reading_grade(lesson: Lesson) -> float:
    """The Flesch–Kincaid grade of the prose: roughly the school years that a reader needs."""
    words = sentences = syllables = 0
    for _, source in lesson.prose:
        for _, paragraph in paragraphs(masked(source)):
            if paragraph.startswith(("#", "|")) or source.startswith("## Sources"):
                continue
            plain = re.sub(r"[*_>]", " ", paragraph)
            found = re.findall(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*", plain)
            words += len(found)
            sentences += len(sentence_starts(plain.strip())) if found else 0
            syllables += sum(map(syllables_of, found))
    return 0.39 * words / sentences + 11.8 * syllables / words - 15.59


def syllables_of(word: str) -> int:
    """Estimate the syllables of an English word from its groups of vowels; sometimes wrong by one."""
    word = re.sub(r"[’'].*", "", word.lower())
    # A final e is silent, but not in “people”, “places” or “wanted”.
    word = re.sub(r"(?:(?<![^aeiou]l)e|(?<![aeioucgshxz])es|(?<![td])ed)$", "", word)
    return max(1, len(re.findall(r"[aeiouy]+", word)) + len(re.findall(r"(?<![tscgq])[iu][ao](?!us)", word)))
