"""The network explorer: point at an arrow and read the sentence for it beside the drawing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypedDict

from ..core import THEME, Markup, Table, element, plain
from ..drawing import can_draw
from ..network import (
    EDITORS,
    LETTER_BASIS,
    LIVE,
    Arrow,
    choose_arrows,
    describe_network,
    edges_in_order,
    edges_left_out,
    lay_out_network,
    relation_in_words,
)
from ..search import stands_at
from ..texts import BASES, Text, load_all_texts, text_ids
from .live import live_class, script, show

if TYPE_CHECKING:
    import networkx

_PIXELS = 96  # for each inch of the drawing
_MOST_SENTENCES = 12
_COLUMNS = ("number", "from", "relation", "to", "words", "whose_words", "basis", "certainty")
_LETTERS = "letters"
_BASES = dict(
    zip(
        BASES,
        (
            "explicit: the words say it",
            "inferred: a reader fills in something that the words leave open",
            "only a later editor states it",
            "from the header of the letter, as the edition gives it",
        ),
        strict=True,
    )
)


# “from” is a keyword in Python, so these cannot be the fields of a class.
Told = TypedDict(
    "Told",
    {
        "sign": str,
        "from": str,
        "to": str,
        "relation": str,
        "sentences": list[str],
        "place": str,
        "documents": list[str],
        "layer": str,
        "voice": str,
        "basis": str,
        "basis_words": str,
        "certainty": str,
        "note": str,
        "date": str,
    },
)


class Explorer:
    """A network with its arrows listed; made by `explore`."""

    def __init__(self, network: networkx.MultiDiGraph[str]) -> None:
        self.network = network
        edges = edges_in_order(network)
        chosen = choose_arrows([*network], edges)
        self.arrows, self._note = chosen.arrows, chosen.note
        self._told = _told(network, self.arrows)
        self.table = Table(
            (dict(zip(_COLUMNS, _cells(one), strict=True)) for one in self._told),
            _COLUMNS,
            caption=f"{len(self.arrows)} arrows, each with its words",
            strong=["number"],
        )

    @plain
    def __repr__(self) -> str:
        return f"<Explorer: {describe_network(self.network)}>"

    def _repr_html_(self) -> str:
        parts = [element("p", describe_network(self.network)), Markup(self.table._repr_html_())]
        return element("section", *parts, **{"class": "close-reading-explorer"})

    def _ipython_display_(self) -> None:
        alive = _widget() if can_draw() else None  # the layout needs the packages for pictures
        show(self, (lambda: alive(self.state())) if alive else None)

    def state(self) -> dict[str, object]:
        """Return all that the live view needs, as plain data without HTML; lengths in pixels."""
        sheet = lay_out_network(self.network, LIVE)

        def spot(x: float, y: float) -> list[float]:
            return [round(x * _PIXELS, 1), round((sheet.height - y) * _PIXELS, 1)]

        order = list(sheet.boxes)
        names = [
            {
                "name": str(self.network.nodes[node].get("name") or node),
                "lines": sheet.labels[node].split("\n"),
                "round": sheet.kinds[node].startswith("person"),
                "at": spot(box.x, box.y),
                "size": [round(box.width * _PIXELS, 1), round(box.height * _PIXELS, 1)],
            }
            for node, box in sheet.boxes.items()
        ]
        arrows = []
        for arrow, told in zip(self.arrows, self._told, strict=True):
            sign = sheet.signs[arrow.id]
            drawn = {
                "ends": [order.index(arrow.source), order.index(arrow.target)],
                "document": arrow.group or _LETTERS,
                "lines": sheet.words[arrow.id].split("\n"),
                "points": [spot(*one) for one in sheet.arcs[arrow.id].tolist()],
                "at": spot(sign.x, sign.y),
                "size": [round(sign.width * _PIXELS, 1), round(sign.height * _PIXELS, 1)],
            }
            arrows.append({**told, **drawn})
        used = {one.basis for one in self.arrows}
        return {
            "width": round(LIVE.width * _PIXELS),
            "height": round(sheet.height * _PIXELS),
            "type": {"name": LIVE.name * _PIXELS / 72, "sign": LIVE.sign * _PIXELS / 72},
            "about": describe_network(self.network),
            "names": names,
            "arrows": arrows,
            "bases": [
                {
                    "id": one,
                    "words": "only editors state it" if one == EDITORS else relation_in_words(one),
                    "stroke": stroke,
                    # Shown by a switch, unless nothing else is there.
                    "on": one != EDITORS or used == {EDITORS},
                }
                for one, stroke in zip(BASES, THEME.strokes, strict=True)
                if one in used
            ],
            # In the order of the still picture, so that both have the same colours.
            "documents": sorted({one.group or _LETTERS for one in self.arrows}, key=lambda id: (id == _LETTERS, id)),
            "said": [*filter(None, [self._note]), *edges_left_out(self.network)],
        }


def explore(network: networkx.MultiDiGraph[str]) -> Explorer:
    """Show a network to explore: point at an arrow and read the sentence for it.

    In a notebook with widgets, the verb is on each arrow. Point at an arrow, click it or go there
    with Tab to read its sentence beside the drawing, with voice, paragraph, basis and certainty.
    Click a name to see only its arrows. Arrows that only a later editor states are shown by a
    switch. Without widgets there is a table with the same content.

    Parameters
    ----------
    network : networkx.MultiDiGraph
        A network made by `correspondence`, or a part of one.

    Returns
    -------
    Explorer
        Displays as a drawing with a panel for the words, and a list.

    Raises
    ------
    UserError
        If it is not a network.

    Examples
    --------
    >>> from helpers.network import correspondence
    >>> network = correspondence()
    >>> len(explore(network).table) == network.number_of_edges()
    True
    """
    return Explorer(network)


def _told(network: networkx.MultiDiGraph[str], arrows: list[Arrow]) -> list[Told]:
    """Describe every arrow in words."""
    known = set(text_ids())
    own = any(data["document"] in known for one in arrows for *_, data in one.edges if data["basis"] != LETTER_BASIS)
    texts = load_all_texts() if own else {}
    names = {node: str(data.get("name") or node) for node, data in network.nodes.items()}
    return [_in_words(arrow, names, texts) for arrow in arrows]


def _in_words(arrow: Arrow, names: Mapping[str, str], texts: Mapping[str, Text]) -> Told:
    data = arrow.edges[0][3]
    sentences = [_sentence(edge[3]) for edge in arrow.edges[:_MOST_SENTENCES]]
    more = len(arrow.edges) - len(sentences)
    layer, voice, place = data.get("layer", ""), data.get("voice", ""), data["document"]
    for part in texts.get(data["document"], ()):
        if part.id == layer:
            text = texts[data["document"]]
            layer, voice = part.label or part.id, text.speakers.get(part.voice) or part.voice
            found = stands_at(data["evidence"], part.text)
            place += f", ¶{text.paragraph_at(part.start + found[0][0])}" if found else ""
            break
    many = len(arrow.edges) > 1
    letter = data["basis"] == LETTER_BASIS
    return {
        "sign": arrow.sign,
        "from": names[arrow.source],
        "to": names[arrow.target],
        "relation": relation_in_words(data["relation"]) + (f" ({len(arrow.edges):,} letters)" if many else ""),
        "sentences": sentences + ([f"and {more:,} more; evidence(network) lists them all."] if more else []),
        "place": _LETTERS if letter else place,
        "documents": sorted({edge[3]["document"] for edge in arrow.edges}) if arrow.group else [_LETTERS],
        "layer": "header of the letter" if letter else str(layer),
        "voice": "the edition" if letter else str(voice),
        "basis": arrow.basis,
        "basis_words": _BASES[arrow.basis],
        "certainty": str(data.get("certainty") or "not stated"),
        "note": "" if many else str(data.get("note") or ""),
        "date": "" if many else str(data.get("date") or ""),
    }


def _sentence(data: Mapping[str, str]) -> str:
    """Write the evidence for an arrow: a quotation, or the header of a letter."""
    words = str(data.get("evidence") or "no words")
    return f"{data['document']}: {words}" if data["basis"] == LETTER_BASIS else f"“{words}”"


def _cells(told: Told) -> list[str]:
    whose = f"{told['layer']} ({told['place']})"
    words = " ".join(told["sentences"])
    return [
        told["sign"],
        told["from"],
        told["relation"],
        told["to"],
        words,
        whose,
        relation_in_words(told["basis"]),
        told["certainty"],
    ]


@live_class
def _widget() -> Callable[[dict[str, object]], object]:
    import anywidget
    import traitlets

    class LiveNetwork(anywidget.AnyWidget):
        _esm = script("explorer")
        network = traitlets.Dict().tag(sync=True)

        def __init__(self, network: dict[str, object]) -> None:
            super().__init__(network=network)

        def __repr__(self) -> str:
            return "Run this cell to choose arrows of the network and read their words."

    return LiveNetwork
