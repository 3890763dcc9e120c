"""Sanitise HTML for paper, and move folded parts to the end of the worksheet."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser

from ..core import SCREEN, Markup, UserError, element, escape

# nh3 keeps these tags and removes all others; it removes those in _LOST together with their content.
_TAGS = {
    "a", "abbr", "article", "aside", "b", "bdi", "blockquote", "br", "caption", "cite", "code", "col",
    "colgroup", "dd", "del", "details", "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "h1", "h2",
    "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "samp",
    "section", "small", "span", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th",
    "thead", "time", "tr", "u", "ul", "var",
}  # fmt: skip
_LOST = {
    "audio", "button", "canvas", "head", "iframe", "math", "noscript", "object", "script", "select", "style",
    "svg", "template", "textarea", "title", "video",
}  # fmt: skip
_VOID = ("br", "col", "hr", "img")
# Elements that are empty, or that a browser closes by itself, so that an open one is no mistake.
_CLOSED = {
    "a", "area", "base", "button", "caption", "colgroup", "dd", "dt", "embed", "h1", "h2", "h3", "h4", "h5", "h6",
    "input", "li", "link", "meta", "optgroup", "option", "p", "param", "rp", "rt", "source", "tbody", "td", "tfoot",
    "th", "thead", "tr", "track", "wbr", *_VOID,
}  # fmt: skip
MOST_OPEN = 200  # elements inside each other
_ATTRIBUTES = {
    "*": {"aria-label", "class", "dir", "lang", "role", "style", "tabindex"},
    "a": {"href"},
    "col": {"colspan"},
    "img": {"alt", "src"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}
# The CSS properties that our own views use.
_PROPERTIES = {
    "align-items", "align-self", "background",
    "border", "border-bottom", "border-collapse", "border-left", "border-radius", "border-top", "color",
    "display", "flex", "flex-wrap", "font-size", "font-style", "font-weight", "gap", "height", "line-height",
    "list-style", "margin", "margin-left", "max-width", "min-width", "overflow-x", "padding", "padding-left",
    "padding-right", "text-align", "text-decoration", "vertical-align", "white-space",
}  # fmt: skip
_FETCHING = re.compile(r"url|image|expression|\\|@|<", re.I)
# Also SVG: as a picture it runs no script and fetches nothing.
_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp|svg\+xml);base64,[\w+/=]+\Z")
# Advice to add an argument to a call; it is removed, because a reader of a page cannot follow it.
_TYPED = re.compile(r'(?:: a| A)dd layers=(?:"|&quot;)all(?:"|&quot;)(?: to [a-z ]+\.)?')


@dataclass(frozen=True, slots=True)
class FoldedAway:
    """A part that is folded on the screen."""

    name: str  # the summary
    words: Markup


def prose(markdown: str, aside: list[FoldedAway], told: str, *, where: str = "This cell") -> Markup:
    """Convert Markdown to sanitised HTML, and append its folded parts to `aside`.

    Raises `UserError`, with the place `where`, if more than `MOST_OPEN` elements are inside each other.
    `told` is written in place of each folded part, with ``{number}`` and ``{name}`` filled in.

    Examples
    --------
    >>> aside = []
    >>> prose("*Why?*\\n\\n<details><summary>Open</summary>\\n\\nSo.\\n\\n</details>", aside, "See {number}: {name}.")
    '<p><em>Why?</em></p>\\n<p class="later">See 1: Open.</p>'
    >>> aside
    [FoldedAway(name='Open', words='<p>So.</p>')]
    """
    return _still(_html(markdown), aside, told, where)


def still_markdown(markdown: str, *, where: str = "This page") -> Markup:
    """Convert Markdown to sanitised HTML, with its folded parts open; raises as `prose` does.

    Examples
    --------
    >>> still_markdown("## Why?\\n\\n*So*, see [there](https://example.org).<script>x()</script>")
    '<h2>Why?</h2>\\n<p><em>So</em>, see there (https://example.org).</p>'
    """
    return still_html(_html(markdown), where=where)


def _html(markdown: str) -> str:
    import mistune

    # Always a string: mistune 3.4 returns a list only without a renderer.
    return str(mistune.create_markdown(escape=False, plugins=["strikethrough", "table"])(markdown))


def without_advice(html: str) -> str:
    """Take out advice that only helps where a cell can be changed and run.

    Examples
    --------
    >>> without_advice("<small>Left out: 2 words. Add layers=&quot;all&quot; to have them in.</small>")
    '<small>Left out: 2 words.</small>'
    """
    return _TYPED.sub("", html)


def still_html(html: str, *, where: str = "This output") -> Markup:
    """Sanitise the output of a cell, with its folded parts open; raises as `prose` does.

    Examples
    --------
    >>> still_html("<p onclick='x()'>One<script>x()</script> <a href='https://example.org'>there</a></p><!-- t1 -->")
    '<p>One there (https://example.org)</p>'
    >>> still_html('Left out: 2 words. Add layers="all" to have them in.')
    'Left out: 2 words.'
    """
    return _still(html, None, "", where)


def _still(html: str, aside: list[FoldedAway] | None, told: str, where: str) -> Markup:
    import nh3

    depth = _Depth()
    depth.feed(html)
    if depth.most > MOST_OPEN:
        raise UserError(
            f"{where}: more than {MOST_OPEN} HTML elements are inside each other, the last one opened in line "
            f"{depth.line} of its HTML. Close each element where it ends: </b> after <b>, </details> after <details>."
        )
    reader = _Reader(aside, told)
    reader.feed(
        nh3.clean(
            html, tags=_TAGS, clean_content_tags=_LOST, attributes=_ATTRIBUTES, attribute_filter=_kept,
            filter_style_properties=_PROPERTIES, url_schemes={"http", "https", "data"}, link_rel=None,
        )
    )  # fmt: skip
    reader.close()
    return reader.finish()


def _kept(tag: str, name: str, value: str) -> str | None:
    """Filter the value of an attribute; None removes it. Of tabindex only 0 is kept, which keeps the order of focus."""
    if name == "style":  # nh3 0.3 checks the names of properties, not the addresses in their values
        value = ";".join(one for one in value.split(";") if one.strip() and not _FETCHING.search(one))
    return None if (name == "tabindex" and value != "0") or (not value and name != "alt") else value


class _Depth(HTMLParser):
    """Count how many elements are open at most; elements that a browser closes by itself do not count."""

    def __init__(self) -> None:
        super().__init__()
        self._open: list[str] = []
        self._closing: Counter[str] = Counter()
        self.most = self.line = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in _CLOSED:
            self._open.append(tag)
            self._closing[tag] += 1
            if len(self._open) > self.most:
                self.most, self.line = len(self._open), self.getpos()[0]

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        if tag in _TAGS:  # “<b/>” opens an element; only in SVG and MathML “/” ends it
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if self._closing[tag]:
            while (last := self._open.pop()) != tag:
                self._closing[last] -= 1
            self._closing[tag] -= 1


class _Reader(HTMLParser):
    """Rewrite sanitised HTML: open folded parts or move them aside, and write out links and pictures from elsewhere."""

    def __init__(self, aside: list[FoldedAway] | None, told: str) -> None:
        super().__init__(convert_charrefs=True)
        self._aside = aside
        self._told = told
        self._out: list[str] = []
        self._open: list[tuple[str, int, str]] = []
        self._lost: list[str] = []
        self._said: set[str] = set()

    def finish(self) -> Markup:
        while self._open:
            self._end()
        return Markup("".join(self._out).strip())

    def handle_data(self, data: str) -> None:
        if not self._lost:
            self._out.append(escape(data if self._aside is not None else without_advice(data)))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if self._lost or SCREEN in given.get("class", "").split():
            self._lost += [] if tag in _VOID else [tag]
        elif tag == "img" and not _PICTURE.match(given.get("src", "")):
            self._out.append(element("em", f"[Picture: {given.get('alt', '')}]"))
        elif tag in ("details", "summary", "a"):
            self._open.append((tag, len(self._out), given.get("href", "")))
        else:
            given |= {"alt": given.get("alt", "")} if tag == "img" else {}
            if tag not in _VOID:
                self._open.append((tag, len(self._out), ""))
            self._out.append(
                "".join([f"<{tag}", *(f' {name}="{escape(value)}"' for name, value in given.items()), ">"])
            )

    def handle_endtag(self, tag: str) -> None:
        if self._lost:
            self._lost.pop()
        else:
            self._end()

    def _end(self) -> str:
        """Close the innermost open element."""
        tag, at, more = self._open.pop()
        inside = Markup("".join(self._out[at:]) if tag in ("a", "summary", "details", "thead") else "")
        if tag == "a":  # on paper a link is written out
            self._out.append(f" ({escape(more)})" if re.match(r"https?://", more) and more not in inside else "")
        elif tag == "summary":
            self._out[at:] = [element("div", inside, **{"class": "summary"})]
        elif tag == "details":
            self._out[at:] = [self._folded(inside)]
        else:
            self._out.append(f"</{tag}>")
            if tag == "thead" and not _plain(inside):
                del self._out[at:]
        return tag

    def _folded(self, inside: Markup) -> Markup:
        summary = re.match(r'\s*<div class="summary">(.*?)</div>', inside, re.S)
        if self._aside is None or "details" in [name for name, _, _ in self._open]:
            # An open part is printed only once, though several places in a paragraph may have the same one.
            words = _plain(re.sub(r"<sup.*?</sup>", "", inside[summary.end() :] if summary else inside))
            shown = summary[0] if summary and words in self._said else inside
            self._said.add(words)
            return element("div", Markup(shown), **{"class": "opened"})
        name = _plain(summary[1]) if summary else "To open later"
        self._aside.append(FoldedAway(name, Markup(inside[summary.end() :].strip() if summary else inside)))
        words = self._told.format(number=len(self._aside), name=name)
        return element("p", words, **{"class": "later"})


def _plain(html: str) -> str:
    """Return the text of HTML."""
    return unescape(" ".join(re.sub(r"<[^>]*>", "", html).split()))
