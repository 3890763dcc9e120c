// Fold and find the words of a text, and write them with marks. Needs shared.js.

const countWords = (n) => `${n} word${n === 1 ? "" : "s"}`;
// ---- finding: what helpers/search does, with its list of characters and its patterns (FOLDING); the cases in
// tests/search/cases.json run through both. Three noncharacters stand in folded words for what may or may not be
// there: a hyphen at a line end, a zero-width space, and (before it) a raised letter at the end of a word.
const [HYPHEN, SPACE, RAISED] = ["\uFDD0", "\uFDD1", "\uFDD3"];
const SAME = new Map(Object.entries(FOLDING.same));
const LETTERS = new Map(Object.entries(FOLDING.letters));
const [NOTES, ITALICS, RAISED_NOTES, ENDS] = ["notes", "italics", "raised", "ends"]
  .map((name) => new RegExp(FOLDING[name], "gu"));
const HINTS = new RegExp(FOLDING.hints, "u");
const AFTER_WORD = new RegExp(`[${FOLDING.word}]$`, "u");
const BEFORE_WORD = new RegExp(`^[${FOLDING.word}]`, "u");
const IS_RAISED = /^[⁰¹²³⁴-⁹⁽ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻªº]$/u;
const BLANK = "[\\t-\\r\\x1c-\\x20\\x85\\p{Z}]";
const CLUSTERS = new RegExp(
  `\\u00ad(?:(?!\\n)${BLANK})*\\n${BLANK}*|\\u200b+|${BLANK}|[^](?:(?![\\ufe00-\\ufe0f])\\p{M})*`, "gu");
const ONE_BLANK = new RegExp(`^${BLANK}$`, "u");

// Replace whatever is sought, and keep where every unit came from.
function replaced(folded, sought, instead) {
  const { words } = folded;
  const next = { words: "", starts: [], ends: [] };
  let at = 0;
  const keep = (to) => {
    next.words += words.slice(at, to);
    for (; at < to; at++) {
      next.starts.push(folded.starts[at]);
      next.ends.push(folded.ends[at]);
    }
  };
  for (const match of words.matchAll(sought)) {
    const end = match.index + match[0].length;
    const piece = instead(match[0], match.index, end, words);
    if (piece === match[0]) continue;
    keep(match.index);
    next.words += piece;
    for (let n = 0; n < piece.length; n++) {
      next.starts.push(folded.starts[match.index]);
      next.ends.push(folded.ends[end - 1]);
    }
    at = end;
  }
  if (!at) return folded;
  keep(words.length);
  return next;
}

function foldCluster(cluster) {
  const [first] = cluster;
  // Lower case first: only the small ß has capitals of two letters.
  const same = ((SAME.get(first) ?? first) + cluster.slice(first.length)).normalize("NFKD");
  const letters = [...same.toLowerCase().toUpperCase().toLowerCase()].map((one) => LETTERS.get(one) ?? one);
  return letters.join("").normalize("NFC").replaceAll("i\u0307", "i");
}

function foldCharacters(notes) {
  return (cluster, start, end, words) => {
    if (cluster.length === 1 && cluster > " " && cluster < "`") return cluster.toLowerCase();
    if (ONE_BLANK.test(cluster)) return cluster === "\n" ? "\n" : " ";
    if (cluster[0] === "\u200b") {
      // Next to a space, a zero-width space adds nothing.
      return [words[start - 1], words[end]].some((one) => one && ONE_BLANK.test(one)) ? "" : SPACE;
    }
    if (/^[\p{Cf}\ufe00-\ufe0f]/u.test(cluster)) return "";
    return !notes && IS_RAISED.test(cluster) ? cluster : foldCluster(cluster);
  };
}

const between = (_, start, end, words) =>
  AFTER_WORD.test(words.slice(Math.max(0, start - 2), start)) && BEFORE_WORD.test(words.slice(end, end + 2)) ? " " : "";

// Reduce words to what is compared; notes are taken out unless they are asked for.
export function fold(words, notes = false) {
  const places = Array.from({ length: words.length }, (_, n) => n);
  let folded = { words, starts: places, ends: places.map((n) => n + 1) };
  folded = replaced(folded, CLUSTERS, foldCharacters(notes));
  if (!notes) {
    folded = replaced(folded, RAISED_NOTES, (found, start, end, all) => {
      if (/[⁰¹²³⁴-⁹]/.test(found)) return between(found, start, end, all);
      return AFTER_WORD.test(all.slice(Math.max(0, start - 2), start)) ? RAISED + foldCluster(found) : "";
    });
    folded = replaced(folded, /[^\0-\x7f]/gu, (one) => (IS_RAISED.test(one) ? foldCluster(one) : one));
  }
  folded = replaced(folded, notes ? ITALICS : NOTES, between);
  folded = replaced(folded, ENDS, (found, start, _, all) =>
    AFTER_WORD.test(all.slice(Math.max(0, start - 2), start)) ? HYPHEN : found);
  return replaced(folded, /—|[ \n]+/gu, (found) => (found === "—" ? "-" : " "));
}

// What is looked for: literal, but for one trailing * that stands for any ending.
export function pattern(query, whole) {
  const sought = fold(query, true).words.replace(/[\uFDD0\uFDD1]/gu, "").trim();
  const open = sought.endsWith("*");
  const key = open ? sought.slice(0, -1).trimEnd() : sought;
  if (!key) return null;
  const may = `[${HYPHEN}${SPACE}]*`;
  const maybe = { "-": `(?:-|${HYPHEN})`, " ": `(?: |${SPACE})` };
  const literal = [...key].map((one, n) => {
    const self = maybe[one] ?? one.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
    // A raised letter is the last of a word.
    return n && !BEFORE_WORD.test(one) ? `(?:${RAISED}[^])?${may}${self}` : `${n ? may : ""}${RAISED}?${self}`;
  });
  const ending = open ? `(?:[${HYPHEN}${SPACE}${RAISED}]*[${FOLDING.word}])*` : "";
  const before = "([{<'\"".includes(key[0]) ? "" : `(?<![${FOLDING.word}${HYPHEN}${RAISED}])`;
  const edges = whole ? [before, `(?![${FOLDING.word}${HYPHEN}])`] : ["", "(?!\\p{M})"];
  return { words: new RegExp(edges[0] + literal.join("") + ending + edges[1], "gu"),
    notes: HINTS.test(key) || /[⁰¹²³⁴-⁹]/.test(query) };
}

// Find it in words; ``kept`` holds them folded. Of places that overlap the first one counts, and then the longest.
export function find(words, sought, kept = {}) {
  const found = [];
  for (const notes of sought.notes ? [false, true] : [false]) {
    const folded = (kept[notes] ??= fold(words, notes));
    for (const match of folded.words.matchAll(sought.words)) {
      const last = match.index + match[0].length - 1;
      found.push({ start: folded.starts[match.index], end: folded.ends[last], found: true });
    }
  }
  let reached = 0;
  return found.sort((a, b) => a.start - b.start || b.end - a.end).filter(({ start, end }) => {
    const good = start >= reached;
    if (good) reached = end;
    return good;
  });
}

// Append text, with note numbers in superscript.
function plain(into, words, numbers) {
  let at = 0;
  for (const match of numbers.length ? words.matchAll(/\[\d+\]/g) : []) {
    if (!numbers.includes(match[0])) continue;
    into.append(printable(words.slice(at, match.index)), make("sup", { textContent: match[0] }));
    at = match.index + match[0].length;
  }
  into.append(printable(words.slice(at)));
}

// Write words with nested elements for marks that may overlap. At the same place, marks end before others begin.
// Of marks over the same words only so many are drawn; a longer one is drawn from where another ends, and the rest
// are counted in words, together with ``more`` marks over all of the words. What was sought is always drawn.
function lay(into, words, marks, numbers, more = 0) {
  const begins = [...marks].sort((a, b) => a.start - b.start || b.end - a.end);
  const stack = [];
  let waiting = []; // the longest last
  let at = 0;
  const top = () => (stack.length ? stack[stack.length - 1].node : into);
  const drawn = () => stack.filter(({ mark }) => !mark.found).length;
  const open = (mark) => {
    const node = make("mark", { className: mark.found ? "found" : "" });
    // Deeper marks have thinner lower edges, so that all overlapping marks are visible.
    const edge = Math.max(0, 6 - 3 * stack.length);
    if (!mark.found) node.style.cssText = `background:${THEME.marks[mark.colour]};padding-bottom:${edge}px`;
    top().append(node);
    stack.push({ mark, node });
  };
  const write = (to) => {
    if (to > at) plain(top(), words.slice(at, to), numbers);
    at = Math.max(at, to);
  };
  const count = (number) => {
    if (!number) return;
    const said = `+ ${number} more mark${number === 1 ? "" : "s"}`;
    top().append(make("small", { className: "sign more", textContent: said }));
  };
  // End all marks up to a place, the inner one first if several end together.
  const endUpTo = (place) => {
    while (stack.length) {
      const ending = stack.reduce((a, b) => (b.mark.end <= a.mark.end ? b : a));
      if (ending.mark.end > place) return;
      write(ending.mark.end);
      const [closed, ...above] = stack.splice(stack.indexOf(ending));
      const { sign } = closed.mark;
      if (sign) closed.node.append(make("sup", { className: "sign" }, make("span", { textContent: sign })));
      for (const one of above) open(one.mark);
      if (!waiting.length || drawn() >= MOST_OVERLAPPING) continue;
      if (waiting.at(-1).end <= at) {
        count(waiting.length);
        waiting = [];
      } else {
        open(waiting.pop());
      }
    }
  };
  for (const mark of begins) {
    endUpTo(mark.start);
    write(mark.start);
    if (mark.found || drawn() < MOST_OVERLAPPING) {
      open(mark);
      continue;
    }
    const place = waiting.findLastIndex((one) => one.end <= mark.end);
    waiting.splice(place + 1, 0, mark);
  }
  endUpTo(words.length);
  write(words.length);
  count(waiting.length + more);
}

const sum = (counts) => counts.reduce((a, b) => a + b, 0);

function byKind(layers, counts) {
  const sums = new Map();
  layers.forEach((layer, n) => sums.set(layer.kind, (sums.get(layer.kind) ?? 0) + counts[n]));
  return [...sums].filter(([, count]) => count).map(([kind, count]) => `${kind} ${count}`).join(", ");
}
