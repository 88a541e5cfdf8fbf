// Definitions side by side, and the sources.
(function (D) {
  "use strict";
  const { h } = D;
  let query = "";
  let read = "";
  /** A cell that carries the name of its column, for narrow screens where the head is gone. */
  const cell = (label, content, attributes) => h("td", { "data-label": D.t(label), ...attributes }, h("div", {}, content));

  // ---- scopes and vintages -----------------------------------------------------------------------------------
  function scopes(place) {
    // Figures of one name in several definitions, and figures of several names that one target is read with.
    const key = new Map();
    D.board(D.nation).forEach((row) => {
      const found = row.readings.map(D.figureOf).filter(Boolean).map((figure) => figure.name);
      found.forEach((name) => { if (!key.has(name)) key.set(name, key.get(found[0]) || found[0]); });
    });
    const together = new Map();
    (D.owned.get(D.nation) || []).filter((figure) => figure.points.length).forEach((figure) => {
      const name = key.get(figure.name) || figure.name;
      together.set(name, [...(together.get(name) || []), figure]);
    });
    const groups = [...together].filter(([, figures]) => figures.length > 1);
    if (!groups.length) return D.fill(place, D.missing("report.scopes.none"));
    const growth = (figure) => {
      if (figure.kind === "announced") return "–"; // a change already
      const last = D.last(figure);
      const first = figure.points.find((point) => point[0] >= last[0] - 10);
      if (!first || first[0] === last[0] || !first[1]) return "–";
      const percent = figure.show_unit === "%";
      const value = percent ? last[1] - first[1] : (last[1] / first[1] - 1) * 100;
      return `${D.number(value, 1, true)}${percent ? `\u00a0${D.t("report.points")}` : "%"} (${first[0]}–${last[0]})`;
    };
    const columns = {
      figure: (figure) => [D.title(figure.name), figure.base_year && h("div", { class: "muted" }, D.t("report.base", { year: figure.base_year }))],
      scope: (figure) => D.named_("scope", figure.scope) || "–",
      vintage: (figure) => D.named_("vintage", figure.vintage) || "–",
      factors: (figure) => D.named_("factors", figure.factor_set) || "–",
      latest: (figure) => [D.value(figure, D.last(figure)[0]), h("span", { class: "muted" }, ` ${D.last(figure)[0]}`)],
      change: growth,
      dataset: (figure) => figure.dataset || "–",
    };
    const differs = (figures, part) => new Set(figures.map((figure) => figure[part] || "")).size > 1;
    const table = (figures) => {
      const heads = Object.keys(columns).filter((name) => (name !== "factors" || differs(figures, "factor_set")) && (name !== "dataset" || differs(figures, "dataset")));
      return h("table", { class: "data stack" },
        h("thead", {}, h("tr", {}, heads.map((head) => h("th", { scope: "col" }, D.t(`report.scopes.${head}`))))),
        h("tbody", {}, figures.map((figure) => h("tr", {}, heads.map((head) => cell(`report.scopes.${head}`, columns[head](figure)))))));
    };
    return D.fill(place, h("p", { class: "warn" }, D.icon("at_risk"), h("span", {}, D.t("report.scopes.warning"))),
      groups.map(([name, figures]) => h("div", { class: "card scope-card" }, h("h3", {}, D.title(name)), h("div", { class: "scroll" }, table(figures)))));
  }

  // ---- sources -----------------------------------------------------------------------------------------------
  const KINDS = ["at_source", "secondary", "recalled", "computed"];
  const readWord = (id) => (D.has(`report.read.${id}`) ? D.t(`report.read.${id}`) : id);
  const address = (text) => (/^https?:\/\//i.test(text || "")
    ? h("a", { href: text, rel: "noopener noreferrer", target: "_blank" }, text) : text || "–");
  function sources(place) {
    const all = Object.entries(D.data.sources);
    if (!all.length) return D.fill(place, D.missing());
    const rows = h("tbody", {});
    const draw = () => {
      const wanted = query.trim().toLowerCase();
      const kept = all.filter(([id, source]) => (!read || source.read === read)
        && (!wanted || [id, source.title, source.publisher, source.address].join(" ").toLowerCase().includes(wanted)));
      D.fill(rows, kept.length ? kept.map(([id, source]) => h("tr", {},
        cell("report.sources.title", [D.text(source.title) || id, h("div", { class: "muted" }, h("code", {}, id))]),
        cell("report.sources.publisher", source.publisher || "–"),
        cell("report.sources.read", h("span", { class: `read read-${source.read}` }, readWord(source.read))),
        cell("report.sources.address", address(source.address), { class: "address" }))) : h("tr", {}, h("td", { colspan: 4 }, D.missing("report.sources.none_kept"))));
    };
    const kinds = KINDS.filter((kind) => all.some(([, source]) => source.read === kind));
    const count = (kind) => all.filter(([, source]) => !kind || source.read === kind).length;
    const chips = h("div", { class: "chips", role: "group", "aria-label": D.t("report.sources.read") });
    const drawChips = () => D.fill(chips, ["", ...kinds].map((kind) => h("button", { type: "button", class: "chip", "aria-pressed": String(read === kind),
      onclick: () => { read = kind; drawChips(); draw(); } }, kind ? readWord(kind) : D.t("report.all"), h("b", {}, String(count(kind))))));
    drawChips();
    D.fill(place, h("div", { class: "card" }, h("div", { class: "controls" }, chips,
      h("label", { class: "field" }, h("span", { class: "field-name" }, D.t("report.search")), h("input", { type: "search", value: query,
        oninput: (event) => { query = event.target.value; draw(); } }))),
      h("div", { class: "scroll tall" }, h("table", { class: "data stack sources" },
        h("thead", {}, h("tr", {}, ["title", "publisher", "read", "address"].map((head) => h("th", { scope: "col" }, D.t(`report.sources.${head}`))))), rows))));
    draw();
    return place;
  }

  // ---- marks -------------------------------------------------------------------------------------------------
  function legend(place) {
    D.fill(place, h("dl", { class: "legend" },
      ["recalled", "estimated", "user"].map((quality) => h("div", {}, h("dt", {}, D.mark(quality)), h("dd", {}, D.t(`quality.${quality}`), D.t("report.colon"), D.t(`report.legend.${quality}`)))),
      h("div", {}, h("dt", {}, D.t("report.legend.no_mark")), h("dd", {}, D.t("report.legend.plain")))),
      h("dl", { class: "legend states" }, D.STATES.map((state) => h("div", {}, h("dt", {}, D.pill(state, true)), h("dd", {}, D.t(`report.legend.state.${state}`))))));
  }

  D.section("scopes", () => { const place = document.getElementById("scopes-place"); if (place) scopes(place); });
  D.section("sources", () => sources(document.getElementById("sources-place")));
  D.section("legend", () => legend(document.getElementById("legend-place")));
})(window.Dafeng);
