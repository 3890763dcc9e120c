"""Export formats of a network: GraphML, node-link JSON, and a table of edges."""

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

# Characters that XML 1.0 does not allow, not even as a reference.
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_FIRST = ("edge", "source", "source_name", "source_type", "relation", "target", "target_name", "target_type")


def plain(value: object) -> object:
    """Return a value that every format can hold: scalars and None unchanged, all others as text, if possible as JSON.

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
    """Copy a network for GraphML: None is left out, lists become JSON, numbers stay numbers."""
    copy = type(network)()

    def attributes(data: Mapping[str, object]) -> dict[str, object]:
        values = {_xml(str(name)): plain(value) for name, value in data.items() if value is not None}
        return {name: _xml(value) if isinstance(value, str) else value for name, value in values.items()}

    copy.graph.update(attributes(network.graph))
    for node, data in network.nodes.items():
        copy.add_node(_xml(str(node)))
        copy.nodes[_xml(str(node))].update(attributes(data))
    for a, b, key, data in network.edges(keys=True, data=True):
        copy.add_edge(_xml(str(a)), _xml(str(b)), key=_xml(str(key)))
        copy.edges[_xml(str(a)), _xml(str(b)), _xml(str(key))].update(attributes(data))
    return copy


def as_json(network: networkx.MultiDiGraph[str]) -> str:
    """Write the node-link JSON that networkx and JavaScript libraries read."""

    def attributes(data: Mapping[str, object]) -> dict[str, object]:
        return {str(name): serialisable(value) for name, value in data.items()}

    def serialisable(value: object) -> object:
        value = _listed(value)
        if isinstance(value, dict):
            return attributes(value)
        if isinstance(value, list | tuple):
            return [serialisable(item) for item in value]
        return value if value is None or isinstance(value, str | bool | int | float) else str(value)

    node_link = {
        "directed": True,
        "multigraph": True,
        "graph": serialisable(network.graph),
        "nodes": [
            {**attributes(data), "id": node}
            for node, data in sorted(network.nodes.items(), key=lambda node: str(node[0]))
        ],
        "edges": [
            {**attributes(data), "source": a, "target": b, "key": key}
            for a, b, key, data in sorted(network.edges(keys=True, data=True), key=lambda edge: str(edge[2]))
        ],
    }
    return json.dumps(node_link, ensure_ascii=False, indent=1) + "\n"


def as_table(network: networkx.MultiDiGraph[str]) -> str:
    """Write a CSV with one row per edge and the attributes of both ends; formulas are escaped.

    Nodes without edges have no row.
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
