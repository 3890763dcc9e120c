"""Build the edition that runs in the browser: a folder of static files for any web server. Linux and macOS, with npm.

    python3 -m venv .lite && .lite/bin/python -m pip install -r lite/requirements.txt
    .lite/bin/python lite/build.py -o site

JupyterLite 0.8.6 shows the lessons, and Pyodide runs them. Everything is in the folder: the site loads nothing from
elsewhere. Python packages have the versions of ``binder/requirements.txt`` and are compiled while the site is built,
because a browser would compile them again on each start.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import io
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from email import message_from_bytes
from email.message import Message
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from helpers.core import UserError  # noqa: E402
from helpers.course import Handout, handout, rights_of_texts, site_page  # noqa: E402

PYODIDE = "314.0.7"  # of the npm package; Python 3.14
INTEGRITY = "sha512-0YvXxEhfEdpLfb/XkM2BFAeMROq0iMUX2bzzH9pOttyMcWkwq+HbE5uyuGD82LN7y2q+SNvi/6V5JEsOlD2R1A=="
CORE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json")
PYTHON = {
    "python_version": "3.14",
    "python_full_version": "3.14.2",
    "implementation_name": "cpython",
    "os_name": "posix",
    "platform_machine": "wasm32",
    "platform_system": "Emscripten",
    "sys_platform": "emscripten",
    "extra": "",
}
# What packages ask for and a browser does not need: jedi completes code, and with parso takes longer to load than all
# the rest; IPython 9.18 works without it. The others are for a terminal and for a notebook that a server gives.
LEFT_OUT = {"jedi", "prompt-toolkit", "widgetsnbextension"}
KERNEL = "@jupyterlite/pyodide-kernel-extension"


def run(*command: str | Path, folder: Path = ROOT) -> None:
    """Run a program and show what it says only if it fails."""
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise UserError(f"There is no program “{command[0]}”. Install it and run this command again.") from None
    if done.returncode:
        said = (done.stdout + done.stderr)[-3000:]
        raise UserError(f"“{' '.join(map(str, command))[:200]}” failed. It said:\n{said}")


def get_pyodide(work: Path, into: Path) -> None:
    """Get the core of Pyodide from its npm package, whose bytes must be the pinned ones."""
    run("npm", "pack", "--silent", f"pyodide@{PYODIDE}", folder=work)
    (archive,) = work.glob("pyodide-*.tgz")
    found = "sha512-" + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if found != INTEGRITY:
        raise UserError(f"npm gave another package pyodide {PYODIDE} than the pinned one: {found}.")
    with tarfile.open(archive) as package:
        for name in CORE:
            (into / name).write_bytes(package.extractfile(f"package/{name}").read())


def pinned() -> dict[str, str]:
    """Read the pinned version of each package, as it is for Python in the browser."""
    found = {}
    for name in ("binder", "lite"):
        for line in (ROOT / name / "requirements.txt").read_text(encoding="utf-8").splitlines():
            if not line.startswith("-e "):
                one = Requirement(line)
                if one.marker is None or one.marker.evaluate(PYTHON):
                    found[canonicalize_name(one.name)] = f"{one.name}{one.specifier}"
    return found


def metadata(wheel: Path) -> Message:
    """Read what a wheel says of itself."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (one for one in archive.namelist() if re.fullmatch(r"[^/]+\.dist-info/METADATA", one))
        return message_from_bytes(archive.read(name))


def needs(wheel: Path) -> set[str]:
    """Name the packages that a wheel needs in the browser."""
    asked = [Requirement(one) for one in metadata(wheel).get_all("Requires-Dist") or []]
    return {
        canonicalize_name(one.name) for one in asked if one.marker is None or one.marker.evaluate(PYTHON)
    } - LEFT_OUT


def get_wheels(module: Path, folder: Path) -> dict[str, Path]:
    """Make the wheel of the module, and get those of the kernel and of all that both need; by name."""
    run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, module)
    kernel = Path(sys.prefix, "share", "jupyter", "labextensions", KERNEL, "static", "pypi")
    for name in ("ipykernel", "piplite", "pyodide_kernel"):
        (wheel,) = kernel.glob(f"{name}-*.whl")
        shutil.copy(wheel, folder)
    versions = pinned()
    asked = {"micropip"}
    while True:
        wheels = {canonicalize_name(metadata(one)["Name"]): one for one in folder.glob("*.whl")}
        missing = sorted(asked.union(*map(needs, wheels.values())) - wheels.keys())
        if not missing:
            return wheels
        if unpinned := [name for name in missing if name not in versions]:
            raise UserError(
                f"No version is pinned of: {', '.join(unpinned)}. Compile the lists anew (CONTRIBUTING.md)."
            )
        # A pure wheel of any version of Python 3.
        only = ("--only-binary=:all:", "--python-version=3.14", "--implementation=py", "--abi=none", "--platform=any")
        names = [versions[name] for name in missing]
        run(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", *only, "--dest", folder, *names)


def empty_wheel(name: str, folder: Path) -> Path:
    """Make a wheel without content; the kernel of JupyterLite 0.8.6 does not start without a package of this name."""
    path = folder / f"{name}-0-py3-none-any.whl"
    about = f"{name}-0.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 0\n")
        archive.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
    return path


def locked(name: str, wheel: Path, depends: set[str]) -> dict[str, object]:
    """Describe a package in the form of the lock file of Pyodide."""
    names = zipfile.ZipFile(wheel).namelist()
    tops = {re.sub(r"\.pyc?$", "", one.split("/")[0]) for one in names}
    return {
        "name": name,
        "version": metadata(wheel)["Version"],
        "file_name": wheel.name,
        "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
        "imports": sorted(filter(str.isidentifier, tops)),
        "depends": sorted(depends),
        "install_dir": "site",
        "package_type": "package",
        "unvendored_tests": False,
    }


def put_python(module: Path, work: Path, folder: Path) -> list[str]:
    """Put Pyodide and compiled packages into a folder; return the names of the packages."""
    get_pyodide(work, folder)
    (work / "wheels").mkdir()
    wheels = get_wheels(module, work / "wheels")
    depends = {name: needs(wheel) for name, wheel in wheels.items()}
    wheels |= {"jedi": empty_wheel("jedi", work / "wheels")}
    wheels = {name: Path(shutil.copy(wheel, folder)) for name, wheel in wheels.items()}
    lock_file = folder / "pyodide-lock.json"
    lock = json.loads(lock_file.read_text(encoding="utf-8"))
    lock["packages"] = {}
    lock_file.write_text(json.dumps(lock), encoding="utf-8")
    run("node", ROOT / "lite" / "compile.mjs", folder, "python_stdlib.zip", *(one.name for one in wheels.values()))
    lock["packages"] = {name: locked(name, wheel, depends.get(name, set())) for name, wheel in wheels.items()}
    lock_file.write_text(json.dumps(lock), encoding="utf-8")
    return sorted(wheels)


def settings(packages: list[str], wheel_folder: str) -> dict[str, object]:
    """Make the settings of the site: Pyodide is beside it, and its packages are loaded while the kernel starts."""
    # With these the module looks for no folders: each look into /drive is a request to the page (0.8.6).
    env = {
        "HOME": "/home/pyodide",
        "CLOSE_READING_HOME": f"{wheel_folder}/helpers/_packaged",
        "CLOSE_READING_WORK": "/drive/lessons/my-work",
    }
    kernel = {
        "pyodideUrl": "./static/pyodide/pyodide.mjs",
        "disablePyPIFallback": True,
        "loadPyodideOptions": {"packages": packages, "env": env},
    }
    return {
        "jupyter-lite-schema-version": 0,
        "jupyter-config-data": {"litePluginSettings": {f"{KERNEL}:kernel": kernel}},
    }


def heading(notebook: Path) -> str:
    """Return the first heading of a notebook, or else its name."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    found = re.search(r"^# (.+)$", "\n".join("".join(one["source"]) for one in cells), re.M)
    return found[1] if found else notebook.stem


def build(out: Path, package: Handout, work: Path) -> None:
    """Build the site from a package of lessons into a folder that does not exist yet."""
    with zipfile.ZipFile(io.BytesIO(package.data)) as archive:
        archive.extractall(work / "package")
    (module,) = (work / "package").iterdir()
    lite = work / "lite"
    (lite / "static" / "pyodide").mkdir(parents=True)
    packages = put_python(module, work, lite / "static" / "pyodide")
    site_packages = "/lib/python{python_version}/site-packages".format(**PYTHON)
    (lite / "jupyter-lite.json").write_text(json.dumps(settings(packages, site_packages)), encoding="utf-8")
    shutil.copy(module / "binder" / "jupyterlab.json", lite / "overrides.json")
    contents = work / "contents" / "lessons"
    shutil.copytree(module / "lessons", contents, ignore=shutil.ignore_patterns("questions"))
    jupyter = Path(sys.executable).with_name("jupyter")
    options = ("--no-sourcemaps", "--no-libarchive", "--apps", "lab", "--no-unused-shared-packages")
    run(jupyter, "lite", "build", *options, "--contents", contents.parent, "--output-dir", work / "out", folder=lite)
    page = site_page({one.name: heading(one) for one in sorted(contents.glob("*.ipynb"))}, package.mark)
    (work / "out" / "index.html").write_text(page, encoding="utf-8")
    shutil.move(work / "out", out)


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("lessons", nargs="*", metavar="LESSON", help="number or name of a lesson; without it, all")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FOLDER", help="a new folder")
    parser.add_argument("--no-keys", action="store_true", help="leave keys, explanations and model answers out")
    given = parser.parse_args()
    try:
        if given.output.exists():
            raise UserError(f"{given.output} exists already. Remove it, or name another folder.")
        package = handout(given.lessons, keys=not given.no_keys)
        with tempfile.TemporaryDirectory() as work:
            build(given.output, package, Path(work))
    except UserError as error:
        print(error, file=sys.stderr)
        return 1
    size = sum(one.stat().st_size for one in given.output.rglob("*") if one.is_file())
    print(f"{given.output} is written: {len(package.lessons)} lessons, {size / 1e6:.0f} MB.")
    print("Whoever gives it to the public publishes the texts in it. What their files say of rights:")
    for title, said in rights_of_texts():
        print(f"- {title}: {said or 'nothing is said of rights.'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
