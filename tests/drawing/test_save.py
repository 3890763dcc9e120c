"""Saved pictures contain their description."""

from __future__ import annotations

from xml.etree import ElementTree

from PIL import Image

from helpers import correspondence, plot_network
from helpers.drawing import save_picture

SVG = "{http://www.w3.org/2000/svg}"


def test_svg_has_title_description_and_real_text(example, tmp_path):
    axes = plot_network(correspondence())
    axes.figure.description += " <b>&\u0007"
    root = ElementTree.parse(save_picture(axes, tmp_path / "net.svg")).getroot()
    assert root.get("role") == "img"
    title, told = root[0], root[1]
    assert (title.tag, told.tag) == (f"{SVG}title", f"{SVG}desc")
    assert root.get("aria-labelledby") == title.get("id")
    assert root.get("aria-describedby") == told.get("id")
    assert len(root.findall(f"{SVG}title")) == 1
    assert told.text == axes.figure.description.replace("\u0007", "␇")
    network = correspondence()
    count = f"{network.number_of_nodes()} people and bodies with {network.number_of_edges()} relations"
    assert title.text == f"Network of {count}, drawn as arrows."
    words = {"".join(node.itertext()).strip() for node in root.iter(f"{SVG}text")}
    for _, target, key, arrow in network.edges(keys=True, data=True):
        assert {key, f"{key}  {arrow['relation'].replace('_', ' ')}"} <= words
        assert network.nodes[target]["name"].split()[0] in " ".join(words)
    assert "date" not in {node.tag.split("}")[1] for node in root.iter()}


def test_png_stores_its_description(example, tmp_path):
    axes = plot_network(correspondence())
    axes.figure.description += " Тифлис."
    with Image.open(save_picture(axes.figure, tmp_path / "net.png")) as picture:
        assert picture.text["Description"] == axes.figure.description
        assert round(picture.info["dpi"][0]) == 150
        assert picture.width == round(axes.figure.get_size_inches()[0] * 150)
        assert len(picture.convert("RGB").getcolors(1 << 24)) > 10
