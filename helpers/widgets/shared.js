// Functions for all live views. Words enter a page as text, never as HTML.

// Fields and buttons set their own colours; everything else takes those of the JupyterLab theme.
const SHARED_STYLE = `
.cr { line-height: 1.6; color: inherit; max-width: 68em; }
.cr:not(.crp) { border: 1px solid ${THEME.edge}; padding: 0.4em 0.9em 0.6em; }
.cr [hidden] { display: none !important; }
.cr fieldset { border: 1px solid ${THEME.edge}; margin: 0 0 0.5em; padding: 0.1em 0.7em 0.4em; min-width: 0; }
.cr legend, .cr summary { font-weight: bold; }
.cr summary { cursor: pointer; }
.cr label { display: inline-flex; align-items: baseline; gap: 0.4em; cursor: pointer; }
.cr input[type=checkbox], .cr input[type=radio] {
  width: 1.05em; height: 1.05em; flex: none; margin: 0; align-self: center;
}
.cr input[type=search], .cr input[type=text], .cr textarea, .cr select, .cr button {
  font: inherit; color: ${THEME.ink}; background: ${THEME.paper}; border: 1px solid ${THEME.edge}; border-radius: 4px;
  padding: 0.15em 0.5em; min-width: 0; max-width: 100%; color-scheme: light;
}
.cr button { background: ${THEME.button}; cursor: pointer; }
.cr button.main { background: ${THEME.focus}; border-color: ${THEME.focus}; color: ${THEME.paper}; font-weight: bold; padding: 0.25em 0.9em; }
.cr button[disabled] { color: ${THEME.quiet}; cursor: default; }
[data-jp-theme-light="false"] .cr :is(input[type=search], input[type=text], textarea, select, button:not(.main)) {
  color: ${THEME.dark_ink}; background: ${THEME.dark_field}; color-scheme: dark;
}
[data-jp-theme-light="false"] .cr button[disabled] { color: ${THEME.dark_quiet}; }
[data-jp-theme-light="false"] .cr input:is([type=checkbox], [type=radio]) { color-scheme: dark; }
.cr :focus-visible { outline: 3px solid ${THEME.focus}; outline-offset: 2px; box-shadow: 0 0 0 2px ${THEME.paper}; }
.cr [aria-selected=true] { background: ${THEME.notice}; color: ${THEME.ink}; font-weight: bold; }
.cr .notice { background: ${THEME.notice}; color: ${THEME.ink}; border-radius: 6px; padding: 0.4em 0.8em; }
/* The sign of a verdict is repeated in words. */
.cr [data-sign]::before { content: attr(data-sign) / ""; }
.cr table { border-collapse: collapse; margin: 0.4em 0; }
.cr th, .cr td {
  border-bottom: 1px solid ${THEME.edge}; padding: 0.3em 0.6em; text-align: left; vertical-align: top; color: inherit;
}
.cr p { margin: 0.3em 0; }
.cr ul, .cr ol { list-style: none; margin: 0; padding: 0; }
.cr li { margin: 0.15em 0; }
.cr .scroll { overflow-x: auto; }
`;

// Make control and bidi control characters visible: one sign for one character, so that places in words stay the same.
const UNSEEN = /(?![\t\n])\p{Cc}|[\u202a-\u202e\u2066-\u2069]/gu;
const signOf = (one) => (one < " " ? String.fromCharCode(0x2400 + one.charCodeAt(0)) : one === "\u007f" ? "\u2421" : "\ufffd");
const printable = (words) => (typeof words === "string" ? words.replace(UNSEEN, signOf) : words);

function make(name, properties = {}, ...content) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key === "role" || key.startsWith("aria-")) node.setAttribute(key, printable(value));
    else node[key] = key === "value" ? value : printable(value);
  }
  node.append(...content.map(printable)); // strings become text nodes
  return node;
}

// Hide the static view before a live one in the same output; show it again when the live one is removed.
function replaceStill(el, selector) {
  let still = null;
  const watch = new ResizeObserver(() => {
    const before = el.closest(".jp-OutputArea-child, .output_area")?.previousElementSibling;
    if (!el.isConnected || still === before || !before?.querySelector(selector)) return;
    still = before;
    still.hidden = true;
    still.style.setProperty("display", "none", "important");
  });
  watch.observe(el); // also fires when the element is added to the page
  return () => {
    watch.disconnect();
    if (!still) return;
    still.hidden = false;
    still.style.removeProperty("display");
  };
}

// Set the text of a live region only if it changed, so that screen readers do not repeat it.
function say(node, words) {
  if (node.textContent !== printable(words)) node.textContent = printable(words);
}

// Wrap a wide table so that it can be scrolled, also with the keyboard.
function scrolled(name, table) {
  return make("div", { className: "scroll", tabIndex: 0, role: "group", "aria-label": name }, table);
}

// Make a random id for a view; ids must differ between cells and tabs.
const nameOfView = () => `v${Math.random().toString(36).slice(2, 10)}`;

// Keys pressed in a control must not trigger JupyterLab's one-letter commands (d, d deletes the cell) or its Ctrl and
// Cmd commands that change cells (merge, select all, undo); other commands, such as saving, must still work.
// JupyterLab 4.6 skips its shortcuts if the focused element has data-lm-suppress-shortcuts. It also removes new lines
// typed inside a cell, unless the event is stopped.
const CHANGES_CELLS = /^([amyz_-]|Enter|Backspace|Arrow.*)$/i;
// Escape leaves the view, and Shift+Enter goes on to the next cell; JupyterLab 4.6 ignores both in a text field.
function keepKeys(root) {
  const leave = () => root.closest(".jp-Cell")?.focus({ preventScroll: true });
  const listen = (event) => {
    if (!root.contains(event.target)) return;
    const runs = event.key === "Enter" && event.shiftKey && !event.isComposing;
    if (runs) leave();
    const passes = runs || ((event.ctrlKey || event.metaKey) && !CHANGES_CELLS.test(event.key));
    event.target.toggleAttribute("data-lm-suppress-shortcuts", !passes);
  };
  const escape = (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.preventDefault();
    leave();
  };
  root.addEventListener("keydown", escape);
  const keepLine = (event) => {
    if (root.contains(event.target)) event.stopPropagation();
  };
  window.addEventListener("keydown", listen, true);
  window.addEventListener("beforeinput", keepLine, true);
  return () => {
    window.removeEventListener("keydown", listen, true);
    window.removeEventListener("beforeinput", keepLine, true);
  };
}

// The beginning of a key in the browser's storage; several people may use one browser.
const keyOf = (kind, model) => `close-reading:${kind}:${(model.get("person") ?? "first") === "first" ? "" : `${model.get("person")}:`}`;

// Offer the choices of a question as buttons; each makes its request, and the last may have none.
function offer(node, question, act) {
  const buttons = (question?.choices ?? []).map(([words, request]) => {
    const one = make("button", { type: "button", textContent: words });
    one.addEventListener("click", () => {
      node.replaceChildren();
      act(request);
    });
    return one;
  });
  const bar = make("div", { className: "bar", role: "group", "aria-label": "Choose" }, ...buttons);
  node.replaceChildren(...(question ? [make("p", { textContent: question.words }), bar] : []));
}

// A view with words of a person. They reach it in messages and never in the state of its model, because JupyterLab
// (“Save Widget State”, 4.6) and nbconvert store that state in the notebook. anywidget 0.11 delivers messages only
// after initialize() has run, so none is missed; in a reloaded window the view asks for them again.
function personal(render) {
  return () => {
    const told = new Map();
    const listeners = new Set();
    return {
      initialize({ model }) {
        model.on("msg:custom", (message, buffers) => {
          if (!message.tell) return;
          for (const [name, value] of Object.entries(message.tell)) told.set(name, value);
          message.bytes.forEach((name, n) => told.set(name, buffers[n]));
          listeners.forEach((one) => one());
        });
      },
      render({ model, el }) {
        let end = null;
        const own = {
          get: (name) => (told.has(name) ? told.get(name) : model.get(name)),
          send: (...message) => model.send(...message),
          on: (name, act) => (name === "told" ? listeners.add(act) : model.on(name, act)),
          off: (name, act) => (name === "told" ? listeners.delete(act) : model.off(name, act)),
        };
        const begin = () => {
          listeners.delete(begin);
          end = render({ model: own, el });
        };
        if (told.size || !model.get("personal")) begin();
        else {
          listeners.add(begin);
          model.send({ do: "look" });
        }
        return () => {
          listeners.delete(begin);
          end?.();
        };
      },
    };
  };
}
