"""Display of two witnesses of one text: their differences counted, listed and marked in the words."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from itertools import zip_longest

from ..core import THEME, Markup, Table, UserError, element, escape, foldable, join, plain
from ..texts import Layer, Text, words_counted
from .collation import OTHER, SAME, SMALL, Segment, Tokens, align, shared_runs
from .page_view import words_left_out

# Two witnesses of one text share at least 1/8 of their runs of three words; if one has fewer than 24 words, at least
# 1/2 of their single words.
LEAST, SHORT, LEAST_SHORT = 1 / 8, 24, 1 / 2
# A stretch of more than SHOWN words is shortened to END words at either end.
SHOWN, END = 80, 25
_GAP = re.compile(r"\n[^\S\n]*\n\s*")
_COLOURS = {"del": THEME.marks[2], "ins": THEME.marks[3]}


class WitnessLayers:
    """The chosen layers of one witness as one string, with a map from offsets back to the layers."""

    def __init__(self, text: Text, chosen: Sequence[Layer]) -> None:
        self.text = text
        self.chosen = chosen
        self.words = "\n\n".join(layer.text for layer in chosen)
        self._begins = []
        at = 0
        for layer in chosen:
            self._begins.append(at)
            at += len(layer.text) + 2

    def place(self, start: int) -> tuple[str, int, int]:
        """Turn an offset in ``words`` into layer id, paragraph number and offset in ``Text.content``."""
        n = bisect_right(self._begins, start) - 1
        layer = self.chosen[n]
        at = layer.start + min(start - self._begins[n], len(layer.text))
        return layer.id, self.text.paragraph_at(at), at


class Witnesses(Table):
    """Two witnesses of one text, aligned word by word; made by `compare`.

    Attributes
    ----------
    pieces : list of Segment
        The aligned stretches in order; joined, they give either witness exactly.
    counts : Table
        How many words agree, and how many occur in one witness only.
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
        def totals(pieces: Sequence[Segment]) -> tuple[int, int]:
            return sum(piece.words_a for piece in pieces), sum(piece.words_b for piece in pieces)

        whole, alone = totals(self.pieces), totals([piece for piece in self.pieces if piece.kind == OTHER])
        rows = [
            {"what": "words aligned as the same", "A": whole[0] - alone[0], "B": whole[1] - alone[1]},
            {"what": "words in one alone", "A": alone[0], "B": alone[1]},
            {"what": "all words compared", "A": whole[0], "B": whole[1]},
        ]
        kinds = Counter(piece.kind for piece in self.pieces)
        rows += [{"what": f"places with other {kind} only", "A": kinds[kind], "B": kinds[kind]} for kind in SMALL]
        return Table(
            rows,
            ["what", "A", "B"],
            caption="How far they agree",
            note="Different shapes of quotation marks, spaces and end-of-line hyphens do not count as differences. "
            "Hyphens, spaces and other signs separate words; note numbers do not count as words. Words that "
            "are in a different order count twice, as words in A alone and as words in B alone.",
            right=["A", "B"],
        )

    @plain
    def __repr__(self) -> str:
        a, b = self._sides
        return f"{a.text.title} (A) and {b.text.title} (B), word by word\n{self.counts!r}"

    @foldable
    def _repr_html_(self) -> str:
        a, b = self._sides
        head = element("p", element("strong", "A: "), a.text.title, element("strong", " · B: "), b.text.title)
        key = element(
            "p",
            element("small", "Brackets mark words of one witness: ", _marked("del", "only in A"), " and "),
            element("small", _marked("ins", "only in B"), ". A label marks the same words written differently."),
        )
        words = join(self._shown(*both) for both in zip_longest(self.pieces, self.pieces[1:]))
        body = element("div", words, style="max-width:48em;line-height:1.6")
        return join([head, key, body, Markup(self.counts._repr_html_()), Markup(super()._repr_html_())])

    def _shown(self, piece: Segment, behind: Segment | None) -> Markup:
        """Write one piece as HTML; ``behind`` is the next piece."""
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
            in_a, in_b = _marked("del", f"A: {ours or '–'}", "none"), _marked("ins", f"B: {theirs or '–'}", "none")
            return join([element("small", f"({piece.kind}: ", in_a, " ", in_b, ")"), gap])
        both = [("del", "A", ours, piece.words_a), ("ins", "B", theirs, piece.words_b)]
        parts = [_marked(tag, f"only in {name}: {_ends_of(words, count)}") for tag, name, words, count in both if words]
        return join([join(parts, " "), gap])


def _without_accents(word: str) -> str:
    """A word without its accents: one witness may print them and the other not."""
    return "".join(sign for sign in unicodedata.normalize("NFD", word) if not unicodedata.combining(sign))


def _refuse_strangers(a: WitnessLayers, b: WitnessLayers) -> None:
    """Raise `UserError` if the two share too few words to be witnesses of one text."""
    ours, theirs = ([_without_accents(key) for key in Tokens(side.words).keys] for side in (a, b))
    if not ours or not theirs:
        raise UserError("The chosen layers have no words to align. Choose other layers with layers=.")
    short = min(len(ours), len(theirs)) < SHORT
    share, runs = shared_runs(ours, theirs, 1 if short else 3)
    if share < (LEAST_SHORT if short else LEAST) * runs:
        what = "words" if short else "runs of three words"
        raise UserError(
            f"“{a.text.title}” and “{b.text.title}” share only {share} of {runs} {what}, so they are two documents, "
            "not two witnesses of one text. Write same=False to compare them category by category."
        )


def _in_words(piece: Segment) -> str:
    if piece.kind in SMALL or (piece.words_a and piece.words_b):
        return piece.kind
    return "only in A" if piece.words_a else "only in B"


def _marked(name: str, words: str, line: str = "") -> Markup:
    """Write words of one witness in brackets, as the element ``name``; colour and line only repeat their label."""
    line = line or {"del": "line-through", "ins": "underline"}[name]
    style = f"background:{_COLOURS[name]};color:{THEME.ink};text-decoration:{line};padding:0 2px"
    label, _, rest = words.partition(": ")
    inside = join([element("strong", f"{label}: "), rest]) if rest else escape(label)
    return element(name, "[", inside, "]", style=style)


def _ends_of(words: str, count: int) -> str:
    """Shorten a stretch of more than `SHOWN` words to `END` words at either end."""
    if count <= SHOWN:
        return words
    found = [match.span() for match in re.finditer(r"\S+", words)]
    if len(found) <= 2 * END + 10:
        return words
    between = words_counted(len(found) - 2 * END)
    return f"{words[: found[END - 1][1]]} (… {between} more, not shown …) {words[found[-END][0] :]}"


def _paragraphs(words: str) -> Markup:
    return join((escape(part) for part in _GAP.split(words)), Markup("<br><br>"))
