"""A text as a page: its voices in words, its paragraphs numbered, marks laid over the words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from html import escape
from typing import NamedTuple

from ._html import INK, PALETTE, Markup, element, join
from ._slips import Slip, did_you_mean
from .aids import ANCHOR, Aid, anchors_of, notes
from .layers import KINDS, Layer, Text, a_text, say_words

# The kind of a layer is said in words; the line beside it only repeats them for the eye.
LINES = {"actor": "solid", "copyist": "dashed", "editor": "double", "metadata": "dotted", "dropped": "dotted"}
_GREY = "#808080"
# A sign stays low: raised above its mark, dark ink would stand on a dark theme.
_SIGN = "font-size:0.8em;font-weight:bold;padding-left:0.25em;vertical-align:baseline"
# What stands on a page and is no part of the text says so.
HELP = "“In plain words” and “Words explained” are not part of the text, and none of their words are counted."


class Mark(NamedTuple):
    """Words to be marked on a page.

    Attributes
    ----------
    start, end : int
        Where they stand in ``Text.content``, in code points; ``end`` is not included.
    sign : str
        The visible word or letter that stands behind them.
    colour : int
        Which colour of the palette lies under them.
    """

    start: int
    end: int
    sign: str
    colour: int


def kinds_in_words(layers: Iterable[Layer], counts: Iterable[int]) -> str:
    """Add up counts by kind of layer and say them.

    Examples
    --------
    >>> kinds_in_words([Layer("a", "x", "editor", "", "", 0, 0), Layer("b", "x", "editor", "", "", 0, 0)], [3, 4])
    'editors 7'
    """
    sums: Counter[str] = Counter()
    for layer, count in zip(layers, counts, strict=True):
        sums[layer.kind] += count
    return ", ".join(f"{KINDS[kind]} {sums[kind]}" for kind in KINDS if sums[kind])


def left_out(text: Text, chosen: Sequence[Layer]) -> str:
    """Say which words are not among the layers chosen.

    Examples
    --------
    >>> from helpers.texts import parse_text
    >>> left_out(parse_text("All of it."), ())
    'Left out: 3 words (historical actors 3). Add layers="all" to have them in.'
    """
    rest = [part for part in text if part not in chosen]
    if not rest:
        return "Nothing is left out."
    words = [part.words for part in rest]
    return f'Left out: {sum(words)} words ({kinds_in_words(rest, words)}). Add layers="all" to have them in.'


def mark_words(text: str, start: int, marks: Iterable[Mark], write: Callable[[str], str] = escape) -> Markup:
    """Write words as HTML with marks, which may overlap; everything else is escaped.

    Parameters
    ----------
    text : str
        The words.
    start : int
        Where they begin in ``Text.content``, in code points.
    marks : iterable of Mark
        Marks, by their place in ``Text.content``; what lies outside the words is cut off.
    write : callable
        How words without marks become HTML.

    Returns
    -------
    Markup
        Properly nested ``<mark>`` elements, each closed by its sign.

    Examples
    --------
    >>> words = mark_words("all this", 0, [Mark(0, 3, "A", 0), Mark(0, 8, "B", 1)])
    >>> words.count("<mark"), words.count("</mark>")
    (2, 2)
    """
    end = start + len(text)
    inside = [mark for mark in marks if mark.start < end and mark.end > start]
    if not inside:
        return Markup(write(text))
    inside.sort(key=lambda mark: mark.start)
    parts, at = [], start
    for first, last, sign, colour in inside:
        if first < at:
            if at > start:
                return _nested(text, start, inside, write)
            first = start
        parts.append(write(text[at - start : first - start]))
        parts.append(_opening(colour, 0))
        parts.append(write(text[first - start : last - start]))
        parts.append(_closing(sign) if last <= end else "</mark>")
        at = last
    parts.append(write(text[at - start :]))
    return Markup("".join(parts))


def _nested(text: str, start: int, inside: Sequence[Mark], write: Callable[[str], str]) -> Markup:
    """Words with marks that overlap: where one ends inside another, the other is closed and opened again."""
    end = start + len(text)
    # At one place, marks end before others begin, and the longer begins first.
    events = sorted(
        [(min(mark.end, end), 0, -mark.start, n) for n, mark in enumerate(inside)]
        + [(max(mark.start, start), 1, -mark.end, n) for n, mark in enumerate(inside)]
    )
    parts: list[str] = []
    stack: list[int] = []
    at = start
    for place, opens, _, n in events:
        if place > at:
            parts.append(write(text[at - start : place - start]))
            at = place
        if opens:
            parts.append(_opening(inside[n].colour, len(stack)))
            stack.append(n)
            continue
        depth = stack.index(n)
        above = stack[depth + 1 :]
        parts += ["</mark>"] * len(above)
        parts.append(_closing(inside[n].sign) if inside[n].end <= end else "</mark>")
        del stack[depth]
        parts += [_opening(inside[m].colour, depth + i) for i, m in enumerate(above)]
    return Markup("".join([*parts, write(text[at - start :])]))


# A long page has thousands of marks, but few that differ.
@lru_cache(maxsize=1024)
def _opening(colour: int, depth: int) -> str:
    # The deeper a mark lies, the thinner its lower edge: overlapping marks all stay visible.
    style = (
        f"background:{PALETTE[colour % len(PALETTE)]};color:{INK};"
        f"padding:0 1px {max(0, 6 - 3 * depth)}px;border-bottom:2px solid {INK}"
    )
    return f'<mark style="{style}">'


@lru_cache(maxsize=1024)
def _closing(sign: str) -> str:
    return element("sup", sign, style=_SIGN) + "</mark>"


def page(
    text: Text,
    shown: Sequence[Layer],
    marks: Sequence[Mark] = (),
    *,
    labels: bool = True,
    struck: Sequence[Layer] = (),
    helping: Mapping[tuple[str, int], Aid] | None = None,
) -> Markup:
    """Write layers of a text as a page.

    Parameters
    ----------
    text : Text
        The text.
    shown : sequence of Layer
        The layers to show, in order.
    marks : sequence of Mark
        The words to mark.
    labels : bool
        Whether each layer says whose words it has; without labels the paragraphs are
        numbered through, as a task.
    struck : sequence of Layer
        Layers to show struck out.
    helping : mapping of (str, int) to Aid, optional
        What helps with a paragraph, as `helpers.aids.aids` has it.

    Returns
    -------
    Markup
        A page that needs no script and no style sheet.

    Examples
    --------
    >>> from helpers.texts import parse_text
    >>> text = parse_text("<b>All</b> of it.")
    >>> "&lt;b&gt;All" in page(text, text.parts)
    True
    """
    blocks: list[str] = []
    number = 0
    numbered = notes(text) if labels else {}
    shown_ids = {layer.id for layer in shown}
    explained: set[str] = set()
    waiting = sorted(marks, key=lambda mark: -mark.start)
    reaching: list[Mark] = []
    for layer in text:
        if layer not in shown and layer not in struck:
            continue
        paragraphs = []
        number = 0 if labels else number
        write = _raising(anchors_of(layer, numbered), _escaping(layer.text))
        for a, b in layer.paragraphs:
            number += 1
            # One pass over the marks: those that begin here, and those that still reach here.
            reaching = [mark for mark in reaching if mark.end > a] if reaching else []
            while waiting and waiting[-1].start < b:
                reaching.append(waiting.pop())
            words = mark_words(text.content[a:b], a, reaching, write)
            if layer in struck:
                words = element("del", words)
            count = f'<small style="padding-right:0.6em">¶{number}</small>'
            passage = Markup(f'<p style="margin:0.3em 0">{count}{words}</p>')
            aid = (helping or {}).get((layer.id, number))
            paragraphs.append(_beside(text, passage, aid, shown_ids, explained) if aid else passage)
        if not labels:
            blocks += paragraphs
            continue
        facts = f"{KINDS[layer.kind]}, {say_words(layer.words)}" + (", struck out" if layer in struck else "")
        head = element(
            "p",
            element("strong", layer.label),
            " ",
            element("small", f"({facts}; layer ", element("code", layer.id), ")"),
            style="margin:0.3em 0",
        )
        line = f"border-left:4px {LINES[layer.kind]} {_GREY};padding-left:0.8em;margin:0.9em 0"
        blocks += [f'<section style="{line}">', head, *paragraphs, "</section>"]
    title = element("p", element("strong", text.title), style="margin:0.3em 0")
    style = f"max-width:{68 if helping else 48}em;line-height:1.6"
    # Put together once, since a page may be as long as a book.
    return Markup("".join([f'<article style="{style}" class="close-reading-page">', title, *blocks, "</article>"]))


def _escaping(words: str) -> Callable[[str], str]:
    """How any piece of these words is escaped: what is not in the whole is looked for in no piece."""
    present = [(character, escape(character)) for character in "&<>\"'" if character in words]

    def write(piece: str) -> str:
        for character, entity in present:
            piece = piece.replace(character, entity)
        return piece

    return write if present else str


def _raising(numbers: frozenset[str], write: Callable[[str], str]) -> Callable[[str], str]:
    """How words are written in which note numbers stand: the numbers are raised."""
    if not numbers:
        return write

    def raised(words: str) -> str:
        parts, at = [], 0
        for match in ANCHOR.finditer(words) if "[" in words else ():
            if match[0] in numbers:
                parts += [write(words[at : match.start()]), f'<sup style="font-size:0.8em">{match[0]}</sup>']
                at = match.end()
        return "".join([*parts, write(words[at:])])

    return raised


def _beside(text: Text, passage: Markup, aid: Aid, shown: set[str], explained: set[str]) -> Markup:
    """A passage with its help: lines under it, plain words beside it where there is room."""
    lines = []
    for number, note in aid.anchors:
        where = "on this page" if note in shown else 'not shown here: add layers="all"'
        lines.append(join([element("strong", "Note ", number), f": layer {note} ({text[note].label}), {where}."]))
    terms = [(term, words) for term, words in aid.terms if term not in explained]
    explained.update(term for term, _ in terms)
    if terms:
        lines.append(element("strong", "Words explained"))
        lines += [join([element("em", term), " = ", words]) for term, words in terms]
    parts = [passage]
    if lines:
        items = (element("li", line) for line in lines)
        parts.append(element("ul", *items, style="list-style:none;margin:0.3em 0;padding:0 0 0 2em;font-size:0.87em"))
    if not aid.summary:
        return join(parts)
    plain = element(
        "div",
        element("strong", "In plain words"),
        element("p", aid.summary, style="margin:0.2em 0"),
        style=f"flex:1 1 15em;border:1px dashed {_GREY};padding:0.3em 0.7em;font-size:0.9em;align-self:flex-start",
    )
    both = element("div", *parts, style="flex:3 1 22em;min-width:0"), plain
    return element("div", *both, style="display:flex;flex-wrap:wrap;gap:0.3em 1.2em;margin:0.5em 0")


class Page:
    """A text displayed as a page.

    Attributes
    ----------
    text : Text
        What is shown.
    shown : tuple of Layer
        The layers that are shown.
    helping : mapping of (str, int) to Aid
        What helps with its paragraphs.
    task : bool
        Whether the page is a task, without labels or with words struck out.
    """

    def __init__(
        self,
        text: Text,
        shown: Sequence[Layer],
        html: Markup,
        words: str,
        *,
        helping: Mapping[tuple[str, int], Aid],
        task: bool,
    ) -> None:
        self.text = text
        self.shown = tuple(shown)
        self.helping = helping
        self.task = task
        self._html = html
        self._words = words

    def _repr_html_(self) -> str:
        return self._html

    def __repr__(self) -> str:
        return self._words


def lay_out(
    text: Text,
    *,
    layers: str | Iterable[str] = "actors",
    voice: str | Iterable[str] | None = None,
    labels: bool = True,
    rest: str = "omit",
    helping: Mapping[tuple[str, int], Aid] | None = None,
    made: type[Page] = Page,
) -> Page:
    """Lay a text out as a page that needs no script; `helpers.read` says what the choices mean.

    Examples
    --------
    >>> from helpers.texts import parse_text
    >>> lay_out(parse_text("Return all this."))
    text: 3 of 3 words shown. Nothing is left out.
    """
    if rest not in ("omit", "strike"):
        raise Slip(f"rest=“{rest}” is not known. {did_you_mean(rest, ['omit', 'strike'])}")
    chosen = a_text(text).choose(layers, voice)
    struck = [part for part in text if part not in chosen] if rest == "strike" else []
    words = sum(part.words for part in chosen)
    if struck:
        note = f"{sum(part.words for part in struck)} words are struck out; {words} are left."
    else:
        note = left_out(text, chosen)
    ids = {layer.id for layer in chosen}
    helps = any(aid.summary or aid.terms for (layer, _), aid in (helping or {}).items() if layer in ids)
    html = join(
        [
            page(text, chosen, labels=labels, struck=struck, helping=helping),
            element("p", element("small", f"{note} {HELP}" if helps else note)),
        ]
    )
    said = f"{text.title}: {words} of {sum(part.words for part in text)} words shown. {note}"
    return made(text, chosen, html, said, helping=helping or {}, task=not labels or bool(struck))
