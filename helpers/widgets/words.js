// Fold and find the words of a text, and write them with marks. Needs shared.js.

const countWords = (n) => `${n} word${n === 1 ? "" : "s"}`;
const ALIKE = new Map();
for (const [one, many] of [["'", "‘’‚‛′´`ʼ‹›＇"], ['"', "“”„‟″«»＂"], ["-", "‐‑‒–—―−﹣－"]]) {
  for (const other of many) ALIKE.set(other, one);
}

// Fold words for comparison, and map every unit of the result to its place in the original.
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
      continue; // soft hyphens and zero-width spaces, which a reader does not see
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

// Make the pattern for a search: literal, except that one trailing * stands for any ending.
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

// Append text, with note numbers in superscript.
function plain(into, words, numbers) {
  let at = 0;
  for (const match of numbers.length ? words.matchAll(/\[\d+\]/g) : []) {
    if (!numbers.includes(match[0])) continue;
    into.append(words.slice(at, match.index), make("sup", { textContent: match[0] }));
    at = match.index + match[0].length;
  }
  into.append(words.slice(at));
}

// Write words with nested elements for marks that may overlap. At the same place, marks end before others begin.
function lay(into, words, marks, numbers) {
  const events = marks
    .flatMap((mark) => [[mark.end, 0, -mark.start, mark], [mark.start, 1, -mark.end, mark]])
    .sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]);
  const stack = [];
  const top = () => (stack.length ? stack[stack.length - 1].node : into);
  const open = (mark) => {
    const node = make("mark", { className: mark.found ? "found" : "" });
    // Deeper marks have thinner lower edges, so that all overlapping marks are visible.
    const edge = Math.max(0, 6 - 3 * stack.length);
    if (!mark.found) node.style.cssText = `background:${THEME.marks[mark.colour]};padding-bottom:${edge}px`;
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
