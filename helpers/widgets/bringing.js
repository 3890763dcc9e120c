// The box for the text of a paper that a student brings along. Needs shared.js.

const STYLE = `
.cr.crb textarea { display: block; width: 100%; box-sizing: border-box; min-height: 9em; resize: vertical; }
.cr.crb .bar { display: flex; flex-wrap: wrap; gap: 0.4em 0.8em; margin: 0.5em 0; }
.cr.crb .said { font-weight: bold; min-height: 1.6em; }
`;
const PATIENCE = 8000; // milliseconds without a reply until the kernel counts as not responding
const SILENT =
  "Not saved yet: the kernel is not responding. Your text is still here. Choose Kernel → Restart Kernel, run this cell " +
  "again and paste it again.";

function render({ model, el }) {
  const { head, most } = model.get("box");
  const [title, ...rest] = head;
  const field = make("textarea", { spellcheck: false, dir: "auto" });
  const said = make("p", { className: "said", role: "status" });
  let silent = null;
  const ask = (words) => {
    clearTimeout(silent);
    if (words.length > 2 * most) { // the kernel counts characters exactly
      say(said, `Not saved. This text has ${words.length} characters; at most ${most} can be kept. Paste only the paper.`);
      return;
    }
    silent = setTimeout(() => say(said, SILENT), PATIENCE);
    try {
      model.send({ do: "keep", words });
    } catch {
      clearTimeout(silent);
      say(said, SILENT);
    }
  };
  const save = make("button", { type: "button", textContent: "Save" });
  save.addEventListener("click", () => {
    if (field.value.trim()) ask(field.value);
    else say(said, "Paste the text first. To take away the one that is saved, press “Take away”.");
  });
  const away = make("button", { type: "button", textContent: "Take away" });
  away.addEventListener("click", () => ask(""));
  const root = make("section", { className: "cr crb", "aria-label": `Bring along: ${title}` },
    make("style", { textContent: SHARED_STYLE + STYLE }), make("p", {}, make("strong", { textContent: title })),
    ...rest.map((words) => make("p", { textContent: words })),
    make("label", { style: "display:block" }, "Its text", field), make("div", { className: "bar" }, save, away), said);
  const show = () => {
    clearTimeout(silent);
    const state = model.get("state");
    if (state.words != null) field.value = state.words;
    away.hidden = state.words === "";
    say(said, state.said);
  };
  show();
  model.on("told", show);
  el.append(root);
  const undo = [replaceStill(el, ".close-reading-bringing"), keepKeys(root)];
  return () => {
    clearTimeout(silent);
    model.off("told", show);
    undo.forEach((one) => one());
  };
}

export default personal(render);
