// The reading page: switches for layers and categories, and a search as you type.
// Needs shared.js and words.js; with a pencil also pencil.js.

// A mark sets both its text colour and its background.
const STYLE = `
.cr.crp .switches { display: flex; flex-wrap: wrap; gap: 0.1em 1.4em; }
.cr.crp input[type=search] { width: 16em; }
.cr.crp .find { display: flex; flex-wrap: wrap; gap: 0.4em 1.2em; align-items: center; }
.cr.crp .said { min-height: 1.6em; }
.cr.crp section { border-left: 4px solid ${THEME.edge}; padding-left: 0.8em; margin: 0.9em 0; }
.cr.crp .number { padding-right: 0.6em; }
/* Copying gives only the words of the text. */
.cr.crp .number, .cr.crp .sign { user-select: none; }
.cr.crp .passage { white-space: normal; overflow-wrap: break-word; }
.cr.crp .pair { display: flex; flex-wrap: wrap; gap: 0.3em 1.2em; margin: 0.5em 0; }
.cr.crp .pair > div:first-child { flex: 3 1 22em; min-width: 0; }
.cr.crp .beside { flex: 1 1 15em; min-width: 0; align-self: flex-start; }
.cr.crp .plain { border: 1px dashed ${THEME.edge}; padding: 0.3em 0.7em; font-size: 0.9em; }
.cr.crp .aids { padding-left: 2em; font-size: 0.87em; }
.cr.crp mark { color: ${THEME.ink}; border-bottom: 2px solid ${THEME.ink}; padding: 0 1px; }
.cr.crp mark sup.sign { font-size: 0.8em; font-weight: bold; padding-left: 0.25em; vertical-align: baseline; }
.cr.crp mark.found { background: ${THEME.paper}; border: 0; font-weight: bold; outline: 2px solid ${THEME.ink}; outline-offset: -1px; }
.cr.crp .long p.passage { content-visibility: auto; contain-intrinsic-size: auto 6em; }
`;

function render({ model, el }) {
  const page = model.get("page");
  const layers = page.layers.map((layer) => ({ ...layer }));
  const categories = page.categories.map((category) => ({ ...category, on: false }));
  const paragraphs = layers.flatMap((layer) =>
    layer.paragraphs.map((paragraph, n) => ({ ...paragraph, layer, number: n + 1, marks: [], own: [], found: [], folded: {}, key: null })),
  );
  const firsts = layers.map((layer) => paragraphs.findIndex((paragraph) => paragraph.layer === layer));
  for (const category of categories) {
    category.counts = layers.map(() => 0);
    for (const [layer, paragraph, start, end, last] of category.marks) {
      const mark = { start, end, colour: category.colour, sign: last ? category.label : "", category };
      paragraphs[firsts[layer] + paragraph].marks.push(mark);
      category.counts[layer] += last;
    }
  }

  // ---- the page
  const article = make("article", { className: paragraphs.length > 150 ? "long" : "" });
  article.append(make("p", {}, make("strong", { textContent: page.title })));
  if (page.through) article.append(make("p", {}, make("small", { textContent: page.through })));
  for (const layer of layers) {
    layer.node = make("section");
    layer.node.style.borderLeftStyle = layer.line;
    const facts = make("small", {}, ` (${layer.kind}, ${countWords(layer.words)}; layer `);
    facts.append(make("code", { textContent: layer.id }), ")");
    layer.node.append(make("p", {}, make("strong", { textContent: layer.label }), facts));
    article.append(layer.node);
  }
  for (const [n, paragraph] of paragraphs.entries()) {
    paragraph.words = make("span");
    const through = page.through ? ` (${n + 1})` : "";
    const number = make("small", { className: "number", textContent: `¶${paragraph.number}${through}` });
    const passage = make("p", { className: "passage" }, number, paragraph.words);
    if (paragraph.terms.length || paragraph.notes.length) paragraph.aids = make("ul", { className: "aids" });
    const left = [passage, ...(paragraph.aids ? [paragraph.aids] : [])];
    const beside = [];
    if (page.pencil) beside.push((paragraph.margin = make("div", { className: "margin" })));
    if (paragraph.summary) {
      const words = make("p", { textContent: paragraph.summary });
      // Folded, so that one can read the passage before its summary.
      const name = make("summary", {}, make("strong", { textContent: "In plain words" }));
      beside.push(make("details", { className: "plain" }, name, words));
    }
    if (beside.length) {
      const right = make("div", { className: "beside" }, ...beside);
      paragraph.layer.node.append(make("div", { className: "pair" }, make("div", {}, ...left), right));
    } else {
      paragraph.layer.node.append(...left);
    }
  }
  const leftOut = make("small");
  article.append(make("p", {}, leftOut));

  // ---- the switches
  const toggle = (text, on, change) => {
    const box = make("input", { type: "checkbox", checked: on });
    const words = make("span", { textContent: text });
    box.addEventListener("change", () => change(box.checked));
    return { box, words, label: make("label", {}, box, words) };
  };
  const group = (name, switches) =>
    make("fieldset", {}, make("legend", { textContent: name }), make("div", { className: "switches" }, ...switches));
  const foldAway = (name, switches) =>
    make("details", {}, make("summary", { textContent: name }), make("div", { className: "switches" }, ...switches));

  const voices = [...new Set(layers.map((layer) => layer.voice))].map((voice) => {
    const own = layers.filter((layer) => layer.voice === voice);
    const words = sum(own.map((layer) => layer.words));
    const show = (on) => own.forEach((layer) => { layer.shown = on; });
    return { own, ...toggle(`${voice} (${countWords(words)})`, false, (on) => { show(on); refresh(); }) };
  });
  for (const layer of layers) {
    const change = (on) => { layer.shown = on; refresh(); };
    layer.switch = toggle(`${layer.label} (${countWords(layer.words)})`, layer.shown, change);
  }
  const legend = make("ul", { "aria-live": "polite" });
  for (const category of categories) {
    const sign = make("mark", { textContent: category.label });
    sign.style.background = THEME.marks[category.colour];
    category.count = make("span");
    category.entry = make("li", {}, sign, category.count);
    category.switch = toggle("", false, (on) => {
      category.on = on;
      // Keep the order of the switches and change only this entry, because screen readers read changes aloud.
      const next = categories.slice(categories.indexOf(category) + 1).find((one) => one.on);
      if (on) legend.insertBefore(category.entry, next?.entry ?? null);
      else category.entry.remove();
      refresh();
    });
  }

  // ---- the search
  const box = make("input", { type: "search", maxLength: 200, autocomplete: "off", spellcheck: false });
  const whole = toggle("whole words", true, () => search());
  const clear = make("button", { type: "button", textContent: "Clear" });
  const said = make("p", { className: "said", role: "status" });
  box.addEventListener("input", () => search());
  clear.addEventListener("click", () => {
    box.value = "";
    search();
    box.focus();
  });

  function search() {
    const sought = pattern(box.value, whole.box.checked);
    for (const paragraph of paragraphs) {
      paragraph.found = sought ? find(paragraph.text, sought, paragraph.folded) : [];
    }
    refresh();
  }

  function announce() {
    if (!pattern(box.value, whole.box.checked)) {
      said.textContent = box.value.trim() ? "Type at least one word." : "";
      return;
    }
    const counts = layers.map(() => 0);
    for (const paragraph of paragraphs) counts[layers.indexOf(paragraph.layer)] += paragraph.found.length;
    const inside = sum(counts.filter((_, n) => layers[n].shown));
    const hidden = counts.map((count, n) => (layers[n].shown ? 0 : count));
    const outside = sum(hidden);
    said.textContent =
      `“${box.value.trim()}”: ${inside} found in the layers shown; ${outside} in the layers not shown` +
      (outside ? ` (${byKind(layers, hidden)}). Switch a voice on to see them.` : ".");
  }

  // Redraw only paragraphs that changed; hidden ones are redrawn when they are shown.
  function refresh() {
    for (const layer of layers) {
      layer.node.hidden = !layer.shown;
      layer.switch.box.checked = layer.shown;
    }
    for (const voice of voices) {
      const on = voice.own.filter((layer) => layer.shown).length;
      voice.box.checked = on > 0;
      voice.box.indeterminate = on > 0 && on < voice.own.length;
    }
    for (const category of categories) {
      const inside = sum(category.counts.filter((_, n) => layers[n].shown));
      const outside = sum(category.counts) - inside;
      const label = `${category.label} (${inside} here, ${outside} in layers not shown)`;
      if (category.switch.words.textContent !== label) category.switch.words.textContent = label;
      const count = `: ${inside} marked, ${outside} in layers not shown. ${category.question}`;
      if (category.count.textContent !== count) category.count.textContent = count;
    }
    const explained = new Set();
    for (const paragraph of paragraphs) {
      if (!paragraph.layer.shown) continue;
      const marks = [...paragraph.marks.filter((mark) => mark.category.on), ...paragraph.own, ...paragraph.found];
      const key = marks.map((mark) => `${mark.start}-${mark.end}-${mark.colour}${mark.sign ?? ""}`).join();
      if (key !== paragraph.key) {
        paragraph.key = key;
        paragraph.words.replaceChildren();
        lay(paragraph.words, paragraph.text, marks, paragraph.layer.numbers);
      }
      if (paragraph.aids) help(paragraph, explained);
    }
    const rest = layers.filter((layer) => !layer.shown);
    const counts = rest.map((layer) => layer.words);
    const helps = paragraphs.some((one) => one.layer.shown && (one.terms.length || one.summary));
    leftOut.textContent =
      (rest.length ? `Left out: ${sum(counts)} words (${byKind(rest, counts)}).` : "Nothing is left out.") +
      (helps ? ` ${page.help}` : "");
    announce();
  }

  // Explain a word at its first use in the layers shown.
  function help(paragraph, explained) {
    const terms = paragraph.terms.filter(([term]) => !explained.has(term));
    for (const [term] of terms) explained.add(term);
    const lines = paragraph.notes.map(([number, note]) => {
      const where = layers[note].shown ? "on this page" : "not shown: switch it on above";
      return make("li", {}, make("strong", { textContent: `Note ${number}` }),
        `: layer ${layers[note].id} (${layers[note].label}), ${where}.`);
    });
    if (terms.length) lines.push(make("li", {}, make("strong", { textContent: "Words explained" })));
    for (const [term, words] of terms) {
      lines.push(make("li", {}, make("em", { textContent: term }), ` = ${words}`));
    }
    paragraph.aids.replaceChildren(...lines);
  }

  const bar = make("div", { role: "group", "aria-label": "What is shown and marked" });
  const single = foldAway("Layer by layer", layers.map((layer) => layer.switch.label));
  bar.append(group("Voices shown", voices.map((voice) => voice.label)));
  bar.firstChild.append(single);
  if (categories.length) {
    const marking = foldAway("Mark by category", categories.map((category) => category.switch.label));
    bar.append(make("fieldset", {}, marking, legend));
  }
  const label = make("label", {}, "Find words ", box);
  bar.append(make("div", { className: "find" }, label, whole.label, clear), said);

  const pen = page.pencil ? pencil({ model, page, layers, paragraphs, firsts, article, refresh }) : null;
  const styles = SHARED_STYLE + STYLE + (pen ? PENCIL_STYLE : "");
  const root = make("div", { className: "cr crp" }, make("style", { textContent: styles }), bar,
    ...(pen ? [pen.tools] : []), article, ...(pen ? [pen.rest] : []));
  refresh();
  el.append(root);
  pen?.begin();
  const undo = [replaceStill(el, "article.close-reading-page"), keepKeys(root), () => pen?.end()];
  return () => undo.forEach((one) => one());
}

export default personal(render);
