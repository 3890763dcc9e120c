// Words of a person as the kernel wrote them, in HTML in which every word is escaped. Needs shared.js.

function render({ model, el }) {
  const root = make("div", { className: "jp-RenderedHTMLCommon close-reading-words" });
  const show = () => {
    const { body } = new DOMParser().parseFromString(model.get("words"), "text/html");
    root.replaceChildren(...body.childNodes);
  };
  show();
  model.on("told", show);
  el.append(root);
  const undo = [replaceStill(el, ".close-reading-question, .close-reading-recalled, .close-reading-marks, .close-reading-page"),
    keepKeys(root)];
  return () => {
    model.off("told", show);
    undo.forEach((one) => one());
  };
}

export default personal(render);
