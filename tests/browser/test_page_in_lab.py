"""The live page in JupyterLab: switches, search and marks, mostly by keyboard."""

from __future__ import annotations

import json

import pytest

LETTER = "from helpers import load_text, read\nletter = load_text('1923-letter')\nread(letter)"
HOSTILE = "from helpers import read\nfrom helpers.texts import parse_text\nread(parse_text({!r}))".format(
    "Read <script>window.bad=1</script> and <img src=x onerror='window.bad=2'> aloud."
)
ASTRAL = "from helpers import read\nfrom helpers.texts import parse_text\nread(parse_text({!r}))".format(
    "\U0001f600\U0001f600 cafe\u0301 \U0001f600 cafe “to–day” stra\u00dfe end.\n\nNext cafe."
)
# Everything that says what is seen: visible words marked as found.
FOUND = "node => [...node.querySelectorAll('mark.found')].map(m => m.textContent)"


def focused(page) -> str:
    """The name of the focused control of the live page."""
    return page.evaluate("document.activeElement.closest('.crp label, .crp summary, .crp button')?.innerText ?? ''")


def tab_to(page, words: str, key: str = "Tab") -> None:
    for _ in range(60):
        page.keyboard.press(key)
        if words in focused(page):
            return
    raise AssertionError(f"“{words}” cannot be reached by Tab")


def said(root) -> str:
    return root.locator("[role=status]").inner_text()


def type_into(root, words: str) -> None:
    folded = root.locator("summary", has_text="Search and more")  # a short page has its search folded
    if folded.count() and not root.get_by_label("Find words").is_visible():
        folded.click()
    root.get_by_label("Find words").fill(words)


def test_live_page_is_shown_once_and_hides_the_static_one(live):
    page, root = live("once.ipynb", LETTER)
    still = page.locator("article.close-reading-page")
    assert still.count() == 1
    page.wait_for_function("!document.querySelector('article.close-reading-page').checkVisibility()")
    assert root.get_by_text("my earnest request").is_visible()
    assert page.locator(".jp-RenderedText[data-mime-type='application/vnd.jupyter.stderr']").count() == 0


def test_layer_is_switched_on_by_keyboard(live):
    page, root = live("keys.ipynb", LETTER)
    note = root.locator("section", has_text="Lenin was highly anxious")
    assert not note.is_visible()
    root.get_by_label("Find words").focus()
    tab_to(page, "Voices: 2 of 5 shown")
    page.keyboard.press("Enter")
    tab_to(page, "Soviet editors (")
    page.keyboard.press("Space")
    assert note.is_visible()
    assert "Soviet editors (" in focused(page)
    assert "Left out: 55 words" in root.inner_text()
    # Keys on a switch must not trigger notebook shortcuts: d, d would delete the cell (JupyterLab 4.6).
    for key in ("d", "d", "x", "b", "Enter"):
        page.keyboard.press(key)
    assert page.locator(".jp-Notebook .jp-Cell").count() == 1
    assert "Soviet editors (" in focused(page)
    page.keyboard.press("Space")
    assert not note.is_visible()


def test_search_marks_and_counts_matches_while_typing(live):
    page, root = live("search.ipynb", LETTER)
    box = root.get_by_label("Find words")
    box.focus()
    page.keyboard.type("CASE")
    assert root.evaluate(FOUND) == ["case", "case", "case"]
    assert said(root).startswith("“CASE”: 3 found in the layers shown; 1 in the layers not shown (editors 1)")
    assert root.locator("[role=status]").count() == 1
    page.keyboard.press("Backspace")
    assert root.evaluate(FOUND) == []
    root.get_by_label("whole words").uncheck()
    assert root.evaluate(FOUND) == ["cas"] * 3
    root.get_by_role("button", name="Clear").click()
    assert box.evaluate("node => node === document.activeElement && node.value === ''")
    assert root.evaluate(FOUND) == []
    assert said(root) == ""


def test_category_is_marked_with_its_sign_and_counted(live):
    page, root = live("category.ipynb", LETTER)
    root.locator("summary", has_text="Mark by category").focus()
    page.keyboard.press("Enter")
    tab_to(page, "Trust (")
    page.keyboard.press("Space")
    signs = root.locator("section mark sup span:visible").all_inner_texts()
    assert signs == ["T"] * 3
    legend = root.locator("ul[aria-live] li").inner_text()
    assert legend.startswith("T Trust: 3 marked, 1 in layers not shown. Which words show trust or distrust")
    assert root.locator("section").locator("mark", has_text="cannot rely on their impartiality").count() == 1
    # A search mark and a category mark on the same words are both visible.
    type_into(root, "rely")
    assert root.evaluate(FOUND) == ["rely"]
    assert "I cannot rely on their impartiality" in root.inner_text().replace("impartialityT", "impartiality")


def test_hostile_words_are_shown_as_text(live):
    page, root = live("hostile.ipynb", HOSTILE)
    assert "<script>window.bad=1</script> and <img src=x onerror='window.bad=2'>" in root.inner_text()
    type_into(root, "<img src=x onerror='window.bad=2'>")
    assert root.evaluate(FOUND) == ["<img src=x onerror='window.bad=2'>"]
    assert "“<img src=x onerror='window.bad=2'>”: 1 found" in said(root)
    type_into(root, "<script>window.bad=3</script>")
    assert "“<script>window.bad=3</script>”: 0 found" in said(root)
    page.wait_for_timeout(300)
    assert page.evaluate("window.bad") is None
    assert page.locator(".crp img, .crp script, article img, article script").count() == 0


def test_marks_are_placed_correctly_after_astral_and_combining_characters(live):
    _, root = live("astral.ipynb", ASTRAL)
    wanted = {
        "cafe": ["cafe", "cafe"],
        "caf\u00e9": ["cafe\u0301"],
        "\U0001f600": ["\U0001f600"] * 3,
        '"to-day"': ["“to–day”"],
        "STRASSE": ["stra\u00dfe"],
        "ca*": ["cafe\u0301", "cafe", "cafe"],
        "e.d": [],
    }
    for words, found in wanted.items():
        type_into(root, words)
        assert root.evaluate(FOUND) == found, words


def test_static_page_is_shown_again_when_the_live_one_closes(live):
    close = "import asyncio, ipywidgets\nasyncio.get_event_loop().call_later(8, ipywidgets.Widget.close_all);"
    page, _ = live("gone.ipynb", LETTER, close)
    seen = "document.querySelector('article.close-reading-page').checkVisibility()"
    page.wait_for_function(f"!{seen}")
    page.wait_for_function(seen)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_text_and_controls_have_enough_contrast(live, dark):
    page, root = live(f"contrast-{dark}.ipynb", LETTER, dark=dark)
    assert page.evaluate("document.body.dataset.jpThemeLight") == ("false" if dark else "true")
    root.evaluate("root => root.querySelectorAll('details').forEach(one => { one.open = true; })")
    for label in root.locator("details label").all():
        label.locator("input").check()
    type_into(root, "case")
    low = root.evaluate(CONTRAST)
    assert low[0] >= 4.5, low


# The lowest contrast of visible text with the nearest painted background.
CONTRAST = """
root => {
  const rgb = value => (value.match(/[\\d.]+/g) ?? []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, n) => sum + v * [0.2126, 0.7152, 0.0722][n], 0);
  const under = node => {
    for (; node; node = node.parentElement) {
      const colour = rgb(getComputedStyle(node).backgroundColor);
      if (colour.length && colour[3] !== 0) return colour;
    }
    return [255, 255, 255];
  };
  let least = [99, ''];
  for (const node of root.querySelectorAll('*')) {
    if (node.localName === 'style' || !node.checkVisibility()) continue;
    if (![...node.childNodes].some(n => n.nodeType === 3 && n.data.trim()) && node.localName !== 'input') continue;
    const [a, b] = [light(rgb(getComputedStyle(node).color)), light(under(node))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < least[0]) least = [ratio, node.outerHTML.slice(0, 200)];
  }
  return least;
}
"""


def test_every_control_has_a_name(live):
    _, root = live("names.ipynb", LETTER)
    for control in root.locator("input, button").all():
        name = control.evaluate("node => (node.closest('label') ?? node).textContent.trim()")
        assert name, control.evaluate("node => node.outerHTML")
    assert root.locator("fieldset > legend, details > summary").count() >= 4


def test_page_fits_a_narrow_window(live):
    page, root = live("narrow.ipynb", LETTER, width=683)  # 1366 at 200 % zoom
    page.wait_for_timeout(300)
    over = root.evaluate("node => node.scrollWidth - node.clientWidth")
    assert over <= 1
    passage = root.locator(".pair").nth(1)
    text, plain = passage.locator("> div").all()
    assert plain.bounding_box()["y"] >= text.bounding_box()["y"]


def test_untrusted_page_keeps_its_layout_and_words(open_notebook, scratch, lab_home):
    """An untrusted, never run notebook has no widget; the sanitised HTML must be readable."""
    from helpers import load_text, read

    view = read(load_text("1923-letter"))
    name = scratch("untrusted.ipynb", "read(letter)")
    path = lab_home / "lessons" / name
    notebook = json.loads(path.read_text(encoding="utf-8"))
    notebook["cells"][0]["execution_count"] = 1
    notebook["cells"][0]["outputs"] = [
        {
            "output_type": "display_data",
            "metadata": {},
            "data": {"text/html": view._repr_html_(), "text/plain": repr(view)},
        },
        {
            "output_type": "display_data",
            "metadata": {},
            "data": {
                "application/vnd.jupyter.widget-view+json": {"model_id": "0" * 32, "version_major": 2},
                "text/plain": "Run this cell",
            },
        },
    ]
    path.write_text(json.dumps(notebook), encoding="utf-8")
    page = open_notebook(name)
    article = page.locator("article")
    article.wait_for()
    for words in ("In plain words", "Words explained (4)", "Note [3]: ¶21, Soviet editors"):
        assert words in article.inner_text()
    pair = article.locator("div").filter(has=page.get_by_text("my earnest request")).first
    assert pair.evaluate("node => getComputedStyle(node).display") == "flex"
    page.wait_for_timeout(1500)
    assert "Run this cell" in page.locator(".jp-OutputArea").first.inner_text()
    assert "Error displaying widget" not in page.locator(".jp-OutputArea").first.inner_text()
