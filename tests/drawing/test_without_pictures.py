"""Without the packages for pictures, as in a browser, the list stands in the place of each picture."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from helpers import compare, correspondence, explore, load_text, plot_network, save_picture, timeline, transmission
from helpers.core import Table, UserError
from helpers.drawing import NoPicture, can_draw
from helpers.network import evidence
from helpers.texts import text_ids

ROOT = Path(__file__).resolve().parents[2]


class Missing:
    """Makes packages missing, also when they were imported before."""

    def __init__(self, *names: str) -> None:
        self.names = names

    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in self.names:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


@pytest.fixture
def without(monkeypatch, example):
    def take(*names: str) -> None:
        for name in [one for one in sys.modules if one.split(".")[0] in names]:
            monkeypatch.delitem(sys.modules, name)
        monkeypatch.setattr(sys, "meta_path", [Missing(*names), *sys.meta_path])

    return take


@pytest.fixture
def shown(monkeypatch):
    """What is displayed in a notebook."""
    displays: list[dict[str, str]] = []
    monkeypatch.setattr("IPython.display.display", lambda data, raw: displays.append(data))
    return displays


def pictures():
    one, other = (load_text(name) for name in text_ids())
    network = correspondence()
    chain = transmission(one)
    events, compared = timeline(), compare(one, other)
    return {
        "timeline": (events.plot, events),
        "chain": (chain.plot, chain),
        "network": (lambda: plot_network(network), evidence(network)),
        "comparison": (compared.plot, compared),
    }


@pytest.mark.parametrize("package", ["matplotlib", "numpy", "PIL"])
@pytest.mark.parametrize("name", ["timeline", "chain", "network", "comparison"])
def test_list_with_its_sentences_is_shown_in_place_of_the_picture(without, shown, name, package):
    draw, listing = pictures()[name]
    without(package)
    assert not can_draw()
    picture = draw()
    (display,) = shown
    assert "Pictures cannot be drawn here" in display["text/html"]
    assert listing._repr_html_().splitlines()[-1] in display["text/html"]
    assert repr(listing) in display["text/plain"]
    assert isinstance(picture, NoPicture)
    assert "No picture" in repr(picture)
    with pytest.raises(UserError, match="none to save"):
        save_picture(picture, "picture.png")


def test_no_other_function_draws_and_has_no_list():
    """Every public function that returns axes is tested here."""
    words = {path: path.read_text(encoding="utf-8") for path in (ROOT / "helpers").rglob("*.py")}
    public = [path.name for path, said in words.items() if "    def plot(self) -> Axes:" in said]
    assert len(public) == 3
    assert sum(said.count("@or_listed(") for path, said in words.items() if path.name != "in_words.py") == 4


def test_explorer_without_pictures_is_the_table(without, shown):
    explorer = explore(correspondence())
    without("numpy")
    explorer._ipython_display_()
    (display,) = shown
    assert "application/vnd.jupyter.widget-view+json" not in display
    assert explorer._repr_html_() in display["text/html"]


def test_table_without_pandas_says_so(without):
    without("pandas")
    with pytest.raises(UserError, match="pandas is not installed here"):
        Table([], ["word"], caption="Words").to_frame()


def test_module_imports_only_what_the_wheel_requires():
    """A browser installs the wheel without extras: nothing else may be needed to read, mark and answer."""
    script = """
import sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"matplotlib", "mistune", "nh3", "numpy", "pandas", "PIL", "jupyterlab", "jedi"}:
            raise ModuleNotFoundError(name, name=name)
sys.meta_path.insert(0, Missing())
import helpers
from helpers.texts import text_ids
for name in helpers.__all__:
    getattr(helpers, name)
text = helpers.load_text(text_ids()[0])
for made in (helpers.annotate(text), helpers.answer("0.1"), helpers.my_work(), helpers.places()):
    assert made._repr_html_()
print("done")
"""
    env = {**os.environ, "CLOSE_READING_HOME": str(ROOT / "tests" / "fork")}
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, env=env, check=False
    )
    assert done.stdout.strip() == "done", done.stderr
