"""The live views with a kernel in the browser (Pyodide), where a None of Python arrives as undefined.

The views run with a stand-in for the widget model that sends what the kernel would send, in this form.
"""

from __future__ import annotations

import json

import pytest

from helpers.annotation import mark_quotation
from helpers.questions import KINDS, keep_draft, question, questions, record_answer, standing_of
from helpers.texts import load_text, text_ids
from helpers.widgets import form_data, form_state, margin_state, page_state, portfolio_state, script

SHOW = """
async ([source, told, traits]) => {
  const undefinedForNull = (value) => {
    if (value === null) return undefined;
    if (Array.isArray(value)) return value.map(undefinedForNull);
    if (typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, undefinedForNull(one)]));
  };
  const address = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const { default: make } = await import(address);
  const all = undefinedForNull({ ...traits, personal: true });
  const listeners = [];
  const sent = [];
  const model = {
    get: (name) => all[name],
    on: (name, act) => listeners.push(act),
    off: () => {},
    send: (message) => sent.push(message),
  };
  const el = document.createElement("div");
  document.body.replaceChildren(el);
  const { initialize, render } = make();
  initialize({ model });
  render({ model, el });
  const empty = el.textContent;
  for (const act of listeners) act(undefinedForNull({ tell: told, bytes: [] }), []);
  const inputs = [...el.querySelectorAll("textarea, input[type=text]")].map((one) => one.value);
  return { asked: sent[0]?.do, empty, words: el.innerText, inputs, checked: el.querySelectorAll(":checked").length };
}
"""


@pytest.fixture
def shown(browser):
    """Show a view: ``shown(names of its scripts, what is told, traits)``."""
    page = browser.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))

    def show(names: tuple[str, ...], told: dict, traits: dict) -> dict:
        data = json.loads(json.dumps([told, traits]))
        seen = page.evaluate(SHOW, [script(*names), *data])
        assert faults == []
        assert "undefined" not in json.dumps(seen)
        return seen

    yield show
    page.close()


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
