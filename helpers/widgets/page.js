// The reading page: switches for layers and categories, and a search as you type.
// Needs shared.js and words.js; with a pencil also pencil.js.

// A mark sets both its text colour and its background.
const STYLE = `
.cr.crp { max-width: 60em; }
.cr.crp .panel { display: flex; flex-wrap: wrap; gap: 0.3em 1.4em; align-items: baseline; font-size: 0.9em; margin: 0.4em 0; }
.cr.crp .panel details[open] { flex: 1 0 100%; }
.cr.crp .panel summary { font-weight: normal; }
.cr.crp .panel fieldset { border: 0; padding: 0; margin: 0.2em 0 0.4em 1em; }
.cr.crp .switches { display: flex; flex-wrap: wrap; gap: 0.1em 1.4em; }
.cr.crp input[type=search] { width: 13em; }
.cr.crp .find { display: flex; flex-wrap: wrap; gap: 0.3em 0.8em; align-items: baseline; }
.cr.crp .legend { flex: 1 0 100%; }
.cr.crp .panel .said { flex: 1 0 100%; margin: 0; }
.cr.crp .panel .said:empty { display: none; }
.cr.crp article {
  --quiet: ${THEME.quiet}; --rim: ${THEME.rim}; --sheet: ${THEME.sheet}; --ink: ${THEME.ink};
  box-sizing: border-box; background: ${THEME.sheet}; color: ${THEME.ink}; border: 1px solid var(--rim); border-radius: 8px;
  padding: 0.8em 1.6em 1em; font-family: ${THEME.serif}; font-size: 1.06em; line-height: 1.65;
}
[data-jp-theme-light="false"] .cr.crp article {
  --quiet: ${THEME.dark_quiet}; --rim: ${THEME.dark_rim}; --sheet: ${THEME.dark_sheet}; --ink: ${THEME.dark_ink};
  background: ${THEME.dark_sheet}; color: ${THEME.dark_ink};
}
.cr.crp article > .title { font-size: 1.1em; margin: 0.2em 0 0.6em; }
.cr.crp section { border-left: 4px solid ${THEME.edge}; padding-left: 0.9em; margin: 0.9em 0; }
.cr.crp .voice, .cr.crp .number, .cr.crp .margin, .cr.crp .aids, .cr.crp .beside {
  font-family: system-ui, sans-serif; color: var(--quiet); font-size: 0.8em; line-height: 1.5;
}
.cr.crp .passage { padding-left: 2.8em; text-indent: -2.8em; margin: 0.45em 0; }
.cr.crp .number { display: inline-block; min-width: 3.9em; text-indent: 0; font-size: 0.72em; }
.cr.crp .margin { font-size: 1em; }
.cr.crp .below { font-size: 0.85em; margin-top: 0.3em; }
.cr.crp .below summary { font-weight: normal; }
/* Copying gives only the words of the text. */
.cr.crp .number, .cr.crp .sign { user-select: none; }
.cr.crp .passage { white-space: normal; overflow-wrap: break-word; }
.cr.crp .pair { display: flex; flex-wrap: wrap; gap: 0.3em 1.6em; }
.cr.crp .pair > div:first-child { flex: 3 1 22em; min-width: 0; }
.cr.crp .beside { flex: 1 1 13em; min-width: 0; align-self: flex-start; }
.cr.crp .beside details { border-left: 1px solid var(--rim); padding: 0 0 0.2em 0.8em; margin: 0.55em 0; }
.cr.crp .beside summary { font-weight: normal; }
.cr.crp .beside em { font-family: ${THEME.serif}; }
.cr.crp .aids { margin-left: 2.8em; }
/* Neither a mark nor its sign, which is above its end, moves the words. */
.cr.crp mark { color: ${THEME.ink}; border-bottom: 2px solid ${THEME.ink}; }
.cr.crp mark sup.sign {
  display: inline-block; width: 0; position: relative; top: -1.15em; left: -0.7em; line-height: 1; vertical-align: baseline;
  font: bold 0.62em system-ui, sans-serif; color: var(--ink); white-space: nowrap;
}
.cr.crp mark sup.sign span { background: var(--sheet); padding: 0 0.15em; border-radius: 0.3em; }
.cr.crp mark.found { background: ${THEME.paper}; border: 0; font-weight: bold; outline: 2px solid ${THEME.ink}; outline-offset: -1px; }
.cr.crp .long p.passage { content-visibility: auto; contain-intrinsic-size: auto 6em; }
`;

const FEW_WORDS = 60; // a page with fewer words has its controls folded

function render({ model, el }) {
  const page = model.get("page");
  const layers = page.layers.map((layer) => ({ ...layer }));
  const categories = page.categories.map((category) => ({ ...category, on: false }));
  const paragraphs = layers.flatMap((layer) =>
    layer.paragraphs.map((paragraph, n) => ({ ...paragraph, layer, number: n + 1, marks: [], own: [], more: 0, found: [], folded: {}, key: null })),
  );
  const firsts = layers.map((layer) => paragraphs.findIndex((paragraph) => paragraph.layer === layer));
  for (const category of categories) {
    category.counts = layers.map(() => 0);
    for (const [layer, paragraph, start, end, last] of category.marks) {
      const mark = { start, end, colour: category.colour, sign: last ? category.sign : "", category };
      paragraphs[firsts[layer] + paragraph].marks.push(mark);
      category.counts[layer] += last;
    }
  }

  // ---- the page
  const article = make("article", { className: paragraphs.length > 150 ? "long" : "" });
  article.append(make("p", { className: "title" }, make("strong", { textContent: page.title })));
  for (const layer of layers) {
    layer.node = make("section");
    const [line, colour, sign] = layer.look;
    layer.node.style.borderLeftStyle = line;
    layer.node.style.borderLeftColor = colour;
    const mark = make("span", { textContent: sign, "aria-hidden": "true" });
    layer.node.append(make("p", { className: "voice" }, mark, " ", make("strong", { textContent: layer.label }), ` · ${layer.kind}`));
    article.append(layer.node);
  }
  for (const [n, paragraph] of paragraphs.entries()) {
    paragraph.words = make("span");
    paragraph.through = n + 1;
    const number = make("small", { className: "number", textContent: `¶${n + 1}` });
    const passage = make("p", { className: "passage" }, number, paragraph.words);
    if (paragraph.notes.length) paragraph.aids = make("ul", { className: "aids" });
    const left = [passage, ...(paragraph.aids ? [paragraph.aids] : [])];
    const beside = [];
    if (page.pencil) beside.push((paragraph.margin = make("div", { className: "margin" })));
    if (paragraph.summary) {
      const words = make("p", { textContent: paragraph.summary });
      // Folded, so that one can read the passage before its summary.
      beside.push(make("details", {}, make("summary", { textContent: "In plain words" }), words));
    }
    if (paragraph.terms.length) {
      paragraph.termsName = make("summary");
      paragraph.termsList = make("ul");
      paragraph.glossary = make("details", {}, paragraph.termsName, paragraph.termsList);
      beside.push(paragraph.glossary);
    }
    if (beside.length) {
      const right = make("div", { className: "beside" }, ...beside);
      paragraph.layer.node.append(make("div", { className: "pair" }, make("div", {}, ...left), right));
    } else {
      paragraph.layer.node.append(...left);
    }
  }
  const leftOut = make("p");
  const lengths = make("ul");
  const about = make("details", {}, make("summary", { textContent: "About these words" }), lengths,
    make("p", { textContent: page.numbers }), make("p", { className: "helps", textContent: page.help }));
  const below = make("div", { className: "below" }, leftOut, about);

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
  const menu = (name, ...content) => {
    const summary = make("summary", { textContent: name });
    return { summary, node: make("details", {}, summary, ...content) };
  };

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
  const legend = make("ul", { className: "legend", "aria-live": "polite" });
  for (const category of categories) {
    const sign = make("mark", { textContent: category.sign });
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
  const clear = make("button", { type: "button", textContent: "Clear", hidden: true });
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
      say(said, box.value.trim() ? "Type at least one word." : "");
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
      say(category.switch.words, label);
      const count = ` ${category.label}: ${inside} marked, ${outside} in layers not shown. ${category.question}`;
      say(category.count, count);
    }
    if (voicesMenu) say(voicesMenu.summary, `Voices: ${voices.filter((one) => one.box.checked).length} of ${voices.length} shown`);
    clear.hidden = !box.value;
    const explained = new Set();
    for (const paragraph of paragraphs) {
      if (!paragraph.layer.shown) continue;
      const marks = [...paragraph.marks.filter((mark) => mark.category.on), ...paragraph.own, ...paragraph.found];
      const key = marks.map((mark) => `${mark.start}-${mark.end}-${mark.colour}${mark.sign ?? ""}`).join() + paragraph.more;
      if (key !== paragraph.key) {
        paragraph.key = key;
        paragraph.words.replaceChildren();
        lay(paragraph.words, paragraph.text, marks, paragraph.layer.numbers, paragraph.more);
      }
      help(paragraph, explained);
    }
    const rest = layers.filter((layer) => !layer.shown);
    const counts = rest.map((layer) => layer.words);
    const helps = paragraphs.some((one) => one.layer.shown && (one.terms.length || one.summary));
    say(leftOut, rest.length ? `Left out: ${sum(counts)} words (${byKind(rest, counts)}).` : "Nothing is left out.");
    about.querySelector(".helps").hidden = !helps;
    lengths.replaceChildren(...layers.filter((layer) => layer.shown).map((layer) =>
      make("li", {}, `${layer.look[2]} ${layer.label}: ${countWords(layer.words)}; layer `, make("code", { textContent: layer.id }))));
    announce();
  }

  // Explain a word at its first use in the layers shown.
  function help(paragraph, explained) {
    const lines = paragraph.notes.map(([number, note]) => {
      const where = layers[note].shown ? "" : ", not shown here";
      return make("li", { textContent: `Note ${number}: ¶${firsts[note] + 1}, ${layers[note].label}${where}.` });
    });
    paragraph.aids?.replaceChildren(...lines);
    if (!paragraph.glossary) return;
    const terms = paragraph.terms.filter(([term]) => !explained.has(term));
    for (const [term] of terms) explained.add(term);
    paragraph.glossary.hidden = !terms.length;
    say(paragraph.termsName, `Words explained (${terms.length})`);
    paragraph.termsList.replaceChildren(...terms.map(([term, words]) => make("li", {}, make("em", { textContent: term }), ` = ${words}`)));
  }

  // A short text by one voice needs no switches and no search.
  const bar = make("div", { className: "panel", role: "group", "aria-label": "What is shown and marked" });
  let voicesMenu = null;
  if (layers.length > 1) {
    voicesMenu = menu("", group("Voices shown", voices.map((voice) => voice.label)),
      foldAway("Layer by layer", layers.map((layer) => layer.switch.label)));
    bar.append(voicesMenu.node);
  }
  if (categories.length) {
    bar.append(foldAway("Mark by category", categories.map((category) => category.switch.label)), legend);
  }
  const label = make("label", {}, "Find words ", box);
  bar.prepend(make("div", { className: "find" }, label, whole.label, clear));
  bar.append(said);
  const few = !page.pencil && sum(layers.filter((layer) => layer.shown).map((layer) => layer.words)) < FEW_WORDS;
  const tools = few ? make("details", { className: "below" }, make("summary", { textContent: "Search and more" }), bar) : bar;

  const pen = page.pencil ? pencil({ model, page, layers, paragraphs, firsts, article, refresh }) : null;
  const styles = SHARED_STYLE + STYLE + (pen ? PENCIL_STYLE : "");
  const root = make("div", { className: "cr crp" }, make("style", { textContent: styles }),
    ...(few ? [article, below, tools] : [tools, ...(pen ? [pen.tools] : []), article, below]), ...(pen ? [pen.rest] : []));
  refresh();
  el.append(root);
  pen?.begin();
  const undo = [replaceStill(el, "article.close-reading-page"), keepKeys(root), () => pen?.end()];
  return () => undo.forEach((one) => one());
}

export default personal(render);
