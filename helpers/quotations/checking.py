"""Is this quotation really there, word for word, and whose words are they?"""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby

from ..core import THEME, Markup, Table, UserError, element, join
from ..reading import MarkLook, mark_words
from ..texts import Text, module_text, require_text, text_ids
from .difference import one_line, say, shown
from .extraction import Quotation, scan
from .verdicts import ALTERED, COPYISTS, EDITORS, NOT_FOUND, QUOTED, VERDICTS, WORD_FOR_WORD, Checker, Finding

# The promised columns, and behind them what is said of the sentence around a quotation.
COLUMNS = ("quotation", "verdict", "document", "layer", "voice", "paragraph", "difference", "attribution")
LONGEST = 200_000
MOST_QUOTATIONS = 300
_COLOURS = {WORD_FOR_WORD: 3, EDITORS: 4, COPYISTS: 11, QUOTED: 5, ALTERED: 0, NOT_FOUND: 2}
_OPENING = "“„«\"‘‚'"


def _essay(essay: str) -> str:
    if not isinstance(essay, str):
        raise UserError(
            f'{str(essay)[:60]!r} is not an essay. Give your words in quotation marks: check_quotes("""…""").'
        )
    if len(essay) > LONGEST:
        raise UserError(
            f"The essay has {len(essay):,} characters; {LONGEST:,} can be checked at a time. Check it part by part."
        )
    return essay


def find_quotations(essay: str) -> list[Quotation]:
    """Find what is quoted in an essay, whether it is true or not.

    Parameters
    ----------
    essay : str
        The essay: quotations stand in “ ”, " ", ‘ ’, ' ', « », „ “ or in block quotes (``> ``).

    Returns
    -------
    list of Quotation
        ``start``, ``end``, ``words``, ``before`` and ``after``, in the order of the essay; of a
        quotation in a quotation only the outer one.

    Raises
    ------
    UserError
        If it is no string, or longer than can be checked.

    Examples
    --------
    >>> [one.words for one in find_quotations("He says “yes” and ‘the workers’ case’, and that’s all.")]
    ['yes', 'the workers’ case']
    """
    return scan(_essay(essay))[0]


class QuoteCheck(Table):
    """The quotations of an essay, checked; made by `check_quotes`.

    Attributes
    ----------
    essay : str
        The essay.
    quotations : list of Quotation
        What is quoted in it, as far as it was checked.
    verdicts : list of str
        The verdict on each quotation; of several places the first counts, an actor's words before others.
    summary : str
        What came out, in words.
    """

    def __init__(
        self, essay: str, found: Sequence[Quotation], findings: Sequence[Sequence[Finding]], remarks: Sequence[str]
    ) -> None:
        self.essay = essay
        self.quotations = list(found)
        self.verdicts = [some[0].row["verdict"] for some in findings]
        self._findings = [(n, one) for n, some in enumerate(findings, 1) for one in some]
        counts = Counter(self.verdicts)
        said = "; ".join(f"{counts[verdict]} {verdict}" for verdict in VERDICTS if counts[verdict])
        if found:
            head = f"{len(found)} quotation{'' if len(found) == 1 else 's'} checked: {said}."
        else:
            head = "No quotation was found: no words stand in quotation marks or in a block quote."
        self.summary = " ".join([head, *remarks])
        super().__init__((one.row for _, one in self._findings), COLUMNS, caption="Quotations", note=self.summary)

    def _lines(self, *, html: bool) -> Table:
        """A row in words for each quotation, to be shown: the place that counts, and how many others there are."""
        rows = []
        for n, some in groupby(self._findings, key=lambda one: one[0]):
            places = [finding for _, finding in some]
            row, pieces, _ = places[0]
            pieces = [*pieces, *([("remark", _all_places(places))] if len(places) > 1 else [])]
            verdict, said = row["verdict"], row["attribution"]
            if said:
                verdict = join([element("strong", verdict), "; ", said]) if html else f"{verdict}; {said}"
            quoted = textwrap.shorten(one_line(row["quotation"]), 300, placeholder=" …")
            rows.append(
                {
                    "no.": n,
                    "quotation": element("bdi", quoted) if html else quoted,
                    "verdict": verdict,
                    "document": row["document"],
                    "layer": row["layer"],
                    "voice": row["speaker"],
                    "paragraph": "" if row["paragraph"] is None else f"¶{row['paragraph']}",
                    "difference": say(pieces, html=html),
                }
            )
        notes = []
        if any(kind in ("yours", "text") for _, one in self._findings for kind, _ in one.pieces):
            notes.append("[yours: …] is not in the text; [text: …] stands there.")
        return Table(rows, ["no.", *COLUMNS[:7]], caption=self.caption, note=" ".join(notes))

    def in_words(self) -> Table:
        """A row for each quotation, as shown: speakers for voices, what was attributed wrongly, the difference."""
        return self._lines(html=False)

    def __repr__(self) -> str:
        table = self._lines(html=False)
        said = [f"{n}: {one.row['attribution']}." for n, one in self._findings if one.row["attribution"]]
        return "\n".join([self.summary, *([repr(table)] if self.rows else []), *dict.fromkeys(said)])

    def _repr_html_(self) -> str:
        marks = []
        wrongly = {n for n, one in self._findings if one.row["attribution"]}
        for n, (quotation, verdict) in enumerate(zip(self.quotations, self.verdicts, strict=True), 1):
            sign = f"{n}: {verdict}" + ("; by somebody else" if n in wrongly else "")
            start, end = quotation.start, quotation.end
            if self.essay[start - 1 : start] in _OPENING and start:  # the sign stands behind the closing mark
                start, end = start - 1, end + 1
            marks.append((start, end, MarkLook(sign, _COLOURS[verdict])))
        essay = element(
            "div",
            mark_words(shown(self.essay), 0, marks),
            dir="auto",
            style="white-space:pre-wrap;overflow-wrap:anywhere;max-width:48em;line-height:1.8;"
            f"border-left:4px solid {THEME.edge};padding-left:0.8em;margin:0.9em 0",
        )
        head = element("p", element("strong", self.summary), style="margin:0.3em 0")
        return join([head, Markup(self._lines(html=True)._repr_html_()), essay])


def _all_places(places: Sequence[Finding]) -> str:
    """Say at how many places a quotation stands, and where they are."""
    where: dict[str, dict[str, dict[str, None]]] = {}
    for finding in places:
        row = finding.row
        kind = "" if row["verdict"] == places[0].row["verdict"] else f" ({row['verdict']})"
        paragraphs = where.setdefault(row["document"], {}).setdefault(row["layer"], {})
        paragraphs[f"¶{row['paragraph']}{kind}"] = None
    listed = [
        f"{document} ({'; '.join(' '.join([layer, ', '.join(some)]) for layer, some in layers.items())})"
        for document, layers in where.items()
    ]
    more = places[-1].more
    count = f"It stands at {len(places) + more} places, {'all ' if len(where) == 1 and not more else ''}in "
    return f"{count}{' and in '.join(listed)}{f', and at {more} more' if more else ''}."


def _several(texts: object) -> list[Text]:
    """The texts that are given; one alone is meant too."""
    if isinstance(texts, Text | str) or not isinstance(texts, Iterable):
        return [require_text(texts)]
    return [require_text(text) for text in texts]


def check_quotes(essay: str, *, texts: Iterable[Text] | None = None) -> QuoteCheck:
    """Check every quotation of an essay against the texts: is it there, and whose words are they?

    Word for word means: the same words in the same order, with their case and their signs. What
    may differ is typography (the form of quotation marks and dashes, spaces, line breaks), note
    numbers, the case of the first letter, stops at either end, and what signs make clear: omissions
    (``…``, ``...``, ``[…]``) and words in square brackets. Quotation marks inside a quotation may be
    single or double. Everything else is shown as altered.

    Parameters
    ----------
    essay : str
        The essay: quotations stand in “ ”, " ", ‘ ’, ' ', « », „ “ or in block quotes (``> ``).
    texts : iterable of Text, optional
        Where to look; all of ``texts/`` if not given.

    Returns
    -------
    QuoteCheck
        A `Table`: quotation, verdict, document, layer, voice, paragraph, difference, attribution; a
        row for every place, the historical actors' words first. It displays as a table with a row
        for every quotation, and as the essay with each quotation marked.

    Raises
    ------
    UserError
        If the essay is no string, or longer than can be checked, or a text is none.

    Examples
    --------
    >>> from helpers.texts import parse_text
    >>> letter = parse_text("Return the whole case to me.", "letter")
    >>> check = check_quotes("He asks: “return the … case” and “return this case”.", texts=[letter])
    >>> [(row["verdict"], row["difference"]) for row in check]
    [('word for word', 'The omission leaves out “whole”.'), ('altered', 'return [yours: this] [text: the whole] case')]
    """
    found, unclosed, count = scan(_essay(essay), MOST_QUOTATIONS)
    checker = Checker([module_text(name) for name in text_ids()] if texts is None else _several(texts))
    remarks = [f"A quotation mark is opened and not closed: {words}" for words in unclosed[:5]]
    if len(unclosed) > 5:
        remarks.append(f"And {len(unclosed) - 5:,} more.")
    if count > len(found):
        remarks.append(f"Only the first {len(found)} of {count:,} are checked: check the essay part by part.")
    return QuoteCheck(essay, found, [checker.check(one) for one in found], remarks)
