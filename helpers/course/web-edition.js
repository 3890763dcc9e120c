// What the web edition adds to the scripts of pydata-sphinx-theme 0.20 and Sphinx 9. It is read before they are run.
{
  // On a narrow screen, a button opens a drawer.
  for (const [side, name] of [
    ["primary", "Pages"],
    ["secondary", "On this page"],
  ]) {
    const drawer = document.getElementById(`pst-${side}-sidebar-modal`);
    drawer?.setAttribute("aria-label", name);
    // The button loses the focus when it is pressed, and a link to a place on the same page leaves the drawer open.
    drawer?.addEventListener("close", () => document.querySelector(`.${side}-toggle`).focus({ preventScroll: true }));
    drawer?.addEventListener("click", (event) => event.target.closest("a") && drawer.close());
  }

  // Paper is white, whatever the screen is. Firefox tells only the first, a page in the style of print only the second.
  const root = document.documentElement.dataset;
  let shown = "";
  const print = (begins) => {
    if (begins && !shown) [shown, root.theme] = [root.theme, "light"];
    else if (!begins && shown) [shown, root.theme] = ["", shown];
  };
  addEventListener("beforeprint", () => print(true));
  addEventListener("afterprint", () => print(false));
  matchMedia("print").addEventListener("change", (event) => print(event.matches));

  // Sphinx cuts what it shows of a page that it found out of all words in <main>, those of buttons too.
  const whole = Search.htmlToText;
  Search.htmlToText = (page, anchor) => {
    const read = new DOMParser().parseFromString(page, "text/html");
    const article = read.querySelector("article");
    for (const one of article?.querySelectorAll("details.above-input, style") ?? []) one.remove();
    article?.setAttribute("role", "main");
    return whole(article?.outerHTML ?? page, anchor);
  };

  // sphinx-book-theme 1.4 brings the search to every page, and Sphinx 9 marks no words on a page that has it. Shown is
  // the first place with most of the words that were searched for; if all such places are folded away, one is opened.
  const hits = document.getElementById("search-results");
  const TERMS = "sphinx_highlight_terms";
  if (hits) {
    // A page that is opened from the menu was not found.
    addEventListener("click", (event) => event.target.closest("a") && !hits.contains(event.target) && localStorage.removeItem(TERMS));
  } else if (localStorage.getItem(TERMS)) {
    for (const word of localStorage.getItem(TERMS).split(" ")) {
      _highlightText(document.querySelector("article"), word, "highlighted");
    }
    localStorage.removeItem(TERMS);
    const marked = [...document.querySelectorAll("article .highlighted")].filter((one) => !one.closest(".above-input"));
    const around = (one) => one.closest("p, li, td, th, dd, dt, summary, blockquote, h1, h2, h3, h4") ?? one;
    const words = (one) =>
      new Set([...around(one).querySelectorAll(".highlighted")].map((each) => each.textContent.toLowerCase())).size;
    const most = Math.max(...marked.map(words));
    const best = marked.filter((one) => words(one) === most);
    const first = best.find((one) => !one.closest("details:not([open])")) ?? best[0];
    for (let fold = first?.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    addEventListener("load", () => first?.scrollIntoView({ block: "center" }));
  }
}
