"""The look of the pages of a class, in the colours of the theme; in a dark browser, in those of the dark theme."""

from __future__ import annotations

from collections.abc import Mapping
from string import Template

from ..core import THEME

_DAY = {
    "ink": THEME.ink,
    "paper": THEME.paper,
    "quiet": THEME.quiet,
    "edge": THEME.edge,
    "guide": THEME.guide,
    "focus": THEME.focus,
    "button": THEME.button,
    "notice": THEME.notice,
    "sheet": THEME.sheet,
    "rim": THEME.rim,
    "link": THEME.inks[0],
}
_NIGHT = {
    "ink": THEME.dark_ink,
    "paper": THEME.dark_paper,
    "quiet": THEME.dark_quiet,
    "guide": THEME.dark_rim,
    "button": THEME.dark_field,
    "sheet": THEME.dark_sheet,
    "rim": THEME.dark_rim,
    "link": THEME.dark_inks[0],
}


def _variables(colours: Mapping[str, str]) -> str:
    return " ".join(f"--{name}: {colour};" for name, colour in colours.items())


# Paper is always light.
COLOURS = f"""
:root {{ color-scheme: light dark; {_variables(_DAY)} }}
@media screen and (prefers-color-scheme: dark) {{ :root {{ {_variables(_NIGHT)} }} }}
"""
_BODY = """
body { font: 0.95rem/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 74rem;
  margin: 0 auto; padding: 1.2rem 1.5rem 4rem; }
h1 { font: 600 1.7rem/1.2 $serif; margin: 0.3rem 0 0.2rem; }
h2 { font: 600 1.3rem/1.25 $serif; margin: 2.6rem 0 0.6rem; padding-top: 0.9rem; border-top: 2px solid var(--rim); }
h3 { font-size: 1.05rem; border: 0; padding: 0; margin: 1.6rem 0 0.4rem; }
h4 { font-size: 0.95rem; margin: 0 0 0.3rem; }
.card h3 { margin: 0 0 0.3rem; }
p { margin: 0.35rem 0; max-width: 60rem; }
a { color: var(--link); }
.quiet, .why, caption { color: var(--quiet); }
.lead { font-size: 1.05rem; }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: 0.2rem 1.2rem; padding: 0; margin: 0.5rem 0 0; }
.today { background: var(--sheet); border: 1px solid var(--rim); border-radius: 12px; padding: 0.6rem 1.2rem 1rem;
  margin: 0.9rem 0; }
.today h2 { border: 0; margin: 0; padding: 0.2rem 0 0; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(19rem, 1fr)); gap: 0.9rem; margin: 0.5rem 0;
  align-items: start; }
.card { background: var(--paper); border: 1px solid var(--rim); border-radius: 10px; padding: 0.7rem 1rem; }
.card p { margin: 0.3rem 0; }
.prompt { font: italic 1rem/1.4 $serif; }
.said { font: 0.97rem/1.45 $serif; border-left: 3px solid var(--rim); padding-left: 0.7rem; margin: 0.4rem 0; }
table { margin: 0.5rem 0; width: 100%; }
th, td { padding: 0.28rem 0.45rem; border-bottom: 1px solid var(--guide); }
thead :is(th, td) { border-bottom: 1px solid var(--edge); font-size: 0.85rem; color: var(--quiet);
  vertical-align: bottom; }
tbody th { font-weight: 600; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.scroll { overflow-x: auto; }
.wide { width: 32%; }
.legend { display: flex; flex-wrap: wrap; gap: 0.2rem 1.1rem; font-size: 0.85rem; padding: 0; list-style: none; }
.question { margin: 1.4rem 0; }
@media (max-width: 72rem) {
  body { font-size: 0.88rem; padding: 1rem; }
  th, td { padding: 0.28rem 0.25rem; }
}
@media print {
  body { font-size: 9pt; padding: 0; }
  [role=img] span, li span { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .card, .question tr { break-inside: avoid; }
  nav { display: none; }
}
"""
FEEDBACK_STYLE = f"""{COLOURS}
body {{ color: var(--ink); background: var(--paper); }}
.small {{ width: 100%; }}
"""


_LOOK = Template(_BODY).substitute(serif=THEME.serif)
STYLE = COLOURS + _LOOK


def scoped_style(name: str) -> str:
    """Return the style for a part of a notebook with this class: nested rules, and none for the whole page.

    JupyterLab says in an attribute of its page whether its theme is dark.
    """
    inside = _LOOK.replace("body {", "& {", 1).partition("@media")[0]
    night = f'[data-jp-theme-light="false"] .{name} {{ {_variables(_NIGHT)} }}'
    return f".{name} {{ {_variables(_DAY)} {inside}}}\n{night}"
