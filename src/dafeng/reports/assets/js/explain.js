// The panel that says where a figure comes from.
(function (D) {
  "use strict";
  const { h } = D;

  const term = (name, ...value) => [h("dt", {}, D.t(name)), h("dd", {}, value)];

  /** The chain's lines; the leading spaces of a line say how deep it stands. */
  function chain(lines) {
    return h("ol", { class: "chain" }, lines.map((line) => {
      const depth = Math.min(6, Math.floor((/^\s*/.exec(line)[0].replace(/\t/g, "  ").length + 1) / 2));
      return h("li", { vars: { "--depth": depth } }, line.trim());
    }));
  }

  function body(figure, year) {
    const point = figure.at.get(year);
    const names = D.data.names[figure.name] || {};
    const place = h("div", { "aria-live": "polite" });
    const none = () => D.fill(place, h("p", { class: "muted" }, D.t("report.explain.none")));
    D.told(figure, year).then((lines) => (lines && lines.length ? D.fill(place, chain(lines)) : none()), none);
    const definition = [
      figure.scope && term("report.explain.scope", D.named_("scope", figure.scope)),
      figure.base_year && term("report.explain.base_year", String(figure.base_year)),
      figure.vintage && term("report.explain.vintage", D.named_("vintage", figure.vintage)),
      figure.factor_set && term("report.explain.factors", D.named_("factors", figure.factor_set),
        figure.factor_hash && h("code", {}, figure.factor_hash)),
      term("report.explain.quality", D.t(`quality.${point[2]}`), " ", D.mark(point[2])),
    ];
    const canonical = figure.unit === figure.show_unit && figure.scale === 1
      ? null : D.join(D.number(point[1], 0), D.unit(figure.unit).sign);
    return [
      h("p", { class: "explain-value" }, D.shown(figure, point[1]), D.mark(point[2])),
      canonical && h("p", { class: "explain-exact" }, "= ", canonical),
      names.what && h("p", {}, D.text(names.what)),
      h("h3", {}, D.t("report.explain.chain")),
      place,
      names.method && D.text(names.method) && [h("h3", {}, D.t("report.explain.method")), h("p", {}, D.text(names.method))],
      h("h3", {}, D.t("report.explain.definition")), h("dl", { class: "facts" }, definition),
      h("h3", {}, D.t("report.explain.series")), series(figure, year),
      h("p", { class: "muted" }, h("code", {}, `${figure.id}/${year}`)),
    ];
  }

  function series(figure, year) {
    const how = D.show(figure);
    return h("div", { class: "scroll" }, h("table", { class: "data small" },
      h("caption", { class: "unseen" }, D.t("report.explain.series")),
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, D.t("report.year")),
        h("th", { scope: "col", class: "num" }, how.sign || D.t("report.value")), h("th", { scope: "col" }, D.t("report.quality")))),
      h("tbody", {}, [...figure.points].reverse().map((point) =>
        h("tr", { class: point[0] === year ? "on" : "" }, h("th", { scope: "row" }, String(point[0])),
          h("td", { class: "num" }, D.number(point[1] * how.scale, how.digits), D.mark(point[2])),
          h("td", {}, D.t(`quality.${point[2]}`)))))));
  }

  let shown = null;
  D.explain = function (id, year) {
    const figure = D.figures.get(id);
    const panel = document.getElementById("explain");
    if (!figure || !figure.at.has(year)) return;
    shown = [id, year];
    D.fill(panel, h("div", { class: "explain-in" },
      h("header", {},
        h("div", {}, h("p", { class: "overline" }, `${D.full(figure.entity)} · ${year}`),
          h("h2", { id: "explain-title", tabindex: "-1" }, D.title(figure.name))),
        h("button", { type: "button", class: "plain close", "aria-label": D.t("report.close"), onclick: () => panel.close() },
          D.icon("close"))),
      body(figure, year)));
    if (!panel.open) panel.showModal();
    panel.scrollTop = 0;
    panel.querySelector("#explain-title").focus();
  };
  D.explainAgain = () => { if (document.getElementById("explain").open && shown) D.explain(...shown); };

  document.addEventListener("click", (event) => {
    const asked = event.target.closest("[data-figure]");
    if (asked) D.explain(asked.dataset.figure, Number(asked.dataset.year));
    const panel = document.getElementById("explain");
    if (event.target === panel) panel.close(); // a press beside the panel
  });
})(window.Dafeng);
