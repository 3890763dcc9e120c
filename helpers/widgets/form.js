// The form of a question. Needs shared.js and controls.js.

const STYLE = `
.cr.crq { max-width: 54em; border-color: var(--jp-border-color1, ${THEME.edge}); border-radius: 8px; padding: 0.5em 1.2em 0.8em; }
.cr.crq .head { display: flex; flex-wrap: wrap; gap: 0 1em; justify-content: space-between; font-size: 0.85em; }
.cr.crq .prompt { margin: 0.4em 0; font-size: 1.05em; }
.cr.crq fieldset { border: 0; padding: 0; margin: 0.4em 0; }
.cr.crq .choices label { align-items: flex-start; padding: 0.15em 0; }
.cr.crq .choices input { align-self: flex-start; margin-top: 0.3em; }
.cr.crq .row { display: flex; flex-wrap: wrap; gap: 0.3em 0.8em; align-items: center; padding: 0.2em 0; }
.cr.crq .row .words { flex: 1 1 18em; min-width: 0; }
.cr.crq .row.match { align-items: flex-start; padding: 0.35em 0; }
.cr.crq .whole { font-style: italic; overflow-wrap: anywhere; }
.cr.crq .row.match .whole { flex: 1 0 100%; }
.cr.crq .grid { width: 100%; }
.cr.crq .grid td { min-width: 9em; }
.cr.crq .grid thead td, .cr.crq .grid th { min-width: 6em; }
.cr.crq .grid select { width: 100%; }
.cr.crq .grid textarea { min-height: 3.4em; }
.cr.crq textarea { display: block; width: 100%; box-sizing: border-box; min-height: 4.5em; resize: vertical; }
.cr.crq .counted .words { white-space: pre-wrap; overflow-wrap: anywhere; }
.cr.crq .bar { display: flex; flex-wrap: wrap; gap: 0.4em 0.8em; align-items: center; margin: 0.5em 0; }
.cr.crq .chip { color: ${THEME.ink}; padding: 0.1em 0.5em; border-radius: 0.8em; white-space: nowrap; }
.cr.crq .said { min-height: 1.6em; margin: 0; padding: 0.1em 0.7em; border-radius: 6px; flex: 1 1 20em; }
.cr.crq .said.judged { color: ${THEME.ink}; font-weight: bold; }
.cr.crq .verdict { border-left: 5px solid ${THEME.edge}; padding-left: 0.8em; }
.cr.crq .verdict:empty { display: none; }
.cr.crq .verdict li { margin: 0.35em 0; }
.cr.crq .text {
  background: ${THEME.sheet}; color: ${THEME.ink}; border: 1px solid ${THEME.rim}; border-radius: 8px; padding: 0.4em 1.2em;
  font-family: ${THEME.serif}; font-size: 1.06em; line-height: 1.8; --quiet: ${THEME.quiet};
  touch-action: pan-y pinch-zoom; /* a finger that moves sideways marks */
}
[data-jp-theme-light="false"] .cr.crq .text {
  background: ${THEME.dark_sheet}; color: ${THEME.dark_ink}; border-color: ${THEME.dark_rim}; --quiet: ${THEME.dark_quiet};
}
.cr.crq .text small, .cr.crq .text .voice { font-family: system-ui, sans-serif; color: var(--quiet); font-size: 0.75em; }
.cr.crq .text:focus-visible { outline-offset: 0; }
.cr.crq .word { cursor: pointer; padding: 0.1em 0.05em; border-radius: 2px; user-select: none; }
/* A mark must not move the words. */
.cr.crq .word[aria-selected=true] { font-weight: inherit; box-shadow: 0 2px 0 ${THEME.ink}; }
.cr.crq .text:focus .word.here {
  outline: 2px solid ${THEME.focus}; outline-offset: 1px; box-shadow: 0 0 0 1px ${THEME.paper};
}
.cr.crq .chosen { font-style: italic; }
.cr.crq .keys { font-size: 0.9em; }
.cr.crq .feedback:not(:empty) { border: 1px solid ${THEME.edge}; border-radius: 8px; padding: 0.1em 1em; margin: 0.6em 0; }
.cr.crq .feedback .words { white-space: pre-wrap; overflow-wrap: anywhere; }
`;

const PATIENCE = 8000; // milliseconds without a reply until the kernel counts as not responding
const PAUSE = 1500; // milliseconds without a key press until a draft is saved

// Unsaved answers are also kept in this browser window.
const store = {
  get(id) {
    try {
      return JSON.parse(sessionStorage.getItem(id));
    } catch {
      return null;
    }
  },
  set(id, value) {
    try {
      sessionStorage.setItem(id, JSON.stringify(value));
    } catch {
      // Without this storage the answer is still on the page.
    }
  },
  remove(id) {
    try {
      sessionStorage.removeItem(id);
    } catch {
      // Without this storage there is nothing to remove.
    }
  },
};

// ---- the verdict

function fold(name, ...content) {
  return make("details", {}, make("summary", { textContent: name }), ...content);
}

function list(entries) {
  return make("ul", {}, ...entries.map((entry) => make("li", {}, ...entry)));
}

const paragraphs = (words) => words.split("\n").filter((one) => one.trim()).map((one) => make("p", { textContent: one }));

function tell(verdict) {
  const parts = [];
  const strong = (words) => make("strong", { textContent: words });
  const open = verdict.remarks.filter((remark) => remark[0] !== "why not");
  const others = verdict.remarks.filter((remark) => remark[0] === "why not");
  const row = ([word, about, why]) => [strong(`${word}: `), `${about} `, make("br"), why];
  if (open.length) parts.push(list(open.map(row)));
  if (verdict.where.length) {
    parts.push(make("p", {}, strong("Where in the text")));
    parts.push(list(verdict.where.map(([words, place]) => [`“${words}” `, make("small", { textContent: `(${place})` })])));
  }
  const again = verdict.reread ? [make("p", {}, strong("Read again: "), verdict.reread)] : [];
  if (!verdict.model) parts.push(...again);
  if (others.length) parts.push(fold("Why not the others?", list(others.map(([, about, why]) => [`${about} `, make("br"), why]))));
  if (verdict.model) parts.push(fold("One good answer (yours may differ)", ...paragraphs(verdict.model), ...again));
  if (verdict.closed) parts.push(make("p", { textContent: verdict.closed }));
  if (verdict.misconceptions.length) {
    parts.push(fold("What people often think",
      list(verdict.misconceptions.map(([idea, reply]) => [make("em", { textContent: idea }), make("br"), reply]))));
  }
  return parts;
}

function quotes({ tally, rows, remarks }) {
  const said = remarks.map((remark) => make("p", { textContent: remark }));
  if (!rows.length) return said;
  const total = make("strong", { textContent: `${rows.length} quotation${rows.length === 1 ? "" : "s"}: ` });
  const chips = tally.flatMap(([sign, words, colour]) => {
    const chip = make("span", { className: "chip", textContent: `${sign} ${words}` });
    chip.style.background = colour;
    return [chip, " "];
  });
  const head = make("tr", {}, ...["quotation", "verdict", "where", "difference"].map((name) =>
    make("th", { textContent: name, scope: "col" })));
  const body = rows.map((row) => make("tr", {}, ...row.map((cell) => make("td", { textContent: cell }))));
  const caption = make("caption", {}, make("strong", { textContent: "Your quotations" }));
  const table = make("table", {}, caption, make("thead", {}, head), make("tbody", {}, ...body));
  return [make("p", { className: "tally" }, total, ...chips), ...said, scrolled("Your quotations", table)];
}

// Words of the instructor, or of whoever made the file: always as text.
function feedback(told) {
  if (!told) return [];
  const strong = (...words) => make("strong", {}, ...words);
  const name = (words) => make("bdi", { textContent: words });
  const facts = told.facts.flatMap((fact, n) => [n ? ", " : " (", name(fact)]);
  return [
    make("p", {}, strong(told.head), ...facts, facts.length ? ")" : ""),
    ...(told.remark ? [make("p", { textContent: told.remark })] : []),
    ...told.marks.flatMap((mark) => [
      ...(mark.who ? [make("p", {}, strong(name(mark.who), mark.points ? `: ${mark.points}` : ""))] : []),
      ...(mark.steps.length ? [list(mark.steps.map(([points, words]) => [strong(points), ` ${words}`]))] : []),
      ...(mark.comment ? [make("p", { className: "words", dir: "auto", textContent: mark.comment })] : []),
    ]),
  ];
}

function rubric(question) {
  if (!question.rubric?.length) return [];
  const rows = question.rubric.map((one) => {
    const name = make("th", { scope: "row", textContent: `${one.criterion} (${one.points})` });
    return make("tr", {}, name, make("td", {}, list(one.levels.map((level) => [level]))));
  });
  return [fold("How it is marked", scrolled("How it is marked", make("table", {}, make("tbody", {}, ...rows))))];
}

function render({ model, el }) {
  const question = { ...model.get("question"), view: nameOfView() };
  const key = keyOf("unsaved", model) + question.id;
  let sent = 0;
  let waiting = null;
  let pause = null;
  let given = null; // what was sent last

  const said = make("p", { className: "said", role: "status" });
  const verdict = make("div", { className: "verdict" });
  const quoted = make("div");
  const counted = make("div", { className: "counted" });
  const first = make("div", { className: "counted" });
  const earlier = make("div", { className: "counted" });
  const givenBack = make("div", { className: "feedback", role: "group", "aria-label": "Feedback" });
  const button = make("button", { type: "button", className: "main", textContent: question.marked ? "Check and save" : "Save" });
  const notice = make("p", { className: "notice" });
  const left = make("span");

  let seen = null;
  const changed = () => {
    const response = control.value();
    if (JSON.stringify(response) === seen) return;
    seen = JSON.stringify(response);
    judge(null); // the verdict was on another answer
    quoted.replaceChildren();
    const { id, lesson, asked } = question;
    store.set(key, { question: id, lesson, asked, response, kind: "draft" });
    say(said, "Not saved yet.");
    clearTimeout(pause);
    if (question.typed) pause = setTimeout(() => send("draft"), PAUSE);
  };
  const control = CONTROLS[question.control](question, changed);

  function send(kind) {
    clearTimeout(pause);
    const response = control.value();
    const empty = typeof response === "string" ? !response.trim() : !Object.keys(response).length;
    if (kind === "answer" && empty) {
      say(said, question.empty);
      // A text can be higher than the screen; what is said stands beside the button.
      control.first?.focus({ preventScroll: control.first.offsetHeight > innerHeight / 2 });
      return;
    }
    if (question.free && response.length > question.longest) {
      say(said, `Not saved. Your answer has ${response.length} characters; at most ${question.longest} can be saved. Shorten it.`);
      return;
    }
    const now = JSON.stringify([kind, response]);
    if (waiting != null && given === now) return; // pressed twice
    given = now;
    sent += 1;
    const ack = `${question.view}:${sent}`;
    clearTimeout(waiting);
    const silent = () => {
      waiting = null;
      say(said, question.silent);
    };
    waiting = setTimeout(silent, PATIENCE);
    try {
      model.send({ kind, response, ack });
      if (kind === "answer") say(said, "Saving …");
    } catch {
      clearTimeout(waiting);
      silent();
    }
  }

  // The reply of the kernel: what was saved, or why not.
  const heard = (message) => {
    if (message.ack !== `${question.view}:${sent}`) return;
    clearTimeout(waiting);
    waiting = null;
    if (JSON.stringify(control.value()) !== JSON.stringify(JSON.parse(given)[1])) {
      if (message.saved) say(said, "Your earlier version is saved. Your latest changes are not saved yet.");
      return;
    }
    if (message.saved) store.remove(key);
    say(said, message.said);
    quoted.replaceChildren(...quotes(model.get("state").quotes));
    if (message.kind === "answer") judge(model.get("state"), message.saved);
  };
  // Show the verdict on the answer in the form, or none.
  function judge(state, saved = true) {
    const look = saved ? state?.look : null;
    said.className = look ? "said judged" : "said";
    said.style.background = look ? look[1] : "";
    said.dataset.sign = look ? `${look[2]} ` : "";
    verdict.style.borderLeftStyle = state?.verdict?.look[0] ?? "none";
    verdict.replaceChildren(...(state?.verdict ? tell(state.verdict) : []));
  }
  const show = () => {
    const state = model.get("state");
    say(left, state.left);
    const back = make("button", { type: "button", textContent: "Put it back into the box" });
    back.addEventListener("click", () => {
      control.show(state.counted);
      changed();
      control.first.focus();
    });
    const words = make("p", { className: "words", dir: "auto", textContent: state.counted });
    counted.replaceChildren(...(state.counted ? [fold(question.counts, words, back)] : []));
    first.replaceChildren(...(state.first ? [fold(question.first, make("p", { className: "words", dir: "auto", textContent: state.first }))] : []));
    earlier.replaceChildren(...state.earlier.map(([name, asked, then]) => fold(name, make("p", { textContent: asked }),
      make("p", { className: "words", dir: "auto", textContent: then }))));
    givenBack.replaceChildren(...feedback(state.feedback));
    givenBack.hidden = !state.feedback;
    say(notice, state.notice);
    notice.hidden = !state.notice;
  };

  const state = model.get("state");
  const name = make("span", {}, make("strong", { textContent: `Question ${question.id}` }), ` ${question.head}`);
  const head = make("p", { className: "head" }, name, left);
  const prompt = make("div", { className: "prompt" });
  prompt.id = `crq-prompt-${question.view}`;
  prompt.append(...paragraphs(question.prompt));
  (control.box ?? control.node).setAttribute("aria-describedby", prompt.id);
  if (control.box) {
    control.box.id = `crq-box-${question.view}`;
    control.node.querySelector("label").htmlFor = control.box.id;
  }
  // Free text is brought back even if the question has changed; other answers fit only the same question.
  function takeBack() {
    const kept = store.get(key);
    if (!kept || JSON.stringify(kept.response) === JSON.stringify(state.response)) {
      store.remove(key);
      return;
    }
    if (!question.wordings.includes(kept.asked) && !(question.free && typeof kept.response === "string")) return;
    try {
      control.show(kept.response);
    } catch {
      store.remove(key);
      return;
    }
    const since = question.wordings.includes(kept.asked) ? "" : " The question has changed since then.";
    seen = JSON.stringify(control.value());
    judge(null);
    quoted.replaceChildren();
    say(said, `Your unsaved answer is back.${since} It is not saved yet: press the button.`);
  }
  button.addEventListener("click", () => send("answer"));
  const wanted = question.limits ? [make("p", { textContent: question.limits })] : [];
  const root = make("div", { className: "cr crq", role: "group", "aria-label": `Question ${question.id}` },
    make("style", { textContent: SHARED_STYLE + STYLE }), head, prompt, ...wanted, notice, control.node,
    ...rubric(question), make("div", { className: "bar" }, button, said), quoted, verdict, givenBack, counted, first, earlier);

  // An unsaved answer replaces the saved one.
  if (state.response != null) control.show(state.response);
  say(said, state.said);
  judge(state);
  quoted.replaceChildren(...quotes(state.quotes));
  seen = JSON.stringify(control.value());
  takeBack();
  show();
  model.on("msg:custom", heard);
  model.on("told", show);
  el.append(root);
  const undo = [replaceStill(el, "section.close-reading-question"), keepKeys(root)];
  return () => {
    clearTimeout(waiting);
    if (pause) clearTimeout(pause);
    model.off("msg:custom", heard);
    model.off("told", show);
    undo.forEach((one) => one());
  };
}

export default personal(render);
