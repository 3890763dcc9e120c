"""The network explorer: its state and its still view."""

from __future__ import annotations

import json

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
        assert arrow["sentences"] == [f"“{edge['evidence']}”"]
        assert arrow["certainty"] == edge["certainty"]
        for x, y in [*arrow["points"], arrow["at"]]:
            assert 0 <= x <= state["width"]
            assert 0 <= y <= state["height"]
    assert {name["lines"][0] for name in state["names"]} >= {"Lenin", "Trotsky"}
    e27 = state["arrows"][[arrow["sign"] for arrow in state["arrows"]].index("e27")]
    assert (e27["from"], e27["to"], e27["voice"]) == ("Lenin", "Stalin", "Lenin, according to his secretaries")
    html = view._repr_html_()
    assert "impartiality" in html
    assert "Without the 17 relations that only a later editor states" in html
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
