"""HTML pages of texts: layers labelled with their voices, paragraphs numbered, words marked."""

from __future__ import annotations

import heapq
import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TypeVar

from ..core import SCREEN, THEME, Markup, UserError, did_you_mean, element, escape, foldable, join, neutralised, plain
from ..texts import KINDS, Layer, Text, require_text, words_counted
from .aids import ANCHOR, Aid, note_anchors, printed_notes

# The words of a source are on a sheet in a serif face; what the module adds is smaller, quieter and without serifs.
_TOOL = f"font-family:system-ui,sans-serif;color:{THEME.quiet}"
# The number of a paragraph is in the margin, beside its first line.
_COUNT = (
    '<p style="margin:0.45em 0;padding-left:2.8em;text-indent:-2.8em">'
    f'<small style="display:inline-block;min-width:3.9em;text-indent:0;font-size:0.72em;{_TOOL}">¶'
)
# The sign is not raised: above its mark, dark ink would be on the background of a dark theme.
_LABEL = "margin:0.3em 0;font-size:0.8em"
_SIGN = "font-size:0.8em;font-weight:bold;padding-left:0.25em;vertical-align:baseline"
# Displayed because reading aids and page numbers are not part of the text.
HELP = "“In plain words” and “Words explained” are not part of the text, and none of their words are counted."
NUMBERS = (
    "¶ counts the paragraphs of the whole text, through all its voices; the number is the same wherever it is named."
)
ADD = 'Add layers="all" to have them in.'
# Of marks over the same words, so many are drawn and the others counted: nobody can tell more of them apart, and
# without a limit the page grows with the square of their number.
MOST_OVERLAPPING = 8


class MarkLook:
    """The opening and closing HTML of a mark: a palette colour behind the words, a sign after them.

    ``openings`` has the opening tags for three depths: outside other marks, inside one mark, inside several.
    """

    __slots__ = ("closing", "opening", "openings")

    def __init__(self, sign: str, colour: int) -> None:
        self.openings = _openings(colour % len(THEME.marks))
        self.opening = self.openings[0]
        self.closing = f'<sup style="{_SIGN}">{escape(sign)}</sup></mark>' if sign else "</mark>"

    def words(self, words: str) -> Markup:
        """Write words with this mark and without its sign, for a legend."""
        return Markup(f"{self.opening}{escape(words)}</mark>")


@lru_cache(maxsize=len(THEME.marks))
def _openings(colour: int) -> tuple[str, ...]:
    under, ink = THEME.marks[colour], THEME.ink
    # Nested marks have a thinner lower edge, so that overlapping marks all stay visible.
    return tuple(
        f'<mark style="background:{under};color:{ink};padding:0 1px {edge}px;border-bottom:2px solid {ink}">'
        for edge in (6, 3, 0)
    )


# Words to mark: half-open range in Text.content, in code points, and the look of the mark.
Mark = tuple[int, int, MarkLook]


def kinds_in_words(layers: Iterable[Layer], counts: Iterable[int]) -> str:
    """Sum counts by kind of layer and write the sums as text.

    Examples
    --------
    >>> kinds_in_words([Layer("a", "x", "editor", "", "", 0, 0), Layer("b", "x", "editor", "", "", 0, 0)], [3, 4])
    'editors 7'
    """
    sums: Counter[str] = Counter()
    for layer, count in zip(layers, counts, strict=True):
        sums[layer.kind] += count
    return ", ".join(f"{KINDS[kind]} {sums[kind]}" for kind in KINDS if sums[kind])


def short_signs(names: Iterable[str]) -> list[str]:
    """Give each name a sign of its own: its first letter that no other has, else the letter with a number.

    Examples
    --------
    >>> short_signs(["Conditions", "Secrecy", "Sending", "Caution", "Sea"])
    ['C', 'S', 'E', 'A', 'S2']
    """
    signs: list[str] = []
    for name in names:
        letters = [one.upper() for one in name if one.isalpha()] or ["#"]
        numbered = (f"{letters[0]}{n}" for n in itertools.count(2))
        signs.append(next(one for one in itertools.chain(letters, numbered) if one not in signs))
    return signs


def words_left_out(text: Text, chosen: Sequence[Layer], how: str = ADD) -> str:
    """Say how many words are in the layers that are not chosen, and how to have them in.

    Examples
    --------
    >>> from helpers.texts import parse_text
    >>> words_left_out(parse_text("All of it."), ())
    'Left out: 3 words (historical actors 3). Add layers="all" to have them in.'
    """
    rest = text.rest(chosen)
    if not rest:
        return "Nothing is left out."
    words = [part.words for part in rest]
    return f"Left out: {sum(words)} words ({kinds_in_words(rest, words)}). {how}".strip()


def mark_words(text: str, start: int, marks: Iterable[Mark], write: Callable[[str], str] = escape) -> Markup:
    """Write words as HTML with properly nested ``<mark>`` elements; marks may overlap.

    ``start`` is the offset of the words in ``Text.content``; marks are cut at the ends of the words.
    ``write`` turns the words themselves into HTML.

    Examples
    --------
    >>> words = mark_words("all this", 0, [(0, 3, MarkLook("A", 0)), (0, 8, MarkLook("B", 1))])
    >>> words.count("<mark"), words.count("</mark>")
    (2, 2)
    """
    end = start + len(text)
    inside = [(max(0, a - start), b - start, look) for a, b, look in marks if a < end and b > start]
    parts: list[str] = []
    _lay_marks(parts, text, 0, len(text), sorted(inside, key=lambda mark: (mark[0], -mark[1])), write)
    return Markup("".join(parts))


def _lay_marks(
    parts: list[str], words: str, at: int, end: int, marks: Sequence[Mark], write: Callable[[str], str] | None
) -> Sequence[Mark]:
    """Append words and their marks, which are sorted; return the marks that end after ``end``.

    ``write`` turns words into HTML; with None the words are appended unchanged.
    """
    begin, before = at, len(parts)
    for first, last, look in marks:
        if first < at or last > end:
            del parts[before:]
            _lay_overlapping(parts, words, begin, end, marks, write or str)
            return [mark for mark in marks if mark[1] > end]
        if write:
            parts += (write(words[at:first]), look.opening, write(words[first:last]), look.closing)
        else:
            parts += (words[at:first], look.opening, words[first:last], look.closing)
        at = last
    parts.append(write(words[at:end]) if write else words[at:end])
    return ()


def _lay_overlapping(
    parts: list[str], words: str, at: int, end: int, marks: Sequence[Mark], write: Callable[[str], str]
) -> None:
    """Append words with overlapping marks: if a mark ends inside another, close and reopen the inner one.

    At most `MOST_OVERLAPPING` marks are drawn over the same words. Further ones wait: whenever a mark ends, the
    longest of them is drawn from there; those that end before are counted there in words.
    """
    put = parts.append
    opened: list[tuple[int, int, MarkLook]] = []  # end, minus the number of marks opened before, look
    waiting: list[tuple[int, int, MarkLook]] = []  # minus the end, number of the mark, look
    nearest = end + 1
    begun = 0

    def open_mark(last: int, look: MarkLook) -> None:
        nonlocal begun, nearest
        begun += 1
        put(look.openings[min(len(opened), 2)])
        opened.append((last, -begun, look))
        nearest = min(nearest, last)

    for n, (first, last, look) in enumerate((*marks, (end, end, None))):
        # At the same offset, marks end before others begin, and inner marks end before outer ones.
        while nearest <= first:
            put(write(words[at:nearest]))
            at = nearest
            ending = min(opened)
            depth = opened.index(ending)
            above = opened[depth + 1 :]
            put("</mark>" * len(above) + ending[2].closing)
            opened[depth:] = above
            parts += [reopened.openings[min(depth + i, 2)] for i, (_, _, reopened) in enumerate(above)]
            nearest = min(opened)[0] if opened else end + 1
            if waiting and -waiting[0][0] <= at:
                put(_not_drawn(len(waiting)))
                waiting.clear()
            elif waiting:
                longest, _, waiter = heapq.heappop(waiting)
                open_mark(-longest, waiter)
        if look is None:
            break
        if last <= at:
            continue  # the mark ends before these words begin
        if first > at:
            put(write(words[at:first]))
            at = first
        if len(opened) < MOST_OVERLAPPING:
            open_mark(last, look)
        else:
            heapq.heappush(waiting, (-last, n, look))
    put(write(words[at:end]))
    put("</mark>" * len(opened))
    if waiting:
        put(_not_drawn(len(waiting)))


def _not_drawn(count: int) -> str:
    """Count marks that are not drawn because too many others are over the same words."""
    return f'<sup style="{_SIGN}">+ {count:,} more mark{"" if count == 1 else "s"}</sup>'


def page_html(
    text: Text,
    shown: Sequence[Layer],
    marks: Iterable[Mark] = (),
    *,
    labels: bool = True,
    struck: Sequence[Layer] = (),
    helping: Mapping[int, Aid] | None = None,
) -> list[str]:
    """Write layers of a text as the HTML of a page that needs no script and no style sheet.

    Returns a list of strings, because a page may be as long as a book: the caller joins it once.
    ``marks`` must be sorted by start, and the longest first if several begin together. Without
    ``labels`` (for a task) the voices are hidden. Layers in ``struck`` are struck out; ``helping``
    are reading aids from `paragraph_aids`.

    Examples
    --------
    >>> from helpers.texts import parse_text
    >>> text = parse_text("<b>All</b> of it.")
    >>> "&lt;b&gt;All&lt;/b&gt; of it." in page_html(text, text.parts)
    True
    """
    blocks: list[str] = []
    number = 0
    numbered = printed_notes(text) if labels else {}
    shown_ids, struck_ids = {layer.id for layer in shown}, {layer.id for layer in struck}
    explained: set[str] = set()
    content = text.content
    # A book may have very many marks, so the iterator is consumed paragraph by paragraph.
    coming = iter(marks)
    mark = next(coming, None)
    reaching: Sequence[Mark] = ()
    for layer in text:
        if layer.id not in shown_ids and layer.id not in struck_ids:
            number += len(layer.paragraphs)
            continue
        if labels:
            blocks += _head(layer, layer.id in struck_ids)
        numbers = note_anchors(layer, numbered)
        plain = not _writing(layer.text, numbers)
        before, behind = ("</small><del>", "</del></p>") if layer.id in struck_ids else ("</small>", "</p>")
        while mark and mark[0] < layer.start:
            mark = next(coming, None)
        for a, b in layer.paragraphs:
            number += 1
            begin = len(blocks)
            blocks.append(f"{_COUNT}{number}{before}")
            inside = [*reaching]  # marks that continue from the paragraph before
            while mark and mark[0] < b:
                inside.append(mark)
                mark = next(coming, None)
            write = None if plain else _writing(content[a:b], numbers)
            reaching = _lay_marks(blocks, content, a, b, inside, write)
            blocks.append(behind)
            aid = helping.get(number) if helping else None
            if aid:
                passage = Markup("".join(blocks[begin:]))
                blocks[begin:] = [_beside(text, passage, aid, shown_ids, explained)]
        if labels:
            blocks.append("</section>")
    title = element("p", element("strong", text.title), style="margin:0.2em 0 0.6em;font-size:1.1em")
    opening = f'<article style="{sheet_style(60 if helping else 42)}" class="close-reading-page">'
    return [opening, title, *blocks, "</article>"]


def sheet_style(width: float) -> Markup:
    """Return the style of a sheet for the words of a source, ``width`` em wide at most.

    Examples
    --------
    >>> sheet_style(42).startswith("max-width:42em;")
    True
    """
    return Markup(
        f"max-width:{width}em;box-sizing:border-box;background:{THEME.sheet};color:{THEME.ink};"
        f"border:1px solid {THEME.rim};border-radius:8px;padding:0.8em 1.6em 1em;margin:0.4em 0;"
        f"font-family:{THEME.serif};font-size:1.06em;line-height:1.65"
    )


def _head(layer: Layer, struck: bool) -> tuple[str, str]:
    """Open the section of a layer: a line beside it, and a heading with its sign, label and kind."""
    look = THEME.layers[layer.kind]
    facts = f"{KINDS[layer.kind]}{', struck out' if struck else ''}"
    line = f"border-left:4px {look.line} {look.colour};padding-left:0.9em;margin:0.9em 0"
    sign = element("span", look.sign, **{"aria-hidden": "true"})
    head = element("p", sign, " ", element("strong", layer.label), f" · {facts}", style=f"{_TOOL};{_LABEL}")
    return f'<section style="{line}">', head


def about_html(text: Text, chosen: Sequence[Layer], note: str, helps: bool) -> Markup:
    """Write what stands below a page: the words left out, and, folded, lengths and ids for those who need them."""
    rows = (
        join(
            [THEME.layers[one.kind].sign, f" {one.label}: {words_counted(one.words)}; layer ", element("code", one.id)]
        )
        for one in chosen
    )
    listed = element("ul", *(element("li", row) for row in rows), style="list-style:none;margin:0.3em 0;padding:0")
    said = [NUMBERS, *([HELP] if helps else []), *([ADD] if len(chosen) < len(text.parts) else [])]
    more = (element("p", one) for one in said)
    folded = element("details", element("summary", "About these words"), listed, *more, **{"class": SCREEN})
    return element("div", element("p", note, style="margin:0.2em 0"), folded, style="font-size:0.85em;max-width:60em")


def _writing(words: str, numbers: frozenset[str]) -> Callable[[str], str] | None:
    """Return a function that escapes pieces of these words and raises note numbers; None if nothing needs changing."""
    # Only characters that occur in the words need escaping; quotation marks need none between tags.
    odd = neutralised(words) != words
    present = [(character, escape(character)) for character in "&<>" if character in words]

    def safe(piece: str) -> str:
        piece = neutralised(piece) if odd else piece
        for character, entity in present:
            piece = piece.replace(character, entity)
        return piece

    def raised(piece: str) -> str:
        parts, at = [], 0
        for match in ANCHOR.finditer(piece):
            if match[0] in numbers:
                parts += [safe(piece[at : match.start()]), f'<sup style="font-size:0.8em">{match[0]}</sup>']
                at = match.end()
        return "".join([*parts, safe(piece[at:])])

    return raised if numbers and "[" in words else safe if odd or present else None


def _beside(text: Text, passage: Markup, aid: Aid, shown: set[str], explained: set[str]) -> Markup:
    """Add reading aids to a passage: notes and glossary below it, the summary beside it if there is room."""
    lines = []
    for number, note in aid.anchors:
        where = "" if note in shown else ", not shown here"
        lines.append(f"Note {number}: ¶{text.paragraph_at(text[note].start)}, {text[note].label}{where}.")
    terms = [(term, words) for term, words in aid.terms if term not in explained]
    explained.update(term for term, _ in terms)
    # Folded, so that students can read the passage first.
    folded = []
    if aid.summary:
        folded.append(_folded("In plain words", element("p", aid.summary, style="margin:0.2em 0")))
    if terms:
        items = (element("li", element("em", term), " = ", words, style="margin:0.25em 0") for term, words in terms)
        listed = element("ul", *items, style="list-style:none;margin:0.2em 0;padding:0")
        folded.append(_folded(f"Words explained ({len(terms)})", listed))
    small = (element("p", one, style=f"margin:0 0 0.3em 2.8em;font-size:0.8em;{_TOOL}") for one in lines)
    both = [element("div", passage, *small, style="flex:3 1 22em;min-width:0")]
    if folded:
        both.append(element("div", *folded, style=f"flex:1 1 13em;min-width:0;font-size:0.8em;{_TOOL}"))
    return element("div", *both, style="display:flex;flex-wrap:wrap;gap:0.3em 1.6em")


def _folded(name: str, content: Markup) -> Markup:
    style = f"border-left:1px solid {THEME.rim};padding:0 0 0.2em 0.8em;margin:0.45em 0"
    return element("details", element("summary", name), content, style=style)


class Page:
    """A text displayed as a page; ``task`` is true if labels are hidden or layers struck out."""

    def __init__(
        self,
        text: Text,
        shown: Sequence[Layer],
        html: Markup,
        words: str,
        *,
        helping: Mapping[int, Aid],
        task: bool,
    ) -> None:
        self.text = text
        self.shown = tuple(shown)
        self.helping = helping
        self.task = task
        self._html = html
        self._words = words

    @foldable
    def _repr_html_(self) -> str:
        return self._html

    @plain
    def __repr__(self) -> str:
        return self._words


P = TypeVar("P", bound=Page)


def lay_out_page(
    text: Text,
    *,
    layers: str | Iterable[str] = "actors",
    voice: str | Iterable[str] | None = None,
    labels: bool = True,
    rest: str = "omit",
    helping: Mapping[int, Aid] | None = None,
    made: type[P],
) -> P:
    """Lay out a text as a `Page` of class ``made``; `helpers.read` documents the other parameters.

    Examples
    --------
    >>> from helpers.texts import parse_text
    >>> lay_out_page(parse_text("Return all this."), made=Page)
    text: 3 of 3 words shown. Nothing is left out.
    """
    if rest not in ("omit", "strike"):
        raise UserError(f"rest=“{rest}” is not known. {did_you_mean(rest, ['omit', 'strike'])}")
    chosen = require_text(text).choose(layers=layers, voice=voice)
    struck = text.rest(chosen) if rest == "strike" else []
    words = sum(part.words for part in chosen)
    if struck:
        note = f"{sum(part.words for part in struck)} words are struck out; {words} are left."
    else:
        note = words_left_out(text, chosen)
    helps = any(text.paragraph_at(a) in (helping or {}) for layer in chosen for a, _ in layer.paragraphs)
    page = page_html(text, chosen, labels=labels, struck=struck, helping=helping)
    below = about_html(text, chosen, note.removesuffix(ADD).strip(), helps) if labels and not struck else ""
    html = Markup("".join([*page, below or element("p", element("small", note))]))
    summary = f"{text.title}: {words} of {sum(part.words for part in text)} words shown. {note}"
    return made(text, chosen, html, summary, helping=helping or {}, task=not labels or bool(struck))
