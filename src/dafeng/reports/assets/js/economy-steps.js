// What must happen when: milestones of the targets, the roadmap, the list of projects.
(function (D) {
  "use strict";
  const P = D.plan;
  const E = D.economy;
  const { h } = D;
  const { data } = D;

  // ---- timetable ---------------------------------------------------------------------------------------------
  const value = E.targetValue;
  const JUDGED = { kept: "met", missed: "missed" };
  const STATES = ["kept", "missed", "milestone", "shown"];
  function cell(row) {
    if (!row) return h("span", { class: "none" }, "–");
    const icon = JUDGED[row.state] ? D.icon(JUDGED[row.state]) : null;
    return h("span", { class: `eco-cell eco-${row.state}` }, icon, " ", value(row.value, row.unit));
  }
  const asked = (one, rows) => {
    const due = rows.filter((row) => D.good(row.required));
    if (due.length) return value(due[0].required, due[0].unit);
    return D.good(one.value) && one.unit !== "year" ? value(one.value, one.unit) : "–";
  };
  /** What is counted in place of what the target means is said beside it. */
  const instead = (one, rows) => (one.how === "imposed" || one.kind === "below_peak" || one.layer === "province" || rows.some((row) => row.state === "shown")) && D.text(one.reason) && h("div", { class: "muted" }, D.text(one.reason));
  const clause = (one) => one.clause || D.t(`report.layer.${one.layer}`);
  function timetable() {
    const by = new Map();
    data.timetable.forEach((row) => (by.get(row.target) || by.set(row.target, new Map()).get(row.target)).set(row.year, row));
    return data.targets.filter((one) => by.has(one.target)).map((one) => {
      const rows = by.get(one.target);
      const price = [...rows.values()].filter((row) => row.price > 0).map((row) => `${row.year}${D.t("report.colon")}${E.price(row.price, row.price_unit)}`);
      return { cls: [...rows.values()].some((row) => row.state === "missed") ? "missed-soft" : "", cells: [
        h("div", {}, D.text(one.name), h("div", { class: "muted" }, `${one.target} · ${clause(one)} · ${D.t(`economy.how.${one.how}`)}`), instead(one, [...rows.values()])),
        one.due_year ? String(one.due_year) : "–", asked(one, [...rows.values()]), ...P.years.map((year) => cell(rows.get(year))), price.length ? price.map((text) => h("div", {}, text)) : "–"] };
    });
  }
  function milestones() {
    const rows = Object.entries(data.quantities).map(([quantity, unit]) => [D.t(`economy.summary.${quantity}`), ...data.summary[quantity].map((number) => (unit === "1e9CNY" ? E.money(number) : value(number, unit)))]);
    return D.card(D.t("economy.page.milestones"), D.sheet([D.t("economy.col.quantity"), ...P.years.map((year) => [String(year), "num"])], rows, { class: "data small assess-table plan-table" }));
  }
  if (E.has("timetable")) {
    D.section("timetable", () => {
      const place = P.stack("timetable");
      const states = STATES.filter((state) => data.timetable.some((row) => row.state === state));
      if (data.timetable.length) place.append(h("div", { class: "card" },
        data.targets_note && h("p", {}, D.text(data.targets_note)),
        h("p", { class: "eco-key muted" }, states.map((state) => h("span", { class: `eco-cell eco-${state}` }, JUDGED[state] && D.icon(JUDGED[state]), " ", D.t(`economy.state.${state}`)))),
        D.sheet([D.t("economy.col.target"), D.t("economy.col.due_year"), [D.t("economy.col.asked"), "num"], ...P.years.map((year) => [String(year), "num"]), [D.t("economy.col.price"), "num"]],
          timetable(), { class: "data small assess-table plan-table eco-time" })));
      place.append(milestones());
    });
  }

  // ---- roadmap -----------------------------------------------------------------------------------------------
  const amount = (number, unit) => (["GW", "GWh"].includes(unit) ? P.say(number, unit) : D.join(D.number(E.scaled(number, unit)), D.unit(unit).sign));
  const what = (id) => D.t(`economy.what.${id}`);
  const year = (one) => String(one);
  const saved = (mt, why) => (D.good(mt) ? (Math.abs(mt) < 0.05 ? "0" : D.number(mt, Math.abs(mt) >= 10 ? 0 : 1, true)) : h("span", { class: "muted" }, why ? D.t(`economy.co2.${why}`) : "–"));
  function roadmapChart(pair) {
    const at = Object.fromEntries(data.roadmap.columns.map((name, number) => [name, number]));
    const colour = (theme, id) => theme.get(`eco-action-${id}`) || theme.get("ink-3");
    P.bars(pair, { title: D.t("economy.page.invest_action"), unit: "1e9CNY", names: E.years(false), name: (id) => E.action(Number(id)), colour,
      lines: () => {
        const found = new Map();
        data.roadmap.rows.forEach((row) => {
          const line = found.get(row[at.action]) || found.set(row[at.action], P.years.map(() => 0)).get(row[at.action]);
          line[P.years.indexOf(row[at.year])] += row[at.investment];
        });
        return new Map([...found].filter(([, values]) => values.some((one) => one > 0)).sort((a, b) => a[0] - b[0]));
      } });
  }
  D.section("roadmap", () => {
    const place = P.stack("roadmap");
    roadmapChart(place);
    const at = Object.fromEntries(data.roadmap.columns.map((name, number) => [name, number]));
    // What matters most stands first: by money, then by amount.
    const rows = [...data.roadmap.rows].sort((a, b) => b[at.investment] - a[at.investment] || b[at.amount] - a[at.amount]);
    E.filtered(place, { table: { columns: data.roadmap.columns, rows }, id: "roadmap-table",
      filters: [["year", D.t("economy.page.filter_year"), year, P.years.find((one) => one >= 2030) || P.years[0]], ["region", D.t("economy.col.region"), D.short],
        ["what", D.t("economy.page.filter_what"), what], ["action", D.t("economy.page.filter_action"), E.action]],
      heads: [D.t("economy.col.item"), D.t("economy.col.region"), D.t("economy.col.year"), D.t("economy.col.what"), [D.t("economy.col.amount"), "num"], [D.t("economy.col.investment"), "num"], [D.t("economy.col.co2"), "num"], D.t("economy.col.action")],
      cells: (row) => [row[at.from] ? `${E.technology(row[at.from])} → ${E.technology(row[at.item])}` : E.technology(row[at.item]), D.short(row[at.region]), String(row[at.year]), what(row[at.what]),
        amount(row[at.amount], row[at.unit]), row[at.investment] ? D.number(row[at.investment], row[at.investment] >= 10 ? 0 : 1) : "–", saved(row[at.co2], row[at.co2_none]), E.action(row[at.action])] });
    const { intensity } = data.roadmap;
    const each = (values, factor, digits) => values.map((value, y) => `${P.years[y]}${D.t("report.colon")}${D.number(value * factor, digits)}`).join(D.t("report.list_separator"));
    place.append(h("p", { class: "muted" }, D.t("economy.page.indicative")),
      h("p", { class: "muted" }, D.t("economy.page.intensity", { electricity: each(intensity.electricity, 1, 2), heat: each(intensity.heat, 1e3, 0), hydrogen: each(intensity.hydrogen, 1e3, 0) })));
  });

  // ---- projects ----------------------------------------------------------------------------------------------
  /** Mt CO2 of a unit: small, so to two digits. */
  const each = (mt, why) => (D.good(mt) && Math.abs(mt) < 1 ? (Math.abs(mt) < 0.005 ? "0" : D.number(mt, 2, true)) : saved(mt, why));
  D.section("projects", () => {
    const place = P.stack("projects");
    const at = Object.fromEntries(data.projects.columns.map((name, number) => [name, number]));
    const units = { columns: data.projects.columns, rows: data.projects.rows.filter((row) => row[at.id]) };
    const fresh = { columns: data.projects.columns, rows: data.projects.rows.filter((row) => !row[at.id]).sort((a, b) => b[at.mw] - a[at.mw]) };
    const known = "basis" in at; // a plan that was kept before units had figures has none
    const money = (row) => (D.good(row[at.investment]) ? D.number(row[at.investment], Math.abs(row[at.investment]) >= 10 ? 0 : 2) : h("span", { class: "muted" }, D.t(`economy.invest.${row[at.investment_none]}`)));
    const figures = (row) => (known ? [money(row), each(row[at.co2], row[at.co2_none])] : []);
    const figureHeads = known ? [[D.t("economy.col.investment"), "num"], [D.t("economy.col.co2"), "num"]] : [];
    /** What happens to a unit; of what is new: how far it was when the list was made. */
    const stands = (row) => (row[at.what] === "new" ? h("div", {}, D.t("economy.what.new"), h("div", { class: "muted" }, D.t(`economy.unit_status.${row[at.status]}`))) : what(row[at.what]));
    const sum = (kept) => h("p", { class: "muted" }, D.t("economy.page.units_sum", { count: D.number(kept.length, 0), gw: D.number(kept.reduce((total, row) => total + row[at.mw], 0) / 1e3, 1) }));
    if (!units.rows.length) place.append(D.missing("economy.page.no_units"));
    else {
      E.filtered(place, { table: units, id: "projects-units", most: 150, before: sum,
        filters: [["year", D.t("economy.page.filter_year"), year], ["province", D.t("economy.col.province"), D.short], ["what", D.t("economy.page.filter_what"), what]],
        heads: [D.t("economy.col.name"), D.t("economy.col.unit_name"), D.t("economy.col.province"), D.t("economy.col.item"), [D.t("economy.col.mw"), "num"], [D.t("economy.col.start_year"), "num"], D.t("economy.col.year"), D.t("economy.col.what"), D.t("economy.col.to"), ...figureHeads],
        cells: (row) => [h("span", { lang: /^[\x20-\x7e]*$/.test(row[at.name]) ? "en" : "zh-CN" }, row[at.name] || row[at.id]), row[at.unit_name] || "–", D.short(row[at.province]), P.name(row[at.item]), D.number(row[at.mw], 0), row[at.start_year] ? String(row[at.start_year]) : "–", String(row[at.year]), stands(row), row[at.to] ? P.name(row[at.to]) : "–", ...figures(row)] });
    }
    if (fresh.rows.length) {
      E.filtered(place, { table: fresh, id: "projects-new", most: 100, title: D.t("economy.page.new_unnamed"),
        filters: [["year", D.t("economy.page.filter_year"), year], ["region", D.t("economy.col.region"), D.short]],
        heads: [D.t("economy.col.item"), D.t("economy.col.region"), D.t("economy.col.year"), [D.t("economy.col.amount"), "num"], ...figureHeads, D.t("economy.col.action")],
        cells: (row) => [E.technology(row[at.item]), D.short(row[at.region]), String(row[at.year]), P.say(row[at.mw] / 1e3, "GW"), ...figures(row), E.action(row[at.action])] });
    }
    if (known) place.append(h("p", { class: "muted" }, D.t("economy.page.project_figures")));
    if ("status" in at) place.append(h("p", { class: "muted" }, D.t("economy.page.project_names")));
  });
})(window.Dafeng);
