// The marking page: one question after another, with all answers to it. It needs no server and no other file. Each mark
// is kept in this browser (localStorage) at once; “Save” gives a file with all marks. See marks_file.py for its columns.

const DATA = JSON.parse(document.getElementById("data").textContent);
const KEPT = "close-reading-mark:"; // then question, student and marker, as JSON
const KEPT_STEPS = `close-reading-steps:${DATA.class}:`; // then the question
const KEPT_MARKER = "close-reading-marker";
const MOST_AGAIN = 9; // comments with a key
const by = (id) => document.getElementById(id);

function make(name, properties = {}, ...content) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key.startsWith("aria-")) node.setAttribute(key, value);
    else node[key] = value;
  }
  node.append(...content); // strings become text nodes
  return node;
}

// ---------------------------------------------------------------- what the browser keeps

let refused = ""; // why the browser keeps nothing

function kept(key) {
  try {
    return localStorage.getItem(key);
  } catch (error) {
    refused = String(error.message);
    return null;
  }
}

function keep(key, value) {
  try {
    sessionStorage.setItem(key, value);
    localStorage.setItem(key, value);
    refused = "";
  } catch (error) {
    refused = String(error.message);
  }
}

function drop(key) {
  try {
    sessionStorage.removeItem(key);
    localStorage.removeItem(key);
  } catch (error) {
    refused = String(error.message);
  }
}

// On a busy computer Chromium 156 may lose the localStorage of a page from the disk that is reloaded soon after it was
// opened. The sessionStorage of the window stays, so all is kept there too, and what is missing is put back.
try {
  for (const [key, value] of Object.entries(sessionStorage)) {
    if (key.startsWith("close-reading-") && kept(key) == null) keep(key, value);
  }
  window.addEventListener("storage", (event) => {
    if (event.storageArea === localStorage && event.key && event.newValue == null) sessionStorage.removeItem(event.key);
  });
} catch (error) {
  refused = String(error.message);
}

function allKept(prefix) {
  const found = [];
  try {
    for (let n = 0; n < localStorage.length; n++) {
      const key = localStorage.key(n);
      if (key.startsWith(prefix)) found.push(key);
    }
  } catch (error) {
    refused = String(error.message);
  }
  return found;
}

function parsed(words) {
  try {
    return JSON.parse(words);
  } catch {
    return null; // another program wrote it
  }
}

// ---------------------------------------------------------------- marks

const questions = new Map(DATA.questions.map((one) => [one.id, one]));
const students = new Map(DATA.students.map((one) => [one.key, one]));
const here = new Set(DATA.essays.map((one) => JSON.stringify([one.question, one.student])));
const marks = new Map();
// The time of each mark, and of the changed steps of each question, that is in a file.
const inFile = new Map();
const stepsInFile = new Map();
const placeOf = (mark) => JSON.stringify([mark.question, mark.student, mark.marker]);

function isMark(one) {
  return one && typeof one.when === "string" && typeof one.comment === "string" && one.steps && typeof one.steps === "object";
}

for (const one of DATA.marks) {
  marks.set(placeOf(one), one);
  inFile.set(placeOf(one), one.when);
}
for (const key of allKept(KEPT)) {
  const place = parsed(key.slice(KEPT.length));
  const one = parsed(kept(key));
  if (!Array.isArray(place) || !isMark(one) || !here.has(JSON.stringify(place.slice(0, 2)))) continue;
  const old = marks.get(JSON.stringify(place));
  const [question, student, marker] = place;
  if (old && old.when >= one.when) continue;
  marks.set(JSON.stringify(place), { ...one, question, student, marker });
  inFile.set(JSON.stringify(place), one.file);
}

// Points of steps that were changed, by question: {when, points: {"criterion=step": points}}.
const changed = new Map(Object.entries(DATA.changed));
for (const [id, one] of changed) stepsInFile.set(id, one.when);
for (const key of allKept(KEPT_STEPS)) {
  const id = key.slice(KEPT_STEPS.length);
  const one = parsed(kept(key));
  if (!questions.has(id) || !one?.points || changed.get(id)?.when >= one.when) continue;
  changed.set(id, one);
  stepsInFile.set(id, one.file);
}

const state = { question: DATA.questions[0]?.id, at: 0, criterion: 0, chance: false, names: DATA.names, keys: true };
let marker = DATA.marker || kept(KEPT_MARKER) || "";

const question = () => questions.get(state.question);
const essay = () => order()[state.at];

// A fixed order by chance: the same each time, another for each question, and not that of the names or numbers.
function chance(words) {
  let hash = 2166136261;
  for (const sign of words) hash = Math.imul(hash ^ sign.codePointAt(0), 16777619) >>> 0;
  return Math.imul(hash ^ (hash >>> 15), 2246822519) >>> 0;
}

function order() {
  const found = DATA.essays.filter((one) => one.question === state.question);
  const place = state.chance
    ? (one) => chance(`${one.question} ${one.student}`)
    : (one) => students.get(one.student).number;
  return found.sort((a, b) => place(a) - place(b));
}

const called = (one) => {
  const student = students.get(one.student);
  return state.names && student.name ? `${student.name} (number ${student.number})` : `Number ${student.number}`;
};

function markOn(one) {
  return marks.get(JSON.stringify([one.question, one.student, marker]));
}

function othersOn(one) {
  return [...marks.values()].filter(
    (mark) => mark.question === one.question && mark.student === one.student && mark.marker !== marker && points(mark) != null
  );
}

function stepPoints(id, criterion, step) {
  const own = changed.get(id)?.points[`${criterion}=${step}`];
  return own ?? questions.get(id).criteria.find((one) => one.id === criterion)?.steps[step - 1]?.points ?? null;
}

const rounded = (number) => Math.round(number * 100) / 100;

function sum(mark) {
  return rounded(Object.entries(mark.steps).reduce((all, [id, step]) => all + (stepPoints(mark.question, id, step) ?? 0), 0));
}

// The points of a mark: null while it is not marked, which is not zero.
function points(mark) {
  if (!mark) return null;
  if (mark.own != null) return mark.own;
  const { criteria } = questions.get(mark.question);
  return criteria.length && criteria.every((one) => mark.steps[one.id]) ? sum(mark) : null;
}

let last = "";

function now() {
  // Later than every time before, so that the order of two marks is never in doubt.
  let time = new Date().toISOString();
  if (time <= last) time = new Date(Date.parse(last) + 1).toISOString();
  last = time;
  return time;
}

function change(one, what) {
  const old = markOn(one) ?? { question: one.question, student: one.student, marker, steps: {}, own: null, comment: "" };
  const mark = { ...old, ...what, essay: one.hash, when: now() };
  marks.set(placeOf(mark), mark);
  keepMark(mark);
  showState();
}

function keepMark({ steps, own, comment, essay: words, when, ...rest }) {
  const file = inFile.get(placeOf(rest)) ?? "";
  keep(KEPT + placeOf(rest), JSON.stringify({ steps, own, comment, essay: words, when, file }));
}

function keepSteps(id) {
  keep(KEPT_STEPS + id, JSON.stringify({ ...changed.get(id), file: stepsInFile.get(id) ?? "" }));
}

const openMarks = () => [...marks.values()].filter((one) => one.when !== inFile.get(placeOf(one)));
const openSteps = () => [...changed].filter(([id, one]) => one.when !== stepsInFile.get(id)).map(([id]) => id);
const unsaved = () => openMarks().length + openSteps().length;

// ---------------------------------------------------------------- the file

const CRC = Uint32Array.from({ length: 256 }, (_, n) => {
  let value = n;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

function crc32(words) {
  let value = 0xffffffff;
  for (const byte of new TextEncoder().encode(words)) value = CRC[(value ^ byte) & 255] ^ (value >>> 8);
  return ((value ^ 0xffffffff) >>> 0).toString(16).padStart(8, "0");
}

const FORMULA = new RegExp(DATA.formula, "gmu");
const inPoints = (number) => (number == null ? "" : String(rounded(number)));

function row(mark, id, number, name, stepsOf) {
  const comment = mark.comment.normalize("NFC").trim();
  const given = points(mark);
  const parts = [id, mark.marker, inPoints(given), stepsOf, comment, mark.essay];
  const of = questions.get(id)?.points ?? "";
  return [mark.student, number, name, `Q${id}`, mark.marker, inPoints(given), of, stepsOf, comment, mark.essay, mark.when,
    crc32(parts.join("\u001f"))];
}

function rows() {
  const found = [];
  for (const mark of marks.values()) {
    const student = students.get(mark.student);
    const given = questionOf(mark).criteria.filter((one) => mark.steps[one.id]);
    const stepsOf = given.map((one) => {
      const step = mark.steps[one.id];
      return `${one.id}=${step}:${inPoints(stepPoints(mark.question, one.id, step))}`;
    });
    found.push(row(mark, mark.question, student.number, student.name, stepsOf.join("; ")));
  }
  for (const [id, one] of changed) {
    const stepsOf = Object.entries(one.points).map(([step, number]) => `${step}:${inPoints(number)}`).join("; ");
    const every = { question: id, student: "*", marker: "", steps: {}, own: null, comment: "", essay: "", when: one.when };
    found.push(row(every, id, "", "", stepsOf));
  }
  return [...found, ...DATA.rest.map((cells) => cells.map((cell) => cell ?? ""))];
}

const questionOf = (mark) => questions.get(mark.question);

function csv() {
  const cell = (value) => `"${String(value).replace(FORMULA, "$1'$2").replaceAll('"', '""')}"`;
  return "\ufeff" + [DATA.columns, ...rows()].map((line) => `${line.map(cell).join(",")}\r\n`).join("");
}

function save() {
  const link = make("a", { href: URL.createObjectURL(new Blob([csv()], { type: "text/csv" })), download: fileName() });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  for (const one of openMarks()) {
    inFile.set(placeOf(one), one.when);
    keepMark(one);
  }
  for (const id of openSteps()) {
    stepsInFile.set(id, changed.get(id).when);
    keepSteps(id);
  }
  say(`${fileName()} is in your downloads. Give it to the class command.`);
  showState();
}

function fileName() {
  const who = marker.normalize("NFC").replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-+|-+$/g, "").slice(0, 40);
  return who ? `marks-${who}.csv` : "marks.csv";
}

// Only what is on this page: the browser may keep marks of another class that are in no file yet.
function forget() {
  for (const key of [...[...marks.keys()].map((place) => KEPT + place), ...allKept(KEPT_STEPS)]) drop(key);
  say("This browser keeps no marks of this page any more. They are still on this page until you close it, and in the file.");
  showState();
}

// ---------------------------------------------------------------- what is shown

function say(words) {
  by("said").textContent = words;
}

function counts(id) {
  const all = DATA.essays.filter((one) => one.question === id);
  return [all.filter((one) => points(markOn(one)) != null).length, all.length];
}

function showState() {
  const [done, all] = counts(state.question);
  by("progress").max = all || 1;
  by("progress").value = done;
  by("done").textContent = `${done} of ${all} marked`;
  for (const option of by("question").options) {
    const [some, of] = counts(option.value);
    option.textContent = `${option.value} · ${questions.get(option.value).title} (${some} of ${of})`;
  }
  for (const [n, one] of order().entries()) {
    const option = by("answer").options[n];
    const given = points(markOn(one));
    if (option) option.textContent = `${n + 1}. ${called(one)}: ${given == null ? "not marked" : inPoints(given)}`;
  }
  by("settings").textContent = marker ? `Settings · marked by ${marker}` : "Settings";
  const open = unsaved();
  by("unsaved").textContent = open ? `${open} not in a file yet` : "All in a file";
  by("forget").disabled = open > 0;
  by("refused").hidden = !refused;
  if (refused) by("why").textContent = refused;
  showSum();
}

function showSum() {
  const one = essay();
  if (!one) return;
  const mark = markOn(one);
  const given = points(mark);
  const begun = mark && Object.keys(mark.steps).length;
  by("points").textContent = given == null ? (begun ? `${inPoints(sum(mark))} so far` : "Not marked") : inPoints(given);
  by("of").textContent = `of ${question().points}`;
  for (const button of document.querySelectorAll(".step")) {
    button.setAttribute("aria-pressed", String(mark?.steps[button.dataset.criterion] === Number(button.dataset.step)));
  }
  document.querySelectorAll(".criterion").forEach((node, n) => {
    node.classList.toggle("now", n === state.criterion);
    if (n === state.criterion) bringIntoView(node);
  });
  const others = given == null ? [] : othersOn(one);
  by("others").replaceChildren(
    ...others.map((other) => {
      const differs = rounded(given - points(other));
      const how = differs ? `you gave ${inPoints(Math.abs(differs))} ${differs > 0 ? "more" : "less"}` : "the same as you";
      const words = other.comment ? ` “${other.comment}”` : "";
      return make("p", {}, `${other.marker || "Somebody without a name"} gave ${inPoints(points(other))}: ${how}.${words}`);
    })
  );
}

// Scrolls the steps and not the page, so that the essay stays where it is.
function bringIntoView(node) {
  const box = by("steps");
  const [inside, outside] = [node.getBoundingClientRect(), box.getBoundingClientRect()];
  const below = Math.min(inside.bottom - outside.bottom, inside.top - outside.top);
  box.scrollTop += inside.top < outside.top ? inside.top - outside.top : Math.max(0, below);
}

function commentsBefore() {
  const found = new Map();
  for (const mark of marks.values()) {
    const words = mark.comment.trim();
    if (mark.question === state.question && words && mark.student !== essay()?.student) {
      found.set(words, (found.get(words) ?? 0) + 1);
    }
  }
  return [...found].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, MOST_AGAIN).map(([words]) => words);
}

function showComments() {
  const some = commentsBefore();
  by("again-head").hidden = !some.length;
  by("again").replaceChildren(
    ...some.map((words, n) =>
      make("li", {}, make("button", { type: "button", title: words, onclick: () => giveAgain(n) }, make("kbd", {}, `⇧${n + 1}`), ` ${words}`))
    )
  );
}

function giveAgain(n) {
  const words = commentsBefore()[n];
  if (!words || !essay()) return;
  const old = markOn(essay())?.comment.trim() ?? "";
  if (old.includes(words)) return;
  change(essay(), { comment: old ? `${old}\n${words}` : words });
  by("comment").value = markOn(essay()).comment;
  say(`Comment given: ${words}`);
}

function showRubric() {
  const { criteria } = question();
  let rubric = criteria.map((one, n) => {
    const head = make("h3", { id: `criterion-${n}` }, one.name);
    const steps = one.steps.map((step, index) => {
      const number = index + 1;
      return make("button",
        { type: "button", className: "step", onclick: () => giveStep(n, number) },
        make("kbd", {}, String(number)), make("span", { className: "worth" }, inPoints(stepPoints(state.question, one.id, number))),
        make("span", {}, step.text));
    });
    steps.forEach((button, index) => Object.assign(button.dataset, { criterion: one.id, step: index + 1 }));
    const group = make("div", { className: "criterion", "aria-labelledby": head.id }, head, ...steps);
    group.setAttribute("role", "group");
    return group;
  });
  if (!criteria.length) rubric = [make("p", { className: "quiet" }, "This question has no rubric: give points below.")];
  by("rubric").replaceChildren(...rubric);
  const fields = criteria.flatMap((one) =>
    one.steps.map((step, index) => {
      const field = make("input", { type: "number", step: "any", value: inPoints(stepPoints(state.question, one.id, index + 1)) });
      field.addEventListener("change", () => priceStep(one.id, index + 1, field));
      return make("p", {}, make("label", {}, field, ` ${one.name}: ${step.text}`));
    })
  );
  by("prices").replaceChildren(...fields);
  by("pricing").hidden = !criteria.length;
  by("prompt").replaceChildren(...question().prompt.map((words) => make("p", {}, words)));
  by("model").replaceChildren(...question().model.map((words) => make("p", {}, words)));
  by("model-head").hidden = !question().model.length;
}

// All who got the step get its new points.
function priceStep(criterion, step, field) {
  const number = field.valueAsNumber;
  if (!Number.isFinite(number)) {
    field.value = inPoints(stepPoints(state.question, criterion, step));
    return;
  }
  const old = changed.get(state.question)?.points ?? {};
  const one = { when: now(), points: { ...old, [`${criterion}=${step}`]: rounded(number) } };
  changed.set(state.question, one);
  keepSteps(state.question);
  const button = [...document.querySelectorAll(".step")].find(
    (node) => node.dataset.criterion === criterion && Number(node.dataset.step) === step
  );
  button.querySelector(".worth").textContent = inPoints(number);
  const got = [...marks.values()].filter((mark) => mark.question === state.question && mark.steps[criterion] === step).length;
  say(`The step gives ${inPoints(number)} now, also to the ${got} who have it.`);
  showState();
}

function giveStep(n, step) {
  const criterion = question().criteria[n];
  if (!essay() || !criterion || step > criterion.steps.length) return;
  const steps = { ...markOn(essay())?.steps };
  const again = steps[criterion.id] === step;
  if (again) delete steps[criterion.id];
  else steps[criterion.id] = step;
  // Points of one's own give way to the steps: whoever gives a step wants it to count.
  change(essay(), { steps, own: null });
  by("own").value = "";
  const next = question().criteria.findIndex((one) => !steps[one.id]);
  if (!again) state.criterion = next >= 0 ? next : n;
  else state.criterion = n;
  const given = points(markOn(essay()));
  const what = again ? "taken back" : `${inPoints(stepPoints(state.question, criterion.id, step))}`;
  say(`${criterion.name}: ${what}. ${given == null ? "Not marked yet." : `${inPoints(given)} of ${question().points}.`}`);
  showSum();
}

function showQuestion() {
  by("question").value = state.question;
  by("answer").replaceChildren(...order().map((_, n) => make("option", { value: String(n) })));
  showRubric();
  show(0);
}

function show(at) {
  const all = order();
  state.at = Math.max(0, Math.min(at, all.length - 1));
  const one = all[state.at];
  by("nothing").hidden = Boolean(one);
  by("work").hidden = !one;
  document.querySelector("footer").hidden = !one;
  if (!one) return;
  by("answer").value = String(state.at);
  by("which").textContent = `Answer ${state.at + 1} of ${all.length}: ${called(one)}`;
  const { limits } = question();
  const flags = [[limits ? `${one.length} (${limits})` : one.length, ""], ...one.flags.map((words) => [words, "flag"])];
  by("facts").replaceChildren(...flags.map(([words, kind]) => make("span", { className: kind }, words)));
  // These parts are HTML of helpers/classroom/marking_page.py, in which the words of students are escaped.
  by("essay").innerHTML = one.html;
  by("quotations").innerHTML = one.check;
  by("earlier").innerHTML = one.earlier.join("");
  by("earlier-head").hidden = !one.earlier.length;
  by("earlier-head").open = false;
  by("earlier-count").textContent = `Earlier attempts: ${one.earlier.length}`;
  const mark = markOn(one);
  by("stale").hidden = !mark || mark.essay === one.hash || !mark.essay;
  by("comment").value = mark?.comment ?? "";
  by("own").value = mark && mark.own != null ? mark.own : "";
  const next = question().criteria.findIndex((criterion) => !mark?.steps[criterion.id]);
  state.criterion = Math.max(0, next);
  showComments();
  showState();
  by("previous").disabled = state.at === 0;
  by("next").disabled = state.at === all.length - 1;
  const main = document.querySelector("main");
  main.scrollTo(0, 0);
  if (document.activeElement === document.body) main.focus({ preventScroll: true }); // so that keys scroll it
  const given = points(mark);
  say(`${by("which").textContent}, ${given == null ? "not marked" : `${inPoints(given)} of ${question().points}`}`);
}

function nextUnmarked() {
  const ids = DATA.questions.map((one) => one.id);
  const start = ids.indexOf(state.question);
  for (let n = 0; n <= ids.length; n++) {
    const id = ids[(start + n) % ids.length];
    const before = state.question;
    state.question = id;
    const all = order();
    const from = n === 0 ? state.at + 1 : 0;
    const to = n === ids.length ? state.at + 1 : all.length;
    const found = all.findIndex((one, at) => at >= from && at < to && points(markOn(one)) == null);
    if (found >= 0) {
      if (id !== before || n > 0) showQuestion();
      show(found);
      return;
    }
    state.question = ids[start];
  }
  say("Everything is marked. Save the file.");
}

// ---------------------------------------------------------------- keys and fields

const KEYS = {
  ArrowLeft: () => show(state.at - 1),
  ArrowRight: () => show(state.at + 1),
  ArrowUp: () => moveCriterion(-1),
  ArrowDown: () => moveCriterion(1),
  n: nextUnmarked,
  c: () => by("comment").focus(),
  p: () => by("own").focus(),
  s: save,
  "?": () => by("help").showModal(),
};

function moveCriterion(many) {
  const end = question().criteria.length - 1;
  state.criterion = Math.max(0, Math.min(state.criterion + many, end));
  showSum();
  if (end >= 0) say(question().criteria[state.criterion].name);
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || by("help").open) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    document.activeElement?.blur();
    nextUnmarked();
    event.preventDefault();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const field = event.target.closest?.("input:not([type=checkbox]), textarea, select");
  if (field) {
    if (event.key === "Escape") field.blur();
    return;
  }
  if (!state.keys || !essay()) return;
  // The place of a digit on the keyboard, which is the same in all layouts, and with Shift too.
  const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1];
  const act = digit
    ? () => (event.shiftKey ? giveAgain(Number(digit) - 1) : giveStep(state.criterion, Number(digit)))
    : KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

by("question").append(...DATA.questions.map((one) => make("option", { value: one.id })));
by("question").addEventListener("change", () => {
  state.question = by("question").value;
  showQuestion();
});
by("answer").addEventListener("change", () => show(Number(by("answer").value)));
by("comment").addEventListener("input", () => change(essay(), { comment: by("comment").value }));
by("own").addEventListener("input", () => {
  const field = by("own");
  if (field.validity.badInput) return; // a number that is not finished
  change(essay(), { own: Number.isFinite(field.valueAsNumber) ? rounded(field.valueAsNumber) : null });
});
by("fresh").addEventListener("click", () => {
  change(essay(), {});
  by("stale").hidden = true;
  say("The mark holds for the new words too.");
});
by("chance").addEventListener("change", () => {
  const one = essay();
  state.chance = by("chance").checked;
  by("answer").replaceChildren(...order().map((_, n) => make("option", { value: String(n) })));
  show(Math.max(0, order().indexOf(one)));
});
by("names").checked = !DATA.names;
by("names").disabled = !DATA.students.some((one) => one.name);
by("names").addEventListener("change", () => {
  state.names = !by("names").checked;
  show(state.at);
});
by("keys").addEventListener("change", () => {
  state.keys = by("keys").checked;
});
by("marker").value = marker;
by("marker").addEventListener("change", () => {
  marker = by("marker").value.trim().slice(0, 60);
  keep(KEPT_MARKER, marker);
  show(state.at);
});
by("previous").addEventListener("click", KEYS.ArrowLeft);
by("next").addEventListener("click", KEYS.ArrowRight);
by("unmarked").addEventListener("click", nextUnmarked);
by("save").addEventListener("click", save);
by("forget").addEventListener("click", forget);
by("show-help").addEventListener("click", KEYS["?"]);
by("close-help").addEventListener("click", () => by("help").close());
// The settings lie over the mark: a click elsewhere closes them.
document.addEventListener("pointerdown", (event) => {
  const settings = document.querySelector(".settings");
  if (!settings.contains(event.target)) settings.open = false;
});
window.addEventListener("beforeunload", (event) => {
  if (unsaved()) event.preventDefault();
});

if (DATA.questions.length) showQuestion();
else {
  by("nothing").hidden = false;
  by("work").hidden = true;
  document.querySelector("footer").hidden = true;
}
