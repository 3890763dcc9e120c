// The map of places: the map, and the list of places with their words. Needs shared.js.

// The map comes in the colours of paper. In the dark theme of JupyterLab 4.6 it has those of the night.
const DARK = 'body[data-jp-theme-light="false"] .crm';
const NIGHT = THEME.map_night;
const STYLE = `
.cr.crm { max-width: 90em; }
.crm .halves { display: flex; flex-wrap: wrap; gap: 0.6em 1.4em; align-items: flex-start; }
.crm .sheet-of-map { flex: 3 1 36em; min-width: 0; max-width: 64em; }
.crm .list { flex: 1 1 16em; min-width: 0; }
.crm .list ul { padding-left: 1.1em; }
.crm .list > p { margin-top: 0.6em; }
.crm .list > p:first-child { margin-top: 0; }
.crm .list summary { border-left: 5px solid transparent; padding-left: 0.3em; }
.crm .list summary span { font-weight: normal; }
.crm .list [open] > summary { border-left-color: currentColor; }
.crm .list small, .crm > p { font-size: 0.87em; }
.crm .said { border-left: 4px solid ${THEME.edge}; margin: 0.2em 0 0.6em; padding-left: 0.7em; }
.crm blockquote { margin: 0.3em 0 0.6em; padding: 0; border: 0; color: inherit; }
.crm mark { background: ${THEME.marks[0]}; color: ${THEME.ink}; padding: 0 2px; }
.crm svg { display: block; width: 100%; height: auto; }
.crm svg svg { display: inline; }
.crm .site { cursor: pointer; }
.crm .site .ring { fill: none; stroke: none; }
.crm .site .reach { fill: transparent; }
.crm .site:hover .ring, .crm .site.near .ring { stroke: ${THEME.map_day.ink}; stroke-width: 2; }
.crm .site.chosen .ring { stroke: ${THEME.map_day.ink}; stroke-width: 3.5; }
.crm .site.chosen .words, .crm .site:hover .words, .crm .site.near .words { text-decoration: underline; }
.crm .site.chosen .words { font-weight: bold; }
${DARK} .sheet, ${DARK} .land { fill: ${NIGHT.land}; }
${DARK} .land, ${DARK} .coast-line { stroke: ${NIGHT.coast}; }
${DARK} .sea { fill: ${NIGHT.sea}; }
${DARK} .shoal { stroke: ${NIGHT.shoal}; }
${DARK} .ink-line, ${DARK} .ink-area { stroke: ${NIGHT.ink}; }
${DARK} .ink-area { fill: ${NIGHT.ink}; }
${DARK} .words { fill: ${NIGHT.ink}; }
${DARK} .halo { stroke: ${NIGHT.land}; }
${DARK} .scenery { fill: ${NIGHT.water}; }
${THEME.map_signs_night.map((ink, n) => `
${DARK} .sign-${n} { stroke: ${ink}; fill: ${NIGHT.land}; }
${DARK} .sign-${n}.filled { stroke: ${NIGHT.land}; fill: ${ink}; }`).join("")}
${DARK} .site:hover .ring, ${DARK} .site.near .ring, ${DARK} .site.chosen .ring { stroke: ${NIGHT.ink}; }
`;

// The map is ours and has all words of tables escaped; as SVG it is parsed as strictly as XML.
function drawn(words) {
  return document.importNode(new DOMParser().parseFromString(words, "image/svg+xml").documentElement, true);
}

function told(place) {
  const quotations = place.quotations.map(({ parts, where }) => make("blockquote", {},
    ...parts.map(([words, marked]) => (marked ? make("mark", { textContent: words }) : words)),
    make("br"), make("small", { textContent: where })));
  const lines = place.lines.map(([label, words, small]) => make("p", {},
    ...(label ? [make("em", { textContent: label })] : []), words,
    ...(words && small ? [make("br")] : []), ...(small ? [make("small", { textContent: small })] : [])));
  return make("div", { className: "said" }, ...quotations, ...lines);
}

function render({ model, el }) {
  const { svg, groups, notes } = model.get("map");
  const picture = drawn(svg);
  const entries = new Map();
  const list = make("div", { className: "list" });
  for (const { character, words, places } of groups) {
    const items = places.map((place) => {
      const summary = make("summary", {}, make("strong", { textContent: place.name }),
        make("span", { textContent: place.today }));
      const details = make("details", {}, summary, told(place));
      entries.set(String(place.number), { details, summary });
      return make("li", {}, details);
    });
    list.append(make("p", {}, make("strong", { textContent: `${character} ${words}` })), make("ul", {}, ...items));
  }
  for (const site of picture.querySelectorAll(".site")) {
    const { details, summary } = entries.get(site.dataset.place);
    // Only one place is open at a time, and it is the one that stands out on the map.
    details.addEventListener("toggle", () => {
      site.classList.toggle("chosen", details.open);
      if (!details.open) return;
      for (const other of entries.values()) if (other.details !== details) other.details.open = false;
    });
    summary.addEventListener("focus", () => site.classList.add("near"));
    summary.addEventListener("blur", () => site.classList.remove("near"));
    site.addEventListener("click", () => {
      details.open = !details.open;
      summary.focus({ preventScroll: true });
      details.scrollIntoView({ block: "nearest" });
    });
  }
  const root = make("div", { className: "cr crm" }, make("style", { textContent: SHARED_STYLE + STYLE }),
    make("div", { className: "halves" }, make("div", { className: "sheet-of-map" }, picture), list),
    ...notes.map((note) => make("p", { textContent: note })));
  el.append(root);
  const undo = [replaceStill(el, "section.close-reading-map"), keepKeys(root)];
  return () => undo.forEach((one) => one());
}

export default { render };
