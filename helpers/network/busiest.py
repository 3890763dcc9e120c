"""Which arrows a sheet can hold: parallel letters as one arrow with their number, and the busiest of many."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from .letters import BASIS

MOST_NAMES, MOST_ARROWS = 25, 48


@dataclass(frozen=True)
class Arrow:
    """One arrow of a drawing.

    Attributes
    ----------
    source, target : str
        Its ends.
    id, sign : str
        What names it, and what is written on it.
    group, basis : str
        Which colour and frame, and which line it has.
    edges : tuple
        The edges it stands for: source, target, key, data.
    """

    source: str
    target: str
    id: str
    sign: str
    group: str
    basis: str
    edges: tuple


@dataclass(frozen=True)
class Arrows:
    """The arrows drawn, their ends, and in words what is not drawn."""

    nodes: list[str]
    arrows: list[Arrow]
    said: str


def choose_arrows(nodes: Sequence[str], edges: Sequence[tuple]) -> Arrows:
    """Bundle parallel letters, and take the busiest correspondents where there are too many.

    A relation with a sentence of its own always keeps an arrow of its own.

    Parameters
    ----------
    nodes : sequence of str
        All ends.
    edges : sequence of tuple
        Source, target, key and data of every edge, in order.

    Returns
    -------
    Arrows
        What to draw.

    Examples
    --------
    >>> letters = [("anna", "karl", n, {"basis": "edition_metadata"}) for n in range(3)]
    >>> drawn = choose_arrows(["anna", "karl"], letters)
    >>> [arrow.sign for arrow in drawn.arrows], drawn.said
    (['×3'], '')
    """
    bundles: dict[tuple[str, str], list[tuple]] = defaultdict(list)
    arrows = []
    for edge in edges:
        a, b, key, data = edge
        if data["basis"] == BASIS:
            bundles[a, b].append(edge)
        else:
            arrows.append(Arrow(a, b, str(key), str(key), data["document"], data["basis"], (edge,)))
    if not bundles:
        return Arrows(sorted(nodes), arrows, "")
    busy = Counter()
    for a, b, *_ in edges:
        busy.update({a, b})
    held = {end for arrow in arrows for end in (arrow.source, arrow.target)}
    ranked = sorted(nodes, key=lambda node: (node not in held, -busy[node], str(node)))
    kept = set(ranked[: max(MOST_NAMES, len(held))])
    inside = _largest({pair: len(some) for pair, some in bundles.items() if kept.issuperset(pair)})
    for a, b in sorted(inside):
        some = tuple(bundles[a, b])
        arrows.append(Arrow(a, b, f"{a} → {b}", f"×{len(some):,}", "", BASIS, some))
    ends = {end for arrow in arrows for end in (arrow.source, arrow.target)} | (
        kept if len(nodes) <= MOST_NAMES else set()
    )
    drawn, total = sum(len(bundles[pair]) for pair in inside), sum(map(len, bundles.values()))
    said = ""
    if drawn < total or len(ends) < len(nodes):
        said = (
            f"Drawn are {len(ends)} of {len(nodes):,}, those with most letters, and {drawn:,} of {total:,} letters. "
            f"Not drawn: {len(nodes) - len(ends):,} correspondents and {total - drawn:,} letters."
        )
    return Arrows(sorted(ends), arrows, said)


def _largest(sizes: dict[tuple[str, str], int]) -> list[tuple[str, str]]:
    """The largest bundles, and before them the largest one of everybody, so that nobody is lost in the crowd."""
    order = sorted(sizes, key=lambda pair: (-sizes[pair], pair))
    first: dict[tuple[str, str], None] = {}
    met: set[str] = set()
    for pair in order:
        if not met.issuperset(pair):
            first[pair] = None
            met.update(pair)
    return list(dict.fromkeys([*first, *order]))[:MOST_ARROWS]
