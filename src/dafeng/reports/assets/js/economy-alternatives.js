// How little and how much of a technology a plan can have at a slightly higher cost, and what that costs more.
(function (D) {
  "use strict";
  const P = D.plan;
  const E = D.economy;
  const { h } = D;
  const { data } = D;
  const EXAMPLE = "onwind solar_utility battery nuclear cars_electric";
  const YEAR = 2030;

  const say = (value, unit) => (!D.good(value) ? "–" : ["GW", "GWh"].includes(unit) ? P.say(value, unit) : D.join(D.number(E.scaled(value, unit), E.scaled(value, unit) >= 100 ? 0 : 1), D.unit(unit).sign));
  /** What the plan itself has of a technology of power in the year. */
  function inPlan(technology, y) {
    for (const table of ["capacity", "store"]) {
      const values = P.rows(table, "").get(technology);
      if (values) return values[y];
    }
    return null;
  }
  /** From the least to the most on a line from 0 to the most, with a mark at least cost. */
  function range(one) {
    const place = (value) => `${one.most > 0 ? Math.min(100, (100 * value) / one.most) : 0}%`;
    const wide = one.most > 0 ? Math.max(0, (100 * (one.most - one.least)) / one.most) : 0;
    return h("span", { class: "eco-range", "aria-hidden": "true" }, h("span", { class: "eco-range-band", style: { left: place(one.least), width: `${wide}%` } }), h("span", { class: "eco-range-best", style: { left: place(one.best) } }));
  }
  function table(found) {
    const y = P.years.indexOf(found.year);
    const extra = (value) => D.number(Math.abs(value) < 0.05 ? 0 : value, Math.abs(value) >= 100 ? 0 : 1);
    const heads = ["least", "best", "most"].map((key) => [D.t(`economy.col.${key}`), "num"]);
    return D.sheet([D.t("economy.col.item"), D.t("economy.col.range"), ...heads, [D.t("economy.col.in_plan"), "num"], [D.t("economy.col.extra_least"), "num"], [D.t("economy.col.extra_most"), "num"]],
      found.rows.map((one) => [D.text(one.name), range(one), ...["least", "best", "most"].map((key) => say(one[key], one.unit)), say(inPlan(one.technology, y), one.unit), extra(one.extra_least), extra(one.extra_most)]),
      { class: "data small assess-table plan-table eco-near" });
  }
  D.section("alternatives", () => {
    const place = P.stack("alternatives");
    const found = data.alternatives;
    if (!found) {
      const year = P.years.includes(YEAR) ? "" : ` --year ${P.years[P.years.length - 1]}`;
      place.append(h("div", { class: "card" }, h("p", {}, D.t("economy.page.alternatives_none")), h("pre", { class: "eco-file" }, `dafeng plan alternatives ${EXAMPLE} --plan ${data.name}${year}`)));
      return;
    }
    const { count, days, periods } = found.case;
    const facts = { year: found.year, slack: `${D.number(100 * found.slack, Number.isInteger(Math.round(1e6 * found.slack) / 1e4) ? 0 : 1)}%`, money: E.money(found.slack * Math.abs(found.least_cost)) };
    const notes = [D.t("economy.page.alternatives_case", { count, days, years: D.list(periods.map(String)) }), D.t("economy.page.alternatives_each"), D.t("economy.page.alternatives_cost")];
    place.append(h("div", { class: "card" }, h("h3", {}, D.t("economy.page.alternatives_said", facts)), table(found), notes.map((text) => h("p", { class: "muted eco-count" }, text))));
  });
})(window.Dafeng);
