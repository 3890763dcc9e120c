"""The pinned requirement lists are exact, contain no URLs, and work on Binder."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import distributions, packages_distributions, requires
from pathlib import Path, PurePosixPath

import nbformat
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from ruamel.yaml import YAML

from helpers.course import for_students

ROOT = Path(__file__).resolve().parents[1]
BINDER = ROOT / "binder" / "requirements.txt"
TESTS = ROOT / "tests" / "requirements.txt"
LITE = ROOT / "lite" / "requirements.txt"
NBGRADER = ROOT / "tests" / "nbgrader-requirements.txt"
HUB = ROOT / "tests" / "hub-requirements.txt"
BENCHMARKS = ROOT / "benchmarks" / "requirements.txt"
INSTALLED = {canonicalize_name(one.metadata["Name"]) for one in distributions()}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").split("\n")[:-1]


def pins(path: Path) -> list[Requirement]:
    return [Requirement(line) for line in lines(path) if line != "-e ."]


def asked_for(*groups: str) -> set[str]:
    """The requirements in pyproject.toml: of the module itself and of the given groups."""
    lists = [
        PROJECT["project"]["dependencies"],
        PROJECT["project"]["optional-dependencies"]["all"],
        *(PROJECT["dependency-groups"][group] for group in groups),
    ]
    return {canonicalize_name(Requirement(one).name) for names in lists for one in names if isinstance(one, str)}


@pytest.mark.parametrize(
    "path",
    [BINDER, TESTS, BENCHMARKS, NBGRADER, HUB, LITE],
    ids=["binder", "tests", "benchmarks", "nbgrader", "hub", "lite"],
)
def test_every_pin_is_exact_and_names_no_address(path):
    for pin in pins(path):
        assert re.fullmatch(r"==[^,*]+", str(pin.specifier)), pin
        assert pin.url is None
    assert "://" not in path.read_text(encoding="utf-8")
    assert not re.search(r"^--", path.read_text(encoding="utf-8"), re.M)


def test_module_is_installed_from_its_folder():
    assert lines(BINDER)[0] == "-e ."
    assert "-e ." not in lines(TESTS)


def test_pinned_lists_contain_all_declared_requirements():
    binder = {canonicalize_name(pin.name) for pin in pins(BINDER)}
    assert asked_for() <= binder
    lists = {TESTS: ("tests", "lint", "web"), BENCHMARKS: ("benchmarks",), NBGRADER: ("nbgrader",), HUB: ("hub",)}
    for path, groups in lists.items():
        assert asked_for(*groups) <= binder | {canonicalize_name(pin.name) for pin in pins(path)}


def test_list_of_the_edition_for_the_browser_is_complete_and_has_the_same_versions():
    assert lines(LITE)[0] == "-e ."
    lite = {canonicalize_name(pin.name): pin for pin in pins(LITE)}
    required = {canonicalize_name(Requirement(one).name) for one in PROJECT["project"]["dependencies"]}
    assert required | set(PROJECT["dependency-groups"]["lite"]) <= lite.keys()
    binder = {(canonicalize_name(pin.name), str(pin.specifier)) for pin in pins(BINDER)}
    also = {name for name, _ in binder}
    assert [name for name, pin in lite.items() if name in also and (name, str(pin.specifier)) not in binder] == []


def test_students_install_nothing_that_the_module_does_not_need():
    """Each pinned package is declared, or one that is declared needs it, directly or not."""
    needed: set[tuple[str, str]] = set()  # a package, and an extra of it or ""
    ahead = [(name, "") for name in asked_for()]
    while ahead:
        name, extra = one = ahead.pop()
        if one in needed:
            continue
        needed.add(one)
        for line in (requires(name) or []) if name in INSTALLED else []:
            other = Requirement(line)
            # Of all systems and versions of Python; only what is for another extra is left out.
            extras = re.findall(r"extra == ['\"]([\w.-]+)", str(other.marker or ""))
            if not extras or extra in extras:
                ahead += [(canonicalize_name(other.name), more) for more in ("", *other.extras)]
    pinned = {canonicalize_name(pin.name) for pin in pins(BINDER)}
    assert not pinned - {name for name, _ in needed}


def test_npm_packages_of_the_hub_are_exact_and_name_no_registry():
    folder = ROOT / "tests" / "hub"
    asked = json.loads((folder / "package.json").read_text(encoding="utf-8"))["dependencies"]
    locked = json.loads((folder / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert asked == {"configurable-http-proxy": locked["node_modules/configurable-http-proxy"]["version"]}
    for name, package in locked.items():
        assert not name or (package["integrity"].startswith("sha512-") and "resolved" not in package), name


def test_no_requirement_is_declared_twice():
    lists = [
        PROJECT["project"]["dependencies"],
        *PROJECT["project"]["optional-dependencies"].values(),
        *(group for name, group in PROJECT["dependency-groups"].items() if name != "lite"),  # it is its own environment
    ]
    names = [canonicalize_name(Requirement(one).name) for names in lists for one in names if isinstance(one, str)]
    assert sorted(names) == sorted(set(names))


# An imported package must not be installed only as a dependency of another package.
@pytest.mark.parametrize(("folder", "groups"), [("helpers", ["web"]), ("tests", ["tests"])])
def test_imported_packages_are_declared(folder, groups):
    files = [*(ROOT / folder).rglob("*.py"), *([ROOT / "conftest.py"] if folder == "tests" else [])]
    imported: set[str] = set()
    for path in files:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                imported.add(node.module.split(".")[0])
    ours = {"helpers", "benchmarks"} | {name for path in files for name in (path.stem, path.parent.name)}
    outside = imported - ours - set(sys.stdlib_module_names)
    assert outside, "the search itself must find something"
    carried_by = packages_distributions()
    asked = asked_for(*groups)
    for name in outside:
        assert asked & {canonicalize_name(one) for one in carried_by.get(name, [])}, f"{folder} imports {name}"


def test_pinned_lists_do_not_overlap():
    binder = {str(pin) for pin in pins(BINDER)}
    assert not binder & {str(pin) for pin in pins(TESTS)}, "tests/requirements.txt holds only what tests need"


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13", "3.14"])
@pytest.mark.parametrize("system", ["linux", "darwin", "win32"])
@pytest.mark.parametrize("more", [[TESTS], [NBGRADER, HUB]], ids=["tests", "nbgrader and hub"])
def test_each_package_has_one_version_per_system(python, system, more):
    environment = {
        "python_version": python,
        "python_full_version": f"{python}.9",
        "sys_platform": system,
        "os_name": "nt" if system == "win32" else "posix",
        "platform_system": {"linux": "Linux", "darwin": "Darwin", "win32": "Windows"}[system],
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }
    found: dict[str, str] = {}
    for pin in [pin for path in [BINDER, *more] for pin in pins(path)]:
        if pin.marker is None or pin.marker.evaluate(environment):
            name = canonicalize_name(pin.name)
            assert found.setdefault(name, str(pin.specifier)) == str(pin.specifier), name
    assert len(found) > 80


def test_installed_versions_are_the_pinned_ones():
    from importlib.metadata import version

    for pin in [*pins(BINDER), *pins(TESTS)]:
        if pin.marker is None or pin.marker.evaluate():
            assert pin.specifier.contains(version(pin.name), prereleases=True), pin


def test_build_requirements_are_pinned():
    for one in PROJECT["build-system"]["requires"]:
        assert re.fullmatch(r"==[^,*]+", str(Requirement(one).specifier)), one


@pytest.mark.skipif(sys.platform == "win32", reason="repo2docker itself does not run on Windows")
def test_repo2docker_recognises_the_folder(tmp_path):
    copy = tmp_path / "module"
    copy.mkdir()
    for name in ("binder", "helpers", "texts", "lessons"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", "my-work"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy / name)
    command = [sys.executable, "-m", "repo2docker", "--no-build", "--debug", str(copy)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    said = done.stdout + done.stderr
    assert done.returncode == 0, said[-2000:]
    assert "binder/requirements.txt" in said
    wanted = (ROOT / "binder" / "runtime.txt").read_text(encoding="utf-8").strip().removeprefix("python-")
    assert re.search(rf"environment\.py-{re.escape(wanted)}|python[= ]{re.escape(wanted)}", said), said[-3000:]
    (copy / "binder" / "runtime.txt").write_text("python-9.9\n", encoding="utf-8")
    again = subprocess.run(command, capture_output=True, text=True, check=False)
    assert again.returncode != 0 or "9.9" in again.stdout + again.stderr


@pytest.mark.parametrize(
    ("schema", "path"),
    [
        ("github-workflows", ".github/workflows/ci.yml"),
        ("dependabot", ".github/dependabot.yml"),
        ("github-issue-forms", ".github/ISSUE_TEMPLATE/error.yml"),
        ("github-issue-config", ".github/ISSUE_TEMPLATE/config.yml"),
        ("citation-file-format", "CITATION.cff"),
    ],
)
def test_metadata_files_follow_their_schema(schema, path):
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}", str(ROOT / path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


# The keys that we set, with the types that values.schema.yaml of the Helm chart “jupyterhub” gives them (version 4).
# Helm refuses a file with other keys.
CHART = {
    "hub.concurrentSpawnLimit": int,
    "hub.config.JupyterHub.authenticator_class": str,
    "singleuser.image.name": str,
    "singleuser.image.tag": str,
    "singleuser.defaultUrl": str,
    "singleuser.memory.guarantee": str,
    "singleuser.memory.limit": str,
    "singleuser.cpu.guarantee": float,
    "singleuser.cpu.limit": int,
    "singleuser.storage.capacity": str,
    "singleuser.storage.homeMountPath": str,
    "singleuser.extraEnv.CLOSE_READING_WORK": str,
    "cull.enabled": bool,
    "cull.timeout": int,
    "prePuller.continuous.enabled": bool,
    "scheduling.userScheduler.enabled": bool,
    "scheduling.podPriority.enabled": bool,
    "scheduling.userPlaceholder.enabled": bool,
    "scheduling.userPlaceholder.replicas": int,
}


def chart_values() -> dict[str, object]:
    """The values for Zero to JupyterHub, by their keys with points between."""
    path = ROOT / "binder" / "zero-to-jupyterhub.yaml"

    def flat(values: dict, before: str = "") -> dict[str, object]:
        pairs = [(f"{before}{key}", value) for key, value in values.items()]
        inner = [flat(value, f"{key}.") if isinstance(value, dict) else {key: value} for key, value in pairs]
        return {key: value for one in inner for key, value in one.items()}

    return flat(YAML(typ="safe").load(path.read_text(encoding="utf-8")))


def test_values_for_zero_to_jupyterhub_have_keys_and_types_of_the_chart():
    assert {key: type(value) for key, value in chart_values().items()} == CHART


def test_disk_of_a_student_on_kubernetes_has_her_work_and_does_not_hide_the_lessons():
    values = chart_values()
    disk = PurePosixPath(values["singleuser.storage.homeMountPath"])
    work = PurePosixPath(values["singleuser.extraEnv.CLOSE_READING_WORK"])
    assert work.is_relative_to(disk)
    # repo2docker puts the repository into the home of its user, jovyan.
    module = PurePosixPath("/home/jovyan")
    assert disk.is_relative_to(module)
    assert disk.relative_to(module).parts
    assert not (ROOT / disk.relative_to(module)).exists(), "a folder of the module would be hidden"


@pytest.mark.skipif(sys.platform == "win32", reason="Binder runs it on Linux")
def test_binder_post_build_clears_stored_results(tmp_path):
    script = ROOT / "binder" / "postBuild"
    assert script.stat().st_mode & 0o111, "Binder runs it only if it may be run"
    for folder in ("binder", "lessons"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("my-work", "teaching"))
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    subprocess.run([tmp_path / "binder" / "postBuild"], check=True, env=dict(os.environ, PATH=path))
    lessons = sorted((tmp_path / "lessons").glob("*.ipynb"))
    assert [path.name for path in lessons] == [path.name for path in sorted((ROOT / "lessons").glob("*.ipynb"))]
    for lesson in lessons:
        before = nbformat.read(ROOT / "lessons" / lesson.name, as_version=4).cells
        after = nbformat.read(lesson, as_version=4).cells
        assert [cell.source for cell in after] == [cell.source for cell in before]
        assert not any(cell.outputs or cell.execution_count for cell in after if cell.cell_type == "code")
        assert lesson.read_bytes() == for_students(ROOT / "lessons" / lesson.name, outputs=False)


def test_jupyterlab_starts_without_questions_and_scrolls_without_jumps():
    """The installed defaults apply: no question about news, no update check, no cells that appear while scrolling."""
    from jupyterlab_server.settings_utils import get_settings

    share = Path(sys.prefix) / "share" / "jupyter" / "lab"
    for plugin, wanted in json.loads((ROOT / "binder" / "jupyterlab.json").read_text(encoding="utf-8")).items():
        found, _ = get_settings(str(share / "settings"), str(share / "schemas"), "", schema_name=plugin)
        defaults = found["schema"]["properties"]
        assert {key: defaults[key]["default"] for key in wanted} == wanted
