"""A complete web page in one file, with a style for print; it loads nothing, and runs no script but one of ours."""

from __future__ import annotations

import base64
import hashlib
import json
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


def data_element(name: str, data: object) -> Markup:
    """Write plain data as JSON into an element, from which a script can read it and nothing in it can break out.

    Examples
    --------
    >>> data_element("data", {"words": "</script>"})
    '<script type="application/json" id="data">{"words": "\\\\u003c/script\\\\u003e"}</script>'
    """
    words = json.dumps(data, ensure_ascii=True, allow_nan=False)
    words = words.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return element("script", Markup(words), type="application/json", id=name)


def standalone_page(title: str, *body: object, style: str = "", script: str = "") -> str:
    """Return a complete page; body parts that are not `Markup` are escaped.

    ``style`` is added to the style of all pages. The browser runs ``script`` and no other: the page names its hash.

    Examples
    --------
    >>> standalone_page("A page", element("h1", "A < B"))[:32]
    '<!DOCTYPE html>\\n<html lang="en">'
    """
    digest = base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
    policy = f"{_POLICY}; script-src 'sha256-{digest}'" if script else _POLICY
    head = element(
        "head",
        void("meta", charset="utf-8"),
        void("meta", **{"http-equiv": "Content-Security-Policy", "content": policy}),
        Markup('<meta name="viewport" content="width=device-width, initial-scale=1">'),
        element("title", title),
        element("style", Markup(_STYLE + style)),
    )
    run = [element("script", Markup(script))] if script else []
    return "<!DOCTYPE html>\n" + element("html", head, element("body", *body, *run), lang="en") + "\n"
