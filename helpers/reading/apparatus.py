"""Two witnesses of one text as a reader sees them: what differs, counted, listed and marked."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from itertools import zip_longest

from ..core import THEME, Markup, Table, UserError, element, escape, join
from ..texts import Layer, Text, words_counted
from .collation import OTHER, SAME, SMALL, Segment, Tokens, align, shared_runs
from .page_view import words_left_out

# Two witnesses of one text share at least so many of their runs of three words; very short ones, of their words.
LEAST, SHORT, LEAST_SHORT = 1 / 8, 24, 1 / 2
# Of a long stretch that agrees only the ends are shown.
SHOWN, END = 80, 25
_GAP = re.compile(r"\n[^\S\n]*\n\s*")
_COLOURS = {"del": THEME.marks[2], "ins": THEME.marks[3]}


class WitnessLayers:
    """The chosen words of one witness, put together, and the way back to their layers."""

    def __init__(self, text: Text, chosen: Sequence[Layer]) -> None:
        self.text = text
        self.chosen = chosen
        self.words = "\n\n".join(layer.text for layer in chosen)
        self._begins = []
        self._paragraphs = [[start for start, _ in layer.paragraphs] for layer in chosen]
        at = 0
        for layer in chosen:
            self._begins.append(at)
            at += len(layer.text) + 2

    def place(self, start: int) -> tuple[str, int, int]:
        """The layer and paragraph in which a stretch begins, and its place in ``Text.content``."""
        n = bisect_right(self._begins, start) - 1
        layer = self.chosen[n]
        at = layer.start + min(start - self._begins[n], len(layer.text))
        return layer.id, bisect_right(self._paragraphs[n], at), at


class Witnesses(Table):
    """Two witnesses of one text, aligned word by word; made by `compare`.

    Attributes
    ----------
    pieces : list of Segment
        The stretches of both, in order; together they are either witness to the letter.
    counts : Table
        How many words agree, and how many stand in one witness alone.
    """

    def __init__(self, a: WitnessLayers, b: WitnessLayers) -> None:
        _refuse_strangers(a, b)
        self.pieces = align(a.words, b.words)
        self._sides = a, b
        rows = []
        for piece in self.pieces:
            if piece.kind == SAME:
                continue
            row: dict[str, str | int] = {"difference": _in_words(piece)}
            for name, side, (start, end) in (("A", a, piece.a), ("B", b, piece.b)):
                row[f"in {name}"] = " ".join(side.words[start:end].split())
                row[f"layer in {name}"], row[f"paragraph in {name}"], row[f"start in {name}"] = side.place(start)
            rows.append(row)
        shown = ["difference", "in A", "in B", "layer in A", "layer in B"]
        rest = ["paragraph in A", "paragraph in B", "start in A", "start in B"]
        notes = [
            f"{name}: {side.text.title}. {words_left_out(side.text, side.chosen)}"
            for name, side in (("A", a), ("B", b))
        ]
        note = "" if rows else "They agree word for word. "
        super().__init__(
            rows,
            [*shown, *rest],
            caption="Two witnesses, word by word: the differences",
            note=f"{note}{' '.join(notes)}",
            show=shown,
        )
        self.counts = self._count()

    def _count(self) -> Table:
        whole = {"A": sum(piece.words_a for piece in self.pieces), "B": sum(piece.words_b for piece in self.pieces)}
        alone = {
            "A": sum(piece.words_a for piece in self.pieces if piece.kind == OTHER),
            "B": sum(piece.words_b for piece in self.pieces if piece.kind == OTHER),
        }
        rows = [
            {"what": "words aligned as the same", **{name: whole[name] - alone[name] for name in whole}},
            {"what": "words in one alone", **alone},
            {"what": "all words compared", **whole},
        ]
        kinds = Counter(piece.kind for piece in self.pieces)
        rows += [{"what": f"places with other {kind} only", "A": kinds[kind], "B": kinds[kind]} for kind in SMALL]
        return Table(
            rows,
            ["what", "A", "B"],
            caption="How far they agree",
            note="Quotation marks of another shape, spaces and the hyphens of line ends are no difference. A "
            "word is here what stands between hyphens, spaces and other signs, and a note number is none. "
            "Another order of words shows as words in one alone, twice.",
            right=["A", "B"],
        )

    def __repr__(self) -> str:
        a, b = self._sides
        return f"{a.text.title} (A) and {b.text.title} (B), word by word\n{self.counts!r}"

    def _repr_html_(self) -> str:
        a, b = self._sides
        head = element("p", element("strong", "A: "), a.text.title, element("strong", " · B: "), b.text.title)
        key = element(
            "p",
            element("small", "Words of one witness stand in brackets: ", _marked("del", "only in A"), " and "),
            element("small", _marked("ins", "only in B"), ". What is written otherwise, but the same words, says so."),
        )
        words = join(self._shown(*both) for both in zip_longest(self.pieces, self.pieces[1:]))
        body = element("div", words, style="max-width:48em;line-height:1.6")
        return join([head, key, body, Markup(self.counts._repr_html_()), Markup(super()._repr_html_())])

    def _shown(self, piece: Segment, behind: Segment | None) -> Markup:
        """A piece as it is read; what comes behind it may stand in B alone."""
        a, b = self._sides
        ours, theirs = a.words[slice(*piece.a)], b.words[slice(*piece.b)]
        gap = ours[len(ours.rstrip()) :]
        if not gap and (not ours or behind is None or behind.a[0] == behind.a[1]):
            gap = theirs[len(theirs.rstrip()) :]
        gap = _paragraphs(gap) if "\n" in gap or not gap else Markup(" ")
        ours, theirs = ours.rstrip(), theirs.rstrip()
        if piece.kind == SAME:
            return join([_paragraphs(_ends_of(ours, piece.words_a)), gap])
        if piece.kind in SMALL:
            one, other = _marked("del", f"A: {ours or '–'}", "none"), _marked("ins", f"B: {theirs or '–'}", "none")
            return join([element("small", f"({piece.kind}: ", one, " ", other, ")"), gap])
        both = [("del", "A", ours, piece.words_a), ("ins", "B", theirs, piece.words_b)]
        parts = [_marked(tag, f"only in {name}: {_ends_of(words, count)}") for tag, name, words, count in both if words]
        return join([join(parts, " "), gap])


def _refuse_strangers(a: WitnessLayers, b: WitnessLayers) -> None:
    """Stop where two documents are taken for two witnesses of one text."""
    ours, theirs = Tokens(a.words).keys, Tokens(b.words).keys
    if not ours or not theirs:
        raise UserError("There are no words to align in the layers chosen. Choose others with layers=.")
    short = min(len(ours), len(theirs)) < SHORT
    share, runs = shared_runs(ours, theirs, 1 if short else 3)
    if share < (LEAST_SHORT if short else LEAST) * runs:
        what = "words" if short else "runs of three words"
        raise UserError(
            f"“{a.text.title}” and “{b.text.title}” share {share} of {runs} {what}: "
            "these are two documents, not two witnesses of one text. Give same=False to set them side by side, "
            "category by category."
        )


def _in_words(piece: Segment) -> str:
    if piece.kind in SMALL or (piece.words_a and piece.words_b):
        return piece.kind
    return "only in A" if piece.words_a else "only in B"


def _marked(name: str, words: str, line: str = "") -> Markup:
    """Words of one witness: the element, brackets and words say it; colour and line repeat it."""
    line = line or {"del": "line-through", "ins": "underline"}[name]
    style = f"background:{_COLOURS[name]};color:{THEME.ink};text-decoration:{line};padding:0 2px"
    label, _, rest = words.partition(": ")
    inside = join([element("strong", f"{label}: "), rest]) if rest else escape(label)
    return element(name, "[", inside, "]", style=style)


def _ends_of(words: str, count: int) -> str:
    """Words, of very many only those at both ends."""
    if count <= SHOWN:
        return words
    found = [match.span() for match in re.finditer(r"\S+", words)]
    if len(found) <= 2 * END + 10:
        return words
    between = words_counted(len(found) - 2 * END)
    return f"{words[: found[END - 1][1]]} (… {between} more, not shown …) {words[found[-END][0] :]}"


def _paragraphs(words: str) -> Markup:
    return join((escape(part) for part in _GAP.split(words)), Markup("<br><br>"))
