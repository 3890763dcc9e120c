"""The rooms of ``helpers/``: which may import which, by the door only, and who alone may do what.

Everything is read from the syntax tree. `problems` finds what is wrong in one file; the first test
runs it over all files, the second shows for each rule that it is seen when it is broken.
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

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "helpers"
# From the ground up: a room may import the rooms before it.
ROOMS = (
    "core", "drawing", "search", "workbook", "texts", "reading", "chronology", "network", "quotations",
    "annotation", "questions", "portfolio", "worksheets", "widgets", "__main__",
)  # fmt: skip
# Packages from outside, and the rooms that may import them when they run.
PACKAGES = {
    "IPython": "drawing texts widgets",
    "PIL": "drawing",
    "anywidget": "widgets",
    "matplotlib": "drawing reading chronology network",
    "mistune": "worksheets",
    "networkx": "network",
    "numpy": "drawing",
    "pandas": "core",
    "ruamel": "core",
    "traitlets": "widgets",
}
# Names, as they are called or read, and the rooms that may use them.
ALONE = {
    # looks for folders
    "environ getenv cwd getcwd __file__": "core",
    "work_folder": "core workbook",
    "texts_folder": "core texts __main__",
    "lessons_folder": "core questions worksheets __main__",
    # reads and writes files
    "open read_text read_bytes write_text write_bytes": "core workbook",
    "fdopen mkdir makedirs replace_file rename unlink rmdir rmtree copyfile mkstemp symlink_to touch": "core workbook",
    "NamedTemporaryFile TemporaryDirectory mkdtemp": "core workbook",
    "to_csv to_excel to_json to_parquet write_graphml imsave": "",
    "savefig": "drawing",
    "print": "__main__",
}  # fmt: skip
FUNCTIONS = sorted(set(helpers.__all__) - {"UserError", "__version__"})
HEAVY = ("pandas", "matplotlib", "networkx", "numpy", "PIL", "ipywidgets", "anywidget", "traitlets")


@cache
def door(room: str) -> frozenset[str]:
    """The names that a room gives: its ``__all__``, which the lazy doors write in a stub."""
    stub = FOLDER / room / "__init__.pyi"
    tree = ast.parse((stub if stub.is_file() else FOLDER / room / "__init__.py").read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__":
            return frozenset(ast.literal_eval(node.value))
    return frozenset(name for node in tree.body if isinstance(node, ast.ImportFrom) for name in _bound(node))


def _bound(node: ast.ImportFrom) -> Iterator[str]:
    return (alias.asname or alias.name for alias in node.names)


def _for_types_only(tree: ast.AST) -> set[ast.AST]:
    """Everything under ``if TYPE_CHECKING:``, which never runs."""
    blocks = [n for n in ast.walk(tree) if isinstance(n, ast.If) and getattr(n.test, "id", "") == "TYPE_CHECKING"]
    return {inner for block in blocks for statement in block.body for inner in ast.walk(statement)}


def _past_the_door(room: str, name: str) -> Iterator[str]:
    if name not in door(room):
        yield f"{name} is not given by the door of {room}"


def _through_rooms(tree: ast.AST, rooms: dict[str, str]) -> Iterator[str]:
    """Attributes of rooms that were imported whole: ``workbook.record``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and getattr(node.value, "id", None) in rooms:
            yield from _past_the_door(rooms[node.value.id], node.attr)


def problems(where: str, source: str) -> list[str]:
    """What a file of ``helpers/`` does that it may not.

    Parameters
    ----------
    where : str
        Its path in ``helpers/``: ``texts/model.py``.
    source : str
        What it holds.
    """
    *folder, file = where.split("/")
    room = folder[0] if folder else Path(file).stem
    tree = ast.parse(source)
    types = _for_types_only(tree)
    found: list[str] = []
    whole_rooms: dict[str, str] = {}
    lazy = room == "__init__"
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            outside = [alias.name.split(".")[0] for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            outside = [node.module.split(".")[0]]
        else:
            outside = []
        for package in set(outside) - set(sys.stdlib_module_names):
            if package == "lazy_loader" and file == "__init__.py":
                continue
            if package == "helpers":
                found.append("rooms are imported with leading dots")
            elif node not in types and room not in PACKAGES.get(package, "").split():
                found.append(f"{room} may not import {package}")
            elif node in tree.body:
                found.append(f"{package} is imported before it is needed")
        if not isinstance(node, ast.ImportFrom) or node.level == 0 or lazy:
            continue
        if node.level > len(folder) + 1:
            found.append(f"{'.' * node.level} leads out of the package")
        elif node.level == len(folder) + 1:
            first, _, deeper = (node.module or "").partition(".")
            targets = [first] if first else [alias.name for alias in node.names]
            for target in targets:
                if target not in ROOMS or ROOMS.index(target) >= ROOMS.index(room):
                    found.append(f"{room} may not import {target}")
                elif deeper:
                    found.append(f"{first}.{deeper} is past the door of {first}")
                elif first:
                    found += [problem for name in node.names for problem in _past_the_door(first, name.name)]
            if not first:
                whole_rooms |= {alias.asname or alias.name: alias.name for alias in node.names if alias.name in ROOMS}
    found += _through_rooms(tree, whole_rooms)
    for node in ast.walk(tree):
        name = getattr(node, "attr", None) if isinstance(node, ast.Attribute) else getattr(node, "id", None)
        image = name == "open" and isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "Image"
        for names, rooms in ALONE.items():
            stub = file == "__init__.py" and name == "__file__"  # where lazy_loader finds the names
            if name in names.split() and room not in rooms.split() and not image and not stub:
                found.append(f"{room} may not use {name}")
    return found


def problems_outside(source: str) -> list[str]:
    """What a test or a benchmark imports past a door, also in code that it holds as a string."""
    tree = ast.parse(source)
    found: list[str] = []
    whole_rooms: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "helpers":
            _, *rest = node.module.split(".")
            if not rest:
                whole_rooms |= {a.asname or a.name: a.name for a in node.names if a.name in ROOMS[:-1]}
            elif rest == ["__main__"]:
                continue
            elif len(rest) > 1 or rest[0] not in ROOMS:
                found.append(f"{node.module} is past a door")
            else:
                found += [problem for name in node.names for problem in _past_the_door(rest[0], name.name)]
        elif isinstance(node, ast.Import):
            found += [f"{a.name} is past a door" for a in node.names if a.name.count(".") > 1 and "helpers." in a.name]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            for first, second in re.findall(r"\bhelpers\.(\w+)\.(\w+)", node.value):
                if (FOLDER / first / f"{second}.py").is_file():
                    found.append(f"helpers.{first}.{second} is past the door of {first}")
        elif isinstance(node, ast.Attribute) and getattr(getattr(node.value, "value", None), "id", "") == "helpers":
            room = node.value.attr
            found += _past_the_door(room, node.attr) if room in ROOMS[:-1] else []
    return found + list(_through_rooms(tree, whole_rooms))


MODULES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.py"))
USERS = sorted(
    path.relative_to(ROOT).as_posix()
    for path in [ROOT / "conftest.py", *(ROOT / "tests").rglob("*.py"), *(ROOT / "benchmarks").rglob("*.py")]
    if path != Path(__file__)
)


@pytest.mark.parametrize("where", MODULES)
def test_a_module_keeps_to_its_room(where):
    assert problems(where, (FOLDER / where).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("where", USERS)
def test_tests_and_benchmarks_come_in_by_the_doors(where):
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
        ("reading/aids.py", "from ..core import work_folder\nwork_folder()", "reading may not use work_folder"),
        ("worksheets/lesson.py", "open = 1", "worksheets may not use open"),
    ],
)
def test_what_breaks_a_rule_is_reported(where, source, said):
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
        "patch.setattr('helpers.search.folding.Folded', 1)",
        "run('from helpers.texts.loading import text_ids')",
    ],
)
def test_what_goes_past_a_door_is_reported(source):
    assert problems_outside(source)


def test_inside_a_room_no_module_imports_in_a_circle():
    for room in ROOMS[:-1]:
        needs = {}
        for path in (FOLDER / room).glob("*.py"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            inside = [n for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.level == 1]
            needs[path.stem] = {n.module or alias.name for n in inside for alias in n.names} - {"__init__"}
        needs.pop("__init__")
        assert list(graphlib.TopologicalSorter(needs).static_order())


def test_every_folder_is_a_room_and_has_a_door_that_says_what_it_is_for():
    folders = {path.parent.name for path in FOLDER.glob("*/*.py")}
    assert folders == set(ROOMS[:-1])
    for room in folders:
        said = ast.get_docstring(ast.parse((FOLDER / room / "__init__.py").read_text(encoding="utf-8")))
        assert 3 <= len(said.splitlines()) <= 12
        assert door(room)


def test_a_module_or_room_has_a_name_of_its_own():
    assert not set(ROOMS) & set(helpers.__all__), "a sub-package would hide the function"
    for room in ROOMS[:-1]:
        modules = {path.stem for path in (FOLDER / room).glob("*.py")}
        assert not modules & (door(room) | set(helpers.__all__))


def test_public_names_are_there_and_lazy():
    assert all(callable(getattr(helpers, name)) for name in FUNCTIONS)
    assert issubclass(helpers.UserError, ValueError)
    with (ROOT / "CITATION.cff").open(encoding="utf-8") as file:
        assert f"version: {helpers.__version__}\n" in file.readlines()
    assert set(helpers.__all__) <= set(dir(helpers))
    with pytest.raises(AttributeError, match="no_such_name"):
        helpers.no_such_name  # noqa: B018


# What a reader's cell needs runs on pure Python: everything compiled is made unimportable first.
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


def test_the_reading_stack_runs_without_any_compiled_package(example):
    script = PURE.replace("{HEAVY}", repr(set(HEAVY))).replace("{{", "{").replace("}}", "}")
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.stdout.strip() == "read", done.stderr


@pytest.mark.parametrize("name", FUNCTIONS)
def test_public_docstrings_have_a_runnable_example(name):
    doc = getattr(helpers, name).__doc__
    for part in ("Parameters", "Returns", "Examples", ">>>"):
        assert part in doc, f"{name} has no “{part}”"
