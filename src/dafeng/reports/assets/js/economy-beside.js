// The section of the wedges with the abatement curve, and another plan.
(function (D) {
  "use strict";
  const P = D.plan;
  const E = D.economy;
  const { h } = D;
  const { data } = D;

  // ---- wedges ------------------------------------------------------------------------------------------------
  const MOST = 0.9;
  /** Where bars are cut, CNY/t: a quarter over the dearest of the measures that, nearest to 0 first, take off nine tenths; null: nothing is cut. */
  function cutAt(steps) {
    const near = [...steps].sort((a, b) => Math.abs(a.cny_per_t) - Math.abs(b.cny_per_t));
    const whole = steps.reduce((sum, one) => sum + one.mt, 0);
    let sum = 0;
    const edge = Math.abs(near.find((one) => (sum += one.mt) >= MOST * whole).cny_per_t) * 1.25;
    const step = 10 ** Math.floor(Math.log10(Math.max(edge, 1))) / 2;
    const cut = Math.ceil(edge / step) * step;
    return Math.abs(near[near.length - 1].cny_per_t) > cut ? cut : null;
  }
  /** Each measure is a step: as wide as what it takes off, as high as its unit cost; what is cut says its value. */
  function curveOption(theme, steps) {
    const cut = cutAt(steps);
    const beyond = (one) => cut !== null && Math.abs(one.cny_per_t) > cut;
    const drawn = (one) => (beyond(one) ? Math.sign(one.cny_per_t) * cut : one.cny_per_t);
    const later = (one) => steps.filter((other) => beyond(other) && other.cny_per_t * one.cny_per_t > 0 && (one.cny_per_t < 0 ? other.cny_per_t < one.cny_per_t : other.cny_per_t > one.cny_per_t)).length;
    const label = (one) => ({ show: true, formatter: `${one.name} ${D.number(one.cny_per_t, 0)}`, color: theme.ink, fontSize: 12, textBorderColor: theme.surface, textBorderWidth: 3,
      position: one.cny_per_t < 0 ? "right" : "left", offset: [0, (one.cny_per_t < 0 ? -1 : 1) * (8 + 16 * later(one))] });
    const total = steps.reduce((sum, one) => sum + one.mt, 0);
    const option = D.baseOption(theme, [], D.unit("CNY/t_CO2").sign);
    option.xAxis = { type: "value", min: 0, max: total, name: "", axisLabel: { color: theme.soft, fontSize: 12, formatter: (value) => D.number(value, 0) }, splitLine: { show: false }, axisLine: { lineStyle: { color: theme.get("ink-3") } } };
    option.tooltip.trigger = "item";
    option.legend.show = false;
    option.grid.top = 12;
    let at = 0;
    option.series = steps.map((one, order) => {
      const [from, to] = [at, at + one.mt];
      at = to;
      const colour = theme.line(order);
      const said = `${D.number(one.cny_per_t, 0)} ${D.unit("CNY/t_CO2").sign} · ${P.say(one.mt, "Mt_CO2")}`;
      const point = (x) => ({ value: [x, drawn(one)], said, year: one.name, name: one.name });
      return { type: "line", name: one.name, color: colour, symbol: "circle", symbolSize: 5, showSymbol: true, triggerLineEvent: true, lineStyle: { color: colour, width: 2 }, areaStyle: { color: colour, opacity: 0.7, origin: 0 },
        data: [point(from), { ...point((from + to) / 2), ...(beyond(one) ? { label: label(one) } : {}) }, point(to)] };
    });
    if (cut !== null) Object.assign(option.yAxis, steps.some((one) => one.cny_per_t < -cut) ? { min: -cut } : {}, steps.some((one) => one.cny_per_t > cut) ? { max: cut } : {});
    if (option.series.length < 2) option.series.push({ type: "line", data: [] });
    return option;
  }
  const measure = (id) => (/^\d+$/.test(id) ? E.action(Number(id)) : E.technology(id) !== id ? E.technology(id) : lever(id));
  function lever(id) {
    const [, action, name] = /^action\.(\d+)\.(.+)$/.exec(id) || ["", "", id];
    const one = data.scenario.levers.find((each) => each.id === name && (!action || String(each.action) === action));
    return one ? D.text(one.title) : id;
  }
  function curveCard(place) {
    const steps = data.curve.map((one) => ({ ...one, name: D.text(one.name) || measure(one.measure) }));
    const drawn = steps.filter((one) => D.good(one.cny_per_t));
    const none = steps.filter((one) => !D.good(one.cny_per_t));
    const { year } = steps[0];
    const cut = drawn.length ? cutAt(drawn) : null;
    const small = (value, digits) => D.number(Math.abs(value) < 0.5 * 10 ** -digits ? 0 : value, digits);
    D.chartCard(place, { title: D.t("economy.page.curve_chart_year", { year }), lead: D.t("economy.page.curve_axis"), height: 340,
      build: (theme) => (drawn.length ? curveOption(theme, drawn) : null),
      note: () => [h("p", { class: "muted" }, D.t("economy.page.curve_note")), cut !== null && h("p", { class: "muted" }, D.t("economy.page.curve_cut", { cut: D.number(cut, 0) })), h("p", { class: "muted" }, D.t("economy.page.wedge_demand"))],
      table: () => ({ first: D.t("economy.col.measure"), head: [D.t("economy.col.mt"), D.t("economy.col.cny_per_t")], rows: drawn.map((one) => [one.name, [D.number(one.mt, 1), D.number(one.cny_per_t, 0)]]) }) });
    const mt = [D.t("economy.col.mt"), "num"];
    place.append(h("div", { class: "card" }, D.sheet([`${D.t("economy.col.measure")} (${year})`, mt, [D.t("economy.col.cny_per_t"), "num"], [D.t("economy.col.cost"), "num"]],
      drawn.map((one) => [one.name, D.number(one.mt, 1), D.number(one.cny_per_t, 0), small(one.cost, 1)])),
    none.length > 0 && [h("h4", {}, D.t("economy.page.curve_none", { year })),
      D.sheet([D.t("economy.col.measure"), mt, [D.t("economy.col.cost"), "num"]], none.map((one) => [one.name, small(one.mt, 1), small(one.cost, 1)])), h("p", { class: "muted" }, D.t("economy.page.curve_none_note"))]));
  }
  if (E.has("wedges")) {
    D.section("wedges", () => {
      const place = P.stack("wedges");
      if (data.wedges) E.wedgeCharts(place);
      if (data.curve && data.curve.length) curveCard(place);
    });
  }

  // ---- another plan ------------------------------------------------------------------------------------------
  const QUANTITY = { "1e9CNY": "1e9CNY" };
  function shown(value, unit) {
    if (!D.good(value)) return "–";
    if (unit === "%") return E.percent(value);
    if (value === 0) return "0";
    if (unit.startsWith("CNY")) return D.number(value, 0);
    return P.say(value, QUANTITY[unit] || unit);
  }
  function compared(rows, name) {
    const { years, a, b } = data.comparison;
    const by = new Map();
    rows.forEach((row) => (by.get(row.quantity) || by.set(row.quantity, new Map()).get(row.quantity)).set(row.year, row));
    const picked = years.length > 4 ? years.filter((year, at) => at === 0 || at === years.length - 1 || year === 2030 || year === 2035) : years;
    return D.sheet([D.t("economy.col.quantity"), ...picked.flatMap((year) => [[`${year} ${a.name}`, "num"], [`${b.name}`, "num"], [D.t("economy.col.change"), "num"]])],
      [...by].map(([quantity, found]) => [name(quantity), ...picked.flatMap((year) => {
        const row = found.get(year);
        return row ? [shown(row.a, row.unit), shown(row.b, row.unit), row.percent === null || row.percent === undefined ? (row.unit === "%" && D.good(row.change) ? D.join(D.number(row.change, 1, true), D.t("report.points")) : "–") : `${D.number(row.percent, 1, true)}%`] : ["–", "–", "–"];
      })]), { class: "data small assess-table plan-table eco-compare" });
  }
  if (E.has("comparison")) {
    D.section("comparison", () => {
      const place = P.stack("comparison");
      const { a, b, years, rows, differences, levers, capacity, targets, peak } = data.comparison;
      const co2 = rows.filter((row) => row.quantity === "co2_energy");
      const pair = E.pair(place);
      D.chartCard(pair, { title: D.t("economy.page.compare_co2"), height: 320,
        build: (theme) => {
          const how = P.scale("Mt_CO2", co2.flatMap((row) => [row.a, row.b]));
          const option = D.baseOption(theme, years, how.sign, { lines: true });
          option.series = ["a", "b"].map((side, order) => ({ type: "line", name: { a, b }[side].name, color: theme.line(order), symbolSize: 7, lineStyle: { width: 2.2, type: order ? "dashed" : "solid", color: theme.line(order) },
            data: co2.map((row) => ({ value: row[side] * how.scale, year: row.year, said: D.join(P.bare(row[side], how), how.sign) })) }));
          return option;
        },
        table: () => { const how = P.scale("Mt_CO2", co2.flatMap((row) => [row.a, row.b])); return { head: [a.name, b.name], rows: co2.map((row) => [row.year, [P.bare(row.a, how), P.bare(row.b, how)]]) }; } });
      const lines = (list) => D.list_("ul", list.map((one) => `${one.action ? `${one.action} ` : ""}${D.text(one.title)}`));
      pair.append(D.card(D.t("economy.page.differences"),
        differences.length ? D.sheet([D.t("economy.col.entry"), a.name, b.name], differences.map((one) => [D.t(`economy.field.${one.field}`), one.a, one.b])) : h("p", {}, D.t("economy.page.no_differences")),
        D.sheet([D.t("economy.col.entry"), a.name, b.name], Object.entries(peak).map(([scope, two]) => [D.t(`economy.peak.${scope}`), `${two.a.year} (${P.say(two.a.value, "Mt_CO2")})`, `${two.b.year} (${P.say(two.b.value, "Mt_CO2")})`])),
        [["a", a], ["b", b]].map(([side, plan]) => levers[side].length > 0 && [h("h4", {}, D.t("economy.page.only_levers", { name: plan.name })), lines(levers[side])])));
      place.append(h("div", { class: "card" }, compared(rows, (id) => D.t(`economy.summary.${id}`))));
      place.append(h("details", { class: "card assess-rules", "data-details": "capacity" }, h("summary", {}, D.t("plan.table.capacity")), h("div", {}, compared(capacity, P.name))));
      const apart = targets.filter((one) => one.state_a !== one.state_b);
      if (apart.length) {
        const state = (value, unit, held) => h("span", { class: `eco-cell eco-${held || "milestone"}` }, held && held !== "milestone" && D.icon(held === "kept" ? "met" : "missed"), " ", E.targetValue(value, unit));
        place.append(D.card(D.t("economy.tile.targets"), D.sheet([D.t("economy.col.target"), D.t("economy.col.year"), a.name, b.name], apart.map((one) => [`${one.target} ${D.text(one.name)}`, String(one.year), state(one.a, one.unit, one.state_a), state(one.b, one.unit, one.state_b)]))));
      }
    });
  }
})(window.Dafeng);
