"""Import rules of the rooms of ``helpers/``, and restrictions on files, folders and packages.

The checks use the syntax tree. `problems` lists the violations in one file. The first test runs it on
all files; another shows for each rule that a violation is reported.
"""

from __future__ import annotations

import ast
import graphlib
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import helpers
from helpers.questions import questions

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "helpers"
# In order: a room may import only the rooms before it.
ROOMS = (
    "core", "drawing", "search", "workbook", "texts", "reading", "chronology", "network", "quotations",
    "annotation", "questions", "portfolio", "worksheets", "classroom", "course", "maps", "widgets", "__main__",
)  # fmt: skip
# Third-party packages, and the rooms that may import them at run time.
PACKAGES = {
    "IPython": "drawing texts widgets",
    "PIL": "drawing",
    "anywidget": "widgets",
    "matplotlib": "drawing reading chronology network",
    "mistune": "worksheets",
    "nbclient": "course",
    "nbformat": "course",
    "networkx": "network",
    "nh3": "worksheets",
    "numpy": "drawing",
    "pandas": "core",
    "ruamel": "core",
    "sphinx": "course",
    "traitlets": "widgets",
}
# Restricted names, and the rooms that may call, read or import them.
ALONE = {
    # look for folders
    "environ getenv cwd getcwd __file__": "core",
    "home": "core portfolio",
    "work_folder": "core workbook",
    "texts_folder": "core texts __main__",
    "lessons_folder": "core questions worksheets course __main__",
    # read and write files
    "open read_text read_bytes write_text write_bytes fdopen touch mkdir makedirs unlink rmdir": "core workbook",
    "copyfile copytree rmtree mkstemp mkdtemp NamedTemporaryFile TemporaryDirectory": "core workbook",
    # They raise PermissionError in a closed folder (Python 3.11); kind_of does not, and knows pipes and broken links.
    "is_dir is_file exists is_symlink": "texts questions worksheets course",
    "read_csv read_excel read_json to_csv to_excel to_pickle loadtxt savetxt write_graphml write_gexf imsave": "",
    "write_new_file": "core drawing network portfolio __main__",
    "savefig": "drawing",
    "print": "__main__",
}  # fmt: skip
# No network access, no other processes, no unpickling.
CLOSED = {"http", "multiprocessing", "pickle", "shutil", "socket", "ssl", "subprocess", "urllib.request", "webbrowser"}
FUNCTIONS = sorted(set(helpers.__all__) - {"UserError", "__version__"})
HEAVY = ("pandas", "matplotlib", "networkx", "numpy", "PIL", "ipywidgets", "anywidget", "traitlets")


@cache
def door(room: str) -> frozenset[str]:
    """The public names of a room: imports of its ``__init__``, or of the stub of a lazy room."""
    stub = FOLDER / room / "__init__.pyi"
    tree = ast.parse((stub if stub.is_file() else FOLDER / room / "__init__.py").read_text(encoding="utf-8"))
    return frozenset(name for node in tree.body if isinstance(node, ast.ImportFrom) for name in _bound(node))


def _bound(node: ast.ImportFrom) -> Iterator[str]:
    return (alias.asname or alias.name for alias in node.names)


def _for_types_only(tree: ast.AST) -> set[ast.AST]:
    """All nodes under ``if TYPE_CHECKING:``."""
    blocks = [n for n in ast.walk(tree) if isinstance(n, ast.If) and getattr(n.test, "id", "") == "TYPE_CHECKING"]
    return {inner for block in blocks for statement in block.body for inner in ast.walk(statement)}


def _past_the_door(room: str, name: str) -> Iterator[str]:
    if name not in door(room):
        yield f"{name} is not given by the door of {room}"


def _through_rooms(tree: ast.AST, rooms: dict[str, str]) -> Iterator[str]:
    """Check attributes of rooms imported as modules, such as ``workbook.record``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and getattr(node.value, "id", None) in rooms:
            yield from _past_the_door(rooms[node.value.id], node.attr)


def _at_load(tree: ast.AST) -> Iterator[ast.AST]:
    """All nodes that run when a module is imported, so none inside functions."""
    for node in ast.iter_child_nodes(tree):
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            yield node
            yield from _at_load(node)


def _from_outside(room: str, tree: ast.Module, door_or_stub: bool) -> Iterator[str]:
    """Check imports of third-party packages: which room, and not at import time."""
    types, early = _for_types_only(tree), set(_at_load(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            modules = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        else:
            continue
        yield from (
            f"{room} may not import {name}" for name in {*modules, *(m.split(".")[0] for m in modules)} & CLOSED
        )
        for package in {module.split(".")[0] for module in modules}:
            if package == "helpers":
                yield "rooms are imported with leading dots"
            elif package in sys.stdlib_module_names or (package == "lazy_loader" and door_or_stub):
                continue
            elif node not in types and room not in PACKAGES.get(package, "").split():
                yield f"{room} may not import {package}"
            elif node not in types and node in early:
                yield f"{package} is imported before it is needed"


def _from_rooms(room: str, depth: int, tree: ast.Module) -> Iterator[str]:
    """Check imports from other rooms: only earlier rooms, and only public names."""
    whole: dict[str, str] = {}
    below = ROOMS[: ROOMS.index(room)] if room in ROOMS else ROOMS
    for node in ast.walk(tree):
        if not isinstance(node, ast.ImportFrom) or node.level < depth + 1:
            continue
        if node.level > depth + 1:
            yield f"{'.' * node.level} leads out of the package"
            continue
        first, _, deeper = (node.module or "").partition(".")
        for target in [first] if first else [alias.name for alias in node.names]:
            if target not in below:
                yield f"{room} may not import {target}"
            elif deeper:
                yield f"{first}.{deeper} is past the door of {first}"
            elif first:
                yield from (problem for name in node.names for problem in _past_the_door(first, name.name))
        if not first:
            whole |= {alias.asname or alias.name: alias.name for alias in node.names if alias.name in ROOMS}
    yield from _through_rooms(tree, whole)


def _uses(tree: ast.Module) -> Iterator[str]:
    """All names read, called or imported, except PIL's ``Image.open``, which decodes bytes in memory."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            yield "" if ast.unparse(node) == "Image.open" else node.attr
        elif isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.ImportFrom):
            yield from (alias.name for alias in node.names)


def problems(where: str, source: str) -> list[str]:
    """List the violations in a file of ``helpers/``; ``where`` is its path there, such as ``texts/model.py``."""
    *folder, file = where.split("/")
    room = folder[0] if folder else Path(file).stem
    tree = ast.parse(source)
    is_door = file.startswith("__init__.")
    found = [*_from_outside(room, tree, is_door), *_from_rooms(room, len(folder), tree)]
    if is_door and folder:
        given = [n for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.level == 1 + len(folder)]
        found += [f"the door of {room} gives what is another room's" for _ in given]
    if not is_door and any(getattr(node, "id", "") == "__all__" for node in ast.walk(tree)):
        found.append("names are given by doors, not by modules")
    used = set(_uses(tree)) - ({"__file__"} if is_door else set())
    if is_door and not folder:
        return found
    return found + [
        f"{room} may not use {name}"
        for names, rooms in ALONE.items()
        for name in used & set(names.split())
        if room not in rooms.split() and not is_door
    ]


def problems_outside(source: str) -> list[str]:
    """List imports of non-public names in a test or benchmark, also in code inside strings."""
    tree = ast.parse(source)
    found: list[str] = []
    whole: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "helpers":
            _, *rest = node.module.split(".")
            if not rest:
                whole |= {a.asname or a.name: a.name for a in node.names if a.name in ROOMS[:-1]}
            elif rest == ["__main__"]:
                continue
            elif len(rest) > 1 or rest[0] not in ROOMS:
                found.append(f"{node.module} is past a door")
            else:
                found += [problem for name in node.names for problem in _past_the_door(rest[0], name.name)]
        elif isinstance(node, ast.Import):
            ours = [alias for alias in node.names if alias.name.startswith("helpers.")]
            whole |= {alias.asname: alias.name.split(".")[1] for alias in ours if alias.asname}
            found += [f"{alias.name} is past a door" for alias in ours if alias.name.count(".") > 1]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            for first, second in re.findall(r"\bhelpers\.(\w+)\.(\w+)", node.value):
                if (FOLDER / first / f"{second}.py").is_file() or second.startswith("_"):
                    found.append(f"helpers.{first}.{second} is past the door of {first}")
            for first, names in re.findall(r"from helpers\.(\w+) import ((?:\w+, )*\w+)", node.value):
                if first not in ROOMS[:-1]:
                    found.append(f"helpers.{first} is no room")
                    continue
                found += [problem for name in names.split(", ") for problem in _past_the_door(first, name)]
        elif isinstance(node, ast.Attribute) and getattr(getattr(node.value, "value", None), "id", "") == "helpers":
            room = node.value.attr
            found += _past_the_door(room, node.attr) if room in ROOMS[:-1] else []
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "setattr" and len(node.args) == 3:
            thing, name, _ = node.args
            if getattr(thing, "id", "") in whole and isinstance(name, ast.Constant):
                found += _past_the_door(whole[thing.id], name.value)
    return found + list(_through_rooms(tree, whole))


MODULES = sorted(
    path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.py*") if path.suffix in (".py", ".pyi")
)
USERS = sorted(
    path.relative_to(ROOT).as_posix()
    for path in [ROOT / "conftest.py", *(ROOT / "tests").rglob("*.py"), *(ROOT / "benchmarks").rglob("*.py")]
    if path != Path(__file__)
)


@pytest.mark.parametrize("where", MODULES)
def test_module_follows_the_import_rules_of_its_room(where):
    assert problems(where, (FOLDER / where).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("where", USERS)
def test_tests_and_benchmarks_import_only_names_given_by_doors(where):
    assert problems_outside((ROOT / where).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("where", "source", "said"),
    [
        ("core/files.py", "from ..texts import Text", "core may not import texts"),
        ("texts/model.py", "def f():\n    from ..reading import find", "texts may not import reading"),
        ("reading/aids.py", "from ..texts.model import Text", "texts.model is past the door"),
        ("reading/aids.py", "from ..texts import _kept", "_kept is not given by the door of texts"),
        ("questions/loading.py", "from .. import workbook\nworkbook._kernel", "_kernel is not given"),
        ("texts/model.py", "from helpers.core import Table", "leading dots"),
        ("texts/model.py", "from ...core import Table", "leads out of the package"),
        ("widgets/explorer.py", "def f():\n    import networkx", "widgets may not import networkx"),
        ("widgets/explorer.py", "def f():\n    from ..network import networkx", "networkx is not given by the door"),
        ("network/graph.py", "import networkx", "before it is needed"),
        ("questions/model.py", "def f():\n    import ipywidgets", "questions may not import ipywidgets"),
        ("portfolio/overview.py", "path.open('xb')", "portfolio may not use open"),
        ("drawing/save.py", "write = path.write_bytes", "drawing may not use write_bytes"),
        ("network/graph.py", "networkx.write_graphml(graph, path)", "network may not use write_graphml"),
        ("reading/dispersion.py", "figure.savefig(path)", "reading may not use savefig"),
        ("texts/loading.py", "Path.cwd()", "texts may not use cwd"),
        ("texts/loading.py", "print('x')", "texts may not use print"),
        ("portfolio/overview.py", "path.is_dir()", "portfolio may not use is_dir"),
        ("reading/aids.py", "from ..core import work_folder\nwork_folder()", "reading may not use work_folder"),
        ("worksheets/lesson.py", "open = 1", "worksheets may not use open"),
        ("core/html.py", "try:\n    import pandas\nexcept ImportError:\n    pass", "before it is needed"),
        ("network/plot.py", "class A:\n    import matplotlib", "before it is needed"),
        ("texts/loading.py", "from os import environ as settings", "texts may not use environ"),
        ("texts/loading.py", "from io import open as read", "texts may not use open"),
        ("reading/aids.py", "from ..core import work_folder as folder", "reading may not use work_folder"),
        ("reading/aids.py", "from ..core import write_new_file", "reading may not use write_new_file"),
        ("network/graph.py", "import pandas\npandas.read_csv(path)", "network may not use read_csv"),
        ("portfolio/exports.py", "import shutil", "portfolio may not import shutil"),
        ("texts/loading.py", "def f():\n    import urllib.request", "texts may not import urllib.request"),
        ("reading/__init__.py", "from ..texts import Text", "gives what is another room's"),
        ("reading/aids.py", "__all__ = []", "names are given by doors"),
        ("__init__.pyi", "from .texts.loading import load_text as load_text", "texts.loading is past the door"),
        ("__init__.py", "from .texts import module_text, _kept", "_kept is not given by the door of texts"),
    ],
)
def test_broken_rule_is_reported(where, source, said):
    assert said in " ".join(problems(where, source))


@pytest.mark.parametrize(
    "source",
    [
        "from helpers.texts.model import Text",
        "from helpers.texts import _kept",
        "from helpers.phrases import find",
        "from helpers import workbook\nworkbook._kernel",
        "import helpers\nhelpers.texts.loading",
        "import helpers.texts.loading",
        "import helpers.texts as t\nt._kept",
        "from helpers import texts\nmonkeypatch.setattr(texts, '_kept', 1)",
        "monkeypatch.setattr('helpers.texts._kept', 1)",
        "run('from helpers.texts import text_ids, _kept')",
        "run('from helpers.phrases import find')",
        "patch.setattr('helpers.search.folding.Folded', 1)",
        "run('from helpers.texts.loading import text_ids')",
    ],
)
def test_import_past_a_door_is_reported(source):
    assert problems_outside(source)


def test_no_circular_imports_within_a_room():
    for room in ROOMS[:-1]:
        needs = {}
        for path in (FOLDER / room).glob("*.py"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            inside = [n for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.level == 1]
            needs[path.stem] = {n.module or alias.name for n in inside for alias in n.names} - {"__init__"}
        needs.pop("__init__")
        assert list(graphlib.TopologicalSorter(needs).static_order())


def test_every_folder_is_a_room_with_a_documented_door():
    folders = {path.parent.name for path in FOLDER.glob("*/*.py")}
    assert folders == set(ROOMS[:-1])
    for room in folders:
        said = ast.get_docstring(ast.parse((FOLDER / room / "__init__.py").read_text(encoding="utf-8")))
        assert 3 <= len(said.splitlines()) <= 12
        assert door(room)


def test_module_and_room_names_are_not_public_names():
    assert not set(ROOMS) & set(helpers.__all__), "a sub-package would hide the function"
    for room in ROOMS[:-1]:
        modules = {path.stem for path in (FOLDER / room).glob("*.py")}
        assert not modules & (door(room) | set(helpers.__all__))


def test_public_names_exist_and_the_version_matches_the_citation():
    assert all(callable(getattr(helpers, name)) for name in FUNCTIONS)
    assert issubclass(helpers.UserError, ValueError)
    with (ROOT / "CITATION.cff").open(encoding="utf-8") as file:
        assert f"version: {helpers.__version__}\n" in file.readlines()
    assert set(helpers.__all__) <= set(dir(helpers))
    with pytest.raises(AttributeError, match="no_such_name"):
        helpers.no_such_name  # noqa: B018


# Reading needs only pure Python: the script blocks the import of every compiled package first.
PURE = """
import sys
from importlib import metadata

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in refused:
            raise ImportError(f"{name} is refused here")

compiled = {
    distribution.metadata["Name"]
    for distribution in metadata.distributions()
    if any(str(file).endswith((".so", ".pyd", ".dylib")) for file in distribution.files or ())
}
refused = {
    package for package, owners in metadata.packages_distributions().items() if compiled & set(owners)
} | {HEAVY}
assert {{"numpy", "pandas", "matplotlib"}} <= refused, refused
sys.meta_path.insert(0, Refuse())
from helpers import check_quotes, concordance, highlight, load_text, read
from helpers.texts import text_ids
for name in text_ids():
    text = load_text(name)
    for shown in (text, text.layers, read(text), highlight(text, "the", category="all"), concordance(text, "the")):
        assert shown._repr_html_()
check_quotes("He “cannot rely on your watchfulness alone”.")._repr_html_()
assert not refused & set(sys.modules), refused & set(sys.modules)
print("read")
"""


def test_reading_runs_without_compiled_packages(example):
    script = PURE.replace("{HEAVY}", repr(set(HEAVY))).replace("{{", "{").replace("}}", "}")
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.stdout.strip() == "read", done.stderr


# A lesson begins with a text: what only a question or a student’s work needs is imported when one of them is shown.
BEGIN = """
import sys
from helpers import answer, load_text, my_work, read
from helpers.texts import text_ids
read(load_text(text_ids()[0]))._repr_html_()
later = [f"helpers.{room}" for room in ("annotation", "portfolio", "questions", "quotations")]
print(*(name for name in later if name in sys.modules))
answer(FIRST)
print(*(name for name in later if name in sys.modules))
"""


def test_text_is_shown_before_questions_are_imported(example):
    script = BEGIN.replace("FIRST", repr(questions()[0].id))
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.stdout.splitlines() == [
        "",
        "helpers.annotation helpers.portfolio helpers.questions helpers.quotations",
    ], done.stderr


@pytest.mark.parametrize("name", FUNCTIONS)
def test_public_docstrings_have_a_runnable_example(name):
    doc = getattr(helpers, name).__doc__
    for part in ("Parameters", "Returns", "Examples", ">>>"):
        assert part in doc, f"{name} has no “{part}”"


def test_names_in_backticks_exist():
    """A docstring that refers to `a name` refers to one that is still there."""
    known: set[str] = set(dir(__builtins__)) | {path.stem for path in FOLDER.rglob("*.*")} | {*ROOMS, "helpers"}
    referred: list[tuple[str, str]] = []
    for path in FOLDER.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            known |= {
                getattr(node, name) for name in ("id", "attr", "arg", "name") if isinstance(getattr(node, name, 0), str)
            }
            if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and (words := ast.get_docstring(node)):
                words = re.sub(r"^.*(?:>>>|').*$", "", words, flags=re.M)  # not the examples and what they print
                found = re.findall(r"(?<!`)`([\w.]+)`(?!`)", words)
                referred += [(path.relative_to(FOLDER).as_posix(), name) for name in found]
    assert referred
    assert [(where, name) for where, name in referred if not set(name.split(".")) <= known] == []
