"""The house as it was drawn: one-way flow and who alone may do what."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import helpers

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "helpers"
# From the ground up: a module may import what stands before it.
FLOW = (
    "_slips", "_home", "_html", "_document", "_files", "_lines", "_journals", "_desk", "_handed_in", "workbook",
    "_yaml", "layers",
    "_xml", "_transcript", "_teiheader", "_tei", "_dates", "_frontmatter", "texts", "shelf", "_folding", "_skimming",
    "_matching", "_places", "_tables", "_textcheck", "records",
    "aids", "pages", "phrases", "readings", "_quoted", "_difference", "_passages", "_nearest",
    "_attribution", "_verdicts", "quotations", "_question", "_questionfile", "questions", "marking", "responses",
    "answers", "_inert",
    "_inwords", "forms", "_student", "_anchors", "_webanno", "_marks", "_tags", "_reanchor", "_exchange", "_notes",
    "margin", "_reader", "_crowd", "_crowdpage", "readers", "annotated", "_downloads", "_exported", "_exportpage",
    "_exports", "portfolio", "recalled", "widgets._live", "widgets.page", "widgets.form", "widgets.pencil",
    "widgets.portfolio",
    "_figures", "_sheet", "_sentences", "_alignment", "_witnesses", "_strip", "_beside", "comparison", "_timesheet",
    "chronology", "_chainsheet", "routes", "_pictures", "_letters", "_crowded", "_netfilters",
    "_netrows", "_netsheet", "_exportnet",
    "network", "widgets.explorer", "_lessonfile", "_paper", "_paperhints", "_paperquestions", "_paperkey", "_cutouts",
    "_worksheetpage", "worksheets", "__main__",
)  # fmt: skip
MODULES = sorted(FOLDER.rglob("*.py"))


def _name(path: Path) -> str:
    """A module's name inside the package: ``texts``, ``widgets.page``."""
    return ".".join(path.relative_to(FOLDER).with_suffix("").parts)


# What one module alone may do: a pattern of source, and who.
ALONE = {
    r"\bos\.environ\b|\bPath\.cwd\b|\bPath\.home\b|__file__": {"_home"},
    r"\bread_text\(|\bread_bytes\(|(?<!\.)\bopen\(": {"_files"},
    r"\bos\.open\(|\bos\.fdopen\(|\bos\.write\(": {"_journals"},
    r"^\s*from \._journals\b|^\s*from \._desk\b": {"_desk", "_handed_in", "workbook"},
    r"^\s*(?:import|from) networkx\b": {"network", "_exportnet"},
    r"^\s*(?:import|from) (?:ipywidgets|anywidget)\b": {"widgets._live"},
    r"\bwrite_text\(|\bwrite_bytes\(|(?<!>>> )\bprint\(": {"__main__"},
}
HEAVY = ("pandas", "matplotlib", "networkx", "ipywidgets", "anywidget", "numpy")


def _imports(path: Path, *, top_only: bool = False) -> set[str]:
    """What a module imports; siblings with a leading dot."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found: set[str] = set()
    for node in tree.body if top_only else ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found.add(node.module.split(".")[0])
        elif isinstance(node, ast.ImportFrom):
            names = [node.module] if node.module else [alias.name for alias in node.names]
            # One dot means the module's own folder, which for a view is widgets.
            folder = "widgets." if path.parent.name == "widgets" and node.level == 1 else ""
            found |= {f".{folder}{name.split('.')[0]}" for name in names}
    return found


def test_every_module_has_its_place():
    assert {_name(path) for path in MODULES if path.stem != "__init__"} == set(FLOW)


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_data_flows_one_way(path):
    if path.stem == "__init__":
        return
    below = FLOW[: FLOW.index(_name(path))]
    upwards = {name for name in _imports(path) if name.startswith(".") and name[1:] not in below}
    assert not upwards, f"{path.name} imports {upwards}, which does not stand below it"
    assert "helpers" not in _imports(path), "siblings are imported with a leading dot"


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_only_one_module_does_each_thing(path):
    source = path.read_text(encoding="utf-8")
    for pattern, allowed in ALONE.items():
        if _name(path) not in allowed:
            assert not re.findall(pattern, source, re.M), f"{path.name} may not: {pattern}"


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_outside_packages_are_imported_where_they_are_used(path):
    outside = {name for name in _imports(path, top_only=True) if not name.startswith(".")}
    assert outside <= set(sys.stdlib_module_names)


def test_no_module_bears_a_public_name():
    assert not {path.stem for path in MODULES} & set(helpers.__all__)


def test_public_names_are_there_and_lazy():
    for name in helpers.__all__:
        assert callable(getattr(helpers, name))
    assert set(helpers.__all__) <= set(dir(helpers))
    with pytest.raises(AttributeError, match="no_such_name"):
        helpers.no_such_name  # noqa: B018


@pytest.mark.parametrize("code", ["import helpers", "from helpers import load_text, read, highlight, concordance"])
def test_reading_waits_for_no_plots(code):
    script = f"{code}; import sys; print([name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


def test_reading_a_text_waits_for_no_plots():
    script = (
        "import sys; from helpers import *; from helpers.texts import text_ids\n"
        "for name in text_ids():\n"
        "    text = load_text(name); read(text)._repr_html_(); text._repr_html_(); text.layers._repr_html_()\n"
        "    highlight(text, 'the', category='all')._repr_html_(); concordance(text, 'the')._repr_html_()\n"
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    script = script.replace("from helpers import *", "from helpers import load_text, read, highlight, concordance")
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("name", helpers.__all__)
def test_public_docstrings_have_a_runnable_example(name):
    doc = getattr(helpers, name).__doc__
    for part in ("Parameters", "Returns", "Examples", ">>>"):
        assert part in doc, f"{name} has no “{part}”"
