from __future__ import annotations

import base64
import io
import re
from itertools import combinations

import matplotlib.pyplot as plt
import networkx
import pytest

from helpers import correspondence, evidence, plot_network
from helpers._sheet import Box, place, route
from helpers._slips import Slip


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


SIZES = {"actors": (17, 25), "all": (27, 45)}


@pytest.mark.parametrize("layers", SIZES)
def test_the_network_has_its_people_and_relations(layers):
    network = correspondence(layers=layers)
    assert isinstance(network, networkx.MultiDiGraph)
    assert (len(network), network.number_of_edges()) == SIZES[layers]
    for _, _, data in network.edges(data=True):
        assert data["evidence"]
        assert data["relation"]


def test_no_edge_has_an_unchosen_layer():
    kinds = {"telegram", "signatures", "lenin-note", "return-line", "letter", "secretary-message"}
    assert {data["layer"] for *_, data in correspondence().edges(data=True)} == kinds
    editors = correspondence(layers="editors")
    assert all(data["basis"] == "stated_by_later_editor" for *_, data in editors.edges(data=True))
    assert {data["document"] for *_, data in correspondence(document="1921-telegram").edges(data=True)} == {
        "1921-telegram"
    }
    assert correspondence(voice="secretary_unnamed").number_of_edges() == 3


def test_two_kamenevs_and_the_unnamed_secretary_stay_apart():
    network = correspondence(layers="all")
    assert {"kamenev_ss", "kamenev_lb", "secretary_unnamed", "volodicheva"} <= set(network)
    assert not set(networkx.all_neighbors(network, "kamenev_ss")) & set(networkx.all_neighbors(network, "kamenev_lb"))


def test_opposite_and_parallel_edges_are_all_there():
    network = correspondence()
    assert sorted(network["lenin"]["trotsky"]) == ["e25", "e26"]
    assert list(network["trotsky"]["lenin"]) == ["e29"]
    assert len(network["cc_rcpb"]["rvs_11"]) == 4


def test_editors_edges_have_no_date():
    for *_, data in correspondence(layers="all").edges(data=True):
        expected = {"1921-telegram": "1921-02-14", "1923-letter": "1923-03-05"}[data["document"]]
        assert data["date"] == ("" if data["basis"] == "stated_by_later_editor" else expected)


def test_unknown_names_are_slips():
    with pytest.raises(Slip, match=r"No text “1921-telegramm”. Did you mean “1921-telegram”"):
        correspondence(document="1921-telegramm")
    for show in (evidence, plot_network):
        with pytest.raises(Slip, match=r"'actors' is not a network. Make one first"):
            show("actors")
    with pytest.raises(Slip, match=r"No layer “leter”"):
        correspondence(layers="leter")
    assert correspondence(layers="letter").number_of_edges() == 6


def test_the_evidence_is_a_row_an_edge():
    table = evidence(correspondence())
    assert table.columns[:10] == (
        "source", "target", "relation", "document", "layer", "voice", "date", "basis", "certainty", "evidence",
    )  # fmt: skip
    assert len(table) == 25
    assert table[0]["source"] == "cc_rcpb"
    assert "Central Committee, RCP(b)" in table._repr_html_()
    assert list(table.to_frame()["edge"]) == sorted(table.to_frame()["edge"])
    empty = evidence(correspondence(layers="site-data"))
    assert len(empty) == 0
    assert "No relation is stated" in empty.note


def _extents(axes, kind):
    figure = axes.figure
    figure.canvas.draw()
    renderer = figure.canvas.get_renderer()
    return {
        text.get_gid(): text.get_bbox_patch().get_window_extent(renderer)
        for text in axes.texts
        if (text.get_gid() or "").startswith(kind)
    }


@pytest.mark.parametrize("layers", SIZES)
def test_every_name_and_sign_can_be_read(layers):
    network = correspondence(layers=layers)
    axes = plot_network(network)
    names, signs = _extents(axes, "node:"), _extents(axes, "sign:")
    assert (len(names), len(signs)) == SIZES[layers]
    sheet = axes.get_window_extent()
    for box in [*names.values(), *signs.values()]:
        assert sheet.x0 <= box.x0 < box.x1 <= sheet.x1
        assert sheet.y0 <= box.y0 < box.y1 <= sheet.y1
    for one, other in combinations([*names, *signs], 2):
        assert not (names | signs)[one].overlaps((names | signs)[other]), f"{one} covers {other}"
    assert {
        t.get_gid().removeprefix("node:"): t.get_text().replace("\n", " ")
        for t in axes.texts
        if t.get_gid().startswith("node:")
    } == dict(network.nodes(data="name"))
    assert min(t.get_size() for t in axes.texts) >= 8


@pytest.mark.parametrize("layers", SIZES)
def test_every_edge_is_a_line_of_its_own_in_the_style_of_its_basis(layers):
    network = correspondence(layers=layers)
    axes = plot_network(network)
    lines = {line.get_gid(): line for line in axes.lines}
    assert len(lines) == network.number_of_edges()
    styles = {}
    shapes = set()
    for a, b, key, data in network.edges(keys=True, data=True):
        line = lines[f"edge:{key}"]
        styles.setdefault(data["basis"], set()).add(str(line._unscaled_dash_pattern))
        shapes.add(line.get_xydata().round(3).tobytes())
        assert len(line.get_xydata()) > 5, f"{a} → {b} leaves no line to see"
    assert len(shapes) == network.number_of_edges()
    assert all(len(found) == 1 for found in styles.values())
    assert len({next(iter(found)) for found in styles.values()}) == len(styles)


def test_the_picture_is_the_same_every_time():
    def picture():
        axes = plot_network(correspondence(layers="all"))
        return {t.get_gid(): t.get_position() for t in axes.texts}

    assert picture() == picture()


def test_the_key_and_the_description_say_what_is_drawn():
    axes = plot_network(correspondence(layers="all"))
    figure = axes.figure
    key = " ".join(text.get_text() for text in figure.texts)
    assert "e27  cannot rely on impartiality of" in key
    assert "stated by later editor" in [text.get_text() for text in figure.legends[0].get_texts()]
    assert figure.description.startswith("Network of 27 people and bodies with 45 relations")
    assert "1921-telegram 24, 1923-letter 21" in figure.description


def test_the_figure_shows_an_image_with_alternative_text_that_is_not_blank(monkeypatch):
    from IPython.core import displaypub
    from PIL import Image

    shown = []
    monkeypatch.setattr("IPython.display.display", lambda data, raw: shown.append(data))
    axes = plot_network(correspondence())
    axes.figure._ipython_display_()
    html = shown[0]["text/html"]
    assert axes.figure.description in html
    assert displaypub
    picture = Image.open(io.BytesIO(base64.b64decode(re.search(r"base64,([^\"]+)", html)[1])))
    counts = sorted((n for n, _ in picture.convert("RGB").getcolors(1 << 24)), reverse=True)
    assert len(counts) > 10
    assert sum(counts[1:]) / sum(counts) > 0.03


def test_an_empty_network_is_drawn_and_said():
    axes = plot_network(correspondence(layers="site-data"))
    assert axes.figure.description.startswith("Network of 0 people and bodies with 0 relations")


def test_a_relation_to_oneself_is_seen():
    network = networkx.MultiDiGraph()
    network.add_node("a", name="A", type="person")
    common = {"relation": "writes_to", "document": "d", "basis": "explicit_in_document"}
    network.add_edge("a", "a", key="e1", **common)
    axes = plot_network(network)
    assert len(axes.lines[0].get_xydata()) > 5


def test_crowded_boxes_make_the_sheet_grow():
    boxes = {str(n): Box(0, 0, 1, 0.5) for n in range(30)}
    height = place(boxes, dict.fromkeys(boxes, (0, 0)), {}, 4, 1)
    assert height > 3
    for one, other in combinations(boxes.values(), 2):
        assert min(one.overlap(other)) <= 0


def test_an_arc_goes_round_a_box_in_its_way():
    boxes = {"a": Box(0, 0, 0.5, 0.5), "b": Box(6, 0, 0.5, 0.5), "in the way": Box(3, 0, 1, 0.5)}
    arc = route([("a", "b", "e")], boxes)["e"]
    assert not boxes["in the way"].holds(arc, 0.05).any()
