// The question who is at the computer. Needs shared.js.

const STYLE = ".cr.crh .bar { display: flex; flex-wrap: wrap; gap: 0.4em 0.8em; }";

function render({ model, el }) {
  const question = make("div", { className: "notice" });
  const said = make("p", { role: "status" });
  const root = make("section", { className: "cr crh", "aria-label": "Who are you?" },
    make("style", { textContent: SHARED_STYLE + STYLE }), question, said);
  const show = () => {
    const asked = model.get("question");
    question.hidden = !asked;
    offer(question, asked, (request) => model.send(request));
    say(said, model.get("said"));
  };
  show();
  model.on("told", show);
  el.append(root);
  const undo = keepKeys(root);
  return () => {
    model.off("told", show);
    undo();
  };
}

export default personal(render);
