"""A network as a file for other programs: GraphML, node-link JSON, and a table of edges."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..core import formula_escaped

if TYPE_CHECKING:
    import networkx

# What XML 1.0 cannot hold in any way.
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_FIRST = ("edge", "source", "source_name", "source_type", "relation", "target", "target_name", "target_type")


def plain(value: object) -> object:
    """A value that every format can hold: a list or the like as JSON; nothing is None.

    Examples
    --------
    >>> plain(("a", 1)), plain(None), plain(2)
    ('["a", 1]', None, 2)
    """
    if value is None or isinstance(value, str | bool | int | float):
        return value
    try:
        return json.dumps(_listed(value), ensure_ascii=False, sort_keys=True)
    except (TypeError, ValueError):
        return str(value)


def _listed(value: object) -> object:
    return sorted(value, key=str) if isinstance(value, set | frozenset) else value


def _xml(words: str) -> str:
    return _NO_XML.sub("\ufffd", words)


def for_graphml(network: networkx.MultiDiGraph[str]) -> networkx.MultiDiGraph[str]:
    """A copy of which GraphML can hold all: what is None is left out, lists are JSON, numbers stay numbers."""
    made = type(network)()

    def held(value: object) -> object:
        return _xml(value) if isinstance(value, str) else value

    def told(data: Mapping[str, object]) -> dict[str, object]:
        return {_xml(str(name)): held(plain(value)) for name, value in data.items() if value is not None}

    made.graph.update(told(network.graph))
    for node, data in network.nodes.items():
        made.add_node(_xml(str(node)))
        made.nodes[_xml(str(node))].update(told(data))
    for a, b, key, data in network.edges(keys=True, data=True):
        made.add_edge(_xml(str(a)), _xml(str(b)), key=_xml(str(key)))
        made.edges[_xml(str(a)), _xml(str(b)), _xml(str(key))].update(told(data))
    return made


def as_json(network: networkx.MultiDiGraph[str]) -> str:
    """The node-link form that networkx and the programs of the web read."""

    def told(data: Mapping[str, object]) -> dict[str, object]:
        return {str(name): whole(one) for name, one in data.items()}

    def whole(value: object) -> object:
        value = _listed(value)
        if isinstance(value, dict):
            return told(value)
        if isinstance(value, list | tuple):
            return [whole(one) for one in value]
        return value if value is None or isinstance(value, str | bool | int | float) else str(value)

    made = {
        "directed": True,
        "multigraph": True,
        "graph": whole(network.graph),
        "nodes": [{**told(data), "id": node} for node, data in sorted(network.nodes.items(), key=_by_name)],
        "edges": [
            {**told(data), "source": a, "target": b, "key": key}
            for a, b, key, data in sorted(network.edges(keys=True, data=True), key=lambda edge: str(edge[2]))
        ],
    }
    return json.dumps(made, ensure_ascii=False, indent=1) + "\n"


def _by_name(node: tuple[str, Mapping[str, object]]) -> str:
    return str(node[0])


def as_table(network: networkx.MultiDiGraph[str]) -> str:
    """A row an edge, with what is known of its ends; no cell is a formula to a spreadsheet.

    Who stands in no edge has no row.
    """
    edges = sorted(network.edges(keys=True, data=True), key=lambda edge: str(edge[2]))
    ends = {f"{end}_{name}" for end in ("source", "target") for data in network.nodes.values() for name in data}
    own = {str(name) for *_, data in edges for name in data}
    columns = [*_FIRST, *sorted((ends | own) - set(_FIRST))]
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([formula_escaped(column) for column in columns])
    for a, b, key, data in edges:
        row = {"edge": key, "source": a, "target": b, **data}
        for end, node in (("source", a), ("target", b)):
            row |= {f"{end}_{name}": value for name, value in network.nodes[node].items()}
        writer.writerow([formula_escaped(plain(row.get(column))) for column in columns])
    return "\ufeff" + out.getvalue()
