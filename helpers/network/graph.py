"""The network of who writes to, orders or reports on whom; every edge cites its evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ..core import Table, UserError, listed, short_repr, typed_path, write_new_file
from ..drawing import or_listed, place_in_columns, wrapped
from ..texts import BASES, Text
from .filters import among, of_editors, sift, stated, wanted, written
from .graph_files import as_json, as_table, for_graphml
from .letters import LETTER_BASIS, Edge, choose_arrows
from .plot import STILL, Look, Sheet, draw, relation_in_words

if TYPE_CHECKING:
    import networkx
    from matplotlib.axes import Axes

_COLUMNS = ["source", "target", "relation", "document", "layer", "voice", "date", "basis", "certainty", "evidence"]
_BASIS_WORDS = {basis: relation_in_words(basis) for basis in BASES}
_MOST_NAME = 80


def correspondence(
    *,
    layers: str | Iterable[str] = "actors",
    voice: str | Iterable[str] | None = None,
    document: str | Iterable[str] | None = None,
    relation: str | Iterable[str] | None = None,
    basis: str | Iterable[str] | None = None,
    texts: Mapping[str, Text] | Iterable[Text] | None = None,
) -> networkx.MultiDiGraph[str]:
    """Build the network of ``texts/relations.csv``, or of the headers of other letters.

    Parameters
    ----------
    layers, voice
        Only the relations that these layers state, as in `Text.choose`; by default the
        historical actors'. A text without a layer or voice of this name gives no edges.
    document, relation, basis : str or iterable of str, optional
        Only these texts, by id; only these relations; only relations on this basis
        (``explicit_in_document``, ``inferred_from_document``, ``stated_by_later_editor``,
        ``edition_metadata``). By default all of them.
    texts : mapping or iterable of Text, optional
        Letters, such as `load_texts` returns. The edges then come from their headers, not from
        ``relations.csv``. A letter whose header names no sender or no recipient gives no edge, but
        is counted.

    Returns
    -------
    networkx.MultiDiGraph
        Nodes are the ids of ``people.csv`` with ``name`` and ``type``. Each edge has its row's
        id as key, and relation, document, layer, voice, date (ISO 8601; empty if a later editor
        states the relation), basis, certainty, evidence and note; a letter also has place. The
        graph attributes ``left_out`` and ``letters`` say what is missing.

    Raises
    ------
    UserError
        If a layer, voice, document, relation or basis is unknown, or a row's evidence is not in
        its layer.

    Examples
    --------
    >>> network = correspondence(layers="all")
    >>> all(edge["evidence"] for _, _, edge in network.edges(data=True))
    True
    """
    import networkx

    if texts is None:
        rows, people, filters, note = stated(layers, voice, document)
    else:
        rows, people, filters, note = written(layers, voice, document, texts)
    choices = {
        "relation": wanted("relation", relation, {row["relation"] for row in rows}),
        "basis": wanted("basis", basis, BASES),
    }
    for name, names in choices.items():
        if names is not None:
            filters.append((name, names, among(name, names)))
    shown, left_out = sift(rows, filters, "relation" if texts is None else "arrow")
    # The editors' share is counted within the documents and relations asked for.
    asked, _ = sift(rows, [rule for rule in filters if rule[0] in ("document", "relation")], "relation")
    editors = of_editors(asked, shown, {id: person["name"] for id, person in people.items()})
    network: networkx.MultiDiGraph[str] = networkx.MultiDiGraph(
        left_out=left_out,
        letters=note,
        editors="" if editors.startswith("Without") else editors,
        edges_made=len(shown),
    )
    for row in shown:
        for end in ("source", "target"):
            network.add_node(row[end], **people[row[end]])
        facts = {name: value for name, value in row.items() if name not in ("edge_id", "source", "target")}
        network.add_edge(row["source"], row["target"], key=row["edge_id"], **facts)
    return network


def evidence(network: networkx.MultiDiGraph[str]) -> Table:
    """List every edge with its evidence.

    Parameters
    ----------
    network : networkx.MultiDiGraph
        A network made by `correspondence`, or a part of one.

    Returns
    -------
    Table
        One row per edge: source, target, relation, document, layer, voice, date, basis,
        certainty, evidence, and edge (its id). The note says what was left out.

    Examples
    --------
    >>> table = evidence(correspondence())
    >>> len(table) == correspondence().number_of_edges()
    True
    """
    edges = edges_in_order(network)
    names = _names(network)
    none = "No letter." if network.graph.get("letters") else "No relation is stated in the layers chosen."
    return Table(
        ({"source": a, "target": b, "edge": key, **{c: data[c] for c in _COLUMNS[2:]}} for a, b, key, data in edges),
        [*_COLUMNS, "edge"],
        caption=f"Evidence for {len(edges):,} {'relation' if len(edges) == 1 else 'relations'}",
        note=" ".join([*([] if edges else [none]), *edges_left_out(network)]),
        show=["edge", "source", "relation", "target", "evidence", "layer", "basis"],
        words={
            "source": names,
            "target": names,
            "relation": {data["relation"]: relation_in_words(data["relation"]) for *_, data in edges},
            "basis": _BASIS_WORDS,
        },
    )


def edges_in_order(network: networkx.MultiDiGraph[str]) -> list[Edge]:
    """Return the edges in the order of their ids; raise `UserError` if this is not a network."""
    import networkx

    if not isinstance(network, networkx.MultiDiGraph):
        raise UserError(f"{short_repr(network)} is not a network. Make one first: network = correspondence().")
    return sorted(network.edges(keys=True, data=True), key=lambda edge: str(edge[2]))


def _names(network: networkx.MultiDiGraph[str]) -> dict[str, str]:
    """Return the name of every node, or its id if it has no name."""
    return {node: str(data.get("name") or node) for node, data in network.nodes.items()}


def edges_left_out(network: networkx.MultiDiGraph[str]) -> list[str]:
    """Say what a network leaves out, and what in it only a later editor states."""
    about = network.graph
    rows = [{"source": a, "target": b, "basis": data["basis"]} for a, b, data in network.edges(data=True)]
    part = ""
    if len(rows) != about.get("edges_made", len(rows)):
        part = f"This is a part of a network: {len(rows):,} of its {about['edges_made']:,} arrows."
    editors = of_editors([], rows, _names(network)) or about.get("editors", "")
    return [sentence for sentence in (about.get("letters", ""), about.get("left_out", ""), part, editors) if sentence]


def describe_network(network: networkx.MultiDiGraph[str]) -> str:
    """Write the alternative text of a drawing of the network."""
    edges = edges_in_order(network)
    names = _names(network)
    chosen = choose_arrows(list(network), edges)
    bases = Counter(edge["basis"] for *_, edge in edges)
    if edges and set(bases) == {LETTER_BASIS}:
        count = len({edge["document"] for *_, edge in edges})
        each = f", {len(edges):,} times from a sender to a recipient" if count < len(edges) else ""
        head = (
            f"Network of {len(names):,} correspondents with {count:,} letters{each}, drawn as arrows from sender to "
            f"recipient, parallel letters as one arrow with their number. {chosen.note}"
        )
    else:
        documents = Counter(edge["document"] for *_, edge in edges if edge["basis"] != LETTER_BASIS)
        head = (
            f"Network of {len(names)} people and bodies with {len(edges)} relations, drawn as arrows. "
            f"By document: {', '.join(f'{one} {n}' for one, n in sorted(documents.items())) or 'none'}. "
            f"By basis: {', '.join(f'{_BASIS_WORDS[one]} {bases[one]}' for one in BASES if bases[one]) or 'none'}. "
            f"{chosen.note}"
        )
    who = listed(sorted(str(names[node]) for node in chosen.nodes), "; ", most=40) or "none"
    parts = [head.strip(), f"Shown are: {who}.", *edges_left_out(network)]
    return " ".join([*parts, "The table of evidence lists every arrow with its sentence."])


def lay_out_network(network: networkx.MultiDiGraph[str], look: Look = STILL) -> Sheet:
    """Place every name, arrow and label on a sheet; the layout is deterministic."""
    edges = edges_in_order(network)
    chosen = choose_arrows(list(network), edges)
    data = {node: network.nodes[node] for node in chosen.nodes}
    names = {node: wrapped(_short(str(one.get("name") or node)), look.wrap) for node, one in data.items()}
    labels = {one.id: look.label(one) for one in chosen.arrows}
    placed = place_in_columns(
        {node: look.size(name, look.name, look.around[0]) for node, name in names.items()},
        [(one.source, one.target, one.id) for one in chosen.arrows],
        {id: look.size(label, look.sign, look.around[1]) for id, label in labels.items()},
        look.width,
        look.room,
        margin=look.margin,
    )
    kinds = {node: str(one.get("type") or "") for node, one in data.items()}
    return Sheet(placed.height, names, kinds, placed.boxes, chosen.arrows, placed.arcs, labels, placed.labels)


def _short(name: str) -> str:
    return name if len(name) <= _MOST_NAME else f"{name[:_MOST_NAME]} …"


@or_listed(lambda network: evidence(network))
def plot_network(network: networkx.MultiDiGraph[str]) -> Axes:
    """Draw a network: one labelled arrow per relation, with a key below.

    Letters between the same two people share one arrow, labelled with their number. If there are
    more names or arrows than can be read, those with most arrows are drawn; a note counts the others
    and says how to see them.

    Parameters
    ----------
    network : networkx.MultiDiGraph
        A network made by `correspondence`, or a part of one.

    Returns
    -------
    matplotlib.axes.Axes
        Axes in inches; ``axes.figure.description`` is the alternative text. The line style shows
        the basis; the frame and colour of the label show the document.

    Notes
    -----
    The same network always gives the same picture. Distance and position have no meaning: names
    are placed so that the arrows can be told apart.

    Examples
    --------
    >>> axes = plot_network(correspondence())
    >>> len(axes.texts) > 0
    True
    """
    sheet = lay_out_network(network)
    note = choose_arrows(list(network), edges_in_order(network)).note
    return draw(sheet, " ".join(filter(None, [note, *edges_left_out(network)])), describe_network(network))


def export(graph: networkx.MultiDiGraph[str], path: str | Path, *, force: bool = False) -> Path:
    """Export a network to a file for other programs.

    Parameters
    ----------
    graph : networkx.MultiDiGraph
        A network made by `correspondence`, or any other.
    path : str or pathlib.Path
        The file. ``.graphml`` and ``.json`` (node-link) hold all attributes of nodes and edges;
        ``.csv`` has one row per edge, with all attributes of the edge and its ends.
    force : bool
        Whether to replace an existing file.

    Returns
    -------
    pathlib.Path
        The path of the file.

    Raises
    ------
    UserError
        If ``graph`` is not a network, the file name has another ending, or the file exists.

    Notes
    -----
    ``networkx.read_graphml(path, force_multigraph=True)`` and
    ``networkx.node_link_graph(json.load(file), edges="edges")`` read it back. GraphML has no None
    and no lists: attributes that are None are left out, lists are written as JSON.

    Examples
    --------
    >>> export(correspondence(), "network.txt")
    Traceback (most recent call last):
    helpers.core.errors.UserError: “network.txt” does not end in .graphml, .json or .csv. Choose one of these endings.
    """
    import networkx

    edges_in_order(graph)
    path = typed_path(path)
    ending = path.suffix.lower()
    if ending == ".graphml":
        lines = networkx.generate_graphml(for_graphml(graph))
        content = '<?xml version="1.0" encoding="UTF-8"?>\n' + "\n".join(lines) + "\n"
    elif ending == ".json":
        content = as_json(graph)
    elif ending == ".csv":
        content = as_table(graph)
    else:
        raise UserError(f"“{path.name}” does not end in .graphml, .json or .csv. Choose one of these endings.")
    return write_new_file(path, content.encode("utf-8", "replace"), force=force, replace_with="force=True")
