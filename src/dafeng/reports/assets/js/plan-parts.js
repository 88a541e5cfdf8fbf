// What the sections of a plan share: names, groups of technologies, units, selects, stacked charts.
(function (D) {
  "use strict";
  const { h } = D;
  const P = (D.plan = { years: D.data.years, many: D.data.regions.length > 1 });
  const GROUP = { coal_ccs: "coal_ccs", biomass_ccs: "biomass", other_thermal: "other", onwind: "wind", offwind: "wind", csp: "solar",
    electrolyser: "", demand_response: "demand_response", interruptible_load: "interruptible_load", phs: "phs",
    coal_boiler: "boiler", gas_boiler: "boiler", electric_boiler: "", heat_pump: "", hydrogen_turbine: "hydrogen" };
  /** How a table's unit is shown: great units of mass, so that each language says them as it does; those of a province in
   *  ten thousand tons. */
  const SHOWN = { Mt_CO2: ["1e8t_CO2", 0.01, 2], Mtce: ["1e8tce", 0.01, 2], TWh: ["TWh", 1, 1], GW: ["GW", 1, 1], GWh: ["GWh", 1, 0] };
  const SMALL = { Mt_CO2: ["1e4t_CO2", 100, -1], Mtce: ["1e4tce", 100, -1] };
  const UNDER = 100; // Mt

  P.group = (item) => (item in GROUP ? GROUP[item] : item.split("_")[0]);
  P.name = (item) => D.text((D.data.technologies[item] || {}).name) || item;
  /** What a limit is about: a technology, or a region. */
  P.subject = (id) => (id in D.data.technologies ? P.name(id) : D.short(id));
  P.groupName = (group) => D.t(`plan.group.${group}`);
  P.colour = (theme, group) => theme.get(`plan-${group}`) || theme.soft;
  P.UP = ["nuclear", "coal", "coal_ccs", "gas", "biomass", "other", "hydro", "wind", "solar", "storage_out", "import", "interruptible_load", "unserved"];
  P.DOWN = ["storage_in", "charging", "heat_use", "export", "losses"];
  P.STANDING = ["nuclear", "coal", "coal_ccs", "gas", "biomass", "other", "hydro", "wind", "solar", "phs", "battery", "hydrogen"];

  /** Unit, scale and decimals for numbers of a table that are shown together. */
  P.scale = function (unit, values) {
    const top = Math.max(0, ...values.filter(D.good).map(Math.abs));
    const [id, factor, digits] = (top > 0 && top < UNDER && SMALL[unit]) || SHOWN[unit] || [unit, 1, 1];
    const plain = D.unit(id);
    const how = plain.big && top * factor >= plain.big.over ? plain.big : plain;
    const places = Math.max(0, digits + how.shift);
    const high = top * factor * how.factor;
    return { sign: how.sign, scale: factor * how.factor, digits: high >= 1000 ? 0 : high >= 20 ? Math.min(1, places) : Math.max(2, places) };
  };
  P.say = (value, unit, how = P.scale(unit, [value])) => D.join(D.number(value * how.scale, how.digits), how.sign);
  /** What a verdict says beside its reasons. */
  P.notes = function (verdict) {
    const said = [...verdict.within, ...verdict.added, ...verdict.drawn];
    return said.length > 0 && D.list_("ul", said.map(D.text));
  };
  P.costs = (limit) => limit.price >= 0.005; // what would read 0.00 is rounding of the solver
  P.bare = (value, how) => D.number(value * how.scale, how.digits);
  /** The bounds of a limit, and by how much it was drawn in. */
  P.bound = function (limit, how) {
    const said = (key, value) => D.t(`plan.page.${key}`, { value: D.join(P.bare(value, how), how.sign) });
    return [D.good(limit.lower) && said("at_least", limit.lower), D.good(limit.upper) && said("at_most", limit.upper), limit.tightened > 0 && said("tightened", limit.tightened)].filter(Boolean).join(" · ");
  };

  /** Item -> values by period of a table, of one region or of all together. */
  P.rows = function (table, region) {
    const found = new Map();
    for (const [owner, items] of Object.entries(D.data.tables[table])) {
      if (region && owner !== region) continue;
      for (const [item, values] of Object.entries(items)) {
        const line = found.get(item) || found.set(item, P.years.map(() => 0)).get(item);
        values.forEach((value, y) => { line[y] += value; });
      }
    }
    return found;
  };
  P.total = (table, y, keep = () => true, region = "") =>
    [...P.rows(table, region)].filter(([item]) => keep(item)).reduce((sum, [, values]) => sum + values[y], 0);
  P.grouped = function (rows, order) {
    const found = new Map();
    rows.forEach((values, item) => {
      const group = P.group(item);
      if (!order.includes(group)) return;
      const line = found.get(group) || found.set(group, P.years.map(() => 0)).get(group);
      values.forEach((value, y) => { line[y] += value; });
    });
    return new Map(order.filter((group) => found.has(group)).map((group) => [group, found.get(group)]));
  };

  const regionPairs = () => [["", D.short("plan")], ...D.data.regions.map((id) => [id, D.short(id)])];
  P.pickRegion = (chosen, change) => P.many && D.select(D.t("plan.page.region"), regionPairs(), chosen, change);
  P.pickYear = (chosen, change) => P.years.length > 1
    && D.segments(D.t("plan.page.year"), P.years.map((year) => [String(year), String(year)]), String(chosen), (year) => change(Number(year)));
  P.pickArea = (chosen, change) => D.data.areas.length > 1
    && D.select(D.t("plan.page.area"), D.data.areas.map((area) => [area.id, D.short(area.id)]), chosen, change);

  /** Stacked bars by period; lines: Map of group or item -> values. beside() -> {name, values, colour} or null: a dashed line that no sum holds. */
  P.bars = function (place, { title, lead, lines, unit, name = P.groupName, colour = P.colour, controls, note, names = P.years, head, most, beside }) {
    return D.chartCard(place, { title, lead, height: 340, controls, note,
      build: (theme) => {
        const every = lines();
        if (!every.size) return null;
        const how = sized(every, unit);
        const least = 1e-4 * Math.max(...names.map((_, y) => [...every.values()].reduce((sum, values) => sum + Math.abs(values[y]), 0)));
        const all = new Map([...every].filter(([, values]) => Math.max(...values.map(Math.abs)) >= least)); // what could be seen
        const option = D.baseOption(theme, names, how.sign);
        option.legend.type = "plain"; // every name can be read on paper too
        const line = beside && beside();
        option.grid.top = 14 + 26 * legendRows([...[...all.keys()].map(name), ...(line ? [line.name] : [])], place);
        if (most) Object.assign(option.yAxis, { max: most, interval: most / 5 });
        if (names.length > 10) Object.assign(option.xAxis.axisLabel, { rotate: 50, interval: 0, hideOverlap: false });
        option.series = [...all].map(([key, values]) => ({ type: "bar", stack: "all", name: name(key), barMaxWidth: 64, color: colour(theme, key), itemStyle: { color: colour(theme, key) },
          data: values.map((value, y) => ({ value: value * how.scale, year: String(names[y]), said: D.join(P.bare(value, how), how.sign) })) }));
        if (line) {
          const color = theme.get(line.colour);
          option.series.push({ type: "line", name: line.name, color, symbol: "diamond", symbolSize: 12, itemStyle: { color, borderColor: theme.surface, borderWidth: 1.5 }, lineStyle: { color, width: 2.4, type: "dashed" }, z: 5,
            data: line.values.map((value, y) => ({ value: value * how.scale, year: String(names[y]), said: D.join(P.bare(value, how), how.sign) })) });
        }
        return option;
      },
      table: () => {
        const all = lines();
        const line = beside && beside();
        const how = sized(all, unit);
        const sums = names.map((_, y) => [...all.values()].reduce((sum, values) => sum + values[y], 0));
        return { first: head || D.t("plan.page.year"), head: [...[...all.keys()].map(name), D.t("plan.col.total"), ...(line ? [line.name] : [])],
          rows: names.map((one, y) => [one, [...[...all.values()].map((values) => P.bare(values[y], how)), P.bare(sums[y], how), ...(line ? [P.bare(line.values[y], how)] : [])]]) };
      } });
  };
  /** Rows that a legend takes: Chinese and Japanese letters are twice as wide. */
  function legendRows(texts, place) {
    const room = (place.classList.contains("pair") && place.clientWidth > 800 ? place.clientWidth / 2 : place.clientWidth) - 60;
    const wide = texts.map((text) => [...text].reduce((sum, letter) => sum + (letter > "\u2e80" ? 12.5 : 7), 38));
    return wide.reduce(([rows, used], one) => (used + one > room && used ? [rows + 1, one] : [rows, used + one]), [1, 0])[0];
  }
  function sized(all, unit) {
    const count = Math.max(0, ...[...all.values()].map((values) => values.length));
    return P.scale(unit, Array.from({ length: count }, (_, y) => [...all.values()].reduce((sum, values) => sum + Math.abs(values[y]), 0)));
  }
  P.legendRows = legendRows;
  /** How far apart the numbers of the linear programs are, and a warning where that is too far. */
  P.ranges = function (stages) {
    const col = (key) => D.t(`plan.col.${key}`);
    const rows = stages.flatMap((stage) => Object.entries(stage.ranges || {}).map(([part, one]) => ({ part: D.t(`pathway.range_${part}`), years: stage.years.join(", "), one })));
    const at = (text) => h("code", { class: "small" }, text);
    const wide = rows.filter(({ one }) => one.wide).map(({ part, one }) => h("p", { class: "warn" }, D.icon("at_risk"), h("span", {}, D.t("pathway.range_wide", { limit: "1e+09",
      range: D.t("pathway.range", { part, smallest: one.smallest.toExponential(1), largest: one.largest.toExponential(1), at_smallest: one.at_smallest, at_largest: one.at_largest }) }))));
    return rows.length > 0 && D.card(D.t("plan.ranges.head"), h("p", { class: "muted small" }, D.t("plan.ranges.lead")), wide,
      D.sheet([col("years"), col("part"), [col("smallest"), "num"], col("at"), [col("largest"), "num"], col("at"), [col("spread"), "num"], col("state")],
        rows.map(({ part, years, one }) => ({ cls: one.wide ? "missed" : "", cells: [years, part, P.tiny(one.smallest), at(one.at_smallest), P.tiny(one.largest), at(one.at_largest), P.tiny(one.spread), D.t(one.wide ? "plan.ranges.wide" : "plan.ranges.fine")] }))));
  };
  P.place = (id) => document.getElementById(`${id}-place`);
  P.stack = (id) => { const box = h("div", { class: "plan-stack" }); D.fill(P.place(id), box); return box; };
  P.span = (one) => D.t(`plan.span.${one}`);
})(window.Dafeng);
