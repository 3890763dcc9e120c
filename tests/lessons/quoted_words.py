"""Check that words in quotation marks are words of a text, and of the layer to which a sentence gives them."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from lessons_checked import ROOT, guide_paths, lesson_paths, masked, paragraphs, read_lesson, table, texts_in

from helpers import check_quotes
from helpers.core import read_yaml
from helpers.quotations import ALTERED, FROM, NOT_FOUND
from helpers.texts import load_text, text_ids

# The speakers and the words of other papers that a course lists in ``claims.py``, if it has one.
_CLAIMS = vars(import_module("claims")) if importlib.util.find_spec("claims") else {}
SPEAKERS, OTHERS = _CLAIMS.get("SPEAKERS", {}), _CLAIMS.get("OTHERS", {})
ACTORS = "actor"
# Our own prose in the tables.
COLUMNS = {
    "categories": ("label", "guiding_question"),
    "glossary": ("explanation",),
    "people": ("full_name", "role_in_1921_doc", "role_in_1923_doc", "notes"),
    "phrases": ("note",),
    "relations": ("note",),
    "summaries": ("summary",),
    "timeline": ("event", "relevance", "source_type", "note"),
    "transmission": ("medium", "reference", "note"),
    "variants": ("remark",),
}
# “The letter says “…””, ““…” stands in the letter”, and ““…” (letter)”: the sentence names a layer.
_SAYS = (
    r"(?:asks|begins|calls|closes|demands|forbids|has|names|orders|prints|quotes|reads|reports|says|speaks"
    r"|tells|uses|wants|writes)"
)


class Piece(NamedTuple):
    """Some prose with its place; ``named`` are layers that its question names, ``about`` is prose around it."""

    place: str
    words: str
    named: frozenset[str] = frozenset()
    about: str = ""


def pieces() -> Iterator[Piece]:
    """All prose in which a text may be quoted."""
    for path in lesson_paths():
        for id, source in read_lesson(path).prose:
            yield Piece(f"{path.stem}, cell {id}", source)
    for path in sorted((ROOT / "lessons" / "questions").glob("*.yaml")):
        yield from of_questions(path)
    for path in guide_paths():
        for _, paragraph in paragraphs(masked(path.read_text(encoding="utf-8"))):
            yield Piece(str(path.relative_to(ROOT)), paragraph)
    for name, columns in COLUMNS.items():
        for row in table(name):
            about = " ".join(map(str, row.values()))
            for column in columns:
                yield Piece(f"{name}.csv, {about[:40]}", row[column], frozenset([row.get("layer", "")]), about)
    for name in text_ids():
        for words in texts_in(load_text(name).about):
            yield Piece(f"{name}.md, front matter", words)


def of_questions(path: Path) -> Iterator[Piece]:
    """The texts of each question, with the layers of its passages."""
    for one in read_yaml(path.read_text(encoding="utf-8"), path.name)["questions"]:
        places = [place for key in ("where", "targets", "near") for place in one.get(key, [])]
        named = frozenset(place["layer"] for place in places)
        for words in texts_in(one):
            yield Piece(f"{path.name}, question {one['id']}", words, named, one["prompt"])


@lru_cache(maxsize=1)
def kinds() -> dict[str, str]:
    """The kind of each layer."""
    return {layer.id: layer.kind for name in text_ids() for layer in load_text(name).parts}


@lru_cache(maxsize=1)
def _given() -> list[tuple[re.Pattern[str], frozenset[str]]]:
    """Patterns of sentences that give a quotation, ``“#”``, to a layer, with the layers that it may be in."""
    found = []
    for name, layers in SPEAKERS.items():
        said = rf"\b{name}(?: itself)? {_SAYS}\b(?: (?!(?:no|not|neither|never|he|she|they|who)\b)[\w’]+){{0,4}}:? “#”"
        stands = rf"“#” (?:is|are|stands?|comes?) (?:only )?(?:in|from) (?:the )?{name}\b"
        found.append((re.compile(f"{said}|{stands}", re.I), frozenset(layers)))
    for layer in kinds():
        found.append((re.compile(rf"“#” \((?:`)?{re.escape(layer)}(?:`)?\)"), frozenset([layer])))
    return found


def complaints(piece: Piece) -> list[str]:
    """Messages about quotations of a piece that are in no text, or not in the layer to which it gives them."""
    words = masked(piece.words)
    if not re.search("[“”«»‘'\"]", words):
        return []
    check = check_quotes(words)
    layers: dict[str, set[str]] = {}
    for row in check:
        if row["layer"]:
            layers.setdefault(row["quotation"], set()).add(row["layer"])
    said = [f"{row['quotation']}: {row['attribution']}" for row in check if row["attribution"]]
    said += [one for one in check.remarks if one.startswith(("A quotation mark", "This is not read"))]
    for quotation, verdict in zip(check.quotations, check.verdicts, strict=True):
        if not re.search(r"\w", quotation.words):  # a gap in a sentence to complete
            continue
        if verdict in (ALTERED, NOT_FOUND) or verdict.startswith(FROM):
            if not elsewhere(quotation.words, piece):
                said.append(f"“{quotation.words}” is in no text")
            continue
        found = layers.get(quotation.words, set())
        start = max(0, quotation.first - 160)
        around = words[start : quotation.first] + "“#”" + words[quotation.last : quotation.last + 60]
        for pattern, wanted in _given():
            if pattern.search(around) and not wanted & found:
                said.append(f"“{quotation.words}” is not in {' or '.join(sorted(wanted))}, but in {sorted(found)}")
        if not (said_by_actors(found) or found & piece.named or names_a_voice(found, f"{piece.words} {piece.about}")):
            said.append(f"“{quotation.words}” is an editor’s or a copyist’s ({sorted(found)}), who is not named")
    return [f"{piece.place}: {one}" for one in said]


def elsewhere(words: str, piece: Piece) -> bool:
    """Whether words are those of another version in variants.csv, or on the list of the course."""
    plain = words.strip(" .,*")
    if any(plain in row["variant"] for row in table("variants")):
        return True
    cited, _ = OTHERS.get(plain[:1].lower() + plain[1:], OTHERS.get(plain, ("", "")))
    return bool(cited and re.search(cited, f"{piece.place} {piece.words} {piece.about}"))


def said_by_actors(layers: set[str]) -> bool:
    return any(kinds()[layer] == ACTORS for layer in layers)


def names_a_voice(layers: set[str], words: str) -> bool:
    """Whether prose names the voice of one of some layers."""
    return any(re.search(rf"\b{name}", words, re.I) for name, of in SPEAKERS.items() if layers & set(of))
