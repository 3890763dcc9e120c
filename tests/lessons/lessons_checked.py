"""Lessons as data, and checks of their structure, references and dates."""

from __future__ import annotations

import html
import importlib.util
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from importlib import import_module
from pathlib import Path

import nbformat
import pytest

from helpers.core import line_of_entry, read_yaml
from helpers.questions import Prose, course_settings, question_path
from helpers.reading import sentence_starts
from helpers.texts import load_text, read_table, text_ids

ROOT = Path(__file__).resolve().parents[2]
MOST_WORDS = 110
REASONS = "Or give the reason under “prose”, “reasons” in texts/course.yaml; tests/fork/own-texts.md shows how"
# Words in quotation marks, English, German and French.
QUOTED = re.compile(r"“[^“”]*”|„[^„“”]*[“”]|«[^«»]*»|»[^«»]*«")
# Parts of a cell that are not prose: code, comments, tags, link targets, list numbers.
NO_PROSE = re.compile(
    r"```.*?```|`[^`\n]*`|<!--.*?-->|<[^<>\n]*>|(?<=\])\([^)\s]*\)|^[> ✎]*\d+\. |https?://\S+", re.S | re.M
)
# Keys of a question file whose values are not our prose: ids, and words quoted from the texts.
NO_TEXT = {
    "accept",
    "id",
    "kind",
    "skill",
    "document",
    "layer",
    "layers",
    "words",
    "quote",
    "goes_with",
    "attempts",
    "evidence",
}


@lru_cache(maxsize=1)
def prose_settings() -> Prose:
    """What ``texts/course.yaml`` says of the lessons’ prose."""
    return course_settings().prose


@lru_cache(maxsize=1)
def language() -> str:
    return course_settings().language.partition("-")[0].lower()


@lru_cache(maxsize=1)
def months() -> str:
    """The names of the months, as alternatives of a pattern."""
    return "|".join(map(re.escape, prose_settings().months))


@lru_cache(maxsize=1)
def date_pattern() -> re.Pattern[str]:
    month = rf"(?:{months()})"
    return re.compile(rf"\b(?:(?:\d{{1,2}}\.? )?{month},? (?:\d{{1,2}}, )?)?(?:1\d|20)\d\d(?:–\d\d)?\b")


def report(said: Iterable[str]) -> None:
    """Fail with these messages and nothing else; each names the file, the place in it, and what to do."""
    if found := list(dict.fromkeys(said)):
        pytest.fail("\n".join(["", *found]), pytrace=False)


def at(where: str, source: str, position: int) -> str:
    """The place with the line; that of a question file has it already."""
    return where if ", line " in where else f"{where}, line {source.count(chr(10), 0, position) + 1}"


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

    def place(self, id: str) -> str:
        """The file and the number of a cell."""
        return f"lessons/{self.name}.ipynb, cell {1 + [one for one, _, _ in self.cells].index(id)}"

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
    place: str = "tests/lessons/claims.py"

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
    """The reasons in ``texts/course.yaml``, and those in ``claims.py``, which compute numbers, if there are any."""
    computed = import_module("claims").CLAIMS if importlib.util.find_spec("claims") else ()
    return (*(Claim(one.lesson, one.words, one.why, place=one.place) for one in prose_settings().reasons), *computed)


@lru_cache(maxsize=1)
def own_dates() -> set[str]:
    """The dates in the front matter of the texts, in all written forms, and ``DATES`` of the course."""
    found = set(import_module("claims").DATES) if importlib.util.find_spec("claims") else set()
    for name in text_ids():
        for year, month, day in re.findall(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?", load_text(name).date):
            word = prose_settings().months[int(month) - 1] if month else ""
            found |= {year, f"{word} {year}".strip()}
            if day:
                found |= {f"{int(day)} {word} {year}", f"{int(day)}. {word} {year}", f"{word} {int(day)}, {year}"}
    return found


def read_lesson(path: Path) -> Lesson:
    notebook = nbformat.read(path, as_version=4)
    shown = [words for cell in notebook.cells for output in cell.get("outputs", []) for words in _words(output)]
    questions = question_path(path)
    asked = tuple(words for _, words in question_texts(questions)) if questions.exists() else ()
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


def question_texts(path: Path) -> list[tuple[str, str]]:
    """All texts of a question file that a student reads, each with its file and line."""
    where = f"lessons/questions/{path.name}"
    data = read_yaml(path.read_text(encoding="utf-8"), path.name)
    return [(f"{where}, line {line}", words) for line, words in _texts_with_lines(data)]


def texts_in(data: object) -> Iterator[str]:
    """All texts in a part of a question file that a student reads."""
    return (words for _, words in _texts_with_lines(data))


def _texts_with_lines(data: object, line: int = 1) -> Iterator[tuple[int, str]]:
    if isinstance(data, dict | list):
        for key, value in data.items() if isinstance(data, dict) else enumerate(data):
            # “words” is a passage of a text, or the wanted number of words.
            yield from () if key in NO_TEXT else _texts_with_lines(value, line_of_entry(data, key, line - 1) + 1)
    elif isinstance(data, str):
        yield line, data


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
        f"{at(lesson.place(id), source, start)}: the paragraph “{' '.join(words[:6])} …” has {len(words)} words. "
        f"Divide it by an empty line, so that none has more than {MOST_WORDS}."
        for id, source in lesson.prose
        for start, paragraph in paragraphs(masked(source))
        if len(words := paragraph.split()) > MOST_WORDS
    ]


def broken_references(where: str, source: str) -> list[str]:
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
    words, prose = masked(source), prose_settings()
    listed = rf"((?:{{0}})(?:(?:, | {prose.pattern('and')} |–)(?:{{0}}))*)"
    patterns = {
        "lesson": re.compile(rf"\b{prose.pattern('lesson')} " + listed.format(r"\d\d(?!\d)"), re.I),
        "question": re.compile(rf"\b{prose.pattern('numbered_question')} " + listed.format(r"\d+\.\d+"), re.I),
        "paragraph": re.compile(rf"\b{prose.pattern('paragraph')} " + listed.format(r"\d+"), re.I),
        "edge": keys("relations", "edge_id"),
        "row": keys("timeline", "id"),
        "note": re.compile(r"\[(\d)\](?!\()"),
    }
    files = {"edge": "texts/relations.csv", "row": "texts/timeline.csv", "note": "the texts"}
    complaints = []
    for kind, pattern in patterns.items():
        for found in pattern.finditer(words):
            # “e33 and e36 do not exist” is intended.
            if kind == "edge" and re.match(r"(?: and \w+)? do(?:es)? not exist", words[found.end() :]):
                continue
            for one in [found[0]] if kind in ("edge", "row") else re.findall(r"\d+(?:\.\d+)?", found[1]):
                if one not in known[kind]:
                    place = f" in {files[kind]}" if kind in files else ""
                    complaints.append(
                        f"{at(where, source, found.start())}: there is no {kind} {one}{place}. Correct the number."
                    )
    for found in re.finditer(r"\[(\d\d) · ([^\]]+)\]\(([^)]+)\)", source):
        number, title, target = found.groups()
        head = title_of(lessons[number]) if number in lessons else ""
        if not Path(target).name.startswith(f"{number}-") or not head.startswith(f"{number} · {title}"):
            complaints.append(
                f"{at(where, source, found.start())}: “{number} · {title}” is not what {target} is called. Write the "
                "number and the title as in the first line of that lesson."
            )
    for found in re.finditer(rf"\[{prose.pattern('lesson')} (\d\d)\]\(([^)]+)\)", source):
        number, target = found.groups()
        if not Path(target).name.startswith(f"{number}"):
            complaints.append(
                f"{at(where, source, found.start())}: lesson {number} does not stand in {target}. Correct the number "
                "or the link."
            )
    return complaints


@lru_cache(maxsize=64)
def _question_ids(path: Path) -> tuple[str, ...]:
    return (
        tuple(re.findall(r"""^ *- id: ["']?([\d.]+)""", path.read_text(encoding="utf-8"), re.M))
        if path.exists()
        else ()
    )


@lru_cache(maxsize=64)
def title_of(path: Path) -> str:
    found = re.match(r"# (.+)", nbformat.read(path, as_version=4).cells[0].source)
    return found[1] if found else ""


def broken_links(path: Path, source: str, where: str = "") -> list[str]:
    """Messages about links to missing files or headings."""
    complaints, where = [], where or path.relative_to(ROOT).as_posix()
    code = re.compile(r"```.*?```", re.S)
    for found in re.finditer(r"\]\(([^)\s]+)\)", code.sub(lambda one: re.sub(r"\S", " ", one[0]), source)):
        target = found[1]
        place, _, heading = target.partition("#")
        if re.match(r"\w+:", target):
            continue
        file = (path.parent / place) if place else path
        here = at(where, source, found.start())
        if not file.exists():
            complaints.append(f"{here}: the link leads to {target}, which is not there. Correct or delete it.")
        elif heading and file.suffix == ".md" and heading not in _anchors(file):
            complaints.append(
                f"{here}: {place or path.name} has no heading “{heading}”. Write the heading in small letters with "
                "hyphens for spaces."
            )
    return complaints


@lru_cache(maxsize=64)
def _anchors(path: Path) -> set[str]:
    heads = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads}


def is_sources(source: str) -> bool:
    """Whether a cell is the list of sources at the end of a lesson."""
    return source.startswith(f"## {prose_settings().phrases['sources']}")


def dates_without_a_row(where: str, source: str) -> list[str]:
    """Messages about dates from outside the texts that are not quoted and have no row key in their paragraph."""
    words = QUOTED.sub(lambda found: " " * len(found[0]), masked(source))
    complaints = []
    for start, paragraph in paragraphs(source):
        if row_keys(paragraph) or is_sources(source):
            continue
        for date in date_pattern().finditer(words, start, start + len(paragraph)):
            if date[0] not in own_dates():
                complaints.append(
                    f"{at(where, source, date.start())}: “{date[0]}” is not the date of a text. Write the event into "
                    "texts/timeline.csv, and the id of its row into a comment in this paragraph, such as <!-- t01 -->."
                )
    return complaints


@lru_cache(maxsize=1)
def minutes_row() -> re.Pattern[str]:
    """A pattern for the row of the header card that has the minutes."""
    return re.compile(rf"\*\*{prose_settings().pattern('minutes')}\*\* \|([^|]*)\|")


def minutes(lesson: Lesson) -> list[str]:
    """The minutes of the header card, in class and at home, such as “45” and “20”."""
    row = minutes_row().search(lesson.prose[0][1])
    return re.findall(r"\d+", row[1]) if row else []


def minutes_in_readme(number: str) -> list[str]:
    row = re.search(rf"^\| {number} \|[^|]*\|([^|]*)\|", (ROOT / "README.md").read_text(encoding="utf-8"), re.M)
    return re.findall(r"\d+", row[1]) if row else []


def minutes_elsewhere(lesson: Lesson) -> list[str]:
    """Messages about minutes that differ between the README and the header card."""
    own, said = minutes(lesson), minutes_in_readme(lesson.name[:2])
    if own and own == said:
        return []
    row = prose_settings().phrases["minutes"]
    here, there = (" and ".join(one) or "none" for one in (own, said))
    return [
        f"{lesson.place(lesson.prose[0][0])}: the row **{row}** of the header card has the minutes {here}, and the row "
        f"{lesson.name[:2]} of the table in README.md has {there}. Write the same in both."
    ]


# The school year that belongs to a LIX (Anderson 1983, Lix and Rix, Journal of Reading 26).
LIX = (10, 15, 20, 24, 28, 32, 36, 40, 44, 48, 52, 56)


def reading_grade(lesson: Lesson, of: str = "") -> float:
    """Roughly the school years that a reader of the prose needs.

    English: the Flesch–Kincaid grade. German: the fourth Vienna formula (Bamberger and Vanecek 1984). Other languages:
    the school year of their LIX.
    """
    words: list[str] = []
    sentences, of = 0, of or language()
    for _, source in lesson.prose:
        for _, paragraph in paragraphs(masked(source)):
            if paragraph.startswith(("#", "|")) or is_sources(source):
                continue
            plain = re.sub(r"[*_>]", " ", paragraph)
            found = re.findall(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*", plain)
            words += found
            sentences += len(sentence_starts(plain.strip())) if found else 0
    long = len(words) / sentences
    if of == "en":
        return 0.39 * long + 11.8 * sum(map(syllables_of, words)) / len(words) - 15.59
    if of == "de":
        hard = 100 * sum(len(GERMAN_VOWELS.findall(word)) > 2 for word in words) / len(words)
        return 0.2744 * hard + 0.2656 * long - 1.693
    lix = long + 100 * sum(len(word) > 6 for word in words) / len(words)
    return float(sum(lix >= least for least in LIX))


GERMAN_VOWELS = re.compile(r"[aä]u|[ae]i|eu|ie|[aeiouyäöü]", re.I)


def syllables_of(word: str) -> int:
    """Estimate the syllables of an English word from its groups of vowels; sometimes wrong by one."""
    word = re.sub(r"[’'].*", "", word.lower())
    # A final e is silent, but not in “people”, “places” or “wanted”.
    word = re.sub(r"(?:(?<![^aeiou]l)e|(?<![aeioucgshxz])es|(?<![td])ed)$", "", word)
    return max(1, len(re.findall(r"[aeiouy]+", word)) + len(re.findall(r"(?<![tscgq])[iu][ao](?!us)", word)))
