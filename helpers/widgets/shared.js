// What every live view shares. Words enter a page as text only, never as HTML.

// Fields and buttons carry ink and paper of their own; all else takes the colours of the theme.
const SHARED_STYLE = `
.cr { line-height: 1.6; color: inherit; max-width: 68em; }
.cr [hidden] { display: none !important; }
.cr fieldset { border: 1px solid #808080; margin: 0 0 0.5em; padding: 0.1em 0.7em 0.4em; min-width: 0; }
.cr legend, .cr summary { font-weight: bold; }
.cr summary { cursor: pointer; }
.cr label { display: inline-flex; align-items: baseline; gap: 0.4em; cursor: pointer; }
.cr input[type=checkbox], .cr input[type=radio] {
  width: 1.05em; height: 1.05em; flex: none; margin: 0; align-self: center;
}
.cr input[type=search], .cr input[type=text], .cr textarea, .cr select, .cr button {
  font: inherit; color: #1b1b1b; background: #fff; border: 1px solid #6b6b6b; border-radius: 3px;
  padding: 0.15em 0.5em; min-width: 0; max-width: 100%; color-scheme: light;
}
.cr button { background: #ececec; cursor: pointer; }
.cr button[disabled] { color: #5c5c5c; cursor: default; }
.cr :focus-visible { outline: 3px solid #1a6fd6; outline-offset: 2px; box-shadow: 0 0 0 2px #fff; }
.cr p { margin: 0.3em 0; }
.cr ul, .cr ol { list-style: none; margin: 0; padding: 0; }
.cr li { margin: 0.15em 0; }
`;

function make(name, properties = {}, ...content) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key === "role" || key.startsWith("aria-")) node.setAttribute(key, value);
    else node[key] = value;
  }
  node.append(...content); // strings become text
  return node;
}

// While a live view stands, the still one before it in the same output is hidden, and shown again after.
function replaceStill(el, selector) {
  let still = null;
  const watch = new ResizeObserver(() => {
    const before = el.closest(".jp-OutputArea-child, .output_area")?.previousElementSibling;
    if (!el.isConnected || still === before || !before?.querySelector(selector)) return;
    still = before;
    still.hidden = true;
    still.style.setProperty("display", "none", "important");
  });
  watch.observe(el); // also reports when the element, made apart, enters the page
  return () => {
    watch.disconnect();
    if (!still) return;
    still.hidden = false;
    still.style.removeProperty("display");
  };
}

// The notebook's one-letter commands (d, d: delete the cell) must not fire from a control in here,
// but those with Ctrl or Cmd, such as saving, must. The notebook listens on the document and looks
// first at the element that has the focus.
function keepKeys(root) {
  const listen = (event) => {
    if (!root.contains(event.target)) return;
    event.target.toggleAttribute("data-lm-suppress-shortcuts", !event.ctrlKey && !event.metaKey);
  };
  window.addEventListener("keydown", listen, true);
  return () => window.removeEventListener("keydown", listen, true);
}
