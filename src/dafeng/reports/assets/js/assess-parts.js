// What the sections of a self-assessment share: tables, amounts, series by their address, stacked bars around zero.
(function (D) {
  "use strict";
  const { h } = D;
  const GREAT = { t_CO2: ["1e8t_CO2", 1e-8, 2], tce: ["1e8tce", 1e-8, 2], MWh: ["TWh", 1e-6, 1] };
  const SMALL = { t_CO2: ["1e4t_CO2", 1e-4, 0], tce: ["1e4tce", 1e-4, 0] };

  /** How amounts of a canonical unit are shown together: unit, scale and decimals by the largest of them. */
  D.scaleOf = function (unit, values) {
    const top = Math.max(0, ...values.filter(D.good).map(Math.abs));
    const [id, scale, digits] = (top < 1e7 && SMALL[unit]) || GREAT[unit] || [unit, 1, 2];
    const how = D.unit(id);
    return { sign: how.sign, scale: scale * how.factor, digits: Math.max(0, digits + how.shift) };
  };
  D.quantity = function (value, unit, { signed = false, how = D.scaleOf(unit, [value]), bare = false } = {}) {
    if (!D.good(value)) return "–";
    const text = D.number(value * how.scale, how.digits, signed);
    return bare ? text : D.join(text, how.sign);
  };
  D.percent = (value, digits = 1, signed = true) => (D.good(value) ? `${D.number(value, digits, signed)}%` : "–");
  D.years = (start, end) => `${start}–${end}`;

  /** The series of an address `REGION/NAME|SCOPE`, or of a figure of one year, `REGION/YEAR/NAME`. */
  D.seriesOf = function (address, year) {
    if (!address) return undefined;
    if (D.figures.has(address)) return D.figures.get(address);
    const [, scope] = address.split("|");
    return D.figureOf({ figure: address, scope: scope || "", vintage: "", year, current: null });
  };
  /** A value that leads to its explanation where its series is known. */
  D.asked = function (address, year, text, quality) {
    const figure = D.seriesOf(address, year);
    if (figure && figure.at.has(year)) return D.value(figure, year, text);
    return h("span", {}, text, D.mark(quality));
  };

  /** The same without the mark, where a table says it once for all. */
  D.askedBare = (address, year, text) => (D.figures.has(address)
    ? h("button", { type: "button", class: "fig", "data-figure": address, "data-year": year, title: D.t("report.explain.hint") }, text) : text);

  /** heads: texts, or [text, "num"]; rows: arrays of cells, the first being the name of the row. */
  D.sheet = function (heads, rows, attributes) {
    const numeric = heads.map((head) => Array.isArray(head) && head[1] === "num");
    const label = (head) => (Array.isArray(head) ? head[0] : head);
    return h("div", { class: "scroll" }, h("table", { class: "data assess-table", ...attributes },
      h("thead", {}, h("tr", {}, heads.map((head, at) => h("th", { scope: "col", class: numeric[at] ? "num" : "" }, label(head))))),
      h("tbody", {}, rows.map((row) => h("tr", { class: row.cls || "" }, (row.cells || row).map((cell, at) =>
        at === 0 ? h("th", { scope: "row" }, cell) : h("td", { class: numeric[at] ? "num" : "", "data-label": label(heads[at]) }, cell)))))));
  };
  D.card = (title, ...children) => h("div", { class: "card assess-card" }, title && h("h3", {}, title), children);
  D.list_ = (tag, items) => items.length > 0 && h(tag, { class: "assess-list" }, items.map((item) => h("li", {}, item)));
  D.verdictPill = (state, text) => h("span", { class: `pill verdict-${state}` }, text);

  /** The four stacked parts that draw a bar from a to b, on whichever side of zero. */
  D.barBetween = function (a, b) {
    const [low, high] = [Math.min(a, b), Math.max(a, b)];
    return { baseUp: Math.max(0, low), up: Math.max(0, high) - Math.max(0, low),
      baseDown: Math.min(0, high), down: Math.min(0, low) - Math.min(0, high) };
  };
})(window.Dafeng);
