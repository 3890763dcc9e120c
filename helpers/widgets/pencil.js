// The pencil: choose words with the mouse or the keyboard and give them tags and a note, which appear in the
// margin. Needs shared.js and words.js before it and page.js after it.

const PENCIL_STYLE = `
.cr.crp .tools {
  position: sticky; top: 0; z-index: 2; padding: 0.3em 0; font-size: 0.9em; background: var(--jp-layout-color0, Canvas);
}
.cr.crp .tools .bar { display: flex; flex-wrap: wrap; gap: 0.3em 0.9em; align-items: center; }
.cr.crp .tools fieldset { border: 0; padding: 0; margin: 0; display: flex; flex-wrap: wrap; gap: 0 0.8em; }
.cr.crp .tools legend { float: left; font-weight: normal; padding: 0 0.6em 0 0; }
.cr.crp .tools .said { height: 1.6em; margin: 0.1em 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.cr.crp article.writable { cursor: text; }
.cr.crp article.writable { position: relative; }
/* The margin is beside the text and may grow without moving it. */
.cr.crp article.railed { padding-right: 19em; }
.cr.crp article.railed .pair { display: block; }
.cr.crp article.railed .margin { position: absolute; right: 1em; width: 17em; }
.cr.crp article.railed .beside { margin-left: 3.5em; }
.cr.crp article.railed .beside details { display: inline-block; vertical-align: top; margin: 0 1.5em 0 0; }
.cr.crp article.writable:focus { outline: none; box-shadow: none; }
.cr.crp .cursor { border: 1px dashed ${THEME.edge}; padding: 0 0.5em; }
.cr.crp article.writable ::selection { background: ${THEME.focus}; color: ${THEME.paper}; }
.cr.crp .margin ol { list-style: none; }
.cr.crp .card { border: 1px solid ${THEME.edge}; border-left-width: 5px; padding: 0.2em 0.6em; margin: 0.3em 0; font-size: 0.9em; }
.cr.crp .card p { margin: 0.15em 0; overflow-wrap: anywhere; }
.cr.crp .card .note { white-space: pre-wrap; }
.cr.crp .card button { font-size: 0.95em; padding: 0 0.45em; }
.cr.crp .tag {
  color: ${THEME.ink}; border: 1px solid ${THEME.ink}; border-radius: 3px; padding: 0 0.35em; font-weight: bold;
  display: inline-block; margin: 0 0.25em 0.1em 0;
}
.cr.crp .editor { border: 2px solid ${THEME.focus}; padding: 0.4em 0.7em; margin: 0.3em 0; }
.cr.crp .editor input[type=text] { flex: 1; width: 100%; }
.cr.crp .editor textarea { display: block; width: 100%; box-sizing: border-box; min-height: 4em; }
.cr.crp .editor .bar { display: flex; flex-wrap: wrap; gap: 0.4em 0.8em; margin: 0.4em 0 0; }
.cr.crp .editor .tags { display: flex; flex-wrap: wrap; gap: 0.1em 0.9em; }
`;
const PENCIL_PATIENCE = 8000; // milliseconds without a reply until the kernel counts as not responding
const PENCIL_SILENT =
  "Not saved yet: the kernel is not responding. Your note is still here. If a cell shows [*], wait. Otherwise " +
  "choose Kernel → Restart Kernel, run this cell again and press Save again.";
// Granularity of Intl.Segmenter for each unit; the kernel sends the sentences.
const UNITS = { word: "word", sentence: null, character: "grapheme" };

function pencil({ model, page, layers, paragraphs, firsts, article, refresh }) {
  const name = nameOfView();
  let stand = null; // the element whose keys move the cursor
  const order = new Map(paragraphs.map((paragraph, n) => [paragraph, n]));
  let here = null; // { p, start, end }: the unit under the cursor
  let anchor = null; // where a selection began
  let unit = "word";
  let open = null; // the editor that is open
  let typed = false; // whether something is written in it
  let sent = 0;
  let own = []; // the last selection set by this script

  const said = make("p", { className: "said", role: "status" });
  const tell = (words) => say(said, words);
  const quote = (words) => `“${words.length > 90 ? `${words.slice(0, 60)} … ${words.slice(-25)}` : words}”`;

  // ---- places: convert between an offset in a paragraph (in UTF-16 units) and a node with an offset
  function* pieces(paragraph) {
    const walk = document.createTreeWalker(paragraph.words, NodeFilter.SHOW_TEXT, {
      acceptNode: (node) =>
        node.parentElement.closest(".sign") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT,
    });
    let at = 0;
    while (walk.nextNode()) {
      yield [walk.currentNode, at];
      at += walk.currentNode.data.length;
    }
  }
  function nodeAt(paragraph, offset, ends) {
    let last = [paragraph.words, 0];
    for (const [node, at] of pieces(paragraph)) {
      if (ends ? offset <= at + node.data.length : offset < at + node.data.length) return [node, offset - at];
      last = [node, node.data.length];
    }
    return last;
  }
  function placeOf(node, offset) {
    const paragraph = node && paragraphs.find((one) => one.layer.shown && one.words.contains(node));
    if (!paragraph) return null;
    const point = document.createRange();
    point.setStart(node, offset);
    let found = 0;
    for (const [piece, at] of pieces(paragraph)) {
      const side = point.comparePoint(piece, 0);
      if (piece === node) return { p: paragraph, at: at + offset };
      if (side >= 0) break;
      found = at + piece.data.length;
    }
    return { p: paragraph, at: found };
  }

  // ---- the reading cursor
  function units(paragraph, kind = unit) {
    paragraph.units ??= { sentence: page.sentences[order.get(paragraph)] };
    if (!paragraph.units[kind]) {
      const segments = new Intl.Segmenter(undefined, { granularity: UNITS[kind] }).segment(paragraph.text);
      const found = [];
      for (const { segment, index, isWordLike } of segments) {
        const words = segment.trim();
        if (!words || (kind === "word" && !isWordLike)) continue;
        const start = index + segment.indexOf(words);
        found.push([start, start + words.length]);
      }
      paragraph.units[kind] = found;
    }
    return paragraph.units[kind];
  }
  const visible = () => paragraphs.filter((one) => one.layer.shown && units(one).length);

  function step(from, by) {
    const list = units(from.p);
    const at = by > 0
      ? list.findIndex(([start, end]) => (from.fresh ? end > from.start : start >= from.end))
      : list.findLastIndex(([, end]) => end <= from.start);
    if (at >= 0) return { p: from.p, start: list[at][0], end: list[at][1] };
    const all = visible();
    const next = all[all.indexOf(from.p) + by];
    if (!next) return null;
    const [start, end] = by > 0 ? units(next)[0] : units(next).at(-1);
    return { p: next, start, end };
  }

  const before = (a, b) => order.get(a.p) - order.get(b.p) || a.start - b.start;
  // The chosen words: from the start of the first unit to the end of the last.
  function chosen() {
    if (!here) return null;
    const from = anchor ?? here;
    const [first, last] = before(from, here) <= 0 ? [from, here] : [here, from];
    return { first, last, words: wordsOf(first, last) };
  }
  function wordsOf(first, last) {
    const [a, b] = [order.get(first.p), order.get(last.p)];
    return paragraphs.slice(a, b + 1)
      .map((one, n) => one.text.slice(n ? 0 : first.start, a + n === b ? Math.max(last.end, first.end * (a === b)) : undefined))
      .join(" ");
  }
  function show() {
    const range = chosen();
    if (!range) return;
    const [startNode, start] = nodeAt(range.first.p, range.first.start, false);
    const [endNode, end] = nodeAt(range.last.p, Math.max(range.last.end, range.first.p === range.last.p ? range.first.end : 0), true);
    own = [startNode, start, endNode, end];
    window.getSelection().setBaseAndExtent(...own);
    (endNode.parentElement ?? endNode).scrollIntoView?.({ block: "nearest" });
  }
  function tellPlace(entered) {
    const range = chosen();
    const marks = here.p.own.filter((mark) => mark.start < here.end && mark.end > here.start);
    const there = [...new Set(marks.map((mark) => mark.card))].map((card) => `mark ${card.number}`).join(", ");
    const where = entered ? `${here.p.layer.label}, paragraph ${here.p.through}: ` : "";
    const words = anchor ? `Chosen: ${quote(range.words)}` : quote(here.p.text.slice(here.start, here.end));
    tell(where + words + (there ? ` (${there})` : ""));
    mark.disabled = false;
  }
  function move(by, extend, jump) {
    const from = here ?? { p: visible()[0], start: 0, end: 0, fresh: true };
    if (!from.p) return;
    const kept = unit;
    if (jump) unit = jump;
    const next = step(from, by);
    unit = kept;
    if (!next) return;
    if (extend && here) {
      if ((anchor ?? here).p.layer !== next.p.layer) {
        tell("A mark must stay in one layer; another layer begins here.");
        return;
      }
      anchor ??= here;
    } else {
      anchor = null;
    }
    const entered = !here || here.p !== next.p;
    here = next;
    show();
    tellPlace(entered);
  }

  const isOwn = ({ anchorNode, anchorOffset, focusNode, focusOffset }) =>
    [anchorNode, anchorOffset, focusNode, focusOffset].every((one, n) => one === own[n]);
  // Read the selection made with the mouse.
  function selected() {
    const selection = window.getSelection();
    if (open || !selection.rangeCount || selection.isCollapsed) return;
    if (isOwn(selection)) return;
    const range = selection.getRangeAt(0);
    if (!article.contains(range.commonAncestorContainer)) return;
    const first = placeOf(range.startContainer, range.startOffset);
    const last = placeOf(range.endContainer, range.endOffset);
    if (!first || !last) return;
    if (first.p.layer !== last.p.layer) {
      tell("A mark must stay in one layer; another layer begins here.");
      mark.disabled = true;
      return;
    }
    anchor = { p: first.p, start: first.at, end: first.at };
    here = { p: last.p, start: last.at, end: last.at };
    tell(`Chosen: ${quote(chosen().words)}`);
    mark.disabled = !chosen().words.trim();
  }

  // ---- messages to the kernel
  const waiting = new Map();
  function ask(message, heard) {
    sent += 1;
    const ack = `${name}:${sent}`;
    const silent = setTimeout(() => {
      tell(PENCIL_SILENT);
    }, PENCIL_PATIENCE);
    waiting.set(ack, (answer) => {
      clearTimeout(silent);
      waiting.delete(ack);
      heard?.(answer);
      tell(answer.said);
    });
    try {
      model.send({ ...message, ack });
    } catch {
      clearTimeout(silent);
      tell(PENCIL_SILENT);
    }
  }
  const answered = (message) => waiting.get(message.ack)?.(message);

  const key = keyOf("note", model) + page.document;
  const keep = (value) => {
    try {
      if (value) sessionStorage.setItem(key, JSON.stringify(value));
      else sessionStorage.removeItem(key);
    } catch {
      // Without this storage the note is still on the page.
    }
  };
  const kept = () => {
    try {
      return JSON.parse(sessionStorage.getItem(key));
    } catch {
      return null;
    }
  };

  // ---- the editor, in the margin so that it never covers the words
  // ``fresh`` is a mark that the mouse has just made: Cancel takes it back.
  function edit(range, card, begun, still = false, fresh = false) {
    if (open && typed) {
      tell("First save or cancel the mark you are writing.");
      open.querySelector("textarea").focus();
      return;
    }
    close();
    const { tagset } = model.get("margin");
    const boxes = tagset.map((tag) => {
      const box = make("input", { type: "checkbox", value: tag.name, checked: (begun ?? card)?.tags.includes(tag.name) ?? false });
      return { box, label: make("label", {}, box, tagSign(tag)) };
    });
    const added = make("input", { type: "text", maxLength: 40, autocomplete: "off", value: begun?.fresh ?? "" });
    const note = make("textarea", { dir: "auto", value: (begun ?? card)?.note ?? "" });
    const save = make("button", { type: "button", textContent: "Save" });
    const cancel = make("button", { type: "button", textContent: "Cancel" });
    const words = card ? card.quotation : range.words;
    const node = make("div", { className: "editor", role: "group", "aria-label": card ? `Change mark ${card.number}` : "New mark" },
      make("p", {}, make("strong", { textContent: card ? `Mark ${card.number}` : "New mark" }), ` ${quote(words)}`),
      make("fieldset", {}, make("legend", { textContent: "Tags" }),
        make("div", { className: "tags" }, ...boxes.map(({ label }) => label)), make("label", {}, "New tag ", added)),
      make("label", {}, "Note"), note, make("div", { className: "bar" }, save, cancel));
    const label = node.querySelector(":scope > label");
    note.id = `${name}-note`;
    label.htmlFor = note.id;
    const value = () => ({
      id: card?.id ?? null,
      ...(range ? placed(range) : {}),
      tags: boxes.filter(({ box }) => box.checked).map(({ box }) => box.value),
      fresh: added.value.trim(),
      note: note.value,
    });
    node.addEventListener("input", () => {
      typed = true;
      keep(value());
    });
    save.addEventListener("click", () => {
      ask({ do: "mark", ...value() }, (answer) => {
        if (!answer.done) return;
        keep(null);
        close();
        back();
      });
    });
    cancel.addEventListener("click", () => {
      keep(null);
      close();
      back();
      if (fresh) ask({ do: "undo" });
      else tell("Nothing was changed.");
    });
    node.addEventListener("keydown", (event) => {
      if (event.key === "Escape") cancel.click();
      else if (event.key === "Enter" && event.target === added) save.click();
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
    open = node;
    typed = Boolean(begun);
    (range?.last.p ?? card.paragraph).margin.prepend(node);
    arrange();
    (boxes[0]?.box ?? added).focus({ preventScroll: still });
    if (!still) node.scrollIntoView({ block: "nearest" });
  }
  function close() {
    // JupyterLab 4.6 scrolls to the cell if the focused element is removed.
    if (open?.contains(document.activeElement)) (stand ?? cursor).focus({ preventScroll: true });
    open?.remove();
    open = null;
    typed = false;
    arrange();
  }
  // Put what is in the margin beside its paragraph, or below the mark before it; in a narrow page, below the paragraph.
  function arrange() {
    const wide = article.clientWidth >= 640;
    article.classList.toggle("railed", wide);
    const top = article.getBoundingClientRect().top;
    let reached = 0;
    for (const { margin, words, layer } of paragraphs) {
      if (!layer.shown || !margin.childNodes.length) continue;
      const at = Math.max(words.getBoundingClientRect().top - top, reached);
      margin.style.top = `${at}px`;
      reached = at + margin.offsetHeight + 6;
    }
    article.style.minHeight = wide ? `${reached + 12}px` : "";
  }
  function nodeUnder({ clientX, clientY }) {
    const caret = document.caretPositionFromPoint?.(clientX, clientY);
    if (caret) return [caret.offsetNode, caret.offset];
    const range = document.caretRangeFromPoint(clientX, clientY); // Chromium before 128
    return [range?.startContainer, range?.startOffset];
  }
  // A click marks a word, and the mouse drawn over words marks them; a click on a mark opens it.
  function markWithMouse(event) {
    if (event.button || event.target.closest("button, summary, .margin, .beside, a")) return;
    if (open && typed) {
      tell("First save or cancel the mark you are writing.");
      return;
    }
    close();
    const beside = article.classList.contains("railed"); // else the note is below the paragraph, perhaps out of sight
    // A tap leaves the selection as it is until the finger is lifted.
    if (window.getSelection().isCollapsed || isOwn(window.getSelection())) {
      const place = placeOf(...nodeUnder(event));
      const under = place?.p.own.find(({ start, end }) => start <= place.at && place.at < end);
      if (under) {
        edit(null, { ...under.card, paragraph: place.p }, null, beside);
        return;
      }
      const word = place && units(place.p, "word").find(([start, end]) => start <= place.at && place.at < end);
      if (!word) return;
      anchor = null;
      here = { p: place.p, start: word[0], end: word[1] };
      show();
    } else {
      selected();
    }
    const range = here && chosen();
    if (!range?.words.trim() || range.first.p.layer !== range.last.p.layer) return;
    stand = article;
    ask({ do: "mark", ...placed(range), tags: [], note: "" }, (answer) => {
      const card = answer.done && model.get("margin").notes.find((one) => one.id === answer.id);
      if (card && !open) edit(null, { ...card, paragraph: range.last.p }, null, beside, true);
    });
  }
  const placed = ({ first, last }) => ({
    layer: layers.indexOf(first.p.layer),
    from: [first.p.number - 1, first.start],
    to: [last.p.number - 1, Math.max(last.end, first.p === last.p ? first.end : 0)],
  });
  const back = () => {
    (stand ?? cursor).focus({ preventScroll: true });
    show();
  };

  // ---- the margin
  function tagSign(tag) {
    const sign = make("span", { className: "tag", textContent: tag.label });
    sign.style.background = THEME.marks[tag.colour];
    return sign;
  }
  function cardOf(one, tags) {
    const button = (words, act) => {
      const node = make("button", { type: "button", textContent: words, "aria-label": `${words}: mark ${one.number}` });
      node.addEventListener("click", act);
      return node;
    };
    const parts = [make("p", {}, make("strong", { textContent: `${one.number} ` }), ...one.tags.map((tag) => tagSign(tags.get(tag))), quote(one.quotation))];
    parts.push(make("p", {}, make("small", { textContent: one.where })));
    if (one.note) parts.push(make("p", { className: "note", textContent: one.note, dir: "auto" }));
    if (one.remark) parts.push(make("p", {}, make("em", { textContent: one.remark })));
    const buttons = [
      button("Change", () => edit(null, one)),
      button("Delete", () => ask({ do: "remove", id: one.id }, () => (stand ?? cursor).focus({ preventScroll: true }))),
    ];
    if (one.pieces.length) {
      buttons.unshift(button("Go to", () => {
        const [first, last] = [one.pieces[0], one.pieces.at(-1)];
        anchor = { p: paragraphs[firsts[one.layer] + first[0]], start: first[1], end: first[1] };
        here = { p: paragraphs[firsts[one.layer] + last[0]], start: last[2], end: last[2] };
        back();
        tell(`Mark ${one.number}: ${quote(one.quotation)}`);
      }));
    }
    parts.push(make("p", {}, ...buttons.flatMap((node) => [node, " "])));
    const node = make("li", { className: "card" }, ...parts);
    node.style.borderLeftColor = one.tags.length ? THEME.marks[one.colour] : THEME.edge;
    return node;
  }
  const orphans = make("section");
  function draw() {
    const { notes, more, tagset, undo: undone } = model.get("margin");
    const tags = new Map(tagset.map((tag) => [tag.name, tag]));
    for (const paragraph of paragraphs) {
      paragraph.own = [];
      paragraph.more = 0;
      paragraph.cards = [];
    }
    const lost = [];
    for (const one of notes) {
      if (!one.pieces.length) {
        lost.push(cardOf({ ...one, paragraph: paragraphs[0] }, tags));
        continue;
      }
      const sign = one.number;
      one.pieces.forEach(([paragraph, start, end], n) => {
        const there = paragraphs[firsts[one.layer] + paragraph];
        const last = n === one.pieces.length - 1;
        there.own.push({ start, end, colour: one.colour, sign: last ? `✎${sign}` : "", card: one });
        if (last) there.cards.push(cardOf({ ...one, paragraph: there }, tags));
      });
    }
    for (const [layer, paragraph, count] of more) paragraphs[firsts[layer] + paragraph].more = count;
    for (const paragraph of paragraphs) {
      const list = paragraph.cards.length ? [make("ol", { "aria-label": `Marks in paragraph ${paragraph.through}` }, ...paragraph.cards)] : [];
      const now = [...(open && paragraph.margin.contains(open) ? [open] : []), ...list];
      if (now.length || paragraph.margin.childNodes.length) paragraph.margin.replaceChildren(...now);
    }
    orphans.hidden = !lost.length;
    orphans.replaceChildren(make("p", {}, make("strong", { textContent: "Marks whose words are no longer in the text" })),
      make("ol", {}, ...lost));
    undo.disabled = !undone;
    // Its words stay the same, so that the bar keeps its height.
    undo.setAttribute("aria-label", undone ? `Undo: ${printable(undone)}` : "Undo");
    undo.title = undone ? `Undo: ${printable(undone)}` : "";
    refresh();
    arrange();
  }

  // ---- tools
  const mark = make("button", { type: "button", textContent: "Mark the chosen words (Enter)", disabled: true });
  const undo = make("button", { type: "button", textContent: "Undo" });
  mark.addEventListener("click", () => {
    const range = chosen();
    if (!range?.words.trim()) return;
    const { from, to } = placed(range);
    const same = range.first.p.own.find(({ start, end, card }) => card.pieces.length === 1 && from[0] === to[0] &&
      start === from[1] && end === to[1]);
    if (same) edit(null, { ...same.card, paragraph: range.first.p }); // marked already: open it
    else edit(range, null);
  });
  undo.addEventListener("click", () => ask({ do: "undo" }));
  const radios = Object.keys(UNITS).map((kind) => {
    const box = make("input", { type: "radio", name: `${name}-unit`, value: kind, checked: kind === unit });
    box.addEventListener("change", () => { unit = kind; });
    return make("label", {}, box, kind);
  });
  // A separate element receives the keys, so that screen readers still read the text as text.
  const cursor = make("div", { className: "cursor", tabIndex: 0, role: "application", "aria-roledescription": "reading cursor" },
    "Mouse: click a word, or drag over several. Finger: tap a word; for several, hold one, drag its handles, press the button. " +
    "Keys, from here: arrows move, Enter marks, Shift + arrow adds the next.");
  cursor.setAttribute("aria-label", "Reading cursor. Arrow keys move in the text. Enter marks the word at the cursor, " +
    "Shift with an arrow key adds the next");
  const tools = make("div", { className: "tools", role: "group", "aria-label": "Pencil" },
    make("div", { className: "bar" }, mark, undo,
      make("fieldset", {}, make("legend", { textContent: "← → move by" }), ...radios), cursor), said);
  const press = (event) => {
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
    const act = {
      ArrowRight: () => move(1, event.shiftKey),
      ArrowLeft: () => move(-1, event.shiftKey),
      ArrowDown: () => move(1, event.shiftKey, "sentence"),
      ArrowUp: () => move(-1, event.shiftKey, "sentence"),
      Enter: () => (here ? mark.click() : tell("No word is chosen yet: press → first.")),
    }[event.key];
    if (!act || (event.key === "Enter" && event.shiftKey)) return;
    event.preventDefault();
    stand = event.currentTarget;
    act();
  };
  cursor.addEventListener("keydown", press);
  article.className += " writable";
  article.tabIndex = -1; // focused by the mouse; then the same keys work
  article.addEventListener("keydown", press);
  article.addEventListener("pointerup", (event) => setTimeout(() => markWithMouse(event))); // after the selection
  const resized = new ResizeObserver(arrange);
  resized.observe(article);
  document.addEventListener("selectionchange", selected);
  model.on("msg:custom", answered);
  model.on("told", draw);

  return {
    tools,
    rest: orphans,
    begin() {
      draw();
      tell(model.get("said"));
      const begun = kept();
      if (!begun) return;
      const { notes } = model.get("margin");
      const card = begun.id ? notes.find((one) => one.id === begun.id) : null;
      const at = ([number, offset]) => ({ p: paragraphs[firsts[begun.layer] + number], start: offset, end: offset });
      if (card) edit(null, { ...card, paragraph: paragraphs[firsts[card.layer] + (card.pieces.at(-1)?.[0] ?? 0)] }, begun);
      else if (begun.from && paragraphs[firsts[begun.layer] + begun.to[0]]) {
        [anchor, here] = [at(begun.from), at(begun.to)];
        edit(chosen(), null, begun);
      } else return;
      tell("Your unsaved note is back. It is not saved yet: press Save.");
    },
    end() {
      document.removeEventListener("selectionchange", selected);
      resized.disconnect();
      model.off("msg:custom", answered);
      model.off("told", draw);
    },
  };
}
