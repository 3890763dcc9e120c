"""Spelling, with the dictionary that ``texts/course.yaml`` names. For English: British, with a list of American forms.

``words.txt`` has words of the module; ``prose``, ``words`` in ``texts/course.yaml`` has those of the course.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import codespell_lib
from lessons_checked import ROOT, at, is_sources, masked, prose_settings, sources, table
from spellchecker import SpellChecker

from helpers.texts import load_text, text_ids

MODULE_WORDS = Path(__file__).with_name("words.txt")
WORD = re.compile(r"[^\W\d_]+(?:[’'][^\W\d_]+)*")
# In a list of sources, words in italics are a title and stand as printed.
TITLE = re.compile(r"(?<!\*)\*[^*\n]+\*(?!\*)")
QUOTED = re.compile(r"“[^“”]*(?:“[^“”]*”[^“”]*)*”|„[^„“”]*[“”]|«[^«»]*»|»[^»«]*«|‘[^‘’]*’(?!\w)|\"[^\"]*\"")
# American in one sense and British in another: storey and story, a licence and to license.
BOTH = {
    "biased", "focused", "focuses", "focusing", "license", "licensed", "licenses", "licensing", "meter", "meters",
    "practice", "practices", "program", "programs", "routing", "stories", "story", "writable",
}  # fmt: skip
IZE = re.compile(r"(?<=[a-z]{3}i)z(?=(?:e[ds]?|ers?|ing|ations?|ational)$)")
NO_ISE = re.compile(r"(?:over|under|out)?(?:cap)?siz(?:e[ds]?|ing)|(?:ap)?priz(?:e[ds]?|ing)|seiz(?:e[ds]?|ing)")


@lru_cache(maxsize=2)
def _dictionary(language: str) -> SpellChecker:
    return SpellChecker(language=language)


@lru_cache(maxsize=2)
def _pairs(name: str) -> dict[str, set[str]]:
    """A codespell list: each word with its corrections."""
    lines = Path(codespell_lib.__file__).parent.joinpath("data", name).read_text(encoding="utf-8").splitlines()
    pairs = (line.split("->") for line in lines if "->" in line)
    return {word: {one.strip() for one in others.split(",") if one.strip()} for word, others in pairs}


@lru_cache(maxsize=1)
def _american() -> set[str]:
    return set().union(*_pairs("dictionary_en-GB_to_en-US.txt").values()) - BOTH


def module_words() -> list[str]:
    return MODULE_WORDS.read_text(encoding="utf-8").splitlines()


@lru_cache(maxsize=1)
def own_words() -> list[str]:
    return [*module_words(), *(word for word, _ in prose_settings().words)]


@lru_cache(maxsize=1)
def _names() -> set[str]:
    """The words in the names of people and bodies, and in the titles of the texts and of the course."""
    named = [f"{row['canonical_name']} {row.get('full_name', '')}" for row in table("people")]
    named += [str(load_text(name).title) for name in text_ids()]
    named += re.findall(r"\A# (.+)", (ROOT / "README.md").read_text(encoding="utf-8"))
    return {_bare(one) for words in named for one in WORD.findall(words)}


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
    known = _dictionary("en").known
    american = re.sub(r"is(?=(?:e[ds]?|ers?|ing|ations?|ational)$)", "iz", word)
    return bool(known([word, american])) or word in _pairs("dictionary_en-GB_to_en-US.txt")


def is_known(word: str, dictionary: str) -> bool:
    """Whether a word is right in the language of the course, or a word of English such as the name of a command."""
    if dictionary == "en":
        return is_english(word)
    return bool(_dictionary(dictionary).known([word]) or word.removesuffix("s") in _names()) or is_english(word)


def misspelt(source: str, own: frozenset[str] | None = None, dictionary: str = "") -> list[str]:
    """The misspelt, unknown or American words of some prose, each with what is wrong."""
    return [said for _, said in misspelt_words(source, own, dictionary)]


def misspelt_words(source: str, own: frozenset[str] | None = None, dictionary: str = "") -> list[tuple[int, str]]:
    """The same, each with its position.

    Words in capitals count as abbreviations. Between quotation marks all words of the texts are accepted,
    and so are all words of titles in a list of sources.
    """
    dictionary = dictionary or prose_settings().dictionary
    if dictionary == "none":
        return []
    own = frozenset(word.lower() for word in own_words()) if own is None else own
    prose = masked(source)
    if is_sources(source):
        prose = TITLE.sub(lambda found: " " * len(found[0]), prose)
    quoted = [found.span() for found in QUOTED.finditer(prose)]
    complaints = []
    for found in WORD.finditer(prose):
        word = _bare(found[0])
        if any(start < found.start() < end for start, end in quoted) and word in _source_words():
            continue
        if dictionary == "en" and is_american(word):
            complaints.append((found.start(), f"“{found[0]}” is American"))
        elif len(word) > 1 and not (
            found[0].isupper() or {word, found[0].lower()} & own or word in _names() or is_known(word, dictionary)
        ):
            complaints.append((found.start(), f"“{found[0]}” is in no word list"))
    return complaints


def spelling_problems(where: str, source: str) -> list[str]:
    """Messages about misspelt words, with the place of each and what to do."""
    fixes = {
        "is American": "Write the British form.",
        "is in no word list": "Correct it; if it is right, add it to “prose”, “words” in texts/course.yaml.",
    }
    return [
        f"{at(where, source, position)}: {said}. {next(fix for end, fix in fixes.items() if said.endswith(end))}"
        for position, said in misspelt_words(source)
    ]
