"""Exported networks, read back with other readers; exports and pictures do not overwrite files."""

from __future__ import annotations

import csv
import io
import json

import networkx
import pytest

from helpers import correspondence, plot_network
from helpers.core import UserError
from helpers.drawing import save_picture
from helpers.network import export
from helpers.texts import read_table


def hostile() -> networkx.MultiDiGraph:
    """A network with values that are difficult for the formats."""
    graph = networkx.MultiDiGraph(left_out="")
    graph.add_node("a", name="=SUM(A1)", type="person", ages=(1, 2), nothing=None, weight=1.5)
    graph.add_node("b", name='Anna "<&>\u0007\ud800', type="body")
    graph.add_node("alone", name="@alone")
    graph.add_edge("a", "b", key="e1", relation="+1", evidence="one\nline; =2", n=3, sure=True, where=["x", "y"])
    graph.add_edge("a", "b", key="e2", relation="-", evidence=None, n=2**40)
    graph.add_edge("b", "a", key="e3", relation="x")
    graph.add_edge("a", "a", key="e4", relation="x")
    return graph


def edges(graph) -> dict:
    return {(a, b, key): data for a, b, key, data in graph.edges(keys=True, data=True)}


@pytest.mark.parametrize("ending", [".graphml", ".json"])
def test_networkx_reads_back_every_attribute(tmp_path, ending):
    network = correspondence(layers="all")
    path = export(network, tmp_path / f"net{ending}")
    if ending == ".json":
        again = networkx.node_link_graph(json.loads(path.read_text(encoding="utf-8")), edges="edges")
    else:
        again = networkx.read_graphml(path, force_multigraph=True)
    assert dict(again.nodes(data=True)) == dict(network.nodes(data=True))
    assert edges(again) == edges(network)
    assert again.number_of_edges() == len(read_table("relations"))
    for name, value in network.graph.items():
        assert again.graph[name] == value


def test_values_not_allowed_in_graphml_are_converted(tmp_path):
    again = networkx.read_graphml(export(hostile(), tmp_path / "net.graphml"), force_multigraph=True)
    assert set(again) == {"a", "b", "alone"}
    assert again.nodes["a"] == {"name": "=SUM(A1)", "type": "person", "ages": "[1, 2]", "weight": 1.5}
    assert again.nodes["b"]["name"] == 'Anna "<&>\ufffd\ufffd'
    assert again["a"]["b"]["e1"]["n"] == 3
    assert again["a"]["b"]["e1"]["sure"] is True
    assert again["a"]["b"]["e1"]["where"] == '["x", "y"]'
    assert again["a"]["b"]["e2"] == {"relation": "-", "n": 2**40}
    assert list(again["b"]["a"]) == ["e3"]
    assert list(again["a"]["a"]) == ["e4"]


def test_json_keeps_none_and_lists(tmp_path):
    made = json.loads(export(hostile(), tmp_path / "net.json").read_bytes().decode("utf-8"))
    again = networkx.node_link_graph(made, edges="edges")
    assert again.nodes["a"]["nothing"] is None
    assert again.nodes["a"]["ages"] == [1, 2]
    assert again["a"]["b"]["e2"]["evidence"] is None
    assert again.number_of_edges() == 4


def test_csv_has_every_edge_and_no_formulas(tmp_path):
    network = correspondence(layers="all")
    data = export(network, tmp_path / "net.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    read = networkx.MultiDiGraph()
    ends = {f"{end}_{name}" for end in ("source", "target") for name in ("name", "type")}
    for row in rows:
        for end in ("source", "target"):
            read.add_node(row[end], name=row[f"{end}_name"], type=row[f"{end}_type"])
        facts = {name: value for name, value in row.items() if name not in ends | {"edge", "source", "target"}}
        read.add_edge(row["source"], row["target"], key=row["edge"], **facts)
    assert dict(read.nodes(data=True)) == dict(network.nodes(data=True))
    assert edges(read) == edges(network)

    rows = list(csv.DictReader(io.StringIO(export(hostile(), tmp_path / "bad.csv").read_text(encoding="utf-8-sig"))))
    by_key = {row["edge"]: row for row in rows}
    assert by_key["e1"]["relation"] == "'+1"
    assert by_key["e1"]["source_name"] == "'=SUM(A1)"
    assert by_key["e1"]["evidence"] == "one\nline;' =2"
    assert by_key["e2"]["evidence"] == ""
    assert not [cell for row in rows for cell in row.values() if cell[:1] in ("=", "+", "-", "@")]


@pytest.mark.parametrize("ending", [".graphml", ".json", ".csv", ".png", ".svg"])
def test_existing_file_is_not_overwritten_without_force(tmp_path, ending):
    network = correspondence(layers="letter")
    save, thing = (
        (export, network) if ending in (".graphml", ".json", ".csv") else (save_picture, plot_network(network))
    )
    path = tmp_path / f"mine{ending}"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(UserError, match=r"already exists and was not overwritten.*force=True"):
        save(thing, path)
    assert path.read_text(encoding="utf-8") == "mine"
    assert save(thing, str(path), force=True) == path
    first = path.read_bytes()
    assert first != b"mine"
    save(thing, path, force=True)
    assert path.read_bytes() == first, "the same thing gives the same file"
    with pytest.raises(UserError, match=r"There is no folder"):
        save(thing, tmp_path / "no" / "such" / f"folder{ending}")
    with pytest.raises(UserError, match=r"could not be written"):
        save(thing, tmp_path / f"{'a' * 300}{ending}")
    with pytest.raises(UserError, match=r"ends? in "):
        save(thing, tmp_path / "net.docx")
    with pytest.raises(UserError, match=r"Make one first"):
        save("network", path)


def test_graph_without_parallel_edges_raises(tmp_path):
    with pytest.raises(UserError, match=r"is not a network"):
        export(networkx.DiGraph(), tmp_path / "net.json")
