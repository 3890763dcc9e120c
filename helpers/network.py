"""Who writes to, orders or reports on whom: every edge with its sentence."""

from __future__ import annotations

import math
import textwrap
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from ._figures import describe
from ._html import Table
from ._sheet import Box, place, route, sign_places, text_size
from ._slips import Slip, did_you_mean, several
from .layers import Layer, Text
from .records import BASES, load_all, read_table, relations

if TYPE_CHECKING:
    import networkx
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_COLUMNS = ["source", "target", "relation", "document", "layer", "voice", "date", "basis", "certainty", "evidence"]
_STYLES = dict(zip(BASES, ("solid", (0, (5, 3)), (0, (1, 2)), (0, (6, 2, 1, 2))), strict=True))
_BASIS_WORDS = {basis: basis.replace("_", " ") for basis in BASES}
# Dark enough for 4.5:1 on the white sheet, and different in lightness for a grey print.
_INKS = ("#0b3d66", "#a33a00", "#146c43", "#6a1b7a", "#5b4a00")
_LABEL, _SIGN, _KEY, _LINE = 9.5, 8.0, 8.5, 0.19  # sizes of type in points; a line of the key in inches
_SHEET = "#ffffff"
_TEXT = "#1b1b1b"


def correspondence(
    layers: str | Iterable[str] = "actors",
    *,
    voice: str | Iterable[str] | None = None,
    document: str | Iterable[str] | None = None,
) -> networkx.MultiDiGraph:
    """Build the network of ``texts/relations.csv``.

    Parameters
    ----------
    layers, voice
        Only the relations that these layers state, as in `Text.choose`; by default the
        historical actors'. A text in which a name does not occur gives no edge.
    document : str or iterable of str, optional
        Only these texts, by id; by default all of them.

    Returns
    -------
    networkx.MultiDiGraph
        Nodes are the ids of ``people.csv`` with ``name`` and ``type``. Each edge has its row's
        id as key, and relation, document, layer, voice, date (ISO 8601; empty where a later
        editor states it), basis, certainty, evidence and note.

    Raises
    ------
    Slip
        If a layer, voice or document is unknown, or a row's evidence is not in its layer.

    Examples
    --------
    >>> network = correspondence(layers="all")
    >>> all(edge["evidence"] for _, _, edge in network.edges(data=True))
    True
    """
    import networkx

    texts = load_all()
    rows = relations(texts)
    wanted = set(texts) if document is None else set(several(document, "document"))
    for name in wanted - set(texts):
        raise Slip(f"No text “{name}”. {did_you_mean(name, texts)}")
    chosen = _choose(texts, wanted, layers, voice)
    people = {row["id"]: row for row in read_table("people")}
    network = networkx.MultiDiGraph()
    for row in rows:
        place = (row["document"], row["layer"])
        if place not in chosen:
            continue
        layer = chosen[place]
        for end in ("source", "target"):
            person = people[row[end]]
            network.add_node(person["id"], name=person["canonical_name"], type=person["type"])
        # What a later editor reports did not happen on the day the document was written.
        dated = layer.kind in ("actor", "copyist")
        network.add_edge(
            row["source"],
            row["target"],
            key=row["edge_id"],
            relation=row["relation"],
            document=row["document"],
            layer=row["layer"],
            voice=layer.voice,
            date=texts[row["document"]].date if dated else "",
            basis=row["basis"],
            certainty=row["certainty"],
            evidence=row["evidence"],
            note=row.get("note", ""),
        )
    return network


def _choose(
    texts: dict[str, Text], wanted: set[str], layers: str | Iterable[str], voice: str | Iterable[str] | None
) -> dict[tuple[str, str], Layer]:
    """The layers chosen in any of the texts; a name must be known in at least one of them."""
    chosen, slips = {}, []
    for name in sorted(wanted):
        try:
            parts = texts[name].choose(layers, voice)
        except Slip as slip:
            slips.append(slip)
            continue
        chosen |= {(name, part.id): part for part in parts}
    if slips and len(slips) == len(wanted):
        raise slips[0]
    return chosen


def evidence(network: networkx.MultiDiGraph) -> Table:
    """List every edge with the sentence it rests on.

    Parameters
    ----------
    network : networkx.MultiDiGraph
        A network made by `correspondence`, or a part of one.

    Returns
    -------
    Table
        A row an edge: source, target, relation, document, layer, voice, date, basis,
        certainty, evidence, and edge, its id.

    Examples
    --------
    >>> table = evidence(correspondence())
    >>> len(table) == correspondence().number_of_edges()
    True
    """
    edges = _edges(network)
    names = dict(network.nodes(data="name"))
    return Table(
        ({"source": a, "target": b, "edge": key, **{c: data[c] for c in _COLUMNS[2:]}} for a, b, key, data in edges),
        [*_COLUMNS, "edge"],
        caption=f"Evidence for {len(edges)} relations",
        note="" if edges else "No relation is stated in the layers chosen.",
        show=["edge", "source", "relation", "target", "evidence", "layer", "basis"],
        words={
            "source": names,
            "target": names,
            "relation": {data["relation"]: _words(data["relation"]) for *_, data in edges},
            "basis": _BASIS_WORDS,
        },
    )


def _edges(network: networkx.MultiDiGraph) -> list[tuple]:
    """The edges in the order of their ids."""
    if not hasattr(network, "edges"):
        raise Slip(
            f"{str(network)[:60]!r} is not a network. Make one first: network = correspondence(), then give network."
        )
    return sorted(network.edges(keys=True, data=True), key=lambda edge: str(edge[2]))


def _words(relation: str) -> str:
    return relation.replace("_", " ")


def describe_network(network: networkx.MultiDiGraph) -> str:
    """Say in words what a drawing of the network shows.

    Examples
    --------
    >>> describe_network(correspondence()).startswith("Network of ")
    True
    """
    edges = list(network.edges(data=True))
    names = sorted(str(name) for _, name in network.nodes(data="name"))
    bases = Counter(edge["basis"] for *_, edge in edges)
    documents = Counter(edge["document"] for *_, edge in edges)
    return (
        f"Network of {len(names)} people and bodies with {len(edges)} relations, drawn as arrows. "
        f"By document: {', '.join(f'{one} {n}' for one, n in sorted(documents.items())) or 'none'}. "
        f"By basis: {', '.join(f'{_BASIS_WORDS[one]} {bases[one]}' for one in BASES if bases[one]) or 'none'}. "
        f"Shown are: {'; '.join(names) or 'nobody'}. "
        "The table of evidence lists every arrow with its sentence."
    )


def plot_network(network: networkx.MultiDiGraph) -> Axes:
    """Draw a network: every relation an arrow of its own, with its sign and the key below.

    Parameters
    ----------
    network : networkx.MultiDiGraph
        A network made by `correspondence`, or a part of one.

    Returns
    -------
    matplotlib.axes.Axes
        Axes in inches on the sheet; ``axes.figure.description`` says what is to be seen. The
        line style tells the basis, frame and colour of the sign the document.

    Notes
    -----
    The same network always gives the same picture. Nearness and the middle of the sheet mean
    nothing: names are placed so that the arrows can be told apart.

    Examples
    --------
    >>> axes = plot_network(correspondence())
    >>> len(axes.texts) > 0
    True
    """
    import matplotlib.pyplot as plt
    import networkx
    from matplotlib.lines import Line2D
    from matplotlib.patches import FancyArrowPatch

    edges = _edges(network)
    documents = sorted({data["document"] for *_, data in edges})
    inks = {document: _INKS[n % len(_INKS)] for n, document in enumerate(documents)}
    frames = {document: ("square,pad=0.15", "round,pad=0.15")[n % 2] for n, document in enumerate(documents)}
    keys = {
        document: [(key, data) for *_, key, data in edges if data["document"] == document] for document in documents
    }

    labels = {node: textwrap.fill(str(data.get("name", node)), 20) for node, data in sorted(network.nodes(data=True))}
    boxes = {node: Box(0, 0, *(length + 0.11 for length in text_size(label, _LABEL))) for node, label in labels.items()}
    links = Counter(frozenset((a, b)) for a, b, *_ in edges if a != b)
    simple = networkx.Graph()
    simple.add_nodes_from(sorted(network))
    simple.add_edges_from(sorted(tuple(sorted(link)) for link in links))
    spots = networkx.spring_layout(simple, seed=3, k=1.6 / math.sqrt(max(1, len(simple))), iterations=200)
    width, margin = 10.4, 0.14
    drawn = place(boxes, spots, links, width - 2 * margin, 4.6 + 0.1 * max(0, len(boxes) - 10)) + 2 * margin
    for box in boxes.values():
        box.x, box.y = box.x + margin, box.y + margin
    arcs = route([edge[:3] for edge in edges], boxes)
    signs = sign_places(
        arcs, boxes.values(), {key: tuple(length + 0.05 for length in text_size(str(key), _SIGN)) for key in arcs}
    )

    below = _LINE * (2 + sum(1.6 + math.ceil(len(rows) / 3) for rows in keys.values()))
    figure = plt.figure(figsize=(width, drawn + below), facecolor=_SHEET)
    axes = figure.add_axes((0, below / (drawn + below), 1, drawn / (drawn + below)))
    axes.set(xlim=(0, width), ylim=(0, drawn), xticks=[], yticks=[])
    axes.set_axis_off()
    words = {"ha": "center", "va": "center", "family": "DejaVu Sans"}
    for *_, key, data in edges:
        ink, arc = inks[data["document"]], arcs[key]
        # The axes have their limits already and need not look for them in every line.
        style = {"color": ink, "linestyle": _STYLES[data["basis"]], "linewidth": 1.4, "zorder": 1}
        axes.add_artist(Line2D(*arc[:-4].T, **style, gid=f"edge:{key}"))
        axes.add_artist(
            FancyArrowPatch(
                arc[-5],
                arc[-1],
                arrowstyle="-|>",
                mutation_scale=11,
                shrinkA=0,
                shrinkB=0,
                linewidth=0.8,
                color=ink,
                zorder=1,
            )
        )
        axes.text(
            signs[key].x,
            signs[key].y,
            str(key),
            size=_SIGN,
            color=ink,
            zorder=3,
            gid=f"sign:{key}",
            **words,
            bbox={"boxstyle": frames[data["document"]], "facecolor": _SHEET, "edgecolor": ink, "linewidth": 0.6},
        )
    for node, box in boxes.items():
        person = str(network.nodes[node].get("type", "")).startswith("person")
        axes.text(
            box.x,
            box.y,
            labels[node],
            size=_LABEL,
            color=_TEXT,
            zorder=2,
            linespacing=1.15,
            gid=f"node:{node}",
            **words,
            bbox={
                "boxstyle": f"{'round' if person else 'square'},pad=0.35",
                "facecolor": "#fff6da" if person else "#e8eef5",
                "edgecolor": _TEXT,
                "linewidth": 1.0 if person else 1.8,
            },
        )
    _write_key(figure, keys, inks, width, drawn + below, below)
    bases = [basis for basis in BASES if any(data["basis"] == basis for *_, data in edges)]
    if bases:
        figure.legend(
            handles=[
                Line2D([], [], color=_TEXT, linestyle=_STYLES[one], linewidth=1.4, label=_BASIS_WORDS[one])
                for one in bases
            ],
            loc="lower left",
            ncols=len(bases),
            frameon=False,
            fontsize=_KEY,
            handlelength=4,
            bbox_to_anchor=(0, 0),
            labelcolor=_TEXT,
        )
        figure.text(
            1 - 0.15 / width,
            0.09 / (drawn + below),
            "rounded: a person    square: a body or another voice",
            size=_KEY,
            color=_TEXT,
            ha="right",
        )
    describe(figure, describe_network(network))
    return axes


def _write_key(figure: Figure, keys: dict, inks: dict, width: float, height: float, top: float) -> None:
    """Below the drawing: what every sign stands for, document by document, in three columns."""
    y = top - _LINE
    for document, rows in keys.items():
        figure.text(
            0.15 / width, y / height, document, size=_KEY + 0.5, weight="bold", color=inks[document], va="center"
        )
        y -= _LINE
        deep = math.ceil(len(rows) / 3)
        for n, (key, data) in enumerate(rows):
            x = 0.15 + (n // deep) * (width - 0.3) / 3
            words = textwrap.shorten(_words(data["relation"]), 44, placeholder=" …")
            figure.text(
                x / width, (y - (n % deep) * _LINE) / height, f"{key}  {words}", size=_KEY, color=_TEXT, va="center"
            )
        y -= _LINE * (deep + 0.6)
