"""The network explorer: choose an arrow in the list or the drawing and read the evidence for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypedDict

from ..core import THEME, Markup, Table, element
from ..network import (
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
from ..texts import BASES, load_all_texts, text_ids
from .live import live_class, script, show

if TYPE_CHECKING:
    import networkx

_UNITS = 100  # units of the page for each inch of the drawing
_MOST_SENTENCES = 12
_COLUMNS = ("number", "from", "relation", "to", "words", "whose_words", "basis", "certainty")


# “from” is a keyword in Python, so these cannot be the fields of a class.
Told = TypedDict(
    "Told",
    {
        "sign": str,
        "from": str,
        "to": str,
        "relation": str,
        "sentences": list[str],
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
        self.arrows = choose_arrows(list(network), edges_in_order(network)).arrows
        self._told = _told(network, self.arrows)
        self.table = Table(
            (dict(zip(_COLUMNS, _cells(one), strict=True)) for one in self._told),
            _COLUMNS,
            caption=f"{len(self.arrows)} arrows, each with its words",
            strong=["number"],
        )

    def __repr__(self) -> str:
        return f"<Explorer: {describe_network(self.network)}>"

    def _repr_html_(self) -> str:
        parts = [element("p", describe_network(self.network)), Markup(self.table._repr_html_())]
        return element("section", *parts, **{"class": "close-reading-explorer"})

    def _ipython_display_(self) -> None:
        alive = _widget()
        show(self, (lambda: alive(self.state())) if alive else None)

    def state(self) -> dict[str, object]:
        """Return all that the live view needs, as plain data without HTML."""
        sheet = lay_out_network(self.network)

        def spot(x: float, y: float) -> list[float]:
            return [round(x * _UNITS, 1), round((sheet.height - y) * _UNITS, 1)]

        names = [
            {
                "lines": sheet.labels[node].split("\n"),
                "round": sheet.kinds[node].startswith("person"),
                "at": spot(box.x, box.y),
                "size": [round(box.width * _UNITS), round(box.height * _UNITS)],
            }
            for node, box in sheet.boxes.items()
        ]
        arrows = []
        for arrow, told in zip(self.arrows, self._told, strict=True):
            points, sign = sheet.arcs[arrow.id], sheet.signs[arrow.id]
            drawn = {
                # Every fifth point is enough for a smooth curve.
                "points": [spot(*one) for one in [*points[:-1:5].tolist(), points[-1].tolist()]],
                "at": spot(sign.x, sign.y),
                "size": [round(sign.width * _UNITS), round(sign.height * _UNITS)],
            }
            arrows.append({**told, **drawn})
        used = {one.basis for one in self.arrows}
        bases = [(one, stroke) for one, stroke in zip(BASES, THEME.strokes, strict=True) if one in used]
        return {
            "width": round(WIDTH * _UNITS),
            "height": round(sheet.height * _UNITS),
            "names": names,
            "arrows": arrows,
            "bases": [{"id": one, "words": relation_in_words(one), "stroke": stroke} for one, stroke in bases],
            "documents": sorted({document for told in self._told for document in told["documents"]}),
            "said": edges_left_out(self.network),
        }


def explore(network: networkx.MultiDiGraph[str]) -> Explorer:
    """Show a network to explore: choose an arrow and read the evidence for it.

    In a notebook with widgets, a list of all arrows is beside the drawing. Choose an arrow by
    keyboard or click to see its sentence with layer, voice, basis and certainty. Without widgets
    there is a table with the same content.

    Parameters
    ----------
    network : networkx.MultiDiGraph
        A network made by `correspondence`, or a part of one.

    Returns
    -------
    Explorer
        Displays as a list, a drawing and a panel for the words.

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
    speakers = {
        (text.id, layer.id): (layer.label or layer.id, text.speakers.get(layer.voice) or layer.voice)
        for text in (load_all_texts().values() if own else ())
        for layer in text
    }
    names = {node: str(data.get("name") or node) for node, data in network.nodes.items()}
    return [_in_words(arrow, names, speakers) for arrow in arrows]


def _in_words(arrow: Arrow, names: Mapping[str, str], speakers: Mapping[tuple[str, str], tuple[str, str]]) -> Told:
    data = arrow.edges[0][3]
    sentences = [_sentence(edge[3]) for edge in arrow.edges[:_MOST_SENTENCES]]
    more = len(arrow.edges) - len(sentences)
    layer, voice = speakers.get(
        (data["document"], data.get("layer", "")), (data.get("layer", ""), data.get("voice", ""))
    )
    many = len(arrow.edges) > 1
    return {
        "sign": arrow.sign,
        "from": names[arrow.source],
        "to": names[arrow.target],
        "relation": relation_in_words(data["relation"]) + (f" ({len(arrow.edges):,} letters)" if many else ""),
        "sentences": sentences + ([f"and {more:,} more; evidence(network) lists them all."] if more else []),
        "documents": sorted({edge[3]["document"] for edge in arrow.edges}) if arrow.group else ["letters"],
        "layer": "header of the letter" if data["basis"] == LETTER_BASIS else str(layer),
        "voice": "the edition" if data["basis"] == LETTER_BASIS else str(voice),
        "basis": arrow.basis,
        "basis_words": relation_in_words(arrow.basis),
        "certainty": str(data.get("certainty") or "not stated"),
        "note": "" if many else str(data.get("note") or ""),
        "date": "" if many else str(data.get("date") or ""),
    }


def _sentence(data: Mapping[str, str]) -> str:
    """Write the evidence for an arrow: a quotation, or the header of a letter."""
    words = str(data.get("evidence") or "no words")
    return f"{data['document']}: {words}" if data["basis"] == LETTER_BASIS else f"“{words}”"


def _cells(told: Told) -> list[str]:
    whose = f"{told['layer']} ({', '.join(told['documents'])})"
    words = " ".join(told["sentences"])
    return [
        told["sign"],
        told["from"],
        told["relation"],
        told["to"],
        words,
        whose,
        told["basis_words"],
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
