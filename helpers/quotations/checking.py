"""Check the quotations of an essay, and show the results as a table and as the essay with marks."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from ..core import THEME, Markup, Table, UserError, chip, element, foldable, join, plain, short_repr, void
from ..reading import MarkLook, mark_words
from ..texts import Paper, Text, all_text_ids, module_text, papers, require_text
from .attribution import in_english
from .difference import one_line, say, shown
from .extraction import Quotation, scan
from .verdicts import (
    ALTERED,
    COPYISTS,
    EDITORS,
    FROM,
    NOT_FOUND,
    QUOTED,
    VERDICTS,
    WORD_FOR_WORD,
    Checker,
    Finding,
    FindingRow,
)

# ``attribution`` is about the sentence around a quotation; the other columns are about its words.
COLUMNS = ("quotation", "verdict", "document", "layer", "voice", "paragraph", "difference", "attribution")
LONGEST = 200_000
MOST_QUOTATIONS = 300
NOT_ENGLISH = (
    "It was not checked whether your sentences name the right speaker: this is done in English only, and your own "
    "words have too few of the commonest English words."
)
ELSEWHERE = "somebody else’s words"
# Sign and background (an index of THEME.marks) of each group in the tally.
_TALLY = {
    WORD_FOR_WORD: ("✓", 3), EDITORS: ("◆", 4), COPYISTS: ("◆", 11), QUOTED: ("◆", 5), FROM: ("◇", 6),
    ALTERED: ("≠", 0), ELSEWHERE: ("✗", 7), NOT_FOUND: ("?", 2),
}  # fmt: skip


def _group(verdict: str) -> str:
    """The verdict without the name of a paper."""
    return FROM if verdict.startswith(FROM) else verdict


def verdict_group(row: FindingRow) -> str:
    """The verdict on a place; words that the essay gives to another speaker are a group of their own."""
    return ELSEWHERE if row["attribution"] else row["verdict"]


def _in_order(verdicts: Iterable[str], order: Iterable[str]) -> list[str]:
    """Different verdicts, those on several other papers as they come."""
    places = list(order)
    return sorted(dict.fromkeys(verdicts), key=lambda verdict: places.index(_group(verdict)))


def _essay(essay: str) -> str:
    if not isinstance(essay, str):
        raise UserError(
            f'{short_repr(essay)} is not an essay. Give your words in quotation marks: check_quotes("""…""").'
        )
    if len(essay) > LONGEST:
        raise UserError(
            f"The essay has {len(essay):,} characters; {LONGEST:,} can be checked at a time. Check it part by part."
        )
    return essay


def quotations_counted(count: int) -> str:
    """A number of quotations, written out: “1 quotation”, “5 quotations”."""
    return f"{count} quotation{'' if count == 1 else 's'}"


def find_quotations(essay: str) -> list[Quotation]:
    """The quotations of an essay, in its order, without checking them; of nested ones only the outermost.

    Raises ``UserError`` if the essay is not a string or is longer than ``LONGEST``.

    Examples
    --------
    >>> [found.words for found in find_quotations("He says “yes” and ‘the workers’ case’, and that’s all.")]
    ['yes', 'the workers’ case']
    """
    return scan(_essay(essay))[0]


class Counted(NamedTuple):
    """A group of quotations with the same verdict: its sign, its number in words, and an index of THEME.marks."""

    sign: str
    words: str
    mark: int


class QuoteCheck(Table):
    """The result of `check_quotes`: a table with a row for each place of each quotation.

    ``quotations`` are those that were checked. ``verdicts`` has the verdict on each of them: if it is found at
    several places, the first place counts, and the actors' words come first. ``summary`` counts the verdicts.
    ``remarks`` name the marks that could not be paired, and say if not all quotations were checked.
    """

    def __init__(
        self, essay: str, found: Sequence[Quotation], findings: Sequence[Sequence[Finding]], remarks: Sequence[str]
    ) -> None:
        self.essay = essay
        self.quotations = list(found)
        self.verdicts = [places[0].row["verdict"] for places in findings]
        self._findings = [(n, finding) for n, places in enumerate(findings, 1) for finding in places]
        counts = Counter(self.verdicts)
        counted = "; ".join(f"{counts[verdict]} {verdict}" for verdict in _in_order(counts, VERDICTS))
        if found:
            head = f"{quotations_counted(len(found))} checked: {counted}."
        else:
            head = "No quotation was found: the essay has no words in quotation marks or in a block quote."
        self.remarks = list(remarks)
        self.summary = " ".join([head, *remarks])
        super().__init__((f.row for _, f in self._findings), COLUMNS, caption="Quotations", note=self.summary)

    def first_places(self) -> list[tuple[Quotation, FindingRow]]:
        """Pair each quotation with the row of its first place, which has the speaker too."""
        first = {n: finding.row for n, finding in reversed(self._findings)}
        return [(quotation, first[n]) for n, quotation in enumerate(self.quotations, 1)]

    @property
    def tally(self) -> list[Counted]:
        """The quotations counted by verdict; a quotation that the essay attributes wrongly is a group of its own."""
        groups = Counter(verdict_group(row) for _, row in self.first_places())
        signs = [(name, *_TALLY[_group(name)]) for name in _in_order(groups, _TALLY)]
        return [Counted(sign, f"{groups[name]} {name}", mark) for name, sign, mark in signs]

    @property
    def warning(self) -> str:
        """One sentence on the altered and the wrongly attributed quotations; empty if there are none."""
        wrong = [one.words for one in self.tally if one.words.endswith((ALTERED, ELSEWHERE))]
        return f"Check your quotations: {', '.join(wrong)}." if wrong else ""

    def _lines(self, *, html: bool) -> Table:
        """A table for display: a row for each quotation, with its first place and a list of all its places."""
        rows = []
        for n, group in groupby(self._findings, key=lambda numbered: numbered[0]):
            places = [finding for _, finding in group]
            row, pieces, _ = places[0]
            pieces = [*pieces, *([("remark", _all_places(places))] if len(places) > 1 else [])]
            attribution = row["attribution"]
            said = f"{row['verdict']}; {attribution}" if attribution else row["verdict"]
            kind = ELSEWHERE if attribution else _group(row["verdict"])
            sign, colour = _TALLY[kind]
            label = chip(f"{sign} {kind if attribution else said}", colour)
            labelled = join([label, void("br"), said]) if attribution else label
            quoted = textwrap.shorten(one_line(row["quotation"]), 300, placeholder=" …")
            rows.append(
                {
                    "no.": n,
                    "quotation": element("bdi", quoted) if html else quoted,
                    "verdict": labelled if html else said,
                    "voice": row["speaker"],
                    "place": row["document"] + ("" if row["paragraph"] is None else f", ¶{row['paragraph']}"),
                    "difference": say(pieces, html=html),
                }
            )
        differs = any(kind in ("yours", "text") for _, finding in self._findings for kind, _ in finding.pieces)
        note = "[yours: …] is only in your quotation; [text: …] is only in the text." if differs else ""
        return Table(
            rows, ["no.", "quotation", "verdict", "voice", "place", "difference"], caption=self.caption, note=note
        )

    def in_words(self) -> Table:
        """The table that is displayed, without HTML: a row for each quotation with the speaker and the place."""
        return self._lines(html=False)

    @plain
    def __repr__(self) -> str:
        table = self._lines(html=False)
        remarks = [f"{n}: {finding.row['attribution']}." for n, finding in self._findings if finding.row["attribution"]]
        return "\n".join([self.summary, *([repr(table)] if self.rows else []), *dict.fromkeys(remarks)])

    @foldable
    def _repr_html_(self) -> str:
        table = [Markup(self._lines(html=True)._repr_html_())] if self.quotations else []
        return join([*self._summary_html(), self.essay_html(), *table])

    def essay_html(self) -> Markup:
        """Write the essay with each quotation marked, by the sign of its verdict and its number."""
        marks = []
        misattributed = {n for n, finding in self._findings if finding.row["attribution"]}
        for n, (quotation, verdict) in enumerate(zip(self.quotations, self.verdicts, strict=True), 1):
            sign, colour = _TALLY[ELSEWHERE if n in misattributed else _group(verdict)]
            marks.append((quotation.first, quotation.last, MarkLook(f"{sign}{n}", colour)))
        return element(
            "div",
            mark_words(shown(self.essay), 0, marks),
            dir="auto",
            style="white-space:pre-wrap;overflow-wrap:anywhere;max-width:48em;line-height:1.8;"
            f"border-left:4px solid {THEME.edge};padding-left:0.8em;margin:0.9em 0",
        )

    def short_html(self) -> Markup:
        """Write the summary line and, below it, only the quotations that are not simply word for word."""
        rows = [
            element("li", f"{row['no.']}. “", row["quotation"], "”: ", row["verdict"], " ", row["difference"])
            for row in self._lines(html=True)
            if row["difference"] or f"{WORD_FOR_WORD}</span>" not in row["verdict"]
        ]
        return join([*self._summary_html(), *([element("ul", *rows)] if rows else [])])

    def _summary_html(self) -> list[Markup]:
        if not self.quotations:
            return [element("p", element("strong", self.summary))]
        chips = (chip(f"{sign} {words}", colour) for sign, words, colour in self.tally)
        head = element("p", element("strong", f"{quotations_counted(len(self.quotations))}: "), join(chips, " "))
        return [head, *(element("p", remark) for remark in self.remarks)]


def _all_places(places: Sequence[Finding]) -> str:
    """A sentence with the number and the list of the places at which a quotation occurs."""
    where: dict[str, dict[str, dict[str, None]]] = {}
    for finding in places:
        row = finding.row
        kind = "" if row["verdict"] == places[0].row["verdict"] else f" ({row['verdict']})"
        layers = where.setdefault(row["document"] if row["layer"] else row["speaker"], {})
        if row["layer"]:
            layers.setdefault(row["layer"], {})[f"¶{row['paragraph']}{kind}"] = None
    listed = [
        f"{document} ({'; '.join(' '.join([layer, ', '.join(some)]) for layer, some in layers.items())})"
        if layers
        else document
        for document, layers in where.items()
    ]
    more = places[-1].more
    count = f"It occurs at {len(places) + more} places, {'all ' if len(where) == 1 and not more else ''}in "
    return f"{count}{' and in '.join(listed)}{f', and at {more} more' if more else ''}."


def _outside(essay: str, found: Sequence[Quotation]) -> str:
    """The words of an essay that are in none of its quotations."""
    ends = [0, *(quotation.end for quotation in found)]
    starts = [*(quotation.start for quotation in found), len(essay)]
    return " ".join(essay[end:start] for end, start in zip(ends, starts, strict=True))


@lru_cache(maxsize=8)
def _checker(texts: tuple[Text, ...], others: tuple[Paper, ...], english: bool) -> Checker:
    """The checker for the texts of the module."""
    return Checker(texts, attributions=english, excerpts=[paper.excerpt for paper in others])


def _several(texts: object) -> list[Text]:
    """The argument ``texts`` as a list; a single text is accepted too."""
    if isinstance(texts, Text | str) or not isinstance(texts, Iterable):
        return [require_text(texts)]
    return [require_text(text) for text in texts]


def check_quotes(essay: str, *, texts: Iterable[Text] | None = None) -> QuoteCheck:
    """Check every quotation of an essay against the texts: are the words there, and whose words are they?

    Word for word means the same words in the same order, with the same case and signs. These may differ:
    typography (the form of quotation marks and dashes, spaces, line breaks), note numbers, the case of
    the first letter, stops at either end, omissions marked by ``…``, ``...`` or ``[…]``, and words in square
    brackets. Quotation marks inside a quotation may be single or double. Any other difference makes the
    quotation altered.

    ``attribution`` says when a sentence gives the words to somebody else than their speaker. It is empty
    unless the sentence says so beyond doubt (“Smith writes: …”, “…, says Smith”, “according to Smith, …”),
    and in every essay that is not in English.

    Parameters
    ----------
    essay : str
        The essay. Its quotations are in quotation marks of any language, or in block quotes (``> ``). Marks
        that cannot be paired are named in the summary.
    texts : iterable of Text, optional
        The texts to search; by default all of ``texts/``, and the words of other papers in ``papers.csv``, whose
        verdict names the paper: “word for word, from envelope 3”. The texts that you brought along are searched too.

    Returns
    -------
    QuoteCheck
        A `Table`: quotation, verdict, document, layer, voice, paragraph, difference, attribution. It has
        a row for every place of a quotation, the historical actors' words first. It displays as a table
        with a row for every quotation, and as the essay with each quotation marked.

    Raises
    ------
    UserError
        If the essay is not a string or has more than 200,000 characters, or a text is not a `Text`.

    Examples
    --------
    >>> from helpers.texts import parse_text
    >>> letter = parse_text("Return the whole case to me.", "letter")
    >>> check = check_quotes("He asks: “return the … case” and “return this case”.", texts=[letter])
    >>> [(row["verdict"], row["difference"]) for row in check]
    [('word for word', 'The omission leaves out “whole”.'), ('altered', 'return [yours: this] [text: the whole] case')]
    """
    essay = _essay(essay)
    if texts is None:
        return _of_module(essay, tuple(map(module_text, all_text_ids())), tuple(papers().values()))
    several = _several(texts)
    return _check(essay, lambda english: Checker(several, attributions=english))


# A page that shows an answer, its verdict and its quotations checks the same essay three times.
@lru_cache(maxsize=32)
def _of_module(essay: str, texts: tuple[Text, ...], others: tuple[Paper, ...]) -> QuoteCheck:
    """Check an essay against the texts of the module; `module_text` gives others when words or people change."""
    return _check(essay, lambda english: _checker(texts, others, english))


def _check(essay: str, checker_for: Callable[[bool], Checker]) -> QuoteCheck:
    """Check an essay with the checker for essays that are in English, or are not."""
    found, alone, count = scan(essay, MOST_QUOTATIONS)
    outside = _outside(essay, found)
    english = in_english(outside) or not any(map(str.isalpha, outside))
    checker = checker_for(english)
    remarks = alone[:5]
    if len(alone) > 5:
        remarks.append(f"And {len(alone) - 5:,} more.")
    if count > len(found):
        remarks.append(f"Only the first {len(found)} of {count:,} are checked: check the essay part by part.")
    if found and not english:
        remarks.append(NOT_ENGLISH)
    return QuoteCheck(essay, found, list(map(checker.check, found)), remarks)
