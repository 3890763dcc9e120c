"""A complete web page in one file, with a style for print; it runs no script and loads nothing."""

from __future__ import annotations

from string import Template

from .html import Markup, element, void
from .theme import THEME

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_STYLE = Template("""
body { font: 1rem/1.5 serif; color: $ink; background: $paper; max-width: 46rem;
  margin: 2rem auto; padding: 0 1rem; }
h1, h2, h3, h4 { line-height: 1.25; }
h3 { border-top: 1px solid $edge; padding-top: 0.8rem; }
h4 { margin: 1rem 0 0.2rem; font-size: 1rem; }
table { border-collapse: collapse; margin: 0.8rem 0; max-width: 100%; }
caption { text-align: left; font-weight: bold; padding: 0.2rem 0; }
th, td { border-bottom: 1px solid $edge; padding: 0.25rem 0.6rem; text-align: left; vertical-align: top; }
p, div { overflow-wrap: anywhere; }
td, th { overflow-wrap: break-word; }
table.small { font: 0.85rem/1.35 system-ui, sans-serif; }
table.small td { white-space: pre-line; }
.words { white-space: pre-wrap; border-left: 4px solid $edge; padding-left: 0.8rem; margin: 0.3rem 0; }
.prompt { font-style: italic; }
.when { margin: 0.2rem 0; }
@page { margin: 1.6cm; }
@media print {
  body { font-size: 9.5pt; line-height: 1.3; max-width: none; margin: 0; padding: 0; }
  p, ul, ol { margin: 0.35em 0; }
  h2 { margin: 0.8em 0 0.3em; }
  h3 { margin: 0.8em 0 0.2em; padding-top: 0.4em; }
  .prompt { font-size: 0.9em; }
  table.small { font-size: 8pt; }
  table.small :is(td, th) { padding: 0.1rem 0.4rem; }
  h1, h2, h3, h4, caption { break-after: avoid; }
  h3, .prompt, .when, nav { break-after: avoid; }
  tr, .prompt, h3 { break-inside: avoid; }
  details { display: none; }
  .words, [dir=auto] { orphans: 3; widows: 3; }
}
""").substitute(vars(THEME))


def standalone_page(title: str, *body: object, style: str = "") -> str:
    """Return a complete page; body parts that are not `Markup` are escaped. ``style`` is CSS of its own.

    Examples
    --------
    >>> standalone_page("A page", element("h1", "A < B"))[:32]
    '<!DOCTYPE html>\\n<html lang="en">'
    """
    head = element(
        "head",
        void("meta", charset="utf-8"),
        void("meta", **{"http-equiv": "Content-Security-Policy", "content": _POLICY}),
        Markup('<meta name="viewport" content="width=device-width, initial-scale=1">'),
        element("title", title),
        element("style", Markup(_STYLE + style)),
    )
    return "<!DOCTYPE html>\n" + element("html", head, element("body", *body), lang="en") + "\n"
