// Compiles the Python files in the archives of a folder, with the Pyodide in it: node compile.mjs FOLDER ARCHIVE...
import { pathToFileURL } from "node:url";

const [folder, ...archives] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(`${folder}/pyodide.mjs`));
const python = await loadPyodide({ indexURL: folder });
python.FS.mkdir("/archives");
python.FS.mount(python.FS.filesystems.NODEFS, { root: folder }, "/archives");
python.globals.set("names", python.toPy(archives));
python.runPython(String.raw`
import io
import re
import zipfile
from importlib.util import MAGIC_NUMBER
from marshal import dumps
from pathlib import Path

# The head of a .pyc file that is never compared with a source (PEP 552).
HEAD = MAGIC_NUMBER + (1).to_bytes(4, "little") + bytes(8)

# Tests, what JupyterLab itself loads, and the list of files, which is no longer true.
LEFT_OUT = re.compile(r"/tests/|\.data/data/share/|\.dist-info/RECORD$")

for name in names:
    path = Path("/archives", name)
    made = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for one in old.infolist():
            if one.is_dir() or LEFT_OUT.search(one.filename):
                continue
            data = old.read(one)
            if one.filename.endswith(".py"):
                code = compile(data, one.filename, "exec", dont_inherit=True)
                one.filename += "c"
                data = HEAD + dumps(code)
            new.writestr(zipfile.ZipInfo(one.filename), data, zipfile.ZIP_DEFLATED)
    path.write_bytes(made.getvalue())
`);
