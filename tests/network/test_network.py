from __future__ import annotations

import base64
import io
import json
import math
import re
import sys
from collections import Counter
from itertools import combinations, permutations
from pathlib import Path

import networkx
import pytest

from helpers import correspondence, evidence, explore, plot_network
from helpers.core import UserError
from helpers.network import MOST_RELATED, MOST_RELATIONS, describe_network
from helpers.texts import load_texts, parse_text

SIZES = {"actors": (17, 25), "all": (27, 44)}


@pytest.mark.parametrize("layers", SIZES)
def test_network_has_the_expected_people_and_relations(layers):
    network = correspondence(layers=layers)
    assert isinstance(network, networkx.MultiDiGraph)
    assert (len(network), network.number_of_edges()) == SIZES[layers]
    for _, _, data in network.edges(data=True):
        assert data["evidence"]
        assert data["relation"]


def test_network_contains_only_chosen_layers():
    kinds = {"telegram", "signatures", "lenin-note", "return-line", "letter", "secretary-message"}
    assert {data["layer"] for *_, data in correspondence().edges(data=True)} == kinds
    editors = correspondence(layers="editors")
    assert all(data["basis"] == "stated_by_later_editor" for *_, data in editors.edges(data=True))
    assert {data["document"] for *_, data in correspondence(document="1921-telegram").edges(data=True)} == {
        "1921-telegram"
    }
    assert correspondence(voice="secretary_unnamed").number_of_edges() == 3
    # Each layer name applies to the texts that have it.
    assert correspondence(voice=["secretary_unnamed", "lenin"]).number_of_edges() == 3 + sum(
        data["voice"] == "lenin" for *_, data in correspondence().edges(data=True)
    )
    assert correspondence(layers=["telegram", "letter"]).number_of_edges() == sum(
        data["layer"] in ("telegram", "letter") for *_, data in correspondence().edges(data=True)
    )


def test_iterators_choose_layers_and_voices_like_lists():
    once = correspondence(layers=iter(["all"]), voice=iter(["lenin"]))
    listed = correspondence(layers=["all"], voice=["lenin"])
    assert once.number_of_edges() == listed.number_of_edges() > 0
    assert once.graph == listed.graph
    assert "by layers “telegram”" in correspondence(layers=iter(["telegram"])).graph["left_out"]


def test_node_without_a_name_is_shown_by_its_id():
    network = correspondence(document="1921-telegram")
    key, facts = next((key, data) for _, _, key, data in network.edges(keys=True, data=True))
    network.add_edge("a-stranger", "lenin", key=f"{key}-2", **facts)
    assert "a-stranger" in describe_network(network)
    assert "a-stranger" in evidence(network)._repr_html_()
    assert "None" not in describe_network(network) + evidence(network)._repr_html_()


def test_two_kamenevs_and_the_unnamed_secretary_stay_apart():
    network = correspondence(layers="all")
    assert {"kamenev_ss", "kamenev_lb", "secretary_unnamed", "volodicheva"} <= set(network)
    assert not set(networkx.all_neighbors(network, "kamenev_ss")) & set(networkx.all_neighbors(network, "kamenev_lb"))


def test_opposite_and_parallel_edges_are_kept():
    network = correspondence()
    assert sorted(network["lenin"]["trotsky"]) == ["e25", "e26"]
    assert list(network["trotsky"]["lenin"]) == ["e29"]
    assert len(network["cc_rcpb"]["rvs_11"]) == 4


def test_editors_edges_have_no_date():
    for *_, data in correspondence(layers="all").edges(data=True):
        expected = {"1921-telegram": "1921-02-14", "1923-letter": "1923-03-05"}[data["document"]]
        assert data["date"] == ("" if data["basis"] == "stated_by_later_editor" else expected)


def test_unknown_names_raise():
    with pytest.raises(UserError, match=r"No text “1921-telegramm”. Did you mean “1921-telegram”"):
        correspondence(document="1921-telegramm")
    for show in (evidence, plot_network):
        with pytest.raises(UserError, match=r"'actors' is not a network. Make one first"):
            show("actors")
    with pytest.raises(UserError, match=r"No layer “leter”"):
        correspondence(layers="leter")
    assert correspondence(layers="letter").number_of_edges() == 6


def test_evidence_has_one_row_for_each_edge():
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
    """Return the frames of the names or of the labels, by id."""
    figure = axes.figure
    figure.canvas.draw()
    renderer = figure.canvas.get_renderer()
    frames = {patch.get_gid(): patch for patch in axes.patches}
    return {
        text.get_gid(): frames.get(
            str(text.get_gid()).replace("node:", "frame:"), text.get_bbox_patch()
        ).get_window_extent(renderer)
        for text in axes.texts
        if (text.get_gid() or "").startswith(kind)
    }


@pytest.mark.parametrize("layers", SIZES)
def test_names_and_signs_do_not_overlap_or_leave_the_sheet(layers):
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
    renderer = axes.figure.canvas.get_renderer()
    for text in axes.texts:
        if text.get_gid() in names:
            words, frame = text.get_window_extent(renderer), names[text.get_gid()]
            assert frame.x0 < words.x0 < words.x1 < frame.x1
            assert frame.y0 < words.y0 < words.y1 < frame.y1
    assert {
        t.get_gid().removeprefix("node:"): t.get_text().replace("\n", " ")
        for t in axes.texts
        if t.get_gid().startswith("node:")
    } == dict(network.nodes(data="name"))
    assert min(t.get_size() for t in axes.texts) >= 8


@pytest.mark.parametrize("layers", SIZES)
def test_every_edge_has_its_own_line_styled_by_basis(layers):
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


def test_drawing_is_deterministic():
    def picture():
        axes = plot_network(correspondence(layers="all"))
        return {t.get_gid(): t.get_position() for t in axes.texts}

    assert picture() == picture()


def test_key_and_description_match_the_drawing():
    axes = plot_network(correspondence(layers="all"))
    figure = axes.figure
    key = " ".join(text.get_text() for text in figure.texts)
    assert "e27  cannot rely on impartiality of" in key
    assert "stated by later editor" in [text.get_text() for text in figure.legends[0].get_texts()]
    assert figure.description.startswith("Network of 27 people and bodies with 44 relations")
    assert "1921-telegram 24, 1923-letter 20" in figure.description


def test_figure_is_displayed_as_an_image_with_alternative_text(monkeypatch):
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


def test_empty_network_is_drawn_and_described():
    axes = plot_network(correspondence(layers="site-data"))
    assert axes.figure.description.startswith("Network of 0 people and bodies with 0 relations")


def test_relation_of_a_person_to_itself_is_drawn():
    network = networkx.MultiDiGraph()
    network.add_node("a", name="A", type="person")
    common = {"relation": "writes_to", "document": "d", "basis": "explicit_in_document"}
    network.add_edge("a", "a", key="e1", **common)
    axes = plot_network(network)
    assert len(axes.lines[0].get_xydata()) > 5


def said(network) -> str:
    return evidence(network).note


def test_relation_and_basis_filters_report_what_they_left_out():
    network = correspondence(layers="all", relation=["addresses", "said to complain to"])
    assert {data["relation"] for *_, data in network.edges(data=True)} == {"addresses", "said_to_complain_to"}
    network = correspondence(
        layers="all", document="1923-letter", voice=["lenin", "lcw_editors"],
        relation=["addresses", "asked to act in", "said_to_create", "said_to_complain_to", "addresses_message_to"],
        basis=["explicit_in_document", "inferred from document"],
    )  # fmt: skip
    assert sorted(key for *_, key in network.edges(keys=True)) == ["e25", "e30"]
    note = said(network)
    assert note.startswith("2 of 44 relations are shown. Left out: 24 by document “1923-letter”; 3 by voice ")
    assert "13 by relation “addresses”, “asked_to_act_in”" in note
    assert "2 by basis “explicit_in_document”, “inferred_from_document”." in note
    assert sum(map(int, re.findall(r"(\d+) by ", note))) == 44 - 2
    assert note in plot_network(network).figure.description
    for name, error in (
        ({"relation": "adresses"}, r"No relation “adresses”. Did you mean “addresses”"),
        ({"basis": ["explicit_in_document", "edition"]}, r"No basis “edition”. Did you mean “edition_meta"),
        ({"basis": "hearsay"}, r"No basis “hearsay”. There are: “edition_metadata”, “explicit_in_document”"),
        ({"basis": 3}, r"3 is not a name"),
    ):
        with pytest.raises(UserError, match=error):
            correspondence(**name)


def test_names_that_only_editors_connect_are_counted_and_named():
    everything, theirs = correspondence(layers="all"), correspondence(basis="stated_by_later_editor", layers="all")
    rest = correspondence(layers="all", basis=["explicit_in_document", "inferred_from_document"])
    gone = set(everything) - set(rest)
    assert (theirs.number_of_edges(), rest.number_of_edges(), len(gone)) == (16, 28, 9)
    names = "; ".join(sorted(everything.nodes[node]["name"] for node in gone))
    sentence = f"Without the 16 relations that only a later editor states, 28 are left; 9 names go with them: {names}."
    assert said(everything) == sentence
    assert sentence in plot_network(everything).figure.description
    theirs = f"16 relations that only a later editor states; 9 names would come with them: {names}."
    assert f"Not shown: {theirs}" in said(rest)
    # The note of the whole network is not repeated for a part of it.
    part = everything.subgraph(["lenin", "stalin", "trotsky"])
    assert "This is a part of a network: 5 of its 44 arrows." in said(part)
    assert "Without the 1 relation that only a later editor states, 4 are left; no name goes with it." in said(part)
    assert "editor" not in said(correspondence(relation="addresses"))


def test_left_out_note_is_printed_on_the_drawing():
    axes = plot_network(correspondence())
    figure = axes.figure
    figure.canvas.draw()
    lines = [text for text in figure.texts if (text.get_gid() or "").startswith("left-out:")]
    assert " ".join(line.get_text() for line in lines) == said(correspondence())
    boxes = [text.get_window_extent() for text in [*figure.texts, *figure.legends[0].get_texts()]]
    for box in boxes:
        assert 0 <= box.x0 < box.x1 <= figure.bbox.x1
        assert 0 <= box.y0 < box.y1 <= figure.bbox.y1 * (1 - axes.get_position().height)
    for one, other in combinations(boxes, 2):
        assert not one.overlaps(other)


def letter(id, **about):
    head = "".join(f"{key}: {json.dumps(value)}\n" for key, value in about.items())
    return parse_text(f"---\n{head}---\nDear friend", id=id)


def test_letters_give_one_edge_each_and_incomplete_headers_are_counted():
    some = [
        letter("1", sender="Anna", recipients="Karl", date="1900-05-01", place="Elmfield"),
        letter("2", sender="Anna", recipients="Karl"),
        letter("3", sender="Anna"),
        letter("4", recipients="Karl"),
        letter("5", title="nothing"),
        letter("6", sender=["Anna", "Ida"], recipients=["Karl", "Rosa"], date="1901"),
    ]
    network = correspondence(texts=some)
    assert sorted(key for *_, key in network.edges(keys=True)) == ["1", "2", "6/1", "6/2", "6/3", "6/4"]
    first = network["Anna"]["Karl"]["1"]
    assert (first["date"], first["place"], first["basis"]) == ("1900-05-01", "Elmfield", "edition_metadata")
    assert first["evidence"] == "sent by Anna, Elmfield, 1900-05-01; received by Karl"
    assert network["Anna"]["Karl"]["2"]["date"] == ""
    assert set(network) == {"Anna", "Ida", "Karl", "Rosa"}
    assert said(network) == (
        "6 texts: 3 letters with sender and recipient, 1 of them with several, which give 6 arrows: one for each pair; "
        "1 names neither sender nor recipient; 1 names no recipient; 1 names no sender; 1 of the letters has no date."
    )
    assert evidence(network)[0]["source"] == "Anna"
    assert correspondence(texts=some, document=["1", "2"]).number_of_edges() == 2
    assert correspondence(texts=[]).number_of_edges() == 0
    for given, error in (
        ({"texts": "letters"}, r"texts='letters' are not texts. Load them first"),
        ({"texts": [3]}, r"'3' is not a text"),
        ({"texts": some, "layers": "letter"}, r"has no layers and voices"),
        ({"texts": some, "document": "7"}, r"No text “7”"),
        ({"texts": some, "basis": "edition"}, r"No basis “edition”"),
    ):
        with pytest.raises(UserError, match=error):
            correspondence(**given)


def test_namesakes_stay_apart_and_spellings_of_one_person_are_merged():
    address = "https://example.org/persons/"
    some = [
        letter(
            "1", sender="Anna Berg", sender_ref=f"{address}17", recipients="Anna Berg", recipients_ref=f"{address}18"
        ),
        letter("2", sender="A. Berg", sender_ref=f"{address}17", recipients="Karl"),
        letter("3", sender="Anna Berg", sender_ref=f"{address}17", recipients="Karl", recipients_ref="#k"),
        letter("4", sender="Otto", recipients="Otto Holm", recipients_ref="#k"),
    ]
    network = correspondence(texts=some)
    assert sorted(name for _, name in network.nodes(data="name")) == [
        "Anna Berg (persons/17)", "Anna Berg (persons/18)", "Karl (#k)", "Karl (without reference)", "Otto",
        "Otto Holm",
    ]  # fmt: skip
    assert network.out_degree(f"{address}17") == 3


def test_parallel_letters_are_drawn_as_one_arrow_with_their_number():
    some = [letter(f"{n}", sender="Anna", recipients="Karl") for n in range(12)]
    axes = plot_network(correspondence(texts=[*some, letter("back", sender="Karl", recipients="Anna")]))
    assert sorted(t.get_text() for t in axes.texts if t.get_gid().startswith("sign:")) == ["×1", "×12"]
    assert [line.get_gid() for line in axes.lines] == ["edge:Anna → Karl", "edge:Karl → Anna"]
    assert "2 correspondents with 13 letters" in axes.figure.description


def test_only_the_most_frequent_correspondents_are_drawn():
    # Person n writes n letters to Friend and one to person n + 1.
    some = [letter(f"{n}-{m}", sender=f"P{n:02}", recipients="Friend") for n in range(1, 61) for m in range(n)]
    some += [letter(f"{n}-next", sender=f"P{n:02}", recipients=f"P{n + 1:02}") for n in range(1, 60)]
    network = correspondence(texts=some)
    axes = plot_network(network)
    names, signs = _extents(axes, "node:"), _extents(axes, "sign:")
    assert set(names) == {"node:Friend", *(f"node:P{n:02}" for n in range(37, 61))}
    counts = Counter((a, b) for a, b in network.edges(keys=False))
    drawn = {text.get_gid().removeprefix("sign:"): text.get_text() for text in axes.texts if "sign:" in text.get_gid()}
    assert drawn["P60 → Friend"] == "×60"
    shown = sum(int(sign.removeprefix("×").replace(",", "")) for sign in drawn.values())
    assert all(counts[tuple(ends.split(" → "))] == int(sign[1:]) for ends, sign in drawn.items())
    total = sum(range(61)) + 59
    assert network.number_of_edges() == total
    drawn_in_words = f"Drawn: 25 of 61 correspondents, those with most letters, and {shown:,} of {total:,} letters."
    assert f"{drawn_in_words} Not drawn: 36 correspondents and" in axes.figure.description
    assert f"and {total - shown:,} letters." in " ".join(text.get_text() for text in axes.figure.texts)
    for one, other in combinations([*names.values(), *signs.values()], 2):
        assert not one.overlaps(other)


RELATION = {"basis": "explicit_in_document", "relation": "writes_to", "document": "d", "evidence": "x"}


def relations(ends):
    network = networkx.MultiDiGraph()
    for n, (a, b) in enumerate(ends):
        network.add_edge(f"N{a:04}", f"N{b:04}", f"e{n:05}", **RELATION)
    return network


SHAPES = {
    "ring": lambda n: [(k, (k + 1) % n) for k in range(n)],
    "star": lambda n: [(0, k) for k in range(1, n)],
    "row": lambda n: [(k, k + 1) for k in range(n)],
    "pairs": lambda n: [(2 * k, 2 * k + 1) for k in range(n)],
    "each with each": lambda n: list(permutations(range(math.isqrt(n)), 2)),
    "between two": lambda n: [(0, 1)] * n,
    "to itself": lambda n: [(k, k) for k in range(n)],
}


@pytest.mark.parametrize("shape", SHAPES)
def test_of_a_network_of_any_shape_only_what_can_be_read_is_drawn_and_the_rest_is_counted(shape):
    network = relations(SHAPES[shape](3000))
    axes = plot_network(network)
    signs = {t.get_gid() for t in axes.texts if t.get_gid().startswith("sign:")}
    names = {t.get_gid() for t in axes.texts if t.get_gid().startswith("node:")}
    assert 1 < len(names) <= MOST_RELATED or shape == "between two"
    assert 0 < len(signs) <= MOST_RELATIONS
    arrows, total = network.number_of_edges(), network.number_of_nodes()
    said = (
        f"Drawn: {len(names)} of {total:,} names, those with most arrows, and {len(signs)} of {arrows:,} arrows. "
        f"Not drawn: {total - len(names):,} names and {arrows - len(signs):,} arrows. evidence(network) lists all"
    )
    assert said in axes.figure.description
    assert said.split(". ")[0] in " ".join(" ".join(text.get_text() for text in axes.figure.texts).split())
    live = explore(network)
    assert said in live.state()["said"][0]
    assert len(live.state()["arrows"]) == len(signs)


def test_names_without_arrows_are_counted_beyond_those_that_can_be_read():
    network = relations([(0, 1)])
    network.add_nodes_from(f"alone {n:03}" for n in range(300))
    axes = plot_network(network)
    assert sum(text.get_gid().startswith("node:") for text in axes.texts) == MOST_RELATED
    assert f"Not drawn: {302 - MOST_RELATED} names and 0 arrows." in axes.figure.description


def test_counts_of_four_thousand_letters_add_up(tmp_path):
    sys.path.insert(0, str(Path(__file__).parents[1] / "texts" / "tei"))
    try:
        from generate import generate
    finally:
        sys.path.pop(0)
    broken = generate(tmp_path, 4000)
    shelf = load_texts(tmp_path, progress=False)
    network = correspondence(texts=shelf)
    note = said(network)
    count = lambda words: int(re.search(rf"([\d,]+) {words}", note)[1].replace(",", ""))  # noqa: E731
    letters = {data["document"] for *_, data in network.edges(data=True)}
    assert count("texts:") + count("files could not be loaded") == 4000
    assert count("files could not be loaded") == len(broken)
    assert count("letters with sender and recipient") == len(letters)
    assert len(letters) + count("name neither") + count("name no recipient") == len(shelf)
    for _, _, data in network.edges(data=True):
        assert data["basis"] == "edition_metadata"
        assert data["date"] == shelf[data["document"]].date
    axes = plot_network(network)
    drawn = [t.get_text() for t in axes.texts if t.get_gid().startswith("sign:")]
    assert sum(int(sign[1:].replace(",", "")) for sign in drawn) == network.number_of_edges()
    assert len(drawn) < 20
    # Namesakes are separate nodes with distinct names.
    assert {"Anna Berg (persons/17)", "Anna Berg (persons/18)"} <= set(dict(network.nodes(data="name")).values())


def test_name_is_not_read_as_math_and_long_names_are_cut():
    some = [letter("1", sender="Anna $\\frac$", recipients="Karl " * 400)]
    axes = plot_network(correspondence(texts=some))
    assert [line for box in _extents(axes, "node:").values() for line in (box.height,) if line > 200] == []
    assert "Anna $\\frac$" in [text.get_text() for text in axes.texts]
