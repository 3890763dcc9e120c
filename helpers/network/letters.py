"""Who wrote to whom, as the headers of many letters say; what a header does not say is counted, never guessed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..core import UserError
from ..texts import Shelf, Text

LETTER_BASIS = "edition_metadata"
RELATION = "writes_to"
_NOT_STATED = "not stated"
# An edge of a network: source, target, key, and what is known of it.
Edge = tuple[str, str, str, dict[str, str]]


@dataclass(frozen=True)
class Letters:
    """The letters of many texts.

    Attributes
    ----------
    people : dict of str to str
        Correspondents, id to name.
    rows : list of dict
        A row for every sender and recipient of every letter.
    said : str
        How many there are, and what the headers leave open.
    """

    people: dict[str, str]
    rows: list[dict[str, str]]
    said: str


def texts_of(texts: object) -> list[Text]:
    """The texts of a shelf, or of a list.

    Examples
    --------
    >>> texts_of("letters")
    Traceback (most recent call last):
    helpers.core.errors.UserError: texts='letters' are no texts. Load them first: texts = load_texts(folder).
    """
    found = list(texts.values()) if isinstance(texts, Mapping) else texts
    if isinstance(found, Text):
        found = [found]
    if isinstance(found, str) or not isinstance(found, Iterable):
        raise UserError(f"texts={str(texts)[:60]!r} are no texts. Load them first: texts = load_texts(folder).")
    found = list(found)
    for one in found:
        if not isinstance(one, Text):
            raise UserError(f"texts=: {str(one)[:60]!r} is no text. Load it first: load_text(…).")
    return found


def letters(texts: Iterable[Text], failed: int = 0) -> Letters:
    """Read the headers of letters: who sent and who received each of them.

    Several senders or recipients give a row for each pair. Two names are one person if the edition
    points both to one address; a key or a pointer inside a file counts only together with the name.

    Parameters
    ----------
    texts : iterable of Text
        The letters.
    failed : int
        How many files could not be loaded at all.

    Returns
    -------
    Letters
        People, rows and a count in words.

    Examples
    --------
    >>> from helpers.texts import parse_text
    >>> one = parse_text("---\\nsender: Anna\\nrecipients: Karl\\ndate: '1900'\\n---\\nDear Karl", id="one")
    >>> two = parse_text("---\\nsender: Anna\\n---\\nDear friend", id="two")
    >>> found = letters([one, two])
    >>> found.rows[0]["evidence"]
    'sent by Anna, 1900; received by Karl'
    >>> found.said
    '2 texts: 1 letter with sender and recipient; 1 names no recipient.'
    """
    texts = list(texts)
    names: dict[str, Counter[str]] = defaultdict(Counter)
    rows: list[dict[str, str]] = []
    lacking: Counter[str] = Counter()
    many = 0
    for text in texts:
        sent, received = _people(text, "sender"), _people(text, "recipients")
        if not sent or not received:
            lacks = "no recipient" if sent else "no sender" if received else "neither sender nor recipient"
            lacking[lacks] += 1
            continue
        for id, name in (*sent.items(), *received.items()):
            names[id][name] += 1
        pairs = [(a, b) for a in sent for b in received]
        many += len(pairs) > 1
        for n, (a, b) in enumerate(pairs, 1):
            row = {"edge_id": text.id if len(pairs) == 1 else f"{text.id}/{n}", "source": a, "target": b}
            rows.append(row | _about(text, list(sent.values()), list(received.values())))
    undated = len({row["document"] for row in rows if not row["date"]})
    count = len({row["document"] for row in rows})
    parts = [f"{_number(count, 'letter')} with sender and recipient"]
    if many:
        parts[0] += f", {_number(many, 'of them')} with several, which give {len(rows):,} arrows: one for each pair"
    parts += [f"{n:,} name{'s' * (n == 1)} {what}" for what, n in sorted(lacking.items())]
    parts += [f"{undated:,} of the letters {'has' if undated == 1 else 'have'} no date"] if undated else []
    parts += [f"{_number(failed, 'file')} could not be loaded"] if failed else []
    return Letters(_told_apart(names), rows, f"{_number(len(texts), 'text')}: {'; '.join(parts)}.")


def failures(texts: object) -> int:
    """How many files of a folder could not be loaded."""
    return len(texts.failures) if isinstance(texts, Shelf) else 0


def _number(n: int, what: str) -> str:
    return f"{n:,} {what}" + "s" * (n != 1 and not what.startswith("of"))


def _listed(value: object) -> list[str]:
    return [str(one) for one in (value if isinstance(value, list | tuple) else [value] if value else [])]


def _people(text: Text, key: str) -> dict[str, str]:
    """Senders or recipients of a letter: id to name."""
    names, pointers = _listed(text.about.get(key)), _listed(text.about.get(f"{key}_ref"))
    pointers += [""] * (len(names) - len(pointers))
    return {_identity(name, pointer): name for name, pointer in zip(names, pointers, strict=False) if name.strip()}


def _identity(name: str, pointer: str) -> str:
    if not pointer:
        return name
    return pointer if ":" in pointer and not pointer.startswith("#") else f"{name} ({pointer})"


def _about(text: Text, sent: list[str], received: list[str]) -> dict[str, str]:
    about = text.about
    shown = str(about.get("date_display") or text.date)
    where = [one for one in (str(about.get("place", "")), shown) if one]
    return {
        "relation": RELATION,
        "document": text.id,
        "layer": "header",
        "voice": "edition",
        "date": text.date,
        "place": str(about.get("place", "")),
        "basis": LETTER_BASIS,
        "certainty": _NOT_STATED,
        "evidence": f"{', '.join(['sent by ' + ' and '.join(sent), *where])}; received by {' and '.join(received)}",
        "note": " ".join(_listed(about.get("not_verified"))),
    }


def _told_apart(names: Mapping[str, Counter[str]]) -> dict[str, str]:
    """Every person's most frequent name; namesakes get what tells them apart."""
    usual = {id: min(found, key=lambda name: (-found[name], name)) for id, found in names.items()}
    shared = {name for name, n in Counter(usual.values()).items() if n > 1}
    return {id: f"{name} ({_apart(id, name)})" if name in shared else name for id, name in usual.items()}


def _apart(id: str, name: str) -> str:
    if id == name:
        return "without reference"
    own = id.removeprefix(f"{name} (").removesuffix(")") if id.startswith(f"{name} (") else id
    return "/".join(own.rstrip("/").split("/")[-2:])


MOST_NAMES, MOST_ARROWS = 25, 48


@dataclass(frozen=True)
class Arrow:
    """One arrow of a drawing.

    Attributes
    ----------
    source, target : str
        Its ends.
    id, sign : str
        What names it, and what is written on it.
    group, basis : str
        Which colour and frame, and which line it has.
    edges : tuple of Edge
        The edges it stands for: source, target, key, data.
    """

    source: str
    target: str
    id: str
    sign: str
    group: str
    basis: str
    edges: tuple[Edge, ...]


@dataclass(frozen=True)
class Arrows:
    """The arrows drawn, their ends, and in words what is not drawn."""

    nodes: list[str]
    arrows: list[Arrow]
    said: str


def choose_arrows(nodes: Sequence[str], edges: Sequence[Edge]) -> Arrows:
    """Bundle parallel letters, and take the busiest correspondents where there are too many.

    A relation with a sentence of its own always keeps an arrow of its own.

    Parameters
    ----------
    nodes : sequence of str
        All ends.
    edges : sequence of Edge
        Source, target, key and data of every edge, in order.

    Returns
    -------
    Arrows
        What to draw.

    Examples
    --------
    >>> letters = [("anna", "karl", n, {"basis": "edition_metadata"}) for n in range(3)]
    >>> drawn = choose_arrows(["anna", "karl"], letters)
    >>> [arrow.sign for arrow in drawn.arrows], drawn.said
    (['×3'], '')
    """
    bundles: dict[tuple[str, str], list[Edge]] = defaultdict(list)
    arrows = []
    for edge in edges:
        a, b, key, data = edge
        if data["basis"] == LETTER_BASIS:
            bundles[a, b].append(edge)
        else:
            arrows.append(Arrow(a, b, str(key), str(key), data["document"], data["basis"], (edge,)))
    if not bundles:
        return Arrows(sorted(nodes), arrows, "")
    busy: Counter[str] = Counter()
    for a, b, *_ in edges:
        busy.update({a, b})
    held = {end for arrow in arrows for end in (arrow.source, arrow.target)}
    ranked = sorted(nodes, key=lambda node: (node not in held, -busy[node], str(node)))
    kept = set(ranked[: max(MOST_NAMES, len(held))])
    inside = _largest({pair: len(some) for pair, some in bundles.items() if kept.issuperset(pair)})
    for a, b in sorted(inside):
        some = tuple(bundles[a, b])
        arrows.append(Arrow(a, b, f"{a} → {b}", f"×{len(some):,}", "", LETTER_BASIS, some))
    ends = {end for arrow in arrows for end in (arrow.source, arrow.target)} | (
        kept if len(nodes) <= MOST_NAMES else set()
    )
    drawn, total = sum(len(bundles[pair]) for pair in inside), sum(map(len, bundles.values()))
    said = ""
    if drawn < total or len(ends) < len(nodes):
        said = (
            f"Drawn are {len(ends)} of {len(nodes):,}, those with most letters, and {drawn:,} of {total:,} letters. "
            f"Not drawn: {len(nodes) - len(ends):,} correspondents and {total - drawn:,} letters."
        )
    return Arrows(sorted(ends), arrows, said)


def _largest(sizes: dict[tuple[str, str], int]) -> list[tuple[str, str]]:
    """The largest bundles, and before them the largest one of everybody, so that nobody is lost in the crowd."""
    order = sorted(sizes, key=lambda pair: (-sizes[pair], pair))
    first: dict[tuple[str, str], None] = {}
    met: set[str] = set()
    for pair in order:
        if not met.issuperset(pair):
            first[pair] = None
            met.update(pair)
    return list(dict.fromkeys([*first, *order]))[:MOST_ARROWS]
