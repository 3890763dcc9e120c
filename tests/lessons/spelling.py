"""British spelling: a dictionary of English, a list of American forms, and two word lists of our own.

``words.txt`` belongs to the module, ``course-words.txt`` to the course.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import codespell_lib
from lessons_checked import masked, sources, table
from spellchecker import SpellChecker

LISTS = [Path(__file__).with_name(name) for name in ("words.txt", "course-words.txt")]
WORD = re.compile(r"[^\W\d_]+(?:[’'][^\W\d_]+)*")
# In a list of sources, words in italics are a title and stand as printed.
TITLE = re.compile(r"(?<!\*)\*[^*\n]+\*(?!\*)")
QUOTED = re.compile(r"“[^“”]*(?:“[^“”]*”[^“”]*)*”|‘[^‘’]*’(?!\w)|\"[^\"]*\"")
# American in one sense and British in another: storey and story, a licence and to license.
BOTH = {
    "biased", "focused", "focuses", "focusing", "license", "licensed", "licenses", "licensing", "meter", "meters",
    "practice", "practices", "program", "programs", "routing", "stories", "story", "writable",
}  # fmt: skip
IZE = re.compile(r"(?<=[a-z]{3}i)z(?=(?:e[ds]?|ers?|ing|ations?|ational)$)")
NO_ISE = re.compile(r"(?:over|under|out)?(?:cap)?siz(?:e[ds]?|ing)|(?:ap)?priz(?:e[ds]?|ing)|seiz(?:e[ds]?|ing)")


@lru_cache(maxsize=1)
def _english() -> SpellChecker:
    return SpellChecker()


@lru_cache(maxsize=2)
def _pairs(name: str) -> dict[str, set[str]]:
    """A codespell list: each word with its corrections."""
    lines = Path(codespell_lib.__file__).parent.joinpath("data", name).read_text(encoding="utf-8").splitlines()
    pairs = (line.split("->") for line in lines if "->" in line)
    return {word: {one.strip() for one in others.split(",") if one.strip()} for word, others in pairs}


@lru_cache(maxsize=1)
def _american() -> set[str]:
    return set().union(*_pairs("dictionary_en-GB_to_en-US.txt").values()) - BOTH


def listed(path: Path) -> list[str]:
    """The words of one list; empty if there is no such list."""
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


@lru_cache(maxsize=1)
def own_words() -> list[str]:
    return [word for path in LISTS for word in listed(path)]


@lru_cache(maxsize=1)
def _names() -> set[str]:
    """The words in the canonical names of people and bodies."""
    rows = table("people")
    return {one.lower() for row in rows for one in WORD.findall(f"{row['canonical_name']} {row.get('full_name', '')}")}


@lru_cache(maxsize=1)
def _source_words() -> set[str]:
    return {_bare(word) for word in WORD.findall(sources())}


def _bare(word: str) -> str:
    """The word in lower case, with a straight apostrophe, without a possessive ’s."""
    return re.sub(r"'s?$", "", word.lower().replace("’", "'"))


def is_american(word: str) -> bool:
    return word in _american() or bool(IZE.search(word) and not NO_ISE.fullmatch(word))


def is_english(word: str) -> bool:
    """Whether the word is correct British English: known, or the British form of a known word."""
    if word in _pairs("dictionary.txt"):
        return False  # a known misspelling, even if it is in the dictionary
    known = _english().known
    american = re.sub(r"is(?=(?:e[ds]?|ers?|ing|ations?|ational)$)", "iz", word)
    return bool(known([word, american])) or word in _pairs("dictionary_en-GB_to_en-US.txt")


def misspelt(source: str, own: frozenset[str] | None = None) -> list[str]:
    """The misspelt, unknown or American words of some prose.

    Words in capitals count as abbreviations. Between quotation marks all words of the texts are accepted,
    and so are all words of titles in a list of sources.
    """
    own = frozenset(word.lower() for word in own_words()) if own is None else own
    prose = masked(source)
    if source.startswith("## Sources"):
        prose = TITLE.sub(lambda found: " " * len(found[0]), prose)
    quoted = [found.span() for found in QUOTED.finditer(prose)]
    complaints = []
    for found in WORD.finditer(prose):
        word = _bare(found[0])
        if any(start < found.start() < end for start, end in quoted) and word in _source_words():
            continue
        if is_american(word):
            complaints.append(f"“{found[0]}” is American")
        elif len(word) > 1 and not (found[0].isupper() or word in own or word in _names() or is_english(word)):
            complaints.append(f"“{found[0]}” is in no word list")
    return complaints
