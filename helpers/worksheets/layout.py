"""The layout of a worksheet on the screen and on paper: one file without scripts or links to other files."""

from __future__ import annotations

from string import Template

from ..core import THEME, Markup, element, void
from ..questions import course_settings

# The page loads nothing and runs no script; its pictures are data URLs.
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_STYLE = Template("""
* { box-sizing: border-box; }
html { color: $ink; background: $paper; }
body { font: 1rem/1.45 "Times New Roman", "DejaVu Serif", serif; max-width: 46rem;
  margin: 2rem auto; padding: 0 1rem; }
h1, h2, h3, h4, h5, h6 { line-height: 1.25; margin: 1.1em 0 0.4em; }
h1 { font-size: 1.7rem; margin-top: 0; }
h2 { font-size: 1.3rem; border-top: 1px solid $edge; padding-top: 0.6rem; }
h3 { font-size: 1.1rem; }
h4, h5, h6 { font-size: 1rem; }
h2 small, h3 small, h4 small { font-weight: normal; font-size: 0.8em; }
p, li, td, th, blockquote { overflow-wrap: break-word; }
table { border-collapse: collapse; margin: 0.7rem 0; max-width: 100%; }
caption { text-align: left; font-weight: bold; padding: 0.2rem 0; }
th, td { border-bottom: 1px solid $edge; padding: 0.25rem 0.6rem; text-align: left; vertical-align: top; }
blockquote { border-left: 3px solid $edge; margin: 0.6rem 0; padding-left: 0.8rem; }
img { max-width: 100%; height: auto; }
pre { white-space: pre-wrap; }
.who { display: flex; flex-wrap: wrap; gap: 0.5rem 2rem; margin: 1.2rem 0; }
.who span { flex: 1 1 8rem; border-bottom: 1px solid $ink; padding-bottom: 0.1rem; min-height: 1.8rem; }
.who span:first-child { flex-grow: 3; }
.shown { margin: 0.8rem 0; }
.shown .opened { font-size: 0.9em; }
.later { border-left: 3px solid $ink; padding-left: 0.7rem; font-style: italic; }
.turn { text-align: right; font-weight: bold; }
.question { border: 1px solid $ink; padding: 0.2rem 0.9rem 0.7rem; margin: 1rem 0; }
.question > .prompt > :first-child { margin-top: 0.5rem; }
ul.boxes, ul.items { list-style: none; margin: 0; padding: 0; }
ul.boxes li { padding-left: 1.9rem; margin: 0.45rem 0; position: relative; }
.box { position: absolute; left: 0; top: 0.12rem; width: 1.15rem; height: 1.15rem; border: 1.5px solid $ink; }
.match { display: grid; grid-template-columns: 5fr 2fr; gap: 0 1.5rem; }
.match li { margin: 0.35rem 0; }
.match > ul + ul { border-left: 1px solid $edge; padding-left: 1rem; }
.gap { display: inline-block; width: 3rem; border-bottom: 1.5px solid $ink; }
table.grid { width: 100%; table-layout: fixed; }
.grid th, .grid td { border: 1px solid $edge; }
.grid td.letter { height: 9mm; }
.grid td.words { height: 20mm; }
.voice { font-weight: bold; margin: 0.7rem 0 0.2rem; }
ol.lines { margin: 0; padding-left: 2.6rem; line-height: 2; }
ol.lines li::marker { font-size: 0.75em; }
ol.lines li.opens:not(:first-child) { margin-top: 0.6rem; }
.rule { height: 8mm; border-bottom: 1px solid $edge; }
.rubric ol { margin: 0; padding-left: 1.3rem; }
.rubric th { width: 32%; font-weight: normal; font-style: italic; }
.strip, .label { border: 1.5px dashed $ink; }
.strip { padding: 0.1rem 0.9rem 0.5rem; margin: 0 0 0.8rem; }
.strip p { margin: 0.35rem 0; }
.strip p.scissors { font-size: 0.75rem; margin: 0; text-align: right; }
.labels { display: grid; grid-template-columns: 1fr 1fr; gap: 0.6rem; }
.label { padding: 0.9rem; font-weight: bold; text-align: center; }
.card { border: 1.5px dashed $ink; padding: 1rem 1.5rem; margin: 1.5rem 0; }
.card > :first-child { border-top: 0; margin-top: 0; padding-top: 0; }
.answer { font-weight: bold; }
@page { margin: 15mm 16mm 17mm; }
@media print {
  body { font-size: 10pt; line-height: 1.35; max-width: none; margin: 0; padding: 0; }
  p { margin: 0.55em 0; }
  h2 { margin-top: 0.8em; padding-top: 0.4em; }
  h1, h2, h3, h4, h5, h6, caption, thead, .voice, .prompt, .scissors, .starters { break-after: avoid; }
  p:has(+ ul, + ol, + table, + blockquote, + .rules), .shown section > p:first-child, .shown > * > p:first-child {
    break-after: avoid;
  }
  tbody tr:first-child { break-before: avoid; }
  p, li, blockquote { orphans: 3; widows: 3; }
  tr, img, li, .question:not(.free), .prompt, .rule, .strip, .label, .labels { break-inside: avoid; }
  .opened, .starters { break-inside: avoid; }
  .rubric { font-size: 9pt; }
  .rights { font-size: 8pt !important; line-height: 1.2; }
  .rubric th, .rubric td { padding: 0.1rem 0.4rem; }
  .question { -webkit-box-decoration-break: clone; box-decoration-break: clone; }
  .shown div { overflow: visible !important; }
  .shown { max-width: 100%; }
  .shown table { font-size: 9pt; line-height: 1.35; }
  .shown small, .shown .opened, .shown [style*="font-size:0."]:not(sup) { font-size: 8.5pt !important; }
  main > table:has(td:empty) { width: 100%; table-layout: fixed; break-inside: avoid; }
  main > table td:empty { height: 20mm; border-left: 1px solid $edge; }
  .shown p, .shown blockquote { line-height: 1.35 !important; margin: 0.3em 0; }
  .shown td, .shown th { white-space: normal !important; padding: 0.15rem 0.35rem !important; }
  .shown div:has(> div[style*="flex:1 1 22em"]) { font-size: 9.5pt; line-height: 1.35; }
  .shown img { max-height: 220mm; }
  .turn { break-after: page; }
  .later-pages, .cut, .card { break-before: page; }
  .later-pages, .later-pages ~ * { font-size: 9pt; }
  .later-pages h2, .later-pages ~ h2 { font-size: 1.2rem; }
  .cut { break-after: page; }
  .card { margin: 0; break-inside: avoid; }
}
""").substitute(vars(THEME))


def sheet(title: str, foot: str, *body: object) -> str:
    """Write a whole HTML document for A4 and Letter; `foot` is printed on every page, beside its number."""
    head = element(
        "head",
        void("meta", charset="utf-8"),
        void("meta", **{"http-equiv": "Content-Security-Policy", "content": _POLICY}),
        Markup('<meta name="viewport" content="width=device-width, initial-scale=1">'),
        element("title", title),
        element("style", Markup(_STYLE + _foot(foot))),
    )
    return (
        "<!DOCTYPE html>\n"
        + element("html", head, element("body", element("main", *body)), lang=course_settings().language)
        + "\n"
    )


def _foot(words: str) -> str:
    """Write the CSS of the page footer: title and page number."""
    safe = "".join(one if one.isalnum() or one in " .,:?!" else f"\\{ord(one):x} " for one in words)
    style = f'font: 9pt "Times New Roman", serif; color: {THEME.ink}'
    return (
        f'@page {{ @bottom-left {{ content: "{safe}"; {style}; }} '
        f'@bottom-right {{ content: counter(page) " / " counter(pages); {style}; }} }}\n'
    )
