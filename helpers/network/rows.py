"""The rows a network is made of, before anything is left out: relations with their sentence, or letters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from ..core.errors import Slip, several
from ..texts.evidence_tables import load_all, read_table, relations
from ..texts.model import Layer, Text
from .filters import wanted
from .letters import failures, letters, texts_of

_Filters = list[tuple[str, object, Callable[[Mapping], bool]]]


def stated(
    layers: str | Iterable[str], voice: str | Iterable[str] | None, document: str | Iterable[str] | None
) -> tuple[list[dict], dict, _Filters, str]:
    """What ``relations.csv`` states.

    Parameters
    ----------
    layers, voice, document
        As in `correspondence`.

    Returns
    -------
    tuple
        All rows; people, id to name and type; the filters by document, layers and voice; no words.
    """
    texts = load_all()
    documents = wanted("document", document, texts)
    inside = list(texts) if documents is None else documents
    filters: _Filters = [("document", inside, lambda row: row["document"] in inside)]
    for name, given, choice in (("layers", layers, None), ("voice", voice, voice)):
        if name == "layers" or voice is not None:
            chosen = _choose({one: texts[one] for one in inside}, layers, choice)
            filters.append((name, given, lambda row, some=frozenset(chosen): (row["document"], row["layer"]) in some))
    rows = []
    for row in relations(texts):
        layer = texts[row["document"]][row["layer"]]
        # What a later editor reports did not happen on the day the document was written.
        dated = layer.kind in ("actor", "copyist")
        facts = {name: row[name] for name in ("edge_id", "source", "target", "relation", "document", "layer")}
        facts |= {"voice": layer.voice, "date": texts[row["document"]].date if dated else ""}
        rows.append(facts | {name: row.get(name, "") for name in ("basis", "certainty", "evidence", "note")})
    people = {row["id"]: {"name": row["canonical_name"], "type": row["type"]} for row in read_table("people")}
    return rows, people, filters, ""


def written(
    layers: object, voice: object, document: str | Iterable[str] | None, texts: object
) -> tuple[list[dict], dict, _Filters, str]:
    """The same of the headers of letters; and, in words, what they leave open."""
    if layers != "actors" or voice is not None:
        raise Slip("layers= and voice= choose among sentences, and a letter’s header has none. Leave them out.")
    some = texts_of(texts)
    found = letters(some, failures(texts))
    people = {id: {"name": name, "type": "correspondent"} for id, name in found.people.items()}
    inside = wanted("document", document, [text.id for text in some])
    filters = (
        [] if inside is None else [("document", inside, lambda row, ids=frozenset(inside): row["document"] in ids)]
    )
    return found.rows, people, filters, found.said


def _choose(
    texts: dict[str, Text], layers: str | Iterable[str], voice: str | Iterable[str] | None
) -> dict[tuple[str, str], Layer]:
    """The layers chosen in any of the texts; each name must be known in at least one of them."""
    names = several(layers, "layers")
    voices = [None] if voice is None else several(voice, "voice")
    for name in names:
        _in_any(texts, name, None)
    for one in voices:
        _in_any(texts, "all", one)
    chosen: dict[tuple[str, str], Layer] = {}
    for name in names:
        for one in voices:
            chosen |= _in_any(texts, name, one, needed=False)
    return chosen


def _in_any(texts: dict[str, Text], name: str, voice: str | None, *, needed: bool = True) -> dict:
    """The layers that one name and one voice choose, in the texts that know them."""
    chosen, slips = {}, []
    for id in sorted(texts):
        try:
            parts = texts[id].choose(name, voice)
        except Slip as slip:
            slips.append(slip)
            continue
        chosen |= {(id, part.id): part for part in parts}
    if needed and slips and len(slips) == len(texts):
        raise slips[0]
    return chosen
