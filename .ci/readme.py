"""Run a command exactly as written in the README: ``python .ci/readme.py start`` or ``test``."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WINDOWS = sys.platform == "win32"
LIMIT = 20 * 60  # seconds for installing everything and opening the first lesson


def command(name: str) -> list[str]:
    """Read the command for this system from the README; the module is cloned already."""
    marker = f"<!-- {name} windows -->" if WINDOWS else f"<!-- {name} -->"
    words = (ROOT / "README.md").read_text(encoding="utf-8")
    found = re.search(re.escape(marker) + r"\n```\w+\n(?:git clone .+\n)?(.+)\n```", words)
    if not found:
        sys.exit(f"README.md has no command after “{marker}”.")
    print(f"+ {found[1]}", flush=True)
    return ["powershell", "-NoProfile", "-Command", found[1]] if WINDOWS else ["bash", "-c", found[1]]


def start() -> int:
    """Run the start command until JupyterLab serves the first lesson, then stop it."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        settings = {"ServerApp": {"open_browser": False, "allow_root": True, "port": 0}}
        Path(folder, "jupyter_server_config.json").write_text(json.dumps(settings), encoding="utf-8")
        runtime = Path(folder, "runtime")
        environment = dict(os.environ, JUPYTER_CONFIG_DIR=folder, JUPYTER_RUNTIME_DIR=str(runtime))
        line = command("start")
        name = re.search(r"[\w.-]+\.ipynb", line[-1])[0]
        lab = subprocess.Popen(line, cwd=ROOT, env=environment, start_new_session=not WINDOWS)
        try:
            for _ in range(LIMIT):
                if lab.poll() is not None:
                    print(f"The start command ended with {lab.returncode}.")
                    return 1
                if _serves(runtime, name):
                    print("JupyterLab serves the first lesson.")
                    return 0
                time.sleep(1)
            print(f"No lesson after {LIMIT} seconds.")
            return 1
        finally:
            if WINDOWS:
                subprocess.run(["taskkill", "/F", "/T", "/PID", str(lab.pid)], check=False, capture_output=True)
            else:
                os.killpg(lab.pid, 15)
            lab.wait(timeout=60)


def _serves(runtime: Path, name: str) -> bool:
    """Whether our server serves the page and the notebook of the start command."""
    for note in runtime.glob("jpserver-*.json"):
        try:
            server = json.loads(note.read_text(encoding="utf-8"))
            inside = Path(server["root_dir"]).resolve() == ROOT
            path = f"lessons/{name}" if inside else name
            for kind in ("lab/tree", "api/contents"):
                url = f"{server['url']}{kind}/{path}?token={server['token']}"
                with urllib.request.urlopen(url, timeout=5) as answer:
                    body = answer.read().decode("utf-8")
            return json.loads(body)["content"]["cells"][0]["source"].startswith(f"# {name[:2]}")
        except (OSError, ValueError):
            continue  # still starting
    return False


if __name__ == "__main__":
    if sys.argv[1:] == ["start"]:
        sys.exit(start())
    if sys.argv[1:] == ["test"]:
        sys.exit(subprocess.run(command("test"), cwd=ROOT, check=False).returncode)
    sys.exit(__doc__)
