"""The network explorer: its state and its still view."""

from __future__ import annotations

import json
from itertools import combinations, pairwise

import pytest

from helpers import correspondence
from helpers.core import UserError
from helpers.texts import parse_text
from helpers.widgets import explore


def letter(id, **about):
    head = "".join(f"{key}: {json.dumps(value)}\n" for key, value in about.items())
    return parse_text(f"---\n{head}---\nDear friend", id=id)


def test_explorer_sends_every_arrow_with_evidence_and_place():
    network = correspondence(layers="all", document=["1921-telegram", "1923-letter"])
    view = explore(network)
    state = view.state()
    assert json.loads(json.dumps(state)) == state
    assert [arrow["sign"] for arrow in state["arrows"]] == sorted(key for *_, key in network.edges(keys=True))
    data = {key: edge for *_, key, edge in network.edges(keys=True, data=True)}
    for arrow in state["arrows"]:
        edge = data[arrow["sign"]]
        assert " ".join(arrow["lines"]) == edge["relation"].replace("_", " ")
        assert arrow["document"] == edge["document"]
        ends = [state["names"][end]["name"] for end in arrow["ends"]]
        assert ends == [arrow["from"], arrow["to"]]
        assert arrow["sentences"] == [f"“{edge['evidence']}”"]
        assert arrow["certainty"] == edge["certainty"]
        for x, y in [*arrow["points"], arrow["at"]]:
            assert 0 <= x <= state["width"]
            assert 0 <= y <= state["height"]
    assert {name["lines"][0] for name in state["names"]} >= {"Lenin", "Trotsky"}
    e27 = state["arrows"][[arrow["sign"] for arrow in state["arrows"]].index("e27")]
    assert (e27["from"], e27["to"], e27["voice"]) == ("Lenin", "Stalin", "Lenin, according to his secretaries")
    assert (e27["place"], e27["basis_words"]) == ("1923-letter, ¶11", "explicit: the words say it")
    assert [one["on"] for one in state["bases"]] == [True, True, False]
    html = view._repr_html_()
    assert "impartiality" in html
    assert "Without the 16 relations that only a later editor states" in html
    with pytest.raises(UserError, match=r"is not a network"):
        explore("actors")


def test_explorer_bundles_parallel_letters_and_escapes_names():
    some = [letter(f"{n}", sender="<b>Anna", recipients="Karl", date="1900") for n in range(30)]
    view = explore(correspondence(texts=some))
    (arrow,) = view.state()["arrows"]
    assert (arrow["sign"], arrow["relation"]) == ("×30", "writes to (30 letters)")
    assert arrow["sentences"][0] == "0: sent by <b>Anna, 1900; received by Karl"
    assert arrow["sentences"][-1] == "and 18 more; evidence(network) lists them all."
    assert "<b>Anna" not in view._repr_html_()
    assert view.state()["documents"] == ["letters"]
    assert " ".join(arrow["lines"]) == "writes to ×30"


def test_what_only_editors_state_is_shown_if_nothing_else_is_there():
    state = explore(correspondence(layers="editors")).state()
    assert [(one["id"], one["on"]) for one in state["bases"]] == [("stated_by_later_editor", True)]


@pytest.mark.parametrize("layers", ["actors", "all", "editors"])
def test_verbs_and_names_do_not_overlap_and_fit_a_small_window(layers):
    state = explore(correspondence(layers=layers)).state()
    assert state["width"] <= 620
    assert state["height"] <= 508
    assert min(state["type"].values()) >= 11
    boxes = {(kind, n): one for kind in ("names", "arrows") for n, one in enumerate(state[kind])}
    for (one, a), (other, b) in combinations(boxes.items(), 2):
        apart = [abs(p - q) >= (v + w) / 2 for p, q, v, w in zip(a["at"], b["at"], a["size"], b["size"], strict=True)]
        assert any(apart), f"{one} covers {other}"
    for arrow in state["arrows"]:
        line = [(x1 + (x2 - x1) * t, y1 + (y2 - y1) * t)
                for (x1, y1), (x2, y2) in pairwise(arrow["points"]) for t in (0, 0.25, 0.5, 0.75)]  # fmt: skip
        for key, box in boxes.items():
            if box is not arrow:
                (x, y), (width, height) = box["at"], box["size"]
                inside = [abs(a - x) < width / 2 - 0.2 and abs(b - y) < height / 2 - 0.2 for a, b in line]
                assert not any(inside), f"{arrow['sign']} runs through {key}"
