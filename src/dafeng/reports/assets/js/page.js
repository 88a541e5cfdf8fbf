// Starts the page: language, theme, print, and the order in which the sections are drawn.
(function (D) {
  "use strict";
  const { h } = D;
  const root = document.documentElement;

  function staticWords() {
    document.querySelectorAll("[data-t]").forEach((node) => D.fill(node, D.t(node.dataset.t, D.facts())));
    document.querySelectorAll("[data-t-label]").forEach((node) => node.setAttribute("aria-label", D.t(node.dataset.tLabel)));
    document.title = D.t(document.querySelector("h1").dataset.t, D.facts());
    document.querySelectorAll("[data-lang-to]").forEach((node) => node.setAttribute("aria-pressed", String(node.dataset.langTo === D.lang)));
  }
  function made() {
    const { made: about, overlay } = D.data;
    const when = new Date(about.at);
    const date = Number.isNaN(when.getTime()) ? about.at
      : new Intl.DateTimeFormat(D.TAGS[D.lang], { dateStyle: "long", timeStyle: "short", timeZone: "UTC" }).format(when) + " UTC";
    const item = (key, value) => h("div", {}, h("dt", {}, D.t(key)), h("dd", {}, value));
    D.fill(document.getElementById("made"), item("report.made.at", date), item("report.made.version", about.version),
      item("report.made.catalogue", about.catalogue), D.subject === D.nation && item("report.made.layers", D.t(overlay ? "report.made.with_overlay" : "report.made.plan_only")));
  }

  D.draw = function () {
    staticWords();
    made();
    D.dropCharts();
    D.sections.forEach(({ render }) => render());
    D.explainAgain();
  };
  D.speak = function (lang) {
    if (!D.LANGS.includes(lang)) return;
    D.lang = lang;
    root.lang = D.TAGS[lang];
    root.dataset.lang = lang;
    D.remember("lang", lang);
    D.draw();
  };

  document.addEventListener("click", (event) => {
    const to = event.target.closest("[data-lang-to]");
    if (to) D.speak(to.dataset.langTo);
    const jump = event.target.closest("[data-jump]");
    if (jump) D.goto(document.getElementById(jump.dataset.jump));
    if (event.target.closest("[data-print]")) window.print();
  });
  addEventListener("hashchange", () => {
    const lang = D.memory().get("lang");
    if (lang && lang !== D.lang) D.speak(lang);
  });

  // Charts take their colours from the style sheet: draw them anew when it changes, and in print always light.
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const redraw = () => { D.redrawCharts(); if (D.redrawMap) D.redrawMap(); };
  dark.addEventListener("change", redraw);
  const paper = matchMedia("print");
  paper.addEventListener("change", () => { D.still = paper.matches; redraw(); });

  // The section in view is marked in the navigation.
  const jumps = new Map([...document.querySelectorAll("[data-jump]")].map((node) => [node.dataset.jump, node]));
  let waiting = false;
  function markJump() {
    waiting = false;
    const above = [...jumps.keys()].filter((id) => document.getElementById(id).getBoundingClientRect().top < innerHeight * 0.35);
    jumps.forEach((node, id) => { if (id === above[above.length - 1]) node.setAttribute("aria-current", "true"); else node.removeAttribute("aria-current"); });
  }
  addEventListener("scroll", () => { if (!waiting) { waiting = true; requestAnimationFrame(markJump); } }, { passive: true });

  const asked = D.memory().get("lang");
  if (D.LANGS.includes(asked)) { D.lang = asked; root.lang = D.TAGS[asked]; root.dataset.lang = asked; }
  D.draw();
  markJump();
  root.dataset.ready = "1";
})(window.Dafeng);
