"""Correspondence from the headers of many letters; missing data are counted, never guessed."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from ..core import UserError, short_repr
from ..texts import Shelf, Text, is_nobody

LETTER_BASIS = "edition_metadata"
RELATION = "writes_to"
_NOT_STATED = "not stated"
# An edge of a network: source, target, key, attributes.
Edge = tuple[str, str, str, dict[str, str]]
Ends = TypeVar("Ends", bound=tuple[str, ...])


@dataclass(frozen=True)
class Letters:
    """The correspondence of many letters."""

    people: dict[str, str]  # id to name
    rows: list[dict[str, str]]  # one row per sender and recipient of every letter
    note: str  # the number of letters, and what their headers leave open


def texts_of(texts: object) -> list[Text]:
    """Return the texts of a shelf or of any iterable; raise `UserError` for anything else.

    Examples
    --------
    >>> texts_of("letters")
    Traceback (most recent call last):
    helpers.core.errors.UserError: texts='letters' are not texts. Load them first: texts = load_texts(folder).
    """
    found = list(texts.values()) if isinstance(texts, Mapping) else texts
    if isinstance(found, Text):
        found = [found]
    if isinstance(found, str) or not isinstance(found, Iterable):
        raise UserError(f"texts={short_repr(texts)} are not texts. Load them first: texts = load_texts(folder).")
    found = list(found)
    for item in found:
        if not isinstance(item, Text):
            raise UserError(f"texts=: {short_repr(item)} is not a text. Load it first: load_text(…).")
    return found


def letters(texts: Iterable[Text], failed: int = 0) -> Letters:
    """Read senders and recipients from the headers of letters; ``failed`` files could not be loaded.

    Several senders or recipients give one row per pair. A person whom the edition does not know is a person of
    her own in every letter. Two names are the same person if both point
    to the same URI; a key or a pointer inside a file identifies a person only together with the name.

    Examples
    --------
    >>> from helpers.texts import parse_text
    >>> one = parse_text("---\\nsender: Anna\\nrecipients: Karl\\ndate: '1900'\\n---\\nDear Karl", id="one")
    >>> two = parse_text("---\\nsender: Anna\\n---\\nDear friend", id="two")
    >>> found = letters([one, two])
    >>> found.rows[0]["evidence"]
    'sent by Anna, 1900; received by Karl'
    >>> found.note
    '2 texts: 1 letter with sender and recipient; 1 names no recipient.'
    """
    texts = list(texts)
    names: dict[str, Counter[str]] = defaultdict(Counter)
    rows: list[dict[str, str]] = []
    lacking: Counter[str] = Counter()
    count = many = undated = 0
    for id, text, about in _letters_of(texts):
        sent, received = _people(about, "sender", id), _people(about, "recipients", id)
        if not sent or not received:
            lacks = "no recipient" if sent else "no sender" if received else "neither sender nor recipient"
            lacking[lacks] += 1
            continue
        for person, name in (*sent.items(), *received.items()):
            names[person][name] += 1
        pairs = [(a, b) for a in sent for b in received]
        count += 1
        many += len(pairs) > 1
        undated += not about.get("date")
        facts = _about(text, about, list(sent.values()), list(received.values()))
        for n, (a, b) in enumerate(pairs, 1):
            rows.append({"edge_id": id if len(pairs) == 1 else f"{id}/{n}", "source": a, "target": b} | facts)
    parts = [f"{_number(count, 'letter')} with sender and recipient"]
    if many:
        parts[0] += f", {_number(many, 'of them')} with several, which give {len(rows):,} arrows: one for each pair"
    parts += [f"{n:,} name{'s' * (n == 1)} {what}" for what, n in sorted(lacking.items())]
    parts += [f"{undated:,} of the letters {'has' if undated == 1 else 'have'} no date"] if undated else []
    parts += [f"{_number(failed, 'file')} could not be loaded"] if failed else []
    return Letters(_told_apart(names), rows, f"{_number(len(texts), 'text')}: {'; '.join(parts)}.")


def _letters_of(texts: Iterable[Text]) -> Iterator[tuple[str, Text, Mapping[str, object]]]:
    """Every letter of the texts with its id; a file that describes several letters gives each its number."""
    for text in texts:
        if text.letters:
            yield from ((f"{text.id}/{n}", text, letter) for n, letter in enumerate(text.letters, 1))
        else:
            yield text.id, text, text.about


def failures(texts: object) -> int:
    """Return how many files of a folder could not be loaded."""
    return len(texts.failures) if isinstance(texts, Shelf) else 0


def _number(n: int, what: str) -> str:
    return f"{n:,} {what}" + "s" * (n != 1 and not what.startswith("of"))


def _listed(value: object) -> list[str]:
    return [str(item) for item in (value if isinstance(value, list | tuple) else [value] if value else [])]


def _people(about: Mapping[str, object], key: str, letter: str) -> dict[str, str]:
    """Map the ids of the senders or recipients of a letter to their names; unknown people are each somebody else."""
    names, pointers = _listed(about.get(key)), _listed(about.get(f"{key}_ref"))
    pointers += [""] * (len(names) - len(pointers))
    return {
        f"{name} ({letter})" if is_nobody(name) else _identity(name, pointer): name
        for name, pointer in zip(names, pointers, strict=False)
        if name.strip()
    }


def _identity(name: str, pointer: str) -> str:
    if not pointer:
        return name
    address = next((one for one in pointer.split() if ":" in one and not one.startswith("#")), "")
    # One entry of a register, whether its address begins with http or https, and ends in a slash or not.
    return re.sub("^http:", "https:", address).rstrip("/") or f"{name} ({pointer})"


def _about(text: Text, about: Mapping[str, object], sent: list[str], received: list[str]) -> dict[str, str]:
    date = str(about.get("date", ""))
    shown = str(about.get("date_display") or date)
    where = [part for part in (str(about.get("place", "")), shown) if part]
    return {
        "relation": RELATION,
        "document": text.id,
        "layer": "header",
        "voice": "edition",
        "date": date,
        "place": str(about.get("place", "")),
        "basis": LETTER_BASIS,
        "certainty": _NOT_STATED,
        "evidence": f"{', '.join(['sent by ' + ' and '.join(sent), *where])}; received by {' and '.join(received)}",
        "note": " ".join(_listed(about.get("not_verified"))),
    }


def _told_apart(names: Mapping[str, Counter[str]]) -> dict[str, str]:
    """Map ids to each person's most frequent name; namesakes get a distinguishing suffix."""
    usual = {id: min(found, key=lambda name: (-found[name], name)) for id, found in names.items()}
    shared = {name for name, n in Counter(usual.values()).items() if n > 1}
    return {id: f"{name} ({_apart(id, name)})" if name in shared else name for id, name in usual.items()}


def _apart(id: str, name: str) -> str:
    if id == name:
        return "without reference"
    own = id.removeprefix(f"{name} (").removesuffix(")") if id.startswith(f"{name} (") else id
    return "/".join(own.rstrip("/").split("/")[-2:])


# What a reader can follow in one drawing: names and arrows of letters; names and arrows of single relations.
MOST_NAMES, MOST_ARROWS = 25, 48
MOST_RELATED, MOST_RELATIONS = 40, 96


@dataclass(frozen=True)
class Arrow:
    """One arrow of a drawing; it represents one edge or several."""

    source: str
    target: str
    id: str
    sign: str  # the label written on it
    group: str  # decides colour and frame: the document, or "" for letters
    basis: str  # decides the line style
    edges: tuple[Edge, ...]


@dataclass(frozen=True)
class Arrows:
    """The arrows drawn, their ends, and a note on what is not drawn."""

    nodes: list[str]
    arrows: list[Arrow]
    note: str


def choose_arrows(nodes: Sequence[str], edges: Sequence[Edge]) -> Arrows:
    """Bundle parallel letters; if there are too many names or arrows, choose the names with most of them.

    A relation from ``relations.csv`` that is drawn has its own arrow.

    Examples
    --------
    >>> letters = [("anna", "karl", n, {"basis": "edition_metadata"}) for n in range(3)]
    >>> drawn = choose_arrows(["anna", "karl"], letters)
    >>> [arrow.sign for arrow in drawn.arrows], drawn.note
    (['×3'], '')
    """
    bundles: dict[tuple[str, str], list[Edge]] = defaultdict(list)
    relations = []
    for edge in edges:
        if edge[3]["basis"] == LETTER_BASIS:
            bundles[edge[0], edge[1]].append(edge)
        else:
            relations.append(edge)
    arrows = [
        Arrow(a, b, str(key), str(key), data["document"], data["basis"], ((a, b, key, data),))
        for a, b, key, data in _most_related(relations)
    ]
    held = {end for arrow in arrows for end in (arrow.source, arrow.target)}
    busy: Counter[str] = Counter()
    for a, b, *_ in edges:
        busy.update({a, b})
    ranked = sorted(nodes, key=lambda node: (node not in held, -busy[node], str(node)))
    most = MOST_NAMES if bundles else MOST_RELATED
    kept = set(ranked[: max(most, len(held))])
    inside = sorted((pair for pair in bundles if kept.issuperset(pair)), key=lambda pair: (-len(bundles[pair]), pair))
    for a, b in sorted(_every_name_first(inside, MOST_ARROWS)):
        bundle = tuple(bundles[a, b])
        arrows.append(Arrow(a, b, f"{a} → {b}", f"×{len(bundle):,}", "", LETTER_BASIS, bundle))
    ends = {end for arrow in arrows for end in (arrow.source, arrow.target)}
    if len(nodes) <= most or not bundles:  # names without an arrow too
        ends |= kept
    drawn, total = sum(len(arrow.edges) for arrow in arrows), len(edges)
    note = ""
    if drawn < total or len(ends) < len(nodes):
        who, what = ("correspondents", "letters") if bundles and not relations else ("names", "arrows")
        note = (
            f"Drawn: {len(ends)} of {len(nodes):,} {who}, those with most {what}, and {drawn:,} of {total:,} {what}. "
            f"Not drawn: {len(nodes) - len(ends):,} {who} and {total - drawn:,} {what}. "
            "evidence(network) lists all; to draw others, choose some in correspondence(…), or a part of the network."
        )
    return Arrows(sorted(ends), arrows, note)


def _most_related(relations: Sequence[Edge]) -> list[Edge]:
    """Choose up to `MOST_RELATIONS` relations between the `MOST_RELATED` names that have most of them."""
    busy: Counter[str] = Counter()
    for a, b, *_ in relations:
        busy.update({a, b})
    kept = set(sorted(busy, key=lambda name: (-busy[name], name))[:MOST_RELATED])
    inside = [edge for edge in relations if kept.issuperset(edge[:2])]
    chosen = set(_every_name_first([edge[:3] for edge in inside], MOST_RELATIONS))
    return [edge for edge in inside if edge[:3] in chosen]


def _every_name_first(order: Sequence[Ends], most: int) -> list[Ends]:
    """Choose up to ``most`` tuples that begin with two names: the first one of every name, then the first overall."""
    first: dict[Ends, None] = {}
    met: set[str] = set()
    for one in order:
        if not met.issuperset(one[:2]):
            first[one] = None
            met.update(one[:2])
    return list(dict.fromkeys([*first, *order]))[:most]
