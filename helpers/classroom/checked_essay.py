"""An essay with its quotations checked: once for each, for the class page, the marking page and the feedback."""

from __future__ import annotations

from dataclasses import dataclass

from ..core import Markup, UserError, element, escape, neutralised
from ..quotations import check_quotes
from .results import Essay, Quoted

_LONGEST_QUOTED = 300


@dataclass(frozen=True)
class CheckedEssay:
    """An essay as HTML, with its quotations marked; what is to be said of them; and the quotations."""

    shown: str
    remarks: str
    quotations: tuple[Quoted, ...] = ()


def checked_essay(words: str, question: str = "") -> CheckedEssay:
    """Check the quotations of an essay.

    Examples
    --------
    >>> checked_essay("<b>").shown.count("&lt;b&gt;")
    1
    """
    words = neutralised(words)
    try:
        checked = check_quotes(words)
    except UserError as error:  # longer than what is checked, which only a file made by hand can be
        return CheckedEssay(in_plain(words), element("p", escape(error)))
    remarks = checked.short_html() if checked.quotations else ""
    quoted = (
        Quoted(
            question,
            quotation.words[:_LONGEST_QUOTED],
            row["verdict"],
            row["document"],
            row["layer"],
            row["speaker"],
            row["attribution"],
        )
        for quotation, row in checked.first_places()
    )
    return CheckedEssay(checked.essay_html(), remarks, tuple(quoted))


def in_html(essay: Essay) -> tuple[Markup, Markup]:
    """Return an essay and the remarks on its quotations as HTML; checked now if that was not done before."""
    if essay.shown:
        return Markup(essay.shown), Markup(essay.remarks)
    checked = checked_essay(essay.text)
    return Markup(checked.shown), Markup(checked.remarks)


def in_plain(words: str) -> Markup:
    """Write words as they are."""
    return element("div", neutralised(words), dir="auto", style="white-space:pre-wrap;overflow-wrap:anywhere")
