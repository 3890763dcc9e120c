"""The live views with a kernel in the browser (Pyodide), where a None of Python arrives as undefined.

The views run with a stand-in for the widget model that sends what the kernel would send, in this form.
"""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from helpers.annotation import mark_quotation
from helpers.network import correspondence
from helpers.questions import KINDS, keep_draft, question, questions, record_answer, standing_of
from helpers.texts import load_text, text_ids
from helpers.widgets import explore, form_data, form_state, margin_state, page_state, places, portfolio_state, script

WIDGETS = Path(__file__).resolve().parents[2] / "helpers" / "widgets"
SHOW = """
async ([source, tells, traits, none]) => {
  const sent = (value) => {
    if (value === null) return none;
    if (Array.isArray(value)) return value.map(sent);
    if (typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, sent(one)]));
  };
  Math.random = () => 0.5; // for the ids of views
  const address = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const { default: made } = await import(address);
  const all = sent({ ...traits, personal: true });
  const listeners = [];
  const asked = [];
  const model = {
    get: (name) => all[name],
    on: (name, act) => listeners.push(act),
    off: () => {},
    send: (message) => asked.push(message),
  };
  const el = document.createElement("div");
  document.body.replaceChildren(el);
  const { initialize, render } = typeof made === "function" ? made() : made;
  initialize?.({ model });
  render({ model, el });
  const empty = el.textContent;
  const typed = () => [...el.querySelectorAll("textarea, input[type=text]")].map((one) => one.value);
  tells.forEach((tell, n) => {
    if (n) el.querySelectorAll("textarea").forEach((one) => { one.value ||= "typed"; });
    for (const act of listeners) act(sent({ tell, bytes: [] }), []);
  });
  const checked = el.querySelectorAll(":checked").length;
  return { asked: asked[0]?.do, empty, words: el.innerText, inputs: typed(), checked, html: el.innerHTML };
}
"""


@pytest.fixture
def shown(browser):
    """Show a view: ``shown(names of its scripts, what is told, traits)``; a None must look like a null."""
    page = browser.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))

    def show(names: tuple[str, ...], told: dict | list[dict], traits: dict) -> dict:
        data = json.loads(json.dumps([told if isinstance(told, list) else [told], traits]))
        # Chromium’s driver turns undefined in an argument into null, so it is written into the script.
        ways = [SHOW.replace("traits, none]", "traits]").replace("return none", f"return {none}") for none in NONES]
        seen, other = (page.evaluate(way, [script(*names), *data]) for way in ways)
        assert faults == []
        assert seen == other
        assert "undefined" not in json.dumps(seen)
        return seen

    yield show
    page.close()


NONES = ("undefined", "null")


@pytest.fixture(autouse=True)
def work(tmp_path, monkeypatch, example):
    monkeypatch.setenv("CLOSE_READING_WORK", str(tmp_path))


def every_kind():
    of_files = {one.kind: one for one in questions()}
    options = of_files["choice"].options
    common = {"id": "0.9", "prompt": "Which?", "lesson": "00-x", "title": "X"}
    made = {
        "choices": KINDS["choices"](options=options, **common),
        "order": KINDS["order"](items=options, **common),
        "match": KINDS["match"](items=options, options=options, **common),
        "short": KINDS["short"](**common),
    }
    return {**made, **of_files}


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_form_of_every_kind_opens_empty(shown, kind):
    asked = every_kind()[kind]
    state = form_state(asked, standing_of(asked))
    assert state["response"] is None
    seen = shown(("controls", "form"), {"state": state}, {"question": form_data(asked)})
    assert seen["asked"] == "look"
    assert seen["empty"] == ""
    assert asked.prompt.split("\\n")[0] in seen["words"]
    assert not any(seen["inputs"])


def test_form_shows_an_answer_and_a_draft(shown):
    choice, essay = question("0.1"), question("0.3")
    record_answer(choice, choice.options[1].id)
    keep_draft(essay, "It says")
    seen = shown(
        ("controls", "form"), {"state": form_state(choice, standing_of(choice))}, {"question": form_data(choice)}
    )
    assert seen["checked"] == 1
    seen = shown(("controls", "form"), {"state": form_state(essay, standing_of(essay))}, {"question": form_data(essay)})
    assert seen["inputs"] == ["It says"]


def test_pencil_and_own_work_are_shown(shown):
    text = load_text(text_ids()[0])
    mark_quotation(text, " ".join(text.choose(layers="actors")[0].text.split()[:3]), note="A note")
    page = {**page_state(text, text.parts, {}), "pencil": True, "document": text.id}
    page["sentences"] = [[[0, 1]] for layer in text for _ in layer.paragraphs]
    seen = shown(("words", "pencil", "page"), {"margin": margin_state(text), "said": ""}, {"page": page})
    assert "A note" in seen["words"]
    told = {"state": portfolio_state(), "more": "", "held": {}, "events": 0}
    assert "My work" in shown(("portfolio",), told, {})["words"]


def test_text_that_was_refused_stays_in_the_box(shown):
    box = {"head": ["A paper", "Copy the words"], "most": 100_000}
    told = [{"state": {"words": "", "said": ""}}, {"state": {"words": None, "said": "Not saved: too long"}}]
    seen = shown(("bringing",), told, {"box": box})
    assert seen["inputs"] == ["typed"]
    assert "Not saved: too long" in seen["words"]


def test_question_who_is_there_goes_away_when_it_is_answered(shown):
    question = {"words": "Are you “Ana”?", "choices": [["Ana", {"do": "be"}]]}
    assert "Ana" in shown(("asking",), {"question": question, "said": ""}, {})["words"]
    told = [{"question": question, "said": ""}, {"question": None, "said": "Now you see the work of “Ana”."}]
    assert "Are you" not in shown(("asking",), told, {})["words"]


def test_own_words_a_text_and_a_network_are_shown(shown):
    assert "All of what?" in shown(("private",), {"words": "<p>All of what?</p>"}, {})["words"]
    text = load_text(text_ids()[0])
    page = {"page": {**page_state(text, text.parts, {}), "document": text.id}}
    assert text.parts[0].text[:20] in shown(("words", "page"), {}, page)["words"]
    assert shown(("explorer",), {}, {"network": explore(correspondence()).state()})["words"]


def test_map_is_shown(shown, tmp_path, monkeypatch, example):
    shutil.copytree(example / "texts", tmp_path / "texts")
    head = "place,latitude,longitude,names,outside,source_type,confidence"
    rows = (head, "Kiel,54.32,10.14,,A town by the sea.,an atlas,high", "")
    (tmp_path / "texts" / "places.csv").write_text("\n".join(rows), encoding="utf-8")
    monkeypatch.setenv("CLOSE_READING_HOME", str(tmp_path))
    assert "Kiel" in shown(("map",), {}, {"map": places().state()})["words"]


def test_every_view_is_shown_here():
    named = re.compile(r"""script\(((?:"\w+"(?:, )?)+)\)""")
    views = {views for path in WIDGETS.glob("*.py") for views in named.findall(path.read_text(encoding="utf-8"))}
    here = Path(__file__).read_text(encoding="utf-8")
    assert [view for view in sorted(views) if f"({view})" not in here and f"({view},)" not in here] == []
