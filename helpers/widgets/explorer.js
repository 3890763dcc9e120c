// The network explorer: a drawing with verbs on the arrows, and beside it the sentence. Needs shared.js.

const inks = (colours) => colours.map((colour, n) => `--ink${n}: ${colour};`).join(" ");
const STYLE = `
section.cr.cre { max-width: none; padding: 5px; line-height: 1.45; border: 0; } /* also beside other live views */
.cr.cre .halves, .cr.cre .list {
  --sheet: ${THEME.sheet}; --rim: ${THEME.rim}; --ink: ${THEME.ink}; --quiet: ${THEME.quiet};
  --person: ${THEME.person}; --body: ${THEME.body}; ${inks(THEME.inks)}
}
[data-jp-theme-light="false"] .cr.cre .halves, [data-jp-theme-light="false"] .cr.cre .list {
  --sheet: ${THEME.dark_sheet}; --rim: ${THEME.dark_rim}; --ink: ${THEME.dark_ink}; --quiet: ${THEME.dark_quiet};
  --person: ${THEME.dark_sheet}; --body: ${THEME.dark_sheet}; ${inks(THEME.dark_inks)}
}
.cr.cre .halves { display: flex; flex-wrap: wrap; gap: 8px; }
.cr.cre .picture, .cr.cre .words {
  box-sizing: border-box; background: var(--sheet); color: var(--ink); border: 1px solid var(--rim); border-radius: 8px;
}
.cr.cre .picture { flex: 3 1 616px; min-width: 0; }
.cr.cre .side { flex: 1 1 204px; min-width: 0; display: flex; flex-direction: column; gap: 6px; font-size: 12px; }
.cr.cre .words { flex: 1 1 14em; height: 14em; min-height: 0; overflow-y: auto; padding: 6px 10px; }
.cr.cre .words p { margin: 0 0 0.35em; }
.cr.cre .words .quiet { color: var(--quiet); margin: 0 0 0.2em; }
.cr.cre blockquote {
  margin: 0.3em 0 0.5em; padding: 0; border: 0; color: inherit;
  font-family: ${THEME.serif}; font-size: 15px; line-height: 1.5;
}
.cr.cre .words li { margin: 0 0 0.7em; }
.cr.cre fieldset { border: 0; margin: 0; padding: 0; }
.cr.cre fieldset legend { padding: 0; }
.cr.cre fieldset label { display: flex; align-items: center; }
.cr.cre fieldset svg { flex: none; color: var(--jp-content-font-color1, currentColor); }
.cr.cre .picture svg {
  display: block; width: 100%; height: auto; font-family: "Helvetica Neue", Arial, "Liberation Sans", sans-serif;
}
.cr.cre .picture text { text-anchor: middle; fill: currentColor; }
.cr.cre [role=button] { cursor: pointer; }
.cr.cre .picture g:focus { outline: 0; box-shadow: none; }
.cr.cre :focus-visible .frame { stroke: ${THEME.focus}; stroke-width: 3; }
.cr.cre .line { fill: none; stroke: currentColor; stroke-width: 1.4; }
.cr.cre .head { fill: currentColor; stroke: none; }
.cr.cre .touch { fill: none; stroke: transparent; stroke-width: 11; }
.cr.cre .frame { fill: var(--sheet); stroke: currentColor; stroke-width: 0.7; }
.cr.cre .name .frame { fill: var(--body); stroke: var(--ink); stroke-width: 1.8; }
.cr.cre .person .frame { fill: var(--person); stroke-width: 1; }
.cr.cre .faded { opacity: 0.15; }
.cr.cre .on .line { stroke-width: 3.2; }
.cr.cre .on .frame { fill: ${THEME.notice}; }
.cr.cre .on text { fill: ${THEME.ink}; }
.cr.cre [aria-pressed=true] .frame { stroke-width: 2.6; }
`;
const SVG = "http://www.w3.org/2000/svg";
const FRAMES = [0, 6]; // roundness of the frames of a document, in turn, as in the still picture

function draw(name, properties = {}, ...content) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(properties)) node.setAttribute(key, printable(value));
  node.append(...content.map(printable)); // strings become text
  return node;
}

function frame([x, y], [width, height], rx) {
  return draw("rect", { class: "frame", x: x - width / 2, y: y - height / 2, width, height, rx });
}

// Write lines in a frame; a face that is wider than the layout expects is set closer.
function write(lines, [x, y], [width], size) {
  return lines.map((line, n) => {
    const at = y + (n - (lines.length - 1) / 2) * size * 1.1 + size * 0.35;
    return draw("text", { x, y: at, "font-size": size, "data-room": width - 2 }, line);
  });
}

// Draw the head of an arrow: a triangle in the direction of its last segment.
function drawHead(points) {
  const [x, y] = points.at(-1);
  const [a, b] = points.findLast(([c, d]) => Math.hypot(x - c, y - d) > 4) ?? points[0];
  const long = Math.hypot(x - a, y - b) || 1;
  const [u, v] = [(x - a) / long, (y - b) / long];
  const back = [x - 9 * u, y - 9 * v];
  const corners = [[x, y], [back[0] - 3.6 * v, back[1] + 3.6 * u], [back[0] + 3.6 * v, back[1] - 3.6 * u]];
  return draw("polygon", { class: "head", points: corners.join(" ") });
}

function button(label, content, act) {
  const node = draw("g", { role: "button", tabindex: 0, "aria-label": label, "aria-pressed": "false" }, ...content);
  node.addEventListener("click", act);
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    act();
  });
  return node;
}

// A switch that is also the entry of the legend: a line or a frame as in the picture.
function legend(name, options, changed) {
  const boxes = options.map(({ id, words, count, on, sample }) => {
    const box = make("input", { type: "checkbox", checked: on, value: id });
    box.addEventListener("change", changed);
    const label = make("label", {}, box, draw("svg", { width: 24, height: 14, "aria-hidden": "true" }, sample), `${words} (${count})`);
    return [box, label];
  });
  const node = make("fieldset", {}, make("legend", { textContent: name }), ...boxes.map(([, label]) => label));
  return { node, on: () => new Set(boxes.filter(([box]) => box.checked).map(([box]) => box.value)) };
}

function render({ model, el }) {
  const network = model.get("network");
  const { arrows, names } = network;
  const inkOf = (document) => `color: var(--ink${network.documents.indexOf(document) % THEME.inks.length})`;
  const roundOf = (document) => FRAMES[network.documents.indexOf(document) % FRAMES.length];
  const strokeOf = (basis) => network.bases.find((one) => one.id === basis).stroke;
  const numbered = (arrow) => (arrow.document === "letters" ? "" : `${arrow.sign}: `);
  const summary = (arrow) => `${arrow.from} – ${arrow.relation} – ${arrow.to}`;
  let pinned = -1; // the arrow that stays
  let only = -1; // the name whose arrows stand out
  let shown = new Set(); // the arrows that are switched on

  const said = make("p", { role: "status" });
  const words = make("div", { className: "words", role: "group", tabIndex: 0, "aria-label": "The sentence of an arrow" });

  // ---- the picture
  const drawn = arrows.map((arrow, n) => {
    const points = arrow.points.join(" ");
    const node = button(
      `${numbered(arrow)}${summary(arrow)}. ${arrow.sentences.join(" ")} ${arrow.place}; ${arrow.voice}; ${arrow.basis_words}`,
      [
        draw("polyline", { class: "touch", points }),
        draw("polyline", { class: "line", points, "stroke-dasharray": strokeOf(arrow.basis) }),
        drawHead(arrow.points),
        frame(arrow.at, arrow.size, roundOf(arrow.document)),
        ...write(arrow.lines, arrow.at, arrow.size, network.type.sign),
      ],
      () => { pinned = pinned === n ? -1 : n; only = -1; refresh(); tell(n); },
    );
    node.setAttribute("class", "arrow");
    node.setAttribute("style", inkOf(arrow.document));
    for (const event of ["mouseenter", "focus"]) node.addEventListener(event, () => { tell(n); });
    for (const event of ["mouseleave", "blur"]) node.addEventListener(event, () => { tell(pinned); });
    return node;
  });
  const named = names.map((name, n) => {
    const node = button(
      `${name.name}: show only its arrows`,
      [frame(name.at, name.size, name.round ? 8 : 0), ...write(name.lines, name.at, name.size, network.type.name)],
      () => { only = only === n ? -1 : n; pinned = -1; refresh(); tellName(); },
    );
    node.setAttribute("class", name.round ? "name person" : "name");
    return node;
  });
  const picture = draw("svg", {
    viewBox: `0 0 ${network.width} ${network.height}`, role: "group", "aria-label": network.about.split(". ")[0],
  }, ...drawn, ...named);
  // As large as the window allows, but never so small that the words cannot be read.
  picture.style.maxHeight = `max(100vh - 132px, ${network.height}px)`;
  picture.style.minWidth = `${network.width}px`;
  picture.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && (pinned >= 0 || only >= 0)) {
      clear();
      event.preventDefault(); // a second Escape leaves the picture
    }
    const order = drawn.filter((_, n) => shown.has(n));
    const at = order.indexOf(document.activeElement);
    const places = { ArrowDown: at + 1, ArrowRight: at + 1, ArrowUp: at - 1, ArrowLeft: at - 1, Home: 0, End: order.length - 1 };
    if (at < 0 || !(event.key in places) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    order[places[event.key]]?.focus();
  });
  picture.addEventListener("click", (event) => { if (event.target === picture) clear(); });

  function clear() {
    pinned = only = -1;
    refresh();
    tell(-1);
    tellName();
  }

  // ---- the words beside it
  function about(arrow) {
    const facts = [
      [arrow.place, arrow.voice, arrow.document === "letters" && arrow.date].filter(Boolean).join(" · "),
      arrow.basis_words, `certainty: ${arrow.certainty}`, arrow.note && `note: ${arrow.note}`,
    ].filter(Boolean);
    return [
      ...arrow.sentences.map((sentence) => make("blockquote", { textContent: sentence })),
      ...facts.map((fact) => make("p", { className: "quiet", textContent: fact })),
    ];
  }

  // Show the words of an arrow; without one, those of the chosen name, or else leave what is there.
  function tell(n) {
    drawn.forEach((node, m) => node.classList.toggle("on", m === n));
    if (n < 0) {
      if (only >= 0) tellName();
      return;
    }
    const arrow = arrows[n];
    const head = make("p", {}, make("strong", { textContent: `${arrow.from} → ${arrow.to}` }));
    words.replaceChildren(head, make("p", { textContent: `${numbered(arrow)}${arrow.relation}` }), ...about(arrow));
    words.scrollTop = 0;
  }

  function tellName() {
    if (only < 0) {
      hint();
      return;
    }
    const own = arrows.filter((arrow, n) => shown.has(n) && arrow.ends.includes(only));
    const list = own.map((arrow) => make("li", {},
      make("strong", { textContent: `${arrow.from} → ${arrow.to}` }), ` ${numbered(arrow)}${arrow.relation}`, ...about(arrow).slice(0, 2)));
    words.replaceChildren(
      make("p", {}, make("strong", { textContent: names[only].name }), ` – ${own.length} of ${shown.size} arrows`), make("ul", {}, ...list));
    words.scrollTop = 0;
  }

  function hint() {
    words.replaceChildren(make("p", { textContent:
      "Point at an arrow, or go from arrow to arrow with the Tab key: its sentence is shown here. A click keeps it." }),
    make("p", { textContent: "Click a name to see only its arrows." }));
  }

  // ---- the switches
  // After a switch, the words beside the picture are still about what it shows.
  function switched() {
    const chosen = Math.max(pinned, only) >= 0;
    refresh();
    if (chosen && pinned < 0) tellName();
  }

  const count = (fits) => arrows.filter(fits).length;
  const bases = legend("Line: on which basis", network.bases.map(({ id, words: called, stroke, on }) => ({
    id, words: called, on, count: count((arrow) => arrow.basis === id),
    sample: draw("line", { class: "line", x1: 0, y1: 7, x2: 24, y2: 7, "stroke-dasharray": stroke }),
  })), switched);
  const documents = legend("Colour and frame: document", network.documents.map((id) => {
    const sample = frame([12, 7], [22, 11], roundOf(id));
    sample.setAttribute("style", inkOf(id));
    return { id, words: id, on: true, count: count((arrow) => arrow.document === id), sample };
  }), switched);

  const list = arrows.map((arrow) => make("li", {}, make("strong", { textContent: `${numbered(arrow)}${summary(arrow)}` }),
    ` ${arrow.sentences.join(" ")} (${arrow.place}; ${arrow.voice}; ${arrow.basis_words})`));

  function refresh() {
    const [based, told] = [bases.on(), documents.on()];
    shown = new Set(arrows.flatMap((arrow, n) => (based.has(arrow.basis) && told.has(arrow.document) ? [n] : [])));
    const met = new Set([...shown].flatMap((n) => arrows[n].ends));
    if (!shown.has(pinned)) pinned = -1;
    if (!met.has(only)) only = -1;
    const near = new Set([...shown].flatMap((n) => (arrows[n].ends.includes(only) ? arrows[n].ends : [])));
    drawn.forEach((node, n) => {
      node.style.display = shown.has(n) ? "" : "none";
      node.classList.toggle("faded", only >= 0 && !arrows[n].ends.includes(only));
      node.setAttribute("aria-pressed", String(pinned === n));
      list[n].hidden = !shown.has(n);
    });
    named.forEach((node, n) => {
      node.style.display = met.has(n) ? "" : "none";
      node.classList.toggle("faded", only >= 0 && !near.has(n));
      node.setAttribute("aria-pressed", String(only === n));
    });
    say(said, `${shown.size} of ${arrows.length} arrows are shown.`);
  }

  hint();
  refresh();
  const side = make("div", { className: "side" }, words, documents.node, bases.node, said);
  const all = make("details", { className: "list" }, make("summary", { textContent: "All arrows as a list" }), make("ol", {}, ...list));
  const root = make("section", { className: "cr cre", "aria-label": `Explorer: ${network.about.split(". ")[0]}` },
    make("style", { textContent: SHARED_STYLE + STYLE }),
    make("div", { className: "halves" }, make("div", { className: "picture scroll" }, picture), side),
    all, ...network.said.map((one) => make("p", {}, make("small", { textContent: one }))));
  el.append(root);

  const fit = new ResizeObserver(() => {
    if (!picture.getBoundingClientRect().width) return;
    fit.disconnect();
    for (const text of picture.querySelectorAll("text")) {
      const room = Number(text.dataset.room);
      if (text.getComputedTextLength() > room) {
        text.setAttribute("textLength", room);
        text.setAttribute("lengthAdjust", "spacingAndGlyphs");
      }
    }
  });
  fit.observe(picture);
  const undo = [replaceStill(el, "section.close-reading-explorer"), keepKeys(root), () => fit.disconnect()];
  return () => undo.forEach((one) => one());
}

export default { render };
