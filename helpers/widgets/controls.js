// The controls of the forms, one for each kind of question. Needs shared.js.
// A control is { node, value(), show(response), first }; `first` is the element that gets the focus.

const countWords = (words) => (words.match(/\S+/gu) ?? []).length;
const sayWords = (n) => `${n} word${n === 1 ? "" : "s"}`;
const ARROW = 32; // pixels of the width of a closed list that its words cannot use: border, padding and arrow
const A_LINE = 12; // words
const [FEWEST, MOST] = [4, 30]; // lines of a text box

function chooser(question, changed, type) {
  const boxes = question.options.map((option) => {
    const box = make("input", { type, name: `${question.id}-${question.view}`, value: option.id });
    box.addEventListener("change", changed);
    return { box, label: make("label", {}, box, make("span", { textContent: option.text })) };
  });
  const list = make("div", { className: "choices" }, ...boxes.map(({ label }) => make("div", {}, label)));
  const chosen = () => boxes.filter(({ box }) => box.checked).map(({ box }) => box.value);
  return {
    node: make("fieldset", {}, make("legend", { textContent: question.how }), list),
    value: () => (type === "radio" ? chosen()[0] ?? "" : chosen()),
    show: (response) => boxes.forEach(({ box }) => { box.checked = [response].flat().includes(box.value); }),
    first: boxes[0].box,
  };
}

function sorter(question, changed) {
  let order = question.items.map((item) => item.id);
  const texts = new Map(question.items.map((item) => [item.id, item.text]));
  const list = make("ol");
  const moved = make("p", { role: "status" });
  const move = (id, by) => {
    const at = order.indexOf(id);
    order.splice(at, 1);
    order.splice(at + by, 0, id);
    draw();
    // Keep the focus on the moved item, on its other button if this one is now disabled.
    const row = list.children[at + by];
    const [up, down] = row.querySelectorAll("button");
    const wanted = by < 0 ? up : down;
    (wanted.disabled ? (by < 0 ? down : up) : wanted).focus();
    say(moved, `“${texts.get(id)}” is now ${at + by + 1} of ${order.length}.`);
    changed();
  };
  const draw = () => {
    list.replaceChildren(
      ...order.map((id, n) => {
        const button = (name, by, off) => {
          const one = make("button", { type: "button", textContent: name, disabled: off });
          one.setAttribute("aria-label", printable(`${name}: ${texts.get(id)}`));
          one.addEventListener("click", () => move(id, by));
          return one;
        };
        const words = make("span", { className: "words", textContent: `${n + 1}. ${texts.get(id)}` });
        const buttons = [button("Up", -1, n === 0), button("Down", 1, n === order.length - 1)];
        return make("li", { className: "row" }, ...buttons, words);
      }),
    );
  };
  draw();
  return {
    node: make("fieldset", {}, make("legend", { textContent: question.how }), list, moved),
    value: () => order,
    show: (response) => {
      order = [...response];
      draw();
    },
    first: null,
  };
}

// A list to choose from. A closed list shows one line: if the chosen words are wider than it, `whole` shows them in full.
function picker(options, changed) {
  const select = make("select", {}, make("option", { value: "", textContent: "Choose …" }));
  for (const option of options) select.append(make("option", { value: option.id, textContent: option.text }));
  const whole = make("span", { className: "whole", "aria-hidden": "true" });
  const tell = () => {
    const words = select.selectedOptions[0]?.textContent ?? "";
    const pen = document.createElement("canvas").getContext("2d");
    pen.font = getComputedStyle(select).font;
    const narrow = select.value && pen.measureText(words).width > select.clientWidth - ARROW;
    say(whole, narrow ? `→ ${words}` : "");
    whole.hidden = !narrow;
  };
  select.addEventListener("change", () => {
    tell();
    changed();
  });
  new ResizeObserver(tell).observe(select);
  return { field: select, whole, tell };
}

function matcher(question, changed) {
  const rows = question.items.map((item) => {
    const { field, whole, tell } = picker(question.options, changed);
    const words = make("span", { className: "words", textContent: item.text });
    return { item, select: field, tell, row: make("label", { className: "row match" }, words, field, whole) };
  });
  return {
    node: make("fieldset", {}, make("legend", { textContent: question.how }), ...rows.map(({ row }) => row)),
    value: () => Object.fromEntries(rows.filter(({ select }) => select.value).map((r) => [r.item.id, r.select.value])),
    show: (response) => rows.forEach(({ item, select, tell }) => {
      select.value = response?.[item.id] ?? "";
      tell();
    }),
    first: rows[0].select,
  };
}

// A table with a field in each cell; the headings of its row and column are the label of a field.
function table(question, changed) {
  const fields = []; // { row, column, field, tell }
  const idOf = (kind, n) => `crq-${kind}-${question.view}-${n}`;
  const heading = (kind, scope, one, n) => {
    const node = make("th", { scope, textContent: one.text });
    node.id = idOf(kind, n);
    return node;
  };
  const cell = (row, r, column, c) => {
    const made = column.options.length ? picker(column.options, changed) : {
      field: make("textarea", { rows: 2, dir: "auto" }), tell: () => {},
    };
    if (!column.options.length) made.field.addEventListener("input", changed);
    made.field.setAttribute("aria-labelledby", `${idOf("row", r)} ${idOf("column", c)}`);
    fields.push({ row, column, ...made });
    return make("td", {}, made.field, ...(made.whole ? [made.whole] : []));
  };
  const head = make("tr", {}, make("td"), ...question.columns.map((one, n) => heading("column", "col", one, n)));
  const body = question.rows.map((row, r) =>
    make("tr", {}, heading("row", "row", row, r), ...question.columns.map((column, c) => cell(row, r, column, c))));
  const whole = make("table", { className: "grid" }, make("thead", {}, head), make("tbody", {}, ...body));
  whole.setAttribute("aria-label", `Question ${question.id}`);
  return {
    node: make("fieldset", {}, make("legend", { textContent: question.how }), scrolled("The table to fill in", whole)),
    value: () => {
      const filled = {};
      for (const { row, column, field } of fields) {
        if (field.value.trim()) (filled[row.id] ??= {})[column.id] = field.value;
      }
      return filled;
    },
    show: (response) => fields.forEach(({ row, column, field, tell }) => {
      field.value = response?.[row.id]?.[column.id] ?? "";
      tell();
    }),
    first: fields[0].field,
  };
}

function writer(question, changed) {
  const rows = Math.min(MOST, Math.max(FEWEST, Math.ceil(question.room / A_LINE)));
  const box = make("textarea", { rows, dir: "auto" });
  const count = make("p", {});
  const limits = [
    question.least ? `at least ${question.least}` : "",
    question.most ? `at most ${question.most}` : "",
  ].filter(Boolean);
  const recount = () => {
    say(count, sayWords(countWords(box.value)) + (limits.length ? ` (${limits.join(", ")})` : "") + ".");
  };
  box.addEventListener("input", () => {
    recount();
    changed();
  });
  const starters = make("ul");
  for (const starter of question.starters) {
    const button = make("button", { type: "button", textContent: starter });
    button.addEventListener("click", () => {
      const begun = box.value && !/\s$/.test(box.value) ? `${box.value} ` : box.value;
      box.value = `${begun}${starter.replace(/\s*…\s*$/, "")} `;
      box.focus();
      recount();
      changed();
    });
    starters.append(make("li", {}, button));
  }
  const help = question.starters.length
    ? [make("details", {}, make("summary", { textContent: "Ways to begin a sentence" }), starters)]
    : [];
  recount();
  return {
    node: make("div", {}, make("label", { className: "prompt" }, question.how), box, count, ...help),
    value: () => box.value,
    show: (response) => {
      box.value = response;
      recount();
    },
    first: box,
    box,
  };
}

// A text in which every word can be marked. Enter only marks, as in the pencil; Space marks and unmarks.
const KEYS = "Mouse or finger: click or tap a word, or drag over several. Keys: arrows move, Space marks or unmarks, Shift + arrow marks on.";
function marker(question, changed) {
  const words = []; // { node, layer, paragraph, start, end, on }: start and end in UTF-16 units of the paragraph
  const text = make("div", { className: "text", tabIndex: 0, role: "listbox", "aria-multiselectable": "true" });
  const keys = make("p", { className: "keys", textContent: KEYS });
  keys.id = `crq-keys-${question.view}`;
  text.setAttribute("aria-label", "Words of the text");
  text.setAttribute("aria-describedby", keys.id);
  question.layers.forEach((layer) => {
    text.append(make("p", { className: "voice", role: "presentation" }, make("strong", { textContent: layer.label })));
    layer.paragraphs.forEach((paragraph) => {
      const label = `${layer.label}, paragraph ${paragraph.number}`;
      const group = make("p", { role: "group", "aria-label": label });
      group.append(make("small", { textContent: `¶${paragraph.number} `, "aria-hidden": "true" }));
      let at = 0;
      for (const match of paragraph.text.matchAll(/\S+/gu)) {
        group.append(printable(paragraph.text.slice(at, match.index)));
        at = match.index + match[0].length;
        const node = make("span", { className: "word", role: "option", textContent: match[0], "aria-selected": "false" });
        node.id = `crq-${question.view}-${words.length}`;
        group.append(node);
        words.push({ node, layer, paragraph, start: match.index, end: at, on: false });
      }
      text.append(group);
    });
  });
  let here = 0;
  let anchor = null;
  let before = [];
  const chosen = make("p", { className: "chosen", role: "status" });
  const clear = make("button", { type: "button", textContent: "Clear marks" });
  const places = new Map(words.map((word, n) => [word.node, n]));

  const draw = () => {
    words.forEach((word, n) => {
      const selected = String(word.on);
      if (word.node.getAttribute("aria-selected") !== selected) word.node.setAttribute("aria-selected", selected);
      word.node.classList.toggle("here", n === here);
    });
    if (words.length) text.setAttribute("aria-activedescendant", words[here].node.id);
    const runs = value();
    say(chosen, runs.length ? `Marked: ${runs.map((run) => `“${run.words}”`).join(" · ")}` : "Nothing is marked.");
    clear.disabled = !runs.length;
  };
  // Adjacent marked words of one paragraph form one passage.
  function value() {
    const runs = [];
    words.forEach((word, n) => {
      if (!word.on) return;
      const last = runs.at(-1);
      if (last && last.to === n - 1 && last.word.paragraph === word.paragraph) {
        last.to = n;
        last.end = word.end;
      } else {
        runs.push({ word, to: n, end: word.end });
      }
    });
    return runs.map(({ word, end }) => ({
      layer: word.layer.id,
      words: word.paragraph.text.slice(word.start, end),
      // The kernel counts in code points.
      start: word.paragraph.start + [...word.paragraph.text.slice(0, word.start)].length,
    }));
  }
  const markTo = (n) => {
    words.forEach((word, m) => { word.on = before[m]; });
    for (let m = Math.min(anchor, n); m <= Math.max(anchor, n); m++) words[m].on = true;
  };
  const begin = (n) => {
    anchor = n;
    before = words.map((word) => word.on);
  };
  const line = (by) => {
    // Find the nearest word in the line above or below.
    const from = words[here].node.getBoundingClientRect();
    const rows = words
      .map((word, n) => ({ n, box: word.node.getClientRects()[0] }))
      .filter(({ box }) => (by < 0 ? box.bottom <= from.top + 2 : box.top >= from.bottom - 2));
    if (!rows.length) return by < 0 ? 0 : words.length - 1;
    const edge = by < 0 ? Math.max(...rows.map(({ box }) => box.top)) : Math.min(...rows.map(({ box }) => box.top));
    const near = rows.filter(({ box }) => Math.abs(box.top - edge) < 3);
    return near.reduce((a, b) => (Math.abs(a.box.left - from.left) <= Math.abs(b.box.left - from.left) ? a : b)).n;
  };
  text.addEventListener("keydown", (event) => {
    const to = {
      ArrowRight: () => Math.min(here + 1, words.length - 1),
      ArrowLeft: () => Math.max(here - 1, 0),
      ArrowDown: () => line(1),
      ArrowUp: () => line(-1),
      Home: () => 0,
      End: () => words.length - 1,
    }[event.key];
    if (to && !event.ctrlKey && !event.metaKey && !event.altKey) {
      if (event.shiftKey && anchor == null) begin(here);
      here = to();
      if (event.shiftKey) markTo(here);
      else anchor = null;
    } else if (event.key === " " || event.key === "Enter") {
      words[here].on = event.key === "Enter" || !words[here].on;
      anchor = null;
    } else {
      return;
    }
    event.preventDefault();
    words[here].node.scrollIntoView({ block: "nearest" });
    draw();
    changed();
  });
  let dragging = false;
  text.addEventListener("pointerdown", (event) => {
    const n = places.get(event.target);
    if (n == null || event.button) return;
    dragging = true;
    here = n;
    if (event.shiftKey && anchor != null) markTo(n);
    else begin(n);
    draw();
  });
  text.addEventListener("pointermove", (event) => {
    if (!dragging) return;
    const n = places.get(document.elementFromPoint(event.clientX, event.clientY));
    if (n == null || n === here) return;
    here = n;
    markTo(n);
    draw();
  });
  const drop = (event) => {
    if (!dragging) return;
    dragging = false;
    // A click on one word marks it or removes its mark.
    if (here === anchor && !event.shiftKey) words[here].on = !before[here];
    draw();
    changed();
  };
  text.addEventListener("pointerup", drop);
  // A finger that scrolls began on a word, but was not meant for it.
  text.addEventListener("pointercancel", () => {
    if (!dragging) return;
    dragging = false;
    words.forEach((word, n) => { word.on = before[n]; });
    draw();
  });
  clear.addEventListener("click", () => {
    words.forEach((word) => { word.on = false; });
    anchor = null;
    draw();
    changed();
    text.focus({ preventScroll: true }); // it can be higher than the screen
  });
  draw();
  return {
    node: make("fieldset", {}, make("legend", { textContent: question.how }),
      make("p", { textContent: question.title }), keys, text, make("div", { className: "bar" }, clear, chosen)),
    value,
    show: (response) => {
      words.forEach((word) => {
        const start = word.paragraph.start + [...word.paragraph.text.slice(0, word.start)].length;
        word.on = response.some((run) =>
          run.layer === word.layer.id && start >= run.start && start < run.start + [...run.words].length);
      });
      draw();
    },
    first: text,
  };
}

const CONTROLS = {
  radio: (question, changed) => chooser(question, changed, "radio"),
  checkbox: (question, changed) => chooser(question, changed, "checkbox"),
  marker,
  sorter,
  matcher,
  table,
  writer,
};
