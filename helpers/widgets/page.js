// The page of a text, alive: layers and categories by switches, words marked as one types.
// shared.js stands before it.

const countWords = (n) => `${n} word${n === 1 ? "" : "s"}`;
const ALIKE = new Map();
for (const [one, many] of [["'", "‘’‚‛′´`ʼ‹›＇"], ['"', "“”„‟″«»＂"], ["-", "‐‑‒–—―−﹣－"]]) {
  for (const other of many) ALIKE.set(other, one);
}

// A mark carries ink and paper of its own.
const STYLE = `
.crp .switches { display: flex; flex-wrap: wrap; gap: 0.1em 1.4em; }
.crp input[type=search] { width: 16em; }
.crp .find { display: flex; flex-wrap: wrap; gap: 0.4em 1.2em; align-items: center; }
.crp .said { min-height: 1.6em; }
.crp section { border-left: 4px solid #808080; padding-left: 0.8em; margin: 0.9em 0; }
.crp .number { padding-right: 0.6em; }
/* Copied words are the words of the text. */
.crp .number, .crp .sign { user-select: none; }
.crp .passage { white-space: normal; overflow-wrap: break-word; }
.crp .pair { display: flex; flex-wrap: wrap; gap: 0.3em 1.2em; margin: 0.5em 0; }
.crp .pair > div:first-child { flex: 3 1 22em; min-width: 0; }
.crp .plain { flex: 1 1 15em; border: 1px dashed #808080; padding: 0.3em 0.7em; font-size: 0.9em; align-self: flex-start; }
.crp .aids { padding-left: 2em; font-size: 0.87em; }
.crp mark { padding: 0 1px; }
.crp mark sup.sign { font-size: 0.8em; font-weight: bold; padding-left: 0.25em; vertical-align: baseline; }
.crp mark.found { font-weight: bold; outline: 2px solid #1b1b1b; outline-offset: -1px; }
.crp .long p.passage { content-visibility: auto; contain-intrinsic-size: auto 6em; }
`;

// Reduce words to what is compared, and keep where every unit came from: folding moves no mark.
export function fold(words) {
  let out = "";
  const starts = [];
  const ends = [];
  for (const match of words.matchAll(/[^]\p{M}*/gu)) {
    const cluster = match[0];
    const end = match.index + cluster.length;
    let piece;
    if (cluster.length === 1 && cluster > " " && cluster < "\u007f") {
      piece = (ALIKE.get(cluster) ?? cluster).toLowerCase();
    } else if (/^\s/.test(cluster)) {
      if (out.endsWith(" ")) {
        ends[ends.length - 1] = end;
        continue;
      }
      piece = " ";
    } else if (/^\p{Cf}/u.test(cluster)) {
      continue; // soft hyphens, zero-width spaces: not there for a reader
    } else {
      const [first] = cluster;
      const same = (ALIKE.get(first) ?? first) + cluster.slice(first.length);
      piece = same.normalize("NFKD").toUpperCase().toLowerCase().normalize("NFC");
    }
    out += piece;
    for (let n = 0; n < piece.length; n++) {
      starts.push(match.index);
      ends.push(end);
    }
  }
  return { words: out, starts, ends };
}

// The pattern of what is looked for: literal, but for one trailing * that stands for any ending.
export function pattern(query, whole) {
  const sought = fold(query).words.trim();
  const open = sought.endsWith("*");
  const literal = (open ? sought.slice(0, -1) : sought).replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
  if (!literal) return null;
  const letter = "[\\p{L}\\p{N}\\p{M}_]";
  const ending = open ? `${letter}*` : "";
  const edges = whole ? [`(?<!${letter})`, `(?!${letter})`] : ["", "(?!\\p{M})"];
  return new RegExp(edges[0] + literal + ending + edges[1], "gu");
}

function find(folded, sought) {
  const found = [];
  for (const match of folded.words.matchAll(sought)) {
    const last = match.index + match[0].length - 1;
    found.push({ start: folded.starts[match.index], end: folded.ends[last], found: true });
  }
  return found;
}

// Note numbers are raised; all else is text.
function plain(into, words, numbers) {
  let at = 0;
  for (const match of numbers.length ? words.matchAll(/\[\d+\]/g) : []) {
    if (!numbers.includes(match[0])) continue;
    into.append(words.slice(at, match.index), make("sup", { textContent: match[0] }));
    at = match.index + match[0].length;
  }
  into.append(words.slice(at));
}

// Write words with marks that may overlap, properly nested; at one place marks end before others begin.
function lay(into, words, marks, numbers, page) {
  const events = marks
    .flatMap((mark) => [[mark.end, 0, -mark.start, mark], [mark.start, 1, -mark.end, mark]])
    .sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]);
  const stack = [];
  const top = () => (stack.length ? stack[stack.length - 1].node : into);
  const open = (mark) => {
    const node = make("mark", { className: mark.found ? "found" : "" });
    // The deeper a mark lies, the thinner its lower edge: overlapping marks all stay visible.
    const edge = Math.max(0, 6 - 3 * stack.length);
    node.style.cssText = mark.found
      ? `background:#fff;color:${page.ink}`
      : `background:${page.palette[mark.colour]};color:${page.ink};padding-bottom:${edge}px;` +
        `border-bottom:2px solid ${page.ink}`;
    top().append(node);
    stack.push({ mark, node });
  };
  let at = 0;
  for (const [place, opens, , mark] of events) {
    if (place > at) plain(top(), words.slice(at, place), numbers);
    at = Math.max(at, place);
    if (opens) {
      open(mark);
      continue;
    }
    const [closed, ...above] = stack.splice(stack.findIndex((one) => one.mark === mark));
    if (mark.sign) closed.node.append(make("sup", { className: "sign", textContent: mark.sign }));
    for (const one of above) open(one.mark);
  }
  plain(into, words.slice(at), numbers);
}

const sum = (counts) => counts.reduce((a, b) => a + b, 0);

function byKind(layers, counts) {
  const sums = new Map();
  layers.forEach((layer, n) => sums.set(layer.kind, (sums.get(layer.kind) ?? 0) + counts[n]));
  return [...sums].filter(([, count]) => count).map(([kind, count]) => `${kind} ${count}`).join(", ");
}

function render({ model, el }) {
  const page = model.get("page");
  const layers = page.layers.map((layer) => ({ ...layer }));
  const themes = page.themes.map((theme) => ({ ...theme, on: false }));
  const paragraphs = layers.flatMap((layer) =>
    layer.paragraphs.map((paragraph, n) => ({ ...paragraph, layer, number: n + 1, marks: [], found: [], key: null })),
  );
  const firsts = layers.map((layer) => paragraphs.findIndex((paragraph) => paragraph.layer === layer));
  for (const theme of themes) {
    theme.counts = layers.map(() => 0);
    for (const [layer, paragraph, start, end, last] of theme.marks) {
      const mark = { start, end, colour: theme.colour, sign: last ? theme.label : "", theme };
      paragraphs[firsts[layer] + paragraph].marks.push(mark);
      theme.counts[layer] += last;
    }
  }

  // ---- the page
  const article = make("article", { className: paragraphs.length > 150 ? "long" : "" });
  article.append(make("p", {}, make("strong", { textContent: page.title })));
  for (const layer of layers) {
    layer.node = make("section");
    layer.node.style.borderLeftStyle = layer.line;
    const facts = make("small", {}, ` (${layer.kind}, ${countWords(layer.words)}; layer `);
    facts.append(make("code", { textContent: layer.id }), ")");
    layer.node.append(make("p", {}, make("strong", { textContent: layer.label }), facts));
    article.append(layer.node);
  }
  for (const paragraph of paragraphs) {
    paragraph.words = make("span");
    const number = make("small", { className: "number", textContent: `¶${paragraph.number}` });
    const passage = make("p", { className: "passage" }, number, paragraph.words);
    if (paragraph.terms.length || paragraph.notes.length) paragraph.aids = make("ul", { className: "aids" });
    const left = [passage, ...(paragraph.aids ? [paragraph.aids] : [])];
    if (paragraph.summary) {
      const words = make("p", { textContent: paragraph.summary });
      const beside = make("div", { className: "plain" }, make("strong", { textContent: "In plain words" }), words);
      paragraph.layer.node.append(make("div", { className: "pair" }, make("div", {}, ...left), beside));
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
  for (const theme of themes) {
    const sign = make("mark", { textContent: theme.label });
    sign.style.cssText = `background:${page.palette[theme.colour]};color:${page.ink};border-bottom:2px solid ${page.ink}`;
    theme.count = make("span");
    theme.entry = make("li", {}, sign, theme.count);
    theme.switch = toggle("", false, (on) => {
      theme.on = on;
      // In the order of the switches, and only what changed: the legend is read out.
      const next = themes.slice(themes.indexOf(theme) + 1).find((one) => one.on);
      if (on) legend.insertBefore(theme.entry, next?.entry ?? null);
      else theme.entry.remove();
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
      if (sought) paragraph.folded ??= fold(paragraph.text);
      paragraph.found = sought ? find(paragraph.folded, sought) : [];
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

  // Only what changed is written anew, and what is hidden waits until it is shown.
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
    for (const theme of themes) {
      const inside = sum(theme.counts.filter((_, n) => layers[n].shown));
      const outside = sum(theme.counts) - inside;
      const label = `${theme.label} (${inside} here, ${outside} in layers not shown)`;
      if (theme.switch.words.textContent !== label) theme.switch.words.textContent = label;
      const count = `: ${inside} marked, ${outside} in layers not shown. ${theme.question}`;
      if (theme.count.textContent !== count) theme.count.textContent = count;
    }
    const explained = new Set();
    for (const paragraph of paragraphs) {
      if (!paragraph.layer.shown) continue;
      const marks = [...paragraph.marks.filter((mark) => mark.theme.on), ...paragraph.found];
      const key = marks.map((mark) => `${mark.start}-${mark.end}${mark.sign ?? ""}`).join();
      if (key !== paragraph.key) {
        paragraph.key = key;
        paragraph.words.replaceChildren();
        lay(paragraph.words, paragraph.text, marks, paragraph.layer.numbers, page);
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

  // Words are explained where they first stand among what is shown.
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
  if (themes.length) {
    const marking = foldAway("Mark by category", themes.map((theme) => theme.switch.label));
    bar.append(make("fieldset", {}, marking, legend));
  }
  const label = make("label", {}, "Find words ", box);
  bar.append(make("div", { className: "find" }, label, whole.label, clear), said);

  const root = make("div", { className: "cr crp" }, make("style", { textContent: SHARED_STYLE + STYLE }), bar, article);
  refresh();
  el.append(root);
  const undo = [replaceStill(el, "article.close-reading-page"), keepKeys(root)];
  return () => undo.forEach((one) => one());
}

export default { render };
