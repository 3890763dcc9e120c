// The page of a student's own work: progress, download, restore, exports. Needs shared.js.

const STYLE = `
.cr.crw .bar { display: flex; flex-wrap: wrap; gap: 0.4em 0.8em; align-items: center; margin: 0.6em 0; }
.cr.crw caption { text-align: left; font-weight: bold; color: inherit; padding: 0.2em 0; }
.cr.crw td button { white-space: nowrap; margin: 0.1em 0; }
.cr.crw .bar label { flex-wrap: wrap; min-width: 0; }
.cr.crw .bar input { max-width: 100%; min-width: 0; }
.cr.crw .said { font-weight: bold; min-height: 1.6em; }
.cr.crw ::file-selector-button { color: ${THEME.ink}; background: ${THEME.button}; border: 1px solid ${THEME.edge}; border-radius: 3px; }
.cr.crw iframe { width: 100%; height: 32em; border: 1px solid ${THEME.edge}; background: ${THEME.paper}; }
.cr.crw .asked { background: ${THEME.notice}; color: ${THEME.ink}; border: 2px solid ${THEME.ink}; padding: 0.4em 0.8em; }
`;
const SILENT =
  "The kernel is not responding. Download still works. For everything else choose Kernel → Restart Kernel, run this " +
  "cell again and try again.";
const ANEW =
  "“Start again …” sets the answers to one lesson aside, so that its forms are empty again. Nothing is deleted: your " +
  "marks and all other lessons stay as they are, and Undo brings the answers back.";
const NAMES = { html: "Page to hand in", markdown: "Markdown", csv: "Table (CSV)", "json-ld": "Linked data (JSON-LD)" };
const PATIENCE = 10000; // milliseconds without a reply until the kernel counts as not responding
const OFTEN = 3000; // milliseconds between two checks for work done in other notebooks
const PASSES = 9e6; // bytes; Jupyter Server (tornado 6.6) accepts messages up to 10 MiB

const through = async (data, stream) => new Response(new Blob([data]).stream().pipeThrough(stream)).arrayBuffer();
const bytesOf = (view) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
const unpack = (view) => through(bytesOf(view), new DecompressionStream("gzip"));

// The time of an event, which is stored in UTC, by the clock and in the language of this browser.
function localTime(stored) {
  const time = new Date(stored);
  return Number.isNaN(time.getTime()) ? stored : time.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
}

function hand(name, type, content) {
  const address = URL.createObjectURL(new Blob([content], { type }));
  const link = make("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
}

// Return the unsaved answers of the forms as lines that Restore can read.
function typed(after, begin) {
  const lines = [];
  try {
    for (const key of Object.keys(sessionStorage).sort()) {
      if (!key.startsWith(begin) || key.slice(begin.length).includes(":")) continue;
      try {
        lines.push(JSON.stringify({ unsaved: JSON.parse(sessionStorage.getItem(key)), after }));
      } catch {
        // Not an entry of ours.
      }
    }
  } catch {
    // If the browser forbids this storage, it is empty.
  }
  return lines;
}

function render({ model, el }) {
  const view = nameOfView();
  const buffersSent = new Map(); // by request: what was sent with it
  const waiting = new Map(); // requests to the kernel: the callback, the timeout and the subject of each
  let sent = 0;
  let looked = 0;
  let asking = ""; // the lesson for which the page asks whether to start it again
  let drawn = "";

  const said = make("p", { className: "said", role: "status" });
  const tell = (words) => say(said, words);

  function ask(message, heard, buffers = []) {
    const ack = `${view}:${(sent += 1)}`;
    const silent = setTimeout(() => {
      waiting.get(ack).late = true; // a busy kernel may still reply
      tell(SILENT);
    }, PATIENCE + (buffers[0]?.byteLength ?? 0) / 100);
    waiting.set(ack, { heard, silent, about: message.do });
    buffersSent.set(ack, buffers);
    try {
      model.send({ ...message, ack }, {}, buffers);
    } catch {
      clearTimeout(silent);
      waiting.delete(ack);
      tell(SILENT);
    }
  }
  const answered = (message, buffers) => {
    const one = waiting.get(message.ack);
    if (!one) return;
    waiting.delete(message.ack);
    clearTimeout(one.silent);
    if (message.said) tell(message.said);
    if (message.question) inquire(message.question, buffersSent.get(message.ack) ?? []);
    buffersSent.delete(message.ack);
    one.heard?.(message, buffers);
  };
  // A question of the kernel, whose answer repeats the request, with the file that was chosen.
  const question = make("div", { className: "asked", hidden: true });
  const page = make("div");
  function inquire(asked, buffers) {
    question.hidden = false;
    offer(question, asked, (request) => {
      question.hidden = true;
      if (request.do) ask(request, opened, buffers);
      else tell("Nothing was changed.");
    });
    question.querySelector("button").focus();
  }
  // The work of another person, in a page of its own that can run nothing.
  async function opened(message, buffers) {
    if (!message.page || !buffers?.length) return;
    const frame = make("iframe", { title: "The work in the file", srcdoc: new TextDecoder().decode(await unpack(buffers[0])) });
    frame.setAttribute("sandbox", "");
    const close = make("button", { type: "button", textContent: "Close it" });
    close.addEventListener("click", () => page.replaceChildren());
    page.replaceChildren(frame, make("p", {}, close));
  }
  const look = () => {
    if ([...waiting.values()].some((one) => !one.late) || Date.now() - looked < OFTEN) return;
    looked = Date.now();
    try {
      model.send({ do: "refresh" });
    } catch {
      // Without a kernel the page keeps its last state.
    }
  };

  // ---- name
  const name = make("input", { type: "text", maxLength: 80, autocomplete: "off", spellcheck: false });
  const saveName = make("button", { type: "button", textContent: "Save name" });
  const giveName = () => ask({ do: "name", name: name.value });
  saveName.addEventListener("click", giveName);
  name.addEventListener("keydown", (event) => { if (event.key === "Enter") giveName(); });

  // ---- download: built here, so that it works without a kernel
  const download = make("button", { type: "button", textContent: "Download my work" });
  const reminder = make("span");
  download.addEventListener("click", async () => {
    const { file } = model.get("state");
    const [events, held, more] = [model.get("events"), model.get("held"), model.get("more")];
    try {
      const whole = new TextDecoder().decode(await unpack(model.get("packed"))) + more;
      const lines = typed(held, keyOf("unsaved", model));
      hand(file, "application/x-ndjson", whole + lines.map((line) => `${line}\n`).join(""));
      const unsaved = lines.length ? ` and ${lines.length} not saved here yet` : "";
      tell(`Downloaded as ${file}: ${events} saved entries${unsaved}. Your browser says where the file is.`);
      try {
        model.send({ do: "downloaded", events, held });
      } catch {
        // The file is downloaded anyway.
      }
    } catch (error) {
      tell(`The download could not be made: ${error.message}. Write my_work(save=".") in a cell instead.`);
    }
  });

  // ---- texts that the student brought along
  const agreed = make("input", { type: "checkbox" });
  agreed.addEventListener("change", () => ask({ do: "texts", agreed: agreed.checked }, show));
  const rights = make("span");
  const along = make("span");
  const brought = make("div", {}, make("label", {}, agreed, rights), make("p", {}, along));

  // ---- restore
  const chosen = make("input", { type: "file", accept: ".jsonl,.html,.zip,.gz", hidden: true });
  const restoring = make("button", { type: "button", textContent: "Restore …" });
  restoring.addEventListener("click", () => chosen.click());
  chosen.addEventListener("change", async () => {
    const [file] = chosen.files;
    if (!file) return;
    const { most } = model.get("state");
    if (file.size > most) {
      tell(`${file.name} has ${Math.ceil(file.size / 1e6)} MB; at most ${most / 1e6} MB can be restored.`);
      return;
    }
    tell(`Restoring ${file.name} …`);
    try {
      const packed = await through(await file.arrayBuffer(), new CompressionStream("gzip"));
      if (packed.byteLength > PASSES) {
        tell(`${file.name} is too large to be sent. Put it beside the notebook and run my_work(restore="${file.name}").`);
        return;
      }
      ask({ do: "restore" }, () => { chosen.value = ""; }, [packed]);
    } catch (error) {
      tell(`${file.name} could not be read: ${error.message}. Choose it again.`);
    }
  });
  const restoreLabel = make("span");
  const other = make("button", { type: "button", textContent: "This is not my work …" });
  other.addEventListener("click", () => ask({ do: "who" }));

  // ---- exports
  const handIn = make("div", { className: "bar" });
  const more = make("details", {}, make("summary", { textContent: "More formats" }));
  for (const format of model.get("state").formats) {
    const one = make("button", { type: "button", className: format === "html" ? "main" : "", textContent: NAMES[format] ?? format });
    one.addEventListener("click", () =>
      ask({ do: "export", format }, async (message, buffers) => {
        if (!buffers?.length) return;
        hand(message.file, message.mime, await unpack(buffers[0]));
        tell(`Downloaded as ${message.file}. Your browser says where the file is.`);
      }));
    if (format === "html") handIn.append(one, make("span", { textContent: "A web page to read, to print and to hand in. Your whole work is inside it, so that it can also be restored." }));
    else more.append(one, " ");
  }

  // ---- lessons
  const body = make("tbody");
  const note = make("p");
  const heads = ["Lesson", "Answered", "Points", "Written", "Changed since answered", "Last answer", "Start again"];
  const table = make("table", {}, make("caption", { textContent: "Lesson by lesson" }),
    make("thead", {}, make("tr", {}, ...heads.map((head) => make("th", { scope: "col", textContent: head })))), body);

  function button(key, words, about, act) {
    const one = make("button", { type: "button", textContent: words, "aria-label": `${words}: ${about}` });
    one.dataset.key = key;
    one.addEventListener("click", act);
    return one;
  }
  function choices(row) {
    const title = row.title;
    const put = (lesson, focus) => {
      asking = lesson;
      rows();
      body.querySelector(`[data-key="${CSS.escape(focus)}"]`)?.focus();
    };
    if (asking === row.lesson) {
      const words = `Start “${title}” again? Your answers to ${row.answered} of its questions are set aside and no ` +
        "longer count. Nothing is deleted, your marks stay, and Undo brings the answers back.";
      return [
        make("p", { textContent: words }),
        button(`yes ${row.lesson}`, "Yes, start again", title, () => {
          put("", "");
          ask({ do: "reset", lesson: row.lesson }, () => put("", `undo ${row.lesson}`));
        }), " ",
        button(`no ${row.lesson}`, "No", title, () => put("", `reset ${row.lesson}`)),
      ];
    }
    const reset = button(`reset ${row.lesson}`, "Start again …", title, () => {
      put(row.lesson, `no ${row.lesson}`);
      tell(`Start “${title}” again? Choose “Yes, start again” or “No”.`);
    });
    const undo = button(`undo ${row.lesson}`, "Undo", `start “${title}” again`, () =>
      ask({ do: "undo", lesson: row.lesson }, () => put("", `reset ${row.lesson}`)));
    return [...(row.answered ? [reset, " "] : []), ...(row.undo ? [undo] : [])];
  }
  function rows() {
    const { lessons } = model.get("state");
    const now = JSON.stringify([lessons, asking]);
    if (now === drawn) return;
    drawn = now;
    const key = body.contains(document.activeElement) ? document.activeElement.dataset.key : "";
    body.replaceChildren(...lessons.map((row) => {
      const cells = [
        `${row.answered} of ${row.asked}`, row.of ? `${row.points} of ${row.of}` : "none", row.written,
        row.changed ? `${row.changed}: answer again` : "none", row.last ? localTime(row.last) : "none",
      ];
      return make("tr", {}, make("th", { scope: "row", textContent: `${row.lesson.slice(0, 2)} ${row.title}` }),
        ...cells.map((cell) => make("td", {}, `${cell}`)), make("td", {}, ...choices(row)));
    }));
    if (key) body.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus();
  }

  // ---- the whole view
  const warning = make("p", { className: "notice" });
  const anew = make("p", { textContent: ANEW });
  const where = make("p");
  const troubles = make("ul");
  let known = null;
  function show() {
    const state = model.get("state");
    say(warning, state.warning);
    warning.hidden = !state.warning;
    if (state.name !== known && document.activeElement !== name) name.value = state.name;
    known = state.name;
    say(where, state.where);
    say(reminder, state.reminder);
    brought.hidden = !state.rights;
    say(rights, state.rights);
    say(along, `Download: ${state.along}`);
    // A state that the kernel sent before it heard of the click must not take the click back.
    if (![...waiting.values()].some(({ about }) => about === "texts")) agreed.checked = state.agreed;
    say(note, state.note);
    anew.hidden = !state.lessons.some((row) => row.answered || row.undo);
    say(restoreLabel, `Brings back a download or a page to hand in (at most ${state.most / 1e6} MB).`);
    troubles.replaceChildren(...state.troubles.map((words) => make("li", { textContent: words })));
    rows();
  }
  const root = make("section", { className: "cr crw", "aria-label": "My work" },
    make("style", { textContent: SHARED_STYLE + STYLE }),
    make("p", {}, make("strong", { textContent: "My work" })), warning,
    make("div", { className: "bar" }, make("label", {}, "Name (a pseudonym will do) ", name), saveName),
    said, question,
    scrolled("Lesson by lesson", table), anew, note,
    handIn, make("div", { className: "bar" }, download, reminder), brought, make("div", { className: "bar" }, restoring, chosen, restoreLabel), more, page, troubles, where,
    make("div", { className: "bar" }, other));
  show();
  // What was done is said where it was asked for; the view can be higher than the screen.
  root.addEventListener("click", ({ target }) => {
    if (target.closest("button, a, label")) [...root.children].find((one) => one !== said && one.contains(target)).after(said);
  });
  tell(model.get("state").said);
  model.on("msg:custom", answered);
  model.on("told", show);
  root.addEventListener("pointerenter", look);
  root.addEventListener("focusin", look);
  el.append(root);
  const undo = [replaceStill(el, "article.close-reading-portfolio"), keepKeys(root)];
  return () => {
    for (const { silent } of waiting.values()) clearTimeout(silent);
    model.off("msg:custom", answered);
    model.off("told", show);
    undo.forEach((one) => one());
  };
}

export default personal(render);
