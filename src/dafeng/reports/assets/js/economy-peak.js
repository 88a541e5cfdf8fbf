// The way of CO2 of fuels, statistics first, and its peak.
(function (D) {
  "use strict";
  const P = D.plan;
  const E = D.economy;
  const { h } = D;
  const { data } = D;

  function path(theme) {
    const past = E.past("co2_energy").filter(([year]) => year >= 2005);
    const years = [...new Set([...past.map(([year]) => year), ...P.years])].sort((a, b) => a - b);
    const all = Array.from({ length: years[years.length - 1] - years[0] + 1 }, (_, at) => years[0] + at);
    const plan = new Map(P.years.map((year, y) => [year, data.summary.co2_energy[y]]));
    const known = new Map(past.map(([year, value]) => [year, value]));
    const how = P.scale("Mt_CO2", [...plan.values(), ...known.values()]);
    const option = D.baseOption(theme, all, how.sign, { lines: true });
    const line = (name, values, colour, type) => ({ type: "line", name, color: colour, connectNulls: true, symbol: "circle", symbolSize: 6, lineStyle: { color: colour, width: 2.2, type },
      itemStyle: { color: colour }, data: all.map((year) => (values.has(year) ? { value: values.get(year) * how.scale, year, said: D.join(P.bare(values.get(year), how), how.sign) } : { value: null })) });
    const peak = data.peak.energy;
    option.series = [...(past.length ? [line(D.t("economy.page.history"), known, theme.get("ink-3"), "solid")] : []), line(D.t("economy.page.plan"), plan, theme.get("accent"), "solid")];
    option.series.push({ type: "scatter", name: D.t("economy.tile.peak"), color: theme.get("target"), symbol: "diamond", symbolSize: 14, z: 5,
      data: [{ value: [String(peak.year), peak.value * how.scale], year: peak.year, said: D.join(P.bare(peak.value, how), how.sign) }] });
    return option;
  }
  function pathTable() {
    const rows = [...E.past("co2_energy").filter(([year]) => year >= 2005 && !P.years.includes(year)).map(([year, value]) => [year, value, null]),
      ...P.years.map((year, y) => [year, null, data.summary.co2_energy[y]])].sort((a, b) => a[0] - b[0]);
    const how = P.scale("Mt_CO2", rows.flatMap((row) => [row[1], row[2]]));
    return { head: [D.t("economy.page.history"), D.t("economy.page.plan")], rows: rows.map(([year, past, plan]) => [year, [past, plan].map((value) => (D.good(value) ? P.bare(value, how) : "–"))]) };
  }
  /** The first period is an optimum, no estimate of its year: where it is far from the statistics, the page says so. */
  function apart() {
    const [year, value] = E.past("co2_energy").filter(([one]) => one < P.years[0]).pop() || [];
    const change = value ? (data.summary.co2_energy[0] / value - 1) * 100 : 0;
    if (!year || P.years[0] - year > 2 || Math.abs(change) < 3) return null;
    return h("p", { class: "warn" }, D.icon("at_risk"), h("span", {}, D.t("economy.page.apart", { first: P.years[0], year, change: E.percent(Math.abs(change)), way: D.t(change < 0 ? "economy.page.below" : "economy.page.over") })));
  }
  // ---- forests: beside, never taken off ------------------------------------------------------------------------
  /** Mt CO2 by period that the forests of a region take up, of all regions for ""; null where statistics do not show it. */
  E.forest = function (region) {
    const { nation, regions } = data.forest;
    if (region) return regions[region] || null;
    if (!data.frame || data.frame.whole) return nation;
    const own = data.regions.map((id) => regions[id]);
    return own.every(Boolean) ? P.years.map((_, y) => own.reduce((sum, values) => sum + values[y], 0)) : null;
  };
  E.forestLine = function (region) {
    const values = E.forest(region);
    return values && { name: D.text(data.forest.name), values, colour: "eco-forest" };
  };
  /** CO2 of the plan and what forests take up, one row below the other. */
  E.forestCard = function (place) {
    const { forest } = data;
    const how = P.scale("Mt_CO2", data.summary.co2);
    const row = (name, values) => [name, ...P.years.map((_, y) => (values ? P.bare(values[y], how) : "–"))];
    const heads = (first) => [`${first} (${how.sign})`, ...P.years.map((year) => [String(year), "num"])];
    const titles = forest.sources.map((id) => data.sources[id]).filter(Boolean).map((one) => one.title);
    place.append(D.card(D.t("economy.page.forest"),
      D.sheet(heads(D.t("economy.col.quantity")), [row(D.t("economy.summary.co2"), data.summary.co2), row(D.text(forest.name), E.forest(""))]),
      h("p", { class: "muted eco-count" }, D.t("economy.page.forest_note", { note: D.text(forest.note), quality: D.t(`quality.${forest.quality}`) })),
      P.many && h("details", { "data-details": "forest" }, h("summary", {}, D.t("economy.page.forest_regions")),
        D.sheet(heads(D.t("economy.col.region")), data.regions.map((id) => row(D.short(id), E.forest(id)))), h("p", { class: "muted" }, D.t("economy.page.forest_unknown"))),
      titles.length > 0 && h("p", { class: "muted" }, D.t("economy.col.source"), D.t("report.colon"), titles.join(D.t("report.list_separator")))));
  };

  E.peakChart = (place) => D.chartCard(place, { title: D.t("economy.page.co2_path"), lead: `${D.short(D.subject)} · ${D.peakText(data.peak.energy)}`, height: 340, build: path, table: pathTable, note: apart });
})(window.Dafeng);
