// The network explorer: a list of arrows, a drawing and the evidence. Needs shared.js.

const STYLE = `
.cr.cre { max-width: 90em; }
.cr.cre .bar { display: flex; flex-wrap: wrap; gap: 0.3em 1em; }
.cr.cre .halves { display: flex; flex-wrap: wrap; gap: 0.8em; align-items: flex-start; }
.cr.cre .list {
  flex: 1 1 22em; min-width: 0; height: 17em; overflow-y: auto; position: relative;
  border: 1px solid ${THEME.edge}; padding: 0.2em;
}
.cr.cre .list:focus-visible { outline-offset: 0; }
.cr.cre .list [role=option] { padding: 0.1em 0.4em; cursor: pointer; border-left: 5px solid transparent; margin: 0; }
.cr.cre .list [aria-selected=true] { border-left-color: ${THEME.ink}; }
.cr.cre svg { display: block; width: 100%; min-width: 44em; max-width: 80em; height: auto; font-family: inherit; }
.cr.cre svg text { fill: currentColor; text-anchor: middle; }
.cr.cre svg .arrow { cursor: pointer; }
.cr.cre svg .line { fill: none; stroke: currentColor; stroke-width: 1.5; }
.cr.cre svg .head { fill: currentColor; stroke: none; }
.cr.cre svg .touch { fill: none; stroke: transparent; stroke-width: 14; }
.cr.cre svg .sign { fill: var(--jp-cell-editor-background, Canvas); stroke: currentColor; stroke-width: 0.8; }
.cr.cre svg .name { fill: var(--jp-cell-editor-background, Canvas); stroke: currentColor; stroke-width: 2; }
.cr.cre svg .name.person { stroke-width: 1.2; }
.cr.cre svg .chosen .line { stroke-width: 5; }
.cr.cre svg .chosen .sign { fill: ${THEME.notice}; stroke: ${THEME.ink}; stroke-width: 3; }
.cr.cre svg .chosen text { fill: ${THEME.ink}; font-weight: bold; }
.cr.cre .words { flex: 1 1 22em; min-width: 0; border-left: 5px solid ${THEME.edge}; padding: 0.2em 0.8em; min-height: 17em; }
.cr.cre blockquote { margin: 0.3em 0; padding: 0; font-size: 1.05em; color: inherit; border: 0; }
`;
const SVG = "http://www.w3.org/2000/svg";
const UNIT = 0.72; // typographic points in one unit of the drawing
const TYPE = THEME.name / UNIT;

function draw(name, properties = {}, ...content) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(properties)) node.setAttribute(key, value);
  node.append(...content); // strings become text
  return node;
}

function frame([x, y], [width, height], properties) {
  return draw("rect", { x: x - width / 2, y: y - height / 2, width, height, ...properties });
}

function drawName({ lines, round, at, size }) {
  const words = lines.map((line, n) => draw("text", {
    x: at[0], y: at[1] + (n - (lines.length - 1) / 2) * TYPE * 1.18 + TYPE * 0.35, "font-size": TYPE,
  }, line));
  return draw("g", {}, frame(at, size, { class: round ? "name person" : "name", rx: round ? 9 : 0 }), ...words);
}

// Draw the head of an arrow: a triangle in the direction of its last segment.
function drawHead(points) {
  const [x, y] = points.at(-1);
  const [a, b] = points.at(-2);
  const long = Math.hypot(x - a, y - b) || 1;
  const [u, v] = [(x - a) / long, (y - b) / long];
  const back = [x - 11 * u, y - 11 * v];
  const corners = [[x, y], [back[0] - 4.5 * v, back[1] + 4.5 * u], [back[0] + 4.5 * v, back[1] - 4.5 * u]];
  return draw("polygon", { class: "head", points: corners.join(" ") });
}

function drawArrow(arrow, stroke) {
  const points = arrow.points.join(" ");
  const line = draw("polyline", { class: "line", points, "stroke-dasharray": stroke });
  const touch = draw("polyline", { class: "touch", points });
  const sign = [
    frame(arrow.at, arrow.size, { class: "sign", rx: 2 }),
    draw("text", { x: arrow.at[0], y: arrow.at[1] + 4, "font-size": THEME.small / UNIT }, arrow.sign),
  ];
  // Signs are drawn separately, so that they are in front of all lines.
  return [draw("g", { class: "arrow" }, line, drawHead(arrow.points), touch), draw("g", { class: "arrow" }, ...sign)];
}

function switches(name, options, changed) {
  const boxes = options.map(({ id, words, count }) => {
    const box = make("input", { type: "checkbox", checked: true, value: id });
    box.addEventListener("change", changed);
    return [box, make("label", {}, box, `${words} (${count})`)];
  });
  const node = make("fieldset", {}, make("legend", { textContent: name }),
    make("div", { className: "bar" }, ...boxes.map(([, label]) => label)));
  return { node, on: () => new Set(boxes.filter(([box]) => box.checked).map(([box]) => box.value)) };
}

function render({ model, el }) {
  const network = model.get("network");
  const view = nameOfView();
  const { arrows } = network;
  const summary = (arrow) => `${arrow.sign} ${arrow.from} – ${arrow.relation} – ${arrow.to}`;
  let chosen = -1;
  let shown = arrows.map((_, n) => n);

  const said = make("p", { role: "status" });
  const words = make("div", { className: "words", role: "status" },
    make("p", { textContent: "Choose an arrow in the list or in the drawing. Its evidence appears here." }));
  const options = arrows.map((arrow, n) => {
    const option = make("div", { role: "option", "aria-selected": "false", textContent: summary(arrow) });
    option.id = `cre-${view}-${n}`;
    option.addEventListener("click", () => choose(n));
    return option;
  });
  const list = make("div", {
    className: "list", role: "listbox", tabIndex: 0, "aria-label": "Arrows of the network",
  }, ...options);

  const strokes = Object.fromEntries(network.bases.map((basis) => [basis.id, basis.stroke]));
  const drawn = arrows.map((arrow) => drawArrow(arrow, strokes[arrow.basis]));
  drawn.forEach((parts, n) => parts.forEach((part) => part.addEventListener("click", () => {
    choose(n);
    list.focus({ preventScroll: true });
  })));
  // The list has the same content for screen readers.
  const picture = draw("svg", { viewBox: `0 0 ${network.width} ${network.height}`, "aria-hidden": "true" },
    ...drawn.map(([line]) => line), ...network.names.map(drawName), ...drawn.map(([, sign]) => sign));

  function tell(arrow) {
    const whose = [
      ["Document", arrow.documents.slice(0, 12).join(", ") + (arrow.documents.length > 12 ? " …" : "")],
      ["Layer", arrow.layer], ["Voice", arrow.voice],
      ["Date", arrow.date], ["Basis", arrow.basis_words], ["Certainty", arrow.certainty], ["Note", arrow.note],
    ].filter(([, about]) => about);
    return [
      make("p", {}, make("strong", { textContent: summary(arrow) })),
      ...arrow.sentences.map((sentence) => make("blockquote", { textContent: sentence })),
      make("ul", {}, ...whose.map(([what, about]) =>
        make("li", {}, make("strong", { textContent: `${what}: ` }), about))),
    ];
  }

  function choose(n) {
    chosen = n;
    options.forEach((option, m) => option.setAttribute("aria-selected", String(m === n)));
    drawn.forEach((parts, m) => parts.forEach((part) => part.classList.toggle("chosen", m === n)));
    if (n < 0) {
      list.removeAttribute("aria-activedescendant");
      words.replaceChildren(make("p", { textContent: "No arrow is chosen." }));
      return;
    }
    list.setAttribute("aria-activedescendant", options[n].id);
    const top = options[n].offsetTop;
    const bottom = top + options[n].offsetHeight;
    if (top < list.scrollTop) list.scrollTop = top;
    if (bottom > list.scrollTop + list.clientHeight) list.scrollTop = bottom - list.clientHeight;
    words.replaceChildren(...tell(arrows[n]));
  }

  list.addEventListener("keydown", (event) => {
    const at = shown.indexOf(chosen);
    const places = {
      ArrowDown: Math.min(at + 1, shown.length - 1), ArrowUp: Math.max(at - 1, 0), Home: 0, End: shown.length - 1,
      PageDown: Math.min(at + 10, shown.length - 1), PageUp: Math.max(at - 10, 0),
    };
    if (!(event.key in places) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    if (shown.length) choose(shown[places[event.key]]);
  });
  list.addEventListener("focus", () => {
    if (chosen < 0 && shown.length && list.matches(":focus-visible")) choose(shown[0]);
  });

  function sift() {
    const [based, told] = [bases.on(), documents.on()];
    shown = arrows.flatMap((arrow, n) =>
      based.has(arrow.basis) && arrow.documents.some((one) => told.has(one)) ? [n] : []);
    const on = new Set(shown);
    options.forEach((option, n) => { option.hidden = !on.has(n); });
    drawn.forEach((parts, n) => parts.forEach((part) => {
      part.style.display = on.has(n) ? "" : "none";
    }));
    if (chosen >= 0 && !on.has(chosen)) choose(-1);
    say(said, `${shown.length} of ${arrows.length} arrows are shown.`);
  }
  const count = (fits) => arrows.filter(fits).length;
  const bases = switches("Basis of the arrows", network.bases.map(({ id, words: about }) =>
    ({ id, words: about, count: count((arrow) => arrow.basis === id) })), sift);
  const documents = switches("Documents", network.documents.map((id) =>
    ({ id, words: id, count: count((arrow) => arrow.documents.includes(id)) })), sift);

  const root = make("section", { className: "cr cre", "aria-label": "The network, arrow by arrow" },
    make("style", { textContent: SHARED_STYLE + STYLE }), bases.node, documents.node, said,
    make("div", { className: "halves" }, list, words), scrolled("The drawing", picture),
    ...network.said.map((one) => make("p", {}, make("small", { textContent: one }))));
  sift();
  el.append(root);
  const undo = [replaceStill(el, "section.close-reading-explorer"), keepKeys(root)];
  return () => undo.forEach((one) => one());
}

export default { render };
