"""Filters of relations, with a report of what each filter leaves out and what only a later editor states."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from ..core import UserError, did_you_mean, list_of_names, listed
from ..texts import choose_layers, load_all_texts, read_relations, read_table
from .letters import failures, letters, texts_of

EDITORS = "stated_by_later_editor"
_MOST = 12
# A predicate on rows; and a filter: its name, the values chosen, its predicate.
Keeps = Callable[[Mapping[str, str]], bool]
Filter = tuple[str, str | Iterable[str], Keeps]
_Row = TypeVar("_Row", bound=Mapping[str, object])


def wanted(what: str, given: object, options: Iterable[str]) -> list[str] | None:
    """Return the names given as a list, None if none were given; raise `UserError` for an unknown name.

    Examples
    --------
    >>> wanted("relation", "writes to", ["writes_to"]), wanted("relation", None, [])
    (['writes_to'], None)
    >>> wanted("basis", "explicit", ["explicit_in_document"])
    Traceback (most recent call last):
    helpers.core.errors.UserError: No basis “explicit”. There are: “explicit_in_document”.
    """
    if given is None:
        return None
    options = set(options)
    names = [name if name in options else name.replace(" ", "_") for name in list_of_names(given, what)]
    for name in names:
        if name not in options:
            near = did_you_mean(name, options)
            # Do not list thousands of letters in a message.
            near = near if len(options) <= 40 or near.startswith("Did") else f"There are {len(options):,}."
            raise UserError(f"No {'text' if what == 'document' else what} “{name}”. {near}")
    return names


def sift(
    rows: Sequence[_Row], filters: Iterable[tuple[str, str | Iterable[str], Callable[[_Row], bool]]], noun: str
) -> tuple[list[_Row], str]:
    """Apply filters one after another; return the rows left, and a sentence on what each filter left out.

    ``noun`` names a row in the sentence, which is empty if nothing is left out.

    Examples
    --------
    >>> sift([{"n": 1}, {"n": 2}], [("n", ["1"], lambda row: row["n"] == 1)], "row")
    ([{'n': 1}], '1 of 2 rows is shown. Left out: 1 by n “1”.')
    """
    left, parts = list(rows), []
    for name, given, keep in filters:
        kept = [row for row in left if keep(row)]
        if len(kept) < len(left):
            parts.append(f"{len(left) - len(kept):,} by {name} {_quoted(given)}")
        left = kept
    if not parts:
        return left, ""
    verb = "is" if len(left) == 1 else "are"
    return left, f"{len(left):,} of {len(rows):,} {noun}s {verb} shown. Left out: {'; '.join(parts)}."


def _quoted(given: str | Iterable[str]) -> str:
    names = [given] if isinstance(given, str) else list(given)
    return listed((f"“{name}”" for name in names), most=_MOST) or "(none)"


def _ends(rows: Iterable[Mapping[str, str]]) -> set[str]:
    return {row[end] for row in rows for end in ("source", "target")}


def of_editors(rows: Sequence[Mapping[str, str]], shown: Sequence[Mapping[str, str]], names: Mapping[str, str]) -> str:
    """Say which relations and names depend only on a later editor, among those shown or, if none, among all rows.

    ``names`` maps ids to names. The result is empty if no editor states anything.

    Examples
    --------
    >>> stated = {"source": "a", "target": "b", "basis": "stated_by_later_editor"}
    >>> of_editors([stated], [stated], {"a": "Anna", "b": "Karl"})
    'Without the 1 relation that only a later editor states, 0 are left; 2 names go with it: Anna; Karl.'
    >>> of_editors([stated], [], {"a": "Anna", "b": "Karl"})
    'Not shown: 1 relation that only a later editor states; 2 names would come with it: Anna; Karl.'
    """
    editors = [row for row in shown if row["basis"] == EDITORS]
    if editors:
        rest = [row for row in shown if row["basis"] != EDITORS]
        start = f"Without the {_number(editors)} that only a later editor states, {len(rest):,} are left"
        moved, verb = _ends(editors) - _ends(rest), ("goes", "go")
    else:
        editors = [row for row in rows if row["basis"] == EDITORS]
        if not editors:
            return ""
        start = f"Not shown: {_number(editors)} that only a later editor states"
        moved, verb = _ends(editors) - _ends(shown), ("would come", "would come")
    them = "it" if len(editors) == 1 else "them"
    if not moved:
        return f"{start}; no name {verb[0]} with {them}."
    single = len(moved) == 1
    who = listed(sorted(str(names.get(node, node)) for node in moved), "; ", most=_MOST)
    return f"{start}; {len(moved):,} name{'' if single else 's'} {verb[not single]} with {them}: {who}."


def _number(rows: Sequence[object]) -> str:
    return f"{len(rows):,} relation{'' if len(rows) == 1 else 's'}"


def among(column: str, names: Iterable[str]) -> Keeps:
    """Keep the rows that have one of the names in a column."""
    wanted = frozenset(names)
    return lambda row: row[column] in wanted


def _placed(places: Iterable[tuple[str, str]]) -> Keeps:
    """Keep the rows whose evidence is in one of these layers; each is a pair of document id and layer id."""
    wanted = frozenset(places)
    return lambda row: (row["document"], row["layer"]) in wanted


def stated(
    layers: str | Iterable[str], voice: str | Iterable[str] | None, document: str | Iterable[str] | None
) -> tuple[list[dict[str, str]], dict[str, dict[str, str]], list[Filter], str]:
    """Read ``relations.csv``; return rows, people by id (name, type), filters, and an empty note.

    ``layers``, ``voice`` and ``document`` are those of `correspondence`.
    """
    texts = load_all_texts()
    documents = wanted("document", document, texts)
    inside = list(texts) if documents is None else documents
    filters: list[Filter] = [("document", inside, among("document", inside))]
    chosen = {id: texts[id] for id in inside}
    # Lists, because an iterator could be read only once.
    layers = list_of_names(layers, "layers")
    filters.append(("layers", layers, _placed(choose_layers(chosen, layers, None))))
    if voice is not None:
        voice = list_of_names(voice, "voice")
        filters.append(("voice", voice, _placed(choose_layers(chosen, layers, voice))))
    rows = []
    for row in read_relations(texts):
        layer = texts[row["document"]][row["layer"]]
        # What a later editor reports gets no date: the date of the document is not the date of the report.
        dated = layer.kind in ("actor", "copyist")
        facts = {name: row[name] for name in ("edge_id", "source", "target", "relation", "document", "layer")}
        facts |= {"voice": layer.voice, "date": texts[row["document"]].date if dated else ""}
        rows.append(facts | {name: row.get(name, "") for name in ("basis", "certainty", "evidence", "note")})
    people = {row["id"]: {"name": row["canonical_name"], "type": row["type"]} for row in read_table("people")}
    return rows, people, filters, ""


def written(
    layers: object, voice: object, document: str | Iterable[str] | None, texts: object
) -> tuple[list[dict[str, str]], dict[str, dict[str, str]], list[Filter], str]:
    """Read the headers of letters, like `stated`; the note says what the headers leave open."""
    if layers != "actors" or voice is not None:
        raise UserError("The header of a letter has no layers and voices. Leave out layers= and voice=.")
    letter_texts = texts_of(texts)
    found = letters(letter_texts, failures(texts))
    people = {id: {"name": name, "type": "correspondent"} for id, name in found.people.items()}
    inside = wanted("document", document, [text.id for text in letter_texts])
    filters: list[Filter] = [] if inside is None else [("document", inside, among("document", inside))]
    return found.rows, people, filters, found.note
