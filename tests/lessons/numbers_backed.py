"""Check that every number in a lesson is backed by an output, a text, a table, a link or a claim."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from lessons_checked import (
    QUOTED,
    REASONS,
    ROOT,
    Lesson,
    at,
    claims,
    is_sources,
    keys,
    lesson_paths,
    masked,
    minutes,
    minutes_in_readme,
    minutes_row,
    months,
    own_dates,
    paragraphs,
    prose_settings,
    read_lesson,
    row_keys,
    sources,
    table,
    title_of,
)

from helpers.texts import load_text, text_ids


@lru_cache(maxsize=1)
def in_words() -> list[str]:
    """The numbers in words, from one."""
    return [one.lower() for one in prose_settings().numbers]


@lru_cache(maxsize=1)
def date_pattern() -> re.Pattern[str]:
    month, day = f"(?:{months()})", r"\b\d{1,2}\.?(?:[–-]\d{1,2}\.?)?"
    return re.compile(rf"(?:{day} )?\b{month} (?:\d{{1,2}}, )?[12]\d\d\d\b|{day} {month}\b|\b[12]\d\d\ds?\b")


@lru_cache(maxsize=1)
def wish() -> re.Pattern[str]:
    """A pattern for the beginning of an instruction such as “write three sentences”, which cannot be checked."""
    prose = prose_settings()
    return re.compile(rf"\b{prose.pattern('write_so_many')} (?:{prose.pattern('at_least')} )?\**$", re.I)


@dataclass(frozen=True)
class Number:
    """A number in a lesson: cell, position and words."""

    cell: str
    start: int
    words: str

    @property
    def end(self) -> int:
        return self.start + len(self.words)

    def within(self, *spans: tuple[int, int]) -> bool:
        return any(start <= self.start and self.end <= end for start, end in spans)

    def one_more(self) -> str:
        """The number plus one: “87” for “86”, “e15” for “e14”, “Three” for “Two”."""
        if self.words.lower() in in_words():
            number = in_words().index(self.words.lower()) + 1
            more = in_words()[number] if number < len(in_words()) else str(number + 1)
            return more.capitalize() if self.words[0].isupper() else more
        *before, last = re.split(r"(\d+)", self.words)[:-1]
        return "".join(before) + str(int(last) + 1).zfill(len(last))


def rows() -> re.Pattern[str]:
    return keys("timeline", "id")


def arrows() -> re.Pattern[str]:
    return keys("relations", "edge_id")


def numbers(lesson: Lesson) -> Iterator[Number]:
    spelt = "|".join(map(re.escape, sorted(in_words()[1:], key=len, reverse=True))) or r"(?!)"
    pattern = rf"{rows().pattern}|{arrows().pattern}|\d+(?:\.\d+)?(?:-\d{{4}})?|\b(?:{spelt})\b"
    for id, source in lesson.prose:
        for found in re.finditer(pattern, masked(source), re.I):
            yield Number(id, found.start(), found[0])


def complaints(lesson: Lesson) -> list[str]:
    """Messages about numbers that nothing backs, each with the words around it."""
    cells, found = dict(lesson.prose), []
    for number in numbers(lesson):
        if backing(lesson, number) is None:
            around = " ".join(cells[number.cell][max(0, number.start - 40) : number.end + 30].split())
            place = at(lesson.place(number.cell), cells[number.cell], number.start)
            found.append(
                f"{place}: nothing backs {number.words} in “{around}”. Let a cell show it, or quote it from a text. "
                f"{REASONS}."
            )
    return found


def rows_not_listed(lesson: Lesson) -> list[str]:
    """Rows of timeline.csv that a lesson uses and its sources do not list, or the reverse."""
    used = set(row_keys("\n".join(source for _, source in lesson.prose)))
    closing = "\n".join(masked(source) for _, source in lesson.prose if is_sources(source))
    listed = set(rows().findall(closing))
    where, last = f"lessons/{lesson.name}.ipynb", f"the last cell, “{prose_settings().phrases['sources']}”"
    missing = [
        f"{where}: the row {row} of texts/timeline.csv is used, but not in {last}. Add “{row}” there."
        for row in sorted(used - listed)
    ]
    return missing + [
        f"{where}: {last}, has the row {row}, which no comment in the lesson names. Delete “{row}” there, or write "
        f"<!-- {row} --> into the paragraph that rests on it."
        for row in sorted(listed - used)
    ]


def backing(lesson: Lesson, number: Number) -> str | None:
    """The kind of backing of a number, in one word; None if it has none."""
    source = dict(lesson.prose)[number.cell]
    words = masked(source)
    before, after = words[: number.start], words[number.end :]
    if number.within(*claimed(lesson.name, source)):
        return "claim"
    if number.within(*titled(source)):
        return "title"
    kind, holds = _place(lesson, number, source, before, after)
    if kind:
        return kind if holds else None
    for found in date_pattern().finditer(words):
        if number.within(found.span()):
            here = next(part for start, part in reversed(paragraphs(source)) if start <= found.start())
            behind = re.match(r"[.)]? ?(<!--.*?-->)", source[found.end() :])
            only = bool(behind and row_keys(behind[1]))
            return _date(found[0], row_keys(here), source, words[: found.start()], lesson, only=only)
    if _quoted(number, words, lesson):
        return "quotation"
    if arrows().fullmatch(number.words):
        return "arrow" if _arrow(number, before, words[number.start :]) else None
    if rows().fullmatch(number.words):
        used = row_keys("\n".join(source for _, source in lesson.prose))
        return "row" if number.words in used and words.count(number.words) == 1 else None
    if is_sources(source):
        return "reference" if _cited(number, words) or _referred(before, number.words) else None
    if number.words.isdigit() and (_named(before, number.words, lesson) or _only(int(number.words), lesson.shown)):
        return "output"
    return "words" if _counted(number.words, after, lesson) else None


@lru_cache(maxsize=1024)
def claimed(name: str, source: str) -> list[tuple[int, int]]:
    """The positions of the claims of claims.py in a cell."""
    return [
        found.span() for claim in claims() if claim.lesson in ("", name[:2]) for found in claim.pattern.finditer(source)
    ]


@lru_cache(maxsize=1024)
def titled(source: str) -> list[tuple[int, int]]:
    """The positions of the titles of the texts in a cell."""
    titles = (re.escape(str(load_text(name).title)) for name in text_ids())
    return [found.span() for title in titles for found in re.finditer(title, source)]


def _place(lesson: Lesson, number: Number, source: str, before: str, after: str) -> tuple[str, bool]:
    """For a number of a place or duration: its kind, and whether it is right."""
    for found in re.finditer(r"\[(\d\d · [^\]]+)\]\(([^)]+)\)", source):
        if number.within(found.span()):
            return "link", _leads(found[1], found[2])
    prose = prose_settings()
    if re.search(rf"\[(?:{prose.pattern('lesson')} )?$", before, re.I) and source[number.end :].startswith("]("):
        return "link", source[number.end :].startswith(f"]({number.words}-")
    if before == "# ":
        return "title", number.words == lesson.name[:2]
    if before.endswith("[") and after.startswith("]"):
        return "note", f"[{number.words}]" in sources()
    card = minutes_row().search(source)
    if card and number.within(card.span()):
        return "minutes", number.words in minutes_in_readme(lesson.name[:2])
    in_so_many = re.search(rf"\b{prose.pattern('in_minutes')} $", before)
    if in_so_many and re.match(rf" {prose.pattern('minutes')}", after, re.I):
        spelt = number.words.lower()
        said = str(in_words().index(spelt) + 1) if spelt in in_words() else number.words
        return "minutes", said in minutes(lesson)
    more = re.search(rf"\*\*{prose.pattern('ten_more')}:?\*\*", source)
    if more and number.within(more.span()):
        return "minutes", True
    named = re.search(r"\b(\w+) $", before)
    if named and (named[1].lower(), number.words) in _numbered_headings():
        return "heading", _in_order(lesson, number, named[1])
    if wish().search(before):
        return "wish", True
    return "", False


def _leads(title: str, target: str) -> bool:
    path = ROOT / "lessons" / target
    return path.exists() and target.startswith(title[:2]) and title_of(path).startswith(title)


@lru_cache(maxsize=1)
def _numbered_headings() -> set[tuple[str, str]]:
    """Word and number of all numbered headings, such as “Envelope 3 · A second telegram”."""
    heads = re.compile(r"^#+ (\w+) (\d) · ", re.M)
    prose = [source for path in lesson_paths() for _, source in read_lesson(path).prose]
    return {(word.lower(), number) for source in prose for word, number in heads.findall(source)}


def _in_order(lesson: Lesson, number: Number, word: str) -> bool:
    """Whether a numbered heading is the next one; in other cells, whether such a heading exists."""
    head = re.compile(rf"^#+ {word} \d · ", re.I | re.M)
    cells = [id for id, source in lesson.prose if head.search(source)]
    return number.cell not in cells or number.words == str(cells.index(number.cell) + 1)


def _date(date: str, keys: list[str], source: str, before: str, lesson: Lesson, *, only: bool) -> str | None:
    """The backing of a date: the texts, a row whose key is in the paragraph, or, if not `only` a row, an output."""
    if date in own_dates():
        return "own date"
    wanted = date[:3] + r"\d" if date.endswith("0s") else re.escape(date.replace("–", "-"))
    for row in table("timeline"):
        said = " ".join(value for name, value in row.items() if name not in ("id", "evidence")).replace("–", "-")
        if row["id"] in keys and re.search(rf"(?<![\d:]){wanted}(?!\d)", said):
            return "row"
    if only:
        return None
    if date.isdigit():  # a year alone is often there by chance
        said = _named(before, date, lesson)
    else:
        said = re.search(rf"\b{re.escape(date)}\b", sources() + " " + lesson.shown)
    if said:
        return "output"
    return "reference" if is_sources(source) and _referred(before, date) else None


def _quoted(number: Number, words: str, lesson: Lesson) -> bool:
    """Whether it is in a word-for-word quotation from the texts or from an output."""
    said = sources() + " " + " ".join(lesson.shown.split())
    quotations = [found[0][1:-1] for found in QUOTED.finditer(words) if number.within(found.span())]
    return any(" ".join(one.split()).rstrip(".,;:") in said for one in quotations)


def _arrow(number: Number, before: str, after: str) -> bool:
    """Whether the clause around an arrow key has more words of its row than of the neighbouring rows."""
    clause = re.split(r"[;.:]\s|\n", before)[-1] + re.split(r"[;.]\s|\n", after)[0]
    listed = arrows().findall(clause)
    begin, digits = re.fullmatch(r"(.*?)(\d+)", number.words).groups()
    beside = {f"{begin}{int(digits) + n:0{len(digits)}}" for n in (-1, 1)} - set(listed)
    fits = {edge: len(_stems(clause) & stems) for edge, stems in _arrows().items()}
    best = max(fits.get(edge, 0) for edge in ("", *beside))
    return fits.get(number.words, 0) > best and listed.count(number.words) == 1


@lru_cache(maxsize=1)
def _arrows() -> dict[str, set[str]]:
    names = {row["id"]: row["canonical_name"] for row in table("people")}
    said = {
        row["edge_id"]: [names.get(row[end], "") for end in ("source", "target")]
        + [row.get(name, "") for name in ("relation", "evidence", "note")]
        for row in table("relations")
    }
    return {edge: _stems(" ".join(words)) for edge, words in said.items()}


def _stems(words: str) -> set[str]:
    return {word[:5] for word in re.findall(r"[a-z]{4,}", words.lower().replace("_", " "))}


def _cited(number: Number, words: str) -> bool:
    """Whether it is a volume and page that a reference in texts/ has, such as “45:608”."""
    for found in re.finditer(r"vol\. (\d+)[^;.]*?,(?: Document \d+,)? pp?\. (\d+)(?:–\d+)?", words):
        if number.within(found.span()) and re.search(rf"\b{found[1]}:{found[2]}\b", _references()):
            return number.words in (found[1], found[2]) or f"{found[2]}-{number.words}" in _references()
    return False


def _referred(before: str, number: str) -> bool:
    """Whether a reference in texts/ has the number after the same word, such as “p. 656” or “Progress, 1970”."""
    before = re.sub(r"(?:\d+(?:[–-]\d+)?(?:, | and ))+$", "", before)  # “pp. 44, 46 and 50”
    last = re.search(r"(\w+)\W*$", before)
    word = last and re.sub(r"^pp$", "pp?", last[1])
    return bool(last and re.search(rf"\b{word}\W{{1,3}}{re.escape(number)}(?!\d)", _references()))


# Files of texts/ that say nothing about the texts.
NO_REFERENCE = {"course", "README"}


@lru_cache(maxsize=1)
def _references() -> str:
    files = sorted(path for path in (ROOT / "texts").iterdir() if path.is_file() and path.stem not in NO_REFERENCE)
    words = "\n".join(file.read_text(encoding="utf-8", errors="replace") for file in files)
    return words.replace("–", "-").replace("Doc. ", "Document ")


def _named(before: str, number: str, lesson: Lesson) -> bool:
    """Whether a text or an output has the number after the same name, such as “Document 814”."""
    last = re.search(r"\b([A-Z]\w+) $", before)
    return bool(last and re.search(rf"\b{last[1]} {number}(?!\d)", sources() + " " + lesson.shown))


def _only(number: int, shown: str) -> bool:
    """Whether an output has the number but not its neighbours, so probably not by chance."""
    return number in _digits(shown) and not {number - 1, number + 1} & _digits(shown)


@lru_cache(maxsize=64)
def _digits(shown: str) -> frozenset[int]:
    return frozenset(int(one) for one in re.findall(r"(?<![\d.])\d{1,4}(?!\d)", shown))


def _counted(number: str, after: str, lesson: Lesson) -> bool:
    """Whether an output, a question or a text has the same number of the same thing."""
    thing = re.match(r"\s+(\w+)", after)
    prose = prose_settings()
    if not thing or thing[1].lower() in prose.alternatives("not_counted"):
        return False
    if thing[1] in prose.alternatives("texts") and number.lower() == in_words()[len(text_ids()) - 1]:
        return True
    pattern = re.compile(rf"\b{number}\s+{thing[1]}\b", re.I)
    return any(pattern.search(said) for said in (lesson.shown, *lesson.asked, sources(), _references()))
